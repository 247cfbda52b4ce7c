//! What an event of a 278 response decides: the authorizations of the numbers that it names.

use crate::finding::{Code, Date, Period};
use crate::record::{self, Amount, AuthorizationContext, Cell, EventDate, EventFacts, Rate};
use crate::reference::{
    AuthKind, AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, CareSetting, CodeRange, Decided,
    DecisionOrder, Effect, Issuer, Npi, Origin, ProviderId, Quantity, TaxId, UnitOfService, member_key,
};
use crate::x12::Unit;
use crate::x12::grammar::whole;

/// An event of a response, and where it was read.
pub(super) struct Granted<'a> {
    pub(super) unit: &'a Unit,
    pub(super) event: &'a EventFacts,
    pub(super) context: &'a AuthorizationContext,
    pub(super) file: &'a str,
    pub(super) record: u64,
}

/// Roles of providers that an authorization is for: who treats, and where.
const SERVICE_PROVIDER_ROLES: [Code; 5] =
    [Code::new(b"SJ"), Code::new(b"71"), Code::new(b"72"), Code::new(b"77"), Code::new(b"FA")];

/// What an event, or one of its services, is about.
struct About {
    /// What it does to what was decided before.
    effect: Effect,
    /// The number that it decides on, in its normal form; empty where it names none.
    number: String,
    /// The number that it refers to (REF*BB).
    previous: String,
}

/// A service with its number, from 1.
struct Numbered<'a> {
    nth: u32,
    service: &'a record::AuthorizedService,
    about: About,
}

/// The order in which what one response does to one number is done: what ends it, what takes its place, what is taken out, and what
/// comes on top.
const TURNS: [Effect; 5] =
    [Effect::Cancels, Effect::Stands, Effect::Revises, Effect::CancelsListed, Effect::Extends];

