//! Authorizations from the 278 responses of a run: read before any claim is judged.

use crate::finding::{Code, Date, Findings, Period, Place, RuleId};
use crate::guide::{ElementMemo, Entry, Guide, Matcher};
use crate::record::{AuthorizationContext, Cell, EventDate, EventFacts, level_loop};
use crate::reference::{
    AuthKind, AuthStatus, Authorization, AuthorizedService, AuthorizedUnits, CareSetting, CodeRange, Decided,
    DecisionOrder, Effect, Issuer, Npi, Origin, ProviderId, Quantity, UnitOfService, member_key,
};
use crate::rules::Severity;
use crate::source::{ReadAt, SourceError};
use crate::verdict::{Fates, Profile, RejectUnit, SetFate};
use crate::x12::survey::EarlySet;
use crate::x12::{Isa, Item, ItemKind, Stitcher, StructuralIndex, Unit, grammar};

use super::judge;
use crate::record::SHAPES;

/// Roles of the provider that an authorization is for.
const PROVIDER_ROLES: [Code; 5] =
    [Code::new(b"SJ"), Code::new(b"71"), Code::new(b"72"), Code::new(b"77"), Code::new(b"FA")];

/// The segments that an authorization is read from.
const READ: [Code; 8] = [
    Code::new(b"HL"),
    Code::new(b"UM"),
    Code::new(b"HCR"),
    Code::new(b"DTP"),
    Code::new(b"SV1"),
    Code::new(b"SV2"),
    Code::new(b"SV3"),
    Code::new(b"HSD"),
];

/// Whether a fault is where an authorization is read from: a level, the member, the decision, its dates, services, units and
/// providers; or a segment that nobody knows, which may have been one of those. What is wrong elsewhere in a response is said,
/// and the decision stands.
fn spoils(rule: RuleId, place: Place) -> bool {
    let names = place.loop_id.starts_with(Code::new(b"2010F"))
        || [&b"2010C"[..], b"2010D", b"2010EA"].iter().any(|id| place.loop_id == Code::new(id));
    rule == RuleId::SEG101
        || READ.contains(&place.segment_id)
        || names && place.segment_id == Code::new(b"NM1")
}

/// The events of responses that were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Events {
    /// How many were taken.
    pub(super) taken: u64,
    /// How many of them decide on no authorization number.
    pub(super) nameless: u64,
}

/// Hands the decisions of one input's 278 responses to `take`, each with whether its interchange is a test; says how many events
/// were taken. `sequence` counts events over all inputs of a run.
pub(super) fn collect(
    input: &impl ReadAt,
    file: &str,
    fates: &Fates<'_>,
    profile: &Profile,
    sequence: &mut u64,
    take: &mut dyn FnMut(Decided, bool),
) -> Result<Events, SourceError> {
    let (mut unit, mut matcher) = (Unit::default(), Matcher::default());
    let mut events = Events::default();
    for set in &fates.survey().early {
        if set.kind.bytes() != b"HI" || fates.refusal(set.interchange).is_some() {
            continue;
        }
        let Some(isa) = isa_of(input, file, set)? else { continue };
        let profile = profile.of_sender(isa.element(6), set.sender.bytes());
        if fates.of_set(profile, set.group, set.set) != SetFate::Judged {
            continue;
        }
        read_set(input, file, set, &isa, &mut unit)?;
        let mut take = |decided| take(decided, isa.is_test());
        let of_set = take_set(&unit, file, set, profile, &mut matcher, sequence, &mut take);
        events.taken += of_set.taken;
        events.nameless += of_set.nameless;
    }
    Ok(events)
}

/// The ISA that a set stands below.
fn isa_of(input: &impl ReadAt, file: &str, set: &EarlySet) -> Result<Option<Isa>, SourceError> {
    let mut head = [0u8; 2 * grammar::ISA_BYTES];
    let length = head.len().min(usize::try_from(input.len().saturating_sub(set.isa_at)).unwrap_or(0));
    let head = head.get_mut(..length).unwrap_or(&mut []);
    input.read_exact_at(set.isa_at, head).map_err(|error| SourceError::reading(file, error))?;
    Ok(grammar::isa(head))
}

/// Reads one set into a unit of its own.
fn read_set(
    input: &impl ReadAt,
    file: &str,
    set: &EarlySet,
    isa: &Isa,
    unit: &mut Unit,
) -> Result<(), SourceError> {
    let bytes = unit.reset(0, set.start, isa.separators);
    bytes.resize(usize::try_from(set.end - set.start).unwrap_or(0), 0);
    input.read_exact_at(set.start, bytes).map_err(|error| SourceError::reading(file, error))?;
    unit.index(&StructuralIndex);
    Stitcher::new(SHAPES, Vec::new(), StructuralIndex).stitch(unit);
    Ok(())
}

