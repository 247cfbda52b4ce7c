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
    /// It holds tests together with production.
    Mixed,
    /// It could not be read.
    Unreadable,
    /// It was gone from its inbox before it was taken, or a person took it out.
    Withdrawn,
    /// The claim that a person accepted stays rejected: another one of its id stands, or it cannot be accepted at all.
    NotAccepted,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 9] = [
        Outcome::Open,
        Outcome::Judged,
        Outcome::Duplicate,
        Outcome::UnknownParty,
        Outcome::NotAllowed,
        Outcome::Mixed,
        Outcome::Unreadable,
        Outcome::Withdrawn,
        Outcome::NotAccepted,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Open => "",
            Outcome::Judged => "judged",
            Outcome::Duplicate => "duplicate",
            Outcome::UnknownParty => "unknown_party",
            Outcome::NotAllowed => "not_allowed",
            Outcome::Mixed => "mixed",
            Outcome::Unreadable => "unreadable",
            Outcome::Withdrawn => "withdrawn",
            Outcome::NotAccepted => "not_accepted",
        }
    }

    /// Whether the file is put into quarantine.
    pub const fn is_quarantined(self) -> bool {
        self.is_answered() || matches!(self, Outcome::Unreadable | Outcome::Withdrawn | Outcome::NotAccepted)
    }

    /// Whether its records are refused with it: nobody judged them, and none of them was judged before.
    pub const fn turns_away(self) -> bool {
        self.is_answered() || matches!(self, Outcome::Withdrawn)
    }

    /// Whether its sender is told by a TA1 or 999 that it may not send it.
    pub const fn is_answered(self) -> bool {
        matches!(self, Outcome::UnknownParty | Outcome::NotAllowed | Outcome::Mixed)
    }
}

/// Records and charges (in cents): read, accepted, rejected, refused, held; and sets.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ArrivalCounts {
    /// Records.
    pub records: [i64; 5],
    /// Charges in cents.
    pub charges: [i64; 5],
    /// Sets that came, and those that were acknowledged: by a 999, or with their interchange by a TA1; -1 where an older
    /// version counted none.
    pub sets: [i64; 2],
}

impl ArrivalCounts {
    /// Whether each record, each charge and each set is accounted for.
    pub fn balance(&self) -> bool {
        let [came, answered] = self.sets;
        came == answered
            && [self.records, self.charges].iter().all(|[read, rest @ ..]| rest.iter().sum::<i64>() == *read)
    }

    /// Adds others.
    pub fn add(&mut self, other: &ArrivalCounts) {
        let pairs = [(&mut self.records, &other.records), (&mut self.charges, &other.charges)];
        for (sum, more) in pairs {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        self.sets.iter_mut().zip(other.sets).for_each(|(sum, more)| *sum += more.max(0));
    }

    /// The sets, where they are known.
    pub fn known_sets(&self) -> [Option<i64>; 2] {
        self.sets.map(|sets| Some(sets).filter(|sets| *sets >= 0))
    }
}

/// What an arrival judges again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Claims that were held: their authorization came, or their time is up.
    Release,
    /// A rejected claim that a person accepts.
    Override,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Purpose; 2] = [Purpose::Release, Purpose::Override];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Purpose::Release => "release",
            Purpose::Override => "override",
        }
    }

    /// What became of the records before.
    pub const fn fate(self) -> Fate {
        match self {
            Purpose::Release => Fate::Held,
            Purpose::Override => Fate::Rejected,
        }
    }
}

/// Where the records of an arrival come from that judges them again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The arrival that they came with.
    pub arrival: i64,
    /// What for.
    pub purpose: Purpose,
}

/// What became of a claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fate {
    /// It is in an accept file.
    Accepted,
    /// It is in a reject file.
    Rejected,
    /// Its interchange was refused.
    Refused,
    /// It waits.
    Held,
}

impl Fate {
    /// All of them.
    pub const ALL: [Fate; 4] = [Fate::Accepted, Fate::Rejected, Fate::Refused, Fate::Held];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Fate::Accepted => "accepted",
            Fate::Rejected => "rejected",
            Fate::Refused => "refused",
            Fate::Held => "held",
        }
    }
}

/// A record that waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Waits {
    /// The arrival that it came with.
    pub origin: i64,
    /// Where it stands among the held records, from 0.
    pub record: u64,
    /// When its time is up, in seconds since 1970.
    pub until: i64,
    /// Whether its provider voided or replaced it since.
    pub taken_back: bool,
}

/// A file that came, or records of one that are judged again.
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
    /// Whether a person took it out.
    pub withdrawn: bool,
    /// Whether it holds tests only.
    pub test: bool,
    /// SHA-256 of its bytes in hexadecimal digits.
    pub sha256: String,
    /// What its claims came to.
    pub counts: ArrivalCounts,
    /// Where it is kept.
    pub place: PathBuf,
    /// Whose records it judges again; none for a file that came.
    pub origin: Option<Origin>,
    /// The folders in which its outputs wait, or waited, for their names.
    pub prepared_in: String,
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
    /// When the time of its held claims is up, in seconds since 1970.
    pub until: i64,
    /// Whose records it judged again.
    pub origin: Option<Origin>,
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
    /// What became of it.
    pub fate: Fate,
    /// Where it stands among the records of its fate, from 0.
    pub record: u64,
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
    /// What became of it.
    pub fate: Fate,
    /// Where it stands among the records of its fate, from 0; none where an earlier version did not note it.
    pub record: Option<u64>,
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
