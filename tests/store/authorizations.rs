//! Authorizations go in from 278 responses and CSV, are shown, and count for later runs.

use std::path::Path;

use tempfile::TempDir;

use crate::common::program::{claimsieve, said};
use crate::common::run::{authorizations, place};
use crate::common::{Case, Kind, Outputs, SURGEON, Setup, granting, interchange_of, responding};

const MEMBER: &str = "91234567A";

fn claim(number: &str, day: &str) -> Vec<u8> {
    let text = format!(
        "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*{number}\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*{day}"
    );
    interchange_of(Kind::Professional, SURGEON, &[Case { member: MEMBER, ..Case::of(&text) }])
}

/// `claimsieve auth`: its status and what it says.
fn auth(arguments: &[&str], store: &Path) -> (Option<i32>, String) {
    let output = claimsieve().arg("auth").args(arguments).arg("--store").arg(store).output().unwrap();
    (output.status.code(), said(&output))
}

fn import(dir: &Path, store: &Path, name: &str, bytes: &[u8]) -> String {
    let paths = place(dir, &[(name, bytes)]);
    let (status, said) = auth(&["import", paths[0].to_str().unwrap()], store);
    assert_eq!(status, Some(0), "{said}");
    said
}

/// A response of 2 January whose UM02, day and event are others.
fn response(certification: &str, day: &str, event: &str, services: &[&str]) -> Vec<u8> {
    let text = String::from_utf8(responding(MEMBER, 9, event, services)).unwrap();
    let text = text.replace("UM*HS*I*", &format!("UM*HS*{certification}*"));
    text.replace("BHT*0007*11*REQ1*20260102", &format!("BHT*0007*11*REQ1*{day}")).into_bytes()
}

/// A file judged with a store; that all of them have one control number is no matter here.
fn judged(store: &Path, bytes: &[u8]) -> Outputs {
    let mut outputs = Setup { store: Some(store.to_owned()), ..Setup::default() }.one(bytes);
    outputs.rows.retain(|row| row.rule != "ENV111");
    outputs
}

/// The rules that speak of a file, beside a copy of a store.
fn beside(store: &Path, bytes: &[u8]) -> Vec<String> {
    // the last connection to close leaves one file
    assert!(!store.with_extension("store-wal").exists());
    let dir = TempDir::new().unwrap();
    let copy = dir.path().join("copy.store");
    std::fs::copy(store, &copy).unwrap();
    judged(&copy, bytes).rules().into_iter().map(str::to_owned).collect()
}

#[test]
fn imported_authorizations_count_for_later_runs() {
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("plan.store");
    let said = import(dir.path(), &store, "a.278", &granting("TAR-77", MEMBER, 9));
    assert!(said.contains("a.278: 1 decisions imported from 1 responses"), "{said}");
    let rows = authorizations(
        "tar-88,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97802,4,UN,\n97123456789,sar,county,A1,91234567A,2018-01-02,2018-01-01,2026-12-31,,,,,",
    );
    let said = import(dir.path(), &store, "a.csv", rows.as_bytes());
    assert!(said.contains("a.csv: 2 decisions imported"), "{said}");
    for (number, expected) in
        [("TAR-77", None), ("tar-88", None), ("97123456789", None), ("TAR-99", Some("TAR103"))]
    {
        let said = beside(&store, &claim(number, "20260302"));
        let rejected = said.iter().find(|rule| rule.as_str() != "TAR122");
        assert_eq!(rejected.map(String::as_str), expected, "{number}");
    }
}

/// What a run would not take is not imported either, and is told; of what names no number that is said.
#[test]
fn what_is_left_out_of_an_import_is_told() {
    let dir = TempDir::new().unwrap();
    let sound = String::from_utf8(granting("TAR-77", MEMBER, 9)).unwrap();
    let without_number = response("I", "20260102", "HCR*A4\nHI*ABK:E109", &[]);
    let pattern = response("I", "20260102", "HCR*A1*T1\nHI*ABK:E109", &["SV1*HC:97802*80\nHSD*******A"]);
    for (nth, bytes, expected, words) in [
        (0, pattern, 0, "1 responses; 1 of them say how much in a way that is not counted"),
        (1, sound.clone().into_bytes(), 0, "1 decisions imported from 1 responses\n"),
        (2, without_number, 0, "0 decisions imported from 1 responses; 1 of them name no authorization\n"),
        (3, sound.replace("\nSE*", "\nSE*9").into_bytes(), 1, "0 decisions imported; LEFT OUT"),
        (4, sound.replace("UM*HS", "UMX*HS").into_bytes(), 1, "`claimsieve check` shows: 1 responses\n"),
        (
            5,
            sound.as_bytes()[..sound.find("IEA").unwrap()].to_vec(),
            1,
            "shows: 1 responses, 1 interchanges whole\n",
        ),
    ] {
        let paths = place(dir.path(), &[("a.278", &bytes)]);
        let store = dir.path().join(format!("{nth}.store"));
        let (status, said) = auth(&["import", paths[0].to_str().unwrap()], &store);
        assert_eq!(status, Some(expected), "{said}");
        assert!(said.contains(words), "{words} in {said}");
    }
}

