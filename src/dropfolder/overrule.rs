//! A rejected claim that a person accepts.

use std::collections::BTreeSet;
use std::path::Path;

use super::clock::Clock;
use super::config::Config;
use super::held::wanted;
use super::judge::{Later, profile_of};
use super::{claims, files, rows};
use crate::finding::Date;
use crate::rules::ledger::{ClaimRef, Past as _};
use crate::store::{Arrival, Arrivals, Deed, Fate, FoundClaim, Origin, Purpose, Query, Store};
use crate::verdict::{ProfileError, RejectUnit};

/// Why a claim is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum OverruleError {
    /// There is none.
    #[error("there is no such claim; `claimsieve ledger find` shows which there are")]
    Unknown,
    /// It is not rejected.
    #[error("the claim was {}, by arrival {arrival}; only a rejected one can be accepted", fate.word())]
    NotRejected {
        /// The arrival.
        arrival: i64,
        /// What became of it.
        fate: Fate,
    },
    /// The partner sent it again.
    #[error("a claim of that id was {} as well, by arrival {arrival}; accepted too, it would stand there twice", fate.word())]
    Elsewhere {
        /// The arrival.
        arrival: i64,
        /// What became of that one.
        fate: Fate,
    },
    /// Another rejected claim of that id is being accepted.
    #[error(
        "a claim of that id, of arrival {arrival}, is being accepted already; accepted too, it would stand there twice"
    )]
    Pending {
        /// The arrival that the other one came with.
        arrival: i64,
    },
    /// It does not stand where the ledger has it.
    #[error(
        "the ledger does not tell for sure which of the rejected claims of arrival {arrival} it is; the partner has to send it again"
    )]
    Unsure {
        /// The arrival.
        arrival: i64,
    },
    /// There are several.
    #[error(
        "rejected claims of that id are in the arrivals {}; give one of them as --arrival, or correct the claims and send them again",
        list(arrivals)
    )]
    Several {
        /// The arrivals.
        arrivals: Vec<i64>,
    },
    /// There are several in one file, which nothing tells apart.
    #[error(
        "there are {count} rejected claims of that id in the file of arrival {arrival}, and nothing tells which is meant; the partner has to correct them and send them again"
    )]
    SeveralInOne {
        /// The arrival.
        arrival: i64,
        /// How many.
        count: usize,
    },
    /// It fell with its set.
    #[error(
        "the claim fell with its set or group, which the 999 of arrival {arrival} rejected as a whole; the partner has to send it again"
    )]
    FellWithSet {
        /// The arrival.
        arrival: i64,
    },
    /// It was not read.
    #[error("the claim is too long to be read, and cannot be accepted; see the limits of the profile")]
    TooLong,
    /// Its files are gone or not there yet.
    #[error("arrival {arrival} is not in the archive; it is under way, or was purged")]
    NoFiles {
        /// The arrival.
        arrival: i64,
    },
    /// It is accepted by a person already.
    #[error("the claim is being accepted already; see `claimsieve ledger show {arrival}`")]
    Already {
        /// The arrival.
        arrival: i64,
    },
    /// The partner's profile cannot be read.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Disk, store.
    #[error(transparent)]
    Later(#[from] Later),
}

fn list(arrivals: &[i64]) -> String {
    let words: Vec<String> = arrivals.iter().map(i64::to_string).collect();
    words.join(", ")
}

