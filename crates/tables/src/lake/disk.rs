//! A folder that keeps what it acknowledged through a power cut.
//!
//! The store's own folder leaves it to the system when bytes reach the disk. Here a file's bytes are on the disk before the file has its
//! name, and the name is on the disk before the call returns (`fsync` of the file, then of its folder, as POSIX asks for). So the log
//! never names a file that is not whole, and a version that was acknowledged is there after the lights went out.

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, Write},
    ops::Range,
    path::{Path as FilePath, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
    local::LocalFileSystem, path::Path,
};
use uuid::Uuid;

/// The local file system, with everything synced that is written.
#[derive(Debug, Clone)]
pub struct Disk {
    files: Arc<LocalFileSystem>,
    syncs: Arc<Syncs>,
}

/// Brings files and folders to the disk.
#[derive(Default)]
struct Syncs {
    /// Folders whose own names are on the disk already.
    settled: Mutex<HashSet<PathBuf>>,
    /// Told of everything that was synced, in order.
    watcher: Option<Watcher>,
}

type Watcher = Arc<dyn Fn(&FilePath) + Send + Sync>;

impl Disk {
    pub fn new() -> Disk {
        Disk {
            files: Arc::new(LocalFileSystem::new()),
            syncs: Arc::default(),
        }
    }

    /// One that tells what it synced.
    #[cfg(test)]
    pub fn watched(watcher: Watcher) -> Disk {
        Disk {
            files: Arc::new(LocalFileSystem::new()),
            syncs: Arc::new(Syncs {
                settled: Mutex::default(),
                watcher: Some(watcher),
            }),
        }
    }

    /// Runs work that waits for the disk where it keeps nobody else waiting.
    async fn aside<T: Send + 'static>(
        &self,
        location: &Path,
        work: impl FnOnce(&Syncs, &FilePath) -> io::Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = self.files.path_to_filesystem(location)?;
        let (syncs, location) = (self.syncs.clone(), location.to_string());
        let done = tokio::task::spawn_blocking(move || work(&syncs, &path)).await?;
        done.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::AlreadyExists {
                path: location,
                source: Box::new(source),
            },
            _ => Error::Generic {
                store: "Disk",
                source: Box::new(source),
            },
        })
    }

    async fn settle_name(&self, location: &Path) -> Result<()> {
        self.aside(location, |syncs, path| syncs.name(path)).await
    }
}

impl Syncs {
    fn file(&self, path: &FilePath, file: &File) -> io::Result<()> {
        file.sync_all()?;
        self.tell(path);
        Ok(())
    }

    /// Syncs the folder that holds a name; when it may be new, those above it too.
    fn name(&self, path: &FilePath) -> io::Result<()> {
        let Some(folder) = path.parent() else {
            return Ok(());
        };
        self.folder(folder)?;
        let is_settled = |folder: &FilePath| {
            let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
            settled.contains(folder)
        };
        if is_settled(folder) {
            return Ok(());
        }
        for above in folder.ancestors().skip(1).take_while(|above| !is_settled(above)) {
            match self.folder(above) {
                // What lies above the data folder may not be ours to read; it was there before us.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => break,
                synced => synced?,
            }
        }
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        settled.extend(folder.ancestors().map(FilePath::to_path_buf));
        Ok(())
    }

    fn folder(&self, folder: &FilePath) -> io::Result<()> {
        let folder = if folder.as_os_str().is_empty() {
            FilePath::new(".")
        } else {
            folder
        };
        File::open(folder)?.sync_all()?;
        self.tell(folder);
        Ok(())
    }

    fn tell(&self, path: &FilePath) {
        if let Some(watcher) = &self.watcher {
            watcher(path);
        }
    }
}

impl fmt::Debug for Syncs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Syncs").finish_non_exhaustive()
    }
}

impl fmt::Display for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disk({})", self.files)
    }
}

#[async_trait]
impl ObjectStore for Disk {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let mode = options.mode;
        if matches!(mode, PutMode::Update(_)) {
            return self
                .files
                .put_opts(location, payload, PutOptions { mode, ..options })
                .await;
        }
        self.aside(location, move |syncs, path| {
            let draft = Draft::of(path)?;
            let mut file = File::create_new(&draft.0)?;
            for piece in payload.iter() {
                file.write_all(piece)?;
            }
            syncs.file(path, &file)?;
            drop(file);
            match mode {
                PutMode::Create => fs::hard_link(&draft.0, path)?,
                _ => fs::rename(&draft.0, path)?,
            }
            drop(draft);
            syncs.name(path)
        })
        .await?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Upload {
            parts: self.files.put_multipart_opts(location, options).await?,
            disk: self.clone(),
            location: location.clone(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.files.get_ranges(location, ranges).await
    }

    // What was removed and is there again after a power cut harms nobody: no version names it, and the next vacuum takes it.
    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await?;
        self.settle_name(to).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.files.rename_opts(from, to, options).await?;
        self.settle_name(to).await
    }
}

