//! Files, content-addressed: a blob's name is the SHA-256 of its bytes, so it never changes.

use std::{
    collections::HashSet,
    io::ErrorKind,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use anyhow::Context;
use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, local::LocalFileSystem, path::Path,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::task::JoinHandle;

use super::{
    app::App,
    http::MOST_UPLOAD_TIME,
    jobs::Job,
    problem::{Problem, Result},
    time::Time,
};

/// The folder of files that are still arriving.
const DRAFTS: &str = "drafts";

/// Removes what uploads left that a killed program, or a power cut, broke off.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetUploads {}

impl Job for ForgetUploads {
    const NAME: &'static str = "platform.forget-uploads";

    fn key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        // What another process is still receiving was written to since then.
        let since = app.clock.now().minus(MOST_UPLOAD_TIME);
        let n = app.blobs.forget_drafts(since).await?;
        if n > 0 {
            tracing::info!(n, "removed what broken uploads left");
        }
        Ok(())
    }
}

/// Where files lie.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Set when the store is a folder, whose files must be synced to disk by us.
    folder: Option<PathBuf>,
    /// Folders within it whose own names are on the disk already.
    settled: Arc<Mutex<HashSet<PathBuf>>>,
}

/// A stored blob: what it is called and how long it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of the content in hex.
    pub id: String,
    pub size_bytes: u64,
}

impl Blobs {
    /// Opens the blobs in a folder, which is made if it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &std::path::Path) -> anyhow::Result<Blobs> {
        std::fs::create_dir_all(folder).with_context(|| format!("make the folder {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_automatic_cleanup(true);
        Ok(Blobs {
            store: Arc::new(store),
            folder: Some(folder),
            settled: Arc::default(),
        })
    }

    /// Stores bytes; returns when they are on disk. Storing the same bytes again costs nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put(&self, bytes: Bytes) -> Result<Blob> {
        let blob = Blob {
            id: hex::encode(Sha256::digest(&bytes)),
            size_bytes: bytes.len() as u64,
        };
        let path = path_of(&blob.id);
        if self.store.head(&path).await.is_err() {
            let draft = draft_path();
            self.store
                .put(&draft, PutPayload::from_bytes(bytes))
                .await
                .map_err(failed)?;
            self.settle(&draft, &path).await?;
        }
        Ok(blob)
    }

    /// Stores a stream as it comes, in constant memory, up to `most` bytes.
    ///
    /// # Errors
    /// `upload-too-large` past `most`; what the stream itself fails with; a failing store.
    pub async fn put_stream<E>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>> + Send,
        most: u64,
    ) -> Result<Blob>
    where
        Problem: From<E>,
    {
        let draft = draft_path();
        let upload = self.store.put_multipart(&draft).await.map_err(failed)?;
        let mut upload = WriteMultipart::new(upload);
        let (mut digest, mut flushing) = (Digesting::default(), Flushing::of(self, &draft));
        let mut size_bytes = 0_u64;
        let mut stream = std::pin::pin!(stream);
        while let Some(chunk) = stream.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    let _ = upload.abort().await;
                    return Err(error.into());
                }
            };
            size_bytes += chunk.len() as u64;
            if size_bytes > most {
                let _ = upload.abort().await;
                return Err(Problem::too_large("upload-too-large").with("most", most / (1024 * 1024)));
            }
            digest.take(chunk.clone()).await?;
            upload.wait_for_capacity(4).await.map_err(failed)?;
            flushing.note(chunk.len());
            upload.put(chunk);
        }
        upload.finish().await.map_err(failed)?;
        let blob = Blob {
            id: hex::encode(digest.finish().await?.finalize()),
            size_bytes,
        };
        self.settle(&draft, &path_of(&blob.id)).await?;
        Ok(blob)
    }

    /// Reads a whole blob into memory; for files known to be small.
    ///
    /// # Errors
    /// `file-gone` when it is not there; a failing store.
    pub async fn bytes(&self, id: &str) -> Result<Bytes> {
        let found = self
            .store
            .get(&checked_path(id)?)
            .await
            .map_err(|error| gone(error, id))?;
        found.bytes().await.map_err(failed)
    }

    /// Streams a blob; returns its size in bytes with it.
    ///
    /// # Errors
    /// As [`Blobs::bytes`].
    pub async fn stream(&self, id: &str) -> Result<(u64, BoxStream<'static, std::io::Result<Bytes>>)> {
        let found = self
            .store
            .get(&checked_path(id)?)
            .await
            .map_err(|error| gone(error, id))?;
        Ok((
            found.meta.size,
            found.into_stream().map_err(std::io::Error::other).boxed(),
        ))
    }

    /// Removes a blob for good. Whoever calls knows that nothing names it any more.
    ///
    /// # Errors
    /// When the store fails; a blob that is not there is no failure.
    pub async fn remove(&self, id: &str) -> Result<()> {
        match self.store.delete(&checked_path(id)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    /// Removes files that began to arrive and that nothing was written to since a moment, where the store is a folder. Returns how many.
    ///
    /// # Errors
    /// When the folder cannot be read, or a file not removed.
    pub async fn forget_drafts(&self, since: Time) -> Result<usize> {
        let Some(folder) = &self.folder else {
            return Ok(0);
        };
        let drafts = folder.join(DRAFTS);
        let since = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(since.0).unwrap_or(0));
        tokio::task::spawn_blocking(move || remove_older(&drafts, since))
            .await
            .map_err(failed)?
            .map_err(failed)
    }

    /// Returns the file a blob lies in, where the store is a folder.
    #[must_use]
    pub fn file(&self, id: &str) -> Option<PathBuf> {
        let path = checked_path(id).ok()?;
        self.folder.as_ref().map(|folder| folder.join(path.as_ref()))
    }

    /// Gives a finished draft its name and, in a folder, waits until the disk has both.
    async fn settle(&self, draft: &Path, path: &Path) -> Result<()> {
        if let Some(folder) = &self.folder {
            let draft = folder.join(draft.as_ref());
            tokio::task::spawn_blocking(move || std::fs::File::open(draft)?.sync_all())
                .await
                .map_err(failed)?
                .map_err(failed)?;
        }
        self.store.rename(draft, path).await.map_err(failed)?;
        if let Some(folder) = &self.folder {
            let parent = folder
                .join(path.as_ref())
                .parent()
                .map(PathBuf::from)
                .unwrap_or_default();
            let (folder, settled) = (folder.clone(), self.settled.clone());
            tokio::task::spawn_blocking(move || {
                std::fs::File::open(&parent)?.sync_all()?;
                let known = |settled: &Mutex<HashSet<PathBuf>>| {
                    settled
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .contains(&parent)
                };
                if known(&settled) {
                    return Ok(());
                }
                std::fs::File::open(folder)?.sync_all()?;
                settled
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(parent);
                std::io::Result::Ok(())
            })
            .await
            .map_err(failed)?
            .map_err(failed)?;
        }
        Ok(())
    }
}

