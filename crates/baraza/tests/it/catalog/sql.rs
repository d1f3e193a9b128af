//! Questions in SQL: asked by anybody over what they may read, kept with an address that stays.

use baraza::platform::op::Role;

use super::{VILLAGES, publish, send, versions::three_versions};
use crate::town::{Town, Visitor};

const COUNT: &str = "SELECT count(*) AS n FROM villages_2024";

/// Keeps a question and gives the address of its page.
async fn keeps(visitor: &Visitor<'_>, title: &str, sql: &str) -> String {
    let form = [("title", title), ("about", "Read <with> care"), ("q", sql)];
    let answer = visitor.submits("/sql/saved", &form).await.is(303);
    answer.header("location").to_owned()
}

fn asked(sql: &str) -> String {
    let q: String = url::form_urlencoded::byte_serialize(sql.as_bytes()).collect();
    format!("/sql?q={q}")
}

#[tokio::test]
async fn a_stranger_asks_what_everybody_may_read_and_nothing_else() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let stranger = town.stranger();
    let page = stranger.gets(&asked(COUNT)).await.is(200).text();
    assert!(page.contains(">3<") && page.contains("Sign in to keep"), "{page}");
    let csv = stranger
        .gets("/sql/download?q=SELECT+code+FROM+villages_2024+ORDER+BY+1&format=csv")
        .await
        .is(200);
    assert_eq!(csv.text(), "code\r\n01\r\n02\r\n03\r\n");
    for sql in [
        "SELECT * FROM user_account",
        "SELECT * FROM information_schema.tables",
        "DROP TABLE villages_2024",
        "SELECT array_repeat(1, 1000000000)",
        "SHOW TABLES",
        "SELECT * FROM '/etc/passwd'",
    ] {
        let told = stranger.gets(&asked(sql)).await.is(400).text();
        assert!(!told.contains("0812") && !told.contains("root:"), "{sql}: {told}");
        let file = asked(sql).replace("/sql?", "/sql/download?format=csv&");
        stranger.gets(&file).await.is(400);
    }
    stranger
        .submits("/sql/saved", &[("title", "x"), ("q", COUNT)])
        .await
        .is(401);
    assert!(
        !stranger
            .gets("/sql/saved")
            .await
            .is(200)
            .text()
            .contains("/sql/saved/")
    );
}

#[tokio::test]
async fn a_closed_table_is_asked_of_only_by_who_may_read_it() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    let path = keeps(&steward, "How many villages", COUNT).await;
    steward
        .submits(&format!("{path}/show"), &[("is_shown", "1")])
        .await
        .is(303);
    let page = town.stranger().gets(&path).await.is(200).text();
    assert!(page.contains(">3<"), "{page}");
    // The dataset is taken back: the address stays, and says that there is nothing to see.
    let closed = [("act", "unpublish"), ("why", "It was wrong")];
    steward
        .submits("/desk/data/villages-2024/review", &closed)
        .await
        .is(303);
    let page = town.stranger().gets(&path).await.is(200).text();
    assert!(!page.contains(">3<") && page.contains("dataset"), "{page}");
    town.stranger().gets(&asked(COUNT)).await.is(400);
}

#[tokio::test]
async fn a_kept_question_gives_the_answer_that_it_had() {
    let town = three_versions().await;
    let citizen = town.someone(Role::Citizen, None).await;
    let steward = town.someone(Role::Steward, None).await;
    let path = keeps(&citizen, "How <many>", "SELECT sum(n) AS n FROM villages_2024").await;
    // It is the author's alone until somebody shows it.
    citizen.gets(&path).await.is(200);
    town.stranger().gets(&path).await.is(404);
    town.someone(Role::Auditor, None).await.gets(&path).await.is(404);
    citizen
        .submits(&format!("{path}/show"), &[("is_shown", "1")])
        .await
        .is(403);
    let before = citizen.gets(&path).await.text();
    assert!(
        before.contains("How &#60;many&#62;") || before.contains("How &lt;many&gt;"),
        "{before}"
    );
    assert!(
        before.contains("version 3") && before.contains("/tables/"),
        "{before}"
    );
    steward
        .submits(&format!("{path}/show"), &[("is_shown", "1")])
        .await
        .is(303);
    let then = town
        .stranger()
        .gets(&format!("{path}?format=csv"))
        .await
        .is(200)
        .text();
    // The data change; the answer at the address does not.
    send(&steward, "code,name,n\n01,One,1000\n").await.is(303);
    town.run_jobs().await;
    let after = town
        .stranger()
        .gets(&format!("{path}?format=csv"))
        .await
        .is(200)
        .text();
    assert_eq!(then, after);
    let now = town
        .stranger()
        .gets(&format!("{path}?now=1&format=csv"))
        .await
        .is(200)
        .text();
    assert_ne!(then, now);
    assert!(now.contains("1000"), "{now}");
    // The dataset leads to it, and the list has it.
    let dataset = town.stranger().gets("/data/villages-2024").await.is(200).text();
    assert!(dataset.contains("/sql/saved?dataset=villages-2024"), "{dataset}");
    let list = town
        .stranger()
        .gets("/sql/saved.json?dataset=villages-2024")
        .await
        .is(200)
        .json();
    assert_eq!(list[0]["title"], "How <many>");
    assert!(list[0].get("author").is_none(), "{list}");
    // Only its author and who shows questions throw it away.
    town.someone(Role::Auditor, None)
        .await
        .submits(&format!("{path}/delete"), &[])
        .await
        .is(403);
    citizen.submits(&format!("{path}/delete"), &[]).await.is(303);
    citizen.gets(&path).await.is(404);
}

#[tokio::test]
async fn what_not_everybody_could_ask_is_not_kept() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let steward = town.someone(Role::Steward, None).await;
    for sql in [
        "SHOW TABLES",
        "SELECT * FROM nothing",
        "SELECT 1; SELECT 2",
        "",
        "SELECT array_agg(code) FROM villages_2024",
    ] {
        let form = [("title", "No"), ("q", sql)];
        let page = steward.submits("/sql/saved", &form).await.is(400).text();
        assert!(page.contains("error-summary"), "{sql}: {page}");
    }
    let page = steward
        .submits("/sql/saved", &[("title", " "), ("q", COUNT)])
        .await
        .is(400)
        .text();
    assert!(page.contains("Enter a title"), "{page}");
    // A version that is asked for by its number is kept as such.
    let path = keeps(&steward, "First", "SELECT count(*) AS n FROM villages_2024@1").await;
    assert!(steward.gets(&path).await.is(200).text().contains("version 1"));
}
