//! `claimsieve why`.

use std::io::{self, Write};
#[cfg(feature = "store")]
use std::sync::Arc;

use super::Failure;
use super::args::{Arguments, Why};
use super::process::{received, reference};
use crate::output::why::text;
#[cfg(feature = "store")]
use crate::pipeline::Memory;
use crate::pipeline::{self, Options, temporary_dir};
use crate::source::discover;
#[cfg(feature = "store")]
use crate::store::Store;
use crate::verdict::Profile;

pub(super) fn run(command: &Why, _: &Arguments) -> Result<u8, Failure> {
    let profile = Profile::load(&command.profile).map_err(Failure::usage)?;
    let nowhere = temporary_dir();
    let mut options = Options::at(&profile, &nowhere, received(&command.judging));
    // an input that the store holds takes its own place
    options.force = true;
    #[cfg(feature = "store")]
    let store = command.store.as_deref().map(Store::open).transpose()?;
    #[cfg(feature = "store")]
    let memory = store.as_ref().map(|store| Memory::reading(Arc::new(store.clone())));
    #[cfg(feature = "store")]
    {
        options.memory = memory.as_ref();
    }
    let mut any = false;
    let mut rejected = false;
    for source in discover([&command.input]) {
        // the authorizations of one input must not be known to the next
        #[cfg_attr(not(feature = "store"), allow(unused_mut))]
        let mut reference = reference(&command.judging)?;
        #[cfg(feature = "store")]
        if let Some(store) = &store {
            reference.authorizations.look_up_in(Box::new(store.clone()));
        }
        let explained = pipeline::why(&source, &command.record, reference, &options, &nowhere)
            .map_err(|error| Failure::Say(3, error.to_string()))?;
        let mut out = io::stdout().lock();
        for record in &explained {
            if std::mem::replace(&mut any, true) {
                writeln!(out)?;
            }
            rejected |= record.disposition != "accept";
            write!(out, "{}", text(record))?;
        }
    }
    #[cfg(feature = "store")]
    if let Some(error) = store.as_ref().and_then(Store::trouble) {
        return Err(Failure::Say(super::FAILED, error.to_string()));
    }
    if !any {
        return Err(Failure::Say(3, format!("{}: no record with this id is in it", command.input.display())));
    }
    Ok(u8::from(rejected))
}
