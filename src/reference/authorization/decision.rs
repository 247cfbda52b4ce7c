//! Decisions on one number, and what several of them come to.

use std::sync::Arc;

use super::book::{DecisionOrder, normal};
use super::cancellation::{cancelled, cancelled_in_part};
use super::extension::extended;
use super::{AuthStatus, Authorization, Origin};
use crate::finding::Code;

/// What a decision does to those before it on the same number (UM02).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Effect {
    /// It takes their place: an initial request, a renewal, a roster row.
    #[default]
    Stands,
    /// A revision: it takes their place if it is approved; else what was granted stays.
    Revises,
    /// An extension: what it grants comes on top of what was granted; if it is not approved, that stays.
    Extends,
    /// A request to cancel: if it is approved, nothing is granted any more.
    Cancels,
    /// A cancellation of the services that it lists; the others stay.
    CancelsListed,
}

impl Effect {
    /// The effect of a UM02.
    pub fn of(certification: Code) -> Effect {
        match (certification.len(), certification.byte(0)) {
            (1, b'3') => Effect::Cancels,
            (1, b'4') => Effect::Extends,
            (1, b'S') => Effect::Revises,
            _ => Effect::Stands,
        }
    }

    /// Whether it is about the number that it refers to (REF*BB), where it refers to one: a cancellation always, a revision or
    /// extension if it has no number of its own.
    pub const fn is_of_previous(self, is_nameless: bool) -> bool {
        match self {
            Effect::Cancels | Effect::CancelsListed => true,
            Effect::Revises | Effect::Extends => is_nameless,
            Effect::Stands => false,
        }
    }

    /// Every effect, in the order in which stores number them.
    pub const ALL: [Effect; 5] =
        [Effect::Stands, Effect::Revises, Effect::Extends, Effect::Cancels, Effect::CancelsListed];

    /// Whether it cancels, all or some.
    pub const fn cancels(self) -> bool {
        matches!(self, Effect::Cancels | Effect::CancelsListed)
    }

    /// Its place among [`Effect::ALL`].
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The word of reports.
    pub const fn word(self) -> &'static str {
        match self {
            Effect::Stands => "decision",
            Effect::Revises => "revision",
            Effect::Extends => "extension",
            Effect::Cancels => "cancellation",
            Effect::CancelsListed => "cancellation in part",
        }
    }
}

/// A decision, with when it was taken and what it does to earlier ones.
#[derive(Clone, Debug)]
pub struct Decided {
    /// What was decided.
    pub authorization: Authorization,
    /// When.
    pub order: DecisionOrder,
    /// What it does to earlier decisions.
    pub effect: Effect,
    /// The authorization number that it refers to (REF*BB), in its normal form.
    pub previous: Option<Arc<str>>,
}

impl Decided {
    /// Whether another says the same, decided at the same time, wherever the two were read.
    pub fn is_same(&self, other: &Decided) -> bool {
        let when = |decided: &Decided| {
            let (date, time, _) = decided.order.parts();
            (date, time)
        };
        let what = |decided: &Decided| {
            let mut authorization = decided.authorization.clone();
            authorization.origin = Origin::Roster { row: 0 };
            authorization
        };
        (self.effect, &self.previous, when(self)) == (other.effect, &other.previous, when(other))
            && what(self) == what(other)
    }

    /// Brings the number into its normal form and takes out services that gave no authorization; whether anything is left.
    pub fn make_ready(&mut self) -> bool {
        let authorization = &mut self.authorization;
        if !is_normal(&authorization.number) {
            authorization.number = normal(authorization.number.as_bytes()).into();
        }
        !authorization.number.is_empty() && drop_no_action(authorization)
    }
}

/// What decisions on one number, the earliest first, come to. One that came twice, in whatever files, counts once.
pub fn outcome_of(decisions: &[Decided]) -> Option<Authorization> {
    let came_before = |at: usize, decided: &Decided| {
        decided.effect == Effect::Extends && decisions.iter().take(at).any(|other| other.is_same(decided))
    };
    let new = decisions.iter().enumerate().filter(|(at, decided)| !came_before(*at, decided));
    new.map(|(_, decided)| decided).fold(None, next)
}

