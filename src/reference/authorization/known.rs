//! Authorizations that are looked up when a claim first cites them, and kept.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxBuildHasher;

use super::Authorization;
use super::decision::{Decided, Effect, outcome_of};
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

/// A number and what is known of it; behind it, others of the same bucket.
struct Node {
    number: Number,
    outcome: Option<Authorization>,
    next: Next,
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

type Next = OnceLock<Box<Node>>;

/// How many parts of the table there are, and how many buckets each has once a number falls into it: few numbers take little
/// room, and many have buckets of their own.
const PARTS: usize = 256;
const BUCKETS: usize = 512;

/// Buckets of a part of the table.
type Part = OnceLock<Box<[Next]>>;

/// What was looked up so far. Grows only, so that what it gives out stays where it is.
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
    pub(super) fn get(&self, number: &str, own: impl FnOnce() -> Vec<Decided>) -> Option<&Authorization> {
        let hash = FxBuildHasher.hash_one(number) as usize;
        let part = self.parts.get(hash % PARTS)?.get_or_init(|| (0..BUCKETS).map(|_| Next::new()).collect());
        let mut place = part.get(hash / PARTS % BUCKETS)?;
        while let Some(node) = place.get() {
            if node.number.is(number) {
                return node.outcome.as_ref();
            }
            place = &node.next;
        }
        let mut decisions = self.source.decisions(number);
        decisions.extend(own());
        // stable: of decisions of one time, what was stored comes first
        decisions.sort_by_key(|decided| {
            let (date, time, _) = decided.order.parts();
            (date, time)
        });
        let outcome = match &decisions[..] {
            [only] if only.effect != Effect::Cancels => decisions.pop().map(|only| only.authorization),
            _ => outcome_of(&decisions),
        };
        let mut node = Box::new(Node { number: Number::new(number), outcome, next: Next::new() });
        loop {
            // another thread may have been faster, with this number or another one
            match place.set(node) {
                Ok(()) => return place.get().and_then(|node| node.outcome.as_ref()),
                Err(ours) => node = ours,
            }
            let there = place.get()?;
            if there.number.is(number) {
                return there.outcome.as_ref();
            }
            place = &there.next;
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
