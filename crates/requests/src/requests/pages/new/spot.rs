//! A map to press on without a script: an outline of fixed size, and from a pixel of it back to a position.

use std::fmt::Write;

use crate::{
    places::boundaries::{Bounds, Shape},
    requests::model::request::Position,
};

/// Widest and highest map in pixels: a telephone of 320 shows it whole, so that a pixel stays a pixel.
const MOST_WIDE: f64 = 280.0;
const MOST_HIGH: f64 = 360.0;
/// Pixels around the outline.
const AIR: f64 = 6.0;

/// Where pixels of a place's map lie on Earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpotMap {
    west: f64,
    north: f64,
    /// Pixels for each degree.
    per_east: f64,
    per_south: f64,
    pub width: u32,
    pub height: u32,
}

impl SpotMap {
    /// Fits a map around a place: equirectangular, true to scale along its middle.
    #[must_use]
    pub fn over(bounds: Bounds) -> SpotMap {
        let degrees = |millionths: i32| f64::from(millionths) / 1e6;
        let (west, east) = (degrees(bounds.west), degrees(bounds.east));
        let (south, north) = (degrees(bounds.south), degrees(bounds.north));
        let shrink = ((south + north) / 2.0).to_radians().cos().max(0.01);
        let wide = ((east - west) * shrink).max(1e-5);
        let high = (north - south).max(1e-5);
        let scale = ((MOST_WIDE - 2.0 * AIR) / wide).min((MOST_HIGH - 2.0 * AIR) / high);
        SpotMap {
            west,
            north,
            per_east: scale * shrink,
            per_south: scale,
            width: (wide * scale + 2.0 * AIR).ceil() as u32,
            height: (high * scale + 2.0 * AIR).ceil() as u32,
        }
    }

    /// Returns the position of a pixel.
    #[must_use]
    pub fn position(&self, x: f64, y: f64) -> Option<Position> {
        let lat = self.north - (y - AIR) / self.per_south;
        let lon = self.west + (x - AIR) / self.per_east;
        Position::new(lat, lon)
    }

    /// Returns the pixel of a position.
    #[must_use]
    pub fn pixel(&self, position: Position) -> (f64, f64) {
        (
            (position.lon - self.west) * self.per_east + AIR,
            (self.north - position.lat) * self.per_south + AIR,
        )
    }

    /// Draws a place, what lies in it, and a marker, as a picture of its own.
    #[must_use]
    pub fn draw(&self, around: &Shape, within: &[Shape], marked: Option<Position>) -> String {
        let (width, height) = (self.width, self.height);
        let mut svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="#f4f1ea"/>"##
        );
        let outline = self.path(around);
        let _ = write!(
            svg,
            r##"<path d="{outline}" fill="#fff" stroke="#114b43" stroke-width="2" stroke-linejoin="round"/>"##
        );
        for shape in within {
            let outline = self.path(shape);
            let _ = write!(
                svg,
                r##"<path d="{outline}" fill="none" stroke="#8a9a94" stroke-width="1"/>"##
            );
        }
        if let Some(position) = marked {
            let (x, y) = self.pixel(position);
            let _ = write!(
                svg,
                r##"<path d="M{x:.1} {y:.1}l-8-14a9 9 0 1 1 16 0z" fill="#a8281e" stroke="#fff" stroke-width="2"/><circle cx="{x:.1}" cy="{:.1}" r="3" fill="#fff"/>"##,
                y - 19.0
            );
        }
        svg += "</svg>";
        svg
    }

    fn path(&self, shape: &Shape) -> String {
        let mut path = String::new();
        for ring in shape.rings() {
            for (n, vertex) in ring.iter().enumerate() {
                let point = vertex.point();
                let x = (point.lon - self.west) * self.per_east + AIR;
                let y = (self.north - point.lat) * self.per_south + AIR;
                let _ = write!(path, "{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' });
            }
            path.push('Z');
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> SpotMap {
        SpotMap::over(Bounds {
            west: 111_800_000,
            south: -7_200_000,
            east: 111_900_000,
            north: -7_100_000,
        })
    }

    #[test]
    fn a_pixel_pressed_is_the_position_it_was_drawn_for() {
        let map = map();
        let here = Position::new(-7.15, 111.85).expect("on Earth");
        let (x, y) = map.pixel(here);
        let back = map.position(x.round(), y.round()).expect("on Earth");
        // Half a pixel of a ten kilometre map.
        assert!(
            (back.lat - here.lat).abs() < 0.0003 && (back.lon - here.lon).abs() < 0.0003,
            "{back:?}"
        );
    }

    #[test]
    fn a_map_fits_a_small_telephone() {
        let map = map();
        assert!(map.width <= 281 && map.height <= 361, "{map:?}");
        let tall = SpotMap::over(Bounds {
            west: 111_890_000,
            ..Bounds {
                west: 0,
                south: -7_200_000,
                east: 111_900_000,
                north: -7_100_000,
            }
        });
        assert!(tall.height <= 361 && tall.width < map.width, "{tall:?}");
    }
}
