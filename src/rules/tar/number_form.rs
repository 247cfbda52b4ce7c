//! TAR102: what stands as an authorization number is none.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::{Claim, ClaimKind};
use crate::reference::member_key;
use crate::rules::Settings;
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;

use super::report;

const CODES: Codes = Codes { aaa: "IA", ..Codes::claim("A7", "48", "16", "M62") };

/// Longest number.
const LONGEST: usize = 30;

/// Words that people write for want of a number.
const PLACEHOLDERS: [&[u8]; 8] =
    [b"NONE", b"NA", b"N/A", b"PENDING", b"UNKNOWN", b"TBD", b"NOTREQ", b"SEEATTACHED"];

/// Why a text is no authorization number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberFault {
    /// Nothing but spaces.
    Blank,
    /// One of the words that stand for no number.
    Placeholder,
    /// A character other than letters, digits and hyphen.
    Character,
    /// Longer than thirty characters.
    TooLong,
    /// One character throughout.
    OneCharacter,
    /// The member's id.
    MemberId,
    /// An NPI of the claim.
    Npi,
    /// The claim's own number, CLM01.
    ClaimNumber,
    /// Of none of the forms that the profile gives.
    Form,
}

impl NumberFault {
    /// What is wrong with it, in words.
    pub const fn words(self) -> &'static str {
        match self {
            NumberFault::Blank => "nothing but spaces stands there",
            NumberFault::Placeholder => "it is a word, not a number",
            NumberFault::Character => "it holds a character other than letters, digits and hyphens",
            NumberFault::TooLong => "it is longer than 30 characters",
            NumberFault::OneCharacter => "it is one character throughout",
            NumberFault::MemberId => "it is the member's id",
            NumberFault::Npi => "it is an NPI of the claim",
            NumberFault::ClaimNumber => "it is the claim number in CLM01",
            NumberFault::Form => "it has none of the forms that the plan's numbers have",
        }
    }
}

/// Why a text is no authorization number, if it is none.
pub(super) fn fault(claim: &Claim<'_>, text: &[u8], settings: &Settings) -> Option<NumberFault> {
    let text = text.trim_ascii();
    let same = |other: &[u8]| !other.is_empty() && text.eq_ignore_ascii_case(other.trim_ascii());
    if text.is_empty() {
        return Some(NumberFault::Blank);
    }
    if PLACEHOLDERS.iter().any(|word| same(word)) {
        return Some(NumberFault::Placeholder);
    }
    if !text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
        return Some(NumberFault::Character);
    }
    if text.len() > LONGEST {
        return Some(NumberFault::TooLong);
    }
    if text.windows(2).all(|pair| pair.first() == pair.get(1)) {
        return Some(NumberFault::OneCharacter);
    }
    let member = claim.text(claim.context.subscriber.member_id);
    if same(member) || !member.is_empty() && member_key(text) == member_key(member) {
        return Some(NumberFault::MemberId);
    }
    if claim.npis().any(same) {
        return Some(NumberFault::Npi);
    }
    if same(claim.text(claim.facts.id)) {
        return Some(NumberFault::ClaimNumber);
    }
    (!settings.may_be_number(text)).then_some(NumberFault::Form)
}

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR102,
    title: "Authorization number format",
    about: "What stands in REF*G1 must be able to be a number: letters, digits and hyphens, at most 30 of them, not one character throughout, no word such as NONE or PENDING, and not the member's id, an NPI of the claim or the claim's own number; and of one of the forms in the profile (tar.number_forms), where it gives any. It rejects where the line needs a number, and warns elsewhere.",
    snip: 7,
    requirements: &["R089"],
    route: "correct number",
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        Outcome {
            when: "the line needs a number",
            severity: Severity::Reject,
            message: "REF*G1 is {found}, which is no authorization number: {0}. It is needed for {lines}.",
            remedy: "Give the authorization number that the plan issued.",
            codes: CODES,
        },
        Outcome {
            when: "the line needs none",
            severity: Severity::Warn,
            message: "REF*G1 is {found}, which is no authorization number: {0}.",
            remedy: "Give the authorization number that the plan issued, or leave REF*G1 off.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "a word for want of a number",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*PENDING\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "the same on a line that needs none",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*N/A",
        },
        Example {
            shows: "the same in the header of a claim that needs none",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*NONE\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a number of another form than the plan's",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile [tar]\n@profile number_forms = [\"99999999999\", \"AAA-9999\"]\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR44711\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "one of the plan's forms",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@profile [tar]\n@profile number_forms = [\"99999999999\", \"AAA-9999\"]\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a number with a hyphen",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR-4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_numbers(subject, findings, RuleId::TAR102, |_, assessment| {
        let fault = assessment.number?.fault?;
        Some(report::Wrong { outcome: 0, facts: [Fact::Text(fault.words()), Fact::None] })
    });
}
