//! What kind of service a code is.

use super::provenance::{Provenance, Sources};
use super::vocabulary::ServiceKind;
use crate::finding::{Code, Date, Period};
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::intervals::Intervals;
use crate::reference::range::{CodeRange, procedure_code, revenue_code};
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    CODE_FROM "code_from" required,
    CODE_TO "code_to" optional,
    KIND "kind" required,
    FROM "effective_from" optional,
    TO "effective_to" optional,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

const CODES: [&str; 2] =
    ["a procedure code of five characters or a revenue code of four digits", "a code not before code_from"];
const KINDS: &str = "preventive, immunization, office_visit, maternity, drug, neonatal_professional, hrif, \
                     special_center, specialty_mental_health or narcotic_treatment";

/// A set of kinds of service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KindSet(u16);

impl KindSet {
    /// Puts a kind in.
    pub fn insert(&mut self, kind: ServiceKind) {
        self.0 |= 1 << kind as u16;
    }

    /// Puts all of another set in.
    pub fn merge(&mut self, other: KindSet) {
        self.0 |= other.0;
    }

    /// Whether a kind is in it.
    pub const fn contains(self, kind: ServiceKind) -> bool {
        self.0 >> kind as u16 & 1 == 1
    }
}

/// A range of services.
#[derive(Clone, Debug)]
pub struct ServiceKindRow {
    /// The services: procedure codes, or revenue codes of four digits.
    pub codes: CodeRange,
    /// What they are.
    pub kind: ServiceKind,
    /// The dates of service for which the row holds.
    pub in_force: Period,
    /// Where the row comes from.
    pub provenance: Provenance,
}

/// `service_kinds.csv`.
#[derive(Debug)]
pub struct ServiceKinds {
    info: TableInfo,
    rows: Vec<ServiceKindRow>,
    intervals: Intervals,
}

impl ServiceKinds {
    /// The rows in force on a date that hold a code, the narrower first.
    pub fn rows(&self, code: Code, date: Date) -> impl Iterator<Item = &ServiceKindRow> {
        let ids = if code.is_empty() { &[] } else { self.intervals.at(code.word()) };
        ids.iter()
            .filter_map(|id| self.rows.get(*id as usize))
            .filter(move |row| row.codes.contains(code) && row.in_force.contains(date))
    }

    /// What a code is on a date.
    pub fn kinds(&self, code: Code, date: Date) -> KindSet {
        let mut kinds = KindSet::default();
        self.rows(code, date).for_each(|row| kinds.insert(row.kind));
        kinds
    }

    /// The row by which a code is of a kind on a date.
    pub fn find(&self, code: Code, kind: ServiceKind, date: Date) -> Option<&ServiceKindRow> {
        self.rows(code, date).find(|row| row.kind == kind)
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<ServiceKinds, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows = Vec::new();
        let shape = |value: &[u8]| procedure_code(value).or_else(|| revenue_code(value));
        while let Some(mut row) = sheet.next_row() {
            let codes = row.range((CODE_FROM, CODE_TO), CODES, shape, CodeRange::new);
            let kind = row.required(KIND, KINDS, ServiceKind::parse);
            let in_force = row.period(FROM, TO);
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(codes), Some(kind), Some(provenance)) =
                (row.is_good(), codes, kind, provenance)
            {
                rows.push(ServiceKindRow { codes, kind, in_force, provenance });
            }
        }
        let rows = sheet.finish(rows)?;
        let intervals = Intervals::narrowest_first(&rows, |row| row.codes);
        Ok(ServiceKinds { info: TableInfo { rows: rows.len(), ..info }, rows, intervals })
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceKinds;
    use crate::finding::{Code, Date};
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;
    use crate::reference::{Reference, ServiceKind};

    #[test]
    fn a_code_may_be_of_two_kinds() {
        let reference = Reference::builtin();
        let table = &reference.policy.service_kinds;
        let day = Date::new(2026, 3, 2).unwrap();
        let kinds = table.kinds(Code::from("96110"), day);
        assert!(kinds.contains(ServiceKind::Preventive) && kinds.contains(ServiceKind::Hrif));
        assert!(!kinds.contains(ServiceKind::Drug));
        assert!(table.kinds(Code::from("J0585"), day).contains(ServiceKind::Drug));
        assert!(table.kinds(Code::from("0114"), day).contains(ServiceKind::SpecialtyMentalHealth));
        // a revenue code is not a procedure whose text begins alike
        assert_eq!(table.kinds(Code::from("01140"), day), super::KindSet::default());
        assert_eq!(table.kinds(Code::EMPTY, day), super::KindSet::default());
    }

    #[test]
    fn wrong_rows_are_named() {
        let file = b"code_from,code_to,kind\nJ1,,drug\n99214,99213,office_visit\n99213,,visit\n";
        let text = TableText::new("service_kinds.csv", file).unwrap();
        let errors = ServiceKinds::read(&text, TableInfo::own("service_kinds", &text).unwrap())
            .unwrap_err()
            .to_string();
        for part in ["row 2, column code_from", "row 3, column code_to", "row 4, column kind"] {
            assert!(errors.contains(part), "{errors}");
        }
    }
}
