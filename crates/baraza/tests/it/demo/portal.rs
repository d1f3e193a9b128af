//! The open data portal of the sample regency: every part of it has something to show, and everybody has something to do.

use std::collections::{BTreeMap, BTreeSet};

use baraza::demo::{
    Filled, Sample, fill,
    opendata::{planning, works},
    world::census::World,
};
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::town::{Town, Visitor};

const SMALL: Sample = Sample {
    seed: 7,
    n_households: 60,
};

/// Rows of a CSV file by their first column.
fn rows(text: &str) -> BTreeMap<&str, &str> {
    text.lines()
        .skip(1)
        .map(|line| (line.split(',').next().unwrap_or_default(), line))
        .collect()
}

/// How many rows came, went and changed from one file to the next.
fn differences(before: &str, after: &str) -> [usize; 3] {
    let (before, after) = (rows(before), rows(after));
    let came = after.keys().filter(|key| !before.contains_key(*key)).count();
    let went = before.keys().filter(|key| !after.contains_key(*key)).count();
    let changed = after.iter().filter(|(key, line)| {
        let then = before.get(*key);
        then.is_some_and(|then| then != *line)
    });
    [came, went, changed.count()]
}

/// Somebody of those who are printed, signed in.
pub async fn signs_in<'a>(town: &'a Town, filled: &Filled, account: &str) -> Visitor<'a> {
    let email = format!("{account}@ranumaya.example");
    let login = filled.logins.iter().find(|login| login.email == email);
    let login = login.unwrap_or_else(|| panic!("no account {email}"));
    let fields = [
        ("email", email.as_str()),
        ("password", login.password.as_str()),
        ("next", "/account"),
    ];
    let answer = town.stranger().submits("/sign-in", &fields).await.is(303);
    let cookie = answer.header("set-cookie").to_owned();
    let pair = cookie.split(';').next().expect("a pair");
    town.stranger().with_header("cookie", pair)
}

fn words<'a>(rows: &'a Value, name: &str) -> Vec<&'a str> {
    let rows = rows.as_array().expect("a list");
    rows.iter().filter_map(|row| row[name].as_str()).collect()
}

#[test]
fn each_edition_differs_from_the_one_before_by_rows_that_came_went_and_changed() {
    let world = World::new(7, 60);
    let villages = planning::villages(&world, 2026).editions;
    let points = works::water_points(&world, 2026).editions;
    let [came, went, changed] = differences(&villages[0], &villages[1]);
    assert_eq!((came, went), (1, 1));
    assert!(changed > 0);
    let [came, went, changed] = differences(&points[0], &points[1]);
    assert!(
        came > 0 && went == 1 && changed > 0,
        "{came} came, {went} went, {changed} changed"
    );
    for editions in [&villages, &points] {
        for pair in editions.windows(2) {
            let n: usize = differences(&pair[0], &pair[1]).into_iter().sum();
            assert!(n > 0, "nothing changed:\n{}", pair[1]);
        }
    }
    let typed: BTreeSet<&str> = points[2]
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').nth(1))
        .collect();
    assert!(typed.len() > 3, "every condition is spelled right: {typed:?}");
}

