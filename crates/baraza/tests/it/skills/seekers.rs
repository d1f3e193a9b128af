//! Seekers: who sees them, how seats are found and held, and that withdrawing leaves nothing.

use baraza::platform::op::{Grant, Role};
use pretty_assertions::assert_eq;
use regex::Regex;

use super::{line, reads, sends, trained};
use crate::town::{Answer, Town, Visitor, grant};

const PATH: &str = "/desk/skills/seekers";
const VILLAGE: &str = "35.22.01.2001";

/// What is typed of a young woman who wants to learn baking.
fn typed<'a>(name: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let plain = [
        ("name", name),
        ("phone", "0812 3456 7890"),
        ("place", VILLAGE),
        ("birth_year", "2005"),
        ("sex", "F"),
        ("schooling", "2"),
        ("wish_1", "10"),
        ("steps", "2"),
        ("consent", "yes"),
        ("paper", "folder 3"),
    ];
    plain
        .into_iter()
        .map(|(field, value)| {
            let other = changed.iter().find(|(changed, _)| *changed == field);
            (field, other.map_or(value, |(_, value)| *value))
        })
        .collect()
}

/// Enters a seeker; returns the address of their page.
async fn enters(visitor: &Visitor<'_>, name: &str, changed: &[(&str, &str)]) -> String {
    let answer = visitor.submits(PATH, &typed(name, changed)).await.is(303);
    answer.header("location").to_owned()
}

fn found(page: &str, pattern: &str) -> String {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern
        .captures(page)
        .unwrap_or_else(|| panic!("{pattern}: {page}"))[1]
        .to_owned()
}

fn revision(page: &str) -> String {
    found(page, "name=\"revision\" value=\"([0-9]+)\"")
}

/// Offers the seat of a course that fits.
async fn offers(visitor: &Visitor<'_>, seeker: &str, course: &str) -> Answer {
    let page = visitor.gets(seeker).await.is(200).text();
    let intake = found(
        &page,
        &format!("(?s)<a [^>]*>{course},.*?name=\"intake\" value=\"([^\"]+)\""),
    );
    let revision = revision(&page);
    let fields = [
        ("act", "offer"),
        ("intake", intake.as_str()),
        ("revision", revision.as_str()),
    ];
    visitor.submits(seeker, &fields).await
}

/// Takes the first match a step further.
async fn steps(visitor: &Visitor<'_>, seeker: &str, act: &str) -> Answer {
    let page = visitor.gets(seeker).await.is(200).text();
    let matched = found(&page, "name=\"matched\" value=\"([^\"]+)\"");
    let revision = revision(&page);
    let fields = [
        ("act", act),
        ("matched", matched.as_str()),
        ("revision", revision.as_str()),
    ];
    visitor.submits(seeker, &fields).await
}

async fn withdraws(visitor: &Visitor<'_>, seeker: &str, sure: &str) -> Answer {
    let page = visitor.gets(seeker).await.is(200).text();
    let revision = revision(&page);
    let fields = [
        ("act", "withdraw"),
        ("sure", sure),
        ("revision", revision.as_str()),
    ];
    visitor.submits(seeker, &fields).await
}

/// Everything that the database says of seekers and of what was done with them.
async fn stored(town: &Town) -> String {
    let seekers: Vec<(String, Option<String>, String, Option<i64>)> =
        sqlx::query_as("SELECT sealed, mark, wants, birth_year FROM seeker")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    let audit: Vec<(String, String)> =
        sqlx::query_as("SELECT subject, facts FROM audit WHERE event LIKE 'skills.%'")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    format!("{seekers:?} {audit:?}")
}

