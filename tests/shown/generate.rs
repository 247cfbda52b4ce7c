//! What `generate` does to files that are there already, and what it refuses.

use std::fs;
use std::path::Path;

use claimsieve::reference::Roster;

use crate::common::program::{claimsieve, said};

/// Runs `generate` in a folder.
fn generate(dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = claimsieve().current_dir(dir).arg("generate").args(arguments).output().unwrap();
    (output.status.code(), said(&output))
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_refused_changes_nothing() {
    for (arguments, status, words) in [
        ("--kind 837p --claims 5 --reject-rate 2", 2, "reject_rate is not between 0 and 1"),
        ("--kind 837p --claims 5 --claims-per-set 0", 2, "cannot hold nothing"),
        ("--kind 837p --claims 0", 2, "--claims 0: a batch holds at least one claim"),
        ("--kind 837p --claims 5 --fault NIC101", 2, "NIC101 is not among the faults of 837p"),
        ("--kind 278 --claims 5 --shape cob", 2, "another payer's part stands in claims, not in reviews"),
        ("--kind 278 --claims 5 --rosters zz", 2, "rosters belong to clean claims, not to reviews or faults"),
        (
            "--kind 837p --claims 5 --rosters zz --fault TAR101",
            2,
            "rosters belong to clean claims, not to reviews or faults",
        ),
        ("--kind 837p --claims 5 --faults nowhere/f", 3, "nowhere/f: cannot be written"),
        ("--kind 837p --claims 5 --faults keep.x12", 2, "name the same file"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("keep.x12"), "precious\n").unwrap();
        let all: Vec<&str> = arguments.split(' ').chain(["--out", "keep.x12"]).collect();
        let (found, text) = generate(dir.path(), &all);
        assert_eq!((found, text.contains(words)), (Some(status), true), "{arguments}: {text}");
        assert_eq!(fs::read(dir.path().join("keep.x12")).unwrap(), b"precious\n", "{arguments}");
        assert_eq!(names(dir.path()), ["keep.x12"], "{arguments}");
    }
}

#[test]
fn a_batch_takes_the_place_of_an_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["--kind", "837p", "--claims", "5", "--reject-rate", "0.4"];
    fs::write(dir.path().join("a.x12"), "older\n".repeat(10_000)).unwrap();
    let files = ["--out", "a.x12", "--faults", "f.csv"];
    let (status, text) = generate(dir.path(), &[&arguments[..], &files].concat());
    assert_eq!((status, text.contains("5 records, 2 of them with a fault")), (Some(0), true), "{text}");
    let output = claimsieve().arg("generate").args(arguments).output().unwrap();
    assert_eq!(fs::read(dir.path().join("a.x12")).unwrap(), output.stdout);
    assert_eq!(fs::read_to_string(dir.path().join("f.csv")).unwrap().lines().count(), 3);
    assert_eq!(names(dir.path()), ["a.x12", "f.csv"]);
}

/// What is no plain file is written into, not replaced, and a link stays one.
#[cfg(unix)]
#[test]
fn pipes_and_links_stay() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["--kind", "837p", "--claims", "5", "--quiet"];
    assert_eq!(generate(dir.path(), &[&arguments[..], &["--out", "/dev/null"]].concat()).0, Some(0));
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    fs::write(dir.path().join("a.x12"), "older").unwrap();
    std::os::unix::fs::symlink("a.x12", dir.path().join("link")).unwrap();
    assert_eq!(generate(dir.path(), &[&arguments[..], &["--out", "link"]].concat()).0, Some(0));
    assert!(fs::symlink_metadata(dir.path().join("link")).unwrap().is_symlink());
    assert!(fs::read(dir.path().join("a.x12")).unwrap().starts_with(b"ISA"));
    assert_eq!(names(dir.path()), ["a.x12", "link"]);
}

#[test]
fn rows_are_added_to_rosters_of_the_same_columns_only() {
    let arguments = ["--kind", "837p", "--claims", "20", "--rosters", "rosters", "--out", "a.x12"];
    let header = Roster::Members.template().lines().next().unwrap();
    let row = "90000001A,2015-03-02,Santa Cruz,medi-cal,Y,D66,1234567893,2024-01-01,";
    let run = |members: &str| {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("rosters")).unwrap();
        fs::write(dir.path().join("rosters/members.csv"), members).unwrap();
        let (status, text) = generate(dir.path(), &arguments);
        let after = fs::read_to_string(dir.path().join("rosters/members.csv")).unwrap();
        (status, text, after, names(dir.path()).len(), names(&dir.path().join("rosters")).len())
    };
    // the last line has no end, the header stands alone, a byte order mark and Windows line ends
    for begun in [
        format!("{header}\n{row}"),
        header.to_owned(),
        format!("\u{feff}{header}\r\n{row}\r\n"),
        String::new(),
    ] {
        let (status, text, after, ..) = run(&begun);
        assert_eq!(status, Some(0), "{text}");
        assert!(after.starts_with(&begun), "{begun:?}");
        let rows = after.lines().skip(1);
        let columns = header.split(',').count();
        assert!(rows.clone().count() > 10 && rows.clone().all(|row| row.split(',').count() == columns));
        assert!(after.trim_start_matches('\u{feff}').starts_with(header), "{begun:?}");
    }
    let (first, rest) = header.split_once(',').unwrap();
    for other in [format!("{rest},{first}\n"), "member,county\n".to_owned(), format!("{row}\n")] {
        let (status, text, after, files, rosters) = run(&other);
        assert_eq!((status, after, files, rosters), (Some(2), other, 1, 1), "{text}");
        assert!(text.contains("members.csv: its first line is not the one"), "{text}");
        assert!(text.contains("move the file away, or give another folder"), "{text}");
    }
}
