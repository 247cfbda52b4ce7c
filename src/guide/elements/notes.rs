//! The notes that bind elements of a segment, or components of a composite, to each other.

use crate::finding::{Fact, Place, RuleId};
use crate::guide::generated::pool;
use crate::guide::table::{NoteRow, Run};
use crate::guide::terms::NoteKind;

use super::{Check, Located, Part, Seen, bit};

/// A note that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Breach {
    /// The position that is missing, or of an exclusion the one too many.
    at: u8,
    /// The position because of which; 0 where one of several is needed.
    because: u8,
    /// Which of the ways to break a note: 0 missing, 1 none of several, 2 excluded.
    way: u8,
}

/// Whether a note is broken by what is `filled`. `silent` are the positions of which usage has spoken already, or would:
/// what is required, not used or reported.
fn breach(note: &NoteRow, filled: u64, silent: u64) -> Option<Breach> {
    let all = || note.positions.iter().copied().filter(|position| *position != 0);
    let is_filled = |position: &u8| filled & bit(*position) != 0;
    let is_silent = |position: &u8| silent & bit(*position) != 0;
    let missing_of = |skipped: usize, because: u8| {
        let at = all().skip(skipped).find(|position| !is_filled(position) && !is_silent(position))?;
        Some(Breach { at, because, way: 0 })
    };
    let first = all().next()?;
    match note.kind {
        NoteKind::Paired => {
            let because = all().find(is_filled)?;
            missing_of(0, because)
        }
        NoteKind::Conditional if is_filled(&first) => missing_of(1, first),
        NoteKind::ListConditional if is_filled(&first) => {
            if all().skip(1).any(|position| is_filled(&position)) {
                return None;
            }
            missing_of(1, first)
        }
        NoteKind::Required => {
            if all().any(|position| is_filled(&position)) {
                return None;
            }
            let at = all().find(|position| !is_silent(position))?;
            Some(Breach { at, because: 0, way: 1 })
        }
        NoteKind::Exclusion => {
            let mut both = all().filter(is_filled);
            let because = both.next()?;
            Some(Breach { at: both.next()?, because, way: 2 })
        }
        NoteKind::Conditional | NoteKind::ListConditional => None,
    }
}

impl Check<'_, '_> {
    /// Checks the notes of a segment, or of the composite in (element, repetition).
    pub(super) fn notes(
        &mut self,
        located: &Located<'_>,
        (element, repetition): (u8, u8),
        parts: Run,
        notes: Run,
        (required, not_used): (u64, u64),
        mut seen: Seen,
    ) {
        for note in notes.of(&pool::NOTES) {
            let Some(breach) = breach(note, seen.filled, required | not_used | seen.reported) else {
                continue;
            };
            let positions = || note.positions.iter().filter(|position| **position != 0);
            // of what must not be there, or must, usage has spoken
            let about = bit(breach.at) | bit(breach.because) & !1;
            let is_said = match breach.way {
                0 => about & (not_used | seen.reported & !seen.filled) != 0,
                1 => positions().any(|position| required & bit(*position) != 0),
                _ => about & not_used != 0,
            };
            let Some(part) = Part::of(parts, breach.at).filter(|_| !is_said) else { continue };
            seen.reported |= bit(breach.at);
            let place = |n: u8| {
                if element == 0 {
                    located.place().at_element(n)
                } else {
                    Place { repetition, ..located.place().at_element(element).at_component(n) }
                }
            };
            let because = if breach.way == 1 {
                let names: Vec<String> = positions()
                    .filter(|position| not_used & bit(**position) == 0)
                    .filter_map(|position| Some(Part::of(parts, *position)?.row.label(place(*position))))
                    .collect();
                names.join(", ")
            } else {
                Part::of(parts, breach.because)
                    .map_or(String::new(), |part| part.row.label(place(breach.because)))
            };
            let here = place(breach.at).of_data_element(part.row.number);
            let (rule, outcome) =
                if breach.way == 2 { (RuleId::ELM114, 0) } else { (RuleId::ELM113, breach.way) };
            let segment = &located.segment;
            let found = if breach.way == 2 {
                let separators = &self.input.separators;
                Fact::Input(segment.part_span(here.element, here.repetition, here.component, separators))
            } else {
                Fact::None
            };
            self.draft_about(rule, located, here, part).outcome(outcome).found(found).words(&because).add();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breach, breach};
    use crate::guide::table::NoteRow;
    use crate::guide::terms::NoteKind;

    /// What a note says of these filled and silent positions: where, because of which, in which way.
    fn said(kind: NoteKind, positions: &[u8], filled: &[u8], silent: &[u8]) -> Option<(u8, u8, u8)> {
        let mut note = NoteRow { kind, positions: [0; 6] };
        note.positions[..positions.len()].copy_from_slice(positions);
        let bits = |list: &[u8]| list.iter().fold(0u64, |bits, n| bits | 1 << n);
        breach(&note, bits(filled), bits(silent)).map(|Breach { at, because, way }| (at, because, way))
    }

    #[test]
    fn each_kind_is_broken_in_its_way() {
        use NoteKind::{Conditional, Exclusion, ListConditional, Paired, Required};
        for (kind, positions, filled, expected) in [
            (Paired, &[3, 4][..], &[3][..], Some((4, 3, 0))),
            (Paired, &[3, 4], &[4], Some((3, 4, 0))),
            (Paired, &[3, 4], &[3, 4], None),
            (Paired, &[3, 4], &[], None),
            (Conditional, &[6, 5], &[6], Some((5, 6, 0))),
            (Conditional, &[6, 5], &[5], None),
            (ListConditional, &[5, 6, 7], &[5], Some((6, 5, 0))),
            (ListConditional, &[5, 6, 7], &[5, 7], None),
            (ListConditional, &[5, 6, 7], &[6], None),
            (Required, &[2, 3], &[], Some((2, 0, 1))),
            (Required, &[2, 3], &[3], None),
            (Exclusion, &[2, 7], &[2, 7], Some((7, 2, 2))),
            (Exclusion, &[2, 7], &[7], None),
        ] {
            assert_eq!(said(kind, positions, filled, &[]), expected, "{kind:?} {positions:?} {filled:?}");
        }
        assert_eq!(said(Paired, &[8, 9], &[8], &[9]), None, "9 was reported");
    }
}
