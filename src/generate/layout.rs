//! Who bills for whom: the levels under which the claims of a set stand.

use super::calendar::Window;
use super::random::{Random, Share, Stream};

/// Claims whose levels are laid out together. A block begins with a billing provider of its own and depends on nothing
/// before it but the last HL01, so that blocks can be made side by side.
pub(super) const BLOCK: u64 = 64;

/// One piece of a set after the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// An HL*20: which billing provider.
    Provider { nth: u32 },
    /// An HL*22. The ordinal is that of the first claim below it.
    Subscriber { ordinal: u64, has_patients: bool },
    /// An HL*23.
    Patient { ordinal: u64 },
    /// A claim, and the days that it has to itself among the member's claims.
    Claim { ordinal: u64, window: Window },
}

/// The steps of one block.
pub(super) struct Layout {
    random: Random,
    providers: u32,
    patients: Share,
    next: u64,
    end: u64,
    /// Claims still to come under this provider, this subscriber, this patient.
    provider_claims: u64,
    subscriber_claims: u64,
    patient_claims: u64,
    /// The claims of the subscriber in hand.
    of: u64,
    has_patients: bool,
}

impl Layout {
    /// The block of the claims `first..end`.
    pub(super) fn new(seed: u64, first: u64, end: u64, providers: u32, patients: Share) -> Layout {
        Layout {
            random: Random::new(seed, Stream::Layout, first),
            providers,
            patients,
            next: first,
            end,
            provider_claims: 0,
            subscriber_claims: 0,
            patient_claims: 0,
            of: 0,
            has_patients: false,
        }
    }
}

impl Iterator for Layout {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let left = self.end - self.next;
        if left == 0 {
            return None;
        }
        let ordinal = self.next;
        if self.provider_claims == 0 {
            self.provider_claims = u64::from(4 + self.random.below(21)).min(left);
            return Some(Step::Provider { nth: self.random.below(self.providers) });
        }
        if self.subscriber_claims == 0 {
            let claims = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][self.random.below(10) as usize];
            self.of = claims.min(self.provider_claims);
            self.subscriber_claims = self.of;
            self.has_patients = self.patients.drawn(&mut self.random);
            return Some(Step::Subscriber { ordinal, has_patients: self.has_patients });
        }
        if self.has_patients && self.patient_claims == 0 {
            self.patient_claims = u64::from(1 + self.random.below(self.subscriber_claims as u32));
            return Some(Step::Patient { ordinal });
        }
        let nth = self.of - self.subscriber_claims;
        self.patient_claims = self.patient_claims.saturating_sub(1);
        self.subscriber_claims -= 1;
        self.provider_claims -= 1;
        self.next += 1;
        Some(Step::Claim { ordinal, window: Window::new(nth as u32, self.of as u32) })
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Layout, Step};
    use crate::generate::random::Share;

    #[test]
    fn every_claim_stands_under_its_levels() {
        for (rate, claims) in [(0.0, BLOCK), (0.3, BLOCK), (1.0, 7), (0.5, 1)] {
            let layout = Layout::new(9, 1000, 1000 + claims, 5, Share::new(rate).unwrap());
            let (mut levels, mut next) = (Vec::new(), 1000);
            for step in layout {
                match step {
                    Step::Provider { nth } => {
                        assert!(nth < 5);
                        levels = vec![20];
                    }
                    Step::Subscriber { ordinal, has_patients } => {
                        assert_eq!(ordinal, next);
                        levels = vec![20, if has_patients { 21 } else { 22 }];
                    }
                    Step::Patient { ordinal } => {
                        assert_eq!((ordinal, levels.get(1)), (next, Some(&21)));
                        levels = vec![20, 21, 23];
                    }
                    Step::Claim { ordinal, .. } => {
                        assert_eq!(ordinal, next);
                        assert!(levels == [20, 22] || levels == [20, 21, 23], "{levels:?}");
                        next += 1;
                    }
                }
            }
            assert_eq!(next, 1000 + claims);
        }
    }
}
