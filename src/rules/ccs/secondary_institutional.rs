//! CCS103: a CCS diagnosis stands on an institutional claim as another diagnosis only.

use crate::finding::{Findings, RuleId};
use crate::record::{ClaimKind, DiagnosisUse};
use crate::reference::CcsStatus;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS103,
    title: "CCS diagnosis on institutional claim",
    about: "An institutional claim has no pointers, and coding rules ask for every condition that affects the stay. So a CCS diagnosis among the other diagnoses (ABF), with a principal that is none and without an authorization number, is worth a look and never a reason to reject. Admitting diagnosis, reason for visit and external cause say nothing of treatment.",
    snip: 7,
    requirements: &["R049"],
    effective_from: "2018-07-01",
    route: "review",
    only: &[Aspect::Listed, Aspect::Institutional],
    check: Check::Claim(check),
    outcomes: &[Outcome {
        when: "among the other diagnoses only",
        severity: Severity::Warn,
        message: "CCS diagnosis {found} ({0}) stands among the other diagnoses; the principal is no CCS diagnosis, and the claim has no authorization number.",
        remedy: "If the stay treated the CCS condition, add the authorization number; if it did not affect the stay, leave the diagnosis off.",
        codes: Codes::claim("A8", "255", "16", "M64"),
    }],
    examples: &[
        Example {
            shows: "appendicitis with diabetes listed",
            expect: Expect::Warn,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nHI*ABF:E109\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the same with an authorization number",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:K3580\nHI*ABF:E109\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the admitting diagnosis is no evidence",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nHI*ABJ:E109\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Institutional
        || !subject.applies(RuleId::CCS103, claim.earliest())
        || subject.analysis.member.is_not_ccs()
        || !subject.is_young()
    {
        return;
    }
    let listed = || claim.facts.diagnoses.iter().zip(&subject.analysis.diagnoses);
    let is_ccs = |found: &Option<crate::reference::CcsMatch<'_>>| {
        found.is_some_and(|found| found.status == CcsStatus::Always)
    };
    let principal_is_ccs = listed().any(|(d, found)| d.usage == DiagnosisUse::Principal && is_ccs(found));
    if principal_is_ccs || claim.reference(tar::G1, 0).is_some() {
        return;
    }
    for (diagnosis, found) in listed().filter(|(d, found)| d.usage == DiagnosisUse::Other && is_ccs(found)) {
        let Some(found) = found else { continue };
        let category = findings.keep(found.category);
        findings
            .draft(RuleId::CCS103, claim.place(diagnosis.cell))
            .found(subject.input(diagnosis.cell))
            .fact(category)
            .rests_on(found.provenance)
            .add();
    }
}
