//! Claims that their provider voids or replaces while they wait for an authorization.

use crate::crashes::assert_same;
use crate::folder::{Folder, sample};
use crate::holds::{balances, counts, know, roster, text_of, waiting_folder};

const NOON: &str = "2026-07-01T12:00:00-07:00";
const LATER: &str = "2026-07-02T12:00:00-07:00";

/// A file of claims of one member of the samples: each is P-LAST-DAY with another id, frequency and authorization.
pub(crate) fn file(control: u32, claims: &[(&str, char, &str)]) -> Vec<u8> {
    let text = String::from_utf8(sample("837p-physicians.x12")).unwrap();
    let segments: Vec<&str> = text.split('~').map(str::trim).collect();
    let at = segments.iter().position(|s| s.starts_with("CLM*P-LAST-DAY*")).unwrap();
    let level = |code: &str, from: usize| {
        let is_level = |s: &&str| s.starts_with("HL*") && s.split('*').nth(3) == Some(code);
        let begin = segments[..from].iter().rposition(is_level).unwrap();
        let end = |s: &&str| s.starts_with("HL*") || s.starts_with("CLM*");
        let length = segments[begin + 1..].iter().position(end).unwrap();
        segments[begin + 1..=begin + length].to_vec()
    };
    let claim = segments[at..].iter().skip(1).position(|s| s.starts_with("CLM*")).unwrap();
    let mut set = segments[2..7].to_vec();
    set.push("HL*1**20*1");
    set.extend(level("20", at));
    set.push("HL*2*1*22*0");
    set.extend(level("22", at));
    let mut set: Vec<String> = set.into_iter().map(str::to_owned).collect();
    for (nth, (id, frequency, number)) in claims.iter().enumerate() {
        for segment in &segments[at..=at + claim] {
            let kept = segment
                .replace("P-LAST-DAY", id)
                .replace("11:B:1", &format!("11:B:{frequency}"))
                .replace("TAR25070009", number)
                .replace("REF*D9*2607", &format!("REF*D9*{control}{nth}"));
            if kept.starts_with("REF*G1") && *frequency != '1' {
                set.push(format!("REF*F8*PCN{id}"));
            }
            set.push(kept);
        }
    }
    let count = set.len() + 1;
    let (isa, gs) = (segments[0].replace("260701001", &format!("{control:09}")), segments[1]);
    let end = format!("SE*{count}*0001~\nGE*1*0101~\nIEA*1*{control:09}~\n");
    format!("{isa}~\n{gs}~\n{}~\n{end}", set.join("~\n")).into_bytes()
}

/// Not on file before the roster is replaced.
pub(crate) const UNKNOWN: &str = "TAR25070009";

/// The fates of claims of an id, by arrival.
pub(crate) fn fates(folder: &Folder, id: &str) -> Vec<String> {
    let (_, said) = folder.ledger(&["find", "--claim", id, "--phi"]);
    let lines = said.lines().filter(|line| line.contains(": claim "));
    lines.map(|line| format!("{} {}", &line[..9], line.rsplit(' ').next().unwrap())).collect()
}

