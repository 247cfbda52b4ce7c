//! What must hold between an input and its outputs: conservation, faithfulness, agreement, locality. Each check panics with
//! what it found.

use std::collections::{BTreeMap, BTreeSet};

use claimsieve::finding::{Money, Total};

use super::read::{self, Interchange, Record, Segment};
use super::run::{Outputs, Row};

/// Holds an input against its outputs in every respect.
pub(crate) fn all(input: &[u8], outputs: &Outputs) {
    let view = View::new(input, outputs);
    view.conserved();
    view.faithful();
    view.agrees();
    view.local();
    csv_is_the_same(outputs);
}

/// An input as it was read here, and what became of it.
pub(crate) struct View<'a> {
    input: &'a [u8],
    outputs: &'a Outputs,
    interchanges: Vec<Interchange>,
    pub(crate) records: Vec<Record>,
    /// For each interchange, whether it was refused.
    refused: Vec<bool>,
    rejected: BTreeSet<u64>,
}

impl<'a> View<'a> {
    pub(crate) fn new(input: &'a [u8], outputs: &'a Outputs) -> View<'a> {
        let interchanges = read::interchanges(input);
        let records = read::records(&interchanges);
        let refused = refused(input, &interchanges, outputs);
        let rejected =
            outputs.rows.iter().filter(|row| row.disposition == "reject").filter_map(|row| row.record);
        View { input, outputs, records, refused, rejected: rejected.collect(), interchanges }
    }

    fn is_refused(&self, record: &Record) -> bool {
        let inside =
            |interchange: &Interchange| interchange.start <= record.start && record.start < interchange.end;
        self.interchanges.iter().position(inside).is_some_and(|at| self.refused[at])
    }

    fn is_rejected(&self, record: &Record) -> bool {
        self.rejected.contains(&record.number)
    }

    fn accepted(&self) -> Vec<&Record> {
        self.records.iter().filter(|record| !self.is_refused(record) && !self.is_rejected(record)).collect()
    }

    fn in_reject(&self) -> Vec<&Record> {
        self.records.iter().filter(|record| !self.is_refused(record) && self.is_rejected(record)).collect()
    }

    /// Every record is in exactly one of accepted, rejected, refused; counts and charges say so.
    pub(crate) fn conserved(&self) {
        let refused: Vec<&Record> = self.records.iter().filter(|record| self.is_refused(record)).collect();
        let all: Vec<&Record> = self.records.iter().collect();
        for (word, records) in [
            ("read", all),
            ("accepted", self.accepted()),
            ("rejected", self.in_reject()),
            ("refused", refused),
        ] {
            let mut charges = Total::default();
            records.iter().filter_map(|record| Money::parse(&record.charge)).for_each(|c| charges.add(c));
            assert_eq!(self.outputs.count(&format!("records/{word}")), records.len() as u64, "{word}");
            let told = self.outputs.summary.pointer(&format!("/charges/{word}")).unwrap();
            assert_eq!(told, &charges.to_string(), "charges {word}");
        }
        let fell = self.outputs.count("records/rejected") + self.outputs.count("records/refused") > 0;
        assert!(
            !fell || self.outputs.status >= 1,
            "something fell, and the status is {}",
            self.outputs.status
        );
    }

    /// Records leave as they came, in their envelopes and under their levels, and counts and levels are right.
    pub(crate) fn faithful(&self) {
        self.faithful_but_for_levels();
        // a level of an unknown kind, or a claim outside of all, cannot be put right
        if ["HLV103", "HLV105"].iter().any(|rule| self.outputs.rules().contains(rule)) {
            return;
        }
        assert_eq!(read::envelope_faults(&self.outputs.reject), Vec::<String>::new(), "reject");
    }

    /// The same; where the input's levels do not nest, those of the reject file do not either.
    pub(crate) fn faithful_but_for_levels(&self) {
        same_records("accept", &self.accepted(), &self.outputs.accept);
        same_records("reject", &self.in_reject(), &self.outputs.reject);
        assert_eq!(read::envelope_faults(&self.outputs.accept), Vec::<String>::new(), "accept");
    }

    /// Files, reasons and summary do not contradict each other.
    pub(crate) fn agrees(&self) {
        let rows = &self.outputs.rows;
        for record in self.in_reject() {
            let has_row =
                rows.iter().any(|row| row.record == Some(record.number) && row.severity == "reject");
            assert!(has_row, "record {} was rejected without a row", record.number);
        }
        for row in rows {
            let Some(number) = row.record else { continue };
            let record = &self.records[number as usize - 1];
            let rejected = self.rejected.contains(&number);
            assert_eq!(row.disposition, if rejected { "reject" } else { "accept" }, "{row:?}");
            assert!(rejected || row.severity != "reject", "{row:?}");
            assert_eq!(row.record_id, record.id, "{row:?}");
            let controls = [&row.interchange, &row.group, &row.transaction];
            assert_eq!(controls, record.controls.each_ref(), "{row:?}");
            let charge = Money::parse(&record.charge)
                .map(|charge| Total::from(charge).to_string())
                .unwrap_or_default();
            assert_eq!(row.charge, charge, "{row:?}");
        }
        let roots = rows.iter().filter(|row| row.record.is_none() && row.severity == "reject");
        for row in roots.filter(|row| row.disposition.is_empty() && !is_about_something_missing(row)) {
            for record in self.below(row) {
                assert!(self.is_rejected(record), "record {} in spite of {row:?}", record.number);
            }
        }
        let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
        for row in rows {
            *counts.entry((row.rule.clone(), row.severity.clone())).or_default() += 1;
        }
        let told = self.outputs.summary["findings"].as_object().unwrap();
        for (rule, by_severity) in told {
            for severity in ["reject", "warn", "info"] {
                let count = counts.remove(&(rule.clone(), severity.to_owned())).unwrap_or(0);
                assert_eq!(by_severity[severity], count, "{rule} {severity}");
            }
        }
        assert!(counts.is_empty(), "not in the summary: {counts:?}");
    }

    /// The records that fall with what a row without a record is about.
    fn below(&self, row: &Row) -> Vec<&Record> {
        let offset = row.byte_offset.unwrap() as usize;
        let (from, to) = self.extent(row, offset);
        self.records.iter().filter(|record| from <= record.start && record.start < to).collect()
    }

    /// From where to where the group, set or level reaches that a row is about.
    fn extent(&self, row: &Row, offset: usize) -> (usize, usize) {
        let segments: Vec<&Segment> = self.interchanges.iter().flat_map(|x| &x.segments).collect();
        let at = segments.partition_point(|segment| segment.start() <= offset).saturating_sub(1);
        let last_before =
            |ids: &[&[u8]]| (0..=at).rev().find(|n| ids.contains(&segments[*n].id())).unwrap_or_default();
        let first_after = |ids: &[&[u8]]| {
            let later = segments[at + 1..].iter().find(|segment| ids.contains(&segment.id()));
            later.map_or(self.input.len(), |segment| segment.start())
        };
        let family = &row.rule[..3];
        let in_level = segments[last_before(&[b"ST", b"HL"])].id() == b"HL";
        if family == "GRP" {
            (segments[last_before(&[b"GS"])].start(), first_after(&[b"GS", b"IEA", b"ISA"]))
        } else if row.rule == "HLV104" || in_level && !matches!(family, "SET" | "HLV") {
            // the level's own records, up to the next level of any kind
            (segments[last_before(&[b"HL"])].start(), first_after(&[b"HL", b"SE", b"ST", b"GE"]))
        } else {
            (segments[last_before(&[b"ST"])].start(), first_after(&[b"ST", b"GE", b"GS", b"IEA"]))
        }
    }

    /// Every row's offset, position, loop and found value lead to what it is about.
    pub(crate) fn local(&self) {
        let segments: Vec<&Segment> = self.interchanges.iter().flat_map(|x| &x.segments).collect();
        for row in &self.outputs.rows {
            let Some(offset) = row.byte_offset else { continue };
            let offset = offset as usize;
            assert!(offset <= self.input.len(), "{row:?}");
            if matches!(row.rule.as_str(), "ENV101" | "ENV102" | "ENV112") {
                continue;
            }
            let at = segments.partition_point(|segment| segment.start() <= offset).saturating_sub(1);
            let segment = segments[at];
            assert!(segment.start() <= offset && offset <= segment.end, "{row:?} is in no segment");
            if let Some(record) = row.record.filter(|_| row.inherited_from.is_empty()) {
                let record = &self.records[record as usize - 1];
                assert!(record.start <= offset, "{row:?} is before its record");
                assert!(
                    offset <= record.end || is_about_something_missing(row),
                    "{row:?} is past its record"
                );
            }
            if let Some(position) = row.position.filter(|_| !matches!(row.rule.as_str(), "SET101")) {
                // what a set without an SE lacks stands behind its last segment, also where the next ST follows
                let is_past_set = segment.position <= 1 && is_about_something_missing(row);
                let expected = if is_past_set { segments[at - 1].position + 1 } else { segment.position };
                assert_eq!(position, expected, "{row:?} {}", segment.text(0));
            }
            if is_about_something_missing(row) {
                assert_eq!(offset, segment.start(), "{row:?} is not at a segment");
                continue;
            }
            // a whole level has no segment of its own
            if !row.segment.is_empty() {
                assert_eq!(row.segment.as_bytes(), segment.id(), "{row:?}");
            }
            if !row.loop_id.is_empty() {
                let expected = loops_of(&segments[..=at]);
                assert!(
                    expected.iter().any(|prefix| row.loop_id.starts_with(prefix)),
                    "{row:?} should be in one of {expected:?}"
                );
            }
            if let Some(element) = row.element {
                self.at_element(row, segment, usize::from(element), offset);
            }
        }
    }

    fn at_element(&self, row: &Row, segment: &Segment, element: usize, offset: usize) {
        let Some(&start) = segment.starts.get(element) else {
            return assert_eq!(offset, segment.end, "{row:?} is past the segment's last element");
        };
        let text = segment.text(element);
        let separator = self
            .interchanges
            .iter()
            .find(|x| x.start <= offset && offset < x.end)
            .map_or(':', |x| char::from(x.separators.component));
        let (before, text) = match row.component {
            None => (0, text.as_str()),
            Some(n) => {
                let before: usize = text.split(separator).take(usize::from(n) - 1).map(|p| p.len() + 1).sum();
                (before, text.split(separator).nth(usize::from(n) - 1).unwrap_or_default())
            }
        };
        // a line break may stand inside
        if !self.is_broken(segment) {
            let end = start + segment.element(element).len();
            assert_eq!(offset, (start + before).min(end), "{row:?}");
        }
        if !row.found.is_empty() && !matches!(row.rule.as_str(), "SEG105" | "LOP102" | "ENV106") {
            // amounts are told with their cents
            let amount = |text: &str| Money::parse(text.as_bytes()).filter(|_| row.rule.starts_with("BAL"));
            if amount(&row.found).is_none_or(|found| amount(text) != Some(found)) {
                assert_eq!(row.found, text.trim_end_matches('\0'), "{row:?}");
            }
        }
    }

    fn is_broken(&self, segment: &Segment) -> bool {
        self.input[segment.start()..segment.end].iter().any(|byte| matches!(byte, b'\r' | b'\n'))
    }
}

