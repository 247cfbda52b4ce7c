//! What drug a HCPCS code is.

use std::sync::Arc;

use super::provenance::{Provenance, Sources};
use crate::finding::Code;
use crate::reference::code_set::code_of;
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::lookup::{Keyed, Rows};
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    HCPCS "hcpcs" required,
    GENERIC "generic" required,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

/// A drug code with one of its drugs.
#[derive(Clone, Debug)]
pub struct DrugRow {
    code: Code,
    /// The drug's generic name.
    pub generic: Arc<str>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl Keyed for DrugRow {
    type Key = Code;
    fn key(&self) -> Code {
        self.code
    }
}

/// `drug_codes.csv`.
#[derive(Debug)]
pub struct DrugCodes {
    info: TableInfo,
    rows: Rows<DrugRow>,
}

impl DrugCodes {
    /// The drugs of a code: as a rule one.
    pub fn of(&self, code: Code) -> &[DrugRow] {
        self.rows.find(code)
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<DrugCodes, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows: Vec<DrugRow> = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let code = row.required(HCPCS, "a HCPCS code", |value| code_of(value).filter(|c| c.len() == 5));
            let generic =
                row.required(GENERIC, "a generic name", |value| Some(String::from_utf8_lossy(value).into()));
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(code), Some(generic), Some(provenance)) =
                (row.is_good(), code, generic, provenance)
            {
                rows.push(DrugRow { code, generic, provenance });
            }
        }
        let rows = Rows::new(rows, |row| row.provenance.row);
        sheet.finish(DrugCodes { info: TableInfo { rows: rows.all().len(), ..info }, rows })
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Code;
    use crate::reference::Reference;

    #[test]
    fn codes_name_their_drugs() {
        let reference = Reference::builtin();
        let table = &reference.policy.drug_codes;
        let drugs: Vec<_> = table.of(Code::from("J1745")).iter().map(|row| &*row.generic).collect();
        assert_eq!(drugs, ["infliximab"]);
        assert!(table.of(Code::from("J9999")).is_empty());
    }
}
