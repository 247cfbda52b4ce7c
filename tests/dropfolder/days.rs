//! What becomes of files of every kind.

use std::fs;

use crate::folder::{Folder, altered, sample};

const COUNT: &str = "wrong-count-837p.x12";

#[test]
fn outputs_stand_where_they_belong() {
    let folder = Folder::new();
    folder.drop_in(COUNT, sample(COUNT));
    folder.looked(1);
    assert_eq!(folder.names("inbox"), Vec::<String>::new());
    assert_eq!(folder.names("out/accept"), ["bay-000001-wrong-count-837p.accept.x12"]);
    assert_eq!(folder.names("out/reject"), ["bay-000001-wrong-count-837p.reject.x12"]);
    let acks = ["277ca", "999", "ta1"].map(|kind| format!("bay-000001-wrong-count-837p.{kind}.x12"));
    assert_eq!(folder.names("out/acks"), acks);
    assert_eq!(folder.names("out/reports").len(), 3);
    let files = folder.files();
    let kept = "archive/2026-07-01/bay-000001-wrong-count-837p.x12";
    assert_eq!(files[&format!("{kept}/in/{COUNT}")], sample(COUNT));
    let name = "wrong-count-837p.accept.x12";
    assert_eq!(files[&format!("{kept}/out/{name}")], files[&format!("out/accept/bay-000001-{name}")]);
    folder.proven();
    let (_, said) = folder.ledger(&["list", "--totals", "day"]);
    assert!(said.contains("2026-07-01") && said.contains("yes") && !said.contains("NO"), "{said}");
    let sets = String::from_utf8(sample(COUNT)).unwrap().matches("ST*837").count();
    assert!(said.contains(&format!("{sets} acknowledged")), "{said}");
    let (status, said) = folder.ledger(&["find", "--control", "260701009"]);
    assert!(status == Some(0) && said.contains(COUNT), "{said}");
}

#[test]
fn authorizations_go_before_claims_that_came_with_them() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    folder.drop_in("b.278", sample("278-responses.x12"));
    let log = folder.looked(1);
    let place = |arrival: &str| {
        log.lines().position(|line| line.contains("settled") && line.contains(arrival)).unwrap()
    };
    assert!(place("\"arrival\":2") < place("\"arrival\":1"), "{log}");
}

#[test]
fn what_may_not_be_sent_is_answered_and_set_apart() {
    let folder = Folder::new();
    folder.drop_in("stranger.837", altered(COUNT, &[("SAMPLECLR      *ZZ", "STRANGER       *ZZ")]));
    folder.drop_in("other-plan.837", altered(COUNT, &[("CCSPLAN        *", "OTHERPLAN      *")]));
    folder.drop_in("dental.837", sample("837d-dentists.x12"));
    folder.drop_in("notes.txt", "no X12 at all");
    folder.drop_in("empty.837", "");
    folder.looked(1);
    let fates = folder.fates();
    for (name, fate) in [
        ("stranger.837", "archived unknown_party"),
        ("other-plan.837", "archived unknown_party"),
        ("dental.837", "archived not_allowed"),
        ("notes.txt", "archived unreadable"),
        ("empty.837", "archived unreadable"),
    ] {
        assert_eq!(fates[name], fate, "{name}");
    }
    let files = folder.files();
    let find = |end: &str| {
        let bytes = files.iter().find(|(name, _)| name.starts_with("out/acks/") && name.ends_with(end));
        String::from_utf8(bytes.unwrap_or_else(|| panic!("{end}: {:?}", files.keys())).1.clone()).unwrap()
    };
    assert!(find("stranger.837.ta1.x12").contains("*R*006~"));
    assert!(find("other-plan.837.ta1.x12").contains("*R*008~"));
    let x999 = find("dental.837.999.x12");
    assert!(x999.contains("AK9*R*") && x999.contains("*0*1~"), "{x999}");
    let notice = &files["out/reports/bay-000002-empty.837.notice.json"];
    assert!(
        String::from_utf8_lossy(notice).contains("\"why\": \"empty.837 is empty"),
        "the folder is gone by now"
    );
    assert!(folder.names("out/accept").is_empty());
    assert_eq!(folder.names("quarantine").iter().filter(|name| name.contains("/in/")).count(), 5);
    assert_eq!(folder.names("out/reports").iter().filter(|name| name.ends_with(".notice.json")).count(), 5);
    folder.proven();
    // their claims are known, and counted as refused
    let (status, said) = folder.ledger(&["find", "--claim", "D-CLEFT-NUMBER"]);
    assert!(status == Some(0) && said.contains("a claim was refused"), "{said}");
    let claims = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("CLM*").count() as u64;
    let [dental, stranger] = [&sample("837d-dentists.x12")[..], &sample("wrong-count-837p.x12")].map(claims);
    for (file, count) in crate::holds::counts(&folder) {
        let refused = match &*file {
            "dental.837" => dental,
            "stranger.837" | "other-plan.837" => stranger,
            _ => 0,
        };
        assert_eq!(count, [refused, 0, 0, refused, 0], "{file}");
    }
    // answers and notices are proven with the rest
    let kept = |end: &str| {
        let name =
            folder.files().into_keys().find(|name| name.starts_with("quarantine/") && name.ends_with(end));
        folder.path().join(name.unwrap())
    };
    let (ta1, notice, x999) =
        (kept("stranger.837.ta1.x12"), kept("empty.837.notice.json"), kept("dental.837.999.x12"));
    fs::remove_file(&ta1).unwrap();
    fs::remove_file(&notice).unwrap();
    fs::write(&x999, fs::read_to_string(&x999).unwrap().replace("AK9*R*", "AK9*A*")).unwrap();
    let (status, said) = folder.ledger(&["verify"]);
    assert_eq!(status, Some(1), "{said}");
    for (path, why) in
        [(&ta1, "is not there"), (&notice, "is not there"), (&x999, "is not the answer that is due")]
    {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(said.contains(&format!("{name} {why}")), "{name}: {said}");
    }
    assert!(said.contains("; 3 violations"), "{said}");
}

