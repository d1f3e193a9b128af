use std::time::Duration;

use baraza::platform::{
    app::{find_setting, save_setting},
    audit,
    jobs::JobRetried,
};

use crate::town::Town;

#[tokio::test]
async fn a_transaction_dropped_before_its_commit_leaves_nothing() {
    let town = Town::new().await;
    let mut tx = town.app.db.begin().await.expect("begins");
    save_setting(&mut tx, "motto", "lost").await.expect("writes");
    drop(tx);
    let mut tx = town
        .app
        .db
        .begin()
        .await
        .expect("begins after the other was dropped");
    save_setting(&mut tx, "flag", "kept").await.expect("writes");
    tx.commit().await.expect("commits");
    assert_eq!(find_setting(&town.app.db, "motto").await.expect("reads"), None);
    assert_eq!(
        find_setting(&town.app.db, "flag")
            .await
            .expect("reads")
            .as_deref(),
        Some("kept")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_at_once_all_land_and_what_they_were_told_is_there() {
    let town = Town::new().await;
    let writers = (0..16).map(|writer| {
        let app = town.app.clone();
        tokio::spawn(async move {
            for turn in 0..20 {
                let mut tx = app.db.begin().await.expect("begins");
                save_setting(&mut tx, &format!("writer-{writer}-{turn}"), "here")
                    .await
                    .expect("writes");
                if turn % 5 == 4 {
                    drop(tx);
                } else {
                    tx.commit().await.expect("commits");
                    let name = format!("writer-{writer}-{turn}");
                    assert!(
                        find_setting(&app.db, &name).await.expect("reads").is_some(),
                        "acknowledged but not there"
                    );
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("the writer ends well");
    }
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM setting WHERE name LIKE 'writer-%'")
        .fetch_one(town.app.db.read())
        .await
        .expect("counts");
    assert_eq!(n, 16 * 16);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_who_gives_up_while_others_wait_holds_nobody_up() {
    let town = Town::new().await;
    let held = town.app.db.begin().await.expect("begins");
    let waiting = tokio::time::timeout(Duration::from_millis(50), town.app.db.begin()).await;
    if let Ok(waiting) = waiting {
        // PostgreSQL lets both begin; SQLite makes the second wait, and here give up.
        drop(waiting);
    }
    held.commit()
        .await
        .expect("commits although the one behind it gave up");
}

#[tokio::test]
async fn an_event_is_in_the_audit_trail_only_when_its_transaction_was_committed() {
    let town = Town::new().await;
    let mut op = town.system();
    op.why = Some("a test".into());
    let mut tx = town.app.db.begin().await.expect("begins");
    tx.emit(&op, &JobRetried { job: "lost".into() })
        .await
        .expect("emits");
    drop(tx);
    let mut tx = town.app.db.begin().await.expect("begins");
    tx.emit(&op, &JobRetried { job: "kept".into() })
        .await
        .expect("emits");
    tx.commit().await.expect("commits");
    assert!(
        audit::list_about(&town.app, "job/lost", 10)
            .await
            .expect("reads")
            .is_empty()
    );
    let kept = audit::list_about(&town.app, "job/kept", 10).await.expect("reads");
    assert_eq!(
        (
            kept[0].who.as_str(),
            kept[0].why.as_deref(),
            kept[0].facts.as_str()
        ),
        ("system", Some("a test"), r#"{"job":"kept"}"#)
    );
}
