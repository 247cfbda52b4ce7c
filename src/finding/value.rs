//! Money and dates as whole numbers.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// An amount in ten-thousandths of a dollar, so that every amount X12 carries in
/// practice is exact and sums never round.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Money(i64);

/// Ten-thousandths in a dollar.
const SCALE: u64 = 10_000;

/// Ten-thousandths in a cent.
const UNITS_IN_CENT: i64 = 100;

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// An amount from whole cents.
    pub const fn from_cents(cents: i64) -> Money {
        Money(cents * UNITS_IN_CENT)
    }

    /// Ten-thousandths of a dollar.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Whole cents, half a cent rounded away from zero.
    pub const fn cents(self) -> i64 {
        let half = if self.0 < 0 { -UNITS_IN_CENT / 2 } else { UNITS_IN_CENT / 2 };
        self.0.saturating_add(half) / UNITS_IN_CENT
    }

    /// Parses an X12 `R` number: an optional leading minus, digits, an optional
    /// point and decimals. `None` for anything else, for an empty text, and for an amount
    /// past what 64 bits hold.
    ///
    /// ```
    /// use claimsieve::finding::Money;
    /// assert_eq!(Money::parse(b"120.5").unwrap().to_string(), "120.50");
    /// assert_eq!(Money::parse(b"1,000"), None);
    /// ```
    pub fn parse(text: &[u8]) -> Option<Money> {
        let (negative, digits) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, text),
        };
        let mut value: i64 = 0;
        let mut decimals: Option<u32> = None;
        let mut any = false;
        for &byte in digits {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    let digit = i64::from(byte - b'0');
                    match &mut decimals {
                        Some(4..) if digit != 0 => return None,
                        Some(4..) => {}
                        Some(seen) => {
                            *seen += 1;
                            value = value.checked_mul(10)?.checked_add(digit)?;
                        }
                        None => value = value.checked_mul(10)?.checked_add(digit)?,
                    }
                }
                b'.' if decimals.is_none() => decimals = Some(0),
                _ => return None,
            }
        }
        if !any {
            return None;
        }
        let missing = 4 - decimals.unwrap_or(0).min(4);
        value = value.checked_mul(10i64.pow(missing))?;
        Some(Money(if negative { -value } else { value }))
    }
}

impl std::ops::Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, |sum, amount| sum + amount)
    }
}

impl fmt::Display for Money {
    /// Two decimals; four where cents are not whole, so that a message never shows two amounts that differ as the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % UNITS_IN_CENT == 0 {
            return write_cents(f, i128::from(self.0 / UNITS_IN_CENT));
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / SCALE, self.0.unsigned_abs() % SCALE);
        write!(f, "{sign}{whole}.{rest:04}")
    }
}

/// Writes an amount of cents with two decimals.
fn write_cents(f: &mut fmt::Formatter<'_>, cents: i128) -> fmt::Result {
    let sign = if cents < 0 { "-" } else { "" };
    write!(f, "{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

/// Money as reports show it, and sums of many amounts: whole cents. Each amount counts rounded to the cent, half a cent
/// away from zero, so that every sum is the sum of what is shown. It cannot overflow on any file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Total(i128);

impl Total {
    /// Cents.
    pub const fn cents(self) -> i128 {
        self.0
    }

    /// Adds one amount.
    pub fn add(&mut self, amount: Money) {
        self.0 += i128::from(amount.cents());
    }

    /// The sum that [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Total> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "00"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(rest) || rest.len() != 2 {
            return None;
        }
        let (whole, rest): (i128, i128) = (whole.parse().ok()?, rest.parse().ok()?);
        Some(Total(sign * whole.checked_mul(100)?.checked_add(rest)?))
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: Total) {
        self.0 += other.0;
    }

    /// Takes another sum away.
    #[must_use]
    pub fn less(self, other: Total) -> Total {
        Total(self.0 - other.0)
    }
}

impl From<Money> for Total {
    fn from(amount: Money) -> Total {
        Total(i128::from(amount.cents()))
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_cents(f, self.0)
    }
}

impl serde::Serialize for Total {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A calendar day, as the number of days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date(i32);

/// Days from the first of March of year 0 up to 1970-01-01, and one for days that count from 1.
const DAYS_BEFORE_1970: i32 = 719_469;

/// Days from year 1 to 1970-01-01 in chrono's count.
const EPOCH: i32 = 719_163;

impl Date {
    /// The earliest day that can be held: for "since always".
    pub const MIN: Date = Date(i32::MIN);
    /// The latest day that can be held: for "until further notice".
    pub const MAX: Date = Date(i32::MAX);

    /// The day, if it exists.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        NaiveDate::from_ymd_opt(year, month, day).map(Date::from)
    }

