//! SIT104, SIT119 to SIT125: what hospital claims must say.

use super::{BASE, institutional, outcome, professional};
use crate::finding::{Code, Fact, Findings, Place, RuleId};
use crate::record::{Claim, ClaimKind, DiagnosisUse, ProcedureUse, hospital_procedure, loops};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;

/// An inpatient claim: its dates, CL1, the HI behind the principal diagnosis, its physicians.
macro_rules! stay {
    ($dates:literal, $cl1:literal, $codes:literal, $physicians:literal) => {
        concat!(
            "CLM*A1*900***11:A:1**A*Y*Y\n",
            $dates,
            "CL1*",
            $cl1,
            "\nHI*ABK:J069\n",
            $codes,
            $physicians,
            "LX*1\nSV2*0120**900*DA*3\n"
        )
    };
}

macro_rules! whole_stay {
    ($codes:literal, $physicians:literal) => {
        stay!(
            "DTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\n",
            "3*1*01",
            $codes,
            $physicians
        )
    };
}

/// An outpatient claim: CL1, the HI behind the principal diagnosis, its physicians, the line.
macro_rules! visit {
    ($cl1:literal, $codes:literal, $physicians:literal, $line:literal) => {
        concat!(
            "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*",
            $cl1,
            "\nHI*ABK:K3580\n",
            $codes,
            $physicians,
            "LX*1\nSV2*",
            $line,
            "*900*UN*1\nDTP*472*D8*20260302"
        )
    };
}

const fn reject(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Reject, when, message, remedy, codes)
}

