//! SEG, LOP, LIM: segments and loops in their places.

use super::{SOUND, good, rejected, warned};
use crate::finding::RuleId;
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};

const fn reject(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    category: &'static str,
    ik3: &'static str,
) -> Outcome {
    Outcome {
        when,
        severity: Severity::Reject,
        message,
        remedy,
        codes: Codes { category, status: "21", aaa: "33", ik3, ..Codes::NONE },
    }
}

const fn missing(mut outcome: Outcome) -> Outcome {
    outcome.codes.aaa = "15";
    outcome
}

const BASE: Rule = Rule { snip: 2, check: Check::Guide, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SEG101,
        title: "Unknown segment",
        about: "The segment's id is in none of the guides, or not in this transaction's guide.",
        snip: 1,
        outcomes: &[
            reject(
                "unknown everywhere",
                "Segment {segment} is unknown.",
                "Remove the segment, or correct its id.",
                "A7",
                "1",
            ),
            reject(
                "not in this transaction",
                "Segment {segment} is not used in this transaction.",
                "Remove the segment.",
                "A7",
                "6",
            ),
        ],
        examples: &[
            rejected(
                "a segment that no guide has",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nZZZ*1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "segments of the guide",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SEG102,
        title: "Segment not expected here",
        about: "The guide has this segment, but not at this place, or not with this qualifier.",
        outcomes: &[reject(
            "not at this place",
            "{segment}{qualifier} is not used in {loop} ({0}).",
            "Move or remove the segment, or correct its qualifier.",
            "A7",
            "2",
        )],
        examples: &[
            rejected(
                "a reference with a qualifier that claims do not have",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*ZZ*STRAY\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "the submitter's own number of the claim",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*D9*TRACE1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SEG103,
        title: "Segment out of order",
        about: "Segments of a loop come in the guide's order; those of one kind (such as REF) in any order among themselves.",
        outcomes: &[reject(
            "too late",
            "{segment}{qualifier} ({1}) comes too late in {loop} ({0}): it belongs before what stands in front of it.",
            "Put the segments in the guide's order.",
            "A7",
            "7",
        )],
        examples: &[
            rejected(
                "a reference behind the diagnoses",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nREF*D9*TRACE1\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "the reference before the diagnoses",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*D9*TRACE1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SEG104,
        title: "Required segment missing",
        about: "The guide requires the segment in this loop.",
        outcomes: &[
            missing(reject(
                "missing",
                "{segment}{of} ({1}) is required in {loop} ({0}) and missing.",
                "Add the segment.",
                "A6",
                "3",
            )),
            missing(reject(
                "needed in this situation",
                "{segment} is missing in {loop}; it is needed because {0}.",
                "Add the segment.",
                "A6",
                "I6",
            )),
        ],
        examples: &[
            rejected(
                "no diagnoses",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a diagnosis",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SEG105,
        title: "Segment repeated too often",
        about: "The guide allows the segment only so many times in one loop.",
        outcomes: &[reject(
            "too many",
            "{segment} ({1}) stands {found} times in {loop} ({0}); at most {expected} may.",
            "Remove the surplus segments.",
            "A7",
            "5",
        )],
        examples: &[
            rejected(
                "two notes",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE*ADD*FIRST\nNTE*ADD*SECOND\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "one note",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE*ADD*FIRST\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SEG106,
        title: "Line break inside a segment",
        about: "CR and LF inside a segment are no data. They are passed over in reading and kept in the files that are written.",
        snip: 1,
        outcomes: &[Outcome {
            when: "a line break",
            severity: Severity::Warn,
            message: "A line break stands inside the segment; it was passed over.",
            remedy: "Break lines only after the segment terminator.",
            codes: Codes::NONE,
        }],
        examples: &[
            warned(
                "a wrapped line",
                in_set!(
                    provider!(),
                    subscriber!(),
                    "CLM*A1*80***11:B:\n1*Y*A*Y*Y~\nHI*ABK:J069~\nLX*1~\nSV1*HC:99213*80*UN*1***1~\nDTP*472*D8*20260302~\n",
                    se!()
                ),
            ),
            good("lines that break behind segments", SOUND),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SEG107,
        title: "Segment without data",
        about: "A segment is more than its id: one of its elements must hold something.",
        snip: 1,
        outcomes: &[missing(reject(
            "no data",
            "{segment} in {loop} ({0}) holds nothing.",
            "Fill the segment, or remove it.",
            "A6",
            "8",
        ))],
        examples: &[
            rejected(
                "a note of nothing",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            rejected(
                "a reference without qualifier and number",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF**\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a note",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nNTE*ADD*FIRST\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::LOP101,
        title: "Required loop missing",
        about: "The guide requires the loop; its first segment is not there.",
        outcomes: &[missing(reject(
            "missing",
            "The {loop} ({0}) is required and missing: there is no {segment}{of}.",
            "Add the loop.",
            "A6",
            "I7",
        ))],
        examples: &[
            rejected("a claim without service lines", "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069"),
            good(
                "a service line",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::LOP102,
        title: "Loop repeated too often",
        about: "The guide allows the loop only so many times.",
        outcomes: &[reject(
            "too many",
            "The {loop} ({0}) stands {found} times; at most {expected} may.",
            "Split the claim, or remove the surplus loops.",
            "A7",
            "4",
        )],
        examples: &[
            rejected(
                "two rendering providers",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*ORTEGA*SAM****XX*1000000012\nNM1*82*1*REYES*ANA****XX*1000000020\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "one rendering provider",
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*ORTEGA*SAM****XX*1000000012\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::LIM101,
        title: "Claim over the size limit",
        about: "A claim over the limit (profile key limits.claim_bytes, 16 MiB) is not judged; it goes to the reject file as it came.",
        snip: 1,
        can_be_lowered: false,
        check: Check::Survey,
        outcomes: &[reject(
            "too large",
            "The claim is larger than {expected} bytes and was not judged.",
            "Split the claim.",
            "A7",
            "8",
        )],
        examples: &[
            rejected(
                "a claim of six lines, where the profile takes 300 bytes",
                "@profile [limits]\n@profile segment_bytes = 200\n@profile claim_bytes = 300\nCLM*A1*480***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nLX*3\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nLX*4\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nLX*5\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nLX*6\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            good(
                "a claim of one line under the same limit",
                "@profile [limits]\n@profile segment_bytes = 200\n@profile claim_bytes = 300\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
        ],
        ..BASE
    },
];
