//! The same input gives the same bytes: for any number of threads and any cut into units; and the same verdicts in any
//! separators and line style, in one file or in two, in any order of files.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use claimsieve::generate::{Batch, Kind as Generated};
use claimsieve::output::diagnostic::Form;
use claimsieve::pipeline::{self, Options};
use claimsieve::source::discover;

use crate::common::arbitrary::{cases, file};
use crate::common::build::{
    Built, Group, GroupFlaw, Interchange, LevelFlaw, Provider, Set, SetFlaw, Subscriber,
};
use crate::common::run::{contents, difference, place};
use crate::common::style::wrapped;
use crate::common::{
    Case, Fate, File, InterchangeFlaw, Kind, Outputs, Row, SURGEON, Setup, Style, check, granting,
    interchange_of,
};

/// Units of one claim, of a few, of a megabyte, of the whole file.
const UNITS: [usize; 5] = [1, 700, 5000, 1 << 20, 64 << 20];

fn lasting(bytes: &[u8], jobs: usize, unit_bytes: usize) -> BTreeMap<String, Vec<u8>> {
    Setup { jobs, unit_bytes, ..Setup::default() }.run(&[("a.837", bytes)]).lasting()
}

#[test]
fn threads_and_units_do_not_show_in_a_batch() {
    let batch = Batch {
        reject_rate: 0.2,
        patient_share: 0.3,
        claims_per_set: Some(70),
        sets_per_group: Some(3),
        groups_per_interchange: Some(2),
        ..Batch::new(Generated::Professional, 1500, 11)
    };
    let mut bytes = Vec::new();
    batch.write_to(&mut bytes).unwrap();
    let expected = lasting(&bytes, 1, 64 << 20);
    assert!(expected.contains_key("a.accept.x12") && expected.contains_key("a.reject.x12"));
    for (jobs, unit_bytes) in [(1, 1), (1, 4096), (4, 1), (4, 4096), (3, 1 << 16), (0, 1 << 18)] {
        let found = lasting(&bytes, jobs, unit_bytes);
        assert!(found == expected, "jobs {jobs}, units of {unit_bytes}: {}", difference(&found, &expected));
    }
}

/// A set is larger than a record may be, and one of its claims is too: units are cut between its records all the same, whether
/// the file holds sets of one kind or of two.
#[test]
fn units_do_not_show_where_a_set_is_larger_than_a_record_may_be() {
    let batch = |kind, claims| {
        let mut bytes = Vec::new();
        Batch::new(kind, claims, 7).write_to(&mut bytes).unwrap();
        bytes
    };
    let claims = batch(Generated::Professional, 60);
    let both = [&claims[..], &batch(Generated::Request, 5)].concat();
    let folded = wrapped(&claims, 79);
    let mut oversized = 0;
    for (limit, bytes) in [(3000, &claims), (3000, &both), (700, &claims), (700, &folded), (3000, &folded)] {
        let limits = format!("base = \"snip\"\n[limits]\nsegment_bytes = 300\nclaim_bytes = {limit}");
        let run = |unit_bytes| {
            Setup { unit_bytes, ..Setup::with_profile(&limits) }.run(&[("a.837", bytes)]).lasting()
        };
        let expected = run(64 << 20);
        let reasons = expected.get("a.reasons.csv").map(|text| String::from_utf8_lossy(text).into_owned());
        oversized += reasons.map_or(0, |text| text.matches("LIM101").count());
        for unit_bytes in [1, 400, 3000] {
            let found = run(unit_bytes);
            assert!(found == expected, "{limit}, units of {unit_bytes}: {}", difference(&found, &expected));
        }
    }
    assert!(oversized > 0, "no claim was too large");
}

/// Claims that are sent again, replaced or voided are told whether what they are like is in memory or on disk.
#[test]
fn it_does_not_show_how_many_claims_memory_holds() {
    let mut once = Vec::new();
    Batch { claims_per_set: Some(50), ..Batch::new(Generated::Professional, 300, 5) }
        .write_to(&mut once)
        .unwrap();
    // the claims again, every third one as a replacement and every fifth one as a void of what came before
    let mut number = 0;
    let text = String::from_utf8(once.clone()).unwrap();
    let again: Vec<String> = text
        .split_inclusive('~')
        .map(|segment| {
            if segment.trim_start().starts_with("ISA*") {
                return segment.replacen("*000000001*", "*000000077*", 1);
            }
            if segment.trim_start().starts_with("IEA*") {
                return segment.replacen("*000000001~", "*000000077~", 1);
            }
            number += u32::from(segment.trim_start().starts_with("CLM*"));
            match number {
                number if number % 3 == 0 => segment.replacen(":B:1*", ":B:7*", 1),
                number if number % 5 == 0 => segment.replacen(":B:1*", ":B:8*", 1),
                _ => segment.to_owned(),
            }
        })
        .collect();
    let again = again.concat().into_bytes();
    let run = |claims_in_memory| {
        let setup = Setup { claims_in_memory, ..Setup::default() };
        let ran = setup.run(&[("a.837", &once), ("b.837", &again)]);
        let told = ran.of("b").rows.iter().filter(|row| row.rule == "DUP101").count();
        (ran.lasting(), told)
    };
    let (expected, told) = run(None);
    assert!(told > 100, "{told}");
    for most in [1, 7, 100] {
        let (found, _) = run(Some(most));
        assert!(found == expected, "{most} in memory: {}", difference(&found, &expected));
    }
}