/// Whether a row names the place where something should have stood.
pub(crate) fn is_about_something_missing(row: &Row) -> bool {
    match row.rule.as_str() {
        "SEG104" | "LOP101" | "SET101" | "GRP101" | "GRP107" | "HLV106" | "SIT134" | "ENV102" => true,
        "TAR101" | "TAR133" | "TAR134" | "TAR135" | "TAR138" | "NIC101" | "NIC105" => row.segment == "REF",
        "HLV105" => row.segment == "HL",
        _ => false,
    }
}

/// The loops in which the last of these segments may stand, by how their names begin.
fn loops_of(segments: &[&Segment]) -> &'static [&'static str] {
    let back = segments.iter().rev().map(|segment| segment.id().to_vec());
    let set = segments.iter().rev().find(|segment| segment.id() == b"ST");
    let claims = set.is_some_and(|set| set.element(1) == b"837");
    let level = |n: usize| segments[segments.len() - 1 - n].element(3).to_vec();
    for (n, id) in back.enumerate() {
        let found: &[&str] = match id.as_slice() {
            b"LX" if claims => &["2400", "2410", "2420", "2430", "2440"],
            b"CLM" if claims => &["2300", "2305", "2310", "2320", "2330"],
            b"HL" => match (level(n).as_slice(), claims) {
                (b"20", _) => &["2000A", "2010A"],
                (b"22", true) | (b"21", false) => &["2000B", "2010B"],
                (b"23", true) | (b"22", false) => &["2000C", "2010C"],
                (b"23", false) => &["2000D", "2010D"],
                (b"EV", false) => &["2000E", "2010E"],
                (b"SS", false) => &["2000F", "2010F"],
                _ => &["2"],
            },
            b"ST" => &["1000"],
            _ => continue,
        };
        return found;
    }
    &[]
}

