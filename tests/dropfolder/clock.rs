//! Clocks that jump.

use std::cell::{Cell, RefCell};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, FixedOffset};
use claimsieve::dropfolder::{Clock, Config, Service, StartError};

use crate::folder::{Folder, sample};
use crate::holds::{balances, counts, waiting_folder};

thread_local! {
    /// Seconds since 1970 by the clock that jumps, and since some moment by the one that does not.
    static NOW: Cell<(i64, u64)> = const { Cell::new((0, 0)) };
    /// What stops a service, and how often it may ask for the time before.
    static STOP: RefCell<(Arc<AtomicBool>, u32)> = RefCell::default();
}

const DAY: i64 = 86_400;

fn told() -> (DateTime<FixedOffset>, Duration) {
    let (wall, steady) = NOW.get();
    (DateTime::from_timestamp(wall, 0).unwrap().fixed_offset(), Duration::from_secs(steady))
}

/// Both clocks go on by so many seconds; one of them jumps besides.
fn passes(seconds: u64, jump: i64) {
    let (wall, steady) = NOW.get();
    NOW.set((wall + seconds as i64 + jump, steady + seconds));
}

pub(crate) fn service(folder: &Folder) -> Service {
    start(folder, Clock::Told(told), &Arc::default())
}

/// Starts a service in this process. A child that another test begins at this moment holds the locks of services that are gone
/// until it becomes a program of its own, so a state that is in others' hands is asked for again.
fn start(folder: &Folder, clock: Clock, stop: &Arc<AtomicBool>) -> Service {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let config = Config::load(&folder.path().join("watch.toml")).unwrap();
        match Service::start(config, clock, Arc::clone(stop)) {
            Err(StartError::Busy { .. }) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(10));
            }
            started => return started.unwrap(),
        }
    }
}

/// How many claims of the first file are held.
fn held(folder: &Folder) -> u64 {
    counts(folder)[0].1[4]
}

fn told_until() -> (DateTime<FixedOffset>, Duration) {
    STOP.with_borrow_mut(|(stop, left)| {
        *left = left.saturating_sub(1);
        stop.store(*left == 0, Ordering::SeqCst);
    });
    told()
}

/// A service that runs, and has looked once.
fn runs(folder: &Folder) -> Service {
    let stop = Arc::new(AtomicBool::new(false));
    // when it starts, and when it looks
    STOP.set((Arc::clone(&stop), 2));
    let mut service = start(folder, Clock::Told(told_until), &stop);
    service.run();
    // looks that follow are to their end
    STOP.set((Arc::new(AtomicBool::new(false)), u32::MAX));
    stop.store(false, Ordering::SeqCst);
    service
}

/// A file whose claims wait, and how many do.
fn waiting() -> (Folder, u64) {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    service(&folder).look();
    let all = held(&folder);
    assert!(all > 10);
    (folder, all)
}

/// The only file's claims still wait after the clock was calm for a while, and are let go when their time is up.
fn waits_its_time(folder: &Folder, service: &mut Service, all: u64) {
    passes(600, 0);
    service.look();
    assert_eq!((held(folder), counts(folder).len()), (all, 1));
    passes(2 * DAY as u64, 0);
    service.look();
    assert_eq!(held(folder), 0);
    balances(folder);
}

#[test]
fn a_clock_that_is_ahead_at_the_start_ends_no_ones_time() {
    NOW.set((1_782_900_000, 0));
    let (folder, all) = waiting();
    passes(3600, 30 * DAY);
    let mut service = runs(&folder);
    assert_eq!((held(&folder), counts(&folder).len()), (all, 1));
    passes(5, -30 * DAY);
    service.look();
    waits_its_time(&folder, &mut service, all);
}

#[test]
fn a_clock_that_is_behind_makes_no_ones_time_shorter() {
    NOW.set((1_782_900_000, 0));
    let (folder, all) = waiting();
    passes(5, -365 * DAY);
    service(&folder).once();
    let mut service = runs(&folder);
    passes(600, 0);
    service.look();
    // it is set right
    passes(5, 365 * DAY);
    service.look();
    waits_its_time(&folder, &mut service, all);
}

#[test]
fn a_clock_that_jumps_ahead_ends_no_ones_time() {
    // 1 July 2026
    NOW.set((1_782_900_000, 0));
    let folder = waiting_folder(48);
    let mut service = service(&folder);
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    service.look();
    let all = held(&folder);
    assert!(all > 10);
    passes(5, 365 * DAY);
    service.look();
    // files go on meanwhile
    folder.drop_in("b.837", sample("wrong-count-837p.x12"));
    passes(5, 0);
    service.look();
    assert_eq!((held(&folder), counts(&folder).len()), (all, 2));
    // it is set right, and nothing happened
    passes(5, -365 * DAY);
    service.look();
    passes(3600, 0);
    service.look();
    assert_eq!(held(&folder), all);
    // what came with the wrong year in the ledger does not disturb sums
    balances(&folder);
    passes(2 * DAY as u64, 0);
    service.look();
    assert_eq!(held(&folder), 0);
    balances(&folder);
}

#[test]
fn a_clock_that_was_ahead_keeps_no_claim_waiting_for_longer() {
    NOW.set((1_782_900_000 + 365 * DAY, 0));
    let folder = waiting_folder(48);
    let mut service = service(&folder);
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    service.look();
    passes(5, -365 * DAY);
    service.look();
    passes(600, 0);
    service.look();
    assert!(held(&folder) > 10);
    // by then it is sure that it was not set back wrongly
    folder.drop_in("b.837", sample("wrong-count-837p.x12"));
    service.look();
    passes(2 * DAY as u64 - 60, 0);
    service.look();
    assert!(held(&folder) > 10);
    passes(60, 0);
    service.look();
    assert_eq!(held(&folder), 0, "two days from when the clock was right");
    balances(&folder);
}

#[test]
fn a_clock_that_stays_ahead_is_believed_in_the_end() {
    NOW.set((1_782_900_000, 0));
    let folder = waiting_folder(48);
    let mut service = service(&folder);
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    service.look();
    // such as a machine that slept
    passes(5, 3 * DAY);
    service.look();
    assert!(held(&folder) > 10);
    passes(600, 0);
    service.look();
    assert_eq!(held(&folder), 0);
}

#[test]
fn what_time_a_file_claims_to_be_of_does_not_matter() {
    let folder = Folder::with(|config| config.replace("stable_seconds = 0", "stable_seconds = 1"));
    let (future, past) = (SystemTime::now() + Duration::from_secs(400 * DAY as u64), SystemTime::UNIX_EPOCH);
    for (name, time) in [("a.837", future), ("b.837", past)] {
        let path = folder.drop_in(name, [&sample("wrong-count-837p.x12")[..], name.as_bytes()].concat());
        fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }
    folder.once();
    assert!(folder.fates().values().all(|fate| fate == "archived judged"), "{:?}", folder.fates());
}
