//! A chart of a view: which one is honest for the columns that were chosen, and its numbers.

use serde_json::{Value as Json, json};
use tables::{Filter, Grain, Group, Grouped, Grouping, Kind, Limits, Measure, Start, Value, View};

use super::{
    asked::ChartAsked,
    meaning::{self, MOST_GROUPS, Meaning},
};
use crate::{
    catalog::view::{ColumnView, Resource, spoken},
    platform::{
        app::App,
        problem::{self, Problem, Result},
    },
};

/// Bars of one chart; what is left stands together as the rest.
pub const MOST_BARS: usize = 20;
/// Lines of one chart, as many as there are colours.
pub const MOST_SERIES: usize = 4;
/// Groups of a table.
const MOST_ROWS: usize = 5_000;
/// Periods of a line.
const MOST_PERIODS: usize = 400;
/// Circles of a map.
const MOST_CIRCLES: usize = 600;
/// Rows of a table whose points stand each for itself.
const MOST_SINGLE: i64 = 500;
/// Shapes of a map, and the bytes of their texts.
const MOST_SHAPES: u64 = 1_000;
const MOST_SHAPE_BYTES: usize = 4 << 20;
/// The bytes of shapes on a map that nobody asked for.
const MOST_BYTES_UNASKED: usize = 1 << 20;
/// Shapes that are read at once.
const AT_ONCE: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    Bar,
    Line,
    Map,
    /// The groups as a table alone.
    Table,
}

impl ChartKind {
    pub const ALL: [ChartKind; 4] = [ChartKind::Bar, ChartKind::Line, ChartKind::Map, ChartKind::Table];

    pub fn word(self) -> &'static str {
        match self {
            ChartKind::Bar => "bar",
            ChartKind::Line => "line",
            ChartKind::Map => "map",
            ChartKind::Table => "table",
        }
    }

    fn read(word: &str) -> Option<ChartKind> {
        ChartKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A chart's numbers, or why there are none to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub kind: ChartKind,
    pub x: String,
    pub y: Option<(String, Measure)>,
    pub by: Option<String>,
    /// How long one step of time is.
    pub grain: Grain,
    /// Longitude and latitude, of a map of points.
    pub points: Option<(String, String)>,
    /// Of a map of lines and areas.
    pub shapes: Option<Shapes>,
    /// Of a map of points, each with the position where its circle belongs as its key.
    pub groups: Vec<Group>,
    /// Rows that were counted.
    pub n_rows: u64,
    /// The text that says why nothing is drawn; the groups then stand in a table.
    pub refused: Option<&'static str>,
}

/// The shapes of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shapes {
    /// The column that holds them.
    pub column: String,
    /// The column that names the rows; none for a table without words.
    pub label: Option<String>,
    /// What each row is called, and its shape as GeoJSON; empty for a row without one.
    pub rows: Vec<(String, String)>,
}

/// The columns that can be chosen for each part of a chart.
pub struct Choices<'a> {
    pub x: Vec<&'a ColumnView>,
    pub y: Vec<&'a ColumnView>,
    pub by: Vec<&'a ColumnView>,
    pub kinds: Vec<ChartKind>,
}

pub fn choices(resource: &Resource) -> Choices<'_> {
    let meant = |wanted: &[Meaning]| -> Vec<&ColumnView> {
        resource
            .columns
            .iter()
            .filter(|column| wanted.contains(&meaning::of(column, resource.n_rows)))
            .collect()
    };
    let (has_time, has_place) = (
        !meant(&[Meaning::Time]).is_empty(),
        !meant(&[Meaning::Place, Meaning::Shape]).is_empty() || meaning::points(resource).is_some(),
    );
    let mut kinds = vec![ChartKind::Bar];
    if has_time {
        kinds.push(ChartKind::Line);
    }
    if has_place {
        kinds.push(ChartKind::Map);
    }
    kinds.push(ChartKind::Table);
    Choices {
        x: meant(&[Meaning::Category, Meaning::Time, Meaning::Place]),
        y: meant(&[Meaning::Measure]),
        by: meant(&[Meaning::Category]),
        kinds,
    }
}

/// An address that asks for no chart.
pub fn nothing_asked() -> ChartAsked {
    ChartAsked::default()
}

