//! Claims that wait for an authorization, and rejected claims that a person accepts.

use std::fs;

use crate::crashes::assert_same;
use crate::folder::{Folder, altered, sample};

const CLAIMS: &str = "837p-physicians.x12";

/// A folder whose roster knows two authorizations, and whose partner's claims wait two days for others.
pub(crate) fn waiting_folder(hold_hours: u32) -> Folder {
    let folder = Folder::with(|config| {
        config.replace("jobs = 1", &format!("jobs = 1\nrosters = \"rosters\"\nhold_hours = {hold_hours}"))
    });
    fs::create_dir(folder.path().join("rosters")).unwrap();
    let all = roster();
    know(&folder, &all.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    folder
}

pub(crate) fn roster() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/rosters/authorizations.csv")).unwrap()
}

/// Replaces the roster of authorizations.
pub(crate) fn know(folder: &Folder, text: &str) {
    let path = folder.path().join("rosters/authorizations.csv");
    let new = folder.path().join("rosters/new");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

/// Read, accepted, rejected, refused and held of each arrival, by its file.
pub(crate) fn counts(folder: &Folder) -> Vec<(String, [u64; 5])> {
    let (_, said) = folder.ledger(&["list", "--json"]);
    let lines = said.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines
        .map(|line| {
            let of = |word: &str| line["records"][word].as_u64().unwrap();
            let counts = ["read", "accepted", "rejected", "refused", "held"].map(of);
            (line["file"].as_str().unwrap().to_owned(), counts)
        })
        .collect()
}

pub(crate) fn text_of(folder: &Folder, end: &str) -> String {
    let files = folder.files();
    let found = files.iter().find(|(name, _)| name.starts_with("out/") && name.ends_with(end));
    String::from_utf8(found.unwrap_or_else(|| panic!("{end}: {:?}", files.keys())).1.clone()).unwrap()
}

pub(crate) fn balances(folder: &Folder) {
    folder.proven();
    let (_, totals) = folder.ledger(&["list", "--totals", "day"]);
    assert!(totals.contains("yes") && !totals.contains("NO"), "{totals}");
}

#[test]
fn a_claim_waits_for_its_authorization() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let [(_, [read, accepted, rejected, _, held])] = &*counts(&folder) else { panic!() };
    assert!(*held > 10 && read == &(accepted + rejected + held), "{read} {accepted} {rejected} {held}");
    balances(&folder);
    // it is nowhere but in the archive, and nobody is told of it
    let said = [".accept.x12", ".reject.x12", "277ca.x12"].map(|end| text_of(&folder, end));
    assert!(said.iter().all(|text| !text.contains("P-LAST-DAY")));
    assert!(!folder.names("out").iter().any(|name| name.contains(".held.")));
    assert!(text_of(&folder, "-a.reasons.csv").contains("P-LAST-DAY,held,TAR103,warn"));
    let (_, found) = folder.ledger(&["find", "--claim", "P-LAST-DAY"]);
    assert!(found.contains("arrival 1: a claim was held"), "{found}");
    // nothing new is known
    folder.looked_at("2026-07-02T12:00:00-07:00", 0);
    assert_eq!(counts(&folder).len(), 1);
    // what it waits for comes
    know(&folder, &roster());
    folder.looked_at("2026-07-02T13:00:00-07:00", 1);
    let then = counts(&folder);
    let (name, [released, passed, fell, ..]) = &then[1];
    assert_eq!(name, "a.released-000001.x12");
    let left = held - released;
    assert!(*passed > 5 && *fell > 0 && left > 0, "{then:?}");
    assert_eq!(then[0].1, [*read, accepted + passed, rejected + fell, 0, left]);
    balances(&folder);
    assert!(text_of(&folder, "a.released-000001.accept.x12").contains("CLM*P-LAST-DAY*"));
    let ack = text_of(&folder, "a.released-000001.277ca.x12");
    assert!(ack.contains("P-LAST-DAY") && ack.contains("20260702"), "{ack}");
    let acks: Vec<String> =
        folder.names("out/acks").into_iter().filter(|name| name.contains("released")).collect();
    assert_eq!(acks, ["bay-000002-a.released-000001.277ca.x12"], "the set was answered before");
    // the claim is found by the day when it came, with the file that it came in
    let days = ["find", "--claim", "P-LAST-DAY", "--since", "2026-07-01", "--before", "2026-07-02"];
    let (status, found) = folder.ledger(&days);
    assert!(status == Some(0) && found.contains("arrival 2: a claim was accepted"), "{found}");
    // the rest waits until its time is up
    folder.looked_at("2026-07-03T11:59:59-07:00", 0);
    folder.looked_at("2026-07-03T12:00:00-07:00", 1);
    let then = counts(&folder);
    assert_eq!(then[0].1, [*read, accepted + passed, rejected + fell + left, 0, 0]);
    assert_eq!(then[2].1, [left, 0, left, 0, 0]);
    assert!(
        text_of(&folder, "bay-000003-a.released-000001.reject.x12").contains("CLM*P-TAR103-NOT-ON-FILE*")
    );
    balances(&folder);
    folder.looked_at("2026-07-09T12:00:00-07:00", 0);
    assert_eq!(counts(&folder).len(), 3, "it is judged again once");
}

