//! Providers who do not exist.

use crate::finding::RuleId;

use super::batch::Kind;
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
    /// A hospital; and one where children are born, with its neonatal intensive care.
    Hospital,
    Nursery,
    /// A federally qualified health center.
    HealthCenter,
    Dentist,
    Orthodontist,
}

impl Practice {
    /// Whether a fault for the rule can be made in what it does. Where no number is asked for, or another rule asks, none can
    /// be missing; and newborn children, whose first claim is their birth, are in nurseries only.
    pub(super) fn can_have(self, rule: RuleId) -> bool {
        let is_nursery = matches!(self, Practice::Nursery);
        match rule {
            RuleId::NIC101 => is_nursery,
            RuleId::FFS101 => !is_nursery,
            RuleId::TAR101 | RuleId::TAR102 | RuleId::TAR134 | RuleId::SIT104 => matches!(
                self,
                Practice::Specialist(_)
                    | Practice::Therapy(_)
                    | Practice::Equipment
                    | Practice::Hospital
                    | Practice::Dentist
                    | Practice::Orthodontist
            ),
            _ => true,
        }
    }
}

/// Practices of one kind, told apart by their ordinal.
type Cohort = (u64, fn(u64) -> Practice);

fn specialist(nth: u64) -> Practice {
    Practice::Specialist(&SPECIALTIES[nth as usize % SPECIALTIES.len()])
}

fn therapist(nth: u64) -> Practice {
    Practice::Therapy(&THERAPIES[nth as usize % THERAPIES.len()])
}

/// How many billing providers are of each kind, which is also how claims are spread over the kinds.
const PROFESSIONAL: [Cohort; 7] = [
    (92, |_| Practice::PrimaryCare),
    (66, specialist),
    (24, |_| Practice::Emergency),
    (18, therapist),
    (14, |_| Practice::Counseling),
    (12, |_| Practice::Laboratory),
    (14, |_| Practice::Equipment),
];
const INSTITUTIONAL: [Cohort; 3] =
    [(84, |_| Practice::Hospital), (20, |_| Practice::Nursery), (56, |_| Practice::HealthCenter)];
const DENTAL: [Cohort; 2] = [(120, |_| Practice::Dentist), (40, |_| Practice::Orthodontist)];
const REVIEW: [Cohort; 5] = [
    (88, specialist),
    (30, therapist),
    (24, |_| Practice::Equipment),
    (32, |_| Practice::Hospital),
    (16, |_| Practice::Nursery),
];

/// The practices that send such transactions.
fn practices(kind: Kind) -> impl Iterator<Item = Practice> {
    let cohorts: &[Cohort] = match kind {
        Kind::Professional => &PROFESSIONAL,
        Kind::Institutional => &INSTITUTIONAL,
        Kind::Dental => &DENTAL,
        Kind::Request | Kind::Response => &REVIEW,
    };
    cohorts.iter().flat_map(|(count, practice)| (0..*count).map(practice))
}

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

/// Someone who treats patients.
pub(super) struct Doctor {
    /// As the transaction names who treats: 2310B of 837P and 837D, 2310A of 837I, 2010EA of 278.
    pub(super) named: Fragment,
    pub(super) npi: u64,
    /// As the one who operates: 2310B of 837I.
    pub(super) operating: Fragment,
    /// Whether a physician supervises: 2310D of 837P may follow.
    pub(super) supervised: bool,
}

/// A billing provider, or one who asks for authorizations, with its people.
pub(super) struct Provider {
    pub(super) practice: Practice,
    pub(super) npi: u64,
    /// REF*EI.
    pub(super) tax_id: u64,
    /// Whether it buys drugs under 340B.
    pub(super) is_discounted: bool,
    /// All of its level behind the HL: PRV and 2010AA, or 2010B of 278.
    pub(super) named: Fragment,
    /// Empty where the organization itself renders the service.
    pub(super) doctors: Vec<Doctor>,
    /// 2310D.
    pub(super) supervising: Fragment,
    pub(super) supervisor: u64,
    /// The organization as the one who gives the services: 2010EA of 278.
    pub(super) gives: Fragment,
    /// The digits of its CLIA number behind `05D`.
    pub(super) clia: u64,
}

