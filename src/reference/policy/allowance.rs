//! How much of a service needs no authorization: the words of `frequency_limit` and `period`, as numbers.

/// So much in a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowance {
    /// How much.
    pub allowed: Allowed,
    /// In which time.
    pub period: AllowancePeriod,
}

/// How much is allowed, in ten-thousandths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// Units.
    Units(i64),
    /// Dollars of charges.
    Charges(i64),
}

/// In which time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AllowancePeriod {
    /// A calendar month.
    Month,
    /// So many months.
    Months(i32),
    /// So many days.
    Days(i32),
}

impl Allowance {
    /// What the words mean: `2`, `1/day`, `USD 100 …` in a `month`, `6 months`, `5 years`, `90 days`, `27-30 days` (the shorter).
    /// None for words that are no number, such as `per code`.
    pub fn parse(limit: &str, period: &str) -> Option<Allowance> {
        let (limit, period) = (limit.trim(), period.trim());
        if let Some(each) = limit.strip_suffix("/day") {
            return Some(Allowance {
                allowed: Allowed::Units(whole(each)?),
                period: AllowancePeriod::Days(1),
            });
        }
        let allowed = match limit.strip_prefix("USD ") {
            Some(dollars) => Allowed::Charges(whole(dollars.split(' ').next()?)?),
            None => Allowed::Units(whole(limit)?),
        };
        Some(Allowance { allowed, period: AllowancePeriod::parse(period)? })
    }

    /// How much, in ten-thousandths of whatever it is.
    pub const fn limit(self) -> i64 {
        match self.allowed {
            Allowed::Units(limit) | Allowed::Charges(limit) => limit,
        }
    }
}

fn whole(text: &str) -> Option<i64> {
    text.trim().parse::<u32>().ok().map(|number| i64::from(number) * 10_000)
}

impl AllowancePeriod {
    fn parse(text: &str) -> Option<AllowancePeriod> {
        let (number, unit) = match text.split_once(' ') {
            Some((number, unit)) if number != "calendar" => (number.split('-').next()?.parse().ok()?, unit),
            _ => (1, text),
        };
        if !(1..=1200).contains(&number) {
            return None;
        }
        match unit {
            "day" | "days" => Some(AllowancePeriod::Days(number)),
            "month" | "calendar month" if number == 1 => Some(AllowancePeriod::Month),
            "month" | "months" => Some(AllowancePeriod::Months(number)),
            "year" | "years" => Some(AllowancePeriod::Months(12 * number)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowance, AllowancePeriod, Allowed};

    #[test]
    fn words_are_numbers() {
        use AllowancePeriod::{Days, Month, Months};
        use Allowed::{Charges, Units};
        for (limit, period, expected) in [
            ("2", "month", Some((Units(20_000), Month))),
            ("USD 100 cumulative purchase within group", "calendar month", Some((Charges(1_000_000), Month))),
            ("USD 50 cumulative rental within group", "15 months", Some((Charges(500_000), Months(15)))),
            ("1", "5 years", Some((Units(10_000), Months(60)))),
            ("1", "1 year", Some((Units(10_000), Months(12)))),
            ("200", "27-30 days", Some((Units(2_000_000), Days(27)))),
            ("1/day", "day", Some((Units(10_000), Days(1)))),
            ("per code", "month", None),
            ("monthly rental", "month", None),
            ("rental", "per birth", None),
            ("12 visits", "calendar year", None),
            ("", "", None),
        ] {
            let found = Allowance::parse(limit, period).map(|found| (found.allowed, found.period));
            assert_eq!(found, expected, "{limit} in {period}");
        }
    }
}
