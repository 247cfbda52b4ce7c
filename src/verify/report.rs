//! What a verification came to, and how it is told.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde::Serialize;

use crate::finding::Total;
use crate::output::text::{counted, dollars, grouped};

/// What is proven of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Invariant {
    /// Every record is in exactly one of accept, reject and refused, in the order of the input, and the sums agree.
    Conservation,
    /// What left is what came, and what was written anew is right.
    Faithfulness,
    /// Files, reasons and summary say the same.
    Agreement,
    /// Every row names places that are there.
    Locality,
}

impl Invariant {
    /// All of them, in the order of the report.
    pub const ALL: [Invariant; 4] =
        [Invariant::Conservation, Invariant::Faithfulness, Invariant::Agreement, Invariant::Locality];

    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Invariant::Conservation => "conservation",
            Invariant::Faithfulness => "faithfulness",
            Invariant::Agreement => "agreement",
            Invariant::Locality => "locality",
        }
    }
}

/// Something that does not hold. It names places, numbers and record ids, never what the input says of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Violation {
    /// What it violates.
    pub invariant: Invariant,
    /// The file that it shows in: the input or one of its outputs.
    pub file: String,
    /// The record's ordinal in the input, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
    /// Its byte offset in that file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub byte_offset: Option<u64>,
    /// What is wrong.
    pub what: String,
}

impl Violation {
    pub(super) fn new(invariant: Invariant, file: &str, what: impl Into<String>) -> Violation {
        Violation { invariant, file: file.to_owned(), record: None, byte_offset: None, what: what.into() }
    }

    pub(super) fn record(mut self, record: u64) -> Violation {
        self.record = Some(record);
        self
    }

