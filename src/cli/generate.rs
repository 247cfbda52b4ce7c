//! `claimsieve generate`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::Failure;
use super::args::{Arguments, Generate};
use super::whole_file::WholeFile;
use crate::finding::RuleId;
use crate::generate::{Batch, Beside, Kind, Shape};
use crate::output::text::{counted, dollars, grouped};
use crate::reference::Roster;

/// The longest first line of a roster that is looked at.
const LONGEST_HEADER: u64 = 64 << 10;

pub(super) fn run(command: &Generate, arguments: &Arguments) -> Result<u8, Failure> {
    let batch = batch(command)?;
    if command.out.is_some() && command.out == command.faults {
        return Err(Failure::usage("--out and --faults name the same file; give two"));
    }
    let invalid = |error: io::Error| match error.kind() {
        io::ErrorKind::InvalidInput => Failure::usage(error),
        _ => Failure::from(error),
    };
    // before anything is opened: what is asked for in vain changes nothing
    batch.check().map_err(invalid)?;
    let mut folder = command.rosters.as_ref().map(|folder| RosterFolder::check(folder)).transpose()?;
    let created = |path: &PathBuf| WholeFile::create(path);
    let mut out = command.out.as_ref().map(created).transpose()?;
    let mut faults = command.faults.as_ref().map(created).transpose()?;
    if let Some(folder) = &folder {
        folder.create()?;
    }
    let mut add = |roster, rows: &[u8]| match &mut folder {
        Some(folder) => folder.add(roster, rows),
        None => Ok(()),
    };
    let beside = Beside {
        faults: faults.as_mut().map(|faults| faults as &mut dyn Write),
        rosters: if command.rosters.is_some() { Some(&mut add) } else { None },
    };
    let written = match &mut out {
        Some(out) => batch.write_beside(out, beside),
        None => batch.write_beside(&mut io::stdout().lock(), beside),
    };
    let written = written.map_err(invalid)?;
    if let Some(folder) = &mut folder {
        folder.flush()?;
    }
    [faults, out].into_iter().flatten().try_for_each(WholeFile::finish)?;
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
    /// The folder, if rows can be added to each roster that is there: its columns must be those of the rows.
    fn check(folder: &Path) -> Result<RosterFolder<'_>, Failure> {
        for roster in Roster::ALL {
            let path = folder.join(roster.file_name());
            let cannot =
                |error: io::Error| Failure::Say(3, format!("{}: cannot be read: {error}", path.display()));
            let first = match first_line(&path) {
                Ok(first) => first,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(cannot(error)),
            };
            if !first.is_empty() && first != header(roster).as_bytes() {
                return Err(Failure::usage(format!(
                    "{}: its first line is not the one that rows are written for ({}); move the file away, or give another folder",
                    path.display(),
                    header(roster)
                )));
            }
        }
        Ok(RosterFolder { folder, open: Default::default() })
    }

    /// Makes the folder, if it is not there.
    fn create(&self) -> Result<(), Failure> {
        let folder = self.folder;
        fs::create_dir_all(folder)
            .map_err(|error| Failure::Say(3, format!("{}: cannot be created: {error}", folder.display())))
    }

    fn add(&mut self, roster: Roster, rows: &[u8]) -> io::Result<()> {
        let open = Roster::ALL.into_iter().zip(&mut self.open).find(|(one, _)| *one == roster);
        let Some((_, open)) = open else { return Ok(()) };
        if open.is_none() {
            let path = self.folder.join(roster.file_name());
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
            let last = last_byte(&mut file)?;
            let file = open.insert(BufWriter::new(file));
            match last {
                None => writeln!(file, "{}", header(roster))?,
                Some(b'\n') => {}
                // else the first row would go on in the last line
                Some(_) => writeln!(file)?,
            }
        }
        open.as_mut().map_or(Ok(()), |file| file.write_all(rows))
    }

    /// Writes what is still held back.
    fn flush(&mut self) -> io::Result<()> {
        self.open.iter_mut().flatten().try_for_each(Write::flush)
    }
}

/// The columns of a roster, as a batch writes them.
fn header(roster: Roster) -> &'static str {
    roster.template().lines().next().unwrap_or_default()
}

/// The first line of a file without its end, as far as a header may go.
fn first_line(path: &Path) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    // programs of offices put a byte order mark before it
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
    Ok(line.trim_ascii_end().to_vec())
}

/// The last byte of a file; none of an empty one.
fn last_byte(file: &mut File) -> io::Result<Option<u8>> {
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last.first().copied())
}

/// The batch that is asked for.
fn batch(command: &Generate) -> Result<Batch, Failure> {
    let kind = Kind::parse(&command.kind)
        .ok_or_else(|| unknown("--kind", &command.kind, Kind::ALL.map(Kind::name)))?;
    if command.claims == 0 {
        return Err(Failure::usage("--claims 0: a batch holds at least one claim, request or response"));
    }
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
