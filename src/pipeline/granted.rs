//! What an event of a 278 response decides: the authorizations of the numbers that it names.

use crate::finding::{Code, Date, Period};
use crate::record::{
    self, Amount, AuthorizationContext, Cell, EventDate, EventFacts, Rate, SERVICE_PROVIDER_ROLES,
};
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

impl Granted<'_> {
    /// The decisions: one on each number. A service without a number, UM02 or REF*BB of its own has the event's.
    pub(super) fn decisions(&self, order: DecisionOrder) -> Vec<Decided> {
        let Granted { event, .. } = self;
        let whole = self.about(event.certification, event.decision.number, event.previous);
        let services: Vec<Numbered<'_>> = (1..)
            .zip(&event.services)
            .map(|(nth, service)| {
                let own = |own: Cell, of_event: Cell| if own.is_empty() { of_event } else { own };
                let certification = service.certification;
                let certification =
                    if certification.is_empty() { event.certification } else { certification };
                let number = own(service.decision.number, event.decision.number);
                let about = self.about(certification, number, own(service.previous, event.previous));
                Numbered { nth, service, about }
            })
            .collect();
        let mut numbers = vec![whole.number.as_str()];
        for service in &services {
            if !numbers.contains(&service.about.number.as_str()) {
                numbers.push(&service.about.number);
            }
        }
        numbers.retain(|number| !number.is_empty());
        let decided = numbers.into_iter().filter_map(|number| {
            let own: Vec<&Numbered<'_>> =
                services.iter().filter(|service| service.about.number == number).collect();
            self.decided(number, &whole, &own, order)
        });
        decided.collect()
    }

    /// What UM02, HCR02 and REF*BB say together. A response to a revision or extension that names no number is about the one that
    /// it refers to, and a cancellation always is.
    fn about(&self, certification: Code, number: Cell, previous: Cell) -> About {
        let effect = Effect::of(certification);
        let (own, previous) = (self.number(number), self.number(previous));
        let refers = !previous.is_empty() && effect.is_of_previous(own.is_empty());
        About { effect, number: if refers { previous.clone() } else { own }, previous }
    }

    /// An authorization number in its normal form.
    fn number(&self, cell: Cell) -> String {
        String::from_utf8_lossy(cell.text(self.unit)).trim().to_ascii_uppercase()
    }

    /// The decision on a number, which is about these services; none where nothing says what was decided.
    fn decided(
        &self,
        number: &str,
        whole: &About,
        services: &[&Numbered<'_>],
        order: DecisionOrder,
    ) -> Option<Decided> {
        let Granted { unit, event, context, file, record } = *self;
        let first = services.first().map(|service| &service.about);
        let about = if number == whole.number { whole } else { first? };
        let of_event = status(event.decision.action);
        let of_service = || services.iter().find_map(|service| status(service.service.decision.action));
        let said = of_event.filter(|_| number == whole.number).or_else(of_service).or(of_event)?;
        // services that are cancelled below an event that is not
        let is_partial = about.effect == Effect::Cancels && whole.effect != Effect::Cancels;
        let of_services = services.iter().map(|service| AuthorizedService {
            codes: codes(service.service),
            modifiers: service.service.modifiers.into_iter().filter(|code| !code.is_empty()).collect(),
            status: if service.about.effect == Effect::Cancels && whole.effect != Effect::Cancels {
                // what is not cancelled stays as it was
                status(service.service.decision.action)
                    .or(of_event)
                    .filter(|status| status.ends())
                    .map(|_| AuthStatus::Cancelled)
            } else {
                status(service.service.decision.action)
            },
            units: units(unit, service.service.amount),
            window: window_of_service(event, service.nth),
            providers: self.providers(service.nth),
        });
        let mut of_services: Vec<AuthorizedService> = of_services.collect();
        if is_partial {
            of_services.retain(|service| service.status == Some(AuthStatus::Cancelled));
        }
        let authorization = Authorization {
            number: number.into(),
            kind: AuthKind::Tar,
            issuer: Issuer::Plan,
            status: if is_partial && !of_services.is_empty() { AuthStatus::Partial } else { said },
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

    /// The providers of the event (0) or of a service whose role is that of one who treats. None where one of them is named by
    /// what no claim can be held against: who that is cannot be told.
    fn providers(&self, service: u32) -> Vec<ProviderId> {
        let Granted { unit, event, .. } = self;
        let treats = |role: Code| SERVICE_PROVIDER_ROLES.contains(&role);
        let npis = event.providers_of(service).filter(|(role, _)| treats(*role));
        let npis = npis.map(|(_, npi)| Npi::parse(npi.text(unit)).map(ProviderId::Npi));
        let others = event.other_providers.iter().filter(|(of, role, _, _)| *of == service && treats(*role));
        let others = others.map(|(_, _, kind, id)| {
            let tax_id = TaxId::parse(id.text(unit)).filter(|_| *kind == Code::new(b"24"));
            tax_id.map(ProviderId::TaxId)
        });
        let mut told = Vec::new();
        for provider in npis.chain(others) {
            match provider {
                None => return Vec::new(),
                Some(provider) if told.contains(&provider) => {}
                Some(provider) => told.push(provider),
            }
        }
        told
    }

    /// Whether it says how much in a way that is not counted: hours or miles, or a rate without an end.
    pub(super) fn is_uncounted(&self) -> bool {
        let amounts = self.event.services.iter().map(|service| service.amount);
        let mut amounts = std::iter::once(self.event.amount).chain(amounts);
        amounts.any(|amount| !amount.quantity.is_empty() && units(self.unit, amount).is_none())
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