    /// Parses `CCYYMMDD`, the X12 form; a day that does not exist is `None`.
    pub fn parse(text: &[u8]) -> Option<Date> {
        let (year, month, day) = Date::parts(text)?;
        // years that begin in March, so that the leap day is the last: days before the year, before the month, in the month
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
        Some(Date(days as i32 - DAYS_BEFORE_1970))
    }

    /// Whether a `CCYYMMDD` is a day that exists.
    #[inline]
    pub fn exists(text: &[u8]) -> bool {
        Date::parts(text).is_some()
    }

    /// Year, month and day of a `CCYYMMDD` that exists.
    #[inline]
    fn parts(text: &[u8]) -> Option<(u32, u32, u32)> {
        const SIXES: u64 = 0x0606_0606_0606_0606;
        const TENS: u64 = 0xf0f0_f0f0_f0f0_f0f0;
        const LENGTHS: [u8; 16] = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0];
        let text: &[u8; 8] = text.try_into().ok()?;
        let word = u64::from_le_bytes(*text);
        // digits are 0x30 to 0x39: so is the upper half of each byte, and six more does not change it
        if (word & TENS) | ((word.wrapping_add(SIXES) & TENS) >> 4) != 0x3333_3333_3333_3333 {
            return None;
        }
        // pairs of digits as numbers, each in sixteen bits
        let digits = word & !TENS;
        let pairs = (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00ff_00ff_00ff_00ff;
        let [century, decade, month, day] = [0, 16, 32, 48].map(|shift| (pairs >> shift) as u32 & 0xff);
        let year = 100 * century + decade;
        let length = LENGTHS.get(month as usize).copied().map_or(0, u32::from);
        let is_leap = || year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        if day == 0 || day > length || year == 0 || (day == 29 && month == 2 && !is_leap()) {
            return None;
        }
        Some((year, month, day))
    }

