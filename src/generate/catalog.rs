//! What is wrong with children and what is done about it: the codes that claims are made of.
//!
//! Diagnoses are billable ICD-10-CM codes of fiscal year 2026. They stand in lists by what the plan makes of them:
//! *CCS* conditions ask for an authorization number on lines that treat them, *other* ones never do.

/// A service of SV101 to SV104.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    /// The code, with the modifiers that always go with it, as SV101 components.
    pub(super) code: &'static str,
    /// What a unit costs, about.
    pub(super) dollars: u32,
    /// How many units a line can have; where it is more than one, up to that many are drawn.
    pub(super) most: u32,
    /// Whether such a line needs an authorization number just because it treats a CCS condition (TAR101 asks).
    pub(super) asks: bool,
    /// Whether the claim must carry the laboratory's CLIA number.
    pub(super) laboratory: bool,
    /// The drug that was given.
    pub(super) drug: Option<Drug>,
}

/// A drug as LIN and CTP tell it: always `most` units of the service at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drug {
    pub(super) ndc: &'static str,
    /// CTP04, and CTP05-1 behind its separator.
    pub(super) quantity: &'static str,
}

const fn service(code: &'static str, dollars: u32) -> Service {
    Service { code, dollars, most: 1, asks: true, laboratory: false, drug: None }
}

const fn units(code: &'static str, dollars: u32, most: u32) -> Service {
    Service { most, ..service(code, dollars) }
}

/// A service for which the plan wants no number, or for which a more specific rule than TAR101 asks.
const fn free(code: &'static str, dollars: u32) -> Service {
    Service { asks: false, ..service(code, dollars) }
}

const fn free_units(code: &'static str, dollars: u32, most: u32) -> Service {
    Service { most, ..free(code, dollars) }
}

const fn laboratory(code: &'static str, dollars: u32) -> Service {
    Service { laboratory: true, ..free(code, dollars) }
}

const fn drug(
    code: &'static str,
    dollars: u32,
    most: u32,
    ndc: &'static str,
    quantity: &'static str,
) -> Service {
    Service { most, drug: Some(Drug { ndc, quantity }), ..free(code, dollars) }
}

/// Office visits of known patients, by how much was to be done.
pub(super) static VISITS: [Service; 4] =
    [free("99212", 95), free("99213", 140), free("99214", 205), free("99215", 280)];

/// First visits.
pub(super) static FIRST_VISITS: [Service; 3] = [free("99203", 190), free("99204", 285), free("99205", 360)];

// ---- primary care

/// A check-up: the code of a known patient, of a new one, and what is given and tested at that age.
pub(super) struct CheckUp {
    /// The age in years from which it is no longer this one.
    pub(super) below: i32,
    pub(super) known: Service,
    pub(super) new: Service,
    pub(super) vaccines: &'static [Service],
    pub(super) tests: &'static [Service],
}

pub(super) static CHECK_UPS: [CheckUp; 5] = [
    CheckUp {
        below: 1,
        known: free("99391", 165),
        new: free("99381", 185),
        vaccines: &[free("90723", 130), free("90648", 48), free("90677", 260), free("90680", 118)],
        tests: &[free("96110", 32), free("99177", 22)],
    },
    CheckUp {
        below: 5,
        known: free("99392", 170),
        new: free("99382", 195),
        vaccines: &[free("90707", 98), free("90716", 172), free("90633", 46), free("90700", 41)],
        tests: &[
            laboratory("83655:QW", 38),
            laboratory("85018:QW", 14),
            free("96110", 32),
            free("99188", 35),
            free("99177", 22),
        ],
    },
    CheckUp {
        below: 12,
        known: free("99393", 168),
        new: free("99383", 198),
        vaccines: &[free("90696", 72), free("90686", 28), free("90710", 270)],
        tests: &[free("92551", 24), free("99173", 12), laboratory("81002", 9)],
    },
    CheckUp {
        below: 18,
        known: free("99394", 185),
        new: free("99384", 220),
        vaccines: &[free("90651", 315), free("90734", 165), free("90715", 58), free("90686", 28)],
        tests: &[free("96127", 16), free("92551", 24), free("99173", 12)],
    },
    CheckUp {
        below: i32::MAX,
        known: free("99395", 192),
        new: free("99385", 230),
        vaccines: &[free("90620", 240), free("90686", 28)],
        tests: &[free("96127", 16), free("96160", 12)],
    },
];

