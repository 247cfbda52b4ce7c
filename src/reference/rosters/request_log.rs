//! `authorization_log.csv`.

use rustc_hash::FxHashMap;

use super::super::authorization::normal;
use super::super::error::{Problem, ReferenceErrors};
use super::super::index::TableInfo;
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use crate::finding::Date;

columns! {
    NUMBER "number" required,
    REQUESTED_ON "requested_on" required,
    URGENT "urgent" required,
    DECIDED_ON "decided_on" required,
    COUNTY_NOTIFIED_ON "county_notified_on" required,
}

/// What the plan logged of a request for an authorization.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LoggedRequest {
    /// When it was asked for.
    pub requested_on: Option<Date>,
    /// Whether it was urgent.
    pub urgent: bool,
    /// When it was decided.
    pub decided_on: Option<Date>,
    /// When the county was told, so that it opens a case in the state's system.
    pub county_notified_on: Option<Date>,
    /// The line of the file, from 1.
    pub row: u32,
}

/// `authorization_log.csv`: when authorizations were asked for, decided, and told to the county.
#[derive(Debug)]
pub struct RequestLog {
    info: TableInfo,
    rows: FxHashMap<String, LoggedRequest>,
}

impl RequestLog {
    /// What was logged of an authorization number, compared trimmed and in upper case.
    pub fn get(&self, number: &[u8]) -> Option<&LoggedRequest> {
        self.rows.get(&normal(number))
    }

    /// What was logged of each number, in no order.
    pub fn all(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.rows.values()
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<RequestLog, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows: FxHashMap<String, LoggedRequest> = FxHashMap::default();
        while let Some(mut row) = sheet.next_row() {
            let number = row.required(NUMBER, "an authorization number", |value| Some(normal(value)));
            let logged = LoggedRequest {
                requested_on: row.date(REQUESTED_ON),
                urgent: row.flag(URGENT) == Some(true),
                decided_on: row.date(DECIDED_ON),
                county_notified_on: row.date(COUNTY_NOTIFIED_ON),
                row: row.line,
            };
            let Some(number) = number.filter(|_| row.is_good()) else { continue };
            match rows.get(&number) {
                Some(first) if LoggedRequest { row: first.row, ..logged } != *first => {
                    let what = "day or urgency";
                    row.fault(NUMBER, Problem::Contradiction { row: first.row, key: "number", what });
                }
                Some(_) => {}
                None => {
                    rows.insert(number, logged);
                }
            }
        }
        sheet.finish(RequestLog { info: TableInfo { rows: rows.len(), ..info }, rows })
    }
}

#[cfg(test)]
mod tests {
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    #[test]
    fn a_number_is_logged_once() {
        let mut rosters = Rosters::default();
        let mut read = |rows: &str| {
            let file = format!("number,requested_on,urgent,decided_on,county_notified_on\n{rows}");
            let mut book = AuthorizationBook::default();
            rosters
                .read(Roster::RequestLog, "authorization_log.csv", file.as_bytes(), &mut book)
                .map_err(|errors| errors.to_string())?;
            Ok::<_, String>(rosters.request_log.take().unwrap())
        };
        let log = read("tar1,2026-03-02,Y,2026-03-04,\nTAR1,2026-03-02,Y,2026-03-04,\nTAR2,,,,\n").unwrap();
        let first = log.get(b" TAR1 ").unwrap();
        assert!(first.urgent && first.row == 2 && first.county_notified_on.is_none());
        assert!(log.get(b"TAR3").is_none() && log.get(b"tar2").unwrap().requested_on.is_none());
        let error = read("TAR1,2026-03-02,,,\nTAR1,2026-03-03,,,\n").unwrap_err();
        assert!(error.contains("row 3, column number: contradicts row 2"), "{error}");
    }
}
