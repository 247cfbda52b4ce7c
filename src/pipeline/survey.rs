//! Stage 1: the survey of an input.

use crate::finding::Print;
use crate::record::SHAPES;
use crate::rules::ledger::Content;
use crate::source::{ReadAt, SourceError};
use crate::x12::survey::{Limits, Senders, Survey, Surveyor};

/// Which of the files of an input's length are of the same bytes.
pub(super) fn same_bytes(
    input: &impl ReadAt,
    file: &str,
    as_long: &[(i64, Content)],
) -> Result<Vec<i64>, SourceError> {
    if as_long.is_empty() {
        return Ok(Vec::new());
    }
    let mut hash = blake3::Hasher::new();
    let mut prints = [Print::new(1), Print::new(2)];
    let has_prints = as_long.iter().any(|(_, content)| matches!(content, Content::Print(_)));
    let mut buffer = vec![0; BLOCK];
    let mut offset = 0;
    loop {
        let got = input.read_at(offset, &mut buffer).map_err(|error| SourceError::reading(file, error))?;
        if got == 0 {
            break;
        }
        let bytes = buffer.get(..got).unwrap_or(&[]);
        hash.update(bytes);
        for print in prints.iter_mut().filter(|_| has_prints) {
            print.bytes(bytes);
        }
        offset += got as u64;
    }
    let own = [
        Content::Hash(*hash.finalize().as_bytes()),
        Content::Print(prints.iter().fold(0, |all, print| all << 64 | u128::from(print.finish()))),
    ];
    Ok(as_long.iter().filter(|(_, content)| own.contains(content)).map(|(file, _)| *file).collect())
}

/// How many new bytes are read at once: as many as stay in a processor's own memory until they were looked at.
const BLOCK: usize = 128 << 10;

/// Surveys an input after others, whose `senders` are known; `see` is shown all bytes, and `progress` told how many are done.
pub(super) fn survey(
    input: &impl ReadAt,
    file: &str,
    limits: Limits,
    senders: &mut Senders,
    see: &mut dyn FnMut(&[u8]),
    progress: &dyn Fn(u64),
) -> Result<Survey, SourceError> {
    let mut surveyor = Surveyor::new(SHAPES, limits).after(std::mem::take(senders));
    let read = scan(&mut surveyor, input, file, see, progress);
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
    see: &mut dyn FnMut(&[u8]),
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
        see(buffer.get(kept..filled).unwrap_or(&[]));
        let done = surveyor.scan(buffer.get(..filled).unwrap_or(&[]), last);
        buffer.copy_within(done..filled, 0);
        kept = filled - done;
        progress(offset);
        if last {
            return Ok(());
        }
    }
}
