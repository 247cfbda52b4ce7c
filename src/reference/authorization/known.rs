//! Authorizations that are looked up when a claim first cites them, and kept.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, OnceLock};

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

/// A number and what is known of it; behind it, others of the same bucket.
struct Node {
    number: Box<str>,
    outcome: Option<Authorization>,
    next: Next,
}

type Next = OnceLock<Box<Node>>;

/// How many buckets there are: half a megabyte of them.
const BUCKETS: usize = 1 << 15;

/// What was looked up so far. Grows only, so that what it gives out stays where it is.
pub(super) struct Known {
    source: Box<dyn Source>,
    buckets: Box<[Next]>,
    empty: OnceLock<bool>,
}

impl Known {
    pub(super) fn new(source: Box<dyn Source>) -> Known {
        Known { source, buckets: (0..BUCKETS).map(|_| Next::new()).collect(), empty: OnceLock::new() }
    }

    /// The authorization of a number: what its decisions in the source and those of our `own` come to.
    pub(super) fn get(&self, number: &str, own: impl FnOnce() -> Vec<Decided>) -> Option<&Authorization> {
        let bucket = FxBuildHasher.hash_one(number) as usize % BUCKETS;
        let mut place = self.buckets.get(bucket)?;
        while let Some(node) = place.get() {
            if *node.number == *number {
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
        let mut node =
            Box::new(Node { number: number.into(), outcome: outcome_of(&decisions), next: Next::new() });
        loop {
            // another thread may have been faster, with this number or another one
            match place.set(node) {
                Ok(()) => return place.get().and_then(|node| node.outcome.as_ref()),
                Err(ours) => node = ours,
            }
            let there = place.get()?;
            if *there.number == *number {
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
