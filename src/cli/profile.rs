//! `claimsieve profile`.

use std::io::{self, Write};

use super::Failure;
use super::args::{Profile as Command, ProfileCommand};
use crate::rules;
use crate::verdict::Profile;

pub(super) fn run(command: &Command) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    match &command.command {
        ProfileCommand::Show { profile } => {
            let profile = Profile::load(profile).map_err(Failure::usage)?;
            let settings = &profile.settings;
            writeln!(out, "profile {}", profile.name)?;
            writeln!(out, "reject_unit {:?}", profile.reject_unit)?;
            writeln!(out, "adjudication_findings {:?}", profile.adjudication_findings)?;
            writeln!(out, "tar.required_for {:?}", settings.required_for)?;
            writeln!(out, "tar.authorizations {:?}", settings.authorizations)?;
            for start in &settings.counties {
                writeln!(out, "counties.{} {}", start.county.name(), start.from)?;
            }
            for rule in rules::all() {
                writeln!(out, "{} {}", rule.id, profile.severity(rule.id, 0, false))?;
            }
        }
        ProfileCommand::Check { profile } => {
            let profile = Profile::load(profile).map_err(Failure::usage)?;
            writeln!(out, "profile {} is good", profile.name)?;
        }
    }
    Ok(0)
}
