use super::{LONGEST, Location, Names, clean, settle, shown, stem};
use proptest::prelude::*;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// `argument|folder/file` or `argument|folder/file!member`.
fn place(text: &str) -> Location {
    let (argument, path) = text.split_once('|').unwrap_or(("", text));
    let (path, member) = path.split_once('!').map_or((path, None), |(path, member)| (path, Some(member)));
    let path = Path::new(path);
    Location {
        argument: argument.into(),
        folder: path.parent().unwrap().into(),
        file: path.file_name().unwrap().into(),
        member: member.map(str::to_owned),
    }
}

fn names(inputs: &[&str]) -> Vec<(String, String)> {
    let places: Vec<Location> = inputs.iter().map(|input| place(input)).collect();
    settle(&places).into_iter().map(|Names { name, file }| (name, file)).collect()
}

#[test]
fn a_stem_has_no_extension() {
    for (name, expected) in [
        ("claims.837", "claims"),
        ("claims.837.gz", "claims"),
        ("claims.837.zst", "claims"),
        ("CLAIMS.837.GZ", "CLAIMS"),
        ("claims.gz", "claims"),
        ("claims", "claims"),
        ("a.b.837", "a.b"),
        ("a.tar.gz.gz", "a.tar"),
        ("claims.", "claims"),
        (".claims", ".claims"),
        (".claims.837.gz", ".claims.837.gz"),
        (".gz", ".gz"),
        ("gz", "gz"),
        ("é.837", "é"),
    ] {
        assert_eq!(stem(name), expected, "{name}");
    }
}

#[test]
fn names_tell_inputs_apart() {
    let cases: &[&[(&str, &str, &str)]] = &[
        &[("in/a.837", "a", "a.837"), ("in/b.x12", "b", "b.x12")],
        // One NAME: all of those take the whole file name.
        &[
            ("a.837", "a.837", "a.837"),
            ("a.x12", "a.x12", "a.x12"),
            ("a.837.gz", "a.837.gz", "a.837.gz"),
            ("b.837", "b", "b.837"),
        ],
        // Members of one archive that meet are numbered: where it stands tells nothing.
        &[
            ("/state/work|in/q.zip!a/b.837", "q.zip__a__b.837-1", "q.zip/a/b.837"),
            ("/state/work|in/q.zip!a__b.837", "q.zip__a__b.837-2", "q.zip/a__b.837"),
            ("/state/work|in/q.zip!c.837", "q__c", "q.zip/c.837"),
        ],
        // Letter case tells apart.
        &[("a.837", "a", "a.837"), ("A.837", "A", "A.837")],
        // One file name: the folder below the argument.
        &[
            ("in|2025/a.837", "2025__a.837", "2025/a.837"),
            ("in|2026/q1/a.837", "2026__q1__a.837", "2026/q1/a.837"),
            ("in|a.837", "a.837", "a.837"),
            ("in|b.837", "b", "b.837"),
        ],
        &[("x/a.837", "x__a.837", "x/a.837"), ("/y/z/a.837", "y__z__a.837", "/y/z/a.837")],
        // One path below two arguments: the argument too.
        &[("in1|a.837", "in1__a.837", "in1/a.837"), ("/srv/in2|a.837", "srv__in2__a.837", "/srv/in2/a.837")],
        // The very same: numbers.
        &[("a.837", "a.837-1", "a.837"), ("a.837", "a.837-2", "a.837")],
        &[("a.837", "a.837-2", "a.837"), ("a.837", "a.837-3", "a.837"), ("a.837-1", "a.837-1", "a.837-1")],
        // Steps upwards name nothing, and what is then alike is numbered.
        &[("../a.837", "a.837-1", "../a.837"), ("../../a.837", "a.837-2", "../../a.837")],
        // A longer name that meets a shorter one pushes it along.
        &[("a.837", "a.837", "a.837"), ("a.b", "a.b", "a.b"), ("a.b.837", "a.b.837", "a.b.837")],
        // Archives.
        &[
            ("in/batch.zip!claims.837", "batch__claims", "batch.zip/claims.837"),
            ("in/batch.zip!q1/claims.837.gz", "batch__q1__claims", "batch.zip/q1/claims.837.gz"),
            ("in/batch.zip!q2\\claims.837", "batch__q2__claims", "batch.zip/q2/claims.837"),
        ],
        &[
            ("batch.zip!a.837", "batch.zip__a.837", "batch.zip/a.837"),
            ("batch.zip!a.x12", "batch.zip__a.x12", "batch.zip/a.x12"),
        ],
        &[
            ("x/batch.zip!a.837", "x__batch.zip__a.837", "x/batch.zip/a.837"),
            ("y/batch.zip!a.837", "y__batch.zip__a.837", "y/batch.zip/a.837"),
        ],
        // Nothing leaves the output folder.
        &[("batch.zip!../../etc/passwd", "batch__etc__passwd", "batch.zip/etc/passwd")],
        &[("batch.zip!/abs/a\u{7}b.837", "batch__abs__a_b", "batch.zip/abs/a\\x07b.837")],
        &[("batch.zip!..", "batch__member", "batch.zip")],
    ];
    for case in cases {
        let inputs: Vec<&str> = case.iter().map(|(input, ..)| *input).collect();
        let expected: Vec<(String, String)> =
            case.iter().map(|(_, name, file)| ((*name).to_owned(), (*file).to_owned())).collect();
        assert_eq!(names(&inputs), expected, "{inputs:?}");
    }
}

#[test]
fn odd_bytes_are_shown_and_never_written() {
    let odd = OsStr::from_bytes(b"a\xFFb\nc\\d");
    assert_eq!(clean(odd), "a_b_c_d");
    assert_eq!(shown(odd), "a\\xFFb\\x0Ac\\d");
    assert_eq!(shown(OsStr::new("a\u{85}")), "a\\xC2\\x85");
}

#[test]
fn a_name_leaves_room_for_its_suffixes() {
    let long = format!("{}é.837", "é".repeat(120));
    let twice = names(&[&long, &long]);
    for (name, _) in &twice {
        assert!(name.len() <= LONGEST + 2, "{}", name.len());
    }
    assert_ne!(twice[0].0, twice[1].0);
}

proptest! {
    #[test]
    fn names_are_distinct_and_stay_in_their_folder(
        inputs in prop::collection::vec(("[ab]{0,1}", "[ab./]{0,3}", "[ab.]{1,3}(-1)?", prop::option::of("[ab./\\\\\u{0}]{0,4}")), 0..9)
    ) {
        let places: Vec<Location> = inputs
            .into_iter()
            .filter(|(_, _, file, _)| !matches!(file.as_str(), "." | ".."))
            .map(|(argument, folder, file, member)| Location {
                argument: argument.into(),
                folder: PathBuf::from(folder.trim_start_matches('/')),
                file: file.into(),
                member,
            })
            .collect();
        let names = settle(&places);
        let distinct: HashSet<&str> = names.iter().map(|names| names.name.as_str()).collect();
        prop_assert_eq!(distinct.len(), places.len());
        for Names { name, file } in &names {
            prop_assert!(!name.is_empty() && !name.contains(['/', '\\', '\u{0}']), "{}", name);
            prop_assert!(!file.is_empty() && !file.contains(char::is_control), "{}", file);
        }
        // The names are settled by the inputs and their order alone.
        prop_assert_eq!(settle(&places), names);
    }
}
