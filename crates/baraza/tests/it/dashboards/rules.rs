//! Rules that watch numbers, from the form at the desk to the notice and the deputy.

use std::time::Duration;

use baraza::{
    accounts,
    dashboards::rules::CheckRules,
    platform::{
        message::{self, Notice},
        op::Role,
    },
};
use pretty_assertions::assert_eq;
use regex::Regex;

use crate::{
    indicators::{WATER, counted, load},
    town::{Answer, Town, Visitor},
};

const RULES: &str = "/desk/alert-rules";
const PERSON: &str = "officer-35.22@town.test";
const DEPUTY: &str = "leader-35.22@town.test";

/// A counted town with somebody who answers for a number, a deputy and a steward who sets rules.
async fn staffed() -> Town {
    let town = counted().await;
    town.someone(Role::Officer, Some("35.22")).await;
    town.someone(Role::Leader, Some("35.22")).await;
    town
}

async fn steward(town: &Town) -> Visitor<'_> {
    town.someone(Role::Steward, Some("35.22")).await
}

/// The fields of a rule about water in a place.
fn fields<'a>(place: &'a str, when: &'a str, threshold: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("indicator", "6.1.1"),
        ("place", place),
        ("when", when),
        ("threshold", threshold),
        ("person", PERSON),
        ("deputy", DEPUTY),
        ("wait", "2"),
        ("why", "Call the waterworks."),
    ]
}

async fn sets(town: &Town, place: &str, when: &str, threshold: &str) -> Answer {
    steward(town)
        .await
        .submits(RULES, &fields(place, when, threshold))
        .await
}

/// Sends a form of the only rule as it stands now.
async fn changes(town: &Town, fields: &[(&str, &str)]) -> Answer {
    let steward = steward(town).await;
    let list = steward.gets(RULES).await.is(200).text();
    let path = found(&list, "/desk/alert-rules/[0-9a-f-]+");
    let page = steward.gets(&path).await.is(200).text();
    let revision = found(&page, "name=\"revision\" value=\"[0-9]+\"");
    let revision = revision.trim_matches(|c: char| !c.is_ascii_digit());
    let mut all = vec![("revision", revision)];
    all.extend(fields);
    steward.submits(&path, &all).await
}

fn found(page: &str, pattern: &str) -> String {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern
        .find(page)
        .unwrap_or_else(|| panic!("nothing like {pattern}: {page}"))
        .as_str()
        .to_owned()
}

/// Has all rules look once more.
async fn looks(town: &Town) {
    let mut tx = town.app.db.begin().await.expect("a transaction");
    tx.enqueue(&town.system(), &CheckRules::default())
        .await
        .expect("queued");
    tx.commit().await.expect("committed");
    town.run_jobs().await;
}

async fn notices(town: &Town, email: &str) -> Vec<Notice> {
    let user = accounts::find_user(&town.app, email)
        .await
        .expect("looked up")
        .expect("an account");
    message::list_notices(&town.app, &user, 10)
        .await
        .expect("notices")
}

async fn alerts(town: &Town) -> String {
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/desk/alerts").await.is(200).text()
}

#[tokio::test]
async fn whoever_answers_for_a_number_is_told_once_when_it_falls_below_the_threshold() {
    let town = staffed().await;
    sets(&town, "35.22", "below", "70").await.is(303);
    town.run_jobs().await;
    let told = notices(&town, PERSON).await;
    assert_eq!(told.len(), 1);
    for said in [
        "6.1.1 Households with safe water",
        "below 70.0%",
        "64.6% in 2026",
        "Call the waterworks.",
        "/desk/alerts/",
    ] {
        assert!(told[0].text.contains(said), "{said}: {}", told[0].text);
    }
    looks(&town).await;
    assert_eq!(
        notices(&town, PERSON).await.len(),
        1,
        "one alert of a rule is open at most"
    );
    assert_eq!(notices(&town, DEPUTY).await.len(), 0);
    assert!(alerts(&town).await.contains("Waits for somebody"));
}

#[tokio::test]
async fn a_number_that_trembles_at_its_threshold_closes_no_alert_and_one_well_inside_does() {
    let town = staffed().await;
    sets(&town, "35.22", "below", "70").await.is(303);
    town.run_jobs().await;
    // 64.6 is above 64, but not by a twentieth of what lies between 64 and 100.
    let mut near = fields("35.22", "below", "64");
    near.push(("act", "change"));
    changes(&town, &near).await.is(303);
    town.run_jobs().await;
    assert!(alerts(&town).await.contains("Waits for somebody"));
    let mut inside = fields("35.22", "below", "60");
    inside.push(("act", "change"));
    changes(&town, &inside).await.is(303);
    town.run_jobs().await;
    let page = alerts(&town).await;
    assert!(
        page.contains("Over") && !page.contains("Waits for somebody"),
        "{page}"
    );
}

