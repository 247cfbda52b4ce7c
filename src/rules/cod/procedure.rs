//! COD102 to COD104: procedures and their modifiers.

use super::institutional::each_code;
use super::shape::Fault;
use super::{
    BASE, CAPITALS, component, has_small_letters, input, institutional, professional, reject, shape, warn,
};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine};
use crate::rules::rule::{Check, Codes, Expect, Rule};
use crate::rules::subject::{Subject, at_line};

/// A professional claim of one line.
macro_rules! line {
    ($procedure:literal) => {
        concat!(
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*",
            $procedure,
            "*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

const PROCEDURE: Codes = Codes { ik3: "8", ik4: "7", ..Codes::claim("A7", "454", "16", "M20") };
const MODIFIER: Codes = Codes::claim("A7", "453", "182", "N519");

const SHAPE: u8 = 0;
const TWICE: u8 = 1;
const UNKNOWN: u8 = 2;
const SMALL_LETTERS: u8 = 3;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD102,
        title: "Procedure code of a wrong shape",
        about: "A procedure with qualifier HC is a HCPCS code: CPT (four digits and a digit or letter) or Level II (a letter A to V and four digits). With AD it is a dental code (D and four digits); with HP a rate code of five letters and digits. The procedures of a professional claim that anesthesia was given for (HI with BP, BO) are HCPCS codes too. Letters are capital ones; small ones are understood.",
        check: Check::Claim(procedure),
        outcomes: &[
            reject(
                "wrong shape",
                "Procedure {found} on line {line} has not the shape of a {0} code.",
                "Correct the code, or the qualifier in front of it.",
                PROCEDURE,
            ),
            warn(
                "small letters",
                "Procedure {found} on line {line} is written in small letters.",
                CAPITALS,
                PROCEDURE,
            ),
            reject(
                "procedure under anesthesia of a wrong shape",
                "The procedure under anesthesia {found} (HI with {0}) has not the shape of a HCPCS code.",
                "Correct the code.",
                PROCEDURE,
            ),
            warn(
                "small letters in a procedure under anesthesia",
                "The procedure under anesthesia {found} (HI with {0}) is written in small letters.",
                CAPITALS,
                PROCEDURE,
            ),
        ],
        examples: &[
            professional(
                "a procedure under anesthesia of four digits",
                Expect::Reject,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nHI*BP:2744\nLX*1\nSV1*HC:00142*80*MJ*15***1\nDTP*472*D8*20260302",
            ),
            professional(
                "a procedure under anesthesia",
                Expect::Silent,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nHI*BP:27447\nLX*1\nSV1*HC:00142*80*MJ*15***1\nDTP*472*D8*20260302",
            ),
            professional(
                "one with a small letter",
                Expect::Warn,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nHI*BP:27447*BO:g0463\nLX*1\nSV1*HC:00142*80*MJ*15***1\nDTP*472*D8*20260302",
            ),
            professional("four digits", Expect::Reject, line!("HC:9921")),
            professional("a letter that Level II has not", Expect::Reject, line!("HC:W0001")),
            professional("a small letter", Expect::Warn, line!("HC:g0463")),
            institutional(
                "a rate code with small letters",
                Expect::Warn,
                "CLM*A1*900***32:A:1**A*Y*Y\nDTP*434*RD8*20260302-20260302\nCL1*3*1*01\nHI*ABK:K3580\nNM1*71*1*TERN*IVY****XX*1000001010\nLX*1\nSV2*0022*HP:aaa00*900*UN*1\nDTP*472*D8*20260302",
            ),
            professional("CPT", Expect::Silent, line!("HC:99213")),
            professional("Level II", Expect::Silent, line!("HC:G0463")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD103,
        title: "Procedure code that the list does not have",
        about: "A HCPCS Level II code should be in the list at hand, which is of the edition that `claimsieve --version` names; newer codes are not in it, so that an absent code only warns. Codes that a policy table names count as known. CPT and dental codes are judged by their shape alone. Load the list of the service year as hcpcs.csv in the reference folder: with the columns effective_from and effective_to a code counts on its days only, and where your list has CPT or dental codes too, those are asked as well.",
        check: Check::Claim(unknown),
        outcomes: &[warn(
            "not in the list",
            "Procedure {found} on line {line} is not in the HCPCS list at hand, edition {0}.",
            "Check the code; load the HCPCS list of the service year.",
            Codes::claim("A7", "507", "181", "M20"),
        )],
        examples: &[
            professional("there is no J9998", Expect::Warn, line!("HC:J9998")),
            professional("a code of the list", Expect::Silent, line!("HC:J1100")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD104,
        title: "Modifiers",
        about: "A modifier is two letters or digits, and stands once on a line. One with a letter should be in the list of Level II modifiers at hand, among those of CPT (P1 to P6, 1P to 8P), or of an ambulance's way (two letters for where it came from and went to); absent from it, it only warns. Numeric modifiers are CPT's and judged by their shape. Letters are capital ones; small ones are understood.",
        check: Check::Claim(modifiers),
        outcomes: &[
            reject(
                "wrong shape",
                "Modifier {found} on line {line} is not two letters or digits.",
                "Correct the modifier.",
                MODIFIER,
            ),
            reject(
                "stands twice",
                "Modifier {found} stands twice on line {line}.",
                "Send each modifier once.",
                MODIFIER,
            ),
            warn(
                "not in the list",
                "Modifier {found} on line {line} is not in the list of modifiers at hand, edition {0}.",
                "Check the modifier; load the list of the service year.",
                MODIFIER,
            ),
            warn(
                "small letters",
                "Modifier {found} on line {line} is written in small letters.",
                CAPITALS,
                MODIFIER,
            ),
        ],
        examples: &[
            professional("a sign in it", Expect::Reject, line!("HC:99213:2-")),
            professional("the same twice", Expect::Reject, line!("HC:99213:25:25")),
            professional("there is no ZY", Expect::Warn, line!("HC:99213:ZY")),
            professional("small letters", Expect::Warn, line!("HC:99213:gp")),
            professional("two modifiers", Expect::Silent, line!("HC:99213:25:GP")),
        ],
        ..BASE
    },
];

fn procedure(subject: &Subject<'_>, findings: &mut Findings) {
    for line in subject.claim.lines() {
        if line.procedure_cell.is_empty() {
            continue;
        }
        let Some((good, name)) = shape::procedure(line.qualifier, line.procedure) else { continue };
        let small = good && has_small_letters(subject.claim.text(line.procedure_cell));
        if !good || small {
            let kept = findings.keep(name);
            at_line(subject, findings, RuleId::COD102, line, line.procedure_cell)
                .outcome(u8::from(small))
                .found(input(line.procedure_cell))
                .fact(kept)
                .add();
        }
    }
    if subject.claim.kind() == ClaimKind::Professional {
        each_code(subject, |qualifier, code, place, span| {
            if !matches!(qualifier, b"BP" | b"BO") {
                return;
            }
            let Some(fault) = shape::fault(code, |code| shape::is_hcpcs(Code::new(code))) else { return };
            findings
                .draft(RuleId::COD102, place)
                .outcome(if fault == Fault::SmallLetters { 3 } else { 2 })
                .found(Fact::Input(span))
                .fact(Fact::Code(Code::new(qualifier)))
                .add();
        });
    }
}

fn unknown(subject: &Subject<'_>, findings: &mut Findings) {
    let hcpcs = &subject.reference.codes.hcpcs;
    let policy = &subject.reference.policy;
    for line in subject.claim.lines() {
        let code = line.procedure;
        let is_listed_kind = match code.byte(0) {
            b'A'..=b'C' | b'E'..=b'V' => line.qualifier == Code::new(b"HC"),
            // a list of one's own may have CPT and dental codes too
            first @ (b'0'..=b'9' | b'D') => hcpcs.info().own && hcpcs.has_longer(Code::new(&[first])),
            _ => false,
        };
        if !is_listed_kind || !shape::is_hcpcs(code) {
            continue;
        }
        let date = || subject.claim.service_period(line).map_or(subject.received, |period| period.from);
        if !hcpcs.contains_on(code, date) && !policy.names(code) {
            at_line(subject, findings, RuleId::COD103, line, line.procedure_cell)
                .found(input(line.procedure_cell))
                .words(&hcpcs.info().version)
                .add();
        }
    }
}

fn modifiers(subject: &Subject<'_>, findings: &mut Findings) {
    for line in subject.claim.lines() {
        for (at, modifier) in line.modifiers.iter().enumerate() {
            if modifier.is_empty() {
                continue;
            }
            let number = line.procedure_cell.component + 1 + at as u8;
            let cell = || component(subject.claim.unit, line.procedure_cell, number);
            // of digits only, there is nothing to look at again
            let is_small = || has_letter(*modifier) && has_small_letters(subject.claim.text(cell()));
            let fault = modifier_fault(subject, line, at, *modifier);
            if let Some(outcome) = fault.or_else(|| is_small().then_some(SMALL_LETTERS)) {
                let cell = cell();
                let version = &subject.reference.codes.hcpcs_modifiers.info().version;
                at_line(subject, findings, RuleId::COD104, line, cell)
                    .outcome(outcome)
                    .found(input(cell))
                    .words(version)
                    .add();
            }
        }
    }
}

fn has_letter(modifier: Code) -> bool {
    modifier.byte(0).is_ascii_uppercase() || modifier.byte(1).is_ascii_uppercase()
}

/// A place where an ambulance stops, as the two letters of its modifier name them.
fn is_stop(letter: u8) -> bool {
    b"DEGHIJNPRSX".contains(&letter)
}

fn modifier_fault(subject: &Subject<'_>, line: &ServiceLine, at: usize, modifier: Code) -> Option<u8> {
    if !shape::is_modifier(modifier) {
        return Some(SHAPE);
    }
    if line.modifiers.iter().take(at).any(|before| *before == modifier) {
        return Some(TWICE);
    }
    let known = match (modifier.byte(0), modifier.byte(1)) {
        // where an ambulance came from and went to
        (from, to) if line.procedure.starts_with(Code::new(b"A0")) && is_stop(from) && is_stop(to) => true,
        (b'0'..=b'9', b'0'..=b'9') | (b'P', b'1'..=b'6') | (b'1'..=b'8', b'P') => true,
        _ => {
            let date = || subject.claim.service_period(line).map_or(subject.received, |period| period.from);
            subject.reference.codes.hcpcs_modifiers.contains_on(modifier, date)
        }
    };
    (!known).then_some(UNKNOWN)
}
