//! TAR130: physical therapy past the visits that need no authorization.

use std::ops::RangeInclusive;

use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::ClaimKind;
use crate::rules::ledger::{Account, Question, is_therapy, visits};
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity, Stage};
use crate::rules::settings::TherapyPeriod;
use crate::rules::tar::{Worth, units_left};

const CODES: Codes = Codes::claim("A6", "48", "197", "M62");

/// The number that it cites may still be decided; where the table is not sure, the outcome after this one.
const UNDECIDED: u8 = 2;

const REMEDY: &str = "Ask the plan for an authorization of further visits, and give its number in REF*G1.";

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR130,
    title: "First 12 PT visits without authorization",
    about: "The first visits for physical therapy need no authorization: 12 distinct dates of service for a member in a calendar year (profile keys therapy.visits and therapy.period). A visit is a date with a physical-therapy code of tar_required.csv and modifier GP, or by a physical therapist (taxonomy 2251…). Visits of history.csv, of accepted claims of the run and, with a store, of earlier runs count together, with or without a number; visits of rejected, voided and replaced claims do not. A line of several days is taken to have a visit on each, as far as it has as many units; where only its later days would be past the limit, it warns. From the next date on a line without a number is wrong, and so is one whose number is none, is not on file, or is of an authorization that does not grant it or is used up; unless an exemption of TAR101 holds. Therapy in an inpatient stay is no visit.\n\nIt rejects on a CCS line, unless the table's row is of low confidence; on other lines where the row is of high confidence, else it warns.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R043"],
    effective_from: "2018-07-01",
    route: "TAR for further visits",
    awaits: &[UNDECIDED],
    check: Check::Ledger(check),
    outcomes: &[
        Outcome {
            when: "past the limit",
            severity: Severity::Reject,
            message: "Line {line} is physical therapy on {0}, and there were {1} visits {2} already; from then on it needs an authorization number.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "past the limit, and the table is not sure, or only later days of the line are past it",
            severity: Severity::Warn,
            message: "Line {line} is physical therapy on {0}, and there were {1} visits {2} already; from then on it may need an authorization number.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "past the limit, and the number is not decided",
            severity: Severity::Reject,
            message: "Line {line} is physical therapy on {0}, and there were {1} visits {2} already; from then on it needs an authorization, and that of the number in REF*G1 is not on file or not decided.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "past the limit, and neither the table is sure nor the number decided",
            severity: Severity::Warn,
            message: "Line {line} is physical therapy on {0}, and there were {1} visits {2} already; from then on it may need an authorization, and that of the number in REF*G1 is not on file or not decided.",
            remedy: REMEDY,
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "a third visit where two are free",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 2\n@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-01-05,97110,GP,2,\n@row 91234567A,H1,P1,2026-01-07,97110,GP,2,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a week of visits on one line where two are free",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 2\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*5***1\nDTP*472*RD8*20260302-20260306",
        },
        Example {
            shows: "a number that is none, past the limit",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*NONE\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a number that is not on file, past the limit",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\n@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97110,4,VS,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR9999\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "an authorization that was denied, past the limit",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\n@authorization TAR4471,tar,plan,A3,91234567A,,2026-01-01,2026-12-31,,97110,4,VS,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "an authorization of another service, past the limit",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\n@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97802,4,VS,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "an authorization that is pended, past the limit",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\n@authorization TAR4471,tar,plan,A4,91234567A,,2026-01-01,2026-12-31,,97110,4,VS,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "an authorization of that service, past the limit",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\n@authorization TAR4471,tar,plan,A1,91234567A,,2026-01-01,2026-12-31,,97110,4,VS,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "of a member without a CCS condition",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 2\n@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-01-05,97110,GP,2,\n@row 91234567A,H1,P1,2026-01-07,97110,GP,2,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:M545\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a second service of a visit that counts",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 2\n@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-01-05,97110,GP,2,\n@row 91234567A,H1,P1,2026-03-02,97110,GP,2,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G801\nLX*1\nSV1*HC:97530:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "visits of last year",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 2\n@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2025-12-05,97110,GP,2,\n@row 91234567A,H1,P1,2025-12-31,97110,GP,2,\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "with a number",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@profile therapy.visits = 0\nCLM*A1*80***11:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:G801\nLX*1\nSV1*HC:97110:GP*80*UN*2***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(question: &Question<'_, '_>, findings: &mut Findings) {
    let limit = question.settings.therapy_visits as usize;
    let effective = crate::rules::rule(RuleId::TAR130).effective();
    for line in question.lines {
        let Some(counted) = line.counted.filter(|counted| is_therapy(counted.row)) else { continue };
        let is_granted = line.worth == Worth::Good && !units_left::is_used_up(question, line);
        if is_granted || counted.is_exempt || line.from < effective {
            continue;
        }
        let account = Account::Therapy(question.claim.member);
        let earlier = question.uses(&account).flat_map(visits);
        let own = question.before(line).filter(|(other, _)| other.counted.is_some_and(|c| is_therapy(c.row)));
        let mut days: Vec<i32> = earlier.chain(own.flat_map(|(_, used)| visits(&used))).collect();
        days.sort_unstable();
        days.dedup();
        let counted_with = question.settings.therapy_period;
        let Some((day, before)) = first_past(limit, &mut days, visits(&question.own(line)), counted_with)
        else {
            continue;
        };
        // which of the days of a longer line had a visit, the claim does not say
        let is_sure = line.is_firm && day == line.from;
        let period = match counted_with {
            TherapyPeriod::CalendarYear => "in that year",
            TherapyPeriod::TwelveMonths => "in twelve months",
        };
        findings
            .draft(RuleId::TAR130, line.service)
            .outcome(u8::from(!is_sure) + if line.worth == Worth::Undecided { UNDECIDED } else { 0 })
            .line(line.number)
            .found(Fact::Code(line.code))
            .expected(Fact::Text("REF*G1"))
            .fact(Fact::Date(day))
            .fact(Fact::Number(before as i64))
            .fact(Fact::Text(period))
            .rests_on(&counted.row.provenance)
            .add();
    }
}

/// The first of a line's days that is past the limit, and how many visits there were; `days` are those of visits before the line, in
/// their order. A line for several days has a visit on each.
fn first_past(
    limit: usize,
    days: &mut Vec<i32>,
    line: RangeInclusive<i32>,
    period: TherapyPeriod,
) -> Option<(Date, usize)> {
    line.map(Date::from_days).find_map(|day| {
        let before = days.iter().filter(|other| together(period, Date::from_days(**other), day)).count();
        let place = days.binary_search(&day.days()).err()?;
        days.insert(place, day.days());
        (before >= limit).then_some((day, before))
    })
}

/// Whether another visit counts together with one on `day`.
fn together(period: TherapyPeriod, other: Date, day: Date) -> bool {
    match period {
        TherapyPeriod::CalendarYear => other.ymd().0 == day.ymd().0,
        TherapyPeriod::TwelveMonths => other <= day && super::supply_limit::months_before(day, 12) < other,
    }
}