#[test]
fn a_278_lets_a_claim_go_and_tests_do_not_wait() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", sample(CLAIMS));
    folder.drop_in("t.837", altered(CLAIMS, &[("*P*:", "*T*:")]));
    folder.looked(1);
    assert_eq!(counts(&folder)[1].1[4], 0, "a test does not wait");
    let before = counts(&folder)[0].1;
    // a decision on a number that a held claim cites
    let responses = String::from_utf8(sample("278-responses.x12")).unwrap();
    let held =
        fs::read_to_string(folder.path().join("archive/2026-07-01/bay-000001-a.837/out/a.held.x12")).unwrap();
    let number = held.split("REF*G1*").nth(1).unwrap().split('~').next().unwrap();
    folder.drop_in("b.278", responses.replace("TAR2606R001", number));
    folder.looked_at("2026-07-01T13:00:00-07:00", 1);
    let then = counts(&folder);
    assert!(then[0].1[4] < before[4] && then.len() == 4, "{then:?}");
    assert_eq!(then[3].0, "a.released-000001.x12");
    balances(&folder);
}

#[test]
fn claims_whose_files_are_gone_keep_no_others_waiting() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", sample(CLAIMS));
    folder.drop_in("b.837", altered(CLAIMS, &[("260701001", "260701999")]));
    folder.looked(1);
    fs::create_dir(folder.path().join("state/work/held-left")).unwrap();
    let kept = folder.path().join("archive/2026-07-01/bay-000001-a.837");
    let away = folder.path().join("away");
    fs::rename(&kept, &away).unwrap();
    know(&folder, &roster());
    let log = folder.looked_at("2026-07-01T13:00:00-07:00", 3);
    assert!(log.contains("cannot read") && counts(&folder).len() == 3, "{log}");
    assert_eq!(counts(&folder)[2].0, "b.released-000002.x12");
    assert!(!folder.path().join("state/work/held-left").exists(), "what a trial left is removed");
    fs::rename(&away, &kept).unwrap();
    folder.looked_at("2026-07-01T13:00:00-07:00", 1);
    assert_eq!(counts(&folder)[3].0, "a.released-000001.x12");
    balances(&folder);
}

#[test]
fn without_hold_hours_nothing_waits() {
    let folder = waiting_folder(0);
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    assert_eq!(counts(&folder)[0].1[4], 0);
}

#[test]
fn claims_that_wait_are_not_purged() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let purge = ["purge", "--before", "2026-08-01", "--by", "AB", "--reason", "retention"];
    let (_, said) = folder.ledger(&purge);
    assert!(said.contains("arrival 1 is kept: claims of it are held"), "{said}");
    folder.looked_at("2026-07-09T12:00:00-07:00", 1);
    balances(&folder);
    let (_, said) = folder.ledger(&purge);
    assert!(said.contains("2 arrivals purged"), "{said}");
}

