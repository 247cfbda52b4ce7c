//! What ledger rules need of a claim, taken down while it is judged: small, since it waits until its turn comes.

use crate::finding::{Code, Date, Fact, Finding, Findings, Money, Place, Print, RuleId, Span};
use crate::record::{Claim, ClaimKind, ServiceLine, loops};
use crate::reference::{
    Allowance, Allowed, Authorization, FoundAuthorization, MemberKey, Reference, Requires, Setting, TarRow,
    member_key,
};
use crate::rules::Settings;
use crate::rules::rule::Severity;
use crate::rules::subject::{Analysis, Subject};
use crate::rules::tar::{Assessment, Counted, PARTLY_OUTSIDE, Worth};

use super::balance::is_accommodation;
use super::{ClaimRef, HISTORY, Past, id_print};

/// What a claim does to earlier ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Frequency {
    /// Nothing: it stands for itself.
    #[default]
    Original,
    /// It takes the place of an earlier one (7).
    Replacement,
    /// It takes an earlier one back (8).
    Void,
}

/// A claim, for the ledger.
#[derive(Clone, Copy, Debug)]
pub struct ClaimEntry {
    /// Its place among the unit's items.
    pub item: u32,
    /// Billing provider and member; zero where either is unknown.
    pub party: u64,
    /// What its lines are.
    pub print: u64,
    /// Fingerprint of its CLM01.
    pub id: u64,
    /// CLM01.
    pub id_span: Span,
    /// Fingerprint of another CLM01 under which the claim that it replaces or voids may be known; zero for none.
    pub also: u64,
    /// What it does to earlier claims.
    pub frequency: Frequency,
    /// A modifier says that it is meant to be alike.
    pub may_repeat: bool,
    /// Where CLM01 stands.
    pub place: Place,
    /// Where the number of the claim that it replaces or voids stands, and what it is.
    pub replaces: (Place, Fact),
    /// The member.
    pub member: MemberKey,
    /// The admission of an inpatient stay.
    pub stay: Option<Stay>,
    lines: (u32, u32),
    alike: (u32, u32),
    named: (u32, u32),
}

/// An inpatient stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stay {
    /// The day of admission.
    pub admission: Date,
    /// Whether it is paid by its diagnosis-related group (HI*DR), whatever its days.
    pub by_group: bool,
}

/// A line that draws on something that is counted.
#[derive(Clone, Debug)]
pub struct LineEntry<'r> {
    /// The line's number, from 1.
    pub number: u32,
    /// The authorization that it draws on.
    pub known: Option<FoundAuthorization<'r>>,
    /// Whether it needs that authorization, on sure ground.
    pub is_strong: bool,
    /// What the number that it cites is worth past the limit of `counted`.
    pub worth: Worth,
    /// The row that lets so much of its service be without a number.
    pub counted: Option<Counted<'r>>,
    /// Whether a service past that limit rejects: on a CCS line unless the row is of low confidence, else where it is of high.
    pub is_firm: bool,
    /// A rental (RR).
    pub is_rental: bool,
    /// The procedure or revenue code that is counted.
    pub code: Code,
    /// First date of service; of an inpatient stay the admission.
    pub from: Date,
    /// Last date of service.
    pub to: Date,
    /// How many units, in ten-thousandths.
    pub quantity: i64,
    /// The charge, in ten-thousandths of a dollar.
    pub amount: i64,
    /// Where the cited number stands, else the service.
    pub place: Place,
    /// The number, else the service's code.
    pub found: Fact,
    /// Where the service stands.
    pub service: Place,
}

impl LineEntry<'_> {
    /// The authorization that it draws on.
    pub fn authorization(&self) -> Option<&Authorization> {
        self.known.as_deref()
    }

    /// Whether it uses up what its row lets be without a number: of dollars only what is billed without one.
    pub fn uses_allowance(&self) -> bool {
        let Some(counted) = self.counted else { return false };
        let is_of_charges = |allowance: Allowance| matches!(allowance.allowed, Allowed::Charges(_));
        self.worth != Worth::Good || !counted.row.allowance.is_some_and(is_of_charges)
    }
}

/// The entries of one unit, in arrays that are used again.
#[derive(Debug, Default)]
pub struct Entries<'r> {
    /// Claims, in the order of the unit.
    pub claims: Vec<ClaimEntry>,
    lines: Vec<LineEntry<'r>>,
    refs: Vec<ClaimRef>,
    /// Fingerprints of the lines of the claim at hand.
    prints: Vec<u64>,
}

impl<'r> Entries<'r> {
    /// Forgets all and keeps the memory.
    pub fn clear(&mut self) {
        self.claims.clear();
        self.lines.clear();
        self.refs.clear();
    }

    /// The lines of a claim that draw on something.
    pub fn lines(&self, claim: &ClaimEntry) -> &[LineEntry<'r>] {
        range(&self.lines, claim.lines)
    }

