//! claimsieve validates X12 837 claim files and 278 authorization files, and splits them into
//! accepted and rejected records with reasons.
//!
//! Rooms, ground floor first; a room imports only rooms below it:
//! [`finding`] and [`source`], [`x12`], [`guide`], [`record`], [`reference`](mod@reference), [`rules`],
//! [`verdict`], [`output`], [`pipeline`], [`generate`], [`cli`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod finding;
pub mod guide;
pub mod x12;
