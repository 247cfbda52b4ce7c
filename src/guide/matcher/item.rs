//! What is matched at a time.

use crate::finding::Code;
use crate::x12::{SegmentTable, Separators};

/// Segments and the bytes that they are positions into.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The buffer that was indexed.
    pub bytes: &'a [u8],
    /// Its segments.
    pub segments: &'a SegmentTable,
    /// The interchange's separators.
    pub separators: Separators,
}

/// What an item begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// A whole transaction set, ST to SE.
    Set,
    /// ST up to before the first HL.
    Header,
    /// An HL segment of the loop of this id, up to before the next HL, claim or SE.
    Level(Code),
    /// A claim from CLM on, or an authorization's patient event with its services from its HL on.
    Record,
    /// SE.
    Trailer,
}

/// A run of segments to match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// The first segment.
    pub from: u32,
    /// One past the last segment.
    pub to: u32,
    /// What it begins with.
    pub entry: Entry,
    /// How many instances of the entry's loop stood before this one in the same parent: the limit is checked
    /// against it.
    pub repeat_base: u32,
}

/// What matching an item left unsaid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Matched {
    /// Faults without a finding of their own, because they follow from one that was reported: segments that only
    /// make sense in a loop that could not be placed, what a loop lacks that one stray segment opened, the third
    /// and further of what may stand once.
    pub suppressed: u32,
}