#[tokio::test]
async fn lights_and_changes_fire_and_a_rule_that_is_switched_off_does_not() {
    let town = staffed().await;
    // 57.6 in the district is red below 60; the regency's 64.6 is yellow.
    sets(&town, "35.22.01", "red", "").await.is(303);
    sets(&town, "35.22", "red", "").await.is(303);
    town.run_jobs().await;
    assert_eq!(notices(&town, PERSON).await.len(), 1);
    sets(&town, "35.22", "change", "1").await.is(303);
    town.run_jobs().await;
    let told = notices(&town, PERSON).await;
    assert!(
        told[0].text.contains("a change of more than 1.0"),
        "{}",
        told[0].text
    );
    let town = staffed().await;
    sets(&town, "35.22", "above", "99").await.is(303);
    changes(&town, &[("act", "off")]).await.is(303);
    let mut now_true = fields("35.22", "above", "10");
    now_true.push(("act", "change"));
    changes(&town, &now_true).await.is(303);
    town.run_jobs().await;
    assert_eq!(notices(&town, PERSON).await.len(), 0);
    changes(&town, &[("act", "on")]).await.is(303);
    town.run_jobs().await;
    assert_eq!(notices(&town, PERSON).await.len(), 1);
}

#[tokio::test]
async fn a_number_that_is_not_computed_any_more_is_told_of() {
    let town = staffed().await;
    sets(&town, "35.22", "stale", "30").await.is(303);
    town.run_jobs().await;
    assert_eq!(notices(&town, PERSON).await.len(), 0);
    town.advance(Duration::from_secs(31 * 24 * 3_600));
    looks(&town).await;
    let told = notices(&town, PERSON).await;
    assert!(
        told[0].text.contains("no new number for more than 30 days"),
        "{}",
        told[0].text
    );
}

#[tokio::test]
async fn the_deputy_is_told_after_working_days_in_which_nobody_looked() {
    let town = staffed().await;
    sets(&town, "35.22", "below", "70").await.is(303);
    town.run_jobs().await;
    town.advance(Duration::from_secs(47 * 3_600));
    looks(&town).await;
    assert_eq!(notices(&town, DEPUTY).await.len(), 0);
    town.advance(Duration::from_secs(2 * 3_600));
    looks(&town).await;
    looks(&town).await;
    let told = notices(&town, DEPUTY).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("as the deputy"), "{}", told[0].text);
    assert!(alerts(&town).await.contains("the deputy was told"));
}

#[tokio::test]
async fn nobody_is_told_further_once_somebody_looks_after_it() {
    let town = staffed().await;
    sets(&town, "35.22", "below", "70").await.is(303);
    town.run_jobs().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let path = found(&alerts(&town).await, "/desk/alerts/[0-9a-f-]+");
    let empty = officer.submits(&path, &[("said", " ")]).await;
    assert_eq!(empty.status, 400);
    officer
        .submits(&path, &[("said", "The pump is ordered.")])
        .await
        .is(303);
    let page = officer.gets(&path).await.is(200).text();
    assert!(
        page.contains("The pump is ordered.") && !page.contains("<textarea"),
        "{page}"
    );
    assert_eq!(officer.submits(&path, &[("said", "Again")]).await.status, 409);
    town.advance(Duration::from_secs(10 * 24 * 3_600));
    looks(&town).await;
    assert_eq!(notices(&town, DEPUTY).await.len(), 0);
}

#[tokio::test]
async fn a_number_that_is_withheld_fires_no_rule() {
    let town = staffed().await;
    sets(&town, "35.22.01.2003", "below", "99").await.is(303);
    town.run_jobs().await;
    assert_eq!(
        notices(&town, PERSON).await.len(),
        1,
        "46.7 of 75 households is public"
    );
    let town = staffed().await;
    load(&town, &WATER.replace("key = 1", "key = 1\nleast = 100")).await;
    town.run_jobs().await;
    let village = town
        .stranger()
        .gets("/indicators/6.1.1?place=35.22.01.2003")
        .await
        .is(200)
        .text();
    assert!(village.contains("withheld"), "{village}");
    for (when, threshold) in [("below", "99"), ("above", "1"), ("red", ""), ("yellow", "")] {
        sets(&town, "35.22.01.2003", when, threshold).await.is(303);
    }
    town.run_jobs().await;
    assert_eq!(notices(&town, PERSON).await.len(), 0);
}

