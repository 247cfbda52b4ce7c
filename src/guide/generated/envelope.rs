// Generated from the tables beside it; `UPDATE_GUIDE_TABLES=1 cargo test --lib guide::` writes it anew.
use crate::guide::table::make::*;

pub(in crate::guide) static TABLES: Tables = Tables {
    loops: &LOOPS,
    groups: &GROUPS,
    slots: &SLOTS,
    loop_ids: &loop_ids(&LOOPS, &SLOTS),
    definitions: &definitions(&SLOTS),
};

static LOOPS: [crate::guide::table::LoopRow; 1] = [
    lp(b"", 0, [0, 0], (&SLOTS, (0, 5)), (&GROUPS, (0, 5)), Set, 0x1d, 0x1d),
];

static GROUPS: [crate::guide::table::GroupRow; 5] = [
    gr(b"ISA", (&SLOTS, (0, 1)), 0, (0, 0, 0)),
    gr(b"TA1", (&SLOTS, (1, 1)), 1, (0, 0, 0)),
    gr(b"GS", (&SLOTS, (2, 1)), 2, (0, 0, 0)),
    gr(b"GE", (&SLOTS, (3, 1)), 3, (0, 0, 0)),
    gr(b"IEA", (&SLOTS, (4, 1)), 4, (0, 0, 0)),
];

static SLOTS: [crate::guide::table::SlotRow; 5] = [
    sg(0, 0, R, 382, 1, (0, 0), 494),
    sg(0, 1, S, 383, 0, (0, 0), 497),
    sg(0, 2, R, 384, 0, (0, 0), 501),
    sg(0, 3, R, 385, 0, (0, 0), 502),
    sg(0, 4, R, 386, 1, (0, 0), 504),
];
