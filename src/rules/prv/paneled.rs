//! PRV101: a CCS service by a provider who is not CCS-paneled.

use super::panel;
use crate::finding::{Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::reference::{Authorization, Issuer, ProviderId};
use crate::rules::brief::RENDERING;
use crate::rules::brief::{outcome, professional, rendering};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRV101,
    title: "CCS-paneled provider for CCS services",
    about: "CCS services are given by CCS-paneled providers. On a CCS line the provider roster must not say that who renders it (the rendering provider, else the billing provider; on institutional claims a rendering provider where one is named) is not paneled, or paneled on other dates only. A provider whom the roster does not list warns; where it leaves the flag empty, paneling does not apply.\n\nNot asked: emergencies, a PCP's services in the primary-care scope, anesthesia, radiology, laboratory, transport, equipment and supplies, and a provider whom an honoured county authorization names. Physical therapy has PRV102.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R014"],
    effective_from: "2018-07-01",
    route: "CCS-paneled provider",
    needs: &[Needs::Providers],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "not paneled",
            "The provider who renders {found} on line {line}, NPI {0}, is not CCS-paneled on {1} (providers.csv row {2}).",
            "Have a CCS-paneled provider render the service, or ask the plan for a letter of agreement.",
            Codes { entity: "82", aaa: "35", ..Codes::claim("A3", "91", "185", "N570") },
        ),
        outcome(
            Severity::Warn,
            "not in the roster",
            "The provider who renders {found} on line {line}, NPI {0}, is not in the provider roster, so nobody can tell whether it is CCS-paneled.",
            "Check the NPI, and whether the provider is CCS-paneled.",
            Codes { entity: "82", aaa: "35", ..Codes::claim("A3", "91", "185", "N570") },
        ),
    ],
    examples: &[
        professional(
            "not paneled",
            Expect::Reject,
            "@roster providers 1000000772,,individual,N,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "paneled until the day before",
            Expect::Reject,
            "@roster providers 1000000772,,individual,Y,2018-07-01,2026-03-01,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "not listed",
            Expect::Warn,
            "@roster providers 1000000780,,individual,Y,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "paneled",
            Expect::Silent,
            "@roster providers 1000000772,,individual,Y,2018-07-01,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(providers) = &subject.reference.rosters.providers else { return };
    let claim = subject.claim;
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let Some(date) = view.date.filter(|date| view.is_ccs && subject.applies(RuleId::PRV101, Some(*date)))
        else {
            continue;
        };
        let named = claim.provider(RENDERING, line.number).is_some();
        if claim.kind() == ClaimKind::Institutional && !named
            || tar::is_physical_therapy(claim, line)
            || is_not_paneled_kind(line)
            || tar::emergency(claim, line).is_some()
            || tar::is_primary_care(claim, line, subject.reference, subject.settings)
        {
            continue;
        }
        let Some((_, npi)) = rendering(subject, line.number) else { continue };
        let of_county =
            |known: &&Authorization| known.issuer == Issuer::County && tar::counts(subject, known);
        if assessment
            .authorization()
            .filter(of_county)
            .is_some_and(|known| known.providers.contains(&ProviderId::Npi(npi)))
        {
            continue;
        }
        super::say(subject, findings, RuleId::PRV101, line, (npi, date), panel(providers.find(npi), date));
    }
}

/// Services whose providers CCS does not panel one by one: anesthesia, radiology, laboratory, transport, equipment, supplies.
fn is_not_paneled_kind(line: &ServiceLine) -> bool {
    let code = line.procedure;
    tar::works_under_another(code) || matches!(code.byte(0), b'A' | b'B' | b'E' | b'K' | b'L' | b'V')
}
