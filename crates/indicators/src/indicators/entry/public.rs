//! What everybody is told of numbers that were entered by hand.

use super::Origin;
use crate::{
    indicators::model::definition::Definition,
    platform::{app::App, html::parts::SummaryRow, i18n::Lang},
};

/// Says beside a number that it was entered by hand, by whom, and when it was signed.
#[must_use]
pub fn by_hand(app: &App, lang: Lang, origin: &Origin) -> String {
    lang.text("indicators-entry-by-hand")
        .arg("organisation", &origin.organisation)
        .arg("date", lang.date(app.config.day(origin.signed_at)))
        .to_string()
}

/// Says among the points of how a number is made what was counted, and how many sheets it comes from.
#[must_use]
pub fn rows(lang: Lang, definition: &Definition, origin: &Origin) -> Vec<SummaryRow> {
    let mut rows = vec![sheets(lang, origin)];
    let Some(entered) = definition.entered() else {
        return rows;
    };
    for (key, title) in [
        ("indicators-how-numerator", &entered.numerator_title),
        ("indicators-how-denominator", &entered.denominator_title),
    ] {
        if !title.is_empty() {
            rows.push(SummaryRow::new(lang.text(key), title.in_language(lang.code())));
        }
    }
    let interval = if definition.is_quotient() {
        "indicators-how-interval-wilson"
    } else {
        "indicators-how-interval-none"
    };
    rows.push(SummaryRow::new(
        lang.text("indicators-how-interval"),
        lang.text(interval).to_string(),
    ));
    rows
}

/// How many of the sheets are signed, and how many were corrected.
fn sheets(lang: Lang, origin: &Origin) -> SummaryRow {
    let mut said = vec![
        lang.text("indicators-entry-how-sheets")
            .arg("signed", lang.number(origin.n_signed))
            .arg("owed", lang.number(origin.n_owed))
            .to_string(),
    ];
    if origin.n_signed < origin.n_owed {
        said.push(lang.text("indicators-entry-how-waiting").to_string());
    }
    if origin.n_corrected > 0 {
        let corrected = lang
            .text("indicators-entry-how-corrected")
            .n("n", origin.n_corrected);
        said.push(corrected.to_string());
    }
    SummaryRow::new(lang.text("indicators-entry-how-origin"), said.join("; "))
}
