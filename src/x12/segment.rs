//! Segments as positions into a buffer.

use crate::finding::{Code, Span};

use super::Separators;
use super::lanes::BLOCK;

/// What stands in a segment besides plain values: told by the pass that finds the segments, so that nobody looks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// A component or repetition separator.
    pub parts: bool,
    /// A character that is neither printable ASCII nor a separator nor a line break, or a `^` or backtick that separates
    /// nothing.
    pub odd: bool,
}

impl Content {
    /// Values only.
    pub const PLAIN: Content = Content { parts: false, odd: false };

    /// What one byte of a segment, which neither ends it nor an element, adds.
    pub(super) fn of(byte: u8, separators: &Separators) -> Content {
        let parts = separators.parts_values(byte);
        let plain = matches!(byte, b' '..=b'~' | b'\r' | b'\n') && !matches!(byte, b'^' | b'`');
        Content { parts, odd: !(plain || parts || byte == b'^' && separators.repetition.is_none()) }
    }

    pub(super) const fn and(self, other: Content) -> Content {
        Content { parts: self.parts || other.parts, odd: self.odd || other.odd }
    }
}

/// A segment id of two or three bytes, left-aligned as in the upper half of a [`Code`]; 0 for anything else, and for one
/// with a zero byte: no guide has such an id.
#[inline]
pub const fn id_word(id: &[u8]) -> u32 {
    match *id {
        [a, b] if a != 0 && b != 0 => u32::from_be_bytes([a, b, 0, 0]),
        [a, b, c] if a != 0 && b != 0 && c != 0 => u32::from_be_bytes([a, b, c, 0]),
        _ => 0,
    }
}

/// A bit for a segment id as [`id_word`] packs it; others may share it.
#[inline]
pub(crate) const fn id_bit(id: u32) -> u64 {
    1 << (id.wrapping_mul(0x9e37_79b1) >> 26)
}

/// What the pass that finds the segments notes of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Its first byte.
    start: u32,
    /// Where its marks begin.
    first: u32,
    /// Its id as [`id_word`] packs it.
    id: u32,
    content: Content,
}

impl Head {
    /// Of a segment of `bytes` that begins at `start`; `first` is the number of its first mark.
    #[inline(always)]
    #[allow(clippy::inline_always)] // in the innermost loop of the index
    pub(super) fn of(bytes: &[u8], marks: &[u32], start: u32, first: u32, content: Content) -> Head {
        let end_of_id = marks.get(first as usize).copied().unwrap_or(start);
        let id = match bytes.get(start as usize..).and_then(|rest| rest.first_chunk::<4>()) {
            Some(head) => id_word_in(*head, end_of_id.wrapping_sub(start)),
            None => id_word(Span::new(start, end_of_id).of(bytes)),
        };
        Head { start, first, id, content }
    }

    /// What stands behind the last segment.
    const fn end(start: u32, first: u32) -> Head {
        Head { start, first, id: 0, content: Content::PLAIN }
    }
}

/// Where the segments and elements of a buffer are: plain `u32` positions in two arrays, nothing per segment is
/// allocated and nothing borrows.
///
/// A segment's raw extent goes from its first byte to the first byte of the next one, so that it holds its
/// terminator and whatever line style follows; copying extents copies the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentTable {
    /// Of each segment, and one for the end of the buffer.
    heads: Vec<Head>,
    /// Positions of element separators and terminators.
    marks: Vec<u32>,
    /// How many CR or LF stand inside segments.
    breaks: u32,
}

impl Default for SegmentTable {
    fn default() -> SegmentTable {
        SegmentTable::new()
    }
}

