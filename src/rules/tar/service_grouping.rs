//! TAR123: the authorization names a service code grouping.

use super::report;
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::ServiceLine;
use crate::reference::{Authorization, Issuer};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR123,
    title: "No Service Code Groupings",
    about: "The plan does not use the Service Code Groupings of the county CCS program: its authorizations list procedure codes. One that lists a grouping (SCG and its number) and not the line's code does not cover the line. A county authorization of the time before the Whole Child Model may have one and is honoured; TAR107 then warns, since the claim does not show what the grouping holds.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R029"],
    effective_from: "2018-07-01",
    route: "Alliance TAR with codes",
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "a grouping",
            "Authorization {found} lists service code grouping {0}, and the plan authorizes procedure codes.",
            "Ask the plan for an authorization that lists the codes.",
            Codes { aaa: "AG", ..Codes::claim("A7", "48", "284", "N54") },
        ),
        outcome(
            Severity::Warn,
            "a grouping, and the line needs none",
            "Authorization {found} lists service code grouping {0}, and the plan authorizes procedure codes.",
            "Ask the plan for an authorization that lists the codes.",
            Codes { aaa: "AG", ..Codes::claim("A7", "48", "284", "N54") },
        ),
    ],
    examples: &[
        professional(
            "a grouping",
            Expect::Reject,
            "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,SCG01,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a code",
            Expect::Silent,
            "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97802,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a grouping of an honoured county authorization",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,,SCG01,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// The grouping that an authorization lists, where none of its codes is the line's.
pub(super) fn grouping(authorization: &Authorization, line: &ServiceLine) -> Option<Code> {
    let covered =
        [line.procedure, line.revenue].iter().any(|code| !code.is_empty() && authorization.covers(*code));
    let codes = authorization.services.iter().flat_map(|service| &service.codes).map(|range| range.from());
    codes.filter(|_| !covered).find(|code| code.starts_with(Code::new(b"SCG")))
}

/// Whether this rule speaks of a grouping, so that TAR107 need not.
pub(super) fn speaks(subject: &Subject<'_>, authorization: &Authorization, line: &ServiceLine) -> bool {
    subject.settings.speaking.contains(RuleId::TAR123)
        && authorization.issuer == Issuer::Plan
        && grouping(authorization, line).is_some()
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_numbers(subject, findings, RuleId::TAR123, |line, assessment| {
        // of a county's that came too late TAR120 speaks
        let authorization = assessment.authorization().filter(|known| known.issuer == Issuer::Plan)?;
        let date = subject.analysis.line(line.number).date;
        let code = grouping(authorization, line).filter(|_| subject.applies(RuleId::TAR123, date))?;
        Some(report::Wrong { outcome: 0, facts: [Fact::Code(code), Fact::None] })
    });
}
