//! TAR140: an emergency that nothing but its indicator shows.

use super::emergency;
use crate::finding::{Code, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR140,
    title: "Emergency exemption consistency",
    about: "An emergency needs no authorization. Where the indicator (SV109) alone says so, in an office (place of service 11) and without an emergency visit or ambulance on the date, it is worth a look.",
    snip: 7,
    requirements: &["R107"],
    only: &[Aspect::Emergency],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "the indicator alone",
        "{found} on line {line} is marked as an emergency (SV109 is Y), but was given in an office and without an emergency visit.",
        "Check the emergency indicator and the place of service.",
        Codes::claim("A8", "767", "40", ""),
    )],
    examples: &[
        professional(
            "in an office",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1**Y\nDTP*472*D8*20260302",
        ),
        professional(
            "with an emergency visit",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99283*80*UN*1***1**Y\nDTP*472*D8*20260302",
        ),
        professional(
            "no indicator",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for line in claim.lines().iter().filter(|line| line.emergency) {
        let place =
            if line.place_of_service.is_empty() { claim.facts.facility } else { line.place_of_service };
        // without the indicator the other signs decide
        let unmarked = ServiceLine { emergency: false, ..*line };
        if claim.kind() == ClaimKind::Professional
            && place == Code::new(b"11")
            && emergency(claim, &unmarked).is_none()
        {
            at_line(subject, findings, RuleId::TAR140, line, line.procedure_cell)
                .found(input(line.procedure_cell))
                .add();
        }
    }
}
