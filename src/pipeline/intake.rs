//! Inputs opened and surveyed, before any claim is judged.

use std::path::Path;

use crate::reference::{Decided, Reference};
use crate::source::{Input, ReadAt, Source};
use crate::verdict::{Fates, Profile};
use crate::x12::survey::{Senders, Survey};

use super::early;
use super::run::{Options, Progress, RunError, Silent};
use super::survey::{same_bytes, survey};

/// More inputs than this are opened and surveyed anew for judging rather than kept open.
const KEPT_OPEN: usize = 200;

/// Whether inputs are kept open from the survey on until they are judged.
pub(super) fn is_kept_open(source: &Source, sources: &[Source]) -> bool {
    sources.len() <= KEPT_OPEN || source.file() == "stdin"
}

/// What the survey of an input found.
pub(super) struct Surveyed {
    pub(super) survey: Survey,
    /// How many events of 278 responses were imported.
    pub(super) responses: u64,
    /// What a store is to keep of it.
    pub(super) kept: Kept,
}

/// What a store is to keep of an input.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) content: [u8; 32],
    pub(super) bytes: u64,
    /// Fingerprints of its interchanges that are no tests.
    pub(super) interchanges: Vec<u64>,
    /// Its responses' decisions, where they are no tests.
    pub(super) decisions: Vec<Decided>,
    /// The files in the store whose place it takes.
    pub(super) replaces: Vec<i64>,
}

/// Surveys inputs one after the other.
#[derive(Default)]
pub(super) struct Surveyors {
    senders: Senders,
    sequence: u64,
    /// Whether an interchange that is no test holds records.
    real_records: bool,
    /// What responses in test interchanges decide.
    tests: Vec<Decided>,
}

impl Surveyors {
    /// Surveys an input and takes the authorizations of its 278 responses; those of tests wait for [`Surveyors::finish`].
    pub(super) fn survey(
        &mut self,
        input: &Input,
        file: &str,
        options: &Options<'_>,
        reference: &mut Reference,
        progress: &dyn Progress,
    ) -> Result<Surveyed, RunError> {
        let Options { profile, memory, .. } = *options;
        let Surveyors { senders, sequence, real_records, tests } = self;
        let mut kept = Kept { bytes: input.len(), ..Kept::default() };
        if let Some(memory) = memory {
            if options.force {
                kept.replaces = same_bytes(input, file, &memory.past.files_as_long(kept.bytes))?;
            }
            senders.ask(Some(memory.earlier(kept.replaces.clone())));
        }
        let mut hash = memory.map(|_| blake3::Hasher::new());
        let mut see = |bytes: &[u8]| {
            hash.as_mut().map(|hash| hash.update(bytes));
        };
        let survey = survey_one(input, file, profile, senders, &mut see, progress, options.jobs)?;
        kept.content = hash.map(|hash| *hash.finalize().as_bytes()).unwrap_or_default();
        kept.interchanges.extend(senders.last());
        let fates = Fates::new(&survey, profile);
        *real_records |= survey.real_records;
        let mut take = |decided: Decided, test: bool| {
            if test {
                return tests.push(decided);
            }
            if memory.is_some() {
                kept.decisions.push(decided.clone());
            }
            reference.authorizations.decide(decided);
        };
        let events = early::collect(input, file, &fates, profile, sequence, &mut take)?;
        Ok(Surveyed { survey, responses: events.taken, kept })
    }

    /// Takes what responses in test interchanges decide, once every input is surveyed: a run of tests alone is to say what it would
    /// say of the same files as production. Beside records that are no tests it is left out, since those must not be accepted,
    /// or rejected, on what nobody decided.
    pub(super) fn finish(self, reference: &mut Reference) {
        if !self.real_records {
            self.tests.into_iter().for_each(|decided| reference.authorizations.decide(decided));
        } else if !self.tests.is_empty() {
            let decisions = self.tests.len();
            tracing::info!(decisions, "what test responses decide is left out beside production records");
        }
    }
}

/// Opens an input that was not kept open.
pub(super) fn open(source: &Source, spool_dir: &Path, profile: &Profile) -> Result<Input, RunError> {
    Ok(source.open_within(spool_dir, profile.spool_bytes)?)
}

/// Surveys an input that was opened again: what it holds now counts, and what was known of its senders is known still.
pub(super) fn survey_again(
    input: &Input,
    file: &str,
    before: &Survey,
    profile: &Profile,
    jobs: usize,
) -> Result<Survey, RunError> {
    let mut senders = Senders::Known(before.repeating().collect());
    survey_one(input, file, profile, &mut senders, &mut |_| (), &Silent, jobs)
}

/// Surveys an input that nothing came before, in this thread.
pub(super) fn survey_alone(input: &Input, file: &str, profile: &Profile) -> Result<Survey, RunError> {
    survey_one(input, file, profile, &mut Senders::default(), &mut |_| (), &Silent, 1)
}

/// Surveys one input; `see` is shown all bytes. Of more than one of `jobs`, one reads ahead.
fn survey_one(
    input: &Input,
    file: &str,
    profile: &Profile,
    senders: &mut Senders,
    see: &mut (dyn FnMut(&[u8]) + Send),
    progress: &dyn Progress,
    jobs: usize,
) -> Result<Survey, RunError> {
    let length = input.len();
    let report = |bytes| progress.surveyed(file, bytes, length);
    let survey = survey(input, file, profile.limits, senders, see, &report, jobs)?;
    if survey.interchanges == 0 {
        return Err(RunError::NoInterchange { file: file.to_owned() });
    }
    tracing::info!(
        file,
        bytes = length,
        interchanges = survey.interchanges,
        groups = survey.groups,
        transactions = survey.sets,
        records = survey.records,
        "surveyed"
    );
    Ok(survey)
}
