//! Interchanges and segments of a file, one after the other, in memory that does not grow with the file.
//!
//! Segments are found by the nom [`Tokeniser`], not by the structural index that processing uses.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;

use crate::source::ReadAt;
use crate::x12::{Class, Isa, SegmentTable, Segments, Separators, Tokeniser, grammar};

/// How many bytes are read at once.
const BLOCK: usize = 256 << 10;

/// How many bytes are looked at first in a new interchange, so that small ones cost little.
const FIRST: usize = 4 << 10;

/// Longest segment that is held in memory; of a longer one only the beginning is seen.
const LONGEST: usize = 64 << 20;

/// How many bytes must be at hand to tell whether an ISA's layout holds, line breaks included.
const ISA_WINDOW: usize = 2 * grammar::ISA_BYTES;

/// How much line style behind an IEA's terminator belongs to its interchange.
const LINE_STYLE: usize = 64;

/// What comes next in a file.
#[derive(Debug)]
pub(super) enum Frame<'s> {
    /// Bytes between interchanges that are not blank.
    Junk { start: u64 },
    /// An ISA that cannot be read, with everything up to the next one or the end.
    Unreadable { start: u64, end: u64 },
    /// An ISA.
    Open(Isa, Segment<'s>),
    /// Another segment.
    Segment(Segment<'s>),
    /// The end of an interchange; `whole` says that its IEA was there.
    Close { end: u64, whole: bool },
}

/// A segment with the bytes that follow it up to the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'s> {
    /// Offset in the file of its first byte.
    pub(super) offset: u64,
    /// Its bytes, terminator and line style included.
    pub(super) raw: &'s [u8],
    /// How many of them stand before the terminator.
    pub(super) length: usize,
    /// The separators of its interchange.
    pub(super) separators: Separators,
    /// It is too long to be held: `raw` is its beginning.
    pub(super) cut: bool,
}

impl<'s> Segment<'s> {
    /// Its text without the terminator and without line breaks.
    pub(super) fn text(&self) -> Cow<'s, [u8]> {
        let text = self.raw.get(..self.length).unwrap_or(self.raw);
        without_breaks(text, &self.separators)
    }

    /// Its terminator and what follows it.
    pub(super) fn tail(&self) -> &'s [u8] {
        self.raw.get(self.length..).unwrap_or(&[])
    }
}

/// A segment's text without the CR and LF that are no separators.
pub(super) fn without_breaks<'t>(text: &'t [u8], separators: &Separators) -> Cow<'t, [u8]> {
    if memchr::memchr2(b'\r', b'\n', text).is_none() {
        return Cow::Borrowed(text);
    }
    let classes = separators.classes();
    Cow::Owned(text.iter().copied().filter(|byte| classes.of(*byte) != Class::Break).collect())
}

/// Element `n` of a segment's text, the id being 0; empty where it is not there.
pub(super) fn element<'t>(text: &'t [u8], n: usize, separators: &Separators) -> &'t [u8] {
    text.split(|byte| *byte == separators.element).nth(n).unwrap_or(&[])
}

/// Reads a file from one frame to the next.
pub(super) struct Scanner<'a> {
    input: &'a dyn ReadAt,
    buffer: Vec<u8>,
    /// Offset in the file of the buffer's first byte.
    base: u64,
    /// Where in the buffer the next frame begins.
    at: usize,
    state: State,
    /// Segments of a part of the buffer, from `part` on.
    table: SegmentTable,
    part: usize,
    part_end: usize,
    next: u32,
    usable: u32,
    window: usize,
    /// Found before an ISA, and to be told first.
    waiting: VecDeque<Between>,
}

#[derive(Clone, Copy, Debug)]
enum Between {
    Junk { start: u64 },
    Unreadable { start: u64, end: u64 },
}

#[derive(Clone, Copy, Debug)]
enum State {
    Between,
    Inside(Isa),
    /// In a segment that is too long: its end is looked for.
    Skipping(Isa),
    Closing(bool),
}

impl<'a> Scanner<'a> {
    /// Begins with a file's first byte.
    pub(super) fn new(input: &'a dyn ReadAt) -> Scanner<'a> {
        Scanner::start(input, 0, State::Between)
    }

    /// Goes on with a segment in an interchange.
    pub(super) fn resume(input: &'a dyn ReadAt, offset: u64, isa: Isa) -> Scanner<'a> {
        Scanner::start(input, offset, State::Inside(isa))
    }

    fn start(input: &'a dyn ReadAt, offset: u64, state: State) -> Scanner<'a> {
        Scanner {
            input,
            buffer: Vec::new(),
            base: offset,
            at: 0,
            state,
            table: SegmentTable::new(),
            part: 0,
            part_end: 0,
            next: 0,
            usable: 0,
            window: FIRST,
            waiting: VecDeque::new(),
        }
    }

    /// The next frame; none at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        loop {
            match self.state {
                _ if !self.waiting.is_empty() => return Ok(self.told()),
                State::Between => return self.seek(),
                State::Closing(whole) => {
                    self.state = State::Between;
                    self.forget_part();
                    return Ok(Some(Frame::Close { end: self.offset(), whole }));
                }
                State::Skipping(isa) => self.skip(isa)?,
                State::Inside(isa) => {
                    if self.next < self.usable {
                        return Ok(Some(self.segment(isa)?));
                    }
                    if self.load(isa)? {
                        return Ok(Some(self.long_segment(isa)));
                    }
                }
            }
        }
    }

    fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Reads on until `wanted` bytes from `at` on are in the buffer, or the file ends; says whether it did end.
    fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        loop {
            let read = self.base + self.buffer.len() as u64;
            let left = self.input.len().saturating_sub(read);
            if left == 0 || self.buffer.len() >= self.at + wanted {
                return Ok(left == 0);
            }
            let have = self.buffer.len();
            let more = (self.at + wanted - have).max(BLOCK).min(usize::try_from(left).unwrap_or(BLOCK));
            self.buffer.resize(have + more, 0);
            let space = self.buffer.get_mut(have..).unwrap_or(&mut []);
            self.input.read_exact_at(read, space)?;
        }
    }

