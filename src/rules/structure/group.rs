//! GRP: the functional group, from GS to GE.

use super::{SOUND, good, rejected, warned};
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

const fn warn(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    group: &'static str,
) -> Outcome {
    Outcome { severity: Severity::Warn, ..reject(when, message, remedy, group) }
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
        examples: &[
            rejected("the interchange ends first", whole!(isa!(), gs!(), set!(), iea!())),
            good("a GE ends it", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::GRP102,
        title: "GS06 and GE02 differ",
        about: "The control number in the trailer must be the one in the header.",
        outcomes: &[reject("the numbers differ", "GE02 is {found}, but GS06 is {expected}.", AGAIN, "4")],
        examples: &[
            rejected("the trailer has another number", whole!(isa!(), gs!(), set!(), "GE*1*2~\n", iea!())),
            good("the same number in both", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::GRP103,
        title: "Wrong set count in GE01",
        about: "GE01 counts the transaction sets of the group; a wrong count says that sets are missing or too many.",
        outcomes: &[reject(
            "the count is wrong",
            "GE01 is {found}, but the group holds {expected:set|sets}.",
            AGAIN,
            "5",
        )],
        examples: &[
            rejected(
                "two sets are counted, and one stands there",
                whole!(isa!(), gs!(), set!(), "GE*2*1~\n", iea!()),
            ),
            good("one set, and it is counted", SOUND),
        ],
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
                "GS08 is {found}, which is no guide for a group whose GS01 is {0}.",
                "Give the guide of the group's sets: 005010X222A1, 005010X223A2 or 005010X224A2 in a group HC, 005010X217 in a group HI.",
                "2",
            ),
        ],
        examples: &[
            rejected(
                "a version that no guide has",
                whole!(
                    isa!(),
                    "GS*HC*BAYBILLING*COASTPLAN*20260302*1200*1*X*005010X229~\nST*837*0001*005010X229~\n",
                    header!(),
                    one_claim!(),
                    se!(),
                    ge!(),
                    iea!()
                ),
            ),
            rejected(
                "the version before its errata, where the profile does not accept it",
                whole!(
                    isa!(),
                    "GS*HC*BAYBILLING*COASTPLAN*20260302*1200*1*X*005010X222~\nST*837*0001*005010X222~\n",
                    header!(),
                    one_claim!(),
                    se!(),
                    ge!(),
                    iea!()
                ),
            ),
            good("the adopted version", SOUND),
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
            "A set with ST01 {found} does not belong in a group with GS01 {expected}.",
            "Put each kind of transaction in a group of its own kind.",
            "1",
        )],
        examples: &[
            rejected(
                "claims in a group of authorizations",
                whole!(
                    isa!(),
                    "GS*HI*BAYBILLING*COASTPLAN*20260302*1200*1*X*005010X217~\n",
                    set!(),
                    ge!(),
                    iea!()
                ),
            ),
            good("claims in a group of claims", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::GRP106,
        title: "GS06 used twice in an interchange",
        about: "Each group of an interchange has its own GS06, so that an acknowledgement can name it. The claims can be told apart all the same, so nothing falls.",
        outcomes: &[warn(
            "the number was used before",
            "GS06 is {found}, which was used before in this interchange.",
            "Number the groups of future interchanges differently.",
            "19",
        )],
        examples: &[
            warned(
                "two groups with one number",
                whole!(isa!(), gs!(), set!(), ge!(), gs!(), set!(), ge!(), "IEA*2*000000001~\n"),
            ),
            good(
                "the second counts up",
                whole!(
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    "GS*HC*BAYBILLING*COASTPLAN*20260302*1200*2*X*005010X222A1~\n",
                    set!(),
                    "GE*1*2~\nIEA*2*000000001~\n"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::GRP107,
        title: "Group without sets",
        about: "A group holds at least one transaction set. There is nothing in an empty one that could fall.",
        outcomes: &[warn(
            "no set",
            "The group holds no transaction set.",
            "Check whether the sets of the group were left out.",
            "",
        )],
        examples: &[
            warned("nothing between GS and GE", whole!(isa!(), gs!(), "GE*0*1~\n", iea!())),
            good("one set", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::GRP108,
        title: "Odd value in GS or GE",
        about: "Values of GS and GE that are wrong but stand in nobody's way: sender and receiver of two to fifteen characters (GS02, GS03), date (GS04), time (GS05), control number (GS06), X (GS07), and nothing behind the last element.",
        outcomes: &[
            warn(
                "GS02",
                "GS02 is {found}; the sender has two to fifteen characters.",
                "Send the sender's code.",
                "",
            ),
            warn(
                "GS03",
                "GS03 is {found}; the receiver has two to fifteen characters.",
                "Send the receiver's code.",
                "",
            ),
            warn("GS04", "GS04 is {found}, which is no date.", "Send the date as CCYYMMDD.", ""),
            warn("GS05", "GS05 is {found}, which is no time.", "Send the time as HHMM or HHMMSS.", ""),
            warn(
                "GS06",
                "GS06 is {found}; it must be a number of one to nine digits.",
                "Number the groups with at most nine digits.",
                "6",
            ),
            warn("GS07", "GS07 is {found}; it must be X.", "Send X.", ""),
            warn(
                "an element too many",
                "The segment has {expected:element|elements}; behind them {found} stands.",
                "Remove what is too much.",
                "",
            ),
        ],
        examples: &[
            warned(
                "made on a day that there is not",
                whole!(
                    isa!(),
                    "GS*HC*BAYBILLING*COASTPLAN*20261302*1200*1*X*005010X222A1~\n",
                    set!(),
                    ge!(),
                    iea!()
                ),
            ),
            warned("something behind GE02", whole!(isa!(), gs!(), set!(), "GE*1*1*X~\n", iea!())),
            good("each element has its form", SOUND),
        ],
        ..BASE
    },
];
