//! Real lists and boundaries, from the folder that `BARAZA_REAL_DATA` names or a `shared/data` above the project.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use baraza::{
    catalog::versions::lineage,
    places::{
        self, NewList, Outcome, Report,
        boundaries::{Point, topology::Zoom},
        import::{Broken, Options},
        model::{ChangeKind, Place},
    },
};
use jiff::civil::date;

use super::{from, index, subtree};
use crate::town::Town;

/// A file of the real data; `None` with a plain word where the folder is absent, which CI does not accept.
fn real(name: &str) -> Option<Vec<u8>> {
    let beside = || {
        let above = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("shared/data"));
        above.into_iter().find(|folder| folder.exists())
    };
    let folder = std::env::var_os("BARAZA_REAL_DATA")
        .map(PathBuf::from)
        .or_else(beside);
    let bytes = folder.and_then(|folder| std::fs::read(folder.join("01-admin").join(name)).ok());
    if bytes.is_none() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "{name} is absent: set BARAZA_REAL_DATA"
        );
        eprintln!("real data absent: set BARAZA_REAL_DATA to the folder with 01-admin to run this check");
    }
    bytes
}

async fn kept(town: &Town, name: &str, options: Options) -> Option<Report> {
    let list = NewList {
        file_name: name.into(),
        bytes: real(name)?,
        options,
    };
    let outcome = places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list");
    town.run_jobs().await;
    match outcome {
        Outcome::Kept(report) => Some(report),
        Outcome::Refused { broken, .. } => {
            panic!("{name}: {} broken rows, first {}", broken.len(), broken[0])
        }
    }
}

#[tokio::test]
async fn indonesias_lists_of_2023_and_2025_load_and_explain_each_other() {
    let town = Town::new().await;
    let Some(first) = kept(&town, "indonesia/wilayah_2023.csv.gz", from(date(2023, 1, 1))).await else {
        return;
    };
    assert_eq!((first.n_begun, first.broken.len()), (91_591, 0));
    let Some(second) = kept(&town, "indonesia/wilayah_2025.csv.gz", from(date(2025, 7, 1))).await else {
        return;
    };
    assert_eq!((second.n_begun, second.n_ended), (1_258, 1_250));
    let places = index(&town).await;
    assert_eq!(places.current().count(), 91_599);
    let today = |code: &str| -> Vec<String> {
        let resolved = places.resolve(code).expect("an old code resolves");
        resolved
            .today
            .iter()
            .map(|place| format!("{} {}", place.code(), place.name()))
            .collect()
    };
    // Law 29/2022 made Papua Barat Daya (96) of a part of Papua Barat (92).
    assert_eq!(today("92.01"), ["96.01 Kabupaten Sorong"]);
    assert_eq!(today("92.71"), ["96.71 Kota Sorong"]);
    // Toili Jaya was split off Toili.
    assert_eq!(today("72.01.09.2015"), ["72.01.24.2001 Tolisu"]);
    let split: Vec<_> = places
        .changes_of("72.01.09")
        .map(|change| (change.kind.as_str(), change.to.as_deref()))
        .collect();
    assert_eq!(split, [("split", Some("72.01.24"))]);
    assert_eq!(subtree(&town, "35.22").await.len(), 1 + 28 + 430);
    let unexplained = places
        .ever()
        .filter(|place| places.resolve(place.code()).is_none_or(|r| r.today.is_empty()))
        .count();
    assert!(unexplained < 60, "{unexplained} old codes lead nowhere");
    // A table with the codes of both years says what became of them in words.
    let holds = |place: &Place<'_>| places.find(place.code()).is_some_and(Place::is_current);
    let removed: BTreeSet<&str> = places
        .ever()
        .filter(|place| !holds(place))
        .map(Place::code)
        .collect();
    let begun = places
        .ever()
        .filter(|place| place.valid_from() == Some(date(2025, 7, 1)));
    let added: BTreeSet<&str> = begun.map(Place::code).collect();
    assert_eq!((removed.len(), added.len()), (1_250, 1_258));
    let became = lineage::between(&places, &removed, &added);
    let explained: BTreeSet<&str> = became.iter().map(|known| known.from.as_str()).collect();
    let n_explained = removed.intersection(&explained).count();
    assert!(
        n_explained > 1_190,
        "{n_explained} of 1,250 lost codes are explained"
    );
    for (kind, from, to) in [
        (ChangeKind::Recoded, "92.01", "96.01"),
        (ChangeKind::Split, "72.01.09", "72.01.24"),
    ] {
        let is_told = became
            .iter()
            .any(|known| (known.kind, known.from.as_str(), known.to.as_str()) == (kind, from, to));
        assert!(is_told, "{from} became {to}");
    }
}

