//! The matcher: gives each segment its loop and place, and says what stands wrong, is missing or is too much.
//!
//! It works on *items*, the pieces that a transaction set is cut into: what stands before the first level, a
//! level, a record (a claim, or a patient event with its services), the trailer. Each item begins with fresh
//! state, so that a fault in one cannot reach the next. A whole set is an item too.
//!
//! # Order
//! A loop's slots stand in groups of one segment id; for a child loop that is the id of its first segment. Within a
//! group any order is right (`REF*F8` before `REF*G1`, loop 2310B before 2310A), groups follow each other: the
//! base standard has one position for each group, and the guides' own position numbers agree.
//!
//! # One fault, one finding
//! What a segment fits in order is found by looking forward from where the innermost loop stands, then in the loops
//! around it. Only what fits nowhere ahead is weighed (`recover`):
//! * A segment of a loop whose first segment is missing opens that loop; the missing one is reported, once.
//!   Whether that is the better reading is decided by what the next segments fit.
//! * A segment out of order keeps the open loops open, and the order goes on from it: one moved segment, early or
//!   late, is one finding, as is a run of them.
//! * A first segment of a loop that cannot be placed (`NM1*XX`) takes with it what follows it and fits nowhere ahead:
//!   counted, not reported, until a segment finds its place.
//! * An unknown qualifier, where the loop has one slot only of that segment id, takes that slot: the value of the
//!   qualifier is then the one fault, and for whoever judges elements.
//! * A required segment is not reported as missing where a segment that cannot be placed stands in its stead.
//! * Of too many, the first is reported and the others are counted.
//!
//! # Findings
//! | rule | outcome | found | expected | facts |
//! |---|---|---|---|---|
//! | SEG101 unknown id | 0 in no guide, 1 in other guides | the id | | |
//! | SEG102 not expected here | | the qualifier | the loop's qualifiers | loop's name, segment's name |
//! | ELM101 no qualifier, so no place | 2 | | the loop's qualifiers | the qualifier's name, loop's name |
//! | SEG103 out of order | | the qualifier | | loop's name, segment's name |
//! | SEG104 required segment missing | | | its qualifiers | loop's name, segment's name |
//! | SEG107 without any data, so without a place | | | | loop's name |
//! | SEG105 more often than allowed | | how many | the limit | loop's name, segment's name |
//! | LOP101 required loop missing | 0 all of it, 1 its first segment | | its qualifiers | loop's name |
//! | LOP102 loop more often than allowed | | how many | the limit | loop's name |
//!
//! For something missing, the place is the segment before which it should have stood.

#[cfg(test)]
mod corpus;
mod item;
mod missing;
mod probe;
#[cfg(test)]
mod properties;
mod recover;
mod report;
mod steps;
#[cfg(test)]
mod tests;
mod weigh;

use crate::finding::{Code, Findings};

pub use item::{Entry, Input, Item, Matched};
use probe::Probe;
use steps::{Start, Step, Steps};

use super::GuideId;
use super::generated::pool;
use super::model::{Guide, NONE};
use super::table::{GroupRow, LoopKind, LoopRow, MAX_DEPTH, MAX_SLOTS, SlotRow, Tables, Target};
use crate::x12::id_bit;

/// A loop that is open.
#[derive(Clone, Copy, Debug)]
struct Frame {
    row: &'static LoopRow,
    /// The loop's place in the guide.
    loop_at: u8,
    /// The group that was reached, counted from the loop's first.
    group: u8,
    origin: Origin,
    /// Its first segment.
    start: u32,
    /// The slots that were filled.
    seen: u64,
}

/// Why a loop is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Origin {
    /// Its first segment came.
    Trigger,
    /// Another of its segments came, the first is missing.
    Guessed,
    /// A loop inside it came, it is missing itself.
    Passed,
}

impl Frame {
    const fn new(row: &'static LoopRow, loop_at: u8, start: u32) -> Frame {
        Frame { row, loop_at, group: 0, origin: Origin::Trigger, start, seen: 0 }
    }
}

/// A slot that was reported as missing.
#[derive(Clone, Copy, Debug)]
struct Overdue {
    /// The segment that ended its loop.
    end: u32,
    /// The finding's place in the list.
    finding: usize,
    loop_at: u8,
    slot: u8,
}

