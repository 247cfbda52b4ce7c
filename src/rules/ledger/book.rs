//! The ledger of a run: what was accepted before, with what the run adds.

use std::io;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Findings, RuleId, Span};
use crate::reference::{MemberKey, Quantity, Reference};
use crate::rules::{Check, Settings};

use super::earlier::Earlier;
use super::facts::{ClaimEntry, Entries, Frequency, LineEntry, is_therapy};
use super::{Account, ClaimRef, HISTORY, Past, Use, id_print};

/// How a ledger rule is asked.
type Ask = fn(&Question<'_, '_>, &mut Findings);

/// What accepted claims used, and which claims there are. Asked and written in the order of the input.
#[derive(Debug)]
pub struct Ledger<'r> {
    past: Option<&'r dyn Past>,
    reference: &'r Reference,
    /// The file at hand.
    file: i64,
    /// Files that count no more: others took their places, or nothing was published for them.
    gone: FxHashSet<i64>,
    /// Claims that were voided or replaced, with the files that did it.
    given_back: FxHashMap<ClaimRef, Vec<i64>>,
    /// All that was used of the accounts that were asked for lately.
    accounts: FxHashMap<Account, Vec<Use>>,
    /// How many uses are in `accounts`, and how many it is to hold until some are forgotten.
    held: (usize, usize),
    /// How many uses, beside those of accounts with very many, are to be held.
    in_memory: usize,
    /// The claims of the run.
    earlier: Earlier,
    /// The ledger rules.
    rules: Vec<(RuleId, Ask)>,
}

/// What is to be kept of a claim that was accepted.
#[derive(Clone, Debug)]
pub enum Kept {
    /// The claim.
    Claim {
        /// Which one.
        claim: ClaimRef,
        /// Its party.
        party: u64,
        /// Its print.
        print: u64,
        /// Its CLM01.
        id: Span,
    },
    /// What a line of it used.
    Use {
        /// Of what.
        account: Account,
        /// What.
        used: Use,
        /// The claim's CLM01.
        id: Span,
    },
    /// It voids or replaces what is held or not judged yet of its provider and member under a name.
    TakesBack {
        /// Which one does.
        by: ClaimRef,
        /// Its party.
        party: u64,
        /// Fingerprint of the CLM01.
        name: u64,
    },
    /// A claim that is held.
    Held {
        /// Its record number.
        record: u64,
        /// Its party; zero where that is unknown.
        party: u64,
        /// Fingerprint of its CLM01.
        name: u64,
    },
    /// A claim that it voids or replaces.
    GivenBack {
        /// Which one.
        claim: ClaimRef,
        /// By which.
        by: ClaimRef,
    },
}

/// A claim, as ledger rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a, 'r> {
    /// The claim.
    pub claim: &'a ClaimEntry,
    /// Its lines that draw on something.
    pub lines: &'a [LineEntry<'r>],
    /// The profile's keys.
    pub settings: &'a Settings,
    /// Its record number.
    record: u64,
    entries: &'a Entries<'r>,
    ledger: &'a Ledger<'r>,
    /// The claims that it replaces or voids.
    replaced: &'a [ClaimRef],
    /// The claims of the run that are alike.
    alike: &'a [ClaimRef],
}

