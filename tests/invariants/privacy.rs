//! Protected health information stays in the outputs that are meant to hold it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::common::program::{claimsieve, process, said};
use crate::common::run::{authorizations, contents, place};
use crate::common::{Case, Flavour, Kind, SURGEON, Setup, check, interchange_of};

/// What nobody but the outputs' reader may see: names, member id, birth dates, street, diagnoses, in the forms in which
/// they could leak.
const MARKS: [&str; 12] = [
    "QUILLFEATHER",
    "XOCHITL",
    "TEOFILO",
    "98765432Q",
    "20110917",
    "2011-09-17",
    "20180603",
    "2018-06-03",
    "UNICORN",
    "E1065",
    "E10.65",
    "TARSECRET",
];

/// Claims of such a member and her child; every flavour of fault.
fn marked(kind: Kind) -> Vec<u8> {
    let mut claims: String = Flavour::ALL
        .iter()
        .zip(1..)
        .map(|(flavour, n)| flavour.text(kind, &format!("K{n}"), 100 + n))
        .collect();
    claims = claims.replace("E109", "E1065");
    let text = String::from_utf8(interchange_of(
        kind,
        SURGEON,
        &[Case { member: "98765432Q", birth: "20110917", zip: "95060", patient: None, claim: &claims }],
    ))
    .unwrap();
    let text =
        text.replace("*VANCE*TED*", "*QUILLFEATHER*XOCHITL*").replace("3 PIER STREET", "77 UNICORN TRAIL");
    let child = format!(
        "HL*3*2*23*0~\nPAT*19~\nNM1*QC*1*QUILLFEATHER*TEOFILO~\nN3*77 UNICORN TRAIL~\nN4*SANTA CRUZ*CA*95060~\nDMG*D8*20180603*F~\n{}",
        String::from_utf8(crate::common::Style::USUAL.dress(&Flavour::NoNumber.text(kind, "K9", 99)))
            .unwrap()
    );
    let text = text.replace("22*0~", "22*1~").replace("SE*", &format!("{child}SE*"));
    let count = text.matches("~\n").count() - 4;
    let end = text.find("SE*").unwrap();
    let tail = text[end..].find('~').unwrap();
    format!("{}SE*{count}*0001{}", &text[..end], &text[end + tail..]).into_bytes()
}

/// Faults of structure right where the marks stand.
fn broken(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    [
        ("20110917", "20110917X"),
        ("20180603", "20180699"),
        ("NM1*IL*1*QUILLFEATHER", "NM1*ZZ*1*QUILLFEATHER"),
        ("NM1*QC*1*QUILLFEATHER", "NM9*QC*1*QUILLFEATHER"),
        ("N3*77 UNICORN", "N3~77 UNICORN"),
        ("98765432Q", ""),
        ("HI*ABK:", "HI*ABK:Z"),
        ("SE*", "SE*1"),
        ("HL*3*2", "HL*3*9"),
        ("IEA*1*", "IEA*1*9"),
    ]
    .map(|(from, to)| {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        changed.into_bytes()
    })
    .to_vec()
}

fn assert_private(what: &str, text: &str) {
    for mark in MARKS {
        assert!(!text.contains(mark), "{what} shows {mark}:\n{text}");
    }
}

