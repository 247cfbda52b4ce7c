//! What is in a store at all, in little room: most of what is looked for is not there.

use rusqlite::Connection;

use super::entry::{account_key, asked_claim};
use super::layer::{FILTER_BITS, Kind, filters};
use crate::finding::Filter;

/// The filters of a view of the store, by what they are about.
#[derive(Debug)]
pub(super) struct Sieve {
    claims: Vec<Filter>,
    uses: Vec<Filter>,
}

impl Sieve {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Sieve> {
        // what stands by itself has no filter yet
        let mut rows = connection.prepare("SELECT party, print FROM claim")?;
        let asked = rows.query_map([], |row| {
            Ok(asked_claim(row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
        })?;
        let recent = asked.collect::<rusqlite::Result<Vec<_>>>()?;
        let claims = with(filters(connection, Kind::Claims)?, &recent);
        let mut rows = connection.prepare("SELECT DISTINCT kind, account FROM use")?;
        let asked = rows.query_map([], |row| Ok(account_key(row.get(0)?, row.get_ref(1)?.as_blob()?)))?;
        let recent = asked.collect::<rusqlite::Result<Vec<_>>>()?;
        let uses = with(filters(connection, Kind::Uses)?, &recent);
        Ok(Sieve { claims, uses })
    }

    /// Whether something may be found; surely not where this is false.
    pub(super) fn may_hold(&self, kind: Kind, asked: u64) -> bool {
        let filters = match kind {
            Kind::Claims => &self.claims,
            Kind::Uses => &self.uses,
        };
        filters.iter().any(|filter| filter.may_hold(asked))
    }
}

/// Filters, with one of what was asked for beside them.
fn with(mut filters: Vec<Filter>, recent: &[u64]) -> Vec<Filter> {
    if !recent.is_empty() {
        let mut filter = Filter::new(recent.len() as u64, FILTER_BITS);
        for asked in recent {
            filter.add(*asked);
        }
        filters.push(filter);
    }
    filters
}
