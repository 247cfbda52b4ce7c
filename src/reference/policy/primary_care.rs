//! What primary care may do without an authorization.

use super::provenance::{Provenance, Sources};
use crate::finding::Code;
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::intervals::Intervals;
use crate::reference::range::{CodeRange, procedure_code};
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    FROM "code_from" required,
    TO "code_to" optional,
    WHAT "what" optional,
    CONFIDENCE "confidence" optional,
    SOURCE "source" optional,
}

const CODES: [&str; 2] = ["a procedure code of five characters", "a code not before code_from"];

/// A range of procedures.
#[derive(Clone, Debug)]
pub struct PrimaryCareRow {
    /// The procedures.
    pub codes: CodeRange,
    /// What they are, in a word.
    pub what: String,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// `primary_care_scope.csv`.
#[derive(Debug)]
pub struct PrimaryCareScope {
    info: TableInfo,
    rows: Vec<PrimaryCareRow>,
    intervals: Intervals,
}

impl PrimaryCareScope {
    /// Whether a procedure is in the scope of primary care.
    pub fn contains(&self, code: Code) -> bool {
        self.find(code).is_some()
    }

    /// The narrowest row that holds the procedure.
    pub fn find(&self, code: Code) -> Option<&PrimaryCareRow> {
        let ids = self.intervals.at(code.word()).iter();
        ids.filter_map(|id| self.rows.get(*id as usize)).find(|row| row.codes.contains(code))
    }

    /// Whether a row has the code as its only one or as an end of its range.
    pub fn names(&self, code: Code) -> bool {
        self.find(code).is_some_and(|row| row.codes.from() == code || row.codes.to() == code)
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<PrimaryCareScope, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let codes = row.range((FROM, TO), CODES, procedure_code, CodeRange::new);
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (Some(codes), Some(provenance)) = (codes, provenance) {
                rows.push(PrimaryCareRow { codes, what: row.text(WHAT), provenance });
            }
        }
        let rows = sheet.finish(rows)?;
        let intervals = Intervals::narrowest_first(&rows, |row| row.codes);
        Ok(PrimaryCareScope { info: TableInfo { rows: rows.len(), ..info }, rows, intervals })
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::reference::Reference;

    #[test]
    fn ends_of_ranges_are_in_scope() {
        let reference = Reference::builtin();
        let scope = &reference.policy.primary_care_scope;
        for code in ["99202", "99215", "99381", "83655", "99188"] {
            assert!(scope.contains(Code::from(code)), "{code}");
        }
        for code in ["99201", "99216", "83656", "9920F", "E0601", ""] {
            assert!(!scope.contains(Code::from(code)), "{code}");
        }
        let row = scope.find(Code::from("99213")).unwrap();
        assert_eq!((row.what.as_str(), row.provenance.row), ("office visits", 2));
        assert!(scope.names(Code::from("99215")) && !scope.names(Code::from("99213")));
    }
}
