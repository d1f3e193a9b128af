//! Two truths side by side: nothing of scores before both agreed, no small group, and no comparison that misleads.

use baraza::{
    platform::op::Role,
    requests::{self, Filing},
};
use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use tables::{Column, Kind, Rows, Value};

use crate::{
    indicators::{WATER, load},
    requests::world::offer,
    scorecards::Hall,
};

const PAGE: &str = "/facilities/puskesmas/beside";

/// What stands in the file of the clinic.
async fn file(hall: &Hall) -> Json {
    let answer = hall.town.stranger().gets(&format!("{PAGE}.json")).await;
    answer.is(200).json()
}

/// A criterion of the file.
fn criterion<'a>(file: &'a Json, code: &str) -> Option<&'a Json> {
    file["criteria"]
        .as_array()
        .expect("criteria")
        .iter()
        .find(|criterion| criterion["criterion"] == code)
}

/// What is said of two sources of a criterion: comparability, reasons, gap.
fn compared(criterion: &Json, first: &str, second: &str) -> (String, Vec<String>, Option<f64>) {
    let pair = criterion["compared"]
        .as_array()
        .expect("pairs")
        .iter()
        .find(|pair| pair["first"]["source"] == first && pair["second"]["source"] == second)
        .expect("a pair");
    let reasons = pair["reasons"].as_array().expect("reasons").iter();
    (
        pair["comparability"].as_str().expect("a word").to_owned(),
        reasons
            .map(|reason| reason.as_str().expect("a word").to_owned())
            .collect(),
        pair["gap"].as_f64(),
    )
}

/// Counts 60 of 100 households with safe water in each village that the clinic serves.
async fn surveys(hall: &Hall) {
    let columns = ["village", "round", "head_sex", "water"]
        .map(|name| Column::new(name, Kind::Text))
        .to_vec();
    let mut rows = Rows::new(columns.clone());
    for village in ["35.22.01.2001", "35.22.01.2002"] {
        for number in 0..100 {
            let water = if number < 60 { "pipe" } else { "river" };
            let sex = if number % 2 == 0 { "F" } else { "M" };
            let row = [village, "2026", sex, water].map(|text| Value::Text(text.into()));
            rows.rows.push(row.into());
        }
    }
    let lake = &hall.town.app.lake;
    lake.create("census__household", &columns).await.expect("a table");
    lake.append("census__household", &rows).await.expect("rows");
    load(&hall.town, WATER).await;
    hall.town.run_jobs().await;
}

/// Holds a round of women and men and the provider to the day of agreement.
async fn agrees(hall: &Hall) {
    let round = hall.begins(&[("women", None), ("men", None)]).await;
    for (group, n, value) in [("women", 12, 40), ("men", 9, 60), ("provider", 4, 90)] {
        hall.holds(&round, group, n, value).await;
    }
    hall.meets(&round).await;
    hall.agrees(&round, 1).await;
}

fn link<'a>(standard: &'a str, concept: &'a str, hundred: &'a str) -> Vec<(&'a str, &'a str)> {
    let zero = if hundred.is_empty() { "" } else { "0" };
    vec![
        ("kind", "clinic"),
        ("standard", standard),
        ("source", "survey"),
        ("code", "6.1.1"),
        ("zero", zero),
        ("hundred", hundred),
        ("concept", concept),
        ("people", "residents"),
        ("note", "Water at home, not at the clinic."),
        ("act", "keep"),
    ]
}

#[tokio::test]
async fn before_both_agreed_nothing_of_what_they_scored_is_here() {
    let hall = Hall::new().await;
    let round = hall.begins(&[("women", None)]).await;
    hall.holds(&round, "women", 12, 40).await;
    hall.holds(&round, "provider", 4, 75).await;
    assert_eq!(file(&hall).await["criteria"], json!([]));
    hall.meets(&round).await;
    let stranger = hall.town.stranger();
    let list = stranger.gets("/scorecards").await.is(200).text();
    assert!(
        !list.contains("data-key=\"40\""),
        "nothing of scores before both agreed"
    );
    let open = file(&hall).await;
    assert_eq!((&open["criteria"], &open["round"]), (&json!([]), &Json::Null));
    let page = stranger.gets(PAGE).await.is(200).text();
    assert!(page.contains("No scores are shown"), "{page}");
    assert!(
        !page.contains("/desk/beside/"),
        "the sheet is for those who work here"
    );
    let lead = hall.town.signs_in("lead@town.test").await;
    let page = lead.gets(PAGE).await.is(200).text();
    assert!(
        page.contains(&format!("/desk/beside/{}/sheet.pdf", round.code)),
        "{page}"
    );
    stranger
        .gets(&format!("/desk/beside/{}/sheet.pdf", round.code))
        .await
        .is(303);

    hall.agrees(&round, 1).await;
    let agreed = file(&hall).await;
    let waiting = criterion(&agreed, "waiting").expect("the criterion that was scored");
    assert_eq!(
        compared(waiting, "users", "provider"),
        ("same".to_owned(), Vec::new(), Some(35.0))
    );
    let page = stranger.gets(PAGE).await.is(200).text();
    assert!(page.contains("Wide gap: Provider 35 points higher"), "{page}");
    // The gap stands above what unfolds, which is open because the gap is flagged.
    let (above, folded) = page
        .split_once("<details class=\"govuk-details\" open>")
        .expect("a flagged criterion is open");
    assert!(above.contains("Users – Provider"), "{above}");
    assert!(folded.contains("data-label=\"Made by\""), "{folded}");
    let list = stranger.gets("/scorecards").await.is(200).text();
    assert!(list.contains("data-key=\"40\""), "{list}");
}

