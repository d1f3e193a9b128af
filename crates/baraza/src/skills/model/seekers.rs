//! Seekers: what is asked of them, and the steps from an offer to the end of a course.

use jiff::civil::Date;

use crate::platform::{
    message::phone::Phone,
    problem::{Problem, Result},
};

use super::{FIELDS, MOST_ISCED};

/// Whom this is for: young people as the African Youth Charter has them, which is the widest of the usual bounds. In years.
const AGES: std::ops::RangeInclusive<i64> = 15..=35;
/// Letters of a name, a number and a note on the paper at most.
const MOST_WORDS: usize = 120;
/// Wishes at most.
pub const MOST_WISHES: usize = 3;
/// How far somebody can travel: within their place, within the one around it, within the one around that, or anywhere.
pub const STEPS: [i64; 4] = [0, 1, 2, ANYWHERE];
/// As far as there are places.
pub const ANYWHERE: i64 = 9;

/// Somebody's sex, which says whether seats that are kept for women are for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Female,
    Male,
    /// Neither, or not told.
    Other,
}

/// How a match stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The operator told the seeker of it.
    Offered,
    /// The seeker wants it, and a seat is held.
    Accepted,
    /// The seeker does not want it, or not any more.
    Declined,
    /// The institution took them.
    Enrolled,
    Finished,
    /// Left before the end.
    Dropped,
}

/// A seeker as typed at the desk.
#[derive(Debug, Clone, Default)]
pub struct TypedSeeker {
    pub name: String,
    pub phone: String,
    /// Where the signed paper lies.
    pub paper: String,
    /// `yes` where they agreed.
    pub consent: String,
    pub place: String,
    pub birth_year: String,
    pub sex: String,
    pub schooling: String,
    pub wishes: [String; MOST_WISHES],
    pub steps: String,
}

/// What is known at the desk where a seeker is typed.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    pub this_year: i64,
    /// What telephone numbers without a country begin with: its code, digits alone.
    pub phone_prefix: &'a str,
    /// Whether the place that was typed is one that the operator works for.
    pub serves_place: bool,
}

/// A seeker who agreed, ready to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSeeker {
    pub name: String,
    /// May be empty.
    pub phone: String,
    pub paper: String,
    pub place: String,
    pub birth_year: i64,
    pub sex: Sex,
    /// ISCED 2011, 0 to 8.
    pub schooling: i64,
    /// Codes of [`FIELDS`], the first wish first; empty for any.
    pub wants: Vec<String>,
    /// One of [`STEPS`].
    pub steps: i64,
}

impl Sex {
    pub const ALL: [Sex; 3] = [Sex::Female, Sex::Male, Sex::Other];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Other => "X",
        }
    }

    /// Reads the word that [`Sex::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Sex> {
        Sex::ALL.into_iter().find(|sex| sex.as_str() == word)
    }

    /// Seats of those that are not kept for women which somebody of this sex counts against: 0 or 1.
    #[must_use]
    pub fn n_open(self) -> i64 {
        match self {
            Sex::Female => 0,
            Sex::Male | Sex::Other => 1,
        }
    }
}

impl State {
    pub const ALL: [State; 6] = [
        State::Offered,
        State::Accepted,
        State::Declined,
        State::Enrolled,
        State::Finished,
        State::Dropped,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Offered => "offered",
            State::Accepted => "accepted",
            State::Declined => "declined",
            State::Enrolled => "enrolled",
            State::Finished => "finished",
            State::Dropped => "dropped",
        }
    }

    /// Reads the word that [`State::as_str`] writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The steps that can be taken from here.
    #[must_use]
    pub fn next(self) -> &'static [State] {
        match self {
            State::Offered => &[State::Accepted, State::Declined],
            State::Accepted => &[State::Enrolled, State::Declined],
            State::Enrolled => &[State::Finished, State::Dropped],
            State::Declined | State::Finished | State::Dropped => &[],
        }
    }

    /// The steps that can be taken on a day, in a course that begins on `starts_on`: nobody finishes what has not begun.
    ///
    /// `None` for a course that the register does not know any more.
    pub fn next_on(self, today: Date, starts_on: Option<Date>) -> impl Iterator<Item = State> {
        let has_begun = starts_on.is_none_or(|day| day <= today);
        self.next()
            .iter()
            .copied()
            .filter(move |next| *next != State::Finished || has_begun)
    }

    /// Whether a seat is held.
    #[must_use]
    pub fn holds_seat(self) -> bool {
        matches!(self, State::Accepted | State::Enrolled | State::Finished)
    }

    /// Whether somebody sits, or sat, in the course.
    #[must_use]
    pub fn is_in_course(self) -> bool {
        matches!(self, State::Enrolled | State::Finished)
    }

    /// Whether it keeps the seeker from taking another seat.
    #[must_use]
    pub fn is_busy(self) -> bool {
        matches!(self, State::Accepted | State::Enrolled)
    }

    /// Whether the same seat can be offered again.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, State::Declined | State::Dropped)
    }
}

