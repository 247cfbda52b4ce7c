//! How claim and authorization sets are built: what the survey and the stitcher need to know of them.

use crate::finding::Code;
use crate::x12::{LevelShape, RecordStart, Shape, Shapes};

use super::loops;

const fn level(code: &[u8], parents: &'static [Code], holds_records: bool) -> LevelShape {
    LevelShape { code: Code::new(code), parents, holds_records }
}

const L20: Code = Code::new(b"20");
const L21: Code = Code::new(b"21");
const L22: Code = Code::new(b"22");
const L23: Code = Code::new(b"23");
const EVENT: Code = Code::new(b"EV");

/// Claims (837) and authorizations (278).
pub const SHAPES: Shapes = Shapes(&[
    Shape {
        set: b"837",
        group: b"HC",
        record: RecordStart::Segment(loops::CLM),
        levels: &[level(b"20", &[], false), level(b"22", &[L20], true), level(b"23", &[L22], true)],
        answers: &[],
    },
    Shape {
        set: b"278",
        group: b"HI",
        record: RecordStart::Level(EVENT),
        levels: &[
            level(b"20", &[], false),
            level(b"21", &[L20], false),
            level(b"22", &[L21], true),
            level(b"23", &[L22], true),
            level(b"EV", &[L22, L23], false),
            level(b"SS", &[EVENT], false),
        ],
        answers: &[b"11"],
    },
]);

/// The guide's loop of a hierarchical level, by its depth: 2000A, 2000B …
pub fn level_loop(depth: u8) -> Code {
    const LOOPS: [Code; 4] = [loops::L2000A, loops::L2000B, loops::L2000C, loops::L2000D];
    LOOPS.get(usize::from(depth)).copied().unwrap_or(Code::EMPTY)
}
