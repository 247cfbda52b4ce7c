//! How much of an authorization is used.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::Use;
use crate::finding::Code;
use crate::reference::{Authorization, AuthorizedService, AuthorizedUnits, Quantity, UnitOfService};

/// How much was authorized of something, and how much of it was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Balance {
    /// What was authorized.
    pub authorized: AuthorizedUnits,
    /// What was used of it.
    pub used: Quantity,
}

impl Balance {
    /// What is left; nothing where more was used than authorized.
    pub fn left(&self) -> Quantity {
        Quantity::from_units(self.authorized.quantity.units() - self.used.units())
    }

    /// The balance of the whole; where the whole says nothing, that of its services together, if they are counted alike.
    pub fn of_whole(authorization: &Authorization, uses: &[Use]) -> Option<Balance> {
        let mut all = Balance::all(authorization, uses).into_iter().map(|(_, balance)| balance);
        let first = all.next()?;
        if authorization.units.is_some() {
            return Some(first);
        }
        all.try_fold(first, |sum, next| {
            let unit = sum.authorized.unit;
            let authorized =
                AuthorizedUnits { quantity: sum.authorized.quantity + next.authorized.quantity, unit };
            (next.authorized.unit == unit).then(|| Balance { authorized, used: sum.used + next.used })
        })
    }

    /// Every balance: that of the whole, and those of services that say how much, by their place. What several services could have
    /// given is taken from those that end first.
    pub fn all(authorization: &Authorization, uses: &[Use]) -> Vec<(Option<usize>, Balance)> {
        let services = Services::of(authorization);
        let mut balances = Vec::new();
        if let Some(authorized) = authorization.units {
            let used = count(authorization, services.rest(uses), authorized.unit);
            balances.push((None, Balance { authorized, used }));
        }
        let given = services.given(uses);
        balances.extend(services.own.iter().zip(given).map(|((at, _, authorized), used)| {
            (Some(*at), Balance { authorized: *authorized, used: Quantity::from_units(used) })
        }));
        balances
    }
}

/// A use that is more than what is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::rules) struct Excess {
    /// What was authorized, of all that it could draw on.
    pub(in crate::rules) authorized: AuthorizedUnits,
    /// What was used of that before.
    pub(in crate::rules) before: Quantity,
    /// What it adds.
    pub(in crate::rules) added: Quantity,
}

/// A bit for each of some services.
type Set = u64;

/// How many services of an authorization are told apart where they overlap.
const MOST_SERVICES: usize = 64;

/// How many sets of services are looked at, whatever overlaps.
const MOST_SETS: usize = 256;

/// The services of an authorization that have units of their own.
struct Services<'a> {
    authorization: &'a Authorization,
    /// Their places, and their units.
    own: Vec<(usize, &'a AuthorizedService, AuthorizedUnits)>,
}

