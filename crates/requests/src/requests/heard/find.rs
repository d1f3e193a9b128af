//! What a message is about, and where: services by their words, places by name or code.
//!
//! A guess is taken only when nothing else comes near; otherwise the sender is asked.

use std::sync::Arc;

use super::words::split;
use crate::{
    places::model::{Place, Places, fold},
    platform::i18n::Lang,
    requests::model::service::{Attribute, Service},
};

/// The most choices that are put to somebody.
pub const MOST_CHOICES: usize = 9;
/// Words of a place's name that are looked at together.
const MOST_WORDS: usize = 4;
/// A keyword, a word of the title, a word of what is said about a service.
const KEYWORD: u32 = 6;
const TITLE: u32 = 4;
const ABOUT: u32 = 1;

/// What was found of somebody's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing else comes near.
    One(String),
    /// Codes of what it may be, the likeliest first.
    Several(Vec<String>),
    Nothing,
}

/// Finds the service whose words a text holds.
#[must_use]
pub fn service(services: &[Arc<Service>], text: &str) -> Found {
    let tokens = tokens(text);
    let mut scored: Vec<(u32, &str)> = services
        .iter()
        .filter(|service| service.is_open)
        .map(|service| (score(service, &tokens), service.code.as_str()))
        .filter(|(score, _)| *score >= TITLE)
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    match scored.as_slice() {
        [] => Found::Nothing,
        [(_, only)] => Found::One((*only).to_owned()),
        [(best, first), (next, _), ..] if best > next => Found::One((*first).to_owned()),
        [(best, _), ..] => Found::Several(
            scored
                .iter()
                .take_while(|(score, _)| score == best)
                .map(|(_, code)| (*code).to_owned())
                .take(MOST_CHOICES)
                .collect(),
        ),
    }
}

/// Finds the value of a list whose words a text holds; `None` unless exactly one does.
#[must_use]
pub fn value(attribute: &Attribute, text: &str) -> Option<String> {
    let tokens = tokens(text);
    let mut fitting = attribute.values.iter().filter(|choice| {
        choice
            .title
            .0
            .values()
            .map(String::as_str)
            .chain([choice.key.as_str()])
            .flat_map(self::tokens)
            .any(|word| tokens.iter().any(|token| is_like(token, &word)))
    });
    let found = fitting.next()?;
    fitting.next().is_none().then(|| found.key.clone())
}

/// Finds the place a text names, by code or by name; the narrowest of those that lie in each other.
#[must_use]
pub fn place(places: &Places, text: &str) -> Found {
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')')) {
        let word = word.trim_end_matches('.');
        // A bare year or house number is no code, and the whole area is no place to send somebody to.
        let is_code = word.len() > 1 && word.bytes().any(|byte| byte.is_ascii_digit());
        if let Some(place) = places
            .find(word)
            .filter(|place| is_code && place.is_current() && place.parent().is_some())
        {
            return Found::One(place.code().to_owned());
        }
    }
    let words = ordered(text);
    let mut exact = named(places, &words, |name, said| name == said);
    let is_sure = !exact.is_empty();
    if !is_sure {
        exact = named(places, &words, is_misspelt);
    }
    let narrowed = narrowed(&exact, &words);
    let codes: Vec<String> = narrowed
        .iter()
        .map(|place| place.code().to_owned())
        .take(MOST_CHOICES)
        .collect();
    match codes.len() {
        0 => Found::Nothing,
        1 if is_sure => Found::One(codes.into_iter().next().unwrap_or_default()),
        _ => Found::Several(codes),
    }
}

/// Whether words are nothing but thanks, so that a yes before them is a yes.
#[must_use]
pub fn is_thanks(text: &str) -> bool {
    ordered(text)
        .iter()
        .all(|word| has_word("requests-heard-words-thanks", word))
}

fn score(service: &Service, tokens: &[String]) -> u32 {
    let of = |text: &str, weight: u32| -> Vec<(String, u32)> {
        self::tokens(text)
            .into_iter()
            .map(|word| (word, weight))
            .collect()
    };
    let mut known: Vec<(String, u32)> = Vec::new();
    for keyword in &service.keywords {
        known.extend(of(keyword, KEYWORD));
    }
    for title in service.title.0.values() {
        known.extend(of(title, TITLE));
    }
    for about in service.about.0.values() {
        known.extend(of(about, ABOUT));
    }
    tokens
        .iter()
        .map(|token| {
            known
                .iter()
                .filter(|(word, _)| is_like(token, word))
                .map(|(_, weight)| *weight)
                .max()
                .unwrap_or(0)
        })
        .sum()
}

/// Whether two words are one, or one is the other with something before or behind it: `berlubang` and `lubang`.
fn is_like(said: &str, known: &str) -> bool {
    const LEAST_STEM: usize = 4;
    said == known
        || (known.chars().count() >= LEAST_STEM && said.contains(known))
        || (said.chars().count() >= LEAST_STEM && known.starts_with(said))
}

/// The words of a text that say something, folded, each once.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = ordered(text);
    tokens.retain(|word| word.chars().count() > 1 && !is_small(word));
    tokens.sort();
    tokens.dedup();
    tokens
}

fn ordered(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '\u{900}'..='\u{9ff}')))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Words that stand in every text, in every language of the locales.
fn is_small(word: &str) -> bool {
    has_word("requests-heard-words-small", word)
}

fn has_word(id: &'static str, word: &str) -> bool {
    Lang::ALL
        .into_iter()
        .filter(|lang| lang.has_text(id))
        .any(|lang| split(&lang.text(id).raw()).iter().any(|known| known == word))
}

