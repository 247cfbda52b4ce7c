//! One file judged, in a folder of its own: what becomes of it is settled in the ledger in the same moment in which the store
//! takes what it adds.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, FixedOffset};

use super::config::{Config, Inbox, Repeated};
use super::files::{self, Trouble};
use super::inbox::Look;
use super::overrule::{self, Entered};
use super::refusal::{self, Refusal};
use super::scout::{self, Seen};
use super::{batch, claims, crash, inbox, rows, work_of};
use crate::output::ack::Moment;
use crate::output::summary::Summary;
use crate::pipeline::{self, InputReport, Memory, Options, RunError, Silent};
use crate::reference::{Decided, Reference, ReferenceErrors};
use crate::rules::ledger::{Account, ClaimRef, FileCounts, KeepError, Keeper, KeptClaim, ReceivedFile, Use};
use crate::source::{Source, SourceError, Staging, discover};
use crate::store::{
    Arrival, ArrivalCounts, Arrivals, Origin, Outcome, Purpose, Settled, State, Store, StoreError, Writer,
};
use crate::verdict::{Profile, ProfileError};

/// Why a file has to wait; the same is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Later {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] Trouble),
    /// One file or folder, whose trouble is no other's.
    #[error(transparent)]
    Input(Trouble),
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
        match self {
            Later::Disk(trouble) => trouble.is_of_one_file(),
            Later::Input(_) | Later::Run(RunError::Source(_) | RunError::Defect { .. }) => true,
            _ => false,
        }
    }
}

/// The profile that a partner's files are judged by.
pub(super) fn profile_of(config: &Config, inbox: &Inbox) -> Result<Profile, ProfileError> {
    let profile = Profile::load(inbox.profile.as_deref().unwrap_or(&config.profile))?;
    Ok(match inbox.repeated_control_number {
        Repeated::Warn => profile,
        Repeated::Refuse => profile.refusing_repeated_interchanges(),
    })
}

/// The profile that an arrival is judged by: records that are judged again repeat no control number, and a person's word stands
/// above all rules.
fn profile_for(origin: Option<Origin>, profile: &Profile) -> Cow<'_, Profile> {
    match origin.map(|origin| origin.purpose) {
        None => Cow::Borrowed(profile),
        Some(Purpose::Release) => Cow::Owned(profile.clone().judging_again()),
        Some(Purpose::Override) => Cow::Owned(profile.clone().judging_again().accepting_all()),
    }
}

/// When an arrival was received.
pub(super) fn received(arrival: &Arrival) -> DateTime<FixedOffset> {
    // written by us
    DateTime::parse_from_rfc3339(&arrival.received).unwrap_or_default()
}

/// The same, as acknowledgements write it.
pub(super) fn moment_of(arrival: &Arrival) -> Moment {
    Moment::of(&received(arrival))
}