impl<'r> Ledger<'r> {
    /// The ledger of a run, which holds so many claims `in_memory`, and so many uses, and the others in files without names in `dir`.
    pub fn new(
        reference: &'r Reference,
        past: Option<&'r dyn Past>,
        dir: &Path,
        in_memory: usize,
    ) -> Ledger<'r> {
        let mut given_back: FxHashMap<ClaimRef, Vec<i64>> = FxHashMap::default();
        for (claim, by) in past.into_iter().flat_map(Past::given_back) {
            given_back.entry(claim).or_default().push(by);
        }
        Ledger {
            past,
            reference,
            file: 0,
            gone: FxHashSet::default(),
            given_back,
            accounts: FxHashMap::default(),
            held: (0, in_memory),
            in_memory,
            earlier: Earlier::new(dir, in_memory),
            rules: super::RULES
                .into_iter()
                .filter_map(|id| match crate::rules::rule(id).check {
                    Check::Ledger(check) => Some((id, check as Ask)),
                    _ => None,
                })
                .collect(),
        }
    }

    /// Begins a file, which takes the place of others of the same bytes: what was taken back of their records since is taken back of
    /// its own.
    pub fn begin(&mut self, file: i64, replaces: &[i64]) {
        self.file = file;
        self.gone.extend(replaces);
        if !replaces.is_empty() {
            for (claim, by) in std::mem::take(&mut self.given_back) {
                let is_again = replaces.contains(&claim.file);
                let claim = if is_again { ClaimRef { file, ..claim } } else { claim };
                self.given_back.entry(claim).or_default().extend(by);
            }
        }
    }

    /// Forgets the file at hand: nothing was published for it.
    pub fn forget(&mut self) {
        self.gone.insert(self.file);
    }

    /// Asks the ledger rules that are on about a claim. One that comes again, and was taken back since it was accepted, uses nothing, and
    /// what took its place is no duplicate of it.
    pub fn ask<'e>(
        &mut self,
        settings: &Settings,
        entries: &Entries<'e>,
        claim: &ClaimEntry,
        record: u64,
        findings: &mut Findings,
    ) where
        'r: 'e,
    {
        if !self.is_active(ClaimRef { file: self.file, record }) {
            return;
        }
        self.make_room();
        for line in entries.lines(claim) {
            for account in accounts(claim, line).filter(|account| is_limited(claim, line, account)) {
                self.load(&account);
            }
        }
        let replaced = self.replaced(entries, claim);
        let mut alike = Vec::new();
        if claim.party != 0 && claim.frequency == Frequency::Original {
            self.earlier.alike(claim.party, claim.print, &mut alike);
        }
        let question: Question<'_, 'e> = Question {
            claim,
            lines: entries.lines(claim),
            settings,
            record,
            entries,
            ledger: self,
            replaced: &replaced,
            alike: &alike,
        };
        for (_, check) in self.rules.iter().filter(|(rule, _)| settings.enabled.contains(*rule)) {
            check(&question, findings);
        }
    }

    /// What was used of an account when a claim's turn comes; what was given back left out, and what the claim gives back itself.
    pub fn used_before(&mut self, account: &Account, entries: &Entries<'_>, claim: &ClaimEntry) -> Vec<Use> {
        self.load(account);
        let replaced = self.replaced(entries, claim);
        let uses = self.accounts.get(account).map_or(&[][..], Vec::as_slice);
        let counts = |used: &&Use| self.is_active(used.claim) && !replaced.contains(&used.claim);
        uses.iter().filter(counts).copied().collect()
    }

    /// Takes in a claim that is accepted; `keep` is told what a store is to keep.
    pub fn accept(
        &mut self,
        entries: &Entries<'_>,
        claim: &ClaimEntry,
        record: u64,
        keep: &mut dyn FnMut(Kept),
    ) {
        let own = ClaimRef { file: self.file, record };
        for earlier in self.replaced(entries, claim) {
            self.given_back.entry(earlier).or_default().push(own.file);
            keep(Kept::GivenBack { claim: earlier, by: own });
        }
        if claim.frequency != Frequency::Original && claim.party != 0 {
            for name in [claim.id, claim.also].into_iter().filter(|name| *name != 0) {
                keep(Kept::TakesBack { by: own, party: claim.party, name });
            }
        }
        if claim.frequency == Frequency::Void {
            return;
        }
        let id = claim.id_span;
        if claim.party != 0 {
            self.earlier.add(claim.party, claim.print, claim.id, own);
            keep(Kept::Claim { claim: own, party: claim.party, print: claim.print, id });
        }
        for line in entries.lines(claim) {
            let used = line.used(own, claim.id);
            for account in accounts(claim, line) {
                if is_limited(claim, line, &account) {
                    self.earlier.add_use(&account, &used);
                    if let Some(uses) = self.accounts.get_mut(&account) {
                        uses.push(used);
                        self.held.0 += 1;
                    }
                }
                keep(Kept::Use { account, used, id });
            }
        }
    }

    /// Forgets what was used of accounts that were asked for lately, where that has become much; but not of those that are much
    /// by themselves, since to read them again for each claim takes longer than all else.
    fn make_room(&mut self) {
        let (held, most) = self.held;
        if held > most {
            self.accounts.retain(|_, uses| uses.len() > self.in_memory / 8);
            let kept = self.accounts.values().map(|uses| uses.len() + 1).sum();
            self.held = (kept, kept + self.in_memory);
        }
    }

    /// Reads what was used of an account, before the run and in it, where that is not at hand.
    fn load(&mut self, account: &Account) {
        if self.accounts.contains_key(account) {
            return;
        }
        let mut uses = self.past.map_or_else(Vec::new, |past| past.uses(account));
        self.add_history(account, &mut uses);
        self.earlier.uses(account, &mut uses);
        // an account without any takes room too
        self.held.0 += uses.len() + 1;
        self.accounts.insert(account.clone(), uses);
    }

    /// Adds the services of history.csv that the store does not know as a claim's own.
    fn add_history(&self, account: &Account, uses: &mut Vec<Use>) {
        let (Some(history), Some(member)) = (&self.reference.rosters.history, account.member()) else {
            return;
        };
        let table = &self.reference.policy.tar_required;
        for row in history.of(member) {
            let modifier = |text: &[u8]| row.modifier == crate::finding::Code::new(text);
            let mut rows = table.rows(row.code, row.service_date);
            let counts = match account {
                Account::Therapy(_) => modifier(b"GP") && rows.any(is_therapy),
                Account::Rentals(_) => modifier(b"RR"),
                // what replaces other equipment is free
                _ => ![&b"RR"[..], b"RA", b"RB"].into_iter().any(modifier),
            };
            let id = id_print(history.record_id(row));
            let is_known = |used: &Use| {
                used.id == id
                    && used.code == row.code
                    && used.from <= row.service_date
                    && row.service_date <= used.to
            };
            if !counts || uses.iter().any(is_known) {
                continue;
            }
            uses.push(Use {
                claim: ClaimRef { file: HISTORY, record: id_print(history.payer_claim_number(row)) },
                id,
                line: 0,
                from: row.service_date,
                to: row.service_date,
                code: row.code,
                quantity: row.units.units(),
                amount: 0,
            });
        }
    }

    fn is_active(&self, claim: ClaimRef) -> bool {
        !self.gone.contains(&claim.file)
            && !self.given_back.get(&claim).is_some_and(|by| by.iter().any(|file| !self.gone.contains(file)))
    }

    /// Why claims of the run could not be found again, if they could not: what was answered is not to be relied on.
    pub fn trouble(&mut self) -> Option<io::Error> {
        self.earlier.trouble()
    }

    /// The claims that this one replaces or voids: that of history.csv, and the latest of those that were seen.
    fn replaced(&mut self, entries: &Entries<'_>, claim: &ClaimEntry) -> Vec<ClaimRef> {
        if claim.frequency == Frequency::Original {
            return Vec::new();
        }
        let mut own = Vec::new();
        for name in [claim.id, claim.also].into_iter().filter(|name| *name != 0) {
            self.earlier.named(claim.party, name, &mut own);
        }
        let named = entries.named(claim).iter().copied();
        let history = named.clone().filter(|claim| claim.file == HISTORY && self.is_active(*claim));
        own.extend(named.filter(|claim| claim.file != HISTORY));
        let latest = own.into_iter().filter(|claim| self.is_active(*claim)).max();
        history.chain(latest).collect()
    }
}