#[tokio::test]
async fn nobody_is_entered_without_consent_on_paper_nor_twice() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    for changed in [
        [("consent", "")],
        [("paper", " ")],
        [("birth_year", "1970")],
        [("place", "35.22.02.2001")],
    ] {
        officer
            .submits(PATH, &typed("Siti Aminah", &changed))
            .await
            .is(400);
    }
    let refused = officer
        .submits(PATH, &typed("Siti Aminah", &[("consent", "")]))
        .await
        .text();
    assert!(
        refused.contains("did not agree") && refused.contains("value=\"Siti Aminah\""),
        "{refused}"
    );
    enters(&officer, "Siti Aminah", &[]).await;
    let again = officer
        .submits(PATH, &typed("siti  aminah", &[("paper", "another")]))
        .await
        .is(400);
    assert!(
        again.text().contains("entered for this place already"),
        "{}",
        again.text()
    );
}

#[tokio::test]
async fn only_operators_of_the_place_and_organisation_see_a_seeker() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    let page = officer.gets(&seeker).await.is(200).text();
    assert!(
        page.contains("Siti Aminah") && page.contains("0812 3456 7890"),
        "{page}"
    );
    assert!(page.contains("I agree that the operator keeps my name"), "{page}");
    let list = officer.gets(PATH).await.is(200).text();
    assert!(
        list.contains("Siti Aminah") && !list.contains("0812 3456 7890"),
        "{list}"
    );
    let above = town.someone(Role::Facilitator, Some("35.22.01")).await;
    assert!(above.gets(PATH).await.is(200).text().contains("Siti Aminah"));
    let beside = town.someone(Role::Officer, Some("35.22.01.2002")).await;
    beside.gets(&seeker).await.is(404);
    assert!(!beside.gets(PATH).await.is(200).text().contains("Siti Aminah"));
    for role in [Role::Steward, Role::Leader, Role::Auditor, Role::Producer] {
        let other = town.someone(role, Some("35.22")).await;
        other.gets(&seeker).await.is(403);
        other.gets(PATH).await.is(403);
    }
    town.stranger().gets(&seeker).await.is(303);
    let at_office = |org: &str| Grant {
        org: Some(org.into()),
        ..grant(Role::Officer, Some("35.22"))
    };
    for (email, org) in [("work@town.test", "disnaker"), ("welfare@town.test", "dinsos")] {
        town.add(email, org, &[at_office(org)]).await;
    }
    let (work, welfare) = (
        town.signs_in("work@town.test").await,
        town.signs_in("welfare@town.test").await,
    );
    // What belongs to no office is not theirs, and what belongs to one is not the other's.
    work.gets(&seeker).await.is(404);
    let theirs = enters(&work, "Siti Aminah", &[]).await;
    work.gets(&theirs).await.is(200);
    welfare.gets(&theirs).await.is(404);
    beside.gets(&theirs).await.is(404);
}

#[tokio::test]
async fn names_and_numbers_are_sealed_and_the_trail_has_ids_alone() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    let stored = stored(&town).await;
    assert!(stored.contains("seeker/"), "{stored}");
    for personal in ["Siti", "Aminah", "12 3456", "2812345", "folder 3"] {
        assert!(!stored.contains(personal), "{personal}: {stored}");
    }
    for public in ["/skills", "/skills/lkp", "/skills/courses.csv", "/skills.csv"] {
        assert!(!reads(&town, public).await.contains("Siti"), "{public}");
    }
}

#[tokio::test]
async fn seats_are_proposed_in_an_order_that_is_explained() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    let page = officer.gets(&seeker).await.is(200).text();
    let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
    assert!(
        at("Kue dan roti, LKP Melati") < at("Las dasar, BLK Contoh"),
        "{page}"
    );
    for reason in [
        "It is wish 1.",
        "It is none of their wishes.",
        "It lies within Margomulyo.",
        "They can apply until",
    ] {
        at(reason);
    }
    let near = enters(
        &officer,
        "Budi",
        &[("steps", "1"), ("birth_year", "2010"), ("sex", "M")],
    )
    .await;
    let page = officer.gets(&near).await.is(200).text();
    for reason in [
        "It is further away than they can travel.",
        "They turn 16 in the year it begins; it takes people from 17 on.",
        "No seat fits at present.",
    ] {
        assert!(page.contains(reason), "{reason}: {page}");
    }
}

