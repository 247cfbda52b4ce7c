//! The pass over the bytes.

use memchr::memchr;

use crate::finding::{Code, RuleId, Total};
use crate::x12::Shapes;
use crate::x12::grammar::{self, ISA_BYTES};

use super::control::ControlNumbers;
use super::envelope::{At, Interchange, fault_of, is_whole_iea, without_breaks};
use super::levels::Levels;
use super::{Counters, EnvelopeFault, InterchangeNote, Junk, Short, Survey};

/// How many bytes must be at hand to tell whether an ISA's layout holds, line breaks included.
const ISA_WINDOW: usize = 2 * ISA_BYTES;

/// How many bytes `ISA` may take with line breaks inside.
const ISA_START: usize = 7;

/// Sizes past which nothing is kept in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest segment, in bytes.
    pub segment: usize,
    /// Largest record, or level with what describes it, in bytes.
    pub record: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { segment: 1 << 20, record: 16 << 20 }
    }
}

/// Surveys an input piece by piece.
///
/// Give it the input from the start: each call takes a run of bytes and answers how many it is done with; the rest
/// must come again in front of what follows. What it learns does not depend on how the input is cut.
#[derive(Debug)]
pub struct Surveyor {
    pub(super) shapes: Shapes,
    pub(super) limits: Limits,
    pub(super) survey: Survey,
    pub(super) counters: Counters,
    /// Offset of the first byte of the next call.
    offset: u64,
    state: State,
    pub(super) numbers: ControlNumbers,
    pub(super) levels: Levels,
}

#[derive(Debug)]
enum State {
    /// Between interchanges; `since` is where bytes that are not blank began, `unreadable` where an ISA that cannot be read stands.
    Between {
        since: Option<u64>,
        unreadable: Option<u64>,
    },
    Inside(Box<Interchange>),
}

impl Surveyor {
    /// A survey for sets of these shapes.
    pub fn new(shapes: Shapes, limits: Limits) -> Surveyor {
        Surveyor {
            shapes,
            limits,
            survey: Survey::default(),
            counters: Counters::default(),
            offset: 0,
            state: State::Between { since: None, unreadable: None },
            numbers: ControlNumbers::default(),
            levels: Levels::default(),
        }
    }

    /// How many records were seen so far.
    pub fn records(&self) -> u64 {
        self.survey.records
    }

    /// Takes a run of bytes; `last` says that nothing follows. Answers how many bytes it is done with (all, when `last`).
    pub fn scan(&mut self, data: &[u8], last: bool) -> usize {
        let mut at = 0;
        loop {
            let state = std::mem::replace(&mut self.state, State::Between { since: None, unreadable: None });
            let (state, step) = match state {
                State::Between { since, unreadable } => self.seek(data, at, last, since, unreadable),
                State::Inside(interchange) => self.inside(data, at, last, interchange),
            };
            self.state = state;
            match step {
                Step::Go(to) => at = to,
                Step::More(to) => {
                    self.offset += to as u64;
                    return to;
                }
            }
        }
    }

    /// Ends the survey.
    pub fn finish(mut self) -> Survey {
        // whatever is still open ends with the input
        self.scan(&[], true);
        self.survey.bytes = self.offset;
        self.survey.interchange_notes.sort_by_key(|note| note.ordinal);
        self.survey.set_faults.sort_by_key(|fault| fault.ordinal);
        self.survey.group_faults.sort_by_key(|fault| fault.ordinal);
        self.survey
    }

