//! One of the two files that records go to, read again record by record.

use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use super::report::{Invariant, Report, Violation};
use super::walk::{Digest, Event, GROUP, INTERCHANGE, Part, Record, SET, Walk};

/// How many records are looked at ahead to find one that is not where it belongs.
const AHEAD: usize = 256;

/// How many records are remembered to say where a surplus one stands besides.
const BEHIND: usize = 1024;

/// An accept or reject file, and how far the input was found in it.
pub(super) struct Side<'a> {
    /// Its name.
    pub(super) file: &'a str,
    walk: Option<Walk<'a>>,
    ahead: VecDeque<Record>,
    /// For each place in a path, the part of the input and the part of this file that go together.
    pairs: Vec<(u64, u64)>,
    /// Trailers of this file, and line styles that the input has for them.
    trailers: VecDeque<(usize, u64, u64, Box<[u8]>)>,
    styles: VecDeque<(usize, u64, Box<[u8]>)>,
    /// Records that were passed over because others came first.
    passed: VecDeque<Digest>,
}

impl<'a> Side<'a> {
    pub(super) fn new(file: &'a str, walk: Option<Walk<'a>>) -> Side<'a> {
        Side {
            file,
            walk,
            ahead: VecDeque::new(),
            pairs: Vec::new(),
            trailers: VecDeque::new(),
            styles: VecDeque::new(),
            passed: VecDeque::new(),
        }
    }

    /// The walk, to ask what it counted; none where there is no such file.
    pub(super) fn walk(&self) -> Option<&Walk<'a>> {
        self.walk.as_ref()
    }

    /// The record `at` places ahead.
    fn peek(&mut self, at: usize, report: &mut Report) -> io::Result<Option<&Record>> {
        while self.ahead.len() <= at {
            let Some(walk) = &mut self.walk else { break };
            let event = walk.next()?;
            for fault in walk.take_faults() {
                report.add(Violation::new(Invariant::Faithfulness, self.file, fault.what).at(fault.offset));
            }
            match event {
                None => break,
                Some(Event::Record(record)) => self.ahead.push_back(record),
                Some(Event::Trailer { place, serial, at, tail }) => {
                    self.trailers.push_back((place, serial, at, tail));
                }
                Some(Event::Open { .. } | Event::Close { .. } | Event::Unreadable { .. }) => {}
            }
        }
        Ok(self.ahead.get(at))
    }

    /// How well the next record fits a record of the input.
    pub(super) fn fit(&mut self, record: &Record, report: &mut Report) -> io::Result<Fit> {
        let next = self.peek(0, report)?;
        Ok(next.map_or(Fit::None, |next| Fit::of(record, next)))
    }

    /// Takes the next record as that record of the input, and compares both and what stands above them; none where there is
    /// no next one.
    pub(super) fn take(&mut self, record: &Record, input: &str, report: &mut Report) -> Option<()> {
        let own = self.ahead.pop_front()?;
        if record.cut || own.cut {
            report.unread.push(format!("{input}: record {} is too long to be compared", record.ordinal));
        } else if record.digest != own.digest {
            let what = format!("the record is not as it came (byte {} of {input})", record.start);
            report.add(self.violation(what, &own, record));
        }
        let levels = |record: &Record| record.path.len().saturating_sub(SET + 1);
        if own.path.len() != record.path.len() {
            let (stands, stood) = (levels(&own), levels(record));
            let what = format!("it stands under {stands} levels, in {input} under {stood}");
            report.add(self.violation(what, &own, record));
        }
        for (place, (theirs, ours)) in record.path.iter().zip(&own.path).enumerate() {
            let pair = (theirs.serial, ours.serial);
            match self.pairs.get(place) {
                Some(known) if *known == pair => continue,
                Some((known, _)) if *known == theirs.serial => {
                    let what = format!("the {} above it is written twice", name(place));
                    report.add(self.violation(what, &own, record).at(ours.start));
                }
                Some((_, known)) if *known == ours.serial => {
                    let what = format!("two {}s of {input} are written as one", name(place));
                    report.add(self.violation(what, &own, record).at(ours.start));
                }
                _ => self.compare(place, theirs, ours, (record, &own), input, report),
            }
            self.pairs.truncate(place);
            self.pairs.push(pair);
        }
        Some(())
    }

    fn violation(&self, what: String, own: &Record, record: &Record) -> Violation {
        Violation::new(Invariant::Faithfulness, self.file, what).record(record.ordinal).at(own.start)
    }

    fn compare(
        &self,
        place: usize,
        theirs: &Rc<Part>,
        ours: &Rc<Part>,
        (record, own): (&Record, &Record),
        input: &str,
        report: &mut Report,
    ) {
        if theirs.cut || ours.cut {
            report
                .unread
                .push(format!("{input}: a segment at byte {} is too long to be compared", theirs.start));
        } else if theirs.digest != ours.digest {
            let start = theirs.start;
            let what = format!("the {} above it is not as it came (byte {start} of {input})", name(place));
            report.add(self.violation(what, own, record).at(ours.start));
        }
    }

    /// Looks ahead for a record of the input that does not come next; passes over what stands before it.
    pub(super) fn seek(&mut self, record: &Record, report: &mut Report) -> io::Result<bool> {
        for at in 1..AHEAD {
            let Some(next) = self.peek(at, report)? else { return Ok(false) };
            if Fit::of(record, next) < Fit::Record {
                continue;
            }
            for _ in 0..at {
                self.pass(report);
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Passes over the next record, which does not belong here.
    pub(super) fn pass(&mut self, report: &mut Report) {
        let Some(own) = self.ahead.pop_front() else { return };
        let what = "a record stands here that does not come next in the input, or is not in it".to_owned();
        report.add(Violation::new(Invariant::Conservation, self.file, what).at(own.start));
        self.passed.push_back(own.digest);
        if self.passed.len() > BEHIND {
            self.passed.pop_front();
        }
    }

    /// Whether a record was passed over.
    pub(super) fn was_passed(&mut self, record: &Record) -> bool {
        let at = self.passed.iter().position(|digest| *digest == record.digest);
        at.is_some_and(|at| self.passed.remove(at).is_some())
    }

    /// Passes over every record that is left.
    pub(super) fn finish(&mut self, report: &mut Report) -> io::Result<()> {
        while self.peek(0, report)?.is_some() {
            self.pass(report);
        }
        self.compare_styles(report);
        Ok(())
    }

    /// A set, group or interchange of the input ended with this line style.
    pub(super) fn end(&mut self, place: usize, serial: u64, tail: &[u8], report: &mut Report) {
        if let Some((theirs, ours)) = self.pairs.get(place)
            && *theirs == serial
        {
            self.styles.push_back((place, *ours, tail.into()));
        }
        self.compare_styles(report);
    }

    fn compare_styles(&mut self, report: &mut Report) {
        while let Some((place, serial, tail)) = self.styles.front() {
            let is_same = |(at, other, _, _): &(usize, u64, u64, Box<[u8]>)| at == place && other == serial;
            let Some(at) = self.trailers.iter().position(is_same) else { return };
            if let Some((_, _, offset, own)) = self.trailers.get(at)
                && own != tail
            {
                let what = format!("the line style behind the trailer of the {} changed", name(*place));
                report.add(Violation::new(Invariant::Faithfulness, self.file, what).at(*offset));
            }
            self.trailers.drain(..=at);
            self.styles.pop_front();
        }
    }
}

/// How well a record of a file fits one of the input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fit {
    None,
    /// The same id in the same interchange, with other bytes.
    Id,
    /// The same bytes, with something else above them.
    Record,
    /// The same bytes, and the same above them.
    Whole,
}

impl Fit {
    fn of(record: &Record, own: &Record) -> Fit {
        let digest = |part: &Rc<Part>| part.digest;
        if record.digest == own.digest {
            let above = record.path.iter().map(digest).eq(own.path.iter().map(digest));
            return if above { Fit::Whole } else { Fit::Record };
        }
        let interchange = |record: &Record| record.path.first().map(digest);
        let same_id = !record.id.is_empty() && record.id == own.id;
        if same_id && interchange(record) == interchange(own) { Fit::Id } else { Fit::None }
    }
}

/// What a place in a path is.
pub(super) fn name(place: usize) -> &'static str {
    match place {
        INTERCHANGE => "interchange",
        GROUP => "group",
        SET => "set",
        _ => "level",
    }
}
