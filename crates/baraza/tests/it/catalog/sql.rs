//! Questions in SQL: asked by anybody over what they may read, kept with an address that stays.

use baraza::{accounts::model::Organisation, platform::op::Role};

use super::{VILLAGES, publish, send, versions::three_versions};
use crate::town::{Town, Visitor, grant};

const COUNT: &str = "SELECT count(*) AS n FROM villages_2024";

const SURE: &[(&str, &str)] = &[("sure", "yes")];

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
        "SELECT approx_percentile_cont(value, 0.5, 100000000000000) FROM generate_series(1,10)",
        "SELECT string_agg(repeat('x',100000),',') OVER () FROM generate_series(1,10000)",
        "SELECT 'a' LIKE repeat('%a',4000000)",
    ] {
        let told = stranger.gets(&asked(sql)).await.is(400).text();
        assert!(!told.contains("0812") && !told.contains("root:"), "{sql}: {told}");
        let file = asked(sql).replace("/sql?", "/sql/download?format=csv&");
        stranger.gets(&file).await.is(400);
    }
    let told = stranger
        .gets(&asked("SELECT code LIKE code FROM villages_2024"))
        .await
        .is(400);
    assert!(told.text().contains("Write the pattern"));
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
    // The dataset is taken back: whoever may not read it does not learn that it was asked of.
    let closed = [("act", "unpublish"), ("why", "It was wrong")];
    steward
        .submits("/desk/data/villages-2024/review", &closed)
        .await
        .is(303);
    town.stranger().gets(&path).await.is(404);
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
    // Nor is there a citation that leads others to nothing.
    assert!(
        before.contains("Nobody else can open this address yet") && !before.contains("Question in SQL, "),
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
    let shown = town.stranger().gets(&path).await.is(200).text();
    assert!(
        shown.contains("Question in SQL, ") && !shown.contains("Nobody else can open"),
        "{shown}"
    );
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
    // A slip of the hand throws nothing away.
    let asks = citizen
        .submits(&format!("{path}/delete"), &[])
        .await
        .is(400)
        .text();
    assert!(
        asks.contains("Tick the box") && asks.contains("name=\"sure\""),
        "{asks}"
    );
    citizen.gets(&path).await.is(200);
    citizen.submits(&format!("{path}/delete"), SURE).await.is(303);
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

/// A steward of one organisation, which is entered when it is not there yet.
async fn steward_of<'a>(town: &'a Town, code: &str) -> Visitor<'a> {
    let organisation = Organisation {
        code: code.into(),
        name: code.into(),
        about: None,
        contact: None,
    };
    let mut tx = town.app.db.begin().await.expect("a transaction");
    baraza::accounts::save_organisation(&mut tx, &town.system(), &organisation)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
    let mut role = grant(Role::Steward, None);
    role.org = Some(code.into());
    let email = format!("{code}@town.test");
    town.add(&email, "A steward", &[role]).await;
    town.signs_in(&email).await
}

#[tokio::test]
async fn a_question_is_shown_by_those_who_answer_for_every_table_it_reads() {
    let town = Town::new().await;
    let (works, health) = (
        steward_of(&town, "dinas-pu").await,
        steward_of(&town, "dinkes").await,
    );
    let admin = town.admin().await;
    let entry = [
        ("title", "Villages 2024"),
        ("open", "yes"),
        ("organisation", "dinas-pu"),
    ];
    admin.submits("/desk/data", &entry).await.is(303);
    send(&admin, VILLAGES).await.is(303);
    town.run_jobs().await;
    let shows = [("is_shown", "1")];
    // Their own question, about others' data: they keep it, and show it to nobody.
    let of_health = keeps(&health, "Of works", COUNT).await;
    let page = health.gets(&of_health).await.is(200).text();
    assert!(!page.contains(&format!("{of_health}/show")), "{page}");
    health.submits(&format!("{of_health}/show"), &shows).await.is(403);
    let of_works = keeps(&works, "Of our own", COUNT).await;
    health.gets(&of_works).await.is(404);
    works.submits(&format!("{of_works}/show"), &shows).await.is(303);
    town.stranger().gets(&of_works).await.is(200);
    health.gets(&of_works).await.is(200);
    let hides = [("is_shown", "0")];
    health.submits(&format!("{of_works}/show"), &hides).await.is(403);
    health.submits(&format!("{of_works}/delete"), &[]).await.is(403);
    let all = town.someone(Role::Steward, None).await;
    all.submits(&format!("{of_works}/show"), &hides).await.is(303);
    town.stranger().gets(&of_works).await.is(404);
    // Who answers for the data shows what others ask of them, too.
    works.submits(&format!("{of_health}/show"), &shows).await.is(303);
    health.submits(&format!("{of_health}/delete"), SURE).await.is(303);
}

