//! From a table's CSV to loops, segments and elements. What cannot be read is a problem, and all problems are
//! listed.

use std::collections::HashMap;

use super::super::terms::{CodeSet, ElementType, NoteKind, Usage};

/// A table, read.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The first is the set itself.
    pub(super) loops: Vec<LoopDef>,
}

#[derive(Debug, Default)]
pub(super) struct LoopDef {
    pub(super) id: String,
    pub(super) parents: Vec<usize>,
    /// In document order.
    pub(super) slots: Vec<SlotDef>,
}

#[derive(Debug)]
pub(super) struct SlotDef {
    pub(super) target: TargetDef,
    pub(super) usage: Usage,
    /// 0 for any number.
    pub(super) max: u16,
}

#[derive(Debug)]
pub(super) enum TargetDef {
    Segment(SegmentDef),
    Loop(usize),
}

#[derive(Debug)]
pub(super) struct SegmentDef {
    pub(super) id: String,
    pub(super) qualifiers: Vec<String>,
    pub(super) elements: Vec<ElementDef>,
    pub(super) notes: Vec<NoteDef>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ElementDef {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) usage: Usage,
    pub(super) kind: ElementType,
    pub(super) min: u16,
    pub(super) max: u16,
    pub(super) repeat: u8,
    pub(super) codes: Vec<String>,
    /// Each with the qualifier under which it is meant, or nothing.
    pub(super) sources: Vec<(CodeSet, String)>,
    pub(super) components: Vec<ElementDef>,
    pub(super) notes: Vec<NoteDef>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoteDef {
    pub(super) kind: NoteKind,
    pub(super) positions: Vec<u8>,
}

impl Table {
    /// The first segment of a slot: its own, or its loop's.
    pub(super) fn segment<'a>(&'a self, slot: &'a SlotDef) -> Option<&'a SegmentDef> {
        match &slot.target {
            TargetDef::Segment(segment) => Some(segment),
            TargetDef::Loop(at) => match &self.loops.get(*at)?.slots.first()?.target {
                TargetDef::Segment(segment) => Some(segment),
                TargetDef::Loop(_) => None,
            },
        }
    }
}

#[derive(serde::Deserialize)]
struct Row {
    kind: String,
    id: String,
    within: String,
    qualifier: String,
    data_element: String,
    usage: String,
    repeat: String,
    r#type: String,
    min: String,
    max: String,
    codes: String,
    code_source: String,
    notes: String,
}

/// Reads a table; the problems name their rows.
pub(super) fn read(csv: &str) -> Result<Table, Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.as_bytes());
    let mut reading = Reading { table: Table { loops: vec![LoopDef::default()] }, ..Reading::default() };
    for row in reader.deserialize::<Row>() {
        match row {
            Ok(row) => reading.row(&row),
            Err(error) => reading.problems.push(error.to_string()),
        }
    }
    if reading.problems.is_empty() { Ok(reading.table) } else { Err(reading.problems) }
}

#[derive(Default)]
struct Reading {
    table: Table,
    by_id: HashMap<String, usize>,
    /// The loop of the segment that elements belong to.
    open: Option<usize>,
    problems: Vec<String>,
}

impl Reading {
    fn row(&mut self, row: &Row) {
        match row.kind.as_str() {
            "loop" => self.add_loop(row),
            "mount" => self.mount(row),
            "segment" => self.segment(row),
            "element" | "composite" => self.element(row),
            "component" => self.component(row),
            other => self.problem(row, &format!("unknown kind {other:?}")),
        }
    }

    fn problem(&mut self, row: &Row, what: &str) {
        self.problems.push(format!("{} {} in {:?}: {what}", row.kind, row.id, row.within));
    }

    fn parent(&mut self, row: &Row) -> Option<usize> {
        if row.within.is_empty() {
            return Some(0);
        }
        let found = self.by_id.get(&row.within).copied();
        if found.is_none() {
            self.problem(row, "it stands in a loop that is not there");
        }
        found
    }

    fn slot(&mut self, row: &Row, parent: usize, target: TargetDef) {
        let usage = self.usage(row);
        let max = match row.repeat.as_str() {
            ">1" => 0,
            number => number.parse().unwrap_or_else(|_| {
                self.problem(row, "its repeat is no number");
                1
            }),
        };
        self.table.loops[parent].slots.push(SlotDef { target, usage, max });
    }

    fn add_loop(&mut self, row: &Row) {
        let Some(parent) = self.parent(row) else { return };
        let at = self.table.loops.len();
        if self.by_id.insert(row.id.clone(), at).is_some() {
            self.problem(row, "a loop of this id is there already");
        }
        self.table.loops.push(LoopDef { id: row.id.clone(), parents: vec![parent], slots: Vec::new() });
        self.slot(row, parent, TargetDef::Loop(at));
        self.open = None;
    }

    fn mount(&mut self, row: &Row) {
        let Some(parent) = self.parent(row) else { return };
        let Some(&at) = self.by_id.get(&row.id) else {
            return self.problem(row, "the mounted loop is not there");
        };
        self.table.loops[at].parents.push(parent);
        self.slot(row, parent, TargetDef::Loop(at));
        self.open = None;
    }

