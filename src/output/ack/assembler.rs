//! Puts sheets together, in the order of the input.

use std::io;
use std::path::PathBuf;

use crate::finding::Total;

use super::Kind;
use super::numbers::{ControlNumbers, Moment};
use super::pen::Pen;
use super::sheet::{Group, Interchange, Piece, Set, Sheet, Step, Tree};
use super::spill::Spill;
use super::transmission::Transmission;

/// Takes finished bytes of one kind.
pub type Taker<'t> = &'t mut dyn FnMut(Kind, &[u8]) -> io::Result<()>;

/// How many levels an answer can have below its own.
const DEPTH: usize = 5;

/// Puts sheets together. Memory is bounded: what must wait goes to a file once it is much.
#[derive(Debug)]
pub struct Assembler {
    now: Moment,
    numbers: Box<dyn ControlNumbers>,
    interchange: Option<Box<Interchange>>,
    /// A group in it asks for an answer of any kind.
    is_answerable: bool,
    group: Option<OpenGroup>,
    set: Option<OpenSet>,
    implementation: Transmission,
    claims: Transmission,
    review: Transmission,
    detail: Spill,
    provider: Spill,
    scratch: Vec<u8>,
}

/// What was made of a group so far.
#[derive(Debug)]
struct OpenGroup {
    head: Box<Group>,
    /// Offset of the last set that was counted.
    last: Option<u64>,
    sets: u64,
    /// Sets that are accepted, with errors, and rejected.
    clean: u64,
    flawed: u64,
    rejected: u64,
}

/// What was made of a set so far.
#[derive(Debug)]
struct OpenSet {
    rejected: bool,
    codes: Vec<&'static str>,
    standard: bool,
    guide: bool,
    tree: Tree,
    /// NM1 of source and submitter.
    names: [Vec<u8>; 2],
    /// The open levels of the answer: key and HL01.
    levels: [Option<(u64, u64)>; DEPTH],
    /// HL segments so far.
    hls: u64,
    /// Segments in waiting.
    segments: u64,
    /// NM1 of the open provider.
    provider: Vec<u8>,
    own: Sums,
    providers: Sums,
}

/// How many claims, and how much, were accepted and rejected.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    counts: [u64; 2],
    charges: [Total; 2],
}

impl Sums {
    fn all(&self) -> Total {
        let [mut all, rejected] = self.charges;
        all.merge(rejected);
        all
    }

    /// QTY and AMT, with the qualifiers of accepted and rejected counts.
    fn write(&self, pen: &mut Pen<'_>, qualifiers: [&str; 2]) {
        for (qualifier, count) in qualifiers.into_iter().zip(self.counts) {
            if count > 0 {
                pen.segment("QTY").text(qualifier).number(count).end();
            }
        }
        for ((qualifier, count), charge) in ["YU", "YY"].into_iter().zip(self.counts).zip(self.charges) {
            if count > 0 {
                pen.segment("AMT").text(qualifier).amount(charge).end();
            }
        }
    }
}

impl Assembler {
    /// An assembler for one input; what must wait and is much waits in `dir`.
    pub fn new(now: Moment, numbers: Box<dyn ControlNumbers>, dir: PathBuf) -> Assembler {
        Assembler {
            now,
            numbers,
            interchange: None,
            is_answerable: false,
            group: None,
            set: None,
            implementation: Transmission::new(Kind::Implementation),
            claims: Transmission::new(Kind::Claims),
            review: Transmission::new(Kind::Review),
            detail: Spill::new(dir.clone()),
            provider: Spill::new(dir),
            scratch: Vec::new(),
        }
    }

    /// Takes the sheet of the next unit; finished bytes go to `out`.
    pub fn take(&mut self, sheet: &Sheet, out: Taker<'_>) -> io::Result<()> {
        for step in &sheet.steps {
            self.step(sheet, step, out)?;
        }
        Ok(())
    }

