//! What every rule made of one record, for a person.

use std::fmt::Write as _;

use super::statements::statement;
use crate::rules::{self, Severity};

/// What is known of one record.
#[derive(Clone, Debug, Default)]
pub struct Explained {
    /// The input's file name.
    pub file: String,
    /// The record's ordinal in the file.
    pub record: u64,
    /// CLM01, or TRN02 of a 278 request.
    pub id: String,
    /// 837P …; `claim` where nothing was judged.
    pub kind: &'static str,
    /// accept, reject or refused.
    pub disposition: &'static str,
    /// Why it falls, where that is not its own fault.
    pub inherited: Vec<String>,
    /// What the rules were told, a line each.
    pub facts: Vec<String>,
    /// What each rule said, in the order in which they were asked.
    pub rules: Vec<Spoken>,
}

/// What one rule said.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// The rule.
    pub rule: crate::finding::RuleId,
    /// What became of it.
    pub outcome: Said,
}

/// What became of a rule that was asked, or not asked, about a record.
#[derive(Clone, Debug)]
pub enum Said {
    /// It found nothing.
    Nothing,
    /// It spoke: severity, message, remedy of each finding.
    Findings(Vec<(Severity, String, &'static str)>),
    /// It spoke, but another rule's rejection says it already.
    Silenced(String),
    /// It was not asked.
    NotAsked(String),
}

/// The text of an explanation.
pub fn text(explained: &Explained) -> String {
    let mut text = String::new();
    let _ = write_text(&mut text, explained);
    text
}

fn write_text(text: &mut String, explained: &Explained) -> std::fmt::Result {
    let Explained { file, record, id, kind, disposition, inherited, facts, rules } = explained;
    writeln!(text, "{file}, record {record}, {kind} {id}: {disposition}")?;
    for inherited in inherited {
        writeln!(text, "  falls with what is above it: {inherited}")?;
    }
    if rules.is_empty() {
        // refused whole: no rule was asked
        return Ok(());
    }
    if !facts.is_empty() {
        writeln!(text, "\nWhat the rules saw:")?;
        for fact in facts {
            writeln!(text, "  {fact}")?;
        }
    }
    writeln!(text, "\nWhat the rules said:")?;
    let mut quiet: Vec<&str> = Vec::new();
    let mut not_asked: Vec<(&str, Vec<&str>)> = Vec::new();
    for spoken in rules {
        let rule = rules::rule(spoken.rule);
        match &spoken.outcome {
            Said::Nothing => quiet.push(rule.id.code()),
            Said::Findings(findings) => {
                writeln!(text, "  {} {}", rule.id, rule.title)?;
                for (severity, message, remedy) in findings {
                    writeln!(text, "    {severity}: {message}\n      to mend: {remedy}")?;
                }
                for requirement in rule.requirements {
                    match statement(requirement) {
                        Some(says) => writeln!(text, "    behind it: {requirement}, {says}")?,
                        None => writeln!(text, "    behind it: {requirement}")?,
                    }
                }
            }
            Said::Silenced(by) => writeln!(text, "  {} {}: silent, since {by} rejects", rule.id, rule.title)?,
            Said::NotAsked(why) => match not_asked.iter_mut().find(|(reason, _)| reason == why) {
                Some((_, codes)) => codes.push(rule.id.code()),
                None => not_asked.push((why, vec![rule.id.code()])),
            },
        }
    }
    if !quiet.is_empty() {
        writeln!(text, "  found nothing: {}", quiet.join(", "))?;
    }
    for (why, codes) in not_asked {
        writeln!(text, "  not asked ({why}): {}", codes.join(", "))?;
    }
    Ok(())
}
