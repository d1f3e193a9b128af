//! The register of training: institutions, their courses, the rounds of each with their seats, and what became of those who finished.

use jiff::civil::Date;

use seekers::Sex;

pub mod fit;
pub mod lists;
pub mod placed;
pub mod seekers;

/// What an institution may be.
pub const KINDS: [&str; 4] = ["public", "private", "community", "employer"];
/// Broad fields of education and training (ISCED-F 2013, UNESCO Institute for Statistics).
pub const FIELDS: [&str; 11] = ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10"];
/// The highest level of education (ISCED 2011).
pub const MOST_ISCED: i64 = 8;
/// Months after the end of a course at which its learners are asked what they do.
pub const MONTHS: [i64; 3] = [3, 6, 12];
/// Free seats below this are told as few, and others rounded down to it: one seat more or less would tell what one person decided.
pub const FEW: i64 = 5;

/// Everything that is known of training.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// By name.
    pub institutions: Vec<Institution>,
}

/// Who trains.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Institution {
    pub code: String,
    pub name: String,
    /// Code of the place.
    pub place: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Empty for none told.
    pub licence: String,
    /// Empty for none told.
    pub contact: String,
    /// Code of the organisation whose people keep the entry.
    pub organisation: Option<String>,
    pub valid_from: Option<Date>,
    /// The first day on which it trains no more.
    pub valid_to: Option<Date>,
    /// By title.
    pub courses: Vec<Course>,
}

/// What an institution teaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    pub code: String,
    pub title: String,
    /// One of [`FIELDS`].
    pub field: String,
    /// ISCED 2011, 0 to 8.
    pub isced: Option<i64>,
    /// What it leads to; empty for none told.
    pub level: String,
    pub hours: Option<i64>,
    /// In whole units of the country's money.
    pub cost: Option<i64>,
    /// Empty for none told.
    pub language: String,
    /// In years, at the start.
    pub min_age: Option<i64>,
    pub max_age: Option<i64>,
    /// ISCED 2011 level that a learner must have completed.
    pub schooling: Option<i64>,
    /// The earliest first.
    pub intakes: Vec<Intake>,
}

/// One round of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Empty as long as it was only read from a list.
    pub id: String,
    pub starts_on: Date,
    pub ends_on: Date,
    /// The last day on which a seat can be taken.
    pub apply_by: Date,
    pub seats: i64,
    /// Seats among them that are kept for women.
    pub seats_women: i64,
    /// Taken by people who came by themselves.
    pub n_taken: i64,
    /// Held through matches.
    pub n_held: i64,
    /// Held through matches by others than women.
    pub n_held_open: i64,
    /// The earliest follow-up first.
    pub placements: Vec<Placement>,
}

/// What became of those who finished an intake, as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// One of [`MONTHS`].
    pub after_months: i64,
    pub n_finished: i64,
    pub n_employed: i64,
    /// Did not work, and went on learning.
    pub n_education: i64,
    pub source: String,
}

/// An intake with what it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    pub institution: &'a Institution,
    pub course: &'a Course,
    pub intake: &'a Intake,
}

/// How many seats are left, as everybody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nobody can apply any more.
    Closed,
    Full,
    /// Fewer than [`FEW`].
    Few,
    /// At least so many; rounded down.
    AtLeast(i64),
}

impl Register {
    /// Finds an institution by its code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Institution> {
        self.institutions
            .iter()
            .find(|institution| institution.code == code)
    }

    /// All intakes there are.
    pub fn offers(&self) -> impl Iterator<Item = Offer<'_>> {
        self.institutions.iter().flat_map(Institution::offers)
    }

    /// Finds an intake by its id.
    #[must_use]
    pub fn find_offer(&self, intake: &str) -> Option<Offer<'_>> {
        self.offers().find(|offer| offer.intake.id == intake)
    }
}

