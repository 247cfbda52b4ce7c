//! From bytes to a [`SegmentTable`], in two ways that must agree on every input.

use nom::bytes::complete::{take, take_while};
use nom::{IResult, Offset, Parser};

use super::lanes::{BLOCK, Lanes, Plain, Wide, below, for_each_block};
use super::segment::{Content, Filling, Head};
use super::separators::{Class, Classes};
use super::{SegmentTable, Separators};

/// A way to find the segments of a buffer.
///
/// The buffer begins between segments. Bytes between segments (line ends, blanks, lone terminators) belong to the extent of
/// the segment before them. A last segment without a terminator ends with the buffer.
pub trait Segments {
    /// Fills `table` with the segments of `bytes`.
    fn read(&self, bytes: &[u8], separators: &Separators, table: &mut SegmentTable);
}

/// The structural index: one pass over the bytes, no parser state but the table itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct StructuralIndex;

impl Segments for StructuralIndex {
    fn read(&self, bytes: &[u8], separators: &Separators, table: &mut SegmentTable) {
        StructuralIndex::read_with(Wide::detect(), bytes, separators, table);
    }
}

impl StructuralIndex {
    fn read_with(wide: Option<Wide>, bytes: &[u8], separators: &Separators, table: &mut SegmentTable) {
        let classes = separators.classes();
        let open = classes.skip_gap(bytes, 0);
        table.begin(open as u32);
        let filling = table.fill(bytes.len());
        let mut run = Run {
            bytes,
            classes,
            filling,
            open,
            first: 0,
            breaks: 0,
            content: Content::PLAIN,
            gap_before: true,
        };
        match wide {
            #[cfg(target_arch = "x86_64")]
            Some(wide) => {
                // SAFETY: a `Wide` exists only where the processor was found to have all the features that are asked for
                #[allow(unsafe_code)]
                unsafe {
                    run.blocks_wide(wide, separators);
                }
            }
            _ => run.blocks(Plain, separators),
        }
        let Run { open, first, breaks, content, filling, .. } = run;
        table.filled(filling, open as u32, first);
        if open < bytes.len() {
            table.mark(bytes.len() as u32);
            table.end_segment(bytes, bytes.len() as u32, content);
        }
        table.count_breaks(breaks);
        table.finish(bytes.len() as u32);
    }
}

/// The table in the making.
struct Run<'a> {
    bytes: &'a [u8],
    classes: Classes,
    filling: Filling,
    /// Where the open segment begins; what stands before it is done with.
    open: usize,
    /// The number of its first mark.
    first: u32,
    breaks: u32,
    /// What stands in the open segment.
    content: Content,
    /// Whether the byte before the block at hand may stand in a gap.
    gap_before: bool,
}

/// What stands where in a block.
#[derive(Clone, Copy)]
struct Hits {
    /// Element separators.
    elements: u64,
    /// Terminators.
    ends: u64,
    /// All that may stand in a gap, and perhaps more.
    gaps: u64,
    /// Line breaks that are nothing else.
    breaks: u64,
    /// Component and repetition separators.
    parts: u64,
    /// Unusual characters.
    odd: u64,
}

