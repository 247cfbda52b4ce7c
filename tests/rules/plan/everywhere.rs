//! What holds of every rule about claims: on each kind of claim that it is about, of the subscriber and of a patient below, from
//! its first day on and not before, and never of a void.

use std::collections::{BTreeMap, BTreeSet};

use claimsieve::finding::RuleId;
use claimsieve::record::ClaimKind;
use claimsieve::rules::Expect::{self, Info, Reject, Silent, Warn};

use super::{Draft, office, outpatient, stay, tooth};
use crate::ask::answer;

const NUMBER: &str = "REF*G1*TAR4471";

const SURGEON: &str = "NM1*82*1*ORTEGA*SAM****XX*1000000012";

const HOSPITAL: &str = "NM1*77*2*BAY HOSPITAL*****XX*1000000780\nN3*1 SHORE ROAD\nN4*SANTA CRUZ*CA*950601234";

/// Nutrition therapy for diabetes, by kind: an office, an outpatient day; a ward; a dentist's check-up of a cleft.
fn diabetes() -> Draft {
    office().diagnoses(&["ABK:E109"]).line("97802")
}

fn clinic() -> Draft {
    outpatient().diagnoses(&["ABK:E109"]).line("0510*HC:97802*90*UN*1")
}

fn ward() -> Draft {
    stay().diagnoses(&["ABK:E1010:::::::Y"]).line("0120**900*DA*3")
}

fn cleft() -> Draft {
    tooth().diagnoses(&["ABK:Q359"]).line("D0120")
}

fn ccs() -> [Draft; 4] {
    [diabetes(), clinic(), ward(), cleft()]
}

/// A cold, by kind.
fn colds() -> [Draft; 3] {
    [office().line("99213"), stay().line("0120**900*DA*3"), tooth().line("D0120")]
}

fn each<const N: usize>(drafts: [Draft; N], change: impl Fn(Draft) -> Draft) -> Vec<Draft> {
    drafts.into_iter().map(change).collect()
}

/// Claims for CCS conditions that cite TAR4471, which is on file so: kind to setting, without number.
fn filed(row: &str) -> Vec<Draft> {
    each(ccs(), |draft| draft.with(NUMBER).authorization(&format!("TAR4471,{row}")))
}

fn members<const N: usize>(drafts: [Draft; N], row: &str) -> Vec<Draft> {
    each(drafts, |draft| draft.roster("members", &format!("91234567A,{row}")))
}

fn nicu(revenue: &str, diagnosis: &str) -> Draft {
    stay()
        .birth("20260302")
        .between("20260302", "20260320")
        .cl1("4*5*01")
        .diagnoses(&[&format!("ABK:{diagnosis}:::::::Y")])
        .line(&format!("{revenue}**900*DA*18"))
}

/// Follow-up of a high-risk infant.
fn infant(birth: &str) -> Draft {
    office().birth(birth).diagnoses(&["ABK:P0739"]).roster("facilities", "1000000772,,Y,,,Y").line("96112")
}

fn drug(code: &str, ndc: &str) -> [Draft; 2] {
    let package = if ndc.is_empty() { String::new() } else { format!("LIN**N4*{ndc}\nCTP****1*UN") };
    [office().line_with(code, &package), outpatient().line_with(&format!("0636*HC:{code}*90*UN*1"), &package)]
}

