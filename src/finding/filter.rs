//! Bloom filters of fingerprints: whether one may be among those that were added, or surely is not.

/// A part of a filter that one thing is looked for in: one bit of each of eight words.
const BLOCK: usize = 32;

/// Odd numbers that spread one hash over eight words.
const SALTS: [u32; 8] =
    [0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31];

/// A filter, as it is stored: it must never change. What is added must be as good as random, as fingerprints are.
///
/// ```
/// use claimsieve::finding::{Filter, Print};
/// let print = |word| {
///     let mut print = Print::new(0);
///     print.word(word);
///     print.finish()
/// };
/// let mut filter = Filter::new(100, 12);
/// filter.add(print(1));
/// assert!(filter.may_hold(print(1)));
/// assert!(!filter.may_hold(print(2)));
/// ```
#[derive(Clone, Default)]
pub struct Filter(Vec<u8>);

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Filter({} bytes)", self.0.len())
    }
}

impl Filter {
    /// An empty filter for up to so many things, with so many bits for each: with eight, one in fifty may be found though it was not
    /// added, with twelve one in some hundreds.
    pub fn new(things: u64, bits: u64) -> Filter {
        let blocks = things.saturating_mul(bits).div_ceil(BLOCK as u64 * 8).max(1);
        Filter(vec![0; blocks as usize * BLOCK])
    }

    /// A filter of stored bytes.
    pub fn of(bytes: Vec<u8>) -> Filter {
        Filter(bytes)
    }

    /// The bytes to store.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Where the bits of a thing are.
    fn place(&self, thing: u64) -> std::ops::Range<usize> {
        let blocks = (self.0.len() / BLOCK) as u64;
        let at = (((thing >> 32) * blocks) >> 32) as usize * BLOCK;
        at..at + BLOCK
    }

    /// Adds a thing.
    pub fn add(&mut self, thing: u64) {
        let place = self.place(thing);
        let words = self.0.get_mut(place).unwrap_or_default().as_chunks_mut::<4>().0;
        for (word, salt) in words.iter_mut().zip(SALTS) {
            *word = (u32::from_le_bytes(*word) | bit(thing, salt)).to_le_bytes();
        }
    }

    /// Whether it may have been added; surely not where this is false.
    pub fn may_hold(&self, thing: u64) -> bool {
        let words = self.0.get(self.place(thing)).unwrap_or_default().as_chunks::<4>().0;
        words.iter().zip(SALTS).all(|(word, salt)| u32::from_le_bytes(*word) & bit(thing, salt) != 0)
    }
}

fn bit(thing: u64, salt: u32) -> u32 {
    1 << ((thing as u32).wrapping_mul(salt) >> 27)
}

#[cfg(test)]
mod tests {
    use super::Filter;

    fn thing(number: u64) -> u64 {
        let mut print = crate::finding::Print::new(number);
        print.word(number);
        print.finish()
    }

    #[test]
    fn what_was_added_is_found_and_little_else() {
        for count in [1, 100, 5_000] {
            let mut filter = Filter::new(count, 12);
            (0..count).for_each(|number| filter.add(thing(number)));
            let filter = Filter::of(filter.bytes().to_vec());
            assert!((0..count).all(|number| filter.may_hold(thing(number))));
            let more = (count..count + 10_000).filter(|number| filter.may_hold(thing(*number))).count();
            assert!(more < 100, "{more} of 10000 that were not added");
        }
        assert!(!Filter::new(0, 12).may_hold(thing(7)));
    }

    #[test]
    fn one_that_is_cut_off_may_hold_all() {
        // nothing is missed for it
        assert!(Filter::of(Vec::new()).may_hold(thing(1)));
    }
}
