//! `compare`: the sample day under two profiles, and what must hold between a comparison and the two runs that it is of.
//!
//! `UPDATE_SAMPLES=1 cargo test --test compare` writes the snapshot anew.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::format_collect)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use proptest::prelude::*;
use proptest::sample::select;

use claimsieve::finding::Total;
use claimsieve::output::comparison::{Change, Comparison, LIST_HEADER};
use claimsieve::pipeline::{Options, Way, compare};
use claimsieve::source::discover;

use common::arbitrary::{cases, file};
use common::program::{claimsieve, said};
use common::run::place;
use common::{Outputs, Row, Setup};

/// What the plan might try next year.
const NEXT_YEAR: &str = "name = \"next-year\"\n[rules]\nCCS101 = \"warn\"\nSET103 = \"warn\"\nENV111 = \"reject\"\n\
     TAR140 = \"reject\"\nTAR110 = \"off\"\nFFS101 = \"shadow\"\n[tar]\nauthorizations = \"partial\"\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_sample_day_under_another_profile() {
    let dir = tempfile::tempdir().unwrap();
    let (profile, list) = (dir.path().join("next-year.toml"), dir.path().join("changed.csv"));
    fs::write(&profile, NEXT_YEAR).unwrap();
    let mut command = claimsieve();
    command.current_dir(root()).args(["compare", "samples/day", "--rosters", "samples/rosters"]);
    command.args(["--now", "2026-07-01T12:00:00Z", "--with"]).arg(&profile).arg("--out").arg(&list);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let shown = said(&output) + "\n" + &fs::read_to_string(&list).unwrap();
    let snapshot = root().join("tests/snapshots/compare.txt");
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        fs::write(&snapshot, &shown).unwrap();
    }
    assert_eq!(shown, fs::read_to_string(&snapshot).unwrap());
    // the list stands there now
    let again = command.output().unwrap();
    assert_eq!(again.status.code(), Some(3), "{}", said(&again));
    assert!(said(&again).contains("--force"), "{}", said(&again));
    let replaced = command.arg("--force").output().unwrap();
    assert_eq!(replaced.status.code(), Some(1), "{}", said(&replaced));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&list).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn tables_and_rosters_are_compared_too() {
    let dir = tempfile::tempdir().unwrap();
    let tables = place(
        &dir.path().join("tables"),
        &[("tar_required.csv", b"code_system,code_from,requires_tar\nCPT,99213,yes\n")],
    );
    let mut command = claimsieve();
    command.current_dir(root()).args(["compare", "samples/day/837p-physicians.x12", "--format", "json"]);
    command.args(["--now", "2026-07-01T12:00:00Z", "--with-rosters", "samples/rosters", "--with-reference"]);
    let output = command.arg(tables[0].parent().unwrap()).output().unwrap();
    let whole: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{whole}");
    let version = |side: &str| {
        let tables = whole[side]["tables"].as_array().unwrap();
        tables.iter().find(|table| table["name"] == "tar_required").unwrap()["rows"].clone()
    };
    assert!(version("before").as_u64() > Some(1) && version("after") == 1, "{whole}");
    let not_run = |side: &str| whole[side]["rules_not_run"].as_array().unwrap().len();
    assert!(not_run("before") > not_run("after"));
}

