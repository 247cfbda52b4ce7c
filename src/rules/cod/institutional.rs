//! COD101, COD117 to COD119: the codes of institutional claims, and the principal diagnosis.

use super::shape::Fault;
use super::{BASE, CAPITALS, input, institutional, professional, reject, shape, warn};
use crate::finding::{Fact, Findings, Place, RuleId, Span};
use crate::record::{Cell, ClaimKind, DiagnosisUse, Edition, Piece, hospital_procedure, loops};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{coded_on, is_after_icd9};
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule};
use crate::rules::subject::Subject;
use crate::x12::Segment;

macro_rules! stay {
    ($admission:literal, $codes:literal) => {
        concat!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*",
            $admission,
            "\nHI*ABK:J069\nHI*ABJ:J069\n",
            $codes,
            "NM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n"
        )
    };
}

macro_rules! visit {
    ($diagnoses:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*",
            $diagnoses,
            "\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

const PROCEDURE: Codes = Codes::claim("A7", "465", "16", "MA66");

const fn nubc(
    when: &'static str,
    message: &'static str,
    status: &'static str,
    rarc: &'static str,
) -> Outcome {
    reject(when, message, "Correct the code: two letters or digits.", Codes::claim("A7", status, "16", rarc))
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD101,
        title: "External cause as principal diagnosis",
        about: "Codes V00 to Y99 of ICD-10-CM tell what caused an injury or condition. They go with the diagnosis of that injury or condition and are never the principal or first-listed one.",
        check: Check::Claim(external_cause),
        outcomes: &[reject(
            "external cause first",
            "The principal diagnosis {found} is an external cause.",
            "List the injury or condition first, and the external cause behind it.",
            Codes::claim("A7", "254", "16", "MA63"),
        )],
        examples: &[
            professional("a fall first", Expect::Reject, visit!("ABK:W010XXA*ABF:S60211A")),
            professional("the injury first", Expect::Silent, visit!("ABK:S60211A*ABF:W010XXA")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD117,
        title: "Hospital procedure that is no code of ICD-10-PCS",
        about: "A hospital procedure (HI with BBR or BBQ) is seven digits and capital letters, without I and O; small letters are understood. Procedures of ICD-9-CM (BR, BQ) ended with services of 30 September 2015 (the last day of the statement), as its diagnoses did.",
        only: &[Aspect::Institutional],
        check: Check::Claim(pcs),
        outcomes: &[
            reject(
                "wrong shape",
                "Procedure {found} is not of the shape of ICD-10-PCS: seven digits and letters, without I and O.",
                "Correct the code.",
                PROCEDURE,
            ),
            reject(
                "ICD-9-CM after its end",
                "Procedure {found} is sent as ICD-9-CM, which ended on 2015-09-30; the service is of {0}.",
                "Send the ICD-10-PCS code with its qualifier.",
                PROCEDURE,
            ),
            warn("small letters", "Procedure {found} is written in small letters.", CAPITALS, PROCEDURE),
        ],
        examples: &[
            institutional("six characters", Expect::Reject, stay!("3*1*01", "HI*BBR:02QM0Z:D8:20260302\n")),
            institutional("ICD-9-CM", Expect::Reject, stay!("3*1*01", "HI*BR:3995:D8:20260302\n")),
            institutional(
                "another one of ICD-9-CM",
                Expect::Reject,
                stay!("3*1*01", "HI*BBR:02QM0ZZ:D8:20260302\nHI*BQ:3995:D8:20260302\n"),
            ),
            institutional("small letters", Expect::Warn, stay!("3*1*01", "HI*BBR:02qm0zz:D8:20260302\n")),
            institutional("seven", Expect::Silent, stay!("3*1*01", "HI*BBR:02QM0ZZ:D8:20260302\n")),
            institutional(
                "ICD-9-CM of its time",
                Expect::Silent,
                concat!(
                    "@replace 20150302|20140302\n",
                    "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20150927-20150930\nDTP*435*D8*20150927\nCL1*3*1*01\nHI*BK:4660\nHI*BJ:4660\nHI*BR:3995:D8:20150928\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD118,
        title: "Admission type, source and patient status",
        about: "An institutional claim's type of admission (CL101) is 1 to 5 or 9, its source (CL102) 1, 2, 4, 5, 6, 8, 9, D, E or F (5 or 6 for a newborn, type 4), and its patient status (CL103) two digits. The lists are not public; a code beyond them is looked at, unless your own list is loaded (COD125).",
        only: &[Aspect::Institutional],
        check: Check::Claim(admission),
        outcomes: &[
            reject(
                "patient status of a wrong shape",
                "Patient status {found} is not two digits.",
                "Send the status with its leading zero.",
                Codes::claim("A7", "234", "16", "MA43"),
            ),
            warn(
                "unusual type",
                "Type of admission {found} is none of 1 to 5 and 9.",
                "Check CL101.",
                Codes::claim("A7", "231", "16", "MA41"),
            ),
            warn(
                "unusual source",
                "Source of admission {found} is not in use; for a newborn (type 4) only 5 and 6 are.",
                "Check CL102; a newborn (type 4) has 5 (born here) or 6 (born elsewhere).",
                Codes::claim("A7", "229", "16", "MA42"),
            ),
        ],
        examples: &[
            institutional("status 1", Expect::Reject, stay!("3*1*1", "")),
            institutional("type 7", Expect::Warn, stay!("7*1*01", "")),
            institutional("a newborn from home", Expect::Warn, stay!("4*1*01", "")),
            institutional("elective, from home, to home", Expect::Silent, stay!("3*1*01", "")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD119,
        title: "Value, condition and occurrence codes, and diagnosis related groups",
        about: "The codes of HI with BE (value), BG (condition, also on professional claims), BH (occurrence) and BI (occurrence span) are two letters or digits; small letters are understood. A diagnosis related group (DR) is three digits; groupers of their own kind may have others, which are looked at. The lists are not public: codes are judged by their shape, and by your own lists where they are loaded (COD124).",
        check: Check::Claim(nubc_codes),
        outcomes: &[
            nubc("value code", "Value code {found} is not two letters or digits.", "463", "M49"),
            nubc("condition code", "Condition code {found} is not two letters or digits.", "460", "M44"),
            nubc("occurrence code", "Occurrence code {found} is not two letters or digits.", "461", "M45"),
            nubc(
                "occurrence span",
                "Occurrence span code {found} is not two letters or digits.",
                "462",
                "M46",
            ),
            warn(
                "small letters",
                "Code {found} ({0}) is written in small letters.",
                CAPITALS,
                Codes::claim("A7", "460", "16", "M44"),
            ),
            warn(
                "diagnosis related group",
                "Diagnosis related group {found} is not three digits.",
                "Check the group (HI with DR).",
                Codes::claim("A7", "256", "16", "N208"),
            ),
        ],
        examples: &[
            institutional("a value code of three", Expect::Reject, stay!("3*1*01", "HI*BE:080:::3\n")),
            institutional("small letters", Expect::Warn, stay!("3*1*01", "HI*BG:c5\n")),
            institutional("a group of letters", Expect::Warn, stay!("3*1*01", "HI*DR:ABCD\n")),
            professional(
                "a condition code of three on a professional claim",
                Expect::Reject,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nHI*BG:AAA\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            institutional("a group of three digits", Expect::Silent, stay!("3*1*01", "HI*DR:189\n")),
            institutional("value code 80", Expect::Silent, stay!("3*1*01", "HI*BE:80:::3\n")),
            institutional("a blank behind it", Expect::Silent, stay!("3*1*01", "HI*BE:80 :::3\n")),
        ],
        ..BASE
    },
];

fn external_cause(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for diagnosis in claim.facts.diagnoses.iter().filter(|one| one.usage == DiagnosisUse::Principal) {
        if diagnosis.is_icd10() && matches!(diagnosis.code.byte(0), b'V'..=b'Y') {
            findings.draft(RuleId::COD101, claim.place(diagnosis.cell)).found(input(diagnosis.cell)).add();
        }
    }
}

/// Asks each code of the HI segments beyond diagnoses: its qualifier, the code, and where it stands.
pub(super) fn each_code(subject: &Subject<'_>, mut ask: impl FnMut(&[u8], &[u8], Place, Span)) {
    let claim = subject.claim;
    let separators = claim.unit.separators();
    for piece in claim.pieces(loops::HI) {
        let hi: Segment<'_> = Piece::read(piece, claim.unit);
        // a segment of diagnoses has nothing else: the tables say so
        if matches!(hi.component(1, 1, &separators), b"ABK" | b"ABF" | b"BK" | b"BF") {
            continue;
        }
        for element in 1..=hi.elements() {
            let span = hi.component_value_span(element, 2, &separators);
            let qualifier = hi.component(element, 1, &separators);
            if !span.is_empty() {
                let place = piece.place().at_element(element).at_component(2);
                ask(qualifier, claim.unit.text(span), place, span);
            }
        }
    }
}

fn pcs(subject: &Subject<'_>, findings: &mut Findings) {
    each_code(subject, |qualifier, code, place, span| {
        let Some((_, edition)) = hospital_procedure(qualifier) else { return };
        let date = coded_on(subject);
        let outcome = if edition == Edition::Icd9 {
            is_after_icd9(date).then_some(1)
        } else {
            shape::fault(code, shape::is_icd10_pcs).map(|fault| match fault {
                Fault::Shape => 0,
                Fault::SmallLetters => 2,
            })
        };
        let Some(outcome) = outcome else { return };
        findings
            .draft(RuleId::COD117, place)
            .outcome(outcome)
            .found(Fact::Input(span))
            .fact(Fact::Date(date))
            .add();
    });
}

fn nubc_codes(subject: &Subject<'_>, findings: &mut Findings) {
    each_code(subject, |qualifier, code, place, span| {
        let (outcome, name) = match qualifier {
            b"BE" => (0, "value code"),
            b"BG" => (1, "condition code"),
            b"BH" => (2, "occurrence code"),
            b"BI" => (3, "occurrence span"),
            b"DR" => (5, "diagnosis related group"),
            _ => return,
        };
        let fault = if qualifier == b"DR" {
            (!shape::is_digits(code, 3)).then_some(Fault::Shape)
        } else {
            shape::fault(code, |code| shape::is_alphanumeric(code, 2))
        };
        let Some(fault) = fault else { return };
        findings
            .draft(RuleId::COD119, place)
            .outcome(if fault == Fault::SmallLetters { 4 } else { outcome })
            .found(Fact::Input(span))
            .fact(Fact::Text(name))
            .add();
    });
}

fn admission(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Institutional {
        return;
    }
    let Some(piece) = claim.pieces(loops::CL1).next() else { return };
    let cl1 = piece.read(claim.unit);
    let [kind, source, status] = [1, 2, 3].map(|element| Cell::element(piece.segment, &cl1, element));
    let text = |cell: Cell| claim.text(cell);
    let mut say = |outcome: u8, cell: Cell| {
        findings.draft(RuleId::COD118, claim.place(cell)).outcome(outcome).found(input(cell)).add();
    };
    if !status.is_empty() && !shape::is_digits(text(status), 2) {
        say(0, status);
    }
    let own = &subject.reference.codes.own;
    if own.admission_types.is_none() && !kind.is_empty() && !matches!(text(kind), [b'1'..=b'5' | b'9']) {
        say(1, kind);
    }
    let fits = match (text(kind), text(source)) {
        (_, b"") | (b"4", b"5" | b"6") => true,
        (b"4", _) => false,
        (_, [code]) => b"1245689DEF".contains(code),
        _ => false,
    };
    if !fits && own.admission_sources.is_none() {
        say(2, source);
    }
}