/// An import that fails leaves no empty store behind, and a store that was there alone.
#[test]
fn a_failed_import_makes_no_store() {
    let dir = TempDir::new().unwrap();
    let paths = place(dir.path(), &[("a.278", &granting("TAR-77", MEMBER, 9)), ("b.csv", b"number\nx\n")]);
    let both = ["import", paths[0].to_str().unwrap(), paths[1].to_str().unwrap()];
    let store = dir.path().join("plan.store");
    let (status, said) = auth(&both, &store);
    assert_eq!(status, Some(2), "{said}");
    let left: Vec<_> =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    import(dir.path(), &store, "a.278", &granting("TAR-77", MEMBER, 9));
    assert_eq!(auth(&both, &store).0, Some(2));
    assert!(auth(&["show", "TAR-77"], &store).1.contains("tar of the plan,"));
}

#[test]
fn responses_of_a_run_are_kept() {
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("plan.store");
    let setup = Setup { store: Some(store.clone()), ..Setup::default() };
    setup.run(&[("a.837", &claim("TAR-1", "20260302")), ("b.278", &granting("TAR-77", MEMBER, 9))]);
    assert!(judged(&store, &claim("TAR-77", "20260303")).rows.is_empty());
    // a test interchange leaves the store alone
    let text = String::from_utf8(granting("TAR-78", MEMBER, 10)).unwrap().replace("*P*:", "*T*:");
    setup.run(&[("c.278", text.as_bytes())]);
    assert_eq!(judged(&store, &claim("TAR-78", "20260304")).rules(), ["TAR103"]);
}

/// An extension adds its dates, an approved revision takes the place of what was, a cancellation ends it; what is denied
/// changes nothing. A number in REF*NT is none.
#[test]
fn decisions_follow_each_other() {
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("plan.store");
    let service = "SV1*HC:97802*80*UN*4";
    let event = |action: &str, reference: &str, from: &str, to: &str| {
        format!("HCR*{action}\n{reference}DTP*007*RD8*{from}-{to}\nHI*ABK:E109")
    };
    let mut step = 0;
    let mut take = |certification: &str, event: &str| {
        step += 1;
        let bytes = response(certification, &format!("202601{:02}", step + 1), event, &[service]);
        import(dir.path(), &store, &format!("{step}.278"), &bytes);
    };
    // that an authorization was modified is said beside all else
    let says = |number: &str, day: &str| {
        let mut said = beside(&store, &claim(number, day));
        said.retain(|rule| rule != "TAR111");
        said
    };
    take("I", &event("A1*T1", "REF*NT*ADMIN1\n", "20260101", "20260331"));
    assert_eq!(says("T1", "20260302"), [""; 0]);
    assert_eq!(says("T1", "20260402"), ["TAR106"]);
    assert_eq!(says("ADMIN1", "20260302"), ["TAR103"]);
    // pended, then approved, without a number of its own
    take("4", &event("A4", "REF*BB*T1\n", "20260401", "20260630"));
    assert_eq!((says("T1", "20260302"), says("T1", "20260402")), (vec![], vec!["TAR106".to_owned()]));
    take("4", &event("A1", "REF*BB*T1\n", "20260401", "20260630"));
    assert_eq!((says("T1", "20260302"), says("T1", "20260402")), (vec![], vec![]));
    take("S", &event("A3*T1", "", "20260501", "20260630"));
    assert_eq!(says("T1", "20260302"), [""; 0]);
    take("S", &event("A6*T1", "", "20260501", "20260630"));
    assert_eq!((says("T1", "20260302"), says("T1", "20260502")), (vec!["TAR106".to_owned()], vec![]));
    take("3", &event("A4", "REF*BB*T1\n", "20260501", "20260630"));
    assert_eq!(says("T1", "20260502"), [""; 0]);
    take("3", &event("A1", "REF*BB*T1\n", "20260501", "20260630"));
    assert_eq!(says("T1", "20260502"), ["TAR104"]);
    let (status, said) = auth(&["show", "t1"], &store);
    assert_eq!(status, Some(0));
    for line in [
        "tar of the plan, cancelled (C),",
        "2026-01-02 12:00: decision, tar",
        "cancellation of T1",
        "nothing yet",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
}

#[test]
fn lists_and_shows_without_health_information_unless_asked() {
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("plan.store");
    import(dir.path(), &store, "a.278", &granting("TAR-77", MEMBER, 9));
    let (status, said) = auth(&["list"], &store);
    assert_eq!(status, Some(0));
    assert!(
        said.contains("TAR-77")
            && said.contains("A1 certified ")
            && said.contains("2026-01-01/2026-12-31")
            && said.contains("4 UN"),
        "{said}"
    );
    assert!(!said.contains(MEMBER));
    assert!(auth(&["list", "--phi"], &store).1.contains(MEMBER));
    assert!(auth(&["list", "--member", "91234567a"], &store).1.contains("TAR-77"));
    assert!(!auth(&["list", "--member", "91234567B"], &store).1.contains("TAR-77"));
    assert!(!auth(&["show", "TAR-77"], &store).1.contains(MEMBER));
    assert!(auth(&["show", "TAR-77", "--phi"], &store).1.contains(MEMBER));
    assert_eq!(auth(&["show", "TAR-78"], &store).0, Some(3));
}

/// All or nothing.
#[test]
fn a_wrong_row_keeps_everything_out() {
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("plan.store");
    let good = authorizations("T1,tar,plan,A1,M1,,,,,,,,");
    let bad = authorizations("T2,tar,plan,A1,M1,2026-13-01,,,,,,,");
    let paths = place(dir.path(), &[("a.csv", good.as_bytes()), ("b.csv", bad.as_bytes())]);
    let names: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let (status, said) = auth(&["import", names[0], names[1]], &store);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("row 2, column issued_on"), "{said}");
    assert!(!auth(&["list"], &store).1.contains("T1"));
}

