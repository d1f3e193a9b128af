//! What the invented regency's offices publish: files as an office would send them, one edition after the other.

pub mod health;
pub mod network;
pub mod planning;
pub mod works;

use std::fmt::Write;

use serde_json::json;

use super::world::census::World;

/// A dataset as an office enters it, with the files that it sends.
pub struct Offered {
    pub slug: String,
    pub title: String,
    /// In Indonesian, then in English.
    pub description: String,
    pub theme: &'static str,
    pub organisation: &'static str,
    pub period: String,
    pub file_name: &'static str,
    /// What the files hold, the first one first.
    pub editions: Vec<String>,
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

/// What is said of a dataset in both languages, and that it is invented.
fn said(indonesian: &str, english: &str) -> String {
    format!("{indonesian} Data contoh rekaan. {english} Invented sample data.")
}
