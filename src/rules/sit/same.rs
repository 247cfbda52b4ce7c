//! SIT126 to SIT128: what must not be sent when it is the same as what stands above.

use super::{BASE, input, outcome, professional};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Cell, Claim, ClaimKind, Provider, loops};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::scene::Scene;
use crate::rules::subject::Subject;

/// A claim below billing provider 1000001010, with more in front of its lines.
macro_rules! claim {
    ($above:literal, $facility:literal, $more:literal) => {
        concat!(
            $above,
            "CLM*A1*80***",
            $facility,
            ":B:1*Y*A*Y*Y\nHI*ABK:J069\n",
            $more,
            "LX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT126,
        title: "Provider named again",
        about: "A rendering provider is named only where it is someone else than the provider above it: than the billing provider (2310B professional and dental), than the claim's rendering provider (2420A), than the attending provider (2310D institutional). Naming it again is common, and harmless.",
        requirements: &["S25", "S29", "S66"],
        check: Check::Claim(named_again),
        outcomes: &[outcome(
            Severity::Info,
            "the same provider",
            "The rendering provider {found} is the {0} already.",
            "Leave the rendering provider out where it is the same.",
            Codes { entity: "82", ..Codes::claim("A8", "562", "", "") },
        )],
        examples: &[
            professional(
                "the claim's rendering provider on its line",
                Expect::Info,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*WREN*IDA****XX*1000001184\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nNM1*82*1*WREN*IDA****XX*1000001184",
            ),
            professional(
                "someone else than the billing provider",
                Expect::Silent,
                claim!("", "11", "NM1*82*1*WREN*IDA****XX*1000001184\n"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT127,
        title: "Service facility",
        about: "The service facility (2310C professional and dental, 2310E institutional) is named only where it is another place than the billing provider's. A professional claim for services at home (place of service 12) names none, except for an ambulance.",
        requirements: &["S30"],
        check: Check::Claim(facility),
        outcomes: &[
            outcome(
                Severity::Info,
                "the billing provider",
                "The service facility {found} is the billing provider already.",
                "Leave the service facility out where it is the billing provider's place.",
                Codes { entity: "77", ..Codes::claim("A8", "562", "", "") },
            ),
            outcome(
                Severity::Info,
                "at home",
                "The services were given at the patient's home (place of service 12), but the claim names a service facility.",
                "Leave the service facility out, or correct the place of service.",
                Codes { entity: "77", ..Codes::claim("A8", "249", "", "") },
            ),
        ],
        examples: &[
            professional(
                "at home",
                Expect::Info,
                claim!(
                    "",
                    "12",
                    "NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*950600101\n"
                ),
            ),
            professional(
                "in a clinic of someone else",
                Expect::Silent,
                claim!(
                    "",
                    "11",
                    "NM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*950600101\n"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT128,
        title: "Pay-to address",
        about: "The pay-to address (2010AB) is sent only where it differs from the billing provider's (2010AA).",
        requirements: &["S22"],
        check: Check::Level(pay_to),
        outcomes: &[outcome(
            Severity::Info,
            "the same address",
            "The pay-to address is the billing provider's own.",
            "Leave the pay-to address out where it is the same.",
            Codes { entity: "87", ..Codes::claim("A8", "503", "", "") },
        )],
        examples: &[
            professional(
                "the same",
                Expect::Info,
                claim!(
                    "@replace REF*EI*770000001~|REF*EI*770000001~NM1*87*2~N3*14 SHORE ROAD~N4*OXNARD*CA*930301234~\n",
                    "11",
                    ""
                ),
            ),
            professional(
                "a lock box",
                Expect::Silent,
                claim!(
                    "@replace REF*EI*770000001~|REF*EI*770000001~NM1*87*2~N3*PO BOX 14~N4*OXNARD*CA*930301234~\n",
                    "11",
                    ""
                ),
            ),
        ],
        ..BASE
    },
];

fn named_again(subject: &Subject<'_>, findings: &mut Findings) {
    const RENDERING: Code = Code::new(b"82");
    let claim = subject.claim;
    let institutional = claim.kind() == ClaimKind::Institutional;
    let claims_own = |role: Code| {
        claim.facts.providers.iter().find(|one| one.line == 0 && one.role == role).map(|one| one.npi)
    };
    let rendering = |line: bool| {
        claim.facts.providers.iter().filter(move |one| one.role == RENDERING && (one.line > 0) == line)
    };
    let (above, name) = if institutional {
        (claims_own(Code::new(b"71")), "attending provider")
    } else {
        (Some(claim.context.billing.npi), "billing provider")
    };
    for provider in rendering(false) {
        say_again(claim, provider, above, name, findings);
    }
    if !institutional {
        let (above, name) = match claims_own(RENDERING) {
            Some(npi) => (Some(npi), "claim's rendering provider"),
            None => (above, name),
        };
        for provider in rendering(true) {
            say_again(claim, provider, above, name, findings);
        }
    }
}

fn say_again(
    claim: &Claim<'_>,
    provider: &Provider,
    above: Option<Cell>,
    name: &'static str,
    findings: &mut Findings,
) {
    let npi = claim.text(provider.npi);
    if !npi.is_empty() && above.is_some_and(|above| claim.text(above) == npi) {
        findings
            .draft(RuleId::SIT126, claim.place(provider.npi))
            .line(provider.line)
            .found(input(provider.npi))
            .fact(Fact::Text(name))
            .add();
    }
}

fn facility(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let is_facility = |one: &&Provider| one.role == Code::new(b"77") && one.line == 0;
    let Some(facility) = claim.facts.providers.iter().find(is_facility) else { return };
    let npi = claim.text(facility.npi);
    if !npi.is_empty() && npi == claim.text(claim.context.billing.npi) {
        findings.draft(RuleId::SIT127, claim.place(facility.npi)).found(input(facility.npi)).add();
    }
    let is_ambulance = |code: Code| code.starts_with(Code::new(b"A0"));
    if claim.kind() == ClaimKind::Professional
        && claim.facts.facility == Code::new(b"12")
        && !claim.lines().iter().any(|line| is_ambulance(line.procedure))
    {
        findings.draft(RuleId::SIT127, claim.segment_place(facility.name)).outcome(1).add();
    }
}

fn pay_to(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level != loops::L2000A {
        return;
    }
    let text = |loop_id, id| scene.first(loop_id, id).map(|(_, segment)| segment.text());
    let same = |id| text(loops::PAY_TO, id) == text(loops::BILLING, id);
    if let Some((piece, _)) = scene.first(loops::PAY_TO, loops::N3)
        && same(loops::N3)
        && same(loops::N4)
    {
        findings.draft(RuleId::SIT128, piece.place()).add();
    }
}
