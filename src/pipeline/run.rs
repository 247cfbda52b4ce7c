//! A run: inputs in, outputs published.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::finding::Date;
use crate::output::ack::{Assembler, ControlNumbers, Derived, Moment};
use crate::output::diagnostic::Form;
use crate::output::summary::{FileLine, Split, Summary};
use crate::reference::Reference;
use crate::rules::ledger::{FileCounts, KeepError, ReceivedFile, TakenBack};
use crate::source::{Disk, Input, PublishError, ReadAt, Source, SourceError, publish_one};
use crate::verdict::Profile;
use crate::x12::survey::Survey;

use super::course::{Course, Mode, past};
use super::execute::UNIT_BYTES;
use super::intake::{self, Kept, Surveyed, Surveyors, is_kept_open};
use super::ledger::Ledgers;
use super::memory::{Memory, Sequence};
use super::totals::{describe, run_json, status, summary_of, summary_of_all};
use super::work::Work;
use super::write::{Files, Sink};

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// Where outputs go.
    pub out: &'a Path,
    /// Whether outputs of an earlier run are replaced. What tells of the run as a whole is always replaced.
    pub force: bool,
    /// How many threads judge; 0 for as many as there are cores.
    pub jobs: usize,
    /// About how many bytes a unit has; the result does not depend on it.
    pub unit_bytes: usize,
    /// The day of receipt.
    pub received: Date,
    /// The time of that day, in seconds since midnight, which acknowledgements name.
    pub received_at: u32,
    /// How many accepted claims of the run are held in memory, to know duplicates by; the others are on disk. The result does not
    /// depend on it.
    pub claims_in_memory: usize,
    /// What is remembered of earlier runs, and takes what this one adds.
    pub memory: Option<&'a Memory>,
    /// Whether a claim that is rejected only for an authorization that is pended or not known yet is held instead.
    pub holds: bool,
    /// Claims that their provider voided or replaced while they waited: they are rejected for it.
    pub taken_back: TakenBack,
    /// When records that were judged before are judged again: then only their claims are acknowledged, since their sets were.
    pub again: Option<Moment>,
}

impl<'a> Options<'a> {
    /// The usual: all cores, nothing replaced.
    pub fn new(profile: &'a Profile, out: &'a Path, received: Date) -> Options<'a> {
        Options {
            profile,
            out,
            force: false,
            jobs: 0,
            unit_bytes: UNIT_BYTES,
            received,
            received_at: 0,
            claims_in_memory: CLAIMS_IN_MEMORY,
            memory: None,
            holds: false,
            taken_back: TakenBack::default(),
            again: None,
        }
    }

    /// The usual, received at a moment.
    pub fn at(profile: &'a Profile, out: &'a Path, moment: Moment) -> Options<'a> {
        Options { received_at: moment.second, ..Options::new(profile, out, moment.date) }
    }
}

/// How many accepted claims are held in memory: some megabytes.
const CLAIMS_IN_MEMORY: usize = 1 << 16;

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
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] KeepError),
    /// It holds no interchange.
    #[error("{file}: there is no readable ISA in it, so nothing can be processed; is it an X12 file?")]
    NoInterchange {
        /// The input.
        file: String,
    },
    /// Accepted claims that had been put on disk could not be read again; nothing was published.
    #[error(
        "accepted claims that this run had put on disk could not be read again ({0}), so duplicates could not be told; nothing was published"
    )]
    Remembered(#[source] std::io::Error),
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
    /// 0 all accepted, 1 something rejected or refused, 3 an input, an output or the store failed.
    pub status: u8,
    /// Why the store did not take what the run added, though outputs are published.
    pub not_kept: Option<KeepError>,
}

