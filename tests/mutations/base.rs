//! The valid sets, and cases made of them.

use std::path::Path;

use claimsieve::finding::Findings;
use claimsieve::guide::{Guide, GuideId, Input, Matcher, Slot};
use claimsieve::x12::{SegmentTable, Segments, Separators, Tokeniser};

/// A valid set.
pub(crate) struct Base {
    /// Its file under `bases`, without ending.
    pub(crate) name: &'static str,
    /// What reasons call its kind.
    pub(crate) kind: &'static str,
    pub(crate) id: GuideId,
    /// Whether only what differs from another base of its kind is mutated in every way.
    pub(crate) is_variant: bool,
    /// Id and elements of each segment.
    pub(crate) lines: Vec<Vec<String>>,
    /// The place of each segment.
    pub(crate) slots: Vec<Slot>,
}

/// What must be said of a case. Numbers are 0 where there is none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Expected {
    pub(crate) loop_id: String,
    pub(crate) segment: String,
    pub(crate) position: u32,
    pub(crate) element: u8,
    pub(crate) component: u8,
    pub(crate) ik3: String,
    pub(crate) ik4: String,
    pub(crate) rule: String,
}

/// A set with one fault.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) mutation: String,
    pub(crate) lines: Vec<Vec<String>>,
    pub(crate) expected: Vec<Expected>,
}

/// Every base.
pub(crate) fn all() -> Vec<Base> {
    use GuideId::{AuthorizationRequest, AuthorizationResponse, Dental, Institutional, Professional};
    [
        ("837p-subscriber", "837P", Professional, false),
        ("837p-patient", "837P", Professional, true),
        ("837i-subscriber", "837I", Institutional, false),
        ("837i-patient", "837I", Institutional, true),
        ("837d-subscriber", "837D", Dental, false),
        ("837d-patient", "837D", Dental, true),
        ("278-request", "278", AuthorizationRequest, false),
        ("278-response", "278", AuthorizationResponse, false),
    ]
    .into_iter()
    .map(|(name, kind, id, is_variant)| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/mutations/bases/{name}.txt"));
        let text = std::fs::read_to_string(path).unwrap();
        let lines: Vec<Vec<String>> =
            text.lines().map(|line| line.split('*').map(str::to_owned).collect()).collect();
        let slots = places(id, &lines).expect("a valid base");
        Base { name, kind, id, is_variant, lines, slots }
    })
    .collect()
}

/// The place of each segment; none where one has no place, or a segment or loop is missing or too much.
pub(crate) fn places(id: GuideId, lines: &[Vec<String>]) -> Option<Vec<Slot>> {
    let text: String = lines.iter().map(|line| line.join("*") + "~").collect();
    let mut segments = SegmentTable::new();
    Tokeniser.read(text.as_bytes(), &Separators::USUAL, &mut segments);
    let (mut slots, mut findings) = (Vec::new(), Findings::default());
    let guide = Guide::of(id);
    let input = Input { bytes: text.as_bytes(), segments: &segments, separators: Separators::USUAL };
    let to = segments.len() as u32;
    Matcher::new().match_set(guide, input, 0, to, &mut slots, &mut findings);
    let places = slots.iter().map(|slot| guide.slot(*slot)).collect::<Option<Vec<Slot>>>();
    places.filter(|_| findings.is_empty())
}

impl Base {
    pub(crate) fn group(&self) -> &'static str {
        if self.kind == "278" { "HI" } else { "HC" }
    }

    pub(crate) fn version(&self) -> &'static str {
        self.id.version()
    }

    /// The id of the loop of a segment.
    pub(crate) fn loop_of(&self, at: usize) -> String {
        self.slots[at].loop_id().to_string()
    }

    /// Whether a changed set has its segments where the base has them.
    pub(crate) fn keeps_places(&self, lines: &[Vec<String>]) -> bool {
        let numbers = |slots: &[Slot]| slots.iter().map(Slot::number).collect::<Vec<_>>();
        places(self.id, lines).is_some_and(|slots| numbers(&slots) == numbers(&self.slots))
    }
}

/// Segment `at` with element `n`, or its component `component` if that is not 0, set to `value`; what is then empty at the
/// end is left out.
pub(crate) fn with(lines: &[Vec<String>], at: usize, n: u8, component: u8, value: &str) -> Vec<Vec<String>> {
    let mut lines = lines.to_vec();
    let segment = &mut lines[at];
    let n = usize::from(n);
    if segment.len() <= n {
        segment.resize(n + 1, String::new());
    }
    segment[n] = if component == 0 {
        value.to_owned()
    } else {
        let mut parts: Vec<&str> = segment[n].split(':').collect();
        let component = usize::from(component);
        if parts.len() < component {
            parts.resize(component, "");
        }
        parts[component - 1] = value;
        while parts.last().is_some_and(|part| part.is_empty()) {
            parts.pop();
        }
        parts.join(":")
    };
    while segment.len() > 1 && segment.last().is_some_and(String::is_empty) {
        segment.pop();
    }
    lines
}
