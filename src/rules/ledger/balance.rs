//! How much of an authorization is used.

use super::Use;
use crate::finding::{Code, Date};
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

    /// The balance of the whole; of its only service that says how much, where the whole does not.
    pub fn of_whole(authorization: &Authorization, uses: &[Use]) -> Option<Balance> {
        let all = Balance::all(authorization, uses);
        if authorization.units.is_some() || all.len() == 1 {
            return all.first().map(|(_, balance)| *balance);
        }
        None
    }

    /// Every balance: that of the whole, and those of services that say how much, by their place.
    pub fn all(authorization: &Authorization, uses: &[Use]) -> Vec<(Option<usize>, Balance)> {
        let whole = Share { authorization, own: None };
        let of_whole = authorization.units.map(|authorized| (None, whole.balance(authorized, uses)));
        let own = authorization.services.iter().enumerate().filter_map(|(at, service)| {
            let share = Share { authorization, own: Some(service) };
            Some((Some(at), share.balance(service.units?, uses)))
        });
        of_whole.into_iter().chain(own).collect()
    }
}

/// The part of an authorization that a service draws on: the units of the services that match, or those of the whole.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Share<'a> {
    authorization: &'a Authorization,
    /// One of the services with units of their own that match.
    own: Option<&'a AuthorizedService>,
}

impl<'a> Share<'a> {
    /// What a code on a date draws on, with how much was authorized of it; none where nothing says how much.
    pub(in crate::rules) fn of(
        authorization: &'a Authorization,
        code: Code,
        date: Date,
    ) -> Option<(Share<'a>, AuthorizedUnits)> {
        let mut own = authorization.services.iter().filter(|service| {
            let is_granted = authorization.status_of(service).is_approved();
            service.units.is_some() && is_granted && draws(authorization, service, code, date)
        });
        let Some(first) = own.next() else {
            let share = Share { authorization, own: None };
            return authorization.units.map(|authorized| (share, authorized));
        };
        let mut authorized = first.units?;
        for more in own.filter_map(|service| service.units).filter(|more| more.unit == authorized.unit) {
            authorized.quantity = authorized.quantity + more.quantity;
        }
        Some((Share { authorization, own: Some(first) }, authorized))
    }

    /// Whether a use was of this part.
    pub(in crate::rules) fn includes(&self, used: &Use) -> bool {
        let own = |service: &AuthorizedService| {
            service.units.is_some() && draws(self.authorization, service, used.code, used.from)
        };
        match self.own {
            Some(service) => own(service),
            None => !self.authorization.services.iter().any(own),
        }
    }

    fn balance(&self, authorized: AuthorizedUnits, uses: &[Use]) -> Balance {
        let used = count(uses.iter().filter(|used| self.includes(used)), authorized.unit);
        Balance { authorized, used }
    }
}

fn draws(authorization: &Authorization, service: &AuthorizedService, code: Code, date: Date) -> bool {
    service.covers(code) && authorization.window_of(service).contains(date)
}

/// How much uses come to in a unit: units add up, visits are distinct dates, days are those of accommodation lines.
pub(in crate::rules) fn count<'u>(uses: impl Iterator<Item = &'u Use>, unit: UnitOfService) -> Quantity {
    match unit {
        UnitOfService::Units => sum(uses),
        UnitOfService::Days => sum(uses.filter(|used| is_accommodation(used.code))),
        UnitOfService::Visits => {
            let mut days: Vec<i32> = uses.flat_map(visits).collect();
            days.sort_unstable();
            days.dedup();
            Quantity::whole(days.len() as u32)
        }
    }
}

fn sum<'u>(uses: impl Iterator<Item = &'u Use>) -> Quantity {
    Quantity::from_units(uses.fold(0i64, |sum, used| sum.saturating_add(used.quantity)))
}

/// The longest range of dates whose days are counted one by one.
const LONGEST: i32 = 366;

/// The days of a use: each of its range if there is a unit for each, else the first.
pub(in crate::rules) fn visits(used: &Use) -> std::ops::RangeInclusive<i32> {
    let (from, to) = (used.from.days(), used.to.days().max(used.from.days()));
    let days = to.saturating_sub(from).saturating_add(1);
    let each = days <= LONGEST && used.quantity >= Quantity::whole(days as u32).units();
    from..=if each { to } else { from }
}

/// Accommodation: revenue 010x to 021x.
pub(super) fn is_accommodation(code: Code) -> bool {
    code.len() == 4 && Code::new(b"0100") <= code && code <= Code::new(b"0219")
}
