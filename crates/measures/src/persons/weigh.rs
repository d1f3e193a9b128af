//! What all fields together say about two records of a person.
//!
//! Each comparison comes out at one level; the level's weight is log₂(m/u), where *m* is how often it comes out so for two records of
//! one person and *u* how often for two persons taken at random (Fellegi & Sunter 1969). A field that one of them lacks says nothing.
//! Weights are added to the prior odds; the sum is log₂ of the odds that they are one person. A shared word of a name weighs by how
//! rare it is (W. E. Winkler 1989): Siti tells less than Tjokrodiningrat.

use super::{
    birth::{Birth, BirthAgreement},
    names::{Agreement, Name, Word},
};

/// What is known of a person, for comparing.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub name: Name,
    pub birth: Option<Birth>,
    pub sex: Option<Sex>,
    /// Codes of the places they live in, the narrowest first: group, village, district.
    pub places: Vec<String>,
    /// The household they are of.
    pub household: Option<String>,
    /// Numbers somebody gave them, by kind: identity card, telephone.
    pub numbers: Vec<Number>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
}

/// A number that is meant to be one person's, such as that of an identity card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// What kind of number; only numbers of one kind are compared.
    pub kind: String,
    /// Letters and digits only.
    pub value: String,
}

/// How often a comparison comes out at a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Share among pairs of records of one person, above 0 and at most 1.
    pub m: f64,
    /// Share among pairs of records of two persons, above 0 and at most 1.
    pub u: f64,
}

impl Odds {
    /// Takes both shares.
    pub const fn new(m: f64, u: f64) -> Odds {
        Odds { m, u }
    }

    /// Evidence in bits; above 0 speaks for one person.
    pub fn weight(self) -> f64 {
        (self.m / self.u).log2()
    }
}

/// The parameters: what each level of each field is worth.
///
/// The shares were set by hand from the rates of error that the sources in [`super::birth`] and the generator
/// `gen_dups.py` describe, then looked at with the example `likeness`; a later issue estimates them from the data at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// log₂ of the odds that two records taken at random are of one person.
    pub prior: f64,
    /// The most bits that a name can bring, however rare its words are taken to be.
    pub most_name: f64,
    /// Share of one person's words that come out the same; their *u* is how many persons carry the word.
    pub word_same: f64,
    /// How many persons carry a word of a name nothing else is known of.
    pub word_share: f64,
    /// How many carry a word that is known to be common: Siti, Muhammad, Begum.
    pub common_word_share: f64,
    pub word_close: Odds,
    pub word_initial: Odds,
    pub word_different: Odds,
    pub common_word_different: Odds,
    /// A word that only one of them has.
    pub word_left_over: Odds,
    pub born_same_day: Odds,
    pub born_swapped: Odds,
    pub born_two_of_three: Odds,
    pub born_same_year: Odds,
    pub born_off_by_one: Odds,
    pub born_heaped: Odds,
    pub born_near: Odds,
    pub born_different: Odds,
    pub born_far: Odds,
    /// Two days that agree in nothing: rarer within one person than two ages that do not agree.
    pub born_different_day: Odds,
    pub sex_same: Odds,
    pub sex_different: Odds,
    pub place_same: Odds,
    /// Within the same next larger place: neighbours.
    pub place_near: Odds,
    pub place_different: Odds,
    /// Beyond what the same place says already.
    pub household_same: Odds,
    pub household_different: Odds,
    pub number_same: Odds,
    pub number_close: Odds,
    pub number_different: Odds,
}

