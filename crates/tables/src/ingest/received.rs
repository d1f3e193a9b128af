//! The received file as plain bytes on disk: gzip and UTF-16 are taken off first.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Seek, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{
    FileKind,
    bounds::most_unpacked,
    doubts::Doubt,
    utf16::{self, Order},
};
use crate::error::{Doing, Error, Result};

/// A file that can be read; an unpacked copy is gone when this is.
pub struct Received {
    path: PathBuf,
    /// What was doubtful in how its text was written.
    pub doubts: Vec<Doubt>,
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

pub fn open(path: &Path, kind: FileKind, temporary: &Path) -> Result<Received> {
    let mut file = File::open(path).doing(|| format!("open {}", path.display()))?;
    let is_packed = starts_with(&mut file, 2, path)? == [0x1f, 0x8b];
    let unpacked = is_packed.then(|| unpack(file, temporary)).transpose()?;
    // What was packed may be UTF-16 itself, but not packed twice.
    let plain = unpacked.as_ref().map_or(path, NamedTempFile::path).to_path_buf();
    let has_text = matches!(kind, FileKind::Csv | FileKind::Jsonl | FileKind::GeoJson);
    let read = if has_text {
        open_utf16(&plain, temporary)?
    } else {
        None
    };
    Ok(read.unwrap_or(Received {
        path: plain,
        doubts: Vec::new(),
        _unpacked: unpacked,
    }))
}

/// A copy in UTF-8 of a file in UTF-16; none of another file.
fn open_utf16(path: &Path, temporary: &Path) -> Result<Option<Received>> {
    let mut file = File::open(path).doing(|| format!("open {}", path.display()))?;
    let Some(order) = Order::of(&starts_with(&mut file, utf16::START, path)?) else {
        return Ok(None);
    };
    let mut copy = temporary_file(temporary)?;
    let mut text = BufWriter::new(copy.as_file_mut());
    let broken = utf16::to_utf8(BufReader::new(file), order, &mut text)
        .doing(|| format!("read {} as UTF-16", path.display()))?;
    text.flush().doing(|| "write a temporary file".into())?;
    drop(text);
    Ok(Some(Received {
        path: copy.path().to_path_buf(),
        doubts: broken.doubts(),
        _unpacked: Some(copy),
    }))
}

/// The first bytes of a file, which is then at its start again.
fn starts_with(file: &mut File, n: u64, path: &Path) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    (&*file)
        .take(n)
        .read_to_end(&mut start)
        .doing(|| format!("read {}", path.display()))?;
    file.rewind().doing(|| format!("read {}", path.display()))?;
    Ok(start)
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