/// A packed file of a stranger is turned away, whatever else is wrong with it; of its claims those are known that can be read.
#[cfg(feature = "containers")]
#[test]
fn a_damaged_archive_of_a_stranger_is_turned_away() {
    use std::io::Write as _;
    let folder = Folder::new();
    let claims = altered(COUNT, &[("SAMPLECLR      *ZZ", "STRANGER       *ZZ")]);
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in ["a.837", "b.837"] {
        archive.start_file(name, stored).unwrap();
        archive.write_all(&claims).unwrap();
    }
    let mut bytes = archive.finish().unwrap().into_inner();
    // a byte of the second, which its checksum does not know
    let at = bytes.windows(3).rposition(|three| three == b"CLM").unwrap();
    bytes[at + 8] ^= 1;
    folder.drop_in("q.zip", bytes);
    folder.looked(1);
    assert_eq!(folder.fates()["q.zip"], "archived unknown_party");
    let of_one = String::from_utf8_lossy(&claims).matches("CLM*").count() as u64;
    assert_eq!(crate::holds::counts(&folder)[0].1, [of_one, 0, 0, of_one, 0]);
    folder.proven();
}

/// Files that were put together by hand, or cut short, hide no sender, and no production behind a test.
#[test]
fn what_stands_between_interchanges_hides_none() {
    let text = |changes: &[(&str, &str)]| String::from_utf8(altered(COUNT, changes)).unwrap();
    let of_stranger = text(&[("SAMPLECLR      *ZZ", "STRANGER       *ZZ")]);
    let enrolled = text(&[]);
    let test = text(&[("*P*:~", "*T*:~"), ("260701", "260702")]);
    let cut = |text: &str| text[..text.rfind("IEA").unwrap() + 8].to_owned();
    let folder = Folder::new();
    for (name, content) in [
        ("junk.837", format!("{enrolled}--- next file ---\n{of_stranger}")),
        ("cut.837", format!("{}\n{of_stranger}", cut(&enrolled))),
        ("behind-a-test.837", format!("{test}--- next file ---\n{enrolled}")),
        ("behind-a-cut-test.837", format!("{}{}", cut(&test), text(&[("260701", "260703")]))),
    ] {
        folder.drop_in(name, content);
    }
    folder.looked(1);
    let fates = folder.fates();
    for (name, fate) in [
        ("junk.837", "archived unknown_party"),
        ("cut.837", "archived unknown_party"),
        ("behind-a-test.837", "archived mixed"),
        ("behind-a-cut-test.837", "archived mixed"),
    ] {
        assert_eq!(fates[name], fate, "{name}");
    }
    assert!(folder.names("test").is_empty(), "{:?}", folder.names("test"));
    folder.proven();
}

