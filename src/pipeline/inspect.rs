//! An input as a tree: every segment where it stands, in the loops that the guides give it. Nothing is judged.
//!
//! Interchanges are read piece by piece and cut into the items that the matcher takes (what stands before the first level, a
//! level, a record); what follows the last whole item is read again with the next piece. So no more is held than a piece or
//! the largest item, whatever the size of a set.

use std::io;

use rustc_hash::FxHashMap;

use crate::finding::{Code, Findings, RuleId};
use crate::guide::{self, Entry, Guide, GuideId, Input, Item, Loop, Matcher, Slot};
use crate::output::tree::{Node, Shown, Tree, like};
use crate::rules;
use crate::source::{ReadAt, Source, SourceError};
use crate::verdict::Profile;
use crate::x12::survey::Senders;
use crate::x12::{Isa, Segment, StructuralIndex, Unit, grammar};

use super::intake::survey_one;
use super::run::{RunError, Silent};

/// Why an input could not be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// It could not be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The tree could not be written.
    #[error("the output could not be written: {0}")]
    Output(#[from] io::Error),
}

impl From<SourceError> for InspectError {
    fn from(error: SourceError) -> InspectError {
        InspectError::Run(error.into())
    }
}

/// Writes an input to `tree`. About `piece` bytes are read at a time: what is written does not depend on it.
pub fn inspect(
    source: &Source,
    profile: &Profile,
    piece: usize,
    spool_dir: &std::path::Path,
    tree: &mut dyn Tree,
) -> Result<(), InspectError> {
    let input = source.open_within(spool_dir, profile.spool_bytes)?;
    let survey = survey_one(&input, source.file(), profile, &mut Senders::default(), &mut |_| (), &Silent, 1)?;
    let mut walk = Walk::new(tree);
    let mut junk = survey.junk.iter().peekable();
    walk.tree.file(source.file())?;
    for (start, end) in survey.boundaries.iter() {
        while let Some(before) = junk.next_if(|junk| junk.start < start) {
            walk.tree.junk(before.start, before.end)?;
        }
        let limit = usize::try_from(profile.limits.record).unwrap_or(usize::MAX);
        let pieces = Pieces { input: &input, file: source.file(), piece: piece.max(1), limit };
        pieces.interchange(start, end, &mut walk)?;
    }
    for rest in junk {
        walk.tree.junk(rest.start, rest.end)?;
    }
    walk.tree.end()?;
    input.unchanged()?;
    Ok(())
}

/// Where pieces of interchanges come from.
struct Pieces<'a, I> {
    input: &'a I,
    file: &'a str,
    piece: usize,
    limit: usize,
}

impl<I: ReadAt> Pieces<'_, I> {
    fn read(&self, at: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        self.input.read_exact_at(at, buffer).map_err(|error| SourceError::reading(self.file, error))
    }

    /// Shows the interchange that stands in `start..end`.
    fn interchange(&self, start: u64, end: u64, walk: &mut Walk<'_>) -> Result<(), InspectError> {
        let mut head = [0u8; 2 * grammar::ISA_BYTES];
        let length = head.len().min(usize::try_from(end - start).unwrap_or(usize::MAX));
        let head = head.get_mut(..length).unwrap_or(&mut []);
        self.read(start, head)?;
        let Some(isa) = grammar::isa(head) else {
            // the survey read it; if it cannot be read now, the input has changed
            self.input.unchanged()?;
            return Ok(());
        };
        walk.begin_interchange(&isa)?;
        let (mut at, mut size) = (start, self.piece);
        while at < end {
            let left = usize::try_from(end - at).unwrap_or(usize::MAX);
            let mut length = size.min(left);
            let whole = length == left;
            let full = size >= self.limit;
            let bytes = walk.unit.reset(0, at, isa.separators);
            bytes.resize(length, 0);
            self.read(at, bytes)?;
            if !whole {
                // not into the gap behind a segment's end: it belongs to the segment
                let terminated = memchr::memrchr(isa.separators.terminator, bytes).map(|last| last + 1);
                match terminated {
                    Some(to) => length = to,
                    None if full => {}
                    None => {
                        size = size.saturating_mul(2).min(self.limit.max(self.piece));
                        continue;
                    }
                }
                bytes.truncate(length);
            }
            walk.unit.index(&StructuralIndex);
            let count = walk.unit.body_segments();
            let done = walk.items(count, whole, full)?;
            at = if done == count { at + length as u64 } else { walk.offset(done) };
            size = if done == 0 && count > 0 {
                size.saturating_mul(2).min(self.limit.max(self.piece))
            } else {
                self.piece
            };
        }
        walk.close_to(0)?;
        Ok(())
    }
}

