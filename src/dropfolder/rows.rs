//! What the reasons of a run say of its records.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use serde::Deserialize;

use super::claims::outputs;
use super::files;
use super::judge::Later;
use crate::finding::RuleId;
use crate::rules;
use crate::rules::ledger::TAKEN_BACK;
use crate::source::Suffix;

/// A row, as far as it matters here.
#[derive(Deserialize)]
struct Row {
    record: Option<u64>,
    record_id: String,
    disposition: String,
    rule: String,
    severity: String,
    charge: String,
    status_code: String,
    inherited_from: String,
}

impl Row {
    /// Whether it rejects a record that its provider took back while it waited.
    fn is_taken_back(&self) -> bool {
        let codes = rules::rule(RuleId::DUP101).outcome(TAKEN_BACK).codes;
        self.severity == "reject" && self.rule == RuleId::DUP101.code() && self.status_code == codes.status
    }
}

/// What was said of a record.
#[derive(Clone, Default, Debug)]
pub(super) struct Told {
    /// CLM01, or TRN02 of a request.
    pub(super) id: String,
    /// CLM02.
    pub(super) charge: String,
    /// The codes of the rules that reject it.
    pub(super) rules: BTreeSet<String>,
    /// Whether it fell with its set or group.
    pub(super) fell_with_set: bool,
    /// Whether its provider took it back while it waited.
    pub(super) taken_back: bool,
}

impl Told {
    /// Whether a rule of the structure rejects it (SNIP 1 or 2).
    pub(super) fn is_about_structure(&self) -> bool {
        self.rules.iter().filter_map(|code| RuleId::parse(code)).any(|id| rules::rule(id).snip <= 2)
    }
}

/// What was said of records, by the output's place among others and the record's ordinal.
pub(super) type ByRecord = BTreeMap<(usize, u64), Told>;

/// What the rows of a run say, by the output's place among others and the record's ordinal; records without rows are accepted. Only
/// those of a `disposition` are told.
pub(super) fn told(dir: &Path, disposition: &str) -> Result<ByRecord, Later> {
    let mut all = ByRecord::new();
    each(dir, &mut |nth, row| {
        let Some(record) = row.record.filter(|_| row.disposition == disposition) else { return };
        let (is_reject, is_taken_back) = (row.severity == "reject", row.is_taken_back());
        let told = all.entry((nth, record)).or_insert_with(|| Told {
            id: row.record_id,
            charge: row.charge,
            ..Told::default()
        });
        if is_reject {
            told.taken_back |= is_taken_back;
            told.rules.insert(row.rule);
            told.fell_with_set |= matches!(row.inherited_from.as_str(), "ST" | "GS" | "1000A" | "1000B");
        }
    })?;
    Ok(all)
}

/// How many records of a run are rejected since their provider took them back.
pub(super) fn taken_back(dir: &Path) -> Result<i64, Later> {
    let mut records = 0;
    each(dir, &mut |_, row| records += i64::from(row.is_taken_back()))?;
    Ok(records)
}

/// Calls `each` with every row of a run, and the place of its output among others.
fn each(dir: &Path, each: &mut dyn FnMut(usize, Row)) -> Result<(), Later> {
    for (nth, path) in outputs(dir, Suffix::ReasonsJsonl)?.into_iter().enumerate() {
        let file = File::open(&path).map_err(files::at("read", &path))?;
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(files::at("read", &path))?;
            // written by us
            if let Ok(row) = serde_json::from_slice(&line) {
                each(nth, row);
            }
        }
    }
    Ok(())
}
