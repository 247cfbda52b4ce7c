//! The service: what waits is taken, judged, delivered and put away, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::batch::{self, Event};
use super::clock::{Clock, Jumps};
use super::config::Config;
use super::events::Events;
use super::files::{self, shown};
use super::held::Known;
use super::inbox::{self, Taken, Waiting};
use super::judge::{Case, Later, profile_of, received};
use super::metrics::Metrics;
use super::start::StartError;
use super::{crash, deliver, held, scout, state};
use crate::finding::Date;
use crate::source::discover;
use crate::store::{Arrival, Arrivals, Fate, Origin, Outcome, Purpose, Settled, State, StoreError};
use crate::verdict::Profile;

/// What came of looking once.
#[derive(Clone, Copy, Default, Debug)]
pub struct Done {
    /// Something was rejected, refused, put into quarantine or stopped.
    pub rejected: bool,
    /// Something has to wait, since the disk or the store failed.
    pub trouble: bool,
    /// What failed is not of one file or folder: nothing may go on.
    pub stuck: bool,
    /// Files are not complete yet.
    pub waiting: bool,
    /// Files were received, or claims judged.
    pub progress: bool,
}

/// How long to wait at most after trouble.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How many of the files that were put away last are looked after.
const LOOKED_AFTER: u32 = 20;

/// Until when an arrival that failed is not judged again, and how long that is.
#[derive(Clone, Copy, Debug)]
struct Postponed {
    until: Instant,
    wait: Duration,
}

/// The service.
#[derive(Debug)]
pub struct Service {
    config: Config,
    clock: Clock,
    profiles: BTreeMap<String, Profile>,
    arrivals: Arrivals,
    waiting: Waiting,
    /// What was known of authorizations when claims that wait were last looked at.
    known: Option<Known>,
    jumps: Jumps,
    /// When arrivals that failed are judged again.
    postponed: BTreeMap<i64, Postponed>,
    /// Arrivals that could not be taken in this look.
    untaken: BTreeSet<i64>,
    /// Arrivals that are what was judged, though they are not as long as when they came.
    unchanged: BTreeSet<i64>,
    metrics: Arc<Metrics>,
    stop: Arc<AtomicBool>,
    /// Held as long as the service lives.
    _locks: [File; 3],
}

impl Service {
    /// Makes ready: folders, lock, ledger, profiles, metrics. It stops when `stop` is set.
    pub fn start(config: Config, clock: Clock, stop: Arc<AtomicBool>) -> Result<Service, StartError> {
        let mut profiles = BTreeMap::new();
        for inbox in &config.inboxes {
            profiles.insert(inbox.name().to_owned(), profile_of(&config, inbox)?);
        }
        files::make(&config.work())?;
        if let Some(folder) = config.store.parent() {
            files::make(folder)?;
        }
        let [of_state, of_path] = state::lock(&config)?;
        for folder in config.folders() {
            files::make(folder)?;
        }
        config.distinct_on_disk()?;
        let (arrivals, of_store) = state::ledger(&config)?;
        let locks = [of_state, of_path, of_store];
        state::put_strays_aside(&config, &arrivals)?;
        let metrics = Arc::new(Metrics::default());
        if let Some(address) = config.metrics {
            let address = address.0;
            let patience = LONGEST_WAIT.as_secs() + 10 * config.poll_seconds;
            super::metrics::serve(address, Arc::clone(&metrics), patience)
                .map_err(|source| StartError::Metrics { address, source })?;
        }
        tracing::info!(inboxes = config.inboxes.len(), store = %config.store.display(), "started");
        Ok(Service {
            config,
            clock,
            profiles,
            arrivals,
            waiting: Waiting::default(),
            known: None,
            jumps: Jumps::default(),
            postponed: BTreeMap::new(),
            untaken: BTreeSet::new(),
            unchanged: BTreeSet::new(),
            metrics,
            stop,
            _locks: locks,
        })
    }

    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Goes on until it is told to stop.
    pub fn run(&mut self) {
        let events = Events::of(&self.config);
        if !matches!(self.clock, Clock::Fixed(_)) {
            self.doubt_clock();
        }
        let mut wait = self.poll();
        while !self.is_stopping() {
            let done = self.look();
            // trouble is met with patience, twice as long each time, unless it is of some files and others go on
            let is_stuck = done.stuck && !done.progress;
            wait = if is_stuck { (wait * 2).min(LONGEST_WAIT) } else { self.poll() };
            // what fails for all is no better for news
            self.sleep(wait, Some(&events).filter(|_| !is_stuck));
        }
        tracing::info!("stopped");
    }

