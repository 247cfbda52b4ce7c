//! PRV102: physical therapy of a CCS child by a therapist who is not CCS-paneled.

use super::panel;
use crate::finding::{Findings, RuleId};
use crate::reference::rosters::{Program, Programs};
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRV102,
    title: "Physical therapist paneling",
    about: "Physical therapy for a CCS condition is given by a CCS-paneled therapist. A physical-therapy line (modifier GP, or a physical therapist's taxonomy) that treats a CCS condition is held against the provider roster as PRV101 does, with the same exceptions for emergencies, hospitals and county authorizations; the medical therapy units of provider_programs.csv are not asked.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R018"],
    effective_from: "2018-07-01",
    route: "paneled PT",
    needs: &[Needs::Providers],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "not paneled",
            "The therapist who renders {found} on line {line}, NPI {0}, is not CCS-paneled on {1} (providers.csv row {2}).",
            "Find a CCS-paneled physical therapist; the plan helps (831-430-5506).",
            Codes { entity: "82", aaa: "35", ..Codes::claim("A3", "91", "185", "N570") },
        ),
        outcome(
            Severity::Warn,
            "not in the roster",
            "The therapist who renders {found} on line {line}, NPI {0}, is not in the provider roster, so nobody can tell whether it is CCS-paneled.",
            "Check the NPI, and whether the therapist is CCS-paneled.",
            Codes { entity: "82", aaa: "35", ..Codes::claim("A3", "91", "185", "N570") },
        ),
    ],
    examples: &[
        professional(
            "not paneled",
            Expect::Reject,
            "@roster providers 1000000772,,individual,N,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G809\nLX*1\nSV1*HC:97110:GP*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "paneled",
            Expect::Silent,
            "@roster providers 1000000772,,individual,Y,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G809\nLX*1\nSV1*HC:97110:GP*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "therapy for another condition",
            Expect::Silent,
            "@roster providers 1000000772,,individual,N,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:S93401A\nLX*1\nSV1*HC:97110:GP*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(providers) = &subject.reference.rosters.providers else { return };
    let programs = subject.reference.rosters.programs.as_ref();
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let Some(date) = view.date.filter(|date| view.is_ccs && subject.applies(RuleId::PRV102, Some(*date)))
        else {
            continue;
        };
        if !tar::is_physical_therapy(subject.claim, line) {
            continue;
        }
        let Some(npi) = super::asked_about(subject, line, assessment) else { continue };
        let unit = |programs: &Programs| programs.find(npi, Program::MedicalTherapyUnit, date).is_some();
        if !programs.is_some_and(unit) {
            super::say(
                subject,
                findings,
                RuleId::PRV102,
                line,
                (npi, date),
                panel(providers.find(npi), date),
            );
        }
    }
}
