//! A run: inputs in, outputs published.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rustc_hash::FxHashSet;

use crate::finding::Date;
use crate::output::reasons::Maker;
use crate::output::summary::{FileLine, NotRun, Split, Summary, Table};
use crate::reference::Reference;
use crate::rules::{self, Needs};
use crate::source::{Disk, Input, PublishError, ReadAt, Source, SourceError, publish_one};
use crate::verdict::{Fates, Profile, RejectUnit, Tally};
use crate::x12::survey::Survey;

use super::early;
use super::execute::{Pass, Passed, Stop, UNIT_BYTES};
use super::judge::Judge;
use super::read::Reader;
use super::render::Renderer;
use super::survey::survey;
use super::work::{Sums, Work};
use super::write::{Files, Nowhere, Sink};

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// Where outputs go.
    pub out: &'a Path,
    /// Whether outputs of an earlier run are replaced.
    pub force: bool,
    /// How many threads judge; 0 for as many as there are cores.
    pub jobs: usize,
    /// About how many bytes a unit has; the result does not depend on it.
    pub unit_bytes: usize,
    /// The day of receipt.
    pub received: Date,
}

impl<'a> Options<'a> {
    /// The usual: all cores, nothing replaced.
    pub fn new(profile: &'a Profile, out: &'a Path, received: Date) -> Options<'a> {
        Options { profile, out, force: false, jobs: 0, unit_bytes: UNIT_BYTES, received }
    }
}

/// Told how a run goes on.
pub trait Progress: Sync {
    /// An input is surveyed: so many of its bytes are done.
    fn surveyed(&self, _file: &str, _bytes: u64, _of: u64) {}
    /// Judging of an input begins; so many records it has.
    fn begin(&self, _file: &str, _records: u64) {}
    /// So many of its records are done.
    fn judged(&self, _records: u64) {}
    /// The input is done.
    fn end(&self) {}
}

/// No progress is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {}

/// Why an input could not be processed: nothing is written for it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// It could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Its outputs could not be written.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// It holds no interchange.
    #[error("{file}: there is no readable ISA in it, so nothing can be processed; is it an X12 file?")]
    NoInterchange {
        /// The input.
        file: String,
    },
    /// A defect of the program; nothing was published.
    #[error("{file}: an internal error stopped the processing, and nothing was published: {why}")]
    Defect {
        /// The input.
        file: String,
        /// What is known of it.
        why: String,
    },
}

/// What became of an input.
#[derive(Debug)]
pub enum Outcome {
    /// Its outputs are published.
    Done(Box<Summary>),
    /// Nothing was written for it.
    Failed(RunError),
}

