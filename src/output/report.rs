//! The closing table of a run, for a person at a terminal.

use std::fmt::Write as _;

use crate::rules;

use super::summary::Summary;
use super::text::{counted, grouped};

/// How many of the rules that spoke most are shown.
const TOP: usize = 12;

/// The closing table of a run.
pub fn closing(summary: &Summary) -> String {
    let mut text = String::new();
    let _ = write_closing(&mut text, summary);
    text
}

fn write_closing(text: &mut String, summary: &Summary) -> std::fmt::Result {
    let (records, charges) = (&summary.records, &summary.charges);
    writeln!(text, "{:<12}{:>14}{:>20}", "", "records", "charges")?;
    for (word, count, charge) in [
        ("read", records.read, &charges.read),
        ("accepted", records.accepted, &charges.accepted),
        ("rejected", records.rejected, &charges.rejected),
        ("refused", records.refused, &charges.refused),
    ] {
        writeln!(text, "{word:<12}{:>14}{charge:>20}", grouped(count))?;
    }
    if summary.responses > 0 {
        let were = if summary.responses == 1 { "was" } else { "were" };
        let responses = counted(summary.responses, "authorization response", "authorization responses");
        writeln!(text, "{responses} {were} imported.")?;
    }
    if summary.set_aside > 0 {
        let were = if summary.set_aside == 1 { "was" } else { "were" };
        let groups = counted(summary.set_aside, "group", "groups");
        writeln!(text, "{groups} of another kind {were} set aside.")?;
    }
    if summary.test {
        writeln!(text, "Test data (ISA15 is T).")?;
    }
    top_reasons(text, summary)?;
    if !summary.rules_not_run.is_empty() {
        writeln!(text, "\nRules that did not run:")?;
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for rule in &summary.rules_not_run {
            match reasons.iter_mut().find(|(why, _)| *why == rule.why) {
                Some((_, codes)) => codes.push(&rule.rule),
                None => reasons.push((&rule.why, vec![&rule.rule])),
            }
        }
        for (why, codes) in reasons {
            writeln!(text, "  {}: {why}", codes.join(", "))?;
        }
    }
    for file in summary.files.iter().flatten() {
        if let Some(error) = &file.error {
            writeln!(text, "\nNot processed: {error}")?;
        }
    }
    Ok(())
}

fn top_reasons(text: &mut String, summary: &Summary) -> std::fmt::Result {
    let mut spoken: Vec<_> = summary.findings.iter().collect();
    if spoken.is_empty() {
        return Ok(());
    }
    spoken.sort_by_key(|(code, counts)| {
        (
            std::cmp::Reverse(counts.reject),
            std::cmp::Reverse(counts.warn),
            std::cmp::Reverse(counts.info),
            *code,
        )
    });
    writeln!(text, "\n{:<9}{:>10}{:>10}{:>10}{:>10}  reason", "rule", "reject", "warn", "info", "shadow")?;
    for (code, counts) in spoken.iter().take(TOP) {
        let title = crate::finding::RuleId::parse(code).map_or("", |rule| rules::rule(rule).title);
        writeln!(
            text,
            "{code:<9}{:>10}{:>10}{:>10}{:>10}  {title}",
            grouped(counts.reject),
            grouped(counts.warn),
            grouped(counts.info),
            grouped(counts.shadow)
        )?;
    }
    if spoken.len() > TOP {
        writeln!(text, "… and {} more; the reasons files have them all.", spoken.len() - TOP)?;
    }
    Ok(())
}

/// The last line of a check.
pub fn checked(summary: &Summary) -> String {
    let records = &summary.records;
    let sum = |of: fn(&crate::verdict::Counts) -> u64| summary.findings.values().map(of).sum();
    let findings: [(u64, &str); 3] =
        [(sum(|it| it.reject), "reject"), (sum(|it| it.warn), "warn"), (sum(|it| it.info), "info")];
    let mut text = format!(
        "{}: {} would be accepted, {} rejected, {} refused",
        counted(records.read, "record", "records"),
        grouped(records.accepted),
        grouped(records.rejected),
        grouped(records.refused)
    );
    let findings: Vec<String> = findings
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{} {severity}", grouped(*count)))
        .collect();
    let _ = writeln!(
        text,
        "; findings: {}",
        if findings.is_empty() { "none".to_owned() } else { findings.join(", ") }
    );
    text
}

#[cfg(test)]
mod tests {
    use super::closing;
    use crate::output::summary::{NotRun, Split, Summary};
    use crate::verdict::Counts;

    #[test]
    fn the_table_says_what_happened_and_what_did_not_run() {
        let mut summary = Summary {
            records: Split { read: 1200, accepted: 1150, rejected: 50, refused: 0, held: 0 },
            ..Summary::default()
        };
        summary.findings.insert("TAR101".into(), Counts { reject: 50, ..Counts::default() });
        let not_run = |rule: &str| NotRun { rule: rule.into(), why: "no authorizations are known".into() };
        summary.rules_not_run = vec![not_run("TAR103"), not_run("TAR104")];
        let text = closing(&summary);
        for part in ["1,200", "1,150", "Authorization number required", "TAR103, TAR104: no authorizations"] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
