//! `baraza dataset import`, `baraza dataset export` and `baraza sql`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, Subcommand};
use futures::{StreamExt, TryStreamExt};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use tables::{Answer, Limits};

use super::{
    NewFile, Read, download,
    explore::asked::Asked,
    model::{Entry, EntryInput, slug_of},
    reading::{HowToRead, HowToReadInput},
    store,
    versions::asked::with_versions,
    view::{self, BadRowView},
};
use crate::{
    accounts::{self, model::Organisation},
    platform::{app::App, jobs::Job, op::Op, problem::Problem},
};

/// Bad rows that are printed one by one.
const MOST_PRINTED: usize = 20;

/// What can be done with datasets.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Enter a dataset and read a file into its table: CSV, CSV.gz, XLSX, JSON lines, GeoJSON or Parquet.
    Import(Import),
    /// Write a dataset's table to standard output.
    Export {
        /// The dataset's slug, or SLUG/RESOURCE for another than its first table.
        slug: String,
        /// csv, jsonl, json, parquet, xlsx or geojson.
        #[arg(long, default_value = "csv")]
        format: String,
    },
}

/// What an import is told.
#[derive(Debug, Clone, Default, Args)]
pub struct Import {
    pub file: PathBuf,
    /// Name in addresses: lower-case letters, digits and hyphens.
    #[arg(long)]
    pub slug: String,
    #[arg(long)]
    pub title: String,
    /// A word such as health or education.
    #[arg(long, default_value = "")]
    pub theme: String,
    /// Publisher: the organisation's code or name; it is added if there is none.
    #[arg(long)]
    pub organization: Option<String>,
    /// What one may do with the data, e.g. CC-BY-4.0.
    #[arg(long, default_value = "")]
    pub license: String,
    /// Let everybody read it. A dataset that is open stays open without it; close it at the desk.
    #[arg(long)]
    pub open: bool,
    /// The sheet of a workbook; its first one with rows when absent.
    #[arg(long, default_value = "")]
    pub sheet: String,
    /// What stands between fields: comma, semicolon, tab or bar; judged by the file when absent.
    #[arg(long, default_value = "")]
    pub delimiter: String,
    /// What stands before decimals: point or comma; judged by the file when absent.
    #[arg(long, default_value = "")]
    pub decimal: String,
    /// A word that means "no value", such as NA; may be given more than once.
    #[arg(long, value_name = "WORD")]
    pub missing: Vec<String>,
}

/// Runs a command about datasets; the result goes to standard output, as JSON when asked.
///
/// # Errors
/// As [`import`] and [`export`].
pub async fn run(app: &App, command: Command, as_json: bool) -> anyhow::Result<()> {
    match command {
        Command::Import(given) => {
            let imported = import(app, given).await?;
            for row in imported.bad_rows.iter().take(MOST_PRINTED) {
                eprintln!("line {}: {}", row.line, row.reason);
            }
            if imported.n_bad > i64::try_from(MOST_PRINTED)? {
                eprintln!(
                    "and {} more; /data/{} shows them",
                    imported.n_bad - i64::try_from(MOST_PRINTED)?,
                    imported.dataset
                );
            }
            if as_json {
                crate::say!("{}", serde_json::to_string(&imported)?);
            } else {
                let Imported {
                    dataset,
                    sql_name,
                    n_rows,
                    n_bad,
                    ..
                } = &imported;
                crate::say!("{dataset}: {n_rows} rows read, {n_bad} not; in SQL it is called {sql_name}");
                if imported.waits {
                    crate::say!(
                        "{dataset} waits to be looked at before everybody can read it: /desk/data/{dataset}/review"
                    );
                }
            }
            Ok(())
        }
        Command::Export { slug, format } => export(app, &slug, &format, &mut std::io::stdout().lock()).await,
    }
}

