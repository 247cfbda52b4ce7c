//! The pass over the bytes.

use memchr::memchr;

use crate::finding::{Code, RuleId, Total};
use crate::x12::Shapes;
use crate::x12::grammar::{self, ISA_BYTES, without_breaks};
use crate::x12::lanes::Finder;

use super::control::ControlNumbers;
use super::envelope::{At, Interchange, fault_of, is_whole_iea, may_be_acted_on};
use super::levels::Levels;
use super::{Counters, EnvelopeFault, InterchangeNote, Junk, Senders, Short, Survey};

/// How many bytes must be at hand to tell whether an ISA's layout holds, line breaks included.
const ISA_WINDOW: usize = 2 * ISA_BYTES;

/// How much line style behind an IEA belongs to its interchange.
const LINE_STYLE: usize = 64;

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
    pub(super) group_numbers: ControlNumbers,
    pub(super) levels: Levels,
    /// Whether it is noted where records begin.
    pub(super) notes_records: bool,
}

#[derive(Debug)]
enum State {
    Between(Between),
    Inside(Box<Interchange>),
}

/// Between interchanges.
#[derive(Clone, Copy, Debug)]
struct Between {
    /// Where bytes that are not blank began.
    since: Option<u64>,
    /// Where an ISA that cannot be read stands.
    unreadable: Option<u64>,
    /// A line, or what follows an interchange, begins where the next call goes on.
    line_begins: bool,
}