impl Run<'_> {
    /// [`blocks`](Self::blocks) with the instructions of newer processors.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn blocks_wide(&mut self, wide: Wide, separators: &Separators) {
        self.blocks(wide, separators);
    }

    /// Goes through all blocks.
    #[inline(always)]
    #[allow(clippy::inline_always)] // once for each kind of lanes
    fn blocks(&mut self, lanes: impl Lanes, separators: &Separators) {
        let Separators { element, component, repetition, terminator } = *separators;
        let bytes = self.bytes;
        for_each_block(bytes, 0, |base, block| {
            // what fills up the last block is cut off
            let here = below((bytes.len() - base).min(BLOCK) as u32);
            let find = |wanted| lanes.equal(block, wanted) & here;
            // a byte may be more than one thing: the class that wins is the one of `Separators::classes`
            let ends = find(terminator);
            let elements = if element == terminator { 0 } else { find(element) };
            let structure = ends | elements;
            let components = find(component) & !structure;
            let repetitions = repetition.map_or(0, |repetition| find(repetition) & !structure);
            let layout = find(b'\n') | find(b'\r');
            let parts = components | repetitions;
            let carets = match repetition {
                // as a separator it is no odd character, and without one it is data
                Some(b'^') | None => 0,
                Some(_) => find(b'^'),
            };
            let unprintable = lanes.unprintable(block) & here;
            let odd = (unprintable & !layout) | carets | find(b'`');
            let breaks = layout & !structure & !components;
            let gaps = ends | unprintable | find(b' ');
            self.block(base, Hits { elements, ends, gaps, breaks, parts, odd: odd & !structure & !parts });
        });
    }

    /// Takes the hits of the block at `base`.
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn block(&mut self, base: usize, hits: Hits) {
        let mut ends = hits.ends;
        // most terminators stand behind data; others may stand in a gap, and end nothing
        if ends & (hits.gaps << 1 | u64::from(self.gap_before)) != 0 {
            ends = self.ends_of_segments(base, ends);
        }
        self.gap_before = hits.gaps >> (BLOCK - 1) != 0;
        let Run { bytes, classes, .. } = self;
        let marks = hits.elements | ends;
        let marked = self.filling.mark(base as u32, marks);
        let (mut open, mut first, mut content) = (self.open, self.first, self.content);
        // what of the block belongs to the open segment, or to what comes behind it
        let mut own = not_before(base, open);
        let (heads, marks_so_far) = self.filling.segments(ends.count_ones());
        for head in heads {
            // up to the terminator
            let until = ends ^ (ends.wrapping_sub(1));
            let end = base + ends.trailing_zeros() as usize;
            ends &= ends.wrapping_sub(1);
            *head = Head::of(bytes, marks_so_far, open as u32, first, content.and(hits.content(own & until)));
            content = Content::PLAIN;
            if hits.breaks != 0 {
                self.breaks += (hits.breaks & own & until).count_ones();
            }
            open = classes.skip_gap(bytes, end + 1);
            first = marked + (marks & until).count_ones();
            own = not_before(base, open);
        }
        self.breaks += (hits.breaks & own).count_ones();
        (self.open, self.first, self.content) = (open, first, content.and(hits.content(own)));
    }

    /// Those of the terminators of the block at `base` that end a segment.
    #[cold]
    fn ends_of_segments(&self, base: usize, ends: u64) -> u64 {
        let mut left = ends & not_before(base, self.open);
        let mut real = 0;
        while left != 0 {
            let end = left & left.wrapping_neg();
            real |= end;
            let next = self.classes.skip_gap(self.bytes, base + end.trailing_zeros() as usize + 1);
            left &= !below((next - base).min(BLOCK) as u32);
        }
        real
    }
}

/// What of the block at `base` does not stand before `place`.
#[inline(always)]
#[allow(clippy::inline_always)] // a handful of instructions for every segment
fn not_before(base: usize, place: usize) -> u64 {
    !below(place.saturating_sub(base).min(BLOCK) as u32)
}

impl Hits {
    #[inline(always)]
    #[allow(clippy::inline_always)] // as above
    fn content(&self, within: u64) -> Content {
        Content { parts: self.parts & within != 0, odd: self.odd & within != 0 }
    }
}

/// The reference: the grammar of segments written with nom, for reading and for checking the index against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tokeniser;

impl Segments for Tokeniser {
    fn read(&self, bytes: &[u8], separators: &Separators, table: &mut SegmentTable) {
        let classes = separators.classes();
        let gap = |input| -> IResult<&[u8], &[u8]> { take_while(|b| classes.is_gap(b)).parse(input) };
        let Ok((mut rest, _)) = gap(bytes) else { return };
        table.begin(bytes.offset(rest) as u32);
        while !rest.is_empty() {
            // segment = field *( element-separator field ) ( terminator / end )
            let mut content = Content::PLAIN;
            loop {
                let Ok((after, field)) = field(rest, &classes) else { return };
                table.count_breaks(field.iter().filter(|b| classes.of(**b) == Class::Break).count() as u32);
                content = field.iter().fold(content, |all, b| all.and(Content::of(*b, separators)));
                table.mark(bytes.offset(after) as u32);
                let Ok((next, separator)) = separator(after) else {
                    rest = after;
                    break;
                };
                rest = next;
                if separator.iter().all(|b| classes.of(*b) == Class::Terminator) {
                    break;
                }
            }
            let Ok((next, _)) = gap(rest) else { return };
            rest = next;
            table.end_segment(bytes, bytes.offset(rest) as u32, content);
        }
        table.finish(bytes.len() as u32);
    }
}

/// The id or an element: everything up to a separator.
fn field<'a>(input: &'a [u8], classes: &Classes) -> IResult<&'a [u8], &'a [u8]> {
    take_while(|b| !matches!(classes.of(b), Class::Element | Class::Terminator)).parse(input)
}

fn separator(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take(1usize).parse(input)
}

#[cfg(test)]
mod tests {
    use super::{Segments, StructuralIndex, Tokeniser};
    use crate::x12::{SegmentTable, Separators};
    use proptest::prelude::*;

    /// The index on a processor without AVX2.
    struct PlainIndex;