/// What a first segment that could not be placed leaves behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lost {
    /// Nothing: all is well.
    No,
    /// Until a segment finds its place.
    Loop,
    /// Until the next level, record or the trailer.
    Level,
}

/// The working memory of matching: made once, used for one item after the other.
#[derive(Debug)]
pub struct Matcher {
    frames: [Frame; MAX_DEPTH],
    /// How often a slot was filled, where the frame's `seen` says that it was.
    counts: [[u16; MAX_SLOTS]; MAX_DEPTH],
    /// The innermost open loop.
    top: usize,
    /// How many service lines were begun, and the one that is open or 0.
    lines: u32,
    line: u32,
    lost: Lost,
    /// One past the last segment of an unknown id.
    stranger: u32,
    suppressed: u32,
    /// A slot that was filled before its loop began: where that is, the loop, the slot.
    early: Option<(u32, u8, u8)>,
    /// Segments without a place that account for a missing one.
    answered: Vec<u32>,
    /// What was missing when a loop ended.
    overdue: Vec<Overdue>,
    /// What segments did before, of whatever item.
    steps: Steps,
}

impl Default for Matcher {
    fn default() -> Matcher {
        Matcher::new()
    }
}

impl Matcher {
    /// A matcher for any guide.
    pub fn new() -> Matcher {
        Matcher {
            frames: [Frame::new(&Guide::of(GuideId::Professional).tables().loops[0], 0, 0); MAX_DEPTH],
            counts: [[0; MAX_SLOTS]; MAX_DEPTH],
            top: 0,
            lines: 0,
            line: 0,
            lost: Lost::No,
            stranger: 0,
            suppressed: 0,
            early: None,
            answered: Vec::new(),
            overdue: Vec::new(),
            steps: Steps::default(),
        }
    }

    /// Gives each segment of `item` its slot in `guide`, or [`NONE`], in `slots`, which runs parallel to all
    /// segments of `input` and is made longer where needed; faults go into `findings`.
    pub fn match_item(
        &mut self,
        guide: &Guide,
        input: Input<'_>,
        item: Item,
        slots: &mut Vec<u16>,
        findings: &mut Findings,
    ) -> Matched {
        let to = item.to.min(input.segments.len() as u32);
        let item = Item { to, from: item.from.min(to), ..item };
        if slots.len() < item.to as usize {
            slots.resize(item.to as usize, NONE);
        }
        (self.lines, self.line, self.lost, self.stranger, self.suppressed) = (0, 0, Lost::No, 0, 0);
        self.early = None;
        self.answered.clear();
        self.overdue.clear();
        Run { state: self, guide: guide.id(), tables: guide.tables(), input, item, slots, findings }.run();
        Matched { suppressed: self.suppressed }
    }

    /// [`match_item`](Self::match_item) of the whole transaction set in the segments `from..to`, through all
    /// its levels.
    pub fn match_set(
        &mut self,
        guide: &Guide,
        input: Input<'_>,
        from: u32,
        to: u32,
        slots: &mut Vec<u16>,
        findings: &mut Findings,
    ) -> Matched {
        let item = Item { from, to, entry: Entry::Set, repeat_base: 0 };
        self.match_item(guide, input, item, slots, findings)
    }
}

/// A slot that a segment fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Hit {
    depth: usize,
    group: u8,
    /// Counted from the loop's first slot.
    slot: u8,
    /// Whether it holds as many as it may already.
    full: bool,
}

/// Matching one item.
struct Run<'a> {
    state: &'a mut Matcher,
    guide: GuideId,
    tables: &'static Tables,
    input: Input<'a>,
    item: Item,
    slots: &'a mut Vec<u16>,
    findings: &'a mut Findings,
}

