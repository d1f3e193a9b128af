//! Prints how late readings of a sensor reach everybody who watches a dashboard, and what that costs (issue 6).
//!
//! `cargo run --profile quick -p baraza --example watchers [WATCHERS] [READINGS] [DATABASE_URL]`; without them 1,000 watchers and
//! 60 readings, one a second, in a new SQLite folder. Watchers and server share the process: its share of the cores counts both.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context;
use baraza::{
    dashboards::{
        self,
        live::{self, model::TypedFeed},
        model::{Shows, Tile, TypedHead, Width},
    },
    places::{self, NewList, import::Options},
    platform::{
        app::App,
        config::{Config, Settings},
        http,
        op::Op,
        time::Clock,
    },
    reactions,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

/// Ticks of the kernel's accounting in a second.
const TICKS: f64 = 100.0;
const EVERY: Duration = Duration::from_secs(1);
const ASKED: &[u8] =
    b"GET /dashboards/water/live HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
const VALUE: &str = "\"value\":\"";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let given = |at: usize, usual: usize| std::env::args().nth(at).map_or(Ok(usual), |n| n.parse());
    let (n_watchers, n_readings) = (given(1, 1_000)?, given(2, 60)?);
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings {
        data: Some(folder.path().to_owned()),
        database_url: std::env::args().nth(3),
        rate_limit: Some(0),
        live_per_caller: Some(0),
        ..Settings::default()
    };
    let app = App::open(Config::settle(settings, None)?, Clock::system(), reactions::all()).await?;
    prepare(&app).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let stop = CancellationToken::new();
    let serving = tokio::spawn(http::serve(listener, baraza::router(&app), stop.clone()));
    let published = Arc::new(Mutex::new(Vec::new()));
    let watching: Vec<_> = (0..n_watchers)
        .map(|_| tokio::spawn(watch(address, n_readings, published.clone())))
        .collect();
    // All of them have been greeted by then, or the first readings tell that they were not.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (began, used) = (Instant::now(), ticks());
    publish(&app, address, n_readings, &published).await?;
    tokio::time::sleep(EVERY).await;
    let share = (ticks() - used) / TICKS / began.elapsed().as_secs_f64();
    app.stopping.cancel();
    stop.cancel();
    let mut waits = Vec::new();
    let mut n_missed = 0;
    for watching in watching {
        let heard = watching.await??;
        n_missed += n_readings - heard.len().min(n_readings);
        waits.extend(heard);
    }
    serving.await??;
    waits.sort_unstable();
    let at = |share: f64| {
        let n = ((waits.len() as f64 * share) as usize).min(waits.len().saturating_sub(1));
        waits.get(n).map_or(f64::NAN, |wait| wait.as_secs_f64() * 1_000.0)
    };
    println!(
        "{n_watchers} watchers, {n_readings} readings: median {:.1} ms, p99 {:.1} ms, longest {:.1} ms, {n_missed} missed; {:.1} % of one core",
        at(0.5),
        at(0.99),
        at(1.0),
        share * 100.0
    );
    app.db.close().await;
    Ok(())
}

/// Makes a dashboard that shows one sensor.
async fn prepare(app: &App) -> anyhow::Result<()> {
    let op = Op::system(app.clock.now());
    let place = json!({ "type": "FeatureCollection", "features": [
        { "type": "Feature", "id": "35.22", "properties": { "kode": "35.22", "nama": "Contoh" }, "geometry": null }
    ] });
    let list = NewList {
        file_name: "regency.geojson".into(),
        bytes: place.to_string().into_bytes(),
        options: Options::default(),
    };
    let places::Outcome::Kept(_) = places::import(app, &op, list, &|_, _| ()).await? else {
        anyhow::bail!("the place was refused");
    };
    let feed = TypedFeed {
        code: "gate".into(),
        title: "Gate".into(),
        place: "35.22".into(),
        source: "webhook".into(),
        expected: "1".into(),
        silent: "10".into(),
        ..TypedFeed::default()
    };
    live::register(app, &op, &feed).await?;
    let head = TypedHead {
        title: "Water".into(),
        place: "35.22".into(),
        ..TypedHead::default()
    };
    dashboards::begin(app, &op, "water", &head).await?;
    let begun = dashboards::open(app, &op, "water").await?;
    let tile = Tile {
        title: String::new(),
        width: Width::Full,
        shows: Shows::Live("gate".into()),
    };
    dashboards::keep(app, &op, &begun, &begun.draft.with(tile)?).await?;
    let kept = dashboards::open(app, &op, "water").await?;
    dashboards::publish(app, &op, &kept, "Measured").await?;
    Ok(())
}

/// Posts readings 1, 2, 3 …, one a second, and notes when each was posted.
async fn publish(
    app: &App,
    address: std::net::SocketAddr,
    n_readings: usize,
    published: &Mutex<Vec<Instant>>,
) -> anyhow::Result<()> {
    let feeds = live::feeds(app).await?;
    let feed = feeds.find("gate").context("the sensor")?;
    let secret = live::address(app, feed);
    let path = secret.split_once("/channels/").context("an address")?.1;
    for n in 1..=n_readings {
        let mut wire = TcpStream::connect(address).await?;
        let body = n.to_string();
        let request = format!(
            "POST /channels/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Instant::now());
        wire.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        wire.read_to_string(&mut answer).await?;
        anyhow::ensure!(
            answer.starts_with("HTTP/1.1 200"),
            "the reading was refused: {answer}"
        );
        tokio::time::sleep(EVERY).await;
    }
    Ok(())
}

/// Watches until the end; returns how long after it was posted each reading came.
async fn watch(
    address: std::net::SocketAddr,
    n_readings: usize,
    published: Arc<Mutex<Vec<Instant>>>,
) -> anyhow::Result<Vec<Duration>> {
    let mut wire = TcpStream::connect(address).await?;
    wire.write_all(ASKED).await?;
    let mut heard = Vec::with_capacity(n_readings);
    let mut last = 0;
    let mut bytes = Vec::new();
    while last < n_readings {
        if wire.read_buf(&mut bytes).await? == 0 {
            break;
        }
        let came = Instant::now();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some(end) = text.rfind("\n\n") else {
            continue;
        };
        for event in text[..end].split(VALUE).skip(1) {
            let digits: String = event
                .chars()
                .take_while(|c| *c != '"')
                .filter(char::is_ascii_digit)
                .collect();
            let n: usize = digits.parse().unwrap_or(0);
            let posted = n.checked_sub(1).and_then(|at| {
                let published = published.lock().unwrap_or_else(PoisonError::into_inner);
                published.get(at).copied()
            });
            if let Some(posted) = posted.filter(|_| n > last) {
                last = n;
                heard.push(came - posted);
            }
        }
        bytes.clear();
    }
    Ok(heard)
}

/// What the process has used of all cores, in ticks.
fn ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields = after_name.split_whitespace().skip(11).take(2);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum()
}