    /// Claims from before the run that are alike.
    pub(super) fn alike(&self, claim: &ClaimEntry) -> &[ClaimRef] {
        range(&self.refs, claim.alike)
    }

    /// Claims from before the run that it may replace or void; those of history.csv first.
    pub(super) fn named(&self, claim: &ClaimEntry) -> &[ClaimRef] {
        range(&self.refs, claim.named)
    }
}

fn range<T>(all: &[T], (from, to): (u32, u32)) -> &[T] {
    all.get(from as usize..to as usize).unwrap_or(&[])
}

/// REF*F8: the payer's number of an earlier claim.
const ORIGINAL: Code = Code::new(b"F8");

/// Modifiers that say that a service is repeated, or is one of two alike.
const REPEATS: [Code; 10] = [
    Code::new(b"76"),
    Code::new(b"77"),
    Code::new(b"59"),
    Code::new(b"XE"),
    Code::new(b"XP"),
    Code::new(b"XS"),
    Code::new(b"XU"),
    Code::new(b"50"),
    Code::new(b"LT"),
    Code::new(b"RT"),
];

/// What taking down needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Scribe<'r> {
    /// Rosters and authorizations.
    pub reference: &'r Reference,
    /// What was before the run.
    pub past: Option<&'r dyn Past>,
    /// The profile's keys.
    pub settings: &'r Settings,
    /// When the claim was received.
    pub received: Date,
}

impl<'r> Scribe<'r> {
    /// Whether any rule asks the ledger.
    pub fn is_needed(&self) -> bool {
        super::RULES.iter().any(|rule| self.settings.enabled.contains(*rule)) || self.past.is_some()
    }

    /// Takes a claim down; `findings` are those of its judging. Nothing was worked out of a void.
    pub fn take_down(
        &self,
        item: u32,
        claim: &Claim<'_>,
        analysis: &Analysis<'r>,
        (findings, severities, from): (&Findings, &[Severity], usize),
        entries: &mut Entries<'r>,
    ) {
        let frequency = match claim.facts.frequency {
            b'7' => Frequency::Replacement,
            b'8' => Frequency::Void,
            _ => Frequency::Original,
        };
        let npi = claim.text(claim.context.billing.npi);
        let member = member_key(claim.text(claim.context.subscriber.member_id));
        let mut party = Print::new(0);
        party.field(npi);
        party.bytes(&member.word().to_be_bytes());
        let party = if npi.is_empty() || member.is_empty() { 0 } else { party.finish() | 1 };
        let id = claim.text(claim.facts.id);
        let mut entry = ClaimEntry {
            item,
            party,
            print: 0,
            id: id_print(id),
            id_span: claim.facts.id.span,
            also: 0,
            frequency,
            may_repeat: claim.lines().iter().flat_map(|line| line.modifiers).any(|m| REPEATS.contains(&m)),
            place: claim.place(claim.facts.id),
            replaces: (claim.own_place(), Fact::None),
            member,
            stay: None,
            lines: (entries.lines.len() as u32, entries.lines.len() as u32),
            alike: (entries.refs.len() as u32, entries.refs.len() as u32),
            named: (entries.refs.len() as u32, entries.refs.len() as u32),
        };
        if frequency != Frequency::Void {
            entry.print = print(claim, self.received, &mut entries.prints);
            if claim.is_inpatient() {
                let admission = claim.facts.admission.or_else(|| claim.earliest()).unwrap_or(self.received);
                entry.stay = Some(Stay { admission, by_group: names_group(claim) });
            }
            let own = findings.list().iter().zip(severities).skip(from);
            for (line, assessment) in claim.lines().iter().zip(&analysis.authorization) {
                let taken = self.line(claim, analysis, line, assessment, entry.stay, |line| {
                    own.clone().any(|(finding, severity)| is_wrong_number(findings, finding, *severity, line))
                });
                entries.lines.extend(taken);
            }
            entry.lines.1 = entries.lines.len() as u32;
        }
        if let Some(past) = self.past.filter(|_| party != 0 && frequency == Frequency::Original) {
            entries.refs.extend(past.alike(party, entry.print));
        }
        entry.alike.1 = entries.refs.len() as u32;
        entry.named.0 = entry.alike.1;
        if frequency != Frequency::Original {
            self.replaced(claim, id, &mut entry, entries);
        }
        entry.named.1 = entries.refs.len() as u32;
        entries.claims.push(entry);
    }

