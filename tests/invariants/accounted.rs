//! Where every claim and every cent goes, and what a run leaves of an earlier one.

use std::fs;

use crate::common::program;
use crate::common::run::place;
use crate::common::{Case, Kind, Ran, SURGEON, Setup, interchange_of};

const CLAIM: &str =
    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302";

fn interchange(claims: &[&str]) -> String {
    let cases: Vec<Case<'_>> = claims.iter().map(|claim| Case::of(claim)).collect();
    String::from_utf8(interchange_of(Kind::Professional, SURGEON, &cases)).unwrap()
}

/// The same with another control number.
fn numbered(text: &str, control: &str) -> String {
    text.replace("000000001", control)
}

/// The text of an output.
fn file(ran: &Ran, name: &str) -> String {
    String::from_utf8(ran.files[name].clone()).unwrap()
}

fn segments<'t>(text: &'t str, id: &str) -> Vec<&'t str> {
    text.split('~').map(str::trim).filter(|segment| segment.split('*').next() == Some(id)).collect()
}

/// A set without levels is rejected in the 999, with its place; the set behind it is processed.
#[test]
fn a_set_without_levels_is_rejected() {
    let text = interchange(&[CLAIM]);
    let header = &text[text.find("ST*").unwrap()..text.find("HL*").unwrap()];
    let count = header.matches('~').count() + 1;
    let empty = format!("{}SE*{count}*0002~\n", header.replace("*0001*", "*0002*"));
    let text = text.replace("GE*1*1", &format!("{empty}GE*2*1"));
    let ran = Setup::default().run(&[("a.837", text.as_bytes())]);
    let outputs = ran.of("a");
    assert_eq!((outputs.count("records/accepted"), outputs.status), (1, 1));
    let [row] = outputs.rows_of("HLV106")[..] else { panic!("one row") };
    assert_eq!((row.segment.as_str(), row.position), ("HL", Some(count as u32)));
    assert_eq!(row.byte_offset, text.find(&format!("SE*{count}*0002")).map(|at| at as u64));
    let told = file(&ran, "a.999.x12");
    assert_eq!(segments(&told, "IK5"), ["IK5*A", "IK5*R*5"]);
    assert_eq!(segments(&told, "AK9"), ["AK9*P*2*2*1"]);
}

/// What stands in place of the levels is named too.
#[test]
fn a_set_without_levels_says_what_stands_there() {
    let text = interchange(&[CLAIM]).replace("HL*", "hl*").replace("CLM*", "clm*");
    let outputs = Setup::default().one(text.as_bytes());
    assert!(outputs.rules().contains(&"HLV106") && outputs.rules().contains(&"SEG101"), "{:?}", outputs.rows);
}

/// The row of a set that falls with one of its records, and the rows of the others, name its ST.
#[test]
fn a_set_that_falls_with_a_record_names_its_place() {
    let broken = CLAIM.replace("CLM*A1", "CLM*A2") + "\nZZZ*1";
    let text = interchange(&[CLAIM, &broken]);
    for unit_bytes in [1, 1 << 18] {
        let setup = Setup { unit_bytes, ..Setup::with_profile("reject_unit = \"set\"") };
        let outputs = setup.one(text.as_bytes());
        let rows = outputs.rows_of("SET106");
        let records: Vec<Option<u64>> = rows.iter().map(|row| row.record).collect();
        assert_eq!(records, [None, Some(1), Some(2)]);
        for row in rows {
            let place = (row.segment.as_str(), row.position, row.byte_offset);
            assert_eq!(place, ("ST", Some(1), text.find("ST*").map(|at| at as u64)), "{row:?}");
        }
    }
}

/// What is summed is what is shown, whatever the fractions of a cent.
#[test]
fn money_has_two_decimals_and_adds_up() {
    let claim = |id: &str, charge: &str| {
        CLAIM.replace("A1*80*", &format!("{id}*{charge}*")).replace("*80*UN", &format!("*{charge}*UN"))
    };
    let bad = claim("A3", "80.506") + "\nZZZ*1";
    let texts = [claim("A1", "80.506"), claim("A2", "80.505"), bad];
    let text = interchange(&texts.each_ref().map(String::as_str));
    let ran = Setup::default()
        .run(&[("a.837", text.as_bytes()), ("b.837", numbered(&text, "000000002").as_bytes())]);
    let one = ran.of("a");
    let charge =
        |word: &str| one.summary.pointer(&format!("/charges/{word}")).unwrap().as_str().unwrap().to_owned();
    assert_eq!(["read", "accepted", "rejected"].map(charge), ["241.53", "161.02", "80.51"]);
    let rejected = one.rows.iter().find(|row| row.record == Some(3)).unwrap();
    assert_eq!(rejected.charge, "80.51");
    let all: serde_json::Value = serde_json::from_slice(&ran.files["summary.json"]).unwrap();
    assert_eq!(all["charges"]["read"], "483.06");
}