#[test]
fn what_cannot_be_read_is_told_and_left_out() {
    let mut command = claimsieve();
    command.current_dir(root()).args(["compare", "samples/day/837p-physicians.x12", "no-such-file.x12"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("Not compared: no-such-file.x12"), "{}", said(&output));
    for (arguments, words) in [
        (["--with", "no-such-profile"], "no such profile"),
        (["--with-reference", "no-such-folder"], "no-such-folder"),
    ] {
        let mut command = claimsieve();
        let output = command.args(["compare", "x"]).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

/// Compares what two setups make of a file, and gives the rows of the list too.
fn compared(bytes: &[u8], before: &Setup, after: &Setup) -> (Comparison, Vec<BTreeMap<String, String>>) {
    let dir = tempfile::tempdir().unwrap();
    let sources = discover(place(dir.path(), &[("a.837", bytes)]));
    let ways = [before, after].map(|setup| {
        let mut options = Options::new(&setup.profile, dir.path(), setup.received);
        (options.jobs, options.unit_bytes) = (setup.jobs, setup.unit_bytes);
        Way { reference: setup.reference(), options }
    });
    let mut list = LIST_HEADER.as_bytes().to_vec();
    let comparison = compare(&sources, ways, dir.path(), &mut list);
    let rows = csv::Reader::from_reader(&list[..]).deserialize().map(Result::unwrap).collect();
    (comparison, rows)
}

/// The rules that speak of each record at a severity, with its charge in cents.
fn spoken(outputs: &Outputs, severity: &str) -> BTreeMap<u64, BTreeSet<String>> {
    let mut all: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for Row { record, rule, severity: said, .. } in &outputs.rows {
        if let Some(record) = record
            && said == severity
        {
            all.entry(*record).or_default().insert(rule.clone());
        }
    }
    all
}

/// The counts of the changes from or to a disposition.
fn sum(comparison: &Comparison, changes: &[Change]) -> (u64, String) {
    let mut charges = Total::default();
    for change in changes {
        charges.merge(comparison.of(*change).charges);
    }
    (changes.iter().map(|change| comparison.of(*change).records).sum(), charges.to_string())
}

const PROFILES: [&str; 6] = [
    "",
    "base = \"snip\"\n",
    NEXT_YEAR,
    "reject_unit = \"set\"\n",
    "[rules]\nSET101 = \"warn\"\nGRP103 = \"warn\"\nENV105 = \"warn\"\nHLV104 = \"off\"\n",
    "reject_scope = \"line_as_warning\"\nadjudication_findings = \"route\"\n[rules]\nENV109 = \"reject\"\n",
];

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_profile_beside_itself_changes_nothing(file in file(), profile in select(&PROFILES[..]), jobs in 1usize..3) {
        let setup = Setup { jobs, unit_bytes: 700, ..Setup::with_profile(profile) };
        let bytes = file.build().bytes;
        let (comparison, rows) = compared(&bytes, &setup, &setup);
        prop_assert!(!comparison.moves_any());
        prop_assert_eq!(comparison.rules().count(), 0);
        prop_assert!(rows.is_empty());
        prop_assert_eq!(comparison.before, comparison.after);
    }

    #[test]
    fn a_comparison_is_of_two_runs(
        file in file(),
        before in select(&PROFILES[..]),
        after in select(&PROFILES[..]),
        unit_bytes in select(&[1usize, 700, 1 << 20][..]),
    ) {
        use Change::*;
        let setup = |text| Setup { unit_bytes, ..Setup::with_profile(text) };
        let (before, after) = (setup(before), setup(after));
        let bytes = file.build().bytes;
        let (comparison, rows) = compared(&bytes, &before, &after);
        let runs = [before.one(&bytes), after.one(&bytes)];
        let counts = |run: &Outputs, word: &str| {
            (run.summary["records"][word].as_u64().unwrap(), run.summary["charges"][word].as_str().unwrap().to_owned())
        };
        for (side, run, [accepted, rejected, refused]) in [
            (&comparison.before, &runs[0], [
                [AcceptedByBoth, NewlyRejected, AcceptedThenRefused],
                [RejectedByBoth, NewlyAccepted, RejectedThenRefused],
                [RefusedByBoth, RefusedThenAccepted, RefusedThenRejected],
            ]),
            (&comparison.after, &runs[1], [
                [AcceptedByBoth, NewlyAccepted, RefusedThenAccepted],
                [RejectedByBoth, NewlyRejected, RefusedThenRejected],
                [RefusedByBoth, AcceptedThenRefused, RejectedThenRefused],
            ]),
        ] {
            prop_assert_eq!(sum(&comparison, &accepted), counts(run, "accepted"));
            prop_assert_eq!(sum(&comparison, &rejected), counts(run, "rejected"));
            prop_assert_eq!(sum(&comparison, &refused), counts(run, "refused"));
            prop_assert_eq!(sum(&comparison, &Change::MOVES), counts(run, "read"));
            prop_assert_eq!(serde_json::to_value(&side.findings).unwrap(), run.summary["findings"].clone());
        }
        // the list has each record that moved, with the rules that the rows name
        let moved = rows.iter().filter(|row| row["before"] != row["after"]).count() as u64;
        let moves: Vec<Change> = Change::MOVES.into_iter().filter(|change| change.is_move()).collect();
        prop_assert_eq!(moved, sum(&comparison, &moves).0);
        let words = |rules: Option<&BTreeSet<String>>| {
            rules.map_or(String::new(), |rules| rules.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
        };
        let mut newly: BTreeMap<String, u64> = BTreeMap::new();
        for row in &rows {
            let record = row["record"].parse().unwrap();
            for (run, side) in runs.iter().zip(["before", "after"]) {
                // of a record in a refused interchange the run has no rows
                if row[side] != "refused" {
                    prop_assert_eq!(&words(spoken(run, "reject").get(&record)), &row[&format!("rejects_{side}")]);
                    prop_assert_eq!(&words(spoken(run, "warn").get(&record)), &row[&format!("warns_{side}")]);
                }
            }
            if row["change"] == "newly_rejected" {
                for rule in row["rejects_after"].split(' ') {
                    *newly.entry(rule.to_owned()).or_default() += 1;
                }
            }
        }
        for (rule, records) in newly {
            prop_assert_eq!(comparison.by_rule(NewlyRejected, &rule).all.records, records, "{}", rule);
        }
    }
}

#[cfg(feature = "store")]
#[test]
fn a_store_is_looked_up_in_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store.sqlite");
    let day = root().join("samples/day/837p-physicians.x12");
    let mut process = common::program::process(&dir.path().join("out"));
    assert_eq!(process.arg(&day).arg("--store").arg(&store).output().unwrap().status.code(), Some(1));
    let bytes = fs::read(&store).unwrap();
    let compare = |stores: [&str; 2]| {
        let mut command = claimsieve();
        command.args(["compare", "--now", "2026-07-01T12:00:00-07:00", "--format", "csv"]).arg(&day);
        for option in stores.into_iter().filter(|option| !option.is_empty()) {
            command.arg(option).arg(&store);
        }
        let output = command.output().unwrap();
        (output.status.code(), said(&output))
    };
    // the file takes the place that it has in the store: its claims are no duplicates of themselves
    let (status, said) = compare(["--store", ""]);
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = compare(["", "--with-store"]);
    assert!(status.is_some_and(|status| status < 2) && !said.contains("newly_rejected,DUP101"), "{said}");
    assert_eq!(fs::read(&store).unwrap(), bytes);
}

/// A name that was meant for something else, such as the profile's or an input's, is never written over.
#[test]
fn only_a_list_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let profile = dir.path().join("next-year.toml");
    fs::write(&profile, NEXT_YEAR).unwrap();
    let mut command = claimsieve();
    command.current_dir(root()).args(["compare", "samples/day", "--force", "--with"]).arg(&profile);
    let output = command.arg("--out").arg(&profile).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("no list of changed claims"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&profile).unwrap(), NEXT_YEAR);
}

/// Whoever reads what is said may go away: the status says what became of the claims all the same.
#[test]
fn the_status_is_that_of_the_claims() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    for (what, status) in [
        (vec!["process", "samples/day", "--out", out.to_str().unwrap()], 1),
        (vec!["compare", "samples/day", "--with", "snip"], 1),
    ] {
        let mut command = claimsieve();
        command.current_dir(root()).args(&what).args(["--now", "2026-07-01T12:00:00Z"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(status), "{what:?}");
    }
}

/// A roster of a misspelt name is left out, and told.
#[test]
fn files_that_nothing_reads_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let rosters = place(&dir.path().join("rosters"), &[("member.csv", b"member_id\n")]);
    let mut command = claimsieve();
    command.current_dir(root()).args(["check", "samples/day/837p-physicians.x12", "--rosters"]);
    let output = command.arg(rosters[0].parent().unwrap()).output().unwrap();
    assert!(said(&output).contains("member.csv: no table or roster has this name"), "{}", said(&output));
}
