//! The survey: one pass at about the speed of a terminator scan that learns, before any claim is judged, what an
//! envelope refuses, where interchanges begin and end, and how much there is.
//!
//! It keeps exceptions only, so that its memory does not grow with a file that has few faults: boundaries of
//! interchanges take a few bytes each, HL04 one bit each.

mod control;
mod envelope;
mod group_elements;
mod isa_elements;
mod levels;
mod records;
mod scan;

pub use control::{Earlier, Senders};
pub use levels::LevelBits;
pub use scan::{Limits, Surveyor};

use std::fmt;

use crate::finding::{Code, RuleId, Total};

use super::{CommonShape, Isa};

/// A short text held in place: control numbers, counts, codes. Longer texts are cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Short {
    len: u8,
    bytes: [u8; 22],
}

impl Short {
    /// No text.
    pub const EMPTY: Short = Short { len: 0, bytes: [0; 22] };

    /// The first 22 bytes of `text`.
    pub fn new(text: &[u8]) -> Short {
        let mut short = Short::EMPTY;
        for (to, from) in short.bytes.iter_mut().zip(text) {
            *to = *from;
        }
        short.len = text.len().min(short.bytes.len()) as u8;
        short
    }

    /// A number as text.
    pub fn number(number: u64) -> Short {
        Short::new(number.to_string().as_bytes())
    }

    /// The text.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.bytes()))
    }
}

/// A fault of an interchange, group or set, found before anything in it is judged. What it makes fall is for the
/// profile to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnvelopeFault {
    /// The rule that names it.
    pub rule: RuleId,
    /// Which outcome of the rule.
    pub outcome: u8,
    /// The number in the file, from 0, of the interchange, group or set that it is a fault of.
    pub ordinal: u64,
    /// Byte offset in the input of the element that it shows in, or of the segment where it is no element's.
    pub offset: u64,
    /// That segment's position in its set, from 1; 0 outside of sets.
    pub position: u32,
    /// That segment's id; for something missing, the id of what is missing.
    pub segment_id: Code,
    /// The element, 0 for the whole segment.
    pub element: u8,
    /// What stood there.
    pub found: Short,
    /// What should have stood there.
    pub expected: Short,
}

/// An interchange with faults of its own.
#[derive(Clone, PartialEq, Debug)]
pub struct InterchangeNote {
    /// Its number in the file, from 0.
    pub ordinal: u64,
    /// Its header, unless that is the fault.
    pub isa: Option<Isa>,
    /// Its faults, in the order in which they show.
    pub faults: Vec<EnvelopeFault>,
    /// How many records it holds.
    pub records: u64,
    /// How many of them are records of answers (278 responses), which are not counted as records.
    pub answers: u64,
    /// The sum of the records' charges.
    pub charges: Total,
    /// What was counted in the file up to its end: whoever skips it goes on from here.
    pub counted: Counters,
}

/// Running numbers within one input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Interchanges.
    pub interchanges: u64,
    /// Groups, those set aside included.
    pub groups: u64,
    /// Sets, those in groups set aside not included.
    pub sets: u64,
    /// HL segments in those sets.
    pub levels: u64,
    /// Records, answers not included.
    pub records: u64,
}

/// A set of the kind that must be read before all others (a 278).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EarlySet {
    /// Number of its interchange in the file.
    pub interchange: u64,
    /// Number of its group in the file.
    pub group: u64,
    /// Its number in the file.
    pub set: u64,
    /// Offset of its interchange's ISA.
    pub isa_at: u64,
    /// Offset of its ST.
    pub start: u64,
    /// Offset of what follows its SE, or its end where that is missing.
    pub end: u64,
    /// GS01 of its group.
    pub kind: Short,
    /// GS02 of its group.
    pub sender: Short,
    /// GS08 of its group.
    pub version: Short,
}

/// Bytes that belong to no interchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Junk {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset past the last byte.
    pub end: u64,
}

/// A group that is set aside because its GS01 is not ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetAside {
    /// Number of the group in the file.
    pub group: u64,
    /// Offset of its GS.
    pub offset: u64,
    /// GS01, the group's kind.
    pub kind: Short,
    /// GS06.
    pub control: Short,
    /// ISA13.
    pub interchange: Short,
}

