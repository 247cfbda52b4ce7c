//! What is wrong with children in hospitals and health centers, and what is billed for it.
//!
//! *CCS* conditions ask for an authorization number, as in [`catalog`](super::catalog).

use super::catalog::Drug;

/// A line of an institutional claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct Charge {
    /// SV201.
    pub(super) revenue: &'static str,
    /// SV202 behind `HC:`, modifiers included; empty where the revenue code says enough.
    pub(super) code: &'static str,
    /// What a unit costs, about.
    pub(super) dollars: u32,
    /// How many units a line can have; a room has as many as there are days.
    pub(super) most: u32,
    pub(super) drug: Option<Drug>,
}

const fn charge(revenue: &'static str, dollars: u32, most: u32) -> Charge {
    Charge { revenue, code: "", dollars, most, drug: None }
}

const fn coded(revenue: &'static str, code: &'static str, dollars: u32) -> Charge {
    Charge { revenue, code, dollars, most: 1, drug: None }
}

const fn drug(
    code: &'static str,
    dollars: u32,
    most: u32,
    ndc: &'static str,
    quantity: &'static str,
) -> Charge {
    Charge { revenue: "0636", code, dollars, most, drug: Some(Drug { ndc, quantity }) }
}

const SUPPLIES: [Charge; 4] =
    [charge("0250", 340, 4), charge("0270", 130, 6), charge("0300", 38, 24), charge("0320", 210, 3)];

/// A stay in hospital.
pub(super) struct Stay {
    /// The principal diagnosis, and what may stand beside it.
    pub(super) diagnosis: &'static str,
    pub(super) also: &'static [&'static str],
    /// The principal procedure; empty for none.
    pub(super) procedure: &'static str,
    /// The diagnosis-related group.
    pub(super) group: &'static str,
    pub(super) room: Charge,
    pub(super) days: (u32, u32),
    /// Done or given beside room and supplies.
    pub(super) services: &'static [Charge],
}

const WARD: Charge = charge("0120", 2_400, 0);
const PEDIATRIC_WARD: Charge = charge("0123", 2_650, 0);
const INTENSIVE: Charge = charge("0203", 7_200, 0);
const OPERATING_ROOM: Charge = charge("0360", 8_600, 1);
const ANESTHESIA: Charge = charge("0370", 1_900, 1);
const BREATHING: Charge = charge("0410", 190, 10);

/// Stays for CCS conditions, planned and authorized.
pub(super) static CCS_STAYS: [Stay; 10] = [
    Stay {
        diagnosis: "Q213",
        also: &["R011"],
        procedure: "02QM0ZZ",
        group: "229",
        room: INTENSIVE,
        days: (4, 9),
        services: &[OPERATING_ROOM, ANESTHESIA, BREATHING],
    },
    Stay {
        diagnosis: "Q378",
        also: &["R6330"],
        procedure: "0CQ30ZZ",
        group: "134",
        room: PEDIATRIC_WARD,
        days: (1, 3),
        services: &[OPERATING_ROOM, ANESTHESIA],
    },
    Stay {
        diagnosis: "E840",
        also: &["R0902"],
        procedure: "",
        group: "178",
        room: PEDIATRIC_WARD,
        days: (7, 14),
        services: &[BREATHING, charge("0420", 145, 8)],
    },
    Stay {
        diagnosis: "C9100",
        also: &["D709", "R509"],
        procedure: "",
        group: "835",
        room: WARD,
        days: (3, 12),
        services: &[charge("0335", 900, 5), charge("0390", 480, 4)],
    },
    Stay {
        diagnosis: "D5700",
        also: &["R0902"],
        procedure: "",
        group: "812",
        room: PEDIATRIC_WARD,
        days: (2, 6),
        services: &[charge("0390", 480, 3), BREATHING],
    },
    Stay {
        diagnosis: "Q6500",
        also: &[],
        procedure: "0SS90ZZ",
        group: "482",
        room: PEDIATRIC_WARD,
        days: (2, 4),
        services: &[OPERATING_ROOM, ANESTHESIA, charge("0420", 145, 3)],
    },
    Stay {
        diagnosis: "G911",
        also: &["R1110"],
        procedure: "00160J6",
        group: "032",
        room: INTENSIVE,
        days: (3, 7),
        services: &[OPERATING_ROOM, ANESTHESIA, charge("0350", 1_450, 1)],
    },
    Stay {
        diagnosis: "K5000",
        also: &["R634"],
        procedure: "",
        group: "386",
        room: WARD,
        days: (3, 8),
        services: &[charge("0750", 1_300, 1)],
    },
    Stay {
        diagnosis: "N049",
        also: &["E8809"],
        procedure: "",
        group: "699",
        room: PEDIATRIC_WARD,
        days: (3, 7),
        services: &[charge("0402", 360, 1)],
    },
    Stay {
        diagnosis: "S72301A",
        also: &["W1830XA"],
        procedure: "0QS906Z",
        group: "481",
        room: PEDIATRIC_WARD,
        days: (2, 5),
        services: &[OPERATING_ROOM, ANESTHESIA],
    },
];

