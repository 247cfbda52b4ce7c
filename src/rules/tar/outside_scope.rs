//! TAR133: a PCP outside of the primary-care scope.

use super::missing_number;
use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity, Stage};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR133,
    title: "PCP out-of-scope service",
    about: "A primary care provider needs no number for what primary_care_scope.csv lists. For any other service of a CCS child the PCP sends a TAR or asks the plan's Authorizations department whether one is needed. It rejects on CCS lines, elsewhere as surely as the row of tar_required.csv is; where the plan's own table says that the service needs none, nothing is asked.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R042"],
    effective_from: "2018-07-01",
    route: "TAR or call 831-430-5506",
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "outside of the scope",
            "{0} is outside of the primary-care scope and needs an authorization number, and there is none{1}.",
            "Send a TAR to the plan, or ask its Authorizations department (831-430-5506) whether one is needed.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
        outcome(
            Severity::Warn,
            "outside of the scope, and the table is not sure",
            "{0} is outside of the primary-care scope and may need an authorization number, and there is none{1}.",
            "Send a TAR to the plan, or ask its Authorizations department (831-430-5506) whether one is needed.",
            Codes::claim("A6", "48", "197", "M62"),
        ),
    ],
    examples: &[
        professional(
            "nutrition therapy",
            Expect::Reject,
            "@taxonomy 208000000X\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "an office visit",
            Expect::Silent,
            "@taxonomy 208000000X\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with a number",
            Expect::Silent,
            "@taxonomy 208000000X\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    missing_number::say(subject, findings, RuleId::TAR133, missing_number::firm_or_unsure);
}