#[test]
fn a_set_without_claims_and_without_an_end() {
    let subscribers = vec![Subscriber { flaw: LevelFlaw::None, claims: vec![], patients: vec![] }];
    let providers = vec![Provider { flaw: LevelFlaw::None, subscribers }];
    let sets = vec![Set { flaw: SetFlaw::Unclosed, providers }];
    let groups = vec![Group { kind: Kind::Professional, flaw: GroupFlaw::None, sets }];
    let interchanges = vec![Interchange { style: Style::USUAL, flaw: InterchangeFlaw::None, groups }];
    let Built { bytes, .. } = File { interchanges, base: 0 }.build();
    let outputs = Setup::default().one(&bytes);
    check::all(&bytes, &outputs);
    assert!(outputs.rows.iter().any(|row| row.rule == "HLV106" && row.position.is_some()));
}

/// What the rows say, wherever their records stand and however they are separated. Line breaks are the style's own matter.
fn all_said(outputs: &Outputs) -> Vec<Row> {
    let rows = outputs.rows.iter().filter(|row| row.rule != "SEG106");
    rows.map(|row| Row { record: None, byte_offset: None, ..row.clone() }).collect()
}

/// The same file in another style throughout.
fn in_style(file: &File, style: Style) -> Vec<u8> {
    file.clone().in_style(style).build().bytes
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn threads_and_units_do_not_show(file in file(), unit in select(&UNITS[..]), jobs in select(&[1usize, 2, 4][..])) {
        let Built { bytes, .. } = file.build();
        let whole = lasting(&bytes, 1, 64 << 20);
        prop_assert_eq!(difference(&lasting(&bytes, 1, 1), &whole), "", "units of one claim");
        prop_assert_eq!(difference(&lasting(&bytes, jobs, unit), &whole), "", "units of {} bytes, {} jobs", unit, jobs);
    }

    #[test]
    fn style_does_not_matter(file in file(), style in select(&Style::ALL[..])) {
        let usual = Setup::default().one(&in_style(&file, Style::USUAL));
        let bytes = in_style(&file, style);
        let other = Setup::default().one(&bytes);
        check::all(&bytes, &other);
        prop_assert_eq!(all_said(&other), all_said(&usual));
        prop_assert_eq!(other.fates(), usual.fates());
    }

    #[test]
    fn wrapped_lines_do_not_matter(file in file(), width in 20usize..100) {
        let flat = in_style(&file, Style::ONE_LINE);
        let usual = Setup::default().one(&flat);
        let bytes = wrapped(&flat, width);
        let other = Setup::default().one(&bytes);
        check::all(&bytes, &other);
        prop_assert_eq!(all_said(&other), all_said(&usual));
        prop_assert_eq!(other.fates(), usual.fates());
    }

    #[test]
    fn files_behind_each_other_add_up(mut first in file(), mut second in file()) {
        second.base = 1000;
        // an open end is told in other words where something follows
        if let Some(last) = first.interchanges.last_mut().filter(|x| x.flaw == InterchangeFlaw::Unclosed) {
            last.flaw = InterchangeFlaw::None;
        }
        let (a, b) = (first.build().bytes, second.build().bytes);
        let both = Setup::default().one(&[a.clone(), b.clone()].concat());
        let (first, second) = (Setup::default().one(&a), Setup::default().one(&b));
        for word in ["records/read", "records/accepted", "records/rejected", "records/refused", "interchanges", "groups", "transactions", "responses"] {
            prop_assert_eq!(both.count(word), first.count(word) + second.count(word), "{}", word);
        }
        prop_assert_eq!(all_said(&both), [all_said(&first), all_said(&second)].concat());
        prop_assert_eq!(&both.accept, &[first.accept, second.accept].concat());
        prop_assert_eq!(&both.reject, &[first.reject, second.reject].concat());
        prop_assert_eq!(&both.refused, &[first.refused, second.refused].concat());
    }

    #[test]
    fn checking_says_what_processing_says(file in file()) {
        let Built { bytes, .. } = file.build();
        let setup = Setup::default();
        let processed = setup.run(&[("a.837", &bytes)]);
        let dir = tempfile::tempdir().unwrap();
        let paths = place(dir.path(), &[("a.837", &bytes)]);
        let options = Options { jobs: 1, ..Options::new(&setup.profile, dir.path(), setup.received) };
        let mut rows = Vec::new();
        let report = pipeline::check(
            &discover(&paths),
            setup.reference(),
            &options,
            dir.path(),
            Form::Json,
            &mut |_, page| {
                rows.extend_from_slice(page);
                Ok(())
            },
        );
        prop_assert_eq!(report.status, processed.status);
        prop_assert!(rows == processed.files["a.reasons.jsonl"]);
        prop_assert_eq!(contents(dir.path()).len(), 1, "checking writes nothing");
    }
}

