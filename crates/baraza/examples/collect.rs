//! Prints how fast submissions go into their tables and out again (issue 4).
//!
//! `cargo run --profile quick -p baraza --example collect WORKBOOK BODIES ROWS [EXPORTED] [DATABASE_URL]`: files ROWS submissions, made of
//! the documents in BODIES (parted by NUL, `@@UUID@@` where the instance id goes), puts them into tables, and exports those of a form with
//! EXPORTED of them through the product's own router.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use baraza::{
    accounts::{self, model::NewUser},
    collect::{self, model::NewSubmission},
    platform::{
        app::App,
        config::{Config, Settings},
        jobs::Job,
        op::{Grant, Op, Role},
        time::{Clock, Time},
    },
    reactions,
};
use formats::openrosa::Envelope;
use futures::StreamExt;
use tower::ServiceExt;

/// Submissions filed in one transaction.
const TURN: usize = 1_000;
/// How often a page is asked for.
const ASKED: usize = 40;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (workbook, bodies) = (&args[0], std::fs::read_to_string(&args[1])?);
    let n_rows: usize = args[2].parse()?;
    let n_exported: usize = args.get(3).map_or(Ok(27_912), |n| n.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings {
        data: Some(folder.path().to_owned()),
        database_url: args.get(4).cloned(),
        rate_limit: Some(0),
        ..Settings::default()
    };
    let app = App::open(Config::settle(settings, None)?, Clock::system(), reactions::all()).await?;
    let op = Op::system(app.clock.now());
    let bodies: Vec<&str> = bodies
        .split('\0')
        .filter(|body| !body.trim().is_empty())
        .collect();
    let exported = published(&app, &op, workbook, "Exported").await?;
    let filed = file(&app, &exported, &bodies, n_exported).await?;
    println!("filed {n_exported} in {:.1} s", filed.as_secs_f64());
    let token = admin(&app).await?;
    exports(&app, &token, exported.form.project_id, n_exported).await?;
    if n_rows > 0 {
        let many = published(&app, &op, workbook, "Many").await?;
        let filed = file(&app, &many, &bodies, n_rows).await?;
        println!("filed {n_rows} in {:.1} s", filed.as_secs_f64());
        let before = megabytes("VmRSS");
        let started = Instant::now();
        let job = collect::Tabulate {
            form: many.form.id.clone(),
        };
        job.run(&app).await?;
        println!(
            "tabulated {n_rows} in {:.1} s; memory before {before} MB, highest ever {} MB",
            started.elapsed().as_secs_f64(),
            megabytes("VmHWM")
        );
    }
    app.db.close().await;
    Ok(())
}

async fn published(
    app: &App,
    op: &Op,
    workbook: &str,
    project: &str,
) -> anyhow::Result<Arc<collect::model::Questionnaire>> {
    let project = collect::save_project(app, op, project, None).await?;
    let bytes = std::fs::read(workbook)?.into();
    let definition = collect::Definition::read(bytes, workbook, None)?;
    let form = collect::save_draft(app, op, &project, &definition).await?;
    let version = collect::publish(app, op, &form, None).await?;
    Ok(collect::questionnaire(app, &version.id).await?)
}

/// Files submissions as a server of long ago would have left them: all of them there, none in the tables.
async fn file(
    app: &App,
    questionnaire: &Arc<collect::model::Questionnaire>,
    bodies: &[&str],
    n: usize,
) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let first = app.clock.now().0 - 90 * 86_400_000_000;
    for from in (0..n).step_by(TURN) {
        let questionnaire = questionnaire.clone();
        let some: Vec<(usize, String)> = (from..(from + TURN).min(n))
            .map(|at| {
                let uuid = format!("{at:08x}-bbbb-4bbb-8bbb-{at:012x}");
                (at, bodies[at % bodies.len()].replacen("@@UUID@@", &uuid, 1))
            })
            .collect();
        let read = tokio::task::spawn_blocking(move || {
            some.into_iter()
                .map(|(at, xml)| {
                    let op = Op::system(Time(first + i64::try_from(at)? * 7_000_000));
                    let envelope = Envelope::read(&xml)?;
                    anyhow::Ok((
                        NewSubmission::read(questionnaire.clone(), envelope, xml, op.at, 0)?,
                        op,
                    ))
                })
                .collect::<anyhow::Result<Vec<_>>>()
        });
        let mut tx = app.db.begin().await?;
        for (new, op) in read.await?? {
            collect::file(&mut tx, &op, &new).await?;
        }
        tx.commit().await?;
    }
    Ok(started.elapsed())
}

