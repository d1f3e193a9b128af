//! A chart as a picture with its numbers as a table.

mod maps;
mod shapes;
mod sketch;

use std::{collections::BTreeMap, sync::Arc};

use tables::{Grain, Group, Measure, Value};

use super::{
    chart::{Chart, ChartKind, MOST_BARS, MOST_SERIES},
    digits,
};
use crate::{
    catalog::{standards::labels::Labels, view::Resource},
    places::{
        self,
        atlas::{self, Region},
        model::Places,
    },
    platform::{
        app::App,
        draw::{
            About, Reading, Unit,
            bars::{self, Bar, Bars},
            lines::{self, Lines, Series},
        },
        html::{Markup, parts::Cell},
        i18n::Lang,
        problem::Result,
    },
};

/// Places of one map.
const MOST_PLACES: usize = 1_500;

/// A chart as its page shows it.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    pub title: String,
    /// Nothing where only the table is honest.
    pub drawing: Markup,
    pub key: Markup,
    pub legend: Markup,
    /// What the reader should know about it.
    pub notes: Vec<String>,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
}

/// Draws a chart.
///
/// # Errors
/// When the database fails.
pub async fn draw(app: &App, lang: Lang, resource: &Resource, chart: &Chart) -> Result<Drawn> {
    let places = if chart.kind == ChartKind::Map || names_places(resource, chart) {
        Some(places::all(app).await?)
    } else {
        None
    };
    let is_located = chart.points.is_some() || chart.shapes.is_some();
    let regions = match places.as_ref().filter(|_| is_located) {
        Some(places) => Some(atlas::regions(app, places, places.top()).await?),
        None => None,
    };
    let values = chart.groups.iter().filter_map(|group| group.value);
    let words = Words {
        lang,
        resource,
        chart,
        places: places.as_deref(),
        labels: Labels::of(app, &resource.id).await?,
        regions,
        places_after: digits::of(values),
    };
    Ok(words.drawn())
}

fn names_places(resource: &Resource, chart: &Chart) -> bool {
    super::meaning::places(resource).any(|column| column.name == chart.x)
}

struct Words<'a> {
    lang: Lang,
    resource: &'a Resource,
    chart: &'a Chart,
    places: Option<&'a Places>,
    /// What the codes of the columns are called.
    labels: Labels,
    /// The outlines that a map of positions has as its ground.
    regions: Option<Arc<Vec<Region>>>,
    /// Decimals of the numbers.
    places_after: usize,
}

/// A group's first key, and what there is of each part of it.
type Parted<'a> = (&'a Value, Vec<Option<&'a Group>>);

