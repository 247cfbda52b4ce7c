//! One file judged, in a folder of its own: what becomes of it is settled in the ledger in the same moment in which the store
//! takes what it adds.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Timelike as _};

use super::config::{Config, Inbox, Repeated};
use super::files::{self, Trouble};
use super::refusal::{self, Refusal};
use super::scout::{self, Piece, Seen};
use super::{crash, inbox, work_of};
use crate::finding::Date;
use crate::output::ack::{Kind, Moment};
use crate::output::summary::Summary;
use crate::pipeline::{self, InputReport, Memory, Options, RunError, Silent};
use crate::reference::{Decided, Reference, ReferenceErrors};
use crate::rules::ledger::{Account, ClaimRef, FileCounts, KeepError, Keeper, KeptClaim, ReceivedFile, Use};
use crate::source::{RealDisk, Source, SourceError, Suffix, discover};
use crate::store::{
    Arrival, ArrivalCounts, Arrivals, ClaimRow, Outcome, Settled, State, Store, StoreError, Writer,
};
use crate::verdict::{Profile, ProfileError};

/// Why a file has to wait; the same is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Later {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] Trouble),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Rosters or tables.
    #[error("{0}")]
    Reference(#[from] ReferenceErrors),
    /// The run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The store did not take what the run added.
    #[error(transparent)]
    Keep(#[from] KeepError),
}

impl Later {
    /// Whether it is about this one file, so that others may go on.
    pub(super) fn is_of_one_file(&self) -> bool {
        matches!(self, Later::Run(RunError::Source(_) | RunError::Defect { .. }))
    }
}

/// The profile that a partner's files are judged by.
pub(super) fn profile_of(config: &Config, inbox: &Inbox) -> Result<Profile, ProfileError> {
    let name = inbox.profile.as_deref().unwrap_or(&config.profile);
    if inbox.repeated_control_number == Repeated::Warn {
        return Profile::load(name);
    }
    // the same, and a number that comes again is refused
    let path = Path::new(name);
    let text = if Profile::built_in(name).is_some() {
        format!("base = \"{name}\"")
    } else {
        // an unusable file is named by its own error
        Profile::load(name)?;
        fs::read_to_string(path).map_err(|error| ProfileError::Read { path: path.to_owned(), error })?
    };
    let syntax = |error| ProfileError::Syntax { path: path.to_owned(), error: Box::new(error) };
    let mut table: toml::Table = text.parse().map_err(syntax)?;
    let rules = table.entry("rules").or_insert_with(|| toml::Table::new().into());
    if let Some(rules) = rules.as_table_mut() {
        rules.insert("ENV111".to_owned(), "reject".into());
    }
    Profile::parse(&table.to_string(), path)
}

/// The writer, shared with the run: what the run finishes lasts only with the ledger's word on the file.
struct Shared(Arc<Mutex<Writer>>);

fn locked(writer: &Mutex<Writer>) -> MutexGuard<'_, Writer> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keeper for Shared {
    fn begin(&mut self, file: &ReceivedFile) -> Result<i64, KeepError> {
        locked(&self.0).begin(file)
    }

    fn claim(&mut self, claim: &KeptClaim<'_>) -> Result<(), KeepError> {
        locked(&self.0).claim(claim)
    }

    fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) -> Result<(), KeepError> {
        locked(&self.0).uses(account, used, id)
    }

    fn give_back(&mut self, claim: ClaimRef, by: ClaimRef) -> Result<(), KeepError> {
        locked(&self.0).give_back(claim, by)
    }

    fn interchange(&mut self, print: u64) -> Result<(), KeepError> {
        locked(&self.0).interchange(print)
    }

    fn decision(&mut self, decided: &Decided) -> Result<(), KeepError> {
        locked(&self.0).decision(decided)
    }

    fn next_number(&mut self, partner: &str, group: bool) -> u32 {
        locked(&self.0).next_number(partner, group)
    }

    fn end(&mut self, counts: FileCounts) -> Result<(), KeepError> {
        locked(&self.0).end(counts)
    }

    fn forget(&mut self) -> Result<(), KeepError> {
        locked(&self.0).forget()
    }

    fn finish(&mut self) -> Result<(), KeepError> {
        locked(&self.0).trouble().map_or(Ok(()), Err)
    }

    fn trouble(&self) -> Option<KeepError> {
        locked(&self.0).trouble()
    }
}

/// A file at hand.
pub(super) struct Case<'a> {
    pub(super) config: &'a Config,
    pub(super) arrivals: &'a Arrivals,
    pub(super) arrival: &'a Arrival,
    pub(super) inbox: &'a Inbox,
    pub(super) profile: &'a Profile,
}

