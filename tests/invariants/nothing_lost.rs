//! Nothing is lost: outputs appear whole or not at all, those of an earlier run stay or go as a set, and what befalls one
//! input is no matter of the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use claimsieve::pipeline::{Progress, Silent};
use claimsieve::source::faults::{FaultyDisk, Operation};
use tempfile::TempDir;

use crate::common::run::{contents, difference, place};
use crate::common::{File, Flavour, Kind, Ran, Setup};

type Files = BTreeMap<String, Vec<u8>>;

/// The files of a folder that belong to one input.
fn set_of(files: &Files, name: &str) -> Files {
    let own = |file: &String| file.strip_prefix(name).is_some_and(|end| end.starts_with('.'));
    files.iter().filter(|(file, _)| own(file)).map(|(file, bytes)| (file.clone(), bytes.clone())).collect()
}

fn leftovers(files: &Files) -> Vec<&String> {
    files.keys().filter(|file| file.starts_with('.')).collect()
}

fn built(claims: &[Flavour]) -> Vec<u8> {
    File::simple(Kind::Professional, claims).build().bytes
}

/// A folder with two inputs, and perhaps the outputs of an earlier run over others of the same names.
struct Scene {
    dir: TempDir,
    paths: Vec<PathBuf>,
}

impl Scene {
    fn new(with_old_outputs: bool) -> Scene {
        let dir = TempDir::new().unwrap();
        let inputs = dir.path().join("in");
        if with_old_outputs {
            let old = place(
                &inputs,
                &[("a.837", &built(&[Flavour::Stray])), ("b.837", &built(&[Flavour::Good, Flavour::Stray]))],
            );
            assert_eq!(Setup::repeating().run_in(&old, &dir.path().join("out"), &Silent).status, 1);
        }
        let paths = place(
            &inputs,
            &[("a.837", &built(&[Flavour::Good, Flavour::NoNumber])), ("b.837", &built(&[Flavour::Good]))],
        );
        Scene { dir, paths }
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    /// Processes the two inputs on a disk.
    fn run(&self, disk: FaultyDisk) -> (Ran, &'static FaultyDisk) {
        let disk: &'static FaultyDisk = Box::leak(Box::new(disk));
        let ran = Setup { disk, force: true, ..Setup::repeating() }.run_in(&self.paths, &self.out(), &Silent);
        (ran, disk)
    }
}

/// Whether an input's outputs were published, going by the run's report.
fn is_done(ran: &Ran, name: &str) -> bool {
    !ran.failed.iter().any(|failed| failed == name)
}

/// Holds what one faulty run left against what a sound one makes.
fn nothing_is_half(ran: &Ran, old: &Files, sound: &Files, died: bool, context: &str) {
    for name in ["a", "b"] {
        let (left, old, new) = (set_of(&ran.files, name), set_of(old, name), set_of(sound, name));
        if is_done(ran, name) {
            assert!(left == new, "{context}: {name} is done: {}", difference(&left, &new));
            continue;
        }
        if left.contains_key(&format!("{name}.summary.json")) {
            // a whole set, old or new, and never a mixture
            assert!(left == old || left == new, "{context}: {name}: {}", difference(&left, &old));
        } else {
            // without its summary nothing vouches for what is left; nothing new is among it, unless the disk died and
            // nothing could be taken back
            let is_whole = |(file, bytes): (&String, &Vec<u8>)| {
                old.get(file) == Some(bytes) || died && new.get(file) == Some(bytes)
            };
            assert!(left.iter().all(is_whole), "{context}: {name} left {:?}", left.keys());
        }
    }
}

/// Every operation of the disk fails once: without effect, with a lost answer, and as the last one that works.
#[test]
fn a_disk_may_fail_at_any_operation() {
    for with_old_outputs in [false, true] {
        let scene = Scene::new(with_old_outputs);
        let old = contents(&scene.out());
        let (sound, disk) = scene.run(FaultyDisk::sound());
        assert_eq!(sound.status, 1);
        let operations = disk.operations();
        assert!(operations.len() > 40, "{operations:?}");
        let sound = sound.lasting();
        for (at, operation) in operations.iter().enumerate() {
            let n = at as u64;
            for (mode, disk) in [
                ("fails", FaultyDisk::failing(n)),
                ("loses its answer", FaultyDisk::losing_answer(n)),
                ("dies", FaultyDisk::dying(n)),
            ] {
                let scene = Scene::new(with_old_outputs);
                let (ran, _) = scene.run(disk);
                let context =
                    format!("operation {n} ({operation:?}) {mode}, old outputs: {with_old_outputs}");
                nothing_is_half(&ran, &old, &sound, mode == "dies", &context);
                let failed = ["a", "b"].into_iter().filter(|name| !is_done(&ran, name)).count();
                assert!(failed == 0 || ran.status == 3, "{context}: status {}", ran.status);
                if mode != "dies" {
                    assert!(failed <= 1, "{context}: {:?}", ran.errors);
                    // what could not be removed, or was made although the disk denied it, goes with the next run
                    let may_stay = matches!(
                        operation,
                        Operation::Create | Operation::Remove | Operation::RemoveLeftover
                    );
                    let left = leftovers(&ran.files);
                    assert!(left.is_empty() || may_stay, "{context}: {left:?}");
                }
            }
        }
    }
}

/// A disk that fills up, wherever that is.
#[test]
fn a_disk_may_be_full_at_any_byte() {
    let scene = Scene::new(true);
    let old = contents(&scene.out());
    let sound = scene.run(FaultyDisk::sound()).0.lasting();
    let all: usize = sound.values().map(Vec::len).sum();
    let mut failed = 0;
    for room in (0..all as u64 + 600).step_by(97) {
        let scene = Scene::new(true);
        let (ran, _) = scene.run(FaultyDisk::with_room(room));
        nothing_is_half(&ran, &old, &sound, false, &format!("room for {room} bytes"));
        assert!(ran.errors.iter().all(|error| error.contains("no space left")), "{:?}", ran.errors);
        failed += usize::from(!ran.errors.is_empty());
        assert_eq!(leftovers(&ran.files), Vec::<&String>::new());
    }
    assert!(failed > 10);
}

#[test]
fn old_outputs_stay_without_force_and_go_whole_with_it() {
    let dir = TempDir::new().unwrap();
    let (inputs, out) = (dir.path().join("in"), dir.path().join("out"));
    let mixed = [built(&[Flavour::Good, Flavour::Stray]), built(&[Flavour::Good])[..300].to_vec()].concat();
    let paths = place(&inputs, &[("a.837", &mixed)]);
    let first = Setup::repeating().run_in(&paths, &out, &Silent);
    assert!(first.files.contains_key("a.refused.x12") && first.files.contains_key("a.reject.x12"));

    let paths = place(&inputs, &[("a.837", &built(&[Flavour::Good])), ("b.837", &built(&[Flavour::Good]))]);
    let second = Setup::repeating().run_in(&paths, &out, &Silent);
    assert_eq!(second.status, 3);
    assert!(second.errors[0].contains("--force"), "{:?}", second.errors);
    assert_eq!(difference(&set_of(&second.files, "a"), &set_of(&first.files, "a")), "");
    assert!(second.files.contains_key("b.accept.x12"), "the other input is processed");

    let third = Setup { force: true, ..Setup::repeating() }.run_in(&paths, &out, &Silent);
    assert_eq!(third.status, 0);
    let names: Vec<String> = set_of(&third.files, "a").into_keys().collect();
    assert_eq!(
        names,
        ["a.277ca.x12", "a.999.x12", "a.accept.x12", "a.reasons.csv", "a.reasons.jsonl", "a.summary.json"]
    );
    let fresh =
        Setup::repeating().run(&[("a.837", &built(&[Flavour::Good])), ("b.837", &built(&[Flavour::Good]))]);
    assert_eq!(difference(&third.lasting(), &fresh.lasting()), "");
}

/// Does something when judging of an input begins, after its survey.
struct Between<F>(F);

impl<F: Fn(&str) + Sync> Progress for Between<F> {
    fn begin(&self, file: &str, _: u64) {
        (self.0)(file);
    }
}

/// An input that is another one at the end of its processing: nothing of it is used, and its old outputs stay.
#[test]
fn an_input_may_change_while_it_is_read() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 6] = [
        ("grows", |path| {
            let bytes = fs::read(path).unwrap();
            fs::write(path, [bytes.as_slice(), b"more"].concat()).unwrap();
        }),
        ("is cut short", |path| fs::File::options().write(true).open(path).unwrap().set_len(400).unwrap()),
        ("is emptied", |path| fs::write(path, b"").unwrap()),
        ("has other bytes", |path| {
            let bytes = fs::read(path).unwrap();
            fs::write(path, bytes.iter().map(u8::to_ascii_lowercase).collect::<Vec<_>>()).unwrap();
        }),
        ("is removed", |path| fs::remove_file(path).unwrap()),
        ("is replaced by another", |path| {
            let other = path.with_extension("other");
            fs::copy(path, &other).unwrap();
            fs::rename(&other, path).unwrap();
        }),
    ];
    for (what, change) in changes {
        for (jobs, unit_bytes) in [(1, 1 << 20), (1, 100), (4, 100)] {
            let scene = Scene::new(true);
            let old = contents(&scene.out());
            let path = scene.paths[0].clone();
            let progress = Between(|file: &str| {
                if file == "a.837" {
                    // time stamps have a granularity
                    std::thread::sleep(Duration::from_millis(15));
                    change(&path);
                }
            });
            let setup = Setup { force: true, jobs, unit_bytes, ..Setup::repeating() };
            let ran = setup.run_in(&scene.paths, &scene.out(), &progress);
            assert_eq!(ran.status, 3, "{what}");
            assert_eq!(ran.errors.len(), 1, "{what}: {:?}", ran.errors);
            assert!(ran.errors[0].contains("a.837"), "{what}: {:?}", ran.errors);
            assert_eq!(difference(&set_of(&ran.files, "a"), &set_of(&old, "a")), "", "{what}");
            assert_ne!(set_of(&ran.files, "b"), set_of(&old, "b"), "{what}: the other input is done");
            assert_eq!(leftovers(&ran.files), Vec::<&String>::new());
        }
    }
}

/// A compressed input that breaks off anywhere: nothing of it is published.
#[cfg(feature = "containers")]
#[test]
fn a_container_may_be_cut_anywhere() {
    use std::io::Write;
    let good = built(&[Flavour::Good]);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&built(&[Flavour::Good, Flavour::NoNumber])).unwrap();
    let gzip = packer.finish().unwrap();
    let zstd = zstd::encode_all(built(&[Flavour::Good, Flavour::NoNumber]).as_slice(), 3).unwrap();
    for (name, packed) in [("a.837.gz", gzip), ("a.837.zst", zstd)] {
        let whole = Setup::repeating().run(&[(name, &packed), ("b.837", &good)]);
        assert_eq!((whole.status, whole.errors.len()), (1, 0));
        for cut in (0..packed.len()).step_by(7) {
            let ran = Setup::repeating().run(&[(name, &packed[..cut]), ("b.837", &good)]);
            assert_eq!(ran.status, 3, "{name} cut at {cut}");
            assert_eq!(set_of(&ran.files, "a"), Files::new(), "{name} cut at {cut}");
            assert!(ran.files.contains_key("b.summary.json"));
            assert_eq!(leftovers(&ran.files), Vec::<&String>::new());
        }
    }
}
