//! `claimsieve profile`.

use std::io::{self, Write};

use super::Failure;
use super::args::{Profile as Command, ProfileCommand};
use crate::verdict::Profile;

pub(super) fn run(command: &Command) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    match &command.command {
        ProfileCommand::Show { profile } => {
            let profile = Profile::load(profile).map_err(Failure::usage)?;
            write!(out, "{}", profile.to_toml())?;
        }
        ProfileCommand::Check { profile } => {
            let profile = Profile::load(profile).map_err(Failure::usage)?;
            writeln!(out, "profile {} is good", profile.name)?;
        }
    }
    Ok(0)
}