/// All providers of a batch.
pub(super) struct Directory {
    pub(super) billing: Vec<Provider>,
    /// 2310A, and the same doctors as 2420E.
    pub(super) referring: Vec<Fragment>,
    pub(super) ordering: Vec<Fragment>,
    pub(super) referrers: Vec<u64>,
    /// 2310C.
    pub(super) hospitals: Vec<Fragment>,
    pub(super) hospital_npis: Vec<u64>,
}

impl Directory {
    /// The providers of such transactions; where these are the only faults, only those that can have one.
    pub(super) fn new(seed: u64, kind: Kind, faults: &[RuleId]) -> Directory {
        let mut npis = Npis { offset: Random::new(seed, Stream::Provider, u64::MAX).next(), given: 0 };
        let billing: Vec<Provider> = (0..)
            .zip(practices(kind))
            .filter(|(_, practice)| faults.is_empty() || faults.iter().any(|rule| practice.can_have(*rule)))
            .map(|(ordinal, practice)| provider((seed, ordinal), kind, practice, &mut npis))
            .collect();
        let (mut referring, mut ordering, mut referrers) = (Vec::new(), Vec::new(), Vec::new());
        let before = billing.len() as u64;
        for ordinal in 0..REFERRERS {
            let random = &mut Random::new(seed, Stream::Provider, before + ordinal);
            let (name, npi) = (doctor(random), npis.next());
            referrers.push(npi);
            referring.push(individual("DN", &name, npi));
            ordering.push(individual("DK", &name, npi));
        }
        let hospital_npis: Vec<u64> = HOSPITALS.iter().map(|_| npis.next()).collect();
        let hospitals = HOSPITALS
            .iter()
            .zip(&hospital_npis)
            .map(|(hospital, npi)| facility(seed, hospital, *npi))
            .collect();
        Directory { billing, referring, ordering, referrers, hospitals, hospital_npis }
    }
}

