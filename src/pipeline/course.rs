//! One surveyed input on its way through the stages.

use crate::output::diagnostic::Form;
use crate::output::reasons::Maker;
use crate::output::summary::Split;
use crate::reference::Reference;
use crate::rules::ledger::{Past, ReceivedFile};
use crate::source::{Input, ReadAt};
use crate::verdict::{Fates, RejectUnit};
use crate::x12::survey::Survey;

use super::acks::Acks;
use super::execute::{Pass, Passed, Stop};
use super::hold::Holds;
use super::intake::Kept;
use super::judge::Judge;
use super::ledger::{Ledgers, scribe};
use super::read::Reader;
use super::render::{Renderer, Show, Telling};
use super::rulebook::Rulebook;
use super::run::{Options, Progress, RunError};
use super::work::Sums;
use super::write::{Nowhere, Sink};

/// A surveyed input, and what it is judged with.
#[derive(Clone, Copy)]
pub(super) struct Course<'r> {
    pub(super) input: &'r Input,
    pub(super) file: &'r str,
    pub(super) survey: &'r Survey,
    pub(super) reference: &'r Reference,
    pub(super) options: &'r Options<'r>,
    pub(super) pool: Option<&'r rayon::ThreadPool>,
    pub(super) progress: &'r dyn Progress,
}

/// What becomes of the findings.
#[derive(Clone, Copy)]
pub(super) enum Mode<'r> {
    /// They are filed, and acknowledged as of a day (`CCYYMMDD`).
    File(&'r str),
    /// They are shown.
    Show(Form),
    /// They are counted.
    Count,
}

/// Begins an input in the ledgers of a run that hands nothing on; with a store, in the place that it has there.
pub(super) fn begin(
    options: &Options<'_>,
    ledgers: Option<&mut Ledgers<'_>>,
    file: &str,
    number: i64,
    kept: &Kept,
) -> Result<(), RunError> {
    let Kept { content, bytes, replaces, .. } = kept;
    let number = match options.memory {
        None => number,
        Some(memory) => memory.keeper().begin(&ReceivedFile {
            name: file.to_owned(),
            bytes: *bytes,
            content: *content,
            received: options.received,
            replaces: replaces.clone(),
        })?,
    };
    if let Some(ledgers) = ledgers {
        ledgers.begin(number, replaces);
    }
    Ok(())
}

/// What was before the run.
pub(super) fn past<'r>(options: &Options<'r>) -> Option<&'r dyn Past> {
    options.memory.map(|memory| &*memory.past)
}

impl Course<'_> {
    /// Passes over the input; with `reject_unit = "set"` twice, since a set's last record can take its first with it.
    pub(super) fn run(
        &self,
        mut ledgers: Option<&mut Ledgers<'_>>,
        mode: Mode<'_>,
        files: &mut (dyn for<'w> Sink<'w> + Send),
    ) -> Result<Passed, RunError> {
        let Course { file, survey, options, progress, .. } = *self;
        let mut fates = Fates::new(survey, options.profile);
        progress.begin(file, survey.records);
        if options.profile.reject_unit == RejectUnit::Set {
            fates.watch_sets();
            self.pass(&fates, None, Mode::Count, &mut Nowhere, &|_| {})?;
        }
        let report = |records| progress.judged(records);
        let passed = self.pass(&fates, ledgers.as_deref_mut(), mode, files, &report)?;
        ledgers.and_then(Ledgers::trouble).map_or(Ok(()), Err)?;
        progress.end();
        conserved(survey, &passed.sums).map_err(|why| RunError::Defect { file: file.to_owned(), why })?;
        Ok(passed)
    }

    fn pass(
        &self,
        fates: &Fates<'_>,
        ledgers: Option<&mut Ledgers<'_>>,
        mode: Mode<'_>,
        sink: &mut (dyn for<'w> Sink<'w> + Send),
        report: &(dyn Fn(u64) + Sync),
    ) -> Result<Passed, RunError> {
        let Course { input, file, reference, options, pool, .. } = *self;
        let (profile, received, unit_bytes) = (options.profile, options.received, options.unit_bytes);
        let book = Rulebook::new(profile, reference);
        let scribe = ledgers.as_ref().and_then(|_| scribe(profile, reference, past(options), received));
        let (acks, telling) = match mode {
            Mode::File(day) => (Some(Acks { profile, fates, day }), Telling::Filed),
            Mode::Show(form) => (None, Telling::Shown(Show { form, input })),
            Mode::Count => (None, Telling::Counted),
        };
        let pass = Pass {
            judge: Judge::new(&book, reference, fates, received, scribe),
            renderer: Renderer { profile, fates, maker: Maker { file }, acks, telling },
            unit_bytes,
            holds: Holds { waits: options.holds, taken_back: Some(&options.taken_back) },
            pool: pool.filter(|_| input.len() > 2 * unit_bytes as u64),
            progress: report,
        };
        pass.run(Reader::new(input, file, fates, unit_bytes), ledgers, sink).map_err(|stop| match stop {
            Stop::Source(error) => RunError::Source(error),
            Stop::Publish(error) => RunError::Publish(error),
            Stop::Defect(why) => RunError::Defect { file: file.to_owned(), why },
        })
    }
}

/// Every record that the survey counted must have been accepted, rejected, refused or held.
fn conserved(survey: &Survey, sums: &Sums) -> Result<(), String> {
    let Split { read, accepted, rejected, refused, held } = &sums.records;
    if *read == survey.records
        && accepted + rejected + refused + held == *read
        && sums.charges.read == survey.charges
    {
        return Ok(());
    }
    Err(format!(
        "the survey counted {} records with charges of {}, judging {read} with {}",
        survey.records, survey.charges, sums.charges.read
    ))
}
