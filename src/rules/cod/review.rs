//! COD120 to COD122: codes of requests and responses for review (278).

use super::{BASE, reject, request, response, shape, warn};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Piece, loops};
use crate::rules::rule::{Check, Codes, Expect, Rule};
use crate::rules::scene::{Scene, at_piece};

const INVALID: Codes = Codes { aaa: "33", ..Codes::NONE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD120,
        title: "Facility of a review",
        about: "Where the service is to be given (UM04) is a place of service (UM04-2 B), two digits that should be in the list at hand, or the first two digits of a bill type (UM04-2 A), none of them 0.",
        requirements: &["278d"],
        check: Check::Review(facility),
        outcomes: &[
            reject(
                "wrong shape",
                "The facility {found} in UM04 is no {0}: two digits are asked for.",
                "Correct UM04-1, or its qualifier in UM04-2.",
                INVALID,
            ),
            warn(
                "not in the list",
                "Place of service {found} is not in the list at hand, edition {0}.",
                "Check the place of service; load the current list.",
                INVALID,
            ),
        ],
        examples: &[
            request(
                "one digit",
                Expect::Reject,
                "@request\nUM*HS*I*1*1:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "a bill type with a zero",
                Expect::Reject,
                "@request\nUM*HS*I*1*01:A\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "no such place",
                Expect::Warn,
                "@request\nUM*HS*I*1*30:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "a hospital's bill type",
                Expect::Silent,
                "@request\nUM*HS*I*1*13:A\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "the office",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD121,
        title: "Who assigned a trace number",
        about: "TRN03 says who assigned the trace number: 1 and an employer's number, 3 and a DUNS number, or 9 and nine characters of the sender's own. Numbers are nine digits.",
        requirements: &["278e"],
        check: Check::Review(trace),
        outcomes: &[warn(
            "no such form",
            "TRN03 is {found}: it begins with 1, 3 or 9, and nine digits follow a 1 or 3.",
            "Send 1 and the nine digits of the employer's number, or 9 and nine characters of your own.",
            INVALID,
        )],
        examples: &[
            request(
                "letters behind 1",
                Expect::Warn,
                "@request\nTRN*1*EVENT1*1HARBORCLI\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "another first digit",
                Expect::Warn,
                "@request\nTRN*1*EVENT1*5770000001\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "an employer's number",
                Expect::Silent,
                "@request\nTRN*1*EVENT1*1770000001\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            response(
                "one's own",
                Expect::Silent,
                "@response\nTRN*2*EVENT1*9HARBORCLI\nUM*HS*I*1*11:B\nHCR*A1*AUTH77",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD122,
        title: "Service of a review of a wrong shape",
        about: "A service asked for or decided is a HCPCS code (SV101, SV202 with HC), a dental code (SV301 with AD) or a revenue code of four digits (SV201); a range has such a code at each end.",
        requirements: &["278h"],
        check: Check::Review(service),
        outcomes: &[reject(
            "wrong shape",
            "{found} has not the shape of a {0}.",
            "Correct the code, or the qualifier in front of it.",
            INVALID,
        )],
        examples: &[
            request(
                "four digits",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:9711",
            ),
            request(
                "the end of a range",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110::::::9714",
            ),
            request(
                "a revenue code of three digits",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV2*420",
            ),
            request(
                "a dental code without its D",
                Expect::Reject,
                "@request\nUM*HS*I*35*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV3*AD:02140*****1",
            ),
            request(
                "a range",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110::::::97140",
            ),
            response(
                "a drug by its NDC",
                Expect::Silent,
                "@response\nUM*HS*I*1*11:B\nHCR*A1*AUTH77\nHL*5*4*SS*0\nSV1*N4:00004035030",
            ),
        ],
        ..BASE
    },
];

fn facility(scene: &Scene<'_>, findings: &mut Findings) {
    let separators = scene.unit.separators();
    let list = &scene.reference.codes.pos;
    for (piece, um) in scene.of(loops::UM) {
        let found = um.component_span(4, 1, &separators);
        let text = scene.unit.text(found);
        if text.is_empty() {
            continue;
        }
        let draft = |findings: &mut Findings, outcome: u8, words: &str| {
            let place = piece.place().at_element(4).at_component(1);
            findings
                .draft(RuleId::COD120, place)
                .outcome(outcome)
                .found(Fact::Input(found))
                .words(words)
                .add();
        };
        let qualifier = um.component(4, 2, &separators);
        let is_facility = shape::is_facility(text, qualifier);
        match qualifier {
            b"A" if !is_facility => draft(findings, 0, "bill type"),
            b"B" if !is_facility => draft(findings, 0, "place of service"),
            b"B" if !list.contains_on(Code::upper(text), || scene.received) => {
                draft(findings, 1, &list.info().version);
            }
            _ => {}
        }
    }
}

fn trace(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, trn) in scene.of(loops::TRN) {
        let good = match trn.element(3) {
            [b'1' | b'3', number @ ..] => shape::is_digits(number, 9),
            [b'9', ..] | [] => true,
            _ => false,
        };
        if !good {
            at_piece(findings, RuleId::COD121, piece, &trn, 3).add();
        }
    }
}

fn service(scene: &Scene<'_>, findings: &mut Findings) {
    for piece in scene.pieces {
        let (procedure, revenue) = match piece.id {
            loops::SV1 | loops::SV3 => (1, None),
            loops::SV2 => (2, Some(1)),
            _ => continue,
        };
        let segment = piece.read(scene.unit);
        if let Some(at) = revenue
            && !segment.element(at).is_empty()
            && !shape::is_digits(segment.element(at), 4)
        {
            at_piece(findings, RuleId::COD122, piece, &segment, at).fact(Fact::Text("revenue code")).add();
        }
        ends(scene, piece, procedure, findings);
    }
}

/// Asks the code, and where it is a range its other end.
fn ends(scene: &Scene<'_>, piece: &Piece, element: u8, findings: &mut Findings) {
    let (segment, separators) = (piece.read(scene.unit), scene.unit.separators());
    let (is_good, name): (fn(Code) -> bool, _) = match segment.component(element, 1, &separators) {
        b"HC" => (shape::is_hcpcs, "HCPCS code"),
        b"AD" => (shape::is_cdt, "dental code"),
        _ => return,
    };
    for end in [2, 8] {
        let found = segment.component_span(element, end, &separators);
        if !found.is_empty() && !is_good(Code::upper(scene.unit.text(found))) {
            let place = piece.place().at_element(element).at_component(end);
            findings.draft(RuleId::COD122, place).found(Fact::Input(found)).fact(Fact::Text(name)).add();
        }
    }
}