async fn admin(app: &App) -> anyhow::Result<String> {
    let grant = Grant {
        role: Role::Admin,
        place: None,
        org: None,
    };
    let op = Op::system(app.clock.now());
    let new = NewUser::parse("bench@example.org", "Bench", None)?;
    let mut tx = app.db.begin().await?;
    let user = accounts::add_user(&mut tx, &op, new, &[grant]).await?;
    let token = accounts::create_token(&mut tx, &op, &user, "bench", None, &[]).await?;
    tx.commit().await?;
    Ok(token)
}

async fn exports(app: &App, token: &str, project: i64, n: usize) -> anyhow::Result<()> {
    let router = baraza::router(app);
    let form = format!("/v1/projects/{project}/forms/household");
    // The first request warms up.
    get(&router, token, &format!("{form}.svc/Submissions?%24top=1"), || ()).await?;
    for (what, path) in [
        ("CSV zip", "/submissions.csv.zip?attachments=false"),
        ("CSV", "/submissions.csv"),
        ("OData root", ".svc/Submissions"),
        ("OData members", ".svc/Submissions.member"),
        ("OData expand", ".svc/Submissions?%24expand=*"),
        ("GeoJSON", "/submissions.geojson"),
    ] {
        // What the process holds itself: pages of the database file that are mapped come and go with the system's own cache.
        let before = megabytes("RssAnon");
        let mut waits = Vec::new();
        let (mut bytes, mut first, mut highest) = (0, Duration::ZERO, before);
        for _ in 0..5 {
            let turn = Instant::now();
            (bytes, first) = get(&router, token, &format!("{form}{path}"), || {
                highest = highest.max(megabytes("RssAnon"));
            })
            .await?;
            waits.push(turn.elapsed());
        }
        waits.sort_unstable();
        println!(
            "{what}: {:.3} s ({:.3}-{:.3}), first byte {:.3} s, {:.1} MB; memory before {before} MB, highest {highest} MB",
            waits[2].as_secs_f64(),
            waits[0].as_secs_f64(),
            waits[4].as_secs_f64(),
            first.as_secs_f64(),
            bytes as f64 / 1e6,
        );
    }
    for (what, path) in [
        ("page of 250".to_owned(), ".svc/Submissions?%24top=250".to_owned()),
        (
            "page of 250 after 10000".to_owned(),
            ".svc/Submissions?%24top=250&%24skip=10000".to_owned(),
        ),
        (
            "page of 250 at the end".to_owned(),
            format!(
                ".svc/Submissions?%24top=250&%24count=true&%24skip={}",
                n.saturating_sub(250)
            ),
        ),
    ] {
        let mut waits = Vec::new();
        for _ in 0..ASKED {
            let turn = Instant::now();
            get(&router, token, &format!("{form}{path}"), || ()).await?;
            waits.push(turn.elapsed());
        }
        waits.sort_unstable();
        println!(
            "{what}: median {:.1} ms, highest {:.1} ms",
            waits[ASKED / 2].as_secs_f64() * 1e3,
            waits[ASKED - 1].as_secs_f64() * 1e3
        );
    }
    Ok(())
}

/// Asks for something to the end without keeping it; returns how many bytes came, and when the first did. `look` is called after every megabyte.
async fn get(
    router: &Router,
    token: &str,
    path: &str,
    mut look: impl FnMut(),
) -> anyhow::Result<(usize, Duration)> {
    let started = Instant::now();
    let mut request = Request::get(path)
        .header("host", "localhost")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())?;
    let address = SocketAddr::from((IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000));
    request.extensions_mut().insert(ConnectInfo(address));
    let answer = router.clone().oneshot(request).await?;
    anyhow::ensure!(answer.status().is_success(), "{path}: {}", answer.status());
    let mut body = answer.into_body().into_data_stream();
    let (mut n, mut first) = (0, None);
    while let Some(bytes) = body.next().await {
        let seen = n / 1_000_000;
        n += bytes?.len();
        if n / 1_000_000 > seen {
            look();
        }
        first.get_or_insert_with(|| started.elapsed());
    }
    Ok((n, first.unwrap_or_default()))
}

fn megabytes(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with(which))
        .unwrap_or_default();
    let kilobytes = line
        .split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1_024
}
