//! The elements and components of located segments against the guide's tables.
//!
//! [`check_elements`] asks every segment that has its place whether what it holds is what the guide gives it: required and
//! not-used elements, counts of elements, components and repetitions, lengths, numbers, dates, times, code lists, the
//! characters, and the notes that bind elements to each other. Code sets that are kept elsewhere are not looked at.
//!
//! # One fault, one finding
//! * An element is reported once, by the first of: not used, characters, repetitions, form of a number, length, code list,
//!   date or time.
//! * A note is silent where one of its elements was reported already, is required anyway or may not be used at all: then
//!   usage says it.
//! * A segment without any data is one finding (SEG107), not one for each required element.
//! * Of surplus elements, components and repetitions, the first is reported.
//! * Not asked again, since others do: ST01 to ST03 (the set's rules) and HL01 to HL04 (the hierarchy's).
//!
//! # Speed
//! Good input costs a look at each element: which are filled and which must be are masks made when the program is built,
//! control characters and separators of components and repetitions were noted when the segments were found. The module `quick`
//! passes most segments with one look; only the others are checked in full. Nothing is allocated before something is wrong.

mod characters;
mod masks;
mod notes;
mod quick;
mod report;
#[cfg(test)]
mod tests;
mod value;

use crate::finding::{Findings, Place, Span};
use crate::x12::Segment;

use super::generated::pool;
use super::id_word;
use super::matcher::Input;
use super::model::Guide;
use super::table::{ElementRow, LoopKind, LoopRow, Run, SegmentRow};
use super::terms::{ElementType, Usage};
use masks::{COMPONENTS, ELEMENTS, Masks};
use quick::Spread;

const ST: u32 = id_word(b"ST");
const HL: u32 = id_word(b"HL");

/// The last good segment of each definition: the same text again is good again, and much comes again and again (the payer's name,
/// a line's number, most of what says the same of every claim).
#[derive(Debug, Default)]
pub struct ElementMemo {
    good: Vec<Span>,
}

impl ElementMemo {
    /// Forgets everything: before other bytes, or other separators, are looked at.
    pub fn forget(&mut self) {
        self.good.clear();
        self.good.resize(pool::SEGMENTS.len(), Span::default());
    }

    #[inline]
    fn knows(&self, definition: usize, bytes: &[u8], span: Span) -> bool {
        let last = self.good.get(definition).copied().unwrap_or_default();
        if last.len() != span.len() || last.is_empty() {
            return false;
        }
        let (last, text) = (last.of(bytes), span.of(bytes));
        // most that differ do so in their last letters
        last.last_chunk::<4>() == text.last_chunk() && last == text
    }

    #[inline]
    fn note(&mut self, definition: usize, span: Span) {
        if let Some(last) = self.good.get_mut(definition) {
            *last = span;
        }
    }
}

/// Checks the elements of the segments `from..to`, whose places in `guide` are in `slots`; faults go into `findings`. `memo` is
/// of the same bytes.
#[allow(clippy::too_many_arguments)]
pub fn check_elements(
    guide: &Guide,
    input: Input<'_>,
    from: u32,
    to: u32,
    slots: &[u16],
    memo: &mut ElementMemo,
    findings: &mut Findings,
) {
    let tables = guide.tables();
    let mut closely =
        Closely { check: Check { input, odd: false, line: 0, findings }, guide, slots, counted: from };
    let separators = Spread::of(&input.separators);
    let own_slots = slots.get(from as usize..).unwrap_or(&[]);
    let segments = input.segments.segments(input.bytes, from, to);
    for ((at, number), segment) in (from..).zip(own_slots).zip(segments) {
        let Some(definition) = tables.definitions.get(usize::from(*number)).copied() else { continue };
        let definition = usize::from(definition);
        let span = Span::new(segment.start(), segment.end());
        if memo.knows(definition, input.bytes, span) {
            continue;
        }
        let is_good = is_good(definition, &segment, &separators);
        if is_good {
            memo.note(definition, span);
        }
        if !is_good || cfg!(debug_assertions) {
            let found = closely.look(definition, *number, segment, at);
            debug_assert!(!(is_good && found), "a quick look missed a fault");
        }
    }
}

