//! The year of a village: its steps, the documents due at each, what came for them, and how each stands at a moment.

pub mod budget;
pub mod calendar;

use jiff::civil::Date;
use serde::Serialize;

use crate::platform::{
    calendar::{Calendar, Span},
    problem::{Problem, Result},
    time::Time,
    words::Words,
};

/// Years that can be kept here.
pub const FIRST_YEAR: i16 = 2000;
pub const LAST_YEAR: i16 = 2099;
/// Letters of a note at most.
const MOST_NOTE: usize = 500;
/// Letters of an address at most.
const MOST_ADDRESS: usize = 2_000;

/// The steps of a village's year, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    Planning,
    Budgeting,
    Doing,
    Watching,
    Judging,
}

impl Step {
    pub const ALL: [Step; 5] = [
        Step::Planning,
        Step::Budgeting,
        Step::Doing,
        Step::Watching,
        Step::Judging,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Planning => "planning",
            Step::Budgeting => "budgeting",
            Step::Doing => "doing",
            Step::Watching => "watching",
            Step::Judging => "judging",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// A year of a village that is kept here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    pub place: String,
    pub year: i16,
    /// Name of the calendar it was begun with.
    pub template: String,
    /// ISO 4217, of the village's money.
    pub currency: String,
    pub begun_at: Time,
}

/// A document that a village owes for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub id: String,
    pub place: String,
    pub year: i16,
    /// `apbdes`.
    pub code: String,
    pub step: Step,
    pub title: Words,
    pub about: Words,
    /// As the calendar of documents says it; a day off moves to the next working day.
    pub due_on: Date,
    /// Days before it on which the operators are reminded.
    pub notice_days: u16,
    /// Working days after it on which the light turns red.
    pub grace_days: u16,
}

/// When something is owed: its day, and how long it may be late before its light turns red.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// As the calendar of documents says it.
    pub due_on: Date,
    /// Working days.
    pub grace_days: u16,
}

/// What came for a document that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: String,
    pub due: String,
    pub content: Content,
    pub note: String,
    pub delivered_at: Time,
    /// Since when nobody can read it, and why.
    pub withdrawn: Option<(Time, String)>,
}

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    File(File),
    /// Slug of a dataset of the catalogue.
    Dataset(String),
    /// An address that begins with `https://` or `http://`.
    Address(String),
}

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// SHA-256 of its bytes in hex.
    pub blob: String,
    pub name: String,
    pub media_type: String,
    pub size_bytes: i64,
}

/// How a document that is owed stands at a moment; derived, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "standing")]
pub enum Standing {
    /// Its due day lies ahead.
    Ahead,
    OnTime,
    /// It came so many days after its due day.
    Late {
        days: i64,
    },
    /// It has not come, so many days after its due day.
    Missing {
        days: i64,
    },
    /// It fell due before the village's year was kept here, and came.
    BeforeCame,
    /// It fell due before the village's year was kept here, and has not come: nobody judges what cannot be known.
    Before,
}

/// The colour of a document that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// Nothing is judged.
    White,
    Green,
    Yellow,
    Red,
}

impl Light {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::White => "white",
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

impl Standing {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Ahead => "ahead",
            Standing::OnTime => "on-time",
            Standing::Late { .. } => "late",
            Standing::Missing { .. } => "missing",
            Standing::BeforeCame => "before-came",
            Standing::Before => "before",
        }
    }

    /// Days after the due day: of what came late, or has not come.
    #[must_use]
    pub fn days_late(self) -> Option<i64> {
        match self {
            Standing::Late { days } | Standing::Missing { days } => Some(days),
            Standing::Ahead | Standing::OnTime | Standing::BeforeCame | Standing::Before => None,
        }
    }
}

impl Due {
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        Deadline {
            due_on: self.due_on,
            grace_days: self.grace_days,
        }
    }

    /// The day on which it falls due: the calendar's, or the next one on which offices work.
    #[must_use]
    pub fn falls_on(&self, calendar: &Calendar) -> Date {
        self.deadline().falls_on(calendar)
    }

    /// The moment its due day ends.
    #[must_use]
    pub fn due_at(&self, calendar: &Calendar) -> Time {
        self.deadline().due_at(calendar)
    }

    /// The moment its light turns red.
    #[must_use]
    pub fn red_at(&self, calendar: &Calendar) -> Time {
        self.deadline().red_at(calendar)
    }

    /// Judges it as [`Deadline::judge`] does.
    #[must_use]
    pub fn judge(
        &self,
        calendar: &Calendar,
        begun_at: Time,
        came_at: Option<Time>,
        now: Time,
    ) -> (Standing, Light) {
        self.deadline().judge(calendar, begun_at, came_at, now)
    }
}

