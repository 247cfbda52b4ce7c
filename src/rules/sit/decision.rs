//! SIT211, SIT212 and SIT214: what goes together in a response to a request for review (278). A response is nobody's claim: what is
//! wrong with it is said, and nothing falls.

use super::request::services;
use super::{BASE, outcome, response};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Piece, loops};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::scene::{Scene, at_piece};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT211,
        title: "Trace of the request",
        about: "A response repeats the trace numbers of the request as TRN01 2, and may add its own as TRN01 1: without the first, the requester cannot tell what is answered.",
        requirements: &["278e"],
        check: Check::Review(trace),
        outcomes: &[outcome(
            Severity::Warn,
            "not repeated",
            "The response gives its own trace number ({found}) and does not repeat the request's (TRN01 2).",
            "Ask the sender to repeat the request's trace number.",
            Codes::NONE,
        )],
        examples: &[
            response(
                "its own only",
                Expect::Warn,
                "@response\nTRN*1*OURS*9123456789\nUM*HS*I*1*11:B\nHCR*A1*AUTH77",
            ),
            response(
                "both",
                Expect::Silent,
                "@response\nTRN*2*EVENT1*9123456789\nTRN*1*OURS*9123456789\nUM*HS*I*1*11:B\nHCR*A1*AUTH77",
            ),
            response("none", Expect::Silent, "@response\nUM*HS*I*1*11:B\nHCR*A1*AUTH77"),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT212,
        title: "No decision in a response",
        about: "A response decides (HCR) or says why it cannot (AAA): for the event as a whole, or for each of its services.",
        requirements: &["278j"],
        check: Check::Review(decided),
        outcomes: &[
            outcome(
                Severity::Warn,
                "none at all",
                "The response neither decides (HCR) nor says why it does not (AAA).",
                "Ask the sender for the decision; it gives no authorization as it is.",
                Codes::NONE,
            ),
            outcome(
                Severity::Warn,
                "not for this service",
                "The service has neither a decision (HCR) nor a reason for none (AAA), and the event has none either.",
                "Ask the sender for the decision on the service.",
                Codes::NONE,
            ),
        ],
        examples: &[
            response("nothing said", Expect::Warn, "@response\nUM*HS*I*1*11:B"),
            response(
                "one of two services",
                Expect::Warn,
                "@response\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nHCR*A1*AUTH77\nSV1*HC:97110\nHL*6*4*SS*0\nSV1*HC:97140",
            ),
            response(
                "the event",
                Expect::Silent,
                "@response\nUM*HS*I*1*11:B\nHCR*A1*AUTH77\nHL*5*4*SS*0\nSV1*HC:97110",
            ),
            response(
                "each service",
                Expect::Silent,
                "@response\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nHCR*A1*AUTH77\nSV1*HC:97110",
            ),
            response("a reason", Expect::Silent, "@response\nAAA*N**33*C\nUM*HS*I*1*11:B"),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT214,
        title: "Refused, and yet decided",
        about: "A reason why a request cannot be processed (AAA) ends the response at its level: no decision (HCR) stands beside it, and no lower level follows.",
        requirements: &["278k"],
        check: Check::Review(refused),
        outcomes: &[
            outcome(
                Severity::Warn,
                "a decision beside it",
                "The response says that the request cannot be processed (AAA03 {found}), and decides it (HCR).",
                "Ask the sender which of the two holds.",
                Codes::NONE,
            ),
            outcome(
                Severity::Warn,
                "a lower level",
                "The response says that the request cannot be processed (AAA03 {found}), and lower levels follow.",
                "Ask the sender which of the two holds.",
                Codes::NONE,
            ),
        ],
        examples: &[
            response(
                "refused and certified",
                Expect::Warn,
                "@response\nAAA*N**33*C\nUM*HS*I*1*11:B\nHCR*A1*AUTH77",
            ),
            response(
                "refused with services",
                Expect::Warn,
                "@response\nAAA*N**33*C\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nSV1*HC:97110",
            ),
            response(
                "an unknown member with an event",
                Expect::Warn,
                "@response\n@replace NM1*IL*1*VANCE*LEA****MI*91234567A~|NM1*IL*1*VANCE*LEA****MI*91234567A~AAA*N**75*C~\nUM*HS*I*1*11:B\nHCR*A1*AUTH77",
            ),
            response(
                "a refused service beside a certified one",
                Expect::Silent,
                "@response\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nAAA*N**AG*C\nSV1*HC:97110\nHL*6*4*SS*0\nHCR*A1*AUTH77\nSV1*HC:97140",
            ),
            response("refused", Expect::Silent, "@response\nAAA*N**33*C\nUM*HS*I*1*11:B"),
        ],
        ..BASE
    },
];

