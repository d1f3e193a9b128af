//! The passport of one number.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{WATER, counted, load};

#[tokio::test]
async fn every_number_of_a_page_leads_to_its_passport() {
    let town = counted().await;
    let page = town
        .stranger()
        .gets("/indicators/6.1.1?place=35.22&by=sex&period=2026")
        .await
        .is(200)
        .text();
    for address in [
        "/n/now/6.1.1/35.22/2026",
        "/n/now/6.1.1/35.22/2026/sex/F",
        "/n/now/6.1.1/35.22.01/2026",
    ] {
        assert!(page.contains(&format!("href=\"{address}\"")), "{address}: {page}");
        let passport = town.stranger().gets(address).await.is(200).text();
        assert!(passport.contains("This number is live"), "{passport}");
        assert!(passport.contains("census__household"), "{passport}");
    }
    let place = town.stranger().gets("/places/35.22").await.is(200).text();
    for address in ["/n/now/6.1.1/35.22/2026", "/n/now/6.1.1/35.22.02/2026"] {
        assert!(
            place.contains(&format!("href=\"{address}\"")),
            "{address}: {place}"
        );
    }
}

#[tokio::test]
async fn a_passport_says_to_programs_what_it_says_to_people() {
    let town = counted().await;
    let said = town
        .stranger()
        .gets("/n/now/6.1.1/35.22/2026.json")
        .await
        .is(200)
        .json();
    assert_eq!(said["is_released"], json!(false));
    assert_eq!(said["address"], json!("/n/now/6.1.1/35.22/2026"));
    assert_eq!(said["observation"]["n"], json!(345));
    assert_eq!(said["how"]["run"]["tables"], json!({ "census__household": 1 }));
    assert_eq!(said["vintages"], json!([]));
    // Nobody put the table into a dataset.
    assert_eq!(said["datasets"], json!({}));
}

#[tokio::test]
async fn the_passport_of_a_withheld_number_has_no_figure() {
    let town = counted().await;
    let address = "/n/now/6.1.1/35.22.01.2002/2026/sex/F";
    let said = town
        .stranger()
        .gets(&format!("{address}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(said["observation"]["status"], json!("suppressed"));
    for figure in ["value", "n", "numerator", "denominator", "standard_error"] {
        assert!(said["observation"][figure].is_null(), "{said}");
    }
    let page = town.stranger().gets(address).await.is(200).text();
    assert!(page.contains("This number is withheld"), "{page}");
}

#[tokio::test]
async fn another_source_of_the_same_indicator_stands_beside_it() {
    let town = counted().await;
    load(
        &town,
        &WATER.replace(
            "code = \"6.1.1\"",
            "code = \"6.1.1-b\"\nindicator = \"6.1.1\"\nuniverse = \"household.head_sex = 'F'\"",
        ),
    )
    .await;
    town.run_jobs().await;
    let said = town
        .stranger()
        .gets("/n/now/6.1.1/35.22/2026.json")
        .await
        .is(200)
        .json();
    assert_eq!(said["elsewhere"][0]["code"], json!("6.1.1-b"));
    assert_eq!(said["elsewhere"][0]["observation"]["n"], json!(140));
    let page = town
        .stranger()
        .gets("/n/now/6.1.1/35.22/2026")
        .await
        .is(200)
        .text();
    assert!(page.contains("/n/now/6.1.1-b/35.22/2026"), "{page}");
}

#[tokio::test]
async fn a_number_that_is_not_there_has_no_passport() {
    let town = counted().await;
    for address in [
        "/n/now/6.1.1/35.22/1999",
        "/n/now/6.1.1/35/2026",
        "/n/now/6.1.1/35.22/2026/sex/X",
        "/n/now/9.9.9/35.22/2026",
        "/n/2026-1/6.1.1/35.22/2026",
    ] {
        town.stranger().gets(address).await.is(404);
    }
}
