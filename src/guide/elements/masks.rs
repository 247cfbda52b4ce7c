//! What must and must not be there, as words with a bit for each element: made when the program is built.

use crate::guide::generated::pool;
use crate::guide::table::Run;
use crate::guide::terms::Usage;

/// The elements of a segment or the components of a composite; bit `n` is number `n`, bit 0 is none.
#[derive(Clone, Copy)]
pub(super) struct Masks {
    /// Those that the guide has.
    pub(super) known: u64,
    /// Those that must be there.
    pub(super) required: u64,
    /// Those that must not.
    pub(super) not_used: u64,
}

const NO_MASKS: Masks = Masks { known: 0, required: 0, not_used: 0 };

const fn masks(parts: Run) -> Masks {
    let mut masks = NO_MASKS;
    let mut n = 0;
    while n < parts.len {
        let row = &pool::ELEMENTS[pool::PARTS[(parts.start + n) as usize] as usize];
        let bit = 1u64 << (n + 1);
        masks.known |= bit;
        match row.usage {
            Usage::Required => masks.required |= bit,
            Usage::NotUsed => masks.not_used |= bit,
            Usage::Situational => {}
        }
        n += 1;
    }
    masks
}

/// Beside the pool's segments.
pub(super) static ELEMENTS: [Masks; pool::SEGMENTS.len()] = {
    let mut all = [NO_MASKS; pool::SEGMENTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = masks(pool::SEGMENTS[at].elements);
        at += 1;
    }
    all
};

/// Beside the pool's elements: the components of composites.
pub(super) static COMPONENTS: [Masks; pool::ELEMENTS.len()] = {
    let mut all = [NO_MASKS; pool::ELEMENTS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = masks(pool::ELEMENTS[at].parts);
        at += 1;
    }
    all
};
