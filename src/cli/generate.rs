//! `claimsieve generate`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::Failure;
use super::args::{Arguments, Generate};
use crate::finding::RuleId;
use crate::generate::{Batch, Beside, Kind, Shape};
use crate::output::text::{counted, dollars, grouped};
use crate::reference::Roster;

pub(super) fn run(command: &Generate, arguments: &Arguments) -> Result<u8, Failure> {
    let batch = batch(command)?;
    if command.out.is_some() && command.out == command.faults {
        return Err(Failure::usage("--out and --faults name the same file; give two"));
    }
    let invalid = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidInput => Failure::usage(error),
        _ => Failure::from(error),
    };
    let created = |path: &std::path::Path| {
        File::create(path)
            .map_err(|error| Failure::Say(3, format!("{}: cannot be written: {error}", path.display())))
    };
    let mut out: Box<dyn Write> = match &command.out {
        Some(path) => Box::new(created(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut faults = command.faults.as_ref().map(|path| created(path).map(BufWriter::new)).transpose()?;
    let mut folder = command.rosters.as_ref().map(|folder| RosterFolder::new(folder)).transpose()?;
    let mut add = |roster, rows: &[u8]| match &mut folder {
        Some(folder) => folder.add(roster, rows),
        None => Ok(()),
    };
    let beside = Beside {
        faults: faults.as_mut().map(|faults| faults as &mut dyn Write),
        rosters: if command.rosters.is_some() { Some(&mut add) } else { None },
    };
    let written = batch.write_beside(&mut out, beside).map_err(invalid)?;
    out.flush()?;
    if let Some(folder) = &mut folder {
        folder.flush()?;
    }
    if !arguments.quiet && command.out.is_some() {
        writeln!(
            io::stderr(),
            "{}, {} of them with a fault, {}, charges {}",
            counted(written.claims, "record", "records"),
            grouped(written.rejects),
            counted(written.bytes, "byte", "bytes"),
            dollars(written.charges)
        )?;
    }
    Ok(0)
}

/// The rosters of a folder, to which rows are added. A roster that is not there is begun with its header.
struct RosterFolder<'a> {
    folder: &'a Path,
    open: [Option<BufWriter<File>>; Roster::ALL.len()],
}

impl RosterFolder<'_> {
    fn new(folder: &Path) -> Result<RosterFolder<'_>, Failure> {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::Say(3, format!("{}: cannot be created: {error}", folder.display())))?;
        Ok(RosterFolder { folder, open: Default::default() })
    }

    fn add(&mut self, roster: Roster, rows: &[u8]) -> io::Result<()> {
        let open = Roster::ALL.into_iter().zip(&mut self.open).find(|(one, _)| *one == roster);
        let Some((_, open)) = open else { return Ok(()) };
        if open.is_none() {
            let path = self.folder.join(roster.file_name());
            let file = OpenOptions::new().append(true).create(true).open(path)?;
            let is_new = file.metadata()?.len() == 0;
            let file = open.insert(BufWriter::new(file));
            if is_new {
                writeln!(file, "{}", roster.template().lines().next().unwrap_or_default())?;
            }
        }
        open.as_mut().map_or(Ok(()), |file| file.write_all(rows))
    }

    /// Writes what is still held back.
    fn flush(&mut self) -> io::Result<()> {
        self.open.iter_mut().flatten().try_for_each(Write::flush)
    }
}

/// The batch that is asked for.
fn batch(command: &Generate) -> Result<Batch, Failure> {
    let kind = Kind::parse(&command.kind)
        .ok_or_else(|| unknown("--kind", &command.kind, Kind::ALL.map(Kind::name)))?;
    let mut batch = Batch::new(kind, command.claims, command.seed);
    for name in &command.shape {
        let shape =
            Shape::parse(name).ok_or_else(|| unknown("--shape", name, Shape::ALL.map(Shape::name)))?;
        batch = batch.shaped(shape);
    }
    for code in &command.fault {
        let rule = RuleId::parse(code)
            .ok_or_else(|| Failure::usage(format!("--fault {code}: there is no such rule")))?;
        batch.faults.push(rule);
    }
    batch.claims_per_set = command.claims_per_set.or(batch.claims_per_set);
    batch.reject_rate = command.reject_rate.unwrap_or(if batch.faults.is_empty() { 0.0 } else { 1.0 });
    Ok(if command.rosters.is_some() { batch.rostered() } else { batch })
}

fn unknown<const N: usize>(option: &str, given: &str, known: [&str; N]) -> Failure {
    Failure::usage(format!("{option} {given}: choose one of {}", known.join(", ")))
}
