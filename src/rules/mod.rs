//! The rules: one table of them all, one file a rule (one a family where a rule is only what the survey or the
//! matcher found), and what payer rules are asked about.

mod aspect;
mod aut;
mod bal;
mod brief;
mod ccs;
mod clm;
mod cod;
mod dup;
pub mod edit;
mod event;
mod ffs;
pub mod ledger;
mod nic;
mod prg;
mod prv;
mod rule;
mod scene;
mod settings;
mod sit;
pub mod structure;
mod subject;
pub mod tar;

use std::sync::LazyLock;

use crate::finding::{Date, Findings, RuleId};
use crate::reference::Reference;

use aspect::Having;
pub use aspect::{Aspect, Aspects};
pub use cod::is_facility;
pub use event::Event;
pub use rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
pub use scene::{Review, Scene};
pub use settings::{Completeness, CountyStart, RequiredFor, RuleSet, Settings, TherapyPeriod};
pub use subject::{Analysis, LineView, Member, Subject};

/// Families, in the order of reports.
const FAMILIES: &[&[&[Rule]]] = &[
    structure::RULES,
    clm::RULES,
    bal::RULES,
    sit::RULES,
    cod::RULES,
    ccs::RULES,
    tar::RULES,
    ffs::RULES,
    prg::RULES,
    prv::RULES,
    nic::RULES,
    aut::RULES,
    dup::RULES,
];

/// Every rule, by its id.
static REGISTRY: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut all = vec![Rule::BASE; RuleId::all().len()];
    for rule in FAMILIES.iter().flat_map(|family| family.iter()).flat_map(|rules| rules.iter()) {
        if let Some(place) = all.get_mut(rule.id.index()) {
            *place = *rule;
        }
    }
    all
});

/// Which rules silence which, with what silences those.
static SILENCERS: LazyLock<Vec<RuleSet>> = LazyLock::new(|| {
    let mut sets: Vec<RuleSet> = REGISTRY
        .iter()
        .map(|rule| {
            let mut set = RuleSet::default();
            rule.silent_if.iter().for_each(|other| set.insert(*other));
            set
        })
        .collect();
    loop {
        let before = sets.clone();
        for at in 0..sets.len() {
            for other in RuleId::all().filter(|other| before[at].contains(*other)) {
                for deeper in RuleId::all().filter(|deeper| before[other.index()].contains(*deeper)) {
                    sets[at].insert(deeper);
                }
            }
        }
        if sets == before {
            return sets;
        }
    }
});

/// A rule by its id, or an edit of a profile.
pub fn rule(id: RuleId) -> &'static Rule {
    REGISTRY.get(id.index()).or_else(|| edit::rule(id)).unwrap_or(&Rule::BASE)
}

/// The first date of service of each rule, by its id.
static EFFECTIVE: LazyLock<Vec<Date>> = LazyLock::new(|| REGISTRY.iter().map(Rule::effective).collect());

/// The first date of service that a rule applies to.
pub fn effective(id: RuleId) -> Date {
    EFFECTIVE.get(id.index()).copied().unwrap_or(Date::MIN)
}

/// Every rule, in the order of the ids.
pub fn all() -> impl ExactSizeIterator<Item = &'static Rule> {
    REGISTRY.iter()
}

/// Whether a rejection by `other` makes `id` silent on the same line.
pub fn silences(other: RuleId, id: RuleId) -> bool {
    SILENCERS.get(id.index()).is_some_and(|set| set.contains(other))
}

/// The rules that are asked in a run, in the order of the ids: those that are on and have what they need. Picked out once, so that
/// nobody does so again for each claim.
#[derive(Clone, Debug)]
pub struct Asked {
    /// About claims, with what a claim must have.
    claims: Vec<(Check, Aspects)>,
    /// About claims that only the guides' rules (SNIP 1 to 5) are asked about.
    guides: Vec<(Check, Aspects)>,
    /// About levels above claims and authorizations.
    levels: Vec<Check>,
    /// About authorizations: their segments, and what was read of them.
    authorizations: Vec<Check>,
}

/// The SNIP levels of the implementation guides.
const GUIDE_LEVELS: u8 = 5;

