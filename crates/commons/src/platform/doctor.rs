//! `baraza doctor`: the settings in force, and whether every part answers.

use std::time::Duration;

use serde::Serialize;

use super::{
    app::App,
    config::Config,
    db::Engine,
    events::Reactions,
    jobs,
    message::desk,
    time::{Clock, Time},
};

/// Free disk below which the doctor warns.
const LEAST_FREE_MIB: u64 = 1024;

#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    says: String,
}

/// Prints the settings and checks database, queue, store, gateways, clock and disk.
///
/// # Errors
/// When a check fails, after everything was printed.
pub async fn report(config: Config, json: bool) -> anyhow::Result<()> {
    let mut checks = Vec::new();
    match App::open(config.clone(), Clock::system(), Reactions::default()).await {
        Ok(app) => {
            checks.push(database(&app).await);
            checks.push(queue(&app).await);
            checks.push(store(&app).await);
            checks.extend(
                desk::checks(&app)
                    .await
                    .into_iter()
                    .map(|(name, ok, says)| Check { name, ok, says }),
            );
        }
        Err(error) => checks.push(Check {
            name: "open",
            ok: false,
            says: format!("{error:#}"),
        }),
    }
    checks.push(clock());
    checks.push(disk(&config));
    if json {
        crate::say!("{}", serde_json::json!({ "settings": config, "checks": checks }));
    } else {
        for (name, value) in serde_json::to_value(&config)?.as_object().into_iter().flatten() {
            crate::say!(
                "{name:<20} {}",
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), ToOwned::to_owned)
            );
        }
        for check in &checks {
            crate::say!(
                "{} {:<18} {}",
                if check.ok { "ok  " } else { "FAIL" },
                check.name,
                check.says
            );
        }
    }
    let n_failed = checks.iter().filter(|check| !check.ok).count();
    anyhow::ensure!(n_failed == 0, "{n_failed} of {} checks failed", checks.len());
    Ok(())
}

async fn database(app: &App) -> Check {
    let engine = match app.db.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    match app.db.begin().await {
        Ok(tx) => match tx.commit().await {
            Ok(()) => Check {
                name: "database",
                ok: true,
                says: format!("{engine}, schema up to date, writes commit"),
            },
            Err(problem) => Check {
                name: "database",
                ok: false,
                says: problem.to_string(),
            },
        },
        Err(problem) => Check {
            name: "database",
            ok: false,
            says: problem.to_string(),
        },
    }
}

async fn queue(app: &App) -> Check {
    match jobs::count(app).await {
        Ok(counts) => Check {
            name: "jobs",
            ok: counts.dead == 0,
            says: format!(
                "{} queued, {} running, {} dead (see /desk/jobs)",
                counts.queued, counts.running, counts.dead
            ),
        },
        Err(problem) => Check {
            name: "jobs",
            ok: false,
            says: problem.to_string(),
        },
    }
}

async fn store(app: &App) -> Check {
    match app.blobs.put(bytes::Bytes::from_static(b"baraza doctor")).await {
        Ok(blob) => Check {
            name: "store",
            ok: true,
            says: format!("files can be written ({})", &blob.id[..8]),
        },
        Err(problem) => Check {
            name: "store",
            ok: false,
            says: problem.to_string(),
        },
    }
}

fn clock() -> Check {
    let now = Clock::system().now();
    // The program was built after this moment, so a clock before it is wrong.
    let built_after = Time(1_763_000_000_000_000);
    let ok = now.since(built_after) > Duration::ZERO;
    let remedy = if ok {
        ""
    } else {
        ": the clock is wrong; set the time of the machine"
    };
    Check {
        name: "clock",
        ok,
        says: format!("{now}{remedy}"),
    }
}

fn disk(config: &Config) -> Check {
    match free_mib(&config.data) {
        Some(free) => Check {
            name: "disk",
            ok: free >= LEAST_FREE_MIB,
            says: format!("{free} MiB free at {}", config.data.display()),
        },
        None => Check {
            name: "disk",
            ok: true,
            says: "free space could not be read on this system".into(),
        },
    }
}

/// Asks `df`, which every system has, rather than unsafe system calls.
fn free_mib(folder: &std::path::Path) -> Option<u64> {
    let output = std::process::Command::new("df")
        .arg("-Pk")
        .arg(folder)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kib: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kib / 1024)
}
