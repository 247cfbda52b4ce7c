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
    let holds = |range: &CodeRange| listed.covers(range.from()) && listed.covers(range.to());
    let is_any = service.codes.is_empty() && !listed.codes.is_empty();
    let days = service.window.unwrap_or(window);
    let cut = listed.window.unwrap_or(Period::ALWAYS);
    if service.status == Some(AuthStatus::Cancelled)
        || !service.codes.iter().all(holds)
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
