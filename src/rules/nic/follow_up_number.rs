//! NIC105: high-risk infant follow-up without an authorization number.

use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar::missing_number;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC105,
    title: "HRIF authorization to Alliance",
    about: "Requests for high-risk infant follow-up go to the plan, and its number stands on the claim. A follow-up service (service_kinds.csv, hrif) at a facility that the facility roster lists with the programme needs one: on a CCS line surely, elsewhere as sure as the row is. Without a facility roster TAR101 asks for CCS lines.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R058"],
    effective_from: "2018-07-01",
    route: "Alliance authorization",
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "high-risk infant follow-up",
            "{0} is high-risk infant follow-up and needs an authorization number, and there is none{1}.",
            "Ask the plan for an authorization, and give its number in REF*G1 of the line or the claim.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
        outcome(
            Severity::Warn,
            "high-risk infant follow-up, and the table is not sure",
            "{0} may be high-risk infant follow-up, which needs an authorization number, and there is none{1}.",
            "Ask the plan for an authorization, and give its number in REF*G1 of the line or the claim.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
    ],
    examples: &[
        professional(
            "a test for a child with cerebral palsy",
            Expect::Reject,
            "@roster facilities 1000000772,,Y,,,Y\n@birth 20250302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G809\nLX*1\nSV1*HC:96112*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "for a child without CCS condition",
            Expect::Warn,
            "@roster facilities 1000000772,,Y,,,Y\n@birth 20250302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:R6250\nLX*1\nSV1*HC:96112*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with a number",
            Expect::Silent,
            "@roster facilities 1000000772,,Y,,,Y\n@birth 20250302\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G809\nLX*1\nSV1*HC:96112*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    missing_number::say(subject, findings, RuleId::NIC105, missing_number::firm_or_unsure);
}
