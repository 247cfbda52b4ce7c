//! COD128: teeth and places in the mouth.

use super::{BASE, warn};
use crate::finding::{Code, Findings, RuleId};
use crate::record::{Cell, ClaimKind, loops};
use crate::rules::aspect::Aspect;
use crate::rules::brief::{dental, input};
use crate::rules::rule::{Check, Codes, Expect, Rule};
use crate::rules::scene::at_piece;
use crate::rules::subject::{Subject, at_line};

/// A dental claim of one line: the place in the mouth, and what follows the line.
macro_rules! tooth {
    ($place:literal, $more:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nDTP*472*D8*20260302\nLX*1\nSV3*AD:D4341*80**",
            $place,
            "**1\n",
            $more
        )
    };
}

pub(super) const RULES: &[Rule] = &[Rule {
    id: RuleId::COD128,
    title: "Tooth or place in the mouth that there is not",
    about: "A tooth (TOO02) is one of the universal designation: 1 to 32 or A to T, of supernumerary teeth 51 to 82 or AS to TS. A place in the mouth (SV304) is a quadrant (10, 20, 30, 40; UR, UL, LL, LR), a sextant (03 to 08), an arch (01, 02), the left or right (L, R), the whole (00) or another one (09). Small letters are understood.",
    requirements: &["S72"],
    only: &[Aspect::Dental],
    check: Check::Claim(places),
    outcomes: &[
        warn(
            "no such tooth",
            "Tooth {found} on line {line} is none of the universal designation: 1 to 32, A to T.",
            "Correct the tooth (TOO02).",
            Codes::claim("A7", "244", "16", "N37"),
        ),
        warn(
            "no such place",
            "{found} on line {line} is no place in the mouth that SV304 may name.",
            "Send the quadrant (10, 20, 30 or 40), the arch (01 or 02) or the whole mouth (00).",
            Codes::claim("A7", "242", "16", "N346"),
        ),
    ],
    examples: &[
        dental("tooth 33", Expect::Warn, tooth!("", "TOO*JP*33")),
        dental("a quadrant, and 50", Expect::Warn, tooth!("UR:50", "")),
        dental("tooth 32", Expect::Silent, tooth!("", "TOO*JP*32")),
        dental("a milk tooth", Expect::Silent, tooth!("", "TOO*JP*A")),
        dental("two quadrants", Expect::Silent, tooth!("10:20", "")),
    ],
    ..BASE
}];

/// A tooth of the universal designation: 1 to 32 and A to T; supernumerary ones have 50 more, or an S behind the letter.
fn is_tooth(text: &[u8]) -> bool {
    let (text, len) = Code::upper(text).bytes();
    match text.get(..len).unwrap_or(&[]) {
        [b'A'..=b'T' | b'1'..=b'9'] | [b'A'..=b'T', b'S'] | [b'0', b'1'..=b'9'] => true,
        [tens @ b'1'..=b'8', one @ b'0'..=b'9'] => {
            let number = (tens - b'0') * 10 + (one - b'0');
            matches!(number, 1..=32 | 51..=82)
        }
        _ => false,
    }
}

fn is_place(text: &[u8]) -> bool {
    let (text, len) = Code::upper(text).bytes();
    matches!(
        text.get(..len).unwrap_or(&[]),
        [b'0', b'0'..=b'9'] | b"10" | b"20" | b"30" | b"40" | b"UR" | b"UL" | b"LL" | b"LR" | b"L" | b"R"
    )
}

fn places(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Dental {
        return;
    }
    for piece in claim.pieces(loops::TOO) {
        let too = piece.read(claim.unit);
        let tooth = too.value(2);
        if too.element(1) == b"JP" && !tooth.is_empty() && !is_tooth(tooth) {
            at_piece(findings, RuleId::COD128, piece, &too, 2).add();
        }
    }
    let separators = claim.unit.separators();
    for line in claim.lines() {
        let at = line.service.segment;
        let cells: [Cell; 5] = Cell::components(at, &claim.unit.segment(at), 4, &separators);
        for cell in cells.iter().filter(|cell| !cell.is_empty() && !is_place(claim.text(**cell))) {
            at_line(subject, findings, RuleId::COD128, line, *cell).outcome(1).found(input(*cell)).add();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_place, is_tooth};

    #[test]
    fn teeth() {
        for tooth in ["1", "01", "9", "10", "32", "51", "82", "A", "T", "t", "AS", "TS"] {
            assert!(is_tooth(tooth.as_bytes()), "{tooth}");
        }
        for none in ["", "0", "00", "33", "50", "83", "99", "100", "U", "US", "ZZ", "1A"] {
            assert!(!is_tooth(none.as_bytes()), "{none}");
        }
    }

    #[test]
    fn places_in_the_mouth() {
        for place in ["00", "01", "02", "09", "10", "20", "30", "40", "UR", "ul", "L"] {
            assert!(is_place(place.as_bytes()), "{place}");
        }
        for none in ["", "0", "11", "50", "UU", "X", "010"] {
            assert!(!is_place(none.as_bytes()), "{none}");
        }
    }
}
