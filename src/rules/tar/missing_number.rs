//! TAR101: a line needs an authorization number and has none.

use std::fmt;

use crate::finding::{Code, Fact, Findings, Place, RuleId};
use crate::record::{Claim, ClaimKind, ServiceLine, loops};
use crate::reference::{AuthKind, Authorization, CareSetting, Decision, Provenance};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{LineView, Subject};

use super::need::{Ask, Because};
use super::other_setting::setting_of;
use super::{county_sar, grant};

const CODES: Codes = Codes::claim("A6", "48", "197", "M62");

const REMEDY: &str =
    "Ask the plan for an authorization, and give its number in REF*G1 of the line or the claim.";

const CCS: u8 = 0;
const LISTED: u8 = 1;
const LISTED_UNSURE: u8 = 2;
const REFERRAL: u8 = 3;
const MEALS: u8 = 4;
const ADMINISTRATION: u8 = 5;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR101,
    title: "Authorization number required (header or line)",
    about: "The plan asks for a TAR or prior-authorization number on the claim. A line needs one when it treats a CCS condition (the member is under 21, and the line points to a CCS diagnosis; on an institutional claim the principal diagnosis is one), unless tar_required.csv says otherwise for the service; and when tar_required.csv lists its service. The number is the line's REF*G1, else the claim's; a referral (9F) or payer claim number (F8) is none.\n\nFree of it: emergencies, primary care in scope, physical therapy and equipment within their limits, carved-out drugs, anesthesia, assistant surgeons, services that the table says need none, Medicare as primary payer. `claimsieve why` names the exemption that applied.\n\nRows of the table that are not of high confidence only warn outside of CCS; so does the administration of a carved-out drug.\n\nWhere a more specific rule owns the service, that rule asks instead: NIC101 neonatal intensive care, NIC105 high-risk infant follow-up, TAR133 a PCP outside of the primary-care scope, TAR134 physician-administered drugs, TAR135 meals and lodging, TAR138 specialty care that wants a referral. While such a rule is off or in shadow, this one asks.",
    snip: 7,
    requirements: &["R021", "R030", "R035"],
    effective_from: "2018-07-01",
    route: "request TAR from the Alliance",
    silent_if: &[
        RuleId::FFS101,
        RuleId::FFS102,
        RuleId::PRG101,
        RuleId::NIC101,
        RuleId::NIC105,
        RuleId::TAR133,
        RuleId::TAR134,
    ],
    only: &[Aspect::Lacks],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "a CCS line",
            severity: Severity::Reject,
            message: "{0} treats a CCS condition and needs an authorization number, and there is none{1}.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "a listed service",
            severity: Severity::Reject,
            message: "{0} is listed as needing an authorization number, and there is none{1}.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "a listed service, and the table is not sure",
            severity: Severity::Warn,
            message: "{0} may need an authorization number, and there is none{1}.",
            remedy: "Check with the plan's procedure code lookup whether the service needs an authorization.",
            codes: CODES,
        },
        Outcome {
            when: "specialty care without referral",
            severity: Severity::Warn,
            message: "{0} is specialty care of a CCS child, and there is neither a referral (REF*9F) nor an authorization number{1}.",
            remedy: "Give the number of the authorized referral in REF*9F.",
            codes: CODES,
        },
        Outcome {
            when: "meals or lodging",
            severity: Severity::Warn,
            message: "{0} is meals or lodging, which need prior approval when possible, and there is no authorization number{1}.",
            remedy: "Ask Pediatric Complex Care Management for approval.",
            codes: CODES,
        },
        Outcome {
            when: "administration of a carved-out drug",
            severity: Severity::Warn,
            message: "{0} administers a carved-out drug, and there is no authorization number{1}.",
            remedy: REMEDY,
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "nutrition therapy for diabetes without a number",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the number on the line",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR4471",
        },
        Example {
            shows: "another payer's number on the line",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR4471**2U:OTHER",
        },
        Example {
            shows: "an emergency",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1**Y\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a stay for diabetes without a number",
            expect: Expect::Reject,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:E109\nLX*1\nSV2*0120**900*DA*3",
        },
        Example {
            shows: "an emergency admission",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*1*1*01\nHI*ABK:E109\nLX*1\nSV2*0120**900*DA*3",
        },
        Example {
            shows: "dental care of a cleft palate",
            expect: Expect::Reject,
            kind: ClaimKind::Dental,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:Q359\nLX*1\nSV3*AD:D0120*80****1*****1",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    say(subject, findings, RuleId::TAR101, outcome);
}

