//! What a run remembers of earlier ones, and hands on to later ones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::output::ack::{ControlNumbers, Derived, Kind};
use crate::reference::Decided;
use crate::rules::ledger::{
    Account, ClaimRef, FileCounts, KeepError, Keeper, KeptClaim, Past, ReceivedFile, Use,
};
use crate::x12::Isa;
use crate::x12::survey::Earlier;

/// A store: what was before the run, and where goes what the run adds.
#[derive(Clone)]
pub struct Memory {
    /// What was before the run.
    pub past: Arc<dyn Past>,
    keeper: Arc<Mutex<dyn Keeper>>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memory({:?})", self.past)
    }
}

impl Memory {
    /// A store's two doors.
    pub fn new(past: Arc<dyn Past>, keeper: impl Keeper + 'static) -> Memory {
        Memory { past, keeper: Arc::new(Mutex::new(keeper)) }
    }

    /// What was before a run that hands nothing on.
    pub fn reading(past: Arc<dyn Past>) -> Memory {
        Memory::new(past, Forgetful { files: BEHIND_ALL })
    }

    /// Who knows of interchanges of earlier runs, but for those of `replaced` files.
    pub(super) fn earlier(&self, replaced: Vec<i64>) -> Earlier {
        let past = Arc::clone(&self.past);
        Earlier(Box::new(move |print| past.files_with(print).iter().any(|file| !replaced.contains(file))))
    }

    /// The keeper. Only one thread at a time has to do with it.
    pub(super) fn keeper(&self) -> MutexGuard<'_, dyn Keeper + 'static> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number behind those of all files in any store.
const BEHIND_ALL: i64 = 1 << 48;

/// Takes everything and keeps nothing; files are numbered behind those of any store.
#[derive(Debug)]
struct Forgetful {
    files: i64,
}

impl Keeper for Forgetful {
    fn begin(&mut self, _: &ReceivedFile) -> Result<i64, KeepError> {
        self.files += 1;
        Ok(self.files)
    }

    fn claim(&mut self, _: &KeptClaim<'_>) -> Result<(), KeepError> {
        Ok(())
    }

    fn uses(&mut self, _: &Account, _: &Use, _: &[u8]) -> Result<(), KeepError> {
        Ok(())
    }

    fn give_back(&mut self, _: ClaimRef, _: ClaimRef) -> Result<(), KeepError> {
        Ok(())
    }

    fn take_back(&mut self, _: u64, _: u64, _: ClaimRef) -> Result<(), KeepError> {
        Ok(())
    }

    fn hold(&mut self, _: u64, _: u64, _: u64) -> Result<(), KeepError> {
        Ok(())
    }

    fn interchange(&mut self, _: u64) -> Result<(), KeepError> {
        Ok(())
    }

    fn decision(&mut self, _: &Decided) -> Result<(), KeepError> {
        Ok(())
    }

    fn next_number(&mut self, _: &str, _: bool) -> u32 {
        0
    }

    fn end(&mut self, _: FileCounts) -> Result<(), KeepError> {
        Ok(())
    }

    fn forget(&mut self) -> Result<(), KeepError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), KeepError> {
        Ok(())
    }

    fn trouble(&self) -> Option<KeepError> {
        None
    }
}

/// Control numbers that count up for each partner; those in answer to tests are made of the inbound header instead, since a test
/// leaves the store alone.
#[derive(Debug)]
pub(super) struct Sequence {
    memory: Memory,
    test: Derived,
    /// Whether only claims are acknowledged: no numbers go to other answers, which are not written.
    only_claims: bool,
    /// The partner of the interchange at hand; empty for a test.
    partner: String,
}

impl Sequence {
    pub(super) fn new(memory: Memory, test: Derived, only_claims: bool) -> Sequence {
        Sequence { memory, test, only_claims, partner: String::new() }
    }
}

impl Sequence {
    fn is_unwritten(&self, kind: Kind) -> bool {
        self.only_claims && kind != Kind::Claims
    }
}

/// Who is answered: our id and the partner's, with their qualifiers.
fn partner(isa: &Isa) -> String {
    let part = |element| String::from_utf8_lossy(isa.element(element)).trim().to_owned();
    format!("{}:{} {}:{}", part(5), part(6), part(7), part(8))
}

impl ControlNumbers for Sequence {
    fn interchange(&mut self, kind: Kind, isa: &Isa, ordinal: u64) -> u32 {
        if isa.is_test() || self.is_unwritten(kind) {
            self.partner.clear();
            return self.test.interchange(kind, isa, ordinal);
        }
        self.partner = partner(isa);
        self.memory.keeper().next_number(&self.partner, false)
    }

    fn group(&mut self, kind: Kind, number: u32, nth: u64) -> u32 {
        if self.partner.is_empty() || self.is_unwritten(kind) {
            return self.test.group(kind, number, nth);
        }
        self.memory.keeper().next_number(&self.partner, true)
    }
}
