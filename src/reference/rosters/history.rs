//! `history.csv`.

use std::sync::OnceLock;

use super::super::code_set::code_of;
use super::super::error::ReferenceErrors;
use super::super::id::{MemberKey, Npi, Quantity, member_key};
use super::super::index::TableInfo;
use super::super::lookup::{Keyed, Rows};
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use crate::finding::{Code, Date};

columns! {
    MEMBER_ID "member_id" private,
    RECORD_ID "record_id" private,
    PAYER_CLAIM_NUMBER "payer_claim_number" required,
    SERVICE_DATE "service_date" required,
    CODE "code" required,
    MODIFIER "modifier" required,
    UNITS "units" required,
    PROVIDER_NPI "provider_npi" required,
}

/// A text in the roster's common buffer.
type Place = (u32, u32);

/// A service of an earlier claim.
#[derive(Clone, Copy, Debug)]
pub struct HistoryRow {
    key: MemberKey,
    /// The date of service.
    pub service_date: Date,
    /// The procedure or revenue code.
    pub code: Code,
    /// The modifier that tells what kind of service it was; empty where there is none.
    pub modifier: Code,
    /// How many; one where the file does not say.
    pub units: Quantity,
    /// Who rendered it, where known.
    pub provider: Option<Npi>,
    /// The line of the file, from 1.
    pub row: u32,
    record_id: Place,
    payer_claim_number: Place,
}

impl Keyed for HistoryRow {
    type Key = MemberKey;
    fn key(&self) -> MemberKey {
        self.key
    }
}

/// `history.csv`: services of claims that were paid or accepted before.
pub struct History {
    info: TableInfo,
    rows: Rows<HistoryRow>,
    text: Vec<u8>,
    /// The places of rows in the order of their payer claim numbers, made when one is first looked up: only
    /// replacements and voids ask.
    by_claim: OnceLock<Vec<u32>>,
}

impl History {
    /// The services of a member id, by date; a BIC id counts by its first nine characters.
    pub fn find(&self, id: &[u8]) -> &[HistoryRow] {
        self.of(member_key(id))
    }

    /// All services, by member.
    pub fn all(&self) -> &[HistoryRow] {
        self.rows.all()
    }

    /// The services of a member.
    pub fn of(&self, member: MemberKey) -> &[HistoryRow] {
        if member.is_empty() { &[] } else { self.rows.find(member) }
    }

    /// The services of the claim to which the payer gave this number (a claim's REF*F8), by member and date.
    /// Compared trimmed; none for an empty number.
    pub fn claim(&self, payer_claim_number: &[u8]) -> impl Iterator<Item = &HistoryRow> {
        let wanted = payer_claim_number.trim_ascii();
        let rows = self.rows.all();
        let number_at = |at: &u32| rows.get(*at as usize).map_or(&[][..], |row| self.payer_claim_number(row));
        let by_claim = self.by_claim.get_or_init(|| {
            let mut places: Vec<u32> = (0..rows.len() as u32).collect();
            places.sort_by(|a, b| number_at(a).cmp(number_at(b)));
            places
        });
        let start = by_claim.partition_point(|at| number_at(at) < wanted);
        let from = if wanted.is_empty() { by_claim.len() } else { start };
        by_claim
            .iter()
            .skip(from)
            .filter_map(move |at| rows.get(*at as usize))
            .take_while(move |row| self.payer_claim_number(row) == wanted)
    }

    /// The claim's own id (CLM01) of a service.
    pub fn record_id(&self, row: &HistoryRow) -> &[u8] {
        self.at(row.record_id)
    }

