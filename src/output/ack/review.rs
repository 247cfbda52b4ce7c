//! 278 response to a rejected request: the levels above the event, and AAA.

use crate::finding::Code;
use crate::guide::{Guide, GuideId};
use crate::rules::Codes;
use crate::x12::Segment;

use super::pen::{Line, Pen, UNKNOWN};

/// HL03 of the levels, outermost first.
const LEVELS: [&str; 4] = ["20", "21", "22", "23"];

/// AAA03 of a fault: the rule's own where the guide has it at an event, else 33, invalid data.
pub fn answer_code(codes: &Codes) -> &'static str {
    let slot = Guide::of(GuideId::AuthorizationResponse).find_slot(
        Code::new(b"2000E"),
        Code::new(b"AAA"),
        Code::EMPTY,
    );
    let element = slot.and_then(|slot| slot.element(3));
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
    let has_id = qualifiers.contains(&name.element(8)) && name.element(9).len() > 1;
    match (depth, has_id) {
        (3, _) => line.end(),
        (_, true) => line.data(name.element(8), 2).required(&[name.element(9), UNKNOWN], 2, 80).end(),
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
    for trace in traces.take(3) {
        let line = pen.segment("TRN").text("2").data(trace.element(2), 50).data(trace.element(3), 10);
        line.data(trace.element(4), 50).end();
    }
    for reason in reasons.iter().take(9) {
        pen.segment("AAA").text("N").skip().text(reason).text("C").end();
    }
    let line =
        pen.segment("UM").required(&[um.element(1), b"HS"], 1, 2).required(&[um.element(2), b"I"], 1, 1);
    let line = line.data(um.element(3), 2);
    let mut parts = um.element(4).split(|byte| *byte == component);
    let (facility, qualifier) = (parts.next().unwrap_or(&[]), parts.next().unwrap_or(&[]));
    if facility.is_empty() || qualifier.is_empty() {
        line.end();
    } else {
        line.data(facility, 2).data_part(qualifier, 2).end();
    }
}
