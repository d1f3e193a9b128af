//! Texts: Fluent messages by id, with arguments, in a person's language.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;

use crate::platform::html::Markup;
use crate::platform::i18n::{Count, Lang};

impl Lang {
    /// The text with this id, in this language, or in English where nobody has translated it yet.
    pub fn text<'a>(self, id: impl Into<Cow<'a, str>>) -> Text<'a> {
        Text {
            lang: self,
            id: id.into(),
            args: Vec::new(),
        }
    }

    /// The language that its readers are shown: itself where it has texts, else English.
    pub fn of_texts(self) -> Lang {
        match self.has_text("platform-skip-link") {
            true => self,
            false => Lang::En,
        }
    }

    /// Whether the language has a text of its own with this id.
    pub fn has_text(self, id: &str) -> bool {
        BUNDLES[self as usize].has_message(id)
    }
}

/// The ids of all texts there are, in order.
pub fn ids() -> impl Iterator<Item = &'static str> {
    IDS.iter().map(String::as_str)
}

/// A text waiting to be written: its [`Display`](fmt::Display) is plain text, so a template escapes it like any other value.
#[derive(Clone)]
pub struct Text<'a> {
    lang: Lang,
    id: Cow<'a, str>,
    args: Vec<(&'a str, FluentValue<'static>)>,
}

impl<'a> Text<'a> {
    /// Gives `{ $name }` a whole number, which also chooses the plural form and is written as the language writes numbers.
    pub fn n(mut self, name: &'a str, n: impl Count) -> Text<'a> {
        self.args.push((name, FluentValue::from(n.count())));
        self
    }

    /// Gives `{ $name }` words, or a number that is already written out.
    pub fn arg(mut self, name: &'a str, value: impl fmt::Display) -> Text<'a> {
        self.args.push((name, FluentValue::from(value.to_string())));
        self
    }

    /// Never true: it lets a [`Text`] stand where a component's macro takes a `""` that may be empty.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Writes the text with its arguments left open, for lists of texts: `There is no place {$code}.`
    pub fn raw(self) -> String {
        let bundle = &BUNDLES[if self.lang.has_text(&self.id) {
            self.lang
        } else {
            Lang::En
        } as usize];
        let pattern = bundle.get_message(&self.id).and_then(|message| message.value());
        // What is left open is counted as an error, which here it is not.
        pattern.map_or_else(
            || self.id.to_string(),
            |pattern| bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned(),
        )
    }

    /// Writes a message that holds markup of ours (a link, an emphasis); the arguments are escaped, the message is not.
    pub fn html(mut self) -> Markup {
        for (_, value) in &mut self.args {
            if let FluentValue::String(words) = value {
                *words = Markup::escape(words).0.into();
            }
        }
        Markup(self.to_string())
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let args: FluentArgs = self.args.iter().cloned().collect();
        for lang in [self.lang, Lang::En] {
            let bundle = &BUNDLES[lang as usize];
            let Some(pattern) = bundle.get_message(&self.id).and_then(|message| message.value()) else {
                continue;
            };
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
            if !errors.is_empty() {
                tracing::error!(id = %self.id, %lang, ?errors, "a text could not be written whole");
            }
            return f.write_str(&text);
        }
        tracing::error!(id = %self.id, "no text has this id");
        f.write_str(&self.id)
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> String {
        text.to_string()
    }
}

#[derive(RustEmbed)]
#[folder = "locales"]
struct Locales;

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> = LazyLock::new(|| Lang::ALL.map(bundle).into());

static IDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut ids = Vec::new();
    for path in Locales::iter().filter(|path| path.starts_with("en/")) {
        let file = Locales::get(&path).expect("an embedded file that was listed");
        let source = String::from_utf8_lossy(&file.data).into_owned();
        let is_id = |id: &&str| id.starts_with(|c: char| c.is_ascii_lowercase());
        ids.extend(
            source
                .lines()
                .filter_map(|line| line.split_once(" ="))
                .map(|(id, _)| id)
                .filter(is_id)
                .map(str::to_owned),
        );
    }
    ids.sort();
    ids
});

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.code().parse().expect("our codes are BCP 47")]);
    // Isolation marks help only where scripts of both directions meet, and break attributes and text messages.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::En => write_number::<0, _>,
        Lang::Id => write_number::<1, _>,
        Lang::Sw => write_number::<2, _>,
        Lang::Hi => write_number::<3, _>,
        Lang::Bn => write_number::<4, _>,
        Lang::Ne => write_number::<5, _>,
    }));
    let folder = format!("{}/", lang.code());
    for path in Locales::iter().filter(|path| path.starts_with(&folder)) {
        let file = Locales::get(&path).expect("an embedded file that was listed");
        let source = String::from_utf8_lossy(&file.data).into_owned();
        // A broken message costs itself, not its file; a test refuses both this and an id written twice.
        let resource = FluentResource::try_new(source).unwrap_or_else(|(readable, errors)| {
            tracing::error!(%path, ?errors, "some texts cannot be read");
            readable
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%path, ?errors, "some texts have an id that is taken");
        }
    }
    bundle
}

/// Fluent's hook for writing a value: a plain function, so the language comes in as its index in [`Lang::ALL`].
fn write_number<const LANG: usize, M>(value: &FluentValue, _memoizer: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let places = number.options.minimum_fraction_digits.unwrap_or(0);
    Some(Lang::ALL[LANG].decimal(number.value, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_texts_can_be_read_whole() {
        for path in Locales::iter() {
            let file = Locales::get(&path).expect("an embedded file that was listed");
            let source =
                String::from_utf8(file.data.into_owned()).unwrap_or_else(|_| panic!("{path} is not UTF-8"));
            if let Err((_, errors)) = FluentResource::try_new(source) {
                panic!("{path}: {errors:?}");
            }
        }
    }

    #[test]
    fn a_text_without_translation_is_read_in_english_with_english_plurals() {
        assert!(!Lang::Bn.has_text("platform-results-count"));
        assert_eq!(
            Lang::Bn.text("platform-results-count").n("n", 1).to_string(),
            "1 result"
        );
        assert_eq!(
            Lang::Bn.text("platform-results-count").n("n", 0).to_string(),
            "0 results"
        );
    }

    #[test]
    fn a_number_chooses_the_plural_and_is_written_in_the_language() {
        assert_eq!(
            Lang::En.text("platform-results-count").n("n", 12_500).to_string(),
            "12,500 results"
        );
        assert_eq!(
            Lang::Id.text("platform-results-count").n("n", 12_500).to_string(),
            "12.500 hasil"
        );
    }

    #[test]
    fn markup_in_a_message_stays_and_markup_in_an_argument_does_not() {
        let text = || {
            Lang::En
                .text("platform-page-of")
                .n("page", 2)
                .arg("of", "<b>3</b>")
        };
        assert_eq!(text().to_string(), "Page 2 of <b>3</b>");
        assert_eq!(text().html().to_string(), "Page 2 of &lt;b&gt;3&lt;/b&gt;");
    }

    #[test]
    fn a_text_can_be_listed_with_its_arguments_left_open() {
        assert!(ids().any(|id| id == "platform-page-of"));
        assert_eq!(
            Lang::Id.text("platform-page-of").raw(),
            "Halaman {$page} dari {$of}"
        );
        assert_eq!(Lang::Bn.text("platform-page-of").raw(), "Page {$page} of {$of}");
    }

    #[test]
    fn an_unknown_id_shows_itself_rather_than_nothing() {
        assert_eq!(Lang::Id.text("no-such-text").to_string(), "no-such-text");
    }
}