    fn step(&mut self, sheet: &Sheet, step: &Step, out: Taker<'_>) -> io::Result<()> {
        match step {
            Step::Interchange(head) => {
                if self.interchange.as_ref().is_none_or(|open| open.offset != head.offset) {
                    self.end_interchange(out)?;
                    self.interchange = Some(head.clone());
                    self.is_answerable = false;
                }
            }
            Step::Refused(head) => {
                self.end_interchange(out)?;
                return self.ta1(head, out);
            }
            Step::Aside(is_answer) => {
                self.end_group(None, out)?;
                self.is_answerable |= !is_answer;
            }
            Step::Group(head) => {
                if self.group.as_ref().is_none_or(|open| open.head.offset != head.offset) {
                    self.end_group(None, out)?;
                    self.begin_group(head, out)?;
                }
            }
            Step::Set(set) => {
                if self.group.as_ref().is_none_or(|group| group.last != Some(set.offset)) {
                    self.end_set(out)?;
                    self.begin_set(sheet, set, out)?;
                }
            }
            Step::Errors { piece, standard, guide } => {
                if let Some(set) = &mut self.set {
                    set.standard |= standard;
                    set.guide |= guide;
                    self.implementation.segments += piece.segments;
                    out(Kind::Implementation, sheet.bytes(*piece))?;
                }
            }
            Step::Level { depth, key, code, piece } => {
                self.level(sheet, (*depth, *key), code, *piece, out)?;
            }
            Step::Claim { piece, accepted, charge } => {
                if let Some(set) = &mut self.set {
                    let at = usize::from(!accepted);
                    for sums in [&mut set.own, &mut set.providers] {
                        sums.counts[at] += 1;
                        sums.charges[at].add(*charge);
                    }
                    set.segments += piece.segments;
                    self.provider.append(sheet.bytes(*piece))?;
                }
            }
            Step::Event(piece) => {
                self.level(sheet, (DEPTH - 1, u64::MAX), "EV", *piece, out)?;
                self.end_review(out)?;
            }
            Step::EndSet => self.end_set(out)?,
            Step::EndGroup(included) => self.end_group(*included, out)?,
            Step::EndInterchange => self.end_interchange(out)?,
        }
        Ok(())
    }

    fn begin_group(&mut self, head: &Group, out: Taker<'_>) -> io::Result<()> {
        let open =
            OpenGroup { head: Box::new(head.clone()), last: None, sets: 0, clean: 0, flawed: 0, rejected: 0 };
        self.is_answerable |= !head.is_answer;
        if let Some(of) = self.interchange.as_ref().filter(|_| !head.is_answer) {
            let bytes = &mut self.scratch;
            bytes.clear();
            self.implementation.open_group(of, head, self.now, &mut *self.numbers, bytes);
            self.implementation.open_set(of.style, bytes);
            let [code, _, _, control, version] = &head.header;
            let mut pen = Pen::new(bytes, of.style);
            pen.segment("AK1").echo(code).echo(control).echo(version).end();
            self.implementation.segments += 1;
            out(Kind::Implementation, bytes)?;
        }
        self.group = Some(open);
        Ok(())
    }

    fn begin_set(&mut self, sheet: &Sheet, set: &Set, out: Taker<'_>) -> io::Result<()> {
        let Some(group) = &mut self.group else { return Ok(()) };
        group.last = Some(set.offset);
        group.sets += 1;
        if group.head.is_answer {
            return Ok(());
        }
        if group.head.rejected {
            // AK9 says it of all its sets
            group.rejected += 1;
            return Ok(());
        }
        self.implementation.segments += set.header.segments;
        out(Kind::Implementation, sheet.bytes(set.header))?;
        let names = match &set.tree {
            Tree::Claims { source, submitter, .. } => {
                [*source, *submitter].map(|piece| sheet.bytes(piece).to_vec())
            }
            _ => Default::default(),
        };
        self.set = Some(OpenSet {
            rejected: set.rejected,
            codes: set.codes.clone(),
            standard: false,
            guide: false,
            tree: if set.rejected { Tree::None } else { set.tree.clone() },
            names,
            levels: [None; DEPTH],
            hls: 0,
            segments: 0,
            provider: Vec::new(),
            own: Sums::default(),
            providers: Sums::default(),
        });
        Ok(())
    }

    /// Opens a level of the answer, unless it is open.
    fn level(
        &mut self,
        sheet: &Sheet,
        (depth, key): (usize, u64),
        code: &str,
        piece: Piece,
        out: Taker<'_>,
    ) -> io::Result<()> {
        let Some(set) = &mut self.set else { return Ok(()) };
        let is_open = set.levels.get(depth).is_some_and(|level| level.is_some_and(|(open, _)| open == key));
        if is_open {
            return Ok(());
        }
        match &set.tree {
            Tree::None => return Ok(()),
            Tree::Claims { .. } if depth == 0 => self.end_provider()?,
            Tree::Reviews { .. } if depth == 0 => self.begin_review(out)?,
            Tree::Claims { .. } | Tree::Reviews { .. } => {}
        }
        let (Some(set), Some(of)) = (&mut self.set, &self.interchange) else { return Ok(()) };
        let is_claims = matches!(set.tree, Tree::Claims { .. });
        if is_claims && set.hls == 0 {
            // those of source and submitter
            set.hls = 2;
        }
        set.hls += 1;
        let hl = set.hls;
        let above = set.levels.get(..depth).unwrap_or(&[]).iter().rev().flatten().next();
        let parent = above.map_or(if is_claims { 2 } else { 0 }, |(_, hl)| *hl);
        for level in set.levels.iter_mut().skip(depth) {
            *level = None;
        }
        if let Some(level) = set.levels.get_mut(depth) {
            *level = Some((key, hl));
        }
        let bytes = &mut self.scratch;
        bytes.clear();
        let mut pen = Pen::new(bytes, of.style);
        let line = pen.segment("HL").number(hl);
        let line = if parent > 0 { line.number(parent) } else { line.skip() };
        let line = line.text(code);
        match code {
            "PT" => line.end(),
            "EV" => line.text("0").end(),
            _ => line.text("1").end(),
        }
        bytes.extend_from_slice(sheet.bytes(piece));
        match (is_claims, depth) {
            (false, _) => {
                self.review.segments += 1 + piece.segments;
                out(Kind::Review, bytes)
            }
            (true, 0) => {
                set.segments += 1 + piece.segments;
                set.provider.clone_from(bytes);
                Ok(())
            }
            (true, _) => {
                set.segments += 1 + piece.segments;
                self.provider.append(bytes)
            }
        }
    }

