//! The map of the places below.

use super::words::{about, place_href, reading, unit};
use crate::{
    indicators::{model::definition::Definition, view::Labelled},
    places::{
        self,
        boundaries::{Shape, Vertex, topology::Zoom},
    },
    platform::{
        app::App,
        draw::{
            self,
            map::{Choropleth, Drawn, Shaded},
            scale::Classes,
        },
        op::Op,
        problem::Result,
    },
};

/// How wide a map is on most screens.
const MAP_PIXELS: f64 = 640.0;

pub async fn draw_map(
    app: &App,
    op: &Op,
    definition: &Definition,
    place: &str,
    below: &[Labelled],
) -> Result<Option<Drawn>> {
    let all = places::all(app).await?;
    let Some(parent) = all.find(place).filter(|_| !below.is_empty()) else {
        return Ok(None);
    };
    let Some(bounds) = parent.bounds() else {
        return Ok(None);
    };
    let zoom = Zoom::to_fit(f64::from(bounds.east - bounds.west) / 1e6, MAP_PIXELS);
    let outlines = places::boundaries(app, Some(parent), zoom.stored()).await?;
    let shapes: Vec<(&Labelled, geo::MultiPolygon<f64>)> = below
        .iter()
        .filter_map(|labelled| {
            let outline = outlines
                .iter()
                .find(|outline| outline.code == labelled.observation.place)?;
            Some((labelled, multi_polygon(&outline.shape)))
        })
        .collect();
    if shapes.is_empty() {
        return Ok(None);
    }
    let lang = op.lang;
    let title = definition.title.in_language(lang.code());
    let places = shapes
        .iter()
        .map(|(labelled, shape)| Shaded {
            name: &labelled.label,
            shape,
            reading: reading(&labelled.observation),
            href: Some(place_href(
                &definition.code,
                &labelled.observation.place,
                "",
                lang,
            )),
        })
        .collect();
    let classes = Classes::quantile(
        below
            .iter()
            .filter_map(|labelled| labelled.observation.figures.value),
    );
    let about = about("map", title, &lang.text("indicators-map").to_string(), lang);
    Ok(Some(draw::map::choropleth(&Choropleth {
        about,
        unit: unit(definition),
        classes,
        places,
    })))
}

fn multi_polygon(shape: &Shape) -> geo::MultiPolygon<f64> {
    let ring = |ring: &Vec<Vertex>| -> geo::LineString<f64> {
        ring.iter()
            .map(|vertex| (vertex.point().lon, vertex.point().lat))
            .collect()
    };
    let polygon = |rings: &Vec<Vec<Vertex>>| {
        let mut rings = rings.iter().map(ring);
        let outline = rings.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
        geo::Polygon::new(outline, rings.collect())
    };
    geo::MultiPolygon::new(shape.polygons.iter().map(polygon).collect())
}
