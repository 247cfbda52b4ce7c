//! PRV101: a CCS service by a provider who is not CCS-paneled.

use super::panel;
use crate::finding::{Findings, RuleId};
use crate::reference::ServiceKind;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRV101,
    title: "CCS-paneled provider for CCS services",
    about: "CCS services are given by CCS-paneled providers. On a CCS line the provider roster must not say that who renders it (the rendering provider, else the billing provider; on institutional claims a rendering provider where one is named) is not paneled, or paneled on other dates only. A provider whom the roster does not list warns; where it leaves the flag empty, paneling does not apply.\n\nNot asked: emergencies, a PCP's services in the primary-care scope, anesthesia and radiology, laboratory, transport, equipment and supplies (service_kinds.csv, not_paneled), and who is named, or whose billing provider is, by a county authorization that is honoured. Physical therapy has PRV102.",
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
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let Some(date) = view.date.filter(|date| view.is_ccs && subject.applies(RuleId::PRV101, Some(*date)))
        else {
            continue;
        };
        if tar::is_physical_therapy(subject.claim, line)
            || tar::works_under_another(line.procedure)
            || view.kinds.contains(ServiceKind::NotPaneled)
        {
            continue;
        }
        let Some(npi) = super::asked_about(subject, line, assessment) else { continue };
        super::say(subject, findings, RuleId::PRV101, line, (npi, date), panel(providers.find(npi), date));
    }
}
