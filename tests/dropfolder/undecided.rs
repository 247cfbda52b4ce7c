//! Claims that their provider voids or replaces before they are judged: their file was stopped, or is behind others.

use std::fs;

use crate::crashes::assert_same;
use crate::folder::{Folder, sample};
use crate::holds::{balances, counts, know, roster, text_of, waiting_folder};
use crate::taken_back::{UNKNOWN as KNOWN, fates, file};

/// A folder that knows all authorizations, and stops files of two claims of which one is rejected.
fn guarded_folder() -> Folder {
    let folder = waiting_folder(0);
    know(&folder, &roster());
    let guard = "[guard]\nmax_reject_rate = 0.1\nmin_records = 2\n[[inbox]]";
    folder.reconfigure(|config| config.replace("[[inbox]]", guard));
    folder
}

/// A file with a claim of this frequency, and with one that no rule accepts.
fn with_fault(control: u32, id: &str, frequency: char) -> String {
    let text = String::from_utf8(file(control, &[(id, frequency, KNOWN), ("X9", '1', KNOWN)])).unwrap();
    text.replacen("CLM*X9*", "CLM*X9*-", 1)
}

fn release(folder: &Folder, arrival: &str) {
    let (status, said) = folder.ledger(&["release", arrival, "--by", "AB", "--reason", "it is right"]);
    assert_eq!(status, Some(0), "{said}");
}

/// A claim of a frequency that the guard stopped, released when its claim had been sent and accepted: both are accepted.
fn released_behind_a_claim(frequency: char) -> Folder {
    let folder = guarded_folder();
    folder.drop_in("a.837", with_fault(1, "X1", frequency));
    folder.looked(1);
    folder.drop_in("b.837", file(2, &[("X1", '1', KNOWN)]));
    folder.looked(0);
    release(&folder, "1");
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 1 accepted", "arrival 2 accepted"]);
    folder
}

/// How many claims the store keeps in mind as taken back before they are judged.
fn kept_in_mind(folder: &Folder) -> i64 {
    let store = rusqlite::Connection::open(folder.path().join("state/plan.store")).unwrap();
    store.query_row("SELECT count(*) FROM taken_back", [], |row| row.get(0)).unwrap()
}

/// A second partner, whose clearinghouse is the same.
fn with_cove(folder: &Folder) {
    folder.reconfigure(|config| {
        let at = config.find("[[inbox]]").unwrap();
        let cove = config[at..].replace("bay", "cove");
        format!("{config}{cove}")
    });
    fs::create_dir(folder.path().join("inbox/cove")).unwrap();
}

#[test]
fn a_void_of_what_the_guard_stopped_is_kept_in_mind() {
    let folder = guarded_folder();
    folder.drop_in("a.837", with_fault(1, "X1", '1'));
    let log = folder.looked(1);
    assert!(log.contains("stopped by the guard"), "{log}");
    folder.drop_in("b.837", file(2, &[("X1", '8', KNOWN)]));
    folder.looked(0);
    assert!(text_of(&folder, "-b.reasons.csv").contains("TAR109,warn"));
    // sent again behind the void
    folder.drop_in("c.837", with_fault(3, "X1", '1'));
    folder.looked(1);
    assert_eq!(kept_in_mind(&folder), 1);
    release(&folder, "3");
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 1 held", "arrival 2 accepted", "arrival 3 accepted"]);
    release(&folder, "1");
    folder.looked(1);
    assert_eq!(fates(&folder, "X1")[0], "arrival 1 rejected");
    let reasons = text_of(&folder, "-a.reasons.csv");
    let row = reasons.lines().find(|row| row.contains("P-X1") || row.contains("X1,reject"));
    let row = row.unwrap_or_else(|| panic!("{reasons}"));
    assert!(row.contains("DUP101,reject") && row.contains("X1 before it was decided"), "{row}");
    assert!(text_of(&folder, "-a.277ca.x12").contains("STC*A3:101*"));
    assert_eq!(kept_in_mind(&folder), 0, "nothing waits any more");
    balances(&folder);
    let (_, said) = folder.ledger(&["retry"]);
    assert!(said.contains("still rejected, by DUP101") && said.contains("0 of 3 rejected"), "{said}");
    let overrule = ["override", "X1", "--by", "AB", "--reason", "the void was a mistake"];
    let (status, said) = folder.ledger(&overrule);
    assert!(status == Some(3) && said.contains("would stand there twice"), "{said}");
}