/// Works out a chart; nothing when none is asked for.
///
/// # Errors
/// `query-refused` for columns that are not there or hold too much to be counted.
pub async fn work_out(
    app: &App,
    resource: &Resource,
    asked: &ChartAsked,
    filters: &[Filter],
) -> Result<Option<Chart>> {
    let Some(kind) = ChartKind::read(&asked.kind) else {
        return Ok(None);
    };
    let mut chart = plan(resource, kind, asked)?;
    chart.read(app, resource, filters, MOST_SHAPE_BYTES).await?;
    Ok(Some(chart))
}

/// The charts that say most about a table, the best first: where its rows are, how they follow each other in time, how many there are
/// of each kind.
#[must_use]
pub fn candidates(resource: &Resource) -> Vec<ChartAsked> {
    let asked = |kind: ChartKind, x: &ColumnView| ChartAsked {
        kind: kind.word().to_owned(),
        x: x.name.clone(),
        ..ChartAsked::default()
    };
    let n_rows = resource.n_rows.unsigned_abs();
    let meant = |wanted: Meaning| {
        let columns = resource.columns.iter();
        columns.filter(move |column| meaning::of(column, resource.n_rows) == wanted)
    };
    let mut found = Vec::new();
    if meaning::shapes(resource).is_some() || meaning::points(resource).is_some() {
        found.push(ChartAsked {
            kind: ChartKind::Map.word().to_owned(),
            ..ChartAsked::default()
        });
    }
    // Of several levels the finest says most about a row.
    if let Some(place) = meaning::places(resource).max_by_key(|column| meaning::n_distinct(column)) {
        // Where each place has one row, their number says nothing, and what they hold does.
        let measure = match meaning::n_distinct(place) >= n_rows {
            true => meant(Meaning::Measure).next().map(|column| column.name.clone()),
            false => Some(String::new()),
        };
        found.extend(measure.map(|y| ChartAsked {
            y,
            ..asked(ChartKind::Map, place)
        }));
    }
    // What bears one moment in all rows says nothing.
    let goes_on = |column: &&ColumnView| !(1..=2).contains(&meaning::n_distinct(column));
    if let Some(time) = meant(Meaning::Time).find(goes_on) {
        found.push(asked(ChartKind::Line, time));
        // Where every day has as many rows as any other, what they hold says more than how many they are.
        found.extend(meant(Meaning::Measure).next().map(|column| ChartAsked {
            y: column.name.clone(),
            sum: match meaning::adds_up(column) {
                true => word(Measure::Sum).to_owned(),
                false => word(Measure::Mean).to_owned(),
            },
            ..asked(ChartKind::Line, time)
        }));
    }
    let parts_rows = |column: &&ColumnView| {
        let n_distinct = meaning::n_distinct(column);
        (2..=MOST_BARS as u64).contains(&n_distinct) && 2 * n_distinct <= n_rows
    };
    let category = meant(Meaning::Category).find(parts_rows);
    found.extend(category.map(|column| asked(ChartKind::Bar, column)));
    found
}

/// Works out a chart that nobody asked for; nothing where it would be refused, or would show too little to be worth its place.
///
/// # Errors
/// When the database or the store fails.
pub async fn try_out(
    app: &App,
    resource: &Resource,
    asked: &ChartAsked,
    filters: &[Filter],
) -> Result<Option<Chart>> {
    let Some(kind) = ChartKind::read(&asked.kind) else {
        return Ok(None);
    };
    let mut chart = plan(resource, kind, asked)?;
    match chart.read(app, resource, filters, MOST_BYTES_UNASKED).await {
        Ok(()) => Ok(Some(chart).filter(Chart::says_something)),
        Err(failed) if failed.kind() == problem::Kind::Internal => Err(failed),
        // Too much to be counted in passing.
        Err(_) => Ok(None),
    }
}

/// The same with the kind that suits the groups, where none was chosen.
#[must_use]
pub fn with_kind(resource: &Resource, asked: &ChartAsked) -> ChartAsked {
    let column = resource.columns.iter().find(|column| column.name == asked.x);
    let kind = match column.map(|column| meaning::of(column, resource.n_rows)) {
        Some(Meaning::Time) => ChartKind::Line,
        Some(Meaning::Place) => ChartKind::Map,
        _ => ChartKind::Bar,
    };
    ChartAsked {
        kind: kind.word().to_owned(),
        ..asked.clone()
    }
}