/// UM02 and REF*BB of a service: what is cancelled is that service, or what the event does is done to the number that it refers to.
#[test]
fn a_service_may_be_cancelled_by_itself() {
    let dir = TempDir::new().unwrap();
    let of = |more: &str, code: &str| format!("{more}SV1*HC:{code}*80*UN*4");
    let granted = |number: &str| {
        let event = format!("HCR*A1*{number}\nDTP*007*RD8*20260101-20261231\nHI*ABK:E109");
        response("I", "20260102", &event, &[&of("", "97802"), &of("", "97803")])
    };
    let event = |own: &str| format!("HCR*A1{own}DTP*007*RD8*20260101-20261231\nHI*ABK:E109");
    let cancelled = "UM*HS*3\nHCR*A1\n";
    let elsewhere = "UM*HS*3\nHCR*A1\nREF*BB*T1\n";
    let denied = "UM*HS*3\nHCR*A3**0V\nREF*BB*T1\n";
    for (nth, certification, event, services, first, second) in [
        // a revision of both that takes one back
        (1, "S", event("*T1\n"), vec![of(cancelled, "97802"), of("", "97803")], Some("TAR104"), None),
        // another review that takes one back, or is denied that
        (2, "I", event("*T2\n"), vec![of(elsewhere, "97802"), of("", "97804")], Some("TAR104"), None),
        (3, "I", event("*T2\n"), vec![of(denied, "97802"), of("", "97804")], None, None),
        // the number stands in the service alone
        (4, "3", event("\n"), vec![of("HCR*A1\nREF*BB*T1\n", "97802")], Some("TAR104"), Some("TAR104")),
    ] {
        let store = dir.path().join(format!("{nth}.store"));
        import(dir.path(), &store, "a.278", &granted("T1"));
        let services: Vec<&str> = services.iter().map(String::as_str).collect();
        let said =
            import(dir.path(), &store, "b.278", &response(certification, "20260103", &event, &services));
        assert!(!said.contains("name no authorization"), "{nth}: {said}");
        for (code, expected) in [("97802", first), ("97803", second)] {
            let claim = String::from_utf8(claim("T1", "20260302"))
                .unwrap()
                .replace("HC:97802", &format!("HC:{code}"));
            let said = beside(&store, claim.as_bytes());
            assert_eq!(said.first().map(String::as_str), expected, "{nth}, {code}: {said:?}");
        }
    }
}

/// Decisions on one number, the rules that speak of a claim for each code and day of 2026 then.
fn after(decisions: &[Vec<u8>], codes: &[(&str, &str)]) -> Vec<String> {
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("plan.store");
    for (nth, bytes) in decisions.iter().enumerate() {
        import(dir.path(), &store, &format!("{nth}.278"), bytes);
    }
    let said = codes.iter().map(|(code, day)| {
        let claim = String::from_utf8(claim("T1", day)).unwrap().replace("HC:97802", &format!("HC:{code}"));
        beside(&store, claim.as_bytes()).first().cloned().unwrap_or_default()
    });
    said.collect()
}

const YEAR: &str = "DTP*007*RD8*20260101-20261231\nHI*ABK:E109";

