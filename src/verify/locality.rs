//! Whether what a row names stands there in the input.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::atlas::{Atlas, Envelope, RecordPlace, Standing, What};
use super::rows::Row;
use crate::finding::Total;

/// Rules whose rows may be about something that is missing: `segment` then names what is not there, and the place is where
/// it should have stood.
const MISSING: [&str; 16] = [
    "SEG104", "LOP101", "SET101", "GRP101", "GRP107", "ENV102", "HLV105", "HLV106", "SIT134", "TAR101",
    "TAR133", "TAR134", "TAR135", "TAR138", "NIC101", "NIC105",
];

/// How many rows about shared context are remembered for those that inherit from them.
const REMEMBERED: usize = 1 << 16;

/// Checks places row by row.
pub(super) struct Locality<'f> {
    /// The input's file name.
    file: &'f str,
    roots: FxHashSet<Root>,
    order: VecDeque<Root>,
    /// Places that were looked up.
    pub(super) places: u64,
}

/// What tells a row about shared context.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Root(Box<str>, u64, u64, u64);

/// What a row turned out to be about.
#[derive(Debug, Default)]
pub(super) struct About {
    /// The record that it names, if there is one of that number.
    pub(super) record: Option<u64>,
    /// The interchange that its place is in, from 0.
    pub(super) interchange: Option<u64>,
}

impl<'f> Locality<'f> {
    pub(super) fn new(file: &'f str) -> Locality<'f> {
        Locality { file, roots: FxHashSet::default(), order: VecDeque::new(), places: 0 }
    }

    /// Checks a row; `wrong` is told what is wrong with it.
    pub(super) fn check(
        &mut self,
        row: &Row,
        atlas: &mut Atlas<'_>,
        wrong: &mut dyn FnMut(String),
    ) -> io::Result<About> {
        let mut about = About::default();
        if row.text("file") != self.file {
            wrong("it names another file".to_owned());
        }
        let mut number = |column| {
            row.number(column).unwrap_or_else(|what| {
                wrong(what);
                None
            })
        };
        let [record, position, element, component, offset] =
            ["record", "position", "element", "component", "byte_offset"].map(&mut number);
        let known = match record {
            Some(record) => atlas.record(record)?,
            None => None,
        };
        match (record, &known) {
            (Some(_), Some(known)) => {
                about.record = record;
                about.interchange = known.envelope.ordinal;
                check_record(row, known, wrong);
            }
            (Some(record), None) => wrong(format!("the input has no record {record}")),
            (None, _) => {
                for column in ["inherited_from", "charge"] {
                    if !row.text(column).is_empty() {
                        wrong(format!("it names no record, but has a {column}"));
                    }
                }
            }
        }
        let Some(offset) = offset else {
            wrong("it has no byte offset".to_owned());
            return Ok(about);
        };
        self.places += 1;
        let Some(standing) = atlas.at(offset)? else {
            wrong("its byte offset is past the end of the input".to_owned());
            return Ok(about);
        };
        let place = Place { offset, position, element, component };
        let standing = &standing;
        let envelopes = place.check(row, standing, wrong);
        let root = Root(row.text("rule").into(), offset, element.unwrap_or(0), component.unwrap_or(0));
        let Some(known) = known else {
            about.interchange = check_envelope(row, &envelopes, wrong);
            if !row.text("record_id").is_empty() && !standing.entry.is_answer {
                wrong("it names no record, but has a record_id".to_owned());
            }
            self.remember(root);
            return Ok(about);
        };
        let from = row.text("inherited_from");
        if from.is_empty() {
            check_reach(&known, record.unwrap_or(0), standing, offset, wrong);
            return Ok(about);
        }
        if !self.roots.contains(&root) {
            wrong("it inherits a fault that no row names".to_owned());
        }
        let is_around = |envelope: &Rc<Envelope>| match from {
            "ISA" | "GS" => envelope.is_group_around(&known.envelope),
            _ => envelope.is_around(&known.envelope),
        };
        if !envelopes.iter().any(is_around) {
            wrong("it inherits a fault of what does not stand above the record".to_owned());
        }
        Ok(about)
    }

    fn remember(&mut self, root: Root) {
        if !self.roots.insert(root.clone()) {
            return;
        }
        self.order.push_back(root);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.roots.remove(&oldest);
        }
    }
}

/// Checks what a row says of its record.
fn check_record(row: &Row, known: &RecordPlace, wrong: &mut dyn FnMut(String)) {
    let envelope = &known.envelope;
    for (column, control) in
        [("interchange", &envelope.interchange), ("group", &envelope.group), ("transaction", &envelope.set)]
    {
        if row.text(column) != readable(control.as_deref().unwrap_or(&[])) {
            wrong(format!("column {column} is not that of the record"));
        }
    }
    if row.text("record_id") != readable(&known.id) {
        wrong("column record_id is not that of the record".to_owned());
    }
    if row.text("charge") != known.charge.map_or_else(String::new, |charge| Total::from(charge).to_string()) {
        wrong("column charge is not that of the record".to_owned());
    }
}

