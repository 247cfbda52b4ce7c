//! TAR104: the authorization is not approved.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::reference::{AuthStatus, Authorization, Decision};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::{grant, report};

const DENIED: u8 = 0;
const PENDED: u8 = 2;

const DENIED_CODES: Codes = Codes::claim("A3", "84", "39", "");
const PENDED_CODES: Codes = Codes::claim("A3", "84", "197", "M62");

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR104,
    title: "Authorization is approved",
    about: "An authorization counts when it was certified, in total (A1), in part (A2) or modified (A6). One that is denied (A3), cancelled (C) or pended (A4, CT) does not. Where the authorization decides service by service, the decision on the line's service counts; else that on the whole.\n\nIn a drop folder, a claim that is rejected for nothing but a pended authorization can be held until the decision comes (`hold_hours`).",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R023"],
    route: "resubmit after decision",
    effective_from: "2018-07-01",
    silent_if: &[RuleId::TAR103],
    needs: &[Needs::Authorizations],
    awaits: &[PENDED],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "denied or cancelled",
            severity: Severity::Reject,
            message: "Authorization {found} was {0}. It is needed for {lines}.",
            remedy: "Resubmit after the plan has approved the service.",
            codes: DENIED_CODES,
        },
        Outcome {
            when: "denied or cancelled, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} was {0}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: DENIED_CODES,
        },
        Outcome {
            when: "pended",
            severity: Severity::Reject,
            message: "Authorization {found} is {0}. It is needed for {lines}.",
            remedy: "Resubmit after the decision.",
            codes: PENDED_CODES,
        },
        Outcome {
            when: "pended, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} is {0}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: PENDED_CODES,
        },
    ],
    examples: &[
        Example {
            shows: "a pended request",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A4,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a partly certified one",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A2,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

/// The decision that counts for a line: on the services that match it, else on the whole.
fn status_for(authorization: &Authorization, line: &ServiceLine) -> AuthStatus {
    let mut grants = grant::approved(grant::of_line(authorization, line));
    grants.next().map_or(authorization.status, |grant| grant.status)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_numbers(subject, findings, RuleId::TAR104, |line, assessment| {
        let (outcome, word) = match status_for(assessment.authorization()?, line).decision()? {
            Decision::Approved => return None,
            Decision::Denied => (DENIED, "denied"),
            Decision::Cancelled => (DENIED, "cancelled"),
            Decision::Pended => (PENDED, "pended"),
        };
        Some(report::Wrong { outcome, facts: [Fact::Text(word), Fact::None] })
    });
}
