//! Dates, times and control numbers of what is sent.

use std::hash::{Hash, Hasher};

use chrono::{DateTime, TimeZone, Timelike as _};

use crate::finding::Date;
use crate::x12::Isa;

use super::Kind;

/// When a run takes place, as it writes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// Seconds since midnight.
    pub second: u32,
}

impl Moment {
    /// The moment of a date and time, as its own place tells them.
    pub fn of<Zone: TimeZone>(at: &DateTime<Zone>) -> Moment {
        let local = at.naive_local();
        Moment { date: Date::from(local.date()), second: local.time().num_seconds_from_midnight() }
    }

    /// `CCYYMMDD`.
    pub fn day(self) -> String {
        let (year, month, day) = self.date.ymd();
        format!("{year:04}{month:02}{day:02}")
    }

    /// `YYMMDD`.
    pub fn short_day(self) -> String {
        self.day().get(2..).unwrap_or_default().to_owned()
    }

    /// `HHMM`.
    pub fn time(self) -> String {
        format!("{:02}{:02}", self.second / 3600 % 24, self.second / 60 % 60)
    }
}

/// Gives out control numbers. Whoever keeps a sequence for each partner gives the next of it.
pub trait ControlNumbers: std::fmt::Debug + Send {
    /// ISA13 of what answers the interchange `isa`, the `ordinal`th of its input from 0. Nine digits at most.
    fn interchange(&mut self, kind: Kind, isa: &Isa, ordinal: u64) -> u32;

    /// GS06 of the `nth` group, from 1, of the interchange that was given `number`.
    fn group(&mut self, kind: Kind, number: u32, nth: u64) -> u32;
}

/// Numbers that are made of the inbound header and the time of the run alone, for runs that keep no sequence: the first
/// digit tells the kind, the others mix the inbound ISA, its place in the input, which input of the run it is, and the second of the run.
#[derive(Clone, Copy, Debug)]
pub struct Derived {
    /// When the run takes place.
    pub now: Moment,
    /// Which input of the run it is, from 0.
    pub input: u64,
}

/// Numbers of one kind.
const SPAN: u64 = 100_000_000;

impl ControlNumbers for Derived {
    fn interchange(&mut self, kind: Kind, isa: &Isa, ordinal: u64) -> u32 {
        let mut hasher = rustc_hash::FxHasher::default();
        (isa.text(), ordinal, self.now.date.days(), self.now.second).hash(&mut hasher);
        // the first one's are those that it has by itself
        if self.input > 0 {
            self.input.hash(&mut hasher);
        }
        // splitmix: the low digits must depend on every bit
        let mut mixed = hasher.finish();
        for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(factor);
        }
        (kind.digit() * SPAN + (mixed ^ (mixed >> 31)) % SPAN) as u32
    }

    fn group(&mut self, kind: Kind, number: u32, nth: u64) -> u32 {
        (kind.digit() * SPAN + (u64::from(number) + nth.saturating_sub(1)) % SPAN) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::{ControlNumbers, Derived, Kind, Moment};
    use crate::finding::Date;
    use crate::x12::grammar;

    #[test]
    fn numbers_differ_by_kind_place_and_second() {
        let isa = grammar::isa(
            b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*^*00501*000000007*1*P*:~",
        )
        .unwrap();
        let moment = Moment { date: Date::new(2026, 7, 1).unwrap(), second: 43_230 };
        assert_eq!((moment.day().as_str(), moment.time().as_str()), ("20260701", "1200"));
        assert_eq!(moment.short_day(), "260701");
        let of = |kind, ordinal, second| {
            Derived { now: Moment { second, ..moment }, input: 0 }.interchange(kind, &isa, ordinal)
        };
        let all = [
            of(Kind::Implementation, 0, 0),
            of(Kind::Implementation, 1, 0),
            of(Kind::Implementation, 0, 1),
            of(Kind::Claims, 0, 0),
            of(Kind::Interchange, 0, 0),
            Derived { now: Moment { second: 0, ..moment }, input: 1 }.interchange(Kind::Claims, &isa, 0),
        ];
        for (at, number) in all.iter().enumerate() {
            assert!((100_000_000..=999_999_999).contains(number));
            assert!(!all[..at].contains(number), "{all:?}");
        }
        assert_eq!(of(Kind::Claims, 0, 0), all[3]);
        let mut derived = Derived { now: moment, input: 0 };
        assert_eq!(derived.group(Kind::Claims, 399_999_999, 1), 399_999_999);
        assert_eq!(derived.group(Kind::Claims, 399_999_999, 2), 300_000_000);
    }
}