/// Claims that each rule minds, and how much: every kind that it is about.
#[allow(clippy::too_many_lines)]
fn minded() -> Vec<(RuleId, Expect, Vec<Draft>)> {
    use RuleId as R;
    let marked = |draft: Draft| {
        draft.with(NUMBER).authorization("TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,,,,")
    };
    let lists = [
        office().diagnoses(&["ABK:J069*ABF:E109"]).line("99213"),
        tooth().diagnoses(&["ABK:K0251*ABF:Q359"]).line("D2391"),
    ];
    vec![
        (R::CCS101, Reject, lists.to_vec()),
        (
            R::CCS102,
            Warn,
            vec![office().diagnoses(&["ABK:Z00129*ABF:E109"]).line("HC:99393*80*UN*1***1:2")],
        ),
        (
            R::CCS103,
            Warn,
            vec![
                stay().diagnoses(&["ABK:J189:::::::Y", "ABF:E109:::::::Y"]).line("0120**900*DA*3"),
                outpatient().diagnoses(&["ABK:J189", "ABF:E109"]).line("0300*HC:85025*90*UN*1"),
            ],
        ),
        (R::CCS104, Warn, each(colds(), marked)),
        (
            R::CCS105,
            Warn,
            each(ccs(), |draft| {
                draft.with(NUMBER).roster("members", "91234567A,2015-03-02,Santa Cruz,medi-cal,Y,E84,,,")
            }),
        ),
        (
            R::CCS106,
            Warn,
            each(colds(), |draft| {
                draft.with(NUMBER).roster("members", "91234567A,2015-03-02,Santa Cruz,medi-cal,Y,,,,")
            }),
        ),
        (
            R::CCS107,
            Info,
            each(colds(), |draft| {
                draft.birth("19970101").roster("members", "91234567A,1997-01-01,Santa Cruz,medi-cal,Y,,,,")
            }),
        ),
        (R::CCS108, Warn, each(ccs(), |draft| {
            draft.with(NUMBER).roster("members", "91234567A,2015-03-02,Santa Cruz,medi-cal,,,,,")
        })),
        (
            R::CCS109,
            Warn,
            vec![
                marked(office().diagnoses(&["ABK:F329"]).line("90834")),
                marked(stay().diagnoses(&["ABK:F329:::::::Y"]).line("0120**900*DA*3")),
            ],
        ),
        (
            R::CCS110,
            Warn,
            vec![
                marked(office().diagnoses(&["ABK:Z8571"]).line("97802")),
                marked(stay().diagnoses(&["ABK:Z8571"]).line("0120**900*DA*3")),
            ],
        ),
        (R::TAR101, Reject, ccs().to_vec()),
        (R::TAR102, Reject, each(ccs(), |draft| draft.with("REF*G1*PENDING"))),
        (
            R::TAR103,
            Reject,
            each(ccs(), |draft| draft.with(NUMBER).authorization("TAR1,tar,plan,A1,91234567A,,,,,,,,")),
        ),
        (R::TAR104, Reject, filed("tar,plan,A3,91234567A,,,,,,,,")),
        (R::TAR105, Reject, filed("tar,plan,A1,98888888C,,,,,,,,")),
        (R::TAR106, Reject, filed("tar,plan,A1,91234567A,,2027-01-01,,,,,,")),
        (R::TAR107, Reject, filed("tar,plan,A1,91234567A,,,,,99999,,,")),
        (R::TAR108, Reject, filed("tar,plan,A1,91234567A,,,,1000000780,,,,")),
        (
            R::TAR109,
            Reject,
            vec![
                office().diagnoses(&["ABK:E109"]).line("HC:97802*80*UN*2***1"),
                outpatient().diagnoses(&["ABK:E109"]).line("0510*HC:97802*90*UN*2"),
                cleft().line("D1120"),
            ]
            .into_iter()
            .map(|draft| draft.with(NUMBER).authorization("TAR4471,tar,plan,A1,91234567A,,,,,,1,UN,"))
            .chain([ward().with(NUMBER).authorization("TAR4471,tar,plan,A1,91234567A,,,,,,2,DY,")])
            .collect(),
        ),
        (
            R::TAR110,
            Warn,
            [("inpatient", diabetes()), ("inpatient", clinic()), ("outpatient", ward())]
                .into_iter()
                .map(|(setting, draft)| {
                    draft
                        .with(NUMBER)
                        .authorization(&format!("TAR4471,tar,plan,A1,91234567A,,,,,,,,{setting}"))
                })
                .collect(),
        ),
        (R::TAR111, Info, filed("tar,plan,A2,91234567A,,,,,,,,")),
        (
            R::TAR112,
            Warn,
            each(ccs(), |draft| {
                let response = "HCR*A1*TAR4471~DTP*007*RD8*20100101-20301231~HI*ABK:G809";
                draft.with(NUMBER).around(&format!("@response {response}"))
            }),
        ),
        (
            R::TAR113,
            Warn,
            vec![
                office()
                    .place("12")
                    .diagnoses(&["ABK:E109"])
                    .around("@response HCR*A1*TAR4471~DTP*007*RD8*20260101-20261231|HCR*A1*TAR4471~SV1*HC:E0784:RR*80*UN*4")
                    .line_with("E0784:NU", NUMBER),
            ],
        ),
        (R::TAR120, Reject, filed("sar,county,A1,91234567A,2018-07-01,2018-06-01,,,,,,")),
        (R::TAR121, Reject, filed("sar,county,A1,91234567A,2018-05-01,2018-05-01,2018-05-31,,,,,")),
        (R::TAR122, Info, filed("sar,county,A1,91234567A,2018-05-01,2018-05-01,,,,,,")),
        (R::TAR123, Reject, filed("tar,plan,A1,91234567A,,,,,SCG01,,,")),
        (R::TAR124, Reject, filed("sar,county,A1,91234567A,2018-05-01,2018-05-01,,1000000780,,,,")),
        (
            R::TAR130,
            Reject,
            vec![
                office().diagnoses(&["ABK:G801"]).line("97110:GP"),
                outpatient().diagnoses(&["ABK:G801"]).line("0420*HC:97110:GP*90*UN*1"),
            ]
            .into_iter()
            .map(|draft| draft.around("@profile [therapy]\n@profile visits = 0"))
            .collect(),
        ),
        (
            R::TAR131,
            Reject,
            vec![office().place("12").diagnoses(&["ABK:E840"]).line("HC:E0621*101*UN*1***1")],
        ),
        (
            R::TAR132,
            Warn,
            vec![
                office()
                    .place("12")
                    .line("E0202")
                    .around("@profile [rules]\n@profile TAR101 = \"off\""),
            ],
        ),
        (
            R::TAR133,
            Reject,
            vec![
                diabetes().around("@taxonomy 208000000X"),
                outpatient().place("77").diagnoses(&["ABK:E109"]).line("0521*HC:97802*90*UN*1"),
            ],
        ),
        (
            R::TAR134,
            Reject,
            each(drug("J1745", "57894003001"), |draft| draft.diagnoses(&["ABK:K5000"])),
        ),
        (R::TAR135, Warn, vec![office().diagnoses(&["ABK:E109"]).line("A0180")]),
        (
            R::TAR136,
            Warn,
            vec![
                office()
                    .with(NUMBER)
                    .diagnoses(&["ABK:E109"])
                    .roster("authorization_log", "TAR4471,2026-03-01,N,,")
                    .line("A0180"),
            ],
        ),
        (
            R::TAR137,
            Reject,
            vec![
                stay()
                    .between("20260302", "20260307")
                    .with(NUMBER)
                    .authorization("TAR4471,tar,plan,A1,91234567A,,2026-03-02,2026-03-05,,,,,inpatient")
                    .diagnoses(&["ABK:E1010:::::::Y"])
                    .line("0120**900*DA*5"),
            ],
        ),
        (
            R::TAR138,
            Warn,
            vec![
                office().diagnoses(&["ABK:E109"]).line("99214"),
                outpatient().diagnoses(&["ABK:E109"]).line("0510*HC:99214*90*UN*1"),
            ],
        ),
        (R::TAR140, Warn, vec![office().line("HC:99213*80*UN*1***1**Y")]),
        (
            R::TAR141,
            Reject,
            vec![
                office().line_with("99213", "REF*G1*TAR1\nREF*G1*TAR2"),
                tooth().line_with("D0120", "REF*G1*TAR1\nREF*G1*TAR2"),
            ],
        ),
        (R::TAR142, Warn, each(colds(), |draft| draft.with("REF*9F*A1").with("REF*G1*A1"))),
        (
            R::TAR143,
            Reject,
            each(ccs(), |draft| draft.frequency('7').with("REF*G1*PCN1").with("REF*F8*PCN1")),
        ),
        (R::TAR144, Warn, filed("tar,plan,A1,91234567A,2026-06-30,2010-01-01,,,,,,")),
        (
            R::FFS101,
            Reject,
            each(drug("J7192", ""), |draft| draft.diagnoses(&["ABK:D66"])),
        ),
        (R::FFS102, Reject, drug("J3490", "50458056301").to_vec()),
        (R::FFS104, Warn, drug("J1100", "").to_vec()),
        (R::FFS105, Reject, drug("J1100", "6332301650").to_vec()),
        (R::FFS106, Warn, drug("J0585", "57894003001").to_vec()),
        (
            R::FFS107,
            Warn,
            each(drug("J1100", ""), |draft| draft.roster("provider_programs", "1000000772,340b,,")),
        ),
        (R::PRG101, Reject, each(ccs(), |draft| draft.on("20180630"))),
        (R::PRG102, Warn, members(colds(), "2015-03-02,Fresno,medi-cal,,,,,")),
        (R::PRG103, Warn, members(colds(), "2015-03-02,Santa Cruz,kaiser,,,,,")),
        (R::PRG104, Info, members(colds(), "2015-03-02,Santa Cruz,ihss,,,,,")),
        (R::PRG105, Warn, members(colds(), "2015-03-02,Santa Cruz,ccs-state-only,Y,,,,")),
        (R::PRG106, Warn, members(colds(), "2015-03-02,Santa Cruz,medi-cal,,,,,2015-12-31")),
        (R::PRG107, Warn, each(colds(), |draft| draft.around("@replace MI*91234567A|MI*9123456A"))),
        (R::PRG108, Warn, vec![tooth().line("D0120"), office().line("D0120")]),
        (
            R::PRG109,
            Warn,
            vec![
                office().line("97110:GP"),
                outpatient().line("0420*HC:97110:GP*90*UN*1"),
            ]
            .into_iter()
            .map(|draft| draft.roster("provider_programs", "1000000772,mtu,,"))
            .collect(),
        ),
        (R::PRG110, Warn, vec![office().line("H2011"), stay().line("0124**900*DA*3")]),
        (R::PRG111, Warn, vec![office().line("H0020"), outpatient().line("0944*HC:H0020*90*UN*1")]),
        (
            R::PRG112,
            Warn,
            vec![
                office().line("99213"),
                stay().line("0120**900*DA*3"),
                tooth().line("D0120"),
            ]
            .into_iter()
            .map(|draft| draft.roster("other_coverage", "91234567A,Blue Plan,,"))
            .collect(),
        ),
        (R::PRG113, Warn, vec![office().around("@taxonomy 3336C0003X").place("01").line("J1100")]),
        (
            R::PRG114,
            Warn,
            each(ccs(), |draft| {
                draft.with(NUMBER).around("@replace COAST PLAN*****PI*PLAN1|CCS*****PI*PLAN1")
            }),
        ),
        (
            R::PRV101,
            Reject,
            vec![
                diabetes().person(SURGEON).roster("providers", "1000000012,,individual,N,,,"),
                cleft().roster("providers", "1000000772,,individual,N,,,"),
            ],
        ),
        (
            R::PRV102,
            Reject,
            vec![
                office()
                    .diagnoses(&["ABK:G809"])
                    .roster("providers", "1000000772,,individual,N,,,")
                    .line("97110:GP"),
            ],
        ),
        (
            R::PRV103,
            Warn,
            vec![
                office()
                    .authorization("RFL1,referral,plan,A1,91234567A,,,,1000000012,,,,")
                    .roster("providers", "1000000012,,individual,N,,,")
                    .with("REF*9F*RFL1")
                    .diagnoses(&["ABK:E109"])
                    .line("99214"),
            ],
        ),
        (
            R::PRV104,
            Warn,
            vec![
                office()
                    .place("21")
                    .with(NUMBER)
                    .diagnoses(&["ABK:C220"])
                    .person(HOSPITAL)
                    .roster("facilities", "1000000780,none,N,,,")
                    .line("47135"),
            ],
        ),
        (R::PRV105, Warn, vec![ward().with(NUMBER).roster("facilities", "1000000772,none,N,,,")]),
        (R::NIC101, Reject, vec![nicu("0173", "P220")]),
        (R::NIC102, Reject, vec![nicu("0174", "P220").roster("facilities", "1000000772,community,Y,,,")]),
        (R::NIC103, Warn, vec![nicu("0173", "P220").roster("facilities", "1000000772,,N,,,")]),
        (R::NIC104, Warn, vec![nicu("0172", "R2589")]),
        (R::NIC105, Reject, vec![infant("20250302").diagnoses(&["ABK:G809"])]),
        (R::NIC106, Warn, vec![infant("20200302").with(NUMBER)]),
        (
            R::NIC107,
            Warn,
            vec![nicu("0173", "P220").birth("20260101"), office().birth("20250101").line("99469")],
        ),
        (R::NIC108, Warn, vec![nicu("0173", "P220")]),
        (R::NIC109, Warn, vec![nicu("0174", "P599")]),
        (
            R::NIC110,
            Warn,
            vec![nicu("0173", "P220").with(NUMBER).roster("authorization_log", "TAR4471,2026-03-01,N,2026-03-02,")],
        ),
        (
            R::DUP101,
            Reject,
            vec![
                office().line("99213"),
                outpatient()
                    .person("NM1*71*1*RAY*ANN****XX*1000000012")
                    .line("0510*HC:99213*90*UN*1"),
                tooth().line("D0120"),
            ]
            .into_iter()
            .map(|draft| draft.around("@again"))
            .collect(),
        ),
        (R::CLM101, Reject, each(colds(), |draft| draft.frequency('7'))),
        (R::CLM102, Warn, each(colds(), |draft| draft.with("REF*F8*PCN1"))),
        (R::CLM103, Warn, vec![stay().diagnoses(&["ABK:J189"]).line("0120**900*DA*3")]),
        (
            R::CLM104,
            Reject,
            vec![
                office().diagnoses(&["ABK:E10"]).line("99213"),
                stay().diagnoses(&["ABK:E10:::::::Y"]).line("0120**900*DA*3"),
                tooth().diagnoses(&["ABK:E10"]).line("D0120"),
            ],
        ),
        (
            R::CLM105,
            Reject,
            vec![office().line("HC:99213*80*UN*1***2"), tooth().line("AD:D0120*80****1*****2")],
        ),
    ]
}

