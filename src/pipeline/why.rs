//! What every rule made of one record: the same judging, one record looked at closely.

use crate::finding::{Findings, RuleId};
use crate::output::authorization::{codes, units};
use crate::output::text;
use crate::output::why::{Explained, Said, Spoken};
use crate::record::{Cell, Claim, SHAPES};
use crate::reference::{FoundAuthorization, Reference};
use crate::rules::{self, Check, Severity, Subject};
use crate::source::{Input, Source};
use crate::verdict::{Disposition, Fates, Profile};
use crate::x12::survey::Survey;
use crate::x12::{ItemKind, Stitcher, StructuralIndex, Unit};

use super::course::{begin, past};
use super::intake::{self, Surveyed, Surveyors};
use super::judge::{Judge, loops_of};
use super::ledger::{Ledgers, Turn, scribe};
use super::read::Reader;
use super::rulebook::Rulebook;
use super::run::{Options, RunError, Silent};
use super::saw;
use super::work::{Cause, Located, Root, Task, Work};

/// Explains every record of an input whose id is `id`. The claims before it in the input are judged too, since some rules depend
/// on what they used.
pub fn why(
    source: &Source,
    id: &str,
    mut reference: Reference,
    options: &Options<'_>,
    spool_dir: &std::path::Path,
) -> Result<Vec<Explained>, RunError> {
    let file = source.file();
    let input = intake::open(source, spool_dir, options.profile)?;
    let mut surveyors = Surveyors::default();
    let Surveyed { survey, kept, .. } = surveyors.survey(&input, file, options, &mut reference, &Silent)?;
    surveyors.finish(&mut reference);
    let fates = Fates::new(&survey, options.profile);
    let (profile, received) = (options.profile, options.received);
    let mut ledgers = Ledgers::new(options, &reference, past(options), spool_dir);
    begin(options, ledgers.as_mut(), file, 1, &kept)?;
    let scribe = ledgers.as_ref().and_then(|_| scribe(profile, &reference, past(options), received));
    let book = Rulebook::new(profile, &reference);
    let judge = Judge::new(&book, &reference, &fates, received, scribe);
    let mut reader = Reader::new(&input, file, &fates, options.unit_bytes);
    let mut stitcher = Stitcher::new(SHAPES, judge.set_aside(), StructuralIndex);
    let mut found = Vec::new();
    let mut work: Box<Work<'_>> = Box::default();
    while next_stitched(&mut reader, &mut stitcher, &mut work, options.unit_bytes)? {
        let mut about = Vec::new();
        for item in matching(&work.unit, id) {
            work = judge.judge_to(Located(work), item + 1).0;
            let mut looked = explain(&work, item, &judge, &survey);
            file.clone_into(&mut looked.explained.file);
            about.push(looked);
            work.forget_verdicts();
        }
        if let Some(ledgers) = &mut ledgers {
            work = judge.judge(Located(work)).0;
            ledgers.unit_in_turn(&mut work, |mut turn| {
                let own = turn.item();
                about
                    .iter_mut()
                    .filter(|looked| looked.item == own)
                    .for_each(|looked| left(looked, &mut turn));
            });
            ledgers.trouble().map_or(Ok(()), Err)?;
            for looked in &mut about {
                late(&work, looked);
            }
        }
        found.extend(about.into_iter().map(|looked| looked.explained));
    }
    if found.is_empty() { refused(&input, file, &fates, options, id) } else { Ok(found) }
}

/// Reads and stitches the next unit that there is something to judge in; whether there is one.
fn next_stitched<'r>(
    reader: &mut Reader<'r, &Input>,
    stitcher: &mut Stitcher<StructuralIndex>,
    work: &mut Work<'r>,
    unit_bytes: usize,
) -> Result<bool, RunError> {
    loop {
        work.recycle(unit_bytes);
        if !reader.next(work)? {
            return Ok(false);
        }
        match work.task {
            Task::Judge => {
                work.unit.index(&StructuralIndex);
                stitcher.stitch(&mut work.unit);
                return Ok(true);
            }
            Task::Refused { note: Some(note) } => stitcher.skip_to(note.counted),
            // without an ISA nothing in it can be told
            Task::Refused { note: None } | Task::Junk(_) => {}
        }
    }
}

