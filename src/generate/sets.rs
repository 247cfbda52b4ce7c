//! 837 sets: the levels above claims, which all three kinds have alike.

use super::batch::{Body, Tally};
use super::calendar::Window;
use super::common::{Account, Common};
use super::coverage::OtherPayer;
use super::envelope::{DATE, RECEIVER, SENDER, TIME};
use super::layout::{Layout, Step};
use super::pen::{Padded, Pen, segment};
use super::people::{Person, adult, member_id};
use super::providers::Provider;
use super::random::{Random, Stream};
use super::roll::Standing;

/// HL numbers while the steps of a set are gone through.
#[derive(Default)]
pub(super) struct Levels {
    /// HL01 of the level written last, of the open billing provider, of the open subscriber.
    pub(super) last: u64,
    pub(super) provider: u64,
    pub(super) subscriber: u64,
}

impl Levels {
    /// Opens a level below `parent`: HL01 and HL02.
    pub(super) fn open(&mut self, pen: &mut Pen, parent: u64) -> u64 {
        self.last += 1;
        pen.part("HL*");
        pen.part(self.last);
        pen.part("*");
        if parent > 0 {
            pen.part(parent);
        }
        self.last
    }
}

/// Where a claim stands.
pub(super) struct Scene<'a> {
    pub(super) common: &'a Common,
    pub(super) provider: &'a Provider,
    pub(super) child: &'a Person,
    pub(super) covered: Option<&'a OtherPayer>,
    pub(super) standing: Standing,
    /// Whether the child has a level of its own, below the subscriber.
    pub(super) has_level: bool,
    /// The claim's ordinal in the batch, from 0.
    pub(super) ordinal: u64,
    /// The days that the claim has to itself.
    pub(super) window: Window,
}

impl Scene<'_> {
    /// CLM01.
    pub(super) fn account(&self) -> Account {
        self.common.account(self.ordinal)
    }
}

/// What makes a kind of 837 what it is.
pub(super) trait Claims {
    /// GS01, and GS08 with ST03.
    const GUIDE: (&'static str, &'static str);

    /// Writes loop 2300 with its lines, and counts it.
    fn claim(&mut self, pen: &mut Pen, scene: &Scene<'_>, tally: &mut Tally);
}

/// The sets of a batch of such claims.
pub(super) struct Sets<C> {
    common: Common,
    claims: C,
    levels: Levels,
}

impl<C> Sets<C> {
    pub(super) fn new(common: Common, claims: C) -> Sets<C> {
        Sets { common, claims, levels: Levels::default() }
    }
}

impl<C: Claims> Body for Sets<C> {
    fn guide(&self) -> (&'static str, &'static str) {
        C::GUIDE
    }

    /// ST, BHT, 1000A and 1000B.
    fn open_set(&mut self, pen: &mut Pen, control: u64) {
        self.levels = Levels::default();
        segment!(pen, "ST*837*", Padded(control, 4), "*", C::GUIDE.1);
        let number = Padded(control, 9);
        segment!(pen, "BHT*0019*00*", self.common.tag, "SET", number, "*", DATE, "*", TIME, "*CH");
        segment!(pen, "NM1*41*2*CLEARWAVE CLEARINGHOUSE*****46*", SENDER);
        segment!(pen, "PER*IC*EDI SUPPORT*TE*8315550100*EM*SUPPORT@EXAMPLE.COM");
        segment!(pen, "NM1*40*2*ALLIANCE HEALTH PLAN*****46*", RECEIVER);
    }

    fn block(&mut self, pen: &mut Pen, (first, end): (u64, u64), tally: &mut Tally) {
        let Sets { common, claims, levels } = self;
        let providers = common.directory.billing.len() as u32;
        let mut provider = &common.directory.billing[0];
        let (mut child, mut covered) = (None, None);
        let (mut standing, mut has_level) = (Standing::Usual, false);
        let mut family = "";
        for step in Layout::new(common.seed, first, end, providers, common.patients) {
            match step {
                Step::Provider { nth } => {
                    provider = &common.directory.billing[nth as usize];
                    levels.provider = levels.open(pen, 0);
                    segment!(pen, "*20*1");
                    pen.fragment(&provider.named);
                }
                Step::Subscriber { ordinal, has_patients } => {
                    let person = Person::draw(common.seed, Stream::Member, ordinal, provider.practice);
                    covered = OtherPayer::draw(common.seed, ordinal, common.covered);
                    levels.subscriber = levels.open(pen, levels.provider);
                    family = person.family;
                    subscriber(pen, common, (ordinal, has_patients), &person, covered.as_ref());
                    standing = Standing::draw(common, ordinal, &person, provider.practice);
                    has_level = false;
                    if let Some(roll) = tally.roll() {
                        let payer = covered.as_ref().map(OtherPayer::name);
                        roll.member(common, (ordinal, has_patients), &person, (provider, standing), payer);
                    }
                    child = Some(person);
                }
                Step::Patient { ordinal } => {
                    let mut person = Person::draw(common.seed, Stream::Patient, ordinal, provider.practice);
                    person.family = family;
                    levels.open(pen, levels.subscriber);
                    segment!(pen, "*23*0");
                    segment!(pen, "PAT*19");
                    pen.part("NM1*QC*1*");
                    person.name(pen);
                    pen.end();
                    person.demographics(pen);
                    has_level = true;
                    child = Some(person);
                }
                Step::Claim { ordinal, window } => {
                    if let Some(child) = &child {
                        let covered = covered.as_ref();
                        claims.claim(
                            pen,
                            &Scene { common, provider, child, covered, standing, has_level, ordinal, window },
                            tally,
                        );
                    }
                }
            }
        }
        if let Some(roll) = tally.roll() {
            roll.end_member();
        }
    }
}

/// 2000B behind its HL01 and HL02. The subscriber is the child itself, or a parent whose id a child without one uses.
fn subscriber(
    pen: &mut Pen,
    common: &Common,
    (ordinal, has_patients): (u64, bool),
    person: &Person,
    covered: Option<&OtherPayer>,
) {
    segment!(pen, if has_patients { "*22*1" } else { "*22*0" });
    pen.part(if covered.is_some() { "SBR*S*" } else { "SBR*P*" });
    segment!(pen, if has_patients { "*******MC" } else { "18*******MC" });
    pen.part("NM1*IL*1*");
    if has_patients {
        let mut random = Random::new(common.seed, Stream::Patient, u64::MAX - ordinal);
        pen.part(adult(person.family, &mut random).as_slice());
    } else {
        person.name_before_id(pen);
    }
    segment!(pen, "MI*", member_id(common.offset, ordinal));
    if !has_patients {
        person.demographics(pen);
    }
    segment!(pen, "NM1*PR*2*ALLIANCE HEALTH PLAN*****PI*", RECEIVER);
}
