//! What the ledger of files tells: how far an arrival is, what became of it and its claims, and what is asked.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::finding::Date;

/// How far an arrival is. Each state is on disk before what it allows is done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// It was seen complete in its inbox.
    Received,
    /// It left its inbox.
    Taken,
    /// What became of it is settled, and its outputs are made.
    Processed,
    /// Its outputs stand in their folders under hidden names.
    Prepared,
    /// Its outputs have their names.
    Published,
    /// It is put away: the end.
    Archived,
    /// The guard stopped it; a person must release it.
    Stopped,
}

impl State {
    /// All of them.
    pub const ALL: [State; 7] = [
        State::Received,
        State::Taken,
        State::Processed,
        State::Prepared,
        State::Published,
        State::Archived,
        State::Stopped,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            State::Received => "received",
            State::Taken => "taken",
            State::Processed => "processed",
            State::Prepared => "prepared",
            State::Published => "published",
            State::Archived => "archived",
            State::Stopped => "stopped",
        }
    }
}

/// What became of an arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// Not known yet.
    Open,
    /// Its claims were judged.
    Judged,
    /// The same bytes came before.
    Duplicate,
    /// An interchange of it is from or for somebody who is not enrolled.
    UnknownParty,
    /// It holds transactions that its sender may not send.
    NotAllowed,
    /// It could not be read.
    Unreadable,
    /// It was gone from its inbox before it was taken.
    Withdrawn,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 7] = [
        Outcome::Open,
        Outcome::Judged,
        Outcome::Duplicate,
        Outcome::UnknownParty,
        Outcome::NotAllowed,
        Outcome::Unreadable,
        Outcome::Withdrawn,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Open => "",
            Outcome::Judged => "judged",
            Outcome::Duplicate => "duplicate",
            Outcome::UnknownParty => "unknown_party",
            Outcome::NotAllowed => "not_allowed",
            Outcome::Unreadable => "unreadable",
            Outcome::Withdrawn => "withdrawn",
        }
    }

    /// Whether the file is put into quarantine.
    pub const fn is_quarantined(self) -> bool {
        matches!(self, Outcome::UnknownParty | Outcome::NotAllowed | Outcome::Unreadable)
    }
}

/// Records and charges (in cents): read, accepted, rejected, refused.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ArrivalCounts {
    /// Records.
    pub records: [i64; 4],
    /// Charges in cents.
    pub charges: [i64; 4],
}

impl ArrivalCounts {
    /// Whether each record, and each charge, is accounted for.
    pub fn balance(&self) -> bool {
        [self.records, self.charges].iter().all(|[read, rest @ ..]| rest.iter().sum::<i64>() == *read)
    }

    /// Adds others.
    pub fn add(&mut self, other: &ArrivalCounts) {
        let pairs = [(&mut self.records, &other.records), (&mut self.charges, &other.charges)];
        for (sum, more) in pairs {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
    }
}

/// A file that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// Its number.
    pub id: i64,
    /// Whose inbox it came to.
    pub partner: String,
    /// Its name as it came.
    pub name: OsString,
    /// When, RFC 3339.
    pub received: String,
    /// How many bytes.
    pub bytes: i64,
    /// How far it is.
    pub state: State,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub why: String,
    /// Whether it is taken by copying.
    pub copied: bool,
    /// Whether a person let it pass the guard.
    pub released: bool,
    /// Whether it holds tests only.
    pub test: bool,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: String,
    /// What its claims came to.
    pub counts: ArrivalCounts,
    /// Where it is kept.
    pub place: PathBuf,
}

/// A file to be entered.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Whose inbox it is in.
    pub partner: String,
    /// Its name.
    pub name: OsString,
    /// Its size.
    pub bytes: u64,
    /// Whether it is taken by copying.
    pub copied: bool,
}

/// What became of an arrival, to be written in one go.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Which one.
    pub id: i64,
    /// Where it is now: processed or stopped.
    pub state: State,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub why: String,
    /// Whether it holds tests only.
    pub test: bool,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What its claims came to.
    pub counts: ArrivalCounts,
    /// The control numbers of its interchanges.
    pub controls: Vec<String>,
}

/// A claim of an arrival. It holds health information.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimRow {
    /// CLM01.
    pub id: String,
    /// CLM02 as it was written.
    pub charge: String,
    /// The subscriber's id.
    pub member: String,
    /// accepted, rejected or refused.
    pub fate: &'static str,
}

/// A claim that was found, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundClaim {
    /// The arrival.
    pub arrival: i64,
    /// CLM01.
    pub id: String,
    /// CLM02.
    pub charge: String,
    /// The subscriber's id.
    pub member: String,
    /// accepted, rejected or refused.
    pub fate: String,
}

/// What somebody did with an arrival.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deed {
    /// When, RFC 3339.
    pub at: String,
    /// What.
    pub deed: String,
    /// Who.
    pub initials: String,
    /// Why.
    pub reason: String,
}

/// Which arrivals are asked for; what is not given does not matter.
#[derive(Clone, Default, Debug)]
pub struct Query {
    /// Of this partner.
    pub partner: Option<String>,
    /// Received that day or later.
    pub since: Option<Date>,
    /// Received before that day.
    pub before: Option<Date>,
    /// In this state.
    pub state: Option<State>,
    /// With an interchange of this control number.
    pub control: Option<String>,
    /// With this file name, or a name that holds this text.
    pub name: Option<String>,
    /// With a claim of this CLM01.
    pub claim: Option<String>,
    /// With a claim of this charge.
    pub charge: Option<String>,
    /// With a claim of this member.
    pub member: Option<String>,
}

impl Query {
    pub(super) fn is_about_claims(&self) -> bool {
        self.claim.is_some() || self.charge.is_some() || self.member.is_some()
    }
}
