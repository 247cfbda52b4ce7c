//! The fields that edits can ask for.

use std::fmt;

use super::text_of;
use crate::finding::{Code, Date, Money, Period};
use crate::record::{Cell, ClaimKind, DiagnosisUse, ServiceLine};
use crate::rules::brief::{FACILITY, RENDERING};
use crate::rules::ledger::quantity;
use crate::rules::subject::Subject;

/// What a field belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Group {
    /// The claim.
    Claim,
    /// The member.
    Member,
    /// A service line.
    Line,
}

impl Group {
    /// The name that conditions use.
    pub const fn word(self) -> &'static str {
        match self {
            Group::Claim => "claim",
            Group::Member => "member",
            Group::Line => "line",
        }
    }
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Text; empty where the claim says nothing.
    Text,
    /// An amount in dollars, or a number of units.
    Number,
    /// A whole number; absent where it is not known.
    Whole,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
    /// The service lines, each with the fields of a line.
    Lines,
}

impl Holds {
    /// The word of the documentation.
    pub const fn word(self) -> &'static str {
        match self {
            Holds::Text => "text",
            Holds::Number => "number",
            Holds::Whole => "whole number",
            Holds::Flag => "true or false",
            Holds::Texts => "list of texts",
            Holds::Lines => "list of lines",
        }
    }
}

/// A field's value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    Whole(i64),
    Flag(bool),
    Texts(Vec<String>),
    /// It is not known.
    Absent,
}

/// As a message shows it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) if text.is_empty() => f.write_str("nothing"),
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => write!(f, "{number:.2}"),
            Value::Whole(number) => write!(f, "{number}"),
            Value::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Value::Texts(texts) if texts.is_empty() => f.write_str("nothing"),
            Value::Texts(texts) => f.write_str(&texts.join(", ")),
            Value::Absent => f.write_str("unknown"),
        }
    }
}

type OfClaim = fn(&Subject<'_>) -> Value;
type OfLine = fn(&Subject<'_>, &ServiceLine) -> Value;

#[derive(Clone, Copy)]
enum Read {
    Claim(OfClaim),
    Line(OfLine),
    /// The list of lines is made of the fields of a line.
    Lines,
}

/// A field.
#[derive(Clone, Copy)]
pub struct Field {
    group: Group,
    /// Its name within its group.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it is.
    pub about: &'static str,
    read: Read,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group.word(), self.name)
    }
}

impl Field {
    /// What it belongs to.
    pub const fn group(&self) -> Group {
        self.group
    }

    /// Whether it is the list of lines.
    pub(super) const fn is_list_of_lines(&self) -> bool {
        matches!(self.read, Read::Lines)
    }

    pub(super) fn read(&self, subject: &Subject<'_>, line: Option<&ServiceLine>) -> Value {
        match (self.read, line) {
            (Read::Claim(read), _) => read(subject),
            (Read::Line(read), Some(line)) => read(subject, line),
            _ => Value::Absent,
        }
    }
}

/// Every field, by group.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    FIELDS.iter()
}

/// The field `group.name`.
pub(super) fn named(name: &str) -> Option<Field> {
    let (group, name) = name.split_once('.')?;
    FIELDS.iter().find(|field| field.group.word() == group && field.name == name).copied()
}

const fn claim(name: &'static str, holds: Holds, about: &'static str, read: OfClaim) -> Field {
    Field { group: Group::Claim, name, holds, about, read: Read::Claim(read) }
}

const fn member(name: &'static str, holds: Holds, about: &'static str, read: OfClaim) -> Field {
    Field { group: Group::Member, name, holds, about, read: Read::Claim(read) }
}

const fn line(name: &'static str, holds: Holds, about: &'static str, read: OfLine) -> Field {
    Field { group: Group::Line, name, holds, about, read: Read::Line(read) }
}

use Holds::{Flag, Number, Text, Texts, Whole};

