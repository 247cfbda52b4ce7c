//! What `rosters` says to the person who keeps the rosters.

use std::fs;
use std::path::Path;

use claimsieve::reference::Roster;

use crate::common::program::{claimsieve, said};

fn rosters(command: &str, dir: &Path) -> (Option<i32>, String) {
    let output = claimsieve().args(["rosters", command]).arg(dir).output().unwrap();
    (output.status.code(), said(&output))
}

#[test]
fn templates_are_good_and_are_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(rosters("template", dir.path()).0, Some(0));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), Roster::ALL.len());
    let (status, text) = rosters("check", dir.path());
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("members: 2 rows\n") && text.ends_with("nothing is wrong\n"), "{text}");
    fs::write(dir.path().join("members.csv"), "own").unwrap();
    assert!(rosters("template", dir.path()).1.contains("members.csv is there already and was left alone"));
    assert_eq!(fs::read(dir.path().join("members.csv")).unwrap(), b"own");
}

/// Everything that is wrong in all of them at once, by file, row and column.
#[test]
fn all_errors_are_told_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let header = |roster: Roster| roster.template().lines().next().unwrap().to_owned();
    let write = |roster: Roster, bytes: &[u8]| fs::write(dir.path().join(roster.file_name()), bytes).unwrap();
    // Windows line ends and a byte order mark are no errors; a key twice and bad days are
    let members = [
        header(Roster::Members).as_str(),
        "90000001A,2015-03-02,Santa Cruz,medi-cal,Y,D66,1234567893,2024-01-01,",
        "90000001A,2015-03-02,Merced,medi-cal,Y,D66,1234567893,2024-01-01,",
        "90000002A,2015-13-02,Santa Cruz,medi-cal,Q,D66,1234567893,2024-01-01,",
    ]
    .join("\r\n");
    write(Roster::Members, format!("\u{feff}{members}\r\n").as_bytes());
    write(
        Roster::Providers,
        format!("{}\n12345,1,person,Y,01/02/2026,,Z\n", header(Roster::Providers)).as_bytes(),
    );
    write(Roster::Facilities, b"npi,nicu_level,ccs_approved,approved_from\n");
    write(Roster::History, b"");
    write(
        Roster::Authorizations,
        format!("{}\nT1,tar,plan,A1,90000001A,,,,,,4,,\n", header(Roster::Authorizations)).as_bytes(),
    );
    let (status, text) = rosters("check", dir.path());
    assert_eq!(status, Some(2));
    for line in [
        "members.csv row 4, column birth_date: holds a wrong value (not shown, it may identify a patient), expected a day as YYYY-MM-DD",
        "members.csv row 4, column ccs: holds a value of the form A (not shown, it may identify a patient), expected Y, N or nothing",
        "members.csv row 3, column member_id: contradicts row 2: the same member on the same day with another county",
        "providers.csv row 2, column npi: holds \"12345\", expected an NPI of ten digits",
        "providers.csv row 2, column paneled_from: holds \"01/02/2026\", expected a day as YYYY-MM-DD",
        "facilities.csv: lacks the columns approved_to, hrif;",
        "history.csv: is empty; its first line must name the columns",
        "authorizations.csv row 2, column unit: is empty, expected UN, VS or DY, since units are given",
    ] {
        assert!(text.contains(line), "{line}\nis not in\n{text}");
    }
    // a run with them says the same, and reads and writes nothing
    let claims = crate::samples().remove(0);
    let out = dir.path().join("out");
    let mut command = claimsieve();
    command.arg("process").arg(claims).arg("--out").arg(&out).arg("--rosters").arg(dir.path());
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), said(&output)), (Some(2), text));
    assert!(!out.exists());
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_errors() {
    let dir = tempfile::tempdir().unwrap();
    for roster in Roster::ALL {
        let text = format!("\u{feff}{}", roster.template().replace('\n', "\r\n"));
        fs::write(dir.path().join(roster.file_name()), text).unwrap();
    }
    let (status, text) = rosters("check", dir.path());
    assert_eq!(status, Some(0), "{text}");
}

/// A name with a slip in it would be a roster that nobody reads.
#[test]
fn files_that_nothing_reads_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let (status, text) = rosters("check", dir.path());
    assert!(
        status == Some(2) && text.contains("there is no roster in it; they are called members.csv,"),
        "{text}"
    );
    fs::write(dir.path().join("member.csv"), Roster::Members.template()).unwrap();
    assert_eq!(rosters("check", dir.path()).0, Some(2));
    fs::write(dir.path().join("members.csv"), Roster::Members.template()).unwrap();
    let (status, text) = rosters("check", dir.path());
    assert_eq!(status, Some(0));
    assert!(text.contains("member.csv: no roster has this name, and nothing reads it"), "{text}");
}

/// What can be read and is hardly meant is told: wrong is what no plan can mean, the rest are notes.
#[test]
fn what_is_odd_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let write = |roster: Roster, rows: &str| {
        let header = roster.template().lines().next().unwrap();
        fs::write(dir.path().join(roster.file_name()), format!("{header}\n{rows}\n")).unwrap();
    };
    let member =
        |county: &str, npi: &str| format!("90000001A,2015-03-02,{county},medi-cal,Y,,{npi},2024-01-01,");
    write(Roster::Members, &member("Santa Crux", "1234567893"));
    write(Roster::History, "90000001A,A1,P1,2999-07-02,97110,GP,0,");
    let (status, text) = rosters("check", dir.path());
    assert_eq!((status, text.ends_with("nothing is wrong\n")), (Some(0), true), "{text}");
    for line in [
        "note: members.csv row 2, column county: none of the plan's counties; right for members who live elsewhere, else misspelt",
        "note: history.csv row 2, column service_date: a day that is still to come",
        "note: history.csv row 2, column units: 0, which counts for nothing",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    write(Roster::Members, &member("Merced", "1234567890"));
    write(Roster::RequestLog, "TAR1,2026-03-02,Y,2026-03-01,");
    let (status, text) = rosters("check", dir.path());
    assert_eq!((status, text.contains("nothing is wrong")), (Some(2), false), "{text}");
    for line in [
        "members.csv row 2, column pcp_npi: the NPI has a wrong check digit",
        "authorization_log.csv row 2, column decided_on: a day before requested_on",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// A million rows are read and checked like any other number of them.
#[test]
fn a_million_rows_are_checked() {
    use std::fmt::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let mut text = Roster::Members.template().lines().next().unwrap().to_owned() + "\n";
    for n in 0..1_000_000u64 {
        let id = n * 7_919 % 1_000_000;
        let _ = writeln!(text, "9{id:07}A,2015-03-02,Santa Cruz,medi-cal,Y,D66,1234567893,2020-01-01,");
    }
    let path = dir.path().join("members.csv");
    fs::write(&path, &text).unwrap();
    let (status, said) = rosters("check", dir.path());
    assert_eq!((status, said.as_str()), (Some(0), "members: 1,000,000 rows\nnothing is wrong\n"));
    text.push_str("9000000\u{1}A,2015-03-02,,,,,,,\n");
    fs::write(&path, &text).unwrap();
    let (status, said) = rosters("check", dir.path());
    assert!(status == Some(2) && said.contains("members.csv row 1000002, column member_id"), "{said}");
}
