//! Stage 2, first half: the input in pieces, in order.

use crate::record::SHAPES;
use crate::source::{ReadAt, SourceError};
use crate::verdict::Fates;
use crate::x12::survey::Junk;
use crate::x12::{Cutter, Isa, grammar};

use super::work::{Task, Work};

/// Reads an input piece by piece: units of interchanges that are processed, raw pieces of those that are refused, and what lies between.
#[derive(Debug)]
pub(super) struct Reader<'r, I> {
    input: I,
    file: &'r str,
    fates: &'r Fates<'r>,
    unit_bytes: usize,
    /// Whether interchanges that are refused are cut into units like others.
    refused_too: bool,
    interchanges: Vec<(u64, u64)>,
    next: usize,
    junk: &'r [Junk],
    /// The interchange at hand.
    open: Option<Open>,
    number: u64,
}

#[derive(Debug)]
struct Open {
    ordinal: u64,
    at: u64,
    end: u64,
    start: u64,
    refused: bool,
    isa: Option<Isa>,
    cutter: Option<Cutter>,
}

impl<'r, I: ReadAt> Reader<'r, I> {
    pub(super) fn new(input: I, file: &'r str, fates: &'r Fates<'r>, unit_bytes: usize) -> Reader<'r, I> {
        let survey = fates.survey();
        Reader {
            input,
            file,
            fates,
            unit_bytes,
            refused_too: false,
            interchanges: survey.boundaries.iter().collect(),
            next: 0,
            junk: &survey.junk,
            open: None,
            number: 0,
        }
    }

    /// The same, which cuts interchanges that are refused into units too, as far as their ISA can be read.
    pub(super) fn of_refused_too(self) -> Reader<'r, I> {
        Reader { refused_too: true, ..self }
    }

    /// Fills `work` with the next piece; false at the end.
    pub(super) fn next(&mut self, work: &mut Work<'r>) -> Result<bool, SourceError> {
        if self.open.is_none() && !self.advance(work)? {
            return Ok(self.junk_left(work, u64::MAX));
        }
        if !matches!(work.task, Task::Judge) {
            return Ok(true);
        }
        let Some(mut open) = self.open.take() else { return Ok(false) };
        work.number = self.number;
        self.number += 1;
        if open.refused {
            self.raw(work, &mut open)?;
        } else {
            self.cut(work, &mut open)?;
        }
        if open.at < open.end {
            self.open = Some(open);
        }
        Ok(true)
    }

    /// Opens the next interchange; reports junk before it first. False when there is none.
    fn advance(&mut self, work: &mut Work<'r>) -> Result<bool, SourceError> {
        let Some(&(start, end)) = self.interchanges.get(self.next) else { return Ok(false) };
        if self.junk_left(work, start) {
            return Ok(true);
        }
        let ordinal = self.next as u64;
        self.next += 1;
        let refusal = self.fates.refusal(ordinal);
        let is_read =
            self.refused_too && self.fates.survey().note(ordinal).is_some_and(|note| note.isa.is_some());
        let refused = refusal.is_some() && !is_read;
        let mut open = Open { ordinal, at: start, end, start, refused, isa: None, cutter: None };
        if !refused {
            let mut head = [0u8; 2 * grammar::ISA_BYTES];
            let got = self.fill(start, end, &mut head)?;
            open.isa = head.get(..got).and_then(grammar::isa);
            let limit = usize::try_from(self.fates.record_limit()).unwrap_or(usize::MAX);
            let shape = self.fates.survey().shape.one();
            let cutter = |isa| Cutter::new(SHAPES, isa, self.unit_bytes, limit).of_one_shape(shape);
            open.cutter = open.isa.as_ref().map(cutter);
            // the survey read it; if it cannot be read now, the input has changed
            if open.cutter.is_none() {
                self.input.unchanged()?;
                open.refused = true;
            }
        }
        self.open = Some(open);
        Ok(true)
    }

    /// Makes a piece of work of junk that begins before `before`, if there is any.
    fn junk_left(&mut self, work: &mut Work<'r>, before: u64) -> bool {
        let Some((first, rest)) = self.junk.split_first() else { return false };
        if first.start >= before {
            return false;
        }
        self.junk = rest;
        work.number = self.number;
        self.number += 1;
        work.task = Task::Junk(*first);
        true
    }

    fn fill(&self, at: u64, end: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let wanted = buffer.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
        let space = buffer.get_mut(..wanted).unwrap_or(&mut []);
        self.input.read_exact_at(at, space).map_err(|error| SourceError::reading(self.file, error))?;
        Ok(wanted)
    }

    /// The next piece of an interchange that is refused.
    fn raw(&mut self, work: &mut Work<'r>, open: &mut Open) -> Result<(), SourceError> {
        let note = (open.at == open.start).then(|| self.fates.survey().note(open.ordinal)).flatten();
        work.task = Task::Refused { note };
        let length =
            self.unit_bytes.max(1 << 16).min(usize::try_from(open.end - open.at).unwrap_or(usize::MAX));
        let bytes = work.unit.reset(work.number, open.at, crate::x12::Separators::USUAL);
        bytes.resize(length, 0);
        self.input.read_exact_at(open.at, bytes).map_err(|error| SourceError::reading(self.file, error))?;
        open.at += length as u64;
        Ok(())
    }

    /// The next unit of an interchange that is processed.
    fn cut(&mut self, work: &mut Work<'r>, open: &mut Open) -> Result<(), SourceError> {
        let (Some(isa), Some(cutter)) = (&open.isa, &mut open.cutter) else { return Ok(()) };
        let bytes = work.unit.reset(work.number, open.at, isa.separators);
        let left = usize::try_from(open.end - open.at).unwrap_or(usize::MAX);
        let mut wanted = (self.unit_bytes + MARGIN).min(left);
        let length = loop {
            let have = bytes.len();
            bytes.resize(wanted, 0);
            let space = bytes.get_mut(have..).unwrap_or(&mut []);
            self.input
                .read_exact_at(open.at + have as u64, space)
                .map_err(|error| SourceError::reading(self.file, error))?;
            if let Some(length) = cutter.cut(bytes, wanted == left) {
                break length;
            }
            wanted = (wanted * 2).min(left);
        };
        bytes.truncate(length);
        open.at += length as u64;
        work.unit.ends_interchange = open.at >= open.end;
        Ok(())
    }
}

/// How much more than a unit is read at once, so that the segment after it can be seen.
const MARGIN: usize = 4096;
