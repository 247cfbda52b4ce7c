//! The plan's policy as tables.

mod allowance;
mod carveout;
mod ccs;
mod county;
mod diagnosis_group;
mod drug_code;
mod equipment;
mod ndc;
mod primary_care;
mod provenance;
mod service_kind;
mod tar;
mod vocabulary;

use std::sync::LazyLock;

pub use allowance::{Allowance, AllowancePeriod, Allowed};
pub use carveout::{CarveoutClass, CarveoutDrugs, CarveoutRow};
pub use ccs::{CcsConditions, CcsMatch, CcsStatus};
pub use county::{County, CountyZip};
pub use diagnosis_group::DiagnosisGroups;
pub use drug_code::{DrugCodes, DrugRow};
pub use equipment::{EquipmentDiagnoses, EquipmentRow};
pub use ndc::{NdcMap, NdcRow};
pub use primary_care::{PrimaryCareRow, PrimaryCareScope};
pub use provenance::{Confidence, Provenance};
pub use service_kind::{KindSet, ServiceKindRow, ServiceKinds};
pub use tar::{TarRequired, TarRow};
pub use vocabulary::{CodeSystem, DiagnosisGroup, ExemptWhen, Requires, ServiceKind, Setting};

use super::index::{Held, TableInfo, embedded};
use crate::finding::Code;

/// The policy tables. Each is read when it is first asked.
#[derive(Debug)]
pub struct Policy {
    /// Which diagnoses are CCS conditions.
    pub ccs_conditions: Held<CcsConditions>,
    /// Which drugs are left to Medi-Cal fee-for-service.
    pub carveout_drugs: Held<CarveoutDrugs>,
    /// Which services need an authorization.
    pub tar_required: Held<TarRequired>,
    /// What primary care may do without an authorization.
    pub primary_care_scope: Held<PrimaryCareScope>,
    /// The county of a ZIP code, where it is certain.
    pub county_zip: Held<CountyZip>,
    /// What drug a package is.
    pub ndc: Held<NdcMap>,
    /// What kind of service a code is.
    pub service_kinds: Held<ServiceKinds>,
    /// Groups of diagnoses.
    pub diagnosis_groups: Held<DiagnosisGroups>,
    /// The diagnoses for which equipment is usual.
    pub equipment_diagnoses: Held<EquipmentDiagnoses>,
    /// What drug a HCPCS code is.
    pub drug_codes: Held<DrugCodes>,
}

static CCS_CONDITIONS: LazyLock<CcsConditions> =
    LazyLock::new(|| embedded("ccs_conditions", CcsConditions::read));
static CARVEOUT_DRUGS: LazyLock<CarveoutDrugs> =
    LazyLock::new(|| embedded("carveout_drugs", CarveoutDrugs::read));
static TAR_REQUIRED: LazyLock<TarRequired> = LazyLock::new(|| embedded("tar_required", TarRequired::read));
static PRIMARY_CARE_SCOPE: LazyLock<PrimaryCareScope> =
    LazyLock::new(|| embedded("primary_care_scope", PrimaryCareScope::read));
static COUNTY_ZIP: LazyLock<CountyZip> = LazyLock::new(|| embedded("county_zip", CountyZip::read));
static NDC: LazyLock<NdcMap> = LazyLock::new(|| embedded("ndc", NdcMap::read));
static SERVICE_KINDS: LazyLock<ServiceKinds> =
    LazyLock::new(|| embedded("service_kinds", ServiceKinds::read));
static DIAGNOSIS_GROUPS: LazyLock<DiagnosisGroups> =
    LazyLock::new(|| embedded("diagnosis_groups", DiagnosisGroups::read));
static EQUIPMENT_DIAGNOSES: LazyLock<EquipmentDiagnoses> =
    LazyLock::new(|| embedded("equipment_diagnoses", EquipmentDiagnoses::read));
static DRUG_CODES: LazyLock<DrugCodes> = LazyLock::new(|| embedded("drug_codes", DrugCodes::read));

impl Policy {
    /// The built-in tables.
    pub(super) fn builtin() -> Policy {
        Policy {
            ccs_conditions: Held::builtin(&CCS_CONDITIONS),
            carveout_drugs: Held::builtin(&CARVEOUT_DRUGS),
            tar_required: Held::builtin(&TAR_REQUIRED),
            primary_care_scope: Held::builtin(&PRIMARY_CARE_SCOPE),
            county_zip: Held::builtin(&COUNTY_ZIP),
            ndc: Held::builtin(&NDC),
            service_kinds: Held::builtin(&SERVICE_KINDS),
            diagnosis_groups: Held::builtin(&DIAGNOSIS_GROUPS),
            equipment_diagnoses: Held::builtin(&EQUIPMENT_DIAGNOSES),
            drug_codes: Held::builtin(&DRUG_CODES),
        }
    }

    /// The editions in use, in a fixed order. Reads every table.
    pub(super) fn tables(&self) -> impl Iterator<Item = &TableInfo> {
        [
            self.ccs_conditions.info(),
            self.carveout_drugs.info(),
            self.tar_required.info(),
            self.primary_care_scope.info(),
            self.county_zip.info(),
            self.ndc.info(),
            self.service_kinds.info(),
            self.diagnosis_groups.info(),
            self.equipment_diagnoses.info(),
            self.drug_codes.info(),
        ]
        .into_iter()
    }

    /// Whether a policy table names `code` itself, as a carved-out drug or as the only code or an end of a
    /// range: then the code exists, whatever a code list of an older edition says. That a wide range spans a
    /// code says nothing.
    pub fn names(&self, code: Code) -> bool {
        self.carveout_drugs.names(code)
            || self.tar_required.names(code)
            || self.primary_care_scope.names(code)
    }
}