fn provider((seed, ordinal): (u64, u64), kind: Kind, practice: Practice, npis: &mut Npis) -> Provider {
    let random = &mut Random::new(seed, Stream::Provider, ordinal);
    let (name, taxonomy, people) = match practice {
        Practice::PrimaryCare => ("PEDIATRICS", PEDIATRICS, 6),
        Practice::Specialist(specialty) => (specialty.name, specialty.taxonomy, 4),
        Practice::Emergency => ("EMERGENCY PHYSICIANS", "207PP0204X", 8),
        Practice::Therapy(therapy) => (therapy.name, therapy.taxonomy, 4),
        Practice::Counseling => ("FAMILY COUNSELING", "103TC0700X", 4),
        Practice::Laboratory => ("CLINICAL LABORATORY", "291U00000X", 0),
        Practice::Equipment => ("MEDICAL SUPPLY", "332B00000X", 0),
        Practice::Hospital => ("MEDICAL CENTER", "282N00000X", 12),
        Practice::Nursery => ("CHILDRENS HOSPITAL", "282NC2000X", 8),
        Practice::HealthCenter => ("COMMUNITY HEALTH CENTER", "261QF0400X", 8),
        Practice::Dentist => ("CHILDRENS DENTISTRY", "1223P0221X", 4),
        Practice::Orthodontist => ("ORTHODONTICS", "1223X0400X", 2),
    };
    let (organization, npi) = ((random.word(&AREAS), name), npis.next());
    let mut pen = Pen::default();
    let tax;
    if kind.is_review() {
        name_organization(&mut pen, "1P", organization, npi);
        tax = tax_id(&mut pen, random);
        // a response has no room for these
        if kind == Kind::Request {
            address(&mut pen, random, None);
            segment!(&mut pen, "PER*IC*AUTHORIZATIONS*TE*83155502", Padded(u64::from(random.below(100)), 2));
        }
    } else {
        segment!(&mut pen, "PRV*BI*PXC*", taxonomy);
        name_organization(&mut pen, "85", organization, npi);
        address(&mut pen, random, None);
        tax = tax_id(&mut pen, random);
        if random.percent(60) {
            segment!(&mut pen, "PER*IC*BILLING OFFICE*TE*83155501", Padded(u64::from(random.below(100)), 2));
        }
    }
    let (role, specialty) = match kind {
        Kind::Professional | Kind::Dental => ("82", "PRV*PE*PXC*"),
        Kind::Institutional => ("71", "PRV*AT*PXC*"),
        Kind::Request | Kind::Response => ("SJ", ""),
    };
    let doctors = (0..people)
        .map(|_| {
            let supervised = matches!(practice, Practice::PrimaryCare) && random.percent(25);
            let own = match practice {
                _ if supervised => NURSE_PRACTITIONER,
                Practice::Hospital => "208M00000X",
                Practice::Nursery => "2080N0001X",
                Practice::HealthCenter => PEDIATRICS,
                _ => taxonomy,
            };
            let (name, npi) = (doctor(random), npis.next());
            let mut pen = Pen::default();
            name_individual(&mut pen, role, &name, npi);
            if !specialty.is_empty() {
                segment!(&mut pen, specialty, own);
            }
            Doctor { named: pen.into_fragment(), npi, operating: individual("72", &name, npi), supervised }
        })
        .collect();
    let mut gives = Pen::default();
    name_organization(
        &mut gives,
        if matches!(practice, Practice::Hospital | Practice::Nursery) { "FA" } else { "SJ" },
        organization,
        npi,
    );
    let (supervisor, supervisor_name) = (npis.next(), doctor(random));
    Provider {
        practice,
        npi,
        tax_id: tax,
        is_discounted: ordinal % 3 == 0,
        named: pen.into_fragment(),
        doctors,
        supervising: individual("DQ", &supervisor_name, supervisor),
        supervisor,
        gives: gives.into_fragment(),
        clia: u64::from(random.below(9_000_000)) + 1_000_000,
    }
}

/// Tax ids do not begin with 97.
fn tax_id(pen: &mut Pen, random: &mut Random) -> u64 {
    let digits = u64::from(random.below(9_999_999)) + 1;
    segment!(pen, "REF*EI*97", Padded(digits, 7));
    970_000_000 + digits
}

fn name_organization(pen: &mut Pen, role: &str, (area, name): (&str, &str), npi: u64) {
    segment!(pen, "NM1*", role, "*2*", area, " ", name, "*****XX*", npi);
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
    use super::{Directory, Practice, check_digit, practices};
    use crate::generate::Kind;

    #[test]
    fn npis_have_the_published_check_digit() {
        assert_eq!(check_digit(123_456_789), 3, "1234567893 is the standard's own example");
    }

    #[test]
    fn every_kind_of_practice_is_there() {
        for kind in Kind::ALL {
            let directory = Directory::new(1, kind, &[]);
            assert_eq!(directory.billing.len(), practices(kind).count());
        }
        let directory = Directory::new(1, Kind::Professional, &[]);
        let count =
            |is: fn(&Practice) -> bool| directory.billing.iter().filter(|one| is(&one.practice)).count();
        assert_eq!(count(|practice| matches!(practice, Practice::PrimaryCare)), 92);
        assert_eq!(count(|practice| matches!(practice, Practice::Specialist(_))), 66);
        assert_eq!(count(|practice| matches!(practice, Practice::Equipment)), 14);
        assert!(directory.billing.iter().any(|provider| provider.doctors.iter().any(|one| one.supervised)));
    }
}
