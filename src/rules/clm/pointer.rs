//! CLM105: a diagnosis pointer points to nothing.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

const CODES: Codes = Codes { ik3: "8", ik4: "7", ..Codes::claim("A7", "477", "16", "M76") };

pub(super) const RULE: Rule = Rule {
    id: RuleId::CLM105,
    title: "Pointer out of range",
    about: "Each diagnosis pointer of a service line (SV107 professional, SV311 dental) is the number of a diagnosis in the claim's HI. A pointer past the last diagnosis, or one that is no number, leaves open what the service was for.",
    snip: 4,
    requirements: &["R120"],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "no such diagnosis",
            severity: Severity::Reject,
            message: "Line {line} points to diagnosis {found}, but the claim lists {0}.",
            remedy: "Correct the pointer, or add the diagnosis that it means.",
            codes: CODES,
        },
        Outcome {
            when: "a place left empty",
            severity: Severity::Reject,
            message: "Line {line} points to diagnosis {found}, whose place in HI is empty; those that hold one are {0}.",
            remedy: "Correct the pointer, or list the diagnoses without a gap.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "one diagnosis, and a pointer to a second",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***2\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a pointer to the place between two diagnoses",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069**ABF:R051\nLX*1\nSV1*HC:99213*80*UN*1***2\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a diagnosis of SNODENT behind one of ICD-10-CM, and a pointer to a third",
            expect: Expect::Reject,
            kind: ClaimKind::Dental,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:K0251*TQ:123456\nLX*1\nSV3*AD:D2392*80****1*****3",
        },
        Example {
            shows: "a diagnosis of SNODENT alone",
            expect: Expect::Silent,
            kind: ClaimKind::Dental,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*TQ:123456\nLX*1\nSV3*AD:D2392*80****1*****1",
        },
        Example {
            shows: "a diagnosis of SNODENT behind one of ICD-10-CM",
            expect: Expect::Silent,
            kind: ClaimKind::Dental,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:K0251*TQ:123456\nLX*1\nSV3*AD:D2392*80****1*****2",
        },
        Example {
            shows: "a pointer to the one diagnosis",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() == ClaimKind::Institutional {
        return;
    }
    let known = || claim.facts.diagnoses.iter().map(|d| d.number).filter(|number| *number > 0);
    for line in claim.lines() {
        for (cell, number) in line.pointers.iter().zip(line.points_to).filter(|(cell, _)| !cell.is_empty()) {
            if number > 0 && known().any(|other| other == number) {
                continue;
            }
            let draft = at_line(subject, findings, RuleId::CLM105, line, *cell).found(subject.input(*cell));
            if number > 0 && known().any(|other| other > number) {
                let numbers: Vec<String> = known().map(|number| number.to_string()).collect();
                draft.outcome(1).words(&numbers.join(", ")).add();
            } else {
                draft.fact(Fact::Number(known().count() as i64)).add();
            }
        }
    }
}
