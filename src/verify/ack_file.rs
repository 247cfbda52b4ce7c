//! A file of acknowledgements, read segment by segment; its envelopes, counts and level numbers are checked on the way.

use std::io;

use crate::source::ReadAt;
use crate::x12::Separators;
use crate::x12::grammar::whole;

use super::report::{Invariant, Report, Violation};
use super::scan::{Frame, Scanner};

/// One segment.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) offset: u64,
    elements: Vec<Vec<u8>>,
    pub(super) separators: Separators,
}

impl Line {
    /// The segment's id.
    pub(super) fn id(&self) -> &[u8] {
        self.at(0)
    }

    /// Element `n`, the id being 0; empty where it is not there.
    pub(super) fn at(&self, n: usize) -> &[u8] {
        self.elements.get(n).map_or(&[], Vec::as_slice)
    }

    /// Bytes of the input as this file may repeat them: what would be a separator or control character is a blank, blanks
    /// around are dropped, and so is what is too long.
    pub(super) fn fit(&self, data: &[u8], max: usize) -> Vec<u8> {
        let Separators { element, component, repetition, terminator } = self.separators;
        let separators = [element, component, terminator, repetition.unwrap_or(element)];
        let is_data = |byte: &u8| *byte >= b' ' && *byte != 0x7f && !separators.contains(byte);
        let blanked: Vec<u8> = data.iter().map(|byte| if is_data(byte) { *byte } else { b' ' }).collect();
        let bytes = blanked.trim_ascii();
        // characters, where it is text
        let kept = match std::str::from_utf8(bytes) {
            Ok(text) => text.chars().take(max).map(char::len_utf8).sum(),
            Err(_) => max,
        };
        bytes.get(..kept).unwrap_or(bytes).trim_ascii_end().to_vec()
    }
}

/// What is open, and what was counted in it.
#[derive(Debug, Default)]
struct Open {
    control: Vec<u8>,
    count: u64,
}

/// What a file of acknowledgements is made of: GS01, ST01, and the guide that GS08 and ST03 name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) group: &'static str,
    pub(super) set: &'static str,
    pub(super) guide: &'static str,
}

/// A level that is open: its code (HL03) and number.
#[derive(Debug)]
struct Level {
    code: Vec<u8>,
    number: u64,
}

/// The codes of the levels that one may stand below.
fn parents(code: &[u8]) -> &'static [&'static [u8]] {
    match code {
        b"21" => &[b"20"],
        b"19" | b"22" => &[b"21"],
        b"PT" => &[b"19"],
        b"23" => &[b"22"],
        b"EV" => &[b"22", b"23"],
        b"SS" => &[b"EV"],
        _ => &[],
    }
}

/// A file of acknowledgements; none is there where none was due.
pub(super) struct AckFile<'a> {
    pub(super) name: String,
    scanner: Option<Scanner<'a>>,
    peeked: Option<Line>,
    /// ISA15 of the interchange, until it was looked at.
    usage: Option<Vec<u8>>,
    /// Groups of the interchange, sets of the group, segments of the set, levels of the set.
    interchange: Open,
    group: Open,
    set: Open,
    levels: u64,
    /// The levels from the outermost to the one at hand.
    path: Vec<Level>,
    /// None for a file of interchange acknowledgements, which have neither groups nor sets.
    made: Option<Made>,
}

