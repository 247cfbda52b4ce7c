//! The doors to a store: what was before the run, and what the run adds.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::{Account, ClaimRef, Use};
use crate::finding::Date;
use crate::reference::Decided;

/// What was accepted before the run. Asked from many threads at once; it does not change while the run lasts. It keeps its own
/// troubles in mind, for [`Keeper::finish`] to tell.
pub trait Past: Send + Sync + std::fmt::Debug {
    /// The claims of a provider and member that are alike in all their lines.
    fn alike(&self, party: u64, print: u64) -> Vec<ClaimRef>;

    /// The claims of a provider and member with this CLM01, the latest last.
    fn named(&self, party: u64, id: &[u8]) -> Vec<ClaimRef>;

    /// Whether a claim came after what is judged, though it was accepted before: then that waited.
    fn came_later(&self, _claim: ClaimRef) -> bool {
        false
    }

    /// What was used of an account.
    fn uses(&self, account: &Account) -> Vec<Use>;

    /// The claims that were voided or replaced, each with the file that did it.
    fn given_back(&self) -> Vec<(ClaimRef, i64)>;

    /// The files with an interchange of this sender and control number, by their fingerprint.
    fn files_with(&self, interchange: u64) -> Vec<i64>;

    /// The files of so many bytes whose places no others took, each with what tells its bytes.
    fn files_as_long(&self, bytes: u64) -> Vec<(i64, Content)>;
}

/// What tells the bytes of a file from those of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// Their BLAKE3 hash.
    Hash([u8; 32]),
    /// The fingerprint that stores took before format 5.
    Print(u128),
}

/// What is known of a file before its records are judged.
#[derive(Clone, Debug)]
pub struct ReceivedFile {
    /// Its name.
    pub name: String,
    /// How many bytes it has, unpacked.
    pub bytes: u64,
    /// Their BLAKE3 hash.
    pub content: [u8; 32],
    /// When it was received.
    pub received: Date,
    /// The files of the same bytes whose place it takes: what the store holds of them is forgotten.
    pub replaces: Vec<i64>,
}

/// What providers took back of an input since it came: voided or replaced by claims that were accepted.
#[derive(Clone, Default, Debug)]
pub struct TakenBack {
    /// Records, by their numbers.
    pub records: BTreeSet<u64>,
    /// All claims of a provider and member under a name: fingerprints of party and CLM01.
    pub claims: FxHashSet<(u64, u64)>,
}

impl TakenBack {
    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.claims.is_empty()
    }
}

/// What became of a file's records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileCounts {
    /// Records read.
    pub read: u64,
    /// Records accepted.
    pub accepted: u64,
    /// Records rejected.
    pub rejected: u64,
    /// Records in refused interchanges.
    pub refused: u64,
}

/// An accepted claim, to be kept.
#[derive(Clone, Copy, Debug)]
pub struct KeptClaim<'a> {
    /// Which claim.
    pub claim: ClaimRef,
    /// Fingerprint of billing provider and member.
    pub party: u64,
    /// Fingerprint of its lines.
    pub print: u64,
    /// CLM01.
    pub id: &'a [u8],
}

/// Why a store did not take what it was given.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct KeepError(#[from] pub Box<dyn std::error::Error + Send + Sync>);

/// Takes what a run adds, in the order of the input. All of it appears at once when the run is finished, and nothing of it if the
/// run is not.
pub trait Keeper: Send {
    /// Begins a file; answers its number.
    fn begin(&mut self, file: &ReceivedFile) -> Result<i64, KeepError>;

    /// Keeps an accepted claim of the file.
    fn claim(&mut self, claim: &KeptClaim<'_>) -> Result<(), KeepError>;

    /// Keeps what an accepted claim with this CLM01 used.
    fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) -> Result<(), KeepError>;

    /// Keeps that a claim was voided or replaced by one of the file.
    fn give_back(&mut self, claim: ClaimRef, by: ClaimRef) -> Result<(), KeepError>;

    /// Keeps that what is held or not judged yet of a party under a name (the fingerprint of its CLM01) is voided or replaced by a
    /// claim of the file.
    fn take_back(&mut self, party: u64, name: u64, by: ClaimRef) -> Result<(), KeepError>;

    /// Keeps that a record of the file is held, and whose it is; told of every one, in the order of the input.
    fn hold(&mut self, record: u64, party: u64, name: u64) -> Result<(), KeepError>;

    /// Keeps that an interchange came.
    fn interchange(&mut self, print: u64) -> Result<(), KeepError>;

    /// Keeps a decision on an authorization.
    fn decision(&mut self, decided: &Decided) -> Result<(), KeepError>;

    /// The next control number of an interchange (or group) that is sent to a partner.
    fn next_number(&mut self, partner: &str, group: bool) -> u32;

    /// Ends the file, whose outputs are published.
    fn end(&mut self, counts: FileCounts) -> Result<(), KeepError>;

    /// Forgets the file: nothing was published for it.
    fn forget(&mut self) -> Result<(), KeepError>;

    /// Makes everything last. Fails too where looking something up had failed.
    fn finish(&mut self) -> Result<(), KeepError>;

    /// What went wrong when something was looked up, if anything did: what was judged since rests on sand.
    fn trouble(&self) -> Option<KeepError>;
}
