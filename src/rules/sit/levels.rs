//! SIT129 to SIT136, SIT146: billing provider, subscriber and patient.

use super::{BASE, outcome, professional};
use crate::finding::{Code, Fact, Findings, Place, RuleId};
use crate::record::loops;
use crate::rules::brief::is_domestic;
use crate::rules::rule::{Check, Codes, Expect, Outcome, Rule, Severity};
use crate::rules::scene::{Scene, at_piece};
use crate::rules::subject::Subject;

/// A claim, and what is replaced above it.
macro_rules! above {
    ($edit:literal) => {
        concat!(
            $edit,
            "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

const BILLING_STREET: Codes = Codes { entity: "85", ..Codes::claim("A8", "503", "", "") };
const ZIP: Codes = Codes::claim("A7", "500", "", "");
const PATIENT: Codes = Codes { entity: "QC", ..Codes::claim("A8", "156", "", "") };
const SUBSCRIBER: Codes = Codes { entity: "IL", ..Codes::claim("A6", "126", "", "") };

const fn warn(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Warn, when, message, remedy, codes)
}

const fn info(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Info, when, message, remedy, codes)
}

const fn reject(when: &'static str, message: &'static str, remedy: &'static str, codes: Codes) -> Outcome {
    outcome(Severity::Reject, when, message, remedy, codes)
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::SIT129,
        title: "Billing provider at a post office box",
        about: "The billing provider's address (2010AA N3) is a street, not a post office box or lock box; those go to the pay-to address (2010AB).",
        requirements: &["S21"],
        check: Check::Level(box_address),
        outcomes: &[warn(
            "a box",
            "The billing provider's address is a post office box: {found}.",
            "Send the street address; a box goes to the pay-to address (2010AB).",
            BILLING_STREET,
        )],
        examples: &[
            professional("a box", Expect::Warn, above!("@replace N3*14 SHORE ROAD|N3*P.O. BOX 14\n")),
            professional(
                "a box behind a street",
                Expect::Warn,
                above!("@replace N3*14 SHORE ROAD|N3*14 SHORE ROAD PO BOX 3\n"),
            ),
            professional(
                "a street",
                Expect::Silent,
                above!("@replace N3*14 SHORE ROAD|N3*14 BOXWOOD ROAD\n"),
            ),
            professional(
                "a street that is called after a post office",
                Expect::Silent,
                above!("@replace N3*14 SHORE ROAD|N3*POST OFFICE BOULEVARD 5\n"),
            ),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT130,
        title: "Nine-digit ZIP code",
        about: "The ZIP codes of the billing provider (2010AA) and of the service facility (2310C professional and dental, 2310E institutional; of a line 2420C professional, 2420D dental) have nine digits, and the last four are not 0000.",
        requirements: &["S21"],
        check: Check::Anywhere(zip),
        outcomes: &[
            warn(
                "five digits",
                "ZIP code {found} has five digits; nine are needed here.",
                "Add the last four digits.",
                ZIP,
            ),
            warn(
                "last four are 0000",
                "The last four digits of ZIP code {found} are 0000, which no address has.",
                "Send the true last four digits.",
                ZIP,
            ),
        ],
        examples: &[
            professional(
                "five digits",
                Expect::Warn,
                above!("@replace N4*OXNARD*CA*930301234|N4*OXNARD*CA*93030\n"),
            ),
            professional(
                "0000",
                Expect::Warn,
                above!("@replace N4*OXNARD*CA*930301234|N4*OXNARD*CA*930300000\n"),
            ),
            professional(
                "five digits of a line's facility",
                Expect::Warn,
                "CLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nNM1*77*2*PIER HOUSE*****XX*1000001184\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060",
            ),
            professional("nine digits", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT131,
        title: "Billing provider without taxonomy code",
        about: "Payers that decide by specialty, such as Medi-Cal, need the billing provider's taxonomy code (2000A PRV*BI).",
        check: Check::Level(taxonomy),
        outcomes: &[info(
            "none",
            "The billing provider has no taxonomy code (PRV*BI).",
            "Add it where the payer needs it.",
            Codes { entity: "85", ..Codes::claim("A6", "145", "", "") },
        )],
        examples: &[
            professional("none", Expect::Info, above!("@replace PRV*BI*PXC*207X00000X~|\n")),
            professional("a surgeon", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT132,
        title: "Billing provider without NPI",
        about: "A billing provider who gives health care has an NPI (2010AA NM108 is XX). Only providers who give none, such as drivers, are known by another number.",
        requirements: &["S19"],
        check: Check::Level(billing_npi),
        outcomes: &[warn(
            "none",
            "The billing provider has no NPI.",
            "Add the NPI, unless the provider gives no health care and has none.",
            Codes { entity: "85", ..Codes::claim("A6", "562", "16", "N257") },
        )],
        examples: &[
            professional(
                "none",
                Expect::Warn,
                above!("@replace HARBOR CLINIC*****XX*1000000772|HARBOR CLINIC\n"),
            ),
            professional("an NPI", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT133,
        title: "Subscriber or patient",
        about: "Where the subscriber is the patient (SBR02 is 18), claims stand under the subscriber; where someone else is, under a patient level (2000C), and SBR02 is empty. A subscriber may have claims of their own, with 18, in front of those of a patient.",
        requirements: &["S2", "S3"],
        check: Check::Claim(who_is_the_patient),
        outcomes: &[
            reject(
                "a claim without patient",
                "The claim stands under a subscriber who is not the patient (SBR02 is not 18), and there is no patient level (2000C).",
                "Send 18 in SBR02 where the subscriber is the patient; else put the claim under a 2000C.",
                PATIENT,
            ),
            warn(
                "two patients",
                "The subscriber is the patient (SBR02 is 18) and has no claim of their own, but the claim stands under another patient (2000C).",
                "Leave SBR02 empty where the patient is someone else; else put the claim under the subscriber.",
                PATIENT,
            ),
        ],
        examples: &[
            professional("SBR02 is empty", Expect::Reject, above!("@replace SBR*P*18|SBR*P*\n")),
            professional(
                "SBR02 is 18, and the claim under a patient level",
                Expect::Warn,
                above!(
                    "@patient 20200101\n@replace SBR*P**|SBR*P*18*\n@replace NM1*PR*2*COAST|DMG*D8*19800302*M~NM1*PR*2*COAST\n"
                ),
            ),
            professional(
                "SBR02 is 18, and a claim of the subscriber's own in front of the patient's",
                Expect::Silent,
                "@replace HL*2*1*22*0|HL*2*1*22*1\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302\nHL*3*2*23*0\nPAT*19\nNM1*QC*1*VANCE*LEA\nN3*3 PIER STREET\nN4*SANTA CRUZ*CA*95060\nDMG*D8*20200101*F\nCLM*A2*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302",
            ),
            professional(
                "SBR02 is empty, and the claim under a patient level",
                Expect::Silent,
                above!("@patient\n"),
            ),
            professional("SBR02 is 18", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT134,
        title: "Subscriber's address",
        about: "A subscriber who is the patient (SBR02 is 18) has an address: 2010BA N3 and N4.",
        requirements: &["S4"],
        check: Check::Level(address),
        outcomes: &[reject(
            "no address",
            "The subscriber is the patient (SBR02 is 18), but has no {expected} in 2010BA.",
            "Add the subscriber's address.",
            SUBSCRIBER,
        )],
        examples: &[
            professional("no street", Expect::Reject, above!("@replace N3*3 PIER STREET~|\n")),
            professional("an address", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT135,
        title: "Address of a subscriber who is not the patient",
        about: "Address and birth date of the subscriber (2010BA N3, N4, DMG) are sent only where the subscriber is the patient. Sending them always is common, and harmless.",
        requirements: &["S4"],
        check: Check::Level(needless_address),
        outcomes: &[info(
            "not needed",
            "The subscriber is not the patient, and {segment} in 2010BA is not needed.",
            "Leave it out where SBR02 is not 18.",
            Codes { entity: "IL", ..Codes::claim("A8", "126", "", "") },
        )],
        examples: &[
            professional("an address all the same", Expect::Info, above!("@replace SBR*P*18|SBR*P*\n")),
            professional("the subscriber is the patient", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT136,
        title: "Kind of coverage",
        about: "The kind of coverage of the payer that the claim is sent to (2000B SBR09: MC Medicaid, CI commercial, 16 Medicare Advantage and so on) is required until payers have a national plan id.",
        requirements: &["S17"],
        check: Check::Level(filing),
        outcomes: &[warn(
            "none",
            "The subscriber's coverage is of no kind: SBR09 is empty.",
            "Add the claim filing indicator.",
            Codes { entity: "IL", ..Codes::claim("A6", "21", "", "") },
        )],
        examples: &[
            professional("none", Expect::Warn, above!("@replace SBR*P*18*******MC|SBR*P*18\n")),
            professional("Medicaid", Expect::Silent, above!("")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::SIT146,
        title: "Address without ZIP code or state",
        about: "An address in the United States (N404 is empty or US) has a state (N402) and a ZIP code (N403). Without a ZIP code the billing provider is nowhere; of other addresses it only warns.",
        requirements: &["S21"],
        check: Check::Anywhere(no_zip),
        outcomes: &[
            reject(
                "billing provider without ZIP code",
                "The billing provider's address has no ZIP code (N403).",
                "Add the ZIP code, or the country where it is abroad.",
                Codes { entity: "85", ..Codes::claim("A6", "500", "", "") },
            ),
            warn(
                "no ZIP code",
                "The address in {loop} has no ZIP code (N403).",
                "Add the ZIP code, or the country where it is abroad.",
                Codes::claim("A6", "500", "", ""),
            ),
            warn(
                "no state",
                "The address in {loop} has no state (N402).",
                "Add the state, or the country where it is abroad.",
                Codes::claim("A6", "501", "", ""),
            ),
        ],
        examples: &[
            professional(
                "a billing provider without ZIP code",
                Expect::Reject,
                above!("@replace N4*OXNARD*CA*930301234|N4*OXNARD*CA\n"),
            ),
            professional(
                "a subscriber without ZIP code",
                Expect::Warn,
                above!("@replace N4*SANTA CRUZ*CA*95060|N4*SANTA CRUZ*CA\n"),
            ),
            professional(
                "a subscriber without state",
                Expect::Warn,
                above!("@replace N4*SANTA CRUZ*CA*95060|N4*SANTA CRUZ**95060\n"),
            ),
            professional(
                "a subscriber abroad",
                Expect::Silent,
                above!("@replace N4*SANTA CRUZ*CA*95060|N4*LISBOA***PT\n"),
            ),
            professional("an address", Expect::Silent, above!("")),
        ],
        ..BASE
    },
];

fn box_address(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level != loops::L2000A {
        return;
    }
    let Some((piece, n3)) = scene.first(loops::BILLING, loops::N3) else { return };
    if let Some(element) = [1, 2].into_iter().find(|element| is_box(n3.element(*element))) {
        at_piece(findings, RuleId::SIT129, piece, &n3, element).add();
    }
}

/// Whether an address names a post office box or a lock box, at its beginning or behind a street: `PO BOX 1`, `12 X ST P.O. Box 1`,
/// `LOCKBOX 7`.
fn is_box(address: &[u8]) -> bool {
    const NAMES: [&[&[u8]]; 6] = [
        &[b"PO", b"BOX"],
        &[b"P", b"O", b"BOX"],
        &[b"POST", b"OFFICE", b"BOX"],
        &[b"POBOX"],
        &[b"LOCK", b"BOX"],
        &[b"LOCKBOX"],
    ];
    // all of them have an X, and few streets do
    if memchr::memchr2(b'X', b'x', address).is_none() {
        return false;
    }
    let words = || address.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    // the number may be written up against the name: `BOX14`
    let named = |word: &[u8], name: &[u8]| {
        let (own, rest) = word.split_at_checked(name.len()).unwrap_or((word, b""));
        own.eq_ignore_ascii_case(name) && rest.iter().all(u8::is_ascii_digit)
    };
    let begins = |at: usize, name: &[&[u8]]| {
        let mut from = words().skip(at);
        name.iter().all(|part| from.next().is_some_and(|word| named(word, part)))
    };
    (0..words().count()).any(|at| NAMES.iter().any(|name| begins(at, name)))
}

fn zip(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, n4) in scene.of(loops::N4) {
        let is_asked = match piece.loop_id {
            loops::BILLING => true,
            // of ambulances, 2310E is where the patient was picked up
            loops::L2310C | loops::L2310E | loops::L2420C | loops::L2420D => {
                scene.pieces.iter().any(|other| {
                    other.loop_id == piece.loop_id
                        && other.id == loops::NM1
                        && other.read(scene.unit).element(1) == b"77"
                })
            }
            _ => false,
        };
        let zip = n4.value(3);
        if !is_asked || !is_domestic(n4.value(4)) {
            continue;
        }
        let outcome = match zip.len() {
            5 => 0,
            9 if zip.ends_with(b"0000") => 1,
            _ => continue,
        };
        at_piece(findings, RuleId::SIT130, piece, &n4, 3).outcome(outcome).add();
    }
}

fn no_zip(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, n4) in scene.of(loops::N4).filter(|(_, n4)| is_domestic(n4.value(4))) {
        if n4.value(3).is_empty() {
            let outcome = u8::from(piece.loop_id != loops::BILLING || scene.level != loops::L2000A);
            at_piece(findings, RuleId::SIT146, piece, &n4, 3).outcome(outcome).add();
        }
        if n4.value(2).is_empty() {
            at_piece(findings, RuleId::SIT146, piece, &n4, 2).outcome(2).add();
        }
    }
}

fn taxonomy(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level == loops::L2000A
        && scene.of(loops::PRV).next().is_none()
        && let Some((piece, _)) = scene.first(loops::BILLING, loops::NM1)
    {
        findings.draft(RuleId::SIT131, piece.place()).expected(Fact::Code(loops::PRV)).add();
    }
}

fn billing_npi(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level == loops::L2000A
        && let Some((piece, nm1)) = scene.first(loops::BILLING, loops::NM1)
        && (nm1.element(8) != b"XX" || nm1.value(9).is_empty())
    {
        at_piece(findings, RuleId::SIT132, piece, &nm1, 9).add();
    }
}

fn who_is_the_patient(subject: &Subject<'_>, findings: &mut Findings) {
    let context = subject.claim.context;
    let outcome = match (context.subscriber.is_patient, context.patient) {
        (false, None) => 0,
        (true, Some(_)) if !context.subscriber.has_claims => 1,
        _ => return,
    };
    findings.draft(RuleId::SIT133, subject.claim.own_place()).outcome(outcome).add();
}

fn address(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level != loops::L2000B || !scene.context.subscriber.is_patient {
        return;
    }
    let Some((name, _)) = scene.first(loops::SUBSCRIBER, loops::NM1) else { return };
    // where it should have stood: behind the name, and the street
    let mut at = name.segment + 1;
    for id in [loops::N3, loops::N4] {
        if let Some((piece, _)) = scene.first(loops::SUBSCRIBER, id) {
            at = piece.segment + 1;
            continue;
        }
        let place = Place { missing: true, ..Place::segment(at, loops::SUBSCRIBER, id) };
        findings.draft(RuleId::SIT134, place).expected(Fact::Code(id)).add();
    }
}

fn needless_address(scene: &Scene<'_>, findings: &mut Findings) {
    const ASKED: [Code; 2] = [loops::N3, loops::DMG];
    if scene.level != loops::L2000B || scene.context.subscriber.is_patient {
        return;
    }
    if let Some((piece, _)) = ASKED.into_iter().find_map(|id| scene.first(loops::SUBSCRIBER, id)) {
        findings.draft(RuleId::SIT135, piece.place()).add();
    }
}

fn filing(scene: &Scene<'_>, findings: &mut Findings) {
    if scene.level == loops::L2000B
        && let Some((piece, sbr)) = scene.first(loops::L2000B, loops::SBR)
        && sbr.value(9).is_empty()
    {
        at_piece(findings, RuleId::SIT136, piece, &sbr, 9).add();
    }
}

#[cfg(test)]
mod tests {
    use super::is_box;

    #[test]
    fn boxes_are_no_streets() {
        for street in [
            "PO BOX 14",
            "P.O. Box 14",
            "p o box 14",
            "P.O.BOX14",
            "P-O-BOX 12",
            "POBOX 12",
            "POST OFFICE BOX 3",
            "LOCK BOX 7",
            "LOCKBOX 7",
            "12 X ST PO BOX 3",
        ] {
            assert!(is_box(street.as_bytes()), "{street}");
        }
        for street in [
            "14 BOXWOOD ROAD",
            "PORT BOX LANE 1",
            "POST OFFICE BOULEVARD 5",
            "RR 2 BOX 15",
            "3 PO BOXER ROAD",
            "",
            "POB",
        ] {
            assert!(!is_box(street.as_bytes()), "{street}");
        }
    }
}
