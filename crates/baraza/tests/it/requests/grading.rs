//! Grades as they are published: once, frozen, recomputable from their files, beside their shadow.

use std::collections::BTreeMap;

use baraza::requests::{self, access::Claim, grading, model::request::Privacy};
use serde_json::Value;

use super::{DAY, Hall, LONG, lamp};
use crate::html::check::faults;

impl Hall {
    /// A lamp from a telephone of its own, answered and confirmed; every third one is reopened.
    async fn settled(&self, number: usize) -> requests::Opened {
        let app = &self.town.app;
        let mut filing = lamp();
        filing.phone = Some(format!("0812-3456-{number:04}"));
        if number.is_multiple_of(2) {
            filing.place = Some("35.22.01.2002".into());
        }
        let opened = self.file(&self.stranger(), filing).await.expect("filed");
        requests::answer(app, &self.op("unit"), &opened.code, "done", LONG)
            .await
            .expect("answered");
        let key = opened.key.clone().expect("a key");
        requests::confirm(app, &self.stranger(), &opened.code, Claim::Key(&key), "web")
            .await
            .expect("confirmed");
        if number.is_multiple_of(3) {
            let again = "Dark again";
            requests::reopen(app, &self.stranger(), &opened.code, Claim::Key(&key), again)
                .await
                .expect("reopened");
        }
        opened
    }

    /// Goes on to 5 December, noon in Jakarta, and has the grades of November published.
    async fn until_the_fifth(&self) {
        self.town
            .advance(DAY * 19 + std::time::Duration::from_secs(3 * 3600));
        self.publishes().await;
    }

    async fn publishes(&self) {
        grading::look(&self.town.app).await.expect("looked");
        self.town.run_jobs().await;
    }
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().expect("a head").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row");
            head.iter()
                .zip(record.iter())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn a_published_grade_is_the_sum_of_its_parts_and_each_part_follows_from_the_list_of_closings() {
    let hall = Hall::new().await;
    for number in 1..=6 {
        hall.settled(number).await;
    }
    hall.until_the_fifth().await;
    let public = hall.town.stranger();
    let sheet = public.gets("/requests/grades/2026-11.json").await.is(200).json();
    assert_eq!(sheet["is_published"], true);
    assert_eq!(sheet["published_at"], "2026-12-05T01:00:00Z");
    let unit = &sheet["units"][0];
    assert_eq!(unit["unit"], "dinas-pu");
    let parts = unit["grade"]["parts"].as_array().expect("parts");
    let sum: f64 = parts.iter().filter_map(|part| part["points"].as_f64()).sum();
    assert!((sum - unit["grade"]["score"].as_f64().expect("a score")).abs() < 0.005);
    for part in parts {
        let (of, good, all) = (
            part["of_points"].as_f64().expect("points"),
            part["n_good"].as_f64().expect("good"),
            part["n_all"].as_f64().expect("all"),
        );
        let expected = if all > 0.0 { of * good / all } else { of };
        assert!(
            (part["points"].as_f64().expect("points") - expected).abs() < 0.005,
            "{part}"
        );
    }
    // The list: of six closings two were undone.
    let list = rows(
        &public
            .gets("/requests/grades/2026-11/closings.csv")
            .await
            .is(200)
            .text(),
    );
    let count = |column: &str| list.iter().filter(|row| row[column] == "1").count();
    assert_eq!(
        (list.len() as u64, count("counts_as_satisfied") as u64),
        (
            unit["counts"]["n_closed"].as_u64().expect("closed"),
            unit["counts"]["n_satisfied"].as_u64().expect("satisfied")
        )
    );
    assert_eq!(
        (
            list.len(),
            count("counts_as_satisfied"),
            count("counts_as_low_quality")
        ),
        (6, 4, 2)
    );
    // Units and districts are two ways to count the same.
    let sum_of = |kind: &str, field: &str| -> i64 {
        sheet[kind]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|unit| unit["counts"][field].as_i64())
            .sum()
    };
    for field in ["n_handled", "n_closed", "n_satisfied"] {
        assert_eq!(sum_of("units", field), sum_of("districts", field), "{field}");
    }
    let table = rows(&public.gets("/requests/grades/2026-11.csv").await.is(200).text());
    assert_eq!(table[0]["code"], "dinas-pu");
    assert_eq!(table[0]["closed_with_yes"], "4");
}

