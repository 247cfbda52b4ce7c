//! TAR142: the authorization number is the referral number.

use crate::finding::{Findings, RuleId};
use crate::record::Reference;
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR142,
    title: "G1 equals 9F",
    about: "An authorization (REF*G1) and a referral (REF*9F) have numbers of their own. The same number as both, on the claim or on one line, says that one of them stands in the wrong place. A plan that gives one number for both switches this rule off.",
    snip: 7,
    requirements: &["R092"],
    only: &[Aspect::Number],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "the same number",
        "{found} stands as authorization number (REF*G1) and as referral number (REF*9F) of {lines}.",
        "Give each its own number, or leave the wrong one off.",
        Codes::claim("A7", "48", "16", "M62"),
    )],
    examples: &[
        professional(
            "the same number",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*9F*A4471\nREF*G1*A4471\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "two numbers",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*9F*RFL1\nREF*G1*A4471\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let ours = |one: &&Reference| !one.other_payer && !one.value.is_empty();
    for number in claim.facts.references.iter().filter(ours).filter(|one| one.qualifier == super::G1) {
        let text = claim.text(number.value).trim_ascii();
        let same = |one: &Reference| {
            one.qualifier == super::REFERRAL
                && one.line == number.line
                && claim.text(one.value).trim_ascii().eq_ignore_ascii_case(text)
        };
        if claim.facts.references.iter().filter(ours).any(same) {
            findings
                .draft(RuleId::TAR142, claim.place(number.value))
                .line(number.line)
                .found(input(number.value))
                .add();
        }
    }
}
