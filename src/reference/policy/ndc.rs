//! What drug a package is.

use std::sync::Arc;

use super::carveout::CarveoutClass;
use super::provenance::{Provenance, Sources};
use crate::reference::error::{Problem, ReferenceErrors};
use crate::reference::id::digits;
use crate::reference::index::TableInfo;
use crate::reference::lookup::{Keyed, Rows};
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    NDC "ndc11" required,
    GENERIC "generic" required,
    CLASS "class" required,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

/// What the class column may hold, for errors.
const CLASSES: &str = "hiv_aids_hepatitis_b, alcohol_heroin_detox_dependency, clotting_factor, antipsychotic or \
                       nothing";

/// A package.
#[derive(Clone, Debug)]
pub struct NdcRow {
    /// The eleven digits as a number.
    ndc: u64,
    /// The drug's generic name.
    pub generic: Arc<str>,
    /// The class by which it is carved out; `None` where it is not.
    pub class: Option<CarveoutClass>,
    /// Where the row comes from.
    pub provenance: Provenance,
}

impl NdcRow {
    /// Whether the row's confidence is high, or the table the customer's own.
    pub fn is_high(&self) -> bool {
        self.provenance.is_high()
    }
}

impl Keyed for NdcRow {
    type Key = u64;
    fn key(&self) -> u64 {
        self.ndc
    }
}

/// `ndc.csv`.
#[derive(Debug)]
pub struct NdcMap {
    info: TableInfo,
    rows: Rows<NdcRow>,
}

impl NdcMap {
    /// The drug of an NDC of eleven digits, or with its hyphens; `None` where it is no NDC or is not mapped.
    pub fn get(&self, ndc11: &[u8]) -> Option<&NdcRow> {
        self.rows.find(number(ndc11)?).first()
    }

    /// Every row, by NDC.
    pub fn rows(&self) -> &[NdcRow] {
        self.rows.all()
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<NdcMap, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows: Vec<NdcRow> = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let ndc = row.required(NDC, "eleven digits, or the three parts with hyphens", number);
            let class = row.optional(CLASS, CLASSES, |value| {
                CarveoutClass::parse(value).filter(|class| *class != CarveoutClass::AnyUnclassified)
            });
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(ndc), Some(provenance)) = (row.is_good(), ndc, provenance) {
                rows.push(NdcRow { ndc, generic: row.text(GENERIC).into(), class, provenance });
            }
        }
        let rows = Rows::new(rows, |row| row.provenance.row);
        for pair in rows.all().windows(2) {
            if let [a, b] = pair
                && a.ndc == b.ndc
                && a.class != b.class
            {
                let problem = Problem::Contradiction { row: a.provenance.row, key: "ndc11", what: "class" };
                sheet.fault(b.provenance.row, Some("ndc11"), problem);
            }
        }
        sheet.finish(NdcMap { info: TableInfo { rows: rows.all().len(), ..info }, rows })
    }
}

/// The eleven digits as a number. With hyphens each part is filled with zeros to its length of five, four and
/// two; ten digits without hyphens could be any of three NDCs and are none.
fn number(text: &[u8]) -> Option<u64> {
    if !text.contains(&b'-') {
        return digits(text, 11);
    }
    let mut parts = text.split(|byte| *byte == b'-');
    let mut part = |len: usize| {
        let part = parts.next().filter(|part| part.len() <= len)?;
        digits(part, part.len()).filter(|_| !part.is_empty())
    };
    let (labeler, product, package) = (part(5)?, part(4)?, part(2)?);
    parts.next().is_none().then_some(labeler * 1_000_000 + product * 100 + package)
}

#[cfg(test)]
mod tests {
    use super::{NdcMap, number};
    use crate::reference::Reference;
    use crate::reference::index::TableInfo;
    use crate::reference::policy::CarveoutClass;
    use crate::reference::text::TableText;

    #[test]
    fn packages_lead_to_their_class() {
        let reference = Reference::builtin();
        let map = &reference.policy.ndc;
        let vivitrol = map.get(b"65757030001").unwrap();
        assert_eq!(vivitrol.class, Some(CarveoutClass::AlcoholHeroinDependency));
        assert_eq!(&*vivitrol.generic, "naltrexone microspheres");
        assert_eq!(map.get(b"57894-030-01").unwrap().class, None);
        for unknown in [&b"00000000000"[..], b"6575703000", b"", b"65757-0300-01-1"] {
            assert!(map.get(unknown).is_none());
        }
    }

    /// The NDC map and the table of carved-out drugs must not disagree about a drug.
    #[test]
    fn classes_are_those_of_the_carved_out_generics() {
        let reference = Reference::builtin();
        for row in reference.policy.ndc.rows() {
            let carved_out = reference.policy.carveout_drugs.by_generic(&row.generic).map(|drug| drug.class);
            assert_eq!(row.class, carved_out, "{}", row.generic);
        }
    }

    #[test]
    fn parts_are_filled_with_zeros() {
        assert_eq!(number(b"0002-7635-11"), Some(2_763_511));
        assert_eq!(number(b"50458-563-1"), Some(50_458_056_301));
        assert_eq!(number(b"50458056301"), Some(50_458_056_301));
        for wrong in [&b"50458--01"[..], b"504588-563-01", b"50458-563", b"5045856301", b"50458-56A-01"] {
            assert_eq!(number(wrong), None);
        }
    }

    #[test]
    fn one_package_is_one_drug() {
        let file = b"ndc11,generic,class\n1-1-1,a,antipsychotic\n00001000101,a,\n1-2-1,a,(any) not-otherwise-classified\n";
        let text = TableText::new("ndc.csv", file).unwrap();
        let errors = NdcMap::read(&text, TableInfo::own("ndc", &text).unwrap()).unwrap_err();
        assert_eq!(
            errors.to_string(),
            "ndc.csv row 4, column class: holds \"(any) not-otherwise-classified\", expected hiv_aids_hepatitis_b, \
             alcohol_heroin_detox_dependency, clotting_factor, antipsychotic or nothing\n\
             ndc.csv row 3, column ndc11: contradicts row 2: the same ndc11 with another class"
        );
    }
}