#[test]
fn so_is_a_replacement_and_what_came_before_it_stays_behind() {
    let folder = guarded_folder();
    folder.drop_in("a.837", file(1, &[("X1", '1', KNOWN)]));
    folder.looked(0);
    // a void that was stopped, and a claim of another id
    folder.drop_in("b.837", with_fault(2, "X1", '8'));
    folder.drop_in("c.837", with_fault(3, "X2", '1'));
    folder.looked(1);
    folder.drop_in("d.837", file(4, &[("X1", '7', KNOWN), ("X2", '7', KNOWN)]));
    folder.looked(0);
    release(&folder, "2");
    release(&folder, "3");
    folder.looked(1);
    // an older void has no hold on the replacement
    assert_eq!(fates(&folder, "X1"), ["arrival 1 accepted", "arrival 2 rejected", "arrival 4 accepted"]);
    assert_eq!(fates(&folder, "X2"), ["arrival 3 rejected", "arrival 4 accepted"]);
    balances(&folder);
}

#[test]
fn a_void_gives_back_nothing_that_came_behind_it() {
    let folder = released_behind_a_claim('8');
    assert!(text_of(&folder, "-a.reasons.csv").contains("TAR109,warn"));
    // so it still makes a duplicate
    folder.drop_in("c.837", file(3, &[("X3", '1', KNOWN)]));
    folder.looked(1);
    assert_eq!(fates(&folder, "X3"), ["arrival 3 rejected"]);
    balances(&folder);
}

#[test]
fn a_replacement_never_stands_beside_what_it_replaces() {
    let folder = released_behind_a_claim('7');
    assert!(!text_of(&folder, "-a.reasons.csv").contains("TAR109"));
    balances(&folder);
}

#[test]
fn a_void_of_another_inbox_is_kept_in_mind_for_the_large_file_behind() {
    // what would wait for its authorization is rejected at once, and the guard does not count it
    let folder = waiting_folder(48);
    let guard = "[guard]\nmax_reject_rate = 0.1\nmin_records = 1\n[[inbox]]";
    folder.reconfigure(|config| config.replace("[[inbox]]", guard));
    with_cove(&folder);
    let mut large = file(1, &[("X1", '1', KNOWN), ("X2", '1', KNOWN)]);
    large.resize(2 << 20, b'\n');
    folder.drop_in("a.837", large);
    fs::write(folder.path().join("inbox/cove/b.837"), file(2, &[("X1", '8', KNOWN)])).unwrap();
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 1 rejected", "arrival 2 accepted"]);
    assert_eq!(counts(&folder)[0].1, [2, 0, 1, 0, 1]);
    assert_eq!(kept_in_mind(&folder), 0);
    balances(&folder);
}

#[test]
fn a_void_beside_a_278_overtakes_nothing_for_good() {
    let folder = waiting_folder(0);
    know(&folder, &roster());
    folder.drop_in("a.837", file(1, &[("X1", '1', KNOWN), ("X2", '1', KNOWN)]));
    // with a decision, so that it goes in front
    let mut mixed = file(2, &[("X1", '8', KNOWN)]);
    mixed.extend(sample("278-responses.x12"));
    folder.drop_in("b.edi", mixed);
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 1 rejected", "arrival 2 accepted"]);
    assert_eq!(fates(&folder, "X2"), ["arrival 1 accepted"]);
    balances(&folder);
}

#[test]
fn claims_beside_a_request_overtake_nothing() {
    let folder = waiting_folder(0);
    know(&folder, &roster());
    folder.drop_in("a.837", file(1, &[("X1", '1', KNOWN)]));
    let mut mixed = file(2, &[("X1", '8', KNOWN)]);
    mixed.extend(sample("278-requests.x12"));
    folder.drop_in("b.edi", mixed);
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 1 accepted", "arrival 2 accepted"]);
    assert!(!text_of(&folder, "-b.reasons.csv").contains("TAR109"));
    balances(&folder);
}

#[test]
fn a_void_of_a_file_that_may_not_be_read_is_kept_in_mind() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = waiting_folder(0);
    know(&folder, &roster());
    let original = folder.drop_in("a.837", file(1, &[("X1", '1', KNOWN)]));
    fs::set_permissions(&original, fs::Permissions::from_mode(0o000)).unwrap();
    folder.drop_in("b.837", file(2, &[("X1", '8', KNOWN)]));
    assert_eq!(folder.once_as_nobody().status.code(), Some(3));
    assert_eq!(fates(&folder, "X1"), ["arrival 2 accepted"]);
    fs::set_permissions(&original, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(folder.once_as_nobody().status.code(), Some(1));
    assert_eq!(fates(&folder, "X1"), ["arrival 1 rejected", "arrival 2 accepted"]);
    balances(&folder);
}