    /// Gives back what was read and is done with.
    fn drain(&mut self) {
        if self.at > BLOCK {
            self.buffer.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
    }

    fn forget_part(&mut self) {
        self.next = 0;
        self.usable = 0;
        self.window = FIRST;
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or(&[])
    }

    /// Looks for the next ISA whose layout holds, and at what stands before it.
    fn seek(&mut self) -> io::Result<Option<Frame<'_>>> {
        let mut junk: Option<u64> = None;
        let mut unreadable: Option<u64> = None;
        let mut line_begins = true;
        loop {
            self.drain();
            let ended = self.fill(ISA_WINDOW)?;
            let Some(&byte) = self.rest().first() else { break };
            if byte == b'I' {
                if let Some(isa) = grammar::isa(self.rest()) {
                    if junk.is_none() && unreadable.is_none() {
                        self.state = State::Inside(isa);
                        return self.open(isa).map(Some);
                    }
                    // it is found again, at once, when what stands before it has been told
                    break;
                }
                if unreadable.is_none() && line_begins && is_header(self.rest()) {
                    if let Some(start) = junk.take() {
                        self.waiting.push_back(Between::Junk { start });
                    }
                    unreadable = Some(self.offset());
                }
            }
            if !is_blank(byte) && junk.is_none() && unreadable.is_none() {
                junk = Some(self.offset());
            }
            line_begins = match byte {
                b'\r' | b'\n' | 0xbf => true,
                b' ' | b'\t' => line_begins,
                _ => false,
            };
            self.at += 1;
            if ended && self.rest().is_empty() {
                break;
            }
        }
        let end = self.offset();
        if let Some(start) = unreadable {
            self.waiting.push_back(Between::Unreadable { start, end });
        } else if let Some(start) = junk {
            self.waiting.push_back(Between::Junk { start });
        }
        Ok(self.told())
    }

