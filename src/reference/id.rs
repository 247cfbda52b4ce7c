//! Identifiers and amounts that rosters and authorizations are matched by.

use std::fmt;
use std::num::{NonZeroU32, NonZeroU64};

use sha2::{Digest, Sha256};

use crate::finding::Money;

/// A National Provider Identifier, by its ten digits. The check digit is not looked at here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Npi(NonZeroU64);

impl Npi {
    /// Ten digits, not all zero; anything else is no NPI.
    pub fn parse(text: &[u8]) -> Option<Npi> {
        digits(text, 10).and_then(NonZeroU64::new).map(Npi)
    }

    /// Whether it is one that can be issued: [`npi_fault`].
    pub fn is_sound(self) -> bool {
        npi_fault(format!("{:010}", self.0).as_bytes()).is_none()
    }
}

impl fmt::Display for Npi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

/// A federal tax id, by its nine digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxId(NonZeroU32);

impl TaxId {
    /// Nine digits, also written `12-3456789`; not all zero.
    pub fn parse(text: &[u8]) -> Option<TaxId> {
        let number = match text {
            [a, b, b'-', rest @ ..] => digits(&[*a, *b], 2)? * 10_000_000 + digits(rest, 7)?,
            _ => digits(text, 9)?,
        };
        NonZeroU32::new(number as u32).map(TaxId)
    }
}

impl fmt::Display for TaxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

impl fmt::Debug for TaxId {
    // A sole practitioner's tax id is a social security number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaxId(…)")
    }
}

/// The number that exactly `len` digits make.
pub(super) fn digits(text: &[u8], len: usize) -> Option<u64> {
    if text.len() != len || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// A member id made ready for comparing: [`member_key`].
///
/// A word, so that a million members are compared without following pointers. `Debug` hides it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct MemberKey(u64, u64);

/// Set in keys that are hashes: no ASCII text begins with this bit.
const HASHED: u128 = 1 << 127;

impl MemberKey {
    /// No member id.
    pub const EMPTY: MemberKey = MemberKey(0, 0);

    /// Whether there is no member id.
    pub const fn is_empty(self) -> bool {
        self.0 == 0 && self.1 == 0
    }

    /// The packed word, to be stored. It is the member id itself for ids of up to sixteen characters, and as
    /// protected as that.
    pub const fn word(self) -> u128 {
        (self.0 as u128) << 64 | self.1 as u128
    }

    /// The key of a stored word.
    pub const fn from_word(word: u128) -> MemberKey {
        // Two halves, because a `u128` would make every row that has a key longer for its alignment.
        MemberKey((word >> 64) as u64, word as u64)
    }
}

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberKey(<phi>)")
    }
}

/// The key under which member ids are compared: trimmed, in upper case, and a BIC id (eight digits, a letter,
/// check digit, four digits of the issue date) counts by the nine characters that name the member.
///
/// Ids that do not fit into a word are compared by 127 bits of their SHA-256.
///
/// ```
/// use claimsieve::reference::member_key;
/// assert_eq!(member_key(b" 90000001a "), member_key(b"90000001A35123"));
/// assert_ne!(member_key(b"ABCDEFGHI00001"), member_key(b"ABCDEFGHI00002"));
/// ```
pub fn member_key(id: &[u8]) -> MemberKey {
    let id = id.trim_ascii();
    let id = if is_bic(id) { id.get(..9).unwrap_or(id) } else { id };
    let mut bytes = [0u8; 16];
    match bytes.get_mut(..id.len()) {
        Some(place) if id.is_ascii() && !id.contains(&0) => {
            place.copy_from_slice(id);
            bytes.make_ascii_uppercase();
            MemberKey::from_word(u128::from_be_bytes(bytes))
        }
        _ => {
            let hash = Sha256::digest(id.to_ascii_uppercase());
            let word = hash.iter().take(16).fold(0, |word, byte| word << 8 | u128::from(*byte));
            MemberKey::from_word(word | HASHED)
        }
    }
}

fn is_bic(id: &[u8]) -> bool {
    id.len() == 14
        && id.iter().enumerate().all(|(at, byte)| match at {
            8 => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit(),
        })
}

/// A quantity of services in ten-thousandths, exact for every quantity X12 carries in practice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Quantity(i64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Quantity = Quantity(0);

    /// A whole number.
    pub const fn whole(number: u32) -> Quantity {
        Quantity(number as i64 * 10_000)
    }

    /// Parses an X12 `R` number that is not negative.
    pub fn parse(text: &[u8]) -> Option<Quantity> {
        let units = Money::parse(text)?.units();
        (units >= 0).then_some(Quantity(units))
    }

    /// So many ten-thousandths; none below zero.
    pub const fn from_units(units: i64) -> Quantity {
        Quantity(if units < 0 { 0 } else { units })
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, times: u64) -> Quantity {
        Quantity(self.0.saturating_mul(i64::try_from(times).unwrap_or(i64::MAX)))
    }

    /// Ten-thousandths.
    pub const fn units(self) -> i64 {
        self.0
    }
}

