//! Which rules are asked, and what they do, for each sender: a profile, and what it says of its partners.

use crate::reference::Reference;
use crate::rules::Asked;
use crate::verdict::Profile;

/// A profile with the rules that are asked under it, and under what counts for each of its partners.
#[derive(Debug)]
pub struct Rulebook<'r> {
    profile: &'r Profile,
    asked: Asked,
    /// By the partner's place, from 1.
    partners: Vec<Asked>,
}

impl<'r> Rulebook<'r> {
    /// The rules that are on and have what they need.
    pub fn new(profile: &'r Profile, reference: &Reference) -> Rulebook<'r> {
        let asked = |profile: &Profile| Asked::new(&profile.settings.enabled, reference);
        Rulebook { profile, asked: asked(profile), partners: profile.each().skip(1).map(asked).collect() }
    }

    /// What counts for the sender of an interchange (ISA06), or of a group in it (with GS02).
    pub(super) fn chapter(&self, isa06: &[u8], gs02: &[u8]) -> Chapter<'_> {
        self.chapter_of(self.profile.partner(isa06, gs02))
    }

    /// What counts for a partner, by its place; for 0, the profile itself.
    pub(super) fn chapter_of(&self, partner: u16) -> Chapter<'_> {
        let asked = usize::from(partner).checked_sub(1).and_then(|at| self.partners.get(at));
        Chapter { partner, profile: self.profile.of(partner), asked: asked.unwrap_or(&self.asked) }
    }

    /// Whether every sender is judged alike.
    pub(super) fn is_for_all(&self) -> bool {
        self.partners.is_empty()
    }
}

/// What counts for one sender.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chapter<'r> {
    /// Its place among the profile's partners; 0 where it is none of them.
    pub(super) partner: u16,
    pub(super) profile: &'r Profile,
    pub(super) asked: &'r Asked,
}
