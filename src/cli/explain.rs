//! `claimsieve rules` and `claimsieve explain`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Failure;
use super::args::{self, Explain, Rules, TableFormat};
use crate::rules::edit::Edits;
use crate::rules::{self, Rule};
use crate::verdict::Profile;

/// The edits of a profile, where one is given.
fn edits(profile: Option<&String>) -> Result<Edits, Failure> {
    let profile = profile.map(|profile| Profile::load(profile)).transpose().map_err(Failure::usage)?;
    Ok(profile.map(|profile| profile.settings.edits).unwrap_or_default())
}

pub(super) fn list(command: &Rules) -> Result<u8, Failure> {
    let edits = edits(command.profile.as_ref())?;
    let all = || rules::all().chain(edits.rules());
    let mut out = io::stdout().lock();
    match command.format {
        TableFormat::Text => {
            for rule in all() {
                writeln!(
                    out,
                    "{:<8}{:<8}SNIP {}  {}",
                    rule.id.code(),
                    rule.outcome(0).severity.word(),
                    rule.snip,
                    rule.title
                )?;
            }
        }
        TableFormat::Json => {
            let all: Vec<Value> = all().map(as_json).collect();
            serde_json::to_writer_pretty(&mut out, &all).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        TableFormat::Markdown => write!(out, "{}", crate::output::rule_docs::index())?,
    }
    Ok(0)
}

fn as_json(rule: &Rule) -> Value {
    json!({
        "rule": rule.id.code(),
        "title": rule.title,
        "about": rule.about,
        "snip": rule.snip,
        "stage": rule.stage,
        "severity": rule.outcome(0).severity,
        "requirements": rule.requirements,
        "effective_from": rule.effective_from,
        "route": rule.route,
        "silent_if": rule.silent_if.iter().map(|other| other.code()).collect::<Vec<_>>(),
        "needs": rule.needs,
        "can_be_lowered": rule.can_be_lowered,
        "outcomes": rule.outcomes,
    })
}

pub(super) fn explain(command: &Explain) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    // its edits are known by their codes from then on
    let edits = edits(command.profile.as_ref())?;
    let mut pages = Vec::new();
    for code in &command.rules {
        let edit = edits.iter().find(|edit| edit.rule.id.code().eq_ignore_ascii_case(code));
        let page = match edit {
            Some(edit) => crate::output::rule_docs::edit(edit),
            None => args::rule(code)
                .map(|rule| crate::output::rule_docs::page(rules::rule(rule)))
                .map_err(|why| Failure::usage(format!("{code}: {why}")))?,
        };
        pages.push(page);
    }
    write!(out, "{}", pages.join("\n"))?;
    Ok(0)
}
