//! Control numbers seen in a group, an interchange, or a run.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHashSet;

use crate::x12::Isa;

/// Who used which interchange control number: what tells the second interchange with a sender's number.
#[derive(Debug)]
pub enum Senders {
    /// Hashes of sender and number.
    Seen {
        /// In the inputs so far.
        all: FxHashSet<u64>,
        /// Those of them that came with the last input.
        last: Vec<u64>,
    },
    /// For an input that was surveyed before: which of its interchanges, by their numbers, repeat one.
    Known(Vec<u64>),
}

impl Default for Senders {
    fn default() -> Senders {
        Senders::Seen { all: FxHashSet::default(), last: Vec::new() }
    }
}

impl Senders {
    /// Another input begins.
    pub(super) fn begin(&mut self) {
        if let Senders::Seen { last, .. } = self {
            last.clear();
        }
    }

    /// The last input broke off while it was read: what it used is not used.
    pub fn forget_last(&mut self) {
        if let Senders::Seen { all, last } = self {
            last.drain(..).for_each(|hash| {
                all.remove(&hash);
            });
        }
    }

    /// Notes the header of interchange `ordinal`; whether its sender used the number before.
    pub(super) fn repeats(&mut self, ordinal: u64, isa: &Isa) -> bool {
        match self {
            Senders::Seen { all, last } => {
                let (qualifier, sender) = isa.sender();
                let mut hasher = rustc_hash::FxHasher::default();
                (qualifier, sender, isa.control()).hash(&mut hasher);
                let is_new = all.insert(hasher.finish());
                if is_new {
                    last.push(hasher.finish());
                }
                !is_new
            }
            Senders::Known(repeating) => repeating.binary_search(&ordinal).is_ok(),
        }
    }
}

/// The ST02s of one group, or the GS06s of one interchange. They usually count up, so runs of consecutive numbers are kept as runs: a group of a million sets
/// takes a few bytes.
#[derive(Debug, Default)]
pub(super) struct ControlNumbers {
    /// Length of the text, first and last number of a run.
    runs: Vec<(u8, u64, u64)>,
    others: FxHashSet<Box<[u8]>>,
}

/// More runs than this are kept as single texts.
const MOST_RUNS: usize = 64;

impl ControlNumbers {
    pub(super) fn clear(&mut self) {
        self.runs.clear();
        self.others.clear();
    }

    /// Notes a number; false if it was seen before. `007` and `7` are different texts.
    pub(super) fn insert(&mut self, text: &[u8]) -> bool {
        let Some(number) = crate::x12::grammar::whole(text) else {
            return self.others.insert(text.into());
        };
        let length = text.len() as u8;
        let seen =
            self.runs.iter().any(|(l, first, last)| *l == length && (*first..=*last).contains(&number));
        if seen || self.others.contains(text) {
            return false;
        }
        let has_room = self.runs.len() < MOST_RUNS;
        match self.runs.last_mut() {
            Some((l, _, last)) if *l == length && *last + 1 == number => *last = number,
            _ if has_room => self.runs.push((length, number, number)),
            _ => {
                self.others.insert(text.into());
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::ControlNumbers;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sees_what_a_set_sees(texts in proptest::collection::vec("[0-9]{1,3}|[A-Z]{4}", 0..400)) {
            let mut numbers = ControlNumbers::default();
            let mut plain = std::collections::HashSet::new();
            for text in &texts {
                prop_assert_eq!(numbers.insert(text.as_bytes()), plain.insert(text.clone()));
            }
        }
    }

    #[test]
    fn a_counting_sender_costs_nothing() {
        let mut numbers = ControlNumbers::default();
        assert!((1..100_000u32).all(|n| numbers.insert(format!("{n:09}").as_bytes())));
        assert_eq!((numbers.runs.len(), numbers.others.len()), (1, 0));
        assert!(!numbers.insert(b"000050000"));
    }
}
