//! What a rule says of itself, as Markdown: one source for `explain`, the pages under `docs/rules` and the crosswalk.

use std::fmt::Write as _;

use crate::finding::Date;
use crate::rules::edit::{self, Definition, Edit, Group, Scope};
use crate::rules::{self, Expect, Outcome, Rule};

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let mut text = String::new();
    let _ = write_page(&mut text, rule);
    text
}

/// The page of an edit of a profile: that of a rule, and its condition.
pub fn edit(edit: &Edit) -> String {
    let mut text = page(edit.rule);
    let Definition { scope, kinds, period, when, .. } = &edit.definition;
    let of = if kinds.is_empty() { "every claim".to_owned() } else { kinds.join(", ") };
    let asked = match scope {
        Scope::Claim => "the claim",
        Scope::Line => "each service line",
    };
    let mut dates = String::new();
    if period.from > Date::MIN {
        let _ = write!(dates, ", for services from {}", period.from);
    }
    if period.to < Date::MAX {
        let _ = write!(dates, " until {}", period.to);
    }
    let _ =
        writeln!(text, "\n## Condition\n\nOf {of}, {asked} is asked{dates}:\n\n```\n{}\n```", when.trim());
    text
}

/// The fields that edits can ask for, as tables.
pub fn edit_fields() -> String {
    let mut text = String::new();
    for group in [Group::Claim, Group::Member, Group::Line] {
        let _ = writeln!(text, "| field | holds | |\n|---|---|---|");
        for field in edit::fields().filter(|field| field.group() == group) {
            let (group, holds) = (group.word(), field.holds.word());
            let _ = writeln!(text, "| `{group}.{}` | {holds} | {} |", field.name, field.about);
        }
        text.push('\n');
    }
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
        let message = super::text::fill(outcome.message, placeholder);
        writeln!(text, "- **{}** ({}): {message}", outcome.when, outcome.severity.word())?;
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
            let kind = example.transaction();
            writeln!(text, "\n{}: {} {does} ({kind}).\n\n```", capital(example.shows), rule.id)?;
            writeln!(text, "{}\n```", example.text.trim_start_matches("@interchange\n").trim_end())?;
        }
    }
    Ok(())
}

/// What a page shows for a place that a finding fills.
fn placeholder(name: &str, text: &mut String) {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        text.push('…');
    } else {
        let _ = write!(text, "‹{name}›");
    }
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

/// The columns of the reasons files.
pub fn columns() -> String {
    let mut text = String::from(
        "# The reasons files\n\n`NAME.reasons.csv` has a row a finding, `NAME.reasons.jsonl` the same as one JSON object a line. \
         Both hold protected health information.\n\n| column | what it holds |\n|---|---|\n",
    );
    for (name, meaning) in super::reasons::COLUMNS {
        let _ = writeln!(text, "| `{name}` | {meaning} |");
    }
    text.push_str(
        "\nText is UTF-8; other bytes are written as `\\xNN`. In the CSV file a cell that a spreadsheet would run as a formula has an \
         apostrophe in front. Rows about an interchange, group, set or level leave `record` empty; a record that falls with what is above \
         it has a row for each kind of fault there that rejects it (ten at most), which says so in `inherited_from`.\n",
    );
    text
}

/// Which codes go with each outcome of each rule.
pub fn crosswalk() -> String {
    let mut text = String::from(
        "# Crosswalk\n\nThe codes that go with each outcome: 277CA status (category, code, entity), CARC and RARC, AAA of the 278, and the codes \
         of 999 and TA1.\n\n| rule | outcome | severity | 277CA | CARC | RARC | AAA | IK3 | IK4 | IK5 | AK9 | TA1 |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for rule in rules::all() {
        for outcome in rule.outcomes {
            let c = &outcome.codes;
            let status: Vec<&str> =
                [c.category, c.status, c.entity].into_iter().filter(|part| !part.is_empty()).collect();
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                rule.id,
                outcome.when,
                outcome.severity,
                status.join(":"),
                c.carc,
                c.rarc,
                c.aaa,
                c.ik3,
                c.ik4,
                c.set,
                c.group,
                c.ta1
            );
        }
    }
    text
}
