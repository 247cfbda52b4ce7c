//! 999: IK3 and IK4.

use crate::finding::{Code, Fact, Finding, Findings};
use crate::guide::Guide;
use crate::rules::{self, Codes};
use crate::x12::survey::EnvelopeFault;
use crate::x12::{Item, Unit};

use super::pen::Pen;

/// What the errors of an item are made of.
#[derive(Clone, Copy, Debug)]
pub struct Unit999<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// Its findings.
    pub findings: &'a Findings,
    /// The guide of the set, for the numbers of elements; none where it is unknown.
    pub guide: Option<&'static Guide>,
}

/// Which errors were written.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Written {
    /// One against the base standard.
    pub standard: bool,
    /// One against the guide only.
    pub guide: bool,
}

impl Written {
    fn note(&mut self, codes: &Codes) {
        let code = if codes.ik4.is_empty() { codes.ik3 } else { codes.ik4 };
        if code.starts_with('I') { self.guide = true } else { self.standard = true }
    }
}

/// Writes findings about one item, in the order of its segments; elements of one segment share an IK3. `context` names the
/// record, if it is one: `CLM01` and its value.
pub fn errors(
    pen: &mut Pen<'_>,
    of: Unit999<'_>,
    item: &Item,
    wrong: &mut [&Finding],
    context: Option<(&str, &[u8])>,
) -> Written {
    let mut written = Written::default();
    let context = context.map(|(name, value)| (name, pen.style.first(&[value], 1, 35)));
    let context = context.filter(|(_, value)| !value.is_empty());
    wrong.sort_by_key(|finding| finding.place.segment);
    let mut open = None;
    for finding in wrong {
        let codes = &rules::rule(finding.rule).outcome(finding.outcome).codes;
        written.note(codes);
        let place = finding.place;
        let same = (place.segment, place.segment_id, codes.ik3);
        let shares = !codes.ik4.is_empty() && open == Some(same);
        if !shares {
            let position = u64::from(item.position) + u64::from(place.segment.saturating_sub(item.from));
            segment(pen, place.segment_id, position, place.loop_id, codes);
            if let Some((name, value)) = context {
                pen.segment("CTX").text(name).data_part(value, 35).end();
            }
            open = Some(same).filter(|_| !codes.ik4.is_empty());
        }
        if codes.ik4.is_empty() || place.element == 0 {
            continue;
        }
        let number = element_number(of.guide, finding);
        let bad = match finding.found {
            // what has an invalid character is not sent back
            Fact::Input(span) if codes.ik4 != "6" => of.unit.text(span),
            _ => b"",
        };
        // without its blanks it would be another value, perhaps a good one
        let has_blanks = [bad.first(), bad.last()].contains(&Some(&b' '));
        let bad = if has_blanks { b"" } else { bad };
        let line = pen.segment("IK4").number(u64::from(place.element));
        let line = if place.component > 0 { line.part(&place.component.to_string()) } else { line };
        let line = match (place.component, place.repetition) {
            (_, 0) => line,
            (0, nth) => line.part("").part(&(u32::from(nth) + 1).to_string()),
            (_, nth) => line.part(&(u32::from(nth) + 1).to_string()),
        };
        line.text(&number).text(codes.ik4).data(bad, 99).end();
    }
    written
}

/// Writes a fault that the survey found inside a set, if it is one of a segment.
pub fn set_fault(pen: &mut Pen<'_>, fault: &EnvelopeFault) -> Written {
    let codes = &rules::rule(fault.rule).outcome(fault.outcome).codes;
    let mut written = Written::default();
    if codes.ik3.is_empty() || fault.position == 0 {
        return written;
    }
    written.note(codes);
    segment(pen, fault.segment_id, u64::from(fault.position), Code::EMPTY, codes);
    if !codes.ik4.is_empty() && fault.element > 0 {
        // HL01 to HL04 are data elements 628, 734, 735, 736
        let number = ["", "628", "734", "735", "736"].get(usize::from(fault.element)).copied().unwrap_or("");
        let line = pen.segment("IK4").number(u64::from(fault.element)).text(number);
        line.text(codes.ik4).data(fault.found.bytes(), 99).end();
    }
    written
}

fn segment(pen: &mut Pen<'_>, id: Code, position: u64, loop_id: Code, codes: &Codes) {
    let loop_id: String = loop_id.to_string().chars().filter(char::is_ascii_alphanumeric).take(4).collect();
    // an id that is none of two or three letters and digits cannot be said, nor may a part of it name another; its position is
    // what counts
    let id = id.to_string();
    let can_be_said = (2..=3).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let id = if can_be_said { &id } else { "ZZZ" };
    let code = if codes.ik3.is_empty() { "8" } else { codes.ik3 };
    pen.segment("IK3").text(id).number(position).text(&loop_id.to_ascii_uppercase()).text(code).end();
}

/// The data element number of what a finding points at.
fn element_number(guide: Option<&'static Guide>, finding: &Finding) -> String {
    let place = finding.place;
    if !place.data_element.is_empty() {
        return plain(place.data_element);
    }
    let element = guide
        .and_then(|guide| guide.find_slot(place.loop_id, place.segment_id, Code::EMPTY))
        .and_then(|slot| slot.element(place.element));
    let Some(element) = element else { return String::new() };
    if place.component == 0 {
        return plain(element.number());
    }
    element.component(place.component).map_or(String::new(), |component| plain(component.number()))
}

/// A data element number; that of a composite (C…) is none.
fn plain(number: Code) -> String {
    let text = number.to_string();
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text } else { String::new() }
}