impl Weights {
    /// The parameters for finding somebody among `n` persons, of whom one may be the same.
    ///
    /// Whoever is looked for is one of a community, and each in the list is that one with the chance of one in the community; so a list of
    /// three is not a community of three. Nor do `n` persons tell that a name is rarer than one in about so many, and one village's
    /// names are alike: the evidence of a name is bounded by the same measure.
    pub fn among(n: u64) -> Weights {
        let community = n.max(SMALLEST_COMMUNITY) as f64;
        Weights {
            prior: -community.log2(),
            most_name: community.log2() + MOST_BEYOND_PRIOR,
            word_same: 0.75,
            word_share: 0.004,
            common_word_share: 0.06,
            word_close: Odds::new(0.15, 0.012),
            word_initial: Odds::new(0.05, 0.06),
            word_different: Odds::new(0.05, 0.93),
            common_word_different: Odds::new(0.25, 0.9),
            word_left_over: Odds::new(0.3, 0.5),
            born_same_day: Odds::new(0.65, 1.0 / 25_000.0),
            born_swapped: Odds::new(0.04, 1.0 / 40_000.0),
            born_two_of_three: Odds::new(0.15, 0.005),
            born_same_year: Odds::new(0.6, 0.02),
            born_off_by_one: Odds::new(0.2, 0.03),
            born_heaped: Odds::new(0.1, 0.06),
            born_near: Odds::new(0.05, 0.06),
            born_different: Odds::new(0.017, 0.15),
            born_far: Odds::new(0.003, 0.7),
            born_different_day: Odds::new(0.03, 0.98),
            sex_same: Odds::new(0.98, 0.5),
            sex_different: Odds::new(0.02, 0.5),
            place_same: Odds::new(0.8, 0.02),
            place_near: Odds::new(0.08, 0.06),
            place_different: Odds::new(0.12, 0.92),
            household_same: Odds::new(0.6, 0.05),
            household_different: Odds::new(0.4, 0.95),
            number_same: Odds::new(0.7, 1e-6),
            number_close: Odds::new(0.1, 1e-4),
            number_different: Odds::new(0.2, 0.999),
        }
    }
}

/// What speaks for two records being of one person, field by field, in bits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    pub prior: f64,
    pub name: f64,
    pub birth: f64,
    pub sex: f64,
    pub place: f64,
    pub household: f64,
    pub numbers: f64,
}

impl Evidence {
    /// log₂ of the odds that they are one person.
    pub fn total(&self) -> f64 {
        self.prior + self.name + self.birth + self.sex + self.place + self.household + self.numbers
    }

    /// The probability that they are one person, 0..=1.
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.total()).exp2())
    }
}

/// Weighs two records, every word of a name as rare as [`Weights::word_share`] says; the same both ways.
pub fn weigh(a: &Person, b: &Person, weights: &Weights) -> Evidence {
    weigh_knowing(a, b, weights, |word| {
        if word.is_common {
            weights.common_word_share
        } else {
            weights.word_share
        }
    })
}

/// Weighs two records; `share` tells how many of all persons, 0..=1, carry a word.
pub fn weigh_knowing(a: &Person, b: &Person, weights: &Weights, share: impl Fn(&Word) -> f64) -> Evidence {
    Evidence {
        prior: weights.prior,
        name: weigh_names(&a.name, &b.name, weights, share).min(weights.most_name),
        birth: a
            .birth
            .zip(b.birth)
            .map_or(0.0, |(a, b)| weigh_births(a, b, weights)),
        sex: match a.sex.zip(b.sex) {
            None => 0.0,
            Some((a, b)) if a == b => weights.sex_same.weight(),
            Some(_) => weights.sex_different.weight(),
        },
        place: weigh_places(&a.places, &b.places, weights),
        household: match a.household.as_ref().zip(b.household.as_ref()) {
            None => 0.0,
            Some((a, b)) if a == b => weights.household_same.weight(),
            Some(_) => weights.household_different.weight(),
        },
        numbers: weigh_numbers(&a.numbers, &b.numbers, weights),
    }
}

/// Rarest a word counts as: beyond this a slip of the pen is as likely as a rare name.
const RAREST: f64 = 1e-4;
/// The fewest people among whom forms are filed: a hamlet with its neighbours.
const SMALLEST_COMMUNITY: u64 = 1000;
/// How far a name alone may carry beyond even odds, in bits: to 256 to 1.
const MOST_BEYOND_PRIOR: f64 = 8.0;

fn weigh_names(a: &Name, b: &Name, weights: &Weights, share: impl Fn(&Word) -> f64) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let same = |a: &Word, b: &Word| {
        // Spelled differently, each spelling has its own share; the commoner one tells less.
        let share = share(a).max(share(b)).clamp(RAREST, 1.0);
        Odds::new(weights.word_same.max(share), share).weight()
    };
    if a.words.len() != b.words.len() && a.joined() == b.joined() {
        let longer = if a.words.len() > b.words.len() { a } else { b };
        return longer.words.iter().map(|word| same(word, word)).sum();
    }
    let alignment = a.align(b);
    let paired: f64 = alignment
        .pairs
        .iter()
        .map(|(a, b, agreement)| match agreement {
            Agreement::Same => same(a, b),
            Agreement::Close => weights.word_close.weight(),
            Agreement::Initial => weights.word_initial.weight(),
            Agreement::Different if a.is_common || b.is_common => weights.common_word_different.weight(),
            Agreement::Different => weights.word_different.weight(),
        })
        .sum();
    let left_over = alignment.left_over.iter().filter(|word| !word.is_common).count();
    paired + left_over as f64 * weights.word_left_over.weight()
}

