//! What an authorization grants for a line: through its services that match the line, or as a whole where none does.

use crate::finding::{Code, Date, Period};
use crate::record::{Claim, ServiceLine};
use crate::reference::rosters::Rosters;
use crate::reference::{AuthStatus, Authorization, Npi, ProviderId};
use crate::rules::brief::billing_tax_id;

/// A decision with its dates and providers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant<'a> {
    pub(super) status: AuthStatus,
    pub(super) window: Period,
    /// Any of these; whoever it is where none is named.
    pub(super) providers: &'a [ProviderId],
}

impl Grant<'_> {
    /// Whether it is for a provider of the claim: one of the claim's NPIs, or the billing tax id, which may be that of the group that
    /// the authorized one works in.
    pub(super) fn is_for(&self, claim: &Claim<'_>, rosters: &Rosters) -> bool {
        let is_on_claim = |provider: &ProviderId| match *provider {
            ProviderId::Npi(npi) => {
                claim.npis().any(|text| Npi::parse(text) == Some(npi))
                    || rosters.is_in_group(npi, billing_tax_id(claim))
            }
            ProviderId::TaxId(id) => billing_tax_id(claim) == Some(id),
            ProviderId::Unknown => true,
        };
        self.providers.is_empty() || self.providers.iter().any(is_on_claim)
    }
}

/// Accommodation: revenue 010x to 021x.
pub(super) fn is_accommodation(line: &ServiceLine) -> bool {
    line.revenue.len() == 4 && Code::new(b"0100") <= line.revenue && line.revenue <= Code::new(b"0219")
}

/// The grants of the services that match a line; that of the whole if none does.
pub(super) fn of_line<'a>(
    authorization: &'a Authorization,
    line: &'a ServiceLine,
) -> impl Iterator<Item = Grant<'a>> + Clone {
    of_lines(authorization, std::slice::from_ref(line), |_| true)
}

/// The same, for the line's part of the claim: itself, or all the accommodation lines of an inpatient stay.
pub(super) fn of_part<'a>(
    authorization: &'a Authorization,
    claim: &Claim<'a>,
    line: &'a ServiceLine,
) -> impl Iterator<Item = Grant<'a>> + Clone {
    let stay = claim.is_inpatient();
    let lines = if stay { claim.lines() } else { std::slice::from_ref(line) };
    of_lines(authorization, lines, move |line| !stay || is_accommodation(line))
}

fn of_lines<'a>(
    authorization: &'a Authorization,
    lines: &'a [ServiceLine],
    looked_at: impl Fn(&ServiceLine) -> bool + Copy + 'a,
) -> impl Iterator<Item = Grant<'a>> + Clone {
    let services = authorization.services.iter().filter(move |service| {
        let mut codes =
            lines.iter().filter(|line| looked_at(line)).flat_map(|line| [line.procedure, line.revenue]);
        codes.any(|code| !code.is_empty() && service.covers(code))
    });
    let matching = services.map(|service| Grant {
        status: authorization.status_of(service),
        window: authorization.window_of(service),
        providers: authorization.providers_of(service),
    });
    let whole = Grant {
        status: authorization.status,
        window: authorization.window,
        providers: &authorization.providers,
    };
    let none = matching.clone().next().is_none();
    matching.chain(none.then_some(whole))
}

/// Of the grants those that approve, or all if none does.
pub(super) fn approved<'a>(
    grants: impl Iterator<Item = Grant<'a>> + Clone,
) -> impl Iterator<Item = Grant<'a>> + Clone {
    let any = grants.clone().any(|grant| grant.status.is_approved());
    grants.filter(move |grant| !any || grant.status.is_approved())
}

/// Of the grants those for this date, or all if none is.
pub(super) fn on<'a>(
    grants: impl Iterator<Item = Grant<'a>> + Clone,
    date: Option<Date>,
) -> impl Iterator<Item = Grant<'a>> + Clone {
    let is_on = move |grant: &Grant<'a>| date.is_some_and(|date| grant.window.contains(date));
    let any = grants.clone().any(|grant| is_on(&grant));
    grants.filter(move |grant| !any || is_on(grant))
}