    pub(super) fn at(mut self, offset: u64) -> Violation {
        self.byte_offset = Some(offset);
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(record) = self.record {
            write!(f, ", record {record}")?;
        }
        if let Some(offset) = self.byte_offset {
            write!(f, ", byte {offset}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What was counted while the proof was made.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counted {
    /// Inputs whose outputs were looked at.
    pub inputs: u64,
    /// Records of the inputs.
    pub records: u64,
    /// Those in accept files.
    pub accepted: u64,
    /// Those in reject files.
    pub rejected: u64,
    /// Those in refused interchanges.
    pub refused: u64,
    /// Those that are held; in a drop folder only.
    #[serde(skip_serializing_if = "is_none")]
    pub held: u64,
    /// Charges of all of them.
    pub charges: Total,
    /// Interchanges in accept and reject files.
    pub interchanges: u64,
    /// Groups in accept and reject files.
    pub groups: u64,
    /// Sets in accept and reject files.
    pub sets: u64,
    /// Levels in accept and reject files.
    pub levels: u64,
    /// Segments in accept and reject files.
    pub segments: u64,
    /// Interchanges in refused files.
    pub refused_interchanges: u64,
    /// Rows of reasons.
    pub rows: u64,
    /// Rules in those rows.
    pub rules: u64,
    /// Places that rows named and that were looked up.
    pub places: u64,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What a verification came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// What was counted.
    pub counted: Counted,
    /// How many violations of each invariant there are, in the order of [`Invariant::ALL`].
    pub violated: [u64; 4],
    /// The first of them, by invariant as they were found.
    pub violations: Vec<Violation>,
    /// What could not be read, and so is not proven.
    pub unread: Vec<String>,
    /// What is worth knowing and no violation.
    pub notes: Vec<String>,
    /// How many violations of each invariant are kept.
    #[serde(skip)]
    limit: usize,
    /// Rules that spoke.
    #[serde(skip)]
    rules: BTreeSet<String>,
}

impl Report {
    pub(super) fn new(limit: usize) -> Report {
        Report { limit, ..Report::default() }
    }

    /// Takes a violation; only the first ones are kept, all are counted.
    pub(super) fn add(&mut self, violation: Violation) {
        let count = &mut self.violated[violation.invariant as usize];
        *count += 1;
        if *count <= self.limit as u64 {
            self.violations.push(violation);
        }
    }

    /// Notes which rules spoke.
    pub(super) fn add_rules<'r>(&mut self, rules: impl Iterator<Item = &'r String>) {
        self.rules.extend(rules.cloned());
        self.counted.rules = self.rules.len() as u64;
    }

    /// Violations of one invariant.
    pub fn violated(&self, invariant: Invariant) -> u64 {
        self.violated[invariant as usize]
    }

    /// Violations of all invariants.
    pub fn total(&self) -> u64 {
        self.violated.iter().sum()
    }

    /// The exit status: 0 proven, 1 something is violated, 3 something could not be read; the highest wins.
    pub fn status(&self) -> u8 {
        if self.unread.is_empty() { u8::from(self.total() > 0) } else { 3 }
    }

    /// The report for people: a line an invariant, under it the first violations.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // a String takes everything
        let _ = self.write_text(&mut text);
        text
    }

    fn write_text(&self, text: &mut String) -> fmt::Result {
        for invariant in Invariant::ALL {
            let violated = self.violated(invariant);
            writeln!(text, "{}: {}", invariant.word(), self.line(invariant))?;
            if violated == 0 {
                continue;
            }
            writeln!(text, "  VIOLATED {}:", times(violated))?;
            let mut shown = 0;
            for violation in self.violations.iter().filter(|violation| violation.invariant == invariant) {
                writeln!(text, "  {violation}")?;
                shown += 1;
            }
            if shown < violated {
                writeln!(text, "  … and {} more", grouped(violated - shown))?;
            }
        }
        for note in &self.notes {
            writeln!(text, "note: {note}")?;
        }
        for unread in &self.unread {
            writeln!(text, "not proven: {unread}")?;
        }
        let inputs = counted(self.counted.inputs, "input", "inputs");
        match (self.total(), self.unread.len()) {
            (0, 0) => writeln!(text, "Proven for {inputs}."),
            (0, _) => writeln!(text, "Proven for {inputs}; the rest could not be looked at."),
            (total, _) => {
                writeln!(text, "NOT proven: {} in {inputs}.", counted(total, "violation", "violations"))
            }
        }
    }

    fn line(&self, invariant: Invariant) -> String {
        let it = &self.counted;
        match invariant {
            Invariant::Conservation => format!(
                "{}: {} accepted, {} rejected, {} refused{}; charges {}",
                counted(it.records, "record", "records"),
                grouped(it.accepted),
                grouped(it.rejected),
                grouped(it.refused),
                if it.held > 0 { format!(", {} held", grouped(it.held)) } else { String::new() },
                dollars(it.charges)
            ),
            Invariant::Faithfulness => format!(
                "{}, {}, {}, {} and {} written; {} refused",
                counted(it.interchanges, "interchange", "interchanges"),
                counted(it.groups, "group", "groups"),
                counted(it.sets, "set", "sets"),
                counted(it.levels, "level", "levels"),
                counted(it.segments, "segment", "segments"),
                counted(it.refused_interchanges, "interchange", "interchanges")
            ),
            Invariant::Agreement => format!(
                "{} of {} as CSV and as JSON lines",
                counted(it.rows, "row", "rows"),
                counted(it.rules, "rule", "rules")
            ),
            Invariant::Locality => format!("{} looked up", counted(it.places, "place", "places")),
        }
    }

    /// The report as JSON, with a newline at the end.
    pub fn json(&self) -> Vec<u8> {
        // a report holds nothing that JSON cannot
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value["status"] = self.status().into();
        let mut text = serde_json::to_vec_pretty(&value).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

fn times(number: u64) -> String {
    if number == 1 { "once".to_owned() } else { format!("{} times", grouped(number)) }
}

#[cfg(test)]
mod tests {
    use super::{Invariant, Report, Violation};

    #[test]
    fn the_first_violations_are_shown_and_all_are_counted() {
        let mut report = Report::new(2);
        for record in 1..=1234 {
            let what = "it is in none of the files";
            report.add(Violation::new(Invariant::Conservation, "a.837", what).record(record).at(7));
        }
        assert_eq!((report.total(), report.status()), (1234, 1));
        let text = report.text();
        assert!(text.contains("a.837, record 2, byte 7: it is in none"), "{text}");
        assert!(!text.contains("record 3,") && text.contains("… and 1,232 more"), "{text}");
        report.unread.push("b.837: there is no such file".to_owned());
        assert_eq!(report.status(), 3);
        let json: serde_json::Value = serde_json::from_slice(&report.json()).unwrap();
        assert_eq!(json["violated"], serde_json::json!([1234, 0, 0, 0]));
        assert_eq!(
            (&json["violations"][0]["invariant"], &json["status"]),
            (&"conservation".into(), &3.into())
        );
    }

    #[test]
    fn nothing_violated_is_good() {
        assert_eq!(Report::new(1).status(), 0);
    }
}
