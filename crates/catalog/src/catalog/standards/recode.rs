//! Values brought to their standard: a new version of the table, or a file that somebody looks at first.

use std::collections::HashMap;

use futures::TryStreamExt;
use tables::{Format, Limits, Page, ROW_NUMBER, Scope, TableVersion, Version, What};

use super::{ColumnRecoded, Registry, checks, require_writer, written};
use crate::{
    catalog::{
        NewFile,
        reading::HowToRead,
        receive_file,
        store::{
            self,
            standards::{AssignedRow, FixRow},
        },
        view::{self, ColumnProfileView, Resource},
        workflow::{self, model::Review},
    },
    platform::{
        app::App,
        op::Op,
        problem::{Problem, Result},
    },
};

/// What became of values that were brought to their standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// They stand in a new version of the table, in so many rows.
    Rows(u64),
    /// Somebody looks at this table before everybody reads it: they were handed in as a file.
    HandedIn,
}

/// Brings values of a column to its standard: a new version of the table, the one before is kept. A table that everybody reads and
/// that somebody looks at first gets a file instead, which goes the way of every other.
///
/// # Errors
/// `catalog-standards-fix-unknown` for a code that the standard does not have; `dataset-changed-meanwhile` when the table has a newer
/// version; `not-allowed` for those who do not write the dataset.
pub async fn fix(
    app: &App,
    op: &Op,
    resource: &Resource,
    column: &str,
    fixes: &HashMap<String, String>,
) -> Result<Fixed> {
    require_writer(op, resource)?;
    let (row, _) = checks::check(app, resource, column, checks::brief()).await?;
    let registry = Registry::of(app).await?;
    let classification = registry
        .standard(&row.standard, &row.version)
        .and_then(|standard| standard.classification.clone())
        .ok_or_else(|| Problem::not_found("catalog-standards-unknown").with("code", &row.standard))?;
    let list = registry
        .find_list(app, &classification.codelist, Some(&classification.version))
        .await?;
    if let Some(code) = fixes.values().find(|code| list.find(code).is_none()) {
        return Err(Problem::invalid("catalog-standards-fix-unknown").with("code", code));
    }
    let Some(version) = resource.version.and_then(|version| u64::try_from(version).ok()) else {
        return Err(Problem::not_found("resource-unknown").with("resource", &resource.slug));
    };
    let review = workflow::review_of(app, resource.dataset.organisation.as_deref()).await?;
    if resource.dataset.is_open && review != Review::None {
        return hand_in(app, op, resource, Version(version), column, fixes).await;
    }
    let table = &resource.table.table;
    let recoded = app.lake.recode(table, Version(version), column, fixes).await;
    let (version, n_rows) = recoded.map_err(|error| match error {
        tables::Error::Contended(_) => Problem::conflict("dataset-changed-meanwhile"),
        other => view::spoken(other),
    })?;
    if n_rows == 0 {
        return Ok(Fixed::Rows(0));
    }
    note_fix(app, op, resource, &row, (version, n_rows), fixes).await?;
    Ok(Fixed::Rows(n_rows))
}

/// Hands in the table with other words in place of some, as a file that somebody looks at before everybody reads it.
async fn hand_in(
    app: &App,
    op: &Op,
    resource: &Resource,
    version: Version,
    column: &str,
    fixes: &HashMap<String, String>,
) -> Result<Fixed> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let word = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let cases: String = fixes
        .iter()
        .map(|(from, to)| format!(" WHEN {} THEN {}", word(from), word(to)))
        .collect();
    // Whoever writes a table hands in all of it, also what is not theirs to see.
    let table = TableVersion::at(&resource.table.table, version).hiding([ROW_NUMBER]);
    let first = app.lake.page(&table, &Page::default(), Limits::default()).await;
    let known = first.map_err(view::spoken)?.0.columns;
    let columns = known.iter().map(|known| match known.name == column {
        true => format!("CASE {0}{cases} ELSE {0} END AS {0}", quoted(column)),
        false => quoted(&known.name),
    });
    let sql = format!("SELECT {} FROM t", columns.collect::<Vec<_>>().join(", "));
    let what = What::Query(Scope::new().with("t", table), sql);
    let bytes = app
        .lake
        .export(what, Format::Parquet, Limits::generous())
        .await
        .map_err(view::spoken)?;
    let blob = app
        .blobs
        .put_stream(bytes.map_err(view::spoken), u64::MAX)
        .await?;
    let name = format!("{}-{}-{column}.parquet", resource.dataset.slug, resource.slug);
    let new = NewFile {
        name: &name,
        blob: &blob,
        resource: Some((resource.slug.clone(), resource.title.clone())),
        how: HowToRead::default(),
    };
    let mut tx = app.db.begin().await?;
    receive_file(app, &mut tx, op, &resource.dataset.slug, new).await?;
    tx.commit().await?;
    Ok(Fixed::HandedIn)
}

async fn note_fix(
    app: &App,
    op: &Op,
    resource: &Resource,
    row: &AssignedRow,
    (version, n_rows): (Version, u64),
    fixes: &HashMap<String, String>,
) -> Result<()> {
    let mut pairs: Vec<(&String, &String)> = fixes.iter().collect();
    pairs.sort_unstable();
    let table_version = i64::try_from(version.0).unwrap_or(i64::MAX);
    let fix = FixRow {
        resource_id: resource.id.clone(),
        column_name: row.column_name.clone(),
        standard: row.standard.clone(),
        version: row.version.clone(),
        table_version,
        n_rows: i64::try_from(n_rows).unwrap_or(i64::MAX),
        fixes: written(&pairs)?,
        at: op.at.0,
    };
    // What the profile says of this column holds no more; of the others it does.
    let profile = store::find_profile(app.db.read(), &resource.id).await?;
    let profile = match profile
        .as_deref()
        .map(serde_json::from_str::<Vec<ColumnProfileView>>)
    {
        Some(Ok(mut columns)) => {
            columns.retain(|column| column.name != row.column_name);
            Some(written(&columns)?)
        }
        _ => None,
    };
    let mut tx = app.db.begin().await?;
    store::standards::insert_fix(&mut tx, op, &fix).await?;
    store::note_version(
        &mut tx,
        &resource.id,
        table_version,
        resource.n_rows,
        profile.as_deref(),
        op.at,
    )
    .await?;
    let event = ColumnRecoded {
        resource: resource.id.clone(),
        table: resource.table.table.clone(),
        version: version.0,
    };
    tx.emit(op, &event).await?;
    tx.commit().await
}
