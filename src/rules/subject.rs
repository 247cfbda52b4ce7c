//! A claim with what the payer's rules must know of it: who the member is, which diagnoses and lines are CCS, which
//! lines need an authorization. Worked out once, before the rules are asked.

use crate::finding::{Code, Date, Fact, Findings, RuleId};
use crate::record::{Claim, ClaimKind, Diagnosis, ServiceLine};
use crate::reference::rosters::{LineOfBusiness, MemberRow};
use crate::reference::{CcsMatch, CcsStatus, County, KindSet, MemberKey, Reference, member_key};

use super::tar::Assessment;
use super::{Aspects, Scene, Settings, tar};

/// What a payer rule is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The claim.
    pub claim: &'a Claim<'a>,
    /// Code sets, policy tables, rosters, known authorizations.
    pub reference: &'a Reference,
    /// The profile's keys.
    pub settings: &'a Settings,
    /// When the claim was received.
    pub received: Date,
    /// What was worked out.
    pub analysis: &'a Analysis<'a>,
    /// What the claim has that some rules only speak of.
    pub aspects: Aspects,
}

/// What was worked out of a claim. Arrays are kept from claim to claim.
#[derive(Debug, Default)]
pub struct Analysis<'r> {
    /// The member.
    pub member: Member<'r>,
    /// For each diagnosis of the claim, what the CCS table says of it.
    pub diagnoses: Vec<Option<CcsMatch<'r>>>,
    /// For each line.
    pub lines: Vec<LineView>,
    /// What kinds of service the lines are, all together.
    pub kinds: KindSet,
    /// The authorization question, for each line.
    pub authorization: Vec<Assessment<'r>>,
    /// Whether a line cites a number that matters.
    pub cites: bool,
}

/// What is known of the member.
#[derive(Clone, Copy, Debug, Default)]
pub struct Member<'r> {
    /// The member id, for comparing.
    pub key: MemberKey,
    /// The date of birth.
    pub birth: Option<Date>,
    /// The roster's row for the claim's earliest date, unless the claim is a newborn's on the mother's id.
    pub row: Option<&'r MemberRow>,
    /// All of the roster's rows, of whatever dates; none of a newborn on the mother's id.
    rows: &'r [MemberRow],
    /// Whether the claim is a newborn's on the mother's id.
    pub newborn: bool,
    /// The county of residence on the claim's earliest date, where known.
    pub county: Option<County>,
    /// The county of the claim's ZIP code, where that lies in one.
    zip_county: Option<County>,
}

impl<'r> Member<'r> {
    /// The roster's row for a date: what it says may change between the lines of a claim.
    pub fn row_on(&self, date: Option<Date>) -> Option<&'r MemberRow> {
        self.rows.iter().find(|row| date.is_none_or(|date| row.effective.contains(date)))
    }

    /// The county of residence on a date, where known.
    pub fn county_on(&self, date: Option<Date>) -> Option<County> {
        self.row_on(date).and_then(|row| row.county).or(self.zip_county)
    }

    /// The roster says of the claim's earliest date that the member is not in CCS, or is in a line of business without it.
    pub fn is_not_ccs(&self) -> bool {
        self.row.is_some_and(is_without_ccs)
    }

    /// The roster says so of a date.
    pub fn is_not_ccs_on(&self, date: Option<Date>) -> bool {
        self.row_on(date).is_some_and(is_without_ccs)
    }

    /// The roster says that the member is in a line of business outside of the Whole Child Model on a date.
    pub fn is_outside_model_on(&self, date: Date) -> bool {
        let business = self.row_on(Some(date)).and_then(|row| row.line_of_business);
        business.is_some_and(LineOfBusiness::is_without_ccs)
    }

    /// Whether the claim, whose earliest service is on `date`, is that of a newborn of the member of a roster row: born on
    /// another day, and in the month of birth or the next.
    pub fn is_newborn_of(&self, row: &MemberRow, date: Option<Date>) -> bool {
        let differs = matches!((self.birth, *row.birth_date.reveal()), (Some(a), Some(b)) if a != b);
        differs
            && matches!((self.birth, date), (Some(birth), Some(date)) if is_birth_month_or_next(birth, date))
    }

    /// Whether the member is younger than `limit` years on `date`; unknown counts as no.
    pub fn is_younger(&self, limit: i32, date: Date) -> bool {
        self.birth.is_some_and(|birth| date.is_younger(birth, limit))
    }
}

