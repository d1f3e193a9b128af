//! From a form's questions to what everybody may see of its tables: proposals, and a steward who confirms them.

use baraza::platform::op::Role;
use pretty_assertions::assert_eq;
use regex::Regex;

use crate::{
    collect::{answers, post, publish},
    html::check::faults,
    town::Town,
};

/// A census of which one household was filed.
async fn census() -> Town {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    town
}

/// What the selects of a page stand on: name and value.
fn selected(page: &str) -> Vec<(String, String)> {
    let select = Regex::new(r#"(?s)<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>"#).expect("a pattern");
    let chosen = Regex::new(r#"<option value="([a-z]+)" selected"#).expect("a pattern");
    select
        .captures_iter(page)
        .map(|found| {
            let value = chosen.captures(&found[2]).expect("something is chosen");
            (found[1].to_owned(), value[1].to_owned())
        })
        .collect()
}

#[tokio::test]
async fn a_forms_columns_are_hidden_until_a_steward_confirms_all_proposals_at_once() {
    let town = census().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    let hidden = officer.gets("/data/census-household").await.is(200).text();
    assert!(
        hidden.contains("because the data steward has not looked at"),
        "{hidden}"
    );
    assert!(
        !hidden.contains("/desk/data/census-household/columns"),
        "an officer decides nothing: {hidden}"
    );

    let steward = town.someone(Role::Steward, None).await;
    let page = steward
        .gets("/desk/data/census-household/columns")
        .await
        .is(200)
        .text();
    assert_eq!(faults(&page), [""; 0]);
    let proposed = selected(&page);
    let proposal = |field: &str| {
        let found = proposed.iter().find(|(name, _)| name == field);
        found.map(|(_, class)| class.as_str())
    };
    for (field, class) in [
        ("data/water", "open"),
        ("data/minutes", "open"),
        ("data/n_members", "open"),
        ("data/instance_id", "open"),
        ("data/photo", "personal"),
        ("data/submitted_at", "personal"),
        ("data/place_code", "personal"),
        ("member/name", "personal"),
        ("member/age", "open"),
    ] {
        assert_eq!(proposal(field), Some(class), "{field}");
    }

    let fields: Vec<(&str, &str)> = proposed
        .iter()
        .map(|(name, class)| (name.as_str(), class.as_str()))
        .collect();
    let confirm = "/desk/data/census-household/columns";
    officer.submits(confirm, &fields).await.is(403);
    steward.submits(confirm, &fields).await.is(303);
    let header = |csv: String| csv.lines().next().unwrap_or_default().to_owned();
    let households = header(
        officer
            .gets("/data/census-household/data.csv")
            .await
            .is(200)
            .text(),
    );
    assert!(
        households.contains("water") && households.contains("minutes"),
        "{households}"
    );
    assert!(
        !households.contains("photo") && !households.contains("submitted_at"),
        "{households}"
    );
    let members = officer
        .gets("/data/census-household/member.csv")
        .await
        .is(200)
        .text();
    assert!(members.contains("43") && !members.contains("Ann"), "{members}");
    let said = officer.gets("/data/census-household").await.is(200).text();
    assert!(
        said.contains("Because they tell who somebody is:") && !said.contains("has not looked"),
        "{said}"
    );
    // Nothing waits any more, and what was decided stands.
    let again = steward.gets(confirm).await.is(200).text();
    assert!(
        !again.contains("wait for you") && again.contains("Decided by a steward"),
        "{again}"
    );
    assert_eq!(selected(&again), proposed);
}

#[tokio::test]
async fn columns_bear_the_words_of_their_questions() {
    let town = census().await;
    let steward = town.someone(Role::Steward, None).await;
    let json = steward
        .gets("/data/census-household/member.json")
        .await
        .is(200)
        .json();
    let titles: Vec<(&str, &str)> = json["resource"]["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .filter_map(|column| Some((column["name"].as_str()?, column["title"].as_str()?)))
        .filter(|(name, _)| ["name", "age", "key"].contains(name))
        .collect();
    assert_eq!(titles, [("key", ""), ("name", "Name"), ("age", "Age")]);
}

#[tokio::test]
async fn a_column_that_comes_with_a_later_file_waits_for_the_steward() {
    let town = Town::new().await;
    super::publish(&town, "village,n\nSukorejo,5\n").await;
    let producer = town.someone(Role::Producer, Some("35.22")).await;
    super::send(&producer, "village,n,phone\nSukorejo,5,0812\n")
        .await
        .is(303);
    town.run_jobs().await;
    let csv = town
        .stranger()
        .gets("/data/villages-2024/data.csv")
        .await
        .is(200)
        .text();
    assert_eq!(csv, "village,n\r\nSukorejo,5\r\n");
    let page = town.stranger().gets("/data/villages-2024").await.is(200).text();
    assert!(
        page.contains("1 column, because the data steward has not looked at it yet"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_decided_must_be_about_a_column_that_is_there() {
    let town = Town::new().await;
    super::publish(&town, super::VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    for field in ["data/nothing", "nothing/name"] {
        steward
            .submits("/desk/data/villages-2024/columns", &[(field, "open")])
            .await
            .is(404);
    }
}
