//! ELM: elements and components. The tables find what these rules name (`guide::check_elements`); what they cannot say, and
//! a claim cannot be judged without, is asked here.

use super::{good, rejected, warned};
use crate::finding::{Fact, Findings, Place, RuleId};
use crate::record::{Context, loops};
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};
use crate::x12::Unit;

/// `status` is the 277CA status beside `category`: A6 missing, A7 invalid, A8 in conflict with something else.
const fn reject(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    category: &'static str,
    status: &'static str,
    ik4: &'static str,
) -> Outcome {
    Outcome {
        when,
        severity: Severity::Reject,
        message,
        remedy,
        codes: Codes { category, status, aaa: "33", ik3: "8", ik4, ..Codes::NONE },
    }
}

const fn missing(mut outcome: Outcome) -> Outcome {
    outcome.codes.aaa = "15";
    outcome
}

const fn warn(mut outcome: Outcome) -> Outcome {
    outcome.severity = Severity::Warn;
    outcome
}

/// Syntax of the base standard.
const SYNTAX: Rule = Rule { snip: 1, check: Check::Guide, ..Rule::BASE };

/// The guide's own.
const GUIDE: Rule = Rule { snip: 2, ..SYNTAX };

const DATE_REMEDY: &str = "Correct the date.";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::ELM101,
        title: "Required element missing",
        about: "The guide requires the element; or the component, where its composite is used. An element of blanks only is missing. A segment whose qualifier is missing has no place in the guide; what is missing is then told, not that the segment is not used.",
        outcomes: &[
            missing(reject(
                "missing",
                "{0} is required in {loop} ({1}) and missing.",
                "Add the element.",
                "A6",
                "21",
                "1",
            )),
            missing(reject(
                "needed in this situation",
                "{0} is missing in {loop}; it is needed because {1}.",
                "Add the element.",
                "A6",
                "21",
                "I9",
            )),
            missing(reject(
                "no qualifier",
                "{segment} in {loop} ({1}) has no {0}, which says what it is.",
                "Add the qualifier, or remove the segment.",
                "A6",
                "21",
                "1",
            )),
        ],
        examples: &[
            rejected(
                "a reference without qualifier",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF**TRACE1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            rejected(
                "diagnoses without qualifier",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            rejected(
                "no place of service",
                "CLM*A1*80****Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a place of service",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..GUIDE
    },
    Rule {
        id: RuleId::ELM102,
        title: "Not a number",
        about: "A number is digits with an optional minus, and where its type has decimals an optional point: no blanks, no commas, no exponent. An amount has at most four decimals.",
        outcomes: &[
            reject("charge", "{0} is {found}, which is no amount.", "Correct the amount.", "A7", "178", "6"),
            reject("number", "{0} is {found}, which is no number.", "Correct the number.", "A7", "21", "6"),
            reject(
                "amount too fine",
                "{0} is {found}: an amount has at most four decimals and fifteen digits.",
                "Round the amount to cents.",
                "A7",
                "21",
                "6",
            ),
        ],
        examples: &[
            rejected(
                "a comma in the charge",
                "CLM*A1*80,00***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            rejected(
                "a charge of more than four decimals",
                "CLM*A1*80.00001***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a charge with cents",
                "CLM*A1*80.00***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM103,
        title: "Not a date",
        about: "A date must exist, in the form that its qualifier names: D8 is CCYYMMDD, RD8 two of them with a hyphen, the first not after the second, DT is CCYYMMDDHHMM.",
        outcomes: &[
            reject(
                "date of service",
                "{0} is {found}, which is no date of service.",
                DATE_REMEDY,
                "A7",
                "187",
                "8",
            ),
            reject(
                "date of birth",
                "{0} is no date of birth.",
                "Correct the date of birth.",
                "A7",
                "158",
                "8",
            ),
            reject(
                "other date",
                "{0} is {found}, which is no date of its form.",
                DATE_REMEDY,
                "A7",
                "21",
                "8",
            ),
            reject(
                "statement dates",
                "{0} is {found}, which are no statement dates.",
                DATE_REMEDY,
                "A7",
                "188",
                "8",
            ),
            reject(
                "date of admission",
                "{0} is {found}, which is no date of admission.",
                DATE_REMEDY,
                "A7",
                "189",
                "8",
            ),
        ],
        examples: &[
            rejected(
                "the 30th of February",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260230",
            ),
            good(
                "a day that there is",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM104,
        title: "Element not used",
        about: "The base standard has the element, the guide does not use it: it must be empty.",
        outcomes: &[reject(
            "not used",
            "{0} is not used in {loop} ({1}), and {found} stands there.",
            "Leave the element empty.",
            "A7",
            "21",
            "I10",
        )],
        examples: &[
            rejected(
                "something in CLM03",
                "CLM*A1*80*X**11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "CLM03 and CLM04 are empty",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..GUIDE
    },
    Rule {
        id: RuleId::ELM105,
        title: "Too many elements",
        about: "The segment goes on behind its last element.",
        outcomes: &[reject(
            "too many",
            "{segment} in {loop} ({0}) has {expected:element|elements}; behind them {found} stands.",
            "Remove what is too much, or look for an element separator too many.",
            "A7",
            "21",
            "3",
        )],
        examples: &[
            rejected(
                "a second element behind the line number",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1*2\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "the line number alone",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM106,
        title: "Too many components",
        about: "The composite goes on behind its last component.",
        outcomes: &[reject(
            "too many",
            "{0} in {loop} ({1}) has {expected:component|components}; behind them {found} stands.",
            "Remove what is too much, or look for a component separator too many.",
            "A7",
            "21",
            "13",
        )],
        examples: &[
            rejected(
                "five pointers",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1:1:1:1:1\nDTP*472*D8*20260302",
            ),
            good(
                "one pointer",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM107,
        title: "Too many repetitions",
        about: "The element stands more often than the guide allows, with repetition separators between; most may stand once.",
        outcomes: &[reject(
            "too many",
            "{0} stands {2} times in {loop} ({1}); at most {expected} may.",
            "Remove the surplus repetitions.",
            "A7",
            "21",
            "12",
        )],
        examples: &[
            rejected(
                "two claim numbers",
                "CLM*A1^A2*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "one claim number",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM108,
        title: "Element too short",
        about: "Length is counted in characters; of a number in digits, without sign and point.",
        outcomes: &[reject(
            "too short",
            "{0} in {loop} ({1}) is {found}: its length is {2}, at least {expected} is asked for.",
            "Correct the element.",
            "A7",
            "21",
            "4",
        )],
        examples: &[
            rejected(
                "an NPI of one digit",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*ORTEGA*SAM****XX*1\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "an NPI of ten digits",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*ORTEGA*SAM****XX*1000000012\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM109,
        title: "Element too long",
        about: "Length is counted in characters; of a number in digits, without sign and point.",
        outcomes: &[reject(
            "too long",
            "{0} in {loop} ({1}) has a length of {2}, allowed is {expected}.",
            "Shorten the element.",
            "A7",
            "21",
            "5",
        )],
        examples: &[
            rejected(
                "a claim number of 39 characters",
                "CLM*AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a claim number of 20 characters",
                "CLM*AAAAAAAAAAAAAAAAAAAA*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM110,
        title: "Character not allowed",
        about: "Control characters and separators are no data. Characters outside of X12's basic and extended sets may not arrive everywhere; of these, national letters, the caret and the backtick are told apart from the rest by a warning only.",
        outcomes: &[
            reject(
                "control character",
                "{0} in {loop} ({1}) holds the control character {2}.",
                "Remove the character.",
                "A7",
                "21",
                "6",
            ),
            warn(reject(
                "outside of the character sets",
                "{0} in {loop} ({1}) holds {2}, which is not in X12's character sets.",
                "Write it with letters A to Z.",
                "",
                "",
                "6",
            )),
            reject(
                "separator",
                "{0} in {loop} ({1}) holds {2}, which separates components, and has none.",
                "Remove the separator from the text, or declare another one in the ISA.",
                "A7",
                "21",
                "6",
            ),
        ],
        examples: &[
            rejected(
                "a note with the component separator",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE*ADD*SEEN AT 9:30\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            warned(
                "a letter outside of the character sets",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE*ADD*MUÑOZ\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a note in plain letters",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE*ADD*SEEN AT 9.30\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM111,
        title: "Code not in the guide's list",
        about: "The guide lists the codes that the element takes. Letter case counts. The 999 says I6, not used in the implementation: the guides' lists are at hand, the wider ones of the base standard are not.",
        outcomes: &[reject(
            "not listed",
            "{0} in {loop} ({1}) is {found}; the guide allows {expected}.",
            "Correct the code.",
            "A7",
            "21",
            "I6",
        )],
        examples: &[
            rejected(
                "an assignment of benefits that is neither A, B nor C",
                "CLM*A1*80***11:B:1*Y*X*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "assigned",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..GUIDE
    },
    Rule {
        id: RuleId::ELM112,
        title: "Not a time",
        about: "A time is HHMM, and where more is allowed HHMMSS with up to two decimals of a second.",
        outcomes: &[reject(
            "no time",
            "{0} is {found}, which is no time.",
            "Correct the time.",
            "A7",
            "21",
            "9",
        )],
        examples: &[
            rejected(
                "a batch made at 25:60",
                "@replace BHT*0019*00*REF1*20260701*1200*CH|BHT*0019*00*REF1*20260701*2560*CH\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a batch made at noon",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM113,
        title: "Element needed by another",
        about: "Some elements are needed where others stand: a qualifier with its value, one of several. These notes belong to the base standard.",
        outcomes: &[
            missing(reject(
                "missing beside another",
                "{0} is missing in {loop} ({1}); it is needed where {2} stands.",
                "Add the element, or remove the other.",
                "A8",
                "21",
                "2",
            )),
            missing(reject(
                "one of several",
                "One of {2} is needed in {loop} ({1}), and none stands there.",
                "Add one of them.",
                "A8",
                "21",
                "2",
            )),
        ],
        examples: &[
            rejected(
                "a qualifier without its identifier",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*ORTEGA*SAM****XX\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "both",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*ORTEGA*SAM****XX*1000000012\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM114,
        title: "Elements exclude each other",
        about: "Of some elements only one may stand. These notes belong to the base standard.",
        outcomes: &[reject(
            "both stand",
            "{0} stands beside {2} in {loop} ({1}); only one of them may.",
            "Remove one of them.",
            "A8",
            "21",
            "10",
        )],
        examples: &[
            rejected(
                "a state and a foreign subdivision",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*77*2*BAY CLINIC\nN3*1 PIER\nN4*OXNARD*CA*930301234****ON\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a state alone",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*77*2*BAY CLINIC\nN3*1 PIER\nN4*OXNARD*CA*930301234\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
    Rule {
        id: RuleId::ELM115,
        title: "Separators at the end",
        about: "Empty elements and components at the end of a segment are left out together with their separators.",
        outcomes: &[Outcome {
            when: "separators at the end",
            severity: Severity::Warn,
            message: "{segment} ends in separators with nothing behind them.",
            remedy: "Leave them out.",
            codes: Codes::NONE,
        }],
        examples: &[
            warned(
                "a separator behind the line number",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1*\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "nothing behind it",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..SYNTAX
    },
];

/// Asks a subscriber level for what the tables leave open and judging needs: the id of a person, the birth date of a patient.
pub fn check_level(unit: &Unit, level: crate::finding::Code, context: &Context, findings: &mut Findings) {
    if level != loops::L2000B {
        return;
    }
    let subscriber = &context.subscriber;
    // where one of NM108 and NM109 stands, that they go together says it
    let has_qualifier = !unit.segment(subscriber.name.segment).element(8).is_empty();
    if subscriber.is_person && subscriber.member_id.is_empty() && !has_qualifier {
        findings
            .draft(RuleId::ELM101, subscriber.member_id.place(unit, loops::SUBSCRIBER))
            .outcome(1)
            .fact(Fact::Text("NM109 (member id)"))
            .fact(Fact::Text("the subscriber is a person (NM102 is 1)"))
            .add();
    }
    if subscriber.is_patient && subscriber.birth.cell.segment == 0 && subscriber.name.segment != 0 {
        // where it should have stood: after the subscriber's name and address
        let mut at = subscriber.name.segment + 1;
        while matches!(unit.segment(at).id(), b"N3" | b"N4") {
            at += 1;
        }
        let place = Place { missing: true, ..Place::segment(at, loops::SUBSCRIBER, loops::DMG) };
        findings
            .draft(RuleId::SEG104, place)
            .outcome(1)
            .expected(Fact::Code(loops::DMG))
            .fact(Fact::Text("the subscriber is the patient (SBR02 is 18)"))
            .add();
    }
}
