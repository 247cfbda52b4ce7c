//! COD120 to COD122, COD127: codes of requests and responses for review (278).

use super::{BASE, has_small_letters, reject, request, response, shape, warn};
use crate::finding::{Code, Date, Fact, Findings, RuleId};
use crate::record::{Piece, loops};
use crate::rules::brief::edition;
use crate::rules::clm::diagnosis_code::{self, ICD9, SMALL_LETTERS, UNFINISHED, UNKNOWN, UNKNOWN_OFF_PERIOD};
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule};
use crate::rules::scene::{Scene, at_piece};
use crate::x12::grammar::date_period;

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
        about: "A service asked for or decided is a HCPCS code (SV101, SV202 with HC), a dental code (SV301 with AD) or a revenue code of four digits (SV201); a range has such a code at each end. Letters are capital ones; small ones are understood.",
        requirements: &["278h"],
        check: Check::Review(service),
        outcomes: &[
            reject(
                "wrong shape",
                "{found} has not the shape of a {0}.",
                "Correct the code, or the qualifier in front of it.",
                INVALID,
            ),
            warn(
                "small letters",
                "The {0} {found} is written in small letters.",
                "Send codes in capital letters.",
                INVALID,
            ),
        ],
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
                "a small letter",
                Expect::Warn,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:g0151",
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
    Rule {
        id: RuleId::COD127,
        title: "Diagnosis of a request",
        about: "A diagnosis of a request for review (2000E HI) is a code of ICD-10-CM that can be billed on the day of the event or admission; where the request names none, on the day of the diagnosis, or else of receipt. The built-in list is that of one fiscal year; outside of its dates an unknown code only warns. ICD-9-CM ended with services of 30 September 2015. What a response repeats is not asked.",
        requirements: &["278i"],
        silent_if: &[RuleId::SIT208],
        check: Check::Review(diagnosis),
        outcomes: &DIAGNOSIS,
        examples: &[
            request(
                "N04 is a heading",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:N04\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "there is no J0699",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:J0699\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "no code at all, as second",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:J069*ABF:!!!\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "ICD-9-CM after its end",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nHI*BK:25001\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "an event before the list's first day",
                Expect::Warn,
                "@request\nUM*HS*I*1*11:B\nDTP*AAH*D8*20250930\nHI*ABK:J0699\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "small letters",
                Expect::Warn,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:j069\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "ICD-9-CM of its time",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nHI*BF:41090:D8:20050430\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "a code of the list",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:J069\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            response(
                "a heading in an answer",
                Expect::Silent,
                "@response\nUM*HS*I*1*11:B\nHCR*A1*AUTH77\nHI*ABK:N04",
            ),
        ],
        ..BASE
    },
];

/// What can be said of a claim's diagnosis, as far as reviews are asked for it.
const ASKED: [u8; 5] = [UNKNOWN, UNFINISHED, UNKNOWN_OFF_PERIOD, ICD9, SMALL_LETTERS];

const DIAGNOSIS: [Outcome; 5] = {
    let mut outcomes = [diagnosis_code::OUTCOMES[0]; 5];
    let mut at = 0;
    while at < ASKED.len() {
        let codes = Codes { aaa: "AF", ..Codes::NONE };
        outcomes[at] = Outcome { codes, ..diagnosis_code::OUTCOMES[ASKED[at] as usize] };
        at += 1;
    }
    outcomes
};

fn diagnosis(scene: &Scene<'_>, findings: &mut Findings) {
    if !scene.level.is_empty() || scene.review.is_none_or(|review| review.is_response) {
        return;
    }
    let separators = scene.unit.separators();
    let icd10 = &scene.reference.codes.icd10cm;
    for (piece, hi) in scene.of(loops::HI).filter(|(piece, _)| piece.loop_id == loops::L2000E) {
        let event_day = event_day(scene);
        for element in 1..=hi.elements() {
            let Some(edition) = edition(hi.component(element, 1, &separators)) else { continue };
            let found = hi.component_value_span(element, 2, &separators);
            let text = scene.unit.text(found);
            if text.is_empty() {
                continue;
            }
            let day_of_diagnosis = || Date::parse(hi.component(element, 4, &separators));
            let date = event_day.or_else(day_of_diagnosis).unwrap_or(scene.received);
            let fault = diagnosis_code::fault(icd10, text, (Code::upper(text), edition), date);
            let outcome = fault.and_then(|fault| (0..).zip(ASKED).find(|(_, asked)| *asked == fault));
            if let Some((outcome, _)) = outcome {
                findings
                    .draft(RuleId::COD127, piece.place().at_element(element).at_component(2))
                    .outcome(outcome)
                    .found(Fact::Input(found))
                    .fact(Fact::Date(date))
                    .fact(Fact::Date(icd10.info().effective.from))
                    .add();
            }
        }
    }
}

/// The first day of the event or admission.
fn event_day(scene: &Scene<'_>) -> Option<Date> {
    let mut dates = scene.of(loops::DTP).filter(|(piece, dtp)| {
        piece.loop_id == loops::L2000E && matches!(dtp.element(1), b"AAH" | b"435" | b"472")
    });
    dates.find_map(|(_, dtp)| date_period(dtp.element(2), dtp.element(3))).map(|period| period.from)
}

fn facility(scene: &Scene<'_>, findings: &mut Findings) {
    let separators = scene.unit.separators();
    let list = &scene.reference.codes.pos;
    for (piece, um) in scene.of(loops::UM) {
        let found = um.component_value_span(4, 1, &separators);
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
        let good = match trn.value(3) {
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
            && !segment.value(at).is_empty()
            && !shape::is_digits(segment.value(at), 4)
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
        let found = segment.component_value_span(element, end, &separators);
        let text = scene.unit.text(found);
        let good = is_good(Code::upper(text));
        if !found.is_empty() && (!good || has_small_letters(text)) {
            let place = piece.place().at_element(element).at_component(end);
            let draft = findings.draft(RuleId::COD122, place).outcome(u8::from(good));
            draft.found(Fact::Input(found)).fact(Fact::Text(name)).add();
        }
    }
}
