//! The proof that a run lost, changed and contradicted nothing: inputs and outputs are read again, on a way of their own.
//!
//! Four invariants are checked of every input:
//! - **conservation**: every record is in exactly one of accept, reject, refused and (in a drop folder) held, in the order of the input, and counts and
//!   charges are those of the summary;
//! - **faithfulness**: records, levels, headers and envelopes are as they came, refused interchanges byte for byte, and what is
//!   written anew (HL01, HL02, HL04, and the trailers' counts) is right;
//! - **agreement**: reasons, files and summary say the same;
//! - **locality**: every row names places that are there.
//!
//! Nothing here is shared with the stages of processing but the grammar of X12 and the shapes of the sets: segments come from
//! the nom tokeniser, envelopes and levels from a plain walk, and what an interchange deserved is not asked: only that
//! files and reasons tell one story. Memory does not grow with the input, but for a few bits a record and a mark a megabyte.
//!
//! An input is gone through three times and its outputs once:
//! 1. `atlas`: counts, and marks for looking up what stands where;
//! 2. `rows`, `locality`, `said`: every row is checked against the input, and what rows say is kept as bits;
//! 3. `walk`, `side`, `refused`, `compare`: input and outputs side by side.
//!
//! 4. `acks`, `ack_file`, `claim_file`, `review_file`: input and acknowledgements side by side: a set with IK5 R has no accepted
//!    record and no 277CA, the others have each claim in it with what became of it, totals balance, rejected requests have their
//!    reasons, refused interchanges their TA1. The rows are read beside them once more (`causes`, `errors`): statuses, IK3 and IK4,
//!    AAA and TA105 are those that rows give.
//!
//! An input without any output was not processed: that is told apart from a violation, as unread. Outputs without their
//! summary are a violation, since the summary is written last.

mod ack_file;
mod acks;
mod atlas;
mod causes;
mod claim_file;
mod compare;
mod errors;
mod locality;
mod open;
mod outputs;
mod refused;
mod report;
mod review_file;
mod rows;
mod said;
mod scan;
mod side;
mod summary;
mod tree;
mod walk;

use std::path::Path;

use crate::finding::RuleId;
use crate::output::summary::Summary;
use crate::rules;
use crate::source::{Input, ReadAt, Source, SourceError, Suffix};

use ack_file::{AckFile, Made};
use acks::Acks;
use atlas::Atlas;
use causes::Causes;
use compare::{Comparison, Sum, Sums};
use locality::Locality;
use outputs::Outputs;
use refused::RefusedFile;
pub use report::{Counted, Invariant, Report, Violation};
use rows::{Fault, Row, Rows};
use said::Said;
use side::Side;
use walk::Walk;

/// Files that a run writes besides the X12 ones and that are always there.
const ALWAYS: [Suffix; 3] = [Suffix::ReasonsCsv, Suffix::ReasonsJsonl, Suffix::Summary];

/// Acknowledgements.
const ACKS: [(Suffix, Option<Made>); 4] = [
    (Suffix::Ta1, None),
    (Suffix::X999, Some(Made { group: "FA", set: "999", guide: "005010X231A1" })),
    (Suffix::X277ca, Some(Made { group: "HN", set: "277", guide: "005010X214" })),
    (Suffix::X278, Some(Made { group: "HI", set: "278", guide: "005010X217" })),
];

/// What was to be acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acknowledged {
    /// Interchanges, groups, sets and their records.
    All,
    /// Claims only: their sets were before, and the claims were judged again.
    Claims,
}

