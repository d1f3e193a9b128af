//! Answers that are not sent yet: whose they are, how long they are kept.

use std::time::Duration;

use baraza::platform::{config::Settings, jobs, op::Role};

use super::{FIRST, Walk, up_to_members};
use crate::{
    collect::{publish, rows},
    town::Town,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What an hour brings.
async fn an_hour_passes(town: &Town) {
    jobs::queue_chores(&town.app).await.expect("the queue works");
    town.run_jobs().await;
}

#[tokio::test]
async fn answers_are_kept_and_belong_to_who_gave_them() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = Walk::begin(&town).await;
    let first = walk.at.clone();
    walk.sends(FIRST).await.is(303);
    let page = walk.visitor.gets(&first).await.is(200).text();
    assert!(page.contains("value=\"E1\""), "{page}");
    town.someone(Role::Officer, Some("35.22"))
        .await
        .gets(&first)
        .await
        .is(404);
    town.stranger().gets(&first).await.is(303);
}

#[tokio::test]
async fn who_comes_back_goes_on_where_the_first_answer_is_missing() {
    let town = Town::new().await;
    publish(&town).await;
    let walk = up_to_members(&town).await;
    let start = walk.visitor.gets("/forms/census/household").await.is(200).text();
    assert!(
        start.contains("Answers you have not sent yet") && start.contains("kept until 16 Dec 2026"),
        "{start}"
    );
    let link = "class=\"govuk-link\" href=\"/forms/census/household/";
    let (_, rest) = start.split_once(link).expect("a link");
    let link = format!(
        "/forms/census/household/{}",
        rest.split('"').next().unwrap_or_default()
    );
    let resumed = walk.visitor.gets(&link).await.is(303);
    assert_eq!(resumed.header("location"), walk.at);
}

#[tokio::test]
async fn answers_that_nobody_sends_are_deleted_when_the_page_said_they_would_be() {
    let town = Town::with(Settings {
        draft_days: Some(7),
        ..Settings::default()
    })
    .await;
    publish(&town).await;
    let mut walk = Walk::begin(&town).await;
    let page = walk.sees().await;
    assert!(page.contains("keeps your answers for 7 days"), "{page}");
    town.advance(DAY * 6);
    walk.sends(FIRST).await.is(303);
    town.advance(DAY * 6);
    an_hour_passes(&town).await;
    walk.sees().await;
    town.advance(DAY + Duration::from_secs(1));
    an_hour_passes(&town).await;
    let gone = walk.visitor.gets(&walk.at).await.is(404).text();
    assert!(gone.contains("were kept as long as we keep them"), "{gone}");
    let audit = town.admin().await.gets("/desk/audit").await.is(200).text();
    assert!(audit.contains("collect.drafts-forgotten"), "{audit}");
}

#[tokio::test]
async fn what_was_sent_stays_filed_when_its_draft_is_forgotten() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = up_to_members(&town).await;
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    walk.sends(&[]).await.is(303);
    town.run_jobs().await;
    town.advance(DAY * 31);
    an_hour_passes(&town).await;
    walk.visitor.gets(&walk.at).await.is(404);
    let admin = town.admin().await;
    let filed = admin
        .gets("/v1/projects/1/forms/household/submissions")
        .await
        .is(200)
        .json();
    assert_eq!(filed.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn two_presses_of_send_at_once_file_the_answers_once() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = up_to_members(&town).await;
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    let (first, second) = tokio::join!(
        walk.visitor.submits(&walk.at, &[]),
        walk.visitor.submits(&walk.at, &[])
    );
    for answer in [first, second] {
        assert!(answer.is(303).header("location").ends_with("/sent"));
    }
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "n_members, n_flags").await,
        ["1 0"]
    );
    let audit = town.admin().await.gets("/desk/audit").await.is(200).text();
    assert!(!audit.contains("collect.submission-added-to"), "{audit}");
}

#[tokio::test]
async fn a_citizen_who_is_signed_in_sends_a_form_that_is_open_to_all() {
    let town = Town::new().await;
    publish(&town).await;
    town.admin()
        .await
        .submits(
            "/desk/collect/census/household/change",
            &[("audience", "public"), ("state", "open")],
        )
        .await
        .is(303);
    let citizen = town.someone(Role::Citizen, None).await;
    let begun = citizen.submits("/forms/census/household", &[]).await.is(303);
    let mut walk = Walk {
        visitor: citizen,
        at: begun.header("location").to_owned(),
    };
    walk.sends(FIRST).await.is(303);
    walk.sends(&[("house/water", "piped")]).await.is(303);
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    walk.sends(&[]).await.is(303);
    assert_eq!(walk.page(), "sent");
    town.run_jobs().await;
}
