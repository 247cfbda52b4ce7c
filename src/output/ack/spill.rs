//! Bytes that must wait for what stands before them: in memory while they are few, else in a file that nobody else sees.

use std::fs::{File, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// The most bytes that wait in memory.
const IN_MEMORY: usize = 1 << 20;

/// Bytes in waiting.
#[derive(Debug)]
pub(super) struct Spill {
    dir: PathBuf,
    limit: usize,
    memory: Vec<u8>,
    file: Option<File>,
}

impl Spill {
    /// An empty one; its file, if it needs one, lies in `dir` without a name.
    pub(super) fn new(dir: PathBuf) -> Spill {
        Spill { dir, limit: IN_MEMORY, memory: Vec::new(), file: None }
    }

    /// Adds bytes.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.memory.extend_from_slice(bytes);
        if self.memory.len() < self.limit {
            return Ok(());
        }
        if self.file.is_none() {
            let file = tempfile::tempfile_in(&self.dir)?;
            file.set_permissions(Permissions::from_mode(0o600))?;
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.memory)?;
        }
        self.memory.clear();
        Ok(())
    }

    /// Hands everything on, in order, and is empty then.
    pub(super) fn drain<E: From<io::Error>>(
        &mut self,
        mut to: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(mut file) = self.file.take() {
            file.seek(SeekFrom::Start(0))?;
            let mut block = vec![0; 1 << 16];
            loop {
                let got = match file.read(&mut block) {
                    Ok(0) => break,
                    Ok(got) => got,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error.into()),
                };
                to(block.get(..got).unwrap_or(&[]))?;
            }
        }
        to(&self.memory)?;
        self.memory.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Spill;

    #[test]
    fn what_goes_in_comes_out() {
        let dir = tempfile::tempdir().unwrap();
        let mut spill = Spill { limit: 10, ..Spill::new(dir.path().to_owned()) };
        for _ in 0..2 {
            let mut expected = Vec::new();
            for n in 0..100u8 {
                let piece = vec![n; usize::from(n) % 7];
                spill.append(&piece).unwrap();
                expected.extend(piece);
            }
            let mut found = Vec::new();
            let mut take = |bytes: &[u8]| -> std::io::Result<()> {
                found.extend_from_slice(bytes);
                Ok(())
            };
            spill.drain(&mut take).unwrap();
            assert_eq!(found, expected);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "no name");
    }
}
