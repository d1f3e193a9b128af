//! Which numbers say something about a standard criterion of a kind of facility: as shipped, and as stewards keep them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{Concept, People, Source, Turn};
use crate::{
    platform::{
        problem::{Problem, Result},
        time::Time,
        words::Words,
    },
    scorecards::model::{criterion::STANDARD, facility::KINDS},
};

/// The longest note and code, in characters.
const MOST_NOTE: usize = 500;
const MOST_CODE: usize = 100;

/// One number that says something about a criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    pub key: Key,
    /// Code of the indicator that counts the people of a place, for a rate of requests; without it they are only counted.
    pub people_code: Option<String>,
    /// `None` where its values do not turn into points.
    pub turn: Option<Turn>,
    /// What it is of, beside the criterion.
    pub concept: Concept,
    pub people: People,
    /// Why the concept is said to be so.
    pub note: Words,
    /// It holds no more.
    pub is_withdrawn: bool,
    /// Who said so as in the audit trail, and when; nobody for one that is shipped.
    pub said: Option<(String, Time)>,
}

/// What a link is between.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Kind of facility.
    pub kind: String,
    /// Code of a standard criterion.
    pub standard: String,
    /// One of [`Source::LINKED`].
    pub source: Source,
    /// Code of an indicator; of a service where the source is requests.
    pub code: String,
}

/// A link as somebody typed it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub kind: String,
    pub standard: String,
    pub source: String,
    pub code: String,
    pub people_code: String,
    pub zero: String,
    pub hundred: String,
    pub concept: String,
    pub people: String,
    pub note: String,
    /// `keep` or `withdraw`.
    pub act: String,
}

impl Typed {
    /// What it is between, where that can be read.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        Some(Key {
            kind: self.kind.clone(),
            standard: self.standard.clone(),
            source: Source::parse(&self.source)?,
            code: self.code.trim().to_owned(),
        })
    }

    /// Reads a link; its note stands in the language `lang`.
    ///
    /// # Errors
    /// Names every field that will not do: `beside-choice`, `beside-code-missing`, `beside-turn`, `beside-note-missing`, `text-long`.
    pub fn read(&self, lang: &str) -> Result<Link> {
        let mut problem = Problem::invalid("fields");
        let source = Source::parse(&self.source).filter(|source| Source::LINKED.contains(source));
        let concept = Concept::parse(&self.concept);
        let people = People::parse(&self.people);
        for (field, is_wrong) in [
            ("kind", !KINDS.contains(&self.kind.as_str())),
            ("standard", !STANDARD.contains(&self.standard.as_str())),
            ("source", source.is_none()),
            ("concept", concept.is_none()),
            ("people", people.is_none()),
        ] {
            if is_wrong {
                problem = problem.field(field, "beside-choice");
            }
        }
        let (code, people_code, note) = (self.code.trim(), self.people_code.trim(), self.note.trim());
        if code.is_empty() {
            problem = problem.field("code", "beside-code-missing");
        }
        if note.is_empty() {
            problem = problem.field("note", "beside-note-missing");
        }
        for (field, text, most) in [
            ("code", code, MOST_CODE),
            ("people_code", people_code, MOST_CODE),
            ("note", note, MOST_NOTE),
        ] {
            if text.chars().count() > most {
                problem = problem.field(field, "text-long");
            }
        }
        let turn = self.turn();
        if turn.is_err() {
            problem = problem.field("zero", "beside-turn");
        }
        match (source, concept, people, turn, problem.fields().is_empty()) {
            (Some(source), Some(concept), Some(people), Ok(turn), true) => Ok(Link {
                key: Key {
                    kind: self.kind.clone(),
                    standard: self.standard.clone(),
                    source,
                    code: code.to_owned(),
                },
                people_code: Some(people_code.to_owned())
                    .filter(|code| source == Source::Requests && !code.is_empty()),
                turn,
                concept,
                people,
                note: Words(BTreeMap::from([(lang.to_owned(), note.to_owned())])),
                is_withdrawn: self.act == "withdraw",
                said: None,
            }),
            _ => Err(problem),
        }
    }

    /// Both values, or neither; an error where they do not make a line.
    fn turn(&self) -> Result<Option<Turn>, ()> {
        let (zero, hundred) = (self.zero.trim(), self.hundred.trim());
        if zero.is_empty() && hundred.is_empty() {
            return Ok(None);
        }
        let number = |text: &str| text.replace(',', ".").parse::<f64>().map_err(|_| ());
        Turn::new(number(zero)?, number(hundred)?).map(Some).ok_or(())
    }
}

