//! The reasons files read again, CSV and JSON lines side by side.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde_json::{Map, Value};

use crate::output::reasons::COLUMNS;

/// A row: the text of each column, and what the two files disagree on.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Its number, from 1; the header does not count.
    pub(super) number: u64,
    cells: Vec<String>,
}

impl Row {
    /// The text of a column; empty where nothing stands.
    pub(super) fn text(&self, column: &str) -> &str {
        let at = COLUMNS.iter().position(|(name, _)| *name == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// The number in a column: none where nothing stands, an error where something else does.
    pub(super) fn number(&self, column: &str) -> Result<Option<u64>, String> {
        match self.text(column) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| format!("column {column} holds no number")),
        }
    }
}

/// Why rows could not be read, or what is wrong with them.
#[derive(Debug)]
pub(super) enum Fault {
    /// The disk.
    Io(io::Error),
    /// The files: the row it shows in, and what.
    Content(u64, String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}

/// Both reasons files of an input.
pub(super) struct Rows {
    csv: Option<csv::Reader<File>>,
    jsonl: Option<BufReader<File>>,
    record: csv::StringRecord,
    line: Vec<u8>,
    number: u64,
}

impl Rows {
    /// Opens those that are there; what is wrong with the header of the CSV file is told beside.
    pub(super) fn open(csv: Option<&Path>, jsonl: Option<&Path>) -> io::Result<(Rows, Option<String>)> {
        let mut fault = None;
        let csv = match csv {
            None => None,
            Some(path) => {
                let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(File::open(path)?);
                match reader.headers() {
                    Ok(header) if header.iter().eq(COLUMNS.map(|(name, _)| name)) => {}
                    Ok(_) => fault = Some("its header is not the columns of a reasons file".to_owned()),
                    Err(error) => fault = Some(without_content(error)?),
                }
                Some(reader).filter(|_| fault.is_none())
            }
        };
        let jsonl = jsonl.map(|path| File::open(path).map(BufReader::new)).transpose()?;
        let (record, line) = (csv::StringRecord::new(), Vec::new());
        Ok((Rows { csv, jsonl, record, line, number: 0 }, fault))
    }

    /// The next row; none at the end of both files. `disagree` is told what they do not say alike.
    pub(super) fn next(&mut self, row: &mut Row, disagree: &mut dyn FnMut(String)) -> Result<bool, Fault> {
        self.number += 1;
        row.number = self.number;
        row.cells.clear();
        let from_csv = self.next_csv()?;
        let from_json = self.next_json()?;
        if let Some(json) = &from_json {
            row.cells
                .extend(COLUMNS.iter().map(|(name, _)| json.get(*name).map_or_else(String::new, cell_text)));
            let odd =
                COLUMNS.iter().any(|(name, _)| !json.contains_key(*name)) || json.len() != COLUMNS.len();
            if odd {
                disagree("the JSON object has other keys than the columns".to_owned());
            }
        }
        match (from_csv, from_json.is_some()) {
            (false, false) => return Ok(false),
            (true, true) => self.compare(&row.cells, disagree),
            (true, false) => {
                if self.jsonl.is_some() {
                    disagree("it stands in the CSV file only".to_owned());
                }
                row.cells.extend(self.record.iter().map(|cell| unharmed(cell).to_owned()));
            }
            (false, true) => {
                if self.csv.is_some() {
                    disagree("it stands in the JSON file only".to_owned());
                }
            }
        }
        Ok(true)
    }

    fn next_csv(&mut self) -> Result<bool, Fault> {
        let Some(reader) = &mut self.csv else { return Ok(false) };
        let more = match reader.read_record(&mut self.record) {
            Ok(more) => more,
            Err(error) => return Err(Fault::Content(self.number, without_content(error)?)),
        };
        if more && self.record.len() != COLUMNS.len() {
            let what = format!("the CSV row has {} cells, not {}", self.record.len(), COLUMNS.len());
            return Err(Fault::Content(self.number, what));
        }
        Ok(more)
    }

    fn next_json(&mut self) -> Result<Option<Map<String, Value>>, Fault> {
        let Some(reader) = &mut self.jsonl else { return Ok(None) };
        self.line.clear();
        if reader.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        match serde_json::from_slice(&self.line) {
            Ok(Value::Object(object)) => Ok(Some(object)),
            _ => Err(Fault::Content(self.number, "the JSON line is no object".to_owned())),
        }
    }

