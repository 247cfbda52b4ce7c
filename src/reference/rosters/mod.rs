//! What the plan knows of its members, providers and decisions: a folder of CSV files, each optional.

mod authorizations;
mod coverage;
mod facilities;
mod history;
mod members;
mod odd;
mod programs;
mod providers;
mod request_log;

pub use coverage::{CoverageRow, OtherCoverage};
pub use facilities::{Facilities, FacilityRow, NicuLevel};
pub use history::{History, HistoryRow};
pub use members::{LineOfBusiness, MemberRow, Members};
pub use odd::Odd;
pub use programs::{Program, ProgramRow, Programs};
pub use providers::{ProviderKind, ProviderRow, Providers};
pub use request_log::{LoggedRequest, RequestLog};

use super::authorization::AuthorizationBook;
use super::error::ReferenceErrors;
use super::index::TableInfo;
use super::text::TableText;
use super::{Npi, TaxId};
use crate::finding::Period;

/// The files of a rosters folder. One that is not there stays `None`: a rule that needs it does not run.
#[derive(Debug, Default)]
pub struct Rosters {
    /// `members.csv`.
    pub members: Option<Members>,
    /// `providers.csv`.
    pub providers: Option<Providers>,
    /// `facilities.csv`.
    pub facilities: Option<Facilities>,
    /// That there was an `authorizations.csv`, even an empty one; its rows are in the [`AuthorizationBook`].
    pub authorizations: Option<TableInfo>,
    /// `history.csv`.
    pub history: Option<History>,
    /// `provider_programs.csv`.
    pub programs: Option<Programs>,
    /// `other_coverage.csv`.
    pub other_coverage: Option<OtherCoverage>,
    /// `authorization_log.csv`.
    pub request_log: Option<RequestLog>,
}

impl Rosters {
    /// Whether `providers.csv` says that a provider works in the group of a tax id.
    pub fn is_in_group(&self, npi: Npi, group: Option<TaxId>) -> bool {
        let is_of_it = |row: &ProviderRow| row.group_tax_id.is_some() && row.group_tax_id == group;
        self.providers.as_ref().is_some_and(|providers| providers.find(npi).iter().any(is_of_it))
    }
}

/// The files that a rosters folder may hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Roster {
    /// Who is a member, where, and since when.
    Members,
    /// Who treats, and whether CCS-paneled.
    Providers,
    /// Hospitals, their NICU levels and CCS approval.
    Facilities,
    /// What the plan and the counties decided.
    Authorizations,
    /// Services of earlier claims.
    History,
    /// Programs that providers take part in.
    Programs,
    /// Payers that come before the plan.
    OtherCoverage,
    /// When authorizations were asked for and decided.
    RequestLog,
}

impl Roster {
    /// Every roster, in the order in which they are read.
    pub const ALL: [Roster; 8] = [
        Roster::Members,
        Roster::Providers,
        Roster::Facilities,
        Roster::Authorizations,
        Roster::History,
        Roster::Programs,
        Roster::OtherCoverage,
        Roster::RequestLog,
    ];

    /// The name, which is the file's without `.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Roster::Members => "members",
            Roster::Providers => "providers",
            Roster::Facilities => "facilities",
            Roster::Authorizations => "authorizations",
            Roster::History => "history",
            Roster::Programs => "provider_programs",
            Roster::OtherCoverage => "other_coverage",
            Roster::RequestLog => "authorization_log",
        }
    }

    /// The file's name.
    pub const fn file_name(self) -> &'static str {
        match self {
            Roster::Members => "members.csv",
            Roster::Providers => "providers.csv",
            Roster::Facilities => "facilities.csv",
            Roster::Authorizations => "authorizations.csv",
            Roster::History => "history.csv",
            Roster::Programs => "provider_programs.csv",
            Roster::OtherCoverage => "other_coverage.csv",
            Roster::RequestLog => "authorization_log.csv",
        }
    }

    /// A file to begin with: the header and rows of invented people and providers.
    pub const fn template(self) -> &'static str {
        match self {
            Roster::Members => include_str!("templates/members.csv"),
            Roster::Providers => include_str!("templates/providers.csv"),
            Roster::Facilities => include_str!("templates/facilities.csv"),
            Roster::Authorizations => include_str!("templates/authorizations.csv"),
            Roster::History => include_str!("templates/history.csv"),
            Roster::Programs => include_str!("templates/provider_programs.csv"),
            Roster::OtherCoverage => include_str!("templates/other_coverage.csv"),
            Roster::RequestLog => include_str!("templates/authorization_log.csv"),
        }
    }
}

