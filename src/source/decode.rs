//! What an input is by its first bytes, and its content unpacked.
//!
//! The first bytes decide, because senders rename files and suffixes lie. A suffix only tells a
//! container that was cut within its first bytes from a very short plain file.

use std::error::Error;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// How content is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// Not at all.
    Plain,
    Gzip,
    Zstd,
    /// A zip archive of members.
    Zip,
}

/// The most first bytes that [`Format::of`] looks at.
pub(super) const HEAD: usize = 4;

/// First bytes of each format. Those of an archive without members and of a split archive are zip's too, those
/// of a frame to be skipped are zstd's.
const MAGICS: [(&[u8], Format); 6] = [
    (b"\x1F\x8B", Format::Gzip),
    (b"\x28\xB5\x2F\xFD", Format::Zstd),
    (b"\x50\x2A\x4D\x18", Format::Zstd),
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08", Format::Zip),
];

impl Format {
    /// The format of content that begins with `head` (shorter than [`HEAD`] only if that is all there is),
    /// found under `name`.
    pub(super) fn of(head: &[u8], name: &Path) -> Format {
        let found = MAGICS.iter().find(|(magic, _)| head.starts_with(magic));
        if let Some((_, format)) = found {
            return *format;
        }
        let named = name.extension().map_or(Format::Plain, |extension| {
            let is = |suffix: &str| extension.eq_ignore_ascii_case(suffix);
            match () {
                () if is("gz") => Format::Gzip,
                () if is("zst") => Format::Zstd,
                () if is("zip") => Format::Zip,
                () => Format::Plain,
            }
        });
        let cut = !head.is_empty()
            && MAGICS.iter().any(|(magic, format)| *format == named && magic.starts_with(head));
        if cut { named } else { Format::Plain }
    }
}

/// An error of reading a container's own bytes, kept apart from those of unpacking them.
#[derive(Debug)]
pub(super) struct OriginError(pub(super) io::Error);

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for OriginError {}

/// A reader whose errors are [`OriginError`]s.
#[derive(Debug)]
pub(super) struct Origin<R>(pub(super) R);

impl<R: Read> Read for Origin<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                // Not every decoder tries again.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(io::Error::new(error.kind(), OriginError(error))),
                read => return read,
            }
        }
    }
}

impl<R: io::Seek> io::Seek for Origin<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

/// Why a format is not read here.
pub(super) enum Refusal {
    Read(io::Error),
    Unsupported(&'static str),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::Read(error)
    }
}

/// The content of `raw`, which was found under `name`, unpacked.
pub(super) fn content<'r>(mut raw: impl Read + 'r, name: &Path) -> Result<Box<dyn Read + 'r>, Refusal> {
    let mut head = Vec::with_capacity(HEAD);
    raw.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let format = Format::of(&head, name);
    let raw = io::Cursor::new(head).chain(raw);
    match format {
        Format::Plain => Ok(Box::new(raw)),
        Format::Zip => Err(Refusal::Unsupported(
            "is a zip archive in a place where its members cannot be listed; save it as a file, or unpack it first",
        )),
        Format::Gzip | Format::Zstd => unpacked(BufReader::with_capacity(256 * 1024, raw), format),
    }
}

#[cfg(feature = "containers")]
fn unpacked<'r>(raw: impl io::BufRead + 'r, format: Format) -> Result<Box<dyn Read + 'r>, Refusal> {
    if format == Format::Gzip {
        return Ok(Box::new(Gzip::new(raw)));
    }
    // Takes all frames, one after the other.
    Ok(Box::new(zstd::stream::read::Decoder::with_buffer(raw)?))
}

#[cfg(not(feature = "containers"))]
fn unpacked<'r>(_: impl io::BufRead + 'r, _: Format) -> Result<Box<dyn Read + 'r>, Refusal> {
    Err(Refusal::Unsupported(NO_CONTAINERS))
}

/// What a build without container formats says of one.
#[cfg(not(feature = "containers"))]
pub(super) const NO_CONTAINERS: &str = "is compressed, and this build reads no containers; unpack it first, or build with the feature `containers`";

/// All members of a gzip file, one after the other.
///
/// Zeros after the last member are padding (tapes and mainframe transfers fill their last block) and
/// ignored; anything else there is an error rather than lost.
#[cfg(feature = "containers")]
struct Gzip<R> {
    member: Option<flate2::bufread::GzDecoder<R>>,
}

#[cfg(feature = "containers")]
impl<R: io::BufRead> Gzip<R> {
    fn new(raw: R) -> Gzip<R> {
        Gzip { member: Some(flate2::bufread::GzDecoder::new(raw)) }
    }
}

#[cfg(feature = "containers")]
impl<R: io::BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let n = member.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            let Some(mut raw) = self.member.take().map(flate2::bufread::GzDecoder::into_inner) else { break };
            match raw.fill_buf()?.first() {
                None => {}
                Some(0x1F) => self.member = Some(flate2::bufread::GzDecoder::new(raw)),
                Some(_) => only_zeros(&mut raw)?,
            }
        }
        Ok(0)
    }
}

#[cfg(feature = "containers")]
fn only_zeros(raw: &mut impl io::BufRead) -> io::Result<()> {
    loop {
        let bytes = raw.fill_buf()?;
        if bytes.is_empty() {
            return Ok(());
        }
        if bytes.iter().any(|&byte| byte != 0) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "other bytes follow its end"));
        }
        let n = bytes.len();
        raw.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::Format;
    use std::path::Path;

    #[test]
    fn first_bytes_decide() {
        for (head, name, format) in [
            (&b"ISA*"[..], "a.837", Format::Plain),
            (b"ISA*", "a.gz", Format::Plain),
            (b"ISA*", "a.zip", Format::Plain),
            (b"\x1F\x8B\x08\x00", "a.837", Format::Gzip),
            (b"\x1F\x8B\x08\x00", "a.zst", Format::Gzip),
            (b"\x28\xB5\x2F\xFD", "a", Format::Zstd),
            (b"\x50\x2A\x4D\x18", "a", Format::Zstd),
            (b"PK\x03\x04", "a.837", Format::Zip),
            (b"PK\x05\x06", "a.zip", Format::Zip),
            // Cut short within the first bytes: the suffix speaks.
            (b"\x1F", "a.GZ", Format::Gzip),
            (b"\x1F", "a.837", Format::Plain),
            (b"\x28\xB5", "a.zst", Format::Zstd),
            (b"P", "a.zip", Format::Zip),
            (b"P", "a.gz", Format::Plain),
            (b"", "a.gz", Format::Plain),
        ] {
            assert_eq!(Format::of(head, Path::new(name)), format, "{head:?} {name}");
        }
    }
}
