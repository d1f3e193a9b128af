//! What the headings of a sheet mean: aliases, languages, and names such as `bind::odk:length`.

use super::{
    finding::{Finding, did_you_mean},
    workbook::{Row, Sheet},
};

/// A heading taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// As the sheet spells it, for messages.
    pub heading: String,
    pub target: Target,
    /// The language of a translated column, as the workbook names it: `English (en)`.
    pub language: Option<String>,
}

/// What the values of a column become.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// A column that XLSForm knows, by its canonical name: `type`, `label`, `choice_filter` …
    Known(&'static str),
    /// An image, audio, video or big-image.
    Media(&'static str),
    /// An attribute of the bind: `relevant`, `jr:constraintMsg`, `odk:length` …
    Bind(String),
    /// An attribute of the control in the body: `appearance`, `jr:count`, `accuracyThreshold` …
    Control(String),
    /// An attribute of the node in the instance.
    Instance(String),
    /// An attribute of the instance's root, in the settings.
    Attribute(String),
    /// Anything else: notes of the author in `survey`, data for filters in `choices`.
    Other(String),
}

/// The vocabulary of one sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vocabulary {
    Survey,
    Choices,
    Settings,
    Entities,
}

/// The columns of a sheet, by position; `None` where the heading is empty.
#[derive(Debug, Default)]
pub(super) struct Columns(pub Vec<Option<Column>>);

impl Columns {
    /// Takes the headings of a sheet apart; two columns of one meaning are a problem where a row fills both differently.
    pub(super) fn of(
        sheet: &Sheet,
        vocabulary: Vocabulary,
        problems: &mut Vec<Finding>,
        warnings: &mut Vec<Finding>,
    ) -> Self {
        // A workbook that writes `label::English` anywhere uses single colons for namespaces only.
        let double = sheet
            .headings
            .iter()
            .flatten()
            .any(|heading| heading.contains("::"));
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(sheet.headings.len());
        for heading in &sheet.headings {
            let column = heading.as_ref().map(|heading| parse(heading, double, vocabulary));
            if let Some(new) = &column {
                let twin = columns
                    .iter()
                    .flatten()
                    .find(|old| old.target == new.target && old.language == new.language);
                let is_note = vocabulary == Vocabulary::Survey && matches!(new.target, Target::Other(_));
                if let Some(twin) = twin.filter(|_| !is_note) {
                    let first = columns.iter().position(|column| column.as_ref() == Some(twin));
                    let (one, other) = (&twin.heading, &new.heading);
                    match torn_row(sheet, first.unwrap_or_default(), columns.len()) {
                        Some(row) => problems.push(
                            Finding::at_row(
                                &sheet.name,
                                row,
                                format!("the columns \"{one}\" and \"{other}\" mean the same and differ here; keep one of them"),
                            )
                            .column(other),
                        ),
                        None => warnings.push(
                            Finding::at_row(
                                &sheet.name,
                                1,
                                format!("the columns \"{one}\" and \"{other}\" mean the same and are read as one; keep one of them"),
                            )
                            .column(other),
                        ),
                    }
                }
                if let (Target::Other(name), Vocabulary::Survey | Vocabulary::Settings) =
                    (&new.target, vocabulary)
                {
                    let guess = did_you_mean(&snake_case(name), vocabulary.words());
                    if !guess.is_empty() && !name.starts_with('_') {
                        let message =
                            format!("the column \"{name}\" is not part of XLSForm and is not used{guess}");
                        warnings.push(Finding::at_row(&sheet.name, 1, message).column(&new.heading));
                    }
                }
            }
            columns.push(column);
        }
        Self(columns)
    }

    /// The heading under which a sheet has a column, or the column's usual name.
    pub(super) fn heading_of(&self, target: &Target) -> String {
        match self.0.iter().flatten().find(|column| column.target == *target) {
            Some(column) => column.heading.clone(),
            None => match target {
                Target::Known(name) | Target::Media(name) => (*name).to_owned(),
                Target::Bind(name)
                | Target::Control(name)
                | Target::Instance(name)
                | Target::Attribute(name)
                | Target::Other(name) => name.clone(),
            },
        }
    }

