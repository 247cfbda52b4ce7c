//! The characters of values.

use crate::finding::{Place, RuleId, Span};

use super::{Check, Located, Part};

/// Whether a byte is of X12's basic or extended character set, as far as that is ASCII: printable, without `^` and the
/// backtick.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'^' && byte != b'`'
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
