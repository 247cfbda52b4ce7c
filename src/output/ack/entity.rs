//! Whom a claim status is about: STC01-3.

use std::sync::LazyLock;

use crate::finding::Code;
use crate::rules::Codes;

/// A loop and whom it is about.
struct Row {
    /// 837P, 837I or 837D; `*` for all.
    kind: &'static str,
    /// `*` for every loop that has no row of its own.
    loop_id: &'static str,
    entity: &'static str,
}

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1)
}

static LOOPS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut cells = line.split(',');
        Some(Row { kind: cells.next()?, loop_id: cells.next()?, entity: cells.next()? })
    };
    rows(include_str!("entities.csv")).filter_map(row).collect()
});

static STATUSES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    rows(include_str!("entity_statuses.csv")).filter_map(|line| line.split(',').next()).collect()
});

/// The entity that a loop of a kind of claim is about.
fn entity_of(kind: &str, loop_id: Code) -> &'static str {
    let (bytes, len) = loop_id.bytes();
    let loop_id = bytes.get(..len).unwrap_or(&[]);
    let fits = |row: &&Row| {
        (row.kind == "*" || row.kind == kind) && (row.loop_id == "*" || row.loop_id.as_bytes() == loop_id)
    };
    LOOPS.iter().find(fits).map_or("", |row| row.entity)
}

/// Whom the status of these codes is about: whom the rule says, else where the status says nothing without it, whom the loop is
/// about.
pub fn entity(codes: &Codes, kind: &str, loop_id: Code) -> &'static str {
    match codes.entity {
        "" if !codes.category.is_empty() && STATUSES.contains(&codes.status) => entity_of(kind, loop_id),
        said => said,
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOPS, STATUSES, entity, entity_of};
    use crate::finding::Code;
    use crate::guide::{Guide, GuideId};
    use crate::reference::Reference;
    use crate::rules::{self, Codes};

    const KINDS: [(&str, GuideId); 3] =
        [("837P", GuideId::Professional), ("837I", GuideId::Institutional), ("837D", GuideId::Dental)];

    /// Whether 2200D of the 277CA may name an entity.
    fn is_known(entity: &str) -> bool {
        let guide = Guide::of(GuideId::ClaimAcknowledgement277);
        let stc = guide.find_slot(Code::new(b"2200D"), Code::new(b"STC"), Code::EMPTY).unwrap();
        stc.element(1).unwrap().component(3).unwrap().codes().contains(entity.as_bytes())
    }

    #[test]
    fn rows_name_loops_and_entities_that_exist() {
        for row in LOOPS.iter() {
            assert!(is_known(row.entity), "{} of {}", row.entity, row.loop_id);
            let loop_id = Code::from(row.loop_id);
            let kinds = KINDS.into_iter().filter(|(kind, _)| row.kind == "*" || row.kind == *kind);
            for (kind, guide) in kinds.filter(|_| row.loop_id != "*") {
                let is_there = Guide::of(guide).find_loop(loop_id).is_some();
                assert!(is_there, "{} of {kind}", row.loop_id);
            }
        }
        let statuses = Reference::builtin().codes.claim_status;
        for status in STATUSES.iter() {
            assert!(statuses.contains(Code::from(*status)), "{status}");
        }
    }

    /// A provider's loop is about who its NM1 names, wherever the 277CA can say so.
    #[test]
    fn loops_are_about_whom_their_names_name() {
        for (kind, guide) in KINDS {
            for found in Guide::of(guide).loops() {
                let Some(trigger) = found.trigger().filter(|slot| slot.segment_id() == Code::new(b"NM1"))
                else {
                    continue;
                };
                let said = entity_of(kind, found.id());
                let names: Vec<String> = trigger.qualifiers().iter().map(Code::to_string).collect();
                let known: Vec<&String> = names.iter().filter(|name| is_known(name)).collect();
                // the other payers' names (2330A, 2330C and so on) are theirs
                let is_other = found.id().starts_with(Code::new(b"233"));
                if !known.is_empty() && !is_other {
                    assert!(
                        known.iter().any(|name| *name == said),
                        "{kind} {}: {said}, not {names:?}",
                        found.id()
                    );
                }
            }
        }
    }

    #[test]
    fn a_rule_s_own_entity_comes_first() {
        let npi = Codes::claim("A7", "562", "", "");
        assert_eq!(entity(&npi, "837I", Code::new(b"2310A")), "71");
        assert_eq!(entity(&npi, "837P", Code::new(b"2310A")), "DN");
        assert_eq!(entity(&npi, "837D", Code::new(b"2300")), "IL");
        assert_eq!(entity(&Codes { entity: "87", ..npi }, "837I", Code::new(b"2310A")), "87");
        assert_eq!(entity(&Codes::claim("A7", "21", "", ""), "837I", Code::new(b"2310A")), "");
        for rule in rules::all() {
            for outcome in rule.outcomes.iter().filter(|outcome| !outcome.codes.entity.is_empty()) {
                assert!(is_known(outcome.codes.entity), "{} of {}", outcome.codes.entity, rule.id);
            }
        }
    }
}