impl Case<'_> {
    fn stage(&self) -> PathBuf {
        work_of(self.config, self.arrival.id).join("out")
    }

    /// When it was received.
    fn moment(&self) -> Moment {
        // written by us
        let at = DateTime::parse_from_rfc3339(&self.arrival.received).unwrap_or_default();
        Moment { date: Date::from(at.date_naive()), second: at.time().num_seconds_from_midnight() }
    }

    fn settled(&self, outcome: Outcome, why: String, sha256: String, seen: &Seen) -> Settled {
        Settled {
            id: self.arrival.id,
            state: State::Processed,
            outcome,
            why,
            test: seen.is_test(),
            sha256,
            counts: ArrivalCounts::default(),
            controls: seen.interchanges.iter().map(scout::InterchangeSeen::control).collect(),
        }
    }

    /// Judges it; what became of it is in the ledger when this returns.
    pub(super) fn run(&self) -> Result<Settled, Later> {
        let path = inbox::input_of(self.config, self.arrival);
        let stage = self.stage();
        files::remove_all(&stage)?;
        files::make(&stage)?;
        let sha256 = scout::fingerprint(&path).map_err(files::at("read", &path))?;
        let sources = discover([&path]);
        let seen = scout::look(&sources, &stage);
        let refused = match refusal::of(&seen, self.inbox) {
            Some(refusal) => Some(refusal),
            None if seen.is_test() => None,
            None => self.arrivals.judged_before(&sha256, self.arrival.id)?.map(|earlier| Refusal {
                outcome: Outcome::Duplicate,
                why: format!("the same bytes came as arrival {earlier}, and were not judged again"),
            }),
        };
        if let Some(refusal) = refused {
            return self.refuse(refusal, sha256, &seen);
        }
        self.judge(&sources, sha256, &seen)
    }

    /// A file that is not judged gets its answers and a notice.
    fn refuse(&self, refusal: Refusal, sha256: String, seen: &Seen) -> Result<Settled, Later> {
        let stage = self.stage();
        // what an unfinished run left
        files::remove_all(&stage)?;
        files::make(&stage)?;
        let Refusal { outcome, why } = refusal;
        let name = output_name(&self.arrival.name.to_string_lossy());
        let mut outputs = vec![(".notice.json", refusal::notice(self.arrival, outcome, &why))];
        if outcome.is_quarantined() && outcome != Outcome::Unreadable {
            let answers = refusal::answers(seen, self.inbox, self.moment(), &stage);
            for (kind, bytes) in answers.map_err(files::at("write", &stage))? {
                outputs.push((suffix_of(kind).text(), bytes));
            }
        }
        for (suffix, bytes) in outputs {
            let path = stage.join(format!("{name}{suffix}"));
            let write = || {
                let mut file = fs::File::create(&path)?;
                file.write_all(&bytes)?;
                file.sync_all()
            };
            write().map_err(files::at("write", &path))?;
        }
        files::sync(&stage)?;
        crash::point("staged");
        let settled = self.settled(outcome, why, sha256, seen);
        self.arrivals.settle(&settled)?;
        Ok(settled)
    }

    fn judge(&self, sources: &[Source], sha256: String, seen: &Seen) -> Result<Settled, Later> {
        let Case { config, arrivals, profile, .. } = self;
        let stage = self.stage();
        let mut reference = Reference::load(config.reference.as_deref(), config.rosters.as_deref())?;
        let mut settled = self.settled(Outcome::Judged, String::new(), sha256, seen);
        let writer = if settled.test {
            reference.authorizations.look_up_in(Box::new(Store::open(&config.store)?));
            None
        } else {
            let writer = Writer::open(&config.store)?;
            reference.authorizations.look_up_in(Box::new(writer.before()));
            Some(Arc::new(Mutex::new(writer)))
        };
        let memory = writer.as_ref().map(|writer| {
            let before = locked(writer).before();
            Memory::new(Arc::new(before), Shared(Arc::clone(writer)))
        });
        let moment = self.moment();
        let mut options = Options::new(profile, &stage, moment.date);
        options.received_at = moment.second;
        options.jobs = config.jobs;
        options.memory = memory.as_ref();
        let report = pipeline::process(sources, reference, &options, &RealDisk, &Silent);
        drop(memory);
        if let Some(error) = report.not_kept {
            return Err(error.into());
        }
        if let Some(why) = unreadable(report.inputs)? {
            drop(writer);
            return self.refuse(Refusal { outcome: Outcome::Unreadable, why }, settled.sha256, seen);
        }
        settled.counts = counts(&report.summary);
        crash::point("staged");
        if let Some(why) = self.stopped(&settled)? {
            drop(writer);
            let read = |[read, ..]: [i64; 4]| [read, 0, 0, 0];
            let ArrivalCounts { records, charges } = settled.counts;
            settled.counts = ArrivalCounts { records: read(records), charges: read(charges) };
            (settled.state, settled.outcome, settled.why) = (State::Stopped, Outcome::Open, why);
            arrivals.settle(&settled)?;
            return Ok(settled);
        }
        match writer {
            None => arrivals.settle(&settled)?,
            Some(writer) => {
                let mut writer = locked(&writer);
                writer.settle(&settled, |put| index(&stage, put))?;
                writer.finish()?;
            }
        }
        crash::point("committed");
        Ok(settled)
    }

    /// Why the guard stops the file.
    fn stopped(&self, settled: &Settled) -> Result<Option<String>, StoreError> {
        let guard = self.inbox.guard.unwrap_or(self.config.guard);
        let [read, _, rejected, refused] = settled.counts.records;
        if settled.test || self.arrival.released || read < guard.min_records.max(1) as i64 {
            return Ok(None);
        }
        let rate = share(rejected + refused, read);
        let percent = |share: f64| (share * 100.0).round();
        let remedy = "see that rosters and tables are of today, then release it or take it out";
        if rate > guard.max_reject_rate.0 {
            let (now, most) = (percent(rate), percent(guard.max_reject_rate.0));
            return Ok(Some(format!(
                "{now}% of its {read} records would be rejected, more than {most}%; {remedy}"
            )));
        }
        let (before, fell) = self.arrivals.history(&self.arrival.partner, 20)?;
        if before < guard.min_records.max(1) as i64 {
            return Ok(None);
        }
        let usual = share(fell, before);
        Ok((rate - usual > guard.max_jump.0).then(|| {
            let (now, usual) = (percent(rate), percent(usual));
            format!("{now}% of its {read} records would be rejected, and {usual}% of this partner's files before; {remedy}")
        }))
    }
}

