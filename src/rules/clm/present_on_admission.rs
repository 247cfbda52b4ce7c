//! CLM103: a diagnosis of an inpatient stay without its present-on-admission indicator.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Diagnosis, DiagnosisUse};
use crate::reference::DiagnosisGroup;
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CLM103,
    title: "POA indicator",
    about: "On an inpatient claim (bill types 11x, 18x, 21x, 41x) the principal, other and external-cause diagnoses each say whether the condition was present on admission (HI01-9). Exempt are the diagnoses of diagnosis_groups.csv (poa_exempt) and injuries whose seventh character says aftercare or sequela; admitting diagnosis and reason for visit have no indicator. One finding stands for all diagnoses of the claim that lack it.",
    snip: 4,
    requirements: &["R118"],
    only: &[Aspect::Institutional],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no indicator",
        "Diagnosis {found} lacks its present-on-admission indicator ({0} of the claim's diagnoses lack it).",
        "Add Y, N, U or W as the ninth component of each diagnosis.",
        Codes::claim("A6", "688", "16", "N434"),
    )],
    examples: &[
        institutional(
            "pneumonia without it",
            Expect::Warn,
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*DT*202603021000\nCL1*3*1*01\nHI*ABK:J189\nLX*1\nSV2*0120**900*DA*3",
        ),
        institutional(
            "pneumonia with it, and an exempt code without",
            Expect::Silent,
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*DT*202603021000\nCL1*3*1*01\nHI*ABK:J189:::::::Y\nHI*ABF:Z23\nLX*1\nSV2*0120**900*DA*3",
        ),
        institutional(
            "an outpatient claim",
            Expect::Silent,
            "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:J189\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// An injury (S00 to T88) whose seventh character says aftercare or sequela.
fn is_aftercare(code: Code) -> bool {
    matches!(code.byte(0), b'S' | b'T') && matches!(code.byte(6), b'D'..=b'S')
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if !claim.is_inpatient() {
        return;
    }
    let groups = &subject.reference.policy.diagnosis_groups;
    let lacks = |diagnosis: &&Diagnosis| {
        let asked = matches!(
            diagnosis.usage,
            DiagnosisUse::Principal | DiagnosisUse::Other | DiagnosisUse::ExternalCause
        );
        asked
            && diagnosis.present_on_admission == 0
            && diagnosis.is_icd10()
            && !diagnosis.cell.is_empty()
            && !is_aftercare(diagnosis.code)
            && !groups.contains(diagnosis.code, DiagnosisGroup::PoaExempt)
    };
    let mut lacking = claim.facts.diagnoses.iter().filter(lacks);
    let Some(first) = lacking.next() else { return };
    let number = 1 + lacking.count() as i64;
    findings
        .draft(RuleId::CLM103, claim.place(first.cell))
        .found(input(first.cell))
        .expected(Fact::Text("Y, N, U or W"))
        .fact(Fact::Number(number))
        .add();
}
