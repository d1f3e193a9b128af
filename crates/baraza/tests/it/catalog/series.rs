//! Series of datasets: the same subject year after year.

use baraza::{
    accounts::{self, model::Organisation},
    platform::op::{Grant, Role},
};
use pretty_assertions::assert_eq;

use crate::{
    html::check::faults,
    town::{Town, Visitor, grant},
};

/// Enters an open dataset of an organisation.
async fn enters(visitor: &Visitor<'_>, title: &str, period: &str, organisation: &str) {
    let fields = [
        ("title", title),
        ("period", period),
        ("open", "yes"),
        ("organisation", organisation),
    ];
    visitor.submits("/desk/data", &fields).await.is(303);
}

async fn budgets(town: &Town) -> Visitor<'_> {
    let admin = town.admin().await;
    for (title, period) in [
        ("Budget 2023", "2023"),
        ("Budget 2021", "2021"),
        ("Budget 2022", "2022"),
    ] {
        enters(&admin, title, period, "").await;
    }
    let new = [
        ("series", "new"),
        ("title", "Village <budgets>"),
        ("description", "Plans & results"),
    ];
    admin.submits("/desk/data/budget-2023/series", &new).await.is(303);
    for slug in ["budget-2021", "budget-2022"] {
        let path = format!("/desk/data/{slug}/series");
        admin
            .submits(&path, &[("series", "village-budgets")])
            .await
            .is(303);
    }
    admin
}

#[tokio::test]
async fn a_series_shows_its_datasets_in_the_order_of_their_periods_and_each_leads_to_those_beside_it() {
    let town = Town::new().await;
    let _ = budgets(&town).await;
    let reader = town.stranger();
    let page = reader.gets("/series/village-budgets").await.is(200).text();
    let at = |slug: &str| page.find(&format!("href=\"/data/{slug}\"")).expect(slug);
    assert!(
        at("budget-2021") < at("budget-2022") && at("budget-2022") < at("budget-2023"),
        "{page}"
    );
    assert!(page.contains("Plans &#38; results"), "{page}");
    assert_eq!(faults(&page), [""; 0]);
    let middle = reader.gets("/data/budget-2022").await.is(200).text();
    for expected in [
        "href=\"/series/village-budgets\"",
        "href=\"/data/budget-2021\">Before: Budget 2021",
        "href=\"/data/budget-2023\">Next: Budget 2023",
    ] {
        assert!(middle.contains(expected), "no {expected} in {middle}");
    }
    let first = reader.gets("/data/budget-2021").await.is(200).text();
    assert!(!first.contains("Before: ") && first.contains("Next: Budget 2022"));
    let json = reader.gets("/series/village-budgets.json").await.is(200).json();
    assert_eq!(json["datasets"][2]["slug"], "budget-2023");
    assert_eq!(json["datasets"][0]["series"]["title"], "Village <budgets>");
    let all = reader.gets("/series").await.is(200).text();
    assert!(
        all.contains("href=\"/series/village-budgets\"") && all.contains("3 datasets"),
        "{all}"
    );
    // The words of a series find its datasets.
    let found = reader.gets("/data?q=village").await.is(200).text();
    assert!(found.contains("3 datasets"), "{found}");
    reader.gets("/series/nothing").await.is(404);
}

#[tokio::test]
async fn a_dataset_leaves_its_series_and_a_series_is_described_anew() {
    let town = Town::new().await;
    let admin = budgets(&town).await;
    admin
        .submits("/desk/data/budget-2022/series", &[("series", "")])
        .await
        .is(303);
    let words = [("title", "Budgets of villages"), ("description", "")];
    admin
        .submits("/desk/series/village-budgets", &words)
        .await
        .is(303);
    let page = town
        .stranger()
        .gets("/series/village-budgets")
        .await
        .is(200)
        .text();
    assert!(
        page.contains("Budgets of villages") && page.contains("2 datasets") && !page.contains("Budget 2022"),
        "{page}"
    );
    let first = town.stranger().gets("/data/budget-2021").await.is(200).text();
    assert!(
        first.contains("Next: Budget 2023") && first.contains("Budgets of villages"),
        "{first}"
    );
    let found = town
        .stranger()
        .gets("/data?q=%22Budgets+of+villages%22")
        .await
        .is(200)
        .text();
    assert!(found.contains("2 datasets"), "{found}");
}

