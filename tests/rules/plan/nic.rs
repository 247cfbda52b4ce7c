//! NIC102 to NIC110, apart from the owners of a need.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use super::{Draft, office, stay, table};

/// A stay in neonatal intensive care of a child born on the day of admission, with a number.
fn nicu(revenue: &str, diagnosis: &str) -> Draft {
    stay()
        .birth("20260302")
        .between("20260302", "20260320")
        .cl1("4*5*01")
        .with("REF*G1*TAR4471")
        .diagnoses(&[&format!("ABK:{diagnosis}:::::::Y")])
        .line(&format!("{revenue}**900*DA*18"))
}

#[test]
fn nic102_the_level_is_approved() {
    let at =
        |revenue: &str, row: &str| nicu(revenue, "P220").roster("facilities", &format!("1000000772,{row}"));
    table(
        RuleId::NIC102,
        &[
            ("level II at an intermediate NICU", Silent, at("0172", "intermediate,Y,,,")),
            ("level II at none", Reject, at("0172", "none,Y,,,")),
            ("level III at an intermediate NICU", Reject, at("0173", "intermediate,Y,,,")),
            ("level III at a community NICU", Silent, at("0173", "community,Y,,,")),
            ("level IV at a community NICU", Reject, at("0174", "community,Y,,,")),
            ("level IV at a regional NICU", Silent, at("0174", "regional,Y,,,")),
            ("another nursery", Silent, at("0179", "none,Y,,,")),
            ("a well newborn", Silent, at("0170", "none,Y,,,")),
            ("no level is known", Silent, at("0174", ",Y,,,")),
            ("a level from the day of admission on", Silent, at("0173", "community,Y,2026-03-02,,")),
            ("a lower level until then", Reject, at("0173", "intermediate,Y,,2026-03-02,").roster("facilities", "1000000772,community,Y,2026-03-03,,")),
            ("a transfer within three days", Silent, at("0174", "none,N,,,").cl1("4*5*02").between("20260302", "20260305")),
            ("a transfer on the fourth", Reject, at("0174", "none,N,,,").cl1("4*5*02").between("20260302", "20260306")),
            ("the service facility counts", Silent, at("0173", "none,Y,,,").person("NM1*71*1*RAY*ANN****XX*1000000012\nNM1*77*2*BAY HOSPITAL*****XX*1000000780\nN3*1 SHORE ROAD\nN4*SANTA CRUZ*CA*950601234").roster("facilities", "1000000780,community,Y,,,")),
            ("before the plan's rule", Silent, at("0173", "none,Y,,,").birth("20180620").between("20180620", "20180630")),
            ("its first day", Reject, at("0173", "none,Y,,,").birth("20180701").between("20180701", "20180710")),
            ("no roster", Silent, nicu("0174", "P220")),
        ],
    );
}

#[test]
fn nic103_stabilised_and_transferred() {
    let at = |row: &str| nicu("0173", "P220").roster("facilities", &format!("1000000772,{row}"));
    table(
        RuleId::NIC103,
        &[
            ("no NICU is approved", Warn, at(",N,,,")),
            ("an approved one", Silent, at("regional,Y,,,")),
            ("the approval ended the day before", Warn, at("regional,Y,,2026-03-01,")),
            ("it ends on the day of admission", Silent, at("regional,Y,,2026-03-02,")),
            ("three days", Silent, at(",N,,,").between("20260302", "20260305")),
            ("four days", Warn, at(",N,,,").between("20260302", "20260306")),
            (
                "the last two days of a month",
                Warn,
                at(",N,,,").between("20260302", "20260304").around("@replace 202603021000|202602021000"),
            ),
            (
                "a longer window in the profile",
                Silent,
                at(",N,,,")
                    .between("20260302", "20260306")
                    .around("@profile [nicu]\n@profile stabilisation_days = 4"),
            ),
            ("NIC102 speaks for a facility without NICU", Silent, at("none,Y,,,")),
            ("not in the roster", Warn, at("regional,Y,,,").around("@replace 1000000772|1000000780")),
        ],
    );
}

#[test]
fn nic104_something_makes_eligible() {
    let unexplained =
        || stay().birth("20260302").cl1("4*5*01").diagnoses(&["ABK:R2589:::::::Y"]).line("0172**900*DA*3");
    let known = |status: &str| format!("TAR4471,tar,plan,{status},91234567A,,2026-01-01,2026-12-31,,,,,");
    table(
        RuleId::NIC104,
        &[
            ("nothing does", Warn, unexplained()),
            ("respiratory distress", Silent, unexplained().diagnoses(&["ABK:P220:::::::Y"])),
            ("a CCS condition", Silent, unexplained().diagnoses(&["ABK:R2589:::::::Y", "ABF:Q210"])),
            (
                "as the admitting diagnosis only",
                Warn,
                unexplained().diagnoses(&["ABK:R2589:::::::Y", "ABJ:Q210"]),
            ),
            ("1500 grams", Silent, unexplained().diagnoses(&["ABK:R2589:::::::Y", "BE:54:::1500"])),
            ("1501 grams", Warn, unexplained().diagnoses(&["ABK:R2589:::::::Y", "BE:54:::1501"])),
            (
                "an approved authorization",
                Silent,
                unexplained().with("REF*G1*TAR4471").authorization(&known("A1")),
            ),
            ("a pended one", Warn, unexplained().with("REF*G1*TAR4471").authorization(&known("A4"))),
            ("a number, and none are known", Silent, unexplained().with("REF*G1*TAR4471")),
            (
                "a well newborn",
                Silent,
                stay().birth("20260302").diagnoses(&["ABK:Z3800"]).line("0170**900*DA*3"),
            ),
        ],
    );
}

