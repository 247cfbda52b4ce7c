//! Authorizations into a store: from 278 responses and `authorizations.csv`.

use std::fmt;

use crate::reference::{AuthorizationBook, ReferenceErrors, Roster, Rosters};
use crate::rules::ledger::{KeepError, Keeper};
use crate::source::{ReadAt as _, Source, SourceError};
use crate::verdict::{Fates, Profile};
use crate::x12::Isa;
use crate::x12::survey::InterchangeNote;

use super::early;
use super::intake::survey_alone;
use super::run::{RunError, temporary_dir};

/// What was taken from one file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Imported {
    /// Decisions on authorization numbers.
    pub decisions: u64,
    /// 278 responses that were read; none for a roster.
    pub responses: u64,
    /// Those of them that decide on no authorization number.
    pub nameless: u64,
    /// Those of them that say how much in a way that is not counted.
    pub uncounted: u64,
    /// 278 responses that a fault rejects: what they decide is not taken.
    pub rejected: u64,
    /// Interchanges that a fault refuses whole, such as one that was cut off.
    pub refused: u64,
    /// Records that decide nothing: requests, claims.
    pub others: u64,
    /// Decisions in test interchanges, which are left out.
    pub tests: u64,
}

impl Imported {
    /// Whether nothing was left out for a fault.
    pub fn is_whole(&self) -> bool {
        self.rejected == 0 && self.refused == 0
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} decisions imported", self.decisions)?;
        if self.responses > 0 {
            write!(f, " from {} responses", self.responses)?;
        }
        if self.nameless > 0 {
            write!(f, "; {} of them name no authorization", self.nameless)?;
        }
        if self.uncounted > 0 {
            write!(
                f,
                "; {} of them say how much in a way that is not counted (such as hours, or a rate without an end), so that nothing is held against that",
                self.uncounted
            )?;
        }
        if self.others > 0 {
            write!(f, "; {} requests or claims decide nothing", self.others)?;
        }
        if self.tests > 0 {
            write!(f, "; {} in test interchanges left out", self.tests)?;
        }
        if !self.is_whole() {
            write!(f, "; LEFT OUT for faults, which `claimsieve check` shows: {} responses", self.rejected)?;
        }
        if self.refused > 0 {
            write!(f, ", {} interchanges whole", self.refused)?;
        }
        Ok(())
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A roster has errors.
    #[error("{0}")]
    Rosters(ReferenceErrors),
    /// An input could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// An input holds no interchange.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The store did not take it.
    #[error(transparent)]
    Store(#[from] KeepError),
}

/// Imports the decisions of files, or nothing where a file cannot be read or a roster has errors. Of 278 responses those are taken
/// that a run would take; the counts tell of the others.
pub fn import(
    sources: &[Source],
    profile: &Profile,
    mut keeper: impl Keeper,
) -> Result<Vec<(String, Imported)>, ImportError> {
    let mut all = Vec::new();
    let mut sequence = 0;
    for source in sources {
        let counts = if is_roster(source.file()) {
            roster(source, profile, &mut keeper)?
        } else {
            responses(source, profile, &mut sequence, &mut keeper)?
        };
        all.push((source.file().to_owned(), counts));
    }
    keeper.finish()?;
    Ok(all)
}

/// Whether a file is `authorizations.csv` by another name.
fn is_roster(file: &str) -> bool {
    let name = file.to_ascii_lowercase();
    [".csv", ".csv.gz", ".csv.zst"].iter().any(|end| name.ends_with(end))
}

fn roster(source: &Source, profile: &Profile, keeper: &mut impl Keeper) -> Result<Imported, ImportError> {
    let input = source.open_within(&temporary_dir(), profile.spool_bytes)?;
    let mut bytes = vec![0; usize::try_from(input.len()).unwrap_or(usize::MAX)];
    input.read_exact_at(0, &mut bytes).map_err(|error| SourceError::reading(source.file(), error))?;
    let mut book = AuthorizationBook::default();
    Rosters::default()
        .read(Roster::Authorizations, source.file(), &bytes, &mut book)
        .map_err(ImportError::Rosters)?;
    tracing::info!(file = source.file(), authorizations = book.len(), "read");
    let mut counts = Imported::default();
    for decided in book.decisions() {
        counts.decisions += 1;
        keeper.decision(&decided)?;
    }
    Ok(counts)
}

fn responses(
    source: &Source,
    profile: &Profile,
    sequence: &mut u64,
    keeper: &mut impl Keeper,
) -> Result<Imported, ImportError> {
    let input = source.open_within(&temporary_dir(), profile.spool_bytes)?;
    let survey = survey_alone(&input, source.file(), profile)?;
    let fates = Fates::new(&survey, profile);
    // one of claims alone decides nothing, and a test is left out in any case
    let may_decide = |note: &&InterchangeNote| {
        let is_test = note.isa.as_ref().is_some_and(Isa::is_test);
        !is_test && (note.answers > 0 || note.records == 0) && fates.refusal(note.ordinal).is_some()
    };
    let refused = survey.interchange_notes.iter().filter(may_decide);
    let mut counts =
        Imported { others: survey.records, refused: refused.count() as u64, ..Imported::default() };
    let mut kept = Ok(());
    let events = early::collect(&input, source.file(), &fates, profile, sequence, &mut |decided, test| {
        if test {
            counts.tests += 1;
        } else if kept.is_ok() {
            counts.decisions += 1;
            kept = keeper.decision(&decided);
        }
    })?;
    kept?;
    counts.responses = events.taken;
    counts.nameless = events.nameless;
    counts.uncounted = events.uncounted;
    counts.rejected = survey.answers.saturating_sub(events.taken);
    Ok(counts)
}
