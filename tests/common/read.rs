//! X12 read back: interchanges, segments and records, found with the reference tokeniser and a plain walk over them. Nothing
//! of the pipeline is used.

use claimsieve::x12::{Isa, SegmentTable, Segments, Separators, Tokeniser, grammar};

/// A segment with its place in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Segment {
    /// Id and elements, without line breaks.
    pub(crate) elements: Vec<Vec<u8>>,
    /// Where id and elements begin, in the file.
    pub(crate) starts: Vec<usize>,
    /// With terminator and line style.
    pub(crate) raw: Vec<u8>,
    /// One past its last byte before the terminator, in the file.
    pub(crate) end: usize,
    /// Ordinal in its set, ST being 1; 0 outside.
    pub(crate) position: u32,
}

impl Segment {
    pub(crate) fn id(&self) -> &[u8] {
        &self.elements[0]
    }

    /// Element `n`, empty where it is not there.
    pub(crate) fn element(&self, n: usize) -> &[u8] {
        self.elements.get(n).map_or(&[], Vec::as_slice)
    }

    /// Element `n` as reports write it: bytes that are no UTF-8 as `\xNN`.
    pub(crate) fn text(&self, n: usize) -> String {
        shown(self.element(n))
    }

    pub(crate) fn start(&self) -> usize {
        self.starts[0]
    }

    /// Terminator and line style.
    fn tail(&self) -> &[u8] {
        let length = self.end - self.start();
        &self.raw[length..]
    }

    /// Its bytes; of an HL only what is never written anew.
    fn lasting(&self) -> Vec<u8> {
        if self.id() != b"HL" {
            return self.raw.clone();
        }
        let kept =
            [self.id(), self.element(3)].into_iter().chain(self.elements.iter().skip(5).map(Vec::as_slice));
        let mut bytes = kept.collect::<Vec<_>>().join(&b'*');
        bytes.extend_from_slice(self.tail());
        bytes
    }
}

/// Bytes as reports write them: those that are no UTF-8 as `\xNN`.
fn shown(bytes: &[u8]) -> String {
    bytes.utf8_chunks().fold(String::new(), |text, chunk| {
        let bytes: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")).collect();
        text + chunk.valid() + &bytes
    })
}

/// An interchange with a readable ISA.
#[derive(Clone, Debug)]
pub(crate) struct Interchange {
    pub(crate) start: usize,
    /// Past its IEA and the line style after that, or where the next interchange begins.
    pub(crate) end: usize,
    pub(crate) separators: Separators,
    /// ISA13.
    pub(crate) control: String,
    pub(crate) segments: Vec<Segment>,
}

/// A claim or authorization request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    /// Ordinal in the file, from 1.
    pub(crate) number: u64,
    pub(crate) id: String,
    /// CLM02.
    pub(crate) charge: Vec<u8>,
    /// Where it begins and ends in the file.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// ISA13, GS06, ST02.
    pub(crate) controls: [String; 3],
    /// Which interchange, group, set and levels of the file it stands in: ordinals that tell one from another.
    pub(crate) inside: Vec<usize>,
    /// The bytes of ISA, GS, the set's header and the levels above it, as far as they are never written anew.
    pub(crate) above: Vec<Vec<u8>>,
    /// Its own.
    pub(crate) bytes: Vec<u8>,
}

/// Every interchange of a file; what is between them is passed over.
pub(crate) fn interchanges(bytes: &[u8]) -> Vec<Interchange> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Some(isa) = grammar::isa(&bytes[at..]) else {
            at += 1;
            continue;
        };
        let end = end_of(bytes, at, &isa);
        found.push(read(&bytes[at..end], at, &isa));
        at = end;
    }
    found
}

/// How much line style behind an IEA belongs to its interchange.
const LINE_STYLE: usize = 64;

