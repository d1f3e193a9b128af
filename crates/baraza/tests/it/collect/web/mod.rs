//! Forms filled in the browser.

mod drafts;
mod first;
mod hostile;
mod kinds;
mod phone;
mod roster;

use baraza::platform::op::Role;

use super::{publish, rows};
use crate::town::{Answer, Town, Visitor};

/// Somebody walking through a form page by page.
pub struct Walk<'a> {
    pub visitor: Visitor<'a>,
    pub at: String,
}

impl Walk<'_> {
    pub async fn begin(town: &Town) -> Walk<'_> {
        let visitor = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
        let begun = visitor.submits("/forms/census/household", &[]).await.is(303);
        Walk {
            visitor,
            at: begun.header("location").to_owned(),
        }
    }

    /// The key of the page one is on.
    pub fn page(&self) -> &str {
        self.at.rsplit('/').next().unwrap_or_default()
    }

    pub async fn sees(&self) -> String {
        self.visitor.gets(&self.at).await.is(200).text()
    }

    /// Sends a page with answers, each of which was shown.
    pub async fn sends(&mut self, answers: &[(&str, &str)]) -> Answer {
        let mut fields = Vec::new();
        for (name, value) in answers {
            fields.push((*name, *value));
            let shown = name.split('.').next().unwrap_or_default();
            if !matches!(*name, "do" | "entry" | "entries") && !fields.contains(&(".shown", shown)) {
                fields.push((".shown", shown));
            }
        }
        let answer = self.visitor.submits(&self.at, &fields).await;
        if answer.status == 303 {
            self.at = answer.header("location").to_owned();
        }
        answer
    }
}

pub const FIRST: &[(&str, &str)] = &[
    ("village", "35.22.01.2001"),
    ("enumerator", "E1"),
    ("interviewed.day", "15"),
    ("interviewed.month", "11"),
    ("interviewed.year", "2026"),
];

/// Somebody who answered everything up to the members.
pub async fn up_to_members(town: &Town) -> Walk<'_> {
    let mut walk = Walk::begin(town).await;
    walk.sends(FIRST).await.is(303);
    walk.sends(&[("house/water", "piped")]).await.is(303);
    assert_eq!(walk.page(), "member-1", "the first member is asked about at once");
    walk
}

#[tokio::test]
async fn a_form_is_filled_page_by_page_and_filed_like_any_other() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = Walk::begin(&town).await;
    let first = walk.sees().await;
    assert!(
        first.contains("Sumberejo") && first.contains("Date of the interview"),
        "{first}"
    );
    walk.sends(FIRST).await.is(303);
    assert_eq!(walk.page(), "house");
    assert!(!walk.sees().await.contains("Photo of the source"));
    walk.sends(&[("house/water", "well")]).await.is(303);
    assert_eq!(
        walk.page(),
        "house?more",
        "the answer made two more questions appear"
    );
    assert!(walk.sees().await.contains("Photo of the source"));
    walk.sends(&[
        ("house/water", "well"),
        ("house/minutes", "10"),
        ("house/photo", ""),
    ])
    .await
    .is(303);
    assert_eq!(walk.page(), "member-1");
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    assert_eq!(walk.page(), "member");
    walk.sends(&[("do", "add"), ("entries", "1")]).await.is(303);
    assert_eq!(walk.page(), "member-2");
    walk.sends(&[("member[2]/name", "Ben"), ("member[2]/age", "12")])
        .await
        .is(303);
    assert_eq!(walk.page(), "member");
    walk.sends(&[("do", "next")]).await.is(303);
    assert_eq!(walk.page(), "check");
    let check = walk.sees().await;
    assert!(
        check.contains("Ann") && check.contains("Ben") && check.contains("Well"),
        "{check}"
    );
    walk.sends(&[]).await.is(303);
    assert_eq!(walk.page(), "sent");
    assert!(walk.sees().await.contains("Answers sent"));
    town.run_jobs().await;
    assert_eq!(
        rows(
            &town,
            "census__household",
            "village, water, minutes, n_members, n_flags"
        )
        .await,
        ["\"35.22.01.2001\" \"well\" 10 2 0"]
    );
    assert_eq!(
        rows(&town, "census__household__member", "position, name, age").await,
        ["1 \"Ann\" 43", "2 \"Ben\" 12"]
    );
}

