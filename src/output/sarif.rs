//! SARIF 2.1.0, written while findings come in.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::diagnostic::{Excerpt, snippet};
use super::reasons::Row;
use crate::rules;
use crate::rules::edit::Edits;

/// A finding as a result, on a line of its own.
pub fn result(out: &mut Vec<u8>, row: &Row<'_>, excerpt: &Excerpt<'_>) {
    let level = match row.severity {
        "reject" => "error",
        "warn" => "warning",
        _ => "note",
    };
    let mut place = json!({ "artifactLocation": { "uri": uri(&row.file) } });
    if let Some(offset) = row.byte_offset {
        let own = row.inherited_from.is_empty();
        let mut region =
            json!({ "byteOffset": offset, "byteLength": if own { excerpt.fault.len() } else { 0 } });
        if own && excerpt.at.is_some() {
            region["snippet"] = json!({ "text": snippet(excerpt) });
        }
        place["region"] = region;
    }
    let loops: Vec<&str> = excerpt.path.iter().map(|(id, _)| id.as_str()).collect();
    let mut name = if loops.is_empty() { row.loop_id.to_string() } else { loops.join("/") };
    if !name.is_empty() {
        name.push('/');
    }
    name.push_str(&row.segment);
    if let Some(element) = row.element {
        name = format!("{name}{element:02}");
    }
    if let Some(component) = row.component {
        name = format!("{name}-{component}");
    }
    let mut location = json!({ "physicalLocation": place });
    if !name.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name, "kind": "element" }]);
    }
    let value = json!({
        "ruleId": row.rule,
        "level": level,
        "message": { "text": if row.remedy.is_empty() { row.message.to_string() } else { format!("{} To mend: {}", row.message, row.remedy) } },
        "locations": [location],
        "properties": row,
    });
    // a Vec takes everything
    if serde_json::to_writer(&mut *out, &value).is_ok() {
        out.push(b'\n');
    }
}

/// A file name as a URI reference.
fn uri(file: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                // a String takes everything
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// A log in the making: nothing but a count is kept of the results.
#[derive(Debug)]
pub struct Log<W> {
    out: W,
    results: u64,
}

impl<W: Write> Log<W> {
    /// Begins a log with the rules and a profile's edits.
    pub fn begin(mut out: W, edits: &Edits) -> io::Result<Log<W>> {
        let rules: Vec<Value> = rules::all()
            .chain(edits.rules())
            .map(|rule| {
                json!({
                    "id": rule.id.code(),
                    "shortDescription": { "text": rule.title },
                    "fullDescription": { "text": rule.about },
                })
            })
            .collect();
        let driver = json!({ "name": "claimsieve", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        write!(
            out,
            "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{{\n\"tool\":{{\"driver\":{driver}}},\n\"results\":["
        )?;
        Ok(Log { out, results: 0 })
    }

    /// Adds results, each a line.
    pub fn add(&mut self, lines: &[u8]) -> io::Result<()> {
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            self.out.write_all(if self.results > 0 { b",\n" } else { b"\n" })?;
            self.out.write_all(line)?;
            self.results += 1;
        }
        Ok(())
    }

    /// Ends the log; `failures` tells of inputs that could not be read.
    pub fn end(mut self, failures: &[String]) -> io::Result<()> {
        let told: Vec<Value> = failures
            .iter()
            .map(|failure| json!({ "level": "error", "message": { "text": failure } }))
            .collect();
        let mut invocation = json!({ "executionSuccessful": failures.is_empty() });
        if !told.is_empty() {
            invocation["toolExecutionNotifications"] = Value::Array(told);
        }
        writeln!(self.out, "\n],\n\"invocations\":[{invocation}]}}]}}")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, Row, Value, result, uri};
    use crate::output::diagnostic::{Excerpt, Quote};
    use crate::rules::edit::Edits;

    #[test]
    fn results_say_where() {
        let row = Row {
            file: "a day.x12".into(),
            rule: "ELM105",
            severity: "warn",
            segment: "HI".into(),
            element: Some(2),
            component: Some(1),
            byte_offset: Some(40),
            ..Row::default()
        };
        let at = Some(Quote { position: 3, text: b"HI*A*BB:C"[..].into() });
        let path = vec![("2000B".to_owned(), "subscriber level"), ("2300".to_owned(), "claim")];
        let excerpt = Excerpt { at, fault: 5..7, path, ..Excerpt::default() };
        let mut lines = Vec::new();
        result(&mut lines, &row, &excerpt);
        result(&mut lines, &Row::default(), &Excerpt::default());
        let mut out = Vec::new();
        let mut log = Log::begin(&mut out, &Edits::default()).unwrap();
        log.add(&lines).unwrap();
        log.end(&["b: no such file".to_owned()]).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 2);
        let place = &results[0]["locations"][0];
        assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "a%20day.x12");
        assert_eq!(place["physicalLocation"]["region"]["byteLength"], 2);
        assert_eq!(place["physicalLocation"]["region"]["snippet"]["text"], "HI*A*BB:C");
        assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], "2000B/2300/HI02-1");
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    }

    #[test]
    fn names_become_references() {
        assert_eq!(uri("día 1%.x12"), "d%C3%ADa%201%25.x12");
    }
}
