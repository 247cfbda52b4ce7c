//! Finding rows by key.

use std::fmt;
use std::hash::{BuildHasher, Hash};

use rustc_hash::FxBuildHasher;

/// A row that is found by a key.
pub(super) trait Keyed {
    /// What it is found by.
    type Key: Copy + Ord + Hash;
    /// Its key.
    fn key(&self) -> Self::Key;
}

/// Rows sorted by key, and a table of their first places: a lookup costs a hash and, as a rule, one look at a
/// row, however many rows there are. The table takes four to eight bytes a key.
pub(super) struct Rows<T> {
    rows: Vec<T>,
    /// Open addressing with linear probing; a power of two long, at most half full.
    slots: Box<[u32]>,
}

/// A slot in which nothing stands.
const FREE: u32 = u32::MAX;

impl<T: Keyed> Rows<T> {
    /// Sorts rows by key and, where keys are equal, by `then`.
    pub(super) fn new<O: Ord>(mut rows: Vec<T>, then: impl Fn(&T) -> O) -> Rows<T> {
        rows.sort_unstable_by(|a, b| a.key().cmp(&b.key()).then_with(|| then(a).cmp(&then(b))));
        rows.shrink_to_fit();
        let keys = rows.chunk_by(|a, b| a.key() == b.key()).count();
        let mut slots = vec![FREE; (keys * 2).next_power_of_two()].into_boxed_slice();
        let mut first = 0;
        for group in rows.chunk_by(|a, b| a.key() == b.key()) {
            let start = group.first().map_or(0, |row| place(row.key(), slots.len()));
            for step in 0..slots.len() {
                let at = (start + step) & (slots.len() - 1);
                if let Some(slot) = slots.get_mut(at).filter(|slot| **slot == FREE) {
                    *slot = first;
                    break;
                }
            }
            first += group.len() as u32;
        }
        Rows { rows, slots }
    }

    /// The rows of a key, in their order.
    pub(super) fn find(&self, key: T::Key) -> &[T] {
        let start = place(key, self.slots.len());
        for step in 0..self.slots.len() {
            let at = (start + step) & (self.slots.len() - 1);
            let first = self.slots.get(at).copied().unwrap_or(FREE);
            let Some(rows) = self.rows.get(first as usize..) else { break };
            if rows.first().is_some_and(|row| row.key() == key) {
                let len = rows.iter().take_while(|row| row.key() == key).count();
                return rows.get(..len).unwrap_or(&[]);
            }
        }
        &[]
    }

    /// All rows, by key.
    pub(super) fn all(&self) -> &[T] {
        &self.rows
    }

    /// The rows of each key.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[T]> {
        self.rows.chunk_by(|a, b| a.key() == b.key())
    }
}

/// Where the search for a key begins in a table of `slots`, a power of two.
fn place<K: Hash>(key: K, slots: usize) -> usize {
    let hash = FxBuildHasher.hash_one(key);
    // The hash is best in its high bits.
    (hash >> 32) as usize & (slots - 1)
}

impl<T> fmt::Debug for Rows<T> {
    // The rows themselves may be about patients.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({})", self.rows.len())
    }
}

impl<T: Keyed> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows::new(Vec::new(), |_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::{Keyed, Rows};
    use proptest::prelude::*;

    impl Keyed for (u128, u32) {
        type Key = u128;
        fn key(&self) -> u128 {
            self.0
        }
    }

    proptest! {
        #[test]
        fn finds_what_a_scan_finds(rows in proptest::collection::vec((0u128..40, any::<u32>()), 0..200)) {
            let table = Rows::new(rows.clone(), |row| row.1);
            for key in 0..45 {
                let mut naive: Vec<_> = rows.iter().copied().filter(|row| row.0 == key).collect();
                naive.sort_unstable();
                prop_assert_eq!(table.find(key), naive.as_slice());
            }
        }
    }
}
