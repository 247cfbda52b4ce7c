//! The reasons files: a row a finding, as CSV and as JSON lines.

use std::borrow::Cow;

use serde::Serialize;

use crate::finding::{Code, Finding, Findings, Money, Period, Total};
use crate::record::{Cell, RecordHead};
use crate::rules::{self, Severity};
use crate::x12::survey::EnvelopeFault;
use crate::x12::{Item, Unit};

use super::text;

/// One row. The order of the fields is the order of the columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row<'a> {
    /// The input's file name.
    pub file: Cow<'a, str>,
    /// ISA13.
    pub interchange: Cow<'a, str>,
    /// GS06.
    pub group: Cow<'a, str>,
    /// ST02.
    pub transaction: Cow<'a, str>,
    /// The record's ordinal in the file, from 1.
    pub record: Option<u64>,
    /// CLM01, or TRN02 of a 278 request.
    pub record_id: Cow<'a, str>,
    /// The record's: accept, reject, refused, held.
    pub disposition: &'static str,
    /// The rule's code.
    pub rule: &'static str,
    /// reject, warn or info.
    pub severity: &'static str,
    /// The SNIP level.
    pub snip: u8,
    /// The loop, such as 2310B.
    #[serde(rename = "loop")]
    pub loop_id: Cow<'a, str>,
    /// The segment's id.
    pub segment: Cow<'a, str>,
    /// The segment's ordinal in its set, ST being 1; for a missing one, where it should have stood.
    pub position: Option<u32>,
    /// The element's number.
    pub element: Option<u8>,
    /// The component's number.
    pub component: Option<u8>,
    /// What is wrong.
    pub message: Cow<'a, str>,
    /// What to do.
    pub remedy: &'static str,
    /// Where the claim should go, or who can help.
    pub route: &'static str,
    /// 277CA status category.
    pub status_category: &'static str,
    /// 277CA status code.
    pub status_code: &'static str,
    /// Claim adjustment reason code, bare.
    pub carc: &'static str,
    /// Remittance advice remark code.
    pub rarc: &'static str,
    /// 837P, 837I, 837D or 278.
    pub kind: &'static str,
    /// LX01.
    pub line: Cow<'a, str>,
    /// REF*6R.
    pub line_control: Cow<'a, str>,
    /// Offset of the element, else the segment, in the decompressed input.
    pub byte_offset: Option<u64>,
    /// The billing provider's NPI.
    pub billing_npi: Cow<'a, str>,
    /// CLM02, with two decimals.
    pub charge: Cow<'a, str>,
    /// The line's date of service, else the claim's.
    pub service_date: Cow<'a, str>,
    /// The STC entity.
    pub entity: &'static str,
    /// What stood there.
    pub found: Cow<'a, str>,
    /// What should have stood there.
    pub expected: Cow<'a, str>,
    /// The loop whose fault a record inherits.
    pub inherited_from: Cow<'a, str>,
    /// 999 segment error.
    pub ik3: &'static str,
    /// 999 element error.
    pub ik4: &'static str,
}

