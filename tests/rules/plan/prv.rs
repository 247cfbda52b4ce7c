//! PRV101 to PRV105.

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect::{Reject, Silent, Warn};

use super::{Draft, office, outpatient, stay, table, tooth};

const SURGEON: &str = "NM1*82*1*ORTEGA*SAM****XX*1000000012";

/// Nutrition therapy for diabetes by a rendering provider of this row.
fn rendered(row: &str) -> Draft {
    diabetes().person(SURGEON).roster("providers", &format!("1000000012,,individual,{row}"))
}

fn diabetes() -> Draft {
    office().with("REF*G1*TAR4471").diagnoses(&["ABK:E109"]).line("97802")
}

#[test]
fn prv101_paneled_providers() {
    let not = "N,,,";
    table(
        RuleId::PRV101,
        &[
            ("not paneled", Reject, rendered(not)),
            ("paneled", Silent, rendered("Y,,,")),
            ("paneling does not apply", Silent, rendered(",,,")),
            ("the last day", Silent, rendered("Y,2018-07-01,2026-03-02,")),
            ("the day after", Reject, rendered("Y,2018-07-01,2026-03-01,")),
            ("the first day", Silent, rendered("Y,2026-03-02,,")),
            ("the day before", Reject, rendered("Y,2026-03-03,,")),
            ("not paneled at another time", Silent, rendered("N,,2026-03-01,")),
            (
                "not in the roster",
                Warn,
                diabetes().person(SURGEON).roster("providers", "1000000780,,individual,N,,,"),
            ),
            (
                "paneled in another group",
                Silent,
                rendered("Y,,,").roster("providers", "1000000012,770000001,individual,N,,,"),
            ),
            (
                "the billing provider renders",
                Reject,
                diabetes().roster("providers", "1000000772,,individual,N,,,"),
            ),
            ("a group bills", Silent, diabetes().roster("providers", "1000000772,,group,,,,")),
            ("no CCS line", Silent, rendered(not).diagnoses(&["ABK:J069"])),
            ("a child of 21", Silent, rendered(not).birth("20050302")),
            ("the day before", Reject, rendered(not).birth("20050303")),
            ("a member without CCS", Silent, rendered(not).roster("members", "91234567A,2015-03-02,,,N,,,,")),
            ("a patient below the subscriber", Reject, rendered(not).patient("20150302")),
            ("the day before the model", Silent, rendered(not).day("20180630")),
            ("its first day", Reject, rendered(not).day("20180701")),
            ("an emergency", Silent, rendered(not).place("23")),
            (
                "a PCP in scope",
                Silent,
                office()
                    .diagnoses(&["ABK:E109"])
                    .person(SURGEON)
                    .roster("providers", "1000000012,,individual,N,,,Y")
                    .line("99213"),
            ),
            ("a PCP out of scope", Reject, rendered("N,,,Y")),
            (
                "radiology",
                Silent,
                office()
                    .diagnoses(&["ABK:E109"])
                    .person(SURGEON)
                    .roster("providers", "1000000012,,individual,N,,,")
                    .line("71046"),
            ),
            (
                "anesthesia",
                Silent,
                office()
                    .diagnoses(&["ABK:E109"])
                    .person(SURGEON)
                    .roster("providers", "1000000012,,individual,N,,,")
                    .line("00100"),
            ),
            (
                "equipment",
                Silent,
                office()
                    .diagnoses(&["ABK:E109"])
                    .roster("providers", "1000000772,,individual,N,,,")
                    .line("E0784"),
            ),
            (
                "supplies, transport and laboratory of other sections than A to V",
                Silent,
                ["T4521", "T2003", "S8101", "G0480", "P9612", "0016U", "A2001", "V5362", "K1400"]
                    .iter()
                    .fold(
                        office()
                            .diagnoses(&["ABK:E109"])
                            .person(SURGEON)
                            .roster("providers", "1000000012,,individual,N,,,"),
                        |draft, code| draft.line(code),
                    ),
            ),
            (
                "nursing, of section T too",
                Reject,
                office()
                    .diagnoses(&["ABK:E109"])
                    .with("REF*G1*TAR4471")
                    .person(SURGEON)
                    .roster("providers", "1000000012,,individual,N,,,")
                    .line("T1030"),
            ),
            (
                "physical therapy is PRV102's",
                Silent,
                office()
                    .diagnoses(&["ABK:G809"])
                    .roster("providers", "1000000772,,individual,N,,,")
                    .line("97110:GP"),
            ),
            (
                "a county authorization that names the provider",
                Silent,
                rendered(not)
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000012,,,,"),
            ),
            (
                "one that names the group that bills",
                Silent,
                rendered(not)
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000772,,,,"),
            ),
            (
                "one that names another",
                Reject,
                rendered(not)
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000780,,,,"),
            ),
            (
                "dental",
                Reject,
                tooth()
                    .diagnoses(&["ABK:Q359"])
                    .roster("providers", "1000000772,,individual,N,,,")
                    .line("D0120"),
            ),
            (
                "a hospital is approved, not paneled",
                Silent,
                outpatient()
                    .diagnoses(&["ABK:E109"])
                    .roster("providers", "1000000772,,facility,N,,,")
                    .line("0510*HC:97802*90*UN*1"),
            ),
            ("no roster", Silent, diabetes().person(SURGEON)),
        ],
    );
}

