//! How codes look: shapes that hold whatever the edition of a list.

use crate::finding::Code;
use crate::rules::brief::has_small_letters;

/// What is wrong with how a code is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// It is no such code.
    Shape,
    /// It is one in small letters, which are understood.
    SmallLetters,
}

/// What is wrong with a code of a shape that has capital letters.
pub(super) fn fault(code: &[u8], is_good: impl Fn(&[u8]) -> bool) -> Option<Fault> {
    if is_good(code) {
        return None;
    }
    let is_small = has_small_letters(code) && is_good(&code.to_ascii_uppercase());
    Some(if is_small { Fault::SmallLetters } else { Fault::Shape })
}

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

/// A modifier: two letters or digits.
pub(super) fn is_modifier(code: Code) -> bool {
    let (bytes, len) = code.bytes();
    is_alphanumeric(bytes.get(..len).unwrap_or(&[]), 2)
}

/// Whether a procedure has the shape that its qualifier asks for, and what such codes are called; none where it asks for none.
#[inline]
pub(super) fn procedure(qualifier: Code, code: Code) -> Option<(bool, &'static str)> {
    let (text, len) = qualifier.bytes();
    match text.get(..len).unwrap_or(&[]) {
        b"HC" => Some((is_hcpcs(code), "HCPCS")),
        b"AD" => Some((is_cdt(code), "CDT")),
        b"HP" => {
            let (text, len) = code.bytes();
            Some((is_alphanumeric(text.get(..len).unwrap_or(&[]), 5), "health insurance rate"))
        }
        _ => None,
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
    fn small_letters_are_understood() {
        assert_eq!(fault(b"207X00000X", is_taxonomy), None);
        assert_eq!(fault(b"207x00000X", is_taxonomy), Some(Fault::SmallLetters));
        assert_eq!(fault(b"207x0000X", is_taxonomy), Some(Fault::Shape));
        assert_eq!(fault("02QM0Z\u{e9}".as_bytes(), is_icd10_pcs), Some(Fault::Shape));
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
