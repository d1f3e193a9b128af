//! Which seats fit a seeker, and why: rules that can be read out to them. The same register and seeker give the same order.

use jiff::civil::Date;

use super::{
    Offer, Register,
    seekers::{ANYWHERE, Sex},
};
use crate::places::model::{Place, Places};

/// What is known of a seeker that the rules ask for; no name.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Code of the place where they live.
    pub place: String,
    pub birth_year: i64,
    pub sex: Sex,
    /// ISCED 2011, completed.
    pub schooling: i64,
    /// Broad fields, the first wish first; empty for any.
    pub wants: Vec<String>,
    /// Steps up from their place within which they can travel.
    pub steps: i64,
}

/// One reason for or against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is their wish of this number, from 1.
    Wish(usize),
    /// They wish for something else.
    NotWished,
    /// It lies within the place so many steps around theirs.
    Near(i64),
    TooFar,
    ApplyBy(Date),
    TooLate,
    /// They reach the first age, and the course takes people from the second on.
    TooYoung(i64, i64),
    /// They reach the first age, and the course takes people up to the second.
    TooOld(i64, i64),
    /// The course wants this level, and they have less.
    Schooling(i64),
    Full,
    /// What is left is kept for women.
    KeptForWomen,
}

/// A seat that fits, with what speaks for it.
#[derive(Debug, Clone)]
pub struct Fitting<'a> {
    pub offer: Offer<'a>,
    pub because: Vec<Because>,
}

/// The seats looked at for a seeker.
#[derive(Debug, Clone, Default)]
pub struct Judged<'a> {
    /// Best first.
    pub fitting: Vec<Fitting<'a>>,
    /// What can still be applied for and does not fit, with what speaks against it, in the register's order.
    pub others: Vec<Fitting<'a>>,
}

/// Looks at every intake that somebody could still apply for.
///
/// First comes what they wish for most, then what is nearest, then what closes first; names decide the rest.
#[must_use]
pub fn judge<'a>(register: &'a Register, wish: &Wish, all: &Places, today: Date) -> Judged<'a> {
    let mut ranked = Vec::new();
    let mut judged = Judged::default();
    for offer in register.offers().filter(|offer| offer.takes_on(today)) {
        let against = against(&offer, wish, all, today);
        if !against.is_empty() {
            judged.others.push(Fitting {
                offer,
                because: against,
            });
            continue;
        }
        let steps = steps_between(all, &wish.place, &offer.institution.place).unwrap_or(ANYWHERE);
        let at = wish.wants.iter().position(|field| *field == offer.course.field);
        let rank = (
            if wish.wants.is_empty() {
                0
            } else {
                at.unwrap_or(usize::MAX)
            },
            steps,
            offer.intake.apply_by,
        );
        let wished = match at {
            Some(at) => Some(Because::Wish(at + 1)),
            None if wish.wants.is_empty() => None,
            None => Some(Because::NotWished),
        };
        let because = wished
            .into_iter()
            .chain([Because::Near(steps), Because::ApplyBy(offer.intake.apply_by)])
            .collect();
        ranked.push((rank, Fitting { offer, because }));
    }
    ranked.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| name(&one.offer).cmp(&name(&other.offer))));
    judged.fitting = ranked.into_iter().map(|(_, fitting)| fitting).collect();
    judged
}