#[test]
fn prv102_paneled_therapists() {
    let therapy = |row: &str| {
        office()
            .diagnoses(&["ABK:G809"])
            .roster("providers", &format!("1000000772,,individual,{row}"))
            .line("97110:GP")
    };
    table(
        RuleId::PRV102,
        &[
            ("not paneled", Reject, therapy("N,,,")),
            ("paneled", Silent, therapy("Y,,,")),
            ("the last day", Silent, therapy("Y,,2026-03-02,")),
            ("the day after", Reject, therapy("Y,,2026-03-01,")),
            ("not in the roster", Warn, therapy("N,,,").around("@replace 1000000772|1000000780")),
            ("another condition", Silent, therapy("N,,,").diagnoses(&["ABK:S93401A"])),
            (
                "occupational therapy",
                Silent,
                office()
                    .diagnoses(&["ABK:G809"])
                    .roster("providers", "1000000772,,individual,N,,,")
                    .line("97530:GO"),
            ),
            (
                "by taxonomy",
                Reject,
                office()
                    .around("@taxonomy 225100000X")
                    .diagnoses(&["ABK:G809"])
                    .roster("providers", "1000000772,,individual,N,,,")
                    .line("97110"),
            ),
            (
                "a medical therapy unit",
                Silent,
                therapy("N,,,").roster("provider_programs", "1000000772,mtu,,"),
            ),
            ("an emergency", Silent, therapy("N,,,").place("23")),
            (
                "a county authorization that names the therapist",
                Silent,
                therapy("N,,,")
                    .with("REF*G1*TAR4471")
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000772,,,,"),
            ),
            (
                "one that names another",
                Reject,
                therapy("N,,,")
                    .with("REF*G1*TAR4471")
                    .authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000780,,,,"),
            ),
            (
                "a hospital, which is approved, not paneled",
                Silent,
                outpatient()
                    .diagnoses(&["ABK:G809"])
                    .roster("providers", "1000000772,,facility,N,,,")
                    .line("0420*HC:97110:GP*90*UN*1"),
            ),
            ("the day before the model", Silent, therapy("N,,,").day("20180630")),
            ("its first day", Reject, therapy("N,,,").day("20180701")),
            ("a patient below the subscriber", Reject, therapy("N,,,").patient("20150302")),
        ],
    );
}

