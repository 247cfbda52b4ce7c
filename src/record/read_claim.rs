//! From located segments to the facts of a claim.

use crate::finding::{Code, Money, Period};
use crate::x12::{Segment, Unit, grammar};

use super::claim::pointer;
use super::loops;
use super::{
    Cell, ClaimFacts, ClaimKind, Diagnosis, DiagnosisUse, Drug, Edition, Piece, Provider, Reference,
    ServiceLine,
};

impl ClaimFacts {
    /// Reads the claim in segments `from..to` of a unit, the first being its CLM; `loops` tells the guide's loop of each
    /// segment, empty where it has none.
    pub fn read(&mut self, kind: ClaimKind, unit: &Unit, from: u32, to: u32, loops: &impl Fn(u32) -> Code) {
        self.clear();
        self.kind = kind;
        self.id = Cell { segment: from, element: 1, ..Cell::default() };
        for (at, segment) in (from..).zip(unit.segments(from, to)) {
            let loop_id = loops(at);
            self.piece(at, &segment, loop_id);
            match loop_id {
                loops::L2300 => self.claim_segment(unit, at, &segment),
                loops::L2400 => self.line_segment(unit, at, &segment),
                loops::L2320 | loops::L2330B => self.payer_segment(at, &segment),
                loops::L2430 => self.adjudication_segment(at, &segment),
                loops::L2410 if segment.code() == loops::LIN => self.drugs.push(Drug {
                    line: self.line_number(),
                    qualifier: Code::upper(segment.element(2)),
                    value: Cell::element(at, &segment, 3),
                }),
                _ if loop_id.starts_with(loops::CLAIM_PROVIDERS) => self.provider_segment(at, &segment, 0),
                _ if loop_id.starts_with(loops::LINE_PROVIDERS) => {
                    let line = self.line_number();
                    self.provider_segment(at, &segment, line);
                }
                _ => {}
            }
        }
    }

    fn line_number(&self) -> u32 {
        self.lines.len() as u32
    }

    /// Keeps a segment that is not read whole into the facts.
    fn piece(&mut self, at: u32, segment: &Segment<'_>, loop_id: Code) {
        let id = segment.code();
        let is_read = match id {
            loops::CLM | loops::LX | loops::SV1 | loops::SV2 | loops::SV3 => true,
            loops::REF => matches!(loop_id, loops::L2300 | loops::L2400),
            loops::DTP => loop_id == loops::L2400 && segment.element(1) == b"472",
            _ => false,
        };
        if !is_read {
            self.piece_ids.add(id);
            self.pieces.push(Piece { id, loop_id, segment: at, line: self.line_number() });
        }
    }

    fn claim_segment(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>) {
        let separators = unit.separators();
        match segment.code() {
            loops::CLM => {
                self.id = Cell::element(at, segment, 1);
                self.charge_cell = Cell::element(at, segment, 2);
                self.charge = Money::parse(segment.element(2));
                self.facility_cell = Cell::component(at, segment, 5, 1, &separators);
                self.facility = self.facility_cell.code(unit);
                self.frequency = segment.component(5, 3, &separators).first().copied().unwrap_or(0);
            }
            loops::DTP => {
                let period = grammar::date_period(segment.element(2), segment.element(3));
                match segment.element(1) {
                    b"472" => {
                        self.service = period;
                        self.date_cell = Cell::element(at, segment, 3);
                    }
                    b"434" => {
                        self.statement = period;
                        self.date_cell = Cell::element(at, segment, 3);
                    }
                    b"435" => self.admission = period.map(|period: Period| period.from),
                    _ => {}
                }
            }
            loops::CL1 => {
                for (code, element) in self.admission_codes.iter_mut().zip(1..) {
                    *code = Code::upper(segment.element(element));
                }
            }
            loops::REF => self.reference(unit, at, segment, 0),
            loops::HI => self.diagnoses_of(unit, at, segment),
            _ => {}
        }
    }

    fn reference(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>, line: u32) {
        let qualifier = Code::upper(segment.element(1));
        if qualifier == Code::new(b"6R")
            && let Some(line) = self.lines.last_mut()
        {
            line.control = Cell::element(at, segment, 2);
        }
        self.references.push(Reference {
            qualifier,
            value: Cell::element(at, segment, 2),
            line,
            other_payer: segment.component(4, 1, &unit.separators()) == b"2U",
        });
    }