    /// For a while the clock is not believed: it may not have been set yet.
    fn doubt_clock(&mut self) {
        self.jumps = Jumps::unsure(self.clock.tick().1);
    }

    /// Whether it is earlier than when the last file came: the clock is wrong, or was.
    fn is_behind(&self) -> Result<bool, StoreError> {
        let last = self.arrivals.last()?;
        Ok(last.is_some_and(|arrival| self.clock.now() < received(&arrival)))
    }

    fn poll(&self) -> Duration {
        Duration::from_secs(self.config.poll_seconds.max(1))
    }

    /// Waits for so long, until it is to stop, or until there are news.
    fn sleep(&self, time: Duration, events: Option<&Events>) {
        let mut left = time;
        while !left.is_zero() && !self.is_stopping() {
            let nap = left.min(Duration::from_millis(100));
            match events {
                Some(events) if events.wait(nap) => return,
                Some(_) => {}
                None => std::thread::sleep(nap),
            }
            left -= nap;
        }
    }

    /// Does what there is to do, and ends.
    pub fn once(&mut self) -> Done {
        // what the store says is told when it is looked at
        if self.is_behind().unwrap_or_default() {
            tracing::warn!("it is earlier than when the last file came; no claim's time is up");
            self.doubt_clock();
        }
        let mut done = self.look();
        if done.waiting && !self.is_stopping() {
            // files seen once are complete when they have not changed for so long
            self.sleep(
                Duration::from_secs(self.config.complete.stable_seconds) + Duration::from_millis(10),
                None,
            );
            let then = self.look();
            let (rejected, trouble) = (done.rejected || then.rejected, done.trouble || then.trouble);
            done = Done { rejected, trouble, ..then };
        }
        done
    }

    /// Looks once at what is under way and what is in the inboxes.
    pub fn look(&mut self) -> Done {
        let mut done = Done::default();
        if let Err(error) = self.try_look(&mut done) {
            self.trouble(None, &error, &mut done);
        }
        if let (Ok(states), Ok(held)) = (self.arrivals.by_state(), self.arrivals.count_waiting()) {
            self.metrics.states(&states, held);
        }
        self.metrics.looked();
        done
    }

    fn trouble(&self, arrival: Option<&Arrival>, error: &Later, done: &mut Done) {
        done.trouble = true;
        done.stuck |= !error.is_of_one_file();
        self.metrics.count("claimsieve_trouble_total", &[], 1);
        if let Some(Arrival { id, partner, .. }) = arrival {
            tracing::error!(arrival = id, partner, "{error}; it will be tried again");
        } else {
            tracing::error!("{error}; it will be tried again");
        }
    }

    fn try_look(&mut self, done: &mut Done) -> Result<(), Later> {
        // claims may stand in what somebody left who died
        if let Err(error) = state::tidy(&self.config) {
            self.trouble(None, &Later::Input(error), done);
        }
        self.tell_late_writers(done)?;
        self.untaken.clear();
        self.take(done)?;
        self.receive(done)?;
        self.take(done)?;
        if self.finish_all(done)? && self.judge_held_again(done)? {
            self.take(done)?;
            self.finish_all(done)?;
        }
        Ok(())
    }

    /// Looks whether the files that were put away last still grow: their senders went on writing.
    fn tell_late_writers(&mut self, done: &mut Done) -> Result<(), Later> {
        for arrival in self.arrivals.put_away_last(LOOKED_AFTER)? {
            let is_known = arrival.why == batch::CHANGED || self.unchanged.contains(&arrival.id);
            if is_known || !deliver::has_grown(&arrival) {
                continue;
            }
            if deliver::is_changed(&arrival, &arrival.place)? {
                self.arrivals.say(arrival.id, batch::CHANGED)?;
                self.late(&arrival, done);
            } else {
                // it grew before it was judged
                self.unchanged.insert(arrival.id);
            }
        }
        Ok(())
    }