/// What is known of a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineView {
    /// First date of service.
    pub date: Option<Date>,
    /// Whether it is a CCS line.
    pub is_ccs: bool,
    /// What kinds of service it is.
    pub kinds: KindSet,
}

/// Revenue codes of neonatal intensive care.
pub(super) fn is_nicu_revenue(revenue: Code) -> bool {
    let (bytes, len) = revenue.bytes();
    matches!(bytes.get(..len), Some(b"0172" | b"0173" | b"0174" | b"0179"))
}

impl<'r> Analysis<'r> {
    /// Works everything out for a claim.
    pub fn fill(&mut self, claim: &Claim<'_>, reference: &'r Reference, settings: &Settings, received: Date) {
        self.member = member(claim, reference);
        self.diagnoses.clear();
        let conditions = &reference.policy.ccs_conditions;
        self.diagnoses.extend(
            claim
                .facts
                .diagnoses
                .iter()
                .map(|diagnosis| diagnosis.is_icd10().then(|| conditions.classify(diagnosis.code)).flatten()),
        );
        self.lines.clear();
        self.kinds = KindSet::default();
        let service_kinds = &reference.policy.service_kinds;
        let any_ccs = self.diagnoses.iter().flatten().any(|found| found.status == CcsStatus::Always);
        for line in claim.lines() {
            let date = claim.service_period(line).map(|period| period.from).or(Some(received));
            let is_ccs = any_ccs
                && !self.member.is_not_ccs_on(date)
                && date.is_some_and(|date| self.member.is_younger(settings.age_limit, date))
                && self.treated(claim, line).is_some();
            let mut kinds = KindSet::default();
            for code in [line.procedure, line.revenue].into_iter().filter(|code| !code.is_empty()) {
                kinds.merge(date.map_or(KindSet::default(), |date| service_kinds.kinds(code, date)));
            }
            self.kinds.merge(kinds);
            self.lines.push(LineView { date, is_ccs, kinds });
        }
        tar::assess(self, claim, reference, settings);
    }

