//! Series of datasets: the same subject year after year.

use baraza::platform::op::{Grant, Role};
use pretty_assertions::assert_eq;

use super::world::save_office;
use crate::{
    html::check::faults,
    town::{Answer, Town, Visitor, grant},
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

/// Says on a dataset's page at the desk which series it is in.
async fn chooses(visitor: &Visitor<'_>, dataset: &str, fields: &[(&str, &str)]) -> Answer {
    let path = format!("/desk/data/{dataset}/series");
    visitor.submits(&path, fields).await
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
    chooses(&admin, "budget-2023", &new).await.is(303);
    for dataset in ["budget-2021", "budget-2022"] {
        let known = [("series", "village-budgets")];
        chooses(&admin, dataset, &known).await.is(303);
    }
    admin
}

/// The series as everybody reads it.
async fn series_page(town: &Town) -> String {
    let reader = town.stranger();
    reader.gets("/series/village-budgets").await.is(200).text()
}

#[tokio::test]
async fn a_series_shows_its_datasets_in_the_order_of_their_periods_and_each_leads_to_those_beside_it() {
    let town = Town::new().await;
    let _ = budgets(&town).await;
    let reader = town.stranger();
    let page = series_page(&town).await;
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
    chooses(&admin, "budget-2022", &[("series", "")]).await.is(303);
    let words = [("title", "Budgets of villages"), ("description", "")];
    admin
        .submits("/desk/series/village-budgets", &words)
        .await
        .is(303);
    let page = series_page(&town).await;
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
    for (title, told) in [
        ("", "Give the new series a title"),
        ("Village budgets", "This name is taken"),
        ("村", "slug"),
    ] {
        let typed = [("series", "new"), ("title", title), ("description", "Kept words")];
        let answer = chooses(&admin, "budget-2022", &typed).await;
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
    let unknown = [("series", "nothing-here")];
    chooses(&admin, "budget-2022", &unknown).await.is(404);
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
    chooses(&officer, "budget-2022", &[("series", "")]).await.is(403);
    officer
        .submits("/desk/series/village-budgets", &[("title", "Mine")])
        .await
        .is(403);
    town.stranger().gets("/desk/series/village-budgets").await.is(303);
    let closed = [("title", "Budget 2024"), ("period", "2024"), ("open", "")];
    admin.submits("/desk/data", &closed).await.is(303);
    let known = [("series", "village-budgets")];
    chooses(&admin, "budget-2024", &known).await.is(303);
    let page = series_page(&town).await;
    assert!(
        !page.contains("Budget 2024") && page.contains("3 datasets"),
        "{page}"
    );
    let before = town.stranger().gets("/data/budget-2023").await.is(200).text();
    assert!(!before.contains("2024"), "{before}");
}

#[tokio::test]
async fn a_series_of_closed_datasets_is_not_there_for_strangers() {
    let town = Town::new().await;
    let admin = town.admin().await;
    let closed = [("title", "Budget 2024"), ("period", "2024"), ("open", "")];
    admin.submits("/desk/data", &closed).await.is(303);
    let new = [("series", "new"), ("title", "Secret budgets")];
    chooses(&admin, "budget-2024", &new).await.is(303);
    for path in ["/series/secret-budgets", "/series/secret-budgets.json"] {
        let told = town.stranger().gets(path).await.is(404).text();
        assert!(!told.contains("Secret budgets"), "{told}");
        admin.gets(path).await.is(200);
    }
}

#[tokio::test]
async fn a_producer_puts_a_dataset_only_into_series_of_their_own_organisation() {
    let town = Town::new().await;
    let admin = town.admin().await;
    for code in ["dinas-a", "dinas-b"] {
        save_office(&town, code, code).await;
    }
    enters(&admin, "Wells of A", "2025", "dinas-a").await;
    enters(&admin, "Wells of B", "2025", "dinas-b").await;
    let new = [("series", "new"), ("title", "Series of B")];
    chooses(&admin, "wells-of-b", &new).await.is(303);
    let producer = Grant {
        org: Some("dinas-a".into()),
        ..grant(Role::Producer, None)
    };
    town.add("a@town.test", "Of A", &[producer]).await;
    let producer = town.signs_in("a@town.test").await;
    let page = producer.gets("/desk/data/wells-of-a/series").await.is(200).text();
    assert!(!page.contains("series-of-b"), "{page}");
    let other = [("series", "series-of-b")];
    chooses(&producer, "wells-of-a", &other).await.is(403);
    chooses(&producer, "wells-of-b", &[("series", "")]).await.is(403);
    let own = [("series", "new"), ("title", "Series of A")];
    chooses(&producer, "wells-of-a", &own).await.is(303);
}

#[tokio::test]
async fn a_series_is_followed_in_a_feed_reader_as_far_as_everybody_may_read_it() {
    let town = Town::new().await;
    let admin = budgets(&town).await;
    let closed = [("title", "Budget 2024"), ("period", "2024"), ("open", "")];
    admin.submits("/desk/data", &closed).await.is(303);
    let known = [("series", "village-budgets")];
    chooses(&admin, "budget-2024", &known).await.is(303);
    let gone = [("act", "standing"), ("kind", "withdrawn"), ("why", "Wrong sums")];
    let steward = town.someone(Role::Steward, None).await;
    steward
        .submits("/desk/data/budget-2022/review", &gone)
        .await
        .is(303);
    let reader = town.stranger();
    let page = reader.gets("/series/village-budgets").await.is(200).text();
    let link = "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/series/village-budgets.atom\">";
    assert!(page.contains(link), "{page}");
    // Feeds are read without signing in, and so they are the same for those who did.
    for visitor in [&reader, &admin] {
        let feed = visitor.gets("/series/village-budgets.atom").await.is(200);
        assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
        let feed = feed.text();
        for part in [
            "<title>Village &lt;budgets&gt;</title>",
            "<title>Budget 2023</title>",
            "<title>Withdrawn: Budget 2022</title>",
        ] {
            assert!(feed.contains(part), "{part} is missing in {feed}");
        }
        assert!(!feed.contains("Budget 2024"), "{feed}");
    }
    reader.gets("/series/nothing.atom").await.is(404);
    // A series of what is not for everybody has no feed.
    let own = [("series", "new"), ("title", "Drafts")];
    chooses(&admin, "budget-2024", &own).await.is(303);
    let page = admin.gets("/series/drafts").await.is(200).text();
    assert!(page.contains("Budget 2024") && !page.contains(".atom"), "{page}");
    admin.gets("/series/drafts.atom").await.is(404);
}
