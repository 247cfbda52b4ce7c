//! `claimsieve verify-run`.

use std::io::{self, Write};

use super::Failure;
use super::args::{Arguments, ReportFormat, VerifyRun};
use crate::source::discover;
use crate::verify::{self, Acknowledged};

pub(super) fn run(command: &VerifyRun, arguments: &Arguments) -> Result<u8, Failure> {
    let sources = discover(&command.inputs);
    let report = verify::verify(&sources, &command.out, &command.out, Acknowledged::All, command.limit);
    let mut out = io::stdout().lock();
    match command.format {
        ReportFormat::Json => out.write_all(&report.json())?,
        ReportFormat::Text if arguments.quiet && report.status() == 0 => {}
        ReportFormat::Text => out.write_all(report.text().as_bytes())?,
    }
    Ok(report.status())
}
