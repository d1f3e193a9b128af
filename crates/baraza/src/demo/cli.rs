//! `baraza demo`

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;

use super::{Filled, Sample, Step, fill};
use crate::platform::app::App;
use crate::platform::bar::Bar;

/// How large the sample regency is, and which one.
#[derive(Clone, Copy, Debug, Args)]
pub struct DemoArgs {
    /// Households: 12,500 make 32 villages, 60 make 4.
    #[arg(long, default_value_t = 12_500, value_name = "N", value_parser = clap::value_parser!(u32).range(20..=200_000))]
    pub households: u32,
    /// The same seed gives the same regency.
    #[arg(long, default_value_t = 20_261_121, value_name = "S")]
    pub seed: u64,
}

/// Refuses a data folder that holds anything, before the program puts something there itself.
///
/// # Errors
/// When the folder is in use or cannot be read; the message names the remedy.
pub fn refuse_used_folder(data: &Path) -> anyhow::Result<()> {
    let mut entries = match std::fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(error).with_context(|| format!("look into the data folder {}", data.display()));
        }
    };
    if entries.next().is_some() {
        bail!(
            "the data folder {} is not empty, and the sample regency must not mix with what is there. Choose another with --data DIR, or move this one away",
            data.display()
        );
    }
    Ok(())
}

/// Fills the installation and says who can sign in.
///
/// # Errors
/// When something is there already, or a step fails; the message names it.
pub async fn run(app: &App, args: DemoArgs, as_json: bool) -> anyhow::Result<()> {
    let bars = [
        Step::World,
        Step::Places,
        Step::FirstRound,
        Step::SecondRound,
        Step::Requests,
        Step::Tables,
        Step::OpenData,
        Step::AtWork,
        Step::Villages,
    ]
    .map(|step| (step, Bar::new(step.title())));
    let told = |step: Step, done: u64, total: u64| {
        if let Some((_, bar)) = bars.iter().find(|(other, _)| *other == step) {
            bar.set(done, total);
            if done == total {
                bar.finish();
            }
        }
    };
    let sample = Sample {
        seed: args.seed,
        n_households: args.households as usize,
    };
    let filled = fill(app, sample, &told).await?;
    if as_json {
        print_json(&filled, sample);
    } else {
        print_plain(&filled, sample);
    }
    Ok(())
}

fn print_json(filled: &Filled, sample: Sample) {
    crate::say!(
        "{}",
        json!({
            "regency": filled.regency, "seed": sample.seed, "places": filled.n_places, "households": filled.n_households,
            "submissions": filled.n_filed, "indicators": filled.n_indicators, "datasets": filled.n_datasets,
            "requests": filled.n_requests, "commitments": filled.n_commitments, "logins": filled.logins,
        })
    );
}

fn print_plain(filled: &Filled, sample: Sample) {
    crate::say!(
        "The regency of {} (seed {}): {} places, {} households; {} and {} interviews in two rounds; {} indicators; {} open datasets; {} requests and {} promises.",
        filled.regency,
        sample.seed,
        filled.n_places,
        filled.n_households,
        filled.n_filed[0],
        filled.n_filed[1],
        filled.n_indicators,
        filled.n_datasets,
        filled.n_requests,
        filled.n_commitments
    );
    crate::say!(
        "All of it is invented. These people can sign in; change the passwords before others can reach the site:"
    );
    crate::say!("");
    crate::say!(
        "  {:<12} {:<36} {:<26} {:<10} place",
        "role",
        "e-mail",
        "password",
        "office"
    );
    for login in &filled.logins {
        crate::say!(
            "  {:<12} {:<36} {:<26} {:<10} {}",
            login.role,
            login.email,
            login.password,
            login.office.as_deref().unwrap_or("all"),
            login.place.as_deref().unwrap_or("everywhere")
        );
    }
    crate::say!("");
    crate::say!(
        "Open data: a producer of each office makes them, its steward checks, its approver (a leader) approves. steward@ is Kominfo's and checks \
         everybody's. Something waits at dinkes; the other offices publish at once, and who has no office goes by the setting `review`."
    );
}