    /// Looks for the claim that this one replaces or voids: by REF*F8 in history.csv, by CLM01 among those of earlier runs.
    fn replaced(&self, claim: &Claim<'_>, id: &[u8], entry: &mut ClaimEntry, entries: &mut Entries<'r>) {
        let mut other: &[u8] = b"";
        if let Some(cell) = claim.reference(ORIGINAL, 0) {
            let number = claim.text(cell);
            entry.replaces = (claim.place(cell), Fact::Input(cell.span));
            if let Some(history) = &self.reference.rosters.history
                && let Some(row) = history.claim(number).next()
            {
                entries.refs.push(ClaimRef { file: HISTORY, record: id_print(number) });
                other = history.record_id(row).trim_ascii();
            }
        }
        if other != id.trim_ascii() && !other.is_empty() {
            entry.also = id_print(other);
        }
        if let Some(past) = self.past.filter(|_| entry.party != 0) {
            let mut known = past.named(entry.party, id.trim_ascii());
            if entry.also != 0 {
                known.extend(past.named(entry.party, other));
            }
            if entry.frequency == Frequency::Void {
                // of what came behind a void that waited, nothing is voided
                known.retain(|claim| !past.came_later(*claim));
            }
            entries.refs.append(&mut known);
        }
    }

    fn line(
        &self,
        claim: &Claim<'_>,
        analysis: &Analysis<'r>,
        line: &ServiceLine,
        assessment: &Assessment<'r>,
        stay: Option<Stay>,
        is_wrong_number: impl Fn(u32) -> bool,
    ) -> Option<LineEntry<'r>> {
        let view = analysis.line(line.number);
        let draws = |authorization: &FoundAuthorization<'_>| {
            // of an inpatient stay the rooms count
            (stay.is_none() || is_accommodation(line.revenue))
                && assessment.counts()
                && authorization.member == analysis.member.key
                && !is_wrong_number(line.number)
        };
        let period = claim.service_period(line);
        let from = view.date.unwrap_or(self.received);
        let worth = assessment.counted.map_or(Worth::Nothing, |_| {
            let subject = Subject::new(claim, self.reference, self.settings, self.received, analysis, true);
            assessment.worth(&subject, line, from)
        });
        // of a service that needs a number only past a limit, the one that lists it
        let is_of_it = |known: &FoundAuthorization<'_>| worth == Worth::Good && known.lists(line.procedure);
        let known = assessment.known.as_ref().filter(|known| draws(known) || is_of_it(known));
        if known.is_none() && assessment.counted.is_none() {
            return None;
        }
        let to = period.map_or(from, |period| period.to).max(from);
        // a room is a day of the stay, whatever else its line names, unless the authorization lists that
        let is_room =
            is_accommodation(line.revenue) && !known.is_some_and(|known| known.lists(line.procedure));
        let codes = if is_room { [line.revenue; 2] } else { [line.procedure, line.revenue] };
        let listed = |code: &Code| known.is_some_and(|known| known.covers(*code));
        let named = || codes.into_iter().filter(|code| !code.is_empty());
        let code = named().find(listed).or_else(|| named().next()).unwrap_or_default();
        // what needs a number anyway needs it past what is free, however sure that limit is
        let is_firm = assessment.counted.is_some_and(|Counted { row, .. }| {
            let is_needed = view.is_ccs && row.requires == Requires::Yes;
            is_needed || !row.provenance.is_low() && (view.is_ccs || row.is_high())
        });
        let cell = if code == line.procedure { line.procedure_cell } else { line.revenue_cell };
        let service = claim.place(if cell.is_empty() { line.service } else { cell });
        let (place, found) = match assessment.number {
            Some(number) => (claim.place(number.cell), Fact::Input(number.cell.span)),
            None => (service, Fact::Code(code)),
        };
        Some(LineEntry {
            number: line.number,
            known: known.cloned(),
            is_strong: assessment.need.asked().is_some_and(|ask| ask.strong),
            worth,
            counted: assessment.counted,
            is_firm,
            is_rental: line.modifiers.contains(&Code::new(b"RR")),
            code,
            from: stay.map_or(from, |stay| stay.admission),
            to,
            quantity: quantity(claim, line),
            amount: line.charge.unwrap_or(Money::ZERO).units().max(0),
            place,
            found,
            service,
        })
    }
}

/// Whether a finding keeps a line from its authorization: it rejects since the number is none, is not approved, or is for something
/// else; or it warns so of a line that needs no number. A line that goes on past the last day draws on it all the same, and a rule
/// that a profile lowered keeps nothing from anything.
fn is_wrong_number(findings: &Findings, finding: &Finding, severity: Severity, line: u32) -> bool {
    const WRONG: [RuleId; 8] = [
        RuleId::TAR103,
        RuleId::TAR104,
        RuleId::TAR105,
        RuleId::TAR106,
        RuleId::TAR107,
        RuleId::TAR108,
        RuleId::TAR120,
        RuleId::TAR121,
    ];
    let needs_none = finding.outcome % 2 == 1;
    let is_partly = finding.rule == RuleId::TAR106 && finding.outcome >= PARTLY_OUTSIDE;
    let counts = severity == Severity::Reject || severity == Severity::Warn && needs_none && !is_partly;
    let lines = findings.lines(finding);
    counts
        && WRONG.contains(&finding.rule)
        && (finding.line == line || lines.contains(&line) || finding.line == 0 && lines.is_empty())
}

