//! The closed vocabularies of `tar_required.csv`: a word that is not here is refused when the table is loaded,
//! because no rule would know what to test.

/// An enum of words, with the words.
macro_rules! vocabulary {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$more:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name {
            $(
                $(#[$more])*
                #[doc = concat!("The word `", $text, "`.")]
                $word,
            )*
        }

        impl $name {
            /// Every word.
            pub const ALL: &'static [$name] = &[$($name::$word),*];

            /// The word of the table.
            pub const fn word(self) -> &'static str {
                match self {
                    $($name::$word => $text,)*
                }
            }

            pub(super) fn parse(text: &[u8]) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| text.eq_ignore_ascii_case(word.word().as_bytes()))
            }
        }
    };
}

vocabulary! {
    /// Which kind of code a row's range is of.
    pub enum CodeSystem {
        Cpt = "CPT",
        Hcpcs = "HCPCS",
        Cdt = "CDT",
        Rev = "REV",
    }
}

vocabulary! {
    /// Whether a service needs an authorization.
    pub enum Requires {
        Yes = "yes",
        No = "no",
        AfterLimit = "after_limit",
        Threshold = "threshold",
        Referral = "referral",
        ViaFacilityAuth = "via_facility_auth",
        RouteMediCalDental = "route_medi_cal_dental",
    }
}

vocabulary! {
    /// What frees a line from a row that asks for an authorization.
    pub enum ExemptWhen {
        VisitCountUpTo12 = "visit_count<=12",
        EmergencyAdmissionUntilStabilised = "emergency_admission_until_stabilised",
        DeliveryMotherNewborn = "delivery_mother_newborn",
        MedicarePrimary = "medicare_primary",
        WellNewbornOnMotherClaim = "well_newborn_on_mother_claim",
        WellNewborn = "well_newborn",
        StabilisationBeforeTransfer = "stabilisation_before_transfer",
        Emergency = "emergency",
        PcpInScope = "pcp_in_scope",
        Pcp = "pcp",
        SelfReferral = "self_referral",
        Preventive = "preventive",
        Hrif = "HRIF",
        AssistantSurgeon = "assistant_surgeon",
        Anesthesia = "anesthesia",
        Inpatient = "inpatient",
        BehavioralSelfReferral = "behavioral_self_referral",
        Delivery = "delivery",
        FamilyPlanning = "family_planning",
        UnderThreshold = "under_threshold",
        WithinLimit = "within_limit",
        ReplacementUnderWarranty = "replacement_under_warranty",
        DiagnosisChange = "diagnosis_change",
        HospitalDischarge = "hospital_discharge",
        HospitalTransfer = "hospital_transfer",
    }
}

vocabulary! {
    /// The kind of service that a row is about. Most are met by the code alone; those of which
    /// [`Setting::has_test`] is true ask something of the claim.
    pub enum Setting {
        /// Nothing is asked but the code. No word of the shipped table; customers' tables may leave it empty.
        Any = "",
        OutpatientTherapyPt = "outpatient_therapy_PT(modifier GP or PT taxonomy 2251*)",
        OutpatientTherapyOtSt = "outpatient_therapy_OT_ST",
        InpatientElectiveAcuteRoomAndBoard = "inpatient_elective_acute_room_and_board",
        InpatientSubacute = "inpatient_subacute",
        InpatientIntensiveCoronaryCare = "inpatient_intensive_coronary_care",
        InpatientNurseryGeneral = "inpatient_nursery_general",
        InpatientNurseryLevelI = "inpatient_nursery_level_I",
        InpatientNicuLevelIi = "inpatient_NICU_level_II",
        InpatientNicuLevelIii = "inpatient_NICU_level_III",
        InpatientNicuLevelIv = "inpatient_NICU_level_IV",
        InpatientNicuOtherNursery = "inpatient_NICU_other_nursery",
        InpatientRehabilitation = "inpatient_rehabilitation",
        EmergencyRoom = "emergency_room",
        Observation = "observation",
        InpatientProfessionalNeonatalCritical = "inpatient_professional_neonatal_critical",
        InpatientProfessionalNeonatalIntensive = "inpatient_professional_neonatal_intensive",
        NewbornCareAttendance = "newborn_care_attendance",
        OfficePcpInScope = "office_PCP_in_scope",
        OfficeSpecialistCcsMember = "office_specialist_CCS_member",
        SpecialistConsultCcsMember = "specialist_consult_CCS_member",
        EmergencyDepartment = "emergency_department",
        EmergencyDirection = "emergency_direction",
        PreventiveEpsdt = "preventive_EPSDT",
        ImmunizationAdministration = "immunization_administration",
        Vaccines = "vaccines",
        DevelopmentalScreen = "developmental_screen",
        LaboratoryRoutine = "laboratory_routine",
        LaboratoryGeneticMolecular = "laboratory_genetic_molecular",
        LaboratoryMaaa = "laboratory_MAAA",
        OutpatientCt = "outpatient_CT",
        OutpatientMri = "outpatient_MRI",
        OutpatientPet = "outpatient_PET",
        OutpatientCardiacPet = "outpatient_cardiac_PET",
        SurgeryEyelid = "surgery_eyelid",
        SurgeryBreast = "surgery_breast",
        SurgeryOrthognathic = "surgery_orthognathic",
        SurgeryNasal = "surgery_nasal",
        SurgeryStemCellTransplant = "surgery_stem_cell_transplant",
        SurgeryBariatric = "surgery_bariatric",
        SurgeryLiverTransplant = "surgery_liver_transplant",
        SurgeryKidneyTransplant = "surgery_kidney_transplant",
        SurgeryHeartLungTransplant = "surgery_heart_lung_transplant",
        SurgeryLungTransplant = "surgery_lung_transplant",
        SurgeryNeurostimulator = "surgery_neurostimulator",
        SurgeryVagusNerveStimulator = "surgery_vagus_nerve_stimulator",
        SurgeryCochlearImplant = "surgery_cochlear_implant",
        SurgeryOsseointegratedHearing = "surgery_osseointegrated_hearing",
        SurgerySpinalDeformitySurgery = "surgery_spinal_deformity_surgery",
        SurgerySpinalInstrumentation = "surgery_spinal_instrumentation",
        SurgeryHipSurgery = "surgery_hip_surgery",
        Anesthesia = "anesthesia",
        SleepStudy = "sleep_study",
        LongTermEeg = "long_term_EEG",
        RadiationOncology = "radiation_oncology",
        Dialysis = "dialysis",
        BehavioralHealthTreatmentAba = "behavioral_health_treatment_ABA",
        BehavioralHealthOutpatient = "behavioral_health_outpatient",
        Maternity = "maternity",
        FamilyPlanning = "family_planning",
        FamilyPlanningImplant = "family_planning_implant",
        HomeHealthVisit = "home_health_visit",
        UnlistedProcedure = "unlisted_procedure",
        OrthoticsProstheticsUnlisted = "orthotics_prosthetics_unlisted",
        DmeSupplyUnlisted = "dme_supply_unlisted",
        Dme = "dme",
        DmeRental = "dme_rental(modifier RR)",
        DmeRepair = "dme_repair",
        DmeSupply = "dme_supply",
        MedicalSupply = "medical_supply",
        Orthotics = "orthotics",
        Prosthetics = "prosthetics",
        HearingAids = "hearing_aids",
        VisionLensesFrames = "vision_lenses_frames",
        PhysicianAdministeredDrug = "physician_administered_drug",
        PhysicianAdministeredDrugUnclassified = "physician_administered_drug_unclassified",
        MealsLodgingLodgingRecipient = "meals_lodging_lodging_recipient",
        MealsLodgingMealsRecipient = "meals_lodging_meals_recipient",
        MealsLodgingLodgingEscort = "meals_lodging_lodging_escort",
        MealsLodgingMealsEscort = "meals_lodging_meals_escort",
        NemtWheelchairVan = "NEMT_wheelchair_van",
        AirAmbulance = "air_ambulance",
        Nmt = "NMT",
        CaseManagement = "case_management",
        PrivateDutyNursing = "private_duty_nursing",
        HomeHealthNursing = "home_health_nursing",
        Orthodontics = "orthodontics",
        Dental = "dental",
        NemtAmbulance = "NEMT_ambulance",
        EmergencyAmbulance = "emergency_ambulance",
    }
}

