//! Answers a unit gives often: a text in each language, with places for what differs.

use crate::platform::words::Words;

/// What may stand in braces in a template.
pub const PLACEHOLDERS: [&str; 4] = ["code", "place", "service", "date"];
const MOST_TITLE: usize = 100;
const MOST_TEXT: usize = 5_000;

/// An answer of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: String,
    pub agency: String,
    /// What its officers call it.
    pub title: String,
    pub texts: Words,
}

/// What is wrong with a template: the field, and the code of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    TitleMissing,
    TitleLong,
    TextMissing,
    TextLong,
    /// This stands in braces and means nothing.
    Placeholder(String),
}

/// What is put in the place of the placeholders.
#[derive(Debug, Clone)]
pub struct Filling<'a> {
    pub code: &'a str,
    pub place: &'a str,
    pub service: &'a str,
    pub date: &'a str,
}

impl Template {
    /// Checks a template before it is kept.
    ///
    /// # Errors
    /// The first thing that will not do.
    pub fn check(&self) -> Result<(), Wrong> {
        match self.title.trim().chars().count() {
            0 => return Err(Wrong::TitleMissing),
            n if n > MOST_TITLE => return Err(Wrong::TitleLong),
            _ => {}
        }
        if self.texts.is_empty() {
            return Err(Wrong::TextMissing);
        }
        for text in self.texts.0.values() {
            if text.chars().count() > MOST_TEXT {
                return Err(Wrong::TextLong);
            }
            if let Some(unknown) = placeholders(text).find(|name| !PLACEHOLDERS.contains(name)) {
                return Err(Wrong::Placeholder(unknown.to_owned()));
            }
        }
        Ok(())
    }

    /// Writes it for one request in the resident's language; in English, else in any, when it has no text in that one.
    #[must_use]
    pub fn fill(&self, lang: &str, filling: &Filling<'_>) -> String {
        let mut rest = self.texts.in_language(lang);
        let mut filled = String::with_capacity(rest.len());
        // What is filled in is not looked into again: a place called {date} stays one.
        while let Some((before, name, after)) = next_placeholder(rest) {
            filled.push_str(before);
            match name {
                "code" => filled.push_str(filling.code),
                "place" => filled.push_str(filling.place),
                "service" => filled.push_str(filling.service),
                "date" => filled.push_str(filling.date),
                other => {
                    filled.push('{');
                    filled.push_str(other);
                    filled.push('}');
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, name, after) = next_placeholder(rest)?;
        rest = after;
        Some(name)
    })
}

/// The next word in braces, with what stands before and after it.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('{')?;
    let close = open + text[open..].find('}')?;
    Some((&text[..open], &text[open + 1..close], &text[close + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(texts: &[(&str, &str)]) -> Template {
        Template {
            id: "1".into(),
            agency: "dinas-pu".into(),
            title: "Lamp".into(),
            texts: Words(
                texts
                    .iter()
                    .map(|(lang, text)| ((*lang).to_owned(), (*text).to_owned()))
                    .collect(),
            ),
        }
    }

    const FILLING: Filling<'_> = Filling {
        code: "K7MQ-4XTD",
        place: "Kapas {date}",
        service: "Street light",
        date: "21 November 2026",
    };

    #[test]
    fn the_residents_language_is_picked_and_what_differs_is_filled_in_once() {
        let lamp = template(&[
            ("en", "Request {code}: mended at {place} on {date}."),
            ("id", "Laporan {code}: {service} di {place}."),
        ]);
        assert_eq!(lamp.check(), Ok(()));
        assert_eq!(
            lamp.fill("id", &FILLING),
            "Laporan K7MQ-4XTD: Street light di Kapas {date}."
        );
        assert_eq!(
            lamp.fill("sw", &FILLING),
            "Request K7MQ-4XTD: mended at Kapas {date} on 21 November 2026."
        );
    }

    #[test]
    fn a_placeholder_nobody_knows_is_refused_before_a_resident_reads_it() {
        assert_eq!(
            template(&[("en", "Dear {name}, thank you.")]).check(),
            Err(Wrong::Placeholder("name".into()))
        );
        assert_eq!(template(&[("en", "an open { brace")]).check(), Ok(()));
        assert_eq!(template(&[("en", "  ")]).check(), Err(Wrong::TextMissing));
        assert_eq!(
            Template {
                title: " ".into(),
                ..template(&[("en", "x")])
            }
            .check(),
            Err(Wrong::TitleMissing)
        );
    }
}
