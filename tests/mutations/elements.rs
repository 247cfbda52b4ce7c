//! One fault in an element or a component.

use std::collections::BTreeSet;

use claimsieve::guide::{Element, ElementType, Note, NoteKind, Slot, Usage};

use super::base::{Base, Case, Expected, with};

/// Every case of a base. Segments that stand in one place of the guide several times are mutated once.
pub(crate) fn cases(base: &Base) -> Vec<Case> {
    let mut maker = Maker { base, cases: Vec::new() };
    let mut done = BTreeSet::new();
    for (at, slot) in base.slots.iter().enumerate() {
        // the set's own rules judge ST and SE
        let is_asked = !matches!(base.lines[at][0].as_str(), "ST" | "SE");
        if is_asked && done.insert(slot.number()) {
            maker.segment(at, *slot);
        }
    }
    maker.cases
}

struct Maker<'b> {
    base: &'b Base,
    cases: Vec<Case>,
}

/// An element, or a component of it, of a base.
#[derive(Clone, Copy)]
struct Spot<'b> {
    at: usize,
    n: u8,
    /// 0 for the whole element.
    component: u8,
    asked: Element,
    value: &'b str,
}

impl Spot<'_> {
    fn is_number(&self) -> bool {
        matches!(self.asked.kind(), ElementType::Decimal | ElementType::Integer)
    }

    fn number(&self) -> String {
        self.asked.number().to_string()
    }
}