/// Giving vaccines, where the visit is not billed with state vaccines.
pub(super) static ADMINISTRATION: Service = free_units("90460", 32, 4);

/// An everyday illness and the test or treatment that goes with it in the office.
pub(super) struct Illness {
    pub(super) diagnosis: &'static str,
    pub(super) also: &'static [&'static str],
    pub(super) services: &'static [Service],
}

static STREP: [Service; 1] = [laboratory("87880:QW", 24)];
static FLU: [Service; 1] = [laboratory("87804:QW", 27)];
static BREATHING: [Service; 2] = [free("94640", 45), free("94760", 8)];
static URINE: [Service; 2] = [laboratory("81002", 9), laboratory("81001", 11)];

pub(super) static ILLNESSES: [Illness; 12] = [
    Illness { diagnosis: "J069", also: &["R059", "R509"], services: &FLU },
    Illness { diagnosis: "J020", also: &["R509", "R519"], services: &STREP },
    Illness { diagnosis: "H6691", also: &["R509", "J069"], services: &[] },
    Illness { diagnosis: "H6692", also: &["R509"], services: &[] },
    Illness { diagnosis: "J4520", also: &["R059"], services: &BREATHING },
    Illness { diagnosis: "J4530", also: &["J309", "R059"], services: &BREATHING },
    Illness { diagnosis: "B349", also: &["R509", "R197"], services: &FLU },
    Illness { diagnosis: "L209", also: &["L309"], services: &[] },
    Illness { diagnosis: "N390", also: &["R300", "R509"], services: &URINE },
    Illness { diagnosis: "K5900", also: &["R109"], services: &[] },
    Illness { diagnosis: "A084", also: &["R1110", "R197"], services: &[] },
    Illness { diagnosis: "J029", also: &["R509"], services: &STREP },
];

/// CCS conditions that children have when their own doctor sees them for something in the primary-care scope.
pub(super) static CHRONIC: [&str; 10] =
    ["G809", "E109", "Q210", "E031", "D571", "E840", "G7101", "Q359", "N1830", "H903"];

/// What a primary-care doctor orders on such a visit.
pub(super) static FOLLOW_UP: [Service; 3] =
    [laboratory("83036:QW", 22), laboratory("82947:QW", 12), free("99173", 12)];

// ---- specialists

/// A specialty with what it sees and does.
pub(super) struct Specialty {
    /// As it stands in an organization's name.
    pub(super) name: &'static str,
    pub(super) taxonomy: &'static str,
    pub(super) ccs: &'static [&'static str],
    pub(super) other: &'static [&'static str],
    /// Done in the office.
    pub(super) procedures: &'static [Service],
    /// Done in a hospital's outpatient department.
    pub(super) operations: &'static [Service],
    /// How a drug is given in the office, and the drug.
    pub(super) drugs: &'static [(Service, Service)],
}

/// Days in hospital: the first, those between, the last.
pub(super) static HOSPITAL_DAYS: [Service; 3] =
    [service("99222", 310), service("99232", 160), service("99238", 185)];

