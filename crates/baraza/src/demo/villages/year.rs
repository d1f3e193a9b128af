//! The year of a village: documents that came in time, late and not at all, its budget in five fields, and its works.

use anyhow::Context;
use bytes::Bytes;
use jiff::{ToSpan, civil::Date};

use super::{
    super::{publishing::Desk, staff::VILLAGE},
    Scene,
};
use crate::village::year::{
    self, Term,
    budget::{self, BudgetLine, VillageBudget, Work},
    model::{Content, File, budget::FIELDS},
};

/// The calendar of documents that the village follows.
const CALENDAR: &str = "desa";
const CURRENCY: &str = "IDR";
/// Months before January of this year in which the village began to keep its year here.
const BEGAN: i64 = 8;

/// How long after its day a document came, in days; what is not here has not come.
const CAME: [(&str, i64); 10] = [
    ("musdes", -6),
    ("rkpdes", -2),
    ("du-rkpdes", 5),
    ("apbdes-draft", 19),
    ("apbdes", -3),
    ("apbdes-public", 24),
    ("realisation-1", -1),
    ("realisation-1-public", 9),
    ("realisation-2", -8),
    ("lppd", -4),
];

/// Planned for this year, planned for the last, and what is spent of this year's of each hundred, in millions.
const MONEY: [(i64, i64, i64); 5] = [
    (412, 398, 71),
    (563, 611, 58),
    (96, 88, 64),
    (142, 117, 49),
    (185, 210, 80),
];
const MILLION: i64 = 1_000_000;

/// Code, title, who does it, millions, progress.
const WORKS: [(&str, &str, &str, i64, u8); 4] = [
    (
        "jalan-1",
        "Rabat beton jalan dusun, 480 meter",
        "Swakelola desa",
        186,
        100,
    ),
    (
        "air-1",
        "Perpipaan air bersih dua dusun",
        "CV Sumber Jernih",
        154,
        65,
    ),
    ("posyandu-1", "Pembangunan posyandu", "Swakelola desa", 98, 30),
    (
        "lampu-1",
        "Lampu jalan tenaga surya, 24 titik",
        "CV Terang Desa",
        74,
        0,
    ),
];

/// Begins the year, delivers documents each on its day, and states budgets and works.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<()> {
    let place = scene.village.code.as_str();
    let this = desk.days.today.year();
    let began = Date::new(this, 1, 1)?.saturating_sub(BEGAN.months());
    let op = desk.op(VILLAGE, desk.days.at(began, 9))?;
    for year in [this - 1, this] {
        year::begin(desk.app, &op, place, year, CALENDAR, Term::GoesOn)
            .await
            .with_context(|| format!("begin the year {year} of a village"))?;
        deliver(desk, place, year).await?;
    }
    for year in [this - 1, this] {
        state_budget(desk, place, year).await?;
    }
    let op = desk.on(VILLAGE, 24)?;
    budget::state_works(desk.app, &op, place, this, &works(desk, this))
        .await
        .context("state the works of a village")
}

/// Delivers what came by now, each document on the day on which it came.
async fn deliver(desk: &Desk<'_>, place: &str, year: i16) -> anyhow::Result<()> {
    let kept = year::find_year(desk.app, place, year, desk.days.now)
        .await?
        .context("find the year of the village")?;
    for owed in &kept.owed {
        let Some(&(code, after)) = CAME.iter().find(|(code, _)| *code == owed.due.code) else {
            continue;
        };
        let at = desk.days.at(owed.due.due_on.saturating_add(after.days()), 10);
        if at <= kept.year.begun_at || !desk.days.is_past(at) {
            continue;
        }
        let op = desk.op(VILLAGE, at)?;
        let content = content(desk, code, year).await?;
        year::deliver(desk.app, &op, (place, year, code), content, "")
            .await
            .with_context(|| format!("deliver {code} of {year}"))?;
    }
    Ok(())
}

/// The budget is a file, all else stands on the village's own site.
async fn content(desk: &Desk<'_>, code: &str, year: i16) -> anyhow::Result<Content> {
    if code != "apbdes" {
        return Ok(Content::Address(format!(
            "https://desa.ranumaya.example/{year}/{code}.pdf"
        )));
    }
    let mut text = "field,planned\n".to_owned();
    for (field, planned) in FIELDS.iter().zip(planned(desk, year)) {
        text.push_str(&format!("{field},{planned}\n"));
    }
    let size_bytes = i64::try_from(text.len())?;
    let blob = desk.app.blobs.put(Bytes::from(text)).await?;
    Ok(Content::File(File {
        blob: blob.id,
        name: format!("apbdes-{year}.csv"),
        media_type: "text/csv; charset=utf-8".to_owned(),
        size_bytes,
    }))
}

/// What is planned for a year in each field, in whole units.
fn planned(desk: &Desk<'_>, year: i16) -> [i64; 5] {
    let is_this = year == desk.days.today.year();
    MONEY.map(|(this, last, _)| if is_this { this * MILLION } else { last * MILLION })
}

/// This year's with what is spent by now, the last one's with everything spent but a little.
async fn state_budget(desk: &Desk<'_>, place: &str, year: i16) -> anyhow::Result<()> {
    let is_this = year == desk.days.today.year();
    let planned = planned(desk, year);
    let mut lines = FIELDS.map(|field| BudgetLine {
        field,
        planned: 0,
        realised: None,
    });
    for (at, line) in lines.iter_mut().enumerate() {
        let share = if is_this { MONEY[at].2 } else { 97 };
        line.planned = planned[at];
        line.realised = Some(planned[at] / 100 * share);
    }
    let ago = 26;
    let stated = VillageBudget {
        year,
        currency: CURRENCY.to_owned(),
        income: planned.iter().sum::<i64>() + 12 * MILLION,
        lines,
        source: format!("Peraturan Desa tentang APB Desa {year}"),
        stated_on: desk.day(-ago),
    };
    let op = desk.on(VILLAGE, ago)?;
    budget::state_budget(desk.app, &op, place, &stated)
        .await
        .with_context(|| format!("state the budget of {year}"))
}

fn works(desk: &Desk<'_>, year: i16) -> Vec<Work> {
    WORKS
        .into_iter()
        .map(|(code, title, provider, millions, progress)| Work {
            code: code.to_owned(),
            title: title.to_owned(),
            provider: provider.to_owned(),
            amount: millions * MILLION,
            progress,
            source: format!("Laporan pelaksanaan kegiatan desa {year}"),
            stated_on: desk.day(-24),
        })
        .collect()
}