/// Where an interchange ends that begins at `start`.
fn end_of(bytes: &[u8], start: usize, header: &Isa) -> usize {
    let Separators { element, terminator, .. } = header.separators;
    let classes = header.separators.classes();
    let fields = |text: &[u8]| -> Vec<Vec<u8>> {
        let unbroken: Vec<u8> = text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
        unbroken.split(|byte| *byte == element).map(<[u8]>::to_vec).collect()
    };
    // a header with odd separators may hold its own terminator
    let mut at = start + header.raw_len;
    loop {
        while bytes.get(at).is_some_and(|byte| classes.is_gap(*byte)) {
            at += 1;
        }
        if grammar::isa(&bytes[at..]).is_some() {
            return at;
        }
        let Some(length) = bytes[at..].iter().position(|byte| *byte == terminator) else {
            return bytes.len();
        };
        // a transfer that was cut within a segment, with the next header right behind it
        let glued =
            (length + 1).checked_sub(grammar::ISA_BYTES).filter(|begin| *begin > 0).map(|begin| at + begin);
        if let Some(begin) = glued.filter(|begin| bytes[*begin..].starts_with(b"ISA"))
            && grammar::isa(&bytes[begin..]).is_some()
        {
            let fragment = bytes[at..begin].trim_ascii_end();
            let fields = fields(fragment);
            let is_whole =
                fields[0] == b"IEA" && fields.get(2).is_some_and(|field| field == header.control());
            return if is_whole { at + fragment.len() } else { begin };
        }
        let fields = fields(&bytes[at..at + length]);
        at += length + 1;
        if fields[0] == b"IEA" {
            let is_style = |byte: &&u8| **byte == terminator || matches!(byte, b'\r' | b'\n');
            return at + bytes[at..].iter().take(LINE_STYLE).take_while(is_style).count();
        }
    }
}

fn read(bytes: &[u8], offset: usize, header: &Isa) -> Interchange {
    let separators = header.separators;
    let mut table = SegmentTable::new();
    Tokeniser.read(bytes, &separators, &mut table);
    let mut position = 0;
    let mut segments = Vec::new();
    for at in 0..table.len() as u32 {
        let segment = table.segment(bytes, at);
        let spans: Vec<_> = (0..=segment.elements()).map(|n| segment.span(n)).collect();
        let elements: Vec<Vec<u8>> = spans
            .iter()
            .map(|span| span.of(bytes).iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect())
            .collect();
        match elements[0].as_slice() {
            b"ST" => position = 1,
            b"GS" | b"GE" | b"IEA" => position = 0,
            _ if position > 0 => position += 1,
            _ => {}
        }
        segments.push(Segment {
            position,
            starts: spans.iter().map(|span| offset + span.start as usize).collect(),
            end: offset + segment.end() as usize,
            raw: table.extent(at, at + 1).of(bytes).to_vec(),
            elements,
        });
        if segments[segments.len() - 1].id() == b"SE" {
            position = 0;
        }
    }
    let control = shown(header.control());
    Interchange { start: offset, end: offset + bytes.len(), separators, control, segments }
}

/// The records of all interchanges, answers (278 responses) left out.
pub(crate) fn records(interchanges: &[Interchange]) -> Vec<Record> {
    let mut walk = Walk::default();
    for interchange in interchanges {
        walk.interchange(interchange);
    }
    walk.records
}

/// How many events the answers of a file hold.
pub(crate) fn answers(interchanges: &[Interchange]) -> u64 {
    let mut walk = Walk::default();
    for interchange in interchanges {
        walk.interchange(interchange);
    }
    walk.answers
}

/// Something that stands above records.
#[derive(Clone, Debug)]
struct Above {
    depth: usize,
    /// HL01 of a level; its ordinal in the set where that is no number.
    number: u64,
    ordinal: usize,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Walk {
    records: Vec<Record>,
    answers: u64,
    above: Vec<Above>,
    controls: [String; 3],
    /// How many things were opened.
    opened: usize,
    state: State,
    /// GS01 of the open group, and the kind of the open set.
    group: Option<Vec<u8>>,
    set: Vec<u8>,
    answer: bool,
    /// HL segments of the open set.
    levels: u64,
    /// The open record's id is looked for: not behind its first TRN, nor in its services.
    seeks_id: bool,
}

/// What a segment that begins nothing belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Nothing,
    Above,
    Record,
    Answer,
}

impl Walk {
    fn open(&mut self, depth: usize, bytes: Vec<u8>) {
        self.above.retain(|above| above.depth < depth);
        self.opened += 1;
        self.above.push(Above { depth, number: 0, ordinal: self.opened, bytes });
        self.state = State::Above;
    }

