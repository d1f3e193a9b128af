//! Files that are read as their sender says.

use baraza::{
    catalog::cli::{Import, import},
    platform::op::Role,
};
use pretty_assertions::assert_eq;

use crate::town::{Answer, Town, Visitor};

/// Twelve hundred, or one and a fifth? And is "x" a word or nothing?
const PRICES: &str = "village|price\nSukorejo|1.200\nBanjarejo|2.500\nKali|x\n";

async fn producer(town: &Town) -> Visitor<'_> {
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    let fields = [("title", "Prices"), ("open", "yes")];
    producer.submits("/desk/data", &fields).await.is(303);
    producer
}

async fn send(producer: &Visitor<'_>, name: &str, bytes: &[u8], how: &[(&str, &str)]) -> Answer {
    let mut parts: Vec<(&str, &str, &str, &[u8])> = vec![("table", "", "", b""), ("file", name, "", bytes)];
    // As in the form, these come after the file.
    parts.extend(
        how.iter()
            .map(|(field, value)| (*field, "", "", value.as_bytes())),
    );
    producer.posts_parts("/desk/data/prices/files", &parts).await
}

#[tokio::test]
async fn a_sender_says_what_the_file_leaves_open() {
    let town = Town::new().await;
    let producer = producer(&town).await;
    send(&producer, "prices.csv", PRICES.as_bytes(), &[])
        .await
        .is(303);
    town.run_jobs().await;
    let judged = town
        .stranger()
        .gets("/data/prices/data.json")
        .await
        .is(200)
        .json();
    assert_eq!(judged["resource"]["columns"][1]["kind"], "text");
    let how = [("delimiter", "bar"), ("decimal", "comma"), ("missing", "x, -")];
    send(&producer, "prices.csv", PRICES.as_bytes(), &how)
        .await
        .is(303);
    town.run_jobs().await;
    let told = town
        .stranger()
        .gets("/data/prices/data.json?sort=village")
        .await
        .is(200)
        .json();
    assert_eq!(told["resource"]["columns"][1]["kind"], "integer");
    let prices: Vec<_> = told["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["price"])
        .collect();
    assert_eq!(prices, [&2500.into(), &serde_json::Value::Null, &1200.into()]);
    let desk = producer.gets("/desk/data/prices").await.is(200).text();
    assert!(
        desk.contains("Before the decimals: Comma (1,5)") && desk.contains("x, -"),
        "{desk}"
    );
    let page = town.stranger().gets("/data/prices/data").await.is(200).text();
    assert!(
        page.contains("How it was read") && page.contains("Between the fields: Bar (|)"),
        "{page}"
    );
}

#[tokio::test]
async fn a_sheet_is_chosen_by_its_name_and_the_names_are_told_when_it_is_not_there() {
    let town = Town::new().await;
    let producer = producer(&town).await;
    send(&producer, "prices.csv", PRICES.as_bytes(), &[])
        .await
        .is(303);
    town.run_jobs().await;
    let workbook = town.stranger().gets("/data/prices/data.xlsx").await.is(200).body;
    send(&producer, "prices.xlsx", &workbook, &[("sheet", "Lembar 9")])
        .await
        .is(303);
    town.run_jobs().await;
    let desk = producer.gets("/desk/data/prices").await.is(200).text();
    assert!(
        desk.contains("There is no sheet “Lembar 9”. The workbook has Sheet1."),
        "{desk}"
    );
}

#[tokio::test]
async fn what_cannot_be_meant_is_shown_again_beside_its_field_with_the_form_unfolded() {
    let town = Town::new().await;
    let producer = producer(&town).await;
    let how = [("delimiter", "#"), ("decimal", "komma"), ("missing", "n/a")];
    let page = send(&producer, "prices.csv", PRICES.as_bytes(), &how)
        .await
        .is(400)
        .text();
    for part in [
        "“#” cannot stand between fields",
        "“komma” cannot stand before decimals",
        "value=\"n/a\"",
        "<details class=\"govuk-details\" open",
    ] {
        assert!(page.contains(part), "no {part} in\n{page}");
    }
    town.run_jobs().await;
    let json = town.stranger().gets("/data/prices.json").await.is(200).json();
    assert_eq!(json["resources"], serde_json::json!([]), "nothing was received");
}

#[tokio::test]
async fn the_command_line_is_told_the_same() {
    let town = Town::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("prices.csv");
    std::fs::write(&file, PRICES).expect("written");
    let given = Import {
        file,
        slug: "prices".into(),
        title: "Prices".into(),
        open: true,
        delimiter: "|".into(),
        decimal: "comma".into(),
        missing: vec!["x".into()],
        ..Import::default()
    };
    let refused = import(
        &town.app,
        Import {
            decimal: "komma".into(),
            ..given.clone()
        },
    )
    .await;
    assert!(refused.is_err());
    let imported = import(&town.app, given).await.expect("imported");
    town.run_jobs().await;
    assert_eq!((imported.n_rows, imported.n_bad), (3, 0));
    let sum = baraza::catalog::cli::sql(&town.app, "SELECT SUM(price) AS sum FROM prices")
        .await
        .expect("answered");
    assert_eq!(sum.rows, [[tables::Value::Integer(3700)]]);
}

#[tokio::test]
async fn a_unit_that_all_values_have_stands_in_the_columns_title_and_one_odd_value_is_told() {
    let town = Town::new().await;
    let admin = town.admin().await;
    admin
        .submits("/desk/data", &[("title", "Budgets"), ("open", "yes")])
        .await
        .is(303);
    let mut csv = "region;amount;score\nA;4.148,11 M;0000002\n".to_owned();
    for n in 0..30 {
        csv.push_str(&format!("R{n};{n},50 M;{n}.25\n"));
    }
    let parts: [(&str, &str, &str, &[u8]); 1] = [("file", "budgets.csv", "text/csv", csv.as_bytes())];
    admin
        .posts_parts("/desk/data/budgets/files", &parts)
        .await
        .is(303);
    town.run_jobs().await;
    let json = admin.gets("/data/budgets/data.json").await.is(200).json();
    let columns = &json["resource"]["columns"];
    assert_eq!(columns[1]["title"], "amount (M)", "{columns}");
    assert_eq!(columns[1]["unit"], "M", "{columns}");
    assert_eq!(columns[1]["kind"], "decimal", "{columns}");
    assert_eq!(columns[2]["kind"], "text", "{columns}");
    let page = admin.gets("/data/budgets/data").await.is(200).text();
    assert!(page.contains("30 of the 31 values of column"), "{page}");
    assert!(page.contains("0000002"), "{page}");
    assert!(
        page.contains(">amount (M)</a>") && !page.contains("amount (M) (amount)"),
        "{page}"
    );
    let desk = admin.gets("/desk/data/budgets").await.is(200).text();
    assert!(
        desk.contains("Lines that look doubtful: 2") && !desk.contains("Lines that could not be read"),
        "{desk}"
    );
}

/// Sends amounts with something beside each; returns the column as the table's JSON has it.
async fn amounts(producer: &Visitor<'_>, town: &Town, beside: &str) -> serde_json::Value {
    let csv = format!("village;amount\nSukorejo;4.148,11{beside}\nBanjarejo;2,50{beside}\n");
    send(producer, "amounts.csv", csv.as_bytes(), &[]).await.is(303);
    town.run_jobs().await;
    column(town, "/data/prices/data.json").await
}

async fn column(town: &Town, path: &str) -> serde_json::Value {
    let json = town.stranger().gets(path).await.is(200).json();
    json["resource"]["columns"][1].clone()
}

#[tokio::test]
async fn a_title_that_nobody_gave_follows_the_unit_of_the_file() {
    let town = Town::new().await;
    let producer = producer(&town).await;
    for (beside, title, unit) in [
        (" M", "amount (M)", Some("M")),
        ("", "", None),
        (" jt", "amount (jt)", Some("jt")),
        (" M", "amount (M)", Some("M")),
    ] {
        let found = amounts(&producer, &town, beside).await;
        assert_eq!(found["kind"], "decimal", "{found}");
        assert_eq!(found["title"], title, "{found}");
        assert_eq!(found["unit"].as_str(), unit, "{found}");
    }
    // A version keeps the unit that its own file had.
    for (version, title) in [(1, "amount (M)"), (2, ""), (3, "amount (jt)")] {
        let then = column(&town, &format!("/data/prices/data.json?version={version}")).await;
        assert_eq!(then["title"], title, "{version}: {then}");
    }
}

#[tokio::test]
async fn a_title_that_somebody_gave_stays_whatever_unit_the_file_has() {
    let town = Town::new().await;
    let producer = producer(&town).await;
    amounts(&producer, &town, " M").await;
    let shown = producer.gets("/api/3/action/package_show?id=prices").await;
    let resource = shown.is(200).json()["result"]["resources"][0]["id"].clone();
    let titled = serde_json::json!({
        "resource_id": resource,
        "force": true,
        "fields": [{ "id": "amount", "info": { "label": "Budget of the village" } }],
    });
    producer
        .posts_json("/api/3/action/datastore_create", &titled)
        .await
        .is(200);
    town.run_jobs().await;
    let found = column(&town, "/data/prices/data.json").await;
    assert_eq!(found["title"], "Budget of the village", "{found}");
    assert_eq!(found["unit"], "M", "{found}");
    for (beside, unit) in [("", None), (" jt", Some("jt"))] {
        let found = amounts(&producer, &town, beside).await;
        assert_eq!(found["title"], "Budget of the village", "{found}");
        assert_eq!(found["unit"].as_str(), unit);
    }
    let page = town.stranger().gets("/data/prices/data").await.is(200).text();
    assert!(
        page.contains("Budget of the village (amount)") && page.contains("decimal numbers, in jt"),
        "{page}"
    );
}
