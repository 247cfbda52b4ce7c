//! PRG101 to PRG114.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Info, Reject, Silent, Warn};

use super::{Draft, office, outpatient, stay, table, tooth};

/// A cold, of the member in this row.
fn cold(row: &str) -> Draft {
    office().roster("members", &format!("91234567A,{row}")).line("99213")
}

/// Nutrition therapy for diabetes, with a number.
fn diabetes() -> Draft {
    office().with("REF*G1*TAR4471").diagnoses(&["ABK:E109"]).line("97802")
}

#[test]
fn prg101_before_the_model_began() {
    let on = |zip: &str, day: &str| diabetes().around(&format!("@zip {zip}")).day(day);
    let kept = |county: &str, day: &str| {
        diabetes().roster("members", &format!("91234567A,2015-03-02,{county},medi-cal,Y,,,,")).day(day)
    };
    table(
        RuleId::PRG101,
        &[
            ("Santa Cruz, the day before", Reject, on("95060", "20180630")),
            ("Santa Cruz, the first day", Silent, on("95060", "20180701")),
            ("Santa Cruz, the second", Silent, on("95060", "20180702")),
            ("San Benito, the day before", Reject, on("95024", "20241231")),
            ("San Benito, the first day", Silent, on("95024", "20250101")),
            (
                "the roster's county counts before the ZIP code",
                Reject,
                kept("Mariposa", "20241231").around("@zip 95060"),
            ),
            ("Mariposa, the first day", Silent, kept("Mariposa", "20250101")),
            ("a county is not known", Silent, on("95004", "20180630")),
            ("no CCS line", Silent, office().around("@zip 95060").line("99213").day("20180630")),
            ("a patient below the subscriber", Reject, on("95060", "20180630").patient("20150302")),
            (
                "an outpatient day",
                Reject,
                outpatient()
                    .diagnoses(&["ABK:E109"])
                    .around("@zip 95060")
                    .line("0300*HC:97802*90*UN*1")
                    .day("20180630"),
            ),
            (
                "dental",
                Reject,
                tooth().diagnoses(&["ABK:Q359"]).around("@zip 95060").line("D0120").day("20180630"),
            ),
        ],
    );
}

#[test]
fn prg102_members_of_other_counties() {
    table(
        RuleId::PRG102,
        &[
            ("Fresno", Warn, cold("2015-03-02,Fresno,medi-cal,,,,,")),
            ("Monterey", Silent, cold("2015-03-02,Monterey,medi-cal,,,,,")),
            ("no county", Silent, cold("2015-03-02,,medi-cal,,,,,")),
            (
                "a member whom the roster does not know",
                Silent,
                office().roster("members", "91234599A,2015-03-02,Fresno,medi-cal,,,,,").line("99213"),
            ),
            ("a ZIP code elsewhere", Silent, office().around("@zip 93701").line("99213")),
            ("an emergency", Silent, cold("2015-03-02,Fresno,medi-cal,,,,,").place("23")),
            ("the day before", Silent, cold("2015-03-02,Fresno,medi-cal,,,,,").day("20180630")),
            ("the first day", Warn, cold("2015-03-02,Fresno,medi-cal,,,,,").day("20180701")),
            (
                "a patient below the subscriber",
                Warn,
                cold("2015-03-02,Fresno,medi-cal,,,,,").patient("20150302"),
            ),
            (
                "a stay",
                Warn,
                stay().roster("members", "91234567A,2015-03-02,Fresno,medi-cal,,,,,").line("0120**900*DA*3"),
            ),
        ],
    );
}

#[test]
fn prg103_members_of_kaiser() {
    let kaiser = || cold("2015-03-02,Santa Cruz,kaiser,,,,,");
    table(
        RuleId::PRG103,
        &[
            ("a member of Kaiser", Warn, kaiser()),
            ("a member of the plan", Silent, cold("2015-03-02,Santa Cruz,medi-cal,,,,,")),
            ("the day before", Silent, kaiser().day("20231231")),
            ("the first day", Warn, kaiser().day("20240101")),
            ("the row ended", Silent, cold("2015-03-02,Santa Cruz,kaiser,,,,,2026-03-01")),
            (
                "dental",
                Warn,
                tooth().roster("members", "91234567A,2015-03-02,Santa Cruz,kaiser,,,,,").line("D0120"),
            ),
        ],
    );
}

#[test]
fn prg104_other_lines_of_business() {
    table(
        RuleId::PRG104,
        &[
            ("IHSS", Info, cold("1980-03-02,Santa Cruz,ihss,,,,,")),
            ("dual", Info, cold("1980-03-02,Santa Cruz,dsnp,,,,,")),
            ("Medi-Cal", Silent, cold("1980-03-02,Santa Cruz,medi-cal,,,,,")),
            ("nothing is said", Silent, cold("1980-03-02,Santa Cruz,,,,,,")),
        ],
    );
    // the CCS rules do not apply
    let number = |line: &str| {
        let row = format!("91234567A,2015-03-02,Santa Cruz,{line},Y,,,,");
        office().roster("members", &row).diagnoses(&["ABK:E109"]).line("97802")
    };
    table(RuleId::TAR101, &[("IHSS", Silent, number("ihss")), ("Medi-Cal", Reject, number("medi-cal"))]);
}

