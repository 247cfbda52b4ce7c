//! Members who do not exist, and where they live.

use crate::finding::Date;

use super::calendar::Day;
use super::pen::{Padded, Pen, Put, segment};
use super::providers::Practice;
use super::random::{Random, Stream};

/// Some first names end in `ISA`, since readers have cut files in two at such names.
const GIRLS: [&str; 28] = [
    "LUISA", "MARISA", "ELISA", "SOFIA", "CAMILA", "VALERIA", "XIMENA", "NATALIA", "EMILY", "GRACE",
    "HANNAH", "ABIGAIL", "LINH", "MEI", "PRIYA", "ANAHI", "DANIELA", "ROSARIO", "ITZEL", "JADE", "RUBY",
    "NORA", "ESTHER", "LEILANI", "YARETZI", "IRIS", "DALIA", "WREN",
];

const BOYS: [&str; 28] = [
    "MATEO", "SANTIAGO", "DIEGO", "ANGEL", "GAEL", "EMILIANO", "LEONARDO", "ADRIAN", "NOAH", "ELIJAH",
    "OWEN", "HENRY", "MINH", "KAI", "ARJUN", "RAFAEL", "JOAQUIN", "IVAN", "OMAR", "FELIX", "OSCAR", "HUGO",
    "MILES", "ISAAC", "TOMAS", "BRUNO", "ELIAS", "ISAI",
];

pub(super) const FAMILIES: [&str; 44] = [
    "GARCIA",
    "HERNANDEZ",
    "MARTINEZ",
    "LOPEZ",
    "GONZALEZ",
    "RAMIREZ",
    "TORRES",
    "FLORES",
    "CRUZ",
    "MORALES",
    "REYES",
    "ORTIZ",
    "MENDOZA",
    "VARGAS",
    "CASTILLO",
    "O'BRIEN",
    "NGUYEN",
    "TRAN",
    "SINGH",
    "KAUR",
    "SANTOS",
    "VANG",
    "XIONG",
    "SILVA",
    "AVILA",
    "DE LA CRUZ",
    "SAN MIGUEL",
    "JOHNSON",
    "WILLIAMS",
    "BROWN",
    "MILLER",
    "DAVIS",
    "ANDERSON",
    "TAYLOR",
    "HARRIS-PEREZ",
    "CLARK",
    "LEWIS",
    "YOUNG",
    "WALKER",
    "ROBINSON",
    "BISA",
    "MACIAS",
    "ZAVALA",
    "QUEZADA",
];

const STREETS: [&str; 24] = [
    "ALISAL RD",
    "BLANCO CIR",
    "CEDAR ST",
    "DEL MONTE AVE",
    "EAST LAKE DR",
    "FREMONT BLVD",
    "GREEN VALLEY RD",
    "HARVEST WAY",
    "IRIS CT",
    "JUNIPERO ST",
    "KING RD",
    "LAUREL DR",
    "MISSION ST",
    "NATIVIDAD LN",
    "OCEAN VIEW DR",
    "PALMA DR",
    "QUARRY RD",
    "RIVERSIDE AVE",
    "SEACLIFF DR",
    "TOWT ST",
    "UNION ST",
    "VISTA WAY",
    "WILLOW RD",
    "YOSEMITE PKWY",
];

/// A city and its five-digit ZIP code.
pub(super) struct Place(pub(super) &'static str, pub(super) &'static str);

