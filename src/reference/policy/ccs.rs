//! Which diagnoses are CCS conditions.

use std::sync::Arc;

use super::provenance::{Confidence, Provenance, Sources};
use crate::finding::Code;
use crate::reference::code_set::code_of;
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::intervals::Intervals;
use crate::reference::range::ordinal;
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    FROM "icd10_from" required,
    TO "icd10_to_or_prefix" required,
    CATEGORY "category" optional,
    QUALIFIER "qualifier" required,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

const ENDS: [&str; 2] =
    ["the beginning of an ICD-10-CM code", "a beginning as long as icd10_from and not before it"];

/// How a diagnosis stands to CCS.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CcsStatus {
    /// A CCS condition.
    Always,
    /// Perhaps one: it can warn, never reject.
    Review,
    /// Not one.
    Excluded,
}

impl CcsStatus {
    /// The word of the table.
    pub const fn word(self) -> &'static str {
        match self {
            CcsStatus::Always => "always",
            CcsStatus::Review => "review",
            CcsStatus::Excluded => "excluded",
        }
    }
}

/// A range of diagnoses.
#[derive(Debug)]
struct CcsRow {
    from: Code,
    to: Code,
    status: CcsStatus,
    note: Arc<str>,
    category: Arc<str>,
    provenance: Provenance,
}

impl CcsRow {
    /// The first and the last word that the row holds. A code is in the row when its first characters are
    /// between the two prefixes, and that is so exactly when the code is between `from` and `to` with every byte
    /// after it as large as can be.
    fn words(&self, id: u32) -> (u64, u64, u32) {
        let after = u64::MAX.checked_shr(8 * self.to.len() as u32).unwrap_or(0);
        (self.from.word(), self.to.word() | after, id)
    }
}

/// What the table says of a diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct CcsMatch<'t> {
    /// The line of the table's file, from 1.
    pub row: u32,
    /// How the diagnosis counts.
    pub status: CcsStatus,
    /// Whether the row says `always` and counts as `review`, because the code tells of a status or of aftercare
    /// and not of a condition under treatment.
    pub lowered: bool,
    /// What the row adds to its status; may be empty.
    pub note: &'t str,
    /// The regulation and the condition.
    pub category: &'t str,
    /// What the row rests on.
    pub source: &'t str,
    /// How sure the row is.
    pub confidence: Confidence,
    /// The same with everything around it.
    pub provenance: &'t Provenance,
}

/// `ccs_conditions.csv`: ranges of ICD-10-CM codes with their standing.
#[derive(Debug)]
pub struct CcsConditions {
    info: TableInfo,
    rows: Vec<CcsRow>,
    intervals: Intervals,
}

impl CcsConditions {
    /// What the table says of a diagnosis, given in upper case and without its point; `None` where it is unlisted,
    /// which is to be taken as not CCS.
    ///
    /// The row with the longest prefix wins, then the narrowest. An `always` row counts as `review` for a Z code
    /// and for an injury (S00–T88) whose seventh character says aftercare or sequela (D to S).
    pub fn classify(&self, code: Code) -> Option<CcsMatch<'_>> {
        let best = self.intervals.at(code.word()).first()?;
        let row = self.rows.get(*best as usize)?;
        let lowered = row.status == CcsStatus::Always && is_not_under_treatment(code);
        Some(CcsMatch {
            row: row.provenance.row,
            status: if lowered { CcsStatus::Review } else { row.status },
            lowered,
            note: &row.note,
            category: &row.category,
            source: &row.provenance.source,
            confidence: row.provenance.standing(),
            provenance: &row.provenance,
        })
    }

    /// Whether the diagnosis is a CCS condition.
    pub fn is_ccs(&self, code: Code) -> bool {
        self.classify(code).is_some_and(|found| found.status == CcsStatus::Always)
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<CcsConditions, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let ends = row.range((FROM, TO), ENDS, code_of, |from, to| {
                (from <= to && from.len() == to.len()).then_some((from, to))
            });
            let qualifier =
                row.required(QUALIFIER, "always, review or excluded, and a note after a colon", |v| {
                    let at = memchr::memchr(b':', v).unwrap_or(v.len());
                    let (word, note) = v.split_at(at);
                    let status = [CcsStatus::Always, CcsStatus::Review, CcsStatus::Excluded]
                        .into_iter()
                        .find(|s| word.trim_ascii().eq_ignore_ascii_case(s.word().as_bytes()))?;
                    Some((status, note.get(1..).unwrap_or(&[]).trim_ascii()))
                });
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (Some((from, to)), Some((status, note)), Some(provenance)) = (ends, qualifier, provenance)
            {
                let note = String::from_utf8_lossy(note).into();
                rows.push(CcsRow { from, to, status, note, category: row.text(CATEGORY).into(), provenance });
            }
        }
        let rows = sheet.finish(rows)?;
        let words = rows.iter().zip(0..).map(|(row, id)| row.words(id)).collect();
        let intervals = Intervals::new(words, |id| {
            rows.get(id as usize).map(|row| {
                let width = ordinal(row.to).saturating_sub(ordinal(row.from));
                (std::cmp::Reverse(row.from.len()), width)
            })
        });
        Ok(CcsConditions { info: TableInfo { rows: rows.len(), ..info }, rows, intervals })
    }
}

/// A status (Z), or aftercare or sequela of an injury.
fn is_not_under_treatment(code: Code) -> bool {
    let category = code.prefix(3);
    let injury = Code::new(b"S00") <= category && category <= Code::new(b"T88");
    code.byte(0) == b'Z' || (injury && matches!(code.byte(6), b'D'..=b'S'))
}

