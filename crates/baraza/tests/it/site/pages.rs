//! The pages over a regency of two districts and three villages, one of which has ended.

use baraza::places::import::Options;
use baraza::places::{self, NewList};
use baraza::platform::op::Role;

use crate::html::check::faults;
use crate::town::Town;

/// Squares side by side: the regency 90 with districts 90.01 and 90.02, and two villages in the first.
async fn regency() -> Town {
    let town = Town::new().await;
    let square = |code: &str, parent: &str, level: &str, name: &str, west: f64, south: f64, side: f64| {
        let (east, north) = (west + side, south + side);
        serde_json::json!({
            "type": "Feature",
            "properties": { "code": code, "parent": parent, "level": level, "name": name },
            "geometry": { "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
        })
    };
    let list = serde_json::json!({ "type": "FeatureCollection", "features": [
        square("90", "", "regency", "Kabupaten Contoh", 111.0, -7.4, 0.4),
        square("90.01", "90", "district", "Ngasem", 111.0, -7.4, 0.2),
        square("90.02", "90", "district", "Setren & Wadang", 111.2, -7.4, 0.2),
        square("90.01.01", "90.01", "village", "Ngasem Lor", 111.0, -7.4, 0.1),
        square("90.01.02", "90.01", "village", "Ngasem <Kidul>", 111.1, -7.4, 0.1),
    ] });
    let options = Options {
        code_field: Some("code".into()),
        parent_field: Some("parent".into()),
        level_field: Some("level".into()),
        name_fields: vec!["name".into()],
        ..Options::default()
    };
    let list = NewList {
        file_name: "regency.geojson".into(),
        bytes: list.to_string().into_bytes(),
        options,
    };
    places::import(&town.app, &town.system(), list, &|_, _| {})
        .await
        .expect("the list is taken in");
    town.run_jobs().await;
    town
}

/// The words of a page, without its markup.
fn words(html: &str) -> String {
    let words = html
        .split('<')
        .filter_map(|part| part.split_once('>'))
        .map(|(_, words)| words);
    words
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn the_home_page_leads_to_the_districts_of_the_regency() {
    let town = regency().await;
    let home = town.stranger().gets("/").await.is(200).text();
    assert!(
        home.contains("href=\"/places/90.01\"") && home.contains("href=\"/places/90.02\""),
        "{home}"
    );
    assert!(home.contains("aria-label=\"Setren &amp; Wadang\""), "{home}");
    assert_eq!(faults(&home), [""; 0]);
}

#[tokio::test]
async fn an_empty_installation_still_has_a_home_page() {
    let town = Town::new().await;
    let home = town.stranger().gets("/?lang=id").await.is(200).text();
    assert!(words(&home).contains("Temukan desa Anda"), "{home}");
    assert_eq!(faults(&home), [""; 0]);
}

#[tokio::test]
async fn a_district_shows_its_way_up_its_villages_and_its_map() {
    let town = regency().await;
    let page = town.stranger().gets("/places/90.01").await.is(200).text();
    assert!(
        words(&page).contains("Kabupaten Contoh Ngasem District · 90.01 Ngasem"),
        "{}",
        words(&page)
    );
    assert!(page.contains("<a class=\"govuk-link\" href=\"/places/90.01.02\">Ngasem &lt;Kidul&gt;</a>"));
    assert!(page.contains("role=\"group\"") && page.contains("aria-label=\"Ngasem &lt;Kidul&gt;\""));
    assert_eq!(faults(&page), [""; 0]);
}

#[tokio::test]
async fn a_village_is_shown_among_its_neighbours() {
    let town = regency().await;
    let page = town.stranger().gets("/places/90.01.01").await.is(200).text();
    assert!(
        page.contains("bz-map__here") && page.contains("href=\"/places/90.01.02\""),
        "{page}"
    );
    assert_eq!(faults(&page), [""; 0]);
}

#[tokio::test]
async fn a_place_answers_in_every_shape_from_the_same_facts() {
    let town = regency().await;
    let visitor = town.stranger();
    let json = visitor.gets("/places/90.01.json").await.is(200).json();
    assert_eq!(
        (
            json["code"].as_str(),
            json["name"].as_str(),
            json["level"].as_str()
        ),
        (Some("90.01"), Some("Ngasem"), Some("district"))
    );
    assert_eq!(json["ancestors"][0]["code"], "90");
    assert_eq!(json["children"].as_array().map(Vec::len), Some(2));
    let map = visitor.gets("/places/90.01.geojson").await.is(200);
    assert_eq!(map.header("content-type"), "application/geo+json");
    assert_eq!(map.json()["features"][1]["properties"]["name"], "Ngasem <Kidul>");
    let alone = visitor.gets("/places/90.01.01.geojson").await.is(200).json();
    assert_eq!(alone["features"][0]["id"], "90.01.01");
    let table = visitor.gets("/places/90.01.csv").await.is(200);
    assert!(table.header("content-type").starts_with("text/csv"));
    assert!(
        table
            .text()
            .starts_with("place,place_name,level,indicator,name,unit,period,value,lower,upper,n,status"),
        "{}",
        table.text()
    );
}

#[tokio::test]
async fn an_unknown_place_is_a_page_that_says_so() {
    let town = regency().await;
    let page = town.stranger().gets("/places/77.01").await.is(404).text();
    assert!(words(&page).contains("77.01"), "{}", words(&page));
    assert_eq!(faults(&page), [""; 0]);
}

#[tokio::test]
async fn search_finds_places_by_a_part_of_their_name() {
    let town = regency().await;
    let visitor = town.stranger();
    let page = visitor.gets("/search?q=ngasem%20kid").await.is(200).text();
    assert!(
        words(&page).contains("1 result") && page.contains("href=\"/places/90.01.02\""),
        "{page}"
    );
    let nothing = visitor.gets("/search?q=%3Cb%3E").await.is(200).text();
    assert!(words(&nothing).contains("Nothing was found") && !nothing.contains("<b>"));
    for page in [page, nothing, visitor.gets("/search").await.is(200).text()] {
        assert_eq!(faults(&page), [""; 0]);
    }
}

#[tokio::test]
async fn help_can_be_read_in_both_languages() {
    let town = regency().await;
    for (path, english, indonesian) in [
        ("/about", "About this site", "Tentang situs ini"),
        (
            "/about/methods",
            "How a number is made",
            "Bagaimana sebuah angka dibuat",
        ),
        ("/developers", "For developers", "Untuk pengembang"),
    ] {
        for (lang, title) in [("en", english), ("id", indonesian)] {
            let page = town
                .stranger()
                .gets(&format!("{path}?lang={lang}"))
                .await
                .is(200)
                .text();
            assert!(words(&page).contains(title), "{path} in {lang}");
            assert_eq!(faults(&page), [""; 0], "{path} in {lang}");
        }
    }
    let developers = town.stranger().gets("/developers").await.text();
    assert!(
        developers.contains("id=\"problem-places-unknown\""),
        "every problem's address is on the page"
    );
}

#[tokio::test]
async fn the_desk_is_for_those_who_work_here() {
    let town = regency().await;
    town.stranger().gets("/desk").await.is(303);
    town.someone(Role::Citizen, None)
        .await
        .gets("/desk")
        .await
        .is(403);
    let desk = town
        .someone(Role::Enumerator, Some("90.01"))
        .await
        .gets("/desk")
        .await
        .is(200)
        .text();
    assert!(words(&desk).contains("Nothing has been counted here yet") && !desk.contains("/desk/audit"));
    assert_eq!(faults(&desk), [""; 0]);
    let admin = town.admin().await.gets("/desk").await.is(200).text();
    assert!(admin.contains("/desk/people") && admin.contains("/desk/audit"));
}

#[tokio::test]
async fn search_engines_are_told_what_everybody_may_read_and_nothing_else() {
    let town = regency().await;
    let admin = town.admin().await;
    for (title, open) in [("Wells", "yes"), ("Illness", "")] {
        let fields = [("title", title), ("open", open)];
        admin.submits("/desk/data", &fields).await.is(303);
    }
    let robots = town.stranger().gets("/robots.txt").await.is(200).text();
    assert!(
        robots.contains("Disallow: /desk\n") && robots.contains("/sitemap.xml"),
        "{robots}"
    );
    let map = town.stranger().gets("/sitemap.xml").await.is(200).text();
    for page in ["/data/wells", "/places/90.01.02", "/indicators"] {
        assert!(map.contains(&format!("{page}</loc>")), "{page}: {map}");
    }
    assert!(!map.contains("illness"), "{map}");
    // Whoever asks, it is what everybody reads.
    assert_eq!(admin.gets("/sitemap.xml").await.text(), map);
    assert_eq!(town.stranger().gets("/sitemap/1").await.is(200).text(), map);
    town.stranger().gets("/sitemap/2").await.is(404);
}
