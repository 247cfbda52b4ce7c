//! `facilities.csv`.

use super::super::error::{Problem, ReferenceErrors};
use super::super::id::Npi;
use super::super::index::TableInfo;
use super::super::lookup::{Keyed, Rows};
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use super::contradiction;
use crate::finding::Period;

columns! {
    NPI "npi" required,
    NICU_LEVEL "nicu_level" required,
    CCS_APPROVED "ccs_approved" required,
    APPROVED_FROM "approved_from" required,
    APPROVED_TO "approved_to" required,
    HRIF "hrif" required,
}

/// The levels of neonatal intensive care that CCS approves, each above the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NicuLevel {
    /// No neonatal intensive care.
    None,
    /// Intermediate.
    Intermediate,
    /// Community.
    Community,
    /// Regional.
    Regional,
}

impl NicuLevel {
    /// The word of the roster.
    pub const fn word(self) -> &'static str {
        match self {
            NicuLevel::None => "none",
            NicuLevel::Intermediate => "intermediate",
            NicuLevel::Community => "community",
            NicuLevel::Regional => "regional",
        }
    }

    fn parse(word: &[u8]) -> Option<NicuLevel> {
        [NicuLevel::None, NicuLevel::Intermediate, NicuLevel::Community, NicuLevel::Regional]
            .into_iter()
            .find(|level| word.eq_ignore_ascii_case(level.word().as_bytes()))
    }
}

/// What is known of a facility on some days.
#[derive(Clone, Copy, Debug)]
pub struct FacilityRow {
    /// Its NPI.
    pub npi: Npi,
    /// The level of its NICU, where known.
    pub nicu_level: Option<NicuLevel>,
    /// Whether CCS approved it, where known.
    pub ccs_approved: Option<bool>,
    /// The days for which the row holds.
    pub approved: Period,
    /// Whether it has a high-risk infant follow-up programme, where known.
    pub hrif: Option<bool>,
    /// The line of the file, from 1.
    pub row: u32,
}

impl Keyed for FacilityRow {
    type Key = Npi;
    fn key(&self) -> Npi {
        self.npi
    }
}

/// `facilities.csv`: hospitals, their NICU levels and CCS approval.
#[derive(Debug)]
pub struct Facilities {
    info: TableInfo,
    rows: Rows<FacilityRow>,
}

impl Facilities {
    /// The rows of an NPI, by their first day.
    pub fn find(&self, npi: Npi) -> &[FacilityRow] {
        self.rows.find(npi)
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<Facilities, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let npi = row.required(NPI, "an NPI of ten digits", Npi::parse);
            let levels = "none, intermediate, community, regional or nothing";
            let nicu_level = row.optional(NICU_LEVEL, levels, NicuLevel::parse);
            let ccs_approved = row.flag(CCS_APPROVED);
            let approved = row.period(APPROVED_FROM, APPROVED_TO);
            let hrif = row.flag(HRIF);
            if let (true, Some(npi)) = (row.is_good(), npi) {
                rows.push(FacilityRow { npi, nicu_level, ccs_approved, approved, hrif, row: row.line });
            }
        }
        let rows = Rows::new(rows, |row| (row.approved.from, row.row));
        for group in rows.groups() {
            if let Some((a, b, what)) = contradiction(group, |row| row.approved, differs) {
                let (a, b) = (a.row.min(b.row), a.row.max(b.row));
                let problem = Problem::Contradiction { row: a, key: "npi on the same day", what };
                sheet.fault(b, Some("npi"), problem);
            }
        }
        sheet.finish(Facilities { info: TableInfo { rows: rows.all().len(), ..info }, rows })
    }
}

/// In what two rows differ, apart from their days.
fn differs(a: &FacilityRow, b: &FacilityRow) -> Option<&'static str> {
    let facts = [
        (a.nicu_level == b.nicu_level, "nicu_level"),
        (a.ccs_approved == b.ccs_approved, "ccs_approved"),
        (a.hrif == b.hrif, "hrif"),
    ];
    facts.into_iter().find(|(same, _)| !same).map(|(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::{Facilities, NicuLevel, Npi};
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    fn read(rows: &str) -> Result<Facilities, String> {
        let mut rosters = Rosters::default();
        let file = format!("npi,nicu_level,ccs_approved,approved_from,approved_to,hrif\n{rows}");
        rosters
            .read(Roster::Facilities, "facilities.csv", file.as_bytes(), &mut AuthorizationBook::default())
            .map_err(|e| e.to_string())?;
        Ok(rosters.facilities.unwrap())
    }

    #[test]
    fn levels_rise_with_time() {
        let facilities =
            read("1234567893,Community,Y,2018-07-01,2022-12-31,N\n1234567893,regional,Y,2023-01-01,,Y\n")
                .unwrap();
        let rows = facilities.find(Npi::parse(b"1234567893").unwrap());
        let levels: Vec<_> = rows.iter().map(|row| row.nicu_level.unwrap()).collect();
        assert_eq!(levels, [NicuLevel::Community, NicuLevel::Regional]);
        assert!(NicuLevel::None < NicuLevel::Intermediate && levels[0] < levels[1]);
        assert_eq!((rows[0].hrif, rows[0].ccs_approved), (Some(false), Some(true)));
    }

    #[test]
    fn wrong_rows_are_named() {
        assert_eq!(
            read("1234567893,III,Y,,,\n").unwrap_err(),
            "facilities.csv row 2, column nicu_level: holds \"III\", expected none, intermediate, community, regional \
             or nothing"
        );
        assert_eq!(
            read("1234567893,none,Y,,,\n1234567893,none,N,2020-01-01,,\n").unwrap_err(),
            "facilities.csv row 3, column npi: contradicts row 2: the same npi on the same day with another \
             ccs_approved"
        );
    }
}
