//! What the survey does with the segments of envelopes.

use crate::finding::{Code, RuleId, Total};
use crate::x12::grammar::{whole, without_breaks};
use crate::x12::separators::Classes;
use crate::x12::{Isa, Shape};

use super::group_elements::{odd_in_ge, odd_in_gs};
use super::isa_elements::odd_in_isa;
use super::scan::Surveyor;
use super::{Counters, EarlySet, EnvelopeFault, InterchangeNote, SetAside, Short};

#[derive(Debug)]
pub(super) struct Interchange {
    pub(super) isa: Isa,
    pub(super) classes: Classes,
    pub(super) start: u64,
    pub(super) note: InterchangeNote,
    pub(super) groups: u64,
    pub(super) group: Option<Group>,
    pub(super) set: Option<Set>,
    /// In a segment over the limit: skip to its end.
    pub(super) flooded: bool,
    pub(super) stray: bool,
    pub(super) item: Item,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) ordinal: u64,
    pub(super) offset: u64,
    pub(super) aside: bool,
    /// GS01.
    pub(super) kind: Short,
    pub(super) control: Short,
    pub(super) sets: u64,
    /// GS02.
    pub(super) sender: Short,
    /// GS08.
    pub(super) version: Short,
    /// A set of another kind stands in it.
    pub(super) misfit: bool,
}

#[derive(Debug)]
pub(super) struct Set {
    pub(super) ordinal: u64,
    pub(super) control: Short,
    pub(super) segments: u32,
    pub(super) shape: Option<&'static Shape>,
    pub(super) answer: bool,
    pub(super) early: Option<usize>,
    /// A fault of numbers or parents was noted.
    pub(super) misnumbered: bool,
    /// A fault of the hierarchy itself was noted.
    pub(super) broken: bool,
    /// Levels and records of the file before it.
    pub(super) levels_before: u64,
    pub(super) records_before: u64,
}

/// What is being measured against the record limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) start: u64,
    pub(super) record: Option<u64>,
}

/// One segment at hand.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// Without line breaks.
    pub(super) text: &'a [u8],
    /// As it stands in the input.
    pub(super) raw: &'a [u8],
    pub(super) offset: u64,
    /// Offset past its terminator.
    pub(super) end: u64,
}

impl At<'_> {
    /// Offset of element `n`; the segment's end where it has no such element.
    pub(super) fn element(&self, n: usize, separator: u8) -> u64 {
        let mut separators = memchr::memchr_iter(separator, self.raw);
        let before = separators.nth(n.saturating_sub(1));
        self.offset + before.map_or(self.raw.len(), |at| at + 1) as u64
    }
}

/// For the first letter of a segment id (its low five bits) the second letters (a bit each, by theirs) with which the survey
/// may do more than count a segment of an open set.
const ACTED_ON: [u32; 32] = {
    let mut table = [0; 32];
    let ids = [b"CL", b"HL", b"ST", b"SE", b"BH", b"GS", b"GE", b"IS", b"IE"];
    let mut n = 0;
    while n < ids.len() {
        let [first, second] = *ids[n];
        table[(first & 31) as usize] |= 1 << (second & 31);
        n += 1;
    }
    table
};

/// Whether the survey may do more than count a segment of an open set that begins with these bytes.
#[inline]
pub(super) fn may_be_acted_on(head: [u8; 4]) -> bool {
    const LOW: u32 = 0x0101_0101;
    const HIGH: u32 = 0x8080_8080;
    let word = u32::from_le_bytes(head);
    // a high bit where a byte is a control character, and perhaps above such a byte: a wrapped file may break even an id
    let control = word.wrapping_sub(LOW * 0x20) & !word & HIGH;
    let named = ACTED_ON[usize::from(head[0] & 31)] >> (head[1] & 31) & 1;
    named | control != 0
}

impl Surveyor {
    /// Begins an interchange; `raw` are the bytes from its ISA on.
    pub(super) fn open_interchange(&mut self, isa: Isa, raw: &[u8], start: u64) -> Box<Interchange> {
        let ordinal = self.counters.interchanges;
        self.counters.interchanges += 1;
        self.survey.interchanges += 1;
        self.survey.segments += 1;
        self.group_numbers.clear();
        self.survey.test |= isa.is_test();
        let faults = odd_in_isa(&isa, raw, start, ordinal, self.survey.senders.repeats(ordinal, &isa));
        Box::new(Interchange {
            isa,
            classes: isa.separators.classes(),
            start,
            note: InterchangeNote {
                ordinal,
                isa: Some(isa),
                faults,
                records: 0,
                answers: 0,
                charges: Total::default(),
                counted: Counters::default(),
            },
            groups: 0,
            group: None,
            set: None,
            flooded: false,
            stray: false,
            item: Item { start, record: None },
        })
    }