/// Verifies a run over `sources`, whose outputs are in `out`; of each invariant the first `limit` violations are kept. Packed inputs
/// are unpacked in `spool`.
pub fn verify(
    sources: &[Source],
    out: &Path,
    spool: &Path,
    acknowledged: Acknowledged,
    limit: usize,
) -> Report {
    let mut report = Report::new(limit);
    if !out.is_dir() {
        report.unread.push(format!("{}: there is no such folder", out.display()));
        return report;
    }
    let mut summaries = Vec::new();
    for source in sources {
        let summary = match verify_one(source, out, spool, acknowledged, &mut report) {
            Ok(summary) => summary,
            Err(error) => {
                report.unread.push(error.to_string());
                None
            }
        };
        summaries.push((source.file().to_owned(), summary));
    }
    if summaries.iter().any(|(_, summary)| summary.is_some())
        && let Err(error) = summary::check_run(out, &summaries, &mut report)
    {
        report.unread.push(SourceError::reading("summary.json", error).to_string());
    }
    report
}

/// Verifies one input; answers its summary.
fn verify_one(
    source: &Source,
    out: &Path,
    spool: &Path,
    acknowledged: Acknowledged,
    report: &mut Report,
) -> Result<Option<Summary>, SourceError> {
    let failed = |file: &str| {
        let file = file.to_owned();
        move |error| SourceError::reading(&file, error)
    };
    let outputs = Outputs::find(out, source.name()).map_err(failed(source.name()))?;
    let input = source.open(spool)?;
    if outputs.is_empty() {
        let (file, name) = (source.file(), source.name());
        report
            .unread
            .push(format!("{file}: it has no outputs named {name}; it was not processed, or elsewhere"));
        return Ok(None);
    }
    report.counted.inputs += 1;
    let summary = read_summary(&outputs, report).map_err(failed(source.name()))?;
    check_files(&outputs, report);
    let mut atlas = Atlas::new(&input).map_err(failed(source.file()))?;
    let said = read_rows(source.file(), &outputs, &mut atlas, report).map_err(failed(source.file()))?;
    let opened = Opened {
        accept: outputs.open(Suffix::Accept)?,
        reject: outputs.open(Suffix::Reject)?,
        held: outputs.open(Suffix::Held)?,
        refused: outputs.open(Suffix::Refused)?,
    };
    let (sums, files) = compare(source.file(), &input, &outputs, &opened, said.as_ref(), report)
        .map_err(failed(source.file()))?;
    if let Some(said) = &said {
        check_acks(&input, &outputs, said, acknowledged, report).map_err(failed(source.file()))??;
    }
    let Opened { accept, reject, held, refused } = &opened;
    for file in [accept, reject, held, refused].into_iter().flatten().chain([&input]) {
        file.unchanged()?;
    }
    let counted = &mut report.counted;
    counted.records += atlas.counts.records;
    counted.charges.merge(atlas.charges);
    counted.accepted += sums.accepted.records;
    counted.rejected += sums.rejected.records;
    counted.refused += sums.refused.records;
    counted.held += sums.held.records;
    if let Some(summary) = &summary {
        let found = summary::Found {
            input: source.file(),
            counts: &atlas.counts,
            charges: atlas.charges,
            sums: &sums,
            files,
            findings: said.as_ref().map(|said| &said.findings),
        };
        summary::check(summary, &outputs.file(Suffix::Summary), &found, report);
    }
    Ok(summary)
}

/// Holds the acknowledgements against the input.
fn check_acks(
    input: &Input,
    outputs: &Outputs,
    said: &Said,
    acknowledged: Acknowledged,
    report: &mut Report,
) -> std::io::Result<Result<(), SourceError>> {
    let mut files = Vec::new();
    for (suffix, _) in ACKS {
        match outputs.open(suffix) {
            Ok(file) => files.push(file),
            Err(error) => return Ok(Err(error)),
        }
    }
    let mut all = ACKS
        .iter()
        .zip(&files)
        .map(|((suffix, made), file)| AckFile::new(outputs.file(*suffix), *made, content(file.as_ref())));
    let (Some(ta1), Some(x999), Some(claims), Some(review)) =
        (all.next(), all.next(), all.next(), all.next())
    else {
        return Ok(Ok(()));
    };
    // both files of reasons were compared: one of them will do
    let (csv, jsonl) = (outputs.path(Suffix::ReasonsCsv), outputs.path(Suffix::ReasonsJsonl));
    let jsonl = jsonl.filter(|_| csv.is_none());
    let causes = Causes::new(Rows::open(csv.as_deref(), jsonl.as_deref())?.0);
    let only_claims = acknowledged == Acknowledged::Claims;
    Acks::new(said, causes, [ta1, x999, claims, review], only_claims).run(input, report)?;
    Ok(files.iter().flatten().try_for_each(ReadAt::unchanged))
}

