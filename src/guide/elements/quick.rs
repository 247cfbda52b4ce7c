//! A look that finds most segments good, so that only the others are looked at for what is wrong.
//!
//! [`is_good`] may be wrong in one way only: it may call a good segment bad, which costs time. What it calls good, the full
//! check says nothing of: builds with debug assertions hold the two against each other on every segment.
//!
//! It goes once through a segment's marks beside the steps of its definition, a step an element; what it must know of a value
//! is in a dozen bytes.

use memchr::memchr2;

use crate::finding::{Code, Date};
use crate::guide::generated::pool;
use crate::guide::table::{ElementRow, Run};
use crate::guide::terms::{ElementType, NoteKind, Usage};
use crate::x12::{Separators, end_of_part};

use super::masks::{COMPONENTS, ELEMENTS};
use super::value;

/// What a value must be, in as few words as it takes.
#[derive(Clone, Copy)]
struct Step {
    form: Form,
    /// Shortest and longest, in characters, or in digits of a number.
    min: u16,
    max: u16,
    /// In [`pool::CODES`].
    codes: Run,
    /// In [`pool::ELEMENTS`].
    element: u16,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Any characters.
    Text,
    /// One of a list.
    Listed,
    Integer,
    Decimal,
    Date,
    Time,
    /// A date or period of the form that the value before it names.
    Period,
    Composite,
    /// For the full check only: codes of more than eight bytes, and what may not be used.
    Other,
}

const fn step(element: u16) -> Step {
    let row: &ElementRow = &pool::ELEMENTS[element as usize];
    let form = match row.kind {
        _ if matches!(row.usage, Usage::NotUsed) => Form::Other,
        ElementType::Composite => Form::Composite,
        _ if row.long.len > 0 => Form::Other,
        ElementType::Date if row.codes.len == 0 => Form::Date,
        ElementType::Time if row.codes.len == 0 => Form::Time,
        ElementType::Date | ElementType::Time => Form::Other,
        // whatever the type: what is listed is of it
        _ if row.codes.len > 0 => Form::Listed,
        ElementType::Decimal => Form::Decimal,
        ElementType::Integer => Form::Integer,
        ElementType::Text | ElementType::Identifier if row.number.word() == value::PERIOD.word() => {
            Form::Period
        }
        ElementType::Text | ElementType::Identifier => Form::Text,
    };
    Step { form, min: row.min, max: row.max, codes: row.codes, element }
}

/// Beside the pool's parts, so that a definition's steps lie in a row.
static STEPS: [Step; pool::PARTS.len()] = {
    let mut all = [Step { form: Form::Other, min: 0, max: 0, codes: Run { start: 0, len: 0 }, element: 0 };
        pool::PARTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = step(pool::PARTS[at]);
        at += 1;
    }
    all
};

/// The positions of a note: of the first, and of all the others.
static NOTES: [(u64, u64); pool::NOTES.len()] = {
    let mut all = [(0, 0); pool::NOTES.len()];
    let mut at = 0;
    while at < all.len() {
        let positions = &pool::NOTES[at].positions;
        let mut n = 1;
        while n < positions.len() {
            if positions[n] > 0 {
                all[at].1 |= 1 << positions[n];
            }
            n += 1;
        }
        all[at].0 = 1 << positions[0];
        at += 1;
    }
    all
};

/// Whether the notes hold for what is filled.
fn notes_hold(notes: Run, filled: u64) -> bool {
    notes.of(&pool::NOTES).iter().zip(notes.of(&NOTES)).all(|(note, &(first, others))| match note.kind {
        NoteKind::Paired => filled & (first | others) == 0 || filled & (first | others) == first | others,
        NoteKind::Conditional => filled & first == 0 || filled & others == others,
        NoteKind::ListConditional => filled & first == 0 || filled & others != 0,
        NoteKind::Required => filled & (first | others) != 0,
        NoteKind::Exclusion => (filled & (first | others)).count_ones() < 2,
    })
}

/// What is asked of a segment as a whole.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    elements: Run,
    notes: Run,
    /// The elements that must be there.
    required: u64,
}

/// Beside the pool's segments.
pub(super) static ASKED: [Asked; pool::SEGMENTS.len()] = {
    const NONE: Run = Run { start: 0, len: 0 };
    let mut all = [Asked { elements: NONE, notes: NONE, required: 0 }; pool::SEGMENTS.len()];
    let mut at = 0;
    while at < all.len() {
        let row = &pool::SEGMENTS[at];
        all[at] = Asked { elements: row.elements, notes: row.notes, required: ELEMENTS[at].required };
        at += 1;
    }
    all
};

