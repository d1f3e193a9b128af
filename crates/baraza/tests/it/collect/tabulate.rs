use std::time::Duration;

use baraza::platform::{jobs::Job, op::Role};

use super::{HOUSEHOLD, answers, post, publish, publish_text, rows};
use crate::town::Town;

#[tokio::test]
async fn answers_become_rows_with_household_and_member_linked() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    for id in ["1", "2"] {
        post(&phone, &answers(id), &[]).await.is(201);
    }
    town.run_jobs().await;
    assert_eq!(
        rows(
            &town,
            "census__household",
            "instance_id, place_code, village, interviewed, water, minutes, n_members, form_version, n_flags"
        )
        .await,
        [
            "\"uuid:1\" \"35.22.01.2001\" \"35.22.01.2001\" \"2026-11-15\" \"well\" 10 2 \"1\" 0",
            "\"uuid:2\" \"35.22.01.2001\" \"35.22.01.2001\" \"2026-11-15\" \"well\" 10 2 \"1\" 0",
        ]
    );
    assert_eq!(
        rows(
            &town,
            "census__household__member",
            "key, parent_key, instance_id, position, name, age"
        )
        .await,
        [
            "\"uuid:1/member[1]\" \"uuid:1\" \"uuid:1\" 1 \"Ann\" 43",
            "\"uuid:1/member[2]\" \"uuid:1\" \"uuid:1\" 2 \"Ben\" 12",
            "\"uuid:2/member[1]\" \"uuid:2\" \"uuid:2\" 1 \"Ann\" 43",
            "\"uuid:2/member[2]\" \"uuid:2\" \"uuid:2\" 2 \"Ben\" 12",
        ]
    );
}

#[tokio::test]
async fn tabulating_again_doubles_nothing() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    baraza::collect::tabulate_again(&town.app, &town.system(), &form)
        .await
        .expect("queued");
    town.run_jobs().await;
    // A worker that died after the tables were changed runs the job once more.
    baraza::collect::Tabulate { form: form.id }
        .run(&town.app)
        .await
        .expect("runs");
    assert_eq!(
        rows(&town, "census__household", "instance_id, n_members").await,
        ["\"uuid:1\" 2"]
    );
    assert_eq!(
        rows(&town, "census__household__member", "position, name").await,
        ["1 \"Ann\"", "2 \"Ben\""]
    );
}

#[tokio::test]
async fn a_new_version_adds_columns_and_a_changed_type_has_its_own() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    let second = HOUSEHOLD
        .replace("| household | 1 |", "| household | 2 |")
        .replace(
            "| | integer | minutes |",
            "| | text | rooms | Rooms | | | | | | |\n| | decimal | minutes |",
        );
    publish_text(&town, &second).await;
    town.advance(Duration::from_secs(5));
    let xml = answers("2").replace("version=\"1\"", "version=\"2\"").replace(
        "<minutes>10</minutes>",
        "<rooms>four</rooms><minutes>7.5</minutes>",
    );
    post(&phone, &xml, &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(
        rows(
            &town,
            "census__household",
            "instance_id, minutes, minutes_decimal, rooms"
        )
        .await,
        ["\"uuid:1\" 10 null null", "\"uuid:2\" null 7.5 \"four\""]
    );
}

#[tokio::test]
async fn progress_counts_by_place_and_enumerator() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.advance(Duration::from_secs(3600));
    post(
        &phone,
        &answers("2").replace("<age>43</age>", "<age>430</age>"),
        &[],
    )
    .await
    .is(201);
    post(
        &phone,
        &answers("3")
            .replace("35.22.01.2001", "35.22.01.2002")
            .replace("E1", "E2"),
        &[],
    )
    .await
    .is(201);
    town.run_jobs().await;
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    let counted = baraza::collect::progress(&town.app, &town.system(), &form)
        .await
        .expect("counted");
    let lines: Vec<String> = counted
        .iter()
        .map(|p| {
            format!(
                "{} {} {} {} {}s",
                p.place,
                p.enumerator,
                p.n_submissions,
                p.n_flagged,
                p.last_at.since(p.first_at).as_secs()
            )
        })
        .collect();
    assert_eq!(lines, ["35.22.01.2001 E1 2 1 3600s", "35.22.01.2002 E2 1 0 0s"]);
}

