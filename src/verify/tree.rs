//! What each segment of an interchange is: groups, sets, the levels in them, records.
//!
//! A plain walk over segments that knows nothing of how processing cuts and stitches. A level's parent is the open one
//! that HL02 names; where it names none that could be, the innermost open one that could.

use std::rc::Rc;

use crate::finding::Code;
use crate::record::SHAPES;
use crate::x12::grammar::whole;
use crate::x12::{Isa, Shape};

use super::scan::{Segment, element};

/// What a segment is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// GS of a group that is processed, or may be.
    Group,
    /// ST, the first segment of a set's header.
    Set,
    /// HL of a level; the number is how many levels stand above it.
    Level(usize),
    /// The first segment of a record.
    Record,
    /// The first segment of a record of an answer (278 response).
    Answer,
    /// It belongs to the header, level or record that is open.
    Part,
    /// SE.
    SetEnd,
    /// GE.
    GroupEnd,
    /// IEA.
    InterchangeEnd,
    /// None of these: TA1, groups of another kind, strays.
    Other,
}

/// What was counted in a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// Interchanges with a readable ISA.
    pub(super) interchanges: u64,
    /// Groups that are processed.
    pub(super) groups: u64,
    /// Other groups.
    pub(super) set_aside: u64,
    /// Sets in groups that are processed.
    pub(super) sets: u64,
    pub(super) levels: u64,
    pub(super) segments: u64,
    pub(super) records: u64,
    pub(super) answers: u64,
    /// An interchange is a test.
    pub(super) test: bool,
}

/// The open interchange, group and set after a segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) counts: Counts,
    pub(super) group: Option<Group>,
    pub(super) set: Option<Set>,
    /// ISA13.
    pub(super) control: Rc<[u8]>,
    groups: u64,
    /// What a file that we wrote must not have; kept only where it is asked for.
    faults: Option<Vec<Fault>>,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    /// GS06.
    pub(super) control: Rc<[u8]>,
    pub(super) at: u64,
    /// GS01.
    kind: Box<[u8]>,
    /// It is processed.
    pub(super) ours: bool,
    sets: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Set {
    /// ST02.
    pub(super) control: Rc<[u8]>,
    pub(super) at: u64,
    /// Segments so far: the position of the last one.
    pub(super) position: u32,
    /// A record is open.
    pub(super) in_record: bool,
    /// It is an answer, whose records are none of ours.
    pub(super) is_answer: bool,
    shape: Option<&'static Shape>,
    records: u64,
    /// HL segments so far.
    levels: u64,
    /// HL01 of the last HL that counts.
    last: u64,
    /// The open levels, each the parent of the next.
    chain: Vec<Level>,
    /// The open record, where it is a level.
    event: Option<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    depth: usize,
    number: u64,
    at: u64,
    says_child: Option<bool>,
    has_child: bool,
    has_record: bool,
}

/// Something that no file that we wrote may have.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) offset: u64,
    pub(super) what: String,
}

impl Tree {
    /// A tree that notes what a file of ours must not have.
    pub(super) fn strict() -> Tree {
        Tree { faults: Some(Vec::new()), ..Tree::default() }
    }

