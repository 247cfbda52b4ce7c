//! Providers who do not exist.

use super::catalog::{SPECIALTIES, Specialty, THERAPIES, Therapy};
use super::pen::{Fragment, Padded, Pen, segment};
use super::people::{FAMILIES, PLACES, Place, Street, adult};
use super::random::{Random, Stream};

/// What a billing provider does, and so what its claims look like.
#[derive(Clone, Copy)]
pub(super) enum Practice {
    PrimaryCare,
    Specialist(&'static Specialty),
    Emergency,
    Therapy(&'static Therapy),
    Counseling,
    Laboratory,
    Equipment,
}

/// How many billing providers are of each kind, which is also how claims are spread over the kinds.
const PRIMARY_CARE: u64 = 92;
const SPECIALISTS: u64 = 66;
const EMERGENCY: u64 = 24;
const THERAPY: u64 = 18;
const COUNSELING: u64 = 14;
const LABORATORY: u64 = 12;
const EQUIPMENT: u64 = 14;
const ALL: u64 = PRIMARY_CARE + SPECIALISTS + EMERGENCY + THERAPY + COUNSELING + LABORATORY + EQUIPMENT;

/// Doctors who send patients to others.
const REFERRERS: u64 = 64;

const AREAS: [&str; 20] = [
    "PAJARO HILLS",
    "SEA CLIFF",
    "VALLE VISTA",
    "REDWOOD GROVE",
    "MISSION OAKS",
    "GABILAN",
    "ELKHORN",
    "BEAR CREEK",
    "LOS ROBLES",
    "TIDEWATER",
    "SUNRISE",
    "PRESIDIO PARK",
    "FREMONT PEAK",
    "SAN LORENZO",
    "CAMINO REAL",
    "LITTLE RIVER",
    "BRIDGEPORT",
    "CEDAR FLAT",
    "NORTH FORK",
    "BLUE HERON",
];

/// Hospitals: some of them outside the plan's counties, where specialists are.
const HOSPITALS: [(&str, Place); 7] = [
    ("SEA CLIFF COMMUNITY HOSPITAL", Place("APTOS", "95003")),
    ("GABILAN VALLEY MEDICAL CENTER", Place("SALINAS", "93901")),
    ("PRESIDIO PARK HOSPITAL", Place("MONTEREY", "93940")),
    ("SAN LORENZO RIVER HOSPITAL", Place("SANTA CRUZ", "95065")),
    ("BEAR CREEK MEDICAL CENTER", Place("MERCED", "95340")),
    ("PACIFIC PENINSULA CHILDRENS HOSPITAL", Place("PALO ALTO", "94304")),
    ("CENTRAL SIERRA CHILDRENS HOSPITAL", Place("MADERA", "93636")),
];

/// Taxonomy of a pediatrician and of a nurse practitioner in pediatrics: both primary care.
const PEDIATRICS: &str = "208000000X";
const NURSE_PRACTITIONER: &str = "363LP0200X";

/// Someone who renders services: 2310B.
pub(super) struct Rendering {
    pub(super) loop_2310b: Fragment,
    /// Whether a physician supervises: 2310D may follow.
    pub(super) supervised: bool,
}

/// A billing provider with its people.
pub(super) struct Provider {
    pub(super) practice: Practice,
    /// PRV and loop 2010AA: all of 2000A behind its HL.
    pub(super) loop_2000a: Fragment,
    /// Empty where the organization itself renders the service.
    pub(super) rendering: Vec<Rendering>,
    /// 2310D.
    pub(super) supervising: Fragment,
    /// The digits of its CLIA number behind `05D`.
    pub(super) clia: u64,
}

/// All providers of a batch.
pub(super) struct Directory {
    pub(super) billing: Vec<Provider>,
    /// 2310A, and the same doctors as 2420E.
    pub(super) referring: Vec<Fragment>,
    pub(super) ordering: Vec<Fragment>,
    /// 2310C.
    pub(super) hospitals: Vec<Fragment>,
}

impl Directory {
    pub(super) fn new(seed: u64) -> Directory {
        let mut npis = Npis { offset: Random::new(seed, Stream::Provider, u64::MAX).next(), given: 0 };
        let billing = (0..ALL).map(|ordinal| provider(seed, ordinal, &mut npis)).collect();
        let (mut referring, mut ordering) = (Vec::new(), Vec::new());
        for ordinal in 0..REFERRERS {
            let random = &mut Random::new(seed, Stream::Provider, ALL + ordinal);
            let (name, npi) = (doctor(random), npis.next());
            referring.push(individual("DN", &name, npi));
            ordering.push(individual("DK", &name, npi));
        }
        let hospitals = HOSPITALS.iter().map(|hospital| facility(seed, hospital, npis.next())).collect();
        Directory { billing, referring, ordering, hospitals }
    }
}

fn practice(ordinal: u64) -> Practice {
    let mut from = 0;
    let mut within = |count: u64| {
        from += count;
        (ordinal < from).then(|| ordinal + count - from)
    };
    if within(PRIMARY_CARE).is_some() {
        Practice::PrimaryCare
    } else if let Some(nth) = within(SPECIALISTS) {
        Practice::Specialist(&SPECIALTIES[nth as usize % SPECIALTIES.len()])
    } else if within(EMERGENCY).is_some() {
        Practice::Emergency
    } else if let Some(nth) = within(THERAPY) {
        Practice::Therapy(&THERAPIES[nth as usize % THERAPIES.len()])
    } else if within(COUNSELING).is_some() {
        Practice::Counseling
    } else if within(LABORATORY).is_some() {
        Practice::Laboratory
    } else {
        Practice::Equipment
    }
}

fn provider(seed: u64, ordinal: u64, npis: &mut Npis) -> Provider {
    let practice = practice(ordinal);
    let random = &mut Random::new(seed, Stream::Provider, ordinal);
    let (name, taxonomy, people) = match practice {
        Practice::PrimaryCare => ("PEDIATRICS", PEDIATRICS, 6),
        Practice::Specialist(specialty) => (specialty.name, specialty.taxonomy, 4),
        Practice::Emergency => ("EMERGENCY PHYSICIANS", "207PP0204X", 8),
        Practice::Therapy(therapy) => (therapy.name, therapy.taxonomy, 4),
        Practice::Counseling => ("FAMILY COUNSELING", "103TC0700X", 4),
        Practice::Laboratory => ("CLINICAL LABORATORY", "291U00000X", 0),
        Practice::Equipment => ("MEDICAL SUPPLY", "332B00000X", 0),
    };
    let mut pen = Pen::default();
    segment!(&mut pen, "PRV*BI*PXC*", taxonomy);
    segment!(&mut pen, "NM1*85*2*", random.word(&AREAS), " ", name, "*****XX*", npis.next());
    address(&mut pen, random, None);
    // tax ids do not begin with 97
    segment!(&mut pen, "REF*EI*97", Padded(u64::from(random.below(9_999_999)) + 1, 7));
    if random.percent(60) {
        segment!(&mut pen, "PER*IC*BILLING OFFICE*TE*83155501", Padded(u64::from(random.below(100)), 2));
    }
    let rendering = (0..people)
        .map(|_| {
            let supervised = matches!(practice, Practice::PrimaryCare) && random.percent(25);
            let own = if supervised { NURSE_PRACTITIONER } else { taxonomy };
            let mut pen = Pen::default();
            name_individual(&mut pen, "82", &doctor(random), npis.next());
            segment!(&mut pen, "PRV*PE*PXC*", own);
            Rendering { loop_2310b: pen.into_fragment(), supervised }
        })
        .collect();
    Provider {
        practice,
        loop_2000a: pen.into_fragment(),
        rendering,
        supervising: individual("DQ", &doctor(random), npis.next()),
        clia: u64::from(random.below(9_000_000)) + 1_000_000,
    }
}

/// N3 and N4, with a ZIP code of nine digits.
fn address(pen: &mut Pen, random: &mut Random, place: Option<&Place>) {
    segment!(pen, "N3*", Street::draw(random));
    let place = place.unwrap_or_else(|| random.pick(&PLACES));
    segment!(pen, "N4*", place.0, "*CA*", place.1, Padded(u64::from(1 + random.below(9_998)), 4));
}

fn doctor(random: &mut Random) -> Vec<u8> {
    adult(random.word(&FAMILIES), random)
}

fn name_individual(pen: &mut Pen, role: &str, name: &[u8], npi: u64) {
    segment!(pen, "NM1*", role, "*1*", name, "XX*", npi);
}

fn individual(role: &str, name: &[u8], npi: u64) -> Fragment {
    let mut pen = Pen::default();
    name_individual(&mut pen, role, name, npi);
    pen.into_fragment()
}

fn facility(seed: u64, (name, place): &(&'static str, Place), npi: u64) -> Fragment {
    let mut pen = Pen::default();
    segment!(&mut pen, "NM1*77*2*", *name, "*****XX*", npi);
    address(&mut pen, &mut Random::new(seed, Stream::Provider, npi), Some(place));
    pen.into_fragment()
}

/// Hands out NPIs with right check digits, each once. They lie in 1000000000 to 1002999999, below the numbers that are
/// issued, so that none is a real provider's.
struct Npis {
    offset: u64,
    given: u64,
}

impl Npis {
    /// Nine-digit stems that are free to use.
    const STEMS: u64 = 300_000;

    fn next(&mut self) -> u64 {
        // the factor shares no divisor with STEMS, so no stem comes twice
        let stem = 100_000_000 + (self.given * 7_919 + self.offset % Self::STEMS) % Self::STEMS;
        self.given += 1;
        stem * 10 + check_digit(stem)
    }
}

/// The Luhn digit over `80840` and the nine digits of an NPI; the constant prefix adds 24.
fn check_digit(stem: u64) -> u64 {
    let (mut rest, mut sum, mut double) = (stem, 24, true);
    while rest > 0 {
        let digit = rest % 10 * if double { 2 } else { 1 };
        sum += digit / 10 + digit % 10;
        double = !double;
        rest /= 10;
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::{ALL, Directory, Practice, check_digit, practice};

    #[test]
    fn npis_have_the_published_check_digit() {
        assert_eq!(check_digit(123_456_789), 3, "1234567893 is the standard's own example");
    }

    #[test]
    fn every_kind_of_practice_is_there() {
        let kinds: Vec<Practice> = (0..ALL).map(practice).collect();
        let count = |is: fn(&Practice) -> bool| kinds.iter().filter(|kind| is(kind)).count() as u64;
        assert_eq!(count(|kind| matches!(kind, Practice::PrimaryCare)), super::PRIMARY_CARE);
        assert_eq!(count(|kind| matches!(kind, Practice::Specialist(_))), super::SPECIALISTS);
        assert_eq!(count(|kind| matches!(kind, Practice::Equipment)), super::EQUIPMENT);
        let directory = Directory::new(1);
        assert_eq!(directory.billing.len() as u64, ALL);
        assert!(directory.billing.iter().any(|provider| provider.rendering.iter().any(|one| one.supervised)));
    }
}
