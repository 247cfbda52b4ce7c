//! An acknowledgement held against our own guide tables: envelopes, places, and every element's usage, length and codes.

use claimsieve::finding::Findings;
use claimsieve::guide::{Element, Guide, Input, Matcher, Slot, Usage, envelope_slot, version};
use claimsieve::x12::{Segment, SegmentTable, Segments, Separators, Tokeniser, grammar};

/// What is repeated from the input as it came, and so is as wrong as it came there.
const ECHOED: [&str; 7] = ["AK101", "AK102", "AK103", "AK201", "AK202", "AK203", "TA101"];

/// Every fault of a file of acknowledgements, a line each.
pub(crate) fn faults(bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let Some(isa) = grammar::isa(rest) else {
            all.push("an ISA cannot be read".to_owned());
            break;
        };
        let mut table = SegmentTable::new();
        // one interchange at a time: another may have other separators
        let end = (1..rest.len()).find(|at| grammar::isa(&rest[*at..]).is_some()).unwrap_or(rest.len());
        let body = &rest[..end];
        Tokeniser.read(body, &isa.separators, &mut table);
        interchange(body, &table, isa.separators, &mut all);
        rest = &rest[end..];
    }
    all
}

fn interchange(bytes: &[u8], table: &SegmentTable, separators: Separators, all: &mut Vec<String>) {
    let (mut group, mut from) = (Vec::new(), 0);
    let (mut groups, mut sets) = (0, 0);
    let mut headers: Vec<(Vec<u8>, u32)> = Vec::new();
    for at in 0..table.len() as u32 {
        let segment = table.segment(bytes, at);
        let id = segment.id();
        if matches!(id, b"ISA" | b"GS" | b"GE" | b"IEA" | b"TA1") {
            match envelope_slot(segment.code()) {
                Some(slot) => elements(&segment, slot, separators, all),
                None => all.push(format!("{} is no envelope", text(id))),
            }
        }
        let mut ends = |count: u32, control: u8, all: &mut Vec<String>| {
            let header = headers.pop().map(|(control, _)| control);
            if header.as_deref() != Some(segment.element(control))
                || text(segment.element(1)) != count.to_string()
            {
                all.push(format!("{} does not fit its header or {count}", text(segment.text())));
            }
        };
        match id {
            b"GE" => ends(sets, 2, all),
            b"IEA" => ends(groups, 2, all),
            b"SE" => {
                ends(at - from + 1, 2, all);
                set(bytes, table, (from, at + 1), separators, all);
            }
            _ => {}
        }
        let control = match id {
            b"ISA" => 13,
            b"GS" => {
                groups += 1;
                sets = 0;
                group = segment.element(8).to_vec();
                6
            }
            b"ST" => {
                sets += 1;
                from = at;
                if segment.element(3) != group {
                    all.push("ST03 is not GS08".to_owned());
                }
                2
            }
            _ => continue,
        };
        headers.push((segment.element(control).to_vec(), at));
    }
    if !headers.is_empty() {
        all.push("an envelope does not end".to_owned());
    }
}

fn set(
    bytes: &[u8],
    table: &SegmentTable,
    (from, to): (u32, u32),
    separators: Separators,
    all: &mut Vec<String>,
) {
    let st = table.segment(bytes, from);
    let Some(version) = version(st.element(3)) else {
        all.push(format!("ST03 {} is no guide", text(st.element(3))));
        return;
    };
    let bht = table.segment(bytes, from + 1);
    let guide = Guide::of(version.family.guide(bht.element(2)));
    let (mut slots, mut findings) = (Vec::new(), Findings::default());
    let input = Input { bytes, segments: table, separators };
    Matcher::new().match_set(guide, input, from, to, &mut slots, &mut findings);
    for finding in findings.list() {
        let segment = table.segment(bytes, finding.place.segment);
        all.push(format!("{} in {} at {}", finding.rule, finding.place.loop_id, text(segment.text())));
    }
    for at in from..to {
        let segment = table.segment(bytes, at);
        let slot = slots.get(at as usize).and_then(|number| guide.slot(*number));
        match slot {
            Some(slot) => elements(&segment, slot, separators, all),
            None => all.push(format!("{} has no place", text(segment.text()))),
        }
    }
}

fn elements(segment: &Segment<'_>, slot: Slot, separators: Separators, all: &mut Vec<String>) {
    let id = text(segment.id());
    let known = slot.elements().len() as u8;
    if segment.elements() > known {
        all.push(format!("{id} has {} elements", segment.elements()));
    }
    if segment.elements() > 0 && segment.element(segment.elements()).is_empty() {
        all.push(format!("{id} ends with a separator"));
    }
    for (n, element) in (1..).zip(slot.elements()) {
        let name = format!("{id}{n:02}");
        let value = segment.element(n);
        // ISA11 and ISA16 are separators
        if id == "ISA" && matches!(n, 11 | 16) || ECHOED.contains(&name.as_str()) {
            continue;
        }
        if element.components().len() == 0 {
            check(&name, value, element, all);
            continue;
        }
        if value.is_empty() != (element.usage() == Usage::NotUsed)
            && value.is_empty() == (element.usage() == Usage::Required)
        {
            all.push(format!("{name} is {} and {:?}", text(value), element.usage()));
        }
        if value.is_empty() {
            continue;
        }
        for (c, component) in (1..).zip(element.components()) {
            check(&format!("{name}-{c}"), separators.component(value, c), component, all);
        }
    }
}

fn check(name: &str, value: &[u8], element: Element, all: &mut Vec<String>) {
    if value.is_empty() {
        if element.usage() == Usage::Required {
            all.push(format!("{name} is required and missing"));
        }
        return;
    }
    let is_known = element.codes().is_empty() || element.codes().contains(value);
    let wrong = match element.usage() {
        Usage::NotUsed => "is not used and there",
        _ if value.len() < usize::from(element.min()) => "is too short",
        _ if value.len() > usize::from(element.max()) => "is too long",
        _ if !is_known => "is no code of its list",
        _ if value.ends_with(b" ") && !name.starts_with("ISA") => "ends blank",
        _ => return,
    };
    all.push(format!("{name} {wrong}: {}", text(value)));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
