//! Records that wait, and records that are judged again by an arrival of their own. A record is judged again once: what becomes of
//! it then counts for the arrival that it came with.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;

use rusqlite::{Connection, Row, params};

use super::arrival::{Arrival, Deed, Fate, FoundClaim, Origin, Outcome, Settled, State, Waits, Wanted};
use super::arrivals::{ARRIVAL, arrival, note};
use super::{Arrivals, StoreError};
use crate::finding::Date;

/// Under what a held record can be voided or replaced.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct HeldAs {
    pub(super) party: u64,
    pub(super) name: u64,
    /// Whether a later claim of the same file did so.
    pub(super) taken_back: bool,
}

impl Arrivals {
    /// Records that wait, of arrivals that are put away; those only whose time is up by then, in seconds since 1970,
    /// or that were taken back.
    pub fn waiting(&self, until: i64) -> Result<Vec<Waits>, StoreError> {
        let ask = || {
            let mut rows = self.connection.prepare_cached(
                "SELECT origin, record, until, taken_back FROM arrival_again AS again
                 WHERE arrival = 0 AND (until <= ?1 OR taken_back)
                   AND EXISTS (SELECT 1 FROM arrival WHERE id = again.origin AND state = 'archived')
                 ORDER BY origin, record",
            )?;
            let waits = |row: &Row<'_>| {
                let record = row.get::<_, i64>(1)? as u64;
                Ok(Waits { origin: row.get(0)?, record, until: row.get(2)?, taken_back: row.get(3)? })
            };
            rows.query_map([until], waits)?.collect()
        };
        self.of(ask())
    }

    /// Lets no record of a partner wait past a moment, in seconds since 1970; answers how many would have.
    pub fn not_longer(&self, partner: &str, until: i64) -> Result<usize, StoreError> {
        const LONGER: &str = "arrival = 0 AND fate = 'held' AND until > ?2
             AND EXISTS (SELECT 1 FROM arrival WHERE id = arrival_again.origin AND partner = ?1)";
        let ask = format!("SELECT EXISTS (SELECT 1 FROM arrival_again WHERE {LONGER})");
        let values = params![partner, until];
        let any =
            self.connection.prepare_cached(&ask).and_then(|mut ask| ask.query_row(values, |row| row.get(0)));
        if !self.of::<bool>(any)? {
            // the right to write is not asked for at each look
            return Ok(0);
        }
        self.of(self
            .connection
            .execute(&format!("UPDATE arrival_again SET until = ?2 WHERE {LONGER}"), values))
    }

    /// How many records wait.
    pub fn count_waiting(&self) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM arrival_again WHERE arrival = 0";
        self.of(self.connection.prepare_cached(sql).and_then(|mut ask| ask.query_row([], |row| row.get(0))))
    }

    /// How many records of an arrival are held: those that wait, and those that are judged again and not settled.
    pub fn waiting_of(&self, id: i64) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM arrival_again AS again WHERE origin = ?1 AND fate = 'held'
                   AND NOT EXISTS (SELECT 1 FROM arrival WHERE id = again.arrival AND outcome <> '')";
        self.of(self.connection.query_row(sql, [id], |row| row.get(0)))
    }

    /// Whether records of an arrival wait, or are judged again just now.
    pub fn is_open(&self, id: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM arrival_again AS again WHERE origin = ?1
                   AND NOT EXISTS (SELECT 1 FROM arrival WHERE id = again.arrival AND state = 'archived'))";
        self.of(self.connection.query_row(sql, [id], |row| row.get(0)))
    }

    /// The number of the last decision on an authorization that came to the store.
    pub fn last_decision(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(last), 0) FROM arrivals";
        self.of(self.connection.prepare_cached(sql).and_then(|mut ask| ask.query_row([], |row| row.get(0))))
    }

    /// Enters an arrival that judges records of another again, with what a person did, if one did; none where one of the records
    /// is judged again already.
    pub fn judge_again(
        &self,
        origin: Origin,
        records: &BTreeSet<u64>,
        file: &Wanted,
        (at, day): (&str, Date),
        deed: Option<&Deed>,
    ) -> Result<Option<i64>, StoreError> {
        let Origin { arrival, purpose } = origin;
        let enter = || {
            let transaction = self.connection.unchecked_transaction()?;
            let id: i64 = transaction.query_row(
                "INSERT INTO arrival (partner, name, received, day, bytes, state, copied, origin, purpose)
                 VALUES (?1, ?2, ?3, ?4, ?5, 'received', 0, ?6, ?7) RETURNING id",
                params![
                    file.partner,
                    file.name.as_bytes(),
                    at,
                    day.days(),
                    file.bytes as i64,
                    arrival,
                    purpose.word()
                ],
                |row| row.get(0),
            )?;
            for record in records {
                let taken = transaction
                    .prepare_cached(
                        "INSERT INTO arrival_again (origin, fate, record, until, arrival) VALUES (?1, ?2, ?3, 0, ?4)
                         ON CONFLICT DO UPDATE SET arrival = excluded.arrival WHERE arrival = 0",
                    )?
                    .execute(params![arrival, purpose.fate().word(), *record as i64, id])?;
                if taken == 0 {
                    // nothing is committed
                    return Ok(None);
                }
            }
            if let Some(deed) = deed {
                note(&transaction, arrival, deed)?;
                note(&transaction, id, deed)?;
            }
            transaction.commit()?;
            Ok(Some(id))
        };
        self.of(enter())
    }

    /// The records of its origin that an arrival judges again.
    pub fn judged_again_by(&self, id: i64) -> Result<BTreeSet<u64>, StoreError> {
        let sql = "SELECT record FROM arrival_again WHERE arrival = ?1";
        self.records(sql, params![id])
    }

    /// The rejected claims that an arrival judges again, as they stand with the arrival that they came with.
    pub fn claims_accepted_by(&self, id: i64) -> Result<Vec<FoundClaim>, StoreError> {
        let sql = "SELECT claim.arrival, id, charge, member, claim.record FROM arrival_again AS again
                   JOIN arrival_claim AS claim
                   ON claim.arrival = again.origin AND claim.fate = again.fate AND claim.record = again.record
                   WHERE again.arrival = ?1 AND again.fate = 'rejected'";
        let ask = || {
            let mut rows = self.connection.prepare_cached(sql)?;
            let claim = |row: &Row<'_>| {
                let (arrival, id, charge, member) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                let record = row.get::<_, i64>(4)?.try_into().ok();
                Ok(FoundClaim { arrival, id, charge, member, fate: Fate::Rejected, record })
            };
            rows.query_map([id], claim)?.collect()
        };
        self.of(ask())
    }

    /// Records of a fate that are judged again, or were.
    pub fn judged_again_of(&self, origin: i64, fate: Fate) -> Result<BTreeSet<u64>, StoreError> {
        let sql = "SELECT record FROM arrival_again WHERE origin = ?1 AND fate = ?2 AND arrival <> 0";
        self.records(sql, params![origin, fate.word()])
    }

    fn records(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<BTreeSet<u64>, StoreError> {
        let ask = || {
            let mut rows = self.connection.prepare_cached(sql)?;
            rows.query_map(values, |row| Ok(row.get::<_, i64>(0)? as u64))?.collect()
        };
        self.of(ask())
    }

    /// The arrival that the records of an arrival came with at first: itself, where it is a file that came.
    pub fn root(&self, arrival: &Arrival) -> Result<Arrival, StoreError> {
        let mut root = arrival.clone();
        while let Some(origin) = root.origin {
            let Some(above) = self.get(origin.arrival)? else { break };
            root = above;
        }
        Ok(root)
    }

    /// The arrivals that judge records of an arrival again.
    pub fn descendants(&self, id: i64) -> Result<Vec<Arrival>, StoreError> {
        let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE origin = ?1 AND origin <> 0 ORDER BY id");
        let ask = || self.connection.prepare_cached(&sql)?.query_map([id], arrival)?.collect();
        self.of(ask())
    }
}

