//! The file of interchanges that were refused whole, read again byte for byte.

use std::io;

use crate::source::ReadAt;
use crate::x12::grammar;

use super::report::{Invariant, Report, Violation};

/// How many bytes are compared at once.
const BLOCK: usize = 256 << 10;

/// A refused file, and how far the input was found in it.
pub(super) struct RefusedFile<'a> {
    file: &'a str,
    content: Option<&'a dyn ReadAt>,
    at: u64,
    /// Interchanges found in it.
    pub(super) found: u64,
}

impl<'a> RefusedFile<'a> {
    pub(super) fn new(file: &'a str, content: Option<&'a dyn ReadAt>) -> RefusedFile<'a> {
        RefusedFile { file, content, at: 0, found: 0 }
    }

    /// Whether the next interchange in it begins as the one at `start` of the input.
    pub(super) fn begins(&self, input: &dyn ReadAt, start: u64) -> io::Result<bool> {
        let end = input.len().min(start + grammar::ISA_BYTES as u64);
        self.holds(input, start, end)
    }

    /// Whether it goes on with these bytes of the input.
    pub(super) fn holds(&self, input: &dyn ReadAt, start: u64, end: u64) -> io::Result<bool> {
        Ok(self.content.is_some() && self.difference(input, start, end)?.is_none())
    }

    /// Takes an interchange of the input, which must come next.
    pub(super) fn take(
        &mut self,
        input: &dyn ReadAt,
        input_file: &str,
        number: u64,
        (start, end): (u64, u64),
        report: &mut Report,
    ) -> io::Result<()> {
        let lost = || {
            let what = format!("interchange {number} is in none of the files");
            Violation::new(Invariant::Conservation, input_file, what).at(start)
        };
        let Some(content) = self.content else {
            report.add(lost());
            return Ok(());
        };
        match self.difference(input, start, end)? {
            None => {
                self.at += end - start;
                self.found += 1;
            }
            Some(_) if !self.begins(input, start)? => report.add(lost()),
            Some(at) => {
                let what = format!(
                    "refused interchange {number} is not as it came (byte {} of {input_file})",
                    start + at
                );
                report.add(Violation::new(Invariant::Faithfulness, self.file, what).at(self.at + at));
                self.at = next_isa(content, self.at + 1)?;
                self.found += 1;
            }
        }
        Ok(())
    }

    /// Everything in it must have been found.
    pub(super) fn finish(&self, report: &mut Report) {
        if self.content.is_some_and(|content| self.at < content.len()) {
            let what = "bytes stand here that belong to no refused interchange of the input";
            report.add(Violation::new(Invariant::Conservation, self.file, what).at(self.at));
        }
    }

    /// Where, counted from `start`, the file differs from these bytes of the input.
    fn difference(&self, input: &dyn ReadAt, start: u64, end: u64) -> io::Result<Option<u64>> {
        let Some(content) = self.content else { return Ok(Some(0)) };
        let (mut theirs, mut ours) = (vec![0; BLOCK], vec![0; BLOCK]);
        let mut done = 0;
        while start + done < end {
            let left = usize::try_from(end - start - done).unwrap_or(BLOCK).min(BLOCK);
            let there =
                usize::try_from(content.len().saturating_sub(self.at + done)).unwrap_or(left).min(left);
            let (Some(theirs), Some(ours)) = (theirs.get_mut(..there), ours.get_mut(..there)) else { break };
            input.read_exact_at(start + done, theirs)?;
            content.read_exact_at(self.at + done, ours)?;
            let differs = theirs.iter().zip(ours.iter()).position(|(one, other)| one != other);
            match differs {
                Some(at) => return Ok(Some(done + at as u64)),
                None if there < left => return Ok(Some(done + there as u64)),
                None => done += there as u64,
            }
        }
        Ok(None)
    }
}

/// Where the next ISA whose layout holds begins; the end of the file where there is none.
fn next_isa(content: &dyn ReadAt, from: u64) -> io::Result<u64> {
    let mut at = from;
    let mut block = vec![0; BLOCK];
    while at < content.len() {
        let left = usize::try_from(content.len() - at).unwrap_or(BLOCK).min(BLOCK);
        let Some(bytes) = block.get_mut(..left) else { break };
        content.read_exact_at(at, bytes)?;
        let is_isa = |place: &usize| bytes.get(*place..).is_some_and(|rest| grammar::isa(rest).is_some());
        if let Some(place) = memchr::memchr_iter(b'I', bytes).find(is_isa) {
            return Ok(at + place as u64);
        }
        // the beginning of one may stand at the end of the block
        at += left.saturating_sub(2 * grammar::ISA_BYTES).max(1) as u64;
        if left < BLOCK {
            break;
        }
    }
    Ok(content.len())
}
