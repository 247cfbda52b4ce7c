//! The serial step that gives each unit its context.

use super::grammar::whole;
use super::survey::{Counters, Short};
use super::unit::{Item, ItemKind};
use super::{Segments, Shape, Shapes, Unit};

/// Walks the units of an input in order and gives each its items and, in front of them, what was open where it begins.
///
/// It looks only at segments that begin items, so that it takes next to nothing of the time of judging.
#[derive(Debug)]
pub struct Stitcher<S> {
    tokeniser: S,
    shapes: Shapes,
    /// Numbers of the groups that are set aside.
    set_aside: Vec<u64>,
    counters: Counters,
    open: Vec<Open>,
    /// Segments so far in the open set.
    position: u32,
    shape: Option<&'static Shape>,
    /// GS01 of the open group.
    group: Short,
    answer: bool,
    aside: bool,
    /// The record that was cut, if the last unit ended inside one.
    record: Option<Item>,
    records_in_level: u32,
    /// The open levels that have records of their own, a bit each.
    with_records: u8,
    /// HL segments in the open set, and HL01 of its open levels.
    levels: u64,
    numbers: [Option<u64>; DEPTH],
}

/// Deepest nesting of any shape.
const DEPTH: usize = 8;

/// An item that is open at the end of a unit, with its bytes.
#[derive(Debug)]
struct Open {
    item: Item,
    raw: Vec<u8>,
}

impl<S: Segments> Stitcher<S> {
    /// A stitcher for one input; `set_aside` are the numbers, in order, of the groups that the survey set aside.
    pub fn new(shapes: Shapes, set_aside: Vec<u64>, tokeniser: S) -> Stitcher<S> {
        Stitcher {
            tokeniser,
            shapes,
            set_aside,
            counters: Counters::default(),
            open: Vec::new(),
            position: 0,
            shape: None,
            group: Short::EMPTY,
            answer: false,
            aside: false,
            record: None,
            records_in_level: 0,
            with_records: 0,
            levels: 0,
            numbers: [None; DEPTH],
        }
    }

    /// What was counted so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Passes over an interchange that is not read: what follows is counted from `counters`.
    pub fn skip_to(&mut self, counters: Counters) {
        self.counters = counters;
        self.open.clear();
        self.aside = false;
        self.record = None;
    }

    /// Gives an indexed unit its items.
    pub fn stitch(&mut self, unit: &mut Unit) {
        let body = self.items(unit);
        self.absorb(unit, &body);
        for open in &self.open {
            let (from, to) = unit.carry(&open.raw, &self.tokeniser);
            unit.items.push(Item { from, to, carried: true, ..open.item });
        }
        let carried = unit.items.len();
        unit.items.extend(body);
        self.keep_open(unit, carried);
        if unit.ends_interchange {
            self.open.clear();
            self.aside = false;
            self.record = None;
        }
    }

