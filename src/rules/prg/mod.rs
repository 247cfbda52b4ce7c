//! PRG: which program pays.

mod before_start;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[before_start::RULE]];
