use std::time::Duration;

use baraza::platform::op::Role;

use super::{answers, post, publish, settle};
use crate::town::Town;

#[tokio::test]
async fn the_desk_shows_progress_flags_and_the_answers_as_sent() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(
        &phone,
        &answers("1").replace("<age>43</age>", "<age>430</age>"),
        &[],
    )
    .await
    .is(201);
    town.run_jobs().await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    assert!(
        officer
            .gets("/desk/collect")
            .await
            .is(200)
            .text()
            .contains("Household")
    );
    let form = officer
        .gets("/desk/collect/census/household")
        .await
        .is(200)
        .text();
    assert!(form.contains("35.22.01.2001") && form.contains("E1"), "{form}");
    let one = officer
        .gets("/desk/collect/census/household/submissions/uuid%3A1")
        .await
        .is(200)
        .text();
    assert!(
        one.contains("Out of bounds")
            && one.contains("/data/member[1]/age")
            && one.contains("&#60;age&#62;430"),
        "{one}"
    );
}

#[tokio::test]
async fn an_operator_downloads_what_could_not_be_filed() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    let broken = "<data id='household' version='1'";
    post(&phone, broken, &[]).await.is(400);
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    assert!(
        officer
            .gets("/desk/collect")
            .await
            .is(200)
            .text()
            .contains("1 delivery could not be filed")
    );
    let list = officer.gets("/desk/collect/strays").await.is(200).text();
    let (_, rest) = list.split_once("/desk/collect/strays/").expect("a link");
    let file = officer
        .gets(&format!("/desk/collect/strays/{}", &rest[..36]))
        .await
        .is(200);
    assert_eq!(file.text(), broken);
    assert!(file.header("content-disposition").starts_with("attachment"));
}

