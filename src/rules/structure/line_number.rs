//! SEG108: service lines that are not numbered from 1.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::SEG108,
    title: "Service lines not numbered from 1",
    about: "LX01 numbers the service lines of a claim: 1, 2, 3 and so on. Answers about a line without a control number of its own (REF*6R) name it by LX01. The first line out of sequence is named; those behind it follow from it. The lines can be judged all the same, so it warns.",
    snip: 2,
    check: Check::Claim(check),
    outcomes: &[Outcome {
        when: "out of sequence",
        severity: Severity::Warn,
        message: "LX01 is {found}; it should be {expected}.",
        remedy: "Number the service lines of each claim from 1.",
        codes: Codes { category: "A7", status: "21", ik3: "8", ik4: "7", ..Codes::NONE },
    }],
    examples: &[
        Example {
            shows: "a first line that is numbered 2",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*2\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the same number twice",
            expect: Expect::Warn,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*80***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260303\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nLX*1\nSV2*0120**50*DA*1\nLX*1\nSV2*0250**30*UN*1",
        },
        Example {
            shows: "lines 1 and 2",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*80***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260303\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nLX*1\nSV2*0120**50*DA*1\nLX*2\nSV2*0250**30*UN*1",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let number = |text: &[u8]| crate::x12::grammar::whole(text).and_then(|number| u32::try_from(number).ok());
    let astray = claim.lines().iter().find(|line| number(claim.text(line.assigned)) != Some(line.number));
    if let Some(line) = astray {
        at_line(subject, findings, RuleId::SEG108, line, line.assigned)
            .found(subject.input(line.assigned))
            .expected(Fact::Number(i64::from(line.number)))
            .add();
    }
}
