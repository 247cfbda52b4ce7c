//! What the survey does with the segments of levels and records.

use crate::finding::{Code, Money, RuleId};

use super::envelope::{At, Interchange, Item, Set, elements, fault_of, stray};
use super::levels::LevelFault;
use super::scan::Surveyor;
use super::{EnvelopeFault, Short};
use crate::x12::RecordStart;

impl Surveyor {
    pub(super) fn level(&mut self, x: &mut Interchange, here: At<'_>) {
        let Some(set) = &mut x.set else {
            return stray(x, here);
        };
        let Some(shape) = set.shape else { return };
        let separator = x.isa.separators.element;
        let hl = elements(here.text, separator, [1, 2, 3, 4]);
        let ordinal = self.counters.levels;
        self.counters.levels += 1;
        let fault = self.levels.enter(shape, hl, ordinal, &mut self.survey.levels);
        let mut noted = |fault: &LevelFault| match fault.rule {
            RuleId::HLV103 => std::mem::replace(&mut set.broken, true),
            _ => set.broken || std::mem::replace(&mut set.misnumbered, true),
        };
        if let Some(fault) = fault.filter(|fault| !noted(fault)) {
            self.survey.set_faults.push(EnvelopeFault {
                outcome: fault.outcome,
                offset: here.element(usize::from(fault.element), separator),
                position: set.segments,
                segment_id: Code::new(b"HL"),
                element: fault.element,
                found: fault.found,
                expected: fault.expected,
                ..fault_of(fault.rule, set.ordinal)
            });
        }
        let level = Code::exact(hl[2]).and_then(|code| shape.level(code));
        match (level, shape.record_level()) {
            (Some(level), Some(record)) if level == record => {
                let answer = set.answer;
                self.count_record(x, here, answer, None);
            }
            // levels below a record's are part of it
            (Some(level), Some(record)) if level > record => {}
            (Some(_), _) => self.end_item(x, here.offset, None),
            (None, _) => {}
        }
    }

    /// A segment that begins a record: wherever it stands, somebody waits for it.
    pub(super) fn claim(&mut self, x: &mut Interchange, here: At<'_>) {
        let separator = x.isa.separators.element;
        let [id, charge] = elements(here.text, separator, [0, 2]);
        if let Some(set) = &x.set {
            let begins = RecordStart::Segment(Code::exact(id).unwrap_or(Code::EMPTY));
            let shape = set.shape.filter(|shape| shape.record == begins);
            match shape {
                Some(shape) if self.levels.holds_records(shape) => self.levels.take_record(),
                Some(_) if set.levels_before == self.counters.levels => self.misplaced_record(x, here, 2),
                Some(_) => self.misplaced_record(x, here, 0),
                None => self.misplaced_record(x, here, 1),
            }
        }
        self.count_record(x, here, false, Money::parse(charge));
    }

    /// A record in a group that is set aside: it must not be passed over, so that the interchange cannot be processed.
    pub(super) fn record_in_aside_group(&mut self, x: &mut Interchange, here: At<'_>) {
        if let Some(group) = x.group.as_mut().filter(|group| !group.misfit) {
            group.misfit = true;
            let id = here.text.split(|b| *b == x.isa.separators.element).next().unwrap_or(&[]);
            x.note.faults.push(EnvelopeFault {
                outcome: 1,
                offset: here.offset,
                segment_id: Code::exact(id).unwrap_or(Code::EMPTY),
                found: Short::new(id),
                expected: group.kind,
                ..fault_of(RuleId::ENV108, x.note.ordinal)
            });
        }
        self.claim(x, here);
    }

    /// Notes that a set holds no level at all (`outcome` 0), or levels and no record (1); `offset` and `position` are where it
    /// ends.
    pub(super) fn check_content(&mut self, set: &Set, offset: u64, position: u32) {
        let Some(shape) = set.shape.filter(|_| !set.broken) else { return };
        let records = self.survey.records + self.survey.answers - set.records_before;
        let levels = self.counters.levels - set.levels_before;
        let (outcome, missing) = match (levels, records, shape.record) {
            (0, 0, _) => (0, Code::new(b"HL")),
            // an answer may say no to all that was asked
            (_, 0, RecordStart::Segment(id)) if !set.answer => (1, id),
            (_, 0, RecordStart::Level(_)) if !set.answer => (1, Code::new(b"HL")),
            _ => return,
        };
        let expected = match shape.record {
            RecordStart::Segment(id) => id.to_string(),
            RecordStart::Level(code) => format!("HL of level {code}"),
        };
        self.survey.set_faults.push(EnvelopeFault {
            outcome,
            offset,
            position,
            segment_id: missing,
            expected: Short::new(expected.as_bytes()),
            ..fault_of(RuleId::HLV106, set.ordinal)
        });
    }

    /// A record outside of any level that may hold it (`outcome` 0), in a set that holds other records (1), or in one without any
    /// level (2).
    fn misplaced_record(&mut self, x: &mut Interchange, here: At<'_>, outcome: u8) {
        let Some(set) = x.set.as_mut().filter(|set| !set.broken) else { return };
        set.broken = true;
        let id = if outcome == 1 { here.text.get(..3).unwrap_or(&[]) } else { &b"HL"[..] };
        self.survey.set_faults.push(EnvelopeFault {
            outcome,
            offset: here.offset,
            position: set.segments,
            segment_id: Code::new(id),
            ..fault_of(RuleId::HLV105, set.ordinal)
        });
    }

    fn count_record(&mut self, x: &mut Interchange, here: At<'_>, answer: bool, charge: Option<Money>) {
        if answer {
            self.survey.answers += 1;
            x.note.answers += 1;
            return self.end_item(x, here.offset, None);
        }
        self.counters.records += 1;
        self.survey.records += 1;
        x.note.records += 1;
        if self.notes_records {
            self.survey.record_starts.push(here.offset);
        }
        if let Some(charge) = charge {
            self.survey.charges.add(charge);
            x.note.charges.add(charge);
        }
        let record = self.counters.records;
        self.end_item(x, here.offset, Some(record));
    }

    /// Ends the item at hand and begins the next one, a record or not.
    pub(super) fn end_item(&mut self, x: &mut Interchange, offset: u64, record: Option<u64>) {
        if offset.saturating_sub(x.item.start) > self.limits.record {
            match x.item.record {
                Some(record) => self.survey.oversized.push(record),
                None => x.note.faults.push(EnvelopeFault {
                    outcome: 1,
                    offset: x.item.start,
                    expected: Short::number(self.limits.record),
                    ..fault_of(RuleId::ENV107, x.note.ordinal)
                }),
            }
        }
        x.item = Item { start: offset, record };
    }
}
