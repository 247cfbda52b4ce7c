//! What `why` shows: what each rule saw of a claim, what decided, and what came before it.

use std::path::Path;

use crate::common::program::{claimsieve, said};
use crate::common::run::authorizations;
use crate::common::{Case, Kind, SURGEON, interchange_of, requesting};

/// What `why` says of a record of an input, in a folder with rosters.
fn why(dir: &Path, record: &str, more: &[&str]) -> (Option<i32>, String) {
    let mut command = claimsieve();
    command.args(["why", record, "--now", "2026-07-01T12:00:00-07:00", "--in"]).arg(dir.join("day.x12"));
    let output = command.arg("--rosters").arg(dir.join("rosters")).args(more).output().unwrap();
    (output.status.code(), said(&output))
}

/// A visit for speech therapy by authorization TAR4471.
fn claim(number: u8) -> String {
    format!(
        "CLM*V{number}*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G809\nLX*1\nSV1*HC:92507:GN*80*UN*1***1\nDTP*472*D8*2026030{number}\n"
    )
}

/// Three visits for speech therapy by one authorization for two.
fn three_visits() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("rosters")).unwrap();
    let rows = "TAR4471,tar,plan,A1,91234567A,2026-01-01,2026-01-01,2026-12-31,,92507,2,UN,\n";
    std::fs::write(dir.path().join("rosters/authorizations.csv"), authorizations(rows)).unwrap();
    let claims = [claim(1), claim(2), claim(3)];
    let cases = claims.each_ref().map(|claim| Case::of(claim));
    std::fs::write(dir.path().join("day.x12"), interchange_of(Kind::Professional, SURGEON, &cases)).unwrap();
    dir
}

#[test]
fn rules_that_depend_on_earlier_claims_are_asked() {
    let dir = three_visits();
    let (status, text) = why(dir.path(), "V2", &[]);
    assert!(
        status == Some(0) && text.contains("2 UN authorized, 1 used by claims before this one, 1 left"),
        "{text}"
    );
    let (status, text) = why(dir.path(), "V3", &[]);
    assert!(
        status == Some(1) && text.contains("2 UN authorized, 2 used by claims before this one, 0 left"),
        "{text}"
    );
    assert!(text.contains("  TAR109 "), "{text}");
    assert!(
        text.contains(
            "authorization TAR4471: tar of the plan, certified (A1), 2026-01-01/2026-12-31; 92507, 2 UN"
        ),
        "{text}"
    );
    assert!(text.contains("behind it: R102, "), "{text}");
}

/// What later claims take back was still used when a claim's turn came.
#[test]
fn what_was_left_is_told_as_it_was_in_its_turn() {
    let dir = three_visits();
    let path = dir.path().join("day.x12");
    let void = "CLM*V1*80***11:B:8*Y*A*Y*Y\nREF*F8*P1\nHI*ABK:G809\nLX*1\nSV1*HC:92507:GN*80*UN*1***1\nDTP*472*D8*20260301\n";
    let claims = [claim(1), claim(2), claim(3), void.to_owned()];
    let cases = claims.each_ref().map(|claim| Case::of(claim));
    std::fs::write(&path, interchange_of(Kind::Professional, SURGEON, &cases)).unwrap();
    let (status, text) = why(dir.path(), "V3", &[]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("2 UN authorized, 2 used by claims before this one, 0 left"), "{text}");
}

#[cfg(feature = "store")]
#[test]
fn a_store_knows_what_came_before() {
    let dir = three_visits();
    let store = dir.path().join("store.sqlite");
    let mut process = crate::common::program::process(&dir.path().join("out"));
    process
        .arg(dir.path().join("day.x12"))
        .arg("--store")
        .arg(&store)
        .arg("--rosters")
        .arg(dir.path().join("rosters"));
    assert_eq!(process.output().unwrap().status.code(), Some(1));
    let bytes = std::fs::read(&store).unwrap();
    // the same day again: it takes its own place
    let (status, text) = why(dir.path(), "V2", &["--store", store.to_str().unwrap()]);
    assert!(status == Some(0) && text.contains("1 used by claims before this one"), "{text}");
    // another visit on a later day
    let claim = "CLM*V4*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G809\nLX*1\nSV1*HC:92507:GN*80*UN*1***1\nDTP*472*D8*20260309\n";
    std::fs::write(
        dir.path().join("day.x12"),
        interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]),
    )
    .unwrap();
    let (status, text) = why(dir.path(), "V4", &["--store", store.to_str().unwrap()]);
    assert!(status == Some(1) && text.contains("2 used by claims before this one, 0 left"), "{text}");
    let (status, text) = why(dir.path(), "V4", &[]);
    assert!(status == Some(0) && text.contains("0 used by claims before this one, 2 left"), "{text}");
    assert_eq!(std::fs::read(&store).unwrap(), bytes);
}

