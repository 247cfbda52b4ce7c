//! `provider_programs.csv`.

use super::super::error::ReferenceErrors;
use super::super::id::Npi;
use super::super::index::TableInfo;
use super::super::lookup::{Keyed, Rows};
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use crate::finding::{Date, Period};

columns! {
    NPI "npi" required,
    PROGRAM "program" required,
    FROM "effective_from" required,
    TO "effective_to" required,
}

const PROGRAMS: &str = "340b, mtu, smhs or ntp";

/// A program that a provider takes part in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Program {
    /// Buys drugs as a covered entity of the 340B program.
    Drugs340b,
    /// A medical therapy unit of a county.
    MedicalTherapyUnit,
    /// A provider of a county's specialty mental health plan.
    SpecialtyMentalHealth,
    /// A narcotic treatment program.
    NarcoticTreatment,
}

impl Program {
    /// The word of the roster.
    pub const fn word(self) -> &'static str {
        match self {
            Program::Drugs340b => "340b",
            Program::MedicalTherapyUnit => "mtu",
            Program::SpecialtyMentalHealth => "smhs",
            Program::NarcoticTreatment => "ntp",
        }
    }

    fn parse(word: &[u8]) -> Option<Program> {
        [
            Program::Drugs340b,
            Program::MedicalTherapyUnit,
            Program::SpecialtyMentalHealth,
            Program::NarcoticTreatment,
        ]
        .into_iter()
        .find(|program| word.eq_ignore_ascii_case(program.word().as_bytes()))
    }
}

/// That a provider takes part in a program on some days.
#[derive(Clone, Copy, Debug)]
pub struct ProgramRow {
    npi: Npi,
    /// The program.
    pub program: Program,
    /// The days for which the row holds.
    pub effective: Period,
    /// The line of the file, from 1.
    pub row: u32,
}

impl Keyed for ProgramRow {
    type Key = Npi;
    fn key(&self) -> Npi {
        self.npi
    }
}

/// `provider_programs.csv`: the programs that providers take part in.
#[derive(Debug)]
pub struct Programs {
    info: TableInfo,
    rows: Rows<ProgramRow>,
}

impl Programs {
    /// The row by which a provider takes part in a program on a date.
    pub fn find(&self, npi: Npi, program: Program, date: Date) -> Option<&ProgramRow> {
        self.rows.find(npi).iter().find(|row| row.program == program && row.effective.contains(date))
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<Programs, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let npi = row.required(NPI, "an NPI of ten digits", Npi::parse);
            let program = row.required(PROGRAM, PROGRAMS, Program::parse);
            let effective = row.period(FROM, TO);
            if let (true, Some(npi), Some(program)) = (row.is_good(), npi, program) {
                rows.push(ProgramRow { npi, program, effective, row: row.line });
            }
        }
        let rows = Rows::new(rows, |row| (row.effective.from, row.row));
        sheet.finish(Programs { info: TableInfo { rows: rows.all().len(), ..info }, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::{Npi, Program, Programs};
    use crate::finding::Date;
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    fn read(rows: &str) -> Result<Programs, String> {
        let mut rosters = Rosters::default();
        let file = format!("npi,program,effective_from,effective_to\n{rows}");
        rosters
            .read(
                Roster::Programs,
                "provider_programs.csv",
                file.as_bytes(),
                &mut AuthorizationBook::default(),
            )
            .map_err(|e| e.to_string())?;
        Ok(rosters.programs.unwrap())
    }

    #[test]
    fn a_provider_takes_part_for_some_days() {
        let programs = read("1234567893,MTU,2020-01-01,2020-12-31\n1234567893,340b,,\n").unwrap();
        let npi = Npi::parse(b"1234567893").unwrap();
        let on = |program, day: &str| programs.find(npi, program, Date::parse_iso(day).unwrap()).is_some();
        assert!(on(Program::MedicalTherapyUnit, "2020-12-31"));
        assert!(
            !on(Program::MedicalTherapyUnit, "2021-01-01") && !on(Program::NarcoticTreatment, "2020-06-01")
        );
        assert!(on(Program::Drugs340b, "2031-01-01"));
    }

    #[test]
    fn wrong_rows_are_named() {
        assert_eq!(
            read("1234567893,clinic,,\n").unwrap_err(),
            "provider_programs.csv row 2, column program: holds \"clinic\", expected 340b, mtu, smhs or ntp"
        );
    }
}
