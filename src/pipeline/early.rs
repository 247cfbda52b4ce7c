//! Authorizations from the 278 responses of a run: read before any claim is judged.

use crate::finding::{Code, Date, Period, RuleId};
use crate::guide::{Entry, Guide};
use crate::record::{AuthorizationContext, Cell, EventFacts, level_loop};
use crate::reference::{
    AuthKind, AuthStatus, Authorization, AuthorizationBook, AuthorizedService, AuthorizedUnits, CareSetting,
    CodeRange, DecisionOrder, Issuer, Npi, Origin, ProviderId, Quantity, UnitOfService, member_key,
};
use crate::rules::Severity;
use crate::source::{ReadAt, SourceError};
use crate::verdict::{Fates, Profile, SetFate};
use crate::x12::survey::EarlySet;
use crate::x12::{Item, ItemKind, Stitcher, StructuralIndex, Unit, grammar};

use super::judge;
use crate::record::SHAPES;

/// Roles of the provider that an authorization is for.
const PROVIDER_ROLES: [Code; 5] =
    [Code::new(b"SJ"), Code::new(b"71"), Code::new(b"72"), Code::new(b"77"), Code::new(b"FA")];

/// Takes the authorizations of one input's 278 responses into the book. `sequence` counts events over all inputs of a run.
pub(super) fn collect(
    input: &impl ReadAt,
    file: &str,
    fates: &Fates<'_>,
    profile: &Profile,
    sequence: &mut u64,
    book: &mut AuthorizationBook,
) -> Result<(), SourceError> {
    let mut unit = Unit::default();
    for set in &fates.survey().early {
        let used =
            fates.refusal(set.interchange).is_none() && fates.of_set(set.group, set.set) == SetFate::Judged;
        if used && read_set(input, file, set, &mut unit)? {
            take_set(&unit, file, set, profile, sequence, book);
        }
    }
    Ok(())
}

/// Reads one set into a unit of its own.
fn read_set(input: &impl ReadAt, file: &str, set: &EarlySet, unit: &mut Unit) -> Result<bool, SourceError> {
    let read = |at: u64, buffer: &mut [u8]| {
        input.read_exact_at(at, buffer).map_err(|error| SourceError::reading(file, error))
    };
    let mut head = [0u8; 2 * grammar::ISA_BYTES];
    let length = head.len().min(usize::try_from(input.len().saturating_sub(set.isa_at)).unwrap_or(0));
    read(set.isa_at, head.get_mut(..length).unwrap_or(&mut []))?;
    let Some(isa) = head.get(..length).and_then(grammar::isa) else { return Ok(false) };
    let bytes = unit.reset(0, set.start, isa.separators);
    bytes.resize(usize::try_from(set.end - set.start).unwrap_or(0), 0);
    read(set.start, bytes)?;
    unit.index(&StructuralIndex);
    Stitcher::new(SHAPES, Vec::new(), StructuralIndex).stitch(unit);
    Ok(true)
}

fn take_set(
    unit: &Unit,
    file: &str,
    set: &EarlySet,
    profile: &Profile,
    sequence: &mut u64,
    book: &mut AuthorizationBook,
) {
    let version = crate::guide::version(set.version.bytes());
    let Some(version) = version.filter(|v| v.adopted || profile.accepts_version(set.version.bytes())) else {
        return;
    };
    let mut findings = crate::finding::Findings::default();
    let mut matcher = crate::guide::Matcher::default();
    let mut slots = Vec::new();
    let mut context = AuthorizationContext::default();
    let mut event = EventFacts::default();
    let mut decided = None;
    let mut guide = None;
    for item in &unit.items {
        match item.kind {
            ItemKind::Header => {
                let bht = unit.segment(item.from + 1);
                let found = Guide::of(version.family.guide(bht.element(2)));
                findings.clear();
                judge::matched(&mut matcher, unit, found, item, Entry::Header, &mut slots, &mut findings);
                judge::elements_checked(unit, found, item, &slots, &mut findings);
                let rejects = |rule, outcome| profile.severity(rule, outcome, false) == Severity::Reject;
                let st = judge::st_faults(&unit.segment(item.from), set.version.bytes());
                let rejects = (0..).zip(st).any(|(outcome, wrong)| wrong && rejects(RuleId::SET105, outcome))
                    || findings.list().iter().any(|finding| rejects(finding.rule, finding.outcome));
                if rejects {
                    return;
                }
                decided = Date::parse(bht.element(4)).map(|date| (date, bht.element(5)));
                guide = Some(found);
            }
            ItemKind::Level(depth) => {
                let Some(guide) = guide else { continue };
                let loop_id = level_loop(depth);
                judge::matched(
                    &mut matcher,
                    unit,
                    guide,
                    item,
                    Entry::Level(loop_id),
                    &mut slots,
                    &mut findings,
                );
                let loops = |at: u32| loop_of(guide, &slots, at);
                context.read_level(unit, loop_id, item.from, item.to, &loops);
            }
            ItemKind::Record if item.answer => {
                let Some(guide) = guide else { continue };
                if item.leaves != Item::STAYS {
                    context.leave(level_loop(item.leaves));
                }
                judge::matched(&mut matcher, unit, guide, item, Entry::Record, &mut slots, &mut findings);
                event.read(unit, item.from, item.to, &|at| loop_of(guide, &slots, at));
                *sequence += 1;
                let order = match decided {
                    Some((date, time)) => DecisionOrder::response(date, time, *sequence),
                    None => DecisionOrder::response(Date::MIN, b"", *sequence),
                };
                for authorization in authorizations(unit, item, &event, &context, file, *sequence) {
                    book.insert(authorization, order);
                }
            }
            _ => {}
        }
    }
}

