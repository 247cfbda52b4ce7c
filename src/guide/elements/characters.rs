//! The characters of values.

use crate::finding::{Place, RuleId, Span};
use crate::x12::Separators;

use super::{Check, Located, Part};

/// Whether a byte is of X12's basic or extended character set, as far as that is ASCII: printable, without `^` and the
/// backtick.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'^' && byte != b'`'
}

/// Whether `text`, whole segments with their terminators and line ends, holds a byte that is not plain and no separator.
#[allow(clippy::needless_bitwise_bool)] // without a way out, so that it runs many bytes at a time
pub(super) fn has_odd(text: &[u8], separators: &Separators) -> bool {
    let Separators { element, component, repetition, terminator } = *separators;
    // without a repetition separator the caret is data
    let repetition = repetition.unwrap_or(b'^');
    text.iter().fold(false, |odd, &byte| {
        let is_layout = (byte == b'\n') | (byte == b'\r') | (byte == terminator);
        let is_separator = (byte == element) | (byte == component) | (byte == repetition);
        odd | !(is_plain(byte) | is_layout | is_separator)
    })
}

impl Check<'_, '_> {
    /// Reports control characters, after which a value is not looked at further, and characters outside of the character
    /// sets. Answers whether to go on with the value.
    #[cold]
    pub(super) fn characters(&mut self, located: &Located<'_>, place: Place, part: Part, span: Span) -> bool {
        let text = span.of(self.input.bytes);
        let is_control = |byte: &&u8| byte.is_ascii_control();
        if let Some(control) = text.iter().find(is_control) {
            let shown = format!("{control:02X}");
            self.draft(RuleId::ELM110, located, place, part, span).words(&shown).add();
            return false;
        }
        let is_caret_data = self.input.separators.repetition.is_none();
        let is_odd = |byte: &&u8| !(is_plain(**byte) || **byte == b'^' && is_caret_data);
        if let Some(odd) = text.iter().find(is_odd) {
            let shown = if odd.is_ascii() { char::from(*odd).to_string() } else { format!("byte {odd:02X}") };
            self.draft(RuleId::ELM110, located, place, part, span).outcome(1).words(&shown).add();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::has_odd;
    use crate::x12::Separators;

    #[test]
    fn odd_bytes_are_noticed() {
        let usual = Separators::USUAL;
        assert!(!has_odd(b"NTE*ADD*It's 5 % of <{[]}>:a^b~\r\n", &usual));
        for text in [&b"NTE*\x07~"[..], b"NTE*`~", b"NM1*PE\xc3\x91A~", b"NTE*\t~"] {
            assert!(has_odd(text, &usual), "{text:?}");
        }
        assert!(!has_odd(b"NTE*A^B~", &Separators { repetition: None, ..usual }));
        assert!(has_odd(b"NTE*A^B~", &Separators { repetition: Some(b'!'), ..usual }));
    }
}
