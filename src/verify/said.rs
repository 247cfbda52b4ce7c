//! What the rows of an input's reasons say, kept small: a few bits a record.

use std::collections::BTreeMap;

/// How often a rule speaks: reject, warn, info.
pub(super) type Spoken = [u64; 3];

/// What was said.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Records that a row of severity reject names.
    pub(super) rejecting: Bits,
    /// Records whose rows call them accepted, and rejected.
    pub(super) accepted: Bits,
    pub(super) rejected: Bits,
    /// Records whose rows call them held.
    pub(super) held: Bits,
    /// Interchanges that a row of severity reject calls refused, from 0.
    pub(super) refused: Bits,
    /// By TA105: interchanges, from 0, of which a row may give it as the reason.
    pub(super) notes: BTreeMap<&'static str, Bits>,
    /// Interchanges of which a row says something that a TA1 tells.
    pub(super) noted: Bits,
    /// Findings by rule.
    pub(super) findings: BTreeMap<String, Spoken>,
    pub(super) rows: u64,
}

/// A row of bits, as long as it must be.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn set(&mut self, at: u64) {
        let word = usize::try_from(at / 64).unwrap_or(usize::MAX);
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn get(&self, at: u64) -> bool {
        let word = usize::try_from(at / 64).ok().and_then(|word| self.0.get(word));
        word.is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}