#[test]
fn nic106_follow_up_ends_at_three() {
    let tested = |birth: &str| {
        office()
            .birth(birth)
            .diagnoses(&["ABK:P0739"])
            .with("REF*G1*TAR4471")
            .roster("facilities", "1000000772,,Y,,,Y")
            .line("96112")
    };
    table(
        RuleId::NIC106,
        &[
            ("the day before the third birthday", Silent, tested("20230303")),
            ("the third birthday", Warn, tested("20230302")),
            (
                "another service",
                Silent,
                office().birth("20200101").roster("facilities", "1000000772,,Y,,,Y").line("99213"),
            ),
            ("another facility", Silent, tested("20200101").around("@replace 1000000772|1000000780")),
            (
                "without the programme",
                Silent,
                office().birth("20200101").roster("facilities", "1000000772,,Y,,,N").line("96112"),
            ),
            ("a patient below the subscriber", Warn, tested("20150302").patient("20230302")),
        ],
    );
}

#[test]
fn nic107_newborns() {
    let born = |birth: &str| nicu("0173", "P220").birth(birth);
    let visit = |birth: &str, code: &str| office().birth(birth).diagnoses(&["ABK:P220"]).line(code);
    table(
        RuleId::NIC107,
        &[
            ("28 days old at admission", Silent, born("20260202")),
            ("29 days", Warn, born("20260201")),
            ("born on the day", Silent, born("20260302")),
            ("preterm", Silent, born("20251001").diagnoses(&["ABK:P0739:::::::Y"])),
            ("preterm, more than a year old", Warn, born("20250301").diagnoses(&["ABK:P0739:::::::Y"])),
            ("from another hospital", Silent, born("20251001").cl1("1*4*01")),
            (
                "a later claim of the stay without admission",
                Silent,
                born("20250101").frequency('3').around("@replace DTP*435*DT*202603021000~|"),
            ),
            ("another ward", Silent, stay().line("0120**900*DA*3")),
            ("critical care on the 28th day", Silent, visit("20260202", "99469")),
            ("on the 29th", Warn, visit("20260201", "99469")),
            ("an office visit", Silent, visit("20200101", "99213")),
        ],
    );
}

#[test]
fn nic108_birth_weight() {
    let weighed = |more: &[&str]| nicu("0173", "P220").diagnoses(&[&["ABK:P220:::::::Y"], more].concat());
    table(
        RuleId::NIC108,
        &[
            ("none", Warn, weighed(&[])),
            ("one", Silent, weighed(&["BE:54:::3200"])),
            ("another value", Warn, weighed(&["BE:80:::18"])),
            ("behind another value", Silent, weighed(&["BE:80:::18*BE:54:::3200"])),
            ("another admission", Silent, weighed(&[]).cl1("1*1*01")),
        ],
    );
}

#[test]
fn nic109_the_highest_level() {
    table(
        RuleId::NIC109,
        &[
            ("jaundice", Warn, nicu("0174", "P599")),
            ("respiratory distress", Silent, nicu("0174", "P220")),
            ("jaundice at level III", Silent, nicu("0173", "P599")),
            (
                "jaundice of a child of 1200 grams",
                Silent,
                nicu("0174", "P599").diagnoses(&["ABK:P599:::::::Y", "BE:54:::1200"]),
            ),
            ("NIC104 speaks where nothing is eligible", Silent, nicu("0174", "R2589")),
        ],
    );
}

#[test]
fn nic110_the_county_was_told() {
    let logged = |row: &str| nicu("0173", "P220").roster("authorization_log", row);
    let tested = |row: &str| {
        office()
            .birth("20250302")
            .diagnoses(&["ABK:P0739"])
            .with("REF*G1*TAR4471")
            .roster("facilities", "1000000772,,Y,,,Y")
            .roster("authorization_log", row)
            .line("96112")
    };
    table(
        RuleId::NIC110,
        &[
            ("not told", Warn, logged("TAR4471,2026-03-01,N,2026-03-02,")),
            ("told", Silent, logged("tar4471,2026-03-01,N,2026-03-02,2026-03-03")),
            ("another number", Silent, logged("TAR4472,2026-03-01,N,2026-03-02,")),
            (
                "another ward",
                Silent,
                stay()
                    .with("REF*G1*TAR4471")
                    .roster("authorization_log", "TAR4471,,,,")
                    .line("0120**900*DA*3"),
            ),
            ("follow-up, not told", Warn, tested("TAR4471,,,,")),
            ("follow-up, told", Silent, tested("TAR4471,,,,2026-03-01")),
        ],
    );
}