    /// The CCS condition that a line treats, by what it points to (837I: by the principal diagnosis, or by a NICU revenue
    /// code beside any CCS diagnosis); whatever the member's age.
    pub fn treated(&self, claim: &Claim<'_>, line: &ServiceLine) -> Option<CcsMatch<'r>> {
        let ccs = || {
            let diagnoses = claim.facts.diagnoses.iter().zip(&self.diagnoses);
            diagnoses.filter_map(|(d, found)| Some((d, found.filter(|f| f.status == CcsStatus::Always)?)))
        };
        if claim.kind() == ClaimKind::Institutional {
            let principal = ccs().find(|(d, _)| d.usage == crate::record::DiagnosisUse::Principal);
            let listed = || ccs().find(|(d, _)| d.is_reported()).filter(|_| is_nicu_revenue(line.revenue));
            return principal.or_else(listed).map(|(_, found)| found);
        }
        let numbers = |number| claim.pointed(line).any(|pointed| pointed.number == number);
        ccs().find(|(d, _)| numbers(d.number)).map(|(_, found)| found)
    }

    /// What the CCS table says of a diagnosis of the claim.
    pub fn found(&self, claim: &Claim<'_>, diagnosis: &Diagnosis) -> Option<CcsMatch<'r>> {
        let all = claim.facts.diagnoses.iter().zip(&self.diagnoses);
        let mut own = all.filter(|(other, _)| other.cell == diagnosis.cell);
        own.next().and_then(|(_, found)| *found)
    }

    /// Whether a diagnosis of the claim is a CCS condition.
    pub fn is_ccs(&self, claim: &Claim<'_>, diagnosis: &Diagnosis) -> bool {
        self.found(claim, diagnosis).is_some_and(|found| found.status == CcsStatus::Always)
    }

    /// What is known of line `number`, from 1.
    pub fn line(&self, number: u32) -> LineView {
        self.lines.get((number as usize).wrapping_sub(1)).copied().unwrap_or_default()
    }
}

fn member<'r>(claim: &Claim<'_>, reference: &'r Reference) -> Member<'r> {
    let subscriber = &claim.context.subscriber;
    let id = claim.text(subscriber.member_id);
    let birth = claim.context.birth().date;
    let key = member_key(id);
    let date = claim.earliest();
    let rows = reference.rosters.members.as_ref().map_or(&[][..], |members| members.of(key));
    let zip = claim.text(subscriber.zip);
    let zip_county = reference.policy.county_zip.county(zip.get(..5).unwrap_or(zip));
    let mut member = Member { key, birth, rows, zip_county, ..Member::default() };
    member.newborn = match member.row_on(date) {
        Some(row) => member.is_newborn_of(row, date),
        // a mother whose coverage has ended, or begins later, is the mother still
        None => rows.iter().any(|row| member.is_newborn_of(row, date)),
    };
    if member.newborn {
        member.rows = &[];
    }
    member.row = member.row_on(date);
    member.county = member.county_on(date);
    member
}

/// Whether a row says that its member is not in CCS, or is in a line of business without it.
fn is_without_ccs(row: &MemberRow) -> bool {
    row.ccs == Some(false) || row.line_of_business.is_some_and(LineOfBusiness::is_without_ccs)
}

/// Whether `date` is in the month of birth or the one after it.
fn is_birth_month_or_next(birth: Date, date: Date) -> bool {
    let months = |date: Date| {
        let (year, month, _) = date.ymd();
        year * 12 + month as i32
    };
    date >= birth && months(date) - months(birth) <= 1
}

impl<'a> Subject<'a> {
    /// A claim as the subject of rules; of `analysis` no more is used than the payer's rules ask for, and nothing where they are not
    /// asked.
    pub fn new(
        claim: &'a Claim<'a>,
        reference: &'a Reference,
        settings: &'a Settings,
        received: Date,
        analysis: &'a Analysis<'a>,
        payer_rules: bool,
    ) -> Subject<'a> {
        let mut aspects = Aspects::of_facts(claim.facts);
        if payer_rules {
            aspects = aspects.and(Aspects::of_analysis(analysis));
        }
        Subject { claim, reference, settings, received, analysis, aspects }
    }

    /// The claim's segments, for rules that look at them as they stand.
    pub fn scene(&self) -> Scene<'a> {
        Scene {
            unit: self.claim.unit,
            pieces: &self.claim.facts.pieces,
            ids: self.claim.facts.piece_ids,
            level: Code::EMPTY,
            context: self.claim.context,
            reference: self.reference,
            received: self.received,
            review: None,
        }
    }

    /// The bytes of a cell as a fact.
    pub fn input(&self, cell: crate::record::Cell) -> Fact {
        if cell.is_empty() { Fact::None } else { Fact::Input(cell.span) }
    }

    /// Whether the rule applies to services on `date`.
    pub fn applies(&self, rule: RuleId, date: Option<Date>) -> bool {
        date.is_none_or(|date| super::effective(rule) <= date)
    }

    /// Lines with what is known of them.
    pub fn lines(&self) -> impl Iterator<Item = (&'a ServiceLine, LineView)> + use<'a> {
        self.claim.lines().iter().zip(self.analysis.lines.iter().copied())
    }

    /// Whether the member was younger than the age limit on the claim's earliest date of service.
    pub fn is_young(&self) -> bool {
        let date = self.claim.earliest().unwrap_or(self.received);
        self.analysis.member.is_younger(self.settings.age_limit, date)
    }
}

/// Begins a finding about a line at one of its cells.
pub(super) fn at_line<'f>(
    subject: &Subject<'_>,
    findings: &'f mut Findings,
    rule: RuleId,
    line: &ServiceLine,
    cell: crate::record::Cell,
) -> crate::finding::Draft<'f> {
    let place = subject.claim.place(if cell.segment == 0 { line.service } else { cell });
    findings.draft(rule, place).line(line.number)
}

#[cfg(test)]
mod tests {
    use super::is_birth_month_or_next;
    use crate::finding::Date;

    #[test]
    fn newborns_count_in_the_month_of_birth_and_the_next() {
        let day = |text: &str| Date::parse_iso(text).unwrap();
        let birth = day("2026-01-20");
        for (date, expected) in [
            ("2026-01-19", false),
            ("2026-01-20", true),
            ("2026-02-28", true),
            ("2026-03-01", false),
            ("2027-01-20", false),
        ] {
            assert_eq!(is_birth_month_or_next(birth, day(date)), expected, "{date}");
        }
        assert!(is_birth_month_or_next(day("2025-12-31"), day("2026-01-31")));
    }
}
