//! A room imports only rooms below it.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms with their floors, as `docs/architecture.md` and `src/lib.rs` list them.
const ROOMS: [(&str, u8); 15] = [
    ("finding", 1),
    ("source", 1),
    ("x12", 2),
    ("guide", 3),
    ("record", 4),
    ("reference", 5),
    ("rules", 6),
    ("verdict", 7),
    ("store", 8),
    ("output", 9),
    ("pipeline", 10),
    ("verify", 11),
    ("generate", 11),
    ("dropfolder", 12),
    ("cli", 13),
];

fn floor(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every room that a line names behind `crate::`, also in a list such as `use crate::{a::B, c};`.
fn named(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = 0;
    while let Some(at) = rest.find("crate::") {
        let line = text[..before + at].lines().count().max(1);
        let after = &rest[at + "crate::".len()..];
        let word =
            |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        if let Some(list) = after.strip_prefix('{') {
            // the first word of each entry at the outermost level
            let (mut depth, mut entry) = (0, true);
            for (at, c) in list.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => entry = true,
                    c if entry && c.is_alphabetic() => {
                        found.push((line, word(&list[at..])));
                        entry = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.push((line, word(after)));
        }
        before += at + "crate::".len();
        rest = &text[before..];
    }
    found
}

/// The part of a file that is not its tests: those may build what they need from any room.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

#[test]
fn rooms_import_only_rooms_below() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut imports = 0;
    for path in sources(&src) {
        let inside = path.strip_prefix(&src).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if matches!(room, "lib" | "main") || inside.to_str().unwrap().contains("tests") {
            continue;
        }
        let Some(own) = floor(room) else {
            wrong.push(format!("{}: no floor for the room {room}", inside.display()));
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (line, other) in named(without_tests(&text)) {
            let Some(below) = floor(&other) else { continue };
            imports += 1;
            if other != room && below >= own {
                wrong.push(format!("{}:{line}: {room} imports {other}", inside.display()));
            }
        }
    }
    assert!(imports > 300, "only {imports} imports found: the scanner is blind");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_scanner_sees_lists_and_paths() {
    let text = "use crate::x12::Unit;\nuse crate::{\n    finding::{Code, Date},\n    rules,\n};\nfn f() { crate::output::x(); }";
    let names: Vec<String> = named(text).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["x12", "finding", "rules", "output"]);
    assert_eq!(named(text).last().unwrap().0, 6);
}

#[test]
fn every_room_has_a_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(matches!(name.as_str(), "lib" | "main") || floor(&name).is_some(), "{name}");
    }
}
