//! `providers.csv`.

use super::super::error::{Problem, ReferenceErrors};
use super::super::id::{Npi, TaxId};
use super::super::index::TableInfo;
use super::super::lookup::{Keyed, Rows};
use super::super::sheet::{Sheet, columns};
use super::super::text::TableText;
use super::contradiction;
use crate::finding::Period;

columns! {
    NPI "npi" required,
    GROUP_TAX_ID "group_tax_id" required,
    PROVIDER_TYPE "provider_type" required,
    CCS_PANELED "ccs_paneled" required,
    PANELED_FROM "paneled_from" required,
    PANELED_TO "paneled_to" required,
    PCP "pcp" required,
}

/// What a provider is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ProviderKind {
    /// A person.
    Individual,
    /// A group of persons.
    Group,
    /// A facility.
    Facility,
}

impl ProviderKind {
    fn parse(word: &[u8]) -> Option<ProviderKind> {
        [
            (&b"individual"[..], ProviderKind::Individual),
            (b"group", ProviderKind::Group),
            (b"facility", ProviderKind::Facility),
        ]
        .into_iter()
        .find(|(known, _)| word.eq_ignore_ascii_case(known))
        .map(|(_, kind)| kind)
    }
}

/// What is known of a provider, in one of its groups.
#[derive(Clone, Copy, Debug)]
pub struct ProviderRow {
    /// Its NPI.
    pub npi: Npi,
    /// The tax id of the group it works in, where given.
    pub group_tax_id: Option<TaxId>,
    /// What it is, where given.
    pub kind: Option<ProviderKind>,
    /// Whether it is CCS-paneled; `None` where paneling does not apply or is not known.
    pub ccs_paneled: Option<bool>,
    /// The days for which the paneling holds.
    pub paneled: Period,
    /// Whether it is a primary care provider, where known.
    pub pcp: Option<bool>,
    /// The line of the file, from 1.
    pub row: u32,
}

impl Keyed for ProviderRow {
    type Key = Npi;
    fn key(&self) -> Npi {
        self.npi
    }
}

/// `providers.csv`: who treats, and whether CCS-paneled.
#[derive(Debug)]
pub struct Providers {
    info: TableInfo,
    rows: Rows<ProviderRow>,
}

impl Providers {
    /// The rows of an NPI: one for each of its groups and periods of paneling.
    pub fn find(&self, npi: Npi) -> &[ProviderRow] {
        self.rows.find(npi)
    }

    /// Name, fingerprint and length of the file.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(super) fn read(text: &TableText<'_>, info: TableInfo) -> Result<Providers, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let npi = row.required(NPI, "an NPI of ten digits", Npi::parse);
            let group_tax_id = row.optional(GROUP_TAX_ID, "a tax id of nine digits or nothing", TaxId::parse);
            let kinds = "individual, group, facility or nothing";
            let kind = row.optional(PROVIDER_TYPE, kinds, ProviderKind::parse);
            let ccs_paneled = row.flag(CCS_PANELED);
            let paneled = row.period(PANELED_FROM, PANELED_TO);
            let pcp = row.flag(PCP);
            if let (true, Some(npi)) = (row.is_good(), npi) {
                rows.push(ProviderRow { npi, group_tax_id, kind, ccs_paneled, paneled, pcp, row: row.line });
            }
        }
        let rows = Rows::new(rows, |row| (row.group_tax_id, row.paneled.from, row.row));
        for group in rows.all().chunk_by(|a, b| (a.npi, a.group_tax_id) == (b.npi, b.group_tax_id)) {
            if let Some((a, b, what)) = contradiction(group, |row| row.paneled, differs) {
                let (a, b) = (a.row.min(b.row), a.row.max(b.row));
                let problem =
                    Problem::Contradiction { row: a, key: "npi and group_tax_id on the same day", what };
                sheet.fault(b, Some("npi"), problem);
            }
        }
        sheet.finish(Providers { info: TableInfo { rows: rows.all().len(), ..info }, rows })
    }
}

/// In what two rows differ, apart from their days.
fn differs(a: &ProviderRow, b: &ProviderRow) -> Option<&'static str> {
    let facts = [
        (a.kind == b.kind, "provider_type"),
        (a.ccs_paneled == b.ccs_paneled, "ccs_paneled"),
        (a.pcp == b.pcp, "pcp"),
    ];
    facts.into_iter().find(|(same, _)| !same).map(|(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::{Npi, ProviderKind, Providers};
    use crate::reference::{AuthorizationBook, Roster, Rosters};

    fn read(rows: &str) -> Result<Providers, String> {
        let mut rosters = Rosters::default();
        // A column that nobody knows, and the known ones in another order.
        let file =
            format!("notes,npi,pcp,group_tax_id,provider_type,ccs_paneled,paneled_from,paneled_to\n{rows}");
        rosters
            .read(Roster::Providers, "providers.csv", file.as_bytes(), &mut AuthorizationBook::default())
            .map_err(|e| e.to_string())?;
        Ok(rosters.providers.unwrap())
    }

    #[test]
    fn a_provider_has_a_row_for_each_group() {
        let providers = read(
            "\"a, b\",1234567893,Y,12-3456789,individual,Y,2018-07-01,\n\
             ,1234567893,N,987654321,,n,,\n\
             ,1999999984,,,GROUP,,,\n",
        )
        .unwrap();
        let rows = providers.find(Npi::parse(b"1234567893").unwrap());
        let facts: Vec<_> = rows.iter().map(|row| (row.row, row.ccs_paneled, row.pcp)).collect();
        assert_eq!(facts, [(2, Some(true), Some(true)), (3, Some(false), Some(false))]);
        let group = providers.find(Npi::parse(b"1999999984").unwrap())[0];
        assert_eq!(
            (group.kind, group.group_tax_id, group.ccs_paneled),
            (Some(ProviderKind::Group), None, None)
        );
        assert!(providers.find(Npi::parse(b"1000000000").unwrap()).is_empty());
    }

    #[test]
    fn paneled_and_not_paneled_on_one_day_is_an_error() {
        assert_eq!(
            read(
                ",1234567893,,,,Y,2018-07-01,2020-06-30\n,1234567893,,,,N,2020-06-30,\n\
                 ,1999999984,,,,Y,2018-07-01,2020-06-30\n,1999999984,,,,N,2020-07-01,\n"
            )
            .unwrap_err(),
            "providers.csv row 3, column npi: contradicts row 2: the same npi and group_tax_id on the same day with \
             another ccs_paneled"
        );
        assert_eq!(
            read(",123456789,,1,person,,,\n").unwrap_err(),
            "providers.csv row 2, column npi: holds \"123456789\", expected an NPI of ten digits\n\
             providers.csv row 2, column group_tax_id: holds \"1\", expected a tax id of nine digits or nothing\n\
             providers.csv row 2, column provider_type: holds \"person\", expected individual, group, facility or \
             nothing"
        );
    }
}
