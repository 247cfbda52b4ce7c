//! Code lists that only a customer can give: those of the NUBC and the NUCC are not public.

use super::error::{Faults, Problem, ReferenceErrors, excerpt};
use super::index::TableInfo;
use super::sheet::{Sheet, columns};
use super::text::TableText;
use crate::finding::{Date, Period};

columns! {
    CODE "code" required,
    FROM "effective_from" optional,
    TO "effective_to" optional,
}

/// The most characters of a code.
const LONGEST: usize = 12;

const EXPECTED: &str = "a code of up to twelve letters and digits";

/// A customer's list of codes with the days on which each is in force.
#[derive(Debug)]
pub struct OwnList {
    info: TableInfo,
    /// Codes packed, with their days, in order; a code may stand for more than one period.
    rows: Vec<(u64, Period)>,
}

/// What a list says of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is in force.
    Listed,
    /// It is listed, for other days.
    OtherDays,
    /// It is not listed.
    Unlisted,
}

impl OwnList {
    /// What the list says of `code` on a day; on a day for which the whole list does not speak, every code stands.
    pub fn standing(&self, code: &[u8], date: Date) -> Standing {
        if !self.info.effective.contains(date) {
            return Standing::Listed;
        }
        let Some(word) = packed(code) else { return Standing::Unlisted };
        let first = self.rows.partition_point(|(other, _)| *other < word);
        let rows = self.rows.get(first..).unwrap_or(&[]);
        let mut own = rows.iter().take_while(|(other, _)| *other == word).peekable();
        if own.peek().is_none() {
            return Standing::Unlisted;
        }
        if own.any(|(_, period)| period.contains(date)) { Standing::Listed } else { Standing::OtherDays }
    }

    /// Name, version, source and the days for which the list speaks.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    /// Reads a list: one code a line, or a CSV with a `code` column, and perhaps `effective_from` and `effective_to`, where the
    /// file is named `.csv`.
    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<OwnList, ReferenceErrors> {
        let csv = text.file.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("csv"));
        let mut rows = if csv { of_sheet(text)? } else { of_lines(text)? };
        rows.sort_unstable_by_key(|(word, period)| (*word, period.from, period.to));
        rows.dedup();
        if rows.is_empty() {
            return Err(ReferenceErrors::of_file(text.file, Problem::NoCodes));
        }
        Ok(OwnList { info: TableInfo { rows: rows.len(), ..info }, rows })
    }
}

fn of_lines(text: &TableText<'_>) -> Result<Vec<(u64, Period)>, ReferenceErrors> {
    let mut faults = Faults::new(text.file);
    let mut rows = Vec::new();
    let always = Period { from: Date::MIN, to: Date::MAX };
    for (line, row) in text.body.split(|byte| *byte == b'\n').zip(text.lines_before + 1..) {
        let line = line.trim_ascii();
        match packed(line) {
            Some(word) => rows.push((word, always)),
            None if line.is_empty() || line.starts_with(b"#") => {}
            None => {
                let problem = Problem::Value { found: Some(excerpt(line)), expected: EXPECTED };
                faults.add(Some(row), None, problem);
            }
        }
    }
    faults.or(rows)
}

fn of_sheet(text: &TableText<'_>) -> Result<Vec<(u64, Period)>, ReferenceErrors> {
    let mut sheet = Sheet::open(text, COLUMNS)?;
    let mut rows = Vec::new();
    while let Some(mut row) = sheet.next_row() {
        let word = row.required(CODE, EXPECTED, packed);
        let period = row.period(FROM, TO);
        rows.extend(word.map(|word| (word, period)));
    }
    sheet.finish(rows)
}

/// A code of letters, in either case, and digits as a number that no other code has.
fn packed(code: &[u8]) -> Option<u64> {
    if code.is_empty() || code.len() > LONGEST {
        return None;
    }
    code.iter().try_fold(0u64, |word, byte| {
        let digit = char::from(*byte).to_digit(36)?;
        Some(word * 37 + u64::from(digit) + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::{OwnList, Standing, packed};
    use crate::finding::Date;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;

    fn read(file: &str, bytes: &[u8]) -> Result<OwnList, String> {
        let text = TableText::new(file, bytes).map_err(|e| e.to_string())?;
        let info = TableInfo::own("taxonomy", &text).map_err(|e| e.to_string())?;
        OwnList::read(&text, info).map_err(|e| e.to_string())
    }

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    #[test]
    fn codes_are_in_force_by_day() {
        let list = read(
            "revenue_codes.csv",
            b"code,name,effective_from,effective_to\n0120,room,,\n0529,clinic,2026-01-01,2026-06-30\n0529,clinic,2027-01-01,\n",
        )
        .unwrap();
        for (code, date, expected) in [
            ("0120", "2020-01-01", Standing::Listed),
            ("120", "2020-01-01", Standing::Unlisted),
            ("0529", "2025-12-31", Standing::OtherDays),
            ("0529", "2026-01-01", Standing::Listed),
            ("0529", "2026-06-30", Standing::Listed),
            ("0529", "2026-07-01", Standing::OtherDays),
            ("0529", "2027-01-01", Standing::Listed),
            ("0300", "2026-01-01", Standing::Unlisted),
            ("03-0", "2026-01-01", Standing::Unlisted),
        ] {
            assert_eq!(list.standing(code.as_bytes(), day(date)), expected, "{code} on {date}");
        }
        assert_eq!(list.info().rows, 3);
    }

    #[test]
    fn a_list_speaks_for_its_days_only() {
        let list = read("taxonomy.txt", b"# effective_from: 2026-01-01\n207X00000x\n").unwrap();
        assert_eq!(list.standing(b"207X00000X", day("2026-01-01")), Standing::Listed);
        assert_eq!(list.standing(b"208000000X", day("2026-01-01")), Standing::Unlisted);
        assert_eq!(list.standing(b"208000000X", day("2025-12-31")), Standing::Listed);
    }

    #[test]
    fn errors_name_file_row_and_column() {
        for (file, bytes, error) in [
            (
                "value_codes.csv",
                "code,effective_from\n80,2026-13-01\n",
                "value_codes.csv row 2, column effective_from: ",
            ),
            ("value_codes.csv", "code\n80\n8-1\n", "value_codes.csv row 3, column code: "),
            ("value_codes.csv", "codes\n80\n", "value_codes.csv: lacks the column code"),
            ("value_codes.txt", "80\n8 1\n", "value_codes.txt row 2: "),
            ("value_codes.txt", "\n", "value_codes.txt: holds no code"),
        ] {
            let said = read(file, bytes.as_bytes()).unwrap_err();
            assert!(said.starts_with(error), "{said}");
        }
    }

    #[test]
    fn no_two_codes_are_packed_alike() {
        assert_ne!(packed(b"01"), packed(b"1"));
        assert_eq!(packed(b"207x00000x"), packed(b"207X00000X"));
        assert!(packed(b"ZZZZZZZZZZZZ").is_some() && packed(b"ZZZZZZZZZZZZZ").is_none());
        assert!(packed(b"").is_none() && packed(b"A.1").is_none());
    }
}
