//! 277CA: the names around claims, and what is said of each.

use crate::finding::{Code, Money, Period, Total};
use crate::rules::Codes;
use crate::verdict::AcknowledgeAs;
use crate::x12::{Segment, Unit};

use super::entity::entity;
use super::pen::{Line, Pen, Style, UNKNOWN};

/// STC01: category, status, entity.
pub type Status = [&'static str; 3];

/// What is said where a rule has no codes of its own: rejected for invalid information.
const INVALID: Status = ["A7", "21", ""];

impl AcknowledgeAs {
    /// Who it is in NM101.
    const fn entity(self) -> &'static str {
        match self {
            AcknowledgeAs::Payer => "PR",
            AcknowledgeAs::Clearinghouse => "AY",
        }
    }

    /// What it says of whole files and providers: received.
    pub const fn received(self) -> Status {
        ["A1", "19", self.entity()]
    }

    /// What it says of a claim that is accepted: taken into processing, or forwarded to the payer.
    pub const fn accepted(self) -> Status {
        match self {
            AcknowledgeAs::Payer => ["A2", "20", "PR"],
            AcknowledgeAs::Clearinghouse => ["A0", "16", "PR"],
        }
    }
}

/// The status of a finding with these codes, in this loop of a kind of claim.
pub fn status_of(codes: &Codes, kind: &str, loop_id: Code) -> Status {
    if codes.category.is_empty() || codes.status.is_empty() {
        return INVALID;
    }
    [codes.category, codes.status, entity(codes, kind, loop_id)]
}

/// The same status of the claim, for what is wrong with one of its lines.
pub fn of_line(status: Status) -> Status {
    [status[0], "247", ""]
}

/// NM1 of who acknowledges: the receiver that the claims were sent to (1000B), else the interchange's.
pub fn source(pen: &mut Pen<'_>, role: AcknowledgeAs, receiver: &Segment<'_>, isa08: &[u8]) {
    let line = pen.segment("NM1").text(role.entity()).text("2");
    let line = line.required(&[receiver.element(3), isa08, UNKNOWN], 1, 60).skip().skip().skip().skip();
    line.text("46").required(&[receiver.element(9), isa08, UNKNOWN], 2, 80).end();
}

/// NM1 of the submitter (1000A), else the interchange's sender.
pub fn submitter(pen: &mut Pen<'_>, submitter: &Segment<'_>, isa06: &[u8]) {
    let is_person = submitter.element(2) == b"1";
    let line = pen.segment("NM1").text("41").text(if is_person { "1" } else { "2" });
    let mut line = line.required(&[submitter.element(3), isa06, UNKNOWN], 1, 60);
    for (element, max) in [(4, 35), (5, 25)] {
        line = if is_person { line.data(submitter.element(element), max) } else { line.skip() };
    }
    line.skip().skip().text("46").required(&[submitter.element(9), isa06, UNKNOWN], 2, 80).end();
}

/// NM1 of a billing provider (2010AA), by NPI, else by tax id.
pub fn provider(pen: &mut Pen<'_>, name: &Segment<'_>, tax_id: &[u8]) {
    let is_person = name.element(2) == b"1";
    let line = pen.segment("NM1").text("85").text(if is_person { "1" } else { "2" });
    let line = person(line.required(&[name.element(3), UNKNOWN], 1, 60), name, is_person);
    let npi = line.style().first(&[name.element(9)], 2, 80);
    if name.element(8) == b"XX" && !npi.is_empty() {
        line.text("XX").data(npi, 80).end();
    } else {
        line.text("FI").required(&[tax_id, UNKNOWN], 2, 80).end();
    }
}

/// NM1 of a patient: the name of `name` (2010BA or 2010CA), the member id of the subscriber.
pub fn patient(pen: &mut Pen<'_>, name: &Segment<'_>, subscriber: &Segment<'_>) {
    let line = pen.segment("NM1").text("QC").text("1");
    let line = person(line.required(&[name.element(3), UNKNOWN], 1, 60), name, name.element(2) != b"2");
    let qualifier = if subscriber.element(8) == b"II" { "II" } else { "MI" };
    line.text(qualifier).required(&[subscriber.element(9), UNKNOWN], 2, 80).end();
}

/// NM104 to NM107.
fn person<'p, 'o>(line: Line<'p, 'o>, name: &Segment<'_>, is_person: bool) -> Line<'p, 'o> {
    [(4, 35), (5, 25), (6, 10), (7, 10)].into_iter().fold(line, |line, (element, max)| {
        if is_person { line.data(name.element(element), max) } else { line.skip() }
    })
}

/// What is said of a claim.
#[derive(Clone, Debug)]
pub struct ClaimAck<'a> {
    /// Whether it is accepted.
    pub accepted: bool,
    /// CLM01.
    pub id: &'a [u8],
    /// CLM02.
    pub charge: Total,
    /// The day of the answer, `CCYYMMDD`.
    pub day: &'a str,
    /// Why, or that it was accepted; at least one.
    pub statuses: &'a [Status],
    /// The clearinghouse's number for it (REF*D9).
    pub trace: &'a [u8],
    /// An institutional claim's bill type: CLM05-1 and CLM05-3.
    pub bill_type: &'a [u8],
    /// Dates of service.
    pub date: Option<Period>,
    /// Lines that are wrong.
    pub lines: &'a [LineAck<'a>],
}