    /// Takes one segment of an interchange that is neither ISA nor IEA.
    pub(super) fn segment(&mut self, x: &mut Interchange, here: At<'_>) {
        self.survey.segments += 1;
        if let Some(set) = &mut x.set {
            set.segments += 1;
        }
        let text = here.text;
        let mut head = [0; 4];
        head.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        let acted_on = x.set.is_none() || may_be_acted_on(head);
        if acted_on {
            match without_breaks(text) {
                Some(joined) => self.named(x, At { text: &joined, ..here }),
                None => self.named(x, here),
            }
        }
    }

    /// Takes a segment that may be one that the survey acts on.
    fn named(&mut self, x: &mut Interchange, here: At<'_>) {
        let element = x.isa.separators.element;
        let id = here.text.split(|b| *b == element).next().unwrap_or(&[]);
        if x.group.as_ref().is_some_and(|group| group.aside) && !matches!(id, b"GS" | b"GE") {
            match id {
                b"ST" => self.set_in_aside_group(x, here),
                _ if self.shapes.begins_record(id) => self.record_in_aside_group(x, here),
                _ => {}
            }
            return;
        }
        match id {
            b"GS" => self.open_group(x, here),
            b"GE" => self.close_group(x, here),
            b"ST" => self.open_set(x, here),
            b"SE" => self.close_set(x, here),
            b"HL" => self.level(x, here),
            b"BHT" => {
                // elsewhere it says nothing
                if let Some(set) = x.set.as_mut().filter(|set| set.segments == 2) {
                    let [purpose] = elements(here.text, element, [2]);
                    set.answer = set.shape.is_some_and(|shape| shape.is_answer(purpose));
                    self.levels.answers = set.answer;
                }
            }
            b"TA1" | b"ISB" | b"ISE" | b"TA3" if x.group.is_none() => {}
            _ => {
                let begins_record = self.shapes.begins_record(id);
                if x.set.is_none() {
                    stray(x, here);
                }
                if begins_record {
                    self.claim(x, here);
                }
            }
        }
    }

    fn open_group(&mut self, x: &mut Interchange, here: At<'_>) {
        self.cut_set_short(x, here);
        self.end_group_without_ge(x, here.offset);
        let [kind, sender, control, version] = elements(here.text, x.isa.separators.element, [1, 2, 6, 8]);
        let aside = !self.shapes.knows_group(kind);
        let ordinal = self.counters.groups;
        self.counters.groups += 1;
        x.groups += 1;
        if aside {
            self.survey.set_aside.push(SetAside {
                group: ordinal,
                offset: here.offset,
                kind: Short::new(kind),
                control: Short::new(control),
                interchange: Short::new(x.isa.control()),
            });
        } else {
            self.survey.groups += 1;
        }
        self.numbers.clear();
        if !self.group_numbers.insert(control) && !aside {
            self.survey.group_faults.push(EnvelopeFault {
                offset: here.element(6, x.isa.separators.element),
                segment_id: Code::new(b"GS"),
                element: 6,
                found: Short::new(control),
                ..fault_of(RuleId::GRP106, ordinal)
            });
        }
        if !aside {
            odd_in_gs(here, x.isa.separators.element, ordinal, |odd| self.survey.group_faults.push(odd));
        }
        x.group = Some(Group {
            ordinal,
            offset: here.offset,
            aside,
            kind: Short::new(kind),
            control: Short::new(control),
            sender: Short::new(sender),
            version: Short::new(version),
            sets: 0,
            misfit: false,
        });
    }

    /// A set in a group that was to be set aside: if it is one of ours, the group's kind is wrong, and its records must not
    /// be passed over.
    fn set_in_aside_group(&mut self, x: &mut Interchange, here: At<'_>) {
        self.survey.shape = self.survey.shape.with(None);
        let Some(group) = &mut x.group else { return };
        let [kind] = elements(here.text, x.isa.separators.element, [1]);
        if self.shapes.of_set(kind).is_none() {
            group.sets += 1;
            return;
        }
        group.aside = false;
        self.survey.set_aside.pop();
        self.survey.groups += 1;
        self.survey.sets += group.sets;
        self.counters.sets += group.sets;
        self.open_set(x, here);
    }

