//! Batches are read again with the `x12` room and held against what was said of them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};

use proptest::prelude::*;

use super::catalog::{
    CARVED_OUT, CHRONIC, CRISES, EQUIPMENT_NEEDS, NO_DIAGNOSES, NO_NUMBERS, SPECIALTIES, Service, THERAPIES,
};
use super::{Batch, Kind, Shape, Written};
use crate::finding::{Date, Money, RuleId, Total};
use crate::x12::{Segment, SegmentTable, Segments, Separators, StructuralIndex, grammar};

const USUAL: Separators = Separators::USUAL;

fn batch(claims: u64, seed: u64) -> Batch {
    Batch::new(Kind::Professional, claims, seed)
}

/// The bytes, the rows of the faults by record, and what was said of it.
fn write(batch: &Batch) -> (Vec<u8>, BTreeMap<u64, (String, RuleId)>, Written) {
    let (mut file, mut faults) = (Vec::new(), Vec::new());
    let written = batch.write_with_faults(&mut file, &mut faults).unwrap();
    let faults = String::from_utf8(faults).unwrap();
    let mut rows = faults.lines();
    assert_eq!(rows.next(), Some("record,record_id,rule"));
    let faults = rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        (cells[0].parse().unwrap(), (cells[1].to_owned(), RuleId::parse(cells[2]).unwrap()))
    });
    (file, faults.collect(), written)
}

/// What one claim says, as far as faults and sums go.
#[derive(Default)]
struct Read {
    id: String,
    place: String,
    charge: Option<Money>,
    member: String,
    diagnoses: Option<Vec<String>>,
    stray: bool,
    number: Option<String>,
    lines: Vec<ReadLine>,
}

