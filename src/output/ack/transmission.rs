//! An interchange of acknowledgements in the making: envelopes and counts.

use super::Kind;
use super::numbers::{ControlNumbers, Moment};
use super::pen::{Pen, Style, UNKNOWN};
use super::sheet::{Group, Interchange};

/// Envelopes of one kind of acknowledgement, opened when something is to be written in them.
#[derive(Debug)]
pub(super) struct Transmission {
    pub(super) kind: Kind,
    /// ISA13, while an interchange is open.
    interchange: Option<u32>,
    /// GS06, while a group is open.
    group: Option<u32>,
    groups: u64,
    sets: u64,
    /// Segments of the open set, its ST included.
    pub(super) segments: u64,
}

impl Transmission {
    pub(super) fn new(kind: Kind) -> Transmission {
        Transmission { kind, interchange: None, group: None, groups: 0, sets: 0, segments: 0 }
    }

    /// ISA13, GS06 and ST02: what a set may be called by.
    pub(super) fn reference(&self) -> String {
        format!("{:09}-{}-{:04}", self.interchange.unwrap_or(0), self.group.unwrap_or(0), self.sets)
    }

    /// Opens the interchange that answers `of`.
    pub(super) fn open(
        &mut self,
        of: &Interchange,
        now: Moment,
        numbers: &mut dyn ControlNumbers,
        out: &mut Vec<u8>,
    ) {
        if self.interchange.is_some() {
            return;
        }
        let number = numbers.interchange(self.kind, &of.isa, of.ordinal);
        self.interchange = Some(number);
        self.groups = 0;
        isa(of, number, now, out);
    }

    /// Opens interchange and group in answer to `group`.
    pub(super) fn open_group(
        &mut self,
        of: &Interchange,
        group: &Group,
        now: Moment,
        numbers: &mut dyn ControlNumbers,
        out: &mut Vec<u8>,
    ) {
        if self.group.is_some() {
            return;
        }
        self.open(of, now, numbers, out);
        self.groups += 1;
        self.sets = 0;
        let number = numbers.group(self.kind, self.interchange.unwrap_or(0), self.groups);
        self.group = Some(number);
        let (code, version) = self.kind.group();
        let [_, sender, receiver, ..] = &group.header;
        Pen::new(out, of.style)
            .segment("GS")
            .text(code)
            .required(&[receiver, of.isa.element(8), UNKNOWN], 2, 15)
            .required(&[sender, of.isa.element(6), UNKNOWN], 2, 15)
            .text(&now.day())
            .text(&now.time())
            .number(u64::from(number))
            .text("X")
            .text(version)
            .end();
    }

    /// Begins a set.
    pub(super) fn open_set(&mut self, style: Style, out: &mut Vec<u8>) {
        self.sets += 1;
        self.segments = 1;
        let (_, version) = self.kind.group();
        let number = format!("{:04}", self.sets);
        Pen::new(out, style).segment("ST").text(self.kind.set()).text(&number).text(version).end();
    }

    /// Ends the set.
    pub(super) fn close_set(&mut self, style: Style, out: &mut Vec<u8>) {
        let number = format!("{:04}", self.sets);
        Pen::new(out, style).segment("SE").number(self.segments + 1).text(&number).end();
    }

    /// Ends the group, if one is open.
    pub(super) fn close_group(&mut self, style: Style, out: &mut Vec<u8>) {
        if let Some(number) = self.group.take() {
            Pen::new(out, style).segment("GE").number(self.sets).number(u64::from(number)).end();
        }
    }

    /// Ends the interchange, if one is open.
    pub(super) fn close(&mut self, style: Style, out: &mut Vec<u8>) {
        if let Some(number) = self.interchange.take() {
            Pen::new(out, style).segment("IEA").number(self.groups).text(&format!("{number:09}")).end();
        }
    }
}

/// The ISA that answers an interchange: sender and receiver swapped, the usage indicator the same.
fn isa(of: &Interchange, number: u32, now: Moment, out: &mut Vec<u8>) {
    let Interchange { isa, style, .. } = of;
    let padded = |text: &[u8], width: usize| {
        let mut text = style.clean(text, width);
        text.resize(width, b' ');
        text
    };
    let separators = style.separators;
    let blank = padded(b"", 10);
    let (day, time, number) = (now.short_day(), now.time(), format!("{number:09}"));
    let elements: [&[u8]; 16] = [
        b"00",
        &blank,
        b"00",
        &blank,
        &padded(isa.element(7), 2),
        &padded(isa.element(8), 15),
        &padded(isa.element(5), 2),
        &padded(isa.element(6), 15),
        day.as_bytes(),
        time.as_bytes(),
        &[separators.repetition.unwrap_or(b'^')],
        b"00501",
        number.as_bytes(),
        b"0",
        if isa.is_test() { b"T" } else { b"P" },
        &[separators.component],
    ];
    out.extend_from_slice(b"ISA");
    for element in elements {
        out.push(separators.element);
        out.extend_from_slice(element);
    }
    // the terminator with the line style, as behind every segment
    let mut end = Vec::new();
    Pen::new(&mut end, *style).segment("").end();
    out.extend_from_slice(&end);
}
