//! Content that cannot be read at positions, copied once to a file that nobody else can see.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use super::decode::{Format, HEAD, OriginError, Refusal, content};
use super::error::{SourceError, is_full};
use super::scratch::Scratch;

/// How many bytes are copied at a time.
const PIECE: usize = 256 * 1024;

/// Where to spool, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spool<'a> {
    /// The input's name in errors.
    pub(super) shown: &'a str,
    /// The folder.
    pub(super) dir: &'a Path,
    /// The most bytes of content.
    pub(super) limit: Option<u64>,
}

impl Spool<'_> {
    /// Copies the content of `raw`, found under `name`, unpacked. Returns the copy and its length.
    ///
    /// Errors of `raw` that are no [`OriginError`] are taken for damage to a container.
    pub(super) fn fill(&self, raw: impl Read, name: &Path) -> Result<(File, u64), SourceError> {
        let content = content(raw, name).map_err(|refusal| match refusal {
            Refusal::Read(error) => self.unread(0, error),
            Refusal::Unsupported(why) => self.unsupported(why),
        })?;
        self.copy(content)
    }

    /// Copies bytes that are already unpacked.
    fn copy(&self, mut content: impl Read) -> Result<(File, u64), SourceError> {
        let file = Scratch::new(self.dir).map_err(|error| self.unwritten(error))?.into_file();
        let len = self.pump(&mut content, &mut &file)?;
        let mut head = [0; HEAD];
        let n = file.read_at(&mut head, 0).map_err(|error| self.unwritten(error))?;
        if len == 0 {
            return Err(SourceError::Empty { file: self.shown.to_owned() });
        }
        if Format::of(head.get(..n).unwrap_or_default(), Path::new("")) != Format::Plain {
            return Err(self.unsupported("is packed more than once; unpack it first"));
        }
        Ok((file, len))
    }

    fn pump(&self, from: &mut impl Read, to: &mut impl Write) -> Result<u64, SourceError> {
        let mut piece = vec![0; PIECE];
        let mut len: u64 = 0;
        loop {
            let n = match from.read(&mut piece) {
                Ok(0) => return Ok(len),
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.unread(len, error)),
            };
            len = len.saturating_add(n as u64);
            if let Some(limit) = self.limit.filter(|&limit| len > limit) {
                return Err(SourceError::TooLarge { file: self.shown.to_owned(), limit });
            }
            to.write_all(piece.get(..n).unwrap_or_default()).map_err(|error| self.unwritten(error))?;
        }
    }

    /// Reading failed after `offset` bytes of content: either the container's own bytes, or what they say.
    pub(super) fn unread(&self, offset: u64, error: io::Error) -> SourceError {
        match error.downcast::<OriginError>() {
            Ok(OriginError(error)) => SourceError::reading(self.shown, error),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.broken(offset, "it ends too early"),
            Err(error) => match error.to_string() {
                // zstd's words for a window past its default bound of 128 MiB. Memory here is bounded.
                why if why.contains("too much memory") => self.unsupported(
                    "is compressed for readers with more memory (zstd --long or --ultra); compress it without",
                ),
                why => self.broken(offset, &why),
            },
        }
    }

    fn broken(&self, offset: u64, why: &str) -> SourceError {
        SourceError::Broken { file: self.shown.to_owned(), offset, why: why.to_owned() }
    }

    pub(super) fn unsupported(&self, why: &str) -> SourceError {
        SourceError::Unsupported { file: self.shown.to_owned(), why: why.to_owned() }
    }

    fn unwritten(&self, error: io::Error) -> SourceError {
        let (file, dir) = (self.shown.to_owned(), self.dir.to_owned());
        if is_full(&error) {
            SourceError::DiskFull { file, dir }
        } else {
            SourceError::Spool { file, dir, source: Arc::new(error) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spool;
    use crate::source::SourceError;
    use crate::source::decode::Origin;
    use std::io::{self, Read, Write};
    use std::path::Path;

    fn spool(dir: &Path) -> Spool<'_> {
        Spool { shown: "in/a.837", dir, limit: None }
    }

    struct FullAfter(usize);
    impl Write for FullAfter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let n = bytes.len().min(self.0);
            self.0 -= n;
            if n == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(n) }
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Dying;
    impl Read for Dying {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(5))
        }
    }

    #[test]
    fn a_full_disk_is_told_from_other_trouble() {
        let spool = spool(Path::new("/out"));
        let full = spool.pump(&mut &b"ISA*00"[..], &mut FullAfter(3)).unwrap_err();
        assert!(matches!(full, SourceError::DiskFull { .. }), "{full}");
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let spool = Spool { dir: &file, ..spool };
        let refused = spool.fill(&b"ISA*00"[..], Path::new("a")).unwrap_err();
        assert!(matches!(refused, SourceError::Spool { .. }), "{refused}");
    }

    #[test]
    fn trouble_of_the_origin_is_no_broken_container() {
        let dir = tempfile::tempdir().unwrap();
        let failed = spool(dir.path()).fill(Origin(Dying), Path::new("a")).unwrap_err();
        assert!(matches!(failed, SourceError::Read { .. }), "{failed}");
        let failed =
            spool(dir.path()).fill((&b"ISA*00"[..]).chain(Origin(Dying)), Path::new("a")).unwrap_err();
        assert!(matches!(failed, SourceError::Read { .. }), "{failed}");
    }

    #[test]
    fn a_limit_holds_to_the_byte() {
        let dir = tempfile::tempdir().unwrap();
        let fill =
            |limit| Spool { limit: Some(limit), ..spool(dir.path()) }.fill(&[b'x'; 1000][..], Path::new("a"));
        assert_eq!(fill(1000).unwrap().1, 1000);
        assert!(matches!(fill(999), Err(SourceError::TooLarge { limit: 999, .. })));
    }
}