#[tokio::test]
async fn what_happens_after_publication_changes_nothing_that_was_published() {
    let hall = Hall::new().await;
    let opened = hall.settled(1).await;
    hall.until_the_fifth().await;
    let public = hall.town.stranger();
    let (sheet, list) = (
        public.gets("/requests/grades/2026-11.json").await.is(200).text(),
        public
            .gets("/requests/grades/2026-11/closings.csv")
            .await
            .is(200)
            .text(),
    );
    let key = opened.key.clone().expect("a key");
    requests::reopen(
        &hall.town.app,
        &hall.stranger(),
        &opened.code,
        Claim::Key(&key),
        "Dark again",
    )
    .await
    .expect("reopened");
    hall.publishes().await;
    let mut tx = hall.town.app.db.begin().await.expect("a transaction");
    let again = grading::PublishGrades {
        profile: "lapor".into(),
        period: "2026-11".into(),
    };
    tx.enqueue(&hall.town.system(), &again).await.expect("queued");
    tx.commit().await.expect("committed");
    hall.town.run_jobs().await;
    assert_eq!(public.gets("/requests/grades/2026-11.json").await.text(), sheet);
    assert_eq!(
        public.gets("/requests/grades/2026-11/closings.csv").await.text(),
        list
    );
}

#[tokio::test]
async fn a_late_worker_publishes_what_was_known_on_the_day_of_publication() {
    let hall = Hall::new().await;
    let opened = hall.settled(1).await;
    hall.town.advance(DAY * 21);
    let key = opened.key.clone().expect("a key");
    requests::reopen(
        &hall.town.app,
        &hall.stranger(),
        &opened.code,
        Claim::Key(&key),
        "Dark again",
    )
    .await
    .expect("reopened on 7 December");
    hall.publishes().await;
    let sheet = hall
        .town
        .stranger()
        .gets("/requests/grades/2026-11.json")
        .await
        .is(200)
        .json();
    assert_eq!(sheet["units"][0]["counts"]["n_satisfied"], 1);
    assert_eq!(sheet["units"][0]["shadow"]["n_reopened_soon"], 0);
}

#[tokio::test]
async fn small_units_are_ranked_in_a_group_of_their_own() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    // LAPOR! draws the line at 100: this unit is above it, the clinic below.
    for number in 0..100 {
        let mut filing = lamp();
        filing.phone = Some(format!("0812-3456-{number:04}"));
        hall.file(&hall.stranger(), filing).await.expect("filed");
    }
    hall.settled(1).await;
    let mut filing = lamp();
    filing.service = "health-centre".into();
    filing.attributes = Vec::new();
    let small = hall.file(&hall.stranger(), filing).await.expect("filed");
    requests::answer(app, &hall.op("clinic"), &small.code, "done", LONG)
        .await
        .expect("answered");
    let key = small.key.clone().expect("a key");
    requests::confirm(app, &hall.stranger(), &small.code, Claim::Key(&key), "web")
        .await
        .expect("confirmed");
    hall.until_the_fifth().await;
    let sheet = hall
        .town
        .stranger()
        .gets("/requests/grades/2026-11.json")
        .await
        .is(200)
        .json();
    let groups: Vec<(&str, &str, Option<u64>)> = sheet["units"]
        .as_array()
        .expect("units")
        .iter()
        .map(|unit| {
            (
                unit["unit"].as_str().expect("a unit"),
                unit["grade"]["group"].as_str().expect("a group"),
                unit["rank"].as_u64(),
            )
        })
        .collect();
    assert_eq!(groups, [("dinas-pu", "1", Some(1)), ("dinkes", "2", Some(1))]);
    let page = hall
        .town
        .stranger()
        .gets("/requests/grades?lang=en")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Units with 100 requests or more")
            && page.contains("Units with fewer than 100 requests")
    );
}

#[tokio::test]
async fn the_formula_is_worked_through_in_words_on_the_page_of_each_unit_and_district() {
    let hall = Hall::new().await;
    for number in 1..=3 {
        hall.settled(number).await;
    }
    hall.until_the_fifth().await;
    let public = hall.town.stranger();
    for lang in ["en", "id"] {
        for path in [
            "/requests/grades",
            "/requests/grades/2026-11",
            "/requests/grades/2026-11/dinas-pu",
        ] {
            let page = public.gets(&format!("{path}?lang={lang}")).await.is(200).text();
            assert_eq!(faults(&page), [""; 0], "{path} in {lang}");
        }
    }
    let page = public
        .gets("/requests/grades/2026-11/dinas-pu?lang=en")
        .await
        .text();
    assert!(page.contains("60 × 2 ÷ 3 = 40.00 points"), "{page}");
    let sheet = public.gets("/requests/grades/2026-11.json").await.json();
    let district = sheet["districts"][0]["unit"]
        .as_str()
        .expect("a district")
        .to_owned();
    let page = public
        .gets(&format!("/requests/grades/2026-11/places/{district}?lang=en"))
        .await
        .is(200)
        .text();
    assert!(page.contains("60 × 2 ÷ 3"), "{page}");
    public.gets("/requests/grades/2026-11/nobody").await.is(404);
    public.gets("/requests/grades/2026-10").await.is(404);
}