/// The writer, shared with the run: what the run finishes lasts only with the ledger's word on the file. And what the run accepts,
/// where that is looked at before it lasts.
struct Shared(Arc<Mutex<Writer>>, Option<Arc<Mutex<Entered>>>);

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keeper for Shared {
    fn begin(&mut self, file: &ReceivedFile) -> Result<i64, KeepError> {
        locked(&self.0).begin(file)
    }

    fn claim(&mut self, claim: &KeptClaim<'_>) -> Result<(), KeepError> {
        if let Some(entered) = &self.1 {
            locked(entered).claims.push((claim.party, claim.id.into()));
        }
        locked(&self.0).claim(claim)
    }

    fn uses(&mut self, account: &Account, used: &Use, id: &[u8]) -> Result<(), KeepError> {
        locked(&self.0).uses(account, used, id)
    }

    fn give_back(&mut self, claim: ClaimRef, by: ClaimRef) -> Result<(), KeepError> {
        if let Some(entered) = &self.1 {
            locked(entered).given_back.insert(claim);
        }
        locked(&self.0).give_back(claim, by)
    }

    fn take_back(&mut self, party: u64, name: u64, by: ClaimRef) -> Result<(), KeepError> {
        locked(&self.0).take_back(party, name, by)
    }

    fn hold(&mut self, record: u64, party: u64, name: u64) -> Result<(), KeepError> {
        locked(&self.0).hold(record, party, name)
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

    fn is_override(&self) -> bool {
        self.arrival.origin.is_some_and(|origin| origin.purpose == Purpose::Override)
    }

    fn settled(
        &self,
        outcome: Outcome,
        why: String,
        sha256: String,
        seen: &Seen,
    ) -> Result<Settled, StoreError> {
        // what is judged again is what its file was
        let test = match self.arrival.origin {
            None => seen.is_test(),
            Some(_) => self.arrivals.root(self.arrival)?.test,
        };
        Ok(Settled {
            id: self.arrival.id,
            state: State::Processed,
            outcome,
            why,
            test,
            sha256,
            counts: ArrivalCounts::default(),
            controls: seen.interchanges.iter().map(scout::InterchangeSeen::control).collect(),
            until: 0,
            origin: self.arrival.origin,
        })
    }

    /// Judges it; what became of it is in the ledger when this returns.
    pub(super) fn run(&self) -> Result<Settled, Later> {
        let path = inbox::input_of(self.config, self.arrival);
        let stage = self.stage();
        files::remove_all(&stage)?;
        files::make(&stage)?;
        let before = Look::at(&path)?;
        let sha256 =
            scout::fingerprint(&path).map_err(|error| Later::Input(files::at("read", &path)(error)))?;
        let mut sources = discover([&path]);
        // an archive's members in the order of their outputs: the ledger numbers records by it
        sources.sort_by(|a, b| a.name().cmp(b.name()));
        let seen = scout::look(&sources, &stage);
        let refused = match refusal::of(&seen, self.inbox) {
            // it was let in when it came
            _ if self.arrival.origin.is_some() => None,
            _ if self.arrival.withdrawn => {
                let why = "the guard had stopped it, and a person took it out; `claimsieve ledger show` tells who and why";
                Some(Refusal { outcome: Outcome::Withdrawn, why: why.to_owned() })
            }
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
        self.judge(&sources, (sha256, before), &seen)
    }

    /// A file that is not judged gets its answers and a notice.
    fn refuse(&self, refusal: Refusal, sha256: String, seen: &Seen) -> Result<Settled, Later> {
        let stage = self.stage();
        // what an unfinished run left
        files::remove_all(&stage)?;
        files::make(&stage)?;
        let outputs =
            refusal::outputs(&refusal, self.arrival, seen, self.inbox, moment_of(self.arrival), &stage);
        for (name, bytes) in outputs.map_err(files::at("write", &stage))? {
            files::write(&stage.join(name), &mut bytes.as_slice())?;
        }
        files::sync(&stage)?;
        crash::point("staged");
        let mut settled = self.settled(refusal.outcome, refusal.why, sha256, seen)?;
        if settled.outcome.turns_away() {
            let input = inbox::input_of(self.config, self.arrival);
            settled.counts = claims::each_turned_away(&input, &stage, &mut |_| Ok(()))?;
            self.arrivals
                .settle(&settled, |put| claims::each_turned_away(&input, &stage, put).map(|_| ()))?;
        } else {
            self.arrivals.settle_alone(&settled)?;
        }
        Ok(settled)
    }

    fn judge(
        &self,
        sources: &[Source],
        (sha256, before): (String, Look),
        seen: &Seen,
    ) -> Result<Settled, Later> {
        let Case { config, arrivals, .. } = self;
        let stage = self.stage();
        let root = arrivals.root(self.arrival)?;
        let profile = profile_for(self.arrival.origin, self.profile);
        let mut reference = Reference::load(config.reference.as_deref(), config.rosters.as_deref())?;
        let mut settled = self.settled(Outcome::Judged, String::new(), sha256, seen)?;
        let writer = if settled.test {
            reference.authorizations.look_up_in(Box::new(Store::open(&config.store)?));
            None
        } else {
            let mut writer = Writer::open(&config.store)?;
            writer.judge_arrival(self.arrival)?;
            reference.authorizations.look_up_in(Box::new(writer.before()));
            Some(Arc::new(Mutex::new(writer)))
        };
        // from here on nobody else writes to the ledger
        let entered = self.is_override().then(Arc::<Mutex<Entered>>::default);
        if entered.is_some()
            && let Some(why) =
                overrule::in_the_way(arrivals, self.arrival, &inbox::input_of(config, self.arrival), &stage)?
        {
            drop(writer);
            return self.refuse(Refusal { outcome: Outcome::NotAccepted, why }, settled.sha256, seen);
        }
        let memory = writer.as_ref().map(|writer| {
            let before = locked(writer).before();
            Memory::new(Arc::new(before), Shared(Arc::clone(writer), entered.clone()))
        });
        let mut options = Options::at(&profile, &stage, moment_of(&root));
        options.jobs = config.jobs;
        if let Some(writer) = &writer {
            options.taken_back = locked(writer).taken_back()?;
        }
        let seconds = config.hold_seconds(self.inbox);
        if self.arrival.origin.is_some() {
            options.again = Some(moment_of(self.arrival));
        } else {
            options.holds = seconds > 0 && !settled.test;
            settled.until = received(&root).timestamp() + seconds;
        }
        options.memory = memory.as_ref();
        let report = pipeline::process(sources, reference, &options, &Staging, &Silent);
        let is_any_taken_back = !options.taken_back.is_empty();
        drop(memory);
        if let Some(error) = report.not_kept {
            return Err(error.into());
        }
        if let Some(why) = unreadable(report.inputs)? {
            drop(writer);
            // it will not be found there
            let folder = work_of(config, self.arrival.id).join("in");
            let why = why.replace(&format!("{}/", folder.display()), "");
            if self.arrival.origin.is_some() && !self.is_override() {
                // nothing of it may be lost: it is tried again, and the log says so
                let file = files::shown(&self.arrival.name);
                return Err(RunError::Defect { file, why }.into());
            }
            let outcome = if self.is_override() { Outcome::NotAccepted } else { Outcome::Unreadable };
            return self.refuse(Refusal { outcome, why }, settled.sha256, seen);
        }
        settled.counts = counts(&report.summary);
        if self.arrival.origin.is_none() {
            settled.counts.sets = [report.summary.transactions as i64, claims::sets_answered(&stage)?];
        }
        let [read, accepted, ..] = settled.counts.records;
        if let Some((entered, writer_of)) = entered.zip(writer.as_ref()) {
            // a person's word stands above all rules: nothing is published that says otherwise
            let why = if accepted == read {
                let before = locked(writer_of).before();
                locked(&entered).in_the_way(&before)?
            } else {
                Some(
                    "the claim cannot be accepted, whatever a person says; the partner has to send it again"
                        .to_owned(),
                )
            };
            if let Some(why) = why {
                drop(writer);
                return self.refuse(Refusal { outcome: Outcome::NotAccepted, why }, settled.sha256, seen);
            }
        }
        let input = inbox::input_of(config, self.arrival);
        if Look::at(&input)? != before {
            // its sender goes on writing: all of it is judged when that is done
            let writing = std::io::Error::other("it is still written to");
            return Err(Later::Input(files::at("judge", &input)(writing)));
        }
        sync_all(&stage)?;
        crash::point("staged");
        let taken_back = if is_any_taken_back { rows::taken_back(&stage)? } else { 0 };
        if let Some(why) = self.stopped(&settled, &root, taken_back)? {
            drop(writer);
            let read = |[read, ..]: [i64; 5]| [read, 0, 0, 0, 0];
            let ArrivalCounts { records, charges, .. } = settled.counts;
            // nobody is answered yet
            settled.counts = ArrivalCounts { records: read(records), charges: read(charges), sets: [0, 0] };
            (settled.state, settled.outcome, settled.why) = (State::Stopped, Outcome::Open, why);
            if self.arrival.origin.is_some() {
                // its claims are held where they came
                arrivals.settle_alone(&settled)?;
            } else {
                arrivals.settle(&settled, |put| claims::each_held(&stage, put))?;
            }
            return Ok(settled);
        }
        match writer {
            None => arrivals.settle_alone(&settled)?,
            Some(writer) => {
                let mut writer = locked(&writer);
                writer.settle(&settled, |put| claims::each(&stage, put))?;
                writer.finish()?;
            }
        }
        crash::point("committed");
        Ok(settled)
    }

    /// Why the guard stops the file. Claims that were held count with the file that they came with; those that were taken back
    /// meanwhile are no fault of a roster.
    fn stopped(
        &self,
        settled: &Settled,
        root: &Arrival,
        taken_back: i64,
    ) -> Result<Option<String>, StoreError> {
        let guard = self.inbox.guard.unwrap_or(self.config.guard);
        let [mut read, _, mut rejected, mut refused, _] = settled.counts.records;
        rejected -= taken_back;
        if self.arrival.origin.is_some() && rejected > 0 {
            let [whole, _, fell, refused_before, _] = root.counts.records;
            (read, rejected, refused) = (whole, rejected + fell, refused + refused_before);
        }
        let is_let = self.arrival.released || root.released || self.is_override();
        if settled.test || is_let || read < guard.min_records.max(1) as i64 {
            return Ok(None);
        }
        let rate = share(rejected + refused, read);
        let percent = |share: f64| (share * 100.0).round();
        let remedy = "see that rosters and tables are of today, then release it or withdraw it";
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

/// Waits until all outputs in a folder stay through a crash.
fn sync_all(stage: &Path) -> Result<(), Later> {
    let entries = fs::read_dir(stage).and_then(|entries| {
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()
    });
    let paths = entries.map_err(files::at("read", stage))?;
    for paths in paths.chunks(batch::MOST) {
        let sync = |path: &PathBuf| {
            fs::File::open(path).and_then(|file| file.sync_all()).map_err(files::at("write", path))
        };
        batch::together(paths, sync).into_iter().collect::<Result<(), Trouble>>()?;
    }
    Ok(files::sync(stage)?)
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
            | RunError::Remembered(_)
            | RunError::Defect { .. }
            | RunError::Source(
                SourceError::Changed { .. }
                | SourceError::Spool { .. }
                | SourceError::DiskFull { .. }
                | SourceError::Read { .. }
                | SourceError::Permission { .. }
                | SourceError::NotFound { .. },
            ) => return Err(error),
            error @ (RunError::Source(_) | RunError::NoInterchange { .. }) => {
                why.get_or_insert_with(|| error.to_string());
            }
        }
    }
    Ok(why)
}

fn counts(summary: &Summary) -> ArrivalCounts {
    let records = &summary.records;
    let records = [records.read, records.accepted, records.rejected, records.refused, records.held];
    let records = records.map(|count| count as i64);
    let charges = &summary.charges;
    let charges = [&charges.read, &charges.accepted, &charges.rejected, &charges.refused, &charges.held];
    // two decimals always
    let charges = charges.map(|text| text.replace('.', "").parse().unwrap_or(0));
    ArrivalCounts { records, charges, sets: [0, 0] }
}