/// What a cancellation in part is for: dates and modifiers where it has them, and services of what lists none.
#[test]
fn a_cancellation_in_part_ends_no_more_than_it_says() {
    let granted = |services: &[&str]| response("I", "20260102", &format!("HCR*A1*T1\n{YEAR}"), services);
    let taken_back = |service: &str| {
        let services = [&*format!("UM*HS*3\nHCR*A1\nREF*BB*T1\n{service}"), "SV1*HC:97804*80"];
        response("I", "20260103", &format!("HCR*A1*T2\n{YEAR}"), &services)
    };
    let (winter, spring) = ("DTP*472*RD8*20260101-20260228\n", "DTP*472*RD8*20260301-20260331\n");
    let nutrition = "SV1*HC:97802*80*UN*4";
    let both = [&*format!("{winter}{nutrition}"), &*format!("{spring}{nutrition}")];
    let days = [("97802", "20260202"), ("97802", "20260302")];
    let ended = taken_back(&format!("{spring}SV1*HC:97802*80"));
    assert_eq!(after(&[granted(&both), ended.clone()], &days), ["", "TAR106"]);
    assert_eq!(after(&[granted(&[nutrition]), ended], &days), ["", "TAR106"], "the rest of its dates stays");
    let sides = ["SV1*HC:97802:GQ*80*UN*4", "SV1*HC:97802:GT*80*UN*4"];
    let ended = taken_back("SV1*HC:97802:GT*80");
    assert_eq!(after(&[granted(&sides), ended], &[("97802:GQ", "20260302")]), [""]);
    let ended = taken_back("SV1*HC:97802*80");
    let codes = [("97802", "20260302"), ("97803", "20260302")];
    assert_eq!(after(&[granted(&[]), ended], &codes), ["TAR104", ""], "of what lists none");
}

/// A response that cancels one service and adds another does both, in whatever order.
#[test]
fn a_response_may_do_several_things_to_one_number() {
    let both = ["SV1*HC:97802*80*UN*4", "SV1*HC:97803*80*UN*4"];
    let granted = response("I", "20260102", &format!("HCR*A1*T1\n{YEAR}"), &both);
    let (cancels, extends) =
        ("UM*HS*3\nHCR*A1\nREF*BB*T1\nSV1*HC:97802*80", "UM*HS*4\nHCR*A1*T1\nSV1*HC:97804*80*UN*2");
    for services in [[cancels, extends], [extends, cancels]] {
        let then = response("I", "20260103", &format!("HCR*A1*T2\n{YEAR}"), &services);
        let codes = [("97802", "20260302"), ("97803", "20260302"), ("97804", "20260302")];
        assert_eq!(after(&[granted.clone(), then], &codes), ["TAR104", "", ""], "{services:?}");
    }
}

/// A service that extends what its own REF*BB names, below an event with a number of its own.
#[test]
fn a_service_extends_the_number_that_it_refers_to() {
    let granted = response("I", "20260102", &format!("HCR*A1*T1\n{YEAR}"), &["SV1*HC:97802*80*UN*4"]);
    let service = "UM*HS*4\nHCR*A1\nREF*BB*T1\nSV1*HC:97804*80*UN*2";
    let then = response("I", "20260103", &format!("HCR*A1*T2\n{YEAR}"), &[service]);
    let codes = [("97802", "20260302"), ("97804", "20260302")];
    assert_eq!(after(std::slice::from_ref(&granted), &codes), ["", "TAR107"]);
    assert_eq!(after(&[granted, then], &codes), ["", ""]);
}

/// What tests decide counts among tests, and is nothing to production.
#[test]
fn tests_decide_nothing_for_production() {
    let test = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("*P*:", "*T*:").into_bytes();
    let claims = || claim("TAR-78", "20260304");
    let response = |control| granting("TAR-78", MEMBER, control);
    let elsewhere = granting("TAR-79", MEMBER, 12);
    for (claims, response, expected) in [
        (claims(), response(10), None),
        (claims(), test(response(10)), Some("TAR103")),
        (test(claims()), test(response(10)), None),
        (test(claims()), response(10), None),
    ] {
        let ran = Setup::with_profile("tar.authorizations = \"complete\"").run(&[
            ("a.837", &claims),
            ("b.278", &response),
            ("c.278", &elsewhere),
        ]);
        assert_eq!(ran.of("a").rules().first().copied(), expected);
    }
    // nor does a test take back what was granted
    let cancelled = test(response_to("3", "20260105", "HCR*A1\nREF*BB*TAR-78\nHI*ABK:E109"));
    let ran = Setup::with_profile("tar.authorizations = \"complete\"").run(&[
        ("a.837", &claims()),
        ("b.278", &response(10)),
        ("c.278", &cancelled),
    ]);
    assert_eq!(ran.of("a").rules(), [""; 0]);
}

/// A response without services.
fn response_to(certification: &str, day: &str, event: &str) -> Vec<u8> {
    response(certification, day, event, &[])
}
