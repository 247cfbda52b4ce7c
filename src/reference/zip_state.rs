//! The state of each ZIP code.

use std::fmt;

use super::error::{Problem, ReferenceErrors};
use super::id::digits;
use super::index::TableInfo;
use super::sheet::{Sheet, columns};
use super::text::TableText;
use crate::finding::Code;

columns! {
    ZIP "zip" required,
    STATE "state" required,
}

/// How many numbers five digits make.
const ZIPS: usize = 100_000;

/// The state of each ZIP code, found by its number.
pub struct ZipStates {
    info: TableInfo,
    /// For each five digits: the state's place in `names`, from 1; 0 where there is no such ZIP code.
    states: Box<[u8]>,
    names: Vec<Code>,
}

impl ZipStates {
    /// The state of a ZIP code of five or nine digits, `None` where the table does not have it.
    pub fn state(&self, zip: &[u8]) -> Option<Code> {
        let five = digits(zip.get(..5)?, 5)?;
        let name = self.states.get(five as usize)?.checked_sub(1)?;
        self.names.get(name as usize).copied()
    }

    /// How many ZIP codes there are.
    pub fn len(&self) -> usize {
        self.info.rows
    }

    /// Whether there is no ZIP code.
    pub fn is_empty(&self) -> bool {
        self.info.rows == 0
    }

    /// Name, version, source and the days for which the table speaks.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    /// Reads the columns `zip` and `state`.
    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<ZipStates, ReferenceErrors> {
        if let Some((states, names, rows)) = read_plain(text.body) {
            return Ok(ZipStates { info: TableInfo { rows, ..info }, states, names });
        }
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut states = vec![0u8; ZIPS].into_boxed_slice();
        let mut names: Vec<Code> = Vec::new();
        let mut rows = 0;
        let mut known = 0;
        while let Some(mut row) = sheet.next_row() {
            let zip = row.required(ZIP, "five digits", |value| digits(value, 5));
            let state = row.required(STATE, "a state of two letters", |value| {
                let plain = value.len() == 2 && value.iter().all(u8::is_ascii_alphabetic);
                plain.then(|| Code::upper(value))
            });
            let (Some(zip), Some(state)) = (zip, state) else { continue };
            // Neighbouring rows are of one state, as a rule.
            if names.get(known) != Some(&state) {
                known = names.iter().position(|name| *name == state).unwrap_or(names.len());
            }
            let Ok(number) = u8::try_from(known + 1) else {
                row.fault(STATE, Problem::Value { found: None, expected: "at most 255 states in all" });
                continue;
            };
            if known == names.len() {
                names.push(state);
            }
            match states.get_mut(zip as usize) {
                Some(place) if *place == 0 || *place == number => {
                    rows += usize::from(*place == 0);
                    *place = number;
                }
                _ => row.fault(STATE, Problem::TwoValues),
            }
        }
        sheet.finish(ZipStates { info: TableInfo { rows, ..info }, states, names })
    }
}

/// Reads a table in which all is as plain as can be, such as the built-in one: `zip,state`, and lines like `93901,CA`. Nothing
/// where anything is otherwise: then the sheet reads it, and knows what is wrong.
fn read_plain(body: &[u8]) -> Option<(Box<[u8]>, Vec<Code>, usize)> {
    let mut states = vec![0u8; ZIPS].into_boxed_slice();
    let mut names: Vec<Code> = Vec::new();
    let mut rows = 0;
    let mut known = 0;
    let mut rest = body.strip_prefix(b"zip,state\n")?;
    while let Some((line, after)) = rest.split_first_chunk::<9>() {
        let [zip @ .., b',', a @ b'A'..=b'Z', b @ b'A'..=b'Z', b'\n'] = line else { return None };
        let state = Code::new(&[*a, *b]);
        if names.get(known) != Some(&state) {
            known = names.iter().position(|name| *name == state).unwrap_or(names.len());
            if known == names.len() {
                names.push(state);
            }
        }
        let place = states.get_mut(digits(zip, 5)? as usize).filter(|place| **place == 0)?;
        *place = u8::try_from(known + 1).ok()?;
        rows += 1;
        rest = after;
    }
    rest.is_empty().then_some((states, names, rows))
}

impl fmt::Debug for ZipStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZipStates({})", self.info.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::ZipStates;
    use crate::finding::Code;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;

    fn read(bytes: &[u8]) -> Result<ZipStates, String> {
        let text = TableText::new("zip_state.csv", bytes).map_err(|e| e.to_string())?;
        let info = TableInfo::own("zip_state", &text).map_err(|e| e.to_string())?;
        ZipStates::read(&text, info).map_err(|e| e.to_string())
    }

    #[test]
    fn zips_are_found_by_their_first_five_digits() {
        let table = read(b"zip,state\n95060,CA\n00501,ny\n95060,CA\n").unwrap();
        assert_eq!(table.state(b"95060"), Some(Code::from("CA")));
        assert_eq!(table.state(b"950601234"), Some(Code::from("CA")));
        assert_eq!(table.state(b"00501"), Some(Code::from("NY")));
        for unknown in [&b"95061"[..], b"9506", b"", b"9506O", b"95O601234"] {
            assert_eq!(table.state(unknown), None);
        }
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn a_zip_lies_in_one_state() {
        assert_eq!(
            read(b"zip,state\n95060,CA\n95060,NV\n1,CA\n95061,C\n").unwrap_err(),
            "zip_state.csv row 3, column state: stands already in an earlier row, with another value\n\
             zip_state.csv row 4, column zip: holds \"1\", expected five digits\n\
             zip_state.csv row 5, column state: holds \"C\", expected a state of two letters"
        );
    }
}
