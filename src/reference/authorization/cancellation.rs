//! What a cancellation leaves, of all or of some services.

use super::{AuthStatus, Authorization, AuthorizedService};
use crate::finding::Period;
use crate::reference::range::CodeRange;

/// What is known, of which nothing is granted any more.
pub(super) fn cancelled(mut known: Authorization) -> Authorization {
    known.status = AuthStatus::Cancelled;
    known.services.iter_mut().for_each(|service| service.status = None);
    known
}

/// What is known without the services that a cancellation lists.
pub(super) fn cancelled_in_part(mut known: Authorization, listing: &Authorization) -> Authorization {
    let any = known.services.is_empty();
    if any {
        known.services.push(AuthorizedService::default());
    }
    let ends = |service: &&AuthorizedService| listing.status_of(service).ends();
    cancel(&mut known.services, known.window, listing.services.iter().filter(ends));
    if known.services.iter().all(|service| service.status == Some(AuthStatus::Cancelled)) {
        known.services.truncate(if any { 0 } else { usize::MAX });
        return cancelled(known);
    }
    if any && known.services == [AuthorizedService::default()] {
        known.services.clear();
    }
    known
}

/// Cancels those of some services, which are for dates of `window` if they have none of their own, that are among the listed ones.
pub(super) fn cancel<'a>(
    services: &mut Vec<AuthorizedService>,
    window: Period,
    listed: impl Iterator<Item = &'a AuthorizedService>,
) {
    for listed in listed {
        let parts = services.drain(..).flat_map(|service| without(service, window, listed));
        *services = parts.collect();
    }
}

/// What is left of a service, and what of it is cancelled. Of its codes all must be meant, unless it is for any code; what dates and
/// modifiers the cancellation has, the service must have.
fn without(
    mut service: AuthorizedService,
    window: Period,
    listed: &AuthorizedService,
) -> Vec<AuthorizedService> {
    let covers = |range: &CodeRange| service.covers(range.from()) || service.covers(range.to());
    let is_any = service.codes.is_empty() && listed.codes.iter().any(covers);
    let days = service.window.unwrap_or(window);
    let cut = listed.window.unwrap_or(Period::ALWAYS);
    if service.status == Some(AuthStatus::Cancelled)
        || !is_any && !service.is_within(listed)
        || !listed.modifiers.iter().all(|modifier| service.modifiers.contains(modifier))
        || !days.overlaps(&cut)
    {
        return vec![service];
    }
    let mut parts = Vec::new();
    if is_any {
        let mut others = service.clone();
        others.except.extend(&listed.codes);
        parts.push(others);
        service.codes.clone_from(&listed.codes);
    }
    let (before, after) = (cut.from.plus(-1), cut.to.plus(1));
    if days.from < cut.from {
        parts.push(AuthorizedService { window: Some(Period { to: before, ..days }), ..service.clone() });
    }
    if cut.to < days.to {
        parts.push(AuthorizedService { window: Some(Period { from: after, ..days }), ..service.clone() });
    }
    if days.from < cut.from || cut.to < days.to {
        service.window = Some(Period { from: days.from.max(cut.from), to: days.to.min(cut.to) });
    }
    parts.push(AuthorizedService { status: Some(AuthStatus::Cancelled), ..service });
    parts
}

#[cfg(test)]
mod tests {
    use super::super::{AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, UnitOfService};
    use super::cancelled_in_part;
    use crate::finding::{Code, Date, Period};
    use crate::reference::{CodeRange, Quantity};

    fn period((from, to): (i32, i32)) -> Period {
        Period { from: Date::from_days(from), to: Date::from_days(to) }
    }

    fn of(codes: &str, modifier: &str, days: Option<(i32, i32)>) -> AuthorizedService {
        AuthorizedService {
            codes: codes.split_whitespace().map(|code| CodeRange::parse(code.as_bytes()).unwrap()).collect(),
            modifiers: modifier.split_whitespace().map(Code::from).collect(),
            window: days.map(period),
            ..AuthorizedService::default()
        }
    }

    /// Codes, days and status of what is left, for days 1 to 100.
    fn left(services: Vec<AuthorizedService>, listed: &[AuthorizedService]) -> Vec<String> {
        let mut known =
            Authorization { services, window: period((1, 100)), ..Authorization::plain("T1", "M1") };
        for listed in listed {
            let listing =
                Authorization { services: vec![listed.clone()], ..Authorization::plain("T1", "M1") };
            known = cancelled_in_part(known, &listing);
        }
        let told = |service: &AuthorizedService| {
            let days = known.window_of(service);
            let codes = crate::output::authorization::codes(service);
            format!("{codes} {}-{} {}", days.from.days(), days.to.days(), known.status_of(service))
        };
        known.services.iter().map(told).collect()
    }

    /// What dates and modifiers a cancellation has, it is for.
    #[test]
    fn a_cancellation_is_for_its_dates_and_modifiers() {
        let months = || vec![of("97802", "", Some((1, 30))), of("97802", "", Some((31, 60)))];
        assert_eq!(left(months(), &[of("97802", "", Some((31, 60)))]), ["97802 1-30 A1", "97802 31-60 C"]);
        assert_eq!(left(months(), &[of("97802", "", None)]), ["97802 1-30 C", "97802 31-60 C"]);
        // what is left of the days stays
        let whole = || vec![of("97802", "", None), of("97803", "", None)];
        assert_eq!(
            left(whole(), &[of("97802", "", Some((40, 200)))]),
            ["97802 1-39 A1", "97802 40-100 C", "97803 1-100 A1"]
        );
        assert_eq!(
            left(whole(), &[of("97802", "", Some((40, 50)))]),
            ["97802 1-39 A1", "97802 51-100 A1", "97802 40-50 C", "97803 1-100 A1"]
        );
        let sides = || vec![of("97802", "GT", None), of("97802", "GQ", None), of("97802", "", None)];
        assert_eq!(
            left(sides(), &[of("97802", "GT", None)]),
            ["97802 1-100 C", "97802 1-100 A1", "97802 1-100 A1"]
        );
    }

    /// Of what lists no services the others stay.
    #[test]
    fn what_lists_no_services_keeps_the_others() {
        let one = || of("97802", "", None);
        assert_eq!(left(vec![], &[one()]), ["any service but 97802 1-100 A1", "97802 1-100 C"]);
        let march = of("97802", "", Some((31, 60)));
        assert_eq!(
            left(vec![], std::slice::from_ref(&march)),
            ["any service but 97802 1-100 A1", "97802 1-30 A1", "97802 61-100 A1", "97802 31-60 C"]
        );
        assert_eq!(left(vec![], &[one(), march]), ["any service but 97802 1-100 A1", "97802 1-100 C"]);
        assert_eq!(left(vec![], &[of("97802", "GT", None)]), [""; 0], "with modifiers that nothing names");
        assert_eq!(left(vec![], &[of("", "", None)]), [""; 0], "the whole");
        assert_eq!(
            left(vec![of("97110-97112", "", None)], &[of("97110", "", None)]),
            ["97110-97112 1-100 A1"]
        );
        // a use is counted against the whole
        let known = Authorization {
            units: Some(AuthorizedUnits { quantity: Quantity::whole(2), unit: UnitOfService::Visits }),
            ..Authorization::plain("T1", "M1")
        };
        let listing = Authorization { services: vec![one()], ..Authorization::plain("T1", "M1") };
        let known = cancelled_in_part(known, &listing);
        assert_eq!((known.status, known.units.is_some()), (AuthStatus::Certified, true));
        assert!(known.covers(Code::from("97803")) && known.covers(Code::from("97802")));
    }
}
