//! Prints how fast requests are filed, taken in and swept (ADR 1, issue 3).
//!
//! `cargo run --profile quick -p baraza --example requests [ROWS] [DATABASE_URL]`; without them a million rows in a new SQLite folder.
//! Filing is measured here without the web; `make bench` files through Open311.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use baraza::{
    platform::{
        app::App,
        config::{Config, Settings},
        op::{Op, Who},
        time::{Clock, Time},
    },
    reactions,
    requests::{self, Filing, Source, model::profile::shipped},
};

const SPAN: Duration = Duration::from_secs(5);
const N_CLERKS: usize = 16;
const DAY: i64 = 86_400_000_000;
/// 2026-11-16, 09:00 in Jakarta.
const START: Time = Time(1_794_794_400_000_000);
const SERVICES: &str = "[[service]]\ncode = \"road\"\ngroup = \"works\"\nprofile = \"helpline-2014\"\ntitle = { en = \"Road\" }\nresponsible = [{ agency = \"pu\" }]\n";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let n_rows: i64 = std::env::args().nth(1).map_or(Ok(1_000_000), |n| n.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings {
        data: Some(folder.path().to_owned()),
        database_url: std::env::args().nth(2),
        ..Settings::default()
    };
    let clock = Clock::stopped(START);
    let app = App::open(Config::settle(settings, None)?, clock.clone(), reactions::all()).await?;
    let op = Op::system(clock.now());
    requests::load_profile(&app, &op, shipped::HELPLINE_2014).await?;
    requests::load_services(&app, &op, SERVICES).await?;
    file(&app).await?;
    take_in(&app, folder.path(), n_rows).await?;
    sweep(&app, "nothing due").await?;
    clock.advance(Duration::from_secs(3_600));
    sweep(&app, "after an hour").await?;
    clock.advance(Duration::from_secs(24 * 3_600));
    sweep(&app, "after a day's outage").await?;
    clock.advance(Duration::from_secs(60 * 24 * 3_600));
    sweep(&app, "after two months' outage").await?;
    app.db.close().await;
    Ok(())
}

/// Sixteen clerks file one after the other, each durably.
async fn file(app: &App) -> anyhow::Result<()> {
    import_place(app).await?;
    let started = Instant::now();
    let clerks: Vec<_> = (0..N_CLERKS)
        .map(|clerk| {
            let app = app.clone();
            tokio::spawn(async move {
                let mut waits = Vec::new();
                while started.elapsed() < SPAN {
                    let turn = Instant::now();
                    let filing = Filing {
                        service: "road".into(),
                        text: format!("Pothole {} in front of house {clerk}", waits.len()),
                        place: Some("35.22".into()),
                        ..Filing::default()
                    };
                    let op = Op {
                        who: Who::Anyone,
                        ..Op::system(app.clock.now())
                    };
                    requests::file(&app, &op, filing).await?;
                    waits.push(turn.elapsed());
                }
                anyhow::Ok(waits)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for clerk in clerks {
        waits.extend(clerk.await??);
    }
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    let per_second = waits.len() as f64 / started.elapsed().as_secs_f64();
    println!(
        "filed by {N_CLERKS} at once: {per_second:.0} a second, median {:.1} ms, p99 {:.1} ms",
        at(0.5),
        at(0.99)
    );
    Ok(())
}

/// A file of open requests whose instants are spread over weeks.
async fn take_in(app: &App, folder: &std::path::Path, n_rows: i64) -> anyhow::Result<()> {
    let path = folder.join("requests.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    writeln!(
        file,
        "service_request_id,status,service_code,description,agency_responsible,requested_datetime,lat,long"
    )?;
    for n in 0..n_rows {
        let opened = Time(START.0 - 6 * DAY + n * 5 * DAY / n_rows);
        writeln!(
            file,
            "{n},open,road,Pothole number {n} on the way to the market,pu,{opened},{:.5},{:.5}",
            -7.0 - (n % 977) as f64 / 1_000.0,
            111.0 + (n % 1_013) as f64 / 1_000.0
        )?;
    }
    file.flush()?;
    drop(file);
    let source = Source {
        file: path,
        profile: "helpline-2014".into(),
        time_zone: None,
    };
    let started = Instant::now();
    let imported = requests::import(app, &Op::system(app.clock.now()), &source, &|_| ()).await?;
    println!(
        "took in {} in {:.1} s",
        imported.n_added,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

async fn sweep(app: &App, when: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    let swept = requests::sweep(app).await?;
    println!(
        "swept {when}: {} instants in {:.2} s, most memory ever {} MB",
        swept.n_turns,
        started.elapsed().as_secs_f64(),
        peak_megabytes()
    );
    Ok(())
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse::<u64>().ok())
        .unwrap_or(0)
        / 1_024
}

async fn import_place(app: &App) -> anyhow::Result<()> {
    let list = baraza::places::NewList {
        file_name: "regency.csv".into(),
        bytes: b"kode,nama\n35,Province\n35.22,Regency\n".to_vec(),
        options: baraza::places::import::Options::default(),
    };
    baraza::places::import(app, &Op::system(app.clock.now()), list, &|_, _| ()).await?;
    Ok(())
}
