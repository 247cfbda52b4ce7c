//! Whom a claim status is about: STC01-3.

use std::sync::LazyLock;

use crate::finding::Code;
use crate::rules::Codes;

/// A loop and whom it is about.
struct Row {
    /// 837P, 837I, 837D or 278; `*` for all.
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
    use crate::finding::{Code, RuleId};
    use crate::guide::{Guide, GuideId};
    use crate::reference::Reference;
    use crate::rules::{self, Codes};

    const KINDS: [(&str, GuideId); 4] = [
        ("837P", GuideId::Professional),
        ("837I", GuideId::Institutional),
        ("837D", GuideId::Dental),
        ("278", GuideId::AuthorizationRequest),
    ];

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
            // rows for all kinds are about loops of claims
            let kinds = kinds.filter(|(kind, _)| row.loop_id != "*" && (row.kind != "*" || *kind != "278"));
            for (kind, guide) in kinds {
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
                // a 278 names providers of any role in one loop
                let is_provider = kind == "278" && said == "1P";
                if !known.is_empty() && !is_other && !is_provider {
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
        assert_eq!(entity(&npi, "278", Code::new(b"2010B")), "1P");
        assert_eq!(entity(&npi, "278", Code::new(b"2010EA")), "1P");
        assert_eq!(entity(&Codes { entity: "87", ..npi }, "837I", Code::new(b"2310A")), "87");
        assert_eq!(entity(&Codes::claim("A7", "21", "", ""), "837I", Code::new(b"2310A")), "");
        for rule in rules::all() {
            for outcome in rule.outcomes.iter().filter(|outcome| !outcome.codes.entity.is_empty()) {
                assert!(is_known(outcome.codes.entity), "{} of {}", outcome.codes.entity, rule.id);
            }
        }
    }

    /// What stands with the claim itself has a status that needs nobody, unless its rule says whom it is about: the default of the
    /// table is for what is the subscriber's.
    #[test]
    fn numbers_and_states_of_a_claim_are_nobodys() {
        for (id, outcome) in
            [(RuleId::COD111, 0), (RuleId::SIT116, 0), (RuleId::SIT139, 0), (RuleId::SIT139, 1)]
        {
            let codes = &rules::rule(id).outcome(outcome).codes;
            assert_eq!(entity(codes, "837P", Code::new(b"2300")), "", "{id}");
        }
    }
}
