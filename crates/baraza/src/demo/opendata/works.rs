//! What the office of public works publishes: water points, rivers and roads.

use std::fmt::Write;

use serde_json::json;

use super::{Offered, said};
use crate::demo::world::{
    census::World,
    random::Random,
    settlement::{Geology, WaterPoint},
};

const OFFICE: &str = "dinas-pu";
const N_LISTS: usize = 3;
/// The year in which the newest water points were built.
const NEWEST: i16 = 2026;
const SEGMENTS_OF_VILLAGE: usize = 3;
/// How many of a hundred segments were surveyed by each list of roads.
const SURVEYED: [usize; 2] = [30, 55];

/// Three lists of the water points: one is given up, new ones come, pumps break and are mended; the last was typed by several hands.
pub fn water_points(world: &World, year: i16) -> Offered {
    Offered {
        slug: "water-points".to_owned(),
        title: "Titik air umum".to_owned(),
        description: said(
            "Keran, sumur, mata air, dan tangki air hujan umum dengan letak, tahun, dan kondisinya.",
            "Public taps, wells, springs and rain tanks with their position, year and condition.",
        ),
        theme: "water",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "water-points.csv",
        editions: (0..N_LISTS).map(|nth| list(world, nth)).collect(),
    }
}

pub fn rivers(world: &World, year: i16) -> Offered {
    Offered {
        slug: "rivers".to_owned(),
        title: "Sungai".to_owned(),
        description: said(
            "Alur sungai di kabupaten, dengan bagian wilayah yang airnya mengalir ke sana.",
            "Courses of the regency's rivers, with the share of the land they drain.",
        ),
        theme: "environment",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "rivers.geojson",
        editions: vec![courses(world)],
    }
}

/// Two lists of a survey that is under way.
pub fn roads(world: &World, year: i16) -> Offered {
    Offered {
        slug: "road-condition".to_owned(),
        title: "Kondisi jalan kabupaten".to_owned(),
        description: said(
            "Ruas jalan kabupaten menurut desa, panjang, permukaan, dan kondisi; survei berjalan sepanjang tahun.",
            "Segments of the regency's roads by village, length, surface and condition; the survey goes on all year.",
        ),
        theme: "infrastructure",
        organisation: OFFICE,
        period: year.to_string(),
        file_name: "road-condition.csv",
        editions: SURVEYED
            .iter()
            .map(|percent| survey(world, (n_segments(world) * percent).div_ceil(100)))
            .collect(),
    }
}

/// How many segments the whole survey has.
pub fn n_segments(world: &World) -> usize {
    world.regency.villages.len() * SEGMENTS_OF_VILLAGE
}

fn list(world: &World, nth: usize) -> String {
    let mut text = String::from(
        "water_point,village_code,village,kind,latitude,longitude,built_on,condition,brackish_ground\n",
    );
    let n = world.regency.water_points.len();
    let mut n_new = 0;
    for (at, point) in world.regency.water_points.iter().enumerate() {
        if point.built_on.year() >= NEWEST {
            n_new += 1;
            let n_known = [0, 1, usize::MAX][nth.min(2)];
            if n_new > n_known {
                continue;
            }
        }
        let condition = condition(point, (at, n), nth);
        line(&mut text, world, point, &point.code, condition);
    }
    if let (0, Some(first)) = (nth, world.regency.water_points.first()) {
        let given_up = first.code.replace("WP-", "WP-X-");
        line(&mut text, world, first, &given_up, "broken");
    }
    text
}

fn line(text: &mut String, world: &World, point: &WaterPoint, code: &str, condition: &str) {
    let village = &world.regency.villages[point.village];
    let is_brackish = village.geology == Geology::Coast;
    let _ = writeln!(
        text,
        "{code},{},{},{},{:.5},{:.5},{},{condition},{}",
        village.code,
        village.name,
        point.kind,
        point.at.lat,
        point.at.lon,
        point.built_on,
        if is_brackish { "yes" } else { "no" }
    );
}

/// What a list says of a water point, of so many.
fn condition(point: &WaterPoint, (at, n): (usize, usize), nth: usize) -> &'static str {
    let was_otherwise = match nth {
        0 => at % 6 == 0,
        1 => at % 9 == 4,
        _ => false,
    };
    let works = point.is_working != was_otherwise;
    let [working, broken] = match nth {
        2 if at == 1 => ["Working", "Broken"],
        2 if at == n / 2 => ["berfungsi", "rusak"],
        2 if at + 2 == n => ["workin", "brokn"],
        _ => ["working", "broken"],
    };
    if works { working } else { broken }
}

fn courses(world: &World) -> String {
    let features: Vec<_> = world
        .regency
        .rivers
        .iter()
        .enumerate()
        .map(|(number, river)| {
            let line: Vec<[f64; 2]> = river.line.iter().map(|point| [point.lon, point.lat]).collect();
            json!({
                "type": "Feature",
                "properties": { "river": number + 1, "name": river.name, "share_of_land_drained": (river.share * 1000.0).round() / 1000.0 },
                "geometry": { "type": "LineString", "coordinates": line },
            })
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

/// The first so many segments of the survey.
fn survey(world: &World, n: usize) -> String {
    let mut text = String::from("segment,village_code,village,length_km,surface,condition\n");
    for number in 0..n.min(n_segments(world)) {
        let village = &world.regency.villages[number / SEGMENTS_OF_VILLAGE];
        let mut random = Random::new(world.seed).stream("road", number as u64);
        let surface = match village.wealth + 0.3 * random.normal() {
            wealth if wealth > 0.5 => "asphalt",
            wealth if wealth > 0.1 => "gravel",
            _ => "earth",
        };
        let _ = writeln!(
            text,
            "R-{:03},{},{},{:.1},{surface},{}",
            number + 1,
            village.code,
            village.name,
            random.between(0.6, 4.2),
            ["good", "fair", "poor"][random.weighted([0.5, 0.3, 0.2])]
        );
    }
    text
}