pub(super) static SPECIALTIES: [Specialty; 11] = [
    Specialty {
        name: "PEDIATRIC CARDIOLOGY",
        taxonomy: "2080P0202X",
        ccs: &["Q210", "Q2110", "Q213", "Q234", "Q250", "Q251", "Q203", "I420"],
        other: &["R011", "R079", "R55"],
        procedures: &[
            service("93306", 780),
            service("93000", 62),
            service("93303", 640),
            service("93320", 210),
            service("93325", 155),
            service("93224", 380),
        ],
        operations: &[service("93451", 2400), service("93580", 4900)],
        drugs: &[],
    },
    Specialty {
        name: "PEDIATRIC ENDOCRINOLOGY",
        taxonomy: "2080P0205X",
        ccs: &["E1065", "E109", "E1010", "E031", "E230", "E250"],
        other: &["R634", "E559", "R7309"],
        procedures: &[service("95251", 92), service("95250", 310), laboratory("83036:QW", 22)],
        operations: &[],
        drugs: &[],
    },
    Specialty {
        name: "CHILD NEUROLOGY",
        taxonomy: "2084N0402X",
        ccs: &["G809", "G801", "G800", "G7101", "G911"],
        other: &["G43909", "R519", "R278"],
        procedures: &[
            service("95816", 540),
            service("95819", 610),
            service("95886", 260),
            service("64642", 330),
            service("64643", 190),
        ],
        operations: &[service("62270", 520)],
        drugs: &[(service("64642", 330), drug("J0585", 8, 100, "00023114501", "1*UN"))],
    },
    Specialty {
        name: "CHILDRENS HEMATOLOGY ONCOLOGY",
        taxonomy: "2080P0207X",
        ccs: &["D5700", "D571", "C9100", "C9101", "C729"],
        other: &["R509", "D509", "R5383"],
        procedures: &[service("36430", 450), service("96375", 120), service("96367", 95)],
        operations: &[service("38222", 980), service("62270", 520)],
        drugs: &[
            (service("96409", 290), drug("J9370", 12, 2, "61703030906", "2*ML")),
            (service("96365", 240), drug("J1569", 48, 20, "00944270005", "100*ML")),
        ],
    },
    Specialty {
        name: "PEDIATRIC PULMONOLOGY",
        taxonomy: "2080P0214X",
        ccs: &["E840", "E849", "P271"],
        other: &["R0602", "R059", "J4540"],
        procedures: &[
            service("94060", 130),
            service("94726", 165),
            service("94729", 118),
            service("94664", 42),
        ],
        operations: &[service("31622", 1250)],
        drugs: &[(service("96372", 48), drug("J2357", 46, 60, "50242004062", "2*UN"))],
    },
    Specialty {
        name: "PEDIATRIC GASTROENTEROLOGY",
        taxonomy: "2080P0206X",
        ccs: &["K5000", "K5090", "K743", "K754"],
        other: &["R1084", "K5900", "R634"],
        procedures: &[service("91010", 410), service("91110", 1450)],
        operations: &[service("43239", 1380), service("45380", 1620)],
        drugs: &[(service("96413", 420), drug("J1745", 92, 30, "57894003001", "3*UN"))],
    },
    Specialty {
        name: "PEDIATRIC NEPHROLOGY",
        taxonomy: "2080P0210X",
        ccs: &["N1830", "N1831", "N186", "N049"],
        other: &["N390", "R319"],
        procedures: &[service("76770", 360), service("93784", 110), laboratory("81001", 11)],
        operations: &[service("50200", 1550)],
        drugs: &[],
    },
    Specialty {
        name: "PEDIATRIC ORTHOPEDICS",
        taxonomy: "207XP3100X",
        ccs: &["Q6500", "Q6589", "Q6600", "Q6601", "M9110", "M9111", "S72301A", "S72001A"],
        other: &["M25561", "R2689", "S93401A"],
        procedures: &[
            service("29450", 290),
            service("73502", 125),
            service("73552", 110),
            service("73590", 96),
        ],
        operations: &[service("27606", 1950), service("20680", 1280)],
        drugs: &[],
    },
    Specialty {
        name: "PEDIATRIC EAR NOSE THROAT",
        taxonomy: "207YP0228X",
        ccs: &["Q359", "Q369", "Q370", "Q379", "H903", "H9041", "H905"],
        other: &["H6693", "R042"],
        procedures: &[
            service("92557", 98),
            service("92567", 36),
            service("92579", 74),
            service("31231", 340),
        ],
        operations: &[service("42200", 3900), service("40700", 4300), service("69436", 1150)],
        drugs: &[],
    },
    Specialty {
        name: "CHILDRENS EYE CARE",
        taxonomy: "207WX0110X",
        ccs: &["Q120", "Q150", "Q112"],
        other: &["H5213", "H5203", "H5000"],
        procedures: &[
            service("92014", 165),
            service("92060", 88),
            service("92250", 110),
            service("92134", 72),
        ],
        operations: &[service("66840", 3200), service("65820", 2800)],
        drugs: &[],
    },
    Specialty {
        name: "PEDIATRIC RHEUMATOLOGY",
        taxonomy: "2080P0216X",
        ccs: &["M0800", "M0890", "M3210"],
        other: &["M25561", "R700"],
        procedures: &[service("20610", 185), service("20611", 260), service("76882", 140)],
        operations: &[],
        drugs: &[
            (service("96413", 420), drug("J1745", 92, 30, "57894003001", "3*UN")),
            (service("96413", 420), drug("J3262", 7, 200, "50242013601", "10*ML")),
        ],
    },
];