impl Asked {
    /// Of the rules that are on.
    pub fn new(enabled: &RuleSet, reference: &Reference) -> Asked {
        let on = || {
            let has_all = |rule: &&Rule| rule.needs.iter().all(|need| need.is_met(reference));
            REGISTRY.iter().filter(|rule| enabled.contains(rule.id)).filter(has_all)
        };
        let checks = |wanted: fn(&Check) -> bool| on().map(|rule| rule.check).filter(wanted).collect();
        let of_claims = || {
            let of_claims = |rule: &&Rule| matches!(rule.check, Check::Claim(_) | Check::Anywhere(_));
            on().filter(of_claims).map(|rule| (rule.snip, (rule.check, Aspects::of(rule.only))))
        };
        Asked {
            claims: of_claims().map(|(_, rule)| rule).collect(),
            guides: of_claims().filter(|(snip, _)| *snip <= GUIDE_LEVELS).map(|(_, rule)| rule).collect(),
            levels: checks(|check| matches!(check, Check::Level(_) | Check::Anywhere(_) | Check::Review(_))),
            authorizations: checks(|check| {
                matches!(check, Check::Anywhere(_) | Check::Review(_) | Check::Event(_))
            }),
        }
    }
}

/// How many claims are asked about at a time, at most.
pub const ROW: usize = 8;

/// Asks claims every rule that is on and looks at claims, up to [`ROW`] of them; of the payer's rules only where `payer_rules` says
/// so. Each rule is asked about every claim before the next rule is. `places` tells, from first to last, which of the findings are
/// a claim's.
pub fn ask(
    subjects: &[(Subject<'_>, Scene<'_>)],
    places: &[usize],
    asked: &Asked,
    payer_rules: bool,
    findings: &mut [Findings],
) {
    let having = Having::of(subjects.iter().map(|(subject, _)| subject.aspects));
    // in a row, so that each rule finds a claim and its findings in one place
    let mut row = [const { None }; ROW];
    let mut left = subjects.iter().zip(places).peekable();
    let mut seats = row.iter_mut();
    for (place, findings) in findings.iter_mut().enumerate() {
        if let Some((subject, _)) = left.next_if(|(_, wanted)| **wanted == place)
            && let Some(seat) = seats.next()
        {
            *seat = Some((subject, findings));
        }
    }
    for (check, only) in if payer_rules { &asked.claims } else { &asked.guides } {
        match check {
            Check::Claim(check) => {
                for n in having.all_of(*only) {
                    if let Some(Some(((subject, _), found))) = row.get_mut(n) {
                        check(subject, found);
                    }
                }
                if cfg!(debug_assertions) {
                    assert_silence(subjects.iter().map(|(subject, _)| subject), *only, *check);
                }
            }
            Check::Anywhere(check) => {
                row.iter_mut().flatten().for_each(|((_, scene), found)| check(scene, found));
            }
            _ => {}
        }
    }
    if payer_rules {
        for ((subject, _), found) in row.iter_mut().flatten() {
            subject.settings.edits.ask(subject, found);
        }
    }
}

/// A rule says nothing of claims that are not what it says it is about.
fn assert_silence<'s, 'a: 's>(
    subjects: impl Iterator<Item = &'s Subject<'a>>,
    only: Aspects,
    check: fn(&Subject<'_>, &mut Findings),
) {
    for subject in subjects.filter(|subject| !subject.aspects.hold(only)) {
        let mut none = Findings::default();
        check(subject, &mut none);
        assert!(none.is_empty(), "a rule speaks of a claim that it says it does not: {:?}", none.list());
    }
}

/// Asks levels above records, or authorizations, every rule that is on and looks at segments as they stand.
pub fn ask_segments(scenes: &[Scene<'_>], places: &[usize], asked: &Asked, findings: &mut [Findings]) {
    let is_record = scenes.first().is_some_and(|scene| scene.level.is_empty());
    let is_review = scenes.first().is_some_and(|scene| scene.review.is_some());
    for check in if is_record { &asked.authorizations } else { &asked.levels } {
        match check {
            Check::Level(check) | Check::Anywhere(check) => each(scenes, places, findings, check),
            Check::Review(check) if is_review => each(scenes, places, findings, check),
            _ => {}
        }
    }
}

/// Asks authorization requests or responses every rule that is on and looks at what was read of them.
pub fn ask_events(events: &[Event<'_>], places: &[usize], asked: &Asked, findings: &mut [Findings]) {
    for check in &asked.authorizations {
        if let Check::Event(check) = check {
            each(events, places, findings, check);
        }
    }
}

/// Asks one rule about each of several.
fn each<T>(all: &[T], places: &[usize], findings: &mut [Findings], check: impl Fn(&T, &mut Findings)) {
    for (one, place) in all.iter().zip(places) {
        if let Some(findings) = findings.get_mut(*place) {
            check(one, findings);
        }
    }
}
