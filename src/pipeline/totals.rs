//! What a run comes to: summaries of an input and of all, the exit status, the run's own figures.

use crate::finding::Total;
use crate::output::summary::{FileLine, NotRun, Split, Summary, Table};
use crate::reference::Reference;
use crate::rules;
use crate::verdict::{Profile, Tally};
use crate::x12::survey::Survey;

use super::execute::Passed;
use super::run::{InputReport, Outcome};

pub(super) fn summary_of(file: &str, survey: &Survey, responses: u64, passed: &Passed) -> Summary {
    let mut summary = Summary {
        file: Some(file.to_owned()),
        records: passed.sums.records.clone(),
        interchanges: survey.interchanges,
        groups: survey.groups,
        transactions: survey.sets,
        responses,
        set_aside: survey.set_aside.len() as u64,
        test: survey.test,
        ..Summary::default()
    };
    summary.take_charges(&passed.sums.charges);
    summary.take_tally(&passed.tally);
    summary
}

/// Says which tables and rules there were.
pub(super) fn describe(summary: &mut Summary, reference: &Reference, profile: &Profile) {
    summary.profile.clone_from(&profile.name);
    env!("CARGO_PKG_VERSION").clone_into(&mut summary.version);
    summary.tables = reference
        .tables()
        .into_iter()
        .map(|table| Table { name: table.name.to_owned(), version: table.version, rows: table.rows as u64 })
        .collect();
    summary.rules_not_run = rules::all()
        .filter_map(|rule| {
            let why = if profile.each().any(|profile| profile.runs(rule.id)) {
                rule.needs.iter().find(|needs| !needs.is_met(reference))?.lack()
            } else {
                format!("switched off by the profile {}", profile.name)
            };
            Some(NotRun { rule: rule.id.code().to_owned(), why })
        })
        .collect();
}

pub(super) fn summary_of_all(inputs: &[InputReport]) -> Summary {
    let mut all = Summary { files: Some(Vec::new()), ..Summary::default() };
    let mut charges: Split<Total> = Split::default();
    let mut tally = Tally::default();
    tally.clear();
    for input in inputs {
        let mut line = FileLine { file: input.file.clone(), ..FileLine::default() };
        match &input.outcome {
            Outcome::Failed(error) => line.error = Some(error.to_string()),
            Outcome::Done(one) => {
                line.name = Some(input.name.clone());
                line.records = Some(one.records.clone());
                all.records.read += one.records.read;
                all.records.accepted += one.records.accepted;
                all.records.rejected += one.records.rejected;
                all.records.refused += one.records.refused;
                all.records.held += one.records.held;
                add(&mut charges.read, &one.charges.read);
                add(&mut charges.accepted, &one.charges.accepted);
                add(&mut charges.rejected, &one.charges.rejected);
                add(&mut charges.refused, &one.charges.refused);
                add(&mut charges.held, &one.charges.held);
                all.interchanges += one.interchanges;
                all.groups += one.groups;
                all.transactions += one.transactions;
                all.responses += one.responses;
                all.set_aside += one.set_aside;
                all.silenced += one.silenced;
                all.suppressed += one.suppressed;
                all.test |= one.test;
                for (sums, more) in [
                    (&mut all.findings, &one.findings),
                    (&mut all.findings_not_shown, &one.findings_not_shown),
                ] {
                    for (rule, counts) in more {
                        sums.entry(rule.clone()).or_default().merge(*counts);
                    }
                }
                for (rule, charge) in &one.shadow_charges {
                    let mut sum = Total::default();
                    add(&mut sum, all.shadow_charges.get(rule).map_or("0.00", String::as_str));
                    add(&mut sum, charge);
                    all.shadow_charges.insert(rule.clone(), sum.to_string());
                }
            }
        }
        all.files.get_or_insert_default().push(line);
    }
    all.take_charges(&charges);
    all
}

/// Adds charges that were written as text.
fn add(sum: &mut Total, text: &str) {
    if let Some(more) = Total::parse(text) {
        sum.merge(more);
    }
}

pub(super) fn status(inputs: &[InputReport]) -> u8 {
    let of = |input: &InputReport| match &input.outcome {
        Outcome::Failed(_) => 3,
        Outcome::Done(summary) => {
            let fell = summary.records.rejected + summary.records.refused > 0;
            let rejecting = summary.findings.values().any(|counts| counts.reject > 0);
            u8::from(fell || rejecting)
        }
    };
    inputs.iter().map(of).max().unwrap_or(0)
}

/// What may differ between runs: timings, threads, machine.
pub(super) fn run_json(
    seconds: f64,
    jobs: usize,
    pool: Option<&rayon::ThreadPool>,
    summary: &Summary,
) -> Vec<u8> {
    #[allow(clippy::cast_precision_loss)]
    let records = summary.records.read as f64;
    let value = serde_json::json!({
        "version": summary.version,
        "seconds": seconds,
        "records_per_second": if seconds > 0.0 { records / seconds } else { 0.0 },
        "jobs_asked": jobs,
        "threads": pool.map_or(1, rayon::ThreadPool::current_num_threads),
        "cores": std::thread::available_parallelism().map_or(1, usize::from),
        "os": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
    });
    let mut text = serde_json::to_vec_pretty(&value).unwrap_or_default();
    text.push(b'\n');
    text
}
