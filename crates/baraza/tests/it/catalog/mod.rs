//! The catalogue through the front door: entering, sending, reading, hiding, asking.

use baraza::{
    catalog::{
        self,
        cli::Import,
        model::{Class, TableEntry},
    },
    platform::op::Role,
};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use crate::town::{Answer, Town, Visitor};

mod agenda;
mod at_once;
mod ckan;
mod ckan_rights;
mod ckan_users;
mod ckan_versions;
mod contributions;
mod dataset_page;
mod datastore;
mod dcat;
mod explore;
mod first;
mod gathered;
mod located;
mod metadata;
mod moved;
mod ogc;
mod reading;
mod review;
mod search;
mod series;
mod sql;
mod standards;
mod translated;
mod versions;
mod workflow;
pub mod world;

const VILLAGES: &str =
    "code,name,phone,n\n01,Sukorejo,0812,5\n02,Banjarejo,0813,7\nbroken\n03,\"Kali, Anyar\",,12\n";

/// Enters an open dataset and sends a file for it; a producer's two minutes.
async fn publish(town: &Town, csv: &str) -> String {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [
        ("title", "Villages 2024"),
        ("open", "yes"),
        ("licence", "CC-BY-4.0"),
        ("theme", "regions"),
    ];
    producer.submits("/desk/data", &fields).await.is(303);
    send(&producer, csv).await.is(303);
    town.run_jobs().await;
    "villages-2024".into()
}

async fn send(producer: &Visitor<'_>, csv: &str) -> Answer {
    let parts: [(&str, &str, &str, &[u8]); 2] = [
        ("table", "", "", b""),
        ("file", "villages.csv", "text/csv", csv.as_bytes()),
    ];
    producer
        .posts_parts("/desk/data/villages-2024/files", &parts)
        .await
}

#[tokio::test]
async fn a_file_that_a_producer_sends_becomes_a_table_that_everybody_can_read() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let stranger = town.stranger();
    let list = stranger.gets("/data").await.is(200).text();
    assert!(
        list.contains("Villages 2024") && list.contains("3 rows"),
        "{list}"
    );
    let page = stranger.gets("/data/villages-2024/data").await.is(200).text();
    for part in ["Kali, Anyar", "Banjarejo", "villages.csv", "whole numbers"] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let csv = stranger.gets("/data/villages-2024/data.csv").await.is(200);
    assert_eq!(
        csv.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        csv.text(),
        "code,name,phone,n\r\n01,Sukorejo,0812,5\r\n02,Banjarejo,0813,7\r\n03,\"Kali, Anyar\",,12\r\n"
    );
    let json = stranger
        .gets("/data/villages-2024/data.json?sort=-n")
        .await
        .is(200)
        .json();
    assert_eq!(json["n_found"], 3);
    assert_eq!(json["rows"][0]["name"], "Kali, Anyar");
    assert_eq!(json["rows"][0]["n"], 12);
    assert_eq!(json["resource"]["columns"][3]["kind"], "integer");
    for (format, start) in [
        ("jsonl", &b"{\"code\""[..]),
        ("parquet", b"PAR1"),
        ("xlsx", b"PK"),
    ] {
        let file = stranger
            .gets(&format!("/data/villages-2024/data.{format}"))
            .await
            .is(200);
        assert!(file.body.starts_with(start), "{format}");
    }
}

#[tokio::test]
async fn rows_are_filtered_sorted_and_paged_by_the_address() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let json = town
        .stranger()
        .gets("/data/villages-2024/data.json?by=name&text=REJO&sort=-name")
        .await
        .is(200)
        .json();
    let names: Vec<_> = json["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert_eq!(names, ["Sukorejo", "Banjarejo"]);
    let page = town
        .stranger()
        .gets("/data/villages-2024/data?by=name&text=rejo")
        .await
        .is(200)
        .text();
    assert!(page.contains("Sukorejo") && !page.contains("Kali"), "{page}");
    town.stranger()
        .gets("/data/villages-2024/data?sort=nothing")
        .await
        .is(400);
}