impl<'a> Services<'a> {
    fn of(authorization: &'a Authorization) -> Services<'a> {
        let all = authorization.services.iter().enumerate();
        let own = all.filter_map(|(at, service)| Some((at, service, service.units?)));
        Services { authorization, own: own.collect() }
    }

    fn draws(&self, service: &AuthorizedService, used: &Use) -> bool {
        service.covers(used.code) && self.authorization.window_of(service).contains(used.from)
    }

    /// How many services a use may draw on.
    fn choices(&self, used: &Use) -> usize {
        self.own.iter().filter(|(_, service, _)| self.draws(service, used)).count()
    }

    /// What uses that draw on no service come to: they draw on the whole.
    fn rest<'u>(&'u self, uses: &'u [Use]) -> impl Iterator<Item = &'u Use> + Clone {
        uses.iter().filter(|used| self.choices(used) == 0)
    }

    fn is_granted(&self, service: &AuthorizedService) -> bool {
        self.authorization.status_of(service).is_approved()
    }

    /// The unit in which what a use draws on is counted; none where no service has units for it.
    fn unit(&self, used: &Use) -> Option<UnitOfService> {
        let mut own = self.own.iter();
        let found = own.find(|(_, service, _)| self.is_granted(service) && self.draws(service, used));
        found.map(|(_, _, units)| units.unit)
    }

    /// What each service has given.
    fn given(&self, uses: &[Use]) -> Vec<i64> {
        let mut given = vec![0; self.own.len()];
        let mut uses: Vec<&Use> = uses.iter().collect();
        // those with the least choice first
        uses.sort_by_cached_key(|used| (self.choices(used), used.from, used.claim, used.line));
        for unit in [UnitOfService::Units, UnitOfService::Visits, UnitOfService::Days] {
            let alike = self.own.iter().enumerate().filter(|(_, (_, _, units))| units.unit == unit);
            let mut order: Vec<_> = alike.map(|(at, (_, service, units))| (at, *service, *units)).collect();
            if order.is_empty() {
                continue;
            }
            order.sort_by_key(|(_, service, _)| self.authorization.window_of(service).to);
            // the days that a service has given: a day counts once of what it could have come from
            let mut seen = BTreeSet::new();
            for used in &uses {
                let from: Vec<_> = order.iter().filter(|(_, service, _)| self.draws(service, used)).collect();
                let mut take = |quantity: i64| {
                    let mut left = quantity;
                    for (nth, (at, _, units)) in from.iter().enumerate() {
                        let Some(given) = given.get_mut(*at) else { continue };
                        let room = (units.quantity.units() - *given).max(0);
                        let taken = if nth + 1 < from.len() { left.min(room) } else { left };
                        *given += taken;
                        left -= taken;
                        if left == 0 {
                            return Some(*at);
                        }
                    }
                    None
                };
                match counted(self.authorization, used, unit) {
                    Counted::Quantity(quantity) => _ = take(quantity),
                    Counted::Dates(days) => {
                        for day in days {
                            if !from.iter().any(|(at, _, _)| seen.contains(&(*at, day))) {
                                seen.extend(take(whole_days(1).units()).map(|at| (at, day)));
                            }
                        }
                    }
                }
            }
        }
        given
    }
}

/// The unit in which what a use draws on is counted; none where nothing says how much.
pub(in crate::rules) fn unit_of(authorization: &Authorization, used: &Use) -> Option<UnitOfService> {
    let own = Services::of(authorization).unit(used);
    own.or(authorization.units.map(|authorized| authorized.unit))
}

/// Whether a use is more than what is left after those before it; none where it is not, or nothing says how much there is.
///
/// Services that overlap, by their codes or dates, give together what each can. Of some of them too much is used by as much as the
/// uses that can only draw on those come to more than they have; a use is too much where it makes the largest such excess larger.
/// What was too much before, as where a person let it pass, is nothing to what other services have left.
pub(in crate::rules) fn excess(authorization: &Authorization, before: &[Use], own: &Use) -> Option<Excess> {
    let services = Services::of(authorization);
    let Some(unit) = services.unit(own) else {
        return over(authorization, authorization.units?, services.rest(before), own, 0);
    };
    // those that it may draw on first, so that they are told apart whatever else there is
    let alike =
        services.own.iter().filter(|(_, service, units)| units.unit == unit && services.is_granted(service));
    let mut alike: Vec<(&AuthorizedService, Quantity)> =
        alike.map(|(_, service, units)| (*service, units.quantity)).collect();
    alike.sort_by_key(|(service, _)| !services.draws(service, own));
    alike.truncate(MOST_SERVICES);
    let drawn_on = |used: &Use| {
        let bits = alike.iter().zip(0u32..).filter(|((service, _), _)| services.draws(service, used));
        bits.fold(0, |set: Set, (_, bit)| set | 1 << bit)
    };
    let wanted = drawn_on(own);
    let drawn: Vec<(Set, &Use)> = before.iter().map(|used| (drawn_on(used), used)).collect();
    let sets = sets_around(wanted, drawn.iter().map(|(set, _)| *set));
    let granted = |set: Set| {
        let within = alike.iter().zip(0u32..).filter(|(_, bit)| set >> bit & 1 == 1);
        let quantity = within.fold(Quantity::from_units(0), |sum, ((_, quantity), _)| sum + *quantity);
        AuthorizedUnits { quantity, unit }
    };
    let only =
        |set: Set| drawn.iter().filter(move |(of, _)| *of != 0 && of & !set == 0).map(|(_, used)| *used);
    let too_much = sets
        .iter()
        .map(|set| count(authorization, only(*set), unit).units() - granted(*set).quantity.units());
    let too_much = too_much.max().unwrap_or(0).max(0);
    let holding = sets.into_iter().filter(|set| wanted & !set == 0);
    holding.into_iter().find_map(|set| over(authorization, granted(set), only(set), own, too_much))
}

/// The sets of services that uses like some and one that is `wanted` may overdraw, the smallest first: what each draws on, and what
/// several together do, as far as they compete with the one that is wanted.
fn sets_around(wanted: Set, others: impl Iterator<Item = Set>) -> Vec<Set> {
    let mut kinds: Vec<Set> = others.filter(|set| *set != 0).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut all = wanted;
    loop {
        let wider = kinds.iter().filter(|kind| *kind & all != 0).fold(all, |all, kind| all | kind);
        if wider == all {
            break;
        }
        all = wider;
    }
    kinds.retain(|kind| kind & all != 0);
    let mut sets = vec![wanted, all];
    for kind in kinds {
        for at in 0..sets.len() {
            let both = sets.get(at).map_or(kind, |set| set | kind);
            for set in [kind, both] {
                if sets.len() < MOST_SETS && !sets.contains(&set) {
                    sets.push(set);
                }
            }
        }
    }
    sets.sort_by_key(|set| set.count_ones());
    sets.dedup();
    sets
}

/// Whether a use with those before it is more than what is authorized, by more than `too_much`, and adds to it.
fn over<'u>(
    authorization: &Authorization,
    authorized: AuthorizedUnits,
    before: impl Iterator<Item = &'u Use> + Clone,
    own: &'u Use,
    too_much: i64,
) -> Option<Excess> {
    let after = count(authorization, before.clone().chain(std::iter::once(own)), authorized.unit);
    if after.units() <= authorized.quantity.units().saturating_add(too_much) {
        return None;
    }
    let before = count(authorization, before, authorized.unit);
    let added = Quantity::from_units(after.units() - before.units());
    (after > before).then_some(Excess { authorized, before, added })
}

