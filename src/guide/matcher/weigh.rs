//! Two readings of a segment that fits nowhere ahead, and what the next segments say of them.

use super::super::table::{LoopKind, LoopRow, Target};
use super::super::terms::Usage;
use super::probe::Probe;
use super::{Hit, Run};

/// How many segments are looked at to decide between two readings.
pub(super) const LOOKAHEAD: u32 = 8;

/// How far a loop's first segment is looked for.
const FAR: u32 = 200;

/// A loop that could be opened although its first segment is missing.
#[derive(Clone, Copy)]
pub(super) struct Guess {
    /// The open loop that it stands in, and the group there.
    pub(super) depth: usize,
    pub(super) group: u8,
    /// Its slot there.
    pub(super) slot: u8,
    pub(super) child: u8,
    /// Where in it the segment stands: group and slot.
    pub(super) inside: u8,
    pub(super) fit: u8,
    /// The guide asks for the loop and it is not there yet.
    pub(super) due: bool,
    /// The guide asks for the segment in the loop.
    pub(super) required: bool,
    /// The loop inside it that the segment is itself the first of.
    pub(super) inner: Option<u8>,
}

/// A reading of the segments so far: the open loops up to `top`, of which the one at `depth` stands at
/// `group`, and those that are newly opened, each with the group that it stands at.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) top: usize,
    pub(super) depth: usize,
    pub(super) group: u8,
    pub(super) opened: [Option<(u8, u8)>; 2],
}

/// A place ahead in a reading.
#[derive(Clone, Copy)]
pub(super) struct Fit {
    /// The open loop that it is in; past all of them for one that is newly opened.
    pub(super) depth: usize,
    /// The loop that a segment opens there.
    pub(super) opens: Option<u8>,
}

/// What the next segments say of a guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They fit only if the loop is open.
    Right,
    /// They fit only if it is not.
    Wrong,
    /// They fit both ways.
    Either,
    /// The loop's own first segment is the next one.
    Early,
}

