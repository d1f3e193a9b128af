//! Areas and distances on a sphere of ODK's radius.

/// Radius of the earth that ODK uses, in metres.
const RADIUS: f64 = 6_378_100.0;

/// A latitude and longitude in degrees.
pub(super) type LatLon = (f64, f64);

/// Reads `lat lon alt acc; lat lon …` into points; `None` when any point is broken.
pub(super) fn points(text: &str) -> Option<Vec<LatLon>> {
    text.split(';')
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(point)
        .collect()
}

pub(super) fn point(text: &str) -> Option<LatLon> {
    let mut numbers = text
        .split_whitespace()
        .map(|n| n.parse::<f64>().ok().filter(|n| n.is_finite()));
    let (lat, lon) = (numbers.next()??, numbers.next()??);
    (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon))
}

/// Measures a line written as `lat lon alt acc; lat lon …` in metres; `None` when a point is broken.
pub fn line_metres(text: &str) -> Option<f64> {
    Some(length(&points(text)?))
}

/// Measures the area inside a line written the same way in square metres; `None` when a point is broken.
pub fn square_metres(text: &str) -> Option<f64> {
    Some(area(&points(text)?))
}

/// Area inside a closed line in square metres (R. Chamberlain and W. Duquette, 2007).
pub(super) fn area(points: &[LatLon]) -> f64 {
    let sum: f64 = pairs_round(points)
        .map(|((lat1, lon1), (lat2, lon2))| {
            (lon2 - lon1).to_radians() * (2.0 + lat1.to_radians().sin() + lat2.to_radians().sin())
        })
        .sum();
    (sum * RADIUS * RADIUS / 2.0).abs()
}

/// Length of a line in metres (haversine).
pub(super) fn length(points: &[LatLon]) -> f64 {
    points.windows(2).map(|pair| between(pair[0], pair[1])).sum()
}

/// Tells whether a point lies inside a closed line.
pub(super) fn encloses(points: &[LatLon], (lat, lon): LatLon) -> bool {
    pairs_round(points).fold(false, |inside, ((lat1, lon1), (lat2, lon2))| {
        let crosses =
            (lat1 > lat) != (lat2 > lat) && lon < (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1;
        inside != crosses
    })
}

fn pairs_round(points: &[LatLon]) -> impl Iterator<Item = (LatLon, LatLon)> + '_ {
    points.iter().copied().zip(points.iter().copied().cycle().skip(1))
}

fn between((lat1, lon1): LatLon, (lat2, lon2): LatLon) -> f64 {
    let (dlat, dlon) = ((lat2 - lat1).to_radians() / 2.0, (lon2 - lon1).to_radians() / 2.0);
    let a = dlat.sin().powi(2) + lat1.to_radians().cos() * lat2.to_radians().cos() * dlon.sin().powi(2);
    2.0 * RADIUS * a.sqrt().min(1.0).asin()
}
