//! CLM101: a replacement or void that does not name the claim it is about.

use super::{F8, frequency_cell};
use crate::finding::{Fact, Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{dental, institutional, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::CLM101,
    title: "Replacement/void needs F8",
    about: "A replacement (frequency 7) or void (8) names the claim that it is about by the payer's own number for it (REF*F8 of the claim). Without it nobody can tell which claim to take back.",
    snip: 4,
    requirements: &["R094", "S36"],
    only: &[Aspect::Amends],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Reject,
        "no number",
        "The claim replaces or voids an earlier one (frequency {found}), but does not name it (REF*F8).",
        "Add the payer's claim number from the remittance of the earlier claim, or send frequency 1.",
        Codes::claim("A6", "464", "16", "M47"),
    )],
    examples: &[
        professional(
            "a void without it",
            Expect::Reject,
            "CLM*A1*80***11:B:8*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        institutional(
            "a replacement without it",
            Expect::Reject,
            "CLM*A1*900***13:A:7**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:J069\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302",
        ),
        dental(
            "a replacement with it",
            Expect::Silent,
            "CLM*A1*80***11:B:7*Y*A*Y*Y\nDTP*472*D8*20260302\nREF*F8*PCN1\nLX*1\nSV3*AD:D0120*80****1",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let text = match claim.facts.frequency {
        b'7' => "7",
        b'8' => "8",
        _ => return,
    };
    if claim.reference(F8, 0).is_none() {
        findings.draft(RuleId::CLM101, claim.place(frequency_cell(claim))).found(Fact::Text(text)).add();
    }
}
