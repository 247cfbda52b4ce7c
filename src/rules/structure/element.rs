//! ELM: the elements without which a claim cannot be judged.

use crate::finding::{Fact, Findings, Place, RuleId};
use crate::record::{Cell, Claim, ClaimKind, Context, loops};
use crate::rules::rule::{Check, Codes, Outcome, Rule, Severity};
use crate::x12::Unit;

const fn reject(
    when: &'static str,
    message: &'static str,
    remedy: &'static str,
    category: &'static str,
    status: &'static str,
    ik4: &'static str,
) -> Outcome {
    Outcome {
        when,
        severity: Severity::Reject,
        message,
        remedy,
        codes: Codes { category, status, aaa: "15", ik3: "8", ik4, ..Codes::NONE },
    }
}

const BASE: Rule = Rule { snip: 2, check: Check::Guide, ..Rule::BASE };

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::ELM101,
        title: "Required element missing",
        about: "An element that the guide requires, and without which the claim cannot be judged: its number, charge, place, services, dates, the member's id.",
        outcomes: &[reject("missing", "{0} is required and missing.", "Add the element.", "A6", "21", "1")],
        ..BASE
    },
    Rule {
        id: RuleId::ELM102,
        title: "Not a number",
        about: "An amount is digits with an optional minus and an optional point: no blanks, no commas, no exponent.",
        outcomes: &[reject(
            "no number",
            "{0} is {found}, which is no amount.",
            "Correct the amount.",
            "A7",
            "178",
            "6",
        )],
        ..BASE
    },
    Rule {
        id: RuleId::ELM103,
        title: "Not a date",
        about: "A date must exist, in the form that its qualifier names: D8 is CCYYMMDD, RD8 two of them with a hyphen, the first not after the second.",
        outcomes: &[
            reject(
                "date of service",
                "{0} is {found}, which is no date.",
                "Correct the date.",
                "A7",
                "187",
                "8",
            ),
            reject("date of birth", "{0} is no date.", "Correct the date of birth.", "A7", "158", "8"),
        ],
        ..BASE
    },
];

const ELM101: RuleId = RuleId::ELM101;

fn missing(findings: &mut Findings, place: Place, name: &'static str) {
    findings.draft(ELM101, place).fact(Fact::Text(name)).add();
}

/// Asks a claim for what judging needs.
pub fn check_claim(claim: &Claim<'_>, findings: &mut Findings) {
    let facts = claim.facts;
    if facts.id.is_empty() {
        missing(findings, claim.place(facts.id), "CLM01 (claim number)");
    }
    amount(claim, facts.charge_cell, facts.charge.is_some(), "CLM02 (total charge)", 0, findings);
    if facts.facility_cell.is_empty() {
        missing(findings, claim.place(facts.facility_cell), "CLM05-1 (place of service or bill type)");
    }
    if facts.frequency == 0 {
        missing(
            findings,
            claim.place(Cell { component: 3, ..facts.facility_cell }),
            "CLM05-3 (claim frequency)",
        );
    }
    if !facts.date_cell.is_empty() && facts.service.or(facts.statement).is_none() {
        date(claim, facts.date_cell, 0, findings);
    }
    for line in claim.lines() {
        if line.service.segment == 0 {
            continue;
        }
        let (code, charge) = match claim.kind() {
            ClaimKind::Professional => ("SV101-2 (procedure)", "SV102 (line charge)"),
            ClaimKind::Institutional => ("SV201 (revenue code)", "SV203 (line charge)"),
            ClaimKind::Dental => ("SV301-2 (procedure)", "SV302 (line charge)"),
        };
        let cell =
            if claim.kind() == ClaimKind::Institutional { line.revenue_cell } else { line.procedure_cell };
        if cell.is_empty() {
            findings.draft(ELM101, claim.place(cell)).line(line.number).fact(Fact::Text(code)).add();
        }
        amount(claim, line.charge_cell, line.charge.is_some(), charge, line.number, findings);
        if !line.date_cell.is_empty() && line.date.is_none() {
            date(claim, line.date_cell, line.number, findings);
        }
    }
}

fn amount(claim: &Claim<'_>, cell: Cell, good: bool, name: &'static str, line: u32, findings: &mut Findings) {
    let rule = if cell.is_empty() { ELM101 } else { RuleId::ELM102 };
    if !good {
        let found = if cell.is_empty() { Fact::None } else { Fact::Input(cell.span) };
        findings.draft(rule, claim.place(cell)).line(line).fact(Fact::Text(name)).found(found).add();
    }
}

fn date(claim: &Claim<'_>, cell: Cell, line: u32, findings: &mut Findings) {
    findings
        .draft(RuleId::ELM103, claim.place(cell))
        .line(line)
        .fact(Fact::Text("The date of service"))
        .found(Fact::Input(cell.span))
        .add();
}

/// Asks a subscriber or patient level for what judging needs.
pub fn check_level(unit: &Unit, level: crate::finding::Code, context: &Context, findings: &mut Findings) {
    match level {
        loops::L2000B => {
            let subscriber = &context.subscriber;
            if subscriber.is_person && subscriber.member_id.is_empty() {
                missing(findings, subscriber.member_id.place(unit, loops::SUBSCRIBER), "NM109 (member id)");
            }
            if !subscriber.is_patient {
                return;
            }
            if subscriber.birth.cell.segment == 0 && subscriber.name.segment != 0 {
                // where it should have stood: after the subscriber's name and address
                let mut at = subscriber.name.segment + 1;
                while matches!(unit.segment(at).id(), b"N3" | b"N4") {
                    at += 1;
                }
                let place = Place { missing: true, ..Place::segment(at, loops::SUBSCRIBER, loops::DMG) };
                findings
                    .draft(RuleId::SEG104, place)
                    .outcome(1)
                    .expected(Fact::Code(loops::DMG))
                    .fact(Fact::Text("the subscriber is the patient (SBR02 is 18)"))
                    .add();
                return;
            }
            birth_date(unit, subscriber.birth, loops::SUBSCRIBER, findings);
        }
        loops::L2000C => {
            if let Some(patient) = &context.patient {
                birth_date(unit, patient.birth, loops::PATIENT, findings);
            }
        }
        _ => {}
    }
}

fn birth_date(
    unit: &Unit,
    birth: crate::record::Person,
    loop_id: crate::finding::Code,
    findings: &mut Findings,
) {
    // a DMG that is not there is the matcher's business
    if birth.cell.segment == 0 || birth.date.is_some() {
        return;
    }
    let place = birth.cell.place(unit, loop_id);
    if birth.cell.is_empty() {
        missing(findings, place, "DMG02 (date of birth)");
    } else {
        findings
            .draft(RuleId::ELM103, place)
            .outcome(1)
            .fact(Fact::Text("DMG02 (date of birth)"))
            .found(Fact::Input(birth.cell.span))
            .add();
    }
}