/// The template of the roster of a name, such as `members`: [`Roster::template`].
pub fn template(name: &str) -> Option<&'static str> {
    Roster::ALL.into_iter().find(|roster| roster.name() == name).map(Roster::template)
}

impl Rosters {
    /// Reads a roster from the bytes of its file, in the place of one of the same kind that was read before;
    /// rows of `authorizations.csv` are added to `book`. On errors nothing is taken in.
    ///
    /// `file` is the name that errors show.
    pub fn read(
        &mut self,
        roster: Roster,
        file: &str,
        bytes: &[u8],
        book: &mut AuthorizationBook,
    ) -> Result<(), ReferenceErrors> {
        let text = TableText::new(file, bytes)?;
        let info = TableInfo {
            name: roster.name(),
            version: text.fingerprint(),
            rows: 0,
            source: file.to_owned(),
            own: true,
            effective: Period::ALWAYS,
        };
        match roster {
            Roster::Members => self.members = Some(Members::read(&text, info)?),
            Roster::Providers => self.providers = Some(Providers::read(&text, info)?),
            Roster::Facilities => self.facilities = Some(Facilities::read(&text, info)?),
            Roster::Authorizations => {
                self.authorizations = Some(authorizations::read(&text, info, book)?);
            }
            Roster::History => self.history = Some(History::read(&text, info)?),
            Roster::Programs => self.programs = Some(Programs::read(&text, info)?),
            Roster::OtherCoverage => self.other_coverage = Some(OtherCoverage::read(&text, info)?),
            Roster::RequestLog => self.request_log = Some(RequestLog::read(&text, info)?),
        }
        Ok(())
    }

    /// The editions of the rosters that are there, in a fixed order.
    pub(super) fn tables(&self) -> impl Iterator<Item = &TableInfo> {
        [
            self.members.as_ref().map(Members::info),
            self.providers.as_ref().map(Providers::info),
            self.facilities.as_ref().map(Facilities::info),
            self.authorizations.as_ref(),
            self.history.as_ref().map(History::info),
            self.programs.as_ref().map(Programs::info),
            self.other_coverage.as_ref().map(OtherCoverage::info),
            self.request_log.as_ref().map(RequestLog::info),
        ]
        .into_iter()
        .flatten()
    }
}

/// Whether two rows, each with its days, say different things of one key: that is an error where the days meet.
fn meet(a: Period, b: Period) -> bool {
    a.from <= b.to && b.from <= a.to
}

