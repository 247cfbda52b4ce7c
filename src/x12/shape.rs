//! What the x12 room must know of a transaction set to survey and cut it, without knowing what it is about.

use crate::finding::Code;

/// How the sets of one ST01 are built: where records begin and how levels nest.
#[derive(Debug)]
pub struct Shape {
    /// ST01.
    pub set: &'static [u8],
    /// The GS01 that such sets belong in.
    pub group: &'static [u8],
    /// What begins a record.
    pub record: RecordStart,
    /// The hierarchical levels, outermost first.
    pub levels: &'static [LevelShape],
    /// BHT02 values that make the set an answer, whose records are imported rather than judged.
    pub answers: &'static [&'static [u8]],
}

/// What begins a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordStart {
    /// A segment with this id (CLM).
    Segment(Code),
    /// An HL whose HL03 is this (EV), which then holds the levels below it.
    Level(Code),
}

/// One hierarchical level.
#[derive(Debug)]
pub struct LevelShape {
    /// HL03.
    pub code: Code,
    /// The levels that may hold it; empty for the outermost.
    pub parents: &'static [Code],
    /// Whether records may stand directly in it.
    pub holds_records: bool,
}

/// There is one shape for each ST01. A table that is a constant has no address of its own, so that is what tells shapes apart.
impl PartialEq for Shape {
    fn eq(&self, other: &Shape) -> bool {
        self.set == other.set
    }
}

impl Eq for Shape {}

impl Shape {
    /// The number of a level, outermost first.
    pub fn level(&self, code: Code) -> Option<usize> {
        self.levels.iter().position(|level| level.code == code)
    }

    /// Whether a set with this BHT02 is an answer.
    pub fn is_answer(&self, purpose: &[u8]) -> bool {
        self.answers.contains(&purpose)
    }

    /// The number of the level that begins a record, where levels do.
    pub fn record_level(&self) -> Option<usize> {
        match self.record {
            RecordStart::Level(code) => self.level(code),
            RecordStart::Segment(_) => None,
        }
    }
}

/// Whether all sets of an input have one shape.
#[derive(Clone, Copy, Debug, Default)]
pub enum CommonShape {
    /// There was no set.
    #[default]
    Any,
    /// All have this one.
    One(&'static Shape),
    /// They differ, or have none that is known.
    None,
}

impl CommonShape {
    /// With one more set.
    #[must_use]
    pub fn with(self, set: Option<&'static Shape>) -> CommonShape {
        match (self, set) {
            (CommonShape::Any, Some(shape)) => CommonShape::One(shape),
            (CommonShape::One(one), Some(shape)) if one == shape => self,
            _ => CommonShape::None,
        }
    }

    /// The one.
    pub fn one(self) -> Option<&'static Shape> {
        match self {
            CommonShape::One(shape) => Some(shape),
            CommonShape::Any | CommonShape::None => None,
        }
    }
}

/// The shapes of all sets that are processed; groups with another GS01 are set aside.
#[derive(Clone, Copy, Debug)]
pub struct Shapes(pub &'static [Shape]);

impl Shapes {
    /// The shape of sets with this ST01.
    pub fn of_set(&self, set: &[u8]) -> Option<&'static Shape> {
        self.0.iter().find(|shape| shape.set == set)
    }

    /// The shape of a set in a group of this kind: by its ST01, and where that is unknown by the group's GS01, so that the
    /// records of a set with a wrong ST01 are found.
    pub fn of_set_in(&self, set: &[u8], group: &[u8]) -> Option<&'static Shape> {
        self.of_set(set).or_else(|| self.0.iter().find(|shape| shape.group == group))
    }

    /// Whether a segment with this id begins a record in sets of any kind.
    pub fn begins_record(&self, id: &[u8]) -> bool {
        let starts = Code::exact(id).map(RecordStart::Segment);
        starts.is_some_and(|starts| self.0.iter().any(|shape| shape.record == starts))
    }

    /// Whether groups with this GS01 are processed.
    pub fn knows_group(&self, group: &[u8]) -> bool {
        self.0.iter().any(|shape| shape.group == group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::samples::SHAPES;

    #[test]
    fn sets_have_a_shape_in_common_or_none() {
        let [first, second] = [&SHAPES.0[0], &SHAPES.0[1]];
        let common = |sets: &[Option<&'static Shape>]| {
            sets.iter().fold(CommonShape::Any, |common, set| common.with(*set)).one()
        };
        assert_eq!(common(&[]), None);
        assert_eq!(common(&[Some(first), Some(first)]), Some(first));
        assert_eq!(common(&[Some(first), Some(second), Some(first)]), None);
        assert_eq!(common(&[None, Some(first)]), None);
        assert_eq!(common(&[Some(first), None]), None);
    }
}
