//! TAR135: meals or lodging without prior approval.

use super::missing_number;
use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR135,
    title: "Meals/lodging prior approval",
    about: "Meals and lodging for a CCS service are reimbursed with the plan's prior approval, when possible. As an unplanned trip may have none, it only warns.",
    snip: 7,
    requirements: &["R070"],
    effective_from: "2018-07-01",
    route: "Pediatric Complex Care Management",
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no prior approval",
        "{0} is meals or lodging, which need prior approval when possible, and there is no authorization number{1}.",
        "Ask Pediatric Complex Care Management for approval.",
        Codes::claim("A6", "48", "197", "M62"),
    )],
    examples: &[
        professional(
            "lodging",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:A0180*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with a number",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:A0180*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    missing_number::say(subject, findings, RuleId::TAR135, |_| 0);
}
