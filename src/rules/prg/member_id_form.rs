//! PRG107: a member id that is no Medi-Cal id.

use crate::finding::{Fact, Findings, RuleId};
use crate::reference::rosters::Members;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;
use crate::x12::grammar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRG107,
    title: "CIN format",
    about: "A Medi-Cal client index number (CIN) is eight digits and a letter; the BIC id has a check digit and the day of issue behind it, fourteen characters in all. The first digit is 9, and the letter none of B, I, J, K, L, O, P, Q, R, S: sources are not at one on this, so it is a warning of its own. An id that the member roster knows is right as it stands, and so is one of a form in the profile (members.id_forms).",
    snip: 7,
    requirements: &["R109"],
    route: "correct id",
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "another form",
            "Member id {found} is neither a CIN (eight digits and a letter) nor a BIC id (14 characters).",
            "Correct the member id.",
            CODES,
        ),
        outcome(
            Severity::Warn,
            "an unusual digit or letter",
            "Member id {found} has the form of a CIN, but {0}.",
            "Check the member id.",
            CODES,
        ),
    ],
    examples: &[
        professional(
            "seven digits",
            Expect::Warn,
            "@replace MI*91234567A|MI*9123456A\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a letter that a CIN does not have",
            Expect::Warn,
            "@replace MI*91234567A|MI*91234567O\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a CIN",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

const CODES: Codes = Codes { entity: "IL", aaa: "72", ..Codes::claim("A7", "164", "31", "N382") };

const UNUSUAL: u8 = 1;

/// What is unusual about a text of the form of a CIN; `None` where it is of another form.
#[allow(clippy::option_option)] // another form, a good one, an unusual one
fn fault_of_cin(id: &[u8]) -> Option<Option<&'static str>> {
    let [first, rest @ .., letter] = id else { return None };
    if rest.len() != 7
        || !first.is_ascii_digit()
        || !rest.iter().all(u8::is_ascii_digit)
        || !letter.is_ascii_alphabetic()
    {
        return None;
    }
    Some(match (first, letter.to_ascii_uppercase()) {
        (b'9', b'B' | b'I'..=b'L' | b'O'..=b'S') => Some("no CIN ends in this letter"),
        (b'9', _) => None,
        _ => Some("it does not begin with 9"),
    })
}

/// The same of a CIN or a BIC id: a CIN, a check digit, the last digit of a year and the day of the year.
#[allow(clippy::option_option)] // as above
fn fault(id: &[u8]) -> Option<Option<&'static str>> {
    let Some((cin, [check, day @ ..])) = id.split_at_checked(9).filter(|(_, rest)| !rest.is_empty()) else {
        return fault_of_cin(id);
    };
    let number = day.get(1..).and_then(grammar::whole).unwrap_or(0);
    let is_issue = check.is_ascii_digit()
        && day.len() == 4
        && day.iter().all(u8::is_ascii_digit)
        && (1..=366).contains(&number);
    fault_of_cin(cin).filter(|_| is_issue)
}

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let cell = claim.context.subscriber.member_id;
    let id = claim.text(cell).trim_ascii();
    if id.is_empty() || fault(id) == Some(None) || subject.settings.is_plans_member_id(id) {
        return;
    }
    let known = |members: &Members| !members.of(subject.analysis.member.key).is_empty();
    if subject.reference.rosters.members.as_ref().is_some_and(known) {
        return;
    }
    let (outcome, words) = fault(id).flatten().map_or((0, ""), |words| (UNUSUAL, words));
    findings
        .draft(RuleId::PRG107, claim.own_place())
        .outcome(outcome)
        .found(input(cell))
        .fact(Fact::Text(words))
        .add();
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn forms_of_ids() {
        for good in ["91234567A", "91234567a", "91234567A12366", "91234567A36001"] {
            assert_eq!(fault(good.as_bytes()), Some(None), "{good}");
        }
        for unusual in ["81234567A", "91234567B", "91234567S", "91234567I12345"] {
            assert!(matches!(fault(unusual.as_bytes()), Some(Some(_))), "{unusual}");
        }
        for bad in [
            "",
            "9123456A",
            "912345678",
            "91234567AA",
            "91234567A1236",
            "91234567A12367",
            "91234567A12000",
            "91234567A123660",
        ] {
            assert_eq!(fault(bad.as_bytes()), None, "{bad}");
        }
    }
}
