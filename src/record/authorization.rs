//! A 278 patient event: request or response.

use crate::finding::{Code, Period};
use crate::x12::{Segment, Unit, grammar};

use super::Cell;
use super::loops;

/// Who asks for an authorization (2000B), and whose it is: subscriber (2000C) and dependent (2000D).
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthorizationContext {
    /// 2010B NM109.
    pub requester_id: Cell,
    /// 2010C NM109.
    pub subscriber_id: Cell,
    /// 2010D NM109.
    pub dependent_id: Cell,
    /// The subscriber's family and given name: 2010C NM103, NM104.
    pub subscriber_name: [Cell; 2],
    /// The subscriber's date of birth: 2010C DMG02.
    pub subscriber_birth: Cell,
}

impl AuthorizationContext {
    /// Reads a level of the 278 in segments `from..to`; a new level forgets what was below the old one.
    pub fn read_level(&mut self, unit: &Unit, level: Code, from: u32, to: u32, loops: &dyn Fn(u32) -> Code) {
        match level {
            loops::L2000D => self.dependent_id = Cell::default(),
            loops::L2000C => {
                self.subscriber_id = Cell::default();
                self.dependent_id = Cell::default();
            }
            _ => *self = AuthorizationContext::default(),
        }
        for at in from..to {
            let segment = unit.segment(at);
            let id = || Cell::element(at, &segment, 9);
            match (loops(at), segment.code()) {
                (loops::L2010B, loops::NM1) => self.requester_id = id(),
                (loops::L2010C, loops::NM1) => {
                    self.subscriber_id = id();
                    self.subscriber_name = [3, 4].map(|element| Cell::element(at, &segment, element));
                }
                (loops::L2010C, loops::DMG) => self.subscriber_birth = Cell::element(at, &segment, 2),
                (loops::L2010D, loops::NM1) => self.dependent_id = id(),
                _ => {}
            }
        }
    }

    /// Forgets a level that has ended, and what was below it.
    pub fn leave(&mut self, level: Code) {
        if level == loops::L2000D {
            self.dependent_id = Cell::default();
        }
    }

    /// Whether anything says who asks.
    pub fn has_requester(&self) -> bool {
        !self.requester_id.is_empty()
    }

    /// The member's id: the dependent's own, else the subscriber's.
    pub fn member_id(&self) -> Cell {
        if self.dependent_id.is_empty() { self.subscriber_id } else { self.dependent_id }
    }
}

/// A decision (HCR).
#[derive(Clone, Copy, Debug, Default)]
pub struct Decision {
    /// HCR01: A1 certified, A3 not certified, A4 pended …; empty where there is no HCR.
    pub action: Code,
    /// HCR02, the certification number.
    pub number: Cell,
    /// HCR03, why it was decided so.
    pub reason: Cell,
    /// HCR01, where it stands.
    pub action_cell: Cell,
}

/// How much is asked for or granted (HSD, SV104, SV205, SV306).
#[derive(Clone, Copy, Debug, Default)]
pub struct Amount {
    /// The unit: UN, VS, DA …
    pub unit: Code,
    /// How many; of a rate, each time.
    pub quantity: Cell,
    /// How often, where that is said: the quantity is no total then.
    pub rate: Option<Rate>,
}

/// How often a quantity comes, and how long (HSD03 to HSD07): `1*DA*3*7*21` is one every three days, for 21 days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    /// HSD03: DA day, WK week, MO month.
    pub per: Code,
    /// HSD04: each how many of those; empty for each one.
    pub each: Cell,
    /// HSD05: 7 days, 35 weeks, 34 months, 21 years …
    pub span: Code,
    /// HSD06: how many of those.
    pub spans: Cell,
    /// Whether it names days of the week or the like (HSD07).
    pub has_pattern: bool,
}

impl Amount {
    /// The amount of an HSD.
    fn delivery(at: u32, segment: &Segment<'_>) -> Amount {
        let is_rate = (3..=7).any(|element| !segment.element(element).is_empty());
        let rate = is_rate.then(|| Rate {
            per: Code::upper(segment.element(3)),
            each: Cell::element(at, segment, 4),
            span: Code::upper(segment.element(5)),
            spans: Cell::element(at, segment, 6),
            has_pattern: !segment.element(7).is_empty(),
        });
        Amount { unit: Code::upper(segment.element(1)), quantity: Cell::element(at, segment, 2), rate }
    }
}

/// One of the dates of an event or service.
#[derive(Clone, Copy, Debug)]
pub struct EventDate {
    /// DTP01: 007 effective, 036 expiration, 435 admission, AAH event, 472 service, 102 issued …
    pub qualifier: Code,
    /// The dates.
    pub period: Period,
    /// Where they stand (DTP03).
    pub cell: Cell,
    /// Whether a range was given (RD8) and not one date.
    pub is_range: bool,
    /// The service, from 1; 0 for the event's own.
    pub service: u32,
}

