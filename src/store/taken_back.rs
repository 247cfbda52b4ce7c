//! Claims that are voided or replaced while they wait: for an authorization, or to be judged at all.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::again::HeldAs;
use super::arrival::{Arrival, Origin, Purpose, State};
use super::{StoreError, Writer};
use crate::rules::ledger::{ClaimRef, KeepError, TakenBack};

/// Whose run it is, and what in it is held or takes others back.
#[derive(Debug)]
pub(super) struct Turn {
    /// The arrival; 0 for a run that is none's.
    arrival: i64,
    /// Only what came before can be taken back: with arrivals below this one, or with it and in front of the record that judges
    /// it again.
    root: i64,
    /// The places, among what its origin holds, of the records that the arrival judges again.
    records: Option<Vec<u64>>,
    held: Vec<(ClaimRef, HeldAs)>,
    /// The last claim of the run that takes back what is held of a party under a name.
    by: HashMap<(u64, u64), ClaimRef>,
}

impl Default for Turn {
    fn default() -> Turn {
        Turn { arrival: 0, root: i64::MAX, records: None, held: Vec::new(), by: HashMap::new() }
    }
}

impl Turn {
    /// The arrival that the run's claims came with at first; 0 for a run that is none's.
    pub(super) fn origin(&self) -> i64 {
        if self.arrival == 0 { 0 } else { self.root }
    }
}

/// Forgets what was taken back of arrivals that are all judged by now, or are not to be.
pub(super) fn forget(connection: &Connection) -> rusqlite::Result<usize> {
    let waiting = UNJUDGED.map(|state| {
        let first =
            format!("SELECT id FROM arrival WHERE state = '{state}' AND origin = 0 ORDER BY id LIMIT 1");
        format!("coalesce(({first}), {})", i64::MAX)
    });
    let sql = format!("DELETE FROM taken_back WHERE before <= min({})", waiting.join(", "));
    connection.prepare_cached(&sql)?.execute([])
}

/// The states of arrivals that are judged still.
const UNJUDGED: [&str; 3] = [State::Received.word(), State::Taken.word(), State::Stopped.word()];

impl Writer {
    /// Says whose run it is, before it begins.
    pub fn judge_arrival(&mut self, arrival: &Arrival) -> Result<(), StoreError> {
        (self.again.arrival, self.again.root) = (arrival.id, arrival.id);
        if let Some(Origin { arrival: origin, purpose }) = arrival.origin {
            self.again.root = self.root_of(origin).map_err(|error| self.fail(&error))?;
            if purpose == Purpose::Release {
                let records = self.judged_again(false).map_err(|error| self.fail(&error))?;
                self.again.records = Some(records);
            }
        }
        self.looks_before(self.again.root);
        Ok(())
    }

    /// What was taken back of the arrival at hand: records that it judges again; any claims, where it is judged for the first time.
    /// Above what a person accepts, nothing stands.
    pub fn taken_back(&self) -> Result<TakenBack, StoreError> {
        let Turn { arrival, root, records, .. } = &self.again;
        let mut all = TakenBack::default();
        if let Some(records) = records {
            let taken_back = self.judged_again(true).map_err(|error| self.fail(&error))?;
            let numbered = records.iter().zip(1..);
            let records = numbered.filter(|(record, _)| taken_back.contains(record));
            all.records = records.map(|(_, number)| number).collect();
        } else if arrival == root {
            let ask = || -> rusqlite::Result<_> {
                let sql = "SELECT party, name FROM taken_back WHERE before > ?1";
                let mut rows = self.connection().prepare_cached(sql)?;
                let claim = |row: &Row<'_>| Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64));
                rows.query_map([root], claim)?.collect()
            };
            all.claims = ask().map_err(|error| self.fail(&error))?;
        }
        Ok(all)
    }

    fn root_of(&self, arrival: i64) -> rusqlite::Result<i64> {
        let mut root = arrival;
        loop {
            let above: i64 = self
                .connection()
                .prepare_cached("SELECT origin FROM arrival WHERE id = ?1")?
                .query_row([root], |row| row.get(0))?;
            if above == 0 {
                return Ok(root);
            }
            root = above;
        }
    }

    /// The places of the records that the arrival at hand judges again, or of those that were taken back.
    fn judged_again(&self, taken_back: bool) -> rusqlite::Result<Vec<u64>> {
        let mut rows = self.connection().prepare_cached(
            "SELECT record FROM arrival_again WHERE arrival = ?1 AND taken_back >= ?2 ORDER BY record",
        )?;
        rows.query_map(params![self.again.arrival, taken_back], |row| Ok(row.get::<_, i64>(0)? as u64))?
            .collect()
    }

    /// A record of the run is held.
    pub(super) fn holds(&mut self, record: u64, party: u64, name: u64) {
        let claim = ClaimRef { file: self.file(), record };
        self.again.held.push((claim, HeldAs { party, name, taken_back: false }));
    }

    /// A claim of the run takes back what is held of a party under a name: of earlier files now, of its own when it is settled. Of
    /// earlier files that are not judged yet, it is kept in mind.
    pub(super) fn takes_back(&mut self, party: u64, name: u64, by: ClaimRef) -> Result<(), KeepError> {
        let Turn { arrival, root, records, .. } = &self.again;
        // in front of the record that judges it again; behind all where a person accepts it
        let place = match records {
            Some(records) => by.record.checked_sub(1).and_then(|at| records.get(at as usize)).copied(),
            None => None,
        };
        let place = place.map_or(i64::MAX, |place| place as i64);
        self.write(
            "UPDATE arrival_again SET taken_back = 1
             WHERE party = ?1 AND name = ?2 AND party <> 0 AND fate = 'held' AND (?3 = 0 OR arrival <> ?3)
               AND (origin < ?4 OR origin = ?4 AND record < ?5)
               AND NOT EXISTS (SELECT 1 FROM arrival WHERE id = arrival_again.arrival AND outcome <> '')",
            &[&(party as i64), &(name as i64), arrival, root, &place],
        )?;
        self.write(
            &format!(
                "INSERT OR IGNORE INTO taken_back (before, party, name, by_file)
                 SELECT before, ?2, ?3, ?4
                 FROM (SELECT min(?1, 1 + coalesce((SELECT max(id) FROM arrival), 0)) AS before)
                 WHERE EXISTS (SELECT 1 FROM arrival WHERE state IN ('{}') AND origin = 0 AND id < before)",
                UNJUDGED.join("', '")
            ),
            &[root, &(party as i64), &(name as i64), &by.file],
        )?;
        if *arrival != 0 {
            self.again.by.insert((party, name), by);
        }
        Ok(())
    }

    /// What the run holds, as it can be voided or replaced.
    pub(super) fn held(&self) -> Vec<HeldAs> {
        let Turn { held, by, .. } = &self.again;
        let one = |(claim, held): &(ClaimRef, HeldAs)| {
            let taken_back = by.get(&(held.party, held.name)).is_some_and(|by| by > claim);
            HeldAs { taken_back: taken_back && held.party != 0, ..*held }
        };
        held.iter().map(one).collect()
    }
}
