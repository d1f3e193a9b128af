//! Questions as inputs of a page, and inputs as values of an instance.

use formats::xform::{DataType, Field, FlagKind, Offer, QuestionKind};

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
    /// Which macro shows it: `note`, `text`, `lines`, `number`, `date`, `moment`, `time`, `point`, `radios`, `select`, `checkboxes`, `ranks`, `file`, `tick`.
    pub kind: &'static str,
    pub label: String,
    pub hint: String,
    pub guidance: String,
    pub value: String,
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
            value: if kind == "moment" {
                field.value.chars().take(16).collect()
            } else if kind == "time" {
                field.value.chars().take(5).collect()
            } else {
                field.value.clone()
            },
            inputmode: if field.data_type == DataType::Integer {
                "numeric"
            } else {
                "decimal"
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
        (_, DataType::Geopoint) => {
            let text = sent.one(name);
            // "-7,15 111,88" and "-7.15, 111.88" are both written by people.
            let text = if text.contains('.') {
                text.replace(',', " ")
            } else {
                text.replace(',', ".")
            };
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
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
        FlagKind::WrongType => match field.data_type {
            DataType::Integer => own("collect-answer-integer"),
            DataType::Decimal => own("collect-answer-decimal"),
            DataType::Date | DataType::DateTime => own("collect-answer-date"),
            DataType::Geopoint => own("collect-answer-point"),
            _ => own("collect-answer-wrong"),
        },
        _ => own("collect-answer-wrong"),
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

fn with_offset(text: &str, offset_minutes: i32) -> String {
    if text.len() != 16 {
        return text.to_owned();
    }
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    format!(
        "{text}:00.000{sign}{:02}:{:02}",
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
        assert_eq!(with_offset("soon", 420), "soon");
    }
}
