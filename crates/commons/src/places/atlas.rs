//! Boundaries ready to be drawn, kept in memory until the list of places changes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::boundaries::topology::Zoom;
use super::boundaries::{Ring, Shape};
use super::model::{Place, Places};
use crate::platform::app::App;
use crate::platform::problem::Result;

/// A place with its boundary in degrees.
pub struct Region {
    pub code: String,
    pub shape: MultiPolygon<f64>,
}

/// A map's width in pixels on a screen of two pixels a point.
const PIXELS: f64 = 1280.0;
/// More maps than these are not kept; who asks for all of them is a program.
const MOST_MAPS: usize = 2_000;

/// The children of a place, or the roots, as far as they have boundaries: made once for each list of places.
///
/// # Errors
/// When the database fails.
pub async fn regions(app: &App, places: &Arc<Places>, parent: Option<Place<'_>>) -> Result<Arc<Vec<Region>>> {
    let atlas = match app.shelf.find::<Atlas>() {
        Some(atlas) if Arc::ptr_eq(&atlas.of, places) => atlas,
        _ => {
            let atlas = Arc::new(Atlas {
                of: places.clone(),
                maps: RwLock::default(),
            });
            app.shelf.put(atlas.clone());
            atlas
        }
    };
    let key = parent.map_or("", Place::code);
    if let Some(map) = atlas.maps.read().unwrap_or_else(PoisonError::into_inner).get(key) {
        return Ok(map.clone());
    }
    let children: Vec<Place<'_>> = match parent {
        Some(place) => place.children().collect(),
        None => places.roots().collect(),
    };
    let bounds = children
        .iter()
        .filter_map(|child| child.bounds())
        .reduce(|all, one| all.with(&one));
    let map = match bounds {
        Some(bounds) => {
            let degrees = (f64::from(bounds.east) - f64::from(bounds.west))
                .max(f64::from(bounds.north) - f64::from(bounds.south))
                / 1e6;
            let outlines = super::boundaries(app, parent, Zoom::to_fit(degrees, PIXELS)).await?;
            outlines
                .into_iter()
                .map(|outline| Region {
                    shape: degrees_of(&outline.shape),
                    code: outline.code,
                })
                .collect()
        }
        None => Vec::new(),
    };
    let map = Arc::new(map);
    let mut maps = atlas.maps.write().unwrap_or_else(PoisonError::into_inner);
    if maps.len() >= MOST_MAPS {
        maps.clear();
    }
    maps.insert(key.to_owned(), map.clone());
    Ok(map)
}

struct Atlas {
    of: Arc<Places>,
    maps: RwLock<HashMap<String, Arc<Vec<Region>>>>,
}

/// A boundary in degrees, with its rings closed.
pub fn degrees_of(shape: &Shape) -> MultiPolygon<f64> {
    let line = |ring: &Ring| {
        let mut corners: Vec<Coord<f64>> = ring
            .iter()
            .map(|corner| Coord {
                x: f64::from(corner.lon) / 1e6,
                y: f64::from(corner.lat) / 1e6,
            })
            .collect();
        corners.extend(corners.first().copied());
        LineString(corners)
    };
    let polygon = |rings: &Vec<Ring>| {
        let mut lines = rings.iter().map(line);
        Some(Polygon::new(lines.next()?, lines.collect()))
    };
    MultiPolygon(shape.polygons.iter().filter_map(polygon).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::boundaries::Vertex;

    #[test]
    fn a_boundary_in_millionths_becomes_one_in_degrees_with_its_rings_closed() {
        let corner = |lon, lat| Vertex { lon, lat };
        let outline = vec![
            corner(111_000_000, -7_000_000),
            corner(112_000_000, -7_000_000),
            corner(112_000_000, -8_000_000),
        ];
        let hole = vec![
            corner(111_500_000, -7_100_000),
            corner(111_600_000, -7_100_000),
            corner(111_600_000, -7_200_000),
        ];
        let shape = degrees_of(&Shape {
            polygons: vec![vec![outline, hole]],
        });
        let polygon = &shape.0[0];
        assert_eq!(polygon.exterior().0.first(), polygon.exterior().0.last());
        assert_eq!(polygon.exterior().0[1], Coord { x: 112.0, y: -7.0 });
        assert_eq!(polygon.interiors().len(), 1);
    }
}