impl SegmentTable {
    /// An empty table.
    pub fn new() -> SegmentTable {
        SegmentTable { heads: vec![Head::end(0, 0)], marks: Vec::new(), breaks: 0 }
    }

    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.heads.push(Head::end(0, 0));
        self.marks.clear();
        self.breaks = 0;
    }

    /// How many segments.
    pub fn len(&self) -> usize {
        self.heads.len().saturating_sub(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many line breaks stand inside segments, not between them.
    pub fn inner_breaks(&self) -> u32 {
        self.breaks
    }

    /// Segment `at` of `bytes`, the buffer that was indexed.
    #[inline]
    pub fn segment<'a>(&'a self, bytes: &'a [u8], at: u32) -> Segment<'a> {
        let Some([head, next]) = self.heads.get(at as usize..).and_then(|heads| heads.first_chunk()) else {
            return Segment::EMPTY;
        };
        self.between(bytes, head, next)
    }

    /// The segments `from..to` of `bytes`, in a row.
    #[inline]
    pub fn segments<'a>(
        &'a self,
        bytes: &'a [u8],
        from: u32,
        to: u32,
    ) -> impl Iterator<Item = Segment<'a>> + use<'a> {
        let heads = self.heads.get(from as usize..).unwrap_or(&[]);
        let heads = heads.get(..=(to - from.min(to)) as usize).unwrap_or(heads);
        heads.array_windows().map(|[head, next]| self.between(bytes, head, next))
    }

    /// The id of each segment, as [`id_word`] packs it.
    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        self.heads.iter().take(self.len()).map(|head| head.id)
    }

    /// The segment of a head, before the next.
    #[inline]
    fn between<'a>(&'a self, bytes: &'a [u8], head: &Head, next: &Head) -> Segment<'a> {
        let marks = self.marks.get(head.first as usize..next.first as usize).unwrap_or(&[]);
        Segment { bytes, start: head.start, marks, id: head.id, content: head.content }
    }

    /// The raw extent of the segments `from..to`: terminators and line style included.
    pub fn extent(&self, from: u32, to: u32) -> Span {
        let at = |n: u32| self.heads.get(n as usize).or(self.heads.last()).map_or(0, |head| head.start);
        Span::new(at(from), at(to))
    }

    /// Begins filling: an indexer calls [`mark`](Self::mark) and [`end_segment`](Self::end_segment), then [`finish`](Self::finish).
    pub(super) fn begin(&mut self, start: u32) {
        self.clear();
        self.finish(start);
    }

    #[inline]
    pub(super) fn mark(&mut self, at: u32) {
        self.marks.push(at);
    }

    /// Lends what is behind the table to someone who fills it in a row, instead of by [`mark`](Self::mark) and
    /// [`end_segment`](Self::end_segment), from a text of `length` bytes; to be given back to [`filled`](Self::filled).
    pub(super) fn fill(&mut self, length: usize) -> Filling {
        let (mut heads, mut marks) = (std::mem::take(&mut self.heads), std::mem::take(&mut self.marks));
        // as much of the memory as a text of usual segments needs: more is made ready where it turns out to be needed
        heads.resize(heads.capacity().min(length / 8 + BLOCK), Head::end(0, 0));
        marks.resize(marks.capacity().min(length / 2 + BLOCK), 0);
        Filling { heads, ended: 0, marks, marked: 0 }
    }

    /// Takes back what was lent; `open` is where the open segment begins, and `first` the number of its first mark.
    pub(super) fn filled(&mut self, filling: Filling, open: u32, first: u32) {
        let Filling { heads, ended, marks, marked } = filling;
        self.heads = heads;
        self.heads.truncate(ended);
        self.heads.push(Head::end(open, first));
        self.marks = marks;
        self.marks.truncate(marked);
    }

    /// Ends the open segment of `bytes`, whose marks are all there; the next one begins at `next`.
    #[inline]
    pub(super) fn end_segment(&mut self, bytes: &[u8], next: u32, content: Content) {
        let marks = self.marks.len() as u32;
        if let Some(open) = self.heads.last_mut() {
            let first = self.marks.get(open.first as usize).copied().unwrap_or(open.start);
            open.id = id_word(Span::new(open.start, first).of(bytes));
            open.content = content;
        }
        self.heads.push(Head::end(next, marks));
    }

    pub(super) fn count_breaks(&mut self, breaks: u32) {
        self.breaks += breaks;
    }

    /// Ends filling: the last segment's extent reaches to `end`.
    pub(super) fn finish(&mut self, end: u32) {
        if let Some(last) = self.heads.last_mut() {
            last.start = end;
        }
    }

    /// Appends the segments of `other`, whose buffer was put behind this one's at `base`.
    pub fn append(&mut self, other: &SegmentTable, base: u32) {
        let marks = self.marks.len() as u32;
        self.marks.extend(other.marks.iter().map(|mark| mark + base));
        self.heads.pop();
        let moved = |head: &Head| Head { start: head.start + base, first: head.first + marks, ..*head };
        self.heads.extend(other.heads.iter().map(moved));
        self.breaks += other.breaks;
    }
}

