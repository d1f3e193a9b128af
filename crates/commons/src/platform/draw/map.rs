//! Maps of places: shaded or each on a ground of its own, with marks or circles on them.

use geo::{BoundingRect, Coord, InteriorPoint, MultiPolygon};

use super::projection::{Edges, LARGEST, Projection, opened};
use super::scale::Classes;
use super::{About, Reading, Svg, Unit};
use crate::platform::html::Markup;
use crate::platform::i18n::Lang;

/// Places shaded by a number.
pub struct Choropleth<'a> {
    pub about: About,
    pub unit: Unit,
    pub classes: Classes,
    pub places: Vec<Shaded<'a>>,
}

/// A place with a number.
pub struct Shaded<'a> {
    pub name: &'a str,
    /// Longitudes and latitudes in degrees (WGS 84).
    pub shape: &'a MultiPolygon<f64>,
    pub reading: Reading,
    /// Its page; a map's places either all have one or none.
    pub href: Option<String>,
}

/// Places on a map, each on a ground of its own.
pub struct Map<'a> {
    pub about: About,
    pub places: Vec<Placed<'a>>,
}

pub struct Placed<'a> {
    pub name: &'a str,
    pub shape: &'a MultiPolygon<f64>,
    pub ground: Ground,
    pub href: Option<String>,
    /// What is said of it after its name; empty for the name alone.
    pub said: String,
}

/// What fills a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    Plain,
    /// The place that the page is about.
    Here,
    /// From 1, the lightest, to 5.
    Shade(usize),
    Suppressed,
    Missing,
    /// Of work: finished, under way, late, not begun.
    Done,
    Going,
    Late,
    Waiting,
}

/// A mark on a map.
pub struct Point {
    /// In degrees (WGS 84).
    pub lon: f64,
    pub lat: f64,
    /// The light it shows: `white`, `yellow`, `red` or `blue`; each has a shape of its own.
    pub light: &'static str,
    /// What it is, in words.
    pub said: String,
    pub href: String,
}

/// A circle on a map, whose area stands for a number.
pub struct Bubble {
    /// In degrees (WGS 84).
    pub lon: f64,
    pub lat: f64,
    /// Its area beside the largest one's, from 0 to 1.
    pub share: f64,
    /// What it is, in words.
    pub said: String,
}

/// A shaded map and the legend that belongs under it.
pub struct Drawn {
    pub map: Markup,
    pub legend: Markup,
}

/// Draws places shaded by a number, with a legend that counts them.
pub fn choropleth<'a>(chart: &Choropleth<'a>) -> Drawn {
    let lang = chart.about.lang;
    let placed = |place: &Shaded<'a>| {
        let ground = match place.reading {
            Reading::Known { value, .. } => Ground::Shade(chart.classes.shade(chart.classes.of(value))),
            Reading::Suppressed => Ground::Suppressed,
            Reading::Missing => Ground::Missing,
        };
        Placed {
            name: place.name,
            shape: place.shape,
            ground,
            href: place.href.clone(),
            said: chart.unit.say(lang, place.reading),
        }
    };
    let places = chart.places.iter().map(placed).collect();
    Drawn {
        map: map(&Map {
            about: chart.about.clone(),
            places,
        }),
        legend: legend(chart),
    }
}

/// Units of air at each edge, so that the outer border is not cut in half.
const AIR: f64 = 2.0;
/// What the outlines of one map may weigh before the grid is made coarser: a third of this travels after compression.
const MOST_BYTES: usize = 60_000;
/// More names than these would crowd a map.
const MOST_NAMED: usize = 40;

/// Draws places.
pub fn map(chart: &Map) -> Markup {
    map_with(chart, &[])
}

