use super::{OutputSet, PublishError, publish_one};
use crate::source::disk::{Disk, RealDisk};
use crate::source::faults::{FaultyDisk, Operation};
use crate::source::suffix::Suffix;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The names of a folder with their content; temporaries apart.
fn look(dir: &Path) -> (BTreeMap<String, String>, Vec<String>) {
    let (mut files, mut partials) = (BTreeMap::new(), Vec::new());
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with('.') {
            partials.push(name);
        } else {
            files.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
    (files, partials)
}

fn published(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// Large enough that it is written past the buffer as well as through it.
fn large() -> String {
    "x".repeat(200_000)
}

/// Writes and publishes a set of three files.
fn run(dir: &Path, disk: &dyn Disk, force: bool) -> Result<(), PublishError> {
    let set = OutputSet::begin(dir, "a", disk, force)?;
    let mut accept = set.create(Suffix::Accept)?;
    let mut withdrawn = set.create(Suffix::Ta1)?;
    withdrawn.append(b"nothing")?;
    drop(withdrawn);
    let mut summary = set.create(Suffix::Summary)?;
    summary.append(b"new summary")?;
    accept.append(b"SE*0~")?;
    accept.append(large().as_bytes())?;
    accept.patch(3, b"7")?;
    let mut reasons = set.create(Suffix::ReasonsCsv)?;
    reasons.append(b"new reasons")?;
    set.publish(vec![summary, accept, reasons]).map(drop)
}

fn new_set() -> BTreeMap<String, String> {
    published(&[
        ("a.accept.x12", &format!("SE*7~{}", large())),
        ("a.reasons.csv", "new reasons"),
        ("a.summary.json", "new summary"),
    ])
}

fn put_old_set(dir: &Path) -> BTreeMap<String, String> {
    let old = published(&[
        ("a.accept.x12", "old accept"),
        ("a.reject.x12", "old reject"),
        ("a.summary.json", "old summary"),
        ("a.b.accept.x12", "another's"),
    ]);
    for (name, text) in &old {
        fs::write(dir.join(name), text).unwrap();
    }
    old
}

#[test]
fn a_set_appears_whole() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("made/out");
    run(&out, &RealDisk, false).unwrap();
    assert_eq!(look(&out), (new_set(), Vec::new()));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&out), 0o700);
    for name in new_set().keys() {
        assert_eq!(mode(&out.join(name)), 0o600);
    }
}

#[test]
fn nothing_shows_before_it_is_published() {
    let dir = tempfile::tempdir().unwrap();
    let set = OutputSet::begin(dir.path(), "a", &RealDisk, false).unwrap();
    let mut accept = set.create(Suffix::Accept).unwrap();
    accept.append(large().as_bytes()).unwrap();
    accept.append(b"xxxx").unwrap();
    let (files, partials) = look(dir.path());
    assert!(files.is_empty() && partials.iter().all(|name| name.starts_with(".a.")), "{partials:?}");
    let mode = fs::metadata(dir.path().join(&partials[0])).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // What is written is nobody's to see in a log either.
    assert!(!format!("{set:?} {accept:?}").contains("120, 120"));
    drop((set, accept));
    assert_eq!(look(dir.path()), (BTreeMap::new(), Vec::new()));
}

#[test]
fn an_older_set_is_replaced_only_by_force() {
    let dir = tempfile::tempdir().unwrap();
    let old = put_old_set(dir.path());
    let refused = run(dir.path(), &RealDisk, false).unwrap_err();
    assert!(
        matches!(refused, PublishError::Exists { .. }) && refused.to_string().contains("--force"),
        "{refused}"
    );
    assert_eq!(look(dir.path()), (old, Vec::new()));
    run(dir.path(), &RealDisk, true).unwrap();
    let mut expected = new_set();
    expected.insert("a.b.accept.x12".to_owned(), "another's".to_owned());
    assert_eq!(look(dir.path()), (expected, Vec::new()));
}

