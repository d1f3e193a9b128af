//! Seekers: what is asked of them, and the steps from an offer to the end of a course.

use crate::platform::problem::{Problem, Result};

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

/// A seeker who agreed, ready to be entered; the place is not looked up yet.
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
    /// Names every field that will not do: `skills-name`, `text-long`, `skills-place`, `skills-birth-year`, `skills-sex`,
    /// `skills-schooling`, `skills-steps`, `skills-paper`, and `skills-consent` where nobody agreed.
    pub fn parse(typed: &TypedSeeker, this_year: i64) -> Result<NewSeeker> {
        let mut wrong = Vec::new();
        let name = typed.name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            wrong.push(("name", "skills-name"));
        }
        for (field, words) in [("name", &name), ("phone", &typed.phone), ("paper", &typed.paper)] {
            if words.chars().count() > MOST_WORDS {
                wrong.push((field, "text-long"));
            }
        }
        if typed.place.trim().is_empty() {
            wrong.push(("place", "skills-place"));
        }
        let birth_year = whole(&typed.birth_year).filter(|year| AGES.contains(&(this_year - year)));
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
        if typed.paper.trim().is_empty() {
            wrong.push(("paper", "skills-paper"));
        }
        if typed.consent != "yes" {
            wrong.push(("consent", "skills-consent"));
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

fn whole(typed: &str) -> Option<i64> {
    typed.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let seeker = NewSeeker::parse(&typed(), 2026).expect("a seeker");
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
            let problem = NewSeeker::parse(&typed, 2026).expect_err("refused");
            let fields: Vec<&str> = problem.fields().iter().map(|each| each.field.as_ref()).collect();
            assert_eq!(fields, [field]);
        }
    }

    #[test]
    fn every_field_that_will_not_do_is_named_at_once() {
        let problem = NewSeeker::parse(&TypedSeeker::default(), 2026).expect_err("refused");
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
                "paper",
                "consent"
            ]
        );
        let old = TypedSeeker {
            birth_year: "1980".into(),
            ..typed()
        };
        assert!(NewSeeker::parse(&old, 2026).is_err());
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