fn weigh_births(a: Birth, b: Birth, weights: &Weights) -> f64 {
    let are_days = matches!((a, b), (Birth::Day { .. }, Birth::Day { .. }));
    let odds = match a.compare(b) {
        BirthAgreement::SameDay => weights.born_same_day,
        BirthAgreement::Swapped => weights.born_swapped,
        BirthAgreement::TwoOfThree => weights.born_two_of_three,
        BirthAgreement::SameYear => weights.born_same_year,
        BirthAgreement::OffByOne => weights.born_off_by_one,
        BirthAgreement::Heaped => weights.born_heaped,
        BirthAgreement::Near => weights.born_near,
        BirthAgreement::Different if are_days => weights.born_different_day,
        BirthAgreement::Different => weights.born_different,
        BirthAgreement::Far => weights.born_far,
    };
    odds.weight()
}

fn weigh_places(a: &[String], b: &[String], weights: &Weights) -> f64 {
    let (Some(narrowest), Some(other)) = (a.first(), b.first()) else {
        return 0.0;
    };
    if narrowest == other {
        return weights.place_same.weight();
    }
    // One record may tell only the village, the other its part too; or both lie in the same next larger place.
    let is_near = a
        .iter()
        .take(2)
        .any(|place| b.iter().take(2).any(|other| place == other));
    if is_near {
        weights.place_near.weight()
    } else {
        weights.place_different.weight()
    }
}

fn weigh_numbers(a: &[Number], b: &[Number], weights: &Weights) -> f64 {
    a.iter()
        .filter_map(|number| {
            let others: Vec<&Number> = b.iter().filter(|other| other.kind == number.kind).collect();
            others
                .iter()
                .map(|other| {
                    if other.value == number.value {
                        weights.number_same.weight()
                    } else if is_one_slip(&number.value, &other.value) {
                        weights.number_close.weight()
                    } else {
                        weights.number_different.weight()
                    }
                })
                .max_by(f64::total_cmp)
        })
        .sum()
}