/// Whether a quick look finds nothing wrong with a segment.
#[inline]
fn is_good(definition: usize, segment: &Segment<'_>, separators: &Spread) -> bool {
    let content = segment.content();
    match segment.word() {
        _ if content.odd => false,
        ST => false,
        // the hierarchy's checks look at all that an HL has
        HL => segment.elements() == 4 && !segment.element(4).is_empty(),
        _ => {
            let (bytes, marks) = segment.raw_parts();
            let asked = quick::ASKED.get(definition);
            asked.is_some_and(|asked| quick::is_good(bytes, marks, content.parts, asked, separators))
        }
    }
}

/// The full look at segments that the quick one does not pass.
struct Closely<'a, 'f> {
    check: Check<'a, 'f>,
    guide: &'a Guide,
    slots: &'a [u16],
    /// Segments up to here were looked at for lines that begin.
    counted: u32,
}

impl Closely<'_, '_> {
    /// Checks segment `at`; whether something is wrong with it.
    #[inline(never)] // few segments come here, and the way of the others stays small
    fn look(&mut self, definition: usize, slot: u16, segment: Segment<'_>, at: u32) -> bool {
        let (Some(row), Some(masks)) = (pool::SEGMENTS.get(definition), ELEMENTS.get(definition)) else {
            return false;
        };
        let tables = self.guide.tables();
        let slot = tables.slots.get(usize::from(slot));
        let Some(in_loop) = slot.and_then(|slot| tables.loops.get(usize::from(slot.loop_at))) else {
            return false;
        };
        self.check.line += lines_begun(self.guide, self.slots, self.counted, at + 1);
        self.counted = at + 1;
        let before = self.check.findings.len();
        self.check.segment(&Located { segment, at, row, in_loop }, masks);
        self.check.findings.len() > before
    }
}

/// How many of the segments `from..to` begin a service line.
fn lines_begun(guide: &Guide, slots: &[u16], from: u32, to: u32) -> u32 {
    let tables = guide.tables();
    let begins = |at: &u32| {
        let number = slots.get(*at as usize).copied().unwrap_or(super::NONE);
        let slot = tables.slots.get(usize::from(number));
        let in_loop = slot.and_then(|slot| tables.loops.get(usize::from(slot.loop_at)));
        in_loop.is_some_and(|row| row.kind == LoopKind::Line && number == row.first_slot)
    };
    (from..to).filter(begins).count() as u32
}

/// A segment in its place.
struct Located<'a> {
    segment: Segment<'a>,
    at: u32,
    row: &'static SegmentRow,
    in_loop: &'static LoopRow,
}

impl Located<'_> {
    fn place(&self) -> Place {
        Place::segment(self.at, self.in_loop.id, self.segment.code())
    }

    /// The place of element `n`.
    fn place_of(&self, n: u8, part: Part) -> Place {
        self.place().at_element(n).of_data_element(part.row.number)
    }

    /// What the guide says of element `n`.
    fn part(&self, n: u8) -> Option<Part> {
        Part::of(self.row.elements, n)
    }
}

/// What the guide says of an element or a component.
#[derive(Clone, Copy)]
struct Part {
    row: &'static ElementRow,
    /// Of a composite: of its components.
    masks: &'static Masks,
}

impl Part {
    /// Part `n` of a segment or composite, counted from 1.
    fn of(parts: Run, n: u8) -> Option<Part> {
        let at = usize::from(*parts.of(&pool::PARTS).get(usize::from(n).checked_sub(1)?)?);
        Some(Part { row: pool::ELEMENTS.get(at)?, masks: COMPONENTS.get(at)? })
    }

    /// Component `n` of a composite, counted from 1.
    fn component(self, n: u8) -> Option<Part> {
        Part::of(self.row.parts, n)
    }
}

fn bit(n: u8) -> u64 {
    1u64.checked_shl(u32::from(n)).unwrap_or(0)
}