/// The files that tell of a run as a whole: of the last one into the folder.
const OF_THE_RUN: [&str; 2] = ["summary.json", "run.json"];

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
    let mut surveyed = survey_all(sources, options.out, options, &mut reference, progress);
    let mut ledgers = Ledgers::new(options, &reference, past(options), options.out);
    let mut inputs = Vec::with_capacity(sources.len());
    for ((source, surveyed), number) in sources.iter().zip(surveyed.iter_mut()).zip(1..) {
        let outcome = std::mem::replace(surveyed, Err(RunError::NoInterchange { file: String::new() }))
            .and_then(|surveyed| {
                let ledgers = ledgers.as_mut();
                process_one(
                    source,
                    number,
                    surveyed,
                    &reference,
                    ledgers,
                    options,
                    pool.as_ref(),
                    disk,
                    progress,
                )
            });
        let outcome = match outcome {
            Ok(summary) => Outcome::Done(Box::new(summary)),
            Err(error) => {
                tracing::error!(file = source.file(), "{error}");
                if let Some(ledgers) = &mut ledgers {
                    ledgers.forget();
                }
                let forgotten = options.memory.map(|memory| memory.keeper().forget());
                if let Some(Err(error)) = forgotten {
                    tracing::error!("{error}");
                }
                Outcome::Failed(error)
            }
        };
        inputs.push(InputReport { file: source.file().to_owned(), name: source.name().to_owned(), outcome });
    }
    drop(ledgers);
    let mut summary = summary_of_all(&inputs);
    describe(&mut summary, &reference, options.profile);
    tracing::info!(inputs = inputs.len(), seconds = begun.elapsed().as_secs_f64(), "done");
    let mut status = status(&inputs);
    let finished = options.memory.map(|memory| memory.keeper().finish());
    let not_kept = finished.and_then(Result::err);
    if let Some(error) = &not_kept {
        tracing::error!("{error}");
        status = 3;
    }
    if inputs.iter().any(|input| matches!(input.outcome, Outcome::Done(_))) {
        let run = run_json(begun.elapsed().as_secs_f64(), options.jobs, pool.as_ref(), &summary);
        for (name, text) in OF_THE_RUN.into_iter().zip([summary.to_json(), run]) {
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
    RunReport { inputs, summary, status, not_kept }
}

/// The most threads that judge.
const MOST_JOBS: usize = 64;

/// A pool of `jobs` threads; none for one job or when threads cannot be had.
pub(super) fn pool(jobs: usize) -> Option<rayon::ThreadPool> {
    let jobs = if jobs == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { jobs };
    if jobs < 2 {
        return None;
    }
    // more threads than that cost time and give none
    let jobs = jobs.min(MOST_JOBS);
    let name = |nth| format!("judge {nth}");
    rayon::ThreadPoolBuilder::new().num_threads(jobs).thread_name(name).build().ok()
}

/// Surveys every input, before any claim is judged; with each goes the input itself, if it is kept open.
fn survey_all(
    sources: &[Source],
    spool_dir: &Path,
    options: &Options<'_>,
    reference: &mut Reference,
    progress: &dyn Progress,
) -> Vec<Result<(Option<Input>, Surveyed), RunError>> {
    let mut surveyors = Surveyors::default();
    let mut one = |source: &Source| {
        let input = intake::open(source, spool_dir, options.profile)?;
        let surveyed = surveyors.survey(&input, source.file(), options, reference, progress)?;
        Ok((is_kept_open(source, sources).then_some(input), surveyed))
    };
    let surveyed = sources.iter().map(&mut one).collect();
    surveyors.finish(reference);
    surveyed
}

/// The input with its survey; both anew where it was not kept open.
fn at_hand(
    input: Option<Input>,
    survey: Survey,
    source: &Source,
    spool_dir: &Path,
    options: &Options<'_>,
) -> Result<(Input, Survey), RunError> {
    let Options { profile, jobs, .. } = *options;
    tracing::info!(file = source.file(), records = survey.records, "judging");
    if let Some(input) = input {
        return Ok((input, survey));
    }
    let input = intake::open(source, spool_dir, profile)?;
    let survey = intake::survey_again(&input, source.file(), &survey, profile, jobs)?;
    Ok((input, survey))
}

#[allow(clippy::too_many_arguments)]
fn process_one<'g>(
    source: &Source,
    number: i64,
    (input, surveyed): (Option<Input>, Surveyed),
    reference: &'g Reference,
    mut ledgers: Option<&mut Ledgers<'g>>,
    options: &Options<'g>,
    pool: Option<&rayon::ThreadPool>,
    disk: &'static dyn Disk,
    progress: &dyn Progress,
) -> Result<Summary, RunError> {
    let Surveyed { survey, responses, kept } = surveyed;
    let (input, survey) = at_hand(input, survey, source, options.out, options)?;
    let now = options.again.unwrap_or(Moment { date: options.received, second: options.received_at });
    let only_claims = options.again.is_some();
    let derived = Derived { now, input: number.saturating_sub(1).unsigned_abs() };
    let numbers: Box<dyn ControlNumbers> = match options.memory {
        Some(memory) => Box::new(Sequence::new(memory.clone(), derived, only_claims)),
        None => Box::new(derived),
    };
    let assembler = Assembler::new(now, numbers, options.out.to_owned());
    let memory = options.memory.cloned();
    let mut files =
        Files::begin(options.out, source.name(), disk, options.force, assembler, only_claims, memory)?;
    let number = match options.memory {
        Some(memory) => remember(memory, source.file(), &kept, options.received)?,
        None => number,
    };
    if let Some(ledgers) = &mut ledgers {
        ledgers.begin(number, &kept.replaces);
    }
    let day = now.day();
    let file = source.file();
    let course = Course { input: &input, file, survey: &survey, reference, options, pool, progress };
    let passed = course.run(ledgers, Mode::File(&day), &mut files)?;
    input.unchanged()?;
    let mut summary = summary_of(source.file(), &survey, responses, &passed);
    describe(&mut summary, reference, options.profile);
    if let Some(memory) = options.memory {
        let trouble = files.trouble().or_else(|| memory.keeper().trouble());
        trouble.map_or(Ok(()), Err)?;
    }
    let is_only_test =
        survey.test && !files.has_kept() && kept.interchanges.is_empty() && kept.decisions.is_empty();
    files.publish(&summary.to_json())?;
    let Split { read, accepted, rejected, refused, held } = &summary.records;
    match options.memory {
        // tests leave the store alone
        Some(memory) if is_only_test => memory.keeper().forget()?,
        Some(memory) => {
            let [read, accepted, rejected, refused] = [*read, *accepted, *rejected, *refused];
            memory.keeper().end(FileCounts { read, accepted, rejected, refused })?;
        }
        None => {}
    }
    tracing::info!(file = source.file(), read, accepted, rejected, refused, held, "published");
    Ok(summary)
}

