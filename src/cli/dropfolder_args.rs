//! What can be asked of a drop folder on the command line.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use clap::{Args, Subcommand, ValueEnum};

use crate::finding::Date;
use crate::store::State;

/// Watch the inboxes of a drop folder: judge what comes, deliver what comes of it, each output once.
///
/// Files are taken when they are complete; 278s are judged before claims that arrived with them. Every step is in the ledger
/// before the next is begun, so that it may be killed at any moment and goes on from there when it is started again. SIGTERM and
/// SIGINT end it when the file at hand is done. It logs JSON to standard error.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 ended when it was told to; with --once: 0 all accepted, 1 something was rejected, refused, put into quarantine or stopped, 3 something failed and will be tried again. 2 wrong usage or configuration, or another watcher has the state."
)]
pub(super) struct Watch {
    /// The configuration, a TOML file; samples/dropfolder/claimsieve.toml shows every key.
    #[arg(long, value_name = "FILE")]
    pub(super) config: PathBuf,
    /// Do what there is to do, and end: for cron.
    #[arg(long)]
    pub(super) once: bool,
    /// When files are received; the time of the machine, if not given.
    #[arg(long, value_name = "RFC3339")]
    pub(super) now: Option<DateTime<FixedOffset>>,
}

/// Ask the ledger of a drop folder what became of files and claims, and act on them.
///
/// What it shows holds file names, control numbers and counts; claims, charges and members only where --phi asks for them.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 done; 1 nothing found (find), or something does not hold (verify); 2 wrong usage or configuration; 3 there is no such arrival, or files could not be read."
)]
pub(super) struct Ledger {
    #[command(subcommand)]
    pub(super) command: LedgerCommand,
}

/// Where the ledger is.
#[derive(Args, Debug)]
pub(super) struct Place {
    /// The configuration of the drop folder.
    #[arg(long, value_name = "FILE")]
    pub(super) config: PathBuf,
}

/// Which arrivals.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// Of this partner.
    #[arg(long, value_name = "NAME")]
    pub(super) partner: Option<String>,
    /// Received that day or later.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) since: Option<Date>,
    /// Received before that day.
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) before: Option<Date>,
    /// That are there now: received, taken, processed, prepared, published, archived, stopped.
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub(super) state: Option<State>,
}

/// Who acts, and why: it goes on record.
#[derive(Args, Debug)]
pub(super) struct Deed {
    /// Your initials.
    #[arg(long, value_name = "INITIALS", value_parser = words)]
    pub(super) by: String,
    /// Why.
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(super) reason: String,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Totals {
    /// For each partner.
    Partner,
    /// For each day of receipt.
    Day,
}

#[derive(Subcommand, Debug)]
pub(super) enum LedgerCommand {
    /// List files that came, and what became of them.
    List {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: Which,
        /// Sums instead of files: what was read, accepted, rejected, refused and is held back, and whether that balances.
        #[arg(long, value_name = "BY", value_enum)]
        totals: Option<Totals>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show one file: where it is, what became of it, and what people did with it.
    Show {
        /// The number of the arrival.
        arrival: i64,
        #[command(flatten)]
        place: Place,
    },
    /// Find files by what they hold.
    Find {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: Which,
        /// With an interchange of this control number (ISA13).
        #[arg(long, value_name = "ISA13")]
        control: Option<String>,
        /// With this text in the file name.
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        /// With a claim of this CLM01.
        #[arg(long, value_name = "CLM01")]
        claim: Option<String>,
        /// With a claim of this charge (CLM02), such as 1250.00.
        #[arg(long, value_name = "AMOUNT", value_parser = amount)]
        amount: Option<String>,
        /// With a claim of this member.
        #[arg(long, value_name = "ID")]
        member: Option<String>,
        /// Show the claims too: protected health information.
        #[arg(long)]
        phi: bool,
    },
    /// Prove that each claim that came has exactly one fate: inputs, outputs and acknowledgements are read again and held against
    /// the ledger.
    Verify {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: Which,
    },
    /// Let a file pass that the guard stopped: it is judged again, by the rosters and tables of then, and not stopped any more.
    Release {
        /// The number of the arrival.
        arrival: i64,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        deed: Deed,
    },
    /// Take a file out that the guard stopped: it is not judged and not answered, goes to quarantine with a notice, and may come
    /// again.
    Withdraw {
        /// The number of the arrival.
        arrival: i64,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        deed: Deed,
    },
    /// Judge rejected claims again by the rosters, tables and authorizations of today, and say which would pass. Nothing is
    /// delivered.
    Retry {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        which: Which,
        /// Show the claims' ids (CLM01) too: protected health information.
        #[arg(long)]
        phi: bool,
    },
    /// Accept a rejected claim, on record: its accept file and its 277CA are delivered, once. A claim that fell with its
    /// whole set cannot be accepted so.
    Override {
        /// The claim's id (CLM01).
        #[arg(value_name = "RECORD_ID")]
        claim: String,
        /// The arrival that it was rejected in, where several hold rejected claims of that id.
        #[arg(long, value_name = "NUMBER")]
        arrival: Option<i64>,
        /// When it is accepted; the time of the machine, if not given.
        #[arg(long, value_name = "RFC3339")]
        now: Option<DateTime<FixedOffset>>,
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        deed: Deed,
    },
    /// Remove the archived files of arrivals, and the ledger's list of their claims; what came when, its counts and what people
    /// did stay. Arrivals of which claims are held are kept.
    Purge {
        #[command(flatten)]
        place: Place,
        /// Received before that day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        before: Date,
        #[command(flatten)]
        deed: Deed,
    },
}

/// What goes on record: something, on one line.
fn words(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("it goes on record, and cannot be empty".to_owned()),
        text if text.chars().any(char::is_control) => Err("write it on one line".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// An amount without the signs that people write with it.
fn amount(text: &str) -> Result<String, String> {
    let plain = text.trim().trim_start_matches('$').replace(',', "");
    match crate::finding::Money::parse(plain.as_bytes()) {
        Some(_) => Ok(plain),
        None => Err("write an amount as 1250.00".to_owned()),
    }
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse_iso(text).ok_or_else(|| "write a day as 2026-07-01".to_owned())
}

fn state(text: &str) -> Result<State, String> {
    State::ALL.into_iter().find(|state| state.word() == text).ok_or_else(|| {
        format!("there is no such state; there are {}", State::ALL.map(State::word).join(", "))
    })
}
