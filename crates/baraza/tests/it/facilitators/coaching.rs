//! Training, assignments and what a coach writes.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use regex::Regex;

use super::{BESIDE, ME, VILLAGE, named, settled, signs};
use crate::town::grant;

#[tokio::test]
async fn a_coaching_note_is_sealed_and_read_by_the_two_it_is_between() {
    let town = settled().await;
    let (siti, user) = named(&town, "Siti Aminah", &[grant(Role::Facilitator, Some(VILLAGE))]).await;
    let page = format!("/desk/facilitators/{user}");
    let (steward, _) = named(&town, "Bu Rini", &[grant(Role::Steward, Some("35.22.01"))]).await;
    let note = [
        ("act", "note"),
        ("note", "Leave more silence before you ask again."),
    ];
    steward.submits(&page, &note).await.is(303);
    for reader in [&siti, &steward] {
        let read = reader.gets(&page).await.is(200).text();
        assert!(read.contains("Leave more silence"), "{read}");
    }
    assert!(siti.gets(ME).await.is(200).text().contains("Bu Rini"));
    let (other, _) = named(&town, "Pak Joko", &[grant(Role::Steward, Some("35.22"))]).await;
    let leader = town.someone(Role::Leader, Some(VILLAGE)).await;
    for reader in [&other, &leader, &town.admin().await] {
        let read = reader.gets(&page).await.is(200).text();
        assert!(!read.contains("Leave more silence"), "{read}");
    }
    let admin = town.admin().await;
    admin.submits(&page, &note).await.is(403);
    siti.submits(&page, &note).await.is(403);
    let stored: Vec<String> = sqlx::query_scalar("SELECT sealed FROM facilitator_note")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert!(stored.len() == 1 && !stored[0].contains("silence"), "{stored:?}");
    let audit: Vec<String> = sqlx::query_scalar("SELECT facts FROM audit WHERE event LIKE 'facilitators.%'")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert!(!audit.join(" ").contains("silence"), "{audit:?}");
}

#[tokio::test]
async fn a_facilitator_who_is_named_as_coach_coaches_and_nobody_coaches_themselves() {
    let town = settled().await;
    let own = [grant(Role::Facilitator, Some("35.22"))];
    let (_, user) = named(&town, "Siti Aminah", &own).await;
    let (budi, coach) = named(&town, "Budi Santoso", &own).await;
    let page = format!("/desk/facilitators/{user}");
    let note = [("act", "note"), ("note", "Well begun.")];
    budi.submits(&page, &note).await.is(403);
    let steward = town.someone(Role::Steward, Some("35.22")).await;
    let names = |id: &str| {
        vec![
            ("act".to_owned(), "coach".to_owned()),
            ("coach".to_owned(), id.to_owned()),
        ]
    };
    for (id, status) in [(user.as_str(), 400), ("nobody", 400), (coach.as_str(), 303)] {
        let fields = names(id);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        steward.submits(&page, &fields).await.is(status);
    }
    budi.submits(&page, &note).await.is(303);
    let read = steward.gets(&page).await.is(200).text();
    assert!(
        read.contains("Budi Santoso") && !read.contains("Well begun."),
        "{read}"
    );
}

#[tokio::test]
async fn training_is_entered_by_stewards_and_leaders_of_the_place() {
    let town = settled().await;
    let (siti, user) = named(&town, "Siti Aminah", &[grant(Role::Facilitator, Some(VILLAGE))]).await;
    let page = format!("/desk/facilitators/{user}");
    let training = [
        ("act", "train"),
        ("topic", "Hearing children"),
        ("held_on", "2026-03-04"),
        ("given_by", "Dinas Sosial"),
        ("valid_until", "2027-03-04"),
    ];
    siti.submits(&page, &training).await.is(403);
    town.someone(Role::Officer, Some(VILLAGE))
        .await
        .submits(&page, &training)
        .await
        .is(403);
    let steward = town.someone(Role::Steward, Some("35.22.01")).await;
    let wrong = steward.submits(&page, &[("act", "train")]).await.is(400).text();
    assert!(
        wrong.contains("href=\"#topic\"") && wrong.contains("href=\"#held_on\""),
        "{wrong}"
    );
    steward.submits(&page, &training).await.is(303);
    let told = steward.gets(&page).await.is(200).text();
    assert!(
        told.contains("Hearing children") && told.contains("Dinas Sosial"),
        "{told}"
    );
    // Trained and signed, they are counted in their district, and nowhere by name.
    let counted = |page: String| {
        let count = Regex::new("(?s)Margomulyo</th>\\s*<td[^>]*>([0-9]+)<").expect("a pattern");
        count.captures(&page).map(|found| found[1].to_owned())
    };
    let before = town
        .stranger()
        .gets("/facilitators?place=35.22")
        .await
        .is(200)
        .text();
    signs(&siti).await;
    let after = town.stranger().gets("/facilitators").await.is(200).text();
    assert!(!before.contains("Siti") && !after.contains("Siti"));
    assert_eq!(counted(before), Some("0".into()));
    assert_eq!(counted(after), Some("1".into()));
}

#[tokio::test]
async fn only_who_signed_is_assigned_something_and_says_what_became_of_it() {
    let town = settled().await;
    let (siti, user) = named(&town, "Siti Aminah", &[grant(Role::Facilitator, Some(VILLAGE))]).await;
    let page = format!("/desk/facilitators/{user}");
    let leader = town.someone(Role::Leader, Some("35.22.01")).await;
    let assigned = |place: &'static str| {
        [
            ("act", "assign"),
            ("what", "Run the group of older people"),
            ("place", place),
            ("due_on", "2026-12-04"),
            ("subject", "scorecard/0190"),
        ]
    };
    let refused = leader.submits(&page, &assigned(VILLAGE)).await.is(409).text();
    assert!(refused.contains("They have not signed"), "{refused}");
    signs(&siti).await;
    let elsewhere = leader.submits(&page, &assigned(BESIDE)).await.is(400).text();
    assert!(elsewhere.contains("href=\"#place\""), "{elsewhere}");
    leader.submits(&page, &assigned(VILLAGE)).await.is(303);
    let own = siti.gets(ME).await.is(200).text();
    assert!(
        own.contains("Run the group of older people") && own.contains("scorecard/0190"),
        "{own}"
    );
    let id = Regex::new("name=\"assignment\" value=\"([^\"]+)\"").expect("a pattern");
    let id = id.captures(&own).expect("an assignment")[1].to_owned();
    let why = format!("why-{id}");
    let ends = |act: &'static str| vec![("act", act), ("assignment", id.as_str())];
    let wrong = siti.submits(ME, &ends("decline")).await.is(400).text();
    assert!(wrong.contains(&format!("href=\"#{why}\"")), "{wrong}");
    let mut declined = ends("decline");
    declined.push((why.as_str(), "I am ill this month"));
    siti.submits(ME, &declined).await.is(303);
    siti.submits(ME, &ends("done")).await.is(409);
    let told = leader.gets(&page).await.is(200).text();
    assert!(told.contains("declined: I am ill this month"), "{told}");
}