    fn diagnoses_of(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>) {
        let separators = unit.separators();
        for element in 1..=segment.elements() {
            let (usage, edition) = match segment.component(element, 1, &separators) {
                b"ABK" => (DiagnosisUse::Principal, Edition::Icd10),
                b"BK" => (DiagnosisUse::Principal, Edition::Icd9),
                b"ABF" => (DiagnosisUse::Other, Edition::Icd10),
                b"BF" => (DiagnosisUse::Other, Edition::Icd9),
                b"ABJ" => (DiagnosisUse::Admitting, Edition::Icd10),
                b"BJ" => (DiagnosisUse::Admitting, Edition::Icd9),
                b"APR" => (DiagnosisUse::ReasonForVisit, Edition::Icd10),
                b"PR" => (DiagnosisUse::ReasonForVisit, Edition::Icd9),
                b"ABN" => (DiagnosisUse::ExternalCause, Edition::Icd10),
                b"BN" => (DiagnosisUse::ExternalCause, Edition::Icd9),
                // the one qualifier that does not tell the first from the others
                b"TQ" if element == 1 => (DiagnosisUse::Principal, Edition::Snodent),
                b"TQ" => (DiagnosisUse::Other, Edition::Snodent),
                _ => continue,
            };
            let cell = Cell::component(at, segment, element, 2, &separators);
            let can_be_pointed_to = self.kind != ClaimKind::Institutional
                && matches!(usage, DiagnosisUse::Principal | DiagnosisUse::Other);
            self.diagnoses.push(Diagnosis {
                usage,
                edition,
                code: if edition == Edition::Snodent { Code::EMPTY } else { cell.code(unit) },
                cell,
                number: if can_be_pointed_to { element } else { 0 },
                present_on_admission: segment
                    .component(element, 9, &separators)
                    .first()
                    .copied()
                    .unwrap_or(0),
            });
        }
    }

    fn provider_segment(&mut self, at: u32, segment: &Segment<'_>, line: u32) {
        match segment.code() {
            loops::NM1 => {
                let is_npi = segment.element(8) == b"XX";
                self.providers.push(Provider {
                    name: Cell::element(at, segment, 1),
                    role: Code::upper(segment.element(1)),
                    line,
                    npi: if is_npi { Cell::element(at, segment, 9) } else { Cell::default() },
                    taxonomy: Cell::default(),
                });
            }
            loops::PRV => {
                if let Some(provider) = self.providers.last_mut() {
                    provider.taxonomy = Cell::element(at, segment, 3);
                }
            }
            _ => {}
        }
    }

    fn line_segment(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>) {
        if segment.code() == loops::LX || self.lines.is_empty() {
            let number = self.line_number() + 1;
            let assigned = Cell::element(at, segment, 1);
            self.lines.push(ServiceLine { number, assigned, ..ServiceLine::default() });
        }
        let number = self.line_number();
        let code = segment.code();
        if code == loops::REF {
            return self.reference(unit, at, segment, number);
        }
        let Some(line) = self.lines.last_mut() else { return };
        match code {
            loops::SV1 => line.read_service(unit, at, segment, &SV1),
            loops::SV2 => line.read_service(unit, at, segment, &SV2),
            loops::SV3 => line.read_service(unit, at, segment, &SV3),
            loops::DTP if segment.element(1) == b"472" => {
                line.date_cell = Cell::element(at, segment, 3);
                line.date = grammar::date_period(segment.element(2), segment.element(3));
            }
            _ => {}
        }
    }
}

/// Which element of an SV1, SV2 or SV3 is what; 0 where it has no such element.
struct ServiceLayout {
    procedure: u8,
    charge: u8,
    revenue: u8,
    place_of_service: u8,
    pointers: u8,
    emergency: u8,
}

const SV1: ServiceLayout =
    ServiceLayout { procedure: 1, charge: 2, revenue: 0, place_of_service: 5, pointers: 7, emergency: 9 };
const SV2: ServiceLayout =
    ServiceLayout { procedure: 2, charge: 3, revenue: 1, place_of_service: 0, pointers: 0, emergency: 0 };
const SV3: ServiceLayout =
    ServiceLayout { procedure: 1, charge: 2, revenue: 0, place_of_service: 3, pointers: 11, emergency: 0 };

impl ServiceLine {
    fn read_service(&mut self, unit: &Unit, at: u32, segment: &Segment<'_>, layout: &ServiceLayout) {
        let separators = unit.separators();
        self.service = Cell { segment: at, ..Cell::default() };
        let [qualifier, procedure, modifiers @ ..]: [Cell; 6] =
            Cell::components(at, segment, layout.procedure, &separators);
        self.qualifier = qualifier.code(unit);
        self.procedure_cell = procedure;
        self.procedure = procedure.code(unit);
        self.modifiers = modifiers.map(|modifier| modifier.code(unit));
        self.charge_cell = Cell::element(at, segment, layout.charge);
        self.charge = Money::parse(segment.element(layout.charge));
        if layout.revenue > 0 {
            self.revenue_cell = Cell::element(at, segment, layout.revenue);
            self.revenue = self.revenue_cell.code(unit);
        }
        if layout.place_of_service > 0 {
            self.place_of_service = Code::upper(segment.element(layout.place_of_service));
        }
        if layout.pointers > 0 {
            self.pointers = Cell::components(at, segment, layout.pointers, &separators);
            self.points_to = self.pointers.map(|cell| {
                if cell.is_empty() {
                    return 0;
                }
                match *cell.text(unit) {
                    [digit @ b'1'..=b'9'] => digit - b'0',
                    ref text => pointer(text).unwrap_or(0),
                }
            });
        }
        self.emergency = layout.emergency > 0 && segment.element(layout.emergency) == b"Y";
    }
}