#[tokio::test]
async fn the_file_stays_downloadable_byte_for_byte_and_bad_rows_are_shown_to_its_producer() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let json = town.stranger().gets("/data/villages-2024/data.json").await.json();
    let file = json["resource"]["files"][0]["id"]
        .as_str()
        .expect("a file")
        .to_owned();
    let answer = town
        .stranger()
        .gets(&format!("/data/villages-2024/data/files/{file}"))
        .await
        .is(200);
    assert_eq!(answer.text(), VILLAGES);
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let page = producer.gets("/data/villages-2024/data").await.text();
    assert!(
        page.contains("1 row could not be read") && page.contains("broken"),
        "{page}"
    );
    let page = town.stranger().gets("/data/villages-2024/data").await.text();
    assert!(!page.contains("broken"), "{page}");
}

#[tokio::test]
async fn a_second_file_is_a_new_version_and_the_old_one_can_still_be_read() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "code,name,n\n01,Sukorejo,6\n").await.is(303);
    town.run_jobs().await;
    let now = town.stranger().gets("/data/villages-2024/data.csv").await.text();
    assert_eq!(now, "code,name,n\r\n01,Sukorejo,6\r\n");
    let then = town
        .stranger()
        .gets("/data/villages-2024/data.csv?version=1")
        .await
        .is(200)
        .text();
    // The phone numbers are no column any more, so nobody has said that they may be seen.
    assert!(then.starts_with("code,name,n\r\n01,Sukorejo,5\r\n"), "{then}");
    let page = town
        .stranger()
        .gets("/data/villages-2024/data?version=1")
        .await
        .is(200)
        .text();
    assert!(page.contains("version 1") && page.contains("Banjarejo"), "{page}");
    town.stranger()
        .gets("/data/villages-2024/data?version=99")
        .await
        .is(404);
}

#[tokio::test]
async fn a_file_that_cannot_be_understood_is_told_and_changes_nothing() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, "").await.is(303);
    town.run_jobs().await;
    let page = producer.gets("/desk/data/villages-2024").await.is(200).text();
    assert!(page.contains("Not read") && page.contains("no rows"), "{page}");
    assert_eq!(
        town.stranger().gets("/data/villages-2024/data.json").await.json()["n_found"],
        3
    );
    let parts: [(&str, &str, &str, &[u8]); 1] = [("file", "photo.png", "image/png", b"\x89PNG")];
    let refused = producer
        .posts_parts("/desk/data/villages-2024/files", &parts)
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("photo.png") && refused.contains("not a kind of file"),
        "{refused}"
    );
    let nothing: [(&str, &str, &str, &[u8]); 1] = [("table", "", "", b"")];
    let refused = producer
        .posts_parts("/desk/data/villages-2024/files", &nothing)
        .await
        .is(400)
        .text();
    assert!(refused.contains("Choose a file"), "{refused}");
}

