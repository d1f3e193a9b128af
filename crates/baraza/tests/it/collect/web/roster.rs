//! A household's members: asked about one after the other, added, changed, removed.

use regex::Regex;

use super::{Walk, up_to_members};
use crate::{collect::publish, town::Town};

async fn with_ann(town: &Town) -> Walk<'_> {
    let mut walk = up_to_members(town).await;
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    assert_eq!(walk.page(), "member");
    walk
}

async fn with_ann_and_ben(town: &Town) -> Walk<'_> {
    let mut walk = with_ann(town).await;
    walk.sends(&[("do", "add"), ("entries", "1")]).await.is(303);
    walk.sends(&[("member[2]/name", "Ben"), ("member[2]/age", "12")])
        .await
        .is(303);
    assert_eq!(walk.page(), "member");
    walk
}

#[tokio::test]
async fn the_list_is_not_left_while_somebody_on_it_is_not_filled_in() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = with_ann(&town).await;
    walk.sends(&[("do", "add"), ("entries", "1")]).await.is(303);
    assert_eq!(walk.page(), "member-2");
    let list = walk.at.replace("member-2", "member");
    let shown = walk.visitor.gets(&list).await.is(200).text();
    assert!(
        shown.contains("Filled in") && shown.contains("Not filled in yet") && shown.contains("2 entries"),
        "{shown}"
    );
    walk.at = list;
    walk.sends(&[("do", "next")]).await.is(303);
    assert_eq!(walk.page(), "member-2", "the one who is missing is opened");
    walk.sends(&[("member[2]/name", "Ben"), ("member[2]/age", "12")])
        .await
        .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    assert_eq!(walk.page(), "check");
}

#[tokio::test]
async fn back_leads_from_the_first_member_to_the_house_and_from_the_others_to_the_list() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = up_to_members(&town).await;
    let link = Regex::new("<a href=\"[^\"]*/([^\"]*)\" class=\"govuk-back-link\">").expect("a pattern");
    let back = |page: &str| link.captures(page).expect("a link back")[1].to_owned();
    assert_eq!(back(&walk.sees().await), "house");
    walk.sends(&[("member[1]/name", "Ann"), ("member[1]/age", "43")])
        .await
        .is(303);
    assert_eq!(back(&walk.sees().await), "house");
    walk.sends(&[("do", "add"), ("entries", "1")]).await.is(303);
    assert_eq!(back(&walk.sees().await), "member");
}

#[tokio::test]
async fn somebody_is_removed_only_after_a_question_and_only_once() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = with_ann_and_ben(&town).await;
    let list = walk.at.clone();
    let question = format!("{list}?remove=%2Fdata%2Fmember%5B1%5D");
    let asked = walk.visitor.gets(&question).await.is(200).text();
    assert!(asked.contains("Remove Ann?"), "{asked}");
    let remove = &[("do", "remove"), ("entry", "/data/member[1]"), ("entries", "2")];
    walk.sends(remove).await.is(303);
    let left = walk.sees().await;
    assert!(left.contains("Ben") && !left.contains("Ann"), "{left}");
    // The same press once more, as from a finger that trembles, would hit Ben.
    walk.sends(remove).await.is(303);
    let left = walk.sees().await;
    assert!(left.contains("Ben"), "{left}");
    let gone = format!("{list}?remove=%2Fdata%2Fmember%5B7%5D");
    let again = walk.visitor.gets(&gone).await.is(303);
    assert_eq!(again.header("location"), list, "nobody of that name is left");
}

#[tokio::test]
async fn a_second_press_of_add_adds_nobody() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = with_ann(&town).await;
    let list = walk.at.clone();
    walk.sends(&[("do", "add"), ("entries", "1")]).await.is(303);
    walk.at = list.clone();
    walk.sends(&[("do", "add"), ("entries", "1")]).await.is(303);
    assert_eq!(walk.page(), "member-2");
    let shown = walk.visitor.gets(&list).await.is(200).text();
    assert!(shown.contains("2 entries"), "{shown}");
}

#[tokio::test]
async fn a_household_of_nobody_is_said_on_the_last_page_with_a_way_to_add_somebody() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = with_ann(&town).await;
    let remove = &[("do", "remove"), ("entry", "/data/member[1]"), ("entries", "1")];
    walk.sends(remove).await.is(303);
    assert!(walk.sees().await.contains("Add: Member"));
    walk.sends(&[("do", "next")]).await.is(303);
    assert_eq!(walk.page(), "check");
    let check = walk.sees().await;
    assert!(
        check.contains("There is no entry yet") && check.contains("/member?change"),
        "{check}"
    );
}

#[tokio::test]
async fn nothing_is_filed_while_something_is_missing() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = up_to_members(&town).await;
    walk.at = walk.at.replace("member-1", "check");
    let refused = walk.sends(&[]).await.is(400).text();
    assert!(refused.contains("Name: give an answer"), "{refused}");
    assert!(
        refused.contains("member-1?change#member[1]/name"),
        "the summary leads to the page: {refused}"
    );
}

#[tokio::test]
async fn an_answer_changed_from_the_last_page_leads_back_to_it() {
    let town = Town::new().await;
    publish(&town).await;
    let mut walk = with_ann(&town).await;
    walk.at = walk.at.replace("/member", "/house?change");
    let page = walk.sees().await;
    assert!(page.contains("/house?change\" method=\"post\""), "{page}");
    walk.sends(&[("house/water", "piped")]).await.is(303);
    assert_eq!(walk.page(), "check");
    walk.at = walk.at.replace("/check", "/house?change");
    walk.sends(&[("house/water", "well")]).await.is(303);
    assert_eq!(walk.page(), "house?change&more", "new questions are asked first");
    walk.sends(&[
        ("house/water", "well"),
        ("house/minutes", "10"),
        ("house/photo", ""),
    ])
    .await
    .is(303);
    assert_eq!(walk.page(), "check");
}
