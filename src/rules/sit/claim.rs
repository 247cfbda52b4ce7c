//! SIT115 to SIT118: what stands in the CLM, and what it asks for.

use super::{BASE, dental, input, outcome, professional};
use crate::finding::{Code, Fact, Findings, Place, RuleId};
use crate::record::{Cell, Claim, ClaimKind, DiagnosisUse, Edition, loops};
use crate::rules::brief::{coded_on, is_after_icd9, is_domestic};
use crate::rules::rule::{Check, Codes, Expect, Rule, Severity};
use crate::rules::subject::Subject;

macro_rules! claim {
    ($clm:literal, $more:literal, $diagnoses:literal) => {
        concat!(
            "CLM*",
            $clm,
            "\n",
            $more,
            "HI*",
            $diagnoses,
            "\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT115,
        title: "Long claim number",
        about: "A payer need not return more than twenty characters of the provider's claim number (CLM01): longer ones cannot be matched when the remittance comes.",
        check: Check::Claim(long_number),
        outcomes: &[outcome(
            Severity::Warn,
            "more than 20 characters",
            "The claim number has {0} characters; payers return twenty.",
            "Send a claim number of at most twenty characters.",
            Codes::claim("A7", "478", "", ""),
        )],
        examples: &[
            professional(
                "21 characters",
                Expect::Warn,
                claim!("A12345678901234567890*80***11:B:1*Y*A*Y*Y", "", "ABK:J069"),
            ),
            professional(
                "20 characters",
                Expect::Silent,
                claim!("A1234567890123456789*80***11:B:1*Y*A*Y*Y", "", "ABK:J069"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT116,
        title: "State of an auto accident",
        about: "Where the claim comes of an auto accident (AA in CLM11), CLM11-4 names the state in which it happened, or CLM11-5 the country. Both should be in the lists at hand.",
        requirements: &["S37"],
        check: Check::Claim(accident_state),
        outcomes: &[
            outcome(
                Severity::Reject,
                "no state",
                "The claim comes of an auto accident, but does not say in which state (CLM11-4).",
                "Add the state, or the country where it was abroad.",
                Codes::claim("A6", "750", "", ""),
            ),
            outcome(
                Severity::Warn,
                "no such state",
                "State {found} of the auto accident (CLM11-4) is not in the list of states and provinces at hand.",
                "Check the state.",
                Codes::claim("A7", "750", "", ""),
            ),
            outcome(
                Severity::Warn,
                "no such country",
                "Country {found} of the auto accident (CLM11-5) is not in the list of countries at hand.",
                "Check the country: two letters of ISO 3166.",
                Codes::claim("A7", "750", "", ""),
            ),
        ],
        examples: &[
            professional(
                "state 99",
                Expect::Warn,
                claim!("A1*80***11:B:1*Y*A*Y*Y**AA:::99", "DTP*439*D8*20260301\n", "ABK:J069"),
            ),
            professional(
                "country XX",
                Expect::Warn,
                claim!("A1*80***11:B:1*Y*A*Y*Y**AA::::XX", "DTP*439*D8*20260301\n", "ABK:J069"),
            ),
            professional(
                "no state",
                Expect::Reject,
                claim!("A1*80***11:B:1*Y*A*Y*Y**AA", "DTP*439*D8*20260301\n", "ABK:J069"),
            ),
            professional(
                "in California",
                Expect::Silent,
                claim!("A1*80***11:B:1*Y*A*Y*Y**AA:::CA", "DTP*439*D8*20260301\n", "ABK:J069"),
            ),
            professional("no accident", Expect::Silent, claim!("A1*80***11:B:1*Y*A*Y*Y", "", "ABK:J069")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT117,
        title: "Date of an accident",
        about: "A professional or dental claim that comes of an auto or other accident (AA or OA in CLM11) has the date of the accident (DTP*439).",
        requirements: &["S38"],
        check: Check::Claim(accident_date),
        outcomes: &[outcome(
            Severity::Reject,
            "no date",
            "The claim comes of an accident ({0} in CLM11), but has no date of it (DTP*439).",
            "Add the date of the accident.",
            Codes::claim("A6", "732", "16", "N305"),
        )],
        examples: &[
            professional("no date", Expect::Reject, claim!("A1*80***11:B:1*Y*A*Y*Y**OA", "", "ABK:J069")),
            professional(
                "with its date",
                Expect::Silent,
                claim!("A1*80***11:B:1*Y*A*Y*Y**OA", "DTP*439*D8*20260301\n", "ABK:J069"),
            ),
            professional(
                "by employment",
                Expect::Silent,
                claim!("A1*80***11:B:1*Y*A*Y*Y**EM", "", "ABK:J069"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT118,
        title: "ICD-9-CM beside ICD-10-CM",
        about: "A claim lists its diagnoses in one edition, ICD-10-CM or, for services up to 30 September 2015, ICD-9-CM: its qualifiers do not mix. Of a claim for services after that day CLM104 says which diagnosis is of ICD-9-CM, and this rule does not say it again. SNODENT of a dental claim goes with either. The principal or first-listed diagnosis stands first.",
        requirements: &["S45"],
        check: Check::Claim(diagnoses),
        outcomes: &[
            outcome(
                Severity::Reject,
                "mixed",
                "Diagnosis {found} is of another edition of ICD than the first one.",
                "Code all diagnoses in the edition of the date of service.",
                Codes::claim("A8", "255", "16", "M76"),
            ),
            outcome(
                Severity::Reject,
                "principal not first",
                "Diagnosis {found} stands in front of the principal or first-listed one.",
                "List the principal diagnosis first (HI01 with ABK).",
                Codes::claim("A8", "254", "16", "MA63"),
            ),
        ],
        examples: &[
            professional(
                "ICD-9-CM as second, to the last day of ICD-9-CM",
                Expect::Reject,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069*BF:4659\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20150930",
            ),
            professional(
                "ICD-9-CM as second, later: CLM104 says so",
                Expect::Silent,
                claim!("A1*80***11:B:1*Y*A*Y*Y", "", "ABK:J069*BF:4659"),
            ),
            dental(
                "SNODENT as second",
                Expect::Silent,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nHI*ABK:K0251*TQ:123456\nLX*1\nSV3*AD:D2392*80****1*****1",
            ),
            professional(
                "ICD-10-CM",
                Expect::Silent,
                claim!("A1*80***11:B:1*Y*A*Y*Y", "", "ABK:J069*ABF:R051"),
            ),
        ],
        ..BASE
    },
];

fn long_number(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let id = claim.text(claim.facts.id);
    if id.len() <= 20 {
        return;
    }
    let characters = std::str::from_utf8(id).map_or(id.len(), |id| id.chars().count());
    if characters > 20 {
        findings
            .draft(RuleId::SIT115, claim.place(claim.facts.id))
            .fact(Fact::Number(characters as i64))
            .add();
    }
}

/// The first of some causes that CLM11 names.
fn cause(claim: &Claim<'_>, of: &[&'static str]) -> Option<&'static str> {
    let clm = claim.unit.segment(claim.facts.id.segment);
    if clm.element(11).is_empty() {
        return None;
    }
    let separators = claim.unit.separators();
    let named = |cause: &str| (1..=3).any(|n| clm.component(11, n, &separators) == cause.as_bytes());
    of.iter().find(|cause| named(cause)).copied()
}

/// The place of CLM11.
fn related_causes(claim: &Claim<'_>) -> Place {
    claim.own_place().at_element(11)
}

fn accident_state(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if cause(claim, &["AA"]).is_none() {
        return;
    }
    let at = claim.facts.id.segment;
    let (clm, separators, codes) =
        (claim.unit.segment(at), claim.unit.separators(), &subject.reference.codes);
    let [state, country] = [4, 5].map(|n| Cell::component(at, &clm, 11, n, &separators));
    let is_abroad = !is_domestic(claim.text(country)) && claim.text(country) != b"CA";
    if state.is_empty() && is_domestic(claim.text(country)) {
        findings.draft(RuleId::SIT116, related_causes(claim).at_component(4)).add();
    }
    let mut check = |cell: Cell, is_asked: bool, is_listed: &dyn Fn(Code) -> bool, outcome: u8| {
        if is_asked && !cell.is_empty() && !is_listed(Code::upper(claim.text(cell))) {
            findings.draft(RuleId::SIT116, claim.place(cell)).outcome(outcome).found(input(cell)).add();
        }
    };
    check(state, !is_abroad, &|code| codes.states.contains(code), 1);
    check(country, is_abroad, &|code| codes.countries.contains(code), 2);
}

fn accident_date(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() == ClaimKind::Institutional {
        return;
    }
    let Some(cause) = cause(claim, &["AA", "OA"]) else { return };
    let is_date = |piece: &&crate::record::Piece| piece.read(claim.unit).element(1) == b"439";
    if !claim.pieces(loops::DTP).any(|piece| is_date(&piece)) {
        findings.draft(RuleId::SIT117, related_causes(claim)).fact(Fact::Text(cause)).add();
    }
}

fn diagnoses(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let all = &claim.facts.diagnoses;
    let Some(first) = all.first() else { return };
    let mut of_icd = all.iter().filter(|one| one.edition != Edition::Snodent);
    if let Some(one) = of_icd.next()
        && let Some(other) = of_icd.find(|other| other.edition != one.edition)
        && !is_after_icd9(coded_on(subject))
    {
        findings.draft(RuleId::SIT118, claim.place(other.cell)).found(input(other.cell)).add();
    }
    let is_principal = |usage: DiagnosisUse| usage == DiagnosisUse::Principal;
    if claim.kind() != ClaimKind::Institutional
        && !is_principal(first.usage)
        && all.iter().any(|one| is_principal(one.usage))
    {
        findings.draft(RuleId::SIT118, claim.place(first.cell)).outcome(1).found(input(first.cell)).add();
    }
}
