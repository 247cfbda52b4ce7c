//! Reading a CSV table row by row: columns by their names, errors by row and column.

use csv::{ByteRecord, Reader, ReaderBuilder, Trim};

use super::error::{Faults, Problem, ReferenceErrors, excerpt, form};
use super::text::TableText;
use crate::finding::{Date, Period};

/// A column that a table knows.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name in the header.
    pub(super) name: &'static str,
    /// Whether the header must name it.
    pub(super) required: bool,
    /// Whether its values may identify a patient and are never shown.
    pub(super) private: bool,
}

/// Names the columns of a table: a constant for each, with its place in `COLUMNS`.
///
/// `required` columns must be in the header, `private` ones too and their values are never shown; `optional`
/// ones may be missing.
macro_rules! columns {
    ($($column:ident $name:literal $need:ident),* $(,)?) => {
        const COLUMNS: &[crate::reference::sheet::Column] = &[$(crate::reference::sheet::Column {
            name: $name,
            required: crate::reference::sheet::columns!(@required $need),
            private: crate::reference::sheet::columns!(@private $need),
        }),*];
        crate::reference::sheet::columns!(@places 0usize; $($column)*);
    };
    (@required optional) => { false };
    (@required $need:ident) => { true };
    (@private private) => { true };
    (@private $need:ident) => { false };
    (@places $n:expr; $column:ident $($rest:ident)*) => {
        const $column: usize = $n;
        crate::reference::sheet::columns!(@places $n + 1; $($rest)*);
    };
    (@places $n:expr;) => {};
}
pub(super) use columns;

/// Stands in [`Sheet::places`] for a column that the header does not have.
const ABSENT: usize = usize::MAX;

/// A CSV table being read.
pub(super) struct Sheet<'a> {
    body: &'a [u8],
    reader: Reader<&'a [u8]>,
    record: ByteRecord,
    columns: &'static [Column],
    /// Where each of `columns` stands in a row.
    places: Vec<usize>,
    /// How many columns the header has.
    width: usize,
    /// The line on which the byte `counted` of `body` stands.
    line: u32,
    counted: usize,
    faults: Faults,
}

impl<'a> Sheet<'a> {
    /// Reads the header. Unknown columns are left aside, the letter case of names does not matter.
    pub(super) fn open(
        text: &TableText<'a>,
        columns: &'static [Column],
    ) -> Result<Sheet<'a>, ReferenceErrors> {
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::None).from_reader(text.body);
        let mut sheet = Sheet {
            body: text.body,
            reader,
            record: ByteRecord::new(),
            columns,
            places: vec![ABSENT; columns.len()],
            width: 0,
            line: text.lines_before + 1,
            counted: 0,
            faults: Faults::new(text.file),
        };
        if !sheet.advance() {
            sheet.faults.add(None, None, Problem::NoHeader);
            return Err(sheet.failed());
        }
        sheet.width = sheet.record.len();
        for (at, name) in sheet.record.iter().enumerate() {
            let known =
                columns.iter().position(|c| name.trim_ascii().eq_ignore_ascii_case(c.name.as_bytes()));
            let Some((column, place)) = known.and_then(|n| Some((columns.get(n)?, sheet.places.get_mut(n)?)))
            else {
                continue;
            };
            if *place == ABSENT {
                *place = at;
            } else {
                sheet.faults.add(Some(sheet.line), Some(column.name), Problem::RepeatedColumn);
            }
        }
        let missing: Vec<_> = columns
            .iter()
            .zip(&sheet.places)
            .filter(|(column, place)| column.required && **place == ABSENT)
            .map(|(column, _)| column.name)
            .collect();
        if !missing.is_empty() {
            let all = columns.iter().filter(|c| c.required).map(|c| c.name).collect();
            sheet.faults.add(None, None, Problem::MissingColumns { missing, all });
        }
        if sheet.faults.is_empty() { Ok(sheet) } else { Err(sheet.failed()) }
    }

    /// The next row that holds anything and is as long as the header. Rows that are shorter or longer are errors.
    pub(super) fn next_row(&mut self) -> Option<Row<'_>> {
        loop {
            if self.faults.is_full() || !self.advance() {
                return None;
            }
            if self.record.iter().all(|value| value.trim_ascii().is_empty()) {
                continue;
            }
            // Spreadsheets like to leave empty cells behind the last column.
            let beyond = self.record.iter().skip(self.width).all(|value| value.trim_ascii().is_empty());
            if self.record.len() >= self.width && beyond {
                break;
            }
            let problem = Problem::Width { found: self.record.len(), expected: self.width };
            self.faults.add(Some(self.line), None, problem);
        }
        Some(Row {
            record: &self.record,
            columns: self.columns,
            places: &self.places,
            line: self.line,
            faults: &mut self.faults,
            good: true,
        })
    }

    /// Adds an error about rows that were read before.
    pub(super) fn fault(&mut self, row: u32, column: Option<&'static str>, problem: Problem) {
        self.faults.add(Some(row), column, problem);
    }

    /// `value`, unless anything was wrong.
    pub(super) fn finish<T>(self, value: T) -> Result<T, ReferenceErrors> {
        self.faults.or(value)
    }

    fn failed(self) -> ReferenceErrors {
        match self.faults.or(()) {
            Err(errors) => errors,
            Ok(()) => ReferenceErrors::of_file("", Problem::NoHeader),
        }
    }

    /// Reads the next record and finds the line on which it begins. The reader's own count is not used: it lags
    /// behind blank lines and CRLF.
    fn advance(&mut self) -> bool {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return false,
            Err(error) => {
                self.faults.add(Some(self.line), None, Problem::Unreadable(error.into()));
                return false;
            }
        }
        let begin = self.record.position().map_or(0, csv::Position::byte) as usize;
        let unread = self.body.get(begin..).unwrap_or(&[]);
        let blank = unread.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.body.get(self.counted..begin + blank).unwrap_or(&[]);
        self.line += memchr::memchr_iter(b'\n', passed).count() as u32;
        self.counted = begin + blank;
        true
    }
}

