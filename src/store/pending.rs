//! What a file adds, held back and written in the order of the tables.
//!
//! Claims come in the order of the input, and stand in the store by their parties and accounts: written one by one, each
//! would have its own page looked up, changed and written. Sorted, those that are neighbours there are written together:
//! those of a small file as rows, those of a large one as layers.

use rusqlite::{Connection, params};

use super::entry::{ClaimRow, UseRow, account_key};
use super::key_of;
use super::layer::{Builder, Kind};
use crate::finding::Code;
use crate::rules::ledger::{Account, ClaimRef, KeptClaim, Use};

/// How many rows are held back at most: some megabytes.
const ROWS: usize = 1 << 17;

/// From so many rows on they are written as layers.
const LARGE: usize = 1 << 13;

/// The most rows that stand by themselves: more become layers.
pub(super) const RECENT: i64 = 1 << 16;

/// A part of the bytes held back.
#[derive(Clone, Copy, Debug)]
struct Part(u32, u32);

/// An accepted claim, by what it is sorted by.
#[derive(Clone, Copy, Debug)]
struct Claim {
    party: u64,
    print: u64,
    own: ClaimRef,
    id: Part,
}

/// What a line used.
#[derive(Clone, Copy, Debug)]
struct Used {
    /// Fingerprint of the account.
    key: u64,
    kind: i64,
    account: Part,
    claim: ClaimRef,
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
    claims: Vec<Claim>,
    uses: Vec<Used>,
}

impl Pending {
    pub(super) fn claim(&mut self, kept: &KeptClaim<'_>) {
        let id = self.part(kept.id);
        self.claims.push(Claim { party: kept.party, print: kept.print, own: kept.claim, id });
    }

    pub(super) fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) {
        let (kind, account) = key_of(account);
        let days = (used.from.days(), used.to.days());
        let Use { claim, line, code, quantity, amount, .. } = *used;
        self.used(&UseRow { claim, line, kind, account: &account, id, days, code, quantity, amount });
    }

    fn used(&mut self, row: &UseRow<'_>) {
        let UseRow { claim, line, kind, days, code, quantity, amount, .. } = *row;
        let key = account_key(kind, row.account);
        let (account, id) = (self.part(row.account), self.part(row.id));
        self.uses.push(Used { key, kind, account, claim, line, id, days, code, quantity, amount });
    }

    fn len(&self) -> usize {
        self.claims.len() + self.uses.len()
    }

    /// Whether there is so much that it should be written.
    pub(super) fn is_full(&self) -> bool {
        self.len() >= ROWS
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.claims.clear();
        self.uses.clear();
    }

    /// Writes everything; answers how many rows stand by themselves.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<i64> {
        if self.len() >= LARGE {
            self.write_layers(connection)?;
            return Ok(0);
        }
        let rows = self.len() as i64;
        self.write_rows(connection)?;
        Ok(rows)
    }

    fn write_rows(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.sort();
        let sql = "INSERT INTO claim (party, print, file, record, id) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut statement = connection.prepare_cached(sql)?;
        for Claim { party, print, own, id } in &self.claims {
            let (party, print) = (*party as i64, *print as i64);
            statement.execute(params![party, print, own.file, own.record as i64, self.text(*id)])?;
        }
        let sql = "INSERT INTO use (kind, account, file, record, line, id, first_day, last_day, code, quantity, amount)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut statement = connection.prepare_cached(sql)?;
        for used in &self.uses {
            let row = self.row(used);
            let (code, length) = row.code.bytes();
            let code = String::from_utf8_lossy(code.get(..length).unwrap_or_default());
            statement.execute(params![
                row.kind,
                row.account,
                row.claim.file,
                row.claim.record as i64,
                row.line,
                row.id,
                row.days.0,
                row.days.1,
                &*code,
                row.quantity,
                row.amount,
            ])?;
        }
        self.clear();
        Ok(())
    }

    fn write_layers(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.sort();
        let mut row = Vec::new();
        let mut layer = Builder::new(connection, Kind::Claims, self.claims.len() as u64)?;
        for Claim { party, print, own, id } in &self.claims {
            row.clear();
            ClaimRow { print: *print, claim: *own, id: self.text(*id) }.write(&mut row);
            layer.add(*party, &row)?;
        }
        layer.end()?;
        let mut layer = Builder::new(connection, Kind::Uses, self.uses.len() as u64)?;
        for used in &self.uses {
            row.clear();
            self.row(used).write(&mut row);
            layer.add(used.key, &row)?;
        }
        layer.end()?;
        self.clear();
        Ok(())
    }

    fn sort(&mut self) {
        self.claims.sort_unstable_by_key(|claim| (claim.party, claim.own.record));
        self.uses.sort_unstable_by_key(|used| (used.key, used.claim.record, used.line));
    }

    fn row(&self, used: &Used) -> UseRow<'_> {
        let Used { claim, line, kind, days, code, quantity, amount, .. } = *used;
        let (account, id) = (self.text(used.account), self.text(used.id));
        UseRow { claim, line, kind, account, id, days, code, quantity, amount }
    }

    fn text(&self, part: Part) -> &[u8] {
        self.bytes.get(part.0 as usize..part.1 as usize).unwrap_or_default()
    }

    fn part(&mut self, bytes: &[u8]) -> Part {
        let from = self.bytes.len() as u32;
        self.bytes.extend_from_slice(bytes);
        Part(from, self.bytes.len() as u32)
    }
}

/// Writes the rows that stand by themselves as layers.
pub(super) fn fold(connection: &Connection) -> rusqlite::Result<()> {
    let mut pending = Pending::default();
    let mut claims = connection.prepare("SELECT party, print, file, record, id FROM claim")?;
    let mut rows = claims.query([])?;
    while let Some(row) = rows.next()? {
        pending.claim(&KeptClaim {
            claim: ClaimRef { file: row.get(2)?, record: row.get::<_, i64>(3)? as u64 },
            party: row.get::<_, i64>(0)? as u64,
            print: row.get::<_, i64>(1)? as u64,
            id: row.get_ref(4)?.as_blob()?,
        });
        if pending.is_full() {
            pending.write_layers(connection)?;
        }
    }
    let mut uses = connection.prepare(
        "SELECT file, record, line, kind, account, id, first_day, last_day, code, quantity, amount FROM use",
    )?;
    let mut rows = uses.query([])?;
    while let Some(row) = rows.next()? {
        pending.used(&UseRow {
            claim: ClaimRef { file: row.get(0)?, record: row.get::<_, i64>(1)? as u64 },
            line: row.get(2)?,
            kind: row.get(3)?,
            account: row.get_ref(4)?.as_blob()?,
            id: row.get_ref(5)?.as_blob()?,
            days: (row.get(6)?, row.get(7)?),
            code: Code::new(row.get_ref(8)?.as_str()?.as_bytes()),
            quantity: row.get(9)?,
            amount: row.get(10)?,
        });
        if pending.is_full() {
            pending.write_layers(connection)?;
        }
    }
    pending.write_layers(connection)?;
    connection.execute_batch("DELETE FROM claim; DELETE FROM use")
}
