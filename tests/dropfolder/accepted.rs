//! Rejected claims that a person accepts: the one that is meant, and once.

use std::fs;

use crate::folder::{Folder, altered, sample};
use crate::holds::{counts, text_of, waiting_folder};
use crate::taken_back::file;

const CLAIMS: &str = "837p-physicians.x12";
const ID: &str = "P-CCS101-POINTER";
const LATER: &str = "2026-07-02T12:00:00-07:00";
/// The rosters of [`waiting_folder`] do not know it.
const UNKNOWN: &str = "TAR25070009";

/// The same claims in other interchanges; that of [`ID`] has another diagnosis, here so that it is still rejected, or is right.
fn sent_again(right: bool) -> Vec<u8> {
    let codes = if right { "HI*ABK:J069~" } else { "HI*ABK:J069*ABF:E1066~" };
    altered(CLAIMS, &[("260701001", "260701999"), ("HI*ABK:J069*ABF:E1065~", codes)])
}

fn accept(folder: &Folder, id: &str, more: &[&str]) -> (Option<i32>, String) {
    folder.ledger(&[&["override", id, "--by", "AB", "--reason", "phoned"], more].concat())
}

/// The names of delivered accept files that hold a claim.
fn delivered(folder: &Folder, id: &str) -> Vec<String> {
    let claim = format!("CLM*{id}*");
    let holds = |text: &[u8]| String::from_utf8_lossy(text).contains(&claim);
    let files = folder.files().into_iter();
    let files = files.filter(|(name, text)| name.starts_with("out/accept/") && holds(text));
    files.map(|(name, _)| name["out/accept/".len()..].to_owned()).collect()
}

/// A level of requests for authorization in a set of claims is no record, and moves none.
#[test]
fn the_claim_that_is_meant_is_accepted() {
    let folder = waiting_folder(0);
    let odd = String::from_utf8(file(7, &[("ZA", '1', UNKNOWN)])).unwrap();
    let at = odd.rfind("SE*").unwrap();
    let count: u32 = odd[at + 3..].split('*').next().unwrap().parse().unwrap();
    let (head, tail) = odd.split_at(at);
    let tail = tail.replacen(&count.to_string(), &(count + 1).to_string(), 1);
    let more = file(8, &[("AA", '1', UNKNOWN), ("CC", '1', UNKNOWN), ("DD", '1', UNKNOWN)]);
    let odd = [format!("{head}HL*3*2*EV*0~\n{tail}").into_bytes(), more].concat();
    folder.drop_in("a.837", odd);
    folder.looked(1);
    assert_eq!(counts(&folder)[0].1, [4, 0, 4, 0, 0]);
    for (id, arrival) in [("DD", 2), ("AA", 3)] {
        let (status, said) = accept(&folder, id, &[]);
        assert_eq!(status, Some(0), "{said}");
        folder.looked(0);
        let name = format!("bay-{arrival:06}-a.override-000001.accept.x12");
        assert_eq!(delivered(&folder, id), [&*name]);
        assert_eq!(text_of(&folder, &name).matches("CLM*").count(), 1);
        let (_, found) = folder.ledger(&["find", "--claim", id, "--phi"]);
        assert!(found.contains(&format!("claim {id}, 60, member 90000101A: accepted")), "{found}");
    }
    let (_, found) = folder.ledger(&["find", "--claim", "CC"]);
    assert!(found.contains("arrival 1: a claim was rejected"), "{found}");
    folder.proven();
}

#[test]
fn one_of_two_rejected_claims_of_an_id_is_accepted() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    folder.drop_in("b.837", sent_again(false));
    folder.looked_at(LATER, 1);
    assert_eq!(accept(&folder, ID, &["--arrival", "1"]).0, Some(0));
    let (status, said) = accept(&folder, ID, &["--arrival", "2"]);
    assert!(status != Some(0) && said.contains("of arrival 1, is being accepted already"), "{said}");
    folder.looked_at(LATER, 0);
    assert_eq!(delivered(&folder, ID), ["bay-000003-a.override-000001.accept.x12"]);
    folder.proven();
}

/// What comes between a person's word and its turn keeps the claim from being accepted twice.
#[test]
fn a_claim_that_was_corrected_meanwhile_stays_rejected() {
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let before = counts(&folder)[0].1;
    assert_eq!(accept(&folder, ID, &[]).0, Some(0));
    // its rejected claims cannot be read for one look
    let (archive, away) = (folder.path().join("archive/2026-07-01"), folder.path().join("away"));
    fs::rename(&archive, &away).unwrap();
    folder.drop_in("b.837", sent_again(true));
    folder.looked_at(LATER, 3);
    fs::rename(&away, &archive).unwrap();
    let log = folder.looked_at(LATER, 1);
    assert!(log.contains("accepted as well, by arrival 3"), "{log}");
    assert_eq!(delivered(&folder, ID), ["bay-000003-b.accept.x12"]);
    assert_eq!(folder.fates()["a.override-000001.x12"], "archived not_accepted");
    assert_eq!(counts(&folder)[0].1, before);
    let (_, found) = folder.ledger(&["find", "--claim", ID]);
    assert!(found.contains("arrival 1: a claim was rejected"), "{found}");
    let notice = text_of(&folder, "a.override-000001.x12.notice.json");
    assert!(notice.contains("not_accepted") && !notice.contains(ID), "{notice}");
    folder.looked_at(LATER, 0);
    folder.proven();
    let purge = ["purge", "--before", "2999-01-01", "--by", "AB", "--reason", "retention"];
    let (_, said) = folder.ledger(&purge);
    assert!(said.contains("3 arrivals purged"), "{said}");
}

#[test]
fn what_the_ledger_of_files_does_not_know_stands_in_the_store() {
    // a run by hand accepted it
    let folder = Folder::new();
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked(1);
    let by_hand = folder.path().join("b.837");
    fs::write(&by_hand, sent_again(true)).unwrap();
    let mut process = crate::common::program::claimsieve();
    process.arg("process").arg(&by_hand).arg("--store").arg(folder.path().join("state/plan.store"));
    process.arg("--out").arg(folder.path().join("hand")).args(["--now", LATER]);
    process.output().unwrap();
    let accepted = fs::read_to_string(folder.path().join("hand/b.accept.x12")).unwrap();
    assert!(accepted.contains(&format!("CLM*{ID}*")));
    assert_eq!(accept(&folder, ID, &[]).0, Some(0));
    let log = folder.looked(1);
    assert!(log.contains("stands accepted in the store"), "{log}");
    assert!(delivered(&folder, ID).is_empty());
    folder.proven();
    // what was accepted is purged
    let folder = Folder::new();
    folder.drop_in("b.837", sent_again(true));
    folder.looked(1);
    folder.drop_in("a.837", sample(CLAIMS));
    folder.looked_at("2026-07-20T12:00:00-07:00", 1);
    let purge = ["purge", "--before", "2026-07-10", "--by", "AB", "--reason", "retention"];
    assert_eq!(folder.ledger(&purge).0, Some(0));
    assert_eq!(accept(&folder, ID, &[]).0, Some(0));
    folder.looked_at("2026-07-20T12:00:00-07:00", 1);
    assert_eq!(delivered(&folder, ID), ["bay-000001-b.accept.x12"]);
    folder.proven();
}
