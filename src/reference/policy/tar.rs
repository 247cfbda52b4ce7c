//! Which services need an authorization.

use std::sync::Arc;

use super::allowance::Allowance;
use super::provenance::{Provenance, Sources};
use super::vocabulary::{CodeSystem, ExemptWhen, Requires, Setting};
use crate::finding::{Code, Date, Period};
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::intervals::Intervals;
use crate::reference::range::{CodeRange, procedure_code, revenue_code};
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    SYSTEM "code_system" required,
    CODE_FROM "code_from" required,
    CODE_TO "code_to" optional,
    SETTING "setting" optional,
    REQUIRES "requires_tar" required,
    LIMIT "frequency_limit" optional,
    PERIOD "period" optional,
    EXEMPT "exempt_when" optional,
    FROM "effective_from" optional,
    TO "effective_to" optional,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

const SYSTEMS: &str = "CPT, HCPCS, CDT or REV";
const ANSWERS: &str = "yes, no, after_limit, threshold, referral, via_facility_auth or route_medi_cal_dental";
const SETTINGS: &str = "a setting of the built-in table or nothing";
const EXEMPTIONS: &str = "words of the built-in table joined by |";
const CODES: [&str; 2] = ["a code of five characters, or four digits for REV", "a code not before code_from"];

/// A range of services.
#[derive(Clone, Debug)]
pub struct TarRow {
    /// Which kind of code the range is of.
    pub system: CodeSystem,
    /// The services: procedure codes, or revenue codes of four digits.
    pub codes: CodeRange,
    /// The kind of service.
    pub setting: Setting,
    /// Whether an authorization is needed.
    pub requires: Requires,
    /// How much is free, in words, where [`Requires::AfterLimit`] or [`Requires::Threshold`].
    pub limit: Arc<str>,
    /// In which time, in words.
    pub period: Arc<str>,
    /// What those words mean, where they are numbers.
    pub allowance: Option<Allowance>,
    /// What frees a line from the need.
    pub exempt_when: Box<[ExemptWhen]>,
    /// The dates of service for which the row holds.
    pub in_force: Period,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl TarRow {
    /// Whether the row's confidence is high, or the table the customer's own.
    pub fn is_high(&self) -> bool {
        self.provenance.is_high()
    }

    /// Whether `what` frees a line from this row's need.
    pub fn is_exempt_when(&self, what: ExemptWhen) -> bool {
        self.exempt_when.contains(&what)
    }
}

/// `tar_required.csv`.
#[derive(Debug)]
pub struct TarRequired {
    info: TableInfo,
    rows: Vec<TarRow>,
    /// Over procedure codes. Apart from revenue codes, because the order of texts would mix the two.
    procedures: Intervals,
    /// Over revenue codes.
    revenue: Intervals,
}

impl TarRequired {
    /// The rows in force on a date whose range holds a procedure code (five characters) or a revenue code (four),
    /// the most specific first: rows whose setting has a test, then the narrower range, then the order
    /// of the file. Costs one binary search.
    pub fn rows(&self, code: Code, date: Date) -> impl Iterator<Item = &TarRow> {
        let ids = match code.len() {
            4 => self.revenue.at(code.word()),
            5 => self.procedures.at(code.word()),
            _ => &[],
        };
        ids.iter()
            .filter_map(|id| self.rows.get(*id as usize))
            .filter(move |row| row.codes.contains(code) && row.in_force.contains(date))
    }

    /// Whether a row has the code as its only one or as an end of its range.
    pub fn names(&self, code: Code) -> bool {
        let ids =
            if code.len() == 4 { self.revenue.at(code.word()) } else { self.procedures.at(code.word()) };
        ids.iter()
            .filter_map(|id| self.rows.get(*id as usize))
            .any(|row| row.codes.from() == code || row.codes.to() == code)
    }

