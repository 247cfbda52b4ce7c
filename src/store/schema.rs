//! The tables, and how older ones become them.

use std::path::Path;

use rusqlite::Connection;

use super::{StoreError, decided};

/// Tells a store from other databases: `CSLV`.
const APPLICATION: i64 = 0x4353_4c56;

/// What leads from each format to the next; the first from nothing.
const STEPS: [&str; 5] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];

/// The format that this version writes.
pub(super) const FORMAT: i64 = STEPS.len() as i64;

/// The format from which on decisions stand by numbers.
const DECIDED_SINCE: i64 = 5;

/// What a database is.
enum State {
    /// Nothing yet.
    Empty,
    /// A store of this format.
    Store(i64),
}

fn state(connection: &Connection, path: &Path) -> Result<State, StoreError> {
    let number = |pragma: &str| {
        connection
            .query_row(pragma, [], |row| row.get::<_, i64>(0))
            .map_err(|error| StoreError::of(path, &error))
    };
    let format = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    match number("PRAGMA application_id")? {
        APPLICATION if format > FORMAT => {
            Err(StoreError::Newer { path: path.to_owned(), found: format, known: FORMAT })
        }
        APPLICATION => Ok(State::Store(format)),
        0 if tables == 0 && format == 0 => Ok(State::Empty),
        _ => {
            Err(StoreError::NotAStore { path: path.to_owned(), why: "it is the database of another program" })
        }
    }
}

/// Whether the tables are those of this version; an error where they never can be.
pub(super) fn is_current(connection: &Connection, path: &Path) -> Result<bool, StoreError> {
    Ok(matches!(state(connection, path)?, State::Store(FORMAT)))
}

/// Whether there are any tables; an error where they never can be those of a store.
pub(super) fn is_begun(connection: &Connection, path: &Path) -> Result<bool, StoreError> {
    Ok(matches!(state(connection, path)?, State::Store(_)))
}

/// Brings the tables up to this version's format, within the transaction that is open.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let from = match state(connection, path)? {
        State::Store(format) => format,
        State::Empty => 0,
    };
    for (step, format) in STEPS.iter().zip(1i64..).skip(usize::try_from(from).unwrap_or(0)) {
        connection
            .execute_batch(&format!(
                "{step};\nPRAGMA application_id = {APPLICATION};\nPRAGMA user_version = {format};"
            ))
            .map_err(|error| StoreError::of(path, &error))?;
        if format == DECIDED_SINCE {
            decided::convert(connection)
                .and_then(|()| connection.execute_batch("DROP TABLE decision"))
                .map_err(|error| StoreError::of(path, &error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::Connection;

    use super::{APPLICATION, STEPS, migrate};

    #[test]
    fn sets_of_arrivals_of_format_3_are_not_known() {
        let store = Connection::open_in_memory().unwrap();
        for step in &STEPS[..3] {
            store.execute_batch(step).unwrap();
        }
        store
            .execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 3"))
            .unwrap();
        let receive = || {
            let sql = "INSERT INTO arrival (partner, name, received, day, bytes, state, copied)
                 VALUES ('bay', x'61', '2026-07-01T12:00:00-07:00', 0, 1, 'received', 0)";
            store.execute(sql, []).unwrap();
        };
        receive();
        migrate(&store, Path::new("a")).unwrap();
        receive();
        let mut rows = store.prepare("SELECT sets, sets_answered FROM arrival ORDER BY id").unwrap();
        let rows = rows.query_map([], |row| Ok([row.get(0)?, row.get(1)?])).unwrap();
        let sets: Vec<[i64; 2]> = rows.map(Result::unwrap).collect();
        assert_eq!(sets, [[-1, -1], [0, 0]]);
    }
}
