//! TAR109: an authorization's units, visits or days are used up.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::reference::{Quantity, UnitOfService};
use crate::rules::ledger::{Account, Excess, LineEntry, Question, Use, excess, unit_of};
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};

const CODES: Codes = Codes { aaa: "87", ..Codes::claim("A8", "674", "198", "N54") };

const NEEDED: u8 = 0;
const NO_ORIGINAL: u8 = 2;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR109,
    title: "Authorization units remaining",
    about: "What accepted claims used of an authorization and what this claim bills must not be more than was authorized: units (UN) add up, visits (VS) are distinct dates of service, days (DY) are those of accommodation lines. A service with units of its own is counted by itself, others against the whole. Claims of the same file, of the run and, with a store, of earlier runs count, in the order in which they came; rejected claims do not. A line that fits only in part is over.\n\nA replacement (frequency 7) or a void (8) gives back what the claim used whose place it takes: found by REF*F8 in history.csv, and by billing provider, member and CLM01 among the claims that were accepted. If it is not found, the rule warns and nothing is given back.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R102"],
    silent_if: &[RuleId::TAR108],
    needs: &[Needs::Authorizations],
    check: Check::Ledger(check),
    outcomes: &[
        Outcome {
            when: "the line needs the number",
            severity: Severity::Reject,
            message: "Authorization {found} grants {0}; {1} were used before, and {lines} bills {2}.",
            remedy: "Ask the plan for more, or bill what is left.",
            codes: CODES,
        },
        Outcome {
            when: "the line needs none",
            severity: Severity::Warn,
            message: "Authorization {found} grants {0}; {1} were used before, and {lines} bills {2}.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: CODES,
        },
        Outcome {
            when: "what a replacement or void takes back is not known",
            severity: Severity::Warn,
            message: "The claim that this one replaces or voids is not among the accepted ones: nothing it used is given back.",
            remedy: "Check REF*F8, and that CLM01 is that of the earlier claim.",
            codes: Codes::claim("A7", "464", "16", "M47"),
        },
    ],
    examples: &[
        Example {
            shows: "more units than authorized",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97802,4,UN,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*5***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "two lines that together are too many",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97802|97803,4,UN,\nCLM*A1*160***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*3***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:97803*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a line that goes on past the last day uses what there is",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-03-02,,97802,4,UN,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*5***1\nDTP*472*RD8*20260302-20260303",
        },
        Example {
            shows: "a rule in shadow keeps nothing from being counted",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile [rules]\n@profile TAR108 = \"shadow\"\n@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,1881691004,97802,4,UN,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*5***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "forty days in rooms that name a procedure, of three",
            expect: Expect::Reject,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,3,DY,\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260411\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0191*HC:H0018*900*DA*40",
        },
        Example {
            shows: "all that is left",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97802,4,UN,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*4***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "one visit of several services",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,1,VS,\nCLM*A1*160***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV1*HC:97802*80*UN*3***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:97803*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "four days of three",
            expect: Expect::Reject,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,3,DY,\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260306\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0120**900*DA*4",
        },
    ],
    ..Rule::BASE
};

/// What is wrong with a line: the balance before it, and what it adds.
struct Over<'a, 'r> {
    line: &'a LineEntry<'r>,
    words: [String; 3],
}

fn check(question: &Question<'_, '_>, findings: &mut Findings) {
    if question.lacks_original() {
        let (place, found) = question.claim.replaces;
        findings.draft(RuleId::TAR109, place).outcome(NO_ORIGINAL).found(found).add();
    }
    if question.lines.iter().all(|line| line.authorization().is_none()) {
        return;
    }
    let mut over: Vec<Over<'_, '_>> = Vec::new();
    for line in question.lines {
        let Some(words) = exceeded(question, line, &over) else { continue };
        over.push(Over { line, words });
    }
    let Some(first) = over.first() else { return };
    if question.claim.stay.is_some() {
        // a stay is over as a whole
        let strong = over.iter().any(|one| one.line.is_strong);
        put(findings, first, strong, 0, &mut over.iter().map(|one| one.line.number));
        return;
    }
    for one in &over {
        put(findings, one, one.line.is_strong, one.line.number, &mut std::iter::empty());
    }
}

/// Whether a line uses more of the authorization that it draws on than is left.
pub(super) fn is_used_up(question: &Question<'_, '_>, line: &LineEntry<'_>) -> bool {
    exceeded(question, line, &[]).is_some()
}

/// What was authorized, used before, and is billed, if that is too much.
fn exceeded(question: &Question<'_, '_>, line: &LineEntry<'_>, over: &[Over<'_, '_>]) -> Option<[String; 3]> {
    let authorization = line.authorization()?;
    let own_use = question.own(line);
    // most say no number: what was used is no matter
    unit_of(authorization, &own_use)?;
    let account = Account::Authorization(authorization.number.clone());
    let mut uses: Vec<Use> = question.uses(&account).copied().collect();
    let is_over = |number| over.iter().any(|one| one.line.number == number);
    let own = question.before(line).filter(|(other, _)| {
        let same = other.authorization().is_some_and(|other| other.number == authorization.number);
        same && !is_over(other.number)
    });
    uses.extend(own.map(|(_, used)| used));
    let Excess { authorized, before, added } = excess(authorization, &uses, &own_use)?;
    Some([words(authorized.quantity, authorized.unit), before.to_string(), added.to_string()])
}

fn words(quantity: Quantity, unit: UnitOfService) -> String {
    let one = quantity == Quantity::whole(1);
    let word = match unit {
        UnitOfService::Units => "unit",
        UnitOfService::Visits => "visit",
        UnitOfService::Days => "day",
    };
    format!("{quantity} {word}{}", if one { "" } else { "s" })
}

fn put(
    findings: &mut Findings,
    over: &Over<'_, '_>,
    strong: bool,
    line: u32,
    lines: &mut dyn Iterator<Item = u32>,
) {
    let facts = [0, 1, 2].map(|at| findings.keep(&over.words[at]));
    let draft = findings.draft(RuleId::TAR109, over.line.place);
    let draft = draft.outcome(NEEDED + u8::from(!strong)).line(line).lines(lines).found(over.line.found);
    facts.into_iter().fold(draft, |draft, fact: Fact| draft.fact(fact)).add();
}
