//! A segment that rules look at as it stands.

use crate::finding::{Code, Place};
use crate::x12::{Segment, Unit};

/// A segment of a level or record, by its id and loop, so that rules find what they ask for without a walk over all segments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The segment's id.
    pub id: Code,
    /// The guide's loop.
    pub loop_id: Code,
    /// The segment's number in the unit.
    pub segment: u32,
    /// The service line, from 1; 0 for the header.
    pub line: u32,
}

impl Piece {
    /// The segment.
    pub fn read<'a>(&self, unit: &'a Unit) -> Segment<'a> {
        unit.segment(self.segment)
    }

    /// The place of the whole segment.
    pub const fn place(&self) -> Place {
        Place::segment(self.segment, self.loop_id, self.id)
    }
}