impl LineEntry<'_> {
    /// What the line uses, as one of this claim's.
    fn used(&self, claim: ClaimRef, id: u64) -> Use {
        let LineEntry { number, from, to, code, quantity, amount, .. } = *self;
        Use { claim, id, line: number, from, to, code, quantity, amount }
    }
}

/// What a line draws on.
fn accounts(claim: &ClaimEntry, line: &LineEntry<'_>) -> impl Iterator<Item = Account> + use<> {
    let authorization = line.authorization().map(|known| Account::Authorization(known.number.clone()));
    let member = claim.member;
    let counted = line.counted.filter(|_| line.uses_allowance()).map(|counted| match counted.row {
        row if is_therapy(row) => Account::Therapy(member),
        _ if line.is_rental => Account::Rentals(member),
        _ => Account::Supplies(member),
    });
    authorization.into_iter().chain(counted.filter(|_| !member.is_empty()))
}

/// Whether anything asks how much of an account is used: not of an authorization that sets no limit.
fn is_limited(claim: &ClaimEntry, line: &LineEntry<'_>, account: &Account) -> bool {
    let Account::Authorization(_) = account else { return true };
    claim.stay.is_some()
        || line.authorization().is_some_and(|known| {
            known.units.is_some() || known.services.iter().any(|service| service.units.is_some())
        })
}

