//! What stands above a claim: billing provider, subscriber, patient.

use crate::finding::{Code, Date};
use crate::x12::{Segment, Unit, grammar};

use super::Cell;
use super::loops;

/// The billing provider (2000A, 2010AA).
#[derive(Clone, Copy, Debug, Default)]
pub struct BillingProvider {
    /// NM109 where NM108 is XX.
    pub npi: Cell,
    /// REF*EI or REF*SY.
    pub tax_id: Cell,
    /// PRV03.
    pub taxonomy: Cell,
}

/// The subscriber (2000B, 2010BA, 2010BB), who is the member in Medi-Cal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subscriber {
    /// SBR02 is 18: the subscriber is the patient.
    pub is_patient: bool,
    /// Whether claims of the subscriber's own stand in front of those of the patient at hand.
    pub has_claims: bool,
    /// SBR01.
    pub sbr: Cell,
    /// The NM1*IL; its segment is the subscriber's place.
    pub name: Cell,
    /// NM102 is 1.
    pub is_person: bool,
    /// NM109, the member id.
    pub member_id: Cell,
    /// DMG02.
    pub birth: Person,
    /// The ZIP (N403).
    pub zip: Cell,
    /// The payer's id (2010BB NM109).
    pub payer_id: Cell,
}

/// A birth date, if it stands there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person {
    /// The day; none where it is missing or no date.
    pub date: Option<Date>,
    /// DMG02; empty where there is no DMG.
    pub cell: Cell,
}

/// The patient who is not the subscriber (2000C, 2010CA).
#[derive(Clone, Copy, Debug, Default)]
pub struct Patient {
    /// The NM1*QC; its segment is the patient's place.
    pub name: Cell,
    /// DMG02.
    pub birth: Person,
}

/// What stands above a claim.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    /// The billing provider.
    pub billing: BillingProvider,
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The patient, where that is someone else.
    pub patient: Option<Patient>,
}

impl Context {
    /// Reads a level of the 837 (2000A, 2000B or 2000C) in segments `from..to`; a new level forgets what was below the old one.
    pub fn read_level(&mut self, unit: &Unit, level: Code, from: u32, to: u32, loops: &dyn Fn(u32) -> Code) {
        match level {
            loops::L2000A => *self = Context::default(),
            loops::L2000B => {
                self.subscriber = Subscriber::default();
                self.patient = None;
            }
            loops::L2000C => self.patient = Some(Patient::default()),
            _ => return,
        }
        for at in from..to {
            self.read_segment(unit, at, &unit.segment(at), loops(at));
        }
    }

    fn read_segment(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>, loop_id: Code) {
        let element = |n| Cell::element(at, segment, n);
        match (loop_id, segment.code()) {
            (loops::L2000A, loops::PRV) => self.billing.taxonomy = element(3),
            (loops::BILLING, loops::NM1) if segment.element(8) == b"XX" => self.billing.npi = element(9),
            (loops::BILLING, loops::REF) if matches!(segment.element(1), b"EI" | b"SY") => {
                self.billing.tax_id = element(2);
            }
            (loops::L2000B, loops::SBR) => {
                self.subscriber.sbr = element(1);
                self.subscriber.is_patient = segment.element(2) == b"18";
            }
            (loops::SUBSCRIBER, loops::NM1) => {
                self.subscriber.name = element(1);
                self.subscriber.is_person = segment.element(2) == b"1";
                self.subscriber.member_id = element(9);
            }
            (loops::SUBSCRIBER, loops::N4) => self.subscriber.zip = element(3),
            (loops::SUBSCRIBER, loops::DMG) => self.subscriber.birth = person(unit, element(2), segment),
            (loops::PAYER, loops::NM1) => self.subscriber.payer_id = element(9),
            (loops::PATIENT, loops::NM1) => {
                if let Some(patient) = &mut self.patient {
                    patient.name = element(1);
                }
            }
            (loops::PATIENT, loops::DMG) => {
                if let Some(patient) = &mut self.patient {
                    patient.birth = person(unit, element(2), segment);
                }
            }
            _ => {}
        }
    }

    /// The member's birth date: the patient's where there is one, else the subscriber's.
    pub fn birth(&self) -> Person {
        self.patient.map_or(self.subscriber.birth, |patient| patient.birth)
    }
}

fn person(unit: &Unit, cell: Cell, segment: &Segment<'_>) -> Person {
    let date = grammar::date_period(segment.element(1), cell.text(unit)).map(|period| period.from);
    Person { date, cell }
}