/// The columns in order, and what they hold.
pub const COLUMNS: [(&str, &str); 35] = [
    ("file", "the input's file name"),
    ("interchange", "ISA13, the interchange's control number"),
    ("group", "GS06, the group's control number"),
    ("transaction", "ST02, the set's control number"),
    ("record", "the record's ordinal in the file, from 1; empty for rows about an envelope or a level"),
    ("record_id", "CLM01, or TRN02 of a 278 request's patient event"),
    ("disposition", "what became of the record: accept, reject or refused; in a drop folder also held"),
    ("rule", "the rule's code: `claimsieve explain CODE`"),
    ("severity", "reject, warn or info"),
    ("snip", "the SNIP level of the rule, 1 to 7"),
    ("loop", "the guide's loop, such as 2310B"),
    ("segment", "the segment's id, such as HI; of a missing one, its id"),
    (
        "position",
        "the segment's ordinal in its set, ST being 1; for a missing one, where it should have stood",
    ),
    ("element", "the element's number"),
    ("component", "the component's number"),
    ("message", "what is wrong, for a claims examiner"),
    ("remedy", "what to do"),
    ("route", "where the claim should go, or who can help"),
    ("status_category", "277CA claim status category"),
    ("status_code", "277CA claim status code"),
    ("carc", "claim adjustment reason code, bare"),
    ("rarc", "remittance advice remark code"),
    ("kind", "837P, 837I, 837D or 278"),
    ("line", "LX01 of the service line"),
    ("line_control", "REF*6R of the service line"),
    ("byte_offset", "offset of the element, else of the segment, in the decompressed input"),
    ("billing_npi", "the billing provider's NPI"),
    ("charge", "CLM02, with two decimals"),
    ("service_date", "the line's date of service, else the claim's; a range with a slash"),
    ("entity", "277CA entity"),
    ("found", "what stood there"),
    ("expected", "what should have stood there"),
    ("inherited_from", "the loop (or GS, ST) whose fault the record inherits"),
    ("ik3", "999 segment error code (IK304)"),
    ("ik4", "999 element error code (IK403)"),
];

/// The header line of the CSV file.
pub fn header() -> Vec<u8> {
    let mut line = COLUMNS.map(|(name, _)| name).join(",").into_bytes();
    line.push(b'\n');
    line
}

/// Rows as they go to the files.
#[derive(Debug, Default)]
pub struct Pages {
    /// CSV.
    pub csv: Vec<u8>,
    /// JSON lines.
    pub jsonl: Vec<u8>,
    /// In the form in which they are shown, where they are not filed.
    pub shown: Vec<u8>,
}

impl Pages {
    /// Forgets the rows and keeps the memory.
    pub fn clear(&mut self) {
        self.csv.clear();
        self.jsonl.clear();
        self.shown.clear();
    }

    /// Adds a row to both files.
    pub fn add(&mut self, row: &Row<'_>) {
        row.write_json(&mut self.jsonl);
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(&mut self.csv);
        let _ = writer.serialize(row.for_spreadsheet());
        let _ = writer.flush();
    }
}

impl Row<'_> {
    /// Writes it as a line of JSON.
    pub(super) fn write_json(&self, out: &mut Vec<u8>) {
        // a Vec takes everything, and a row has nothing that could not be written
        if serde_json::to_writer(&mut *out, self).is_ok() {
            out.push(b'\n');
        }
    }

    /// The same with cells that a spreadsheet would run as a formula made harmless by a leading apostrophe.
    fn for_spreadsheet(&self) -> Row<'_> {
        Row {
            file: harmless(&self.file),
            interchange: harmless(&self.interchange),
            group: harmless(&self.group),
            transaction: harmless(&self.transaction),
            record_id: harmless(&self.record_id),
            loop_id: harmless(&self.loop_id),
            segment: harmless(&self.segment),
            message: harmless(&self.message),
            line: harmless(&self.line),
            line_control: harmless(&self.line_control),
            billing_npi: harmless(&self.billing_npi),
            charge: Cow::Borrowed(&self.charge),
            service_date: Cow::Borrowed(&self.service_date),
            found: harmless(&self.found),
            expected: harmless(&self.expected),
            inherited_from: harmless(&self.inherited_from),
            ..*self
        }
    }
}

/// A cell that a spreadsheet does not run as a formula.
pub(super) fn harmless(cell: &str) -> Cow<'_, str> {
    match cell.bytes().next() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

/// What rows of one record have in common.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The record's ordinal; none for rows about an envelope or level.
    pub record: Option<u64>,
    /// Id, charge and date.
    pub head: RecordHead,
    /// The billing provider's NPI.
    pub billing_npi: Cell,
    /// The record's disposition.
    pub disposition: &'static str,
    /// 837P …
    pub kind: &'static str,
    /// LX01, REF*6R and date of each service line.
    pub lines: &'a [LineHead],
}

