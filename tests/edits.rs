//! Edits of a profile: the five of `docs/custom-edits.md`, each run, and what becomes of their findings.
#![cfg(all(feature = "cli", feature = "cel"))]
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect, clippy::unnecessary_wraps)]

mod common;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use claimsieve::output::rule_docs;

use common::program::{claimsieve, said};
use common::{Case, Kind, Outputs, SURGEON, Setup, interchange_of};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/custom-edits.md")).unwrap()
});

/// The edits of the document, as one profile.
fn edits() -> String {
    let blocks = DOCUMENT.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap());
    "[rules]\nDUP101 = \"off\"\n\n".to_owned() + &blocks.collect::<Vec<_>>().join("\n")
}

/// What becomes of a claim of a member born on a day, under the edits of the document.
fn judged(kind: Kind, birth: &str, claim: &str) -> Outputs {
    let case = Case { birth, ..Case::of(claim) };
    Setup::with_profile(&edits()).one(&interchange_of(kind, SURGEON, &[case]))
}

/// What the edits say of it: code, severity, line and message.
fn spoken(outputs: &Outputs) -> Vec<(String, String, String, String)> {
    let rows = outputs.rows.iter().filter(|row| row.rule.starts_with("EDT"));
    let row =
        |row: &common::Row| (row.rule.clone(), row.severity.clone(), row.line.clone(), row.message.clone());
    rows.map(row).collect()
}

/// The code, severity and line of the only edit that speaks, if one does.
fn only(kind: Kind, birth: &str, claim: &str) -> Option<(String, String, String)> {
    let spoken = spoken(&judged(kind, birth, claim));
    assert!(spoken.len() < 2, "{spoken:?}");
    spoken.into_iter().next().map(|(rule, severity, line, _)| (rule, severity, line))
}

fn some(rule: &str, severity: &str, line: &str) -> Option<(String, String, String)> {
    Some((rule.to_owned(), severity.to_owned(), line.to_owned()))
}

const GROWN: &str = "19850302";

/// An office visit.
fn visit(date: &str, place: &str, frequency: &str, service: &str) -> String {
    format!(
        "CLM*A1*80***{place}:B:{frequency}*Y*A*Y*Y\n{}HI*ABK:J069\nLX*1\nSV1*{service}***1\nDTP*472*D8*{date}\n",
        if frequency == "1" { "" } else { "REF*F8*P123\n" }
    )
}

#[test]
fn the_document_has_five_edits_and_every_field() {
    let profile = Setup::with_profile(&edits()).profile;
    let codes: Vec<&str> = profile.settings.edits.rules().map(|rule| rule.id.code()).collect();
    assert_eq!(codes, ["EDT101", "EDT102", "EDT103", "EDT104", "EDT105"]);
    let tables = rule_docs::edit_fields();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let (before, behind) = DOCUMENT.split_once("## The fields\n").unwrap();
        let (_, behind) = behind.split_once("## Five edits\n").unwrap();
        let text = format!("{before}## The fields\n\n{tables}## Five edits\n{behind}");
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/custom-edits.md"), text).unwrap();
    } else {
        assert!(DOCUMENT.contains(&tables), "stale: run UPDATE_DOCS=1 cargo test --test edits");
    }
}

#[test]
fn timely_filing() {
    // received on 1 July 2026
    let of = |date: &str, frequency: &str| {
        only(Kind::Professional, GROWN, &visit(date, "11", frequency, "HC:99213*80*UN*1"))
    };
    assert_eq!(of("20250701", "1"), None, "365 days");
    assert_eq!(of("20250630", "1"), some("EDT101", "reject", ""), "366 days");
    assert_eq!(of("20250630", "7"), None, "a replacement");
    let outputs = judged(Kind::Professional, GROWN, &visit("20250630", "11", "1", "HC:99213*80*UN*1"));
    assert_eq!(
        spoken(&outputs)[0].3,
        "The claim was received 366 days after its last service on 2025-06-30."
    );
    let row = outputs.rows.iter().find(|row| row.rule == "EDT101").unwrap();
    assert_eq!((row.disposition.as_str(), row.snip, row.record), ("reject", 7, Some(1)));
    assert!(outputs.summary["findings"]["EDT101"]["reject"] == 1, "{}", outputs.summary);
}

