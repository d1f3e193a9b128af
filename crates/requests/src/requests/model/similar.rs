//! Likely duplicates: near, of the same service, recent, in similar words.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{places::model::fold, platform::time::Time};

/// Farther apart than this two reports are hardly about one thing.
pub const MOST_METRES: f64 = 300.0;
/// Older than this a report is hardly about the same event.
pub const MOST_DAYS: i64 = 30;
/// Less alike than this a report is not worth showing.
const LEAST_SCORE: f64 = 0.35;
const EARTH_METRES: f64 = 6_371_008.8;

/// What of a request tells whether another is about the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    pub service: String,
    /// Latitude and longitude in degrees, where known.
    pub point: Option<(f64, f64)>,
    pub place: Option<String>,
    pub text: String,
    pub opened_at: Time,
}

/// How alike two requests are, and why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Likeness {
    /// 0 to 1: nearness and words weigh the same, age a little.
    pub score: f64,
    pub metres: Option<f64>,
    /// Part of the shorter text's words that stand in the other, 0 to 1.
    pub words: f64,
    pub days: i64,
}

/// Compares a new report with an earlier one; `None` when they are hardly about the same thing.
#[must_use]
pub fn likeness(new: &Sketch, earlier: &Sketch) -> Option<Likeness> {
    if new.service != earlier.service {
        return None;
    }
    let days = (new.opened_at.0 - earlier.opened_at.0).abs() / 86_400_000_000;
    if days > MOST_DAYS {
        return None;
    }
    let metres = new.point.zip(earlier.point).map(|(a, b)| metres_between(a, b));
    let nearness = match metres {
        Some(metres) if metres > MOST_METRES => return None,
        Some(metres) => 1.0 - metres / MOST_METRES,
        // Without positions the same village must do.
        None if new.place.is_some() && new.place == earlier.place => 0.3,
        None => return None,
    };
    let words = shared_words(&new.text, &earlier.text);
    let recency = 1.0 - days as f64 / (MOST_DAYS + 1) as f64;
    let score = 0.45 * nearness + 0.45 * words + 0.10 * recency;
    (score >= LEAST_SCORE).then_some(Likeness {
        score,
        metres,
        words,
        days,
    })
}

/// Returns the distance on the sphere in metres between two positions in degrees.
#[must_use]
pub fn metres_between(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let (lat, lon) = ((lat_b - lat_a) / 2.0, (b.1 - a.1).to_radians() / 2.0);
    let h = lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * lon.sin().powi(2);
    2.0 * EARTH_METRES * h.sqrt().min(1.0).asin()
}

/// Returns the part of the shorter text's words that the other has too; words of one language or another alike.
#[must_use]
pub fn shared_words(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    let n = a.len().min(b.len());
    if n == 0 {
        0.0
    } else {
        a.intersection(&b).count() as f64 / n as f64
    }
}

/// Words without marks and endings: the first five letters tell a word well enough in the languages we meet.
fn words(text: &str) -> BTreeSet<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 2)
        .map(|word| word.chars().take(5).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn lamp(text: &str, point: Option<(f64, f64)>, day: i64) -> Sketch {
        Sketch {
            service: "street-light".into(),
            point,
            place: Some("35.22.01".into()),
            text: text.into(),
            opened_at: Time(day * DAY),
        }
    }

    #[test]
    fn a_second_report_of_the_same_lamp_is_likely_a_duplicate() {
        let first = lamp(
            "Lampu jalan mati di depan sekolah",
            Some((-7.1500, 111.8800)),
            100,
        );
        let second = lamp(
            "lampu mati depan SEKOLAH sejak kemarin",
            Some((-7.1502, 111.8801)),
            102,
        );
        let likeness = likeness(&second, &first).expect("alike");
        assert!(
            likeness.score > 0.7 && likeness.metres.is_some_and(|m| m < 30.0) && likeness.days == 2,
            "{likeness:?}"
        );
    }

    #[test]
    fn another_service_a_far_place_and_a_past_season_are_something_else() {
        let new = lamp("Lamp out", Some((-7.15, 111.88)), 100);
        let elsewhere = lamp("Lamp out", Some((-7.16, 111.88)), 100);
        let long_ago = lamp("Lamp out", Some((-7.15, 111.88)), 60);
        let mut road = lamp("Lamp out", Some((-7.15, 111.88)), 100);
        road.service = "road".into();
        for other in [elsewhere, long_ago, road] {
            assert_eq!(likeness(&new, &other), None, "{other:?}");
        }
    }

    #[test]
    fn without_positions_the_same_village_needs_the_same_words() {
        let new = lamp("Lampu jalan mati dekat pasar", None, 100);
        assert!(likeness(&new, &lamp("Lampu dekat pasar mati", None, 99)).is_some());
        assert!(likeness(&new, &lamp("Tiang listrik miring", None, 99)).is_none());
        let mut other = lamp("Lampu dekat pasar mati", None, 99);
        other.place = Some("35.22.02".into());
        assert!(likeness(&new, &other).is_none());
    }

    #[test]
    fn distances_are_those_of_the_sphere() {
        // A degree of latitude is 111.19 km on the mean sphere.
        assert!((metres_between((0.0, 0.0), (1.0, 0.0)) - 111_195.0).abs() < 1.0);
        assert!(metres_between((-7.15, 111.88), (-7.15, 111.88)) < 1e-6);
    }
}