/// What rows say of a service line.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineHead {
    /// LX01.
    pub assigned: Cell,
    /// REF*6R.
    pub control: Cell,
    /// Its own date of service.
    pub date: Option<Period>,
}

/// The control numbers around a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// ISA13.
    pub interchange: &'a [u8],
    /// GS06.
    pub group: &'a [u8],
    /// ST02.
    pub transaction: &'a [u8],
}

/// Makes rows of one input.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    /// The input's file name.
    pub file: &'a str,
}

impl Maker<'_> {
    /// The row of a finding in `item` of a unit.
    #[allow(clippy::too_many_arguments)]
    pub fn finding<'u>(
        &'u self,
        unit: &'u Unit,
        findings: &'u Findings,
        finding: &Finding,
        severity: Severity,
        item: &Item,
        envelope: Envelope<'u>,
        subject: &Subject<'_>,
    ) -> Row<'u> {
        let rule = rules::rule(finding.rule);
        let outcome = rule.outcome(finding.outcome);
        let line = subject.lines.get((finding.line as usize).wrapping_sub(1));
        let line_name = line.map_or(Cow::Borrowed(""), |line| text::readable(line.assigned.text(unit)));
        let place = finding.place;
        let at_end = place.segment >= item.to;
        let segment = unit.segment(place.segment);
        let offset = if at_end && place.missing {
            unit.table().extent(item.to, item.to).start
        } else if place.component > 0 || place.repetition > 0 {
            segment.part_span(place.element, place.repetition, place.component, &unit.separators()).start
        } else {
            segment.span(if place.missing { 0 } else { place.element }).start
        };
        let date = line.and_then(|line| line.date).or(subject.head.date);
        Row {
            message: Cow::Owned(text::message(finding, unit, findings, &line_name)),
            remedy: outcome.remedy,
            route: rule.route,
            severity: severity.word(),
            loop_id: Cow::Owned(place.loop_id.to_string()),
            segment: Cow::Owned(place.segment_id.to_string()),
            position: position(item, place.segment),
            element: Some(place.element).filter(|element| *element > 0),
            component: Some(place.component).filter(|component| *component > 0),
            line_control: line.map_or(Cow::Borrowed(""), |line| text::readable(line.control.text(unit))),
            line: line_name,
            byte_offset: Some(unit.offset_in(item, offset)),
            service_date: date.map_or(Cow::Borrowed(""), |date| Cow::Owned(date.to_string())),
            entity: super::ack::entity(&outcome.codes, subject.kind, place.loop_id),
            found: text::fact(finding.found, unit, findings),
            expected: text::fact(finding.expected, unit, findings),
            ..self.row(unit, finding.rule, finding.outcome, envelope, subject)
        }
    }

    /// The row of an envelope's fault.
    pub fn envelope_fault<'u>(
        &'u self,
        unit: &'u Unit,
        fault: &'u EnvelopeFault,
        severity: Severity,
        envelope: Envelope<'u>,
        subject: &Subject<'_>,
    ) -> Row<'u> {
        let outcome = rules::rule(fault.rule).outcome(fault.outcome);
        let (found, expected) = (text::readable(fault.found.bytes()), text::readable(fault.expected.bytes()));
        let message = text::fill(outcome.message, |name, message| match name {
            "found" => message.push_str(text::shown(&found)),
            "expected" => message.push_str(text::shown(&expected)),
            _ => {}
        });
        Row {
            message: Cow::Owned(message),
            remedy: outcome.remedy,
            severity: severity.word(),
            segment: Cow::Owned(fault.segment_id.to_string()),
            position: Some(fault.position).filter(|position| *position > 0),
            element: Some(fault.element).filter(|element| *element > 0),
            byte_offset: Some(fault.offset),
            found,
            expected,
            ..self.row(unit, fault.rule, fault.outcome, envelope, subject)
        }
    }

    /// The row of a record that falls with what is above it: the same rule, its message, and the loop that it inherits from.
    pub fn inherited<'u>(root: Row<'u>, from: Code, unit: &'u Unit, subject: &Subject<'_>) -> Row<'u> {
        Row {
            record: subject.record,
            record_id: text::readable(subject.head.id.text(unit)),
            disposition: subject.disposition,
            charge: money(subject.head.charge),
            service_date: subject.head.date.map_or(Cow::Borrowed(""), |date| Cow::Owned(date.to_string())),
            billing_npi: text::readable(subject.billing_npi.text(unit)),
            kind: subject.kind,
            inherited_from: Cow::Owned(from.to_string()),
            ..root
        }
    }

    fn row<'u>(
        &'u self,
        unit: &'u Unit,
        rule: crate::finding::RuleId,
        outcome: u8,
        envelope: Envelope<'u>,
        subject: &Subject<'_>,
    ) -> Row<'u> {
        let rule = rules::rule(rule);
        let codes = rule.outcome(outcome).codes;
        Row {
            file: Cow::Borrowed(self.file),
            interchange: text::readable(envelope.interchange),
            group: text::readable(envelope.group),
            transaction: text::readable(envelope.transaction),
            record: subject.record,
            record_id: text::readable(subject.head.id.text(unit)),
            disposition: subject.disposition,
            rule: rule.id.code(),
            snip: rule.snip,
            route: rule.route,
            status_category: codes.category,
            status_code: codes.status,
            entity: codes.entity,
            carc: codes.carc,
            rarc: codes.rarc,
            kind: subject.kind,
            billing_npi: text::readable(subject.billing_npi.text(unit)),
            charge: money(subject.head.charge),
            ik3: codes.ik3,
            ik4: codes.ik4,
            ..Row::default()
        }
    }
}

