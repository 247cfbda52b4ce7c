//! Code lists: which codes exist.

use super::error::{Faults, Problem, ReferenceErrors, excerpt};
use super::index::TableInfo;
use super::sheet::{Sheet, columns};
use super::text::TableText;
use crate::finding::{Code, Date, Period};

columns! {
    CODE "code" required,
    FROM "effective_from" optional,
    TO "effective_to" optional,
}

/// The codes of a list, as sorted words.
#[derive(Debug)]
pub struct CodeSet {
    info: TableInfo,
    words: Vec<u64>,
    /// Where the codes of each first three characters begin: a search then looks at some tens of codes. Empty
    /// where there are so few codes that a search is short anyway.
    begins: Vec<u32>,
    /// The days of codes that are not in force always, as a customer's sheet gives them, in order.
    dated: Vec<(u64, Period)>,
}

const ALWAYS: Period = Period { from: Date::MIN, to: Date::MAX };

/// How many characters there are from `0` to `Z`.
const CHARACTERS: usize = 43;

/// How long a list must be to have an index.
const LONG: usize = 1024;

/// The place of a word's first three characters in [`CodeSet::begins`]. It grows with the word; other
/// characters count as the nearest.
fn bucket(word: u64) -> usize {
    let character = |shift: u32| {
        let byte = (word >> shift) as u8;
        usize::from(byte.saturating_sub(b'0')).min(CHARACTERS - 1)
    };
    (character(56) * CHARACTERS + character(48)) * CHARACTERS + character(40)
}

/// Where each bucket of the sorted `words` begins, and where the last ends.
fn begins_of(words: &[u64]) -> Vec<u32> {
    let mut begins = Vec::new();
    if words.len() >= LONG {
        begins.reserve_exact(CHARACTERS.pow(3) + 1);
        for (word, at) in words.iter().zip(0..) {
            begins.resize(begins.len().max(bucket(*word) + 1), at);
        }
        begins.resize(CHARACTERS.pow(3) + 1, words.len() as u32);
    }
    begins
}

impl CodeSet {
    /// Whether the list has `code`. Codes are in upper case and without points.
    pub fn contains(&self, code: Code) -> bool {
        let word = code.word();
        let at = bucket(word);
        let near = match (self.begins.get(at), self.begins.get(at + 1)) {
            (Some(from), Some(to)) => self.words.get(*from as usize..*to as usize).unwrap_or(&[]),
            _ => &self.words,
        };
        near.binary_search(&word).is_ok()
    }

    /// Whether the list has `code`, in force on `date` where it says for which days.
    pub fn contains_on(&self, code: Code, date: impl FnOnce() -> Date) -> bool {
        let is_listed = self.contains(code);
        if !is_listed || self.dated.is_empty() {
            return is_listed;
        }
        let date = date();
        let word = code.word();
        let first = self.dated.partition_point(|(other, _)| *other < word);
        let mut own =
            self.dated.get(first..).unwrap_or(&[]).iter().take_while(|(other, _)| *other == word).peekable();
        own.peek().is_none() || own.any(|(_, period)| period.contains(date))
    }

    /// Whether the list has a longer code that begins with `code`: then `code` is a heading, and what
    /// is missing is its last characters.
    pub fn has_longer(&self, code: Code) -> bool {
        let next = self.words.partition_point(|word| *word <= code.word());
        self.words.get(next).is_some_and(|word| Code::from_word(*word).starts_with(code))
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no code; never so for a list that was loaded.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Every code, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Code> {
        self.words.iter().map(|word| Code::from_word(*word))
    }

    /// Name, version, source and the days for which the list speaks.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    /// Reads a list: one code a line, or a CSV with a `code` column where the file is named `.csv`.
    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<CodeSet, ReferenceErrors> {
        let csv = text.file.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("csv"));
        let mut dated = Vec::new();
        let mut words = if csv { words_of_sheet(text, &mut dated)? } else { words_of_lines(text)? };
        dated.sort_unstable_by_key(|(word, period)| (*word, period.from, period.to));
        // The built-in lists are sorted already, and finding that out is cheaper than sorting.
        if !words.is_sorted() {
            words.sort_unstable();
        }
        words.dedup();
        words.shrink_to_fit();
        if words.is_empty() {
            return Err(ReferenceErrors::of_file(text.file, Problem::NoCodes));
        }
        let info = TableInfo { rows: words.len(), ..info };
        let begins = begins_of(&words);
        Ok(CodeSet { info, words, begins, dated })
    }
}

const EXPECTED: &str = "a code of up to eight letters and digits";

fn words_of_lines(text: &TableText<'_>) -> Result<Vec<u64>, ReferenceErrors> {
    let mut faults = Faults::new(text.file);
    let mut words = Vec::with_capacity(text.body.len() / 6);
    let mut rest = text.body;
    let mut row = text.lines_before;
    while !rest.is_empty() && !faults.is_full() {
        if let Some((word, after)) = plain_line(rest) {
            words.push(word);
            rest = after;
            row += 1;
            continue;
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        rest = after.get(1..).unwrap_or(&[]);
        row += 1;
        let line = line.trim_ascii();
        match code_of(line) {
            Some(code) => words.push(code.word()),
            None if line.is_empty() || line.starts_with(b"#") => {}
            None => {
                let problem = Problem::Value { found: Some(excerpt(line)), expected: EXPECTED };
                faults.add(Some(row), None, problem);
            }
        }
    }
    faults.or(words)
}

/// The word of a line that is one code of up to eight capital letters and digits, and what follows the line: so
/// are all lines of the built-in lists, which are read often and should cost little.
fn plain_line(rest: &[u8]) -> Option<(u64, &[u8])> {
    let mut word = 0;
    for (at, byte) in rest.iter().take(9).enumerate() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' if at < 8 => word = word << 8 | u64::from(*byte),
            b'\n' if at > 0 => return Some((word << (64 - 8 * at), rest.get(at + 1..)?)),
            _ => return None,
        }
    }
    None
}

