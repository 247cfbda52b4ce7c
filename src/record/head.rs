//! What a report says of a record whatever is wrong with it.

use crate::finding::{Money, Period};
use crate::x12::{Unit, grammar};

use super::Cell;

/// Id, charge and date of a record, read from its segments alone: for records that are not judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecordHead {
    /// CLM01, or TRN02 of a 278 event.
    pub id: Cell,
    /// CLM02.
    pub charge: Option<Money>,
    /// The claim's date of service or statement dates, else the first line's.
    pub date: Option<Period>,
}

impl RecordHead {
    /// Reads what the record's first segments tell: id and charge of a claim, id of an event.
    pub fn first(unit: &Unit, from: u32) -> RecordHead {
        let segment = unit.segment(from);
        if segment.id() == b"CLM" {
            let charge = Money::parse(segment.element(2));
            return RecordHead { id: Cell::as_written(from, &segment, 1), charge, date: None };
        }
        let next = unit.segment(from + 1);
        let id = if next.id() == b"TRN" { Cell::as_written(from + 1, &next, 2) } else { Cell::default() };
        RecordHead { id, ..RecordHead::default() }
    }

    /// Reads the record in segments `from..to`.
    pub fn read(unit: &Unit, from: u32, to: u32) -> RecordHead {
        let mut head = RecordHead::default();
        // the id of an event is the first TRN02 before its services
        let mut seeks_trace = unit.segment(from).id() == b"HL";
        for at in from..to {
            let segment = unit.segment(at);
            match segment.id() {
                b"CLM" if at == from => {
                    head.id = Cell::as_written(at, &segment, 1);
                    head.charge = Money::parse(segment.element(2));
                }
                b"HL" if at > from => seeks_trace = false,
                b"TRN" if seeks_trace => {
                    head.id = Cell::as_written(at, &segment, 2);
                    seeks_trace = false;
                }
                b"DTP"
                    if head.date.is_none()
                        && matches!(segment.element(1), b"472" | b"434" | b"AAH" | b"435") =>
                {
                    head.date = grammar::date_period(segment.element(2), segment.element(3));
                }
                _ => {}
            }
        }
        head
    }
}

#[cfg(test)]
mod tests {
    use super::RecordHead;
    use crate::x12::{Separators, StructuralIndex, Unit};

    #[test]
    fn the_id_of_an_event_is_its_own_trace() {
        for (text, id) in [
            ("HL*4*3*EV*1~TRN*1*E1~TRN*1*E2~HL*5*4*SS*0~TRN*1*S1~", "E1"),
            ("HL*4*3*EV*1~HL*5*4*SS*0~TRN*1*S1~", ""),
            ("HL*4*3*EV*1~TRN*1~TRN*1*E2~", ""),
            ("CLM**100~TRN*1*X~", ""),
            ("CLM*C1*100~TRN*1*X~", "C1"),
        ] {
            let mut unit = Unit::default();
            unit.reset(0, 0, Separators::USUAL).extend_from_slice(text.as_bytes());
            unit.index(&StructuralIndex);
            let head = RecordHead::read(&unit, 0, unit.body_segments());
            assert_eq!(head.id.text(&unit), id.as_bytes(), "{text}");
        }
    }
}
