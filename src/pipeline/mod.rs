//! The seven stages wired: from inputs to published outputs.
//!
//! survey → read and index → stitch → judge → sequence → render → write. Judging and rendering run in parallel; what comes out
//! does not depend on how many threads there are or where the input was cut.

mod acks;
#[doc(hidden)]
pub mod bench;
mod compare;
mod course;
mod early;
mod excerpt;
mod execute;
mod granted;
mod hold;
mod import;
mod inspect;
mod intake;
mod judge;
mod ledger;
mod level;
mod memory;
mod pick;
mod read;
mod render;
mod rulebook;
mod run;
mod saw;
mod seen;
mod sequence;
mod stretch;
mod survey;
mod totals;
mod why;
mod work;
mod write;

pub use compare::{Way, compare};
pub use execute::UNIT_BYTES;
pub use import::{ImportError, Imported, import};
pub use inspect::{InspectError, inspect};
pub use memory::Memory;
pub use pick::pick;
pub use run::{
    InputReport, Options, Outcome, Progress, RunError, RunReport, Silent, check, process, temporary_dir,
};
pub use survey::{interchanges, records};
pub use why::why;
