//! The days and hours on which this government works: one calendar for everything that falls due.
//!
//! It is that of the profile of requests that was loaded last. Before there is one, offices open from Monday to Friday and no
//! holiday is known.

use std::collections::BTreeMap;

use jiff::{civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::{
    app::{App, find_setting, save_setting},
    calendar::{Calendar, Interval},
    db::Tx,
    problem::{Problem, Result},
    words::Words,
};

const SETTING: &str = "office-calendar";

/// Returns the calendar in force.
///
/// # Errors
/// When the database fails.
pub async fn calendar(app: &App) -> Result<Calendar> {
    let kept = find_setting(&app.db, SETTING).await?;
    let written = match kept {
        Some(text) => serde_json::from_str(&text).map_err(Problem::internal)?,
        None => Written::weekdays(&app.config.time_zone),
    };
    let zone = TimeZone::get(&written.time_zone).unwrap_or(TimeZone::UTC);
    let mut holidays = BTreeMap::new();
    for (day, name) in written.holidays {
        holidays.insert(day.parse::<Date>().map_err(Problem::internal)?, name);
    }
    Calendar::new(zone, written.week, holidays).map_err(Problem::internal)
}

/// Puts a calendar in force for what falls due from now on; instants that were fixed stay where they are.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &mut Tx, calendar: &Calendar) -> Result<()> {
    let written = Written {
        time_zone: calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
        week: calendar.week().clone(),
        holidays: calendar
            .holidays()
            .iter()
            .map(|(day, name)| (day.to_string(), name.clone()))
            .collect(),
    };
    let text = serde_json::to_string(&written).map_err(Problem::internal)?;
    save_setting(tx, SETTING, &text).await
}

#[derive(Serialize, Deserialize)]
struct Written {
    time_zone: String,
    /// Monday first.
    week: [Vec<Interval>; 7],
    /// By the day, YYYY-MM-DD.
    holidays: BTreeMap<String, Words>,
}

impl Written {
    fn weekdays(time_zone: &str) -> Written {
        let open = || Interval::try_from("08:00-16:00".to_owned()).into_iter().collect();
        Written {
            time_zone: time_zone.to_owned(),
            week: std::array::from_fn(|day| if day < 5 { open() } else { Vec::new() }),
            holidays: BTreeMap::new(),
        }
    }
}
