//! Stage 1: the survey of an input.

use crate::finding::Print;
use crate::record::SHAPES;
use crate::source::{ReadAt, SourceError};
use crate::x12::survey::{Limits, Senders, Survey, Surveyor};

/// A fingerprint of all bytes of an input.
pub(super) fn content(input: &impl ReadAt, file: &str) -> Result<u128, SourceError> {
    let mut prints = [Print::new(1), Print::new(2)];
    let mut buffer = vec![0; BLOCK];
    let mut offset = 0;
    loop {
        let got = input.read_at(offset, &mut buffer).map_err(|error| SourceError::reading(file, error))?;
        if got == 0 {
            return Ok(prints.iter().fold(0, |all, print| all << 64 | u128::from(print.finish())));
        }
        for print in &mut prints {
            print.bytes(buffer.get(..got).unwrap_or(&[]));
        }
        offset += got as u64;
    }
}

/// How many new bytes are read at once: as many as stay in a processor's own memory until they were looked at.
const BLOCK: usize = 128 << 10;

/// Surveys an input after others, whose `senders` are known; `progress` is told how many bytes are done.
pub(super) fn survey(
    input: &impl ReadAt,
    file: &str,
    limits: Limits,
    senders: &mut Senders,
    progress: &dyn Fn(u64),
) -> Result<Survey, SourceError> {
    let mut surveyor = Surveyor::new(SHAPES, limits).after(std::mem::take(senders));
    let read = scan(&mut surveyor, input, file, progress);
    let mut survey = surveyor.finish();
    *senders = std::mem::take(&mut survey.senders);
    if read.is_err() {
        senders.forget_last();
    }
    read.map(|()| survey)
}

fn scan(
    surveyor: &mut Surveyor,
    input: &impl ReadAt,
    file: &str,
    progress: &dyn Fn(u64),
) -> Result<(), SourceError> {
    let mut buffer: Vec<u8> = Vec::new();
    let (mut kept, mut offset) = (0usize, 0u64);
    let length = input.len();
    loop {
        buffer.resize(kept + BLOCK.min((length - offset).try_into().unwrap_or(BLOCK)), 0);
        let space = buffer.get_mut(kept..).unwrap_or(&mut []);
        let got = if space.is_empty() {
            0
        } else {
            input.read_at(offset, space).map_err(|error| SourceError::reading(file, error))?
        };
        if got == 0 && offset < length {
            // shorter than it was: the comparison at the end says so too
            input.unchanged()?;
        }
        offset += got as u64;
        let last = got == 0 || offset >= length;
        let filled = kept + got;
        let done = surveyor.scan(buffer.get(..filled).unwrap_or(&[]), last);
        buffer.copy_within(done..filled, 0);
        kept = filled - done;
        progress(offset);
        if last {
            return Ok(());
        }
    }
}
