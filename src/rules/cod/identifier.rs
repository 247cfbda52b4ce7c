//! COD108 to COD111: numbers of providers.

use super::shape::Fault;
use super::{BASE, CAPITALS, input, professional, reject, shape, warn};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::loops;
use crate::reference::npi_fault;
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule};
use crate::rules::scene::{Scene, at_piece};
use crate::rules::subject::Subject;

macro_rules! claim {
    ($more:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\n",
            $more,
            "LX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

macro_rules! claim_with_ref {
    ($number:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nREF*X4*",
            $number,
            "\nHI*ABK:J069\nLX*1\nSV1*HC:85025*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

const fn npi(when: &'static str, entity: &'static str, rarc: &'static str) -> Outcome {
    let carc = if rarc.is_empty() { "" } else { "16" };
    reject(
        when,
        "The NPI {found} of the {0} {1}.",
        "Correct the NPI.",
        Codes { entity, aaa: "43", ..Codes::claim("A7", "562", carc, rarc) },
    )
}

const fn taxonomy(when: &'static str, entity: &'static str, rarc: &'static str) -> Outcome {
    let carc = if rarc.is_empty() { "" } else { "16" };
    reject(
        when,
        "The taxonomy code {found} is not nine letters and digits with an X behind them.",
        "Correct the taxonomy code.",
        Codes { entity, ..Codes::claim("A7", "145", carc, rarc) },
    )
}

const CLIA: Codes = Codes::claim("A7", "544", "16", "MA120");

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD108,
        title: "NPI check digit",
        about: "Wherever a provider is named with an NPI (NM108 is XX), it is ten digits, the first 1 or 2, and the last is the check digit by Luhn's formula over 80840 and the rest. A wrong NPI of the billing or pay-to provider rejects all claims below it.",
        requirements: &["S77"],
        check: Check::Anywhere(check_npi),
        outcomes: &[
            npi("billing provider", "85", "N257"),
            npi("rendering provider", "82", "N290"),
            npi("attending provider", "71", "N253"),
            npi("referring provider", "DN", "N286"),
            npi("service facility", "77", "N293"),
            npi("another provider", "", ""),
        ],
        examples: &[
            professional(
                "a rendering provider with a wrong check digit",
                Expect::Reject,
                claim!("NM1*82*1*WREN*IDA****XX*1000001011\n"),
            ),
            professional(
                "a billing provider with nine digits",
                Expect::Reject,
                concat!(
                    "@replace HARBOR CLINIC*****XX*1|HARBOR CLINIC*****XX*\n",
                    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
            professional("a sound NPI", Expect::Silent, claim!("NM1*82*1*WREN*IDA****XX*1000001010\n")),
            professional(
                "a sound NPI with a blank behind it",
                Expect::Silent,
                claim!("NM1*82*1*WREN*IDA****XX*1000001010 \n"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD109,
        title: "Taxonomy code of a wrong shape",
        about: "A provider taxonomy code (PRV03 where PRV02 is PXC) is ten characters: nine letters and digits, and X. Letters are capital ones; small ones are understood. The list is not public: codes are judged by their shape, and by your own list where it is loaded (COD126).",
        check: Check::Anywhere(check_taxonomy),
        outcomes: &[
            taxonomy("billing provider", "85", "N255"),
            taxonomy("rendering provider", "82", "N288"),
            taxonomy("another provider", "", ""),
            warn(
                "small letters",
                "The taxonomy code {found} is written in small letters.",
                CAPITALS,
                Codes::claim("A7", "145", "", ""),
            ),
        ],
        examples: &[
            professional(
                "without its X",
                Expect::Reject,
                claim!("NM1*82*1*WREN*IDA****XX*1000001010\nPRV*PE*PXC*207X000000\n"),
            ),
            professional(
                "small letters",
                Expect::Warn,
                claim!("NM1*82*1*WREN*IDA****XX*1000001010\nPRV*PE*PXC*207x00000x\n"),
            ),
            professional(
                "a taxonomy code",
                Expect::Silent,
                claim!("NM1*82*1*WREN*IDA****XX*1000001010\nPRV*PE*PXC*207X00000X\n"),
            ),
            professional(
                "a taxonomy code with a blank behind it",
                Expect::Silent,
                claim!("NM1*82*1*WREN*IDA****XX*1000001010\nPRV*PE*PXC*207X00000X \n"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD110,
        title: "Tax id of a wrong shape",
        about: "The billing provider's employer number (REF*EI) is nine digits without a hyphen, as is a social security number (REF*SY). Nine digits that are all the same, and social security numbers that begin with 000, 666 or 9, are not given out, and are looked at.",
        requirements: &["S20"],
        check: Check::Level(check_tax_id),
        outcomes: &[
            reject(
                "wrong shape",
                "The billing provider's tax id {found} is not nine digits.",
                "Send the nine digits without a hyphen.",
                Codes { entity: "85", ..Codes::claim("A7", "128", "", "") },
            ),
            warn(
                "no such number is given out",
                "The billing provider's tax id {found} is none that is given out.",
                "Correct the tax id.",
                Codes { entity: "85", ..Codes::claim("A7", "128", "", "") },
            ),
        ],
        examples: &[
            professional(
                "a hyphen",
                Expect::Reject,
                concat!(
                    "@replace REF*EI*770000001|REF*EI*77-0000001\n",
                    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
            professional(
                "nine times the same digit",
                Expect::Warn,
                concat!(
                    "@replace REF*EI*770000001|REF*EI*222222222\n",
                    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
            professional("nine digits", Expect::Silent, claim!("")),
            professional(
                "a blank behind them",
                Expect::Silent,
                concat!(
                    "@replace REF*EI*770000001|REF*EI*770000001 \n",
                    "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD111,
        title: "CLIA number of a wrong shape",
        about: "A laboratory's CLIA number (REF*X4, REF*F4) is two digits, D and seven digits. A small d is understood.",
        check: Check::Claim(check_clia),
        outcomes: &[
            reject(
                "wrong shape",
                "The CLIA number {found} is not two digits, D and seven digits.",
                "Copy the number from the laboratory's CLIA certificate.",
                CLIA,
            ),
            warn(
                "small letters",
                "The CLIA number {found} is written with a small letter.",
                "Write its D as a capital letter.",
                CLIA,
            ),
        ],
        examples: &[
            professional("without its D", Expect::Reject, claim_with_ref!("0500000105")),
            professional("a small d", Expect::Warn, claim_with_ref!("05d0000105")),
            professional("a CLIA number", Expect::Silent, claim_with_ref!("05D0000105")),
            professional("a blank behind it", Expect::Silent, claim_with_ref!("05D0000105 ")),
        ],
        ..BASE
    },
];

fn check_npi(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, nm1) in scene.of(loops::NM1) {
        if nm1.element(8) != b"XX" {
            continue;
        }
        let Some(fault) = npi_fault(nm1.value(9)) else { continue };
        let (outcome, name) = match nm1.element(1) {
            b"85" => (0, "billing provider"),
            b"82" => (1, "rendering provider"),
            b"71" => (2, "attending provider"),
            b"DN" | b"P3" => (3, "referring provider"),
            b"77" => (4, "service facility"),
            b"87" => (5, "pay-to provider"),
            b"72" | b"ZZ" => (5, "operating physician"),
            b"DQ" => (5, "supervising provider"),
            b"DK" => (5, "ordering provider"),
            _ => (5, "provider"),
        };
        at_piece(findings, RuleId::COD108, piece, &nm1, 9)
            .outcome(outcome)
            .fact(Fact::Text(name))
            .fact(Fact::Text(fault))
            .add();
    }
}

fn check_taxonomy(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, prv) in scene.of(loops::PRV) {
        if prv.element(2) != b"PXC" || prv.value(3).is_empty() {
            continue;
        }
        let Some(fault) = shape::fault(prv.value(3), shape::is_taxonomy) else { continue };
        let outcome = match (fault, prv.element(1)) {
            (Fault::SmallLetters, _) => 3,
            (Fault::Shape, b"BI") => 0,
            (Fault::Shape, b"PE") => 1,
            (Fault::Shape, _) => 2,
        };
        at_piece(findings, RuleId::COD109, piece, &prv, 3).outcome(outcome).add();
    }
}

fn check_tax_id(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level != loops::L2000A {
        return;
    }
    for (piece, reference) in scene.of(loops::REF) {
        let id = reference.value(2);
        let is_given_out = match reference.element(1) {
            b"EI" => shape::is_tax_id(id),
            b"SY" => shape::is_ssn(id),
            _ => continue,
        };
        if !is_given_out && piece.loop_id == loops::BILLING {
            let outcome = u8::from(shape::is_digits(id, 9));
            at_piece(findings, RuleId::COD110, piece, &reference, 2).outcome(outcome).add();
        }
    }
}

fn check_clia(subject: &Subject<'_>, findings: &mut Findings) {
    const NUMBERS: [Code; 2] = [Code::new(b"X4"), Code::new(b"F4")];
    let claim = subject.claim;
    for reference in claim.facts.references.iter().filter(|one| NUMBERS.contains(&one.qualifier)) {
        if reference.value.is_empty() {
            continue;
        }
        if let Some(fault) = shape::fault(claim.text(reference.value), shape::is_clia) {
            findings
                .draft(RuleId::COD111, claim.place(reference.value))
                .outcome(u8::from(fault == Fault::SmallLetters))
                .line(reference.line)
                .found(input(reference.value))
                .add();
        }
    }
}