#[derive(Default)]
struct ReadLine {
    code: String,
    charge: Option<Money>,
    pointers: Vec<usize>,
    date: Option<Date>,
    number: Option<String>,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Reads a batch, checks envelopes, counts and levels on the way, and gives its claims.
fn read(file: &[u8], written: &Written) -> Vec<Read> {
    assert_eq!(file.len() as u64, written.bytes);
    assert_eq!(grammar::isa(file).unwrap().separators, USUAL);
    let mut table = SegmentTable::new();
    StructuralIndex.read(file, &USUAL, &mut table);
    assert_eq!(table.len() as u64, written.segments);
    let mut claims: Vec<Read> = Vec::new();
    let mut opened: BTreeMap<&[u8], u64> = BTreeMap::new();
    let (mut isa13, mut gs06, mut st) = (Vec::new(), Vec::new(), (0, Vec::new()));
    let (mut groups, mut sets) = (0, 0);
    // levels of the set by HL01: level code, HL04, children and claims below
    let mut levels: Vec<(String, String, u32)> = Vec::new();
    let (mut member, mut birth, mut seen) = (String::new(), None, HashSet::new());
    for at in 0..table.len() as u32 {
        let segment = table.segment(file, at);
        let element = |n| text(segment.element(n));
        assert!(!segment.text().ends_with(b"*"), "{}", text(segment.text()));
        *opened.entry(segment.id()).or_default() += 1;
        match segment.id() {
            b"ISA" => {
                isa13 = segment.element(13).to_vec();
                groups = 0;
                assert!(seen.insert(format!("ISA{}", element(13))), "ISA13 stands twice");
            }
            b"GS" => {
                gs06 = segment.element(6).to_vec();
                groups += 1;
                sets = 0;
                assert_eq!(element(8), "005010X222A1");
            }
            b"ST" => {
                st = (at, segment.element(2).to_vec());
                sets += 1;
                levels.clear();
            }
            b"SE" => {
                assert_eq!(element(1), (at - st.0 + 1).to_string());
                assert_eq!(segment.element(2), st.1);
                for (code, has_child, below) in &levels {
                    assert!(*below > 0, "a level with nothing below it");
                    assert_eq!(has_child == "1", code != "23" && (code != "22" || has_child == "1"));
                }
            }
            b"GE" => assert_eq!((element(1), segment.element(2)), (sets.to_string(), &gs06[..])),
            b"IEA" => assert_eq!((element(1), segment.element(2)), (groups.to_string(), &isa13[..])),
            b"HL" => {
                assert_eq!(element(1), (levels.len() + 1).to_string());
                let parent: usize = element(2).parse().unwrap_or(0);
                let above =
                    parent.checked_sub(1).map(|at| &mut levels[at]).map(|(code, has_child, below)| {
                        *below += 1;
                        (code.clone(), has_child.clone())
                    });
                let above = above.as_ref().map(|(code, has_child)| (code.as_str(), has_child.as_str()));
                match element(3).as_str() {
                    "20" => assert_eq!(above, None),
                    "22" => assert_eq!(above, Some(("20", "1"))),
                    level => assert_eq!((level, above), ("23", Some(("22", "1")))),
                }
                levels.push((element(3), element(4), 0));
            }
            b"NM1" => {
                if segment.element(8) == b"XX" {
                    assert!(is_npi(segment.element(9)), "{}", element(9));
                }
                if segment.element(1) == b"IL" {
                    member = element(9);
                    assert!(seen.insert(member.clone()), "a member id stands twice");
                }
            }
            b"DMG" => birth = Date::parse(segment.element(2)),
            b"CLM" => {
                let (_, has_child, below) = levels.last_mut().unwrap();
                assert_eq!(has_child, "0", "claims stand under the patient");
                *below += 1;
                assert!(seen.insert(element(1)), "CLM01 stands twice");
                claims.push(Read {
                    id: element(1),
                    place: text(segment.component(5, 1, &USUAL)),
                    charge: Money::parse(segment.element(2)),
                    member: member.clone(),
                    ..Read::default()
                });
            }
            _ => {
                if let Some(claim) = claims.last_mut() {
                    claim.take(&segment, birth);
                }
            }
        }
    }
    let count = |id: &[u8]| opened.get(id).copied().unwrap_or(0);
    assert_eq!(
        (count(b"ISA"), count(b"GS"), count(b"ST"), count(b"CLM")),
        (written.interchanges, written.groups, written.sets, written.claims)
    );
    assert_eq!((count(b"IEA"), count(b"GE"), count(b"SE")), (count(b"ISA"), count(b"GS"), count(b"ST")));
    claims
}

impl Read {
    fn take(&mut self, segment: &Segment, birth: Option<Date>) {
        let line = self.lines.last_mut();
        match (segment.id(), segment.element(1)) {
            (b"HI", _) => {
                let codes = 1..=segment.elements();
                self.diagnoses = Some(codes.map(|n| text(segment.component(n, 2, &USUAL))).collect());
            }
            (b"REF", b"ZZ") => self.stray = true,
            (b"REF", b"G1") => {
                let number = Some(text(segment.element(2)));
                match line {
                    Some(line) => line.number = number,
                    None => self.number = number,
                }
            }
            (b"LX", _) => self.lines.push(ReadLine::default()),
            (b"SV1", _) => {
                let line = line.unwrap();
                line.code = text(segment.component(1, 2, &USUAL));
                line.charge = Money::parse(segment.element(2));
                let pointers = USUAL.components(segment.element(7));
                line.pointers = pointers.map(|pointer| grammar::whole(pointer).unwrap() as usize).collect();
            }
            (b"DTP", b"472") => {
                let date = Date::parse(segment.element(3)).unwrap();
                assert!((0..21).contains(&date.age(birth.unwrap())));
                assert!(
                    date.to_string().as_str() >= "2026-02-01" && date.to_string().as_str() < "2026-07-01"
                );
                line.unwrap().date = Some(date);
            }
            _ => {}
        }
    }

