//! Control numbers seen in a group, an interchange, or a run.

use rustc_hash::FxHashSet;

use crate::finding::Print;
use crate::x12::Isa;

/// Who used which interchange control number: what tells the second interchange with a sender's number.
#[derive(Debug)]
pub enum Senders {
    /// Fingerprints of sender and number, with a lowest bit of zero.
    Seen {
        /// In the inputs so far.
        all: FxHashSet<u64>,
        /// Those of them that came with the last input; the lowest bit says that it is a test.
        last: Vec<u64>,
        /// Who knows of those before.
        earlier: Option<Earlier>,
    },
    /// For an input that was surveyed before: which of its interchanges, by their numbers, repeat one.
    Known(Vec<u64>),
}

/// Answers whether an interchange came in an earlier run, by its fingerprint.
pub struct Earlier(pub Box<dyn Fn(u64) -> bool + Send + Sync>);

impl std::fmt::Debug for Earlier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Earlier")
    }
}

impl Default for Senders {
    fn default() -> Senders {
        Senders::Seen { all: FxHashSet::default(), last: Vec::new(), earlier: None }
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
        if let Senders::Seen { all, last, .. } = self {
            last.drain(..).for_each(|print| {
                all.remove(&(print & !1));
            });
        }
    }

    /// Says who knows of earlier runs.
    pub fn ask(&mut self, who: Option<Earlier>) {
        if let Senders::Seen { earlier, .. } = self {
            *earlier = who;
        }
    }

    /// The fingerprints of the last input's interchanges that are no tests, as far as they were new to the run.
    pub fn last(&self) -> impl Iterator<Item = u64> + '_ {
        let last = match self {
            Senders::Seen { last, .. } => &last[..],
            Senders::Known(_) => &[],
        };
        last.iter().copied().filter(|print| print & 1 == 0)
    }

    /// Notes the header of interchange `ordinal`; whether its sender used the number before.
    pub(super) fn repeats(&mut self, ordinal: u64, isa: &Isa) -> bool {
        match self {
            Senders::Seen { all, last, earlier } => {
                let (qualifier, sender) = isa.sender();
                let mut print = Print::new(0);
                for part in [qualifier, sender, isa.control()] {
                    print.field(part);
                }
                let print = print.finish() & !1;
                let is_new = all.insert(print);
                if is_new {
                    last.push(print | u64::from(isa.is_test()));
                }
                !is_new || earlier.as_ref().is_some_and(|Earlier(came)| came(print))
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