impl std::ops::Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// What is wrong with an NPI, if anything: ten digits, the first 1 or 2, and a check digit by Luhn over 80840 and the rest.
pub fn npi_fault(npi: &[u8]) -> Option<&'static str> {
    /// Twice each digit, the digits of the product added.
    const DOUBLED: [u8; 16] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 0, 0, 0, 0, 0, 0];
    let Ok(npi) = <&[u8; 10]>::try_from(npi) else { return Some("is not ten digits") };
    let digits = npi.map(|byte| byte.wrapping_sub(b'0'));
    if digits.iter().fold(0, |largest: u8, digit| largest.max(*digit)) > 9 {
        return Some("is not ten digits");
    }
    if !matches!(npi[0], b'1' | b'2') {
        return Some("does not begin with 1 or 2");
    }
    // every second digit from the last but one is doubled, and the digits of the product added; the prefix 80840 adds 24
    let doubled = |at: usize| DOUBLED[usize::from(digits[at] & 15)];
    let sum = 24
        + (doubled(0) + doubled(2) + doubled(4) + doubled(6) + doubled(8))
        + (digits[1] + digits[3] + digits[5] + digits[7] + digits[9]);
    (!sum.is_multiple_of(10)).then_some("has a wrong check digit")
}

#[cfg(test)]
mod tests {
    use super::{MemberKey, Npi, Quantity, TaxId, member_key, npi_fault};
    use proptest::prelude::*;

    #[test]
    fn ids_are_their_digits() {
        assert_eq!(Npi::parse(b"1234567893").unwrap().to_string(), "1234567893");
        for wrong in [&b"123456789"[..], b"12345678933", b"12345678 3", b"0000000000", b""] {
            assert_eq!(Npi::parse(wrong), None);
        }
        assert_eq!(TaxId::parse(b"01-2345678").unwrap().to_string(), "012345678");
        assert_eq!(TaxId::parse(b"01-2345678"), TaxId::parse(b"012345678"));
        assert_eq!(TaxId::parse(b"0-12345678"), None);
        assert_eq!(format!("{:?}", TaxId::parse(b"012345678")), "Some(TaxId(…))");
    }

    #[test]
    fn only_a_bic_id_is_cut() {
        assert_eq!(member_key(b"90000001A35123"), member_key(b"90000001A"));
        assert_ne!(member_key(b"90000001AB5123"), member_key(b"90000001A"));
        assert_ne!(member_key(b"90000001A3512"), member_key(b"90000001A"));
        assert_eq!(member_key(b"   "), MemberKey::EMPTY);
        assert_eq!(format!("{:?}", member_key(b"90000001A")), "MemberKey(<phi>)");
    }

    #[test]
    fn a_check_digit_tells_a_slip() {
        let is_sound = |text: &[u8]| Npi::parse(text).unwrap().is_sound();
        assert!(is_sound(b"1234567893") && is_sound(b"1000001010") && !is_sound(b"3234567893"));
        for wrong in ["1234567890", "1234567983", "1243567893", "1000001011", "0000000006"] {
            assert!(!is_sound(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn quantities_show_what_they_read() {
        for (text, shown) in [("12", "12"), ("0", "0"), ("1.5", "1.5"), (".25", "0.25"), ("10.0", "10")] {
            assert_eq!(Quantity::parse(text.as_bytes()).unwrap().to_string(), shown);
        }
        assert_eq!(Quantity::parse(b"-1"), None);
    }

    proptest! {
        #[test]
        fn keys_differ_where_ids_do(a in "[A-Z0-9]{1,20}", b in "[A-Z0-9]{1,20}") {
            prop_assume!(a.len() != 14 && b.len() != 14);
            prop_assert_eq!(member_key(a.as_bytes()) == member_key(b.as_bytes()), a == b);
            prop_assert_eq!(member_key(a.to_lowercase().as_bytes()), member_key(a.as_bytes()));
            prop_assert_eq!(MemberKey::from_word(member_key(a.as_bytes()).word()), member_key(a.as_bytes()));
        }
    }

    #[test]
    fn a_provider_number_has_its_check_digit() {
        for npi in ["1234567893", "1000001010", "2000000002"] {
            let sound = npi_fault(npi.as_bytes()).is_none();
            assert_eq!(sound, npi != "2000000002" || luhn(npi), "{npi}");
        }
        assert_eq!(npi_fault(b"1234567890"), Some("has a wrong check digit"));
        assert_eq!(npi_fault(b"123456789"), Some("is not ten digits"));
        assert_eq!(npi_fault(b"3234567893"), Some("does not begin with 1 or 2"));
    }

    /// Luhn over the prefix and the number, written out.
    fn luhn(npi: &str) -> bool {
        let digits: Vec<u32> = format!("80840{npi}").chars().rev().filter_map(|c| c.to_digit(10)).collect();
        let sum: u32 = digits
            .iter()
            .enumerate()
            .map(|(at, digit)| if at % 2 == 0 { *digit } else { digit * 2 / 10 + digit * 2 % 10 })
            .sum();
        sum.is_multiple_of(10)
    }

    #[test]
    fn the_check_digit_is_that_of_luhn() {
        for number in 1_000_000_000_u64..1_000_000_200 {
            let npi = number.to_string();
            assert_eq!(npi_fault(npi.as_bytes()).is_none(), luhn(&npi), "{npi}");
        }
    }
}
