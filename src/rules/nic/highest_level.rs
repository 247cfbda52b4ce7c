//! NIC109: the highest level of neonatal care without what usually stands behind it.

use super::medical_eligibility;
use crate::finding::{Code, Findings, RuleId};
use crate::record::{ClaimKind, Diagnosis};
use crate::reference::DiagnosisGroup;
use crate::rules::aspect::Aspect;
use crate::rules::brief::{institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC109,
    title: "NICU level vs diagnosis/birth weight",
    about: "Level IV neonatal intensive care (revenue code 0174) is for the smallest and sickest: a birth weight up to 1500 grams (value code 54), or a condition of diagnosis_groups.csv (nicu_level_iv). A claim with neither is worth a look. Where nothing makes eligible for a NICU at all, NIC104 says so.",
    snip: 7,
    requirements: &["R116"],
    only: &[Aspect::Institutional],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "nothing behind it",
        "The claim has level IV neonatal intensive care ({lines}), and neither a diagnosis nor a birth weight that usually stands behind it.",
        "Check the revenue code against the level of care in the record.",
        Codes::claim("A8", "455", "240", ""),
    )],
    examples: &[
        institutional(
            "jaundice",
            Expect::Warn,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P599:::::::Y\nLX*1\nSV2*0174**900*DA*3",
        ),
        institutional(
            "respiratory distress",
            Expect::Silent,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0174**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let level_iv = || claim.lines().iter().filter(|line| line.revenue == Code::new(b"0174"));
    if claim.kind() != ClaimKind::Institutional || level_iv().next().is_none() {
        return;
    }
    let groups = &subject.reference.policy.diagnosis_groups;
    let supports = |diagnosis: &Diagnosis| {
        diagnosis.is_reported() && groups.contains(diagnosis.code, DiagnosisGroup::NicuLevelIv)
    };
    let is_small = super::birth_weight(claim).is_some_and(|grams| grams <= super::VERY_LOW_WEIGHT);
    if is_small || claim.facts.diagnoses.iter().any(supports) || medical_eligibility::is_unexplained(subject)
    {
        return;
    }
    findings.draft(RuleId::NIC109, claim.own_place()).lines(level_iv().map(|line| line.number)).add();
}