/// Bytes that a piece must have to be worth a thread's attention.
const WORTH_A_THREAD: usize = 256 << 10;

/// The digest of what came so far: here, or on a thread with the last piece, made while the next one is read. Together they take as
/// long as the disk.
enum Digesting {
    Here(Sha256),
    Away(JoinHandle<Sha256>),
}

impl Default for Digesting {
    fn default() -> Self {
        Digesting::Here(Sha256::default())
    }
}

impl Digesting {
    async fn take(&mut self, piece: Bytes) -> Result<()> {
        let mut digest = std::mem::take(self).finish().await?;
        *self = if piece.len() < WORTH_A_THREAD {
            digest.update(&piece);
            Digesting::Here(digest)
        } else {
            Digesting::Away(tokio::task::spawn_blocking(move || {
                digest.update(&piece);
                digest
            }))
        };
        Ok(())
    }

    async fn finish(self) -> Result<Sha256> {
        match self {
            Digesting::Here(digest) => Ok(digest),
            Digesting::Away(digest) => digest.await.map_err(failed),
        }
    }
}

/// Bytes after which the disk is asked to write what it has.
const FLUSHED_EACH: usize = 64 << 20;

/// Has a long draft written to the disk while it comes, so that nobody waits for all of it at the end.
struct Flushing {
    draft: Option<PathBuf>,
    n_bytes: usize,
    at_work: Option<JoinHandle<()>>,
}

impl Flushing {
    fn of(blobs: &Blobs, draft: &Path) -> Flushing {
        Flushing {
            // The store writes beside the name until all is there.
            draft: blobs
                .folder
                .as_ref()
                .map(|folder| folder.join(format!("{draft}#1"))),
            n_bytes: 0,
            at_work: None,
        }
    }

    fn note(&mut self, n_bytes: usize) {
        self.n_bytes += n_bytes;
        let is_at_work = self.at_work.as_ref().is_some_and(|work| !work.is_finished());
        let Some(draft) = self
            .draft
            .as_ref()
            .filter(|_| self.n_bytes >= FLUSHED_EACH && !is_at_work)
        else {
            return;
        };
        self.n_bytes = 0;
        let draft = draft.clone();
        // The draft may not be there yet, or not under this name; at the end all of it is waited for, and a failure told.
        self.at_work = Some(tokio::task::spawn_blocking(move || {
            if let Ok(file) = std::fs::File::open(draft) {
                let _ = file.sync_data();
            }
        }));
    }
}

fn path_of(id: &str) -> Path {
    Path::from(format!("{}/{}", &id[..2], id))
}

fn checked_path(id: &str) -> Result<Path> {
    let is_digest = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest {
        Ok(path_of(id))
    } else {
        Err(Problem::not_found("file-gone"))
    }
}

fn draft_path() -> Path {
    Path::from(format!("{DRAFTS}/{}", uuid::Uuid::new_v4()))
}

