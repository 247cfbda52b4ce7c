//! Writes `generated/*.rs` from `tables/*.csv`, after checking the tables. Compiled with the tests only.

mod check;
mod emit;
mod names;
mod read;
mod tests;

use std::path::PathBuf;

use emit::Shared;
use names::Names;

/// A table and what it becomes.
struct Source {
    /// The file in `tables/` without `.csv`.
    slug: &'static str,
    /// The file in `generated/` without `.rs`.
    module: &'static str,
    /// The loop of its records and of their lines.
    record: Option<&'static str>,
    line: Option<&'static str>,
}

const fn claims(slug: &'static str, module: &'static str) -> Source {
    Source { slug, module, record: Some("2300"), line: Some("2400") }
}

const fn reviews(slug: &'static str, module: &'static str) -> Source {
    Source { slug, module, record: Some("2000E"), line: Some("2000F") }
}

const fn plain(slug: &'static str, module: &'static str) -> Source {
    Source { slug, module, record: None, line: None }
}

const SOURCES: [Source; 8] = [
    claims("837p", "professional"),
    claims("837i", "institutional"),
    claims("837d", "dental"),
    reviews("278req", "authorization_request"),
    reviews("278resp", "authorization_response"),
    plain("999", "acknowledgement_999"),
    plain("277ca", "claim_acknowledgement_277"),
    plain("envelope", "envelope"),
];

fn folder(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "src", "guide", name].iter().collect()
}

fn table_text(slug: &str) -> String {
    std::fs::read_to_string(folder("tables").join(slug).with_extension("csv")).expect("a table")
}

/// Every file to generate, by name; panics with the list of what is wrong with the tables.
fn generate() -> Vec<(String, String)> {
    let mut names =
        Names::read(&table_text("loop_names"), &table_text("segment_names"), &table_text("element_names"));
    let mut shared = Shared::new();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for source in &SOURCES {
        let table = match read::read(&table_text(source.slug)) {
            Ok(table) => table,
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", source.slug)));
                continue;
            }
        };
        problems
            .extend(check::problems(&table).into_iter().map(|problem| format!("{}: {problem}", source.slug)));
        let text = shared.guide(source.slug, source.record, source.line, &table, &mut names);
        files.push((source.module.to_owned(), text));
    }
    problems.extend(names.missing.iter().map(|key| format!("no name for {key}")));
    problems.extend(names.unused().iter().map(|key| format!("a name for {key}, which is nowhere")));
    assert!(problems.is_empty(), "the tables have problems:\n{}", problems.join("\n"));
    files.push(("pool".to_owned(), shared.pool()));
    let mut modules: Vec<&str> = files.iter().map(|(module, _)| module.as_str()).collect();
    modules.sort_unstable();
    let modules: Vec<String> =
        modules.into_iter().map(|module| format!("pub(super) mod {module};\n")).collect();
    files.push((
        "mod".to_owned(),
        format!("//! Written by the generator from the tables.\n\n{}", modules.concat()),
    ));
    files
}

#[test]
fn generated_files_are_fresh() {
    let update = std::env::var_os("UPDATE_GUIDE_TABLES").is_some();
    for (module, text) in generate() {
        let path = folder("generated").join(module).with_extension("rs");
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        if there == text {
            continue;
        }
        assert!(update, "{} is stale: UPDATE_GUIDE_TABLES=1 cargo test --lib guide::", path.display());
        std::fs::write(&path, text).expect("write a generated file");
    }
}
