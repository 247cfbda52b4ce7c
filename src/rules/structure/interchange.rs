//! ENV: the interchange, from ISA to IEA.

use super::{SOUND, good, informed, rejected, warned};
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

const KIND_OF_ID: &str = "Send 01, 14, 20, 27, 28, 29, 30, 33 or ZZ.";

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
        examples: &[
            rejected(
                "elements that are not padded to their length, and a whole interchange behind",
                whole!(
                    "ISA*00**00**ZZ*BAYBILLING*ZZ*COASTPLAN*260302*1200*^*00501*000000001*0*P*:~\n",
                    gs!(),
                    set!(),
                    ge!(),
                    iea!(),
                    isa!("00501", "000000002", "0", ":"),
                    gs!(),
                    set!(),
                    ge!(),
                    "IEA*1*000000002~\n"
                ),
            ),
            good("each element has its length", SOUND),
        ],
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
        examples: &[
            rejected("the input ends behind the group", whole!(isa!(), gs!(), set!(), ge!())),
            good("an IEA ends it", SOUND),
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
        examples: &[
            rejected(
                "the trailer has another number",
                whole!(isa!(), gs!(), set!(), ge!(), "IEA*1*000000002~\n"),
            ),
            good("the same number in both", SOUND),
        ],
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
        examples: &[
            rejected(
                "version 4010",
                whole!(isa!("00401", "000000001", "0", ":"), gs!(), set!(), ge!(), iea!()),
            ),
            good("version 5010", SOUND),
        ],
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
        examples: &[
            rejected(
                "letters in the number",
                whole!(isa!("00501", "ABC000001", "0", ":"), gs!(), set!(), ge!(), "IEA*1*ABC000001~\n"),
            ),
            good("nine digits", SOUND),
        ],
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
        examples: &[
            rejected(
                "the component separator is the element separator",
                whole!(isa!("00501", "000000001", "0", "*"), gs!(), set!(), ge!(), iea!()),
            ),
            good("four different separators", SOUND),
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
        examples: &[
            rejected(
                "a note that is longer than the limit of the profile",
                whole!(
                    "@profile [limits]\n@profile segment_bytes = 120\n",
                    isa!(),
                    gs!(),
                    st!(),
                    header!(),
                    provider!(),
                    subscriber!(),
                    "CLM*A1*80***11:B:1*Y*A*Y*Y~\nNTE*ADD*NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN~\nHI*ABK:J069~\nLX*1~\nSV1*HC:99213*80*UN*1***1~\nDTP*472*D8*20260302~\n",
                    "SE*25*0001~\n",
                    ge!(),
                    iea!()
                ),
            ),
            good(
                "every segment is shorter",
                whole!(
                    "@profile [limits]\n@profile segment_bytes = 120\n",
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    iea!()
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV108,
        title: "Segments outside of transaction sets",
        about: "Between ISA and IEA there are groups, in groups there are sets, and everything else stands in sets. A segment outside belongs to nothing: an ST, GS, SE or GE is missing or too many.",
        can_be_lowered: false,
        outcomes: &[
            outcome(
                Severity::Reject,
                "a segment stands where only envelopes may",
                "Segment {found} stands outside of any transaction set.",
                "Check the ST, SE, GS and GE segments, and send the interchange again.",
                "022",
            ),
            outcome(
                Severity::Reject,
                "a claim in a group that is not processed",
                "A {found} stands in no set of claims, and in a group that is not processed: its GS01 is {expected}.",
                "Send claims in sets 837 in a group with GS01 HC.",
                "024",
            ),
        ],
        examples: &[
            rejected("a note between SE and GE", in_group!(set!(), "NTE*ADD*LOST~\n")),
            rejected(
                "a claim in a group of remittances",
                whole!(
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    "GS*HP*BAYBILLING*COASTPLAN*20260302*1200*2*X*005010X221A1~\nST*835*0001~\n",
                    claim!(),
                    "SE*7*0001~\nGE*1*2~\nIEA*2*000000001~\n"
                ),
            ),
            good("everything stands in its set", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV109,
        title: "Wrong group count in IEA01",
        about: "IEA01 counts the groups of the interchange. A wrong count alone takes nothing down.",
        outcomes: &[outcome(
            Severity::Warn,
            "the count is wrong",
            "IEA01 is {found}, but the interchange holds {expected:group|groups}.",
            "Correct the count in future interchanges.",
            "021",
        )],
        examples: &[
            warned(
                "two groups are counted, and one stands there",
                whole!(isa!(), gs!(), set!(), ge!(), "IEA*2*000000001~\n"),
            ),
            good("one group, and it is counted", SOUND),
        ],
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
            outcome(Severity::Warn, "ISA01", "ISA01 is {found}; it must be 00 or 03.", "Send 00.", "010"),
            outcome(Severity::Warn, "ISA03", "ISA03 is {found}; it must be 00 or 01.", "Send 00.", "012"),
            outcome(
                Severity::Warn,
                "ISA05",
                "ISA05 is {found}, which is no kind of sender's id.",
                KIND_OF_ID,
                "005",
            ),
            outcome(
                Severity::Warn,
                "ISA06",
                "ISA06, the sender's id, is blank.",
                "Send the sender's id.",
                "006",
            ),
            outcome(
                Severity::Warn,
                "ISA07",
                "ISA07 is {found}, which is no kind of receiver's id.",
                KIND_OF_ID,
                "007",
            ),
            outcome(
                Severity::Warn,
                "ISA08",
                "ISA08, the receiver's id, is blank.",
                "Send the receiver's id.",
                "008",
            ),
        ],
        examples: &[
            warned(
                "a sender's id of an unknown kind",
                whole!(
                    "ISA*00*          *00*          *Q9*BAYBILLING     *ZZ*COASTPLAN      *260302*1200*^*00501*000000001*0*P*:~\n",
                    gs!(),
                    set!(),
                    ge!(),
                    iea!()
                ),
            ),
            warned("ISA14 is 2", whole!(isa!("00501", "000000001", "2", ":"), gs!(), set!(), ge!(), iea!())),
            good("ISA14 is 0", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::ENV111,
        title: "Interchange control number used before",
        about: "A sender should use each ISA13 once. Many never count up, so this only warns; where partners do, ENV111 = \"reject\" in the profile refuses the later interchange.",
        outcomes: &[outcome(
            Severity::Warn,
            "the number was used before",
            "ISA13 is {found}, which this sender used before: in this run, or in an earlier one that the store knows.",
            "Check that the interchange was not sent twice; count ISA13 up.",
            "025",
        )],
        examples: &[
            warned(
                "two interchanges with one number",
                whole!(isa!(), gs!(), set!(), ge!(), iea!(), isa!(), gs!(), set!(), ge!(), iea!()),
            ),
            rejected(
                "the same where the profile refuses it",
                whole!(
                    "@profile [rules]\n@profile ENV111 = \"reject\"\n",
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    iea!(),
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    iea!()
                ),
            ),
            good(
                "the second counts up",
                whole!(
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    iea!(),
                    isa!("00501", "000000002", "0", ":"),
                    gs!(),
                    set!(),
                    ge!(),
                    "IEA*1*000000002~\n"
                ),
            ),
        ],
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
            "{0:byte|bytes} outside of any interchange: passed over.",
            "Check that nothing was lost: an ISA may be missing.",
            "",
        )],
        examples: &[
            informed(
                "a line of text before the ISA",
                whole!("Batch of 2 March\n", isa!(), gs!(), set!(), ge!(), iea!()),
            ),
            good("nothing but the interchange", SOUND),
        ],
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
            "GS01 is {found}: the group was set aside, since only HC (claims) and HI (authorizations) are processed.",
            "Nothing to do if it was not meant for claims processing.",
            "",
        )],
        examples: &[
            informed(
                "an acknowledgement beside the claims",
                whole!(
                    isa!(),
                    gs!(),
                    set!(),
                    ge!(),
                    "GS*FA*BAYBILLING*COASTPLAN*20260302*1200*2*X*005010X231A1~\nST*999*0001*005010X231A1~\nAK1*HC*1*005010X222A1~\nAK9*A*1*1*1~\nSE*4*0001~\nGE*1*2~\nIEA*2*000000001~\n"
                ),
            ),
            good("claims only", SOUND),
        ],
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
        examples: &[
            warned(
                "the version before its errata, where the profile accepts it",
                whole!(
                    "@profile accept_versions = [\"005010X222\"]\n",
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
];
