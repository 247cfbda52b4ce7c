//! `claimsieve rules` and `claimsieve explain`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Failure;
use super::args::{Explain, Rules, TableFormat};
use crate::rules::{self, Rule};

pub(super) fn list(command: &Rules) -> Result<u8, Failure> {
    let mut out = io::stdout().lock();
    match command.format {
        TableFormat::Text => {
            for rule in rules::all() {
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
            let all: Vec<Value> = rules::all().map(as_json).collect();
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
    for (at, rule) in command.rules.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        write!(out, "{}", crate::output::rule_docs::page(rules::rule(*rule)))?;
    }
    Ok(0)
}