/// 278 responses count wherever they stand: before or after the claims, in the same file or another.
#[test]
fn responses_count_wherever_they_stand() {
    let claim = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302";
    let claims = interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]);
    let response = granting("TAR-77", "91234567A", 9);
    let other = granting("TAR-78", "91234567A", 9);
    let setup = || Setup::with_profile("tar.authorizations = \"complete\"");
    let fate = |files: &[(&str, &[u8])], name: &str| {
        let ran = setup().run(files);
        let outputs = ran.of(name);
        (outputs.fates()["A1"], outputs.rules().into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let granted = (Fate::Accept, vec![]);
    let unknown = (Fate::Reject, vec!["TAR103".to_owned()]);
    assert_eq!(fate(&[("a.837", &claims), ("b.278", &response)], "a"), granted);
    assert_eq!(fate(&[("b.278", &response), ("a.837", &claims)], "a"), granted);
    assert_eq!(fate(&[("b.278", &other), ("a.837", &claims)], "a"), unknown);
    assert_eq!(fate(&[("a.837", &claims), ("b.278", &other)], "a"), unknown);
    for bytes in [[response.clone(), claims.clone()].concat(), [claims.clone(), response].concat()] {
        assert_eq!(fate(&[("a.837", &bytes)], "a"), granted);
    }
}

/// A response that a fault takes down gives no authorization.
#[test]
fn responses_in_fallen_sets_do_not_count() {
    let claim = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302";
    let claims = interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]);
    let response = String::from_utf8(granting("TAR-77", "91234567A", 9)).unwrap();
    let known = granting("TAR-78", "91234567A", 8);
    for (from, to) in [
        ("SE*18*", "SE*19*"),
        ("GE*1*1", "GE*2*1"),
        ("*00501*", "*00401*"),
        ("278*0001*005010X217", "278*0001*005010X216"),
    ] {
        let broken = response.replacen(from, to, 1);
        assert_ne!(broken, response, "{from}");
        let ran = Setup::with_profile("tar.authorizations = \"complete\"").run(&[
            ("a.837", &claims),
            ("b.278", broken.as_bytes()),
            ("c.278", &known),
        ]);
        assert_eq!(ran.of("a").rules(), ["TAR103"], "{from} -> {to}");
        assert_eq!(
            (ran.of("b").count("responses"), ran.of("c").count("responses")),
            (0, 1),
            "{from} -> {to}"
        );
    }
}

/// A response that has a fault of its own, or whose member's level has one, gives no authorization; others of the run do.
#[test]
fn faulty_responses_do_not_count() {
    let claim = "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-77\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302";
    let claims = interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]);
    let response = String::from_utf8(granting("TAR-77", "91234567A", 9)).unwrap();
    let known = granting("TAR-78", "91234567A", 8);
    for (from, to) in
        [("*I*1*11:B", "**1*11:B"), ("HCR*A1*", "ZZZ*A1*"), ("NM1*IL*1", "NM1*XX*1"), ("GS*HI*", "GS*HC*")]
    {
        let broken = response.replacen(from, to, 1);
        assert_ne!(broken, response, "{from}");
        let ran = Setup::with_profile("tar.authorizations = \"complete\"").run(&[
            ("a.837", &claims),
            ("b.278", broken.as_bytes()),
            ("c.278", &known),
        ]);
        let said = ran.of("b").rules().join(" ");
        assert_eq!(ran.of("a").rules(), ["TAR103"], "{from} -> {to}: {said}");
        assert_eq!(
            (ran.of("b").count("responses"), ran.of("c").count("responses")),
            (0, 1),
            "{from} -> {to}"
        );
    }
}