#[tokio::test]
async fn rows_are_downloaded_whole_by_a_browser_that_takes_them_compressed() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    post(&phone, &answers("1"), &[]).await.is(201);
    town.run_jobs().await;
    let browser = town.admin().await.with_header("accept-encoding", "gzip");
    for address in [
        "/data/census-household/member.csv",
        "/sql/download?format=jsonl&q=SELECT+name+FROM+census_household_member+WHERE+name+%3D+%27nobody%27",
    ] {
        let answer = browser.gets(address).await.is(200);
        assert_eq!(answer.header("content-encoding"), "gzip", "{address}");
        assert!(answer.body.starts_with(b"\x1f\x8b"), "{address}");
    }
}

#[tokio::test]
async fn an_erased_submission_is_gone_from_every_place_but_the_record_that_it_was_erased() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = town.admin().await;
    for id in ["1", "2"] {
        let xml = answers(id).replace("<photo/>", "<photo>well.jpg</photo>");
        post(&phone, &xml, &[("well.jpg", format!("picture {id}").as_bytes())])
            .await
            .is(201);
    }
    let correction = answers("3").replace("<meta>", "<meta><deprecatedID>uuid:1</deprecatedID>");
    post(&phone, &correction, &[]).await.is(201);
    town.run_jobs().await;
    let blob: String = sqlx::query_scalar(
        "SELECT blob FROM submission_file WHERE submission_id = (SELECT id FROM submission WHERE instance_id = 'uuid:1')",
    )
    .fetch_one(town.app.db.read())
    .await
    .expect("a file");
    let form = baraza::collect::form(&town.app, 1, "household")
        .await
        .expect("the form");
    let op = town.system().because("asked by the household").expect("a reason");
    let n = baraza::cli::erase_submission(&town.app, &op, &form, "uuid:1")
        .await
        .expect("erased");
    assert_eq!(n, 2);
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "instance_id, village")
            .await
            .len(),
        1
    );
    assert_eq!(
        rows(&town, "census__household__member", "instance_id, name").await,
        ["\"uuid:2\" \"Ann\"", "\"uuid:2\" \"Ben\""]
    );
    let left: Vec<String> = sqlx::query_scalar("SELECT instance_id FROM submission")
        .fetch_all(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(left, ["uuid:2"]);
    assert!(town.app.blobs.bytes(&blob).await.is_err());
    let trail = baraza::platform::audit::list_about(&town.app, &format!("form/{}", form.id), 1)
        .await
        .expect("reads");
    assert_eq!(
        (trail[0].event.as_str(), trail[0].why.as_deref()),
        ("collect.submission-erased", Some("asked by the household"))
    );
    // What the older versions hold goes with the vacuum.
    let old = town
        .app
        .lake
        .version("census__household__member")
        .await
        .expect("a version")
        .0
        - 1;
    let scope = || {
        let then = tables::TableVersion::at("census__household__member", tables::Version(old));
        tables::Scope::new().with("t", then)
    };
    let question = "SELECT count(*) FROM t";
    let limits = tables::Limits::default;
    town.app
        .lake
        .query(&scope(), question, limits())
        .await
        .expect("still there");
    let needed = std::collections::BTreeMap::new();
    let n = baraza::catalog::vacuum(&town.app, &op, "census-household", Duration::ZERO, &needed)
        .await
        .expect("vacuumed");
    assert!(n > 0);
    let gone = "SELECT max(name) FROM t";
    assert!(town.app.lake.query(&scope(), gone, limits()).await.is_err());
    assert_eq!(
        rows(&town, "census__household__member", "instance_id, name")
            .await
            .len(),
        2
    );
}

#[tokio::test]
async fn drafts_that_nobody_touched_for_long_are_erased_and_others_stay() {
    let town = Town::new().await;
    publish(&town).await;
    let enumerator = town.someone(Role::Enumerator, Some("35.22.01.2001")).await;
    enumerator.submits("/forms/census/household", &[]).await.is(303);
    town.advance(Duration::from_secs(100 * 24 * 3600));
    enumerator.submits("/forms/census/household", &[]).await.is(303);
    let op = town.system().because("half a year is over").expect("a reason");
    let days = |n: u64| Duration::from_secs(n * 24 * 3600);
    let n = baraza::collect::erase_drafts(&town.app, &op, days(90))
        .await
        .expect("erased");
    assert_eq!(n, 1);
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM web_draft")
        .fetch_one(town.app.db.read())
        .await
        .expect("read");
    assert_eq!(left, 1);
}
