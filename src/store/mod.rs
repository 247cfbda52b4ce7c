//! The store: one SQLite file that remembers from run to run. Authorizations and every decision on them, accepted claims and what
//! they used, files, interchanges, control numbers; and the files of the drop folder with what became of them.
//!
//! A [`Store`] is looked up in by any number of threads; a [`Writer`] has the only right to write, from the beginning of a run
//! to its end, and what it writes appears as a whole when it is finished. Readers see what was there before.

mod again;
mod arrival;
mod arrivals;
mod body;
mod decided;
mod entry;
mod error;
mod layer;
mod list;
mod pending;
mod schema;
mod sieve;
mod taken_back;
mod write;

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row, params};

use crate::finding::{Code, Date};
use crate::reference::{AuthorizationSource, Decided, MemberKey};
use crate::rules::ledger::{Account, ClaimRef, Content, Past, Use, id_print};
use entry::{ClaimRow as StoredClaim, UseRow, account_key, asked_claim};
use layer::{Kind, Layers};
use sieve::Sieve;

pub use arrival::{
    Arrival, ArrivalCounts, ClaimRow, Deed, Fate, FoundClaim, Origin, Outcome, Purpose, Query, Settled,
    State, Waits, Wanted,
};
pub use arrivals::Arrivals;
pub use error::StoreError;
pub use list::{Filed, ListedUse};
pub use write::Writer;

/// How long to wait for another run that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of the file is read through memory maps, by a view that is looked in often.
const MAPPED: i64 = 1 << 30;

/// Until so many looks a view reads the file piece by piece: what the system maps around each look, of a store that grows, would
/// count as memory of whoever judges one small file after the other.
const FEW_LOOKS: usize = 1_000;

/// From so many looks on it pays to learn what there is.
const MANY_LOOKS: usize = 4_000;

/// A store, to be looked up in, as it was when something was first looked up.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    path: PathBuf,
    /// Connections that nobody uses just now.
    idle: Mutex<Vec<Reader>>,
    /// How often claims and accounts were looked for.
    looks: AtomicUsize,
    /// What tells most of those that are not there, once there were many looks.
    sieve: OnceLock<Option<Sieve>>,
    /// The first thing that went wrong in a look.
    trouble: OnceLock<StoreError>,
    /// The arrival that the claims at hand came with, where they came with one.
    arrival: OnceLock<i64>,
}

/// A view of the store.
struct Reader {
    connection: Connection,
    layers: OnceCell<Layers>,
    looks: Cell<usize>,
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Reader {
    /// Counts a look, and maps the file when there were many.
    fn count(&self) -> rusqlite::Result<()> {
        let looks = self.looks.get() + 1;
        self.looks.set(looks);
        if looks == FEW_LOOKS {
            self.pragma_update(None, "mmap_size", MAPPED)?;
        }
        Ok(())
    }

    /// The layers of this view.
    fn layers(&self) -> rusqlite::Result<&Layers> {
        if let Some(layers) = self.layers.get() {
            return Ok(layers);
        }
        let layers = Layers::read(self)?;
        Ok(self.layers.get_or_init(|| layers))
    }

    /// Calls `each` with the accepted claims of a party.
    fn claims(&self, party: u64, mut each: impl FnMut(StoredClaim<'_>)) -> rusqlite::Result<()> {
        let mut rows = self.prepare_cached("SELECT print, file, record, id FROM claim WHERE party = ?1")?;
        let mut rows = rows.query([party as i64])?;
        while let Some(row) = rows.next()? {
            let claim = ClaimRef { file: row.get(1)?, record: row.get::<_, i64>(2)? as u64 };
            each(StoredClaim { print: row.get::<_, i64>(0)? as u64, claim, id: row.get_ref(3)?.as_blob()? });
        }
        self.layers()?.rows(self, Kind::Claims, party, |row| {
            each(StoredClaim::read(row)?);
            Some(())
        })
    }

    /// What was used of an account, in the order in which it was accepted; with each the CLM01.
    fn uses(&self, kind: i64, account: &[u8]) -> rusqlite::Result<Vec<(Use, Box<[u8]>)>> {
        let mut rows = self.prepare_cached(USES)?;
        let mut rows = rows.query(params![kind, account])?;
        let mut uses = Vec::new();
        while let Some(row) = rows.next()? {
            uses.push((used(row)?, row.get_ref(3)?.as_blob()?.into()));
        }
        self.layers()?.rows(self, Kind::Uses, account_key(kind, account), |row| {
            let row = UseRow::read(row)?;
            if row.kind == kind && row.account == account {
                uses.push((row.used(), row.id.into()));
            }
            Some(())
        })?;
        uses.sort_unstable_by_key(|(used, _)| (used.claim, used.line));
        Ok(uses)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({})", self.0.path.display())
    }
}

impl Store {
    /// Opens a store to look things up.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        if !path.exists() {
            return Err(StoreError::NotFound { path: path.to_owned() });
        }
        let store = Store::at(path);
        let connection = store.connect()?;
        if schema::is_current(&connection, path)? {
            store.give_back(connection);
        } else {
            // of an earlier version, or still empty: bring it up to date; this view is that of before
            drop(connection);
            Writer::open(path)?.finish_now()?;
        }
        Ok(store)
    }