impl Words<'_> {
    fn drawn(&self) -> Drawn {
        let mut drawn = Drawn {
            title: self.title(),
            head: self.head(),
            rows: self.rows(),
            ..Drawn::default()
        };
        if let Some(reason) = self.chart.refused {
            drawn.notes.push(self.lang.text(reason).to_string());
            return drawn;
        }
        match (self.chart.kind, &self.chart.shapes) {
            (ChartKind::Table, _) => {}
            (ChartKind::Map, Some(shapes)) => self.shapes(&mut drawn, shapes),
            _ if self.chart.groups.is_empty() => {
                drawn
                    .notes
                    .push(self.lang.text("catalog-explore-no-groups").to_string());
            }
            (ChartKind::Bar, _) => self.bars(&mut drawn),
            (ChartKind::Line, _) => self.lines(&mut drawn),
            (ChartKind::Map, None) if self.chart.points.is_some() => self.points(&mut drawn),
            (ChartKind::Map, None) => self.areas(&mut drawn),
        }
        drawn
    }

    fn title(&self) -> String {
        if self.chart.shapes.is_some() {
            let text = self.lang.text("catalog-explore-shapes");
            return text.arg("table", &self.resource.title).to_string();
        }
        let y = self.measured();
        let is_plain = self.chart.y.is_some() && self.chart.is_of_single_rows();
        if self.chart.points.is_some() || self.chart.x.is_empty() || is_plain {
            return y;
        }
        let mut by = self.called(&self.chart.x);
        if let Some(name) = &self.chart.by {
            by = format!("{by}, {}", self.called(name));
        }
        self.lang
            .text("catalog-explore-by")
            .arg("what", y)
            .arg("by", by)
            .to_string()
    }

    /// What is told of each group: how many rows it has, a mean or a sum; of a single row what it holds.
    fn measured(&self) -> String {
        let Some((name, measure)) = &self.chart.y else {
            return self.lang.text("catalog-explore-rows-counted").to_string();
        };
        let name = self.with_unit(name);
        if self.chart.is_of_single_rows() {
            return name;
        }
        let text = match measure {
            Measure::Mean => self.lang.text("catalog-explore-mean-of"),
            Measure::Sum => self.lang.text("catalog-explore-sum-of"),
        };
        text.arg("column", name).to_string()
    }

    /// What a column of amounts is called, with its unit where that does not say it.
    fn with_unit(&self, name: &str) -> String {
        let called = self.called(name);
        let column = self.resource.columns.iter().find(|column| column.name == name);
        match column.map(|column| column.unit.as_str()) {
            Some(unit) if !unit.is_empty() && !called.contains(unit) => format!("{called} ({unit})"),
            _ => called,
        }
    }

    fn called(&self, name: &str) -> String {
        let column = self.resource.columns.iter().find(|column| column.name == name);
        match column {
            Some(column) if !column.title.is_empty() => column.title.clone(),
            _ => name.to_owned(),
        }
    }

    /// A group's name for the reader: a place by its name, a code of a column with what it is called, nothing as "empty".
    fn key(&self, column: &str, value: &Value) -> String {
        if value.is_null() {
            return self.lang.text("catalog-explore-empty").to_string();
        }
        let text = value.to_string();
        let place = self.places.and_then(|places| places.find(&text));
        match place {
            Some(place) => place.name_in(self.lang.code()).to_owned(),
            None => self.labels.written(self.lang, column, &text).unwrap_or(text),
        }
    }

    fn unit(&self) -> Unit {
        Unit::Number {
            places: self.places_after,
        }
    }

    fn about(&self, drawn: &Drawn) -> About {
        About {
            id: "chart".into(),
            title: drawn.title.clone(),
            description: self
                .lang
                .text("catalog-explore-drawn-from")
                .n("rows", i64::try_from(self.chart.n_rows).unwrap_or(i64::MAX))
                .n(
                    "groups",
                    i64::try_from(self.chart.groups.len()).unwrap_or(i64::MAX),
                )
                .to_string(),
            lang: self.lang,
        }
    }

    fn reading(&self, group: &Group) -> Reading {
        self.chart.number(group).map_or(Reading::Missing, Reading::of)
    }

    fn head(&self) -> Vec<Cell> {
        if let Some(shapes) = &self.chart.shapes {
            let name = match &shapes.label {
                Some(label) => self.called(label),
                None => self.lang.text("catalog-rows").to_string(),
            };
            return vec![Cell::text(name)];
        }
        let mut head: Vec<Cell> = self
            .chart
            .keys()
            .into_iter()
            .map(|name| match self.chart.points {
                Some(_) => Cell::over_numbers(self.called(name)),
                None => Cell::text(self.called(name)),
            })
            .collect();
        head.push(Cell::over_numbers(self.lang.text("catalog-explore-rows-counted")));
        if self.chart.y.is_some() {
            head.push(Cell::over_numbers(self.measured()));
        }
        head
    }

    fn rows(&self) -> Vec<Vec<Cell>> {
        /// Rows that stand under a drawing.
        const MOST: usize = 1_000;
        if let Some(shapes) = &self.chart.shapes {
            let names = shapes.rows.iter().take(MOST);
            return names.map(|(name, _)| vec![Cell::text(name)]).collect();
        }
        let names = self.chart.keys();
        self.chart
            .groups
            .iter()
            .take(MOST)
            .map(|group| {
                let mut row: Vec<Cell> = group
                    .key
                    .iter()
                    .enumerate()
                    .map(|(at, value)| match value {
                        Value::Decimal(x) if self.chart.points.is_some() => {
                            Cell::number(self.lang.decimal(*x, 5), *x)
                        }
                        value => Cell::text(self.key(names.get(at).copied().unwrap_or_default(), value)),
                    })
                    .collect();
                row.push(Cell::number(
                    self.lang.number(i64::try_from(group.n).unwrap_or(i64::MAX)),
                    group.n as f64,
                ));
                if self.chart.y.is_some() {
                    row.push(match group.value {
                        Some(value) => Cell::number(self.unit().write(self.lang, value), value),
                        None => Cell::number("", f64::NAN),
                    });
                }
                row
            })
            .collect()
    }

    /// The largest first, what is left together at the end.
    fn bars(&self, drawn: &mut Drawn) {
        let (series, by_key) = self.series(drawn);
        let mut bars: Vec<(f64, Vec<Bar>)> = by_key
            .iter()
            .map(|(key, groups)| {
                let bars: Vec<Bar> = (1_u8..)
                    .zip(groups)
                    .filter_map(|(at, group)| {
                        let group = (*group)?;
                        let name = match series.get(usize::from(at) - 1) {
                            Some(part) if !part.is_empty() => {
                                format!("{} · {part}", self.key(&self.chart.x, key))
                            }
                            _ => self.key(&self.chart.x, key),
                        };
                        Some(Bar {
                            series: at,
                            ..Bar::new(name, self.reading(group))
                        })
                    })
                    .collect();
                let weight = groups
                    .iter()
                    .flatten()
                    .filter_map(|group| self.chart.number(group))
                    .fold(0.0, |sum, number| sum + number);
                (weight, bars)
            })
            .collect();
        // Time keeps its order.
        if !self.has_order() {
            bars.sort_by(|a, b| b.0.total_cmp(&a.0));
        }
        let most = MOST_BARS / series.len().max(1);
        let rest: Vec<(f64, Vec<Bar>)> = bars.split_off(bars.len().min(most));
        let n_rest = rest.len();
        let mut shown: Vec<Bar> = bars.into_iter().flat_map(|(_, bars)| bars).collect();
        if n_rest > 0 {
            let adds_up = !matches!(self.chart.y, Some((_, Measure::Mean)));
            let others = self
                .lang
                .text("catalog-explore-others")
                .n("n", i64::try_from(n_rest).unwrap_or(i64::MAX))
                .to_string();
            if adds_up && self.chart.by.is_none() {
                let sum = rest.iter().map(|(weight, _)| weight).sum();
                shown.push(Bar::new(&others, Reading::of(sum)));
            }
            drawn.notes.push(
                self.lang
                    .text("catalog-explore-rest")
                    .n("shown", i64::try_from(most).unwrap_or_default())
                    .n("rest", i64::try_from(n_rest).unwrap_or_default())
                    .to_string(),
            );
        }
        drawn.key = bars::key(&series);
        drawn.drawing = bars::lying(&Bars {
            about: self.about(drawn),
            unit: self.unit(),
            bars: shown,
            target: None,
        });
    }

    fn has_order(&self) -> bool {
        let column = self
            .resource
            .columns
            .iter()
            .find(|column| column.name == self.chart.x);
        column.is_some_and(|column| {
            super::meaning::of(column, self.resource.n_rows) == super::meaning::Meaning::Time
        })
    }

    fn lines(&self, drawn: &mut Drawn) {
        let (names, by_key) = self.series(drawn);
        let mut periods: Vec<(String, Vec<Option<&Group>>)> = Vec::new();
        let mut n_empty = 0;
        for (key, groups) in &by_key {
            if key.is_null() {
                n_empty += groups.iter().flatten().map(|group| group.n).sum::<u64>();
                continue;
            }
            let period = key.to_string();
            // A period without rows is a gap, and no line is drawn over it.
            if let Some((last, _)) = periods.last() {
                for missing in between(last, &period, self.chart.grain) {
                    periods.push((missing, vec![None; names.len()]));
                }
            }
            periods.push((period, groups.clone()));
        }
        if n_empty > 0 {
            drawn.notes.push(
                self.lang
                    .text("catalog-explore-without-time")
                    .n("n", i64::try_from(n_empty).unwrap_or(i64::MAX))
                    .to_string(),
            );
        }
        let counted = self.chart.y.is_none();
        let series = names
            .iter()
            .enumerate()
            .map(|(at, name)| Series {
                name: name.clone(),
                readings: periods
                    .iter()
                    .map(|(_, groups)| match groups.get(at).copied().flatten() {
                        Some(group) => self.reading(group),
                        // No rows are none, but a mean of none is nothing.
                        None if counted => Reading::of(0.0),
                        None => Reading::Missing,
                    })
                    .collect(),
            })
            .collect();
        drawn.key = bars::key(&names);
        drawn.drawing = lines::lines(&Lines {
            about: self.about(drawn),
            unit: self.unit(),
            periods: periods.into_iter().map(|(period, _)| period).collect(),
            series,
            target: None,
        });
    }

    /// The names of the parts of each group, the largest four, and the groups by their first key.
    fn series(&self, drawn: &mut Drawn) -> (Vec<String>, Vec<Parted<'_>>) {
        let mut parts: Vec<(&Value, u64)> = Vec::new();
        if self.chart.by.is_some() {
            let mut sizes: BTreeMap<String, (&Value, u64)> = BTreeMap::new();
            for group in &self.chart.groups {
                if let Some(part) = group.key.get(1) {
                    sizes.entry(part.to_string()).or_insert((part, 0)).1 += group.n;
                }
            }
            parts = sizes.into_values().collect();
            parts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            if parts.len() > MOST_SERIES {
                let rest = parts.split_off(MOST_SERIES).len();
                drawn.notes.push(
                    self.lang
                        .text("catalog-explore-parts-left-out")
                        .n("shown", MOST_SERIES)
                        .n("rest", rest)
                        .to_string(),
                );
            }
        }
        let by = self.chart.by.as_deref().unwrap_or_default();
        let names = if parts.is_empty() {
            vec![String::new()]
        } else {
            parts.iter().map(|(part, _)| self.key(by, part)).collect()
        };
        let mut by_key: Vec<(&Value, Vec<Option<&Group>>)> = Vec::new();
        for group in &self.chart.groups {
            let Some(key) = group.key.first() else { continue };
            let at = match group.key.get(1) {
                None => Some(0),
                Some(part) => parts.iter().position(|(known, _)| *known == part),
            };
            let is_new = by_key.last().is_none_or(|(last, _)| *last != key);
            if is_new {
                by_key.push((key, vec![None; names.len()]));
            }
            if let (Some(at), Some((_, groups))) = (at, by_key.last_mut()) {
                groups[at] = Some(group);
            }
        }
        (names, by_key)
    }
}

