//! The files of the drop folder: when each came, how far it is, and what became of it and its claims.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Row, params};

use super::again::HeldAs;
use super::arrival::{
    Arrival, ArrivalCounts, ClaimRow, Deed, Fate, FoundClaim, Origin, Outcome, Purpose, Query, Settled,
    State, Wanted,
};
use super::{StoreError, Writer, again, schema, settle, taken_back};
use crate::finding::Date;

/// The columns of [`Arrival`], in the order of [`arrival`].
pub(super) const ARRIVAL: &str = "id, partner, name, received, bytes, state, outcome, why, copied, released, test, sha256, place, \
     read, accepted, rejected, refused, held, charged, charged_accepted, charged_rejected, charged_refused, charged_held, \
     origin, purpose, prepared_in, sets, sets_answered, withdrawn";

pub(super) fn arrival(row: &Row<'_>) -> rusqlite::Result<Arrival> {
    let state: String = row.get(5)?;
    let outcome: String = row.get(6)?;
    let number = |at: usize| row.get::<_, i64>(at);
    let purpose: String = row.get(24)?;
    let purpose = Purpose::ALL.into_iter().find(|known| known.word() == purpose);
    let origin = number(23)?;
    Ok(Arrival {
        id: row.get(0)?,
        partner: row.get(1)?,
        name: OsString::from_vec(row.get(2)?),
        received: row.get(3)?,
        bytes: row.get(4)?,
        state: State::ALL.into_iter().find(|known| known.word() == state).unwrap_or(State::Received),
        outcome: Outcome::ALL.into_iter().find(|known| known.word() == outcome).unwrap_or(Outcome::Open),
        why: row.get(7)?,
        copied: row.get(8)?,
        released: row.get(9)?,
        withdrawn: row.get(28)?,
        test: row.get(10)?,
        sha256: row.get(11)?,
        place: OsString::from_vec(row.get::<_, Vec<u8>>(12)?).into(),
        counts: ArrivalCounts {
            records: [number(13)?, number(14)?, number(15)?, number(16)?, number(17)?],
            charges: [number(18)?, number(19)?, number(20)?, number(21)?, number(22)?],
            sets: [number(26)?, number(27)?],
        },
        origin: purpose.map(|purpose| Origin { arrival: origin, purpose }),
        prepared_in: row.get(25)?,
    })
}

/// Which rows of `arrival` a query means; parameters 1 to 6.
const MATCHING: &str =
    "(?1 IS NULL OR partner = ?1) AND (?2 IS NULL OR day >= ?2) AND (?3 IS NULL OR day < ?3)
     AND (?4 IS NULL OR state = ?4)
     AND (?5 IS NULL OR id IN (SELECT arrival FROM arrival_interchange WHERE control = ?5))
     AND (?6 IS NULL OR instr(lower(CAST(name AS TEXT)), lower(?6)) > 0)";

/// Which rows of `arrival_claim`; parameters 7 to 9.
const MATCHING_CLAIMS: &str = "(?7 IS NULL OR arrival_claim.id = ?7)
     AND (?8 IS NULL OR CAST(arrival_claim.charge AS REAL) = CAST(?8 AS REAL)) AND (?9 IS NULL OR member = ?9)";

/// The arrivals that a query means, and those that judge claims of theirs again, as a table `family`.
fn family() -> String {
    format!(
        "WITH RECURSIVE family (id) AS (SELECT id FROM arrival WHERE {MATCHING}
         UNION SELECT again.id FROM family CROSS JOIN arrival AS again
         ON again.origin = family.id AND again.origin <> 0)"
    )
}

/// The arrivals of a store. Each change lasts before its function returns.
#[derive(Debug)]
pub struct Arrivals {
    path: PathBuf,
    pub(super) connection: Connection,
}

