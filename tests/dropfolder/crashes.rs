//! The watcher dies at every step and at any moment: what comes of the files is always the same.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::folder::{Folder, altered, sample};

/// The steps at which it can be made to die, and how often each is come to.
const STEPS: [(&str, u32); 11] = [
    ("received", 1),
    ("taking", 5),
    ("entered", 5),
    ("staged", 5),
    ("committed", 3),
    ("copied", 6),
    ("prepared", 5),
    ("renamed", 6),
    ("published", 5),
    ("moved", 5),
    ("archived", 5),
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

fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>, what: &str) {
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
fn it_may_die_at_every_step() {
    let expected = undisturbed();
    for (step, times) in STEPS {
        assert!(dies_at(step, 1, &expected), "{step} is never come to");
        if times > 1 {
            assert!(dies_at(step, times, &expected), "{step} is not come to {times} times");
        }
    }
}

#[test]
#[ignore = "slow: every step, every time"]
fn it_may_die_at_every_step_every_time() {
    let expected = undisturbed();
    let mut deaths = 0;
    for (step, _) in STEPS {
        for times in 1..40 {
            if !dies_at(step, times, &expected) {
                break;
            }
            deaths += 1;
        }
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
    killed_at_random(5, &undisturbed());
}

#[test]
#[ignore = "slow: hundreds of kills"]
fn it_may_be_killed_at_hundreds_of_moments() {
    killed_at_random(150, &undisturbed());
}

/// Runs where no file may grow past so many blocks of 512 bytes: writing fails as on a full disk, in the store too.
fn run_with_little_space(folder: &Folder, blocks: u32) {
    let watch = folder.watch();
    let mut shell = std::process::Command::new("sh");
    shell.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""));
    shell.arg(watch.get_program()).args(watch.get_args()).arg("--once");
    let output = shell.output().unwrap();
    assert!(matches!(output.status.code(), Some(1..=3)), "{}", crate::common::program::said(&output));
}

#[test]
fn a_disk_without_space_only_delays() {
    let expected = undisturbed();
    let folder = filled();
    for blocks in [0, 2, 6, 12, 40, 100, 200, 260, 330] {
        run_with_little_space(&folder, blocks);
    }
    folder.once();
    assert_same(&folder.files(), &expected, "little space");
    folder.proven();
}
