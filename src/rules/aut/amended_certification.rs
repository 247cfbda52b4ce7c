//! AUT103: an amendment that does not say what it amends.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::rules::Event;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AUT103,
    title: "278 amends existing certification",
    about: "A request that extends (4), revises (S), renews (R), cancels (3), appeals (1, 2) or has reconsidered (N) an earlier decision names it by its number in REF*BB. An appeal or reconsideration of a request that was not certified may have the plan's administrative number (REF*NT) only, and warns. A number that is not on file warns too: the decision may be older than what is known here.",
    snip: 7,
    requirements: &["R135"],
    check: Check::Event(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "no number",
            "The request changes an earlier decision (UM02 is {found}), but does not name it (REF*BB).",
            "Add the number of the earlier authorization in REF*BB.",
            Codes { aaa: "AA", ..Codes::NONE },
        ),
        outcome(
            Severity::Warn,
            "an administrative number only",
            "The request has an earlier decision looked at again (UM02 is {found}), and names it by the administrative number (REF*NT) only.",
            "Add the number of the earlier authorization in REF*BB, if there was one.",
            Codes { aaa: "AA", ..Codes::NONE },
        ),
        outcome(
            Severity::Warn,
            "not on file",
            "The earlier authorization {found} that the request changes is not on file.",
            "Check the number.",
            Codes { aaa: "AA", ..Codes::NONE },
        ),
    ],
    examples: &[
        professional(
            "an extension",
            Expect::Reject,
            "@request-event\nUM*HS*4*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109",
        ),
        professional(
            "an extension of a number",
            Expect::Silent,
            "@request-event\nUM*HS*4*1*11:B\nREF*BB*TAR4471\nDTP*AAH*D8*20260401\nHI*ABK:E109",
        ),
        professional(
            "a new request",
            Expect::Silent,
            "@request-event\nUM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109",
        ),
    ],
    ..Rule::BASE
};

const ADMINISTRATIVE: u8 = 1;
const UNKNOWN: u8 = 2;

/// REF*BB: the number of the earlier authorization.
const EARLIER: Code = Code::new(b"BB");
/// REF*NT: an administrative number.
const NOT_A_NUMBER: Code = Code::new(b"NT");

fn check(event: &Event<'_>, findings: &mut Findings) {
    let facts = event.facts;
    let amends = matches!(facts.certification.byte(0), b'1'..=b'4' | b'N' | b'R' | b'S');
    if event.is_response || facts.certification.len() != 1 || !amends {
        return;
    }
    let named = |qualifier: Code| {
        let mut own = facts.references.iter().filter(|(of, value)| *of == qualifier && !value.is_empty());
        own.next().map(|(_, value)| *value)
    };
    let place = event.place(facts.certification_cell);
    let Some(number) = named(EARLIER) else {
        let again = matches!(facts.certification.byte(0), b'1' | b'2' | b'N');
        let outcome = if again && named(NOT_A_NUMBER).is_some() { ADMINISTRATIVE } else { 0 };
        findings.draft(RuleId::AUT103, place).outcome(outcome).found(Fact::Code(facts.certification)).add();
        return;
    };
    let known = &event.reference.authorizations;
    if !known.is_empty() && known.get(event.text(number)).is_none() {
        findings
            .draft(RuleId::AUT103, event.place(number))
            .outcome(UNKNOWN)
            .found(Fact::Input(number.span))
            .add();
    }
}
