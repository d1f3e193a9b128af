//! A chart of a view: which one is honest for the columns that were chosen, and its numbers.

use serde_json::{Value as Json, json};
use tables::{Filter, Grain, Group, Grouping, Kind, Limits, Measure, Value};

use super::{
    asked::ChartAsked,
    meaning::{self, MOST_GROUPS, Meaning},
};
use crate::{
    catalog::view::{ColumnView, Resource, spoken},
    platform::{
        app::App,
        problem::{Problem, Result},
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
    pub groups: Vec<Group>,
    /// Rows that were counted.
    pub n_rows: u64,
    /// The text that says why nothing is drawn; the groups then stand in a table.
    pub refused: Option<&'static str>,
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
        !meant(&[Meaning::Place]).is_empty() || meaning::points(resource).is_some(),
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
    if resource.version.is_none() {
        return Ok(Some(chart));
    }
    let mut by = Vec::new();
    match &chart.points {
        Some((lon, lat)) => {
            let size = square(app, resource, lon, lat, filters).await?;
            chart.grain = Grain::Square(size);
            by.extend([(lon.clone(), chart.grain), (lat.clone(), chart.grain)]);
        }
        None => {
            if is_calendar(resource, &chart.x) {
                chart.grain = step(app, resource, &chart.x, filters).await?;
            }
            by.push((chart.x.clone(), chart.grain));
            by.extend(chart.by.iter().map(|name| (name.clone(), Grain::Value)));
        }
    }
    let grouping = Grouping {
        filters: filters.to_vec(),
        by,
        measure: chart.y.clone(),
    };
    let found = app
        .lake
        .groups(&resource.table, &grouping, Limits::default())
        .await
        .map_err(spoken)?;
    chart.n_rows = found.n_rows;
    chart.groups = found.groups;
    chart.check();
    Ok(Some(chart))
}

impl Chart {
    /// A group's number: what its measure comes to, or how many rows it has.
    pub fn number(&self, group: &Group) -> Option<f64> {
        match self.y {
            Some(_) => group.value,
            None => Some(group.n as f64),
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
        let by: Vec<&str> = match &self.points {
            Some((lon, lat)) => vec![lon, lat],
            None => std::iter::once(self.x.as_str())
                .chain(self.by.as_deref())
                .collect(),
        };
        json!({
            "kind": self.kind.word(),
            "by": by,
            "y": self.y.as_ref().map(|(name, _)| name),
            "sum": self.y.as_ref().map(|(_, measure)| word(*measure)),
            "n_rows": self.n_rows,
            "groups": groups,
        })
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
            let measure = if asked.sum == "sum" {
                Measure::Sum
            } else {
                Measure::Mean
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
    let is_points = kind == ChartKind::Map && asked.x.is_empty();
    let points = is_points.then(|| meaning::points(resource)).flatten();
    let first = |wanted: Meaning| {
        let mut columns = choices.x.iter();
        columns.find(|column| meaning::of(column, resource.n_rows) == wanted)
    };
    let x = match (asked.x.as_str(), kind) {
        ("", _) if points.is_some() => None,
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
    } else if points.is_none() {
        return Err(Problem::invalid("query-refused").with(
            "reason",
            "no column of this table parts its rows into groups; choose one by x=COLUMN",
        ));
    }
    let by = match asked.by.as_str() {
        "" => None,
        name if points.is_none() && kind != ChartKind::Map && x.is_some_and(|x| x.name != name) => {
            Some(find(name)?.name.clone())
        }
        _ => None,
    };
    Ok(Chart {
        kind,
        x: x.map(|column| column.name.clone()).unwrap_or_default(),
        y: if points.is_some() { None } else { y },
        by,
        grain: Grain::Value,
        points,
        groups: Vec::new(),
        n_rows: 0,
        refused,
    })
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