/// Stays that begin in the emergency department, where nothing is asked for beforehand.
pub(super) static EMERGENCY_STAYS: [Stay; 8] = [
    Stay {
        diagnosis: "E1010",
        also: &["R1110"],
        procedure: "",
        group: "638",
        room: INTENSIVE,
        days: (2, 4),
        services: &[coded("0450", "99285", 1_300)],
    },
    Stay {
        diagnosis: "J189",
        also: &["R0902", "R509"],
        procedure: "",
        group: "194",
        room: PEDIATRIC_WARD,
        days: (2, 5),
        services: &[coded("0450", "99284", 980), BREATHING],
    },
    Stay {
        diagnosis: "J210",
        also: &["R0902"],
        procedure: "",
        group: "203",
        room: PEDIATRIC_WARD,
        days: (1, 4),
        services: &[coded("0450", "99284", 980), BREATHING],
    },
    Stay {
        diagnosis: "K3580",
        also: &["R1031"],
        procedure: "0DTJ4ZZ",
        group: "343",
        room: WARD,
        days: (1, 3),
        services: &[coded("0450", "99284", 980), OPERATING_ROOM, ANESTHESIA],
    },
    Stay {
        diagnosis: "E860",
        also: &["A084"],
        procedure: "",
        group: "641",
        room: WARD,
        days: (1, 2),
        services: &[coded("0450", "99283", 760)],
    },
    Stay {
        diagnosis: "N10",
        also: &["R509"],
        procedure: "",
        group: "690",
        room: WARD,
        days: (2, 4),
        services: &[coded("0450", "99284", 980)],
    },
    Stay {
        diagnosis: "J4541",
        also: &["R0902"],
        procedure: "",
        group: "203",
        room: PEDIATRIC_WARD,
        days: (1, 3),
        services: &[coded("0450", "99284", 980), BREATHING],
    },
    Stay {
        diagnosis: "L03115",
        also: &["R509"],
        procedure: "",
        group: "603",
        room: WARD,
        days: (2, 4),
        services: &[coded("0450", "99283", 760)],
    },
];

/// What every stay has beside.
pub(super) static ROUTINE: [Charge; 4] = SUPPLIES;

/// Neonatal intensive care by the child's birth weight: the least grams, the code of the weight, the room.
pub(super) struct Intensive {
    pub(super) grams: (u32, u32),
    pub(super) weight: &'static str,
    pub(super) room: Charge,
}

pub(super) static NEWBORN_INTENSIVE: [Intensive; 4] = [
    Intensive { grams: (1_000, 1_249), weight: "P0714", room: charge("0174", 8_400, 0) },
    Intensive { grams: (1_250, 1_499), weight: "P0715", room: charge("0174", 7_900, 0) },
    Intensive { grams: (1_500, 1_749), weight: "P0716", room: charge("0173", 5_600, 0) },
    Intensive { grams: (2_000, 2_499), weight: "P0718", room: charge("0173", 5_200, 0) },
];

/// What brings newborn children there.
pub(super) static NEWBORN_TROUBLES: [&str; 4] = ["P220", "P2401", "P360", "P282"];

pub(super) static NEWBORN_SERVICES: [Charge; 4] =
    [BREATHING, charge("0250", 510, 6), charge("0300", 52, 30), charge("0320", 190, 4)];

/// The nursery of a well child.
pub(super) static NURSERY: Charge = charge("0171", 780, 0);

/// A visit to the emergency department.
pub(super) struct Emergency {
    pub(super) diagnosis: &'static str,
    /// The patient's own reason.
    pub(super) reason: &'static str,
    /// How it came to that; empty where it was no accident.
    pub(super) cause: &'static str,
    pub(super) services: &'static [Charge],
}

pub(super) static EMERGENCY_ROOM: [Charge; 4] = [
    coded("0450", "99282", 410),
    coded("0450", "99283", 760),
    coded("0450", "99284", 1_080),
    coded("0450", "99285", 1_450),
];