/// One row.
pub(super) struct Row<'s> {
    record: &'s ByteRecord,
    columns: &'static [Column],
    places: &'s [usize],
    /// The line on which it begins, from 1.
    pub(super) line: u32,
    faults: &'s mut Faults,
    good: bool,
}

impl<'s> Row<'s> {
    /// The value of a column without surrounding spaces; empty where the file does not have the column.
    pub(super) fn get(&self, column: usize) -> &'s [u8] {
        let place = self.places.get(column).copied().unwrap_or(ABSENT);
        self.record.get(place).unwrap_or(&[]).trim_ascii()
    }

    /// The same as text, with anything that is not UTF-8 replaced.
    pub(super) fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(self.get(column)).into_owned()
    }

    /// The value as `parse` understands it, nothing where it is empty, an error where `parse` says `None` or a control character
    /// stands in it: what nobody sees would make keys differ that look alike.
    pub(super) fn optional<T>(
        &mut self,
        column: usize,
        expected: &'static str,
        parse: impl FnOnce(&'s [u8]) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(column);
        if value.is_empty() {
            return None;
        }
        if value.iter().any(u8::is_ascii_control) {
            self.fault(column, Problem::Control);
            return None;
        }
        let parsed = parse(value);
        if parsed.is_none() {
            self.fault(column, self.wrong(column, value, expected));
        }
        parsed
    }

    /// A wrong value as it may be shown. Where columns are swapped or shifted, what identifies a patient stands in any of them.
    fn wrong(&self, column: usize, value: &[u8], expected: &'static str) -> Problem {
        if self.columns.get(column).is_none_or(|c| c.private) {
            Problem::Value { found: None, expected }
        } else if self.columns.iter().any(|c| c.private) {
            Problem::Form { form: form(value), expected }
        } else {
            Problem::Value { found: Some(excerpt(value)), expected }
        }
    }

    /// The value as it stands, nothing where it is empty.
    pub(super) fn plain(&mut self, column: usize) -> Option<&'s [u8]> {
        self.optional(column, "plain text", Some)
    }

    /// The value as `parse` understands it; an error where it is empty or `parse` says `None`.
    pub(super) fn required<T>(
        &mut self,
        column: usize,
        expected: &'static str,
        parse: impl FnOnce(&'s [u8]) -> Option<T>,
    ) -> Option<T> {
        if self.get(column).is_empty() {
            self.fault(column, Problem::Missing { expected });
            return None;
        }
        self.optional(column, expected, parse)
    }

    /// A day, where there is one.
    pub(super) fn date(&mut self, column: usize) -> Option<Date> {
        self.optional(column, "a day as YYYY-MM-DD", |value| {
            Date::parse_iso(std::str::from_utf8(value).ok()?)
        })
    }

    /// A period from two columns; an empty one is no bound.
    pub(super) fn period(&mut self, from: usize, to: usize) -> Period {
        let period =
            Period { from: self.date(from).unwrap_or(Date::MIN), to: self.date(to).unwrap_or(Date::MAX) };
        if period.to < period.from {
            let first = self.columns.get(from).map_or("", |column| column.name);
            self.fault(to, Problem::Backwards(first));
        }
        period
    }

    /// A range from two columns, the second of which may be empty: then the first is both ends. `ends` says what
    /// stands in either, and what the second must be beside the first; `join` makes the range, if it is one.
    pub(super) fn range<T: Copy + std::fmt::Display, R>(
        &mut self,
        (from, to): (usize, usize),
        [expected, order]: [&'static str; 2],
        parse: impl Fn(&'s [u8]) -> Option<T>,
        join: impl Fn(T, T) -> Option<R>,
    ) -> Option<R> {
        let first = self.required(from, expected, &parse);
        let last = self.optional(to, expected, &parse).or(first);
        let range = join(first?, last?);
        if range.is_none() {
            let last = last.map(|last| last.to_string()).unwrap_or_default();
            self.fault(to, self.wrong(to, last.as_bytes(), order));
        }
        range
    }

    /// `Y`, `N` or nothing.
    pub(super) fn flag(&mut self, column: usize) -> Option<bool> {
        self.optional(column, "Y, N or nothing", |value| match value {
            b"Y" | b"y" => Some(true),
            b"N" | b"n" => Some(false),
            _ => None,
        })
    }

    /// Says that this row is wrong.
    pub(super) fn fault(&mut self, column: usize, problem: Problem) {
        self.good = false;
        self.faults.add(Some(self.line), self.columns.get(column).map(|c| c.name), problem);
    }

    /// Whether nothing was wrong with this row so far.
    pub(super) fn is_good(&self) -> bool {
        self.good
    }
}

#[cfg(test)]
mod tests {
    use super::Sheet;
    use crate::reference::text::TableText;

    columns! {
        KEY "key" private,
        DAY "day" required,
        NOTE "note" optional,
    }

    fn read(bytes: &[u8]) -> Result<Vec<(u32, String, String)>, String> {
        let text = TableText::new("t.csv", bytes).map_err(|e| e.to_string())?;
        let mut sheet = Sheet::open(&text, COLUMNS).map_err(|e| e.to_string())?;
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let day = row.date(DAY);
            row.required(KEY, "three letters", |value| (value.len() == 3).then_some(()));
            if row.is_good() {
                rows.push((row.line, row.text(NOTE), day.map(|d| d.to_string()).unwrap_or_default()));
            }
        }
        sheet.finish(rows).map_err(|e| e.to_string())
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let file = "\u{feff}# version: 1\r\nnote, DAY ,extra,key\r\n\r\n\"a\r\nb\",2026-01-02,,abc\r\n,,,\r\n\r\n\"c, d\", ,x, abc \r\n";
        assert_eq!(
            read(file.as_bytes()).unwrap(),
            [(4, "a\r\nb".into(), "2026-01-02".into()), (8, "c, d".into(), String::new())]
        );
        let plain = "key,day,note\nabc,,1\n\n\nabc,,2\n";
        assert_eq!(
            read(plain.as_bytes()).unwrap(),
            [(2, "1".into(), String::new()), (5, "2".into(), String::new())]
        );
    }

    #[test]
    fn an_optional_column_may_be_missing() {
        assert_eq!(read(b"day,key\n,abc").unwrap(), [(2, String::new(), String::new())]);
        assert_eq!(read(b"day,key\n,abc,, \n").unwrap(), [(2, String::new(), String::new())]);
    }

    #[test]
    fn every_error_names_its_place() {
        assert_eq!(
            read(b"key,day\nabcd,2026-02-30\nabc,2026-01-01,9\n,\"20260101\n").unwrap_err(),
            "t.csv row 2, column day: holds a value of the form 9999-99-99 (not shown, it may identify a patient), expected a day as YYYY-MM-DD\n\
             t.csv row 2, column key: holds a wrong value (not shown, it may identify a patient), expected \
             three letters\n\
             t.csv row 3: has 3 values where the header has 2 columns\n\
             t.csv row 4, column day: holds a value of the form 99999999 (not shown, it may identify a patient), expected a day as YYYY-MM-DD\n\
             t.csv row 4, column key: is empty, expected three letters"
        );
        assert_eq!(
            read(b"note,key,day\nx,abc,2026-01-1,\n").unwrap_err(),
            "t.csv row 2, column day: holds a value of the form 9999-99-9 (not shown, it may identify a patient), expected a day as YYYY-MM-DD"
        );
        assert_eq!(
            read(b"note\n1\n").unwrap_err(),
            "t.csv: lacks the columns key, day; its first line must name key,day"
        );
        assert_eq!(
            read(b"key,key,day\n").unwrap_err(),
            "t.csv row 1, column key: stands twice in the header"
        );
        assert_eq!(read(b"").unwrap_err(), "t.csv: is empty; its first line must name the columns");
    }
}
