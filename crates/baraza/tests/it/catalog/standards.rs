//! Standards: the registry as everybody reads it, columns held against it, fixes that become a version.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;

use crate::{
    html::check::faults,
    town::{Town, Visitor},
};

mod checked;
mod entered;
mod registry;

const PEOPLE: &str = "name,sex\nA,L\nB,P\nC,Laki-laki\nD,perempuan \nE,M\nF,x\nG,\n";

async fn sends(town: &Town, producer: &Visitor<'_>, csv: &str) {
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", "people.csv", "text/csv", csv.as_bytes()),
    ];
    producer
        .posts_parts("/desk/data/people/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
}

/// An open dataset with a column of sexes in many spellings.
async fn people(town: &Town) -> Visitor<'_> {
    opened(town, PEOPLE).await
}

/// An open dataset with a first file, whose columns everybody sees.
async fn opened<'a>(town: &'a Town, csv: &str) -> Visitor<'a> {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "People"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    sends(town, &producer, csv).await;
    producer
}

#[tokio::test]
async fn pages_and_facets_say_what_codes_are_called_and_files_keep_the_codes() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let bare = town
        .stranger()
        .gets("/data/people/data?facet=sex")
        .await
        .is(200)
        .text();
    assert!(!bare.contains("Male (M)"), "{bare}");
    let chosen = [("data/sex", "sex@1")];
    producer
        .submits("/desk/data/people/standards", &chosen)
        .await
        .is(303);
    town.run_jobs().await;
    let stranger = town.stranger();
    for (path, label) in [
        ("/data/people/data?facet=sex", "Male (M)"),
        ("/data/people/data?facet=sex&lang=id", "Laki-laki (M)"),
        ("/data/people?lang=id", "Laki-laki (M)"),
    ] {
        let page = stranger.gets(path).await.is(200).text();
        assert!(page.contains(label), "{path}: {label} is missing in\n{page}");
        assert_eq!(faults(&page), [""; 0], "{path}");
    }
    let page = stranger
        .gets("/data/people/data?facet=sex&lang=en")
        .await
        .is(200)
        .text();
    assert!(
        page.matches("Male (M)").count() >= 2,
        "in a cell and in the facet: {page}"
    );
    assert!(page.contains("v=M"), "what is asked for is the code: {page}");
    let csv = stranger.gets("/data/people/data.csv").await.is(200).text();
    assert!(csv.contains("E,M\r\n"), "{csv}");
    assert!(page.contains("/data/people/data.csv?labels=1"), "{page}");
}

#[tokio::test]
async fn a_file_says_what_codes_are_called_to_whoever_asks_for_that_in_their_language() {
    let town = Town::new().await;
    let producer = people(&town).await;
    let stranger = town.stranger();
    let bare = stranger
        .gets("/data/people/data.csv?labels=1")
        .await
        .is(200)
        .text();
    assert!(
        bare.starts_with("name,sex\r\n"),
        "no column follows a list: {bare}"
    );
    producer
        .submits("/desk/data/people/standards", &[("data/sex", "sex@1")])
        .await
        .is(303);
    town.run_jobs().await;
    for (path, line) in [
        ("/data/people/data.csv?labels=1&lang=en", "E,M,Male\r\n"),
        ("/data/people/data.csv?labels=1&lang=id", "E,M,Laki-laki\r\n"),
        ("/data/people.csv?labels=1&lang=en", "E,M,Male\r\n"),
        ("/data/people/data.csv?labels=1&lang=en", "F,x,\r\n"),
        (
            "/data/people/data.jsonl?labels=1&lang=en",
            r#"{"name":"E","sex":"M","sex_label":"Male"}"#,
        ),
        (
            "/data/people/data.json?labels=1&lang=en",
            r#"{"name":"E","sex":"M","sex_label":"Male"}"#,
        ),
        (
            "/data/people/data.json?all=1&labels=1&lang=id",
            r#"{"name":"E","sex":"M","sex_label":"Laki-laki"}"#,
        ),
        ("/data/people/data.csv", "E,M\r\n"),
    ] {
        let file = stranger.gets(path).await.is(200).text();
        assert!(file.contains(line), "{path}: {line} is missing in {file}");
    }
    for ending in ["xlsx", "parquet"] {
        let path = format!("/data/people/data.{ending}?labels=1");
        stranger.gets(&path).await.is(200);
    }
}
