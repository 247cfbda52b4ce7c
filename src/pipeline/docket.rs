//! Claims that wait to be asked, and are then asked together: rule by rule, each about all of them. The rules are far more code
//! than a processor keeps at hand; so each is fetched once for several claims.

use crate::finding::Findings;
use crate::guide::{Guide, GuideId};
use crate::output::reasons::LineHead;
use crate::record::{Claim, ClaimFacts, ClaimKind, Context};
use crate::rules::{self, Analysis, Scene, Subject};

use super::judge::{Judge, line_break, loop_of};
use super::work::{Cause, Scratch, Work};

/// How many claims are asked together. What is known of more would itself not stay at hand.
const SEATS: usize = 8;

/// What a claim is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Asks {
    /// Nothing: it falls anyway, or cannot be read.
    #[default]
    Nothing,
    /// The guides' rules, not the payer's.
    Guides,
    /// Every rule.
    All,
}

/// A claim that waits.
#[derive(Clone, Copy, Debug, Default)]
struct Case<'r> {
    /// Its place among the unit's items.
    item: u32,
    asks: Asks,
    /// Why it falls, whatever it is asked.
    inherited: Option<Cause<'r>>,
}

/// The claims that wait, all of one set, with what was read of them and found wrong with them. The memory is kept.
#[derive(Debug, Default)]
pub(super) struct Docket<'r> {
    /// How many wait.
    waiting: usize,
    /// Their set, and the guide that it is held against.
    set: u64,
    guide: Option<&'static Guide>,
    /// The last that was asked.
    last: usize,
    cases: [Case<'r>; SEATS],
    facts: [ClaimFacts; SEATS],
    contexts: [Context; SEATS],
    analyses: [Analysis<'r>; SEATS],
    findings: [Findings; SEATS],
}

impl<'r> Docket<'r> {
    /// Whether it is time to ask those that wait.
    pub(super) fn is_full(&self) -> bool {
        self.waiting == SEATS
    }

    /// What was read of the last claim that was asked, what stands above it, and what was worked out of it.
    pub(super) fn last(&self) -> (&ClaimFacts, &Context, &Analysis<'r>) {
        let at = self.last.min(SEATS - 1);
        (&self.facts[at], &self.contexts[at], &self.analyses[at])
    }
}

impl<'r> Judge<'r> {
    /// Gives the segments of a claim their places, reads it, and lets it wait for the others.
    pub(super) fn enter(
        &self,
        work: &mut Work<'r>,
        guide: &'static Guide,
        (set, number): (u64, usize),
        inherited: Option<Cause<'r>>,
        falls_anyway: bool,
    ) {
        let Some(item) = work.unit.items.get(number).copied() else { return };
        let at = work.scratch.docket.waiting;
        // the findings of a claim are kept by themselves until its turn comes
        let mut findings = std::mem::take(&mut work.scratch.docket.findings[at]);
        findings.clear();
        let mut asks = Asks::Nothing;
        if self.fit(work, guide, &item, &mut findings) {
            let Work { unit, scratch, .. } = work;
            let Scratch { slots, docket, .. } = scratch;
            let facts = &mut docket.facts[at];
            facts.read(kind_of(guide), unit, item.from, item.to, &|segment| loop_of(guide, slots, segment));
            // structure first: a claim that cannot be read is not asked what it means
            if !falls_anyway && !self.would_reject(&findings, 0) {
                let is_void = facts.frequency == b'8';
                asks = if !is_void && self.profile.has_payer_rules() { Asks::All } else { Asks::Guides };
            }
        } else {
            work.scratch.docket.facts[at].clear();
        }
        let docket = &mut work.scratch.docket;
        docket.findings[at] = findings;
        docket.contexts[at] = work.scratch.context;
        docket.cases[at] = Case { item: number as u32, asks, inherited };
        docket.set = set;
        docket.guide = Some(guide);
        docket.waiting += 1;
    }

    /// Asks the claims that wait, and settles what becomes of them.
    pub(super) fn hear(&self, work: &mut Work<'r>) {
        let waiting = std::mem::take(&mut work.scratch.docket.waiting);
        let Some(guide) = work.scratch.docket.guide.filter(|_| waiting > 0) else { return };
        work.scratch.docket.last = waiting - 1;
        self.ask(work, guide, waiting);
        for at in 0..waiting {
            self.conclude(work, guide, at);
        }
    }

    /// Asks the first `waiting` claims.
    fn ask(&self, work: &mut Work<'r>, guide: &'static Guide, waiting: usize) {
        let Work { unit, scratch, .. } = work;
        let Scratch { slots, docket, .. } = scratch;
        let Docket { cases, facts, contexts, analyses, findings, .. } = docket;
        let unit = &*unit;
        let loops = |segment: u32| loop_of(guide, slots, segment);
        let claims: [Claim<'_>; SEATS] = std::array::from_fn(|at| Claim {
            unit,
            facts: &facts[at],
            context: &contexts[at],
            loops: &loops,
        });
        let settings = &self.profile.settings;
        for at in (0..waiting).filter(|at| cases[*at].asks == Asks::All) {
            analyses[at].fill(&claims[at], self.reference, settings, self.received);
        }
        let subjects: [(Subject<'_>, Scene<'_>); SEATS] = std::array::from_fn(|at| {
            let subject = Subject {
                claim: &claims[at],
                reference: self.reference,
                settings,
                received: self.received,
                analysis: &analyses[at],
            };
            (subject, subject.scene())
        });
        for (asks, payer_rules) in [(Asks::All, true), (Asks::Guides, false)] {
            let mut who = [0; SEATS];
            let asked = (0..waiting).filter(|at| cases[*at].asks == asks);
            let number = who.iter_mut().zip(asked).map(|(place, at)| *place = at).count();
            rules::ask(&subjects, &who[..number], &settings.asked, payer_rules, findings);
        }
    }

    /// Settles the findings of a claim that was heard, and notes what others must know of it.
    fn conclude(&self, work: &mut Work<'r>, guide: &'static Guide, at: usize) {
        let Case { item: number, asks, inherited } = work.scratch.docket.cases[at];
        let Some(item) = work.unit.items.get(number as usize).copied() else { return };
        work.findings.begin_item();
        let from = work.findings.len();
        work.findings.append(&mut work.scratch.docket.findings[at]);
        line_break(work, guide, &item);
        let rejects = self.settle(work, from, guide.id() == GuideId::Institutional);
        let mut verdict = work.verdicts.get(number as usize).copied().unwrap_or_default();
        let set = work.scratch.docket.set;
        self.end_record(work, &item, (set, from, rejects), inherited, &mut verdict);
        // acknowledgements name the dates of accepted claims too
        verdict.head.date = work.scratch.docket.facts[at].period().or(verdict.head.date);
        let counts = asks != Asks::Nothing && inherited.is_none() && self.take_down(work, guide, at, from);
        if verdict.to > verdict.from || inherited.is_some() || counts {
            let start = work.line_heads.len() as u32;
            work.line_heads.extend(work.scratch.docket.facts[at].lines.iter().map(|line| LineHead {
                assigned: line.assigned,
                control: line.control,
                date: line.date,
            }));
            verdict.lines = (start, work.line_heads.len() as u32);
        }
        if let Some(place) = work.verdicts.get_mut(number as usize) {
            *place = verdict;
        }
    }

    /// Takes down what the ledger must know of a claim; says whether any of its lines is counted.
    fn take_down(&self, work: &mut Work<'r>, guide: &'static Guide, at: usize, from: usize) -> bool {
        let Some(scribe) = &self.scribe else { return false };
        let Work { unit, scratch, findings, entries, .. } = work;
        let Scratch { slots, docket, .. } = scratch;
        let loops = |segment: u32| loop_of(guide, slots, segment);
        let claim = Claim { unit, facts: &docket.facts[at], context: &docket.contexts[at], loops: &loops };
        scribe.take_down(docket.cases[at].item, &claim, &docket.analyses[at], (findings, from), entries);
        entries.claims.last().is_some_and(|claim| !entries.lines(claim).is_empty())
    }
}

fn kind_of(guide: &Guide) -> ClaimKind {
    match guide.id() {
        GuideId::Institutional => ClaimKind::Institutional,
        GuideId::Dental => ClaimKind::Dental,
        _ => ClaimKind::Professional,
    }
}
