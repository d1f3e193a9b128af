//! Data that somebody can see before they download them: any view of a table has an address, and every face of it the same rows.
//!
//! What the columns mean decides which charts are offered, and which are refused with a sentence. Answers for people who did not sign in
//! are remembered until the catalogue changes; the rows behind them are kept by `tables`, which never change within a version.

pub mod asked;
pub mod chart;
pub mod digits;
pub mod drawing;
pub mod json;
pub mod located;
pub mod meaning;
pub mod memory;
pub mod panel;
pub mod snippets;
pub mod typed;
pub mod written;

use std::sync::Arc;

use tables::{Filter, Format, Kind, Limits, Points, Seen, Statistics, Value, What};

use super::view::{ColumnProfileView, Resource, spoken};
use crate::platform::{app::App, problem::Result};
use asked::Asked;

/// Values of an older version of a table whose columns are described in passing.
const MOST_VALUES: usize = 1_000_000;

impl Resource {
    /// Reads the rows that an address asks for.
    ///
    /// # Errors
    /// `query-refused` with the engine's sentence.
    pub async fn seen(&self, app: &App, asked: &Asked, columns: Vec<String>) -> Result<Seen> {
        if self.version.is_none() {
            return Ok(nothing());
        }
        app.lake
            .view(&self.table, &asked.view(columns), Limits::default())
            .await
            .map_err(spoken)
    }

    /// Describes a column among the rows that filters let through.
    ///
    /// # Errors
    /// `query-refused` with the engine's sentence.
    pub async fn statistics(&self, app: &App, filters: &[Filter], column: &str) -> Result<Statistics> {
        app.lake
            .statistics(&self.table, filters, column, Limits::default())
            .await
            .map_err(spoken)
    }

    /// The same with what its columns hold, which is kept of the version that is shown: of an older one that is small it is worked out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn described(self: Arc<Self>, app: &App) -> Result<Arc<Resource>> {
        let n_rows = usize::try_from(self.n_rows).unwrap_or(usize::MAX);
        if !self.is_older() || n_rows.saturating_mul(self.columns.len()) > MOST_VALUES {
            return Ok(self);
        }
        let mut described = Resource::clone(&self);
        for column in &mut described.columns {
            if column.kind != Kind::Geometry.as_str() {
                let found = self.statistics(app, &[], &column.name).await?;
                column.profile = Some(profile(&column.name, &found));
            }
        }
        Ok(Arc::new(described))
    }

    /// What a file of this view holds: all its rows, from the first one.
    #[must_use]
    pub fn file_of(&self, asked: &Asked, format: Format) -> What {
        let is_whole = asked.filters.is_empty() && asked.sort.is_empty() && asked.columns().is_empty();
        let points = (format == Format::GeoJson && !self.has_geometry())
            .then(|| meaning::points(self))
            .flatten();
        let mut view = asked.view(asked.columns());
        if let Some((lon, lat)) = points {
            return What::Located(self.table.clone(), view, Points { lon, lat });
        }
        if is_whole {
            return What::Table(self.table.clone());
        }
        if format == Format::GeoJson && !view.columns.is_empty() {
            let shapes = self
                .columns
                .iter()
                .filter(|column| column.kind == Kind::Geometry.as_str());
            let missing: Vec<String> = shapes
                .map(|column| column.name.clone())
                .filter(|name| !view.columns.contains(name))
                .collect();
            view.columns.extend(missing);
        }
        What::View(self.table.clone(), view)
    }

    /// Whether its rows can be put on a map: by shapes, or by longitudes and latitudes.
    #[must_use]
    pub fn is_located(&self) -> bool {
        self.has_geometry() || meaning::points(self).is_some()
    }
}

/// What a column holds, as it is kept of the version that is shown.
fn profile(name: &str, found: &Statistics) -> ColumnProfileView {
    /// Letters of a value.
    const LONGEST: usize = 200;
    let shown = |value: &Value| -> String { value.to_string().chars().take(LONGEST).collect() };
    let end = |value: &Value| (!value.is_null()).then(|| shown(value));
    ColumnProfileView {
        name: name.to_owned(),
        n_null: found.n_empty,
        n_distinct: found.n_distinct.unwrap_or(found.n),
        least: end(&found.least),
        most: end(&found.most),
        common: found
            .top
            .iter()
            .filter(|(_, n)| *n > 1)
            .map(|(value, n)| (shown(value), *n))
            .collect(),
    }
}

/// What a table without rows answers.
#[must_use]
pub fn nothing() -> Seen {
    Seen {
        columns: Vec::new(),
        rows: Vec::new(),
        numbers: Vec::new(),
        n_found: 0,
        n_before: 0,
        previous: None,
        next: None,
    }
}