/// What the survey learnt.
#[derive(Debug, Default)]
pub struct Survey {
    /// How many interchanges with a readable ISA.
    pub interchanges: u64,
    /// How many groups, those set aside not counted.
    pub groups: u64,
    /// How many sets in those groups.
    pub sets: u64,
    /// The shape of all sets, those of refused interchanges too, where they have one and no set stands in a group that is set aside.
    pub shape: CommonShape,
    /// How many segments, envelopes included.
    pub segments: u64,
    /// How many records (claims, authorization requests).
    pub records: u64,
    /// The sum of their charges.
    pub charges: Total,
    /// How many answers (278 response events).
    pub answers: u64,
    /// Whether any interchange is a test (ISA15 is T).
    pub test: bool,
    /// Whether any interchange that is no test holds records (claims, authorization requests).
    pub real_records: bool,
    /// Begin and end of every interchange.
    pub boundaries: Boundaries,
    /// Interchanges with faults of their own, in file order.
    pub interchange_notes: Vec<InterchangeNote>,
    /// Who used which control number, in this input and those before it.
    pub senders: Senders,
    /// Faults of groups, by group.
    pub group_faults: Vec<EnvelopeFault>,
    /// Faults of sets, by set.
    pub set_faults: Vec<EnvelopeFault>,
    /// Sets to be read first, in file order.
    pub early: Vec<EarlySet>,
    /// Groups set aside.
    pub set_aside: Vec<SetAside>,
    /// Bytes outside of interchanges that are not blank.
    pub junk: Vec<Junk>,
    /// Where records begin, if that was asked for.
    pub record_starts: Vec<u64>,
    /// Numbers (from 1) of the records that are over the size limit.
    pub oversized: Vec<u64>,
    /// What is wrong with levels as a whole.
    pub levels: LevelBits,
    /// How many bytes were surveyed.
    pub bytes: u64,
}

impl Survey {
    /// The faults of one set.
    pub fn faults_of_set(&self, set: u64) -> &[EnvelopeFault] {
        of_ordinal(&self.set_faults, set)
    }

    /// The faults of one group.
    pub fn faults_of_group(&self, group: u64) -> &[EnvelopeFault] {
        of_ordinal(&self.group_faults, group)
    }

    /// What there is to say of one interchange.
    pub fn note(&self, interchange: u64) -> Option<&InterchangeNote> {
        let at = self.interchange_notes.binary_search_by_key(&interchange, |note| note.ordinal).ok()?;
        self.interchange_notes.get(at)
    }

    /// The interchanges whose sender used their control number before.
    pub fn repeating(&self) -> impl Iterator<Item = u64> + '_ {
        let repeats = |note: &&InterchangeNote| note.faults.iter().any(|it| it.rule == RuleId::ENV111);
        self.interchange_notes.iter().filter(repeats).map(|note| note.ordinal)
    }

    /// Whether a record is over the size limit.
    pub fn is_oversized(&self, record: u64) -> bool {
        self.oversized.binary_search(&record).is_ok()
    }
}

fn of_ordinal(faults: &[EnvelopeFault], ordinal: u64) -> &[EnvelopeFault] {
    let from = faults.partition_point(|fault| fault.ordinal < ordinal);
    let rest = faults.get(from..).unwrap_or(&[]);
    let count = rest.partition_point(|fault| fault.ordinal == ordinal);
    rest.get(..count).unwrap_or(&[])
}

/// Begin and end of every interchange, packed: a few bytes each.
#[derive(Debug, Default, Clone)]
pub struct Boundaries {
    packed: Vec<u8>,
    last_end: u64,
}

impl Boundaries {
    pub(super) fn push(&mut self, start: u64, end: u64) {
        self.put(start - self.last_end);
        self.put(end - start);
        self.last_end = end;
    }

    fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.packed.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.packed.push(number as u8);
    }

    /// Begin and end of each interchange, in file order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let mut bytes = self.packed.iter();
        let mut number = move || -> Option<u64> {
            let (mut value, mut shift) = (0u64, 0);
            loop {
                let byte = *bytes.next()?;
                value |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    return Some(value);
                }
            }
        };
        let mut last_end = 0;
        std::iter::from_fn(move || {
            let start = last_end + number()?;
            last_end = start + number()?;
            Some((start, last_end))
        })
    }
}

/// A growing row of bits, mostly zero; runs of zeros at the end take nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn set(&mut self, at: u64) {
        let word = (at / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (at % 64);
        }
    }

    /// Whether bit `at` is set.
    pub fn get(&self, at: u64) -> bool {
        self.0.get((at / 64) as usize).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, Boundaries, Short};

    #[test]
    fn boundaries_come_back() {
        let mut boundaries = Boundaries::default();
        let pairs = [(0, 106), (108, 1_000_000), (1_000_000, u64::from(u32::MAX) * 4)];
        for (start, end) in pairs {
            boundaries.push(start, end);
        }
        assert_eq!(boundaries.iter().collect::<Vec<_>>(), pairs);
    }

    #[test]
    fn bits_and_shorts() {
        let mut bits = Bits::default();
        bits.set(70);
        assert!(bits.get(70) && !bits.get(69) && !bits.get(7_000));
        assert_eq!(Short::number(42).bytes(), b"42");
        assert_eq!(Short::new(&[b'x'; 40]).bytes().len(), 22);
    }
}
