//! What every rule made of one record: the same judging, one record looked at closely.

use std::fmt::Write as _;

use crate::finding::{Findings, RuleId};
use crate::output::text;
use crate::output::why::{Explained, Said, Spoken};
use crate::record::{Claim, ServiceLine};
use crate::reference::{CcsMatch, Reference};
use crate::rules::tar::{Because, Need};
use crate::rules::{self, Check, Severity, Subject};
use crate::source::Source;
use crate::verdict::Fates;
use crate::x12::survey::{Senders, Survey};
use crate::x12::{ItemKind, Stitcher, StructuralIndex, Unit};

use super::early;
use super::intake::survey_one;
use super::judge::{Judge, loops_of};
use super::read::Reader;
use super::run::{Options, RunError};
use super::work::{Cause, Located, Root, Task, Work};
use crate::record::SHAPES;

/// Explains every record of an input whose id is `id`.
pub fn why(
    source: &Source,
    id: &str,
    mut reference: Reference,
    options: &Options<'_>,
    spool_dir: &std::path::Path,
) -> Result<Vec<Explained>, RunError> {
    let input = source.open_within(spool_dir, options.profile.spool_bytes)?;
    let survey =
        survey_one(&input, source.file(), options.profile, &mut Senders::default(), &super::run::Silent)?;
    let fates = Fates::new(&survey, options.profile);
    let mut sequence = 0;
    early::collect(&input, source.file(), &fates, options.profile, &mut sequence, &mut |decided, _| {
        reference.authorizations.decide(decided);
    })?;
    let asked = rules::Asked::new(&options.profile.settings.enabled, &reference);
    let judge = Judge {
        profile: options.profile,
        asked: &asked,
        reference: &reference,
        fates: &fates,
        received: options.received,
        scribe: None,
    };
    let mut reader = Reader::new(&input, source.file(), &fates, options.unit_bytes);
    let mut stitcher = Stitcher::new(SHAPES, judge.set_aside(), StructuralIndex);
    let mut found = Vec::new();
    let mut work: Box<Work<'_>> = Box::default();
    loop {
        work.recycle(options.unit_bytes);
        if !reader.next(&mut work)? {
            return Ok(found);
        }
        match work.task {
            Task::Judge => {}
            Task::Refused { note: Some(note) } => {
                stitcher.skip_to(note.counted);
                continue;
            }
            Task::Refused { note: None } | Task::Junk(_) => continue,
        }
        work.unit.index(&StructuralIndex);
        stitcher.stitch(&mut work.unit);
        let wanted: Vec<usize> = matching(&work.unit, id);
        if wanted.is_empty() {
            continue;
        }
        for item in wanted {
            work = judge.judge_to(Located(work), item + 1).0;
            let mut explained = explain(&work, item, &judge, &survey);
            source.file().clone_into(&mut explained.file);
            found.push(explained);
            work.forget_verdicts();
        }
    }
}

/// Places among a unit's items of the records with an id.
fn matching(unit: &Unit, id: &str) -> Vec<usize> {
    let is_wanted = |item: &crate::x12::Item| {
        let head = crate::record::RecordHead::read(unit, item.from, item.to);
        item.kind == ItemKind::Record && !item.answer && head.id.text(unit) == id.as_bytes()
    };
    unit.items.iter().enumerate().filter(|(_, item)| is_wanted(item)).map(|(at, _)| at).collect()
}

