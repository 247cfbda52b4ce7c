//! The elements of GS and GE: what is odd about them and stands in nobody's way. Whether trailer and header agree, what GS01 and
//! GS08 name and what GE01 counts is asked elsewhere.

use crate::finding::{Code, Date, RuleId};
use crate::x12::grammar;

use super::envelope::{At, fault_of};
use super::{EnvelopeFault, Short};

/// How many elements a GS has.
const GS_ELEMENTS: usize = 8;

/// How many elements a GE has.
const GE_ELEMENTS: usize = 2;

/// The outcome of GRP108 for an element behind the last.
const SURPLUS: u8 = 6;

/// Calls `put` with what is odd about the GS of group `ordinal`.
pub(super) fn odd_in_gs(here: At<'_>, separator: u8, ordinal: u64, mut put: impl FnMut(EnvelopeFault)) {
    let fault = EnvelopeFault { segment_id: Code::new(b"GS"), ..fault_of(RuleId::GRP108, ordinal) };
    let elements = here.text.split(|byte| *byte == separator);
    for (outcome, (number, text)) in (0..SURPLUS).zip((0u8..).zip(elements).skip(2)) {
        if !is_good(number, text) {
            let offset = here.element(usize::from(number), separator);
            put(EnvelopeFault { outcome, offset, element: number, found: Short::new(text), ..fault });
        }
    }
    surplus(here, separator, GS_ELEMENTS, fault, &mut put);
}

/// Calls `put` with what is odd about the GE of group `ordinal`.
pub(super) fn odd_in_ge(here: At<'_>, separator: u8, ordinal: u64, mut put: impl FnMut(EnvelopeFault)) {
    let fault = EnvelopeFault { segment_id: Code::new(b"GE"), ..fault_of(RuleId::GRP108, ordinal) };
    surplus(here, separator, GE_ELEMENTS, fault, &mut put);
}

/// Whether an element of a GS is of its form.
fn is_good(number: u8, text: &[u8]) -> bool {
    match number {
        2 | 3 => (2..=15).contains(&text.len()) && text.iter().any(|byte| *byte != b' '),
        4 => Date::parse(text).is_some(),
        5 => grammar::is_time(text),
        6 => text.len() <= 9 && grammar::whole(text).is_some(),
        7 => text == b"X",
        _ => true,
    }
}

/// The first element behind the last that holds something.
fn surplus(
    here: At<'_>,
    separator: u8,
    last: usize,
    fault: EnvelopeFault,
    put: &mut impl FnMut(EnvelopeFault),
) {
    let mut behind = here.text.split(|byte| *byte == separator).enumerate().skip(last + 1);
    if let Some((number, text)) = behind.find(|(_, text)| !text.is_empty()) {
        put(EnvelopeFault {
            outcome: SURPLUS,
            offset: here.element(number, separator),
            element: u8::try_from(number).unwrap_or(u8::MAX),
            found: Short::new(text),
            expected: Short::number(last as u64),
            ..fault
        });
    }
}
