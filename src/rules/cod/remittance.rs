//! COD115 and COD116: the codes of another payer's remittance.

use super::{BASE, professional, reject, shape};
use crate::finding::{Code, Findings, RuleId};
use crate::record::loops;
use crate::rules::aspect::Aspect;
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

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD115,
        title: "Adjustment reason of a wrong shape",
        about: "Each reason of another payer's adjustments (CAS02, 05, 08 …) is a claim adjustment reason code: up to three digits, or A, B, P, W or Y with digits. It is sent without its group, which stands in CAS01.",
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
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD116,
        title: "Remark code of a wrong shape",
        about: "Each remark of another payer's remittance (MOA03 to MOA07, MIA05, MIA20 to MIA23) is M, MA or N with up to three digits.",
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
];

fn carc(subject: &Subject<'_>, findings: &mut Findings) {
    for piece in subject.claim.pieces(loops::CAS) {
        let cas = piece.read(subject.claim.unit);
        for element in [2, 5, 8, 11, 14, 17] {
            let code = cas.element(element);
            if !code.is_empty() && !shape::is_adjustment_reason(code) {
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
                let code = segment.element(*element);
                if !code.is_empty() && !shape::is_remark(code) {
                    at_piece(findings, RuleId::COD116, piece, &segment, *element).add();
                }
            }
        }
    }
}
