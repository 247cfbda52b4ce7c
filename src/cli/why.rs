//! `claimsieve why`.

use std::io::{self, Write};

use super::Failure;
use super::args::{Arguments, Why};
use super::process::{received, reference};
use crate::output::why::text;
use crate::pipeline::{self, Options, temporary_dir};
use crate::source::discover;
use crate::verdict::Profile;

pub(super) fn run(command: &Why, _: &Arguments) -> Result<u8, Failure> {
    let profile = Profile::load(&command.profile).map_err(Failure::usage)?;
    let nowhere = temporary_dir();
    let options = Options::at(&profile, &nowhere, received(&command.judging));
    let mut any = false;
    let mut rejected = false;
    for source in discover([&command.input]) {
        // the authorizations of one input must not be known to the next
        let reference = reference(&command.judging)?;
        let explained = pipeline::why(&source, &command.record, reference, &options, &nowhere)
            .map_err(|error| Failure::Say(3, error.to_string()))?;
        let mut out = io::stdout().lock();
        for record in &explained {
            if std::mem::replace(&mut any, true) {
                writeln!(out)?;
            }
            rejected |= record.disposition == "reject";
            write!(out, "{}", text(record))?;
        }
    }
    if !any {
        return Err(Failure::Say(3, format!("{}: no record with this id is in it", command.input.display())));
    }
    Ok(u8::from(rejected))
}
