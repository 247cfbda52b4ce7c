//! SIT201 to SIT208: what goes together in a request for review (278).

use super::{BASE, outcome, request, response};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Cell, Edition, Piece, loops};
use crate::rules::brief::edition;
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::scene::{Scene, at_piece};
use crate::x12::Segment;

/// The AAA03 that a rejected request is answered with.
const fn aaa(code: &'static str) -> Codes {
    Codes { aaa: code, ..Codes::NONE }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT201,
        title: "Admission review without its admission",
        about: "A request for an admission (UM01 AR) gives the date of admission (DTP*435), and usually its type and source (CL1). A cancellation or an extension (UM02 3, 4) need not repeat them.",
        requirements: &["278b"],
        check: Check::Review(admission),
        outcomes: &[
            outcome(
                Severity::Warn,
                "no date",
                "The request is for an admission (UM01 is AR) and gives no date of admission (DTP*435).",
                "Add the date of admission, planned or actual.",
                aaa("AM"),
            ),
            outcome(
                Severity::Info,
                "no type",
                "The request is for an admission (UM01 is AR) and gives neither its type nor its source (CL1).",
                "Add CL1 where the reviewer needs to know how urgent the admission is.",
                aaa("15"),
            ),
        ],
        examples: &[
            request(
                "an admission on some day",
                Expect::Warn,
                "@request\nUM*AR*I*2*21:B\nNM1*FA*2*BAY HOSPITAL*****XX*1000001010",
            ),
            request(
                "without CL1",
                Expect::Info,
                "@request\nUM*AR*I*2*21:B\nDTP*435*D8*20260410\nNM1*FA*2*BAY HOSPITAL*****XX*1000001010",
            ),
            request(
                "an extension of the stay",
                Expect::Silent,
                "@request\nUM*AR*4*2*21:B\nREF*BB*AUTH77\nNM1*FA*2*BAY HOSPITAL*****XX*1000001010",
            ),
            request("its cancellation", Expect::Silent, "@request\nUM*AR*3*2*21:B\nREF*BB*AUTH77"),
            request(
                "with date and type",
                Expect::Silent,
                "@request\nUM*AR*I*2*21:B\nDTP*435*D8*20260410\nCL1*3*1\nNM1*FA*2*BAY HOSPITAL*****XX*1000001010",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT202,
        title: "Nothing is asked for",
        about: "A request for services or specialty care (UM01 HS or SC) says which: by a service (2000F with SV1, SV2 or SV3), or by a type of service (UM03). A cancellation (UM02 3) need not.",
        requirements: &["278b"],
        silent_if: &[RuleId::AUT101],
        check: Check::Review(nothing_asked),
        outcomes: &[outcome(
            Severity::Warn,
            "neither service nor type",
            "The request (UM01 is {found}) names neither a service (SV1, SV2 or SV3) nor a type of service (UM03).",
            "Add the service that is asked for, or its type in UM03.",
            aaa("15"),
        )],
        examples: &[
            request(
                "for nothing",
                Expect::Warn,
                "@request\n@profile [rules]\n@profile AUT101 = \"off\"\nUM*HS*I**11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "by type",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "by service",
                Expect::Silent,
                "@request\nUM*SC*I**11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110",
            ),
            request("a cancellation", Expect::Silent, "@request\nUM*HS*3**11:B\nREF*BB*AUTH77"),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT203,
        title: "Earlier review",
        about: "An appeal, cancellation, extension, renewal or revision (UM02 1, 2, 3, 4, R, S) names the review that it is about by its number: the authorization's (REF*BB) or the administrative one (REF*NT). An initial request (UM02 I) has no earlier authorization.",
        requirements: &["278c"],
        silent_if: &[RuleId::AUT103],
        check: Check::Review(earlier_review),
        outcomes: &[
            outcome(
                Severity::Warn,
                "no number",
                "The request is about an earlier review (UM02 is {found}) and does not name it.",
                "Add the authorization number as REF*BB, or the reviewer's reference as REF*NT.",
                aaa("T5"),
            ),
            outcome(
                Severity::Warn,
                "a number on an initial request",
                "The request is an initial one (UM02 is I) and names an earlier authorization ({found}).",
                "Correct UM02 (4 extends, R renews, S revises), or leave REF*BB out.",
                aaa("33"),
            ),
        ],
        examples: &[
            request(
                "an extension of something",
                Expect::Warn,
                "@request\n@profile [rules]\n@profile AUT103 = \"off\"\nUM*HS*4*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "an initial request with a number",
                Expect::Warn,
                "@request\nUM*HS*I*1*11:B\nREF*BB*AUTH77\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "an extension by the reviewer's reference",
                Expect::Silent,
                "@request\nUM*HS*4*1*11:B\nREF*NT*REV4\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "an initial request",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT204,
        title: "Dependent who is the subscriber",
        about: "A dependent (2000D) is named only where the patient is not the subscriber. A dependent with the subscriber's own name and date of birth is the subscriber. Members of Medi-Cal are subscribers themselves.",
        requirements: &["278f"],
        check: Check::Review(own_dependent),
        outcomes: &[outcome(
            Severity::Warn,
            "the same person",
            "The dependent has the subscriber's name and date of birth.",
            "Where the patient is the subscriber, put the event below the subscriber and leave the dependent out.",
            aaa("15"),
        )],
        examples: &[
            request(
                "the subscriber twice",
                Expect::Warn,
                "@request\n@replace NM1*IL*1*VANCE*LEA****MI*91234567A~|NM1*IL*1*VANCE*LEA****MI*91234567A~DMG*D8*20150302~HL*4*3*23*1~NM1*QC*1*VANCE*LEA~DMG*D8*20150302~\n@replace HL*4*3*EV|HL*5*4*EV\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "a twin",
                Expect::Silent,
                "@request\n@replace NM1*IL*1*VANCE*LEA****MI*91234567A~|NM1*IL*1*VANCE*LEA****MI*91234567A~DMG*D8*20150302~HL*4*3*23*1~NM1*QC*1*VANCE*BEN~DMG*D8*20150302~\n@replace HL*4*3*EV|HL*5*4*EV\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT205,
        title: "Provider of a review who is nobody",
        about: "A provider of the event (2010EA) or of a service (2010F) is told by a name (NM103) or a number (NM109).",
        requirements: &["278g"],
        check: Check::Review(nobody),
        outcomes: &[outcome(
            Severity::Reject,
            "neither name nor number",
            "The provider in {loop} (NM101 is {found}) has neither a name nor a number.",
            "Add the provider's name or NPI, or leave the provider out.",
            aaa("15"),
        )],
        examples: &[
            request("somebody", Expect::Reject, "@request\nUM*HS*I*1*11:B\nNM1*SJ*1"),
            request("a name", Expect::Silent, "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN"),
            request("a number", Expect::Silent, "@request\nUM*HS*I*1*11:B\nNM1*SJ*1******XX*1000001010"),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT206,
        title: "No provider in a request",
        about: "A request names who is to give the services: a provider of the event (2010EA), or of every service (2010F). A cancellation (UM02 3) need not.",
        requirements: &["278g"],
        check: Check::Review(no_provider),
        outcomes: &[outcome(
            Severity::Warn,
            "no provider",
            "The request names a provider neither for the event nor for each of its services.",
            "Add the provider who is to give the services.",
            aaa("15"),
        )],
        examples: &[
            request("nobody", Expect::Warn, "@request\nUM*HS*I*1*11:B"),
            request(
                "for one of two services",
                Expect::Warn,
                "@request\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nSV1*HC:97110\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*6*4*SS*0\nSV1*HC:97140",
            ),
            request(
                "for each service",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nHL*5*4*SS*0\nSV1*HC:97110\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "for the event",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110",
            ),
            request("a cancellation", Expect::Silent, "@request\nUM*HS*3*1*11:B\nREF*BB*AUTH77"),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT207,
        title: "A service told in more than one way",
        about: "A service (2000F) is a professional one (SV1), an institutional one (SV2) or a dental one (SV3): at most one of them. Teeth (TOO) go with a dental service.",
        requirements: &["278h"],
        check: Check::Review(one_way),
        outcomes: &[
            outcome(
                Severity::Reject,
                "two ways",
                "The service is told twice: by {0} and by {segment}.",
                "Keep the one that fits; ask for another service in a level of its own.",
                aaa("33"),
            ),
            outcome(
                Severity::Warn,
                "teeth of no dental service",
                "Teeth (TOO) are named for a service that is not dental (SV3).",
                "Leave TOO out, or ask for the dental service.",
                aaa("33"),
            ),
        ],
        examples: &[
            request(
                "professional and institutional",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110\nSV2*0420",
            ),
            request(
                "teeth of a therapy",
                Expect::Warn,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110\nTOO*JP*3",
            ),
            request(
                "teeth of a filling",
                Expect::Silent,
                "@request\nUM*HS*I*35*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV3*AD:D2140*****1\nTOO*JP*3",
            ),
            request(
                "two services",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nNM1*SJ*1*WREN*IDA****XX*1000001010\nHL*5*4*SS*0\nSV1*HC:97110\nHL*6*4*SS*0\nSV2*0420",
            ),
            response(
                "a decision on both",
                Expect::Reject,
                "@response\nUM*HS*I*1*11:B\nHCR*A1*AUTH77\nHL*5*4*SS*0\nSV1*HC:97110\nSV2*0420",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT208,
        title: "Diagnoses of a review in two editions",
        about: "Codes of ICD-10-CM (ABK, ABF, ABJ, APR) and ICD-9-CM (BK, BF, BJ, PR) do not stand together. That a principal diagnosis stands first, the guide's table says.",
        requirements: &["278i"],
        check: Check::Review(diagnoses),
        outcomes: &[outcome(
            Severity::Reject,
            "both editions",
            "Diagnosis {found} has the qualifier {0}: codes of ICD-9-CM and ICD-10-CM stand together.",
            "Send codes of ICD-10-CM only.",
            aaa("AF"),
        )],
        examples: &[
            request(
                "both editions",
                Expect::Reject,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:E109*BF:25001\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "the principal first",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nHI*ABK:J069*ABF:R051\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
            request(
                "no principal",
                Expect::Silent,
                "@request\nUM*HS*I*1*11:B\nHI*ABF:R051\nNM1*SJ*1*WREN*IDA****XX*1000001010",
            ),
        ],
        ..BASE
    },
];

const CANCEL: &[u8] = b"3";

/// The UM of an event of a request.
fn asked<'a>(scene: &Scene<'a>) -> Option<(&'a Piece, Segment<'a>)> {
    let is_request = scene.review.is_some_and(|review| !review.is_response);
    scene.first(loops::L2000E, loops::UM).filter(|_| is_request && scene.level.is_empty())
}

/// The pieces of each service of an event.
pub(super) fn services<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a [Piece]> + use<'a> {
    let begins = |piece: &Piece| piece.id == loops::HL && piece.loop_id == loops::L2000F;
    let first = scene.pieces.iter().position(begins).unwrap_or(scene.pieces.len());
    let all = scene.pieces.get(first..).unwrap_or(&[]);
    all.chunk_by(move |_, next| !begins(next))
}

/// Whether a piece is the NM1 of a service's provider.
fn is_service_provider(piece: &Piece) -> bool {
    piece.id == loops::NM1 && piece.loop_id.starts_with(Code::new(b"2010F"))
}

fn admission(scene: &Scene<'_>, findings: &mut Findings) {
    let Some((piece, um)) = asked(scene) else { return };
    if um.element(1) != b"AR" || matches!(um.element(2), CANCEL | b"4") {
        return;
    }
    let is_admission =
        |(piece, dtp): (&Piece, Segment<'_>)| piece.loop_id == loops::L2000E && dtp.element(1) == b"435";
    let outcome = match () {
        () if !scene.of(loops::DTP).any(is_admission) => 0,
        () if scene.first(loops::L2000E, loops::CL1).is_none() => 1,
        () => return,
    };
    at_piece(findings, RuleId::SIT201, piece, &um, 1).outcome(outcome).add();
}

fn nothing_asked(scene: &Scene<'_>, findings: &mut Findings) {
    let Some((piece, um)) = asked(scene) else { return };
    let is_service = |piece: &Piece| {
        piece.loop_id == loops::L2000F && matches!(piece.id, loops::SV1 | loops::SV2 | loops::SV3 | loops::UM)
    };
    if matches!(um.element(1), b"HS" | b"SC")
        && um.element(2) != CANCEL
        && um.element(3).is_empty()
        && !scene.pieces.iter().any(is_service)
    {
        at_piece(findings, RuleId::SIT202, piece, &um, 1).add();
    }
}

fn earlier_review(scene: &Scene<'_>, findings: &mut Findings) {
    let Some((piece, um)) = asked(scene) else { return };
    let number = |qualifiers: &'static [&'static [u8]]| {
        let mut all = scene.of(loops::REF);
        all.find(|(_, reference)| qualifiers.contains(&reference.element(1)))
    };
    match um.element(2) {
        b"1" | b"2" | b"3" | b"4" | b"R" | b"S" if number(&[b"BB", b"NT"]).is_none() => {
            at_piece(findings, RuleId::SIT203, piece, &um, 2).add();
        }
        b"I" => {
            if let Some((piece, reference)) = number(&[b"BB"]) {
                at_piece(findings, RuleId::SIT203, piece, &reference, 2).outcome(1).add();
            }
        }
        _ => {}
    }
}

fn own_dependent(scene: &Scene<'_>, findings: &mut Findings) {
    let Some(review) = scene.review.filter(|_| scene.level == loops::L2000D) else { return };
    let Some((piece, nm1)) = scene.first(loops::L2010D, loops::NM1) else { return };
    let birth = scene.first(loops::L2010D, loops::DMG).map(|(_, dmg)| dmg.element(2));
    let same = |cell: Cell, own: &[u8]| {
        let text = cell.text(scene.unit).trim_ascii();
        !text.is_empty() && text.eq_ignore_ascii_case(own.trim_ascii())
    };
    let [family, given] = review.of.subscriber_name;
    if same(family, nm1.element(3))
        && same(given, nm1.element(4))
        && birth.is_some_and(|birth| same(review.of.subscriber_birth, birth))
    {
        findings.draft(RuleId::SIT204, piece.place()).add();
    }
}

fn nobody(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, nm1) in scene.of(loops::NM1) {
        let of_event = piece.loop_id == loops::L2010EA || is_service_provider(piece);
        if of_event && nm1.element(3).is_empty() && nm1.element(9).is_empty() {
            at_piece(findings, RuleId::SIT205, piece, &nm1, 1).add();
        }
    }
}

fn no_provider(scene: &Scene<'_>, findings: &mut Findings) {
    let Some((piece, um)) = asked(scene) else { return };
    if um.element(2) == CANCEL || scene.first(loops::L2010EA, loops::NM1).is_some() {
        return;
    }
    let mut services = services(scene).peekable();
    let has_services = services.peek().is_some();
    if !has_services || !services.all(|service| service.iter().any(is_service_provider)) {
        findings.draft(RuleId::SIT206, piece.place()).add();
    }
}

fn one_way(scene: &Scene<'_>, findings: &mut Findings) {
    for service in services(scene) {
        let mut ways =
            service.iter().filter(|piece| matches!(piece.id, loops::SV1 | loops::SV2 | loops::SV3));
        let first = ways.next();
        if let (Some(first), Some(second)) = (first, ways.next()) {
            findings.draft(RuleId::SIT207, second.place()).fact(Fact::Code(first.id)).add();
        }
        let teeth = service.iter().find(|piece| piece.id == loops::TOO);
        if let Some(teeth) = teeth.filter(|_| !service.iter().any(|piece| piece.id == loops::SV3)) {
            findings.draft(RuleId::SIT207, teeth.place()).outcome(1).add();
        }
    }
}

fn diagnoses(scene: &Scene<'_>, findings: &mut Findings) {
    let separators = scene.unit.separators();
    let mut editions = [false; 2];
    for (piece, hi) in scene.of(loops::HI).filter(|(piece, _)| piece.loop_id == loops::L2000E) {
        for element in 1..=hi.elements() {
            let Some(edition) = edition(hi.component(element, 1, &separators)) else { continue };
            let edition = usize::from(edition == Edition::Icd9);
            let [of_own, of_other] = [editions[edition], editions[1 - edition]];
            editions[edition] = true;
            if of_other && !of_own {
                let place = piece.place().at_element(element).at_component(2);
                let found = Fact::Input(hi.component_span(element, 2, &separators));
                let qualifier = Fact::Input(hi.component_span(element, 1, &separators));
                findings.draft(RuleId::SIT208, place).found(found).fact(qualifier).add();
            }
        }
    }
}