#[test]
fn prv103_referrals_to_paneled_providers() {
    let referred = |status: &str, row: &str| {
        office()
            .authorization(&format!(
                "RFL1,referral,plan,{status},91234567A,,2026-01-01,2026-12-31,1000000012,,,,"
            ))
            .roster("providers", &format!("1000000012,,individual,{row}"))
            .with("REF*9F*RFL1")
            .diagnoses(&["ABK:E109"])
            .line("99214")
    };
    table(
        RuleId::PRV103,
        &[
            ("not paneled", Warn, referred("A1", "N,,,")),
            ("paneled", Silent, referred("A1", "Y,,,")),
            ("the day after", Warn, referred("A1", "Y,,2026-03-01,")),
            ("the last day", Silent, referred("A1", "Y,,2026-03-02,")),
            ("paneling does not apply", Silent, referred("A1", ",,,")),
            ("a referral that was denied", Silent, referred("A3", "N,,,")),
            ("PRV101 says it of who renders", Silent, referred("A1", "N,,,").person(SURGEON)),
            ("no CCS line", Silent, referred("A1", "N,,,").diagnoses(&["ABK:J069"])),
            ("another number", Silent, referred("A1", "N,,,").around("@replace REF*9F*RFL1|REF*9F*RFL2")),
        ],
    );
}

#[test]
fn prv104_special_care_centers() {
    let at = |row: &str| {
        office()
            .place("21")
            .with("REF*G1*TAR4471")
            .diagnoses(&["ABK:C220"])
            .person("NM1*77*2*BAY HOSPITAL*****XX*1000000780\nN3*1 SHORE ROAD\nN4*SANTA CRUZ*CA*950601234")
            .roster("facilities", row)
    };
    table(
        RuleId::PRV104,
        &[
            ("not approved", Warn, at("1000000780,none,N,,,").line("47135")),
            ("approved", Silent, at("1000000780,none,Y,,,").line("47135")),
            ("the last day", Silent, at("1000000780,none,Y,,2026-03-02,").line("47135")),
            ("the day after", Warn, at("1000000780,none,Y,,2026-03-01,").line("47135")),
            ("nothing is said", Silent, at("1000000780,none,,,,").line("47135")),
            ("not in the roster", Warn, at("1000000012,none,Y,,,").line("47135")),
            ("another service", Silent, at("1000000780,none,N,,,").line("99222")),
            ("an adult", Silent, at("1000000780,none,N,,,").birth("19800101").line("47135")),
            ("an emergency", Silent, at("1000000780,none,N,,,").line("HC:47135*80*UN*1***1**Y")),
            (
                "no facility is named",
                Silent,
                office().diagnoses(&["ABK:C220"]).roster("facilities", "1000000780,none,N,,,").line("47135"),
            ),
        ],
    );
}

#[test]
fn prv105_approved_hospitals() {
    let at = |row: &str| {
        stay()
            .with("REF*G1*TAR4471")
            .diagnoses(&["ABK:E1010:::::::Y"])
            .roster("facilities", &format!("1000000772,none,{row}"))
            .line("0120**900*DA*3")
    };
    table(
        RuleId::PRV105,
        &[
            ("not approved", Warn, at("N,,,")),
            ("approved", Silent, at("Y,,,")),
            ("the day of admission is the last", Silent, at("Y,,2026-03-02,")),
            ("the day before is", Warn, at("Y,,2026-03-01,")),
            ("approved from the day after", Warn, at("Y,2026-03-03,,")),
            ("another condition", Silent, at("N,,,").diagnoses(&["ABK:J189:::::::Y"])),
            ("an emergency admission", Silent, at("N,,,").cl1("1*1*01")),
            ("not in the roster", Warn, at("Y,,,").around("@replace 1000000772|1000000780")),
            (
                "outpatient",
                Silent,
                outpatient()
                    .diagnoses(&["ABK:E109"])
                    .roster("facilities", "1000000772,none,N,,,")
                    .line("0510*HC:97802*90*UN*1"),
            ),
        ],
    );
}