impl Chart {
    /// A group's number: what its measure comes to, or how many rows it has.
    pub fn number(&self, group: &Group) -> Option<f64> {
        match self.y {
            Some(_) => group.value,
            None => Some(group.n as f64),
        }
    }

    /// Whether each group is a single row, so that a mean or a sum of it is what the row holds.
    pub fn is_of_single_rows(&self) -> bool {
        !self.groups.is_empty() && self.groups.iter().all(|group| group.n == 1)
    }

    /// The columns by which its groups are told apart.
    pub fn keys(&self) -> Vec<&str> {
        match (&self.points, &self.shapes) {
            (Some((lon, lat)), _) => vec![lon.as_str(), lat.as_str()],
            (None, Some(shapes)) => vec![shapes.column.as_str()],
            (None, None) => std::iter::once(self.x.as_str())
                .chain(self.by.as_deref())
                .filter(|name| !name.is_empty())
                .collect(),
        }
    }

    pub fn to_json(&self) -> Json {
        let groups: Vec<Json> = self
            .groups
            .iter()
            .map(|group| {
                let key: Vec<Json> = group.key.iter().map(Value::to_json).collect();
                match self.y {
                    Some(_) => json!({ "key": key, "n": group.n, "value": group.value }),
                    None => json!({ "key": key, "n": group.n }),
                }
            })
            .collect();
        json!({
            "kind": self.kind.word(),
            "by": self.keys(),
            "y": self.y.as_ref().map(|(name, _)| name),
            "sum": self.y.as_ref().map(|(_, measure)| word(*measure)),
            "n_rows": self.n_rows,
            "groups": groups,
        })
    }

    /// Whether a picture of it tells more than a sentence would.
    fn says_something(&self) -> bool {
        let filled = |group: &&Group| group.key.first().is_some_and(|key| !key.is_null());
        let n_groups = self.groups.iter().filter(filled).count();
        let n_shapes = self.shapes.as_ref().map_or(0, |shapes| shapes.rows.len());
        self.refused.is_none()
            && match self.kind {
                ChartKind::Map => n_groups + n_shapes > 0,
                ChartKind::Line => n_groups > 2 && (self.y.is_some() || !self.is_flat()),
                ChartKind::Bar | ChartKind::Table => n_groups > 1,
            }
    }

    /// Whether every group has as many rows as any other.
    fn is_flat(&self) -> bool {
        let mut groups = self
            .groups
            .iter()
            .filter(|group| group.key.first().is_some_and(|key| !key.is_null()));
        let first = groups.next().map(|group| group.n);
        groups.all(|group| Some(group.n) == first)
    }

    /// Reads its numbers, or its shapes up to so many bytes.
    async fn read(
        &mut self,
        app: &App,
        resource: &Resource,
        filters: &[Filter],
        most_bytes: usize,
    ) -> Result<()> {
        if resource.version.is_none() || self.keys().is_empty() {
            return Ok(());
        }
        if self.shapes.is_some() {
            return self.read_shapes(app, resource, filters, most_bytes).await;
        }
        if let Some((lon, lat)) = self.points.clone() {
            return self.gather(app, resource, filters, (&lon, &lat)).await;
        }
        if is_calendar(resource, &self.x) {
            self.grain = step(app, resource, &self.x, filters).await?;
        }
        let mut by = vec![(self.x.clone(), self.grain)];
        by.extend(self.by.iter().map(|name| (name.clone(), Grain::Value)));
        let grouping = Grouping {
            filters: filters.to_vec(),
            by,
            measure: self.y.clone(),
        };
        let found = group(app, resource, &grouping).await?;
        self.n_rows = found.n_rows;
        self.groups = found.groups;
        self.check();
        Ok(())
    }

