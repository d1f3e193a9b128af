//! Forms that their authors meant well and that lead a program astray.

use baraza::platform::op::Role;

use super::{Walk, rows};
use crate::{collect::publish_alone, town::Town};

const TITLE: &str =
    "\n| settings | form_title | form_id | version |\n|---|---|---|---|\n| | Odd | odd | 1 |\n";

async fn begin<'a>(town: &'a Town, survey: &str) -> Walk<'a> {
    publish_alone(town, &format!("{survey}{TITLE}")).await;
    let visitor = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let begun = visitor.submits("/forms/census/odd", &[]).await.is(303);
    Walk {
        visitor,
        at: begun.header("location").to_owned(),
    }
}

/// Sends the answers of one page after the other and asserts where each leads.
async fn walks(walk: &mut Walk<'_>, steps: &[(&str, &[(&str, &str)])]) {
    for (page, answers) in steps {
        assert_eq!(walk.page(), *page);
        walk.sends(answers).await.is(303);
    }
}

#[tokio::test]
async fn questions_called_like_the_programs_own_pages_and_inputs_are_answered_like_any_other() {
    let survey = "| survey | type | name | label | required |\n|---|---|---|---|---|\n\
        | | begin_group | check | Check | |\n| | text | do | Do | yes |\n| | end_group | | | |\n\
        | | begin_group | sent | Sent | |\n| | text | entries | Entries | yes |\n| | end_group | | | |\n\
        | | begin_group | rumah_tånggå | Rumah | |\n| | text | shown | Shown | yes |\n| | end_group | | | |\n";
    let town = Town::new().await;
    let mut walk = begin(&town, survey).await;
    assert_eq!(walk.page(), "check_");
    walk.at = walk
        .visitor
        .submits(&walk.at, &[(".shown", "check/do"), ("check/do", "a")])
        .await
        .is(303)
        .header("location")
        .to_owned();
    assert_eq!(walk.page(), "sent_");
    walk.at = walk
        .visitor
        .submits(&walk.at, &[(".shown", "sent/entries"), ("sent/entries", "b")])
        .await
        .is(303)
        .header("location")
        .to_owned();
    assert_eq!(walk.page(), "rumah_t%C3%A5ngg%C3%A5");
    walk.sends(&[("rumah_tånggå/shown", "c")]).await.is(303);
    assert_eq!(walk.page(), "check");
    walk.sends(&[]).await.is(303);
    assert_eq!(walk.page(), "sent");
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__odd", "\"do\", entries, shown").await,
        ["\"a\" \"b\" \"c\""]
    );
}

#[tokio::test]
async fn a_counted_repeat_has_as_many_entries_as_the_answer_says_and_no_button_for_more() {
    let survey = "| survey | type | name | label | required | repeat_count |\n|---|---|---|---|---|---|\n\
        | | integer | n | How many children? | yes | |\n\
        | | begin_repeat | child | Child | | ${n} |\n| | text | name | Name | yes | |\n| | end_repeat | | | | |\n";
    let town = Town::new().await;
    let mut walk = begin(&town, survey).await;
    let first = walk.at.clone();
    walks(
        &mut walk,
        &[
            ("n", &[("n", "2")]),
            ("child-1", &[("child[1]/name", "Ann")]),
            ("child-2", &[("child[2]/name", "Ben")]),
        ],
    )
    .await;
    assert_eq!(walk.page(), "child");
    let list = walk.sees().await;
    assert!(!list.contains("Add") && !list.contains("Remove"), "{list}");
    walk.at = first.clone();
    walks(&mut walk, &[("n", &[("n", "1")]), ("child", &[("do", "next")])]).await;
    assert_eq!(walk.page(), "check");
    walk.at = first;
    walks(&mut walk, &[("n", &[("n", "0")])]).await;
    assert_eq!(walk.page(), "check");
    walk.sends(&[]).await.is(303);
    town.run_jobs().await;
    assert_eq!(rows(&town, "census__odd", "n, n_flags").await, ["0 0"]);
}

