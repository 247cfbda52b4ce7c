//! COD115, COD116 and COD129: the codes of another payer's remittance.

use super::shape::Fault;
use super::{BASE, institutional, professional, reject, shape, warn};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{Cell, loops};
use crate::rules::aspect::Aspect;
use crate::rules::brief::input;
use crate::rules::rule::{Check, Codes, Expect, Rule};
use crate::rules::scene::at_piece;
use crate::rules::subject::Subject;

macro_rules! secondary {
    ($payer:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\n",
            $payer,
            "NM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

macro_rules! by_line {
    ($procedure:literal) => {
        concat!(
            "@replace SBR*P*18|SBR*S*18\nCLM*A1*95***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nSBR*P*19*******CI\nAMT*D*60\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV1*HC:99213*95*UN*1***1\nDTP*472*D8*20260302\nSVD*BLUE*60*",
            $procedure,
            "\nCAS*PR*2*35\nDTP*573*D8*20260320"
        )
    };
}

const COPY: &str = "Copy the code from the other payer's remittance.";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD115,
        title: "Adjustment reason of a wrong shape",
        about: "Each reason of another payer's adjustments (CAS02, 05, 08 …) is a claim adjustment reason code: up to three digits, or A, B, P, W or Y with digits. It is sent without its group, which stands in CAS01. Small letters are understood.",
        only: &[Aspect::OtherPayer],
        check: Check::Claim(carc),
        outcomes: &[reject(
            "wrong shape",
            "Adjustment reason {found} is not of the shape of such a code.",
            "Copy the reason from the other payer's remittance, without its group.",
            Codes { entity: "PR", ..Codes::claim("A7", "521", "16", "MA04") },
        )],
        examples: &[
            professional(
                "with its group",
                Expect::Reject,
                secondary!("CAS*CO*CO45*35\nAMT*D*60\nOI***Y***Y\n"),
            ),
            professional("a reason", Expect::Silent, secondary!("CAS*CO*45*35\nAMT*D*60\nOI***Y***Y\n")),
            professional(
                "a reason with a blank behind it",
                Expect::Silent,
                secondary!("CAS*CO*45 *35\nAMT*D*60\nOI***Y***Y\n"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD116,
        title: "Remark code of a wrong shape",
        about: "Each remark of another payer's remittance (MOA03 to MOA07, MIA05, MIA20 to MIA23) is M, MA or N with up to three digits. Small letters are understood.",
        only: &[Aspect::OtherPayer],
        check: Check::Claim(rarc),
        outcomes: &[reject(
            "wrong shape",
            "Remark code {found} is not M, MA or N with up to three digits.",
            "Copy the remark from the other payer's remittance.",
            Codes { entity: "PR", ..Codes::claim("A7", "286", "16", "MA04") },
        )],
        examples: &[
            professional(
                "no remark",
                Expect::Reject,
                secondary!("CAS*CO*45*35\nAMT*D*60\nOI***Y***Y\nMOA***45\n"),
            ),
            professional(
                "MA01",
                Expect::Silent,
                secondary!("CAS*CO*45*35\nAMT*D*60\nOI***Y***Y\nMOA***MA01\n"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD129,
        title: "Codes of another payer's line adjudication",
        about: "What another payer adjudicated on a line (2430) has codes of the shapes that the line's own have: its procedure (SVD03) that of its qualifier, its modifiers two letters or digits, its revenue code (SVD04) four digits. Another payer wrote them, so that they are looked at. Small letters are understood.",
        only: &[Aspect::OtherPayer],
        check: Check::Claim(adjudicated),
        outcomes: &[
            warn(
                "procedure",
                "Procedure {found}, as another payer adjudicated line {line}, has not the shape of a {0} code.",
                COPY,
                Codes { entity: "PR", ..Codes::claim("A7", "454", "16", "M20") },
            ),
            warn(
                "modifier",
                "Modifier {found}, as another payer adjudicated line {line}, is not two letters or digits.",
                COPY,
                Codes { entity: "PR", ..Codes::claim("A7", "453", "16", "N519") },
            ),
            warn(
                "revenue code",
                "Revenue code {found}, as another payer adjudicated line {line}, is not four digits.",
                COPY,
                Codes { entity: "PR", ..Codes::claim("A7", "455", "16", "M50") },
            ),
        ],
        examples: &[
            professional("a procedure of four digits", Expect::Warn, by_line!("HC:9921**1")),
            professional("a modifier with a sign in it", Expect::Warn, by_line!("HC:99213:2-**1")),
            institutional(
                "a revenue code of three digits",
                Expect::Warn,
                "@replace SBR*P*18|SBR*S*18\nCLM*A1*900***13:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nNM1*71*1*TERN*IVY****XX*1000001010\nSBR*P*19*******CI\nAMT*D*900\nOI***Y***Y\nNM1*IL*1*VANCE*LEA****MI*B1\nNM1*PR*2*BLUE*****PI*BLUE\nLX*1\nSV2*0300*HC:85025*900*UN*1\nDTP*472*D8*20260302\nSVD*BLUE*900*HC:85025*300*1\nDTP*573*D8*20260320",
            ),
            professional("a visit", Expect::Silent, by_line!("HC:99213:25**1")),
        ],
        ..BASE
    },
];

fn adjudicated(subject: &Subject<'_>, findings: &mut Findings) {
    const PROCEDURE: u8 = 3;
    const REVENUE: u8 = 4;
    let (claim, separators) = (subject.claim, subject.claim.unit.separators());
    for piece in claim.pieces(loops::SVD) {
        let svd = piece.read(claim.unit);
        let mut say = |outcome: u8, cell: Cell, name: &'static str| {
            let draft = findings.draft(RuleId::COD129, claim.place(cell)).line(piece.line);
            draft.outcome(outcome).found(input(cell)).fact(Fact::Text(name)).add();
        };
        let [qualifier, procedure, modifiers @ ..]: [Cell; 6] =
            Cell::components(piece.segment, &svd, PROCEDURE, &separators);
        if !procedure.is_empty()
            && let Some((false, name)) =
                shape::procedure(qualifier.code(claim.unit), procedure.code(claim.unit))
        {
            say(0, procedure, name);
        }
        for modifier in modifiers.into_iter().filter(|modifier| !modifier.is_empty()) {
            if !shape::is_modifier(modifier.code(claim.unit)) {
                say(1, modifier, "");
            }
        }
        let revenue = Cell::element(piece.segment, &svd, REVENUE);
        if !revenue.is_empty() && !shape::is_digits(claim.text(revenue), 4) {
            say(2, revenue, "");
        }
    }
}

fn carc(subject: &Subject<'_>, findings: &mut Findings) {
    for piece in subject.claim.pieces(loops::CAS) {
        let cas = piece.read(subject.claim.unit);
        for element in [2, 5, 8, 11, 14, 17] {
            let code = cas.value(element);
            if !code.is_empty() && shape::fault(code, shape::is_adjustment_reason) == Some(Fault::Shape) {
                at_piece(findings, RuleId::COD115, piece, &cas, element).add();
            }
        }
    }
}

fn rarc(subject: &Subject<'_>, findings: &mut Findings) {
    for (id, elements) in
        [(Code::new(b"MOA"), &[3u8, 4, 5, 6, 7][..]), (Code::new(b"MIA"), &[5, 20, 21, 22, 23][..])]
    {
        for piece in subject.claim.pieces(id) {
            let segment = piece.read(subject.claim.unit);
            for element in elements {
                let code = segment.value(*element);
                if !code.is_empty() && shape::fault(code, shape::is_remark) == Some(Fault::Shape) {
                    at_piece(findings, RuleId::COD116, piece, &segment, *element).add();
                }
            }
        }
    }
}