fn explain(work: &Work<'_>, at: usize, judge: &Judge<'_>, survey: &Survey) -> Explained {
    let verdict = work.verdicts.get(at).copied().unwrap_or_default();
    let number = work.unit.items.get(at).map_or(0, |item| item.number);
    let mut explained = Explained {
        record: number,
        id: text::readable(verdict.head.id.text(&work.unit)).into_owned(),
        kind: verdict.kind,
        disposition: verdict.disposition.word(),
        inherited: inherited(work, &verdict.cause),
        ..Explained::default()
    };
    let findings = &work.findings;
    let own = verdict.from as usize..verdict.to as usize;
    let structure_rejects = own.clone().any(|at| {
        let finding = findings.list().get(at);
        work.severities.get(at) == Some(&Severity::Reject)
            && finding.is_some_and(|finding| rules::rule(finding.rule).snip <= 2)
    });
    let judged =
        verdict.kind != "278" && !matches!(verdict.cause, Cause::Envelope(_)) && !survey.is_oversized(number);
    let asked = judged && !structure_rejects && matches!(verdict.cause, Cause::Own);
    let mut asides: Vec<(RuleId, usize)> = Vec::new();
    let last_claim = work.scratch.stretch.as_ref().and_then(|stretch| stretch.last_claim());
    if let Some((facts, context, analysis)) = last_claim.filter(|_| asked) {
        let loops = loops_of(&work.scratch.slots, verdict.kind);
        let claim = Claim { unit: &work.unit, facts, context, loops: &loops };
        let payer_rules = judge.profile.has_payer_rules() && facts.frequency != b'8';
        let (profile, received) = (judge.profile, judge.received);
        let subject =
            Subject::new(&claim, judge.reference, &profile.settings, received, analysis, payer_rules);
        if payer_rules {
            explained.facts = self::facts(&subject);
        }
        asides = spoken_alone(&subject);
    }
    for rule in rules::all() {
        let mine: Vec<_> = own
            .clone()
            .filter_map(|at| Some((findings.list().get(at)?, *work.severities.get(at)?)))
            .filter(|(finding, _)| finding.rule == rule.id)
            .map(|(finding, severity)| {
                let line = last_claim
                    .and_then(|(facts, _, _)| facts.lines.get((finding.line as usize).wrapping_sub(1)));
                let message = text::message(finding, &work.unit, findings, &line_name(line, &work.unit));
                (severity, message, rule.outcome(finding.outcome).remedy)
            })
            .collect();
        let outcome = if !mine.is_empty() {
            Said::Findings(mine)
        } else if !judge.profile.runs(rule.id) {
            Said::NotAsked(format!("switched off by the profile {}", judge.profile.name))
        } else if matches!(rule.check, Check::Ledger(_)) {
            Said::NotAsked(
                "it depends on the claims before this one; `process` asks it in its turn".to_owned(),
            )
        } else if !matches!(rule.check, Check::Claim(_) | Check::Anywhere(_)) {
            if matches!(rule.check, Check::Guide | Check::Level(_)) { Said::Nothing } else { continue }
        } else if !asked {
            Said::NotAsked("the structure is broken".to_owned())
        } else if let Some(needs) = rule.needs.iter().find(|needs| !needs.is_met(judge.reference)) {
            Said::NotAsked(needs.lack())
        } else if asides.iter().any(|(spoke, _)| *spoke == rule.id) {
            let by = own.clone().find_map(|at| {
                let finding = findings.list().get(at)?;
                rules::silences(finding.rule, rule.id).then(|| finding.rule.code().to_owned())
            });
            Said::Silenced(by.unwrap_or_else(|| "another rule".to_owned()))
        } else {
            Said::Nothing
        };
        explained.rules.push(Spoken { rule: rule.id, outcome });
    }
    explained
}

fn line_name(line: Option<&ServiceLine>, unit: &Unit) -> String {
    line.map_or(String::new(), |line| text::readable(line.assigned.text(unit)).into_owned())
}

/// Which rules find something when asked by themselves, and how often.
fn spoken_alone(subject: &Subject<'_>) -> Vec<(RuleId, usize)> {
    let mut findings = Findings::default();
    rules::all()
        .filter_map(|rule| {
            findings.clear();
            match rule.check {
                Check::Claim(check) => check(subject, &mut findings),
                Check::Anywhere(check) => check(&subject.scene(), &mut findings),
                _ => return None,
            }
            (!findings.is_empty()).then_some((rule.id, findings.len()))
        })
        .collect()
}

fn inherited(work: &Work<'_>, cause: &Cause<'_>) -> Option<String> {
    Some(match work.root(cause)? {
        Root::Sibling => "another record of the set is broken, and the profile rejects whole sets".to_owned(),
        Root::Envelope(fault) => format!("{} {}", fault.rule, rules::rule(fault.rule).title),
        Root::Item(_, finding) => {
            format!("{} {}", finding.rule, text::message(finding, &work.unit, &work.findings, ""))
        }
    })
}

/// What the payer's rules saw.
fn facts(subject: &Subject<'_>) -> Vec<String> {
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
            } else if assessment.authorization.is_some() {
                "it is on file"
            } else if subject.reference.authorizations.is_empty() {
                "nothing is on file to compare it with"
            } else {
                "it is not on file"
            };
            let _ = write!(text, "; it cites {from} number, and {known}");
        }
        facts.push(text);
    }
    facts
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
