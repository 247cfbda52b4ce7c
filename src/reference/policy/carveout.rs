//! Drugs that the plan leaves to Medi-Cal fee-for-service.

use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::provenance::{Provenance, Sources};
use crate::finding::{Code, Date, Period};
use crate::reference::code_set::code_of;
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    CLASS "class" required,
    HCPCS "hcpcs" required,
    GENERIC "ndc_labeler_or_generic_name" optional,
    DRUG "drug_name" optional,
    FROM "effective_from" optional,
    TO "effective_to" optional,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

/// What stands as the drug's name where the code does not tell the drug.
const BY_NDC: &[u8] = b"(by NDC)";

/// The carved-out classes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CarveoutClass {
    /// Treatment of HIV, AIDS and hepatitis B.
    HivAidsHepatitisB,
    /// Alcohol and heroin detoxification and dependency treatment.
    AlcoholHeroinDependency,
    /// Treatment of clotting factor disorders.
    ClottingFactor,
    /// Antipsychotics.
    Antipsychotic,
    /// Any of them: the class of an unclassified code is known by its NDC only.
    AnyUnclassified,
}

impl CarveoutClass {
    const ALL: [CarveoutClass; 5] = [
        CarveoutClass::HivAidsHepatitisB,
        CarveoutClass::AlcoholHeroinDependency,
        CarveoutClass::ClottingFactor,
        CarveoutClass::Antipsychotic,
        CarveoutClass::AnyUnclassified,
    ];

    /// The word of the tables.
    pub const fn word(self) -> &'static str {
        match self {
            CarveoutClass::HivAidsHepatitisB => "hiv_aids_hepatitis_b",
            CarveoutClass::AlcoholHeroinDependency => "alcohol_heroin_detox_dependency",
            CarveoutClass::ClottingFactor => "clotting_factor",
            CarveoutClass::Antipsychotic => "antipsychotic",
            CarveoutClass::AnyUnclassified => "(any) not-otherwise-classified",
        }
    }

    /// The class as a message names it.
    pub const fn name(self) -> &'static str {
        match self {
            CarveoutClass::HivAidsHepatitisB => "HIV, AIDS and hepatitis B treatment",
            CarveoutClass::AlcoholHeroinDependency => {
                "alcohol and heroin detoxification and dependency treatment"
            }
            CarveoutClass::ClottingFactor => "clotting factor disorder treatment",
            CarveoutClass::Antipsychotic => "antipsychotics",
            CarveoutClass::AnyUnclassified => "unclassified drugs",
        }
    }

    pub(super) fn parse(word: &[u8]) -> Option<CarveoutClass> {
        CarveoutClass::ALL.into_iter().find(|class| word.eq_ignore_ascii_case(class.word().as_bytes()))
    }
}

/// What the class column may hold, for errors.
const CLASSES: &str = "hiv_aids_hepatitis_b, alcohol_heroin_detox_dependency, clotting_factor, \
                                  antipsychotic or (any) not-otherwise-classified";

/// A drug.
#[derive(Clone, Debug)]
pub struct CarveoutRow {
    /// Its class.
    pub class: CarveoutClass,
    /// Its HCPCS code; [`Code::EMPTY`] where the row only names the drug for the NDC map.
    pub code: Code,
    /// Its generic name.
    pub generic: String,
    /// Its trade name.
    pub drug: String,
    /// The days on which the code stands for the drug.
    pub in_force: Period,
    /// Whether the code does not tell the drug, and its NDC must.
    pub by_ndc: bool,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl CarveoutRow {
    /// Whether the row's confidence is high, or the table the customer's own.
    pub fn is_high(&self) -> bool {
        self.provenance.is_high()
    }
}

/// `carveout_drugs.csv`.
#[derive(Debug)]
pub struct CarveoutDrugs {
    info: TableInfo,
    /// By code, then best confidence first, then in the order of the file.
    rows: Vec<CarveoutRow>,
    /// Where the rows of each code stand.
    by_code: FxHashMap<Code, Range<u32>>,
}

impl CarveoutDrugs {
    /// The row by which a line with this HCPCS code on this date is carved out: in force on the date, the best
    /// confidence first. Never a row that asks for the NDC.
    pub fn find(&self, code: Code, date: Date) -> Option<&CarveoutRow> {
        self.rows_of(code).iter().find(|row| !row.by_ndc && row.in_force.contains(date))
    }