#[test]
fn logs_errors_and_summaries_know_nobody() {
    let dir = TempDir::new().unwrap();
    let rosters = dir.path().join("rosters");
    place(
        &rosters,
        &[
            (
                "authorizations.csv",
                authorizations("TARSECRET1,tar,plan,A3,98765432Q,,2026-01-01,2026-12-31,,,,,").as_bytes(),
            ),
            (
                "members.csv",
                b"member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to\n98765432Q,2011-09-17,Merced,medi-cal,Y,E10,,,\n",
            ),
        ],
    );
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for kind in [Kind::Professional, Kind::Institutional, Kind::Dental] {
        let good = marked(kind);
        let cut = good[..good.len() * 2 / 3].to_vec();
        files.push((format!("{}-cut.837", kind.label()), cut));
        for (n, bytes) in broken(&good).into_iter().enumerate() {
            files.push((format!("{}-{n}.837", kind.label()), bytes));
        }
        files.push((format!("{}.837", kind.label()), good));
    }
    files.push((
        "binary.837".to_owned(),
        [b"\0\xff\x1b".repeat(50), b"QUILLFEATHER 98765432Q".to_vec()].concat(),
    ));
    files.push(("torn.837.gz".to_owned(), [b"\x1f\x8b\x08".to_vec(), marked(Kind::Dental)].concat()));
    let named: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let paths = place(&dir.path().join("in"), &named);
    for profile in ["alliance-ccs", "snip"] {
        let out = dir.path().join(profile);
        let mut command = process(&out);
        command.args(["--log", "trace", "--profile", profile, "--rosters"]).arg(&rosters).args(&paths);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert_private("the terminal", &said(&output));
        let written = contents(&out);
        let quiet = |name: &String| name.ends_with("summary.json") || name == "run.json";
        for (name, bytes) in written.iter().filter(|(name, _)| quiet(name)) {
            assert_private(name, &String::from_utf8_lossy(bytes));
        }
        // the marks are there to be leaked
        let reject = String::from_utf8_lossy(&written["837P.reject.x12"]).into_owned();
        assert!(profile == "snip" || reject.contains("QUILLFEATHER") && reject.contains("E1065"), "{reject}");
        assert_private_files(&out);
    }
    let check = claimsieve().args(["check", "--log", "trace", "--quiet"]).args(&paths).output().unwrap();
    assert_private("check's standard error", &String::from_utf8_lossy(&check.stderr));
}

/// This user alone may read what was written.
fn assert_private_files(out: &Path) {
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(out), 0o700);
    for entry in fs::read_dir(out).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

/// A roster that cannot be read is told of without what it says of anybody.
#[test]
fn errors_in_rosters_quote_nobody() {
    let header = "member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to\n";
    let good = "98765432Q,2011-09-17,Merced,medi-cal,Y,E10,,,";
    for (from, to) in [
        ("2011-09-17", "2011-09-177"),
        ("2011-09-17", "20110917"),
        ("98765432Q", "98765432Q QUILLFEATHER"),
        ("98765432Q", ""),
        ("E10,", "E1065 XOCHITL,"),
        (",medi-cal", ",77 UNICORN TRAIL,medi-cal"),
    ] {
        let dir = TempDir::new().unwrap();
        let text = format!("{header}{}\n", good.replacen(from, to, 1));
        place(dir.path(), &[("members.csv", text.as_bytes())]);
        let output = claimsieve().args(["rosters", "check"]).arg(dir.path()).output().unwrap();
        assert_private(&format!("{from} -> {to}"), &said(&output));
    }
}

/// Cells that a spreadsheet would run begin with an apostrophe in the CSV file, and with nothing in the JSON lines.
#[test]
fn formulas_are_neutralised() {
    for evil in ["=1+1", "+SUM(A1)", "-2+3", "@NOW()", "=HYPERLINK(\"h\",\"y\")"] {
        let claim = format!(
            "CLM*{evil}*80***11:B:1*Y*A*Y*Y\nREF*G1*{evil}\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302\nREF*6R*{evil}"
        );
        let bytes = interchange_of(Kind::Professional, SURGEON, &[Case::of(&claim)]);
        let ran = Setup::default().run(&[("=a.837", &bytes)]);
        let outputs = ran.of("=a");
        check::all(&bytes, &outputs);
        assert_eq!(outputs.rules(), ["TAR102"]);
        let mut reader = csv::Reader::from_reader(outputs.csv.as_slice());
        let headers = reader.headers().unwrap().clone();
        for row in reader.records() {
            let row = row.unwrap();
            for (name, cell) in headers.iter().zip(&row).filter(|(name, _)| *name != "charge") {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
            }
            let cell = |name: &str| row[headers.iter().position(|header| header == name).unwrap()].to_owned();
            assert_eq!(cell("file"), "'=a.837");
            assert_eq!((cell("record_id"), cell("found")), (format!("'{evil}"), format!("'{evil}")));
        }
    }
}