/// Begins a file in the store, with what is known of it before its claims are judged; answers its number there.
fn remember(memory: &Memory, file: &str, kept: &Kept, received: Date) -> Result<i64, RunError> {
    let Kept { content, bytes, replaces, interchanges, decisions } = kept;
    let mut keeper = memory.keeper();
    let (content, bytes, replaces) = (*content, *bytes, replaces.clone());
    let number = keeper.begin(&ReceivedFile { name: file.to_owned(), bytes, content, received, replaces })?;
    interchanges.iter().try_for_each(|print| keeper.interchange(*print))?;
    decisions.iter().try_for_each(|decided| keeper.decision(decided))?;
    Ok(number)
}

/// Checks inputs without writing anything: `each` gets the file name and the findings in their form, piece by piece. Where it
/// fails, checking ends.
pub fn check(
    sources: &[Source],
    mut reference: Reference,
    options: &Options<'_>,
    spool_dir: &Path,
    form: Form,
    each: &mut (dyn FnMut(&str, &[u8]) -> std::io::Result<()> + Send),
) -> RunReport {
    let pool = pool(options.jobs);
    let mut surveyed = survey_all(sources, spool_dir, options, &mut reference, &Silent);
    let mut ledgers = Ledgers::new(options, &reference, None, spool_dir);
    let mut inputs = Vec::new();
    for ((source, surveyed), number) in sources.iter().zip(surveyed.iter_mut()).zip(1..) {
        if let Some(ledgers) = &mut ledgers {
            ledgers.begin(number, &[]);
        }
        let taken = std::mem::replace(surveyed, Err(RunError::NoInterchange { file: String::new() }));
        let outcome = taken.and_then(|(input, surveyed)| {
            let Surveyed { survey, responses, .. } = surveyed;
            let (input, survey) = at_hand(input, survey, source, spool_dir, options)?;
            let mut rows = Rows { file: source.file(), each };
            let pool = pool.as_ref();
            let (file, reference, progress) = (source.file(), &reference, &Silent);
            let course = Course { input: &input, file, survey: &survey, reference, options, pool, progress };
            let passed = course.run(ledgers.as_mut(), Mode::Show(form), &mut rows)?;
            input.unchanged()?;
            Ok(summary_of(source.file(), &survey, responses, &passed))
        });
        let ended = matches!(outcome, Err(RunError::Publish(_)));
        if let (Some(ledgers), Err(_)) = (&mut ledgers, &outcome) {
            ledgers.forget();
        }
        let outcome = outcome.map_or_else(Outcome::Failed, |summary| Outcome::Done(Box::new(summary)));
        inputs.push(InputReport { file: source.file().to_owned(), name: source.name().to_owned(), outcome });
        if ended {
            break;
        }
    }
    let mut summary = summary_of_all(&inputs);
    describe(&mut summary, &reference, options.profile);
    let status = status(&inputs);
    RunReport { inputs, summary, status, not_kept: None }
}

/// Hands the rows on.
struct Rows<'a> {
    file: &'a str,
    each: &'a mut (dyn FnMut(&str, &[u8]) -> std::io::Result<()> + Send),
}

impl<'w> Sink<'w> for Rows<'_> {
    fn take(&mut self, work: &Work<'w>) -> Result<(), PublishError> {
        if work.pages.shown.is_empty() {
            return Ok(());
        }
        (self.each)(self.file, &work.pages.shown)
            .map_err(|error| PublishError::from_write(error, Path::new("standard output")))
    }
}

/// Where spooled inputs go when nothing is written: the system's folder for temporary files.
pub fn temporary_dir() -> PathBuf {
    std::env::temp_dir()
}
