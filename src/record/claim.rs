//! A claim: professional, institutional or dental.

use crate::finding::{Code, Date, Money, Period, Place};
use crate::x12::Unit;

use super::{Adjudication, Cell, Context, OtherPayer, Piece, PieceIds};

/// Which of the three claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum ClaimKind {
    /// 837P.
    #[default]
    Professional,
    /// 837I.
    Institutional,
    /// 837D.
    Dental,
}

/// Which use of a diagnosis an HI qualifier names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiagnosisUse {
    /// ABK, BK: principal, or first-listed.
    Principal,
    /// ABF, BF.
    Other,
    /// ABJ, BJ.
    Admitting,
    /// APR, PR.
    ReasonForVisit,
    /// ABN, BN.
    ExternalCause,
}

/// The list that a diagnosis is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edition {
    /// ICD-10-CM.
    Icd10,
    /// ICD-9-CM, which ended in 2015.
    Icd9,
    /// SNODENT, which dental claims may use.
    Snodent,
}

/// One diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct Diagnosis {
    /// What it is listed as.
    pub usage: DiagnosisUse,
    /// The list that its qualifier names.
    pub edition: Edition,
    /// The code, upper case; empty when it is longer than eight characters, or of SNODENT: tables of diagnoses are of ICD.
    pub code: Code,
    /// Where the code stands.
    pub cell: Cell,
    /// Its number for pointers, from 1, counted as the HI lists principal and others; 0 where nothing can point to it.
    pub number: u8,
    /// Present-on-admission indicator, 0 where there is none.
    pub present_on_admission: u8,
}

impl Diagnosis {
    /// Whether it is a diagnosis that the claim is about: principal or other, not admitting, reason for visit or external cause.
    pub fn is_reported(&self) -> bool {
        matches!(self.usage, DiagnosisUse::Principal | DiagnosisUse::Other)
    }

    /// Whether it is of ICD-10-CM.
    pub fn is_icd10(&self) -> bool {
        self.edition == Edition::Icd10
    }
}

/// A REF of the claim or of a line.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// REF01.
    pub qualifier: Code,
    /// REF02.
    pub value: Cell,
    /// The line, from 1; 0 for the claim's own.
    pub line: u32,
    /// Whether it is another payer's (REF04 begins with 2U).
    pub other_payer: bool,
}

/// A provider that a claim or line names.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its NM101, in its segment.
    pub name: Cell,
    /// NM101: 82 rendering, DN referring, 77 service facility, 71 attending …
    pub role: Code,
    /// The line, from 1; 0 for the claim's own.
    pub line: u32,
    /// The NPI (NM109 where NM108 is XX).
    pub npi: Cell,
    /// The taxonomy code (PRV03).
    pub taxonomy: Cell,
}

/// A drug that a line names (2410 LIN).
#[derive(Clone, Copy, Debug)]
pub struct Drug {
    /// The line, from 1.
    pub line: u32,
    /// LIN02: N4 for a national drug code.
    pub qualifier: Code,
    /// LIN03.
    pub value: Cell,
}

/// A service line.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServiceLine {
    /// Its number in the claim, from 1.
    pub number: u32,
    /// LX01.
    pub assigned: Cell,
    /// REF*6R, the provider's own number for it.
    pub control: Cell,
    /// The SV1, SV2 or SV3; its segment is the line's place.
    pub service: Cell,
    /// The procedure's code list: HC, HP, AD …
    pub qualifier: Code,
    /// The procedure, upper case; empty where there is none.
    pub procedure: Code,
    /// Where the procedure stands.
    pub procedure_cell: Cell,
    /// Modifiers, upper case; empty where there are fewer.
    pub modifiers: [Code; 4],
    /// The revenue code of an institutional line.
    pub revenue: Code,
    /// Where the revenue code stands.
    pub revenue_cell: Cell,
    /// The charge.
    pub charge: Option<Money>,
    /// Where the charge stands.
    pub charge_cell: Cell,
    /// The line's own place of service.
    pub place_of_service: Code,
    /// SV109 is Y.
    pub emergency: bool,
    /// Diagnosis pointers as they stand; empty where there are fewer.
    pub pointers: [Cell; 4],
    /// The numbers that they name, from 1; 0 where there is no pointer or it names none.
    pub points_to: [u8; 4],
    /// The line's own date of service (DTP*472).
    pub date: Option<Period>,
    /// Where that date stands.
    pub date_cell: Cell,
}

