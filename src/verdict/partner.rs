//! What counts for whom, and when: partners, senders for whom a profile's rules do something else, and the dates of service that it
//! keeps rules to. Both are profiles of their own, made once: a rule that is not in force on a day is off in the profile of that day.

use super::Profile;
use crate::finding::Date;
use crate::rules::Severity;
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
    /// The profile as it counts for this sender, whatever the day.
    pub(super) profile: Profile,
}

impl Partner {
    /// Whether it sends what has these ids.
    pub(super) fn is(&self, isa06: &[u8], gs02: &[u8]) -> bool {
        let fits = |wanted: &Option<String>, found: &[u8]| {
            wanted.as_ref().is_none_or(|wanted| wanted.as_bytes() == found.trim_ascii())
        };
        fits(&self.isa06, isa06) && fits(&self.gs02, gs02)
    }
}

/// What counts for a sender on a day: its place among the profile's variants, the profile itself at 0.
pub type Chapter = u32;

/// A profile's variants: in rows, the profile itself and its partners in their order; in each row what counts whatever the day, then
/// what counts from each of the days on.
#[derive(Clone, Debug, Default)]
pub(super) struct Variants {
    /// The first days on which something else counts; none where no rule is kept to dates.
    days: Vec<Date>,
    /// All of them but the profile itself.
    all: Vec<Profile>,
}

/// The most variants of a profile.
pub(super) const MOST_VARIANTS: usize = 2_000;

impl Variants {
    /// The variants of a profile; none where there are too many.
    pub(super) fn of(profile: &Profile) -> Option<Variants> {
        let rows = || std::iter::once(profile).chain(profile.partners.iter().map(|partner| &partner.profile));
        let bounds = |row: &Profile| -> Vec<Date> {
            let begins = row.choices.iter().filter_map(|choice| choice.from);
            let ends = row.choices.iter().filter_map(|choice| choice.to).map(|to| to.plus(1));
            begins.chain(ends).collect()
        };
        let mut days: Vec<Date> = rows().flat_map(bounds).collect();
        days.push(Date::MIN);
        days.sort_unstable();
        days.dedup();
        if days.len() == 1 {
            days.clear();
        }
        if rows().count() * (days.len() + 1) > MOST_VARIANTS {
            return None;
        }
        let row = |row: &Profile| -> Vec<Profile> {
            std::iter::once(row.clone()).chain(days.iter().map(|day| row.on_day(*day))).collect()
        };
        let all = rows().flat_map(row).skip(1).collect();
        Some(Variants { days, all })
    }

    fn width(&self) -> usize {
        self.days.len() + 1
    }
}

impl Profile {
    /// The same without its variants, with what is not in force on a day switched off.
    fn on_day(&self, day: Date) -> Profile {
        let mut own = self.clone();
        for choice in &mut own.choices {
            let begins = choice.from.is_none_or(|from| from <= day);
            if !begins || choice.to.is_some_and(|to| to < day) {
                choice.severity = Some(Severity::Off);
            }
        }
        own.settle();
        own
    }

    /// What counts for the sender of an interchange (ISA06) or of a group in it (with GS02), whatever the day: the first partner that
    /// fits, else the profile itself. An interchange has no GS02: one that is known by it is not its sender.
    pub fn chapter(&self, isa06: &[u8], gs02: &[u8]) -> Chapter {
        let at = self.partners.iter().position(|partner| partner.is(isa06, gs02));
        at.map_or(0, |at| ((at + 1) * self.variants.width()) as Chapter)
    }

    /// What counts on a day of what counts whatever the day.
    pub fn chapter_on(&self, chapter: Chapter, day: Date) -> Chapter {
        chapter + self.variants.days.partition_point(|begins| *begins <= day) as Chapter
    }

    /// Whether any rule is kept to dates of service.
    pub fn is_dated(&self) -> bool {
        !self.variants.days.is_empty()
    }

    /// The profile of a chapter.
    pub fn of(&self, chapter: Chapter) -> &Profile {
        let at = (chapter as usize).checked_sub(1);
        at.and_then(|at| self.variants.all.get(at)).unwrap_or(self)
    }

    /// What counts whatever the day, of what counts under a chapter.
    pub fn whatever_the_day(&self, chapter: Chapter) -> &Profile {
        self.of(chapter - chapter % self.variants.width() as Chapter)
    }

    /// What counts for the sender of an interchange (ISA06) or of a group in it (with GS02), whatever the day.
    pub fn of_sender(&self, isa06: &[u8], gs02: &[u8]) -> &Profile {
        self.of(self.chapter(isa06, gs02))
    }

    /// What counts for an interchange as a whole.
    pub fn of_interchange(&self, note: &InterchangeNote) -> &Profile {
        self.of_sender(note.isa.as_ref().map_or(b"", |isa| isa.element(6)), b"")
    }

    /// The profile itself and its variants, by their chapters.
    pub fn each(&self) -> impl Iterator<Item = &Profile> {
        std::iter::once(self).chain(&self.variants.all)
    }

    /// The same, changed for every sender on every day.
    pub(super) fn changed(mut self, change: impl Fn(&mut Profile)) -> Profile {
        let change = |profile: &mut Profile| {
            change(profile);
            profile.settle();
        };
        change(&mut self);
        self.partners.iter_mut().for_each(|partner| change(&mut partner.profile));
        self.variants.all.iter_mut().for_each(change);
        self
    }
}
