//! Whether a value is what its element's type, lengths and code list ask for.

use crate::finding::{Code, Date, Money};
use crate::guide::generated::pool;
use crate::guide::table::ElementRow;
use crate::guide::terms::ElementType;
use crate::x12::grammar;

/// The data element of a date or period; its form is told by the [`FORMAT`] before it.
pub(super) const PERIOD: Code = Code::new(b"1251");

/// The data element that tells the form of a date or period.
pub(super) const FORMAT: Code = Code::new(b"1250");

/// The data element of an amount of money.
const AMOUNT: Code = Code::new(b"782");

/// What is wrong with a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wrong {
    /// This many characters, or digits of a number, are too few.
    Short(usize),
    /// This many are too many.
    Long(usize),
    /// It is no number of its type.
    Number,
    /// It is an amount of more than four decimals, or one that no computer's integer holds.
    Amount,
    /// The code list does not have it.
    Code,
    /// The date does not exist, or is not of its form.
    Date,
    /// The time does not exist.
    Time,
}

/// The first thing that is wrong with a value that is not empty.
#[inline]
pub(super) fn wrong(row: &ElementRow, text: &[u8]) -> Option<Wrong> {
    let length = match row.kind {
        ElementType::Composite => return None,
        ElementType::Decimal => match digits(text, true) {
            Some(digits) => digits,
            None => return Some(Wrong::Number),
        },
        ElementType::Integer => match digits(text, false) {
            Some(digits) => digits,
            None => return Some(Wrong::Number),
        },
        _ => text.len(),
    };
    if length < usize::from(row.min) {
        return Some(Wrong::Short(length));
    }
    if length > usize::from(row.max) {
        let characters = if text.is_ascii() { length } else { characters(text) };
        if characters > usize::from(row.max) {
            return Some(Wrong::Long(characters));
        }
    }
    if row.codes.len > 0 && !is_listed(row, text) {
        return Some(Wrong::Code);
    }
    match row.kind {
        ElementType::Date if !is_date(text) => Some(Wrong::Date),
        ElementType::Time if !grammar::is_time(text) => Some(Wrong::Time),
        ElementType::Decimal if row.number == AMOUNT && Money::parse(text).is_none() => Some(Wrong::Amount),
        _ => None,
    }
}

/// What is wrong with a date or period of this form (data element 1250). Of a form that these guides do not use, nothing is
/// known.
pub(super) fn wrong_period(format: &[u8], text: &[u8]) -> Option<Wrong> {
    let is_good = match format {
        b"D8" => Date::parse(text).is_some(),
        b"RD8" | b"DT" => {
            grammar::date_period(format, text).is_some() && (format == b"RD8" || text.len() == 12)
        }
        b"TM" => return (text.len() != 4 || !grammar::is_time(text)).then_some(Wrong::Time),
        _ => true,
    };
    (!is_good).then_some(Wrong::Date)
}

/// Whether a time exists.
pub(super) fn is_time(text: &[u8]) -> bool {
    grammar::is_time(text)
}

/// How many digits a number has; none if it is no number. Sign and point do not count.
fn digits(text: &[u8], with_point: bool) -> Option<usize> {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let mut digits = 0;
    let mut points = 0;
    for byte in text {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' if with_point => points += 1,
            _ => return None,
        }
    }
    (digits > 0 && points < 2).then_some(digits)
}

/// The length of a text that is not all ASCII: in characters if it is UTF-8, else in bytes.
#[cold]
fn characters(text: &[u8]) -> usize {
    std::str::from_utf8(text).map_or(text.len(), |text| text.chars().count())
}

/// Whether an element's own list has a value. Lists are short: the longest has some hundred codes, most have one or two.
fn is_listed(row: &ElementRow, text: &[u8]) -> bool {
    if row.long.len > 0 {
        return row.long.of(&pool::LONG).iter().any(|code| code.as_bytes() == text);
    }
    Code::exact(text).is_some_and(|code| row.codes.of(&pool::CODES).contains(&code))
}

/// CCYYMMDD, or YYMMDD where it is six long.
fn is_date(text: &[u8]) -> bool {
    match text.len() {
        6 => {
            let mut full = *b"20000000";
            full[2..].copy_from_slice(text);
            Date::parse(&full).is_some()
        }
        _ => Date::parse(text).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Wrong, digits, is_date, wrong_period};

    #[test]
    fn digits_are_counted_without_sign_and_point() {
        for (text, expected) in [
            ("-12.50", Some(4)),
            (".5", Some(1)),
            ("100.", Some(3)),
            ("-", None),
            (".", None),
            ("1.2.3", None),
        ] {
            assert_eq!(digits(text.as_bytes(), true), expected, "{text}");
        }
        for text in ["1.5", "1 ", "1,000", "1E3", "--1", "1-"] {
            assert_eq!(digits(text.as_bytes(), false), None, "{text}");
        }
        assert_eq!(digits(b"-7", false), Some(1));
    }

    #[test]
    fn periods_are_of_their_form() {
        for (format, text, expected) in [
            ("D8", "20250229", Some(Wrong::Date)),
            ("D8", "20240229", None),
            ("D8", "20240228-20240229", Some(Wrong::Date)),
            ("RD8", "20240228-20240229", None),
            ("RD8", "20240229-20240228", Some(Wrong::Date)),
            ("RD8", "20240229", Some(Wrong::Date)),
            ("DT", "202402291305", None),
            ("DT", "20240229130501", Some(Wrong::Date)),
            ("DT", "202402292405", Some(Wrong::Date)),
            ("TM", "2359", None),
            ("TM", "2360", Some(Wrong::Time)),
            ("TM", "235959", Some(Wrong::Time)),
            ("ZZ", "anything", None),
        ] {
            assert_eq!(wrong_period(format.as_bytes(), text.as_bytes()), expected, "{format} {text}");
        }
        assert!(is_date(b"250131") && !is_date(b"250132") && !is_date(b"2025013"));
    }
}
