//! The matcher's findings.

use crate::finding::{Code, Fact, Place, RuleId, Span};

use super::super::generated::pool;
use super::super::table::{ElementRow, GroupRow, LoopKind, LoopRow, Run as Stretch, SlotRow, Target};
use super::probe::Probe;
use super::{Hit, Run};

/// How much of a segment id that is none is shown.
const SHOWN_ID: u32 = 12;

/// The outcome of ELM101 for a segment without qualifier.
const NO_QUALIFIER: u8 = 2;

pub(super) fn name(at: u16) -> Fact {
    Fact::Text(pool::NAMES.get(usize::from(at)).copied().unwrap_or(""))
}

impl Run<'_> {
    fn loop_id(&self, depth: usize) -> (Code, &'static LoopRow) {
        let row = self.state.frames[depth].row;
        (row.id, row)
    }

    /// The segment's qualifier, where `group` of a loop tells slots apart by one.
    fn qualifier(row: &LoopRow, group: usize, probe: &Probe<'_>) -> Fact {
        match row.groups.get(group) {
            Some(group) if group.element > 0 => {
                let span = if group.component > 0 {
                    probe.segment.component_span(group.element, group.component, &probe.separators)
                } else {
                    probe.segment.span(group.element)
                };
                Fact::Input(span)
            }
            _ => Fact::None,
        }
    }

    /// A list of qualifiers, as kept words.
    fn keep_codes(&mut self, lists: impl Iterator<Item = &'static [Code]>) -> Fact {
        let codes: Vec<String> = lists.flat_map(|list| list.iter().map(Code::to_string)).collect();
        if codes.is_empty() { Fact::None } else { self.findings.keep(&codes.join(", ")) }
    }

    pub(super) fn report_unknown(&mut self, at: u32, probe: &Probe<'_>) {
        let (loop_id, _) = self.loop_id(self.state.top);
        let span = probe.segment.span(0);
        let shown = Span::new(span.start, span.end.min(span.start + SHOWN_ID));
        let elsewhere = pool::IDS.binary_search(&probe.id).is_ok();
        self.findings
            .draft(RuleId::SEG101, Place::segment(at, loop_id, probe.segment.code()))
            .outcome(u8::from(elsewhere))
            .line(self.state.line)
            .found(Fact::Input(shown))
            .add();
    }

    /// A segment that has no place in the loop at `depth`, or anywhere around.
    pub(super) fn report_unexpected(&mut self, at: u32, probe: &Probe<'_>, depth: usize) {
        let (loop_id, row) = self.loop_id(depth);
        if probe.segment.filled() == 0 {
            // without a qualifier it has no place, but that it holds nothing is the fault
            let place = Place::segment(at, loop_id, probe.segment.code());
            return self
                .findings
                .draft(RuleId::SEG107, place)
                .line(self.state.line)
                .fact(name(row.name))
                .add();
        }
        let groups = row.groups;
        let group = self.group_of_id(depth, probe.id).map(usize::from);
        let found = group.map_or(Fact::None, |group| Run::qualifier(row, group, probe));
        let is_blank = |span: Span| span.of(self.input.bytes).trim_ascii().is_empty();
        if let (Some(group), Fact::Input(span)) = (group.map(|at| &groups[at]), found)
            && is_blank(span)
            && let Some(row_of_qualifier) = self.qualifier_row(group)
        {
            return self.report_without_qualifier(at, probe, (loop_id, row), group, row_of_qualifier);
        }
        let mut segment_name = Fact::None;
        let mut expected = Fact::None;
        if let Some(group) = group.map(|at| &groups[at]) {
            let slots = group.slots;
            if let [only] = slots {
                segment_name = name(only.name);
            }
            expected = self.keep_codes(slots.iter().map(|slot| slot.qualifiers));
        }
        self.findings
            .draft(RuleId::SEG102, Place::segment(at, loop_id, probe.segment.code()))
            .line(self.state.line)
            .found(found)
            .expected(expected)
            .fact(name(row.name))
            .fact(segment_name)
            .add();
    }

    /// The definition of the qualifier that tells the slots of a group apart.
    fn qualifier_row(&self, group: &GroupRow) -> Option<&'static ElementRow> {
        let definition = match group.slots.first()?.target {
            Target::Segment(at) => at,
            Target::Loop(child) => match self.row(child).slots.first()?.target {
                Target::Segment(at) => at,
                Target::Loop(_) => return None,
            },
        };
        let part = |parts: Stretch, n: u8| {
            let at = *parts.of(&pool::PARTS).get(usize::from(n).checked_sub(1)?)?;
            pool::ELEMENTS.get(usize::from(at))
        };
        let element = part(pool::SEGMENTS.get(usize::from(definition))?.elements, group.element)?;
        if group.component == 0 { Some(element) } else { part(element.parts, group.component) }
    }

    /// A segment without the qualifier that would say which one it is.
    fn report_without_qualifier(
        &mut self,
        at: u32,
        probe: &Probe<'_>,
        (loop_id, row): (Code, &LoopRow),
        group: &GroupRow,
        qualifier: &ElementRow,
    ) {
        let place = Place::segment(at, loop_id, probe.segment.code())
            .at_element(group.element)
            .at_component(group.component)
            .of_data_element(qualifier.number);
        let expected = self.keep_codes(group.slots.iter().map(|slot| slot.qualifiers));
        self.findings
            .draft(RuleId::ELM101, place)
            .outcome(NO_QUALIFIER)
            .line(self.state.line)
            .expected(expected)
            .words(&qualifier.label(place))
            .fact(name(row.name))
            .add();
    }

    pub(super) fn report_out_of_order(&mut self, at: u32, probe: &Probe<'_>, hit: Hit) {
        let (loop_id, row) = self.loop_id(hit.depth);
        let slot = row.slot(hit.slot);
        let loop_id = match slot.target {
            Target::Loop(child) => self.row(child).id,
            Target::Segment(_) => loop_id,
        };
        let found = Run::qualifier(row, usize::from(hit.group), probe);
        self.findings
            .draft(RuleId::SEG103, Place::segment(at, loop_id, probe.segment.code()))
            .line(self.state.line)
            .found(found)
            .fact(name(row.name))
            .fact(name(slot.name))
            .add();
    }

    /// A segment that stands before the first one of its loop, or behind the end of it.
    pub(super) fn report_outside(&mut self, at: u32, probe: &Probe<'_>, child: u8, fit: u8) {
        let row = self.row(child);
        let slot = row.slot(fit);
        let found = Run::qualifier(row, usize::from(slot.group), probe);
        self.findings
            .draft(RuleId::SEG103, Place::segment(at, row.id, probe.segment.code()))
            .line(self.state.line)
            .found(found)
            .fact(name(row.name))
            .fact(name(slot.name))
            .add();
    }

    /// One more than a slot may hold; `count` is how many there are now.
    pub(super) fn report_too_many(&mut self, at: u32, probe: &Probe<'_>, hit: Hit, count: u16) {
        let (loop_id, row) = self.loop_id(hit.depth);
        let slot = row.slot(hit.slot);
        if count != slot.max.saturating_add(1) {
            self.state.suppressed += 1;
            return;
        }
        match slot.target {
            Target::Loop(child) => self.report_loop_too_often(at, child, slot, u32::from(count)),
            Target::Segment(_) => self
                .findings
                .draft(RuleId::SEG105, Place::segment(at, loop_id, probe.segment.code()))
                .line(self.state.line)
                .found(Fact::Number(i64::from(count)))
                .expected(Fact::Number(i64::from(slot.max)))
                .fact(name(row.name))
                .fact(name(slot.name))
                .add(),
        }
    }

    fn report_loop_too_often(&mut self, at: u32, child: u8, slot: &SlotRow, count: u32) {
        let row = self.row(child);
        let segment = Probe::new(self.input, at).segment.code();
        let line = if row.kind == LoopKind::Line { self.state.lines + 1 } else { self.state.line };
        self.findings
            .draft(RuleId::LOP102, Place::segment(at, row.id, segment))
            .line(line)
            .found(Fact::Number(i64::from(count)))
            .expected(Fact::Number(i64::from(slot.max)))
            .fact(name(row.name))
            .add();
    }

    /// The entry's loop against the limit of its place, counting the instances before it.
    pub(super) fn report_repeated_entry(&mut self, loop_at: u8) {
        if self.item.repeat_base == 0 {
            return;
        }
        let parent = self.row(self.row(loop_at).parents[0]);
        let count = self.item.repeat_base.saturating_add(1);
        for at in 0..parent.slots.len() as u8 {
            let slot = parent.slot(at);
            if slot.target == Target::Loop(loop_at) && slot.max > 0 && count > u32::from(slot.max) {
                self.report_loop_too_often(self.item.from, loop_at, slot, count);
            }
        }
    }

    /// A loop that should begin before `at`, where segments of it (outcome 1) or of a loop inside it (0) are.
    pub(super) fn report_missing_trigger(&mut self, at: u32, child: u8, outcome: u8) {
        if self.state.stranger == at && at > self.item.from {
            // the segment before is of an unknown id and was reported: it is that first segment
            self.state.suppressed += 1;
            return;
        }
        self.report_missing_loop(at, child, outcome);
    }

    pub(super) fn report_missing_loop(&mut self, at: u32, child: u8, outcome: u8) {
        let row = self.row(child);
        let slot = row.slot(0);
        let segment_id = row.groups.first().map_or(0, |group| group.id);
        let expected = self.keep_codes(std::iter::once(slot.qualifiers));
        self.findings
            .draft(RuleId::LOP101, Place { missing: true, ..Place::segment(at, row.id, unpack(segment_id)) })
            .outcome(outcome)
            .line(self.state.line)
            .expected(expected)
            .fact(name(row.name))
            .add();
    }

    pub(super) fn report_missing_segment(&mut self, at: u32, row: &LoopRow, slot: &SlotRow) {
        let segment_id = row.groups.get(usize::from(slot.group)).map_or(0, |group| group.id);
        let expected = self.keep_codes(std::iter::once(slot.qualifiers));
        self.findings
            .draft(RuleId::SEG104, Place { missing: true, ..Place::segment(at, row.id, unpack(segment_id)) })
            .line(self.state.line)
            .expected(expected)
            .fact(name(row.name))
            .fact(name(slot.name))
            .add();
    }
}

fn unpack(id: u32) -> Code {
    Code::from_word(u64::from(id) << 32)
}
