//! Which findings are made at all: rules may be kept to dates of service.

use super::{Date, Period, RuleId};

/// Rules that are kept to dates of service, and the dates of the record at hand. What such a rule finds of a service outside of them is
/// no finding: it is not counted either.
#[derive(Debug, Default)]
pub(super) struct Gate {
    rules: Vec<(RuleId, Period)>,
    /// The date of the record as a whole.
    whole: Option<Date>,
    /// Lines with a date of their own.
    lines: Vec<(u32, Date)>,
}

impl Gate {
    pub(super) fn open(&mut self) {
        self.rules.clear();
        self.lines.clear();
        self.whole = None;
    }

    pub(super) fn set(
        &mut self,
        rules: &[(RuleId, Period)],
        whole: Option<Date>,
        lines: impl Iterator<Item = (u32, Date)>,
    ) {
        self.open();
        self.rules.extend_from_slice(rules);
        self.whole = whole;
        self.lines.extend(lines);
    }

    /// The dates of service that a rule is kept to, if it is.
    pub(super) fn of(&self, rule: RuleId) -> Option<Period> {
        self.rules.iter().find(|(kept, _)| *kept == rule).map(|(_, period)| *period)
    }

    /// Whether a line (0: the record as a whole) is in a period; what has no date is.
    pub(super) fn is_within(&self, period: Period, line: u32) -> bool {
        let own = self.lines.iter().find(|(number, _)| *number == line).map(|(_, date)| *date);
        own.or(self.whole).is_none_or(|date| period.contains(date))
    }
}
