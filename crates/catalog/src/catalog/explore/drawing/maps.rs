//! Charts on maps: places shaded or with circles, points gathered into circles, lines and areas where they lie.

use geo::{Coord, MultiPolygon};
use tables::{Grain, Measure, Value};

use super::{
    Drawn, MOST_PLACES, Words, shapes,
    sketch::{self, Mark, Part, SMALL, Sketch},
};
use crate::{
    catalog::explore::{chart::Shapes, meaning},
    places::atlas::degrees_of,
    platform::draw::{
        About,
        map::{self, Bubble, Choropleth, Ground, Map, Placed, Shaded},
        projection::{Edges, LARGEST},
        scale::Classes,
    },
};

impl Words<'_> {
    /// Means are shaded; counts, sums and the totals that single rows hold are not, as a large place has more of everything: their circles
    /// grow with them.
    pub fn areas(&self, drawn: &mut Drawn) {
        let Some(places) = self.places else { return };
        let mut found = Vec::new();
        let mut n_unknown = 0_u64;
        for group in &self.chart.groups {
            let place = group.key.first().and_then(|key| places.find(&key.to_string()));
            match place.and_then(|place| Some((place, place.shape()?))) {
                Some((place, shape)) if found.len() < MOST_PLACES => {
                    found.push((place, shape, degrees_of(shape), group));
                }
                _ => n_unknown += 1,
            }
        }
        if n_unknown > 0 {
            drawn.notes.push(
                self.lang
                    .text("catalog-explore-places-unknown")
                    .n("n", i64::try_from(n_unknown).unwrap_or(i64::MAX))
                    .to_string(),
            );
        }
        if found.is_empty() {
            return;
        }
        let about = self.about(drawn);
        let is_of_single_rows = found.iter().all(|(_, _, _, group)| group.n == 1);
        if self.says_what_places_are_like(is_of_single_rows) {
            let shaded = found
                .iter()
                .map(|(place, _, outline, group)| Shaded {
                    name: place.name_in(self.lang.code()),
                    shape: outline,
                    reading: self.reading(group),
                    href: None,
                })
                .collect();
            let numbers = found
                .iter()
                .filter_map(|(_, _, _, group)| self.chart.number(group));
            let map = map::choropleth(&Choropleth {
                about,
                unit: self.unit(),
                classes: Classes::quantile(numbers),
                places: shaded,
            });
            (drawn.drawing, drawn.legend) = (map.map, map.legend);
            return;
        }
        drawn
            .notes
            .push(self.lang.text("catalog-explore-circles").to_string());
        let largest = found
            .iter()
            .filter_map(|(_, _, _, group)| self.chart.number(group))
            .fold(0.0_f64, f64::max)
            .max(f64::MIN_POSITIVE);
        let placed = found
            .iter()
            .map(|(place, _, outline, _)| Placed {
                name: place.name_in(self.lang.code()),
                shape: outline,
                ground: Ground::Plain,
                href: None,
                said: String::new(),
            })
            .collect();
        let bubbles: Vec<Bubble> = found
            .iter()
            .filter_map(|(place, shape, _, group)| {
                let at = shape.label_point()?;
                let number = self.chart.number(group)?;
                Some(Bubble {
                    lon: at.lon,
                    lat: at.lat,
                    share: number / largest,
                    said: format!(
                        "{}: {}",
                        place.name_in(self.lang.code()),
                        self.unit().write(self.lang, number)
                    ),
                })
            })
            .collect();
        drawn.drawing = map::map_with_bubbles(
            &Map {
                about,
                places: placed,
            },
            &bubbles,
        );
    }

    /// Whether numbers are the same for a large place and a small one that are alike: shares, rates and means. The mean of a single row
    /// is what the row holds, which may be a total.
    fn says_what_places_are_like(&self, is_of_single_rows: bool) -> bool {
        let Some((name, Measure::Mean)) = &self.chart.y else {
            return false;
        };
        let mut columns = self.resource.columns.iter();
        let grows = columns.any(|column| column.name == *name && meaning::grows_with_size(column));
        !(grows && is_of_single_rows)
    }

    /// A circle for each position, or for each group of positions near each other where those are in the mean.
    pub fn points(&self, drawn: &mut Drawn) {
        let mut circles: Vec<(Coord<f64>, u64)> = Vec::new();
        let mut n_nowhere = 0;
        for group in &self.chart.groups {
            match (
                group.key.first().and_then(Value::as_decimal),
                group.key.get(1).and_then(Value::as_decimal),
            ) {
                (Some(x), Some(y)) if x.abs() <= 180.0 && y.abs() <= 90.0 => {
                    circles.push((Coord { x, y }, group.n));
                }
                _ => n_nowhere += group.n,
            }
        }
        self.note_nowhere(drawn, n_nowhere);
        if circles.is_empty() {
            return;
        }
        let is_gathered = matches!(self.chart.grain, Grain::Square(_));
        if is_gathered {
            let note = self.lang.text("catalog-explore-gathered");
            drawn.notes.push(note.to_string());
        } else if circles.iter().any(|(_, n)| *n > 1) {
            let note = self.lang.text("catalog-explore-same-position");
            drawn.notes.push(note.to_string());
        }
        let largest = circles.iter().map(|(_, n)| *n).max().unwrap_or(1) as f64;
        // The area of a circle grows with its rows; one that stands for a single row is a dot.
        let most = match is_gathered {
            true => largest,
            false => largest.max((LARGEST / SMALL).powi(2)),
        };
        let places = if is_gathered { 3 } else { 5 };
        let marks = circles
            .iter()
            .map(|(at, n)| {
                let radius = ((*n as f64 / most).sqrt() * LARGEST).max(SMALL / 2.0);
                Mark {
                    said: format!(
                        "{}, {}: {}",
                        self.lang.decimal(at.y, places),
                        self.lang.decimal(at.x, places),
                        self.lang
                            .text("catalog-n-rows")
                            .n("n", i64::try_from(*n).unwrap_or(i64::MAX))
                    ),
                    parts: vec![Part::Spot(*at, radius)],
                }
            })
            .collect();
        let about = self.about(drawn);
        self.sketch(drawn, about, marks);
    }

    /// Lines and areas where they lie.
    pub fn shapes(&self, drawn: &mut Drawn, shapes: &Shapes) {
        let marks: Vec<Mark> = shapes
            .rows
            .iter()
            .map(|(name, shape)| Mark {
                said: name.clone(),
                parts: shapes::parts(shape),
            })
            .filter(|mark| !mark.parts.is_empty())
            .collect();
        self.note_nowhere(drawn, (shapes.rows.len() - marks.len()) as u64);
        let about = About {
            description: self
                .lang
                .text("catalog-explore-shapes-drawn")
                .n("n", marks.len())
                .to_string(),
            ..self.about(drawn)
        };
        self.sketch(drawn, about, marks);
    }

    /// Draws marks over the outlines of the places around them.
    fn sketch(&self, drawn: &mut Drawn, about: About, marks: Vec<Mark>) {
        let Some(edges) = marks.iter().filter_map(Mark::edges).reduce(Edges::with) else {
            return;
        };
        let ground = self.ground(edges);
        let ground = &ground;
        drawn.drawing = sketch::draw(&Sketch { about, ground, marks });
    }

    /// The outlines of places that are not much larger than what is drawn: a map of a country would hide a village's wells.
    fn ground(&self, edges: Edges) -> Vec<MultiPolygon<f64>> {
        /// Outlines of one map.
        const MOST: usize = 200;
        let near = edges.widened(4.0 * edges.side().max(1e-3));
        let regions = self.regions.iter().flat_map(|regions| regions.iter()).take(MOST);
        regions
            .filter(|region| Edges::around_shape(&region.shape).is_some_and(|bounds| near.holds(bounds)))
            .map(|region| region.shape.clone())
            .collect()
    }

    fn note_nowhere(&self, drawn: &mut Drawn, n: u64) {
        if n > 0 {
            let note = self.lang.text("catalog-explore-nowhere");
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            drawn.notes.push(note.n("n", n).to_string());
        }
    }
}