    /// Gathers points that are near each other, each group where its points are in the mean; few points stand each for itself.
    async fn gather(
        &mut self,
        app: &App,
        resource: &Resource,
        filters: &[Filter],
        (lon, lat): (&str, &str),
    ) -> Result<()> {
        self.grain = match resource.n_rows <= MOST_SINGLE {
            true => Grain::Value,
            false => Grain::Square(square(app, resource, lon, lat, filters).await?),
        };
        let mut grouping = Grouping {
            filters: filters.to_vec(),
            by: vec![(lon.to_owned(), self.grain), (lat.to_owned(), self.grain)],
            measure: Some((lon.to_owned(), Measure::Mean)),
        };
        let east = group(app, resource, &grouping).await?;
        grouping.measure = Some((lat.to_owned(), Measure::Mean));
        let north = group(app, resource, &grouping).await?;
        self.n_rows = east.n_rows;
        let both = east.groups.into_iter().zip(north.groups);
        self.groups = both.map(|(east, north)| at_mean(east, north.value)).collect();
        self.check();
        Ok(())
    }

    /// Reads shapes; too many for one map are refused.
    async fn read_shapes(
        &mut self,
        app: &App,
        resource: &Resource,
        filters: &[Filter],
        most_bytes: usize,
    ) -> Result<()> {
        let Some(shapes) = &mut self.shapes else {
            return Ok(());
        };
        let mut columns = vec![shapes.column.clone()];
        columns.extend(shapes.label.clone());
        let mut view = View {
            columns,
            filters: filters.to_vec(),
            n_rows: AT_ONCE,
            ..View::default()
        };
        let mut n_bytes = 0;
        loop {
            let seen = app.lake.view(&resource.table, &view, Limits::default()).await;
            let seen = seen.map_err(spoken)?;
            self.n_rows = seen.n_found;
            for row in &seen.rows {
                let text = |at: usize| row.get(at).map(Value::to_string).unwrap_or_default();
                let shape = text(0);
                n_bytes += shape.len();
                let name = match shapes.label {
                    Some(_) => text(1),
                    None => (shapes.rows.len() + 1).to_string(),
                };
                shapes.rows.push((name, shape));
            }
            if seen.n_found > MOST_SHAPES || n_bytes > most_bytes {
                shapes.rows.clear();
                self.refused = Some("catalog-explore-too-many-shapes");
                return Ok(());
            }
            match seen.next {
                Some(place) => view.start = Start::After(place),
                None => return Ok(()),
            }
        }
    }

    /// Looks at the groups before they are drawn.
    fn check(&mut self) {
        let n_keys = {
            let mut keys: Vec<&Value> = self.groups.iter().filter_map(|group| group.key.first()).collect();
            keys.dedup();
            keys.len()
        };
        let too_many = match self.kind {
            ChartKind::Bar => n_keys as u64 > MOST_GROUPS,
            ChartKind::Line => n_keys > MOST_PERIODS,
            ChartKind::Map => self.points.is_some() && self.groups.len() > 4 * MOST_CIRCLES,
            ChartKind::Table => false,
        };
        if self.refused.is_none() && too_many {
            self.refused = Some("catalog-explore-too-many-groups");
        }
        self.groups.truncate(MOST_ROWS);
    }
}

pub fn word(measure: Measure) -> &'static str {
    match measure {
        Measure::Sum => "sum",
        Measure::Mean => "mean",
    }
}