fn content(file: Option<&Input>) -> Option<&dyn ReadAt> {
    file.map(|file| file as &dyn ReadAt)
}

/// The X12 files of an input.
struct Opened {
    accept: Option<Input>,
    reject: Option<Input>,
    held: Option<Input>,
    refused: Option<Input>,
}

fn read_summary(outputs: &Outputs, report: &mut Report) -> std::io::Result<Option<Summary>> {
    let Some(path) = outputs.path(Suffix::Summary) else { return Ok(None) };
    let summary = summary::read(&path)?;
    if summary.is_none() {
        let file = outputs.file(Suffix::Summary);
        report.add(Violation::new(Invariant::Agreement, &file, "it is no summary"));
    }
    Ok(summary)
}

/// Checks which files there are.
fn check_files(outputs: &Outputs, report: &mut Report) {
    let mut wrong = |suffix: Suffix, what: &str| {
        report.add(Violation::new(Invariant::Agreement, &outputs.file(suffix), what));
    };
    for suffix in ALWAYS {
        if !outputs.has(suffix) {
            wrong(suffix, "it is missing beside the other outputs");
        }
    }
    for suffix in outputs.hollow().filter(|suffix| *suffix != Suffix::ReasonsJsonl) {
        wrong(suffix, "it is empty");
    }
}

/// Checks every row; answers what they say, if they could be read.
fn read_rows(
    file: &str,
    outputs: &Outputs,
    atlas: &mut Atlas<'_>,
    report: &mut Report,
) -> std::io::Result<Option<Said>> {
    let csv = outputs.path(Suffix::ReasonsCsv);
    let jsonl = outputs.path(Suffix::ReasonsJsonl);
    if csv.is_none() && jsonl.is_none() {
        return Ok(None);
    }
    let shown = outputs.file(if csv.is_some() { Suffix::ReasonsCsv } else { Suffix::ReasonsJsonl });
    let violation = |invariant, what: String| Violation::new(invariant, &shown, what);
    let (mut rows, fault) = Rows::open(csv.as_deref(), jsonl.as_deref())?;
    if let Some(fault) = fault {
        report.add(violation(Invariant::Agreement, fault));
    }
    let mut said = Said::default();
    let mut locality = Locality::new(file);
    let mut row = Row::default();
    loop {
        let mut disagreements = Vec::new();
        match rows.next(&mut row, &mut |what| disagreements.push(what)) {
            Ok(true) => {}
            Ok(false) => break,
            Err(Fault::Io(error)) => return Err(error),
            Err(Fault::Content(number, what)) => {
                report.add(violation(Invariant::Agreement, format!("row {number}: {what}")));
                return Ok(None);
            }
        }
        let mut misplaced = Vec::new();
        let about = locality.check(&row, atlas, &mut |what| misplaced.push(what))?;
        take(&row, &about, &mut said, &mut |what| disagreements.push(what));
        let told = |invariant, what: &String| {
            let violation =
                violation(invariant, format!("row {} ({}): {what}", row.number, row.text("rule")));
            about.record.map_or(violation.clone(), |record| violation.record(record))
        };
        for what in &disagreements {
            report.add(told(Invariant::Agreement, what));
        }
        for what in &misplaced {
            report.add(told(Invariant::Locality, what));
        }
    }
    report.counted.rows += said.rows;
    report.add_rules(said.findings.keys());
    report.counted.places += locality.places;
    Ok(Some(said))
}

