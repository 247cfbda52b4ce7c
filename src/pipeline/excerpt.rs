//! What stands where a finding points: for `check`, which shows it.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::{Code, Place, Span};
use crate::guide::{self, Guide, Loop, Slot};
use crate::output::diagnostic::{Excerpt, Quote};
use crate::output::tree::like;
use crate::record::level_loop;
use crate::source::{Input, ReadAt};
use crate::x12::survey::EnvelopeFault;
use crate::x12::{Class, Item, ItemKind, Separators, Unit, grammar};

/// What is open around the items of a unit.
#[derive(Debug, Default)]
pub(super) struct Around {
    version: Span,
    guide: Option<&'static Guide>,
    levels: Vec<(u8, Code)>,
}

impl Around {
    /// Goes on to an item.
    pub(super) fn enter(&mut self, unit: &Unit, item: &Item) {
        match item.kind {
            ItemKind::Group => {
                *self = Around { version: unit.segment(item.from).span(8), ..Around::default() };
            }
            ItemKind::Header => {
                let bht = unit.segment(item.from + 1);
                let purpose = if bht.id() == b"BHT" { bht.element(2) } else { b"" };
                let version = guide::version(unit.text(self.version));
                self.guide = version.map(|version| Guide::of(version.family.guide(purpose)));
                self.levels.clear();
            }
            ItemKind::Level(depth) => {
                self.levels.retain(|(outer, _)| *outer < depth);
                self.levels.push((depth, level_loop(depth)));
            }
            ItemKind::Record => self.levels.retain(|(outer, _)| *outer < item.leaves),
            _ => {}
        }
    }

    /// The loops from the outermost to `id`, through the levels that are open.
    fn path(&self, id: Code) -> Vec<(String, &'static str)> {
        let mut path = Vec::new();
        let mut at = self.guide.filter(|_| !id.is_empty()).and_then(|guide| guide.find_loop(id));
        while let Some(found) = at.filter(|found| !found.id().is_empty()) {
            path.push((found.id().to_string(), found.name()));
            let depth = |parent: &Loop| self.levels.iter().position(|(_, level)| *level == parent.id());
            at = found.parents().max_by_key(depth);
        }
        path.reverse();
        path
    }

    /// The excerpt of a finding in an item whose segments have their slots.
    pub(super) fn finding<'u>(
        &self,
        unit: &'u Unit,
        slots: &[u16],
        item: &Item,
        place: &Place,
    ) -> Excerpt<'u> {
        let at = place.segment;
        let quote = |at: u32| {
            let position = if item.position > 0 { item.position + at.saturating_sub(item.from) } else { 0 };
            (item.from..item.to)
                .contains(&at)
                .then(|| Quote { position, text: Cow::Borrowed(unit.segment(at).text()) })
        };
        let mut excerpt = Excerpt {
            before: at.checked_sub(1).and_then(quote),
            terminator: Some(unit.separators().terminator).filter(|byte| !byte.is_ascii_control()),
            path: self.path(place.loop_id),
            ..Excerpt::default()
        };
        if place.missing {
            excerpt.after = quote(at);
            return excerpt;
        }
        let segment = unit.segment(at);
        excerpt.at = quote(at);
        excerpt.after = quote(at + 1);
        let span = if place.element == 0 {
            Span::new(segment.start(), segment.end())
        } else {
            segment.part_span(place.element, place.repetition, place.component, &unit.separators())
        };
        let start = span.start.saturating_sub(segment.start()) as usize;
        excerpt.fault = start..start + span.len();
        let number = slots.get(at as usize).copied().unwrap_or(guide::NONE);
        let slot = self.guide.and_then(|guide| guide.slot(number));
        let slot = slot.filter(|slot| slot.segment_id() == segment.code());
        excerpt.element =
            name(slot.or_else(|| like(self.guide, segment.code())), place.element, place.component);
        excerpt
    }
}

/// What an element is.
fn name(slot: Option<Slot>, element: u8, component: u8) -> &'static str {
    let Some(element) = slot.and_then(|slot| slot.element(element)) else { return "" };
    if component == 0 {
        return element.name();
    }
    element.component(component).map_or("", |component| component.name())
}

/// How many bytes before and after a fault of an envelope are looked at.
const NEAR: u64 = 1024;

