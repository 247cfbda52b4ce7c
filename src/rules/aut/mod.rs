//! AUT: requests for authorization and the answers to them.

mod amended_certification;
mod request_data;
mod response_consistency;
mod turnaround;

use super::rule::Rule;

/// The rules of this family.
pub(super) const RULES: &[&[Rule]] =
    &[&[request_data::RULE, response_consistency::RULE, amended_certification::RULE, turnaround::RULE]];
