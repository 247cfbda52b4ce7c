//! Real files, where the folder that `CLAIMSIEVE_CORPUS` names is there: a `MANIFEST.csv` and the files that
//! it lists.

use std::collections::HashMap;
use std::path::PathBuf;

use super::tests::Outcome;
use crate::guide::version;
use crate::x12::{SegmentTable, Segments, StructuralIndex, grammar};

/// Files that neither their source nor another validator calls wrong, and what is wrong with them.
const FAULTS: &[(&str, &str)] = &[
    ("837p/lfh__837_005010X222A2-demo.example9.edi", "declares : between components and uses >"),
    ("837p/lfh__demo.cob.2ndary.example4.edi", "declares : between components and uses >"),
    ("837p/lfh__demo.cob.example3.A.edi", "other insurance without the other payer, 2330B"),
    ("837p/lfh__demo.cob.example4.edi", "AMT*F2, an amount of version 4010"),
    ("837p/lfh__demo.example11.edi", "declares : between components and uses >"),
    ("837p/lfh__demo.example12.edi", "declares : between components and uses >"),
    ("837p/lfh__demo.ambulance.example5.edi", "a place of service without its qualifier, CLM05-2"),
    ("837i/lfh__demo-file-demo.edi", "CLM06, which is not used, and DTP*434 with one day"),
    ("837i/lfh__two-claims-single-provider.edi", "CLM06, which is not used"),
    ("999/imsweb__x12_999_accepted_ta1.edi", "AK202 of three characters"),
    (
        "837i/lfh__institutional-claim.edi",
        "a submitter NM1*42, and DMG in other insurance, as in version 4010",
    ),
    ("837i/lfh__ppo-repriced-claim.edi", "declares : between components and uses >"),
    (
        "278/aurelian__test-x12-278-review-request.edi",
        "no patient event level, no dependent's name, HCR in a request",
    ),
    ("278/aurelian__x217-inpatient-response-approved.edi", "levels, STC and names of a 277"),
    ("278/aurelian__x217-inpatient-response-denied.edi", "levels, STC and names of a 277"),
];

/// The transaction sets of a file that follow one of the guides, matched.
fn outcomes(bytes: &[u8]) -> Vec<Outcome> {
    let start = bytes.windows(3).position(|window| window == b"ISA").unwrap_or(0);
    let Some(isa) = bytes.get(start..).and_then(grammar::isa) else { return Vec::new() };
    let body = &bytes[start + isa.raw_len..];
    let mut table = SegmentTable::new();
    StructuralIndex.read(body, &isa.separators, &mut table);
    let mut outcomes = Vec::new();
    let (mut group, mut from) = (Vec::new(), None);
    for at in 0..table.len() as u32 {
        let segment = table.segment(body, at);
        match segment.id() {
            b"GS" => group = segment.element(8).to_vec(),
            b"ST" => from = Some(at),
            b"SE" => {
                let Some(from) = from.take() else { continue };
                let st03 = table.segment(body, from).element(3);
                let Some(version) = version(st03).or_else(|| version(&group)) else { continue };
                let id = version.family.guide(table.segment(body, from + 1).element(2));
                let set = table.extent(from, at + 1).of(body).to_vec();
                outcomes.push(Outcome::of_bytes(id, set, isa.separators).with_elements(isa.separators));
            }
            _ => {}
        }
    }
    outcomes
}

#[test]
fn real_files_have_the_faults_that_they_have() {
    let Some(folder) = std::env::var_os("CLAIMSIEVE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: CLAIMSIEVE_CORPUS is not set");
        return;
    };
    let mut manifest = csv::Reader::from_path(folder.join("MANIFEST.csv")).expect("a manifest");
    let (mut sets, mut clean, mut surprises) = (0, 0, Vec::new());
    for row in manifest.deserialize::<HashMap<String, String>>() {
        let row = row.expect("a row of the manifest");
        let kinds = ["837p", "837i", "837d", "278", "999", "277ca"];
        if !kinds.contains(&row["transaction"].as_str()) || row["envelope_ok"] != "yes" {
            continue;
        }
        let file = row["file"].as_str();
        let known = FAULTS.iter().find(|(name, _)| *name == file).map(|(_, why)| *why);
        let may_fail = file.starts_with("broken/") || row["pyx12"] == "reject" || known.is_some();
        let bytes = std::fs::read(folder.join(file)).expect("a file of the manifest");
        let mut faulty = false;
        for outcome in outcomes(&bytes) {
            sets += 1;
            let faults = outcome.faults();
            if faults.is_empty() {
                clean += 1;
                continue;
            }
            faulty = true;
            eprintln!(
                "{file}: {} and {} that follow",
                known.unwrap_or(&row["pyx12"]),
                outcome.matched.suppressed
            );
            for fault in faults.iter().take(12) {
                eprintln!("    {fault}");
            }
            if !may_fail {
                surprises.push(format!("{file}: {faults:#?}"));
            }
        }
        if known.is_some() && !faulty {
            surprises.push(format!("{file} is without a fault"));
        }
    }
    eprintln!("{clean} of {sets} sets without a fault");
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
