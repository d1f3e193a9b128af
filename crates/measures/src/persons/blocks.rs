//! Blocking: what two records of one person nearly always share, so that only those are compared.
//!
//! Each record is filed under several keys, and two records meet when they share one of them; an error in one field leaves the keys
//! that are made of the others (M. A. Jaro 1989 used several passes for the same reason). Keys are made of phonetic keys, so
//! that a slip within a word's vowels or between letters of one sound does not part them.

use std::collections::BTreeSet;

use super::{
    birth::Birth,
    names::Word,
    weigh::{Person, Sex},
};

/// Years that are looked through on either side of the years somebody may have been born in.
const YEARS_AROUND: i32 = 2;
/// How many of the narrowest places a word is filed under.
const PLACES: usize = 2;

/// Returns the keys a record is filed under.
pub fn filed_under(person: &Person) -> BTreeSet<String> {
    keys(person, 0)
}

/// Returns the keys to look under for records of the same person: those of [`filed_under`] and births some years off.
pub fn looked_under(person: &Person) -> BTreeSet<String> {
    keys(person, YEARS_AROUND)
}

fn keys(person: &Person, years_around: i32) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let words: Vec<&Word> = person
        .name
        .words
        .iter()
        .filter(|word| !word.is_initial())
        .collect();
    // Words that say much; where there is none, those there are.
    let telling: Vec<&Word> = words.iter().copied().filter(|word| !word.is_common).collect();
    let telling = if telling.is_empty() {
        words.clone()
    } else {
        telling
    };
    for (i, a) in words.iter().enumerate() {
        for b in &words[i + 1..] {
            let (first, second) = if a.key <= b.key { (a, b) } else { (b, a) };
            keys.insert(format!("words {} {}", first.key, second.key));
        }
    }
    if !words.is_empty() {
        keys.insert(format!("whole {}", person.name.joined_key()));
    }
    for word in &telling {
        for place in person.places.iter().take(PLACES) {
            keys.insert(format!("place {} {place}", word.key));
        }
        if let Some(birth) = person.birth {
            let (first, last) = birth.years();
            for year in first - years_around..=last + years_around {
                keys.insert(format!("year {} {year}", word.key));
            }
        }
    }
    if let Some(Birth::Day { year, month, day }) = person.birth {
        // Day and month in the order of their size: a date finds the one whose day and month changed places.
        let (low, high) = (month.min(day), month.max(day));
        let sex = match person.sex {
            Some(Sex::Female) => "f",
            Some(Sex::Male) => "m",
            None => "",
        };
        keys.insert(format!("day {year} {low} {high} {sex}"));
    }
    for number in &person.numbers {
        keys.insert(format!("number {} {}", number.kind, number.value));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persons::names::{Language, Name};

    fn person(name: &str, birth: Option<Birth>) -> Person {
        Person {
            name: Name::read(name, Language::Indonesian),
            birth,
            sex: Some(Sex::Female),
            places: vec!["v.1".into(), "v".into(), "d".into()],
            household: None,
            numbers: Vec::new(),
        }
    }

    fn meet(a: &Person, b: &Person) -> bool {
        !filed_under(a).is_disjoint(&looked_under(b))
    }

    #[test]
    fn records_of_one_person_meet_in_spite_of_an_error_in_a_field() {
        let aged = |age| Some(Birth::Age { year: 2026, age });
        let one = person("Siti Aminah", aged(34));
        for other in [
            person("Aminah Siti", aged(60)),
            person("Amina", aged(36)),
            person("St. Aminah", None),
            person("Sitti Aminnah Wulandari", aged(34)),
        ] {
            assert!(meet(&one, &other), "{other:?}");
            assert!(meet(&other, &one), "{other:?}");
        }
        assert!(meet(&person("Nur Hayati", None), &person("Nurhayati", None)));
        let born = person("Xaverius", Some(Birth::on(1990, 3, 5)));
        assert!(meet(&born, &person("Wahyu", Some(Birth::on(1990, 5, 3)))));
        assert!(!meet(&one, &person("Sugeng", aged(34))));
    }

    #[test]
    fn a_word_everybody_carries_is_no_key_of_its_own() {
        let keys = filed_under(&person("Siti Aminah", Some(Birth::Year(1990))));
        assert!(
            keys.iter()
                .all(|key| !key.starts_with("year st") && !key.starts_with("place st")),
            "{keys:?}"
        );
        assert!(filed_under(&person("Siti", None)).contains("place st v"));
    }

    #[test]
    fn a_record_without_anything_is_filed_nowhere() {
        let nobody = Person {
            places: Vec::new(),
            sex: None,
            ..person("", None)
        };
        assert!(filed_under(&nobody).is_empty());
    }
}
