//! Writing: one transaction from the beginning of a run to its end, a savepoint for each file.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::pending::{Pending, RECENT, fold};
use super::taken_back::Turn;
use super::{Inner, Store, StoreError, create, decided, layer, schema, settle};
use crate::reference::Decided;
use crate::rules::ledger::{Account, ClaimRef, FileCounts, KeepError, Keeper, KeptClaim, ReceivedFile, Use};

/// The most a control number may be.
const LAST_NUMBER: u32 = 999_999_999;

/// The right to write to a store. What is written appears when it is [finished](Keeper::finish); dropped before that,
/// nothing of it does.
#[derive(Debug)]
pub struct Writer {
    // dropped first, so that the connection that writes is the last to close and leaves one file
    store: Store,
    connection: Connection,
    file: Option<i64>,
    /// What the file at hand adds and is not written yet.
    pending: Pending,
    /// How many rows of claims and uses no layer took yet, and how many there were before the file at hand.
    recent: i64,
    recent_before: i64,
    /// The order of the last decision.
    arrival: i64,
    /// Partners and whether it is about groups; what they were given last.
    numbers: BTreeMap<(String, bool), u32>,
    /// The numbers before the file at hand.
    numbers_before: BTreeMap<(String, bool), u32>,
    /// What is held and taken back, where the run is that of an arrival.
    pub(super) again: Turn,
}

impl Writer {
    /// Opens a store for writing, and makes it if it is not there. Waits a few seconds for another run that writes.
    pub fn open(path: &Path) -> Result<Writer, StoreError> {
        create(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly { path: path.to_owned() }
            }
            std::io::ErrorKind::StorageFull => StoreError::Full { path: path.to_owned() },
            _ => StoreError::Failed { path: path.to_owned(), why: error.to_string() },
        })?;
        let fail = |error: rusqlite::Error| StoreError::of(path, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(fail)?;
        settle(&connection).map_err(fail)?;
        if connection.is_readonly("main").map_err(fail)? {
            return Err(StoreError::ReadOnly { path: path.to_owned() });
        }
        // before anything is changed
        schema::is_current(&connection, path)?;
        connection.pragma_update(None, "journal_mode", "wal").map_err(fail)?;
        connection.pragma_update(None, "synchronous", "full").map_err(fail)?;
        connection.pragma_update(None, "cache_size", -32_000).map_err(fail)?;
        // what is purged later leaves no older copy, as far as that costs no writing of its own
        connection.pragma_update(None, "secure_delete", "fast").map_err(fail)?;
        connection.execute_batch("BEGIN IMMEDIATE").map_err(fail)?;
        if !schema::is_current(&connection, path)? {
            schema::migrate(&connection, path)?;
            settle_layers(&connection, recent(&connection).map_err(fail)?).map_err(fail)?;
            // readers must see the tables
            connection.execute_batch("COMMIT; BEGIN IMMEDIATE").map_err(fail)?;
        }
        let arrival =
            connection.query_row("SELECT last FROM arrivals", [], |row| row.get(0)).map_err(fail)?;
        let recent = recent(&connection).map_err(fail)?;
        let numbers = numbers(&connection).map_err(fail)?;
        let store = Store::at(path);
        let numbers_before = numbers.clone();
        Ok(Writer {
            store,
            connection,
            file: None,
            pending: Pending::default(),
            recent,
            recent_before: recent,
            arrival,
            numbers,
            numbers_before,
            again: Turn::default(),
        })
    }

    /// The store as it was before this began to write.
    pub fn before(&self) -> Store {
        self.store.clone()
    }

    /// What stands in the store of claims that came with later arrivals is not looked at as if it were there before.
    pub(super) fn looks_before(&self, arrival: i64) {
        let _ = self.inner().arrival.set(arrival);
    }

    pub(super) fn finish_now(self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT").map_err(|error| self.fail(&error))
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn inner(&self) -> &Inner {
        &self.store.0
    }

    pub(super) fn fail(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::of(&self.inner().path, error)
    }

    pub(super) fn file(&self) -> i64 {
        self.file.unwrap_or_default()
    }

    pub(super) fn write(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), KeepError> {
        let write = || self.connection.prepare_cached(sql)?.execute(values);
        write().map(|_| ()).map_err(|error| kept(self.fail(&error)))
    }

    /// Puts what was kept in order, for what is looked up later. It takes room and time that the run itself does not need: where
    /// it fails, all that was kept stays, and a later run tries again.
    fn tidy(&self) {
        let connection = &self.connection;
        let tidied = connection
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| settle_layers(connection, recent(connection)?))
            .and_then(|()| connection.execute_batch("COMMIT"));
        if let Err(error) = tidied {
            let why = StoreError::of(&self.inner().path, &error);
            tracing::warn!("{why}; what it holds of accepted claims is put in order by a later run");
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
        }
    }

    fn batch(&self, sql: &str) -> Result<(), KeepError> {
        self.connection.execute_batch(sql).map_err(|error| kept(self.fail(&error)))
    }

    fn try_begin(&mut self, file: &ReceivedFile) -> rusqlite::Result<i64> {
        let connection = &self.connection;
        connection.execute_batch("SAVEPOINT file")?;
        let id = connection.query_row(
            "INSERT INTO file (name, bytes, content, received, arrival) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
            params![
                file.name,
                file.bytes as i64,
                file.content,
                file.received.days(),
                self.again.origin()
            ],
            |row| row.get(0),
        )?;
        for old in &file.replaces {
            // what layers hold of it counts no more once it is replaced
            for sql in ["DELETE FROM claim WHERE file = ?1", "DELETE FROM use WHERE file = ?1"] {
                self.recent -= connection.execute(sql, [old])? as i64;
            }
            for sql in [
                "DELETE FROM interchange WHERE file = ?1",
                "DELETE FROM given_back WHERE by_file = ?1",
                "DELETE FROM taken_back WHERE by_file = ?1",
            ] {
                connection.execute(sql, [old])?;
            }
            // the same bytes have the same records: what was taken back of them since is taken back of them still
            connection.execute("UPDATE OR REPLACE given_back SET file = ?2 WHERE file = ?1", [old, &id])?;
            connection.execute("UPDATE file SET replaced_by = ?2 WHERE id = ?1", [old, &id])?;
        }
        Ok(id)
    }

    fn write_pending(&mut self) -> Result<(), KeepError> {
        let written = self.pending.write(&self.connection).map_err(|error| kept(self.fail(&error)))?;
        self.recent += written;
        Ok(())
    }

    fn write_if_full(&mut self) -> Result<(), KeepError> {
        if self.pending.is_full() { self.write_pending() } else { Ok(()) }
    }

    fn keep_numbers(&self) -> Result<(), KeepError> {
        for ((partner, group), last) in &self.numbers {
            if self.numbers_before.get(&(partner.clone(), *group)) != Some(last) {
                let sql = "INSERT INTO sequence (partner, of_groups, last) VALUES (?1, ?2, ?3)
                           ON CONFLICT DO UPDATE SET last = excluded.last";
                self.write(sql, &[partner, group, last])?;
            }
        }
        Ok(())
    }
}

