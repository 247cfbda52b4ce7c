//! The days on which services are given.

use crate::finding::Date;

use super::pen::Put;
use super::random::Random;

/// The first day of service, a Sunday: 2026-02-01.
const FIRST: (i32, u32, u32) = (2026, 2, 1);

/// Days of service: 2026-02-01 to 2026-06-30, the day before the batch is sent.
pub(super) const DAYS: u32 = 150;

/// Lengths of the months from February 2026 on.
const MONTHS: [(u8, u32); 5] = [(2, 28), (3, 31), (4, 30), (5, 31), (6, 30)];

/// A day of service, counted from [`FIRST`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Day(pub(super) u8);

impl Day {
    /// The day of a date, if the batch reaches it.
    pub(super) fn of(date: Date) -> Option<Day> {
        let nth = date.days() - Day(0).date().days();
        (0..DAYS as i32).contains(&nth).then_some(Day(nth as u8))
    }

    /// An earlier day, but none before the first.
    pub(super) fn before(self, days: u32) -> Day {
        Day(self.0.saturating_sub(days as u8))
    }

    /// A later day, but none after the last.
    pub(super) fn after(self, days: u32) -> Day {
        Day((u32::from(self.0) + days).min(DAYS - 1) as u8)
    }

    /// The day itself, or the nearest one on which offices are open.
    pub(super) fn open(self) -> Day {
        match self.0 % 7 {
            0 => Day(self.0 + 1),
            6 => Day(self.0 - 1),
            _ => self,
        }
    }

    /// The day as a date.
    pub(super) fn date(self) -> Date {
        let (year, month, day) = FIRST;
        Date::new(year, month, day).unwrap_or(Date::MIN).plus(i32::from(self.0))
    }
}

/// `CCYYMMDD` of every day, written once.
static TEXTS: [[u8; 8]; DAYS as usize] = texts();

const fn texts() -> [[u8; 8]; DAYS as usize] {
    let mut all = [*b"20260201"; DAYS as usize];
    let (mut at, mut month) = (0, 0);
    while month < MONTHS.len() {
        let (number, length) = MONTHS[month];
        let mut day = 1;
        while day <= length {
            all[at][5] = b'0' + number;
            all[at][6] = b'0' + (day / 10) as u8;
            all[at][7] = b'0' + (day % 10) as u8;
            at += 1;
            day += 1;
        }
        month += 1;
    }
    all
}

impl Put for Day {
    #[inline]
    fn put(self, text: &mut Vec<u8>) {
        text.extend_from_slice(&TEXTS[usize::from(self.0)]);
    }
}

/// The days that one of a member's claims has to itself, so that no claim of a batch repeats another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    from: u32,
    to: u32,
}

impl Window {
    /// The window of claim `nth` (from 0) of a member's `of` claims.
    pub(super) fn new(nth: u32, of: u32) -> Window {
        let of = of.max(1);
        Window { from: nth * DAYS / of, to: (nth + 1) * DAYS / of }
    }

    /// Whether the member has no other claim.
    pub(super) fn is_whole(self) -> bool {
        (self.from, self.to) == (0, DAYS)
    }

    /// Whether the day lies in it.
    pub(super) fn holds(self, day: Day) -> bool {
        (self.from..self.to).contains(&u32::from(day.0))
    }

    /// A first day that leaves `span` days behind it inside the window.
    pub(super) fn day(self, random: &mut Random, span: u32) -> Day {
        // one day is kept free at either end, since an office day may move by one
        let room = (self.to - self.from).saturating_sub(span + 2).max(1);
        Day((self.from + 1 + random.below(room)).min(DAYS - 2) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::{DAYS, Day, TEXTS, Window};
    use crate::finding::Date;
    use crate::generate::random::{Random, Stream};

    #[test]
    fn days_are_dates() {
        for at in 0..DAYS as u8 {
            assert_eq!(Date::parse(&TEXTS[usize::from(at)]), Some(Day(at).date()));
        }
        assert_eq!(Day(DAYS as u8 - 1).date().to_string(), "2026-06-30");
        assert_eq!(Day(0).date().days().rem_euclid(7), 3, "2026-02-01 is a Sunday, as 1970-01-04 was");
    }

    #[test]
    fn windows_of_a_member_do_not_touch() {
        let mut random = Random::new(1, Stream::Claim, 1);
        for of in 1..=4 {
            for nth in 0..of {
                let window = Window::new(nth, of);
                for span in [0, 16, 20] {
                    let day = window.day(&mut random, span);
                    assert!(u32::from(day.open().0) >= window.from);
                    assert!(u32::from(day.after(span).open().0) < window.to.min(DAYS), "{window:?} {day:?}");
                }
            }
        }
    }
}