/// For each interchange, whether the refused file holds it. That file must hold nothing else.
fn refused(input: &[u8], interchanges: &[Interchange], outputs: &Outputs) -> Vec<bool> {
    let named = |control: &str| {
        outputs.rows.iter().any(|row| row.disposition == "refused" && row.interchange == control)
    };
    let mut rest = outputs.refused.as_slice();
    let mut last = 0;
    let take_unreadable = |rest: &mut &[u8], gap: &[u8]| {
        // from the ISA that cannot be read to the next one that can
        let starts = (0..gap.len()).filter(|at| gap[*at] == b'I');
        if let Some(at) = starts.into_iter().find(|at| rest.starts_with(&gap[*at..])) {
            *rest = &rest[gap.len() - at..];
        }
    };
    let mut found = Vec::new();
    for interchange in interchanges {
        take_unreadable(&mut rest, &input[last..interchange.start]);
        last = interchange.end;
        let raw = &input[interchange.start..interchange.end];
        let is_refused = named(&interchange.control) && rest.starts_with(raw);
        if is_refused {
            rest = &rest[raw.len()..];
        }
        found.push(is_refused);
    }
    take_unreadable(&mut rest, &input[last..]);
    assert!(rest.is_empty(), "the refused file holds what is no interchange of the input");
    found
}