pub(super) static EMERGENCIES: [Emergency; 8] = [
    Emergency { diagnosis: "J4531", reason: "R062", cause: "", services: &[coded("0410", "94640", 85)] },
    Emergency { diagnosis: "J189", reason: "R059", cause: "", services: &[coded("0324", "71046", 210)] },
    Emergency { diagnosis: "R509", reason: "R509", cause: "", services: &[coded("0306", "87804", 60)] },
    Emergency { diagnosis: "A084", reason: "R1110", cause: "", services: &[coded("0260", "96360", 260)] },
    Emergency {
        diagnosis: "S52501A",
        reason: "M25531",
        cause: "W098XXA",
        services: &[coded("0320", "73110", 180)],
    },
    Emergency {
        diagnosis: "S0181XA",
        reason: "R6889",
        cause: "W06XXXA",
        services: &[coded("0361", "12011", 480)],
    },
    Emergency { diagnosis: "E10649", reason: "R55", cause: "", services: &[coded("0301", "82947", 14)] },
    Emergency { diagnosis: "D5700", reason: "R52", cause: "", services: &[coded("0260", "96374", 190)] },
];

/// Conditions seen in a hospital's clinics.
pub(super) static CLINIC_CCS: [&str; 9] =
    ["E840", "E1065", "Q210", "D571", "G809", "N1830", "K5000", "Q359", "M0800"];
pub(super) static CLINIC_OTHER: [&str; 5] = ["R1084", "R519", "K5900", "J4530", "E669"];

pub(super) static CLINIC_VISITS: [Charge; 3] =
    [coded("0510", "99213", 220), coded("0510", "99214", 310), coded("0510", "99204", 420)];

/// Tests without a question of authorization.
pub(super) static TESTS: [Charge; 10] = [
    coded("0301", "80053", 62),
    coded("0301", "80048", 51),
    coded("0305", "85025", 34),
    coded("0301", "84443", 78),
    coded("0301", "83036", 41),
    coded("0302", "86140", 29),
    coded("0306", "87086", 44),
    coded("0307", "81001", 18),
    coded("0301", "82306", 96),
    coded("0301", "80061", 55),
];

/// Drugs given in a hospital's infusion center: for what, how, and the drug.
pub(super) struct Infusion {
    pub(super) diagnosis: &'static str,
    pub(super) giving: Charge,
    pub(super) drug: Charge,
}

pub(super) static INFUSIONS: [Infusion; 4] = [
    Infusion {
        diagnosis: "K5000",
        giving: coded("0335", "96413", 640),
        drug: drug("J1745", 92, 40, "57894003001", "4*UN"),
    },
    Infusion {
        diagnosis: "M0800",
        giving: coded("0335", "96413", 640),
        drug: drug("J3262", 7, 200, "50242013601", "10*ML"),
    },
    Infusion {
        diagnosis: "E840",
        giving: coded("0260", "96372", 110),
        drug: drug("J2357", 46, 60, "50242004062", "2*UN"),
    },
    Infusion {
        diagnosis: "C9101",
        giving: coded("0335", "96409", 520),
        drug: drug("J9370", 12, 2, "61703030906", "2*ML"),
    },
];

/// Operations of a day: for what, and which.
pub(super) static DAY_SURGERY: [(&str, Charge); 6] = [
    ("Q359", coded("0360", "42200", 7_400)),
    ("H903", coded("0360", "69436", 3_900)),
    ("Q120", coded("0360", "66840", 5_800)),
    ("G809", coded("0360", "27606", 4_600)),
    ("N049", coded("0360", "50200", 3_300)),
    ("K5090", coded("0750", "45380", 2_700)),
];

pub(super) static RECOVERY: [Charge; 3] =
    [charge("0370", 1_200, 1), charge("0710", 640, 2), charge("0250", 120, 2)];

/// Visits to a health center.
pub(super) static CENTER_VISITS: [Charge; 4] = [
    coded("0521", "99213", 240),
    coded("0521", "99214", 240),
    coded("0521", "99392", 240),
    coded("0521", "T1015", 240),
];

pub(super) static CENTER_TESTS: [Charge; 4] = [
    coded("0305", "85018:QW", 16),
    coded("0301", "83655:QW", 38),
    coded("0306", "87880:QW", 26),
    coded("0307", "81002", 9),
];

pub(super) static CENTER_REASONS: [&str; 6] = ["J069", "J020", "H6691", "L209", "Z00129", "J4520"];

/// CCS conditions that health centers look after, and what is tested then: all in the primary-care scope.
pub(super) static CENTER_CCS: [&str; 4] = ["E1065", "E109", "G809", "Q210"];
pub(super) static CENTER_FOLLOW_UP: [Charge; 2] =
    [coded("0301", "83036:QW", 24), coded("0301", "82947:QW", 14)];

/// A drug that fee-for-service Medi-Cal pays, with what it is given for.
pub(super) static CARVED_OUT: [(Charge, &str); 3] = [
    (drug("J7192", 2, 1_500, "00944294010", "1500*F2"), "D66"),
    (drug("J2426", 12, 156, "50458056301", "1*ML"), "F209"),
    (drug("J2315", 4, 380, "65757030001", "1*UN"), "F1020"),
];