/// ENV111 warns; where the profile rejects it, the later interchange is refused.
#[test]
fn a_number_used_before_refuses_where_the_profile_says_so() {
    let text = interchange(&[CLAIM]).replace("*0*P*:", "*1*P*:");
    let twice = text.repeat(2);
    for (keys, counts, note) in [("", [2, 0], "E*025"), ("\nENV111 = \"reject\"", [1, 1], "R*025")] {
        let setup = Setup::with_profile(&format!("[rules]\nDUP101 = \"off\"{keys}"));
        let ran = setup.run(&[("a.837", twice.as_bytes())]);
        let outputs = ran.of("a");
        assert_eq!(["accepted", "refused"].map(|word| outputs.count(&format!("records/{word}"))), counts);
        let told = file(&ran, "a.ta1.x12");
        let notes: Vec<&str> =
            segments(&told, "TA1").iter().map(|ta1| ta1.splitn(5, '*').last().unwrap()).collect();
        assert_eq!(notes, ["A*000", note]);
        let [row] = outputs.rows_of("ENV111")[..] else { panic!("one row") };
        assert_eq!((row.element, row.byte_offset), (Some(13), Some((text.len() + 90) as u64)));
        // from one input to the next
        let ran = setup.run(&[("a.837", text.as_bytes()), ("b.837", text.as_bytes())]);
        assert_eq!(
            ["accepted", "refused"].map(|word| ran.of("b").count(&format!("records/{word}"))),
            [counts[0] - 1, counts[1]]
        );
    }
}

/// Inputs that are opened again for judging are surveyed again, and do not repeat themselves.
#[test]
fn many_inputs_do_not_repeat_themselves() {
    let text = interchange(&[CLAIM]);
    let names: Vec<String> = (1..=202).map(|n| format!("n{n:03}.837")).collect();
    let texts: Vec<String> = (1..=202).map(|n| numbered(&text, &format!("{:09}", n.min(201)))).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let ran = Setup::with_profile("[rules]\nENV111 = \"reject\"").run(&files);
    let refused: Vec<&String> =
        names.iter().filter(|name| ran.of(&name[..4]).count("records/refused") > 0).collect();
    assert_eq!(refused, ["n202.837"]);
}

/// An input that breaks off used no number.
#[test]
fn an_input_that_breaks_off_used_no_number() {
    let text = interchange(&[CLAIM]);
    let mut packed = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
    encoder.finish().unwrap();
    packed.truncate(packed.len() - 12);
    let ran = Setup::with_profile("[rules]\nENV111 = \"reject\"")
        .run(&[("a.837.gz", &packed), ("b.837", text.as_bytes())]);
    assert_eq!(ran.errors.len(), 1, "{:?}", ran.errors);
    assert_eq!(ran.of("b").count("records/accepted"), 1);
}

/// One folder takes the outputs of many runs: each input keeps its own, and what tells of a run as a whole tells of the last.
#[test]
fn runs_share_an_output_folder() {
    let dir = tempfile::tempdir().unwrap();
    let text = interchange(&[CLAIM]);
    let inputs = place(dir.path(), &[("a.837", text.as_bytes()), ("b.837", text.as_bytes())]);
    let out = dir.path().join("out");
    for input in &inputs {
        let ran = program::process(&out).arg(input).output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{}", program::said(&ran));
    }
    let again = program::process(&out).arg(&inputs[0]).output().unwrap();
    assert_eq!(again.status.code(), Some(3), "{}", program::said(&again));
    assert!(program::said(&again).contains("give --force"), "{}", program::said(&again));
    assert!(fs::read_to_string(out.join("summary.json")).unwrap().contains("b.837"));
    assert!(out.join("a.summary.json").exists() && out.join("b.summary.json").exists());
}

#[test]
fn a_version_without_tables_is_wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    let profile = dir.path().join("ours.toml");
    fs::write(&profile, "accept_versions = [\"005010X222A9\"]\n").unwrap();
    let input = place(dir.path(), &[("a.837", interchange(&[CLAIM]).as_bytes())]);
    let mut command = program::process(&dir.path().join("out"));
    let ran = command.arg("--profile").arg(&profile).arg(&input[0]).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(program::said(&ran).contains("accept_versions: there are no tables for \"005010X222A9\""));
    assert!(!dir.path().join("out").exists());
}

#[test]
fn a_profile_is_shown_in_its_own_words() {
    let dir = tempfile::tempdir().unwrap();
    let profile = dir.path().join("ours.toml");
    fs::write(&profile, "reject_unit = \"set\"\n[tar]\nrequired_for = \"listed_services\"\n").unwrap();
    let shown = program::claimsieve().args(["profile", "show"]).arg(&profile).output().unwrap();
    let text = program::said(&shown);
    for line in [
        "name = \"ours\"",
        "reject_unit = \"set\"",
        "required_for = \"listed_services\"",
        "\"San Benito\" = 2025-01-01",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line} in\n{text}");
    }
    fs::write(&profile, &text).unwrap();
    let again = program::claimsieve().args(["profile", "show"]).arg(&profile).output().unwrap();
    assert_eq!(program::said(&again), text);
}
