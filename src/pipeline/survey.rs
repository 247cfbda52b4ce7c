//! Stage 1: the survey of an input.

use crate::finding::Print;
use crate::record::SHAPES;
use crate::source::{ReadAt, SourceError};
use crate::x12::survey::{Limits, Survey, Surveyor};

/// How many new bytes are read at once.
const BLOCK: usize = 1 << 20;

/// Surveys an input; `progress` is told how many bytes are done. `content` becomes a fingerprint of all bytes, where that is asked for.
pub(super) fn survey(
    input: &impl ReadAt,
    file: &str,
    limits: Limits,
    content: Option<&mut u128>,
    progress: &dyn Fn(u64),
) -> Result<Survey, SourceError> {
    let mut prints = [Print::new(1), Print::new(2)];
    let mut surveyor = Surveyor::new(SHAPES, limits);
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
        if content.is_some() {
            let new = buffer.get(kept..kept + got).unwrap_or(&[]);
            for print in &mut prints {
                print.bytes(new);
            }
        }
        let last = got == 0 || offset >= length;
        let filled = kept + got;
        let done = surveyor.scan(buffer.get(..filled).unwrap_or(&[]), last);
        buffer.copy_within(done..filled, 0);
        kept = filled - done;
        progress(offset);
        if last {
            if let Some(content) = content {
                *content = prints.iter().fold(0, |all, print| all << 64 | u128::from(print.finish()));
            }
            return Ok(surveyor.finish());
        }
    }
}