/// The numbers of the bits that are set.
fn numbers(mut bits: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let n = bits.trailing_zeros() as u8;
        bits &= bits.wrapping_sub(1);
        (n < 64).then_some(n)
    })
}

/// One item's segments being checked.
struct Check<'a, 'f> {
    input: Input<'a>,
    /// Whether unusual characters stand in the segment at hand.
    odd: bool,
    /// The service line that is open, or 0.
    line: u32,
    findings: &'f mut Findings,
}

/// What was seen of a segment's elements, or a composite's components: a bit for each.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Those that hold something.
    filled: u64,
    /// Those that were reported.
    reported: u64,
    /// Whether empty ones stand at the end.
    trailing: bool,
}

impl Check<'_, '_> {
    fn segment(&mut self, located: &Located<'_>, masks: &Masks) {
        let segment = &located.segment;
        self.odd = segment.content().odd;
        let filled = segment.filled();
        let count = segment.elements();
        let (judged, asked) = match segment.word() {
            // what others judge: of ST, and of HL
            ST => (!0b1110, !0b110),
            HL => (!0b1_1110, !0b1_1110),
            _ => (!0, !0),
        };
        if filled == 0 {
            if asked == !0 {
                self.report_no_data(located);
            }
            return;
        }
        let missing = masks.required & !filled & asked;
        let last = 63 - filled.leading_zeros() as u8;
        // where a required one is missing at the end, that says it
        let mut seen = Seen { filled, reported: missing, trailing: count > last && missing >> last == 0 };
        let has_parts = segment.content().parts;
        for n in numbers(filled & masks.known & judged | missing) {
            let Some(part) = located.part(n) else { continue };
            if missing & bit(n) != 0 {
                self.report_missing(located, located.place_of(n, part), part);
            } else {
                self.element(located, n, part, has_parts, &mut seen);
            }
        }
        let surplus = filled & !masks.known;
        if surplus != 0 {
            self.report_surplus_element(located, surplus.trailing_zeros() as u8);
        } else if seen.trailing {
            self.report_trailing(located);
        }
        if located.row.notes.len > 0 {
            let usage = (masks.required, masks.not_used);
            self.notes(located, (0, 0), located.row.elements, located.row.notes, usage, seen);
        }
    }

    /// An element that holds something.
    fn element(&mut self, located: &Located<'_>, n: u8, part: Part, has_parts: bool, seen: &mut Seen) {
        let span = located.segment.span(n);
        let text = span.of(self.input.bytes);
        if text.first() == Some(&b' ') && text.iter().all(|byte| *byte == b' ') {
            // blanks only are nothing
            seen.filled &= !bit(n);
            if part.row.usage == Usage::Required {
                seen.reported |= bit(n);
                self.report_missing(located, located.place_of(n, part), part);
            }
            return;
        }
        let before = self.findings.len();
        if part.row.usage == Usage::NotUsed {
            self.report_not_used(located, located.place_of(n, part), part, span);
        } else if !has_parts {
            self.repetition(located, located.place_of(n, part), part, span, false, seen);
        } else {
            self.repetitions(located, n, part, span, seen);
        }
        if self.findings.len() > before {
            seen.reported |= bit(n);
        }
    }

    /// An element in a segment in which separators of components or repetitions stand.
    fn repetitions(&mut self, located: &Located<'_>, n: u8, part: Part, span: Span, seen: &mut Seen) {
        let place = located.place_of(n, part);
        let text = span.of(self.input.bytes);
        let mut start = span.start;
        for (number, piece) in self.input.separators.repetitions(text).enumerate() {
            let piece_span = Span::new(start, start + piece.len() as u32);
            start = piece_span.end + 1;
            if number >= usize::from(part.row.repeat.max(1)) {
                return self.report_repetitions(
                    located,
                    Place { repetition: number as u8, ..place },
                    part,
                    span,
                );
            }
            if !piece.is_empty() {
                let place = Place { repetition: number.min(255) as u8, ..place };
                self.repetition(located, place, part, piece_span, true, seen);
            }
        }
    }

