use jiff::civil::date;

use super::*;

fn row(code: &str, name: &str, parent: Option<&str>) -> PlaceRow {
    let level = ["province", "regency", "district", "village"][code.matches('.').count()];
    PlaceRow {
        code: code.into(),
        level: level.into(),
        name: name.into(),
        parent: parent.map(Into::into),
        ..PlaceRow::default()
    }
}

fn java() -> Places {
    let ended = PlaceRow {
        valid_to: Some(date(2025, 7, 1)),
        ..row("35.22.02", "Old Ngraho", Some("35.22"))
    };
    let rows = vec![
        row("35.22.01.2002", "Sugihwaras", Some("35.22.01")),
        row("35", "Jawa Timur", None),
        row("35.22", "Kabupaten Bojonegoro", Some("35")),
        row("35.22.01", "Margomulyo", Some("35.22")),
        row("35.22.01.2001", "Lúwihaji", Some("35.22.01")),
        row("35.23", "Kabupaten Tuban", Some("35")),
        ended,
    ];
    Places::new(rows, date(2026, 11, 21))
        .with_names([("35".to_owned(), "en".to_owned(), "East Java".to_owned())])
        .with_changes(vec![Change {
            kind: ChangeKind::Recoded,
            from: "35.22.02".into(),
            to: Some("35.22.01".into()),
            on: Some(date(2025, 7, 1)),
            share: 1.0,
            old_name: None,
        }])
}

fn codes<'a>(places: impl IntoIterator<Item = Place<'a>>) -> Vec<&'a str> {
    places.into_iter().map(Place::code).collect()
}

#[test]
fn children_are_the_current_places_directly_below() {
    let java = java();
    assert_eq!(codes(java.find("35.22").expect("known").children()), ["35.22.01"]);
    assert_eq!(codes(java.roots()), ["35"]);
    assert_eq!(java.levels(), ["province", "regency", "district", "village"]);
}

#[test]
fn ancestors_run_from_the_parent_to_the_root() {
    let java = java();
    let village = java.find("35.22.01.2001").expect("known");
    assert_eq!(codes(village.ancestors()), ["35.22.01", "35.22", "35"]);
    assert_eq!(village.lineage(), ["35.22.01.2001", "35.22.01", "35.22", "35"]);
}

#[test]
fn a_subtree_contains_itself_and_what_lies_below_and_nothing_else() {
    let java = java();
    let place = |code| java.find(code).expect("known");
    assert!(place("35.22").contains(place("35.22")));
    assert!(place("35.22").contains(place("35.22.01.2002")));
    assert!(!place("35.23").contains(place("35.22.01.2002")));
    assert_eq!(
        codes(place("35").descendants_at("village")),
        ["35.22.01.2001", "35.22.01.2002"]
    );
}

#[test]
fn a_name_in_a_language_without_one_falls_back_to_the_delivered_name() {
    let java = java();
    let province = java.find("35").expect("known");
    assert_eq!(
        (province.name_in("en"), province.name_in("jv")),
        ("East Java", "Jawa Timur")
    );
}

#[test]
fn an_old_code_says_what_it_is_today() {
    let java = java();
    let resolved = java.resolve("35.22.02").expect("known");
    assert_eq!(resolved.place.valid_to(), Some(date(2025, 7, 1)));
    assert_eq!(codes(resolved.today), ["35.22.01"]);
    assert_eq!(resolved.changes.len(), 1);
}

#[test]
fn a_code_given_twice_means_the_present_place_and_by_day_the_one_of_that_day() {
    let first = PlaceRow {
        valid_to: Some(date(2020, 1, 1)),
        ..row("35", "First", None)
    };
    let second = PlaceRow {
        valid_from: Some(date(2022, 1, 1)),
        ..row("35", "Second", None)
    };
    let places = Places::new(vec![first, second], date(2026, 1, 1));
    assert_eq!(places.find("35").map(Place::name), Some("Second"));
    assert_eq!(
        places.find_on("35", date(2019, 5, 5)).map(Place::name),
        Some("First")
    );
    assert_eq!(places.find_on("35", date(2021, 5, 5)), None);
}

#[test]
fn search_ignores_marks_and_case_and_puts_exact_names_first() {
    let java = java();
    assert_eq!(codes(java.search("luwi", None, 5)), ["35.22.01.2001"]);
    assert_eq!(codes(java.search("KABUPATEN", None, 5)), ["35.22", "35.23"]);
    assert_eq!(codes(java.search("east java", None, 5)), ["35"]);
    assert_eq!(codes(java.search("35.22.01", None, 1)), ["35.22.01"]);
    assert!(
        java.search("old ngraho", None, 5).is_empty(),
        "an ended place is not offered"
    );
}

#[test]
fn parents_in_a_circle_lose_nobody() {
    let places = Places::new(
        vec![row("35", "A", Some("36")), row("36", "B", Some("35"))],
        date(2026, 1, 1),
    );
    assert_eq!(places.len(), 2);
    assert!(places.find("35").is_some() && places.find("36").is_some());
}

#[test]
fn codes_keep_to_characters_that_are_safe_in_addresses() {
    assert_eq!(
        PlaceCode::parse(" 35.22 ").map(|c| c.to_string()),
        Ok("35.22".into())
    );
    assert!(matches!(
        PlaceCode::parse("a/b"),
        Err(CodeProblem::Character { found: '/', .. })
    ));
    assert_eq!(PlaceCode::parse(""), Err(CodeProblem::Empty));
    assert_eq!(
        PlaceCode::from_name("WESTERN  RUKUM").map(|c| c.to_string()),
        Ok("western-rukum".into())
    );
    assert_eq!(
        PlaceCode::parse("35.22.01")
            .ok()
            .as_ref()
            .and_then(PlaceCode::before_last_dot),
        Some("35.22")
    );
}

#[test]
fn a_position_finds_the_deepest_place_around_it() {
    let square = |side: i32| {
        let ring = [(0, 0), (side, 0), (side, side), (0, side)];
        let ring = ring
            .map(|(lon, lat)| crate::places::boundaries::Vertex { lon, lat })
            .to_vec();
        Shape {
            polygons: vec![vec![ring]],
        }
    };
    let java = java().with_shapes([
        ("35.22".to_owned(), square(1000)),
        ("35.22.01".to_owned(), square(500)),
    ]);
    let at = |lon: f64| java.at(Point { lon, lat: 100e-6 }).map(Place::code);
    assert_eq!(at(100e-6), Some("35.22.01"));
    assert_eq!(at(700e-6), Some("35.22"));
    assert_eq!(at(7000e-6), None);
    let on_level = java.at_on_level(
        Point {
            lon: 100e-6,
            lat: 100e-6,
        },
        "province",
    );
    assert_eq!(on_level.map(Place::code), Some("35"));
}
