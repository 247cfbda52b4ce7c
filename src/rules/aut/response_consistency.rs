//! AUT102: a response that contradicts itself.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::Decision;
use crate::reference::AuthStatus;
use crate::rules::Event;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AUT102,
    title: "278 response consistency",
    about: "A response that certifies (A1, A2, A6) gives the number (HCR02), one that does not certify, or pends (A3, A4), the reason (HCR03), and the decision on a service does not contradict that on the event: nothing is certified below an event that was not, and nothing is denied below one that was certified in total.",
    snip: 4,
    requirements: &["R134", "278j"],
    check: Check::Event(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "certified without a number",
            "The decision {found} certifies, but gives no number (HCR02).",
            "Ask the plan for the number: a claim cannot cite this authorization.",
            Codes::NONE,
        ),
        outcome(
            Severity::Warn,
            "not certified without a reason",
            "The decision {found} does not certify, and gives no reason (HCR03).",
            "Ask the plan for the reason.",
            Codes::NONE,
        ),
        outcome(
            Severity::Warn,
            "event and service contradict",
            "The decision on a service is {found}, that on the event {0}.",
            "Ask the plan which of the two holds.",
            Codes::NONE,
        ),
    ],
    examples: &[
        professional("certified without a number", Expect::Warn, "@response-event\nHCR*A1"),
        professional("certified with a number", Expect::Silent, "@response-event\nHCR*A1*TAR4471"),
        professional(
            "denied below a total certification",
            Expect::Warn,
            "@response-event\nHCR*A1*TAR4471\n|HCR*A3**0V\nSV1*HC:97802*80*UN*4",
        ),
    ],
    ..Rule::BASE
};

const WITHOUT_NUMBER: u8 = 0;
const WITHOUT_REASON: u8 = 1;
const CONTRADICTS: u8 = 2;

fn status(decision: &Decision) -> Option<AuthStatus> {
    let (bytes, len) = decision.action.bytes();
    AuthStatus::from_hcr01(bytes.get(..len)?)
}

/// Whether the decision on a service cannot stand below that on its event.
fn contradicts(event: AuthStatus, service: AuthStatus) -> bool {
    match event {
        AuthStatus::Certified => !service.is_approved() && service != AuthStatus::NoAction,
        AuthStatus::NotCertified | AuthStatus::Cancelled => service.is_approved(),
        _ => false,
    }
}

fn check(event: &Event<'_>, findings: &mut Findings) {
    if !event.is_response {
        return;
    }
    let facts = event.facts;
    let own = &facts.decision;
    let numbered = |decision: &Decision| !decision.number.is_empty() || !own.number.is_empty();
    let reasoned = |decision: &Decision| !decision.reason.is_empty() || !own.reason.is_empty();
    for decision in std::iter::once(own).chain(facts.services.iter().map(|service| &service.decision)) {
        let Some(said) = status(decision) else { continue };
        let place = event.place(decision.action_cell);
        let found = Fact::Code(decision.action);
        if said.is_approved() && !numbered(decision) {
            findings.draft(RuleId::AUT102, place).outcome(WITHOUT_NUMBER).found(found).add();
        }
        if matches!(said, AuthStatus::NotCertified | AuthStatus::Pended) && !reasoned(decision) {
            findings.draft(RuleId::AUT102, place).outcome(WITHOUT_REASON).found(found).add();
        }
    }
    let Some(of_event) = status(own) else { return };
    for service in &facts.services {
        if status(&service.decision).is_some_and(|said| contradicts(of_event, said)) {
            findings
                .draft(RuleId::AUT102, event.place(service.decision.action_cell))
                .outcome(CONTRADICTS)
                .found(Fact::Code(service.decision.action))
                .fact(Fact::Code(own.action))
                .add();
        }
    }
}
