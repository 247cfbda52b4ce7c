//! One fault in the order and number of segments and loops.

use std::collections::BTreeSet;

use claimsieve::guide::{Guide, Slot, Usage};

use super::base::{Base, Case, Expected, with};

/// Every case of a base.
pub(crate) fn cases(base: &Base) -> Vec<Case> {
    let mut maker = Maker { base, cases: Vec::new() };
    let (mut done, mut strangers) = (BTreeSet::new(), BTreeSet::new());
    let last = base.slots.len() - 1;
    // between the ST and the SE
    for at in 1..last {
        let slot = base.slots[at];
        if base.lines[at][0] != "HL" && done.insert(slot.number()) {
            maker.dropped(at);
            maker.qualifier(at);
            maker.loop_qualifier(at);
            maker.too_many(at);
            maker.swapped(at);
        }
        if base.lines[at][0] == "HL" {
            maker.level(at);
        }
        if strangers.insert(base.loop_of(at)) {
            maker.stranger(at);
        }
    }
    maker.cases
}

struct Maker<'b> {
    base: &'b Base,
    cases: Vec<Case>,
}

impl Maker<'_> {
    fn add(
        &mut self,
        mutation: &str,
        lines: Vec<Vec<String>>,
        (loop_id, segment, at): (String, &str, usize),
        (rule, ik3): (&str, &str),
    ) {
        let position = at as u32 + 1;
        let expected = Expected {
            loop_id,
            segment: segment.to_owned(),
            position,
            element: 0,
            component: 0,
            ik3: ik3.to_owned(),
            ik4: String::new(),
            rule: rule.to_owned(),
        };
        self.push(mutation, lines, expected);
    }

    fn push(&mut self, mutation: &str, lines: Vec<Vec<String>>, expected: Expected) {
        let Expected { segment, position, .. } = &expected;
        let id = format!("{}.{mutation}.{position:03}-{segment}", self.base.name);
        self.cases.push(Case { id, mutation: mutation.to_owned(), lines, expected: vec![expected] });
    }

    /// A qualifier that the loop does not know, where segments of that id are told apart by it.
    fn qualifier(&mut self, at: usize) {
        let slot = self.base.slots[at];
        let Some((element, component)) = slot.discriminator() else { return };
        let same_id = |other: &Slot| other.segment_id() == slot.segment_id();
        if slot.is_trigger() || slot.in_loop().slots().filter(same_id).count() < 2 {
            return;
        }
        let lines = with(&self.base.lines, at, element, component, "Q7");
        let segment = self.base.lines[at][0].clone();
        self.add("wrong-qualifier", lines, (self.base.loop_of(at), &segment, at), ("SEG102", "2"));
        self.without_qualifier("no-qualifier", self.base.loop_of(at), (at, element, component));
    }

    /// No qualifier at all: that is the fault, not that the guide does not use the segment.
    fn without_qualifier(
        &mut self,
        mutation: &str,
        loop_id: String,
        (at, element, component): (usize, u8, u8),
    ) {
        let expected = Expected {
            loop_id,
            segment: self.base.lines[at][0].clone(),
            position: at as u32 + 1,
            element,
            component,
            ik3: "8".to_owned(),
            ik4: "1".to_owned(),
            rule: "ELM101".to_owned(),
        };
        self.push(mutation, with(&self.base.lines, at, element, component, ""), expected);
    }

    /// A qualifier that no loop knows, on the first segment of a loop: the segment has no place, and that its loop is then missing,
    /// and what stands in it too, follows from it.
    fn loop_qualifier(&mut self, at: usize) {
        let slot = self.base.slots[at];
        let Some((element, component)) = slot.discriminator() else { return };
        let this = slot.in_loop();
        if !slot.is_trigger() || this.is_record() || this.is_level() {
            return;
        }
        let Some(parent) = this.parents().next() else { return };
        let first = |other: &Slot| other.child().map_or(Some(*other), |child| child.trigger());
        let is_rival =
            |other: &Slot| first(other).is_some_and(|first| first.segment_id() == slot.segment_id());
        if parent.slots().filter(is_rival).count() < 2 {
            // nothing else begins so: it has its place, and a wrong code
            return;
        }
        let lines = with(&self.base.lines, at, element, component, "Q7");
        let segment = self.base.lines[at][0].clone();
        self.add("wrong-loop-qualifier", lines, (parent.id().to_string(), &segment, at), ("SEG102", "2"));
        self.without_qualifier("no-loop-qualifier", parent.id().to_string(), (at, element, component));
    }

    /// What the hierarchy's rules say of an HL.
    fn level(&mut self, at: usize) {
        let flag = if self.base.lines[at][4] == "1" { "0" } else { "1" };
        for (mutation, element, value, rule) in [
            ("level-number", 1, "77", "HLV101"),
            ("level-number-missing", 1, "", "HLV101"),
            ("level-parent", 2, "78", "HLV102"),
            ("level-code", 3, "Q7", "HLV103"),
            ("level-flag", 4, flag, "HLV104"),
            ("level-flag-unknown", 4, "X", "HLV104"),
            ("level-flag-missing", 4, "", "HLV104"),
        ] {
            // what the levels of a set are is judged before its loops are
            let loop_id = if element == 4 { self.base.loop_of(at) } else { String::new() };
            let expected = Expected {
                loop_id,
                segment: "HL".to_owned(),
                position: at as u32 + 1,
                element,
                component: 0,
                ik3: "8".to_owned(),
                ik4: if value.is_empty() { "1" } else { "7" }.to_owned(),
                rule: rule.to_owned(),
            };
            self.push(mutation, with(&self.base.lines, at, element, 0, value), expected);
        }
    }

    /// Whether another segment of the same place stands beside it.
    fn is_alone(&self, at: usize) -> bool {
        let number = self.base.slots[at].number();
        let is_same = |at: usize| self.base.slots.get(at).is_some_and(|slot| slot.number() == number);
        !is_same(at + 1) && !is_same(at - 1)
    }

    /// The loop's segments from its first one at `at` to before `end`, loops inside it included.
    fn end_of_loop(&self, at: usize) -> usize {
        let own = self.base.loop_of(at);
        let is_inside = |slot: &Slot| {
            let mut inside = slot.in_loop();
            loop {
                if inside.id().to_string() == own {
                    return true;
                }
                let Some(parent) = inside.parents().next().filter(|_| !inside.id().is_empty()) else {
                    return false;
                };
                inside = parent;
            }
        };
        let ends = |slot: &Slot| !is_inside(slot) || slot.number() == self.base.slots[at].number();
        (at + 1..self.base.slots.len()).find(|at| ends(&self.base.slots[*at])).unwrap_or(at + 1)
    }

    /// The slot of the loop of which `at` is the first segment.
    fn loop_slot(&self, at: usize) -> Option<Slot> {
        let this = self.base.slots[at].in_loop();
        let guide = Guide::of(self.base.id);
        guide.slots().find(|slot| slot.child().is_some_and(|child| child.id() == this.id()))
    }

    fn dropped(&mut self, at: usize) {
        let slot = self.base.slots[at];
        let segment = self.base.lines[at][0].clone();
        let loop_id = self.base.loop_of(at);
        if !slot.is_trigger() {
            if slot.usage() == Usage::Required && self.is_alone(at) {
                let mut lines = self.base.lines.clone();
                lines.remove(at);
                self.add("dropped", lines, (loop_id, &segment, at), ("SEG104", "3"));
            }
            return;
        }
        let end = self.end_of_loop(at);
        let is_cut = slot.in_loop().is_record() || slot.in_loop().is_level();
        let is_required = self.loop_slot(at).is_some_and(|slot| slot.usage() == Usage::Required);
        let is_alone = self.base.slots[at + 1..].iter().all(|other| other.number() != slot.number());
        if is_required && is_alone && !is_cut {
            let mut lines = self.base.lines.clone();
            lines.drain(at..end);
            self.add("dropped-loop", lines, (loop_id, &segment, at), ("LOP101", "I7"));
        }
    }

    fn too_many(&mut self, at: usize) {
        let slot = self.base.slots[at];
        let segment = self.base.lines[at][0].clone();
        let loop_id = self.base.loop_of(at);
        let rivals = |slot: Slot| {
            slot.in_loop().slots().any(|other| {
                other.number() != slot.number()
                    && other.segment_id() == slot.segment_id()
                    && (slot.qualifiers().is_empty()
                        || other.qualifiers().iter().any(|code| slot.qualifiers().contains(code)))
            })
        };
        if !slot.is_trigger() {
            let Some(max) = slot.max().filter(|max| *max <= 12) else { return };
            if !self.is_alone(at) || rivals(slot) {
                return;
            }
            let mut lines = self.base.lines.clone();
            for _ in 0..max {
                lines.insert(at, self.base.lines[at].clone());
            }
            let surplus = at + usize::from(max);
            return self.add("too-many", lines, (loop_id, &segment, surplus), ("SEG105", "5"));
        }
        let is_cut = slot.in_loop().is_record() || slot.in_loop().is_level();
        let Some(max) = self.loop_slot(at).and_then(|slot| slot.max()).filter(|max| *max <= 5) else {
            return;
        };
        if is_cut || slot.qualifiers().is_empty() {
            return;
        }
        let end = self.end_of_loop(at);
        let instances = self.base.slots.iter().filter(|other| other.number() == slot.number()).count();
        // a rival among the loops around would take it
        let parent = slot.in_loop().parents().next();
        let has_rival = parent.is_some_and(|parent| {
            parent.slots().filter_map(|slot| slot.child()?.trigger()).any(|other| {
                other.number() != slot.number()
                    && other.segment_id() == slot.segment_id()
                    && other.qualifiers().iter().any(|code| slot.qualifiers().contains(code))
            })
        });
        if instances != 1 || has_rival {
            return;
        }
        let mut lines = self.base.lines.clone();
        let whole: Vec<Vec<String>> = self.base.lines[at..end].to_vec();
        for _ in 0..max {
            lines.splice(end..end, whole.clone());
        }
        let surplus = at + usize::from(max) * (end - at);
        self.add("too-many-loops", lines, (loop_id, &segment, surplus), ("LOP102", "4"));
    }

    /// Two neighbours of a loop in the wrong order, where their order is told.
    fn swapped(&mut self, at: usize) {
        let (slot, next) = (self.base.slots[at], self.base.slots[at + 1]);
        let same_loop = slot.loop_id() == next.loop_id();
        if !same_loop || slot.is_trigger() || next.is_trigger() || slot.segment_id() == next.segment_id() {
            return;
        }
        if !self.is_alone(at) {
            return;
        }
        let mut lines = self.base.lines.clone();
        lines.swap(at, at + 1);
        let segment = self.base.lines[at][0].clone();
        self.add("out-of-order", lines, (self.base.loop_of(at), &segment, at + 1), ("SEG103", "7"));
    }

    /// A segment that no guide has, and one that this guide does not have.
    fn stranger(&mut self, at: usize) {
        let loop_id = self.base.loop_of(at);
        let guide = Guide::of(self.base.id);
        let foreign = ["SV2", "SV1", "AK1"]
            .into_iter()
            .find(|id| guide.slots().all(|slot| slot.segment_id().to_string() != *id));
        for (mutation, id, ik3) in [("unknown", Some("ZZZ"), "1"), ("of-another-guide", foreign, "6")] {
            let Some(id) = id else { continue };
            let mut lines = self.base.lines.clone();
            lines.insert(at + 1, vec![id.to_owned(), "1".to_owned()]);
            self.add(mutation, lines, (loop_id.clone(), id, at + 1), ("SEG101", ik3));
        }
    }
}
