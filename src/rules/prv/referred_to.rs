//! PRV103: a CCS child was referred to a provider who is not CCS-paneled.

use super::{Panel, panel};
use crate::finding::{Fact, Findings, RuleId};
use crate::record::Cell;
use crate::reference::{AuthKind, ProviderId};
use crate::rules::brief::{input, outcome, professional, rendering};
use crate::rules::rule::{Check, Codes, Expect, Needs, Rule, Severity, Stage};
use crate::rules::subject::Subject;
use crate::rules::tar;

pub(super) const RULE: Rule = Rule {
    id: RuleId::PRV103,
    title: "Referral for CCS care requires paneled specialist",
    about: "A referral for the CCS condition goes to a CCS-paneled provider. Where a CCS line rests on an approved referral (REF*9F, or REF*G1 that is a referral's) which names a provider, the provider roster must not say that this provider is not paneled. If the same provider renders the line, PRV101 says it.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R017"],
    effective_from: "2018-07-01",
    route: "re-refer to paneled provider",
    needs: &[Needs::Authorizations, Needs::Providers],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "not paneled",
        "Referral {found} is to NPI {0}, which is not CCS-paneled on {1} (providers.csv row {2}).",
        "Refer the child to a CCS-paneled provider.",
        Codes { entity: "82", aaa: "35", ..Codes::claim("A3", "91", "185", "N570") },
    )],
    examples: &[
        professional(
            "a provider who is not paneled",
            Expect::Warn,
            "@authorization RFL1,referral,plan,A1,91234567A,,2026-01-01,2026-12-31,1000000780,,,,\n@roster providers 1000000780,,individual,N,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*9F*RFL1\nHI*ABK:E109\nLX*1\nSV1*HC:99214*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "a paneled one",
            Expect::Silent,
            "@authorization RFL1,referral,plan,A1,91234567A,,2026-01-01,2026-12-31,1000000780,,,,\n@roster providers 1000000780,,individual,Y,,,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*9F*RFL1\nHI*ABK:E109\nLX*1\nSV1*HC:99214*80*UN*1***1\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(providers) = &subject.reference.rosters.providers else { return };
    let claim = subject.claim;
    let mut said = Cell::default();
    for ((line, view), _) in
        subject.lines().zip(&subject.analysis.authorization).filter(|((_, view), _)| view.is_ccs)
    {
        let Some(date) = view.date.filter(|date| subject.applies(RuleId::PRV103, Some(*date))) else {
            continue;
        };
        let cited = [tar::REFERRAL, tar::G1].into_iter().flat_map(|q| [(q, line.number), (q, 0)]);
        let known = cited.filter_map(|(qualifier, at)| claim.reference(qualifier, at)).find_map(|cell| {
            let known = subject.reference.authorizations.get(claim.text(cell))?;
            (known.kind == AuthKind::Referral && known.status.is_approved()).then_some((cell, known))
        });
        let Some((cell, known)) = known else { continue };
        let [ProviderId::Npi(npi)] = known.providers[..] else { continue };
        let renders = rendering(subject, line.number).is_some_and(|(_, own)| own == npi);
        if let (Panel::No(row), false, true) = (panel(providers.find(npi), date), renders, cell != said) {
            said = cell;
            let shown = findings.keep(&npi.to_string());
            findings
                .draft(RuleId::PRV103, claim.place(cell))
                .found(input(cell))
                .fact(shown)
                .fact(Fact::Date(date))
                .fact(Fact::Number(i64::from(row.row)))
                .add();
        }
    }
}
