//! TAR106: the service is outside the authorization's dates.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::reference::{Authorization, Issuer};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::{county_sar, grant, report};

const AFTER: u8 = 0;
const BEFORE: u8 = 2;
/// A line goes on past the last day; where it needs no number, the outcome after this one.
pub(in crate::rules) const PARTLY: u8 = 4;

const AFTER_CODES: Codes = Codes::claim("A8", "48", "302", "N351");
const BEFORE_CODES: Codes = Codes::claim("A8", "48", "284", "N351");

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR106,
    title: "Authorization date window",
    about: "The date of service must be within the authorization's dates, both ends included, or within those of its services that match the line, where they have their own; for an inpatient stay the admission date counts. A range of dates counts by its first day; where it ends after the authorization does, that is a warning.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R101"],
    silent_if: &[RuleId::TAR105, RuleId::TAR120, RuleId::TAR121],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "after its end",
            severity: Severity::Reject,
            message: "The service of {0} is after authorization {found} ended on {1}.",
            remedy: "Ask the plan for an authorization of the date of service.",
            codes: AFTER_CODES,
        },
        Outcome {
            when: "after its end, and the line needs none",
            severity: Severity::Warn,
            message: "The service of {0} is after authorization {found} ended on {1}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: AFTER_CODES,
        },
        Outcome {
            when: "before its start",
            severity: Severity::Reject,
            message: "The service of {0} is before authorization {found} begins on {1}.",
            remedy: "Ask the plan for an authorization of the date of service.",
            codes: BEFORE_CODES,
        },
        Outcome {
            when: "before its start, and the line needs none",
            severity: Severity::Warn,
            message: "The service of {0} is before authorization {found} begins on {1}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: BEFORE_CODES,
        },
        Outcome {
            when: "it begins in time and lasts beyond the end",
            severity: Severity::Warn,
            message: "The service lasts until {0}, but authorization {found} ended on {1}.",
            remedy: "Bill the days after the end on a line of their own, with the authorization that covers them.",
            codes: AFTER_CODES,
        },
        Outcome {
            when: "it begins in time and lasts beyond the end, and the line needs none",
            severity: Severity::Warn,
            message: "The service lasts until {0}, but authorization {found} ended on {1}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: AFTER_CODES,
        },
    ],
    examples: &[
        Example {
            shows: "the day after the last",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-03-01,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the last day",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-03-02,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the day before the first",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-03-03,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a week that begins before the end and lasts beyond it",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-03-04,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*RD8*20260302-20260306",
        },
        Example {
            shows: "a county's expired authorization, where the rule for those is in shadow",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile [rules]\n@profile TAR121 = \"shadow\"\n@authorization TAR4471,sar,county,A1,91234567A,2018-05-30,2018-05-30,2018-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a week that ends on the last day",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-03-06,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*RD8*20260302-20260306",
        },
        Example {
            shows: "admitted on the last day, discharged later",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-03-02,,,,,\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0120**900*UN*3",
        },
    ],
    ..Rule::BASE
};

/// The date that must be within an authorization's dates: the admission of an inpatient stay, else the line's.
pub(super) fn date_of(subject: &Subject<'_>, line: &ServiceLine) -> Option<Date> {
    let claim = subject.claim;
    if claim.is_inpatient() {
        return claim.facts.admission.or_else(|| claim.earliest());
    }
    subject.analysis.line(line.number).date
}

/// The last day of a line that names a range of dates of service. A stay counts by its admission, and a statement's dates are
/// no line's.
fn last_day(subject: &Subject<'_>, line: &ServiceLine) -> Option<Date> {
    let claim = subject.claim;
    let dates = line.date.or(claim.facts.service).filter(|_| !claim.is_inpatient());
    dates.map(|dates| dates.to)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_lines(subject, findings, RuleId::TAR106, |line, assessment| {
        let authorization: &Authorization = assessment.authorization()?;
        let date = date_of(subject, line)?;
        let windows =
            || grant::approved(grant::of_part(authorization, subject.claim, line)).map(|grant| grant.window);
        if let Some(end) = windows().filter(|window| window.contains(date)).map(|window| window.to).max() {
            let last = last_day(subject, line).filter(|last| *last > end)?;
            // the days after one service's window may be in another's
            if windows().any(|window| window.contains(last)) {
                return None;
            }
            return Some(report::Wrong { outcome: PARTLY, facts: [Fact::Date(last), Fact::Date(end)] });
        }
        let ended = windows().map(|window| window.to).filter(|end| *end < date).max();
        let begins = windows().map(|window| window.from).min().unwrap_or(Date::MIN);
        // a county's expired SAR has its own rule
        if ended.is_some()
            && authorization.issuer == Issuer::County
            && county_sar::says_expired(subject, authorization)
        {
            return None;
        }
        let (outcome, end) = ended.map_or((BEFORE, begins), |end| (AFTER, end));
        Some(report::Wrong { outcome, facts: [Fact::Date(date), Fact::Date(end)] })
    });
}