    fn segment(&mut self, row: &Row) {
        let Some(parent) = self.parent(row) else { return };
        let notes = self.notes(row);
        let qualifiers = split(&row.qualifier);
        let twice = self.table.loops[parent].slots.iter().any(|slot| {
            matches!(&slot.target, TargetDef::Segment(other) if other.id == row.id && other.qualifiers == qualifiers)
        });
        if twice {
            self.problem(row, "the same segment with the same qualifiers is there already");
        }
        let segment = SegmentDef { id: row.id.clone(), qualifiers, elements: Vec::new(), notes };
        self.slot(row, parent, TargetDef::Segment(segment));
        self.open = Some(parent);
    }

    fn element(&mut self, row: &Row) {
        let element = self.definition(row);
        let Some(segment) = self.open_segment() else { return self.problem(row, "no segment is open") };
        let expected = format!("{}{:02}", segment.id, segment.elements.len() + 1);
        let wrong = (expected != row.id).then_some(expected);
        segment.elements.push(element);
        if let Some(expected) = wrong {
            self.problem(row, &format!("{expected} should stand here"));
        }
    }

    fn component(&mut self, row: &Row) {
        let component = self.definition(row);
        let Some(composite) = self.open_segment().and_then(|segment| segment.elements.last_mut()) else {
            return self.problem(row, "no composite is open");
        };
        let expected = format!("{}-{}", composite.id, composite.components.len() + 1);
        let wrong = expected != row.id || composite.kind != ElementType::Composite;
        composite.components.push(component);
        if wrong {
            self.problem(row, &format!("{expected} should stand here"));
        }
    }

    fn open_segment(&mut self) -> Option<&mut SegmentDef> {
        let parent = self.open?;
        match &mut self.table.loops[parent].slots.last_mut()?.target {
            TargetDef::Segment(segment) => Some(segment),
            TargetDef::Loop(_) => None,
        }
    }

    fn definition(&mut self, row: &Row) -> ElementDef {
        let kind = if row.kind == "composite" { "composite" } else { row.r#type.as_str() };
        let kind = match kind {
            "ID" => ElementType::Identifier,
            "AN" => ElementType::Text,
            "DT" => ElementType::Date,
            "TM" => ElementType::Time,
            "R" => ElementType::Decimal,
            "N0" => ElementType::Integer,
            "composite" => ElementType::Composite,
            other => {
                self.problem(row, &format!("unknown type {other:?}"));
                ElementType::Text
            }
        };
        let mut length = |text: &str| {
            if kind == ElementType::Composite {
                return 0;
            }
            text.parse().unwrap_or_else(|_| {
                self.problems.push(format!("{} {}: its length {text:?} is no number", row.kind, row.id));
                1
            })
        };
        let (min, max) = (length(&row.min), length(&row.max));
        let repeat = row.repeat.parse().unwrap_or_else(|_| {
            self.problem(row, "its repeat is no number");
            1
        });
        ElementDef {
            id: row.id.clone(),
            number: row.data_element.clone(),
            usage: self.usage(row),
            kind,
            min,
            max,
            repeat,
            codes: split(&row.codes),
            sources: self.sources(row),
            components: Vec::new(),
            notes: self.notes(row),
        }
    }

    fn usage(&mut self, row: &Row) -> Usage {
        match row.usage.as_str() {
            "R" => Usage::Required,
            "S" => Usage::Situational,
            "N" => Usage::NotUsed,
            other => {
                self.problem(row, &format!("unknown usage {other:?}"));
                Usage::Situational
            }
        }
    }

    fn sources(&mut self, row: &Row) -> Vec<(CodeSet, String)> {
        let mut sources = Vec::new();
        for source in split(&row.code_source) {
            let (token, when) = source.split_once('@').unwrap_or((&source, ""));
            match CodeSet::ALL.iter().find(|set| set.token() == token) {
                Some(set) => sources.push((*set, when.to_owned())),
                None => self.problem(row, &format!("unknown code set {token:?}")),
            }
        }
        sources
    }

    fn notes(&mut self, row: &Row) -> Vec<NoteDef> {
        let mut notes = Vec::new();
        for note in split(&row.notes) {
            match read_note(&note) {
                Some(note) => notes.push(note),
                None => self.problem(row, &format!("unreadable note {note:?}")),
            }
        }
        notes
    }
}

/// A letter and two or more positions of two digits: `P0304`.
fn read_note(text: &str) -> Option<NoteDef> {
    let kind = match text.get(..1)? {
        "P" => NoteKind::Paired,
        "R" => NoteKind::Required,
        "E" => NoteKind::Exclusion,
        "C" => NoteKind::Conditional,
        "L" => NoteKind::ListConditional,
        _ => return None,
    };
    let digits = text.as_bytes().get(1..)?;
    let positions: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?.parse().ok())
        .collect();
    positions.filter(|positions| positions.len() > 1).map(|positions| NoteDef { kind, positions })
}

fn split(list: &str) -> Vec<String> {
    if list.is_empty() { Vec::new() } else { list.split('|').map(str::to_owned).collect() }
}