/// Answers a question on standard output: as CSV, or as one JSON document.
///
/// # Errors
/// When the SQL is refused; the message says why.
pub async fn ask(app: &App, question: &str, as_json: bool) -> anyhow::Result<()> {
    if !as_json {
        let op = Op::system(app.clock.now());
        let scope = super::scope(app, &op).await?;
        let (scope, question) = with_versions(app, &op, scope, question).await?;
        let what = tables::What::Query(scope, question);
        let mut bytes = app
            .lake
            .export(what, tables::Format::Csv, Limits::generous())
            .await?;
        let mut out = std::io::stdout();
        while let Some(piece) = bytes.next().await {
            out.write_all(&piece?).context("write the answer")?;
        }
        return out.flush().context("write the answer");
    }
    let answer = sql(app, question).await?;
    let columns: Vec<Json> = answer
        .columns
        .iter()
        .map(|column| json!({ "name": column.name, "kind": column.kind.as_str() }))
        .collect();
    let object = |row: &Vec<tables::Value>| {
        let pairs = answer
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| (column.name.clone(), value.to_json()));
        Json::Object(pairs.collect::<Map<_, _>>())
    };
    crate::say!(
        "{}",
        json!({ "columns": columns, "rows": answer.rows.iter().map(object).collect::<Vec<_>>() })
    );
    Ok(())
}

/// What an import made.
#[derive(Debug, Serialize)]
pub struct Imported {
    pub dataset: String,
    pub resource: String,
    pub sql_name: String,
    pub version: i64,
    pub n_rows: i64,
    pub n_bad: i64,
    pub bad_rows: Vec<BadRowView>,
    /// Somebody else looks at it before everybody can read it.
    pub waits: bool,
}

/// Enters a dataset, or changes its entry, and reads a file into its table.
///
/// # Errors
/// When the file cannot be understood or an entry will not do; the message names the place and the remedy.
pub async fn import(app: &App, given: Import) -> anyhow::Result<Imported> {
    let op = Op::system(app.clock.now());
    let file: &Path = &given.file;
    let organisation = match &given.organization {
        Some(name) => Some(settle_organisation(app, &op, name).await?),
        None => None,
    };
    // What no flag says stays as it is: a file that comes again neither closes the dataset nor forgets whose it is.
    let before = store::find_dataset(app.db.read(), &given.slug)
        .await?
        .map(said_before)
        .unwrap_or_default();
    let said = |flag: String, before: String| if flag.is_empty() { before } else { flag };
    let input = EntryInput {
        slug: given.slug,
        title: given.title,
        theme: said(given.theme, before.theme),
        organisation: organisation.unwrap_or(before.organisation),
        licence: said(given.license, before.licence),
        open: if given.open { "yes".into() } else { before.open },
        ..before
    };
    let entry = Entry::parse(&input)?;
    let how = HowToRead::parse(&HowToReadInput {
        sheet: given.sheet,
        delimiter: given.delimiter,
        decimal: given.decimal,
        missing: given.missing.join(","),
    })?;
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .with_context(|| format!("{} has no file name", file.display()))?;
    let bytes = tokio::fs::File::open(file)
        .await
        .with_context(|| format!("open {}", file.display()))?;
    let bytes = tokio_util::io::ReaderStream::with_capacity(bytes, 1 << 20);
    let read = bytes.map_err(Problem::internal);
    let blob = app.blobs.put_stream(read, u64::MAX).await?;
    let mut tx = app.db.begin().await?;
    if store::find_dataset(app.db.read(), &entry.slug).await?.is_some() {
        super::change_dataset(app, &mut tx, &op, &entry, None).await?;
    } else {
        super::enter_dataset(app, &mut tx, &op, &entry).await?;
        // The next step looks the dataset up.
        tx.commit().await?;
        tx = app.db.begin().await?;
    }
    let received = super::receive_file(
        app,
        &mut tx,
        &op,
        &entry.slug,
        NewFile {
            name,
            blob: &blob,
            resource: None,
            how,
        },
    )
    .await?;
    tx.commit().await?;
    let file = store::find_file(app.db.read(), &received)
        .await?
        .context("the file was just received")?;
    // Read here and now; the job that was queued finds it done.
    Read {
        resource: file.resource_id.clone(),
        file: received.clone(),
    }
    .run(app)
    .await?;
    let file = store::find_file(app.db.read(), &received)
        .await?
        .context("the file was just received")?;
    anyhow::ensure!(file.state != "refused", "{name}: {}", file.reason);
    let resource = store::find_resource(app.db.read(), &file.resource_id)
        .await?
        .context("the resource was just entered")?;
    let now = store::find_dataset(app.db.read(), &entry.slug).await?;
    let waits = file.state == "held" || now.is_some_and(|now| entry.is_open && now.is_open == 0);
    Ok(Imported {
        dataset: entry.slug,
        resource: resource.slug,
        sql_name: resource.sql_name.unwrap_or_default(),
        version: file.version.unwrap_or_default(),
        n_rows: file.n_rows,
        n_bad: file.n_bad,
        bad_rows: serde_json::from_str(&file.bad_rows).unwrap_or_default(),
        waits,
    })
}

