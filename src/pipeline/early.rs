//! Authorizations from the 278 responses of a run: read before any claim is judged.

use crate::finding::{Code, Date, Findings, Place, RuleId};
use crate::guide::{ElementMemo, Entry, Guide, Matcher};
use crate::record::{AuthorizationContext, EventFacts, level_loop};
use crate::reference::{Decided, DecisionOrder};
use crate::rules::Severity;
use crate::source::{ReadAt, SourceError};
use crate::verdict::{Fates, Profile, RejectUnit, SetFate};
use crate::x12::survey::EarlySet;
use crate::x12::{Isa, Item, ItemKind, Stitcher, StructuralIndex, Unit, grammar};

use super::granted::Granted;
use super::judge;
use crate::record::SHAPES;

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
    /// How many of them say how much in a way that is not counted.
    pub(super) uncounted: u64,
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
        events.uncounted += of_set.uncounted;
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
                let record = (*sequence).max(item.number);
                let granted = Granted { unit, event: &event, context: &context, file, record };
                let decisions = granted.decisions(order);
                events.nameless += u64::from(decisions.is_empty());
                events.uncounted += u64::from(granted.is_uncounted());
                found.extend(decisions);
            }
            _ => {}
        }
    }
    found.into_iter().for_each(take);
    events
}
