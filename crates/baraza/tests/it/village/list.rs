//! The list of villages, and the ways by which a newcomer finds what villages and their people do.

use std::time::Duration;

use pretty_assertions::assert_eq;

use super::{
    voice::Village,
    year::{VILLAGE, begun, operator},
};
use crate::{html::check::faults, town::Town};

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Invites to a meeting in the new year.
async fn invites(town: &Town) {
    let fields = [
        ("title", "Musyawarah desa"),
        ("held_on", "2027-01-10"),
        ("starts_at", "19:30"),
        ("venue", "Balai desa"),
        ("agenda", "RKP Desa"),
        ("invited", "women"),
    ];
    operator(town)
        .await
        .submits(&format!("/desk/villages/{VILLAGE}/meetings"), &fields)
        .await
        .is(303);
    town.run_jobs().await;
}

async fn reads(town: &Town, path: &str) -> String {
    town.stranger().gets(path).await.is(200).text()
}

#[tokio::test]
async fn the_list_has_villages_by_district_with_the_lights_of_their_documents_and_the_next_meeting() {
    let town = begun().await;
    invites(&town).await;
    town.advance(A_DAY * 46);
    let list = town.stranger().gets("/villages.json").await.is(200).json();
    let villages = list["villages"].as_array().expect("a list");
    assert_eq!(villages.len(), 1, "{list}");
    let village = &villages[0];
    assert_eq!(village["place"], VILLAGE);
    assert_eq!(village["district"], "35.22.01");
    assert_eq!(village["year"], 2027);
    assert_eq!(village["next_meeting"]["held_on"], "2027-01-10");
    let year = reads(&town, &format!("/villages/{VILLAGE}/year/2027.csv")).await;
    for light in ["green", "yellow", "red", "white"] {
        let n = year.matches(&format!(",{light},")).count();
        assert_eq!(village["documents"][light], n, "{light}: {year}");
    }
    assert_ne!(village["documents"]["yellow"], 0);
    let csv = reads(&town, "/villages.csv").await;
    assert!(
        csv.starts_with("place,name,district,year,green,yellow,red,not_judged,"),
        "{csv}"
    );
    assert!(
        csv.contains("2027-01-10,19:30,Musyawarah desa,Balai desa"),
        "{csv}"
    );
    let page = reads(&town, "/villages").await;
    for shown in [
        "Margomulyo",
        &format!("href=\"/villages/{VILLAGE}\""),
        "bz-light--yellow",
        "Musyawarah desa",
        "One village",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(faults(&page), [""; 0]);
}

#[tokio::test]
async fn a_village_is_found_in_the_list_by_words_of_its_name_or_district_and_by_a_place_above() {
    let town = begun().await;
    for path in [
        "/villages?q=LUWI",
        "/villages?q=margo%20luwi",
        "/villages?place=35.22",
        "/villages?place=35.22.01",
    ] {
        let page = reads(&town, path).await;
        assert!(
            page.contains(&format!("href=\"/villages/{VILLAGE}\"")),
            "{path}: {page}"
        );
    }
    for path in ["/villages?q=ngraho", "/villages?place=35.22.02"] {
        let page = reads(&town, path).await;
        assert!(page.contains("No village that you look for"), "{path}: {page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    town.stranger().gets("/villages?place=35.99").await.is(404);
}

#[tokio::test]
async fn the_home_page_profiles_search_and_the_sitemap_lead_to_what_villages_do() {
    let town = begun().await;
    invites(&town).await;
    let home = reads(&town, "/").await;
    for way in [
        "/villages",
        "/proposals",
        "/goals",
        "/asks",
        "/scorecards",
        "/hotspots",
        "/facilitators",
    ] {
        assert!(home.contains(&format!("href=\"{way}\"")), "{way}: {home}");
    }
    let district = reads(&town, "/places/35.22.01").await;
    assert!(district.contains("/villages?place=35.22.01"), "{district}");
    let other = reads(&town, "/places/35.22.02").await;
    assert!(!other.contains("/villages"), "none there keeps its year: {other}");
    let village = reads(&town, &format!("/places/{VILLAGE}")).await;
    assert!(
        village.contains(&format!("/proposals?place={VILLAGE}")),
        "{village}"
    );
    let found = reads(&town, "/search?q=musyawarah").await;
    assert!(
        found.contains(&format!("/villages/{VILLAGE}/meetings/")),
        "{found}"
    );
    let map = reads(&town, "/sitemap.xml").await;
    for page in [
        "/villages".to_owned(),
        format!("/villages/{VILLAGE}"),
        "/asks".to_owned(),
    ] {
        assert!(map.contains(&format!("{page}</loc>")), "{page}: {map}");
    }
}

#[tokio::test]
async fn a_proposal_is_found_by_its_words_and_its_code_until_it_is_hidden() {
    let village = Village::new().await;
    let code = village.proposes().await;
    let href = format!("href=\"/proposals/{code}\"");
    let town = &village.town;
    for query in ["footbridge", "school%20luwihaji", &code] {
        let found = reads(town, &format!("/search?q={query}")).await;
        assert!(found.contains(&href), "{query}: {found}");
    }
    let map = reads(town, "/sitemap.xml").await;
    assert!(map.contains(&format!("/proposals/{code}</loc>")), "{map}");
    let hidden = [("act", "hide"), ("why_hidden", "It names a neighbour")];
    village
        .operator()
        .await
        .submits(&format!("/desk/proposals/{code}"), &hidden)
        .await
        .is(303);
    let found = reads(town, "/search?q=footbridge").await;
    assert!(!found.contains(&href), "{found}");
    town.stranger()
        .gets(&format!("/proposals/{code}.json"))
        .await
        .is(410);
    village.told().await;
}

#[tokio::test]
async fn the_desk_has_a_door_to_each_voice_of_a_village_for_its_operator() {
    let town = begun().await;
    let desk = operator(&town).await.gets("/desk").await.is(200).text();
    for door in [
        "/desk/villages",
        "/desk/proposals",
        "/desk/goals",
        "/desk/asks",
        "/desk/radio",
    ] {
        assert!(desk.contains(&format!("href=\"{door}\"")), "{door}: {desk}");
    }
}
