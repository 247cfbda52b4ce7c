//! What must hold of a table before anything is generated from it.

use std::collections::BTreeSet;

use super::super::table::{MAX_DEPTH, MAX_SLOTS, NOTE_POSITIONS};
use super::super::terms::{ElementType, Usage};
use super::read::{ElementDef, LoopDef, NoteDef, SegmentDef, SlotDef, Table, TargetDef};

/// Every problem of a table, named by where it is; none of a good one.
pub(super) fn problems(table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for (at, this) in table.loops.iter().enumerate() {
        loop_shape(table, at, this, &mut found);
        siblings(table, this, &mut found);
        for slot in &this.slots {
            if let TargetDef::Segment(segment) = &slot.target {
                let path = format!("{}/{}{:?}", this.id, segment.id, segment.qualifiers);
                segment_shape(&path, segment, &mut found);
            }
        }
    }
    depth(table, 0, 1, &mut found);
    found
}

/// A loop is entered by its first segment and left when another comes: it needs one, and one of its own.
fn loop_shape(table: &Table, at: usize, this: &LoopDef, found: &mut Vec<String>) {
    let id = &this.id;
    if this.slots.len() > MAX_SLOTS {
        found.push(format!("{id}: {} slots, and a word has {MAX_SLOTS} bits", this.slots.len()));
    }
    if at == 0 {
        return;
    }
    match this.slots.first() {
        Some(SlotDef { target: TargetDef::Segment(_), usage: Usage::Required, max: 1 }) => {}
        _ => {
            return found.push(format!(
                "{id}: unreachable, it does not begin with a required segment that stands once"
            ));
        }
    }
    let trigger = this.slots.first().and_then(|slot| table.segment(slot)).map(|segment| &segment.id);
    if this.slots.get(1).and_then(|slot| table.segment(slot)).map(|segment| &segment.id) == trigger {
        found.push(format!(
            "{id}: its second slot has the segment id of its first, a new instance could not be told"
        ));
    }
    if this.parents.len() > 2 {
        found.push(format!("{id}: mounted more than twice"));
    }
}

/// Two slots of a loop must be told apart by segment id, by qualifier, or by a second code.
fn siblings(table: &Table, this: &LoopDef, found: &mut Vec<String>) {
    for (n, one) in this.slots.iter().enumerate() {
        let Some(first) = table.segment(one) else { continue };
        for (m, other) in this.slots.iter().enumerate().skip(n + 1) {
            let Some(second) = table.segment(other) else { continue };
            if first.id != second.id {
                continue;
            }
            let pair = format!("{}: {}{:?} and {:?}", this.id, first.id, first.qualifiers, second.qualifiers);
            if discriminator(first) != discriminator(second) {
                found.push(format!("{pair}: ambiguous, their qualifiers stand in different elements"));
            } else if overlap(first, second) && tie_breaker(first, second).is_none() {
                let loops = [one, other].iter().any(|slot| matches!(slot.target, TargetDef::Loop(_)));
                let what = if loops { "the second is unreachable" } else { "ambiguous" };
                found.push(format!("{pair}: {what}, nothing tells them apart"));
            }
            let between = this.slots.get(n + 1..m).unwrap_or(&[]).iter();
            let apart = between.filter_map(|slot| table.segment(slot)).any(|segment| segment.id != first.id);
            if apart && overlap(first, second) {
                found.push(format!("{pair}: ambiguous, apart from each other with the same qualifier"));
            }
        }
    }
}

fn overlap(first: &SegmentDef, second: &SegmentDef) -> bool {
    first.qualifiers.is_empty()
        || second.qualifiers.is_empty()
        || first.qualifiers.iter().any(|code| second.qualifiers.contains(code))
}

/// The element and component whose code list is the qualifier list of a segment.
pub(super) fn discriminator(segment: &SegmentDef) -> Option<(u8, u8)> {
    if segment.qualifiers.is_empty() {
        return None;
    }
    for (at, element) in segment.elements.iter().enumerate() {
        let n = at as u8 + 1;
        if element.codes == segment.qualifiers {
            return Some((n, 0));
        }
        if element.components.first().is_some_and(|first| first.codes == segment.qualifiers) {
            return Some((n, 1));
        }
    }
    None
}

/// The first required element after the qualifier whose codes are apart in the two.
pub(super) fn tie_breaker(first: &SegmentDef, second: &SegmentDef) -> Option<u8> {
    let (from, _) = discriminator(first)?;
    first.elements.iter().zip(&second.elements).enumerate().skip(usize::from(from)).find_map(
        |(at, (one, other))| {
            let decides = [one, other]
                .iter()
                .all(|element| element.usage == Usage::Required && !element.codes.is_empty());
            (decides && !one.codes.iter().any(|code| other.codes.contains(code))).then_some(at as u8 + 1)
        },
    )
}

fn segment_shape(path: &str, segment: &SegmentDef, found: &mut Vec<String>) {
    if !(2..=3).contains(&segment.id.len()) {
        found.push(format!("{path}: a segment id has two or three letters"));
    }
    if !segment.qualifiers.is_empty() && discriminator(segment).is_none() {
        found.push(format!("{path}: no element holds its qualifiers"));
    }
    notes(path, &segment.notes, segment.elements.len(), found);
    for element in &segment.elements {
        element_shape(path, element, found);
        notes(&format!("{path} {}", element.id), &element.notes, element.components.len(), found);
        for component in &element.components {
            element_shape(path, component, found);
        }
    }
}

fn element_shape(path: &str, element: &ElementDef, found: &mut Vec<String>) {
    let path = format!("{path} {}", element.id);
    if element.number.is_empty() || element.number.len() > 4 {
        found.push(format!("{path}: a data element number has one to four characters"));
    }
    if element.kind == ElementType::Composite {
        return;
    }
    let (min, max) = (element.min, element.max);
    let possible = match element.kind {
        ElementType::Date => matches!((min, max), (6, 6) | (8, 8)),
        ElementType::Time => min == 4 && matches!(max, 4 | 6 | 8),
        _ => min >= 1 && min <= max,
    };
    if !possible {
        found.push(format!("{path}: impossible lengths {min} to {max}"));
    }
    let mut seen = BTreeSet::new();
    for code in &element.codes {
        if !(min..=max).contains(&(code.len() as u16)) {
            found.push(format!("{path}: code {code:?} does not fit lengths {min} to {max}"));
        }
        if !seen.insert(code) {
            found.push(format!("{path}: code {code:?} stands twice"));
        }
    }
}

fn notes(path: &str, notes: &[NoteDef], elements: usize, found: &mut Vec<String>) {
    for note in notes {
        if note.positions.iter().any(|position| *position == 0 || usize::from(*position) > elements) {
            found.push(format!("{path}: note {note:?} names a position past the end, {elements}"));
        }
        if note.positions.len() > NOTE_POSITIONS {
            found.push(format!("{path}: note {note:?} names more than {NOTE_POSITIONS} positions"));
        }
    }
}

fn depth(table: &Table, at: usize, level: usize, found: &mut Vec<String>) {
    if level > MAX_DEPTH {
        return found.push(format!("{}: nested deeper than {MAX_DEPTH}", table.loops[at].id));
    }
    for slot in &table.loops[at].slots {
        if let TargetDef::Loop(child) = slot.target {
            depth(table, child, level + 1, found);
        }
    }
}