/// Reports the lines for which `rule` owns the question, or for TAR101 those for which nobody else asks; `outcome` says which
/// outcome an ask is.
pub(in crate::rules) fn say(
    subject: &Subject<'_>,
    findings: &mut Findings,
    rule: RuleId,
    outcome: impl Fn(&Ask<'_>) -> u8,
) {
    let claim = subject.claim;
    let is_mine = |ask: &Ask<'_>| ask.owner == rule || ask.asker(subject.settings) == rule;
    let missing = || {
        subject
            .lines()
            .zip(&subject.analysis.authorization)
            .filter(|(_, assessment)| assessment.number.is_none())
            .filter_map(|((line, view), assessment)| Some((line, view, assessment.need.asked()?)))
            .filter(|(_, _, ask)| is_mine(ask))
    };
    if claim.kind() == ClaimKind::Institutional {
        let Some(first) = missing().next() else { return };
        let (line, view, ask) = missing().find(|(_, _, ask)| ask.strong).unwrap_or(first);
        let same = missing().filter(|(_, _, other)| outcome(other) == outcome(&ask));
        let numbers: Vec<u32> = same.map(|(line, _, _)| line.number).collect();
        let all = claim.lines().len();
        let words = if numbers.len() == all {
            findings.keep(if all == 1 { "The claim's line" } else { "Each line of the claim" })
        } else if numbers.len() == 1 {
            findings.keep(&format!("One of the claim's {all} lines"))
        } else {
            findings.keep(&format!("{} of the claim's {all} lines: each", numbers.len()))
        };
        let hint = hint(subject, line, view);
        let hint = findings.keep(&hint);
        let place = missing_reference(claim, loops::L2300, claim.facts.id.segment);
        findings
            .draft(rule, place)
            .outcome(outcome(&ask))
            .lines(numbers)
            .expected(Fact::Text("REF*G1"))
            .fact(words)
            .fact(hint)
            .rests_on(basis(subject, line, &ask))
            .add();
        return;
    }
    for (line, view, ask) in missing() {
        let words = findings.keep(&format!("{} on line {}", line.procedure, line.number));
        let hint = hint(subject, line, view);
        let hint = findings.keep(&hint);
        let place = missing_reference(claim, loops::L2400, line.service.segment);
        findings
            .draft(rule, place)
            .outcome(outcome(&ask))
            .line(line.number)
            .found(Fact::Code(line.procedure))
            .expected(Fact::Text("REF*G1"))
            .fact(words)
            .fact(hint)
            .rests_on(basis(subject, line, &ask))
            .add();
    }
}

/// The outcomes of a rule that owns a question: the first rejects, the second warns.
pub(in crate::rules) fn firm_or_unsure(ask: &Ask<'_>) -> u8 {
    u8::from(!ask.strong)
}

/// What a missing number rests on: the row of the diagnosis that makes it a CCS line, or the row that lists the service.
fn basis<'r>(subject: &Subject<'r>, line: &ServiceLine, ask: &Ask<'r>) -> Basis<'r> {
    match ask.because {
        Because::CcsLine => {
            Basis(subject.analysis.treated(subject.claim, line).map(|found| found.provenance))
        }
        Because::Listed | Because::Referral | Because::MealsAndLodging => {
            Basis(ask.row.map(|row| &row.provenance))
        }
        Because::FollowUp => Basis(ask.follow_up.map(|row| &row.provenance)),
    }
}

/// A row, if one is known.
struct Basis<'r>(Option<&'r Provenance>);

impl fmt::Display for Basis<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |row| row.fmt(f))
    }
}

fn outcome(ask: &Ask<'_>) -> u8 {
    match (ask.because, ask.strong) {
        (Because::CcsLine, true) => CCS,
        (Because::CcsLine, false) => ADMINISTRATION,
        (Because::Listed | Because::FollowUp, true) => LISTED,
        (Because::Listed | Because::FollowUp, false) => LISTED_UNSURE,
        (Because::Referral, _) => REFERRAL,
        (Because::MealsAndLodging, _) => MEALS,
    }
}

/// Where a REF*G1 should have stood in a loop: before the first REF, or before what comes after references.
fn missing_reference(claim: &Claim<'_>, loop_id: Code, from: u32) -> Place {
    let mut at = from + 1;
    let comes_before = |id: &[u8]| {
        matches!(
            id,
            b"SV1"
                | b"SV2"
                | b"SV3"
                | b"SV5"
                | b"TOO"
                | b"DTP"
                | b"CL1"
                | b"DN1"
                | b"DN2"
                | b"PWK"
                | b"CN1"
                | b"QTY"
                | b"MEA"
        ) || loop_id == loops::L2300 && id == b"AMT"
            || loop_id == loops::L2400 && matches!(id, b"CR1" | b"CR3" | b"CRC")
    };
    while (claim.loops)(at) == loop_id && comes_before(claim.unit.segment(at).id()) {
        at += 1;
    }
    Place { missing: true, element: 2, ..Place::segment(at, loop_id, loops::REF) }
}

/// Names a known authorization of the member that would fit the line, as help only: it never counts as present.
pub(super) fn hint(subject: &Subject<'_>, line: &ServiceLine, view: LineView) -> String {
    let member = subject.analysis.member.key;
    if subject.reference.authorizations.is_empty() || member.is_empty() {
        return String::new();
    }
    let grants_on = |authorization: &Authorization, date| {
        let mut grants = grant::of_line(authorization, line);
        grants.any(|grant| {
            grant.status.is_approved()
                && grant.window.contains(date)
                && grant.is_for(subject.claim, &subject.reference.rosters)
        })
    };
    let fits = |authorization: &Authorization| {
        authorization.status.decision() == Some(Decision::Approved)
            && authorization.kind != AuthKind::Referral
            && county_sar::counts(subject, authorization)
            && view.date.is_some_and(|date| grants_on(authorization, date))
            && [line.procedure, line.revenue]
                .iter()
                .any(|code| !code.is_empty() && authorization.covers(*code))
            && matches!(authorization.setting, CareSetting::Open)
                | (authorization.setting == setting_of(subject.claim, line))
    };
    let known = subject.reference.authorizations.for_member(member);
    let Some(found) = known.into_iter().find(|known| fits(known)) else { return String::new() };
    let tail: String = found.number.chars().skip(found.number.chars().count().saturating_sub(4)).collect();
    let code = if line.procedure.is_empty() { line.revenue } else { line.procedure };
    format!(" ({} …{tail} covers {code} on this date)", found.kind.word().to_ascii_uppercase())
}
