//! TAR105: the authorization is another member's.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::report;

const CODES: Codes = Codes { aaa: "CI", ..Codes::claim("A8", "48", "284", "N54") };

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR105,
    title: "Authorization belongs to member",
    about: "An authorization is for one member. A BIC id counts by its first nine characters. A newborn's claim on the mother's id is matched by the mother's id.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R096"],
    silent_if: &[RuleId::TAR104],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "another member's",
            severity: Severity::Reject,
            message: "Authorization {found} is for another member. It is needed for {lines}.",
            remedy: "Give the number of this member's authorization, or correct the member id.",
            codes: CODES,
        },
        Outcome {
            when: "another member's, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} is for another member.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "another member's number",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,98888888C,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the member's BIC id",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A35123,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let member = subject.analysis.member.key;
    report::of_numbers(subject, findings, RuleId::TAR105, |_, assessment| {
        let authorization = assessment.authorization()?;
        let other = !authorization.member.is_empty() && authorization.member != member;
        other.then_some(report::Wrong { outcome: 0, facts: [Fact::None; 2] })
    });
}