#[test]
fn prg105_ccs_without_medi_cal() {
    table(
        RuleId::PRG105,
        &[
            ("State-only", Warn, cold("2015-03-02,Santa Cruz,ccs-state-only,Y,,,,")),
            ("Medi-Cal", Silent, cold("2015-03-02,Santa Cruz,medi-cal,Y,,,,")),
            (
                "a stay",
                Warn,
                stay().roster("members", "91234567A,2015-03-02,,ccs-state-only,Y,,,,").line("0120**900*DA*3"),
            ),
        ],
    );
}

#[test]
fn prg106_enrolled_on_the_day() {
    let until = |day: &str| cold(&format!("2015-03-02,Santa Cruz,medi-cal,,,,2024-01-01,{day}"));
    let newborn = |birth: &str| until("2026-01-31").birth(birth);
    table(
        RuleId::PRG106,
        &[
            ("the last day", Silent, until("2026-03-02")),
            ("the day after", Warn, until("2026-03-01")),
            ("no end", Silent, until("")),
            ("before the first day", Warn, cold("2015-03-02,Santa Cruz,medi-cal,,,,2026-03-03,")),
            ("the first day", Silent, cold("2015-03-02,Santa Cruz,medi-cal,,,,2026-03-02,")),
            (
                "a second row",
                Silent,
                until("2026-01-31").roster("members", "91234567A,2015-03-02,,medi-cal,,,,2026-03-01,"),
            ),
            (
                "unknown to the roster",
                Silent,
                office().roster("members", "91234599A,2015-03-02,,medi-cal,,,,,2025-12-31").line("99213"),
            ),
            ("a newborn on the mother's id", Silent, newborn("20260220")),
            ("who is two months old", Warn, newborn("20260101").day("20260302")),
            ("another child on the id", Warn, newborn("20120220")),
            ("a patient below the subscriber", Warn, until("2026-03-01").patient("20150302")),
        ],
    );
}

#[test]
fn prg107_member_ids() {
    let with = |id: &str| office().around(&format!("@replace MI*91234567A|MI*{id}")).line("99213");
    table(
        RuleId::PRG107,
        &[
            ("a CIN", Silent, office().line("99213")),
            ("a BIC id", Silent, with("91234567A12366")),
            ("day 367", Warn, with("91234567A12367")),
            ("seven digits", Warn, with("9123456A")),
            ("two letters", Warn, with("9123456AA")),
            ("another first digit", Warn, with("81234567A")),
            ("an unusual letter", Warn, with("91234567Q")),
            (
                "known to the roster",
                Silent,
                with("81234567A").roster("members", "81234567A,2015-03-02,,,,,,,"),
            ),
            (
                "a form of the plan's",
                Silent,
                with("KP1234567").around("@profile [members]\n@profile id_forms = [\"AA9999999\"]"),
            ),
            (
                "another form",
                Warn,
                with("KP123456").around("@profile [members]\n@profile id_forms = [\"AA9999999\"]"),
            ),
        ],
    );
}

#[test]
fn prg108_dental_services() {
    table(
        RuleId::PRG108,
        &[
            ("a check-up", Warn, tooth().line("D0120")),
            ("orthodontics", Warn, tooth().diagnoses(&["ABK:M2629"]).line("D8080")),
            ("a dental procedure on a medical claim", Warn, office().line("D0120")),
            ("a visit", Silent, office().line("99213")),
            ("oral surgery with a medical code", Silent, office().line("21248")),
            ("a patient below the subscriber", Warn, tooth().patient("20150302").line("D0120")),
        ],
    );
}

#[test]
fn prg109_medical_therapy_units() {
    let unit = |row: &str| office().roster("provider_programs", &format!("1000000772,{row}"));
    table(
        RuleId::PRG109,
        &[
            ("physical therapy", Warn, unit("mtu,,").line("97110:GP")),
            ("occupational therapy", Warn, unit("mtu,,").line("97530:GO")),
            ("an evaluation without modifier", Warn, unit("mtu,,").line("97165")),
            ("speech therapy", Silent, unit("mtu,,").line("92507:GN")),
            ("another program", Silent, unit("340b,,").line("97110:GP")),
            ("the last day", Warn, unit("mtu,,2026-03-02").line("97110:GP")),
            ("the day after", Silent, unit("mtu,,2026-03-01").line("97110:GP")),
            (
                "who renders it",
                Warn,
                office()
                    .roster("provider_programs", "1000000012,mtu,,")
                    .person("NM1*82*1*ORTEGA*SAM****XX*1000000012")
                    .line("97110:GP"),
            ),
        ],
    );
}