#[tokio::test]
async fn a_wrong_answer_is_shown_again_with_what_is_wrong() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = Walk::begin(&town).await;
    let answers = &[
        ("village", ""),
        ("enumerator", "E1"),
        ("interviewed.day", "31"),
        ("interviewed.month", "2"),
        ("interviewed.year", "2026"),
    ];
    let again = walk.sends(answers).await.is(400).text();
    assert!(again.contains("Village: give an answer"), "{again}");
    assert!(again.contains("write a real date"), "{again}");
    assert!(again.contains("value=\"E1\""), "what was right stays: {again}");
    assert_eq!(
        again.matches("govuk-input--error").count(),
        3,
        "day, month and year are marked: {again}"
    );
    let answers = &[
        ("village", "35.22.01.2001"),
        ("enumerator", "E1"),
        ("interviewed.day", "1"),
        ("interviewed.month", "2"),
        ("interviewed.year", "2030"),
    ];
    let again = walk.sends(answers).await.is(400).text();
    assert!(again.contains("The date cannot lie in the future"), "{again}");
}

#[tokio::test]
async fn a_photo_goes_along_and_sending_twice_files_once() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = Walk::begin(&town).await;
    walk.sends(FIRST).await.is(303);
    walk.sends(&[("house/water", "well")]).await.is(303);
    let at = walk.at.split('?').next().unwrap_or_default().to_owned();
    let parts: &[(&str, &str, &str, &[u8])] = &[
        (".shown", "", "", b"house/water"),
        ("house/water", "", "", b"well"),
        (".shown", "", "", b"house/minutes"),
        ("house/minutes", "", "", b"10"),
        (".shown", "", "", b"house/photo"),
        ("house/photo", "my well.jpg", "image/jpeg", b"\xff\xd8 a picture"),
    ];
    let sent = walk.visitor.posts_parts(&at, parts).await.is(303);
    walk.at = sent.header("location").to_owned();
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    let check = walk.at.clone();
    walk.sends(&[]).await.is(303);
    let again = walk.visitor.submits(&check, &[]).await.is(303);
    assert_eq!(again.header("location"), walk.at, "what is sent says so");
    town.run_jobs().await;
    let admin = town.admin().await;
    let listed = admin
        .gets("/v1/projects/1/forms/household/submissions")
        .await
        .is(200)
        .json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let id = listed[0]["instanceId"]
        .as_str()
        .expect("an id")
        .replace(':', "%3A");
    let files = admin
        .gets(&format!(
            "/v1/projects/1/forms/household/submissions/{id}/attachments"
        ))
        .await
        .is(200)
        .json();
    assert_eq!(files[0]["exists"], true, "{files}");
    assert!(
        files[0]["name"].as_str().expect("a name").starts_with("mywell-"),
        "{files}"
    );
}

#[tokio::test]
async fn a_form_of_the_staff_asks_strangers_to_sign_in_and_a_public_one_does_not() {
    let town = Town::new().await;
    publish(&town).await;
    let stranger = town.stranger();
    assert!(
        stranger
            .gets("/forms/census/household")
            .await
            .is(303)
            .header("location")
            .starts_with("/sign-in")
    );
    let admin = town.admin().await;
    admin
        .submits(
            "/desk/collect/census/household/change",
            &[("audience", "public"), ("state", "open")],
        )
        .await
        .is(303);
    stranger.gets("/forms/census/household").await.is(200);
    assert!(stranger.gets("/forms").await.is(200).text().contains("Household"));
    let begun = stranger.submits("/forms/census/household", &[]).await.is(303);
    stranger.gets(begun.header("location")).await.is(200);
    admin
        .submits(
            "/desk/collect/census/household/change",
            &[("audience", "public"), ("state", "closed")],
        )
        .await
        .is(303);
    stranger.submits("/forms/census/household", &[]).await.is(409);
}
