//! Pages that many look at ask the database a few things, however much they show.

use baraza::platform::op::Role;

use crate::{
    indicators::{WATER, counted, import_places, load},
    town::{Town, Visitor},
};

/// How many statements are read to answer an address.
async fn n_reads(town: &Town, path: &str) -> u64 {
    let before = town.app.db.n_reads();
    town.stranger().gets(path).await.is(200);
    town.app.db.n_reads() - before
}

/// Gives the regency eight more key numbers.
async fn load_eight_more(town: &Town) {
    for n in 2..=9 {
        load(town, &WATER.replace("6.1.1", &format!("6.1.{n}"))).await;
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn a_places_page_asks_no_more_for_nine_key_numbers_than_for_one() {
    let town = counted().await;
    town.stranger().gets("/places/35").await.is(200);
    let (first_of_one, again_of_one) = (
        n_reads(&town, "/places/35.22").await,
        n_reads(&town, "/places/35.22").await,
    );
    load_eight_more(&town).await;
    town.stranger().gets("/places/35").await.is(200);
    let page = town.stranger().gets("/places/35.22.01").await.is(200).text();
    assert_eq!(page.matches("class=\"bz-number\"").count(), 9);
    let (first_of_nine, again_of_nine) = (
        n_reads(&town, "/places/35.22").await,
        n_reads(&town, "/places/35.22").await,
    );
    // The map of the districts was drawn before, and is kept.
    assert!(
        first_of_nine <= first_of_one && first_of_one <= 10,
        "{first_of_one} then {first_of_nine}"
    );
    assert_eq!(again_of_nine, again_of_one);
    // Has the list of places changed, have the indicators, the facilities of score cards, the villages that keep their year, and which
    // data are about the place.
    assert_eq!(again_of_one, 5);
}

#[tokio::test]
async fn an_indicators_page_asks_as_little_in_a_large_regency_as_in_a_small_one() {
    let town = counted().await;
    let path = "/indicators/6.1.1?place=35.22&by=sex";
    town.stranger().gets(path).await.is(200);
    let small = n_reads(&town, path).await;
    let villages: String = (10..60)
        .map(|n| format!("35.22.{n},Kecamatan {n}\n35.22.{n}.2001,Desa {n}\n"))
        .collect();
    import_places(&town, &format!("{}{villages}", crate::indicators::PLACES)).await;
    load_eight_more(&town).await;
    town.stranger().gets(path).await.is(200);
    assert_eq!(n_reads(&town, path).await, small);
    // Two checks of what is kept; the place over time, its groups, the places below.
    assert_eq!(small, 5);
}

#[tokio::test]
async fn the_lists_of_indicators_and_the_home_page_do_not_ask_for_each_one() {
    let town = counted().await;
    let visit = || async {
        let mut reads = Vec::new();
        for path in ["/", "/indicators", "/indicators.json", "/search?q=water"] {
            town.stranger().gets(path).await.is(200);
            reads.push((path, n_reads(&town, path).await));
        }
        reads
    };
    let before = visit().await;
    load_eight_more(&town).await;
    assert_eq!(visit().await, before);
}

/// Sends a table of a dataset.
async fn sends(producer: &Visitor<'_>, table: &str) {
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", table.as_bytes()),
        ("file", "wells.csv", "text/csv", b"code,depth\n01,5\n02,7\n"),
    ];
    producer
        .posts_parts("/desk/data/wells/files", &parts)
        .await
        .is(303);
}

#[tokio::test]
async fn a_datasets_page_asks_the_same_for_many_tables_as_for_one() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let entry = [("title", "Wells"), ("open", "yes")];
    producer.submits("/desk/data", &entry).await.is(303);
    sends(&producer, "").await;
    town.run_jobs().await;
    town.stranger().gets("/data/wells").await.is(200);
    let one = n_reads(&town, "/data/wells").await;
    for table in ["Pumps", "Springs", "Rivers", "Lakes"] {
        sends(&producer, table).await;
    }
    town.run_jobs().await;
    let page = town.stranger().gets("/data/wells").await.is(200).text();
    assert_eq!(page.matches("See the whole table").count(), 3, "{page}");
    assert_eq!(n_reads(&town, "/data/wells").await, one);
}

#[tokio::test]
async fn a_list_of_data_asks_the_same_for_many_datasets_as_for_one() {
    let town = Town::new().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let enter = |n: usize| {
        let producer = producer.clone();
        async move {
            let title = format!("Dataset {n}");
            producer
                .submits(
                    "/desk/data",
                    &[("title", title.as_str()), ("open", "yes"), ("place", "35.22")],
                )
                .await
                .is(303);
        }
    };
    enter(0).await;
    // The index follows what was changed first, each change by itself.
    town.stranger().gets("/data").await.is(200);
    let one = n_reads(&town, "/data").await;
    for n in 1..6 {
        enter(n).await;
    }
    town.stranger().gets("/data").await.is(200);
    assert_eq!(n_reads(&town, "/data").await, one);
}