#[test]
fn telehealth() {
    let of =
        |place: &str, service: &str| only(Kind::Professional, GROWN, &visit("20260302", place, "1", service));
    assert_eq!(of("02", "HC:99213*80*UN*1"), some("EDT102", "warn", "1"));
    assert_eq!(of("10", "HC:99213:25*80*UN*1"), some("EDT102", "warn", "1"));
    assert_eq!(of("02", "HC:99213:25:95*80*UN*1"), None);
    assert_eq!(of("11", "HC:99213*80*UN*1"), None);
}

#[test]
fn both_sides() {
    let of = |service: &str| only(Kind::Professional, GROWN, &visit("20260302", "11", "1", service));
    assert_eq!(of("HC:20610:50*80*UN*2"), some("EDT103", "reject", "1"));
    assert_eq!(of("HC:20610:50*80*UN*1"), None);
    assert_eq!(of("HC:20610:RT*80*UN*2"), None);
}

#[test]
fn newborn_stay() {
    let of = |birth: &str, bill: &str, admission: &str, revenue: &str| {
        let claim = format!(
            "CLM*I1*1500***{bill}*****Y*Y\nDTP*434*RD8*20260301-20260303\nDTP*435*D8*20260301\nCL1*{admission}*5*01\nHI*ABK:Z3800\nLX*1\nSV2*{revenue}**1500*DA*2\n"
        )
        .replace("*****Y*Y", "**A*Y*Y");
        only(Kind::Institutional, birth, &claim)
    };
    assert_eq!(of("20260301", "11:A:1", "1", "0170"), some("EDT104", "warn", ""));
    assert_eq!(of("20260228", "11:A:1", "1", "0170"), some("EDT104", "warn", ""));
    assert_eq!(of("20260227", "11:A:1", "1", "0170"), None, "two days old");
    assert_eq!(of("20260301", "11:A:1", "4", "0170"), None);
    assert_eq!(of("20260301", "11:A:1", "1", "0120"), None);
    assert_eq!(of("20260301", "12:A:1", "1", "0170"), None);
}

#[test]
fn evaluation_twice() {
    let of = |second: &str| {
        let claim = format!(
            "CLM*A1*160***11:B:1*Y*A*Y*Y\nHI*ABK:M545\nLX*1\nSV1*HC:97161:GP*80*UN*1***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:97164:GP*80*UN*1***1\nDTP*472*D8*{second}\n"
        );
        only(Kind::Professional, GROWN, &claim)
    };
    assert_eq!(of("20260302"), some("EDT105", "reject", ""));
    assert_eq!(of("20260303"), None);
}

#[test]
fn what_cannot_be_worked_out_is_said() {
    let profile = "[[edits]]\ncode = \"EDT201\"\ntitle = \"Second diagnosis\"\nwhen = 'claim.diagnoses[1] == \"J069\"'\n\
         message = \"x\"\nremedy = \"y\"\nseverity = \"reject\"\n";
    let claim = visit("20260302", "11", "1", "HC:99213*80*UN*1");
    let outputs =
        Setup::with_profile(profile).one(&interchange_of(Kind::Professional, SURGEON, &[Case::of(&claim)]));
    let spoken = spoken(&outputs);
    assert_eq!(spoken.len(), 1);
    assert_eq!(
        (spoken[0].1.as_str(), spoken[0].3.contains("a list is shorter")),
        ("warn", true),
        "{spoken:?}"
    );
    assert_eq!(outputs.summary["records"]["accepted"], 1);
}

