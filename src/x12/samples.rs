//! Texts that the tests of this room share.

use crate::finding::Code;

use super::{LevelShape, RecordStart, Shape, Shapes};

const fn code(text: &[u8]) -> Code {
    Code::new(text)
}

pub(super) const SHAPES: Shapes = Shapes(&[
    Shape {
        set: b"837",
        group: b"HC",
        record: RecordStart::Segment(code(b"CLM")),
        levels: &[
            LevelShape { code: code(b"20"), parents: &[], holds_records: false },
            LevelShape { code: code(b"22"), parents: &[code(b"20")], holds_records: true },
            LevelShape { code: code(b"23"), parents: &[code(b"22")], holds_records: true },
        ],
        answers: &[],
    },
    Shape {
        set: b"278",
        group: b"HI",
        record: RecordStart::Level(code(b"EV")),
        levels: &[
            LevelShape { code: code(b"20"), parents: &[], holds_records: false },
            LevelShape { code: code(b"21"), parents: &[code(b"20")], holds_records: false },
            LevelShape { code: code(b"22"), parents: &[code(b"21")], holds_records: true },
            LevelShape { code: code(b"23"), parents: &[code(b"22")], holds_records: true },
            LevelShape { code: code(b"EV"), parents: &[code(b"22"), code(b"23")], holds_records: false },
            LevelShape { code: code(b"SS"), parents: &[code(b"EV")], holds_records: false },
        ],
        answers: &[b"11"],
    },
]);

pub(super) fn isa(control: &str) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*^*00501*{control:0>9}*0*P*:~\n"
    )
}

pub(super) const SET: &str = "ST*837*0001*005010X222A1~\nBHT*0019*00*1*20260302*1200*CH~\nHL*1**20*1~\nHL*2*1*22*0~\nCLM*A*100~\nHI*ABK:E109~\nCLM*B*50.5~\nHL*3*1*22*1~\nHL*4*3*23*0~\nCLM*C*1~\nSE*11*0001~\n";

pub(super) fn group(sets: &str, count: usize) -> String {
    format!("GS*HC*SUB*PLAN*20260302*1200*1*X*005010X222A1~\n{sets}GE*{count}*1~\n")
}

pub(super) fn good(control: &str) -> String {
    format!("{}{}IEA*1*{control:0>9}~\n", isa(control), group(SET, 1))
}
