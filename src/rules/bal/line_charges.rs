//! BAL101: the charges of the lines do not make the claim's.

use crate::finding::{Code, Fact, Findings, Money, RuleId};
use crate::record::ClaimKind;
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::BAL101,
    title: "Claim charge and line charges",
    about: "The claim's total charge (CLM02) is the sum of its lines' charges: SV102 professional, SV203 institutional (non-covered SV207 is part of SV203), SV302 dental. An institutional total line (revenue code 0001) is not counted; COD107 speaks of it.",
    snip: 3,
    requirements: &["B01", "B02"],
    check: Check::Claim(check),
    outcomes: &[Outcome {
        when: "out of balance",
        severity: Severity::Reject,
        message: "The claim's charge is {found}, but its {0:line adds|lines add} up to {expected}.",
        remedy: "Correct CLM02, or the line charge that is wrong or left out.",
        codes: Codes::claim("A8", "400", "16", "M54"),
    }],
    examples: &[
        Example {
            shows: "80 on the claim, 79.99 on the line",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*79.99*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "two lines of 40.00",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*40.00*UN*1***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:99214*40.0*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a total line is not counted",
            expect: Expect::Silent,
            kind: ClaimKind::Institutional,
            text: "CLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302\nLX*2\nSV2*0001**900*UN*1",
        },
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    const TOTAL: Code = Code::new(b"0001");
    let claim = subject.claim;
    let Some(charge) = claim.facts.charge else { return };
    let lines = || claim.lines().iter().filter(|line| line.revenue != TOTAL);
    let sum: Money = lines().filter_map(|line| line.charge).sum();
    if sum != charge && !claim.lines().is_empty() {
        findings
            .draft(RuleId::BAL101, claim.place(claim.facts.charge_cell))
            .found(Fact::Money(charge))
            .expected(Fact::Money(sum))
            .fact(Fact::Number(lines().count() as i64))
            .add();
    }
}
