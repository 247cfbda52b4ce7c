//! The dates of service that rules apply to.

use crate::finding::{Date, Period, RuleId};

/// The dates of service that each rule applies to: its own first date, or what a profile says.
#[derive(Clone, Debug)]
pub struct RuleDates {
    /// The rules' own first dates, by the place of the rule.
    own: Vec<Date>,
    /// The dates that count, likewise.
    all: Vec<Period>,
    /// Those that a profile chose.
    chosen: Vec<(RuleId, Period)>,
}

impl RuleDates {
    /// The rules' own.
    pub fn of_rules() -> RuleDates {
        let own: Vec<Date> = super::all().map(super::Rule::effective).collect();
        let all = own.iter().map(|from| Period { from: *from, to: Date::MAX }).collect();
        RuleDates { own, all, chosen: Vec::new() }
    }

    /// Keeps a rule to other dates; an end that is not given stays as it is.
    pub fn choose(&mut self, rule: RuleId, from: Option<Date>, to: Option<Date>) {
        let Some(period) = self.all.get_mut(rule.index()) else { return };
        period.from = from.unwrap_or(period.from);
        period.to = to.unwrap_or(period.to);
        let period = *period;
        self.chosen.retain(|(other, _)| *other != rule);
        self.chosen.push((rule, period));
    }

    /// The first date of service that a rule itself applies to, whatever a profile says.
    pub fn own(&self, rule: RuleId) -> Date {
        self.own.get(rule.index()).copied().unwrap_or(Date::MIN)
    }

    /// The dates that a rule applies to.
    pub fn of(&self, rule: RuleId) -> Period {
        self.all.get(rule.index()).copied().unwrap_or(Period::ALWAYS)
    }

    /// The rules whose dates a profile chose: they are not all asked for them, and what they find is held against them.
    pub fn chosen(&self) -> &[(RuleId, Period)] {
        &self.chosen
    }
}