#[cfg(test)]
mod tests {
    use super::{CcsConditions, CcsStatus, Code};
    use crate::reference::Reference;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;
    use proptest::prelude::*;

    fn read(rows: &str) -> Result<CcsConditions, String> {
        let file = format!("icd10_from,icd10_to_or_prefix,qualifier\n{rows}");
        let text = TableText::new("ccs_conditions.csv", file.as_bytes()).map_err(|e| e.to_string())?;
        let info = TableInfo::own("ccs_conditions", &text).map_err(|e| e.to_string())?;
        CcsConditions::read(&text, info).map_err(|e| e.to_string())
    }

    fn status(table: &CcsConditions, code: &str) -> Option<CcsStatus> {
        table.classify(Code::from(code)).map(|found| found.status)
    }

    /// The table as texts, the best row first: longest prefix, then narrowest, then the order of the file.
    fn naive_rows(table: &CcsConditions) -> Vec<(String, String, u32)> {
        let mut rows: Vec<_> = table.rows.iter().collect();
        rows.sort_by_key(|row| {
            let number = |code: Code| u64::from_str_radix(&code.to_string(), 36).unwrap();
            (std::cmp::Reverse(row.from.len()), number(row.to) - number(row.from), row.provenance.row)
        });
        rows.iter().map(|row| (row.from.to_string(), row.to.to_string(), row.provenance.row)).collect()
    }

    /// The row that wins by the words of the rule: every row is tried.
    fn naive(rows: &[(String, String, u32)], code: &str) -> Option<u32> {
        let cut = |n: usize| &code[..n.min(code.len())];
        let fits = |(from, to, _): &&(String, String, u32)| {
            from.as_str() <= cut(from.len()) && cut(to.len()) <= to.as_str()
        };
        rows.iter().find(fits).map(|(_, _, row)| *row)
    }

    #[test]
    fn prefix_matching_equals_a_scan_for_every_diagnosis() {
        let reference = Reference::builtin();
        let table = &reference.policy.ccs_conditions;
        let rows = naive_rows(table);
        let mut before = Code::EMPTY;
        for code in reference.codes.icd10cm.iter() {
            // The code, and every heading above it that was not tried with the code before.
            for len in
                (1..=code.len()).filter(|len| *len == code.len() || !before.starts_with(code.prefix(*len)))
            {
                let code = code.prefix(len);
                assert_eq!(table.classify(code).map(|m| m.row), naive(&rows, &code.to_string()), "{code}");
            }
            before = code;
        }
    }

    proptest! {
        #[test]
        fn prefix_matching_equals_a_scan(code in "[A-Z][0-9A-Z]{0,7}") {
            let reference = Reference::builtin();
            let table = &reference.policy.ccs_conditions;
            let found = table.classify(Code::from(code.as_str())).map(|m| m.row);
            prop_assert_eq!(found, naive(&naive_rows(table), &code));
        }
    }

    #[test]
    fn the_longest_prefix_wins_then_the_narrowest() {
        let table =
            read("E10,E14,review: a: b\nE10,E11,always\nE109,,excluded\ne11.5,E11.6,Review\n").unwrap();
        assert_eq!(status(&table, "E101"), Some(CcsStatus::Always));
        assert_eq!(status(&table, "E1091"), Some(CcsStatus::Excluded));
        assert_eq!(status(&table, "E1165"), Some(CcsStatus::Review));
        assert_eq!(status(&table, "E117"), Some(CcsStatus::Always));
        assert_eq!(status(&table, "E13"), Some(CcsStatus::Review));
        assert_eq!(table.classify(Code::from("E13")).unwrap().note, "a: b");
        assert_eq!(status(&table, "E15"), None);
        assert_eq!(status(&table, "E1"), None);
    }

    #[test]
    fn status_and_aftercare_are_for_review() {
        let table =
            read("S00,T88,always\nZ00,Z99,always\nT90,T98,always\nS99,,excluded\nQ00,Q99,always\n").unwrap();
        for (code, expected) in [
            ("S72001A", CcsStatus::Always),
            ("S72001C", CcsStatus::Always),
            ("S72001D", CcsStatus::Review),
            ("S72001K", CcsStatus::Review),
            ("S72001S", CcsStatus::Review),
            ("S72001T", CcsStatus::Always),
            ("T8800XD", CcsStatus::Review),
            ("T9000XD", CcsStatus::Always),
            ("S7200", CcsStatus::Always),
            ("Z9981", CcsStatus::Review),
            ("S99001D", CcsStatus::Excluded),
            ("Q0000XD", CcsStatus::Always),
        ] {
            let found = table.classify(Code::from(code)).unwrap();
            assert_eq!(found.status, expected, "{code}");
            assert_eq!(found.lowered, expected == CcsStatus::Review, "{code}");
            assert_eq!(table.is_ccs(Code::from(code)), expected == CcsStatus::Always);
        }
        assert_eq!(status(&table, "V00"), None);
    }

    #[test]
    fn wrong_rows_are_named() {
        assert_eq!(
            read("E10,E1,always\n,E10,always\nE14,E10,maybe\n").unwrap_err(),
            "ccs_conditions.csv row 2, column icd10_to_or_prefix: holds \"E1\", expected a beginning as long as \
             icd10_from and not before it\n\
             ccs_conditions.csv row 3, column icd10_from: is empty, expected the beginning of an ICD-10-CM code\n\
             ccs_conditions.csv row 4, column icd10_to_or_prefix: holds \"E10\", expected a beginning as long as \
             icd10_from and not before it\n\
             ccs_conditions.csv row 4, column qualifier: holds \"maybe\", expected always, review or excluded, \
             and a note after a colon"
        );
    }
}
