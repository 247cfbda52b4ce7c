//! FFS105: what stands as a national drug code is none.

use super::NDC;
use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};
use crate::x12::grammar;

macro_rules! drug {
    ($ndc:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:J1100*80*UN*1***1\nDTP*472*D8*20260302\nLIN**N4*",
            $ndc,
            "\nCTP****1*UN"
        )
    };
}

pub(super) const RULE: Rule = Rule {
    id: RuleId::FFS105,
    title: "NDC format",
    about: "A national drug code (LIN03 where LIN02 is N4) is eleven digits without hyphens, as 5-4-2. Whether the drug exists is not asked here.",
    snip: 5,
    requirements: &["R123", "S60"],
    only: &[Aspect::Drug],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Reject,
        "wrong shape",
        "Drug code {found} on line {line} is not eleven digits.",
        "Send the code as eleven digits, 5-4-2, without hyphens; fill short parts with leading zeros.",
        Codes::claim("A7", "218", "16", "M119"),
    )],
    examples: &[
        professional("hyphens", Expect::Reject, drug!("0703-0001-01")),
        professional("ten digits", Expect::Reject, drug!("0703000101")),
        professional("eleven digits", Expect::Silent, drug!("00703000101")),
        professional("a blank behind them", Expect::Silent, drug!("00703000101 ")),
    ],
    ..Rule::BASE
};

/// Whether a national drug code is not of the shape of one.
pub(super) fn is_wrong(code: &[u8]) -> bool {
    grammar::ndc(code).is_none_or(|number| number == 0)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for drug in claim.facts.drugs.iter().filter(|drug| drug.qualifier == NDC && !drug.value.is_empty()) {
        if is_wrong(claim.text(drug.value))
            && let Some(line) = claim.line(drug.line)
        {
            at_line(subject, findings, RuleId::FFS105, line, drug.value).found(input(drug.value)).add();
        }
    }
}
