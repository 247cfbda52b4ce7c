//! Public X12 files, where they are at hand: the folder that `CLAIMSIEVE_CORPUS` names, with a `MANIFEST.csv`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]

#[path = "common/mod.rs"]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use claimsieve::pipeline::Silent;
use claimsieve::verdict::Profile;
use common::Setup;

struct Listed {
    file: String,
    transaction: String,
    /// The guides of its sets, with a space between.
    guides: String,
    claims: u64,
    envelope_ok: bool,
    /// Its source calls it wrong.
    said_wrong: bool,
}

impl Listed {
    fn is_claim_or_authorization(&self) -> bool {
        ["837p/", "837i/", "837d/", "278/"].iter().any(|place| self.file.starts_with(place))
    }

    /// Whether the manifest gives it as clean, under a guide that is judged.
    fn is_clean(&self) -> bool {
        let judged = ["005010X222", "005010X223", "005010X224", "005010X217"];
        let is_judged =
            self.guides.split(' ').any(|guide| judged.iter().any(|known| guide.starts_with(known)));
        self.envelope_ok && !self.said_wrong && self.is_claim_or_authorization() && is_judged
    }
}

/// The manifest, or none where there is no corpus.
fn manifest() -> Option<(PathBuf, Vec<Listed>)> {
    let Some(folder) = std::env::var_os("CLAIMSIEVE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: CLAIMSIEVE_CORPUS is not set");
        return None;
    };
    let mut rows = Vec::new();
    let mut reader = csv::Reader::from_path(folder.join("MANIFEST.csv")).unwrap();
    for row in reader.deserialize() {
        let row: BTreeMap<String, String> = row.unwrap();
        rows.push(Listed {
            file: row["file"].clone(),
            transaction: row["transaction"].clone(),
            guides: row["impl"].clone(),
            claims: row["n_clm"].parse().unwrap_or(0),
            envelope_ok: row["envelope_ok"] == "yes",
            said_wrong: !row["source_says_invalid"].is_empty(),
        });
    }
    Some((folder, rows))
}

/// Patient events of requests and responses: HL segments with EV. The file's own separators are those of its ISA.
fn events(bytes: &[u8]) -> u64 {
    let interchanges = common::read::interchanges(bytes);
    let segments = interchanges.iter().flat_map(|interchange| &interchange.segments);
    segments.filter(|segment| segment.id() == b"HL" && segment.element(3) == b"EV").count() as u64
}

/// Patient events of 278 responses among them, which are imported and not split.
fn answered(bytes: &[u8]) -> u64 {
    let mut answer = false;
    let mut count = 0;
    for interchange in common::read::interchanges(bytes) {
        for segment in &interchange.segments {
            match segment.id() {
                b"BHT" => answer = segment.element(2) == b"11",
                b"HL" if segment.element(3) == b"EV" => count += u64::from(answer),
                _ => {}
            }
        }
    }
    count
}

#[test]
fn every_file_runs_and_is_read_to_the_last_claim() {
    let Some((folder, listed)) = manifest() else { return };
    let mut counted = 0;
    for entry in &listed {
        let path = folder.join(&entry.file);
        let bytes = std::fs::read(&path).unwrap();
        let dir = tempfile::TempDir::new().unwrap();
        let begun = Instant::now();
        let ran = Setup::default().run_in(std::slice::from_ref(&path), &dir.path().join("out"), &Silent);
        assert!(begun.elapsed() < Duration::from_mins(1), "{}: it hangs", entry.file);
        for error in &ran.errors {
            assert!(!error.contains("internal error"), "{}: {error}", entry.file);
        }
        if !entry.envelope_ok || !entry.is_claim_or_authorization() {
            continue;
        }
        assert_eq!(ran.errors, [""; 0], "{}", entry.file);
        let name = Path::new(&entry.file).file_stem().unwrap().to_str().unwrap();
        let outputs = ran.of(name);
        let (records, responses) = (outputs.count("records/read"), answered(&bytes));
        if entry.transaction.starts_with("278") {
            assert_eq!(records + responses, events(&bytes), "{}", entry.file);
        } else {
            assert_eq!(records, entry.claims, "{}", entry.file);
        }
        // where a finding points is proven by verify-run's own reading: see tests/verify/corpus.rs
        let view = common::check::View::new(&bytes, &outputs);
        view.conserved();
        view.faithful();
        view.agrees();
        counted += 1;
    }
    assert!(counted > 50, "only {counted} files of {} were counted", listed.len());
}

/// `corpus_faults.csv` lists what is wrong with files that the manifest gives as clean; the others pass. Most are sound in their
/// structure.
#[test]
fn clean_files_pass_the_guides() {
    let Some((folder, listed)) = manifest() else { return };
    let mut faults = BTreeMap::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus_faults.csv");
    for row in csv::Reader::from_path(path).unwrap().deserialize() {
        let (file, rule, _why): (String, String, String) = row.unwrap();
        faults.insert(file, rule);
    }
    let setup = Setup { profile: Profile::built_in("snip").unwrap(), ..Setup::default() };
    let (mut clean, mut wrong) = (0, Vec::new());
    for entry in listed.iter().filter(|entry| entry.is_clean()) {
        let outputs = setup.one(&std::fs::read(folder.join(&entry.file)).unwrap());
        let rejecting: Vec<_> = outputs.rows.iter().filter(|row| row.severity == "reject").collect();
        let rules: BTreeSet<&str> = rejecting.iter().map(|row| row.rule.as_str()).collect();
        // a made-up number is no fault of structure
        let is_sound = rejecting.iter().all(|row| row.snip > 2);
        clean += u32::from(is_sound);
        match faults.remove(&entry.file) {
            None if rules.is_empty() => {}
            None => wrong.push(format!("{} is rejected: {rules:?}", entry.file)),
            Some(rule) if rules.contains(rule.as_str()) => {}
            Some(rule) => wrong.push(format!("{}: not {rule}, but {rules:?}", entry.file)),
        }
    }
    wrong
        .extend(faults.into_keys().map(|file| format!("{file} is not in the corpus, or not given as clean")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(clean > 50, "only {clean} files were sound in their structure");
}
