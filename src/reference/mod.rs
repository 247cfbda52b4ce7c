//! What claims are compared with: code sets, policy tables, rosters, known authorizations.
//!
//! Facts with their editions and sources, frozen before claims are judged and then shared by all
//! threads. What follows from them is decided by the rules.

mod authorization;
mod code_set;
mod codes;
mod error;
mod folder;
mod id;
mod index;
mod intervals;
mod lookup;
mod own_list;
mod policy;
mod range;
pub mod rosters;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod zip_state;

use std::path::Path;

pub use authorization::{
    AuthKind, AuthStatus, Authorization, AuthorizationBook, AuthorizedService, AuthorizedUnits, CareSetting,
    Decided, Decision, DecisionOrder, Effect, Found as FoundAuthorization, Issuer, Origin, ProviderId,
    Source as AuthorizationSource, UnitOfService, outcome_of,
};
pub use code_set::CodeSet;
pub use codes::{Codes, OwnLists};
pub use error::{ERRORS_PER_FILE, Problem, ReferenceError, ReferenceErrors};
pub use id::{MemberKey, Npi, Quantity, TaxId, member_key, npi_fault};
pub use index::{Held, TableInfo};
pub use own_list::{OwnList, Standing};
pub use policy::{
    Allowance, AllowancePeriod, Allowed, CarveoutClass, CarveoutDrugs, CarveoutRow, CcsConditions, CcsMatch,
    CcsStatus, CodeSystem, Confidence, County, CountyZip, DiagnosisGroup, DiagnosisGroups, DrugCodes,
    DrugRow, EquipmentDiagnoses, EquipmentRow, ExemptWhen, KindSet, NdcMap, NdcRow, Policy, PrimaryCareRow,
    PrimaryCareScope, Provenance, Requires, ServiceKind, ServiceKindRow, ServiceKinds, Setting, TarRequired,
    TarRow,
};
pub use range::CodeRange;
pub use rosters::{Roster, Rosters};
pub use zip_state::ZipStates;

/// Everything that claims are compared with, in one snapshot.
#[derive(Debug)]
pub struct Reference {
    /// Which codes exist.
    pub codes: Codes,
    /// The plan's policy.
    pub policy: Policy,
    /// What the plan knows of members, providers and earlier claims, as far as given.
    pub rosters: Rosters,
    /// The authorizations of `authorizations.csv`; 278 responses and the store add theirs.
    pub authorizations: AuthorizationBook,
    /// Files of the folders that are no table or roster, by name.
    ignored: Vec<String>,
}

impl Reference {
    /// The built-in tables, without rosters. Costs nothing: tables are read when they are first used.
    pub fn builtin() -> Reference {
        Reference {
            codes: Codes::builtin(),
            policy: Policy::builtin(),
            rosters: Rosters::default(),
            authorizations: AuthorizationBook::default(),
            ignored: Vec::new(),
        }
    }

    /// The built-in tables with those of a reference folder in their places, and the rosters of a rosters folder.
    ///
    /// A table of the folder has the file name of the built-in one, ending in `.csv` or `.txt`, and replaces it
    /// whole. Its first line may say `# version: 2026-07; source: UM department; effective_from: 2026-07-01`.
    ///
    /// # Errors
    /// Whatever is wrong with any of the files, for the person who keeps them; nothing is half loaded.
    pub fn load(reference: Option<&Path>, rosters: Option<&Path>) -> Result<Reference, ReferenceErrors> {
        let mut loaded = Reference::builtin();
        let mut errors = Vec::new();
        if let Some(folder) = reference {
            errors.extend(loaded.take_tables(folder));
        }
        if let Some(folder) = rosters {
            errors.extend(loaded.take_rosters(folder));
        }
        ReferenceErrors::all_or(errors, loaded)
    }

    /// The editions in use, built-in, own and rosters, in a fixed order. Reads every table.
    pub fn tables(&self) -> Vec<TableInfo> {
        self.codes.tables().chain(self.policy.tables()).chain(self.rosters.tables()).cloned().collect()
    }

    /// The files of the reference and rosters folders that were left aside, because no table or
    /// roster has their name.
    pub fn ignored_files(&self) -> &[String] {
        &self.ignored
    }
}
