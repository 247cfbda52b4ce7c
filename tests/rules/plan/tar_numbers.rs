//! TAR101 to TAR108, TAR110 and TAR120 to TAR122: which lines need a number, and what may be wrong with it.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Info, Reject, Silent, Warn};

use super::{Draft, office, outpatient, stay, table, tooth};

/// Nutrition therapy for diabetes without a number.
fn diet() -> Draft {
    office().diagnoses(&["ABK:E109"]).line("97802")
}

/// The same, with a number in the header.
fn cited(number: &str) -> Draft {
    office().with(&format!("REF*G1*{number}")).diagnoses(&["ABK:E109"]).line("97802")
}

/// A cold whose line has a number of its own, without need.
fn needless(number: &str) -> Draft {
    office().line_with("99213", &format!("REF*G1*{number}"))
}

/// TAR4471 on file: from kind to setting, without the number.
fn on_file(draft: Draft, rest: &str) -> Draft {
    draft.authorization(&format!("TAR4471,{rest}"))
}

#[test]
fn tar101_lines_that_need_a_number() {
    table(
        RuleId::TAR101,
        &[
            ("a CCS line", Reject, diet()),
            ("with a number", Silent, cited("TAR4471")),
            ("no CCS condition", Silent, office().line("97802")),
            ("a review code", Silent, office().diagnoses(&["ABK:A390"]).line("97802")),
            ("a service whose row is not sure, outside of CCS", Warn, office().line("97165")),
            (
                "CCS lines are not asked by the profile",
                Silent,
                diet().around("@profile [tar]\n@profile required_for = \"listed_services\""),
            ),
            ("the day of 21", Silent, diet().birth("20050302")),
            ("the day before", Reject, diet().birth("20050303")),
            ("not in CCS", Silent, diet().roster("members", "91234567A,2015-03-02,,,N,,,,")),
            ("a patient below the subscriber", Reject, diet().patient("20150302")),
            ("the day before the model", Silent, diet().day("20180630")),
            ("its first day", Reject, diet().day("20180701")),
            ("a referral is none", Reject, diet().with("REF*9F*RFL1")),
            ("the payer's claim number is none", Reject, diet().frequency('7').with("REF*F8*PCN1")),
            ("a void", Silent, diet().frequency('8').with("REF*F8*PCN1")),
            ("a stay", Reject, stay().diagnoses(&["ABK:E1010:::::::Y"]).line("0120**900*DA*3")),
            (
                "a stay of another principal",
                Silent,
                stay().diagnoses(&["ABK:J189:::::::Y", "ABF:E109:::::::Y"]).line("0300**900*UN*1"),
            ),
            (
                "an outpatient day",
                Reject,
                outpatient().diagnoses(&["ABK:E109"]).line("0510*HC:97802*90*UN*1"),
            ),
            ("dental", Reject, tooth().diagnoses(&["ABK:Q359"]).line("D0120")),
        ],
    );
}

#[test]
fn tar102_what_can_be_no_number() {
    table(
        RuleId::TAR102,
        &[
            ("a number", Silent, cited("TAR-4471")),
            ("a word", Reject, cited("pending")),
            ("another character", Reject, cited("TAR/4471")),
            ("thirty characters", Silent, cited(&"A1".repeat(15))),
            ("thirty-one", Reject, cited(&format!("{}X", "A1".repeat(15)))),
            ("one character throughout", Reject, cited("0000")),
            ("the member's id", Reject, cited("91234567A")),
            ("its BIC id", Reject, cited("91234567A12345")),
            ("the billing provider's NPI", Reject, cited("1000000772")),
            ("the claim's number", Reject, cited("a1")),
            ("on a line that needs none", Warn, needless("NONE")),
            ("in the header of a claim that needs none", Silent, office().with("REF*G1*NONE").line("99213")),
            (
                "a stay",
                Reject,
                stay().diagnoses(&["ABK:E1010:::::::Y"]).with("REF*G1*TBD").line("0120**900*DA*3"),
            ),
        ],
    );
}

#[test]
fn tar103_numbers_on_file() {
    let other = "TAR1,tar,plan,A1,91234567A,,,,,,,,";
    let partial = "@profile [tar]\n@profile authorizations = \"partial\"";
    table(
        RuleId::TAR103,
        &[
            ("not on file", Reject, cited("TAR4471").authorization(other)),
            (
                "on file, in another letter case",
                Silent,
                cited(" tar4471 ").authorization("TAR4471,tar,plan,A1,91234567A,,,,,,,,"),
            ),
            ("others may be known elsewhere", Warn, cited("TAR4471").authorization(other).around(partial)),
            ("only responses are known", Warn, cited("TAR4471").around("@response HCR*A1*TAR1")),
            ("nothing is known", Silent, cited("TAR4471")),
            (
                "a referral's number",
                Reject,
                cited("TAR4471").authorization("TAR4471,referral,plan,A1,91234567A,,,,,,,,"),
            ),
            ("without need", Warn, needless("TAR4471").authorization(other)),
            ("TAR102 speaks of what is no number", Silent, cited("PENDING").authorization(other)),
        ],
    );
}

