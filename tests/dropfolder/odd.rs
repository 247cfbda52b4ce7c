//! What a hurried sender, or somebody who changes the configuration, may do.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::symlink;

use crate::folder::{Folder, altered, sample, terminate, until};
use crate::holds::{counts, text_of};

const COUNT: &str = "wrong-count-837p.x12";
const CLAIMS: &str = "837p-physicians.x12";

/// A header that cannot be read may be of production; nothing of such a file goes anywhere but to quarantine, and all is counted.
#[test]
fn tests_do_not_mix_with_production() {
    let folder = Folder::new();
    let test = altered(COUNT, &[("*P*:~", "*T*:~"), ("260701", "260702")]);
    let cut_short = altered(COUNT, &[("ISA*00*          *", "ISA*00*         *")]);
    folder.drop_in("good.837", [test.clone(), sample(COUNT)].concat());
    folder.drop_in("odd.837", [test.clone(), cut_short].concat());
    folder.looked(1);
    let fates = folder.fates();
    assert_eq!([&*fates["good.837"], &*fates["odd.837"]], ["archived mixed"; 2]);
    for dir in ["test", "out/accept", "out/reject"] {
        assert!(folder.names(dir).is_empty(), "{dir}: {:?}", folder.names(dir));
    }
    let answers = text_of(&folder, "good.837.ta1.x12");
    assert_eq!(answers.matches("*R*020").count(), 2, "{answers}");
    let claims = sample(COUNT).windows(4).filter(|text| text == b"CLM*").count() as u64;
    assert_eq!(counts(&folder)[0].1, [2 * claims, 0, 0, 2 * claims, 0]);
    folder.proven();
    // each in a file of its own is judged
    folder.drop_in("production.837", sample(COUNT));
    folder.drop_in("tests.837", test);
    folder.looked(1);
    let fates = folder.fates();
    assert_eq!([&*fates["production.837"], &*fates["tests.837"]], ["archived judged"; 2]);
    folder.proven();
}

/// An outbox that takes the place of another one, which was there when the outputs were prepared.
#[test]
fn outboxes_that_change_places_get_what_is_due() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.dies_at("prepared", 1);
    folder.reconfigure(|config| {
        let config = config.replace("acks = \"out/acks\"", "acks = \"out/reports\"");
        config.replace("accept = \"out/accept\"", "accept = \"out/reject\"")
    });
    folder.looked(0);
    for (dir, end) in
        [("out/reject", ".accept.x12"), ("out/reject", ".reject.x12"), ("out/reports", ".999.x12")]
    {
        assert!(folder.names(dir).iter().any(|name| !name.starts_with('.') && name.ends_with(end)), "{end}");
    }
    folder.proven();
}

#[test]
fn members_of_an_archive_that_meet_are_numbered() {
    let folder = Folder::new();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let other = altered(COUNT, &[("260701", "260702"), ("CLM*", "CLM*V")]);
    for (name, bytes) in [("a/b.837", sample(COUNT)), ("a__b.837", other)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    folder.drop_in("q.zip", archive.finish().unwrap().into_inner());
    folder.looked(1);
    let mut names = folder.names("out/reports");
    names.retain(|name| name.ends_with(".summary.json"));
    let expected = [1, 2].map(|nth| format!("bay-000001-q.zip__a__b.837-{nth}.summary.json"));
    assert_eq!(names, expected);
    folder.proven();
}

#[test]
fn one_watcher_has_a_store_whatever_it_is_called() {
    let folder = Folder::new();
    folder.looked(0);
    let store = folder.path().join("state/plan.store");
    symlink(&store, folder.path().join("link.store")).unwrap();
    fs::hard_link(&store, folder.path().join("other.store")).unwrap();
    let mut child = folder.watch().stderr(std::process::Stdio::null()).spawn().unwrap();
    folder.drop_in("a.837", sample(COUNT));
    until("it watches", || folder.fates().get("a.837").is_some_and(|fate| fate == "archived judged"));
    for name in ["link.store", "other.store"] {
        let other = Folder::with(|config| {
            let store = folder.path().join(name);
            config.replace("store = \"state/plan.store\"", &format!("store = {store:?}"))
        });
        let said = other.looked(2);
        assert!(said.contains("another watcher has this state or store"), "{name}: {said}");
    }
    terminate(child.id());
    child.wait().unwrap();
}

#[test]
fn purged_claims_leave_the_store() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.drop_in("b.837", altered(CLAIMS, &[("260701001", "260701999"), ("CLM*P-", "CLM*Q-")]));
    folder.looked(1);
    let is_there = |what: &str| {
        let of =
            |end: &str| fs::read(folder.path().join(format!("state/plan.store{end}"))).unwrap_or_default();
        [of(""), of("-wal")].iter().any(|bytes| bytes.windows(what.len()).any(|text| text == what.as_bytes()))
    };
    // with its charge and its member, as the ledger has it
    let claim = "P-CCS101-POINTER9590000101A";
    assert!(is_there(claim));
    let purge = ["purge", "--before", "2026-07-02", "--by", "AB", "--reason", "retention"];
    assert_eq!(folder.ledger(&purge).0, Some(0));
    assert!(!is_there(claim));
}

