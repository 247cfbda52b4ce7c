//! SIT101, SIT102, SIT111 to SIT114, SIT147: dates beside each other.

use super::{BASE, dental, input, institutional, outcome, professional};
use crate::finding::{Date, Fact, Findings, RuleId};
use crate::record::{Cell, Claim, ClaimKind, Piece, hospital_procedure, loops};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule, Severity};
use crate::rules::subject::{Subject, at_line};

macro_rules! visit {
    ($before:literal, $date:literal) => {
        concat!(
            $before,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*",
            $date
        )
    };
}

macro_rules! bill {
    ($facility:literal, $statement:literal, $line:literal) => {
        concat!(
            "CLM*A1*900***",
            $facility,
            ":A:1**A*Y*Y\nDTP*434*RD8*",
            $statement,
            "\nCL1*3*1*01\nHI*ABK:K3580\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0300*HC:85025*900*UN*1\n",
            $line
        )
    };
}

/// An inpatient claim of 2 to 5 March, with its date of admission.
macro_rules! stay {
    ($admitted:literal) => {
        concat!(
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*",
            $admitted,
            "\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n"
        )
    };
}

macro_rules! tooth {
    ($claim:literal, $line:literal) => {
        concat!("CLM*A1*80***11:B:1*Y*A*Y*Y\n", $claim, "LX*1\nSV3*AD:D0120*80****1\n", $line)
    };
}

const SERVICE: Codes = Codes::claim("A8", "187", "16", "M52");

