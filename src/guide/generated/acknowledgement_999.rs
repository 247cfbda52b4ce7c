// Generated from the tables beside it; `UPDATE_GUIDE_TABLES=1 cargo test --lib guide::` writes it anew.
use crate::guide::table::make::*;

pub(in crate::guide) static TABLES: Tables = Tables {
    loops: &LOOPS,
    groups: &GROUPS,
    slots: &SLOTS,
    loop_ids: &loop_ids(&LOOPS, &SLOTS),
    definitions: &definitions(&SLOTS),
};

static LOOPS: [crate::guide::table::LoopRow; 4] = [
    lp(b"", 0, [0, 0], (&SLOTS, (0, 5)), (&GROUPS, (0, 5)), Set, 0x1b, 0x1b),
    lp(b"2000", 432, [0, 0], (&SLOTS, (5, 3)), (&GROUPS, (5, 3)), Inner, 0x5, 0x5),
    lp(b"2100", 439, [1, 1], (&SLOTS, (8, 4)), (&GROUPS, (8, 3)), Inner, 0x1, 0x1),
    lp(b"2110", 458, [2, 2], (&SLOTS, (12, 2)), (&GROUPS, (11, 2)), Inner, 0x1, 0x1),
];

static GROUPS: [crate::guide::table::GroupRow; 13] = [
    gr(b"ST", (&SLOTS, (0, 1)), 0, (0, 0, 0)),
    gr(b"AK1", (&SLOTS, (1, 1)), 1, (0, 0, 0)),
    gr(b"AK2", (&SLOTS, (2, 1)), 2, (0, 0, 0)),
    gr(b"AK9", (&SLOTS, (3, 1)), 3, (0, 0, 0)),
    gr(b"SE", (&SLOTS, (4, 1)), 4, (0, 0, 0)),
    gr(b"AK2", (&SLOTS, (5, 1)), 0, (0, 0, 0)),
    gr(b"IK3", (&SLOTS, (6, 1)), 1, (0, 0, 0)),
    gr(b"IK5", (&SLOTS, (7, 1)), 2, (0, 0, 0)),
    gr(b"IK3", (&SLOTS, (8, 1)), 0, (0, 0, 0)),
    gr(b"CTX", (&SLOTS, (9, 2)), 1, (1, 1, 0)),
    gr(b"IK4", (&SLOTS, (11, 1)), 3, (0, 0, 0)),
    gr(b"IK4", (&SLOTS, (12, 1)), 0, (0, 0, 0)),
    gr(b"CTX", (&SLOTS, (13, 1)), 1, (1, 1, 0)),
];

static SLOTS: [crate::guide::table::SlotRow; 14] = [
    sg(0, 0, R, 345, 1, (0, 0), 4),
    sg(0, 1, R, 346, 1, (0, 0), 431),
    ch(0, 2, S, 1, 0, (0, 0), 432),
    sg(0, 3, R, 347, 1, (0, 0), 438),
    sg(0, 4, R, 2, 1, (0, 0), 16),
    sg(1, 0, R, 348, 1, (0, 0), 432),
    ch(1, 1, S, 2, 0, (0, 0), 439),
    sg(1, 2, R, 349, 1, (0, 0), 442),
    sg(2, 0, R, 350, 1, (0, 0), 439),
    sg(2, 1, S, 351, 9, (1797, 1), 456),
    sg(2, 1, S, 352, 1, (1798, 7), 457),
    ch(2, 2, S, 3, 0, (0, 0), 458),
    sg(3, 0, R, 353, 1, (0, 0), 458),
    sg(3, 1, S, 351, 10, (1797, 1), 456),
];
