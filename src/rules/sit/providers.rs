//! SIT142 to SIT144: providers and places that go together.

use super::{BASE, input, outcome, professional};
use crate::finding::{Code, Findings, RuleId};
use crate::record::{Cell, Claim, ClaimKind, Piece, loops};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::scene::at_piece;
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
        about: "A purchased service has its provider (2420B) and its price (PS1) on the line: neither stands without the other, and both name the provider by one id (PS101, and NM109 or a REF of 2420B).",
        requirements: &["S67"],
        only: &[Aspect::Professional],
        check: Check::Claim(purchased),
        outcomes: &[
            outcome(
                Severity::Reject,
                "one without the other",
                "Line {line} has {0}, but not {1}.",
                "Send the purchased service's provider and price together, or neither.",
                Codes::claim("A6", "21", "16", "N294"),
            ),
            outcome(
                Severity::Warn,
                "two ids",
                "The price of the purchased service on line {line} is that of provider {found} (PS101), but the provider (2420B) is {expected}.",
                "Send the same id in both.",
                Codes::claim("A8", "562", "16", "N294"),
            ),
        ],
        examples: &[
            professional(
                "a price alone",
                Expect::Reject,
                claim!("HI*ABK:J069\n", "71046*80*UN*1***1\nDTP*472*D8*20260302\nPS1*1000001184*40"),
            ),
            professional(
                "another provider's price",
                Expect::Warn,
                claim!(
                    "HI*ABK:J069\n",
                    "71046*80*UN*1***1\nDTP*472*D8*20260302\nPS1*XYZ*40\nNM1*QB*1******XX*1000001184"
                ),
            ),
            professional(
                "the provider's own number",
                Expect::Silent,
                claim!(
                    "HI*ABK:J069\n",
                    "71046*80*UN*1***1\nDTP*472*D8*20260302\nPS1*XYZ*40\nNM1*QB*1******XX*1000001184\nREF*G2*XYZ"
                ),
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
        about: "A professional ambulance claim says where the patient was picked up (2310E) and where dropped off (2310F). A line that tells one of them anew (2420G, 2420H) has the other from the claim, or tells it too. The claim has the transport's certificate (CR1) on the claim or the line. Ambulance lines are those of A0225 and A0426 to A0436.",
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
            outcome(
                Severity::Warn,
                "pick-up or drop-off of a line alone",
                "Line {line} has an ambulance {0} address, but neither it nor the claim has a {1} address.",
                "Add the other address.",
                Codes::claim("A6", "126", "16", "N305"),
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
                "a line's pick-up alone",
                Expect::Warn,
                claim!(
                    "CR1****A*DH*10\nHI*ABK:J069\n",
                    "A0428*80*UN*1*41**1\nDTP*472*D8*20260302\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060"
                ),
            ),
            professional(
                "a line's pick-up, and the claim's drop-off",
                Expect::Silent,
                claim!(
                    "CR1****A*DH*10\nHI*ABK:J069\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nNM1*45*2\nN3*14 SHORE ROAD\nN4*SANTA CRUZ*CA*95060\n",
                    "A0428*80*UN*1*41**1\nDTP*472*D8*20260302\nNM1*PW*2\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060"
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
        title: "Primary care provider without referring provider, or before",
        about: "The primary care provider of a referral (2310A with P3) is named behind the referring provider (DN), not alone.",
        requirements: &["S31"],
        check: Check::Claim(referral),
        outcomes: &[
            outcome(
                Severity::Warn,
                "P3 alone",
                "The claim names the primary care provider of a referral (P3), but no referring provider (DN).",
                "Name the referring provider with DN.",
                Codes { entity: "DN", ..Codes::claim("A6", "562", "16", "N286") },
            ),
            outcome(
                Severity::Warn,
                "P3 first",
                "The claim names the primary care provider of a referral (P3) in front of the referring provider (DN).",
                "Name the referring provider (DN) first.",
                Codes { entity: "DN", ..Codes::claim("A8", "562", "16", "N286") },
            ),
        ],
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
                "P3 in front of DN",
                Expect::Warn,
                claim!(
                    "HI*ABK:J069\nNM1*P3*1*WREN*IDA****XX*1000001184\nNM1*DN*1*GULL*OLA****XX*1000001010\n",
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
        let mut named = claim.facts.providers.iter();
        let Some(provider) = named.find(|one| one.line == piece.line && is_provider(one.role)) else {
            let [has, not] = ["a price (PS1)", "its provider (2420B)"].map(|word| findings.keep(word));
            findings.draft(RuleId::SIT142, piece.place()).line(piece.line).fact(has).fact(not).add();
            continue;
        };
        let id = Cell::element(provider.name.segment, &claim.unit.segment(provider.name.segment), 9);
        let ps1 = piece.read(claim.unit);
        let is_same = |other: &[u8]| other.eq_ignore_ascii_case(ps1.value(1));
        let is_own_number = |other: &Piece| {
            let is_here = other.line == piece.line && other.loop_id == loops::L2420B;
            is_here && is_same(other.read(claim.unit).value(2))
        };
        if !id.is_empty() && !is_same(claim.text(id)) && !claim.pieces(loops::REF).any(is_own_number) {
            at_piece(findings, RuleId::SIT142, piece, &ps1, 1).outcome(1).expected(input(id)).add();
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
    const PICK_UP: Code = Code::new(b"PW");
    const DROP_OFF: Code = Code::new(b"45");
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
    for one in claim.facts.providers.iter().filter(|one| one.line > 0) {
        let (other, words) = match &one.role {
            role if *role == PICK_UP => (DROP_OFF, ["pick-up", "drop-off"]),
            role if *role == DROP_OFF => (PICK_UP, ["drop-off", "pick-up"]),
            _ => continue,
        };
        // what the claim's own lacks is told of the claim
        let answers = |role: Code, line: u32| {
            role == other && (line == one.line || line == 0) || role == one.role && line == 0
        };
        if !claim.facts.providers.iter().any(|place| answers(place.role, place.line)) {
            let [has, not] = words.map(|word| findings.keep(word));
            let draft = findings.draft(RuleId::SIT143, claim.segment_place(one.name)).line(one.line);
            draft.outcome(2).fact(has).fact(not).add();
        }
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
    let Some(primary) = named(b"P3") else { return };
    let outcome = match named(b"DN") {
        None => 0,
        Some(referring) if primary.name.segment < referring.name.segment => 1,
        Some(_) => return,
    };
    findings.draft(RuleId::SIT144, claim.segment_place(primary.name)).outcome(outcome).add();
}
