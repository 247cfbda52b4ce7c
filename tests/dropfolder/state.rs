//! The state folder and the store: lost, of another day, in others' hands.

use std::fs::{self, File};
use std::time::Duration;

use claimsieve::store::Writer;

use crate::folder::{Folder, sample, terminate, until};

const COUNT: &str = "wrong-count-837p.x12";

#[test]
fn a_ledger_that_is_gone_is_not_begun_anew() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.looked(1);
    let (store, away) = (folder.path().join("state/plan.store"), folder.path().join("state/away"));
    fs::rename(&store, &away).unwrap();
    folder.drop_in("b.837", sample("278-responses.x12"));
    let said = folder.looked(2);
    assert!(said.contains("the ledger was there and is gone; restore it from a backup"), "{said}");
    assert!(!store.exists());
    // nor one that lost all that was in it
    File::create(&store).unwrap();
    let said = folder.looked(2);
    assert!(said.contains("the ledger was there and is gone"), "{said}");
    assert_eq!(folder.ledger(&["list"]).0, Some(2));
    fs::rename(&away, &store).unwrap();
    folder.looked(0);
    assert_eq!(folder.fates()["b.837"], "archived judged");
    // somebody who says so begins anew
    fs::remove_file(&store).unwrap();
    fs::remove_file(folder.path().join("state/ledger")).unwrap();
    folder.looked(0);
    assert!(folder.fates().is_empty());
}

#[test]
fn what_an_older_ledger_does_not_know_is_put_aside() {
    let folder = Folder::new();
    folder.looked(0);
    let (store, backup) = (folder.path().join("state/plan.store"), folder.path().join("state/backup"));
    fs::copy(&store, &backup).unwrap();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("entered", 1);
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("state/plan.store{end}")));
    }
    fs::rename(&backup, &store).unwrap();
    folder.drop_in("b.837", sample("278-responses.x12"));
    let log = folder.looked(0);
    assert!(log.contains("the ledger does not know it"), "{log}");
    let aside = folder.path().join("state/aside/000001-1/in/a.837");
    assert_eq!(fs::read(aside).unwrap(), sample(COUNT));
    assert_eq!(folder.fates()["b.837"], "archived judged");
    folder.proven();
}

#[test]
fn what_a_killed_retry_left_is_removed_once_nobody_retries() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    folder.looked(1);
    let left = folder.path().join("state/work/again-left");
    let leave = || {
        fs::create_dir(&left).unwrap();
        fs::write(left.join("a.reasons.csv"), "names").unwrap();
    };
    leave();
    // somebody else retries just now
    let lock =
        File::options().write(true).create(true).truncate(false).open(folder.path().join("state/retry.lock"));
    let lock = lock.unwrap();
    lock.lock_shared().unwrap();
    folder.looked(0);
    assert_eq!(folder.ledger(&["retry"]).0, Some(0));
    assert!(left.exists());
    drop(lock);
    folder.looked(0);
    assert!(!left.exists(), "the watcher removes it");
    leave();
    assert_eq!(folder.ledger(&["retry"]).0, Some(0));
    assert!(!left.exists(), "and so does the next retry");
}

#[test]
fn a_store_in_others_hands_is_waited_for() {
    let folder = Folder::new();
    folder.looked(0);
    folder.drop_in("a.837", sample(COUNT));
    let log = folder.path().join("watch.log");
    let writer = Writer::open(&folder.path().join("state/plan.store")).unwrap();
    let mut child = folder.watch().stderr(File::create(&log).unwrap()).spawn().unwrap();
    let told = || fs::read_to_string(&log).unwrap();
    until("it says so", || told().contains("another run is writing to this store"));
    std::thread::sleep(Duration::from_secs(1));
    assert!(!folder.path().join("archive/2026-07-01").exists());
    drop(writer);
    let kept = folder.path().join("archive/2026-07-01/bay-000001-a.837");
    until("it goes on by itself", || kept.exists());
    terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.proven();
}

#[test]
fn claims_of_a_partner_that_is_gone_wait_for_its_return() {
    let folder = crate::holds::waiting_folder(48);
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    folder.looked(1);
    folder.reconfigure(|config| config.replace("partner = \"bay\"", "partner = \"sea\""));
    let log = folder.looked_at("2026-07-09T12:00:00-07:00", 3);
    assert!(log.contains("its partner has no inbox in the configuration any more"), "{log}");
    crate::holds::balances(&folder);
    folder.reconfigure(|config| config.replace("partner = \"sea\"", "partner = \"bay\""));
    folder.looked_at("2026-07-09T12:00:00-07:00", 1);
    assert_eq!(crate::holds::counts(&folder)[0].1[4], 0);
    crate::holds::balances(&folder);
}

#[test]
fn one_watcher_has_a_store() {
    let (folder, other) = (Folder::new(), Folder::new());
    folder.looked(0);
    let store = folder.path().join("state/plan.store");
    other.reconfigure(|config| config.replace("state/plan.store", &store.to_string_lossy()));
    let log = folder.path().join("watch.log");
    let mut child = folder.watch().stderr(File::create(&log).unwrap()).spawn().unwrap();
    until("it has its lock", || fs::read_to_string(&log).unwrap().contains("\"started\""));
    let said = other.looked(2);
    assert!(said.contains("another watcher has this state or store"), "{said}");
    terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_file_whose_folder_is_gone_keeps_no_other_waiting() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("committed", 1);
    let (work, away) = (folder.path().join("state/work/000001"), folder.path().join("state/away"));
    fs::rename(&work, &away).unwrap();
    folder.drop_in("b.837", sample("278-responses.x12"));
    folder.looked(3);
    assert_eq!(folder.fates()["b.837"], "archived judged");
    let (status, said) = folder.ledger(&["verify"]);
    assert!(status == Some(1) && said.contains("its folder is gone from the state folder"), "{said}");
    fs::rename(&away, &work).unwrap();
    folder.looked(0);
    assert_eq!(folder.fates()["a.837"], "archived judged");
    folder.proven();
}

#[test]
fn an_inbox_that_is_an_outbox_by_another_name_is_refused() {
    let folder = Folder::new();
    folder.looked(0);
    let inbox = folder.path().join("inbox/bay");
    fs::remove_dir(&inbox).unwrap();
    std::os::unix::fs::symlink("../out/accept", &inbox).unwrap();
    let said = folder.looked(2);
    assert!(said.contains("the inbox of bay is another folder of the configuration"), "{said}");
}