    /// The payer's claim number of a service.
    pub fn payer_claim_number(&self, row: &HistoryRow) -> &[u8] {
        self.at(row.payer_claim_number)
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    fn at(&self, (start, end): Place) -> &[u8] {
        self.text.get(start as usize..end as usize).unwrap_or(&[])
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<History, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows = Vec::new();
        let mut words: Vec<u8> = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let key = row.required(MEMBER_ID, "a member id", |value| Some(member_key(value)));
            let service_date = row.date(SERVICE_DATE);
            if service_date.is_none() && row.is_good() {
                row.required(SERVICE_DATE, "a day as YYYY-MM-DD", |_| Some(()));
            }
            let code = row.required(CODE, "a procedure or revenue code", code_of);
            let modifier = row.optional(MODIFIER, "one modifier of two characters or nothing", |value| {
                code_of(value).filter(|code| code.len() == 2)
            });
            let units = row.optional(UNITS, "a number that is not negative", Quantity::parse);
            let provider = row.optional(PROVIDER_NPI, "an NPI of ten digits", Npi::parse);
            let record_id = row.plain(RECORD_ID).unwrap_or_default();
            let payer_claim_number = row.plain(PAYER_CLAIM_NUMBER).unwrap_or_default();
            let mut keep = |value: &[u8]| {
                let start = words.len() as u32;
                words.extend_from_slice(value);
                (start, words.len() as u32)
            };
            if let (true, Some(key), Some(service_date), Some(code)) =
                (row.is_good(), key, service_date, code)
            {
                rows.push(HistoryRow {
                    key,
                    service_date,
                    code,
                    modifier: modifier.unwrap_or_default(),
                    units: units.unwrap_or(Quantity::whole(1)),
                    provider,
                    row: row.line,
                    record_id: keep(record_id),
                    payer_claim_number: keep(payer_claim_number),
                });
            }
        }
        let rows = sheet.finish(rows)?;
        words.shrink_to_fit();
        let rows = Rows::new(rows, |row| (row.service_date, row.row));
        let info = TableInfo { rows: rows.all().len(), ..info };
        Ok(History { info, rows, text: words, by_claim: OnceLock::new() })
    }
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "History({})", self.info.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, History, Quantity};
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    fn read(rows: &str) -> Result<History, String> {
        let mut rosters = Rosters::default();
        let file = format!(
            "member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi\n{rows}"
        );
        rosters
            .read(Roster::History, "history.csv", file.as_bytes(), &mut AuthorizationBook::default())
            .map_err(|e| e.to_string())?;
        Ok(rosters.history.unwrap())
    }

    #[test]
    fn services_are_found_by_member_and_by_claim() {
        let history = read(
            "90000001A,C2,PCN2,2025-02-01,97110,gp,2,1234567893\n\
             90000002B,C3,PCN1,2025-01-05,97530,GP,,\n\
             90000001A35123,C1,PCN1,2025-01-05,97110,GP,1.5,\n\
             90000001A,C1,,2025-01-05,0120,,3,\n",
        )
        .unwrap();
        let rows = history.find(b"90000001A");
        assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [4, 5, 2]);
        assert_eq!(
            (rows[2].code, rows[2].modifier, rows[2].units),
            (Code::from("97110"), Code::from("GP"), Quantity::whole(2))
        );
        assert_eq!(history.record_id(&rows[0]), b"C1");
        assert_eq!(history.find(b"90000002B")[0].units, Quantity::whole(1));
        let of_claim = |number: &[u8]| history.claim(number).map(|row| row.row).collect::<Vec<_>>();
        assert_eq!(of_claim(b" PCN1 "), [4, 3]);
        assert_eq!(of_claim(b"PCN2"), [2]);
        assert!(of_claim(b"PCN3").is_empty() && of_claim(b"").is_empty() && of_claim(b"P").is_empty());
        assert!(!format!("{history:?} {:?}", rows[0]).contains("90000001A"));
    }

    #[test]
    fn wrong_rows_are_named() {
        assert_eq!(
            read("90000001A,C1,P1,,97110,GPX,-1,\n90000001A,C1,P1,2025-13-01,,,,\n").unwrap_err(),
            "history.csv row 2, column service_date: is empty, expected a day as YYYY-MM-DD\n\
             history.csv row 2, column modifier: holds a value of the form AAA (not shown, it may identify a patient), expected one modifier of two characters or nothing\n\
             history.csv row 2, column units: holds a value of the form -9 (not shown, it may identify a patient), expected a number that is not negative\n\
             history.csv row 3, column service_date: holds a value of the form 9999-99-99 (not shown, it may identify a patient), expected a day as YYYY-MM-DD\n\
             history.csv row 3, column code: is empty, expected a procedure or revenue code"
        );
    }
}