#[tokio::test]
async fn the_console_leads_to_a_first_question_of_each_table() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let page = town.stranger().gets("/sql").await.is(200).text();
    assert!(page.contains("Begin with an example"), "{page}");
    assert!(
        page.contains("1 table you may read") && page.contains("bz-code") && page.contains("whole numbers"),
        "{page}"
    );
    let link = page
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|href| href.starts_with("/sql?q=SELECT"))
        .expect("a first question")
        .to_owned();
    let answer = town.stranger().gets(&link).await.is(200).text();
    assert!(answer.contains("Sukorejo"), "{answer}");
    // Who wants to keep it signs in, and comes back to it.
    assert!(answer.contains("href=\"/sign-in?next=%2Fsql%3Fq%3D"), "{answer}");
    assert!(!answer.contains("govuk-details\" open"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_was_cut_says_that_it_is_the_first_of_it() {
    let town = Town::new().await;
    let page = town
        .stranger()
        .gets(&asked("SELECT value FROM generate_series(1, 501)"))
        .await
        .is(200)
        .text();
    assert!(page.contains("The first 500 rows"), "{page}");
    let page = town
        .stranger()
        .gets(&asked("SELECT value FROM generate_series(1, 500)"))
        .await
        .is(200)
        .text();
    assert!(!page.contains("The first"), "{page}");
}

#[tokio::test]
async fn names_with_numbers_are_drawn_and_what_bars_would_bend_is_not() {
    let town = Town::new().await;
    let stranger = town.stranger();
    let drawn = "SELECT 'Dander' AS village, 3 AS wells UNION ALL SELECT 'Ngasem', 5";
    let page = stranger.gets(&asked(drawn)).await.is(200).text();
    assert!(
        page.contains("wells by village") && page.contains("<svg"),
        "{page}"
    );
    for sql in [
        "SELECT 'Dander' AS village, -3 AS wells UNION ALL SELECT 'Ngasem', 5",
        "SELECT 'Dander' AS village, 3 AS wells UNION ALL SELECT 'Dander', 5",
        "SELECT 'Dander' AS village, 3 AS wells",
        "SELECT 1 AS village, 3 AS wells UNION ALL SELECT 2, 5",
    ] {
        let page = stranger.gets(&asked(sql)).await.is(200).text();
        assert!(!page.contains("wells by village"), "{sql}: {page}");
    }
}

#[tokio::test]
async fn a_refusal_speaks_the_readers_language_with_the_engines_words_as_a_hint() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let reader = town.stranger().with_header("accept-language", "id");
    for (sql, said, hint) in [
        (
            "SELECT * FROM nothere",
            "Tidak ada tabel “nothere”",
            "there is no table",
        ),
        (
            "SELECT nama FROM villages_2024",
            "Tidak ada kolom",
            "No field named",
        ),
        ("SELEC 1", "tidak dipahami pada “SELEC”", "Expected"),
        ("DROP TABLE villages_2024", "Hanya pertanyaan", "only one SELECT"),
        (
            "SELECT array_agg(code) FROM villages_2024",
            "Fungsi “array_agg”",
            "not offered",
        ),
        (
            "SELECT sum(name) FROM villages_2024",
            "tidak cocok dengan jenis nilai",
            "sum",
        ),
    ] {
        let page = reader.gets(&asked(sql)).await.is(400).text();
        assert!(page.contains(said) && page.contains(hint), "{sql}: {page}");
        assert!(page.contains("Kata mesinnya sendiri"), "{sql}: {page}");
    }
}

#[tokio::test]
async fn a_file_of_an_answer_is_refused_in_the_readers_language() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    for (sql, told) in [
        (
            "SELECT n FROM nowhere",
            "Tidak ada tabel “nowhere” yang boleh Anda baca.",
        ),
        ("SELECT debth FROM villages_2024", "Tidak ada kolom “debth”."),
    ] {
        let file = asked(sql).replace("/sql?", "/sql/download?format=csv&lang=id&");
        let refused = town.stranger().gets(&file).await.is(400).text();
        assert!(refused.contains(told), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn a_kept_question_of_a_table_that_is_closed_since_tells_others_nothing() {
    let town = Town::new().await;
    publish(&town, VILLAGES).await;
    let citizen = town.someone(Role::Citizen, None).await;
    let steward = town.someone(Role::Steward, None).await;
    let path = keeps(&citizen, "How many villages", COUNT).await;
    let shows = format!("{path}/show");
    steward.submits(&shows, &[("is_shown", "1")]).await.is(303);
    let stranger = town.stranger();
    stranger.gets(&path).await.is(200);
    let closes = [("title", "Villages 2024"), ("open", "")];
    steward.submits("/desk/data/villages-2024", &closes).await.is(303);
    town.run_jobs().await;
    stranger.gets(&path).await.is(404);
    for list in ["/sql/saved.json", "/sql/saved.json?dataset=villages-2024"] {
        let told = stranger.gets(list).await.is(200).text();
        assert!(!told.contains("villages"), "{told}");
    }
    // Its keeper has their own words, and whoever may read the table has the question.
    citizen.gets(&path).await;
    steward.gets(&path).await.is(200);
    let told = town
        .someone(Role::Auditor, None)
        .await
        .gets("/sql/saved.json")
        .await;
    assert!(told.text().contains("How many villages"));
    steward.submits(&shows, &[("is_shown", "0")]).await.is(303);
    steward.submits(&shows, &[("is_shown", "1")]).await.is(409);
}
