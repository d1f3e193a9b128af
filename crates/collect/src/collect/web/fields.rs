//! Questions as inputs of a page, and inputs as values of an instance.

use formats::{
    xform::{DataType, Field, FlagKind, Offer, QuestionKind},
    xpath::{line_metres, square_metres},
};

use super::drafts::Sent;
use crate::platform::{
    html::parts::{Choice, DateParts},
    i18n::Lang,
};

/// Choices up to this many are shown at once; longer lists fold into a select.
const MOST_RADIOS: usize = 12;

/// A question as the template shows it.
pub struct FieldView {
    pub name: String,
    /// Which macro shows it: `note`, `text`, `lines`, `number`, `date`, `moment`, `time`, `point`, `line`, `ground`, `radios`, `select`,
    /// `checkboxes`, `ranks`, `file`, `tick`.
    pub kind: &'static str,
    pub label: String,
    pub hint: String,
    pub guidance: String,
    pub value: String,
    /// What the answer comes to, where that is worth saying: the length of a line.
    pub said: String,
    pub inputmode: &'static str,
    pub choices: Vec<Choice>,
    pub date: DateParts,
    /// Media types a file input takes.
    pub accept: String,
    /// `environment` when the phone's camera is meant.
    pub capture: &'static str,
    pub images: Vec<String>,
    pub ranks: Vec<Rank>,
}

/// One place of a rank question, with what may stand there.
pub struct Rank {
    pub place: usize,
    pub choices: Vec<Choice>,
}

impl FieldView {
    pub fn new(field: &Field, offers: &[Offer], lang: Lang, files: &str) -> Self {
        let is_folded = offers.len() > MOST_RADIOS
            || field
                .appearance
                .split_whitespace()
                .any(|a| matches!(a, "minimal" | "autocomplete"));
        let kind = match (&field.kind, field.data_type) {
            _ if field.readonly => "note",
            (QuestionKind::SelectOne, _) if is_folded => "select",
            (QuestionKind::SelectOne, _) => "radios",
            (QuestionKind::SelectMultiple, _) => "checkboxes",
            (QuestionKind::Rank, _) => "ranks",
            (QuestionKind::Upload { .. }, _) => "file",
            (QuestionKind::Trigger, _) => "tick",
            (QuestionKind::Range { .. }, _) | (_, DataType::Integer | DataType::Decimal) => "number",
            (_, DataType::Date) => "date",
            (_, DataType::DateTime) => "moment",
            (_, DataType::Time) => "time",
            (_, DataType::Geopoint) => "point",
            (_, DataType::Geotrace) => "line",
            (_, DataType::Geoshape) => "ground",
            _ if field.appearance.contains("multiline") => "lines",
            _ => "text",
        };
        let images = field
            .media
            .image
            .iter()
            .map(|name| format!("{files}/{}", super::super::openrosa::encoded(name)))
            .collect();
        let accept = match &field.kind {
            QuestionKind::Upload { media_type } if media_type != "*/*" => media_type.clone(),
            _ => String::new(),
        };
        let capture = if accept.starts_with("image/") && field.appearance.contains("new") {
            "environment"
        } else {
            ""
        };
        let label = match (field.required || field.readonly, kind) {
            (true, _) | (_, "note") => field.label.clone(),
            (false, _) => lang
                .text("collect-optional")
                .arg("question", &field.label)
                .to_string(),
        };
        let hint = match &field.kind {
            QuestionKind::Range { start, end, .. } if field.hint.is_empty() => lang
                .text("collect-between")
                .arg("least", start)
                .arg("most", end)
                .to_string(),
            _ if kind == "point" && field.hint.is_empty() => lang.text("collect-point-hint").to_string(),
            // How to write it matters more than a short page.
            _ if kind == "line" => joined(&field.hint, &lang.text("collect-line-hint").to_string()),
            _ if kind == "ground" => joined(&field.hint, &lang.text("collect-ground-hint").to_string()),
            _ => field.hint.clone(),
        };
        let choices: Vec<Choice> = offers
            .iter()
            .map(|offer| Choice {
                chosen: offer.chosen,
                ..Choice::new(&offer.value, &offer.label)
            })
            .collect();
        let ranks = if kind == "ranks" {
            ranks(field, offers, lang)
        } else {
            Vec::new()
        };
        let choices = match kind {
            // What was chosen once can be taken back.
            "radios" if !field.required && !field.value.is_empty() => choices
                .into_iter()
                .chain([Choice::new("", lang.text("collect-no-answer"))])
                .collect(),
            "select" => std::iter::once(Choice::new("", lang.text("collect-choose")))
                .chain(choices)
                .collect(),
            "tick" => vec![Choice {
                chosen: !field.value.is_empty(),
                ..Choice::new("OK", &field.label)
            }],
            _ => choices,
        };
        Self {
            name: name_of(&field.path),
            kind,
            label,
            hint,
            guidance: field.guidance.clone(),
            value: match kind {
                "moment" => field.value.chars().take(16).collect(),
                "time" => field.value.chars().take(5).collect(),
                "line" => lines_of(&field.value, End::Open),
                "ground" => lines_of(&field.value, End::Closed),
                _ => field.value.clone(),
            },
            said: match kind {
                "line" | "ground" => measured(lang, field).unwrap_or_default(),
                _ => String::new(),
            },
            inputmode: match field.data_type {
                DataType::Integer => "numeric",
                DataType::Decimal => "decimal",
                _ if field.appearance.split_whitespace().any(|a| a == "numbers") => "numeric",
                _ => "",
            },
            choices,
            date: date_parts(&field.value),
            accept,
            capture,
            images,
            ranks,
        }
    }
}

