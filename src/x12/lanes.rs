//! Which bytes of a block of 64 are the wanted ones, as a word with a bit for each: what every fast look at the bytes is
//! made of.
//!
//! Three ways, which a test holds against each other: [`Wide`], thirty-two bytes at a time (AVX2, where the processor has it);
//! on other x86-64 processors sixteen at a time (SSE2, which all of them have); elsewhere eight at a time in a plain word. Where
//! the environment says `CLAIMSIEVE_SIMD=off`, the first is not used.

use std::sync::LazyLock;

/// Bytes in a block.
pub(super) const BLOCK: usize = 64;

/// A way to look at blocks.
pub(super) trait Lanes: Copy {
    /// Bit `n` says whether byte `n` of the block is `wanted`.
    fn equal(self, block: &[u8; BLOCK], wanted: u8) -> u64;

    /// Bit `n` says whether byte `n` of the block is a control character, DEL included, or no ASCII.
    fn unprintable(self, block: &[u8; BLOCK]) -> u64;
}

/// The way of every machine: SSE2 on x86-64, words elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plain;

/// AVX2.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide {
    /// Only made where the processor has it.
    _detected: (),
}

impl Wide {
    /// The wide way, where the processor has what it takes (AVX2, BMI1, BMI2, LZCNT, POPCNT) and nobody switched it off.
    pub(super) fn detect() -> Option<Wide> {
        static DETECTED: LazyLock<bool> = LazyLock::new(|| {
            #[cfg(target_arch = "x86_64")]
            {
                let is_off = std::env::var_os("CLAIMSIEVE_SIMD").is_some_and(|word| word == "off");
                !is_off
                    && std::arch::is_x86_feature_detected!("avx2")
                    && std::arch::is_x86_feature_detected!("bmi1")
                    && std::arch::is_x86_feature_detected!("bmi2")
                    && std::arch::is_x86_feature_detected!("lzcnt")
                    && std::arch::is_x86_feature_detected!("popcnt")
            }
            #[cfg(not(target_arch = "x86_64"))]
            false
        });
        DETECTED.then_some(Wide { _detected: () })
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(clippy::inline_always)] // a handful of instructions in the middle of every loop over bytes
#[allow(unsafe_code)]
impl Lanes for Wide {
    #[inline(always)]
    fn equal(self, block: &[u8; BLOCK], wanted: u8) -> u64 {
        use std::arch::x86_64::{
            _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        };
        let (lanes, _) = block.as_chunks::<32>();
        lanes.iter().rev().fold(0, |found, lane| {
            // SAFETY: a `Wide` exists only where the processor was found to have AVX2; the load takes the thirty-two bytes that
            // `lane` borrows and asks for no alignment.
            let mask = unsafe {
                let lane = _mm256_loadu_si256(lane.as_ptr().cast());
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(lane, _mm256_set1_epi8(wanted.cast_signed())))
            };
            found << 32 | u64::from(mask.cast_unsigned())
        })
    }

