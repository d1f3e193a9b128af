//! A gauge in the river below the town: three days of readings, with high water on one of them, the last some minutes ago.

use anyhow::Context;

use super::{
    publishing::Desk,
    staff::approver_of,
    world::{census::World, settlement::REGENCY_CODE},
};
use crate::{
    dashboards::live::{
        self,
        model::{Sent, TypedFeed},
    },
    platform::{
        app::{App, Shelf},
        time::{Clock, Time},
    },
};

/// The code of the gauge.
pub const GAUGE: &str = "sungai-kota";
/// Whose gauge it is.
const OFFICE: &str = "dinas-pu";
/// Hours of readings, one in each.
const N_HOURS: u16 = 72;
/// The hour in which the water stood highest.
const FLOOD: f64 = 31.0;
/// Centimetres at which it stands on most days.
const USUAL: f64 = 138.0;
/// How much higher it stood.
const ROSE: f64 = 127.0;
const MINUTE: i64 = 60_000_000;
/// Minutes since the last reading.
const LAST: i64 = 4;

/// Registers the gauge and sends what it measured, each reading at its own moment.
///
/// # Errors
/// When something is refused.
pub async fn measure(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let app = desk.app;
    let op = desk.op(&approver_of(OFFICE), desk.days.at(desk.days.ago(9), 9))?;
    let place = world
        .regency
        .villages
        .iter()
        .find(|village| village.is_town)
        .map_or_else(|| REGENCY_CODE.to_owned(), |village| village.code.clone());
    live::register(app, &op, &gauge(place))
        .await
        .context("register the gauge of the sample regency")?;
    let feeds = live::feeds(app).await?;
    let known = feeds.find(GAUGE).context("find the gauge")?;
    let now = app.clock.now();
    for hour in 0..=N_HOURS {
        let ago = i64::from(N_HOURS - hour) * 60 + LAST;
        let then = App {
            clock: Clock::stopped(Time(now.0 - ago * MINUTE)),
            shelf: Shelf::default(),
            ..app.clone()
        };
        let payload = format!("{{\"level_cm\": {:.1}}}", level(hour));
        live::hear(&then, known, payload.as_bytes(), Sent::Now)
            .await
            .context("send what the gauge measured")?;
    }
    Ok(())
}

/// Centimetres of water in an hour: it comes in some hours and goes in a day, and never stands quite still.
fn level(hour: u16) -> f64 {
    let since = f64::from(hour) - FLOOD;
    let width = if since < 0.0 { 4.0 } else { 9.0 };
    let flood = ROSE * (-(since / width).powi(2)).exp();
    USUAL + flood + 3.0 * (f64::from(hour) * 0.9).sin()
}

fn gauge(place: String) -> TypedFeed {
    TypedFeed {
        code: GAUGE.to_owned(),
        title: "Tinggi muka air sungai di kota".to_owned(),
        unit: "cm".to_owned(),
        place,
        source: "webhook".to_owned(),
        value_path: "level_cm".to_owned(),
        decimals: "0".to_owned(),
        expected: "3600".to_owned(),
        silent: "10800".to_owned(),
        high: "220".to_owned(),
        ..TypedFeed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_river_rises_above_its_limit_once_and_is_low_again_today() {
        let levels: Vec<f64> = (0..=N_HOURS).map(level).collect();
        assert!(levels.iter().any(|level| *level > 220.0), "{levels:?}");
        assert!(levels[usize::from(N_HOURS)] < 150.0, "{levels:?}");
        assert!(levels.iter().all(|level| *level > 100.0), "{levels:?}");
    }
}
