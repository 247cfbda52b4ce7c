//! TAR141: two authorization or referral numbers on a line.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::Reference;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR141,
    title: "One G1 and one 9F per line",
    about: "A line carries one authorization number (REF*G1) and one referral number (REF*9F) for this payer; others name their payer in REF04 (2U). Of two that differ nobody can tell which counts; the same number twice only warns.",
    snip: 4,
    requirements: &["R091"],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Reject,
            "two that differ",
            "Line {line} has more than one {0}: {found} beside {1}.",
            "Leave one, or say with REF04 (2U) for which payer the other is.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "the same twice",
            "Line {line} has {0} {found} twice.",
            "Leave it once.",
            CODES,
        ),
    ],
    examples: &[
        professional(
            "two authorization numbers",
            Expect::Reject,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR1\nREF*G1*TAR2",
        ),
        professional(
            "another payer's number",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR1\nREF*G1*TAR2**2U:OTHER",
        ),
        professional(
            "one of each",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR1\nREF*9F*RFL1",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes::claim("A7", "48", "16", "M62");

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let references = &claim.facts.references;
    for (at, second) in references.iter().enumerate().filter(|(_, one)| one.line > 0 && !one.other_payer) {
        let name = match second.qualifier {
            super::G1 => "authorization number",
            super::REFERRAL => "referral number",
            _ => continue,
        };
        let same_kind = |one: &&Reference| {
            one.qualifier == second.qualifier
                && one.line == second.line
                && !one.other_payer
                && !one.value.is_empty()
        };
        let before = references.iter().take(at).find(same_kind);
        let (Some(first), Some(line)) =
            (before.filter(|_| !second.value.is_empty()), claim.line(second.line))
        else {
            continue;
        };
        let [one, other] = [first, second].map(|one| claim.text(one.value).trim_ascii());
        at_line(subject, findings, RuleId::TAR141, line, second.value)
            .outcome(u8::from(one.eq_ignore_ascii_case(other)))
            .found(input(second.value))
            .fact(Fact::Text(name))
            .fact(input(first.value))
            .add();
    }
}