impl Run<'_> {
    fn run(mut self) {
        if self.item.from == self.item.to {
            return;
        }
        let Some(from) = self.enter() else { return self.lose_all() };
        let input = self.input;
        let segments = input.segments.segments(input.bytes, from, self.item.to);
        // the slot of the segment before, as long as all is in order and the loops that are open follow from it
        let mut before = self.entered(from);
        for (at, segment) in (from..).zip(segments) {
            let step = before.and_then(|before| {
                let start = Start::of(self.guide, before, &segment, &input.separators)?;
                self.state.steps.find(start)
            });
            before = match step {
                Some(step) if self.take(at, step) => Some(step.to),
                _ => self.place(at, before),
            };
        }
        let to = self.item.to;
        while self.state.top > 0 {
            self.leave(to);
        }
        let missing = self.root_mask() & !self.state.frames[0].seen;
        if missing != 0 {
            self.report_missing(0, missing, to);
        }
    }

    /// The slot behind which the first step begins; none where the open loops do not follow from slots: a whole set has levels
    /// that stand in two others, a trailer has no beginning.
    fn entered(&self, from: u32) -> Option<u16> {
        let is_whole = from == self.item.from;
        match self.item.entry {
            Entry::Header => Some(NONE),
            Entry::Level(_) | Entry::Record if !is_whole => self.slots.get(self.item.from as usize).copied(),
            _ => None,
        }
    }

    /// Takes a step that was taken before; not where its slot is full by now.
    #[inline]
    fn take(&mut self, at: u32, step: Step) -> bool {
        let hit = step.hit();
        if self.holds(hit.depth, hit.slot, step.max) {
            return false;
        }
        debug_assert!(self.leads_there(at, step), "a step leads astray");
        if step.stays {
            // what `accept` does where no loop is opened or left
            self.state.frames[hit.depth].group = hit.group;
            self.count(hit);
            self.put(at, step.to);
        } else {
            self.accept(at, hit);
        }
        true
    }

    /// Whether a step leads where the segment belongs.
    fn leads_there(&self, at: u32, step: Step) -> bool {
        let hit = step.hit();
        let stays = hit.depth == self.state.top && self.child(hit).is_none();
        step.stays == stays && self.ahead(&Probe::new(self.input, at)) == Some(hit)
    }

    /// Finds the place of a segment, in order or not. `before` is the slot before it, and its own slot is given, if all was in
    /// order up to there.
    #[inline(never)] // nearly all segments take a step that was taken before
    fn place(&mut self, at: u32, before: Option<u16>) -> Option<u16> {
        let probe = &Probe::new(self.input, at);
        match self.ahead(probe) {
            Some(hit) if !hit.full => {
                if self.state.lost == Lost::Level && !self.may_end_loss(probe.id, true) {
                    self.put(at, NONE);
                    self.state.suppressed += 1;
                    return None;
                }
                self.state.lost = Lost::No;
                let is_free = self.is_free(hit, probe);
                let child = self.child(hit);
                let stays = hit.depth == self.state.top && child.is_none();
                self.accept(at, hit);
                // a level or record inside another's item stands at another depth than in its own: no step leads there, or on
                let begins_an_item =
                    |child| matches!(self.row(child).kind, LoopKind::Level | LoopKind::Record);
                let before = before.filter(|_| !child.is_some_and(begins_an_item))?;
                let to = self.slots.get(at as usize).copied()?;
                let start = Start::of(self.guide, before, &probe.segment, &self.input.separators);
                if let Some(start) = start.filter(|_| is_free) {
                    let max = self.state.frames[hit.depth].row.slot(hit.slot).max;
                    self.state.steps.remember(start, hit, to, max, stays);
                }
                Some(to)
            }
            hit => {
                self.recover(at, probe, hit);
                None
            }
        }
    }

    /// Whether no full slot would have taken the segment before that of `hit`: then it comes there whenever that is free.
    fn is_free(&self, hit: Hit, probe: &Probe<'_>) -> bool {
        (hit.depth..=self.state.top).all(|depth| {
            let frame = &self.state.frames[depth];
            let groups = frame.row.groups.iter().enumerate().skip(usize::from(frame.group));
            let mut asked = groups.filter(|(number, group)| {
                group.id == probe.id && (depth > hit.depth || *number <= usize::from(hit.group))
            });
            asked.all(|(_, group)| {
                let key = if group.element == 0 { Code::EMPTY } else { probe.key(group) };
                let takes = |slot: &SlotRow| slot.qualifiers.is_empty() || slot.qualifiers.contains(&key);
                (group.first..)
                    .zip(group.slots)
                    .all(|(at, slot)| !takes(slot) || !self.is_full(depth, at, slot))
            })
        })
    }

    /// Opens the item's outermost loop; gives the segment to go on with.
    fn enter(&mut self) -> Option<u32> {
        let Item { from, to, entry, .. } = self.item;
        let wanted = |row: &LoopRow| match entry {
            Entry::Level(id) => row.id == id && row.kind == LoopKind::Level,
            Entry::Record => row.kind == LoopKind::Record,
            Entry::Set | Entry::Header | Entry::Trailer => row.kind == LoopKind::Set,
        };
        let loop_at = self.tables.loops.iter().position(wanted)? as u8;
        self.state.top = 0;
        let row = self.row(loop_at);
        self.state.frames[0] = Frame::new(row, loop_at, from);
        if loop_at == 0 {
            if entry == Entry::Trailer {
                self.state.frames[0].group = row.groups.len().saturating_sub(1) as u8;
            }
            return Some(from);
        }
        self.state.frames[0].seen = 1;
        self.state.frames[0].group = 1;
        self.state.counts[0][0] = 1;
        let first = row.groups.first()?;
        if from < to && Probe::new(self.input, from).id == first.id {
            self.put(from, row.first_slot);
            self.report_repeated_entry(loop_at);
            return Some(from + 1);
        }
        self.report_missing_trigger(from, loop_at, 1);
        Some(from)
    }

    /// An entry that the guide does not have: one finding for all of it.
    fn lose_all(mut self) {
        let Item { from, to, .. } = self.item;
        for at in from..to {
            self.put(at, NONE);
        }
        if from < to {
            self.state.frames[0] = Frame::new(self.row(0), 0, from);
            self.state.top = 0;
            self.report_unexpected(from, &Probe::new(self.input, from), 0);
            self.state.suppressed += to - from - 1;
        }
    }

    fn row(&self, loop_at: u8) -> &'static LoopRow {
        &self.tables.loops[usize::from(loop_at)]
    }

    fn put(&mut self, at: u32, slot: u16) {
        if let Some(target) = self.slots.get_mut(at as usize) {
            *target = slot;
        }
    }

    /// The first place ahead of the open loops, innermost first.
    #[inline]
    fn ahead(&self, probe: &Probe<'_>) -> Option<Hit> {
        let mut full = None;
        let bit = id_bit(probe.id);
        for depth in (0..=self.state.top).rev() {
            let frame = &self.state.frames[depth];
            if frame.row.ids & bit == 0 {
                continue;
            }
            let reached = usize::from(frame.group);
            let groups = frame.row.groups.get(reached..).unwrap_or(&[]);
            for (n, group) in groups.iter().enumerate().filter(|(_, group)| group.id == probe.id) {
                match self.choose(group, Some(depth), probe) {
                    Some((slot, false)) => {
                        return Some(Hit { depth, group: (reached + n) as u8, slot, full: false });
                    }
                    Some((slot, true)) => {
                        full = full.or(Some(Hit { depth, group: (reached + n) as u8, slot, full: true }));
                    }
                    None => {}
                }
            }
        }
        full
    }

    /// The slot of a group that a segment fits: the first that is not full, and whether all are. `depth` is
    /// the frame that knows, none for a loop that would be opened anew.
    #[inline]
    fn choose(&self, group: &GroupRow, depth: Option<usize>, probe: &Probe<'_>) -> Option<(u8, bool)> {
        if group.element == 0
            && group.tie == 0
            && let [slot] = group.slots
            && slot.qualifiers.is_empty()
        {
            // most groups have one slot, and ask for nothing
            return Some((group.first, depth.is_some_and(|depth| self.is_full(depth, group.first, slot))));
        }
        let key = if group.element == 0 { Code::EMPTY } else { probe.key(group) };
        if group.by_key {
            // nearly all that ask for something ask for one value each, or two
            let has_key = |slot: &SlotRow| slot.keys.contains(&key);
            let (n, slot) = (0..).zip(group.slots).find(|(_, slot)| has_key(slot))?;
            let at = group.first + n;
            if group.tie == 0 && !depth.is_some_and(|depth| self.is_full(depth, at, slot)) {
                return Some((at, false));
            }
        }
        let mut second_best = None;
        for (n, slot) in group.slots.iter().enumerate() {
            if !slot.qualifiers.is_empty() && !slot.qualifiers.contains(&key) {
                continue;
            }
            let at = group.first + n as u8;
            let full = depth.is_some_and(|depth| self.is_full(depth, at, slot));
            if full || (group.tie > 0 && !Self::fits_tie(slot, group.tie, probe)) {
                second_best = second_best.or(Some((at, full)));
                continue;
            }
            return Some((at, false));
        }
        second_best
    }

    /// Whether the second deciding element of a segment has a code of this slot's list.
    fn fits_tie(slot: &SlotRow, element: u8, probe: &Probe<'_>) -> bool {
        let Target::Segment(at) = slot.target else { return true };
        let parts = pool::SEGMENTS[usize::from(at)].elements.of(&pool::PARTS);
        let row = parts.get(usize::from(element) - 1).and_then(|at| pool::ELEMENTS.get(usize::from(*at)));
        let value = Code::new(probe.segment.element(element));
        row.is_none_or(|row| row.codes.of(&pool::CODES).contains(&value))
    }

    fn is_full(&self, depth: usize, at: u8, slot: &SlotRow) -> bool {
        self.holds(depth, at, slot.max)
    }

    /// Whether a slot was filled `max` times already; 0 is never reached.
    fn holds(&self, depth: usize, at: u8, max: u16) -> bool {
        let seen = self.state.frames[depth].seen >> at & 1 == 1;
        seen && max > 0 && self.state.counts[depth][usize::from(at)] >= max
    }

    /// Puts a segment into a slot, leaving the loops inside, or entering the slot's loop.
    #[inline]
    fn accept(&mut self, at: u32, hit: Hit) {
        while self.state.top > hit.depth {
            self.leave(at);
        }
        self.state.frames[hit.depth].group = hit.group;
        let row = self.state.frames[hit.depth].row;
        self.count(hit);
        match row.slot(hit.slot).target {
            Target::Segment(_) => self.put(at, row.first_slot + u16::from(hit.slot)),
            Target::Loop(child) => {
                let first = self.open(at, child);
                self.put(at, first);
            }
        }
    }

    /// Counts a slot as filled once more; gives how often that was.
    fn count(&mut self, hit: Hit) -> u16 {
        let frame = &mut self.state.frames[hit.depth];
        let count = &mut self.state.counts[hit.depth][usize::from(hit.slot)];
        let bit = 1u64 << hit.slot;
        *count = if frame.seen & bit == 0 { 1 } else { count.saturating_add(1) };
        frame.seen |= bit;
        *count
    }

    /// Opens a loop whose first segment is at `at`, or should be; gives that segment's slot.
    fn open(&mut self, at: u32, child: u8) -> u16 {
        // the generator holds the nesting of every guide below the array's length
        self.state.top += 1;
        let top = self.state.top;
        let row = self.row(child);
        self.state.frames[top] = Frame { group: 1, seen: 1, ..Frame::new(row, child, at) };
        self.state.counts[top][0] = 1;
        if let Some((_, _, slot)) = self.state.early.take().filter(|early| (early.0, early.1) == (at, child))
        {
            self.state.frames[top].seen |= 1 << slot;
            self.state.counts[top][usize::from(slot)] = 1;
        }
        match row.kind {
            LoopKind::Line => {
                self.state.lines += 1;
                self.state.line = self.state.lines;
            }
            LoopKind::Record => (self.state.lines, self.state.line) = (0, 0),
            _ => {}
        }
        row.first_slot
    }

    /// Leaves the innermost loop before segment `at`.
    #[inline]
    fn leave(&mut self, at: u32) {
        let depth = self.state.top;
        let frame = self.state.frames[depth];
        let row = frame.row;
        let missing = row.required & !frame.seen;
        if missing != 0 {
            // what a level holds beyond its own segments comes in items of its own
            let apart = matches!(self.item.entry, Entry::Level(_)) && row.kind == LoopKind::Level;
            self.report_missing(depth, if apart { missing & row.own } else { missing }, at);
        }
        if row.kind == LoopKind::Line {
            self.state.line = 0;
        }
        self.state.top = depth - 1;
    }

    /// The slots that the item's outermost loop must have in this item.
    fn root_mask(&self) -> u64 {
        let row = self.state.frames[0].row;
        match self.item.entry {
            Entry::Set | Entry::Record => row.required,
            Entry::Level(_) => row.own,
            Entry::Trailer => 0,
            Entry::Header => {
                let is_level = |slot: &SlotRow| match slot.target {
                    Target::Loop(child) => self.row(child).kind == LoopKind::Level,
                    Target::Segment(_) => false,
                };
                let levels = (0..row.slots.len() as u8).find(|slot| is_level(row.slot(*slot)));
                row.own & levels.map_or(u64::MAX, |first| (1 << first) - 1)
            }
        }
    }
}