    impl Segments for PlainIndex {
        fn read(&self, bytes: &[u8], separators: &Separators, table: &mut SegmentTable) {
            StructuralIndex::read_with(None, bytes, separators, table);
        }
    }

    fn read(tokeniser: &dyn Segments, bytes: &[u8], separators: &Separators) -> SegmentTable {
        let mut table = SegmentTable::new();
        tokeniser.read(bytes, separators, &mut table);
        table
    }

    #[test]
    fn elements_and_extents() {
        let bytes = b"\r\nCLM*A1*100***11:B:1~\r\nLX*1~ ~\nSV1";
        let table = read(&StructuralIndex, bytes, &Separators::USUAL);
        assert_eq!(table.len(), 3);
        let clm = table.segment(bytes, 0);
        assert_eq!(clm.id(), b"CLM");
        assert_eq!(clm.elements(), 5);
        assert_eq!(clm.element(2), b"100");
        assert_eq!(clm.element(3), b"");
        assert_eq!(clm.component(5, 3, &Separators::USUAL), b"1");
        assert_eq!(clm.component_span(5, 3, &Separators::USUAL).of(bytes), b"1");
        assert_eq!(clm.component(5, 4, &Separators::USUAL), b"");
        assert_eq!(clm.element(9), b"");
        assert_eq!(table.extent(0, 1).of(bytes), b"CLM*A1*100***11:B:1~\r\n");
        assert_eq!(table.extent(1, 2).of(bytes), b"LX*1~ ~\n");
        assert_eq!(table.segment(bytes, 2).id(), b"SV1");
        assert_eq!(table.segment(bytes, 3).id(), b"");
    }

    #[test]
    fn a_line_end_can_be_the_terminator() {
        let separators = Separators { terminator: b'\n', ..Separators::USUAL };
        let bytes = b"LX*1\nSV1*HC:99213\n";
        let table = read(&StructuralIndex, bytes, &separators);
        assert_eq!(table.len(), 2);
        assert_eq!(table.inner_breaks(), 0);
        assert_eq!(table.segment(bytes, 1).element(1), b"HC:99213");
    }

    #[test]
    fn tables_can_be_put_behind_each_other() {
        let (one, two) = (&b"LX*1~\nSV1*2~\n"[..], &b"ISA*a~GS*b*c~"[..]);
        let mut table = read(&StructuralIndex, one, &Separators::USUAL);
        table.append(&read(&StructuralIndex, two, &Separators::USUAL), one.len() as u32);
        let both = [one, two].concat();
        assert_eq!(table, read(&StructuralIndex, &both, &Separators::USUAL));
    }

    prop_compose! {
        /// Text made mostly of what structures a file, so that every corner comes up often.
        fn soup()(bytes in proptest::collection::vec(
            prop_oneof![4 => b'A'..=b'E', 3 => Just(b'*'), 2 => Just(b'~'), 1 => Just(b':'), 1 => Just(b'\n'),
                        1 => Just(b'\r'), 1 => Just(b' '), 1 => any::<u8>()], 0..200)) -> Vec<u8> { bytes }
    }

    proptest! {
        #[test]
        fn index_equals_tokeniser(bytes in soup(), element in any::<u8>(), component in any::<u8>(), terminator in any::<u8>()) {
            for separators in [
                Separators::USUAL,
                Separators { terminator: b'\n', ..Separators::USUAL },
                Separators { terminator: b'\r', ..Separators::USUAL },
                Separators { element, component, terminator, repetition: None },
                Separators { repetition: Some(b'B'), ..Separators::USUAL },
                Separators { repetition: Some(b'\n'), component: b' ', ..Separators::USUAL },
                Separators { element: b'~', ..Separators::USUAL },
                Separators { repetition: None, component: b'\r', ..Separators::USUAL },
            ] {
                // every alignment: a vector path reads in blocks from wherever the buffer begins
                for from in 0..bytes.len().min(33) {
                    let part = &bytes[from..];
                    let expected = read(&Tokeniser, part, &separators);
                    prop_assert_eq!(read(&StructuralIndex, part, &separators), expected.clone());
                    prop_assert_eq!(read(&PlainIndex, part, &separators), expected);
                }
            }
        }

        #[test]
        fn extents_cover_the_buffer(bytes in soup()) {
            let table = read(&StructuralIndex, &bytes, &Separators::USUAL);
            let all = table.extent(0, table.len() as u32);
            prop_assert_eq!(all.end as usize, bytes.len());
            prop_assert!(bytes[..all.start as usize].iter().all(|b| b" \r\n\t~\0".contains(b)));
            for at in 0..table.len() as u32 {
                let segment = table.segment(&bytes, at);
                prop_assert!(segment.start() <= segment.end());
                prop_assert!(!segment.text().contains(&b'~'));
            }
        }
    }
}
