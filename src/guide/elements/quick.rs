//! A look that finds most segments good, so that only the others are looked at for what is wrong.
//!
//! [`is_good`] may be wrong in one way only: it may call a good segment bad, which costs time. What it calls good, the full
//! check says nothing of: builds with debug assertions hold the two against each other on every segment.

use memchr::memchr2;

use crate::finding::{Date, Span};
use crate::guide::generated::pool;
use crate::guide::table::{ElementRow, Run};
use crate::guide::terms::{ElementType, NoteKind};
use crate::x12::{Segment, Separators};

use super::masks::{COMPONENTS, Masks};
use super::value;

/// What a value must be, in as few words as it takes.
#[derive(Clone, Copy)]
struct Quick {
    form: Form,
    /// Length, in characters or digits.
    min: u16,
    max: u16,
    /// In [`pool::CODES`].
    codes: Run,
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
    /// For the full check only: codes of more than eight bytes.
    Other,
}

const fn quick(row: &ElementRow) -> Quick {
    let form = match row.kind {
        ElementType::Composite => Form::Composite,
        _ if row.long.len > 0 => Form::Other,
        ElementType::Decimal if row.codes.len == 0 => Form::Decimal,
        ElementType::Integer if row.codes.len == 0 => Form::Integer,
        ElementType::Date if row.codes.len == 0 => Form::Date,
        ElementType::Time if row.codes.len == 0 => Form::Time,
        ElementType::Text | ElementType::Identifier => {
            if row.codes.len > 0 {
                Form::Listed
            } else if row.number.word() == value::PERIOD.word() {
                Form::Period
            } else {
                Form::Text
            }
        }
        _ => Form::Other,
    };
    Quick { form, min: row.min, max: row.max, codes: row.codes }
}

/// Beside the pool's elements.
static QUICK: [Quick; pool::ELEMENTS.len()] = {
    let mut all =
        [Quick { form: Form::Other, min: 0, max: 0, codes: Run { start: 0, len: 0 } }; pool::ELEMENTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = quick(&pool::ELEMENTS[at]);
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
pub(super) struct Asked<'a> {
    pub(super) elements: Run,
    pub(super) notes: Run,
    pub(super) masks: &'a Masks,
}

/// Whether nothing is wrong with a segment; no, where it would take a closer look. All its bytes are plain.
pub(super) fn is_good(segment: &Segment<'_>, asked: &Asked<'_>, separators: &Separators) -> bool {
    let Masks { known, required, not_used } = *asked.masks;
    let filled = segment.filled();
    let is_whole = filled & !(known & !not_used) == 0 && required & !filled == 0 && filled != 0;
    let has_trailing = u32::from(segment.elements()) + filled.leading_zeros() != 63;
    if !is_whole || has_trailing || !notes_hold(asked.notes, filled) {
        return false;
    }
    let repetition = separators.repetition.unwrap_or(separators.component);
    let text = segment.text();
    let has_parts = memchr2(separators.component, repetition, text).is_some();
    let parts = asked.elements.of(&pool::PARTS);
    let mut before: &[u8] = &[];
    segment.filled_elements().zip_known(parts).all(|(part, text)| {
        let good = is_good_value(part, text, before, has_parts, separators);
        before = text;
        good
    })
}

/// Pairs the filled elements of a segment with what the guide says of them.
trait ZipKnown<'a>: Iterator<Item = (u8, &'a [u8])> + Sized {
    fn zip_known(self, parts: &'static [u16]) -> impl Iterator<Item = (usize, &'a [u8])> {
        self.map(move |(n, text)| {
            let part = parts.get(usize::from(n).wrapping_sub(1));
            (part.map_or(usize::MAX, |part| usize::from(*part)), text)
        })
    }
}

impl<'a, I: Iterator<Item = (u8, &'a [u8])>> ZipKnown<'a> for I {}

/// Whether the value of the pool's element `at` is good; `before` is the value before it.
#[inline]
fn is_good_value(at: usize, text: &[u8], before: &[u8], has_parts: bool, separators: &Separators) -> bool {
    let Some(quick) = QUICK.get(at) else { return false };
    let fits = |length: usize| usize::from(quick.min) <= length && length <= usize::from(quick.max);
    match quick.form {
        Form::Listed => fits(text.len()) && is_listed(quick.codes, text),
        Form::Text => {
            let has_separator = || {
                has_parts && memchr2(separators.component, separators.repetition.unwrap_or(0), text).is_some()
            };
            fits(text.len()) && text.first() != Some(&b' ') && !has_separator()
        }
        Form::Integer => is_number(text, false, quick),
        Form::Decimal => is_number(text, true, quick),
        Form::Date => text.len() == 8 && fits(8) && Date::parse(text).is_some(),
        Form::Time => text.len() == 4 && fits(4) && value::is_time(text),
        Form::Period => {
            fits(text.len()) && value::wrong_period(before, text).is_none() && is_known_form(before)
        }
        Form::Composite => is_good_composite(at, text, separators),
        Form::Other => false,
    }
}

/// The forms of a period, so that whatever else stood before it is looked at closely.
fn is_known_form(format: &[u8]) -> bool {
    matches!(format, b"D8" | b"RD8" | b"DT" | b"TM")
}

/// A number without a sign, of so few digits that every amount holds them.
fn is_number(text: &[u8], with_point: bool, quick: &Quick) -> bool {
    let mut digits = 0u16;
    let mut decimals = None;
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                decimals = decimals.map(|decimals| decimals + 1);
            }
            b'.' if with_point && decimals.is_none() => decimals = Some(0u16),
            _ => return false,
        }
    }
    digits > 0 && digits <= 13 && decimals.unwrap_or(0) <= 4 && quick.min <= digits && digits <= quick.max
}

fn is_listed(codes: Run, text: &[u8]) -> bool {
    if text.is_empty() || text.len() > 8 {
        return false;
    }
    let word = text.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte)) << (64 - 8 * text.len());
    codes.of(&pool::CODES).iter().any(|code| code.word() == word)
}

/// Whether a composite that stands once is good.
fn is_good_composite(at: usize, text: &[u8], separators: &Separators) -> bool {
    let (Some(row), Some(masks)) = (pool::ELEMENTS.get(at), COMPONENTS.get(at)) else { return false };
    let parts = row.parts.of(&pool::PARTS);
    let mut filled = 0u64;
    let mut before: &[u8] = &[];
    let mut start = 0;
    for n in 1..=62u32 {
        let rest = text.get(start..).unwrap_or(&[]);
        let length = rest.iter().position(|byte| *byte == separators.component).unwrap_or(rest.len());
        let piece = Span::new(0, length as u32).of(rest);
        if !piece.is_empty() {
            let Some(part) = parts.get(n as usize - 1) else { return false };
            // a repetition separator is in none of the values: the full check divides
            let is_one = separators.repetition.is_none_or(|repetition| !piece.contains(&repetition));
            if piece.first() == Some(&b' ')
                || !is_one
                || !is_good_value(usize::from(*part), piece, before, false, separators)
            {
                return false;
            }
            filled |= 1 << n;
            before = piece;
        } else if start >= text.len() {
            // a separator at the end
            return false;
        }
        start += length + 1;
        if start > text.len() {
            return filled & !(masks.known & !masks.not_used) == 0
                && masks.required & !filled == 0
                && notes_hold(row.notes, filled);
        }
    }
    false
}