/// Draws places with marks on them; a mark outside of all of them is left out.
pub fn map_with(chart: &Map, points: &[Point]) -> Markup {
    let projection = projected(&chart.places);
    let outlines = outlines(&chart.places, projection);
    let about = &chart.about;
    let id = &about.id;
    let (width, height) = (projection.width, projection.height);
    let has_links = !points.is_empty() || chart.places.iter().any(|place| place.href.is_some());
    // Links inside a picture could not be reached (axe: nested-interactive), so a map with links is a group.
    let role = if has_links { "group" } else { "img" };
    let mut svg = Svg(String::with_capacity(
        outlines.iter().map(String::len).sum::<usize>() + 200 * chart.places.len() + 1000,
    ));
    svg.put(format_args!(
        r#"<svg class="bz-map" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="{role}" aria-labelledby="{id}-title {id}-desc">"#
    ));
    svg.name(about);
    if chart
        .places
        .iter()
        .any(|place| matches!(place.ground, Ground::Suppressed | Ground::Missing))
    {
        svg.patterns(id, 14);
    }
    for (place, outline) in chart.places.iter().zip(&outlines) {
        let said = if place.said.is_empty() {
            Markup::escape(place.name)
        } else {
            Markup::escape(&format!("{}: {}", place.name, place.said))
        };
        let fill = fill(place.ground, id);
        match &place.href {
            Some(href) => {
                let href = Markup::escape(href);
                svg.put(format_args!(r#"<a href="{href}" aria-label="{said}" data-mark><title>{said}</title><path {fill} d="{outline}"/></a>"#));
            }
            None => svg.put(format_args!(
                r#"<g data-mark><title>{said}</title><path {fill} d="{outline}"/></g>"#
            )),
        }
    }
    if chart.places.len() <= MOST_NAMED {
        for place in &chart.places {
            names(&mut svg, place, projection);
        }
    }
    for point in points {
        mark(&mut svg, point, projection);
    }
    svg.close()
}

/// Draws places with circles on them, large ones first so that none hides another; one outside of all places is left out.
pub fn map_with_bubbles(chart: &Map, bubbles: &[Bubble]) -> Markup {
    let projection = projected(&chart.places);
    let mut drawn = map(chart).0;
    drawn.truncate(drawn.len() - "</svg>".len());
    let mut svg = Svg(drawn);
    let mut sorted: Vec<&Bubble> = bubbles.iter().collect();
    sorted.sort_by(|a, b| b.share.total_cmp(&a.share));
    for bubble in sorted {
        let (x, y) = projection.at(Coord {
            x: bubble.lon,
            y: bubble.lat,
        });
        if !(0.0..=projection.width).contains(&x) || !(0.0..=projection.height).contains(&y) {
            continue;
        }
        let radius = (bubble.share.clamp(0.0, 1.0).sqrt() * LARGEST).max(5.0);
        svg.put(format_args!(
            r#"<g data-mark><title>{}</title><circle class="bz-bubble" cx="{}" cy="{}" r="{}"/></g>"#,
            Markup::escape(&bubble.said),
            x.round(),
            y.round(),
            radius.round()
        ));
    }
    svg.close()
}

/// Half the width of a mark.
const MARK: f64 = 13.0;

fn mark(svg: &mut Svg, point: &Point, projection: Projection) {
    let (x, y) = projection.at(Coord {
        x: point.lon,
        y: point.lat,
    });
    if !(0.0..=projection.width).contains(&x) || !(0.0..=projection.height).contains(&y) {
        return;
    }
    let (x, y) = (x.round(), y.round());
    let (left, top, wide) = (x - MARK, y - MARK, 2.0 * MARK);
    let (said, href) = (Markup::escape(&point.said), Markup::escape(&point.href));
    let shape = match point.light {
        "red" => format!("M{left} {top}h{wide}v{wide}h-{wide}z"),
        "yellow" => format!("M{x} {}l{MARK} {MARK}l-{MARK} {MARK}l-{MARK}-{MARK}z", y - MARK),
        _ => format!("M{left} {y}a{MARK} {MARK} 0 1 0 {wide} 0a{MARK} {MARK} 0 1 0-{wide} 0z"),
    };
    svg.put(format_args!(
        r#"<a href="{href}" aria-label="{said}" data-mark><title>{said}</title><path class="bz-point bz-point--{}" d="{shape}"/></a>"#,
        point.light
    ));
}

fn fill(ground: Ground, id: &str) -> String {
    match ground {
        Ground::Plain => r#"class="bz-map__plain""#.to_owned(),
        Ground::Here => r#"class="bz-map__here""#.to_owned(),
        Ground::Shade(shade) => format!(r#"class="bz-map__{shade}""#),
        Ground::Done => r#"class="bz-map__done""#.to_owned(),
        Ground::Going => r#"class="bz-map__going""#.to_owned(),
        Ground::Late => r#"class="bz-map__late""#.to_owned(),
        Ground::Waiting => r#"class="bz-map__waiting""#.to_owned(),
        Ground::Suppressed => format!(r##"class="bz-map__hidden" fill="url(#{id}-hatch)""##),
        Ground::Missing => format!(r##"class="bz-map__hidden" fill="url(#{id}-dots)""##),
    }
}

/// Writes a place's name where it fits into the place.
fn names(svg: &mut Svg, place: &Placed<'_>, projection: Projection) {
    let Some(bounds) = place.shape.bounding_rect() else {
        return;
    };
    let Some(point) = place.shape.interior_point() else {
        return;
    };
    let (left, _) = projection.at(bounds.min());
    let (right, _) = projection.at(bounds.max());
    // About half the letter size is the width of a letter.
    let wide = 13.0 * place.name.chars().count() as f64;
    if right - left < wide {
        return;
    }
    let (x, y) = projection.at(point.into());
    let half = wide / 2.0;
    let x = x.clamp(half, (projection.width - half).max(half)).round();
    let class = match place.ground {
        Ground::Shade(4..) | Ground::Done | Ground::Late => r#" class="bz-map__on-dark""#,
        _ => "",
    };
    svg.put(format_args!(
        r#"<text{class} x="{x}" y="{}" aria-hidden="true">{}</text>"#,
        (y + 8.0).round(),
        Markup::escape(place.name)
    ));
}

/// Makes all places as large as a map may be; without any there is a drawing all the same.
fn projected(places: &[Placed<'_>]) -> Projection {
    let edges = places
        .iter()
        .filter_map(|place| Edges::around_shape(place.shape))
        .reduce(Edges::with);
    let nowhere = Edges {
        west: 0.0,
        east: 1.0,
        south: 0.0,
        north: 1.0,
    };
    Projection::over(edges.unwrap_or(nowhere), AIR)
}

/// The path of each place, on the finest grid that keeps the map light.
fn outlines(places: &[Placed<'_>], projection: Projection) -> Vec<String> {
    let mut cell = 1;
    loop {
        let outlines: Vec<String> = places
            .iter()
            .map(|place| outline(place.shape, projection, cell))
            .collect();
        if cell >= 16 || outlines.iter().map(String::len).sum::<usize>() <= MOST_BYTES {
            return outlines;
        }
        cell *= 2;
    }
}

fn outline(shape: &MultiPolygon<f64>, projection: Projection, cell: i32) -> String {
    let mut path = String::new();
    for polygon in shape {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            write_ring(&mut path, opened(&projection.on_grid(&ring.0, cell)));
        }
    }
    if path.is_empty() {
        // A place smaller than the grid is still a place: a little square stands for it.
        if let Some(bounds) = shape.bounding_rect() {
            let (x, y) = projection.at(bounds.center());
            path = format!("M{} {}h4v4h-4z", x.round() as i32 - 2, y.round() as i32 - 2);
        }
    }
    path
}

fn write_ring(path: &mut String, corners: &[(i32, i32)]) {
    let Some(((x, y), rest)) = corners.split_first() else {
        return;
    };
    *path += &format!("M{x} {y}l");
    let mut at = (*x, *y);
    for (i, corner) in rest.iter().enumerate() {
        let (dx, dy) = (corner.0 - at.0, corner.1 - at.1);
        // A minus sign parts numbers as well as a space does.
        let gap = if i == 0 || dx < 0 { "" } else { " " };
        let between = if dy < 0 { "" } else { " " };
        *path += &format!("{gap}{dx}{between}{dy}");
        at = *corner;
    }
    path.push('z');
}

/// The legend: one line for each class, with the numbers that are in it and how many places.
fn legend(chart: &Choropleth) -> Markup {
    let lang = chart.about.lang;
    let id = &chart.about.id;
    let write = |value| chart.unit.write(lang, value);
    let mut list = Svg(r#"<ul class="bz-legend">"#.to_owned());
    for class in 0..chart.classes.count() {
        let values: Vec<f64> = chart
            .places
            .iter()
            .filter_map(|place| place.reading.value())
            .filter(|value| chart.classes.of(*value) == class)
            .collect();
        let reach = values
            .iter()
            .copied()
            .fold(None, |reach: Option<(f64, f64)>, value| {
                let (least, greatest) = reach.unwrap_or((value, value));
                Some((least.min(value), greatest.max(value)))
            });
        let (least, greatest) = reach.unwrap_or(chart.classes.ends(class));
        let range = if write(least) == write(greatest) {
            write(least)
        } else {
            format!("{}–{}", write(least), write(greatest))
        };
        entry(
            &mut list,
            lang,
            &fill(Ground::Shade(chart.classes.shade(class)), id),
            &range,
            values.len(),
        );
    }
    for (reading, ground, text_id) in [
        (
            Reading::Suppressed,
            Ground::Suppressed,
            "platform-draw-suppressed",
        ),
        (Reading::Missing, Ground::Missing, "platform-draw-missing"),
    ] {
        let count = chart
            .places
            .iter()
            .filter(|place| place.reading == reading)
            .count();
        if count > 0 {
            entry(
                &mut list,
                lang,
                &fill(ground, id),
                &lang.text(text_id).to_string(),
                count,
            );
        }
    }
    list.put(format_args!("</ul>"));
    Markup(list.0)
}

/// A legend of grounds in words, each with how many places stand on it.
pub fn legend_of(about: &About, entries: &[(Ground, String, usize)]) -> Markup {
    let mut list = Svg(r#"<ul class="bz-legend">"#.to_owned());
    for (ground, words, count) in entries {
        entry(&mut list, about.lang, &fill(*ground, &about.id), words, *count);
    }
    list.put(format_args!("</ul>"));
    Markup(list.0)
}

fn entry(list: &mut Svg, lang: Lang, fill: &str, words: &str, count: usize) {
    let words = Markup::escape(words);
    let count = Markup::escape(&lang.text("platform-draw-places").n("n", count).to_string());
    list.put(format_args!(
        r#"<li><svg width="22" height="16" aria-hidden="true" focusable="false"><rect {fill} x="0.5" y="0.5" width="21" height="15"/></svg><span>{words} <span class="bz-legend__count">({count})</span></span></li>"#
    ));
}

#[cfg(test)]
mod tests {
    use geo::{LineString, polygon};
    use insta::assert_snapshot;

    use super::*;

    fn about() -> About {
        About {
            id: "map".into(),
            title: "Safe water".into(),
            description: "Four places.".into(),
            lang: Lang::En,
        }
    }

    /// A square degree, `east` degrees from Greenwich at the equator's south.
    fn square(east: f64, side: f64) -> MultiPolygon<f64> {
        MultiPolygon(vec![
            polygon![(x: east, y: -7.0), (x: east + side, y: -7.0), (x: east + side, y: -7.0 - side), (x: east, y: -7.0 - side), (x: east, y: -7.0)],
        ])
    }

    #[test]
    fn marks_stand_where_they_are_each_light_in_its_own_shape() {
        let shape = square(111.0, 1.0);
        let place = Placed {
            name: "Setren",
            shape: &shape,
            ground: Ground::Plain,
            href: None,
            said: String::new(),
        };
        let point = |lon, light| Point {
            lon,
            lat: -7.5,
            light,
            said: "Lamp & <lantern>".into(),
            href: "/requests/K7MQ4XTD".into(),
        };
        let chart = Map {
            about: about(),
            places: vec![place],
        };
        let drawn = map_with(
            &chart,
            &[point(111.25, "red"), point(111.75, "yellow"), point(140.0, "red")],
        )
        .0;
        assert!(drawn.contains("role=\"group\""));
        assert_eq!(
            drawn.matches("bz-point--red").count(),
            1,
            "what lies outside is left out"
        );
        assert_eq!(
            drawn.matches("aria-label=\"Lamp &amp; &lt;lantern&gt;\"").count(),
            2
        );
        assert!(drawn.contains("bz-point--yellow"));
    }

    #[test]
    fn circles_stand_where_they_are_and_the_largest_lies_below_the_others() {
        let shape = square(111.0, 1.0);
        let place = Placed {
            name: "",
            shape: &shape,
            ground: Ground::Plain,
            href: None,
            said: String::new(),
        };
        let bubble = |lon, share| Bubble {
            lon,
            lat: -7.5,
            share,
            said: format!("{share} <wells>"),
        };
        let chart = Map {
            about: about(),
            places: vec![place],
        };
        let drawn = map_with_bubbles(
            &chart,
            &[bubble(111.2, 0.25), bubble(111.5, 1.0), bubble(150.0, 0.5)],
        )
        .0;
        let (large, small) = (drawn.find("r=\"44\""), drawn.find("r=\"22\""));
        assert!(large.is_some() && large < small, "{drawn}");
        assert_eq!(
            drawn.matches("bz-bubble").count(),
            2,
            "what lies outside is left out"
        );
        assert!(drawn.contains("0.25 &lt;wells&gt;") && drawn.ends_with("</svg>"));
    }

    #[test]
    fn a_shaded_map_links_its_places_hatches_what_is_hidden_and_counts_in_its_legend() {
        let shapes: Vec<MultiPolygon<f64>> = (0..4).map(|i| square(111.0 + f64::from(i), 1.0)).collect();
        let readings = [
            Reading::of(10.0),
            Reading::of(90.0),
            Reading::Suppressed,
            Reading::Missing,
        ];
        let names = ["Ngasem", "O'Brien & <co>", "Setren", "Wadang"];
        let places = (0..4)
            .map(|i| Shaded {
                name: names[i],
                shape: &shapes[i],
                reading: readings[i],
                href: Some(format!("/places/{i}")),
            })
            .collect();
        let drawn = choropleth(&Choropleth {
            about: about(),
            unit: Unit::Percent { places: 0 },
            classes: Classes::quantile([10.0, 90.0]),
            places,
        });
        assert_snapshot!(format!("{}\n{}", drawn.map, drawn.legend).replace("><", ">\n<"));
    }

    #[test]
    fn a_map_without_links_is_a_picture() {
        let shape = square(111.0, 1.0);
        let place = Placed {
            name: "Ngasem",
            shape: &shape,
            ground: Ground::Here,
            href: None,
            said: String::new(),
        };
        let drawn = map(&Map {
            about: about(),
            places: vec![place],
        })
        .to_string();
        assert!(drawn.contains("role=\"img\"") && drawn.contains("bz-map__here") && !drawn.contains("<a "));
    }

    #[test]
    fn a_map_of_hundreds_of_detailed_villages_stays_light() {
        let circle = |i: u32| {
            let (cx, cy) = (111.0 + f64::from(i % 23) * 0.03, -7.0 - f64::from(i / 23) * 0.03);
            let points = (0..=200).map(|k| {
                let turn = f64::from(k % 200) / 200.0 * std::f64::consts::TAU;
                let r = 0.014 + 0.001 * (turn * 9.0).sin();
                Coord {
                    x: cx + r * turn.cos(),
                    y: cy + r * turn.sin(),
                }
            });
            MultiPolygon(vec![geo::Polygon::new(LineString(points.collect()), vec![])])
        };
        let shapes: Vec<MultiPolygon<f64>> = (0..460).map(circle).collect();
        let places = shapes
            .iter()
            .map(|shape| Placed {
                name: "Desa",
                shape,
                ground: Ground::Shade(3),
                href: Some("/places/35.22.01.2001".into()),
                said: "45,2%".into(),
            })
            .collect();
        let drawn = map(&Map {
            about: about(),
            places,
        })
        .to_string();
        assert!(
            drawn.len() < MOST_BYTES + 460 * 160 + 2_000,
            "{} bytes",
            drawn.len()
        );
        assert_eq!(drawn.matches("<a href").count(), 460);
    }

    #[test]
    fn a_place_smaller_than_the_grid_is_still_drawn() {
        let (large, tiny) = (square(111.0, 5.0), square(113.0, 0.0001));
        let places = [&large, &tiny].map(|shape| Placed {
            name: "x",
            shape,
            ground: Ground::Plain,
            href: None,
            said: String::new(),
        });
        let drawn = map(&Map {
            about: about(),
            places: places.into(),
        })
        .to_string();
        assert!(drawn.contains("h4v4h-4z"), "{drawn}");
    }

    #[test]
    fn a_map_of_nothing_is_an_empty_drawing() {
        assert!(
            map(&Map {
                about: about(),
                places: vec![]
            })
            .to_string()
            .ends_with("</svg>")
        );
    }
}