#[test]
fn an_output_that_came_in_between_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let set = OutputSet::begin(dir.path(), "a", &RealDisk, false).unwrap();
    let files: Vec<_> =
        [Suffix::Accept, Suffix::Reject, Suffix::Summary].map(|suffix| set.create(suffix).unwrap()).into();
    fs::write(dir.path().join("a.reject.x12"), "somebody's").unwrap();
    assert!(matches!(set.publish(files), Err(PublishError::Exists { .. })));
    assert_eq!(look(dir.path()), (published(&[("a.reject.x12", "somebody's")]), Vec::new()));
}

#[test]
fn two_runs_of_one_name_do_not_mix() {
    let dir = tempfile::tempdir().unwrap();
    let first = OutputSet::begin(dir.path(), "a", &RealDisk, true).unwrap();
    assert!(matches!(OutputSet::begin(dir.path(), "a", &RealDisk, true), Err(PublishError::Busy { .. })));
    assert!(OutputSet::begin(dir.path(), "a.b", &RealDisk, true).is_ok());
    drop(first);
    assert!(OutputSet::begin(dir.path(), "a", &RealDisk, true).is_ok());
}

#[test]
fn runs_at_the_same_time_leave_one_whole_set() {
    let dir = tempfile::tempdir().unwrap();
    // No hardware to wait for, so that they meet more often.
    let disk = FaultyDisk::sound();
    let published: usize = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|thread| {
                let (dir, disk) = (dir.path(), &disk);
                scope.spawn(move || {
                    let mut published = 0;
                    for round in 0..50 {
                        let mark = format!("{thread} {round}");
                        let set = match OutputSet::begin(dir, "a", disk, true) {
                            Ok(set) => set,
                            Err(PublishError::Busy { .. }) => continue,
                            Err(other) => panic!("{other}"),
                        };
                        let files = [Suffix::Accept, Suffix::ReasonsCsv, Suffix::Summary].map(|suffix| {
                            let mut file = set.create(suffix).unwrap();
                            file.append(mark.as_bytes()).unwrap();
                            file
                        });
                        set.publish(files.into()).unwrap();
                        published += 1;
                    }
                    published
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    let (files, partials) = look(dir.path());
    let marks: Vec<&String> = files.values().collect();
    assert!(published > 0 && marks.len() == 3 && partials.is_empty(), "{published} {partials:?}");
    assert!(marks.iter().all(|mark| *mark == marks[0]), "{marks:?}");
}

#[test]
fn what_a_dead_run_left_is_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    let stale = [".a.accept.x12.partial-4000000-1", ".a.summary.json.partial-1-0", ".a.lock.partial-9-9"];
    let others = [".b.accept.x12.partial-4000000-1", ".a.notes.partial-1-1", ".a.accept.x12.partial-x"];
    for name in stale.iter().chain(&others) {
        fs::write(dir.path().join(name), "left").unwrap();
    }
    drop(OutputSet::begin(dir.path(), "a", &RealDisk, false).unwrap());
    let mut left = look(dir.path()).1;
    left.sort();
    let mut expected = others.to_vec();
    expected.sort_unstable();
    assert_eq!(left, expected);
}

#[test]
fn a_patch_reaches_what_was_written_and_what_was_not() {
    let dir = tempfile::tempdir().unwrap();
    let set = OutputSet::begin(dir.path(), "a", &RealDisk, false).unwrap();
    let mut file = set.create(Suffix::Accept).unwrap();
    let mut expected = Vec::new();
    let mut random = 7u32;
    for _ in 0..400 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let bytes = vec![random as u8; (random >> 8) as usize % 3000];
        file.write_all(&bytes).unwrap();
        expected.extend(&bytes);
        assert_eq!(file.position(), expected.len() as u64);
        let at = (random >> 4) as usize % (expected.len() + 1);
        let patch = vec![0xFF; ((random >> 16) as usize % 200).min(expected.len() - at)];
        file.patch(at as u64, &patch).unwrap();
        expected[at..at + patch.len()].copy_from_slice(&patch);
        if random.is_multiple_of(50) {
            file.flush().unwrap();
        }
    }
    let end = file.position();
    assert!(matches!(file.patch(end, b"x"), Err(PublishError::Misuse { .. })));
    assert!(matches!(file.patch(u64::MAX, b"x"), Err(PublishError::Misuse { .. })));
    file.patch(end, b"").unwrap();
    let summary = set.create(Suffix::Summary).unwrap();
    let paths = set.publish(vec![summary, file]).unwrap();
    assert_eq!(paths, [dir.path().join("a.accept.x12"), dir.path().join("a.summary.json")]);
    assert!(fs::read(&paths[0]).unwrap() == expected);
}

#[test]
fn a_set_needs_its_own_files_once_and_its_summary() {
    let dir = tempfile::tempdir().unwrap();
    let begin = |name| OutputSet::begin(dir.path(), name, &RealDisk, false).unwrap();
    let misused = |done: Result<_, PublishError>| matches!(done.map(drop), Err(PublishError::Misuse { .. }));
    let set = begin("a");
    let accept = set.create(Suffix::Accept).unwrap();
    assert!(misused(set.publish(vec![accept])));
    assert!(misused(begin("a").publish(Vec::new())));
    let (a, b) = (begin("a"), begin("b"));
    let (accept, summary) = (b.create(Suffix::Accept).unwrap(), a.create(Suffix::Summary).unwrap());
    assert!(misused(a.publish(vec![accept, summary])));
    let set = begin("a");
    let twice = vec![set.create(Suffix::Summary).unwrap(), set.create(Suffix::Summary).unwrap()];
    assert!(misused(set.publish(twice)));
    for name in ["", "../a", "a/b", "a\0b"] {
        assert!(misused(OutputSet::begin(dir.path(), name, &RealDisk, false).map(|_| Vec::new())));
    }
    drop(b);
    assert_eq!(look(dir.path()), (BTreeMap::new(), Vec::new()));
}

#[test]
fn an_error_goes_through_a_writer_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultyDisk::with_room(10);
    let set = OutputSet::begin(dir.path(), "a", &disk, false).unwrap();
    let mut file = set.create(Suffix::Summary).unwrap();
    let error = file.write_all(large().as_bytes()).unwrap_err();
    let error = PublishError::from_write(error, file.target());
    assert!(matches!(&error, PublishError::Full { path } if path.ends_with("a.summary.json")), "{error}");
    // Its writer overlooks it: there is a hole, and no set.
    assert!(file.append(b"more").is_err() && file.flush().is_err());
    assert!(set.publish(vec![file]).is_err());
    assert_eq!(look(dir.path()), (BTreeMap::new(), Vec::new()));
}

