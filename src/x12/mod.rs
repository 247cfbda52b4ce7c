//! X12 itself: separators, segments, envelopes. Nothing of health care.

mod cut;
pub mod grammar;
mod lanes;
#[cfg(test)]
mod samples;
mod segment;
mod separators;
mod shape;
mod stitch;
pub mod survey;
mod tokenise;
mod unit;

pub use cut::Cutter;
pub use grammar::Isa;
pub(crate) use segment::id_bit;
pub use segment::{Content, Segment, SegmentTable, id_word};
pub(crate) use segment::{end_of_part, value_length};
pub use separators::{Class, Classes, Separators};
pub use shape::{CommonShape, LevelShape, RecordStart, Shape, Shapes};
pub use stitch::Stitcher;
pub use tokenise::{Segments, StructuralIndex, Tokeniser};
pub use unit::{Item, ItemKind, Unit};