    /// The row that says that the NDC decides whether a line with this code on this date is carved out.
    pub fn needs_ndc(&self, code: Code, date: Date) -> Option<&CarveoutRow> {
        self.rows_of(code).iter().find(|row| row.by_ndc && row.in_force.contains(date))
    }

    /// The row of a drug's generic name, in any letter case, whatever its code: what the NDC map's class rests on.
    pub fn by_generic(&self, generic: &str) -> Option<&CarveoutRow> {
        let generic = generic.trim();
        if generic.is_empty() {
            return None;
        }
        let named = |row: &&CarveoutRow| row.generic.eq_ignore_ascii_case(generic);
        self.rows.iter().filter(named).max_by_key(|row| row.provenance.standing())
    }

    /// Whether a row has the code.
    pub fn names(&self, code: Code) -> bool {
        !self.rows_of(code).is_empty()
    }

    /// Every row.
    pub fn rows(&self) -> &[CarveoutRow] {
        &self.rows
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    fn rows_of(&self, code: Code) -> &[CarveoutRow] {
        if code.is_empty() {
            return &[];
        }
        let place = self.by_code.get(&code).cloned().unwrap_or(0..0);
        self.rows.get(place.start as usize..place.end as usize).unwrap_or(&[])
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<CarveoutDrugs, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let class = row.required(CLASS, CLASSES, CarveoutClass::parse);
            let code = row.optional(HCPCS, "a HCPCS code", |v| code_of(v).filter(|code| code.len() == 5));
            let in_force = row.period(FROM, TO);
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(class), Some(provenance)) = (row.is_good(), class, provenance) {
                rows.push(CarveoutRow {
                    class,
                    code: code.unwrap_or_default(),
                    generic: row.text(GENERIC),
                    drug: row.text(DRUG),
                    in_force,
                    by_ndc: row.get(DRUG).eq_ignore_ascii_case(BY_NDC),
                    provenance,
                });
            }
        }
        let mut rows = sheet.finish(rows)?;
        rows.sort_by_key(|row| (row.code, Reverse(row.provenance.standing()), row.provenance.row));
        let mut by_code = FxHashMap::default();
        let mut start = 0;
        for group in rows.chunk_by(|a, b| a.code == b.code) {
            let end = start + group.len() as u32;
            if let Some(first) = group.first() {
                by_code.insert(first.code, start..end);
            }
            start = end;
        }
        Ok(CarveoutDrugs { info: TableInfo { rows: rows.len(), ..info }, rows, by_code })
    }
}

#[cfg(test)]
mod tests {
    use super::{CarveoutClass, CarveoutDrugs, Code, Date};
    use crate::reference::Reference;
    use crate::reference::index::TableInfo;
    use crate::reference::policy::Confidence;
    use crate::reference::text::TableText;

    fn day(text: &str) -> Date {
        Date::parse_iso(text).unwrap()
    }

    fn read(rows: &str) -> Result<CarveoutDrugs, String> {
        let file = format!("class,hcpcs,drug_name,effective_from,effective_to,confidence\n{rows}");
        let text = TableText::new("carveout_drugs.csv", file.as_bytes()).map_err(|e| e.to_string())?;
        let info =
            TableInfo { own: false, ..TableInfo::own("carveout_drugs", &text).map_err(|e| e.to_string())? };
        CarveoutDrugs::read(&text, info).map_err(|e| e.to_string())
    }