#[test]
fn tar104_approved() {
    let decided = |status: &str| on_file(cited("TAR4471"), &format!("tar,plan,{status},91234567A,,,,,,,,"));
    table(
        RuleId::TAR104,
        &[
            ("certified", Silent, decided("A1")),
            ("in part", Silent, decided("A2")),
            ("modified", Silent, decided("A6")),
            ("denied", Reject, decided("A3")),
            ("pended", Reject, decided("A4")),
            ("contact the plan", Reject, decided("CT")),
            ("cancelled", Reject, decided("C")),
            ("without need", Warn, on_file(needless("TAR4471"), "tar,plan,A3,91234567A,,,,,,,,")),
            (
                "routed by the profile",
                Warn,
                decided("A3").around("@profile adjudication_findings = \"route\""),
            ),
            ("in shadow", Silent, decided("A3").around("@profile [rules]\n@profile TAR104 = \"shadow\"")),
        ],
    );
}

#[test]
fn tar105_the_member_s() {
    let of = |member: &str| on_file(cited("TAR4471"), &format!("tar,plan,A1,{member},,,,,,,,"));
    let mother = "91234567A,1995-03-02,Santa Cruz,medi-cal,,,,2020-01-01,";
    table(
        RuleId::TAR105,
        &[
            ("the member's", Silent, of("91234567A")),
            ("by the BIC id", Silent, of("91234567A12345")),
            ("another's", Reject, of("91234599A")),
            ("without need", Warn, on_file(needless("TAR4471"), "tar,plan,A1,91234599A,,,,,,,,")),
            (
                "a newborn under the mother's",
                Silent,
                of("91234567A").birth("20260220").roster("members", mother),
            ),
            ("a patient below the subscriber", Reject, of("91234599A").patient("20150302")),
        ],
    );
}

#[test]
fn tar106_within_its_dates() {
    let dated =
        |from: &str, to: &str| on_file(cited("TAR4471"), &format!("tar,plan,A1,91234567A,,{from},{to},,,,,"));
    let admitted = |from: &str, to: &str| {
        let room = stay().diagnoses(&["ABK:E1010:::::::Y"]).with("REF*G1*TAR4471").line("0120**900*DA*3");
        on_file(room, &format!("tar,plan,A1,91234567A,,{from},{to},,,,,"))
    };
    table(
        RuleId::TAR106,
        &[
            ("the first day", Silent, dated("2026-03-02", "")),
            ("the day before it", Reject, dated("2026-03-03", "")),
            ("the last day", Silent, dated("", "2026-03-02")),
            ("the day after it", Reject, dated("", "2026-03-01")),
            ("a stay, admitted on the last day", Silent, admitted("", "2026-03-02")),
            ("admitted on the day after", Reject, admitted("", "2026-03-01")),
            ("without need", Warn, on_file(needless("TAR4471"), "tar,plan,A1,91234567A,,,2026-03-01,,,,,")),
        ],
    );
}

#[test]
fn tar107_the_service() {
    let listed = |codes: &str| on_file(cited("TAR4471"), &format!("tar,plan,A1,91234567A,,,,,{codes},,,"));
    let rooms = |codes: &str| {
        let room = stay()
            .diagnoses(&["ABK:E1010:::::::Y"])
            .with("REF*G1*TAR4471")
            .line("0120**500*DA*2")
            .line("0200**300*DA*1")
            .line("0300**100*UN*1");
        on_file(room, &format!("tar,plan,A1,91234567A,,,,,{codes},,,"))
    };
    table(
        RuleId::TAR107,
        &[
            ("none are listed", Silent, listed("")),
            ("the code", Silent, listed("97802")),
            ("a range", Silent, listed("97800-97804")),
            ("another code", Reject, listed("97803")),
            ("one of a stay's rooms", Silent, rooms("0200")),
            ("an ancillary service of a stay", Reject, rooms("0300")),
            ("without need", Warn, on_file(needless("TAR4471"), "tar,plan,A1,91234567A,,,,,97803,,,")),
        ],
    );
}

