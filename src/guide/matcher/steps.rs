//! Steps that were taken before.
//!
//! As long as an item is in order, the open loops and how far each has come follow from the place of the segment before: every
//! loop inside an item stands in one other. Where the next one belongs is then a matter of its id and its qualifier, and of
//! which slots are full. Nearly all segments of a batch take a step that some other took before; a step that no full slot had a
//! part in is remembered, and taken again for one look, as long as its own slot is not full.

use crate::finding::Code;
use crate::x12::{Segment, Separators};

use super::super::GuideId;
use super::super::generated;
use super::super::table::Tables;
use super::Hit;

/// Where a step begins: the guide, the slot of the segment before, the id and the qualifier of the segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Start {
    qualifier: Code,
    /// The number of the guide, the bucket of the id, the slot: eight, eight and sixteen bits.
    from: u32,
}

impl Start {
    /// Where no step begins.
    const NOWHERE: Start = Start { qualifier: Code::EMPTY, from: u32::MAX };

    /// The step of `segment` that comes behind a segment in slot `before`; none where steps of its id are not remembered.
    #[inline(always)]
    #[allow(clippy::inline_always)] // in the loop over all segments
    pub(super) fn of(
        guide: GuideId,
        before: u16,
        segment: &Segment<'_>,
        separators: &Separators,
    ) -> Option<Start> {
        let id = segment.word();
        let bucket = bucket(id);
        let asked = ASKED.get(bucket).filter(|asked| asked.id == id)?;
        let qualifier = match (asked.element, asked.component) {
            (0, _) => Code::EMPTY,
            (element, 0) => segment.element_code(element),
            (element, component) => Code::new(segment.component(element, component, separators)),
        };
        Some(Start { qualifier, from: (guide as u32) << 24 | (bucket as u32) << 16 | u32::from(before) })
    }

    /// Its place among [`PLACES`].
    #[inline]
    fn place(self) -> usize {
        // the qualifier stands in the upper bytes: turned, it lies beside the rest
        let mixed = self.qualifier.word().rotate_left(40) ^ u64::from(self.from);
        (mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PLACES.ilog2())) as usize
    }
}

/// Where a step ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    start: Start,
    /// The number of the slot in the guide; of a loop that it opens the first.
    pub(super) to: u16,
    /// How often the slot may be filled, 0 for any number.
    pub(super) max: u16,
    depth: u8,
    group: u8,
    slot: u8,
    /// Whether it opens no loop and leaves none.
    pub(super) stays: bool,
}

impl Step {
    /// What it comes to.
    #[inline]
    pub(super) fn hit(&self) -> Hit {
        Hit { depth: usize::from(self.depth), group: self.group, slot: self.slot, full: false }
    }
}

/// How many steps are remembered: several times as many as a batch takes.
const PLACES: usize = 1 << 10;

/// The steps that were taken, each where its start says or right beside.
#[derive(Debug)]
pub(super) struct Steps(Vec<Step>);

impl Default for Steps {
    fn default() -> Steps {
        let none = Step { start: Start::NOWHERE, to: 0, max: 0, depth: 0, group: 0, slot: 0, stays: false };
        Steps(vec![none; PLACES])
    }
}

impl Steps {
    /// The step that begins so, if it was taken before.
    #[inline]
    pub(super) fn find(&self, start: Start) -> Option<Step> {
        let found = |place: usize| self.0.get(place).filter(|step| step.start == start);
        found(start.place()).or_else(|| found(start.place() ^ 1)).copied()
    }

    /// Remembers a step, `hit`, from `start` to slot `to`; one of two that stood in its places goes.
    pub(super) fn remember(&mut self, start: Start, hit: Hit, to: u16, max: u16, stays: bool) {
        let is_vacant = |place: &usize| self.0.get(*place).is_some_and(|step| step.start == Start::NOWHERE);
        let place = start.place();
        let place = [place, place ^ 1].into_iter().find(is_vacant).unwrap_or(place);
        let Hit { depth, group, slot, .. } = hit;
        if let Some(step) = self.0.get_mut(place) {
            *step = Step { start, to, max, depth: depth as u8, group, slot, stays };
        }
    }
}

