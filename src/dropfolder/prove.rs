//! The ledger held against the files: every claim of every arrival has exactly one fate, and the ledger's counts are those of
//! inputs, outputs and acknowledgements, which are read again.

use std::fs;
use std::path::Path;

use super::config::Config;
use super::files;
use super::judge::{Later, moment_of};
use super::{claims, deliver, refusal, scout, work_of};
use crate::source::{Suffix, discover, is_own_output};
use crate::store::{Arrival, ArrivalCounts, Arrivals, Outcome, Purpose, State};
use crate::verify::{Acknowledged, verify};

/// What a proof came to.
#[derive(Clone, Default, Debug)]
pub struct Proof {
    /// Arrivals whose files were read again.
    pub proven: u64,
    /// Arrivals whose files are purged.
    pub purged: u64,
    /// Arrivals that left nothing: they were gone before they were taken.
    pub gone: u64,
    /// What does not hold, with the arrival.
    pub wrong: Vec<(i64, String)>,
}

impl Proof {
    fn wrong(&mut self, arrival: &Arrival, what: impl Into<String>) {
        self.wrong.push((arrival.id, what.into()));
    }
}

/// Proves arrivals.
pub fn prove(config: &Config, ledger: &Arrivals, arrivals: &[Arrival]) -> Result<Proof, Later> {
    let mut proof = Proof::default();
    for arrival in arrivals {
        // what is stopped, or was until now, is counted when it is settled
        if arrival.outcome != Outcome::Open && !arrival.counts.balance() {
            proof.wrong(
                arrival,
                "its counts do not balance: what was read is not what was accepted, rejected, refused or held, or not all sets were acknowledged",
            );
        }
        match arrival.state {
            // a file that was never taken has no fingerprint
            State::Archived if arrival.place.as_os_str().is_empty() && arrival.sha256.is_empty() => {
                proof.gone += 1;
            }
            State::Archived if arrival.place.as_os_str().is_empty() => proof.purged += 1,
            State::Archived => prove_one(config, ledger, arrival, &mut proof)?,
            // what is judged again is still with the arrival that it came with
            State::Received => {}
            _ if files::exists(&work_of(config, arrival.id))? => {}
            // it went on since it was listed, or its last step is done and not noted yet
            _ => match ledger.get(arrival.id)? {
                Some(now) if now.state == State::Archived => {
                    if !now.place.as_os_str().is_empty() {
                        prove_one(config, ledger, &now, &mut proof)?;
                    }
                }
                Some(now)
                    if now.state == State::Published && files::exists(&deliver::kept_in(config, &now))? => {}
                _ => proof.wrong(arrival, "it is under way, and its folder is gone from the state folder"),
            },
        }
    }
    Ok(proof)
}

