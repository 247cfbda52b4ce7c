//! NIC101: neonatal intensive care without an authorization number.

use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{institutional, outcome};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar::missing_number;

pub(super) const RULE: Rule = Rule {
    id: RuleId::NIC101,
    title: "NICU authorization request goes to Alliance",
    about: "Requests for neonatal intensive care go to the plan, and its number stands on the claim. A line with a NICU revenue code (0172, 0173, 0174, 0179) needs one: on a CCS line surely, elsewhere as sure as the row of tar_required.csv is. A well newborn (0170, 0171), an emergency admission, and a child who was stabilised and transferred within nicu.stabilisation_days need none. For a newborn on the mother's id it warns, since nobody can tell whose authorization the stay has.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R053"],
    effective_from: "2018-07-01",
    route: "Alliance authorization",
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "neonatal intensive care",
            "{0} is neonatal intensive care and needs an authorization number, and there is none{1}.",
            "Ask the plan for an authorization, and give its number in REF*G1 of the claim.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
        outcome(
            Severity::Warn,
            "neonatal intensive care, and the table is not sure",
            "{0} is neonatal intensive care and may need an authorization number, and there is none{1}.",
            "Ask the plan for an authorization, and give its number in REF*G1 of the claim.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
    ],
    examples: &[
        institutional(
            "respiratory distress",
            Expect::Reject,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "with a number",
            Expect::Silent,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260320\nDTP*435*DT*202603021000\nCL1*4*5*01\nREF*G1*TAR4471\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
        institutional(
            "a transfer on the second day",
            Expect::Silent,
            "@birth 20260302\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260304\nDTP*435*DT*202603021000\nCL1*4*5*02\nHI*ABK:P220:::::::Y\nLX*1\nSV2*0173**900*DA*3",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    missing_number::say(subject, findings, RuleId::NIC101, missing_number::firm_or_unsure);
}
