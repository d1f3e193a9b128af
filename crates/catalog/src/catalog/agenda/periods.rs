//! Periods in words: `2026-B12` is B12, December 2026.

use jiff::civil::Date;

use crate::platform::i18n::Lang;

/// A period as people call it; one that is none of ours as it is.
#[must_use]
pub fn in_words(lang: Lang, period: &str) -> String {
    named(lang, period).unwrap_or_else(|| period.to_owned())
}

fn named(lang: Lang, period: &str) -> Option<String> {
    if let Ok(day) = period.parse::<Date>() {
        return Some(lang.date(day));
    }
    let (year, part) = period.split_once('-')?;
    let year: i16 = year.parse().ok()?;
    let month = |nth: &str| {
        let day = Date::new(year, nth.parse().ok()?, 1).ok()?;
        Some(lang.month(day))
    };
    let nth = |id: &'static str, nth: &str| {
        let nth: i64 = nth.parse().ok()?;
        let text = lang.text(id).arg("nth", nth.to_string());
        Some(text.arg("year", lang.ungrouped(i64::from(year))).to_string())
    };
    if let Some(number) = part.strip_prefix('B') {
        return Some(format!("{part}, {}", month(number)?));
    }
    if let Some(number) = part.strip_prefix('Q') {
        return nth("catalog-agenda-period-quarter", number);
    }
    if let Some(number) = part.strip_prefix('H') {
        return nth("catalog-agenda-period-half", number);
    }
    if let Some(number) = part.strip_prefix('W') {
        return nth("catalog-agenda-period-week", number);
    }
    month(part)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn periods_are_called_as_people_call_them() {
        for (period, english, indonesian) in [
            ("2026-B06", "B06, June 2026", "B06, Juni 2026"),
            ("2026-Q3", "Quarter 3 of 2026", "Triwulan 3 2026"),
            ("2026-H1", "Half-year 1 of 2026", "Semester 1 2026"),
            ("2026-W05", "Week 5 of 2026", "Minggu ke-5 2026"),
            ("2026-08", "August 2026", "Agustus 2026"),
            ("2026-08-17", "17 August 2026", "17 Agustus 2026"),
            ("2026", "2026", "2026"),
            ("none", "none", "none"),
        ] {
            assert_eq!(in_words(Lang::En, period), english);
            assert_eq!(in_words(Lang::Id, period), indonesian);
        }
    }
}
