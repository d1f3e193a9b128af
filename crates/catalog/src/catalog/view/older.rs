//! The columns of versions that are not the one that is shown, as far as somebody may see them.

use std::collections::HashMap;

use serde::Deserialize;
use tables::{ROW_NUMBER, Version};

use super::{Resource, spoken};
use crate::{
    catalog::{
        columns_at,
        model::{Class, ColumnEntry, made_title},
        store::{self, ResourceRow},
        versions::{self, Sight},
    },
    platform::{
        app::App,
        problem::{Kind, Problem, Result},
    },
};

/// Lists which columns of some versions the reader of a table sees, by the versions' numbers.
///
/// Nothing where no column is hidden from them and none was ever taken out, so that the question does not arise.
///
/// # Errors
/// When the database or the store fails.
pub async fn list_seen_columns(
    app: &App,
    resource: &Resource,
    versions: &[u64],
) -> Result<Option<HashMap<u64, Vec<String>>>> {
    let former = list_former(app, &resource.id).await?;
    if resource.n_hidden == 0 && former.is_empty() {
        return Ok(None);
    }
    let Some(row) = store::find_resource(app.db.read(), &resource.id).await? else {
        return Ok(None);
    };
    let kept = store::list_columns(app.db.read(), Some(&row.id)).await?;
    let mut seen = HashMap::new();
    for version in versions {
        let Ok(asked) = i64::try_from(*version) else {
            continue;
        };
        let columns = match columns_at(app, &row, asked).await {
            Ok(columns) => columns,
            // Its number stands in the list, and its rows are there no more.
            Err(problem) if problem.kind() == Kind::NotFound => continue,
            Err(problem) => return Err(problem),
        };
        let names = reviewed(&row.id, columns, &kept, &former)
            .into_iter()
            .filter(|column| resource.dataset.may_confide || Class::read(&column.class) == Class::Open)
            .map(|column| column.name);
        seen.insert(*version, names.collect());
    }
    Ok(Some(seen))
}

/// What a version was that is not the one that is shown.
pub struct Older {
    pub columns: Vec<store::ColumnRow>,
    pub n_rows: i64,
}

/// Finds a version that is not the one that is shown; nothing for that one.
///
/// # Errors
/// `version-unknown`, `version-withdrawn`; when the database or the store fails.
pub async fn find_older(
    app: &App,
    row: &ResourceRow,
    kept: &[store::ColumnRow],
    version: u64,
    sight: Sight,
) -> Result<Option<Older>> {
    versions::require_shown(app, row, version, sight).await?;
    let unknown = || Problem::not_found("version-unknown").with("version", version);
    let asked = i64::try_from(version).map_err(|_| unknown())?;
    if row.version == Some(asked) {
        return Ok(None);
    }
    let table = row.lake_table.as_deref().ok_or_else(unknown)?;
    let columns = columns_at(app, row, asked).await?;
    let n_rows = app
        .lake
        .n_rows(table, Some(Version(version)))
        .await
        .map_err(spoken)?;
    let former = list_former(app, &row.id).await?;
    Ok(Some(Older {
        columns: reviewed(&row.id, columns, kept, &former),
        n_rows: i64::try_from(n_rows).unwrap_or(i64::MAX),
    }))
}

/// The columns of a version, each with the class that was given to its name; what nobody has looked at is not reviewed.
fn reviewed(
    resource: &str,
    columns: Vec<ColumnEntry>,
    kept: &[store::ColumnRow],
    former: &[store::ColumnRow],
) -> Vec<store::ColumnRow> {
    columns
        .into_iter()
        .filter(|column| column.name != ROW_NUMBER)
        .map(|column| {
            let known = kept.iter().chain(former).find(|known| known.name == column.name);
            // A title that nobody gave goes with the unit of the version.
            let titled = known.filter(|known| known.title != made_title(&known.name, &known.unit));
            store::ColumnRow {
                resource_id: resource.to_owned(),
                kind: column.kind.as_str().to_owned(),
                title: titled.map_or(column.title, |known| known.title.clone()),
                class: known
                    .map_or(Class::Unreviewed.as_str(), |known| known.class.as_str())
                    .to_owned(),
                asked: known.map_or_else(String::new, |known| known.asked.clone()),
                name: column.name,
                unit: column.unit,
            }
        })
        .collect()
}

/// What a steward said of a column, as it was noted when it happened.
#[derive(Deserialize)]
struct Classified {
    column: String,
    class: Class,
}

/// Lists the columns that a table had once and has no more, with the classes that stewards gave them.
///
/// A column of a first file is open without anybody having said so. Whoever then takes it out may have done so because it should not
/// be: only a steward's word keeps it open in the versions that still have it.
async fn list_former(app: &App, resource: &str) -> Result<Vec<store::ColumnRow>> {
    let mut former = store::versions::list_former_columns(app.db.read(), Some(resource)).await?;
    if former.is_empty() {
        return Ok(former);
    }
    let mut said: HashMap<String, Class> = HashMap::new();
    for facts in store::versions::list_decisions(app.db.read(), resource).await? {
        if let Ok(decision) = serde_json::from_str::<Classified>(&facts) {
            said.insert(decision.column, decision.class);
        }
    }
    for column in &mut former {
        let is_said = said.get(&column.name) == Some(&Class::Open);
        if Class::read(&column.class) == Class::Open && !is_said {
            column.class = Class::Unreviewed.as_str().to_owned();
        }
    }
    Ok(former)
}
