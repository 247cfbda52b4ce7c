//! What a rule says of itself, as Markdown: one source for `explain`, the pages under `docs/rules` and the crosswalk.

use std::fmt::Write as _;

use crate::record::ClaimKind;
use crate::rules::{self, Expect, Outcome, Rule};

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let mut text = String::new();
    let _ = write_page(&mut text, rule);
    text
}

fn write_page(text: &mut String, rule: &Rule) -> std::fmt::Result {
    writeln!(text, "# {}: {}\n\n{}\n", rule.id, rule.title, rule.about)?;
    writeln!(text, "| | |\n|---|---|")?;
    writeln!(text, "| SNIP level | {} |", rule.snip)?;
    let stage = match rule.stage {
        rules::Stage::Intake => "intake: a fact of the claim",
        rules::Stage::Adjudication => "adjudication: judgment or history",
    };
    writeln!(text, "| stage | {stage} |")?;
    if !rule.requirements.is_empty() {
        writeln!(text, "| requirements | {} |", rule.requirements.join(", "))?;
    }
    if !rule.effective_from.is_empty() {
        writeln!(text, "| for services from | {} |", rule.effective_from)?;
    }
    if !rule.route.is_empty() {
        writeln!(text, "| route | {} |", rule.route)?;
    }
    if !rule.silent_if.is_empty() {
        let others: Vec<&str> = rule.silent_if.iter().map(|other| other.code()).collect();
        writeln!(text, "| silent where these reject | {} |", others.join(", "))?;
    }
    for needs in rule.needs {
        writeln!(text, "| needs | {} |", needs.file())?;
    }
    if !rule.can_be_lowered {
        writeln!(text, "| in a profile | cannot be lowered |")?;
    }
    writeln!(text, "\n## Outcomes\n")?;
    for outcome in rule.outcomes {
        writeln!(text, "- **{}** ({}): {}", outcome.when, outcome.severity.word(), outcome.message)?;
        writeln!(text, "  {}{}", outcome.remedy, codes(outcome))?;
    }
    if !rule.examples.is_empty() {
        writeln!(text, "\n## Examples")?;
        for example in rule.examples {
            let does = match example.expect {
                Expect::Reject => "rejects",
                Expect::Warn => "warns",
                Expect::Info => "informs",
                Expect::Silent => "is silent",
            };
            let kind = match example.kind {
                ClaimKind::Professional => "837P",
                ClaimKind::Institutional => "837I",
                ClaimKind::Dental => "837D",
            };
            writeln!(text, "\n{}: {} {does} ({kind}).\n\n```", capital(example.shows), rule.id)?;
            writeln!(text, "{}\n```", example.text)?;
        }
    }
    Ok(())
}

/// The codes of an outcome, in brackets.
fn codes(outcome: &Outcome) -> String {
    let codes = &outcome.codes;
    let mut parts: Vec<String> = Vec::new();
    if !codes.category.is_empty() {
        let entity = if codes.entity.is_empty() { String::new() } else { format!(":{}", codes.entity) };
        parts.push(format!("277CA {}:{}{entity}", codes.category, codes.status));
    }
    for (name, code) in [
        ("CARC", codes.carc),
        ("RARC", codes.rarc),
        ("AAA", codes.aaa),
        ("IK3", codes.ik3),
        ("IK4", codes.ik4),
        ("IK5", codes.set),
        ("AK9", codes.group),
        ("TA1", codes.ta1),
    ] {
        if !code.is_empty() {
            parts.push(format!("{name} {code}"));
        }
    }
    if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The list of all rules.
pub fn index() -> String {
    let mut text = String::from("# Rules\n\n| rule | severity | SNIP | what |\n|---|---|---|---|\n");
    for rule in rules::all() {
        let _ = writeln!(
            text,
            "| [{0}]({0}.md) | {1} | {2} | {3} |",
            rule.id,
            rule.outcome(0).severity.word(),
            rule.snip,
            rule.title
        );
    }
    text
}
