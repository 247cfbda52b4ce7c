//! What a file adds, held back and written in the order of the tables.
//!
//! Claims come in the order of the input, and stand in the store by their parties and accounts: written one by one, each
//! would have its own page looked up, changed and written. Sorted, those that are neighbours there are written together.

use rusqlite::{Connection, params};

use super::key_of;
use crate::finding::Code;
use crate::rules::ledger::{Account, KeptClaim, Use};

/// How many rows are held back at most: some megabytes.
const ROWS: usize = 1 << 16;

/// A part of the bytes held back.
#[derive(Clone, Copy, Debug)]
struct Part(u32, u32);

/// A row of `claim`, in the order of its key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct ClaimKey {
    party: i64,
    print: i64,
    file: i64,
    record: i64,
}

/// A row of `use`, without what it is of.
#[derive(Clone, Copy, Debug)]
struct UseRow {
    kind: i64,
    account: Part,
    file: i64,
    record: i64,
    line: u32,
    id: Part,
    days: (i32, i32),
    code: Code,
    quantity: i64,
    amount: i64,
}

/// See above.
#[derive(Debug, Default)]
pub(super) struct Pending {
    bytes: Vec<u8>,
    claims: Vec<(ClaimKey, Part)>,
    uses: Vec<UseRow>,
}

impl Pending {
    pub(super) fn claim(&mut self, kept: &KeptClaim<'_>) {
        let id = self.part(kept.id);
        let key = ClaimKey {
            party: kept.party as i64,
            print: kept.print as i64,
            file: kept.claim.file,
            record: kept.claim.record as i64,
        };
        self.claims.push((key, id));
    }

    pub(super) fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) {
        let (kind, key) = key_of(account);
        let (account, id) = (self.part(&key), self.part(id));
        self.uses.push(UseRow {
            kind,
            account,
            file: used.claim.file,
            record: used.claim.record as i64,
            line: used.line,
            id,
            days: (used.from.days(), used.to.days()),
            code: used.code,
            quantity: used.quantity,
            amount: used.amount,
        });
    }

    /// Whether there is so much that it should be written.
    pub(super) fn is_full(&self) -> bool {
        self.claims.len() + self.uses.len() >= ROWS
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.claims.clear();
        self.uses.clear();
    }

    /// Writes everything.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let Pending { bytes, claims, uses } = self;
        let text = |part: Part| bytes.get(part.0 as usize..part.1 as usize).unwrap_or_default();
        claims.sort_unstable_by_key(|(key, _)| *key);
        let sql = "INSERT INTO claim (party, print, file, record, id) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut statement = connection.prepare_cached(sql)?;
        for (ClaimKey { party, print, file, record }, id) in claims.iter() {
            statement.execute(params![party, print, file, record, text(*id)])?;
        }
        uses.sort_unstable_by(|a, b| {
            let key = |row: &UseRow| (row.file, row.record, row.line);
            let by_account = (a.kind, text(a.account)).cmp(&(b.kind, text(b.account)));
            by_account.then_with(|| key(a).cmp(&key(b)))
        });
        let sql = "INSERT INTO use (kind, account, file, record, line, id, first_day, last_day, code, quantity, amount)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut statement = connection.prepare_cached(sql)?;
        for row in uses.iter() {
            let (code, length) = row.code.bytes();
            let code = String::from_utf8_lossy(code.get(..length).unwrap_or_default());
            statement.execute(params![
                row.kind,
                text(row.account),
                row.file,
                row.record,
                row.line,
                text(row.id),
                row.days.0,
                row.days.1,
                &*code,
                row.quantity,
                row.amount,
            ])?;
        }
        drop(statement);
        self.clear();
        Ok(())
    }

    fn part(&mut self, bytes: &[u8]) -> Part {
        let from = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        Part(from, self.bytes.len() as u32)
    }
}
