//! Where an interchange may be cut into units.

use memchr::{memchr, memrchr};

use super::Isa;
use super::separators::Classes;

/// Finds places where no record is cut in two.
///
/// Units begin at an envelope segment, at a hierarchical level, or at a record. Levels inside a record (HL03 SS) are no
/// place to cut.
#[derive(Clone, Debug)]
pub struct Cutter {
    element: u8,
    terminator: u8,
    classes: Classes,
    target: usize,
    limit: usize,
}

impl Cutter {
    /// A cutter for one interchange: units of about `target` bytes; one of `limit` bytes is cut anywhere between segments.
    pub fn new(isa: &Isa, target: usize, limit: usize) -> Cutter {
        Cutter {
            element: isa.separators.element,
            terminator: isa.separators.terminator,
            classes: isa.separators.classes(),
            target: target.max(1),
            limit: limit.max(target),
        }
    }

    /// How long the unit at the start of `data` is; `None` if more bytes must be read to tell. `data` begins at a
    /// segment, and `last` says that it reaches to the end of the interchange.
    pub fn cut(&self, data: &[u8], last: bool) -> Option<usize> {
        if last && data.len() <= self.target {
            return Some(data.len());
        }
        let before = self.target.min(data.len());
        if let Some(at) = self.last_place(data, before) {
            return Some(at);
        }
        if let Some(at) = self.first_place(data, before) {
            return Some(at);
        }
        if last && data.len() <= self.limit {
            return Some(data.len());
        }
        if data.len() < self.limit {
            return None;
        }
        // an oversized record: the survey knows it, and its pieces are not judged
        let window = data.get(..self.limit).unwrap_or(data);
        let mut end = window.len();
        while let Some(at) = memrchr(self.terminator, window.get(..end)?) {
            let next = self.skip_gap(data, at + 1);
            if next <= window.len() && next < data.len() {
                return Some(next);
            }
            end = at;
        }
        Some(window.len())
    }

    /// The last place to cut at or before `limit`, but not at the start.
    fn last_place(&self, data: &[u8], limit: usize) -> Option<usize> {
        let mut end = limit;
        loop {
            let at = memrchr(self.terminator, data.get(..end)?)?;
            let next = self.skip_gap(data, at + 1);
            if next <= limit && self.is_place(data.get(next..)?) {
                return Some(next);
            }
            end = at;
        }
    }

    /// The first place to cut after `from`.
    fn first_place(&self, data: &[u8], from: usize) -> Option<usize> {
        let mut start = from.saturating_sub(1);
        loop {
            let at = start + memchr(self.terminator, data.get(start..)?)?;
            let next = self.skip_gap(data, at + 1);
            if next > 0 && self.is_place(data.get(next..)?) {
                return Some(next);
            }
            start = at + 1;
        }
    }

    fn skip_gap(&self, data: &[u8], mut at: usize) -> usize {
        while data.get(at).is_some_and(|byte| self.classes.is_gap(*byte)) {
            at += 1;
        }
        at
    }

    /// Whether what begins here begins a unit.
    fn is_place(&self, data: &[u8]) -> bool {
        let id_end = data.iter().take(4).position(|byte| *byte == self.element);
        match id_end.and_then(|end| data.get(..end)) {
            Some(b"CLM" | b"ST" | b"SE" | b"GS" | b"GE") => true,
            Some(b"HL") => {
                let Some(end) = memchr(self.terminator, data) else { return false };
                let mut elements = data.get(..end).unwrap_or(&[]).split(|byte| *byte == self.element);
                matches!(elements.nth(3), Some(b"20" | b"21" | b"22" | b"23" | b"EV"))
            }
            _ => false,
        }
    }
}
