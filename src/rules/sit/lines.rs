//! SIT137, SIT139 to SIT141, SIT145: lines, and papers that go with a claim.

use super::hospital::is_visit_to_inpatient;
use super::{BASE, input, outcome, professional};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::{ClaimKind, ServiceLine, loops};
use crate::rules::aspect::Aspect;
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule, Severity};
use crate::rules::scene::at_piece;
use crate::rules::subject::{Subject, at_line};
use crate::x12::grammar::date_period;

macro_rules! claim {
    ($more:literal, $line:literal) => {
        concat!("CLM*A1*80***11:B:1*Y*A*Y*Y\n", $more, "HI*ABK:J069*ABF:R051\nLX*1\nSV1*HC:", $line)
    };
}

const fn warn(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Warn, when, message, remedy, codes)
}

const fn info(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Info, when, message, remedy, codes)
}

const CLIA: Codes = Codes::claim("A6", "544", "16", "MA120");

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT137,
        title: "Pointer twice",
        about: "A line points to each diagnosis once, the main one first.",
        requirements: &["S46"],
        check: Check::Claim(pointers),
        outcomes: &[warn(
            "one diagnosis twice",
            "Line {line} points to diagnosis {found} more than once.",
            "Point to each diagnosis once.",
            Codes::claim("A8", "477", "16", "M76"),
        )],
        examples: &[
            professional("twice", Expect::Warn, claim!("", "99213*80*UN*1***1:1\nDTP*472*D8*20260302")),
            professional(
                "two diagnoses",
                Expect::Silent,
                claim!("", "99213*80*UN*1***1:2\nDTP*472*D8*20260302"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT139,
        title: "CLIA number of a laboratory",
        about: "A laboratory service on a professional claim (CPT 80047 to 89398, except 89220 and codes of physicians' consultations 80500 to 80506) is given under a CLIA certificate, whose number goes with it (REF*X4, on the claim or the line). Modifier 90 says that another laboratory did it; then REF*F4 has that one's number. Whether a payer asks for it differs.",
        requirements: &["S62"],
        only: &[Aspect::Professional],
        check: Check::Claim(clia),
        outcomes: &[
            info(
                "no CLIA number",
                "Line {line} is a laboratory service ({found}), but the claim has no CLIA number (REF*X4).",
                "Add the CLIA number of the laboratory.",
                CLIA,
            ),
            warn(
                "referred out, without number",
                "Line {line} was done by another laboratory (modifier 90), but its CLIA number (REF*F4) is missing.",
                "Add the CLIA number of the laboratory that did the test.",
                CLIA,
            ),
        ],
        examples: &[
            professional("no number", Expect::Info, claim!("", "85025*80*UN*1***1\nDTP*472*D8*20260302")),
            professional(
                "referred out",
                Expect::Warn,
                claim!("REF*X4*05D0000105\n", "85025:90*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
            professional(
                "with its number",
                Expect::Silent,
                claim!("REF*X4*05D0000105\n", "85025*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT140,
        title: "Mammography certificate",
        about: "Mammography (CPT 77065 to 77067) is given under a certificate, whose number goes with the claim or line (REF*EW).",
        requirements: &["S63"],
        only: &[Aspect::Professional],
        check: Check::Claim(mammography),
        outcomes: &[info(
            "no number",
            "Line {line} is mammography, but the certificate's number (REF*EW) is missing.",
            "Add the number of the mammography certificate.",
            Codes { entity: "85", ..Codes::claim("A6", "153", "16", "MA128") },
        )],
        examples: &[
            professional("no number", Expect::Info, claim!("", "77067*80*UN*1***1\nDTP*472*D8*20260302")),
            professional(
                "with its number",
                Expect::Silent,
                claim!("REF*EW*221122\n", "77067*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT141,
        title: "Number of an attachment",
        about: "An attachment that is sent apart (PWK02 is BM, EL, EM, FX or FT) has a control number (PWK06), by which the payer finds the claim that it belongs to. One that is kept with the provider (AA) has none.",
        requirements: &["S64"],
        only: &[Aspect::Attachment],
        check: Check::Claim(attachment),
        outcomes: &[
            outcome(
                Severity::Reject,
                "no number",
                "An attachment is sent apart ({0} in PWK02), but has no control number (PWK06).",
                "Add the attachment control number that stands on the attachment.",
                Codes::claim("A6", "732", "16", "N706"),
            ),
            warn(
                "a number of what is not sent",
                "The attachment is kept with the provider (AA in PWK02), but has a control number, {found}.",
                "Leave PWK06 out, or say in PWK02 how the attachment is sent.",
                Codes::claim("A8", "732", "", ""),
            ),
        ],
        examples: &[
            professional(
                "by fax, without number",
                Expect::Reject,
                claim!("PWK*OZ*FX\n", "99213*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
            professional(
                "kept, with a number",
                Expect::Warn,
                claim!("PWK*OZ*AA***AC*ATT1\n", "99213*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
            professional(
                "by fax, with a number",
                Expect::Silent,
                claim!("PWK*OZ*FX***AC*ATT1\n", "99213*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT145,
        title: "Discharge without admission, or before it",
        about: "A professional claim with a date of discharge (DTP*096) has the date of admission (DTP*435), which is not after it. Where the place of service asks for the date of admission, SIT104 says so, and this rule does not say it again.",
        requirements: &["S42"],
        only: &[Aspect::Professional],
        check: Check::Claim(discharge),
        outcomes: &[
            warn(
                "no admission",
                "The claim has a date of discharge (DTP*096), but none of admission (DTP*435).",
                "Add the date of admission, or leave the discharge out.",
                Codes::claim("A6", "189", "16", "MA40"),
            ),
            outcome(
                Severity::Reject,
                "before the admission",
                "The date of discharge {found} is before the date of admission {0}.",
                "Correct the date of discharge or the date of admission.",
                Codes::claim("A8", "189", "16", "MA40"),
            ),
        ],
        examples: &[
            professional(
                "discharge alone",
                Expect::Warn,
                claim!("DTP*096*D8*20260302\n", "99213*80*UN*1***1\nDTP*472*D8*20260302"),
            ),
            professional(
                "discharged the day before the admission",
                Expect::Reject,
                claim!(
                    "DTP*435*D8*20260302\nDTP*096*D8*20260301\n",
                    "99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
            professional(
                "in a hospital: SIT104 asks for the admission",
                Expect::Silent,
                "CLM*A1*80***21:B:1*Y*A*Y*Y\nDTP*096*D8*20260302\nHI*ABK:J069\nLX*1\nSV1*HC:99221*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            professional(
                "both on one day",
                Expect::Silent,
                claim!(
                    "DTP*435*D8*20260302\nDTP*096*D8*20260302\n",
                    "99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
            professional(
                "both",
                Expect::Silent,
                claim!(
                    "DTP*435*D8*20260301\nDTP*096*D8*20260302\n",
                    "99213*80*UN*1***1\nDTP*472*D8*20260302"
                ),
            ),
        ],
        ..BASE
    },
];

fn pointers(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    for line in claim.lines() {
        for (at, cell) in line.pointers.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let text = claim.text(*cell);
            if line.pointers.iter().take(at).any(|before| claim.text(*before) == text) {
                at_line(subject, findings, RuleId::SIT137, line, *cell).found(input(*cell)).add();
            }
        }
    }
}

/// Whether a line or its claim has a REF with a qualifier.
fn has_reference(subject: &Subject<'_>, qualifier: &[u8], line: u32) -> bool {
    let qualifier = Code::new(qualifier);
    let all = &subject.claim.facts.references;
    all.iter().any(|one| one.qualifier == qualifier && (one.line == 0 || one.line == line))
}

/// Whether a CPT code lies between two others.
fn is_between(line: &ServiceLine, from: &[u8], to: &[u8]) -> bool {
    let code = line.procedure;
    let numeric = code.len() == 5 && (0..5).all(|at| code.byte(at).is_ascii_digit());
    numeric && Code::new(from) <= code && code <= Code::new(to)
}

fn clia(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.claim.kind() != ClaimKind::Professional {
        return;
    }
    for line in subject.claim.lines() {
        let is_test = is_between(line, b"80047", b"89398")
            && !is_between(line, b"80500", b"80506")
            && line.procedure != Code::new(b"89220");
        if !is_test {
            continue;
        }
        let outcome = if line.modifiers.contains(&Code::new(b"90")) {
            if has_reference(subject, b"F4", line.number) {
                continue;
            }
            1
        } else if has_reference(subject, b"X4", line.number) {
            continue;
        } else {
            0
        };
        at_line(subject, findings, RuleId::SIT139, line, line.procedure_cell)
            .outcome(outcome)
            .found(input(line.procedure_cell))
            .add();
    }
}

fn mammography(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.claim.kind() != ClaimKind::Professional {
        return;
    }
    for line in subject.claim.lines().iter().filter(|line| is_between(line, b"77065", b"77067")) {
        if !has_reference(subject, b"EW", line.number) {
            at_line(subject, findings, RuleId::SIT140, line, line.procedure_cell).add();
        }
    }
}

fn attachment(subject: &Subject<'_>, findings: &mut Findings) {
    for piece in subject.claim.pieces(Code::new(b"PWK")) {
        let pwk = piece.read(subject.claim.unit);
        match (pwk.element(2), pwk.element(6)) {
            (b"BM" | b"EL" | b"EM" | b"FX" | b"FT", b"") => {
                at_piece(findings, RuleId::SIT141, piece, &pwk, 6).fact(Fact::Input(pwk.span(2))).add();
            }
            (b"AA", number) if !number.is_empty() => {
                at_piece(findings, RuleId::SIT141, piece, &pwk, 6).outcome(1).add();
            }
            _ => {}
        }
    }
}

fn discharge(subject: &Subject<'_>, findings: &mut Findings) {
    let claim = subject.claim;
    if claim.kind() != ClaimKind::Professional {
        return;
    }
    for piece in claim.pieces(loops::DTP).filter(|piece| piece.loop_id == loops::L2300) {
        let dtp = piece.read(claim.unit);
        if dtp.element(1) != b"096" {
            continue;
        }
        match claim.facts.admission {
            None if !is_visit_to_inpatient(claim) => {
                at_piece(findings, RuleId::SIT145, piece, &dtp, 1).add();
            }
            Some(admission) => {
                let discharge = date_period(dtp.element(2), dtp.value(3));
                if discharge.is_some_and(|discharge| discharge.to < admission) {
                    at_piece(findings, RuleId::SIT145, piece, &dtp, 3)
                        .outcome(1)
                        .fact(Fact::Date(admission))
                        .add();
                }
            }
            None => {}
        }
    }
}
