//! The watcher dies at every step and at any moment: what comes of the files is always the same.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::folder::{Folder, altered, sample};

/// The steps at which it can be made to die, and how often each is come to.
const STEPS: [(&str, u32); 11] = [
    ("received", 1),
    ("taking", 5),
    ("entered", 1),
    ("staged", 5),
    ("committed", 3),
    ("copied", 6),
    ("prepared", 1),
    ("renamed", 6),
    ("published", 1),
    ("moved", 5),
    ("archived", 1),
];

fn filled() -> Folder {
    let folder = Folder::new();
    folder.drop_in("claims.837", sample("wrong-count-837p.x12"));
    folder.drop_in("again.837", sample("wrong-count-837p.x12"));
    folder.drop_in("decisions.278", sample("278-responses.x12"));
    folder.drop_in("dental.837", sample("837d-dentists.x12"));
    folder.drop_in("test.837", altered("separators-crlf-837p.x12", &[("|P|>", "|T|>")]));
    folder
}

fn undisturbed() -> BTreeMap<String, Vec<u8>> {
    let folder = filled();
    folder.looked(1);
    folder.proven();
    folder.files()
}

pub(crate) fn assert_same(
    found: &BTreeMap<String, Vec<u8>>,
    expected: &BTreeMap<String, Vec<u8>>,
    what: &str,
) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected), "{what}");
    for (name, bytes) in expected {
        assert!(found[name] == *bytes, "{what}: {name} differs");
    }
}

/// Dies at a step, is started again, and comes to what an undisturbed run comes to.
fn dies_at(step: &str, times: u32, expected: &BTreeMap<String, Vec<u8>>) -> bool {
    let folder = filled();
    let output =
        folder.watch().arg("--once").env("CLAIMSIEVE_CRASH_AT", format!("{step}:{times}")).output().unwrap();
    let died = output.status.code().is_none();
    folder.once();
    let what = format!("{step} {times}");
    assert_same(&folder.files(), expected, &what);
    died
}

#[test]
fn it_may_die_at_every_step_every_time() {
    let expected = undisturbed();
    let mut deaths = 0;
    for (step, least) in STEPS {
        let mut times = 1;
        while dies_at(step, times, &expected) {
            times += 1;
        }
        assert!(times > least, "{step} is not come to {least} times");
        deaths += times - 1;
    }
    assert!(deaths > 50, "{deaths}");
}

/// Killed at so many moments; each time it gets further, until it is done.
fn killed_at_random(rounds: u64, expected: &BTreeMap<String, Vec<u8>>) {
    for round in 0..rounds {
        let folder = filled();
        let mut kills = 0;
        loop {
            let mut child = folder.watch().arg("--once").spawn().unwrap();
            // spread over the time that a run takes
            let wait = 7 + (round * 37 + kills * 61) % 400;
            std::thread::sleep(Duration::from_millis(wait));
            let done = child.try_wait().unwrap().is_some();
            // the process is ours; where it has ended, nothing is killed
            let _ = child.kill();
            child.wait().unwrap();
            kills += 1;
            if done || kills > 20 {
                break;
            }
        }
        folder.once();
        assert_same(&folder.files(), expected, &format!("round {round}"));
    }
}

#[test]
fn it_may_be_killed_at_any_moment() {
    killed_at_random(15, &undisturbed());
}

#[test]
#[ignore = "slow: hundreds of kills"]
fn it_may_be_killed_at_hundreds_of_moments() {
    killed_at_random(300, &undisturbed());
}

/// A file of so many claims of the samples' partner.
pub(crate) fn batch(claims: u32) -> Vec<u8> {
    let dir = tempfile::TempDir::new().unwrap();
    let batch = dir.path().join("batch.837");
    let mut generate = crate::common::program::claimsieve();
    generate.args([
        "generate",
        "--kind",
        "837p",
        "--claims",
        &claims.to_string(),
        "--reject-rate",
        "0.3",
        "--out",
    ]);
    assert!(generate.arg(&batch).status().unwrap().success());
    let mut bytes = std::fs::read(batch).unwrap();
    bytes[35..50].copy_from_slice(b"SAMPLECLR      ");
    bytes[54..69].copy_from_slice(b"CCSPLAN        ");
    bytes
}

/// Runs where no file may grow past so many blocks of 512 bytes: writing fails as on a full disk, in the store too.
fn run_with_little_space(folder: &Folder, blocks: u32) {
    let watch = folder.watch();
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""));
    shell.arg(watch.get_program()).args(watch.get_args()).arg("--once");
    let output = shell.output().unwrap();
    assert!(matches!(output.status.code(), Some(0..=3)), "{}", crate::common::program::said(&output));
}

#[test]
fn a_disk_without_space_only_delays() {
    let bytes = batch(1500);
    let filled = || {
        // in several threads, so that the writer is one of its own
        let folder = Folder::with(|config| config.replace("jobs = 1", "jobs = 2"));
        // the store is there before the disk fills
        folder.looked(0);
        folder.drop_in("batch.837", &bytes);
        folder
    };
    let (calm, folder) = (filled(), filled());
    calm.looked(1);
    let mut delays = 0;
    for blocks in [0, 300, 500, 700, 900, 1200, 1600, 2000, 2500, 3000] {
        run_with_little_space(&folder, blocks);
        delays += usize::from(folder.names("out/reports").is_empty());
    }
    assert!(delays > 3, "{delays}");
    folder.once();
    assert_same(&folder.files(), &calm.files(), "little space");
    folder.proven();
}
