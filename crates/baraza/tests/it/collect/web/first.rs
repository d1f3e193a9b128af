//! The first questions of a form, which come with its title and take answers before any script is there.

use super::{FIRST, Walk};
use crate::{
    collect::{publish, publish_alone},
    town::{Town, Visitor},
};
use baraza::platform::op::Role;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest, Sha256};

const FORM: &str = "/forms/census/household";

async fn enumerator(town: &Town) -> Visitor<'_> {
    town.someone(Role::Enumerator, Some("35.22.01.2001")).await
}

/// Sends the first questions from the page with the form's title.
async fn sends<'a>(visitor: Visitor<'a>, form: &str, answers: &[(&str, &str)]) -> Walk<'a> {
    let mut walk = Walk {
        visitor,
        at: form.to_owned(),
    };
    walk.sends(answers).await.is(303);
    walk
}

/// A form whose questions are texts with these names.
fn texts(names: &[String]) -> String {
    let questions: String = names
        .iter()
        .map(|name| format!("| | text | {name} | {name} |\n"))
        .collect();
    format!(
        "| survey | type | name | label |\n|---|---|---|---|\n{questions}\n| settings | form_title | form_id |\n|---|---|---|\n| | Long | long |\n"
    )
}

#[tokio::test]
async fn the_first_questions_come_with_the_title_and_their_answers_begin_a_filling() {
    let town = Town::new().await;
    publish(&town).await;
    let visitor = enumerator(&town).await;
    let page = visitor.gets(FORM).await.is(200);
    let early = page.header("link").to_owned();
    let policy = page.header("content-security-policy").to_owned();
    let page = page.text();
    let within = page
        .split_once("<style>")
        .and_then(|(_, rest)| rest.split_once("</style>"));
    let within = within.expect("its style within it").0;
    let hash = BASE64_STANDARD.encode(Sha256::digest(within));
    assert!(
        policy.contains(&format!("style-src 'self' 'sha256-{hash}'")),
        "{policy}"
    );
    assert!(page.contains("Date of the interview"), "{page}");
    assert!(
        page.contains("Sumberejo"),
        "choices of a short list are there: {page}"
    );
    for fetched in ["/assets/form", "as=script", "/program/"] {
        assert!(early.contains(fetched), "{early}");
    }
    let mut walk = sends(visitor, FORM, FIRST).await;
    assert_eq!(walk.page(), "house");
    walk.sends(&[("house/water", "piped")]).await.is(303);
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    assert!(walk.sees().await.contains("E1"), "the first answers are kept");
    walk.sends(&[]).await.is(303);
    town.run_jobs().await;
}

#[tokio::test]
async fn a_wrong_first_answer_is_shown_again_on_a_page_that_is_kept() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = Walk {
        visitor: enumerator(&town).await,
        at: FORM.into(),
    };
    let answers = &[
        ("village", ""),
        ("enumerator", "E1"),
        ("interviewed.day", "1"),
        ("interviewed.month", "2"),
        ("interviewed.year", "2026"),
    ];
    let again = walk.sends(answers).await.is(400).text();
    assert!(again.contains("Village: give an answer"), "{again}");
    assert!(again.contains("value=\"E1\""), "what was right stays: {again}");
    let (_, action) = again
        .split_once("<form action=\"/forms/census/household/")
        .expect("a form");
    let (action, _) = action.split_once('"').expect("an address");
    walk.at = format!("{FORM}/{action}");
    walk.sends(FIRST).await.is(303);
    assert_eq!(walk.page(), "house");
}

#[tokio::test]
async fn a_page_of_many_questions_shows_eight_of_them_with_the_title_and_all_when_it_is_sent() {
    let town = Town::new().await;
    let names: Vec<String> = (1..=20).map(|n| format!("q{n}")).collect();
    publish_alone(&town, &texts(&names)).await;
    let visitor = enumerator(&town).await;
    let page = visitor.gets("/forms/census/long").await.is(200).text();
    assert!(
        page.contains("name=\"q8\"") && !page.contains("name=\"q9\""),
        "{page}"
    );
    let walk = sends(visitor, "/forms/census/long", &[("q1", "a"), ("q2", "b")]).await;
    assert!(walk.at.ends_with("?more"), "{}", walk.at);
    let rest = walk.sees().await;
    assert!(
        rest.contains("name=\"q20\"") && rest.contains("value=\"b\""),
        "{rest}"
    );
}

#[tokio::test]
async fn a_form_that_begins_with_a_roster_begins_with_a_button() {
    let town = Town::new().await;
    publish_alone(
        &town,
        "| survey | type | name | label |\n|---|---|---|---|\n| | begin_repeat | member | Member |\n| | text | name | Name |\n| | end_repeat | | |\n\n\
         | settings | form_title | form_id |\n|---|---|---|\n| | Roster | roster |\n",
    )
    .await;
    let visitor = enumerator(&town).await;
    visitor.gets("/forms/census/roster").await.is(200);
    let begun = visitor.submits("/forms/census/roster", &[]).await.is(303);
    visitor.gets(begun.header("location")).await.is(200);
}