/// A table being filled, segment after segment.
#[derive(Debug)]
pub(super) struct Filling {
    /// Of each segment that has ended, and room for more.
    heads: Vec<Head>,
    /// How many there are.
    ended: usize,
    /// The marks so far, and room for more.
    marks: Vec<u32>,
    /// How many there are.
    marked: usize,
}

impl Filling {
    /// Marks the places of a block at `base` that have a bit; answers how many were marked before.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that it is compiled for the processor at hand
    pub(super) fn mark(&mut self, base: u32, places: u64) -> u32 {
        let before = self.marked;
        let count = places.count_ones() as usize;
        if self.marks.len() < before + BLOCK {
            self.marks.resize(2 * before + 64 * BLOCK, 0);
        }
        if let Some(room) = self.marks.get_mut(before..).and_then(|room| room.first_chunk_mut::<BLOCK>()) {
            let mut rest = places;
            // rows of a fixed length need no look at each whether it is the last: what is too many is written over
            for row in room.as_chunks_mut::<8>().0 {
                for place in row {
                    *place = base + rest.trailing_zeros();
                    rest &= rest.wrapping_sub(1);
                }
                if rest == 0 {
                    break;
                }
            }
        }
        self.marked = before + count;
        before as u32
    }

    /// Room for as many segments as end in a block, to be filled; and the marks so far.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    pub(super) fn segments(&mut self, count: u32) -> (&mut [Head], &[u32]) {
        let before = self.ended;
        self.ended += count as usize;
        if self.heads.len() < self.ended {
            self.heads.resize(2 * before + 64 * BLOCK, Head::end(0, 0));
        }
        (self.heads.get_mut(before..self.ended).unwrap_or(&mut []), &self.marks)
    }
}

/// [`id_word`] of the first `length` bytes.
#[inline]
const fn id_word_in(head: [u8; 4], length: u32) -> u32 {
    const LOW: u32 = 0x0101_0101;
    const HIGH: u32 = 0x8080_8080;
    let own = match length {
        2 => 0xffff_0000,
        3 => 0xffff_ff00,
        _ => return 0,
    };
    let word = u32::from_be_bytes(head) & own;
    // with all others set, a zero byte is one of its own
    let filled = word | !own;
    if filled.wrapping_sub(LOW) & !filled & HIGH != 0 { 0 } else { word }
}

/// One segment: borrowed, without its terminator.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    bytes: &'a [u8],
    start: u32,
    marks: &'a [u32],
    /// The id as [`id_word`] packs it.
    id: u32,
    content: Content,
}

impl<'a> Segment<'a> {
    /// No segment: no id, no elements.
    pub const EMPTY: Segment<'static> =
        Segment { bytes: &[], start: 0, marks: &[], id: 0, content: Content::PLAIN };

