//! COD123 to COD126: codes that are not in the lists which only a customer can give.

use super::institutional::each_code;
use super::{BASE, institutional, professional, warn};
use crate::finding::{Date, Fact, Findings, Place, RuleId, Span};
use crate::record::{ClaimKind, loops};
use crate::reference::{OwnList, Standing};
use crate::rules::brief::coded_on;
use crate::rules::rule::{Check, Codes, Expect, Needs, Outcome, Rule};
use crate::rules::scene::Scene;
use crate::rules::subject::Subject;

macro_rules! stay {
    ($lists:literal, $admission:literal, $codes:literal, $revenue:literal) => {
        concat!(
            $lists,
            "CLM*A1*900***11:A:1**A*Y*Y\nDTP*096*TM*1000\nDTP*434*RD8*20260302-20260305\nDTP*435*D8*20260302\nCL1*",
            $admission,
            "\nHI*ABK:J069\nHI*ABJ:J069\n",
            $codes,
            "NM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*",
            $revenue,
            "**900*DA*3\n"
        )
    };
}

macro_rules! visit {
    ($list:literal, $taxonomy:literal) => {
        concat!(
            $list,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nNM1*82*1*WREN*IDA****XX*1000001184\nPRV*PE*PXC*",
            $taxonomy,
            "\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

const REMEDY: &str = "Correct the code. If it is right, the list is out of date: load the current one.";

/// The two ways in which a code is not in force: not listed, and listed for other days.
const fn ways(unlisted: &'static str, other_days: &'static str, codes: Codes) -> [Outcome; 2] {
    [
        warn(unlisted, "{0} {found} is not in your list, edition {1}.", REMEDY, codes),
        warn(other_days, "{0} {found} is in your list, edition {1}, but not in force on {2}.", REMEDY, codes),
    ]
}

const REVENUE: [Outcome; 2] =
    ways("not in the list", "on other days", Codes::claim("A7", "455", "16", "M50"));
const TAXONOMY: [Outcome; 2] =
    ways("not in the list", "on other days", Codes::claim("A7", "145", "16", "N255"));
const VALUE: [Outcome; 2] =
    ways("value code", "value code of other days", Codes::claim("A7", "463", "16", "M49"));
const CONDITION: [Outcome; 2] =
    ways("condition code", "condition code of other days", Codes::claim("A7", "460", "16", "M44"));
const OCCURRENCE: [Outcome; 2] =
    ways("occurrence code", "occurrence code of other days", Codes::claim("A7", "461", "16", "M45"));
const SPAN: [Outcome; 2] =
    ways("occurrence span", "occurrence span of other days", Codes::claim("A7", "462", "16", "M46"));
const TYPE: [Outcome; 2] = ways("type", "type of other days", Codes::claim("A7", "231", "16", "MA41"));
const SOURCE: [Outcome; 2] = ways("source", "source of other days", Codes::claim("A7", "229", "16", "MA42"));
const STATUS: [Outcome; 2] =
    ways("patient status", "patient status of other days", Codes::claim("A7", "234", "16", "MA43"));

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD123,
        title: "Revenue code that your list does not have",
        about: "The list of revenue codes is the NUBC's and not public. Where the reference folder has one (revenue_codes.csv), each revenue code (SV201) is in it on the date of service; the families that COD107 knows are then not asked.",
        needs: &[Needs::RevenueCodes],
        check: Check::Claim(revenue),
        outcomes: &REVENUE,
        examples: &[
            institutional(
                "not listed",
                Expect::Warn,
                stay!("@list revenue_codes.csv code|0300\n", "3*1*01", "", "0120"),
            ),
            institutional(
                "not any more",
                Expect::Warn,
                stay!("@list revenue_codes.csv code,effective_to|0120,2026-03-01\n", "3*1*01", "", "0120"),
            ),
            institutional(
                "to the day",
                Expect::Silent,
                stay!("@list revenue_codes.csv code,effective_to|0120,2026-03-02\n", "3*1*01", "", "0120"),
            ),
            institutional("no list", Expect::Silent, stay!("", "3*1*01", "", "0120")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD124,
        title: "Condition, occurrence or value code that your list does not have",
        about: "These lists are the NUBC's and not public. Where the reference folder has one (condition_codes.csv, occurrence_codes.csv, occurrence_span_codes.csv, value_codes.csv), each such code of an institutional claim (HI with BG, BH, BI, BE) is in it on the last day of the statement.",
        needs: &[Needs::ClaimCodes],
        check: Check::Claim(claim_codes),
        outcomes: &[
            VALUE[0],
            VALUE[1],
            CONDITION[0],
            CONDITION[1],
            OCCURRENCE[0],
            OCCURRENCE[1],
            SPAN[0],
            SPAN[1],
        ],
        examples: &[
            institutional(
                "a value code",
                Expect::Warn,
                stay!("@list value_codes.csv code|81\n", "3*1*01", "HI*BE:80:::3\n", "0120"),
            ),
            institutional(
                "a condition code",
                Expect::Warn,
                stay!("@list condition_codes.csv code|02\n", "3*1*01", "HI*BG:C1\n", "0120"),
            ),
            institutional(
                "an occurrence code of next year",
                Expect::Warn,
                stay!(
                    "@list occurrence_codes.csv code,effective_from|11,2027-01-01\n",
                    "3*1*01",
                    "HI*BH:11:D8:20260301\n",
                    "0120"
                ),
            ),
            institutional(
                "a span code",
                Expect::Warn,
                stay!(
                    "@list occurrence_span_codes.csv code|70\n",
                    "3*1*01",
                    "HI*BI:74:RD8:20260302-20260303\n",
                    "0120"
                ),
            ),
            institutional(
                "a list of other codes",
                Expect::Silent,
                stay!("@list condition_codes.csv code|C1\n", "3*1*01", "HI*BE:80:::3\n", "0120"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD125,
        title: "Admission code that your list does not have",
        about: "Where the reference folder has the NUBC's list of admission types (admission_types.csv), admission sources (admission_sources.csv) or patient status (patient_status.csv), CL101, CL102 and CL103 of an institutional claim are in it on the last day of the statement; COD118 then does not ask for the codes that it knows.",
        needs: &[Needs::AdmissionCodes],
        check: Check::Claim(admission),
        outcomes: &[TYPE[0], TYPE[1], SOURCE[0], SOURCE[1], STATUS[0], STATUS[1]],
        examples: &[
            institutional(
                "a type",
                Expect::Warn,
                stay!("@list admission_types.csv code|1|2\n", "3*1*01", "", "0120"),
            ),
            institutional(
                "a source",
                Expect::Warn,
                stay!("@list admission_sources.csv code|2\n", "3*1*01", "", "0120"),
            ),
            institutional(
                "a patient status until the day before",
                Expect::Warn,
                stay!("@list patient_status.csv code,effective_to|01,2026-03-04\n", "3*1*01", "", "0120"),
            ),
            institutional(
                "a patient status until that day",
                Expect::Silent,
                stay!("@list patient_status.csv code,effective_to|01,2026-03-05\n", "3*1*01", "", "0120"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD126,
        title: "Taxonomy code that your list does not have",
        about: "The list of taxonomy codes is the NUCC's. Where the reference folder has one (taxonomy.csv), each taxonomy code (PRV03 where PRV02 is PXC) is in it on the day on which the file was received.",
        needs: &[Needs::Taxonomy],
        check: Check::Anywhere(taxonomy),
        outcomes: &TAXONOMY,
        examples: &[
            professional(
                "not listed",
                Expect::Warn,
                visit!("@list taxonomy.csv code|207X00000X\n", "208000000X"),
            ),
            professional(
                "listed",
                Expect::Silent,
                visit!("@list taxonomy.csv code|207X00000X|208000000X\n", "208000000X"),
            ),
            professional("no list", Expect::Silent, visit!("", "208000000X")),
        ],
        ..BASE
    },
];

/// A code and the list that it should be in.
struct Asked<'a> {
    rule: RuleId,
    /// The first of its two outcomes.
    outcome: u8,
    name: &'static str,
    list: &'a OwnList,
    date: Date,
    line: u32,
}

fn ask(asked: &Asked<'_>, code: &[u8], place: Place, span: Span, findings: &mut Findings) {
    let way = match asked.list.standing(code, asked.date) {
        Standing::Listed => return,
        Standing::Unlisted => 0,
        Standing::OtherDays => 1,
    };
    let version = findings.keep(&asked.list.info().version);
    findings
        .draft(asked.rule, place)
        .line(asked.line)
        .outcome(asked.outcome + way)
        .found(Fact::Input(span))
        .fact(Fact::Text(asked.name))
        .fact(version)
        .fact(Fact::Date(asked.date))
        .add();
}

fn revenue(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(list) = &subject.reference.codes.own.revenue_codes else { return };
    let claim = subject.claim;
    for line in claim.lines().iter().filter(|line| !line.revenue_cell.is_empty()) {
        let date = claim.service_period(line).map_or(subject.received, |period| period.from);
        let asked =
            Asked { rule: RuleId::COD123, outcome: 0, name: "Revenue code", list, date, line: line.number };
        let cell = line.revenue_cell;
        ask(&asked, claim.text(cell), claim.place(cell), cell.span, findings);
    }
}

fn claim_codes(subject: &Subject<'_>, findings: &mut Findings) {
    let own = &subject.reference.codes.own;
    let lists = [
        (&b"BE"[..], 0, "Value code", &own.value_codes),
        (b"BG", 2, "Condition code", &own.condition_codes),
        (b"BH", 4, "Occurrence code", &own.occurrence_codes),
        (b"BI", 6, "Occurrence span code", &own.occurrence_span_codes),
    ];
    let is_hospital = subject.claim.kind() == ClaimKind::Institutional;
    if !is_hospital || lists.iter().all(|(_, _, _, list)| list.is_none()) {
        return;
    }
    let date = coded_on(subject);
    each_code(subject, |qualifier, code, place, span| {
        let Some((_, outcome, name, list)) = lists.iter().find(|(known, ..)| *known == qualifier) else {
            return;
        };
        let Some(list) = list else { return };
        let asked = Asked { rule: RuleId::COD124, outcome: *outcome, name, list, date, line: 0 };
        ask(&asked, code, place, span, findings);
    });
}

fn admission(subject: &Subject<'_>, findings: &mut Findings) {
    let own = &subject.reference.codes.own;
    let lists = [
        (1, 0, "Type of admission", &own.admission_types),
        (2, 2, "Source of admission", &own.admission_sources),
        (3, 4, "Patient status", &own.patient_status),
    ];
    let claim = subject.claim;
    if lists.iter().all(|(_, _, _, list)| list.is_none()) {
        return;
    }
    let Some(piece) = claim.pieces(loops::CL1).next() else { return };
    let cl1 = piece.read(claim.unit);
    for (element, outcome, name, list) in lists {
        let (Some(list), span) = (list, cl1.value_span(element)) else { continue };
        if !span.is_empty() {
            let asked = Asked { rule: RuleId::COD125, outcome, name, list, date: coded_on(subject), line: 0 };
            ask(&asked, claim.unit.text(span), piece.place().at_element(element), span, findings);
        }
    }
}

fn taxonomy(scene: &Scene<'_>, findings: &mut Findings) {
    let Some(list) = &scene.reference.codes.own.taxonomy else { return };
    for (piece, prv) in scene.of(loops::PRV).filter(|(_, prv)| prv.element(2) == b"PXC") {
        let span = prv.value_span(3);
        if !span.is_empty() {
            let (name, date) = ("Taxonomy code", scene.received);
            let asked = Asked { rule: RuleId::COD126, outcome: 0, name, list, date, line: piece.line };
            ask(&asked, scene.unit.text(span), piece.place().at_element(3), span, findings);
        }
    }
}
