//! The code sets.

use std::sync::LazyLock;

use super::code_set::CodeSet;
use super::index::{Held, TableInfo, embedded};
use super::own_list::OwnList;
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
    /// The lists that only a customer can give.
    pub own: OwnLists,
}

macro_rules! own_lists {
    ($($(#[$about:meta])* $list:ident),* $(,)?) => {
        /// Code lists that are not public: there where the customer gave them.
        #[derive(Debug, Default)]
        pub struct OwnLists {
            $($(#[$about])* pub $list: Option<OwnList>,)*
        }

        impl OwnLists {
            fn tables(&self) -> impl Iterator<Item = &TableInfo> {
                [$(self.$list.as_ref()),*].into_iter().flatten().map(OwnList::info)
            }

            /// Takes a list in, by its name.
            pub(super) fn take(&mut self, list: OwnList) {
                match list.info().name {
                    $(stringify!($list) => self.$list = Some(list),)*
                    _ => {}
                }
            }
        }

        /// The names of the lists that only a customer can give.
        pub(super) const OWN_LISTS: &[&str] = &[$(stringify!($list)),*];
    };
}

own_lists! {
    /// Revenue codes (SV201).
    revenue_codes,
    /// Condition codes (HI BG).
    condition_codes,
    /// Occurrence codes (HI BH).
    occurrence_codes,
    /// Occurrence span codes (HI BI).
    occurrence_span_codes,
    /// Value codes (HI BE).
    value_codes,
    /// Types of admission (CL101).
    admission_types,
    /// Sources of admission (CL102).
    admission_sources,
    /// Patient status (CL103).
    patient_status,
    /// Provider taxonomy (PRV03).
    taxonomy,
}

macro_rules! builtin_sets {
    ($($set:ident $table:ident),* $(,)?) => {
        $(static $set: LazyLock<CodeSet> = LazyLock::new(|| embedded(stringify!($table), CodeSet::read));)*

        impl Codes {
            /// The built-in code sets.
            pub(super) fn builtin() -> Codes {
                Codes { $($table: Held::builtin(&$set),)* zip_state: Held::builtin(&ZIP_STATE), own: OwnLists::default() }
            }

            /// The editions in use, in a fixed order. Reads every set.
            pub(super) fn tables(&self) -> impl Iterator<Item = &TableInfo> {
                [$(self.$table.info(),)* self.zip_state.info()].into_iter().chain(self.own.tables())
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
