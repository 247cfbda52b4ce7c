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
use crate::x12::Separators;

use super::masks::{COMPONENTS, ELEMENTS};
use super::value;

/// What a value must be.
#[derive(Clone, Copy)]
struct Step {
    /// The first listed code: most lists have no other.
    code: Code,
    form: Form,
    /// How many codes are listed.
    codes: u8,
    /// Shortest, in characters, or in digits of a number, and by how many the longest is longer.
    min: u16,
    more: u16,
    /// The first listed code in [`pool::CODES`]; of a composite its place in [`pool::ELEMENTS`].
    at: u16,
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
        _ if row.long.len > 0 || row.codes.len > u8::MAX as u16 || row.max < row.min => Form::Other,
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
    let at = if matches!(form, Form::Composite) { element } else { row.codes.start };
    let code = if row.codes.len == 0 { Code::EMPTY } else { pool::CODES[row.codes.start as usize] };
    Step { code, form, codes: row.codes.len as u8, min: row.min, more: row.max.saturating_sub(row.min), at }
}

/// Beside the pool's parts, so that a definition's steps lie in a row.
static STEPS: [Step; pool::PARTS.len()] = {
    let mut all =
        [Step { code: Code::EMPTY, form: Form::Other, codes: 0, min: 0, more: 0, at: 0 }; pool::PARTS.len()];
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

/// The separators that stand between values, those inside an element spread over a word each.
#[derive(Clone, Copy)]
pub(super) struct Spread {
    components: u64,
    /// As `components` where repetitions have none.
    repetitions: u64,
    element: u8,
}

impl Spread {
    /// Of an interchange.
    pub(super) fn of(separators: &Separators) -> Spread {
        let repetition = separators.repetition.unwrap_or(separators.component);
        Spread {
            components: repeated(separators.component),
            repetitions: repeated(repetition),
            element: separators.element,
        }
    }
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
/// are usual ones, which are ASCII, or separators, which may be any byte.
#[inline(never)] // small and hot: it keeps its own registers
pub(super) fn is_good(
    bytes: &[u8],
    marks: &[u32],
    has_parts: bool,
    asked: &Asked,
    separators: &Spread,
) -> bool {
    let steps = asked.elements.of(&STEPS);
    if marks.len() < 2 || marks.len() > steps.len() + 1 {
        return false;
    }
    let mut filled = 0u64;
    let mut bit = 1u64;
    for ([before, end], step) in marks.array_windows().zip(steps) {
        bit <<= 1;
        let begin = *before as usize + 1;
        let end = *end as usize;
        if begin == end {
            continue;
        }
        filled |= bit;
        if has_parts && step.form != Form::Composite && holds_separator(bytes, begin, end, separators) {
            return false;
        }
        // nearly all are of the first two forms
        let good = match step.form {
            Form::Text => step.is_text(bytes, begin, end),
            Form::Listed => step.lists(bytes, begin, end),
            Form::Composite => is_good_composite(step, bytes, begin, end, separators),
            _ => is_good_value(step, bytes, begin, end, separators),
        };
        if !good {
            return false;
        }
    }
    // not where the last one is empty
    filled & bit != 0
        && asked.required & !filled == 0
        && (asked.notes.len == 0 || notes_hold(asked.notes, filled))
}

/// Whether a value holds a separator of components or repetitions: whatever byte that is, it is no part of a good value.
#[inline]
fn holds_separator(bytes: &[u8], begin: usize, end: usize, separators: &Spread) -> bool {
    if let Some(eight) = eight(bytes, begin).filter(|_| end - begin <= 8) {
        let word = u64::from_le_bytes(*eight);
        let hits = zeros(word ^ separators.components) | zeros(word ^ separators.repetitions);
        // the lowest bit that is set is right, whatever is above it
        return (hits.trailing_zeros() as usize) < 8 * (end - begin);
    }
    let value = bytes.get(begin..end).unwrap_or(&[]);
    memchr2(separators.components as u8, separators.repetitions as u8, value).is_some()
}

/// A one in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// A byte in each byte of a word.
#[inline]
fn repeated(byte: u8) -> u64 {
    ONES * u64::from(byte)
}

/// The upper bits of the bytes that are zero. The lowest bit that is set is right; above it others may be set.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

/// The eight bytes from `begin` on; none at the end of all bytes, which are for the full check.
#[inline]
fn eight(bytes: &[u8], begin: usize) -> Option<&[u8; 8]> {
    bytes.get(begin..begin + 8)?.first_chunk()
}

impl Step {
    #[inline]
    fn fits(&self, length: usize) -> bool {
        length.wrapping_sub(usize::from(self.min)) <= usize::from(self.more)
    }

    /// Whether `begin..end` is a text of the right length that does not begin with a space.
    #[inline]
    fn is_text(&self, bytes: &[u8], begin: usize, end: usize) -> bool {
        self.fits(end - begin) && bytes.get(begin).is_some_and(|byte| *byte != b' ')
    }

    /// Whether `begin..end`, of at least a byte, is one of the listed codes, which are as long as they may be.
    #[inline]
    fn lists(&self, bytes: &[u8], begin: usize, end: usize) -> bool {
        let len = end - begin;
        let Some(eight) = eight(bytes, begin).filter(|_| len <= 8) else { return false };
        // a listed code holds no zero byte
        let code = Code::from_word(u64::from_be_bytes(*eight) & u64::MAX << ((8 - len) * 8));
        let codes = Run { start: self.at, len: u16::from(self.codes) };
        code == self.code || codes.of(&pool::CODES).contains(&code)
    }
}

/// Whether a value of one of the rarer forms is good.
#[inline(never)] // so that the common forms stay small
fn is_good_value(step: &Step, bytes: &[u8], begin: usize, end: usize, separators: &Spread) -> bool {
    let len = end - begin;
    match step.form {
        Form::Integer => is_number(step, bytes, begin, end, false),
        Form::Decimal => is_number(step, bytes, begin, end, true),
        Form::Date => len == 8 && step.fits(8) && eight(bytes, begin).is_some_and(|day| Date::exists(day)),
        Form::Time => len == 4 && step.fits(4) && bytes.get(begin..end).is_some_and(value::is_time),
        Form::Period => step.fits(len) && is_period(bytes, begin, end, separators),
        // who calls has asked the first two, and composites hold no composites
        Form::Text | Form::Listed | Form::Composite | Form::Other => false,
    }
}

/// Whether `begin..end` is a date or period as the value right before it says; no, where that is a rare one.
#[inline]
fn is_period(bytes: &[u8], begin: usize, end: usize, separators: &Spread) -> bool {
    let before = bytes.get(..begin.saturating_sub(1)).unwrap_or(&[]);
    let is_begun = |rest: &[u8]| {
        rest.last().is_some_and(|byte| *byte == separators.element || *byte == separators.components as u8)
    };
    let named = |form: &[u8]| before.strip_suffix(form).is_some_and(is_begun);
    let text = bytes.get(begin..end).unwrap_or(&[]);
    if named(b"D8") {
        return Date::exists(text);
    }
    let is_good = |form: &'static [u8]| named(form) && value::wrong_period(form, text).is_none();
    is_good(b"RD8") || is_good(b"DT") || is_good(b"TM")
}

/// A number without a sign, of so few digits that every amount holds them.
#[inline]
fn is_number(step: &Step, bytes: &[u8], begin: usize, end: usize, with_point: bool) -> bool {
    let len = end - begin;
    let (Some(eight), true) = (eight(bytes, begin), len <= 8) else {
        return is_long_number(step, bytes.get(begin..end).unwrap_or(&[]), with_point);
    };
    // no separator is in it, so it is ASCII; a byte is a digit if it is below ten without the bits of "0": what is not sets the upper bit here
    let others = (u64::from_le_bytes(*eight) ^ (repeated(b'0'))).wrapping_add(repeated(0x76)) & (ONES << 7);
    let others = others & (u64::MAX >> (64 - 8 * len.max(1)));
    if others == 0 {
        return step.fits(len);
    }
    let at = (others.trailing_zeros() / 8) as usize;
    let is_point = with_point && others.is_power_of_two() && eight.get(at) == Some(&b'.');
    is_point && len > 1 && len - 1 - at <= 4 && step.fits(len - 1)
}

/// The same of more than eight characters.
fn is_long_number(step: &Step, text: &[u8], with_point: bool) -> bool {
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

/// Where the component that begins at `begin` of a composite ends; none where the composite is repeated, or stands too near the end
/// of all bytes to be looked at so.
#[inline]
fn end_of_piece(bytes: &[u8], begin: usize, end: usize, separators: &Spread) -> Option<usize> {
    let mut at = begin;
    while at < end {
        let word = u64::from_le_bytes(*eight(bytes, at)?);
        let (components, repetitions) =
            (zeros(word ^ separators.components), zeros(word ^ separators.repetitions));
        let hits = components | repetitions;
        if hits != 0 {
            let hit = at + (hits.trailing_zeros() / 8) as usize;
            let is_repeated = components.trailing_zeros() > repetitions.trailing_zeros();
            return if hit >= end { Some(end) } else { (!is_repeated).then_some(hit) };
        }
        at += 8;
    }
    Some(end)
}

/// Whether a composite that stands once is good.
#[inline(never)] // so that the common forms stay small
fn is_good_composite(step: &Step, bytes: &[u8], begin: usize, end: usize, separators: &Spread) -> bool {
    let at = usize::from(step.at);
    let (Some(row), Some(masks)) = (pool::ELEMENTS.get(at), COMPONENTS.get(at)) else { return false };
    let mut filled = 0u64;
    let mut bit = 1u64;
    let mut begin = begin;
    for step in row.parts.of(&STEPS) {
        bit <<= 1;
        let Some(piece) = end_of_piece(bytes, begin, end, separators) else { return false };
        if piece > begin {
            let good = match step.form {
                Form::Text => step.is_text(bytes, begin, piece),
                Form::Listed => step.lists(bytes, begin, piece),
                _ => is_good_value(step, bytes, begin, piece, separators),
            };
            if !good {
                return false;
            }
            filled |= bit;
        }
        if piece == end {
            // not where the last one is empty
            return filled & bit != 0
                && masks.required & !filled == 0
                && (row.notes.len == 0 || notes_hold(row.notes, filled));
        }
        begin = piece + 1;
    }
    false
}