impl Deadline {
    /// The day on which it falls due: the calendar's, or the next one on which offices work.
    #[must_use]
    pub fn falls_on(&self, calendar: &Calendar) -> Date {
        calendar.working_day_from(self.due_on)
    }

    /// The moment its due day ends.
    #[must_use]
    pub fn due_at(&self, calendar: &Calendar) -> Time {
        calendar.end_of(self.falls_on(calendar))
    }

    /// The moment its light turns red.
    #[must_use]
    pub fn red_at(&self, calendar: &Calendar) -> Time {
        let last = Time(self.due_at(calendar).0 - 1);
        calendar.add(last, Span::EndOfWorkingDay(self.grace_days))
    }

    /// Judges it by the moment the first document came for it, with its light.
    ///
    /// What fell due before `begun_at`, when the year was begun here, is not judged.
    #[must_use]
    pub fn judge(
        &self,
        calendar: &Calendar,
        begun_at: Time,
        came_at: Option<Time>,
        now: Time,
    ) -> (Standing, Light) {
        let due_at = self.due_at(calendar);
        let days = |at: Time| days_after(calendar, due_at, at);
        let standing = match came_at {
            Some(_) if due_at <= begun_at => Standing::BeforeCame,
            None if due_at <= begun_at => Standing::Before,
            Some(at) if at < due_at => Standing::OnTime,
            Some(at) => Standing::Late { days: days(at) },
            None if now < due_at => Standing::Ahead,
            None => Standing::Missing { days: days(now) },
        };
        let light = match standing {
            Standing::BeforeCame | Standing::Before => Light::White,
            Standing::Ahead | Standing::OnTime => Light::Green,
            _ if came_at.unwrap_or(now) < self.red_at(calendar) => Light::Yellow,
            _ => Light::Red,
        };
        (standing, light)
    }
}

impl Content {
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Content::File(_) => "file",
            Content::Dataset(_) => "dataset",
            Content::Address(_) => "address",
        }
    }

    /// Name of the file, slug or address: what people know it by.
    #[must_use]
    pub fn target_in_words(&self) -> &str {
        match self {
            Content::File(file) => &file.name,
            Content::Dataset(slug) => slug,
            Content::Address(address) => address,
        }
    }

    /// Digest, slug or address: what finds it.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Content::File(file) => &file.blob,
            Content::Dataset(slug) => slug,
            Content::Address(address) => address,
        }
    }
}

/// Reads a year as somebody wrote it.
///
/// # Errors
/// `village-year-outside` on field `year` for what is no year from 2000 to 2099.
pub fn parse_year(text: &str) -> Result<i16> {
    text.trim()
        .parse()
        .ok()
        .filter(|year| (FIRST_YEAR..=LAST_YEAR).contains(year))
        .ok_or_else(|| Problem::invalid("fields").field("year", "village-year-outside"))
}

/// Reads a note as somebody wrote it.
///
/// # Errors
/// `text-long` on field `note` for more than 500 letters.
pub fn parse_note(text: &str) -> Result<String> {
    let note = text.trim();
    match note.chars().count() > MOST_NOTE {
        true => Err(Problem::invalid("fields").field("note", "text-long")),
        false => Ok(note.to_owned()),
    }
}

/// Reads the address of a document elsewhere.
///
/// # Errors
/// `village-address-malformed` on field `address`.
pub fn parse_address(text: &str) -> Result<String> {
    let address = text.trim();
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        address
            .strip_prefix(scheme)
            .is_some_and(|rest| rest.contains('.'))
    });
    let is_plain = !address.chars().any(|c| c.is_whitespace() || c.is_control());
    match is_web && is_plain && address.len() <= MOST_ADDRESS {
        true => Ok(address.to_owned()),
        false => Err(Problem::invalid("fields").field("address", "village-address-malformed")),
    }
}

/// Tells which kind of file bytes are that a document may be; `None` for any other.
///
/// What a program could run, or a browser show as a page of ours, is none of them. Pictures are cleaned elsewhere.
#[must_use]
pub fn media_type_of(bytes: &[u8], name: &str) -> Option<&'static str> {
    let ending = name
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending)
        .to_lowercase();
    if bytes.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return match ending.as_str() {
            "xlsx" => Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            "docx" => Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            "ods" => Some("application/vnd.oasis.opendocument.spreadsheet"),
            "odt" => Some("application/vnd.oasis.opendocument.text"),
            _ => None,
        };
    }
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    (ending == "csv" && is_text).then_some("text/csv; charset=utf-8")
}

