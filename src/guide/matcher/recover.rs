//! What to make of a segment that fits nowhere ahead.

use crate::finding::Code;

use super::super::generated::pool;
use super::super::model::NONE;
use super::super::table::{GroupRow, LoopKind, SlotRow, Target};
use super::probe::Probe;
use super::weigh::{Guess, LOOKAHEAD, Reading, Verdict};
use super::{Hit, Lost, Origin, Run};

impl Run<'_> {
    /// A segment that fits nowhere ahead, or only where all is full.
    #[cold]
    pub(super) fn recover(&mut self, at: u32, probe: &Probe<'_>, full: Option<Hit>) {
        self.put(at, NONE);
        if !self.has_id(probe.id) {
            self.report_unknown(at, probe);
            self.state.stranger = at + 1;
            return;
        }
        let is_trigger = self.is_trigger(probe.id);
        if self.state.lost != Lost::No && !self.may_end_loss(probe.id, is_trigger) {
            self.state.suppressed += 1;
            return;
        }
        let behind = self.behind(probe);
        if self.state.lost == Lost::Level && full.or(behind).is_none() && self.is_known_qualifier(probe) {
            // a level below the one that has no place
            self.state.suppressed += 1;
            return;
        }
        let now = match (full, behind) {
            (Some(hit), _) => self.reading(hit.depth, hit),
            (None, Some(hit)) if !hit.full => {
                let top = if self.child(hit).is_some() { hit.depth } else { self.state.top };
                self.reading(top, hit)
            }
            _ => {
                let top = self.state.top;
                Reading { top, depth: top, group: self.state.frames[top].group, opened: [None; 2] }
            }
        };
        let full_loop = full.or(behind).is_some_and(|hit| hit.full && self.child(hit).is_some());
        // the segment before has an unknown id: it may well be the missing first one
        let after_stranger = self.state.stranger == at && at > self.item.from;
        let mut either = None;
        if !full_loop {
            for guess in self.guesses(probe) {
                match self.weigh(at, now, guess, full.or(behind.filter(|hit| hit.full))) {
                    Verdict::Right => return self.guess(at, probe, guess),
                    Verdict::Wrong => {}
                    Verdict::Early if self.is_early(at, guess, full.or(behind).is_some()) => {
                        return self.early(at, probe, guess);
                    }
                    _ if after_stranger && self.is_allowed(guess) => return self.guess(at, probe, guess),
                    Verdict::Either => either = either.or(Some(guess)),
                    Verdict::Early => {}
                }
            }
        }
        if let Some(hit) = full.or(behind.filter(|hit| hit.full)) {
            // a loop that is full around, and free but for the qualifier in the open one: the qualifier is
            // wrong
            let inner = self.child(hit).and_then(|_| self.only_place(at, probe));
            return match inner.filter(|inner| inner.depth > hit.depth) {
                Some(inner) => self.accept(at, inner),
                None => self.too_many(at, probe, hit),
            };
        }
        if let Some(hit) = behind {
            return self.out_of_order(at, probe, hit);
        }
        if let Some(guess) = either.filter(|guess| self.is_convincing(at, probe.id, *guess)) {
            return self.guess(at, probe, guess);
        }
        if let Some(hit) = self.only_place(at, probe).filter(|_| !self.is_known_qualifier(probe)) {
            self.state.lost = Lost::No;
            return self.accept(at, hit);
        }
        self.unplaceable(at, probe, is_trigger);
    }

    /// The loop of a slot, if it is not a segment's.
    pub(super) fn child(&self, hit: Hit) -> Option<u8> {
        self.state.frames[hit.depth].row.child(hit.slot)
    }

    /// Whether a loop of the guide begins with this segment id.
    pub(super) fn is_trigger(&self, id: u32) -> bool {
        self.tables.loops.iter().skip(1).any(|row| row.groups.first().is_some_and(|group| group.id == id))
    }

    /// Whether the first segment of a level or of a record has this id.
    pub(super) fn is_cut(&self, id: u32) -> bool {
        let cuts = |kind| matches!(kind, LoopKind::Level | LoopKind::Record);
        self.tables
            .loops
            .iter()
            .any(|row| cuts(row.kind) && row.groups.first().is_some_and(|group| group.id == id))
    }

    /// Whether the set ends with this segment id.
    fn is_end(&self, id: u32) -> bool {
        self.row(0).groups.last().is_some_and(|group| group.id == id)
    }

    pub(super) fn may_end_loss(&self, id: u32, is_trigger: bool) -> bool {
        match self.state.lost {
            Lost::No => true,
            Lost::Loop => is_trigger,
            Lost::Level => self.is_cut(id) || self.is_end(id),
        }
    }

    /// The open loops in which a segment that is not in order can stand, innermost first: those of the record
    /// or level, and all for the first segment of one.
    pub(super) fn within(&self, id: u32) -> impl Iterator<Item = usize> + use<> {
        let bounds = |depth: &usize| {
            let row = self.state.frames[*depth].row;
            matches!(row.kind, LoopKind::Level | LoopKind::Record)
        };
        let outermost = if self.is_cut(id) { None } else { (0..=self.state.top).rev().find(bounds) };
        (outermost.unwrap_or(0)..=self.state.top).rev()
    }

    /// The innermost place behind where the open loops stand. Where an open loop tells its segments of this id apart, one of an
    /// unknown qualifier is its, not of a loop around that asks for no qualifier but does not list the code.
    fn behind(&self, probe: &Probe<'_>) -> Option<Hit> {
        let mut told_by = 0;
        for depth in self.within(probe.id) {
            let frame = self.state.frames[depth];
            let row = frame.row;
            // a loop's own first segment begins another instance and is never behind
            let first = usize::from(row.kind != LoopKind::Set);
            let groups = row.groups.iter().enumerate().take(usize::from(frame.group)).skip(first);
            for (group, found) in groups.rev().filter(|(_, group)| group.id == probe.id) {
                if let Some((slot, full)) = self.choose(found, Some(depth), probe)
                    && Self::may_list(row.slot(slot), told_by, probe)
                {
                    return Some(Hit { depth, group: group as u8, slot, full });
                }
            }
            if told_by == 0
                && let Some(group) = self.group_of_id(depth, probe.id)
            {
                told_by = row.groups[usize::from(group)].element;
            }
        }
        None
    }

    /// Whether a slot without qualifiers takes the code in element `element`, as far as it lists codes.
    fn may_list(slot: &SlotRow, element: u8, probe: &Probe<'_>) -> bool {
        let Target::Segment(at) = slot.target else { return true };
        if element == 0 || !slot.qualifiers.is_empty() {
            return true;
        }
        let parts = pool::SEGMENTS[usize::from(at)].elements.of(&pool::PARTS);
        let row = parts.get(usize::from(element) - 1).and_then(|at| pool::ELEMENTS.get(usize::from(*at)));
        let value = Code::new(probe.segment.element(element));
        row.is_none_or(|row| row.codes.len == 0 || row.codes.of(&pool::CODES).contains(&value))
    }

    /// The group of the loop at `depth` that has slots of this id beside the loop's own first segment.
    pub(super) fn group_of_id(&self, depth: usize, id: u32) -> Option<u8> {
        let row = self.state.frames[depth].row;
        let first = usize::from(row.kind != LoopKind::Set);
        let mut groups = row.groups.iter().enumerate().skip(first);
        groups.find(|(_, group)| group.id == id).map(|(at, _)| at as u8)
    }

    /// Puts a segment into the loop that begins with the next one.
    fn early(&mut self, at: u32, probe: &Probe<'_>, guess: Guess) {
        self.report_outside(at, probe, guess.child, guess.fit);
        let number = self.row(guess.child).first_slot + u16::from(guess.fit);
        self.put(at, number);
        self.state.early = Some((at + 1, guess.child, guess.fit));
        self.state.lost = Lost::No;
    }

    /// Opens a loop without its first segment, reports that, and puts the segment into it.
    fn guess(&mut self, at: u32, probe: &Probe<'_>, guess: Guess) {
        while self.state.top > guess.depth {
            self.leave(at);
        }
        self.state.frames[guess.depth].group = guess.group;
        self.count(Hit { depth: guess.depth, group: guess.group, slot: guess.slot, full: false });
        self.open(at, guess.child);
        self.state.frames[self.state.top].origin =
            if guess.inner.is_some() { Origin::Passed } else { Origin::Guessed };
        self.state.lost = Lost::No;
        self.report_missing_trigger(at, guess.child, u8::from(guess.inner.is_none()));
        if let Some(hit) = self.ahead(probe) {
            self.accept(at, hit);
        }
    }

    fn too_many(&mut self, at: u32, probe: &Probe<'_>, hit: Hit) {
        let is_loop = self.child(hit).is_some();
        let behind = hit.group < self.state.frames[hit.depth].group;
        if is_loop || !behind {
            while self.state.top > hit.depth {
                self.leave(at);
            }
        }
        let count = self.count(hit);
        self.report_too_many(at, probe, hit, count);
        self.settle(at, hit, is_loop || !behind);
    }

    fn out_of_order(&mut self, at: u32, probe: &Probe<'_>, hit: Hit) {
        if let Some(child) = self.child(hit) {
            if self.is_aside(at, child) {
                self.report_out_of_order(at, probe, hit);
                self.count(hit);
                let first = self.row(child).first_slot;
                return self.put(at, first);
            }
            while self.state.top > hit.depth {
                self.leave(at);
            }
        }
        self.report_out_of_order(at, probe, hit);
        self.count(hit);
        self.settle(at, hit, true);
    }

    /// Whether a loop out of order is a lone segment that what follows passes over.
    fn is_aside(&self, at: u32, child: u8) -> bool {
        let row = self.row(child);
        let next = Probe::new(self.input, at + 1);
        let inside = |group: &GroupRow| group.id == next.id && self.choose(group, None, &next).is_some();
        row.required == 1
            && at + 1 < self.item.to
            && !row.groups.iter().skip(1).any(inside)
            && self.ahead(&next).is_some_and(|hit| !hit.full && hit.depth == self.state.top)
    }

    /// Puts a counted segment into its slot, entering the slot's loop; other open loops stay open.
    fn settle(&mut self, at: u32, hit: Hit, go_on_from_it: bool) {
        if go_on_from_it {
            self.state.frames[hit.depth].group = hit.group;
        }
        let row = self.state.frames[hit.depth].row;
        let number = match row.slot(hit.slot).target {
            Target::Segment(_) => row.first_slot + u16::from(hit.slot),
            Target::Loop(child) => {
                self.state.lost = Lost::No;
                self.open(at, child)
            }
        };
        self.put(at, number);
    }

    /// The only slot of a segment's id, if it is free, in the innermost loop that has any: what a segment
    /// means whose qualifier says nothing. A level is looked for further out too, and must have content of
    /// its own.
    fn only_place(&self, at: u32, probe: &Probe<'_>) -> Option<Hit> {
        for depth in self.within(probe.id) {
            let Some(group) = self.group_of_id(depth, probe.id) else { continue };
            let frame = self.state.frames[depth];
            let row = frame.row;
            let found = &row.groups[usize::from(group)];
            let slot = row.slot(found.first);
            let free =
                group >= frame.group && found.slots.len() == 1 && !self.is_full(depth, found.first, slot);
            let hit = Hit { depth, group, slot: found.first, full: false };
            if free && self.has_content(at, slot) && !self.is_stray(at, hit) {
                return Some(hit);
            }
            if !self.is_cut(probe.id) {
                break;
            }
        }
        None
    }

    /// Whether a segment of a wrong qualifier is one too many in a place: what follows does not go on from
    /// there, or the right one comes yet.
    fn is_stray(&self, at: u32, hit: Hit) -> bool {
        let row = self.state.frames[hit.depth].row;
        let Some(group) = row.groups.get(usize::from(hit.group)) else { return true };
        let then = self.reading(hit.depth, hit);
        if at + 1 < self.item.to && self.fits(then, &Probe::new(self.input, at + 1)).is_none() {
            return true;
        }
        let ahead = (at + 1..self.item.to.min(at + 1 + LOOKAHEAD)).map(|next| Probe::new(self.input, next));
        let mut here = ahead.take_while(|next| next.id == group.id || !self.is_trigger(next.id));
        here.any(|next| next.id == group.id && self.choose(group, None, &next).is_some())
    }

    /// Whether the segment after `at` stands in the slot's loop, where that is a level or a record.
    fn has_content(&self, at: u32, slot: &SlotRow) -> bool {
        let Target::Loop(child) = slot.target else { return true };
        if !matches!(self.row(child).kind, LoopKind::Level | LoopKind::Record) {
            return true;
        }
        let row = self.row(child);
        let next = Probe::new(self.input, at + 1);
        let mut groups = row.groups.iter().skip(1).filter(|group| group.id == next.id);
        at + 1 < self.item.to && groups.any(|group| self.choose(group, None, &next).is_some())
    }

    /// A segment that fits nowhere at all.
    fn unplaceable(&mut self, at: u32, probe: &Probe<'_>, is_trigger: bool) {
        if self.is_overdue(at, probe) {
            return;
        }
        let innermost = self.within(probe.id).find(|depth| self.group_of_id(*depth, probe.id).is_some());
        let depth = innermost.unwrap_or(self.state.top);
        if is_trigger {
            // a loop that still lacks something stays open, and so does one that the next loop stands in
            let depth = depth.max(self.depth_of_next(at).unwrap_or(depth));
            while self.state.top > depth && self.is_whole(self.state.top) {
                self.leave(at);
            }
            self.state.lost = if self.is_cut(probe.id) { Lost::Level } else { Lost::Loop };
        }
        self.report_unexpected(at, probe, depth);
    }

    /// The open loop in which the next first segment of a loop has its place.
    fn depth_of_next(&self, at: u32) -> Option<usize> {
        let mut ahead =
            (at + 1..self.item.to.min(at + 1 + LOOKAHEAD)).map(|next| Probe::new(self.input, next));
        let next = ahead.find(|next| self.is_trigger(next.id))?;
        self.ahead(&next).filter(|hit| !hit.full).map(|hit| hit.depth)
    }
}
