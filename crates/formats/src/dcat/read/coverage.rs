//! Periods and places.

use oxrdf::NamedOrBlankNode;

use super::things::Reader;
use crate::dcat::{
    graph::{literal_of, subject_of},
    model::{Bounds, Period, Place},
    values::{Texts, When},
    words::{self as w, Word},
};

impl Reader<'_> {
    pub(super) fn periods(&mut self, node: &NamedOrBlankNode) -> Vec<Period> {
        let graph = self.graph;
        let mut periods = Vec::new();
        for term in graph.objects(node, w::TEMPORAL) {
            let period = match subject_of(term) {
                Some(thing) => {
                    let mut end_of = |words: [Word; 2], instant: Word| {
                        words
                            .into_iter()
                            .find_map(|word| self.when(&thing, word))
                            .or_else(|| {
                                let at = graph.objects(&thing, instant).find_map(subject_of)?;
                                [w::IN_XSD_DATE_TIME, w::IN_XSD_DATE, w::IN_XSD_STAMP]
                                    .into_iter()
                                    .find_map(|word| self.when(&at, word))
                            })
                    };
                    Period {
                        start: end_of([w::START_DATE, w::SCHEMA_START], w::HAS_BEGINNING),
                        end: end_of([w::END_DATE, w::SCHEMA_END], w::HAS_END),
                    }
                }
                // DCAT-US and schema.org write `2020-01-01/2020-12-31`.
                None => {
                    let text = literal_of(term).map_or("", |literal| literal.value());
                    let (start, end) = text.split_once('/').unwrap_or((text, text));
                    Period {
                        start: When::parse(start),
                        end: When::parse(end),
                    }
                }
            };
            if period == Period::default() {
                self.find(
                    node,
                    "dct:temporal names no date; write dcat:startDate and dcat:endDate",
                );
            } else {
                periods.push(period);
            }
        }
        periods
    }

    pub(super) fn places(&mut self, node: &NamedOrBlankNode) -> Vec<Place> {
        let graph = self.graph;
        let mut places = Vec::new();
        for term in graph.objects(node, w::SPATIAL) {
            let Some(thing) = subject_of(term) else {
                if let Some(literal) = literal_of(term) {
                    let bounds = bounds(literal.value());
                    places.push(Place {
                        name: match bounds {
                            Some(_) => Texts::default(),
                            None => Texts::plain(literal.value()),
                        },
                        bounds,
                        ..Place::default()
                    });
                }
                continue;
            };
            let iri = self.iri_of(&thing);
            let name = [w::PREF_LABEL, w::LABEL, w::NAME, w::TITLE]
                .into_iter()
                .map(|label| self.texts(&thing, label))
                .find(|name| !name.0.is_empty())
                .unwrap_or_default();
            let shapes = [w::BBOX, w::GEOMETRY]
                .into_iter()
                .flat_map(|word| self.strings(&thing, word));
            let centre = self
                .strings(&thing, w::CENTROID)
                .iter()
                .find_map(|text| bounds(text))
                .map(|point| (point.west, point.south));
            let place = Place {
                iri,
                name,
                code: self.strings(&thing, w::IDENTIFIER).into_iter().next(),
                bounds: shapes.filter_map(|shape| bounds(&shape)).next(),
                centre,
            };
            if place == Place::default() {
                self.find(
                    node,
                    "dct:spatial names no place, code or rectangle that can be used",
                );
            } else {
                places.push(place);
            }
        }
        places
    }
}

/// The rectangle around a shape, in well-known text, in GeoJSON, or as `west,south,east,north`; none when a number is no coordinate.
fn bounds(shape: &str) -> Option<Bounds> {
    let shape = shape.trim();
    let is_shape = shape.starts_with(['{', '<'])
        || ["POINT", "POLYGON", "MULTI", "LINESTRING", "ENVELOPE"]
            .iter()
            .any(|kind| {
                shape
                    .get(..kind.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(kind))
            });
    // The reference system of GeoSPARQL may stand in front.
    let shape = match shape.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((_, rest)) => rest,
        None => shape,
    };
    let coordinates = match shape.split_once("\"coordinates\"") {
        Some((_, rest)) => rest,
        None => shape,
    };
    let numbers: Vec<f64> = coordinates
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E')))
        .filter(|part| part.bytes().any(|b| b.is_ascii_digit()))
        .map(|part| part.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect::<Option<_>>()?;
    if !is_shape {
        let is_list = shape
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | ',' | ' '));
        let [west, south, east, north] = numbers[..] else {
            return None;
        };
        return (is_list && shape.contains(',')).then_some(Bounds {
            west,
            south,
            east,
            north,
        });
    }
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for pair in numbers.chunks_exact(2) {
        x.push(pair[0]);
        y.push(pair[1]);
    }
    // The writer's own rectangle keeps its sides, also across the antimeridian.
    if let [west, east, again, ..] = x[..]
        && x.len() == 5
        && again == east
        && x[3] == west
        && y[0] == y[1]
        && y[2] == y[3]
    {
        return Some(Bounds {
            west,
            south: y[0],
            east,
            north: y[2],
        });
    }
    let least = |values: &[f64]| values.iter().copied().reduce(f64::min);
    let most = |values: &[f64]| values.iter().copied().reduce(f64::max);
    Some(Bounds {
        west: least(&x)?,
        south: least(&y)?,
        east: most(&x)?,
        north: most(&y)?,
    })
}
