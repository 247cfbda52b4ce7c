//! `other_coverage.csv`.

use super::super::error::ReferenceErrors;
use super::super::id::{MemberKey, member_key};
use super::super::index::TableInfo;
use super::super::lookup::{Keyed, Rows};
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use crate::finding::{Date, Period};

columns! {
    MEMBER_ID "member_id" private,
    PAYER "payer" required,
    FROM "effective_from" required,
    TO "effective_to" required,
}

/// A payer that pays for a member before the plan does.
#[derive(Clone, Debug)]
pub struct CoverageRow {
    member: MemberKey,
    /// The payer's name.
    pub payer: Box<str>,
    /// The days for which it covers the member.
    pub effective: Period,
    /// The line of the file, from 1.
    pub row: u32,
}

impl Keyed for CoverageRow {
    type Key = MemberKey;
    fn key(&self) -> MemberKey {
        self.member
    }
}

/// `other_coverage.csv`: payers that come before the plan.
#[derive(Debug)]
pub struct OtherCoverage {
    info: TableInfo,
    rows: Rows<CoverageRow>,
}

impl OtherCoverage {
    /// A payer that covers the member on a date.
    pub fn find(&self, member: MemberKey, date: Date) -> Option<&CoverageRow> {
        if member.is_empty() {
            return None;
        }
        self.rows.find(member).iter().find(|row| row.effective.contains(date))
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<OtherCoverage, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let member = row.required(MEMBER_ID, "a member id", |value| Some(member_key(value)));
            let payer = row.required(PAYER, "a payer's name", |value| {
                Some(String::from_utf8_lossy(value).into_owned().into_boxed_str())
            });
            let effective = row.period(FROM, TO);
            if let (true, Some(member), Some(payer)) = (row.is_good(), member, payer) {
                rows.push(CoverageRow { member, payer, effective, row: row.line });
            }
        }
        let rows = Rows::new(rows, |row| (row.effective.from, row.row));
        sheet.finish(OtherCoverage { info: TableInfo { rows: rows.all().len(), ..info }, rows })
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Date;
    use crate::reference::{AuthorizationBook, Roster, Rosters, member_key};

    #[test]
    fn a_payer_covers_some_days() {
        let mut rosters = Rosters::default();
        let mut read = |rows: &str| {
            let file = format!("member_id,payer,effective_from,effective_to\n{rows}");
            rosters
                .read(
                    Roster::OtherCoverage,
                    "other_coverage.csv",
                    file.as_bytes(),
                    &mut AuthorizationBook::default(),
                )
                .map_err(|errors| errors.to_string())?;
            Ok::<_, String>(rosters.other_coverage.take().unwrap())
        };
        let coverage = read("91234567A,Blue Plan,2026-01-01,2026-06-30\n").unwrap();
        let on = |day: &str| coverage.find(member_key(b"91234567A"), Date::parse_iso(day).unwrap());
        assert_eq!(on("2026-06-30").map(|row| &*row.payer), Some("Blue Plan"));
        assert!(on("2026-07-01").is_none() && on("2025-12-31").is_none());
        // ids of members are never shown
        let error = read("91234567A,,,\n").unwrap_err();
        assert!(error.contains("column payer: is empty") && !error.contains("91234567A"), "{error}");
    }
}
