//! How codes look: shapes that hold whatever the edition of a list.

use crate::finding::Code;

/// Whether `text` is digits only, `count` of them.
pub(super) fn is_digits(text: &[u8], count: usize) -> bool {
    text.len() == count && text.iter().all(u8::is_ascii_digit)
}

/// Whether `text` is `count` capital letters and digits.
pub(super) fn is_alphanumeric(text: &[u8], count: usize) -> bool {
    text.len() == count && text.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

/// A HCPCS procedure: Level II (a letter A to V and four digits), or CPT (four digits and a digit or letter).
pub(super) fn is_hcpcs(code: Code) -> bool {
    let (bytes, len) = code.bytes();
    let Some([first, middle @ .., last]) = bytes.get(..len).filter(|text| text.len() == 5) else {
        return false;
    };
    middle.iter().all(u8::is_ascii_digit)
        && match first {
            b'0'..=b'9' => last.is_ascii_digit() || last.is_ascii_uppercase(),
            b'A'..=b'V' => last.is_ascii_digit(),
            _ => false,
        }
}

/// A dental procedure of CDT: D and four digits.
pub(super) fn is_cdt(code: Code) -> bool {
    code.len() == 5 && code.byte(0) == b'D' && (1..5).all(|at| code.byte(at).is_ascii_digit())
}

/// Whether a facility code has the form that its qualifier asks for: two digits, of a bill type (A) none of them 0.
pub fn is_facility(code: &[u8], qualifier: &[u8]) -> bool {
    is_digits(code, 2) && (qualifier != b"A" || !code.contains(&b'0'))
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

/// A taxonomy code: nine letters and digits, and X.
pub(super) fn is_taxonomy(code: &[u8]) -> bool {
    is_alphanumeric(code, 10) && code.last() == Some(&b'X')
}

/// A claim adjustment reason: up to three digits, A1, B12, P14, W2, Y1.
pub(super) fn is_adjustment_reason(code: &[u8]) -> bool {
    let digits = |text: &[u8], most: usize| {
        !text.is_empty() && text.len() <= most && text.iter().all(u8::is_ascii_digit)
    };
    match code {
        [b'A' | b'W' | b'Y', rest @ ..] => digits(rest, 1),
        [b'B' | b'P', rest @ ..] => digits(rest, 2),
        all => digits(all, 3),
    }
}

/// A remark of a remittance: M1, MA04, N290.
pub(super) fn is_remark(code: &[u8]) -> bool {
    let digits = code.strip_prefix(b"MA").or(code.strip_prefix(b"M")).or(code.strip_prefix(b"N"));
    digits.is_some_and(|digits| (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit))
}

/// A procedure of ICD-10-PCS: seven digits and letters, without I and O.
pub(super) fn is_icd10_pcs(code: &[u8]) -> bool {
    is_alphanumeric(code, 7) && !code.iter().any(|byte| matches!(byte, b'I' | b'O'))
}

/// A CLIA number: two digits, D, seven digits.
pub(super) fn is_clia(number: &[u8]) -> bool {
    matches!(number, [a, b, b'D', rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() && is_digits(rest, 7))
}

/// A federal tax id: nine digits, not all the same.
pub(super) fn is_tax_id(id: &[u8]) -> bool {
    is_digits(id, 9) && id.iter().any(|byte| Some(byte) != id.first())
}

/// A social security number: a tax id whose area is not 000, 666 or 9xx.
pub(super) fn is_ssn(id: &[u8]) -> bool {
    is_tax_id(id) && !id.starts_with(b"000") && !id.starts_with(b"666") && !id.starts_with(b"9")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn procedures() {
        for code in ["99213", "0001F", "0042T", "0001U", "0002M", "J0585", "A0427", "V2020"] {
            assert!(is_hcpcs(Code::from(code)), "{code}");
        }
        for code in ["9921", "992133", "W0001", "J058A", "J05850", "ABCDE", "9A213", ""] {
            assert!(!is_hcpcs(Code::from(code)), "{code}");
        }
        assert!(is_cdt(Code::from("D0120")) && !is_cdt(Code::from("D012A")) && !is_cdt(Code::from("01200")));
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

    #[test]
    fn reasons_and_remarks() {
        for code in ["1", "45", "253", "A1", "B7", "B12", "P14", "W2", "Y1"] {
            assert!(is_adjustment_reason(code.as_bytes()), "{code}");
        }
        for code in ["", "1000", "A12", "B123", "C4", "CO45", "A"] {
            assert!(!is_adjustment_reason(code.as_bytes()), "{code}");
        }
        for code in ["M1", "M127", "MA04", "N290", "N1"] {
            assert!(is_remark(code.as_bytes()), "{code}");
        }
        for code in ["", "M", "MA", "45", "N1234", "X1", "MB1"] {
            assert!(!is_remark(code.as_bytes()), "{code}");
        }
    }

    #[test]
    fn numbers() {
        assert!(is_taxonomy(b"207X00000X") && !is_taxonomy(b"207X00000") && !is_taxonomy(b"207x00000X"));
        assert!(is_clia(b"05D0000105") && !is_clia(b"05D000010") && !is_clia(b"0500000105"));
        assert!(is_tax_id(b"770000001") && !is_tax_id(b"77-0000001") && !is_tax_id(b"999999999"));
        assert!(is_ssn(b"123456789") && !is_ssn(b"666121234") && !is_ssn(b"900121234"));
        assert!(is_icd10_pcs(b"02QM0ZZ") && !is_icd10_pcs(b"02QM0Z") && !is_icd10_pcs(b"02QMOZZ"));
    }
}
