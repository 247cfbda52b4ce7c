//! TAR143: the authorization number is the payer's claim number.

use crate::finding::{Findings, RuleId};
use crate::record::{Cell, Reference};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::clm::F8;
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR143,
    title: "G1 equals payer claim control number",
    about: "The payer's number for an earlier claim (REF*F8) says nothing of an authorization. Where the same stands as authorization number (REF*G1) of the claim or a line, it is the wrong one; TAR103 need not say that it is not on file.",
    snip: 7,
    requirements: &["R093"],
    route: "use authorization number",
    only: &[Aspect::Number],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Reject,
        "the same number",
        "{found} in REF*G1 is the payer's claim number of REF*F8, not an authorization number.",
        "Give the authorization number that the plan issued, or leave REF*G1 off.",
        Codes::claim("A7", "464", "16", "M47"),
    )],
    examples: &[
        professional(
            "the same number",
            Expect::Reject,
            "CLM*A1*80***11:B:7*Y*A*Y*Y\nREF*G1*PCN1\nREF*F8*PCN1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "two numbers",
            Expect::Silent,
            "CLM*A1*80***11:B:7*Y*A*Y*Y\nREF*G1*TAR4471\nREF*F8*PCN1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// Whether a cited number is the payer's own for an earlier claim, so that TAR103 need not speak of it.
pub(super) fn is_it(subject: &Subject<'_>, cell: Cell) -> bool {
    let claim = subject.claim;
    subject.settings.speaking.contains(RuleId::TAR143)
        && claim.reference(F8, 0).is_some_and(|number| {
            claim.text(number).trim_ascii().eq_ignore_ascii_case(claim.text(cell).trim_ascii())
        })
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(number) = claim.reference(F8, 0) else { return };
    let text = claim.text(number).trim_ascii();
    let same = |one: &&Reference| {
        one.qualifier == super::G1
            && !one.other_payer
            && !one.value.is_empty()
            && claim.text(one.value).trim_ascii().eq_ignore_ascii_case(text)
    };
    for reference in claim.facts.references.iter().filter(same) {
        findings
            .draft(RuleId::TAR143, claim.place(reference.value))
            .line(reference.line)
            .found(input(reference.value))
            .add();
    }
}