    fn told(&mut self) -> Option<Frame<'static>> {
        Some(match self.waiting.pop_front()? {
            Between::Junk { start } => Frame::Junk { start },
            Between::Unreadable { start, end } => Frame::Unreadable { start, end },
        })
    }

    fn open(&mut self, isa: Isa) -> io::Result<Frame<'_>> {
        let classes = isa.separators.classes();
        let mut end = isa.raw_len;
        loop {
            let ended = self.fill(end + 1)?;
            match self.rest().get(end) {
                Some(byte) if classes.is_gap(*byte) && end < LONGEST => end += 1,
                Some(_) => break,
                None if ended => break,
                None => {}
            }
        }
        let (start, offset) = (self.at, self.offset());
        self.at += end;
        self.forget_part();
        let raw = self.buffer.get(start..start + end).unwrap_or(&[]);
        // the terminator is the last byte of the ISA's fixed layout
        let length = isa.raw_len - 1;
        let segment = Segment { offset, raw, length, separators: isa.separators, cut: false };
        Ok(Frame::Open(isa, segment))
    }

    /// Finds the segments that are wholly in the next part of the file; true where not even one is, because it is too long.
    fn load(&mut self, isa: Isa) -> io::Result<bool> {
        self.drain();
        loop {
            let ended = self.fill(self.window.max(ISA_WINDOW))?;
            if self.is_isa() {
                self.state = State::Closing(false);
                return Ok(false);
            }
            let part_end = self.buffer.len().min(self.at + self.window);
            let last = ended && part_end == self.buffer.len();
            let part = self.buffer.get(self.at..part_end).unwrap_or(&[]);
            Tokeniser.read(part, &isa.separators, &mut self.table);
            let count = self.table.len() as u32;
            // of the last one nobody knows yet where it ends
            let usable = if last { count } else { count.saturating_sub(1) };
            if usable > 0 {
                (self.part, self.part_end, self.next, self.usable) = (self.at, part_end, 0, usable);
                self.window = (self.window * 2).min(BLOCK);
                return Ok(false);
            }
            if last {
                self.at = self.buffer.len();
                self.state = State::Closing(false);
                return Ok(false);
            }
            if self.window >= LONGEST {
                return Ok(true);
            }
            self.window *= 2;
        }
    }

    /// Whether an ISA whose layout holds stands here.
    fn is_isa(&self) -> bool {
        self.rest().first() == Some(&b'I') && grammar::isa(self.rest()).is_some()
    }

    /// The next of the segments that were found.
    fn segment(&mut self, isa: Isa) -> io::Result<Frame<'_>> {
        let extent = self.table.extent(self.next, self.next + 1);
        let start = self.part + extent.start as usize;
        let mut end = self.part + extent.end as usize;
        self.at = start;
        if self.buffer.get(start) == Some(&b'I') {
            self.fill(ISA_WINDOW)?;
            if self.is_isa() {
                self.state = State::Between;
                self.forget_part();
                return Ok(Frame::Close { end: self.offset(), whole: false });
            }
        }
        let separators = isa.separators;
        let part = self.buffer.get(self.part..self.part_end).unwrap_or(&[]);
        let text_end = self.part + self.table.segment(part, self.next).end() as usize;
        let raw_text = self.buffer.get(start..text_end).unwrap_or(&[]);
        let is_terminated = text_end < end;
        if let Some(begin) = self.glued_header(start, text_end) {
            return Ok(self.fragment(isa, start, begin));
        }
        self.next += 1;
        if raw_text.first() == Some(&b'I') {
            let text = without_breaks(raw_text, &separators);
            // without a terminator it may have been cut short: then only the right control number tells that it is whole
            let is_end = element(&text, 0, &separators) == b"IEA"
                && (is_terminated || element(&text, 2, &separators) == isa.control());
            if is_end {
                let style = |byte: &u8| matches!(byte, b'\r' | b'\n') || *byte == separators.terminator;
                let after = self.buffer.get(text_end..end).unwrap_or(&[]);
                end = text_end + after.iter().take(1 + LINE_STYLE).take_while(|byte| style(byte)).count();
                self.state = State::Closing(true);
            }
        }
        let offset = self.base + start as u64;
        self.at = end;
        let raw = self.buffer.get(start..end).unwrap_or(&[]);
        let length = text_end.saturating_sub(start);
        Ok(Frame::Segment(Segment { offset, raw, length, separators, cut: false }))
    }

    /// Where in the buffer the next interchange's ISA begins, if it ends this segment, which broke off in front of it.
    fn glued_header(&self, start: usize, text_end: usize) -> Option<usize> {
        let begin = text_end.checked_sub(grammar::ISA_BYTES - 1).filter(|begin| *begin > start)?;
        let header = self.buffer.get(begin..)?;
        (header.starts_with(b"ISA") && grammar::isa(header).is_some()).then_some(begin)
    }

    /// What is left of a segment in front of the next interchange.
    fn fragment(&mut self, isa: Isa, start: usize, begin: usize) -> Frame<'_> {
        let separators = isa.separators;
        self.forget_part();
        let raw = self.buffer.get(start..begin).unwrap_or(&[]);
        let length = raw.trim_ascii_end().len();
        let text = without_breaks(raw.get(..length).unwrap_or(raw), &separators);
        let whole =
            element(&text, 0, &separators) == b"IEA" && element(&text, 2, &separators) == isa.control();
        self.state = State::Closing(whole);
        let offset = self.base + start as u64;
        // blanks behind a whole IEA are between interchanges
        self.at = if whole { start + length } else { begin };
        let raw = self.buffer.get(start..self.at).unwrap_or(&[]);
        Frame::Segment(Segment { offset, raw, length, separators, cut: false })
    }

    /// The beginning of a segment that is too long to be held.
    fn long_segment(&mut self, isa: Isa) -> Frame<'_> {
        self.state = State::Skipping(isa);
        let classes = isa.separators.classes();
        let gap = self.rest().iter().take_while(|byte| classes.is_gap(**byte)).count();
        self.at += gap;
        let (start, offset) = (self.at, self.offset());
        let raw = self.buffer.get(start..(start + FIRST).min(self.buffer.len())).unwrap_or(&[]);
        let length = raw.len();
        Frame::Segment(Segment { offset, raw, length, separators: isa.separators, cut: true })
    }

    /// Goes past the terminator of a segment that is too long.
    fn skip(&mut self, isa: Isa) -> io::Result<()> {
        self.forget_part();
        loop {
            self.drain();
            let ended = self.fill(BLOCK)?;
            match memchr::memchr(isa.separators.terminator, self.rest()) {
                Some(found) => {
                    self.at += found + 1;
                    self.state = State::Inside(isa);
                    return Ok(());
                }
                None => self.at = self.buffer.len(),
            }
            if ended {
                self.state = State::Closing(false);
                return Ok(());
            }
        }
    }
}

/// What may stand around interchanges without meaning anything: blanks, a byte order mark, padding, an end-of-file mark.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a | 0xef | 0xbb | 0xbf | 0xfe | 0xff)
}

/// Whether this looks like an ISA segment, be its layout as it may.
fn is_header(bytes: &[u8]) -> bool {
    let mut letters = bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    b"ISA".iter().all(|letter| letters.next() == Some(letter))
        && letters.next().is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte != b' ')
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
