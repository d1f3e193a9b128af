//! Reads received files into tables, and keeps the catalogue's word about tables that change by themselves.

use serde::{Deserialize, Serialize};
use tables::{Column, Ingested, Value};

use super::{
    DatasetSaved, FileRead, FileRefused, TableRegistered,
    details::{self, ResourceDetails},
    model::{self, Class, ColumnEntry, Entry, Origin, TableEntry},
    reading::HowToRead,
    store::{self, Outcome},
    view::{BadRowView, ColumnProfileView},
    workflow::{self, Reading},
};
use crate::platform::{
    app::App,
    jobs::{Job, Lane},
    op::Op,
    problem::Problem,
};

/// Reads a received file into its resource's table. Read twice, it makes the same rows again.
#[derive(Debug, Serialize, Deserialize)]
pub struct Read {
    pub resource: String,
    pub file: String,
}

impl Job for Read {
    const NAME: &'static str = "catalog.read";
    const LANE: Lane = Lane::Heavy;

    fn key(&self) -> Option<String> {
        Some(self.file.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let Some(file) = store::find_file(app.db.read(), &self.file).await? else {
            return Ok(());
        };
        let all = store::list_files(app.db.read(), &self.resource).await?;
        // A file that came later is the one to show, whichever was read first.
        let is_overtaken = all
            .iter()
            .any(|other| other.received_at > file.received_at && other.state == "read");
        if file.state != "waiting" {
            return Ok(());
        }
        if is_overtaken {
            let mut tx = app.db.begin().await?;
            store::workflow::put_file_state(&mut tx, &file.id, "dropped").await?;
            tx.commit().await?;
            return Ok(());
        }
        let Some(resource) = store::find_resource(app.db.read(), &self.resource).await? else {
            return Ok(());
        };
        let Some(kind) = model::read_kind(&file.kind) else {
            return Ok(());
        };
        let Some(table) = resource.lake_table.clone() else {
            return Ok(());
        };
        let reading = workflow::reading_of(app, &file.id).await?;
        let into = match &reading {
            Reading::ForReaders => table.clone(),
            Reading::Beside(_) => workflow::beside(&table),
            Reading::Dropped => return Ok(()),
        };
        let how: HowToRead = serde_json::from_str(&file.how).unwrap_or_default();
        let received = Stored::get(app, &file.blob).await?;
        let read = app
            .lake
            .ingest(received.path(), kind, &into, &how.options())
            .await;
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        match (read, &reading) {
            (Ok(ingested), Reading::Beside(publication)) => {
                workflow::hold(app, &mut tx, &op, publication, &file, &ingested).await?;
            }
            (Ok(ingested), _) => {
                put_file(&mut tx, &op, &resource, &file).await?;
                note(&mut tx, &op, (&resource, &table), &file.id, &ingested).await?;
            }
            (Err(tables::Error::BadFile(reason) | tables::Error::Unfit(reason)), _) => {
                store::note_refused(&mut tx, &file.id, &reason).await?;
                tx.emit(
                    &op,
                    &FileRefused {
                        resource: resource.id,
                        file: file.id,
                    },
                )
                .await?;
            }
            (Err(error), _) => return Err(error.into()),
        }
        tx.commit().await?;
        if reading == Reading::ForReaders {
            // What waited beside is in its table now.
            app.lake.drop_table(&workflow::beside(&table)).await?;
        }
        Ok(())
    }
}

/// Enters a table that a form filled, or notes its newest version.
///
/// The table's name says where it belongs: `project__form` is the dataset and its main resource, a part behind it another resource.
#[derive(Debug, Serialize, Deserialize)]
pub struct NoteTable {
    pub table: String,
    /// The organisation whose form it is.
    #[serde(default)]
    pub organisation: Option<String>,
}

impl Job for NoteTable {
    const NAME: &'static str = "catalog.note-table";

