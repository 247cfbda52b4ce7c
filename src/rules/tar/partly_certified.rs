//! TAR111: the authorization was given in part or modified.

use super::{grant, report};
use crate::finding::{Fact, Findings, RuleId};
use crate::reference::AuthStatus;
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR111,
    title: "Partial certification",
    about: "An authorization that was certified in part (A2) or modified (A6) covers only what it certifies: the services and units that it lists. This only says so; TAR107 and TAR109 look whether the line is within it.",
    snip: 7,
    requirements: &["R103"],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Info,
            "in part or modified",
            "Authorization {found} was {0}: only the services and units that it certifies count.",
            "Nothing to do.",
            Codes::NONE,
        ),
        outcome(
            Severity::Info,
            "in part or modified, and the line needs none",
            "Authorization {found} was {0}: only the services and units that it certifies count.",
            "Nothing to do.",
            Codes::NONE,
        ),
    ],
    examples: &[
        professional(
            "certified in part",
            Expect::Info,
            "@authorization TAR4471,tar,plan,A2,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "certified in total",
            Expect::Silent,
            "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_numbers(subject, findings, RuleId::TAR111, |line, assessment| {
        let authorization = assessment.authorization()?;
        let words = grant::of_line(authorization, line).find_map(|grant| match grant.status {
            AuthStatus::Partial => Some("certified in part"),
            AuthStatus::Modified => Some("modified"),
            _ => None,
        })?;
        Some(report::Wrong { outcome: 0, facts: [Fact::Text(words), Fact::None] })
    });
}
