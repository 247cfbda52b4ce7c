//! Short code values packed into a machine word.

use std::fmt;

/// A code, identifier or tag of up to eight ASCII bytes, packed left-aligned into a `u64`.
///
/// Segment ids (`CLM`), loop ids (`2010AA`), procedure codes, diagnosis codes and
/// modifiers are compared millions of times; as words they compare in one instruction, and because
/// the first byte is the most significant one, their order is the order of the text.
///
/// ```
/// use claimsieve::finding::Code;
/// let low = Code::new(b"E10");
/// assert!(low < Code::new(b"E109"));
/// assert_eq!(low.to_string(), "E10");
/// assert!(Code::new(b"E109").starts_with(low));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Code(u64);

impl Code {
    /// No code: the empty text.
    pub const EMPTY: Code = Code(0);

    /// Packs `text`. Bytes after the eighth are dropped: use [`Code::exact`] where
    /// a longer text must not be mistaken for its beginning.
    #[inline]
    pub const fn new(text: &[u8]) -> Code {
        Code(packed(text))
    }

    /// Packs `text`, or nothing if it is longer than eight bytes or holds a zero byte.
    #[inline]
    pub fn exact(text: &[u8]) -> Option<Code> {
        (text.len() <= 8 && !text.contains(&0)).then(|| Code::new(text))
    }

    /// Packs `text` in upper case; empty when it is longer than eight bytes.
    #[inline]
    pub fn upper(text: &[u8]) -> Code {
        let word = if text.len() <= 8 { packed(text) } else { 0 };
        Code(uppercase(word))
    }

    /// The packed word.
    pub const fn word(self) -> u64 {
        self.0
    }

    /// The code of a packed word.
    pub const fn from_word(word: u64) -> Code {
        Code(word)
    }

    /// Whether there is no text.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many bytes of text.
    #[allow(clippy::len_without_is_empty)]
    pub const fn len(self) -> usize {
        8 - (self.0.trailing_zeros() / 8) as usize
    }

    /// The first `n` bytes.
    #[must_use]
    pub const fn prefix(self, n: usize) -> Code {
        if n >= 8 {
            return self;
        }
        if n == 0 {
            return Code(0);
        }
        Code(self.0 & (u64::MAX << (64 - 8 * n)))
    }

    /// Whether the text begins with the text of `prefix`.
    pub const fn starts_with(self, prefix: Code) -> bool {
        self.prefix(prefix.len()).0 == prefix.0
    }

    /// The byte at `at`, zero past the end.
    pub const fn byte(self, at: usize) -> u8 {
        if at >= 8 { 0 } else { (self.0 >> (56 - 8 * at)) as u8 }
    }

    /// The text, in a buffer and with its length.
    pub fn bytes(self) -> ([u8; 8], usize) {
        (self.0.to_be_bytes(), self.len())
    }
}

/// The first eight bytes of a text as a word. Most codes have up to three.
#[inline]
#[allow(clippy::many_single_char_names)] // the bytes of a word
const fn packed(text: &[u8]) -> u64 {
    if let Some(eight) = text.first_chunk::<8>() {
        return u64::from_be_bytes(*eight);
    }
    match *text {
        [a] => (a as u64) << 56,
        [a, b] => (u16::from_be_bytes([a, b]) as u64) << 48,
        [a, b, c] => (u32::from_be_bytes([a, b, c, 0]) as u64) << 32,
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            // where the first four and the last four overlap, they are the same bytes
            (Some(first), Some(last)) => {
                let last = u32::from_be_bytes(*last) as u64;
                (u32::from_be_bytes(*first) as u64) << 32 | last << (8 * (8 - text.len()))
            }
            _ => 0,
        },
    }
}

/// Eight bytes with their ASCII letters in upper case.
#[inline]
const fn uppercase(word: u64) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let low = word & !HIGH;
    // the high bit of each byte from `a` on, and of each past `z`
    let (from_a, past_z) = (low + LOW * (0x80 - b'a' as u64), low + LOW * (0x7f - b'z' as u64));
    let letters = (from_a ^ past_z) & !word & HIGH;
    // letters differ by 0x20
    word ^ (letters >> 2)
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, len) = self.bytes();
        f.pad(&String::from_utf8_lossy(&bytes[..len]))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Code {
        Code::new(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_length_is_packed_from_the_left() {
        let text = b"ABCDEFGHIJ";
        for length in 0..=text.len() {
            let text = &text[..length];
            let word = (0..8).fold(0, |word, at| word << 8 | u64::from(text.get(at).copied().unwrap_or(0)));
            assert_eq!(super::Code::new(text).word(), word, "{length}");
            assert_eq!(super::Code::exact(text).is_some(), length <= 8);
        }
    }

    use super::Code;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn order_is_text_order(a in "[A-Z0-9]{0,8}", b in "[A-Z0-9]{0,8}") {
            prop_assert_eq!(Code::from(a.as_str()).cmp(&Code::from(b.as_str())), a.cmp(&b));
        }

        #[test]
        fn prefix_is_text_prefix(a in "[A-Z0-9]{0,8}", n in 0usize..9) {
            let cut = &a[..n.min(a.len())];
            prop_assert_eq!(Code::from(a.as_str()).prefix(n), Code::from(cut));
            prop_assert_eq!(Code::from(a.as_str()).to_string(), a);
        }
    }

    #[test]
    fn long_text_is_no_exact_code() {
        assert_eq!(Code::exact(b"123456789"), None);
        assert_eq!(Code::upper(b"123456789"), Code::EMPTY);
        assert_eq!(Code::upper(b"j0585"), Code::new(b"J0585"));
    }
}
