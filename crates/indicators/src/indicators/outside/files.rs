//! The files of a site, from a folder or a packed archive (tar, gzipped or not).

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use flate2::read::GzDecoder;

/// What is looked for: the rest of a site is of no concern.
const FOLDERS: [&str; 3] = ["data", "meta", "indicator-config"];
/// A site is a few megabytes; what unpacks to more than this many bytes is none.
const MOST_BYTES: u64 = 512 * 1024 * 1024;
/// An archive is made of blocks of so many bytes.
const BLOCK: usize = 512;

/// Reads path and bytes of every file that may be a site's, by path.
///
/// # Errors
/// When the folder or the archive cannot be read, or the archive is too large or broken.
pub fn read(path: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = if path.is_dir() {
        read_folder(path)?
    } else {
        let packed = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
        unpack(&unzip(&packed).with_context(|| format!("unpack {}", path.display()))?)
            .with_context(|| format!("unpack {}", path.display()))?
    };
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// Reads a file, gzipped or not.
///
/// # Errors
/// When it cannot be read, or unpacks to more than a site may have.
pub fn read_one(path: &Path) -> anyhow::Result<Vec<u8>> {
    let packed = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    unzip(&packed).with_context(|| format!("unpack {}", path.display()))
}

fn read_folder(root: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut waiting: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
            let entry = entry.with_context(|| format!("list {}", folder.display()))?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() {
                let bytes = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
                let parts: Vec<_> = path
                    .strip_prefix(root)?
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy().into_owned())
                    .collect();
                files.push((parts.join("/"), bytes));
            }
        }
    }
    Ok(files)
}

fn unzip(packed: &[u8]) -> anyhow::Result<Vec<u8>> {
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(packed.to_vec());
    }
    let mut bytes = Vec::new();
    GzDecoder::new(packed)
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        bail!("it unpacks to more than {MOST_BYTES} bytes; a site is a few megabytes");
    }
    Ok(bytes)
}

/// The files of an archive (POSIX ustar; what other kinds add is passed over).
fn unpack(archive: &[u8]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut rest = archive;
    while rest.len() >= BLOCK && rest[0] != 0 {
        let (head, after) = rest.split_at(BLOCK);
        let size = text(&head[124..136]);
        let Ok(size) = usize::from_str_radix(&size, 8) else {
            bail!(
                "the size of {:?} is none; pack the site again with tar",
                text(&head[..100])
            );
        };
        let Some(bytes) = after.get(..size) else {
            bail!("{:?} is cut off; fetch the archive again", text(&head[..100]));
        };
        if matches!(head[156], b'0' | 0)
            && let Some(path) = within(&name(head))
        {
            files.push((path, bytes.to_vec()));
        }
        rest = after.get(size.div_ceil(BLOCK) * BLOCK..).unwrap_or_default();
    }
    Ok(files)
}

fn name(head: &[u8]) -> String {
    let (name, folder) = (text(&head[..100]), text(&head[345..500]));
    if folder.is_empty() || !head[257..].starts_with(b"ustar") {
        name
    } else {
        format!("{folder}/{name}")
    }
}

fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).trim().to_owned()
}

/// The path within the site: archives put a site into a folder of its own.
fn within(path: &str) -> Option<String> {
    let path = path.trim_start_matches("./");
    let is_ours = |path: &str| {
        path.split_once('/')
            .is_some_and(|(folder, _)| FOLDERS.contains(&folder))
    };
    match path.split_once('/') {
        _ if is_ours(path) => Some(path.to_owned()),
        Some((_, rest)) if is_ours(rest) => Some(rest.to_owned()),
        _ => None,
    }
}