/// A service of an event (2000F).
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthorizedService {
    /// First procedure of a range; empty where there is none.
    pub procedure: Code,
    /// Last procedure of the range (SV101-8, SV202-8, SV301-8); empty for a single one.
    pub procedure_to: Code,
    /// Modifiers (SV101-3 to -6, SV202-3 to -6, SV301-3 to -6); empty where there are fewer.
    pub modifiers: [Code; 4],
    /// The revenue code (SV201).
    pub revenue: Code,
    /// The decision on it.
    pub decision: Decision,
    /// How much of it (SV104, SV205, SV306).
    pub amount: Amount,
    /// How much of it, and how often (HSD).
    pub delivery: Amount,
    /// UM02, where the service has its own.
    pub certification: Code,
    /// REF*BB, where the service has its own: the number of the authorization that it renews, revises, extends or cancels.
    pub previous: Cell,
}

/// A provider of an event or service (2010EA, 2010F).
#[derive(Clone, Copy, Debug)]
pub struct EventProvider {
    /// The service, from 1; 0 for the event's own.
    pub service: u32,
    /// NM101: SJ who gives the service, 71 attending, 77 service location …
    pub role: Code,
    /// NM108, what the id is: XX an NPI, 24 a tax id …; empty where there is none.
    pub kind: Code,
    /// NM109.
    pub id: Cell,
}

/// What is reviewed, how, and what was decided, as it holds for the event or a service of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Review {
    /// UM02: the service's own, else the event's.
    pub certification: Code,
    /// HCR02: the service's own, else the event's.
    pub number: Cell,
    /// REF*BB: the service's own, else the event's.
    pub previous: Cell,
    /// Whether nothing names a number (HCR02) that goes before the one that it refers to: of a service with a REF*BB of its own, the
    /// event's does not.
    pub is_nameless: bool,
}

/// What was read of a patient event. Arrays are kept from event to event.
#[derive(Debug, Default)]
pub struct EventFacts {
    /// TRN02 of the event's first TRN: the record's id.
    pub trace: Cell,
    /// UM01: AR admission, HS health services, SC specialty care, IN individual.
    pub category: Code,
    /// UM02: I initial, R renewal, S revised, 3 cancel, 4 extension …
    pub certification: Code,
    /// UM02, where it stands; its segment is the UM's.
    pub certification_cell: Cell,
    /// UM03, the type of service.
    pub service_type: Code,
    /// UM06: E elective, U urgent, 03 emergency.
    pub urgency: Code,
    /// REFs of event and services: qualifier and value.
    pub references: Vec<(Code, Cell)>,
    /// The decision on the event.
    pub decision: Decision,
    /// REF*BB: the number of the authorization that it renews, revises, extends or cancels.
    pub previous: Cell,
    /// How much in all.
    pub amount: Amount,
    /// The event's diagnoses (HI), upper case and without points.
    pub diagnoses: Vec<Code>,
    /// Dates of event and services.
    pub dates: Vec<EventDate>,
    /// Providers of event and services.
    pub providers: Vec<EventProvider>,
    /// The services.
    pub services: Vec<AuthorizedService>,
}

impl EventFacts {
    /// Reads the event in segments `from..to`, the first being its HL.
    pub fn read(&mut self, unit: &Unit, from: u32, to: u32, loops: &dyn Fn(u32) -> Code) {
        self.clear();
        for at in from..to {
            let segment = unit.segment(at);
            match loops(at) {
                loops::L2000E => self.event_segment(unit, at, &segment),
                loops::L2000F => self.service_segment(unit, at, &segment),
                other if segment.code() == loops::NM1 => self.provider(other, at, &segment),
                _ => {}
            }
        }
    }

    fn clear(&mut self) {
        let EventFacts { references, diagnoses, dates, providers, services, .. } = self;
        references.clear();
        diagnoses.clear();
        dates.clear();
        providers.clear();
        services.clear();
        *self = EventFacts {
            references: std::mem::take(references),
            diagnoses: std::mem::take(diagnoses),
            dates: std::mem::take(dates),
            providers: std::mem::take(providers),
            services: std::mem::take(services),
            ..EventFacts::default()
        };
    }

    fn service_number(&self) -> u32 {
        self.services.len() as u32
    }

    fn provider(&mut self, loop_id: Code, at: u32, segment: &Segment<'_>) {
        let service = match loop_id {
            loops::L2010EA => 0,
            other if other.starts_with(Code::new(b"2010F")) => self.service_number(),
            _ => return,
        };
        let (role, kind) = (Code::upper(segment.element(1)), Code::upper(segment.element(8)));
        self.providers.push(EventProvider { service, role, kind, id: Cell::element(at, segment, 9) });
    }

