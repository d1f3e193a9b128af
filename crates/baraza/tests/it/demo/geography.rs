use std::collections::BTreeMap;

use baraza::demo::world::{
    random::Random,
    settlement::{Listed, Regency, Size},
};
use baraza::places::boundaries::{Point, crossings::crossing_pairs};

fn regency(n_households: usize, seed: u64) -> Regency {
    Regency::new(Size::of(n_households), &Random::new(seed))
}

fn of_level<'a>(regency: &'a Regency, level: &str) -> Vec<&'a Listed> {
    regency
        .places
        .iter()
        .filter(|place| place.level == level)
        .collect()
}

#[test]
fn places_of_each_level_cover_the_regency_without_overlap() {
    for seed in [1, 2, 20_261_121] {
        let regency = regency(1_500, seed);
        let whole = regency.places[0].shape.area_km2();
        for level in ["district", "village", "household_group"] {
            let sum: f64 = of_level(&regency, level)
                .iter()
                .map(|place| place.shape.area_km2())
                .sum();
            assert!(
                (sum - whole).abs() < whole * 1e-6,
                "seed {seed}, {level}: {sum} of {whole} km²"
            );
        }
    }
}

#[test]
fn every_outline_is_one_simple_polygon() {
    for seed in [1, 2, 20_261_121] {
        let regency = regency(1_500, seed);
        for place in &regency.places {
            assert_eq!(
                place.shape.polygons.len(),
                1,
                "seed {seed}: {} is in pieces",
                place.code
            );
            let rings: Vec<Vec<_>> = place
                .shape
                .rings()
                .map(|ring| ring.iter().chain(ring.first()).copied().collect())
                .collect();
            assert_eq!(
                crossing_pairs(&rings),
                [],
                "seed {seed}: the outline of {} crosses itself",
                place.code
            );
        }
    }
}

#[test]
fn a_position_in_the_regency_lies_in_exactly_one_village() {
    let regency = regency(1_500, 7);
    let villages = of_level(&regency, "village");
    let inside = (0..2_000).map(|i| Point {
        lon: 111.70 + f64::from(i % 50 - 25) * 0.004,
        lat: -4.95 + f64::from(i / 50 - 20) * 0.004,
    });
    let mut n_land = 0;
    for point in inside.filter(|point| regency.places[0].shape.contains(*point)) {
        n_land += 1;
        assert_eq!(
            villages
                .iter()
                .filter(|place| place.shape.contains(point))
                .count(),
            1,
            "{point:?}"
        );
    }
    assert!(n_land > 200, "only {n_land} positions lie on land");
}

#[test]
fn no_place_is_a_square() {
    let regency = regency(1_500, 3);
    for place in of_level(&regency, "village") {
        let corners: Vec<_> = place.shape.vertices().collect();
        assert!(corners.len() > 40, "{} has {} corners", place.code, corners.len());
        // A square fills its box, and its sides lie along the axes.
        let bounds = place.shape.bounds().expect("corners");
        let height = f64::from(bounds.north - bounds.south) * 1.11e-4;
        let width = f64::from(bounds.east - bounds.west) * 1.11e-4 * (-4.95f64).to_radians().cos();
        let filled = place.shape.area_km2() / (height * width);
        assert!(
            (0.2..0.88).contains(&filled),
            "{} fills {filled:.2} of its box",
            place.code
        );
    }
}

#[test]
fn the_regency_has_the_places_that_its_size_asks_for() {
    let regency = regency(12_500, 20_261_121);
    let counts: BTreeMap<&str, usize> = regency.places.iter().fold(BTreeMap::new(), |mut counts, place| {
        *counts.entry(place.level).or_default() += 1;
        counts
    });
    assert_eq!(
        (counts["regency"], counts["district"], counts["village"]),
        (1, 5, 32)
    );
    assert!((700..950).contains(&counts["household_group"]), "{counts:?}");
    assert_eq!(
        regency.groups.iter().map(|group| group.n_houses).sum::<usize>(),
        12_500
    );
    assert!(
        regency
            .groups
            .iter()
            .all(|group| (9..=21).contains(&group.n_houses))
    );
    let mut names: Vec<&str> = of_level(&regency, "village")
        .iter()
        .map(|place| place.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 32, "village names repeat");
}

#[test]
fn rivers_run_to_the_sea_and_bend() {
    let regency = regency(12_500, 20_261_121);
    let longest = regency
        .rivers
        .iter()
        .max_by_key(|river| river.line.len())
        .expect("rivers");
    let (first, last) = (longest.line[0], longest.line[longest.line.len() - 1]);
    let straight = (first.lon - last.lon).hypot(first.lat - last.lat);
    let along: f64 = longest
        .line
        .windows(2)
        .map(|w| (w[0].lon - w[1].lon).hypot(w[0].lat - w[1].lat))
        .sum();
    assert!(
        along > straight * 1.08,
        "a river as straight as a canal: {along} against {straight}"
    );
    assert!(regency.rivers.iter().filter(|river| river.name.is_some()).count() >= 2);
}