fn next(known: Option<Authorization>, decided: &Decided) -> Option<Authorization> {
    let Decided { authorization, effect, .. } = decided;
    let is_granted = authorization.status.is_approved();
    match (effect, known) {
        (Effect::Cancels, known) => {
            if !authorization.status.ends() {
                return known;
            }
            let is_partial =
                authorization.status == AuthStatus::Partial && !authorization.services.is_empty();
            let known = known.unwrap_or_else(|| authorization.clone());
            Some(if is_partial { cancelled_in_part(known, authorization) } else { cancelled(known) })
        }
        (Effect::CancelsListed, known) if authorization.services.is_empty() => known,
        (Effect::CancelsListed, known) => {
            let known = known.unwrap_or_else(|| authorization.clone());
            Some(cancelled_in_part(known, authorization))
        }
        // denied or pended: what was granted before stays; a cancellation ends it
        (Effect::Revises | Effect::Extends, Some(known))
            if known.status.is_approved() && !is_granted && authorization.status != AuthStatus::Cancelled =>
        {
            Some(known)
        }
        (Effect::Extends, Some(known))
            if known.status.is_approved() && is_granted && known.member == authorization.member =>
        {
            Some(extended(known, authorization))
        }
        _ => Some(authorization.clone()),
    }
}

/// Takes out the services that gave no authorization; whether anything is left.
fn drop_no_action(authorization: &mut Authorization) -> bool {
    let listed = !authorization.services.is_empty();
    authorization.services.retain(|service| service.status != Some(AuthStatus::NoAction));
    if authorization.status == AuthStatus::NoAction {
        // A service without a status of its own has that of the whole.
        authorization.services.retain(|service| service.status.is_some());
        match authorization.services.first().and_then(|service| service.status) {
            Some(first) => authorization.status = first,
            None => return false,
        }
    }
    !(listed && authorization.services.is_empty())
}

