//! COD105 to COD107: place of service, bill type, revenue codes.

use super::{BASE, element, input, institutional, professional, reject, shape, warn};
use crate::finding::{Code, Date, Findings, RuleId};
use crate::record::{Cell, ClaimKind};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Rule};
use crate::rules::subject::{Subject, at_line};

macro_rules! visit {
    ($place:literal, $line:literal) => {
        concat!(
            "CLM*A1*80***",
            $place,
            "*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1*",
            $line,
            "**1\nDTP*472*D8*20260302"
        )
    };
}

macro_rules! bill {
    ($facility:literal, $revenue:literal) => {
        concat!(
            "CLM*A1*900***",
            $facility,
            "**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*",
            $revenue,
            "*HC:85025*900*UN*1\nDTP*472*D8*20260302"
        )
    };
}

const PLACE: Codes = Codes::claim("A7", "249", "16", "M77");
const BILL: Codes = Codes::claim("A7", "228", "16", "MA30");
const FREQUENCY: Codes = Codes::claim("A7", "535", "16", "MA30");
const REVENUE: Codes = Codes::claim("A7", "455", "16", "M50");

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD105,
        title: "Place of service",
        about: "The place of service of a professional or dental claim (CLM05-1) and of its lines (SV105, SV303) is two digits, and should be in the list at hand; a newer code is not in it, so that an absent one only warns.",
        check: Check::Claim(place),
        outcomes: &[
            reject(
                "wrong shape",
                "Place of service {found} is not two digits.",
                "Correct the place of service.",
                PLACE,
            ),
            warn(
                "not in the list",
                "Place of service {found} is not in the list at hand, edition {0}.",
                "Check the place of service; load the current list.",
                PLACE,
            ),
        ],
        examples: &[
            professional("one digit", Expect::Reject, visit!("1:B:1", "")),
            professional("no such place, on a line", Expect::Warn, visit!("11:B:1", "30")),
            professional("the office", Expect::Silent, visit!("11:B:1", "11")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD106,
        title: "Bill type and claim frequency",
        about: "The bill type of an institutional claim is two digits, none of them 0, without the leading zero and without the frequency, which stands in CLM05-3 as one digit or letter. Institutional claims use frequency 0 to 5, 7 to 9 and A to Q, professional and dental claims 1, 6, 7 or 8; another one is looked at.",
        check: Check::Claim(bill_type),
        outcomes: &[
            reject(
                "bill type of a wrong shape",
                "Bill type {found} is not two digits: type of facility and type of care.",
                "Send the second and third digit of the bill type; its frequency goes to CLM05-3.",
                BILL,
            ),
            reject(
                "frequency of a wrong shape",
                "Claim frequency {found} is not one digit or capital letter.",
                "Correct CLM05-3.",
                FREQUENCY,
            ),
            warn(
                "unusual frequency",
                "Claim frequency {found} is not used on professional and dental claims.",
                "Send 1 (original), 7 (replacement) or 8 (void).",
                FREQUENCY,
            ),
            warn(
                "unusual frequency of an institutional claim",
                "Claim frequency {found} is none of 0 to 5, 7 to 9 and A to Q.",
                "Check CLM05-3.",
                FREQUENCY,
            ),
        ],
        examples: &[
            institutional("a zero", Expect::Reject, bill!("03:A:1", "0300")),
            professional("a frequency of institutional claims", Expect::Warn, visit!("11:B:2", "")),
            institutional("a frequency that nobody uses", Expect::Warn, bill!("13:A:Z", "0300")),
            institutional("one of professional claims", Expect::Warn, bill!("13:A:6", "0300")),
            institutional("outpatient hospital", Expect::Silent, bill!("13:A:1", "0300")),
            professional("an original", Expect::Silent, visit!("11:B:1", "")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD107,
        title: "Revenue codes",
        about: "A revenue code (SV201) is four digits, with its leading zero. 0001, the total, is not sent in the 837, since CLM02 holds it. Families outside of 002x, 010x to 099x, 100x, 210x and 310x are looked at. The list of revenue codes is not public: codes are judged by their shape, and by your own list where it is loaded (COD123).",
        only: &[Aspect::Institutional],
        check: Check::Claim(revenue),
        outcomes: &[
            reject(
                "wrong shape",
                "Revenue code {found} on line {line} is not four digits.",
                "Send the revenue code with its leading zero.",
                REVENUE,
            ),
            warn(
                "total line",
                "Line {line} is the total (revenue code 0001), which is not sent in the 837.",
                "Leave the line out; CLM02 holds the total.",
                REVENUE,
            ),
            warn(
                "unknown family",
                "Revenue code {found} on line {line} is of no known family.",
                "Check the revenue code.",
                REVENUE,
            ),
        ],
        examples: &[
            institutional("three digits", Expect::Reject, bill!("13:A:1", "300")),
            institutional("the total", Expect::Warn, bill!("13:A:1", "0001")),
            institutional("no family", Expect::Warn, bill!("13:A:1", "5000")),
            institutional("laboratory", Expect::Silent, bill!("13:A:1", "0300")),
            institutional("a blank behind it", Expect::Silent, bill!("13:A:1", "0300 ")),
        ],
        ..BASE
    },
];

fn place(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let in_segment = match claim.kind() {
        ClaimKind::Professional => 5,
        ClaimKind::Dental => 3,
        ClaimKind::Institutional => return,
    };
    let list = &subject.reference.codes.pos;
    let fault = |code: Code, date: &dyn Fn() -> Option<Date>| {
        let (bytes, len) = code.bytes();
        if !shape::is_digits(bytes.get(..len).unwrap_or(&[]), 2) {
            return Some(0);
        }
        (!list.contains_on(code, || date().unwrap_or(subject.received))).then_some(1)
    };
    let facility = claim.facts.facility_cell;
    if !facility.is_empty()
        && let Some(outcome) = fault(claim.facts.facility, &|| claim.earliest())
    {
        findings
            .draft(RuleId::COD105, claim.place(facility))
            .outcome(outcome)
            .found(input(facility))
            .words(&list.info().version)
            .add();
    }
    for line in claim.lines().iter().filter(|line| !line.place_of_service.is_empty()) {
        let date = || claim.service_period(line).map(|period| period.from);
        if let Some(outcome) = fault(line.place_of_service, &date) {
            let cell = element(claim.unit, line.service, in_segment);
            at_line(subject, findings, RuleId::COD105, line, cell)
                .outcome(outcome)
                .found(input(cell))
                .words(&list.info().version)
                .add();
        }
    }
}

fn bill_type(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    let facility = claim.facts.facility_cell;
    let institutional = claim.kind() == ClaimKind::Institutional;
    let is_type = |text: &[u8]| shape::is_digits(text, 2) && !text.contains(&b'0');
    if institutional && !is_type(claim.text(facility)) {
        findings.draft(RuleId::COD106, claim.place(facility)).found(input(facility)).add();
    }
    let outcome = match claim.facts.frequency {
        b'1' | b'7' | b'8' => return,
        b'0'..=b'5' | b'9' | b'A'..=b'Q' if institutional => return,
        b'6' | b'R'..=b'Z' if institutional => 3,
        b'6' => return,
        b'0'..=b'9' | b'A'..=b'Z' => 2,
        _ => 1,
    };
    let cell: Cell = super::component(claim.unit, facility, 3);
    findings.draft(RuleId::COD106, claim.place(cell)).outcome(outcome).found(input(cell)).add();
}

fn revenue(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Institutional {
        return;
    }
    let is_listed = subject.reference.codes.own.revenue_codes.is_some();
    for line in claim.lines().iter().filter(|line| !line.revenue_cell.is_empty()) {
        let text = claim.text(line.revenue_cell);
        let outcome = match text {
            _ if !shape::is_digits(text, 4) => 0,
            b"0001" => 1,
            [b'0', b'1'..=b'9', ..]
            | [b'0', b'0', b'2', _]
            | [b'1', b'0', b'0', _]
            | [b'2' | b'3', b'1', b'0', _] => continue,
            // the list says it
            _ if is_listed => continue,
            _ => 2,
        };
        at_line(subject, findings, RuleId::COD107, line, line.revenue_cell)
            .outcome(outcome)
            .found(input(line.revenue_cell))
            .add();
    }
}
