//! The text of a table: its bytes without what surrounds them, and what its first line declares.

use sha2::{Digest, Sha256};

use super::error::{Problem, ReferenceErrors};
use crate::finding::{Date, Period, hexadecimal};

/// A table or roster as it stands in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableText<'a> {
    /// The file's name, for errors.
    pub(super) file: &'a str,
    /// The bytes after a byte order mark and after the declaration.
    pub(super) body: &'a [u8],
    /// How many lines stand before `body`.
    pub(super) lines_before: u32,
    /// What the first line declares, without its `#`.
    pub(super) declared: Option<&'a [u8]>,
    /// Every byte of the file.
    pub(super) whole: &'a [u8],
}

impl<'a> TableText<'a> {
    /// Looks at the beginning of a file: a UTF-8 byte order mark is dropped, a first line that begins with
    /// `#` is taken as the declaration.
    pub(super) fn new(file: &'a str, whole: &'a [u8]) -> Result<TableText<'a>, ReferenceErrors> {
        if whole.starts_with(b"\xff\xfe") || whole.starts_with(b"\xfe\xff") {
            return Err(ReferenceErrors::of_file(file, Problem::Utf16));
        }
        if u32::try_from(whole.len()).is_err() {
            return Err(ReferenceErrors::of_file(file, Problem::TooLarge));
        }
        let body = whole.strip_prefix(b"\xef\xbb\xbf").unwrap_or(whole);
        let Some(comment) = body.strip_prefix(b"#") else {
            return Ok(TableText { file, body, lines_before: 0, declared: None, whole });
        };
        let (declared, body) = match memchr::memchr(b'\n', comment) {
            Some(end) => comment.split_at(end + 1),
            None => (comment, &[][..]),
        };
        Ok(TableText { file, body, lines_before: 1, declared: Some(declared), whole })
    }

    /// A fingerprint of the whole file: the beginning of its SHA-256, so that anyone can compare
    /// it with what `sha256sum` says.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.whole);
        format!("sha256:{}", hexadecimal(digest.get(..6).unwrap_or_default()))
    }

    /// A value of the declaration, as `version` in `# version: 7; source: plan`.
    fn declared(&self, key: &str) -> Option<String> {
        let line = String::from_utf8_lossy(self.declared?);
        let value = line.split(';').find_map(|part| {
            let (name, value) = part.split_once(':')?;
            name.trim().eq_ignore_ascii_case(key).then(|| value.trim().to_owned())
        })?;
        (!value.is_empty()).then_some(value)
    }

    /// What a customer's file says of itself, else what can be said of it.
    pub(super) fn declaration(&self) -> Result<Declaration, ReferenceErrors> {
        let day = |key: &'static str, open: Date| match self.declared(key) {
            None => Ok(open),
            Some(text) => Date::parse_iso(&text).ok_or_else(|| {
                let problem = Problem::Declaration { key, found: super::error::excerpt(text.as_bytes()) };
                ReferenceErrors::of_file(self.file, problem)
            }),
        };
        Ok(Declaration {
            version: self.declared("version").unwrap_or_else(|| self.fingerprint()),
            source: self.declared("source").unwrap_or_else(|| self.file.to_owned()),
            effective: Period {
                from: day("effective_from", Date::MIN)?,
                to: day("effective_to", Date::MAX)?,
            },
        })
    }
}

/// What is known of a table as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Declaration {
    pub(super) version: String,
    pub(super) source: String,
    pub(super) effective: Period,
}

#[cfg(test)]
mod tests {
    use super::TableText;
    use crate::finding::{Date, Period};

    #[test]
    fn a_first_line_can_declare() {
        let file =
            b"\xef\xbb\xbf# version: 2026-07; Source: plan: UM; effective_to: 2026-12-31\r\ncode\r\nA\r\n";
        let text = TableText::new("hcpcs.csv", file).unwrap();
        assert_eq!(text.body, b"code\r\nA\r\n");
        assert_eq!(text.lines_before, 1);
        let said = text.declaration().unwrap();
        assert_eq!((said.version.as_str(), said.source.as_str()), ("2026-07", "plan: UM"));
        assert_eq!(said.effective, Period { from: Date::MIN, to: Date::new(2026, 12, 31).unwrap() });
    }

    #[test]
    fn a_silent_file_is_named_by_its_content() {
        let text = TableText::new("pos.txt", b"abc").unwrap();
        let said = text.declaration().unwrap();
        assert_eq!(said.version, "sha256:ba7816bf8f01");
        assert_eq!(said.source, "pos.txt");
        assert_eq!(said.effective, Period::ALWAYS);
    }

    #[test]
    fn what_is_no_text_is_said_so() {
        let error = TableText::new("a.csv", b"\xff\xfec\0o\0").unwrap_err();
        assert_eq!(error.to_string(), "a.csv: is UTF-16 text; save it as CSV in UTF-8");
        let bad = TableText::new("a.csv", b"# effective_from: July\n").unwrap();
        assert_eq!(
            bad.declaration().unwrap_err().to_string(),
            "a.csv: declares effective_from \"July\", expected a day as YYYY-MM-DD"
        );
    }
}
