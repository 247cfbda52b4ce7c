//! The 278 responses of an input: an answer to each rejected request.

use std::io;

use super::ack_file::{AckFile, Line};
use super::causes::Why;
use super::report::Report;

/// The most traces of a request that come back, and the most reasons that an answer gives.
const MOST: (usize, usize) = (3, 9);

/// The reason where no row names one.
const INVALID: &[u8] = b"33";

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) offset: u64,
    /// A segment of it, which shows how bytes are repeated.
    pub(super) style: Option<Line>,
    /// BHT03.
    pub(super) reference: Vec<u8>,
    pub(super) events: u64,
    /// TRN02 of what came back.
    traces: Vec<Vec<u8>>,
    /// AAA03 at the event.
    pub(super) reasons: Vec<Vec<u8>>,
}

impl Answer {
    /// The next answer of a file; none where there is no other.
    pub(super) fn read(file: &mut AckFile<'_>, report: &mut Report) -> io::Result<Option<Answer>> {
        let Some(st) = file.seek(b"ST", report)? else { return Ok(None) };
        let mut open = false;
        let mut answer = Answer { offset: st.offset, style: Some(st), ..Answer::default() };
        while let Some(line) = file.next(report)? {
            match line.id() {
                b"SE" => break,
                b"BHT" => answer.reference = line.at(3).to_vec(),
                b"HL" => {
                    open = line.at(3) == b"EV";
                    answer.events += u64::from(open);
                }
                b"TRN" if open && answer.traces.len() <= MOST.0 => answer.traces.push(line.at(2).to_vec()),
                b"AAA" if open && answer.reasons.len() <= MOST.1 => answer.reasons.push(line.at(3).to_vec()),
                _ => {}
            }
        }
        Ok(Some(answer))
    }

    /// Whether these traces of a request, as they may be written, are those that came back.
    pub(super) fn repeats(&self, traces: &[Vec<u8>]) -> bool {
        let fit = traces.iter().filter(|trace| (1..=50).contains(&trace.len()));
        self.traces.iter().eq(fit.take(MOST.0))
    }

    /// Whether its reasons are those of the rows: each is of one of them, and each of them has one.
    pub(super) fn is_for(&self, why: &Why) -> bool {
        let may_be = |answers: &Option<Vec<&str>>, reason: &Vec<u8>| {
            answers.as_ref().is_none_or(|answers| answers.iter().any(|answer| answer.as_bytes() == reason))
        };
        if why.answers.is_empty() {
            return self.reasons == [INVALID];
        }
        let is_named = |reason: &Vec<u8>| why.answers.iter().any(|answers| may_be(answers, reason));
        let is_told = |answers: &Option<Vec<&str>>| self.reasons.iter().any(|reason| may_be(answers, reason));
        self.reasons.len() <= MOST.1
            && self.reasons.iter().all(is_named)
            && (self.reasons.len() == MOST.1 || why.answers.iter().all(is_told))
    }
}