/// Places of which some words say the name.
fn named<'a>(places: &'a Places, words: &[String], is_same: fn(&str, &str) -> bool) -> Vec<Place<'a>> {
    let phrases: Vec<String> = (1..=MOST_WORDS)
        .flat_map(|n| words.windows(n).map(|phrase| phrase.join(" ")))
        .filter(|phrase| phrase.chars().count() > 2)
        .collect();
    places
        .current()
        .filter(|place| place.parent().is_some())
        .filter(|place| {
            let name = ordered(place.name()).join(" ");
            phrases.iter().any(|phrase| is_same(&name, phrase))
        })
        .collect()
}

/// Whether a word is a name with one letter wrong, missing, too much or swapped; short names must be right.
fn is_misspelt(name: &str, said: &str) -> bool {
    const LEAST: usize = 5;
    let (name, said): (Vec<char>, Vec<char>) = (name.chars().collect(), said.chars().collect());
    if name.len() < LEAST || name.len().abs_diff(said.len()) > 1 || name[0] != said[0] {
        return false;
    }
    let same_before = name.iter().zip(&said).take_while(|(a, b)| a == b).count();
    let (a, b) = (&name[same_before..], &said[same_before..]);
    let is_swapped = a.len() >= 2 && b.len() >= 2 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
    let is_wrong = !a.is_empty() && !b.is_empty() && a[1..] == b[1..];
    is_swapped || is_wrong || (!a.is_empty() && a[1..] == *b) || (!b.is_empty() && *a == b[1..])
}

/// Of places named: those whose kind was said with them; then not what another of them lies in; then what lies in another.
fn narrowed<'a>(named: &[Place<'a>], words: &[String]) -> Vec<Place<'a>> {
    let is_marked = |place: &&Place<'a>, id: &'static str| {
        let name = ordered(place.name());
        words
            .windows(2)
            .any(|pair| has_word(id, &pair[0]) && name.first() == Some(&pair[1]))
    };
    let deepest = named.iter().map(|place| place.depth()).max().unwrap_or(0);
    let villages: Vec<Place<'a>> = named
        .iter()
        .filter(|place| place.depth() == deepest && is_marked(place, "requests-heard-words-village"))
        .copied()
        .collect();
    let pool: Vec<Place<'a>> = if villages.is_empty() {
        let districts: Vec<Place<'a>> = named
            .iter()
            .filter(|place| place.depth() < deepest && is_marked(place, "requests-heard-words-district"))
            .copied()
            .collect();
        let narrower = |place: &Place<'a>| districts.iter().any(|outer| outer.contains(*place));
        if districts.is_empty() {
            named.to_vec()
        } else {
            // A village named beside its district is meant, one of the same name as it is not.
            let named_beside: Vec<Place<'a>> = named
                .iter()
                .filter(|place| {
                    !districts.contains(place)
                        && narrower(place)
                        && districts
                            .iter()
                            .all(|outer| fold(outer.name()) != fold(place.name()))
                })
                .copied()
                .collect();
            if named_beside.is_empty() {
                districts
            } else {
                named_beside
            }
        }
    } else {
        villages
    };
    let same_name = |a: &Place<'a>, b: &Place<'a>| fold(a.name()) == fold(b.name());
    let narrowest: Vec<Place<'a>> = pool
        .iter()
        .filter(|outer| {
            !pool
                .iter()
                .any(|inner| inner != *outer && outer.contains(*inner) && !same_name(inner, outer))
        })
        .copied()
        .collect();
    // Two villages of one name: the district named beside them decides.
    let within: Vec<Place<'a>> = narrowest
        .iter()
        .filter(|place| {
            named
                .iter()
                .any(|outer| outer != *place && outer.contains(**place) && !same_name(outer, place))
        })
        .copied()
        .collect();
    if within.is_empty() { narrowest } else { within }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::model::service::{SAMPLE, parse};

    fn services() -> Vec<Arc<Service>> {
        parse(SAMPLE)
            .expect("the shipped services")
            .into_iter()
            .map(Arc::new)
            .collect()
    }

    #[test]
    fn a_service_is_found_by_its_words_in_either_language() {
        let services = services();
        for (text, code) in [
            ("jalan berlubang di Desa Kapas", "road"),
            ("lampu jalan mati di depan sekolah", "street-light"),
            ("The street light is out", "street-light"),
            ("pompa sumur rusak", "water"),
            ("ada pungli di kantor", "bribe"),
            ("Sampah tidak diangkut", "rubbish"),
            ("KTP saya belum jadi", "licence"),
        ] {
            assert_eq!(service(&services, text), Found::One(code.into()), "{text}");
        }
        assert_eq!(service(&services, "halo selamat pagi"), Found::Nothing);
        let both = service(&services, "sampah dan lampu");
        assert!(
            matches!(&both, Found::Several(codes) if codes.len() == 2),
            "{both:?}"
        );
    }

    #[test]
    fn a_value_is_taken_from_the_words_when_only_one_fits() {
        let services = services();
        let road = services
            .iter()
            .find(|service| service.code == "road")
            .expect("roads");
        assert_eq!(
            value(&road.attributes[0], "jalan berlubang").as_deref(),
            Some("pothole")
        );
        assert_eq!(value(&road.attributes[0], "jalan rusak"), None);
        assert_eq!(value(&road.attributes[0], "longsor di jembatan"), None);
    }

    #[test]
    fn one_wrong_letter_is_forgiven_in_long_names_only() {
        for said in ["ngasen", "ngaesm", "ngasm", "ngassem"] {
            assert!(is_misspelt("ngasem", said), "{said}");
        }
        for (name, said) in [("ngasem", "kasem"), ("kapa", "kapi"), ("ngasem", "ngambon")] {
            assert!(!is_misspelt(name, said), "{said}");
        }
    }
}
