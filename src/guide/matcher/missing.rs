//! What a loop should have had: looked at when it is left.

use super::super::model::NONE;
use super::super::table::Target;
use super::probe::Probe;
use super::{Origin, Overdue, Run};

impl Run<'_> {
    /// Reports the slots of `mask`, counted from the first of the loop at `depth`, as missing; the loop ends
    /// before `end`.
    pub(super) fn report_missing(&mut self, depth: usize, mask: u64, end: u32) {
        let frame = self.state.frames[depth];
        let row = frame.row;
        let mut mask = mask;
        match (frame.origin, self.begins_again(depth, end)) {
            // one stray segment opened it, or it is missing itself: that was said
            (Origin::Passed, _) => return,
            (Origin::Guessed, _) if end == frame.start + 1 => {
                self.state.suppressed += mask.count_ones();
                return;
            }
            // its first segment stands twice, and once too often
            (_, Some(true)) => {
                self.state.suppressed += mask.count_ones();
                return;
            }
            // its first segment stands twice: one fault
            (_, Some(false)) => {
                self.state.suppressed += mask.count_ones() - 1;
                mask &= mask.wrapping_neg();
            }
            (_, None) => {}
        }
        for at in (0..row.slots.len() as u8).filter(|at| mask >> at & 1 == 1) {
            let slot = row.slot(at);
            let Some((place, last)) = self.place_of_missing(depth, at, end) else {
                self.state.suppressed += 1;
                continue;
            };
            if last == end {
                self.state.overdue.retain(|overdue| overdue.end == end);
                let finding = self.findings.len();
                self.state.overdue.push(Overdue { end, finding, loop_at: frame.loop_at, slot: at });
            }
            match slot.target {
                Target::Loop(child) => self.report_missing_loop(place, child, 0),
                Target::Segment(_) => self.report_missing_segment(place, row, slot),
            }
        }
    }

    /// Whether a loop that holds nothing but its first segment ends because that stands again at `end`, and
    /// if so whether the loop around has no room for another.
    fn begins_again(&self, depth: usize, end: u32) -> Option<bool> {
        let frame = self.state.frames[depth];
        if depth == 0 || end != frame.start + 1 || end >= self.item.to {
            return None;
        }
        let next = Probe::new(self.input, end);
        let around = self.state.frames[depth - 1].row;
        let of_loop = |at: &u8| around.slot(*at).target == Target::Loop(frame.loop_at);
        let at = (0..around.slots.len() as u8).find(of_loop)?;
        let slot = around.slot(at);
        let group = &around.groups[usize::from(slot.group)];
        let same =
            group.id == next.id && self.choose(group, None, &next).is_some_and(|(found, _)| found == at);
        same.then(|| self.is_full(depth - 1, at, slot))
    }

    /// The segment before which one of slot `slot` should have stood in the guide's order, the first of a later slot; and the
    /// last before which it could have stood, the first of a later group. None where a segment without a place
    /// stands in its stead: one of an unknown id where it should have been, or one of its id with an unknown
    /// qualifier.
    fn place_of_missing(&mut self, depth: usize, slot: u8, end: u32) -> Option<(u32, u32)> {
        let frame = self.state.frames[depth];
        let row = frame.row;
        let group = row.slot(slot).group;
        let wanted = row.groups[usize::from(group)].id;
        let mut stranger = None;
        let (mut place, mut last) = (None, end);
        for at in frame.start..end {
            let number = self.slots.get(at as usize).copied().unwrap_or(NONE);
            if number == NONE {
                let probe = Probe::new(self.input, at);
                let stands_in = if self.has_id(probe.id) {
                    probe.id == wanted && !self.is_known_qualifier(&probe)
                } else {
                    stranger.is_none()
                };
                if stands_in && !self.state.answered.contains(&at) {
                    stranger = Some(at);
                }
                continue;
            }
            let Some(found_slot) = self.slot_within(frame.loop_at, number) else { continue };
            if found_slot > slot {
                place = place.or(Some(at));
            }
            let found = row.slot(found_slot).group;
            if found > group {
                last = at;
                break;
            }
            if found < group && stranger.is_none_or(|at| Probe::new(self.input, at).id != wanted) {
                stranger = None;
            }
        }
        match stranger {
            Some(at) => {
                self.state.answered.push(at);
                None
            }
            None => Some((place.unwrap_or(last), last)),
        }
    }

    /// The slot of loop `loop_at`, counted from its first, that a slot of the guide is or is inside of.
    fn slot_within(&self, loop_at: u8, number: u16) -> Option<u8> {
        let slot = self.tables.slots.get(usize::from(number))?;
        let mut child = slot.loop_at;
        let row = self.row(loop_at);
        if child == loop_at {
            return Some((number - row.first_slot) as u8);
        }
        while child != 0 {
            let parents = self.row(child).parents;
            if parents.contains(&loop_at) {
                let is_child = |at: &u8| row.slot(*at).target == Target::Loop(child);
                return (0..row.slots.len() as u8).find(is_child);
            }
            child = parents[0];
        }
        None
    }

    /// Whether any loop of the guide has a segment of this id.
    pub(super) fn has_id(&self, id: u32) -> bool {
        id != 0 && self.tables.groups.iter().any(|group| group.id == id)
    }

    /// Whether any slot of the guide takes the segment's qualifier.
    pub(super) fn is_known_qualifier(&self, probe: &Probe<'_>) -> bool {
        self.tables.loops.iter().any(|row| {
            row.groups.iter().any(|group| group.id == probe.id && self.choose(group, None, probe).is_some())
        })
    }

    /// Whether the segment was reported as missing in a loop that the segment before it ended: then it is out
    /// of order instead.
    pub(super) fn is_overdue(&mut self, at: u32, probe: &Probe<'_>) -> bool {
        let awaited = self.state.overdue.iter().position(|overdue| {
            if overdue.end + 1 != at {
                return false;
            }
            let row = self.row(overdue.loop_at);
            let slot = row.slot(overdue.slot);
            let alone = !matches!(slot.target, Target::Loop(child) if self.row(child).required != 1);
            let group = row.groups.get(usize::from(slot.group)).filter(|group| group.id == probe.id);
            let fits =
                |group| self.choose(group, None, probe).is_some_and(|(found, _)| found == overdue.slot);
            alone && group.is_some_and(fits)
        });
        let Some(Overdue { finding, loop_at, slot, .. }) =
            awaited.map(|which| self.state.overdue.swap_remove(which))
        else {
            return false;
        };
        self.findings.retain_from(finding, |which, _| which != finding);
        for later in self.state.overdue.iter_mut().filter(|later| later.finding > finding) {
            later.finding -= 1;
        }
        self.report_outside(at, probe, loop_at, slot);
        let row = self.row(loop_at);
        let number = match row.slot(slot).target {
            Target::Segment(_) => row.first_slot + u16::from(slot),
            Target::Loop(child) => self.row(child).first_slot,
        };
        self.put(at, number);
        true
    }

    /// Whether a loop has all that it must have.
    pub(super) fn is_whole(&self, depth: usize) -> bool {
        let frame = self.state.frames[depth];
        frame.row.required & !frame.seen == 0
    }
}