    fn at(path: &Path) -> Store {
        Store(Arc::new(Inner {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
            looks: AtomicUsize::new(0),
            sieve: OnceLock::new(),
            trouble: OnceLock::new(),
            arrival: OnceLock::new(),
        }))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    fn connect(&self) -> Result<Reader, StoreError> {
        let path = &self.0.path;
        // with the right to write, so that whoever closes last can tidy up; the right is given away below
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            settle(&connection)?;
            connection.pragma_update(None, "query_only", true)?;
            // one view for all looks, and no lock for each
            connection.execute_batch("BEGIN")?;
            Ok(Reader { connection, layers: OnceCell::new(), looks: Cell::new(0) })
        };
        open().map_err(|error| StoreError::of(path, &error))
    }

    fn give_back(&self, connection: Reader) {
        if let Ok(mut idle) = self.0.idle.lock() {
            idle.push(connection);
        }
    }

    /// Looks something up.
    fn look<T>(&self, look: impl FnOnce(&Reader) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let idle = self.0.idle.lock().ok().and_then(|mut idle| idle.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let found = connection
            .count()
            .and_then(|()| look(&connection))
            .map_err(|error| StoreError::of(&self.0.path, &error));
        self.give_back(connection);
        found
    }

    /// Looks something up for a run; what goes wrong is kept for the run's end, and nothing is found.
    fn look_quietly<T: Default>(&self, look: impl FnOnce(&Reader) -> rusqlite::Result<T>) -> T {
        self.look(look).unwrap_or_else(|error| {
            let _ = self.0.trouble.set(error);
            T::default()
        })
    }

    /// Whether something may be found; surely not where this is false. Only large runs learn what is there at all, since it
    /// costs them less than to look each time.
    fn may_hold(&self, kind: Kind, asked: u64) -> bool {
        if self.0.looks.fetch_add(1, Ordering::Relaxed) < MANY_LOOKS {
            return true;
        }
        let read = || self.look_quietly(|reader| Sieve::read(reader).map(Some));
        self.0.sieve.get_or_init(read).as_ref().is_none_or(|sieve| sieve.may_hold(kind, asked))
    }

    /// What went wrong when something was looked up.
    pub fn trouble(&self) -> Option<StoreError> {
        self.0.trouble.get().cloned()
    }

    /// Notes that what is stored cannot be understood.
    fn damaged(&self, why: &str) {
        let _ = self.0.trouble.set(StoreError::damaged(&self.0.path, why));
    }
}

/// What every connection keeps to: patience, and one plan for a statement whatever is asked (else each is planned anew).
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Makes the file of a store, readable by its owner alone.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The decisions on a number, the earliest first; none in the place of one that cannot be read.
fn decisions_on(connection: &Connection, number: &str) -> rusqlite::Result<Vec<Option<Decided>>> {
    let mut found = decided::on(connection, number)?;
    // mostly there is one, for which nothing need be prepared to sort
    found.sort_by_key(|decided| decided.as_ref().map(|decided| decided.order));
    Ok(found)
}

fn member_word(member: MemberKey) -> [u8; 16] {
    member.word().to_be_bytes()
}

fn member_of(blob: &[u8]) -> MemberKey {
    let bytes = <[u8; 16]>::try_from(blob).unwrap_or_default();
    MemberKey::from_word(u128::from_be_bytes(bytes))
}

/// The kind of an account that is an authorization.
const ACCOUNT_OF_AUTHORIZATION: i64 = 1;

/// Calls `with` with kind and key of an account.
fn with_key<T>(account: &Account, with: impl FnOnce(i64, &[u8]) -> T) -> T {
    match account {
        Account::Authorization(number) => with(ACCOUNT_OF_AUTHORIZATION, number.as_bytes()),
        Account::Therapy(member) => with(2, &member_word(*member)),
        Account::Supplies(member) => with(3, &member_word(*member)),
        Account::Rentals(member) => with(4, &member_word(*member)),
    }
}

/// The uses of an account, with the columns in the order of [`used`].
const USES: &str = "SELECT file, record, line, id, first_day, last_day, code, quantity, amount
                    FROM use WHERE kind = ?1 AND account = ?2";

fn used(row: &Row<'_>) -> rusqlite::Result<Use> {
    Ok(Use {
        claim: ClaimRef { file: row.get(0)?, record: row.get::<_, i64>(1)? as u64 },
        line: row.get(2)?,
        id: id_print(row.get_ref(3)?.as_blob()?),
        from: Date::from_days(row.get(4)?),
        to: Date::from_days(row.get(5)?),
        code: Code::new(row.get_ref(6)?.as_str()?.as_bytes()),
        quantity: row.get(7)?,
        amount: row.get(8)?,
    })
}

fn claim(row: &Row<'_>) -> rusqlite::Result<ClaimRef> {
    Ok(ClaimRef { file: row.get(0)?, record: row.get::<_, i64>(1)? as u64 })
}

impl AuthorizationSource for Store {
    fn decisions(&self, number: &str) -> Vec<Decided> {
        let found = self.look_quietly(|connection| decisions_on(connection, number));
        if found.iter().any(Option::is_none) {
            self.damaged("a decision cannot be read");
        }
        found.into_iter().flatten().collect()
    }

