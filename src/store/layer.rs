//! Layers: rows that never change, sorted by their keys and written about a page together.
//!
//! A row of a table of its own costs more than all else that is done for a claim. Files with many claims are written as layers
//! instead; so are the rows of small files once there are many. Layers of about the same size are merged, so that there are
//! never many to look in.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use rusqlite::{Connection, ErrorCode, params};
use rustc_hash::FxHashSet;

use super::entry::{Reading, head, put_number};
use crate::finding::Filter;

/// What a layer holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// Accepted claims, by their party.
    Claims = 1,
    /// What was used, by a fingerprint of the account.
    Uses = 2,
}

impl Kind {
    pub(super) const ALL: [Kind; 2] = [Kind::Claims, Kind::Uses];
}

/// About how many bytes a block has: with what is around it, a page of the database.
const BLOCK: usize = 4_000;

/// How many upper bits of a key tell blocks apart.
const KEY_BITS: u32 = 48;

/// The last number of a layer, so that it has room in the numbers of its blocks.
const LAST: i64 = (1 << (63 - KEY_BITS)) - 1;

/// So many layers of about one size become one.
const TOGETHER: usize = 4;

/// How many bits a filter has for each row.
pub(super) const FILTER_BITS: u64 = 12;

/// The size from which on layers are told apart by their sizes.
const SMALL: u64 = 1 << 14;

/// A layer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layer {
    id: i64,
    kind: i64,
    entries: u64,
}

/// The number of the block that begins with a key.
fn block_of(layer: i64, key: u64) -> i64 {
    layer << KEY_BITS | (key >> (64 - KEY_BITS)) as i64
}

/// What is said of rows that cannot be understood.
pub(super) fn damage() -> rusqlite::Error {
    let code = rusqlite::ffi::Error { code: ErrorCode::DatabaseCorrupt, extended_code: 11 };
    rusqlite::Error::SqliteFailure(code, Some("a part of it cannot be read".to_owned()))
}

/// The next row of a block: key and bytes.
fn next<'a>(block: &mut Reading<'a>) -> rusqlite::Result<Option<(u64, &'a [u8])>> {
    if block.0.is_empty() {
        return Ok(None);
    }
    let row = block.word().and_then(|key| {
        let length = block.number()?;
        Some((key, block.take(usize::try_from(length).ok()?)?))
    });
    row.map(Some).ok_or_else(damage)
}

/// The layers of a view of the store, and what of them does not count.
#[derive(Default, Debug)]
pub(super) struct Layers {
    all: Vec<Layer>,
    /// Files whose places others took.
    gone: FxHashSet<i64>,
}