    /// A file was written to after it was judged.
    fn late(&self, Arrival { id, partner, .. }: &Arrival, done: &mut Done) {
        done.trouble = true;
        self.metrics.count("claimsieve_trouble_total", &[], 1);
        tracing::error!(arrival = id, partner, "{}", batch::CHANGED);
    }

    /// Brings what was taken to its end; says whether to go on.
    fn finish_all(&mut self, done: &mut Done) -> Result<bool, Later> {
        // what is further goes first; then authorizations before claims that arrived with them
        // and a partner's large file, with what came from that partner behind it, after the files of others
        let mut order: Vec<([bool; 3], Arrival)> = Vec::new();
        let unfinished = self.arrivals.unfinished()?;
        let mut behind = BTreeSet::new();
        let several = unfinished.iter().filter(|arrival| arrival.state == State::Taken).count() > 1;
        for arrival in unfinished {
            if arrival.state == State::Received {
                continue;
            }
            let is_new = arrival.state == State::Taken;
            if is_new && self.is_postponed(arrival.id) {
                done.trouble = true;
                continue;
            }
            // what a person accepted stood before what came since
            let is_first = || {
                arrival.origin.is_some_and(|origin| origin.purpose == Purpose::Override)
                    || self.goes_in_front(&arrival)
            };
            let waits_for_others = is_new && several && !is_first();
            if is_new && arrival.bytes > batch::LARGE {
                behind.insert(arrival.partner.clone());
            }
            let is_behind = is_new && behind.contains(&arrival.partner);
            order.push(([is_new, waits_for_others, is_behind], arrival));
        }
        order.sort_by_key(|(last, arrival)| (*last, arrival.id));
        let mut batch = Vec::new();
        for (_, mut arrival) in order {
            if self.is_stopping() {
                self.deliver(&mut batch, done)?;
                return Ok(false);
            }
            if arrival.state == State::Taken {
                let is_large = arrival.bytes > batch::LARGE;
                if (is_large || batch.len() >= batch::MOST) && !self.deliver(&mut batch, done)? {
                    return Ok(false);
                }
                let begun = Instant::now();
                match self.settle(&mut arrival, done) {
                    Ok(is_settled) => {
                        self.postponed.remove(&arrival.id);
                        done.progress |= is_settled;
                    }
                    Err(error) => {
                        self.trouble(Some(&arrival), &error, done);
                        if !error.is_of_one_file() {
                            self.deliver(&mut batch, done)?;
                            return Ok(false);
                        }
                        self.postpone(arrival.id, begun.elapsed());
                    }
                }
            }
            if matches!(arrival.state, State::Processed | State::Prepared | State::Published) {
                batch.push(arrival);
            }
        }
        self.deliver(&mut batch, done)
    }

    /// An arrival failed, for a reason of its own, after so long: others go on, and it is tried again, less and less often.
    fn postpone(&mut self, arrival: i64, took: Duration) {
        let last = self.postponed.get(&arrival).map_or(self.poll(), |postponed| postponed.wait * 2);
        let wait = last.min(LONGEST_WAIT).max(took);
        self.postponed.insert(arrival, Postponed { until: Instant::now() + wait, wait });
    }

    fn is_postponed(&self, arrival: i64) -> bool {
        self.postponed.get(&arrival).is_some_and(|postponed| Instant::now() < postponed.until)
    }

    /// Delivers and puts away what was judged; says whether all of it could be.
    fn deliver(&self, batch: &mut Vec<Arrival>, done: &mut Done) -> Result<bool, Later> {
        batch::deliver(&self.config, &self.arrivals, batch, &mut |arrival, event| match event {
            Event::Trouble(error) => self.trouble(Some(arrival), &error.into(), done),
            Event::Changed => self.late(arrival, done),
        })
    }

