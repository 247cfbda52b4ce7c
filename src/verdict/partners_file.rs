//! The partners of a profile file: `[[partners]]`.

use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;

use super::partner::Partner;
use super::profile::{AdjudicationFindings, Profile, RejectScope};
use super::profile_file::versions;
use super::profile_text::word;
use super::{place, rules_file};
use crate::rules;

/// One partner.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    name: Spanned<String>,
    isa06: Option<Spanned<String>>,
    gs02: Option<Spanned<String>>,
    reject_scope: Option<RejectScope>,
    adjudication_findings: Option<AdjudicationFindings>,
    accept_versions: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    rules: rules_file::Entries,
}

/// The longest id of a sender: ISA06 has 15 characters, GS02 at most 15.
const LONGEST_ID: usize = 15;

/// The partners of a profile that is complete without them; what is wrong is said with its line and column in the text.
pub(super) fn read(entries: Vec<Entry>, profile: &Profile, text: &str) -> Result<Vec<Partner>, String> {
    let mut partners: Vec<Partner> = Vec::new();
    for entry in entries {
        let at_name = entry.name.span().start;
        let name = entry.name.into_inner();
        let wrong = |at: usize, what: &str| Err(format!("{}: partners, {name}: {what}", place(text, at)));
        if name.trim().is_empty() || name.contains(|c: char| c.is_control()) {
            return wrong(at_name, "write a name of one line");
        }
        if partners.iter().any(|other| other.name == name) {
            return wrong(at_name, "another partner has this name");
        }
        for id in [&entry.isa06, &entry.gs02].into_iter().flatten() {
            let shown = id.get_ref();
            let is_plain = !shown.contains(|c: char| c.is_control()) && shown.trim() == shown;
            if shown.is_empty() || !is_plain || shown.len() > LONGEST_ID {
                return wrong(
                    id.span().start,
                    "an id has 1 to 15 characters, without the spaces that fill it up",
                );
            }
        }
        let [isa06, gs02] = [entry.isa06, entry.gs02].map(|id| id.map(Spanned::into_inner));
        if isa06.is_none() && gs02.is_none() {
            return wrong(at_name, "write isa06 or gs02, or both: the ids by which it is known");
        }
        let [sender, group] = [&isa06, &gs02].map(|id| id.as_deref().unwrap_or("").as_bytes());
        if let Some(other) = partners.iter().find(|other| other.is(sender, group)) {
            let other = &other.name;
            return wrong(at_name, &format!("what it sends is already {other}'s, which stands before it"));
        }
        let mut own = profile.clone();
        own.name = format!("{}, partner {name}", profile.name);
        own.reject_scope = entry.reject_scope.unwrap_or(own.reject_scope);
        own.adjudication_findings = entry.adjudication_findings.unwrap_or(own.adjudication_findings);
        if let Some(accepted) = entry.accept_versions {
            own.accept_versions = versions(accepted, text)?;
        }
        rules_file::read(&entry.rules, &mut own, text)?;
        own.settle();
        partners.push(Partner { name, isa06, gs02, profile: own });
    }
    Ok(partners)
}

/// Writes the partners of a profile as its file has them: what is said of rules where it is not what the profile itself says.
pub(super) fn write(profile: &Profile, text: &mut String) -> std::fmt::Result {
    for Partner { name, isa06, gs02, profile: own } in &profile.partners {
        writeln!(text, "\n[[partners]]\nname = {}", word(name))?;
        for (key, id) in [("isa06", isa06), ("gs02", gs02)] {
            if let Some(id) = id {
                writeln!(text, "{key} = {}", word(id))?;
            }
        }
        writeln!(text, "reject_scope = {}", word(own.reject_scope))?;
        writeln!(text, "adjudication_findings = {}", word(own.adjudication_findings))?;
        writeln!(text, "accept_versions = {}", word(&own.accept_versions))?;
        writeln!(text, "[partners.rules]")?;
        for rule in rules::all() {
            let choice = own.choice(rule.id);
            if choice != profile.choice(rule.id) {
                rules_file::write(&choice, rule, text)?;
                writeln!(text)?;
            }
        }
    }
    Ok(())
}
