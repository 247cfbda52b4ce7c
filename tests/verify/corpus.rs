//! Public files, where they are at hand: the folder that `CLAIMSIEVE_CORPUS` names.

use std::path::Path;

use crate::runs::Run;

#[test]
fn every_file_of_the_corpus_is_proven() {
    let Some(corpus) = std::env::var_os("CLAIMSIEVE_CORPUS") else { return };
    let mut folders: Vec<_> = std::fs::read_dir(Path::new(&corpus))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty());
    for folder in folders {
        let run = Run::of_folder("snip", &folder);
        for why in &run.failed {
            assert!(!why.contains("internal error"), "{why}");
        }
        if !run.out().is_dir() {
            // nothing in it was X12
            continue;
        }
        let report = run.verify();
        assert_eq!(report.total(), 0, "{}: {}", folder.display(), report.text());
        assert_eq!(report.unread.len(), run.failed.len(), "{}", report.text());
    }
}
