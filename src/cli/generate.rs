//! `claimsieve generate`.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::Failure;
use super::args::{Arguments, Generate};
use crate::finding::RuleId;
use crate::generate::{Batch, Kind, Shape};
use crate::output::text::{counted, dollars, grouped};

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
    let written = match &command.faults {
        Some(path) => {
            let mut faults = BufWriter::new(created(path)?);
            let written = batch.write_with_faults(&mut out, &mut faults).map_err(invalid)?;
            faults.flush()?;
            written
        }
        None => batch.write_to(&mut out).map_err(invalid)?,
    };
    out.flush()?;
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
    Ok(batch)
}

fn unknown<const N: usize>(option: &str, given: &str, known: [&str; N]) -> Failure {
    Failure::usage(format!("{option} {given}: choose one of {}", known.join(", ")))
}