// ---- the emergency department

pub(super) static EMERGENCY_VISITS: [Service; 5] =
    [free("99281", 110), free("99282", 190), free("99283", 310), free("99284", 520), free("99285", 760)];

/// Why a child comes to an emergency department.
pub(super) struct Emergency {
    pub(super) diagnosis: &'static str,
    /// How it came to that; empty where it was no accident.
    pub(super) cause: &'static str,
    pub(super) services: &'static [Service],
}

pub(super) static EMERGENCIES: [Emergency; 11] = [
    Emergency { diagnosis: "J4541", cause: "", services: &[service("94640", 45), service("71046:26", 40)] },
    Emergency { diagnosis: "J189", cause: "", services: &[service("71046:26", 40)] },
    Emergency { diagnosis: "J210", cause: "", services: &[service("94760", 8)] },
    Emergency { diagnosis: "R509", cause: "", services: &[] },
    Emergency { diagnosis: "R1110", cause: "", services: &[] },
    Emergency { diagnosis: "S0181XA", cause: "W06XXXA", services: &[service("12011", 320)] },
    Emergency { diagnosis: "S61411A", cause: "W260XXA", services: &[service("12001", 280)] },
    Emergency { diagnosis: "S060X0A", cause: "W1830XA", services: &[] },
    Emergency {
        diagnosis: "S52501A",
        cause: "W098XXA",
        services: &[service("73110:26", 34), service("29125", 190)],
    },
    Emergency {
        diagnosis: "S93401A",
        cause: "Y9366",
        services: &[service("73610:26", 34), service("29515", 180)],
    },
    Emergency { diagnosis: "T7840XA", cause: "", services: &[] },
];

/// CCS conditions that become emergencies.
pub(super) static CRISES: [Emergency; 3] = [
    Emergency { diagnosis: "D5700", cause: "", services: &[service("96374", 130)] },
    Emergency { diagnosis: "E1010", cause: "", services: &[service("96360", 150)] },
    Emergency { diagnosis: "E840", cause: "", services: &[service("71046:26", 40)] },
];

// ---- therapy, counseling, laboratory, equipment

/// A therapy: what is billed for its first and its further visits.
pub(super) struct Therapy {
    pub(super) name: &'static str,
    pub(super) taxonomy: &'static str,
    pub(super) evaluation: Service,
    pub(super) treatments: &'static [Service],
    pub(super) ccs: &'static [&'static str],
    /// UM03 of a request for it.
    pub(super) service_type: &'static str,
    /// Whether a year's first visits need no number.
    pub(super) first_visits_free: bool,
}

pub(super) static THERAPIES: [Therapy; 3] = [
    Therapy {
        name: "PHYSICAL THERAPY",
        taxonomy: "225100000X",
        evaluation: free("97161:GP", 165),
        treatments: &[
            free_units("97110:GP", 58, 4),
            free_units("97140:GP", 54, 2),
            free_units("97530:GP", 62, 2),
        ],
        ccs: &["G809", "G801", "Q6589", "G7101", "Q059"],
        service_type: "AE",
        first_visits_free: true,
    },
    Therapy {
        name: "OCCUPATIONAL THERAPY",
        taxonomy: "225XP0200X",
        evaluation: service("97165:GO", 170),
        treatments: &[free_units("97530:GO", 62, 3), units("97533:GO", 60, 2)],
        ccs: &["G809", "G800", "Q743", "G7101"],
        service_type: "AD",
        first_visits_free: false,
    },
    Therapy {
        name: "SPEECH THERAPY",
        taxonomy: "235Z00000X",
        evaluation: service("92523:GN", 320),
        treatments: &[service("92507:GN", 135), service("92526:GN", 145)],
        ccs: &["Q359", "Q379", "H903", "G809"],
        service_type: "AF",
        first_visits_free: false,
    },
];

