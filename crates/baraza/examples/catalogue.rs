//! Prints how fast the catalogue is searched with many datasets in it (issue 5): its page, `package_search`, and what one change costs.
//!
//! `cargo run --profile quick -p baraza --example catalogue [DATASETS] [DATABASE_URL]`; without them 100,000 in a new SQLite folder.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use baraza::{
    accounts::{self, model::Organisation},
    catalog::{self, model::Entry},
    platform::{
        app::App,
        config::{Config, Settings},
        op::Op,
        time::Clock,
    },
    reactions,
};
use http_body_util::BodyExt;
use tower::ServiceExt;

const SPAN: Duration = Duration::from_secs(2);
const N_OFFICES: usize = 45;
const AT_ONCE: usize = 500;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let n: usize = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings {
        data: Some(folder.path().to_owned()),
        database_url: std::env::args().nth(2),
        rate_limit: Some(0),
        // Who looks at data first is not what is measured.
        review: Some("none".into()),
        ..Settings::default()
    };
    let app = App::open(Config::settle(settings, None)?, Clock::system(), reactions::all()).await?;
    let op = Op::system(app.clock.now());
    enter(&app, &op, n).await?;
    let before = megabytes("VmRSS");
    let router = baraza::router(&app);
    let started = Instant::now();
    get(&router, "/data?q=air").await?;
    println!(
        "first answer: {:.2} s; index {} MB",
        started.elapsed().as_secs_f64(),
        megabytes("VmRSS").saturating_sub(before)
    );
    let action = |query: &str| format!("/api/3/action/package_search?{query}");
    let questions = [
        (
            "page",
            different(|first, second, n| match n % 5 {
                // A typing error, a year, a theme, a page further on.
                0 => format!("/data?q={}x", &first[..first.len() - 1]),
                1 => format!("/data?q={first}+{second}+20{}", 15 + n % 11),
                2 => format!("/data?q={first}&theme={}", THEMES[n % THEMES.len()]),
                3 => format!("/data?q={first}&page={}", 1 + n % 7),
                _ => format!("/data?q={first}+{second}"),
            }),
        ),
        (
            "package_search",
            vec![
                action("q=kesehatan+ibu"),
                action("q=title:sekolah&sort=metadata_modified+desc"),
                action("q=*:*&fq=organization:office-7&facet.field=%5B%22groups%22%2C%22organization%22%5D"),
                action("q=pen*"),
                action("fq=groups:health+AND+name:set-1*"),
            ],
        ),
        (
            "suggestions",
            different(|first, second, _| format!("/suggest/data.json?q={second}+{}", &first[..3])),
        ),
    ];
    let found = get(&router, "/data?q=air").await?;
    anyhow::ensure!(found > 10_000, "{found} bytes are no page of datasets");
    for (what, paths) in questions {
        ask(&router, what, &paths).await?;
    }
    let mut waits = Vec::new();
    for round in 0..10 {
        enter_some(&app, &op, n + round, n + round + 1).await?;
        let turn = Instant::now();
        get(&router, "/data?q=air").await?;
        waits.push(turn.elapsed());
    }
    waits.sort_unstable();
    println!("after a change: {}", said(&waits));
    let (started, before) = (Instant::now(), megabytes("VmRSS"));
    let (bytes, largest) = stream(&router, "/catalog.ttl?page=all").await?;
    anyhow::ensure!(bytes > n * 500, "{bytes} bytes are not {n} datasets");
    println!(
        "whole catalogue: {:.1} s, {} MB in pieces of {} kB at most; memory {} MB more",
        started.elapsed().as_secs_f64(),
        bytes / 1_000_000,
        largest / 1_000,
        megabytes("VmRSS").saturating_sub(before)
    );
    println!("most memory {} MB", megabytes("VmHWM"));
    Ok(())
}

/// As many different questions as are asked in the time, so that no answer that was kept helps.
fn different(question: impl Fn(&str, &str, usize) -> String) -> Vec<String> {
    let pair = |n: usize| {
        let (first, second) = (
            WORDS[n % WORDS.len()],
            WORDS[(n * 7 + n / WORDS.len()) % WORDS.len()],
        );
        question(first, second, n)
    };
    (0..WORDS.len() * WORDS.len()).map(pair).collect()
}

