//! The 5010 implementation guides as tables, and the matcher that gives each segment its loop and place.
//!
//! The tables live in `tables/*.csv`; a generator that is compiled with the tests checks them and writes
//! `generated/*.rs`, plain statics without any work at start-up. After a change of a table run
//! `UPDATE_GUIDE_TABLES=1 cargo test --lib guide::`; without it a test fails while the statics are stale.

mod elements;
#[rustfmt::skip]
#[allow(clippy::unreadable_literal, clippy::wildcard_imports)] // as compact as a table
mod generated;
#[cfg(test)]
mod generator;
mod matcher;
mod model;
#[cfg(test)]
pub(crate) mod samples;
mod table;
mod terms;
#[cfg(test)]
mod tests;
mod version;

pub use elements::{ElementMemo, check_elements};
pub use matcher::{Entry, Input, Item, Matched, Matcher};
pub use model::{CodeList, Element, Guide, Loop, NONE, Note, Slot, Source, envelope_slot};
pub use terms::{CodeSet, ElementType, NoteKind, Usage};
pub use version::{Family, GuideId, Version, acceptable_versions, version};

use crate::x12::id_word;
