//! Stores that cannot be used: a clear word, and nothing lost.

use std::fs;

use claimsieve::rules::ledger::Keeper as _;
use claimsieve::store::{Store, StoreError, Writer};
use tempfile::TempDir;

use crate::common::program::{process, said};
use crate::common::run::place;
use crate::common::{Case, Kind, SURGEON, interchange_of};

const CLAIM: &str =
    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302";

fn made(dir: &TempDir) -> std::path::PathBuf {
    let path = dir.path().join("plan.store");
    Writer::open(&path).unwrap().finish().unwrap();
    path
}

/// Runs a claim with the store, which must be refused: status 2, these words, nothing written.
fn refused(dir: &TempDir, store: &std::path::Path, words: &str) {
    let bytes = interchange_of(Kind::Professional, SURGEON, &[Case::of(CLAIM)]);
    let paths = place(&dir.path().join("in"), &[("a.837", &bytes)]);
    let out = dir.path().join("out");
    let output = process(&out).args(&paths).arg("--store").arg(store).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains(words), "{}", said(&output));
    assert!(!out.exists());
}

#[test]
fn a_ledger_of_format_2_is_brought_up_to_date() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("plan.store");
    let database = rusqlite::Connection::open(&path).unwrap();
    for step in [include_str!("../../src/store/schema_1.sql"), include_str!("../../src/store/schema_2.sql")] {
        database.execute_batch(step).unwrap();
    }
    database
        .execute_batch(
            "PRAGMA application_id = 0x43534c56; PRAGMA user_version = 2;
             INSERT INTO arrival (partner, name, received, day, bytes, state, copied, read, accepted)
             VALUES ('bay', x'61', '2026-07-01T12:00:00-07:00', 20635, 7, 'archived', 0, 3, 3)",
        )
        .unwrap();
    drop(database);
    let arrivals = claimsieve::store::Arrivals::open(&path).unwrap();
    let found = arrivals.get(1).unwrap().unwrap();
    assert_eq!((found.counts.records, found.origin), ([3, 3, 0, 0, 0], None));
    assert!(arrivals.waiting(i64::MAX).unwrap().is_empty());
}

#[test]
fn a_store_of_a_later_version_is_left_alone() {
    let dir = TempDir::new().unwrap();
    let path = made(&dir);
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(database);
    let before = fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path).unwrap_err(), StoreError::Newer { found: 99, .. }));
    refused(&dir, &path, "has format 99, and this version of claimsieve knows formats up to 5");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn other_files_are_no_stores() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("notes.txt");
    fs::write(
        &path,
        "notes of a meeting, long enough to be a header of a database, and then some more of them",
    )
    .unwrap();
    refused(&dir, &path, "not a claimsieve store (it is no database)");
    let path = dir.path().join("other.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("CREATE TABLE notes (text TEXT)").unwrap();
    drop(database);
    let before = fs::read(&path).unwrap();
    refused(&dir, &path, "not a claimsieve store (it is the database of another program)");
    assert_eq!(fs::read(&path).unwrap(), before);
    refused(&dir, &dir.path().join("no/such/folder/plan.store"), "the store");
    assert!(matches!(Store::open(&dir.path().join("none")).unwrap_err(), StoreError::NotFound { .. }));
}

#[test]
fn one_run_writes_at_a_time_and_others_can_read() {
    let dir = TempDir::new().unwrap();
    let path = made(&dir);
    let mut writer = Writer::open(&path).unwrap();
    refused(&dir, &path, "another run is writing to this store");
    Store::open(&path).unwrap();
    writer.finish().unwrap();
    drop(writer);
    Writer::open(&path).unwrap();
}

#[test]
fn a_store_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = TempDir::new().unwrap();
    let path = made(&dir);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        // whoever runs this may write everywhere; somebody else may not
        return refused_to_others(&dir, &path);
    }
    refused(&dir, &path, "this store cannot be written");
}

/// Runs a claim as nobody, who may read the store: it says that the store cannot be written, and leaves it alone.
fn refused_to_others(dir: &TempDir, store: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let may = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    may(dir.path(), 0o755);
    may(store, 0o444);
    let before = fs::read(store).unwrap();
    let bytes = interchange_of(Kind::Professional, SURGEON, &[Case::of(CLAIM)]);
    let paths = place(&dir.path().join("in"), &[("a.837", &bytes)]);
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    may(&out, 0o777);
    let mut command = process(&out);
    command.args(&paths).arg("--store").arg(store).uid(65_534).gid(65_534);
    // the program may stand where nobody may read
    let Ok(output) = command.output() else { return };
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("this store cannot be written"), "{}", said(&output));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    assert_eq!(fs::read(store).unwrap(), before);
}

/// A run that dies leaves the store as it was.
#[test]
fn what_is_not_finished_never_was() {
    use claimsieve::finding::Date;
    use claimsieve::rules::ledger::{ClaimRef, KeptClaim, Past as _, ReceivedFile};
    let dir = TempDir::new().unwrap();
    let path = made(&dir);
    let file = ReceivedFile {
        name: "a.837".to_owned(),
        bytes: 9,
        content: [7; 32],
        received: Date::new(2026, 7, 1).unwrap(),
        replaces: Vec::new(),
    };
    let write = |finish: bool| {
        let mut writer = Writer::open(&path).unwrap();
        let file = writer.begin(&file).unwrap();
        let claim = ClaimRef { file, record: 1 };
        writer.claim(&KeptClaim { claim, party: 1, print: 2, id: b"A1" }).unwrap();
        assert_eq!(writer.next_number("p", false), 1);
        writer.end(claimsieve::rules::ledger::FileCounts::default()).unwrap();
        if finish {
            writer.finish().unwrap();
        }
    };
    write(false);
    assert!(Store::open(&path).unwrap().alike(1, 2).is_empty());
    write(true);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.alike(1, 2), store.named(1, b"A1"));
    assert_eq!((store.alike(1, 2).len(), store.files_as_long(9).len()), (1, 1));
}
