//! Real files, where the folder that `CLAIMSIEVE_CORPUS` names is there: a `MANIFEST.csv` and the files that it lists.

use std::collections::HashMap;
use std::path::PathBuf;

use super::tests::Outcome;
use crate::guide::version;
use crate::x12::{SegmentTable, Segments, StructuralIndex, grammar};

/// The transaction sets of a file: guide family from ST03 or GS08, and the bytes from ST to SE.
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
                outcomes.push(Outcome::of_bytes(id, set, isa.separators));
            }
            _ => {}
        }
    }
    outcomes
}

#[test]
fn corpus_files_match() {
    let Some(folder) = std::env::var_os("CLAIMSIEVE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: CLAIMSIEVE_CORPUS is not set");
        return;
    };
    let mut manifest = csv::Reader::from_path(folder.join("MANIFEST.csv")).expect("a manifest");
    let (mut sets, mut clean) = (0, 0);
    for row in manifest.deserialize::<HashMap<String, String>>() {
        let row = row.expect("a row of the manifest");
        let kinds = ["837p", "837i", "837d", "278", "999", "277ca"];
        if !kinds.contains(&row["transaction"].as_str()) || row["envelope_ok"] != "yes" {
            continue;
        }
        let bytes = std::fs::read(folder.join(&row["file"])).expect("a file of the manifest");
        let outcomes = outcomes(&bytes);
        if outcomes.is_empty() {
            eprintln!("{}: no set", row["file"]);
        }
        for outcome in outcomes {
            sets += 1;
            let faults = outcome.faults();
            if faults.is_empty() {
                clean += 1;
            } else {
                eprintln!(
                    "{} ({}; {}; +{})",
                    row["file"], row["pyx12"], row["provenance_guess"], outcome.matched.suppressed
                );
                for fault in faults.iter().take(12) {
                    eprintln!("    {fault}");
                }
            }
        }
    }
    eprintln!("{clean} of {sets} sets without a fault");
}