#[tokio::test]
async fn a_number_that_is_withheld_since_it_fired_is_shown_and_told_no_more() {
    let town = staffed().await;
    sets(&town, "35.22.01.2003", "below", "99").await.is(303);
    town.run_jobs().await;
    let told = notices(&town, PERSON).await;
    assert!(told[0].text.contains("46.7%"), "{}", told[0].text);
    let path = found(&alerts(&town).await, "/desk/alerts/[0-9a-f-]+");
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let before = officer.gets(&path).await.is(200).text();
    assert!(before.contains("46.7%"), "{before}");
    load(&town, &WATER.replace("key = 1", "key = 1\nleast = 100")).await;
    town.run_jobs().await;
    let page = officer.gets(&path).await.is(200).text();
    assert!(
        page.contains("The number that it fired on is withheld now.") && !page.contains("46.7"),
        "{page}"
    );
    town.advance(Duration::from_secs(49 * 3_600));
    looks(&town).await;
    let told = notices(&town, DEPUTY).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.contains("is withheld now") && !told[0].text.contains("46.7"),
        "{}",
        told[0].text
    );
}

#[tokio::test]
async fn an_alert_that_is_over_is_listed_however_many_others_have_since() {
    let town = staffed().await;
    sets(&town, "35.22", "below", "70").await.is(303);
    town.run_jobs().await;
    let path = found(&alerts(&town).await, "/desk/alerts/[0-9a-f-]+");
    changes(&town, &[("act", "off")]).await.is(303);
    let mut tx = town.app.db.begin().await.expect("a transaction");
    for sql in [
        "INSERT INTO alert_rule (id, watches, subject, place, waits_for, organisation, person, deputy, wait_days, why,
                                 is_on, revision, made_at, made_by)
         SELECT 'other', watches, subject, '35.22.02', waits_for, organisation, 'nobody', NULL, wait_days, why,
                is_on, revision, made_at, made_by
         FROM alert_rule",
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2600)
         INSERT INTO alert (id, rule_id, found, opened_at, climbs_at, closed_at)
         SELECT 'z-' || CAST(n.i AS TEXT), 'other', a.found, a.opened_at, a.climbs_at, a.closed_at
         FROM n, alert a",
    ] {
        sqlx::query(sql)
            .execute(tx.conn())
            .await
            .expect("alerts of others");
    }
    tx.commit().await.expect("committed");
    let page = alerts(&town).await;
    assert!(
        page.contains(&path) && !page.contains("/desk/alerts/z-"),
        "{page}"
    );
}

#[tokio::test]
async fn one_sets_rules_only_for_places_that_one_works_for_and_sees_no_others() {
    let town = staffed().await;
    sets(&town, "35.22", "below", "70").await.is(303);
    town.run_jobs().await;
    let rule = found(
        &steward(&town).await.gets(RULES).await.is(200).text(),
        "/desk/alert-rules/[0-9a-f-]+",
    );
    let alert = found(&alerts(&town).await, "/desk/alerts/[0-9a-f-]+");
    let producer = town.someone(Role::Producer, Some("35.22.01")).await;
    producer.gets(&rule).await.is(404);
    producer.gets(&alert).await.is(404);
    let refused = producer.submits(RULES, &fields("35.22", "below", "70")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("only for places that you work for"));
    let other = town.someone(Role::Officer, Some("35.22.02")).await;
    other.gets(&alert).await.is(404);
    other.gets(RULES).await.is(403);
    assert!(!other.gets("/desk/alerts").await.is(200).text().contains(&alert));
}