/// Another of the claims of an id that stands accepted or is held, of the same member and partner.
pub(super) fn elsewhere<'c>(
    arrivals: &Arrivals,
    all: &'c [FoundClaim],
    claim: &FoundClaim,
    of: &Arrival,
) -> Result<Option<&'c FoundClaim>, Later> {
    for other in all.iter().filter(|other| matches!(other.fate, Fate::Accepted | Fate::Held)) {
        let by = arrivals.get(other.arrival)?;
        if other.member == claim.member && by.is_some_and(|by| by.partner == of.partner) {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

/// Enters an arrival that accepts the rejected claim of an id; answers its number. Its outputs are delivered when the service looks
/// next.
pub fn overrule(
    config: &Config,
    arrivals: &Arrivals,
    claim: &str,
    arrival: Option<i64>,
    clock: Clock,
    deed: &Deed,
) -> Result<i64, OverruleError> {
    let query = Query { claim: Some(claim.to_owned()), ..Query::default() };
    let all = arrivals.claims(&query).map_err(Later::from)?;
    let mut found = all.clone();
    found.retain(|claim| arrival.is_none_or(|arrival| claim.arrival == arrival));
    let rejected: Vec<&FoundClaim> = found.iter().filter(|claim| claim.fate == Fate::Rejected).collect();
    let claim = match (&*rejected, found.last()) {
        ([claim], _) => *claim,
        ([], None) => return Err(OverruleError::Unknown),
        ([], Some(other)) => {
            return Err(OverruleError::NotRejected { arrival: other.arrival, fate: other.fate });
        }
        (several, _) => {
            let mut arrivals: Vec<i64> = several.iter().map(|claim| claim.arrival).collect();
            arrivals.dedup();
            return Err(match *arrivals {
                [arrival] => OverruleError::SeveralInOne { arrival, count: several.len() },
                _ => OverruleError::Several { arrivals },
            });
        }
    };
    let arrival = claim.arrival;
    let of = arrivals.get(arrival).map_err(Later::from)?.filter(|of| !of.place.as_os_str().is_empty());
    let (Some(of), Some(record)) = (of, claim.record) else { return Err(OverruleError::NoFiles { arrival }) };
    let out = of.place.join("out");
    let Some(inbox) = config.inbox(&of.partner) else {
        return Err(OverruleError::NoFiles { arrival });
    };
    if !files::exists(&out).map_err(Later::from)? {
        return Err(OverruleError::NoFiles { arrival });
    }
    if let Some(other) = elsewhere(arrivals, &all, claim, &of)? {
        return Err(OverruleError::Elsewhere { arrival: other.arrival, fate: other.fate });
    }
    for other in all.iter().filter(|other| other.fate == Fate::Rejected && other.arrival != arrival) {
        let by = arrivals.get(other.arrival).map_err(Later::from)?;
        let again = arrivals.judged_again_of(other.arrival, Fate::Rejected).map_err(Later::from)?;
        let is_pending = other.record.is_some_and(|record| again.contains(&record));
        if is_pending && other.member == claim.member && by.is_some_and(|by| by.partner == of.partner) {
            return Err(OverruleError::Pending { arrival: other.arrival });
        }
    }
    let whole_sets = profile_of(config, inbox)?.reject_unit == RejectUnit::Set;
    let told = rows::told(&out, "reject")?;
    if let Some(told) = told.values().zip(0..).find_map(|(told, nth)| (nth == record).then_some(told)) {
        if told.fell_with_set || whole_sets && told.is_about_structure() {
            return Err(OverruleError::FellWithSet { arrival });
        }
        if told.rules.contains("LIM101") {
            return Err(OverruleError::TooLong);
        }
        if told.id.trim() != claim.id {
            return Err(OverruleError::Unsure { arrival });
        }
    }
    let now = clock.now();
    let entered = arrivals.judge_again(
        Origin { arrival, purpose: Purpose::Override },
        &[record].into(),
        &wanted(&of, Purpose::Override),
        (&now.to_rfc3339(), Date::from(now.date_naive())),
        Some(deed),
    );
    entered.map_err(Later::from)?.ok_or(OverruleError::Already { arrival })
}

/// What keeps a claim from being accepted that a person accepted: asked while nobody else may write to the ledger, since others may
/// have come since it was entered.
pub(super) fn in_the_way(
    arrivals: &Arrivals,
    arrival: &Arrival,
    input: &Path,
    spool_dir: &Path,
) -> Result<Option<String>, Later> {
    let meant = arrivals.claims_accepted_by(arrival.id)?;
    let (found, records) = claims::picked(input, spool_dir)?;
    let ([meant], [found], 1) = (&*meant, &*found, records) else {
        return Ok(Some(
            "the claim is not where the ledger has it; the partner has to send it again".to_owned(),
        ));
    };
    if [&meant.id, &meant.charge] != [&found.id, &found.charge] {
        return Ok(Some(
            "another claim stands where the ledger has it; the partner has to send it again".to_owned(),
        ));
    }
    let query = Query { claim: Some(meant.id.clone()), ..Query::default() };
    let all = arrivals.claims(&query)?;
    Ok(elsewhere(arrivals, &all, meant, arrival)?.map(|other| {
        let (fate, by) = (other.fate.word(), other.arrival);
        format!(
            "a claim of that id was {fate} as well, by arrival {by}; accepted too, it would stand there twice"
        )
    }))
}

/// Claims that a run accepts, as the store knows them, and those that they replace or void.
#[derive(Default)]
pub(super) struct Entered {
    /// Party and CLM01.
    pub(super) claims: Vec<(u64, Box<[u8]>)>,
    pub(super) given_back: BTreeSet<ClaimRef>,
}

impl Entered {
    /// What keeps them from being accepted: what stood in the store before, whoever brought it there.
    pub(super) fn in_the_way(&self, before: &Store) -> Result<Option<String>, Later> {
        let stands = |(party, id): &(u64, Box<[u8]>)| {
            before.named(*party, id).iter().any(|claim| !self.given_back.contains(claim))
        };
        let any = self.claims.iter().any(stands);
        before.trouble().map_or(Ok(()), Err)?;
        let why = "a claim of that id stands accepted in the store; accepted too, it would stand there twice";
        Ok(any.then(|| why.to_owned()))
    }
}