/// Days from the due day to the day of a moment that is not before its end.
fn days_after(calendar: &Calendar, due_at: Time, at: Time) -> i64 {
    i64::from((calendar.day(at) - calendar.day(Time(due_at.0 - 1))).get_days())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::tz::TimeZone;
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::platform::calendar::Interval;

    fn calendar() -> Calendar {
        let open = |day: usize| match day < 5 {
            true => vec![Interval::try_from("08:00-16:00".to_owned()).expect("an interval")],
            false => Vec::new(),
        };
        let zone = TimeZone::get("Asia/Jakarta").expect("a zone");
        Calendar::new(zone, std::array::from_fn(open), BTreeMap::new()).expect("a calendar")
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn due(due_on: &str) -> Due {
        Due {
            id: "d".into(),
            place: "35.22.01.2001".into(),
            year: 2027,
            code: "apbdes".into(),
            step: Step::Budgeting,
            title: Words::default(),
            about: Words::default(),
            due_on: day(due_on),
            notice_days: 14,
            grace_days: 10,
        }
    }

    #[test]
    fn a_document_due_on_a_day_off_is_late_from_the_day_after_the_next_working_day() {
        let calendar = calendar();
        // Saturday 31 October 2026; Monday is 2 November, and ten working days later it is Monday 16 November.
        let due = due("2026-10-31");
        assert_eq!(due.falls_on(&calendar), day("2026-11-02"));
        let noon = |text: &str| Time(calendar.start_of(day(text)).0 + 12 * 3_600_000_000);
        let begun = noon("2026-01-05");
        let judged = |came: Option<Time>, now: &str| due.judge(&calendar, begun, came, noon(now));
        assert_eq!(judged(None, "2026-11-02"), (Standing::Ahead, Light::Green));
        assert_eq!(
            judged(None, "2026-11-03"),
            (Standing::Missing { days: 1 }, Light::Yellow)
        );
        assert_eq!(
            judged(None, "2026-11-17"),
            (Standing::Missing { days: 15 }, Light::Red)
        );
        assert_eq!(
            judged(Some(noon("2026-11-02")), "2027-02-01"),
            (Standing::OnTime, Light::Green)
        );
        assert_eq!(
            judged(Some(noon("2026-11-05")), "2027-02-01"),
            (Standing::Late { days: 3 }, Light::Yellow),
            "what came late stays as late as it came"
        );
    }

    #[test]
    fn what_fell_due_before_the_year_was_kept_here_is_not_judged() {
        let calendar = calendar();
        let noon = |text: &str| Time(calendar.start_of(day(text)).0 + 12 * 3_600_000_000);
        let due = due("2026-06-30");
        let begun = noon("2026-11-16");
        let now = noon("2026-11-17");
        assert_eq!(
            due.judge(&calendar, begun, None, now),
            (Standing::Before, Light::White)
        );
        assert_eq!(
            due.judge(&calendar, begun, Some(now), now),
            (Standing::BeforeCame, Light::White)
        );
    }

    #[test]
    fn a_file_is_what_its_bytes_say_and_no_page_or_program() {
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for (text, name, kind) in [
            ("%PDF-1.7 ..", "apbdes.pdf", Some("application/pdf")),
            ("%PDF-1.7 ..", "disguised.html", Some("application/pdf")),
            ("<html>", "apbdes.pdf", None),
            ("<html>", "apbdes.html", None),
            ("PK\u{3}\u{4}..", "setup.jar", None),
            ("PK\u{3}\u{4}..", "Anggaran.XLSX", Some(sheet)),
            ("field;planned", "apbdes.csv", Some("text/csv; charset=utf-8")),
            ("MZ\0\0", "apbdes.csv", None),
        ] {
            assert_eq!(media_type_of(text.as_bytes(), name), kind, "{name}");
        }
    }

    #[test]
    fn an_address_leads_to_the_web_and_nowhere_else() {
        assert!(parse_address(" https://desa.example.org/apbdes.pdf ").is_ok());
        for text in [
            "",
            "javascript:alert(1)",
            "https://",
            "https://a b.c",
            "ftp://x.y",
            "/data",
        ] {
            assert!(parse_address(text).is_err(), "{text}");
        }
        assert!(parse_year("2027").is_ok() && parse_year("1999").is_err() && parse_year("next").is_err());
    }
}
