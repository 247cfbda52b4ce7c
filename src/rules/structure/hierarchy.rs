//! HLV: the hierarchy of HL segments.

use super::{SOUND, good, rejected, warned};
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

const FLAG: &str = "Set HL04 to 1 where a lower level follows, else to 0, and send the claims again.";

/// IK403 of a required element that is missing; a wrong one is 7.
const MISSING: &str = "1";

const BASE: Rule = Rule { snip: 1, check: Check::Survey, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::HLV101,
        title: "HL01 out of sequence",
        about: "HL01 starts at 1 in every set and goes up by 1, without leading zeros. Where it does not, it is uncertain who is whose subscriber.",
        outcomes: &[
            reject("the number is wrong", "HL01 is {found}; it should be {expected}.", AGAIN, "8", "7"),
            reject("the number is missing", "HL01 is missing; it should be {expected}.", AGAIN, "8", MISSING),
        ],
        examples: &[
            rejected(
                "the second level has number 3",
                in_set!(provider!(), "HL*3*1*22*0~\n", member!(), claim!(), se!()),
            ),
            rejected(
                "the second level has no number",
                in_set!(provider!(), "HL**1*22*0~\n", member!(), claim!(), se!()),
            ),
            good("numbers 1 and 2", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::HLV102,
        title: "HL02 names no right parent",
        about: "HL02 names the level that this one is part of: a subscriber's billing provider, a patient's subscriber. It must be the one that it stands under.",
        outcomes: &[
            reject(
                "the parent is wrong",
                "HL02 is {found}; the level that it stands under is {expected}.",
                AGAIN,
                "8",
                "7",
            ),
            reject(
                "there is no parent",
                "HL02 is {found}, but no level that could hold this one stands before it.",
                "Send each level below the one that it belongs to: the billing provider, its subscribers, their patients.",
                "8",
                "7",
            ),
            reject(
                "it can have no parent",
                "HL02 is {found}; it must be blank, since this level belongs to no other.",
                AGAIN,
                "8",
                "7",
            ),
            reject(
                "the parent is missing",
                "HL02 is missing; the level that this one stands under is {expected}.",
                AGAIN,
                "8",
                MISSING,
            ),
        ],
        examples: &[
            rejected(
                "a subscriber of a level that is not there",
                in_set!(provider!(), "HL*2*9*22*0~\n", member!(), claim!(), se!()),
            ),
            rejected(
                "a subscriber before any billing provider",
                in_set!("HL*1**22*0~\n", member!(), claim!(), "SE*18*0001~\n"),
            ),
            rejected(
                "a subscriber of nobody",
                in_set!(provider!(), "HL*2**22*0~\n", member!(), claim!(), se!()),
            ),
            good("a subscriber of the billing provider", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::HLV103,
        title: "HL03 names no level of this transaction",
        about: "HL03 says what a level is: 20 billing provider, 22 subscriber, 23 patient in claims; 20, 21, 22, 23, EV and SS in authorizations.",
        can_be_lowered: false,
        outcomes: &[
            reject(
                "the code is unknown",
                "HL03 is {found}, which is no level of this transaction.",
                AGAIN,
                "8",
                "7",
            ),
            reject("the code is missing", "HL03 is missing: the level is of no kind.", AGAIN, "8", MISSING),
        ],
        examples: &[
            rejected(
                "a level of kind 99",
                in_set!(provider!(), "HL*2*1*99*0~\n", member!(), claim!(), se!()),
            ),
            rejected("a level of no kind", in_set!(provider!(), "HL*2*1**0~\n", member!(), claim!(), se!())),
            good("a billing provider (20) and a subscriber (22)", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::HLV104,
        title: "HL04 does not tell the truth",
        about: "HL04 is 1 where a level stands below this one, and 0 where none does.",
        outcomes: &[
            Outcome {
                when: "the flag is wrong",
                severity: Severity::Reject,
                message: "HL04 is {found}, but {0}.",
                remedy: FLAG,
                codes: Codes { category: "A7", status: "21", ik3: "8", ik4: "7", ..Codes::NONE },
            },
            Outcome {
                when: "the flag is missing",
                severity: Severity::Reject,
                message: "HL04 is missing; {0}.",
                remedy: FLAG,
                codes: Codes { category: "A6", status: "21", ik3: "8", ik4: MISSING, ..Codes::NONE },
            },
        ],
        examples: &[
            rejected(
                "a subscriber who announces a patient, and there is none",
                in_set!(provider!(), "HL*2*1*22*1~\n", member!(), claim!(), se!()),
            ),
            rejected(
                "a subscriber who does not say",
                in_set!(provider!(), "HL*2*1*22~\n", member!(), claim!(), se!()),
            ),
            good("a subscriber without a patient", SOUND),
        ],
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
            reject(
                "no level at all",
                "The set has no hierarchical level (HL): its claims are of no provider and no subscriber.",
                "Send the levels of billing provider and subscribers above their claims.",
                "3",
                "",
            ),
        ],
        examples: &[
            rejected("a claim right behind the receiver", in_set!(claim!(), "SE*11*0001~\n")),
            rejected(
                "a claim in a set of authorizations",
                whole!(
                    isa!(),
                    "GS*HI*BAYBILLING*COASTPLAN*20260302*1200*1*X*005010X217~\nST*278*0001*005010X217~\nBHT*0007*13*REF1*20260302*1200~\n",
                    claim!(),
                    "SE*8*0001~\n",
                    ge!(),
                    iea!()
                ),
            ),
            good("a claim of a subscriber", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::HLV106,
        title: "Set without levels or records",
        about: "A set has levels (HL), and records stand in them. One without can only be a part of what was meant to be sent, and an answer that takes it would say that all is well. A 278 response may hold no event: it may refuse the whole request.",
        outcomes: &[
            reject(
                "no level",
                "The set has no hierarchical level (HL), so that no claim or request can be in it.",
                "Check whether the levels and claims of the set were left out, and send it again.",
                "3",
                "",
            ),
            reject(
                "levels without a record",
                "The set has hierarchical levels (HL) but no {expected}: there is no claim or request in it.",
                "Check whether the claims of the set were left out, and send it again.",
                "3",
                "",
            ),
        ],
        examples: &[
            rejected("a header and nothing behind it", in_set!("SE*6*0001~\n")),
            rejected("a subscriber without a claim", in_set!(provider!(), subscriber!(), "SE*19*0001~\n")),
            good("a claim of a subscriber", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::HLV107,
        title: "Subscriber or patient without a claim",
        about: "A subscriber or patient level holds claims or requests, or levels that do. One without, beside others that have theirs, may be what is left of a claim that was lost on the way. Nothing of it could fall, so that it only warns; a set that holds nothing at all is HLV106's. A level of a 278 response may hold nothing.",
        outcomes: &[Outcome {
            when: "no claim or request in it",
            severity: Severity::Warn,
            message: "The {0} level holds no claim or request, and no level that does.",
            remedy: "Check whether a claim of this person was left out, and send it.",
            codes: Codes { ik3: "I7", ..Codes::NONE },
        }],
        examples: &[
            warned(
                "a subscriber without a claim behind one with a claim",
                in_set!(provider!(), subscriber!(), claim!(), "HL*3*1*22*0~\n", member!(), "SE*31*0001~\n"),
            ),
            good("a claim of a subscriber", SOUND),
        ],
        ..BASE
    },
];