fn prove_one(config: &Config, ledger: &Arrivals, arrival: &Arrival, proof: &mut Proof) -> Result<(), Later> {
    let (input, out) = (arrival.place.join("in"), arrival.place.join("out"));
    if !files::exists(&input)? || !files::exists(&out)? {
        proof.wrong(arrival, format!("{} is not there; restore it from a backup", arrival.place.display()));
        return Ok(());
    }
    let read = |dir: &Path| {
        fs::read_dir(dir)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>())
            .map_err(files::at("read", dir))
    };
    let [file] = &*read(&input)? else {
        proof.wrong(arrival, "its folder holds another number of inputs than one");
        return Ok(());
    };
    proof.proven += 1;
    if scout::fingerprint(file).map_err(files::at("read", file))? != arrival.sha256 {
        proof.wrong(arrival, "its input is not what it was when it came");
    }
    let outputs = read(&out)?;
    if arrival.outcome != Outcome::Judged {
        let claims = outputs.iter().any(|path| path.to_string_lossy().ends_with(Suffix::Accept.text()));
        if claims {
            proof.wrong(arrival, "it was not judged, and has accepted claims");
        }
        return prove_refusal(config, arrival, file, &out, proof);
    }
    if let Some(foreign) = outputs.iter().find(|path| !path.file_name().is_some_and(is_own_output)) {
        proof.wrong(arrival, format!("{} is no output of it", foreign.display()));
    }
    let acknowledged = if arrival.origin.is_some() { Acknowledged::Claims } else { Acknowledged::All };
    // an archive may be read-only
    let spool = config.work();
    let report = verify(&discover([file]), &out, &spool, acknowledged, 5);
    for what in &report.unread {
        proof.wrong(arrival, what.clone());
    }
    for violation in &report.violations {
        proof.wrong(arrival, format!("{}: {violation}", violation.invariant.word()));
    }
    if arrival.origin.is_none()
        && let [_, Some(answered)] = arrival.counts.known_sets()
    {
        match claims::sets_answered(&out) {
            Ok(found) if found == answered => {}
            Ok(_) => {
                let what = "its acknowledgements answer another number of sets than the ledger says";
                proof.wrong(arrival, what);
            }
            // whatever is the matter with these files, those of others are to be proven
            Err(_) => {
                proof.wrong(arrival, "its acknowledgements cannot be read; restore them from a backup");
            }
        }
    }
    if !report.unread.is_empty() {
        // what was not read cannot be counted
        return Ok(());
    }
    let counted = &report.counted;
    let counted = [counted.accepted, counted.rejected, counted.refused, counted.held];
    let [mut accepted, mut rejected, refused, mut held] = counted.map(|count| count as i64);
    // what became of its records that were judged again
    for again in ledger.descendants(arrival.id)? {
        let [read, passed, fell, ..] = again.counts.records;
        if again.outcome == Outcome::Open {
            continue;
        }
        accepted += passed;
        rejected += fell;
        match again.origin.map(|origin| origin.purpose) {
            Some(Purpose::Release) => held -= read,
            Some(Purpose::Override) => rejected -= read,
            None => {}
        }
    }
    let [_, fates @ ..] = arrival.counts.records;
    let counted = [accepted, rejected, refused, held];
    if counted != fates {
        proof.wrong(
            arrival,
            format!(
                "the ledger says accepted, rejected, refused, held {fates:?}, and its files say {counted:?}"
            ),
        );
    }
    if held != ledger.waiting_of(arrival.id)? && !arrival.test {
        proof.wrong(arrival, "claims of it are held, and the ledger does not know until when");
    }
    Ok(())
}

/// A file that was not judged has its notice, and byte for byte the answers that are due to it.
fn prove_refusal(
    config: &Config,
    arrival: &Arrival,
    file: &Path,
    out: &Path,
    proof: &mut Proof,
) -> Result<(), Later> {
    // an earlier version counted none
    if arrival.outcome.turns_away() && arrival.counts != ArrivalCounts::default() {
        match claims::each_turned_away(file, &config.work(), &mut |_| Ok(())) {
            Ok(found) if found == arrival.counts => {}
            _ => proof
                .wrong(arrival, "its input holds other records than the ledger says were refused with it"),
        }
    }
    let notice = refusal::notice_of(arrival);
    let mut due = vec![(notice.clone(), Vec::new())];
    let inbox = config.inbox(&arrival.partner).filter(|_| arrival.outcome.is_answered());
    if let Some(inbox) = inbox {
        let (seen, spool) = (scout::look(&discover([file]), &config.work()), config.work());
        // what the partner may send may be another thing now
        let refusal = refusal::of(&seen, inbox).filter(|refusal| refusal.outcome == arrival.outcome);
        if let Some(refusal) = refusal {
            let outputs = refusal::outputs(&refusal, arrival, &seen, inbox, moment_of(arrival), &spool);
            due = outputs.map_err(files::at("write", &spool))?;
        }
    }
    for (name, bytes) in due {
        match fs::read(out.join(&name)) {
            // why it was refused is told in the words of that time
            Ok(found) if name == notice || bytes == found => {}
            Ok(_) => proof.wrong(arrival, format!("{name} is not the answer that is due to it")),
            Err(_) => {
                proof.wrong(
                    arrival,
                    format!("{name} is not there or cannot be read; restore it from a backup"),
                );
            }
        }
    }
    Ok(())
}