/// The plan's rule table.
fn rule_table() -> BTreeMap<RuleId, (u8, String)> {
    let mut rows = csv::Reader::from_reader(&include_bytes!("rules.csv")[..]);
    let of = |row: csv::StringRecord| {
        (RuleId::parse(&row[0]).unwrap(), (row[2].parse().unwrap(), row[15].replace('-', "")))
    };
    rows.records().map(|row| of(row.unwrap())).collect()
}

fn before(day: &str) -> &'static str {
    match day {
        "20180701" => "20180630",
        "20240101" => "20231231",
        _ => panic!("the day before {day}"),
    }
}

#[test]
fn every_rule_holds_of_every_claim_that_it_is_about() {
    let table = rule_table();
    let mut wrong = Vec::new();
    let mut is = |rule: RuleId, expected: Expect, what: &str, draft: &Draft| {
        let found = answer(draft.kind(), &draft.text(), rule);
        if found != expected {
            wrong.push(format!("{rule}, {what}: expected {expected:?}, found {found:?}\n{}", draft.text()));
        }
    };
    for (rule, expected, drafts) in minded() {
        let (snip, first_day) = &table[&rule];
        for draft in drafts {
            let kind = format!("{:?}", draft.kind());
            is(rule, expected, &kind, &draft);
            let child = draft.born().to_owned();
            is(rule, expected, &format!("{kind}, of a patient below"), &draft.clone().patient(&child));
            // what is said of a void is of its form, not of its service
            if *snip == 7 && draft.kind() != ClaimKind::Institutional {
                let void = draft.clone().frequency('8').with("REF*F8*PCN9");
                is(rule, Silent, &format!("{kind}, as a void"), &void);
            }
            if first_day.is_empty() || KNOWN_DAYS.contains(&rule) {
                continue;
            }
            let on = |day: &str| draft.clone().on(day);
            is(rule, Silent, &format!("{kind}, the day before"), &on(before(first_day)));
            is(rule, expected, &format!("{kind}, the first day"), &on(first_day));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Rules whose claims above rest on days of 2026, which their own tables move.
const KNOWN_DAYS: [RuleId; 1] = [RuleId::TAR137];

#[test]
fn every_rule_about_claims_is_there() {
    let there: BTreeSet<RuleId> = minded().into_iter().map(|(rule, ..)| rule).collect();
    let missing: Vec<RuleId> = rule_table()
        .into_keys()
        .filter(|rule| !rule.code().starts_with("AUT") && !there.contains(rule))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