/// A node that is open.
#[derive(Debug)]
struct Open {
    kind: Kind,
    /// The id of a loop.
    id: Code,
    /// HL01 of a loop that is a level.
    number: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Interchange,
    Group,
    Set,
    Loop,
}

/// The walk through an input.
struct Walk<'t> {
    tree: &'t mut dyn Tree,
    unit: Unit,
    matcher: Matcher,
    slots: Vec<u16>,
    findings: Findings,
    open: Vec<Open>,
    /// GS08 of the open group.
    version: Vec<u8>,
    /// The open set's guide.
    guide: Option<&'static Guide>,
    /// The segments so far in the open set; none outside of sets.
    position: Option<u32>,
    /// Slots that name the elements of segments without a place.
    likes: FxHashMap<Code, Option<Slot>>,
}

/// More ids than this are not remembered: no guide has as many.
const LIKES: usize = 1000;

impl<'t> Walk<'t> {
    fn new(tree: &'t mut dyn Tree) -> Walk<'t> {
        Walk {
            tree,
            unit: Unit::default(),
            matcher: Matcher::new(),
            slots: Vec::new(),
            findings: Findings::default(),
            open: Vec::new(),
            version: Vec::new(),
            guide: None,
            position: None,
            likes: FxHashMap::default(),
        }
    }

    fn begin_interchange(&mut self, isa: &Isa) -> io::Result<()> {
        self.begin(
            Kind::Interchange,
            &Node::Interchange { control: isa.control(), sender: isa.element(6), receiver: isa.element(8) },
        )
    }

    fn begin(&mut self, kind: Kind, node: &Node<'_>) -> io::Result<()> {
        let id = if let Node::Loop { id, .. } = node { *id } else { Code::EMPTY };
        self.open.push(Open { kind, id, number: Vec::new() });
        self.tree.begin(node)
    }

    /// Ends the nodes that are deeper than `depth`.
    fn close_to(&mut self, depth: usize) -> io::Result<()> {
        while self.open.len() > depth {
            if let Some(Open { kind: Kind::Set, .. }) = self.open.pop() {
                self.guide = None;
                self.position = None;
            }
            self.tree.end()?;
        }
        Ok(())
    }

    /// How deep the node of a kind is, if it is open; else how deep the interchange is.
    fn depth_of(&self, kind: Kind) -> usize {
        self.open.iter().position(|open| open.kind == kind).map_or(self.open.len().min(1), |at| at + 1)
    }

    /// Offset in the input of a segment.
    fn offset(&self, at: u32) -> u64 {
        let start = self.unit.table().extent(at, at).start;
        self.unit.offset + u64::from(self.unit.raw_position(start))
    }

    /// Whether a segment ends the item before it.
    fn is_start(&self, guide: &Guide, at: u32) -> bool {
        let segment = self.unit.segment(at);
        matches!(segment.id(), b"GS" | b"GE" | b"IEA" | b"ST" | b"SE")
            || matches!(segment.id(), b"HL" | b"CLM") && entry(guide, &segment).is_some()
    }

    /// Shows the whole items among the unit's first `count` segments; tells how many segments that were. The last item is
    /// whole if nothing follows in the interchange (`last`); it is too large to be placed if no more may be held (`full`).
    fn items(&mut self, count: u32, last: bool, full: bool) -> io::Result<u32> {
        let mut from = 0;
        self.slots.clear();
        while from < count {
            let segment = self.unit.segment(from);
            let bht = self.unit.segment(from + 1);
            let (guide, entry) = match segment.id() {
                b"ST" => (self.guide_of(&segment, &bht), Some(Entry::Header)),
                b"SE" => (self.guide, Some(Entry::Trailer)),
                b"GS" | b"GE" | b"IEA" => (None, None),
                _ => (self.guide, self.guide.and_then(|guide| entry(guide, &segment))),
            };
            let Some((guide, entry)) = guide.zip(entry) else {
                self.single(from)?;
                from += 1;
                continue;
            };
            let to = match entry {
                Entry::Trailer => Some(from + 1),
                _ => (from + 1..count).find(|at| self.is_start(guide, *at)),
            };
            let to = match to {
                Some(to) => to,
                None if last || full && from == 0 => count,
                None => return Ok(from),
            };
            self.item(guide, entry, from, to)?;
            from = to;
        }
        Ok(count)
    }

    /// The guide of a set: as its ST03 names it, else its group's GS08.
    fn guide_of(&self, st: &Segment<'_>, bht: &Segment<'_>) -> Option<&'static Guide> {
        let purpose = if bht.id() == b"BHT" { bht.element(2) } else { b"" };
        let version = guide::version(st.element(3)).or_else(|| guide::version(&self.version))?;
        let id = version.family.guide(purpose);
        id.label().as_bytes().starts_with(st.element(1)).then(|| Guide::of(id))
    }