/// The codes of a sheet, and the days of all of them where any has days.
fn words_of_sheet(text: &TableText<'_>, dated: &mut Vec<(u64, Period)>) -> Result<Vec<u64>, ReferenceErrors> {
    let mut sheet = Sheet::open(text, COLUMNS)?;
    let mut words = Vec::new();
    while let Some(mut row) = sheet.next_row() {
        let word = row.required(CODE, EXPECTED, code_of).map(Code::word);
        let period = row.period(FROM, TO);
        words.extend(word);
        dated.extend(word.map(|word| (word, period)));
    }
    if dated.iter().all(|(_, period)| *period == ALWAYS) {
        dated.clear();
    }
    sheet.finish(words)
}

/// A code as lists write it: letters and digits in either case, a diagnosis perhaps with its point.
pub(super) fn code_of(text: &[u8]) -> Option<Code> {
    let mut bytes = [0u8; 8];
    let mut places = bytes.iter_mut();
    let mut pointed = false;
    for byte in text {
        if byte.is_ascii_alphanumeric() {
            *places.next()? = byte.to_ascii_uppercase();
        } else if *byte == b'.' && !pointed {
            pointed = true;
        } else {
            return None;
        }
    }
    let code = Code::from_word(u64::from_be_bytes(bytes));
    (!code.is_empty()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::{CodeSet, code_of};
    use crate::finding::Code;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn read(file: &str, bytes: &[u8]) -> Result<CodeSet, String> {
        let text = TableText::new(file, bytes).map_err(|e| e.to_string())?;
        let info = TableInfo::own("icd10cm", &text).map_err(|e| e.to_string())?;
        CodeSet::read(&text, info).map_err(|e| e.to_string())
    }

    #[test]
    fn lists_are_lines_or_a_column() {
        let lines = read(
            "icd10cm.txt",
            b"# version: 7
e10.9

A00.0 
E109
",
        )
        .unwrap();
        let sheet = read(
            "icd10cm.csv",
            b"# version: 7
name,code
x,e10.9
y,A000
",
        )
        .unwrap();
        for list in [lines, sheet] {
            assert_eq!(list.iter().map(|c| c.to_string()).collect::<Vec<_>>(), ["A000", "E109"]);
            assert_eq!((list.info().version.as_str(), list.info().rows), ("7", 2));
            assert!(list.contains(Code::from("E109")) && !list.contains(Code::from("E10")));
            assert!(!list.contains(Code::EMPTY));
            assert!(list.has_longer(Code::from("E10")) && !list.has_longer(Code::from("E109")));
        }
    }

    /// A code of one to seven letters and digits made of a number.
    fn some_code(mut number: u64) -> String {
        let len = number % 7 + 1;
        let digits = (0..len).map(|_| {
            number /= 36;
            char::from_digit((number % 36) as u32, 36).unwrap().to_ascii_uppercase()
        });
        digits.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 100, ..ProptestConfig::default() })]
        #[test]
        fn a_long_list_is_searched_as_a_short_one(
            numbers in proptest::collection::vec(0..u64::MAX - 36, 4000),
            others in proptest::collection::vec("[!-~]{0,7}", 20),
        ) {
            let codes: BTreeSet<String> = numbers.iter().map(|number| some_code(*number)).collect();
            let file = codes.iter().cloned().collect::<Vec<_>>().join("\n");
            let list = read("icd10cm.txt", file.as_bytes()).unwrap();
            prop_assert!(!list.begins.is_empty());
            let near = numbers.iter().map(|number| some_code(number + 36));
            for code in codes.iter().cloned().chain(near).chain(others) {
                prop_assert_eq!(list.contains(Code::from(code.as_str())), codes.contains(&code), "{}", code);
            }
        }
    }

    #[test]
    fn a_list_without_codes_is_refused() {
        assert_eq!(
            read(
                "pos.txt", b"

"
            )
            .unwrap_err(),
            "pos.txt: holds no code"
        );
        assert_eq!(
            read(
                "pos.txt",
                b"11
1-2
123456789
"
            )
            .unwrap_err(),
            "pos.txt row 2: holds \"1-2\", expected a code of up to eight letters and digits\n\
             pos.txt row 3: holds \"123456789\", expected a code of up to eight letters and digits"
        );
        assert_eq!(
            read("pos.csv", b"place\n11\n").unwrap_err(),
            "pos.csv: lacks the column code; its first line must name code"
        );
    }

    #[test]
    fn one_point_at_most() {
        assert_eq!(code_of(b"s72.001a"), Some(Code::from("S72001A")));
        for wrong in [&b"1.2.3"[..], b"", b".", b"A B", b"123456789"] {
            assert_eq!(code_of(wrong), None);
        }
    }
}