impl Institution {
    /// Whether it trains on a day.
    #[must_use]
    pub fn trains_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }

    /// Its courses' intakes.
    pub fn offers(&self) -> impl Iterator<Item = Offer<'_>> {
        self.courses.iter().flat_map(move |course| {
            course.intakes.iter().map(move |intake| Offer {
                institution: self,
                course,
                intake,
            })
        })
    }

    /// Finds a course by its code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Course> {
        self.courses.iter().find(|course| course.code == code)
    }
}

impl Intake {
    /// Seats that nobody has yet; 0 where more were given than there are.
    #[must_use]
    pub fn n_free(&self) -> i64 {
        (self.seats - self.n_taken - self.n_held).max(0)
    }

    /// Free seats that somebody of a sex can have: those kept for women are women's.
    #[must_use]
    pub fn n_free_for(&self, sex: Sex) -> i64 {
        let open = (self.seats - self.seats_women - self.n_taken - self.n_held_open).max(0);
        match sex {
            Sex::Female => self.n_free(),
            Sex::Male | Sex::Other => self.n_free().min(open),
        }
    }

    /// What was last asked of those who finished.
    #[must_use]
    pub fn last_placement(&self) -> Option<&Placement> {
        self.placements.last()
    }
}

impl Offer<'_> {
    /// Whether somebody can apply on a day, as far as days go.
    #[must_use]
    pub fn takes_on(&self, today: Date) -> bool {
        self.intake.apply_by >= today && self.institution.trains_on(today)
    }

    /// How many seats are left on a day, as everybody is told.
    #[must_use]
    pub fn left(&self, today: Date) -> Left {
        match self.intake.n_free() {
            _ if !self.takes_on(today) => Left::Closed,
            0 => Left::Full,
            n if n < FEW => Left::Few,
            n => Left::AtLeast(n / FEW * FEW),
        }
    }
}

impl Left {
    /// The stable word, as it stands in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Left::Closed => "closed",
            Left::Full => "full",
            Left::Few => "few",
            Left::AtLeast(_) => "free",
        }
    }

    /// At least so many are free; `None` where that is not told.
    #[must_use]
    pub fn at_least(self) -> Option<i64> {
        match self {
            Left::AtLeast(n) => Some(n),
            Left::Closed | Left::Full | Left::Few => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    pub fn intake(seats: i64, n_taken: i64, n_held: i64) -> Intake {
        Intake {
            id: "i".into(),
            starts_on: date(2027, 1, 4),
            ends_on: date(2027, 3, 31),
            apply_by: date(2026, 12, 18),
            seats,
            seats_women: 0,
            n_taken,
            n_held,
            n_held_open: n_held,
            placements: Vec::new(),
        }
    }

    fn left(intake: &Intake, today: Date) -> Left {
        let (institution, course) = (Institution::default(), Course::default());
        let offer = Offer {
            institution: &institution,
            course: &course,
            intake,
        };
        offer.left(today)
    }

    #[test]
    fn what_is_told_of_free_seats_does_not_move_with_every_single_one() {
        let today = date(2026, 11, 16);
        for (held, told) in [
            (0, Left::AtLeast(20)),
            (1, Left::AtLeast(15)),
            (5, Left::AtLeast(15)),
            (6, Left::AtLeast(10)),
            (16, Left::Few),
            (19, Left::Few),
            (20, Left::Full),
            (23, Left::Full),
        ] {
            assert_eq!(left(&intake(20, 0, held), today), told, "{held}");
        }
        assert_eq!(left(&intake(20, 3, 0), date(2026, 12, 18)), Left::AtLeast(15));
        assert_eq!(left(&intake(20, 0, 0), date(2026, 12, 19)), Left::Closed);
    }

    #[test]
    fn seats_kept_for_women_are_free_for_women_alone() {
        let kept = Intake {
            seats_women: 4,
            ..intake(10, 2, 4)
        };
        let free = |intake: &Intake| (intake.n_free_for(Sex::Female), intake.n_free_for(Sex::Male));
        assert_eq!(free(&kept), (4, 0));
        let women_hold_them = Intake {
            n_held_open: 1,
            ..kept
        };
        assert_eq!(free(&women_hold_them), (4, 3));
    }
}