/// Takes the events of a set that does not fall, without those that a fault in what is read of them spoils: of their own, or of
/// the levels above them.
fn take_set(
    unit: &Unit,
    file: &str,
    set: &EarlySet,
    profile: &Profile,
    matcher: &mut Matcher,
    sequence: &mut u64,
    take: &mut dyn FnMut(Decided),
) -> Events {
    let version = crate::guide::version(set.version.bytes());
    let Some(version) = version.filter(|v| v.adopted || profile.accepts_version(set.version.bytes())) else {
        return Events::default();
    };
    let mut findings = Findings::default();
    let mut slots = Vec::new();
    let mut memo = ElementMemo::default();
    let mut context = AuthorizationContext::default();
    let mut event = EventFacts::default();
    let mut decided = None;
    let mut guide = None;
    let mut fallen = [false; 8];
    let mut found = Vec::new();
    let mut events = Events::default();
    let rejects = |rule, outcome| profile.severity(rule, outcome, false) == Severity::Reject;
    let any_rejects =
        |findings: &Findings| findings.list().iter().any(|finding| rejects(finding.rule, finding.outcome));
    let spoilt = |findings: &Findings| {
        let mut all = findings.list().iter();
        all.any(|finding| rejects(finding.rule, finding.outcome) && spoils(finding.rule, finding.place))
    };
    let whole_set = profile.reject_unit == RejectUnit::Set;
    for item in &unit.items {
        match item.kind {
            ItemKind::Header => {
                let bht = unit.segment(item.from + 1);
                let found = Guide::of(version.family.guide(bht.element(2)));
                findings.clear();
                let memory = (&mut *matcher, &mut slots, &mut memo);
                judge::held_against(found, unit, item, Entry::Header, memory, &mut findings);
                let st = judge::st_faults(&unit.segment(item.from), set.version.bytes());
                let rejects = (0..).zip(st).any(|(outcome, wrong)| wrong && rejects(RuleId::SET105, outcome))
                    || any_rejects(&findings);
                if rejects {
                    return Events::default();
                }
                decided = Date::parse(bht.element(4)).map(|date| (date, bht.element(5)));
                guide = Some(found);
            }
            ItemKind::Level(depth) => {
                let Some(guide) = guide else { continue };
                let loop_id = level_loop(depth);
                findings.clear();
                let memory = (&mut *matcher, &mut slots, &mut memo);
                judge::held_against(guide, unit, item, Entry::Level(loop_id), memory, &mut findings);
                let depth = usize::from(depth).min(fallen.len() - 1);
                fallen.iter_mut().skip(depth).for_each(|fallen| *fallen = false);
                if whole_set && any_rejects(&findings) {
                    return Events::default();
                }
                fallen[depth] = spoilt(&findings);
                let loops = |at: u32| judge::loop_of(guide, &slots, at);
                context.read_level(unit, loop_id, item.from, item.to, &loops);
            }
            ItemKind::Record if item.answer => {
                let Some(guide) = guide else { continue };
                if item.leaves != Item::STAYS {
                    context.leave(level_loop(item.leaves));
                    fallen.iter_mut().skip(usize::from(item.leaves)).for_each(|fallen| *fallen = false);
                }
                findings.clear();
                let memory = (&mut *matcher, &mut slots, &mut memo);
                judge::held_against(guide, unit, item, Entry::Record, memory, &mut findings);
                *sequence += 1;
                if whole_set && any_rejects(&findings) {
                    return Events::default();
                }
                if fallen.contains(&true) || spoilt(&findings) {
                    continue;
                }
                events.taken += 1;
                event.read(unit, item.from, item.to, &|at| judge::loop_of(guide, &slots, at));
                let order = match decided {
                    Some((date, time)) => DecisionOrder::response(date, time, *sequence),
                    None => DecisionOrder::response(Date::MIN, b"", *sequence),
                };
                let (certification, length) = event.certification.bytes();
                let effect = Effect::of(certification.get(..length).unwrap_or(&[]));
                let previous = Some(number(unit, event.previous)).filter(|number| !number.is_empty());
                let granted = authorizations(unit, item, &event, &context, file, *sequence, effect);
                events.nameless += u64::from(granted.is_empty());
                found.extend(granted.into_iter().map(|authorization| Decided {
                    authorization,
                    order,
                    effect,
                    previous: previous.as_deref().map(Into::into),
                }));
            }
            _ => {}
        }
    }
    found.into_iter().for_each(take);
    events
}