/// Whatever is the matter with the files of one arrival, those of the others are proven.
#[test]
fn an_empty_acknowledgement_hides_no_other_loss() {
    let folder = Folder::new();
    for name in ["a.837", "b.837"] {
        folder
            .drop_in(name, altered(COUNT, &[("260701", if name == "a.837" { "260702" } else { "260703" })]));
        folder.once();
    }
    let archive = folder.path().join("archive/2026-07-01");
    fs::write(archive.join("bay-000001-a.837/out/a.999.x12"), "").unwrap();
    fs::remove_dir_all(archive.join("bay-000002-b.837")).unwrap();
    let (status, said) = folder.ledger(&["verify"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("arrival 1: its acknowledgements cannot be read; restore them"), "{said}");
    assert!(
        said.contains("arrival 2: ") && said.contains("is not there; restore it from a backup"),
        "{said}"
    );
}

#[test]
fn the_same_bytes_are_not_judged_twice() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(COUNT));
    folder.drop_in("b.837", sample(COUNT));
    folder.looked(1);
    folder.drop_in("a.837", sample(COUNT));
    // the same number, other bytes
    folder.drop_in("c.837", [&sample(COUNT)[..], b"\n"].concat());
    folder.looked(1);
    let (_, said) = folder.ledger(&["list"]);
    let count = |word: &str| said.matches(word).count();
    assert_eq!((count("judged"), count("duplicate")), (2, 2), "{said}");
    let reasons = folder.files().into_iter().find(|(name, _)| name.ends_with("-c.reasons.csv")).unwrap();
    assert!(String::from_utf8(reasons.1).unwrap().contains("ENV111"));
    assert_eq!(folder.names("out/accept").len(), 1, "the claims of c are duplicates");
    folder.proven();
}

#[test]
fn a_number_that_comes_again_can_be_refused() {
    let folder = Folder::with(|config| config + "repeated_control_number = \"refuse\"\n");
    folder.drop_in("a.837", sample(COUNT));
    folder.looked(1);
    folder.drop_in("b.837", [&sample(COUNT)[..], b"\n"].concat());
    folder.looked(1);
    let files = folder.files();
    let ta1 = files.iter().find(|(name, _)| name.ends_with("-b.ta1.x12")).unwrap();
    assert!(String::from_utf8_lossy(ta1.1).contains("*R*025~"));
    folder.proven();
}

#[test]
fn tests_leave_no_trace_but_in_their_folder() {
    let folder = Folder::new();
    let test = altered(COUNT, &[("*P*:", "*T*:")]);
    folder.drop_in("t.837", &test);
    folder.looked(1);
    folder.drop_in("t.837", &test);
    folder.looked(1);
    assert!(folder.names("out").is_empty() && folder.names("archive").is_empty());
    let accepted = folder.names("test").into_iter().filter(|name| name.ends_with("-t.accept.x12"));
    assert_eq!(accepted.count(), 2, "a test is judged each time");
    // and the real thing afterwards is no repetition
    folder.drop_in("p.837", sample(COUNT));
    folder.looked(1);
    let reasons = folder.files().into_iter().find(|(name, _)| name.ends_with("-p.reasons.csv")).unwrap();
    assert!(!String::from_utf8(reasons.1).unwrap().contains("ENV111"));
    folder.proven();
}

#[test]
fn the_guard_stops_a_file_until_it_is_released() {
    let folder = Folder::with(|config| {
        config.replace("[[inbox]]", "[guard]\nmax_reject_rate = 0.2\nmin_records = 3\n[[inbox]]")
    });
    folder.drop_in("a.837", sample(COUNT));
    let log = folder.looked(1);
    assert!(log.contains("stopped by the guard: 50% of its 4 records"), "{log}");
    assert_eq!(folder.fates()["a.837"], "stopped");
    assert!(folder.names("out").is_empty());
    let (_, totals) = folder.ledger(&["list", "--totals", "partner"]);
    assert!(totals.contains("yes") && !totals.contains("NO"), "{totals}");
    folder.looked(0);
    let release = ["release", "1", "--by", "AB", "--reason", "the roster is of today"];
    assert_eq!(folder.ledger(&release).0, Some(0));
    assert_eq!(folder.ledger(&release).0, Some(3), "it is stopped no more");
    folder.looked(1);
    assert_eq!(folder.fates()["a.837"], "archived judged");
    let (_, said) = folder.ledger(&["show", "1"]);
    assert!(said.contains("release by AB: the roster is of today"), "{said}");
    // control numbers begin as if nothing had been
    let acks = folder.files().into_iter().find(|(name, _)| name.ends_with("-a.999.x12")).unwrap();
    assert!(String::from_utf8(acks.1).unwrap().contains("*00501*000000001*"));
    folder.proven();
}