#[tokio::test]
async fn a_dataset_that_is_not_open_is_for_staff_only() {
    let town = Town::new().await;
    let slug = publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    producer
        .submits(&format!("/desk/data/{slug}"), &[("title", "Villages 2024")])
        .await
        .is(303);
    for path in [
        "/data/villages-2024",
        "/data/villages-2024.csv",
        "/data/villages-2024/data",
        "/data/villages-2024/data.csv",
    ] {
        town.stranger().gets(path).await.is(404);
        town.someone(Role::Citizen, None).await.gets(path).await.is(404);
        town.someone(Role::Enumerator, Some("35.22"))
            .await
            .gets(path)
            .await
            .is(404);
        town.someone(Role::Officer, Some("35.22"))
            .await
            .gets(path)
            .await
            .is(200);
    }
    assert!(
        !town
            .stranger()
            .gets("/data")
            .await
            .text()
            .contains("Villages 2024")
    );
    assert_eq!(
        town.stranger().gets("/data.json").await.json()["datasets"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn a_personal_column_leaves_by_no_door_but_the_stewards() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    let columns = "/desk/data/villages-2024/columns";
    town.someone(Role::Producer, Some("35.22"))
        .await
        .submits(columns, &[("data/phone", "open")])
        .await
        .is(403);
    steward
        .submits(columns, &[("data/phone", "personal"), ("data/name", "open")])
        .await
        .is(303);
    let file =
        steward.gets("/data/villages-2024/data.json").await.json()["resource"]["files"][0]["id"].clone();
    let file = format!(
        "/data/villages-2024/data/files/{}",
        file.as_str().expect("a file")
    );
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    for reader in [&town.stranger(), &officer] {
        for path in ["data", "data.csv", "data.json", "data.jsonl", "data?sort=n"] {
            let text = reader
                .gets(&format!("/data/villages-2024/{path}"))
                .await
                .is(200)
                .text();
            assert!(
                !text.contains("0812") && !text.contains("phone"),
                "{path}\n{text}"
            );
        }
        reader.gets("/data/villages-2024/data?sort=phone").await.is(400);
        reader
            .gets("/data/villages-2024/data?by=phone&text=0812")
            .await
            .is(400);
        reader.gets(&file).await.is(403);
    }
    let asked = officer
        .gets("/sql?q=SELECT+phone+FROM+villages_2024")
        .await
        .is(400)
        .text();
    assert!(!asked.contains("0812"), "{asked}");
    let all = officer
        .gets("/sql?q=SELECT+*+FROM+villages_2024")
        .await
        .is(200)
        .text();
    assert!(all.contains("Sukorejo") && !all.contains("0812"), "{all}");
    let told = steward.gets("/data/villages-2024/data.csv").await.is(200).text();
    assert!(told.contains("0812"), "{told}");
    // A new file of the same columns does not undo what the steward said.
    send(&town.someone(Role::Producer, Some("35.22")).await, VILLAGES)
        .await
        .is(303);
    town.run_jobs().await;
    assert!(
        !town
            .stranger()
            .gets("/data/villages-2024/data.csv")
            .await
            .text()
            .contains("0812")
    );
}

#[tokio::test]
async fn staff_ask_in_sql_over_what_they_may_read_and_nothing_else() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let page = officer
        .gets("/sql?q=SELECT+sum(n)+AS+n+FROM+villages_2024")
        .await
        .is(200)
        .text();
    assert!(page.contains("24") && page.contains("villages_2024"), "{page}");
    let csv = officer
        .gets("/sql/download?q=SELECT+code+FROM+villages_2024+ORDER+BY+1&format=csv")
        .await
        .is(200);
    assert_eq!(csv.text(), "code\r\n01\r\n02\r\n03\r\n");
    let wrong = officer
        .gets("/sql?q=DROP+TABLE+villages_2024")
        .await
        .is(400)
        .text();
    assert!(wrong.contains("only questions are answered here"), "{wrong}");
    let elsewhere = officer
        .gets("/sql?q=SELECT+*+FROM+user_account")
        .await
        .is(400)
        .text();
    assert!(elsewhere.contains("there is no table"), "{elsewhere}");
}

#[tokio::test]
async fn an_entry_that_will_not_do_is_shown_again_with_what_is_wrong() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let page = producer
        .submits("/desk/data", &[("title", ""), ("slug", "x")])
        .await
        .is(400)
        .text();
    assert!(page.contains("Enter a title."), "{page}");
    let page = producer
        .submits("/desk/data", &[("title", "Again"), ("slug", "villages-2024")])
        .await
        .is(409)
        .text();
    assert!(
        page.contains("This name is taken") && page.contains("Again"),
        "{page}"
    );
    let page = producer
        .submits("/desk/data", &[("title", "Again"), ("organisation", "nobody")])
        .await
        .is(400)
        .text();
    assert!(page.contains("no organisation"), "{page}");
    town.someone(Role::Officer, Some("35.22"))
        .await
        .submits("/desk/data", &[("title", "Mine")])
        .await
        .is(403);
}

