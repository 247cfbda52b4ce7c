//! SIT105 to SIT110: payers beside each other, and what the earlier ones decided.

use super::{BASE, input, outcome, professional};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::Claim;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

/// A claim to the second payer: what the first one's loops hold, its id, and what follows the line.
macro_rules! secondary {
    ($order:literal, $payer:literal, $id:literal, $line:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*",
            $order,
            "*19*******CI\n",
            $payer,
            "OI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*",
            $id,
            "LX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302\n",
            $line
        )
    };
}

const OTHER: Codes = Codes { entity: "PR", ..Codes::claim("A7", "286", "16", "MA04") };
const MISSING: Codes = Codes { category: "A6", ..OTHER };

const fn reject(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Reject, when, message, remedy, codes)
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT105,
        title: "Payers of the same order",
        about: "The payer that the claim is sent to (2000B SBR01) and each other payer (2320 SBR01) have a place of their own among primary, secondary, tertiary and so on; only U, unknown, may stand twice.",
        requirements: &["S7"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(distinct_orders),
        outcomes: &[reject(
            "one order twice",
            "Two payers of the claim are {found} in the order of payment.",
            "Give each payer its own place: P, S, T, A to H.",
            OTHER,
        )],
        examples: &[
            professional(
                "two secondary payers",
                Expect::Reject,
                secondary!("S", "CAS*CO*45*35\nAMT*D*60\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
            professional(
                "a primary and a secondary",
                Expect::Silent,
                secondary!("P", "CAS*CO*45*35\nAMT*D*60\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT106,
        title: "Line adjudication of an unknown payer",
        about: "The payer of a line adjudication (SVD01) is one of the claim's other payers: its id is that of a 2330B.",
        requirements: &["S13"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(known_payer),
        outcomes: &[reject(
            "no such payer",
            "Line {line} is adjudicated by payer {found}, which is none of the claim's other payers (2330B NM109).",
            "Use the same payer id in SVD01 and in the other payer's NM109.",
            OTHER,
        )],
        examples: &[
            professional(
                "another id",
                Expect::Reject,
                secondary!(
                    "P",
                    "AMT*D*60\n",
                    "BLUE\n",
                    "SVD*BLEU*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"
                ),
            ),
            professional(
                "the same id with a blank behind it",
                Expect::Silent,
                secondary!(
                    "P",
                    "AMT*D*60\n",
                    "BLUE \n",
                    "SVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"
                ),
            ),
            professional(
                "the same id",
                Expect::Silent,
                secondary!(
                    "P",
                    "AMT*D*60\n",
                    "BLUE\n",
                    "SVD*BLUE*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT107,
        title: "Payers with the same id",
        about: "The other payers of a claim (2330B NM109) have ids of their own, and none is that of the payer that the claim is sent to (2010BB): else nobody can tell whose adjudication a line carries.",
        requirements: &["S15"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(distinct_payers),
        outcomes: &[outcome(
            Severity::Warn,
            "one id twice",
            "Two payers of the claim have the id {found}.",
            "Give each payer its own id.",
            OTHER,
        )],
        examples: &[
            professional(
                "the id of the payer that the claim is sent to",
                Expect::Warn,
                secondary!("P", "CAS*CO*45*35\nAMT*D*60\n", "PLAN1\nDTP*573*D8*20260320\n", ""),
            ),
            professional(
                "its own id",
                Expect::Silent,
                secondary!("P", "CAS*CO*45*35\nAMT*D*60\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT108,
        title: "Date of another payer's adjudication",
        about: "Where another payer adjudicated the claim (AMT*D), the date stands with the payer (2330B DTP*573), or with its line adjudications (2430 DTP*573). Where a line adjudication is of nobody's, as SIT106 says, it may be this payer's, and the date is not asked for.",
        requirements: &["S12"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(dated),
        outcomes: &[reject(
            "no date",
            "Another payer adjudicated the claim, but neither it (2330B) nor its line adjudications (2430) say when (DTP*573).",
            "Add the date of the other payer's remittance.",
            Codes { status: "516", ..MISSING },
        )],
        examples: &[
            professional(
                "no date",
                Expect::Reject,
                secondary!("P", "CAS*CO*45*35\nAMT*D*60\n", "BLUE\n", ""),
            ),
            professional(
                "a line adjudication of nobody's: SIT106 says so",
                Expect::Silent,
                secondary!(
                    "P",
                    "AMT*D*60\n",
                    "BLUE\n",
                    "SVD*GREEN*60*HC:99213**1\nCAS*CO*45*35\nDTP*573*D8*20260320"
                ),
            ),
            professional(
                "a date with the payer",
                Expect::Silent,
                secondary!("P", "CAS*CO*45*35\nAMT*D*60\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT109,
        title: "Earlier payers are missing",
        about: "A claim to a secondary payer (SBR01 is S) names the primary one in a 2320, a claim to a tertiary payer (T) the primary and the secondary.",
        requirements: &["S9"],
        check: Check::Claim(earlier_payers),
        outcomes: &[reject(
            "an earlier payer is missing",
            "The claim is sent to the {0} payer, but names no {1} payer (2320).",
            "Add the earlier payer with what it decided, or correct SBR01.",
            Codes { status: "171", ..MISSING },
        )],
        examples: &[
            professional(
                "secondary, and nobody primary",
                Expect::Reject,
                "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302",
            ),
            professional(
                "secondary after a primary",
                Expect::Silent,
                secondary!("P", "CAS*CO*45*35\nAMT*D*60\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT110,
        title: "Adjudication without payment",
        about: "Where another payer adjusted the claim (CAS in 2320) or adjudicated its lines (2430), what it paid stands in AMT*D, zero included.",
        requirements: &["S11"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(paid),
        outcomes: &[reject(
            "no AMT*D",
            "Another payer adjudicated the claim, but does not say what it paid (AMT*D in 2320).",
            "Add AMT*D with the payment, zero where there was none.",
            MISSING,
        )],
        examples: &[
            professional(
                "adjusted whole, and no payment",
                Expect::Reject,
                secondary!("P", "CAS*CO*29*95\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
            professional(
                "a payment of zero",
                Expect::Silent,
                secondary!("P", "CAS*CO*29*95\nAMT*D*0\n", "BLUE\nDTP*573*D8*20260320\n", ""),
            ),
        ],
        ..BASE
    },
];

/// SBR01 of the payer that the claim is sent to.
fn own_order(claim: &Claim<'_>) -> u8 {
    claim.text(claim.context.subscriber.sbr).first().copied().unwrap_or(0)
}

fn distinct_orders(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let own = own_order(claim);
    for (at, payer) in claim.facts.payers.iter().enumerate() {
        let before = claim.facts.payers.iter().take(at).map(|other| other.order);
        if payer.order != b'U' && before.chain([own]).any(|order| order == payer.order) {
            findings.draft(RuleId::SIT105, claim.place(payer.sbr)).found(input(payer.sbr)).add();
        }
    }
}

fn known_payer(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for one in &claim.facts.adjudications {
        if claim.payers_with_id(one.payer_id) == 0
            && let Some(line) = claim.line(one.line)
        {
            at_line(subject, findings, RuleId::SIT106, line, one.payer_id).found(input(one.payer_id)).add();
        }
    }
}

fn distinct_payers(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let own = claim.text(claim.context.subscriber.payer_id);
    for (at, payer) in claim.facts.payers.iter().enumerate() {
        let id = claim.text(payer.payer_id);
        let mut before = claim.facts.payers.iter().take(at).map(|other| claim.text(other.payer_id));
        if !id.is_empty() && (id == own || before.any(|other| other == id)) {
            findings.draft(RuleId::SIT107, claim.place(payer.payer_id)).found(input(payer.payer_id)).add();
        }
    }
}

fn dated(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.has_stray_adjudication() {
        return;
    }
    for payer in claim.facts.payers.iter().filter(|payer| payer.paid.is_some() && !payer.is_dated) {
        if claim.adjudications_of(payer).next().is_none() {
            findings.draft(RuleId::SIT108, claim.segment_place(payer.sbr)).add();
        }
    }
}

fn earlier_payers(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let (own, earlier): (&str, &[(u8, &str)]) = match own_order(claim) {
        b'S' => ("secondary", &[(b'P', "primary")]),
        b'T' => ("tertiary", &[(b'P', "primary"), (b'S', "secondary")]),
        _ => return,
    };
    for (order, name) in earlier {
        if !claim.facts.payers.iter().any(|payer| payer.order == *order || payer.order == b'U') {
            let [own, name] = [own, name].map(|word| findings.keep(word));
            findings.draft(RuleId::SIT109, claim.own_place()).fact(own).fact(name).add();
        }
    }
}

fn paid(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for payer in claim.facts.payers.iter().filter(|payer| payer.paid.is_none()) {
        if payer.has_adjustments || claim.adjudications_of(payer).next().is_some() {
            let place = claim.segment_place(payer.sbr);
            findings.draft(RuleId::SIT110, place).expected(Fact::Code(Code::new(b"AMT*D"))).add();
        }
    }
}