#[test]
fn tables_are_named_with_their_edition() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("rosters")).unwrap();
    let claim = "CLM*D1*1500***11:B:1*Y*A*Y*Y\nHI*ABK:G809\nLX*1\nSV1*HC:J0585*1500*UN*100***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nLX*3\nSV1*HC:J2315*900*UN*1***1\nDTP*472*D8*20260302\n";
    std::fs::write(
        dir.path().join("day.x12"),
        interchange_of(Kind::Professional, SURGEON, &[Case::of(claim)]),
    )
    .unwrap();
    let (_, text) = why(dir.path(), "D1", &[]);
    for part in [
        "diagnosis G809: always by ccs_conditions.csv (",
        "line 1 (J0585): drug by service_kinds.csv row ",
        "line 2 (99213): in the scope of primary care by primary_care_scope.csv row ",
        "line 3 (J2315): carved out, ",
        " by carveout_drugs.csv row ",
        " [edition ",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

/// The line of `why` that begins so; empty where there is none.
fn line<'t>(text: &'t str, begin: &str) -> &'t str {
    text.lines().find(|line| line.trim_start().starts_with(begin)).unwrap_or_default()
}

/// A request is asked the rules of requests, and those of claims are not even named.
#[test]
fn a_request_is_asked_the_rules_of_requests() {
    let dir = three_visits();
    let request = |event: &str| {
        std::fs::write(dir.path().join("day.x12"), requesting("91234567A", 1, event, &[])).unwrap();
        why(dir.path(), "EVENT1", &[])
    };
    let (status, text) = request("UM*HS*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109");
    assert_eq!(status, Some(0), "{text}");
    let quiet = line(&text, "found nothing:");
    assert!(quiet.contains("AUT101") && quiet.contains("SIT201"), "{text}");
    assert!(!text.contains("structure is broken") && !text.contains("CLM101"), "{text}");
    // one that is rejected by them, and one with a broken structure
    let (status, text) = request("UM*HS*I**11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109");
    assert!(status == Some(1) && text.contains("  AUT101 "), "{text}");
    let (status, text) = request("UM*XX*I*1*11:B\nDTP*AAH*D8*20260401\nHI*ABK:E109");
    assert!(
        status == Some(1) && line(&text, "not asked (the structure is broken)").contains("AUT101"),
        "{text}"
    );
}

/// A sound claim that falls with its group, or is refused with its interchange, is told so.
#[test]
fn what_falls_with_what_is_above_it_is_told() {
    let dir = three_visits();
    let path = dir.path().join("day.x12");
    let sound = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    std::fs::write(&path, sound.replace("GE*1*1", "GE*1*9")).unwrap();
    let (status, text) = why(dir.path(), "V1", &[]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("falls with what is above it: GRP"), "{text}");
    assert!(line(&text, "not asked (it falls with what is above it)").contains("TAR101"), "{text}");
    assert!(!text.contains("structure is broken"), "{text}");
    // beside another interchange, which is sound
    let refused = sound.replace("IEA*1*000000001", "IEA*1*000000002").replace("*V", "*W");
    for both in [sound.clone() + &refused, refused.clone() + &sound] {
        std::fs::write(&path, both).unwrap();
        let (status, text) = why(dir.path(), "W2", &[]);
        assert!(status == Some(1) && text.contains("claim W2: refused"), "{text}");
        assert!(text.contains("its interchange is refused whole by ENV"), "{text}");
        assert_eq!(why(dir.path(), "V2", &[]).0, Some(0));
        let (status, text) = why(dir.path(), "X2", &[]);
        assert!(status == Some(3) && text.contains("no record with this id"), "{text}");
    }
}
