//! TAR108: the authorization is for another provider.

use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::reference::ProviderId;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};
use crate::rules::subject::Subject;

use super::exemption::is_anesthesia;
use super::outside_window::date_of;
use super::{Assessment, grant, report, shared_sar};

const CODES: Codes = Codes::claim("A8", "48", "296", "");

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR108,
    title: "Authorization provider match",
    about: "Where an authorization names providers, for the line's service or for all of it, one of the claim's NPIs, in any role, or the billing provider's tax id must be one of them. Anesthesia, radiology (7xxxx) and laboratory (8xxxx) work under another's authorization; county authorizations that are honoured are TAR124's.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R098"],
    silent_if: &[RuleId::TAR107],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "another provider",
            severity: Severity::Reject,
            message: "Authorization {found} is for another provider: none of the claim's providers is {0}.",
            remedy: "Give the number of this provider's authorization, or ask the plan to change it.",
            codes: CODES,
        },
        Outcome {
            when: "another provider, and the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} is for another provider: none of the claim's providers is {0}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "an authorization for someone else",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,1881691004,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "radiology under it",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,1881691004,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:71046*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a county's authorization of the time before, the rule for which is off",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@profile [rules]\n@profile TAR124 = \"off\"\n@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1881691004,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the authorized provider refers",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,1881691004,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nNM1*DN*1*REFERRER*ANN****XX*1881691004\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

/// Anesthesia, radiology and laboratory, which work under another provider's authorization.
pub(in crate::rules) fn works_under_another(procedure: Code) -> bool {
    let numeric = procedure.len() == 5 && procedure.byte(4).is_ascii_digit();
    is_anesthesia(procedure) || numeric && matches!(procedure.byte(0), b'7' | b'8')
}

/// Whether the authorization that a line cites is for somebody who has nothing to do with the claim.
pub(super) fn is_for_another(subject: &Subject<'_>, line: &ServiceLine, assessment: &Assessment<'_>) -> bool {
    wanted(subject, line, assessment).is_some()
        || assessment.authorization().is_some_and(|known| shared_sar::is_of_a_stranger(subject, line, known))
}

/// The providers that a line's authorization is for, where they are none of the claim's.
fn wanted<'a>(
    subject: &Subject<'a>,
    line: &'a ServiceLine,
    assessment: &'a Assessment<'_>,
) -> Option<&'a [ProviderId]> {
    let authorization = assessment.authorization()?;
    if works_under_another(line.procedure) || shared_sar::owns(subject, authorization) {
        return None;
    }
    let approved = grant::approved(grant::of_part(authorization, subject.claim, line));
    let grants = grant::on(approved, date_of(subject, line));
    if grants.clone().any(|grant| grant.is_for(subject.claim, &subject.reference.rosters)) {
        return None;
    }
    grants.clone().map(|grant| grant.providers).find(|providers| !providers.is_empty())
}

/// What the providers of an authorization are called in a message.
pub(super) fn provider_names(providers: &[ProviderId]) -> String {
    let name = |provider: &ProviderId| match provider {
        ProviderId::Npi(npi) => format!("NPI {npi}"),
        ProviderId::TaxId(_) => "the holder of the tax id that it names".to_owned(),
        ProviderId::Unknown => "one who cannot be told".to_owned(),
    };
    providers.iter().map(name).collect::<Vec<_>>().join(" or ")
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut answers = subject.claim.lines().iter().zip(&subject.analysis.authorization);
    let first = answers.find_map(|(line, assessment)| wanted(subject, line, assessment));
    let Some(providers) = first else { return };
    let shown = findings.keep(&provider_names(providers));
    report::of_lines(subject, findings, RuleId::TAR108, |line, assessment| {
        let wanted = wanted(subject, line, assessment)?;
        let name = if wanted == providers { shown } else { Fact::Text("the one that it names") };
        Some(report::Wrong { outcome: 0, facts: [name, Fact::None] })
    });
}
