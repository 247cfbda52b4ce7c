//! Which rules are asked, and what they do, for each sender on each day: the variants of a profile.

use crate::finding::Date;
use crate::reference::Reference;
use crate::rules::Asked;
use crate::verdict::{Chapter, Profile};

/// A profile with the rules that are asked under each of its variants.
#[derive(Debug)]
pub struct Rulebook<'r> {
    profile: &'r Profile,
    asked: Asked,
    /// By the chapter, from 1.
    variants: Vec<Asked>,
}

impl<'r> Rulebook<'r> {
    /// The rules that are on and have what they need.
    pub fn new(profile: &'r Profile, reference: &Reference) -> Rulebook<'r> {
        let asked = |profile: &Profile| Asked::new(&profile.settings.enabled, reference);
        Rulebook { profile, asked: asked(profile), variants: profile.each().skip(1).map(asked).collect() }
    }

    /// What counts for the sender of an interchange (ISA06), or of a group in it (with GS02), whatever the day.
    pub(super) fn of_sender(&self, isa06: &[u8], gs02: &[u8]) -> Page<'_> {
        self.page(self.profile.chapter(isa06, gs02))
    }

    /// What counts under a chapter.
    pub(super) fn page(&self, chapter: Chapter) -> Page<'_> {
        let asked = (chapter as usize).checked_sub(1).and_then(|at| self.variants.get(at));
        Page { chapter, profile: self.profile.of(chapter), asked: asked.unwrap_or(&self.asked) }
    }

    /// Whether any rule is kept to dates of service.
    pub(super) fn is_dated(&self) -> bool {
        self.profile.is_dated()
    }

    /// The chapter of a day of what counts whatever the day.
    pub(super) fn on_day(&self, chapter: Chapter, day: Date) -> Chapter {
        self.profile.chapter_on(chapter, day)
    }

    /// What counts whatever the day, of what counts under a chapter.
    pub(super) fn whatever_the_day(&self, chapter: Chapter) -> &'r Profile {
        self.profile.whatever_the_day(chapter)
    }

    /// Whether every sender is judged alike on every day.
    pub(super) fn is_for_all(&self) -> bool {
        self.variants.is_empty()
    }
}

/// What counts for one sender, whatever the day or on one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'r> {
    pub(super) chapter: Chapter,
    pub(super) profile: &'r Profile,
    pub(super) asked: &'r Asked,
}
