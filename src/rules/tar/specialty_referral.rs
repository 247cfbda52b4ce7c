//! TAR138: specialty care of a CCS child without a referral.

use super::missing_number;
use crate::finding::{Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity, Stage};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR138,
    title: "Specialty referral must be reviewed for CCS child",
    about: "All referrals of CCS children to specialty care are reviewed by the plan. A specialist's visit (the referral rows of tar_required.csv) that treats a CCS condition carries the number of the referral (REF*9F) or of an authorization (REF*G1). Not asked: PCPs, emergencies, self-referral and behavioral health, Medicare as primary payer.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R039"],
    effective_from: "2018-07-01",
    route: "PCP to request authorized referral",
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "no referral",
        "{0} is specialty care of a CCS child, and there is neither a referral (REF*9F) nor an authorization number{1}.",
        "Give the number of the authorized referral in REF*9F.",
        Codes { entity: "DN", aaa: "AE", ..Codes::claim("A6", "761", "288", "N54") },
    )],
    examples: &[
        professional(
            "a specialist's visit",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:99214*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "with a referral",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*9F*RFL1\nHI*ABK:E109\nLX*1\nSV1*HC:99214*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a visit for a condition outside of CCS",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99214*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    missing_number::say(subject, findings, RuleId::TAR138, |_| 0);
}