    /// The segment id, such as `CLM`.
    pub fn id(&self) -> &'a [u8] {
        Span::new(self.start, self.marks.first().copied().unwrap_or(self.start)).of(self.bytes)
    }

    /// The id packed; empty when it is longer than eight bytes.
    pub fn code(&self) -> Code {
        // nearly all ids are two or three letters
        if self.id != 0 {
            return Code::from_word(u64::from(self.id) << 32);
        }
        Code::exact(self.id()).unwrap_or(Code::EMPTY)
    }

    /// Whether component or repetition separators, or unusual characters, stand in it.
    pub const fn content(&self) -> Content {
        self.content
    }

    /// The id as [`id_word`] packs it.
    pub const fn word(&self) -> u32 {
        self.id
    }

    /// The text that spans point into, and the positions of what ends the id and each element: for a look at all elements
    /// in a row.
    pub(crate) const fn raw_parts(&self) -> (&'a [u8], &'a [u32]) {
        (self.bytes, self.marks)
    }

    /// How many elements follow the id, empty ones included.
    pub fn elements(&self) -> u8 {
        self.marks.len().saturating_sub(1).min(255) as u8
    }

    /// Which elements hold a byte: bit `n` for element `n`; what comes after the 62nd shares bit 63.
    pub fn filled(&self) -> u64 {
        let mut filled = 0u64;
        for (n, pair) in (1u32..).zip(self.marks.windows(2)) {
            let is_filled = pair[1] - pair[0] > 1;
            filled |= u64::from(is_filled) << n.min(63);
        }
        filled
    }

    /// Where element `n` is, counted from 1; 0 is the id. Past the last one: an empty span at the end.
    pub fn span(&self, n: u8) -> Span {
        let n = usize::from(n);
        if n == 0 {
            return Span::new(self.start, self.marks.first().copied().unwrap_or(self.start));
        }
        match (self.marks.get(n - 1), self.marks.get(n)) {
            (Some(&before), Some(&after)) => Span::new(before + 1, after),
            _ => Span::new(self.end(), self.end()),
        }
    }

    /// Element `n`, counted from 1; empty if it is not there.
    pub fn element(&self, n: u8) -> &'a [u8] {
        self.span(n).of(self.bytes)
    }

    /// Where the value of element `n` is: the element without the blanks at its end, which mean nothing.
    #[inline]
    pub fn value_span(&self, n: u8) -> Span {
        self.without_blanks(self.span(n))
    }

    /// The value of element `n`: the element without the blanks at its end.
    #[inline]
    pub fn value(&self, n: u8) -> &'a [u8] {
        self.value_span(n).of(self.bytes)
    }

    /// Where the value of component `component` of element `n` is, without the blanks at its end.
    pub fn component_value_span(&self, n: u8, component: u8, separators: &Separators) -> Span {
        self.without_blanks(self.component_span(n, component, separators))
    }

    /// A span without the blanks at its end. Most values have none.
    #[inline]
    fn without_blanks(&self, span: Span) -> Span {
        Span::new(span.start, span.start + value_length(span.of(self.bytes)) as u32)
    }

    /// The first eight bytes of element `n`, counted from 1.
    #[inline]
    pub fn element_code(&self, n: u8) -> Code {
        let span = self.span(n);
        let eight = self.bytes.get(span.start as usize..).and_then(|rest| rest.first_chunk::<8>());
        match (eight, span.len()) {
            (Some(eight), length @ 1..8) => {
                Code::from_word(u64::from_be_bytes(*eight) & u64::MAX << (64 - 8 * length))
            }
            _ => Code::new(span.of(self.bytes)),
        }
    }

    /// Component `component` of element `n`, both counted from 1.
    pub fn component(&self, n: u8, component: u8, separators: &Separators) -> &'a [u8] {
        self.component_span(n, component, separators).of(self.bytes)
    }

    /// Where component `component` of element `n` is, both counted from 1.
    pub fn component_span(&self, n: u8, component: u8, separators: &Separators) -> Span {
        let span = self.span(n);
        let text = span.of(self.bytes);
        let mut start = 0;
        for _ in 1..component {
            match end_of_part(text, start, separators.component) {
                end if end < text.len() => start = end + 1,
                _ => return Span::new(span.end, span.end),
            }
        }
        let end = end_of_part(text, start, separators.component);
        Span::new(span.start + start as u32, span.start + end as u32)
    }

    /// Where component `component` (0 for all of it) of repetition `repetition`, counted from 0, of element `n` is.
    pub fn part_span(&self, n: u8, repetition: u8, component: u8, separators: &Separators) -> Span {
        let whole = self.span(n);
        let mut span = whole;
        if repetition > 0 || component > 0 {
            span = nth_span(whole, separators.repetitions(whole.of(self.bytes)), usize::from(repetition));
        }
        if component > 0 {
            let parts = separators.components(span.of(self.bytes));
            span = nth_span(span, parts, usize::from(component) - 1);
        }
        span
    }

    /// The first byte.
    pub const fn start(&self) -> u32 {
        self.start
    }

    /// One past the last byte before the terminator.
    pub fn end(&self) -> u32 {
        self.marks.last().copied().unwrap_or(self.start)
    }

    /// The whole segment without its terminator.
    pub fn text(&self) -> &'a [u8] {
        Span::new(self.start, self.end()).of(self.bytes)
    }
}