fn ranks(field: &Field, offers: &[Offer], lang: Lang) -> Vec<Rank> {
    let order: Vec<&str> = field.value.split_whitespace().collect();
    let place = |at: usize| {
        let none = Choice::new("", lang.text("collect-choose"));
        let chosen = order.get(at).copied().unwrap_or_default();
        let all = std::iter::once(none).chain(
            offers
                .iter()
                .map(|offer| Choice::new(&offer.value, &offer.label).chosen_if(chosen)),
        );
        Rank {
            place: at + 1,
            choices: all.collect(),
        }
    };
    (0..offers.len()).map(place).collect()
}

/// Names a question's input by its path, without the form's first element.
pub(super) fn name_of(path: &str) -> String {
    path.trim_start_matches('/')
        .split_once('/')
        .map_or(path, |(_, rest)| rest)
        .to_owned()
}

/// Reads what a page sent for one question.
pub(super) fn value_sent(field: &Field, name: &str, sent: &Sent, offset_minutes: i32) -> String {
    match (&field.kind, field.data_type) {
        (QuestionKind::SelectMultiple, _) => sent.all(name).collect::<Vec<_>>().join(" "),
        (QuestionKind::Rank, _) => {
            let mut order: Vec<&str> = Vec::new();
            for choice in sent.all(name) {
                if !order.contains(&choice) {
                    order.push(choice);
                }
            }
            order.join(" ")
        }
        (QuestionKind::SelectOne | QuestionKind::Trigger, _) => sent.one(name).to_owned(),
        (_, DataType::Date) => {
            let part = |part: &str| sent.one(&format!("{name}.{part}")).to_owned();
            let (day, month, year) = (part("day"), part("month"), part("year"));
            if day.is_empty() && month.is_empty() && year.is_empty() {
                String::new()
            } else {
                format!("{year}-{month:0>2}-{day:0>2}")
            }
        }
        (_, DataType::DateTime) => with_offset(sent.one(name), offset_minutes),
        (_, DataType::Time) if !sent.one(name).is_empty() => {
            // The instance wants the time with seconds and zone, as a phone writes it.
            with_offset(&format!("2000-01-01T{}", sent.one(name)), offset_minutes)
                .split_once('T')
                .map_or_else(String::new, |(_, time)| time.to_owned())
        }
        (_, DataType::Integer) => sent.one(name).replace([' ', '\u{a0}'], ""),
        (_, DataType::Decimal) => {
            let text = sent.one(name).replace([' ', '\u{a0}'], "");
            if text.contains('.') {
                text
            } else {
                text.replacen(',', ".", 1)
            }
        }
        (_, DataType::Geopoint) => position(sent.one(name)),
        (_, DataType::Geotrace) => points_of(sent.one(name), End::Open),
        (_, DataType::Geoshape) => points_of(sent.one(name), End::Closed),
        _ => sent.one(name).replace("\r\n", "\n"),
    }
}