impl Arrivals {
    /// Opens the arrivals of a store, which is made if it is not there.
    pub fn open(path: &Path) -> Result<Arrivals, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            settle(&connection)?;
            connection.pragma_update(None, "synchronous", "full")?;
            // what is purged must not be found in the file
            connection.pragma_update(None, "secure_delete", true)?;
            Ok(connection)
        };
        let opened = || open().map_err(|error| StoreError::of(path, &error));
        if !path.exists() || !schema::is_current(&opened()?, path)? {
            // makes it, and brings it up to date
            Writer::open(path)?.finish_now()?;
        }
        let connection = opened()?;
        Ok(Arrivals { path: path.to_owned(), connection })
    }

    /// Whether there is a store, and anything in it.
    pub fn is_begun(path: &Path) -> Result<bool, StoreError> {
        if !path.exists() {
            return Ok(false);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| StoreError::of(path, &error))?;
        schema::is_begun(&connection, path)
    }

    pub(super) fn of<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|error| StoreError::of(&self.path, &error))
    }

    /// Enters files that are complete, all or none; answers their numbers.
    pub fn receive(&self, files: &[Wanted], at: &str, day: Date) -> Result<Vec<i64>, StoreError> {
        let receive = || {
            let transaction = self.connection.unchecked_transaction()?;
            let mut ids = Vec::with_capacity(files.len());
            for Wanted { partner, name, bytes, copied } in files {
                let id: i64 = transaction
                    .prepare_cached(
                        "INSERT INTO arrival (partner, name, received, day, bytes, state, copied)
                         VALUES (?1, ?2, ?3, ?4, ?5, 'received', ?6) RETURNING id",
                    )?
                    .query_row(
                        params![partner, name.as_bytes(), at, day.days(), *bytes as i64, copied],
                        |row| row.get(0),
                    )?;
                ids.push(id);
            }
            transaction.commit()?;
            Ok(ids)
        };
        self.of(receive())
    }

    /// One arrival.
    pub fn get(&self, id: i64) -> Result<Option<Arrival>, StoreError> {
        let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE id = ?1");
        let get = || self.connection.prepare_cached(&sql)?.query_map([id], arrival)?.next().transpose();
        self.of(get())
    }

    /// The latest arrival.
    pub fn last(&self) -> Result<Option<Arrival>, StoreError> {
        let sql = format!("SELECT {ARRIVAL} FROM arrival ORDER BY id DESC LIMIT 1");
        let get = || self.connection.prepare_cached(&sql)?.query_map([], arrival)?.next().transpose();
        self.of(get())
    }

    /// The latest of the files that came and are put away, so many of them.
    pub fn put_away_last(&self, latest: u32) -> Result<Vec<Arrival>, StoreError> {
        // those of years are not looked at for it
        let sql = format!(
            "SELECT {ARRIVAL} FROM arrival WHERE id > (SELECT coalesce(max(id), 0) FROM arrival) - ?1
             AND state = 'archived' AND origin = 0 AND place <> x'' ORDER BY id"
        );
        self.of(self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut rows| rows.query_map([latest], arrival)?.collect()))
    }

    /// Says something of an arrival.
    pub fn say(&self, id: i64, why: &str) -> Result<(), StoreError> {
        let done = self.connection.execute("UPDATE arrival SET why = ?2 WHERE id = ?1", params![id, why]);
        self.of(done).map(|_| ())
    }

    /// Arrivals that are not yet at their end, in their order; those that are stopped not among them.
    pub fn unfinished(&self) -> Result<Vec<Arrival>, StoreError> {
        // those of years are not looked at for it
        let under_way = "'received', 'taken', 'processed', 'prepared', 'published'";
        let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE state IN ({under_way}) ORDER BY id");
        self.of(self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut rows| rows.query_map([], arrival)?.collect()))
    }

    /// The arrivals that a query means, in their order.
    pub fn list(&self, query: &Query) -> Result<Vec<Arrival>, StoreError> {
        let sql = if query.is_about_claims() {
            format!(
                "{} SELECT {ARRIVAL} FROM arrival
                 WHERE id IN family AND id IN (SELECT arrival FROM arrival_claim WHERE {MATCHING_CLAIMS}) ORDER BY id",
                family()
            )
        } else {
            let none = "?7 IS NULL AND ?8 IS NULL AND ?9 IS NULL";
            format!("SELECT {ARRIVAL} FROM arrival WHERE {MATCHING} AND {none} ORDER BY id")
        };
        self.asked(&sql, query, arrival)
    }

    /// The claims that a query means.
    pub fn claims(&self, query: &Query) -> Result<Vec<FoundClaim>, StoreError> {
        let sql = format!(
            "{} SELECT arrival, id, charge, member, fate, record FROM arrival_claim
             WHERE {MATCHING_CLAIMS} AND arrival IN family ORDER BY arrival, rowid",
            family()
        );
        self.asked(&sql, query, |row| {
            Ok(FoundClaim {
                arrival: row.get(0)?,
                id: row.get(1)?,
                charge: row.get(2)?,
                member: row.get(3)?,
                fate: fate(row.get_ref(4)?.as_str()?),
                record: row.get::<_, i64>(5)?.try_into().ok(),
            })
        })
    }

    fn asked<T>(
        &self,
        sql: &str,
        query: &Query,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let Query { partner, since, before, state, control, name, claim, charge, member } = query;
        let (since, before) = (since.map(Date::days), before.map(Date::days));
        let state = state.map(State::word);
        let ask = || {
            let mut rows = self.connection.prepare_cached(sql)?;
            let values = params![partner, since, before, state, control, name, claim, charge, member];
            rows.query_map(values, row)?.collect()
        };
        self.of(ask())
    }

    /// How many arrivals are in each state.
    pub fn by_state(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let ask = || {
            let mut rows =
                self.connection.prepare_cached("SELECT state, count(*) FROM arrival GROUP BY state")?;
            rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        self.of(ask())
    }

    /// Arrivals have come to another state, all or none.
    pub fn advance(&self, ids: impl IntoIterator<Item = i64>, state: State) -> Result<(), StoreError> {
        let advance = || {
            let transaction = self.connection.unchecked_transaction()?;
            for id in ids {
                transaction
                    .prepare_cached("UPDATE arrival SET state = ?2 WHERE id = ?1")?
                    .execute(params![id, state.word()])?;
            }
            transaction.commit()
        };
        self.of(advance())
    }

    /// The outputs of arrivals stand in folders under hidden names, all or none.
    pub fn prepared(&self, folders: &[(i64, String)]) -> Result<(), StoreError> {
        let prepare = || {
            let transaction = self.connection.unchecked_transaction()?;
            for (id, folders) in folders {
                transaction
                    .prepare_cached("UPDATE arrival SET state = 'prepared', prepared_in = ?2 WHERE id = ?1")?
                    .execute(params![id, folders])?;
            }
            transaction.commit()
        };
        self.of(prepare())
    }

    /// Arrivals are put away, all or none; with what is to be said of one, if anything is.
    pub fn archived(&self, places: &[(i64, &Path, Option<&str>)]) -> Result<(), StoreError> {
        let put_away = || {
            let transaction = self.connection.unchecked_transaction()?;
            for (id, place, why) in places {
                transaction
                    .prepare_cached(
                        "UPDATE arrival SET state = 'archived', place = ?2, why = coalesce(?3, why) WHERE id = ?1",
                    )?
                    .execute(params![id, place.as_os_str().as_bytes(), why])?;
            }
            transaction.commit()
        };
        self.of(put_away())
    }

    /// An arrival is taken by copying.
    pub fn copied(&self, id: i64) -> Result<(), StoreError> {
        self.of(self.connection.execute("UPDATE arrival SET copied = 1 WHERE id = ?1", [id])).map(|_| ())
    }

    /// An arrival was gone before it was taken.
    pub fn withdrawn(&self, id: i64) -> Result<(), StoreError> {
        let done = self.connection.execute(
            "UPDATE arrival SET state = 'archived', outcome = 'withdrawn', why = 'it was gone from its inbox, or another stood there, before it was taken'
             WHERE id = ?1",
            [id],
        );
        self.of(done).map(|_| ())
    }

    /// Settles an arrival that leaves the rest of the store alone, and of whose claims nothing is to be known.
    pub fn settle_alone(&self, settled: &Settled) -> Result<(), StoreError> {
        self.settle(settled, |_| Ok(()))
    }

    /// Settles an arrival that leaves the rest of the store alone; `claims` are its claims.
    pub fn settle<E: From<StoreError>>(
        &self,
        settled: &Settled,
        claims: impl FnOnce(&mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let transaction = self.of(self.connection.unchecked_transaction())?;
        self.of(write(&transaction, settled, &[]))?;
        claims(&mut |claim| self.of(enter(&transaction, settled.id, claim)))?;
        Ok(self.of(transaction.commit())?)
    }

    /// The arrival of the same bytes that was judged before, if there is one.
    pub fn judged_before(&self, sha256: &str, id: i64) -> Result<Option<i64>, StoreError> {
        let ask = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT min(id) FROM arrival WHERE sha256 = ?1 AND id <> ?2 AND outcome = 'judged' AND test = 0
                 AND origin = 0 AND state <> 'stopped'",
            )?;
            rows.query_row(params![sha256, id], |row| row.get(0))
        };
        self.of(ask())
    }

    /// Records read and rejected in a partner's latest judged arrivals, so many of them, tests not among them.
    pub fn history(&self, partner: &str, latest: u32) -> Result<(i64, i64), StoreError> {
        let ask = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT coalesce(sum(read), 0), coalesce(sum(rejected + refused), 0) FROM
                 (SELECT read, rejected, refused FROM arrival WHERE partner = ?1 AND outcome = 'judged' AND test = 0
                  AND origin = 0 AND state <> 'stopped' ORDER BY id DESC LIMIT ?2)",
            )?;
            rows.query_row(params![partner, latest], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        self.of(ask())
    }

    /// Lets a stopped arrival pass; false where it is not stopped.
    pub fn release(&self, id: i64, deed: &Deed) -> Result<bool, StoreError> {
        self.resume(id, "released = 1", "TRUE", deed)
    }

    /// Takes a file out that is stopped: it is not judged; false where it is none such.
    pub fn withdraw(&self, id: i64, deed: &Deed) -> Result<bool, StoreError> {
        self.resume(id, "withdrawn = 1", "origin = 0", deed)
    }

    /// Sets a stopped arrival going again; false where it is not stopped.
    fn resume(&self, id: i64, how: &str, which: &str, deed: &Deed) -> Result<bool, StoreError> {
        let resume = || {
            let transaction = self.connection.unchecked_transaction()?;
            let sql = format!(
                "UPDATE arrival SET state = 'taken', outcome = '', why = '', {how} WHERE id = ?1 AND state = 'stopped' AND {which}"
            );
            let changed = transaction.execute(&sql, [id])?;
            if changed > 0 {
                note(&transaction, id, deed)?;
            }
            transaction.commit()?;
            Ok(changed > 0)
        };
        self.of(resume())
    }

    /// Forgets the claims of an arrival and where it was kept; its row, counts, control numbers and deeds stay, which hold no
    /// health information.
    pub fn purge(&self, id: i64, deed: &Deed) -> Result<(), StoreError> {
        let purge = || {
            let transaction = self.connection.unchecked_transaction()?;
            transaction.execute("DELETE FROM arrival_claim WHERE arrival = ?1", [id])?;
            transaction.execute("UPDATE arrival SET place = x'' WHERE id = ?1", [id])?;
            // nothing of it waits any more
            transaction.execute("UPDATE arrival_again SET party = 0, name = 0 WHERE origin = ?1", [id])?;
            note(&transaction, id, deed)?;
            taken_back::forget(&transaction)?;
            transaction.commit()
        };
        self.of(purge())
    }

    /// Leaves nothing of what was purged in the store's log; false where it stays there for now, since somebody looks in the store.
    pub fn forget_log(&self) -> Result<bool, StoreError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.of(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))).map(|busy| busy == 0)
    }

    /// What people did with an arrival, and its interchanges' control numbers.
    pub fn story(&self, id: i64) -> Result<(Vec<Deed>, Vec<String>), StoreError> {
        let ask = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT at, deed, initials, reason FROM arrival_deed WHERE arrival = ?1 ORDER BY rowid",
            )?;
            let deed = |row: &Row<'_>| {
                Ok(Deed { at: row.get(0)?, deed: row.get(1)?, initials: row.get(2)?, reason: row.get(3)? })
            };
            let deeds = rows.query_map([id], deed)?.collect::<rusqlite::Result<_>>()?;
            let mut rows = self.connection.prepare_cached(
                "SELECT control FROM arrival_interchange WHERE arrival = ?1 ORDER BY ordinal",
            )?;
            let controls = rows.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok((deeds, controls))
        };
        self.of(ask())
    }
}

