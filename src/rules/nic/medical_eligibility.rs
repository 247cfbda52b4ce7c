//! NIC104: neonatal intensive care without a condition that makes eligible.

use crate::finding::{Findings, RuleId};
use crate::reference::{CcsStatus, DiagnosisGroup};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::subject::is_nicu_revenue;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC104,
    title: "NICU medical eligibility",
    about: "CCS pays neonatal intensive care of children who meet its medical criteria: ventilation, oxygen, lines and the like, which a claim does not show. A stay in a NICU without any CCS diagnosis (always or review), without a condition of diagnosis_groups.csv that stands for the criteria (nicu_criteria) and without a low birth weight (value code 54, up to 1500 grams) is worth a clinical look. Where an authorization is on file and approved, or a number is given and none are known to compare it with, the look was taken.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R055"],
    effective_from: "2018-07-01",
    route: "clinical review",
    only: &[Aspect::Institutional],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no such condition",
        "The claim has neonatal intensive care ({lines}), and no diagnosis or birth weight that makes eligible for it.",
        "Review the record against the CCS criteria for a NICU.",
        Codes::claim("A8", "255", "50", ""),
    )],
    examples: &[
        institutional(
            "jitteriness alone",
            Expect::Warn,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nHI*ABK:R2589:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "respiratory distress",
            Expect::Silent,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "a birth weight of 1400 grams",
            Expect::Silent,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nHI*ABK:R2589:::::::Y\nHI*BE:54:::1400\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

/// Whether the claim shows nothing that makes eligible for a NICU.
pub(super) fn is_unexplained(subject: &Subject<'_>) -> bool {
    let claim = subject.claim;
    let groups = &subject.reference.policy.diagnosis_groups;
    let explained =
        claim.facts.diagnoses.iter().zip(&subject.analysis.diagnoses).any(|(diagnosis, found)| {
            diagnosis.is_reported()
                && (found.is_some_and(|found| found.status != CcsStatus::Excluded)
                    || groups.contains(diagnosis.code, DiagnosisGroup::NicuCriteria))
        });
    let is_small = super::birth_weight(claim).is_some_and(|grams| grams <= super::VERY_LOW_WEIGHT);
    !explained && !is_small
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if !super::has_nicu_line(claim) || !subject.applies(RuleId::NIC104, claim.earliest()) {
        return;
    }
    let none_known = subject.reference.authorizations.is_empty();
    let looked_at = subject.analysis.authorization.iter().any(|assessment| {
        assessment.authorization().is_some_and(|known| known.status.is_approved())
            || none_known && assessment.number.is_some_and(|number| number.fault.is_none())
    });
    if looked_at || !is_unexplained(subject) {
        return;
    }
    let nicu = claim.lines().iter().filter(|line| is_nicu_revenue(line.revenue));
    findings.draft(RuleId::NIC104, claim.own_place()).lines(nicu.map(|line| line.number)).add();
}
