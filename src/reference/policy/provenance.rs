//! Where a row of a policy table comes from and how sure it is.

use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::reference::index::TableInfo;
use crate::reference::sheet::Row;

/// How sure the source of a row is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// A guess that must not reject anything by itself.
    Low,
    /// Likely.
    Medium,
    /// Read in a source that decides.
    High,
}

impl Confidence {
    /// The word of the tables.
    pub const fn word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    fn parse(word: &[u8]) -> Option<Confidence> {
        [Confidence::Low, Confidence::Medium, Confidence::High]
            .into_iter()
            .find(|c| word.eq_ignore_ascii_case(c.word().as_bytes()))
    }
}

/// Where a row comes from and how far it may be relied on: findings show this.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provenance {
    /// The table's name, such as `ccs_conditions`.
    pub table: &'static str,
    /// The line of the table's file, from 1.
    pub row: u32,
    /// What the row rests on.
    pub source: Arc<str>,
    /// What the table says of how sure it is.
    pub confidence: Confidence,
    /// Whether the table is the customer's own.
    pub own: bool,
}

impl Provenance {
    /// The confidence that counts: a customer's own table is high throughout, since the customer decides.
    pub fn standing(&self) -> Confidence {
        if self.own { Confidence::High } else { self.confidence }
    }

    /// Whether a finding may reject on this row alone: its confidence is high, or the table is the customer's own.
    pub fn is_high(&self) -> bool {
        self.standing() == Confidence::High
    }

    /// Whether the row is a guess; never so in a customer's own table.
    pub fn is_low(&self) -> bool {
        self.standing() == Confidence::Low
    }
}

/// As findings show it: `ccs_conditions.csv row 16, medium confidence: 22 CCR 41515.2`.
impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.csv row {}", self.table, self.row)?;
        if self.own {
            f.write_str(", the plan's own table")?;
        } else {
            write!(f, ", {} confidence", self.confidence.word())?;
        }
        if self.source.is_empty() { Ok(()) } else { write!(f, ": {}", self.source) }
    }
}

/// Reads the provenance of rows, and keeps each text of a source once.
#[derive(Debug)]
pub(super) struct Sources {
    table: &'static str,
    own: bool,
    texts: FxHashMap<Vec<u8>, Arc<str>>,
}

impl Sources {
    pub(super) fn new(info: &TableInfo) -> Sources {
        Sources { table: info.name, own: info.own, texts: FxHashMap::default() }
    }

    /// The provenance of a row, from the columns `source` and `confidence`. A customer's table need not have
    /// them; a built-in one without a confidence would be a mistake.
    pub(super) fn of(&mut self, row: &mut Row<'_>, source: usize, confidence: usize) -> Option<Provenance> {
        let expected = "high, medium or low";
        let confidence = if self.own {
            row.optional(confidence, expected, Confidence::parse).unwrap_or(Confidence::High)
        } else {
            row.required(confidence, expected, Confidence::parse)?
        };
        let text = row.get(source);
        let source = self.texts.entry(text.to_vec()).or_insert_with(|| String::from_utf8_lossy(text).into());
        let source = Arc::clone(source);
        Some(Provenance { table: self.table, row: row.line, source, confidence, own: self.own })
    }
}

#[cfg(test)]
mod tests {
    use super::{Confidence, Provenance};

    #[test]
    fn the_customers_own_table_is_high() {
        let row = |confidence, own| Provenance { table: "t", row: 2, source: "".into(), confidence, own };
        assert!(row(Confidence::High, false).is_high() && !row(Confidence::Medium, false).is_high());
        assert!(row(Confidence::Low, true).is_high() && !row(Confidence::Low, true).is_low());
        assert!(row(Confidence::Low, false).is_low());
    }

    #[test]
    fn a_row_says_what_it_rests_on() {
        let row = |own, source: &str| Provenance {
            table: "tar_required",
            row: 7,
            source: source.into(),
            confidence: Confidence::Medium,
            own,
        };
        assert_eq!(
            row(false, "plan page").to_string(),
            "tar_required.csv row 7, medium confidence: plan page"
        );
        assert_eq!(row(true, "").to_string(), "tar_required.csv row 7, the plan's own table");
    }
}