/// How long a text is without the blanks at its end. Most have none.
#[inline]
pub(crate) fn value_length(text: &[u8]) -> usize {
    if text.last() == Some(&b' ') { text.trim_ascii_end().len() } else { text.len() }
}

/// Where the part of `text` that begins at `start` ends. Parts are short: a byte at a time is the fastest.
#[inline]
pub(crate) fn end_of_part(text: &[u8], start: usize, separator: u8) -> usize {
    let rest = text.get(start..).unwrap_or(&[]);
    start + rest.iter().position(|byte| *byte == separator).unwrap_or(rest.len())
}

/// Where part `n`, counted from 0, of a split stretch is; an empty span at the end where there is no such part.
fn nth_span<'a>(whole: Span, parts: impl Iterator<Item = &'a [u8]>, n: usize) -> Span {
    let mut start = whole.start;
    for (at, part) in parts.enumerate() {
        let end = start + part.len() as u32;
        if at == n {
            return Span::new(start, end);
        }
        start = end + 1;
    }
    Span::new(whole.end, whole.end)
}

#[cfg(test)]
mod tests {
    use super::{Content, SegmentTable};
    use crate::finding::Code;
    use crate::x12::{Segments, Separators, StructuralIndex};

    #[test]
    fn a_packed_element_is_its_first_eight_bytes() {
        // also of the last segment, behind which no eight bytes stand
        for text in ["AB*1*1234567*12345678*123456789**~CD*12*3*1234567~", "AB*1~", "AB*12345678~", "AB**~"] {
            let mut table = SegmentTable::new();
            StructuralIndex.read(text.as_bytes(), &Separators::USUAL, &mut table);
            for segment in table.segments(text.as_bytes(), 0, table.len() as u32) {
                for n in 1..9 {
                    assert_eq!(segment.element_code(n), Code::new(segment.element(n)), "{text} {n}");
                }
            }
        }
    }

    #[test]
    fn odd_characters_are_noticed() {
        let content = |text: &[u8], separators: &Separators| {
            text.iter().fold(Content::PLAIN, |all, byte| all.and(Content::of(*byte, separators)))
        };
        let usual = Separators::USUAL;
        assert_eq!(content(b"It's 5 % of <{[]}>\r\n", &usual), Content::PLAIN);
        assert_eq!(content(b"a:b", &usual), Content { parts: true, odd: false });
        assert_eq!(content(b"a^b", &usual), Content { parts: true, odd: false });
        for text in [&b"\x07"[..], b"`", b"PE\xc3\x91A", b"\t", b"\x7f", b"\0"] {
            assert!(content(text, &usual).odd, "{text:?}");
        }
        assert_eq!(content(b"A^B", &Separators { repetition: None, ..usual }), Content::PLAIN);
        assert!(content(b"A^B", &Separators { repetition: Some(b'!'), ..usual }).odd);
    }
}