pub(super) fn note(connection: &Connection, id: i64, deed: &Deed) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT INTO arrival_deed (arrival, at, deed, initials, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, deed.at, deed.deed, deed.initials, deed.reason],
    )
}

fn write(connection: &Connection, settled: &Settled, held_as: &[HeldAs]) -> rusqlite::Result<()> {
    let Settled { id, state, outcome, why, test, sha256, counts, controls, .. } = settled;
    let [read, accepted, rejected, refused, held] = counts.records;
    let [sets, sets_answered] = counts.sets;
    let [charged, charged_accepted, charged_rejected, charged_refused, charged_held] = counts.charges;
    connection.prepare_cached("DELETE FROM arrival_claim WHERE arrival = ?1")?.execute([id])?;
    connection
        .prepare_cached(
            "UPDATE arrival SET state = ?2, outcome = ?3, why = ?4, test = ?5, sha256 = ?6, read = ?7, accepted = ?8,
             rejected = ?9, refused = ?10, charged = ?11, charged_accepted = ?12, charged_rejected = ?13,
             charged_refused = ?14, held = ?15, charged_held = ?16, sets = ?17, sets_answered = ?18 WHERE id = ?1",
        )?
        .execute(params![
            id,
            state.word(),
            outcome.word(),
            why,
            test,
            sha256,
            read,
            accepted,
            rejected,
            refused,
            charged,
            charged_accepted,
            charged_rejected,
            charged_refused,
            held,
            charged_held,
            sets,
            sets_answered
        ])?;
    for (ordinal, control) in controls.iter().enumerate() {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO arrival_interchange (arrival, ordinal, control) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id, ordinal as i64, control])?;
    }
    taken_back::forget(connection)?;
    again::settle(connection, settled, held_as)
}

/// Enters a claim of an arrival.
fn enter(connection: &Connection, arrival: i64, claim: &ClaimRow) -> rusqlite::Result<()> {
    let ClaimRow { id, charge, member, fate, record } = claim;
    let sql = "INSERT INTO arrival_claim (arrival, id, charge, member, fate, record)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![arrival, id, charge, member, fate.word(), *record as i64];
    connection.prepare_cached(sql)?.execute(values).map(|_| ())
}

fn fate(word: &str) -> Fate {
    Fate::ALL.into_iter().find(|fate| fate.word() == word).unwrap_or(Fate::Refused)
}

impl Writer {
    /// Settles an arrival together with what its file adds to the store; `claims` are its claims. It all lasts with
    /// [`finish`](crate::rules::ledger::Keeper::finish).
    pub fn settle<E: From<StoreError>>(
        &self,
        settled: &Settled,
        claims: impl FnOnce(&mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>) -> Result<(), E>,
    ) -> Result<(), E> {
        write(self.connection(), settled, &self.held()).map_err(|error| self.fail(&error))?;
        claims(&mut |claim| enter(self.connection(), settled.id, claim).map_err(|error| self.fail(&error)))
    }
}
