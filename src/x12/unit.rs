//! A piece of an interchange that can be judged by itself.

use crate::finding::{Code, Span};

use super::{Segment, SegmentTable, Segments, Separators, id_bit, id_word};

/// A run of whole records and envelopes of one interchange, with its segments located, and behind them the envelope and
/// levels that were open where it begins: a unit is a small interchange of its own.
///
/// Bytes leave as they came: where line breaks stand inside segments, segments are read from a copy without them and written
/// from the original.
#[derive(Debug, Default)]
pub struct Unit {
    /// Number of the unit in its input.
    pub number: u64,
    /// Offset in the input of its first byte.
    pub offset: u64,
    /// The interchange's separators.
    pub separators: Option<Separators>,
    /// The items, carried ones first, in logical order.
    pub items: Vec<Item>,
    /// Whether its interchange ends with it.
    pub ends_interchange: bool,
    /// The text that segments point into.
    bytes: Vec<u8>,
    /// The original, where it differs.
    raw: Vec<u8>,
    /// Places in `bytes` where a line break was taken out.
    folds: Vec<u32>,
    table: SegmentTable,
    keys: Vec<Key>,
    /// How many bytes and segments belong to the unit itself; what follows was carried in.
    body: (u32, u32),
    scratch: SegmentTable,
}

const CLM: u32 = id_word(b"CLM");
const HL: u32 = id_word(b"HL");
const ST: u32 = id_word(b"ST");
const SE: u32 = id_word(b"SE");
const GS: u32 = id_word(b"GS");
const GE: u32 = id_word(b"GE");
const ISA: u32 = id_word(b"ISA");
const IEA: u32 = id_word(b"IEA");

/// The bits of the ids that begin items.
const KEYS: u64 =
    id_bit(CLM) | id_bit(HL) | id_bit(ST) | id_bit(SE) | id_bit(GS) | id_bit(GE) | id_bit(ISA) | id_bit(IEA);

/// A segment that begins an item, perhaps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) segment: u32,
    pub(super) id: Code,
    /// HL03 of an HL.
    pub(super) level: Code,
}

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    /// An ISA, with TA1 segments behind it.
    Interchange,
    /// A GS.
    Group,
    /// ST and what follows it up to the first HL.
    Header,
    /// A hierarchical level without the levels and records in it; the number is its depth in the set's shape.
    Level(u8),
    /// A record.
    Record,
    /// The rest of a record that began in an earlier unit: only of records that are not judged.
    Continued,
    /// SE.
    Trailer,
    /// GE.
    GroupTrailer,
    /// IEA.
    InterchangeTrailer,
    /// A part of a group that is set aside.
    Aside,
    /// Bytes that another item holds.
    Absorbed,
}

/// A run of segments with one meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// First segment.
    pub from: u32,
    /// One past the last segment.
    pub to: u32,
    /// Whether it stood in an earlier unit and is here as context.
    pub carried: bool,
    /// Offset in the input of its first byte; it also tells items apart.
    pub offset: u64,
    /// Position of its first segment in its set, ST being 1; 0 outside of sets.
    pub position: u32,
    /// Its number in the input: of interchanges, groups, sets and levels from 0, of records from 1.
    pub number: u64,
    /// Of a record: how many records stand before it in its level.
    pub before: u32,
    /// Of a level: whether the level around it has records of its own.
    pub beside_records: bool,
    /// How many HL segments of processed sets stand before it in the input.
    pub levels: u64,
    /// Whether it belongs to an answer (278 response).
    pub answer: bool,
    /// Of a record that is a level: open levels of this depth and deeper end before it, because it names an outer one as its
    /// parent. No level is as deep as [`Item::STAYS`].
    pub leaves: u8,
}

impl Item {
    /// No level ends before it.
    pub const STAYS: u8 = u8::MAX;
}

impl Unit {
    /// Forgets everything and keeps the memory; `fill` then reads the bytes in.
    pub fn reset(&mut self, number: u64, offset: u64, separators: Separators) -> &mut Vec<u8> {
        self.number = number;
        self.offset = offset;
        self.separators = Some(separators);
        self.ends_interchange = false;
        self.items.clear();
        self.bytes.clear();
        self.raw.clear();
        self.folds.clear();
        self.table.clear();
        self.keys.clear();
        self.body = (0, 0);
        &mut self.bytes
    }

    /// The separators; the usual ones before it is filled.
    pub fn separators(&self) -> Separators {
        self.separators.unwrap_or(Separators::USUAL)
    }

    /// Finds the segments, and those that begin items. Independent of every other unit.
    pub fn index(&mut self, tokeniser: &impl Segments) {
        let separators = self.separators();
        tokeniser.read(&self.bytes, &separators, &mut self.table);
        if self.table.inner_breaks() > 0 {
            self.fold(&separators);
            tokeniser.read(&self.bytes, &separators, &mut self.table);
        }
        self.body = (self.bytes.len() as u32, self.table.len() as u32);
        for (at, word) in (0..).zip(self.table.words()) {
            // nearly all others are told by one bit
            if KEYS & id_bit(word) == 0 || !matches!(word, CLM | HL | ST | SE | GS | GE | ISA | IEA) {
                continue;
            }
            let segment = self.table.segment(&self.bytes, at);
            let id = segment.id();
            let level = Code::exact(segment.element(3)).filter(|_| id == b"HL").unwrap_or(Code::EMPTY);
            self.keys.push(Key { segment: at, id: Code::new(id), level });
        }
    }