    fn close_group(&mut self, x: &mut Interchange, here: At<'_>) {
        self.cut_set_short(x, here);
        let Some(group) = x.group.take() else {
            return stray(x, here);
        };
        if group.aside {
            return;
        }
        let separator = x.isa.separators.element;
        let [count, control] = elements(here.text, separator, [1, 2]);
        let base = EnvelopeFault {
            offset: here.element(1, separator),
            segment_id: Code::new(b"GE"),
            ..fault_of(RuleId::GRP103, group.ordinal)
        };
        if group.sets == 0 {
            self.survey.group_faults.push(EnvelopeFault {
                offset: here.offset,
                segment_id: Code::new(b"ST"),
                ..fault_of(RuleId::GRP107, group.ordinal)
            });
        }
        if control != group.control.bytes() {
            let (found, expected) = (Short::new(control), group.control);
            self.survey.group_faults.push(EnvelopeFault {
                rule: RuleId::GRP102,
                offset: here.element(2, separator),
                element: 2,
                found,
                expected,
                ..base
            });
        }
        if whole(count) != Some(group.sets) {
            let (found, expected) = (Short::new(count), Short::number(group.sets));
            self.survey.group_faults.push(EnvelopeFault { element: 1, found, expected, ..base });
        }
        odd_in_ge(here, separator, group.ordinal, |odd| self.survey.group_faults.push(odd));
    }

    fn end_group_without_ge(&mut self, x: &mut Interchange, offset: u64) {
        let Some(group) = x.group.take().filter(|group| !group.aside) else { return };
        self.survey.group_faults.push(EnvelopeFault {
            offset: group.offset.max(offset),
            segment_id: Code::new(b"GE"),
            expected: group.control,
            ..fault_of(RuleId::GRP101, group.ordinal)
        });
    }

    fn open_set(&mut self, x: &mut Interchange, here: At<'_>) {
        self.cut_set_short(x, here);
        let Some(group) = &mut x.group else {
            return stray(x, here);
        };
        let separator = x.isa.separators.element;
        let [kind, control] = elements(here.text, separator, [1, 2]);
        let ordinal = self.counters.sets;
        self.counters.sets += 1;
        self.survey.sets += 1;
        group.sets += 1;
        let shape = self.shapes.of_set_in(kind, group.kind.bytes());
        self.survey.shape = self.survey.shape.with(shape);
        let fits = self.shapes.of_set(kind).is_some_and(|shape| shape.group == group.kind.bytes());
        if !fits && !group.misfit {
            group.misfit = true;
            self.survey.group_faults.push(EnvelopeFault {
                offset: here.element(1, separator),
                position: 1,
                segment_id: Code::new(b"ST"),
                element: 1,
                found: Short::new(kind),
                expected: group.kind,
                ..fault_of(RuleId::GRP105, group.ordinal)
            });
        }
        if !self.numbers.insert(control) {
            self.survey.set_faults.push(EnvelopeFault {
                offset: here.element(2, separator),
                position: 1,
                segment_id: Code::new(b"ST"),
                element: 2,
                found: Short::new(control),
                ..fault_of(RuleId::SET104, ordinal)
            });
        }
        let early = shape.filter(|shape| !shape.answers.is_empty()).map(|_| {
            self.survey.early.push(EarlySet {
                interchange: x.note.ordinal,
                group: group.ordinal,
                set: ordinal,
                isa_at: x.start,
                start: here.offset,
                end: here.end,
                kind: group.kind,
                sender: group.sender,
                version: group.version,
            });
            self.survey.early.len() - 1
        });
        self.levels.begin_set();
        x.item = Item { start: here.offset, record: None };
        x.set = Some(Set {
            ordinal,
            control: Short::new(control),
            segments: 1,
            shape,
            answer: false,
            early,
            misnumbered: false,
            broken: false,
            levels_before: self.counters.levels,
            records_before: self.survey.records + self.survey.answers,
        });
    }

    fn close_set(&mut self, x: &mut Interchange, here: At<'_>) {
        let Some(set) = self.end_set(x, here.offset, here.end) else {
            return stray(x, here);
        };
        self.check_content(&set, here.offset, set.segments);
        let separator = x.isa.separators.element;
        let [count, control] = elements(here.text, separator, [1, 2]);
        let base = EnvelopeFault {
            offset: here.element(1, separator),
            position: set.segments,
            segment_id: Code::new(b"SE"),
            ..fault_of(RuleId::SET103, set.ordinal)
        };
        if control != set.control.bytes() {
            let (found, expected) = (Short::new(control), set.control);
            self.survey.set_faults.push(EnvelopeFault {
                rule: RuleId::SET102,
                offset: here.element(2, separator),
                element: 2,
                found,
                expected,
                ..base
            });
        }
        if whole(count) != Some(u64::from(set.segments)) {
            let (found, expected) = (Short::new(count), Short::number(u64::from(set.segments)));
            self.survey.set_faults.push(EnvelopeFault { element: 1, found, expected, ..base });
        }
    }

    /// A set that ends because the segment at hand, which was counted with it, begins or ends something else.
    fn cut_set_short(&mut self, x: &mut Interchange, here: At<'_>) {
        if let Some(set) = &mut x.set {
            set.segments -= 1;
        }
        self.end_set_without_se(x, here.offset);
    }

