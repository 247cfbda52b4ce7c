//! The words of the tables: usages, types, notes, code sets.

/// Whether something must be there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Usage {
    /// It must.
    Required,
    /// It may: the guide says when.
    Situational,
    /// It must not.
    NotUsed,
}

/// The kinds of values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ElementType {
    /// `ID`: a code.
    Identifier,
    /// `AN`: text.
    Text,
    /// `DT`: CCYYMMDD, or YYMMDD where it is six long.
    Date,
    /// `TM`: HHMM, HHMMSS and parts of a second.
    Time,
    /// `R`: a number, perhaps with a point and a sign.
    Decimal,
    /// `N0`: a whole number, perhaps with a sign.
    Integer,
    /// Components.
    Composite,
}

/// How the positions of a note depend on each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NoteKind {
    /// `P`: all of them or none.
    Paired,
    /// `R`: at least one.
    Required,
    /// `E`: at most one.
    Exclusion,
    /// `C`: if the first, then all others.
    Conditional,
    /// `L`: if the first, then at least one other.
    ListConditional,
}

macro_rules! code_sets {
    ($($(#[$doc:meta])* $name:ident = $token:literal,)*) => {
        /// Code sets that are kept outside of the guides.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum CodeSet { $($(#[$doc])* $name,)* }

        impl CodeSet {
            /// Every code set.
            pub const ALL: &'static [CodeSet] = &[$(CodeSet::$name),*];

            /// Its name in the tables.
            pub const fn token(self) -> &'static str {
                match self { $(CodeSet::$name => $token),* }
            }
        }
    };
}

code_sets! {
    /// National provider identifiers.
    Npi = "npi",
    /// National plan identifiers.
    PlanId = "plan_id",
    /// Provider taxonomy.
    Taxonomy = "taxonomy",
    /// Currencies.
    Currency = "currency",
    /// States and provinces.
    State = "state",
    /// ZIP codes.
    Zip = "zip",
    /// Countries.
    Country = "country",
    /// Country subdivisions.
    Subdivision = "subdivision",
    /// Claim adjustment reason codes.
    Carc = "carc",
    /// Remittance advice remark codes.
    Rarc = "rarc",
    /// Places of service.
    PlaceOfService = "place_of_service",
    /// National drug codes, eleven digits.
    Ndc = "ndc",
    /// Types of admission.
    AdmissionType = "admission_type",
    /// Points of origin for admission.
    AdmissionSource = "admission_source",
    /// Patient discharge status.
    PatientStatus = "patient_status",
    /// Revenue codes.
    Revenue = "revenue",
    /// Tooth numbers.
    Tooth = "tooth",
    /// Reasons of a review decision.
    DecisionReason = "decision_reason",
    /// Claim frequencies.
    ClaimFrequency = "claim_frequency",
    /// ICD-10-CM diagnoses.
    Icd10Cm = "icd10cm",
    /// ICD-9-CM diagnoses.
    Icd9Cm = "icd9cm",
    /// HCPCS and CPT procedures.
    Hcpcs = "hcpcs",
    /// Condition codes.
    Condition = "condition",
    /// Codes of a jurisdiction.
    Jurisdiction = "jurisdiction",
    /// Home infusion codes.
    Hiec = "hiec",
    /// Alternative billing codes.
    Abc = "abc",
    /// Procedure modifiers.
    Modifier = "modifier",
    /// Institutional bill types.
    BillType = "bill_type",
    /// Diagnosis related groups.
    Drg = "drg",
    /// ICD-10-PCS procedures.
    Icd10Pcs = "icd10pcs",
    /// ICD-9-CM procedures.
    Icd9Procedure = "icd9proc",
    /// Ambulatory payment classes.
    Apc = "apc",
    /// Occurrence span codes.
    OccurrenceSpan = "occurrence_span",
    /// Occurrence codes.
    Occurrence = "occurrence",
    /// Value codes.
    Value = "value",
    /// Home health treatment codes.
    Treatment = "treatment",
    /// HIPPS rate codes.
    Hipps = "hipps",
    /// Dental diagnoses.
    Snodent = "snodent",
    /// Dental procedures.
    Cdt = "cdt",
    /// Areas of the oral cavity.
    OralCavity = "oral_cavity",
    /// Codes that the partners agreed on.
    Mutual = "mutual",
    /// LOINC.
    Loinc = "loinc",
    /// Claim status categories.
    StatusCategory = "status_category",
    /// Claim status codes.
    ClaimStatus = "claim_status",
}