    /// The values of a row with their columns.
    pub(super) fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Column, &'a str)> {
        row.cells
            .iter()
            .filter_map(|cell| Some((self.0.get(cell.column)?.as_ref()?, cell.text.as_str())))
    }
}

/// The first row that fills both of two columns, and differently.
fn torn_row(sheet: &Sheet, one: usize, other: usize) -> Option<u32> {
    let text = |row: &Row, column: usize| {
        row.cells
            .iter()
            .find(|cell| cell.column == column)
            .map(|cell| cell.text.clone())
    };
    let torn = |row: &&Row| match (text(row, one), text(row, other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    sheet.rows.iter().find(torn).map(|row| row.number)
}

/// A text that may be given once, or once a language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Text {
    #[default]
    None,
    Plain(String),
    /// Language and text, in the order of the columns.
    Translated(Vec<(String, String)>),
}

impl Text {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::None
    }

    pub(super) fn plain(&self) -> Option<&str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::None | Self::Translated(_) => None,
        }
    }

    /// The texts with their languages; one that names no language is in the default one.
    pub(super) fn by_language<'a>(
        &'a self,
        default_language: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (plain, translated): (Option<&str>, &[(String, String)]) = match self {
            Self::None => (None, &[]),
            Self::Plain(text) => (Some(text), &[]),
            Self::Translated(texts) => (None, texts),
        };
        plain.map(|text| (default_language, text)).into_iter().chain(
            translated
                .iter()
                .map(|(language, text)| (language.as_str(), text.as_str())),
        )
    }

    /// Adds a text; once any language is named, one without is in the default language, where a named one wins.
    pub(super) fn add(&mut self, language: Option<&str>, text: String, default_language: &str) {
        let earlier = std::mem::take(self);
        *self = match (earlier, language) {
            (Self::None | Self::Plain(_), None) => Self::Plain(text),
            (Self::None, Some(language)) => Self::Translated(vec![(language.to_owned(), text)]),
            (Self::Plain(plain), Some(language)) if language == default_language => {
                drop(plain);
                Self::Translated(vec![(language.to_owned(), text)])
            }
            (Self::Plain(plain), Some(language)) => Self::Translated(vec![
                (default_language.to_owned(), plain),
                (language.to_owned(), text),
            ]),
            (Self::Translated(mut texts), language) => {
                let name = language.unwrap_or(default_language);
                match texts.iter_mut().find(|(known, _)| known == name) {
                    Some((_, known)) if language.is_some() => *known = text,
                    Some(_) => {}
                    None => texts.push((name.to_owned(), text)),
                }
                Self::Translated(texts)
            }
        };
    }
}

/// Straightens typographic quotes, which no expression understands; `collapse` also makes runs of spaces one.
pub(super) fn clean(text: &str, collapse: bool) -> String {
    // All of these quotes begin with the same byte.
    let has_quotes = memchr::memchr(0xE2, text.as_bytes()).is_some()
        && text.contains(['\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}']);
    let has_gaps = collapse && text.contains("  ");
    if !has_quotes && !has_gaps {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{2018}' | '\u{2019}' => cleaned.push('\''),
            '\u{201c}' | '\u{201d}' => cleaned.push('"'),
            ' ' if collapse && cleaned.ends_with(' ') => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}

/// `Form  ID` → `form_id`.
pub(super) fn snake_case(heading: &str) -> String {
    heading
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("_")
        .to_lowercase()
}