impl Granted<'_> {
    /// The decisions: one on each number, or several where services do other things to it. Services that are about the event's
    /// number are part of the event's decision.
    pub(super) fn decisions(&self, order: DecisionOrder) -> Vec<Decided> {
        let whole = self.about(0);
        let of_service = |nth: u32| {
            let mut about = self.about(nth);
            if about.effect == Effect::Cancels && whole.effect != Effect::Cancels {
                about.effect = Effect::CancelsListed;
            }
            about
        };
        let services: Vec<Numbered<'_>> = (1..)
            .zip(&self.event.services)
            .map(|(nth, service)| Numbered { nth, service, about: of_service(nth) })
            .collect();
        let is_of_whole = |about: &About| {
            about.number == whole.number
                && (whole.effect != Effect::Cancels || about.effect == Effect::Cancels)
        };
        let mut found = Vec::new();
        if !whole.number.is_empty() {
            let own = services.iter().filter(|service| is_of_whole(&service.about)).collect();
            found.push(self.decided(&whole, own, true, order));
        }
        let mut rest: Vec<&Numbered<'_>> = services.iter().collect();
        rest.retain(|service| !service.about.number.is_empty() && !is_of_whole(&service.about));
        rest.sort_by_key(|service| TURNS.iter().position(|effect| *effect == service.about.effect));
        while let Some(about) = rest.first().map(|service| &service.about) {
            let is_own = |service: &&Numbered<'_>| {
                (service.about.effect, &service.about.number) == (about.effect, &about.number)
            };
            let (own, others) = rest.into_iter().partition(is_own);
            found.push(self.decided(about, own, false, order));
            rest = others;
        }
        found.into_iter().flatten().collect()
    }

    /// What UM02, HCR02 and REF*BB of the event (0) or a service say together. A response to a revision or extension that names no
    /// number is about the one that it refers to, and a cancellation always is.
    fn about(&self, nth: u32) -> About {
        let review = self.event.review(nth);
        let effect = Effect::of(review.certification);
        let previous = self.number(review.previous);
        let refers = !previous.is_empty() && effect.is_of_previous(review.is_nameless);
        About { effect, number: if refers { previous.clone() } else { self.number(review.number) }, previous }
    }

    /// An authorization number in its normal form.
    fn number(&self, cell: Cell) -> String {
        String::from_utf8_lossy(cell.text(self.unit)).trim().to_ascii_uppercase()
    }

    /// What the event, or services of it, decide on a number; none where nothing says what was decided.
    fn decided(
        &self,
        about: &About,
        mut services: Vec<&Numbered<'_>>,
        is_whole: bool,
        order: DecisionOrder,
    ) -> Option<Decided> {
        let Granted { unit, event, context, file, record } = *self;
        let of_event = status(event.decision.action);
        let own = |service: &Numbered<'_>| status(service.service.decision.action);
        let of_service = || services.iter().find_map(|service| own(service));
        let said = of_event.filter(|_| is_whole).or_else(of_service).or(of_event)?;
        let is_cancelled = |service: &Numbered<'_>| own(service).or(of_event).is_some_and(AuthStatus::ends);
        if matches!(about.effect, Effect::CancelsListed | Effect::Extends) {
            // a cancellation that is not approved takes nothing out, and puts nothing on top
            services.retain(|service| service.about.effect != Effect::CancelsListed || is_cancelled(service));
        }
        let of_services = services.iter().map(|service| AuthorizedService {
            codes: codes(service.service),
            modifiers: service.service.modifiers.into_iter().filter(|code| !code.is_empty()).collect(),
            status: match service.about.effect {
                // what is not cancelled stays as it was
                Effect::CancelsListed => Some(AuthStatus::Cancelled).filter(|_| is_cancelled(service)),
                _ => own(service),
            },
            units: units(unit, service.service.delivery).or_else(|| units(unit, service.service.amount)),
            window: window_of_service(event, service.nth),
            providers: self.providers(service.nth),
            ..AuthorizedService::default()
        });
        let of_services: Vec<AuthorizedService> = of_services.collect();
        let authorization = Authorization {
            number: about.number.as_str().into(),
            kind: AuthKind::Tar,
            issuer: Issuer::Plan,
            status: said,
            member: member_key(context.member_id().text(unit)),
            issued_on: std::iter::once(0)
                .chain(services.iter().map(|service| service.nth))
                .find_map(|nth| event.date_of(b"102", nth))
                .map(|found| found.period.from),
            window: window(event),
            providers: self.providers(0),
            diagnoses: event.diagnoses.clone(),
            services: of_services,
            units: units(unit, event.amount),
            setting: if event.category == Code::new(b"AR") {
                CareSetting::Inpatient
            } else {
                CareSetting::Open
            },
            origin: Origin::Response { file: file.into(), record },
        };
        let previous = Some(about.previous.as_str()).filter(|number| !number.is_empty()).map(Into::into);
        Some(Decided { authorization, order, effect: about.effect, previous })
    }

    /// The providers of the event (0) or of a service whose role is that of one who treats.
    fn providers(&self, service: u32) -> Vec<ProviderId> {
        let of_service = self.event.providers_of(service);
        let mut told = Vec::new();
        for provider in of_service.filter(|provider| SERVICE_PROVIDER_ROLES.contains(&provider.role)) {
            let text = provider.id.text(self.unit);
            let (kind, length) = provider.kind.bytes();
            let known = match kind.get(..length) {
                Some(b"XX") => Npi::parse(text).map(ProviderId::Npi),
                Some(b"24") => TaxId::parse(text).map(ProviderId::TaxId),
                _ => None,
            };
            let known = known.unwrap_or(ProviderId::Unknown);
            if !told.contains(&known) {
                told.push(known);
            }
        }
        told
    }

    /// Whether it says how much in a way that is not counted: hours or miles, or a rate without an end.
    pub(super) fn is_uncounted(&self) -> bool {
        let says = |amount: &Amount| !amount.quantity.is_empty() || amount.rate.is_some();
        let of_service = |service: &record::AuthorizedService| {
            if says(&service.delivery) { service.delivery } else { service.amount }
        };
        let services = self.event.services.iter().map(of_service);
        let mut amounts = std::iter::once(self.event.amount).chain(services);
        amounts.any(|amount| says(&amount) && units(self.unit, amount).is_none())
    }
}

