//! NIC108: a newborn's stay without the birth weight.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC108,
    title: "Newborn birth weight",
    about: "The inpatient claim of a newborn (admission type 4) gives the birth weight in grams with value code 54.",
    snip: 7,
    requirements: &["R115"],
    only: &[Aspect::Institutional],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no birth weight",
        "The claim of a newborn (admission type 4) has no birth weight (value code 54).",
        "Add HI*BE:54 with the birth weight in grams.",
        Codes::claim("A6", "463", "16", "M49"),
    )],
    examples: &[
        institutional(
            "no birth weight",
            Expect::Warn,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "3200 grams",
            Expect::Silent,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nHI*BE:54:::3200\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let [kind, ..] = claim.facts.admission_codes;
    if claim.is_inpatient() && kind == Code::new(b"4") && super::birth_weight(claim).is_none() {
        findings.draft(RuleId::NIC108, claim.own_place()).expected(Fact::Text("HI*BE:54")).add();
    }
}
