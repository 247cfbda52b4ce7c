//! What is open in an input, and what its acknowledgements said of it, while both are gone through side by side.

use super::ack_file::Line;
use super::causes::Why;
use super::claim_file::{Opening, Sums, Told};
use super::errors::Errors;

/// What is open in the input.
#[derive(Default)]
pub(super) struct At {
    /// Its number in the file, from 0.
    pub(super) ordinal: u64,
    pub(super) is_test: bool,
    pub(super) refused: bool,
    pub(super) control: Vec<u8>,
    /// The same, where the separators are gone by and not the layout.
    pub(super) number: Vec<u8>,
    pub(super) asks: bool,
    /// A group that is no acknowledgement stands in it.
    pub(super) is_answerable: bool,
    /// Its first segment was seen.
    pub(super) begun: bool,
    pub(super) is_answer: bool,
    pub(super) group: Option<Group>,
    pub(super) set: Option<Set>,
}

#[derive(Default)]
pub(super) struct Group {
    pub(super) kind: Vec<u8>,
    pub(super) control: Vec<u8>,
    /// GS08.
    pub(super) version: Vec<u8>,
    /// Its 999 was found.
    pub(super) begun: bool,
    pub(super) silent: bool,
    /// AK9 follows AK1: it is rejected without naming its sets.
    pub(super) whole: bool,
    pub(super) sets: u64,
    pub(super) accepted: u64,
}

#[derive(Default)]
pub(super) struct Set {
    pub(super) control: Vec<u8>,
    /// BHT03.
    pub(super) reference: Vec<u8>,
    /// IK501; 0 where nothing answers the set.
    pub(super) verdict: u8,
    /// What its 999 says, where it does.
    pub(super) implementation: Option<Implementation>,
    /// Errors that rows name.
    pub(super) errors: Errors,
    pub(super) sums: Sums,
    /// What its 277CA begins with, once it was begun.
    pub(super) told: Option<Opening>,
    pub(super) pending: Option<Pending>,
}

/// What a 999 says of a set.
pub(super) struct Implementation {
    pub(super) errors: Errors,
    pub(super) ik5: Line,
}

/// A record that goes on, until all was seen of it that its answer repeats.
pub(super) struct Pending {
    /// What is repeated may still come.
    pub(super) open: bool,
    /// REF*D9 of a claim, TRN02 of a request.
    pub(super) repeated: Vec<Vec<u8>>,
    pub(super) due: Due,
}

/// What is due to it.
pub(super) enum Due {
    /// The claim was found, with this REF*D9.
    Claim(Told),
    /// An answer for these reasons.
    Review(Why),
}
