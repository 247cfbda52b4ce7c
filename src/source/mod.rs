//! Reading inputs and publishing outputs; nothing here knows what the bytes mean.
//!
//! [`discover()`] turns the command line's arguments into [`Source`]s; an opened one is an [`Input`], read at
//! positions by several threads at once. What cannot be read so is spooled first, to a file
//! that only this process can reach. [`OutputSet`] writes outputs under temporary names and publishes
//! them at once.
//!
//! Errors name files, never what is in them.

#[cfg(feature = "containers")]
mod archive;
mod decode;
mod discover;
mod disk;
mod error;
pub mod faults;
mod input;
mod names;
mod open;
mod output_file;
mod publish;
mod scratch;
mod spool;
mod staging;
mod suffix;

pub use discover::discover;
pub use disk::{Disk, Leftover, RealDisk};
pub use error::SourceError;
pub use input::{Input, ReadAt};
pub use open::Source;
pub use output_file::OutputFile;
pub use publish::{OutputSet, PublishError, publish_one};
pub use scratch::Scratch;
pub use staging::Staging;
pub use suffix::{Suffix, is_own_output};