    /// Cuts the unit's own segments into items.
    fn items(&mut self, unit: &Unit) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::with_capacity(unit.keys().len() + 1);
        let end = unit.body_segments();
        let rest = self.rest();
        for key in unit.keys() {
            let Some(item) = self.begin(unit, key) else { continue };
            if items.is_empty() && key.segment > 0 {
                items.push(rest);
            }
            self.close(items.last_mut(), key.segment);
            items.push(item);
        }
        if items.is_empty() && end > 0 {
            items.push(rest);
        }
        self.close(items.last_mut(), end);
        for item in &mut items {
            let start = unit.table().extent(item.from, item.from).start;
            item.offset = unit.offset + u64::from(unit.raw_position(start));
        }
        items
    }

    /// The item of segments that begin nothing.
    fn rest(&self) -> Item {
        let kind = match self.record {
            _ if self.aside => ItemKind::Aside,
            Some(_) => ItemKind::Continued,
            None => ItemKind::Absorbed,
        };
        let number = self.record.map_or(0, |record| record.number);
        self.item(kind, 0, number)
    }

    fn item(&self, kind: ItemKind, from: u32, number: u64) -> Item {
        Item {
            kind,
            from,
            to: from,
            carried: false,
            offset: 0,
            position: 0,
            number,
            before: 0,
            beside_records: false,
            levels: self.counters.levels,
            answer: self.answer,
            leaves: Item::STAYS,
        }
    }

    /// The item that a segment begins, if it begins one here.
    fn begin(&mut self, unit: &Unit, key: &super::unit::Key) -> Option<Item> {
        let at = key.segment;
        let id = key.id;
        let (bytes, len) = id.bytes();
        let id = bytes.get(..len).unwrap_or(&[]);
        if self.aside && !matches!(id, b"GS" | b"GE" | b"IEA") {
            return None;
        }
        match id {
            // elsewhere it is a segment without meaning: one that began an interchange would have begun another unit
            b"ISA" if at == 0 => {
                self.leave_set();
                let number = self.counters.interchanges;
                self.counters.interchanges += 1;
                Some(self.item(ItemKind::Interchange, at, number))
            }
            b"GS" => {
                self.leave_set();
                let number = self.counters.groups;
                self.counters.groups += 1;
                self.aside = self.set_aside.binary_search(&number).is_ok();
                self.group = Short::new(unit.segment(at).element(1));
                let kind = if self.aside { ItemKind::Aside } else { ItemKind::Group };
                Some(self.item(kind, at, number))
            }
            b"GE" if self.aside => {
                self.aside = false;
                Some(self.item(ItemKind::Aside, at, 0))
            }
            b"GE" => {
                self.leave_set();
                let number = self.counters.groups.saturating_sub(1);
                Some(self.item(ItemKind::GroupTrailer, at, number))
            }
            b"IEA" => {
                self.leave_set();
                self.aside = false;
                let number = self.counters.interchanges.saturating_sub(1);
                Some(self.item(ItemKind::InterchangeTrailer, at, number))
            }
            b"ST" => {
                self.leave_set();
                let number = self.counters.sets;
                self.counters.sets += 1;
                self.shape = self.shapes.of_set_in(unit.segment(at).element(1), self.group.bytes());
                let next = unit.segment(at + 1);
                let purpose = if next.id() == b"BHT" { next.element(2) } else { &[] };
                self.answer = self.shape.is_some_and(|shape| shape.is_answer(purpose));
                self.records_in_level = 0;
                self.with_records = 0;
                self.levels = 0;
                self.numbers = [None; DEPTH];
                Some(Item { position: 1, ..self.item(ItemKind::Header, at, number) })
            }
            b"SE" => {
                let number = self.counters.sets.saturating_sub(1);
                let item = self.item(ItemKind::Trailer, at, number);
                self.leave_set();
                Some(item)
            }
            b"HL" => {
                let shape = self.shape?;
                let number = self.counters.levels;
                self.levels += 1;
                let item = match (shape.level(key.level), shape.record_level()) {
                    (None, _) => None,
                    (Some(level), Some(record)) if level == record => {
                        let leaves = self.leave(shape, level, unit.segment(at).element(2));
                        Some(Item { leaves, ..self.record(at, self.answer) })
                    }
                    (Some(level), Some(record)) if level > record => None,
                    (Some(level), _) => {
                        self.records_in_level = 0;
                        self.record = None;
                        self.enter(level, unit.segment(at).element(1));
                        let around = self.with_records << 1;
                        let beside_records = around >> level & 1 == 1;
                        Some(Item { beside_records, ..self.item(ItemKind::Level(level as u8), at, number) })
                    }
                };
                self.counters.levels += 1;
                item
            }
            // in a set of another kind too: the set falls, and the record is not lost
            _ => self.shapes.begins_record(id).then(|| self.record(at, false)),
        }
    }

    /// Notes the number of a level that begins.
    fn enter(&mut self, level: usize, id: &[u8]) {
        self.with_records &= (1 << level) - 1;
        self.numbers.iter_mut().skip(level).for_each(|number| *number = None);
        let number = whole(id).filter(|_| id.first() != Some(&b'0'));
        if let Some(slot) = self.numbers.get_mut(level) {
            *slot = Some(number.unwrap_or(self.levels));
        }
    }

    /// Ends the levels that a record which is a level does not stand in, because it names an outer one as its parent.
    fn leave(&mut self, shape: &Shape, record: usize, parent: &[u8]) -> u8 {
        let named = whole(parent);
        let parents = shape.levels.get(record).map_or(&[][..], |level| level.parents);
        let is_named = |level: &usize| {
            named.is_some() && self.numbers.get(*level).is_some_and(|number| *number == named)
        };
        // the innermost, where two have the same number
        let Some(parent) = parents.iter().filter_map(|code| shape.level(*code)).filter(is_named).max() else {
            return Item::STAYS;
        };
        let mut inner = self.numbers.iter_mut().skip(parent + 1).filter(|number| number.is_some()).peekable();
        if inner.peek().is_none() {
            return Item::STAYS;
        }
        inner.for_each(|number| *number = None);
        self.records_in_level = 0;
        parent as u8 + 1
    }

    fn record(&mut self, at: u32, answer: bool) -> Item {
        let before = self.records_in_level;
        self.records_in_level += 1;
        if let Some(level) = self.numbers.iter().rposition(Option::is_some) {
            self.with_records |= 1 << level;
        }
        if !answer {
            self.counters.records += 1;
        }
        let number = if answer { 0 } else { self.counters.records };
        let item = Item { before, answer, ..self.item(ItemKind::Record, at, number) };
        self.record = Some(item);
        item
    }

    fn leave_set(&mut self) {
        self.shape = None;
        self.answer = false;
        self.record = None;
    }

    /// Ends an item before segment `end`, and works out positions in the set.
    fn close(&mut self, item: Option<&mut Item>, end: u32) {
        let Some(item) = item else { return };
        item.to = end;
        match item.kind {
            ItemKind::Interchange
            | ItemKind::Group
            | ItemKind::GroupTrailer
            | ItemKind::InterchangeTrailer
            | ItemKind::Aside => self.position = 0,
            ItemKind::Header => self.position = end - item.from,
            _ => {
                item.position = self.position + 1;
                self.position += end - item.from;
            }
        }
    }

    /// Gives segments that continue an open level to that level.
    fn absorb(&mut self, unit: &Unit, body: &[Item]) {
        if let (Some(first), Some(open)) = (body.first(), self.open.last_mut())
            && first.kind == ItemKind::Absorbed
        {
            open.raw.extend_from_slice(unit.raw(first.from, first.to));
        }
    }

    /// Notes what is open at the unit's end.
    fn keep_open(&mut self, unit: &Unit, carried: usize) {
        for item in unit.items.get(carried..).unwrap_or(&[]) {
            let depth = |kind: ItemKind| match kind {
                ItemKind::Interchange => 0,
                ItemKind::Group => 1,
                ItemKind::Header => 2,
                ItemKind::Level(level) => 3 + usize::from(level),
                _ => usize::MAX,
            };
            let keep_below = match item.kind {
                ItemKind::Interchange | ItemKind::InterchangeTrailer => 0,
                ItemKind::Group | ItemKind::GroupTrailer | ItemKind::Aside => 1,
                ItemKind::Header | ItemKind::Trailer => 2,
                ItemKind::Level(_) => depth(item.kind),
                ItemKind::Record if item.leaves != Item::STAYS => 3 + usize::from(item.leaves),
                ItemKind::Record | ItemKind::Continued | ItemKind::Absorbed => continue,
            };
            while self.open.last().is_some_and(|open| depth(open.item.kind) >= keep_below) {
                self.open.pop();
            }
            if depth(item.kind) == keep_below {
                self.open.push(Open { item: *item, raw: Vec::new() });
            }
        }
        for open in self.open.iter_mut().filter(|open| open.raw.is_empty()) {
            open.raw.extend_from_slice(unit.raw(open.item.from, open.item.to));
        }
    }
}

#[cfg(test)]
#[path = "stitch_tests.rs"]
mod tests;