/// Whether two numbers differ by one digit, one left out, or two that changed places.
fn is_one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() < 5 || long.len() - short.len() > 1 {
        return false;
    }
    let at = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    if short.len() < long.len() {
        return short[at..] == long[at + 1..];
    }
    let rest = |n: usize| short.get(at + n..) == long.get(at + n..);
    rest(1) || (rest(2) && short.get(at) == long.get(at + 1) && short.get(at + 1) == long.get(at))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::persons::names::Language;

    fn person(name: &str, age: i32, place: &str) -> Person {
        Person {
            name: Name::read(name, Language::Indonesian),
            birth: Some(Birth::Age { year: 2026, age }),
            sex: Some(Sex::Female),
            places: vec![place.into(), place[..2].into()],
            household: None,
            numbers: Vec::new(),
        }
    }

    fn probability(a: &Person, b: &Person) -> f64 {
        weigh(a, b, &Weights::among(115_000)).probability()
    }

    #[test]
    fn the_same_woman_spelled_otherwise_in_the_same_village_is_found() {
        let one = person("Siti Aminah", 34, "v1.2");
        assert!(probability(&one, &person("Sitti Amina", 35, "v1.2")) > 0.8);
        assert!(probability(&one, &person("Siti Aminah", 34, "v1.2")) > 0.9);
        assert!(probability(&one, &person("Siti Rahmawati", 34, "v1.2")) < 0.05);
        assert!(probability(&one, &person("Siti Aminah", 60, "v2.2")) < 0.01);
    }

    #[test]
    fn in_a_list_of_few_a_name_alone_makes_nobody_the_same() {
        let few = |a: &Person, b: &Person| weigh(a, b, &Weights::among(3)).probability();
        let one = person("Siti Aminah", 34, "v1.2");
        assert!(few(&one, &person("Siti Aminah", 70, "v2.2")) < 0.01);
        assert!(few(&one, &person("Siti Aminah", 70, "v1.2")) < 0.5);
        assert!(few(&one, &person("Dewi Lestari", 34, "v1.2")) < 0.3);
        assert!(few(&one, &person("Sitti Amina", 35, "v1.2")) > 0.9);
        // However rare the words are taken to be, a name is not proof.
        let rare = |age, place| person("Sugeng Tjokrodiningrat Wiryo Hadikusumo", age, place);
        assert!(few(&rare(34, "v1.2"), &rare(70, "v2.2")) < 0.5);
        assert!(few(&rare(34, "v1.2"), &rare(35, "v2.2")) > 0.9);
    }

    #[test]
    fn a_rare_word_weighs_more_than_a_common_one() {
        let (one, other) = (person("Sugeng", 40, "v1.2"), person("Sugeng", 40, "v1.2"));
        let weights = Weights::among(1000);
        let rare = weigh_knowing(&one, &other, &weights, |_| 0.0005).total();
        let common = weigh_knowing(&one, &other, &weights, |_| 0.05).total();
        assert!(rare > common + 5.0);
    }

    #[test]
    fn twins_in_one_household_stay_two() {
        let twin = |name: &str| Person {
            birth: Some(Birth::on(2010, 4, 9)),
            household: Some("h1".into()),
            ..person(name, 16, "v1.2")
        };
        assert!(probability(&twin("Hasan Basri"), &twin("Husein Anwar")) < 0.5);
        assert!(probability(&twin("Hasan Basri"), &twin("Hasan Basri")) > 0.99);
    }

    #[test]
    fn a_number_is_one_slip_away_or_another() {
        assert!(is_one_slip("3514012345", "3514012354"));
        assert!(is_one_slip("3514012345", "351401245"));
        assert!(is_one_slip("3514012345", "3514012349"));
        assert!(!is_one_slip("3514012345", "3514013245x"));
        assert!(!is_one_slip("3514012345", "9914012345"));
    }

    fn persons() -> impl Strategy<Value = Person> {
        let names = prop_oneof![
            Just("Siti Aminah"),
            Just("Nurhayati"),
            Just("Nur Hayati"),
            Just("M. Yusuf"),
            Just(""),
            Just("Yusup Muhammad Ali")
        ];
        let births = prop_oneof![
            Just(None),
            (1985..1990_i32, 1..4_u8, 2..4_u8)
                .prop_map(|(year, month, day)| Some(Birth::on(year, month, day))),
            (30..40_i32).prop_map(|age| Some(Birth::Age { year: 2025, age })),
        ];
        (
            names,
            births,
            0..3_u8,
            0..4_u8,
            0..3_u8,
            proptest::option::of("0812345[0-9]{2}"),
        )
            .prop_map(|(name, birth, sex, place, household, number)| Person {
                name: Name::read(name, Language::Indonesian),
                birth,
                sex: [None, Some(Sex::Female), Some(Sex::Male)][usize::from(sex)],
                places: match place {
                    0 => Vec::new(),
                    place => vec![format!("v.{place}"), "v".into()],
                },
                household: (household > 0).then(|| household.to_string()),
                numbers: number
                    .into_iter()
                    .map(|value| Number {
                        kind: "phone".into(),
                        value,
                    })
                    .collect(),
            })
    }

    proptest! {
        #[test]
        fn to_weigh_is_the_same_both_ways_and_a_probability(a in persons(), b in persons()) {
            let weights = Weights::among(1000);
            let (one, other) = (weigh(&a, &b, &weights), weigh(&b, &a, &weights));
            prop_assert!((one.total() - other.total()).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&one.probability()));
        }

        #[test]
        fn nobody_is_more_like_a_person_than_that_person(a in persons(), b in persons()) {
            let weights = Weights::among(1000);
            let whole = |person: &Person, other: &Person| Person {
                name: Name::read("Siti Aminah", Language::Indonesian),
                birth: Some(Birth::on(1990, 5, 3)),
                sex: Some(person.sex.unwrap_or(Sex::Male)),
                places: person.places.clone(),
                household: person.household.clone().or(Some("h".into())),
                numbers: if person.numbers.is_empty() { other.numbers.clone() } else { person.numbers.clone() },
            };
            let one = whole(&a, &b);
            let other = Person { places: one.places.clone(), ..b };
            let (itself, another) = (weigh(&one, &one, &weights), weigh(&one, &other, &weights));
            prop_assert!(itself.total() + 1e-9 >= another.total());
        }
    }
}