    fn key(&self) -> Option<String> {
        Some(self.table.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let Some(entry) = entry_of(self.table, self.organisation) else {
            return Ok(());
        };
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        super::register_table(app, &mut tx, &op, &entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Makes the index of the catalogue anew when places were imported: which tables can be put on a map depends on their boundaries.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowPlaces {}

impl Job for FollowPlaces {
    const NAME: &'static str = "catalog.follow-places";

    fn key(&self) -> Option<String> {
        Some("places".to_owned())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.db.begin().await?;
        store::search::note_whole(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Enters a table that another part of the program keeps, open to everybody, or notes its newest version.
///
/// What a steward or the publisher changed since it was entered stays as they left it.
#[derive(Debug, Serialize, Deserialize)]
pub struct EnterTable {
    pub entry: TableEntry,
    pub description: String,
    pub theme: String,
    #[serde(default)]
    pub follows: Vec<Follows>,
}

/// A version of a standard that a column follows from the start.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Follows {
    pub column: String,
    pub standard: String,
    pub version: String,
}

impl Job for EnterTable {
    const NAME: &'static str = "catalog.enter-table";

    fn key(&self) -> Option<String> {
        Some(self.entry.table.clone())
    }

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let EnterTable {
            mut entry,
            description,
            theme,
            mut follows,
        } = self;
        let op = Op::system(app.clock.now());
        let known = match store::find_resource_of_table(app.db.read(), &entry.table).await? {
            Some(resource) => store::list_columns(app.db.read(), Some(&resource.id)).await?,
            None => Vec::new(),
        };
        entry
            .columns
            .retain(|(name, _, _)| known.iter().all(|column| column.name != *name));
        follows.retain(|one| known.iter().all(|column| column.name != one.column));
        let dataset = Entry {
            slug: entry.dataset.clone(),
            title: entry.dataset_title.clone(),
            description,
            theme,
            organisation: None,
            licence: String::new(),
            place: None,
            period: String::new(),
            is_open: true,
        };
        let mut tx = app.db.begin().await?;
        if store::insert_dataset(&mut tx, &dataset, Origin::Program, op.at).await? {
            let event = DatasetSaved {
                dataset: dataset.slug,
                is_open: true,
            };
            tx.emit(&op, &event).await?;
        }
        let resource = super::register_table(app, &mut tx, &op, &entry).await?;
        for one in &follows {
            super::standards::follow(&mut tx, &op, &resource, one).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// What stood beside all values of a column; empty for nothing, and for what is too long to be a unit.
fn unit_of(column: &Column) -> &str {
    const LONGEST_UNIT: usize = 32;
    let unit = column.unit.as_deref().unwrap_or_default().trim();
    match column.kind.is_number() && unit.chars().count() <= LONGEST_UNIT {
        true => unit,
        false => "",
    }
}

/// Notes how a form asks for the columns of its table, from which their classes are proposed.
#[derive(Debug, Serialize, Deserialize)]
pub struct DescribeColumns {
    pub table: String,
    /// The organisation whose form it is.
    #[serde(default)]
    pub organisation: Option<String>,
    pub columns: Vec<AskedColumn>,
}

/// A column as its form knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskedColumn {
    pub name: String,
    /// The question's own words.
    pub title: String,
    pub asked: String,
}

impl Job for DescribeColumns {
    const NAME: &'static str = "catalog.describe-columns";

    async fn run(self, app: &App) -> anyhow::Result<()> {
        let Some(entry) = entry_of(self.table.clone(), self.organisation) else {
            return Ok(());
        };
        let op = Op::system(app.clock.now());
        let mut tx = app.db.begin().await?;
        // Whichever job comes first, the columns are there to be described.
        super::register_table(app, &mut tx, &op, &entry).await?;
        tx.commit().await?;
        let Some(resource) = store::find_resource_of_table(app.db.read(), &self.table).await? else {
            return Ok(());
        };
        let mut tx = app.db.begin().await?;
        for column in &self.columns {
            store::describe_column(&mut tx, &resource.id, &column.name, &column.title, &column.asked).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Where a form's table belongs in the catalogue, by its name, and whose it is.
fn entry_of(table: String, organisation: Option<String>) -> Option<TableEntry> {
    let parts: Vec<String> = table
        .split("__")
        .map(model::slug_of)
        .filter(|part| !part.is_empty())
        .collect();
    let (resource, dataset) = match parts.as_slice() {
        [] => return None,
        [project, form, repeats @ ..] if !repeats.is_empty() => (
            model::resource_slug_of(&repeats.join("-")),
            format!("{project}-{form}"),
        ),
        main => (model::MAIN.to_owned(), main.join("-")),
    };
    let words = |slug: &str| {
        let text = slug.replace('-', " ");
        let mut letters = text.chars();
        letters.next().map_or(String::new(), |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    Some(TableEntry {
        dataset_title: words(&dataset),
        title: words(if resource == model::MAIN {
            &dataset
        } else {
            &resource
        }),
        table,
        dataset,
        organisation,
        resource,
        columns: Vec::new(),
    })
}

/// A blob as a file on this machine.
enum Stored {
    There(std::path::PathBuf),
    Copied(tempfile::NamedTempFile),
}

impl Stored {
    async fn get(app: &App, blob: &str) -> anyhow::Result<Stored> {
        if let Some(path) = app.blobs.file(blob) {
            return Ok(Stored::There(path));
        }
        use futures::TryStreamExt;
        use tokio::io::AsyncWriteExt;
        let copy = tempfile::NamedTempFile::new()?;
        let mut to = tokio::fs::File::from_std(copy.reopen()?);
        let (_, mut bytes) = app.blobs.stream(blob).await?;
        while let Some(piece) = bytes.try_next().await? {
            to.write_all(&piece).await?;
        }
        to.flush().await?;
        Ok(Stored::Copied(copy))
    }

    fn path(&self) -> &std::path::Path {
        match self {
            Stored::There(path) => path,
            Stored::Copied(copy) => copy.path(),
        }
    }
}

/// Has a resource that was uploaded as a file lead to the one that its rows are read from now.
async fn put_file(
    tx: &mut crate::platform::db::Tx,
    op: &Op,
    resource: &store::ResourceRow,
    file: &store::FileRow,
) -> Result<(), Problem> {
    let mut more: ResourceDetails = details::read(&resource.details);
    let is_upload = more.url_type.as_deref() == Some("upload");
    let is_other = resource.blob.as_ref().is_some_and(|blob| *blob != file.blob);
    if !(is_upload && is_other) {
        return Ok(());
    }
    more.size = Some(file.size_bytes);
    more.last_modified = Some(op.at.0);
    more.metadata_modified = Some(op.at.0);
    let name = formats::ckan::filename(&file.name);
    store::portal::put_file(tx, &resource.id, (&name, &file.blob), &details::write(&more)).await
}

async fn note(
    tx: &mut crate::platform::db::Tx,
    op: &Op,
    (resource, table): (&store::ResourceRow, &str),
    file: &str,
    ingested: &Ingested,
) -> Result<(), Problem> {
    // What a producer publishes is theirs to publish; a steward marks what is personal before the dataset is opened. A column that
    // first comes with a later file was not there when that was done: it waits for the steward.
    let class = match resource.version {
        None => Class::Open,
        Some(_) => Class::Unreviewed,
    };
    let columns: Vec<ColumnEntry> = ingested
        .columns
        .iter()
        .map(|column| ColumnEntry {
            name: column.name.clone(),
            kind: column.kind,
            title: model::made_title(&column.name, unit_of(column)),
            class,
            unit: unit_of(column).to_owned(),
        })
        .collect();
    store::save_columns(tx, &resource.id, &columns).await?;
    let profile: Vec<ColumnProfileView> = ingested
        .profile
        .columns
        .iter()
        .map(|column| ColumnProfileView {
            name: column.name.clone(),
            n_null: column.n_null,
            n_distinct: column.n_distinct,
            least: shown(&column.least),
            most: shown(&column.most),
            common: column
                .common
                .iter()
                .map(|common| (common.value.to_string(), common.n))
                .collect(),
        })
        .collect();
    let bad_rows = BadRowView::list(ingested);
    let profile = serde_json::to_string(&profile).map_err(Problem::internal)?;
    let bad_rows = serde_json::to_string(&bad_rows).map_err(Problem::internal)?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let outcome = Outcome {
        version: count(ingested.version.0),
        n_rows: count(ingested.n_rows),
        n_bad: count(ingested.bad_rows.n),
        bad_rows: &bad_rows,
        profile: &profile,
    };
    store::note_version(
        tx,
        &resource.id,
        outcome.version,
        outcome.n_rows,
        Some(outcome.profile),
        op.at,
    )
    .await?;
    store::note_read(tx, file, &outcome).await?;
    if resource.version.is_none() {
        tx.emit(
            op,
            &TableRegistered {
                resource: resource.id.clone(),
                table: table.to_owned(),
            },
        )
        .await?;
    }
    let event = FileRead {
        resource: resource.id.clone(),
        file: file.to_owned(),
        table: table.to_owned(),
        version: ingested.version.0,
    };
    tx.emit(op, &event).await
}

fn shown(value: &Value) -> Option<String> {
    (!value.is_null()).then(|| value.to_string())
}
