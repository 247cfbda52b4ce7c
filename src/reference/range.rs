//! Ranges of service codes.

use std::fmt;

use crate::finding::Code;

/// The codes from one to another, both included.
///
/// A code is in it when it is as long as the ends, stands between them, and has a digit or a letter
/// wherever both ends have one: `00100-01999` is the anesthesia codes and not `0042T`, which a comparison of
/// texts would let in.
///
/// ```
/// use claimsieve::finding::Code;
/// use claimsieve::reference::CodeRange;
/// let range = CodeRange::parse(b"97110-97116").unwrap();
/// assert!(range.contains(Code::from("97112")));
/// assert!(!range.contains(Code::from("9711F")));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeRange {
    from: Code,
    to: Code,
}

/// The bit that tells an ASCII letter from a digit, in each byte.
const LETTERS: u64 = 0x4040_4040_4040_4040;

impl CodeRange {
    /// The range, if the ends are equally long, not empty, and in order.
    pub fn new(from: Code, to: Code) -> Option<CodeRange> {
        (from.len() == to.len() && !from.is_empty() && from <= to).then_some(CodeRange { from, to })
    }

    /// One code.
    pub const fn one(code: Code) -> CodeRange {
        CodeRange { from: code, to: code }
    }

    /// A code, or two joined by a hyphen, in either letter case; letters and digits only.
    pub fn parse(text: &[u8]) -> Option<CodeRange> {
        let mut ends = text.split(|byte| *byte == b'-').map(|end| {
            let end = end.trim_ascii();
            let plain = !end.is_empty() && end.iter().all(u8::is_ascii_alphanumeric);
            plain.then(|| Code::upper(end)).filter(|code| !code.is_empty())
        });
        let from = ends.next()??;
        let to = ends.next().unwrap_or(Some(from))?;
        if ends.next().is_some() {
            return None;
        }
        CodeRange::new(from, to)
    }

    /// The first code.
    pub const fn from(self) -> Code {
        self.from
    }

    /// The last code.
    pub const fn to(self) -> Code {
        self.to
    }

    /// Whether `code` is one of them.
    pub fn contains(self, code: Code) -> bool {
        let (from, to, word) = (self.from.word(), self.to.word(), code.word());
        let alike = LETTERS & !(from ^ to);
        from <= word && word <= to && code.len() == self.from.len() && (word ^ from) & alike == 0
    }

    /// Whether a code may be in both.
    pub fn overlaps(self, other: CodeRange) -> bool {
        self.from.len() == other.from.len() && self.from.max(other.from) <= self.to.min(other.to)
    }

    /// How far the ends are apart, counting in the thirty-six letters and digits.
    pub fn width(self) -> u64 {
        ordinal(self.to).saturating_sub(ordinal(self.from))
    }
}

/// A procedure code: five letters and digits, in either letter case.
pub(super) fn procedure_code(text: &[u8]) -> Option<Code> {
    one_code(text).filter(|code| code.len() == 5)
}

/// A revenue code: four digits.
pub(super) fn revenue_code(text: &[u8]) -> Option<Code> {
    one_code(text).filter(|code| code.len() == 4 && text.iter().all(u8::is_ascii_digit))
}

fn one_code(text: &[u8]) -> Option<Code> {
    CodeRange::parse(text).filter(|range| range.from() == range.to()).map(CodeRange::from)
}

/// A code as a number of base thirty-six.
pub(super) fn ordinal(code: Code) -> u64 {
    let (bytes, len) = code.bytes();
    bytes.iter().take(len).fold(0, |number, byte| {
        let digit = (*byte as char).to_digit(36).unwrap_or(0);
        number * 36 + u64::from(digit)
    })
}

impl fmt::Display for CodeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

impl fmt::Debug for CodeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeRange({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::CodeRange;
    use crate::finding::Code;
    use proptest::prelude::*;

    fn holds(range: &str, code: &str) -> bool {
        CodeRange::parse(range.as_bytes()).unwrap().contains(Code::from(code))
    }

    #[test]
    fn ends_are_in_and_other_shapes_are_not() {
        assert!(holds("97110-97116", "97110") && holds("97110-97116", "97116"));
        assert!(!holds("97110-97116", "97109") && !holds("97110-97116", "97117"));
        assert!(!holds("00100-01999", "0042T") && !holds("00100-01999", "0016U"));
        assert!(!holds("0042T-0100T", "00500") && holds("0042T-0100T", "0075T"));
        assert!(!holds("0100-0169", "01001"));
        assert!(holds("e0100-E8002", "E1399") && !holds("E0100-E8002", "K0001"));
        assert!(holds("A4310-B4358", "B0000"));
        assert!(holds("J3490", "J3490") && !holds("J3490", "J3491"));
    }

    #[test]
    fn what_is_no_range() {
        for text in [
            "",
            "-",
            "97110-",
            "-97110",
            "97116-97110",
            "9711-97116",
            "97110-97112-97116",
            "97 10",
            "123456789",
        ] {
            assert_eq!(CodeRange::parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn shape_is_compared_letter_by_letter(
            from in "[A-C0-2]{4,5}", to in "[A-C0-2]{4,5}", code in "[A-C0-2]{4,5}",
        ) {
            let range = CodeRange::new(Code::from(from.as_str()), Code::from(to.as_str()));
            prop_assert_eq!(range.is_some(), from.len() == to.len() && from <= to);
            if let Some(range) = range {
                let alike = from.chars().zip(to.chars()).zip(code.chars()).all(|((f, t), c)| {
                    f.is_ascii_digit() != t.is_ascii_digit() || f.is_ascii_digit() == c.is_ascii_digit()
                });
                let naive = code.len() == from.len() && from <= code && code <= to && alike;
                prop_assert_eq!(range.contains(Code::from(code.as_str())), naive);
            }
        }

        #[test]
        fn parsing_never_panics(text in proptest::collection::vec(any::<u8>(), 0..24)) {
            if let Some(range) = CodeRange::parse(&text) {
                prop_assert_eq!(CodeRange::parse(range.to_string().as_bytes()), Some(range));
                let _ = range.width();
            }
        }
    }
}
