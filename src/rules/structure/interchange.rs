//! ENV: the interchange, from ISA to IEA.

use crate::finding::RuleId;
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};

const fn ta1(note: &'static str) -> Codes {
    Codes { ta1: note, ..Codes::NONE }
}

const fn outcome(
    severity: Severity,
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    note: &'static str,
) -> Outcome {
    Outcome { when, severity, message, remedy, codes: ta1(note) }
}

const AGAIN: &str = "Send the interchange again. None of its claims was processed.";

const BASE: Rule = Rule { snip: 1, check: Check::Survey, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::ENV101,
        title: "ISA cannot be read",
        about: "An ISA has a fixed layout: sixteen elements of fixed length, 106 characters with the terminator. Where it does not hold, the separators are unknown and nothing behind it can be read, up to the next ISA that can. No TA1 is possible.",
        can_be_lowered: false,
        outcomes: &[outcome(
            Severity::Reject,
            "the layout does not hold",
            "The ISA does not have its fixed layout, so the interchange cannot be read.",
            "Pad every ISA element to its fixed length and send the interchange again.",
            "",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV102,
        title: "IEA missing or input cut off",
        about: "An interchange ends with an IEA. Where another begins or the input ends before it, nobody knows what is missing, so nothing in it is processed.",
        can_be_lowered: false,
        outcomes: &[
            outcome(
                Severity::Reject,
                "another interchange begins",
                "The interchange has no IEA before the next ISA.",
                AGAIN,
                "022",
            ),
            outcome(
                Severity::Reject,
                "the input ends",
                "The input ends before the interchange's IEA: it was cut off.",
                AGAIN,
                "023",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV103,
        title: "ISA13 and IEA02 differ",
        about: "The control number in the trailer must be the one in the header; otherwise header and trailer may be of different interchanges.",
        outcomes: &[outcome(
            Severity::Reject,
            "the numbers differ",
            "IEA02 is {found}, but ISA13 is {expected}.",
            AGAIN,
            "001",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV104,
        title: "Interchange version not supported",
        about: "ISA12 must be 00501.",
        outcomes: &[outcome(
            Severity::Reject,
            "ISA12 is not 00501",
            "ISA12 is {found}; only version {expected} is processed.",
            "Send 5010 transactions with ISA12 00501.",
            "003",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV105,
        title: "Interchange control number is no number",
        about: "ISA13 is nine digits.",
        outcomes: &[outcome(
            Severity::Reject,
            "ISA13 is not nine digits",
            "ISA13 is {found}; it must be nine digits.",
            AGAIN,
            "018",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV106,
        title: "Separators cannot be told apart",
        about: "Element separator, component separator, repetition separator and segment terminator must be four different characters, none of them a letter or digit.",
        can_be_lowered: false,
        outcomes: &[
            outcome(
                Severity::Reject,
                "the component separator",
                "The component separator in ISA16 is also another separator, a letter or a digit.",
                "Declare four different separators and send the interchange again.",
                "027",
            ),
            outcome(
                Severity::Reject,
                "the segment terminator",
                "The segment terminator is also the element separator, or it is a letter or digit.",
                "Declare four different separators and send the interchange again.",
                "004",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV107,
        title: "Segment or level too large",
        about: "A segment, or a level with what describes it, over the size limit (profile keys limits.segment_bytes and limits.claim_bytes) is no segment that anyone sends on purpose; mostly a terminator is wrong.",
        can_be_lowered: false,
        outcomes: &[
            outcome(
                Severity::Reject,
                "a segment",
                "A segment is longer than {expected} bytes.",
                "Check the segment terminator, and send the interchange again.",
                "022",
            ),
            outcome(
                Severity::Reject,
                "a level",
                "A hierarchical level is larger than {expected} bytes.",
                "Check the segments after the HL, and send the interchange again.",
                "022",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV108,
        title: "Segments outside of transaction sets",
        about: "Between ISA and IEA there are groups, in groups there are sets, and everything else stands in sets. A segment outside belongs to nothing: an ST, GS, SE or GE is missing or too many.",
        can_be_lowered: false,
        outcomes: &[outcome(
            Severity::Reject,
            "a segment stands where only envelopes may",
            "Segment {found} stands outside of any transaction set.",
            "Check the ST, SE, GS and GE segments, and send the interchange again.",
            "022",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV109,
        title: "Wrong group count in IEA01",
        about: "IEA01 counts the groups of the interchange. A wrong count alone takes nothing down.",
        outcomes: &[outcome(
            Severity::Warn,
            "the count is wrong",
            "IEA01 is {found}, but the interchange holds {expected} groups.",
            "Correct the count in future interchanges.",
            "021",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV110,
        title: "Odd value in the ISA",
        about: "Values of the ISA that are wrong but stand in nobody's way.",
        outcomes: &[
            outcome(
                Severity::Warn,
                "ISA02",
                "ISA02 is not blank although ISA01 is 00.",
                "Leave ISA02 blank.",
                "011",
            ),
            outcome(
                Severity::Warn,
                "ISA04",
                "ISA04 is not blank although ISA03 is 00.",
                "Leave ISA04 blank.",
                "013",
            ),
            outcome(
                Severity::Warn,
                "ISA09",
                "ISA09 is {found}, which is no date.",
                "Send the date as YYMMDD.",
                "014",
            ),
            outcome(
                Severity::Warn,
                "ISA10",
                "ISA10 is {found}, which is no time.",
                "Send the time as HHMM.",
                "015",
            ),
            outcome(
                Severity::Warn,
                "ISA11",
                "ISA11 is {found}, which can be no repetition separator; there is none in this interchange.",
                "Declare a repetition separator, usually ^.",
                "016",
            ),
            outcome(Severity::Warn, "ISA14", "ISA14 is {found}; it must be 0 or 1.", "Send 0 or 1.", "019"),
            outcome(Severity::Warn, "ISA15", "ISA15 is {found}; it must be P or T.", "Send P or T.", "020"),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV111,
        title: "Interchange control number used before",
        about: "A sender should use each ISA13 once. Many never count up, so this only warns.",
        can_reject: false,
        outcomes: &[outcome(
            Severity::Warn,
            "the number was used before",
            "ISA13 {found} was used before by this sender in this run.",
            "Check that the interchange was not sent twice; count ISA13 up.",
            "025",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV112,
        title: "Bytes outside of interchanges",
        about: "Text before, between or after interchanges belongs to none. It is passed over.",
        can_reject: false,
        outcomes: &[outcome(
            Severity::Info,
            "text outside",
            "{0} bytes outside of any interchange were passed over.",
            "Check that nothing was lost: an ISA may be missing.",
            "",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV113,
        title: "Group of another kind set aside",
        about: "Groups that hold neither claims (GS01 HC) nor authorizations (HI), such as acknowledgements or remittances, are passed over and not acknowledged.",
        can_reject: false,
        outcomes: &[outcome(
            Severity::Info,
            "GS01 is another",
            "A group of kind {found} was set aside; only HC (claims) and HI (authorizations) are processed.",
            "Nothing to do if it was not meant for claims processing.",
            "",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ENV114,
        title: "Errata version of a guide",
        about: "A group names an errata sibling of the adopted guide version. It is judged by the tables of the adopted version.",
        outcomes: &[outcome(
            Severity::Warn,
            "GS08 is a sibling",
            "GS08 is {found}; it is judged as {expected}.",
            "Send the adopted version.",
            "",
        )],
        ..BASE
    },
];
