//! How the values of a table are written for its readers: numbers, days and moments as people of each language write them.
//!
//! Files and JSON hold them as they are.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value as Json;
use tables::{Kind, Value};

use super::{digits, meaning};
use crate::{
    catalog::standards::labels::Labels,
    platform::{app::App, i18n::Lang},
};

/// In which language values are written, on whose clocks, and what codes are called.
#[derive(Debug, Clone)]
pub struct Writing {
    pub lang: Lang,
    zone: TimeZone,
    labels: Labels,
    /// The columns that it was told of, and whether their integers name things.
    columns: HashMap<String, bool>,
}

impl Writing {
    /// For a reader of this language, on the place's own clocks.
    #[must_use]
    pub fn of(app: &App, lang: Lang) -> Writing {
        let zone = TimeZone::get(&app.config.time_zone).unwrap_or(TimeZone::UTC);
        Writing {
            lang,
            zone,
            labels: Labels::default(),
            columns: HashMap::new(),
        }
    }

    /// The same with what the codes of a table's columns are called.
    #[must_use]
    pub fn with_labels(self, labels: Labels) -> Writing {
        Writing { labels, ..self }
    }

    /// Whether codes of a column are called anything.
    #[must_use]
    pub fn has_labels(&self, column: &str) -> bool {
        self.labels.has(column)
    }

    /// For a reader of this language, in UTC.
    #[must_use]
    pub fn in_utc(lang: Lang) -> Writing {
        Writing {
            lang,
            zone: TimeZone::UTC,
            labels: Labels::default(),
            columns: HashMap::new(),
        }
    }

    /// The same for a table of these columns, of which many values are written.
    #[must_use]
    pub fn with_columns<'a>(self, names: impl Iterator<Item = &'a str>) -> Writing {
        let columns = names
            .map(|name| (name.to_owned(), meaning::is_name_of_things(name)))
            .collect();
        Writing { columns, ..self }
    }

    fn names_things(&self, column: &str) -> bool {
        let known = self.columns.get(column).copied();
        known.unwrap_or_else(|| meaning::is_name_of_things(column))
    }

    /// Writes a value of the column of this name, a code with what it is called; nothing is empty.
    #[must_use]
    pub fn value(&self, column: &str, value: &Value) -> String {
        if let Some(labelled) = self.labelled(column, value) {
            return labelled;
        }
        match value {
            Value::Integer(n) if self.names_things(column) => self.lang.ungrouped(*n),
            Value::Integer(n) => self.lang.number(*n),
            Value::Decimal(x) if x.is_finite() => self.lang.decimal(*x, digits::of_one(*x)),
            Value::Date(days) => {
                day_of(*days).map_or_else(|| value.to_string(), |day| self.lang.short_date(day))
            }
            Value::Instant(micros) => {
                Timestamp::from_microsecond(*micros).map_or_else(|_| value.to_string(), |at| self.moment(at))
            }
            other => other.to_string(),
        }
    }

    /// Writes a value that is kept as text, as a file would hold it.
    #[must_use]
    pub fn kept(&self, column: &str, kind: &str, text: &str) -> String {
        let written = match Kind::parse(kind) {
            Some(Kind::Integer) => text.parse().ok().map(|n| self.value(column, &Value::Integer(n))),
            Some(Kind::Decimal) => text.parse().ok().map(|x| self.value(column, &Value::Decimal(x))),
            Some(Kind::Date) => text.parse::<Date>().ok().map(|day| self.lang.short_date(day)),
            Some(Kind::Instant) => text.parse::<Timestamp>().ok().map(|at| self.moment(at)),
            Some(Kind::Text | Kind::Flag | Kind::Geometry) | None => {
                self.labels.written(self.lang, column, text)
            }
        };
        written.unwrap_or_else(|| text.to_owned())
    }

    /// A code with what it is called; none for what is no code of a list.
    fn labelled(&self, column: &str, value: &Value) -> Option<String> {
        match value {
            Value::Text(code) => self.labels.written(self.lang, column, code),
            Value::Integer(code) => self.labels.written(self.lang, column, &code.to_string()),
            _ => None,
        }
    }

    fn moment(&self, at: Timestamp) -> String {
        self.lang.date_time(at.to_zoned(self.zone.clone()).datetime())
    }
}

/// What a shape is, and of how many points: `line, 12 points`; none for a text that is no shape.
#[must_use]
pub fn shape(lang: Lang, text: &str) -> Option<String> {
    let shape: Json = serde_json::from_str(text).ok()?;
    let word = match shape.get("type")?.as_str()? {
        "Point" => "point",
        "MultiPoint" => "points",
        "LineString" => "line",
        "MultiLineString" => "lines",
        "Polygon" => "area",
        "MultiPolygon" => "areas",
        "GeometryCollection" => "collection",
        _ => return None,
    };
    let text = lang.text(format!("catalog-explore-shape-{word}"));
    Some(text.n("n", n_points(&shape)).to_string())
}

/// The positions in a shape, or in a part of one.
fn n_points(part: &Json) -> usize {
    match part {
        Json::Array(parts) if parts.first().is_some_and(Json::is_number) => 1,
        Json::Array(parts) => parts.iter().map(n_points).sum(),
        Json::Object(shape) => ["coordinates", "geometries"]
            .iter()
            .filter_map(|name| shape.get(*name))
            .map(n_points)
            .sum(),
        _ => 0,
    }
}

/// The day that lies so many days after 1 January 1970.
fn day_of(days: i32) -> Option<Date> {
    let at = Timestamp::from_second(i64::from(days) * 86_400).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn values_are_written_as_people_of_the_language_write_them() {
        for (column, value, english, indonesian) in [
            ("lat", Value::Decimal(-4.976), "-4.976", "-4,976"),
            (
                "budget",
                Value::Integer(815_248_000),
                "815,248,000",
                "815.248.000",
            ),
            ("year", Value::Integer(2024), "2024", "2024"),
            ("village_code", Value::Integer(3_522_012), "3522012", "3522012"),
            ("day", Value::Date(20_682), "17 Aug 2026", "17 Agu 2026"),
            ("kind", Value::Text("1000".into()), "1000", "1000"),
            ("note", Value::Null, "", ""),
        ] {
            assert_eq!(Writing::in_utc(Lang::En).value(column, &value), english);
            assert_eq!(Writing::in_utc(Lang::Id).value(column, &value), indonesian);
            let kind = match value {
                Value::Decimal(_) => "decimal",
                Value::Integer(_) => "integer",
                Value::Date(_) => "date",
                _ => "text",
            };
            let kept = value.to_string();
            assert_eq!(Writing::in_utc(Lang::Id).kept(column, kind, &kept), indonesian);
        }
    }

    #[test]
    fn a_shape_is_told_by_what_it_is() {
        let line = r#"{"type":"LineString","coordinates":[[1,2],[3,4],[5,6]]}"#;
        assert_eq!(shape(Lang::En, line).as_deref(), Some("line, 3 points"));
        let area = r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#;
        assert_eq!(shape(Lang::Id, area).as_deref(), Some("bidang, 4 titik"));
        assert_eq!(shape(Lang::En, "somewhere"), None);
    }
}
