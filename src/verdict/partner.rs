//! Partners: senders for whom a profile's rules do something else.

use super::Profile;
use crate::x12::survey::InterchangeNote;

/// A sender, known by its ids in the envelope, and what counts for it.
#[derive(Clone, Debug)]
pub(super) struct Partner {
    /// What the profile calls it.
    pub(super) name: String,
    /// ISA06, where it must be that.
    pub(super) isa06: Option<String>,
    /// GS02, where it must be that.
    pub(super) gs02: Option<String>,
    /// The profile as it counts for this sender.
    pub(super) profile: Profile,
}

impl Partner {
    fn is(&self, isa06: &[u8], gs02: &[u8]) -> bool {
        let fits = |wanted: &Option<String>, found: &[u8]| {
            wanted.as_ref().is_none_or(|wanted| wanted.as_bytes() == found.trim_ascii())
        };
        fits(&self.isa06, isa06) && fits(&self.gs02, gs02)
    }
}

impl Profile {
    /// Which partner sends a group: its place among them, from 1; 0 for a sender that the profile does not name. The first that fits.
    /// An interchange itself has no GS02: one that is known by it is not its sender.
    pub fn partner(&self, isa06: &[u8], gs02: &[u8]) -> u16 {
        let at = self.partners.iter().position(|partner| partner.is(isa06, gs02));
        at.and_then(|at| u16::try_from(at + 1).ok()).unwrap_or(0)
    }

    /// What counts for a partner; for 0, the profile itself.
    pub fn of(&self, partner: u16) -> &Profile {
        let at = usize::from(partner).checked_sub(1);
        at.and_then(|at| self.partners.get(at)).map_or(self, |partner| &partner.profile)
    }

    /// What counts for the sender of an interchange (ISA06) or of a group in it (with GS02).
    pub fn of_sender(&self, isa06: &[u8], gs02: &[u8]) -> &Profile {
        self.of(self.partner(isa06, gs02))
    }

    /// What counts for an interchange as a whole.
    pub fn of_interchange(&self, note: &InterchangeNote) -> &Profile {
        self.of_sender(note.isa.as_ref().map_or(b"", |isa| isa.element(6)), b"")
    }

    /// The profile itself, and as it counts for each of its partners: by their places.
    pub fn each(&self) -> impl Iterator<Item = &Profile> {
        std::iter::once(self).chain(self.partners.iter().map(|partner| &partner.profile))
    }

    /// The same, changed for every sender.
    pub(super) fn changed(mut self, change: impl Fn(&mut Profile)) -> Profile {
        change(&mut self);
        self.settle();
        for partner in &mut self.partners {
            change(&mut partner.profile);
            partner.profile.settle();
        }
        self
    }
}
