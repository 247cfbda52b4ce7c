//! TAR131: equipment and supplies past what needs no authorization.

use crate::finding::{Code, Date, Fact, Findings, Money, RuleId};
use crate::record::ClaimKind;
use crate::reference::{Allowance, AllowancePeriod, Allowed, Quantity, Setting, TarRow};
use crate::rules::ledger::{Account, LineEntry, Question, Use, is_therapy};
use crate::rules::rule::{Check, Codes, Example, Expect, Outcome, Rule, Severity, Stage};
use crate::rules::tar::{Worth, units_left};

const CODES: Codes = Codes::claim("A8", "259", "197", "N435");

/// The number that it cites may still be decided; where the table is not sure, the outcome after this one.
const UNDECIDED: u8 = 2;

const REMEDY: &str = "Ask the plan for an authorization, and give its number in REF*G1.";

pub(super) const RULE: Rule = Rule {
    id: RuleId::TAR131,
    title: "DME/supply frequency limit",
    about: "Equipment and supplies need no authorization up to a limit of tar_required.csv: so many in a time (frequency_limit, period), or charges up to so many dollars, for the codes together for which the row decides; dollars of authorized lines are not among them. What history.csv, accepted claims of the run and, with a store, of earlier runs have counts together, except for voided and replaced claims; history.csv has no charges. A month is a calendar month; months and years are counted back from the date of service, and forward to services that came earlier. Past the limit a line without a number is wrong, and so is one whose number is none, is not on file, or is of an authorization that does not grant it or is used up; unless an exemption of TAR101 holds. What is given in an inpatient stay is neither counted nor asked. Equipment that needs a number (yes) and is free within a limit is counted in the same way. Rentals (RR) are counted by themselves, and not against so many pieces in more than a month, which limit purchases; replacements under warranty or for loss (RA, RB) are free and use nothing up. Rows whose limit is no number are not asked.\n\nIt rejects on a CCS line, unless the row is of low confidence and does not ask for a number anyway; on other lines where the row is of high confidence, else it warns.",
    snip: 7,
    stage: Stage::Adjudication,
    requirements: &["R045"],
    effective_from: "2018-07-01",
    route: "TAR",
    awaits: &[UNDECIDED],
    check: Check::Ledger(check),
    outcomes: &[
        Outcome {
            when: "past the limit",
            severity: Severity::Reject,
            message: "Line {line} bills {0} of {found}; with {1} {2} that is more than the {3} that need no authorization, and there is no number.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "past the limit, and the table is not sure",
            severity: Severity::Warn,
            message: "Line {line} bills {0} of {found}; with {1} {2} that may be more than the {3} that need no authorization, and there is no number.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "past the limit, and the number is not decided",
            severity: Severity::Reject,
            message: "Line {line} bills {0} of {found}; with {1} {2} that is more than the {3} that need no authorization, and that of the number in REF*G1 is not on file or not decided.",
            remedy: REMEDY,
            codes: CODES,
        },
        Outcome {
            when: "past the limit, and neither the table is sure nor the number decided",
            severity: Severity::Warn,
            message: "Line {line} bills {0} of {found}; with {1} {2} that may be more than the {3} that need no authorization, and that of the number in REF*G1 is not on file or not decided.",
            remedy: REMEDY,
            codes: CODES,
        },
    ],
    examples: &[
        Example {
            shows: "a second mask in a month",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-03-01,A7028,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nHI*ABK:E840\nLX*1\nSV1*HC:A7028*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a mask a month",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-02-28,A7028,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nHI*ABK:E840\nLX*1\nSV1*HC:A7028*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a second mask of a member without a CCS condition",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-03-01,A7028,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nHI*ABK:G4733\nLX*1\nSV1*HC:A7028*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "with a number",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-03-01,A7028,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nREF*G1*TAR4471\nHI*ABK:E840\nLX*1\nSV1*HC:A7028*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a second power wheelchair in five years",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-02-01,K0861,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nHI*ABK:G800\nLX*1\nSV1*HC:K0861*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a power wheelchair every five years",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2021-03-02,K0861,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nHI*ABK:G800\nLX*1\nSV1*HC:K0861*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a second power wheelchair of a member without a CCS condition",
            expect: Expect::Warn,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-02-01,K0861,,1,\nCLM*A1*40***12:B:1*Y*A*Y*Y\nHI*ABK:M545\nLX*1\nSV1*HC:K0861*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "what replaced another under warranty is not counted",
            expect: Expect::Silent,
            kind: ClaimKind::Professional,
            text: "@roster history.csv\n@row member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n@row 91234567A,H1,P1,2026-03-01,A7028,RA,1,\nCLM*A1*80***12:B:1*Y*A*Y*Y\nHI*ABK:E840\nLX*1\nSV1*HC:A7028:RB*40*UN*1***1\nDTP*472*D8*20260302\nLX*2\nSV1*HC:A7028*40*UN*1***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "a number that is none",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*80***12:B:1*Y*A*Y*Y\nREF*G1*NONE\nHI*ABK:E840\nLX*1\nSV1*HC:A7028*80*UN*2***1\nDTP*472*D8*20260302",
        },
        Example {
            shows: "equipment for 101 dollars in a month",
            expect: Expect::Reject,
            kind: ClaimKind::Professional,
            text: "CLM*A1*101***12:B:1*Y*A*Y*Y\nHI*ABK:E840\nLX*1\nSV1*HC:E0621*101*UN*1***1\nDTP*472*D8*20260302",
        },
    ],
    ..Rule::BASE
};

