//! `claimsieve compare`.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::Path;
#[cfg(feature = "store")]
use std::path::PathBuf;
#[cfg(feature = "store")]
use std::sync::Arc;

use super::args::{Arguments, Compare, ComparisonFormat, Judging};
use super::process::{note_ignored, received, reference, unit_bytes};
use super::{FAILED, Failure, USAGE, ended};
use crate::output::comparison::{Comparison, LIST_HEADER};
#[cfg(feature = "store")]
use crate::pipeline::Memory;
use crate::pipeline::{self, Options, Way, temporary_dir};
use crate::source::{RealDisk, discover, publish_one};
#[cfg(feature = "store")]
use crate::store::Store;
use crate::verdict::Profile;

pub(super) fn run(command: &Compare, arguments: &Arguments) -> Result<u8, Failure> {
    let list_at = command.out.as_deref().map(|path| place_of(path, command.force)).transpose()?;
    let profile = Profile::load(&command.profile).map_err(Failure::usage)?;
    let other = command.with_profile.as_deref().map(Profile::load).transpose().map_err(Failure::usage)?;
    let nowhere = temporary_dir();
    let second = Judging {
        reference: command.with_reference.clone().or(command.judging.reference.clone()),
        rosters: command.with_rosters.clone().or(command.judging.rosters.clone()),
        ..command.judging.clone()
    };
    #[cfg(feature = "store")]
    let stores =
        [open(command.store.as_ref())?, open(command.with_store.as_ref().or(command.store.as_ref()))?];
    #[cfg(feature = "store")]
    let memories =
        stores.each_ref().map(|store| store.as_ref().map(|store| Memory::reading(Arc::new(store.clone()))));
    let (moment, unit_bytes) = (received(&command.judging), unit_bytes()?);
    let way = |judging: &Judging, profile| -> Result<Way<'_>, Failure> {
        let mut options = Options::at(profile, &nowhere, moment);
        options.jobs = judging.jobs;
        // an input that the store holds takes its own place
        options.force = true;
        options.unit_bytes = unit_bytes.unwrap_or(options.unit_bytes);
        Ok(Way { reference: reference(judging)?, options })
    };
    #[cfg_attr(not(feature = "store"), allow(unused_mut))]
    let mut ways = [way(&command.judging, &profile)?, way(&second, other.as_ref().unwrap_or(&profile))?];
    let mut ignored: Vec<String> =
        ways.iter().flat_map(|way| way.reference.ignored_files()).cloned().collect();
    ignored.sort_unstable();
    ignored.dedup();
    note_ignored(&ignored, arguments)?;
    #[cfg(feature = "store")]
    for ((way, store), memory) in ways.iter_mut().zip(&stores).zip(&memories) {
        if let Some(store) = store {
            way.reference.authorizations.look_up_in(Box::new(store.clone()));
        }
        way.options.memory = memory.as_ref();
    }
    let sources = discover(&command.inputs);
    let mut list = LIST_HEADER.as_bytes().to_vec();
    let comparison = pipeline::compare(&sources, ways, &nowhere, &mut list);
    #[cfg(feature = "store")]
    for store in stores.iter().flatten() {
        if let Some(error) = store.trouble() {
            return Err(Failure::Say(FAILED, error.to_string()));
        }
    }
    let failed = say_failures(&comparison)?;
    if let Some((dir, name)) = list_at {
        publish_one(dir, name, &list, &RealDisk, command.force)
            .map_err(|error| Failure::Say(FAILED, error.to_string()))?;
    }
    let say = || {
        let mut out = io::stdout().lock();
        match command.format {
            ComparisonFormat::Text if arguments.quiet => {}
            ComparisonFormat::Text => write!(out, "{}", comparison.to_text())?,
            ComparisonFormat::Json => out.write_all(&comparison.to_json())?,
            ComparisonFormat::Csv => out.write_all(&comparison.to_csv())?,
        }
        out.flush()
    };
    ended(if failed { FAILED } else { u8::from(comparison.moves_any()) }, say())
}

/// Says which inputs were not compared, and whether there are any.
fn say_failures(comparison: &Comparison) -> Result<bool, Failure> {
    let mut any = false;
    for error in comparison.before.files.iter().flatten().filter_map(|file| file.error.as_ref()) {
        writeln!(io::stderr(), "claimsieve: {error}")?;
        any = true;
    }
    Ok(any)
}

/// The folder and the name of the list; an error where something stands there already, before anything is read. Only another list is
/// ever replaced: claims, a profile or a store of that name were meant for something else.
fn place_of(path: &Path, force: bool) -> Result<(&Path, &str), Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some(name) = name else {
        return Err(Failure::Say(USAGE, format!("--out {}: give the name of a file", path.display())));
    };
    if path.exists() && !force {
        return Err(Failure::Say(
            FAILED,
            format!("{}: stands there already; give another name, or --force to replace it", path.display()),
        ));
    }
    if path.exists() && !is_list(path) {
        return Err(Failure::Say(
            USAGE,
            format!("{}: what stands there is no list of changed claims; give another name", path.display()),
        ));
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    Ok((dir.unwrap_or(Path::new(".")), name))
}

/// Whether a file is a list of changed claims, by its header.
fn is_list(path: &Path) -> bool {
    let mut header = vec![0; LIST_HEADER.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header == LIST_HEADER.as_bytes()
}

/// Opens a store to look things up.
#[cfg(feature = "store")]
fn open(path: Option<&PathBuf>) -> Result<Option<Store>, Failure> {
    Ok(path.map(|path| Store::open(path)).transpose()?)
}