/// How much of the whole a part is.
#[allow(clippy::cast_precision_loss)] // to the percent
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

/// What keeps the file from ever being read; an error where it may be read later.
fn unreadable(inputs: Vec<InputReport>) -> Result<Option<String>, RunError> {
    let mut why = None;
    if inputs.is_empty() {
        why = Some("there is nothing in it".to_owned());
    }
    for input in inputs {
        let pipeline::Outcome::Failed(error) = input.outcome else { continue };
        match error {
            // a defect may be of the moment, such as a disk that filled while the run wrote: the file waits where it is
            RunError::Publish(_)
            | RunError::Store(_)
            | RunError::Defect { .. }
            | RunError::Source(
                SourceError::Changed { .. }
                | SourceError::Spool { .. }
                | SourceError::DiskFull { .. }
                | SourceError::Read { .. }
                | SourceError::Permission { .. }
                | SourceError::NotFound { .. },
            ) => return Err(error),
            error => {
                why.get_or_insert_with(|| error.to_string());
            }
        }
    }
    Ok(why)
}

fn counts(summary: &Summary) -> ArrivalCounts {
    let records = &summary.records;
    let records =
        [records.read, records.accepted, records.rejected, records.refused].map(|count| count as i64);
    let charges = &summary.charges;
    let charges = [&charges.read, &charges.accepted, &charges.rejected, &charges.refused];
    // two decimals always
    let charges = charges.map(|text| text.replace('.', "").parse().unwrap_or(0));
    ArrivalCounts { records, charges }
}

fn suffix_of(kind: Kind) -> Suffix {
    match kind {
        Kind::Interchange => Suffix::Ta1,
        Kind::Implementation => Suffix::X999,
        Kind::Claims => Suffix::X277ca,
        Kind::Review => Suffix::X278,
    }
}

/// The beginning of the names of outputs that are no run's.
fn output_name(file: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' };
    file.chars().map(kept).take(100).collect()
}

/// Tells of every claim in the outputs of a run.
fn index(stage: &Path, put: &mut dyn FnMut(&ClaimRow) -> Result<(), StoreError>) -> Result<(), Later> {
    let mut paths: Vec<PathBuf> = fs::read_dir(stage)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(files::at("read", stage))?;
    paths.sort();
    for path in paths {
        let name = path.to_string_lossy();
        let fates =
            [(Suffix::Accept, "accepted"), (Suffix::Reject, "rejected"), (Suffix::Refused, "refused")];
        let Some((_, fate)) = fates.into_iter().find(|(suffix, _)| name.ends_with(suffix.text())) else {
            continue;
        };
        for source in discover([&path]) {
            let input = source.open(stage).map_err(RunError::from)?;
            let (mut member, mut is_in_claim) = (String::new(), false);
            let mut result = Ok(());
            let read = scout::pieces(&input, &mut |_, piece| {
                let Piece::Segment { isa, text } = piece else { return };
                let words = |n| String::from_utf8_lossy(scout::element(isa, text, n)).into_owned();
                let id = text.split(|byte| *byte == isa.separators.element).next().unwrap_or_default();
                if id == b"HL" {
                    is_in_claim = false;
                    if scout::element(isa, text, 3) == b"22" {
                        member.clear();
                    }
                } else if id == b"NM1" && scout::element(isa, text, 1) == b"IL" && !is_in_claim {
                    // within a claim it is another insurance's subscriber
                    member = words(9);
                } else if id == b"CLM" && result.is_ok() {
                    is_in_claim = true;
                    let row = ClaimRow { id: words(1), charge: words(2), member: member.clone(), fate };
                    result = put(&row);
                }
            });
            read.map_err(files::at("read", &path))?;
            result?;
        }
    }
    Ok(())
}
