//! The archive: a sheet for what was filed and for every repeat, the files that came along, and the logs phones keep of filling.

use std::{
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
    pin::pin,
    sync::Arc,
};

use axum::body::Body;
use formats::{
    export::{
        csv::{Wanted, file_name},
        values::cell,
    },
    zip::{Archive, Effort, Piece, Room, Tally},
};
use futures::{StreamExt, TryStreamExt};
use tempfile::{SpooledTempFile, spooled_tempfile_in};

use super::{
    Ended, Out, Source, file_names, note,
    sheets::{Making, SheetOptions, making},
    streamed,
    walk::{Rows, stretches},
};
use crate::{
    collect::{
        model::NewFile,
        store::{
            self,
            export::{Filed, What},
        },
    },
    platform::{
        op::Op,
        problem::{Problem, Result},
    },
};

/// Whether the files that came along go into the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    With,
    Without,
}

/// Packed bytes of a sheet that wait in memory; more of them wait in a file without a name.
const MOST_IN_MEMORY: usize = 4 * 1024 * 1024;
/// Bytes of a waiting sheet, or of a file, that are sent at once.
const SENT_AT_ONCE: usize = 256 * 1024;
/// Submissions from which a sheet may grow beyond 4 GiB.
const MANY: i64 = 200_000;
/// The log of filling a form, as phones name it.
const LOG: &str = "audit.csv";
/// What phones log, in the columns of the log of a whole form.
const LOGGED: [&str; 11] = [
    "event",
    "node",
    "start",
    "end",
    "latitude",
    "longitude",
    "accuracy",
    "old-value",
    "new-value",
    "user",
    "change-reason",
];

/// What a stretch of submissions adds to the archive.
struct Packed {
    sheets: Vec<Piece>,
    has_files: bool,
}

/// Streams what was filed to a form as an archive.
///
/// # Errors
/// Those of [`filter`](super::filter); when the database fails.
pub async fn archive(source: Arc<Source>, op: &Op, options: &SheetOptions, files: Files) -> Result<Body> {
    let making = making(&source, options).await?;
    let n = store::export::count(source.app.db.read(), source.of(None), &source.reach).await?;
    let room = if n > MANY { Room::Large } else { Room::Plain };
    note(&source, op, "csv.zip").await?;
    let at = source.app.config.zoned(source.now);
    let small = |n: i8| u16::try_from(n).unwrap_or(0);
    let archive = Archive::dated(
        u16::try_from(at.year()).unwrap_or(1980),
        small(at.month()),
        small(at.day()),
        small(at.hour()),
        small(at.minute()),
        small(at.second()),
    );
    Ok(streamed(|out| async move {
        let mut writing = Writing { archive, out };
        let has_files = writing.sheets(&source, &making, room).await?;
        if has_files && files == Files::With {
            writing.files(&source, &making).await?;
        }
        writing.out.send(writing.archive.finish()).await?;
        Ok(())
    }))
}

/// An archive on its way to a client.
struct Writing {
    archive: Archive,
    out: Out,
}

impl Writing {
    /// Writes the sheets; tells whether files came with what is on them.
    async fn sheets(
        &mut self,
        source: &Arc<Source>,
        making: &Arc<Making>,
        room: Room,
    ) -> Result<bool, Ended> {
        let names: Vec<String> = making.sheets.names().map(str::to_owned).collect();
        let folder = &source.app.config.data;
        let mut waiting: Vec<Waiting> = names.iter().skip(1).map(|_| Waiting::new(folder)).collect();
        self.begin(&names[0], room).await?;
        for (table, piece) in headers(making).into_iter().enumerate() {
            match table.checked_sub(1) {
                None => self.add(piece).await?,
                Some(at) => waiting[at].add(&piece)?,
            }
        }
        let work = {
            let making = making.clone();
            move |found: Vec<Filed>| Packed {
                sheets: making
                    .rows(&found, Wanted::All)
                    .iter()
                    .map(|raw| Piece::pack(raw, Effort::Fast))
                    .collect(),
                has_files: found.iter().any(|filed| file_names(filed).next().is_some()),
            }
        };
        let mut has_files = false;
        let rows = Rows::all(source, making.filter.as_ref());
        let mut each = pin!(stretches(
            source.clone(),
            making.with_trash(),
            rows,
            What::Answers,
            work
        ));
        while let Some(packed) = each.try_next().await? {
            has_files |= packed.has_files;
            for (table, piece) in packed.sheets.into_iter().enumerate() {
                match table.checked_sub(1) {
                    None => self.add(piece).await?,
                    Some(at) => waiting[at].add(&piece)?,
                }
            }
        }
        self.end().await?;
        for (name, mut sheet) in names.iter().skip(1).zip(waiting) {
            self.begin(name, room).await?;
            self.archive.add(&sheet.tally);
            sheet.rewind()?;
            while let Some(bytes) = sheet.next()? {
                self.out.send(bytes).await?;
            }
            self.end().await?;
        }
        Ok(has_files)
    }

