//! Versions of a table: read by number and by day, compared, cited, withdrawn.

use std::time::Duration;

use baraza::{
    places::{self, NewList, Outcome, import::Options},
    platform::op::Role,
};
use jiff::civil::{Date, date};
use pretty_assertions::assert_eq;

use super::{VILLAGES, publish, send};
use crate::{
    html::check::faults,
    town::{Answer, Town, Visitor},
};

const NEXT: &str = "code,name,phone,n\n01,Sukorejo,0812,6\n02,Banjarejo,0813,7\n04,Dander,,9\n";

/// A table of three versions: on Monday, on Wednesday and on Friday.
pub(super) async fn three_versions() -> Town {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    for csv in [NEXT, "code,name,phone,n\n01,Sukorejo,0812,6\n04,Dander,,10\n"] {
        town.advance(Duration::from_secs(2 * 24 * 3600));
        let producer = town.someone(Role::Producer, Some("35.22")).await;
        send(&producer, csv).await.is(303);
        town.run_jobs().await;
    }
    town
}

#[tokio::test]
async fn what_changed_between_two_versions_is_said_in_words_and_shown_row_by_row() {
    let town = three_versions().await;
    let stranger = town.stranger();
    let path = "/data/villages-2024/data/versions/1..2";
    let page = stranger.gets(path).await.is(200).text();
    for part in [
        "1 row was added.",
        "1 row was removed.",
        "In 1 row something changed.",
        "n in 1 row",
        "by code",
        "Kali, Anyar",
        "Dander",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let page = stranger.gets(&format!("{path}?lang=id")).await.is(200).text();
    assert!(page.contains("1 baris ditambahkan."), "{page}");
    let json = stranger
        .gets(&format!("{path}.json?change=changed"))
        .await
        .is(200)
        .json();
    assert_eq!(json["key"], serde_json::json!(["code"]));
    assert_eq!(
        (
            json["n_added"].as_u64(),
            json["n_removed"].as_u64(),
            json["n_changed"].as_u64()
        ),
        (Some(1), Some(1), Some(1))
    );
    assert_eq!(json["rows"][0]["before"]["n"], 5);
    assert_eq!(json["rows"][0]["after"]["n"], 6);
    let csv = stranger
        .gets(&format!("{path}.csv?change=changed"))
        .await
        .is(200)
        .text();
    assert_eq!(
        csv,
        "change,code,column,before,after,times\r\nchanged,01,n,5,6,1\r\n"
    );
    // Another key, and one that is none.
    stranger.gets(&format!("{path}?key=name")).await.is(200);
    let refused = stranger.gets(&format!("{path}?key=phone")).await.is(400).text();
    assert!(refused.contains("phone is no key"), "{refused}");
    stranger
        .gets("/data/villages-2024/data/versions/1..9")
        .await
        .is(404);
    stranger
        .gets("/data/villages-2024/data/versions/nonsense")
        .await
        .is(404);
}

/// Takes in a list of places that holds from a day.
async fn list_places(town: &Town, list: &str, from: Date) {
    let list = NewList {
        file_name: "list".into(),
        bytes: list.as_bytes().to_vec(),
        options: Options {
            valid_from: Some(from),
            ..Options::default()
        },
    };
    let outcome = places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list");
    assert!(matches!(outcome, Outcome::Kept(_)), "{outcome:?}");
    town.run_jobs().await;
}

#[tokio::test]
async fn what_became_of_the_places_that_name_the_rows_is_said_in_words() {
    const OLDER: &str = "kode,nama\n35.22.01,Margomulyo\n35.22.01.2001,Luwihaji\n35.22.01.2002,Sugihwaras\n\
        35.22.02,Ngraho\n35.22.02.2001,Sumberagung\n";
    const NEWER: &str = "kode,nama\n35.22.01,Margomulyo\n35.22.01.2002,Sugihwaras\n35.22.02,Ngrahu\n\
        35.22.02.2001,Sumberagung\n35.22.29,Gayam\n35.22.29.2001,Luwihaji\n";
    let town = Town::new().await;
    let above = "35,Jawa Timur\n35.22,Kabupaten Bojonegoro\n";
    let with_above = |list: &str| list.replacen("kode,nama\n", &format!("kode,nama\n{above}"), 1);
    publish(&town, OLDER).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send(&producer, NEWER).await.is(303);
    town.run_jobs().await;
    let path = "/data/villages-2024/data/versions/1..2?key=kode";
    let unlisted = town.stranger().gets(path).await.is(200).text();
    assert!(
        unlisted.contains("2 rows were added.") && !unlisted.contains("What became of places"),
        "{unlisted}"
    );
    list_places(&town, &with_above(OLDER), date(2023, 1, 1)).await;
    list_places(&town, &with_above(NEWER), date(2025, 7, 1)).await;
    let page = town.stranger().gets(path).await.is(200).text();
    for part in [
        "What became of places",
        "1 place was split.",
        "1 place has a new code.",
        "1 place has a new name.",
        "Margomulyo (35.22.01)",
        "Gayam (35.22.29)",
        "Luwihaji (35.22.01.2001)",
        "Luwihaji (35.22.29.2001)",
        "Ngraho (35.22.02)",
        "Ngrahu (35.22.02)",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert_eq!(faults(&page), [""; 0]);
    let page = town
        .stranger()
        .gets(&format!("{path}&lang=id"))
        .await
        .is(200)
        .text();
    assert!(page.contains("1 wilayah dimekarkan."), "{page}");
}

#[tokio::test]
async fn the_lists_of_versions_say_when_each_was_shown_and_what_the_comparison_says() {
    let town = three_versions().await;
    let stranger = town.stranger();
    // The page of the table compares nothing itself.
    let page = stranger.gets("/data/villages-2024/data").await.is(200).text();
    assert!(
        page.contains("versions/1..2") && !page.contains("In 1 row something changed."),
        "{page}"
    );
    for path in ["/data/villages-2024/data/versions", "/data/villages-2024/data"] {
        let page = stranger.gets(path).await.is(200).text();
        for part in [
            "1 row was added. 1 row was removed. In 1 row something changed.",
            "versions/1..2",
            "16 November 2026",
            "18 November 2026",
            "20 November 2026",
        ] {
            assert!(page.contains(part), "{part} is missing in\n{page}");
        }
    }
}

#[tokio::test]
async fn columns_that_are_not_open_are_compared_for_stewards_only() {
    let town = three_versions().await;
    let steward = town.someone(Role::Steward, None).await;
    let columns = [("data/phone", "personal")];
    steward
        .submits("/desk/data/villages-2024/columns", &columns)
        .await
        .is(303);
    let path = "/data/villages-2024/data/versions/1..2";
    for path in [path.to_owned(), format!("{path}.json"), format!("{path}.csv")] {
        let told = town.stranger().gets(&path).await.is(200).text();
        assert!(!told.contains("0813") && !told.contains("phone"), "{told}");
    }
    town.stranger().gets(&format!("{path}?key=phone")).await.is(400);
    assert!(
        steward
            .gets(&format!("{path}.json"))
            .await
            .text()
            .contains("0812")
    );
}

#[tokio::test]
async fn a_table_is_read_as_it_was_on_a_day() {
    let town = three_versions().await;
    let stranger = town.stranger();
    for (day, n) in [
        ("2026-11-16", 3),
        ("2026-11-17", 3),
        ("2026-11-18", 3),
        ("2026-11-20", 2),
        ("2027-01-01", 2),
    ] {
        let json = stranger
            .gets(&format!("/data/villages-2024/data.json?at={day}"))
            .await
            .is(200)
            .json();
        assert_eq!(json["n_found"], n, "{day}");
    }
    let csv = stranger
        .gets("/data/villages-2024/data.csv?at=2026-11-18")
        .await
        .is(200)
        .text();
    assert!(csv.contains("Dander,,9"), "{csv}");
    let csv = stranger
        .gets("/data/villages-2024.csv?at=2026-11-16")
        .await
        .is(200)
        .text();
    assert!(csv.contains("Kali, Anyar"), "{csv}");
    let page = stranger
        .gets("/data/villages-2024/data?at=2026-11-18")
        .await
        .is(200)
        .text();
    assert!(page.contains("This is version 2: number 2 of 3."), "{page}");
    stranger
        .gets("/data/villages-2024/data?at=2026-11-15")
        .await
        .is(404);
    stranger
        .gets("/data/villages-2024/data?at=yesterday")
        .await
        .is(400);
}

#[tokio::test]
async fn each_version_has_a_permanent_address_and_can_be_cited() {
    let town = three_versions().await;
    let stranger = town.stranger();
    let page = stranger
        .gets("/data/villages-2024/data/versions")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Cite this") && page.contains("Version 3,"),
        "{page}"
    );
    let json = stranger
        .gets("/data/villages-2024/data/versions.json")
        .await
        .is(200)
        .json();
    let address = json["versions"][2]["address"]
        .as_str()
        .expect("an address")
        .to_owned();
    let path = &address[address.find("/tables/").expect("a path")..];
    let led = stranger.gets(path).await.is(307);
    assert_eq!(led.header("location"), "/data/villages-2024/data?version=1");
    let csv = stranger
        .gets("/data/villages-2024/data/versions.csv")
        .await
        .is(200)
        .text();
    assert_eq!(csv.lines().count(), 4, "{csv}");
    let led = stranger
        .gets("/data/villages-2024/data/versions?before=1&after=3")
        .await
        .is(303);
    assert_eq!(led.header("location"), "/data/villages-2024/data/versions/1..3");
    stranger.gets("/tables/nothing/1").await.is(404);
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let closed = [("title", "Villages 2024")];
    producer
        .submits("/desk/data/villages-2024", &closed)
        .await
        .is(303);
    let told = stranger.gets(path).await.is(404).text();
    assert!(!told.contains("villages-2024"), "{told}");
}

#[tokio::test]
async fn a_question_in_sql_names_versions() {
    let town = three_versions().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let asks = |sql: &str| {
        let pairs = [("q", sql), ("format", "csv")];
        format!(
            "/sql/download?{}",
            serde_urlencoded::to_string(pairs).expect("a query")
        )
    };
    let sql =
        "SELECT v.name, w.n FROM villages_2024@1 v JOIN \"villages_2024@2\" w USING (code) ORDER BY v.name";
    let csv = officer.gets(&asks(sql)).await.is(200).text();
    assert_eq!(csv, "name,n\r\nBanjarejo,7\r\nSukorejo,6\r\n");
    officer
        .gets(&asks("SELECT * FROM villages_2024@99"))
        .await
        .is(404);
    officer.gets(&asks("SELECT * FROM secrets@1")).await.is(400);
}

#[tokio::test]
async fn a_version_that_is_withdrawn_is_not_served_and_the_one_before_is_shown() {
    let town = three_versions().await;
    let steward = town.someone(Role::Steward, None).await;
    let stranger = town.stranger();
    let says = |subject: &'static str, kind: &'static str| {
        [
            ("act", "standing"),
            ("subject", subject),
            ("kind", kind),
            ("why", "A column was mixed up"),
        ]
    };
    let review = "/desk/data/villages-2024/review";
    steward
        .submits(review, &says("data@1", "withdrawn"))
        .await
        .is(303);
    for path in [
        "data?version=1",
        "data.csv?version=1",
        "versions/1..2",
        "data/versions/1..2",
    ] {
        let expected = if path.starts_with("versions") { 404 } else { 410 };
        let gone = stranger
            .gets(&format!("/data/villages-2024/{path}"))
            .await
            .is(expected)
            .text();
        assert!(!gone.contains("Kali"), "{gone}");
    }
    assert_eq!(
        stranger.gets("/data/villages-2024/data.json").await.json()["n_found"],
        2
    );
    steward
        .submits(review, &says("data@3", "withdrawn"))
        .await
        .is(303);
    let csv = stranger.gets("/data/villages-2024/data.csv").await.is(200).text();
    assert!(csv.contains("Banjarejo") && csv.contains("Dander,,9"), "{csv}");
    stranger
        .gets("/data/villages-2024/data.csv?version=3")
        .await
        .is(410);
    let list = stranger
        .gets("/data/villages-2024/data/versions")
        .await
        .is(200)
        .text();
    assert!(
        list.contains("A column was mixed up") && list.contains("Withdrawn"),
        "{list}"
    );
    steward.submits(review, &says("data@3", "restored")).await.is(303);
    assert_eq!(
        stranger.gets("/data/villages-2024/data.json").await.json()["n_found"],
        2
    );
}

#[tokio::test]
async fn a_table_whose_every_version_was_withdrawn_says_why() {
    let town = three_versions().await;
    let steward = town.someone(Role::Steward, None).await;
    for subject in ["data@3", "data@2", "data@1"] {
        let says = [
            ("act", "standing"),
            ("subject", subject),
            ("kind", "withdrawn"),
            ("why", "A column was mixed up"),
        ];
        steward
            .submits("/desk/data/villages-2024/review", &says)
            .await
            .is(303);
    }
    let stranger = town.stranger();
    for path in ["data?version=3", "data?version=1", "data.csv?version=3"] {
        let gone = stranger
            .gets(&format!("/data/villages-2024/{path}"))
            .await
            .is(410)
            .text();
        assert!(gone.contains("A column was mixed up"), "{gone}");
    }
    let page = stranger.gets("/data/villages-2024/data").await.is(200).text();
    assert!(!page.contains("Sukorejo"), "{page}");
}

#[tokio::test]
async fn the_columns_that_name_a_row_can_be_declared() {
    let town = three_versions().await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let review = "/desk/data/villages-2024/review";
    let says = |columns: &'static str| [("act", "key"), ("resource", "data"), ("columns", columns)];
    producer.submits(review, &says("nothing")).await.is(404);
    producer.submits(review, &says("name")).await.is(303);
    let json = town
        .stranger()
        .gets("/data/villages-2024/data/versions/1..2.json")
        .await
        .is(200)
        .json();
    assert_eq!(json["key"], serde_json::json!(["name"]));
}

async fn send_as(producer: &Visitor<'_>, name: &str, csv: &str) -> Answer {
    let parts: [(&str, &str, &str, &[u8]); 2] =
        [("table", "", "", b""), ("file", name, "text/csv", csv.as_bytes())];
    producer
        .posts_parts("/desk/data/villages-2024/files", &parts)
        .await
}

/// A table whose second file has other columns than the first, which nobody has reviewed.
async fn other_columns() -> Town {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    town.advance(Duration::from_secs(24 * 3600));
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send_as(&producer, "second.csv", "kode,nama\n01,Sukorejo\n")
        .await
        .is(303);
    town.run_jobs().await;
    town
}

#[tokio::test]
async fn an_older_version_has_its_own_rows_columns_and_file() {
    let town = other_columns().await;
    let steward = town.someone(Role::Steward, None).await;
    let open = [("data/kode", "open"), ("data/nama", "open")];
    steward
        .submits("/desk/data/villages-2024/columns", &open)
        .await
        .is(303);
    town.advance(Duration::from_secs(24 * 3600));
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    send_as(&producer, "third.csv", NEXT).await.is(303);
    town.run_jobs().await;
    let stranger = town.stranger();
    let path = "/data/villages-2024/data";
    let now = stranger.gets(path).await.is(200).text();
    assert!(
        now.contains("3 rows in 4 columns") && now.contains("third.csv"),
        "{now}"
    );
    let then = stranger.gets(&format!("{path}?version=2")).await.is(200).text();
    for part in ["1 row in 2 columns", "second.csv", "nama", "Sukorejo"] {
        assert!(then.contains(part), "no {part} in\n{then}");
    }
    assert!(!then.contains("third.csv"), "{then}");
    let json = stranger
        .gets(&format!("{path}.json?version=2"))
        .await
        .is(200)
        .json();
    let told = &json["resource"];
    assert_eq!(
        (told["version"].as_u64(), told["n_rows"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(told["columns"][1]["name"], "nama");
    assert_eq!(told["columns"][1]["profile"]["least"], "Sukorejo");
    let csv = stranger
        .gets(&format!("{path}.csv?version=2"))
        .await
        .is(200)
        .text();
    assert_eq!(csv, "kode,nama\r\n01,Sukorejo\r\n");
}

#[tokio::test]
async fn columns_that_nobody_reviewed_are_hidden_in_every_version_but_not_from_who_may_see_all() {
    let town = other_columns().await;
    let stranger = town.stranger();
    let path = "/data/villages-2024/data";
    for address in [path.to_owned(), format!("{path}?version=1")] {
        let page = stranger.gets(&address).await.is(200).text();
        assert!(
            page.contains("A data steward has not yet said which columns everybody may see"),
            "{page}"
        );
        for part in [
            "0 columns",
            "data.csv",
            "read_csv",
            "id=\"columns\"",
            "Sukorejo",
            "0812",
        ] {
            assert!(!page.contains(part), "{address} has {part}:\n{page}");
        }
    }
    stranger.gets(&format!("{path}.csv")).await.is(400);
    let steward = town.someone(Role::Steward, None).await;
    let csv = steward
        .gets(&format!("{path}.csv?version=1"))
        .await
        .is(200)
        .text();
    assert!(
        csv.starts_with("code,name,phone,n\r\n01,Sukorejo,0812,5\r\n"),
        "{csv}"
    );
    let page = steward.gets(&format!("{path}?version=1")).await.is(200).text();
    assert!(page.contains("3 rows in 4 columns"), "{page}");
}

#[tokio::test]
async fn a_hidden_column_stays_hidden_in_the_versions_that_had_it_and_in_their_comparisons() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    let columns = [("data/phone", "personal")];
    steward
        .submits("/desk/data/villages-2024/columns", &columns)
        .await
        .is(303);
    for csv in [NEXT, "code,name,n\n01,Sukorejo,6\n04,Dander,10\n"] {
        town.advance(Duration::from_secs(24 * 3600));
        let producer = town.someone(Role::Producer, Some("35.22")).await;
        send(&producer, csv).await.is(303);
        town.run_jobs().await;
    }
    let stranger = town.stranger();
    let path = "/data/villages-2024/data";
    for address in [
        "?version=1",
        ".json?version=1",
        ".csv?version=2",
        ".jsonl?version=2&show=*",
        "/versions",
        "/versions/1..2",
        "/versions/1..2.json",
        "/versions/1..2.csv",
        "/versions/2..3",
        "/versions/2..3.json",
    ] {
        let told = stranger.gets(&format!("{path}{address}")).await.is(200).text();
        assert!(
            !told.contains("0812") && !told.contains("0813") && !told.contains("phone"),
            "{address}: {told}"
        );
    }
    for asked in ["sort=phone", "show=phone", "facet=phone", "f=phone&op=is&v=0812"] {
        let address = format!("{path}.json?version=1&{asked}");
        stranger.gets(&address).await.is(400);
    }
    stranger
        .gets(&format!("{path}/versions/1..2?key=phone"))
        .await
        .is(400);
    let csv = steward
        .gets(&format!("{path}.csv?version=1"))
        .await
        .is(200)
        .text();
    assert!(csv.contains("0812"), "who may confide still sees it: {csv}");
}

#[tokio::test]
async fn only_versions_that_a_reader_can_compare_are_linked_and_others_say_the_true_reason() {
    let town = other_columns().await;
    let (stranger, steward) = (town.stranger(), town.someone(Role::Steward, None).await);
    let path = "/data/villages-2024/data/versions";
    for (reader, reason) in [
        (&stranger, "you may see no column that both versions have"),
        (&steward, "the two versions have no column of the same name"),
    ] {
        let list = reader.gets(path).await.is(200).text();
        assert!(!list.contains("versions/1..2"), "{list}");
        let refused = reader.gets(&format!("{path}/1..2")).await.is(400).text();
        assert!(refused.contains(reason), "{refused}");
        let json = reader.gets(&format!("{path}/1..2.json")).await.is(400).text();
        assert!(json.contains(reason), "{json}");
    }
    let list = stranger.gets(path).await.is(200).text();
    assert!(
        !list.contains("Compare two versions"),
        "a stranger sees no column: {list}"
    );
    for csv in [NEXT, VILLAGES] {
        town.advance(Duration::from_secs(24 * 3600));
        let producer = town.someone(Role::Producer, Some("35.22")).await;
        send(&producer, csv).await.is(303);
        town.run_jobs().await;
    }
    let list = town.stranger().gets(path).await.is(200).text();
    assert!(
        list.contains("versions/3..4") && !list.contains("versions/2..3"),
        "{list}"
    );
}

#[tokio::test]
async fn a_declared_key_that_an_older_version_lacks_leaves_the_choice_to_the_program() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let with_card = "code,name,phone,n,card\n01,Sukorejo,0812,5,a\n02,Banjarejo,0813,8,b\n";
    send(&producer, with_card).await.is(303);
    town.run_jobs().await;
    let steward = town.someone(Role::Steward, None).await;
    let says = [("act", "key"), ("resource", "data"), ("columns", "card")];
    steward
        .submits("/desk/data/villages-2024/review", &says)
        .await
        .is(303);
    let json = steward
        .gets("/data/villages-2024/data/versions/1..2.json")
        .await
        .is(200)
        .json();
    assert_eq!(json["key"], serde_json::json!(["code"]));
}