    /// Takes the line breaks out of segments, and remembers where they were.
    fn fold(&mut self, separators: &Separators) {
        std::mem::swap(&mut self.raw, &mut self.bytes);
        self.bytes.clear();
        fold(&self.raw, &self.table, separators, &mut self.bytes, &mut self.folds);
    }

    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Segments of the unit itself.
    pub fn body_segments(&self) -> u32 {
        self.body.1
    }

    /// Puts a copy of earlier segments behind the unit's own; answers which segments they are.
    pub(super) fn carry(&mut self, raw: &[u8], tokeniser: &impl Segments) -> (u32, u32) {
        let separators = self.separators();
        let mut scratch = std::mem::take(&mut self.scratch);
        tokeniser.read(raw, &separators, &mut scratch);
        let from = self.table.len() as u32;
        let base = self.bytes.len() as u32;
        if scratch.inner_breaks() > 0 || !self.raw.is_empty() {
            if self.raw.is_empty() {
                self.raw.clone_from(&self.bytes);
            }
            self.raw.extend_from_slice(raw);
            let mut folds = Vec::new();
            fold(raw, &scratch, &separators, &mut self.bytes, &mut folds);
            self.folds.extend(folds);
            tokeniser.read(self.bytes.get(base as usize..).unwrap_or(&[]), &separators, &mut scratch);
        } else {
            self.bytes.extend_from_slice(raw);
        }
        self.table.append(&scratch, base);
        self.scratch = scratch;
        (from, self.table.len() as u32)
    }

    /// The text that spans point into.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the segments are.
    pub fn table(&self) -> &SegmentTable {
        &self.table
    }

    /// A segment.
    pub fn segment(&self, at: u32) -> Segment<'_> {
        self.table.segment(&self.bytes, at)
    }

    /// The segments `from..to`, in a row.
    pub fn segments(&self, from: u32, to: u32) -> impl Iterator<Item = Segment<'_>> {
        self.table.segments(&self.bytes, from, to)
    }

    /// The bytes of a span.
    pub fn text(&self, span: Span) -> &[u8] {
        span.of(&self.bytes)
    }

    /// The bytes of the input in segments `from..to`, terminators and line style included.
    pub fn raw(&self, from: u32, to: u32) -> &[u8] {
        let extent = self.table.extent(from, to);
        if self.raw.is_empty() {
            return extent.of(&self.bytes);
        }
        Span::new(self.raw_position(extent.start), self.raw_position(extent.end)).of(&self.raw)
    }

    /// What follows a segment in the input up to the next one: its terminator and the line style.
    pub fn tail(&self, at: u32) -> &[u8] {
        let end = self.segment(at).end();
        let next = self.table.extent(at, at + 1).end;
        if self.raw.is_empty() {
            return Span::new(end, next).of(&self.bytes);
        }
        Span::new(self.raw_position(end), self.raw_position(next)).of(&self.raw)
    }

    /// Where a place in the text is in the input's own bytes of this unit.
    pub fn raw_position(&self, at: u32) -> u32 {
        at + self.folds.partition_point(|fold| *fold <= at) as u32
    }

    /// Whether line breaks stand inside segments.
    pub fn is_folded(&self) -> bool {
        !self.raw.is_empty()
    }

    /// Whether a line break was taken out of segments `from..to`, and where the first one was.
    pub fn first_fold(&self, from: u32, to: u32) -> Option<u32> {
        let extent = self.table.extent(from, to);
        let fold = *self.folds.get(self.folds.partition_point(|fold| *fold < extent.start))?;
        (fold < extent.end).then_some(fold)
    }

    /// Offset in the input of a place in an item's text.
    pub fn offset_in(&self, item: &Item, at: u32) -> u64 {
        let start = self.raw_position(self.table.extent(item.from, item.from).start);
        item.offset + u64::from(self.raw_position(at).saturating_sub(start))
    }

    /// How many bytes of memory it holds on to.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity() + self.raw.capacity()
    }
}

/// Copies `raw` to `bytes` without the line breaks that stand inside segments; `folds` gets their places in `bytes`.
fn fold(
    raw: &[u8],
    table: &SegmentTable,
    separators: &Separators,
    bytes: &mut Vec<u8>,
    folds: &mut Vec<u32>,
) {
    let classes = separators.classes();
    let mut copied = 0usize;
    for at in 0..table.len() as u32 {
        let segment = table.segment(raw, at);
        for (place, byte) in (segment.start() as usize..).zip(segment.text()) {
            if classes.of(*byte) == super::Class::Break {
                bytes.extend_from_slice(raw.get(copied..place).unwrap_or(&[]));
                folds.push(bytes.len() as u32);
                copied = place + 1;
            }
        }
    }
    bytes.extend_from_slice(raw.get(copied..).unwrap_or(&[]));
}
