//! What time it is, and whether that can be believed.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Local, SubsecRound as _};

/// What time it is.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// That of the machine.
    Machine,
    /// Always the same.
    Fixed(DateTime<FixedOffset>),
    /// As somebody says: by a clock that may jump, and by one that never does.
    Told(fn() -> (DateTime<FixedOffset>, Duration)),
}

static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock {
    /// Now.
    pub fn now(self) -> DateTime<FixedOffset> {
        self.tick().0
    }

    /// Now, and how long it is since some moment, by a clock that nobody sets.
    pub(super) fn tick(self) -> (DateTime<FixedOffset>, Duration) {
        match self {
            Clock::Machine => (Local::now().fixed_offset().trunc_subsecs(0), BEGUN.elapsed()),
            Clock::Fixed(now) => (now, Duration::ZERO),
            Clock::Told(tell) => tell(),
        }
    }
}

/// So many seconds more or less than passed are a jump.
const JUMP: i64 = 300;

/// So long after a jump the clock is believed again: by then it is right, or somebody set it on purpose.
const STEADY: Duration = Duration::from_mins(10);

/// The jumps of a clock.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Jumps {
    last: Option<(i64, Duration)>,
    jumped: Option<Duration>,
}

impl Jumps {
    /// A clock that is not believed yet, as after a start of the machine.
    pub(super) fn unsure(steady: Duration) -> Jumps {
        Jumps { last: None, jumped: Some(steady) }
    }

    /// Looks at the clock, in seconds since 1970, and at one that nobody sets; answers by how many seconds it jumped since the
    /// last look.
    pub(super) fn look(&mut self, now: i64, steady: Duration) -> Option<i64> {
        let before = self.last.replace((now, steady));
        let (then, since) = before?;
        let passed = steady.saturating_sub(since).as_secs() as i64;
        let jump = now - then - passed;
        if jump.abs() <= JUMP {
            return None;
        }
        self.jumped = Some(steady);
        Some(jump)
    }

    /// Whether it has not jumped for a while.
    pub(super) fn is_steady(&self, steady: Duration) -> bool {
        self.jumped.is_none_or(|jumped| steady.saturating_sub(jumped) >= STEADY)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Jumps;

    #[test]
    fn a_jump_is_noticed_and_forgotten() {
        let mut jumps = Jumps::default();
        let steady = Duration::from_secs;
        assert_eq!(jumps.look(1000, steady(0)), None);
        assert_eq!(jumps.look(1300, steady(10)), None, "some minutes are no jump");
        assert_eq!(jumps.look(91_310, steady(20)), Some(90_000));
        assert!(!jumps.is_steady(steady(20)));
        assert_eq!(jumps.look(91_900, steady(610)), None);
        assert!(!jumps.is_steady(steady(619)) && jumps.is_steady(steady(620)));
        assert_eq!(jumps.look(1910, steady(620)), Some(-90_000));
        assert!(!jumps.is_steady(steady(620)));
    }
}