    /// Begins the response to a request. Each has a set of its own: the guide has one patient in a set.
    fn begin_review(&mut self, out: Taker<'_>) -> io::Result<()> {
        let (Some(of), Some(group), Some(set)) = (&self.interchange, &self.group, &mut self.set) else {
            return Ok(());
        };
        let Tree::Reviews { reference } = &set.tree else { return Ok(()) };
        (set.levels, set.hls) = ([None; DEPTH], 0);
        let bytes = &mut self.scratch;
        bytes.clear();
        self.review.open_group(of, &group.head, self.now, &mut *self.numbers, bytes);
        self.review.open_set(of.style, bytes);
        self.review.segments += 1;
        let mut pen = Pen::new(bytes, of.style);
        let line = pen.segment("BHT").text("0007").text("11").required(&[reference, b"0"], 1, 50);
        line.text(&self.now.day()).text(&self.now.time()).text("18").end();
        out(Kind::Review, bytes)
    }

    fn end_review(&mut self, out: Taker<'_>) -> io::Result<()> {
        let (Some(of), Some(set)) = (&self.interchange, &mut self.set) else { return Ok(()) };
        if set.hls == 0 {
            return Ok(());
        }
        (set.levels, set.hls) = ([None; DEPTH], 0);
        let bytes = &mut self.scratch;
        bytes.clear();
        self.review.close_set(of.style, bytes);
        out(Kind::Review, bytes)
    }

    /// Puts the totals of the open provider before its claims.
    fn end_provider(&mut self) -> io::Result<()> {
        let (Some(set), Some(of)) = (&mut self.set, &self.interchange) else { return Ok(()) };
        if set.provider.is_empty() {
            return Ok(());
        }
        let Tree::Claims { received, .. } = &set.tree else { return Ok(()) };
        let sums = std::mem::take(&mut set.providers);
        self.detail.append(&set.provider)?;
        set.provider.clear();
        let bytes = &mut self.scratch;
        bytes.clear();
        let mut pen = Pen::new(bytes, of.style);
        pen.segment("TRN").text("1").text("0").end();
        let line = pen.segment("STC").codes(received);
        line.skip().text("WQ").amount(sums.all()).end();
        sums.write(&mut pen, ["QA", "QC"]);
        set.segments += pen.segments;
        self.detail.append(bytes)?;
        let detail = &mut self.detail;
        self.provider.drain(|bytes| detail.append(bytes))
    }

    /// Writes the 277CA of the open set.
    fn end_claims(&mut self, out: Taker<'_>) -> io::Result<()> {
        self.end_provider()?;
        let (Some(of), Some(group), Some(set)) = (&self.interchange, &self.group, &self.set) else {
            return Ok(());
        };
        let Tree::Claims { reference, receipt, received, .. } = &set.tree else { return Ok(()) };
        if set.hls == 0 {
            // a set without claims has none to acknowledge
            return Ok(());
        }
        let (day, bytes) = (self.now.day(), &mut self.scratch);
        bytes.clear();
        self.claims.open_group(of, &group.head, self.now, &mut *self.numbers, bytes);
        self.claims.open_set(of.style, bytes);
        let mut pen = Pen::new(bytes, of.style);
        let line = pen.segment("BHT").text("0085").text("08").text(&self.claims.reference());
        line.text(&day).text(&self.now.time()).text("TH").end();
        pen.segment("HL").text("1").skip().text("20").text("1").end();
        let before = pen.segments;
        bytes.extend_from_slice(&set.names[0]);
        let mut pen = Pen::new(bytes, of.style);
        pen.segment("TRN").text("1").data(receipt, 50).end();
        pen.segment("DTP").text("050").text("D8").text(&day).end();
        pen.segment("DTP").text("009").text("D8").text(&day).end();
        pen.segment("HL").text("2").text("1").text("21").text("1").end();
        let before = before + pen.segments;
        bytes.extend_from_slice(&set.names[1]);
        let mut pen = Pen::new(bytes, of.style);
        pen.segment("TRN").text("2").required(&[reference, b"0"], 1, 50).end();
        let line = pen.segment("STC").codes(received);
        line.text(&day).text("WQ").amount(set.own.all()).end();
        set.own.write(&mut pen, ["90", "AA"]);
        // both names are one segment
        self.claims.segments += before + pen.segments + 2 + set.segments;
        out(Kind::Claims, bytes)?;
        self.detail.drain(|bytes| out(Kind::Claims, bytes))?;
        bytes.clear();
        self.claims.close_set(of.style, bytes);
        out(Kind::Claims, bytes)
    }

