//! Sharing out figures of one kind of area over another kind: constituencies over wards, old
//! districts over new ones.

use std::collections::BTreeMap;

use geo::{Area, BooleanOps, Coord, LineString, MultiPolygon, Polygon};

use super::boundaries::{Ring, Shape};

/// Parts smaller than this are slivers where two drawings of one border differ.
const LEAST_WEIGHT: f64 = 0.0005;

/// The part of one area that lies in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight {
    pub from: String,
    pub to: String,
    /// Above 0, at most 1.
    pub weight: f64,
}

/// Measures, for every area of the first kind, which part of its land lies in each of the second.
pub fn by_area(from: &[(String, Shape)], to: &[(String, Shape)]) -> Vec<Weight> {
    let flat: Vec<MultiPolygon<f64>> = to.iter().map(|(_, shape)| flatten(shape)).collect();
    let mut weights = Vec::new();
    for (code, shape) in from {
        let Some(bounds) = shape.bounds() else { continue };
        let here = flatten(shape);
        let whole = here.unsigned_area();
        for (other, (to_code, to_shape)) in flat.iter().zip(to) {
            if whole > 0.0 && to_shape.bounds().is_some_and(|b| b.touches(&bounds)) {
                let weight = (here.intersection(other).unsigned_area() / whole).min(1.0);
                if weight >= LEAST_WEIGHT {
                    weights.push(Weight {
                        from: code.clone(),
                        to: to_code.clone(),
                        weight,
                    });
                }
            }
        }
    }
    weights
}

/// Shares out figures by weights. What the weights leave over is under `None`: it lies in no area of the second kind.
pub fn share_out(figures: &[(String, f64)], weights: &[Weight]) -> BTreeMap<Option<String>, f64> {
    let mut shared: BTreeMap<Option<String>, f64> = BTreeMap::new();
    for (code, figure) in figures {
        let mut left = 1.0;
        for weight in weights.iter().filter(|weight| weight.from == *code) {
            *shared.entry(Some(weight.to.clone())).or_default() += figure * weight.weight;
            left -= weight.weight;
        }
        if left > 1e-9 {
            *shared.entry(None).or_default() += figure * left;
        }
    }
    shared
}

/// The shape in the cylindrical equal-area projection, where areas compare.
fn flatten(shape: &Shape) -> MultiPolygon<f64> {
    let line = |ring: &Ring| -> LineString<f64> {
        ring.iter()
            .map(|v| v.point())
            .map(|p| Coord {
                x: p.lon,
                y: p.lat.to_radians().sin().to_degrees(),
            })
            .collect()
    };
    shape
        .polygons
        .iter()
        .filter_map(|rings| {
            let (outline, holes) = rings.split_first()?;
            Some(Polygon::new(line(outline), holes.iter().map(line).collect()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::boundaries::Vertex;
    use super::*;

    fn rectangle(code: &str, west: i32, east: i32) -> (String, Shape) {
        let ring = [(west, 0), (east, 0), (east, 1000), (west, 1000)]
            .map(|(lon, lat)| Vertex { lon, lat })
            .to_vec();
        (
            code.to_owned(),
            Shape {
                polygons: vec![vec![ring]],
            },
        )
    }

    #[test]
    fn an_area_is_shared_between_those_it_lies_in() {
        let weights = by_area(
            &[rectangle("old", 0, 1000)],
            &[
                rectangle("a", 0, 250),
                rectangle("b", 250, 1000),
                rectangle("far", 2000, 3000),
            ],
        );
        let rounded: Vec<_> = weights
            .iter()
            .map(|w| (w.to.as_str(), (w.weight * 1000.0).round()))
            .collect();
        assert_eq!(rounded, [("a", 250.0), ("b", 750.0)]);
    }

    #[test]
    fn figures_keep_their_sum_when_shared_out() {
        let weights = by_area(
            &[rectangle("old", 0, 1000)],
            &[rectangle("a", 0, 250), rectangle("b", 250, 900)],
        );
        let shared = share_out(&[("old".to_owned(), 400.0)], &weights);
        assert!((shared.values().sum::<f64>() - 400.0).abs() < 1e-9);
        assert!((shared[&None] - 40.0).abs() < 0.01, "{shared:?}");
        assert!((shared[&Some("b".to_owned())] - 260.0).abs() < 0.01, "{shared:?}");
    }
}
