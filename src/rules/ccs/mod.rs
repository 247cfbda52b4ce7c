//! CCS: diagnoses of CCS conditions.

mod listed_not_treated;
mod secondary_institutional;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[listed_not_treated::RULE, secondary_institutional::RULE]];
