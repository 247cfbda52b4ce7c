//! X12 itself: separators, segments, envelopes. Nothing of health care.

pub mod grammar;
mod segment;
mod separators;
mod tokenise;

pub use grammar::Isa;
pub use segment::{Segment, SegmentTable};
pub use separators::{Class, Classes, Separators};
pub use tokenise::{Segments, StructuralIndex, Tokeniser};