    #[test]
    fn a_code_stands_for_a_drug_on_some_days() {
        let reference = Reference::builtin();
        let table = &reference.policy.carveout_drugs;
        let drug = |code, date| table.find(Code::from(code), day(date)).map(|row| row.drug.as_str());
        assert_eq!(drug("Q9995", "2018-06-30"), None);
        assert_eq!(drug("Q9995", "2018-07-01"), Some("Hemlibra"));
        assert_eq!(drug("Q9995", "2018-12-31"), Some("Hemlibra"));
        assert_eq!(drug("Q9995", "2019-01-01"), None);
        assert_eq!(drug("J7170", "2018-12-31"), None);
        assert_eq!(drug("J7170", "2030-01-01"), Some("Hemlibra"));
        assert_eq!(drug("97110", "2025-01-01"), None);
        assert_eq!(table.find(Code::EMPTY, day("2025-01-01")).map(|row| row.code), None);
    }

    #[test]
    fn an_unclassified_code_asks_for_the_ndc() {
        let reference = Reference::builtin();
        let table = &reference.policy.carveout_drugs;
        for (code, class) in [
            ("J3490", CarveoutClass::AnyUnclassified),
            ("J3590", CarveoutClass::AnyUnclassified),
            ("C9399", CarveoutClass::AnyUnclassified),
            ("J8499", CarveoutClass::AnyUnclassified),
            ("J7199", CarveoutClass::ClottingFactor),
            ("J0799", CarveoutClass::HivAidsHepatitisB),
        ] {
            let code = Code::from(code);
            assert!(table.find(code, day("2025-01-01")).is_none());
            assert_eq!(table.needs_ndc(code, day("2025-01-01")).unwrap().class, class);
        }
        assert!(table.needs_ndc(Code::from("J0799"), day("2023-06-30")).is_none());
        assert!(table.needs_ndc(Code::from("J2315"), day("2025-01-01")).is_none());
    }

    #[test]
    fn the_best_confidence_comes_first() {
        let table = read(
            "antipsychotic,J0001,a,,,low\nantipsychotic,J0001,b,2020-01-01,2020-12-31,high\n\
             antipsychotic,J0001,c,,,medium\nantipsychotic,J0001,(by NDC),,,high\n",
        )
        .unwrap();
        let found = |date| table.find(Code::from("J0001"), day(date)).unwrap();
        assert_eq!(found("2020-06-01").drug, "b");
        assert!(found("2020-06-01").is_high());
        assert_eq!(found("2021-06-01").drug, "c");
        assert_eq!(found("2021-06-01").provenance.confidence, Confidence::Medium);
        assert_eq!(table.needs_ndc(Code::from("J0001"), day("2021-06-01")).unwrap().provenance.row, 5);
    }

    #[test]
    fn generic_names_lead_to_their_class() {
        let reference = Reference::builtin();
        let table = &reference.policy.carveout_drugs;
        assert_eq!(
            table.by_generic(" Naltrexone Microspheres").unwrap().class,
            CarveoutClass::AlcoholHeroinDependency
        );
        assert!(table.by_generic("infliximab").is_none());
    }

    #[test]
    fn wrong_rows_are_named() {
        assert_eq!(
            read("vitamin,J0001,a,,,low\nantipsychotic,J1,a,2020-02-01,2020-01-01,sure\n").unwrap_err(),
            "carveout_drugs.csv row 2, column class: holds \"vitamin\", expected hiv_aids_hepatitis_b, \
             alcohol_heroin_detox_dependency, clotting_factor, antipsychotic or (any) not-otherwise-classified\n\
             carveout_drugs.csv row 3, column hcpcs: holds \"J1\", expected a HCPCS code\n\
             carveout_drugs.csv row 3, column effective_to: is a day before effective_from\n\
             carveout_drugs.csv row 3, column confidence: holds \"sure\", expected high, medium or low"
        );
    }
}