/// Removes the files of a folder that were last written to before a moment; a folder that is not there has none.
fn remove_older(folder: &std::path::Path, since: SystemTime) -> std::io::Result<usize> {
    let found = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        found => found?,
    };
    let mut n = 0;
    for entry in found {
        let entry = entry?;
        // One that is gone by now has arrived, or another process removed it.
        let written_at = entry.metadata().and_then(|known| known.modified());
        if !written_at.is_ok_and(|at| at < since) {
            continue;
        }
        match std::fs::remove_file(entry.path()) {
            Ok(()) => n += 1,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

/// Tells a disk that is full, which somebody can make room on, from everything else.
fn failed(error: impl Into<anyhow::Error>) -> Problem {
    let error = error.into();
    let is_full = error.chain().any(|cause| {
        let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        matches!(
            kind,
            Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
        )
    });
    match is_full {
        true => Problem::unavailable("storage-full").because(error),
        false => Problem::internal(error),
    }
}

fn gone(error: object_store::Error, id: &str) -> Problem {
    match error {
        object_store::Error::NotFound { .. } => {
            Problem::not_found("file-gone").because(anyhow::anyhow!("blob {id} is not in the store"))
        }
        error => failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_bytes_have_one_name_however_they_came() {
        let folder = tempfile::tempdir().expect("folder");
        let blobs = Blobs::open(folder.path()).expect("opens");
        let whole = blobs.put(Bytes::from_static(b"hello world")).await.expect("put");
        let parts = futures::stream::iter([
            Ok::<_, Problem>(Bytes::from_static(b"hello ")),
            Ok(Bytes::from_static(b"world")),
        ]);
        let streamed = blobs.put_stream(parts, 100).await.expect("streams");
        assert_eq!(whole, streamed);
        assert_eq!(blobs.bytes(&whole.id).await.expect("reads"), "hello world");
        assert_eq!(
            std::fs::read_dir(folder.path().join("drafts")).map_or(0, Iterator::count),
            0
        );
    }

    #[tokio::test]
    async fn what_a_broken_upload_left_is_removed_once_nobody_can_be_writing_it() {
        let folder = tempfile::tempdir().expect("folder");
        let blobs = Blobs::open(folder.path()).expect("opens");
        let now = Time(1_800_000_000_000_000);
        let drafts = folder.path().join("drafts");
        assert_eq!(blobs.forget_drafts(now).await.expect("nothing there"), 0);
        std::fs::create_dir(&drafts).expect("a folder");
        for (name, minutes) in [("left#1", 31), ("arriving#1", 1)] {
            let at = now.minus(Duration::from_secs(minutes * 60));
            let at = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).expect("a time"));
            let file = std::fs::File::create(drafts.join(name)).expect("a draft");
            file.set_modified(at).expect("its time");
        }
        let kept = blobs.put(Bytes::from_static(b"kept")).await.expect("put");
        assert_eq!(
            blobs
                .forget_drafts(now.minus(MOST_UPLOAD_TIME))
                .await
                .expect("swept"),
            1
        );
        assert!(drafts.join("arriving#1").exists() && !drafts.join("left#1").exists());
        assert_eq!(blobs.bytes(&kept.id).await.expect("reads"), "kept");
    }

    #[tokio::test]
    async fn large_and_small_pieces_together_have_the_digests_of_the_whole() {
        let folder = tempfile::tempdir().expect("folder");
        let blobs = Blobs::open(folder.path()).expect("opens");
        // Longer than what is flushed at once, in pieces on both sides of what is worth a thread.
        let sizes = [10, WORTH_A_THREAD, 3, FLUSHED_EACH, WORTH_A_THREAD + 1, 7];
        let pieces: Vec<Bytes> = sizes
            .iter()
            .zip(1_u8..)
            .map(|(size, byte)| Bytes::from(vec![byte; *size]))
            .collect();
        let whole: Vec<u8> = pieces.concat();
        let stream = futures::stream::iter(pieces.into_iter().map(Ok::<_, Problem>));
        let blob = blobs.put_stream(stream, u64::MAX).await.expect("streams");
        assert_eq!(blob.id, hex::encode(Sha256::digest(&whole)));
        assert_eq!(blob.size_bytes, whole.len() as u64);
        assert!(blobs.bytes(&blob.id).await.expect("reads") == whole);
    }

    #[tokio::test]
    async fn a_stream_past_its_cap_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        let blobs = Blobs::open(folder.path()).expect("opens");
        let parts =
            futures::stream::iter((0..10).map(|_| Ok::<_, Problem>(Bytes::from_static(b"0123456789"))));
        assert_eq!(
            blobs.put_stream(parts, 50).await.expect_err("refused").code(),
            "upload-too-large"
        );
    }

    #[tokio::test]
    async fn a_name_that_is_no_digest_finds_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        let blobs = Blobs::open(folder.path()).expect("opens");
        assert_eq!(
            blobs.bytes("../../etc/passwd").await.expect_err("refused").code(),
            "file-gone"
        );
    }
}