    /// Looks for the next interchange.
    fn seek(
        &mut self,
        data: &[u8],
        at: usize,
        last: bool,
        since: Option<u64>,
        unreadable: Option<u64>,
    ) -> (State, Step) {
        let (mut since, mut unreadable) = (since, unreadable);
        let rest = data.get(at..).unwrap_or(&[]);
        let mut from = 0;
        for found in headers(rest) {
            let candidate = rest.get(found..).unwrap_or(&[]);
            if candidate.len() < ISA_WINDOW && !last {
                note_junk(&mut since, rest.get(from..found).unwrap_or(&[]), self.offset + (at + from) as u64);
                return (State::Between { since, unreadable }, Step::More(at + found));
            }
            let between = rest.get(from..found).unwrap_or(&[]);
            let here = self.offset + (at + found) as u64;
            if let Some(isa) = grammar::isa(candidate) {
                note_junk(&mut since, between, self.offset + (at + from) as u64);
                self.close_junk(since, unreadable, here);
                let interchange = self.open_interchange(isa, candidate, here);
                return (State::Inside(interchange), Step::Go(at + found + isa.raw_len));
            }
            let begins_line = rest.get(..found).is_none_or(|before| {
                before
                    .iter()
                    .rev()
                    .find(|b| !matches!(b, b' ' | b'\t'))
                    .is_none_or(|b| matches!(b, b'\r' | b'\n' | 0xbf))
            });
            let is_header = candidate
                .iter()
                .filter(|b| !matches!(b, b'\r' | b'\n'))
                .nth(3)
                .is_some_and(|b| !b.is_ascii_alphanumeric() && *b != b' ');
            if unreadable.is_none() && begins_line && is_header {
                note_junk(&mut since, between, self.offset + (at + from) as u64);
                self.close_junk(since.take(), None, here);
                unreadable = Some(here);
                from = found;
            }
        }
        // `IS` at the very end may be the beginning of an ISA, with line breaks inside
        let keep = if last { 0 } else { 6.min(rest.len()) };
        let done = rest.len() - keep;
        if done > from {
            note_junk(&mut since, rest.get(from..done).unwrap_or(&[]), self.offset + (at + from) as u64);
        }
        if last {
            self.close_junk(since.take(), unreadable.take(), self.offset + data.len() as u64);
        }
        (State::Between { since, unreadable }, Step::More(at + done))
    }

    fn close_junk(&mut self, since: Option<u64>, unreadable: Option<u64>, end: u64) {
        if let Some(start) = unreadable {
            let ordinal = self.counters.interchanges;
            self.counters.interchanges += 1;
            let fault = EnvelopeFault {
                offset: start,
                segment_id: Code::new(b"ISA"),
                ..fault_of(RuleId::ENV101, ordinal)
            };
            self.survey.interchange_notes.push(InterchangeNote {
                ordinal,
                isa: None,
                faults: vec![fault],
                records: 0,
                answers: 0,
                charges: Total::default(),
                counted: self.counters,
            });
            self.survey.boundaries.push(start, end);
            self.survey.control_numbers.push(0);
        } else if let Some(start) = since {
            self.survey.junk.push(Junk { start, end });
        }
    }

    /// Goes through the segments of an interchange.
    fn inside(&mut self, data: &[u8], from: usize, last: bool, mut x: Box<Interchange>) -> (State, Step) {
        let terminator = x.isa.separators.terminator;
        let mut at = from;
        if x.flooded {
            match data.get(at..).and_then(|rest| memchr(terminator, rest)) {
                Some(end) => {
                    x.flooded = false;
                    at += end + 1;
                }
                None if last => at = data.len(),
                None => return (State::Inside(x), Step::More(data.len())),
            }
        }
        loop {
            while data.get(at).is_some_and(|byte| x.classes.is_gap(*byte)) {
                at += 1;
            }
            let rest = data.get(at..).unwrap_or(&[]);
            let offset = self.offset + at as u64;
            // before looking for the terminator: the next interchange may have another
            if headers(rest.get(..ISA_START).unwrap_or(rest)).next() == Some(0) {
                if rest.len() < ISA_WINDOW && !last {
                    return (State::Inside(x), Step::More(at));
                }
                if grammar::isa(rest).is_some() {
                    self.break_off(x, 0, offset);
                    return (State::Between { since: None, unreadable: None }, Step::Go(at));
                }
            }
            let Some(length) = memchr(terminator, rest) else {
                if !last && rest.len() <= self.limits.segment {
                    return (State::Inside(x), Step::More(at));
                }
                if !last {
                    self.flood(&mut x, offset, rest);
                    x.flooded = true;
                    return (State::Inside(x), Step::More(data.len()));
                }
                let ends_well = rest.starts_with(b"IEA") && is_whole_iea(&x, rest);
                if ends_well {
                    let end = offset + rest.len() as u64;
                    self.close_interchange(x, At { text: rest, raw: rest, offset, end }, end);
                } else {
                    if !rest.is_empty() {
                        // a piece of a segment is where the input was cut, and no second fault
                        x.stray = true;
                        let end = offset + rest.len() as u64;
                        self.segment(&mut x, At { text: rest, raw: rest, offset, end });
                    }
                    self.break_off(x, 1, self.offset + data.len() as u64);
                }
                return (State::Between { since: None, unreadable: None }, Step::Go(data.len()));
            };
            let text = rest.get(..length).unwrap_or(&[]);
            if let Some(begin) = glued_header(text, rest) {
                return self.end_glued(x, rest.get(..begin).unwrap_or(&[]), offset, at + begin);
            }
            if length > self.limits.segment {
                self.flood(&mut x, offset, text);
            }
            let raw = text;
            let joined = (text.first() == Some(&b'I')).then(|| without_breaks(text)).flatten();
            let text = joined.as_deref().unwrap_or(text);
            let here = At { text, raw, offset, end: offset + length as u64 + 1 };
            at += length + 1;
            if is_id(text, b"IEA", x.isa.separators.element) {
                // the line style that follows belongs to the interchange
                let mut end = at;
                while data.get(end).is_some_and(|byte| matches!(byte, b'\r' | b'\n') || *byte == terminator) {
                    end += 1;
                }
                if end == data.len() && !last && end - at < 4 {
                    at -= length + 1;
                    return (State::Inside(x), Step::More(at));
                }
                self.close_interchange(x, here, self.offset + end as u64);
                return (State::Between { since: None, unreadable: None }, Step::Go(end));
            }
            self.segment(&mut x, here);
        }
    }

