//! TAR124: a county authorization that another provider shares.

use super::other_provider::{provider_names, works_under_another};
use super::{Assessment, county_sar, report};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Provider, ServiceLine};
use crate::reference::rosters::{ProviderKind, ProviderRow};
use crate::reference::{Authorization, Issuer, Npi, ProviderId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{FACILITY, RENDERING, billing_tax_id, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR124,
    title: "Shared SAR: referring provider",
    about: "A county authorization of the time before the Whole Child Model may be used by another provider than the one it names, if that one stands on the claim as the referring provider (2310A, 2420F). One that names a provider by NPI is for the group that providers.csv has it in too, and one that names a tax id for whoever bills under it, or whose group that is. One that names a special care center (a facility of facilities.csv, or of kind facility in providers.csv) needs no referring provider. Anesthesia, radiology and laboratory lines, and claims that name the authorized provider in another role, only warn. For such authorizations TAR108 does not ask.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R097"],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "the authorized provider does not refer",
            "County authorization {found} is for {0}, who neither bills, renders nor refers.",
            "Name the authorized provider as referring provider (NM1*DN).",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "the authorized provider does not refer, and the line needs none",
            "County authorization {found} is for {0}, who neither bills, renders nor refers.",
            "Name the authorized provider as referring provider (NM1*DN), or leave REF*G1 off.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "named otherwise, or a line that works under another",
            "County authorization {found} is for {0}, who is not named as the referring provider.",
            "Name the authorized provider as referring provider (NM1*DN).",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "the same, and the line needs none",
            "County authorization {found} is for {0}, who is not named as the referring provider.",
            "Name the authorized provider as referring provider (NM1*DN).",
            CODES,
        ),
    ],
    examples: &[
        professional(
            "nobody of that number",
            Expect::Reject,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000780,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "the authorized provider refers",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000780,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nNM1*DN*1*WREN*IDA****XX*1000000780\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "the authorized provider bills",
            Expect::Silent,
            "@authorization TAR4471,sar,county,A1,91234567A,2018-06-30,2018-06-30,,1000000772,,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes::claim("A6", "48", "296", "");

const REFERRING: [Code; 2] = [Code::new(b"DN"), Code::new(b"P3")];
const OTHERWISE: u8 = 2;

/// Whether the provider of an authorization is this rule's question, on or off, and not TAR108's: that of a special care center is
/// for whoever works there.
pub(super) fn owns(subject: &Subject<'_>, authorization: &Authorization) -> bool {
    authorization.issuer == Issuer::County && county_sar::counts(subject, authorization)
}

/// Whether a provider is a facility: its authorization is for whoever works there.
fn is_center(subject: &Subject<'_>, npi: Npi) -> bool {
    let rosters = &subject.reference.rosters;
    let listed = rosters.facilities.as_ref().is_some_and(|facilities| !facilities.find(npi).is_empty());
    let kind = |row: &ProviderRow| row.kind == Some(ProviderKind::Facility);
    listed || rosters.providers.as_ref().is_some_and(|providers| providers.find(npi).iter().any(kind))
}

/// The outcome for a line whose county authorization names others than those that it may be used by.
fn wrong(subject: &Subject<'_>, line: &ServiceLine, authorization: &Authorization) -> Option<u8> {
    let claim = subject.claim;
    if !owns(subject, authorization) || authorization.providers.is_empty() {
        return None;
    }
    let billing = (Npi::parse(claim.text(claim.context.billing.npi)), billing_tax_id(claim));
    let of_line = |provider: &&Provider| provider.line == 0 || provider.line == line.number;
    let named = || claim.facts.providers.iter().filter(of_line);
    let uses = |role: Code| role == RENDERING || role == FACILITY || REFERRING.contains(&role);
    let rosters = &subject.reference.rosters;
    let may_use = |provider: &ProviderId| match *provider {
        ProviderId::Npi(npi) => {
            billing.0 == Some(npi)
                || named().any(|one| uses(one.role) && Npi::parse(claim.text(one.npi)) == Some(npi))
                || rosters.is_in_group(npi, billing.1)
                || is_center(subject, npi)
        }
        ProviderId::TaxId(id) => {
            let works_there = |one: &Provider| {
                Npi::parse(claim.text(one.npi)).is_some_and(|npi| rosters.is_in_group(npi, Some(id)))
            };
            billing.1 == Some(id) || named().any(|one| uses(one.role) && works_there(one))
        }
        ProviderId::Unknown => true,
    };
    if authorization.providers.iter().any(may_use) {
        return None;
    }
    let is_named = |provider: &ProviderId| match *provider {
        ProviderId::Npi(npi) => named().any(|one| Npi::parse(claim.text(one.npi)) == Some(npi)),
        // whether who refers works there, nobody can tell
        ProviderId::TaxId(_) => named().any(|one| REFERRING.contains(&one.role)),
        ProviderId::Unknown => true,
    };
    let mild = authorization.providers.iter().any(is_named) || works_under_another(line.procedure);
    Some(if mild { OTHERWISE } else { 0 })
}

/// Whether a county authorization is surely for somebody who has nothing to do with the claim.
pub(super) fn is_of_a_stranger(
    subject: &Subject<'_>,
    line: &ServiceLine,
    authorization: &Authorization,
) -> bool {
    wrong(subject, line, authorization) == Some(0)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let wrong_of = |line: &ServiceLine, assessment: &Assessment<'_>| {
        let authorization = assessment.authorization()?;
        Some((wrong(subject, line, authorization)?, provider_names(&authorization.providers)))
    };
    let mut answers = subject.claim.lines().iter().zip(&subject.analysis.authorization);
    let Some((_, names)) = answers.find_map(|(line, assessment)| wrong_of(line, assessment)) else { return };
    let shown = findings.keep(&names);
    report::of_lines(subject, findings, RuleId::TAR124, |line, assessment| {
        let (outcome, others) = wrong_of(line, assessment)?;
        let name = if others == names { shown } else { Fact::Text("the one that it names") };
        Some(report::Wrong { outcome, facts: [name, Fact::None] })
    });
}
