//! What the outputs of an input are called, and how reports name it.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

/// The most bytes of a NAME. With the longest suffix and the decoration of a temporary name it stays
/// under the 255 bytes that file systems allow.
const LONGEST: usize = 190;

/// Where an input was found: all that names are made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Location {
    /// The folder named on the command line that it was found in; empty for a file named itself.
    pub(super) argument: PathBuf,
    /// The folder of the file below `argument`, or as it was named with the file.
    pub(super) folder: PathBuf,
    /// The file's own name.
    pub(super) file: OsString,
    /// For a member of an archive, its path in there.
    pub(super) member: Option<String>,
}

/// The NAME of an input's outputs and what the reports' `file` column shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Names {
    pub(super) name: String,
    pub(super) file: String,
}

/// How much of a location goes into a name: each next step tells more inputs apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Without extensions.
    Stem,
    /// The whole file name.
    Whole,
    /// And the folder below the argument before it.
    Folder,
    /// And the argument before that.
    Argument,
}

/// Inputs that share a name so far.
struct Group<'a> {
    shared: bool,
    first: &'a Location,
    arguments_differ: bool,
    /// Whether all are members of one archive: where that stands tells nothing.
    of_one_archive: bool,
}

impl Group<'_> {
    fn add(&mut self, place: &Location) {
        self.shared = true;
        let Location { argument, folder, file, member } = self.first;
        self.arguments_differ |= *argument != place.argument;
        self.of_one_archive &= member.is_some()
            && place.member.is_some()
            && [argument, folder] == [&place.argument, &place.folder]
            && *file == place.file;
    }

    /// The step that one of them, now at `step`, takes to part from the others.
    fn next(&self, step: Step) -> Option<Step> {
        match step {
            _ if !self.shared => None,
            Step::Stem => Some(Step::Whole),
            Step::Whole if self.of_one_archive => None,
            Step::Whole => Some(Step::Folder),
            // Arguments may be long; they stand in a name only where they tell something.
            Step::Folder if self.arguments_differ => Some(Step::Argument),
            Step::Folder | Step::Argument => None,
        }
    }
}

/// Names for all inputs of a run, no two alike, letter case included.
pub(super) fn settle(locations: &[Location]) -> Vec<Names> {
    let mut steps = vec![Step::Stem; locations.len()];
    let mut names: Vec<String> = locations.iter().map(|place| name_at(place, Step::Stem)).collect();
    loop {
        let mut groups: FxHashMap<&str, Group<'_>> = FxHashMap::default();
        for (name, place) in names.iter().zip(locations) {
            groups.entry(name).and_modify(|group| group.add(place)).or_insert_with(|| Group {
                shared: false,
                first: place,
                arguments_differ: false,
                of_one_archive: true,
            });
        }
        let next: Vec<Option<Step>> = names
            .iter()
            .zip(&steps)
            .map(|(name, step)| groups.get(name.as_str()).and_then(|group| group.next(*step)))
            .collect();
        if next.iter().all(Option::is_none) {
            break;
        }
        for (((name, step), place), next) in names.iter_mut().zip(&mut steps).zip(locations).zip(next) {
            if let Some(next) = next {
                *step = next;
                *name = name_at(place, next);
            }
        }
    }
    number(&mut names);
    let file = |(place, &step): (&Location, &Step)| file_at(place, step);
    let files = locations.iter().zip(&steps).map(file);
    names.into_iter().zip(files).map(|(name, file)| Names { name, file }).collect()
}

/// Numbers the names that are still shared: `a-1`, `a-2`, in input order.
fn number(names: &mut [String]) {
    let mut taken: FxHashSet<String> = FxHashSet::default();
    let mut next: FxHashMap<String, u32> = FxHashMap::default();
    for name in names.iter() {
        if !taken.insert(name.clone()) {
            next.insert(name.clone(), 1);
        }
    }
    for name in names {
        let Some(n) = next.get_mut(name) else { continue };
        loop {
            let numbered = format!("{name}-{n}");
            *n += 1;
            if taken.insert(numbered.clone()) {
                *name = numbered;
                break;
            }
        }
    }
}

fn name_at(place: &Location, step: Step) -> String {
    let mut parts: Vec<String> = Vec::new();
    if step >= Step::Argument {
        parts.extend(folders(&place.argument));
    }
    if step >= Step::Folder {
        parts.extend(folders(&place.folder));
    }
    let file = clean(&place.file);
    let short = |name: &str| if step == Step::Stem { stem(name).to_owned() } else { name.to_owned() };
    parts.push(short(&file));
    if let Some(member) = &place.member {
        let mut member = member_parts(member);
        let last = member.pop().unwrap_or("member");
        parts.extend(member.into_iter().map(|part| clean(OsStr::new(part))));
        parts.push(short(&clean(OsStr::new(last))));
    }
    let mut name = parts.join("__");
    name.truncate(name.floor_char_boundary(LONGEST));
    name
}

fn file_at(place: &Location, step: Step) -> String {
    let mut path = PathBuf::new();
    if step >= Step::Argument {
        path.push(&place.argument);
    }
    if step >= Step::Folder {
        path.push(&place.folder);
    }
    path.push(&place.file);
    let mut file = shown(path.as_os_str());
    if let Some(member) = &place.member {
        for part in member_parts(member) {
            file.push('/');
            file.push_str(&shown(OsStr::new(part)));
        }
    }
    file
}

/// The folders of a path that name something: no root, no `.`, no `..`.
fn folders(path: &Path) -> impl Iterator<Item = String> {
    path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(clean(name)),
        _ => None,
    })
}

/// The parts of a member's path. Archives made on Windows may separate by backslashes; steps
/// upwards and roots are dropped, so that nothing leaves the output folder.
fn member_parts(member: &str) -> Vec<&str> {
    member.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect()
}

/// A path part as it may stand in a file name of ours: separators, control characters and bytes
/// that are no UTF-8 become `_`.
fn clean(part: &OsStr) -> String {
    let mut text = String::new();
    for chunk in part.as_encoded_bytes().utf8_chunks() {
        let safe = |c: char| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c };
        text.extend(chunk.valid().chars().map(safe));
        text.extend(chunk.invalid().iter().map(|_| '_'));
    }
    text
}

/// A path for people: control characters and bytes that are no UTF-8 as `\xNN`, so that it
/// cannot break a line of a log or report.
pub(super) fn shown(path: &OsStr) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for chunk in path.as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(text, "\\x{byte:02X}");
                }
            } else {
                text.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// NAME of `NAME.ext`, `NAME.ext.gz` and `NAME.ext.zst`. A name that begins with a dot stays whole.
fn stem(name: &str) -> &str {
    if name.starts_with('.') {
        return name;
    }
    let inner = without_suffix(name, ".gz").or_else(|| without_suffix(name, ".zst")).unwrap_or(name);
    inner.rsplit_once('.').map_or(inner, |(stem, _)| stem)
}

/// `name` without `suffix`, in any letter case: mainframes send `BATCH.837.GZ`.
fn without_suffix<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let (head, tail) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}

#[cfg(test)]
mod tests;
