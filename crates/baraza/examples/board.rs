//! Prints how fast everybody's pages of requests are over many requests (issue 3).
//!
//! `cargo run --profile quick -p baraza --example board [ROWS] [DATABASE_URL]`; without them a million rows in a new SQLite folder.

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use baraza::{
    places::{self, NewList, import::Options},
    platform::{
        app::App,
        config::{Config, Settings},
        op::Op,
        time::{Clock, Time},
    },
    reactions,
    requests::{self, Source, model::profile::shipped},
};
use serde_json::json;
use tower::ServiceExt;

const DAY: i64 = 86_400_000_000;
const SPAN: Duration = Duration::from_secs(5);
const N_READERS: usize = 16;
const N_DISTRICTS: usize = 28;
const N_VILLAGES: usize = 15;
const N_SERVICES: usize = 20;
const N_UNITS: usize = 12;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let n_rows: usize = std::env::args().nth(1).map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings {
        data: Some(folder.path().to_owned()),
        database_url: std::env::args().nth(2),
        rate_limit: Some(0),
        ..Settings::default()
    };
    let app = App::open(Config::settle(settings, None)?, Clock::system(), reactions::all()).await?;
    let op = Op::system(app.clock.now());
    import_places(&app, &op).await?;
    requests::load_profile(&app, &op, shipped::LAPOR).await?;
    requests::load_services(&app, &op, &services()).await?;
    take_in(&app, &op, folder.path(), n_rows).await?;
    let router = baraza::router(&app);
    let started = Instant::now();
    get(&router, "/requests").await?;
    println!(
        "first page: {:.2} s; most memory so far {} MB",
        started.elapsed().as_secs_f64(),
        peak_megabytes()
    );
    for (what, paths) in pages() {
        one_after_another(&router, what, &paths).await?;
    }
    let all: Vec<String> = pages().into_iter().flat_map(|(_, paths)| paths).collect();
    at_once(&router, "list and map, all of them", &all[..all.len() - 4]).await?;
    at_once(&router, "statistics", &all[all.len() - 4..]).await?;
    let started = Instant::now();
    let csv = get(&router, "/requests.csv?light=red").await?;
    println!(
        "CSV of {:.1} MB in {:.1} s",
        csv as f64 / 1e6,
        started.elapsed().as_secs_f64()
    );
    println!("most memory {} MB", peak_megabytes());
    app.db.close().await;
    Ok(())
}

/// What is asked for, many addresses of a kind, so that no kept count answers for all.
fn pages() -> Vec<(&'static str, Vec<String>)> {
    let districts = || (1..=N_DISTRICTS).map(|district| format!("35.22.{district:02}"));
    let lights = ["white", "yellow", "red", "blue"];
    let services = || (0..N_SERVICES).map(|service| format!("s{service}"));
    vec![
        ("list", vec!["/requests".to_owned()]),
        (
            "list of a service, a place, a light",
            services()
                .zip(districts())
                .zip(lights.into_iter().cycle())
                .map(|((service, place), light)| {
                    format!("/requests?service={service}&place={place}&light={light}")
                })
                .collect(),
        ),
        (
            "list of a unit and days",
            (0..N_UNITS)
                .map(|unit| format!("/requests?agency=u{unit}&from=2025-01-01&state=unfinished"))
                .collect(),
        ),
        ("map", vec!["/requests/map".to_owned()]),
        (
            "map of a district",
            districts()
                .map(|place| format!("/requests/map?place={place}&show=red"))
                .collect(),
        ),
        (
            "map of a village with its marks",
            districts()
                .map(|place| format!("/requests/map?place={place}.2001"))
                .collect(),
        ),
        (
            "place's page",
            districts().map(|place| format!("/places/{place}")).collect(),
        ),
        (
            "statistics",
            vec![
                "/requests/lights".to_owned(),
                "/requests/lights?weeks=104".to_owned(),
                "/requests/lights?place=35.22.01".to_owned(),
                "/requests/lights?service=s1".to_owned(),
            ],
        ),
    ]
}

async fn one_after_another(router: &Router, what: &str, paths: &[String]) -> anyhow::Result<()> {
    let mut waits = Vec::new();
    let started = Instant::now();
    while waits.len() < 20 || (started.elapsed() < SPAN / 4 && waits.len() < 2_000) {
        let path = &paths[waits.len() % paths.len()];
        let turn = Instant::now();
        get(router, path).await?;
        waits.push(turn.elapsed());
    }
    waits.sort_unstable();
    println!("{what}: {}", said(&waits));
    Ok(())
}