/// Files about a household group, and about the village beside it.
async fn counted(town: &Town) {
    settle(town).await;
    publish(town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01")).await;
    for (id, place) in [("1", "35.22.01.2001.01"), ("2", "35.22.01.2002.01")] {
        let xml = answers(id).replace("<village>35.22.01.2001<", &format!("<village>{place}<"));
        let xml = xml.replace("E1", &format!("E{id}"));
        post(&phone, &xml, &[]).await.is(201);
    }
    town.run_jobs().await;
}

#[tokio::test]
async fn an_officer_of_a_village_sees_which_of_its_groups_are_covered_and_which_are_late() {
    let town = Town::new().await;
    counted(&town).await;
    let officer = town.someone(Role::Officer, Some("35.22.01.2001")).await;
    let row = |page: &str, name: &str| {
        let (_, rest) = page
            .split_once(name)
            .unwrap_or_else(|| panic!("no row {name}: {page}"));
        rest.split("</tr>").next().unwrap_or_default().to_owned()
    };
    let desk = officer.gets("/desk").await.is(200).text();
    assert!(
        desk.contains("Household") && desk.contains("Places in Sumberejo"),
        "{desk}"
    );
    assert!(row(&desk, "Melati").contains("Done") && row(&desk, "Melati").contains("1/1"));
    assert!(row(&desk, "Mawar").contains("Not begun"), "{desk}");
    assert!(
        !desk.contains("Tegal"),
        "the village beside is not the officer's: {desk}"
    );
    town.advance(Duration::from_secs(8 * 24 * 60 * 60));
    let desk = officer.gets("/desk").await.is(200).text();
    assert!(row(&desk, "Melati").contains("Done"), "{desk}");
    assert!(row(&desk, "Mawar").contains("Late"), "{desk}");
    let above = town.someone(Role::Officer, Some("35.22.01")).await;
    let desk = above.gets("/desk").await.is(200).text();
    assert!(desk.contains("Sumberejo") && desk.contains("Tegal"), "{desk}");
    above.gets("/desk?place=35.22.01.2001").await.is(200);
}

#[tokio::test]
async fn an_officer_of_another_place_sees_nothing_of_it() {
    let town = Town::new().await;
    counted(&town).await;
    let other = town.someone(Role::Officer, Some("35.22.01.2001.02")).await;
    let desk = other.gets("/desk").await.is(200).text();
    assert!(!desk.contains("Melati") && !desk.contains("Tegal"), "{desk}");
    other.gets("/desk?place=35.22.01.2001.01").await.is(403);
    other.gets("/desk?place=35.22.01.2001").await.is(403);
    let forms = other.gets("/desk/collect").await.is(200).text();
    assert!(forms.contains("Household"), "{forms}");
    let form = other.gets("/desk/collect/census/household").await.is(200).text();
    assert!(
        !form.contains("E1") && !form.contains("E2") && form.contains("Nothing has been filed yet"),
        "{form}"
    );
    other
        .gets("/desk/collect/census/household/submissions/uuid%3A1")
        .await
        .is(404);
    other
        .gets("/v1/projects/1/forms/household/submissions/uuid%3A1.xml")
        .await
        .is(404);
    let listed = other
        .gets("/v1/projects/1/forms/household/submissions")
        .await
        .is(200)
        .json();
    assert_eq!(listed.as_array().map(Vec::len), Some(0));
    let tegal = town.someone(Role::Officer, Some("35.22.01.2002")).await;
    let listed = tegal
        .gets("/v1/projects/1/forms/household/submissions")
        .await
        .is(200)
        .json();
    assert_eq!(listed[0]["instanceId"], "uuid:2");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn what_could_not_be_filed_is_for_those_who_read_the_whole() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(&phone, "<data id='household' version='1'", &[])
        .await
        .is(400);
    let whole = town.someone(Role::Officer, Some("35.22")).await;
    let list = whole.gets("/desk/collect/strays").await.is(200).text();
    let (_, rest) = list.split_once("/desk/collect/strays/").expect("a link");
    let link = format!("/desk/collect/strays/{}", &rest[..36]);
    whole.gets(&link).await.is(200);
    let village = town.someone(Role::Officer, Some("35.22.01.2002")).await;
    village.gets(&link).await.is(404);
    let list = village.gets("/desk/collect/strays").await.is(200).text();
    assert!(!list.contains("/desk/collect/strays/0"), "{list}");
}

/// Whether the desk's table says that a village is covered.
fn is_covered(page: &str, village: &str) -> bool {
    let row = page
        .split("<tr")
        .find(|row| row.contains(village) && (row.contains("0/1") || row.contains("1/1")));
    row.unwrap_or_else(|| panic!("{village} has no row in {page}"))
        .contains("1/1")
}

#[tokio::test]
async fn progress_is_of_the_current_round_unless_an_earlier_one_is_chosen() {
    let town = Town::new().await;
    settle(&town).await;
    publish(&town).await;
    let admin = town.admin().await;
    post(&admin, &answers("1"), &[]).await.is(201);
    town.advance(Duration::from_secs(300 * 24 * 3600));
    let second = answers("2").replace("35.22.01.2001", "35.22.01.2002");
    post(&admin, &second, &[]).await.is(201);
    // A correction of the first round does not make its village counted in the second.
    let correction = answers("3").replace("<meta>", "<meta><deprecatedID>uuid:1</deprecatedID>");
    post(&admin, &correction, &[]).await.is(201);
    town.run_jobs().await;
    let page = admin.gets("/desk?place=35.22.01").await.is(200).text();
    assert!(
        !is_covered(&page, "Sumberejo") && is_covered(&page, "Tegal"),
        "{page}"
    );
    let earlier = "/desk?place=35.22.01&#38;round=2026-11-16";
    assert!(
        page.contains(earlier) || page.contains("/desk?place=35.22.01&round=2026-11-16"),
        "{page}"
    );
    let page = admin
        .gets("/desk?place=35.22.01&round=2026-11-16")
        .await
        .is(200)
        .text();
    assert!(
        is_covered(&page, "Sumberejo") && !is_covered(&page, "Tegal"),
        "{page}"
    );
}