/// The elements of SV1, SV2 and SV3 that say how many, and of what; none of what in a dental claim.
const QUANTITY: [(ClaimKind, u8, u8); 3] =
    [(ClaimKind::Professional, 4, 3), (ClaimKind::Institutional, 5, 4), (ClaimKind::Dental, 6, 0)];

/// How many units a line has, in ten-thousandths; one where it does not say, and where it counts minutes.
pub(in crate::rules) fn quantity(claim: &Claim<'_>, line: &ServiceLine) -> i64 {
    let (number, of) = billed(claim, line);
    if of == b"MJ" { ONE } else { number }
}

/// One, in ten-thousandths.
const ONE: i64 = 10_000;

/// The number that a line bills, in ten-thousandths, one where it does not say; and of what.
fn billed<'a>(claim: &Claim<'a>, line: &ServiceLine) -> (i64, &'a [u8]) {
    let service = claim.unit.segment(line.service.segment);
    let Some((_, number, of)) = QUANTITY.iter().find(|(kind, _, _)| *kind == claim.kind()) else {
        return (ONE, b"");
    };
    let number = Money::parse(service.element(*number)).map(Money::units).filter(|units| *units > 0);
    (number.unwrap_or(ONE), if *of > 0 { service.element(*of) } else { b"" })
}

/// Whether the claim names its diagnosis-related group.
fn names_group(claim: &Claim<'_>) -> bool {
    let separators = claim.unit.separators();
    claim.pieces(loops::HI).any(|piece| piece.read(claim.unit).component(1, 1, &separators) == b"DR")
}

/// What makes two claims alike, in whatever order their lines stand: place or bill type, patient, and of each line code,
/// modifiers, dates, units and charge, with the drug, the tooth and the area of the mouth that it names, and a place of its own.
fn print(claim: &Claim<'_>, received: Date, prints: &mut Vec<u64>) -> u64 {
    prints.clear();
    for line in claim.lines() {
        let mut print = Print::new(0);
        let mut modifiers = line.modifiers;
        modifiers.sort_unstable();
        [line.procedure, line.revenue].iter().chain(&modifiers).for_each(|code| print.word(code.word()));
        let period = claim.service_period(line);
        let days = period.map_or((received, received), |period| (period.from, period.to));
        print.word((days.0.days() as u64) << 32 | u64::from(days.1.days() as u32));
        // of anesthesia the minutes
        print.word(billed(claim, line).0 as u64);
        print.word(line.charge.unwrap_or(Money::ZERO).units() as u64);
        prints.push(print.finish());
    }
    let mut add = |line: u32, bytes: &[u8]| {
        if let Some(print) = prints.get_mut((line as usize).wrapping_sub(1)) {
            let mut more = Print::new(*print);
            more.bytes(bytes);
            *print = more.finish();
        }
    };
    for drug in &claim.facts.drugs {
        add(drug.line, claim.text(drug.value));
    }
    let is_dental = claim.kind() == ClaimKind::Dental;
    for line in claim.lines() {
        // a line's own place, where it is another than the claim's
        if !line.place_of_service.is_empty() && line.place_of_service != claim.facts.facility {
            add(line.number, &line.place_of_service.word().to_le_bytes());
        }
        let service = claim.unit.segment(line.service.segment);
        // SV304, the area of the mouth
        if is_dental && !service.element(4).is_empty() {
            add(line.number, service.element(4));
        }
    }
    if is_dental {
        for piece in claim.pieces(Code::new(b"TOO")).filter(|piece| piece.line > 0) {
            add(piece.line, piece.read(claim.unit).text());
        }
    }
    let mut whole = Print::new(0);
    whole.word(claim.kind() as u64);
    whole.word(claim.facts.facility.word());
    whole.word(claim.context.birth().date.map_or(0, |date| date.days() as u64));
    if let Some(patient) = claim.context.patient.filter(|patient| !patient.name.is_empty()) {
        // twins on their mother's id
        let name = claim.unit.segment(patient.name.segment);
        whole.field(name.element(3));
        whole.field(name.element(4));
    }
    whole.word(prints.len() as u64);
    whole.word(prints.iter().fold(0u64, |sum, print| sum.wrapping_add(*print)));
    whole.finish()
}

/// Whether a row counts physical therapy, rather than equipment or supplies.
pub fn is_therapy(row: &TarRow) -> bool {
    row.requires == Requires::AfterLimit && row.setting == Setting::OutpatientTherapyPt
}
