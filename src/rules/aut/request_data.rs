//! AUT101: a request without what is needed to decide on it.

use crate::finding::{Code, Findings, RuleId};
use crate::record::AuthorizedService;
use crate::rules::Event;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AUT101,
    title: "278 request mandatory data",
    about: "A new request (UM02 is I) says which service it is about (the type of service in UM03, or a service level), and every request says for whom (the member's id) and who asks or treats (an id of the requester, or an NPI of a provider of the event): without them nothing can be decided. A new request also gives the diagnosis (HI), a date, and codes or quantities in its service levels; the guide leaves them open, so a lack of these only warns, and a referral (UM01 is SC) has no date as a rule. What is missing stands in the AAA of the answer. An amendment, extension or cancellation refers to what was sent before, so only member and provider are asked.",
    snip: 4,
    requirements: &["R133"],
    check: Check::Event(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "no service is named",
            "The request names no service: neither a type of service (UM03) nor a service level.",
            "Name the type of service in UM03, or the services in their own levels.",
            Codes { aaa: "15", ..Codes::NONE },
        ),
        outcome(
            Severity::Warn,
            "no diagnosis",
            "The request has no diagnosis (HI).",
            "Add the diagnosis for which the service is needed.",
            Codes { aaa: "AF", ..Codes::NONE },
        ),
        outcome(
            Severity::Warn,
            "a service level without code",
            "A service level of the request has neither a procedure nor a revenue code.",
            "Add the code of the service.",
            Codes { aaa: "AG", ..Codes::NONE },
        ),
        outcome(
            Severity::Warn,
            "no date",
            "The request has no date of event, admission or service.",
            "Add the date or dates of the service.",
            Codes { aaa: "57", ..Codes::NONE },
        ),
        outcome(
            Severity::Reject,
            "no member id",
            "The request has no member id.",
            "Add the member's id in NM109 of the subscriber.",
            Codes { aaa: "72", ..Codes::NONE },
        ),
        outcome(
            Severity::Reject,
            "no provider",
            "The request identifies neither the requester nor a provider of the event.",
            "Add the requester's NPI.",
            Codes { aaa: "43", ..Codes::NONE },
        ),
    ],
    examples: &[
        professional("no diagnosis", Expect::Warn, "@request-event\nUM*HS*I*1*11:B\nDTP*AAH*D8*20260401"),
        professional(
            "no service",
            Expect::Reject,
            "@request-event\nUM*HS*I**11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109",
        ),
        professional(
            "all of it",
            Expect::Silent,
            "@request-event\nUM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109",
        ),
        professional("a cancellation", Expect::Silent, "@request-event\nUM*HS*3\nREF*BB*TAR4471"),
    ],
    ..Rule::BASE
};

const SERVICE: u8 = 0;
const DIAGNOSIS: u8 = 1;
const SERVICE_CODE: u8 = 2;
const DATE: u8 = 3;
const MEMBER: u8 = 4;
const PROVIDER: u8 = 5;

fn check(event: &Event<'_>, findings: &mut Findings) {
    if event.is_response {
        return;
    }
    let facts = event.facts;
    let mut say = |outcome: u8| findings.draft(RuleId::AUT101, event.own_place()).outcome(outcome).add();
    if facts.certification == Code::new(b"I") {
        if facts.services.is_empty() && facts.service_type.is_empty() {
            say(SERVICE);
        }
        let individual = facts.category == Code::new(b"IN");
        if facts.diagnoses.is_empty() && !individual {
            say(DIAGNOSIS);
        }
        let says_nothing = |service: &AuthorizedService| {
            let has_amount = [service.amount, service.delivery].iter().any(|amount| !amount.unit.is_empty());
            service.procedure.is_empty() && service.revenue.is_empty() && !has_amount
        };
        if facts.services.iter().any(says_nothing) {
            say(SERVICE_CODE);
        }
        if facts.dates.is_empty() && facts.category != Code::new(b"SC") {
            say(DATE);
        }
    }
    if event.context.member_id().is_empty() {
        say(MEMBER);
    }

    let named = facts.providers.iter().any(|one| one.kind == Code::new(b"XX") && !one.id.is_empty());
    if !event.context.has_requester() && !named {
        say(PROVIDER);
    }
}