    fn interchange(&mut self, interchange: &Interchange) {
        self.above.clear();
        self.group = None;
        self.set.clear();
        self.answer = false;
        let mut aside = false;
        for segment in &interchange.segments {
            let id = segment.id();
            let begins = segment.start() == interchange.start;
            // a set of ours in a group of another kind is not passed over
            aside &= !(id == b"ST" && matches!(segment.element(1), b"837" | b"278"));
            // nor is a claim
            if aside && !matches!(id, b"GS" | b"GE" | b"IEA" | b"CLM") {
                continue;
            }
            match id {
                // elsewhere it is a segment without meaning
                b"ISA" if begins => {
                    self.controls[0] = segment.text(13);
                    self.open(0, segment.raw.clone());
                    self.state = State::Nothing;
                }
                b"GS" => {
                    self.controls[1] = segment.text(6);
                    self.set.clear();
                    self.answer = false;
                    self.group = Some(segment.element(1).to_vec());
                    aside = !matches!(segment.element(1), b"HC" | b"HI");
                    self.open(1, segment.raw.clone());
                    self.state = State::Nothing;
                }
                b"ST" => {
                    self.controls[2] = segment.text(2);
                    // a wrong ST01 does not make records something else
                    self.set = match (segment.element(1), self.group.as_deref()) {
                        // outside of groups there are no sets
                        (_, None) => Vec::new(),
                        (b"837" | b"278", _) => segment.element(1).to_vec(),
                        (_, Some(b"HI")) => b"278".to_vec(),
                        (_, Some(b"HC")) => b"837".to_vec(),
                        _ => b"none of ours".to_vec(),
                    };
                    self.answer = false;
                    self.levels = 0;
                    self.open(2, segment.raw.clone());
                }
                b"SE" | b"GE" | b"IEA" => {
                    self.set.clear();
                    self.answer = false;
                    if id != b"SE" {
                        self.group = None;
                    }
                    self.state = State::Nothing;
                    aside = false;
                }
                b"HL" if matches!(self.set.as_slice(), b"837" | b"278") => self.level(segment),
                b"CLM" => self.record(segment, segment.text(1), segment.element(2).to_vec()),
                _ => {
                    let purpose = segment.element(2);
                    if id == b"BHT" && segment.position == 2 && purpose == b"11" && self.set == b"278" {
                        self.answer = true;
                    }
                    self.more(segment);
                }
            }
        }
    }

    fn level(&mut self, segment: &Segment) {
        let claims = self.set == b"837";
        self.levels += 1;
        let depth = match segment.element(3) {
            b"20" => 3,
            b"21" if !claims => 4,
            b"22" => 5,
            b"23" => 6,
            b"EV" if !claims => {
                // it stands in the innermost patient or subscriber that it names
                let parent = grammar::whole(segment.element(2));
                let is_named = |above: &&Above| above.depth >= 5 && Some(above.number) == parent;
                if let Some(depth) = self.above.iter().filter(is_named).map(|above| above.depth).max() {
                    self.above.retain(|above| above.depth <= depth);
                }
                return self.record(segment, String::new(), Vec::new());
            }
            _ => return self.more(segment),
        };
        self.open(depth, segment.lasting());
        let number = grammar::whole(segment.element(1)).filter(|_| !segment.element(1).starts_with(b"0"));
        if let Some(above) = self.above.last_mut() {
            above.number = number.unwrap_or(self.levels);
        }
    }

    fn record(&mut self, segment: &Segment, id: String, charge: Vec<u8>) {
        if self.answer && segment.id() == b"HL" {
            self.answers += 1;
            self.state = State::Answer;
            return;
        }
        self.state = State::Record;
        self.seeks_id = segment.id() == b"HL";
        self.records.push(Record {
            number: self.records.len() as u64 + 1,
            id,
            charge,
            start: segment.start(),
            end: segment.end,
            controls: self.controls.clone(),
            inside: self.above.iter().map(|above| above.ordinal).collect(),
            above: self.above.iter().map(|above| above.bytes.clone()).collect(),
            bytes: segment.lasting(),
        });
    }

