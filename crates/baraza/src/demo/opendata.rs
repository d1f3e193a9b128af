//! What the invented regency's offices publish: files as an office would send them.

use std::fmt::Write;

use serde_json::json;

use super::world::census::{Round, World};
use super::world::settlement::Geology;

/// A file to be published, with its entry in the catalogue.
pub struct Offered {
    pub slug: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub theme: &'static str,
    pub organisation: &'static str,
    pub file_name: &'static str,
    pub content: String,
}

/// The regency's places as a GeoJSON list to import.
pub fn places(world: &World) -> String {
    let mut text = String::from(r#"{"type":"FeatureCollection","features":["#);
    for (i, place) in world.regency.places.iter().enumerate() {
        let mut properties =
            json!({ "code": place.code, "name": place.name, "level": place.level, "parent": place.parent });
        if place.level == "regency" {
            properties["name"] = json!(format!("Kabupaten {}", place.name));
            properties["name_en"] = json!(format!("{} Regency", place.name));
        }
        let comma = if i > 0 { "," } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            r#"{comma}{{"type":"Feature","id":"{}","properties":{properties},"geometry":{}}}"#,
            place.code,
            place.shape.to_geojson()
        );
    }
    text.push_str("]}");
    text
}

/// Villages and household groups as the household form's list of choices.
pub fn choices(world: &World) -> String {
    let mut text = String::from("name,label,level,parent\n");
    for place in world
        .regency
        .places
        .iter()
        .filter(|place| matches!(place.level, "village" | "household_group"))
    {
        let parent = place
            .parent
            .as_deref()
            .filter(|_| place.level == "household_group")
            .unwrap_or("");
        let _ = writeln!(text, "{},{},{},{parent}", place.code, place.name, place.level);
    }
    text
}

/// Every dataset that is published.
pub fn offered(world: &World) -> Vec<Offered> {
    vec![
        Offered {
            slug: "villages",
            title: "Villages: land, households and ground",
            description: "Every village with its district, area, number of households at the last census, way to the district town and the ground under it. Invented sample data.",
            theme: "regions",
            organisation: "bappeda",
            file_name: "villages.csv",
            content: villages(world),
        },
        Offered {
            slug: "water-points",
            title: "Public water points",
            description: "Public taps, wells, springs and rain tanks with their position, year and condition. Invented sample data.",
            theme: "water",
            organisation: "dinas-pu",
            file_name: "water-points.csv",
            content: water_points(world),
        },
        Offered {
            slug: "rivers",
            title: "Rivers",
            description: "Courses of the regency's rivers, with the share of the land they drain. Invented sample data.",
            theme: "environment",
            organisation: "dinas-pu",
            file_name: "rivers.geojson",
            content: rivers(world),
        },
    ]
}

fn villages(world: &World) -> String {
    let mut households = vec![0usize; world.regency.villages.len()];
    for household in world.households(Round::Second) {
        households[world.regency.groups[household.group].village] += 1;
    }
    let mut text = String::from(
        "village_code,village,district_code,area_km2,households_2026,household_groups,km_to_district_town,ground,on_the_coast\n",
    );
    for (village, n) in world.regency.villages.iter().zip(households) {
        let listed = world
            .regency
            .places
            .iter()
            .find(|place| place.code == village.code);
        let area = listed.map_or(0.0, |place| place.shape.area_km2());
        let district = listed.and_then(|place| place.parent.as_deref()).unwrap_or("");
        let _ = writeln!(
            text,
            "{},{},{district},{area:.2},{n},{},{:.1},{},{}",
            village.code,
            village.name,
            village.groups.len(),
            village.remoteness,
            village.geology.as_str(),
            if village.is_coastal { "yes" } else { "no" }
        );
    }
    text
}

fn water_points(world: &World) -> String {
    let mut text = String::from(
        "water_point,village_code,village,kind,latitude,longitude,built_on,condition,brackish_ground\n",
    );
    for point in &world.regency.water_points {
        let village = &world.regency.villages[point.village];
        let _ = writeln!(
            text,
            "{},{},{},{},{:.5},{:.5},{},{},{}",
            point.code,
            village.code,
            village.name,
            point.kind,
            point.at.lat,
            point.at.lon,
            point.built_on,
            if point.is_working { "working" } else { "broken" },
            if village.geology == Geology::Coast {
                "yes"
            } else {
                "no"
            }
        );
    }
    text
}

fn rivers(world: &World) -> String {
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