#[tokio::test]
async fn a_group_of_three_is_on_no_face_and_in_no_figure() {
    let hall = Hall::new().await;
    let round = hall
        .begins(&[("women", None), ("men", None), ("disability", None)])
        .await;
    for (group, n, value) in [
        ("women", 12, 40),
        ("men", 9, 60),
        ("disability", 3, 0),
        ("provider", 4, 90),
    ] {
        hall.holds(&round, group, n, value).await;
    }
    hall.meets(&round).await;
    hall.agrees(&round, 1).await;
    let stranger = hall.town.stranger();
    let file = file(&hall).await;
    assert_eq!(file["groups_left_out"], 1);
    let waiting = criterion(&file, "waiting").expect("scored");
    assert_eq!(
        (&waiting["said"][0]["points"], &waiting["said"][0]["n"]),
        (&json!(50.0), &json!(21))
    );
    let csv = stranger.gets(&format!("{PAGE}.csv")).await.is(200).text();
    let page = stranger.gets(PAGE).await.is(200).text();
    for face in [&file.to_string(), &csv] {
        assert!(face.contains("women") && !face.contains("disability"), "{face}");
    }
    assert!(page.contains("because it is small"), "{page}");
    assert!(!page.contains("isabilit"), "{page}");
}

#[tokio::test]
async fn a_survey_stands_beside_scores_and_a_misleading_comparison_is_refused_with_its_reason() {
    let hall = Hall::new().await;
    surveys(&hall).await;
    agrees(&hall).await;
    let steward = hall.town.someone(Role::Steward, Some("35.22")).await;
    let stranger = hall.town.stranger();
    steward
        .submits("/desk/beside", &link("waiting", "same", "100"))
        .await
        .is(303);
    let first = file(&hall).await;
    let waiting = criterion(&first, "waiting").expect("scored");
    // The clinic serves two villages; the nearest place that holds both is their district, one level up.
    let broader = vec!["place-wider".to_owned(), "people-more".to_owned()];
    assert_eq!(
        compared(waiting, "users", "survey"),
        ("broader".to_owned(), broader, Some(10.0))
    );
    let survey = &waiting["said"][2];
    assert_eq!((&survey["source"], &survey["n"]), (&json!("survey"), &json!(200)));
    assert_eq!(survey["href"], "/n/now/6.1.1/35.22.01/2026");
    stranger.gets("/n/now/6.1.1/35.22.01/2026").await.is(200);

    for (concept, hundred, reason, said) in [
        ("different", "100", "concept-different", "only looks alike"),
        ("same", "", "no-points", "does not turn into points"),
    ] {
        steward
            .submits("/desk/beside", &link("waiting", concept, hundred))
            .await
            .is(303);
        let refused = file(&hall).await;
        let waiting = criterion(&refused, "waiting").expect("scored");
        assert_eq!(
            compared(waiting, "provider", "survey"),
            ("none".to_owned(), vec![reason.to_owned()], None)
        );
        let page = stranger.gets(PAGE).await.is(200).text();
        assert!(page.contains("No gap is given.") && page.contains(said), "{page}");
    }

    let mut withdrawn = link("waiting", "same", "100");
    withdrawn.pop();
    withdrawn.push(("act", "withdraw"));
    steward.submits("/desk/beside", &withdrawn).await.is(303);
    let last = file(&hall).await;
    let waiting = criterion(&last, "waiting").expect("scored");
    assert_eq!(waiting["said"].as_array().expect("sources").len(), 2);
}

#[tokio::test]
async fn requests_of_the_places_served_are_counted_and_a_count_is_no_score() {
    let hall = Hall::new().await;
    offer(&hall.town).await;
    for (service, place) in [
        ("health-centre", "35.22.01.2001"),
        ("health-centre", "35.22.01.2002"),
        ("health-centre", "35.22.02.2001"),
        ("street-light", "35.22.01.2001"),
    ] {
        let filing = Filing {
            service: service.into(),
            text: format!("Nobody was there in {place}"),
            place: Some(place.into()),
            ..Filing::default()
        };
        requests::file(&hall.town.app, &hall.town.system(), filing)
            .await
            .expect("filed");
    }
    let file = file(&hall).await;
    let quality = criterion(&file, "quality").expect("a link that is shipped");
    let said = &quality["said"][0];
    assert_eq!((&said["source"], &said["n"]), (&json!("requests"), &json!(2)));
    assert_eq!(
        (&said["points"], &said["from"]),
        (&Json::Null, &json!("2025-11-16"))
    );
    let page = hall.town.stranger().gets(PAGE).await.is(200).text();
    assert!(page.contains("2 requests"), "{page}");
}

#[tokio::test]
async fn stewards_alone_say_something_of_links_and_bad_input_is_told_at_its_fields() {
    let hall = Hall::new().await;
    let steward = hall.town.someone(Role::Steward, Some("35.22")).await;
    let officer = hall.town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/desk/beside").await.is(403);
    officer
        .submits("/desk/beside", &link("waiting", "same", "100"))
        .await
        .is(403);
    let page = steward.gets("/desk/beside").await.is(200).text();
    assert!(
        page.contains("service-health-kept") && page.contains("As shipped"),
        "{page}"
    );
    let refused = steward
        .submits("/desk/beside", &link("waiting", "same", "100"))
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("There is no indicator with this code"),
        "{refused}"
    );
    let refused = steward
        .submits("/desk/beside", &link("castle", "same", "0"))
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("Choose one of the list") && refused.contains("two different numbers"),
        "{refused}"
    );
    hall.town
        .stranger()
        .gets("/facilities/nowhere/beside")
        .await
        .is(404);
}
