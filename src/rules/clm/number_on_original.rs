//! CLM102: an original claim that names an earlier one.

use super::F8;
use crate::finding::{Findings, RuleId};
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CLM102,
    title: "F8 on original claim",
    about: "An original claim (frequency 1) has no earlier one to name. A payer's claim number (REF*F8) on it says that the frequency is wrong, or the number.",
    snip: 4,
    requirements: &["R095", "S36"],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "a number on an original",
        "The claim is an original (frequency 1), but names an earlier claim, {found}.",
        "Leave REF*F8 out, or send frequency 7 or 8.",
        Codes::claim("A7", "464", "16", "M47"),
    )],
    examples: &[
        professional(
            "an original with it",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*F8*PCN1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a replacement with it",
            Expect::Silent,
            "CLM*A1*80***11:B:7*Y*A*Y*Y\nREF*F8*PCN1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.facts.frequency != b'1' {
        return;
    }
    if let Some(number) = claim.reference(F8, 0) {
        findings.draft(RuleId::CLM102, claim.place(number)).found(input(number)).add();
    }
}