const FIELDS: &[Field] = &[
    claim("kind", Text, "837P, 837I or 837D", |it| Value::Text(kind_word(it.claim.kind()).to_owned())),
    claim("charge", Number, "the total charge in dollars (CLM02)", |it| money(it.claim.facts.charge)),
    claim("frequency", Text, "1 original, 7 replacement, … (CLM05-3)", |it| byte(it.claim.facts.frequency)),
    claim(
        "place_of_service",
        Text,
        "place of service of an 837P or 837D (CLM05-1); empty on an 837I",
        |it| {
            let own = it.claim.kind() != ClaimKind::Institutional;
            Value::Text(if own { text_of(it.claim.facts.facility) } else { String::new() })
        },
    ),
    claim("bill_type", Text, "type of bill of an 837I with its frequency, such as 111; else empty", |it| {
        let own = it.claim.kind() == ClaimKind::Institutional;
        let frequency = char::from(it.claim.facts.frequency);
        Value::Text(if own { format!("{}{frequency}", it.claim.facts.facility) } else { String::new() })
    }),
    claim("from", Text, "the first date of service, as 2026-03-31", |it| {
        day(it.claim.facts.period().map(|period| period.from))
    }),
    claim("to", Text, "the last date of service", |it| day(it.claim.facts.period().map(|period| period.to))),
    claim("days", Whole, "how many days the dates of service span, both included", |it| {
        whole(it.claim.facts.period().map(|period| period.to.days() - period.from.days() + 1))
    }),
    claim(
        "days_to_receipt",
        Whole,
        "how many days after the last date of service the claim was received",
        |it| whole(it.claim.facts.period().map(|period| it.received.days() - period.to.days())),
    ),
    claim("admitted", Text, "the date of admission (DTP*435)", |it| day(it.claim.facts.admission)),
    claim("admission_type", Text, "CL101 of an 837I", |it| admission(it, 0)),
    claim("admission_source", Text, "CL102 of an 837I", |it| admission(it, 1)),
    claim("patient_status", Text, "CL103 of an 837I", |it| admission(it, 2)),
    claim("principal_diagnosis", Text, "the principal or first diagnosis, without its point", |it| {
        let mut all = it.claim.facts.diagnoses.iter();
        Value::Text(
            all.find(|one| one.usage == DiagnosisUse::Principal)
                .map_or(String::new(), |one| text_of(one.code)),
        )
    }),
    claim("diagnoses", Texts, "the principal and other diagnoses, without their points", |it| {
        texts(
            it.claim
                .facts
                .diagnoses
                .iter()
                .filter(|one| one.is_reported() && !one.code.is_empty())
                .map(|one| one.code),
        )
    }),
    claim("authorization", Text, "the claim's own authorization number (REF*G1)", |it| reference(it, b"G1")),
    claim("referral", Text, "the claim's own referral number (REF*9F)", |it| reference(it, b"9F")),
    claim("payer_claim_number", Text, "the number of the claim that it replaces (REF*F8)", |it| {
        reference(it, b"F8")
    }),
    claim("billing_npi", Text, "the billing provider's NPI", |it| cell(it, it.claim.context.billing.npi)),
    claim("billing_taxonomy", Text, "the billing provider's taxonomy code (PRV03)", |it| {
        cell(it, it.claim.context.billing.taxonomy)
    }),
    claim("rendering_npi", Text, "the claim's rendering provider's NPI", |it| provider(it, RENDERING, 0)),
    claim("referring_npi", Text, "the referring provider's NPI", |it| provider(it, Code::new(b"DN"), 0)),
    claim("attending_npi", Text, "the attending provider's NPI", |it| provider(it, Code::new(b"71"), 0)),
    claim("facility_npi", Text, "the service facility's NPI", |it| provider(it, FACILITY, 0)),
    claim("ccs", Flag, "whether any line treats a CCS condition of the member", |it| {
        Value::Flag(it.analysis.lines.iter().any(|line| line.is_ccs))
    }),
    Field {
        group: Group::Claim,
        name: "lines",
        holds: Holds::Lines,
        about: "the service lines: claim.lines.exists(l, l.procedure == \"99213\")",
        read: Read::Lines,
    },
    member("age", Whole, "years on the first date of service", |it| {
        whole(birth_and_service(it).map(|(birth, service)| service.age(birth)))
    }),
    member("age_days", Whole, "days on the first date of service", |it| {
        whole(birth_and_service(it).map(|(birth, service)| service.days() - birth.days()))
    }),
    member("sex", Text, "F, M or U (DMG03)", |it| {
        let birth = it.claim.context.birth();
        let known = birth.date.map(|_| it.claim.unit.segment(birth.cell.segment).element(3));
        Value::Text(readable(known.unwrap_or_default()))
    }),
    member("county", Text, "the county of residence, such as Merced, where it is known", |it| {
        Value::Text(it.analysis.member.county.map_or(String::new(), |county| county.name().to_owned()))
    }),
    member("line_of_business", Text, "that of members.csv, such as medi-cal", |it| {
        let row = it.analysis.member.row.and_then(|row| row.line_of_business);
        Value::Text(row.map_or(String::new(), |line| line.word().to_owned()))
    }),
    member("ccs", Text, "Y or N as members.csv says, else empty", |it| {
        let row = it.analysis.member.row.and_then(|row| row.ccs);
        Value::Text(row.map_or("", |ccs| if ccs { "Y" } else { "N" }).to_owned())
    }),
    line("number", Whole, "its number in the claim, from 1", |_, line| Value::Whole(i64::from(line.number))),
    line("procedure", Text, "the procedure code", |_, line| Value::Text(text_of(line.procedure))),
    line("modifiers", Texts, "its modifiers", |_, line| {
        texts(line.modifiers.iter().copied().filter(|code| !code.is_empty()))
    }),
    line("revenue", Text, "the revenue code of an 837I", |_, line| Value::Text(text_of(line.revenue))),
    line("charge", Number, "its charge in dollars", |_, line| money(line.charge)),
    line("units", Number, "how many units; 1 where it counts minutes or says nothing", |it, line| {
        scaled(quantity(it.claim, line), 10_000.0)
    }),
    line(
        "place_of_service",
        Text,
        "its own place of service, else the claim's; empty on an 837I",
        |it, line| {
            let institutional = it.claim.kind() == ClaimKind::Institutional;
            let own = if line.place_of_service.is_empty() {
                it.claim.facts.facility
            } else {
                line.place_of_service
            };
            Value::Text(if institutional { String::new() } else { text_of(own) })
        },
    ),
    line("from", Text, "its first date of service, else the claim's", |it, line| {
        day(it.claim.service_period(line).map(|period| period.from))
    }),
    line("to", Text, "its last date of service, else the claim's", |it, line| {
        day(it.claim.service_period(line).map(|period| period.to))
    }),
    line("emergency", Flag, "whether it is marked as an emergency (SV109)", |_, line| {
        Value::Flag(line.emergency)
    }),
    line("diagnoses", Texts, "the diagnoses that it points to; none on an 837I", |it, line| {
        texts(it.claim.pointed(line).map(|diagnosis| diagnosis.code).filter(|code| !code.is_empty()))
    }),
    line("authorization", Text, "its own authorization number (REF*G1), else the claim's", |it, line| {
        let number = |line| it.claim.reference(Code::new(b"G1"), line);
        number(line.number).or_else(|| number(0)).map_or(Value::Text(String::new()), |found| cell(it, found))
    }),
    line("rendering_npi", Text, "its rendering provider's NPI, else the claim's", |it, line| {
        provider(it, RENDERING, line.number)
    }),
    line("ndc", Text, "the national drug code that it names (LIN03)", |it, line| {
        let mut drugs = it.claim.facts.drugs.iter();
        let ours = drugs.find(|drug| drug.line == line.number && drug.qualifier == Code::new(b"N4"));
        ours.map_or(Value::Text(String::new()), |drug| cell(it, drug.value))
    }),
    line("ccs", Flag, "whether it treats a CCS condition of the member", |it, line| {
        Value::Flag(it.analysis.line(line.number).is_ccs)
    }),
];

