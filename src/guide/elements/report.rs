//! The findings about elements. Here alone something is allocated.

use crate::finding::{Code, Draft, Fact, Place, RuleId, Span};
use crate::guide::generated::pool;
use crate::guide::model::CodeList;

use super::value::Wrong;
use super::{Check, Located, Part};

/// As many codes of a list are shown.
const SHOWN_CODES: usize = 24;

fn name(at: u16) -> &'static str {
    pool::NAMES.get(usize::from(at)).copied().unwrap_or("")
}

/// Which date it is, as an outcome of ELM103.
fn date_outcome(located: &Located<'_>, place: Place) -> u8 {
    match (located.segment.id(), place.element) {
        (b"DMG", _) => 1,
        (b"DTP", 3) => match located.segment.element(1) {
            b"472" => 0,
            b"434" => 3,
            b"435" => 4,
            _ => 2,
        },
        _ => 2,
    }
}

/// Whether it is the charge of a claim or line.
fn is_charge(place: Place) -> bool {
    let id = place.segment_id;
    match place.element {
        2 => id == Code::new(b"CLM") || id == Code::new(b"SV1") || id == Code::new(b"SV3"),
        3 => id == Code::new(b"SV2"),
        _ => false,
    }
}

impl Check<'_, '_> {
    /// Begins a finding about an element or component: the first facts are what it is called, and what its loop is.
    #[cold]
    pub(super) fn draft_about(
        &mut self,
        rule: RuleId,
        located: &Located<'_>,
        place: Place,
        part: Part,
    ) -> Draft<'_> {
        let draft = self.findings.draft(rule, place).line(self.line);
        draft.words(&part.row.label(place)).fact(Fact::Text(name(located.in_loop.name)))
    }

    /// The same, with what stands there.
    #[cold]
    pub(super) fn draft(
        &mut self,
        rule: RuleId,
        located: &Located<'_>,
        place: Place,
        part: Part,
        span: Span,
    ) -> Draft<'_> {
        self.draft_about(rule, located, place, part).found(Fact::Input(span))
    }

    #[cold]
    pub(super) fn report_missing(&mut self, located: &Located<'_>, place: Place, part: Part) {
        self.draft_about(RuleId::ELM101, located, place, part).add();
    }

    #[cold]
    pub(super) fn report_not_used(&mut self, located: &Located<'_>, place: Place, part: Part, span: Span) {
        self.draft(RuleId::ELM104, located, place, part, span).add();
    }

    #[cold]
    pub(super) fn report_no_data(&mut self, located: &Located<'_>) {
        let draft = self.findings.draft(RuleId::SEG107, located.place()).line(self.line);
        draft.fact(Fact::Text(name(located.in_loop.name))).add();
    }

    #[cold]
    pub(super) fn report_surplus_element(&mut self, located: &Located<'_>, n: u8) {
        // the last bit stands for all elements from there on
        let count = located.segment.elements();
        let n = if n == 63 {
            (n..count).find(|n| !located.segment.element(*n).is_empty()).unwrap_or(count)
        } else {
            n
        };
        let place = located.place().at_element(n);
        let draft = self.findings.draft(RuleId::ELM105, place).line(self.line);
        draft
            .found(Fact::Input(located.segment.span(n)))
            .expected(Fact::Number(i64::from(located.row.elements.len)))
            .fact(Fact::Text(name(located.in_loop.name)))
            .add();
    }

    #[cold]
    pub(super) fn report_surplus_component(
        &mut self,
        located: &Located<'_>,
        place: Place,
        part: Part,
        span: Span,
    ) {
        let whole = Place { component: 0, ..place };
        let draft =
            self.findings.draft(RuleId::ELM106, place.of_data_element(part.row.number)).line(self.line);
        draft
            .found(Fact::Input(span))
            .expected(Fact::Number(i64::from(part.row.parts.len)))
            .words(&part.row.label(whole))
            .fact(Fact::Text(name(located.in_loop.name)))
            .add();
    }

    #[cold]
    pub(super) fn report_repetitions(&mut self, located: &Located<'_>, place: Place, part: Part, span: Span) {
        let most = i64::from(part.row.repeat.max(1));
        let text = span.of(self.input.bytes);
        let count = self.input.separators.repetitions(text).count() as i64;
        let draft = self.draft_about(RuleId::ELM107, located, place, part);
        draft.fact(Fact::Number(count)).expected(Fact::Number(most)).add();
    }

    /// A component separator in an element that has no components.
    #[cold]
    pub(super) fn report_separator(&mut self, located: &Located<'_>, place: Place, part: Part, span: Span) {
        let separator = char::from(self.input.separators.component).to_string();
        self.draft(RuleId::ELM110, located, place, part, span).outcome(2).words(&separator).add();
    }

    #[cold]
    pub(super) fn report_trailing(&mut self, located: &Located<'_>) {
        self.findings.draft(RuleId::ELM115, located.place()).line(self.line).add();
    }

    #[cold]
    pub(super) fn report_value(
        &mut self,
        located: &Located<'_>,
        place: Place,
        part: Part,
        span: Span,
        wrong: Wrong,
    ) {
        let (min, max) = (i64::from(part.row.min), i64::from(part.row.max));
        let (rule, outcome) = match wrong {
            Wrong::Short(_) => (RuleId::ELM108, 0),
            Wrong::Long(_) => (RuleId::ELM109, 0),
            Wrong::Number if is_charge(place) => (RuleId::ELM102, 0),
            Wrong::Number => (RuleId::ELM102, 1),
            Wrong::Amount => (RuleId::ELM102, 2),
            Wrong::Code => (RuleId::ELM111, 0),
            Wrong::Date => (RuleId::ELM103, date_outcome(located, place)),
            Wrong::Time => (RuleId::ELM112, 0),
        };
        let codes = if wrong == Wrong::Code { codes(part) } else { String::new() };
        let expected = if codes.is_empty() { Fact::None } else { self.findings.keep(&codes) };
        let draft = self.draft(rule, located, place, part, span).outcome(outcome).expected(expected);
        match wrong {
            Wrong::Short(length) => draft.fact(Fact::Number(length as i64)).expected(Fact::Number(min)).add(),
            Wrong::Long(length) => draft.fact(Fact::Number(length as i64)).expected(Fact::Number(max)).add(),
            _ => draft.add(),
        }
    }
}

/// The codes of a list, the first of a long one.
fn codes(part: Part) -> String {
    let list = CodeList::of(part.row);
    let all = list.to_string();
    if list.len() <= SHOWN_CODES {
        return all;
    }
    let shown: Vec<&str> = all.split(", ").take(SHOWN_CODES).collect();
    format!("{} … ({} codes)", shown.join(", "), list.len())
}
