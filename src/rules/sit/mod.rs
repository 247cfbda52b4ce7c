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

use crate::finding::Fact;
use crate::record::{Cell, ClaimKind};

use super::rule::{Codes, Example, Expect, Outcome, Rule, Severity};

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

const fn outcome(
    severity: Severity,
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    codes: Codes,
) -> Outcome {
    Outcome { when, severity, message, remedy, codes }
}

const fn professional(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

const fn institutional(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Institutional, text }
}

const fn dental(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Dental, text }
}

/// An event of a request: its text begins with `@request`.
const fn request(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

/// An event of a response: its text begins with `@response`.
const fn response(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

/// What stands in a cell.
fn input(cell: Cell) -> Fact {
    if cell.is_empty() { Fact::None } else { Fact::Input(cell.span) }
}