impl NewSeeker {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Names every field that will not do: `skills-name`, `text-long`, `phone-malformed`, `skills-place`, `skills-place-not-yours`,
    /// `skills-birth-year`, `skills-sex`, `skills-schooling`, `skills-steps`, `skills-paper`, and `skills-consent` where nobody agreed.
    pub fn parse(typed: &TypedSeeker, desk: Desk<'_>) -> Result<NewSeeker> {
        let mut wrong = Vec::new();
        let name = typed.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            wrong.push(("name", "skills-name"));
        }
        if name.chars().count() > MOST_WORDS {
            wrong.push(("name", "text-long"));
        }
        if !is_phone(&typed.phone, desk.phone_prefix) {
            wrong.push(("phone", "phone-malformed"));
        }
        if typed.place.trim().is_empty() {
            wrong.push(("place", "skills-place"));
        } else if !desk.serves_place {
            wrong.push(("place", "skills-place-not-yours"));
        }
        let birth_year = whole(&typed.birth_year).filter(|year| AGES.contains(&(desk.this_year - year)));
        if birth_year.is_none() {
            wrong.push(("birth_year", "skills-birth-year"));
        }
        let sex = Sex::parse(&typed.sex);
        if sex.is_none() {
            wrong.push(("sex", "skills-sex"));
        }
        let schooling = whole(&typed.schooling).filter(|level| (0..=MOST_ISCED).contains(level));
        if schooling.is_none() {
            wrong.push(("schooling", "skills-schooling"));
        }
        let steps = whole(&typed.steps).filter(|steps| STEPS.contains(steps));
        if steps.is_none() {
            wrong.push(("steps", "skills-steps"));
        }
        if typed.consent != "yes" {
            wrong.push(("consent", "skills-consent"));
        }
        if typed.paper.trim().is_empty() {
            wrong.push(("paper", "skills-paper"));
        } else if typed.paper.chars().count() > MOST_WORDS {
            wrong.push(("paper", "text-long"));
        }
        match (birth_year, sex, schooling, steps) {
            (Some(birth_year), Some(sex), Some(schooling), Some(steps)) if wrong.is_empty() => {
                Ok(NewSeeker {
                    name,
                    phone: typed.phone.trim().to_owned(),
                    paper: typed.paper.trim().to_owned(),
                    place: typed.place.trim().to_owned(),
                    birth_year,
                    sex,
                    schooling,
                    wants: wishes(&typed.wishes),
                    steps,
                })
            }
            _ => Err(wrong
                .into_iter()
                .fold(Problem::invalid("fields"), |problem, (field, code)| {
                    problem.field(field, code)
                })),
        }
    }

    /// What finds the same person again: the name without its capitals, the year of birth and the number's digits.
    #[must_use]
    pub fn known_by(&self) -> String {
        let digits: String = self.phone.chars().filter(char::is_ascii_digit).collect();
        format!("{}|{}|{digits}", self.name.to_lowercase(), self.birth_year)
    }
}

/// Each wish once, in their order; what is no field is no wish.
fn wishes(typed: &[String]) -> Vec<String> {
    let mut wants: Vec<String> = Vec::new();
    for wish in typed {
        if FIELDS.contains(&wish.as_str()) && !wants.contains(wish) {
            wants.push(wish.clone());
        }
    }
    wants
}

/// Whether somebody can be called there; nothing at all will do, a short code of a network will not.
fn is_phone(typed: &str, prefix: &str) -> bool {
    let typed = typed.trim();
    let is_number = || Phone::parse(typed, prefix).is_some_and(|phone| phone.as_str().starts_with('+'));
    typed.is_empty() || (typed.chars().count() <= MOST_WORDS && is_number())
}

