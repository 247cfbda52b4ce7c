//! Authorizations that are looked up when a claim cites them, and kept for the claims behind it that cite the same.

use std::fmt;
use std::hash::BuildHasher;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxBuildHasher;

use super::Authorization;
use super::decision::{Decided, outcome_of};
use crate::reference::id::MemberKey;

/// Where decisions are looked up: a store. Asked from many threads at once. It keeps its own troubles in mind, for whoever
/// gave it to ask after.
pub trait Source: Send + Sync {
    /// The decisions on a number in its normal form, the earliest first.
    fn decisions(&self, number: &str) -> Vec<Decided>;

    /// The numbers that were decided for a member.
    fn numbers_of(&self, member: MemberKey) -> Vec<Arc<str>>;

    /// Whether there is no decision at all.
    fn is_empty(&self) -> bool;
}

/// An authorization that was found: one that was taken in stands in the book, one that was looked up lives as long as somebody has it.
#[derive(Clone, Debug)]
pub enum Found<'r> {
    /// Taken in.
    TakenIn(&'r Authorization),
    /// Looked up.
    LookedUp(Arc<Authorization>),
}

impl Deref for Found<'_> {
    type Target = Authorization;

    fn deref(&self) -> &Authorization {
        match self {
            Found::TakenIn(authorization) => authorization,
            Found::LookedUp(authorization) => authorization,
        }
    }
}

/// A number and what is known of it.
struct Slot {
    number: Number,
    outcome: Option<Arc<Authorization>>,
}

/// A number; short ones, which are nearly all, stand where they are compared.
enum Number {
    Short(u8, [u8; SHORT]),
    Long(Box<str>),
}

/// How long a short number is at most.
const SHORT: usize = 22;

impl Number {
    fn new(number: &str) -> Number {
        let mut bytes = [0; SHORT];
        match bytes.get_mut(..number.len()) {
            Some(place) => {
                place.copy_from_slice(number.as_bytes());
                Number::Short(number.len() as u8, bytes)
            }
            None => Number::Long(number.into()),
        }
    }

    fn is(&self, number: &str) -> bool {
        match self {
            Number::Short(length, bytes) => bytes.get(..usize::from(*length)) == Some(number.as_bytes()),
            Number::Long(text) => **text == *number,
        }
    }
}

/// How many parts the table has, and how many slots each has once a number falls into it: few numbers take little room, and many
/// no more than some megabytes, since of those that fall into one slot the last stays. Claims that cite one number mostly
/// stand close together.
const PARTS: usize = 256;
const SLOTS: usize = 64;

/// A part of the table.
type Part = OnceLock<Mutex<[Option<Slot>; SLOTS]>>;

/// What was looked up lately.
pub(super) struct Known {
    source: Box<dyn Source>,
    parts: Box<[Part]>,
    empty: OnceLock<bool>,
}

impl Known {
    pub(super) fn new(source: Box<dyn Source>) -> Known {
        Known { source, parts: (0..PARTS).map(|_| Part::new()).collect(), empty: OnceLock::new() }
    }

    /// The authorization of a number: what its decisions in the source and those of our `own` come to.
    pub(super) fn get(&self, number: &str, own: impl FnOnce() -> Vec<Decided>) -> Option<Arc<Authorization>> {
        let hash = FxBuildHasher.hash_one(number) as usize;
        let part = self.parts.get(hash % PARTS)?.get_or_init(|| Mutex::new([const { None }; SLOTS]));
        let at = hash / PARTS % SLOTS;
        let slots = || part.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |slot: &&Slot| slot.number.is(number);
        let kept = slots().get(at).and_then(Option::as_ref).filter(same).map(|slot| slot.outcome.clone());
        if let Some(outcome) = kept {
            return outcome;
        }
        // not under the lock: whoever asks for another number need not wait
        let outcome = self.look_up(number, own).map(Arc::new);
        if let Some(slot) = slots().get_mut(at) {
            *slot = Some(Slot { number: Number::new(number), outcome: outcome.clone() });
        }
        outcome
    }

    fn look_up(&self, number: &str, own: impl FnOnce() -> Vec<Decided>) -> Option<Authorization> {
        let mut decisions = self.source.decisions(number);
        decisions.extend(own());
        // stable: of decisions of one time, what was stored comes first
        decisions.sort_by_key(|decided| {
            let (date, time, _) = decided.order.parts();
            (date, time)
        });
        match &decisions[..] {
            [only] if !only.effect.cancels() => decisions.pop().map(|only| only.authorization),
            _ => outcome_of(&decisions),
        }
    }

    pub(super) fn numbers_of(&self, member: MemberKey) -> Vec<Arc<str>> {
        self.source.numbers_of(member)
    }

    pub(super) fn is_empty(&self) -> bool {
        *self.empty.get_or_init(|| self.source.is_empty())
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Known")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::{DecisionOrder, Effect};
    use super::*;

    /// Knows every number but those that begin with N.
    struct Numbers(Arc<AtomicUsize>);

    impl Source for Numbers {
        fn decisions(&self, number: &str) -> Vec<Decided> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let authorization = Authorization::plain(number, "M1");
            let order = DecisionOrder::roster(None, 2);
            let decided = Decided { authorization, order, effect: Effect::Stands, previous: None };
            if number.starts_with('N') { Vec::new() } else { vec![decided] }
        }

        fn numbers_of(&self, _: MemberKey) -> Vec<Arc<str>> {
            Vec::new()
        }

        fn is_empty(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_number_is_looked_up_once_while_it_is_kept_and_told_right_ever_after() {
        let looks = Arc::new(AtomicUsize::new(0));
        let known = Known::new(Box::new(Numbers(Arc::clone(&looks))));
        let get = |number: &str| known.get(number, Vec::new);
        let long = "A-NUMBER-THAT-IS-LONGER-THAN-MOST-NUMBERS";
        for number in ["T1", "N1", long] {
            let before = looks.load(Ordering::Relaxed);
            for _ in 0..3 {
                assert_eq!(get(number).is_some(), number != "N1");
            }
            assert_eq!(looks.load(Ordering::Relaxed), before + 1, "{number}");
        }
        // what somebody has stays, whatever else falls into its slot
        let held = get("T1").unwrap();
        let most = 4 * PARTS * SLOTS;
        for number in 0..most {
            let number = format!("T{number}");
            assert_eq!(&*get(&number).unwrap().number, &number);
            assert!(get(&format!("N{number}")).is_none());
        }
        assert_eq!(&*held.number, "T1");
        let slots = known.parts.iter().filter_map(|part| part.get());
        let kept: usize = slots.map(|slots| slots.lock().unwrap().iter().flatten().count()).sum();
        assert!(kept > most / 8 && kept <= PARTS * SLOTS, "{kept} are kept");
    }
}
