//! What a store tells about authorizations and what was used of them.

use rusqlite::{OptionalExtension as _, params};

use super::{ACCOUNT_OF_AUTHORIZATION, Store, StoreError, decided, decisions_on};
use crate::reference::Decided;
use crate::rules::ledger::{ClaimRef, Use};

/// A use with where the claim came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedUse {
    /// What was used.
    pub used: Use,
    /// The claim's CLM01.
    pub id: Vec<u8>,
    /// The name of the claim's file.
    pub file: String,
    /// Whether the claim was voided or replaced, so that it counts no more.
    pub given_back: bool,
}

/// A number with its decisions and uses.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The decisions, the earliest first.
    pub decisions: Vec<Decided>,
    /// What was used of it, in the order in which it was accepted.
    pub uses: Vec<ListedUse>,
}

impl Store {
    /// Calls `each` with every number's decisions and uses, by number.
    pub fn each_authorization<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(Filed) -> Result<(), E>,
    ) -> Result<(), E> {
        for number in self.look(|reader| decided::numbers(reader))? {
            if let Some(filed) = self.authorization(&number)? {
                each(filed)?;
            }
        }
        Ok(())
    }

    /// A number's decisions and uses; none where it is unknown.
    pub fn authorization(&self, number: &str) -> Result<Option<Filed>, StoreError> {
        let decisions = self.look(|connection| decisions_on(connection, number))?;
        if decisions.iter().any(Option::is_none) {
            return Err(StoreError::damaged(self.path(), "a decision cannot be read"));
        }
        let decisions: Vec<Decided> = decisions.into_iter().flatten().collect();
        if decisions.is_empty() {
            return Ok(None);
        }
        let uses = self.look(|reader| {
            let mut name = reader.prepare_cached("SELECT name FROM file WHERE id = ?1")?;
            let mut back = reader
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM given_back WHERE file = ?1 AND record = ?2)")?;
            let uses =
                reader.uses(ACCOUNT_OF_AUTHORIZATION, number.as_bytes())?.into_iter().map(|(used, id)| {
                    let ClaimRef { file, record } = used.claim;
                    let given_back = back.query_row(params![file, record as i64], |row| row.get(0))?;
                    let file = name.query_row([file], |row| row.get(0)).optional()?.unwrap_or_default();
                    Ok(ListedUse { used, id: id.into(), file, given_back })
                });
            uses.collect()
        })?;
        Ok(Some(Filed { decisions, uses }))
    }

    /// How many decisions are stored.
    pub fn decisions(&self) -> Result<u64, StoreError> {
        self.look(|reader| decided::count(reader))
    }
}