#[tokio::test]
async fn of_a_confidential_request_the_list_has_only_the_unit_and_the_days() {
    let hall = Hall::new().await;
    let app = &hall.town.app;
    let mut secret = lamp();
    secret.privacy = Some(Privacy::Confidential);
    let opened = hall.file(&hall.stranger(), secret).await.expect("filed");
    requests::answer(app, &hall.op("unit"), &opened.code, "done", LONG)
        .await
        .expect("answered");
    let key = opened.key.clone().expect("a key");
    requests::confirm(app, &hall.stranger(), &opened.code, Claim::Key(&key), "web")
        .await
        .expect("confirmed");
    hall.until_the_fifth().await;
    let list = rows(
        &hall
            .town
            .stranger()
            .gets("/requests/grades/2026-11/closings.csv")
            .await
            .is(200)
            .text(),
    );
    let [row] = list.as_slice() else {
        panic!("{list:?}")
    };
    assert_eq!(
        ["request", "place", "service", "unit", "closed_at"].map(|name| row[name].as_str()),
        ["", "", "", "dinas-pu", "2026-11-16"]
    );
}

#[tokio::test]
async fn where_nobody_was_asked_the_grade_says_so_and_gives_no_letter() {
    let hall = Hall::new().await;
    let list = "service_request_id,status,service_name,service_code,description,agency_responsible,requested_datetime,updated_datetime,expected_datetime\n\
        1,closed,Street light,street-light,Lamp out,Dinas PU,2026-10-02T08:00:00+07:00,2026-10-04T08:00:00+07:00,2026-10-03T00:00:00+07:00\n\
        2,closed,Street light,street-light,Lamp out,Dinas PU,2026-10-05T08:00:00+07:00,2026-10-06T08:00:00+07:00,2026-10-12T00:00:00+07:00\n";
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), list).expect("written");
    let source = requests::Source {
        file: file.path().to_owned(),
        profile: "lapor".into(),
        time_zone: None,
    };
    requests::import(&hall.town.app, &hall.town.system(), &source, &|_| ())
        .await
        .expect("imported");
    // October's day of publication is past: a leader has it made.
    let regent = hall.town.signs_in("regent@town.test").await;
    regent
        .submits("/desk/grades", &[("period", "2026-10")])
        .await
        .is(303);
    hall.town.run_jobs().await;
    let sheet = regent.gets("/requests/grades/2026-10.json").await.is(200).json();
    let grade = &sheet["units"][0]["grade"];
    let known: Vec<Option<bool>> = grade["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| part["is_known"].as_bool())
        .collect();
    assert_eq!(known, [Some(false), Some(true), Some(false), Some(false)]);
    assert_eq!(grade["letter"], "");
    assert_eq!(sheet["units"][0]["rank"], Value::Null);
    assert_eq!(sheet["units"][0]["counts"]["n_late"], 1);
    let page = regent
        .gets("/requests/grades/2026-10?lang=en")
        .await
        .is(200)
        .text();
    assert!(page.contains("not asked") && page.contains("no letter"), "{page}");
    let early = regent
        .submits("/desk/grades?lang=en", &[("period", "2026-11")])
        .await
        .is(400)
        .text();
    assert!(early.contains("published later"), "{early}");
    regent
        .submits("/desk/grades", &[("period", "soon")])
        .await
        .is(400);
    hall.town
        .signs_in("unit@town.test")
        .await
        .submits("/desk/grades", &[("period", "2026-10")])
        .await
        .is(403);
}

#[tokio::test]
async fn the_running_month_is_on_the_desk_and_nowhere_else() {
    let hall = Hall::new().await;
    hall.settled(1).await;
    hall.town.advance(std::time::Duration::from_secs(60));
    let page = hall
        .town
        .signs_in("unit@town.test")
        .await
        .gets("/desk/grades?lang=en")
        .await
        .is(200)
        .text();
    assert_eq!(faults(&page), [""; 0]);
    assert!(
        page.contains("Grades of November 2026") && page.contains("DINAS-PU"),
        "{page}"
    );
    let public = hall.town.stranger();
    public.gets("/desk/grades").await.is(303);
    let page = public.gets("/requests/grades?lang=en").await.is(200).text();
    assert!(
        page.contains("No grades have been published here yet") && page.contains("5 December 2026"),
        "{page}"
    );
}