fn is_normal(number: &str) -> bool {
    number.trim_ascii() == number && !number.bytes().any(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::{
        AuthStatus, Authorization, AuthorizationBook, AuthorizedService, AuthorizedUnits, DecisionOrder,
        UnitOfService,
    };
    use super::{Decided, Effect, outcome_of};
    use crate::finding::{Code, Date, Period};
    use crate::reference::{CodeRange, Quantity};

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    fn decided(
        effect: Effect,
        status: AuthStatus,
        days: (&str, &str),
        units: u32,
        decided_on: &str,
    ) -> Decided {
        let authorization = Authorization {
            status,
            window: Period { from: day(days.0), to: day(days.1) },
            units: Some(AuthorizedUnits { quantity: Quantity::whole(units), unit: UnitOfService::Visits }),
            ..Authorization::plain("T1", "M1")
        };
        let order = DecisionOrder::response(day(decided_on), b"1200", 1);
        Decided { authorization, order, effect, previous: None }
    }

    const SPRING: (&str, &str) = ("2026-01-01", "2026-03-31");
    const SUMMER: (&str, &str) = ("2026-04-01", "2026-06-30");

    /// Status, first and last day, and units of what decisions come to, in whatever order they are taken in.
    fn told(decisions: &[Decided]) -> Option<(AuthStatus, String, String)> {
        let outcome = outcome_of(decisions);
        for reversed in [false, true] {
            let mut book = AuthorizationBook::default();
            let mut list = decisions.to_vec();
            if reversed {
                list.reverse();
            }
            for decided in list {
                book.decide(decided);
            }
            let found = book.get(b"t1");
            let (a, b) = (found.as_deref(), outcome.as_ref());
            assert_eq!(format!("{a:?}"), format!("{b:?}"), "reversed: {reversed}");
        }
        let known = outcome?;
        let units = known.units.map(|units| units.quantity.to_string()).unwrap_or_default();
        Some((known.status, known.window.to_string(), units))
    }

    #[test]
    fn a_later_decision_takes_the_place_of_an_earlier_one_as_far_as_it_means_to() {
        use AuthStatus::{Cancelled, Certified, Modified, NotCertified, Pended};
        use Effect::{Cancels, Extends, Revises, Stands};
        let first = || decided(Stands, Certified, SPRING, 12, "2026-01-02");
        let then = |effect, status| vec![first(), decided(effect, status, SUMMER, 6, "2026-02-02")];
        let (spring, summer) = ("2026-01-01/2026-03-31", "2026-04-01/2026-06-30");
        let both = "2026-01-01/2026-06-30";
        for (decisions, status, window, units) in [
            (then(Stands, Pended), Pended, summer, "6"),
            (then(Revises, Modified), Modified, summer, "6"),
            (then(Revises, NotCertified), Certified, spring, "12"),
            (then(Revises, Cancelled), Cancelled, summer, "6"),
            (then(Extends, Certified), Certified, both, "18"),
            (then(Extends, Pended), Certified, spring, "12"),
            (then(Extends, NotCertified), Certified, spring, "12"),
            (then(Cancels, Certified), Cancelled, spring, "12"),
            (then(Cancels, Cancelled), Cancelled, spring, "12"),
            (then(Cancels, Pended), Certified, spring, "12"),
            (then(Cancels, NotCertified), Certified, spring, "12"),
        ] {
            let last = decisions.last().map(|decided| (decided.effect, decided.authorization.status));
            let expected = Some((status, window.to_owned(), units.to_owned()));
            assert_eq!(told(&decisions), expected, "{last:?}");
        }
        // of a number that was not known
        assert_eq!(told(&[decided(Extends, Pended, SUMMER, 6, "2026-02-02")]).unwrap().0, Pended);
        assert_eq!(told(&[decided(Cancels, Certified, SUMMER, 6, "2026-02-02")]).unwrap().0, Cancelled);
        assert_eq!(told(&[decided(Cancels, Pended, SUMMER, 6, "2026-02-02")]), None);
    }

    /// A response that was sent again, in another file too, grants no more.
    #[test]
    fn an_extension_counts_once() {
        let units = |more: &[Decided]| {
            let known = decided(Effect::Stands, AuthStatus::Certified, SPRING, 12, "2026-01-02");
            let all: Vec<_> = std::iter::once(known).chain(more.iter().cloned()).collect();
            outcome_of(&all).unwrap().units.unwrap().quantity
        };
        let more = decided(Effect::Extends, AuthStatus::Certified, SUMMER, 6, "2026-02-02");
        let mut copy = more.clone();
        copy.authorization.origin = crate::reference::Origin::Response { file: "copy.278".into(), record: 3 };
        let (date, time, input) = more.order.parts();
        copy.order = DecisionOrder::from_parts(date, time, input + 1);
        assert_eq!(units(&[more.clone(), copy]), Quantity::whole(18));
        let next = decided(Effect::Extends, AuthStatus::Certified, SUMMER, 6, "2026-02-03");
        assert_eq!(units(&[more, next]), Quantity::whole(24));
    }

    /// What one of two grants without a limit, or counts otherwise, the other does not limit.
    #[test]
    fn an_extension_limits_nothing_that_had_no_limit() {
        use UnitOfService::{Days, Visits};
        const YEAR: (&str, &str) = ("2026-01-01", "2026-12-31");
        let units = |units: Option<(u32, UnitOfService)>| {
            units.map(|(units, unit)| AuthorizedUnits { quantity: Quantity::whole(units), unit })
        };
        // the units of the whole, and of each service
        let both = |known, days, more| {
            let mut known_first = decided(Effect::Stands, AuthStatus::Certified, SPRING, 0, "2026-01-02");
            let mut then = decided(Effect::Extends, AuthStatus::Certified, days, 0, "2026-02-02");
            (known_first.authorization.units, then.authorization.units) = (units(known), units(more));
            let both = outcome_of(&[known_first, then]).unwrap();
            (both.units, both.services.iter().map(|service| service.units).collect::<Vec<_>>())
        };
        let (visits, days) = (Some((3, Visits)), Some((5, Days)));
        // on top of what has no limit, for other dates and for the same
        assert_eq!(both(None, SUMMER, visits), (None, vec![None, units(visits)]));
        assert_eq!(both(None, YEAR, visits), (None, vec![None, None]));
        // another unit, for other dates and for the same
        assert_eq!(both(visits, SUMMER, days), (None, vec![units(visits), units(days)]));
        assert_eq!(both(visits, YEAR, days), (None, vec![None, None]));
        // dates alone
        assert_eq!(both(visits, SUMMER, None), (units(visits), vec![None, None]));

        // services that say how many, on top of one that does not
        let of = |codes: &str, units| AuthorizedService {
            codes: vec![CodeRange::parse(codes.as_bytes()).unwrap()],
            units,
            ..AuthorizedService::default()
        };
        let mut first = decided(Effect::Stands, AuthStatus::Certified, SPRING, 0, "2026-01-02");
        let mut then = decided(Effect::Extends, AuthStatus::Certified, YEAR, 0, "2026-02-02");
        (first.authorization.units, then.authorization.units) = (None, None);
        first.authorization.services = vec![of("97110-97112", None)];
        then.authorization.services = vec![of("97110", units(visits)), of("97802", units(visits))];
        let known = outcome_of(&[first, then]).unwrap();
        let found: Vec<_> = known.services.iter().map(|service| service.units).collect();
        assert_eq!((known.units, found), (None, vec![None, None, units(visits)]));
    }

    /// A cancellation of some services leaves the others; of all of them it is one of the whole.
    #[test]
    fn a_cancellation_in_part_ends_what_it_lists() {
        let of = |codes: &str| AuthorizedService {
            codes: vec![CodeRange::parse(codes.as_bytes()).unwrap()],
            ..AuthorizedService::default()
        };
        let told = |listed: &[&str]| {
            let mut first = decided(Effect::Stands, AuthStatus::Certified, SPRING, 12, "2026-01-02");
            first.authorization.services = vec![of("97110-97112"), of("97802")];
            let mut then = decided(Effect::Cancels, AuthStatus::Partial, SPRING, 12, "2026-02-02");
            then.authorization.services = listed.iter().map(|codes| of(codes)).collect();
            let known = outcome_of(&[first, then]).unwrap();
            let statuses: Vec<_> =
                known.services.iter().map(|service| known.status_of(service).code()).collect();
            (known.status.code(), statuses)
        };
        assert_eq!(told(&["97802"]), ("A1", vec!["A1", "C"]));
        assert_eq!(told(&["97110"]), ("A1", vec!["A1", "A1"]), "of a range all must be meant");
        assert_eq!(told(&["97100-97199"]), ("A1", vec!["C", "A1"]));
        assert_eq!(told(&["97110-97112", "97802"]), ("C", vec!["C", "C"]));
        assert_eq!(told(&[]), ("C", vec!["C", "C"]));
        // where it is said by the services, one that is for none changes nothing
        let mut first = decided(Effect::Stands, AuthStatus::Certified, SPRING, 12, "2026-01-02");
        first.authorization.services = vec![of("97110-97112"), of("97802")];
        let mut then = decided(Effect::CancelsListed, AuthStatus::Certified, SPRING, 12, "2026-02-02");
        let statuses = |decisions: &[Decided]| {
            let known = outcome_of(decisions).unwrap();
            known.services.iter().map(|service| known.status_of(service).code()).collect::<Vec<_>>()
        };
        assert_eq!(statuses(&[first.clone(), then.clone()]), ["A1", "A1"]);
        then.authorization.services = vec![of("97802")];
        assert_eq!(statuses(&[first, then]), ["A1", "C"]);
    }

    /// What was granted keeps its dates, and what comes on top has its own.
    #[test]
    fn an_extension_grants_on_top() {
        let mut both = vec![
            decided(Effect::Stands, AuthStatus::Certified, SPRING, 12, "2026-01-02"),
            decided(Effect::Extends, AuthStatus::Certified, SUMMER, 6, "2026-02-02"),
        ];
        both[0].authorization.window.to = day("2026-02-28");
        let known = outcome_of(&both).unwrap();
        let windows: Vec<_> =
            known.services.iter().map(|service| known.window_of(service).to_string()).collect();
        assert_eq!(windows, ["2026-01-01/2026-02-28", "2026-04-01/2026-06-30"]);
        assert_eq!(Effect::of(Code::new(b"4")), Effect::Extends);
        assert_eq!(Effect::of(Code::new(b"R")), Effect::Stands);
        assert!(Effect::ALL.iter().zip(0..).all(|(effect, at)| effect.number() == at));
    }
}