/// What settling an arrival does beside its own row: its held claims wait from now on, known as `held` says; records that it judged
/// again left their old fate.
pub(super) fn settle(connection: &Connection, settled: &Settled, held: &[HeldAs]) -> rusqlite::Result<()> {
    let [.., count] = settled.counts.records;
    for record in 0..count {
        let HeldAs { party, name, taken_back } = held.get(record as usize).copied().unwrap_or_default();
        connection
            .prepare_cached(
                "INSERT INTO arrival_again (origin, fate, record, until, arrival, party, name, taken_back)
                 VALUES (?1, 'held', ?2, ?3, 0, ?4, ?5, ?6)",
            )?
            .execute(params![settled.id, record, settled.until, party as i64, name as i64, taken_back])?;
    }
    match settled.origin {
        // it is where it was, and a person may try it again
        Some(_) if settled.outcome == Outcome::NotAccepted => connection
            .prepare_cached("DELETE FROM arrival_again WHERE arrival = ?1")?
            .execute([settled.id])
            .map(|_| ()),
        Some(origin) if settled.state == State::Processed => move_on(connection, settled, origin),
        _ => Ok(()),
    }
}

/// Counts records for the fate that they have now, in the arrival that they came with, and in what that one judged again.
fn move_on(connection: &Connection, settled: &Settled, origin: Origin) -> rusqlite::Result<()> {
    let [read, accepted, rejected, ..] = settled.counts.records;
    let [charged, charged_accepted, charged_rejected, ..] = settled.counts.charges;
    let gone = |fate: Fate, sum: i64| if origin.purpose.fate() == fate { sum } else { 0 };
    let mut at = origin.arrival;
    while at != 0 {
        connection
            .prepare_cached(
                "UPDATE arrival SET accepted = accepted + ?2, rejected = rejected + ?3, held = held - ?4,
                 charged_accepted = charged_accepted + ?5, charged_rejected = charged_rejected + ?6,
                 charged_held = charged_held - ?7 WHERE id = ?1",
            )?
            .execute(params![
                at,
                accepted,
                rejected - gone(Fate::Rejected, read),
                gone(Fate::Held, read),
                charged_accepted,
                charged_rejected - gone(Fate::Rejected, charged),
                gone(Fate::Held, charged)
            ])?;
        at = connection
            .prepare_cached("SELECT origin FROM arrival WHERE id = ?1")?
            .query_row([at], |row| row.get(0))?;
    }
    connection
        .prepare_cached(
            "DELETE FROM arrival_claim WHERE arrival = ?1 AND fate = ?2
             AND record IN (SELECT record FROM arrival_again WHERE arrival = ?3)",
        )?
        .execute(params![origin.arrival, origin.purpose.fate().word(), settled.id])?;
    Ok(())
}