impl Vocabulary {
    fn words(self) -> impl Iterator<Item = &'static str> {
        let (own, shared): (&[&str], &[(&str, &str)]) = match self {
            Self::Survey => (SURVEY, SURVEY_ATTRIBUTES),
            Self::Choices => (CHOICES, &[]),
            Self::Settings => (SETTINGS, &[]),
            Self::Entities => (ENTITIES, &[]),
        };
        own.iter()
            .copied()
            .chain(shared.iter().map(|(name, _)| *name))
            .chain(
                ["image", "audio", "video"]
                    .into_iter()
                    .filter(move |_| self == Self::Survey),
            )
    }

    fn known(self, name: &str) -> Option<Target> {
        let aliases: &[(&str, &'static str)] = match self {
            Self::Survey => &[
                ("caption", "label"),
                ("command", "type"),
                ("tag", "name"),
                ("value", "name"),
            ],
            Self::Choices => &[("caption", "label"), ("list", "list_name"), ("value", "name")],
            Self::Settings => &[
                ("form_title", "title"),
                ("set_form_title", "title"),
                ("form_id", "id_string"),
                ("set_form_id", "id_string"),
            ],
            Self::Entities => &[("list_name", "dataset")],
        };
        if let Some((_, canonical)) = aliases.iter().find(|(alias, _)| *alias == name) {
            return Some(Target::Known(canonical));
        }
        if matches!(self, Self::Survey | Self::Choices)
            && let Some(kind) = MEDIA.iter().find(|kind| **kind == name)
        {
            return Some(Target::Media(kind));
        }
        if self == Self::Survey {
            if let Some((_, attribute)) = SURVEY_ATTRIBUTES.iter().find(|(alias, _)| *alias == name) {
                return Some(match attribute.strip_prefix("control ") {
                    Some(control) => Target::Control(control.to_owned()),
                    None => Target::Bind((*attribute).to_owned()),
                });
            }
            if name == "compact_tag" {
                return Some(Target::Instance("odk:tag".to_owned()));
            }
        }
        let own = match self {
            Self::Survey => SURVEY,
            Self::Choices => CHOICES,
            Self::Settings => SETTINGS,
            Self::Entities => ENTITIES,
        };
        own.iter()
            .find(|known| **known == name)
            .map(|known| Target::Known(known))
    }
}

const MEDIA: &[&str] = &["image", "big-image", "audio", "video"];

const SURVEY: &[&str] = &[
    "type",
    "name",
    "label",
    "hint",
    "guidance_hint",
    "default",
    "trigger",
    "choice_filter",
    "parameters",
    "disabled",
    "intent",
    "query",
    "sms_field",
];

/// Columns that are attributes of the bind, or of the control where marked so.
const SURVEY_ATTRIBUTES: &[(&str, &str)] = &[
    ("appearance", "control appearance"),
    ("autoplay", "control autoplay"),
    ("calculate", "calculate"),
    ("calculation", "calculate"),
    ("constraining_message", "jr:constraintMsg"),
    ("constraint", "constraint"),
    ("constraint_message", "jr:constraintMsg"),
    ("count", "control jr:count"),
    ("jr:count", "control jr:count"),
    ("no_app_error_string", "jr:noAppErrorString"),
    ("noapperrorstring", "jr:noAppErrorString"),
    ("read_only", "readonly"),
    ("readonly", "readonly"),
    ("relevance", "relevant"),
    ("relevant", "relevant"),
    ("repeat_count", "control jr:count"),
    ("required", "required"),
    ("required_message", "jr:requiredMsg"),
    ("requiredmsg", "jr:requiredMsg"),
    ("rows", "control rows"),
    ("save_to", "entities:saveto"),
];

const CHOICES: &[&str] = &["list_name", "name", "label", "sms_option"];

const SETTINGS: &[&str] = &[
    "title",
    "id_string",
    "name",
    "version",
    "default_language",
    "instance_name",
    "instance_id",
    "instance_xmlns",
    "namespaces",
    "omit_instanceid",
    "public_key",
    "submission_url",
    "style",
    "auto_send",
    "auto_delete",
    "client_editable",
    "allow_choice_duplicates",
    "clean_text_values",
    "add_none_option",
    "flat",
    "prefix",
    "delimiter",
    "sms_keyword",
    "sms_separator",
    "sms_allow_media",
    "sms_date_format",
    "sms_datetime_format",
    "sms_response",
    "form_title",
    "form_id",
];

const ENTITIES: &[&str] = &[
    "dataset",
    "entity_id",
    "create_if",
    "update_if",
    "label",
    "list_name",
    "parent",
];

