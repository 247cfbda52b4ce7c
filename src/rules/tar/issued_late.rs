//! TAR144: an authorization that was issued long after the service.

use super::outside_window::date_of;
use super::{emergency, report};
use crate::finding::{Fact, Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR144,
    title: "Retro-authorization window",
    about: "An authorization is asked for before the service. One that was issued more than tar.retro_days (30) days after it is worth a look; emergencies are not asked, and a member who became eligible later is to be checked.",
    snip: 7,
    requirements: &["R108"],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "issued later",
            "Authorization {found} was issued on {1}, more than the allowed days after the service of {0}.",
            "Check why the authorization came after the service.",
            Codes::claim("A8", "48", "210", ""),
        ),
        outcome(
            Severity::Warn,
            "issued later, and the line needs none",
            "Authorization {found} was issued on {1}, more than the allowed days after the service of {0}.",
            "Check why the authorization came after the service.",
            Codes::claim("A8", "48", "210", ""),
        ),
    ],
    examples: &[
        professional(
            "31 days after",
            Expect::Warn,
            "@authorization TAR4471,tar,plan,A1,91234567A,2026-04-02,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "30 days after",
            Expect::Silent,
            "@authorization TAR4471,tar,plan,A1,91234567A,2026-04-01,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_lines(subject, findings, RuleId::TAR144, |line, assessment| {
        let issued = assessment.authorization()?.issued_on?;
        let date = date_of(subject, line)?;
        let late = issued.days() - date.days() > subject.settings.retro_days;
        if !late || emergency(subject.claim, line).is_some() {
            return None;
        }
        Some(report::Wrong { outcome: 0, facts: [Fact::Date(date), Fact::Date(issued)] })
    });
}
