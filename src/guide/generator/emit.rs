//! From checked tables to Rust source: equal lists are stored once and named by index.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::Hash;

use super::super::table::NOTE_POSITIONS;
use super::super::terms::{ElementType, NoteKind, Usage};
use super::check::{discriminator, tie_breaker};
use super::names::Names;
use super::read::{ElementDef, LoopDef, NoteDef, SegmentDef, Table, TargetDef};

/// What stands above every generated file.
const HEAD: &str = "// Generated from the tables beside it; `UPDATE_GUIDE_TABLES=1 cargo test --lib guide::` writes it anew.\n";

/// Lists stored behind each other, equal ones once.
struct Pool<T> {
    all: Vec<T>,
    runs: HashMap<Vec<T>, (usize, usize)>,
}

impl<T: Clone + Eq + Hash> Pool<T> {
    fn new() -> Pool<T> {
        Pool { all: Vec::new(), runs: HashMap::new() }
    }

    /// Where `list` stands, as start and length; it is found again inside longer ones too.
    fn add(&mut self, list: &[T]) -> (usize, usize) {
        if list.is_empty() {
            return (0, 0);
        }
        if let Some(run) = self.runs.get(list) {
            return *run;
        }
        let there = self.all.windows(list.len()).position(|window| window == list);
        let start = there.unwrap_or_else(|| {
            self.all.extend_from_slice(list);
            self.all.len() - list.len()
        });
        self.runs.insert(list.to_vec(), (start, list.len()));
        (start, list.len())
    }

    /// Where a single row stands.
    fn one(&mut self, row: T) -> usize {
        self.add(&[row]).0
    }
}

/// What the guides share.
pub(super) struct Shared {
    names: Pool<String>,
    codes: Pool<String>,
    long: Pool<String>,
    sources: Pool<String>,
    notes: Pool<String>,
    elements: Pool<String>,
    parts: Pool<usize>,
    segments: Pool<String>,
    ids: std::collections::BTreeSet<String>,
}

impl Shared {
    pub(super) fn new() -> Shared {
        Shared {
            names: Pool::new(),
            codes: Pool::new(),
            long: Pool::new(),
            sources: Pool::new(),
            notes: Pool::new(),
            elements: Pool::new(),
            parts: Pool::new(),
            segments: Pool::new(),
            ids: std::collections::BTreeSet::new(),
        }
    }

    /// The source of one guide's tables.
    pub(super) fn guide(
        &mut self,
        slug: &str,
        record: Option<&str>,
        line: Option<&str>,
        table: &Table,
        names: &mut Names,
    ) -> String {
        let (mut loops, mut groups, mut slots) = (String::new(), String::new(), String::new());
        let (mut group_count, mut slot_count) = (0, 0);
        for (at, this) in table.loops.iter().enumerate() {
            let layout = Groups::of(table, this);
            let kind = kind(table, at, record, line);
            let name = self.names.one(names.of_loop(slug, &this.id));
            let parents =
                [this.parents.first(), this.parents.last()].map(|parent| parent.copied().unwrap_or(0));
            let (mut required, mut own) = (0u64, 0u64);
            for (n, slot) in this.slots.iter().enumerate() {
                if slot.usage != Usage::Required {
                    continue;
                }
                required |= 1 << n;
                if !matches!(slot.target, TargetDef::Loop(child) if is_cut(table, child, record, line)) {
                    own |= 1 << n;
                }
            }
            let _ = writeln!(
                loops,
                "    lp(b{:?}, {name}, {parents:?}, (&SLOTS, ({slot_count}, {})), (&GROUPS, ({group_count}, {})), \
                 {kind}, {required:#x}, {own:#x}),",
                this.id,
                this.slots.len(),
                layout.groups.len()
            );
            for Group { id, first, len, element, component, tie } in &layout.groups {
                self.ids.insert(id.clone());
                let _ = writeln!(
                    groups,
                    "    gr(b{id:?}, (&SLOTS, ({}, {len})), {first}, ({element}, {component}, {tie})),",
                    slot_count + first
                );
            }
            for (n, slot) in this.slots.iter().enumerate() {
                let usage = usage(slot.usage);
                let group = layout.group_of[n];
                let segment = table.segment(slot);
                let qualifiers = self.codes.add(segment.map_or(&[], |segment| segment.qualifiers.as_slice()));
                let (make, target, name) = match &slot.target {
                    TargetDef::Segment(segment) => {
                        ("sg", self.segment(segment, names), names.of_segment(&this.id, segment))
                    }
                    TargetDef::Loop(child) => ("ch", *child, names.of_loop(slug, &table.loops[*child].id)),
                };
                let name = self.names.one(name);
                let _ = writeln!(
                    slots,
                    "    {make}({at}, {group}, {usage}, {target}, {}, {qualifiers:?}, {name}),",
                    slot.max
                );
            }
            group_count += layout.groups.len();
            slot_count += this.slots.len();
        }
        let loop_count = table.loops.len();
        format!(
            "{HEAD}use crate::guide::table::make::*;\n\n\
             pub(in crate::guide) static TABLES: Tables = Tables {{\n    \
             loops: &LOOPS,\n    groups: &GROUPS,\n    slots: &SLOTS,\n    \
             loop_ids: &loop_ids(&LOOPS, &SLOTS),\n    definitions: &definitions(&SLOTS),\n}};\n\n\
             static LOOPS: [crate::guide::table::LoopRow; {loop_count}] = [\n{loops}];\n\n\
             static GROUPS: [crate::guide::table::GroupRow; {group_count}] = [\n{groups}];\n\n\
             static SLOTS: [crate::guide::table::SlotRow; {slot_count}] = [\n{slots}];\n"
        )
    }