#[tokio::test]
async fn what_cannot_be_a_series_is_told_beside_its_field_and_nothing_typed_is_lost() {
    let town = Town::new().await;
    let admin = budgets(&town).await;
    let path = "/desk/data/budget-2022/series";
    for (title, told) in [
        ("", "Give the new series a title"),
        ("Village budgets", "This name is taken"),
        ("村", "slug"),
    ] {
        let typed = [("series", "new"), ("title", title), ("description", "Kept words")];
        let answer = admin.submits(path, &typed).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 409),
            "{title}: {}",
            answer.status
        );
        let page = answer.text();
        assert!(page.contains("Kept words"), "{page}");
        if told != "slug" {
            assert!(page.contains(told), "{told} in {page}");
        }
    }
    admin.submits(path, &[("series", "nothing-here")]).await.is(404);
    // It stays where it was.
    let page = town.stranger().gets("/data/budget-2022").await.is(200).text();
    assert!(page.contains("href=\"/series/village-budgets\""), "{page}");
}

#[tokio::test]
async fn only_who_writes_a_dataset_and_its_series_puts_it_there_and_hidden_members_stay_hidden() {
    let town = Town::new().await;
    let admin = budgets(&town).await;
    let officer = town.someone(Role::Officer, Some("35.22")).await;
    officer.gets("/desk/data/budget-2022/series").await.is(403);
    officer
        .submits("/desk/data/budget-2022/series", &[("series", "")])
        .await
        .is(403);
    officer
        .submits("/desk/series/village-budgets", &[("title", "Mine")])
        .await
        .is(403);
    town.stranger().gets("/desk/series/village-budgets").await.is(303);
    let closed = [("title", "Budget 2024"), ("period", "2024"), ("open", "")];
    admin.submits("/desk/data", &closed).await.is(303);
    admin
        .submits("/desk/data/budget-2024/series", &[("series", "village-budgets")])
        .await
        .is(303);
    let page = town
        .stranger()
        .gets("/series/village-budgets")
        .await
        .is(200)
        .text();
    assert!(
        !page.contains("Budget 2024") && page.contains("3 datasets"),
        "{page}"
    );
    let before = town.stranger().gets("/data/budget-2023").await.is(200).text();
    assert!(!before.contains("2024"), "{before}");
}

#[tokio::test]
async fn a_producer_puts_a_dataset_only_into_series_of_their_own_organisation() {
    let town = Town::new().await;
    let admin = town.admin().await;
    for code in ["dinas-a", "dinas-b"] {
        let organisation = Organisation {
            code: code.into(),
            name: code.into(),
            about: None,
            contact: None,
        };
        let mut tx = town.app.db.begin().await.expect("a transaction");
        accounts::save_organisation(&mut tx, &town.system(), &organisation)
            .await
            .expect("saved");
        tx.commit().await.expect("committed");
    }
    enters(&admin, "Wells of A", "2025", "dinas-a").await;
    enters(&admin, "Wells of B", "2025", "dinas-b").await;
    let new = [("series", "new"), ("title", "Series of B")];
    admin.submits("/desk/data/wells-of-b/series", &new).await.is(303);
    let producer = Grant {
        org: Some("dinas-a".into()),
        ..grant(Role::Producer, None)
    };
    town.add("a@town.test", "Of A", &[producer]).await;
    let producer = town.signs_in("a@town.test").await;
    let page = producer.gets("/desk/data/wells-of-a/series").await.is(200).text();
    assert!(!page.contains("series-of-b"), "{page}");
    let other = [("series", "series-of-b")];
    producer
        .submits("/desk/data/wells-of-a/series", &other)
        .await
        .is(403);
    producer
        .submits("/desk/data/wells-of-b/series", &[("series", "")])
        .await
        .is(403);
    let own = [("series", "new"), ("title", "Series of A")];
    producer
        .submits("/desk/data/wells-of-a/series", &own)
        .await
        .is(303);
}
