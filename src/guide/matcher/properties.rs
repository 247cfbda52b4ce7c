//! What must hold of every guide: one change of a valid set is at most one finding, and nothing panics.

use proptest::prelude::*;

use super::tests::{Lines, Outcome, all_samples, by_items, items};
use crate::finding::{Code, Findings, RuleId};
use crate::guide::{Entry, Guide, GuideId, Input, Item, Loop, Matcher, NONE, Slot, Usage};
use crate::x12::{SegmentTable, Segments, Separators, StructuralIndex};

/// Calls `check` with each sample, matched, and each of its lines' slots.
fn each_line(mut check: impl FnMut(GuideId, &Lines, &Outcome, usize, Slot)) {
    for (id, text) in all_samples() {
        let (lines, outcome) = (Lines::of(&text), Outcome::of(id, &text));
        for at in 0..lines.0.len() {
            let slot = outcome.slot(at).expect("a place for each line of a valid set");
            check(id, &lines, &outcome, at, slot);
        }
    }
}

/// What is wrong with `lines`, if it is more than one thing.
fn too_much(id: GuideId, lines: &Lines, what: &str, at: usize) -> Option<String> {
    let faults = lines.matched(id).faults();
    (faults.len() > 1).then(|| format!("{} {what} {at} {}: {faults:#?}", id.label(), lines.0[at]))
}

fn is_cut(slot: Slot) -> bool {
    slot.is_trigger() && (slot.in_loop().is_level() || slot.in_loop().is_record())
}

#[test]
fn a_deleted_segment_is_at_most_one_finding_and_a_required_one_is_found() {
    let mut found = 0;
    each_line(|id, lines, outcome, at, slot| {
        // without its HL a level's segments may fit other loops: the tree of levels is judged before claims
        // are
        if is_cut(slot) {
            return;
        }
        let mut changed = lines.clone();
        changed.0.remove(at);
        let faults = changed.matched(id).faults();
        assert!(faults.len() <= 1, "{} without {at} {}: {faults:#?}", id.label(), lines.0[at]);
        let twin = |other: usize| outcome.slots.get(other) == Some(&outcome.slots[at]);
        let repeated = slot.max() != Some(1) && (twin(at + 1) || at > 0 && twin(at - 1));
        if slot.usage() == Usage::Required && !slot.is_trigger() && !repeated {
            let place = format!("{}/{} missing", slot.loop_id(), slot.segment_id());
            assert!(
                faults.len() == 1 && faults[0].contains(&place),
                "{}: {faults:?} for {place}",
                lines.0[at]
            );
            found += 1;
        }
    });
    assert!(found > 100, "only {found} required segments");
}

#[test]
fn a_misspelt_segment_id_is_one_finding() {
    each_line(|id, lines, _, at, slot| {
        if is_cut(slot) {
            return;
        }
        let mut changed = lines.clone();
        changed.0[at] = format!("ZZZ{}", &lines.0[at][slot.segment_id().len()..]);
        let faults = changed.matched(id).faults();
        let is_it = |fault: &String| fault.starts_with(&format!("SEG101.0 {at} "));
        assert!(
            faults.len() == 1 && faults.iter().all(is_it),
            "{} {at} {}: {faults:#?}",
            id.label(),
            lines.0[at]
        );
    });
}

#[test]
fn a_wrong_qualifier_is_at_most_one_finding() {
    each_line(|id, lines, _, at, slot| {
        let Some((element, component)) = slot.discriminator() else { return };
        let mut elements: Vec<String> = lines.0[at].split('*').map(str::to_owned).collect();
        let value = &mut elements[usize::from(element)];
        *value = match value.split_once(':') {
            Some((_, rest)) if component > 0 => format!("QQ:{rest}"),
            _ => "QQ".to_owned(),
        };
        let mut changed = lines.clone();
        changed.0[at] = elements.join("*");
        assert_eq!(too_much(id, &changed, "qualifier", at), None);
    });
}

#[test]
fn a_doubled_segment_is_at_most_one_finding() {
    each_line(|id, lines, _, at, _| {
        let mut changed = lines.clone();
        changed.0.insert(at, lines.0[at].clone());
        assert_eq!(too_much(id, &changed, "doubled", at), None);
    });
}

