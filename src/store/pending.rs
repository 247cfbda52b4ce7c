//! What a file adds, held back and written in the order of the tables.
//!
//! Claims come in the order of the input, and stand in the store by their parties and accounts: written one by one, each
//! would have its own page looked up, changed and written. Sorted, those that are neighbours there are written together:
//! those of a small file as rows, those of a large one as layers.

use rusqlite::{Connection, params};

use super::entry::{ClaimRow, UseRow, account_key};
use super::layer::{Builder, Kind, damage};
use super::with_key;
use crate::finding::Code;
use crate::rules::ledger::{Account, ClaimRef, KeptClaim, Use};

/// How many rows are held back at most: some megabytes.
const ROWS: usize = 1 << 17;

/// From so many rows on they are written as layers.
const LARGE: usize = 1 << 13;

/// The most rows that stand by themselves: more become layers.
pub(super) const RECENT: i64 = 1 << 16;

/// A row that is held back: what it is sorted by, and where its bytes are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Held {
    key: u64,
    from: u32,
    to: u32,
}

/// See above.
#[derive(Debug, Default)]
pub(super) struct Pending {
    bytes: Vec<u8>,
    claims: Vec<Held>,
    uses: Vec<Held>,
}

impl Pending {
    pub(super) fn claim(&mut self, kept: &KeptClaim<'_>) {
        let from = self.bytes.len() as u32;
        ClaimRow { print: kept.print, claim: kept.claim, id: kept.id }.write(&mut self.bytes);
        self.claims.push(Held { key: kept.party, from, to: self.bytes.len() as u32 });
    }

    pub(super) fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) {
        let days = (used.from.days(), used.to.days());
        let Use { claim, line, code, quantity, amount, .. } = *used;
        with_key(account, |kind, account| {
            self.used(&UseRow { claim, line, kind, account, id, days, code, quantity, amount });
        });
    }

    fn used(&mut self, row: &UseRow<'_>) {
        let from = self.bytes.len() as u32;
        row.write(&mut self.bytes);
        self.uses.push(Held { key: account_key(row.kind, row.account), from, to: self.bytes.len() as u32 });
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
        for held in &self.claims {
            let ClaimRow { print, claim, id } = ClaimRow::read(self.row(*held)).ok_or_else(damage)?;
            let (party, print) = (held.key as i64, print as i64);
            statement.execute(params![party, print, claim.file, claim.record as i64, id])?;
        }
        let sql = "INSERT INTO use (kind, account, file, record, line, id, first_day, last_day, code, quantity, amount)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let mut statement = connection.prepare_cached(sql)?;
        for held in &self.uses {
            let row = UseRow::read(self.row(*held)).ok_or_else(damage)?;
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
        drop(statement);
        self.clear();
        Ok(())
    }

    fn write_layers(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.sort();
        for (kind, rows) in [(Kind::Claims, &self.claims), (Kind::Uses, &self.uses)] {
            let mut layer = Builder::new(connection, kind, rows.len() as u64)?;
            for held in rows {
                layer.add(held.key, self.row(*held))?;
            }
            layer.end()?;
        }
        self.clear();
        Ok(())
    }

    /// Those of a key stay as they came.
    fn sort(&mut self) {
        self.claims.sort_unstable();
        self.uses.sort_unstable();
    }

    fn row(&self, held: Held) -> &[u8] {
        self.bytes.get(held.from as usize..held.to as usize).unwrap_or_default()
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