    /// Enters arrivals for claims that were held, where their authorization came or their time is up; says whether there are any.
    fn judge_held_again(&mut self, done: &mut Done) -> Result<bool, Later> {
        let (now, steady) = self.clock.tick();
        let jump = self.jumps.look(now.timestamp(), steady);
        if let Some(seconds) = jump {
            tracing::warn!(seconds, "the clock jumped; until it is steady, no claim's time is up");
            self.metrics.count("claimsieve_clock_jumps_total", &[], 1);
        }
        let is_steady = self.jumps.is_steady(steady);
        if is_steady && !self.is_behind()? {
            held::not_longer(&self.config, &self.arrivals, now.timestamp())?;
        }
        let known = Known::now(&self.config, &self.arrivals)?;
        let is_new = self.known != Some(known);
        let mut is_clear = true;
        let due = held::due(
            &self.config,
            &self.arrivals,
            &self.profiles,
            if is_steady { now.timestamp() } else { i64::MIN },
            is_new,
            &mut |of, error| {
                is_clear = false;
                self.trouble(Some(of), error, done);
            },
        )?;
        for (id, records) in &due {
            let Some(origin) = self.arrivals.get(*id)? else { continue };
            let (at, day) = (now.to_rfc3339(), Date::from(now.date_naive()));
            let purpose = Purpose::Release;
            let wanted = held::wanted(&origin, purpose);
            let of = Origin { arrival: *id, purpose };
            if let Some(arrival) = self.arrivals.judge_again(of, records, &wanted, (&at, day), None)? {
                let (partner, claims) = (origin.partner, records.len());
                tracing::info!(arrival, partner, origin = id, claims, "held claims are judged again");
            }
            crash::point("released");
        }
        // only now: what failed before is tried again at the next look
        self.known = Some(known).filter(|_| is_clear);
        Ok(!due.is_empty())
    }

    fn goes_in_front(&self, arrival: &Arrival) -> bool {
        let path = inbox::input_of(&self.config, arrival);
        scout::look(&discover([path]), &self.config.work()).goes_in_front()
    }

    /// Enters the files that are complete.
    fn receive(&mut self, done: &mut Done) -> Result<(), Later> {
        let mut troubles = Vec::new();
        let mut found = self.waiting.complete(&self.config, &mut |trouble| troubles.push(trouble));
        done.waiting = !self.waiting.is_empty();
        for trouble in troubles {
            self.trouble(None, &Later::Input(trouble), done);
        }
        let entered: BTreeSet<_> = self
            .arrivals
            .unfinished()?
            .into_iter()
            .filter(|arrival| arrival.state == State::Received && arrival.origin.is_none())
            .map(|arrival| (arrival.partner, arrival.name))
            .collect();
        found.retain(|file| !entered.contains(&(file.partner.clone(), file.name.clone())));
        if found.is_empty() {
            return Ok(());
        }
        done.progress = true;
        let now = self.clock.now();
        let ids = self.arrivals.receive(&found, &now.to_rfc3339(), Date::from(now.date_naive()))?;
        for (file, arrival) in found.iter().zip(ids) {
            let name = shown(&file.name);
            tracing::info!(arrival, partner = file.partner, file = name, bytes = file.bytes, "received");
            self.metrics.count("claimsieve_files_received_total", &[("partner", &file.partner)], 1);
        }
        crash::point("received");
        Ok(())
    }