#[tokio::test]
async fn entries_within_entries_are_walked_to_the_end_and_become_rows_of_their_own() {
    let survey = "| survey | type | name | label | required |\n|---|---|---|---|---|\n\
        | | begin_repeat | house | House | |\n| | text | street | Street | yes |\n\
        | | begin_repeat | person | Person | |\n| | text | name | Name | yes |\n| | end_repeat | | | |\n\
        | | text | roof | Roof | |\n| | end_repeat | | | |\n";
    let town = Town::new().await;
    let mut walk = begin(&town, survey).await;
    walks(
        &mut walk,
        &[
            ("house-1", &[("house[1]/street", "Melati")]),
            ("house-1-person-1", &[("house[1]/person[1]/name", "Ann")]),
            ("house-1-person", &[("do", "add"), ("entries", "1")]),
            ("house-1-person-2", &[("house[1]/person[2]/name", "Ben")]),
            ("house-1-person", &[("do", "next")]),
            ("house-1-roof", &[("house[1]/roof", "tiles")]),
            ("house", &[("do", "add"), ("entries", "1")]),
            ("house-2", &[("house[2]/street", "Mawar")]),
            ("house-2-person", &[("do", "add"), ("entries", "0")]),
            ("house-2-person-1", &[("house[2]/person[1]/name", "Cici")]),
            ("house-2-person", &[("do", "next")]),
            ("house-2-roof", &[("house[2]/roof", "")]),
            ("house", &[("do", "next")]),
            ("check", &[]),
        ],
    )
    .await;
    assert_eq!(walk.page(), "sent");
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__odd__house", "street, position, roof").await,
        ["\"Mawar\" 2 null", "\"Melati\" 1 \"tiles\""]
    );
    assert_eq!(
        rows(&town, "census__odd__person", "name, position").await,
        ["\"Ann\" 1", "\"Ben\" 2", "\"Cici\" 1"]
    );
}

#[tokio::test]
async fn people_whom_an_answer_hides_are_not_filed_and_come_back_when_it_is_changed_again() {
    let survey = "| survey | type | name | label | required | relevant |\n|---|---|---|---|---|---|\n\
        | | select_one yes_no | lives | Does anybody live here? | yes | |\n\
        | | begin_repeat | member | Member | | ${lives} = 'yes' |\n| | text | name | Name | yes | |\n| | end_repeat | | | | |\n\
        \n| choices | list_name | name | label |\n|---|---|---|---|\n| | yes_no | yes | Yes |\n| | yes_no | no | No |\n";
    let town = Town::new().await;
    let mut walk = begin(&town, survey).await;
    let first = walk.at.clone();
    walks(
        &mut walk,
        &[
            ("lives", &[("lives", "yes")]),
            ("member-1", &[("member[1]/name", "Ann")]),
            ("member", &[("do", "next")]),
        ],
    )
    .await;
    walk.at = format!("{first}?change");
    walks(&mut walk, &[("lives?change", &[("lives", "no")])]).await;
    assert_eq!(walk.page(), "check");
    let check = walk.sees().await;
    assert!(!check.contains("Ann") && !check.contains("Member"), "{check}");
    walk.at = format!("{first}?change");
    walks(&mut walk, &[("lives?change", &[("lives", "yes")])]).await;
    assert_eq!(
        walk.page(),
        "member",
        "what became relevant is walked through again"
    );
    assert!(walk.sees().await.contains("Ann"));
    walk.at = first;
    walks(&mut walk, &[("lives", &[("lives", "no")]), ("check", &[])]).await;
    town.run_jobs().await;
    assert_eq!(rows(&town, "census__odd", "lives, n_flags").await, ["\"no\" 0"]);
    assert_eq!(
        rows(&town, "census__odd__member", "name, position").await,
        [""; 0]
    );
}
