//! TAR137: a stay is longer than concurrent review authorized.

use crate::finding::{Date, Fact, Findings, Period, RuleId};
use crate::record::ClaimKind;
use crate::reference::{AuthKind, Authorization, Issuer, UnitOfService};
use crate::rules::ledger::{Account, Question, count, unit_of};
use crate::rules::rule::{Check, Codes, Example, Expect, Needs, Outcome, Rule, Severity, Stage};

const CODES: Codes = Codes::claim("A8", "674", "198", "N54");

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR137,
    title: "Concurrent review for inpatient",
    about: "Days of an inpatient stay are authorized while it lasts: each review moves the last day of the authorization. The days of the accommodation lines, with those of earlier accepted bills of the same admission, must not be more than the days from the admission to that last day. TAR106 looks at the admission alone, and TAR109 counts where the authorization says how many days.\n\nIt does not run where the authorization has no last day or counts days (TAR109 does), where it is for the day of admission alone, for a stay that is paid by its diagnosis-related group (HI*DR), and for county authorizations.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R037"],
    effective_from: "2018-07-01",
    route: "request extension",
    silent_if: &[RuleId::TAR109],
    needs: &[Needs::Authorizations],
    check: Check::Ledger(check),
    outcomes: &[
        Outcome {
            when: "the stay needs the number",
            severity: Severity::Reject,
            message: "Authorization {found} covers {0} days from the admission to {1}, and {2} days are billed.",
            remedy: "Ask concurrent review for an extension, or bill the days that it covers.",
            codes: CODES,
        },
        Outcome {
            when: "the stay needs none",
            severity: Severity::Warn,
            message: "Authorization {found} covers {0} days from the admission to {1}, and {2} days are billed.",
            remedy: "Check the number, or leave REF*G1 off.",
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "five days of four",
            expect: Expect::Reject,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-03-02,2026-03-05,,,,,inpatient\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260307\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0120**900*DA*5",
        },
        Example {
            shows: "four days of four",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-03-02,2026-03-05,,,,,inpatient\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260306\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0120**900*DA*4",
        },
        Example {
            shows: "a stay paid by its group",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-03-02,2026-03-05,,,,,inpatient\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260307\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nHI*DR:420\nLX*1\nSV2*0120**900*DA*5",
        },
        Example {
            shows: "an authorization of the admission alone",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "@authorization TAR4471,tar,plan,A1,91234567A,,2026-03-02,2026-03-02,,,,,inpatient\nCLM*A1*900***11:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260307\nDTP*435*D8*20260302\nCL1*3*1*01\nREF*G1*TAR4471\nHI*ABK:E109\nLX*1\nSV2*0120**900*DA*5",
        },
    ],
    ..Rule::BASE
};

fn check(question: &Question<'_, '_>, findings: &mut Findings) {
    let Some(stay) = question.claim.stay.filter(|stay| !stay.by_group) else { return };
    let Some((line, authorization)) =
        question.lines.iter().find_map(|line| Some((line, line.authorization()?)))
    else {
        return;
    };
    if authorization.issuer != Issuer::Plan || authorization.kind == AuthKind::Referral {
        return;
    }
    let counts_days = unit_of(authorization, &question.own(line)) == Some(UnitOfService::Days);
    let windows: Vec<Period> = windows(authorization, stay.admission).collect();
    let Some(last) = windows.iter().map(|window| window.to).max().filter(|last| *last != Date::MAX) else {
        return;
    };
    if counts_days || windows.iter().all(|window| window.from == window.to) {
        return;
    }
    let account = Account::Authorization(authorization.number.clone());
    let earlier = question.uses(&account).filter(|used| used.from == stay.admission).copied();
    let own =
        question.lines.iter().filter(|line| line.authorization().is_some()).map(|line| question.own(line));
    let uses: Vec<_> = earlier.chain(own).collect();
    let billed = count(authorization, uses.iter(), UnitOfService::Days);
    let granted = last.days().saturating_sub(stay.admission.days()).saturating_add(1);
    if billed <= crate::reference::Quantity::whole(granted.max(0) as u32) {
        return;
    }
    let billed = findings.keep(&billed.to_string());
    let lines = question.lines.iter().filter(|line| line.authorization().is_some());
    let strong = lines.clone().any(|line| line.is_strong);
    findings
        .draft(RuleId::TAR137, line.place)
        .outcome(u8::from(!strong))
        .lines(lines.map(|line| line.number))
        .found(line.found)
        .fact(Fact::Number(i64::from(granted)))
        .fact(Fact::Date(last))
        .fact(billed)
        .add();
}

/// The approved windows with the admission in them, and those that follow without a gap: extensions of the stay.
fn windows(authorization: &Authorization, admission: Date) -> impl Iterator<Item = Period> {
    let mut all: Vec<Period> = authorization
        .services
        .iter()
        .filter(|service| authorization.status_of(service).is_approved())
        .map(|service| authorization.window_of(service))
        .collect();
    if all.is_empty() {
        all.push(authorization.window);
    }
    all.sort_by_key(|window| (window.from, window.to));
    let mut reached = admission;
    all.into_iter().filter(move |window| {
        let follows = window.from <= reached.plus(1) && window.to >= reached;
        if follows {
            reached = reached.max(window.to);
        }
        follows
    })
}
