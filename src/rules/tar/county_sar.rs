//! TAR120, TAR121, TAR122: authorizations of a county CCS program (SARs).
//!
//! A SAR that the county issued before the Whole Child Model began in the member's county counts until it ends; later ones do
//! not. Where the county is unknown, the latest of the counties' first days decides, so that none is refused by mistake.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::reference::{Authorization, Issuer};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::outside_window::date_of;
use super::report;

/// TAR120: no date says when it was issued.
const UNDATED: u8 = 2;
/// TAR122: no end is known.
const ENDLESS: u8 = 2;

const NOT_ACCEPTED: Codes = Codes { aaa: "IA", ..Codes::claim("A7", "48", "284", "N54") };
const EXPIRED: Codes = Codes::claim("A8", "48", "302", "");

const BASE: Rule = Rule {
    snip: 7,
    stage: Stage::Adjudication,
    effective_from: "2018-07-01",
    needs: &[Needs::Authorizations],
    ..Rule::BASE
};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::TAR120,
        title: "Alliance is the authorizing entity",
        about: "Since the Whole Child Model began, the plan authorizes CCS services. A county SAR that was issued on or after that day does not count, nor does one of which neither the day of issue nor the first day is known.",
        requirements: &["R024", "R028"],
        route: "Alliance Authorizations",
        silent_if: &[RuleId::TAR105],
        only: &[Aspect::Cites],
        check: Check::Claim(check_issuer),
        outcomes: &[
            Outcome {
                when: "issued too late",
                severity: Severity::Reject,
                message: "{found} is a county authorization of {0}; from {1} on the plan authorizes. It is needed for {lines}.",
                remedy: "Ask the plan (Alliance Authorizations) for an authorization.",
                codes: NOT_ACCEPTED,
            },
            Outcome {
                when: "issued too late, and the line needs none",
                severity: Severity::Warn,
                message: "{found} is a county authorization of {0}; from {1} on the plan authorizes.",
                remedy: "Leave REF*G1 off.",
                codes: NOT_ACCEPTED,
            },
            Outcome {
                when: "no date says when it was issued",
                severity: Severity::Reject,
                message: "{found} is a county authorization without a date; from {1} on the plan authorizes. It is needed for {lines}.",
                remedy: "Ask the plan (Alliance Authorizations) for an authorization; if the county issued it before that day, the plan can add its date.",
                codes: NOT_ACCEPTED,
            },
            Outcome {
                when: "no date says when it was issued, and the line needs none",
                severity: Severity::Warn,
                message: "{found} is a county authorization without a date; from {1} on the plan authorizes.",
                remedy: "Leave REF*G1 off.",
                codes: NOT_ACCEPTED,
            },
        ],
        examples: &[
            Example {
                shows: "a SAR of the first day",
                expect: Expect::Reject,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,2018-07-01,2018-07-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
            Example {
                shows: "a SAR without any date",
                expect: Expect::Reject,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,,,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
            Example {
                shows: "a SAR of the day before",
                expect: Expect::Silent,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,2018-06-30,2018-06-30,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
        ],
        ..BASE
    },
    Rule {
        id: RuleId::TAR121,
        title: "Legacy SAR expired",
        about: "A county SAR of the time before the Whole Child Model counts until its end date.",
        requirements: &["R027"],
        route: "new TAR to the Alliance",
        silent_if: &[RuleId::TAR105],
        only: &[Aspect::Cites],
        check: Check::Claim(check_expired),
        outcomes: &[
            Outcome {
                when: "after its end",
                severity: Severity::Reject,
                message: "County authorization {found} ended on {1}, before the service of {0}.",
                remedy: "Send a new TAR to the Alliance.",
                codes: EXPIRED,
            },
            Outcome {
                when: "after its end, and the line needs none",
                severity: Severity::Warn,
                message: "County authorization {found} ended on {1}, before the service of {0}.",
                remedy: "Leave REF*G1 off.",
                codes: EXPIRED,
            },
        ],
        examples: &[
            Example {
                shows: "the day after its end",
                expect: Expect::Reject,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,2018-06-30,2018-06-30,2026-03-01,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
            Example {
                shows: "its last day",
                expect: Expect::Silent,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,2018-06-30,2018-06-30,2026-03-02,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
        ],
        ..BASE
    },
    Rule {
        id: RuleId::TAR122,
        title: "Legacy SAR honoured until expiry",
        about: "A county SAR of the time before the Whole Child Model satisfies the need for a number until its end date; this only says so.",
        requirements: &["R026"],
        route: "pay",
        stage: Stage::Intake,
        only: &[Aspect::Cites],
        check: Check::Claim(check_honoured),
        outcomes: &[
            Outcome {
                when: "honoured",
                severity: Severity::Info,
                message: "County authorization {found} is honoured until it ends on {1}.",
                remedy: "Nothing to do.",
                codes: Codes::NONE,
            },
            Outcome {
                when: "honoured, and the line needs none",
                severity: Severity::Info,
                message: "County authorization {found} is honoured until it ends on {1}.",
                remedy: "Nothing to do.",
                codes: Codes::NONE,
            },
            Outcome {
                when: "honoured, and no end is known",
                severity: Severity::Info,
                message: "County authorization {found} is honoured until the county ends it.",
                remedy: "Nothing to do.",
                codes: Codes::NONE,
            },
            Outcome {
                when: "honoured, no end is known, and the line needs none",
                severity: Severity::Info,
                message: "County authorization {found} is honoured until the county ends it.",
                remedy: "Nothing to do.",
                codes: Codes::NONE,
            },
        ],
        examples: &[
            Example {
                shows: "no end is known",
                expect: Expect::Info,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,2018-06-30,,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
            Example {
                shows: "without any date",
                expect: Expect::Silent,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,,,,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
            Example {
                shows: "its last day",
                expect: Expect::Info,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization 97123456789,sar,county,A1,91234567A,2018-06-30,2018-06-30,2026-03-02,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*97123456789\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
            Example {
                shows: "the plan's own authorization",
                expect: Expect::Silent,
                kind: ClaimKind::Professional,
                text: "@zip 95060\n@authorization TAR4471,tar,plan,A1,91234567A,2026-01-01,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
            },
        ],
        ..BASE
    },
];

/// The day from which the plan authorizes for the claim's member.
fn start(subject: &Subject<'_>) -> Date {
    let settings = subject.settings;
    let known = subject.analysis.member.county.and_then(|county| settings.county_start(county));
    known.unwrap_or_else(|| settings.latest_start())
}

/// When a county authorization was issued; where that is not known, when it begins, if it says so.
fn issued(authorization: &Authorization) -> Option<Date> {
    authorization.issued_on.or(Some(authorization.window.from).filter(|from| *from > Date::MIN))
}

/// Whether a county issued it before the Model began. One without any date is not taken to be that old.
fn is_legacy(subject: &Subject<'_>, authorization: &Authorization) -> bool {
    authorization.issuer == Issuer::County && issued(authorization).is_some_and(|day| day < start(subject))
}

/// Whether an authorization counts as far as its issuer goes: the plan's own, and a county's of the time before.
pub(in crate::rules) fn counts(subject: &Subject<'_>, authorization: &Authorization) -> bool {
    authorization.issuer == Issuer::Plan || is_legacy(subject, authorization)
}

/// Whether TAR121 speaks of an expired authorization, so that TAR106 need not.
pub(super) fn says_expired(subject: &Subject<'_>, authorization: &Authorization) -> bool {
    subject.settings.speaking.contains(RuleId::TAR121) && is_legacy(subject, authorization)
}

fn check_issuer(subject: &Subject<'_>, findings: &mut Findings) {
    let start = start(subject);
    report::of_numbers(subject, findings, RuleId::TAR120, |line, assessment| {
        let authorization = assessment.authorization()?;
        let date = date_of(subject, line)?;
        if authorization.issuer != Issuer::County || is_legacy(subject, authorization) || date < start {
            return None;
        }
        let (outcome, day) = issued(authorization).map_or((UNDATED, Fact::None), |day| (0, Fact::Date(day)));
        Some(report::Wrong { outcome, facts: [day, Fact::Date(start)] })
    });
}

fn check_expired(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_lines(subject, findings, RuleId::TAR121, |line, assessment| {
        let authorization = assessment.authorization()?;
        let date = date_of(subject, line)?;
        let expired = is_legacy(subject, authorization) && date > authorization.window.to;
        expired.then_some(report::Wrong {
            outcome: 0,
            facts: [Fact::Date(date), Fact::Date(authorization.window.to)],
        })
    });
}

fn check_honoured(subject: &Subject<'_>, findings: &mut Findings) {
    let start = start(subject);
    report::of_numbers(subject, findings, RuleId::TAR122, |line, assessment| {
        let authorization = assessment.authorization()?;
        let date = date_of(subject, line)?;
        let honoured =
            is_legacy(subject, authorization) && date >= start && authorization.window.contains(date);
        let end = authorization.window.to;
        let (outcome, end) = if end == Date::MAX { (ENDLESS, Fact::None) } else { (0, Fact::Date(end)) };
        honoured.then_some(report::Wrong { outcome, facts: [Fact::Date(date), end] })
    });
}
