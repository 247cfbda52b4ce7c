//! The ledger's part of stage 5: in the order of the input, claims are held against those before them.

use std::path::Path;
use std::sync::Arc;

use crate::reference::{Authorization, Reference};
use crate::rules::Severity;
use crate::rules::ledger::{Account, Balance, ClaimEntry, Entries, Ledger, Past, Scribe};
use crate::verdict::{Disposition, Profile, settle_late};
use crate::x12::ItemKind;

use super::run::{Options, RunError};
use super::work::Work;

/// The ledger of a run, and another one of its tests (ISA15 T), which must not be taken for deeds.
#[derive(Debug)]
pub(super) struct Ledgers<'r> {
    real: Ledger<'r>,
    test: Ledger<'r>,
    profile: &'r Profile,
    /// Whether a store takes what is accepted.
    keeps: bool,
}

impl<'r> Ledgers<'r> {
    /// The ledgers of a run; none where no rule of the profile asks them. What memory is not to hold goes to `dir`.
    pub(super) fn new(
        options: &Options<'r>,
        reference: &'r Reference,
        past: Option<&'r dyn Past>,
        dir: &Path,
    ) -> Option<Ledgers<'r>> {
        let Options { profile, claims_in_memory, .. } = *options;
        let ledger = || Ledger::new(reference, past, dir, claims_in_memory);
        profile.each().any(Profile::has_payer_rules).then(|| Ledgers {
            real: ledger(),
            test: ledger(),
            profile,
            keeps: past.is_some(),
        })
    }

    /// Why claims of the run could not be held against each other, if they could not.
    pub(super) fn trouble(&mut self) -> Option<RunError> {
        let [real, test] = [self.real.trouble(), self.test.trouble()];
        real.or(test).map(RunError::Remembered)
    }

    /// Begins a file, which takes the place of others.
    pub(super) fn begin(&mut self, file: i64, replaces: &[i64]) {
        self.real.begin(file, replaces);
        self.test.begin(file, replaces);
    }

    /// Forgets the file at hand: nothing was published for it.
    pub(super) fn forget(&mut self) {
        self.real.forget();
        self.test.forget();
    }

    /// Holds the claims of a unit against those before them, and takes in those that are accepted.
    pub(super) fn unit<'w>(&mut self, work: &mut Work<'w>)
    where
        'r: 'w,
    {
        self.unit_in_turn(work, |_| ());
    }

    /// The same; `before` is called with each claim when its turn comes.
    pub(super) fn unit_in_turn<'w>(&mut self, work: &mut Work<'w>, mut before: impl FnMut(Turn<'_, '_, 'w>))
    where
        'r: 'w,
    {
        let Work { unit, findings, severities, verdicts, tally, entries, kept, .. } = work;
        let judged = findings.len();
        // of findings that were made here, whose they are
        let mut owners: Vec<u32> = Vec::new();
        let mut is_test = false;
        let mut items = unit.items.iter().enumerate();
        for claim in &entries.claims {
            let item = loop {
                let Some((at, item)) = items.next() else { return };
                if item.kind == ItemKind::Interchange {
                    is_test = unit.segment(item.from).element(15) == b"T";
                }
                if at as u32 == claim.item {
                    break item;
                }
            };
            let Some(verdict) = verdicts.get_mut(claim.item as usize) else { continue };
            let ledger = if is_test { &mut self.test } else { &mut self.real };
            let late = findings.len();
            findings.begin_item();
            before(Turn { ledger, entries, claim });
            let profile = self.profile.of(verdict.chapter);
            ledger.ask(&profile.settings, entries, claim, item.number, findings);
            if findings.len() > late {
                let own = verdict.from as usize..verdict.to as usize;
                let institutional = verdict.kind == "837I";
                let rejects = settle_late(profile, findings, severities, own, late, institutional, tally);
                if rejects {
                    verdict.disposition = Disposition::Reject;
                }
                owners.resize(findings.len() - judged, claim.item);
            }
            if verdict.disposition == Disposition::Accept {
                let keeps = self.keeps && !is_test;
                ledger.accept(entries, claim, item.number, &mut |what| {
                    if keeps {
                        kept.push(what);
                    }
                });
            }
        }
        if !owners.is_empty() {
            put_in_place(work, judged, &owners);
        }
    }
}

/// A claim when its turn comes.
pub(super) struct Turn<'a, 'l, 'w> {
    ledger: &'a mut Ledger<'l>,
    entries: &'a Entries<'w>,
    claim: &'a ClaimEntry,
}

impl Turn<'_, '_, '_> {
    /// The claim's place among the unit's items.
    pub(super) fn item(&self) -> usize {
        self.claim.item as usize
    }

    /// How much of an authorization was used until now.
    pub(super) fn balances(&mut self, authorization: &Authorization) -> Vec<(Option<usize>, Balance)> {
        let account = Account::Authorization(Arc::clone(&authorization.number));
        Balance::all(authorization, &self.ledger.used_before(&account, self.entries, self.claim))
    }
}

/// Puts each of the findings from `judged` on behind those of its owner, as if they had been made with them.
pub(super) fn put_in_place(work: &mut Work<'_>, judged: usize, owners: &[u32]) {
    let mut places = Vec::with_capacity(work.findings.len());
    let mut late = (judged as u32..).zip(owners).peekable();
    for (number, verdict) in (0u32..).zip(&mut work.verdicts) {
        let from = places.len() as u32;
        places.extend(verdict.from..verdict.to);
        while let Some((place, _)) = late.next_if(|(_, owner)| **owner == number) {
            places.push(place);
        }
        (verdict.from, verdict.to) = (from, places.len() as u32);
    }
    work.findings.reorder(&places);
    let severity = |place: &u32| work.severities.get(*place as usize).copied();
    let severities: Vec<Severity> = places.iter().filter_map(severity).collect();
    work.severities = severities;
}

/// Who takes down what the ledgers must know; none where there are none.
pub(super) fn scribe<'r>(
    profile: &'r Profile,
    reference: &'r Reference,
    past: Option<&'r dyn Past>,
    received: crate::finding::Date,
) -> Option<Scribe<'r>> {
    let each = profile.each().filter(|profile| profile.has_payer_rules());
    let scribe = |profile: &'r Profile| Scribe { reference, past, settings: &profile.settings, received };
    each.map(scribe).find(Scribe::is_needed)
}
