//! What dentists do for children.

/// A service of SV301.
#[derive(Clone, Copy, Debug)]
pub(super) struct Treatment {
    pub(super) code: &'static str,
    pub(super) dollars: u32,
    /// How many surfaces of the tooth are treated, where it is done to a tooth.
    pub(super) surfaces: Option<usize>,
}

const fn treatment(code: &'static str, dollars: u32) -> Treatment {
    Treatment { code, dollars, surfaces: None }
}

const fn tooth(code: &'static str, dollars: u32, surfaces: usize) -> Treatment {
    Treatment { code, dollars, surfaces: Some(surfaces) }
}

/// Examinations: of a small child, a known patient, a new one.
pub(super) static EXAMS: [Treatment; 3] =
    [treatment("D0145", 60), treatment("D0120", 42), treatment("D0150", 75)];

pub(super) static CARE: [Treatment; 6] = [
    treatment("D1120", 55),
    treatment("D1206", 28),
    treatment("D0272", 34),
    treatment("D0220", 18),
    treatment("D1330", 22),
    treatment("D0230", 14),
];

pub(super) static FILLINGS: [Treatment; 6] = [
    tooth("D2391", 130, 1),
    tooth("D2392", 170, 2),
    tooth("D2393", 205, 3),
    tooth("D1351", 40, 1),
    tooth("D2930", 215, 0),
    tooth("D3220", 120, 0),
];

pub(super) static EXTRACTION: Treatment = tooth("D7140", 110, 0);
pub(super) static SEDATION: [Treatment; 2] = [treatment("D9222", 160), treatment("D9223", 140)];

/// One medicament a tooth: what claims with many lines are filled with.
pub(super) static ARREST: Treatment = tooth("D1354", 26, 0);

/// Orthodontics: the start, a month, keeping the result.
pub(super) static BRACES: [Treatment; 3] =
    [treatment("D8080", 2_900), treatment("D8670", 120), treatment("D8680", 410)];

/// Milk teeth and permanent ones.
pub(super) static TEETH: [&str; 40] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "2",
    "3", "4", "5", "12", "13", "14", "15", "18", "19", "20", "21", "28", "29", "30", "31", "6", "11", "22",
    "27",
];

/// Surfaces, as components.
pub(super) static SURFACES: [&str; 3] = ["O", "M:O", "M:O:D"];

/// Decay of one tooth or another.
pub(super) static DECAY: [&str; 5] = ["K0251", "K0252", "K0253", "K0261", "K0262"];

/// Conditions of CCS that dentists treat.
pub(super) static CLEFTS: [&str; 5] = ["Q359", "Q369", "Q371", "Q378", "Q379"];

/// Conditions for which children are put to sleep for a dentist.
pub(super) static FRAIL: [&str; 4] = ["Q213", "G809", "E840", "D571"];