impl Maker<'_> {
    /// Adds a case whose fault is in element `n`; 0 for the whole segment.
    fn add(
        &mut self,
        mutation: &str,
        lines: Vec<Vec<String>>,
        at: usize,
        (n, component): (u8, u8),
        (rule, ik3, ik4): (&str, &str, &str),
    ) {
        if !self.base.keeps_places(&lines) {
            // a qualifier by which the segment is known: that is a fault of segments
            return;
        }
        let segment = &self.base.lines[at][0];
        let position = at as u32 + 1;
        let mut id = format!("{}.{mutation}.{position:03}-{segment}", self.base.name);
        if n > 0 {
            id.push_str(&format!("{n:02}"));
        }
        if component > 0 {
            id.push_str(&format!("-{component}"));
        }
        let expected = Expected {
            loop_id: self.base.loop_of(at),
            segment: segment.clone(),
            position,
            element: n,
            component,
            ik3: ik3.to_owned(),
            ik4: ik4.to_owned(),
            rule: rule.to_owned(),
        };
        self.cases.push(Case { id, mutation: mutation.to_owned(), lines, expected: vec![expected] });
    }

    /// Adds a case in which an element or component has another value.
    fn change(&mut self, mutation: &str, spot: &Spot<'_>, value: &str, rule: &str, ik4: &str) {
        let lines = with(&self.base.lines, spot.at, spot.n, spot.component, value);
        self.add(mutation, lines, spot.at, (spot.n, spot.component), (rule, "8", ik4));
    }

    fn segment(&mut self, at: usize, slot: Slot) {
        let base = self.base;
        let line = &base.lines[at];
        let id = line[0].as_str();
        let loop_id = base.loop_of(at);
        let in_record = loop_id.starts_with("23") || loop_id.starts_with("24");
        self.of_segment(at, slot);
        let mut text_done = false;
        for (n, asked) in (1u8..).zip(slot.elements()) {
            // the hierarchy's rules judge HL, and BHT02 tells a 278 request from a response
            if id == "HL" || id == "BHT" && n == 2 && base.kind == "278" {
                continue;
            }
            let value = line.get(usize::from(n)).map_or("", String::as_str);
            let spot = Spot { at, n, component: 0, asked, value };
            if base.is_variant && in_record {
                // what stands under a subscriber is found there; here, that it is found under a patient
                if asked.usage() == Usage::Required && !value.is_empty() {
                    self.missing(&spot, slot);
                }
                continue;
            }
            self.spot(&spot, slot, &mut text_done);
            if asked.kind() != ElementType::Composite || asked.usage() == Usage::NotUsed || value.is_empty() {
                continue;
            }
            let parts: Vec<&str> = value.split(':').collect();
            let mut not_used = 0;
            for (component, asked) in (1u8..).zip(asked.components()) {
                let value = parts.get(usize::from(component) - 1).copied().unwrap_or("");
                if asked.usage() == Usage::NotUsed {
                    not_used += 1;
                    if not_used > 1 {
                        continue;
                    }
                }
                self.spot(&Spot { at, n, component, asked, value }, slot, &mut text_done);
            }
        }
    }

    /// What can be wrong with a segment without regard to an element that it has.
    fn of_segment(&mut self, at: usize, slot: Slot) {
        let base = self.base;
        let count = slot.elements().len();
        let mut lines = base.lines.clone();
        lines[at].resize(count + 1, String::new());
        lines[at].push("X".to_owned());
        self.add("extra-element", lines, at, (count as u8 + 1, 0), ("ELM105", "8", "3"));
        let mut lines = base.lines.clone();
        lines[at].push(String::new());
        self.add("trailing-separator", lines, at, (0, 0), ("ELM115", "", ""));
        if base.lines[at][0] != "HL" {
            let mut lines = base.lines.clone();
            lines[at].truncate(1);
            self.add("no-data", lines, at, (0, 0), ("SEG107", "8", ""));
        }
        // an exclusion whose other side can be filled: state and subdivision
        let is_free = |n: u8| slot.element(n).is_some_and(|asked| asked.usage() == Usage::Situational);
        if base.lines[at][0] == "N4" && is_free(7) && is_free(4) && base.lines[at].get(2).is_some() {
            let lines = with(&with(&base.lines, at, 4, 0, "US"), at, 7, 0, "06");
            self.add("excluded", lines, at, (7, 0), ("ELM114", "8", "10"));
        }
        self.none_of_several(at, slot);
    }

    /// Takes away all of what a note asks one of.
    fn none_of_several(&mut self, at: usize, slot: Slot) {
        let usage = |n: u8| slot.element(n).map_or(Usage::NotUsed, |asked| asked.usage());
        for note in slot.notes().filter(|note| note.kind() == NoteKind::Required) {
            let Some(first) = note.positions().find(|n| usage(*n) == Usage::Situational) else { continue };
            if note.positions().any(|n| usage(n) == Usage::Required) {
                continue;
            }
            let lines = note.positions().fold(self.base.lines.clone(), |lines, n| with(&lines, at, n, 0, ""));
            if lines[at].len() > 1 && lines[at] != self.base.lines[at] {
                self.add("none-of-several", lines, at, (first, 0), ("ELM113", "8", "2"));
            }
        }
    }

    fn spot(&mut self, spot: &Spot<'_>, slot: Slot, text_done: &mut bool) {
        let Spot { asked, value, .. } = *spot;
        if asked.usage() == Usage::NotUsed {
            let length = usize::from(asked.min()).max(1);
            return self.change("not-used", spot, &"1".repeat(length), "ELM104", "I10");
        }
        if value.is_empty() {
            return;
        }
        if asked.usage() == Usage::Required {
            self.missing(spot, slot);
        } else {
            self.unpaired(spot, slot);
        }
        self.repeated(spot);
        if asked.kind() == ElementType::Composite {
            let mut parts: Vec<&str> = value.split(':').collect();
            let count = asked.components().len();
            parts.resize(count, "");
            parts.push("X");
            let lines = with(&self.base.lines, spot.at, spot.n, 0, &parts.join(":"));
            let place = (spot.n, count as u8 + 1);
            return self.add("extra-component", lines, spot.at, place, ("ELM106", "8", "13"));
        }
        self.lengths(spot);
        self.values(spot);
        let is_text =
            asked.kind() == ElementType::Text && asked.codes().is_empty() && spot.number() != "1251";
        if is_text && !*text_done && value.len() < usize::from(asked.max()) {
            *text_done = true;
            self.change("control-character", spot, &format!("{value}\x07"), "ELM110", "6");
            if asked.sources().len() == 0 {
                // else the code set's rule speaks too
                self.change("odd-character", spot, &format!("{value}`"), "ELM110", "6");
            }
            if asked.usage() == Usage::Required {
                self.change("blanks", spot, &" ".repeat(value.len()), "ELM101", "1");
            }
            if spot.component == 0 {
                self.change("separator", spot, &format!("{value}:X"), "ELM110", "6");
            }
        }
    }

    fn missing(&mut self, spot: &Spot<'_>, slot: Slot) {
        let Spot { at, n, component, .. } = *spot;
        let lines = with(&self.base.lines, at, n, component, "");
        if lines[at].len() == 1 {
            // nothing is left
            return;
        }
        let is_left = lines[at].get(usize::from(n)).is_some_and(|value| !value.is_empty());
        if component > 0 && !is_left {
            let is_required = slot.element(n).is_some_and(|asked| asked.usage() == Usage::Required);
            if is_required {
                self.add("missing", lines, at, (n, 0), ("ELM101", "8", "1"));
            }
            return;
        }
        self.add("missing", lines, at, (n, component), ("ELM101", "8", "1"));
    }

    /// Takes away what a note binds to something else.
    fn unpaired(&mut self, spot: &Spot<'_>, slot: Slot) {
        let Spot { at, n, component, .. } = *spot;
        let lines = with(&self.base.lines, at, n, component, "");
        let line = &lines[at];
        let (notes, asked, filled): (Vec<Note>, Vec<Element>, Vec<bool>) = if component == 0 {
            let filled =
                (1..=slot.elements().len()).map(|n| line.get(n).is_some_and(|value| !value.is_empty()));
            (slot.notes().collect(), slot.elements().collect(), filled.collect())
        } else {
            let Some(composite) = slot.element(n) else { return };
            let parts: Vec<&str> = line.get(usize::from(n)).map_or("", String::as_str).split(':').collect();
            let filled =
                (0..composite.components().len()).map(|n| parts.get(n).is_some_and(|part| !part.is_empty()));
            (composite.notes().collect(), composite.components().collect(), filled.collect())
        };
        let is_filled = |n: u8| filled.get(usize::from(n) - 1).copied().unwrap_or(false);
        let own = if component == 0 { n } else { component };
        let breaks = |note: &Note| {
            let positions: Vec<u8> = note.positions().collect();
            let others = || positions.iter().copied().filter(|n| *n != own);
            match note.kind() {
                NoteKind::Paired => positions.contains(&own) && others().any(is_filled),
                NoteKind::Conditional => positions[1..].contains(&own) && is_filled(positions[0]),
                NoteKind::ListConditional => {
                    positions[1..].contains(&own)
                        && is_filled(positions[0])
                        && !others().skip(1).any(is_filled)
                        // said of the first that may stand
                        && positions[1..].iter().find(|n| asked[usize::from(**n) - 1].usage() == Usage::Situational)
                            == Some(&own)
                }
                _ => false,
            }
        };
        if notes.iter().any(breaks) {
            self.add("unpaired", lines, at, (n, component), ("ELM113", "8", "2"));
        }
    }

    fn repeated(&mut self, spot: &Spot<'_>) {
        if spot.component == 0 && (spot.n == 2 || spot.asked.kind() == ElementType::Composite) {
            let copies = vec![spot.value; usize::from(spot.asked.repeat()) + 1];
            self.change("repeated", spot, &copies.join("^"), "ELM107", "12");
        }
    }

    fn lengths(&mut self, spot: &Spot<'_>) {
        let (min, max) = (usize::from(spot.asked.min()), usize::from(spot.asked.max()));
        let digits = spot.is_number() || matches!(spot.asked.kind(), ElementType::Date | ElementType::Time);
        let filler = if digits { "9" } else { "X" };
        let stem = if spot.is_number() { "" } else { spot.value };
        let long = format!("{stem}{}", filler.repeat((max + 1).saturating_sub(stem.len())));
        self.change("too-long", spot, &long, "ELM109", "5");
        if min > 1 && spot.value.len() >= min {
            self.change("too-short", spot, &spot.value[..min - 1], "ELM108", "4");
        }
    }

    fn values(&mut self, spot: &Spot<'_>) {
        let Spot { asked, value, .. } = *spot;
        let codes = asked.codes();
        let has_room = value.len() < usize::from(asked.max());
        if !codes.is_empty() {
            let lengths = usize::from(asked.min()).max(1)..=usize::from(asked.max()).min(8);
            let wrong = lengths
                .flat_map(|length| ["Z", "Q", "7"].map(|letter| letter.repeat(length)))
                .filter(|code| !spot.is_number() || code.starts_with('7'))
                .find(|code| !codes.contains(code.as_bytes()));
            if let Some(wrong) = wrong {
                self.change("wrong-code", spot, &wrong, "ELM111", "I6");
            }
            if has_room && !spot.is_number() {
                self.change("blank-behind", spot, &format!("{value} "), "ELM111", "I6");
            }
        }
        if spot.is_number() {
            self.change("no-number", spot, &format!("{value}O"), "ELM102", "6");
            self.change("blank-behind", spot, &format!("{value} "), "ELM102", "6");
        }
        match asked.kind() {
            ElementType::Date => self.change("wrong-date", spot, "20260230", "ELM103", "8"),
            ElementType::Time => self.change("wrong-time", spot, "2460", "ELM112", "9"),
            ElementType::Text if spot.number() == "1251" => self.periods(spot),
            _ => {}
        }
    }

    /// Dates and periods whose form the element or component before tells.
    fn periods(&mut self, spot: &Spot<'_>) {
        let line = &self.base.lines[spot.at];
        let format = if spot.component == 0 {
            line[usize::from(spot.n) - 1].clone()
        } else {
            let parts: Vec<&str> = line[usize::from(spot.n)].split(':').collect();
            parts[usize::from(spot.component) - 2].to_owned()
        };
        let wrong: &[&str] = match format.as_str() {
            "D8" => &["20260230", "20260301-20260302", "202603"],
            "RD8" => &["20260304-20260301", "20260301-20260230", "20260301"],
            "DT" => &["202602300830", "202603012460", "20260301"],
            "TM" => return self.change("wrong-time", spot, "2460", "ELM112", "9"),
            _ => &[],
        };
        for (value, mutation) in wrong.iter().zip(["wrong-date", "wrong-date-2", "wrong-date-3"]) {
            self.change(mutation, spot, value, "ELM103", "8");
        }
        self.change("blank-behind", spot, &format!("{} ", spot.value), "ELM103", "8");
    }
}
