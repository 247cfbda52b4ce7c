//! CLM: facts of the claim itself.

mod diagnosis_code;
mod pointer;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[&[diagnosis_code::RULE, pointer::RULE]];