/// What a dead run left.
const LEFT: &str = ".a.accept.x12.partial-1-1";

/// What a folder may hold after a failure: the whole new set; or nothing of it and no summary,
/// with, of an older set, all that was not to be replaced.
fn check_outcome(dir: &Path, old: &BTreeMap<String, String>, failed: bool, force: bool, trouble: &str) {
    let (files, _) = look(dir);
    let new = new_set();
    let whole =
        new.iter().all(|(name, text)| files.get(name) == Some(text)) && !files.contains_key("a.reject.x12");
    if !failed {
        assert!(whole, "{trouble}: {:?}", files.keys());
        return;
    }
    if whole {
        return;
    }
    for (name, text) in &new {
        assert_ne!(files.get(name), Some(text), "{trouble}: {name} is left");
    }
    let summary = files.get("a.summary.json");
    if files.iter().ne(old) {
        assert!(force && summary.is_none(), "{trouble}: {:?}", files.keys());
    }
    assert_eq!(files.get("a.b.accept.x12"), old.get("a.b.accept.x12"), "{trouble}");
}

#[test]
fn whichever_operation_fails_there_is_no_half_set() {
    for (force, older) in [(false, false), (true, false), (true, true)] {
        let start = |dir: &Path| {
            // What a dead run left takes part too.
            fs::write(dir.join(LEFT), "left").unwrap();
            if older { put_old_set(dir) } else { BTreeMap::new() }
        };
        let dir = tempfile::tempdir().unwrap();
        start(dir.path());
        let sound = FaultyDisk::sound();
        run(dir.path(), &sound, force).unwrap();
        let operations = sound.operations();
        assert!(operations.len() > 15, "{operations:?}");
        for n in 0..operations.len() as u64 {
            for (kind, disk) in [
                ("failing", FaultyDisk::failing(n)),
                ("losing answer", FaultyDisk::losing_answer(n)),
                ("dying", FaultyDisk::dying(n)),
            ] {
                let dir = tempfile::tempdir().unwrap();
                let old = start(dir.path());
                let failed = run(dir.path(), &disk, force).is_err();
                let asked = disk.operations();
                let trouble =
                    format!("{kind} at {n} ({:?}), force {force}, older {older}", asked[n as usize]);
                let (files, mut partials) = look(dir.path());
                if kind != "dying" {
                    check_outcome(dir.path(), &old, failed, force, &trouble);
                    // Before the first four are done, the dead run's file may still be there.
                    partials.retain(|name| n > 3 || name != LEFT);
                    // What was made without an answer is left to the next run.
                    let unknown = kind == "losing answer" && asked[n as usize] == Operation::Create;
                    if !unknown && !matches!(asked[n as usize], Operation::Remove | Operation::RemoveLeftover)
                    {
                        assert!(partials.is_empty(), "{trouble}: {partials:?}");
                    }
                } else if files.get("a.summary.json").is_some_and(|text| text == "new summary") {
                    // Nothing can be taken back from a dead disk, but a summary stands by a whole set only.
                    assert!(new_set().iter().all(|(name, text)| files.get(name) == Some(text)), "{trouble}");
                } else if files.contains_key("a.summary.json") {
                    assert_eq!(files, old, "{trouble}");
                }
            }
        }
    }
}

