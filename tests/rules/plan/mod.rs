//! The plan's rules, a table a rule: what it minds, what it does not, each exception, and the day before, on and after each
//! date that it knows.

mod aut;
mod ccs;
mod clm;
mod draft;
mod everywhere;
mod ffs;
mod metadata;
mod nic;
mod prg;
mod prv;
mod roster_over_time;
mod tar;
mod tar_ledger;
mod tar_numbers;
mod unsure;

pub(crate) use draft::{Draft, office, outpatient, stay, tooth};

use claimsieve::finding::RuleId;
use claimsieve::rules::Expect;

use crate::ask::answer;

/// Asks a rule about each claim of a table and says every difference at once.
#[track_caller]
pub(crate) fn table(rule: RuleId, cases: &[(&str, Expect, Draft)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(what, expected, draft)| {
            let found = answer(draft.kind(), &draft.text(), rule);
            (found != *expected)
                .then(|| format!("{rule}, {what}: expected {expected:?}, found {found:?}\n{}", draft.text()))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let minds = cases.iter().any(|(_, expected, _)| *expected != Expect::Silent);
    let does_not = cases.iter().any(|(_, expected, _)| *expected == Expect::Silent);
    assert!(minds && does_not, "{rule} is not asked both ways");
}