/// Says what is wrong with an answer: the form's own words where it has some.
pub(super) fn sentence(lang: Lang, kind: FlagKind, message: &str, field: &Field) -> String {
    let own = |id: &'static str| lang.text(id).arg("question", &field.label).to_string();
    match kind {
        FlagKind::MissingRequired if message.is_empty() => own("collect-answer-missing"),
        FlagKind::BrokenConstraint if message.is_empty() || message.contains(['(', '=', '<', '>']) => {
            own("collect-answer-wrong")
        }
        FlagKind::MissingRequired | FlagKind::BrokenConstraint => message.to_owned(),
        FlagKind::WrongType => match (&field.kind, field.data_type) {
            (QuestionKind::Range { start, end, step }, _) => lang
                .text("collect-answer-range")
                .arg("question", &field.label)
                .arg("least", start.min(*end))
                .arg("most", start.max(*end))
                .arg("step", step)
                .to_string(),
            (QuestionKind::Rank, _) => own("collect-answer-rank"),
            (_, DataType::Integer) => own("collect-answer-integer"),
            (_, DataType::Decimal) => own("collect-answer-decimal"),
            (_, DataType::Date | DataType::DateTime) => own("collect-answer-date"),
            (_, DataType::Time) => own("collect-answer-time"),
            (_, DataType::Geopoint) => match fault_of(&field.value) {
                Some(Fault::OffTheEarth) => own("collect-answer-point-range"),
                _ => own("collect-answer-point"),
            },
            (_, DataType::Geotrace | DataType::Geoshape) => line_sentence(lang, field),
            _ => own("collect-answer-wrong"),
        },
        _ => own("collect-answer-wrong"),
    }
}

/// Says an answer as people write it; `None` where its value, or the label of a choice, is already that.
pub(super) fn said(lang: Lang, field: &Field) -> Option<String> {
    let value = field.value.as_str();
    match field.data_type {
        _ if value.is_empty() => None,
        DataType::Date => value.get(..10)?.parse().ok().map(|day| lang.short_date(day)),
        DataType::DateTime => value.get(..16)?.parse().ok().map(|moment| lang.date_time(moment)),
        DataType::Time => value.get(..5).map(str::to_owned),
        DataType::Geotrace | DataType::Geoshape => measured(lang, field),
        _ => None,
    }
}

/// Names a file that a browser sent: two photographs may both be called `image.jpg`.
pub(super) fn file_name(given: &str, blob: &str) -> String {
    let given = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, ending) = given.rsplit_once('.').unwrap_or((given, "bin"));
    let clean = |text: &str, most: usize| {
        text.chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .take(most)
            .collect::<String>()
    };
    format!("{}-{}.{}", clean(stem, 40), &blob[..8], clean(ending, 8))
}

/// Whether a line ends where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Closed,
}

/// What is wrong with a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Unreadable,
    /// Latitude past 90 or longitude past 180, as when they are the wrong way round.
    OffTheEarth,
}

