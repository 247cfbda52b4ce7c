//! Documents that are made from the program must not be stale. `UPDATE_DOCS=1 cargo test --test docs` writes them anew.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
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
    all.insert("traceability.md".into(), traceability());
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

/// The plan's requirements with a rule, a test and a reason each, as Markdown.
fn traceability() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::from(
        "# Traceability\n\nThe statements of the plan's two documents on CCS (R001 to R088) and of wider Medi-Cal practice (R089 to R136), each \
         with the rules that carry it out and the tables of tests that show them, or with the reason why no rule does. \
         Generated from the rules and from `requirements.csv`; a test fails when it is stale.\n\n\
         | requirement | what it says | rules | tests | otherwise |\n|---|---|---|---|---|\n",
    );
    let mut reader = csv::Reader::from_path(root.join("docs/requirements.csv")).unwrap();
    for row in reader.records().map(Result::unwrap) {
        let carries = |rule: &&rules::Rule| rule.requirements.contains(&&row[0]);
        let found: Vec<&rules::Rule> = rules::all().filter(carries).collect();
        let links: Vec<String> =
            found.iter().map(|rule| format!("[{}](rules/{}.md)", rule.id, rule.id)).collect();
        let mut tests: Vec<String> = found.iter().map(|rule| shown_in(root, rule)).collect();
        tests.dedup();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            &row[0],
            &row[1],
            links.join(", "),
            tests.join(", "),
            if found.is_empty() { &row[3] } else { "" }
        );
    }
    text
}

/// The file whose tables ask a rule: under `tests/rules/plan`, or of the ledger's for a rule that counts across claims.
fn shown_in(root: &Path, rule: &rules::Rule) -> String {
    let code = rule.id.code();
    let name = format!("fn {}_", code.to_ascii_lowercase());
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join("tests/rules/plan")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let holds = |file: &PathBuf, part: &str| fs::read_to_string(file).is_ok_and(|text| text.contains(part));
    let of_ledger = Some(root.join("tests/store/ledger.rs"))
        .filter(|file| matches!(rule.check, rules::Check::Ledger(_)) && holds(file, code));
    let of_rule = files.into_iter().find(|file| holds(file, &name)).or(of_ledger);
    let found = of_rule.unwrap_or_else(|| panic!("no table of tests asks {code}"));
    format!("`{}`", found.strip_prefix(root).unwrap().display())
}

#[test]
fn every_requirement_has_a_rule_or_a_reason() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/requirements.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let known: Vec<String> = (1..=136).map(|number| format!("R{number:03}")).collect();
    assert_eq!(rows.iter().map(|row| row[0].to_owned()).collect::<Vec<_>>(), known);
    for row in &rows {
        let carried = rules::all().any(|rule| rule.requirements.contains(&&row[0]));
        assert!(carried || !row[3].is_empty(), "{} has neither a rule nor a reason", &row[0]);
    }
    for rule in rules::all() {
        let unknown = rule
            .requirements
            .iter()
            .find(|code| code.starts_with('R') && !known.iter().any(|one| one == *code));
        assert_eq!(unknown, None, "{}", rule.id);
    }
}