    /// One repetition of an element.
    fn repetition(
        &mut self,
        located: &Located<'_>,
        place: Place,
        part: Part,
        span: Span,
        has_parts: bool,
        seen: &mut Seen,
    ) {
        if part.row.kind == ElementType::Composite {
            return self.composite(located, place, part, span, seen);
        }
        if has_parts && memchr::memchr(self.input.separators.component, span.of(self.input.bytes)).is_some() {
            return self.report_separator(located, place, part, span);
        }
        self.value(located, place, part, span, seen.reported);
    }

    fn composite(&mut self, located: &Located<'_>, place: Place, part: Part, span: Span, segment: &mut Seen) {
        let separators = self.input.separators;
        let text = span.of(self.input.bytes);
        let masks = part.masks;
        let mut seen = Seen::default();
        let mut start = span.start;
        for (n, piece) in (1u8..=62).zip(separators.components(text)) {
            if piece.iter().any(|byte| *byte != b' ') {
                seen.filled |= bit(n);
            }
        }
        if seen.filled == 0 {
            // separators only
            segment.trailing = true;
            segment.filled &= !bit(place.element);
            if part.row.usage == Usage::Required {
                self.report_missing(located, place, part);
            }
            return;
        }
        let missing = masks.required & !seen.filled;
        let last = 63 - seen.filled.leading_zeros() as u8;
        if text.last() == Some(&separators.component) && missing >> last == 0 {
            segment.trailing = true;
        }
        for (n, piece) in (1u8..=62).zip(separators.components(text)) {
            let piece_span = Span::new(start, start + piece.len() as u32);
            start = piece_span.end + 1;
            if seen.filled & bit(n) == 0 {
                continue;
            }
            let Some(component) = part.component(n) else {
                self.report_surplus_component(located, place.at_component(n), part, piece_span);
                break;
            };
            let place = place.at_component(n).of_data_element(component.row.number);
            let before = self.findings.len();
            if component.row.usage == Usage::NotUsed {
                self.report_not_used(located, place, component, piece_span);
            } else {
                self.value(located, place, component, piece_span, seen.reported);
            }
            if self.findings.len() > before {
                seen.reported |= bit(n);
            }
        }
        for n in numbers(missing) {
            let Some(component) = part.component(n) else { continue };
            let place = place.at_component(n).of_data_element(component.row.number);
            self.report_missing(located, place, component);
        }
        if part.row.notes.len > 0 {
            seen.reported |= missing;
            let usage = (masks.required, masks.not_used);
            self.notes(
                located,
                (place.element, place.repetition),
                part.row.parts,
                part.row.notes,
                usage,
                seen,
            );
        }
    }

    /// A value of a simple element or a component that may be used; of those beside it some were `reported`.
    fn value(&mut self, located: &Located<'_>, place: Place, part: Part, span: Span, reported: u64) {
        let text = span.of(self.input.bytes);
        if self.odd && !self.characters(located, place, part, span) {
            return;
        }
        let wrong = value::wrong(part.row, text).or_else(|| {
            if part.row.number == value::PERIOD { self.period(located, place, text, reported) } else { None }
        });
        if let Some(wrong) = wrong {
            self.report_value(located, place, part, span, wrong);
        }
    }

    /// What is wrong with a date or period of the form that the element or component before it names; nothing where that was reported.
    fn period(
        &self,
        located: &Located<'_>,
        place: Place,
        text: &[u8],
        reported: u64,
    ) -> Option<value::Wrong> {
        let segment = &located.segment;
        if place.component == 0 {
            let at = (1..place.element)
                .rev()
                .find(|n| located.part(*n).is_some_and(|part| part.row.number == value::FORMAT))?;
            return value::wrong_period(segment.element(at), text).filter(|_| reported & bit(at) == 0);
        }
        let composite = located.part(place.element)?;
        let at = (1..place.component)
            .rev()
            .find(|n| composite.component(*n).is_some_and(|part| part.row.number == value::FORMAT))?;
        let format = segment
            .part_span(place.element, place.repetition, at, &self.input.separators)
            .of(self.input.bytes);
        value::wrong_period(format, text).filter(|_| reported & bit(at) == 0)
    }
}