    /// Takes what was entered.
    fn take(&mut self, done: &mut Done) -> Result<(), Later> {
        let mut entered = self.arrivals.unfinished()?;
        entered.retain(|arrival| arrival.state == State::Received && !self.untaken.contains(&arrival.id));
        for batch in entered.chunks(batch::MOST) {
            if self.is_stopping() {
                return Ok(());
            }
            let mut taken = Vec::new();
            let (again, new): (Vec<&Arrival>, Vec<&Arrival>) =
                batch.iter().partition(|arrival| arrival.origin.is_some());
            for arrival in again {
                match self.gather(arrival) {
                    Ok(true) => taken.push(arrival.id),
                    Ok(false) => {
                        self.waits_for_partner(arrival, done);
                    }
                    Err(error) => self.trouble(Some(arrival), &error, done),
                }
            }
            let config = &self.config;
            let results = batch::together(&new, |arrival| inbox::take(config, arrival));
            for (mut result, arrival) in results.into_iter().zip(new) {
                let Arrival { id, partner, .. } = arrival;
                if let Ok(Taken::Apart) = result {
                    // whoever dies now must know that both may be there
                    self.arrivals.copied(*id)?;
                    result = inbox::take(config, &Arrival { copied: true, ..arrival.clone() });
                }
                match result {
                    Ok(Taken::Yes) => taken.push(*id),
                    Ok(Taken::Apart) => {}
                    Ok(Taken::Unreadable(error)) => {
                        self.untaken.insert(*id);
                        self.trouble(Some(arrival), &Later::Input(error), done);
                    }
                    Ok(Taken::Gone) => {
                        self.arrivals.withdrawn(*id)?;
                        tracing::warn!(arrival = id, partner, "gone before it was taken");
                    }
                    Err(error) => self.trouble(Some(arrival), &error.into(), done),
                }
            }
            self.arrivals.advance(taken, State::Taken)?;
            crash::point("entered");
        }
        Ok(())
    }

    /// Gathers the records of an arrival that judges some again; false where its partner has no inbox any more.
    fn gather(&self, arrival: &Arrival) -> Result<bool, Later> {
        let Some((origin, profile)) = arrival.origin.zip(self.profiles.get(&arrival.partner)) else {
            return Ok(false);
        };
        held::gather(&self.config, &self.arrivals, arrival, origin, profile)?;
        Ok(true)
    }

    /// An arrival whose partner is not in the configuration any more: only a person can help.
    fn waits_for_partner(&self, Arrival { id, partner, .. }: &Arrival, done: &mut Done) {
        done.trouble = true;
        self.metrics.count("claimsieve_trouble_total", &[], 1);
        tracing::warn!(
            arrival = id,
            partner,
            "waits: its partner has no inbox in the configuration any more"
        );
    }

    /// Judges an arrival that was taken, if its partner has an inbox; its state is that of afterwards.
    fn settle(&self, arrival: &mut Arrival, done: &mut Done) -> Result<bool, Later> {
        let partner = &arrival.partner;
        let Some((inbox, profile)) = self.config.inbox(partner).zip(self.profiles.get(partner)) else {
            self.waits_for_partner(arrival, done);
            return Ok(false);
        };
        let case = Case { config: &self.config, arrivals: &self.arrivals, arrival, inbox, profile };
        let settled = case.run()?;
        self.tell(arrival, &settled, done);
        (arrival.state, arrival.outcome, arrival.test) = (settled.state, settled.outcome, settled.test);
        arrival.sha256 = settled.sha256;
        Ok(true)
    }

    /// Says what became of an arrival.
    fn tell(&self, arrival: &Arrival, settled: &Settled, done: &mut Done) {
        let [read, accepted, rejected, refused, held] = settled.counts.records;
        let Arrival { id, partner, .. } = arrival;
        if settled.state == State::Stopped {
            done.rejected = true;
            tracing::warn!(arrival = id, partner, read, "stopped by the guard: {}", settled.why);
            self.metrics.count("claimsieve_files_stopped_total", &[("partner", partner)], 1);
            return;
        }
        done.rejected |= rejected + refused > 0 || settled.outcome != Outcome::Judged;
        let outcome = settled.outcome.word();
        let test = settled.test;
        if settled.outcome == Outcome::Judged {
            tracing::info!(
                arrival = id,
                partner,
                outcome,
                test,
                read,
                accepted,
                rejected,
                refused,
                held,
                "settled"
            );
        } else {
            tracing::warn!(arrival = id, partner, outcome, test, "settled: {}", settled.why);
        }
        self.metrics.count("claimsieve_files_total", &[("partner", partner), ("outcome", outcome)], 1);
        if !test {
            let fates = [Fate::Accepted, Fate::Rejected, Fate::Refused, Fate::Held];
            for (fate, count) in fates.into_iter().zip([accepted, rejected, refused, held]) {
                let labels = [("partner", partner.as_str()), ("fate", fate.word())];
                self.metrics.count("claimsieve_records_total", &labels, count as u64);
            }
        }
    }
}