/// An authorization number in its normal form.
fn number(unit: &Unit, cell: Cell) -> String {
    String::from_utf8_lossy(cell.text(unit)).trim().to_ascii_uppercase()
}

/// The authorizations that an event gives: one for each number in it. A response to a renewal, revision, extension or
/// cancellation that names none is about the number it refers to, and a cancellation always is.
fn authorizations(
    unit: &Unit,
    item: &Item,
    event: &EventFacts,
    context: &AuthorizationContext,
    file: &str,
    sequence: u64,
    effect: Effect,
) -> Vec<Authorization> {
    let text = |cell: Cell| number(unit, cell);
    let status = |action: Code| {
        let (bytes, len) = action.bytes();
        AuthStatus::from_hcr01(bytes.get(..len).unwrap_or(&[]))
    };
    let (mut own_number, previous) = (text(event.decision.number), text(event.previous));
    let refers = matches!(effect, Effect::Revises | Effect::Extends) && own_number.is_empty();
    if !previous.is_empty() && (refers || effect == Effect::Cancels) {
        own_number = previous;
    }
    let mut numbers = vec![own_number.clone()];
    for service in &event.services {
        let number = text(service.decision.number);
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.retain(|number| !number.is_empty());
    numbers
        .into_iter()
        .filter_map(|number| {
            let belongs = |service: &crate::record::AuthorizedService| {
                let own = text(service.decision.number);
                own == number || own.is_empty() && number == own_number
            };
            // by number, from 1
            let services: Vec<(u32, &crate::record::AuthorizedService)> =
                (1..).zip(&event.services).filter(|(_, service)| belongs(service)).collect();
            let event_status = status(event.decision.action);
            let service_status = || services.iter().find_map(|(_, service)| status(service.decision.action));
            let status_of_all =
                event_status.filter(|_| number == own_number).or_else(service_status).or(event_status)?;
            Some(Authorization {
                number: number.as_str().into(),
                kind: AuthKind::Tar,
                issuer: Issuer::Plan,
                status: status_of_all,
                member: member_key(context.member_id().text(unit)),
                issued_on: std::iter::once(0)
                    .chain(services.iter().map(|(number, _)| *number))
                    .find_map(|number| event.date_of(b"102", number))
                    .map(|found| found.period.from),
                window: window(event),
                provider: provider(unit, event.providers.iter().copied()),
                diagnoses: event.diagnoses.clone(),
                services: services
                    .iter()
                    .map(|(number, service)| AuthorizedService {
                        codes: codes(service),
                        modifiers: service.modifiers.into_iter().filter(|code| !code.is_empty()).collect(),
                        status: status(service.decision.action),
                        units: units(unit, service.unit, service.quantity),
                        window: window_of_service(event, *number),
                        provider: provider(unit, event.providers_of(*number)),
                    })
                    .collect(),
                units: units(unit, event.unit, event.quantity),
                setting: if event.category == Code::new(b"AR") {
                    CareSetting::Inpatient
                } else {
                    CareSetting::Open
                },
                origin: Origin::Response { file: file.into(), record: sequence.max(item.number) },
            })
        })
        .collect()
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

/// The first of the providers whose role is that of one who treats.
fn provider(unit: &Unit, mut named: impl Iterator<Item = (Code, Cell)>) -> Option<ProviderId> {
    let (_, npi) = named.find(|(role, _)| PROVIDER_ROLES.contains(role))?;
    Npi::parse(npi.text(unit)).map(ProviderId::Npi)
}

fn codes(service: &crate::record::AuthorizedService) -> Vec<CodeRange> {
    let to = if service.procedure_to.is_empty() { service.procedure } else { service.procedure_to };
    let procedure = CodeRange::new(service.procedure, to).filter(|_| !service.procedure.is_empty());
    let revenue = CodeRange::new(service.revenue, service.revenue).filter(|_| !service.revenue.is_empty());
    procedure.into_iter().chain(revenue).collect()
}

fn units(unit: &Unit, of: Code, quantity: Cell) -> Option<AuthorizedUnits> {
    let (bytes, len) = of.bytes();
    let kind = UnitOfService::from_code(bytes.get(..len)?)?;
    Some(AuthorizedUnits { quantity: Quantity::parse(quantity.text(unit))?, unit: kind })
}
