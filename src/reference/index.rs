//! The tables that are built in, and what is known of a table as a whole.

use std::io::ErrorKind;
use std::ops::Deref;
use std::sync::LazyLock;

use super::error::{Problem, ReferenceErrors};
use super::sheet::{Sheet, columns};
use super::text::TableText;
use crate::finding::Period;

/// Which edition of a table is in use, for reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableInfo {
    /// The table's name, such as `icd10cm`.
    pub name: &'static str,
    /// The edition; a customer's table that does not declare one is named by its content.
    pub version: String,
    /// How many rows or codes it has.
    pub rows: usize,
    /// Where it comes from.
    pub source: String,
    /// Whether it is the customer's own.
    pub own: bool,
    /// The days for which it speaks, as far as known.
    pub effective: Period,
}

impl TableInfo {
    /// What a customer's file says of itself.
    pub(super) fn own(name: &'static str, text: &TableText<'_>) -> Result<TableInfo, ReferenceErrors> {
        let said = text.declaration()?;
        Ok(TableInfo {
            name,
            version: said.version,
            rows: 0,
            source: said.source,
            own: true,
            effective: said.effective,
        })
    }
}

/// How a table is read from its text.
pub(super) type Read<T> = fn(&TableText<'_>, TableInfo) -> Result<T, ReferenceErrors>;

/// A table: the built-in one, which is read when it is first used and then shared, or the customer's own.
#[derive(Debug)]
pub struct Held<T: 'static>(Holding<T>);

#[derive(Debug)]
enum Holding<T: 'static> {
    Builtin(&'static LazyLock<T>),
    Own(Box<T>),
}

impl<T> Held<T> {
    pub(super) const fn builtin(table: &'static LazyLock<T>) -> Held<T> {
        Held(Holding::Builtin(table))
    }

    pub(super) fn own(table: T) -> Held<T> {
        Held(Holding::Own(Box::new(table)))
    }
}

impl<T> Deref for Held<T> {
    type Target = T;
    fn deref(&self) -> &T {
        match &self.0 {
            Holding::Builtin(table) => table,
            Holding::Own(table) => table,
        }
    }
}

/// `(file name, text)` of every built-in table.
macro_rules! files {
    ($($file:literal)*) => {
        &[$(($file, include_bytes!(concat!("tables/", $file)).as_slice())),*]
    };
}

const FILES: &[(&str, &[u8])] = files! {
    "icd10cm.txt" "hcpcs.txt" "hcpcs_modifiers.txt" "pos.txt" "states.txt" "countries.txt" "claim_status.txt"
    "claim_status_category.txt" "zip_state.csv" "ccs_conditions.csv" "carveout_drugs.csv" "tar_required.csv"
    "primary_care_scope.csv" "county_zip.csv" "ndc.csv" "service_kinds.csv" "diagnosis_groups.csv" "equipment_diagnoses.csv"
    "drug_codes.csv"
};

/// The list of the built-in tables, their editions and sources.
const INDEX: &[u8] = include_bytes!("tables/index.csv");

columns! {
    NAME "name" required,
    FILE "file" required,
    VERSION "version" required,
    SOURCE "source" required,
    FROM "effective_from" required,
    TO "effective_to" required,
}

/// Reads a built-in table.
pub(super) fn embedded<T>(name: &'static str, read: Read<T>) -> T {
    match try_embedded(name, read) {
        Ok(table) => table,
        // Nothing a user gives can lead here: a test reads every built-in table.
        Err(errors) => panic!("the built-in table {name} does not load: {errors}"),
    }
}

fn try_embedded<T>(name: &'static str, read: Read<T>) -> Result<T, ReferenceErrors> {
    let unknown =
        |what: &str| ReferenceErrors::of_file(what, Problem::Unreadable(ErrorKind::NotFound.into()));
    let mut sheet = Sheet::open(&TableText::new("index.csv", INDEX)?, COLUMNS)?;
    let mut entry = None;
    while let Some(mut row) = sheet.next_row() {
        let effective = row.period(FROM, TO);
        if row.get(NAME) == name.as_bytes() {
            let (version, source) = (row.text(VERSION), row.text(SOURCE));
            let info = TableInfo { name, version, rows: 0, source, own: false, effective };
            entry = Some((row.text(FILE), info));
        }
    }
    let (file, info) = sheet.finish(entry)?.ok_or_else(|| unknown(name))?;
    let (file, bytes) = FILES.iter().find(|(known, _)| *known == file).ok_or_else(|| unknown(&file))?;
    read(&TableText::new(file, bytes)?, info)
}