    /// Every fault that this claim has, told from what was written alone.
    fn faults(&self, ccs: &HashSet<&str>, asks: &HashSet<&str>) -> Vec<RuleId> {
        let mut faults = HashSet::new();
        if self.stray {
            faults.insert(RuleId::SEG102);
        }
        let missing = self.diagnoses.is_none() || self.lines.iter().any(|line| line.date.is_none());
        if missing {
            faults.insert(RuleId::SEG104);
        }
        let Some(diagnoses) = self.diagnoses.as_ref().filter(|_| !missing) else {
            return faults.into_iter().collect();
        };
        let is_ccs = |at: usize| diagnoses.get(at - 1).is_some_and(|code| ccs.contains(code.as_str()));
        let distinct: HashSet<&String> = diagnoses.iter().collect();
        if distinct.len() < diagnoses.len() || NO_DIAGNOSES.iter().any(|no| diagnoses.iter().any(|d| d == no))
        {
            faults.insert(RuleId::CLM104);
        }
        if (1..=diagnoses.len())
            .any(|at| is_ccs(at) && !self.lines.iter().any(|line| line.pointers.contains(&at)))
        {
            faults.insert(RuleId::CCS101);
        }
        for line in &self.lines {
            if line.pointers.iter().any(|at| *at > diagnoses.len()) {
                faults.insert(RuleId::CLM105);
            }
            if CARVED_OUT.iter().any(|(drug, _)| drug.code == line.code) {
                assert_ne!(self.place, "23", "an emergency excuses the drug");
                faults.insert(RuleId::FFS101);
            } else if self.place != "23"
                && line.pointers.iter().any(|at| is_ccs(*at))
                && asks.contains(line.code.as_str())
            {
                let number = line.number.as_deref().or(self.number.as_deref());
                if number.is_none_or(|number| NO_NUMBERS.contains(&number)) {
                    faults.insert(if number.is_none() { RuleId::TAR101 } else { RuleId::TAR102 });
                }
            }
        }
        faults.into_iter().collect()
    }
}

/// The CCS conditions of the catalog.
fn ccs() -> HashSet<&'static str> {
    let specialties = SPECIALTIES.iter().flat_map(|specialty| specialty.ccs);
    let therapies = THERAPIES.iter().flat_map(|therapy| therapy.ccs);
    let others = CHRONIC.iter().chain(&EQUIPMENT_NEEDS).copied();
    let codes =
        specialties.chain(therapies).copied().chain(others).chain(CRISES.iter().map(|one| one.diagnosis));
    codes.chain(CARVED_OUT.iter().filter(|(_, reason)| *reason == "D66").map(|(_, reason)| *reason)).collect()
}

/// The services, drugs among them, that need a number when they treat a CCS condition.
fn asks() -> HashSet<&'static str> {
    let specialties = SPECIALTIES.iter().flat_map(|specialty| {
        let given = specialty.drugs.iter().flat_map(|(giving, drug)| [giving, drug]);
        specialty.procedures.iter().chain(specialty.operations).chain(given)
    });
    let therapies =
        THERAPIES.iter().flat_map(|therapy| therapy.treatments.iter().chain([&therapy.evaluation]));
    let all = specialties.chain(therapies).chain(&super::catalog::HOSPITAL_DAYS);
    let code = |service: &Service| service.code.split(':').next().unwrap_or("");
    all.filter(|service| service.asks || service.drug.is_some()).map(code).collect()
}

/// The Luhn check over 80840 and the number, digit by digit, otherwise than the generator does it.
fn is_npi(number: &[u8]) -> bool {
    let digits: Vec<u32> = b"80840".iter().chain(number).map(|digit| u32::from(digit - b'0')).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { *digit } else { [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][*digit as usize] })
        .sum();
    number.len() == 10 && sum.is_multiple_of(10)
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Reads a batch again and holds every claim against the intention.
fn check(batch: &Batch) -> Written {
    let (file, faults, written) = write(batch);
    let claims = read(&file, &written);
    let (ccs, asks) = (ccs(), asks());
    let (mut charges, mut rejected) = (Total::default(), Total::default());
    let mut counts: BTreeMap<RuleId, u64> = BTreeMap::new();
    for (record, claim) in (1..).zip(&claims) {
        let charge = claim.charge.unwrap();
        let lines = claim.lines.iter().fold(Money::ZERO, |sum, line| sum + line.charge.unwrap());
        assert_eq!(charge, lines, "{} is out of balance", claim.id);
        assert!((1..=9).contains(&claim.lines.len()));
        charges.add(charge);
        let intended = faults.get(&record);
        let found = claim.faults(&ccs, &asks);
        assert_eq!(found, intended.iter().map(|(_, rule)| *rule).collect::<Vec<_>>(), "{}", claim.id);
        if let Some((id, rule)) = intended {
            assert_eq!(*id, claim.id);
            rejected.add(charge);
            *counts.entry(*rule).or_default() += 1;
        }
        assert_eq!(claim.member.len(), 9);
    }
    assert_eq!((charges, rejected), (written.charges, written.rejected_charges));
    assert_eq!((faults.len() as u64, counts.values().sum()), (written.rejects, written.rejects));
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), written.expected);
    written
}

