//! Reading the folders that a customer gives.

use std::path::{Path, PathBuf};

use super::code_set::CodeSet;
use super::codes::{LISTS, OWN_LISTS};
use super::error::{Problem, ReferenceError, ReferenceErrors};
use super::index::{Held, TableInfo};
use super::own_list::OwnList;
use super::policy::{
    CarveoutDrugs, CcsConditions, CountyZip, DiagnosisGroups, DrugCodes, EquipmentDiagnoses, NdcMap,
    PrimaryCareScope, ServiceKinds, TarRequired,
};
use super::text::TableText;
use super::zip_state::ZipStates;
use super::{Reference, Roster};

/// How a table takes the place of ours.
type Replace = fn(&mut Reference, &TableText<'_>, TableInfo) -> Result<(), ReferenceErrors>;

/// The tables that are not plain lists.
const TABLES: &[(&str, Replace)] = &[
    ("zip_state", |reference, text, info| {
        reference.codes.zip_state = Held::own(ZipStates::read(text, info)?);
        Ok(())
    }),
    ("ccs_conditions", |reference, text, info| {
        reference.policy.ccs_conditions = Held::own(CcsConditions::read(text, info)?);
        Ok(())
    }),
    ("carveout_drugs", |reference, text, info| {
        reference.policy.carveout_drugs = Held::own(CarveoutDrugs::read(text, info)?);
        Ok(())
    }),
    ("tar_required", |reference, text, info| {
        reference.policy.tar_required = Held::own(TarRequired::read(text, info)?);
        Ok(())
    }),
    ("primary_care_scope", |reference, text, info| {
        reference.policy.primary_care_scope = Held::own(PrimaryCareScope::read(text, info)?);
        Ok(())
    }),
    ("county_zip", |reference, text, info| {
        reference.policy.county_zip = Held::own(CountyZip::read(text, info)?);
        Ok(())
    }),
    ("ndc", |reference, text, info| {
        reference.policy.ndc = Held::own(NdcMap::read(text, info)?);
        Ok(())
    }),
    ("service_kinds", |reference, text, info| {
        reference.policy.service_kinds = Held::own(ServiceKinds::read(text, info)?);
        Ok(())
    }),
    ("diagnosis_groups", |reference, text, info| {
        reference.policy.diagnosis_groups = Held::own(DiagnosisGroups::read(text, info)?);
        Ok(())
    }),
    ("equipment_diagnoses", |reference, text, info| {
        reference.policy.equipment_diagnoses = Held::own(EquipmentDiagnoses::read(text, info)?);
        Ok(())
    }),
    ("drug_codes", |reference, text, info| {
        reference.policy.drug_codes = Held::own(DrugCodes::read(text, info)?);
        Ok(())
    }),
];

/// The endings that a table's file may have.
const TABLE_ENDS: &[&str] = &["csv", "txt"];

impl Reference {
    /// Puts a customer's table in the place of ours, from the bytes of its file. Whether `file` is the name of a
    /// table; one that is not changes nothing, nor does one with errors.
    pub fn take_table(&mut self, file: &str, bytes: &[u8]) -> Result<bool, ReferenceErrors> {
        let Some(name) = table_names().find(|name| is_named(Path::new(file), name, TABLE_ENDS)) else {
            return Ok(false);
        };
        let text = TableText::new(file, bytes)?;
        let info = TableInfo::own(name, &text)?;
        if let Some((_, replace)) = TABLES.iter().find(|(known, _)| *known == name) {
            replace(self, &text, info)?;
        } else if OWN_LISTS.contains(&name) {
            self.codes.own.take(OwnList::read(&text, info)?);
        } else {
            self.codes.replace(CodeSet::read(&text, info)?);
        }
        Ok(true)
    }

    /// Takes a roster in from the bytes of its file: [`Rosters::read`](super::Rosters::read).
    pub fn take_roster(&mut self, roster: Roster, file: &str, bytes: &[u8]) -> Result<(), ReferenceErrors> {
        self.rosters.read(roster, file, bytes, &mut self.authorizations)
    }

    /// Puts the tables of a folder in the places of ours.
    pub(super) fn take_tables(&mut self, folder: &Path) -> Vec<ReferenceError> {
        let names: Vec<_> = table_names().collect();
        self.take(folder, &names, TABLE_ENDS, |reference, _, file, bytes| {
            reference.take_table(file, bytes).map(|_| ())
        })
    }

    /// Reads the rosters of a folder.
    pub(super) fn take_rosters(&mut self, folder: &Path) -> Vec<ReferenceError> {
        let names = Roster::ALL.map(Roster::name);
        self.take(folder, &names, &["csv"], |reference, at, file, bytes| match Roster::ALL.get(at) {
            Some(roster) => reference.take_roster(*roster, file, bytes),
            None => Ok(()),
        })
    }

    /// Reads the files of a folder that are named by `names` and end in one of `ends`, whatever their
    /// letter case, in the order of `names`; notes the others.
    fn take(
        &mut self,
        folder: &Path,
        names: &[&'static str],
        ends: &[&str],
        read: impl Fn(&mut Reference, usize, &str, &[u8]) -> Result<(), ReferenceErrors>,
    ) -> Vec<ReferenceError> {
        let unreadable = |path: &Path, error| {
            ReferenceErrors::of_file(&path.to_string_lossy(), Problem::Unreadable(error)).into_list()
        };
        let mut files = match files_of(folder) {
            Ok(files) => files,
            Err(error) => return unreadable(folder, error),
        };
        let mut errors = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let found: Vec<_> = files.extract_if(.., |path| is_named(path, name, ends)).collect();
            let Some((path, others)) = found.split_first() else { continue };
            let file = file_name(path);
            if let Some(other) = others.first() {
                let problem = Problem::Ambiguous(file);
                errors.extend(ReferenceErrors::of_file(&file_name(other), problem).into_list());
                continue;
            }
            match std::fs::read(path) {
                Err(error) => errors.extend(unreadable(path, error)),
                Ok(bytes) => {
                    errors.extend(
                        read(self, at, &file, &bytes).err().into_iter().flat_map(ReferenceErrors::into_list),
                    );
                }
            }
        }
        self.ignored.extend(files.iter().map(|path| file_name(path)));
        errors
    }
}

/// The names of all tables, in the order in which they are read.
fn table_names() -> impl Iterator<Item = &'static str> {
    LISTS.iter().chain(OWN_LISTS).copied().chain(TABLES.iter().map(|(name, _)| *name))
}

/// Whether a file has this name and one of these endings, in any letter case.
fn is_named(path: &Path, name: &str, ends: &[&str]) -> bool {
    path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case(name))
        && path.extension().is_some_and(|end| ends.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// What a folder holds, by name.
fn files_of(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    files.sort_unstable();
    Ok(files)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
