//! TAR107: the authorization does not list the service.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{Claim, ClaimKind, ServiceLine};
use crate::reference::Authorization;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::grant::is_accommodation;
use super::{report, service_grouping};

const CODES: Codes = Codes::claim("A8", "48", "284", "N54");

const GROUPING: u8 = 2;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR107,
    title: "Authorization service match",
    about: "Where an authorization lists codes, the line's procedure or revenue code must be among them. For an inpatient stay only the accommodation lines (revenue 010x to 021x) are looked at, and one that is listed is enough.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R099"],
    silent_if: &[RuleId::TAR106],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "the service is not listed",
            severity: Severity::Reject,
            message: "Authorization {found} does not list {0}.",
            remedy: "Ask the plan to add the service, or give the number of the authorization that lists it.",
            codes: CODES,
        },
        Outcome {
            when: "the service is not listed, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} does not list {0}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: CODES,
        },
        Outcome {
            when: "a county authorization lists a grouping",
            severity: Severity::Warn,
            message: "Authorization {found} lists grouping {1}; the claim does not show whether {0} is in it.",
            remedy: "Check that the county's service code grouping holds the service.",
            codes: CODES,
        },
        Outcome {
            when: "a county authorization lists a grouping, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} lists grouping {1}; the claim does not show whether {0} is in it.",
            remedy: "Check that the county's service code grouping holds the service.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "another procedure",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97165-97168|97530,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a procedure within a range",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97165|97800-97804,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a stay with one authorized room and ancillary services",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,0120,,,\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0120**500*DA*2\nLX*2\nSV2*0200**300*DA*1\nLX*3\nSV2*0300**100*UN*1",
        },
    ],
    ..Rule::BASE
};

fn is_listed(authorization: &Authorization, line: &ServiceLine) -> bool {
    [line.procedure, line.revenue].iter().any(|code| !code.is_empty() && authorization.covers(*code))
}

/// The accommodation line of a stay that stands for it, if none of them is listed.
fn unlisted_stay<'a>(claim: &Claim<'a>, authorization: &Authorization) -> Option<&'a ServiceLine> {
    let mut rooms = claim.lines().iter().filter(|line| is_accommodation(line));
    let first = rooms.next()?;
    let any = is_listed(authorization, first) || rooms.any(|line| is_listed(authorization, line));
    (!any).then_some(first)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_lines(subject, findings, RuleId::TAR107, |line, assessment| {
        let authorization = assessment.authorization()?;
        let unlisted = if subject.claim.is_inpatient() {
            unlisted_stay(subject.claim, authorization)?
        } else {
            Some(line).filter(|line| !is_listed(authorization, line))?
        };
        if service_grouping::speaks(subject, authorization, unlisted) {
            return None;
        }
        let code = if unlisted.procedure.is_empty() { unlisted.revenue } else { unlisted.procedure };
        // what a county's grouping holds the claim does not show
        let grouping = service_grouping::grouping(authorization, unlisted).map(Fact::Code);
        let outcome = if grouping.is_some() { GROUPING } else { 0 };
        Some(report::Wrong { outcome, facts: [Fact::Code(code), grouping.unwrap_or_default()] })
    });
}
