//! CCS102: a CCS diagnosis is pointed to by a line that has nothing to do with it.

use crate::finding::{Fact, Findings, RuleId};
use crate::record::Diagnosis;
use crate::reference::ServiceKind;
use crate::rules::LineView;
use crate::rules::aspect::Aspect;
use crate::rules::brief::{input, outcome, professional};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

pub(super) const RULE: Rule = Rule {
    id: RuleId::CCS102,
    title: "CCS diagnosis pointed by a line unrelated to it",
    about: "A CCS diagnosis belongs on a line that treated the CCS condition. A check-up, screening or immunization (service_kinds.csv) that points to another diagnosis first, and to a CCS diagnosis after it, hardly did. Not asked: a line whose only diagnosis is the CCS one, and a condition that an office visit of the same date points to as well, since it was monitored then.",
    snip: 7,
    requirements: &["R048"],
    effective_from: "2018-07-01",
    route: "review",
    only: &[Aspect::CcsLine],
    check: Check::Claim(check),
    outcomes: &[outcome(
        Severity::Warn,
        "an unrelated service",
        "{found} on line {line} points to CCS diagnosis {0} ({1}) behind another diagnosis; such a service does not usually treat it.",
        "Point to the CCS diagnosis only where the service treated it.",
        Codes::claim("A8", "488", "11", "M76"),
    )],
    examples: &[
        professional(
            "a check-up of a child with diabetes",
            Expect::Warn,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:Z00129*ABF:E109\nLX*1\nSV1*HC:99393*80*UN*1***1:2\nDTP*472*D8*20260302",
        ),
        professional(
            "a check-up that does not point to it",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:Z00129*ABF:E109\nLX*1\nSV1*HC:99393*80*UN*1***1\nDTP*472*D8*20260302",
        ),
        professional(
            "an office visit",
            Expect::Silent,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*ABF:E109\nLX*1\nSV1*HC:99213*80*UN*1***1:2\nDTP*472*D8*20260302",
        ),
    ],
    ..Rule::BASE
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let unrelated = |view: &LineView| {
        view.kinds.contains(ServiceKind::Preventive) || view.kinds.contains(ServiceKind::Immunization)
    };
    let analysis = subject.analysis;
    if !analysis.lines.iter().any(|view| view.is_ccs && unrelated(view)) {
        return;
    }
    let claim = subject.claim;
    for (line, view) in subject.lines().filter(|(_, view)| view.is_ccs && unrelated(view)) {
        if !subject.applies(RuleId::CCS102, view.date) {
            continue;
        }
        let mut pointed = claim.pointed(line);
        let first_is_ccs = pointed.next().is_some_and(|first| analysis.is_ccs(claim, first));
        if first_is_ccs {
            continue;
        }
        let monitored = |diagnosis: &Diagnosis| {
            subject.lines().any(|(other, other_view)| {
                other_view.kinds.contains(ServiceKind::OfficeVisit)
                    && other_view.date == view.date
                    && claim.pointed(other).any(|one| one.number == diagnosis.number)
            })
        };
        let found = pointed.find(|diagnosis| analysis.is_ccs(claim, diagnosis) && !monitored(diagnosis));
        let Some((diagnosis, matched)) = found.and_then(|one| Some((one, analysis.found(claim, one)?)))
        else {
            continue;
        };
        let category = findings.keep(matched.category);
        at_line(subject, findings, RuleId::CCS102, line, line.procedure_cell)
            .found(input(line.procedure_cell))
            .fact(Fact::Code(diagnosis.code))
            .fact(category)
            .rests_on(matched.provenance)
            .add();
    }
}
