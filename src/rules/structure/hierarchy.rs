//! HLV: the hierarchy of HL segments.

use crate::finding::RuleId;
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};

const fn reject(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    ik3: &'static str,
    ik4: &'static str,
) -> Outcome {
    Outcome {
        when,
        severity: Severity::Reject,
        message,
        remedy,
        codes: Codes { ik3, ik4, set: "5", ..Codes::NONE },
    }
}

const AGAIN: &str = "Number the HL segments from 1 in each set and send the set again; all of its claims are in the reject file.";

const BASE: Rule = Rule { snip: 1, check: Check::Survey, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::HLV101,
        title: "HL01 out of sequence",
        about: "HL01 starts at 1 in every set and goes up by 1, without leading zeros. Where it does not, it is uncertain who is whose subscriber.",
        outcomes: &[reject(
            "the number is wrong",
            "HL01 is {found}; it should be {expected}.",
            AGAIN,
            "8",
            "7",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::HLV102,
        title: "HL02 names no right parent",
        about: "HL02 names the level that this one is part of: a subscriber's billing provider, a patient's subscriber. It must be the one that it stands under.",
        outcomes: &[reject(
            "the parent is wrong",
            "HL02 is {found}; the level that it stands under is {expected}.",
            AGAIN,
            "8",
            "7",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::HLV103,
        title: "HL03 names no level of this transaction",
        about: "HL03 says what a level is: 20 billing provider, 22 subscriber, 23 patient in claims; 20, 21, 22, 23, EV and SS in authorizations.",
        can_be_lowered: false,
        outcomes: &[reject(
            "the code is unknown",
            "HL03 is {found}, which is no level of this transaction.",
            AGAIN,
            "8",
            "7",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::HLV104,
        title: "HL04 does not tell the truth",
        about: "HL04 is 1 where a level stands below this one, and 0 where none does.",
        outcomes: &[Outcome {
            when: "the flag is wrong",
            severity: Severity::Reject,
            message: "HL04 is {found}, but {0}.",
            remedy: "Set HL04 to 1 where a lower level follows, else to 0, and send the claims again.",
            codes: Codes { category: "A7", status: "21", ik3: "8", ik4: "7", ..Codes::NONE },
        }],
        ..BASE
    },
    Rule {
        id: RuleId::HLV105,
        title: "Record outside of the hierarchy",
        about: "A claim stands under a subscriber or patient level. Without one, nobody can say whose it is.",
        can_be_lowered: false,
        outcomes: &[
            reject(
                "no level above it",
                "A claim stands under no subscriber or patient level.",
                AGAIN,
                "3",
                "",
            ),
            reject(
                "a claim among authorizations",
                "A CLM stands in a set that holds no claims.",
                AGAIN,
                "2",
                "",
            ),
        ],
        ..BASE
    },
];
