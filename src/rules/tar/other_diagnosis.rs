//! TAR112: the authorization is for another diagnosis.

use super::report;
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::Edition;
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR112,
    title: "Authorization diagnosis relation",
    about: "A 278 response can say for which diagnoses the authorization was given. None of the claim's principal or other diagnoses being in the same category (the first three characters) as one of those is worth a look. An authorization from authorizations.csv names no diagnosis, and is not asked.",
    snip: 7,
    requirements: &["R104"],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "no diagnosis of the category",
            "Authorization {found} was given for diagnosis {0}, and the claim has none of that category.",
            "Check that the number is the right one, and that the diagnosis is complete.",
            Codes { aaa: "AF", ..Codes::claim("A8", "488", "284", "N54") },
        ),
        outcome(
            Severity::Warn,
            "no diagnosis of the category, and the line needs none",
            "Authorization {found} was given for diagnosis {0}, and the claim has none of that category.",
            "Check that the number is the right one, and that the diagnosis is complete.",
            Codes { aaa: "AF", ..Codes::claim("A8", "488", "284", "N54") },
        ),
    ],
    examples: &[
        professional(
            "another diagnosis",
            Expect::Warn,
            "@response HCR*A1*TAR4471~DTP*007*RD8*20260101-20261231~HI*ABK:G809|HCR*A1*TAR4471~SV1*HC:97802*80*UN*4\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a diagnosis of the category",
            Expect::Silent,
            "@response HCR*A1*TAR4471~DTP*007*RD8*20260101-20261231~HI*ABK:E1065|HCR*A1*TAR4471~SV1*HC:97802*80*UN*4\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a roster row names no diagnosis",
            Expect::Silent,
            "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_numbers(subject, findings, RuleId::TAR112, |_, assessment| {
        let authorization = assessment.authorization()?;
        let first = *authorization.diagnoses.first()?;
        let related =
            |code: Code| authorization.diagnoses.iter().any(|known| known.prefix(3) == code.prefix(3));
        let mut reported = subject.claim.facts.diagnoses.iter().filter(|diagnosis| diagnosis.is_reported());
        // an authorization names diagnoses of ICD, and no table tells what one of SNODENT is there
        if reported.any(|one| one.edition == Edition::Snodent || related(one.code)) {
            return None;
        }
        Some(report::Wrong { outcome: 0, facts: [Fact::Code(first), Fact::None] })
    });
}
