//! TAR103: the number is not on file.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::reference::Reference;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity};
use crate::rules::settings::{Completeness, Settings};
use crate::rules::subject::Subject;

use super::{CitedNumber, missing_number, payer_claim_number, report};

const CODES: Codes = Codes { aaa: "AA", ..Codes::claim("A7", "48", "16", "M62") };

const UNKNOWN: u8 = 0;
const ELSEWHERE: u8 = 2;
const REFERRAL: u8 = 4;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR103,
    title: "Authorization on file",
    about: "A number that a line needs must be among the known authorizations: 278 responses, and authorizations.csv of the rosters. Where authorizations.csv or a store was given, the known ones are taken to be all (profile key tar.authorizations), and an unknown number rejects; else it warns. If none are known at all, the rule does not run.\n\nThe number of a referral is no authorization: it does only for services that want a referral.\n\nIn a drop folder, a claim that is rejected for nothing but an unknown number can be held until the decision comes (`hold_hours`).",
    snip: 7,
    requirements: &["R022"],
    route: "correct number",
    effective_from: "2018-07-01",
    silent_if: &[RuleId::TAR102],
    needs: &[Needs::Authorizations],
    awaits: &[UNKNOWN],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "the line needs the number, and all are known",
            severity: Severity::Reject,
            message: "Authorization number {found} is not on file{0}{1}. It is needed for {lines}.",
            remedy: "Give the number that the plan issued.",
            codes: CODES,
        },
        Outcome {
            when: "the line needs none",
            severity: Severity::Warn,
            message: "Authorization number {found} is not on file{0}{1}.",
            remedy: "Give the number that the plan issued, or leave REF*G1 off.",
            codes: CODES,
        },
        Outcome {
            when: "others may be known elsewhere",
            severity: Severity::Warn,
            message: "Authorization number {found} is not among the authorizations at hand{0}{1}.",
            remedy: "Check the number; load authorizations.csv to be sure.",
            codes: CODES,
        },
        Outcome {
            when: "others may be known elsewhere, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization number {found} is not among the authorizations at hand{0}{1}.",
            remedy: "Check the number.",
            codes: CODES,
        },
        Outcome {
            when: "the number is a referral's, and the line needs an authorization",
            severity: Severity::Reject,
            message: "Authorization number {found} is not on file{0}{1}. It is needed for {lines}.",
            remedy: "Give the number that the plan issued.",
            codes: CODES,
        },
        Outcome {
            when: "the number is a referral's, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization number {found} is not on file{0}{1}.",
            remedy: "Give the number that the plan issued, or leave REF*G1 off.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "a number that nobody issued",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR9999\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a referral's number",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization RFL4471,referral,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*RFL4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a referral's number for a specialist's visit",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization RFL4471,referral,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*RFL4471\nHI*ABK:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the number on file",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1* tar4471 \nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "no authorizations are known",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR9999\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

/// Whether the known authorizations are taken to be all.
pub(super) fn are_all_known(reference: &Reference, settings: &Settings) -> bool {
    let given = reference.rosters.authorizations.is_some() || reference.authorizations.is_looked_up();
    settings.authorizations.map_or(given, |known| known == Completeness::Complete)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.reference.authorizations.is_empty() {
        return;
    }
    let outcome = if are_all_known(subject.reference, subject.settings) { UNKNOWN } else { ELSEWHERE };
    let is_unknown = |assessment: &super::Assessment<'_>| {
        let sound =
            |number: CitedNumber| number.fault.is_none() && !payer_claim_number::is_it(subject, number.cell);
        assessment.number.is_some_and(sound) && assessment.authorization().is_none()
    };
    let unknown =
        || subject.lines().zip(&subject.analysis.authorization).filter(|(_, a)| is_unknown(a) && a.counts());
    let Some(((line, view), _)) = unknown().next() else { return };
    let hint = missing_number::hint(subject, line, view);
    let hint = if hint.is_empty() { Fact::Text("") } else { findings.keep(&hint) };
    report::of_numbers(subject, findings, RuleId::TAR103, |_, assessment| {
        let (outcome, known_as) = if assessment.is_referral {
            (REFERRAL, Fact::Text(", except as a referral"))
        } else {
            (outcome, Fact::Text(""))
        };
        is_unknown(assessment).then_some(report::Wrong { outcome, facts: [known_as, hint] })
    });
}
