//! Coverage as it stands: which groups of which places were heard.

use jiff::civil::Date;

use super::{
    model::coverage::{Coverage, Told, twelve_months_before},
    store,
};
use crate::platform::{app::App, problem::Result};

/// Reads what was heard of all groups of all places; one statement.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App, today: Date) -> Result<Coverage> {
    let after = twelve_months_before(today).to_string();
    // A group that is shown apart nowhere else is not counted here either.
    let least = i64::from(app.config.scorecards_minimum_group);
    let rows = store::coverage::list(&app.db, &after, least).await?;
    let told = rows
        .into_iter()
        .filter_map(|row| {
            let told = Told {
                last_on: row.last_on.parse().ok()?,
                n_times: row.n_times,
                n_present: row.n_present,
                n_small: row.n_small,
            };
            Some(((row.place_code, row.group_code), told))
        })
        .collect();
    Ok(Coverage { told })
}