pub(super) static COUNSELING: [Service; 5] =
    [free("90832", 95), free("90834", 135), free("90837", 195), free("90847", 150), free("90791", 240)];

pub(super) static MENTAL: [&str; 8] = ["F902", "F909", "F411", "F840", "F4322", "F4310", "F32A", "F913"];

pub(super) static LABORATORY: [Service; 12] = [
    laboratory("80053", 38),
    laboratory("80048", 30),
    laboratory("85025", 24),
    laboratory("84443", 52),
    laboratory("84439", 31),
    laboratory("83036", 28),
    laboratory("82306", 78),
    laboratory("80061", 36),
    laboratory("81001", 11),
    laboratory("87086", 26),
    laboratory("82728", 34),
    laboratory("86140", 17),
];

/// Equipment and supplies, always with an authorization.
pub(super) static EQUIPMENT: [Service; 9] = [
    free("E0570:NU", 135),
    free_units("A7003:NU", 3, 2),
    free("A7005:NU", 28),
    free("E0601:NU", 640),
    free("A7037:NU", 34),
    free_units("T4529", 1, 180),
    free_units("T4531", 1, 180),
    free_units("B4160:BO", 2, 300),
    free_units("A4351", 2, 120),
];

/// Supplies of breathing equipment of which one in six or twelve months needs no number.
pub(super) static FREE_SUPPLIES: [Service; 3] =
    [free("A7035:NU", 38), free("A7034:NU", 120), free("A7030:NU", 150)];

pub(super) static EQUIPMENT_NEEDS: [&str; 7] = ["E840", "G809", "G7101", "P271", "N319", "Q059", "G800"];

// ---- what faults are made of

/// A service that needs a number for whatever CCS condition it is done.
pub(super) static ECHOCARDIOGRAM: Service = service("93306", 780);

/// Drugs that Medi-Cal fee-for-service pays, not the plan, with what they are given for.
pub(super) static CARVED_OUT: [(Service, &str); 5] = [
    (drug("J2426", 12, 156, "50458056301", "1*ML"), "F209"),
    (drug("J2315", 4, 380, "65757030001", "1*UN"), "F1020"),
    (drug("J7192", 2, 1500, "00944294010", "1500*F2"), "D66"),
    (drug("J7170", 62, 60, "50242092001", "1*ML"), "D66"),
    (drug("J2794", 10, 100, "50458030911", "1*UN"), "F3110"),
];

/// Diagnosis codes that are none: not billable, or never issued. None of them begins as a CCS condition does.
pub(super) static NO_DIAGNOSES: [&str; 6] = ["J06", "R50", "Z0012", "J0299", "H669", "R99X9"];

/// What stands in REF*G1 when there is no number.
pub(super) static NO_NUMBERS: [&str; 6] =
    ["PENDING", "NONE", "TBD", "UNKNOWN", "00000000000", "SEE ATTACHED"];

#[cfg(test)]
mod tests {
    use super::{CARVED_OUT, CHECK_UPS, NO_DIAGNOSES, SPECIALTIES, THERAPIES};

    #[test]
    fn tables_can_be_drawn_from() {
        assert!(CHECK_UPS.windows(2).all(|pair| pair[0].below < pair[1].below));
        for specialty in &SPECIALTIES {
            assert_eq!(specialty.taxonomy.len(), 10);
            assert!(
                !specialty.ccs.is_empty() && !specialty.other.is_empty() && !specialty.procedures.is_empty()
            );
            assert!(specialty.procedures.iter().any(|service| service.asks), "{}", specialty.name);
        }
        assert!(THERAPIES.iter().all(|therapy| !therapy.treatments.is_empty() && !therapy.ccs.is_empty()));
        assert!(CARVED_OUT.iter().all(|(service, _)| service.drug.is_some()));
        assert!(NO_DIAGNOSES.iter().all(|code| (3..=7).contains(&code.len())));
    }
}