/// How much uses of an authorization come to in a unit.
pub(in crate::rules) fn count<'u>(
    authorization: &Authorization,
    uses: impl Iterator<Item = &'u Use>,
    unit: UnitOfService,
) -> Quantity {
    let (mut sum, mut dates) = (0i64, Vec::new());
    for used in uses {
        match counted(authorization, used, unit) {
            Counted::Quantity(quantity) => sum = sum.saturating_add(quantity),
            Counted::Dates(days) => dates.extend(days),
        }
    }
    dates.sort_unstable();
    dates.dedup();
    Quantity::from_units(sum) + whole_days(dates.len())
}

/// What a use comes to.
enum Counted {
    /// So many, in ten-thousandths.
    Quantity(i64),
    /// These days, each of which counts once, however many uses have it.
    Dates(RangeInclusive<i32>),
}

/// What a use comes to in a unit: units add up; visits are distinct dates; days are those of accommodation lines, and of a service
/// that is no room, but is named by the authorization, the distinct dates on which it was given: its units may be hours.
fn counted(authorization: &Authorization, used: &Use, unit: UnitOfService) -> Counted {
    match unit {
        UnitOfService::Units => Counted::Quantity(used.quantity),
        UnitOfService::Visits => Counted::Dates(visits(used)),
        UnitOfService::Days if is_accommodation(used.code) => Counted::Quantity(used.quantity),
        UnitOfService::Days if authorization.lists(used.code) => Counted::Dates(days(used)),
        UnitOfService::Days => Counted::Quantity(0),
    }
}

fn whole_days(days: usize) -> Quantity {
    Quantity::whole(u32::try_from(days).unwrap_or(u32::MAX))
}

/// The longest range of dates whose days are counted one by one.
const LONGEST: i32 = 366;

/// The days of a use: each of its range if there is a unit for each, else the first.
pub(in crate::rules) fn visits(used: &Use) -> RangeInclusive<i32> {
    let (from, days) = range(used);
    let each = days <= LONGEST && used.quantity >= Quantity::whole(days as u32).units();
    from..=if each { from.saturating_add(days - 1) } else { from }
}

/// The days of a use of something that is paid by the day: as many of its range as it has units, the first at least.
fn days(used: &Use) -> RangeInclusive<i32> {
    let (from, days) = range(used);
    let units = i32::try_from(used.quantity / Quantity::whole(1).units()).unwrap_or(i32::MAX);
    from..=from.saturating_add(units.clamp(1, days.min(LONGEST)) - 1)
}