/// The records of an id in interchanges that are refused whole: nothing was asked about them.
fn refused(
    input: &Input,
    file: &str,
    fates: &Fates<'_>,
    options: &Options<'_>,
    id: &str,
) -> Result<Vec<Explained>, RunError> {
    let mut reader = Reader::new(input, file, fates, options.unit_bytes).of_refused_too();
    let mut stitcher = Stitcher::new(SHAPES, Vec::new(), StructuralIndex);
    let mut found = Vec::new();
    let mut work: Box<Work<'_>> = Box::default();
    while next_stitched(&mut reader, &mut stitcher, &mut work, options.unit_bytes)? {
        let unit = &work.unit;
        for at in matching(unit, id) {
            let around = unit.items.iter().take(at).rfind(|item| item.kind == ItemKind::Interchange);
            let fault = around.and_then(|interchange| fates.refusal(interchange.number));
            let (Some(item), Some(fault)) = (unit.items.get(at), fault) else { continue };
            let is_claim = unit.segment(item.from).id() == b"CLM";
            found.push(Explained {
                file: file.to_owned(),
                record: item.number,
                id: id.to_owned(),
                kind: if is_claim { "claim" } else { "278" },
                disposition: Disposition::Refused.word(),
                inherited: vec![format!(
                    "its interchange is refused whole by {} {}",
                    fault.rule,
                    rules::rule(fault.rule).title
                )],
                ..Explained::default()
            });
        }
    }
    Ok(found)
}

/// What is known of a record, and what the ledger is to be asked of it.
struct Looked<'r> {
    explained: Explained,
    /// Its place among the unit's items.
    item: usize,
    /// The authorizations that its lines cite.
    authorizations: Vec<FoundAuthorization<'r>>,
}

/// Adds what the ledger's rules say of a record.
fn late(work: &Work<'_>, looked: &mut Looked<'_>) {
    let Looked { explained, item, .. } = looked;
    let verdict = work.verdicts.get(*item).copied().unwrap_or_default();
    explained.disposition = verdict.disposition.word();
    let heads = work.line_heads.get(verdict.lines.0 as usize..verdict.lines.1 as usize).unwrap_or(&[]);
    for spoken in &mut explained.rules {
        let rule = rules::rule(spoken.rule);
        if !matches!(rule.check, Check::Ledger(_)) || matches!(spoken.outcome, Said::NotAsked(_)) {
            continue;
        }
        let said = said_by(work, verdict.from..verdict.to, rule, |line| {
            heads.get((line as usize).wrapping_sub(1)).map(|head| head.assigned)
        });
        if !said.is_empty() {
            spoken.outcome = Said::Findings(said);
        }
    }
}

/// Adds what was left of a record's authorizations when its turn came.
fn left(looked: &mut Looked<'_>, turn: &mut Turn<'_, '_, '_>) {
    let Looked { explained, authorizations, .. } = looked;
    for authorization in authorizations {
        for (service, balance) in turn.balances(authorization) {
            let of = service.and_then(|at| authorization.services.get(at));
            explained.facts.push(format!(
                "authorization {}, {}: {} authorized, {} used by claims before this one, {} left",
                authorization.number,
                of.map_or_else(|| "in all".to_owned(), codes),
                units(balance.authorized),
                balance.used,
                balance.left()
            ));
        }
    }
}

/// What a rule says among findings of a unit: severity, message and remedy of each.
fn said_by(
    work: &Work<'_>,
    own: std::ops::Range<u32>,
    rule: &rules::Rule,
    name: impl Fn(u32) -> Option<Cell>,
) -> Vec<(Severity, String, &'static str)> {
    let findings = &work.findings;
    own.filter_map(|at| Some((findings.list().get(at as usize)?, *work.severities.get(at as usize)?)))
        .filter(|(finding, _)| finding.rule == rule.id)
        .map(|(finding, severity)| {
            let line = name(finding.line)
                .map_or(String::new(), |cell| text::readable(cell.text(&work.unit)).into_owned());
            let message = text::message(finding, &work.unit, findings, &line);
            (severity, message, rule.outcome(finding.outcome).remedy)
        })
        .collect()
}

