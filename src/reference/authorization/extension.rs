//! What an extension puts on top of what was granted.

use super::cancellation::cancel;
use super::{AuthStatus, Authorization, AuthorizedService, AuthorizedUnits};
use crate::finding::Period;

/// What was granted and what comes on top: each service keeps its own dates, providers and units; units of the whole add up. What
/// one of the two grants without a limit, the other does not limit.
pub(super) fn extended(known: Authorization, more: &Authorization) -> Authorization {
    let (mut old, new) = (own_services(&known), own_services(more));
    let (ended, mut new): (Vec<_>, Vec<_>) =
        new.into_iter().partition(|service| service.status == Some(AuthStatus::Cancelled));
    cancel(&mut old, known.window, ended.iter());
    if more.services.is_empty() && !known.services.is_empty() {
        // what lists nothing is for what was granted
        for service in &mut new {
            be_for(service, &old);
        }
    }
    if known.units.is_none() {
        let unlimited = || old.iter().filter(|service| service.units.is_none());
        let frees = |service: &AuthorizedService| unlimited().any(|old| overlap(old, service));
        new.iter_mut().filter(|service| frees(service)).for_each(|service| service.units = None);
    }
    let any_draws = |services: &[AuthorizedService]| services.iter().any(draws);
    // services that are put together with a whole draw on that of the other decision, not on their own
    let new_drew = any_draws(&new);
    let of_known = apart(known.units, &mut old, &mut new);
    let old_draws = any_draws(&old);
    let of_more = if new_drew { apart(more.units, &mut new, &mut old) } else { None };
    let new_draws = new_drew && any_draws(&new);
    let units = match (of_known, of_more) {
        (units, _) if !new_draws => units,
        (_, units) if !old_draws => units,
        // what says no quantity extends the dates
        (units, None) => units,
        (Some(known), Some(more)) if known.unit == more.unit => Some(sum(known, more)),
        (known, more) => {
            // what is counted otherwise, or not at all, is counted apart for other dates, and for the same ones it has no limit
            let is_apart = !old.iter().any(|old| new.iter().any(|new| overlap(old, new)));
            if is_apart {
                put_down(&mut old, known);
                put_down(&mut new, more);
            }
            None
        }
    };
    if units.is_none() {
        free(&mut old, &mut new);
    }
    let services = old.into_iter().chain(new).collect();
    let window =
        Period { from: known.window.from.min(more.window.from), to: known.window.to.max(more.window.to) };
    Authorization { services, units, window, origin: more.origin.clone(), issued_on: more.issued_on, ..known }
}

/// Makes a service one of the codes that were granted, where those say which.
fn be_for(service: &mut AuthorizedService, granted: &[AuthorizedService]) {
    if let Some(any) = granted.iter().find(|granted| granted.codes.is_empty()) {
        service.except.clone_from(&any.except);
        return;
    }
    let none_is = !granted.iter().any(is_approved);
    let approved = granted.iter().filter(|granted| none_is || is_approved(granted));
    service.codes = approved.flat_map(|granted| &granted.codes).copied().collect();
    service.codes.sort_unstable_by_key(|range| (range.from(), range.to()));
    service.codes.dedup();
}

fn is_approved(service: &AuthorizedService) -> bool {
    service.status.is_none_or(AuthStatus::is_approved)
}

/// Whether a service draws on the units of the whole.
fn draws(service: &AuthorizedService) -> bool {
    service.units.is_none() && is_approved(service)
}

fn sum(one: AuthorizedUnits, more: AuthorizedUnits) -> AuthorizedUnits {
    AuthorizedUnits { quantity: one.quantity + more.quantity, ..one }
}

/// What remains of units of the whole beside services of another decision that have their own for the same codes and dates. Where one
/// service draws on the whole, it has those units for its own. What several share is put together with the others' units; where
/// those are counted otherwise, neither has a limit.
fn apart(
    units: Option<AuthorizedUnits>,
    drawing: &mut [AuthorizedService],
    others: &mut [AuthorizedService],
) -> Option<AuthorizedUnits> {
    let mut whole = units?;
    let shares = |one: &AuthorizedService| {
        one.units.is_some() && drawing.iter().any(|service| draws(service) && overlap(service, one))
    };
    let shared: Vec<bool> = others.iter().map(shares).collect();
    if !shared.contains(&true) {
        return units;
    }
    if put_down(drawing, units) {
        return None;
    }
    let mut is_alike = true;
    for (other, _) in others.iter_mut().zip(shared).filter(|(_, shared)| *shared) {
        match other.units.take() {
            Some(own) if own.unit == whole.unit => whole = sum(whole, own),
            _ => is_alike = false,
        }
    }
    is_alike.then_some(whole)
}

/// Takes the limits from services of two decisions for what both are for, where they count otherwise. Where one is for more codes, the
/// limit stays for the others.
fn free(old: &mut Vec<AuthorizedService>, new: &mut [AuthorizedService]) {
    let mut apart = Vec::new();
    for old in old.iter_mut().filter(|service| is_approved(service)) {
        for new in new.iter_mut().filter(|service| is_approved(service)) {
            let is_other = old.units.zip(new.units).is_some_and(|(old, new)| old.unit != new.unit);
            if !is_other || !overlap(old, new) {
                continue;
            }
            let (wider, narrower) = match (old.is_within(new), new.is_within(old)) {
                (false, true) => (&mut *old, new),
                (true, false) => (new, &mut *old),
                _ => {
                    (old.units, new.units) = (None, None);
                    continue;
                }
            };
            apart.push(AuthorizedService { codes: narrower.codes.clone(), units: None, ..wider.clone() });
            wider.except.extend(&narrower.codes);
            narrower.units = None;
        }
    }
    old.extend(apart);
}