#[test]
fn a_stray_segment_is_at_most_one_finding() {
    let strays = [
        "ZZZ*1",
        "BPR*I",
        "NM1*QQ*1*X",
        "REF*QQ*1",
        "DTP*QQ*D8*20250101",
        "PRV*QQ*PXC*1",
        "HI*QQ:1",
        "SV4*1",
    ];
    each_line(|id, lines, _, at, _| {
        for stray in strays {
            let mut changed = lines.clone();
            changed.0.insert(at, stray.to_owned());
            if at > 0 {
                assert_eq!(too_much(id, &changed, "stray", at), None);
            }
        }
    });
}

#[test]
fn inside_a_group_any_order_is_right() {
    let mut swaps = 0;
    each_line(|id, lines, outcome, at, slot| {
        let Some(next) = outcome.slots.get(at + 1).and_then(|next| outcome.guide.slot(*next)) else { return };
        let same = slot.segment_id() == next.segment_id() && slot.loop_id() == next.loop_id();
        if same && !slot.is_trigger() && slot.segment_id() == next.segment_id() {
            let mut changed = lines.clone();
            changed.0.swap(at, at + 1);
            let changed = changed.matched(id);
            assert_eq!(changed.faults(), Vec::<String>::new(), "{at} {}", lines.0[at]);
            assert_eq!(changed.slots[at], next.number());
            swaps += 1;
        }
    });
    assert!(swaps > 50, "only {swaps} swaps");
}

#[test]
fn loops_of_a_group_may_stand_in_any_order() {
    let lines = Lines::of(&all_samples()[0].1);
    let start = |begin: &str| lines.0.iter().position(|line| line.starts_with(begin)).expect(begin);
    // 2310C before 2310B before 2310A, and 2010BB before 2010BA
    for (first, second, end) in [
        ("NM1*DN", "NM1*82*1*ABARA", "NM1*77"),
        ("NM1*82*1*ABARA", "NM1*77", "SBR*S"),
        ("NM1*IL*1*VANCE", "NM1*PR*2*COAST", "CLM*"),
    ] {
        let (first, second, end) = (start(first), start(second), start(end));
        let mut changed = lines.clone();
        changed.0[first..end].rotate_left(second - first);
        assert_eq!(changed.matched(GuideId::Professional).faults(), Vec::<String>::new());
    }
}

#[test]
fn separators_do_not_matter() {
    let separators = Separators { element: b'|', component: b'>', repetition: None, terminator: b'\n' };
    for (id, text) in all_samples() {
        let bytes = text.replace('*', "|").replace(':', ">").into_bytes();
        let outcome = Outcome::of_bytes(id, bytes, separators);
        assert_eq!(outcome.faults(), Vec::<String>::new(), "{}", id.label());
        assert_eq!(outcome.slots, Outcome::of(id, &text).slots);
    }
}

#[test]
fn findings_of_items_are_those_of_the_set() {
    // a fault inside an item is the same one, whether the item is matched alone or in its set
    each_line(|id, lines, _, at, slot| {
        if id == GuideId::Acknowledgement999 || is_cut(slot) || at == 0 || at + 1 == lines.0.len() {
            return;
        }
        let mut changed = lines.clone();
        "ZZZ*1".clone_into(&mut changed.0[at]);
        let whole = changed.matched(id);
        let (slots, findings) = by_items(&whole);
        assert_eq!(slots, whole.slots, "{at}");
        assert_eq!(findings.list().len(), whole.findings.len(), "{at}");
    });
}

/// Sets made of lines of every sample and of noise.
fn soup() -> impl Strategy<Value = (GuideId, Vec<String>)> {
    let mut lines: Vec<String> = all_samples().iter().flat_map(|(_, text)| Lines::of(text).0).collect();
    lines.extend(["", "*", "ZZZ", "REF", "NM1*", "HL*1*1*99", "HI*:", "A LONG ID*1"].map(str::to_owned));
    (
        proptest::sample::select(&GuideId::ALL),
        proptest::collection::vec(proptest::sample::select(lines), 0..60),
    )
}

