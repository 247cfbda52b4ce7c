//! Fingerprints that are stored: the same on every machine and in every version.

/// Bytes in hexadecimal digits, as `sha256sum` writes them.
///
/// ```
/// assert_eq!(claimsieve::finding::hexadecimal(&[0x0a, 0xff]), "0aff");
/// ```
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // a String takes everything
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A 64-bit fingerprint in the making. Nobody gains by making two things collide, so it is fast rather than cryptographic.
///
/// ```
/// use claimsieve::finding::Print;
/// let print = |parts: &[&[u8]]| {
///     let mut print = Print::new(0);
///     parts.iter().for_each(|part| print.bytes(part));
///     print.finish()
/// };
/// assert_eq!(print(&[b"one", b"two"]), print(&[b"onetwo"]));
/// assert_ne!(print(&[b"one"]), print(&[b"two"]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Print {
    state: u64,
    /// Bytes that do not make a word yet, the first one lowest.
    rest: u64,
    /// How many bytes there were.
    length: u64,
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
const START: u64 = 0x2d35_8dcc_aa6c_78a5;

const fn mixed(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    product as u64 ^ (product >> 64) as u64
}

impl Print {
    /// Begins a fingerprint; two with other seeds are independent of each other.
    pub const fn new(seed: u64) -> Print {
        Print { state: mixed(seed ^ START, MULTIPLIER), rest: 0, length: 0 }
    }

    /// Adds a word.
    pub fn word(&mut self, word: u64) {
        self.bytes(&word.to_le_bytes());
    }

    /// Adds a field: bytes that end here, whatever follows.
    pub fn field(&mut self, bytes: &[u8]) {
        self.bytes(bytes);
        self.word(bytes.len() as u64);
    }

    /// Adds bytes; it makes no difference in how many pieces they come.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let held = (self.length % 8) as usize;
        self.length += bytes.len() as u64;
        let mut bytes = bytes;
        if held > 0 {
            let (first, others) = bytes.split_at(bytes.len().min(8 - held));
            for (at, byte) in first.iter().enumerate() {
                self.rest |= u64::from(*byte) << (8 * (held + at));
            }
            if held + first.len() < 8 {
                return;
            }
            self.take(self.rest);
            bytes = others;
        }
        let (words, last) = bytes.as_chunks::<8>();
        for word in words {
            self.take(u64::from_le_bytes(*word));
        }
        self.rest = last.iter().rev().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
    }

    fn take(&mut self, word: u64) {
        self.state = mixed(self.state ^ word, MULTIPLIER).wrapping_add(word.rotate_left(29));
        self.rest = 0;
    }

    /// The fingerprint of what was added.
    pub const fn finish(&self) -> u64 {
        mixed(mixed(self.state ^ self.rest, MULTIPLIER) ^ self.length, START)
    }
}

#[cfg(test)]
mod tests {
    use super::Print;
    use proptest::prelude::*;

    fn whole(bytes: &[u8]) -> u64 {
        let mut print = Print::new(1);
        print.bytes(bytes);
        print.finish()
    }

    /// Stores keep them: they must never change.
    #[test]
    fn prints_stay_as_they_are() {
        assert_eq!(whole(b""), PRINTS[0]);
        assert_eq!(whole(b"ISA"), PRINTS[1]);
        assert_eq!(whole(b"a text of more than one word"), PRINTS[2]);
    }

    const PRINTS: [u64; 3] = [0x499b_9597_5a11_84ae, 0xe125_e25b_b118_e23f, 0xedd5_3159_3a7c_2e90];

    #[test]
    fn every_bit_counts() {
        let text = *b"some bytes to be printed";
        let first = whole(&text);
        for at in 0..text.len() * 8 {
            let mut other = text;
            other[at / 8] ^= 1 << (at % 8);
            let differing = (whole(&other) ^ first).count_ones();
            assert!((8..=56).contains(&differing), "bit {at}: {differing}");
        }
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes in proptest::collection::vec(any::<u8>(), 0..80), cuts in proptest::collection::vec(0usize..80, 0..6)) {
            let mut cuts = cuts;
            cuts.retain(|cut| *cut <= bytes.len());
            cuts.sort_unstable();
            let mut print = Print::new(1);
            let mut from = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                print.bytes(&bytes[from..cut]);
                from = cut;
            }
            prop_assert_eq!(print.finish(), whole(&bytes));
        }
    }
}