impl Layers {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Layers> {
        let all = list(connection)?;
        if all.is_empty() {
            return Ok(Layers::default());
        }
        let mut gone = connection.prepare_cached("SELECT id FROM file WHERE replaced_by IS NOT NULL")?;
        let gone = gone.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Layers { all, gone })
    }

    /// Calls `each` with the rows of a key; it answers none where a row cannot be understood.
    pub(super) fn rows(
        &self,
        connection: &Connection,
        kind: Kind,
        key: u64,
        mut each: impl FnMut(&[u8]) -> Option<()>,
    ) -> rusqlite::Result<()> {
        for layer in self.all.iter().filter(|layer| layer.kind == kind as i64) {
            let mut block = connection.prepare_cached(
                "SELECT body FROM block WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1",
            )?;
            let mut found = block.query(params![block_of(layer.id, 0), block_of(layer.id, key)])?;
            let Some(found) = found.next()? else { continue };
            let mut block = Reading(found.get_ref(0)?.as_blob()?);
            while let Some((other, row)) = next(&mut block)? {
                if other > key {
                    break;
                }
                if other == key {
                    let (file, _) = head(kind, key, row).ok_or_else(damage)?;
                    if !self.gone.contains(&file) {
                        each(row).ok_or_else(damage)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn list(connection: &Connection) -> rusqlite::Result<Vec<Layer>> {
    let mut layers = connection.prepare_cached("SELECT id, kind, entries FROM layer ORDER BY id")?;
    let layer = |row: &rusqlite::Row<'_>| {
        Ok(Layer { id: row.get(0)?, kind: row.get(1)?, entries: row.get::<_, i64>(2)? as u64 })
    };
    layers.query_map([], layer)?.collect()
}

/// The filters of all layers of a kind.
pub(super) fn filters(connection: &Connection, kind: Kind) -> rusqlite::Result<Vec<Filter>> {
    let mut filters = connection.prepare("SELECT filter FROM layer WHERE kind = ?1 ORDER BY id")?;
    filters.query_map([kind as i64], |row| row.get(0).map(Filter::of))?.collect()
}

/// Writes a layer.
pub(super) struct Builder<'c> {
    connection: &'c Connection,
    kind: Kind,
    id: i64,
    /// The block at hand, and the key that it begins with.
    body: Vec<u8>,
    first: u64,
    last: u64,
    entries: u64,
    filter: Filter,
}

impl<'c> Builder<'c> {
    /// Begins a layer of up to so many rows.
    pub(super) fn new(connection: &'c Connection, kind: Kind, entries: u64) -> rusqlite::Result<Builder<'c>> {
        let sql = "INSERT INTO layer (id, kind, entries, filter) VALUES (?1, ?2, 0, x'')";
        let id = free(&list(connection)?);
        connection.execute(sql, params![id, kind as i64])?;
        let (body, filter) = (Vec::with_capacity(2 * BLOCK), Filter::new(entries, FILTER_BITS));
        Ok(Builder { connection, kind, id, body, first: 0, last: 0, entries: 0, filter })
    }

    /// Adds a row; keys must not go down.
    pub(super) fn add(&mut self, key: u64, row: &[u8]) -> rusqlite::Result<()> {
        let begins_another = key >> (64 - KEY_BITS) != self.last >> (64 - KEY_BITS);
        if begins_another && self.body.len() + row.len() + 10 > BLOCK {
            self.write()?;
        }
        if self.body.is_empty() {
            self.first = key;
        }
        self.last = key;
        self.body.extend_from_slice(&key.to_le_bytes());
        put_number(&mut self.body, row.len() as u64);
        self.body.extend_from_slice(row);
        let (_, asked) = head(self.kind, key, row).ok_or_else(damage)?;
        self.filter.add(asked);
        self.entries += 1;
        Ok(())
    }

    fn write(&mut self) -> rusqlite::Result<()> {
        if !self.body.is_empty() {
            let mut insert =
                self.connection.prepare_cached("INSERT INTO block (id, body) VALUES (?1, ?2)")?;
            insert.execute(params![block_of(self.id, self.first), self.body])?;
            self.body.clear();
        }
        Ok(())
    }

    /// Ends the layer; one without rows never was.
    pub(super) fn end(mut self) -> rusqlite::Result<()> {
        self.write()?;
        if self.entries == 0 {
            self.connection.execute("DELETE FROM layer WHERE id = ?1", [self.id])?;
            return Ok(());
        }
        self.connection.execute(
            "UPDATE layer SET entries = ?2, filter = ?3 WHERE id = ?1",
            params![self.id, self.entries as i64, self.filter.bytes()],
        )?;
        Ok(())
    }
}

/// The number of the next layer: behind all others, so that its blocks are added behind theirs, as long as there is room.
fn free(layers: &[Layer]) -> i64 {
    let last = layers.last().map_or(0, |layer| layer.id);
    if last < LAST {
        return last + 1;
    }
    let mut free = 1;
    for layer in layers {
        free += i64::from(layer.id == free);
    }
    free
}

/// Merges layers of about the same size until there are few of each.
pub(super) fn merge(connection: &Connection) -> rusqlite::Result<()> {
    for kind in Kind::ALL {
        loop {
            let mut sizes: BTreeMap<u32, Vec<Layer>> = BTreeMap::new();
            for layer in list(connection)?.into_iter().filter(|layer| layer.kind == kind as i64) {
                sizes
                    .entry((layer.entries / SMALL).checked_ilog(TOGETHER as u64).map_or(0, |size| size + 1))
                    .or_default()
                    .push(layer);
            }
            let Some((_, layers)) = sizes.into_iter().find(|(_, layers)| layers.len() >= TOGETHER) else {
                break;
            };
            merge_all(connection, kind, &layers)?;
        }
    }
    Ok(())
}

/// Makes one layer of several. Rows of files whose places others took are left out.
fn merge_all(connection: &Connection, kind: Kind, layers: &[Layer]) -> rusqlite::Result<()> {
    let Layers { gone, .. } = Layers::read(connection)?;
    let mut merged = Builder::new(connection, kind, layers.iter().map(|layer| layer.entries).sum())?;
    let mut sources: Vec<Rows> = layers.iter().map(|layer| Rows::new(*layer)).collect();
    let mut turn = BinaryHeap::with_capacity(sources.len());
    for (at, source) in sources.iter_mut().enumerate() {
        turn.extend(source.read(connection)?.map(|key| Reverse((key, at))));
    }
    while let Some(Reverse((key, at))) = turn.pop() {
        let Some(source) = sources.get_mut(at) else { break };
        let row = source.row();
        if head(kind, key, row).is_none_or(|(file, _)| !gone.contains(&file)) {
            merged.add(key, row)?;
        }
        turn.extend(source.read(connection)?.map(|key| Reverse((key, at))));
    }
    merged.end()?;
    for layer in layers {
        let blocks = params![block_of(layer.id, 0), block_of(layer.id, u64::MAX)];
        connection.execute("DELETE FROM block WHERE id BETWEEN ?1 AND ?2", blocks)?;
        connection.execute("DELETE FROM layer WHERE id = ?1", [layer.id])?;
    }
    Ok(())
}

/// The rows of a layer, one after the other.
struct Rows {
    /// The numbers of blocks that are not read yet.
    blocks: std::ops::RangeInclusive<i64>,
    body: Vec<u8>,
    /// Where the row at hand stands in the block, and where the next one begins.
    row: std::ops::Range<usize>,
}

impl Rows {
    fn new(layer: Layer) -> Rows {
        Rows { blocks: block_of(layer.id, 0)..=block_of(layer.id, u64::MAX), body: Vec::new(), row: 0..0 }
    }

    /// The row at hand.
    fn row(&self) -> &[u8] {
        self.body.get(self.row.clone()).unwrap_or_default()
    }

    /// Goes to the next row; answers its key.
    fn read(&mut self, connection: &Connection) -> rusqlite::Result<Option<u64>> {
        if self.row.end >= self.body.len() {
            let mut block = connection.prepare_cached(
                "SELECT id, body FROM block WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1",
            )?;
            let mut found = block.query(params![self.blocks.start(), self.blocks.end()])?;
            let Some(found) = found.next()? else { return Ok(None) };
            self.blocks = found.get::<_, i64>(0)? + 1..=*self.blocks.end();
            self.body.clear();
            self.body.extend_from_slice(found.get_ref(1)?.as_blob()?);
            self.row = 0..0;
        }
        let mut rest = Reading(self.body.get(self.row.end..).unwrap_or_default());
        let found = next(&mut rest)?;
        let end = self.body.len() - rest.0.len();
        Ok(found.map(|(key, row)| {
            self.row = end - row.len()..end;
            key
        }))
    }
}
