//! Jobs are tested with reactions of their own, so that no slice is needed.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use baraza::platform::{
    app::App,
    config::{Config, Settings},
    events::{Event, Reactions},
    jobs::{self, Job},
    op::Op,
    time::{Clock, Time},
};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[derive(Serialize)]
struct BellRang {
    tower: String,
}

impl Event for BellRang {
    const NAME: &'static str = "test.bell-rang";
    fn subject(&self) -> String {
        format!("tower/{}", self.tower)
    }
}

#[derive(Serialize, Deserialize)]
struct Count {
    tower: String,
}

impl Job for Count {
    const NAME: &'static str = "test.count";
    fn key(&self) -> Option<String> {
        Some(self.tower.clone())
    }
    async fn run(self, _: &App) -> anyhow::Result<()> {
        anyhow::ensure!(self.tower != "broken", "the bell has no clapper");
        RUNS.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

async fn tower() -> (App, Clock, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config::settle(
        Settings {
            data: Some(folder.path().to_owned()),
            ..Settings::default()
        },
        None,
    )
    .expect("settles");
    let clock = Clock::stopped(Time(1_794_794_400_000_000));
    let reactions = Reactions::default().on(|event: &BellRang| Count {
        tower: event.tower.clone(),
    });
    (
        App::open(config, clock.clone(), reactions).await.expect("opens"),
        clock,
        folder,
    )
}

async fn rings(app: &App, tower: &str) {
    let mut tx = app.db.begin().await.expect("begins");
    tx.emit(&Op::system(app.clock.now()), &BellRang { tower: tower.into() })
        .await
        .expect("emits");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn many_events_about_one_thing_make_one_job() {
    let (app, _, _folder) = tower().await;
    for _ in 0..5 {
        rings(&app, "east").await;
    }
    assert_eq!(jobs::count(&app).await.expect("counts").queued, 1);
    assert_eq!(jobs::run_due(&app).await.expect("runs"), 1);
    assert_eq!(jobs::count(&app).await.expect("counts").queued, 0);
}

#[tokio::test]
async fn a_failing_job_is_tried_again_later_and_in_the_end_waits_for_an_operator_who_may_retry_it() {
    let (app, clock, _folder) = tower().await;
    rings(&app, "broken").await;
    assert_eq!(jobs::run_due(&app).await.expect("runs"), 1);
    assert_eq!(
        jobs::run_due(&app).await.expect("runs"),
        0,
        "not before its pause is over"
    );
    for _ in 0..7 {
        clock.advance(Duration::from_secs(3_601));
        assert_eq!(jobs::run_due(&app).await.expect("runs"), 1);
    }
    clock.advance(Duration::from_secs(3_601));
    assert_eq!(
        jobs::run_due(&app).await.expect("runs"),
        0,
        "dead jobs are left alone"
    );
    let dead = jobs::list_dead(&app, 10).await.expect("lists");
    assert_eq!(
        (dead.len(), dead[0].attempts, dead[0].last_error.as_deref()),
        (1, 8, Some("the bell has no clapper"))
    );

    jobs::retry(&app, &Op::system(clock.now()), &dead[0].id)
        .await
        .expect("retries");
    assert_eq!(jobs::run_due(&app).await.expect("runs"), 1);
    let problem = jobs::retry(&app, &Op::system(clock.now()), "nonsense")
        .await
        .expect_err("refused");
    assert_eq!(problem.code(), "job-unknown");
}

#[tokio::test]
async fn a_job_whose_worker_died_is_taken_over_when_its_lease_ends() {
    let (app, clock, _folder) = tower().await;
    rings(&app, "west").await;
    let mut tx = app.db.begin().await.expect("begins");
    sqlx::query("UPDATE job SET state = 'running', lease_until = $1")
        .bind(clock.now().0 + 1)
        .execute(tx.conn())
        .await
        .expect("claims");
    tx.commit().await.expect("commits");
    assert_eq!(
        jobs::run_due(&app).await.expect("runs"),
        0,
        "somebody else holds it"
    );
    clock.advance(Duration::from_secs(1));
    assert_eq!(jobs::run_due(&app).await.expect("runs"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_wakes_for_a_job_and_stops_when_told() {
    let (app, _, _folder) = tower().await;
    let stop = CancellationToken::new();
    let worker = tokio::spawn({
        let (app, stop) = (app.clone(), stop.clone());
        async move { jobs::work(&app, &stop).await }
    });
    rings(&app, "north").await;
    tokio::time::timeout(Duration::from_secs(10), async {
        while jobs::count(&app).await.expect("counts").queued
            + jobs::count(&app).await.expect("counts").running
            > 0
        {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the worker takes the job");
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), worker)
        .await
        .expect("stops in time")
        .expect("ends well");
    assert!(RUNS.load(Ordering::SeqCst) >= 1);
}
