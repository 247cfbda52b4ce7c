//! What the survey does with the segments of levels and records.

use crate::finding::{Code, Money, RuleId};

use super::envelope::{At, Interchange, Item, elements, fault_of, stray};
use super::levels::LevelFault;
use super::scan::Surveyor;
use super::{EnvelopeFault, Short};

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
        let fault = self.levels.enter(shape, hl, ordinal, &mut self.survey.wrong_hl04);
        let mut noted = |fault: &LevelFault| match fault.rule {
            RuleId::HLV103 => std::mem::replace(&mut set.broken, true),
            _ => set.broken || std::mem::replace(&mut set.misnumbered, true),
        };
        if let Some(fault) = fault.filter(|fault| !noted(fault)) {
            self.survey.set_faults.push(EnvelopeFault {
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

    pub(super) fn claim(&mut self, x: &mut Interchange, here: At<'_>) {
        let [charge] = elements(here.text, x.isa.separators.element, [2]);
        if let Some(set) = &x.set
            && !set.shape.is_some_and(|shape| self.levels.holds_records(shape))
        {
            self.misplaced_record(x, here, 0);
        }
        let answer = x.set.as_ref().is_some_and(|set| set.answer);
        self.count_record(x, here, answer, Money::parse(charge));
    }

    /// A record outside of any level that may hold it (`outcome` 0), or in a set that holds other records (1).
    pub(super) fn misplaced_record(&mut self, x: &mut Interchange, here: At<'_>, outcome: u8) {
        let Some(set) = x.set.as_mut().filter(|set| !set.broken) else { return };
        set.broken = true;
        let id = if outcome == 0 { &b"HL"[..] } else { here.text.get(..3).unwrap_or(&[]) };
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