#[tokio::test]
async fn a_seat_is_held_when_it_is_accepted_and_free_again_when_it_is_let_go() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    let left = || async { reads(&town, "/skills/lkp").await.contains("few left") };
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    assert!(!left().await, "an offer holds nothing");
    assert_eq!(steps(&officer, &seeker, "enrolled").await.status.as_u16(), 409);
    steps(&officer, &seeker, "accepted").await.is(303);
    assert!(left().await);
    let page = officer.gets(&seeker).await.is(200).text();
    assert!(page.contains("accepted, seat held"), "{page}");
    steps(&officer, &seeker, "declined").await.is(303);
    assert!(!left().await);
    // What was declined can be offered again.
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    for act in ["accepted", "enrolled"] {
        steps(&officer, &seeker, act).await.is(303);
    }
    assert!(left().await);
}

#[tokio::test]
async fn nobody_is_said_to_have_finished_a_course_before_it_begins() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    for act in ["accepted", "enrolled"] {
        steps(&officer, &seeker, act).await.is(303);
    }
    let is_offered = async || {
        let page = officer.gets(&seeker).await.is(200).text();
        page.contains("value=\"finished\"")
    };
    assert!(!is_offered().await);
    let refused = steps(&officer, &seeker, "finished").await.is(409).text();
    assert!(refused.contains("11 January 2027"), "{refused}");
    // From Monday the 16th of November to the first day of the course.
    town.advance(std::time::Duration::from_secs(56 * 24 * 3_600));
    assert!(is_offered().await);
    steps(&officer, &seeker, "finished").await.is(303);
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_entry_is_told_at_once_beside_its_field() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let wrong = [
        ("phone", "abc"),
        ("place", "35.22.02.2001"),
        ("birth_year", "1970"),
        ("consent", ""),
    ];
    let page = officer
        .submits(PATH, &typed("Siti Aminah", &wrong))
        .await
        .is(400)
        .text();
    for told in [
        "id=\"phone-error\"",
        "id=\"place-error\"",
        "id=\"birth_year-error\"",
        "id=\"consent-error\"",
        "only for places that you work for",
        "Enter a telephone number",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    enters(&officer, "Siti Aminah", &[("phone", "")]).await;
}

#[tokio::test]
async fn those_of_other_places_crowd_nobody_out_of_the_list() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    enters(&officer, "Siti Aminah", &[]).await;
    let mut tx = town.app.db.begin().await.expect("a transaction");
    sqlx::query(
        "INSERT INTO seeker (id, organisation, place, sealed, mark, birth_year, sex, schooling, wants, steps, consent_at, consent_text,
             entered_by, revision)
         WITH RECURSIVE later (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM later WHERE i < 4100)
         SELECT 'f' || CAST(i AS TEXT), NULL, '35.22.02.2001', '', 'm' || CAST(i AS TEXT), 2005, 'F', 2, '', 1, 0, '', 'system', 1
         FROM later",
    )
    .execute(tx.conn())
    .await
    .expect("entered");
    tx.commit().await.expect("committed");
    let list = officer.gets(PATH).await.is(200).text();
    assert!(list.contains("Siti Aminah"), "{list}");
}

