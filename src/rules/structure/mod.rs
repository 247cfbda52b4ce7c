//! Rules of structure: envelopes, hierarchy, segments and loops, elements.
//!
//! Survey, matcher and the element tables find what these rules name; here is what they mean.

mod element;
mod group;
mod hierarchy;
mod interchange;
mod segment;
mod set;

pub use element::check_level;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] =
    &[interchange::RULES, group::RULES, set::RULES, hierarchy::RULES, segment::RULES, element::RULES];