#[test]
fn the_guard_counts_what_was_held_when_its_time_is_up() {
    let folder = Folder::with(|config| {
        config
            .replace("jobs = 1", "jobs = 1\nrosters = \"rosters\"\nhold_hours = 1")
            .replace("[[inbox]]", "[guard]\nmax_reject_rate = 0.4\n[[inbox]]")
    });
    fs::create_dir(folder.path().join("rosters")).unwrap();
    know(&folder, &roster().lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let log = folder.looked_at("2026-07-02T12:00:00-07:00", 1);
    assert!(log.contains("stopped by the guard"), "{log}");
    balances(&folder);
    let held = counts(&folder)[0].1[4];
    assert!(held > 10);
    know(&folder, &roster());
    assert_eq!(folder.ledger(&["release", "2", "--by", "AB", "--reason", "the roster was old"]).0, Some(0));
    folder.looked_at("2026-07-02T13:00:00-07:00", 1);
    let then = counts(&folder);
    assert_eq!(then[0].1[4], 0);
    assert!(then[1].1[1] > 5, "{then:?}");
    balances(&folder);
}

#[test]
fn a_person_accepts_a_rejected_claim_once() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let before = counts(&folder)[0].1;
    let overrule = |id: &str| folder.ledger(&["override", id, "--by", "AB", "--reason", "phoned the plan"]);
    let (status, said) = overrule("P-CCS101-POINTER");
    assert_eq!(status, Some(0), "{said}");
    let (status, said) = overrule("P-CCS101-POINTER");
    assert!(status == Some(3) && said.contains("already"), "{said}");
    let log = folder.looked(0);
    assert!(!log.contains("P-CCS101-POINTER"), "{log}");
    let then = counts(&folder);
    assert_eq!(then[0].1, [before[0], before[1] + 1, before[2] - 1, 0, 0]);
    assert_eq!(then[1], ("a.override-000001.x12".to_owned(), [1, 1, 0, 0, 0]));
    assert!(text_of(&folder, "a.override-000001.accept.x12").contains("CLM*P-CCS101-POINTER*"));
    let ack = text_of(&folder, "a.override-000001.277ca.x12");
    assert!(ack.contains("P-CCS101-POINTER") && ack.contains("*WQ*"), "{ack}");
    assert!(
        text_of(&folder, "a.override-000001.reasons.csv").contains("CCS101,warn"),
        "what was overridden is told"
    );
    balances(&folder);
    let (_, said) = folder.ledger(&["show", "1"]);
    assert!(
        said.contains("override by AB: phoned the plan") && said.contains("override by arrival 2"),
        "{said}"
    );
    for (id, why) in [
        ("P-CCS101-POINTER", "was accepted, by arrival 2"),
        ("P-LAST-DAY", "was accepted, by arrival 1"),
        ("no such", "there is no such claim"),
    ] {
        let (status, said) = overrule(id);
        assert!(status == Some(3) && said.contains(why), "{id}: {said}");
    }
    // two of one id in one file
    let twice =
        String::from_utf8(sample(CLAIMS)).unwrap().replace("P-TAR103-NOT-ON-FILE", "P-CCS101-POINTER");
    let twice = twice.replace("260701001", "260701998").replace("P-CCS101-POINTER", "P-TWICE");
    folder.drop_in("twice.837", twice);
    folder.looked(1);
    let (status, said) = overrule("P-TWICE");
    assert!(status == Some(3) && said.contains("nothing tells which is meant"), "{said}");
    // it is on record as accepted: the same claim again is a duplicate
    folder.drop_in("b.837", altered(CLAIMS, &[("260701001", "260701999")]));
    folder.looked(1);
    assert!(
        text_of(&folder, "-b.reasons.csv").lines().any(|row| row.contains("P-CCS101-POINTER,reject,DUP101"))
    );
    balances(&folder);
}

#[test]
fn a_claim_that_fell_with_its_set_is_not_accepted() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample("wrong-count-837p.x12"));
    folder.looked(1);
    let reasons = text_of(&folder, "-a.reasons.csv");
    let row = reasons.lines().find(|row| row.contains(",reject,SET")).unwrap();
    let id = row.split(',').nth(5).unwrap();
    let (status, said) = folder.ledger(&["override", id, "--by", "AB", "--reason", "it looks right"]);
    assert!(status == Some(3) && said.contains("fell with its set"), "{said}");
}

