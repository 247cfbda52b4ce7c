//! TAR110: the authorization is for another setting.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Claim, ClaimKind, ServiceLine};
use crate::reference::CareSetting;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::report;

const CODES: Codes = Codes::claim("A8", "48", "284", "N54");

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR110,
    title: "Authorization place/type match",
    about: "An authorization for an inpatient stay is used for an outpatient service, or the other way round. Inpatient are bill types 11x, 18x, 21x and 41x, and professional services at place of service 21, 51 or 61.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R105"],
    silent_if: &[RuleId::TAR108],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "another setting",
            severity: Severity::Warn,
            message: "Authorization {found} is for {0} care, and the service is {1}.",
            remedy: "Check whether the authorization was meant for this service.",
            codes: CODES,
        },
        Outcome {
            when: "another setting, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} is for {0} care, and the service is {1}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "an inpatient authorization for an office service",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,inpatient\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "an authorization for any setting",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

pub(super) fn setting_of(claim: &Claim<'_>, line: &ServiceLine) -> CareSetting {
    let place = if line.place_of_service.is_empty() { claim.facts.facility } else { line.place_of_service };
    let inpatient_place = [b"21", b"51", b"61"].iter().any(|code| place == Code::new(*code));
    let inpatient = claim.is_inpatient() || claim.kind() != ClaimKind::Institutional && inpatient_place;
    if inpatient { CareSetting::Inpatient } else { CareSetting::Outpatient }
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_lines(subject, findings, RuleId::TAR110, |line, assessment| {
        let authorized = assessment.authorization()?.setting;
        let actual = setting_of(subject.claim, line);
        let other = authorized != CareSetting::Open && authorized != actual;
        other.then_some(report::Wrong {
            outcome: 0,
            facts: [Fact::Text(authorized.word()), Fact::Text(actual.word())],
        })
    });
}
