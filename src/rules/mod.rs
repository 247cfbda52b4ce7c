//! The rules: one table of them all, one file a rule (one a family where a rule is only what the survey or the
//! matcher found), and what payer rules are asked about.

mod aut;
mod bal;
mod brief;
mod ccs;
mod clm;
mod cod;
mod dup;
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

use crate::finding::{Findings, RuleId};

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
    let mut all = vec![Rule::BASE; RuleId::COUNT];
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

/// A rule by its id.
pub fn rule(id: RuleId) -> &'static Rule {
    REGISTRY.get(id.index()).unwrap_or(&Rule::BASE)
}

/// Every rule, in the order of the ids.
pub fn all() -> impl ExactSizeIterator<Item = &'static Rule> {
    REGISTRY.iter()
}

/// Whether a rejection by `other` makes `id` silent on the same line.
pub fn silences(other: RuleId, id: RuleId) -> bool {
    SILENCERS.get(id.index()).is_some_and(|set| set.contains(other))
}

/// How records and levels are asked: the rules that are, in the order of the ids.
static ASKED: LazyLock<Vec<(RuleId, u8, Check)>> = LazyLock::new(|| {
    let is_asked = |rule: &&Rule| !matches!(rule.check, Check::Survey | Check::Guide | Check::Ledger(_));
    REGISTRY.iter().filter(is_asked).map(|rule| (rule.id, rule.snip, rule.check)).collect()
});

/// Asks a claim every rule that is on, looks at claims, and is of a SNIP level up to `deepest`.
pub fn ask(subject: &Subject<'_>, deepest: u8, findings: &mut Findings) {
    let scene = subject.scene();
    for (id, snip, check) in ASKED.iter() {
        if *snip > deepest || !subject.settings.enabled.contains(*id) {
            continue;
        }
        match check {
            Check::Claim(check) => check(subject, findings),
            Check::Anywhere(check) => check(&scene, findings),
            _ => {}
        }
    }
}

/// Asks a level above claims, or an authorization, every rule that is on and looks at segments as they stand.
pub fn ask_segments(scene: &Scene<'_>, enabled: &RuleSet, findings: &mut Findings) {
    for (id, _, check) in ASKED.iter() {
        match check {
            Check::Level(check) if !scene.level.is_empty() && enabled.contains(*id) => check(scene, findings),
            Check::Anywhere(check) if enabled.contains(*id) => check(scene, findings),
            Check::Review(check) if scene.review.is_some() && enabled.contains(*id) => check(scene, findings),
            _ => {}
        }
    }
}

/// The rules of authorizations.
static OF_EVENTS: LazyLock<Vec<(RuleId, fn(&Event<'_>, &mut Findings))>> = LazyLock::new(|| {
    let of_events = |rule: &Rule| match rule.check {
        Check::Event(check) => Some((rule.id, check)),
        _ => None,
    };
    REGISTRY.iter().filter_map(of_events).collect()
});

/// Asks an authorization request or response every rule that is on and looks at it.
pub fn ask_event(event: &Event<'_>, findings: &mut Findings) {
    for (id, check) in OF_EVENTS.iter() {
        if event.settings.enabled.contains(*id) {
            check(event, findings);
        }
    }
}
