//! The names of loops, segments and elements in the project's own words.

use std::collections::{BTreeSet, HashMap};

use super::read::SegmentDef;

/// The names, and which of them were asked for, so that none is kept in vain or missed.
pub(super) struct Names {
    loops: HashMap<(String, String), String>,
    segments: Vec<[String; 4]>,
    elements: HashMap<String, String>,
    used: BTreeSet<String>,
    pub(super) missing: BTreeSet<String>,
}

fn rows(csv: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(csv.as_bytes());
    reader.records().map(|row| row.expect("a row of names")).collect()
}

impl Names {
    pub(super) fn read(loops: &str, segments: &str, elements: &str) -> Names {
        let mut names = Names {
            loops: HashMap::new(),
            segments: Vec::new(),
            elements: HashMap::new(),
            used: BTreeSet::new(),
            missing: BTreeSet::new(),
        };
        for row in rows(loops) {
            for guide in row[0].split('|') {
                names.loops.insert((guide.to_owned(), row[1].to_owned()), row[2].to_owned());
            }
        }
        for row in rows(segments) {
            names.segments.push([0, 1, 2, 3].map(|at| row[at].to_owned()));
        }
        for row in rows(elements) {
            names.elements.insert(row[0].to_owned(), row[1].to_owned());
        }
        names
    }

    pub(super) fn of_loop(&mut self, slug: &str, id: &str) -> String {
        if id.is_empty() {
            return "transaction set".to_owned();
        }
        let key = (slug.to_owned(), id.to_owned());
        self.take(&format!("loop {slug} {id}"), self.loops.get(&key).cloned())
    }

    pub(super) fn of_segment(&mut self, within: &str, segment: &SegmentDef) -> String {
        let qualifiers = segment.qualifiers.join("|");
        let found = self.segments.iter().find(|[id, list, loops, _]| {
            *id == segment.id
                && (list.is_empty() || *list == qualifiers)
                && (loops.is_empty() || loops.split('|').any(|one| one == within))
        });
        let key = found.map_or_else(
            || format!("segment {} {qualifiers} {within}", segment.id),
            |[id, list, loops, _]| format!("segment {id} {list} {loops}"),
        );
        self.take(&key, found.map(|row| row[3].clone()))
    }

    pub(super) fn of_element(&mut self, number: &str) -> String {
        self.take(&format!("element {number}"), self.elements.get(number).cloned())
    }

    fn take(&mut self, key: &str, name: Option<String>) -> String {
        if name.is_none() {
            self.missing.insert(key.to_owned());
        }
        self.used.insert(key.to_owned());
        name.unwrap_or_default()
    }

    /// Names that nothing asked for.
    pub(super) fn unused(&self) -> Vec<String> {
        let loops = self.loops.keys().map(|(slug, id)| format!("loop {slug} {id}"));
        let segments =
            self.segments.iter().map(|[id, list, loops, _]| format!("segment {id} {list} {loops}"));
        let elements = self.elements.keys().map(|number| format!("element {number}"));
        let mut unused: Vec<String> =
            loops.chain(segments).chain(elements).filter(|key| !self.used.contains(key)).collect();
        unused.sort();
        unused
    }
}
