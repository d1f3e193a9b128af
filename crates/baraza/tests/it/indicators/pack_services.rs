//! Indicators of services by what was promised, and own income: over tables of requests and of budgets.

use baraza::indicators::{self, formulas::load_order, model::definition::Definition};
use pretty_assertions::assert_eq;
use tables::{Column, Kind, Rows, Value};

use super::{PLACES, import_places, load, pack::project};
use crate::town::Town;

const VILLAGE: &str = "35.22.01.2001";
/// The first of January 2026, in days since 1970.
const NEW_YEAR: i32 = 20_454;

/// So many requests of a group: answered after so many working days, closed or not, past the promised day or not.
type Alike = (usize, &'static str, Option<i64>, bool, Option<bool>);

async fn filed(requests: &[Alike]) -> Town {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mut rows = Rows::new(vec![
        Column::new("service", Kind::Text),
        Column::new("service_group", Kind::Text),
        Column::new("place_code", Kind::Text),
        Column::new("opened_on", Kind::Date),
        Column::new("closed_at", Kind::Instant),
        Column::new("is_overdue", Kind::Flag),
        Column::new("answer_working_days", Kind::Integer),
    ]);
    for (n, group, answered, is_closed, is_overdue) in requests {
        for _ in 0..*n {
            rows.rows.push(vec![
                Value::Text(
                    if *group == "administration" {
                        "licence"
                    } else {
                        "other"
                    }
                    .to_owned(),
                ),
                Value::Text((*group).to_owned()),
                Value::Text(VILLAGE.to_owned()),
                Value::Date(NEW_YEAR),
                if *is_closed {
                    Value::Instant(1_770_000_000_000_000)
                } else {
                    Value::Null
                },
                is_overdue.map_or(Value::Null, Value::Flag),
                answered.map_or(Value::Null, Value::Integer),
            ]);
        }
    }
    keep(&town, "requests", &rows).await;
    town
}

async fn keep(town: &Town, table: &str, rows: &Rows) {
    town.app.lake.create(table, &rows.columns).await.expect("a table");
    town.app.lake.append(table, rows).await.expect("rows");
}

fn shipped(code: &str) -> String {
    let path = project("data/indicators-services").join(format!("{code}.toml"));
    std::fs::read_to_string(path).expect("a definition that ships")
}

async fn put_in_force(town: &Town, codes: &[&str]) {
    let texts: Vec<String> = codes.iter().map(|code| shipped(code)).collect();
    for at in load_order(&texts) {
        load(town, &texts[at]).await;
    }
    town.run_jobs().await;
    assert_eq!(town.dead_jobs().await, Vec::<String>::new());
}

/// Value and how many were counted, in a place.
async fn told(town: &Town, code: &str, place: &str) -> (Option<f64>, Option<i64>) {
    let definition = indicators::find(&town.app, code).await.unwrap().definition;
    let seen = indicators::series(&town.app, &definition, place, &[])
        .await
        .unwrap();
    assert_eq!(seen.len(), 1, "{code}: {seen:?}");
    (seen[0].figures.value, seen[0].figures.n)
}

#[test]
fn everything_that_ships_is_a_definition_in_both_languages() {
    for entry in std::fs::read_dir(project("data/indicators-services")).expect("the definitions") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a definition");
        let definition =
            Definition::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(
            path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Some(definition.code.clone())
        );
        for words in [&definition.title, &definition.description, &definition.method] {
            assert_ne!(
                words.in_language("en"),
                words.in_language("id"),
                "{}",
                definition.code
            );
        }
        // Nobody has signed what ships.
        let standard = definition.standard.as_ref();
        assert_eq!(standard.is_some(), definition.code.starts_with("service-"));
        assert!(standard.is_none_or(|standard| standard.signed.is_empty()));
    }
}

