//! The places directly below one, with their latest numbers, as a table.

use super::profile::{PlaceRef, Profile};
use crate::indicators::passport::live_address;
use crate::platform::draw::Reading;
use crate::platform::html::parts::Cell;
use crate::platform::html::{Markup, Shell};
use crate::site::figures::Figure;

/// The indicators beside the names of places in a table: more would not fit on a laptop.
const MOST_COLUMNS: usize = 3;

/// Returns the table's title, its head and its rows.
pub fn table(page: &Shell, profile: &Profile) -> (String, Vec<Cell>, Vec<Vec<Cell>>) {
    let lang = page.lang;
    let columns: Vec<&Figure> = profile
        .figures
        .iter()
        .filter(|figure| !figure.below.is_empty())
        .take(MOST_COLUMNS)
        .collect();
    let title_id = if profile.children.is_empty() {
        "site-place-beside"
    } else {
        "site-place-children"
    };
    let title = page.t(title_id).arg("place", &profile.place.name).to_string();
    let head = std::iter::once(Cell::text(page.t("site-place-name")))
        .chain(columns.iter().map(|figure| Cell::over_numbers(&figure.name)));
    let row = |child: &PlaceRef| {
        let link = Markup(format!(
            r#"<a class="govuk-link" href="/places/{}">{}</a>"#,
            Markup::escape(&child.code),
            Markup::escape(&child.name)
        ));
        let number = |figure: &&Figure| {
            let (words, value) = match figure.reading_of(&child.code) {
                Reading::Known { value, .. } => (figure.unit.write(lang, value), value),
                other => (figure.unit.say(lang, other), f64::NAN),
            };
            let Some(point) = figure.below.get(&child.code) else {
                return Cell::number(words, value);
            };
            let passport = live_address(&figure.indicator, &child.code, &point.period);
            let link = Markup(format!(
                r#"<a class="govuk-link" href="{}">{}</a>"#,
                Markup::escape(&passport),
                Markup::escape(&words)
            ));
            Cell {
                content: link.into(),
                ..Cell::number("", value)
            }
        };
        std::iter::once(Cell::html(link))
            .chain(columns.iter().map(number))
            .collect()
    };
    (title, head.collect(), profile.children.iter().map(row).collect())
}
