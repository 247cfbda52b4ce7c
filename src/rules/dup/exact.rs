//! DUP101: the same claim was accepted before.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::ledger::{Frequency, Question};
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity, Stage};

const CODES: Codes = Codes::claim("A3", "746", "18", "");

pub(super) const RULE: Rule = Rule {
    id: RuleId::DUP101,
    title: "Exact duplicate claim",
    about: "A claim is a duplicate when the same billing provider's claim for the same member was accepted before, in this file, this run or, with a store, an earlier run: same place of service or bill type, and all lines alike in code, modifiers, dates, units and charge, in whatever order. The drug (LIN) and the tooth that a line names count too, and the patient where that is not the subscriber, so that twins on their mother's id are not taken for one.\n\nReplacements (frequency 7) and voids (8) are never duplicates, and a claim that was replaced or voided makes none. Lines that repeat within one claim are no matter here. With a modifier that says that a service is repeated or has a side (76, 77, 59, XE, XP, XS, XU, 50, LT, RT) the rule only warns.\n\nIn a drop folder claims can wait: held for an authorization, or in a file that was stopped or is behind others. One that its provider voids or replaces meanwhile, found as TAR109 finds what is replaced, is rejected, whatever the profile makes of duplicates: the later claim stands.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R136"],
    check: Check::Ledger(check),
    outcomes: &[
        Outcome {
            when: "all lines alike",
            severity: Severity::Reject,
            message: "This claim is the same as record {0} of {1}, which was accepted: same provider, member, place and lines.",
            remedy: "Do not send a claim twice. To correct one, send a replacement (frequency 7) with the payer's claim number; if the service was given again on the same day, say so with its modifier.",
            codes: CODES,
        },
        Outcome {
            when: "all lines alike, with a modifier for repeated services",
            severity: Severity::Warn,
            message: "This claim is the same as record {0} of {1}, which was accepted; a modifier says that a service was given again.",
            remedy: "Check that the service was given twice.",
            codes: CODES,
        },
        Outcome {
            when: "voided or replaced before it was decided",
            severity: Severity::Reject,
            message: "The provider voided or replaced claim {found} before it was decided; the later claim stands.",
            remedy: "Nothing, if that was meant. Else send the claim again, as an original.",
            codes: Codes::claim("A3", "101", "", ""),
        },
    ],
    examples: &[
        Example {
            shows: "the same claim twice in a file",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@again\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the same service, repeated by the same physician",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@again\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:71046:76*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a replacement",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@again\nCLM*A1*80***11:B:7*Y*A*Y*Y\nREF*F8*PCN1\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a claim once",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the same stay twice",
            expect: Expect::Reject,
            kind: ClaimKind::Institutional,
            text: "@again\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1200\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*1*1*01\nHI*ABK:J069\nHI*ABJ:J069\nNM1*71*1*RAY*ANN****XX*1000000012\nLX*1\nSV2*0120**900*DA*3",
        },
    ],
    ..Rule::BASE
};

fn check(question: &Question<'_, '_>, findings: &mut Findings) {
    if question.claim.frequency != Frequency::Original {
        return;
    }
    let Some((earlier, is_here)) = question.alike() else { return };
    let file = if is_here { "this file" } else { "an earlier file" };
    findings
        .draft(RuleId::DUP101, question.claim.place)
        .outcome(u8::from(question.claim.may_repeat))
        .found(Fact::Input(question.claim.id_span))
        .fact(Fact::Number(earlier.record as i64))
        .fact(Fact::Text(file))
        .add();
}