/// The first day of a use, and how many there are from that to the last, one at least.
fn range(used: &Use) -> (i32, i32) {
    let (from, to) = (used.from.days(), used.to.days().max(used.from.days()));
    (from, to.saturating_sub(from).saturating_add(1))
}

/// Accommodation: revenue 010x to 021x.
pub(super) fn is_accommodation(code: Code) -> bool {
    code.len() == 4 && Code::new(b"0100") <= code && code <= Code::new(b"0219")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Date, Period};
    use crate::reference::CodeRange;
    use crate::rules::ledger::ClaimRef;

    fn service(codes: &str, units: (u32, UnitOfService), days: (i32, i32)) -> AuthorizedService {
        AuthorizedService {
            codes: codes.split_whitespace().map(|code| CodeRange::parse(code.as_bytes()).unwrap()).collect(),
            units: Some(AuthorizedUnits { quantity: Quantity::whole(units.0), unit: units.1 }),
            window: Some(Period { from: Date::from_days(days.0), to: Date::from_days(days.1) }),
            ..AuthorizedService::default()
        }
    }

    fn authorization(services: Vec<AuthorizedService>) -> Authorization {
        Authorization { services, ..Authorization::plain("T1", "M1") }
    }

    fn used(record: u64, day: i32, code: &str, quantity: u32) -> Use {
        let (from, to) = (Date::from_days(day), Date::from_days(day));
        let claim = ClaimRef { file: 1, record };
        Use {
            claim,
            id: 0,
            line: 1,
            from,
            to,
            code: Code::from(code),
            quantity: Quantity::whole(quantity).units(),
            amount: 0,
        }
    }

    /// Uses one after the other, those that are too much left out; answers how many each balance has left, and which were too much.
    fn told(known: &Authorization, uses: &[Use]) -> (Vec<i64>, Vec<u64>) {
        let (mut before, mut too_much) = (Vec::new(), Vec::new());
        for own in uses {
            match excess(known, &before, own) {
                None => before.push(*own),
                Some(_) => too_much.push(own.claim.record),
            }
        }
        let left =
            Balance::all(known, &before).iter().map(|(_, balance)| balance.left().units() / 10_000).collect();
        (left, too_much)
    }

    #[test]
    fn services_that_overlap_give_together_what_each_can() {
        use UnitOfService::{Days, Units, Visits};
        let twice = |unit| {
            authorization(vec![service("97110", (4, unit), (1, 100)), service("97110", (4, unit), (1, 200))])
        };
        // four in March, and one when only the extension grants any
        let uses = [
            used(1, 80, "97110", 4),
            used(2, 150, "97110", 1),
            used(3, 150, "97110", 4),
            used(4, 80, "97110", 3),
        ];
        assert_eq!(told(&twice(Units), &uses), (vec![0, 0], vec![3]));
        // what only the first could give is gone, and what both could too
        let uses = [
            used(1, 150, "97110", 4),
            used(2, 80, "97110", 4),
            used(3, 81, "97110", 1),
            used(4, 151, "97110", 1),
        ];
        assert_eq!(told(&twice(Units), &uses), (vec![0, 0], vec![3, 4]));
        let visits: Vec<Use> = (1..=9).map(|day| used(day as u64, 90 + day, "97110", 1)).collect();
        assert_eq!(told(&twice(Visits), &visits), (vec![0, 0], vec![9]));
        // a day that counts already
        assert_eq!(told(&twice(Visits), &[visits[0], visits[0], visits[1]]), (vec![2, 4], vec![]));
        // a range and one of its codes
        let codes = authorization(vec![
            service("97110-97140", (2, Units), (1, 100)),
            service("97112", (1, Units), (1, 100)),
        ]);
        let uses =
            [used(1, 5, "97112", 2), used(2, 5, "97110", 1), used(3, 5, "97110", 1), used(4, 5, "97112", 1)];
        assert_eq!(told(&codes, &uses), (vec![0, 0], vec![3, 4]));
        // what was too much for one service, and let pass, is nothing to another
        let two = authorization(vec![
            service("97110", (4, Units), (1, 100)),
            service("97802", (4, Units), (1, 100)),
        ]);
        let before = [used(1, 5, "97110", 10)];
        assert_eq!(excess(&two, &before, &used(2, 5, "97802", 4)), None);
        assert!(excess(&two, &before, &used(2, 5, "97802", 5)).is_some());
        assert!(excess(&two, &before, &used(2, 5, "97110", 1)).is_some());
        let overlapping = [used(1, 5, "97110", 10), used(2, 5, "97112", 1)];
        assert_eq!(excess(&codes, &overlapping, &used(3, 5, "97802", 1)), None, "nothing is said of it");
        // however many services there are, each is counted
        let many =
            authorization((0..70).map(|n| service(&format!("T{n:04}"), (2, Units), (1, 100))).collect());
        assert_eq!(excess(&many, &[], &used(1, 5, "T0069", 2)), None);
        assert_eq!(
            excess(&many, &[], &used(1, 5, "T0069", 3)).unwrap().authorized.quantity,
            Quantity::whole(2)
        );
        assert_eq!(Balance::all(&many, &[]).len(), 70);
        // days are those of rooms, and of what is named
        let days =
            authorization(vec![service("H0018", (3, Days), (1, 100)), service("", (2, Days), (1, 100))]);
        assert_eq!(
            told(&days, &[used(1, 5, "H0018", 3), used(2, 5, "0120", 2), used(3, 5, "0120", 1)]).1,
            [3]
        );
    }

    /// A day counts once of each service that gives it.
    #[test]
    fn services_count_the_same_days_each_for_itself() {
        use UnitOfService::{Days, Visits};
        for unit in [Days, Visits] {
            let two = authorization(vec![
                service("97802", (3, unit), (1, 100)),
                service("97803", (3, unit), (1, 100)),
            ]);
            let uses: Vec<Use> = (0..8)
                .map(|nth| used(nth, 1 + nth as i32 % 4, if nth < 4 { "97802" } else { "97803" }, 4))
                .collect();
            assert_eq!(told(&two, &uses), (vec![0, 0], vec![3, 7]), "{unit:?}");
            // the same day again is none more
            assert_eq!(told(&two, &[uses[0], uses[0], uses[4], uses[4]]), (vec![2, 2], vec![]), "{unit:?}");
        }
    }

    /// Fifteen minutes are no day, whatever their number; a range has as many days as it has units.
    #[test]
    fn days_of_what_is_no_room_are_its_dates() {
        use UnitOfService::Days;
        let known = authorization(vec![service("97153 H0018", (3, Days), (1, 100))]);
        let of = |uses: &[Use]| count(&known, uses.iter(), Days);
        let range = |units: u32, to: i32| Use { to: Date::from_days(to), ..used(9, 5, "H0018", units) };
        assert_eq!(of(&[used(1, 5, "97153", 8)]), Quantity::whole(1));
        assert_eq!(
            of(&[used(1, 5, "97153", 8), used(2, 5, "97153", 4), used(3, 6, "97153", 1)]),
            Quantity::whole(2)
        );
        assert_eq!(of(&[range(40, 45)]), Quantity::whole(40), "the day of discharge is none");
        assert_eq!(of(&[range(2, 5)]), Quantity::whole(1));
        assert_eq!(of(&[used(1, 5, "0120", 4)]), Quantity::whole(4));
        assert_eq!(of(&[used(1, 5, "99213", 4)]), Quantity::ZERO, "neither a room nor named");
        let days: Vec<Use> = (1..=4).map(|day| used(day as u64, day, "97153", 8)).collect();
        assert_eq!(told(&known, &days), (vec![0], vec![4]));
    }

    #[test]
    fn the_whole_is_what_its_services_are_together_where_they_are_counted_alike() {
        use UnitOfService::{Units, Visits};
        let of = |unit| {
            let known = authorization(vec![
                service("97110", (4, Units), (1, 100)),
                service("97112", (2, unit), (1, 100)),
            ]);
            Balance::of_whole(&known, &[used(1, 5, "97110", 1), used(1, 5, "97112", 1)])
        };
        let both = of(Units).unwrap();
        assert_eq!((both.authorized.quantity, both.used), (Quantity::whole(6), Quantity::whole(2)));
        assert_eq!(of(Visits), None);
    }
}
