//! PRG114: a claim that is addressed to the county or the state.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::rosters::LineOfBusiness;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG114,
    title: "One plan pays CCS and non-CCS Medi-Cal",
    about: "Since the Whole Child Model began in the member's county, the plan pays both the CCS and the ordinary Medi-Cal services of its members. A claim whose payer (2010BB) is California Children's Services or the state is addressed to the wrong place. Whom the member roster lists, and CCS lines where it does not, are looked at; children with CCS only (State-only) are the county's.",
    snip: 7,
    requirements: &["R005"],
    effective_from: "2018-07-01",
    route: "the Alliance",
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "another payer is named",
        "The claim names {found} as its payer; since {0} the plan pays for this member.",
        "Name the plan as payer (2010BB).",
        Codes { aaa: "78", ..Codes::claim("A3", "116", "109", "N418") },
    )],
    examples: &[
        professional(
            "addressed to CCS",
            Expect::Warn,
            "@replace COAST PLAN*****PI*PLAN1|CCS MONTEREY*****PI*PLAN1\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "addressed to the plan",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

/// Whether a payer's name is that of California Children's Services or of the state.
fn is_county_or_state(name: &[u8]) -> bool {
    let has = |word: &[u8]| {
        name.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| part.eq_ignore_ascii_case(word))
    };
    let holds = |words: &[u8]| name.windows(words.len()).any(|part| part.eq_ignore_ascii_case(words));
    has(b"CCS")
        || has(b"DHCS")
        || holds(b"CALIFORNIA CHILDREN")
        || holds(b"DEPARTMENT OF HEALTH CARE SERVICES")
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let member = &subject.analysis.member;
    let ours = match member.row.map(|row| row.line_of_business) {
        Some(line) => line.is_none_or(|line| line == LineOfBusiness::MediCal),
        None => subject.analysis.lines.iter().any(|view| view.is_ccs),
    };
    let payer = claim.unit.segment(claim.context.subscriber.payer_id.segment);
    if !ours || payer.id() != b"NM1" || payer.element(1) != b"PR" || !is_county_or_state(payer.element(3)) {
        return;
    }
    let known = member.county.and_then(|county| subject.settings.county_start(county));
    let start = known.unwrap_or_else(|| subject.settings.latest_start());
    if claim.earliest().is_some_and(|date| date < start) {
        return;
    }
    findings
        .draft(RuleId::PRG114, claim.own_place())
        .found(Fact::Input(payer.span(3)))
        .fact(Fact::Date(start))
        .add();
}
