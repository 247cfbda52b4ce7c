//! SIT: situational rules that a claim's own data decide (SNIP 4): what must stand there when something else does, and what
//! must not.

mod claim;
mod dates;
mod decision;
mod hospital;
mod levels;
mod lines;
mod payers;
mod providers;
mod request;
mod same;

use super::brief::{dental, input, institutional, outcome, professional, request, response};
use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] = &[
    dates::RULES,
    claim::RULES,
    payers::RULES,
    hospital::RULES,
    providers::RULES,
    same::RULES,
    levels::RULES,
    lines::RULES,
    request::RULES,
    decision::RULES,
];

const BASE: Rule = Rule { snip: 4, ..Rule::BASE };
