//! Disks that fill, that may not be written, and that are others than one thought.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;

use crate::common::program::said;
use crate::crashes::{assert_same, batch};
use crate::folder::{Disk, Folder, sample};

const COUNT: &str = "wrong-count-837p.x12";

/// How many KiB are free where a folder is.
fn free(folder: &Folder) -> usize {
    let output = Command::new("df").args(["-k", "--output=avail"]).arg(folder.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap()
}

#[test]
fn a_full_disk_only_delays() {
    let bytes = batch(1500);
    let two = |config: String| config.replace("jobs = 1", "jobs = 2");
    let Some(folder) = Folder::on_small_disk(48 << 10, two) else { return };
    let calm = Folder::with(two);
    for folder in [&calm, &folder] {
        folder.looked(0);
        folder.drop_in("batch.837", &bytes);
    }
    calm.looked(1);
    let ballast = folder.path().join("ballast");
    let mut delays = 0;
    for space in [0, 40, 200, 600, 1500, 3000, 4000, 5000, 6000, 7000, 8000] {
        let _ = fs::remove_file(&ballast);
        fs::write(&ballast, vec![0; free(&folder).saturating_sub(space) << 10]).unwrap();
        let output = folder.once();
        assert!(matches!(output.status.code(), Some(0..=3)), "{space}: {}", said(&output));
        if output.status.code() != Some(3) {
            continue;
        }
        delays += 1;
        let said = said(&output);
        assert!(said.contains("o space left") || said.contains("full"), "{space}: {said}");
        let reports = folder.names("out/reports");
        assert!(reports.iter().all(|name| name.starts_with('.')), "{space}: half published: {reports:?}");
    }
    assert!(delays > 3, "{delays}");
    fs::remove_file(&ballast).unwrap();
    folder.once();
    assert_same(&folder.files(), &calm.files(), "a full disk");
    folder.proven();
}

#[test]
fn an_outbox_that_may_not_be_written_is_waited_for() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join("out/reject")).unwrap();
    let Some(disk) = Disk::over(&folder.path().join("out/reject"), 4096) else { return };
    disk.read_only(true);
    folder.drop_in("a.837", sample(COUNT));
    let log = folder.looked(3);
    assert!(log.contains("Read-only file system"), "{log}");
    assert!(folder.names("out/accept").iter().all(|name| name.starts_with('.')), "nothing is half published");
    disk.read_only(false);
    folder.looked(0);
    assert_eq!(folder.names("out/reject"), ["bay-000001-a.reject.x12"]);
    assert_eq!(folder.names("out/accept"), ["bay-000001-a.accept.x12"]);
    folder.proven();
}

/// Files under way on another disk than inboxes, outboxes and archive.
fn apart() -> Option<(Folder, tempfile::TempDir)> {
    let state = tempfile::TempDir::new_in("/dev/shm").ok()?;
    let path = state.path().to_owned();
    let folder = Folder::with(|config| {
        config.replace("state = \"state\"", &format!("state = \"{}\"", path.display()))
    });
    let device = |path: &std::path::Path| fs::metadata(path).unwrap().dev();
    if device(&path) == device(folder.path()) {
        eprintln!("skipped: /dev/shm is no other disk");
        return None;
    }
    folder.drop_in("a.837", sample(COUNT));
    folder.drop_in("again.837", sample(COUNT));
    Some((folder, state))
}

#[test]
fn the_state_may_be_on_another_disk() {
    let Some((calm, _state)) = apart() else { return };
    calm.looked(1);
    calm.proven();
    // the configurations differ
    let files = |folder: &Folder| {
        let mut files = folder.files();
        files.remove("watch.toml");
        files
    };
    let expected = files(&calm);
    for (step, times) in [
        ("taking", 1),
        ("taken", 2),
        ("entered", 1),
        ("prepared", 1),
        ("relocated", 1),
        ("relocated", 2),
        ("moved", 1),
    ] {
        let Some((folder, state)) = apart() else { return };
        folder.dies_at(step, times);
        let output = folder.once();
        assert_ne!(output.status.code(), Some(3), "{step}: {}", said(&output));
        assert_same(&files(&folder), &expected, step);
        folder.proven();
        let left = fs::read_dir(state.path().join("work")).unwrap().count();
        assert_eq!(left, 0, "{step}: nothing is left under way");
    }
}

#[test]
fn an_outbox_that_is_replaced_gets_what_it_lacks() {
    let replaced = |prepare: &dyn Fn(&Folder)| {
        let folder = Folder::new();
        folder.drop_in("a.837", sample(COUNT));
        folder.dies_at("prepared", 1);
        prepare(&folder);
        folder.once();
        folder.proven();
        folder
    };
    let accept = |folder: &Folder| folder.path().join("out/accept");
    let gone = replaced(&|folder| fs::remove_dir_all(accept(folder)).unwrap());
    let new = replaced(&|folder| {
        fs::rename(accept(folder), folder.path().join("away")).unwrap();
        fs::create_dir(accept(folder)).unwrap();
    });
    for folder in [gone, new] {
        assert_eq!(folder.names("out/accept"), ["bay-000001-a.accept.x12"]);
    }
    let moved = replaced(&|folder| folder.reconfigure(|config| config.replace("out/accept", "out/other")));
    assert_eq!(moved.names("out/other"), ["bay-000001-a.accept.x12"]);
}

#[test]
fn what_was_fetched_is_not_delivered_again() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("renamed", 2);
    let acks = folder.path().join("out/acks");
    let fetched: Vec<String> =
        folder.names("out/acks").into_iter().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(fetched.len(), 2);
    for name in &fetched {
        fs::remove_file(acks.join(name)).unwrap();
    }
    folder.once();
    assert_eq!(folder.names("out/acks").len(), 1, "{:?}", folder.names("out/acks"));
    folder.proven();
}

#[test]
fn an_inbox_may_be_mounted_apart() {
    // the same disk by its number, but nothing can be renamed out of it
    let bound = || {
        let folder = Folder::new();
        let disk = Disk::bound(&folder.path().join("inbox"))?;
        folder.drop_in("a.837", sample(COUNT));
        folder.drop_in("b.837", sample("278-responses.x12"));
        // unmounted before its place is removed
        Some((folder, disk))
    };
    let Some((calm, _disk)) = bound() else { return };
    calm.looked(1);
    calm.proven();
    for (step, times) in [("taking", 1), ("taken", 1), ("taken", 2)] {
        let Some((folder, _disk)) = bound() else { return };
        folder.dies_at(step, times);
        folder.once();
        assert_same(&folder.files(), &calm.files(), step);
        folder.proven();
    }
}
