//! What can keep an input from being read, in words for the person who must act.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// An input that cannot be used. Each variant is a different thing to do about it.
///
/// `file` is the path as it was named (for a member of an archive, the archive's path, `/`, the
/// member's path). No message holds anything of a file's content.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is nothing by that name.
    #[error("{file}: there is no such file or folder; check the path, or whether it was moved")]
    NotFound {
        /// The path as it was named.
        file: String,
    },
    /// The operating system does not let this user read it.
    #[error(
        "{file}: this user may not read it; have read permission granted, or run as the user it belongs to"
    )]
    Permission {
        /// The path as it was named.
        file: String,
    },
    /// A folder stands where a file is needed.
    #[error("{file} is a folder, and a file is needed here; name a file in it")]
    Folder {
        /// The path as it was named.
        file: String,
    },
    /// A folder was named, and it holds nothing to read.
    #[error("{file}: the folder holds no input file; check whether the delivery arrived in another one")]
    NoFiles {
        /// The path as it was named.
        file: String,
    },
    /// A socket, or in a folder anything else that is no plain file.
    #[error(
        "{file} is not a plain file; save the batch as a file, or name a pipe by itself on the command line"
    )]
    NotAFile {
        /// The path as it was named.
        file: String,
    },
    /// There is not one byte of content.
    #[error("{file} is empty; ask the sender to transmit it again")]
    Empty {
        /// The path as it was named.
        file: String,
    },
    /// A container is damaged or was cut short.
    #[error(
        "{file}: the archive is damaged or cut short after {offset} bytes of its content ({why}); \
         nothing of it was used; ask the sender to transmit it again"
    )]
    Broken {
        /// The path as it was named.
        file: String,
        /// How many bytes of unpacked content came out whole before the damage.
        offset: u64,
        /// What the decoder said.
        why: String,
    },
    /// A container of a kind that is not read.
    #[error("{file} {why}")]
    Unsupported {
        /// The path as it was named.
        file: String,
        /// What it is and what to do instead, as the sentence goes on after the file.
        why: String,
    },
    /// The content is larger than the profile allows to be spooled.
    #[error(
        "{file}: its content is larger than the {limit} bytes that limits.spool_bytes allows; \
         make sure that it is what it claims to be, then raise the limit or send it in parts"
    )]
    TooLarge {
        /// The path as it was named.
        file: String,
        /// The bound, in bytes of content.
        limit: u64,
    },
    /// The disk filled up while a pipe or container was spooled.
    #[error("{file}: no space left in {} to unpack it; free some, or choose another output folder", dir.display())]
    DiskFull {
        /// The path as it was named.
        file: String,
        /// The folder that is full.
        dir: PathBuf,
    },
    /// The spool file cannot be made or written, for another reason than a full disk.
    #[error("{file}: cannot unpack it into {} ({source}); check that this user may write there", dir.display())]
    Spool {
        /// The path as it was named.
        file: String,
        /// The folder to spool in.
        dir: PathBuf,
        /// What the operating system said.
        source: Arc<io::Error>,
    },
    /// The file is no longer what it was when it was opened.
    #[error(
        "{file} changed while it was read; nothing of it was used; \
         wait until its transfer is complete, then run again"
    )]
    Changed {
        /// The path as it was named.
        file: String,
    },
    /// The operating system could not read it.
    #[error("{file}: reading failed ({source}); check the disk or network share, then run again")]
    Read {
        /// The path as it was named.
        file: String,
        /// What the operating system said.
        source: Arc<io::Error>,
    },
}

impl SourceError {
    /// The path of the input that it is about, as it was named.
    pub fn file(&self) -> &str {
        match self {
            SourceError::NotFound { file }
            | SourceError::Permission { file }
            | SourceError::Folder { file }
            | SourceError::NoFiles { file }
            | SourceError::NotAFile { file }
            | SourceError::Empty { file }
            | SourceError::Broken { file, .. }
            | SourceError::Unsupported { file, .. }
            | SourceError::TooLarge { file, .. }
            | SourceError::DiskFull { file, .. }
            | SourceError::Spool { file, .. }
            | SourceError::Changed { file }
            | SourceError::Read { file, .. } => file,
        }
    }

    /// The error of an input that could not be looked up, opened or read.
    pub fn reading(file: &str, error: io::Error) -> SourceError {
        let file = file.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => SourceError::NotFound { file },
            io::ErrorKind::PermissionDenied => SourceError::Permission { file },
            io::ErrorKind::IsADirectory => SourceError::Folder { file },
            _ => SourceError::Read { file, source: Arc::new(error) },
        }
    }
}

/// Whether the operating system says that there is no room left.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

#[cfg(test)]
mod tests {
    use super::SourceError;
    use std::io::{Error, ErrorKind};

    #[test]
    fn each_failure_has_its_own_words() {
        let shown = |kind: ErrorKind| SourceError::reading("in/a.837", Error::from(kind)).to_string();
        for (kind, words) in [
            (ErrorKind::NotFound, "no such file"),
            (ErrorKind::NotADirectory, "no such file"),
            (ErrorKind::PermissionDenied, "may not read"),
            (ErrorKind::IsADirectory, "is a folder"),
            (ErrorKind::TimedOut, "reading failed"),
        ] {
            let text = shown(kind);
            assert!(text.starts_with("in/a.837") && text.contains(words), "{kind}: {text}");
        }
    }
}