    fn numbers_of(&self, member: MemberKey) -> Vec<Arc<str>> {
        self.look_quietly(|reader| decided::numbers_of(reader, member))
    }

    fn is_empty(&self) -> bool {
        !self.look_quietly(|connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM decided)", [], |row| row.get::<_, bool>(0))
        })
    }
}

impl Past for Store {
    fn alike(&self, party: u64, print: u64) -> Vec<ClaimRef> {
        if !self.may_hold(Kind::Claims, asked_claim(party, print)) {
            return Vec::new();
        }
        self.look_quietly(|reader| {
            let mut found = Vec::new();
            reader.claims(party, |row| found.extend((row.print == print).then_some(row.claim)))?;
            Ok(found)
        })
    }

    fn named(&self, party: u64, id: &[u8]) -> Vec<ClaimRef> {
        self.look_quietly(|reader| {
            let mut found = Vec::new();
            reader.claims(party, |row| found.extend((row.id == id).then_some(row.claim)))?;
            found.sort_unstable();
            Ok(found)
        })
    }

    fn came_later(&self, claim: ClaimRef) -> bool {
        let Some(arrival) = self.0.arrival.get() else { return false };
        self.look_quietly(|reader| {
            let sql = "SELECT EXISTS (SELECT 1 FROM file WHERE id = ?1 AND arrival > ?2)";
            reader.prepare_cached(sql)?.query_row([claim.file, *arrival], |row| row.get(0))
        })
    }

    fn uses(&self, account: &Account) -> Vec<Use> {
        with_key(account, |kind, key| {
            if !self.may_hold(Kind::Uses, account_key(kind, key)) {
                return Vec::new();
            }
            let uses = self.look_quietly(|reader| reader.uses(kind, key));
            uses.into_iter().map(|(used, _)| used).collect()
        })
    }

    fn given_back(&self) -> Vec<(ClaimRef, i64)> {
        self.look_quietly(|connection| {
            let mut statement =
                connection.prepare("SELECT file, record, by_file FROM given_back ORDER BY 1, 2, 3")?;
            statement.query_map([], |row| Ok((claim(row)?, row.get(2)?)))?.collect()
        })
    }

    fn files_with(&self, interchange: u64) -> Vec<i64> {
        self.look_quietly(|connection| {
            let mut statement = connection.prepare_cached("SELECT file FROM interchange WHERE print = ?1")?;
            statement.query_map([interchange as i64], |row| row.get(0))?.collect()
        })
    }

    fn files_as_long(&self, bytes: u64) -> Vec<(i64, Content)> {
        self.look_quietly(|reader| {
            let mut statement = reader
                .prepare_cached("SELECT id, content FROM file WHERE bytes = ?1 AND replaced_by IS NULL")?;
            let file = |row: &Row<'_>| {
                let content = row.get_ref(1)?.as_blob()?;
                let hash = content.try_into().map(Content::Hash);
                let print = || Content::Print(u128::from_be_bytes(content.try_into().unwrap_or_default()));
                Ok((row.get(0)?, hash.unwrap_or_else(|_| print())))
            };
            statement.query_map([bytes as i64], file)?.collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_maps_the_file_when_it_is_looked_in_often() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.store");
        Writer::open(&path).unwrap().finish_now().unwrap();
        let store = Store::open(&path).unwrap();
        let mapped =
            || store.look(|reader| reader.query_row("PRAGMA mmap_size", [], |row| row.get::<_, i64>(0)));
        for _ in 1..FEW_LOOKS {
            assert_eq!(mapped().unwrap(), 0);
        }
        assert_eq!(mapped().unwrap(), MAPPED);
        assert!(store.is_empty());
        assert_eq!(store.0.idle.lock().unwrap().len(), 1);
    }
}