#[test]
fn rejected_claims_are_judged_again_and_old_files_purged() {
    let folder = Folder::with(|config| config.replace("jobs = 1", "jobs = 1\nrosters = \"rosters\""));
    let rosters = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/rosters");
    let all = std::fs::read_to_string(rosters.join("authorizations.csv")).unwrap();
    let roster = folder.path().join("rosters/authorizations.csv");
    std::fs::create_dir(folder.path().join("rosters")).unwrap();
    // a roster of long ago
    std::fs::write(&roster, all.lines().take(2).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    folder.looked(1);
    let passing = |folder: &Folder| -> u64 {
        let (status, said) = folder.ledger(&["retry", "--since", "2026-07-01"]);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.contains(": still rejected, by CCS101"), "{said}");
        said.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap()
    };
    let before = passing(&folder);
    std::fs::write(&roster, all).unwrap();
    assert!(passing(&folder) > before);
    let (_, said) = folder.ledger(&["retry", "--phi"]);
    assert!(said.contains(" P-LAST-DAY, charge 60.00: would pass now, was rejected by TAR103"), "{said}");
    folder.proven();
    let purge = ["purge", "--before", "2026-07-02", "--by", "AB", "--reason", "retention"];
    assert_eq!(folder.ledger(&purge).0, Some(0));
    assert!(folder.names("archive").is_empty());
    folder.proven();
    let (_, said) = folder.ledger(&["find", "--claim", "P-LAST-DAY"]);
    assert!(!said.contains("a.837"), "{said}");
    assert_eq!(folder.fates()["a.837"], "archived judged");
}

#[test]
fn an_event_wakes_it_before_its_time() {
    let folder = Folder::with(|config| config.replace("poll_seconds = 1", "poll_seconds = 3600"));
    let mut child = folder.watch().stderr(std::process::Stdio::null()).spawn().unwrap();
    let kept = |name: &str| folder.path().join("archive/2026-07-01").join(name).exists();
    folder.drop_in("before.278", sample("278-responses.x12"));
    // whether it was there at the first look or not
    std::thread::sleep(std::time::Duration::from_secs(2));
    let hidden = folder.drop_in(".a.837", sample(COUNT));
    std::fs::rename(hidden, folder.path().join("inbox/bay/a.837")).unwrap();
    crate::folder::until("it is taken", || kept("bay-000001-before.278") && kept("bay-000002-a.837"));
    crate::folder::terminate(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    folder.proven();
}

#[test]
fn a_stopped_file_can_be_found_and_taken_out() {
    let folder = Folder::with(|config| {
        config.replace("[[inbox]]", "[guard]\nmax_reject_rate = 0.2\nmin_records = 3\n[[inbox]]")
    });
    folder.drop_in("a.837", sample("wrong-count-837p.x12"));
    folder.looked(1);
    // where is our claim?
    let text = String::from_utf8(sample("wrong-count-837p.x12")).unwrap();
    let claim = text.split("CLM*").nth(1).unwrap().split('*').next().unwrap();
    let (status, said) = folder.ledger(&["find", "--claim", claim]);
    assert!(status == Some(0) && said.contains("arrival 1: a claim was held"), "{said}");
    let withdraw = ["withdraw", "1", "--by", "AB", "--reason", "the file of another day"];
    let (status, said) = folder.ledger(&withdraw);
    assert!(status == Some(0) && said.contains("goes to quarantine"), "{said}");
    assert_eq!(folder.ledger(&withdraw).0, Some(3), "once");
    folder.looked(1);
    assert_eq!(folder.fates()["a.837"], "archived withdrawn");
    assert_eq!(folder.names("out"), ["reports/bay-000001-a.837.notice.json"]);
    assert!(folder.path().join("quarantine/bay-000001-a.837/in/a.837").exists());
    let (_, said) = folder.ledger(&["show", "1"]);
    assert!(said.contains("withdraw by AB: the file of another day"), "{said}");
    let (status, said) = folder.ledger(&["find", "--claim", claim]);
    assert!(status == Some(0) && said.contains("arrival 1: a claim was refused"), "{said}");
    folder.proven();
    // it may come again
    folder.drop_in("b.837", sample("wrong-count-837p.x12"));
    folder.looked(1);
    assert_eq!(folder.ledger(&["release", "2", "--by", "AB", "--reason", "it is right"]).0, Some(0));
    folder.looked(1);
    assert_eq!(folder.fates()["b.837"], "archived judged");
    folder.proven();
}

#[test]
fn amounts_are_found_as_people_write_them() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample("837p-physicians.x12"));
    folder.looked(1);
    for amount in ["1,450.00", "$1450", "1450.0"] {
        assert_eq!(folder.ledger(&["find", "--amount", amount]).0, Some(0), "{amount}");
    }
    let (status, said) = folder.ledger(&["find", "--amount", "much"]);
    assert!(status == Some(2) && said.contains("write an amount as 1250.00"), "{said}");
}
