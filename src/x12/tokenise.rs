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
        let wanted = Wanted::new(separators);
        let open = skip_gap(bytes, 0, &classes);
        table.begin(open as u32);
        let mut run = Run { bytes, classes, table, open, breaks: 0 };
        let words = bytes.chunks_exact(8);
        let tail = bytes.len() - words.remainder().len();
        for (number, word) in words.enumerate() {
            let (elements, others) = wanted.in_word(word);
            let mut found = elements | others;
            while found != 0 {
                let lowest = found & found.wrapping_neg();
                let place = 8 * number + (found.trailing_zeros() / 8) as usize;
                if lowest & elements == 0 {
                    run.note(place);
                } else if place >= run.open {
                    run.table.mark(place as u32);
                }
                found ^= lowest;
            }
        }
        for place in tail..bytes.len() {
            run.note(place);
        }
        let Run { open, breaks, .. } = run;
        if open < bytes.len() {
            table.mark(bytes.len() as u32);
            table.end_segment(bytes.len() as u32);
        }
        table.count_breaks(breaks);
        table.finish(bytes.len() as u32);
    }
}

/// The table in the making.
struct Run<'a> {
    bytes: &'a [u8],
    classes: Classes,
    table: &'a mut SegmentTable,
    /// Where the open segment begins; what stands before it is done with.
    open: usize,
    breaks: u32,
}

impl Run<'_> {
    /// Takes a byte that may be a separator or a line break.
    fn note(&mut self, place: usize) {
        if place < self.open {
            return;
        }
        match self.bytes.get(place).map(|byte| self.classes.of(*byte)) {
            Some(Class::Element) => self.table.mark(place as u32),
            Some(Class::Break) => self.breaks += 1,
            Some(Class::Terminator) => {
                self.table.mark(place as u32);
                self.open = skip_gap(self.bytes, place + 1, &self.classes);
                self.table.end_segment(self.open as u32);
            }
            _ => {}
        }
    }
}

/// The bytes that the index looks for, each repeated through a word: eight bytes are compared at a time.
struct Wanted {
    element: u64,
    others: [u64; 3],
}

/// Every byte of a word: its low bit, its high bit.
const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

impl Wanted {
    fn new(separators: &Separators) -> Wanted {
        let repeat = |byte: u8| LOW * u64::from(byte);
        let others = [separators.terminator, b'\n', b'\r'].map(repeat);
        Wanted { element: repeat(separators.element), others }
    }

    /// The high bit of each byte of a little-endian word that is the element separator, and of each that is another one or a
    /// line break.
    fn in_word(&self, bytes: &[u8]) -> (u64, u64) {
        let mut word = [0u8; 8];
        word.copy_from_slice(bytes);
        let word = u64::from_le_bytes(word);
        // adding 127 to the low seven bits sets the high bit of every byte that is not zero, and carries nowhere
        let equal = |wanted: u64| {
            let differs = word ^ wanted;
            !(((differs & !HIGH) + !HIGH) | differs) & HIGH
        };
        let others = self.others.iter().fold(0, |found, wanted| found | equal(*wanted));
        // a separator that is also something else is told by its class
        (equal(self.element) & !others, others)
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