#[tokio::test]
async fn a_promise_is_kept_by_what_was_finished_in_time_and_broken_by_what_waits_too_long() {
    let town = filed(&[
        (10, "health", Some(2), true, Some(false)),
        (6, "health", Some(5), true, Some(true)),
        // These still wait: four past their day, seven before it, and five without a day.
        (4, "health", None, false, Some(true)),
        (7, "health", None, false, Some(false)),
        (5, "health", None, false, None),
        (8, "education", Some(1), true, Some(false)),
        (9, "administration", Some(3), true, Some(false)),
    ])
    .await;
    put_in_force(
        &town,
        &[
            "service-health-kept",
            "service-health-answer",
            "service-education-kept",
            "service-licensing-answer",
        ],
    )
    .await;
    assert_eq!(
        told(&town, "service-health-kept", VILLAGE).await,
        (Some(50.0), Some(20))
    );
    assert_eq!(
        told(&town, "service-health-answer", VILLAGE).await,
        // (10 · 2 + 6 · 5) / 16
        (Some(3.125), Some(16))
    );
    assert_eq!(
        told(&town, "service-education-kept", VILLAGE).await,
        (Some(100.0), Some(8))
    );
    assert_eq!(
        told(&town, "service-licensing-answer", VILLAGE).await,
        (Some(3.0), Some(9))
    );
}

#[tokio::test]
async fn a_promise_says_who_signed_it_and_when_nobody_has() {
    let town = filed(&[(20, "health", Some(2), true, Some(false))]).await;
    put_in_force(&town, &["service-health-answer"]).await;
    let address = format!("/indicators/service-health-answer?place={VILLAGE}");
    let page = town.stranger().gets(&address).await.is(200).text();
    assert!(
        page.contains("answered within 3 working days")
            && page.contains("not signed by both citizens and the office yet"),
        "{page}"
    );
    let signed = "[standard]\nsigned = [\n\
        { who = \"Health council of Margomulyo\", as = \"citizens\", on = \"2026-03-02\", paper = \"440/12/2026\" },\n\
        { who = \"Dinas Kesehatan\", as = \"office\", on = \"2026-03-02\", paper = \"440/12/2026\" },\n]\n";
    load(
        &town,
        &shipped("service-health-answer").replace("[standard]\n", signed),
    )
    .await;
    town.run_jobs().await;
    let passport = format!("/n/now/service-health-answer/{VILLAGE}/2026");
    let page = town.stranger().gets(&passport).await.is(200).text();
    assert!(
        page.contains("Health council of Margomulyo, for the citizens, on")
            && page.contains("Dinas Kesehatan, for the office, on")
            && !page.contains("not signed by both"),
        "{page}"
    );
    let json = town
        .stranger()
        .gets(&format!("{passport}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(json["how"]["standard"]["signed"][0]["as"], "citizens");
}

#[tokio::test]
async fn own_income_is_a_share_of_all_income_and_adds_up_to_the_district() {
    let town = Town::new().await;
    import_places(&town, PLACES).await;
    let mut rows = Rows::new(
        ["village_code", "year", "village_fund", "allocation", "own_income"]
            .into_iter()
            .map(|name| {
                let kind = if name == "village_code" {
                    Kind::Text
                } else {
                    Kind::Integer
                };
                Column::new(name, kind)
            })
            .collect(),
    );
    for (village, fund, allocation, own) in [
        ("35.22.01.2001", 700_000, 200_000, 100_000),
        ("35.22.01.2002", 500_000, 300_000, 200_000),
    ] {
        let mut row = vec![Value::Text(village.to_owned()), Value::Integer(2026)];
        row.extend([fund, allocation, own].map(Value::Integer));
        rows.rows.push(row);
    }
    keep(&town, "finance__village_budget", &rows).await;
    put_in_force(&town, &["own-income", "all-income", "own-income-share"]).await;
    assert_eq!(told(&town, "own-income", "35.22.01").await.0, Some(300_000.0));
    assert_eq!(told(&town, "all-income", "35.22.01").await.0, Some(2_000_000.0));
    let share = async |place: &str| told(&town, "own-income-share", place).await.0.unwrap_or(f64::NAN);
    assert!((share("35.22.01").await - 15.0).abs() < 1e-9);
    assert!((share("35.22.01.2002").await - 20.0).abs() < 1e-9);
}