fn loop_of(guide: &Guide, slots: &[u16], at: u32) -> Code {
    slots.get(at as usize).and_then(|number| guide.slot(*number)).map_or(Code::EMPTY, |slot| slot.loop_id())
}

/// The authorizations that an event gives: one for each number in it.
fn authorizations(
    unit: &Unit,
    item: &Item,
    event: &EventFacts,
    context: &AuthorizationContext,
    file: &str,
    sequence: u64,
) -> Vec<Authorization> {
    let text = |cell: Cell| String::from_utf8_lossy(cell.text(unit)).trim().to_ascii_uppercase();
    let status = |action: Code| {
        let (bytes, len) = action.bytes();
        AuthStatus::from_hcr01(bytes.get(..len).unwrap_or(&[]))
    };
    let own_number = text(event.decision.number);
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
            let belongs = |service: &&(usize, &crate::record::AuthorizedService)| {
                let own = text(service.1.decision.number);
                own == number || own.is_empty() && number == own_number
            };
            let services: Vec<(usize, &crate::record::AuthorizedService)> =
                event.services.iter().enumerate().collect();
            let services: Vec<_> = services.iter().filter(belongs).copied().collect();
            let event_status = status(event.decision.action);
            let service_status = || services.iter().find_map(|(_, service)| status(service.decision.action));
            let status_of_all =
                event_status.filter(|_| number == own_number).or_else(service_status).or(event_status)?;
            let first = services.first().map_or(0, |(at, _)| *at as u32 + 1);
            Some(Authorization {
                number: number.as_str().into(),
                kind: AuthKind::Tar,
                issuer: Issuer::Plan,
                status: status_of_all,
                member: member_key(context.member_id().text(unit)),
                issued_on: date(event, b"102", first).map(|found| found.period.from),
                window: window(event, first),
                provider: provider(unit, event, &services),
                services: services
                    .iter()
                    .map(|(_, service)| AuthorizedService {
                        codes: codes(service),
                        status: status(service.decision.action),
                        units: units(unit, service.unit, service.quantity),
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

/// A date of the event, else of its service.
fn date<'e>(event: &'e EventFacts, qualifier: &[u8], service: u32) -> Option<&'e crate::record::EventDate> {
    event.date_of(qualifier, 0).or_else(|| event.date_of(qualifier, service))
}

/// The dates of service that an event is for: effective to expiration date, else those of admission, event or service.
fn window(event: &EventFacts, service: u32) -> Period {
    let effective = date(event, b"007", service);
    let expires = date(event, b"036", service).map(|found| found.period.to);
    if effective.is_some() || expires.is_some() {
        let from = effective.map_or(Date::MIN, |found| found.period.from);
        let range_end = effective.filter(|found| found.is_range).map(|found| found.period.to);
        return Period { from, to: expires.or(range_end).unwrap_or(Date::MAX) };
    }
    let found =
        [&b"435"[..], b"AAH", b"472"].into_iter().find_map(|qualifier| date(event, qualifier, service));
    match found {
        Some(found) if found.is_range => found.period,
        Some(found) => Period { from: found.period.from, to: Date::MAX },
        None => Period::ALWAYS,
    }
}

fn provider(
    unit: &Unit,
    event: &EventFacts,
    services: &[(usize, &crate::record::AuthorizedService)],
) -> Option<ProviderId> {
    let of_services = event
        .service_providers
        .iter()
        .filter(|(service, _, _)| services.iter().any(|(at, _)| *at as u32 + 1 == *service));
    let of_services = of_services.map(|(_, role, npi)| (*role, *npi));
    let mut named = of_services.chain(event.providers.iter().copied());
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
