//! AUT104: a decision that took too long.

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::Decision;
use crate::rules::Event;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: RuleId::AUT104,
    title: "Authorization turnaround monitored",
    about: "The plan monitors how long its decisions take. authorization_log.csv says when an authorization was asked for, whether it was urgent, and when it was decided (else DTP*102 of the response, else the day on which the response was made). A routine request is decided within tar.turnaround_days (5) working days, Saturdays and Sundays left out, an urgent one within tar.urgent_turnaround_days (3) days. A finding is for the plan; nothing falls.",
    snip: 7,
    requirements: &["R036"],
    effective_from: "2018-07-01",
    needs: &[Needs::RequestLog],
    check: Check::Event(check),
    outcomes: &[outcome(
        Severity::Warn,
        "too long",
        "Authorization {found} was asked for on {0} and decided on {1}: {2} {3}, and {4} are allowed.",
        "Look at why the decision took so long.",
        Codes::NONE,
    )],
    examples: &[
        professional(
            "six working days",
            Expect::Warn,
            "@roster authorization_log TAR4471,2026-03-02,N,2026-03-10,\n@response-event\nHCR*A1*TAR4471",
        ),
        professional(
            "five working days",
            Expect::Silent,
            "@roster authorization_log TAR4471,2026-03-02,N,2026-03-09,\n@response-event\nHCR*A1*TAR4471",
        ),
    ],
    ..Rule::BASE
};

/// Working days from the day after one day to another; public holidays are not known here.
fn working_days(from: Date, to: Date) -> i32 {
    (from.days() + 1..=to.days()).filter(|day| !is_weekend(*day)).count() as i32
}

/// Whether a day is a Saturday or Sunday.
fn is_weekend(day: i32) -> bool {
    // a Saturday
    let known = Date::new(2026, 2, 28).map_or(0, Date::days);
    matches!((day - known).rem_euclid(7), 0 | 1)
}

fn check(event: &Event<'_>, findings: &mut Findings) {
    let Some(log) = event.reference.rosters.request_log.as_ref().filter(|_| event.is_response) else {
        return;
    };
    let facts = event.facts;
    let own = &facts.decision;
    let numbers = std::iter::once(own).chain(facts.services.iter().map(|service| &service.decision));
    let logged = |decision: &Decision| Some((decision.number, log.get(event.text(decision.number))?));
    let Some((number, logged)) = numbers.filter(|one| !one.number.is_empty()).find_map(logged) else {
        return;
    };
    let issued = facts.date_of(b"102", 0).map(|date| date.period.from);
    let (Some(requested), Some(decided)) =
        (logged.requested_on, logged.decided_on.or(issued).or(event.created))
    else {
        return;
    };
    if decided < crate::rules::rule(RuleId::AUT104).effective() {
        return;
    }
    let settings = event.settings;
    let (days, unit, allowed) = if logged.urgent {
        (decided.days() - requested.days(), "days", settings.urgent_turnaround_days)
    } else {
        (working_days(requested, decided), "working days", settings.turnaround_days)
    };
    if days > allowed {
        findings
            .draft(RuleId::AUT104, event.place(number))
            .found(Fact::Input(number.span))
            .fact(Fact::Date(requested))
            .fact(Fact::Date(decided))
            .fact(Fact::Number(i64::from(days)))
            .fact(Fact::Text(unit))
            .fact(Fact::Number(i64::from(allowed)))
            .add();
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, working_days};

    #[test]
    fn weekends_are_left_out() {
        let day = |text: &str| Date::parse_iso(text).unwrap();
        // 2 March 2026 is a Monday
        for (to, expected) in
            [("2026-03-02", 0), ("2026-03-06", 4), ("2026-03-08", 4), ("2026-03-09", 5), ("2026-03-16", 10)]
        {
            assert_eq!(working_days(day("2026-03-02"), day(to)), expected, "{to}");
        }
        assert_eq!(working_days(day("2026-02-28"), day("2026-03-02")), 1);
    }
}
