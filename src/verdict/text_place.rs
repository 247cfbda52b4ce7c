//! Where a mistake stands in a text that a person wrote.

/// `line 3, column 12` of a byte of a text.
pub(crate) fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.get(begin..).map_or(0, |row| row.chars().count()) + 1;
    format!("line {line}, column {column}")
}