/// Places of the plan's five counties; the larger ones stand more than once.
pub(super) const PLACES: [Place; 36] = [
    Place("SALINAS", "93905"),
    Place("SALINAS", "93906"),
    Place("SALINAS", "93901"),
    Place("SALINAS", "93907"),
    Place("SALINAS", "93905"),
    Place("SEASIDE", "93955"),
    Place("MARINA", "93933"),
    Place("MONTEREY", "93940"),
    Place("SOLEDAD", "93960"),
    Place("GREENFIELD", "93927"),
    Place("GONZALES", "93926"),
    Place("CHUALAR", "93925"),
    Place("SANTA CRUZ", "95060"),
    Place("SANTA CRUZ", "95062"),
    Place("SANTA CRUZ", "95065"),
    Place("APTOS", "95003"),
    Place("WATSONVILLE", "95076"),
    Place("WATSONVILLE", "95076"),
    Place("FREEDOM", "95019"),
    Place("FELTON", "95018"),
    Place("HOLLISTER", "95023"),
    Place("HOLLISTER", "95023"),
    Place("TRES PINOS", "95075"),
    Place("MERCED", "95340"),
    Place("MERCED", "95341"),
    Place("MERCED", "95348"),
    Place("MERCED", "95340"),
    Place("WINTON", "95388"),
    Place("DELHI", "95315"),
    Place("LIVINGSTON", "95334"),
    Place("PLANADA", "95365"),
    Place("ATWATER", "95301"),
    Place("LOS BANOS", "93635"),
    Place("MARIPOSA", "95338"),
    Place("CATHEYS VALLEY", "95306"),
    Place("MIDPINES", "95345"),
];

/// The county of a city of [`PLACES`].
pub(super) fn county(city: &str) -> &'static str {
    match city {
        "SANTA CRUZ" | "APTOS" | "WATSONVILLE" | "FREEDOM" | "FELTON" => "Santa Cruz",
        "HOLLISTER" | "TRES PINOS" => "San Benito",
        "MERCED" | "WINTON" | "DELHI" | "LIVINGSTON" | "PLANADA" | "ATWATER" | "LOS BANOS" => "Merced",
        "MARIPOSA" | "CATHEYS VALLEY" | "MIDPINES" => "Mariposa",
        _ => "Monterey",
    }
}

/// A house number and street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Street(u64, &'static str);

impl Street {
    pub(super) fn draw(random: &mut Random) -> Street {
        Street(u64::from(10 + random.below(2_990)), random.word(&STREETS))
    }
}

impl Put for Street {
    fn put(self, text: &mut Vec<u8>) {
        self.0.put(text);
        text.push(b' ');
        self.1.put(text);
    }
}

/// Members are under 21 on every day of service: the first and last possible birth dates.
const BIRTHS: ((i32, u32, u32), (i32, u32, u32)) = ((2005, 7, 2), (2026, 1, 31));

/// Newborn children come in the first days of the batch, so that their stays end before a second claim of theirs begins.
pub(super) const NEWBORN_DAYS: u32 = 20;

/// A child.
pub(super) struct Person {
    pub(super) family: &'static str,
    first: &'static str,
    middle: Option<char>,
    sex: char,
    pub(super) birth: Date,
    street: Street,
    place: &'static Place,
    /// The last four of the ZIP code; 0 where they are left out.
    plus_four: u64,
}

impl Person {
    /// The child of this ordinal, as such a practice sees it: nurseries see the newborn.
    pub(super) fn draw(seed: u64, stream: Stream, ordinal: u64, practice: Practice) -> Person {
        let random = &mut Random::new(seed, stream, ordinal);
        let (sex, first) =
            if random.percent(50) { ('F', random.word(&GIRLS)) } else { ('M', random.word(&BOYS)) };
        let family = random.word(&FAMILIES);
        let middle = random.percent(45).then(|| middle(random));
        let day = |(year, month, day)| Date::new(year, month, day).unwrap_or(Date::MIN);
        let (oldest, youngest) = (day(BIRTHS.0), day(BIRTHS.1));
        let days = (youngest.days() - oldest.days() + 1) as u32;
        // small children see doctors more often
        let at =
            if random.percent(60) { random.below(days).max(random.below(days)) } else { random.below(days) };
        let (street, place) = (Street::draw(random), random.pick(&PLACES));
        let plus_four = if random.percent(70) { u64::from(1 + random.below(9_998)) } else { 0 };
        let birth = match practice {
            Practice::Nursery => Day(1 + random.below(NEWBORN_DAYS) as u8).date(),
            _ => oldest.plus(at as i32),
        };
        Person { family, first, middle, sex, birth, street, place, plus_four }
    }