impl State {
    /// Behind an interchange, or where the input begins.
    const BETWEEN: State = State::Between(Between { since: None, unreadable: None, line_begins: true });
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
            state: State::BETWEEN,
            numbers: ControlNumbers::default(),
            group_numbers: ControlNumbers::default(),
            levels: Levels::default(),
            notes_records: false,
        }
    }

    /// Notes where each record begins, too.
    #[must_use]
    pub fn noting_records(self) -> Surveyor {
        Surveyor { notes_records: true, ..self }
    }

    /// Goes on from inputs that were surveyed before.
    #[must_use]
    pub fn after(mut self, senders: Senders) -> Surveyor {
        self.survey.senders = senders;
        self.survey.senders.begin();
        self
    }

    /// How many records were seen so far.
    pub fn records(&self) -> u64 {
        self.survey.records
    }

    /// Takes a run of bytes; `last` says that nothing follows. Answers how many bytes it is done with (all, when `last`).
    pub fn scan(&mut self, data: &[u8], last: bool) -> usize {
        let mut at = 0;
        loop {
            let state = std::mem::replace(&mut self.state, State::BETWEEN);
            let (state, step) = match state {
                State::Between(between) => self.seek(data, at, last, between),
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
    fn seek(&mut self, data: &[u8], at: usize, last: bool, mut between: Between) -> (State, Step) {
        let rest = data.get(at..).unwrap_or(&[]);
        let mut from = 0;
        for found in headers(rest) {
            let candidate = rest.get(found..).unwrap_or(&[]);
            let gap = rest.get(from..found).unwrap_or(&[]);
            let here = self.offset + (at + found) as u64;
            if candidate.len() < ISA_WINDOW && !last {
                between.pass(gap, here);
                return (State::Between(between), Step::More(at + found));
            }
            let header = grammar::isa(candidate);
            between.pass(gap, here);
            from = found;
            if let Some(isa) = header {
                self.close_junk(between.since, between.unreadable, here);
                let interchange = self.open_interchange(isa, candidate, here);
                return (State::Inside(interchange), Step::Go(at + found + isa.raw_len));
            }
            let is_header = candidate
                .iter()
                .filter(|b| !matches!(b, b'\r' | b'\n'))
                .nth(3)
                .is_some_and(|b| !b.is_ascii_alphanumeric() && *b != b' ');
            if between.unreadable.is_none() && between.line_begins && is_header {
                self.close_junk(between.since.take(), None, here);
                between.unreadable = Some(here);
            }
        }
        let done = self.offset + data.len() as u64;
        between.pass(rest.get(from..).unwrap_or(&[]), done);
        if last {
            self.close_junk(between.since.take(), between.unreadable.take(), done);
        }
        (State::Between(between), Step::More(data.len()))
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
        } else if let Some(start) = since {
            self.survey.junk.push(Junk { start, end });
        }
    }

    /// Goes through the segments of an interchange.
    fn inside(&mut self, data: &[u8], from: usize, last: bool, mut x: Box<Interchange>) -> (State, Step) {
        let terminator = x.isa.separators.terminator;
        let mut at = from;
        if x.flooded {
            let rest = data.get(at..).unwrap_or(&[]);
            let end = memchr(terminator, rest);
            if let Some(begin) = end.and_then(|end| glued_header(rest.get(..end)?, rest)) {
                self.break_off(x, 0, self.offset + (at + begin) as u64);
                return (State::BETWEEN, Step::Go(at + begin));
            }
            match end {
                Some(end) => {
                    x.flooded = false;
                    at += end + 1;
                }
                None if last => at = data.len(),
                // the next header may stand at its end
                None => return (State::Inside(x), Step::More(at.max(data.len().saturating_sub(ISA_WINDOW)))),
            }
        }
        loop {
            at = self.pass_plain(&mut x, data, at);
            at = x.classes.skip_gap(data, at);
            let rest = data.get(at..).unwrap_or(&[]);
            let offset = self.offset + at as u64;
            // before looking for the terminator: the next interchange may have another
            if rest.first() == Some(&b'I') {
                if rest.len() < ISA_WINDOW && !last {
                    return (State::Inside(x), Step::More(at));
                }
                if grammar::isa(rest).is_some() {
                    self.break_off(x, 0, offset);
                    return (State::BETWEEN, Step::Go(at));
                }
            }
            let Some(length) = memchr(terminator, rest) else {
                if !last && rest.len() <= self.limits.segment {
                    return (State::Inside(x), Step::More(at));
                }
                if rest.len() > self.limits.segment {
                    let text = self.flood(&mut x, offset, rest);
                    self.segment(&mut x, At { text, raw: text, offset, end: offset + text.len() as u64 });
                    x.flooded = true;
                    return self.inside(data, at, last, x);
                }
                let joined = without_breaks(rest);
                let text = joined.as_deref().unwrap_or(rest);
                if is_whole_iea(&x, text) {
                    let end = offset + rest.len() as u64;
                    self.close_interchange(x, At { text, raw: rest, offset, end }, end);
                } else {
                    if !rest.is_empty() {
                        // a piece of a segment is where the input was cut, and no second fault
                        x.stray = true;
                        let end = offset + rest.len() as u64;
                        self.segment(&mut x, At { text: rest, raw: rest, offset, end });
                    }
                    self.break_off(x, 1, self.offset + data.len() as u64);
                }
                return (State::BETWEEN, Step::Go(data.len()));
            };
            let text = rest.get(..length).unwrap_or(&[]);
            if let Some(begin) = glued_header(text, rest) {
                return self.end_glued(x, rest.get(..begin).unwrap_or(&[]), offset, at + begin);
            }
            let text = if length > self.limits.segment { self.flood(&mut x, offset, text) } else { text };
            let raw = text;
            let joined = (text.first() == Some(&b'I')).then(|| without_breaks(text)).flatten();
            let text = joined.as_deref().unwrap_or(text);
            let here = At { text, raw, offset, end: offset + length as u64 + 1 };
            at += length + 1;
            if length <= self.limits.segment && is_id(text, b"IEA", x.isa.separators.element) {
                // the line style that follows belongs to the interchange
                let after = data.get(at..).unwrap_or(&[]);
                if after.len() < LINE_STYLE && !last {
                    return (State::Inside(x), Step::More(at - length - 1));
                }
                let is_style = |byte: &&u8| matches!(byte, b'\r' | b'\n') || **byte == terminator;
                let end = at + after.iter().take(LINE_STYLE).take_while(is_style).count();
                self.close_interchange(x, here, self.offset + end as u64);
                return (State::BETWEEN, Step::Go(end));
            }
            self.segment(&mut x, here);
        }
    }

    /// Goes past whole segments of an open set that are only counted: most of them. Answers where the first other one begins.
    fn pass_plain(&mut self, x: &mut Interchange, data: &[u8], mut at: usize) -> usize {
        let Some(set) = &mut x.set else { return at };
        // in a longer one the next interchange's header may stand
        let longest = self.limits.segment.min(ISA_BYTES - 2);
        let mut ends = Finder::new(data, x.isa.separators.terminator, at);
        let mut passed = 0;
        'segments: loop {
            let begin = x.classes.skip_gap(data, at);
            let Some(head) = data.get(begin..).and_then(|rest| rest.first_chunk::<4>()) else { break };
            if may_be_acted_on(*head) {
                break;
            }
            let end = loop {
                match ends.next() {
                    Some(end) if end >= begin => break end,
                    Some(_) => {}
                    None => break 'segments,
                }
            };
            if end - begin > longest {
                break;
            }
            passed += 1;
            at = end + 1;
        }
        set.segments += passed;
        self.survey.segments += u64::from(passed);
        at
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
        let joined = without_breaks(text);
        let joined = joined.as_deref().unwrap_or(text);
        if is_whole_iea(&x, joined) {
            self.close_interchange(x, At { text: joined, ..here }, here.end);
        } else {
            if fragment.len() + ISA_BYTES > self.limits.segment + 1 {
                let text = self.flood(&mut x, offset, text);
                self.segment(&mut x, At { text, raw: text, ..here });
            } else if !text.is_empty() {
                self.segment(&mut x, here);
            }
            self.break_off(x, 0, offset + fragment.len() as u64);
        }
        (State::BETWEEN, Step::Go(next))
    }

    /// A segment over the limit: its interchange is beyond processing. Answers its beginning, which is all that is looked at.
    fn flood<'a>(&mut self, x: &mut Interchange, offset: u64, text: &'a [u8]) -> &'a [u8] {
        let id = text.iter().position(|b| *b == x.isa.separators.element).unwrap_or(0).min(8);
        let fault = EnvelopeFault {
            offset,
            position: x.set.as_ref().map_or(0, |set| set.segments + 1),
            segment_id: Code::new(text.get(..id).unwrap_or(&[])),
            expected: Short::number(self.limits.segment as u64),
            ..fault_of(RuleId::ENV107, x.note.ordinal)
        };
        x.note.faults.push(fault);
        text.get(..self.limits.segment).unwrap_or(text)
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

impl Between {
    /// Goes past bytes that end at `end`.
    fn pass(&mut self, bytes: &[u8], end: u64) {
        // a BOM is harmless in front of an ISA, and so are NUL padding and the old end-of-file mark
        let blank =
            |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a | 0xef | 0xbb | 0xbf | 0xfe | 0xff);
        if self.since.is_none() {
            let start = end - bytes.len() as u64;
            self.since = bytes.iter().position(|b| !blank(b)).map(|at| start + at as u64);
        }
        if let Some(last) = bytes.iter().rev().find(|b| !matches!(b, b' ' | b'\t')) {
            self.line_begins = matches!(last, b'\r' | b'\n' | 0xbf);
        }
    }
}

/// Where `ISA` stands, even with line breaks inside, or may stand when more bytes are there.
fn headers(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'I', bytes).filter(|at| {
        let mut rest = bytes.iter().skip(at + 1).filter(|b| !matches!(b, b'\r' | b'\n'));
        rest.next().is_none_or(|b| *b == b'S') && rest.next().is_none_or(|b| *b == b'A')
    })
}

fn is_id(text: &[u8], id: &[u8], element: u8) -> bool {
    text.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.first() == Some(&element))
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
