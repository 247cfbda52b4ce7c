//! What the payer's rules saw of a claim: the member, its diagnoses, and for each line which rows of which tables decide.

use std::fmt::Write as _;

use crate::finding::{Code, Date, RuleId};
use crate::output::authorization::described;
use crate::record::ServiceLine;
use crate::reference::{CcsMatch, Provenance};
use crate::rules::Subject;
use crate::rules::tar::{Because, Need};

/// What the payer's rules saw, a line each.
pub(super) fn facts(subject: &Subject<'_>) -> Vec<String> {
    let mut facts = Vec::new();
    let member = &subject.analysis.member;
    let claim = subject.claim;
    match (member.birth, claim.earliest()) {
        (Some(birth), Some(date)) => {
            facts.push(format!("the member is {} on the first date of service, {date}", date.age(birth)));
        }
        _ => facts.push("the member's age is unknown".to_owned()),
    }
    let roster = match (subject.reference.rosters.members.is_some(), member.row) {
        (false, _) => "no member roster is loaded".to_owned(),
        (true, _) if member.newborn => {
            "a newborn on the mother's id: the roster's facts are not used".to_owned()
        }
        (true, None) => "the member is not in the roster".to_owned(),
        (true, Some(row)) => format!(
            "the roster (row {}) says CCS {}",
            row.row,
            row.ccs.map_or("nothing", |ccs| if ccs { "yes" } else { "no" })
        ),
    };
    facts.push(roster);
    facts.push(match member.county {
        Some(county) => format!("county {}", county.name()),
        None => "the county is unknown".to_owned(),
    });
    let table = subject.reference.policy.ccs_conditions.info();
    for (diagnosis, found) in claim.facts.diagnoses.iter().zip(&subject.analysis.diagnoses) {
        facts.push(format!("diagnosis {}: {}", diagnosis.code, standing(found.as_ref(), &table.version)));
    }
    let table = subject.reference.policy.tar_required.info();
    for ((line, view), assessment) in subject.lines().zip(&subject.analysis.authorization) {
        let code = if line.procedure.is_empty() { line.revenue } else { line.procedure };
        let mut text =
            format!("line {} ({code}): {}", line.number, if view.is_ccs { "a CCS line; " } else { "" });
        let other = member.row_on(view.date).map(|row| row.row);
        if other != member.row.map(|row| row.row) {
            let _ = match other {
                Some(row) => write!(text, "on its date the roster's row {row} holds; "),
                None => write!(text, "on its date no row of the roster holds; "),
            };
        }
        let ask = match assessment.need {
            Need::None => {
                text.push_str("needs no authorization number");
                None
            }
            Need::Spared(row) => {
                let _ = write!(
                    text,
                    "needs no authorization number by tar_required.csv ({}) row {}: {} {}",
                    table.version,
                    row.provenance.row,
                    row.setting.word(),
                    row.requires.word()
                );
                None
            }
            Need::Exempt(exemption, ask) => {
                text.push_str("would need an authorization number, but is exempt: ");
                text.push_str(exemption.name());
                Some(ask)
            }
            Need::Asked(ask) => {
                text.push_str(match (ask.because, ask.strong) {
                    (Because::CcsLine, true) => "needs an authorization number, as a CCS line",
                    (Because::CcsLine, false) => {
                        "should have an authorization number: it administers a carved-out drug"
                    }
                    (Because::Listed, true) => "needs an authorization number, as its service is listed",
                    (Because::Listed, false) => "may need an authorization number: its service is listed",
                    (Because::Referral, _) => "needs a referral",
                    (Because::MealsAndLodging, _) => "needs prior approval where possible",
                    (Because::FollowUp, _) => "needs an authorization number, as high-risk infant follow-up",
                });
                if ask.owner != RuleId::TAR101 {
                    let _ = write!(text, " ({} asks)", ask.asker(subject.settings));
                }
                Some(ask)
            }
        };
        if let Some(row) = ask.and_then(|ask| ask.row) {
            let _ = write!(
                text,
                "; tar_required.csv ({}) row {}: {} {}, confidence {}, {}",
                table.version,
                row.provenance.row,
                row.setting.word(),
                row.requires.word(),
                row.provenance.standing().word(),
                row.provenance.source
            );
        }
        if let Some(number) = assessment.number {
            let from = if number.in_header { "the claim's" } else { "its own" };
            let known = if let Some(fault) = number.fault {
                fault.words()
            } else if assessment.is_referral {
                "it is a referral's"
            } else if assessment.authorization().is_some() {
                "it is on file"
            } else if subject.reference.authorizations.is_empty() {
                "nothing is on file to compare it with"
            } else {
                "it is not on file"
            };
            let _ = write!(text, "; it cites {from} number, and {known}");
        }
        facts.push(text);
        if let Some(known) = assessment.authorization() {
            let mut lines = described(known, "").lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
            let whole = lines.next().unwrap_or_default();
            let services: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
            let of = if services.is_empty() { String::new() } else { format!("; {}", services.join("; ")) };
            let known = format!("line {}: authorization {}: {whole}{of}", line.number, known.number);
            facts.push(known);
        }
        let date = view.date.unwrap_or(subject.received);
        facts.extend(
            by_tables(subject, line, code, date).map(|row| format!("line {} ({code}): {row}", line.number)),
        );
    }
    for edit in subject.settings.edits.iter().filter(|edit| subject.settings.enabled.contains(edit.rule.id)) {
        facts.extend(edit.saw(subject).map(|saw| format!("edit {}: {saw}", edit.rule.id)));
    }
    facts
}

/// The rows of other policy tables that hold a line's service.
fn by_tables<'s>(
    subject: &Subject<'s>,
    line: &'s ServiceLine,
    code: Code,
    date: Date,
) -> impl Iterator<Item = String> + use<'s> {
    let policy = &subject.reference.policy;
    let drugs = &policy.carveout_drugs;
    let drug = drugs.find(line.procedure, date).map(|row| format!("carved out, {}", row.class.name()));
    let row = drugs.find(line.procedure, date).or_else(|| drugs.needs_ndc(line.procedure, date));
    let drug = row.map(|row| {
        let says = drug.unwrap_or_else(|| "its drug code decides whether it is carved out".to_owned());
        format!("{says}, by {}", of_edition(&row.provenance, &drugs.info().version))
    });
    let scope = &policy.primary_care_scope;
    let care = scope.find(line.procedure).map(|row| {
        format!("in the scope of primary care by {}", of_edition(&row.provenance, &scope.info().version))
    });
    let kinds = &policy.service_kinds;
    let kinds = kinds
        .rows(code, date)
        .map(|row| format!("{} by {}", row.kind.word(), of_edition(&row.provenance, &kinds.info().version)));
    drug.into_iter().chain(care).chain(kinds.collect::<Vec<_>>())
}

/// A row of a table with the table's edition, its source and confidence.
fn of_edition(row: &Provenance, version: &str) -> String {
    format!("{row} [edition {version}]")
}

fn standing(found: Option<&CcsMatch<'_>>, version: &str) -> String {
    let Some(found) = found else { return "not listed among CCS conditions".to_owned() };
    format!(
        "{}{} by ccs_conditions.csv ({version}) row {}, {}, confidence {}",
        found.status.word(),
        if found.lowered { " (always, lowered for a status or aftercare code)" } else { "" },
        found.row,
        found.category,
        found.confidence.word()
    )
}
