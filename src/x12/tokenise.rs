//! From bytes to a [`SegmentTable`], in two ways that must agree on every input.

use nom::bytes::complete::{take, take_while};
use nom::{IResult, Offset, Parser};

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
        let classes = separators.classes();
        let mut at = skip_gap(bytes, 0, &classes);
        table.begin(at as u32);
        let mut breaks = 0;
        let mut start = at;
        while let Some(&byte) = bytes.get(at) {
            match classes.of(byte) {
                Class::Data | Class::Gap => {}
                Class::Element => table.mark(at as u32),
                Class::Break => breaks += 1,
                Class::Terminator => {
                    table.mark(at as u32);
                    at = skip_gap(bytes, at + 1, &classes);
                    table.end_segment(at as u32);
                    start = at;
                    continue;
                }
            }
            at += 1;
        }
        if start < bytes.len() {
            table.mark(bytes.len() as u32);
            table.end_segment(bytes.len() as u32);
        }
        table.count_breaks(breaks);
        table.finish(bytes.len() as u32);
    }
}

fn skip_gap(bytes: &[u8], mut at: usize, classes: &Classes) -> usize {
    while bytes.get(at).is_some_and(|byte| classes.is_gap(*byte)) {
        at += 1;
    }
    at
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
            loop {
                let Ok((after, field)) = field(rest, &classes) else { return };
                table.count_breaks(field.iter().filter(|b| classes.of(**b) == Class::Break).count() as u32);
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
            table.end_segment(bytes.offset(rest) as u32);
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
            ] {
                // every alignment: a vector path reads in blocks from wherever the buffer begins
                for from in 0..bytes.len().min(33) {
                    let part = &bytes[from..];
                    prop_assert_eq!(read(&StructuralIndex, part, &separators), read(&Tokeniser, part, &separators));
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