fn status(action: Code) -> Option<AuthStatus> {
    let (bytes, len) = action.bytes();
    AuthStatus::from_hcr01(bytes.get(..len)?)
}

/// The first and last day that dates give: effective and expiration date, else those of admission, event or service.
/// Either may be left open; `None` where no date says anything.
fn days<'e>(date: impl Fn(&[u8]) -> Option<&'e EventDate>) -> Option<(Option<Date>, Option<Date>)> {
    let range_end = |found: &EventDate| Some(found.period.to).filter(|_| found.is_range);
    let expires = date(b"036").map(|found| found.period.to);
    let begins = match date(b"007") {
        None if expires.is_some() => return Some((None, expires)),
        None => [&b"435"[..], b"AAH", b"472"].into_iter().find_map(date)?,
        Some(effective) => effective,
    };
    Some((Some(begins.period.from), expires.or(range_end(begins))))
}

/// The dates of service that an event is for as a whole.
fn window(event: &EventFacts) -> Period {
    let (from, to) = days(|qualifier| event.date_of(qualifier, 0)).unwrap_or_default();
    Period { from: from.unwrap_or(Date::MIN), to: to.unwrap_or(Date::MAX) }
}

/// The dates that a service is for, where it has its own; an end that they leave open is the event's.
fn window_of_service(event: &EventFacts, service: u32) -> Option<Period> {
    let (from, to) = days(|qualifier| event.date_of(qualifier, service))?;
    let whole = window(event);
    let own = Period { from: from.unwrap_or(Date::MIN), to: to.unwrap_or(Date::MAX) };
    let from = from.unwrap_or(whole.from.min(own.to));
    let to = to.unwrap_or(if whole.to < own.from { own.to } else { whole.to });
    Some(Period { from, to })
}

fn codes(service: &record::AuthorizedService) -> Vec<CodeRange> {
    let to = if service.procedure_to.is_empty() { service.procedure } else { service.procedure_to };
    let procedure = CodeRange::new(service.procedure, to).filter(|_| !service.procedure.is_empty());
    let revenue = CodeRange::new(service.revenue, service.revenue).filter(|_| !service.revenue.is_empty());
    procedure.into_iter().chain(revenue).collect()
}

/// How much an amount is in all; none where its unit is not counted, or its total is not sure: then nothing is held against it.
fn units(unit: &Unit, amount: Amount) -> Option<AuthorizedUnits> {
    let kind = UnitOfService::of_review(amount.unit)?;
    let quantity = Quantity::parse(amount.quantity.text(unit))?;
    let times = amount.rate.map_or(Some(1), |rate| times(unit, rate))?;
    Some(AuthorizedUnits { quantity: quantity.times(times), unit: kind })
}

/// How often something comes in all at a rate, a time that has begun counted whole; none where that is not sure.
fn times(unit: &Unit, rate: Rate) -> Option<u64> {
    if rate.has_pattern {
        return None;
    }
    let number = |cell: Cell| whole(cell.text(unit)).filter(|number| *number > 0);
    let spans = number(rate.spans)?;
    if rate.per.is_empty() && rate.each.is_empty() {
        // so many within one month is a total; within three, it may be meant for each
        return (spans == 1).then_some(1);
    }
    let each = if rate.each.is_empty() { 1 } else { number(rate.each)? };
    let ((per, per_length), (span, span_length)) = (length(rate.per)?, length(rate.span)?);
    let comes = spans.checked_mul(span_length)?.div_ceil(each.checked_mul(per_length)?);
    (per == span).then_some(comes)
}

/// What a length of time is counted in. How many days a month has is not known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Calendar {
    Days,
    Months,
}

/// The length of a unit of time, as HSD03 and HSD05 name them.
fn length(of: Code) -> Option<(Calendar, u64)> {
    let (bytes, len) = of.bytes();
    Some(match bytes.get(..len)? {
        b"DA" | b"7" => (Calendar::Days, 1),
        b"WK" | b"35" => (Calendar::Days, 7),
        b"MO" | b"34" => (Calendar::Months, 1),
        b"21" => (Calendar::Months, 12),
        _ => return None,
    })
}
