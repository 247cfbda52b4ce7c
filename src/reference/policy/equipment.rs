//! The diagnoses for which equipment is usual.

use super::diagnosis_group::Prefixes;
use super::provenance::{Provenance, Sources};
use crate::finding::Code;
use crate::reference::error::{Problem, ReferenceErrors};
use crate::reference::index::TableInfo;
use crate::reference::range::{CodeRange, procedure_code};
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    FROM "code_from" required,
    TO "code_to" optional,
    DIAGNOSES "diagnoses" required,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

const CODES: [&str; 2] = ["a procedure code of five characters", "a code not before code_from"];
const PREFIXES: &str = "ICD-10-CM codes or their beginnings, or ranges A-B of them, joined by |";

/// Items of equipment with the diagnoses for which they are usual.
#[derive(Clone, Debug)]
pub struct EquipmentRow {
    codes: CodeRange,
    diagnoses: Vec<Prefixes>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl EquipmentRow {
    /// Whether the item is usual for a diagnosis.
    pub fn is_usual_for(&self, diagnosis: Code) -> bool {
        self.diagnoses.iter().any(|prefixes| prefixes.contains(diagnosis))
    }
}

/// `equipment_diagnoses.csv`.
#[derive(Debug)]
pub struct EquipmentDiagnoses {
    info: TableInfo,
    /// By their first code; ranges do not overlap.
    rows: Vec<EquipmentRow>,
}

impl EquipmentDiagnoses {
    /// The row of an item; none where nothing is said of it.
    pub fn find(&self, code: Code) -> Option<&EquipmentRow> {
        let after = self.rows.partition_point(|row| row.codes.from() <= code);
        self.rows.get(after.checked_sub(1)?).filter(|row| row.codes.contains(code))
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<EquipmentDiagnoses, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows: Vec<EquipmentRow> = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let codes = row.range((FROM, TO), CODES, procedure_code, CodeRange::new);
            let diagnoses = row.required(DIAGNOSES, PREFIXES, |value| {
                value.split(|byte| *byte == b'|').map(|part| Prefixes::parse(part.trim_ascii())).collect()
            });
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(codes), Some(diagnoses), Some(provenance)) =
                (row.is_good(), codes, diagnoses, provenance)
            {
                rows.push(EquipmentRow { codes, diagnoses, provenance });
            }
        }
        rows.sort_by_key(|row| (row.codes.from(), row.provenance.row));
        for pair in rows.windows(2) {
            if let [a, b] = pair
                && b.codes.from() <= a.codes.to()
            {
                let problem =
                    Problem::Contradiction { row: a.provenance.row, key: "code", what: "list of diagnoses" };
                sheet.fault(b.provenance.row, Some("code_from"), problem);
            }
        }
        let rows = sheet.finish(rows)?;
        Ok(EquipmentDiagnoses { info: TableInfo { rows: rows.len(), ..info }, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::EquipmentDiagnoses;
    use crate::finding::Code;
    use crate::reference::Reference;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;

    #[test]
    fn a_pump_is_usual_for_diabetes() {
        let reference = Reference::builtin();
        let table = &reference.policy.equipment_diagnoses;
        let pump = table.find(Code::from("E0784")).unwrap();
        assert!(pump.is_usual_for(Code::from("E1065")) && !pump.is_usual_for(Code::from("G809")));
        assert!(table.find(Code::from("E0785")).is_none() && table.find(Code::from("E2103")).is_some());
    }

    #[test]
    fn ranges_do_not_overlap() {
        let file = b"code_from,code_to,diagnoses\nE0600,E0610,G47\nE0601,,G47\nE0700,,\n";
        let text = TableText::new("equipment_diagnoses.csv", file).unwrap();
        let info = TableInfo::own("equipment_diagnoses", &text).unwrap();
        let errors = EquipmentDiagnoses::read(&text, info).unwrap_err().to_string();
        assert!(
            errors.contains("row 3, column code_from") && errors.contains("row 4, column diagnoses"),
            "{errors}"
        );
    }
}