/// Finds, in a group of rows of one key that are sorted by their first day, two whose days meet and whose
/// facts differ: the earlier, the later, and what differs.
///
/// It is enough to compare each row with the one before it that lasts longest: rows that meet and agree are as one.
fn contradiction<T>(
    group: &[T],
    days: impl Fn(&T) -> Period,
    differs: impl Fn(&T, &T) -> Option<&'static str>,
) -> Option<(&T, &T, &'static str)> {
    let mut rows = group.iter();
    let mut longest = rows.next()?;
    for row in rows {
        if meet(days(longest), days(row))
            && let Some(what) = differs(longest, row)
        {
            return Some((longest, row, what));
        }
        if days(row).to > days(longest).to {
            longest = row;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Roster, Rosters, template};
    use crate::reference::AuthorizationBook;
    use proptest::prelude::*;

    #[test]
    fn templates_load() {
        let mut rosters = Rosters::default();
        let mut book = AuthorizationBook::default();
        for roster in Roster::ALL {
            assert_eq!(roster.file_name(), format!("{}.csv", roster.name()));
            rosters.read(roster, roster.file_name(), roster.template().as_bytes(), &mut book).unwrap();
            assert_eq!(template(roster.name()), Some(roster.template()));
        }
        let rows: Vec<_> = rosters.tables().map(|table| (table.name, table.rows > 0)).collect();
        assert_eq!(rows, Roster::ALL.map(|roster| (roster.name(), true)));
        assert!(!book.is_empty());
        assert_eq!(template("claims"), None);
    }

    /// What nobody sees is no part of a key: each column of each roster names the row and itself.
    #[test]
    fn no_column_takes_a_control_character() {
        for roster in Roster::ALL {
            let mut lines = roster.template().lines();
            let header: Vec<&str> = lines.next().unwrap().split(',').collect();
            let row: Vec<&str> = lines.next().unwrap().split(',').collect();
            for (at, column) in header.iter().enumerate() {
                for wrong in ["A\u{1}B", "A\tB", "\"A\nB\""] {
                    let mut row = row.clone();
                    row[at] = wrong;
                    let text = format!("{}\n{}\n", header.join(","), row.join(","));
                    let mut rosters = Rosters::default();
                    let read = rosters.read(
                        roster,
                        roster.file_name(),
                        text.as_bytes(),
                        &mut AuthorizationBook::default(),
                    );
                    let error = read.unwrap_err().to_string();
                    let place =
                        format!("{} row 2, column {column}: holds a control character", roster.file_name());
                    assert!(error.contains(&place), "{error}");
                    assert!(!error.contains("A\\"), "{error}");
                }
            }
        }
    }

    #[test]
    fn headers_are_those_of_the_documentation() {
        let headers = Roster::ALL.map(|roster| roster.template().lines().next().unwrap());
        assert_eq!(
            headers,
            [
                "member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to",
                "npi,group_tax_id,provider_type,ccs_paneled,paneled_from,paneled_to,pcp",
                "npi,nicu_level,ccs_approved,approved_from,approved_to,hrif",
                "number,kind,issuer,status,member_id,issued_on,valid_from,valid_to,provider_npi,codes,units,unit,setting",
                "member_id,record_id,payer_claim_number,service_date,code,modifier,units,provider_npi",
                "npi,program,effective_from,effective_to",
                "member_id,payer,effective_from,effective_to",
                "number,requested_on,urgent,decided_on,county_notified_on",
            ]
        );
    }

    proptest! {
        /// Whatever a file holds, reading it ends with rows or with errors.
        #[test]
        fn reading_never_panics(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
            cells in proptest::collection::vec("[ -~\r\n\u{e9}]{0,12}|[0-9]{10}|2025-01-01|A1|Y", 0..60),
        ) {
            for roster in Roster::ALL {
                let header = roster.template().lines().next().unwrap();
                let width = header.split(',').count();
                let rows: Vec<_> = cells.chunks(width).map(|row| row.join(",")).collect();
                for file in [bytes.clone(), format!("{header}\n{}", rows.join("\n")).into_bytes()] {
                    let mut book = AuthorizationBook::default();
                    let _ = Rosters::default().read(roster, "r.csv", &file, &mut book);
                }
            }
        }
    }

    #[test]
    fn every_column_must_be_there() {
        for roster in Roster::ALL {
            let header = roster.template().lines().next().unwrap();
            let error = Rosters::default()
                .read(roster, roster.file_name(), b"x\n1\n", &mut AuthorizationBook::default())
                .unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "{}: lacks the columns {}; its first line must name {header}",
                    roster.file_name(),
                    header.replace(',', ", ")
                )
            );
        }
    }
}