    /// A set that ends because something else begins.
    fn end_set_without_se(&mut self, x: &mut Interchange, offset: u64) {
        let Some(set) = self.end_set(x, offset, offset) else { return };
        self.check_content(&set, offset, set.segments + 1);
        self.survey.set_faults.push(EnvelopeFault {
            offset,
            position: set.segments + 1,
            segment_id: Code::new(b"SE"),
            expected: set.control,
            ..fault_of(RuleId::SET101, set.ordinal)
        });
    }

    fn end_set(&mut self, x: &mut Interchange, offset: u64, end: u64) -> Option<Set> {
        let set = x.set.take()?;
        self.end_item(x, offset, None);
        self.levels.end_set(&mut self.survey.levels);
        if let Some(early) = set.early.and_then(|at| self.survey.early.get_mut(at)) {
            early.end = end;
        }
        Some(set)
    }

    pub(super) fn close_interchange(&mut self, mut x: Box<Interchange>, here: At<'_>, end: u64) {
        self.survey.segments += 1;
        self.end_set_without_se(&mut x, here.offset);
        self.end_group_without_ge(&mut x, here.offset);
        let separator = x.isa.separators.element;
        let [count, control] = elements(here.text, separator, [1, 2]);
        let base = EnvelopeFault {
            offset: here.element(1, separator),
            segment_id: Code::new(b"IEA"),
            ..fault_of(RuleId::ENV109, x.note.ordinal)
        };
        if control != x.isa.control() {
            let (found, expected) = (Short::new(control), Short::new(x.isa.control()));
            let offset = here.element(2, separator);
            x.note.faults.push(EnvelopeFault {
                rule: RuleId::ENV103,
                offset,
                element: 2,
                found,
                expected,
                ..base
            });
        }
        if whole(count) != Some(x.groups) {
            let (found, expected) = (Short::new(count), Short::number(x.groups));
            x.note.faults.push(EnvelopeFault { element: 1, found, expected, ..base });
        }
        self.keep(*x, end);
    }

    /// An interchange without IEA: another one begins (`outcome` 0) or the input ends (1).
    pub(super) fn break_off(&mut self, mut x: Box<Interchange>, outcome: u8, end: u64) {
        self.end_set_without_se(&mut x, end);
        self.end_group_without_ge(&mut x, end);
        x.note.faults.push(EnvelopeFault {
            outcome,
            offset: end,
            segment_id: Code::new(b"IEA"),
            expected: Short::new(x.isa.control()),
            ..fault_of(RuleId::ENV102, x.note.ordinal)
        });
        self.keep(*x, end);
    }

    fn keep(&mut self, x: Interchange, end: u64) {
        self.survey.boundaries.push(x.start, end);
        self.survey.real_records |= x.note.records > 0 && !x.isa.is_test();
        if !x.note.faults.is_empty() {
            self.survey.interchange_notes.push(InterchangeNote { counted: self.counters, ..x.note });
        }
    }
}

pub(super) fn fault_of(rule: RuleId, ordinal: u64) -> EnvelopeFault {
    EnvelopeFault {
        rule,
        outcome: 0,
        ordinal,
        offset: 0,
        position: 0,
        segment_id: Code::EMPTY,
        element: 0,
        found: Short::EMPTY,
        expected: Short::EMPTY,
    }
}

/// Notes, once, that something stands where only envelopes may.
pub(super) fn stray(x: &mut Interchange, here: At<'_>) {
    if std::mem::replace(&mut x.stray, true) {
        return;
    }
    let id = here.text.split(|b| *b == x.isa.separators.element).next().unwrap_or(&[]);
    x.note.faults.push(EnvelopeFault {
        offset: here.offset,
        segment_id: Code::exact(id).unwrap_or(Code::EMPTY),
        found: Short::new(id),
        ..fault_of(RuleId::ENV108, x.note.ordinal)
    });
}

/// Whether this is the interchange's IEA, even though no terminator says that it ends here.
pub(super) fn is_whole_iea(x: &Interchange, text: &[u8]) -> bool {
    let [id, control] = elements(text, x.isa.separators.element, [0, 2]);
    id == b"IEA" && control == x.isa.control()
}

/// Elements by number, empty where they are not there.
pub(super) fn elements<const N: usize>(text: &[u8], separator: u8, wanted: [usize; N]) -> [&[u8]; N] {
    let mut found = [&[][..]; N];
    let last = wanted.iter().max().copied().unwrap_or(0);
    for (at, element) in text.split(|b| *b == separator).enumerate().take(last + 1) {
        if let Some(slot) = wanted.iter().position(|n| *n == at) {
            found[slot] = element;
        }
    }
    found
}