    /// Writes the files that came along, each in the folder `media`, then the logs of all in one.
    async fn files(&mut self, source: &Arc<Source>, making: &Arc<Making>) -> Result<(), Ended> {
        let work = {
            let making = making.clone();
            move |found: Vec<Filed>| -> Vec<(String, String)> {
                let admitted = making.admitted(&found).into_iter();
                admitted
                    .filter(|filed| file_names(filed).next().is_some())
                    .map(|filed| (filed.id.clone(), filed.root_id.clone()))
                    .collect()
            }
        };
        let has_log = making.fields.find("/meta/audit").is_some();
        let mut log = Waiting::new(&source.app.config.data);
        let mut is_logged = false;
        let rows = Rows::all(source, making.filter.as_ref());
        let what = if making.filter.is_some() {
            What::Answers
        } else {
            What::Envelope
        };
        let mut each = pin!(stretches(source.clone(), making.with_trash(), rows, what, work));
        while let Some(found) = each.try_next().await? {
            for (id, instance_id) in found {
                for file in store::submissions::list_files(source.app.db.read(), &id).await? {
                    if has_log && file.name == LOG {
                        if !is_logged {
                            is_logged = true;
                            log.add(&Piece::pack(log_header().as_slice(), Effort::Fast))?;
                        }
                        let bytes = source.app.blobs.bytes(&file.blob).await?;
                        let lines = logged(&instance_id, &bytes);
                        log.add(&Piece::pack(&lines, Effort::Fast))?;
                    } else {
                        self.file(source, &file).await?;
                    }
                }
            }
        }
        if is_logged {
            let name = file_name(&format!("{} - audit.csv", source.form.xml_form_id));
            self.begin(&name, Room::Plain).await?;
            self.archive.add(&log.tally);
            log.rewind()?;
            while let Some(bytes) = log.next()? {
                self.out.send(bytes).await?;
            }
            self.end().await?;
        }
        Ok(())
    }

    async fn file(&mut self, source: &Source, file: &NewFile) -> Result<(), Ended> {
        let effort = match file.media_type.split('/').next() {
            Some("image" | "audio" | "video") => Effort::None,
            _ => Effort::Fast,
        };
        let room = if file.size_bytes >= 0xf000_0000 {
            Room::Large
        } else {
            Room::Plain
        };
        let (_, bytes) = match source.app.blobs.stream(&file.blob).await {
            Ok(opened) => opened,
            Err(problem) => {
                // One lost file keeps nobody from all the others.
                tracing::error!(code = problem.code(), "a submission's file is gone");
                return Ok(());
            }
        };
        self.begin(&format!("media/{}", file_name(&file.name)), room)
            .await?;
        let mut bytes = pin!(bytes.map(|bytes| bytes.map_err(Problem::internal)));
        while let Some(bytes) = bytes.try_next().await? {
            let piece = tokio::task::spawn_blocking(move || Piece::pack(&bytes, effort)).await;
            self.add(piece.map_err(Problem::internal)?).await?;
        }
        self.end().await
    }

    async fn begin(&mut self, name: &str, room: Room) -> Result<(), Ended> {
        let bytes = self.archive.begin(name, room);
        Ok(self.out.send(bytes).await?)
    }

    async fn add(&mut self, piece: Piece) -> Result<(), Ended> {
        self.archive.add(&piece.tally);
        Ok(self.out.send(piece.bytes).await?)
    }

    async fn end(&mut self) -> Result<(), Ended> {
        let bytes = self.archive.end();
        Ok(self.out.send(bytes).await?)
    }
}

/// A packed sheet that waits until the one before it is written.
struct Waiting {
    bytes: SpooledTempFile,
    tally: Tally,
}

impl Waiting {
    fn new(folder: &Path) -> Self {
        Self {
            bytes: spooled_tempfile_in(MOST_IN_MEMORY, folder),
            tally: Tally::default(),
        }
    }

    fn add(&mut self, piece: &Piece) -> Result<()> {
        self.tally.join(&piece.tally);
        self.bytes.write_all(&piece.bytes).map_err(Problem::internal)
    }

    fn rewind(&mut self) -> Result<()> {
        self.bytes.seek(SeekFrom::Start(0)).map_err(Problem::internal)?;
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut bytes = vec![0; SENT_AT_ONCE];
        let n = self.bytes.read(&mut bytes).map_err(Problem::internal)?;
        bytes.truncate(n);
        Ok((n > 0).then_some(bytes))
    }
}

fn headers(making: &Making) -> Vec<Piece> {
    (0..making.fields.tables().len())
        .map(|table| {
            let mut header = Vec::new();
            making.sheets.write_header(table, &mut header);
            Piece::pack(&header, Effort::Fast)
        })
        .collect()
}

fn log_header() -> Vec<u8> {
    let mut out = b"instance ID".to_vec();
    for name in LOGGED {
        out.push(b',');
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b'\n');
    out
}

/// Lays out a phone's log in the columns of the log of the whole form.
fn logged(instance_id: &str, log: &[u8]) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(log.strip_prefix(b"\xef\xbb\xbf").unwrap_or(log));
    let mut out = Vec::new();
    let Ok(header) = reader.byte_headers().cloned() else {
        return out;
    };
    let columns = LOGGED.map(|name| header.iter().position(|known| known == name.as_bytes()));
    for record in reader.byte_records().filter_map(std::result::Result::ok) {
        cell(instance_id, &mut out);
        for column in columns {
            out.push(b',');
            let value = column.and_then(|at| record.get(at)).unwrap_or_default();
            cell(&String::from_utf8_lossy(value), &mut out);
        }
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phones_log_is_laid_out_in_the_columns_of_all_logs() {
        let log = b"\xef\xbb\xbfevent,node,start,end,extra\nquestion,\"/data/a,b\",1,2,x\nform exit,,3\n";
        let lines = String::from_utf8(logged("uuid:1", log)).expect("text");
        assert_eq!(
            lines,
            "uuid:1,question,\"/data/a,b\",1,2,,,,,,,\nuuid:1,form exit,,3,,,,,,,,\n"
        );
        assert!(logged("uuid:1", b"").is_empty());
    }
}