#[test]
fn prg110_specialty_mental_health() {
    table(
        RuleId::PRG110,
        &[
            ("crisis intervention", Warn, office().line("H2011")),
            ("psychotherapy", Silent, office().line("90834")),
            (
                "a provider of the county's plan",
                Warn,
                office().roster("provider_programs", "1000000772,smhs,,").line("90834"),
            ),
            ("a psychiatric ward", Warn, stay().line("0124**900*DA*3")),
            ("a ward", Silent, stay().line("0120**900*DA*3")),
        ],
    );
}

#[test]
fn prg111_narcotic_treatment() {
    table(
        RuleId::PRG111,
        &[
            ("methadone treatment", Warn, office().line("H0020")),
            ("a visit", Silent, office().line("99213")),
            (
                "a visit at a program",
                Warn,
                office().roster("provider_programs", "1000000772,ntp,,").line("99213"),
            ),
            ("outpatient", Warn, outpatient().line("0944*HC:H0020*90*UN*1")),
        ],
    );
}

#[test]
fn prg112_other_coverage() {
    let covered = |row: &str| office().roster("other_coverage", &format!("91234567A,{row}"));
    let paid =
        "SBR*P*18*******CI\nAMT*D*50\nOI***Y***Y\nNM1*IL*1*VANCE*TED****MI*9A\nNM1*PR*2*BLUE*****PI*BLUE1";
    table(
        RuleId::PRG112,
        &[
            ("covered", Warn, covered("Blue Plan,,").line("99213")),
            ("the last day", Warn, covered("Blue Plan,,2026-03-02").line("99213")),
            ("the day after", Silent, covered("Blue Plan,,2026-03-01").line("99213")),
            ("the day before the first", Silent, covered("Blue Plan,2026-03-03,").line("99213")),
            (
                "the other payer paid",
                Silent,
                covered("Blue Plan,,").around("@replace SBR*P*18|SBR*S*18").person(paid).line("99213"),
            ),
            (
                "a check-up and a vaccine",
                Silent,
                covered("Blue Plan,,").line("99393").line("90686").line("90460"),
            ),
            ("a check-up and a visit", Warn, covered("Blue Plan,,").line("99393").line("99213")),
            ("prenatal care", Silent, covered("Blue Plan,,").line("59425")),
            (
                "another member",
                Silent,
                office().roster("other_coverage", "91234599A,Blue Plan,,").line("99213"),
            ),
            ("a dual member", Warn, cold("1980-03-02,Santa Cruz,dsnp,,,,,")),
        ],
    );
}

#[test]
fn prg113_pharmacies() {
    let pharmacy = || office().around("@taxonomy 3336C0003X").place("01");
    table(
        RuleId::PRG113,
        &[
            ("a drug", Warn, pharmacy().line("J1100")),
            ("before Medi-Cal Rx", Warn, pharmacy().line("J1100").day("20211231")),
            ("before the plan's rule", Silent, pharmacy().line("J1100").day("20180630")),
            ("a supply", Silent, pharmacy().line("A4253")),
            (
                "a supply by its package",
                Warn,
                pharmacy().line_with("A4253", "LIN**N4*63323016501\nCTP****1*UN"),
            ),
            ("a physician", Silent, office().line("J1100")),
            (
                "a drug that someone gave there",
                Silent,
                pharmacy().person("NM1*82*1*ORTEGA*SAM****XX*1000000012").line("J1100"),
            ),
            ("a carved-out drug", Silent, pharmacy().line("J7170")),
        ],
    );
}

#[test]
fn prg114_addressed_elsewhere() {
    let to = |name: &str| diabetes().around(&format!("@replace COAST PLAN*****PI*PLAN1|{name}*****PI*PLAN1"));
    let enrolled = |line: &str| {
        office()
            .around("@replace COAST PLAN*****PI*PLAN1|CCS*****PI*PLAN1")
            .roster("members", &format!("91234567A,2015-03-02,Santa Cruz,{line},,,,,"))
            .line("99213")
    };
    table(
        RuleId::PRG114,
        &[
            ("CCS", Warn, to("CALIFORNIA CHILDRENS SERVICES")),
            ("the state", Warn, to("DHCS")),
            ("the plan", Silent, diabetes()),
            ("a name that holds the letters", Silent, to("ACCSESS PLAN")),
            (
                "no CCS line",
                Silent,
                office().around("@replace COAST PLAN*****PI*PLAN1|CCS*****PI*PLAN1").line("99213"),
            ),
            ("an enrolled member's cold", Warn, enrolled("medi-cal")),
            ("CCS without Medi-Cal", Silent, enrolled("ccs-state-only")),
            ("the day before the model", Silent, to("CCS").day("20180630")),
            ("its first day", Warn, to("CCS").day("20180701")),
        ],
    );
}
