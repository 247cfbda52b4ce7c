//! What a profile file says of rules: `[rules]`, its own and its partners'.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::place;
use super::profile::{Profile, RejectScope, RuleChoice};
use super::profile_file::date_of;
use super::profile_text::word;
use crate::finding::RuleId;
use crate::rules::{self, Check, Severity};

/// What is said of each rule, by its code.
pub(super) type Entries = BTreeMap<Spanned<String>, Entry>;

/// `TAR101 = "warn"` or `TAR101 = { severity = "warn", reject_scope = "line_as_warning", from = 2026-07-01 }`.
#[derive(Deserialize, Clone, Copy)]
#[serde(
    untagged,
    expecting = "a severity (off, shadow, info, warn, reject), or a table with severity, reject_scope (claim, line_as_warning), from and to (dates)"
)]
pub(super) enum Entry {
    Severity(Severity),
    Table(Table),
}

#[derive(Deserialize, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    severity: Option<Severity>,
    reject_scope: Option<RejectScope>,
    from: Option<Datetime>,
    to: Option<Datetime>,
}

/// Makes a profile say so; what is wrong is said with its line and column in the text.
pub(super) fn read(entries: &Entries, profile: &mut Profile, text: &str) -> Result<(), String> {
    let mut named = Vec::new();
    for (key, entry) in entries {
        let code = key.get_ref();
        let wrong = |what: &str| Err(format!("{}: rules.{code}: {what}", place(text, key.span().start)));
        if RuleId::is_code_of_edit(code) {
            return wrong("an edit says its severity itself, where it stands ([[edits]])");
        }
        let Some(rule) = RuleId::parse(code) else {
            return wrong("there is no such rule; `claimsieve rules` lists them");
        };
        // small letters are understood
        if named.contains(&rule) {
            return wrong("the rule stands there twice");
        }
        named.push(rule);
        let table = match *entry {
            Entry::Severity(severity) => {
                Table { severity: Some(severity), reject_scope: None, from: None, to: None }
            }
            Entry::Table(table) => table,
        };
        if table.severity.is_some_and(|severity| severity < Severity::Reject)
            && !rules::rule(rule).can_be_lowered
        {
            return wrong("this rule cannot be lowered, because nothing behind the fault can be judged");
        }
        if table.severity == Some(Severity::Reject) && !rules::rule(rule).can_reject {
            return wrong("this rule cannot reject, because nothing falls for what it finds");
        }
        let [from, to] = [table.from, table.to].map(|given| given.as_ref().and_then(date_of));
        if from.is_some() != table.from.is_some() || to.is_some() != table.to.is_some() {
            return wrong("from and to are dates, such as 2026-07-01");
        }
        if (from.is_some() || to.is_some()) && !asks_records(&rules::rule(rule).check) {
            return wrong(
                "this rule looks at structure, which has no date of service: it has no from and to",
            );
        }
        let choice = profile.choose(rule);
        choice.severity = table.severity.or(choice.severity);
        choice.scope = table.reject_scope.or(choice.scope);
        choice.from = from.or(choice.from);
        choice.to = to.or(choice.to);
        let own = rules::rule(rule).effective();
        if choice.to.is_some_and(|to| to < choice.from.unwrap_or(own).max(own)) {
            return wrong("it ends before it begins");
        }
    }
    Ok(())
}

/// Whether a rule is asked about claims or authorizations, which have dates of service.
fn asks_records(check: &Check) -> bool {
    match check {
        Check::Claim(_)
        | Check::Anywhere(_)
        | Check::Event(_)
        | Check::Review(_)
        | Check::Ledger(_)
        | Check::Edit => true,
        Check::Survey | Check::Guide | Check::Level(_) => false,
    }
}

/// Writes what is chosen for a rule as a profile file has it; nothing where nothing is.
pub(super) fn write(choice: &RuleChoice, rule: &rules::Rule, text: &mut String) -> std::fmt::Result {
    let RuleChoice { severity, scope, from, to } = *choice;
    if let (Some(severity), None, None, None) = (severity, scope, from, to) {
        return write!(text, "{} = {}", rule.id, word(severity));
    }
    let severity = severity.map(|severity| format!("severity = {}", word(severity)));
    let scope = scope.map(|scope| format!("reject_scope = {}", word(scope)));
    let from = from.map(|from| format!("from = {from}"));
    let to = to.map(|to| format!("to = {to}"));
    let keys: Vec<String> = [severity, scope, from, to].into_iter().flatten().collect();
    write!(text, "{} = {{ {} }}", rule.id, keys.join(", "))
}
