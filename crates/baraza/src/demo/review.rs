//! What waits at the health office, whose data a steward and an approver look at before everybody reads them.

use jiff::ToSpan;

use super::{
    opendata::{Offered, health},
    publishing::Desk,
    staff::{approver_of, producer_of, steward_of},
    world::census::World,
};
use crate::{catalog::workflow::model::Act, platform::time::Time};

const OFFICE: &str = "dinkes";
/// The day on which what is approved comes out, counted from today.
const OUT_IN_DAYS: i64 = 5;

/// Hands in three datasets: one waits for the steward, one for the approver, one for its hour.
///
/// # Errors
/// When a step is refused.
pub async fn tell(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let days = &desk.days;
    let year = days.today.year();
    let at = |working_days: u16| days.at(days.ago(working_days), 14);
    let immunisation = health::immunisation(world, year);
    hand_in(desk, &immunisation, 12).await?;
    check(desk, &immunisation, at(8)).await?;
    let out_on = days
        .calendar
        .working_day_from(days.today.saturating_add(OUT_IN_DAYS.days()));
    let approved = Act::Approve {
        publish_at: days.at(out_on, 8),
    };
    let approver = approver_of(OFFICE);
    let note = "Terbit bersama laporan triwulan.";
    desk.step(&immunisation.slug, &approver, at(2), approved, note)
        .await?;
    let posts = health::health_posts(world, year);
    hand_in(desk, &posts, 9).await?;
    check(desk, &posts, at(4)).await?;
    hand_in(desk, &health::stunting(world, year), 3).await
}

/// Enters a dataset so many working days ago, sends its file and hands both in.
async fn hand_in(desk: &Desk<'_>, dataset: &Offered, ago: u16) -> anyhow::Result<()> {
    let day = desk.days.ago(ago);
    desk.enter(dataset, desk.days.at(day, 9)).await?;
    for edition in &dataset.editions {
        desk.send(dataset, edition, desk.days.at(day, 10)).await?;
    }
    let (producer, at) = (producer_of(OFFICE), desk.days.at(day, 11));
    desk.step(&dataset.slug, &producer, at, Act::Submit, "").await
}

async fn check(desk: &Desk<'_>, dataset: &Offered, at: Time) -> anyhow::Result<()> {
    let checked = Act::Check { publish_at: at };
    let note = "Sudah dicocokkan dengan register puskesmas.";
    desk.step(&dataset.slug, &steward_of(OFFICE), at, checked, note)
        .await
}
