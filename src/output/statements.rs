//! The statements of the plan's documents, in our words.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The table from which the traceability is made too.
const TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/requirements.csv"));

static STATEMENTS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    rows.filter_map(|row| {
        let (requirement, title, statement) = (row.get(0)?, row.get(1)?, row.get(4)?);
        // of wider practice there is no sentence of the plan's
        let says = if statement.is_empty() { title } else { statement };
        Some((requirement.to_owned(), says.to_owned()))
    })
    .collect()
});

/// What a requirement (R001 …) says; none of those that are not the plan's or of Medi-Cal practice.
pub fn statement(requirement: &str) -> Option<&'static str> {
    STATEMENTS.get(requirement).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn every_requirement_has_its_sentence() {
        assert_eq!(statement("R001"), Some("CCS serves persons under 21"));
        assert!(
            (1..=136).all(|number| statement(&format!("R{number:03}")).is_some_and(|says| !says.is_empty()))
        );
        assert_eq!(statement("B1"), None);
    }
}
