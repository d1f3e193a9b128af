//! The agenda as files: rows for spreadsheets, events for calendars.

use std::fmt::Write;

use jiff::ToSpan;

use super::{league, periods, year::Year};
use crate::platform::{
    i18n::Lang,
    problem::{Problem, Result},
    time::Time,
};

/// Octets of a line of a calendar before it is folded (RFC 5545, 3.1).
const A_LINE: usize = 74;

/// Writes a row for every period that is owed.
///
/// # Errors
/// When writing fails.
pub fn agenda_csv(year: &Year) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "dataset",
        "title",
        "organization",
        "publisher",
        "unit",
        "frequency",
        "period",
        "from",
        "to",
        "due_on",
        "first_due_on",
        "standing",
        "days_late",
        "light",
        "delivered_on",
        "published_on",
    ])
    .map_err(Problem::internal)?;
    for dataset in &year.datasets {
        for due in &dataset.periods {
            let days = due.standing.days_late().map(|days| days.to_string());
            file.write_record([
                &dataset.slug,
                &plain(&dataset.title),
                dataset.organisation.as_deref().unwrap_or_default(),
                &plain(dataset.publisher.as_deref().unwrap_or_default()),
                &plain(&dataset.unit),
                dataset.frequency.unwrap_or_default(),
                &due.period,
                &due.from,
                &due.to,
                &due.due_on.to_string(),
                &due.first_due_on.to_string(),
                due.standing.as_str(),
                &days.unwrap_or_default(),
                due.light.as_str(),
                due.delivered_on.as_deref().unwrap_or_default(),
                due.published_on.as_deref().unwrap_or_default(),
            ])
            .map_err(Problem::internal)?;
        }
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// Writes a row for every producer.
///
/// # Errors
/// When writing fails.
pub fn league_csv(rows: &[league::Row], name: impl Fn(&str) -> String) -> Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "organization",
        "name",
        "volume",
        "rank",
        "due",
        "on_time",
        "late",
        "missing",
        "median_days_late",
        "on_time_percent",
        "waiting",
        "of_unnamed_datasets",
    ])
    .map_err(Problem::internal)?;
    for row in rows {
        file.write_record([
            &row.organization,
            &plain(&name(&row.organization)),
            row.volume.as_str(),
            &row.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            &row.n_due.to_string(),
            &row.n_on_time.to_string(),
            &row.n_late.to_string(),
            &row.n_missing.to_string(),
            &row.median_days_late
                .map(|days| days.to_string())
                .unwrap_or_default(),
            &format!("{:.1}", row.on_time_percent),
            &row.n_waiting.to_string(),
            &row.n_unnamed.to_string(),
        ])
        .map_err(Problem::internal)?;
    }
    file.into_inner()
        .map_err(|error| Problem::internal(error.into_error()))
}

/// Writes an all-day event for every due date that lies ahead or was missed (RFC 5545).
#[must_use]
pub fn calendar(lang: Lang, site: &str, year: &Year, now: Time) -> String {
    let stamp = now.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string();
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    let mut text = String::new();
    let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Baraza//agenda//EN");
    line(
        "X-WR-CALNAME",
        &escaped(&lang.text("catalog-agenda-title").to_string()),
    );
    for dataset in &year.datasets {
        for due in dataset.periods.iter().filter(|due| due.delivered_on.is_none()) {
            let summary = lang
                .text("catalog-agenda-event")
                .arg("dataset", &dataset.title)
                .arg("period", periods::in_words(lang, &due.period))
                .to_string();
            let after = due.due_on.saturating_add(1.day());
            line("BEGIN", "VEVENT");
            line("UID", &format!("{}-{}@{host}", dataset.slug, due.period));
            line("DTSTAMP", &stamp);
            line("DTSTART;VALUE=DATE", &due.due_on.strftime("%Y%m%d").to_string());
            line("DTEND;VALUE=DATE", &after.strftime("%Y%m%d").to_string());
            line("SUMMARY", &escaped(&summary));
            if let Some(publisher) = &dataset.publisher {
                line("DESCRIPTION", &escaped(publisher));
            }
            line("URL", &format!("{site}/data/{}", dataset.slug));
            line("TRANSP", "TRANSPARENT");
            line("END", "VEVENT");
        }
    }
    line("END", "VCALENDAR");
    text
}

/// A text that no spreadsheet takes for a formula.
pub fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                written.push('\\');
                written.push(letter);
            }
            '\n' => written.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => written.push(letter),
        }
    }
    written
}

fn fold(text: &mut String, line: &str) {
    let mut n = 0;
    for letter in line.chars() {
        if n + letter.len_utf8() > A_LINE {
            text.push_str("\r\n ");
            n = 1;
        }
        let _ = write!(text, "{letter}");
        n += letter.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_long_line_is_folded_within_the_limit_and_never_inside_a_letter() {
        let mut text = String::new();
        fold(&mut text, &"é".repeat(100));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert_eq!(text.replace("\r\n ", "").trim_end(), "é".repeat(100));
    }

    #[test]
    fn commas_and_semicolons_do_not_end_a_text_of_a_calendar() {
        assert_eq!(escaped("a, b; c\\\nd"), "a\\, b\\; c\\\\\\nd");
    }
}