/// What is kept over what is shipped, by key; `kept` in the order in which it was said.
#[must_use]
pub fn in_force(shipped: &[Link], kept: Vec<Link>) -> Vec<Link> {
    let all = shipped.iter().cloned().chain(kept);
    let by_key: BTreeMap<Key, Link> = all.map(|link| (link.key.clone(), link)).collect();
    by_key.into_values().collect()
}

/// The links that come with the product.
#[must_use]
pub fn shipped() -> &'static [Link] {
    &SHIPPED
}

const TEXT: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/beside/links.toml"
));

// A test reads it.
static SHIPPED: LazyLock<Vec<Link>> = LazyLock::new(|| read(TEXT).unwrap_or_default());

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    link: Vec<WrittenLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLink {
    kind: String,
    standard: String,
    source: Source,
    code: String,
    people_code: Option<String>,
    zero: Option<f64>,
    hundred: Option<f64>,
    concept: Concept,
    people: People,
    note: Words,
}

fn read(text: &str) -> Result<Vec<Link>, toml::de::Error> {
    let written: Written = toml::from_str(text)?;
    let link = |written: WrittenLink| Link {
        key: Key {
            kind: written.kind,
            standard: written.standard,
            source: written.source,
            code: written.code,
        },
        people_code: written.people_code,
        turn: written
            .zero
            .zip(written.hundred)
            .and_then(|(zero, hundred)| Turn::new(zero, hundred)),
        concept: written.concept,
        people: written.people,
        note: written.note,
        is_withdrawn: false,
        said: None,
    };
    Ok(written.link.into_iter().map(link).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            kind: "clinic".into(),
            standard: "waiting".into(),
            source: "survey".into(),
            code: " 6.1.1 ".into(),
            zero: "0".into(),
            hundred: "100".into(),
            concept: "proxy".into(),
            people: "residents".into(),
            note: "Because.".into(),
            act: "keep".into(),
            ..Typed::default()
        }
    }

    #[test]
    fn what_is_shipped_can_be_read_and_links_what_there_is() {
        let all = read(TEXT).expect("links");
        assert!(!all.is_empty());
        for link in &all {
            assert!(KINDS.contains(&link.key.kind.as_str()), "{:?}", link.key);
            assert!(STANDARD.contains(&link.key.standard.as_str()), "{:?}", link.key);
            assert!(Source::LINKED.contains(&link.key.source), "{:?}", link.key);
            assert!(link.note.0.contains_key("en") && link.note.0.contains_key("id"));
        }
        assert_eq!(in_force(&all, Vec::new()).len(), all.len(), "each once");
    }

    #[test]
    fn a_link_is_read_as_typed_and_everything_wrong_is_told_at_once() {
        let link = typed().read("en").expect("a link");
        assert_eq!(link.key.code, "6.1.1");
        assert_eq!(link.turn, Turn::new(0.0, 100.0));
        let wrong = Typed {
            kind: "castle".into(),
            source: "users".into(),
            code: String::new(),
            hundred: "0".into(),
            note: String::new(),
            ..typed()
        };
        let problem = wrong.read("en").expect_err("refused");
        let fields: Vec<&str> = problem.fields().iter().map(|field| &*field.field).collect();
        assert_eq!(fields, ["kind", "source", "code", "note", "zero"]);
        let half = Typed {
            hundred: String::new(),
            ..typed()
        };
        assert!(half.read("en").is_err());
    }

    #[test]
    fn what_a_steward_said_last_holds_over_what_is_shipped() {
        let first = typed().read("en").expect("a link");
        let last = Link {
            is_withdrawn: true,
            ..first.clone()
        };
        let held = in_force(std::slice::from_ref(&first), vec![first.clone(), last.clone()]);
        assert_eq!(held, [last]);
    }
}
