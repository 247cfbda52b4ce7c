//! Interchanges, functional groups, and the numbers that hold them together.

use super::pen::{Padded, Pen, Put, segment};
use super::random::{Random, Stream};

/// The most sets that GE01 can count, the most groups that IEA01 can, and the first number that ISA13 can't hold.
const SETS: u64 = 999_999;
const GROUPS: u64 = 99_999;
const CONTROLS: u64 = 1_000_000_000;

/// When a batch is sent, as ISA09, GS04 with BHT04, and ISA10 write it: the day after the last day of service.
const SHORT_DATE: &str = "260701";
pub(super) const DATE: &str = "20260701";
pub(super) const TIME: &str = "0630";

/// Who sends and who receives.
pub(super) const SENDER: &str = "CLEARWAVE01";
pub(super) const RECEIVER: &str = "ALLIANCE";

/// A name in ISA06 or ISA08: fifteen bytes.
struct Fixed(&'static str);

impl Put for Fixed {
    fn put(self, text: &mut Vec<u8>) {
        self.0.put(text);
        text.extend((self.0.len()..15).map(|_| b' '));
    }
}

/// The envelopes around sets: opened before the first set in them, closed behind the last.
pub(super) struct Envelopes {
    /// GS01, and GS08 with ST03.
    group: &'static str,
    version: &'static str,
    sets_per_group: u64,
    groups_per_interchange: u64,
    /// Where control numbers begin, so that batches of different seeds differ in them.
    base: u64,
    interchanges: u64,
    groups: u64,
    /// Groups in the open interchange, sets in the open group.
    groups_inside: u64,
    sets_inside: u64,
    is_open: bool,
}

impl Envelopes {
    pub(super) fn new(
        seed: u64,
        (group, version): (&'static str, &'static str),
        sets_per_group: Option<u64>,
        groups_per_interchange: Option<u64>,
    ) -> Envelopes {
        Envelopes {
            group,
            version,
            sets_per_group: sets_per_group.unwrap_or(SETS).min(SETS),
            groups_per_interchange: groups_per_interchange.unwrap_or(GROUPS).min(GROUPS),
            base: Random::new(seed, Stream::Batch, 0).next() % CONTROLS,
            interchanges: 0,
            groups: 0,
            groups_inside: 0,
            sets_inside: 0,
            is_open: false,
        }
    }

    /// Interchanges and groups opened so far.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.interchanges, self.groups)
    }

    /// Opens what must be open before a set.
    pub(super) fn before_set(&mut self, pen: &mut Pen) {
        if self.sets_inside >= self.sets_per_group {
            self.close_group(pen);
            if self.groups_inside >= self.groups_per_interchange {
                self.close_interchange(pen);
            }
        }
        if !self.is_open {
            self.open_interchange(pen);
        }
        if self.sets_inside == 0 {
            self.groups += 1;
            self.groups_inside += 1;
            let control = self.group_control();
            segment!(
                pen,
                "GS*",
                self.group,
                "*",
                SENDER,
                "*",
                RECEIVER,
                "*",
                DATE,
                "*",
                TIME,
                "*",
                control,
                "*X*",
                self.version,
            );
        }
        self.sets_inside += 1;
    }

    /// Closes what is open; a batch without sets is an interchange without groups.
    pub(super) fn finish(&mut self, pen: &mut Pen) {
        if self.sets_inside > 0 {
            self.close_group(pen);
        }
        if !self.is_open && self.interchanges == 0 {
            self.open_interchange(pen);
        }
        if self.is_open {
            self.close_interchange(pen);
        }
    }

    fn open_interchange(&mut self, pen: &mut Pen) {
        self.interchanges += 1;
        self.groups_inside = 0;
        self.is_open = true;
        pen.part("ISA*00*          *00*          *ZZ*");
        pen.part(Fixed(SENDER));
        pen.part("*ZZ*");
        pen.part(Fixed(RECEIVER));
        let control = Padded(self.interchange_control(), 9);
        segment!(pen, "*", SHORT_DATE, "*", TIME, "*^*00501*", control, "*1*P*:");
    }

    fn close_group(&mut self, pen: &mut Pen) {
        segment!(pen, "GE*", self.sets_inside, "*", self.group_control());
        self.sets_inside = 0;
    }

    fn close_interchange(&mut self, pen: &mut Pen) {
        segment!(pen, "IEA*", self.groups_inside, "*", Padded(self.interchange_control(), 9));
        self.is_open = false;
    }

    /// GS06 is unique in its interchange, ISA13 in the batch.
    fn group_control(&self) -> u64 {
        1 + (self.base + self.groups) % (CONTROLS - 1)
    }

    fn interchange_control(&self) -> u64 {
        1 + (self.base + self.interchanges) % (CONTROLS - 1)
    }
}