fn check(question: &Question<'_, '_>, findings: &mut Findings) {
    let effective = crate::rules::rule(RuleId::TAR131).effective();
    for line in question.lines {
        let Some(counted) = line.counted.filter(|counted| !is_therapy(counted.row)) else { continue };
        let is_granted = line.worth == Worth::Good && !units_left::is_used_up(question, line);
        if is_granted || counted.is_exempt || line.from < effective {
            continue;
        }
        let row = counted.row;
        let Some(allowance) = row.allowance else { continue };
        let Some((before, when)) = exceeded(question, line, row, allowance) else { continue };
        let (own, limit) = (measure(allowance, &question.own(line)), allowance.limit());
        let words = [own, before, limit].map(|amount| words(allowance, amount));
        let [own, before, limit] = words.map(|text| findings.keep(&text));
        findings
            .draft(RuleId::TAR131, line.service)
            .outcome(u8::from(!line.is_firm) + if line.worth == Worth::Undecided { UNDECIDED } else { 0 })
            .line(line.number)
            .found(Fact::Code(line.code))
            .expected(Fact::Text("REF*G1"))
            .fact(own)
            .fact(before)
            .fact(Fact::Text(when))
            .fact(limit)
            .rests_on(&row.provenance)
            .add();
    }
}

/// What was billed beside the line in its time, if that is too much together, and which time that is.
fn exceeded(
    question: &Question<'_, '_>,
    line: &LineEntry<'_>,
    row: &TarRow,
    allowance: Allowance,
) -> Option<(i64, &'static str)> {
    let member = question.claim.member;
    let account = if line.is_rental { Account::Rentals(member) } else { Account::Supplies(member) };
    let same = |other: &LineEntry<'_>| {
        other.is_rental == line.is_rental
            && other.uses_allowance()
            && other.counted.is_some_and(|counted| !is_therapy(counted.row))
    };
    // what a narrower row limits has a limit of its own
    let table = &question.reference().policy.tar_required;
    let decides = |code: Code| {
        let fits = |row: &&TarRow| match row.setting {
            Setting::OutpatientTherapyPt => false,
            Setting::DmeRental => line.is_rental,
            _ => true,
        };
        table.rows(code, line.from).find(fits).is_some_and(|decides| std::ptr::eq(decides, row))
    };
    let mut uses: Vec<Use> = question.uses(&account).copied().collect();
    uses.extend(question.before(line).filter(|(other, _)| same(other)).map(|(_, used)| used));
    let own = measure(allowance, &question.own(line));
    let limit = allowance.limit().saturating_mul(times(allowance, line));
    let sum = |within: &dyn Fn(Date) -> bool| {
        let counted = uses.iter().filter(|used| within(used.from) && decides(used.code));
        counted.fold(0i64, |sum, used| sum.saturating_add(measure(allowance, used)))
    };
    let day = line.from;
    let (back, ahead, when): (i64, i64, _) = match allowance.period {
        AllowancePeriod::Month => {
            let month = |date: Date| (date.ymd().0, date.ymd().1);
            (sum(&|date| month(date) == month(day)), 0, "before in that month")
        }
        AllowancePeriod::Months(months) => (
            sum(&|date| months_before(day, months) < date && date <= day),
            sum(&|date| day <= date && months_before(date, months) < day),
            "before in that time",
        ),
        AllowancePeriod::Days(days) => (
            sum(&|date| day.plus(-days) < date && date <= day),
            sum(&|date| day <= date && date < day.plus(days)),
            "before in that time",
        ),
    };
    let before = back.max(ahead);
    (before.saturating_add(own) > limit).then_some((before, when))
}

/// How often the limit counts: a line for several days has as many days' allowance.
fn times(allowance: Allowance, line: &LineEntry<'_>) -> i64 {
    let AllowancePeriod::Days(days) = allowance.period else { return 1 };
    let billed = line.to.days().saturating_sub(line.from.days()).saturating_add(1);
    i64::from(billed.saturating_add(days - 1) / days.max(1)).max(1)
}

fn measure(allowance: Allowance, used: &Use) -> i64 {
    match allowance.allowed {
        Allowed::Units(_) => used.quantity,
        Allowed::Charges(_) => used.amount,
    }
}

fn words(allowance: Allowance, amount: i64) -> String {
    match allowance.allowed {
        Allowed::Units(_) => Quantity::from_units(amount).to_string(),
        Allowed::Charges(_) => format!("${}", Money::from_cents(amount / 100)),
    }
}

/// The day so many months before; the last of its month where the day does not exist.
pub(super) fn months_before(date: Date, months: i32) -> Date {
    let (year, month, day) = date.ymd();
    let all = year * 12 + month as i32 - 1 - months;
    let (year, month) = (all.div_euclid(12), all.rem_euclid(12) as u32 + 1);
    (28..=day).rev().chain([day]).find_map(|day| Date::new(year, month, day)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::months_before;
    use crate::finding::Date;

    #[test]
    fn months_go_back_to_the_same_day() {
        let day = |text: &str| Date::parse_iso(text).unwrap();
        for (date, months, expected) in [
            ("2026-03-31", 1, "2026-02-28"),
            ("2026-03-15", 6, "2025-09-15"),
            ("2024-02-29", 12, "2023-02-28"),
            ("2026-01-01", 60, "2021-01-01"),
        ] {
            assert_eq!(months_before(day(date), months), day(expected), "{date}");
        }
    }
}
