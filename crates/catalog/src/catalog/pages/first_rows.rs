//! The first rows of a dataset's tables, as the page of the dataset shows them.

use std::collections::HashMap;

use tables::{Limits, Seen, TableVersion, View};

use super::rows::{cell_of, head_cell};
use crate::{
    catalog::{
        explore::{located::located, written::Writing},
        model::Rights,
        standards::labels::Labels,
        store::{self, ColumnRow, search::list_placing},
        table_of,
        view::Dataset,
    },
    places,
    platform::{app::App, html::parts::Cell, i18n::Lang, problem::Result},
};

/// Tables whose first rows are shown, and how many rows and columns of each.
const MOST_TABLES: usize = 3;
const MOST_ROWS: usize = 5;
const MOST_COLUMNS: usize = 8;

/// The first rows of a table that its reader sees something of; none of a table that stands behind others.
#[derive(Clone, Default)]
pub struct FirstRows {
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    /// Columns that the reader sees beside these.
    pub n_more_columns: usize,
    /// Whether a file of the rows can say where they are.
    pub has_map: bool,
}

/// Looks into the tables of a dataset that have rows: those that its reader sees a column of, by the ids of their resources.
///
/// # Errors
/// When the database fails. A table that cannot be read stands there without rows.
pub async fn look(app: &App, lang: Lang, dataset: &Dataset) -> Result<HashMap<String, FirstRows>> {
    let writing = Writing::of(app, lang);
    let mut columns: HashMap<String, Vec<ColumnRow>> = HashMap::new();
    for column in store::list_columns_of_dataset(app.db.read(), &dataset.slug).await? {
        let of_table = columns.entry(column.resource_id.clone()).or_default();
        of_table.push(column);
    }
    let rights = Rights {
        read: true,
        confide: dataset.may_confide,
        write: dataset.may_write,
    };
    let mut labels = Labels::of_dataset(app, &dataset.slug).await?;
    let mut found = HashMap::new();
    for row in store::list_resources(app.db.read(), Some(&dataset.slug)).await? {
        let all = columns.remove(&row.id).unwrap_or_default();
        let table = table_of(&row, &all, rights);
        let seen: Vec<&ColumnRow> = all
            .iter()
            .filter(|column| !table.hidden.contains(&column.name))
            .collect();
        if row.version.is_none() || seen.is_empty() {
            continue;
        }
        let first = match found.len() < MOST_TABLES {
            true => {
                let writing = writing
                    .clone()
                    .with_labels(labels.remove(&row.id).unwrap_or_default());
                FirstRows::read(app, &writing, &table, &seen).await
            }
            false => FirstRows::default(),
        };
        found.insert(row.id, first);
    }
    let tables: Vec<String> = found.keys().cloned().collect();
    let placing = list_placing(app.db.read(), &tables).await?;
    let places = places::all(app).await?;
    for table in located(&places, placing) {
        if let Some(first) = found.get_mut(&table) {
            first.has_map = true;
        }
    }
    Ok(found)
}

impl FirstRows {
    async fn read(app: &App, writing: &Writing, table: &TableVersion, seen: &[&ColumnRow]) -> FirstRows {
        let shown = &seen[..seen.len().min(MOST_COLUMNS)];
        let view = View {
            columns: shown.iter().map(|column| column.name.clone()).collect(),
            n_rows: MOST_ROWS,
            ..View::default()
        };
        match app.lake.view(table, &view, Limits::default()).await {
            Ok(rows) => FirstRows::of(writing, &rows, shown, seen.len() - shown.len()),
            Err(error) => {
                tracing::warn!(%error, table = %table.table, "the page of a dataset shows no rows of a table");
                FirstRows::default()
            }
        }
    }

    fn of(writing: &Writing, found: &Seen, shown: &[&ColumnRow], n_more_columns: usize) -> FirstRows {
        let titled = |column: &&ColumnRow| match column.title.as_str() {
            "" => column.name.clone(),
            title => title.to_owned(),
        };
        let kinds = found.columns.iter().map(|column| column.kind);
        FirstRows {
            head: kinds
                .zip(shown)
                .map(|(kind, column)| head_cell(kind, &titled(column)))
                .collect(),
            rows: found
                .rows
                .iter()
                .map(|row| {
                    let values = found.columns.iter().zip(row);
                    values
                        .map(|(column, value)| cell_of(writing, column, value))
                        .collect()
                })
                .collect(),
            n_more_columns,
            has_map: false,
        }
    }

    /// A few rows with something of everything.
    #[must_use]
    pub fn sample() -> FirstRows {
        FirstRows {
            head: vec![Cell::text("Name of the <well>"), Cell::over_numbers("depth")],
            rows: vec![vec![Cell::text("Sumur <Ngasem>"), Cell::number("12.5", 12.5)]],
            n_more_columns: 2,
            has_map: true,
        }
    }
}
