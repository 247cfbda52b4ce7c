//! SET: the transaction set, from ST to SE.

use super::{SOUND, good, rejected};
use crate::finding::RuleId;
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};

const fn reject(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    set: &'static str,
) -> Outcome {
    Outcome { when, severity: Severity::Reject, message, remedy, codes: Codes { set, ..Codes::NONE } }
}

const AGAIN: &str = "Correct the envelope and send the set again; all of its claims are in the reject file.";

const BASE: Rule = Rule { snip: 1, check: Check::Survey, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SET101,
        title: "SE missing",
        about: "A set ends with an SE; without it nobody knows whether the set is whole.",
        outcomes: &[reject("no SE", "The set has no SE.", AGAIN, "2")],
        examples: &[rejected("the group ends first", in_set!(one_claim!())), good("an SE ends it", SOUND)],
        ..BASE
    },
    Rule {
        id: RuleId::SET102,
        title: "ST02 and SE02 differ",
        about: "The control number in the trailer must be the one in the header.",
        outcomes: &[reject("the numbers differ", "SE02 is {found}, but ST02 is {expected}.", AGAIN, "3")],
        examples: &[
            rejected("the trailer has another number", in_set!(one_claim!(), "SE*24*0002~\n")),
            good("the same number in both", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SET103,
        title: "Wrong segment count in SE01",
        about: "SE01 counts the segments of the set, ST and SE included; a wrong count says that segments are missing or too many. Some senders never count right: a profile can lower this rule.",
        outcomes: &[reject(
            "the count is wrong",
            "SE01 is {found}, but the set holds {expected:segment|segments}.",
            AGAIN,
            "4",
        )],
        examples: &[
            rejected("25 segments are counted, and 24 stand there", in_set!(one_claim!(), "SE*25*0001~\n")),
            good("24 segments, and they are counted", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SET104,
        title: "ST02 used twice in a group",
        about: "Each set of a group has its own ST02, so that an acknowledgement can name it. The later set falls.",
        outcomes: &[reject(
            "the number was used before",
            "ST02 is {found}, which was used before in this group.",
            "Number the sets of a group differently and send this one again.",
            "23",
        )],
        examples: &[
            rejected("two sets with one number", whole!(isa!(), gs!(), set!(), set!(), "GE*2*1~\n", iea!())),
            good("one set of each number", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SET105,
        title: "Fault in ST",
        about: "ST01 names the transaction, ST02 numbers it with four to nine characters, and ST03 repeats GS08.",
        outcomes: &[
            reject("ST02", "ST02 is {found}; it must have 4 to 9 characters.", AGAIN, "7"),
            reject("ST03", "ST03 is {found}, but GS08 is {expected}.", AGAIN, "I6"),
        ],
        examples: &[
            rejected(
                "a number of one digit",
                in_group!("ST*837*1*005010X222A1~\n", header!(), one_claim!(), "SE*24*1~\n"),
            ),
            rejected(
                "another version than the group's",
                in_group!("ST*837*0001*005010X223A2~\n", header!(), one_claim!(), se!()),
            ),
            good("four digits, and the version of the group", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SET106,
        title: "A record of the set is broken",
        about: "Where the profile rejects whole sets (reject_unit = \"set\"), a structural fault in one claim or level takes the set with it. The key is what lowers it.",
        can_be_lowered: false,
        outcomes: &[reject(
            "a record is broken",
            "A claim or level of the set has a structural fault, and the profile rejects the whole set for it.",
            "Correct the faults that are listed for the set's claims and send the set again.",
            "5",
        )],
        examples: &[
            rejected(
                "an unknown segment in its claim",
                whole!(
                    "@profile reject_unit = \"set\"\n",
                    isa!(),
                    gs!(),
                    st!(),
                    header!(),
                    one_claim!(),
                    "ZZZ*1~\nSE*25*0001~\n",
                    ge!(),
                    iea!()
                ),
            ),
            good("the same where single claims are rejected", in_set!(one_claim!(), "ZZZ*1~\nSE*25*0001~\n")),
        ],
        ..BASE
    },
];
