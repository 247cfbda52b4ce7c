//! What the faults of envelopes make fall.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Profile;
use crate::x12::survey::{EnvelopeFault, Survey};

/// What becomes of a set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum SetFate<'s> {
    /// Its records are judged.
    Judged,
    /// It falls with its group, for this fault.
    WithGroup(&'s EnvelopeFault),
    /// It falls for this fault of its own.
    Rejected(&'s EnvelopeFault),
    /// It falls because a record in it is broken and the profile rejects whole sets.
    WithRecord,
}

/// The fates of interchanges, groups and sets of one input under a profile.
#[derive(Debug)]
pub struct Fates<'s> {
    survey: &'s Survey,
    profile: &'s Profile,
    /// Sets in which a record is broken, where the profile rejects whole sets for it.
    broken: Vec<AtomicBool>,
}

impl<'s> Fates<'s> {
    /// The fates of a surveyed input.
    pub fn new(survey: &'s Survey, profile: &'s Profile) -> Fates<'s> {
        Fates { survey, profile, broken: Vec::new() }
    }

    /// The fault for which an interchange is refused, if it is.
    pub fn refusal(&self, interchange: u64) -> Option<&'s EnvelopeFault> {
        let note = self.survey.note(interchange)?;
        let profile = self.profile.of_interchange(note);
        note.faults.iter().find(|fault| profile.falls(fault))
    }

    /// The fault for which a group is rejected, if it is, by what counts for its sender.
    pub fn group_rejection(&self, profile: &Profile, group: u64) -> Option<&'s EnvelopeFault> {
        self.survey.faults_of_group(group).iter().find(|fault| profile.falls(fault))
    }

    /// What becomes of a set, by what counts for its sender.
    pub fn of_set(&self, profile: &Profile, group: u64, set: u64) -> SetFate<'s> {
        if let Some(fault) = self.group_rejection(profile, group) {
            return SetFate::WithGroup(fault);
        }
        if let Some(fault) = self.survey.faults_of_set(set).iter().find(|fault| profile.falls(fault)) {
            return SetFate::Rejected(fault);
        }
        let broken = self.broken.get(set as usize).is_some_and(|broken| broken.load(Ordering::Relaxed));
        if broken { SetFate::WithRecord } else { SetFate::Judged }
    }

    /// Gets ready to note broken sets: a bit for each.
    pub fn watch_sets(&mut self) {
        self.broken = (0..self.survey.sets).map(|_| AtomicBool::new(false)).collect();
    }

    /// Notes that a record of a set is broken.
    pub fn note_broken(&self, set: u64) {
        if let Some(broken) = self.broken.get(set as usize) {
            broken.store(true, Ordering::Relaxed);
        }
    }

    /// The largest record that is judged, in bytes.
    pub fn record_limit(&self) -> u64 {
        self.profile.limits.record
    }

    /// The survey.
    pub fn survey(&self) -> &'s Survey {
        self.survey
    }
}
