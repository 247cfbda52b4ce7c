//! BAL102 to BAL105: what another payer paid and adjusted does not make what was charged.

use crate::finding::{Code, Fact, Findings, Money, RuleId};
use crate::record::{Adjudication, Cell, Claim, ClaimKind, OtherPayer, ServiceLine};
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

/// A claim of one line to a third payer: the first one adjudicated by line, and the second has these segments and this id.
macro_rules! two_payers {
    ($second:literal, $id:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*T*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\nAMT*D*60\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nSBR*S*19*******CI\n",
            $second,
            "OI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B2\nNM1*PR*2*GREEN*****PI*",
            $id,
            "\nDTP*573*D8*20260325\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*60*HC:99213**1\nCAS*PR*2*35\nDTP*573*D8*20260320"
        )
    };
}

/// A claim of two lines, 40 and 60, that another payer bundled into the first: what it adjusted on it.
macro_rules! bundled {
    ($adjusted:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*100***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\nAMT*D*70\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV1*HC:99213*40*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*70*HC:80051**1\nCAS*CO*45*",
            $adjusted,
            "\nDTP*573*D8*20260320\nLX*2\nSV1*HC:87880*60*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*0*HC:80051**1*1\nDTP*573*D8*20260320"
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
        about: "Where another payer adjudicated the claim as a whole, without lines of its own (2430), what it paid (AMT*D) and what it adjusted (CAS in 2320) together make the claim's charge.",
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
            example(
                "a second payer as a whole, 10 of 95, beside a first one by line",
                Expect::Reject,
                two_payers!("AMT*D*10\n", "GREEN"),
            ),
            example("denied whole", Expect::Silent, secondary!("CAS*CO*29*95\nAMT*D*0\n", "")),
            example(
                "a second payer as a whole, 10 of 95 and 85 adjusted, beside a first one by line",
                Expect::Silent,
                two_payers!("CAS*CO*45*85\nAMT*D*10\n", "GREEN"),
            ),
            example(
                "lines of a payer that the claim does not name: SIT106 says so",
                Expect::Silent,
                secondary!("AMT*D*60\n", "SVD*GREEN*60*HC:99213**1\nCAS*PR*2*35\nDTP*573*D8*20260320"),
            ),
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
                "two payers of one id: SIT107 says so",
                Expect::Silent,
                two_payers!("AMT*D*35\n", "BLUE"),
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
        about: "What another payer paid for a line (SVD02) and adjusted on it (CAS) together make the line's charge. Where it adjudicated a line in several parts, the parts are added; where it bundled lines (SVD06), the bundle is added and told once. Of payers with one id (SIT107) nobody can tell whose adjudication it is.",
        requirements: &["B05"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(of_line),
        outcomes: &[
            outcome(
                "out of balance",
                "Another payer paid {found} for line {line} and adjusted {0}, together {1}; the line's charge is {expected}.",
                "Copy payment and adjustments of the line from the other payer's remittance.",
            ),
            outcome(
                "bundle out of balance",
                "Another payer paid {found} for its bundle of {lines} and adjusted {0}, together {1}; those lines charge {expected}.",
                "Copy payment and adjustments of each line of the bundle from the other payer's remittance.",
            ),
        ],
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
            example("a bundle of 100, paid 70 and adjusted 20", Expect::Reject, bundled!("20")),
            example("a bundle of 100, paid 70 and adjusted 30", Expect::Silent, bundled!("30")),
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

/// Whether what a payer made of the lines can be told: no other payer has its id, of which SIT107 speaks.
fn is_told_apart(claim: &Claim<'_>, payer_id: Cell) -> bool {
    claim.payers_with_id(payer_id) < 2
}

fn by_claim(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for payer in &claim.facts.payers {
        let (Some(paid), Some(charge)) = (payer.paid, claim.facts.charge) else { continue };
        let together = paid + payer.adjusted;
        if together == charge || claim.adjudications_of(payer).next().is_some() {
            continue;
        }
        // with lines of which the payer is not known, nobody can tell how it adjudicated: SIT106 speaks
        if !claim.has_stray_adjudication() {
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
    for payer in claim.facts.payers.iter().filter(|payer| is_told_apart(claim, payer.payer_id)) {
        let Some(paid) = payer.paid else { continue };
        let lines: Money = claim.adjudications_of(payer).map(|line| line.paid).sum();
        let expected = lines - payer.adjusted;
        if claim.adjudications_of(payer).next().is_some() && expected != paid {
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

/// Whether two line adjudications are of the same payer.
fn are_of_one_payer(claim: &Claim<'_>, one: &Adjudication, other: &Adjudication) -> bool {
    claim.text(one.payer_id) == claim.text(other.payer_id)
}

/// The line that a line was bundled into, by its LX01: its own where it was not.
fn target(claim: &Claim<'_>, one: &Adjudication) -> Code {
    if !one.bundled_into.is_empty() {
        return one.bundled_into.code(claim.unit);
    }
    claim.line(one.line).map_or(Code::EMPTY, |line| line.assigned.code(claim.unit))
}

/// What one payer paid and adjusted on some lines, and what those lines charge.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Balance {
    paid: Money,
    adjusted: Money,
    charged: Money,
}

impl Balance {
    /// Takes in a line of this charge with what the payer made of it.
    fn add<'a>(&mut self, charge: Option<Money>, parts: impl Iterator<Item = &'a Adjudication>) {
        self.charged = self.charged + charge.unwrap_or_default();
        for part in parts {
            self.paid = self.paid + part.paid;
            self.adjusted = self.adjusted + part.adjusted;
        }
    }

    fn together(self) -> Money {
        self.paid + self.adjusted
    }

    fn is_even(self) -> bool {
        self.together() == self.charged
    }
}

/// The line adjudications, line by line.
fn by_lines<'a>(claim: &Claim<'a>) -> impl Iterator<Item = &'a [Adjudication]> + use<'a> {
    claim.facts.adjudications.chunk_by(|one, next| one.line == next.line)
}

fn of_line(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    // the first line of each bundle that was told, so that none is told twice
    let mut told: Vec<&Adjudication> = Vec::new();
    for parts in by_lines(claim) {
        for (at, one) in parts.iter().enumerate() {
            let is_same = |other: &&Adjudication| are_of_one_payer(claim, one, other);
            // a line in parts is looked at once
            if parts.iter().take(at).any(|other| is_same(&other)) || !is_told_apart(claim, one.payer_id) {
                continue;
            }
            let Some(line) = claim.line(one.line).filter(|line| line.charge.is_some()) else { continue };
            let mut own = Balance::default();
            own.add(line.charge, parts.iter().filter(is_same));
            if !own.is_even() {
                uneven(subject, (line, one, own), &mut told, findings);
            }
        }
    }
}

/// A line whose own adjudication does not make its charge: what it was bundled with may.
fn uneven<'a>(
    subject: &Subject<'a>,
    (line, one, own): (&'a ServiceLine, &'a Adjudication, Balance),
    told: &mut Vec<&'a Adjudication>,
    findings: &mut Findings,
) {
    let claim = subject.claim;
    let is_beside = |other: &Adjudication| {
        are_of_one_payer(claim, one, other) && target(claim, one) == target(claim, other)
    };
    let mut bundle = Balance::default();
    let mut lines = Vec::new();
    for parts in by_lines(claim) {
        let Some(first) = parts.iter().find(|part| is_beside(part)) else { continue };
        let charge = claim.line(first.line).and_then(|line| line.charge);
        bundle.add(charge, parts.iter().filter(|part| is_beside(part)));
        lines.push(first.line);
    }
    if bundle.is_even() || told.iter().any(|other| is_beside(other)) {
        return;
    }
    told.push(one);
    let (balance, draft) = if lines.len() > 1 {
        let draft = findings.draft(RuleId::BAL104, claim.place(one.paid_cell)).outcome(1);
        (bundle, draft.lines(lines))
    } else {
        (own, at_line(subject, findings, RuleId::BAL104, line, one.paid_cell))
    };
    draft
        .found(Fact::Money(balance.paid))
        .expected(Fact::Money(balance.charged))
        .fact(Fact::Money(balance.adjusted))
        .fact(Fact::Money(balance.together()))
        .add();
}

fn left_out(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.facts.adjudications.is_empty() {
        return;
    }
    let judged = |payer: &&OtherPayer| payer.paid.is_some() && is_told_apart(claim, payer.payer_id);
    for payer in claim.facts.payers.iter().filter(judged) {
        let mut adjudicated = claim.adjudications_of(payer).map(|one| one.line).peekable();
        if adjudicated.peek().is_none() {
            continue;
        }
        let charged =
            claim.lines().iter().filter(|line| line.charge.is_some_and(|charge| charge > Money::ZERO));
        // both in the order of the claim
        let is_missing = |number: &u32| {
            while adjudicated.next_if(|at| at < number).is_some() {}
            adjudicated.peek() != Some(number)
        };
        let missing: Vec<u32> = charged.map(|line| line.number).filter(is_missing).collect();
        if !missing.is_empty() {
            findings.draft(RuleId::BAL105, claim.place(payer.paid_cell)).lines(missing).add();
        }
    }
}