/// An input and what became of it.
#[derive(Debug)]
pub struct InputReport {
    /// Its file name.
    pub file: String,
    /// The name of its outputs.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What a run came to.
#[derive(Debug)]
pub struct RunReport {
    /// The inputs, in order.
    pub inputs: Vec<InputReport>,
    /// All of them together.
    pub summary: Summary,
    /// 0 all accepted, 1 something rejected or refused, 3 an input or output failed.
    pub status: u8,
}

/// An input that was surveyed.
struct Surveyed {
    input: Option<Input>,
    survey: Survey,
    /// Interchanges whose control number their sender used before in this run.
    repeated: Vec<u64>,
}

/// More inputs than this are opened and surveyed anew for judging rather than kept open.
const KEPT_OPEN: usize = 200;

/// Processes inputs: each is split into accepted and rejected records with reasons, and published.
pub fn process(
    sources: &[Source],
    mut reference: Reference,
    options: &Options<'_>,
    disk: &'static dyn Disk,
    progress: &dyn Progress,
) -> RunReport {
    let begun = Instant::now();
    let pool = pool(options.jobs);
    let mut surveyed = survey_all(sources, options.out, options.profile, &mut reference, progress);
    let mut inputs = Vec::with_capacity(sources.len());
    for (source, surveyed) in sources.iter().zip(surveyed.iter_mut()) {
        let outcome = std::mem::replace(surveyed, Err(RunError::NoInterchange { file: String::new() }))
            .and_then(|surveyed| {
                process_one(source, surveyed, &reference, options, pool.as_ref(), disk, progress)
            });
        let outcome = match outcome {
            Ok(summary) => Outcome::Done(Box::new(summary)),
            Err(error) => {
                tracing::error!(file = source.file(), "{error}");
                Outcome::Failed(error)
            }
        };
        inputs.push(InputReport { file: source.file().to_owned(), name: source.name().to_owned(), outcome });
    }
    let mut summary = summary_of_all(&inputs);
    describe(&mut summary, &reference, options.profile);
    let mut status = status(&inputs);
    if inputs.iter().any(|input| matches!(input.outcome, Outcome::Done(_))) {
        let run = run_json(begun.elapsed().as_secs_f64(), options.jobs, pool.as_ref(), &summary);
        for (name, text) in [("summary.json", summary.to_json()), ("run.json", run)] {
            if let Err(error) = publish_one(options.out, name, &text, disk, true) {
                tracing::error!("{error}");
                summary.files.get_or_insert_default().push(FileLine {
                    file: name.to_owned(),
                    error: Some(error.to_string()),
                    ..FileLine::default()
                });
                status = 3;
            }
        }
    }
    RunReport { inputs, summary, status }
}

/// A pool of `jobs` threads; none for one job or when threads cannot be had.
fn pool(jobs: usize) -> Option<rayon::ThreadPool> {
    let jobs = if jobs == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { jobs };
    if jobs < 2 {
        return None;
    }
    rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok()
}

/// Surveys every input and takes the authorizations of their 278 responses, before any claim is judged.
fn survey_all(
    sources: &[Source],
    spool_dir: &Path,
    profile: &Profile,
    reference: &mut Reference,
    progress: &dyn Progress,
) -> Vec<Result<Surveyed, RunError>> {
    let mut seen = FxHashSet::default();
    let mut sequence = 0;
    sources
        .iter()
        .map(|source| {
            let input = source.open_within(spool_dir, profile.spool_bytes)?;
            let survey = survey_one(&input, source.file(), profile, progress)?;
            let fates = Fates::new(&survey, profile);
            early::collect(
                &input,
                source.file(),
                &fates,
                profile,
                &mut sequence,
                &mut reference.authorizations,
            )?;
            let repeated = survey
                .control_numbers
                .iter()
                .zip(0u64..)
                .filter(|(hash, _)| **hash != 0 && !seen.insert(**hash))
                .map(|(_, ordinal)| ordinal)
                .collect();
            let keep = sources.len() <= KEPT_OPEN || source.file() == "stdin";
            Ok(Surveyed { input: keep.then_some(input), survey, repeated })
        })
        .collect()
}

pub(super) fn survey_one(
    input: &Input,
    file: &str,
    profile: &Profile,
    progress: &dyn Progress,
) -> Result<Survey, RunError> {
    let length = input.len();
    let survey = survey(input, file, profile.limits, &|bytes| progress.surveyed(file, bytes, length))?;
    if survey.interchanges == 0 {
        return Err(RunError::NoInterchange { file: file.to_owned() });
    }
    Ok(survey)
}

fn process_one(
    source: &Source,
    surveyed: Surveyed,
    reference: &Reference,
    options: &Options<'_>,
    pool: Option<&rayon::ThreadPool>,
    disk: &'static dyn Disk,
    progress: &dyn Progress,
) -> Result<Summary, RunError> {
    let Surveyed { input, mut survey, repeated } = surveyed;
    let input = if let Some(input) = input {
        input
    } else {
        let input = source.open_within(options.out, options.profile.spool_bytes)?;
        survey = survey_one(&input, source.file(), options.profile, &Silent)?;
        input
    };
    let mut files = Files::begin(options.out, source.name(), disk, options.force)?;
    let passed =
        pass(&input, source.file(), &survey, &repeated, reference, options, pool, progress, &mut files)?;
    input.unchanged()?;
    let mut summary = summary_of(source.file(), &survey, &passed);
    describe(&mut summary, reference, options.profile);
    files.publish(&summary.to_json())?;
    Ok(summary)
}

/// Passes over a surveyed input; with `reject_unit = "set"` twice, since a set's last record can take its first with it.
#[allow(clippy::too_many_arguments)]
fn pass<'r>(
    input: &Input,
    file: &'r str,
    survey: &'r Survey,
    repeated: &'r [u64],
    reference: &'r Reference,
    options: &Options<'r>,
    pool: Option<&rayon::ThreadPool>,
    progress: &dyn Progress,
    files: &mut (dyn for<'w> Sink<'w> + Send),
) -> Result<Passed, RunError> {
    let whole_sets = options.profile.reject_unit == RejectUnit::Set;
    let mut fates = Fates::new(survey, options.profile);
    if whole_sets {
        fates.watch_sets();
    }
    progress.begin(file, survey.records);
    let report = |records: u64| progress.judged(records);
    let run = |fates: &Fates<'_>, sink: &mut (dyn for<'w> Sink<'w> + Send), report: &(dyn Fn(u64) + Sync)| {
        let pass = Pass {
            judge: Judge { profile: options.profile, reference, fates, received: options.received },
            renderer: Renderer { profile: options.profile, fates, maker: Maker { file }, repeated },
            unit_bytes: options.unit_bytes,
            pool: pool.filter(|_| input.len() > 2 * options.unit_bytes as u64),
            progress: report,
        };
        pass.run(Reader::new(input, file, fates, options.unit_bytes), sink)
    };
    let stopped = |stop| match stop {
        Stop::Source(error) => RunError::Source(error),
        Stop::Publish(error) => RunError::Publish(error),
        Stop::Defect(why) => RunError::Defect { file: file.to_owned(), why },
    };
    if whole_sets {
        run(&fates, &mut Nowhere, &|_| {}).map_err(stopped)?;
    }
    let passed = run(&fates, files, &report).map_err(stopped)?;
    progress.end();
    conserved(survey, &passed.sums).map_err(|why| RunError::Defect { file: file.to_owned(), why })?;
    Ok(passed)
}