/// Whether nothing is wrong with a segment, whose marks are `marks`; no, where it would take a closer look. All its characters
/// are usual ones.
#[inline(never)] // small and hot: it keeps its own registers
pub(super) fn is_good(
    (bytes, marks): (&[u8], &[u32]),
    has_parts: bool,
    asked: &Asked,
    separators: &Separators,
) -> bool {
    let steps = asked.elements.of(&STEPS);
    let Some((first, ends)) = marks.split_first() else { return false };
    if ends.len() > steps.len() {
        return false;
    }
    let mut filled = 0u64;
    let mut bit = 1u64;
    let mut before = *first as usize;
    let mut last = 0;
    // the one before
    let mut value: &[u8] = &[];
    for (end, step) in ends.iter().zip(steps) {
        let begin = before + 1;
        before = *end as usize;
        bit <<= 1;
        let Some(text) = bytes.get(begin..before) else { return false };
        last = text.len();
        let Some(byte) = text.first() else { continue };
        filled |= bit;
        // nearly all are of the first two forms
        let good = if step.form == Form::Text {
            step.fits(last) && *byte != b' ' && !(has_parts && holds_separator(text, separators))
        } else if step.form == Form::Listed {
            is_listed(step.codes, text)
        } else {
            is_good_value(step, text, value, separators)
        };
        if !good {
            return false;
        }
        value = text;
    }
    last > 0 && asked.required & !filled == 0 && (asked.notes.len == 0 || notes_hold(asked.notes, filled))
}

fn holds_separator(text: &[u8], separators: &Separators) -> bool {
    memchr2(separators.component, separators.repetition.unwrap_or(separators.component), text).is_some()
}

impl Step {
    #[inline]
    fn fits(&self, length: usize) -> bool {
        usize::from(self.min) <= length && length <= usize::from(self.max)
    }
}

/// Whether a value of one of the rarer forms is good; `before` is the value before it.
#[inline(never)] // so that the common forms stay small
fn is_good_value(step: &Step, text: &[u8], before: &[u8], separators: &Separators) -> bool {
    match step.form {
        Form::Integer => is_number(text, false, step),
        Form::Decimal => is_number(text, true, step),
        Form::Date => text.len() == 8 && step.fits(8) && Date::exists(text),
        Form::Time => text.len() == 4 && step.fits(4) && value::is_time(text),
        Form::Period => {
            step.fits(text.len())
                && match before {
                    b"D8" => Date::exists(text),
                    // whatever else stands before it is looked at closely
                    b"RD8" | b"DT" | b"TM" => value::wrong_period(before, text).is_none(),
                    _ => false,
                }
        }
        Form::Composite => is_good_composite(usize::from(step.element), text, separators),
        // who calls has asked the first two
        Form::Text | Form::Listed | Form::Other => false,
    }
}

/// A number without a sign, of so few digits that every amount holds them.
#[inline]
fn is_number(text: &[u8], with_point: bool, step: &Step) -> bool {
    let mut digits = text.len();
    if digits > 14 {
        return false;
    }
    let mut point = None;
    for (at, byte) in text.iter().enumerate() {
        if !byte.is_ascii_digit() {
            if *byte != b'.' || !with_point || point.is_some() {
                return false;
            }
            point = Some(at);
        }
    }
    if let Some(at) = point {
        digits -= 1;
        if digits - at > 4 {
            return false;
        }
    }
    digits > 0 && digits <= 13 && step.fits(digits)
}

/// Whether a list of codes, which are as long as they may be, has a value.
#[inline]
fn is_listed(codes: Run, text: &[u8]) -> bool {
    // a listed code holds no zero byte
    text.len() <= 8 && codes.of(&pool::CODES).contains(&Code::new(text))
}

/// Whether a composite that stands once is good.
fn is_good_composite(at: usize, text: &[u8], separators: &Separators) -> bool {
    let (Some(row), Some(masks)) = (pool::ELEMENTS.get(at), COMPONENTS.get(at)) else { return false };
    // the full check divides repetitions
    if separators.repetition.is_some_and(|repetition| text.contains(&repetition)) {
        return false;
    }
    let steps = row.parts.of(&STEPS);
    let mut filled = 0u64;
    let mut bit = 1u64;
    let mut before: &[u8] = &[];
    let mut begin = 0;
    for step in steps {
        bit <<= 1;
        let end = end_of_part(text, begin, separators.component);
        let piece = text.get(begin..end).unwrap_or(&[]);
        if piece.is_empty() {
            if end == text.len() {
                // a separator at the end
                return false;
            }
        } else {
            let good = match step.form {
                Form::Text => step.fits(piece.len()) && piece[0] != b' ',
                Form::Listed => is_listed(step.codes, piece),
                // composites hold no composites
                Form::Composite => false,
                _ => is_good_value(step, piece, before, separators),
            };
            if !good {
                return false;
            }
            filled |= bit;
            before = piece;
        }
        if end == text.len() {
            return masks.required & !filled == 0 && (row.notes.len == 0 || notes_hold(row.notes, filled));
        }
        begin = end + 1;
    }
    false
}