/// The word for a kind of claim.
pub(super) const fn kind_word(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Professional => "837P",
        ClaimKind::Institutional => "837I",
        ClaimKind::Dental => "837D",
    }
}

fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.trim_ascii()).into_owned()
}

fn cell(subject: &Subject<'_>, cell: Cell) -> Value {
    Value::Text(readable(if cell.is_empty() { b"" } else { subject.claim.text(cell) }))
}

fn byte(byte: u8) -> Value {
    Value::Text(if byte == 0 { String::new() } else { char::from(byte).to_string() })
}

#[allow(clippy::cast_precision_loss)]
fn scaled(number: i64, scale: f64) -> Value {
    Value::Number(number as f64 / scale)
}

fn money(money: Option<Money>) -> Value {
    scaled(money.map_or(0, Money::cents), 100.0)
}

fn day(date: Option<Date>) -> Value {
    Value::Text(date.map_or(String::new(), |date| date.to_string()))
}

fn whole(number: Option<i32>) -> Value {
    number.map_or(Value::Absent, |number| Value::Whole(i64::from(number)))
}

fn texts(codes: impl Iterator<Item = Code>) -> Value {
    Value::Texts(codes.take(super::SEEN).map(text_of).collect())
}

fn admission(subject: &Subject<'_>, at: usize) -> Value {
    Value::Text(subject.claim.facts.admission_codes.get(at).copied().map_or(String::new(), text_of))
}

fn reference(subject: &Subject<'_>, qualifier: &[u8]) -> Value {
    let found = subject.claim.reference(Code::new(qualifier), 0);
    found.map_or(Value::Text(String::new()), |found| cell(subject, found))
}

fn provider(subject: &Subject<'_>, role: Code, line: u32) -> Value {
    let found = subject.claim.provider(role, line);
    found.map_or(Value::Text(String::new()), |found| cell(subject, found.npi))
}

fn birth_and_service(subject: &Subject<'_>) -> Option<(Date, Date)> {
    let service = subject.claim.facts.period().map(|period: Period| period.from);
    subject.analysis.member.birth.zip(service.or(subject.claim.earliest()))
}
