//! claimsieve validates X12 837 claim files and 278 authorization files, and splits them into
//! accepted and rejected records with reasons.
//!
//! Rooms, ground floor first; a room imports only rooms below it:
//! [`finding`] and [`source`], [`x12`], [`guide`], [`record`], [`reference`](mod@reference), [`rules`],
//! [`verdict`], `store` (with the feature of that name), [`output`], [`pipeline`], [`verify`], [`generate`], [`cli`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

#[cfg(feature = "cli")]
pub mod cli;
pub mod finding;
pub mod generate;
pub mod guide;
pub mod output;
pub mod pipeline;
pub mod record;
pub mod reference;
pub mod rules;
pub mod source;
#[cfg(feature = "store")]
pub mod store;
pub mod verdict;
pub mod verify;
pub mod x12;
