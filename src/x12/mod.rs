//! X12 itself: separators, segments, envelopes. Nothing of health care.

mod cut;
pub mod grammar;
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
pub use segment::{Segment, SegmentTable};
pub use separators::{Class, Classes, Separators};
pub use shape::{LevelShape, RecordStart, Shape, Shapes};
pub use stitch::Stitcher;
pub use tokenise::{Segments, StructuralIndex, Tokeniser};
pub use unit::{Item, ItemKind, Unit};
