//! TAR134: a physician-administered drug without an authorization number.

use super::missing_number;
use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR134,
    title: "PAD buy-and-bill needs authorization",
    about: "Drugs that a physician or facility buys, gives and bills as a medical claim need the plan's prior authorization: J0000 to J9999, and the drugs that tar_required.csv lists. On a CCS line it rejects, elsewhere as surely as the row is. Carved-out drugs come first (FFS101, FFS102), and emergencies are not asked.",
    snip: 7,
    requirements: &["R067"],
    effective_from: "2018-07-01",
    route: "Alliance Pharmacy PA",
    silent_if: &[RuleId::FFS101, RuleId::FFS102],
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "a drug",
            "{0} is a physician-administered drug and needs an authorization number, and there is none{1}.",
            "Ask the plan (Alliance Pharmacy) for prior authorization, and give its number in REF*G1 of the line or the claim.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
        outcome(
            Severity::Warn,
            "a drug, and the table is not sure",
            "{0} is a physician-administered drug and may need an authorization number, and there is none{1}.",
            "Ask the plan (Alliance Pharmacy) for prior authorization, and give its number in REF*G1 of the line or the claim.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
    ],
    examples: &[
        professional(
            "infliximab for a child's Crohn's disease",
            Expect::Reject,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:K5000\nLX*1\nSV1*HC:J1745*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*57894003001\nCTP****1*UN",
        ),
        professional(
            "for a condition outside of CCS",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:R69\nLX*1\nSV1*HC:J1745*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*57894003001\nCTP****1*UN",
        ),
        professional(
            "with a number",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:K5000\nLX*1\nSV1*HC:J1745*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*57894003001\nCTP****1*UN",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    missing_number::say(subject, findings, RuleId::TAR134, missing_number::firm_or_unsure);
}