async fn at_once(router: &Router, what: &str, paths: &[String]) -> anyhow::Result<()> {
    let started = Instant::now();
    let readers: Vec<_> = (0..N_READERS)
        .map(|reader| {
            let (router, paths) = (router.clone(), paths.to_vec());
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while started.elapsed() < SPAN {
                    let path = &paths[(waits.len() * 7 + reader * 3) % paths.len()];
                    let turn = Instant::now();
                    get(&router, path).await?;
                    waits.push(turn.elapsed());
                }
                anyhow::Ok(waits)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for reader in readers {
        waits.extend(reader.await??);
    }
    let per_second = waits.len() as f64 / started.elapsed().as_secs_f64();
    waits.sort_unstable();
    println!(
        "{what}, {N_READERS} readers at once: {per_second:.0} pages a second, {}",
        said(&waits)
    );
    Ok(())
}

fn said(waits: &[Duration]) -> String {
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    format!("median {:.1} ms, p99 {:.1} ms", at(0.5), at(0.99))
}

/// Reads an address to its end; returns its bytes.
async fn get(router: &Router, path: &str) -> anyhow::Result<usize> {
    let mut request = Request::builder().uri(path).body(Body::empty())?;
    let address = SocketAddr::from((IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000));
    request.extensions_mut().insert(ConnectInfo(address));
    let response = router.clone().oneshot(request).await?;
    anyhow::ensure!(response.status().is_success(), "{path}: {}", response.status());
    Ok(axum::body::to_bytes(response.into_body(), usize::MAX)
        .await?
        .len())
}

fn services() -> String {
    (0..N_SERVICES)
        .map(|n| {
            format!(
                "[[service]]\ncode = \"s{n}\"\ngroup = \"g{}\"\nprofile = \"lapor\"\ntitle = {{ en = \"Service {n}\" }}\nresponsible = [{{ agency = \"u{}\" }}]\n",
                n % 5,
                n % N_UNITS
            )
        })
        .collect()
}

/// A regency of 28 districts with 15 square villages each.
async fn import_places(app: &App, op: &Op) -> anyhow::Result<()> {
    let plain = |code: String, geometry: serde_json::Value| json!({ "type": "Feature", "id": code, "properties": { "kode": code, "nama": code }, "geometry": geometry });
    let mut features = vec![
        plain("35".into(), json!(null)),
        plain("35.22".into(), json!(null)),
    ];
    let square = |west: f64, south: f64, wide: f64, high: f64| {
        let (east, north) = (west + wide, south + high);
        json!({ "type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]] })
    };
    for district in 0..N_DISTRICTS {
        let south = -8.0 + district as f64 * 0.02;
        let code = format!("35.22.{:02}", district + 1);
        features.push(plain(code.clone(), square(111.0, south, 0.3, 0.02)));
        for village in 0..N_VILLAGES {
            let west = 111.0 + village as f64 * 0.02;
            features.push(plain(
                format!("{code}.{}", 2001 + village),
                square(west, south, 0.02, 0.02),
            ));
        }
    }
    let list = NewList {
        file_name: "regency.geojson".into(),
        bytes: json!({ "type": "FeatureCollection", "features": features })
            .to_string()
            .into_bytes(),
        options: Options::default(),
    };
    match places::import(app, op, list, &|_, _| ()).await? {
        places::Outcome::Kept(_) => Ok(()),
        places::Outcome::Refused { broken, .. } => anyhow::bail!("{} rows are broken", broken.len()),
    }
}

/// Two years of requests, four in five closed.
async fn take_in(app: &App, op: &Op, folder: &std::path::Path, n_rows: usize) -> anyhow::Result<()> {
    let path = folder.join("requests.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    writeln!(
        file,
        "service_request_id,status,service_code,description,agency_responsible,requested_datetime,closed_datetime,lat,long"
    )?;
    let now = op.at.0;
    for n in 0..n_rows {
        let opened = now - 730 * DAY + (n as i64) * (730 * DAY / n_rows as i64);
        // A cheap spread that is the same every time.
        let spread = n.wrapping_mul(2_654_435_761) >> 7;
        let closed = opened + (spread % 400) as i64 * DAY / 20;
        let (status, closed) = if !spread.is_multiple_of(5) && closed < now {
            ("closed", Time(closed).to_string())
        } else {
            ("open", String::new())
        };
        let service = spread % N_SERVICES;
        writeln!(
            file,
            "{n},{status},s{service},Nomor {n}: lampu mati di depan pasar dan jalan gelap setiap malam,u{},{},{closed},{:.5},{:.5}",
            service % N_UNITS,
            Time(opened),
            -8.0 + (spread % 5_600) as f64 / 10_000.0,
            111.0 + (spread / 7 % 3_000) as f64 / 10_000.0,
        )?;
    }
    file.flush()?;
    drop(file);
    let source = Source {
        file: path,
        profile: "lapor".into(),
        time_zone: None,
    };
    let started = Instant::now();
    let imported = requests::import(app, op, &source, &|_| ()).await?;
    println!(
        "took in {} in {:.1} s",
        imported.n_added,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|n| n.parse().ok());
    kilobytes.unwrap_or(0_u64) / 1024
}
