//! `claimsieve check`.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::Failure;
use super::args::{Arguments, Check, CheckFormat};
use super::color::paint;
use super::process::{received, reference, unit_bytes};
use crate::output::paint::Paint;
use crate::pipeline::{self, Options, Outcome, temporary_dir};
use crate::rules;
use crate::source::discover;
use crate::verdict::Profile;

pub(super) fn run(command: &Check, arguments: &Arguments) -> Result<u8, Failure> {
    let profile = Profile::load(&command.profile).map_err(Failure::usage)?;
    let reference = reference(&command.judging)?;
    let nowhere = temporary_dir();
    let mut options = Options::new(&profile, &nowhere, received(&command.judging));
    options.jobs = command.judging.jobs;
    if let Some(bytes) = unit_bytes()? {
        options.unit_bytes = bytes;
    }
    let sources = discover(&command.inputs);
    let mut results: Vec<Value> = Vec::new();
    let mut failed: Option<io::Error> = None;
    let paint = paint(arguments.color, &io::stdout());
    let report = pipeline::check(&sources, reference, &options, &nowhere, &mut |_, rows| {
        let shown = show(command.format, rows, paint, &mut results);
        if failed.is_none() {
            failed = shown.err();
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    for input in &report.inputs {
        if let Outcome::Failed(error) = &input.outcome {
            writeln!(io::stderr(), "claimsieve: {error}")?;
        }
    }
    let mut out = io::stdout().lock();
    if command.format == CheckFormat::Sarif {
        serde_json::to_writer_pretty(&mut out, &sarif(&results)).map_err(io::Error::from)?;
        writeln!(out)?;
    } else if command.format == CheckFormat::Text && !arguments.quiet {
        let records = &report.summary.records;
        writeln!(
            out,
            "{} records: {} would be accepted, {} rejected, {} refused",
            records.read, records.accepted, records.rejected, records.refused
        )?;
    }
    Ok(report.status)
}

/// Shows rows that came as JSON lines.
fn show(format: CheckFormat, rows: &[u8], paint: Paint, results: &mut Vec<Value>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CheckFormat::Json {
        return out.write_all(rows);
    }
    for row in rows.split(|byte| *byte == b'\n').filter(|row| !row.is_empty()) {
        let row: Value = serde_json::from_slice(row)?;
        if format == CheckFormat::Sarif {
            results.push(result(&row));
        } else {
            write!(out, "{}", paragraph(&row, paint))?;
        }
    }
    Ok(())
}

/// A finding as a paragraph.
fn paragraph(row: &Value, paint: Paint) -> String {
    let mut text = String::new();
    // a String takes everything
    let _ = write_paragraph(&mut text, row, paint);
    text
}

fn write_paragraph(out: &mut String, row: &Value, paint: Paint) -> std::fmt::Result {
    let text = |key: &str| match &row[key] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let mut place: Vec<String> = Vec::new();
    for (word, key) in [
        ("record", "record"),
        ("claim", "record_id"),
        ("line", "line"),
        ("loop", "loop"),
        ("byte", "byte_offset"),
    ] {
        if !text(key).is_empty() {
            place.push(format!("{word} {}", text(key)));
        }
    }
    write!(
        out,
        "{}: {} {}: {}\n    at {}",
        text("file"),
        paint.severity(&text("severity"), &text("severity")),
        paint.strong(&text("rule")),
        text("message"),
        text("segment")
    )?;
    if !text("element").is_empty() {
        write!(out, "{:0>2}", text("element"))?;
    }
    if !text("component").is_empty() {
        write!(out, "-{}", text("component"))?;
    }
    if !text("position").is_empty() {
        write!(out, " (segment {} of set {})", text("position"), text("transaction"))?;
    }
    writeln!(out, "{}{}", if place.is_empty() { "" } else { ", " }, place.join(", "))?;
    for (word, key) in [("found", "found"), ("expected", "expected"), ("mend", "remedy")] {
        if !text(key).is_empty() {
            writeln!(out, "    {word}: {}", text(key))?;
        }
    }
    Ok(())
}

/// A finding as a SARIF result.
fn result(row: &Value) -> Value {
    let level = match row["severity"].as_str() {
        Some("reject") => "error",
        Some("warn") => "warning",
        _ => "note",
    };
    json!({
        "ruleId": row["rule"],
        "level": level,
        "message": { "text": row["message"] },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": row["file"] },
                "region": { "byteOffset": row["byte_offset"].as_u64().unwrap_or(0), "byteLength": 0 },
            },
            "logicalLocations": [{ "fullyQualifiedName": format!(
                "{}/{}", row["loop"].as_str().unwrap_or(""), row["segment"].as_str().unwrap_or("")
            ) }],
        }],
        "properties": row,
    })
}

fn sarif(results: &[Value]) -> Value {
    let rules: Vec<Value> = rules::all()
        .map(|rule| {
            json!({
                "id": rule.id.code(),
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.about },
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "claimsieve", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    })
}
