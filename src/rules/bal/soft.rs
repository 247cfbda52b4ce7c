//! BAL106 to BAL109: amounts that look wrong beside each other, where a claim may still be right.

use crate::finding::{Code, Fact, Findings, Money, RuleId};
use crate::record::{Claim, ClaimKind, loops};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;

const BASE: Rule = Rule { snip: 3, ..Rule::BASE };

const fn warn(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    Outcome { when, severity: Severity::Warn, message, remedy, codes }
}

const fn example(shows: &'static str, expect: Expect, text: &'static str) -> Example {
    Example { shows, expect, kind: ClaimKind::Professional, text }
}

macro_rules! secondary {
    ($payer:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\n",
            $payer,
            "OI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

macro_rules! paid {
    ($amount:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\n",
            $amount,
            "HI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

macro_rules! stay {
    ($values:literal) => {
        concat!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\n",
            $values,
            "NM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::BAL106,
        title: "An adjustment of nothing",
        about: "Each adjustment of another payer (CAS03, 06, 09 …) is an amount other than zero: a reason without an amount adjusts nothing.",
        requirements: &["B07"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(nothing),
        outcomes: &[warn(
            "an amount of zero",
            "The adjustment for reason {0} is of {found}.",
            "Leave the adjustment out, or give its amount.",
            Codes { entity: "PR", ..Codes::claim("A8", "672", "16", "MA04") },
        )],
        examples: &[
            example("CO 45 of 0", Expect::Warn, secondary!("CAS*CO*45*0**29*35\nAMT*D*60\n")),
            example("CO 45 of 35", Expect::Silent, secondary!("CAS*CO*45*35\nAMT*D*60\n")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::BAL107,
        title: "Patient paid more than the charge",
        about: "What the patient paid (AMT*F5 professional and dental) or is estimated to owe (AMT*F3 institutional) is as a rule no more than the claim's charge.",
        requirements: &["B10"],
        check: Check::Claim(patient_paid),
        outcomes: &[warn(
            "more than the charge",
            "The patient's amount is {found}, more than the claim's charge of {expected}.",
            "Correct the amount.",
            Codes::claim("A8", "400", "16", "M54"),
        )],
        examples: &[
            example("81 of 80", Expect::Warn, paid!("AMT*F5*81\n")),
            example("80 of 80", Expect::Silent, paid!("AMT*F5*80\n")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::BAL108,
        title: "Patient liability and adjustments",
        about: "What the patient still owes by another payer (AMT*EAF) is as a rule no more than what that payer adjusted as the patient's part (CAS group PR), on the claim and its lines.",
        requirements: &["B08"],
        only: &[Aspect::OtherPayer],
        check: Check::Claim(liability),
        outcomes: &[warn(
            "more than the patient's part",
            "The patient owes {found} by another payer, more than its adjustments of group PR, {expected}.",
            "Copy both from the other payer's remittance.",
            Codes { entity: "PR", ..Codes::claim("A8", "672", "16", "MA04") },
        )],
        examples: &[
            example("36, and PR 35", Expect::Warn, secondary!("CAS*PR*1*35\nAMT*D*60\nAMT*EAF*36\n")),
            example("35, and PR 35", Expect::Silent, secondary!("CAS*PR*1*35\nAMT*D*60\nAMT*EAF*35\n")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::BAL109,
        title: "Covered days and statement dates",
        about: "Covered days (value code 80) and non-covered days (81) of an inpatient claim are together no more than the days of its statement dates.",
        requirements: &["B09"],
        only: &[Aspect::Institutional],
        check: Check::Claim(days),
        outcomes: &[warn(
            "more days than the statement has",
            "Covered and non-covered days (value codes 80 and 81) are {0}, but the statement is of {1:day|days}.",
            "Correct the days or the statement dates.",
            Codes::claim("A8", "463", "16", "M49"),
        )],
        examples: &[
            Example {
                kind: ClaimKind::Institutional,
                ..example("five of four days", Expect::Warn, stay!("HI*BE:80:::4*BE:81:::1\n"))
            },
            Example {
                kind: ClaimKind::Institutional,
                ..example("three of four days", Expect::Silent, stay!("HI*BE:80:::3\n"))
            },
        ],
        ..BASE
    },
];

fn nothing(subject: &Subject<'_>, findings: &mut Findings) {
    for piece in subject.claim.pieces(loops::CAS) {
        let cas = piece.read(subject.claim.unit);
        for element in [3, 6, 9, 12, 15, 18] {
            if Money::parse(cas.element(element)) == Some(Money::ZERO) {
                crate::rules::scene::at_piece(findings, RuleId::BAL106, piece, &cas, element)
                    .fact(Fact::Input(cas.span(element - 1)))
                    .add();
            }
        }
    }
}

fn patient_paid(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(charge) = claim.facts.charge else { return };
    for piece in claim.pieces(loops::AMT).filter(|piece| piece.loop_id == loops::L2300) {
        let amt = piece.read(claim.unit);
        if matches!(amt.element(1), b"F5" | b"F3")
            && Money::parse(amt.element(2)).is_some_and(|amount| amount > charge)
        {
            crate::rules::scene::at_piece(findings, RuleId::BAL107, piece, &amt, 2)
                .expected(Fact::Money(charge))
                .add();
        }
    }
}

fn liability(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for payer in &claim.facts.payers {
        let Some(owed) = payer.liability else { continue };
        let part = payer.patient_part + claim.adjudications_of(payer).map(|line| line.patient_part).sum();
        if owed > part && payer.paid.is_some() {
            findings
                .draft(RuleId::BAL108, claim.place(payer.liability_cell))
                .found(Fact::Money(owed))
                .expected(Fact::Money(part))
                .add();
        }
    }
}

/// The sum of an amount of whole days in the value codes 80 and 81, and where the first of them stands.
fn counted_days(claim: &Claim<'_>) -> Option<(Money, u32, u8)> {
    let separators = claim.unit.separators();
    let mut found = None;
    for piece in claim.pieces(loops::HI) {
        let hi = piece.read(claim.unit);
        for element in 1..=hi.elements() {
            let part = |n| hi.component(element, n, &separators);
            if part(1) == b"BE" && matches!(part(2), b"80" | b"81") {
                let (days, segment, at) = found.unwrap_or((Money::ZERO, piece.segment, element));
                found = Some((days + Money::parse(part(5)).unwrap_or_default(), segment, at));
            }
        }
    }
    found
}

fn days(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(statement) = claim.facts.statement.filter(|_| claim.is_inpatient()) else { return };
    let Some((days, segment, element)) = counted_days(claim) else { return };
    let span = i64::from(statement.to.days() - statement.from.days()) + 1;
    if days > Money::from_cents(span * 100) {
        let place = crate::finding::Place::segment(segment, loops::L2300, Code::new(b"HI"));
        findings
            .draft(RuleId::BAL109, place.at_element(element))
            .fact(Fact::Number(days.units() / 10_000))
            .fact(Fact::Number(span))
            .add();
    }
}
