//! Control numbers count up for each partner, and interchanges are remembered.

use tempfile::TempDir;

use crate::common::{Case, Kind, SURGEON, Setup, interchange_of};

fn claim(id: &str) -> Vec<u8> {
    let text = format!(
        "CLM*{id}*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
    );
    interchange_of(Kind::Professional, SURGEON, &[Case::of(&text)])
}

/// ISA13 and GS06 of an output.
fn numbers(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let segments = text.split('~').map(str::trim);
    let of =
        |segment: &str, at: usize| segment.split('*').nth(at).unwrap().trim_start_matches('0').to_owned();
    segments
        .filter_map(|segment| match segment.get(..3) {
            Some("ISA") => Some(of(segment, 13)),
            Some("GS*") => Some(of(segment, 6)),
            _ => None,
        })
        .collect()
}

#[test]
fn control_numbers_count_up_for_a_partner() {
    let dir = TempDir::new().unwrap();
    let setup = Setup { store: Some(dir.path().join("plan.store")), ..Setup::default() };
    let first = setup.run(&[("a.837", &claim("A1"))]);
    assert_eq!(numbers(&first.files["a.999.x12"]), ["1", "1"]);
    assert_eq!(numbers(&first.files["a.277ca.x12"]), ["2", "2"]);
    // a test does not use up any
    let test = String::from_utf8(claim("A2")).unwrap().replace("*P*:", "*T*:");
    let test = setup.run(&[("t.837", test.as_bytes())]);
    assert_ne!(numbers(&test.files["t.999.x12"]), ["3", "3"]);
    let second = setup.run(&[("b.837", &claim("A3"))]);
    assert_eq!(numbers(&second.files["b.999.x12"]), ["3", "3"]);
    let other = String::from_utf8(claim("A4")).unwrap().replace("ZZ*BAYBILLING", "ZZ*SEABILLING");
    let third = setup.run(&[("c.837", other.as_bytes())]);
    assert_eq!(numbers(&third.files["c.999.x12"]), ["1", "1"]);
}

#[test]
fn an_interchange_that_came_before_is_told() {
    let dir = TempDir::new().unwrap();
    let mut setup = Setup { store: Some(dir.path().join("plan.store")), ..Setup::default() };
    let told = |setup: &Setup, bytes: &[u8]| !setup.one(bytes).rows_of("ENV111").is_empty();
    assert!(!told(&setup, &claim("A1")));
    assert!(told(&setup, &claim("A2")), "the same ISA13");
    // an input again takes its own place
    setup.force = true;
    assert!(told(&setup, &claim("A2")), "A1 had that number too");
    let other = String::from_utf8(claim("A1")).unwrap().replace("*000000001*", "*000000002*");
    let other = other.replace("IEA*1*000000001", "IEA*1*000000002");
    assert!(!told(&setup, other.as_bytes()));
    assert!(!told(&setup, other.as_bytes()));
}