impl<'a> AckFile<'a> {
    pub(super) fn new(name: String, made: Option<Made>, content: Option<&'a dyn ReadAt>) -> AckFile<'a> {
        AckFile {
            name,
            scanner: content.map(Scanner::new),
            peeked: None,
            usage: None,
            interchange: Open::default(),
            group: Open::default(),
            set: Open::default(),
            levels: 0,
            path: Vec::new(),
            made,
        }
    }

    /// The next segment, which stays the next.
    pub(super) fn peek(&mut self, report: &mut Report) -> io::Result<Option<&Line>> {
        if self.peeked.is_none() {
            self.peeked = self.read(report)?;
        }
        Ok(self.peeked.as_ref())
    }

    /// The next segment.
    pub(super) fn next(&mut self, report: &mut Report) -> io::Result<Option<Line>> {
        match self.peeked.take() {
            Some(line) => Ok(Some(line)),
            None => self.read(report),
        }
    }

    /// The next segment with this id; what stands before it is passed over.
    pub(super) fn seek(&mut self, id: &[u8], report: &mut Report) -> io::Result<Option<Line>> {
        while let Some(line) = self.next(report)? {
            if line.id() == id {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// The interchange that was begun last must be a test where the one is that it answers, and only there.
    pub(super) fn check_usage(&mut self, is_test: bool, report: &mut Report) {
        let fits = |usage: &Vec<u8>| (usage == b"T") == is_test;
        if self.usage.take().is_some_and(|usage| !fits(&usage)) {
            let what = "ISA15 is not that of the interchange that it answers";
            report.add(Violation::new(Invariant::Agreement, &self.name, what));
        }
    }

    fn read(&mut self, report: &mut Report) -> io::Result<Option<Line>> {
        loop {
            let Some(scanner) = &mut self.scanner else { return Ok(None) };
            let line = match scanner.next()? {
                None => return Ok(None),
                Some(Frame::Close { whole: true, .. }) => continue,
                Some(Frame::Junk { start } | Frame::Unreadable { start, .. }) => {
                    self.wrong(start, "bytes stand here that belong to no acknowledgement", report);
                    continue;
                }
                Some(Frame::Close { end, .. }) => {
                    self.wrong(end, "the interchange has no IEA", report);
                    continue;
                }
                Some(Frame::Open(_, segment) | Frame::Segment(segment)) => {
                    let text = segment.text();
                    let elements = text.split(|byte| *byte == segment.separators.element);
                    Line {
                        offset: segment.offset,
                        elements: elements.map(<[u8]>::to_vec).collect(),
                        separators: segment.separators,
                    }
                }
            };
            self.count(&line, report);
            return Ok(Some(line));
        }
    }

    fn wrong(&self, offset: u64, what: impl Into<String>, report: &mut Report) {
        report.add(Violation::new(Invariant::Faithfulness, &self.name, what).at(offset));
    }

    /// Elements of a header must be those of the file's guide.
    fn check_made(&self, line: &Line, made: Option<[(usize, &str); 2]>, report: &mut Report) {
        let id = String::from_utf8_lossy(line.id()).into_owned();
        let Some(made) = made else {
            return self.wrong(
                line.offset,
                format!("a {id} stands among interchange acknowledgements"),
                report,
            );
        };
        for (element, expected) in made {
            if line.at(element) != expected.as_bytes() {
                self.wrong(line.offset, format!("{id}0{element} is not {expected}"), report);
            }
        }
    }

    /// Goes into a level; whether its parent (HL02) is open, and one that it may stand below.
    fn enter(&mut self, line: &Line) -> bool {
        let (parent, code) = (line.at(2), line.at(3));
        let is_parent = |level: &Level| {
            Some(level.number) == whole(parent) && parents(code).contains(&level.code.as_slice())
        };
        let found = self.path.iter().rposition(is_parent);
        self.path.truncate(found.map_or(0, |at| at + 1));
        self.path.push(Level { code: code.to_vec(), number: self.levels });
        found.is_some() || parent.is_empty() && parents(code).is_empty()
    }

    fn count(&mut self, line: &Line, report: &mut Report) {
        self.set.count += 1;
        let begin = |control: &[u8], count| Open { control: control.to_vec(), count };
        match line.id() {
            b"ISA" => {
                self.usage = Some(line.at(15).to_vec());
                self.interchange = begin(line.at(13), 0);
            }
            b"GS" => {
                self.interchange.count += 1;
                self.group = begin(line.at(6), 0);
                let made = self.made.map(|made| [(1, made.group), (8, made.guide)]);
                self.check_made(line, made, report);
            }
            b"ST" => {
                self.group.count += 1;
                self.set = begin(line.at(2), 1);
                self.levels = 0;
                self.path.clear();
                let made = self.made.map(|made| [(1, made.set), (3, made.guide)]);
                self.check_made(line, made, report);
            }
            b"HL" => {
                self.levels += 1;
                if whole(line.at(1)) != Some(self.levels) {
                    self.wrong(line.offset, "HL01 does not count up", report);
                }
                if !self.enter(line) {
                    self.wrong(
                        line.offset,
                        "HL02 is not the number of a level that it may stand below",
                        report,
                    );
                }
            }
            b"SE" | b"GE" | b"IEA" => {
                let open = match line.id() {
                    b"SE" => &self.set,
                    b"GE" => &self.group,
                    _ => &self.interchange,
                };
                let id = String::from_utf8_lossy(line.id()).into_owned();
                if whole(line.at(1)) != Some(open.count) {
                    let what = format!("{id}01 is not {}, which was counted", open.count);
                    self.wrong(line.offset, what, report);
                }
                if line.at(2) != open.control {
                    self.wrong(line.offset, format!("{id}02 is not the number of its header"), report);
                }
            }
            _ => {}
        }
    }
}