    /// Every row, in the order of the file.
    pub fn all(&self) -> &[TarRow] {
        &self.rows
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<TarRequired, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let system = row.required(SYSTEM, SYSTEMS, CodeSystem::parse);
            let shape = |value: &[u8]| match system {
                Some(CodeSystem::Rev) => revenue_code(value),
                _ => procedure_code(value),
            };
            // Without a system there is an error already, and what its codes should look like is unknown.
            let codes = system.and_then(|_| row.range((CODE_FROM, CODE_TO), CODES, shape, CodeRange::new));
            let setting = row.optional(SETTING, SETTINGS, Setting::parse);
            let requires = row.required(REQUIRES, ANSWERS, Requires::parse);
            let exempt_when = row.optional(EXEMPT, EXEMPTIONS, |value| {
                value.split(|byte| *byte == b'|').map(|word| ExemptWhen::parse(word.trim_ascii())).collect()
            });
            let in_force = row.period(FROM, TO);
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(system), Some(codes), Some(requires), Some(provenance)) =
                (row.is_good(), system, codes, requires, provenance)
            {
                rows.push(TarRow {
                    system,
                    codes,
                    setting: setting.unwrap_or(Setting::Any),
                    requires,
                    limit: row.text(LIMIT).into(),
                    period: row.text(PERIOD).into(),
                    allowance: Allowance::parse(&row.text(LIMIT), &row.text(PERIOD)),
                    exempt_when: exempt_when.unwrap_or_default(),
                    in_force,
                    provenance,
                });
            }
        }
        let rows = sheet.finish(rows)?;
        let cut = |revenue: bool| {
            let of_kind = rows.iter().zip(0..).filter(|(row, _)| (row.system == CodeSystem::Rev) == revenue);
            Intervals::of_codes(of_kind.map(|(row, id)| (id, row.codes)), |id| {
                rows.get(id as usize).map(|row| (!row.setting.has_test(), row.codes.width()))
            })
        };
        let (procedures, revenue) = (cut(false), cut(true));
        Ok(TarRequired { info: TableInfo { rows: rows.len(), ..info }, rows, procedures, revenue })
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, CodeSystem, Date, ExemptWhen, Requires, SYSTEMS, Setting, TarRequired, TarRow};
    use crate::reference::Reference;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    fn read(rows: &str) -> Result<TarRequired, String> {
        let file =
            format!("code_system,code_from,code_to,setting,requires_tar,exempt_when,effective_from\n{rows}");
        let text = TableText::new("tar_required.csv", file.as_bytes()).map_err(|e| e.to_string())?;
        let info = TableInfo::own("tar_required", &text).map_err(|e| e.to_string())?;
        TarRequired::read(&text, info).map_err(|e| e.to_string())
    }

    /// The rows by the words of the rule: every row is tried, and the best are put first.
    fn naive(table: &TarRequired, code: Code, date: Date) -> Vec<u32> {
        let mut rows: Vec<&TarRow> = table
            .all()
            .iter()
            .filter(|row| (row.system == CodeSystem::Rev) == (code.len() == 4))
            .filter(|row| row.codes.contains(code) && row.in_force.contains(date))
            .collect();
        rows.sort_by_key(|row| (!row.setting.has_test(), row.codes.width(), row.provenance.row));
        rows.iter().map(|row| row.provenance.row).collect()
    }

    #[test]
    fn lookup_equals_a_scan_for_every_code_that_occurs() {
        let reference = Reference::builtin();
        let table = &reference.policy.tar_required;
        let numbered = (0..100_000).map(|n| format!("{n:05}"));
        let revenue = (0..10_000).map(|n| format!("{n:04}"));
        let mixed = (0..10_000).flat_map(|n| ["F", "M", "T", "U"].map(|end| format!("{n:04}{end}")));
        let dental = (0..10_000).map(|n| format!("D{n:04}"));
        let codes = numbered.chain(revenue).chain(mixed).chain(dental).map(|code| Code::from(code.as_str()));
        for code in codes.chain(reference.codes.hcpcs.iter()) {
            for date in [day("2018-06-30"), day("2018-07-01")] {
                let found: Vec<_> = table.rows(code, date).map(|row| row.provenance.row).collect();
                assert_eq!(found, naive(table, code, date), "{code} on {date}");
            }
        }
    }

    #[test]
    fn the_row_with_a_test_goes_first_then_the_narrower() {
        let reference = Reference::builtin();
        let table = &reference.policy.tar_required;
        let settings =
            |code, date| table.rows(Code::from(code), day(date)).map(|row| row.setting).collect::<Vec<_>>();
        assert_eq!(
            settings("99213", "2025-01-01"),
            [Setting::OfficePcpInScope, Setting::OfficeSpecialistCcsMember]
        );
        assert_eq!(settings("99213", "2018-06-30"), [Setting::OfficeSpecialistCcsMember]);
        assert_eq!(settings("E0601", "2025-01-01"), [Setting::DmeRental, Setting::Dme, Setting::Dme]);
        assert_eq!(
            settings("81225", "2025-01-01"),
            [Setting::LaboratoryGeneticMolecular, Setting::LaboratoryRoutine]
        );
        assert_eq!(settings("D8080", "2025-01-01"), [Setting::Orthodontics, Setting::Dental]);
        assert_eq!(settings("0173", "2018-07-01"), [Setting::InpatientNicuLevelIii]);
        assert_eq!(settings("0173", "2018-06-30"), []);
        // A category III code is no anesthesia code, although its text stands among them.
        assert_eq!(settings("0042T", "2025-01-01"), []);
        assert_eq!(settings("00420", "2025-01-01"), [Setting::Anesthesia]);
        assert_eq!(settings("", "2025-01-01"), []);
        let therapy = table.rows(Code::from("97110"), day("2025-01-01")).next().unwrap();
        assert_eq!((therapy.requires, &*therapy.limit), (Requires::AfterLimit, "12 visits"));
        assert!(therapy.is_exempt_when(ExemptWhen::VisitCountUpTo12) && !therapy.is_high());
        assert!(table.rows(Code::from("0173"), day("2025-01-01")).all(TarRow::is_high));
    }

    #[test]
    fn a_customers_list_may_be_short() {
        let table = read(
            "HCPCS,j3490,,,YES,,2025-01-01\nREV,0100,0169,inpatient_subacute,yes,emergency | delivery,\n",
        )
        .unwrap();
        let row = table.rows(Code::from("J3490"), day("2025-01-01")).next().unwrap();
        assert!(row.is_high() && row.setting == Setting::Any && row.requires == Requires::Yes);
        assert_eq!(table.rows(Code::from("J3490"), day("2024-12-31")).count(), 0);
        let row = table.rows(Code::from("0120"), day("2000-01-01")).next().unwrap();
        assert_eq!(*row.exempt_when, [ExemptWhen::Emergency, ExemptWhen::Delivery]);
        assert!(table.names(Code::from("0169")) && !table.names(Code::from("0120")));
    }

    #[test]
    fn unknown_words_name_file_row_and_column() {
        assert_eq!(
            read("CPT,97110,97112,spa,maybe,emergency|luck,\nICD,1,2,,yes,,\nREV,172,,,no,,\nCPT,97112,97110,,no,,\n")
                .unwrap_err(),
            "tar_required.csv row 2, column setting: holds \"spa\", expected a setting of the built-in table or \
             nothing\n\
             tar_required.csv row 2, column requires_tar: holds \"maybe\", expected yes, no, after_limit, threshold, \
             referral, via_facility_auth or route_medi_cal_dental\n\
             tar_required.csv row 2, column exempt_when: holds \"emergency|luck\", expected words of the built-in \
             table joined by |\n\
             tar_required.csv row 3, column code_system: holds \"ICD\", expected CPT, HCPCS, CDT or REV\n\
             tar_required.csv row 4, column code_from: holds \"172\", expected a code of five characters, or four \
             digits for REV\n\
             tar_required.csv row 5, column code_to: holds \"97110\", expected a code not before code_from"
        );
    }

    #[test]
    fn errors_name_every_word_that_would_do() {
        for word in Requires::ALL {
            assert!(super::ANSWERS.contains(word.word()));
        }
        for word in CodeSystem::ALL {
            assert!(SYSTEMS.contains(word.word()));
        }
    }
}