#[test]
fn a_void_takes_back_what_is_held() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", file(1, &[("X1", '1', UNKNOWN), ("X2", '1', UNKNOWN)]));
    folder.looked(0);
    assert_eq!(counts(&folder)[0].1, [2, 0, 0, 0, 2]);
    folder.drop_in("b.837", file(2, &[("X1", '8', UNKNOWN)]));
    folder.looked(1);
    // the void is accepted, with a warning that nothing is given back; what it voids is let go at once
    let then = counts(&folder);
    assert_eq!(then[1].1, [1, 1, 0, 0, 0]);
    assert_eq!(then[2], ("a.released-000001.x12".to_owned(), [1, 0, 1, 0, 0]));
    assert_eq!(then[0].1, [2, 0, 1, 0, 1]);
    assert!(text_of(&folder, "-b.reasons.csv").contains("TAR109,warn"));
    let reasons = text_of(&folder, "released-000001.reasons.csv");
    let row =
        reasons.lines().find(|row| row.contains("DUP101,reject")).unwrap_or_else(|| panic!("{reasons}"));
    assert!(row.contains("X1") && row.contains("voided or replaced claim X1 before it was decided"), "{row}");
    assert!(reasons.contains("TAR103,warn"), "{reasons}");
    let ack = text_of(&folder, "released-000001.277ca.x12");
    assert!(ack.contains("X1") && ack.contains("STC*A3:101*"), "{ack}");
    balances(&folder);
    // the other one waits on, and is accepted
    know(&folder, &roster());
    folder.looked_at(LATER, 0);
    assert_eq!(counts(&folder)[0].1, [2, 1, 1, 0, 0]);
    assert!(!text_of(&folder, "000004-a.released-000001.accept.x12").contains("CLM*X1*"));
    balances(&folder);
    let (_, said) = folder.ledger(&["retry"]);
    assert!(said.contains("still rejected, by DUP101") && said.contains("0 of 1 rejected"), "{said}");
    // what is purged is known by nothing of its own
    let purge = ["purge", "--before", "2026-07-09", "--by", "AB", "--reason", "retention"];
    assert_eq!(folder.ledger(&purge).0, Some(0));
    let store = rusqlite::Connection::open(folder.path().join("state/plan.store")).unwrap();
    let known = "SELECT count(*) FROM arrival_again WHERE party <> 0 OR name <> 0";
    assert_eq!(store.query_row(known, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn a_replacement_takes_back_what_is_held() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", file(1, &[("X1", '1', UNKNOWN)]));
    folder.looked(0);
    // a roster that knows the corrected number, and not the one before
    let known: String =
        roster().lines().filter(|row| !row.starts_with(UNKNOWN)).map(|row| format!("{row}\n")).collect();
    know(&folder, &known);
    let corrected = "TAR26010001";
    folder.drop_in("b.837", file(2, &[("X1", '7', corrected)]));
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 2 accepted", "arrival 3 rejected"]);
    know(&folder, &roster());
    folder.looked_at(LATER, 0);
    assert_eq!(counts(&folder).len(), 3, "what was taken back is not judged again");
    balances(&folder);
}

#[test]
fn only_what_came_before_is_taken_back() {
    let folder = waiting_folder(48);
    // in one file: the second X1 is sent anew behind the void; the first X2 is replaced by one that waits itself
    let claims = [
        ("X1", '1', UNKNOWN),
        ("X1", '8', UNKNOWN),
        ("X1", '1', UNKNOWN),
        ("X2", '1', UNKNOWN),
        ("X2", '7', UNKNOWN),
    ];
    folder.drop_in("a.837", file(1, &claims));
    folder.looked(1);
    assert_eq!(counts(&folder)[0].1, [5, 1, 1, 0, 3]);
    balances(&folder);
    // a void that came before has no hold on it, nor one of a test
    let test = String::from_utf8(file(3, &[("X1", '8', UNKNOWN)])).unwrap().replace("*P*:", "*T*:");
    folder.drop_in("t.837", test);
    folder.looked(0);
    assert_eq!(counts(&folder)[0].1, [5, 1, 1, 0, 3]);
    know(&folder, &roster());
    folder.looked_at(LATER, 1);
    let then = counts(&folder);
    // X1 and the replaced X2 are the same claim but for their ids: one of them is a duplicate
    assert_eq!(then[0].1[4], 0, "{then:?}");
    assert!(fates(&folder, "X1").contains(&"arrival 4 accepted".to_owned()), "{:?}", fates(&folder, "X1"));
    balances(&folder);
}

#[test]
fn a_void_finds_what_the_guard_stopped() {
    let folder = waiting_folder(1);
    let path = folder.path().join("watch.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let guard = "[guard]\nmax_reject_rate = 0.1\nmin_records = 2\n[[inbox]]";
    std::fs::write(path, config.replace("[[inbox]]", guard)).unwrap();
    folder.drop_in("a.837", file(1, &[("X1", '1', UNKNOWN), ("X2", '1', UNKNOWN)]));
    folder.looked(0);
    // its time is up, and the guard stops what would be rejected
    let log = folder.looked_at("2026-07-01T14:00:00-07:00", 1);
    assert!(log.contains("stopped by the guard"), "{log}");
    folder.drop_in("b.837", file(2, &[("X1", '8', UNKNOWN)]));
    folder.looked_at("2026-07-01T14:00:00-07:00", 0);
    know(&folder, &roster());
    assert_eq!(folder.ledger(&["release", "2", "--by", "AB", "--reason", "the roster was old"]).0, Some(0));
    folder.looked_at(LATER, 1);
    assert_eq!(counts(&folder)[0].1, [2, 1, 1, 0, 0]);
    assert!(text_of(&folder, "released-000001.reject.x12").contains("CLM*X1*"));
    balances(&folder);
}

#[test]
fn it_is_not_accepted_beside_its_void() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", file(1, &[("X1", '1', UNKNOWN)]));
    folder.looked(0);
    folder.drop_in("b.837", file(2, &[("X1", '8', UNKNOWN)]));
    folder.looked(1);
    let overrule = ["override", "X1", "--by", "AB", "--reason", "the void was a mistake"];
    let (status, said) = folder.ledger(&overrule);
    assert!(status == Some(3) && said.contains("would stand there twice"), "{said}");
}

/// Held and taken back, with a death at a step, and started again.
fn story(crash: Option<(&str, u32)>) -> (Folder, bool) {
    let folder = waiting_folder(48);
    let mut died = false;
    let mut look = |now: &str| {
        if let Some((step, times)) = crash {
            let mut watch = folder.watch_at(now);
            let output =
                watch.arg("--once").env("CLAIMSIEVE_CRASH_AT", format!("{step}:{times}")).output().unwrap();
            died |= output.status.code().is_none();
        }
        folder.watch_at(now).arg("--once").output().unwrap();
    };
    folder.drop_in("a.837", file(1, &[("X1", '1', UNKNOWN), ("X2", '1', UNKNOWN)]));
    look(NOON);
    folder.drop_in("b.837", file(2, &[("X1", '8', UNKNOWN), ("X2", '7', "TAR26010001")]));
    // the decision comes with the void
    know(&folder, &roster());
    look(NOON);
    (folder, died)
}

#[test]
fn it_may_die_around_a_void() {
    let (calm, _) = story(None);
    balances(&calm);
    assert_eq!(counts(&calm)[0].1, [2, 0, 2, 0, 0]);
    let expected = calm.files();
    for (step, times) in
        [("received", 1), ("staged", 1), ("committed", 1), ("released", 1), ("picked", 1), ("archived", 1)]
    {
        let (folder, died) = story(Some((step, times)));
        assert!(died, "{step} is never come to");
        assert_same(&folder.files(), &expected, step);
        balances(&folder);
    }
}

#[cfg(feature = "containers")]
#[test]
fn a_void_finds_its_original_in_an_archive() {
    use std::io::Write as _;
    let folder = waiting_folder(48);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    // by these names the second comes first, and by those of their outputs the first
    for (name, control, id) in [("a.837", 1, "X2"), ("a-1.837", 2, "X1")] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&file(control, &[(id, '1', UNKNOWN)])).unwrap();
    }
    folder.drop_in("q.zip", archive.finish().unwrap().into_inner());
    folder.looked(0);
    folder.drop_in("v.837", file(3, &[("X1", '8', UNKNOWN)]));
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 2 accepted", "arrival 3 rejected"]);
    know(&folder, &roster());
    folder.looked_at(LATER, 0);
    assert_eq!(fates(&folder, "X2"), ["arrival 4 accepted"]);
    balances(&folder);
}

