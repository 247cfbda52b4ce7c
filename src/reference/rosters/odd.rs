//! What rosters say that can be read and is hardly meant: told to those who keep them, and no reason not to judge claims.

use std::fmt;

use crate::finding::Date;

use super::super::id::{Npi, Quantity};
use super::super::policy::County;
use super::{History, Members, RequestLog, Roster, Rosters};

/// Rows of a roster that are odd in one way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Odd {
    /// The roster.
    pub roster: Roster,
    /// The line of its first row that is, from 1.
    pub first: u32,
    /// How many rows are.
    pub rows: u64,
    /// What is odd, with its column.
    pub what: &'static str,
    /// No plan can mean it.
    pub is_wrong: bool,
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} row {}", self.roster.file_name(), self.first)?;
        match self.rows {
            0 | 1 => {}
            2 => f.write_str(" and another one")?,
            rows => write!(f, " and {} others", rows - 1)?,
        }
        write!(f, ", {}", self.what)
    }
}

/// Rows that are odd in one way, as they are found.
struct Finder {
    odd: Odd,
}

impl Finder {
    fn new(roster: Roster, is_wrong: bool, what: &'static str) -> Finder {
        Finder { odd: Odd { roster, first: u32::MAX, rows: 0, what, is_wrong } }
    }

    /// The rows, given by their lines, for which it holds.
    fn look(mut self, rows: impl Iterator<Item = (u32, bool)>) -> Option<Odd> {
        for (row, _) in rows.filter(|(_, is_odd)| *is_odd) {
            self.odd.rows += 1;
            self.odd.first = self.odd.first.min(row);
        }
        Some(self.odd).filter(|odd| odd.rows > 0)
    }
}

impl Rosters {
    /// What is odd in them, as seen on a day.
    pub fn odd(&self, today: Date) -> Vec<Odd> {
        let is_unsound = |npi: Option<Npi>| npi.is_some_and(|npi| !npi.is_sound());
        let members = || self.members.iter().flat_map(Members::all);
        let history = || self.history.iter().flat_map(History::all);
        let requests = || self.request_log.iter().flat_map(RequestLog::all);
        let wrong = |roster, what| Finder::new(roster, true, what);
        let note = |roster, what| Finder::new(roster, false, what);
        let all = [
            wrong(Roster::Members, "column pcp_npi: the NPI has a wrong check digit")
                .look(members().map(|row| (row.row, is_unsound(row.pcp)))),
            note(
                Roster::Members,
                "column county: none of the plan's counties; right for members who live elsewhere, else misspelt",
            )
            .look(members().map(|row| (row.row, row.county == Some(County::Other)))),
            wrong(Roster::History, "column provider_npi: the NPI has a wrong check digit")
                .look(history().map(|row| (row.row, is_unsound(row.provider)))),
            note(Roster::History, "column service_date: a day that is still to come")
                .look(history().map(|row| (row.row, row.service_date > today))),
            note(Roster::History, "column units: 0, which counts for nothing")
                .look(history().map(|row| (row.row, row.units == Quantity::ZERO))),
            wrong(Roster::RequestLog, "column decided_on: a day before requested_on").look(requests().map(
                |row| {
                    let days = row.requested_on.zip(row.decided_on);
                    (row.row, days.is_some_and(|(requested, decided)| decided < requested))
                },
            )),
        ];
        all.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Date;
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    #[test]
    fn what_is_odd_is_counted_and_loads() {
        let mut rosters = Rosters::default();
        for (roster, rows) in [
            (
                Roster::Members,
                "90000001A,2015-03-02,Santa Crux,medi-cal,Y,,1234567893,2024-01-01,\n\
                 90000002A,2015-03-02,Merced County,medi-cal,Y,,1234567890,2024-01-01,\n\
                 90000003A,2015-03-02,Fresno,medi-cal,Y,,,2024-01-01,\n\
                 90000004A,2015-03-02,,medi-cal,Y,,3234567893,2024-01-01,\n",
            ),
            (
                Roster::History,
                "90000001A,A1,P1,2026-07-02,97110,GP,1,1234567890\n90000001A,A2,P2,2026-07-01,97110,GP,0,\n",
            ),
            (
                Roster::RequestLog,
                "TAR1,2026-03-02,Y,2026-03-01,\nTAR2,2026-03-02,Y,2026-03-02,\nTAR3,,,2026-03-02,\n",
            ),
        ] {
            let header = roster.template().lines().next().unwrap();
            let (file, name) = (format!("{header}\n{rows}"), roster.file_name());
            rosters.read(roster, name, file.as_bytes(), &mut AuthorizationBook::default()).unwrap();
        }
        let odd = rosters.odd(Date::new(2026, 7, 1).unwrap());
        let told: Vec<(String, bool)> = odd.iter().map(|odd| (odd.to_string(), odd.is_wrong)).collect();
        let begin = |at: usize| told[at].0.split(':').next().unwrap();
        assert_eq!(told.len(), 6, "{told:?}");
        assert_eq!((begin(0), told[0].1), ("members.csv row 3 and another one, column pcp_npi", true));
        assert_eq!((begin(1), told[1].1), ("members.csv row 2 and another one, column county", false));
        assert_eq!((begin(2), told[2].1), ("history.csv row 2, column provider_npi", true));
        assert_eq!((begin(3), told[3].1), ("history.csv row 2, column service_date", false));
        assert_eq!((begin(4), told[4].1), ("history.csv row 3, column units", false));
        assert_eq!((begin(5), told[5].1), ("authorization_log.csv row 2, column decided_on", true));
    }
}
