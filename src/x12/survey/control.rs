//! Control numbers seen in a group or an interchange.

use rustc_hash::FxHashSet;

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
