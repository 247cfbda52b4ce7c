//! CCS101 to CCS110.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Info, Reject, Silent, Warn};

use super::{Draft, office, outpatient, stay, table, tooth};

/// A roster row: CCS flag and conditions.
fn member(draft: Draft, ccs: &str, conditions: &str) -> Draft {
    draft.roster("members", &format!("91234567A,2015-03-02,Santa Cruz,medi-cal,{ccs},{conditions},,,"))
}

/// Under an honoured county authorization.
fn under_county(draft: Draft) -> Draft {
    draft.with("REF*G1*TAR4471").authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,")
}

#[test]
fn ccs101_listed_and_not_treated() {
    let cold = |more: &str| office().diagnoses(&[&format!("ABK:J069*ABF:{more}")]).line("99213");
    table(
        RuleId::CCS101,
        &[
            ("diabetes is listed", Reject, cold("E109")),
            ("a review code", Warn, cold("A390")),
            ("an excluded code", Silent, cold("Z8571")),
            ("an unlisted code", Silent, cold("R051")),
            ("a Z code of an always row", Warn, cold("Z21")),
            ("aftercare of a burn", Warn, cold("T2030XD").diagnoses(&["ABK:J069*ABF:T2030XD"])),
            ("pointed to", Silent, office().diagnoses(&["ABK:J069*ABF:E109"]).line("HC:99213*80*UN*1***1:2")),
            (
                "all pointers in use",
                Warn,
                office()
                    .diagnoses(&["ABK:J069*ABF:R051*ABF:R509*ABF:R519*ABF:E109"])
                    .line("HC:99213*80*UN*1***1:2:3:4"),
            ),
            ("the day of 21", Silent, cold("E109").birth("20050302")),
            ("the day before", Reject, cold("E109").birth("20050303")),
            ("not in CCS", Silent, member(cold("E109"), "N", "")),
            ("the day before the model", Silent, cold("E109").day("20180630")),
            ("its first day", Reject, cold("E109").day("20180701")),
            ("a patient below the subscriber", Reject, cold("E109").patient("20150302")),
            ("an adult's child", Silent, cold("E109").patient("19900302")),
            ("dental", Reject, tooth().diagnoses(&["ABK:K0251*ABF:Q359"]).line("D2391")),
            (
                "dental without pointers",
                Warn,
                tooth().diagnoses(&["ABK:K0251*ABF:Q359"]).line("AD:D2391*80****1"),
            ),
            (
                "institutional",
                Silent,
                outpatient().diagnoses(&["ABK:J069", "ABF:E109"]).line("0300*HC:85025*90*UN*1"),
            ),
        ],
    );
}

#[test]
fn ccs102_unrelated_services() {
    let check_up = |pointers: &str| {
        office().diagnoses(&["ABK:Z00129*ABF:E109"]).line(&format!("HC:99393*80*UN*1***{pointers}"))
    };
    table(
        RuleId::CCS102,
        &[
            ("a check-up", Warn, check_up("1:2")),
            ("which points to the cold alone", Silent, check_up("1")),
            ("the CCS diagnosis first", Silent, check_up("2:1")),
            ("the only diagnosis", Silent, office().diagnoses(&["ABK:E109"]).line("99393")),
            ("a vaccine", Warn, office().diagnoses(&["ABK:Z23*ABF:E109"]).line("HC:90686*80*UN*1***1:2")),
            (
                "an office visit",
                Silent,
                office().diagnoses(&["ABK:J069*ABF:E109"]).line("HC:99213*80*UN*1***1:2"),
            ),
            ("monitored in a visit of the date", Silent, check_up("1:2").line("HC:99213*80*UN*1***2")),
            ("a visit for something else", Warn, check_up("1:2").line("HC:99213*80*UN*1***1")),
            (
                "a review code",
                Silent,
                office().diagnoses(&["ABK:Z00129*ABF:A390"]).line("HC:99393*80*UN*1***1:2"),
            ),
            ("the day of 21", Silent, check_up("1:2").birth("20050302")),
            ("the day before", Warn, check_up("1:2").birth("20050303")),
            ("the day before the model", Silent, check_up("1:2").day("20180630")),
            ("its first day", Warn, check_up("1:2").day("20180701")),
            ("a patient below the subscriber", Warn, check_up("1:2").patient("20150302")),
        ],
    );
}

