//! DUP: claims that came before.

mod exact;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[exact::RULE]];