    /// Compares the CSV row with the cells of the JSON line.
    fn compare(&self, cells: &[String], disagree: &mut dyn FnMut(String)) {
        for (((name, _), csv), json) in COLUMNS.iter().zip(self.record.iter()).zip(cells) {
            let neutralised = csv.strip_prefix('\'').is_some_and(|rest| rest == json && is_formula(json));
            if csv != json && !neutralised {
                disagree(format!("column {name} differs between CSV and JSON"));
            }
            if is_formula(csv) && crate::finding::Money::parse(csv.as_bytes()).is_none() {
                disagree(format!("column {name} of the CSV file would be run as a formula by a spreadsheet"));
            }
        }
    }
}

/// Whether a spreadsheet would run a cell as a formula.
fn is_formula(cell: &str) -> bool {
    matches!(cell.bytes().next(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// A CSV cell as it was before it was made harmless.
fn unharmed(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

fn cell_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What is wrong with a CSV file, without showing any of it.
fn without_content(error: csv::Error) -> io::Result<String> {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Err(error),
        csv::ErrorKind::Utf8 { .. } => Ok("the CSV file is not UTF-8".to_owned()),
        _ => Ok("the CSV file cannot be read".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Rows};
    use crate::output::reasons::{COLUMNS, Pages, header};

    /// Writes rows as a run does, changes the files, and says what disagrees.
    fn read(change: impl Fn(&str, &str) -> (String, String)) -> (u64, Vec<String>) {
        let mut pages = Pages::default();
        for record in 1..=2 {
            pages.add(&crate::output::reasons::Row {
                record: Some(record),
                record_id: "=1+1".into(),
                charge: "-12.00".into(),
                found: "plain, \"quoted\"\nand broken".into(),
                ..Default::default()
            });
        }
        let dir = tempfile::tempdir().unwrap();
        let csv = String::from_utf8([header(), pages.csv].concat()).unwrap();
        let (csv, jsonl) = change(&csv, std::str::from_utf8(&pages.jsonl).unwrap());
        let paths = [dir.path().join("a.csv"), dir.path().join("a.jsonl")];
        std::fs::write(&paths[0], csv).unwrap();
        std::fs::write(&paths[1], jsonl).unwrap();
        let (mut rows, fault) = Rows::open(Some(&paths[0]), Some(&paths[1])).unwrap();
        let mut said: Vec<String> = fault.into_iter().collect();
        let mut row = Row::default();
        let mut count = 0;
        loop {
            let mut told = Vec::new();
            match rows.next(&mut row, &mut |what| told.push(what)) {
                Ok(true) => count += 1,
                Ok(false) => return (count, said),
                Err(error) => {
                    said.push(format!("{error:?}"));
                    return (count, said);
                }
            }
            said.append(&mut told);
            assert_eq!(row.text("record_id"), "=1+1");
            assert!(row.number("record").is_ok() && row.number("found").is_err());
        }
    }

    #[test]
    fn both_files_of_a_run_say_the_same() {
        assert_eq!(read(|csv, jsonl| (csv.to_owned(), jsonl.to_owned())), (2, Vec::new()));
        assert_eq!(COLUMNS.len(), 35);
    }

    #[test]
    fn what_differs_is_named_and_not_shown() {
        for (what, change) in [
            ("column found differs", ("plain", "PLAIN")),
            ("would be run as a formula", ("'=1+1", "=1+1")),
            ("column charge differs", ("-12.00", "-13.00")),
            ("header", ("record_id,", "record_ID,")),
            ("cells", (",-12.00,", ",-12.00,,")),
        ] {
            let (_, said) = read(|csv, jsonl| (csv.replacen(change.0, change.1, 1), jsonl.to_owned()));
            assert!(said[0].contains(what), "{what}: {said:?}");
        }
        let (_, said) = read(|csv, jsonl| (csv.to_owned(), jsonl.lines().next().unwrap().to_owned()));
        assert!(said[0].contains("CSV file only"), "{said:?}");
        let (_, said) =
            read(|csv, jsonl| (csv.to_owned(), jsonl.replacen("\"rule\":\"\"", "\"role\":\"\"", 1)));
        assert!(said[0].contains("other keys"), "{said:?}");
        let (_, said) = read(|csv, jsonl| (csv.to_owned(), jsonl.replacen('{', "", 1)));
        assert!(said[0].contains("no object"), "{said:?}");
    }
}
