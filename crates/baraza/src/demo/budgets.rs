//! What the villages planned and spent, year after year: a series, whose oldest year is not to be used any more.

use anyhow::Context;
use jiff::civil::Date;

use super::{
    agenda::{self, Agreed},
    opendata::planning,
    publishing::Desk,
    staff::{producer_of, steward_of},
    world::census::World,
};
use crate::catalog::{
    series::{self, NEW, Wish},
    workflow::{
        standing::{self, Kind, Said},
        tombstone::any_dataset,
    },
};

const OFFICE: &str = "bappeda";
/// Years that are published, the last one among them.
const N_YEARS: i16 = 3;
const SERIES: &str = "anggaran-desa";
const WHY: &str =
    "Memakai bagan akun lama, sehingga rinciannya tidak dapat dibandingkan dengan tahun-tahun berikutnya.";
/// The budget of last year is owed at the end of May.
const YEARLY: Agreed = Agreed {
    rhythm: "dates",
    dates: "05-31",
    due_days: 0,
    unit: "Bidang Anggaran",
    months: 11,
    target: None,
};

/// Tells of the budgets of the last years.
///
/// # Errors
/// When a step is refused.
pub async fn tell(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let days = &desk.days;
    let last = days.today.year() - 1;
    let first = last + 1 - N_YEARS;
    for year in first..last {
        let budget = planning::budget(world, year);
        let published_on = Date::new(year + 1, 5, 20).context("find the day of a budget")?;
        desk.enter(&budget, days.at(published_on, 9)).await?;
        for edition in &budget.editions {
            desk.send(&budget, edition, days.at(published_on, 10)).await?;
        }
    }
    agenda::keep(desk, &planning::budget(world, last), &YEARLY, &[]).await?;
    let gathering = desk.op(&producer_of(OFFICE), days.at(days.ago(20), 10))?;
    let begun = Wish {
        series: NEW.to_owned(),
        title: "Anggaran desa".to_owned(),
        description:
            "Rencana dan realisasi belanja semua desa, tahun demi tahun. Planned and actual spending of all villages, year after year."
                .to_owned(),
    };
    let joined = Wish {
        series: SERIES.to_owned(),
        ..Wish::default()
    };
    for year in first..=last {
        let wish = if year == first { &begun } else { &joined };
        series::put(desk.app, &gathering, &slug(year), wish)
            .await
            .with_context(|| format!("put the budget of {year} into its series"))?;
    }
    deprecate(desk, first).await
}

/// The steward says why a year is not to be used any more, and what is to be used.
async fn deprecate(desk: &Desk<'_>, year: i16) -> anyhow::Result<()> {
    let steward = desk.op(&steward_of(OFFICE), desk.days.at(desk.days.ago(15), 10))?;
    let dataset = any_dataset(desk.app, &steward, &slug(year)).await?;
    let better = format!("/data/{}", slug(year + 1));
    let said = Said {
        kind: Some(Kind::Deprecated),
        why: WHY,
        replaced_by: &better,
    };
    let mut tx = desk.app.db.begin().await?;
    standing::of_dataset(desk.app, &mut tx, &steward, &dataset, said)
        .await
        .with_context(|| format!("say that the budget of {year} is deprecated"))?;
    tx.commit().await?;
    Ok(())
}

fn slug(year: i16) -> String {
    format!("village-budget-{year}")
}
