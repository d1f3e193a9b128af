//! Prints how many durable commits a second the database takes: one writer alone, and sixteen at once (ADR 1).
//!
//! `cargo run --profile quick -p baraza --example writers [DATABASE_URL]`; without a URL, SQLite in a new folder.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use baraza::platform::{app::save_setting, db::Db, events::Reactions, vault::Vault};

const SPAN: Duration = Duration::from_secs(4);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(".")?;
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| format!("sqlite:{}?mode=rwc", folder.path().join("spike.db").display()));
    let db = Db::open(&url, Arc::new(Reactions::default()), Vault::of([7; 32])).await?;
    db.migrate().await?;
    println!("engine     writers   commits/s   median ms   p99 ms");
    for n_writers in [1, 4, 16, 64] {
        let done = Arc::new(AtomicUsize::new(0));
        let started = Instant::now();
        let writers: Vec<_> = (0..n_writers)
            .map(|writer| tokio::spawn(write(db.clone(), writer, done.clone())))
            .collect();
        let mut waits = Vec::new();
        for writer in writers {
            waits.extend(writer.await??);
        }
        waits.sort_unstable();
        let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
        let per_second = done.load(Ordering::SeqCst) as f64 / started.elapsed().as_secs_f64();
        println!(
            "{:<10} {n_writers:>7} {per_second:>11.0} {:>11.2} {:>8.2}",
            format!("{:?}", db.engine()),
            at(0.5),
            at(0.99)
        );
    }
    db.close().await;
    Ok(())
}

async fn write(db: Db, writer: usize, done: Arc<AtomicUsize>) -> anyhow::Result<Vec<Duration>> {
    let started = Instant::now();
    let mut waits = Vec::new();
    while started.elapsed() < SPAN {
        let turn = Instant::now();
        let mut tx = db.begin().await?;
        let name = format!("spike-{writer}-{}", waits.len());
        save_setting(&mut tx, &name, &"x".repeat(2_400)).await?;
        tx.commit().await?;
        waits.push(turn.elapsed());
        done.fetch_add(1, Ordering::SeqCst);
    }
    Ok(waits)
}