    /// The source of what they share; to be asked for last.
    pub(super) fn pool(&self) -> String {
        let row = |kind: &str| format!("crate::guide::table::{kind}");
        let quoted = |all: &[String]| all.iter().map(|text| format!("{text:?}")).collect();
        let codes = self.codes.all.iter().map(|code| format!("c(b{code:?})")).collect();
        let ids = self.ids.iter().map(|id| format!("id(b{id:?})")).collect();
        let parts = self.parts.all.iter().map(usize::to_string).collect();
        let arrays = [
            array("NAMES", "&str", quoted(&self.names.all), Layout::Filled),
            array("CODES", "crate::finding::Code", codes, Layout::Filled),
            array("LONG", "&str", quoted(&self.long.all), Layout::Filled),
            array("SOURCES", &row("SourceRow"), self.sources.all.clone(), Layout::Filled),
            array("NOTES", &row("NoteRow"), self.notes.all.clone(), Layout::Filled),
            array("ELEMENTS", &row("ElementRow"), self.elements.all.clone(), Layout::Lines),
            array("PARTS", "u16", parts, Layout::Filled),
            array("SEGMENTS", &row("SegmentRow"), self.segments.all.clone(), Layout::Filled),
            array("IDS", "u32", ids, Layout::Filled),
        ];
        format!("{HEAD}use crate::guide::table::make::*;\n\n{}", arrays.join("\n"))
    }

    fn segment(&mut self, segment: &SegmentDef, names: &mut Names) -> usize {
        let elements = self.list(&segment.elements, names);
        let notes = self.note_run(&segment.notes);
        self.segments.one(format!("df({elements:?}, {notes:?})"))
    }

    fn list(&mut self, elements: &[ElementDef], names: &mut Names) -> (usize, usize) {
        let rows: Vec<usize> = elements.iter().map(|element| self.element(element, names)).collect();
        self.parts.add(&rows)
    }

    fn element(&mut self, element: &ElementDef, names: &mut Names) -> usize {
        let parts = self.list(&element.components, names);
        let notes = self.note_run(&element.notes);
        let codes = self.codes.add(&element.codes);
        let long: &[String] =
            if element.codes.iter().any(|code| code.len() > 8) { &element.codes } else { &[] };
        let long = self.long.add(long);
        let sources: Vec<String> = element
            .sources
            .iter()
            .map(|(set, when)| format!("so(crate::guide::CodeSet::{set:?}, b{when:?})"))
            .collect();
        let sources = self.sources.add(&sources);
        let kind = match element.kind {
            ElementType::Identifier => "ID",
            ElementType::Text => "AN",
            ElementType::Date => "DT",
            ElementType::Time => "TM",
            ElementType::Decimal => "RE",
            ElementType::Integer => "N0",
            ElementType::Composite => "CC",
        };
        let ElementDef { number, min, max, repeat, .. } = element;
        let usage = usage(element.usage);
        let name = self.names.one(names.of_element(number));
        self.elements.one(format!(
            "el(b{number:?}, {name}, {usage}, {kind}, ({min}, {max}), {repeat}, {codes:?}, {long:?}, {sources:?}, {parts:?}, {notes:?})"
        ))
    }