#[test]
fn a_void_of_a_run_by_hand_is_kept_in_mind() {
    let folder = guarded_folder();
    folder.drop_in("a.837", with_fault(1, "X1", '1'));
    folder.looked(1);
    let void = folder.path().join("void.837");
    fs::write(&void, file(2, &[("X1", '8', KNOWN)])).unwrap();
    let by_hand = |force: &[&str]| {
        let mut process = crate::common::program::claimsieve();
        process.args(["process", "--store"]).arg(folder.path().join("state/plan.store")).args(force);
        process.arg("--rosters").arg(folder.path().join("rosters")).arg(&void);
        let output = process.arg("--out").arg(folder.path().join("by-hand")).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", crate::common::program::said(&output));
    };
    by_hand(&[]);
    // run again it takes its own place
    by_hand(&["--force"]);
    assert_eq!(kept_in_mind(&folder), 1);
    folder.drop_in("b.837", with_fault(3, "X1", '1'));
    folder.looked(1);
    for arrival in ["1", "2"] {
        release(&folder, arrival);
    }
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 1 rejected", "arrival 2 accepted"]);
    balances(&folder);
}

#[test]
fn what_a_person_accepts_stands_before_a_void_that_came_since() {
    let folder = waiting_folder(0);
    folder.drop_in("a.837", file(1, &[("X1", '1', KNOWN), ("X2", '1', KNOWN)]));
    folder
        .drop_in("t.837", String::from_utf8(file(3, &[("X3", '1', KNOWN)])).unwrap().replace("*P*:", "*T*:"));
    folder.looked(1);
    let overrule = ["override", "X1", "--by", "AB", "--reason", "it is right"];
    assert_eq!(folder.ledger(&overrule).0, Some(0));
    let mut mixed = sample("278-responses.x12");
    mixed.extend(file(2, &[("X1", '8', KNOWN), ("X2", '8', KNOWN)]));
    folder.drop_in("b.edi", mixed);
    folder.looked(0);
    let reasons = text_of(&folder, "-b.reasons.csv");
    assert!(!reasons.lines().any(|row| row.contains("TAR109") && row.contains("X1,")), "{reasons}");
    assert_eq!(fates(&folder, "X1"), ["arrival 3 accepted", "arrival 4 accepted"]);
    // what was rejected, and voided since, would pass now: that it stands elsewhere is said
    know(&folder, &roster());
    let (_, said) = folder.ledger(&["retry"]);
    let line = said.lines().find(|line| line.contains("would pass now, was"));
    assert!(line.is_some_and(|line| line.contains("stands in arrival 4 as well")), "{said}");
    assert!(said.contains("1 of 1 rejected records would pass now; nothing was delivered"), "{said}");
    balances(&folder);
}

/// A void that comes before its original is judged, with a death at a step, and started again.
fn story(crash: Option<(&str, u32)>) -> (Folder, bool) {
    let folder = guarded_folder();
    let mut died = false;
    let mut look = || {
        if let Some((step, times)) = crash {
            let mut watch = folder.watch();
            watch.arg("--once").env("CLAIMSIEVE_CRASH_AT", format!("{step}:{times}"));
            died |= watch.output().unwrap().status.code().is_none();
        }
        folder.once();
    };
    folder.drop_in("a.837", with_fault(1, "X1", '1'));
    look();
    folder.drop_in("b.837", file(2, &[("X1", '8', KNOWN)]));
    look();
    release(&folder, "1");
    look();
    (folder, died)
}

#[test]
fn it_may_die_around_a_void_that_is_kept_in_mind() {
    let (calm, _) = story(None);
    balances(&calm);
    assert_eq!(fates(&calm, "X1"), ["arrival 1 rejected", "arrival 2 accepted"]);
    let expected = calm.files();
    for step in ["entered", "staged", "committed", "archived"] {
        let (folder, died) = story(Some((step, 1)));
        assert!(died, "{step} is never come to");
        assert_same(&folder.files(), &expected, step);
        assert_eq!(kept_in_mind(&folder), 0);
        balances(&folder);
    }
}