/// Every record that the survey counted must have been accepted, rejected or refused.
fn conserved(survey: &Survey, sums: &Sums) -> Result<(), String> {
    let Split { read, accepted, rejected, refused } = &sums.records;
    if *read == survey.records
        && accepted + rejected + refused == *read
        && sums.charges.read == survey.charges
    {
        return Ok(());
    }
    Err(format!(
        "the survey counted {} records with charges of {}, judging {read} with {}",
        survey.records, survey.charges, sums.charges.read
    ))
}

/// Checks inputs without writing anything: `each` gets the file name and the reasons as JSON lines, piece by piece.
pub fn check(
    sources: &[Source],
    mut reference: Reference,
    options: &Options<'_>,
    spool_dir: &Path,
    each: &mut (dyn FnMut(&str, &[u8]) + Send),
) -> RunReport {
    let pool = pool(options.jobs);
    let mut surveyed = survey_all(sources, spool_dir, options.profile, &mut reference, &Silent);
    let mut inputs = Vec::new();
    for (source, surveyed) in sources.iter().zip(surveyed.iter_mut()) {
        let taken = std::mem::replace(surveyed, Err(RunError::NoInterchange { file: String::new() }));
        let outcome = taken.and_then(|Surveyed { input, survey, repeated }| {
            let input = match input {
                Some(input) => input,
                None => source.open_within(spool_dir, options.profile.spool_bytes)?,
            };
            let mut rows = Rows { file: source.file(), each };
            let pool = pool.as_ref();
            let passed = pass(
                &input,
                source.file(),
                &survey,
                &repeated,
                &reference,
                options,
                pool,
                &Silent,
                &mut rows,
            )?;
            input.unchanged()?;
            Ok(summary_of(source.file(), &survey, &passed))
        });
        let outcome = outcome.map_or_else(Outcome::Failed, |summary| Outcome::Done(Box::new(summary)));
        inputs.push(InputReport { file: source.file().to_owned(), name: source.name().to_owned(), outcome });
    }
    let mut summary = summary_of_all(&inputs);
    describe(&mut summary, &reference, options.profile);
    let status = status(&inputs);
    RunReport { inputs, summary, status }
}

