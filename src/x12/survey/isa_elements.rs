//! The elements of an ISA: what is odd about them. Whether its end agrees is asked elsewhere.

use crate::finding::{Code, Date, RuleId};
use crate::x12::Isa;
use crate::x12::grammar::{self, whole};

use super::envelope::fault_of;
use super::{EnvelopeFault, Short};

/// The elements of an ISA that say of what kind the next one is, with the codes that claims and reviews use.
const QUALIFIERS: [(usize, &[&[u8]]); 4] = {
    const IDS: &[&[u8]] = &[b"01", b"14", b"20", b"27", b"28", b"29", b"30", b"33", b"ZZ"];
    [(1, &[b"00", b"03"]), (3, &[b"00", b"01"]), (5, IDS), (7, IDS)]
};

/// What is odd about the ISA of interchange `ordinal`, whose bytes are `raw`, from `start` of the input on; `is_repeated` where its
/// sender used its number before.
pub(super) fn odd_in_isa(
    isa: &Isa,
    raw: &[u8],
    start: u64,
    ordinal: u64,
    is_repeated: bool,
) -> Vec<EnvelopeFault> {
    let mut faults = Vec::new();
    let base =
        EnvelopeFault { offset: start, segment_id: Code::new(b"ISA"), ..fault_of(RuleId::ENV110, ordinal) };
    let add = |faults: &mut Vec<EnvelopeFault>, rule, element: u8, expected: &[u8]| {
        let found = Short::new(isa.element(usize::from(element)));
        faults.push(EnvelopeFault {
            rule,
            element,
            offset: start + isa.place_of(usize::from(element), raw) as u64,
            outcome: [2, 4, 9, 10, 11, 14, 15, 1, 3, 5, 6, 7, 8]
                .iter()
                .position(|odd| *odd == element)
                .unwrap_or(0) as u8,
            found,
            expected: Short::new(expected),
            ..base
        });
    };
    let blank = |n| isa.element(n).iter().all(|b| *b == b' ');
    let separators = isa.separators;
    let component = separators.component;
    if component.is_ascii_alphanumeric()
        || component == separators.element
        || component == separators.terminator
    {
        add(&mut faults, RuleId::ENV106, 16, b"");
    }
    let terminator = separators.terminator;
    if terminator.is_ascii_alphanumeric() || terminator == separators.element {
        let found = Short::new(&[terminator]);
        faults.push(EnvelopeFault { rule: RuleId::ENV106, outcome: 1, found, ..base });
    }
    if isa.element(12) != b"00501" {
        add(&mut faults, RuleId::ENV104, 12, b"00501");
    }
    if whole(isa.control()).is_none() {
        add(&mut faults, RuleId::ENV105, 13, b"");
    }
    if is_repeated {
        add(&mut faults, RuleId::ENV111, 13, b"");
    }
    for (element, codes) in QUALIFIERS {
        if !codes.contains(&isa.element(element)) {
            add(&mut faults, RuleId::ENV110, element as u8, b"");
        }
    }
    for element in [6, 8].into_iter().filter(|element| blank(usize::from(*element))) {
        add(&mut faults, RuleId::ENV110, element, b"");
    }
    for (qualifier, element) in [(1, 2), (3, 4)] {
        if isa.element(qualifier) == b"00" && !blank(usize::from(element)) {
            add(&mut faults, RuleId::ENV110, element, b"");
        }
    }
    let century = [b"20", isa.element(9)].concat();
    if Date::parse(&century).is_none() {
        add(&mut faults, RuleId::ENV110, 9, b"");
    }
    if isa.element(10).len() != 4 || !grammar::is_time(isa.element(10)) {
        add(&mut faults, RuleId::ENV110, 10, b"");
    }
    if isa.separators.repetition.is_none() && isa.element(11) != b"U" {
        add(&mut faults, RuleId::ENV110, 11, b"^");
    }
    if !matches!(isa.element(14), b"0" | b"1") {
        add(&mut faults, RuleId::ENV110, 14, b"");
    }
    if !matches!(isa.element(15), b"P" | b"T") {
        add(&mut faults, RuleId::ENV110, 15, b"");
    }
    faults
}