vocabulary! {
    /// The kinds of service that rules ask for: the words of `service_kinds.csv`.
    pub enum ServiceKind {
        Preventive = "preventive",
        Immunization = "immunization",
        OfficeVisit = "office_visit",
        Maternity = "maternity",
        Drug = "drug",
        NeonatalProfessional = "neonatal_professional",
        Hrif = "hrif",
        SpecialCenter = "special_center",
        SpecialtyMentalHealth = "specialty_mental_health",
        NarcoticTreatment = "narcotic_treatment",
        NotPaneled = "not_paneled",
    }
}

vocabulary! {
    /// The groups of diagnoses that rules ask for: the words of `diagnosis_groups.csv`.
    pub enum DiagnosisGroup {
        PoaExempt = "poa_exempt",
        WorkUp = "work_up",
        NicuCriteria = "nicu_criteria",
        NicuLevelIv = "nicu_level_iv",
    }
}

impl Setting {
    /// Whether the setting asks for a modifier or for a role of the provider or member, beyond the code. Such a
    /// row goes before those that ask nothing. The tests themselves are the rules' matter.
    pub const fn has_test(self) -> bool {
        matches!(
            self,
            Setting::OutpatientTherapyPt
                | Setting::DmeRental
                | Setting::OfficePcpInScope
                | Setting::OfficeSpecialistCcsMember
                | Setting::SpecialistConsultCcsMember
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{ExemptWhen, Requires, Setting};
    use crate::reference::Reference;
    use std::collections::BTreeSet;

    /// Every word of the shipped table has its place here (else it would not load), and there is no word that no
    /// row has, which nobody would test.
    #[test]
    fn the_vocabulary_is_that_of_the_table() {
        let reference = Reference::builtin();
        let rows = reference.policy.tar_required.all();
        let settings: BTreeSet<_> = rows.iter().map(|row| row.setting).collect();
        let unused: Vec<_> = Setting::ALL.iter().filter(|word| !settings.contains(word)).collect();
        assert_eq!(unused, [&Setting::Any]);
        let exempt: BTreeSet<_> = rows.iter().flat_map(|row| row.exempt_when.iter().copied()).collect();
        assert!(ExemptWhen::ALL.iter().all(|word| exempt.contains(word)));
        let requires: BTreeSet<_> = rows.iter().map(|row| row.requires).collect();
        assert!(Requires::ALL.iter().all(|word| requires.contains(word)));
    }

    #[test]
    fn words_are_told_apart() {
        for word in Setting::ALL {
            assert_eq!(Setting::parse(word.word().as_bytes()), Some(*word));
        }
        let tested: Vec<_> =
            Setting::ALL.iter().filter(|word| word.has_test()).map(|word| word.word()).collect();
        assert_eq!(
            tested,
            [
                "outpatient_therapy_PT(modifier GP or PT taxonomy 2251*)",
                "office_PCP_in_scope",
                "office_specialist_CCS_member",
                "specialist_consult_CCS_member",
                "dme_rental(modifier RR)",
            ]
        );
    }
}