proptest! {
    #[test]
    fn nothing_panics_and_every_segment_is_accounted_for((id, lines) in soup(), entry in 0usize..6) {
        let bytes = (lines.join("~") + "~").into_bytes();
        let mut table = SegmentTable::new();
        StructuralIndex.read(&bytes, &Separators::USUAL, &mut table);
        let (to, guide) = (table.len() as u32, Guide::of(id));
        let levels: Vec<Loop> = guide.loops().filter(Loop::is_level).collect();
        let level = levels.get(lines.len() % levels.len().max(1)).map_or(Code::EMPTY, Loop::id);
        let level = Entry::Level(level);
        let entry = [Entry::Set, Entry::Header, level, Entry::Record, Entry::Trailer, Entry::Set][entry];
        let (mut slots, mut findings) = (Vec::new(), Findings::default());
        let input = Input { bytes: &bytes, segments: &table, separators: Separators::USUAL };
        let mut matcher = Matcher::new();
        let item = Item { from: 0, to, entry, repeat_base: 0 };
        let matched = matcher.match_item(guide, input, item, &mut slots, &mut findings);
        prop_assert_eq!(slots.len(), to as usize);
        let placeless = slots.iter().filter(|slot| **slot == NONE).count();
        let placing = [RuleId::SEG101, RuleId::SEG102, RuleId::SEG107, RuleId::ELM101];
        let reported = findings.list().iter().filter(|finding| placing.contains(&finding.rule)).count();
        prop_assert!(placeless <= reported + matched.suppressed as usize);
        for finding in findings.list() {
            prop_assert!(finding.place.segment < to || finding.place.missing && finding.place.segment == to);
        }
        for (at, slot) in slots.iter().enumerate().filter(|(_, slot)| **slot != NONE) {
            let segment = table.segment(&bytes, at as u32);
            prop_assert_eq!(guide.slot(*slot).map(|slot| slot.segment_id()), Some(segment.code()));
        }
        // the matcher keeps nothing of one item for the next
        let (mut again, mut more) = (Vec::new(), Findings::default());
        matcher.match_item(guide, input, item, &mut again, &mut more);
        prop_assert_eq!(&again, &slots);
        prop_assert_eq!(more.list().len(), findings.list().len());
    }
}

/// A sample with some of its segments taken out, doubled or put elsewhere.
fn disturbed() -> impl Strategy<Value = (GuideId, Lines)> {
    let samples = all_samples();
    (0..samples.len(), prop::collection::vec((any::<prop::sample::Index>(), 0..3u8), 0..4)).prop_map(
        move |(sample, changes)| {
            let (id, text) = &samples[sample];
            let mut lines = Lines::of(text);
            for (at, change) in changes {
                let at = at.index(lines.0.len());
                let line = lines.0.remove(at);
                match change {
                    0 => {}
                    1 => lines.0.splice(at..at, [line.clone(), line]).for_each(drop),
                    _ => lines.0.insert((at + 3).min(lines.0.len()), line),
                }
            }
            (*id, lines)
        },
    )
}

proptest! {
    /// What a matcher remembers of other items changes nothing.
    #[test]
    fn steps_that_were_taken_before_lead_to_the_same_places(sets in prop::collection::vec(disturbed(), 1..8)) {
        let mut matcher = Matcher::new();
        for (id, lines) in sets {
            let outcome = lines.matched(id);
            let input = Input { bytes: &outcome.bytes, segments: &outcome.table, separators: Separators::USUAL };
            let all = outcome.table.len() as u32;
            // a whole set takes no steps: its items do, and records that go on where others would begin
            let mut parts = if input.segments.segment(input.bytes, 0).id() == b"ST" {
                items(outcome.guide, &outcome)
            } else {
                Vec::new()
            };
            let begins = |at: &u32| matches!(input.segments.segment(input.bytes, *at).id(), b"CLM" | b"HL");
            let long = |from| Item { from, to: all, entry: Entry::Record, repeat_base: 0 };
            parts.extend((0..all).filter(begins).map(long));
            let level = |from| Item { entry: Entry::Level(Code::new(b"2000B")), ..long(from) };
            parts.extend((0..all).filter(begins).map(level));
            for item in parts {
                let match_with = |matcher: &mut Matcher| {
                    let (mut slots, mut findings) = (Vec::new(), Findings::default());
                    let matched = matcher.match_item(outcome.guide, input, item, &mut slots, &mut findings);
                    (slots, findings, matched)
                };
                let (known, fresh) = (match_with(&mut matcher), match_with(&mut Matcher::new()));
                prop_assert_eq!(&known.0, &fresh.0);
                prop_assert_eq!(format!("{:?}", known.1), format!("{:?}", fresh.1));
                prop_assert_eq!(known.2, fresh.2);
            }
        }
    }
}