impl Account {
    fn member(&self) -> Option<MemberKey> {
        match self {
            Account::Authorization(_) => None,
            Account::Therapy(member) | Account::Supplies(member) | Account::Rentals(member) => Some(*member),
        }
    }
}

impl<'a, 'r> Question<'a, 'r> {
    /// What earlier claims used of an account, leaving out the claims that this one replaces.
    pub fn uses(&self, account: &Account) -> impl Iterator<Item = &'a Use> + use<'a, 'r> {
        let (ledger, replaced) = (self.ledger, self.replaced);
        let uses = ledger.accounts.get(account).map_or(&[][..], Vec::as_slice).iter();
        uses.filter(move |used| ledger.is_active(used.claim) && !replaced.contains(&used.claim))
    }

    /// Rosters and tables.
    pub fn reference(&self) -> &'a Reference {
        self.ledger.reference
    }

    /// What a line of this claim uses.
    pub fn own(&self, line: &LineEntry<'_>) -> Use {
        line.used(ClaimRef { file: self.ledger.file, record: self.record }, self.claim.id)
    }

    /// What the claim's lines before this one use.
    pub fn before(
        &self,
        line: &LineEntry<'_>,
    ) -> impl Iterator<Item = (&'a LineEntry<'r>, Use)> + use<'a, 'r> {
        let (number, lines) = (line.number, self.lines);
        let own = ClaimRef { file: self.ledger.file, record: self.record };
        let id = self.claim.id;
        lines.iter().take_while(move |line| line.number < number).map(move |line| (line, line.used(own, id)))
    }

    /// The earliest accepted claim that is like this one, and whether it is of this file.
    pub fn alike(&self) -> Option<(ClaimRef, bool)> {
        if self.claim.party == 0 {
            return None;
        }
        let all = self.entries.alike(self.claim).iter().chain(self.alike).copied();
        let first = all.filter(|claim| self.ledger.is_active(*claim)).min()?;
        Some((first, first.file == self.ledger.file))
    }

    /// Whether the claim that this one replaces or voids should be known, and is not.
    pub fn lacks_original(&self) -> bool {
        let known = self.ledger.past.is_some() || self.ledger.reference.rosters.history.is_some();
        self.claim.frequency != Frequency::Original && self.replaced.is_empty() && known
    }

    /// A quantity for a message.
    pub fn words(units: i64) -> String {
        Quantity::from_units(units).to_string()
    }
}
