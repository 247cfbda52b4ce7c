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

/// Which segment ids stand among pieces, a bit each: most rules ask for segments that most claims do not have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PieceIds(u64);

impl PieceIds {
    #[inline]
    const fn bit(id: Code) -> u64 {
        1 << (id.word().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
    }

    /// Adds an id.
    #[inline]
    pub const fn add(&mut self, id: Code) {
        self.0 |= PieceIds::bit(id);
    }

    /// Whether a piece may have this id; never wrong where one has.
    #[inline]
    pub const fn may_hold(self, id: Code) -> bool {
        self.0 & PieceIds::bit(id) != 0
    }
}

impl<'p> FromIterator<&'p Piece> for PieceIds {
    fn from_iter<I: IntoIterator<Item = &'p Piece>>(pieces: I) -> PieceIds {
        pieces.into_iter().fold(PieceIds::default(), |mut ids, piece| {
            ids.add(piece.id);
            ids
        })
    }
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
