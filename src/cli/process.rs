//! `claimsieve process`.

use std::io::{self, Write};
#[cfg(feature = "store")]
use std::sync::Arc;

use chrono::Local;

use super::args::{Arguments, Judging, Process};
use super::progress::Bars;
use super::{Failure, USAGE, ended};
use crate::output::ack::Moment;
use crate::output::report;
#[cfg(feature = "store")]
use crate::pipeline::Memory;
use crate::pipeline::{self, Options, Outcome, Progress, RunReport, Silent};
use crate::reference::Reference;
use crate::source::{RealDisk, discover};
#[cfg(feature = "store")]
use crate::store::Writer;
use crate::verdict::Profile;

pub(super) fn run(command: &Process, arguments: &Arguments) -> Result<u8, Failure> {
    let profile = Profile::load(&command.profile).map_err(Failure::usage)?;
    #[cfg_attr(not(feature = "store"), allow(unused_mut))]
    let mut reference = reference(&command.judging)?;
    note_ignored(reference.ignored_files(), arguments)?;
    let mut options = Options::at(&profile, &command.out, received(&command.judging));
    options.force = command.force;
    options.jobs = command.judging.jobs;
    if let Some(bytes) = unit_bytes()? {
        options.unit_bytes = bytes;
    }
    #[cfg(feature = "store")]
    let memory = match &command.store {
        None => None,
        Some(path) => {
            let writer = Writer::open(path).map_err(super::auth::unusable)?;
            let before = writer.before();
            reference.authorizations.look_up_in(Box::new(before.clone()));
            Some(Memory::new(Arc::new(before), writer))
        }
    };
    #[cfg(feature = "store")]
    {
        options.memory = memory.as_ref();
    }
    let sources = discover(&command.inputs);
    let bars = Bars::new(arguments);
    let progress: &dyn Progress = bars.as_ref().map_or(&Silent, |bars| bars);
    let report = pipeline::process(&sources, reference, &options, &RealDisk, progress);
    drop(bars);
    ended(report.status, say(&report, command, arguments))
}

/// What went wrong, and what the run came to.
fn say(report: &RunReport, command: &Process, arguments: &Arguments) -> io::Result<()> {
    for input in &report.inputs {
        if let Outcome::Failed(error) = &input.outcome {
            writeln!(io::stderr(), "claimsieve: {error}")?;
        }
    }
    let any = report.inputs.iter().any(|input| matches!(input.outcome, Outcome::Done(_)));
    if let Some(error) = &report.not_kept {
        writeln!(io::stderr(), "claimsieve: {error}")?;
        if any {
            writeln!(
                io::stderr(),
                "claimsieve: the outputs are published, but the store holds nothing of this run; run again with --force"
            )?;
        }
    }
    if !arguments.quiet {
        let mut out = io::stdout().lock();
        write!(out, "{}", report::closing(&report.summary))?;
        if any {
            writeln!(
                out,
                "\nOutputs are in {}; they hold protected health information.",
                command.out.display()
            )?;
        }
    }
    Ok(())
}

/// The tables and rosters.
pub(super) fn reference(judging: &Judging) -> Result<Reference, Failure> {
    Reference::load(judging.reference.as_deref(), judging.rosters.as_deref())
        .map_err(|errors| Failure::Say(USAGE, errors.to_string()))
}

/// Tells of files in the folders of tables and rosters that are neither: a misspelt name would leave a roster out without a word.
pub(super) fn note_ignored(files: &[String], arguments: &Arguments) -> io::Result<()> {
    for file in files.iter().filter(|_| !arguments.quiet) {
        let mut out = io::stderr().lock();
        writeln!(out, "claimsieve: note: {file}: no table or roster has this name, and nothing reads it")?;
    }
    Ok(())
}

/// When it is received.
pub(super) fn received(judging: &Judging) -> Moment {
    judging.now.map_or_else(|| Moment::of(&Local::now()), |now| Moment::of(&now))
}

/// The size of units, for tests: the result does not depend on it.
pub(super) fn unit_bytes() -> Result<Option<usize>, Failure> {
    let Some(text) = std::env::var_os("CLAIMSIEVE_UNIT_BYTES") else { return Ok(None) };
    let bytes = text.to_str().and_then(|text| text.parse().ok()).filter(|bytes| *bytes > 0);
    bytes.map(Some).ok_or_else(|| Failure::usage("CLAIMSIEVE_UNIT_BYTES must be a number of bytes"))
}
