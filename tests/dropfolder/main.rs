//! The drop folder as its users see it: files in, outputs out, each exactly once, whatever happens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::format_push_string, clippy::format_collect)]
#![cfg(feature = "store")]

#[path = "../common/mod.rs"]
mod common;

mod crashes;
mod days;
mod folder;
mod holds;
mod secrecy;
mod taken_back;
mod trouble;