#[tokio::test]
async fn what_is_typed_wrong_is_said_at_its_field() {
    let town = staffed().await;
    let wrong = [
        ("indicator", "9.9.9"),
        ("place", "99"),
        ("when", "below"),
        ("threshold", "much"),
        ("wait", "-1"),
        ("why", ""),
    ];
    let page = steward(&town).await.submits(RULES, &wrong).await;
    assert_eq!(page.status, 400);
    let page = page.text();
    for said in [
        "Choose an indicator.",
        "There is no place with this code.",
        "Write a number, such as 60",
        "working days from 0 to 60",
        "Write what is to be done",
        "Nobody who works here has an account",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let mut nobody = fields("35.22", "below", "70");
    nobody[4] = ("person", "nobody@town.test");
    let page = steward(&town).await.submits(RULES, &nobody).await;
    assert_eq!(page.status, 400);
    assert!(
        page.text().contains("Nobody who works here has an account"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn a_resident_is_told_of_no_number_and_nobody_learns_that_they_have_an_account() {
    let town = staffed().await;
    town.someone(Role::Citizen, None).await;
    for (field, at) in [("person", 4), ("deputy", 5)] {
        let mut resident = fields("35.22", "below", "70");
        resident[at] = (field, "citizen@town.test");
        let page = steward(&town).await.submits(RULES, &resident).await;
        assert_eq!(page.status, 400, "{field}");
        let page = page.text();
        assert!(
            page.contains("Nobody who works here has an account") && !page.contains("The citizen"),
            "{page}"
        );
    }
}

/// Registers a sensor at the gate; returns the secret address that its readings are posted to.
async fn gate(town: &Town) -> String {
    let fields = [
        ("code", "gate"),
        ("title", "Water at the gate"),
        ("unit", "m"),
        ("decimals", "2"),
        ("place", "35.22"),
        ("source", "webhook"),
        ("expected", "60"),
        ("silent", "180"),
    ];
    let steward = steward(town).await;
    steward.submits("/desk/feeds", &fields).await.is(303);
    let page = steward.gets("/desk/feeds/gate").await.is(200).text();
    found(&page, "/channels/feeds/[0-9a-f]{32}")
}

async fn says(town: &Town, address: &str, reading: &str) {
    town.stranger()
        .sends("POST", address, "text/plain", reading.to_owned().into())
        .await
        .is(200);
    town.run_jobs().await;
}

/// Sets a rule on the sensor at the gate.
async fn watches(town: &Town, when: &str, threshold: &str) -> Answer {
    let mut fields = fields("", when, threshold);
    fields.push(("feed", "gate"));
    let answer = steward(town).await.submits(RULES, &fields).await;
    town.run_jobs().await;
    answer
}

#[tokio::test]
async fn a_reading_over_its_threshold_is_told_once_and_one_well_inside_ends_the_alert() {
    let town = staffed().await;
    let gate = gate(&town).await;
    watches(&town, "above", "2").await.is(303);
    assert_eq!(notices(&town, PERSON).await.len(), 0, "nothing is known yet");
    says(&town, &gate, "2.5").await;
    let told = notices(&town, PERSON).await;
    assert_eq!(told.len(), 1);
    for said in ["Water at the gate", "above 2.00 m", "2.50 m, read at 2026-"] {
        assert!(told[0].text.contains(said), "{said}: {}", told[0].text);
    }
    town.advance(Duration::from_secs(60));
    says(&town, &gate, "2.6").await;
    assert_eq!(notices(&town, PERSON).await.len(), 1);
    town.advance(Duration::from_secs(60));
    says(&town, &gate, "1.95").await;
    assert!(alerts(&town).await.contains("Waits for somebody"));
    town.advance(Duration::from_secs(60));
    says(&town, &gate, "1.8").await;
    let page = alerts(&town).await;
    assert!(
        page.contains("Over") && !page.contains("Waits for somebody"),
        "{page}"
    );
}

#[tokio::test]
async fn a_sensor_that_is_silent_for_longer_than_a_rule_waits_is_told_of_in_that_minute() {
    let town = staffed().await;
    let gate = gate(&town).await;
    says(&town, &gate, "1").await;
    watches(&town, "silent", "5").await.is(303);
    town.advance(Duration::from_secs(5 * 60));
    town.run_jobs().await;
    assert_eq!(notices(&town, PERSON).await.len(), 0);
    town.advance(Duration::from_secs(1));
    town.run_jobs().await;
    let told = notices(&town, PERSON).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.contains("no reading for more than 5 minutes"),
        "{}",
        told[0].text
    );
    says(&town, &gate, "1").await;
    assert!(!alerts(&town).await.contains("Waits for somebody"));
}

#[tokio::test]
async fn the_last_value_of_a_silent_sensor_fires_nothing() {
    let town = staffed().await;
    let gate = gate(&town).await;
    says(&town, &gate, "2.5").await;
    town.advance(Duration::from_secs(180));
    watches(&town, "above", "2").await.is(303);
    looks(&town).await;
    assert_eq!(notices(&town, PERSON).await.len(), 0);
    let refused = watches(&town, "red", "").await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("This cannot be waited for there"));
}

#[tokio::test]
async fn a_group_within_a_place_is_watched_as_everybody_together_is() {
    let town = staffed().await;
    let mut women = fields("35.22", "above", "1");
    women.push(("group", "sex=F"));
    steward(&town).await.submits(RULES, &women).await.is(303);
    town.run_jobs().await;
    let told = notices(&town, PERSON).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].text.contains("Households with safe water: Female"),
        "{}",
        told[0].text
    );
    for (at, wrong) in [("group", "sex=X"), ("group", "religion=F")] {
        let mut fields = fields("35.22", "above", "1");
        fields.push((at, wrong));
        let refused = steward(&town).await.submits(RULES, &fields).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_group_that_is_withheld_fires_nothing_and_tells_nothing() {
    let town = staffed().await;
    load(&town, &WATER.replace("key = 1", "key = 1\nleast = 100")).await;
    town.run_jobs().await;
    for (when, threshold) in [("below", "99.9"), ("above", "0.1"), ("red", ""), ("yellow", "")] {
        let mut women = fields("35.22.01.2003", when, threshold);
        women.push(("group", "sex=F"));
        steward(&town).await.submits(RULES, &women).await.is(303);
    }
    looks(&town).await;
    assert_eq!(notices(&town, PERSON).await.len(), 0);
}
