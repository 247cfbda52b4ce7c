//! TAR137, as far as one claim shows it; what counts across claims is asked in `tests/store/ledger.rs`.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use super::{Draft, stay, table};

/// Five days of a stay from 2 March under an authorization from that day to this one, of these units.
fn reviewed(diagnosis: &str, until: &str, units: &str) -> Draft {
    stay()
        .between("20260302", "20260307")
        .with("REF*G1*TAR4471")
        .authorization(&format!("TAR4471,tar,plan,A1,91234567A,,2026-03-02,{until},,,{units},inpatient"))
        .diagnoses(&[&format!("ABK:{diagnosis}:::::::Y")])
        .line("0120**900*DA*5")
}

#[test]
fn tar137_days_that_were_reviewed() {
    table(
        RuleId::TAR137,
        &[
            ("four days of five", Reject, reviewed("E1010", "2026-03-05", ",")),
            ("five days", Silent, reviewed("E1010", "2026-03-06", ",")),
            ("no last day", Silent, reviewed("E1010", "", ",")),
            ("the admission alone", Silent, reviewed("E1010", "2026-03-02", ",")),
            ("days are counted by TAR109", Silent, reviewed("E1010", "2026-03-05", "4,DY")),
            (
                "paid by its group",
                Silent,
                reviewed("E1010", "2026-03-05", ",").diagnoses(&["ABK:E1010:::::::Y", "DR:638"]),
            ),
            ("a stay that may need the number", Warn, reviewed("J189", "2026-03-05", ",")),
        ],
    );
}