#[test]
fn without_force_a_failure_never_touches_an_older_set() {
    for n in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let old = put_old_set(dir.path());
        for disk in [FaultyDisk::failing(n), FaultyDisk::losing_answer(n), FaultyDisk::dying(n)] {
            run(dir.path(), &disk, false).unwrap_err();
            assert_eq!(look(dir.path()).0, old);
        }
    }
}

#[test]
fn a_full_disk_leaves_nothing() {
    let needed = new_set().values().map(String::len).sum::<usize>() as u64;
    let mut rooms: Vec<u64> = (0..30).chain((0..needed).step_by(9973)).collect();
    rooms.extend(needed.saturating_sub(30)..needed);
    for room in rooms {
        let dir = tempfile::tempdir().unwrap();
        let error = run(dir.path(), &FaultyDisk::with_room(room), false).unwrap_err();
        assert!(matches!(error, PublishError::Full { .. }), "{error}");
        assert_eq!(look(dir.path()), (BTreeMap::new(), Vec::new()), "room for {room}");
    }
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &FaultyDisk::with_room(needed), false).unwrap();
}

#[test]
fn one_file_is_published_whole_or_not() {
    let put = |dir: &Path, disk: &dyn Disk, text: &str, force| {
        publish_one(dir, "summary.json", text.as_bytes(), disk, force)
    };
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let path = put(&out, &RealDisk, "one", false).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(put(&out, &RealDisk, "two", false), Err(PublishError::Exists { .. })));
    assert_eq!(look(&out), (published(&[("summary.json", "one")]), Vec::new()));
    put(&out, &RealDisk, "two", true).unwrap();
    assert_eq!(look(&out), (published(&[("summary.json", "two")]), Vec::new()));
    fs::write(out.join(".summary.json.partial-1-1"), "left").unwrap();
    put(&out, &RealDisk, "three", true).unwrap();
    assert_eq!(look(&out), (published(&[("summary.json", "three")]), Vec::new()));
    for n in 0..8 {
        for force in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let disk = FaultyDisk::failing(n);
            let failed = put(dir.path(), &disk, "new", force).is_err();
            assert_eq!(failed, (n as usize) < disk.operations().len());
            let (files, partials) = look(dir.path());
            assert_eq!(
                (files.is_empty(), partials.is_empty()),
                (failed, true),
                "{n} {:?}",
                disk.operations()
            );
        }
    }
    assert!(matches!(publish_one(&out, "../x", b"", &RealDisk, true), Err(PublishError::Misuse { .. })));
}

#[test]
fn a_file_in_the_place_of_the_folder_is_no_output() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out");
    fs::write(&file, "").unwrap();
    for error in [
        OutputSet::begin(&file, "a", &RealDisk, true).map(drop).unwrap_err(),
        publish_one(&file, "run.json", b"", &RealDisk, true).map(drop).unwrap_err(),
    ] {
        assert!(matches!(error, PublishError::Disk { .. }), "{error}");
    }
}
