//! GRP: the functional group, from GS to GE.

use crate::finding::RuleId;
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};

const fn reject(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    group: &'static str,
) -> Outcome {
    Outcome { when, severity: Severity::Reject, message, remedy, codes: Codes { group, ..Codes::NONE } }
}

const AGAIN: &str =
    "Correct the envelope and send the group again; all of its claims are in the reject file.";

const BASE: Rule = Rule { snip: 1, check: Check::Survey, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::GRP101,
        title: "GE missing",
        about: "A group ends with a GE; without it nobody knows whether the group is whole.",
        outcomes: &[reject("no GE", "The group has no GE.", AGAIN, "3")],
        ..BASE
    },
    Rule {
        id: RuleId::GRP102,
        title: "GS06 and GE02 differ",
        about: "The control number in the trailer must be the one in the header.",
        outcomes: &[reject("the numbers differ", "GE02 is {found}, but GS06 is {expected}.", AGAIN, "4")],
        ..BASE
    },
    Rule {
        id: RuleId::GRP103,
        title: "Wrong set count in GE01",
        about: "GE01 counts the transaction sets of the group; a wrong count says that sets are missing or too many.",
        outcomes: &[reject(
            "the count is wrong",
            "GE01 is {found}, but the group holds {expected} sets.",
            AGAIN,
            "5",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::GRP104,
        title: "Guide version not supported",
        about: "GS08 names the implementation guide. Supported are 005010X222A1 (837P), 005010X223A2 (837I), 005010X224A2 (837D) and 005010X217 (278); their errata siblings where the profile accepts them (accept_versions).",
        can_be_lowered: false,
        outcomes: &[
            reject(
                "GS08 is not supported",
                "GS08 is {found}, which is no supported guide version.",
                "Send 005010X222A1, 005010X223A2, 005010X224A2 or 005010X217.",
                "2",
            ),
            reject(
                "GS08 is a guide of another kind of group",
                "GS08 is {found}, which is no guide for a group of kind {0}.",
                "Give the guide of the group's sets: 005010X222A1, 005010X223A2 or 005010X224A2 in a group HC, 005010X217 in a group HI.",
                "2",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::GRP105,
        title: "Sets do not belong in the group",
        about: "GS01 HC holds claims (837), HI holds authorizations (278), and GS08 names the guide of the group's sets.",
        can_be_lowered: false,
        outcomes: &[reject(
            "the sets are others",
            "A set {found} stands in a group of kind {expected}.",
            "Put each kind of transaction in a group of its own kind.",
            "1",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::GRP106,
        title: "GS06 used twice in an interchange",
        about: "Each group of an interchange has its own GS06, so that an acknowledgement can name it. The claims can be told apart all the same, so nothing falls.",
        outcomes: &[Outcome {
            severity: Severity::Warn,
            ..reject(
                "the number was used before",
                "GS06 {found} was used before in this interchange.",
                "Number the groups of future interchanges differently.",
                "19",
            )
        }],
        ..BASE
    },
];