const fn warn(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Warn, when, message, remedy, codes)
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT104,
        title: "Date of admission",
        about: "An inpatient institutional claim (bill types 11, 18, 21, 41) has its date of admission (DTP*435), and so has a professional claim for services to an inpatient (place of service 21, 51 or 61).",
        requirements: &["S41", "S51"],
        check: Check::Claim(admission_date),
        outcomes: &[
            reject(
                "no date of admission",
                "The inpatient claim has no date of admission (DTP*435).",
                "Add the date of admission.",
                Codes::claim("A6", "189", "16", "MA40"),
            ),
            warn(
                "no date of admission on a professional claim",
                "The place of service is {found}, where patients are admitted, but there is no date of admission (DTP*435).",
                "Add the date on which the patient was admitted.",
                Codes::claim("A6", "189", "16", "MA40"),
            ),
        ],
        examples: &[
            institutional(
                "no date of admission",
                Expect::Reject,
                stay!("DTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\n", "3*1*01", "HI*ABJ:J069\n", ""),
            ),
            professional(
                "a visit in the hospital",
                Expect::Warn,
                "CLM*A1*80***21:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99221*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            institutional("with its date", Expect::Silent, whole_stay!("HI*ABJ:J069\n", "")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT119,
        title: "Attending provider",
        about: "An institutional claim names the attending provider (2310A), unless it is for scheduled transport alone (revenue codes 054x).",
        requirements: &["S26"],
        only: &[Aspect::Institutional],
        check: Check::Claim(attending),
        outcomes: &[reject(
            "no attending provider",
            "The claim names no attending provider (2310A).",
            "Add the provider who has the overall responsibility for the patient's care.",
            Codes { entity: "71", ..Codes::claim("A6", "562", "16", "N253") },
        )],
        examples: &[
            institutional("nobody attending", Expect::Reject, visit!("3*1*01", "", "", "0300*HC:85025")),
            institutional(
                "an attending provider",
                Expect::Silent,
                visit!("3*1*01", "", "NM1*71*1*TERN*IVY****XX*1000001010\n", "0300*HC:85025"),
            ),
            institutional("an ambulance", Expect::Silent, visit!("3*1*01", "", "", "0540*HC:A0428")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT120,
        title: "Operating physician",
        about: "Another operating physician (2310C) assists an operating one (2310B): it does not stand alone. A claim with a hospital procedure (HI with BBR, or BR of ICD-9-CM) should name who operated.",
        requirements: &["S27", "S28"],
        only: &[Aspect::Institutional],
        check: Check::Claim(operating),
        outcomes: &[
            reject(
                "the other one alone",
                "The claim names another operating physician (2310C), but no operating physician (2310B).",
                "Name the operating physician in 2310B.",
                Codes { entity: "72", ..Codes::claim("A6", "562", "16", "N262") },
            ),
            warn(
                "a procedure, and nobody operating",
                "The claim lists a procedure, but names no operating physician (2310B).",
                "Add the physician who did the procedure.",
                Codes { entity: "72", ..Codes::claim("A6", "562", "16", "N262") },
            ),
        ],
        examples: &[
            institutional(
                "the other one alone",
                Expect::Reject,
                whole_stay!(
                    "HI*ABJ:J069\n",
                    "NM1*71*1*TERN*IVY****XX*1000001010\nNM1*ZZ*1*WREN*IDA****XX*1000001184\n"
                ),
            ),
            institutional(
                "a procedure, and nobody operating",
                Expect::Warn,
                whole_stay!(
                    "HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\n",
                    "NM1*71*1*TERN*IVY****XX*1000001010\n"
                ),
            ),
            institutional(
                "a procedure of ICD-9-CM, and nobody operating",
                Expect::Warn,
                whole_stay!("HI*ABJ:J069\nHI*BR:3995:D8:20260302\n", "NM1*71*1*TERN*IVY****XX*1000001010\n"),
            ),
            institutional(
                "who operated",
                Expect::Silent,
                whole_stay!(
                    "HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\n",
                    "NM1*71*1*TERN*IVY****XX*1000001010\nNM1*72*1*WREN*IDA****XX*1000001184\n"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT121,
        title: "Principal procedure",
        about: "Other procedures (HI with BBQ, or BQ of ICD-9-CM) stand beside a principal one (BBR, BR). Hospital procedures are for inpatient claims; outpatient services are coded on their lines.",
        requirements: &["S56"],
        only: &[Aspect::Institutional],
        check: Check::Claim(principal_procedure),
        outcomes: &[
            reject(
                "no principal procedure",
                "The claim lists other procedures (HI with BBQ or BQ), but no principal one (BBR).",
                "Send the principal procedure with BBR.",
                Codes::claim("A6", "465", "16", "MA66"),
            ),
            warn(
                "on an outpatient claim",
                "The outpatient claim lists a hospital procedure, which is for inpatient claims.",
                "Leave the procedure out; code the service on its line.",
                Codes::claim("A8", "465", "16", "MA66"),
            ),
        ],
        examples: &[
            institutional(
                "another one alone",
                Expect::Reject,
                whole_stay!("HI*ABJ:J069\nHI*BBQ:02QM0ZZ:D8:20260302\n", ""),
            ),
            institutional(
                "another one of ICD-9-CM alone",
                Expect::Reject,
                whole_stay!("HI*ABJ:J069\nHI*BQ:3995:D8:20260302\n", ""),
            ),
            institutional(
                "outpatient",
                Expect::Warn,
                visit!("3*1*01", "HI*BBR:02QM0ZZ:D8:20260302\n", "", "0300*HC:85025"),
            ),
            institutional(
                "a principal one",
                Expect::Silent,
                whole_stay!("HI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260302\n", ""),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT122,
        title: "Discharge hour",
        about: "A final inpatient claim (frequency 1 or 4), except of a skilled nursing facility (bill type 21), has the hour of discharge (DTP*096). A claim with patient status 30, still a patient, is not final.",
        requirements: &["S53"],
        only: &[Aspect::Institutional],
        check: Check::Claim(discharge_hour),
        outcomes: &[warn(
            "no hour of discharge",
            "The final inpatient claim has no hour of discharge (DTP*096).",
            "Add the hour of discharge.",
            Codes::claim("A6", "233", "16", "N317"),
        )],
        examples: &[
            institutional(
                "no hour",
                Expect::Warn,
                stay!("DTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\n", "3*1*01", "HI*ABJ:J069\n", ""),
            ),
            institutional("with its hour", Expect::Silent, whole_stay!("HI*ABJ:J069\n", "")),
            institutional(
                "still a patient",
                Expect::Silent,
                stay!("DTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\n", "3*1*30", "HI*ABJ:J069\n", ""),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT123,
        title: "Admitting diagnosis",
        about: "An inpatient claim has the diagnosis with which the patient was admitted (HI with ABJ).",
        requirements: &["S54"],
        only: &[Aspect::Institutional],
        check: Check::Claim(admitting_diagnosis),
        outcomes: &[reject(
            "no admitting diagnosis",
            "The inpatient claim has no admitting diagnosis (HI with ABJ).",
            "Add the diagnosis at admission.",
            Codes::claim("A6", "232", "16", "MA65"),
        )],
        examples: &[
            institutional("none", Expect::Reject, whole_stay!("", "")),
            institutional("an admitting diagnosis", Expect::Silent, whole_stay!("HI*ABJ:J069\n", "")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT124,
        title: "Reason for visit",
        about: "An unscheduled outpatient claim has the patient's reason for the visit (HI with APR): bill types 13, 78 and 85, with type of admission 1, 2 or 5, and a line of the emergency room, urgent care or observation (revenue codes 045x, 0516, 0762).",
        requirements: &["S55"],
        only: &[Aspect::Institutional],
        check: Check::Claim(reason_for_visit),
        outcomes: &[warn(
            "no reason",
            "The unscheduled visit has no reason for visit (HI with APR).",
            "Add the patient's reason for the visit.",
            Codes::claim("A6", "673", "16", "M76"),
        )],
        examples: &[
            institutional("the emergency room", Expect::Warn, visit!("1*1*01", "", "", "0450*HC:99283")),
            institutional(
                "with its reason",
                Expect::Silent,
                visit!("1*1*01", "HI*APR:R1031\n", "", "0450*HC:99283"),
            ),
            institutional("an elective visit", Expect::Silent, visit!("3*1*01", "", "", "0450*HC:99283")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT125,
        title: "Type and source of admission",
        about: "An inpatient claim has the type (CL101) and the source (CL102) of the admission.",
        requirements: &["S52"],
        only: &[Aspect::Institutional],
        check: Check::Claim(type_and_source),
        outcomes: &[
            reject(
                "no type",
                "The inpatient claim has no type of admission (CL101).",
                "Add the type of admission.",
                Codes::claim("A6", "231", "16", "MA41"),
            ),
            reject(
                "no source",
                "The inpatient claim has no source of admission (CL102).",
                "Add the source of admission.",
                Codes::claim("A6", "229", "16", "MA42"),
            ),
        ],
        examples: &[
            institutional(
                "status alone",
                Expect::Reject,
                stay!(
                    "DTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\n",
                    "**01",
                    "HI*ABJ:J069\n",
                    ""
                ),
            ),
            institutional("all three", Expect::Silent, whole_stay!("HI*ABJ:J069\n", "")),
        ],
        ..BASE
    },
];

/// Whether the claim has a date with a qualifier, of those that are not lines' dates of service.
fn has_date(claim: &Claim<'_>, qualifier: &[u8]) -> bool {
    claim.pieces(loops::DTP).any(|piece| piece.read(claim.unit).element(1) == qualifier)
}

/// Where the first hospital procedure of a use stands.
fn procedure(claim: &Claim<'_>, usage: ProcedureUse) -> Option<Place> {
    let separators = claim.unit.separators();
    claim.pieces(loops::HI).find_map(|piece| {
        let hi = piece.read(claim.unit);
        let is_one = |element: &u8| {
            let named = hospital_procedure(hi.component(*element, 1, &separators));
            named.is_some_and(|(named, _)| named == usage)
        };
        (1..=hi.elements()).find(is_one).map(|element| piece.place().at_element(element))
    })
}

fn names(claim: &Claim<'_>, role: &[u8]) -> bool {
    let role = Code::new(role);
    claim.facts.providers.iter().any(|provider| provider.role == role && provider.line == 0)
}

fn is_type(claim: &Claim<'_>, types: &[&[u8]]) -> bool {
    types.iter().any(|one| claim.facts.facility == Code::new(one))
}

fn is_hospital(claim: &Claim<'_>) -> bool {
    claim.kind() == ClaimKind::Institutional
}

/// Whether a professional claim is for services where patients are admitted.
pub(super) fn is_visit_to_inpatient(claim: &Claim<'_>) -> bool {
    claim.kind() == ClaimKind::Professional && is_type(claim, &[b"21", b"51", b"61"])
}

fn admission_date(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let inpatient = claim.is_inpatient() && claim.facts.frequency != b'0';
    if (inpatient || is_visit_to_inpatient(claim)) && !has_date(claim, b"435") {
        findings
            .draft(RuleId::SIT104, claim.own_place())
            .outcome(u8::from(!inpatient))
            .found(Fact::Code(claim.facts.facility))
            .add();
    }
}

fn attending(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let is_transport = |revenue: Code| revenue.starts_with(Code::new(b"054"));
    if is_hospital(claim)
        && !names(claim, b"71")
        && !claim.lines().iter().all(|line| is_transport(line.revenue))
    {
        findings.draft(RuleId::SIT119, claim.own_place()).add();
    }
}

fn operating(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if !is_hospital(claim) || names(claim, b"72") {
        return;
    }
    let other = claim.facts.providers.iter().find(|one| one.role == Code::new(b"ZZ") && one.line == 0);
    if let Some(other) = other {
        findings.draft(RuleId::SIT120, claim.segment_place(other.name)).add();
    } else if procedure(claim, ProcedureUse::Principal).is_some() {
        findings.draft(RuleId::SIT120, claim.own_place()).outcome(1).add();
    }
}

fn principal_procedure(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if !is_hospital(claim) {
        return;
    }
    match (procedure(claim, ProcedureUse::Principal), procedure(claim, ProcedureUse::Other)) {
        (None, Some(place)) => findings.draft(RuleId::SIT121, place).add(),
        (Some(place), _) if is_type(claim, &[b"13", b"14", b"71", b"77", b"83", b"85"]) => {
            findings.draft(RuleId::SIT121, place).outcome(1).add();
        }
        _ => {}
    }
}

fn discharge_hour(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let is_final = claim.is_inpatient()
        && matches!(claim.facts.frequency, b'1' | b'4')
        && !is_type(claim, &[b"21"])
        && claim.facts.admission_codes[2] != Code::new(b"30");
    if is_final && !has_date(claim, b"096") {
        findings.draft(RuleId::SIT122, claim.own_place()).add();
    }
}

fn admitting_diagnosis(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let is_admitting = |usage: DiagnosisUse| usage == DiagnosisUse::Admitting;
    if claim.is_inpatient() && !claim.facts.diagnoses.iter().any(|one| is_admitting(one.usage)) {
        findings.draft(RuleId::SIT123, claim.own_place()).add();
    }
}

fn reason_for_visit(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let is_unscheduled = is_hospital(claim)
        && is_type(claim, &[b"13", b"78", b"85"])
        && matches!(claim.facts.admission_codes[0].byte(0), b'1' | b'2' | b'5');
    let is_urgent = |revenue: Code| {
        revenue.starts_with(Code::new(b"045"))
            || revenue == Code::new(b"0516")
            || revenue == Code::new(b"0762")
    };
    let is_reason = |usage: DiagnosisUse| usage == DiagnosisUse::ReasonForVisit;
    if is_unscheduled
        && claim.lines().iter().any(|line| is_urgent(line.revenue))
        && !claim.facts.diagnoses.iter().any(|one| is_reason(one.usage))
    {
        findings.draft(RuleId::SIT124, claim.own_place()).add();
    }
}

fn type_and_source(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(cl1) = claim.pieces(loops::CL1).next().filter(|_| claim.is_inpatient()) else { return };
    for (outcome, element) in [(0, 1), (1, 2)] {
        if cl1.read(claim.unit).element(element).is_empty() {
            findings.draft(RuleId::SIT125, cl1.place().at_element(element)).outcome(outcome).add();
        }
    }
}
