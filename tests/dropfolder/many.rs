//! Many small files beside a large one of another partner.

use std::fs::{self, File};

use crate::crashes::batch;
use crate::folder::{Folder, sample, terminate, until};

const SMALL: usize = 300;

#[test]
fn small_files_do_not_wait_for_a_large_one_of_another_partner() {
    let folder = Folder::with(|config| {
        let bay = &config[config.find("[[inbox]]").unwrap()..];
        let other = bay.replace("\"bay\"", "\"alto\"").replace("inbox/bay", "inbox/alto");
        config.replace(bay, &format!("{other}{bay}"))
    });
    let large = batch(10_000);
    assert!(large.len() > 5 << 20);
    fs::create_dir(folder.path().join("inbox/alto")).unwrap();
    fs::write(folder.path().join("inbox/alto/a-large.837"), &large).unwrap();
    let one = sample("wrong-count-837p.x12");
    for nth in 0..SMALL {
        // other bytes each
        folder.drop_in(&format!("small-{nth:03}.837"), [&one[..], &b" ".repeat(nth)].concat());
    }
    let log = folder.path().join("watch.log");
    let mut child = folder.watch().stderr(File::create(&log).unwrap()).spawn().unwrap();
    let told = || fs::read_to_string(&log).unwrap();
    until("the small ones are done", || told().matches("\"settled\"").count() >= SMALL);
    // it is told to stop while the large one is at hand, and finishes that
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let told = told();
    let first =
        |what: &str| told.lines().position(|line| line.contains("\"settled\"") && line.contains(what));
    let large = first("\"arrival\":1,");
    assert!(large.is_none_or(|at| at > first("\"arrival\":301,").unwrap()), "the large one goes last");
    if let Some(peak) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) {
        let kib: u64 = peak.trim().split(' ').next().unwrap().parse().unwrap();
        assert!(kib < 500 << 10, "{kib} KiB of memory");
    }
    folder.once();
    let fates = folder.fates();
    assert_eq!(fates.len(), SMALL + 1);
    assert!(fates.values().all(|fate| fate.starts_with("archived")), "{fates:?}");
    folder.proven();
}
