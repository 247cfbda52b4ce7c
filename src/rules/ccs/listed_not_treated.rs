//! CCS101: a CCS diagnosis is listed, and no line treats it.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{Claim, ClaimKind, Diagnosis};
use crate::reference::CcsStatus;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;

const CODES: Codes = Codes::claim("A8", "477", "16", "M64");

const REMEDY: &str = "If a service on this claim treated the condition, correct its pointers to match the record. If not, leave the diagnosis off. Do not change codes that the record supports.";

const LISTED: u8 = 0;
const REVIEW: u8 = 1;
const NO_POINTERS: u8 = 2;
const POINTERS_FULL: u8 = 3;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS101,
    title: "CCS diagnosis only when treating it (professional/dental)",
    about: "The plan asks that a CCS diagnosis stands on a claim only when the CCS condition was treated. On professional and dental claims the lines say what they treated: they point to their diagnoses. A CCS diagnosis of a member under 21 that no line points to is listed and not treated.\n\nIt only warns for codes that the table marks for review, for a dental claim without any pointer, and where every line has all four pointers in use, so that one more could not be named.",
    snip: 7,
    requirements: &["R047"],
    effective_from: "2018-07-01",
    only: &[Aspect::Listed],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "no line points to it",
            severity: Severity::Reject,
            message: "CCS diagnosis {found} ({0}) is listed, but no line points to it.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "the code is for review",
            severity: Severity::Warn,
            message: "Diagnosis {found} ({0}) may be a CCS condition; it is listed, but no line points to it.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "a dental claim without pointers",
            severity: Severity::Warn,
            message: "CCS diagnosis {found} ({0}) is listed, and the claim has no pointers that would say what was treated.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "all pointers are in use",
            severity: Severity::Warn,
            message: "CCS diagnosis {found} ({0}) is listed, but no line points to it; every line has its four pointers in use.",
            remedy: REMEDY,
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "diabetes is listed on a visit for a cold",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the visit treated the diabetes too",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*80*UN*1***1:2\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the member is 21 on the day of service",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@birth 20050302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the member turns 21 on the next day",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@birth 20050303\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the code is marked for review",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:A390\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a dental claim without pointers",
            expect: Expect::Warn,
            kind: ClaimKind::Dental,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:Q359\nLX*1\nSV3*AD:D0120*80****1",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let member = &subject.analysis.member;
    if claim.kind() == ClaimKind::Institutional
        || member.is_not_ccs()
        || !subject.applies(RuleId::CCS101, claim.earliest())
        || !subject.analysis.diagnoses.iter().flatten().any(|found| found.status != CcsStatus::Excluded)
        || !subject.is_young()
    {
        return;
    }
    let in_use =
        |line: &crate::record::ServiceLine| line.pointers.iter().filter(|cell| !cell.is_empty()).count();
    let no_pointers = claim.lines().iter().all(|line| in_use(line) == 0);
    let pointers_full = !claim.lines().is_empty() && claim.lines().iter().all(|line| in_use(line) == 4);
    for (diagnosis, found) in claim.facts.diagnoses.iter().zip(&subject.analysis.diagnoses) {
        let Some(found) = found.as_ref().filter(|_| diagnosis.number > 0) else { continue };
        if is_pointed_to(claim, diagnosis) {
            continue;
        }
        let outcome = match found.status {
            CcsStatus::Excluded => continue,
            CcsStatus::Review => REVIEW,
            CcsStatus::Always if no_pointers && claim.kind() == ClaimKind::Dental => NO_POINTERS,
            CcsStatus::Always if pointers_full => POINTERS_FULL,
            CcsStatus::Always => LISTED,
        };
        let fact = findings.keep(found.category);
        findings
            .draft(RuleId::CCS101, claim.place(diagnosis.cell))
            .outcome(outcome)
            .found(subject.input(diagnosis.cell))
            .expected(Fact::Text("a line that points to it"))
            .fact(fact)
            .rests_on(found.provenance)
            .add();
    }
}

/// Whether a line points to the diagnosis, or to the same code listed again.
fn is_pointed_to(claim: &Claim<'_>, diagnosis: &Diagnosis) -> bool {
    claim.lines().iter().flat_map(|line| line.points_to).filter(|number| *number > 0).any(|number| {
        claim.facts.diagnoses.iter().any(|other| other.number == number && other.code == diagnosis.code)
    })
}
