//! What one claim must know of others: the ledger of claims that were accepted, and of what they used.
//!
//! Judging runs in parallel and sees one claim at a time. What ledger rules need of a claim is taken down there, and asked in the
//! order of the input once everything before it is settled. What was before the run comes from a [`Past`], what the run adds
//! goes to a [`Keeper`].

mod balance;
mod book;
mod earlier;
mod facts;
mod keep;
mod shelf;
mod sorted_run;

pub use balance::Balance;
pub(super) use balance::{Excess, count, excess, unit_of, visits};
pub use book::{Kept, Ledger, Question};
pub(in crate::rules) use facts::quantity;
pub use facts::{ClaimEntry, Entries, Frequency, LineEntry, Scribe, Stay, is_therapy};
pub use keep::{Content, FileCounts, KeepError, Keeper, KeptClaim, Past, ReceivedFile, TakenBack};

use std::sync::Arc;

use crate::finding::{Code, Date, Print, RuleId};
use crate::reference::MemberKey;

/// The rules that ask the ledger, in the order in which they are asked.
const RULES: [RuleId; 5] = [RuleId::TAR109, RuleId::TAR130, RuleId::TAR131, RuleId::TAR137, RuleId::DUP101];

/// The outcome of DUP101 of a claim that its provider took back before it was decided: no check says so, the drop folder knows.
pub const TAKEN_BACK: u8 = 2;

/// The file number of history.csv.
const HISTORY: i64 = 0;

/// A claim that was accepted, by the file that it came in and its record number there. File 0 is history.csv, whose claims are
/// numbered by a fingerprint of the payer's claim number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClaimRef {
    /// The file's number in the store, or in the run where there is none.
    pub file: i64,
    /// The record's number in it, from 1.
    pub record: u64,
}

/// What uses are counted under.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Account {
    /// An authorization, by its number in normal form.
    Authorization(Arc<str>),
    /// A member's physical therapy.
    Therapy(MemberKey),
    /// A member's equipment and supplies.
    Supplies(MemberKey),
    /// A member's rented equipment.
    Rentals(MemberKey),
}

/// What one line of an accepted claim used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Use {
    /// The claim.
    pub claim: ClaimRef,
    /// Fingerprint of its CLM01: [`id_print`].
    pub id: u64,
    /// The line, from 1.
    pub line: u32,
    /// First date of service; of an inpatient stay, the admission.
    pub from: Date,
    /// Last date of service.
    pub to: Date,
    /// The procedure or revenue code.
    pub code: Code,
    /// How many units, in ten-thousandths.
    pub quantity: i64,
    /// The charge, in ten-thousandths of a dollar.
    pub amount: i64,
}

/// The fingerprint of a CLM01, compared trimmed.
pub fn id_print(id: &[u8]) -> u64 {
    let mut print = Print::new(0);
    print.bytes(id.trim_ascii());
    print.finish()
}
