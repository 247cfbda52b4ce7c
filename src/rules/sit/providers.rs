//! SIT142 to SIT144: providers and places that go together.

use super::{BASE, outcome, professional};
use crate::finding::{Code, Findings, RuleId};
use crate::record::{Claim, ClaimKind, loops};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

macro_rules! claim {
    ($claim:literal, $line:literal) => {
        concat!("CLM*A1*80***11:B:1*Y*A*Y*Y\n", $claim, "LX*1\nSV1*HC:", $line)
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT142,
        title: "Purchased service",
        about: "A purchased service has its provider (2420B) and its price (PS1) on the line: neither stands without the other.",
        requirements: &["S67"],
        only: &[Aspect::Professional],
        check: Check::Claim(purchased),
        outcomes: &[outcome(
            Severity::Reject,
            "one without the other",
            "Line {line} has {0}, but not {1}.",
            "Send the purchased service's provider and price together, or neither.",
            Codes::claim("A6", "21", "16", "N294"),
        )],
        examples: &[
            professional(
                "a price alone",
                Expect::Reject,
                claim!("HI*ABK:J069\n", "71046*80*UN*1***1\nDTP*472*D8*20260302\nPS1*1000001184*40"),
            ),
            professional(
                "both",
                Expect::Silent,
                claim!(
                    "HI*ABK:J069\n",
                    "71046*80*UN*1***1\nDTP*472*D8*20260302\nPS1*1000001184*40\nNM1*QB*1******XX*1000001184"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT143,
        title: "Ambulance",
        about: "A professional ambulance claim says where the patient was picked up (2310E) and where dropped off (2310F), and has the transport's certificate (CR1) on the claim or the line. Ambulance lines are those of A0225 and A0426 to A0436.",
        requirements: &["S33", "S34"],
        only: &[Aspect::Professional],
        check: Check::Claim(ambulance),
        outcomes: &[
            outcome(
                Severity::Warn,
                "pick-up or drop-off alone",
                "The claim has an ambulance {0} address, but no {1} address.",
                "Add the other address.",
                Codes::claim("A6", "126", "16", "N305"),
            ),
            outcome(
                Severity::Warn,
                "no transport certificate",
                "Line {line} is an ambulance transport, but there is no transport information (CR1).",
                "Add CR1 with distance and reason to the claim or the line.",
                Codes::claim("A6", "732", "16", "N305"),
            ),
        ],
        examples: &[
            professional(
                "no drop-off",
                Expect::Warn,
                claim!(
                    "CR1****A*DH*10\nHI*ABK:J069\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\n",
                    "A0428*80*UN*1*41**1\nDTP*472*D8*20260302"
                ),
            ),
            professional(
                "no CR1",
                Expect::Warn,
                claim!("HI*ABK:J069\n", "A0428*80*UN*1*41**1\nDTP*472*D8*20260302"),
            ),
            professional(
                "both addresses, and CR1",
                Expect::Silent,
                claim!(
                    "CR1****A*DH*10\nHI*ABK:J069\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nNM1*45*2\nN3*14 SHORE ROAD\nN4*SANTA CRUZ*CA*95060\n",
                    "A0428*80*UN*1*41**1\nDTP*472*D8*20260302"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT144,
        title: "Primary care provider without referring provider",
        about: "The primary care provider of a referral (2310A with P3) is named behind the referring provider (DN), not alone.",
        requirements: &["S31"],
        check: Check::Claim(referral),
        outcomes: &[outcome(
            Severity::Warn,
            "P3 alone",
            "The claim names the primary care provider of a referral (P3), but no referring provider (DN).",
            "Name the referring provider with DN.",
            Codes { entity: "DN", ..Codes::claim("A6", "562", "16", "N286") },
        )],
        examples: &[
            professional(
                "P3 alone",
                Expect::Warn,
                claim!(
                    "HI*ABK:J069\nNM1*P3*1*WREN*IDA****XX*1000001184\n",
                    "99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
            professional(
                "DN",
                Expect::Silent,
                claim!(
                    "HI*ABK:J069\nNM1*DN*1*WREN*IDA****XX*1000001184\n",
                    "99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
        ],
        ..BASE
    },
];

fn purchased(subject: &Subject<'_>, findings: &mut Findings) {
    const PS1: Code = Code::new(b"PS1");
    let claim = subject.claim;
    let is_provider = |role: Code| role == Code::new(b"QB");
    if claim.kind() != ClaimKind::Professional {
        return;
    }
    for piece in claim.pieces(PS1) {
        let named = claim.facts.providers.iter().any(|one| one.line == piece.line && is_provider(one.role));
        if !named {
            let [has, not] = ["a price (PS1)", "its provider (2420B)"].map(|word| findings.keep(word));
            findings.draft(RuleId::SIT142, piece.place()).line(piece.line).fact(has).fact(not).add();
        }
    }
    for provider in claim.facts.providers.iter().filter(|one| one.line > 0 && is_provider(one.role)) {
        if !claim.pieces(PS1).any(|piece| piece.line == provider.line) {
            let [has, not] =
                ["a purchased service provider (2420B)", "the price (PS1)"].map(|word| findings.keep(word));
            let place = claim.segment_place(provider.name);
            findings.draft(RuleId::SIT142, place).line(provider.line).fact(has).fact(not).add();
        }
    }
}

/// Whether the claim has a segment of its own or of a line with this id.
fn has(claim: &Claim<'_>, id: Code, line: u32) -> bool {
    claim.pieces(id).any(|piece| piece.line == line)
}

fn ambulance(subject: &Subject<'_>, findings: &mut Findings) {
    const CR1: Code = Code::new(b"CR1");
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Professional {
        return;
    }
    let address = |loop_id: Code| claim.pieces(loops::NM1).find(|piece| piece.loop_id == loop_id);
    match (address(loops::L2310E), address(loops::L2310F)) {
        (Some(one), None) => {
            let [has, not] = ["pick-up", "drop-off"].map(|word| findings.keep(word));
            findings.draft(RuleId::SIT143, one.place()).fact(has).fact(not).add();
        }
        (None, Some(one)) => {
            let [has, not] = ["drop-off", "pick-up"].map(|word| findings.keep(word));
            findings.draft(RuleId::SIT143, one.place()).fact(has).fact(not).add();
        }
        _ => {}
    }
    let is_transport = |code: Code| {
        code == Code::new(b"A0225")
            || code.len() == 5 && Code::new(b"A0426") <= code && code <= Code::new(b"A0436")
    };
    for line in claim.lines().iter().filter(|line| is_transport(line.procedure)) {
        if !has(claim, CR1, 0) && !has(claim, CR1, line.number) {
            at_line(subject, findings, RuleId::SIT143, line, line.procedure_cell).outcome(1).add();
        }
    }
}

fn referral(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let named =
        |role: &[u8]| claim.facts.providers.iter().find(|one| one.role == Code::new(role) && one.line == 0);
    if let (Some(primary), None) = (named(b"P3"), named(b"DN")) {
        findings.draft(RuleId::SIT144, claim.segment_place(primary.name)).add();
    }
}
