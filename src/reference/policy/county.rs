//! The plan's five counties, and which of them a ZIP code lies in.

use std::fmt;

use rustc_hash::FxHashMap;

use super::provenance::Sources;
use crate::reference::error::ReferenceErrors;
use crate::reference::id::digits;
use crate::reference::index::TableInfo;
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    ZIP "zip" required,
    COUNTY "county" required,
    CROSSES "cross_county" optional,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

/// A county of residence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum County {
    /// Mariposa.
    Mariposa,
    /// Merced.
    Merced,
    /// Monterey.
    Monterey,
    /// San Benito.
    SanBenito,
    /// Santa Cruz.
    SantaCruz,
    /// Any other: outside the plan's service area.
    Other,
}

impl County {
    /// The plan's service area.
    pub const SERVED: [County; 5] =
        [County::Mariposa, County::Merced, County::Monterey, County::SanBenito, County::SantaCruz];

    /// The name, as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            County::Mariposa => "Mariposa",
            County::Merced => "Merced",
            County::Monterey => "Monterey",
            County::SanBenito => "San Benito",
            County::SantaCruz => "Santa Cruz",
            County::Other => "another county",
        }
    }

    /// The county of a name in any letter case, with or without "County" after it. A name of none of the five is
    /// [`County::Other`]; an empty one is no county.
    pub fn parse(name: &[u8]) -> Option<County> {
        let name = name.trim_ascii();
        if name.is_empty() {
            return None;
        }
        let cut = name.len().checked_sub(b" county".len()).and_then(|at| name.split_at_checked(at));
        let name = match cut {
            Some((name, end)) if end.eq_ignore_ascii_case(b" county") => name,
            _ => name,
        };
        let is = |county: &County| {
            let letters = |text: &'static str| text.bytes().filter(|b| *b != b' ');
            let given = name.iter().filter(|b| !b.is_ascii_whitespace());
            given.map(u8::to_ascii_lowercase).eq(letters(county.name()).map(|b| b.to_ascii_lowercase()))
        };
        Some(County::SERVED.into_iter().find(is).unwrap_or(County::Other))
    }
}

impl fmt::Display for County {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// `county_zip.csv`.
#[derive(Debug)]
pub struct CountyZip {
    info: TableInfo,
    /// `None` where the ZIP code is not enough to know the county.
    counties: FxHashMap<u64, Option<County>>,
}

impl CountyZip {
    /// The county of a ZIP code of five or nine digits, where it is certain: the table has one row for the ZIP
    /// code, which is not low and not marked as crossing county lines.
    pub fn county(&self, zip: &[u8]) -> Option<County> {
        *self.counties.get(&digits(zip.get(..5)?, 5)?)?
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<CountyZip, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut counties = FxHashMap::default();
        let mut rows = 0;
        while let Some(mut row) = sheet.next_row() {
            let zip = row.required(ZIP, "five digits", |value| digits(value, 5));
            let county = row.required(COUNTY, "a county's name", County::parse);
            let crosses = row.optional(CROSSES, "yes, no or nothing", |value| match value {
                _ if value.eq_ignore_ascii_case(b"yes") || value.eq_ignore_ascii_case(b"y") => Some(true),
                _ if value.eq_ignore_ascii_case(b"no") || value.eq_ignore_ascii_case(b"n") => Some(false),
                _ => None,
            });
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            let (Some(zip), Some(provenance)) = (zip, provenance) else { continue };
            let certain = county.filter(|_| crosses != Some(true) && !provenance.is_low());
            counties.entry(zip).and_modify(|known| *known = None).or_insert(certain);
            rows += 1;
        }
        sheet.finish(CountyZip { info: TableInfo { rows, ..info }, counties })
    }
}

#[cfg(test)]
mod tests {
    use super::{County, CountyZip};
    use crate::reference::Reference;
    use crate::reference::index::TableInfo;
    use crate::reference::text::TableText;

    #[test]
    fn only_a_certain_zip_tells_the_county() {
        let reference = Reference::builtin();
        let table = &reference.policy.county_zip;
        assert_eq!(table.county(b"95060"), Some(County::SantaCruz));
        assert_eq!(table.county(b"939011234"), Some(County::Monterey));
        // Two rows; one row that crosses; one row that is low; not listed; no ZIP code.
        for zip in [&b"93930"[..], b"93450", b"93451", b"90210", b"9390", b"", b"9390l"] {
            assert_eq!(table.county(zip), None);
        }
    }

    #[test]
    fn a_customers_rows_are_certain_unless_they_cross() {
        let file = b"zip,county,cross_county,confidence\n95060,SANTA CRUZ,,low\n95061,Fresno,no,\n95062,Merced,yes,\n";
        let text = TableText::new("county_zip.csv", file).unwrap();
        let table = CountyZip::read(&text, TableInfo::own("county_zip", &text).unwrap()).unwrap();
        assert_eq!(table.county(b"95060"), Some(County::SantaCruz));
        assert_eq!(table.county(b"95061"), Some(County::Other));
        assert_eq!(table.county(b"95062"), None);
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for (name, county) in [
            ("Mariposa", Some(County::Mariposa)),
            ("MERCED COUNTY", Some(County::Merced)),
            ("san  benito", Some(County::SanBenito)),
            ("SantaCruz", Some(County::SantaCruz)),
            (" monterey ", Some(County::Monterey)),
            ("Santa Clara", Some(County::Other)),
            ("County", Some(County::Other)),
            ("", None),
        ] {
            assert_eq!(County::parse(name.as_bytes()), county, "{name}");
        }
    }
}