#[test]
fn bytes_are_pinned() {
    let pinned = [
        (Kind::Professional, 0xe175_c1d6_0780_da90),
        (Kind::Institutional, 0x54d4_8f37_35ef_b9d8),
        (Kind::Dental, 0xa2cd_e361_9b20_c2a1),
        (Kind::Request, 0xf707_0edd_66ba_133c),
        (Kind::Response, 0x38df_34d8_433f_e34f),
    ];
    for (kind, expected) in pinned {
        let (file, _, written) = write(&Batch { reject_rate: 0.2, ..Batch::new(kind, 500, 1) });
        assert_eq!(written.rejects, 100);
        let found = hash(&file);
        assert_eq!(
            found, expected,
            "{kind:?} {found:#x}: the bytes of a seed changed: say so in the changelog"
        );
    }
}

#[test]
fn a_longer_batch_begins_alike_and_another_seed_does_not() {
    let until_claim = |batch: &Batch, claim: &str| {
        let (file, ..) = write(batch);
        text(&file).split(claim).next().unwrap().to_owned()
    };
    let (_, _, shorter) = write(&batch(640, 5));
    let (file, ..) = write(&batch(640, 5));
    let id = read(&file, &shorter).pop().unwrap().id;
    let begin = until_claim(&batch(640, 5), &id);
    assert!(begin.len() > 200_000 && begin == until_claim(&batch(1_280, 5), &id));
    let (other, ..) = write(&batch(640, 6));
    assert_ne!(file, other);
}

#[test]
fn reject_rates() {
    for (rate, rejects) in [(0.0, 0..=0), (0.05, 99..=101), (1.0, 2_000..=2_000)] {
        let written = check(&Batch { reject_rate: rate, ..batch(2_000, 42) });
        assert!(rejects.contains(&written.rejects), "{rate}: {}", written.rejects);
        assert_eq!(written.expected.len(), if rate > 0.0 { 8 } else { 0 }, "{:?}", written.expected);
    }
}

#[test]
fn one_set_and_many() {
    let shapes = [
        (None, None, None, (1, 1, 1)),
        (Some(1), None, None, (130, 1, 1)),
        (Some(64), None, None, (3, 1, 1)),
        (Some(7), Some(5), None, (19, 4, 1)),
        (Some(7), Some(2), Some(3), (19, 10, 4)),
        (Some(1_000), Some(1), Some(1), (1, 1, 1)),
    ];
    for (claims_per_set, sets_per_group, groups_per_interchange, counts) in shapes {
        let shape = Batch {
            claims_per_set,
            sets_per_group,
            groups_per_interchange,
            reject_rate: 0.1,
            patient_share: 0.4,
            ..batch(130, 3)
        };
        let written = check(&shape);
        assert_eq!((written.sets, written.groups, written.interchanges), counts, "{shape:?}");
    }
}

#[test]
fn nothing_is_an_interchange_without_groups() {
    let (file, _, written) = write(&batch(0, 1));
    assert!(read(&file, &written).is_empty());
    assert_eq!((written.interchanges, written.groups, written.segments), (1, 0, 2));
}