/// What speaks against a seat for a seeker; nothing where it fits.
#[must_use]
pub fn against(offer: &Offer<'_>, wish: &Wish, all: &Places, today: Date) -> Vec<Because> {
    let (course, intake) = (offer.course, offer.intake);
    // Only the year of birth is asked for: the age is the one reached in the year of the start.
    let age = i64::from(intake.starts_on.year()) - wish.birth_year;
    let is_near = steps_between(all, &wish.place, &offer.institution.place)
        .map_or(wish.steps == ANYWHERE, |steps| steps <= wish.steps);
    let seats = match (intake.n_free(), intake.n_free_for(wish.sex)) {
        (0, _) => Some(Because::Full),
        (_, 0) => Some(Because::KeptForWomen),
        _ => None,
    };
    [
        (!offer.takes_on(today)).then_some(Because::TooLate),
        seats,
        course
            .min_age
            .filter(|min| age < *min)
            .map(|min| Because::TooYoung(age, min)),
        course
            .max_age
            .filter(|max| age > *max)
            .map(|max| Because::TooOld(age, max)),
        course
            .schooling
            .filter(|needed| wish.schooling < *needed)
            .map(Because::Schooling),
        (!is_near).then_some(Because::TooFar),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How many steps up from one place the place lies that holds the other; `None` where none does, or one is not known.
#[must_use]
pub fn steps_between(all: &Places, from: &str, to: &str) -> Option<i64> {
    let (from, to) = (all.find(from)?, all.find(to)?);
    let steps = from
        .with_ancestors()
        .position(|above: Place<'_>| above.contains(to))?;
    i64::try_from(steps).ok()
}

fn name<'a>(offer: &Offer<'a>) -> (&'a str, &'a str, Date) {
    (
        offer.institution.code.as_str(),
        offer.course.code.as_str(),
        offer.intake.starts_on,
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        places::model::PlaceRow,
        skills::model::{Course, Institution, Intake, tests::intake},
    };

    const TODAY: Date = date(2026, 11, 16);

    fn places() -> Places {
        let row = |(code, parent): (&str, Option<&str>)| PlaceRow {
            code: code.into(),
            level: "level".into(),
            name: code.into(),
            parent: parent.map(Into::into),
            ..PlaceRow::default()
        };
        let rows = [
            ("r", None),
            ("r.1", Some("r")),
            ("r.1.1", Some("r.1")),
            ("r.1.2", Some("r.1")),
            ("r.2", Some("r")),
            ("r.2.1", Some("r.2")),
        ];
        Places::new(rows.into_iter().map(row).collect(), TODAY)
    }

    fn wish() -> Wish {
        Wish {
            place: "r.1.1".into(),
            birth_year: 2008,
            sex: Sex::Male,
            schooling: 2,
            wants: vec!["06".into(), "07".into()],
            steps: 2,
        }
    }

    fn institution(code: &str, place: &str, course: Course) -> Institution {
        Institution {
            code: code.into(),
            name: code.into(),
            place: place.into(),
            courses: vec![course],
            ..Institution::default()
        }
    }

    fn course(field: &str, intake: Intake) -> Course {
        Course {
            code: "c".into(),
            field: field.into(),
            intakes: vec![intake],
            ..Course::default()
        }
    }

    fn order(institutions: Vec<Institution>) -> Vec<String> {
        let register = Register { institutions };
        let judged = judge(&register, &wish(), &places(), TODAY);
        judged
            .fitting
            .iter()
            .map(|fitting| fitting.offer.institution.code.clone())
            .collect()
    }

    #[test]
    fn the_wish_comes_first_then_the_way_then_the_day_then_the_name() {
        let early = Intake {
            apply_by: date(2026, 12, 1),
            ..intake(20, 0, 0)
        };
        let late = || intake(20, 0, 0);
        let institutions = vec![
            institution("other", "r.1.1", course("08", late())),
            institution("second-wish", "r.1.1", course("07", late())),
            institution("far", "r.2.1", course("06", early.clone())),
            institution("near-b", "r.1.2", course("06", late())),
            institution("near-a", "r.1.2", course("06", late())),
            institution("near-early", "r.1.2", course("06", early)),
        ];
        let expected = ["near-early", "near-a", "near-b", "far", "second-wish", "other"];
        assert_eq!(order(institutions.clone()), expected);
        assert_eq!(
            order(institutions.into_iter().rev().collect()),
            expected,
            "the order does not hang on how the register came"
        );
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let open = || course("06", intake(20, 0, 0));
        let of = |course: Course, place: &str| {
            let institution = institution("i", place, course);
            let offer = institution.offers().next().expect("an intake");
            against(&offer, &wish(), &places(), TODAY)
        };
        assert!(of(open(), "r.2.1").is_empty());
        // Born in 2008, the course begins in 2027.
        let aged = |min_age, max_age| Course {
            min_age,
            max_age,
            ..open()
        };
        assert_eq!(of(aged(Some(20), None), "r.1"), [Because::TooYoung(19, 20)]);
        assert!(of(aged(Some(19), Some(19)), "r.1").is_empty());
        assert_eq!(of(aged(None, Some(18)), "r.1"), [Because::TooOld(19, 18)]);
        let schooled = Course {
            schooling: Some(3),
            ..open()
        };
        assert_eq!(of(schooled, "r.1"), [Because::Schooling(3)]);
        assert_eq!(of(course("06", intake(20, 15, 5)), "r.1"), [Because::Full]);
        let kept = Intake {
            seats_women: 5,
            ..intake(20, 15, 0)
        };
        assert_eq!(of(course("06", kept), "r.1"), [Because::KeptForWomen]);
        let closed = Intake {
            apply_by: date(2026, 11, 15),
            ..intake(20, 0, 0)
        };
        assert_eq!(of(course("06", closed), "r.1"), [Because::TooLate]);
        assert_eq!(of(open(), "nowhere"), [Because::TooFar]);
    }

    #[test]
    fn the_way_is_counted_in_steps_up() {
        let all = places();
        for (to, steps) in [
            ("r.1.1", Some(0)),
            ("r.1.2", Some(1)),
            ("r.1", Some(1)),
            ("r.2.1", Some(2)),
            ("x", None),
        ] {
            assert_eq!(steps_between(&all, "r.1.1", to), steps, "{to}");
        }
    }
}