const fn reject(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Reject, when, message, remedy, codes)
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT101,
        title: "Service after the claim was received",
        about: "No date of service, statement date, or date of admission lies after the day on which the file was received (`--now`): what has not been done cannot be billed.",
        requirements: &["S48"],
        check: Check::Claim(future),
        outcomes: &[reject(
            "in the future",
            "The date {found} is after {0}, when the claim was received.",
            "Correct the date, or send the claim after the service.",
            Codes::claim("A8", "187", "110", "M52"),
        )],
        examples: &[
            professional("the day after", Expect::Reject, visit!("", "D8*20260702")),
            professional(
                "a range that ends the day after",
                Expect::Reject,
                visit!("", "RD8*20260630-20260702"),
            ),
            professional("the day itself", Expect::Silent, visit!("", "D8*20260701")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT102,
        title: "Service before birth",
        about: "The patient's date of birth is not after the claim's earliest date of service.",
        check: Check::Claim(birth),
        outcomes: &[reject(
            "born after the service",
            "The patient was born after {0}, the first date of service.",
            "Correct the date of birth or the date of service.",
            Codes { entity: "QC", ..Codes::claim("A8", "158", "14", "") },
        )],
        examples: &[
            professional("born the day after", Expect::Reject, visit!("@birth 20260303\n", "D8*20260302")),
            professional("born on the day", Expect::Silent, visit!("@birth 20260302\n", "D8*20260302")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT111,
        title: "Line date outside of the statement dates",
        about: "On an institutional outpatient claim each line's date of service (2400 DTP*472) lies within the statement dates (DTP*434).",
        requirements: &["S48"],
        only: &[Aspect::Institutional],
        check: Check::Claim(outside_statement),
        outcomes: &[reject(
            "outside",
            "Line {line} is of {found}, outside of the statement dates {expected}.",
            "Correct the line's date or the statement dates.",
            SERVICE,
        )],
        examples: &[
            institutional(
                "the day before",
                Expect::Reject,
                bill!("13", "20260302-20260303", "DTP*472*D8*20260301"),
            ),
            institutional(
                "the last day",
                Expect::Silent,
                bill!("13", "20260302-20260303", "DTP*472*D8*20260303"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT112,
        title: "Line date of an outpatient claim",
        about: "Where the statement dates of an outpatient claim (bill types 13, 14, 71 to 77, 83, 85) span more than one day, each line has its own date of service; on an inpatient claim lines have none.",
        requirements: &["S49"],
        only: &[Aspect::Institutional],
        check: Check::Claim(line_dates),
        outcomes: &[
            outcome(
                Severity::Warn,
                "no date",
                "Line {line} has no date of service, and the statement dates span more than one day.",
                "Add the line's date of service (DTP*472).",
                Codes::claim("A6", "187", "16", "M52"),
            ),
            outcome(
                Severity::Info,
                "a date on an inpatient line",
                "Line {line} of the inpatient claim has a date of service, which is not sent there.",
                "Leave the line's date out.",
                SERVICE,
            ),
        ],
        examples: &[
            institutional("two days, and no date", Expect::Warn, bill!("13", "20260302-20260303", "")),
            institutional("one day, and no date", Expect::Silent, bill!("13", "20260302-20260302", "")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT113,
        title: "Date of a dental service",
        about: "A dental claim has its date of service once: on the claim, where it is the same for all lines, or on each line. A predetermination (CLM19 is PB) has none, and an orthodontic plan has the date of banding (DTP*452) instead.",
        requirements: &["S50"],
        only: &[Aspect::Dental],
        check: Check::Claim(dental_dates),
        outcomes: &[
            outcome(
                Severity::Warn,
                "no date",
                "Line {line} has no date of service, and neither has the claim.",
                "Add DTP*472 to the claim or the line; a predetermination says so in CLM19.",
                Codes::claim("A6", "187", "16", "M52"),
            ),
            outcome(
                Severity::Warn,
                "a date on a predetermination",
                "The claim is a predetermination (CLM19 is PB), which has no service yet, but has a date of service, {found}.",
                "Leave the date of service out; or, where the service was given, leave PB out of CLM19.",
                SERVICE,
            ),
            outcome(
                Severity::Info,
                "another date than the claim's",
                "Line {line} has the date of service {found}, but the claim has {expected} for all of its lines.",
                "Where the lines differ, send the date on each line, and none on the claim.",
                SERVICE,
            ),
        ],
        examples: &[
            dental("no date anywhere", Expect::Warn, tooth!("", "")),
            dental(
                "a date on a predetermination",
                Expect::Warn,
                "CLM*A1*80***11:B:1*Y*A*Y*Y**********PB\nDTP*472*D8*20260302\nLX*1\nSV3*AD:D0120*80****1\n",
            ),
            dental(
                "another date on the line",
                Expect::Info,
                tooth!("DTP*472*D8*20260302\n", "DTP*472*D8*20260303"),
            ),
            dental(
                "a predetermination without date",
                Expect::Silent,
                "CLM*A1*80***11:B:1*Y*A*Y*Y**********PB\nLX*1\nSV3*AD:D0120*80****1\n",
            ),
            dental("on the claim", Expect::Silent, tooth!("DTP*472*D8*20260302\n", "")),
            dental(
                "the same on both",
                Expect::Silent,
                tooth!("DTP*472*D8*20260302\n", "DTP*472*D8*20260302"),
            ),
            dental("on the line", Expect::Silent, tooth!("", "DTP*472*D8*20260302")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT114,
        title: "Procedure outside of the statement dates",
        about: "The date of a hospital procedure (HI with BBR or BBQ, or BR or BQ of ICD-9-CM) lies within the statement dates, or at most three days before them.",
        requirements: &["S56"],
        only: &[Aspect::Institutional],
        check: Check::Claim(procedure_dates),
        outcomes: &[outcome(
            Severity::Warn,
            "outside",
            "The procedure of {found} lies outside of the statement dates {expected} and the three days before them.",
            "Correct the date of the procedure or the statement dates.",
            Codes::claim("A8", "486", "16", "MA66"),
        )],
        examples: &[
            institutional(
                "after the stay",
                Expect::Warn,
                "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260306\nNM1*71*1*TERN*IVY****XX*1000001010\nNM1*72*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n",
            ),
            institutional(
                "a procedure of ICD-9-CM two years before the stay",
                Expect::Warn,
                "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\nHI*BR:3995:D8:20240302\nNM1*71*1*TERN*IVY****XX*1000001010\nNM1*72*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n",
            ),
            institutional(
                "three days before it",
                Expect::Silent,
                "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*3*1*01\nHI*ABK:J069\nHI*ABJ:J069\nHI*BBR:02QM0ZZ:D8:20260227\nNM1*71*1*TERN*IVY****XX*1000001010\nNM1*72*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0120**900*DA*3\n",
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT147,
        title: "Admitted after the end of the statement",
        about: "The statement dates of an inpatient claim (bill types 11, 18, 21, 41) do not end before the date of admission (DTP*435). They may begin before it, and an interim bill long after it.",
        only: &[Aspect::Institutional],
        // an admission to come is told as such
        silent_if: &[RuleId::SIT101],
        check: Check::Claim(admitted_later),
        outcomes: &[reject(
            "after the end",
            "The date of admission {found} is after the end of the statement dates {expected}.",
            "Correct the date of admission or the statement dates.",
            Codes::claim("A8", "189", "16", "MA40"),
        )],
        examples: &[
            institutional("the day after", Expect::Reject, stay!("20260306")),
            institutional("the last day", Expect::Silent, stay!("20260305")),
            institutional("weeks before, on an interim bill", Expect::Silent, stay!("20260201")),
        ],
        ..BASE
    },
];

fn future(subject: &Subject<'_>, findings: &mut Findings) {
    let (claim, received) = (subject.claim, subject.received);
    let facts = claim.facts;
    let mut say = |cell: Cell, line: u32| {
        findings
            .draft(RuleId::SIT101, claim.place(cell))
            .line(line)
            .found(input(cell))
            .fact(Fact::Date(received))
            .add();
    };
    if facts.service.or(facts.statement).is_some_and(|period| period.to > received) {
        say(facts.date_cell, 0);
    }
    for line in claim.lines() {
        if line.date.is_some_and(|period| period.to > received) {
            say(line.date_cell, line.number);
        }
    }
    if facts.admission.is_some_and(|date| date > received)
        && let Some(cell) = admission_cell(claim)
    {
        say(cell, 0);
    }
}

/// Where the date of admission stands.
fn admission_cell(claim: &Claim<'_>) -> Option<Cell> {
    let of_admission = |cell: &Cell| claim.unit.segment(cell.segment).element(1) == b"435";
    let dates = claim.pieces(loops::DTP).filter(|piece| piece.loop_id == loops::L2300);
    dates.map(|piece| Cell::element(piece.segment, &piece.read(claim.unit), 3)).find(of_admission)
}

fn admitted_later(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let (Some(statement), Some(admission)) = (claim.facts.statement, claim.facts.admission) else { return };
    if claim.is_inpatient()
        && admission > statement.to
        && let Some(cell) = admission_cell(claim)
    {
        findings
            .draft(RuleId::SIT147, claim.place(cell))
            .found(input(cell))
            .expected(input(claim.facts.date_cell))
            .add();
    }
}

fn birth(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let birth = claim.context.birth();
    if let (Some(born), Some(first)) = (birth.date, claim.earliest())
        && born > first
    {
        findings.draft(RuleId::SIT102, claim.own_place()).fact(Fact::Date(first)).add();
    }
}

/// Bill types of outpatient care whose lines have dates.
fn is_outpatient(claim: &Claim<'_>) -> bool {
    let (bytes, len) = claim.facts.facility.bytes();
    claim.kind() == ClaimKind::Institutional
        && matches!(
            bytes.get(..len),
            Some(b"13" | b"14" | b"71" | b"72" | b"73" | b"74" | b"75" | b"76" | b"77" | b"83" | b"85")
        )
}

fn outside_statement(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(statement) = claim.facts.statement.filter(|_| is_outpatient(claim)) else { return };
    for line in claim.lines() {
        if line.date.is_some_and(|date| !statement.contains(date.from) || !statement.contains(date.to)) {
            at_line(subject, findings, RuleId::SIT111, line, line.date_cell)
                .found(input(line.date_cell))
                .expected(input(claim.facts.date_cell))
                .add();
        }
    }
}

fn line_dates(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(statement) = claim.facts.statement else { return };
    if claim.is_inpatient() {
        for line in claim.lines().iter().filter(|line| line.date.is_some()) {
            at_line(subject, findings, RuleId::SIT112, line, line.date_cell)
                .outcome(1)
                .found(input(line.date_cell))
                .add();
        }
    } else if is_outpatient(claim) && statement.from != statement.to {
        for line in claim.lines().iter().filter(|line| line.date_cell.is_empty()) {
            at_line(subject, findings, RuleId::SIT112, line, line.service).add();
        }
    }
}

fn dental_dates(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Dental {
        return;
    }
    let own = claim.facts.date_cell;
    let dated = || claim.lines().iter().filter(|line| !line.date_cell.is_empty());
    if claim.unit.segment(claim.facts.id.segment).element(19) == b"PB" {
        let first = dated().next().map(|line| (line.date_cell, line.number));
        if let Some((cell, line)) = Some((own, 0)).filter(|_| !own.is_empty()).or(first) {
            let draft = findings.draft(RuleId::SIT113, claim.place(cell)).line(line);
            draft.outcome(1).found(input(cell)).add();
        }
        return;
    }
    if !own.is_empty() {
        for line in dated().filter(|line| line.date != claim.facts.service) {
            at_line(subject, findings, RuleId::SIT113, line, line.date_cell)
                .outcome(2)
                .found(input(line.date_cell))
                .expected(input(own))
                .add();
        }
        return;
    }
    let is_banding = |piece: &Piece| piece.read(claim.unit).element(1) == b"452";
    if claim.pieces(loops::DTP).any(is_banding) {
        return;
    }
    for line in claim.lines().iter().filter(|line| line.date_cell.is_empty()) {
        at_line(subject, findings, RuleId::SIT113, line, line.service).add();
    }
}

fn procedure_dates(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let Some(statement) = claim.facts.statement else { return };
    let separators = claim.unit.separators();
    for piece in claim.pieces(loops::HI) {
        let hi = piece.read(claim.unit);
        for element in 1..=hi.elements() {
            if hospital_procedure(hi.component(element, 1, &separators)).is_none() {
                continue;
            }
            let span = hi.component_span(element, 4, &separators);
            let Some(date) = Date::parse(claim.unit.text(span)) else { continue };
            if date < statement.from.plus(-3) || date > statement.to {
                findings
                    .draft(RuleId::SIT114, piece.place().at_element(element).at_component(4))
                    .found(Fact::Input(span))
                    .expected(input(claim.facts.date_cell))
                    .add();
            }
        }
    }
}
