//! Groups of diagnoses that rules ask for.

use super::provenance::{Provenance, Sources};
use super::vocabulary::DiagnosisGroup;
use crate::finding::Code;
use crate::reference::code_set::code_of;
use crate::reference::error::ReferenceErrors;
use crate::reference::index::TableInfo;
use crate::reference::intervals::Intervals;
use crate::reference::sheet::{Sheet, columns};
use crate::reference::text::TableText;

columns! {
    FROM "icd10_from" required,
    TO "icd10_to" optional,
    GROUP "group" required,
    SOURCE "source" optional,
    CONFIDENCE "confidence" optional,
}

const CODES: [&str; 2] = ["an ICD-10-CM code or its beginning", "a code not before icd10_from"];
const GROUPS: &str = "poa_exempt, work_up, nicu_criteria or nicu_level_iv";

/// A range of diagnoses, by how they begin.
#[derive(Debug)]
struct GroupRow {
    prefixes: Prefixes,
    group: DiagnosisGroup,
    provenance: Provenance,
}

/// Diagnoses whose first characters stand between two beginnings, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Prefixes {
    from: Code,
    to: Code,
}

impl Prefixes {
    /// The range, if it is in order.
    pub(super) fn new(from: Code, to: Code) -> Option<Prefixes> {
        (!from.is_empty() && from <= to).then_some(Prefixes { from, to })
    }

    /// A beginning, or two joined by a hyphen.
    pub(super) fn parse(text: &[u8]) -> Option<Prefixes> {
        let mut ends = text.split(|byte| *byte == b'-').map(|end| code_of(end.trim_ascii()));
        let from = ends.next()??;
        let to = ends.next().unwrap_or(Some(from))?;
        Prefixes::new(from, to).filter(|_| ends.next().is_none())
    }

    /// The first and the last word that begin so.
    fn words(self) -> (u64, u64) {
        let after = u64::MAX.checked_shr(8 * self.to.len() as u32).unwrap_or(0);
        (self.from.word(), self.to.word() | after)
    }

    /// Whether a diagnosis is one of them.
    pub(super) fn contains(self, code: Code) -> bool {
        let (first, last) = self.words();
        (first..=last).contains(&code.word())
    }
}

/// `diagnosis_groups.csv`.
#[derive(Debug)]
pub struct DiagnosisGroups {
    info: TableInfo,
    rows: Vec<GroupRow>,
    intervals: Intervals,
}

impl DiagnosisGroups {
    /// The row by which a diagnosis is in a group.
    pub fn find(&self, code: Code, group: DiagnosisGroup) -> Option<&Provenance> {
        let ids = if code.is_empty() { &[] } else { self.intervals.at(code.word()) };
        let mut rows = ids.iter().filter_map(|id| self.rows.get(*id as usize));
        rows.find(|row| row.group == group && row.prefixes.contains(code)).map(|row| &row.provenance)
    }

    /// Whether a diagnosis is in a group.
    pub fn contains(&self, code: Code, group: DiagnosisGroup) -> bool {
        self.find(code, group).is_some()
    }

    /// Name, version and source of the table.
    pub fn info(&self) -> &TableInfo {
        &self.info
    }

    pub(in crate::reference) fn read(
        text: &TableText<'_>,
        info: TableInfo,
    ) -> Result<DiagnosisGroups, ReferenceErrors> {
        let mut sheet = Sheet::open(text, COLUMNS)?;
        let mut sources = Sources::new(&info);
        let mut rows = Vec::new();
        while let Some(mut row) = sheet.next_row() {
            let prefixes = row.range((FROM, TO), CODES, code_of, Prefixes::new);
            let group = row.required(GROUP, GROUPS, DiagnosisGroup::parse);
            let provenance = sources.of(&mut row, SOURCE, CONFIDENCE);
            if let (true, Some(prefixes), Some(group), Some(provenance)) =
                (row.is_good(), prefixes, group, provenance)
            {
                rows.push(GroupRow { prefixes, group, provenance });
            }
        }
        let rows = sheet.finish(rows)?;
        let words = rows
            .iter()
            .zip(0..)
            .map(|(row, id)| {
                let (first, last) = row.prefixes.words();
                (first, last, id)
            })
            .collect();
        let intervals = Intervals::new(words, |id| id);
        Ok(DiagnosisGroups { info: TableInfo { rows: rows.len(), ..info }, rows, intervals })
    }
}

#[cfg(test)]
mod tests {
    use super::Prefixes;
    use crate::finding::Code;
    use crate::reference::{DiagnosisGroup, Reference};

    #[test]
    fn codes_belong_by_their_beginning() {
        let reference = Reference::builtin();
        let groups = &reference.policy.diagnosis_groups;
        let is = |code: &str, group| groups.contains(Code::from(code), group);
        assert!(is("Q211", DiagnosisGroup::PoaExempt) && is("Z3801", DiagnosisGroup::PoaExempt));
        assert!(is("W1830XA", DiagnosisGroup::PoaExempt) && !is("J189", DiagnosisGroup::PoaExempt));
        assert!(is("R509", DiagnosisGroup::WorkUp) && !is("Z23", DiagnosisGroup::WorkUp));
        assert!(is("P0702", DiagnosisGroup::NicuLevelIv) && !is("P0739", DiagnosisGroup::NicuLevelIv));
        assert!(is("P0739", DiagnosisGroup::NicuCriteria) && !is("", DiagnosisGroup::NicuCriteria));
    }

    #[test]
    fn ranges_reach_to_the_last_code_that_begins_so() {
        let range = Prefixes::parse(b"E08-E13").unwrap();
        assert!(range.contains(Code::from("E08")) && range.contains(Code::from("E1399")));
        assert!(!range.contains(Code::from("E07")) && !range.contains(Code::from("E140")));
        assert!(Prefixes::parse(b"E13-E08").is_none() && Prefixes::parse(b"").is_none());
    }
}