fn whole(typed: &str) -> Option<i64> {
    typed.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: Desk<'static> = Desk {
        this_year: 2026,
        phone_prefix: "62",
        serves_place: true,
    };

    fn typed() -> TypedSeeker {
        TypedSeeker {
            name: " Siti  Aminah ".into(),
            phone: "0812 3456 7890".into(),
            paper: "Folder 3".into(),
            consent: "yes".into(),
            place: "35.22.01.2001".into(),
            birth_year: "2006".into(),
            sex: "F".into(),
            schooling: "3".into(),
            wishes: ["06".into(), "06".into(), "nonsense".into()],
            steps: "1".into(),
        }
    }

    #[test]
    fn a_seeker_is_read_and_each_wish_counts_once() {
        let seeker = NewSeeker::parse(&typed(), DESK).expect("a seeker");
        assert_eq!(
            (seeker.name.as_str(), &seeker.wants[..]),
            ("Siti Aminah", &["06".to_owned()][..])
        );
        assert_eq!(seeker.known_by(), "siti aminah|2006|081234567890");
    }

    #[test]
    fn nobody_is_entered_who_did_not_agree_in_writing() {
        for (paper, consent, field) in [("Folder 3", "", "consent"), (" ", "yes", "paper")] {
            let typed = TypedSeeker {
                paper: paper.into(),
                consent: consent.into(),
                ..typed()
            };
            let problem = NewSeeker::parse(&typed, DESK).expect_err("refused");
            let fields: Vec<&str> = problem.fields().iter().map(|each| each.field.as_ref()).collect();
            assert_eq!(fields, [field]);
        }
    }

    #[test]
    fn every_field_that_will_not_do_is_named_at_once() {
        let problem = NewSeeker::parse(&TypedSeeker::default(), DESK).expect_err("refused");
        let fields: Vec<&str> = problem.fields().iter().map(|each| each.field.as_ref()).collect();
        assert_eq!(
            fields,
            [
                "name",
                "place",
                "birth_year",
                "sex",
                "schooling",
                "steps",
                "consent",
                "paper"
            ]
        );
        let old = TypedSeeker {
            birth_year: "1980".into(),
            ..typed()
        };
        assert!(NewSeeker::parse(&old, DESK).is_err());
        let elsewhere = Desk {
            serves_place: false,
            ..DESK
        };
        let problem = NewSeeker::parse(&old, elsewhere).expect_err("refused");
        let codes: Vec<&str> = problem.fields().iter().map(|each| each.code).collect();
        assert_eq!(codes, ["skills-place-not-yours", "skills-birth-year"]);
    }

    #[test]
    fn a_telephone_number_is_one_that_somebody_answers_or_none() {
        let with = |phone: &str| TypedSeeker {
            phone: phone.into(),
            ..typed()
        };
        for phone in ["", " ", "0812 3456 7890", "+62 (812) 3456-7890"] {
            assert!(NewSeeker::parse(&with(phone), DESK).is_ok(), "{phone}");
        }
        let spread = format!("0812{}34567890", " ".repeat(200));
        for phone in ["abc", "123", "08", "0812 none", spread.as_str()] {
            let problem = NewSeeker::parse(&with(phone), DESK).expect_err("refused");
            assert_eq!(problem.fields()[0].code, "phone-malformed", "{phone}");
        }
    }

    #[test]
    fn nobody_finishes_before_the_course_begins() {
        let day = jiff::civil::date;
        let next = |starts_on| {
            State::Enrolled
                .next_on(day(2026, 11, 16), starts_on)
                .collect::<Vec<_>>()
        };
        assert_eq!(next(Some(day(2026, 11, 17))), [State::Dropped]);
        for begun in [None, Some(day(2026, 11, 16)), Some(day(2026, 1, 5))] {
            assert_eq!(next(begun), State::Enrolled.next());
        }
    }

    #[test]
    fn only_a_seat_that_was_taken_is_held_and_what_ended_leads_nowhere() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
            assert!(!state.is_busy() || state.holds_seat());
            assert!(!state.is_over() || state.next().is_empty());
        }
    }
}
