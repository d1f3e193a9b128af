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
