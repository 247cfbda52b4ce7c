//! Documents that are made from the program must not be stale. `UPDATE_DOCS=1 cargo test --test docs` writes them anew.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimsieve::output::rule_docs;
use claimsieve::rules;

/// Every generated document, by its path under `docs/`.
fn documents() -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    for rule in rules::all() {
        all.insert(PathBuf::from(format!("rules/{}.md", rule.id)), rule_docs::page(rule));
    }
    all.insert("rules/README.md".into(), rule_docs::index());
    all.insert("crosswalk.md".into(), rule_docs::crosswalk());
    all.insert("reasons.md".into(), rule_docs::columns());
    all.insert("cli.md".into(), claimsieve::cli::command_line_reference());
    all
}

#[test]
fn generated_documents_are_not_stale() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let documents = documents();
    let mut stale = Vec::new();
    for (path, text) in &documents {
        let path = docs.join(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == *text) {
            continue;
        }
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        } else {
            stale.push(path);
        }
    }
    // a page of a rule that is no more
    for entry in fs::read_dir(docs.join("rules")).unwrap().map(Result::unwrap) {
        if !documents.contains_key(&Path::new("rules").join(entry.file_name())) {
            if update {
                fs::remove_file(entry.path()).unwrap();
            } else {
                stale.push(entry.path());
            }
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run UPDATE_DOCS=1 cargo test --test docs");
}

#[test]
fn every_rule_explains_itself() {
    for rule in rules::all() {
        assert!(!rule.title.is_empty() && !rule.about.is_empty(), "{} says nothing of itself", rule.id);
        assert!((1..=7).contains(&rule.snip), "{}", rule.id);
        assert!(!rule.outcomes.is_empty(), "{}", rule.id);
        for outcome in rule.outcomes {
            assert!(
                !outcome.message.is_empty() && !outcome.remedy.is_empty() && !outcome.when.is_empty(),
                "{}",
                rule.id
            );
            // CARC 16 does not stand alone
            assert!(outcome.codes.carc != "16" || !outcome.codes.rarc.is_empty(), "{}", rule.id);
            assert_ne!(outcome.codes.carc, "15", "retired");
        }
    }
}
