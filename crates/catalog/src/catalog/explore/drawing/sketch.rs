//! Points, lines and areas over the outlines of places, as SVG.

use std::fmt::Write;

use geo::{Coord, MultiPolygon};

use crate::platform::{
    draw::{
        About,
        projection::{Edges, LARGEST, Projection, WIDE, opened},
    },
    html::Markup,
};

/// The radius of a point that stands for itself, in units of the drawing.
pub const SMALL: f64 = 9.0;
/// Units of air at each edge, so that no circle is cut there.
const AIR: f64 = LARGEST + 2.0;
/// What a drawing may weigh before its grid is made coarser: a third of this travels after compression.
const MOST_BYTES: usize = 150_000;

/// What is drawn, and the ground that it lies on.
pub struct Sketch<'a> {
    pub about: About,
    /// The outlines of places, to find one's way by; a white ground where there are none.
    pub ground: &'a [MultiPolygon<f64>],
    pub marks: Vec<Mark>,
}

/// What a row looks like, or several that stand together.
pub struct Mark {
    /// What it is, in words.
    pub said: String,
    pub parts: Vec<Part>,
}

/// A piece of a mark, in degrees (WGS 84).
pub enum Part {
    /// A circle around a position, with its radius in units of the drawing.
    Spot(Coord<f64>, f64),
    Line(Vec<Coord<f64>>),
    /// An outline, and the holes in it.
    Area(Vec<Vec<Coord<f64>>>),
}

impl Mark {
    /// The box around all of its parts.
    pub fn edges(&self) -> Option<Edges> {
        Edges::around(self.parts.iter().flat_map(Part::corners))
    }

    /// What covers much is drawn first, so that it hides nothing.
    fn weight(&self) -> f64 {
        let weights = self.parts.iter().map(|part| match part {
            Part::Area(_) => 2.0 * WIDE,
            Part::Line(_) => WIDE,
            Part::Spot(_, radius) => *radius,
        });
        weights.fold(0.0, f64::max)
    }
}

impl Part {
    fn corners(&self) -> Box<dyn Iterator<Item = Coord<f64>> + '_> {
        match self {
            Part::Spot(at, _) => Box::new(std::iter::once(*at)),
            Part::Line(way) => Box::new(way.iter().copied()),
            Part::Area(rings) => Box::new(rings.iter().flatten().copied()),
        }
    }
}

/// Draws marks over their ground; nothing where there is no mark.
pub fn draw(sketch: &Sketch<'_>) -> Markup {
    let marked = sketch.marks.iter().filter_map(Mark::edges).reduce(Edges::with);
    let Some(marked) = marked else {
        return Markup::default();
    };
    let ground = sketch.ground.iter().filter_map(Edges::around_shape);
    // A single point has no size, and stands in the middle of some hundred metres.
    let projection = Projection::over(ground.fold(marked.widened(1e-3), Edges::with), AIR);
    let mut grid = 1;
    let body = loop {
        let body = body(sketch, projection, grid);
        if grid >= 16 || body.len() <= MOST_BYTES {
            break body;
        }
        grid *= 2;
    };
    let About {
        id,
        title,
        description,
        ..
    } = &sketch.about;
    let (width, height) = (projection.width, projection.height);
    Markup(format!(
        r#"<svg class="bz-map" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>{body}</svg>"#,
        Markup::escape(title),
        Markup::escape(description),
    ))
}