    /// Parses `YYYY-MM-DD`, the form of rosters and tables.
    pub fn parse_iso(text: &str) -> Option<Date> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let mut packed = [0u8; 8];
        packed[..4].copy_from_slice(&bytes[..4]);
        packed[4..6].copy_from_slice(&bytes[5..7]);
        packed[6..].copy_from_slice(&bytes[8..]);
        Date::parse(&packed)
    }

    /// The day that is so many days after 1970-01-01.
    pub const fn from_days(days: i32) -> Date {
        Date(days)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day `days` later (earlier where negative).
    #[must_use]
    pub const fn plus(self, days: i32) -> Date {
        Date(self.0.saturating_add(days))
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i32, u32, u32) {
        // of 0001-01-01 to 9999-12-31, in years that begin in March: days of four centuries, of one, of four years
        if let Some(days) =
            u32::try_from(self.0.saturating_add(DAYS_BEFORE_1970 - 1)).ok().filter(|d| *d < 3_652_365)
        {
            let (era, day) = (days / 146_097, days % 146_097);
            let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
            let day = day - (365 * year + year / 4 - year / 100);
            let month = (5 * day + 2) / 153;
            let in_month = day - (153 * month + 2) / 5 + 1;
            let after = month >= 10;
            let month = if after { month - 9 } else { month + 3 };
            return ((400 * era + year + u32::from(after)) as i32, month, in_month);
        }
        let day = self.naive();
        (day.year(), day.month(), day.day())
    }

    /// Whole years of someone born on `birth`, on this day: the count goes up on the birthday. For a birth on
    /// 29 February it goes up on 1 March of a common year.
    pub fn age(self, birth: Date) -> i32 {
        let (year, month, day) = self.ymd();
        let (birth_year, birth_month, birth_day) = birth.ymd();
        let before_birthday = (month, day) < (birth_month, birth_day);
        year - birth_year - i32::from(before_birthday)
    }

    /// Whether someone born on `birth` is younger than `years` on this day: [`age`](Date::age), mostly without a calendar.
    pub fn is_younger(self, birth: Date, years: i32) -> bool {
        // a year is 365 or 366 days
        let days = i64::from(self.0) - i64::from(birth.0);
        let years_in_days = i64::from(years) * 365;
        days < years_in_days || days < years_in_days + i64::from(years) && self.age(birth) < years
    }

    fn naive(self) -> NaiveDate {
        let days = self.0.saturating_add(EPOCH);
        NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(if self.0 < 0 {
            NaiveDate::MIN
        } else {
            NaiveDate::MAX
        })
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Date {
        Date(day.num_days_from_ce() - EPOCH)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A first and last day, both included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// Every day.
    pub const ALWAYS: Period = Period { from: Date::MIN, to: Date::MAX };

    /// One day.
    pub const fn day(date: Date) -> Period {
        Period { from: date, to: date }
    }

    /// Whether `date` is one of the days.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    /// Whether a day is in both.
    pub fn overlaps(&self, other: &Period) -> bool {
        self.from.max(other.from) <= self.to.min(other.to)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}/{}", self.from, self.to) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, Money, Total};
    use proptest::prelude::*;

    #[test]
    fn days_and_calendar_agree_with_chrono() {
        use chrono::{Datelike as _, NaiveDate};
        for days in (-719_000..2_932_000).step_by(37).chain(-800..800).chain(10_950..11_100) {
            let date = Date(days);
            let expected = NaiveDate::from_num_days_from_ce_opt(days + super::EPOCH).unwrap();
            assert_eq!(date.ymd(), (expected.year(), expected.month(), expected.day()), "{days}");
            let text = expected.format("%Y%m%d").to_string();
            assert_eq!(Date::parse(text.as_bytes()), Some(date), "{text}");
            assert!(Date::exists(text.as_bytes()));
        }
        for text in [
            "20260229", "20260431", "20261301", "20260001", "20260100", "00000101", "2026010", "2026010:",
            "/0260101",
        ] {
            assert_eq!(Date::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn money_reads_what_x12_writes() {
        for (text, shown) in [
            ("0", "0.00"),
            ("100", "100.00"),
            ("100.", "100.00"),
            (".5", "0.50"),
            ("-12.34", "-12.34"),
            ("1.005", "1.0050"),
            ("7.12340000", "7.12"),
        ] {
            let shown = if text == "7.12340000" { "7.1234" } else { shown };
            assert_eq!(
                Money::parse(text.as_bytes()).map(|m| m.to_string()).as_deref(),
                Some(shown),
                "{text}"
            );
        }
        for text in ["", "-", ".", "1.2.3", "1e3", "1,000", " 1", "99999999999999999999", "1.00001"] {
            assert_eq!(Money::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn sums_are_of_what_is_shown() {
        for (text, shown) in [
            ("80.506", "80.51"),
            ("80.505", "80.51"),
            ("80.5049", "80.50"),
            ("-80.505", "-80.51"),
            ("-0.004", "0.00"),
            ("0.005", "0.01"),
            ("7", "7.00"),
        ] {
            let amount = Money::parse(text.as_bytes()).unwrap();
            let mut total = Total::from(amount);
            assert_eq!(total.to_string(), shown, "{text}");
            total.add(amount);
            let mut twice = Total::parse(shown).unwrap();
            twice.merge(Total::parse(shown).unwrap());
            assert_eq!(total, twice, "{text}");
        }
        for text in ["", "-", "1.", ".50", "1.5", "80.5060", "1.-5", "+1.00", "1e2"] {
            assert_eq!(Total::parse(text), None, "{text}");
        }
        assert_eq!(Total::parse("12"), Total::parse("12.00"));
    }

    #[test]
    fn age_turns_on_the_birthday() {
        let day = |t: &str| Date::parse_iso(t).unwrap();
        let birth = day("2004-03-15");
        assert_eq!(day("2025-03-14").age(birth), 20);
        assert_eq!(day("2025-03-15").age(birth), 21);
        assert_eq!(day("2025-03-16").age(birth), 21);
        let leap = day("2004-02-29");
        assert_eq!(day("2025-02-28").age(leap), 20);
        assert_eq!(day("2025-03-01").age(leap), 21);
    }

    proptest::proptest! {
        #[test]
        fn younger_is_an_age_below(birth in -40_000i32..40_000, days in -400i32..9_000, years in 0i32..23) {
            let (birth, day) = (Date(birth), Date(birth + days));
            proptest::prop_assert_eq!(day.is_younger(birth, years), day.age(birth) < years);
        }
    }

    #[test]
    fn days_that_do_not_exist() {
        for text in ["20250229", "20251301", "2025010", "202501011", "2025O101", "20250100"] {
            assert_eq!(Date::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Date::parse(b"20240229").unwrap().to_string(), "2024-02-29");
        assert!(!Date::MIN.to_string().is_empty() && !Date::MAX.to_string().is_empty());
    }

    proptest! {
        #[test]
        fn money_shows_what_it_read(cents in -1_000_000_000_000i64..1_000_000_000_000) {
            let amount = Money::from_cents(cents);
            prop_assert_eq!(Money::parse(amount.to_string().as_bytes()), Some(amount));
            let mut total = Total::default();
            total.add(amount);
            prop_assert_eq!(total.to_string(), amount.to_string());
            prop_assert_eq!(Total::parse(&total.to_string()), Some(total));
        }

        #[test]
        fn dates_show_what_they_read(days in -100_000i32..100_000) {
            let date = Date(days);
            prop_assert_eq!(Date::parse_iso(&date.to_string()), Some(date));
        }

        #[test]
        fn days_are_those_of_the_calendar(year in 1i32..9999, month in 0u32..14, day in 0u32..33) {
            let text = format!("{year:04}{month:02}{day:02}");
            prop_assert_eq!(Date::parse(text.as_bytes()), Date::new(year, month, day));
        }

        #[test]
        fn money_never_panics(text in proptest::collection::vec(any::<u8>(), 0..30)) {
            let _ = Money::parse(&text);
            let _ = Date::parse(&text);
        }
    }
}