async fn enter(app: &App, op: &Op, n: usize) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    for office in 0..N_OFFICES {
        let office = Organisation {
            code: format!("office-{office}"),
            name: format!("Dinas {}", WORDS[office % WORDS.len()]),
            about: None,
            contact: None,
        };
        accounts::save_organisation(&mut tx, op, &office).await?;
    }
    tx.commit().await?;
    let started = Instant::now();
    for from in (0..n).step_by(AT_ONCE) {
        enter_some(app, op, from, n.min(from + AT_ONCE)).await?;
    }
    println!("entered: {n} in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

async fn enter_some(app: &App, op: &Op, from: usize, to: usize) -> anyhow::Result<()> {
    let mut tx = app.db.begin().await?;
    for n in from..to {
        catalog::enter_dataset(app, &mut tx, op, &entry(n)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Words of the catalogues of Indonesia's regencies.
const WORDS: [&str; 48] = [
    "kesehatan",
    "ibu",
    "anak",
    "sekolah",
    "dasar",
    "menengah",
    "jalan",
    "jembatan",
    "air",
    "minum",
    "sanitasi",
    "rumah",
    "pertanian",
    "padi",
    "jagung",
    "perikanan",
    "hutan",
    "pasar",
    "usaha",
    "koperasi",
    "pekerja",
    "penduduk",
    "kelahiran",
    "kematian",
    "kemiskinan",
    "bantuan",
    "sosial",
    "anggaran",
    "belanja",
    "pendapatan",
    "pajak",
    "wisata",
    "budaya",
    "olahraga",
    "perpustakaan",
    "internet",
    "listrik",
    "sampah",
    "banjir",
    "irigasi",
    "posyandu",
    "puskesmas",
    "gizi",
    "imunisasi",
    "guru",
    "murid",
    "pegawai",
    "pelayanan",
];
const THEMES: [&str; 7] = [
    "demography",
    "government",
    "economy",
    "education",
    "culture",
    "health",
    "infrastructure",
];

/// The `n`th dataset, always the same.
fn entry(n: usize) -> Entry {
    let mut seed = n as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut next = |of: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or_default() % of
    };
    let mut phrase = |n: usize| -> String {
        let words: Vec<&str> = (0..n).map(|_| WORDS[next(WORDS.len())]).collect();
        words.join(" ")
    };
    let (title, description) = (phrase(4), phrase(40));
    let year = 2015 + n % 11;
    Entry {
        slug: format!("set-{n}"),
        title: format!("Data {title} {year}"),
        description: format!("{description}. Kode {n}."),
        theme: THEMES[n % THEMES.len()].to_owned(),
        organisation: Some(format!("office-{}", n % N_OFFICES)),
        licence: "cc-by".to_owned(),
        place: None,
        period: year.to_string(),
        is_open: true,
    }
}

async fn ask(router: &Router, what: &str, paths: &[String]) -> anyhow::Result<()> {
    let mut waits = Vec::new();
    let started = Instant::now();
    while waits.len() < 20 || (started.elapsed() < SPAN && waits.len() < 2_000) {
        let path = &paths[waits.len() % paths.len()];
        let turn = Instant::now();
        get(router, path).await?;
        waits.push(turn.elapsed());
    }
    waits.sort_unstable();
    println!("{what}: {}", said(&waits));
    Ok(())
}

fn said(waits: &[Duration]) -> String {
    let at = |share: usize| waits[(waits.len() * share / 100).min(waits.len() - 1)].as_secs_f64() * 1e3;
    format!("median {:.1} ms, p99 {:.1} ms", at(50), at(99))
}

async fn get(router: &Router, path: &str) -> anyhow::Result<usize> {
    Ok(stream(router, path).await?.0)
}

/// Reads an answer piece by piece; returns its bytes and those of its largest piece.
async fn stream(router: &Router, path: &str) -> anyhow::Result<(usize, usize)> {
    let mut request = Request::builder().uri(path).body(Body::empty())?;
    let address = SocketAddr::from((IpAddr::V4(Ipv4Addr::LOCALHOST), 40_000));
    request.extensions_mut().insert(ConnectInfo(address));
    let response = router.clone().oneshot(request).await?;
    anyhow::ensure!(response.status().is_success(), "{path}: {}", response.status());
    let (mut bytes, mut largest) = (0, 0);
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let n = frame?.data_ref().map_or(0, |piece| piece.len());
        (bytes, largest) = (bytes + n, largest.max(n));
    }
    Ok((bytes, largest))
}

fn megabytes(which: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with(which))
        .unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|n| n.parse().ok());
    kilobytes.unwrap_or(0_u64) / 1024
}
