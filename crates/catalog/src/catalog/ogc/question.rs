//! What is asked of a collection's items: a box, a time, how many, and values of properties.

use axum::http::Uri;
use jiff::civil::Date;

use crate::platform::problem::{Problem, Result};

/// Features of one answer, unless fewer are asked for.
const USUAL: usize = 100;
const MOST: usize = 1_000;

/// A box in degrees; it crosses the date line when its west lies east of its east.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl Bbox {
    pub fn crosses_the_date_line(&self) -> bool {
        self.west > self.east
    }

    /// Whether something between these edges touches it.
    pub fn touches(&self, west: f64, south: f64, east: f64, north: f64) -> bool {
        let in_width = if self.crosses_the_date_line() {
            east >= self.west || west <= self.east
        } else {
            east >= self.west && west <= self.east
        };
        in_width && north >= self.south && south <= self.north
    }
}

/// A stretch of time, open where nothing is said; ends as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    pub from: Option<String>,
    pub to: Option<String>,
}

impl Stretch {
    /// The days of its ends.
    pub fn days(&self) -> (Option<Date>, Option<Date>) {
        let day = |end: &Option<String>| end.as_ref()?.get(..10)?.parse().ok();
        (day(&self.from), day(&self.to))
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    pub limit: usize,
    pub bbox: Option<Bbox>,
    pub datetime: Option<Stretch>,
    /// The last feature that was seen: its number within the collection.
    pub after: Option<u64>,
    pub properties: Vec<(String, String)>,
}

impl Question {
    /// Reads a query; `properties` may be asked for by their values.
    ///
    /// # Errors
    /// `query-refused` for a parameter that the collection does not know or cannot understand (7.15.1, requirement `query-param-invalid`).
    pub fn read(pairs: &[(String, String)], properties: &[&str]) -> Result<Question> {
        let mut question = Question {
            limit: USUAL,
            ..Question::default()
        };
        for (name, value) in pairs {
            match name.as_str() {
                "limit" => {
                    let limit: usize = value.parse().ok().filter(|limit| *limit > 0).ok_or_else(|| {
                        refused(&format!("limit is {value:?}; write a whole number from 1 on"))
                    })?;
                    question.limit = limit.min(MOST);
                }
                "bbox" => question.bbox = Some(bbox(value)?),
                "datetime" => question.datetime = Some(stretch(value)?),
                "after" => {
                    let after = value.parse().ok();
                    let after = after
                        .ok_or_else(|| refused("after is no number; follow the links of the answers"))?;
                    question.after = Some(after);
                }
                "f" | "lang" => {}
                name if properties.contains(&name) => {
                    question.properties.push((name.to_owned(), value.clone()));
                }
                other => {
                    return Err(refused(&format!(
                        "there is no parameter {other:?}; the collection knows bbox, datetime, limit and {}",
                        properties.join(", ")
                    )));
                }
            }
        }
        Ok(question)
    }

    /// The query of the answer after this one.
    pub fn next(pairs: &[(String, String)], after: u64) -> String {
        let mut next: Vec<(String, String)> = pairs
            .iter()
            .filter(|(name, _)| name != "after")
            .cloned()
            .collect();
        next.push(("after".to_owned(), after.to_string()));
        serde_urlencoded::to_string(next).unwrap_or_default()
    }
}

pub fn pairs(uri: &Uri) -> Vec<(String, String)> {
    serde_urlencoded::from_str(uri.query().unwrap_or_default()).unwrap_or_default()
}

pub fn refused(reason: &str) -> Problem {
    Problem::invalid("query-refused").with("reason", reason)
}

fn bbox(text: &str) -> Result<Bbox> {
    let wrong = || {
        refused(&format!(
            "bbox is {text:?}; write west,south,east,north in degrees, for example 111.4,-7.4,112.2,-6.9"
        ))
    };
    let numbers: Vec<f64> = text
        .split(',')
        .map(|number| {
            number
                .trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
        })
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    let ([west, south, east, north] | [west, south, _, east, north, _]) = numbers[..] else {
        return Err(wrong());
    };
    if south > north || west.abs() > 180.0 || east.abs() > 180.0 || south.abs() > 90.0 || north.abs() > 90.0 {
        return Err(wrong());
    }
    Ok(Bbox {
        west,
        south,
        east,
        north,
    })
}

fn stretch(text: &str) -> Result<Stretch> {
    let wrong = || {
        refused(&format!(
            "datetime is {text:?}; write a day or a time as 2026-11-22 or 2026-11-22T08:30:00Z, or two of them with / between"
        ))
    };
    let end = |text: &str| -> Result<Option<String>> {
        if text.is_empty() || text == ".." {
            return Ok(None);
        }
        let is_day = text.parse::<Date>().is_ok() && text.len() == 10;
        let is_time = text.parse::<jiff::Timestamp>().is_ok();
        if is_day || is_time {
            Ok(Some(text.to_owned()))
        } else {
            Err(wrong())
        }
    };
    match text.split_once('/') {
        None => {
            let at = end(text)?.ok_or_else(wrong)?;
            Ok(Stretch {
                from: Some(at.clone()),
                to: Some(at),
            })
        }
        Some((from, to)) => Ok(Stretch {
            from: end(from)?,
            to: end(to)?,
        }),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn read(query: &str) -> Result<Question> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).expect("pairs");
        Question::read(&pairs, &["kind"])
    }

    #[test]
    fn a_question_is_read_with_its_box_its_time_and_its_properties() {
        let read = read("bbox=111,-8,0,112,-7,9&datetime=2024-01-01/..&limit=5000&kind=well").expect("read");
        let bbox = read.bbox.expect("a box");
        assert_eq!(
            (bbox.west, bbox.south, bbox.east, bbox.north),
            (111.0, -8.0, 112.0, -7.0)
        );
        assert_eq!(read.limit, MOST);
        assert_eq!(
            read.datetime,
            Some(Stretch {
                from: Some("2024-01-01".into()),
                to: None
            })
        );
        assert_eq!(read.properties, [("kind".to_owned(), "well".to_owned())]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for query in [
            "bbox=1,2,3",
            "bbox=0,5,1,-5",
            "bbox=a,b,c,d",
            "limit=0",
            "limit=x",
            "datetime=yesterday",
            "datetime=/2024-13-01",
            "depth=5",
        ] {
            assert!(read(query).is_err(), "{query} was understood");
        }
    }

    #[test]
    fn a_box_over_the_date_line_holds_both_of_its_sides() {
        let bbox = Bbox {
            west: 170.0,
            south: -20.0,
            east: -170.0,
            north: 0.0,
        };
        assert!(bbox.touches(175.0, -10.0, 175.0, -10.0));
        assert!(bbox.touches(-175.0, -10.0, -175.0, -10.0));
        assert!(!bbox.touches(0.0, -10.0, 0.0, -10.0));
    }
}
