//! What the summaries claim, against what was counted.

use std::collections::BTreeMap;
use std::path::Path;

use crate::finding::Total;
use crate::output::summary::{Split, Summary};

use super::compare::{Sum, Sums};
use super::report::{Invariant, Report, Violation};
use super::said::Spoken;
use super::tree::Counts;

/// Reads a summary: none where it is none, an error where it could not be read.
pub(super) fn read(path: &Path) -> std::io::Result<Option<Summary>> {
    Ok(serde_json::from_slice(&std::fs::read(path)?).ok())
}

/// What an input, its outputs and its rows came to.
pub(super) struct Found<'f> {
    /// The input's file name.
    pub(super) input: &'f str,
    /// What the input holds.
    pub(super) counts: &'f Counts,
    pub(super) charges: Total,
    /// Where its records were found.
    pub(super) sums: &'f Sums,
    /// What the files of accepted, rejected and held records hold.
    pub(super) files: [Sum; 3],
    /// What the rows say; none where they could not be read.
    pub(super) findings: Option<&'f BTreeMap<String, Spoken>>,
}

/// Compares the summary of an input.
pub(super) fn check(summary: &Summary, file: &str, found: &Found<'_>, report: &mut Report) {
    let mut wrong = |invariant, what: String| report.add(Violation::new(invariant, file, what));
    let Found { counts, sums, .. } = found;
    let conservation = Invariant::Conservation;
    let read = Sum { records: counts.records, charges: found.charges };
    let Split { read: all, accepted, rejected, refused, held } = &summary.records;
    let charges = &summary.charges;
    // absent where none are
    let nothing = Total::default().to_string();
    let charges_held = if charges.held.is_empty() { &nothing } else { &charges.held };
    for (word, records, charge, sum, of) in [
        ("read", all, &charges.read, read, "the input"),
        ("accepted", accepted, &charges.accepted, sums.accepted, "found in the accept file"),
        ("accepted", accepted, &charges.accepted, found.files[0], "the accept file"),
        ("rejected", rejected, &charges.rejected, sums.rejected, "found in the reject file"),
        ("rejected", rejected, &charges.rejected, found.files[1], "the reject file"),
        ("refused", refused, &charges.refused, sums.refused, "refused interchanges"),
        ("held", held, charges_held, sums.held, "found in the held file"),
        ("held", held, charges_held, found.files[2], "the held file"),
    ] {
        if *records != sum.records {
            wrong(conservation, format!("records.{word} is {records}, but {of}: {}", sum.records));
        }
        if *charge != sum.charges.to_string() {
            wrong(conservation, format!("charges.{word} is {charge}, but {of}: {}", sum.charges));
        }
    }
    if summary.file.as_deref() != Some(found.input) {
        wrong(Invariant::Agreement, "file is not the input's name".to_owned());
    }
    for (name, claimed, counted) in [
        ("interchanges", summary.interchanges, counts.interchanges),
        ("groups", summary.groups, counts.groups),
        ("transactions", summary.transactions, counts.sets),
        ("set_aside", summary.set_aside, counts.set_aside),
    ] {
        if claimed != counted {
            wrong(conservation, format!("{name} is {claimed}, but the input holds {counted}"));
        }
    }
    if summary.responses > counts.answers {
        let (claimed, counted) = (summary.responses, counts.answers);
        wrong(conservation, format!("responses is {claimed}, but the input holds {counted}"));
    }
    if summary.test != counts.test {
        wrong(
            Invariant::Agreement,
            format!("test is {}, but ISA15 of the input says otherwise", summary.test),
        );
    }
    let Some(findings) = found.findings else { return };
    let rules: std::collections::BTreeSet<&String> = findings.keys().chain(summary.findings.keys()).collect();
    for rule in rules {
        let claimed = summary.findings.get(rule).copied().unwrap_or_default();
        let [reject, warn, info] = findings.get(rule).copied().unwrap_or_default();
        let hidden = summary.findings_not_shown.get(rule).copied().unwrap_or_default();
        let (reject, warn, info) = (reject + hidden.reject, warn + hidden.warn, info + hidden.info);
        for (severity, claimed, counted) in
            [("reject", claimed.reject, reject), ("warn", claimed.warn, warn), ("info", claimed.info, info)]
        {
            if claimed != counted {
                let what =
                    format!("findings.{rule}.{severity} is {claimed}, but there are {counted} such rows");
                wrong(Invariant::Agreement, what);
            }
        }
    }
}