    fn event_segment(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>) {
        match segment.code() {
            loops::TRN if self.trace.is_empty() => self.trace = Cell::element(at, segment, 2),
            loops::UM => {
                self.category = Code::upper(segment.element(1));
                self.certification = Code::upper(segment.element(2));
                self.certification_cell = Cell::element(at, segment, 2);
                self.service_type = Code::upper(segment.element(3));
                self.urgency = Code::upper(segment.element(6));
            }
            loops::HCR => self.decision = decision(at, segment),
            loops::REF => {
                let value = Cell::element(at, segment, 2);
                self.references.push((Code::upper(segment.element(1)), value));
                // REF*NT is an administrative number: it has no meaning for payment
                if segment.element(1) == b"BB" && self.previous.is_empty() {
                    self.previous = value;
                }
            }
            loops::HI => {
                let separators = unit.separators();
                let codes =
                    (1..=segment.elements()).map(|element| segment.component(element, 2, &separators));
                self.diagnoses.extend(codes.map(Code::upper).filter(|code| !code.is_empty()));
            }
            loops::DTP => self.date(at, segment, 0),
            loops::HSD => self.amount = Amount::delivery(at, segment),
            _ => {}
        }
    }

    fn service_segment(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>) {
        let separators = unit.separators();
        if segment.code() == loops::HL || self.services.is_empty() {
            self.services.push(AuthorizedService::default());
        }
        if segment.code() == loops::DTP {
            return self.date(at, segment, self.service_number());
        }
        if segment.code() == loops::REF {
            self.references.push((Code::upper(segment.element(1)), Cell::element(at, segment, 2)));
        }
        let Some(service) = self.services.last_mut() else { return };
        let component = |element, n| Cell::component(at, segment, element, n, &separators).code(unit);
        match segment.code() {
            loops::SV1 | loops::SV3 => {
                service.procedure = component(1, 2);
                service.procedure_to = component(1, 8);
                service.modifiers = [3, 4, 5, 6].map(|n| component(1, n));
                let (unit_element, quantity) = if segment.code() == loops::SV1 { (3, 4) } else { (0, 6) };
                if !segment.element(quantity).is_empty() {
                    let unit = if unit_element == 0 {
                        Code::new(b"UN")
                    } else {
                        Code::upper(segment.element(unit_element))
                    };
                    service.amount =
                        Amount { unit, quantity: Cell::element(at, segment, quantity), rate: None };
                }
            }
            loops::SV2 => {
                service.revenue = Code::upper(segment.element(1));
                service.procedure = component(2, 2);
                service.procedure_to = component(2, 8);
                service.modifiers = [3, 4, 5, 6].map(|n| component(2, n));
                if !segment.element(5).is_empty() {
                    let unit = Code::upper(segment.element(4));
                    service.amount = Amount { unit, quantity: Cell::element(at, segment, 5), rate: None };
                }
            }
            loops::HCR => service.decision = decision(at, segment),
            loops::HSD => service.delivery = Amount::delivery(at, segment),
            loops::UM => service.certification = Code::upper(segment.element(2)),
            loops::REF if segment.element(1) == b"BB" && service.previous.is_empty() => {
                service.previous = Cell::element(at, segment, 2);
            }
            _ => {}
        }
    }

    fn date(&mut self, at: u32, segment: &Segment<'_>, service: u32) {
        let Some(period) = grammar::date_period(segment.element(2), segment.element(3)) else { return };
        let is_range = segment.element(2) == b"RD8";
        let (qualifier, cell) = (Code::upper(segment.element(1)), Cell::element(at, segment, 3));
        self.dates.push(EventDate { qualifier, period, cell, is_range, service });
    }

    /// The providers of the event (0) or of a service (from 1).
    pub fn providers_of(&self, service: u32) -> impl Iterator<Item = &EventProvider> {
        self.providers.iter().filter(move |provider| provider.service == service)
    }

    /// What holds for the event (0) or a service (from 1).
    pub fn review(&self, service: u32) -> Review {
        let EventFacts { certification, decision, previous, .. } = self;
        let at = (service as usize).checked_sub(1);
        let Some(own) = at.and_then(|at| self.services.get(at)) else {
            let is_nameless = decision.number.is_empty();
            return Review {
                certification: *certification,
                number: decision.number,
                previous: *previous,
                is_nameless,
            };
        };
        let or = |own: Cell, of_event: Cell| if own.is_empty() { of_event } else { own };
        let number = or(own.decision.number, decision.number);
        Review {
            certification: if own.certification.is_empty() { *certification } else { own.certification },
            number,
            previous: or(own.previous, *previous),
            is_nameless: number.is_empty() || own.decision.number.is_empty() && !own.previous.is_empty(),
        }
    }

    /// A date of the event (0) or of a service (from 1).
    pub fn date_of(&self, qualifier: &[u8], service: u32) -> Option<&EventDate> {
        let qualifier = Code::new(qualifier);
        self.dates.iter().find(|date| date.qualifier == qualifier && date.service == service)
    }
}

fn decision(at: u32, segment: &Segment<'_>) -> Decision {
    Decision {
        action: Code::upper(segment.element(1)),
        number: Cell::element(at, segment, 2),
        reason: Cell::element(at, segment, 3),
        action_cell: Cell::element(at, segment, 1),
    }
}