/// Whether the scene is of a response.
fn is_response(scene: &Scene<'_>) -> bool {
    scene.review.is_some_and(|review| review.is_response)
}

/// The event's own pieces, without its services'.
fn event<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Piece> + use<'a> {
    let is_service = |piece: &&Piece| piece.id == loops::HL && piece.loop_id == loops::L2000F;
    scene.pieces.iter().take_while(move |piece| !is_service(piece))
}

fn is_answer(piece: &Piece) -> bool {
    matches!(piece.id, loops::HCR | loops::AAA)
}

/// The event of a response.
fn answers(scene: &Scene<'_>) -> bool {
    is_response(scene) && scene.level.is_empty()
}

fn trace(scene: &Scene<'_>, findings: &mut Findings) {
    if !answers(scene) {
        return;
    }
    let all = scene.pieces;
    let own = all.get(..event(scene).count()).unwrap_or(all);
    for level in std::iter::once(own).chain(services(scene)) {
        let mut traces = level.iter().filter(|piece| piece.id == loops::TRN);
        if let Some(first) = traces.clone().next()
            && !traces.any(|piece| piece.read(scene.unit).element(1) == b"2")
        {
            at_piece(findings, RuleId::SIT211, first, &first.read(scene.unit), 2).add();
        }
    }
}

fn decided(scene: &Scene<'_>, findings: &mut Findings) {
    if !answers(scene) || event(scene).any(is_answer) {
        return;
    }
    let Some((um, _)) = scene.first(loops::L2000E, loops::UM) else { return };
    if !services(scene).flatten().any(is_answer) {
        findings.draft(RuleId::SIT212, um.place()).add();
        return;
    }
    for service in services(scene).filter(|service| !service.iter().any(is_answer)) {
        if let Some(first) = service.first() {
            findings.draft(RuleId::SIT212, first.place()).outcome(1).add();
        }
    }
}

fn refused(scene: &Scene<'_>, findings: &mut Findings) {
    if !is_response(scene) {
        return;
    }
    if !scene.level.is_empty() {
        let follows = scene.of(loops::HL).next().is_some_and(|(_, hl)| hl.element(4) == b"1");
        if let Some((piece, aaa)) = scene.of(loops::AAA).next().filter(|_| follows) {
            at_piece(findings, RuleId::SIT214, piece, &aaa, 3).outcome(1).add();
        }
        return;
    }
    let of_event = scene.first(loops::L2000E, loops::AAA);
    if let Some((piece, aaa)) = of_event {
        let decides = scene.pieces.iter().any(|piece| piece.id == loops::HCR);
        let goes_on = services(scene).next().is_some();
        if decides || goes_on {
            at_piece(findings, RuleId::SIT214, piece, &aaa, 3).outcome(u8::from(!decides)).add();
        }
        return;
    }
    for service in services(scene) {
        let of = |id: Code| service.iter().find(|piece| piece.id == id && piece.loop_id == loops::L2000F);
        if let Some(piece) = of(loops::AAA).filter(|_| of(loops::HCR).is_some()) {
            let found = Fact::Input(piece.read(scene.unit).span(3));
            findings.draft(RuleId::SIT214, piece.place().at_element(3)).found(found).add();
        }
    }
}