    fn end_set(&mut self, out: Taker<'_>) -> io::Result<()> {
        if self.set.is_none() {
            return Ok(());
        }
        self.end_claims(out)?;
        let (Some(of), Some(group), Some(set)) = (&self.interchange, &mut self.group, self.set.take()) else {
            return Ok(());
        };
        let bytes = &mut self.scratch;
        bytes.clear();
        let mut codes = set.codes;
        for (there, code) in [(set.standard, "5"), (set.guide, "I5")] {
            if there && !codes.contains(&code) {
                codes.push(code);
            }
        }
        if set.rejected && codes.is_empty() {
            // one of its records was at fault beyond what an IK3 can tell
            codes.push("5");
        }
        let (verdict, count) = if set.rejected {
            ("R", &mut group.rejected)
        } else if set.standard || set.guide {
            ("E", &mut group.flawed)
        } else {
            ("A", &mut group.clean)
        };
        *count += 1;
        let mut pen = Pen::new(bytes, of.style);
        let line = pen.segment("IK5").text(verdict);
        codes.iter().take(5).fold(line, |line, code| line.text(code)).end();
        self.implementation.segments += 1;
        out(Kind::Implementation, bytes)
    }

    /// Ends the group; `included` is what GE01 says.
    fn end_group(&mut self, included: Option<u64>, out: Taker<'_>) -> io::Result<()> {
        self.end_set(out)?;
        let (Some(of), Some(group)) = (&self.interchange, self.group.take()) else { return Ok(()) };
        let OpenGroup { head, sets, clean, flawed, rejected, .. } = group;
        if head.is_answer {
            return Ok(());
        }
        let accepted = clean + flawed;
        let verdict = match (rejected, accepted) {
            _ if head.rejected => "R",
            (0, _) => {
                if flawed > 0 {
                    "E"
                } else {
                    "A"
                }
            }
            (_, 0) => "R",
            _ => "P",
        };
        let bytes = &mut self.scratch;
        bytes.clear();
        let mut pen = Pen::new(bytes, of.style);
        let line = pen.segment("AK9").text(verdict).number(included.unwrap_or(sets)).number(sets);
        let line = line.number(if head.rejected { 0 } else { accepted });
        head.codes.iter().take(5).fold(line, |line, code| line.text(code)).end();
        self.implementation.segments += 1;
        self.implementation.close_set(of.style, bytes);
        self.implementation.close_group(of.style, bytes);
        out(Kind::Implementation, bytes)?;
        for transmission in [&mut self.claims, &mut self.review] {
            bytes.clear();
            transmission.close_group(of.style, bytes);
            if !bytes.is_empty() {
                out(transmission.kind, bytes)?;
            }
        }
        Ok(())
    }

    fn end_interchange(&mut self, out: Taker<'_>) -> io::Result<()> {
        self.end_group(None, out)?;
        let Some(of) = self.interchange.take() else { return Ok(()) };
        let bytes = &mut self.scratch;
        for transmission in [&mut self.implementation, &mut self.claims, &mut self.review] {
            bytes.clear();
            transmission.close(of.style, bytes);
            if !bytes.is_empty() {
                out(transmission.kind, bytes)?;
            }
        }
        if self.is_answerable && of.isa.wants_ta1() {
            self.ta1(&of, out)?;
        }
        Ok(())
    }

    fn ta1(&mut self, of: &Interchange, out: Taker<'_>) -> io::Result<()> {
        let bytes = &mut self.scratch;
        bytes.clear();
        let mut transmission = Transmission::new(Kind::Interchange);
        transmission.open(of, self.now, &mut *self.numbers, bytes);
        let isa = &of.isa;
        Pen::new(bytes, of.style)
            .segment("TA1")
            .data(isa.control(), 9)
            .required(&[isa.element(9), self.now.short_day().as_bytes()], 6, 6)
            .required(&[isa.element(10), self.now.time().as_bytes()], 4, 4)
            .text(of.note.code.encode_utf8(&mut [0; 4]))
            .text(of.note.note)
            .end();
        transmission.close(of.style, bytes);
        out(Kind::Interchange, bytes)
    }
}