#[test]
fn a_claim_that_its_partner_sent_again_is_not_accepted_twice() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    // the same claim without the diagnosis that nobody treated
    let pointer = [("260701001", "260701999"), ("HI*ABK:J069*ABF:E1065~", "HI*ABK:J069~")];
    let again = altered(CLAIMS, &pointer);
    folder.drop_in("b.837", again);
    folder.looked(1);
    let all = text_of(&folder, "-b.accept.x12");
    let rejected = text_of(&folder, "-a.reject.x12");
    let ids = |text: &str| -> Vec<String> {
        text.split('~')
            .filter_map(|s| s.trim().strip_prefix("CLM*")?.split('*').next().map(str::to_owned))
            .collect()
    };
    let accepted = ids(&all);
    assert!(accepted.iter().any(|id| id == "P-CCS101-POINTER"));
    for id in ids(&rejected) {
        let (status, said) =
            folder.ledger(&["override", &id, "--by", "AB", "--reason", "phoned", "--arrival", "1"]);
        let refused = status == Some(3) && said.contains("would stand there twice");
        assert_eq!(refused, accepted.contains(&id), "{id}: {said}");
    }
}

#[test]
fn a_persons_word_stands_above_edits_too() {
    // the guard would stop a file of which everything falls
    let folder = Folder::with(|config| {
        config.replacen("jobs = 1", "jobs = 1\nprofile = \"own.toml\"", 1)
            + "[inbox.guard]\nmax_reject_rate = 1.0\n"
    });
    let profile = r#"
name = "own"
base = "alliance-ccs"
[[edits]]
code = "EDT101"
title = "Dear"
about = "Dear claims are looked at."
severity = "reject"
when = "claim.charge > 1.0"
message = "The claim is dear."
remedy = "Ask."
status_category = "A3"
status_code = "718"
"#;
    std::fs::write(folder.path().join("own.toml"), profile).unwrap();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let (status, said) = folder.ledger(&["override", "P-LAST-DAY", "--by", "AB", "--reason", "phoned"]);
    assert_eq!(status, Some(0), "{said}");
    folder.looked(0);
    assert!(text_of(&folder, "override-000001.accept.x12").contains("CLM*P-LAST-DAY*"));
    balances(&folder);
}

#[test]
fn what_the_999_rejected_is_not_accepted() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample("structure-faults-837p.x12"));
    folder.looked(1);
    let (status, said) =
        folder.ledger(&["override", "S-LOP101-SUBMITTER", "--by", "AB", "--reason", "it looks right"]);
    assert!(status == Some(3) && said.contains("fell with its set"), "{said}");
    for (by, reason) in [("", "phoned"), ("AB", "  "), ("AB", "two\nlines")] {
        let (status, said) = folder.ledger(&["override", "x", "--by", by, "--reason", reason]);
        assert_eq!(status, Some(2), "{said}");
    }
}

/// Held, let go, overridden: with a death at a step, and started again.
fn story(crash: Option<(&str, u32)>) -> (Folder, bool) {
    let folder = waiting_folder(48);
    let mut died = false;
    let mut look = |now: &str| {
        if let Some((step, times)) = crash {
            let output = folder
                .watch_at(now)
                .arg("--once")
                .env("CLAIMSIEVE_CRASH_AT", format!("{step}:{times}"))
                .output()
                .unwrap();
            died |= output.status.code().is_none();
        }
        folder.watch_at(now).arg("--once").output().unwrap();
    };
    folder.drop_in("a.837", sample(CLAIMS));
    look("2026-07-01T12:00:00-07:00");
    know(&folder, &roster());
    look("2026-07-01T12:00:00-07:00");
    let overrule = ["override", "P-CCS101-POINTER", "--now", "2026-07-02T09:00:00-07:00"];
    folder.ledger(&[&overrule[..], &["--by", "AB", "--reason", "phoned the plan"]].concat());
    look("2026-07-03T12:00:00-07:00");
    (folder, died)
}

#[test]
fn it_may_die_around_hold_and_release() {
    let (calm, _) = story(None);
    balances(&calm);
    assert_eq!(counts(&calm).len(), 4);
    let expected = calm.files();
    for (step, times) in [
        ("staged", 1),
        ("committed", 1),
        ("released", 1),
        ("picked", 1),
        ("prepared", 1),
        ("renamed", 2),
        ("archived", 1),
    ] {
        let (folder, died) = story(Some((step, times)));
        assert!(died, "{step} is never come to");
        assert_same(&folder.files(), &expected, step);
        balances(&folder);
    }
}