/// What is said of a line.
#[derive(Clone, Debug)]
pub struct LineAck<'a> {
    /// Its SV1, SV2 or SV3.
    pub service: Segment<'a>,
    /// REF*6R and LX01: the first that can be written is told.
    pub control: [&'a [u8]; 2],
    /// Dates of service.
    pub date: Option<Period>,
    /// What is wrong.
    pub statuses: Vec<Status>,
}

/// The most statuses that one STC holds: STC01, STC10, STC11.
const IN_ONE: usize = 3;

/// Writes a claim (2200D) with its lines (2220D).
pub fn claim(pen: &mut Pen<'_>, unit: &Unit, claim: &ClaimAck<'_>) {
    pen.segment("TRN").text("2").required(&[claim.id, b"0"], 1, 50).end();
    let action = if claim.accepted { "WQ" } else { "U" };
    for statuses in claim.statuses.chunks(IN_ONE) {
        let line = pen.segment("STC").codes(statuses.first().unwrap_or(&INVALID));
        let line = line.text(claim.day).text(action).amount(claim.charge);
        more(line, statuses).end();
    }
    pen.reference("D9", &[claim.trace]);
    pen.reference("BLT", &[claim.bill_type]);
    match claim.date {
        Some(period) => date(pen, period),
        // the guide asks for a date; where a claim gives none that can be read, it is that of the answer
        None => pen.segment("DTP").text("472").text("D8").text(claim.day).end(),
    }
    for line in claim.lines {
        service_line(pen, unit, line);
    }
}

/// STC10 and STC11, where there are more statuses.
fn more<'p, 'o>(line: Line<'p, 'o>, statuses: &[Status]) -> Line<'p, 'o> {
    // STC05 to STC09 are not used
    let line = (0..5).fold(line, |line, _| line.skip());
    statuses.iter().skip(1).fold(line, |line, status| line.codes(status))
}

fn date(pen: &mut Pen<'_>, period: Period) {
    let line = pen.segment("DTP").text("472");
    if period.from == period.to {
        line.text("D8").day(period.from).end();
    } else {
        line.text("RD8").days(period).end();
    }
}

/// Whether a line can be named by its service: it needs a code and a charge.
pub fn can_name(service: &Segment<'_>, unit: &Unit, style: Style) -> bool {
    named(service, unit, style).is_some()
}

/// The longest code of a service.
const LONGEST: usize = 48;

/// SVC01-1, the element that holds the procedure, the revenue code, the charge.
#[allow(clippy::type_complexity)]
fn named<'a>(
    service: &Segment<'a>,
    unit: &Unit,
    style: Style,
) -> Option<(&'static str, Vec<&'a [u8]>, &'a [u8], Total)> {
    let separators = unit.separators();
    let (procedure, revenue, charge) = match service.id() {
        b"SV1" | b"SV3" => (service.element(1), &b""[..], service.element(2)),
        b"SV2" => (service.element(2), service.element(1), service.element(3)),
        _ => return None,
    };
    let total = Total::from(Money::parse(charge)?);
    let mut parts = separators.components(procedure);
    let qualifier = match parts.next() {
        Some(b"AD") => "AD",
        Some(b"ER") => "ER",
        Some(b"HC") => "HC",
        Some(b"HP") => "HP",
        Some(b"IV") => "IV",
        Some(b"WK") => "WK",
        _ => "",
    };
    // the procedure and up to four modifiers; those that are not of two characters can only be left out
    let mut parts = parts.take(5).map(|code| style.first(&[code], 1, LONGEST));
    let procedure = parts.next();
    let modifiers = parts.filter(|code| matches!(code.len(), 0 | 2));
    let codes: Vec<&[u8]> = procedure.into_iter().chain(modifiers).collect();
    let revenue = style.first(&[revenue], 1, LONGEST);
    let has_procedure = procedure.is_some_and(|code| !code.is_empty());
    match (qualifier, has_procedure) {
        ("", _) | (_, false) if revenue.is_empty() => None,
        ("", _) | (_, false) => Some(("NU", vec![revenue], b"", total)),
        _ => Some((qualifier, codes, revenue, total)),
    }
}

fn service_line(pen: &mut Pen<'_>, unit: &Unit, line: &LineAck<'_>) {
    let Some((qualifier, codes, revenue, charge)) = named(&line.service, unit, pen.style) else { return };
    let svc = pen.segment("SVC").text(qualifier);
    let svc = codes.iter().fold(svc, |svc, code| svc.data_part(code, LONGEST));
    svc.amount(charge).skip().data(revenue, LONGEST).end();
    for statuses in line.statuses.chunks(IN_ONE) {
        let stc = pen.segment("STC").codes(statuses.first().unwrap_or(&INVALID)).skip().text("U").skip();
        more(stc, statuses).end();
    }
    pen.reference("FJ", &line.control);
    if let Some(period) = line.date {
        date(pen, period);
    }
}