#[test]
fn claims_are_of_many_kinds() {
    let (file, _, written) = write(&Batch { patient_share: 0.1, ..batch(5_000, 8) });
    let claims = read(&file, &written);
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut lines = [0; 10];
    for claim in &claims {
        *places.entry(&claim.place).or_default() += 1;
        lines[claim.lines.len()] += 1;
    }
    for place in ["10", "11", "12", "21", "22", "23", "24", "81"] {
        assert!(places.get(place).is_some_and(|count| *count > 5), "{places:?}");
    }
    assert!(lines[1..=8].iter().all(|count| *count > 0), "{lines:?}");
    let file = text(&file);
    for part in [
        "~\nREF*9F*",
        "~\nREF*G1*26",
        "~\nREF*D9*",
        "~\nREF*6R*",
        "~\nREF*X4*05D",
        "~\nNTE*ADD*",
        "~\nNM1*DQ*",
        "~\nNM1*DN*",
        "~\nNM1*77*",
        "~\nNM1*DK*",
        "~\nLIN**N4*",
        "~\nHL*",
        "*23*0~\nPAT*19~\nNM1*QC*",
        "**OA~\nDTP*439*",
        "~\nDTP*435*",
        "~\nCRC*ZZ*",
        "ISA*",
        "*363LP0200X~",
    ] {
        assert!(file.contains(part), "{part}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let wrong = [
        Batch { reject_rate: 1.5, ..batch(1, 1) },
        Batch { reject_rate: f64::NAN, ..batch(1, 1) },
        Batch { patient_share: -0.1, ..batch(1, 1) },
        Batch { other_payer_share: 2.0, ..batch(1, 1) },
        Batch { claims_per_set: Some(0), ..batch(1, 1) },
        Batch { sets_per_group: Some(0), ..batch(1, 1) },
        Batch { faults: vec![RuleId::NIC101], ..batch(1, 1) },
        Batch::new(Kind::Request, 1, 1).shaped(Shape::Cob),
    ];
    for batch in wrong {
        let error = batch.write_to(&mut io::sink()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
    assert_eq!(Kind::parse("837P"), Some(Kind::Professional));
    assert_eq!(Kind::parse("835"), None);
    assert!(Kind::ALL.iter().all(|kind| Kind::parse(kind.name()) == Some(*kind)));
    assert!(Shape::ALL.iter().all(|shape| Shape::parse(shape.name()) == Some(*shape)));
}

/// The lines or services of each claim or review.
fn lines(batch: &Batch) -> Vec<usize> {
    let (file, ..) = write(batch);
    let file = text(&file);
    let (record, line) = if batch.kind.is_review() { ("*EV*", "*SS*") } else { ("\nCLM*", "\nLX*") };
    file.split(record).skip(1).map(|claim| claim.matches(line).count()).collect()
}

#[test]
fn shapes_are_what_they_say() {
    for kind in Kind::ALL {
        let usual = || Batch::new(kind, 90, 4);
        let sets = |shape| write(&usual().shaped(shape)).2.sets;
        assert_eq!((sets(Shape::Giant), sets(Shape::SmallSets)), (1, if kind.is_review() { 90 } else { 9 }));
        let many = match kind {
            Kind::Professional | Kind::Dental => 30..=50,
            _ => 50..=99,
        };
        let counted = lines(&usual().shaped(Shape::ManyLines));
        assert!(
            counted.len() == 90 && counted.iter().all(|lines| many.contains(lines)),
            "{kind:?} {counted:?}"
        );
        let (file, ..) = write(&usual().shaped(Shape::Dependents).shaped(Shape::Giant));
        let levels = text(&file).matches("*23*").count();
        assert!(levels >= if kind.is_review() { 90 } else { 45 }, "{kind:?} {levels}");
    }
    let (file, ..) = write(&batch(50, 4).shaped(Shape::Cob));
    let file = text(&file);
    assert_eq!(file.matches("\nSBR*P*18*******CI~").count(), 50);
    assert_eq!(file.matches("\nSVD*").count(), file.matches("\nLX*").count());
}

/// Takes so many bytes and then no more; remembers the largest piece.
struct Narrow {
    room: usize,
    largest: usize,
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.largest = self.largest.max(bytes.len());
        self.room = self.room.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn pieces_stay_small_and_a_full_disk_is_an_error() {
    for kind in Kind::ALL {
        let mut wide = Narrow { room: usize::MAX, largest: 0 };
        Batch::new(kind, 10_000, 2).write_to(&mut wide).unwrap();
        assert!(wide.largest < 500_000, "memory grows with the batch: {}", wide.largest);
    }
    let mut narrow = Narrow { room: 1_000_000, largest: 0 };
    let error = batch(10_000, 2).write_to(&mut narrow).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_batch_is_what_it_says(
        claims in 0u32..300,
        seed in any::<u64>(),
        per_set in proptest::option::of(1u64..150),
        reject_rate in 0.0f64..=1.0,
        patient_share in 0.0f64..=1.0,
    ) {
        let written = check(&Batch { claims_per_set: per_set, reject_rate, patient_share, ..batch(claims.into(), seed) });
        let rejects = f64::from(written.rejects as u32);
        prop_assert!((rejects - f64::from(claims) * reject_rate).abs() <= 1.0);
    }
}
