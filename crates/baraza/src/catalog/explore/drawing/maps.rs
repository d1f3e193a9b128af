//! Charts on maps: places shaded or with circles, and points gathered into circles.

use geo::{MultiPolygon, polygon};
use tables::{Grain, Measure, Value};

use super::{Drawn, MOST_PLACES, Words};
use crate::{
    places::atlas::degrees_of,
    platform::draw::{
        map::{self, Bubble, Choropleth, Ground, Map, Placed, Shaded},
        scale::Classes,
    },
};

impl Words<'_> {
    /// Means are shaded; counts and sums are not, as a large place has more of everything: their circles grow with them.
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
        if matches!(self.chart.y, Some((_, Measure::Mean))) {
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

    pub fn points(&self, drawn: &mut Drawn) {
        let mut circles: Vec<(f64, f64, u64)> = Vec::new();
        let mut n_nowhere = 0;
        for group in &self.chart.groups {
            match (
                group.key.first().and_then(Value::as_decimal),
                group.key.get(1).and_then(Value::as_decimal),
            ) {
                (Some(lon), Some(lat)) if lon.abs() <= 180.0 && lat.abs() <= 90.0 => {
                    circles.push((lon, lat, group.n));
                }
                _ => n_nowhere += group.n,
            }
        }
        if n_nowhere > 0 {
            drawn.notes.push(
                self.lang
                    .text("catalog-explore-nowhere")
                    .n("n", i64::try_from(n_nowhere).unwrap_or(i64::MAX))
                    .to_string(),
            );
        }
        let Some(first) = circles.first().copied() else {
            return;
        };
        drawn
            .notes
            .push(self.lang.text("catalog-explore-gathered").to_string());
        let side = match self.chart.grain {
            Grain::Square(side) => side,
            _ => 0.0,
        };
        let (mut west, mut east, mut south, mut north) = (first.0, first.0, first.1, first.1);
        for (lon, lat, _) in &circles {
            (west, east) = (west.min(*lon), east.max(*lon));
            (south, north) = (south.min(*lat), north.max(*lat));
        }
        let air = side.max(1e-3);
        let frame = MultiPolygon(vec![polygon![
            (x: west - air, y: south - air), (x: east + air, y: south - air),
            (x: east + air, y: north + air), (x: west - air, y: north + air),
            (x: west - air, y: south - air),
        ]]);
        let mut outlines = Vec::new();
        if let Some(places) = self.places {
            let known = places.top().into_iter().flat_map(|top| top.children());
            outlines.extend(known.take(200).filter_map(|place| {
                let bounds = place.bounds()?;
                let degrees = |edge: i32| f64::from(edge) / 1e6;
                // Only what is not much larger than the points: a map of a country would hide a village's wells.
                let near = degrees(bounds.west) > west - 4.0 * (east - west + air)
                    && degrees(bounds.east) < east + 4.0 * (east - west + air)
                    && degrees(bounds.south) > south - 4.0 * (north - south + air)
                    && degrees(bounds.north) < north + 4.0 * (north - south + air);
                near.then(|| place.shape().map(degrees_of)).flatten()
            }));
        }
        let largest = circles.iter().map(|(_, _, n)| *n).max().unwrap_or(1).max(1);
        let mut placed = vec![Placed {
            name: "",
            shape: &frame,
            ground: Ground::Waiting,
            href: None,
            said: drawn.title.clone(),
        }];
        placed.extend(outlines.iter().map(|shape| Placed {
            name: "",
            shape,
            ground: Ground::Plain,
            href: None,
            said: String::new(),
        }));
        let bubbles: Vec<Bubble> = circles
            .iter()
            .map(|(lon, lat, n)| Bubble {
                lon: *lon,
                lat: *lat,
                share: *n as f64 / largest as f64,
                said: format!(
                    "{}, {}: {}",
                    self.lang.decimal(*lat, 3),
                    self.lang.decimal(*lon, 3),
                    self.lang
                        .text("catalog-n-rows")
                        .n("n", i64::try_from(*n).unwrap_or(i64::MAX))
                ),
            })
            .collect();
        drawn.drawing = map::map_with_bubbles(
            &Map {
                about: self.about(drawn),
                places: placed,
            },
            &bubbles,
        );
    }
}