    /// Shows a segment that no matcher places: of an envelope, of a set without a guide, or one that stands outside.
    fn single(&mut self, at: u32) -> io::Result<()> {
        let unit = std::mem::take(&mut self.unit);
        let shown = self.single_of(&unit, at);
        self.unit = unit;
        shown
    }

    fn single_of(&mut self, unit: &Unit, at: u32) -> io::Result<()> {
        let segment = unit.segment(at);
        let slot = guide::envelope_slot(segment.code());
        match segment.id() {
            b"GS" => {
                self.close_to(1)?;
                self.version = segment.element(8).to_vec();
                let (control, kind, version) = (segment.element(6), segment.element(1), segment.element(8));
                self.begin(Kind::Group, &Node::Group { control, kind, version })?;
                self.write(unit, at, slot, "")
            }
            b"GE" => {
                let depth = self.depth_of(Kind::Group);
                self.close_to(depth)?;
                self.version.clear();
                self.write(unit, at, slot, if depth > 1 { "" } else { "no group is open" })?;
                self.close_to(1)
            }
            b"IEA" => {
                self.close_to(1)?;
                self.write(unit, at, slot, "")
            }
            b"ST" => {
                self.begin_set(&segment, None)?;
                self.write(unit, at, set_slot(b"ST"), "")
            }
            b"SE" if self.position.is_some() => {
                self.write(unit, at, set_slot(b"SE"), "")?;
                self.close_to(self.depth_of(Kind::Set) - 1)
            }
            // a piece of an item that is too large to be placed
            _ if self.guide.is_some() => {
                self.write(unit, at, None, "too far from the start of its record to be placed")
            }
            _ if self.position.is_some() => self.write(unit, at, None, ""),
            b"ISA" | b"TA1" => self.write(unit, at, slot, ""),
            _ => self.write(unit, at, None, "stands outside of a set"),
        }
    }

    fn begin_set(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) -> io::Result<()> {
        self.close_to(self.depth_of(Kind::Group))?;
        self.guide = guide;
        self.position = Some(0);
        self.begin(Kind::Set, &Node::Set { control: st.element(2), kind: st.element(1), guide })
    }

    /// Shows an item of a set that follows a guide.
    fn item(&mut self, guide: &'static Guide, entry: Entry, from: u32, to: u32) -> io::Result<()> {
        let unit = std::mem::take(&mut self.unit);
        let shown = self.item_of(&unit, guide, entry, from, to);
        self.unit = unit;
        shown
    }

