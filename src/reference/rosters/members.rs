//! `members.csv`.

use super::super::code_set::code_of;
use super::super::error::{Problem, ReferenceErrors};
use super::super::id::{MemberKey, Npi, member_key};
use super::super::index::TableInfo;
use super::super::lookup::{Keyed, Rows};
use super::super::policy::County;
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use super::contradiction;
use crate::finding::{Code, Date, Period, Sensitive};

columns! {
    MEMBER_ID "member_id" private,
    BIRTH_DATE "birth_date" private,
    COUNTY "county" required,
    LINE_OF_BUSINESS "line_of_business" required,
    CCS "ccs" required,
    CCS_CONDITIONS "ccs_conditions" private,
    PCP_NPI "pcp_npi" required,
    FROM "effective_from" required,
    TO "effective_to" required,
}

const LINES: &str = "medi-cal, ihss, dsnp, kaiser, ccs-state-only or nothing";

/// Whose programme a member is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LineOfBusiness {
    /// Medi-Cal of the plan.
    MediCal,
    /// In-home supportive services.
    Ihss,
    /// Dual-eligible special needs plan.
    Dsnp,
    /// Medi-Cal of Kaiser Permanente.
    Kaiser,
    /// CCS without Medi-Cal: the county's.
    CcsStateOnly,
}

impl LineOfBusiness {
    /// The word of the roster.
    pub const fn word(self) -> &'static str {
        match self {
            LineOfBusiness::MediCal => "medi-cal",
            LineOfBusiness::Ihss => "ihss",
            LineOfBusiness::Dsnp => "dsnp",
            LineOfBusiness::Kaiser => "kaiser",
            LineOfBusiness::CcsStateOnly => "ccs-state-only",
        }
    }

    /// Whether its members are not in the Whole Child Model, so that no CCS rule applies.
    pub const fn is_without_ccs(self) -> bool {
        matches!(self, LineOfBusiness::Ihss | LineOfBusiness::Dsnp)
    }

    fn parse(word: &[u8]) -> Option<LineOfBusiness> {
        use LineOfBusiness::{CcsStateOnly, Dsnp, Ihss, Kaiser, MediCal};
        [MediCal, Ihss, Dsnp, Kaiser, CcsStateOnly]
            .into_iter()
            .find(|line| word.eq_ignore_ascii_case(line.word().as_bytes()))
    }
}

/// What is known of a member on some days.
#[derive(Clone, Copy, Debug)]
pub struct MemberRow {
    key: MemberKey,
    /// The birth date, where known.
    pub birth_date: Sensitive<Option<Date>>,
    /// The county of residence, where known.
    pub county: Option<County>,
    /// The line of business, where known.
    pub line_of_business: Option<LineOfBusiness>,
    /// Whether the member is in CCS, where known.
    pub ccs: Option<bool>,
    /// The primary care provider, where known.
    pub pcp: Option<Npi>,
    /// The days for which the row holds.
    pub effective: Period,
    /// The line of the file, from 1.
    pub row: u32,
    /// Where the conditions stand in the roster's common list.
    conditions: (u32, u32),
}

impl Keyed for MemberRow {
    type Key = MemberKey;
    fn key(&self) -> MemberKey {
        self.key
    }
}

/// `members.csv`: who is a member, where, and since when.
#[derive(Debug)]
pub struct Members {
    info: TableInfo,
    rows: Rows<MemberRow>,
    conditions: Sensitive<Vec<Code>>,
}

impl Members {
    /// The rows of a member id, by their first day; a BIC id counts by its first nine characters.
    pub fn find(&self, id: &[u8]) -> &[MemberRow] {
        self.of(member_key(id))
    }

    /// All rows, by member.
    pub fn all(&self) -> &[MemberRow] {
        self.rows.all()
    }

    /// The rows of a member.
    pub fn of(&self, member: MemberKey) -> &[MemberRow] {
        if member.is_empty() { &[] } else { self.rows.find(member) }
    }

