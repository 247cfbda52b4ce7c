//! `claimsieve rosters`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};

use chrono::Local;

use super::args::{Rosters as Command, RostersCommand};
use super::{Failure, USAGE};
use crate::output::ack::Moment;
use crate::output::text::counted;
use crate::reference::rosters::Odd;
use crate::reference::{Reference, Roster};

pub(super) fn run(command: &Command) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    match &command.command {
        RostersCommand::Template { dir } => {
            fs::create_dir_all(dir)?;
            for roster in Roster::ALL {
                let path = dir.join(roster.file_name());
                match OpenOptions::new().write(true).create_new(true).open(&path) {
                    Ok(mut file) => {
                        file.write_all(roster.template().as_bytes())?;
                        writeln!(out, "{} written", path.display())?;
                    }
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        writeln!(out, "{} is there already and was left alone", path.display())?;
                    }
                    Err(error) => return Err(Failure::Say(3, format!("{}: {error}", path.display()))),
                }
            }
        }
        RostersCommand::Check { dir } => {
            let reference =
                Reference::load(None, Some(dir)).map_err(|errors| Failure::Say(USAGE, errors.to_string()))?;
            let names = || Roster::ALL.map(Roster::file_name).join(", ");
            if !reference.tables().iter().any(|table| table.own) {
                let nothing =
                    format!("{}: there is no roster in it; they are called {}", dir.display(), names());
                return Err(Failure::Say(USAGE, nothing));
            }
            for table in reference.tables().iter().filter(|table| table.own) {
                writeln!(out, "{}: {}", table.name, counted(table.rows as u64, "row", "rows"))?;
            }
            for file in reference.ignored_files() {
                writeln!(
                    out,
                    "{file}: no roster has this name, and nothing reads it; they are called {}",
                    names()
                )?;
            }
            let odd = reference.rosters.odd(Moment::of(&Local::now()).date);
            let (wrong, notes): (Vec<Odd>, Vec<Odd>) = odd.into_iter().partition(|odd| odd.is_wrong);
            for note in notes {
                writeln!(out, "note: {note}")?;
            }
            if !wrong.is_empty() {
                let lines: Vec<String> = wrong.iter().map(Odd::to_string).collect();
                return Err(Failure::Say(USAGE, lines.join("\n")));
            }
            writeln!(out, "nothing is wrong")?;
        }
    }
    Ok(0)
}
