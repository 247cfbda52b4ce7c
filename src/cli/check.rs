//! `claimsieve check`.

use std::io::{self, Write};

use super::args::{Arguments, Check, CheckFormat};
use super::color::paint;
use super::process::{note_ignored, received, reference, unit_bytes};
use super::{Failure, ended};
use crate::output::diagnostic::Form;
use crate::output::{report, sarif};
use crate::pipeline::{self, Options, Outcome, RunError, RunReport, temporary_dir};
use crate::source::discover;
use crate::verdict::Profile;

pub(super) fn run(command: &Check, arguments: &Arguments) -> Result<u8, Failure> {
    let profile = Profile::load(&command.profile).map_err(Failure::usage)?;
    let reference = reference(&command.judging)?;
    note_ignored(reference.ignored_files(), arguments)?;
    let nowhere = temporary_dir();
    let mut options = Options::at(&profile, &nowhere, received(&command.judging));
    options.jobs = command.judging.jobs;
    if let Some(bytes) = unit_bytes()? {
        options.unit_bytes = bytes;
    }
    let sources = discover(&command.inputs);
    let form = match command.format {
        CheckFormat::Text => Form::Text(paint(arguments.color, &io::stdout())),
        CheckFormat::Json => Form::Json,
        CheckFormat::Sarif => Form::Sarif,
    };
    let mut log = match form {
        Form::Sarif => Some(sarif::Log::begin(io::stdout(), &profile.settings.edits)?),
        _ => None,
    };
    // what went wrong with our output; the report knows it as an input's failure only
    let mut failed: Option<io::Error> = None;
    let report = pipeline::check(&sources, reference, &options, &nowhere, form, &mut |_, shown| {
        let written = match &mut log {
            Some(log) => log.add(shown),
            None => io::stdout().write_all(shown),
        };
        written.map_err(|error| {
            let kind = error.kind();
            failed = Some(error);
            kind.into()
        })
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    let failures: Vec<String> = failures(&report).map(ToString::to_string).collect();
    let say = || {
        for failure in &failures {
            writeln!(io::stderr(), "claimsieve: {failure}")?;
        }
        if let Some(log) = log {
            log.end(&failures)?;
        } else if matches!(form, Form::Text(_)) && !arguments.quiet {
            write!(io::stdout(), "{}", report::checked(&report.summary))?;
        }
        io::stdout().flush()
    };
    ended(report.status, say())
}

/// Why inputs could not be checked.
fn failures(report: &RunReport) -> impl Iterator<Item = &RunError> {
    report.inputs.iter().filter_map(|input| match &input.outcome {
        Outcome::Failed(error) => Some(error),
        Outcome::Done(_) => None,
    })
}
