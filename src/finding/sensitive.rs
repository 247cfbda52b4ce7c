//! Keeping protected health information out of logs.

use std::fmt;

/// A value that may be protected health information: `Debug` and `Display` show `<phi>`.
///
/// Whoever needs the value must ask for it by name, so that a log line or an error message
/// cannot carry a member's name by accident.
///
/// ```
/// use claimsieve::finding::Sensitive;
/// let id = Sensitive::new("91234567A");
/// assert_eq!(format!("{id} {id:?}"), "<phi> <phi>");
/// assert_eq!(id.reveal(), &"91234567A");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Sensitive<T> {
        Sensitive(value)
    }

    /// The value itself, for comparing and for output files, never for logs.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<phi>")
    }
}

impl<T> fmt::Display for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<phi>")
    }
}
