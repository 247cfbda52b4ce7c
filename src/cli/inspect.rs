//! `claimsieve inspect`.

use std::io::{self, BufWriter, Write};

use super::Failure;
use super::args::{Arguments, Inspect, TreeFormat};
use super::color::paint;
use super::process::unit_bytes;
use crate::output::tree::{Json, Plain, Tree};
use crate::pipeline::{self, InspectError, UNIT_BYTES, temporary_dir};
use crate::source::discover;
use crate::verdict::Profile;

pub(super) fn run(command: &Inspect, arguments: &Arguments) -> Result<u8, Failure> {
    let profile = Profile::load("snip").map_err(Failure::usage)?;
    let piece = unit_bytes()?.unwrap_or(UNIT_BYTES);
    let nowhere = temporary_dir();
    let stdout = io::stdout();
    let paint = paint(arguments.color, &stdout);
    let mut out = BufWriter::new(stdout.lock());
    let mut status = 0;
    for source in discover([&command.input]) {
        let shown = match command.format {
            TreeFormat::Text => {
                let mut tree = Plain::new(&mut out, paint);
                pipeline::inspect(&source, &profile, piece, &nowhere, &mut tree as &mut dyn Tree)
            }
            TreeFormat::Json => {
                let mut tree = Json::new(&mut out);
                pipeline::inspect(&source, &profile, piece, &nowhere, &mut tree)
            }
        };
        match shown {
            Ok(()) => {}
            Err(InspectError::Output(error)) => return Err(error.into()),
            Err(error) => {
                out.flush()?;
                writeln!(io::stderr(), "claimsieve: {error}")?;
                status = 3;
            }
        }
    }
    out.flush()?;
    Ok(status)
}
