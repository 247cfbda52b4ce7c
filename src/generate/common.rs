//! What all claims and reviews of a batch share: where they come from, their numbers, and which of them get a fault.

use std::fmt::{self, Display};

use crate::finding::RuleId;

use super::batch::Kind;
use super::pen::{Padded, Pen, Put, segment};
use super::providers::{Directory, Practice};
use super::random::{Random, Share, Stream};

/// The patient account number of a claim, or the trace number of a review: the batch's tag and the ordinal.
#[derive(Clone, Copy)]
pub(super) struct Account {
    tag: [u8; 4],
    pub(super) ordinal: u64,
}

impl Put for Account {
    fn put(self, text: &mut Vec<u8>) {
        self.tag.put(text);
        Padded(self.ordinal + 1, 9).put(text);
    }
}

/// Which claims get a fault, and which fault.
pub(super) struct Faults {
    share: Share,
    /// The only faults to be made; the usual mix of the kind where there are none.
    only: Vec<RuleId>,
}

impl Faults {
    pub(super) fn new(share: Share, only: Vec<RuleId>) -> Faults {
        Faults { share, only }
    }

    /// One of those asked for that such a claim can have; `None` leaves the choice to the kind's own mix.
    pub(super) fn wanted(&self, random: &mut Random, practice: Practice) -> Option<RuleId> {
        if self.only.is_empty() {
            return None;
        }
        let from = random.below(self.only.len() as u32) as usize;
        self.only[from..].iter().chain(&self.only[..from]).copied().find(|rule| practice.can_have(*rule))
    }
}

/// See above.
pub(super) struct Common {
    pub(super) seed: u64,
    pub(super) directory: Directory,
    /// Subscribers whose children have levels of their own.
    pub(super) patients: Share,
    /// Subscribers whom another payer covers first.
    pub(super) covered: Share,
    /// Whether claims have as many lines as their guide can hold, or 50 to 99 where it holds more.
    pub(super) many_lines: bool,
    pub(super) faults: Faults,
    /// Whether rosters are written with the claims, which then also are what only rosters make clean.
    pub(super) rostered: bool,
    /// Where in the first stretch the first reject falls.
    phase: u32,
    /// Shuffles member ids and authorization numbers.
    pub(super) offset: u64,
    /// Begins CLM01, so that batches of different seeds have different claims.
    pub(super) tag: [u8; 4],
}

impl Common {
    pub(super) fn new(
        (kind, seed): (Kind, u64),
        (patients, covered): (Share, Share),
        faults: Faults,
        (many_lines, rostered): (bool, bool),
    ) -> Common {
        let mut random = Random::new(seed, Stream::Batch, 1);
        let tag = std::array::from_fn(|_| b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[random.below(34) as usize]);
        let (phase, offset) = (random.next() as u32, random.next() >> 8);
        let directory = Directory::new(seed, kind, &faults.only);
        Common { seed, directory, patients, covered, many_lines, faults, rostered, phase, offset, tag }
    }

    pub(super) fn account(&self, ordinal: u64) -> Account {
        Account { tag: self.tag, ordinal }
    }

    /// Whether the claim of this ordinal gets a fault.
    pub(super) fn is_spoilt(&self, ordinal: u64) -> bool {
        self.faults.share.falls_on(ordinal, self.phase)
    }

    /// REF*G1: the claim's authorization number, or what stands there instead.
    pub(super) fn number(&self, pen: &mut Pen, ordinal: u64, instead: Option<&'static str>) {
        if let Some(text) = instead {
            segment!(pen, "REF*G1*", text);
        } else {
            segment!(pen, "REF*G1*", self.authorization(ordinal));
        }
    }

    /// An authorization number: eleven digits.
    pub(super) fn authorization(&self, ordinal: u64) -> Authorization {
        Authorization(self.shuffled(ordinal))
    }

    /// A number of nine digits that no other of the first billion claims has.
    pub(super) fn shuffled(&self, ordinal: u64) -> u64 {
        const NUMBERS: u64 = 1_000_000_000;
        (ordinal % NUMBERS * 618_033_989 + self.offset % NUMBERS) % NUMBERS
    }
}

/// An authorization number.
#[derive(Clone, Copy)]
pub(super) struct Authorization(u64);

impl Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "26{:09}", self.0)
    }
}

impl Put for Authorization {
    fn put(self, text: &mut Vec<u8>) {
        "26".put(text);
        Padded(self.0, 9).put(text);
    }
}

/// Adds a diagnosis unless it stands there already, and says which one it is, counted from 1.
pub(super) fn listed(diagnoses: &mut Vec<&'static str>, code: &'static str) -> usize {
    let at = diagnoses.iter().position(|known| *known == code).unwrap_or_else(|| {
        diagnoses.push(code);
        diagnoses.len() - 1
    });
    at + 1
}
