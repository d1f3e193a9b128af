//! The page of a dataset: the first rows of its tables, and only files that its reader can have.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;

use super::{VILLAGES, publish, send};
use crate::{html::check::faults, town::Town};

const PAGE: &str = "/data/villages-2024";

/// Seven rows of ten columns.
fn wide() -> String {
    let mut csv = String::from("code,name,c3,c4,c5,c6,c7,c8,c9,c10\n");
    for n in 1..=7 {
        csv.push_str(&format!("0{n},Village-{n},3,4,5,6,7,8,nine-{n},ten-{n}\n"));
    }
    csv
}

#[tokio::test]
async fn a_dataset_shows_the_first_rows_of_its_table_and_leads_to_all_of_them() {
    let town = Town::new().await;
    publish(&town, &wide()).await;
    let page = town.stranger().gets(PAGE).await.is(200).text();
    assert_eq!(faults(&page), [""; 0]);
    for part in [
        "Village-1<",
        "Village-5<",
        "href=\"/data/villages-2024/data\">See the whole table",
        "2 more columns are in the files",
        "href=\"/data/villages-2024/data.csv\"",
        "href=\"/data/villages-2024/data.json?all=1\"",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    for part in ["Village-6", "nine-1"] {
        assert!(!page.contains(part), "{part} is in\n{page}");
    }
    let json = format!("{PAGE}/data.json?all=1");
    let all = town.stranger().gets(&json).await.is(200).json();
    assert_eq!(all.as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn first_rows_hold_no_column_that_their_reader_may_not_see() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/villages-2024/columns", &[("data/phone", "personal")])
        .await
        .is(303);
    let page = town.stranger().gets(PAGE).await.is(200).text();
    assert!(page.contains("Sukorejo") && !page.contains("0812"), "{page}");
    let page = steward.gets(PAGE).await.is(200).text();
    assert!(page.contains("0812"), "{page}");
}

#[tokio::test]
async fn files_of_a_table_are_offered_only_to_who_sees_a_column_of_it() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    // Nobody has said yet who may see these columns.
    send(&producer, "kode,nama\n01,Sukorejo\n").await.is(303);
    town.run_jobs().await;
    let page = town.stranger().gets(PAGE).await.is(200).text();
    for part in ["data.csv", "data.json", "data.xlsx", "Sukorejo"] {
        assert!(!page.contains(part), "{part} is in\n{page}");
    }
    assert!(page.contains("href=\"/data/villages-2024/data\""), "{page}");
    town.stranger().gets(&format!("{PAGE}/data.csv")).await.is(400);
    let steward = town.someone(Role::Steward, None).await;
    let page = steward.gets(PAGE).await.is(200).text();
    assert!(page.contains("data.csv") && page.contains("Sukorejo"), "{page}");
}

#[tokio::test]
async fn a_table_whose_only_version_was_withdrawn_has_no_files_and_no_rows() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    let withdrawn = [
        ("act", "standing"),
        ("subject", "data@1"),
        ("kind", "withdrawn"),
        ("why", "Telephone numbers were in it"),
    ];
    steward
        .submits("/desk/data/villages-2024/review", &withdrawn)
        .await
        .is(303);
    for reader in [&town.stranger(), &steward] {
        let page = reader.gets(PAGE).await.is(200).text();
        for part in ["data.csv", "data.json", "Sukorejo"] {
            assert!(!page.contains(part), "{part} is in\n{page}");
        }
    }
}
