//! COD112 and COD113: states, countries and ZIP codes of addresses.

use super::{BASE, professional, reject, shape, warn};
use crate::finding::{Code, Fact, Findings, RuleId};
use crate::record::loops;
use crate::rules::brief::is_domestic;
use crate::rules::rule::{Check, Codes, Expect, Rule};
use crate::rules::scene::{Scene, at_piece};

macro_rules! at {
    ($city:literal) => {
        concat!(
            "@replace N4*SANTA CRUZ*CA*95060|N4*",
            $city,
            "\nCLM*A1*80***11:B:1*Y*A*Y*Y\nHI*ABK:J069\nLX*1\nSV1*HC:99213*80*UN*1***1\nDTP*472*D8*20260302"
        )
    };
}

const STATE: Codes = Codes::claim("A7", "501", "", "");
const ZIP: Codes = Codes::claim("A7", "500", "", "");

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: RuleId::COD112,
        title: "State and country",
        about: "The state of an address in the United States or Canada (N402) is two letters and should be in the list at hand, as should the country (N404) of another one.",
        check: Check::Anywhere(state),
        outcomes: &[
            reject(
                "state of a wrong shape",
                "State {found} is not two letters.",
                "Correct the state.",
                STATE,
            ),
            warn(
                "state not in the list",
                "State {found} is not in the list of states and provinces at hand.",
                "Check the state.",
                STATE,
            ),
            warn(
                "country not in the list",
                "Country {found} is not in the list of countries at hand.",
                "Check the country: two letters of ISO 3166.",
                STATE,
            ),
        ],
        examples: &[
            professional("a digit in it", Expect::Reject, at!("SANTA CRUZ*C4*95060")),
            professional("there is no XX", Expect::Warn, at!("SANTA CRUZ*XX*95060")),
            professional("California", Expect::Silent, at!("SANTA CRUZ*CA*95060")),
        ],
        ..BASE
    },
    Rule {
        id: RuleId::COD113,
        title: "ZIP code",
        about: "The ZIP code of an address in the United States (N403) is five or nine digits without a hyphen, and lies in the state that the address names.",
        check: Check::Anywhere(zip),
        outcomes: &[
            reject(
                "wrong shape",
                "ZIP code {found} is not five or nine digits.",
                "Send five or nine digits without a hyphen.",
                ZIP,
            ),
            warn(
                "another state",
                "ZIP code {found} is in {0}, but the address names {1}.",
                "Correct the ZIP code or the state.",
                ZIP,
            ),
        ],
        examples: &[
            professional("a hyphen", Expect::Reject, at!("SANTA CRUZ*CA*95060-1234")),
            professional("a ZIP code of California, in Nevada", Expect::Warn, at!("SANTA CRUZ*NV*95060")),
            professional("nine digits", Expect::Silent, at!("SANTA CRUZ*CA*950601234")),
            professional("a blank behind it", Expect::Silent, at!("SANTA CRUZ*CA*95060 ")),
        ],
        ..BASE
    },
];

/// The provinces of Canada.
fn is_canadian(state: &[u8]) -> bool {
    matches!(
        state,
        b"AB"
            | b"BC"
            | b"MB"
            | b"NB"
            | b"NF"
            | b"NL"
            | b"NS"
            | b"NT"
            | b"NU"
            | b"ON"
            | b"PE"
            | b"PQ"
            | b"QC"
            | b"SK"
            | b"YT"
    )
}

fn state(scene: &Scene<'_>, findings: &mut Findings) {
    let codes = &scene.reference.codes;
    for (piece, n4) in scene.of(loops::N4) {
        let (state, country) = (n4.value(2), n4.value(4));
        if !is_domestic(country) && country != b"CA" {
            if !codes.countries.contains(Code::upper(country)) {
                at_piece(findings, RuleId::COD112, piece, &n4, 4).outcome(2).add();
            }
            continue;
        }
        if state.is_empty() {
            continue;
        }
        let outcome = if state.len() != 2 || !state.iter().all(u8::is_ascii_alphabetic) {
            0
        } else if codes.states.contains(Code::upper(state)) {
            continue;
        } else {
            1
        };
        at_piece(findings, RuleId::COD112, piece, &n4, 2).outcome(outcome).add();
    }
}

fn zip(scene: &Scene<'_>, findings: &mut Findings) {
    for (piece, n4) in scene.of(loops::N4) {
        let (state, zip) = (n4.value(2), n4.value(3));
        if zip.is_empty() || !is_domestic(n4.value(4)) || is_canadian(state) {
            continue;
        }
        if !shape::is_digits(zip, 5) && !shape::is_digits(zip, 9) {
            at_piece(findings, RuleId::COD113, piece, &n4, 3).add();
            continue;
        }
        let codes = &scene.reference.codes;
        let Some(lies_in) = codes.zip_state.state(zip) else { continue };
        // of a state that is none, COD112 speaks
        if lies_in != Code::upper(state) && codes.states.contains(Code::upper(state)) {
            at_piece(findings, RuleId::COD113, piece, &n4, 3)
                .outcome(1)
                .fact(Fact::Code(lies_in))
                .fact(Fact::Input(n4.value_span(2)))
                .add();
        }
    }
}