/// Keeps what a row says.
fn take(row: &Row, about: &locality::About, said: &mut Said, wrong: &mut dyn FnMut(String)) {
    said.rows += 1;
    let severity = row.text("severity");
    let Some(at) = ["reject", "warn", "info"].iter().position(|known| *known == severity) else {
        return wrong("its severity is none of reject, warn, info".to_owned());
    };
    let rule = row.text("rule");
    if let (None, Some(interchange)) = (about.record, about.interchange) {
        note(rule, interchange, said);
    }
    if RuleId::parse(rule).is_some() || RuleId::is_code_of_edit(rule) {
        said.findings.entry(rule.to_owned()).or_default()[at] += 1;
    } else {
        wrong("there is no such rule".to_owned());
    }
    let rejects = severity == "reject";
    match (row.text("disposition"), about.record, about.interchange) {
        ("accept", Some(record), _) => said.accepted.set(record),
        ("reject", Some(record), _) => said.rejected.set(record),
        ("held", Some(record), _) => said.held.set(record),
        ("refused", None, Some(interchange)) if rejects => said.refused.set(interchange),
        ("refused" | "", None, _) => {}
        ("accept" | "reject" | "held", None, _) => {
            wrong("it has a disposition, but names no record".to_owned());
        }
        _ => wrong("its disposition is not that of a record".to_owned()),
    }
    if let Some(record) = about.record.filter(|_| rejects) {
        said.rejecting.set(record);
    }
}

/// Keeps what a TA1 may say of an interchange for a rule that speaks of it.
fn note(rule: &str, interchange: u64, said: &mut Said) {
    let outcomes = RuleId::parse(rule).map_or(&[][..], |rule| rules::rule(rule).outcomes);
    let codes = || outcomes.iter().map(|outcome| outcome.codes.ta1);
    for code in codes().filter(|code| !code.is_empty()) {
        said.notes.entry(code).or_default().set(interchange);
    }
    if !outcomes.is_empty() && codes().all(|code| !code.is_empty()) {
        said.noted.set(interchange);
    }
}

/// Compares input and outputs; answers where records were found, and what the files of accepted, rejected and held ones hold.
fn compare(
    file: &str,
    input: &Input,
    outputs: &Outputs,
    opened: &Opened,
    said: Option<&Said>,
    report: &mut Report,
) -> std::io::Result<(Sums, [Sum; 3])> {
    let names =
        [Suffix::Accept, Suffix::Reject, Suffix::Held, Suffix::Refused].map(|suffix| outputs.file(suffix));
    let [accept, reject, held, refused] = &names;
    let mut comparison = Comparison {
        input,
        file,
        sides: [
            Side::new(accept, content(opened.accept.as_ref()).map(Walk::strict)),
            Side::new(reject, content(opened.reject.as_ref()).map(Walk::strict)),
            Side::new(held, content(opened.held.as_ref()).map(Walk::strict)),
        ],
        refused: RefusedFile::new(refused, content(opened.refused.as_ref())),
        said,
        sums: Sums::default(),
    };
    comparison.run(report)?;
    let mut files = [Sum::default(); 3];
    for (side, sum) in comparison.sides.iter().zip(&mut files) {
        let Some(walk) = side.walk() else { continue };
        let counts = walk.counts();
        *sum = Sum { records: counts.records, charges: walk.charges() };
        let counted = &mut report.counted;
        counted.interchanges += counts.interchanges;
        counted.groups += counts.groups;
        counted.sets += counts.sets;
        counted.levels += counts.levels;
        counted.segments += counts.segments;
        if counts.records == 0 {
            report.add(Violation::new(Invariant::Conservation, side.file, "it is there and holds no record"));
        }
    }
    report.counted.refused_interchanges += comparison.refused.found;
    Ok((comparison.sums, files))
}