#[tokio::test]
async fn nobody_holds_two_seats_and_nobody_changes_what_they_have_not_seen() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    let page = officer.gets(&seeker).await.is(200).text();
    let stale = revision(&page);
    let matched = found(&page, "name=\"matched\" value=\"([^\"]+)\"");
    steps(&officer, &seeker, "accepted").await.is(303);
    let late = [
        ("act", "declined"),
        ("matched", matched.as_str()),
        ("revision", stale.as_str()),
    ];
    let answer = officer.submits(&seeker, &late).await.is(409);
    assert!(
        answer.text().contains("Somebody changed this entry"),
        "{}",
        answer.text()
    );
    offers(&officer, &seeker, "Las dasar").await.is(303);
    let page = officer.gets(&seeker).await.is(200).text();
    let second = Regex::new("name=\"matched\" value=\"([^\"]+)\"").expect("a pattern");
    let second = second.captures_iter(&page).last().expect("the second match")[1].to_owned();
    let revision = revision(&page);
    let fields = [
        ("act", "accepted"),
        ("matched", second.as_str()),
        ("revision", revision.as_str()),
    ];
    let answer = officer.submits(&seeker, &fields).await.is(409);
    assert!(
        answer.text().contains("They hold another seat"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn two_at_the_same_moment_never_get_the_same_last_seat() {
    let town = trained().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let last = "institution,course,starts_on,ends_on,apply_by,seats,taken\nlkp,kue,2027-01-11,2027-02-12,2026-12-20,6,5\n";
    sends(&steward, "intakes", last).await.is(303);
    town.run_jobs().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let (one, other) = (
        enters(&officer, "Siti Aminah", &[]).await,
        enters(&officer, "Dewi", &[("place", "35.22.01.2002")]).await,
    );
    for seeker in [&one, &other] {
        offers(&officer, seeker, "Kue dan roti").await.is(303);
    }
    let (first, second) = tokio::join!(
        steps(&officer, &one, "accepted"),
        steps(&officer, &other, "accepted")
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert!(line(&town, "kue", "2027-01-11").await.contains(",full,,"));
    let held: i64 = sqlx::query_scalar("SELECT CAST(SUM(n_held) AS BIGINT) FROM training_intake")
        .fetch_one(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(held, 1);
}

#[tokio::test]
async fn a_man_never_gets_a_seat_that_is_kept_for_women() {
    let town = trained().await;
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let kept = "institution,course,starts_on,ends_on,apply_by,seats,seats_women,taken\nlkp,kue,2027-01-11,2027-02-12,2026-12-20,6,3,3\n";
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let budi = enters(&officer, "Budi", &[("sex", "M")]).await;
    offers(&officer, &budi, "Kue dan roti").await.is(303);
    sends(&steward, "intakes", kept).await.is(303);
    town.run_jobs().await;
    assert_eq!(steps(&officer, &budi, "accepted").await.status.as_u16(), 409);
    let siti = enters(&officer, "Siti Aminah", &[]).await;
    offers(&officer, &siti, "Kue dan roti").await.is(303);
    steps(&officer, &siti, "accepted").await.is(303);
}

#[tokio::test]
async fn whoever_withdraws_is_erased_at_once() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    steps(&officer, &seeker, "accepted").await.is(303);
    assert_eq!(withdraws(&officer, &seeker, "").await.status.as_u16(), 400);
    withdraws(&officer, &seeker, "yes").await.is(303);
    officer.gets(&seeker).await.is(404);
    assert!(!officer.gets(PATH).await.is(200).text().contains("Siti"));
    let stored = stored(&town).await;
    assert!(stored.contains("[(\"\", None, \"\", None)]"), "{stored}");
    let n_matches: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM seat_match")
        .fetch_one(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(n_matches, 0);
    assert!(
        !reads(&town, "/skills/lkp").await.contains("few left"),
        "the seat is free again"
    );
    // They may come back, with another consent.
    enters(&officer, "Siti Aminah", &[]).await;
}

#[tokio::test]
async fn somebody_who_sits_in_a_course_and_withdraws_leaves_the_seat_taken() {
    let town = trained().await;
    let officer = town.someone(Role::Officer, Some(VILLAGE)).await;
    let seeker = enters(&officer, "Siti Aminah", &[]).await;
    offers(&officer, &seeker, "Kue dan roti").await.is(303);
    for act in ["accepted", "enrolled"] {
        steps(&officer, &seeker, act).await.is(303);
    }
    withdraws(&officer, &seeker, "yes").await.is(303);
    assert!(reads(&town, "/skills/lkp").await.contains("few left"));
}