#[test]
fn ccs103_other_diagnoses_of_hospitals() {
    let listed = || stay().diagnoses(&["ABK:J189:::::::Y", "ABF:E109:::::::Y"]).line("0120**900*DA*3");
    table(
        RuleId::CCS103,
        &[
            ("among the others", Warn, listed()),
            ("with a number", Silent, listed().with("REF*G1*TAR4471")),
            ("a CCS principal", Silent, listed().diagnoses(&["ABK:C9100:::::::Y", "ABF:E109:::::::Y"])),
            ("the admitting diagnosis", Silent, listed().diagnoses(&["ABK:J189:::::::Y", "ABJ:E109"])),
            ("a review code", Silent, listed().diagnoses(&["ABK:J189:::::::Y", "ABF:A390:::::::Y"])),
            ("an adult", Silent, listed().birth("19900302")),
            ("professional", Silent, office().diagnoses(&["ABK:J069*ABF:E109"]).line("99213")),
        ],
    );
}

#[test]
fn ccs104_authorizations_without_condition() {
    let visit = |diagnosis: &str| under_county(office().diagnoses(&[diagnosis])).line("97802");
    table(
        RuleId::CCS104,
        &[
            ("a cold", Warn, visit("ABK:J069")),
            ("diabetes", Silent, visit("ABK:E109")),
            ("a review code", Silent, visit("ABK:A390")),
            ("a symptom", Silent, visit("ABK:R509")),
            (
                "the plan's own number",
                Silent,
                office()
                    .with("REF*G1*TAR4471")
                    .authorization("TAR4471,tar,plan,A1,91234567A,,,,,,,,")
                    .line("97802"),
            ),
            (
                "a county's that came too late",
                Silent,
                office()
                    .with("REF*G1*TAR4471")
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-07-01,2018-07-01,,,,,,")
                    .line("97802"),
            ),
            ("a stay", Warn, under_county(stay()).line("0120**900*DA*3")),
            ("the day before the model", Silent, visit("ABK:J069").day("20180630")),
            ("its first day", Warn, visit("ABK:J069").day("20180701")),
        ],
    );
}

#[test]
fn ccs105_the_member_s_conditions() {
    let visit = |conditions: &str| {
        member(office().with("REF*G1*TAR4471").diagnoses(&["ABK:E109"]).line("97802"), "Y", conditions)
    };
    table(
        RuleId::CCS105,
        &[
            ("another condition", Warn, visit("E84")),
            ("the condition", Silent, visit("E10")),
            ("one of several", Silent, visit("E84|E10")),
            ("a longer beginning", Warn, visit("E106")),
            ("none are listed", Silent, visit("")),
            (
                "a diagnosis that is not treated",
                Silent,
                member(office().diagnoses(&["ABK:J069*ABF:E109"]).line("99213"), "Y", "E84"),
            ),
            (
                "a stay",
                Warn,
                member(
                    stay().with("REF*G1*TAR4471").diagnoses(&["ABK:E1010:::::::Y"]).line("0120**900*DA*3"),
                    "Y",
                    "E84",
                ),
            ),
            ("no roster", Silent, office().with("REF*G1*TAR4471").diagnoses(&["ABK:E109"]).line("97802")),
        ],
    );
}

#[test]
fn ccs106_marked_lines() {
    let numbered = |diagnosis: &str| office().with("REF*G1*TAR4471").diagnoses(&[diagnosis]).line("97802");
    table(
        RuleId::CCS106,
        &[
            ("a flagged child's cold, under a number", Warn, member(numbered("ABK:J069"), "Y", "")),
            ("without a number", Silent, member(office().line("99213"), "Y", "")),
            ("diabetes", Silent, member(numbered("ABK:E109"), "Y", "")),
            ("a review code", Silent, member(numbered("ABK:A390"), "Y", "")),
            ("behavioral health", Silent, member(numbered("ABK:F329"), "Y", "")),
            ("a work-up", Silent, member(numbered("ABK:R509"), "Y", "")),
            ("a status code", Silent, member(numbered("ABK:Z8571"), "Y", "")),
            ("no flag", Silent, member(numbered("ABK:J069"), "", "")),
            ("21 years old", Silent, member(numbered("ABK:J069"), "Y", "").birth("20050302")),
            (
                "a county authorization, with diabetes elsewhere on the claim",
                Warn,
                under_county(office().diagnoses(&["ABK:J069*ABF:E109"]))
                    .line("97802")
                    .line("HC:97803*80*UN*1***2"),
            ),
            ("CCS104 speaks where there is none at all", Silent, under_county(office()).line("97802")),
            ("a stay", Warn, member(stay().with("REF*G1*TAR4471").line("0120**900*DA*3"), "Y", "")),
        ],
    );
}