fn body(sketch: &Sketch<'_>, projection: Projection, grid: i32) -> String {
    let mut body = String::new();
    if sketch.ground.is_empty() {
        let (width, height) = (projection.width, projection.height);
        put(
            &mut body,
            format_args!(r#"<rect class="bz-map__waiting" width="{width}" height="{height}"/>"#),
        );
    }
    for shape in sketch.ground {
        let rings = shape.0.iter().flat_map(|polygon| {
            let holes = polygon.interiors().iter();
            std::iter::once(polygon.exterior()).chain(holes)
        });
        let path: String = rings
            .map(|ring| outline(&projection.on_grid(&ring.0, grid)))
            .collect();
        put(
            &mut body,
            format_args!(r#"<path class="bz-map__plain" d="{path}"/>"#),
        );
    }
    let mut marks: Vec<&Mark> = sketch.marks.iter().collect();
    marks.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    for mark in marks {
        let said = Markup::escape(&mark.said);
        put(&mut body, format_args!("<g data-mark><title>{said}</title>"));
        for part in &mark.parts {
            put_part(&mut body, part, projection, grid);
        }
        body.push_str("</g>");
    }
    body
}

fn put_part(body: &mut String, part: &Part, projection: Projection, grid: i32) {
    match part {
        Part::Spot(at, radius) => {
            let (x, y) = projection.at(*at);
            let (x, y, radius) = (x.round(), y.round(), radius.round());
            put(
                body,
                format_args!(r#"<circle class="bz-bubble" cx="{x}" cy="{y}" r="{radius}"/>"#),
            );
        }
        Part::Line(way) => {
            let path = line(&projection.on_grid(way, grid));
            put(body, format_args!(r#"<path class="bz-map__line" d="{path}"/>"#));
        }
        Part::Area(rings) => {
            let ways = rings.iter().map(|ring| projection.on_grid(ring, grid));
            let ways: Vec<Vec<(i32, i32)>> = ways.collect();
            let mut path: String = ways.iter().map(|way| outline(way)).collect();
            if path.is_empty() {
                // An area smaller than the grid is still an area: a little square stands for it.
                let (x, y) = ways.iter().flatten().next().copied().unwrap_or_default();
                path = format!("M{} {}h4v4h-4z", x - 2, y - 2);
            }
            put(body, format_args!(r#"<path class="bz-map__area" d="{path}"/>"#));
        }
    }
}

fn put(body: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = body.write_fmt(part);
}

/// The path of a closed way; empty for what has no inside.
fn outline(way: &[(i32, i32)]) -> String {
    match opened(way) {
        [] => String::new(),
        open => format!("{}z", line(open)),
    }
}

/// The path of a way; that of a single corner is a dot.
fn line(way: &[(i32, i32)]) -> String {
    let Some((first, rest)) = way.split_first() else {
        return String::new();
    };
    let mut path = format!("M{} {}", first.0, first.1);
    if rest.is_empty() {
        path.push_str("h0");
    }
    let mut before = first;
    for corner in rest {
        put(
            &mut path,
            format_args!("l{} {}", corner.0 - before.0, corner.1 - before.1),
        );
        before = corner;
    }
    path
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;
    use crate::platform::i18n::Lang;

    fn at(x: f64, y: f64) -> Coord<f64> {
        Coord { x, y }
    }

    fn drawn(ground: &[MultiPolygon<f64>], parts: Vec<Part>) -> String {
        let about = About {
            id: "map".into(),
            title: "Rivers <2026>".into(),
            description: "One river".into(),
            lang: Lang::En,
        };
        let said = "Kali \"Baru\"".to_owned();
        let marks = vec![Mark { said, parts }];
        draw(&Sketch { about, ground, marks }).to_string()
    }

    #[test]
    fn a_line_lies_over_the_outlines_of_places_and_no_frame_is_drawn() {
        let square = MultiPolygon(vec![
            polygon![(x: 111.0, y: -7.0), (x: 112.0, y: -7.0), (x: 112.0, y: -8.0), (x: 111.0, y: -8.0)],
        ]);
        let way = vec![at(111.1, -7.1), at(111.2, -7.2), at(111.3, -7.3), at(111.9, -7.5)];
        let svg = drawn(&[square], vec![Part::Line(way)]);
        let (ground, line) = (svg.find("bz-map__plain"), svg.find("bz-map__line"));
        assert!(ground.is_some() && ground < line, "{svg}");
        assert!(!svg.contains("bz-map__waiting"), "{svg}");
        assert!(
            svg.contains("Kali &quot;Baru&quot;") && svg.contains("Rivers &lt;2026&gt;"),
            "{svg}"
        );
    }

    #[test]
    fn what_is_too_small_for_the_grid_is_still_there() {
        let tiny = vec![vec![
            at(111.0, -7.0),
            at(111.000_000_1, -7.0),
            at(111.0, -7.000_000_1),
        ]];
        let far = Part::Spot(at(115.0, -8.0), SMALL);
        let svg = drawn(
            &[],
            vec![Part::Area(tiny), Part::Line(vec![at(112.0, -7.5)]), far],
        );
        assert!(svg.contains("h4v4h-4z") && svg.contains("h0\""), "{svg}");
        assert!(
            svg.contains("bz-map__waiting") && svg.contains("<circle"),
            "{svg}"
        );
    }

    #[test]
    fn a_single_point_has_a_drawing_and_nothing_has_none() {
        let svg = drawn(&[], vec![Part::Spot(at(111.0, -7.0), SMALL)]);
        assert!(svg.ends_with("</svg>") && svg.contains("cx=\"640\""), "{svg}");
        assert_eq!(drawn(&[], Vec::new()), "");
    }
}