fn same_records(word: &str, expected: &[&Record], file: &[u8]) {
    let found = read::records(&read::interchanges(file));
    let ids = |records: &[&Record]| records.iter().map(|record| record.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&found.iter().collect::<Vec<_>>()), ids(expected), "records of the {word} file");
    for (found, expected) in found.iter().zip(expected) {
        let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(shown(&found.bytes), shown(&expected.bytes), "{word} {}", found.id);
        let above = |record: &Record| record.above.iter().map(|bytes| shown(bytes)).collect::<Vec<_>>();
        assert_eq!(above(found), above(expected), "what stands above {word} {}", found.id);
        assert_eq!(found.controls, expected.controls);
    }
    // what two records share above them, they share still
    let shared = |a: &Record, b: &Record| a.inside.iter().zip(&b.inside).take_while(|(a, b)| a == b).count();
    for at in 1..found.len() {
        let (a, b) = (shared(&found[at - 1], &found[at]), shared(expected[at - 1], expected[at]));
        assert_eq!(a, b, "levels shared by {} and {} in {word}", found[at - 1].id, found[at].id);
    }
}

/// The CSV file says what the JSON lines say, apostrophes before formulas aside.
fn csv_is_the_same(outputs: &Outputs) {
    let mut reader = csv::Reader::from_reader(outputs.csv.as_slice());
    let headers = reader.headers().unwrap().clone();
    let cell = |row: &csv::StringRecord, name: &str| {
        let at = headers.iter().position(|header| header == name).unwrap();
        row[at].to_owned()
    };
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), outputs.rows.len());
    for (csv, row) in rows.iter().zip(&outputs.rows) {
        for (name, expected) in [
            ("record_id", &row.record_id),
            ("message", &row.message),
            ("found", &row.found),
            ("rule", &row.rule),
            ("charge", &row.charge),
            ("line_control", &row.line_control),
        ] {
            let found = cell(csv, name);
            let runs = expected.starts_with(['=', '+', '-', '@', '\t', '\r']) && name != "charge";
            let expected = if runs { format!("'{expected}") } else { expected.clone() };
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(cell(csv, "record"), row.record.map(|n| n.to_string()).unwrap_or_default());
        assert_eq!(cell(csv, "byte_offset"), row.byte_offset.map(|n| n.to_string()).unwrap_or_default());
    }
}