/// Places among a unit's items of the records with an id.
fn matching(unit: &Unit, id: &str) -> Vec<usize> {
    let is_wanted = |item: &crate::x12::Item| {
        let head = crate::record::RecordHead::read(unit, item.from, item.to);
        item.kind == ItemKind::Record && !item.answer && head.id.text(unit) == id.as_bytes()
    };
    unit.items.iter().enumerate().filter(|(_, item)| is_wanted(item)).map(|(at, _)| at).collect()
}

fn explain<'r>(work: &Work<'r>, at: usize, judge: &Judge<'r>, survey: &Survey) -> Looked<'r> {
    let verdict = work.verdicts.get(at).copied().unwrap_or_default();
    let judge = judge.of(verdict.chapter);
    let profile = judge.page.profile;
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
    let is_review = verdict.kind == "278";
    let not_asked = if !matches!(verdict.cause, Cause::Own) {
        Some("it falls with what is above it")
    } else if survey.is_oversized(number) {
        Some("it is too large to be judged")
    } else {
        structure_rejects.then_some("the structure is broken")
    };
    let asked = !is_review && not_asked.is_none();
    let mut asides: Vec<(RuleId, usize)> = Vec::new();
    let mut authorizations: Vec<FoundAuthorization<'r>> = Vec::new();
    let last_claim = work.scratch.stretch.as_ref().and_then(|stretch| stretch.last_claim());
    if let Some((facts, context, analysis)) = last_claim.filter(|_| asked) {
        let loops = loops_of(&work.scratch.slots, verdict.kind);
        let claim = Claim { unit: &work.unit, facts, context, loops: &loops };
        let payer_rules = profile.has_payer_rules() && facts.frequency != b'8';
        let settings = &profile.settings;
        let subject = Subject::new(&claim, judge.reference, settings, judge.received, analysis, payer_rules);
        if payer_rules {
            explained.facts = saw::facts(&subject);
            for known in analysis.authorization.iter().filter_map(|line| line.known.clone()) {
                if !authorizations.iter().any(|other| other.number == known.number) {
                    authorizations.push(known);
                }
            }
        }
        asides = spoken_alone(&subject);
    }
    for rule in rules::all().chain(profile.settings.edits.rules()) {
        let mine = said_by(work, verdict.from..verdict.to, rule, |line| {
            let lines = last_claim.map(|(facts, _, _)| &facts.lines);
            lines.and_then(|lines| lines.get((line as usize).wrapping_sub(1))).map(|line| line.assigned)
        });
        let outcome = if !mine.is_empty() {
            Said::Findings(mine)
        } else if !is_about(rule.check, is_review) {
            continue;
        } else if !profile.runs(rule.id) {
            Said::NotAsked(why_off(profile, judge.whatever_the_day(), rule.id))
        } else if matches!(rule.check, Check::Guide | Check::Level(_)) {
            Said::Nothing
        } else if let Some(why) = not_asked {
            Said::NotAsked(why.to_owned())
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
    Looked { explained, item: at, authorizations }
}

/// Whether a rule looks at records like this one: claims, or reviews (278); what the survey finds is told of what holds them.
fn is_about(check: Check, is_review: bool) -> bool {
    match check {
        Check::Guide | Check::Anywhere(_) => true,
        Check::Event(_) | Check::Review(_) => is_review,
        Check::Claim(_) | Check::Level(_) | Check::Ledger(_) | Check::Edit => !is_review,
        Check::Survey => false,
    }
}

/// Why a rule is off: by the profile whatever the day, or for services on the record's day.
fn why_off(profile: &Profile, whatever_the_day: &Profile, rule: RuleId) -> String {
    if whatever_the_day.runs(rule) {
        return format!("the profile {} keeps it to other dates of service", profile.name);
    }
    format!("switched off by the profile {}", profile.name)
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

fn inherited<'r>(work: &Work<'r>, cause: &Cause<'r>) -> Vec<String> {
    let said = |root: Root<'_>| match root {
        Root::Sibling => "another record of the set is broken, and the profile rejects whole sets".to_owned(),
        Root::Envelope(fault) => format!("{} {}", fault.rule, rules::rule(fault.rule).title),
        Root::Item(_, finding) => {
            format!("{} {}", finding.rule, text::message(finding, &work.unit, &work.findings, ""))
        }
    };
    work.roots(cause).into_iter().map(said).collect()
}