    #[inline(always)]
    fn unprintable(self, block: &[u8; BLOCK]) -> u64 {
        use std::arch::x86_64::{
            _mm256_cmpgt_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        };
        let (lanes, _) = block.as_chunks::<32>();
        let low = lanes.iter().rev().fold(0, |found, lane| {
            // SAFETY: as in `equal`. Compared as signed numbers, bytes from 0x80 on are less than a blank too.
            let mask = unsafe {
                let lane = _mm256_loadu_si256(lane.as_ptr().cast());
                _mm256_movemask_epi8(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), lane))
            };
            found << 32 | u64::from(mask.cast_unsigned())
        });
        low | self.equal(block, 0x7f)
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Lanes for Wide {
    fn equal(self, block: &[u8; BLOCK], wanted: u8) -> u64 {
        equal_in_words(block, wanted)
    }

    fn unprintable(self, block: &[u8; BLOCK]) -> u64 {
        unprintable_one_by_one(block)
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(clippy::inline_always)] // as above
#[allow(unsafe_code)]
impl Lanes for Plain {
    #[inline(always)]
    fn equal(self, block: &[u8; BLOCK], wanted: u8) -> u64 {
        use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
        let (lanes, _) = block.as_chunks::<16>();
        lanes.iter().rev().fold(0, |found, lane| {
            // SAFETY: SSE2 is part of x86-64, so that every processor that can run this has the instructions; the load takes
            // the sixteen bytes that `lane` borrows and asks for no alignment.
            let mask = unsafe {
                let lane = _mm_loadu_si128(lane.as_ptr().cast());
                _mm_movemask_epi8(_mm_cmpeq_epi8(lane, _mm_set1_epi8(wanted.cast_signed())))
            };
            found << 16 | u64::from(mask.cast_unsigned())
        })
    }

    #[inline(always)]
    fn unprintable(self, block: &[u8; BLOCK]) -> u64 {
        use std::arch::x86_64::{_mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
        let (lanes, _) = block.as_chunks::<16>();
        let low = lanes.iter().rev().fold(0, |found, lane| {
            // SAFETY: as in `equal`. Compared as signed numbers, bytes from 0x80 on are less than a blank too.
            let mask = unsafe {
                let lane = _mm_loadu_si128(lane.as_ptr().cast());
                _mm_movemask_epi8(_mm_cmplt_epi8(lane, _mm_set1_epi8(0x20)))
            };
            found << 16 | u64::from(mask.cast_unsigned())
        });
        low | self.equal(block, 0x7f)
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Lanes for Plain {
    fn equal(self, block: &[u8; BLOCK], wanted: u8) -> u64 {
        equal_in_words(block, wanted)
    }

    fn unprintable(self, block: &[u8; BLOCK]) -> u64 {
        unprintable_one_by_one(block)
    }
}

/// [`Lanes::equal`] in words.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn equal_in_words(block: &[u8; BLOCK], wanted: u8) -> u64 {
    /// Every byte of a word: its low bit, its high bit.
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    /// Gathers the lowest bits of the bytes in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (words, _) = block.as_chunks::<8>();
    words.iter().enumerate().fold(0, |found, (number, word)| {
        let differs = u64::from_le_bytes(*word) ^ (LOW * u64::from(wanted));
        // adding 127 to the low seven bits sets the high bit of every byte that is not zero, and carries nowhere
        let same = !(((differs & !HIGH) + !HIGH) | differs) & HIGH;
        found | ((same >> 7).wrapping_mul(GATHER) >> 56) << (8 * number)
    })
}

/// [`Lanes::unprintable`] byte by byte.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn unprintable_one_by_one(block: &[u8; BLOCK]) -> u64 {
    let is_odd = |byte: &u8| !matches!(byte, b' '..=b'~');
    block.iter().zip(0u32..).fold(0, |found, (byte, n)| found | u64::from(is_odd(byte)) << n)
}

/// Gives each block of `bytes` to `each` with where it begins; the last is filled up with `filler`.
#[inline(always)]
#[allow(clippy::inline_always)] // so that `each` is compiled for the lanes at hand
pub(super) fn for_each_block(bytes: &[u8], filler: u8, mut each: impl FnMut(usize, &[u8; BLOCK])) {
    let mut last = [filler; BLOCK];
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let block = rest.first_chunk::<BLOCK>().unwrap_or_else(|| {
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            &last
        });
        each(at, block);
        at += BLOCK;
    }
}

/// A word with the lowest `n` bits set.
#[inline]
pub(super) const fn below(n: u32) -> u64 {
    if n >= u64::BITS { u64::MAX } else { (1 << n) - 1 }
}

/// Finds one byte again and again, from left to right.
#[derive(Debug)]
pub(super) struct Finder<'a> {
    bytes: &'a [u8],
    wanted: u8,
    /// Where the block at hand begins, and what is left of its hits.
    block: usize,
    hits: u64,
}

impl<'a> Finder<'a> {
    /// Looks for `wanted` from place `from` on.
    pub(super) fn new(bytes: &'a [u8], wanted: u8, from: usize) -> Finder<'a> {
        let mut finder = Finder { bytes, wanted, block: from, hits: 0 };
        finder.hits = finder.look();
        finder
    }

    #[inline]
    fn look(&self) -> u64 {
        let rest = self.bytes.get(self.block..).unwrap_or(&[]);
        if let Some(block) = rest.first_chunk::<BLOCK>() {
            return Plain.equal(block, self.wanted);
        }
        rest.iter().zip(0u32..).fold(0, |hits, (byte, n)| hits | u64::from(*byte == self.wanted) << n)
    }

    /// The next place; none when there is none left.
    #[inline]
    pub(super) fn next(&mut self) -> Option<usize> {
        while self.hits == 0 {
            self.block += BLOCK;
            if self.block >= self.bytes.len() {
                return None;
            }
            self.hits = self.look();
        }
        let place = self.block + self.hits.trailing_zeros() as usize;
        self.hits &= self.hits - 1;
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        BLOCK, Finder, Lanes as _, Plain, Wide, below, equal_in_words, for_each_block, unprintable_one_by_one,
    };
    use proptest::prelude::*;

    #[test]
    fn words_of_low_bits() {
        assert_eq!([0, 1, 63, 64, 99].map(below), [0, 1, u64::MAX >> 1, u64::MAX, u64::MAX]);
    }

    proptest! {
        #[test]
        fn every_way_finds_the_same(bytes in proptest::collection::vec(0u8..6, 0..300), wanted in 0u8..6, shift: u8) {
            let bytes: Vec<u8> = bytes.iter().map(|byte| byte.wrapping_add(shift)).collect();
            let wanted = wanted.wrapping_add(shift);
            let expected: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == wanted).collect();
            let mut found = Vec::new();
            let mut agree = true;
            for_each_block(&bytes, wanted.wrapping_add(1), |at, block| {
                let (hits, odd) = (equal_in_words(block, wanted), unprintable_one_by_one(block));
                agree &= Plain.equal(block, wanted) == hits && Plain.unprintable(block) == odd;
                if let Some(wide) = Wide::detect() {
                    agree &= wide.equal(block, wanted) == hits && wide.unprintable(block) == odd;
                }
                found.extend((0..BLOCK).filter(|n| hits >> n & 1 == 1).map(|n| at + n));
            });
            prop_assert!(agree);
            prop_assert_eq!(&found, &expected);
            for from in [0, 1, 63, 64, 65, 299] {
                let mut finder = Finder::new(&bytes, wanted, from);
                let found: Vec<usize> = std::iter::from_fn(|| finder.next()).collect();
                let expected: Vec<usize> = expected.iter().copied().filter(|at| *at >= from).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