#[tokio::test]
async fn east_java_and_the_villages_of_bojonegoro_make_one_tree_with_a_map() {
    let town = Town::new().await;
    for (name, n) in [
        ("indonesia/bojonegoro_3522_villages.geojson", 430),
        ("indonesia/jawa_timur_35_districts.geojson", 666),
        ("indonesia/jawa_timur_35_regencies.geojson", 38),
    ] {
        let Some(report) = kept(&town, name, Options::default()).await else {
            return;
        };
        assert_eq!((report.n_begun, report.n_boundaries), (n, n), "{name}");
    }
    let places = index(&town).await;
    let bojonegoro = places.find("35.22").expect("known");
    assert_eq!(bojonegoro.descendants_at("village").count(), 430);
    // The villages' own positions, as the list gives them, lie in their own boundaries.
    let text = real("indonesia/bojonegoro_3522_villages.geojson").expect("there a moment ago");
    let list: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let features = list["features"].as_array().expect("features");
    let hits = features.iter().filter(|feature| {
        let p = &feature["properties"];
        let point = Point {
            lon: p["lng"].as_f64().expect("a number"),
            lat: p["lat"].as_f64().expect("a number"),
        };
        places.at_on_level(point, "village").map(Place::code) == p["kode"].as_str()
    });
    assert!(hits.count() >= 415, "villages are not where they are");
    let outlines = places::boundaries_below(&town.app, bojonegoro, "village", Zoom(9))
        .await
        .expect("outlines");
    let (drawn, full): (usize, usize) = outlines
        .iter()
        .map(|outline| {
            (
                outline.shape.vertices().count(),
                places
                    .find(&outline.code)
                    .and_then(Place::shape)
                    .map_or(0, |shape| shape.vertices().count()),
            )
        })
        .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert_eq!(outlines.len(), 430);
    assert!(drawn * 4 < full, "{drawn} corners of {full} are left");
}

#[tokio::test]
async fn nakurus_wards_hang_below_constituencies_made_from_a_column() {
    let town = Town::new().await;
    let options = Options {
        level: Some("ward".into()),
        code_field: Some("COUNTY_ASS".into()),
        name_fields: vec!["COUNTY_A_1".into()],
        parent_field: Some("CONST_CODE".into()),
        parent_name_field: Some("CONSTITUEN".into()),
        parent_level: Some("constituency".into()),
        ..Options::default()
    };
    let Some(report) = kept(&town, "kenya/nakuru_wards_iebc2012.geojson", options).await else {
        return;
    };
    assert_eq!((report.n_begun, report.n_boundaries), (55 + 11, 55));
    let places = index(&town).await;
    // Two wards are called Biashara; the constituency tells them apart.
    let above: Vec<_> = places
        .search("biashara", Some("ward"), 9)
        .into_iter()
        .filter_map(|ward| ward.parent().map(Place::name))
        .collect();
    assert_eq!(above, ["NAIVASHA", "NAKURU TOWN EAST"]);
    assert_eq!(
        places
            .at(Point {
                lon: 36.07,
                lat: -0.29
            })
            .map(Place::level),
        Some("ward")
    );
}

#[tokio::test]
async fn karnali_without_codes_gets_them_from_its_names() {
    let town = Town::new().await;
    let options = Options {
        level: Some("district".into()),
        name_fields: vec!["DISTRICT".into()],
        ..Options::default()
    };
    let Some(report) = kept(
        &town,
        "nepal/karnali_province6/Province-6-with-districts.geojson",
        options,
    )
    .await
    else {
        return;
    };
    assert!(report.has_made_codes);
    let places = index(&town).await;
    assert_eq!(
        places.find("western-rukum").map(Place::name),
        Some("WESTERN RUKUM")
    );
    assert_eq!(
        places
            .at(Point {
                lon: 82.18,
                lat: 29.27
            })
            .map(Place::name),
        Some("JUMLA")
    );
}

#[tokio::test]
async fn kenyas_nameless_county_is_reported_and_the_others_can_be_kept() {
    let town = Town::new().await;
    let Some(bytes) = real("kenya/counties.geojson") else {
        return;
    };
    let options = Options {
        level: Some("county".into()),
        code_field: Some("COUNTY_COD".into()),
        name_fields: vec!["COUNTY_NAM".into()],
        broken: Broken::KeepGood,
        ..Options::default()
    };
    let list = NewList {
        file_name: "counties".into(),
        bytes,
        options,
    };
    let Ok(Outcome::Kept(report)) = places::import(&town.app, &town.system(), list, &|_, _| ()).await else {
        panic!("not kept")
    };
    town.run_jobs().await;
    assert_eq!((report.n_begun, report.broken.len()), (47, 1));
    assert_eq!(
        report.broken[0].to_string(),
        "feature 48: has no name; fill it in"
    );
}

#[tokio::test]
async fn bangladeshs_lists_without_headers_load_with_names_in_bangla() {
    let town = Town::new().await;
    for (name, level, prefix, parent_prefix) in [
        ("bangladesh/divisions.csv", "division", "", ""),
        ("bangladesh/districts.csv", "district", "D", ""),
        ("bangladesh/upazilas.csv", "upazila", "U", "D"),
    ] {
        let options = Options {
            level: Some(level.into()),
            code_prefix: prefix.into(),
            parent_prefix: parent_prefix.into(),
            ..Options::default()
        };
        if kept(&town, name, options).await.is_none() {
            return;
        }
    }
    let places = index(&town).await;
    assert_eq!(places.levels(), ["division", "district", "upazila"]);
    assert_eq!(places.at_level("upazila").count(), 494);
    assert_eq!(
        places.find("D1").map(|place| (place.name(), place.name_in("bn"))),
        Some(("Cumilla", "কুমিল্লা"))
    );
}
