//! TAR113: the authorization is for another modifier.

use super::report;
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity};
use crate::rules::subject::Subject;

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR113,
    title: "Authorization modifier match",
    about: "A 278 response can authorize a service with a modifier: a rental (RR) or a purchase (NU, UE) of equipment, a side (LT, RT, 50). A line of that service that says another of these, or none of them where the authorization says one, is worth a look. An authorization from authorizations.csv names no modifiers, and is not asked.",
    snip: 7,
    requirements: &["R100"],
    needs: &[Needs::Authorizations],
    only: &[Aspect::Cites],
    check: Check::Claim(check),
    outcomes: &[
        outcome(
            Severity::Warn,
            "another modifier",
            "Authorization {found} is for the service with modifier {0}; the line has {1}.",
            "Correct the modifier, or give the number that fits it.",
            Codes::claim("A8", "453", "284", "N54"),
        ),
        outcome(
            Severity::Warn,
            "another modifier, and the line needs none",
            "Authorization {found} is for the service with modifier {0}; the line has {1}.",
            "Correct the modifier, or give the number that fits it.",
            Codes::claim("A8", "453", "284", "N54"),
        ),
    ],
    examples: &[
        professional(
            "a purchase under a rental's number",
            Expect::Warn,
            "@response HCR*A1*TAR4471~DTP*007*RD8*20260101-20261231~HI*ABK:E109|HCR*A1*TAR4471~SV1*HC:E0784:RR*80*UN*4\nCLM*A1*80***12:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:E0784:NU*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR4471",
        ),
        professional(
            "a rental",
            Expect::Silent,
            "@response HCR*A1*TAR4471~DTP*007*RD8*20260101-20261231~HI*ABK:E109|HCR*A1*TAR4471~SV1*HC:E0784:RR*80*UN*4\nCLM*A1*80***12:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:E0784:RR*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR4471",
        ),
        professional(
            "a roster row names no modifiers",
            Expect::Silent,
            "@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,,,,\nCLM*A1*80***12:B:1*Y*A*Y*Y\nHI*ABK:E109\nLX*1\nSV1*HC:E0784:NU*80*UN*1***1\nDTP*472*D8*20260302\nREF*G1*TAR4471",
        ),
    ],
    ..Rule::BASE
};

/// Modifiers that say how or where a service is given, in groups of which a line has one.
const GROUPS: [&[&[u8]]; 2] = [&[b"RR", b"NU", b"UE"], &[b"LT", b"RT", b"50"]];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report::of_lines(subject, findings, RuleId::TAR113, |line, assessment| {
        let authorization = assessment.authorization()?;
        let services = || authorization.services_for(line.procedure).filter(|_| !line.procedure.is_empty());
        for group in GROUPS {
            let is_of = |code: &&Code| group.iter().any(|known| Code::new(known) == **code);
            let Some(authorized) = services().find_map(|service| service.modifiers.iter().find(is_of)) else {
                continue;
            };
            let own = line.modifiers.iter().find(is_of).copied();
            let fits = services()
                .any(|service| service.modifiers.iter().find(is_of).is_none_or(|known| Some(*known) == own));
            if !fits {
                let has = own.map_or(Fact::Text("none of that kind"), Fact::Code);
                return Some(report::Wrong { outcome: 0, facts: [Fact::Code(*authorized), has] });
            }
        }
        None
    });
}