/// Who writes on after the file was taken is told of.
#[test]
fn what_is_written_late_is_told() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("committed", 1);
    let taken = folder.path().join("state/work/000001/in/a.837");
    OpenOptions::new().append(true).open(taken).unwrap().write_all(&sample("837d-dentists.x12")).unwrap();
    let log = folder.looked(3);
    assert!(log.contains("it was written to after it was judged"), "{log}");
    let (_, said) = folder.ledger(&["show", "1"]);
    assert!(said.contains("it was written to after it was judged"), "{said}");
    let (status, said) = folder.ledger(&["verify"]);
    assert!(status == Some(1) && said.contains("its input is not what it was"), "{said}");
    folder.looked(0);
    // still later
    let folder = Folder::new();
    let mut open = fs::File::create(folder.path().join("inbox/bay/a.837")).unwrap();
    open.write_all(&sample(COUNT)).unwrap();
    folder.looked(1);
    open.write_all(&sample("837d-dentists.x12")).unwrap();
    let log = folder.looked(3);
    assert!(log.contains("it was written to after it was judged"), "{log}");
    folder.looked(0);
}

#[test]
fn what_is_let_go_or_moved_is_no_violation() {
    let guard = "jobs = 1\n[guard]\nmax_reject_rate = 0.1\nmin_records = 1\n";
    let folder = Folder::with(|config| format!("{}{}", config.replace("jobs = 1\n", ""), &guard[9..]));
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    assert_eq!(folder.fates()["a.837"], "stopped");
    crate::holds::balances(&folder);
    assert_eq!(folder.ledger(&["release", "1", "--by", "AB", "--reason", "right"]).0, Some(0));
    crate::holds::balances(&folder);
    folder.looked(1);
    crate::holds::balances(&folder);
    // put away, and not yet noted
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("moved", 1);
    folder.proven();
    folder.looked(0);
    folder.proven();
}

#[test]
fn a_file_whose_partner_left_is_trouble() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("entered", 1);
    let sea = |config: String| config.replace("\"bay\"", "\"sea\"").replace("inbox/bay", "inbox/sea");
    folder.reconfigure(sea);
    let log = folder.looked(3);
    assert!(log.contains("its partner has no inbox in the configuration any more"), "{log}");
    folder.reconfigure(|config| config.replace("\"sea\"", "\"bay\"").replace("inbox/sea", "inbox/bay"));
    folder.looked(1);
    assert_eq!(folder.fates()["a.837"], "archived judged");
}

#[test]
fn folders_that_must_not_meet_are_refused() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join("out/accept")).unwrap();
    symlink(folder.path().join("out/accept"), folder.path().join("tests-too")).unwrap();
    for (from, to, said) in [
        ("test = \"test\"", "test = \"out/accept\"", "for tests and for something else"),
        ("test = \"test\"", "test = \"tests-too\"", "for tests and for something else"),
        ("archive = \"archive\"", "archive = \"state/work/000001\"", "a folder of its own"),
    ] {
        folder.reconfigure(|config| config.replace(from, to));
        let log = folder.looked(2);
        assert!(log.contains(said), "{to}: {log}");
        folder.reconfigure(|config| config.replace(to, from));
    }
    folder.looked(0);
}

/// Files under way stay with the state folder that they are in.
#[test]
fn a_store_with_files_under_way_needs_their_state_folder() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.dies_at("taking", 1);
    folder.reconfigure(|config| config.replace("state = \"state\"", "state = \"state2\""));
    let said = folder.looked(2);
    assert!(said.contains("files are under way"), "{said}");
    folder.reconfigure(|config| config.replace("state = \"state2\"", "state = \"state\""));
    folder.looked(1);
    assert_eq!(folder.fates()["a.837"], "archived judged");
}