    fn item_of(
        &mut self,
        unit: &Unit,
        guide: &'static Guide,
        entry: Entry,
        from: u32,
        to: u32,
    ) -> io::Result<()> {
        self.findings.clear();
        let input = Input { bytes: unit.bytes(), segments: unit.table(), separators: unit.separators() };
        let item = Item { from, to, entry, repeat_base: 0 };
        self.matcher.match_item(guide, input, item, &mut self.slots, &mut self.findings);
        let mut odd: Vec<(u32, RuleId)> = self
            .findings
            .list()
            .iter()
            .filter(|it| !it.place.missing)
            .map(|it| (it.place.segment, it.rule))
            .collect();
        odd.sort_by_key(|(segment, _)| *segment);
        if entry == Entry::Header {
            self.begin_set(&unit.segment(from), Some(guide))?;
        }
        for at in from..to {
            let segment = unit.segment(at);
            let slot = self.slots.get(at as usize).and_then(|number| guide.slot(*number));
            let rule = odd.binary_search_by_key(&at, |(segment, _)| *segment).ok();
            let rule = rule.and_then(|found| odd.get(found)).map(|(_, rule)| *rule);
            if let Some(slot) = slot.filter(|slot| slot.is_trigger() || rule != Some(RuleId::SEG103)) {
                self.enter(slot.in_loop(), slot.is_trigger(), &segment)?;
            }
            let mark = match (rule, slot) {
                (Some(rule), _) => format!("{rule} {}", rules::rule(rule).title),
                (None, None) => "has no place here".to_owned(),
                (None, Some(_)) => String::new(),
            };
            self.write(unit, at, slot, &mark)?;
        }
        if entry == Entry::Trailer {
            self.close_to(self.depth_of(Kind::Set) - 1)?;
        }
        Ok(())
    }

    /// Goes to the loop of a segment, through the loops around it: the open one, or with its first segment a new one.
    fn enter(&mut self, wanted: Loop, first: bool, segment: &Segment<'_>) -> io::Result<()> {
        let inside = |open: &Open, id: Code| matches!(open.kind, Kind::Set | Kind::Loop) && open.id == id;
        if !first && let Some(at) = self.open.iter().rposition(|open| inside(open, wanted.id())) {
            return self.close_to(at + 1);
        }
        let is_level = first && segment.id() == b"HL";
        let holds = |open: &Open| wanted.parents().any(|parent| inside(open, parent.id()));
        // a level says in which one it stands
        let named = |open: &Open| is_level && !open.number.is_empty() && open.number == segment.element(2);
        let at = self.open.iter().rposition(|open| holds(open) && named(open));
        match at.or_else(|| self.open.iter().rposition(holds)) {
            Some(at) => self.close_to(at + 1)?,
            None => {
                if let Some(parent) = wanted.parents().next() {
                    self.enter(parent, false, segment)?;
                }
            }
        }
        self.begin(Kind::Loop, &Node::Loop { id: wanted.id(), name: wanted.name() })?;
        if is_level && let Some(open) = self.open.last_mut() {
            open.number = segment.element(1).to_vec();
        }
        Ok(())
    }

    fn write(&mut self, unit: &Unit, at: u32, slot: Option<Slot>, mark: &str) -> io::Result<()> {
        let segment = unit.segment(at);
        let position = self.position.as_mut().map_or(0, |position| {
            *position += 1;
            *position
        });
        let id = segment.code();
        if self.likes.len() > LIKES {
            self.likes.clear();
        }
        let guide = self.guide;
        let like =
            if slot.is_some() { None } else { *self.likes.entry(id).or_insert_with(|| like(guide, id)) };
        let start = unit.table().extent(at, at).start;
        let offset = unit.offset + u64::from(unit.raw_position(start));
        self.tree.segment(&Shown {
            segment,
            separators: unit.separators(),
            slot,
            like,
            mark,
            position,
            offset,
        })
    }
}

/// What a segment of a guided set begins, if the matcher begins anew there.
fn entry(guide: &Guide, segment: &Segment<'_>) -> Option<Entry> {
    let id = segment.code();
    let mut starts = guide.loops().filter(|found| found.is_level() || found.is_record());
    let found = starts.find(|found| {
        found.trigger().is_some_and(|trigger| {
            trigger.segment_id() == id
                && trigger.discriminator().is_none_or(|(element, _)| {
                    trigger.qualifiers().contains(&Code::new(segment.element(element)))
                })
        })
    })?;
    Some(if found.is_record() { Entry::Record } else { Entry::Level(found.id()) })
}

/// A slot that names the ST or SE of any set.
fn set_slot(id: &[u8]) -> Option<Slot> {
    Guide::of(GuideId::Professional).find_slot(Code::EMPTY, Code::new(id), Code::EMPTY)
}