#[test]
fn a_void_of_a_run_by_hand_finds_what_is_held() {
    let folder = waiting_folder(48);
    folder.drop_in("a.837", file(1, &[("X1", '1', UNKNOWN), ("X2", '1', UNKNOWN)]));
    folder.looked(0);
    let void = folder.path().join("void.837");
    std::fs::write(&void, file(2, &[("X1", '8', UNKNOWN)])).unwrap();
    let mut process = crate::common::program::claimsieve();
    process.args(["process", "--store"]).arg(folder.path().join("state/plan.store"));
    process.arg("--rosters").arg(folder.path().join("rosters")).arg(&void);
    let output = process.arg("--out").arg(folder.path().join("by-hand")).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", crate::common::program::said(&output));
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 2 rejected"]);
    assert_eq!(counts(&folder)[0].1, [2, 0, 1, 0, 1]);
    balances(&folder);
}

#[test]
fn a_void_waits_for_the_large_file_in_front_of_it() {
    let folder = waiting_folder(48);
    let mut large = file(1, &[("X1", '1', UNKNOWN)]);
    large.resize(2 << 20, b'\n');
    folder.drop_in("a.837", large);
    folder.drop_in("b.837", file(2, &[("X1", '8', UNKNOWN)]));
    folder.looked(1);
    assert_eq!(fates(&folder, "X1"), ["arrival 2 accepted", "arrival 3 rejected"]);
    balances(&folder);
}

#[test]
fn an_older_void_leaves_what_came_since() {
    let folder = waiting_folder(48);
    let guard = "[guard]\nmax_reject_rate = 0.1\nmin_records = 2\n[[inbox]]";
    folder.reconfigure(|config| config.replace("[[inbox]]", guard));
    // the guard stops the void, with a claim that no rule accepts
    let wrong = String::from_utf8(file(1, &[("X1", '8', UNKNOWN), ("X9", '1', UNKNOWN)])).unwrap();
    folder.drop_in("a.837", wrong.replacen("CLM*X9*", "CLM*X9*-", 1));
    let log = folder.looked(1);
    assert!(log.contains("stopped by the guard"), "{log}");
    folder.drop_in("b.837", file(2, &[("X1", '1', UNKNOWN)]));
    folder.looked(0);
    assert_eq!(folder.ledger(&["release", "1", "--by", "AB", "--reason", "it is right"]).0, Some(0));
    folder.looked(1);
    assert_eq!(counts(&folder)[1].1, [1, 0, 0, 0, 1], "it came after the void, and waits");
    know(&folder, &roster());
    folder.looked_at(LATER, 0);
    assert_eq!(counts(&folder)[1].1, [1, 1, 0, 0, 0]);
    balances(&folder);
}
