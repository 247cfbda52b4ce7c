//! The code sets.

use std::sync::LazyLock;

use super::code_set::CodeSet;
use super::index::{Held, TableInfo, embedded};
use super::zip_state::ZipStates;

/// Which codes exist. Each set is read when it is first asked.
#[derive(Debug)]
pub struct Codes {
    /// Billable ICD-10-CM codes, without points.
    pub icd10cm: Held<CodeSet>,
    /// HCPCS Level II codes; CPT and CDT codes are judged by their shape only.
    pub hcpcs: Held<CodeSet>,
    /// HCPCS Level II modifiers; numeric ones are judged by their shape only.
    pub hcpcs_modifiers: Held<CodeSet>,
    /// Places of service.
    pub pos: Held<CodeSet>,
    /// US states and territories, Canadian provinces.
    pub states: Held<CodeSet>,
    /// Countries.
    pub countries: Held<CodeSet>,
    /// Claim status codes.
    pub claim_status: Held<CodeSet>,
    /// Claim status category codes.
    pub claim_status_category: Held<CodeSet>,
    /// The state of each ZIP code.
    pub zip_state: Held<ZipStates>,
}

macro_rules! builtin_sets {
    ($($set:ident $table:ident),* $(,)?) => {
        $(static $set: LazyLock<CodeSet> = LazyLock::new(|| embedded(stringify!($table), CodeSet::read));)*

        impl Codes {
            /// The built-in code sets.
            pub(super) fn builtin() -> Codes {
                Codes { $($table: Held::builtin(&$set),)* zip_state: Held::builtin(&ZIP_STATE) }
            }

            /// The editions in use, in a fixed order. Reads every set.
            pub(super) fn tables(&self) -> impl Iterator<Item = &TableInfo> {
                [$(self.$table.info(),)* self.zip_state.info()].into_iter()
            }

            /// Takes a customer's list for one of the code sets; whether there is one of that name.
            pub(super) fn replace(&mut self, set: CodeSet) {
                match set.info().name {
                    $(stringify!($table) => self.$table = Held::own(set),)*
                    _ => {}
                }
            }
        }

        /// The names of the code sets that are plain lists.
        pub(super) const LISTS: &[&str] = &[$(stringify!($table)),*];
    };
}

builtin_sets! {
    ICD10CM icd10cm,
    HCPCS hcpcs,
    HCPCS_MODIFIERS hcpcs_modifiers,
    POS pos,
    STATES states,
    COUNTRIES countries,
    CLAIM_STATUS claim_status,
    CLAIM_STATUS_CATEGORY claim_status_category,
}

static ZIP_STATE: LazyLock<ZipStates> = LazyLock::new(|| embedded("zip_state", ZipStates::read));