/// Compares the summary of a run with those of its inputs, by file name; one of another run is only noted.
pub(super) fn check_run(
    dir: &Path,
    ones: &[(String, Option<Summary>)],
    report: &mut Report,
) -> std::io::Result<()> {
    const FILE: &str = "summary.json";
    let path = dir.join(FILE);
    if !path.exists() {
        let what = "it is missing: the run did not come to its end";
        report.add(Violation::new(Invariant::Agreement, FILE, what));
        return Ok(());
    }
    let Some(all) = read(&path)? else {
        report.add(Violation::new(Invariant::Agreement, FILE, "it is no summary"));
        return Ok(());
    };
    let lines = all.files.as_deref().unwrap_or(&[]);
    if !lines.iter().map(|line| &line.file).eq(ones.iter().map(|(file, _)| file)) {
        let note = format!("{FILE} is of a run over other inputs, and was not compared");
        report.notes.push(note);
        return Ok(());
    }
    let mut wrong = |what: String| report.add(Violation::new(Invariant::Agreement, FILE, what));
    let mut sum = Summary::default();
    let mut charges: Split<Total> = Split::default();
    for (line, (file, one)) in lines.iter().zip(ones) {
        if line.records.as_ref() != one.as_ref().map(|one| &one.records) {
            wrong(format!("the records of {file} are not those of its own summary"));
        }
        let Some(one) = one else { continue };
        let records = &mut sum.records;
        for (sum, one) in [
            (&mut records.read, one.records.read),
            (&mut records.accepted, one.records.accepted),
            (&mut records.rejected, one.records.rejected),
            (&mut records.refused, one.records.refused),
            (&mut records.held, one.records.held),
            (&mut sum.interchanges, one.interchanges),
            (&mut sum.groups, one.groups),
            (&mut sum.transactions, one.transactions),
            (&mut sum.responses, one.responses),
            (&mut sum.set_aside, one.set_aside),
            (&mut sum.silenced, one.silenced),
            (&mut sum.suppressed, one.suppressed),
        ] {
            *sum += one;
        }
        for (sum, one) in [
            (&mut charges.read, &one.charges.read),
            (&mut charges.accepted, &one.charges.accepted),
            (&mut charges.rejected, &one.charges.rejected),
            (&mut charges.refused, &one.charges.refused),
            (&mut charges.held, &one.charges.held),
        ] {
            sum.merge(Total::parse(one).unwrap_or_default());
        }
        for (rule, counts) in &one.findings {
            let sum = sum.findings.entry(rule.clone()).or_default();
            sum.reject += counts.reject;
            sum.warn += counts.warn;
            sum.info += counts.info;
            sum.shadow += counts.shadow;
        }
        sum.test |= one.test;
    }
    sum.take_charges(&charges);
    for (name, is_sum) in [
        ("records", all.records == sum.records),
        ("charges", all.charges == sum.charges),
        ("interchanges", all.interchanges == sum.interchanges),
        ("groups", all.groups == sum.groups),
        ("transactions", all.transactions == sum.transactions),
        ("responses", all.responses == sum.responses),
        ("set_aside", all.set_aside == sum.set_aside),
        ("silenced", all.silenced == sum.silenced),
        ("suppressed", all.suppressed == sum.suppressed),
        ("findings", all.findings == sum.findings),
        ("test", all.test == sum.test),
    ] {
        if !is_sum {
            wrong(format!("{name} is not the sum of the inputs' summaries"));
        }
    }
    Ok(())
}
