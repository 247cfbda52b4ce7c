//! CLM104: a diagnosis code that does not exist, or stands twice.

use crate::finding::{Code, Date, Fact, Findings, Period, RuleId};
use crate::record::{Claim, ClaimKind, Diagnosis, Edition};
use crate::reference::CodeSet;
use crate::rules::brief::{coded_on, has_small_letters, is_after_icd9};
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;

const CODES: Codes = Codes { ik3: "8", ik4: "7", ..Codes::claim("A7", "255", "146", "M76") };

pub(in crate::rules) const UNKNOWN: u8 = 0;
pub(in crate::rules) const UNFINISHED: u8 = 1;
pub(in crate::rules) const UNKNOWN_OFF_PERIOD: u8 = 2;
const TWICE: u8 = 3;
pub(in crate::rules) const ICD9: u8 = 4;
pub(in crate::rules) const SMALL_LETTERS: u8 = 5;

/// What can be said of a diagnosis; reviews say all but [`TWICE`] too.
pub(in crate::rules) const OUTCOMES: [Outcome; 6] = [
    Outcome {
        when: "not in the list",
        severity: Severity::Reject,
        message: "Diagnosis {found} is no ICD-10-CM code on {0}.",
        remedy: "Correct the code to match the record.",
        codes: CODES,
    },
    Outcome {
        when: "a heading, not a code that can be billed",
        severity: Severity::Reject,
        message: "Diagnosis {found} needs more characters: it is a heading of ICD-10-CM, not a code that can be billed.",
        remedy: "Give the code with all of its characters.",
        codes: Codes { status: "772", ..CODES },
    },
    Outcome {
        when: "not in the list, and the list is for other dates",
        severity: Severity::Warn,
        message: "Diagnosis {found} is not in the ICD-10-CM list at hand, which is for services from {1}.",
        remedy: "Check the code; load the list of the service year.",
        codes: CODES,
    },
    Outcome {
        when: "the code stands twice",
        severity: Severity::Reject,
        message: "Diagnosis {found} is listed more than once.",
        remedy: "List each diagnosis once.",
        codes: CODES,
    },
    Outcome {
        when: "ICD-9-CM after its end",
        severity: Severity::Reject,
        message: "Diagnosis {found} is sent as ICD-9-CM, which ended on 2015-09-30; the service is of {0}.",
        remedy: "Send the ICD-10-CM code with its qualifier.",
        codes: CODES,
    },
    Outcome {
        when: "small letters",
        severity: Severity::Warn,
        message: "Diagnosis {found} is written in small letters.",
        remedy: "Send codes in capital letters.",
        codes: CODES,
    },
];

pub(super) const RULE: Rule = Rule {
    id: RuleId::CLM104,
    title: "Duplicate/invalid diagnosis",
    about: "A diagnosis must be a code of ICD-10-CM that can be billed on the date of service (837I: the last statement date), and the same code stands once among principal and other diagnoses. The built-in list is that of one fiscal year; outside of its dates an unknown code only warns. ICD-9-CM ended with services of 30 September 2015. Diagnoses of SNODENT, which dental claims may use (TQ), are not asked: no list of them is at hand. Codes are written in capital letters; small ones are understood.",
    snip: 5,
    requirements: &["R119"],
    check: Check::Claim(check),
    outcomes: &OUTCOMES,
    examples: &[
        Example {
            shows: "E10 is a heading",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E10\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "there is no J0699",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J0699\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the same code for a service before the list's first day",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J0699\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20250930",
        },
        Example {
            shows: "one code twice",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:J069\nLX*1\nSV1*HC:99213*80*UN*1***1:2\nDTP*472*D8*20260302",
        },
        Example {
            shows: "small letters",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:j069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a dental claim with a diagnosis of SNODENT",
            expect: Expect::Silent,
            kind: ClaimKind::Dental,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*TQ:123456\nLX*1\nSV3*AD:D2392*80****1*****1",
        },
        Example {
            shows: "two codes of the list",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:R051\nLX*1\nSV1*HC:99213*80*UN*1***1:2\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let date = coded_on(subject);
    let icd10 = &subject.reference.codes.icd10cm;
    let period: Period = icd10.info().effective;
    for (at, diagnosis) in claim.facts.diagnoses.iter().enumerate() {
        if diagnosis.cell.is_empty() || diagnosis.edition == Edition::Snodent {
            continue;
        }
        let outcome = if diagnosis.is_icd10() && is_repeated(claim, at, diagnosis) {
            Some(TWICE)
        } else {
            fault(icd10, claim.text(diagnosis.cell), (diagnosis.code, diagnosis.edition), date)
        };
        if let Some(outcome) = outcome {
            findings
                .draft(RuleId::CLM104, claim.place(diagnosis.cell))
                .outcome(outcome)
                .found(subject.input(diagnosis.cell))
                .fact(Fact::Date(date))
                .fact(Fact::Date(period.from))
                .add();
        }
    }
}

/// What is wrong with a diagnosis by itself on a date, as one of [`OUTCOMES`]; `text` is its code as it was written.
pub(in crate::rules) fn fault(
    icd10: &CodeSet,
    text: &[u8],
    (code, edition): (Code, Edition),
    date: Date,
) -> Option<u8> {
    if edition == Edition::Icd9 {
        return is_after_icd9(date).then_some(ICD9);
    }
    if icd10.contains(code) {
        return has_small_letters(text).then_some(SMALL_LETTERS);
    }
    Some(if !icd10.info().effective.contains(date) {
        UNKNOWN_OFF_PERIOD
    } else if icd10.has_longer(code) {
        UNFINISHED
    } else {
        UNKNOWN
    })
}

/// Whether the same code stands before it. Admitting diagnosis and reason for visit may repeat the principal.
fn is_repeated(claim: &Claim<'_>, at: usize, diagnosis: &Diagnosis) -> bool {
    let same = |other: &Diagnosis| {
        other.code == diagnosis.code
            && (other.usage == diagnosis.usage || other.is_reported() && diagnosis.is_reported())
    };
    !diagnosis.code.is_empty() && claim.facts.diagnoses.iter().take(at).any(same)
}
