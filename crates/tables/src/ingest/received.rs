//! The received file as plain bytes on disk: gzip and UTF-16 are taken off first.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::bounds::most_unpacked;
use crate::error::{Doing, Error, Result};

/// A file that can be read; an unpacked copy is gone when this is.
pub struct Received {
    path: PathBuf,
    _unpacked: Option<NamedTempFile>,
}

impl Received {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the plain file.
    pub fn size(&self) -> Result<u64> {
        let known = std::fs::metadata(&self.path);
        Ok(known.doing(|| format!("look at {}", self.path.display()))?.len())
    }

    pub fn reader(&self) -> Result<BufReader<File>> {
        let file = File::open(&self.path).doing(|| format!("open {}", self.path.display()))?;
        Ok(BufReader::with_capacity(1 << 20, file))
    }
}

pub fn open(path: &Path, temporary: &Path) -> Result<Received> {
    let mut file = File::open(path).doing(|| format!("open {}", path.display()))?;
    let mut start = Vec::new();
    (&mut file)
        .take(4)
        .read_to_end(&mut start)
        .doing(|| format!("read {}", path.display()))?;
    file.rewind().doing(|| format!("read {}", path.display()))?;
    match start.as_slice() {
        [0x1f, 0x8b, ..] => {
            let unpacked = unpack(file, temporary)?;
            // What was packed may be UTF-16 itself, but not packed twice.
            let inner = open_plain(unpacked.path(), temporary)?;
            Ok(inner.unwrap_or_else(|| Received {
                path: unpacked.path().to_path_buf(),
                _unpacked: Some(unpacked),
            }))
        }
        _ => {
            let inner = open_plain(path, temporary)?;
            Ok(inner.unwrap_or_else(|| Received {
                path: path.to_path_buf(),
                _unpacked: None,
            }))
        }
    }
}

fn open_plain(path: &Path, temporary: &Path) -> Result<Option<Received>> {
    let mut reader = BufReader::new(File::open(path).doing(|| format!("open {}", path.display()))?);
    let mut mark = [0; 2];
    let is_little = match reader.read_exact(&mut mark) {
        Ok(()) if mark == [0xff, 0xfe] => true,
        Ok(()) if mark == [0xfe, 0xff] => false,
        _ => return Ok(None),
    };
    let mut copy = temporary_file(temporary)?;
    let mut bytes = [0; 2];
    let units = std::iter::from_fn(|| {
        reader.read_exact(&mut bytes).ok()?;
        Some(if is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    });
    let mut text = std::io::BufWriter::new(copy.as_file_mut());
    for c in char::decode_utf16(units) {
        write!(text, "{}", c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .doing(|| "write a temporary file".into())?;
    }
    text.flush().doing(|| "write a temporary file".into())?;
    drop(text);
    Ok(Some(Received {
        path: copy.path().to_path_buf(),
        _unpacked: Some(copy),
    }))
}

fn unpack(file: File, temporary: &Path) -> Result<NamedTempFile> {
    let size = file.metadata().doing(|| "look at a received file".into())?.len();
    unpack_at_most(most_unpacked(size), file, temporary)
}

fn unpack_at_most(most: u64, file: File, temporary: &Path) -> Result<NamedTempFile> {
    let mut unpacked = temporary_file(temporary)?;
    let packed = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 20, file));
    let mut limited = packed.take(most + 1);
    let n = std::io::copy(&mut limited, unpacked.as_file_mut()).map_err(|error| {
        Error::bad_file(format!(
            "the file cannot be unpacked ({error}); check that it arrived completely"
        ))
    })?;
    if n > most {
        return Err(Error::bad_file(format!(
            "the file unpacks to more than {} MB, far more than a table of its size does; send it unpacked",
            most >> 20
        )));
    }
    Ok(unpacked)
}

fn temporary_file(folder: &Path) -> Result<NamedTempFile> {
    NamedTempFile::new_in(folder).doing(|| format!("make a temporary file in {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unpacks_to_too_much_is_given_up_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&[b'0'; 5_000]).expect("packed");
        let path = folder.path().join("zeros.gz");
        // Two members behind each other are one file.
        let member = packed.finish().expect("packed");
        std::fs::write(&path, [member.clone(), member].concat()).expect("written");
        let unpack = |most| unpack_at_most(most, File::open(&path).expect("open"), folder.path());
        assert_eq!(
            unpack(10_000)
                .expect("unpacked")
                .as_file()
                .metadata()
                .expect("size")
                .len(),
            10_000
        );
        let told = unpack(9_999).expect_err("given up").to_string();
        assert!(told.contains("send it unpacked"), "{told}");
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "only the packed file is there");
    }
}