#[test]
fn tar108_the_provider() {
    let given =
        |draft: Draft, provider: &str| on_file(draft, &format!("tar,plan,A1,91234567A,,,,{provider},,,,"));
    let ours = || cited("TAR4471");
    let person = |role: &str| format!("NM1*{role}*1*WREN*IDA****XX*1000000780");
    let radiology = || office().with("REF*G1*TAR4471").diagnoses(&["ABK:E109"]).line("71046");
    table(
        RuleId::TAR108,
        &[
            ("none is named", Silent, given(ours(), "")),
            ("the billing provider", Silent, given(ours(), "1000000772")),
            ("the billing tax id", Silent, given(ours(), "770000001")),
            ("another", Reject, given(ours(), "1000000780")),
            ("another tax id", Reject, given(ours(), "770000009")),
            ("the referring provider", Silent, given(ours(), "1000000780").person(&person("DN"))),
            ("radiology", Silent, given(radiology(), "1000000780")),
            (
                "one who works in the group that bills",
                Silent,
                given(ours(), "1000000780").roster("providers", "1000000780,770000001,individual,Y,,,"),
            ),
            (
                "one of another group",
                Reject,
                given(ours(), "1000000780").roster("providers", "1000000780,770000009,individual,Y,,,"),
            ),
            ("without need", Warn, given(needless("TAR4471"), "1000000780")),
        ],
    );
}

#[test]
fn tar110_the_setting() {
    let placed =
        |setting: &str| on_file(cited("TAR4471"), &format!("tar,plan,A1,91234567A,,,,,,,,{setting}"));
    let room = |setting: &str| {
        let room = stay().diagnoses(&["ABK:E1010:::::::Y"]).with("REF*G1*TAR4471").line("0120**900*DA*3");
        on_file(room, &format!("tar,plan,A1,91234567A,,,,,,,,{setting}"))
    };
    table(
        RuleId::TAR110,
        &[
            ("open", Silent, placed("")),
            ("outpatient", Silent, placed("outpatient")),
            ("inpatient, in an office", Warn, placed("inpatient")),
            ("a stay", Silent, room("inpatient")),
            ("outpatient, for a stay", Warn, room("outpatient")),
        ],
    );
}

/// A county authorization of this day of issue and last day, for this ZIP code.
fn sar(zip: &str, issued: &str, until: &str) -> Draft {
    on_file(cited("TAR4471"), &format!("sar,county,A1,91234567A,{issued},{issued},{until},,,,,"))
        .around(&format!("@zip {zip}"))
}

#[test]
fn tar120_county_authorizations_that_came_too_late() {
    table(
        RuleId::TAR120,
        &[
            ("the day before the model", Silent, sar("95060", "2018-06-30", "")),
            ("its first day", Reject, sar("95060", "2018-07-01", "")),
            ("San Benito, the day before", Silent, sar("95024", "2024-12-31", "")),
            ("San Benito, the first day", Reject, sar("95024", "2025-01-01", "")),
            ("an unknown county has the later day", Silent, sar("95004", "2024-12-31", "")),
            ("no day", Reject, sar("95060", "", "")),
            ("the plan's own", Silent, on_file(cited("TAR4471"), "tar,plan,A1,91234567A,2026-01-01,,,,,,,")),
            (
                "without need",
                Warn,
                on_file(needless("TAR4471"), "sar,county,A1,91234567A,2018-07-01,2018-07-01,,,,,,"),
            ),
        ],
    );
}

/// A stay from 2 to 5 March under a county's authorization until this day.
fn stayed(until: &str) -> Draft {
    let room = stay().diagnoses(&["ABK:E1010:::::::Y"]).with("REF*G1*TAR4471").line("0120**900*DA*3");
    on_file(room, &format!("sar,county,A1,91234567A,2018-06-30,2018-06-30,{until},,,,,"))
}

#[test]
fn tar121_county_authorizations_that_ended() {
    table(
        RuleId::TAR121,
        &[
            ("the last day", Silent, sar("95060", "2018-06-30", "2026-03-02")),
            ("the day after", Reject, sar("95060", "2018-06-30", "2026-03-01")),
            ("no end", Silent, sar("95060", "2018-06-30", "")),
            ("a stay that began on the last day", Silent, stayed("2026-03-02")),
            ("a stay that began after it", Reject, stayed("2026-03-01")),
            ("the plan's own", Silent, on_file(cited("TAR4471"), "tar,plan,A1,91234567A,,,2026-03-01,,,,,")),
        ],
    );
}

#[test]
fn tar122_county_authorizations_that_are_honoured() {
    table(
        RuleId::TAR122,
        &[
            ("the last day", Info, sar("95060", "2018-06-30", "2026-03-02")),
            ("the day after", Silent, sar("95060", "2018-06-30", "2026-03-01")),
            ("one that came too late", Silent, sar("95060", "2018-07-01", "")),
            ("the plan's own", Silent, on_file(cited("TAR4471"), "tar,plan,A1,91234567A,,,,,,,,")),
        ],
    );
}