    /// Ends an interchange that broke off in `fragment`, with the next one's header right behind it.
    fn end_glued(
        &mut self,
        mut x: Box<Interchange>,
        fragment: &[u8],
        offset: u64,
        next: usize,
    ) -> (State, Step) {
        let text = fragment.trim_ascii_end();
        let here = At { text, raw: text, offset, end: offset + text.len() as u64 };
        if text.starts_with(b"IEA") && is_whole_iea(&x, text) {
            self.close_interchange(x, here, here.end);
        } else {
            if !text.is_empty() {
                self.segment(&mut x, here);
            }
            self.break_off(x, 0, offset + fragment.len() as u64);
        }
        (State::Between { since: None, unreadable: None }, Step::Go(next))
    }

    /// A segment over the limit: its interchange is beyond processing.
    fn flood(&mut self, x: &mut Interchange, offset: u64, text: &[u8]) {
        let id = text.iter().position(|b| *b == x.isa.separators.element).unwrap_or(0).min(8);
        let fault = EnvelopeFault {
            offset,
            position: x.set.as_ref().map_or(0, |set| set.segments + 1),
            segment_id: Code::new(text.get(..id).unwrap_or(&[])),
            expected: Short::number(self.limits.segment as u64),
            ..fault_of(RuleId::ENV107, x.note.ordinal)
        };
        x.note.faults.push(fault);
    }
}

/// Where a header stands at the end of a segment that broke off: a transfer that was cut short, with the next one behind it. Its
/// terminator ends both, so that there is one place to look at.
fn glued_header(text: &[u8], rest: &[u8]) -> Option<usize> {
    let begin = text.len().checked_sub(ISA_BYTES - 1).filter(|begin| *begin > 0)?;
    let header = rest.get(begin..)?;
    (header.starts_with(b"ISA") && grammar::isa(header).is_some()).then_some(begin)
}

/// What to do after a step: go on at a place of the data, or come again with more from there.
enum Step {
    Go(usize),
    More(usize),
}

/// Remembers where bytes that are not blank began.
fn note_junk(since: &mut Option<u64>, bytes: &[u8], offset: u64) {
    // a BOM is harmless in front of an ISA, and so are NUL padding and the old end-of-file mark
    let blank =
        |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
    if since.is_none() {
        *since = bytes.iter().position(|b| !blank(b)).map(|at| offset + at as u64);
    }
}

/// Where `ISA` stands, even with a line break inside.
fn headers(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'I', bytes).filter(|at| {
        let mut rest = bytes.iter().skip(at + 1).filter(|b| !matches!(b, b'\r' | b'\n'));
        (rest.next(), rest.next()) == (Some(&b'S'), Some(&b'A'))
    })
}

fn is_id(text: &[u8], id: &[u8], element: u8) -> bool {
    text.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.first() == Some(&element))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
