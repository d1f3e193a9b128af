use baraza::{collect::households::model::PairState, platform::op::Role};
use serde_json::json;

use super::{SUMBEREJO, TEGAL, Told, files, find, pairs, town, uuid, visit};
use crate::{collect::post, town::Town};

const LIKELY: &str = "/forms/census/people/likely";

async fn with_siti() -> Town {
    let town = town().await;
    files(
        &town,
        &visit(1, SUMBEREJO, "Sugeng Riyadi", &[Told("Siti Aminah", 34, "p")]),
    )
    .await;
    town
}

fn again() -> String {
    visit(2, SUMBEREJO, "Keluarga lain", &[Told("Sitti Amina", 34, "p")])
}

#[tokio::test]
async fn a_phone_with_network_is_told_who_is_likely_in_the_list_already() {
    let town = with_siti().await;
    let phone = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    let answer = phone
        .posts_json(LIKELY, &json!({ "xml": again() }))
        .await
        .is(200)
        .json();
    let question = &answer["questions"][0];
    assert_eq!(question["id"], uuid(2, 1));
    let one = &question["candidates"][0];
    assert_eq!(
        (&one["id"], &one["label"]),
        (&json!(uuid(1, 1)), &json!("Siti Aminah"))
    );
    assert_eq!(
        (&one["household"], &one["facts"]),
        (&json!("Sugeng Riyadi"), &json!(["34", "p"]))
    );
}

#[tokio::test]
async fn who_does_not_work_in_a_place_is_not_told_who_lives_there() {
    let town = with_siti().await;
    let elsewhere = town.someone(Role::Enumerator, Some(TEGAL)).await;
    let answer = elsewhere
        .posts_json(LIKELY, &json!({ "xml": again() }))
        .await
        .is(200)
        .json();
    assert_eq!(answer["questions"], json!([]));
    let citizen = town.someone(Role::Citizen, None).await;
    citizen
        .posts_json(LIKELY, &json!({ "xml": again() }))
        .await
        .is(403);
    assert!(matches!(
        town.stranger()
            .posts_json(LIKELY, &json!({ "xml": again() }))
            .await
            .status
            .as_u16(),
        401 | 303
    ));
    let phone = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    phone.posts_json(LIKELY, &json!({ "xml": "<no" })).await.is(400);
}

#[tokio::test]
async fn the_same_person_is_updated_instead_of_listed_twice() {
    let town = with_siti().await;
    let phone = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    let xml = again().replace("<age>34</age>", "<age>35</age>");
    let said = json!({ "xml": xml, "said": { (uuid(2, 1)): uuid(1, 1) } });
    phone.posts_json(LIKELY, &said).await.is(200);
    post(&phone, &xml, &[]).await.is(201);
    town.run_jobs().await;
    let siti = find(&town, "members", &uuid(2, 1)).await.expect("there");
    assert_eq!((siti.uuid, siti.version), (uuid(1, 1), 2));
    assert_eq!(
        (siti.data["age"].as_str(), siti.label.as_str()),
        ("35", "Sitti Amina")
    );
    assert_eq!(
        siti.parent.expect("a household").uuid,
        uuid(2, 0),
        "she lives where she was met"
    );
    assert!(pairs(&town, "members", PairState::Open).await.is_empty());
}

#[tokio::test]
async fn someone_else_is_remembered_and_left_out_of_the_desk_unless_all_but_sure() {
    let town = with_siti().await;
    let phone = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    let said = json!({ "xml": again(), "said": { (uuid(2, 1)): "another" } });
    phone.posts_json(LIKELY, &said).await.is(200);
    post(&phone, &again(), &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(
        find(&town, "members", &uuid(2, 1)).await.expect("there").uuid,
        uuid(2, 1)
    );
    let mut all = pairs(&town, "members", PairState::Open).await;
    all.extend(pairs(&town, "members", PairState::Different).await);
    assert_eq!(all.len(), 1);
    assert!(all[0].is_asked);
    assert_eq!(
        all[0].state == PairState::Open,
        all[0].percent >= 95,
        "{:?}",
        all[0]
    );
}

#[tokio::test]
async fn only_what_was_asked_can_be_answered() {
    let town = with_siti().await;
    files(&town, &visit(5, TEGAL, "x", &[Told("Dewi Lestari", 50, "p")])).await;
    let phone = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    // Somebody of another village, whom the phone was not offered.
    let said = json!({ "xml": again(), "said": { (uuid(2, 1)): uuid(5, 1) } });
    phone.posts_json(LIKELY, &said).await.is(200);
    post(&phone, &again(), &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(
        find(&town, "members", &uuid(2, 1)).await.expect("there").uuid,
        uuid(2, 1)
    );
    assert_eq!(
        find(&town, "members", &uuid(5, 1)).await.expect("there").version,
        1
    );
}

#[tokio::test]
async fn the_last_page_of_a_form_asks_and_keeps_the_answer() {
    let town = with_siti().await;
    let visitor = town.someone(Role::Enumerator, Some(SUMBEREJO)).await;
    let begun = visitor.submits("/forms/census/people", &[]).await.is(303);
    let mut walk = crate::collect::web::Walk {
        visitor,
        at: begun.header("location").to_owned(),
    };
    walk.sends(&[
        ("village", SUMBEREJO),
        ("head_name", "Keluarga lain"),
        ("roof", "tin"),
    ])
    .await
    .is(303);
    if walk.page() == "member" {
        walk.sends(&[("do", "add"), ("entries", "0")]).await.is(303);
    }
    walk.sends(&[
        ("member[1]/name", "Sitti Amina"),
        ("member[1]/age", "34"),
        ("member[1]/sex", "p"),
        ("member[1]/phone", ""),
        ("member[1]/status", ""),
    ])
    .await
    .is(303);
    walk.sends(&[("do", "next")]).await.is(303);
    assert_eq!(walk.page(), "check");
    let page = walk.sees().await;
    assert!(page.contains("Perhaps in the list already"), "{page}");
    assert!(page.contains("Yes, the same: Siti Aminah"), "{page}");
    let (_, field) = page.split_once("name=\"likely-").expect("a question");
    let field = format!("likely-{}", &field[..36]);
    let same = uuid(1, 1);
    walk.visitor.submits(&walk.at, &[(&field, &same)]).await.is(303);
    town.run_jobs().await;
    let siti = find(&town, "members", &same).await.expect("there");
    assert_eq!((siti.version, siti.label.as_str()), (2, "Sitti Amina"));
}