    /// The beginnings of the member's CCS diagnoses, without points.
    pub fn conditions(&self, row: &MemberRow) -> Sensitive<&[Code]> {
        let (start, end) = row.conditions;
        Sensitive::new(self.conditions.reveal().get(start as usize..end as usize).unwrap_or(&[]))
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<Members, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows = Vec::new();
        let mut conditions = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let key = row.required(MEMBER_ID, "a member id", |value| Some(member_key(value)));
            let birth_date = Sensitive::new(row.date(BIRTH_DATE));
            let county = row.optional(COUNTY, "a county's name", County::parse);
            let line_of_business = row.optional(LINE_OF_BUSINESS, LINES, LineOfBusiness::parse);
            let ccs = row.flag(CCS);
            let pcp = row.optional(PCP_NPI, "an NPI of ten digits", Npi::parse);
            let effective = row.period(FROM, TO);
            let start = conditions.len() as u32;
            row.optional(CCS_CONDITIONS, "ICD-10-CM codes or their beginnings joined by |", |value| {
                for prefix in value.split(|byte| *byte == b'|').filter(|prefix| !prefix.is_empty()) {
                    conditions.push(code_of(prefix.trim_ascii())?);
                }
                Some(())
            });
            if let (true, Some(key)) = (row.is_good(), key) {
                rows.push(MemberRow {
                    key,
                    birth_date,
                    county,
                    line_of_business,
                    ccs,
                    pcp,
                    effective,
                    row: row.line,
                    conditions: (start, conditions.len() as u32),
                });
            }
        }
        let rows = Rows::new(rows, |row| (row.effective.from, row.row));
        let info = TableInfo { rows: rows.all().len(), ..info };
        let members = Members { info, rows, conditions: Sensitive::new(conditions) };
        for group in members.rows.groups() {
            if let Some((a, b, what)) =
                contradiction(group, |row| row.effective, |a, b| members.differs(a, b))
            {
                let (a, b) = (a.row.min(b.row), a.row.max(b.row));
                let problem = Problem::Contradiction { row: a, key: "member on the same day", what };
                sheet.fault(b, Some("member_id"), problem);
            }
        }
        sheet.finish(members)
    }

    /// In what two rows differ, apart from their days.
    fn differs(&self, a: &MemberRow, b: &MemberRow) -> Option<&'static str> {
        let facts = [
            (a.birth_date == b.birth_date, "birth_date"),
            (a.county == b.county, "county"),
            (a.line_of_business == b.line_of_business, "line_of_business"),
            (a.ccs == b.ccs, "ccs"),
            (self.conditions(a) == self.conditions(b), "ccs_conditions"),
            (a.pcp == b.pcp, "pcp_npi"),
        ];
        facts.into_iter().find(|(same, _)| !same).map(|(_, what)| what)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, County, Date, LineOfBusiness, Members};
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    const HEADER: &str = "member_id,birth_date,county,line_of_business,ccs,ccs_conditions,pcp_npi,effective_from,effective_to\n";

    fn read(rows: &str) -> Result<Members, String> {
        let mut rosters = Rosters::default();
        let file = format!("{HEADER}{rows}");
        rosters
            .read(Roster::Members, "members.csv", file.as_bytes(), &mut AuthorizationBook::default())
            .map_err(|e| e.to_string())?;
        Ok(rosters.members.unwrap())
    }

    #[test]
    fn members_are_found_by_either_id() {
        let members = read(
            "90000002B,2012-05-06,Merced,Medi-Cal,N,,,2024-01-01,\r\n\
             90000001a,2015-03-02,santa cruz,KAISER,Y,D66|E84.0 | q,1234567893,2020-01-01,2023-12-31\r\n\
             90000001A35123,2015-03-02,Fresno,,,,,2024-01-01,9999-12-31\r\n",
        )
        .unwrap();
        let rows = members.find(b"90000001A");
        assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(members.find(b" 90000001a40001 ").len(), 2);
        let [row, later] = rows else { panic!("two rows") };
        assert_eq!(*row.birth_date.reveal(), Date::parse_iso("2015-03-02"));
        assert_eq!((row.county, later.county), (Some(County::SantaCruz), Some(County::Other)));
        assert_eq!((row.line_of_business, later.line_of_business), (Some(LineOfBusiness::Kaiser), None));
        assert_eq!((row.ccs, later.ccs, members.find(b"90000002B")[0].ccs), (Some(true), None, Some(false)));
        assert_eq!(row.pcp.unwrap().to_string(), "1234567893");
        assert_eq!(**members.conditions(row).reveal(), ["D66", "E840", "Q"].map(Code::from));
        assert!(members.conditions(later).reveal().is_empty());
        assert!(row.effective.contains(Date::parse_iso("2023-12-31").unwrap()));
        assert!(!row.effective.contains(Date::parse_iso("2024-01-01").unwrap()));
        for unknown in [&b"90000003C"[..], b"", b"  "] {
            assert!(members.find(unknown).is_empty());
        }
        assert_eq!((members.info().rows, members.info().version.len()), (3, "sha256:".len() + 12));
    }

    #[test]
    fn nothing_shows_who_the_members_are() {
        let members = read("90000001A,2015-03-02,Merced,,,D66,,,\n").unwrap();
        let shown = format!("{members:?} {:?}", members.find(b"90000001A"));
        for secret in ["90000001A", "2015", "D66"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn rows_that_contradict_are_refused() {
        assert_eq!(
            read(
                "90000001A,2015-03-02,Merced,,,,,2024-01-01,2024-12-31\n\
                 90000001A35123,2015-03-02,Monterey,,,,,2024-12-31,\n\
                 90000002B,2015-03-02,Merced,,,,,,\n\
                 90000002B,2015-03-02,Merced,,,,,2024-01-01,2024-12-31\n"
            )
            .unwrap_err(),
            "members.csv row 3, column member_id: contradicts row 2: the same member on the same day with another \
             county"
        );
    }

    #[test]
    fn errors_do_not_show_what_may_identify_a_patient() {
        assert_eq!(
            read(
                ",2015-02-30,Merced,medical,yes,?,12345,2024-01-01,2023-12-31\n90000001A,2015-03-02,Merced,,,,,\n"
            )
            .unwrap_err(),
            "members.csv row 2, column member_id: is empty, expected a member id\n\
             members.csv row 2, column birth_date: holds a wrong value (not shown, it may identify a patient), \
             expected a day as YYYY-MM-DD\n\
             members.csv row 2, column line_of_business: holds a value of the form AAAAAAA (not shown, it may identify a patient), expected medi-cal, ihss, dsnp, kaiser, \
             ccs-state-only or nothing\n\
             members.csv row 2, column ccs: holds a value of the form AAA (not shown, it may identify a patient), expected Y, N or nothing\n\
             members.csv row 2, column pcp_npi: holds a value of the form 99999 (not shown, it may identify a patient), expected an NPI of ten digits\n\
             members.csv row 2, column effective_to: is a day before effective_from\n\
             members.csv row 2, column ccs_conditions: holds a wrong value (not shown, it may identify a patient), \
             expected ICD-10-CM codes or their beginnings joined by |\n\
             members.csv row 3: has 8 values where the header has 9 columns"
        );
    }

    /// A million members: run with `--ignored --release`.
    #[test]
    #[ignore = "slow without optimization"]
    fn a_million_members_load_in_bounded_time() {
        use std::fmt::Write as _;
        let mut rows = String::new();
        for n in 0..1_000_000u64 {
            // In no order, as exports are.
            let id = (n * 7919) % 1_000_000;
            let _ = writeln!(
                rows,
                "9{id:07}A,2015-03-02,Santa Cruz,medi-cal,Y,D66|E84,1234567893,2020-01-01,2030-12-31"
            );
        }
        let start = std::time::Instant::now();
        let members = read(&rows).unwrap();
        let loaded = start.elapsed();
        assert!((0..1_000_000).all(|id| members.find(format!("9{id:07}A").as_bytes()).len() == 1));
        println!("{loaded:?}, {:?} with finding each", start.elapsed());
        assert!(loaded.as_secs() < 10);
    }
}