/// A row about a record points into it, or at what stands above it in its set.
fn check_reach(
    known: &RecordPlace,
    record: u64,
    standing: &Standing,
    offset: u64,
    wrong: &mut dyn FnMut(String),
) {
    let entry = &standing.entry;
    let within = entry.record == record || standing.before.record == record && entry.start == offset;
    let above = offset < known.start && entry.envelope.is_around(&known.envelope) && entry.record == 0;
    if !within && !above {
        wrong("its byte offset is neither in the record nor in what stands above it".to_owned());
    }
}

/// The place that a row names.
#[derive(Clone, Copy)]
struct Place {
    offset: u64,
    position: Option<u64>,
    element: Option<u64>,
    component: Option<u64>,
}

impl Place {
    /// Checks it against what stands there; answers the envelopes that it may be in.
    fn check(&self, row: &Row, standing: &Standing, wrong: &mut dyn FnMut(String)) -> Vec<Rc<Envelope>> {
        let entry = &standing.entry;
        let segment = row.text("segment");
        let may_miss = MISSING.contains(&row.text("rule"));
        let at_start = self.offset == entry.start;
        let is_there = match entry.what {
            What::Segment => segment.is_empty() || names(segment, &standing.id()),
            What::Unreadable => segment == "ISA",
            What::Junk => segment.is_empty(),
            What::End => false,
        };
        if is_there && self.is_at_element(standing) {
            self.check_position(u64::from(entry.position), wrong);
            return vec![Rc::clone(&entry.envelope)];
        }
        if may_miss && at_start {
            // where it should have stood: before what stands there, or at the end of what stands before
            let places = [entry.position, standing.before.position + 1];
            if !places.iter().any(|place| self.is_position(u64::from(*place))) && self.position.is_some() {
                wrong("its position is not where the segment should have stood".to_owned());
            }
            return vec![Rc::clone(&standing.before.envelope), Rc::clone(&entry.envelope)];
        }
        wrong(if is_there {
            let of = if self.element.is_some() { "the element" } else { "the segment" };
            format!("its byte offset is not the beginning of {of}")
        } else {
            format!("no {segment} segment stands at its byte offset")
        });
        vec![Rc::clone(&entry.envelope)]
    }

    fn is_at_element(&self, standing: &Standing) -> bool {
        match (self.element, standing.entry.what) {
            (Some(element), What::Segment) => {
                let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
                let (element, component) = (small(element), small(self.component.unwrap_or(0)));
                let (first, last) = standing.element(element, component);
                (first..=last).contains(&self.offset)
                    || standing.begins_repetition(element, component, self.offset)
            }
            _ => self.offset == standing.entry.start,
        }
    }

    fn is_position(&self, position: u64) -> bool {
        self.position.unwrap_or(0) == position
    }

    fn check_position(&self, position: u64, wrong: &mut dyn FnMut(String)) {
        if !self.is_position(position) {
            wrong(match position {
                0 => "it has a position, but stands outside of any set".to_owned(),
                position => format!("its position is not {position}"),
            });
        }
    }
}

/// The control numbers that a row gives must be those of one of `envelopes`; it may give fewer. Answers the number of the
/// interchange.
fn check_envelope(row: &Row, envelopes: &[Rc<Envelope>], wrong: &mut dyn FnMut(String)) -> Option<u64> {
    let fits = |column: &str, control: &Option<Rc<[u8]>>| {
        let text = row.text(column);
        text.is_empty() || control.as_ref().is_some_and(|control| text == readable(control))
    };
    let fits_all = |envelope: &&Rc<Envelope>| {
        fits("interchange", &envelope.interchange)
            && fits("group", &envelope.group)
            && fits("transaction", &envelope.set)
    };
    let Some(envelope) = envelopes.iter().find(fits_all) else {
        wrong("its control numbers are not those around its byte offset".to_owned());
        return envelopes.first().and_then(|envelope| envelope.ordinal);
    };
    if row.text("interchange").is_empty() && envelope.interchange.is_some() {
        wrong("it names no interchange".to_owned());
    }
    envelope.ordinal
}

/// Whether a row's `segment` is this id; ids are shown up to their eighth byte.
fn names(segment: &str, id: &[u8]) -> bool {
    let shown = id.get(..8).unwrap_or(id);
    segment == String::from_utf8_lossy(shown) || segment == String::from_utf8_lossy(id)
}

/// Bytes as the reasons files show them: UTF-8 stays, other bytes become `\xNN`.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // a String takes everything
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}