/// The excerpt of the fault of an envelope in an interchange that begins at `start`: read again, since it may lie anywhere in the
/// input. Empty if that fails. Other interchanges may have other separators, and are left out: what would be cut from them shows
/// whole claims of other patients.
pub(super) fn of_envelope(
    input: &Input,
    start: u64,
    separators: Separators,
    fault: &EnvelopeFault,
) -> Excerpt<'static> {
    let from = fault.offset.saturating_sub(NEAR).max(start.min(fault.offset));
    let to = (fault.offset + NEAR).min(input.len());
    let mut bytes = vec![0u8; usize::try_from(to.saturating_sub(from)).unwrap_or(0)];
    if input.read_exact_at(from, &mut bytes).is_err() {
        return Excerpt::default();
    }
    let place = usize::try_from(fault.offset - from).unwrap_or(0);
    if bytes.get(place..).is_some_and(|rest| rest.starts_with(b"ISA")) {
        // no more than its own bytes, whatever ends it
        bytes.truncate(place + grammar::ISA_BYTES - 1);
    }
    let near = Near { bytes: &bytes, separators };
    let here = near.around(place);
    let mut before = near.before(here.start).map(|range| near.quote(range, 0).0);
    if let Some(before) = before.as_mut().filter(|_| fault.position > 1) {
        before.position = fault.position - 1;
    }
    let terminator = Some(separators.terminator).filter(|byte| !byte.is_ascii_control());
    let is_it = near.id(&here) == fault.segment_id;
    let mut excerpt = Excerpt { before, terminator, ..Excerpt::default() };
    if !is_it {
        excerpt.after = (!here.is_empty()).then(|| near.quote(here, 0).0);
        return excerpt;
    }
    let (mut quote, start) = near.quote(here.clone(), place);
    quote.position = fault.position;
    let (_, end) =
        near.quote(here.clone(), if fault.element == 0 { here.end } else { near.element_end(place) });
    excerpt.fault = if fault.element == 0 { 0..end } else { start..end };
    excerpt.element = name(
        guide::envelope_slot(fault.segment_id).or_else(|| like(None, fault.segment_id)),
        fault.element,
        0,
    );
    excerpt.at = Some(quote);
    excerpt
}

/// The bytes of junk, as far as they are shown.
pub(super) fn of_junk(input: &Input, start: u64, end: u64) -> Excerpt<'static> {
    let mut bytes = vec![0u8; usize::try_from(end.saturating_sub(start).min(NEAR)).unwrap_or(0)];
    if input.read_exact_at(start, &mut bytes).is_err() {
        return Excerpt::default();
    }
    let fault = 0..bytes.len();
    Excerpt { at: Some(Quote { position: 0, text: bytes.into() }), fault, ..Excerpt::default() }
}

/// Bytes near a fault.
struct Near<'a> {
    bytes: &'a [u8],
    separators: Separators,
}

impl Near<'_> {
    fn is_terminator(&self, byte: u8) -> bool {
        byte == self.separators.terminator
    }

    /// The segment that a place stands in, without its terminator.
    fn around(&self, place: usize) -> Range<usize> {
        let head = self.bytes.get(..place).unwrap_or(self.bytes);
        let mut start = head.iter().rposition(|byte| self.is_terminator(*byte)).map_or(0, |at| at + 1);
        let classes = self.separators.classes();
        while start < place && self.bytes.get(start).is_some_and(|byte| classes.is_gap(*byte)) {
            start += 1;
        }
        let tail = self.bytes.get(place..).unwrap_or(&[]);
        let end =
            tail.iter().position(|byte| self.is_terminator(*byte)).map_or(self.bytes.len(), |at| place + at);
        start..end.max(start)
    }

    /// The segment before one.
    fn before(&self, start: usize) -> Option<Range<usize>> {
        let head = self.bytes.get(..start)?;
        let end = head.iter().rposition(|byte| self.is_terminator(*byte))?;
        Some(self.around(end)).filter(|range| !range.is_empty())
    }

    fn id(&self, range: &Range<usize>) -> Code {
        let text = self.quote(range.clone(), 0).0.text;
        let id = text.split(|byte| *byte == self.separators.element).next().unwrap_or(&[]);
        Code::exact(id).unwrap_or(Code::EMPTY)
    }

    /// Where the element that begins at a place ends.
    fn element_end(&self, place: usize) -> usize {
        let tail = self.bytes.get(place..).unwrap_or(&[]);
        let is_end = |byte: &u8| *byte == self.separators.element || self.is_terminator(*byte);
        place + tail.iter().position(is_end).unwrap_or(tail.len())
    }

    /// A segment without line breaks, and where a place of the bytes is in it.
    fn quote(&self, range: Range<usize>, place: usize) -> (Quote<'static>, usize) {
        let classes = self.separators.classes();
        let stays = |byte: &u8| classes.of(*byte) != Class::Break;
        let inside = self.bytes.get(range.start..place.max(range.start)).unwrap_or(&[]);
        let at = inside.iter().filter(|byte| stays(byte)).count();
        let text: Vec<u8> = self.bytes.get(range).unwrap_or(&[]).iter().copied().filter(stays).collect();
        (Quote { position: 0, text: text.into() }, at)
    }
}