impl Run<'_> {
    /// What is open once a segment is put into the place of `hit`.
    pub(super) fn reading(&self, top: usize, hit: Hit) -> Reading {
        Reading {
            top,
            depth: hit.depth,
            group: hit.group,
            opened: [self.child(hit).map(|child| (child, 1)), None],
        }
    }

    /// The loops ahead that have the segment inside: those that are due first, then innermost first in
    /// document order.
    pub(super) fn guesses(&self, probe: &Probe<'_>) -> Vec<Guess> {
        let mut guesses = Vec::new();
        for depth in (0..=self.state.top).rev() {
            let frame = self.state.frames[depth];
            let row = frame.row;
            for at in 0..row.slots.len() as u8 {
                let slot = row.slot(at);
                let Target::Loop(child) = slot.target else { continue };
                if slot.group < frame.group || self.is_full(depth, at, slot) {
                    continue;
                }
                let inner = self.row(child);
                let groups = inner.groups.iter().enumerate().skip(1);
                for (inside, found) in groups.filter(|(_, group)| group.id == probe.id) {
                    let Some((at_fit, _)) = self.choose(found, None, probe) else { continue };
                    let fit = inner.slot(at_fit);
                    guesses.push(Guess {
                        depth,
                        group: slot.group,
                        slot: at,
                        child,
                        inside: inside as u8,
                        fit: at_fit,
                        due: slot.usage == Usage::Required && frame.seen >> at & 1 == 0,
                        required: fit.usage == Usage::Required,
                        inner: match fit.target {
                            Target::Loop(inner) => Some(inner),
                            Target::Segment(_) => None,
                        },
                    });
                }
            }
        }
        guesses.sort_by_key(|guess| !guess.due);
        guesses
    }

    /// Lets the next segments decide between `now` and the reading in which the guess is right. Others that
    /// want the place `wanted` of the segment itself say nothing.
    pub(super) fn weigh(&self, at: u32, now: Reading, guess: Guess, wanted: Option<Hit>) -> Verdict {
        let Guess { depth, group, child, inside, .. } = guess;
        let opened = [Some((child, inside)), guess.inner.map(|inner| (inner, 1))];
        let then = Reading { top: depth, depth, group, opened };
        let row = self.state.frames[depth].row;
        let mut inside = None;
        for next in at + 1..self.item.to.min(at + 1 + LOOKAHEAD) {
            let probe = Probe::new(self.input, next);
            if self.begins(row, guess, &probe) {
                return if next == at + 1 { Verdict::Early } else { Verdict::Either };
            }
            if let Some(within) = inside.and_then(|inside| self.fits_inside(inside, 1, &probe)) {
                // content of a loop that opens in both readings
                inside = within.opens.or(inside);
                continue;
            }
            if wanted.is_some_and(|hit| self.wants(hit, &probe)) {
                continue;
            }
            match (self.fits(now, &probe), self.fits(then, &probe)) {
                (None, Some(_)) => return Verdict::Right,
                (Some(_), None) => return Verdict::Wrong,
                // both readings leave for the same loop, and from there on are one
                (Some(here), Some(there)) if here.depth == there.depth && here.depth <= depth => break,
                (Some(here), Some(_)) => inside = here.opens.or(inside),
                (None, None) => {}
            }
        }
        Verdict::Either
    }

    /// Whether a segment fits the slot of `hit`.
    fn wants(&self, hit: Hit, probe: &Probe<'_>) -> bool {
        let row = self.state.frames[hit.depth].row;
        row.groups.get(usize::from(hit.group)).is_some_and(|group| {
            group.id == probe.id && self.choose(group, None, probe).is_some_and(|(slot, _)| slot == hit.slot)
        })
    }

    /// Whether a segment is the first of the guessed loop; `row` is the loop around it.
    fn begins(&self, row: &LoopRow, guess: Guess, probe: &Probe<'_>) -> bool {
        row.groups.get(usize::from(guess.group)).is_some_and(|group| {
            group.id == probe.id
                && self.choose(group, None, probe).is_some_and(|(slot, _)| slot == guess.slot)
        })
    }

    /// Whether a loop may be taken as open although the next segments fit both ways: the guide asks for it,
    /// or the segment belongs nowhere else and is all that the loop must have; and it does not come later.
    pub(super) fn is_convincing(&self, at: u32, id: u32, guess: Guess) -> bool {
        let foreign = !self.within(id).any(|depth| self.group_of_id(depth, id).is_some());
        let whole = self.row(guess.child).required & !(1 | 1 << guess.fit) == 0;
        self.is_allowed(guess) && (guess.due || foreign && whole) && !self.comes_later(at, guess)
    }

    /// A loop is opened for the sake of a loop inside it only if both are levels.
    pub(super) fn is_allowed(&self, guess: Guess) -> bool {
        guess.inner.is_none() || self.row(guess.child).kind == LoopKind::Level
    }

    /// Whether a loop that may stand once only begins later in the open instance of the loop around it.
    fn comes_later(&self, at: u32, guess: Guess) -> bool {
        let row = self.state.frames[guess.depth].row;
        if row.slot(guess.slot).max != 1 {
            return false;
        }
        let groups = row.groups;
        let is_past = |next: &Probe<'_>| {
            let later = groups.iter().skip(usize::from(guess.group) + 1).chain(groups.first());
            later.into_iter().any(|group| group.id == next.id)
        };
        let ahead = (at + 1..self.item.to.min(at + 1 + FAR)).map(|next| Probe::new(self.input, next));
        ahead.take_while(|next| !is_past(next)).any(|next| self.begins(row, guess, &next))
    }

    /// Whether a segment whose loop begins with the next one belongs into it: it has no other home or the
    /// loop must have it, and it does not come again there.
    pub(super) fn is_early(&self, at: u32, guess: Guess, has_home: bool) -> bool {
        let row = self.row(guess.child);
        let trigger = row.groups.first().map_or(0, |group| group.id);
        let ahead = (at + 2..self.item.to.min(at + 2 + FAR)).map(|next| Probe::new(self.input, next));
        let again = ahead.take_while(|next| next.id != trigger).any(|next| {
            row.groups
                .get(usize::from(guess.inside))
                .filter(|group| group.id == next.id)
                .and_then(|group| self.choose(group, None, &next))
                .is_some_and(|(fit, _)| fit == guess.fit)
        });
        guess.inner.is_none() && (guess.required || !has_home) && !again
    }

    /// The place that a segment has ahead in a reading.
    pub(super) fn fits(&self, reading: Reading, probe: &Probe<'_>) -> Option<Fit> {
        let mut opened = reading.opened.into_iter().flatten();
        if let Some(fit) = opened.find_map(|(child, from)| self.fits_inside(child, from, probe)) {
            return Some(fit);
        }
        (0..=reading.top).rev().find_map(|depth| {
            let frame = self.state.frames[depth];
            let row = frame.row;
            let from = if depth == reading.depth { reading.group } else { frame.group };
            let mut groups = row.groups.iter().skip(usize::from(from)).filter(|group| group.id == probe.id);
            groups.find_map(|group| match self.choose(group, Some(depth), probe) {
                Some((slot, false)) => Some(Fit { depth, opens: row.child(slot) }),
                _ => None,
            })
        })
    }

    /// The place that a segment has in a fresh loop from group `from` on.
    fn fits_inside(&self, child: u8, from: u8, probe: &Probe<'_>) -> Option<Fit> {
        let row = self.row(child);
        let mut groups = row.groups.iter().skip(usize::from(from)).filter(|group| group.id == probe.id);
        let (slot, _) = groups.find_map(|group| self.choose(group, None, probe))?;
        Some(Fit { depth: usize::MAX, opens: row.child(slot) })
    }
}