#[tokio::test]
async fn a_table_of_a_form_is_a_dataset_that_is_not_open_and_whose_columns_nobody_has_reviewed() {
    let town = Town::new().await;
    let rows = Rows {
        columns: vec![
            Column::new("head_name", Kind::Text),
            Column::new("water", Kind::Text),
        ],
        rows: vec![vec![Value::from("Siti"), Value::from("piped")]],
    };
    town.app
        .lake
        .create("census__household__member", &rows.columns)
        .await
        .expect("create");
    town.app
        .lake
        .append("census__household__member", &rows)
        .await
        .expect("append");
    let op = town.system();
    let mut tx = town.app.db.begin().await.expect("a transaction");
    tx.enqueue(
        &op,
        &catalog::NoteTable {
            table: "census__household__member".into(),
            organisation: None,
        },
    )
    .await
    .expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
    town.stranger().gets("/data/census-household").await.is(404);
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let json = officer
        .gets("/data/census-household/member.json")
        .await
        .is(200)
        .json();
    assert_eq!(
        (&json["resource"]["n_hidden"], &json["n_found"]),
        (&serde_json::json!(2), &serde_json::json!(1))
    );
    let entry = TableEntry {
        table: "census__household__member".into(),
        dataset: "census-household".into(),
        dataset_title: "Census".into(),
        organisation: None,
        resource: "member".into(),
        title: "Households".into(),
        columns: vec![
            ("water".into(), "Source of drinking water".into(), Class::Open),
            ("head_name".into(), "Name of the head".into(), Class::Personal),
        ],
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    catalog::register_table(&town.app, &mut tx, &op, &entry)
        .await
        .expect("registered");
    tx.commit().await.expect("committed");
    let csv = officer
        .gets("/data/census-household/member.csv")
        .await
        .is(200)
        .text();
    assert_eq!(csv, "water\r\npiped\r\n");
    town.app
        .lake
        .append("census__household__member", &rows)
        .await
        .expect("append");
    assert_eq!(
        officer.gets("/data/census-household/member.csv").await.text(),
        csv,
        "the version that was noted is shown"
    );
}

#[tokio::test]
async fn the_command_line_imports_exports_and_asks() {
    let town = Town::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("villages.csv");
    std::fs::write(&file, VILLAGES).expect("written");
    let given = Import {
        file,
        slug: "villages".into(),
        title: "Villages".into(),
        theme: "regions".into(),
        organization: Some("Dinas Kesehatan".into()),
        license: "CC-BY-4.0".into(),
        open: true,
        ..Import::default()
    };
    let imported = catalog::cli::import(&town.app, given.clone())
        .await
        .expect("imported");
    assert_eq!(
        (imported.n_rows, imported.n_bad, imported.sql_name.as_str()),
        (3, 1, "villages")
    );
    assert_eq!(imported.bad_rows[0].line, 4);
    let mut csv = Vec::new();
    catalog::cli::export(&town.app, "villages", "csv", &mut csv)
        .await
        .expect("exported");
    assert!(
        String::from_utf8_lossy(&csv).starts_with("code,name,phone,n\r\n01,Sukorejo"),
        "{csv:?}"
    );
    let answer = catalog::cli::sql(&town.app, "SELECT max(n) AS most FROM villages")
        .await
        .expect("answered");
    assert_eq!(answer.rows, [[Value::Integer(12)]]);
    let again = catalog::cli::import(&town.app, given.clone())
        .await
        .expect("imported again");
    assert_eq!(again.version, imported.version + 1);
    town.run_jobs().await;
    let page = town.stranger().gets("/data/villages").await.is(200).text();
    assert!(
        page.contains("Dinas Kesehatan") && page.contains("CC-BY-4.0"),
        "{page}"
    );
    let json = town
        .stranger()
        .gets("/data/villages/data.json")
        .await
        .is(200)
        .json();
    assert_eq!(json["resource"]["version"], again.version);
    std::fs::write(&given.file, "").expect("written");
    let error = catalog::cli::import(&town.app, given)
        .await
        .expect_err("an empty file");
    assert!(format!("{error:#}").contains("no rows"), "{error:#}");
    town.run_jobs().await;
}

#[tokio::test]
async fn the_pages_are_read_in_indonesian() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let page = town
        .stranger()
        .gets("/data/villages-2024/data?lang=id")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Asal data") && page.contains("bilangan bulat"),
        "{page}"
    );
}