    /// Takes a segment that belongs to what is open.
    fn more(&mut self, segment: &Segment) {
        match self.state {
            State::Record => {
                if let Some(record) = self.records.last_mut() {
                    if self.seeks_id && segment.id() == b"TRN" {
                        record.id = segment.text(2);
                    }
                    self.seeks_id &= !matches!(segment.id(), b"TRN" | b"HL");
                    record.end = segment.end;
                    record.bytes.extend(segment.lasting());
                }
            }
            State::Above => {
                if let Some(above) = self.above.last_mut() {
                    above.bytes.extend(segment.lasting());
                }
            }
            State::Nothing | State::Answer => {}
        }
    }
}

/// What is wrong with the envelopes, counts and levels of a file that should have none of it wrong.
pub(crate) fn envelope_faults(bytes: &[u8]) -> Vec<String> {
    let mut faults = Vec::new();
    let all = interchanges(bytes);
    let mut at = 0;
    for interchange in &all {
        if interchange.start != at {
            faults.push(format!("bytes outside of interchanges at {at}"));
        }
        at = interchange.end;
        faults.extend(faults_of(interchange));
    }
    if at != bytes.len() {
        faults.push(format!("bytes outside of interchanges at {at}"));
    }
    faults
}

/// A level of a set: HL01, HL03, HL04, and whether one stands below it.
struct Level {
    id: String,
    code: Vec<u8>,
    flag: Vec<u8>,
    has_child: bool,
}

fn faults_of(interchange: &Interchange) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut groups, mut sets) = (0, 0);
    let (mut gs06, mut st02) = (Vec::new(), Vec::new());
    let mut levels: Vec<Level> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut expect = |fine: bool, what: String| {
        if !fine {
            faults.push(what);
        }
    };
    for segment in &interchange.segments {
        let count = |n: usize| segment.text(1) == n.to_string();
        match segment.id() {
            b"ISA" if segment.start() == interchange.start => open.push("IEA"),
            b"GS" => {
                groups += 1;
                sets = 0;
                gs06 = segment.element(6).to_vec();
                open.push("GE");
            }
            b"ST" => {
                sets += 1;
                st02 = segment.element(2).to_vec();
                levels.clear();
                open.push("SE");
            }
            b"SE" => {
                expect(open.pop() == Some("SE"), "an SE too many".to_owned());
                expect(count(segment.position as usize), format!("SE01 {}", segment.text(1)));
                expect(segment.element(2) == st02, format!("SE02 {}", segment.text(2)));
                for level in &levels {
                    let flag = if level.has_child { b"1" } else { b"0" };
                    expect(level.flag == flag, format!("HL04 of level {} in {}", level.id, segment.text(2)));
                }
            }
            b"GE" => {
                expect(open.pop() == Some("GE"), "a GE too many".to_owned());
                expect(count(sets), format!("GE01 {}", segment.text(1)));
                expect(segment.element(2) == gs06, format!("GE02 {}", segment.text(2)));
            }
            b"IEA" => {
                expect(open.pop() == Some("IEA"), "an IEA too many".to_owned());
                expect(count(groups), format!("IEA01 {}", segment.text(1)));
                expect(segment.text(2) == interchange.control, format!("IEA02 {}", segment.text(2)));
            }
            b"HL" => {
                let (id, parent, code) = (segment.text(1), segment.text(2), segment.element(3).to_vec());
                expect(id == (levels.len() + 1).to_string(), format!("HL01 {id}"));
                let above = parents(&code);
                match levels.iter_mut().rev().find(|level| level.id == parent) {
                    Some(level) => {
                        expect(above.contains(&level.code.as_slice()), format!("HL02 {parent} of {id}"));
                        level.has_child = true;
                    }
                    None => expect(above.is_empty() && parent.is_empty(), format!("HL02 {parent} of {id}")),
                }
                levels.push(Level { id, code, flag: segment.element(4).to_vec(), has_child: false });
            }
            _ => {}
        }
    }
    expect(open.is_empty(), format!("{} segments are missing", open.len()));
    faults
}

fn parents(code: &[u8]) -> &'static [&'static [u8]] {
    match code {
        b"21" => &[b"20"],
        b"22" => &[b"20", b"21"],
        b"23" => &[b"22"],
        b"EV" => &[b"22", b"23"],
        b"SS" => &[b"EV"],
        _ => &[],
    }
}
