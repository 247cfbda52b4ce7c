//! BAL: amounts that must add up (SNIP 3). Nothing is rounded and nothing tolerated: amounts are compared exactly.

mod coordination;
mod line_charges;
mod soft;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[line_charges::RULE], coordination::RULES, soft::RULES];