fn parse(heading: &str, double: bool, vocabulary: Vocabulary) -> Column {
    let whole = snake_case(heading);
    // `jr:count` and the like are names with a namespace, not a name and a language.
    if let Some(target) = vocabulary.known(&whole) {
        return Column {
            heading: heading.to_owned(),
            target,
            language: None,
        };
    }
    let separator = if double { "::" } else { ":" };
    let mut parts: Vec<String> = heading
        .split(separator)
        .map(|part| part.trim().to_owned())
        .collect();
    if !double
        && let Some(prefix) = parts
            .iter()
            .position(|part| part == "jr")
            .filter(|prefix| prefix + 1 < parts.len())
    {
        let name = parts.remove(prefix + 1);
        parts[prefix] = format!("jr:{name}");
    }
    let mut rest = parts.into_iter();
    let first = snake_case(&rest.next().unwrap_or_default());
    let (target, language) = match (first.as_str(), vocabulary) {
        ("bind", Vocabulary::Survey) => (
            rest.next().map(|name| Target::Bind(bind_name(&name))),
            rest.next(),
        ),
        ("control" | "body", Vocabulary::Survey) => (rest.next().map(Target::Control), None),
        ("instance", Vocabulary::Survey) => (rest.next().map(Target::Instance), None),
        ("attribute", Vocabulary::Settings) => (rest.next().map(Target::Attribute), None),
        ("media", Vocabulary::Survey | Vocabulary::Choices) => {
            let kind = rest
                .next()
                .and_then(|kind| MEDIA.iter().find(|known| **known == kind.to_lowercase()));
            (kind.map(|kind| Target::Media(kind)), rest.next())
        }
        (name, _) => (vocabulary.known(name), rest.next()),
    };
    let language = language.filter(|language| !language.is_empty());
    Column {
        heading: heading.to_owned(),
        target: target.unwrap_or_else(|| Target::Other(heading.to_owned())),
        language,
    }
}

/// `bind::relevance` means what the column `relevance` means.
fn bind_name(name: &str) -> String {
    match Vocabulary::Survey.known(&snake_case(name)) {
        Some(Target::Bind(known)) => known,
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(heading: &str) -> (Target, Option<String>) {
        let column = parse(heading, heading.contains("::"), Vocabulary::Survey);
        (column.target, column.language)
    }

    #[test]
    fn headings_are_understood_with_their_aliases_and_languages() {
        assert_eq!(
            survey("Label::English (en)"),
            (Target::Known("label"), Some("English (en)".to_owned()))
        );
        assert_eq!(
            survey("label:English"),
            (Target::Known("label"), Some("English".to_owned()))
        );
        assert_eq!(survey("relevance"), (Target::Bind("relevant".to_owned()), None));
        assert_eq!(
            survey("bind::jr:constraintMsg::Bahasa (id)"),
            (
                Target::Bind("jr:constraintMsg".to_owned()),
                Some("Bahasa (id)".to_owned())
            )
        );
        assert_eq!(
            survey("bind:jr:constraintMsg:French"),
            (
                Target::Bind("jr:constraintMsg".to_owned()),
                Some("French".to_owned())
            )
        );
        assert_eq!(
            survey("media::image::English"),
            (Target::Media("image"), Some("English".to_owned()))
        );
        assert_eq!(
            survey("Repeat Count"),
            (Target::Control("jr:count".to_owned()), None)
        );
        assert_eq!(
            survey("bind::odk:length"),
            (Target::Bind("odk:length".to_owned()), None)
        );
        assert_eq!(
            survey("body::accuracyThreshold"),
            (Target::Control("accuracyThreshold".to_owned()), None)
        );
        assert_eq!(survey("my notes"), (Target::Other("my notes".to_owned()), None));
    }

    #[test]
    fn a_text_without_a_language_is_in_the_default_language_once_another_is_named() {
        let mut text = Text::default();
        text.add(None, "Name".to_owned(), "English");
        assert_eq!(text.plain(), Some("Name"));
        text.add(Some("French"), "Nom".to_owned(), "English");
        assert_eq!(
            text.by_language("English").collect::<Vec<_>>(),
            [("English", "Name"), ("French", "Nom")]
        );
        text.add(Some("English"), "Full name".to_owned(), "English");
        assert_eq!(text.by_language("English").next(), Some(("English", "Full name")));
    }
}
