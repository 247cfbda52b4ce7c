//! Numbers that look random and are the same on every machine.

/// What a stream of numbers is used for. Each use has its own streams, so that drawing one number more for a claim
/// never changes the members or providers around it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    Batch = 1,
    Provider = 2,
    Layout = 3,
    Member = 4,
    Patient = 5,
    Claim = 6,
    Coverage = 7,
    Standing = 8,
    Roster = 9,
}

/// SplitMix64 (Steele, Lea, Flood 2014), started from (seed, use, ordinal): any claim can be made without making
/// those before it. Whole numbers only, so that nothing depends on a processor's rounding.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    pub(super) fn new(seed: u64, stream: Stream, ordinal: u64) -> Random {
        let key = mix(seed.wrapping_add(STEP.wrapping_mul(stream as u64)));
        Random(mix(key ^ ordinal.wrapping_mul(STEP)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number from 0 to `n` - 1; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    /// One of a table that is not empty.
    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u32) as usize]
    }

    /// One word of a list that is not empty.
    pub(super) fn word(&mut self, all: &[&'static str]) -> &'static str {
        self.pick::<&str>(all)
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A share of one, as a fraction of 2³²: the only place where a rate given as a floating point number is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Share(u64);

impl Share {
    /// `None` unless the rate lies in 0..=1.
    pub(super) fn new(rate: f64) -> Option<Share> {
        (0.0..=1.0).contains(&rate).then_some(Share((rate * 4_294_967_296.0) as u64))
    }

    /// Whether the share is nothing at all.
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether a draw falls into the share.
    pub(super) fn drawn(self, random: &mut Random) -> bool {
        (random.next() >> 32) < self.0
    }

    /// Whether the share, spread evenly over all ordinals from `phase` on, falls on this one: of any `n` in a row
    /// it takes `n` times the share, rounded up or down.
    pub(super) fn falls_on(self, ordinal: u64, phase: u32) -> bool {
        let so_far = |n: u64| (u128::from(n) * u128::from(self.0) + u128::from(phase)) >> 32;
        so_far(ordinal + 1) != so_far(ordinal)
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Share, Stream};

    #[test]
    fn numbers_are_pinned() {
        // SplitMix64's published first outputs for a state of 0.
        let mut random = Random(0);
        assert_eq!(random.next(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(random.next(), 0x6E78_9E6A_A1B9_65F4);
        let mut random = Random::new(7, Stream::Claim, 3);
        let drawn: Vec<u32> = (0..1000).map(|_| random.below(6)).collect();
        assert!((0..6).all(|n| (100..240).contains(&drawn.iter().filter(|d| **d == n).count())));
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn shares_are_exact() {
        let share = |rate| Share::new(rate).unwrap();
        for phase in [0, 1, u32::MAX] {
            assert!((0..1000).all(|n| share(1.0).falls_on(n, phase)));
            assert!(!(0..1000).any(|n| share(0.0).falls_on(n, phase)));
            let twentieth = (0..10_000).filter(|n| share(0.05).falls_on(*n, phase)).count();
            assert!((499..=501).contains(&twentieth), "{twentieth}");
        }
        assert_eq!([-0.1, 1.1, f64::NAN].map(Share::new), [None; 3]);
    }
}