#[tokio::test]
async fn every_part_of_the_portal_has_something_to_show() {
    let town = Town::new().await;
    let filled = fill(&town.app, SMALL, &|_, _, _| ()).await.expect("filled");
    let reader = town.stranger();
    let json = async |path: &str| reader.gets(path).await.is(200).json();

    // People search in their own language.
    for sought in ["desa", "air", "anggaran", "villages"] {
        let found = json(&format!("/data.json?q={sought}")).await;
        assert!(!words(&found["datasets"], "slug").is_empty(), "{sought}: {found}");
    }
    let all = json("/data.json").await;
    assert_eq!(words(&all["datasets"], "slug").len(), filled.n_datasets);

    // The agenda has every light, and the league ranks offices by what they did.
    let agenda = json("/agenda.json").await;
    let periods: Vec<&Value> = agenda["datasets"]
        .as_array()
        .expect("datasets")
        .iter()
        .flat_map(|dataset| dataset["periods"].as_array().expect("periods"))
        .collect();
    let all_of = |name: &str| -> BTreeSet<&str> {
        let values = periods.iter().filter_map(|period| period[name].as_str());
        values.collect()
    };
    assert_eq!(
        all_of("light"),
        BTreeSet::from(["green", "red", "white", "yellow"]),
        "{agenda}"
    );
    assert_eq!(
        all_of("standing"),
        BTreeSet::from(["handed-in", "late", "missing", "on-time", "planned"])
    );
    assert!(
        all_of("period").contains("2026-B03"),
        "the checkpoints are there: {agenda}"
    );
    let league = json("/timeliness.json").await;
    let ranked = words(&league["producers"], "organization");
    assert_eq!(ranked, ["dinkes", "kominfo", "bappeda", "dinas-pu"], "{league}");
    assert_eq!(league["producers"][3]["rank"], 4);

    // Tables have versions with what changed, and a key that says which row is which.
    for slug in ["villages", "water-points"] {
        let listed = json(&format!("/data/{slug}/data/versions.json")).await;
        let versions = listed["versions"].as_array().expect("versions");
        let n = versions.len();
        assert!(n >= 3, "{listed}");
        let (first, second) = (&versions[n - 1], &versions[n - 2]);
        assert!(
            first["shown_at"].as_str() < second["shown_at"].as_str(),
            "each came on its own day: {listed}"
        );
        let path = format!(
            "/data/{slug}/data/versions/{}..{}.json",
            first["version"], second["version"]
        );
        let difference = json(&path).await;
        for count in ["n_added", "n_removed", "n_changed"] {
            let n = difference[count].as_u64().unwrap_or_default();
            assert!(n > 0, "{count}: {difference}");
        }
    }

    // A series, whose oldest year is not to be used any more.
    let series = json("/series/anggaran-desa.json").await;
    assert_eq!(
        words(&series["datasets"], "slug"),
        [
            "village-budget-2023",
            "village-budget-2024",
            "village-budget-2025"
        ]
    );
    let oldest = json("/data/village-budget-2023.json").await.to_string();
    assert!(oldest.contains("bagan akun lama"), "{oldest}");

    // What readers brought.
    let states = json("/wanted.json").await;
    let states: BTreeSet<&str> = words(&states, "state").into_iter().collect();
    assert_eq!(states, BTreeSet::from(["available", "planned"]));
    assert_eq!(words(&json("/showcases.json").await, "title").len(), 1);
    for (slug, said) in [("villages", "garis lurus"), ("water-points", "sudah diperbaiki")] {
        let comments = reader.gets(&format!("/comments/{slug}")).await.is(200).text();
        assert!(comments.contains(said), "{comments}");
    }
    let kept = json("/sql/saved.json").await;
    assert_eq!(words(&kept, "title"), ["Desa dengan titik air rusak terbanyak"]);

    // What the tables mean, and how far that is told.
    let percent = async |slug: &str| {
        let told = json(&format!("/data/{slug}/metadata.json")).await;
        ["ms-keg", "ms-var", "ms-ind"].map(|form| told["forms"][form]["percent"].as_u64().unwrap_or_default())
    };
    let [activity, variable, indicator] = percent("villages").await;
    assert!(activity > 90 && variable > 50 && indicator == 100);
    let [activity, _, indicator] = percent("water-points").await;
    assert!((40..90).contains(&activity) && (30..90).contains(&indicator));
    reader.gets("/standards/water-point-condition").await.is(200);
}

#[tokio::test]
async fn whoever_has_a_part_in_data_finds_something_to_do() {
    let town = Town::new().await;
    let filled = fill(&town.app, SMALL, &|_, _, _| ()).await.expect("filled");
    let walidata = signs_in(&town, &filled, "steward").await;
    for path in ["/desk/data/villages/review", "/desk/data/water-points/columns"] {
        walidata.gets(path).await.is(200);
    }
    // One dataset waits for the steward, and new rows of another; one waits for the approver, one for its hour.
    for (account, slug, button) in [
        ("steward.dinkes", "stunting", Some("check")),
        ("steward.dinkes", "clinic-visits", Some("check")),
        ("approver.dinkes", "health-posts", Some("approve")),
        ("approver.dinkes", "immunisation", None),
    ] {
        let visitor = signs_in(&town, &filled, account).await;
        let page = visitor
            .gets(&format!("/desk/data/{slug}/review"))
            .await
            .is(200)
            .text();
        for word in ["check", "approve"] {
            let is_offered = page.contains(&format!("value=\"{word}\""));
            assert_eq!(
                is_offered,
                button == Some(word),
                "{account} {slug} {word}: {page}"
            );
        }
    }
    for slug in ["stunting", "health-posts", "immunisation"] {
        town.stranger().gets(&format!("/data/{slug}")).await.is(404);
    }
    // What does not follow its standard, with what may be meant.
    let producer = signs_in(&town, &filled, "producer").await;
    let doubts = producer
        .gets("/desk/data/water-points/standards/data/condition")
        .await
        .is(200)
        .text();
    assert!(doubts.contains("It is the name of this code"), "{doubts}");
}
