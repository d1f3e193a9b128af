use super::{files, line, round, town, uuid, visit};

#[tokio::test]
async fn a_conflict_is_laid_side_by_side_and_resolved_property_by_property() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43)])).await;
    files(
        &town,
        &round(
            "r1",
            1,
            "<roof>tile</roof><walls>mud</walls>",
            "baseVersion=\"1\"",
        ),
    )
    .await;
    files(&town, &round("r2", 1, "<roof>straw</roof>", "baseVersion=\"1\"")).await;
    let admin = town.admin().await;
    let at = format!("/desk/entities/census/households/{}", uuid(1));
    let page = admin.gets(&at).await.is(200).text();
    for told in [
        "Changed to different values",
        "tile",
        "straw",
        "Ann",
        "This is what holds",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert!(
        page.contains("name=\"take.roof\"") && !page.contains("name=\"take.number\""),
        "only what is contested is asked"
    );
    admin
        .submits(
            &format!("{at}/resolve"),
            &[("version", "3"), ("take.roof", "=tile"), ("take.label", "now")],
        )
        .await
        .is(303);
    assert_eq!(
        line(&town, "households", 1).await,
        "House 1 v4 number=1 roof=tile village=35.22.01.2001 walls=mud"
    );
    let page = admin.gets(&at).await.is(200).text();
    assert!(page.contains("Resolved") && !page.contains("This is what holds"));
    // Who looked at an older state must look again.
    admin
        .submits(&format!("{at}/resolve"), &[("version", "3")])
        .await
        .is(400);
}

#[tokio::test]
async fn lists_and_entities_are_shown_deleted_and_restored_at_the_desk() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43)])).await;
    let admin = town.admin().await;
    let lists = admin.gets("/desk/entities").await.is(200).text();
    assert!(lists.contains("/desk/entities/census/members"));
    let list = "/desk/entities/census/members";
    let page = admin.gets(list).await.is(200).text();
    assert!(page.contains("Ann") && page.contains("House 1") && page.contains("Sumberejo"));
    let ann = format!("{list}/{}", uuid(10));
    let page = admin.gets(&ann).await.is(200).text();
    assert!(
        page.contains("/desk/collect/census/visit/submissions/uuid%3Avisit%2D1"),
        "{page}"
    );
    admin.submits(&format!("{ann}/delete"), &[]).await.is(303);
    assert!(!admin.gets(list).await.text().contains("Ann"));
    let deleted = admin.gets(&format!("{list}?which=deleted")).await.is(200).text();
    assert!(deleted.contains("Ann"));
    admin.submits(&format!("{ann}/restore"), &[]).await.is(303);
    assert!(admin.gets(list).await.text().contains("Ann"));
}

#[tokio::test]
async fn what_came_to_nothing_is_shown_with_the_reason() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43)]).replace(&uuid(10), "not-an-id")).await;
    files(&town, &round("r1", 5, "<roof>x</roof>", "baseVersion=\"1\"")).await;
    let offline = format!("baseVersion=\"2\" trunkVersion=\"1\" branchId=\"{}\"", uuid(999));
    files(&town, &round("o2", 1, "<roof>two</roof>", &offline)).await;
    let admin = town.admin().await;
    let members = admin.gets("/desk/entities/census/members").await.is(200).text();
    assert!(members.contains("“uuid” is not a valid UUID v4."));
    let households = admin
        .gets("/desk/entities/census/households")
        .await
        .is(200)
        .text();
    assert!(households.contains("There is no such entity in this list"));
    assert!(households.contains("It waits for an earlier change of the same phone"));
}

#[tokio::test]
async fn a_keeper_says_what_holds_for_a_list_and_what_is_personal() {
    let town = town().await;
    let admin = town.admin().await;
    let list = "/desk/entities/census/members";
    admin
        .submits(
            &format!("{list}/change"),
            &[("rule", "approval"), ("rule", "own")],
        )
        .await
        .is(303);
    let json = admin.gets("/v1/projects/1/datasets/members").await.is(200).json();
    assert_eq!(
        (&json["approvalRequired"], &json["ownerOnly"]),
        (&serde_json::json!(true), &serde_json::json!(true))
    );
    admin
        .submits(&format!("{list}/properties"), &[("personal", "full_name")])
        .await
        .is(303);
    let page = admin.gets(list).await.is(200).text();
    assert_eq!(page.matches(">Yes<").count(), 1, "the name");
}