/// What the catalogue says of a dataset, as somebody would fill it in again.
fn said_before(known: store::DatasetRow) -> EntryInput {
    EntryInput {
        slug: known.slug,
        title: known.title,
        description: known.description,
        theme: known.theme,
        organisation: known.organisation.unwrap_or_default(),
        licence: known.licence,
        place: known.place_code.unwrap_or_default(),
        period: known.period,
        open: if known.is_open == 1 {
            "yes".into()
        } else {
            String::new()
        },
    }
}

/// Writes a dataset's first table to `out`; `SLUG/RESOURCE` names another one.
///
/// # Errors
/// When there is no such table, or writing fails.
pub async fn export(app: &App, slug: &str, format: &str, out: &mut impl Write) -> anyhow::Result<()> {
    let op = Op::system(app.clock.now());
    let format = download::format(format)?;
    let (dataset, resource) = match slug.split_once('/') {
        Some((dataset, resource)) => (dataset, resource.to_owned()),
        None => {
            let dataset = view::find_dataset(app, &op, slug).await?;
            let first = dataset
                .resources
                .first()
                .with_context(|| format!("dataset {slug} has no table yet"))?;
            (slug, first.slug.clone())
        }
    };
    let resource = view::find_resource(app, &op, dataset, &resource, None).await?;
    let asked = Asked::default();
    let mut bytes = download::rows(app, &resource, (&asked, format), Limits::generous()).await?;
    while let Some(piece) = bytes.next().await {
        out.write_all(&piece?).context("write the file")?;
    }
    out.flush().context("write the file")
}

/// Answers one question over every table of the catalogue.
///
/// # Errors
/// When the SQL is refused; the message says why.
pub async fn sql(app: &App, question: &str) -> anyhow::Result<Answer> {
    let op = Op::system(app.clock.now());
    let scope = super::scope(app, &op).await?;
    let (scope, question) = with_versions(app, &op, scope, question).await?;
    Ok(app.lake.query(&scope, &question, Limits::generous()).await?)
}

/// The code of an organisation by its code or name; it is added if there is none.
async fn settle_organisation(app: &App, op: &Op, name: &str) -> anyhow::Result<String> {
    let known = accounts::list_organisations(app).await?;
    if let Some(known) = known
        .into_iter()
        .find(|known| known.code == name || known.name == name)
    {
        return Ok(known.code);
    }
    let mut code = slug_of(name);
    code.truncate(40);
    let organisation = Organisation {
        code: code.clone(),
        name: name.to_owned(),
        about: None,
        contact: None,
    };
    let mut tx = app.db.begin().await?;
    accounts::save_organisation(&mut tx, op, &organisation).await?;
    tx.commit().await?;
    Ok(code)
}
