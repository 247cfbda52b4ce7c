//! What is wrong with a table or a roster, told to the person who keeps it.

use std::fmt;
use std::io;
use std::sync::Arc;

/// How many errors of one file are collected before the rest of it is left unread: enough to mend a file in
/// one go, few enough to read.
pub const ERRORS_PER_FILE: usize = 20;

/// How much of a wrong value an error shows.
const SHOWN: usize = 40;

/// One thing that is wrong with a file of a reference or rosters folder.
///
/// Whoever keeps the file must act. The text never holds a value of a column that may identify a patient.
#[derive(Debug, thiserror::Error)]
pub struct ReferenceError {
    /// The file's name.
    pub file: Arc<str>,
    /// The line of the file, from 1; the header is usually line 1. `None` where it is about the whole file.
    pub row: Option<u32>,
    /// The column's name, where it is about one.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, " row {row}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// The kinds of [`ReferenceError`].
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file or folder cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A spreadsheet's "Unicode text", which is not UTF-8.
    #[error("is UTF-16 text; save it as CSV in UTF-8")]
    Utf16,
    /// The first line declares a day that is none.
    #[error("declares {key} \"{found}\", expected a day as YYYY-MM-DD")]
    Declaration {
        /// Which day.
        key: &'static str,
        /// What stands there.
        found: String,
    },
    /// More than row positions can count.
    #[error("is larger than 4 GiB")]
    TooLarge,
    /// Not even a header.
    #[error("is empty; its first line must name the columns")]
    NoHeader,
    /// The header lacks columns.
    #[error("lacks the {}; its first line must name {}", counted("column", .missing), .all.join(","))]
    MissingColumns {
        /// What is not there.
        missing: Vec<&'static str>,
        /// Every column that the file must have.
        all: Vec<&'static str>,
    },
    /// The header names a column twice.
    #[error("stands twice in the header")]
    RepeatedColumn,
    /// A row is longer or shorter than the header.
    #[error("has {found} {} where the header has {expected} columns", if *.found == 1 { "value" } else { "values" })]
    Width {
        /// Values in the row.
        found: usize,
        /// Columns in the header.
        expected: usize,
    },
    /// A value that must be there is not.
    #[error("is empty, expected {expected}")]
    Missing {
        /// What should stand there.
        expected: &'static str,
    },
    /// A value that is not what it should be.
    #[error("{}, expected {expected}", shown(.found.as_deref()))]
    Value {
        /// What stands there, shortened; `None` where it may identify a patient.
        found: Option<String>,
        /// What should stand there.
        expected: &'static str,
    },
    /// The same, of a file that holds members: a value of another column may have slipped in, so that only its form is shown.
    #[error("holds a value of the form {form} (not shown, it may identify a patient), expected {expected}")]
    Form {
        /// Its form: 9 for each digit, A for each letter.
        form: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// A value with a control character, such as a tab or a line break within the cell.
    #[error("holds a control character, such as a tab or a line break; write plain text")]
    Control,
    /// A period whose last day is before its first.
    #[error("is a day before {0}")]
    Backwards(&'static str),
    /// Two rows say different things of the same key on the same day.
    #[error("contradicts row {row}: the same {key} with another {what}")]
    Contradiction {
        /// The earlier row.
        row: u32,
        /// Which key they share.
        key: &'static str,
        /// In what they differ.
        what: &'static str,
    },
    /// A key that a table may have once stands in two rows.
    #[error("stands already in an earlier row, with another value")]
    TwoValues,
    /// A code list that would reject everything.
    #[error("holds no code")]
    NoCodes,
    /// Two files for one table.
    #[error("stands beside {0}, which is the same table: keep one of them")]
    Ambiguous(String),
    /// The file has more errors than are listed.
    #[error("has more errors; the rest was not read after the first {ERRORS_PER_FILE}")]
    More,
}

fn counted(noun: &str, names: &[&str]) -> String {
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{noun}{plural} {}", names.join(", "))
}

fn shown(found: Option<&str>) -> String {
    match found {
        Some(text) => format!("holds \"{text}\""),
        None => "holds a wrong value (not shown, it may identify a patient)".to_owned(),
    }
}

/// A value as an error may show it: short, printable.
pub(super) fn excerpt(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut short: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

/// The form of a value: 9 stands for each digit, A for each letter, shortened.
pub(super) fn form(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let sign = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_alphabetic() => 'A',
        c => c,
    };
    let form: String = text.chars().map(sign).collect();
    excerpt(form.as_bytes())
}

/// Everything that is wrong with the files of one folder or of several; at least one error.
#[derive(Debug, thiserror::Error)]
pub struct ReferenceErrors(Vec<ReferenceError>);

impl ReferenceErrors {
    /// The errors, by file in the order in which the files are read, then by row.
    pub fn list(&self) -> &[ReferenceError] {
        &self.0
    }

    /// The errors of several files as one, or `value` where there are none.
    pub(super) fn all_or<T>(errors: Vec<ReferenceError>, value: T) -> Result<T, ReferenceErrors> {
        if errors.is_empty() { Ok(value) } else { Err(ReferenceErrors(errors)) }
    }

    /// One error about a whole file.
    pub(super) fn of_file(file: &str, problem: Problem) -> ReferenceErrors {
        ReferenceErrors(vec![ReferenceError { file: file.into(), row: None, column: None, problem }])
    }

    pub(super) fn into_list(self) -> Vec<ReferenceError> {
        self.0
    }
}

impl fmt::Display for ReferenceErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

/// Collects the errors of one file up to [`ERRORS_PER_FILE`].
#[derive(Debug)]
pub(super) struct Faults {
    file: Arc<str>,
    list: Vec<ReferenceError>,
}

impl Faults {
    pub(super) fn new(file: &str) -> Faults {
        Faults { file: file.into(), list: Vec::new() }
    }

    /// Adds one; past the limit it only notes that there are more.
    pub(super) fn add(&mut self, row: Option<u32>, column: Option<&'static str>, problem: Problem) {
        let (row, column, problem) = match self.list.len() {
            ..ERRORS_PER_FILE => (row, column, problem),
            ERRORS_PER_FILE => (None, None, Problem::More),
            _ => return,
        };
        self.list.push(ReferenceError { file: Arc::clone(&self.file), row, column, problem });
    }

    /// Whether reading on would add nothing.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() > ERRORS_PER_FILE
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// `value`, unless something is wrong.
    pub(super) fn or<T>(self, value: T) -> Result<T, ReferenceErrors> {
        ReferenceErrors::all_or(self.list, value)
    }
}

#[cfg(test)]
mod tests {
    use super::{ERRORS_PER_FILE, Faults, Problem, excerpt};

    #[test]
    fn errors_say_where_and_what() {
        let mut faults = Faults::new("members.csv");
        faults.add(
            Some(3),
            Some("ccs"),
            Problem::Value { found: Some("X".into()), expected: "Y, N or nothing" },
        );
        faults.add(Some(4), Some("birth_date"), Problem::Value { found: None, expected: "a day" });
        faults.add(
            None,
            None,
            Problem::MissingColumns { missing: vec!["ccs"], all: vec!["member_id", "ccs"] },
        );
        let text = faults.or(()).unwrap_err().to_string();
        assert_eq!(
            text,
            "members.csv row 3, column ccs: holds \"X\", expected Y, N or nothing\n\
             members.csv row 4, column birth_date: holds a wrong value (not shown, it may identify a patient), \
             expected a day\n\
             members.csv: lacks the column ccs; its first line must name member_id,ccs"
        );
    }

    #[test]
    fn one_file_cannot_flood() {
        let mut faults = Faults::new("a.csv");
        for row in 0..1000 {
            faults.add(Some(row), None, Problem::NoHeader);
        }
        assert!(faults.is_full());
        let errors = faults.or(()).unwrap_err();
        assert_eq!(errors.list().len(), ERRORS_PER_FILE + 1);
        assert!(errors.to_string().ends_with("the rest was not read after the first 20"));
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt(b"a\tb\xff"), "a\\tb\u{fffd}");
        assert_eq!(excerpt(&[b'x'; 50]).chars().count(), 41);
    }
}