#[test]
fn an_edit_is_a_rule_like_others() {
    let dir = tempfile::tempdir().unwrap();
    let (profile, input, out) =
        (dir.path().join("ours.toml"), dir.path().join("late.x12"), dir.path().join("out"));
    fs::write(&profile, edits()).unwrap();
    let claim = visit("20250630", "02", "1", "HC:99213*80*UN*1");
    fs::write(
        &input,
        interchange_of(Kind::Professional, SURGEON, &[Case { birth: GROWN, ..Case::of(&claim) }]),
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let mut command = claimsieve();
        let output = command.args(arguments).arg("--profile").arg(&profile).output().unwrap();
        (output.status.code().unwrap(), said(&output))
    };
    let now = ["--now", "2026-07-01T12:00:00-07:00"];
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let (input, out) = (path(&input), path(&out));
    let (status, text) = run(&["process", &input, "--out", &out, now[0], now[1]]);
    assert!(status == 1 && text.contains("EDT101") && text.contains("Received more than a year"), "{text}");
    let answer = fs::read_to_string(Path::new(&out).join("late.277ca.x12")).unwrap();
    assert!(answer.contains("A3:718"), "{answer}");
    let (status, text) = run(&["why", "A1", "--in", &input, now[0], now[1]]);
    assert!(status == 1 && text.contains("EDT101 Received more than a year"), "{text}");
    assert!(
        text.contains("EDT102 Telehealth") && text.contains("found nothing: ") && text.contains("EDT105"),
        "{text}"
    );
    let (_, text) = run(&["rules"]);
    assert!(text.contains("EDT103  reject  SNIP 7  Modifier 50 with more than one unit"), "{text}");
    let (_, text) = run(&["explain", "EDT104", "TAR101"]);
    assert!(
        text.contains("# EDT104: Newborn stay") && text.contains("claim.admission_type != \"4\""),
        "{text}"
    );
    assert!(text.contains("for services from 2026-01-01") && text.contains("# TAR101"), "{text}");
    let (status, text) = run(&["check", &input, "--format", "sarif", now[0], now[1]]);
    assert!(
        status == 1 && text.contains("\"id\":\"EDT101\"") && text.contains("\"ruleId\":\"EDT101\""),
        "{text}"
    );
    let mut verify = claimsieve();
    let output = verify.args(["verify-run", &input, "--out", &out]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let mut compare = claimsieve();
    let compare = compare.args(["compare", &input, now[0], now[1], "--with"]).arg(&profile);
    let output = compare.output().unwrap();
    let text = said(&output);
    assert!(
        output.status.code() == Some(1) && text.contains("EDT101") && text.contains("Received more"),
        "{text}"
    );
    // without the profile nobody knows the edit
    let mut explain = claimsieve();
    let output = explain.args(["explain", "EDT101"]).output().unwrap();
    assert!(output.status.code() == Some(2) && said(&output).contains("--profile"), "{}", said(&output));
}

/// An edit of one line of text, of lines.
fn dividing(severity: &str, when: &str) -> String {
    format!(
        "[rules]\nDUP101 = \"off\"\n[[edits]]\ncode = \"EDT201\"\ntitle = \"T\"\nfor = \"line\"\nwhen = '{when}'\nmessage = \"M\"\nremedy = \"R\"\nseverity = \"{severity}\"\n"
    )
}

/// What is divided by zero, a whole number or a fraction, is no reason to reject; in shadow it is no hit.
#[test]
fn dividing_by_zero_holds_nothing() {
    let conditions = [
        "line.charge / (line.units - 1.0) > 500000.0",
        "line.charge / (line.units - 1.0) < 500000.0",
        "1 / (line.number - 1) > 3",
        "claim.lines.exists(l, l.charge / (l.units - 1.0) > 5.0)",
    ];
    for when in conditions {
        for (severity, said) in [("reject", "warn"), ("warn", "warn"), ("info", "info"), ("shadow", "info")] {
            let judge = |units: &str| {
                let claim = visit("20260302", "11", "1", &format!("HC:99213*80*UN*{units}"));
                Setup::with_profile(&dividing(severity, when)).one(&interchange_of(
                    Kind::Professional,
                    SURGEON,
                    &[Case { birth: GROWN, ..Case::of(&claim) }],
                ))
            };
            let spoken = spoken(&judge("1"));
            assert_eq!(spoken.len(), 1, "{when}: {spoken:?}");
            assert_eq!(spoken[0].1, said, "{when}, {severity}");
            assert!(spoken[0].3.contains("it divides by zero"), "{when}: {}", spoken[0].3);
        }
    }
}

#[test]
fn kinds_that_do_not_go_together_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ours.toml");
    fs::write(&path, dividing("warn", "line.charge * 2 > claim.charge")).unwrap();
    let output = claimsieve().args(["profile", "check"]).arg(&path).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("a whole number is written 2.0"), "{}", said(&output));
}