    fn note_run(&mut self, notes: &[NoteDef]) -> (usize, usize) {
        let rows: Vec<String> = notes
            .iter()
            .map(|note| {
                let kind = match note.kind {
                    NoteKind::Paired => "NP",
                    NoteKind::Required => "NR",
                    NoteKind::Exclusion => "NE",
                    NoteKind::Conditional => "NC",
                    NoteKind::ListConditional => "NL",
                };
                let mut positions = [0; NOTE_POSITIONS];
                for (target, position) in positions.iter_mut().zip(&note.positions) {
                    *target = *position;
                }
                format!("no({kind}, {positions:?})")
            })
            .collect();
        self.notes.add(&rows)
    }
}

/// How the rows of an array stand.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    /// A row a line.
    Lines,
    /// As many as fit a line.
    Filled,
}

fn array(name: &str, kind: &str, rows: Vec<String>, layout: Layout) -> String {
    let mut text = format!("pub(in crate::guide) static {name}: [{kind}; {}] = [", rows.len());
    let mut width = usize::MAX;
    for row in rows {
        if layout == Layout::Lines || width.saturating_add(row.len()) > 108 {
            text.push_str("\n   ");
            width = 3;
        }
        width += row.len() + 2;
        let _ = write!(text, " {row},");
    }
    text.push_str("\n];\n");
    text
}

fn usage(usage: Usage) -> &'static str {
    match usage {
        Usage::Required => "R",
        Usage::Situational => "S",
        Usage::NotUsed => "N",
    }
}

fn trigger(table: &Table, at: usize) -> &str {
    table.loops[at].slots.first().and_then(|slot| table.segment(slot)).map_or("", |segment| &segment.id)
}

fn kind(table: &Table, at: usize, record: Option<&str>, line: Option<&str>) -> &'static str {
    let id = Some(table.loops[at].id.as_str());
    if at == 0 {
        "Set"
    } else if id == record {
        "Record"
    } else if id == line {
        "Line"
    } else if trigger(table, at) == "HL" {
        "Level"
    } else {
        "Inner"
    }
}

fn is_cut(table: &Table, at: usize, record: Option<&str>, line: Option<&str>) -> bool {
    matches!(kind(table, at, record, line), "Record" | "Level")
}

/// A loop's slots in groups of one segment id.
struct Groups {
    groups: Vec<Group>,
    group_of: Vec<usize>,
}

struct Group {
    id: String,
    first: usize,
    len: usize,
    element: u8,
    component: u8,
    tie: u8,
}

impl Groups {
    fn of(table: &Table, this: &LoopDef) -> Groups {
        let mut layout = Groups { groups: Vec::new(), group_of: Vec::new() };
        for (n, slot) in this.slots.iter().enumerate() {
            let Some(segment) = table.segment(slot) else { continue };
            if layout.groups.last().is_none_or(|group| group.id != segment.id) {
                let (element, component) = discriminator(segment).unwrap_or((0, 0));
                layout.groups.push(Group {
                    id: segment.id.clone(),
                    first: n,
                    len: 0,
                    element,
                    component,
                    tie: 0,
                });
            }
            let Some(group) = layout.groups.last_mut() else { continue };
            for other in this.slots[group.first..n].iter().filter_map(|slot| table.segment(slot)) {
                if other.qualifiers.iter().any(|code| segment.qualifiers.contains(code)) {
                    group.tie = tie_breaker(other, segment).unwrap_or(0);
                }
            }
            group.len += 1;
            layout.group_of.push(layout.groups.len() - 1);
        }
        layout
    }
}