/// The periods between two, without either.
fn between(from: &str, to: &str, grain: Grain) -> Vec<String> {
    const MOST: usize = 400;
    let mut missing = Vec::new();
    match grain {
        Grain::Year | Grain::Value => {
            if let (Ok(from), Ok(to)) = (from.parse::<i32>(), to.parse::<i32>())
                && to - from < 400
            {
                missing.extend((from + 1..to).map(|year| year.to_string()));
            }
        }
        Grain::Month => {
            let month = |text: &str| {
                let (year, month) = text.split_once('-')?;
                Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
            };
            if let (Some(from), Some(to)) = (month(from), month(to)) {
                missing.extend(
                    (from + 1..to)
                        .take(MOST)
                        .map(|at| format!("{:04}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1)),
                );
            }
        }
        Grain::Day => {
            let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
            if let (Some(from), Some(to)) = (day(from), day(to)) {
                let mut next = from.tomorrow();
                while let Ok(at) = next
                    && at < to
                    && missing.len() < MOST
                {
                    missing.push(at.to_string());
                    next = at.tomorrow();
                }
            }
        }
        Grain::Square(_) => {}
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_without_rows_are_named_so_that_no_line_runs_over_them() {
        assert_eq!(
            between("2023-11", "2024-02", Grain::Month),
            ["2023-12", "2024-01"]
        );
        assert_eq!(between("2020", "2023", Grain::Value), ["2021", "2022"]);
        assert_eq!(
            between("2024-02-28", "2024-03-02", Grain::Day),
            ["2024-02-29", "2024-03-01"]
        );
        assert!(between("2024-Q1", "2024-Q3", Grain::Value).is_empty());
    }
}
