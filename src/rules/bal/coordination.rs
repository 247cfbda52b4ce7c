//! BAL102 to BAL105: what another payer paid and adjusted does not make what was charged.

use crate::finding::{Code, Fact, Findings, Money, RuleId};
use crate::record::{Adjudication, Claim, ClaimKind, OtherPayer};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

/// A claim of one line that another payer adjudicated: its segments after HI, and those after the line's.
macro_rules! secondary {
    ($payer:literal, $line:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\n",
            $payer,
            "OI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302\n",
            $line
        )
    };
}

const CODES: Codes = Codes { entity: "PR", ..Codes::claim("A8", "672", "16", "MA04") };

const BASE: Rule = Rule { snip: 3, ..Rule::BASE };

const fn outcome(when: &'static str, message: &'static str, remedy: &'static str) -> Outcome {
    Outcome { when, severity: Severity::Reject, message, remedy, codes: CODES }
}

const fn example(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::BAL102,
        title: "Another payer's claim payment",
        about: "Where another payer adjudicated the claim as a whole, without lines, what it paid (AMT*D) and what it adjusted (CAS in 2320) together make the claim's charge.",
        requirements: &["B03"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(by_claim),
        outcomes: &[outcome(
            "out of balance",
            "Another payer paid {found} and adjusted {0}, together {1}; the claim's charge is {expected}.",
            "Copy payment and adjustments from the other payer's remittance, or add its line adjudications (SVD).",
        )],
        examples: &[
            example("paid 60 of 95, adjusted 30", Expect::Reject, secondary!("CAS*PR*2*30\nAMT*D*60\n", "")),
            example(
                "paid 60 of 95, adjusted 35",
                Expect::Silent,
                secondary!("CAS*PR*1*20**2*15\nAMT*D*60\n", ""),
            ),
            example("denied whole", Expect::Silent, secondary!("CAS*CO*29*95\nAMT*D*0\n", "")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::BAL103,
        title: "Another payer's line payments",
        about: "Where another payer adjudicated by line, what it paid for the claim (AMT*D) is the sum of what it paid for the lines (SVD02), less what it adjusted on the claim as a whole (CAS in 2320).",
        requirements: &["B04"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(by_line),
        outcomes: &[outcome(
            "out of balance",
            "Another payer paid {found} for the claim, but its line payments of {0} less its claim adjustments of {1} make {expected}.",
            "Correct AMT*D or the line payments from the other payer's remittance.",
        )],
        examples: &[
            example(
                "60 for the claim, 55 for its line",
                Expect::Reject,
                secondary!("AMT*D*60\n", "SVD*BLUE*55*HC:99213**1\nCAS*PR*2*40\nDTP*573*D8*20260320"),
            ),
            example(
                "60 for both",
                Expect::Silent,
                secondary!("AMT*D*60\n", "SVD*BLUE*60*HC:99213**1\nCAS*PR*2*35\nDTP*573*D8*20260320"),
            ),
            example(
                "an adjustment of the claim as a whole",
                Expect::Silent,
                secondary!(
                    "CAS*PR*1*10\nAMT*D*50\n",
                    "SVD*BLUE*60*HC:99213**1\nCAS*PR*2*35\nDTP*573*D8*20260320"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::BAL104,
        title: "Another payer's adjudication of a line",
        about: "What another payer paid for a line (SVD02) and adjusted on it (CAS) together make the line's charge. Where it adjudicated a line in several parts, the parts are added; where it bundled lines (SVD06), the bundle is added.",
        requirements: &["B05"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(of_line),
        outcomes: &[outcome(
            "out of balance",
            "Another payer paid {found} for line {line} and adjusted {0}, together {1}; the line's charge is {expected}.",
            "Copy payment and adjustments of the line from the other payer's remittance.",
        )],
        examples: &[
            example(
                "paid 60 of 95, adjusted 30",
                Expect::Reject,
                secondary!("AMT*D*60\n", "SVD*BLUE*60*HC:99213**1\nCAS*PR*2*30\nDTP*573*D8*20260320"),
            ),
            example(
                "paid 60 of 95, adjusted 20 and 15",
                Expect::Silent,
                secondary!(
                    "AMT*D*60\n",
                    "SVD*BLUE*60*HC:99213**1\nCAS*CO*45*20\nCAS*PR*3*15\nDTP*573*D8*20260320"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::BAL105,
        title: "Lines without another payer's adjudication",
        about: "Where another payer adjudicated by line, each charged line carries its adjudication: else payment and adjustments together do not make the claim's charge.",
        requirements: &["B06"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(left_out),
        outcomes: &[Outcome {
            severity: Severity::Warn,
            ..outcome(
                "lines left out",
                "Another payer adjudicated by line, but there is no adjudication of it (2430) on {lines} of the claim.",
                "Add the other payer's adjudication of each line.",
            )
        }],
        examples: &[
            example(
                "one line of two",
                Expect::Warn,
                "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\nAMT*D*60\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV1*HC:99213*75*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*PR*2*15\nDTP*573*D8*20260320\nLX*2\nSV1*HC:87880*20*UN*1***1\nDTP*472*D8*20260302",
            ),
            example(
                "each line",
                Expect::Silent,
                secondary!("AMT*D*60\n", "SVD*BLUE*60*HC:99213**1\nCAS*PR*2*35\nDTP*573*D8*20260320"),
            ),
        ],
        ..BASE
    },
];

/// The line adjudications of a payer.
fn lines_of<'a>(claim: &Claim<'a>, payer: &OtherPayer) -> impl Iterator<Item = &'a Adjudication> + use<'a> {
    let (id, unit) = (claim.text(payer.payer_id), claim.unit);
    claim.facts.adjudications.iter().filter(move |line| !id.is_empty() && line.payer_id.text(unit) == id)
}

fn by_claim(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for payer in &claim.facts.payers {
        let (Some(paid), Some(charge)) = (payer.paid, claim.facts.charge) else { continue };
        let together = paid + payer.adjusted;
        // with lines of which the payer is not known, nobody can tell how it adjudicated
        if together != charge && claim.facts.adjudications.is_empty() {
            findings
                .draft(RuleId::BAL102, claim.place(payer.paid_cell))
                .found(Fact::Money(paid))
                .expected(Fact::Money(charge))
                .fact(Fact::Money(payer.adjusted))
                .fact(Fact::Money(together))
                .add();
        }
    }
}

fn by_line(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.facts.adjudications.is_empty() {
        return;
    }
    for payer in &claim.facts.payers {
        let Some(paid) = payer.paid else { continue };
        let lines: Money = lines_of(claim, payer).map(|line| line.paid).sum();
        let expected = lines - payer.adjusted;
        if lines_of(claim, payer).next().is_some() && expected != paid {
            findings
                .draft(RuleId::BAL103, claim.place(payer.paid_cell))
                .found(Fact::Money(paid))
                .expected(Fact::Money(expected))
                .fact(Fact::Money(lines))
                .fact(Fact::Money(payer.adjusted))
                .add();
        }
    }
}

/// What one payer paid and adjusted on the lines of a bundle, and what those lines charge; each line is its own bundle
/// where nothing was bundled.
fn bundle(claim: &Claim<'_>, of: &Adjudication) -> (Money, Money) {
    // the line that another was bundled into, by its LX01
    let target = |one: &Adjudication| {
        let own = claim.line(one.line).map_or(Code::EMPTY, |line| line.assigned.code(claim.unit));
        if one.bundled_into.is_empty() { own } else { one.bundled_into.code(claim.unit) }
    };
    let payer = claim.text(of.payer_id);
    let members = || {
        let all = claim.facts.adjudications.iter();
        all.filter(|one| claim.text(one.payer_id) == payer && target(one) == target(of))
    };
    let together = members().map(|one| one.paid + one.adjusted).sum();
    let is_member = |line: u32| members().any(|one| one.line == line);
    let charges =
        claim.lines().iter().filter(|line| is_member(line.number)).filter_map(|line| line.charge).sum();
    (together, charges)
}

fn of_line(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let all = &claim.facts.adjudications;
    for (at, one) in all.iter().enumerate() {
        let same = |other: &&Adjudication| {
            other.line == one.line && claim.text(other.payer_id) == claim.text(one.payer_id)
        };
        // a line in parts is looked at once
        if all.iter().take(at).any(|other| same(&other)) {
            continue;
        }
        let Some(line) = claim.line(one.line) else { continue };
        let Some(charge) = line.charge else { continue };
        let paid: Money = all.iter().filter(same).map(|part| part.paid).sum();
        let adjusted: Money = all.iter().filter(same).map(|part| part.adjusted).sum();
        if paid + adjusted == charge {
            continue;
        }
        let (together, charges) = bundle(claim, one);
        if together != charges {
            at_line(subject, findings, RuleId::BAL104, line, one.paid_cell)
                .found(Fact::Money(paid))
                .expected(Fact::Money(charge))
                .fact(Fact::Money(adjusted))
                .fact(Fact::Money(paid + adjusted))
                .add();
        }
    }
}

fn left_out(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.facts.adjudications.is_empty() {
        return;
    }
    for payer in claim.facts.payers.iter().filter(|payer| payer.paid.is_some()) {
        let has = |number: u32| lines_of(claim, payer).any(|one| one.line == number);
        let charged =
            claim.lines().iter().filter(|line| line.charge.is_some_and(|charge| charge > Money::ZERO));
        let missing = || charged.clone().filter(|line| !has(line.number)).map(|line| line.number);
        if lines_of(claim, payer).next().is_some() && missing().next().is_some() {
            findings.draft(RuleId::BAL105, claim.place(payer.paid_cell)).lines(missing()).add();
        }
    }
}