/// What was read of a claim. Arrays are kept from claim to claim.
#[derive(Debug, Default)]
pub struct ClaimFacts {
    /// Which claim.
    pub kind: ClaimKind,
    /// CLM01, the provider's number for the claim.
    pub id: Cell,
    /// CLM02.
    pub charge: Option<Money>,
    /// Where CLM02 stands.
    pub charge_cell: Cell,
    /// CLM05-1: place of service, or the first two digits of the bill type.
    pub facility: Code,
    /// Where CLM05-1 stands.
    pub facility_cell: Cell,
    /// CLM05-3: 1 original, 7 replacement, 8 void …
    pub frequency: u8,
    /// Claim-level date of service (DTP*472).
    pub service: Option<Period>,
    /// Statement dates of an institutional claim (DTP*434).
    pub statement: Option<Period>,
    /// Admission (DTP*435).
    pub admission: Option<Date>,
    /// Where the claim-level date of service or the statement dates stand.
    pub date_cell: Cell,
    /// CL101 to CL103.
    pub admission_codes: [Code; 3],
    /// All diagnoses.
    pub diagnoses: Vec<Diagnosis>,
    /// REFs of claim and lines.
    pub references: Vec<Reference>,
    /// Providers of claim and lines.
    pub providers: Vec<Provider>,
    /// Other payers.
    pub payers: Vec<OtherPayer>,
    /// What other payers made of the lines.
    pub adjudications: Vec<Adjudication>,
    /// Drugs.
    pub drugs: Vec<Drug>,
    /// Service lines.
    pub lines: Vec<ServiceLine>,
    /// The segments that are not read above, or not whole, in their order.
    pub pieces: Vec<Piece>,
    /// The ids of `pieces`.
    pub piece_ids: PieceIds,
}

impl ClaimFacts {
    /// The claim's earliest date of service.
    pub fn earliest(&self) -> Option<Date> {
        let own = self.service.or(self.statement).map(|period| period.from);
        let lines = self.lines.iter().filter_map(|line| line.date).map(|period| period.from);
        lines.chain(own).min()
    }

    /// The claim's dates of service as one period, for reports.
    pub fn period(&self) -> Option<Period> {
        if let Some(period) = self.service.or(self.statement) {
            return Some(period);
        }
        let mut dates = self.lines.iter().filter_map(|line| line.date);
        let first = dates.next()?;
        Some(dates.fold(first, |all, date| Period { from: all.from.min(date.from), to: all.to.max(date.to) }))
    }

    /// Forgets the claim and keeps the memory.
    pub fn clear(&mut self) {
        let ClaimFacts {
            diagnoses, references, providers, payers, adjudications, drugs, lines, pieces, ..
        } = self;
        diagnoses.clear();
        references.clear();
        providers.clear();
        payers.clear();
        adjudications.clear();
        drugs.clear();
        lines.clear();
        pieces.clear();
        *self = ClaimFacts {
            diagnoses: std::mem::take(&mut self.diagnoses),
            references: std::mem::take(&mut self.references),
            providers: std::mem::take(&mut self.providers),
            payers: std::mem::take(&mut self.payers),
            adjudications: std::mem::take(&mut self.adjudications),
            drugs: std::mem::take(&mut self.drugs),
            lines: std::mem::take(&mut self.lines),
            pieces: std::mem::take(&mut self.pieces),
            ..ClaimFacts::default()
        };
    }
}

/// A claim with the bytes that it was read from and the levels around it.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// The unit that holds it.
    pub unit: &'a Unit,
    /// What was read.
    pub facts: &'a ClaimFacts,
    /// Billing provider, subscriber, patient.
    pub context: &'a Context,
    /// The loop of each segment.
    pub loops: &'a dyn Fn(u32) -> Code,
}

impl std::fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Claim")
    }
}