/// What tells apart the slots of a segment id.
#[derive(Clone, Copy)]
struct Asked {
    id: u32,
    /// 0 where nothing does.
    element: u8,
    /// 0 for the whole element.
    component: u8,
}

/// A place for each id: the guides' ids share none, a test holds it.
#[inline]
const fn bucket(id: u32) -> usize {
    (id.wrapping_mul(0xfecf_e4f9) >> 24) as usize
}

/// Of every id of the guides, in its bucket. Ids that are asked for one thing here and another there are left out, and so are
/// those of which a second element decides: their steps are not remembered.
static ASKED: [Asked; 256] = {
    const NONE: Asked = Asked { id: 0, element: 0, component: 0 };
    let guides: [&Tables; GuideId::ALL.len()] = [
        &generated::professional::TABLES,
        &generated::institutional::TABLES,
        &generated::dental::TABLES,
        &generated::authorization_request::TABLES,
        &generated::authorization_response::TABLES,
        &generated::acknowledgement_999::TABLES,
        &generated::claim_acknowledgement_277::TABLES,
    ];
    let mut all = [NONE; 256];
    let mut left_out = [false; 256];
    let mut guide = 0;
    while guide < guides.len() {
        let groups = guides[guide].groups;
        let mut at = 0;
        while at < groups.len() {
            let (group, bucket) = (&groups[at], bucket(groups[at].id));
            let known = all[bucket];
            let is_first = known.id == 0 || known.id == group.id && known.element == 0;
            if is_first {
                all[bucket] = Asked { id: group.id, element: group.element, component: group.component };
            }
            let is_same = known.id == group.id
                && (group.element == 0
                    || known.element == group.element && known.component == group.component);
            left_out[bucket] |= !(is_first || is_same) || group.tie > 0;
            at += 1;
        }
        guide += 1;
    }
    let mut at = 0;
    while at < all.len() {
        if left_out[at] {
            all[at] = NONE;
        }
        at += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::guide::Guide;
    use crate::guide::table::LoopKind;

    #[test]
    fn every_id_of_the_guides_has_its_bucket_and_few_are_left_out() {
        let guides = GuideId::ALL.map(|id| Guide::of(id).tables());
        let groups = guides.iter().flat_map(|tables| tables.groups);
        let ids: BTreeSet<u32> = groups.clone().map(|group| group.id).collect();
        let buckets: BTreeSet<usize> = ids.iter().map(|id| bucket(*id)).collect();
        assert_eq!(buckets.len(), ids.len());
        let left_out: Vec<String> = ids
            .iter()
            .filter(|id| ASKED[bucket(**id)].id != **id)
            .map(|id| Code::from_word(u64::from(*id) << 32).to_string())
            .collect();
        assert_eq!(left_out, ["PWK"]);
        for group in groups.filter(|group| group.element > 0) {
            let asked = ASKED[bucket(group.id)];
            let is_left_out = asked.id == 0;
            assert!(is_left_out || (asked.element, asked.component) == (group.element, group.component));
        }
    }

    #[test]
    fn inside_an_item_every_loop_stands_in_one_other() {
        for id in GuideId::ALL {
            for row in Guide::of(id).tables().loops {
                let begins_an_item = matches!(row.kind, LoopKind::Set | LoopKind::Level | LoopKind::Record);
                assert!(begins_an_item || row.parents[0] == row.parents[1], "{} {}", id.label(), row.id);
                let children: Vec<u8> = (0..row.slots.len() as u8).filter_map(|at| row.child(at)).collect();
                let apart: BTreeSet<&u8> = children.iter().collect();
                assert_eq!(apart.len(), children.len(), "{} {} has a loop twice", id.label(), row.id);
            }
        }
    }
}