/// Which columns the chart has, and whether they can honestly be drawn so.
fn plan(resource: &Resource, kind: ChartKind, asked: &ChartAsked) -> Result<Chart> {
    let find = |name: &str| -> Result<&ColumnView> {
        let found = resource.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| Problem::not_found("column-unknown").with("column", name))
    };
    let choices = choices(resource);
    let mut refused = None;
    let y = match asked.y.as_str() {
        "" => None,
        name => {
            let column = find(name)?;
            let measure = match asked.sum.as_str() {
                "sum" if meaning::may_be_added(column) => Measure::Sum,
                "sum" => {
                    refused = Some("catalog-explore-no-sum");
                    Measure::Mean
                }
                _ => Measure::Mean,
            };
            match meaning::of(column, resource.n_rows) {
                Meaning::Measure => Some((column.name.clone(), measure)),
                _ => {
                    refused = Some("catalog-explore-no-measure");
                    None
                }
            }
        }
    };
    let is_where = kind == ChartKind::Map && asked.x.is_empty();
    let shapes = meaning::shapes(resource)
        .filter(|_| is_where)
        .map(|column| Shapes {
            column: column.to_owned(),
            label: meaning::names(resource).map(str::to_owned),
            rows: Vec::new(),
        });
    let points = meaning::points(resource).filter(|_| is_where && shapes.is_none());
    let is_located = points.is_some() || shapes.is_some();
    let first = |wanted: Meaning| {
        let mut columns = choices.x.iter();
        columns.find(|column| meaning::of(column, resource.n_rows) == wanted)
    };
    let x = match (asked.x.as_str(), kind) {
        ("", _) if is_located => None,
        ("", ChartKind::Line) => first(Meaning::Time).copied(),
        ("", ChartKind::Map) => first(Meaning::Place).copied(),
        ("", _) => first(Meaning::Category).or(choices.x.first()).copied(),
        (name, _) => Some(find(name)?),
    };
    if let Some(column) = x {
        let means = meaning::of(column, resource.n_rows);
        match kind {
            ChartKind::Line if means != Meaning::Time => refused = Some("catalog-explore-no-time"),
            ChartKind::Map if means != Meaning::Place => refused = Some("catalog-explore-no-place"),
            _ => {}
        }
    } else if !is_located {
        refused = Some(match kind {
            ChartKind::Map => "catalog-explore-no-where",
            _ => "catalog-explore-no-groups-by",
        });
    }
    let by = match asked.by.as_str() {
        "" => None,
        name if !is_located && kind != ChartKind::Map && x.is_some_and(|x| x.name != name) => {
            Some(find(name)?.name.clone())
        }
        _ => None,
    };
    Ok(Chart {
        kind,
        x: x.map(|column| column.name.clone()).unwrap_or_default(),
        y: if is_located { None } else { y },
        by,
        grain: Grain::Value,
        points,
        shapes,
        groups: Vec::new(),
        n_rows: 0,
        refused,
    })
}

async fn group(app: &App, resource: &Resource, grouping: &Grouping) -> Result<Grouped> {
    let found = app.lake.groups(&resource.table, grouping, Limits::default());
    found.await.map_err(spoken)
}

/// A group of points with the place where they are in the mean as its key; one without a position stays what it is.
fn at_mean(east: Group, north: Option<f64>) -> Group {
    let is_nowhere = east.key.iter().any(Value::is_null);
    match (east.value, north) {
        (Some(lon), Some(lat)) if !is_nowhere => Group {
            key: vec![Value::Decimal(lon), Value::Decimal(lat)],
            n: east.n,
            value: None,
        },
        _ => Group { value: None, ..east },
    }
}

fn is_calendar(resource: &Resource, name: &str) -> bool {
    resource.columns.iter().any(|column| {
        column.name == name && matches!(Kind::parse(&column.kind), Some(Kind::Date | Kind::Instant))
    })
}

/// Steps of time that make a line of neither two points nor a thousand.
async fn step(app: &App, resource: &Resource, name: &str, filters: &[Filter]) -> Result<Grain> {
    let found = app
        .lake
        .statistics(&resource.table, filters, name, Limits::default())
        .await
        .map_err(spoken)?;
    let days = |value: &Value| match value {
        Value::Date(days) => Some(f64::from(*days)),
        Value::Instant(at) => Some(*at as f64 / 86_400e6),
        _ => None,
    };
    let span = match (days(&found.least), days(&found.most)) {
        (Some(least), Some(most)) => most - least,
        _ => 0.0,
    };
    Ok(match span {
        span if span > 12.0 * 365.0 => Grain::Year,
        span if span > 92.0 => Grain::Month,
        _ => Grain::Day,
    })
}

/// The side of squares, in degrees, that part the points into a few hundred.
async fn square(app: &App, resource: &Resource, lon: &str, lat: &str, filters: &[Filter]) -> Result<f64> {
    let mut widest = 0.0_f64;
    for name in [lon, lat] {
        let found = app
            .lake
            .statistics(&resource.table, filters, name, Limits::default())
            .await
            .map_err(spoken)?;
        if let (Some(least), Some(most)) = (found.least.as_decimal(), found.most.as_decimal()) {
            widest = widest.max(most - least);
        }
    }
    Ok((widest / 24.0).max(1e-4))
}