impl<'a> Claim<'a> {
    /// The bytes of a cell.
    pub fn text(&self, cell: Cell) -> &'a [u8] {
        cell.text(self.unit)
    }

    /// The place of a cell.
    pub fn place(&self, cell: Cell) -> Place {
        cell.place(self.unit, (self.loops)(cell.segment))
    }

    /// The place of the segment that a cell stands in.
    pub fn segment_place(&self, cell: Cell) -> Place {
        Place { element: 0, component: 0, ..self.place(cell) }
    }

    /// The place of the claim as a whole: its CLM.
    pub fn own_place(&self) -> Place {
        self.segment_place(self.facts.id)
    }

    /// The kind of claim.
    pub fn kind(&self) -> ClaimKind {
        self.facts.kind
    }

    /// The service lines.
    pub fn lines(&self) -> &'a [ServiceLine] {
        &self.facts.lines
    }

    /// A line by its number, from 1.
    pub fn line(&self, number: u32) -> Option<&'a ServiceLine> {
        self.facts.lines.get((number as usize).wrapping_sub(1))
    }

    /// Whether an institutional claim's bill type is inpatient: 11x, 18x, 21x, 41x.
    pub fn is_inpatient(&self) -> bool {
        let (bytes, len) = self.facts.facility.bytes();
        self.kind() == ClaimKind::Institutional
            && matches!(bytes.get(..len), Some(b"11" | b"18" | b"21" | b"41"))
    }

    /// The days of a stay up to the last one that the claim bills: from its admission, or where a claim says none, or a later one, from
    /// the statement's first day.
    pub fn stay_days(&self) -> Option<i32> {
        let stay = self.facts.statement?;
        let from = self.facts.admission.map_or(stay.from, |admission| admission.min(stay.from));
        Some(stay.to.days() - from.days())
    }

    /// The dates of service of a line: its own, else the claim's, else the statement's.
    pub fn service_period(&self, line: &ServiceLine) -> Option<Period> {
        line.date.or(self.facts.service).or(self.facts.statement)
    }

    /// The claim's earliest date of service.
    pub fn earliest(&self) -> Option<Date> {
        self.facts.earliest()
    }

    /// The first REF with this qualifier that is ours: of a line (from 1), or the claim's own (0).
    pub fn reference(&self, qualifier: Code, line: u32) -> Option<Cell> {
        let ours = |r: &&Reference| r.qualifier == qualifier && r.line == line && !r.other_payer;
        self.facts
            .references
            .iter()
            .find(ours)
            .map(|reference| reference.value)
            .filter(|cell| !cell.is_empty())
    }

    /// Diagnoses that a line points to, in the order of its pointers. On an institutional claim nothing points.
    pub fn pointed<'s>(&'s self, line: &'s ServiceLine) -> impl Iterator<Item = &'a Diagnosis> + use<'a, 's> {
        line.points_to.iter().filter(|number| **number > 0).filter_map(move |number| {
            self.facts.diagnoses.iter().find(|diagnosis| diagnosis.number == *number)
        })
    }

    /// The NPI of a role for a line: the line's own provider, else the claim's.
    pub fn provider(&self, role: Code, line: u32) -> Option<&'a Provider> {
        let find = |at: u32| self.facts.providers.iter().find(|p| p.role == role && p.line == at);
        find(line).or_else(|| find(0))
    }

    /// The segments with an id that are kept as pieces.
    pub fn pieces(&self, id: Code) -> impl Iterator<Item = &'a Piece> + use<'a> {
        let pieces: &[Piece] = if self.facts.piece_ids.may_hold(id) { &self.facts.pieces } else { &[] };
        pieces.iter().filter(move |piece| piece.id == id)
    }

    /// Every NPI on the claim, in any role, the billing provider's included.
    pub fn npis(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (unit, context, facts) = (self.unit, self.context, self.facts);
        let cells = std::iter::once(context.billing.npi).chain(facts.providers.iter().map(|p| p.npi));
        cells.map(move |cell| cell.text(unit)).filter(|npi| !npi.is_empty())
    }
}

/// Which hospital procedure an HI qualifier names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProcedureUse {
    /// BBR, BR.
    Principal,
    /// BBQ, BQ.
    Other,
}

/// What a qualifier of an institutional HI says of a hospital procedure, and which edition it is of; none for other codes.
pub fn hospital_procedure(qualifier: &[u8]) -> Option<(ProcedureUse, Edition)> {
    match qualifier {
        b"BBR" => Some((ProcedureUse::Principal, Edition::Icd10)),
        b"BBQ" => Some((ProcedureUse::Other, Edition::Icd10)),
        b"BR" => Some((ProcedureUse::Principal, Edition::Icd9)),
        b"BQ" => Some((ProcedureUse::Other, Edition::Icd9)),
        _ => None,
    }
}

/// The number that a diagnosis pointer names.
pub fn pointer(text: &[u8]) -> Option<u8> {
    crate::x12::grammar::whole(text).and_then(|number| u8::try_from(number).ok()).filter(|number| *number > 0)
}