/// Reads a position as people write it: "-7,15 111,88" and "-7.15, 111.88" are the same.
fn position(text: &str) -> String {
    let text = text.replace('\u{2212}', "-");
    let text = if text.contains('.') {
        text.replace(',', " ")
    } else {
        text.replace(", ", " ").replace(',', ".")
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reads positions, one a line, as a form keeps them.
fn points_of(text: &str, end: End) -> String {
    let lines = text.lines().flat_map(|line| line.split(';'));
    let mut points: Vec<String> = lines.map(position).filter(|point| !point.is_empty()).collect();
    if end == End::Closed && points.len() >= 3 && points.first() != points.last() {
        points.extend(points.first().cloned());
    }
    points.join(";")
}

/// Lists the points of a line or an area; an area's first corner is not listed again at the end.
fn points(value: &str, end: End) -> Vec<&str> {
    let mut points: Vec<&str> = value
        .split(';')
        .map(str::trim)
        .filter(|point| !point.is_empty())
        .collect();
    if end == End::Closed && points.len() > 3 && points.first() == points.last() {
        points.pop();
    }
    points
}

fn lines_of(value: &str, end: End) -> String {
    points(value, end).join("\n")
}

fn fault_of(position: &str) -> Option<Fault> {
    let numbers: Option<Vec<f64>> = position
        .split_whitespace()
        .map(|number| number.parse().ok().filter(|number: &f64| number.is_finite()))
        .collect();
    match numbers.as_deref() {
        Some([lat, lon, rest @ ..]) if rest.len() <= 2 => {
            (lat.abs() > 90.0 || lon.abs() > 180.0).then_some(Fault::OffTheEarth)
        }
        _ => Some(Fault::Unreadable),
    }
}

/// Says which line of a line or an area is wrong, and how to write it.
fn line_sentence(lang: Lang, field: &Field) -> String {
    let (end, least) = match field.data_type {
        DataType::Geoshape => (End::Closed, 3),
        _ => (End::Open, 2),
    };
    let points = points(&field.value, end);
    let wrong = points
        .iter()
        .enumerate()
        .find_map(|(at, point)| Some((at + 1, fault_of(point)?)));
    let text = match wrong {
        Some((line, Fault::Unreadable)) => lang.text("collect-answer-line").n("line", line),
        Some((line, Fault::OffTheEarth)) => lang.text("collect-answer-line-range").n("line", line),
        None => lang.text("collect-answer-line-short").n("least", least),
    };
    text.arg("question", &field.label).to_string()
}

/// Says how many points a line has and how long it is, or how large an area; `None` while something is wrong with it.
fn measured(lang: Lang, field: &Field) -> Option<String> {
    if field.value.is_empty() || field.problem.is_some() {
        return None;
    }
    let (text, points, size) = match field.data_type {
        DataType::Geoshape => (
            "collect-ground-said",
            points(&field.value, End::Closed),
            square_metres(&field.value)?,
        ),
        _ => (
            "collect-line-said",
            points(&field.value, End::Open),
            line_metres(&field.value)?,
        ),
    };
    let said = lang
        .text(text)
        .arg("points", lang.number(points.len()))
        .arg("size", lang.decimal(size, 0));
    Some(said.to_string())
}

fn joined(first: &str, second: &str) -> String {
    if first.is_empty() {
        second.to_owned()
    } else {
        format!("{first} – {second}")
    }
}

fn date_parts(value: &str) -> DateParts {
    let mut parts = value
        .get(..10)
        .unwrap_or(value)
        .splitn(3, '-')
        .map(|part| part.trim_start_matches('0').to_owned());
    let (year, month, day) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    DateParts {
        day,
        month,
        year,
        wrong: [false; 3],
    }
}

/// Writes a local moment as a phone does: with seconds and the offset it was meant in.
fn with_offset(text: &str, offset_minutes: i32) -> String {
    // Browsers leave the seconds away when they are zero.
    let seconds = match text.len() {
        16 => ":00.000",
        19 => ".000",
        23 => "",
        _ => return text.to_owned(),
    };
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    format!(
        "{text}{seconds}{sign}{:02}:{:02}",
        offset_minutes.abs() / 60,
        offset_minutes.abs() % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_a_readable_name_of_its_own() {
        assert_eq!(
            file_name("C:\\photos\\My well (1).JPG", "0123456789abcdef"),
            "Mywell1-01234567.JPG"
        );
        assert_eq!(file_name("", "0123456789abcdef"), "-01234567.bin");
    }

    #[test]
    fn times_are_written_with_the_zone_they_were_meant_in() {
        assert_eq!(
            with_offset("2026-11-21T09:30", 420),
            "2026-11-21T09:30:00.000+07:00"
        );
        assert_eq!(
            with_offset("2026-11-21T09:30:15", -210),
            "2026-11-21T09:30:15.000-03:30"
        );
        assert_eq!(with_offset("soon", 420), "soon");
    }

    #[test]
    fn a_position_is_read_however_people_write_it() {
        for written in [
            "-7.15 111.88",
            "-7.15, 111.88",
            "-7,15 111,88",
            "-7,15, 111,88",
            "\u{2212}7.15  111.88",
        ] {
            assert_eq!(position(written), "-7.15 111.88", "{written}");
        }
    }

    #[test]
    fn an_area_is_closed_when_it_is_read_and_open_when_it_is_shown() {
        let kept = points_of("-7.1 111.8\r\n\r\n-7.2 111.8\n-7.2 111.9", End::Closed);
        assert_eq!(kept, "-7.1 111.8;-7.2 111.8;-7.2 111.9;-7.1 111.8");
        assert_eq!(lines_of(&kept, End::Closed), "-7.1 111.8\n-7.2 111.8\n-7.2 111.9");
        assert_eq!(points_of(&lines_of(&kept, End::Closed), End::Closed), kept);
        assert_eq!(
            points_of("-7.1 111.8\n-7.2 111.8", End::Open),
            "-7.1 111.8;-7.2 111.8"
        );
    }
}
