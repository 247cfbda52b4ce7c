//! What happens on a day, by name.

/// What a claim of a batch with rosters is an example of; one claim can be of several.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub enum Scenario {
    /// A visit to the child's own doctor.
    #[default]
    PrimaryCare,
    /// A check-up, with vaccines and screenings.
    CheckUp,
    /// A CCS condition looked after by the child's own doctor, within the primary-care scope.
    CcsPrimaryCare,
    /// A CCS condition and another illness on one claim.
    Comorbidity,
    /// A specialist's visit on a referral alone.
    Referral,
    /// A specialist's authorized services.
    Specialist,
    /// A doctor's visits to a child in hospital.
    HospitalVisits,
    /// A doctor's operation in a hospital or surgery center.
    Operation,
    /// A drug given by a provider who bought it.
    AdministeredDrug,
    /// An emergency department.
    Emergency,
    /// A CCS condition in an emergency.
    CcsEmergency,
    /// Authorized therapy.
    Therapy,
    /// Physical therapy within the visits that need no number, as many as there may be.
    FreeTherapy,
    /// Behavioral health.
    Counseling,
    /// A laboratory.
    Laboratory,
    /// Authorized equipment and supplies.
    Equipment,
    /// Supplies within the limit that needs no number.
    FreeSupplies,
    /// A planned stay in hospital.
    PlannedStay,
    /// A stay that began as an emergency.
    EmergencyStay,
    /// Neonatal intensive care.
    NewbornIntensive,
    /// The nursery of a well child.
    WellNewborn,
    /// A child on the id of its mother.
    MothersId,
    /// A hospital's clinic.
    Clinic,
    /// An operation without a night in hospital.
    DaySurgery,
    /// Tests in a hospital.
    HospitalTests,
    /// A federally qualified health center.
    HealthCenter,
    /// Examinations and fillings.
    Dental,
    /// Teeth treated in sedation, for a CCS condition.
    DentalSedation,
    /// Braces for a child with a cleft.
    Orthodontics,
    /// A CCS diagnosis of a child who, as the roster says, is not in CCS: no number.
    NotInCcs,
    /// A county's authorization from before the Whole Child Model began there.
    CountyAuthorization,
    /// Partly certified, or modified.
    PartlyCertified,
    /// An authorization that the claim uses up.
    UsedUp,
    /// An authorization whose first and last days are those of the claim.
    ToTheDay,
    /// A replacement (frequency 7) of a claim of `history.csv`.
    Replacement,
    /// Another payer paid first.
    OtherPayer,
    /// A drug bought under 340B.
    Discounted,
    /// A patient with a level below the subscriber's.
    Dependent,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Scenario; 38] = {
        use Scenario as S;
        [
            S::PrimaryCare,
            S::CheckUp,
            S::CcsPrimaryCare,
            S::Comorbidity,
            S::Referral,
            S::Specialist,
            S::HospitalVisits,
            S::Operation,
            S::AdministeredDrug,
            S::Emergency,
            S::CcsEmergency,
            S::Therapy,
            S::FreeTherapy,
            S::Counseling,
            S::Laboratory,
            S::Equipment,
            S::FreeSupplies,
            S::PlannedStay,
            S::EmergencyStay,
            S::NewbornIntensive,
            S::WellNewborn,
            S::MothersId,
            S::Clinic,
            S::DaySurgery,
            S::HospitalTests,
            S::HealthCenter,
            S::Dental,
            S::DentalSedation,
            S::Orthodontics,
            S::NotInCcs,
            S::CountyAuthorization,
            S::PartlyCertified,
            S::UsedUp,
            S::ToTheDay,
            S::Replacement,
            S::OtherPayer,
            S::Discounted,
            S::Dependent,
        ]
    };

    /// Its name, such as `free-therapy`.
    pub const fn name(self) -> &'static str {
        match self {
            Scenario::PrimaryCare => "primary-care",
            Scenario::CheckUp => "check-up",
            Scenario::CcsPrimaryCare => "ccs-primary-care",
            Scenario::Comorbidity => "comorbidity",
            Scenario::Referral => "referral",
            Scenario::Specialist => "specialist",
            Scenario::HospitalVisits => "hospital-visits",
            Scenario::Operation => "operation",
            Scenario::AdministeredDrug => "administered-drug",
            Scenario::Emergency => "emergency",
            Scenario::CcsEmergency => "ccs-emergency",
            Scenario::Therapy => "therapy",
            Scenario::FreeTherapy => "free-therapy",
            Scenario::Counseling => "counseling",
            Scenario::Laboratory => "laboratory",
            Scenario::Equipment => "equipment",
            Scenario::FreeSupplies => "free-supplies",
            Scenario::PlannedStay => "planned-stay",
            Scenario::EmergencyStay => "emergency-stay",
            Scenario::NewbornIntensive => "newborn-intensive",
            Scenario::WellNewborn => "well-newborn",
            Scenario::MothersId => "mothers-id",
            Scenario::Clinic => "clinic",
            Scenario::DaySurgery => "day-surgery",
            Scenario::HospitalTests => "hospital-tests",
            Scenario::HealthCenter => "health-center",
            Scenario::Dental => "dental",
            Scenario::DentalSedation => "dental-sedation",
            Scenario::Orthodontics => "orthodontics",
            Scenario::NotInCcs => "not-in-ccs",
            Scenario::CountyAuthorization => "county-authorization",
            Scenario::PartlyCertified => "partly-certified",
            Scenario::UsedUp => "used-up",
            Scenario::ToTheDay => "to-the-day",
            Scenario::Replacement => "replacement",
            Scenario::OtherPayer => "other-payer",
            Scenario::Discounted => "340b",
            Scenario::Dependent => "dependent",
        }
    }
}