/// Hands the rows on.
struct Rows<'a> {
    file: &'a str,
    each: &'a mut (dyn FnMut(&str, &[u8]) + Send),
}

impl<'w> Sink<'w> for Rows<'_> {
    fn take(&mut self, work: &Work<'w>) -> Result<(), PublishError> {
        if !work.pages.jsonl.is_empty() {
            (self.each)(self.file, &work.pages.jsonl);
        }
        Ok(())
    }
}

fn summary_of(file: &str, survey: &Survey, passed: &Passed) -> Summary {
    let mut summary = Summary {
        file: Some(file.to_owned()),
        records: passed.sums.records.clone(),
        interchanges: survey.interchanges,
        groups: survey.groups,
        transactions: survey.sets,
        responses: survey.answers,
        set_aside: survey.set_aside.len() as u64,
        test: survey.test,
        ..Summary::default()
    };
    summary.take_charges(&passed.sums.charges);
    summary.take_tally(&passed.tally);
    summary
}

/// Says which tables and rules there were.
fn describe(summary: &mut Summary, reference: &Reference, profile: &Profile) {
    summary.profile.clone_from(&profile.name);
    env!("CARGO_PKG_VERSION").clone_into(&mut summary.version);
    summary.tables = reference
        .tables()
        .into_iter()
        .map(|table| Table { name: table.name.to_owned(), version: table.version, rows: table.rows as u64 })
        .collect();
    summary.rules_not_run = rules::all()
        .filter_map(|rule| {
            let why = if profile.runs(rule.id) {
                let missing = rule.needs.iter().find(|needs| match needs {
                    Needs::Authorizations => reference.authorizations.is_empty(),
                })?;
                format!("no authorizations are known; give {}", missing.file())
            } else {
                format!("switched off by the profile {}", profile.name)
            };
            Some(NotRun { rule: rule.id.code().to_owned(), why })
        })
        .collect();
}

fn summary_of_all(inputs: &[InputReport]) -> Summary {
    let mut all = Summary { files: Some(Vec::new()), ..Summary::default() };
    let mut charges: Split<Charges> = Split::default();
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
                charges.read.add(&one.charges.read);
                charges.accepted.add(&one.charges.accepted);
                charges.rejected.add(&one.charges.rejected);
                charges.refused.add(&one.charges.refused);
                all.interchanges += one.interchanges;
                all.groups += one.groups;
                all.transactions += one.transactions;
                all.responses += one.responses;
                all.set_aside += one.set_aside;
                all.silenced += one.silenced;
                all.test |= one.test;
                for (rule, counts) in &one.findings {
                    let sum = all.findings.entry(rule.clone()).or_default();
                    sum.reject += counts.reject;
                    sum.warn += counts.warn;
                    sum.info += counts.info;
                    sum.shadow += counts.shadow;
                }
                for (rule, charge) in &one.shadow_charges {
                    let mut sum = Charges::default();
                    sum.add(all.shadow_charges.get(rule).map_or("0.00", String::as_str));
                    sum.add(charge);
                    all.shadow_charges.insert(rule.clone(), sum.0.to_string());
                }
            }
        }
        all.files.get_or_insert_default().push(line);
    }
    all.charges = Split {
        read: charges.read.0.to_string(),
        accepted: charges.accepted.0.to_string(),
        rejected: charges.rejected.0.to_string(),
        refused: charges.refused.0.to_string(),
    };
    all
}

/// A sum of charges that were written as text.
#[derive(Default)]
struct Charges(crate::finding::Total);

impl Charges {
    fn add(&mut self, text: &str) {
        if let Some(total) = crate::finding::Total::parse(text) {
            self.0.merge(total);
        }
    }
}

fn status(inputs: &[InputReport]) -> u8 {
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
fn run_json(seconds: f64, jobs: usize, pool: Option<&rayon::ThreadPool>, summary: &Summary) -> Vec<u8> {
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

/// Where spooled inputs go when nothing is written: the system's folder for temporary files.
pub fn temporary_dir() -> PathBuf {
    std::env::temp_dir()
}