/// A file in parts; whole and on the disk once it is completed.
#[derive(Debug)]
struct Upload {
    parts: Box<dyn MultipartUpload>,
    disk: Disk,
    location: Path,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let done = self.parts.complete().await?;
        // Nothing refers to a file that came in parts before this returns.
        let synced = self.disk.aside(&self.location, |syncs, path| {
            syncs.file(path, &File::open(path)?)?;
            syncs.name(path)
        });
        synced.await?;
        Ok(done)
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.abort().await
    }
}

/// A file without its name yet, beside where it will stand; taken away unless it was renamed.
struct Draft(PathBuf);

impl Draft {
    fn of(path: &FilePath) -> io::Result<Draft> {
        fs::create_dir_all(path.parent().unwrap_or(FilePath::new(".")))?;
        let mut name = path.as_os_str().to_owned();
        // Names that end so are left out of every list.
        name.push(format!("#{}", Uuid::new_v4().as_u128()));
        Ok(Draft(PathBuf::from(name)))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use object_store::ObjectStoreExt;

    use super::*;

    /// A disk in a folder of its own, and the names of what it synced, in order.
    fn watched(folder: &FilePath) -> (Disk, Arc<Mutex<Vec<String>>>) {
        let synced = Arc::new(Mutex::new(Vec::new()));
        let (told, top) = (synced.clone(), folder.to_path_buf());
        let disk = Disk::watched(Arc::new(move |path| {
            if let Ok(path) = path.strip_prefix(&top) {
                told.lock().expect("told").push(path.display().to_string());
            }
        }));
        (disk, synced)
    }

    fn at(folder: &FilePath, name: &str) -> Path {
        Path::from_absolute_path(folder.join(name)).expect("a path")
    }

    fn taken(synced: &Mutex<Vec<String>>) -> Vec<String> {
        std::mem::take(&mut *synced.lock().expect("told"))
    }

    #[tokio::test]
    async fn a_files_bytes_reach_the_disk_before_its_name_and_both_before_the_answer() {
        let folder = tempfile::tempdir().expect("a folder");
        let (disk, synced) = watched(folder.path());
        disk.put(&at(folder.path(), "t/a"), "one".into())
            .await
            .expect("put");
        // The folder is new, so the one that holds its name is synced with it.
        assert_eq!(taken(&synced), ["t/a", "t", ""]);
        disk.put(&at(folder.path(), "t/a"), "two".into())
            .await
            .expect("put again");
        assert_eq!(taken(&synced), ["t/a", "t"]);
        let there = disk.get(&at(folder.path(), "t/a")).await.expect("there");
        assert_eq!(there.bytes().await.expect("read"), "two");
        let names: Vec<_> = fs::read_dir(folder.path().join("t")).expect("listed").collect();
        assert_eq!(names.len(), 1, "no draft is left: {names:?}");
    }

    #[tokio::test]
    async fn a_name_that_is_taken_is_refused_and_stays_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let (disk, synced) = watched(folder.path());
        let log = at(folder.path(), "0.json");
        let create = || PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        disk.put_opts(&log, "first".into(), create()).await.expect("put");
        let error = disk
            .put_opts(&log, "second".into(), create())
            .await
            .expect_err("taken");
        assert!(matches!(error, Error::AlreadyExists { .. }), "{error}");
        disk.put(&at(folder.path(), "draft"), "third".into())
            .await
            .expect("put");
        let error = disk
            .rename_if_not_exists(&at(folder.path(), "draft"), &log)
            .await
            .expect_err("taken");
        assert!(matches!(error, Error::AlreadyExists { .. }), "{error}");
        taken(&synced);
        disk.rename_if_not_exists(&at(folder.path(), "draft"), &at(folder.path(), "1.json"))
            .await
            .expect("renamed");
        assert_eq!(taken(&synced), [""]);
        assert_eq!(
            disk.get(&log).await.expect("there").bytes().await.expect("read"),
            "first"
        );
    }

    #[tokio::test]
    async fn a_file_that_came_in_parts_is_synced_when_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let (disk, synced) = watched(folder.path());
        let mut upload = disk
            .put_multipart(&at(folder.path(), "large"))
            .await
            .expect("begun");
        for part in ["one", "two"] {
            upload.put_part(part.into()).await.expect("a part");
        }
        assert_eq!(taken(&synced), [""; 0]);
        upload.complete().await.expect("whole");
        assert_eq!(taken(&synced), ["large", ""]);
    }
}