pub(super) fn kept(error: StoreError) -> KeepError {
    KeepError(Box::new(error))
}

/// How many rows of claims and uses no layer took yet.
fn recent(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT recent FROM arrivals", [], |row| row.get(0))
}

/// Makes layers of rows where there are many, and fewer of layers.
fn settle_layers(connection: &Connection, recent: i64) -> rusqlite::Result<()> {
    if recent > RECENT {
        fold(connection)?;
        connection.execute("UPDATE arrivals SET recent = 0", [])?;
    }
    layer::merge(connection)
}

fn numbers(connection: &Connection) -> rusqlite::Result<BTreeMap<(String, bool), u32>> {
    let mut statement = connection.prepare("SELECT partner, of_groups, last FROM sequence")?;
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    rows.collect()
}

impl Keeper for Writer {
    fn begin(&mut self, file: &ReceivedFile) -> Result<i64, KeepError> {
        self.numbers_before = self.numbers.clone();
        self.recent_before = self.recent;
        let id = self.try_begin(file).map_err(|error| kept(self.fail(&error)))?;
        self.file = Some(id);
        Ok(id)
    }

    fn claim(&mut self, claim: &KeptClaim<'_>) -> Result<(), KeepError> {
        self.pending.claim(claim);
        self.write_if_full()
    }

    fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) -> Result<(), KeepError> {
        self.pending.uses(account, used, id);
        self.write_if_full()
    }

    fn give_back(&mut self, claim: ClaimRef, by: ClaimRef) -> Result<(), KeepError> {
        self.write(
            "INSERT OR IGNORE INTO given_back (file, record, by_file, by_record) VALUES (?1, ?2, ?3, ?4)",
            &[&claim.file, &(claim.record as i64), &by.file, &(by.record as i64)],
        )
    }

    fn take_back(&mut self, party: u64, name: u64, by: ClaimRef) -> Result<(), KeepError> {
        self.takes_back(party, name, by)
    }

    fn hold(&mut self, record: u64, party: u64, name: u64) -> Result<(), KeepError> {
        self.holds(record, party, name);
        Ok(())
    }

    fn interchange(&mut self, print: u64) -> Result<(), KeepError> {
        let Some(file) = self.file else { return Ok(()) };
        self.write(
            "INSERT OR IGNORE INTO interchange (print, file) VALUES (?1, ?2)",
            &[&(print as i64), &file],
        )
    }

    fn decision(&mut self, decided: &Decided) -> Result<(), KeepError> {
        let mut decided = decided.clone();
        if !decided.make_ready() {
            return Ok(());
        }
        self.arrival += 1;
        let kept_so = decided::keep(&self.connection, &decided, self.arrival as u64);
        kept_so.map_err(|error| kept(self.fail(&error)))
    }

    fn next_number(&mut self, partner: &str, group: bool) -> u32 {
        let last = self.numbers.entry((partner.to_owned(), group)).or_default();
        *last = if *last >= LAST_NUMBER { 1 } else { *last + 1 };
        *last
    }

    fn end(&mut self, counts: FileCounts) -> Result<(), KeepError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        self.write_pending()?;
        let FileCounts { read, accepted, rejected, refused } = counts;
        self.write(
            "UPDATE file SET read = ?2, accepted = ?3, rejected = ?4, refused = ?5 WHERE id = ?1",
            &[&file, &(read as i64), &(accepted as i64), &(rejected as i64), &(refused as i64)],
        )?;
        self.keep_numbers()?;
        self.batch("RELEASE file")
    }

    fn forget(&mut self) -> Result<(), KeepError> {
        self.numbers = self.numbers_before.clone();
        self.recent = self.recent_before;
        self.pending.clear();
        if self.file.take().is_none() {
            return Ok(());
        }
        self.batch("ROLLBACK TO file; RELEASE file")
    }

    fn finish(&mut self) -> Result<(), KeepError> {
        if let Some(trouble) = self.trouble() {
            return Err(trouble);
        }
        self.write("UPDATE arrivals SET last = ?1, recent = ?2", &[&self.arrival, &self.recent])?;
        self.batch("COMMIT")?;
        self.tidy();
        Ok(())
    }

    fn trouble(&self) -> Option<KeepError> {
        self.store.trouble().map(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::finding::{Date, Print};
    use crate::rules::ledger::{ClaimRef, FileCounts, Keeper as _, KeptClaim, Past as _, ReceivedFile};
    use crate::store::Store;

    fn print(number: u64) -> u64 {
        let mut print = Print::new(3);
        print.word(number);
        print.finish()
    }

    /// Keeps a file of claims, numbered from a number on.
    fn keep(writer: &mut Writer, from: u64, claims: u64) {
        let (name, content, received) = ("a.837".to_owned(), [1; 32], Date::from_days(20_000));
        let file =
            writer.begin(&ReceivedFile { name, bytes: 1, content, received, replaces: vec![] }).unwrap();
        for number in from..from + claims {
            let claim = ClaimRef { file, record: number };
            writer.claim(&KeptClaim { claim, party: print(number), print: number, id: b"A1" }).unwrap();
        }
        writer.end(FileCounts::default()).unwrap();
    }

    #[test]
    fn a_disk_that_is_too_full_to_tidy_up_keeps_all_that_was_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store.db");
        let mut writer = Writer::open(&path).unwrap();
        (0..9).for_each(|file| keep(&mut writer, file * 8_000, 8_000));
        let pages: i64 = writer.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        let _: i64 = writer
            .connection
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0))
            .unwrap();
        writer.finish().unwrap();
        let state = |path| {
            let connection = rusqlite::Connection::open(path).unwrap();
            let one = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
            (one("SELECT recent FROM arrivals"), one("SELECT count(*) FROM layer"))
        };
        let all_are_found = || {
            let store = Store::open(&path).unwrap();
            (0..72_000).step_by(997).all(|number| store.alike(print(number), number).len() == 1)
        };
        assert_eq!(state(&path), (72_000, 0));
        assert!(all_are_found());
        // with room, a later run does it
        let mut writer = Writer::open(&path).unwrap();
        keep(&mut writer, 72_000, 1);
        writer.finish().unwrap();
        assert_eq!(state(&path), (0, 1));
        assert!(all_are_found());
    }
}
