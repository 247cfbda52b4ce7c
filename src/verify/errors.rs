//! IK3 and IK4 of a set's 999, held against the rows that say the same. However many there are, only a sum of them is kept.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::ack_file::Line;
use super::rows::Row;

/// The longest value of CTX.
const LONGEST: usize = 35;

/// Errors of a set: how many, of which kinds, and a sum that does not depend on their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Errors {
    pub(super) count: u64,
    sum: u64,
    /// One is against the base standard.
    standard: bool,
    /// One is against the guide only.
    guide: bool,
}

impl Errors {
    pub(super) fn note(&mut self, error: &Error) {
        let mut hasher = DefaultHasher::new();
        error.hash(&mut hasher);
        self.count += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
        let code = if error.element_code.is_empty() { &error.code } else { &error.element_code };
        if code.first() == Some(&b'I') { self.guide = true } else { self.standard = true }
    }

    /// Whether an IK5 with this verdict and these codes fits: without errors A and no code, with errors E and whether they are
    /// against the standard (5) or the guide (I5). What a rejected set falls for, its codes say, of which there must be one.
    pub(super) fn fit(&self, ik5: &Line) -> bool {
        let codes: Vec<&[u8]> = (2..=6).map(|at| ik5.at(at)).filter(|code| !code.is_empty()).collect();
        match ik5.at(1) {
            b"A" => self.count == 0 && codes.is_empty(),
            b"E" => {
                let due = [(self.standard, &b"5"[..]), (self.guide, b"I5")];
                let due: Vec<&[u8]> =
                    due.into_iter().filter(|(there, _)| *there).map(|(_, code)| code).collect();
                self.count > 0 && codes == due
            }
            _ => !codes.is_empty(),
        }
    }
}

/// An IK4 with the IK3 that it stands below, or an IK3 without any.
#[derive(Clone, Hash, Debug, Default)]
pub(super) struct Error {
    segment: Vec<u8>,
    position: Vec<u8>,
    loop_id: Vec<u8>,
    code: Vec<u8>,
    element: Vec<u8>,
    component: Vec<u8>,
    element_code: Vec<u8>,
    /// The record that it is about.
    context: Vec<u8>,
}

impl Error {
    /// What a 999 says of a row.
    pub(super) fn of_row(row: &Row) -> Error {
        let bytes = |column| row.text(column).as_bytes().to_vec();
        let segment = bytes("segment");
        let can_be_said = matches!(segment.len(), 2 | 3) && segment.iter().all(u8::is_ascii_alphanumeric);
        let code = bytes("ik3");
        let is_of_element = !row.text("ik4").is_empty() && !row.text("element").is_empty();
        let of_element = |column| if is_of_element { bytes(column) } else { Vec::new() };
        Error {
            segment: if can_be_said { segment } else { b"ZZZ".to_vec() },
            position: bytes("position"),
            loop_id: letters(row.text("loop")),
            code: if code.is_empty() { b"8".to_vec() } else { code },
            element: of_element("element"),
            component: of_element("component"),
            element_code: of_element("ik4"),
            context: context(row.text("record_id").as_bytes()),
        }
    }

    /// What an IK3 says.
    pub(super) fn of_segment(ik3: &Line) -> Error {
        Error {
            segment: ik3.at(1).to_vec(),
            position: ik3.at(2).to_vec(),
            loop_id: ik3.at(3).to_vec(),
            code: ik3.at(4).to_vec(),
            ..Error::default()
        }
    }

    /// What a CTX adds.
    pub(super) fn in_context(self, ctx: &Line) -> Error {
        let value = ctx.at(1).split(|byte| *byte == ctx.separators.component).nth(1).unwrap_or(&[]);
        Error { context: context(value), ..self }
    }

    /// What an IK4 adds.
    pub(super) fn of_element(&self, ik4: &Line) -> Error {
        let mut place = ik4.at(1).split(|byte| *byte == ik4.separators.component);
        let mut part = || place.next().unwrap_or(&[]).to_vec();
        Error { element: part(), component: part(), element_code: ik4.at(3).to_vec(), ..self.clone() }
    }
}

/// A record's id as far as row and CTX must have it alike: up to the first byte that one of them may write in another way, as a
/// blank or as `\xNN`.
fn context(id: &[u8]) -> Vec<u8> {
    let begin = id.iter().take_while(|byte| **byte <= b' ' || **byte == 0x7f).count();
    let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    id.iter().skip(begin).take(LONGEST).take_while(is_plain).copied().collect()
}

/// A loop's id as it is written.
fn letters(text: &str) -> Vec<u8> {
    let kept = text.bytes().filter(u8::is_ascii_alphanumeric).take(4);
    kept.map(|byte| byte.to_ascii_uppercase()).collect()
}