#[test]
fn ccs107_grown_up() {
    let flagged = |birth: &str| member(office().line("99213"), "Y", "").birth(birth);
    table(
        RuleId::CCS107,
        &[
            ("the day before the 21st birthday", Silent, flagged("20050303")),
            ("the birthday", Info, flagged("20050302")),
            ("no flag", Silent, member(office().line("99213"), "", "").birth("20050302")),
            (
                "another limit in the profile",
                Info,
                flagged("20060302").around("@profile [ccs]\n@profile age_limit = 20"),
            ),
            (
                "a patient below the subscriber",
                Silent,
                member(office().line("99213"), "Y", "").patient("20150302"),
            ),
            ("dental", Info, member(tooth().line("D0120"), "Y", "").birth("20050302")),
        ],
    );
}

#[test]
fn ccs108_potential_eligibility() {
    let seen = |hi: &str| office().with("REF*G1*TAR4471").diagnoses(&[hi]).line("97802");
    let of_business = |business: &str| {
        seen("ABK:E109")
            .roster("members", &format!("91234567A,2015-03-02,Santa Cruz,{business},,,,2024-01-01,"))
    };
    table(
        RuleId::CCS108,
        &[
            ("nothing is said", Warn, member(seen("ABK:E109"), "", "")),
            ("the roster says no", Info, member(seen("ABK:E109"), "N", "")),
            ("in CCS", Silent, member(seen("ABK:E109"), "Y", "")),
            ("of the county alone", Silent, of_business("ccs-state-only")),
            ("of another plan", Silent, of_business("kaiser")),
            ("of Medi-Cal", Warn, of_business("medi-cal")),
            ("a second diagnosis", Silent, member(seen("ABK:J069*ABF:E109"), "", "")),
            ("a review code", Silent, member(seen("ABK:A390"), "", "")),
            ("21 years old", Silent, member(seen("ABK:E109"), "", "").birth("20050302")),
            ("not in the roster", Silent, seen("ABK:E109").roster("members", "91234599A,2015-03-02,,,,,,,")),
            (
                "a stay",
                Warn,
                member(
                    stay().diagnoses(&["ABK:E1010:::::::Y"]).with("REF*G1*TAR4471").line("0120**900*DA*3"),
                    "",
                    "",
                ),
            ),
        ],
    );
}

#[test]
fn ccs109_behavioral_health() {
    let session = |hi: &str| office().diagnoses(&[hi]).line("90834");
    table(
        RuleId::CCS109,
        &[
            ("under a county authorization", Warn, under_county(session("ABK:F329"))),
            (
                "of a flagged child, under a number",
                Warn,
                member(session("ABK:F329").with("REF*G1*TAR4471"), "Y", ""),
            ),
            (
                "the roster lists conditions",
                Silent,
                member(session("ABK:F329").with("REF*G1*TAR4471"), "Y", "E10"),
            ),
            ("a CCS condition on the claim", Silent, under_county(session("ABK:F329*ABF:E109"))),
            ("not marked", Silent, session("ABK:F329")),
            (
                "another diagnosis first",
                Silent,
                under_county(office().diagnoses(&["ABK:J069*ABF:F329"])).line("97802"),
            ),
        ],
    );
}

#[test]
fn ccs110_status_codes() {
    let visit = |hi: &str, pointers: &str| {
        under_county(office().diagnoses(&[hi])).line(&format!("HC:97802*80*UN*1***{pointers}"))
    };
    table(
        RuleId::CCS110,
        &[
            ("a history of cancer", Warn, visit("ABK:Z8571", "1")),
            ("with the condition", Silent, visit("ABK:C9100*ABF:Z8571", "1:2")),
            ("not marked", Silent, office().diagnoses(&["ABK:Z8571"]).line("97802")),
            ("a cold", Silent, visit("ABK:J069", "1")),
        ],
    );
}