/// Whether there are codes and dates that both services are for.
fn overlap(one: &AuthorizedService, other: &AuthorizedService) -> bool {
    let days = |service: &AuthorizedService| service.window.unwrap_or(Period::ALWAYS);
    let any = one.codes.is_empty() || other.codes.is_empty();
    let share = || one.codes.iter().any(|range| other.codes.iter().any(|other| range.overlaps(*other)));
    days(one).overlaps(&days(other)) && (any || share())
}

/// Gives units of the whole to the one service that draws on them; what several share cannot be told apart. Whether there is one.
fn put_down(services: &mut [AuthorizedService], units: Option<AuthorizedUnits>) -> bool {
    let mut drawing = services.iter_mut().filter(|service| draws(service));
    let (Some(only), None) = (drawing.next(), drawing.next()) else { return false };
    only.units = units;
    true
}

/// The services with what they would take from the whole, units aside.
fn own_services(of: &Authorization) -> Vec<AuthorizedService> {
    let any = [AuthorizedService::default()];
    let services = if of.services.is_empty() { &any[..] } else { &of.services };
    services
        .iter()
        .map(|service| AuthorizedService {
            window: Some(of.window_of(service)),
            providers: of.providers_of(service).to_vec(),
            status: Some(of.status_of(service)),
            ..service.clone()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, UnitOfService};
    use super::extended;
    use crate::reference::{CodeRange, Quantity};

    use UnitOfService::{Units, Visits};

    type Limit = Option<(u32, UnitOfService)>;

    fn of(whole: Limit, services: &[(&str, Limit)]) -> Authorization {
        let units = |limit: Limit| {
            limit.map(|(units, unit)| AuthorizedUnits { quantity: Quantity::whole(units), unit })
        };
        let services = services.iter().map(|(codes, limit)| AuthorizedService {
            codes: codes.split_whitespace().map(|code| CodeRange::parse(code.as_bytes()).unwrap()).collect(),
            units: units(*limit),
            ..AuthorizedService::default()
        });
        Authorization {
            services: services.collect(),
            units: units(whole),
            ..Authorization::plain("T1", "M1")
        }
    }

    /// The limit of the whole, then of each service.
    fn both(known: Authorization, more: &Authorization) -> Vec<String> {
        let told = |units: Option<AuthorizedUnits>| units.map(crate::output::authorization::units);
        let both = extended(known, more);
        let services = both.services.iter().map(|service| {
            let codes = crate::output::authorization::codes(service);
            format!("{codes}: {}", told(service.units).unwrap_or_default())
        });
        std::iter::once(told(both.units).unwrap_or_default()).chain(services).collect()
    }

    /// Units of one service and units of the whole are on top of each other, whichever came first.
    #[test]
    fn an_extension_is_on_top_of_a_service_that_has_units_of_its_own() {
        let two = Some((2, Visits));
        let own = || of(None, &[("97802", two), ("97803", two)]);
        assert_eq!(
            both(own(), &of(two, &[("97802", None)])),
            ["", "97802: 2 VS", "97803: 2 VS", "97802: 2 VS"]
        );
        assert_eq!(
            both(of(two, &[("97802", None)]), &of(None, &[("97802", two)])),
            ["", "97802: 2 VS", "97802: 2 VS"]
        );
        // what lists nothing is for what was granted
        assert_eq!(both(own(), &of(two, &[])), ["", "97802: 2 VS", "97803: 2 VS", "97802 97803: 2 VS"]);
        // what several share is put together
        assert_eq!(
            both(own(), &of(two, &[("97802", None), ("97804", None)])),
            ["4 VS", "97802: ", "97803: 2 VS", "97802: ", "97804: "]
        );
        // for other codes nothing changes
        assert_eq!(
            both(own(), &of(two, &[("97804", None)])),
            ["2 VS", "97802: 2 VS", "97803: 2 VS", "97804: "]
        );
        // what is denied draws on nothing
        let mut more = of(two, &[("97802", None), ("97803", None)]);
        more.services[1].status = Some(AuthStatus::NotCertified);
        assert_eq!(both(own(), &more), ["", "97802: 2 VS", "97803: 2 VS", "97802: 2 VS", "97803: "]);
    }

    /// What is counted otherwise takes the limit from what both are for, and from nothing else.
    #[test]
    fn what_is_counted_otherwise_limits_nothing_that_both_are_for() {
        let (visits, units) = (Some((2, Visits)), Some((3, Units)));
        assert_eq!(
            both(of(visits, &[]), &of(None, &[("97803", units)])),
            ["", "any service but 97803: 2 VS", "97803: ", "97803: "]
        );
        assert_eq!(
            both(of(None, &[("97802", units)]), &of(visits, &[("97802-97804", None)])),
            ["", "97802: ", "97802: ", "97802-97804 but 97802: 2 VS"]
        );
        assert_eq!(
            both(of(None, &[("97802", units)]), &of(None, &[("97802", visits)])),
            ["", "97802: ", "97802: "]
        );
        assert_eq!(
            both(of(None, &[("97802", units)]), &of(visits, &[("97802", None), ("97804", None)])),
            ["", "97802: ", "97802: ", "97804: "]
        );
    }
}