fn money(charge: Option<Money>) -> Cow<'static, str> {
    charge.map_or(Cow::Borrowed(""), |charge| Cow::Owned(Total::from(charge).to_string()))
}

/// The position in its set of a segment of an item; none outside of sets.
fn position(item: &Item, segment: u32) -> Option<u32> {
    (item.position > 0).then(|| item.position + segment.saturating_sub(item.from))
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Pages, Row, header};

    #[test]
    fn columns_are_the_fields() {
        let json = serde_json::to_value(Row::default()).unwrap();
        let names: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, COLUMNS.map(|(name, _)| name));
        assert_eq!(
            String::from_utf8(header()).unwrap().trim_end(),
            "file,interchange,group,transaction,record,record_id,disposition,rule,severity,snip,loop,segment,position,element,component,message,remedy,route,status_category,status_code,carc,rarc,kind,line,line_control,byte_offset,billing_npi,charge,service_date,entity,found,expected,inherited_from,ik3,ik4"
        );
    }

    #[test]
    fn rows_are_read_back_and_formulas_are_harmless() {
        let mut pages = Pages::default();
        let row = Row {
            record: Some(3),
            record_id: "=cmd|' /C calc'!A0".into(),
            message: "a \"quoted\", long\nmessage".into(),
            charge: "-12.00".into(),
            ..Row::default()
        };
        pages.add(&row);
        pages.add(&Row { found: "@SUM(1)".into(), expected: "ok".into(), ..Row::default() });
        let text = [header(), pages.csv.clone()].concat();
        let mut reader = csv::Reader::from_reader(&text[..]);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!((&rows[0][4], &rows[0][5], &rows[0][27]), ("3", "'=cmd|' /C calc'!A0", "-12.00"));
        assert_eq!(&rows[0][15], "a \"quoted\", long\nmessage");
        assert_eq!((&rows[1][4], &rows[1][30]), ("", "'@SUM(1)"));
        let first: serde_json::Value =
            serde_json::from_slice(pages.jsonl.split(|b| *b == b'\n').next().unwrap()).unwrap();
        assert_eq!(first["record_id"], "=cmd|' /C calc'!A0");
        assert_eq!(first["record"], 3);
    }
}