    /// Where it lives.
    pub(super) fn city(&self) -> &'static str {
        self.place.0
    }

    /// N3, N4 and DMG.
    pub(super) fn demographics(&self, pen: &mut Pen) {
        segment!(pen, "N3*", self.street);
        pen.part("N4*");
        pen.part(self.place.0);
        pen.part("*CA*");
        pen.part(self.place.1);
        if self.plus_four > 0 {
            pen.part(Padded(self.plus_four, 4));
        }
        pen.end();
        self.birth_and_sex(pen);
    }

    /// DMG.
    pub(super) fn birth_and_sex(&self, pen: &mut Pen) {
        let (year, month, day) = self.birth.ymd();
        let birth = year as u64 * 10_000 + u64::from(month * 100 + day);
        segment!(pen, "DMG*D8*", birth, "*", self.sex);
    }

    /// NM103 to NM105.
    pub(super) fn name(&self, pen: &mut Pen) {
        pen.part(self.family);
        pen.part("*");
        pen.part(self.first);
        if let Some(middle) = self.middle {
            pen.part("*");
            pen.part(middle);
        }
    }

    /// NM103 to NM107 and the separators before NM108.
    pub(super) fn name_before_id(&self, pen: &mut Pen) {
        self.name(pen);
        pen.part(if self.middle.is_some() { "***" } else { "****" });
    }
}

fn middle(random: &mut Random) -> char {
    char::from(b'A' + random.below(26) as u8)
}

/// NM103 to NM107 of a grown-up of this family, and the separators before NM108.
pub(super) fn adult(family: &'static str, random: &mut Random) -> Vec<u8> {
    let first = if random.percent(55) { random.word(&GIRLS) } else { random.word(&BOYS) };
    let mut text = Vec::new();
    for part in [family, "*", first, "*"] {
        part.put(&mut text);
    }
    middle(random).put(&mut text);
    "***".put(&mut text);
    text
}

/// Letters that a Client Index Number ends with.
const LETTERS: [u8; 16] = *b"ACDEFGHMNTUVWXYZ";

/// Numbers of that shape that begin with 9.
const MEMBERS: u64 = 10_000_000 * LETTERS.len() as u64;

/// The member id of an ordinal: 9, seven digits, a letter. Different ordinals (of the first 160 million) have different ids.
pub(super) fn member_id(offset: u64, ordinal: u64) -> [u8; 9] {
    // the factor shares no divisor with MEMBERS, so this only changes the order
    let shuffled = (ordinal % MEMBERS * 61_803_399 + offset % MEMBERS) % MEMBERS;
    let mut digits = 90_000_000 + shuffled / LETTERS.len() as u64;
    let mut id = [LETTERS[(shuffled % LETTERS.len() as u64) as usize]; 9];
    for at in (0..8).rev() {
        id[at] = b'0' + (digits % 10) as u8;
        digits /= 10;
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Person, member_id};
    use crate::finding::Date;
    use crate::generate::providers::Practice;
    use crate::generate::random::Stream;

    #[test]
    fn member_ids_differ() {
        let ids: HashSet<[u8; 9]> = (0..50_000).map(|ordinal| member_id(7, ordinal)).collect();
        assert_eq!(ids.len(), 50_000);
        assert!(ids.iter().all(|id| {
            id[0] == b'9' && id[..8].iter().all(u8::is_ascii_digit) && id[8].is_ascii_uppercase()
        }));
    }

    #[test]
    fn members_are_children_throughout() {
        let (first, last) = (Date::new(2026, 2, 1).unwrap(), Date::new(2026, 6, 30).unwrap());
        let ages: HashSet<i32> = (0..20_000)
            .map(|ordinal| {
                let birth = Person::draw(3, Stream::Member, ordinal, Practice::PrimaryCare).birth;
                assert!(birth < first);
                last.age(birth)
            })
            .collect();
        assert_eq!(ages, (0..=20).collect());
    }
}
