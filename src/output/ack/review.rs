//! 278 response to a rejected request: the levels above the event, and AAA.

use crate::finding::Code;
use crate::guide::{Guide, GuideId, Slot};
use crate::reference::npi_fault;
use crate::rules::{self, Codes};
use crate::x12::Segment;

use super::pen::{Line, Pen, Style, UNKNOWN};

/// HL03 of the levels, outermost first.
const LEVELS: [&str; 4] = ["20", "21", "22", "23"];

/// What stands for TRN03 where the request gives none of ten characters, which the guide asks for: 9 and a number of ours.
const NO_COMPANY: &[u8] = b"9000000000";

/// A segment of the answer's event.
fn slot(segment: Code) -> Option<Slot> {
    Guide::of(GuideId::AuthorizationResponse).find_slot(Code::new(b"2000E"), segment, Code::EMPTY)
}

/// A value of the request where the answer's guide allows it in an element of its event, or in a component of one; else nothing:
/// an answer does not repeat what it is about.
fn allowed(style: Style, segment: Code, (n, part): (u8, u8), value: &[u8]) -> &[u8] {
    let element = slot(segment).and_then(|slot| slot.element(n));
    let element = if part == 0 { element } else { element.and_then(|element| element.component(part)) };
    let fit = style.first(&[value], 1, usize::MAX);
    let is_allowed = element.is_some_and(|element| {
        (usize::from(element.min())..=usize::from(element.max())).contains(&fit.len())
            && (element.codes().is_empty() || element.codes().contains(fit))
    });
    if is_allowed { fit } else { &[] }
}

/// AAA03 of a fault: the rule's own where the guide has it at an event, else 33, invalid data.
pub fn answer_code(codes: &Codes) -> &'static str {
    let element = slot(Code::new(b"AAA")).and_then(|slot| slot.element(3));
    let is_known = !codes.aaa.is_empty()
        && element.is_some_and(|element| element.codes().contains(codes.aaa.as_bytes()));
    if is_known { codes.aaa } else { "33" }
}

/// HL03 of a level and its NM1, as the request has it: utilization management organization, requester, subscriber, dependent.
/// `other` is who it is where the request does not say.
pub fn level(pen: &mut Pen<'_>, depth: usize, name: &Segment<'_>, other: &[u8]) -> &'static str {
    let (roles, usual): (&[&[u8]], &str) = match depth {
        0 => (&[b"X3", b"2B", b"36", b"PR"], "X3"),
        1 => (&[b"1P", b"FA"], "1P"),
        2 => (&[b"IL"], "IL"),
        _ => (&[b"QC"], "QC"),
    };
    let qualifiers: &[&[u8]] = match depth {
        0 => &[b"24", b"34", b"46", b"PI", b"XV"],
        1 => &[b"24", b"34", b"46", b"XX"],
        _ => &[b"MI", b"II"],
    };
    let role = name.element(1);
    let line = pen.segment("NM1");
    let line = if roles.contains(&role) { line.data(role, 3) } else { line.text(usual) };
    let is_person = depth > 1 || name.element(2) == b"1";
    let line = line.text(if is_person { "1" } else { "2" });
    let line = names(line, name, depth);
    let id = line.style().first(&[name.element(9)], 2, 80);
    let is_sound = name.element(8) != b"XX" || npi_fault(id).is_none();
    let has_id = qualifiers.contains(&name.element(8)) && !id.is_empty() && is_sound;
    match (depth, has_id) {
        (3, _) => line.end(),
        (_, true) => line.data(name.element(8), 2).data(id, 80).end(),
        (2, false) => line.text("MI").data(UNKNOWN, 80).end(),
        (_, false) => line.text("46").required(&[other, UNKNOWN], 2, 80).end(),
    }
    LEVELS.get(depth).copied().unwrap_or("23")
}

/// NM103 to NM107, as far as the level has them.
fn names<'p, 'o>(line: Line<'p, 'o>, name: &Segment<'_>, depth: usize) -> Line<'p, 'o> {
    let line = line.data(name.element(3), 60).data(name.element(4), 35).data(name.element(5), 25);
    let line = if depth < 2 { line.skip() } else { line.data(name.element(6), 10) };
    if depth == 0 { line.skip() } else { line.data(name.element(7), 10) }
}

/// An event: its traces, the reasons, and its UM, which the guide asks for.
pub fn event<'a>(
    pen: &mut Pen<'_>,
    traces: impl Iterator<Item = Segment<'a>>,
    reasons: &[&'static str],
    um: &Segment<'_>,
    component: u8,
) {
    let (style, trn) = (pen.style, Code::new(b"TRN"));
    let traces = traces.map(|trace| [2, 3, 4].map(|n| allowed(style, trn, (n, 0), trace.element(n))));
    for [number, company, division] in traces.filter(|[number, ..]| !number.is_empty()).take(3) {
        let line = pen.segment("TRN").text("2").data(number, 50);
        line.required(&[company, NO_COMPANY], 10, 10).data(division, 50).end();
    }
    for reason in reasons.iter().take(9) {
        pen.segment("AAA").text("N").skip().text(reason).text("C").end();
    }
    let repeated = |at, value| allowed(style, Code::new(b"UM"), at, value);
    let [category, kind, service] = [1, 2, 3].map(|n| repeated((n, 0), um.element(n)));
    let line = pen.segment("UM").required(&[category, b"HS"], 1, 2).required(&[kind, b"I"], 1, 1);
    let line = line.data(service, 2);
    let mut parts = um.element(4).split(|byte| *byte == component);
    let mut part = |n| repeated((4, n), parts.next().unwrap_or(&[]));
    let (facility, qualifier) = (part(1), part(2));
    if !qualifier.is_empty() && rules::is_facility(facility, qualifier) {
        line.data(facility, 2).data_part(qualifier, 2).end();
    } else {
        line.end();
    }
}