    /// The faults noted since the last call.
    pub(super) fn take_faults(&mut self) -> Vec<Fault> {
        self.faults.as_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(super) fn fault(&mut self, offset: u64, what: impl FnOnce() -> String) {
        if let Some(faults) = &mut self.faults {
            faults.push(Fault { offset, what: what() });
        }
    }

    /// How many levels are open.
    pub(super) fn depth(&self) -> usize {
        self.set.as_ref().map_or(0, |set| set.chain.len())
    }

    /// An interchange begins.
    pub(super) fn open(&mut self, isa: &Isa) {
        self.counts.interchanges += 1;
        self.counts.segments += 1;
        self.counts.test |= isa.is_test();
        self.control = isa.control().into();
        self.groups = 0;
    }

    /// The interchange ends before `offset`.
    pub(super) fn close(&mut self, offset: u64, whole: bool) {
        self.end_set(offset, false);
        self.end_group(offset, false);
        if !whole {
            self.fault(offset, || "the interchange has no IEA".to_owned());
        }
        if self.groups == 0 {
            self.fault(offset, || "the interchange has no group".to_owned());
        }
    }

    /// Takes the next segment of the interchange and says what it is.
    pub(super) fn take(&mut self, segment: &Segment<'_>) -> Role {
        self.counts.segments += 1;
        let text = segment.text();
        let at = segment.offset;
        let field = |n| element(&text, n, &segment.separators);
        let id = field(0);
        let aside = self.group.as_ref().is_some_and(|group| !group.ours);
        if let Some(set) = &mut self.set {
            set.position += 1;
        }
        match id {
            b"IEA" => {
                self.end_set(at, false);
                self.end_group(at, false);
                self.check_trailer(
                    at,
                    "IEA",
                    field(1),
                    field(2),
                    self.groups,
                    &self.control.clone(),
                    "groups",
                );
                Role::InterchangeEnd
            }
            b"GS" => {
                self.end_set(at, false);
                self.end_group(at, false);
                self.groups += 1;
                let ours = SHAPES.knows_group(field(1));
                *(if ours { &mut self.counts.groups } else { &mut self.counts.set_aside }) += 1;
                self.group =
                    Some(Group { control: field(6).into(), at, kind: field(1).into(), ours, sets: 0 });
                Role::Group
            }
            b"GE" => {
                self.end_set(at, false);
                let Some(group) = self.end_group(at, true) else { return self.stray(at, Role::Other) };
                self.check_trailer(at, "GE", field(1), field(2), group.sets, &group.control, "sets");
                Role::GroupEnd
            }
            b"ST" => self.open_set(at, field(1), field(2)),
            _ if aside => self.aside(id),
            b"SE" => {
                let Some(set) = self.end_set(at, true) else { return self.stray(at, Role::Other) };
                let segments = u64::from(set.position);
                self.check_trailer(at, "SE", field(1), field(2), segments, &set.control, "segments");
                Role::SetEnd
            }
            b"TA1" | b"ISB" | b"ISE" | b"TA3" if self.group.is_none() => self.stray(at, Role::Other),
            b"HL" => self.level(at, [field(1), field(2), field(3), field(4)]),
            _ => self.other(at, id, field(2)),
        }
    }

    /// What a file of ours must not have.
    fn stray(&mut self, at: u64, role: Role) -> Role {
        self.fault(at, || "a segment stands outside of its set, group or interchange".to_owned());
        role
    }

    #[allow(clippy::too_many_arguments)]
    fn check_trailer(
        &mut self,
        at: u64,
        id: &str,
        count: &[u8],
        control: &[u8],
        counted: u64,
        header: &[u8],
        of: &str,
    ) {
        if whole(count) != Some(counted) {
            self.fault(at, || format!("{id}01 is not {counted}, the number of {of}"));
        }
        if control != header {
            self.fault(at, || format!("{id}02 is not the control number of its header"));
        }
    }

    fn open_set(&mut self, at: u64, kind: &[u8], control: &[u8]) -> Role {
        let Some(group) = &mut self.group else { return self.stray(at, Role::Other) };
        let shape = SHAPES.of_set_in(kind, &group.kind);
        group.sets += 1;
        if !group.ours {
            if shape.is_none() {
                return Role::Other;
            }
            // claims or authorizations in a group of another kind: the group is wrong, and they are still records
            group.ours = true;
            self.counts.set_aside -= 1;
            self.counts.groups += 1;
            self.counts.sets += group.sets - 1;
        }
        self.end_set(at, false);
        self.counts.sets += 1;
        self.set = Some(Set {
            control: control.into(),
            at,
            position: 1,
            in_record: false,
            shape,
            is_answer: false,
            records: 0,
            levels: 0,
            last: 0,
            chain: Vec::new(),
            event: None,
        });
        Role::Set
    }

    fn end_set(&mut self, at: u64, trailer: bool) -> Option<Set> {
        let mut set = self.set.take()?;
        if self.faults.is_some() {
            self.end_event(&mut set);
            self.end_levels(&mut set, 0);
            if !trailer {
                self.fault(at, || "the set has no SE".to_owned());
            }
            if set.records == 0 {
                self.fault(set.at, || "the set holds no record".to_owned());
            }
        }
        Some(set)
    }

    fn end_group(&mut self, at: u64, trailer: bool) -> Option<Group> {
        let group = self.group.take()?;
        if !trailer {
            self.fault(at, || "the group has no GE".to_owned());
        }
        if group.sets == 0 || !group.ours {
            self.fault(group.at, || "the group holds no set of claims or authorizations".to_owned());
        }
        Some(group)
    }

    fn end_event(&mut self, set: &mut Set) {
        set.in_record = false;
        if let Some(event) = set.event.take() {
            self.check_child(&event);
        }
    }

    /// Ends the open levels from the `from`th on.
    fn end_levels(&mut self, set: &mut Set, from: usize) {
        for level in set.chain.drain(from.min(set.chain.len())..) {
            self.check_child(&level);
            if !level.has_record {
                self.fault(level.at, || "no record stands in or below the level".to_owned());
            }
        }
    }

    fn check_child(&mut self, level: &Level) {
        if level.says_child != Some(level.has_child) {
            let below = if level.has_child { "1: a level stands" } else { "0: no level stands" };
            self.fault(level.at, || format!("HL04 is not {below} below it"));
        }
    }

    fn level(&mut self, at: u64, hl: [&[u8]; 4]) -> Role {
        let Some(mut set) = self.set.take() else { return self.stray(at, Role::Other) };
        let role = self.level_in(&mut set, at, hl);
        self.set = Some(set);
        role
    }

    fn level_in(&mut self, set: &mut Set, at: u64, [id, parent, code, child]: [&[u8]; 4]) -> Role {
        let Some(shape) = set.shape else { return Role::Part };
        let depth = Code::exact(code).and_then(|code| shape.level(code));
        let record = shape.record_level();
        let says_child = match child {
            b"0" => Some(false),
            b"1" => Some(true),
            _ => None,
        };
        set.levels += 1;
        let number = whole(id).filter(|_| id.first() != Some(&b'0')).unwrap_or(set.levels);
        let new = |depth| Level { depth, number, at, says_child, has_child: false, has_record: false };
        let Some(depth) = depth.filter(|depth| record.is_none_or(|record| *depth <= record)) else {
            // a level of an event, or one that nobody knows
            if let Some(mut event) = set.event.take() {
                self.count_level(set, at, id);
                event.has_child = true;
                if whole(parent) != Some(event.number) {
                    self.fault(at, || "HL02 is not HL01 of the event".to_owned());
                }
                self.check_child(&new(0));
                set.event = Some(event);
            }
            return Role::Part;
        };
        self.end_event(set);
        self.count_level(set, at, id);
        let holder = holder(set, shape, depth, parent);
        self.end_levels(set, holder.map_or(0, |holder| holder + 1));
        let expected = set.chain.last_mut().map(|above| {
            above.has_child = true;
            above.number
        });
        if whole(parent) != expected || expected.is_none() && !parent.is_empty() {
            self.fault(at, || match expected {
                Some(number) => format!("HL02 is not {number}, the level that it stands in"),
                None => "HL02 is not empty, and it stands in no level".to_owned(),
            });
        }
        if record == Some(depth) {
            let role = self.begin_record(set, set.is_answer);
            set.event = Some(new(depth));
            return role;
        }
        set.chain.push(new(depth));
        Role::Level(set.chain.len() - 1)
    }

    fn count_level(&mut self, set: &mut Set, at: u64, id: &[u8]) {
        self.counts.levels += 1;
        set.last += 1;
        let expected = set.last;
        if whole(id) != Some(expected) || id.first() == Some(&b'0') {
            self.fault(at, || format!("HL01 is not {expected}, the number of the level in its set"));
        }
    }

    fn begin_record(&mut self, set: &mut Set, is_answer: bool) -> Role {
        if is_answer {
            self.counts.answers += 1;
            set.in_record = false;
            return Role::Answer;
        }
        self.counts.records += 1;
        set.in_record = true;
        set.records += 1;
        for level in &mut set.chain {
            level.has_record = true;
        }
        Role::Record
    }

    /// Segments of a group that is set aside: a claim in it is still a claim.
    fn aside(&mut self, id: &[u8]) -> Role {
        if !SHAPES.begins_record(id) {
            return Role::Other;
        }
        self.counts.records += 1;
        Role::Record
    }

    /// Segments that are neither envelope nor level.
    fn other(&mut self, at: u64, id: &[u8], second: &[u8]) -> Role {
        let known = SHAPES.begins_record(id);
        let Some(mut set) = self.set.take() else {
            if !known {
                return self.stray(at, Role::Other);
            }
            // a claim without a set is still a claim that somebody waits for
            self.counts.records += 1;
            return self.stray(at, Role::Record);
        };
        if id == b"BHT" && set.position == 2 {
            set.is_answer = set.shape.is_some_and(|shape| shape.is_answer(second));
        }
        let role = if known {
            self.end_event(&mut set);
            self.begin_record(&mut set, false)
        } else {
            Role::Part
        };
        self.set = Some(set);
        role
    }
}

/// Where among the open levels the one stands that holds a level of `depth` with this HL02.
fn holder(set: &Set, shape: &Shape, depth: usize, parent: &[u8]) -> Option<usize> {
    let parents = shape.levels.get(depth).map_or(&[][..], |level| level.parents);
    let may_hold =
        |level: &Level| shape.levels.get(level.depth).is_some_and(|shape| parents.contains(&shape.code));
    let named = whole(parent);
    let by_name = |level: &Level| may_hold(level) && Some(level.number) == named;
    let chain = &set.chain;
    chain
        .iter()
        .rposition(by_name)
        .or_else(|| chain.iter().rposition(may_hold))
        .or_else(|| chain.iter().rposition(|level| level.depth < depth))
}
