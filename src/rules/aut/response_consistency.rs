//! AUT102: a response that contradicts itself.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Cell, Decision, Review};
use crate::reference::{AuthStatus, Effect};
use crate::rules::Event;
use crate::rules::brief::{outcome, professional, response};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AUT102,
    title: "278 response consistency",
    about: "A response that certifies (A1, A2, A6) gives the number (HCR02), one that does not certify, or pends (A3, A4), the reason (HCR03), and the decision on a service does not contradict that on the event: nothing is certified below an event that was not, and nothing is denied below one that was certified in total; a service with another UM02 than the event, such as one that is cancelled, has a decision of its own. The response to an extension, revision or cancellation may name the number by REF*BB alone. What is certified does not end (DTP*036) before it begins (DTP*007): no claim fits such dates.",
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
        outcome(
            Severity::Warn,
            "ends before it begins",
            "The certification ends on {found} (DTP*036), before it begins on {0} (DTP*007): no date of service is within it.",
            "Ask the plan for the right dates: claims that cite this authorization are rejected until then.",
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
        response(
            "an extension that refers to the number",
            Expect::Silent,
            "@response\nUM*HS*4*1*11:B\nHCR*A1\nREF*BB*TAR4471",
        ),
        response(
            "a cancellation of one service that refers to the number",
            Expect::Silent,
            "@response\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nUM*HS*3*1*11:B\nHCR*A1\nREF*BB*TAR4471\nSV1*HC:97110",
        ),
        response(
            "a cancellation of one service that is denied, or done",
            Expect::Silent,
            "@response\nUM*HS*I*1*11:B\nHCR*A1*TAR4471\nHL*5*4*SS*0\nUM*HS*3\nHCR*A3**0V\nREF*BB*TAR4470\nSV1*HC:97110\nHL*6*4*SS*0\nUM*HS*3\nHCR*C\nREF*BB*TAR4470\nSV1*HC:97112",
        ),
        response(
            "a new certification that refers to an older number only",
            Expect::Warn,
            "@response\nUM*HS*I*1*11:B\nHCR*A1\nREF*BB*TAR4471",
        ),
        professional(
            "dates turned round",
            Expect::Warn,
            "@response-event\nHCR*A1*TAR4471\nDTP*007*D8*20261231\nDTP*036*D8*20260701",
        ),
        professional(
            "one day",
            Expect::Silent,
            "@response-event\nHCR*A1*TAR4471\nDTP*007*D8*20260701\nDTP*036*D8*20260701",
        ),
    ],
    ..Rule::BASE
};

const WITHOUT_NUMBER: u8 = 0;
const WITHOUT_REASON: u8 = 1;
const CONTRADICTS: u8 = 2;
const TURNED_ROUND: u8 = 3;

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
    let refers = |certification: Code, previous: Cell| {
        !previous.is_empty() && Effect::of(certification).is_of_previous(true)
    };
    let reasoned = |decision: &Decision| !decision.reason.is_empty() || !own.reason.is_empty();
    let services = (1..).zip(facts.services.iter().map(|service| &service.decision));
    for (nth, decision) in std::iter::once((0, own)).chain(services.clone()) {
        let Some(said) = status(decision) else { continue };
        let place = event.place(decision.action_cell);
        let found = Fact::Code(decision.action);
        let Review { certification, number, previous, .. } = facts.review(nth);
        let is_numbered = !number.is_empty() || refers(certification, previous);
        if said.is_approved() && !is_numbered {
            findings.draft(RuleId::AUT102, place).outcome(WITHOUT_NUMBER).found(found).add();
        }
        if matches!(said, AuthStatus::NotCertified | AuthStatus::Pended) && !reasoned(decision) {
            findings.draft(RuleId::AUT102, place).outcome(WITHOUT_REASON).found(found).add();
        }
    }
    turned_round(event, findings);
    let Some(of_event) = status(own) else { return };
    for (nth, decision) in services {
        // a service that is up for something else, such as its cancellation, has a decision of another kind
        let is_alike = facts.review(nth).certification == facts.certification;
        if is_alike && status(decision).is_some_and(|said| contradicts(of_event, said)) {
            findings
                .draft(RuleId::AUT102, event.place(decision.action_cell))
                .outcome(CONTRADICTS)
                .found(Fact::Code(decision.action))
                .fact(Fact::Code(own.action))
                .add();
        }
    }
}

/// Dates of the event and of its services that end before they begin.
fn turned_round(event: &Event<'_>, findings: &mut Findings) {
    let facts = event.facts;
    let is_granted = |decision: &Decision| status(decision).is_some_and(AuthStatus::is_approved);
    let services = (1..).zip(facts.services.iter().map(|service| &service.decision));
    for (nth, decision) in std::iter::once((0, &facts.decision)).chain(services) {
        let decision = if decision.action.is_empty() { &facts.decision } else { decision };
        if let Some((begins, ends)) = facts.date_of(b"007", nth).zip(facts.date_of(b"036", nth))
            && ends.period.to < begins.period.from
            && is_granted(decision)
        {
            findings
                .draft(RuleId::AUT102, event.place(ends.cell))
                .outcome(TURNED_ROUND)
                .found(Fact::Date(ends.period.to))
                .fact(Fact::Date(begins.period.from))
                .add();
        }
    }
}
