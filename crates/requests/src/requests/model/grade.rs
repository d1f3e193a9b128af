//! The monthly grade of a unit: weighted parts, groups by volume so that small units are not ranked against big ones, bands.

use serde::{Deserialize, Serialize};

/// What was counted about one unit in one period. Every grade can be recomputed from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests the unit was responsible for: received in the period, or open when it began.
    pub n_handled: i64,
    /// Closed in the period.
    pub n_closed: i64,
    /// Of the closed, those with the resident's own yes.
    pub n_satisfied: i64,
    /// Requests that grew older than the profile's age (50 days in Madhya Pradesh), open or closed in the period.
    pub n_old: i64,
    /// Of the old, those closed with the resident's own yes.
    pub n_old_satisfied: i64,
    /// Of the closed, those that a check found badly done, or that were reopened.
    pub n_low_quality: i64,
    /// Requests nobody attended to within the first limit.
    pub n_not_attended: i64,
    /// Of the closed, those closed in another system, where nobody asked the resident.
    #[serde(default)]
    pub n_unasked: i64,
    /// Of the old, those closed in another system.
    #[serde(default)]
    pub n_old_unasked: i64,
    /// Of the handled, those for which no first limit was ever set.
    #[serde(default)]
    pub n_unlimited: i64,
    /// Of the closed, those closed later than promised; it stands beside the grade and is no part of it.
    #[serde(default)]
    pub n_late: i64,
}

impl Counts {
    /// Adds what was counted elsewhere: the whole is the sum of its parts.
    pub fn add(&mut self, other: &Counts) {
        self.n_handled += other.n_handled;
        self.n_closed += other.n_closed;
        self.n_satisfied += other.n_satisfied;
        self.n_old += other.n_old;
        self.n_old_satisfied += other.n_old_satisfied;
        self.n_low_quality += other.n_low_quality;
        self.n_not_attended += other.n_not_attended;
        self.n_unasked += other.n_unasked;
        self.n_old_unasked += other.n_old_unasked;
        self.n_unlimited += other.n_unlimited;
        self.n_late += other.n_late;
    }
}

/// What a part of the grade looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Closed with the resident's yes, of all closed.
    Satisfaction,
    /// Old requests closed with the resident's yes, of all old ones.
    OldStock,
    /// Closed without a complaint about quality, of all closed.
    Quality,
    /// Attended to in time, of all handled.
    Attention,
}

impl Measure {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Satisfaction => "satisfaction",
            Measure::OldStock => "old-stock",
            Measure::Quality => "quality",
            Measure::Attention => "attention",
        }
    }
}

/// A part of the grade with its points: `{ measure = "satisfaction", points = 60 }`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub measure: Measure,
    pub points: f64,
}

/// A letter and the least score it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub letter: String,
    pub least: f64,
}

/// Units with at least so many requests are ranked among themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub name: String,
    pub least_requests: i64,
}

/// One part as it came out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    pub measure: Measure,
    pub of_points: f64,
    pub points: f64,
    pub n_good: i64,
    pub n_all: i64,
    /// False where there were cases and of none is known how it came out: nobody asked. It gives no points and takes none.
    pub is_known: bool,
}

/// A unit's grade with everything it was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    pub parts: Vec<Scored>,
    pub score: f64,
    /// The points that could be reached by what is known; less than all where a part is not known.
    pub of_points: f64,
    /// Empty where a part is not known: half a grade is no grade.
    pub letter: String,
    pub group: String,
    pub counts: Counts,
}

/// How a profile grades.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    pub parts: Vec<Part>,
    /// The best first.
    pub bands: Vec<Band>,
    /// The biggest first.
    pub groups: Vec<Group>,
}

impl Rule {
    /// Grades a unit; `None` when it closed nothing and nothing was old, so that there is nothing to grade.
    ///
    /// A part without any case gives its full points: no old stock is what the grade asks for.
    #[must_use]
    pub fn grade(&self, counts: &Counts) -> Option<Grade> {
        if counts.n_closed == 0 && counts.n_old == 0 {
            return None;
        }
        let parts: Vec<Scored> = self.parts.iter().map(|part| score(*part, counts)).collect();
        let score = total(parts.iter().map(|part| part.points));
        let is_whole = parts.iter().all(|part| part.is_known);
        Some(Grade {
            letter: if is_whole {
                self.letter(score).to_owned()
            } else {
                String::new()
            },
            of_points: parts
                .iter()
                .filter(|part| part.is_known)
                .map(|part| part.of_points)
                .sum(),
            group: self.group(counts.n_handled).to_owned(),
            parts,
            score,
            counts: *counts,
        })
    }

    /// Returns the letter of a score; the last band takes what is below all.
    #[must_use]
    pub fn letter(&self, score: f64) -> &str {
        let band = self
            .bands
            .iter()
            .find(|band| score >= band.least)
            .or(self.bands.last());
        band.map_or("", |band| &band.letter)
    }

    /// Returns the volume group of a unit with so many requests; the last takes the smallest.
    #[must_use]
    pub fn group(&self, n_requests: i64) -> &str {
        let group = self
            .groups
            .iter()
            .find(|group| n_requests >= group.least_requests)
            .or(self.groups.last());
        group.map_or("", |group| &group.name)
    }
}

/// Adds the points of the parts, to the hundredth as they are printed.
#[must_use]
pub fn total(points: impl IntoIterator<Item = f64>) -> f64 {
    let hundredths: f64 = points.into_iter().map(|points| (points * 100.0).round()).sum();
    hundredths / 100.0
}

/// Ranks grades within their volume groups: unit, group and place from 1; equal scores share a place.
#[must_use]
pub fn rank(graded: &[(String, Grade)]) -> Vec<(&str, &str, usize)> {
    let mut ranked: Vec<_> = graded
        .iter()
        .map(|(unit, grade)| {
            let better = graded
                .iter()
                .filter(|(_, other)| other.group == grade.group && other.score > grade.score);
            (unit.as_str(), grade.group.as_str(), better.count() + 1)
        })
        .collect();
    ranked.sort_by(|a, b| (a.1, a.2, a.0).cmp(&(b.1, b.2, b.0)));
    ranked
}

fn score(part: Part, counts: &Counts) -> Scored {
    let n_asked = counts.n_closed - counts.n_unasked;
    let n_limited = counts.n_handled - counts.n_unlimited;
    let (n_good, n_all, n_unknown) = match part.measure {
        Measure::Satisfaction => (counts.n_satisfied, n_asked, counts.n_unasked),
        Measure::OldStock => (
            counts.n_old_satisfied,
            counts.n_old - counts.n_old_unasked,
            counts.n_old_unasked,
        ),
        Measure::Quality => (n_asked - counts.n_low_quality, n_asked, counts.n_unasked),
        Measure::Attention => (n_limited - counts.n_not_attended, n_limited, counts.n_unlimited),
    };
    let is_known = n_all > 0 || n_unknown == 0;
    let share = if !is_known {
        0.0
    } else if n_all > 0 {
        (n_good as f64 / n_all as f64).clamp(0.0, 1.0)
    } else {
        1.0
    };
    Scored {
        measure: part.measure,
        of_points: part.points,
        points: (part.points * share * 100.0).round() / 100.0,
        n_good,
        n_all,
        is_known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helpline() -> Rule {
        let part = |measure, points| Part { measure, points };
        let band = |letter: &str, least| Band {
            letter: letter.to_owned(),
            least,
        };
        let group = |name: &str, least_requests| Group {
            name: name.to_owned(),
            least_requests,
        };
        Rule {
            parts: vec![
                part(Measure::Satisfaction, 60.0),
                part(Measure::OldStock, 20.0),
                part(Measure::Quality, 10.0),
                part(Measure::Attention, 10.0),
            ],
            bands: vec![band("A", 80.0), band("B", 70.0), band("C", 60.0), band("D", 0.0)],
            groups: vec![group("1", 10_000), group("2", 0)],
        }
    }

    #[test]
    fn printed_parts_add_up_to_the_printed_totals() {
        // Morena (urban): 94.80. Betul's parts make 83.59 where the press prints 83.62; Sagar's 85.46 where it prints 84.75.
        assert_eq!(total([56.06, 18.78, 10.0, 9.96]), 94.80);
        assert_eq!(total([50.27, 13.64, 10.0, 9.68]), 83.59);
        assert_eq!(total([50.65, 14.81, 10.0, 10.0]), 85.46);
    }

    #[test]
    fn bands_are_those_of_the_published_grades() {
        let rule = helpline();
        for (score, letter) in [
            (94.8, "A"),
            (82.82, "A"),
            (81.35, "A"),
            (80.0, "A"),
            (79.99, "B"),
            (75.46, "B"),
            (60.0, "C"),
            (51.06, "D"),
            (0.0, "D"),
        ] {
            assert_eq!(rule.letter(score), letter, "{score}");
        }
    }

    #[test]
    fn a_unit_is_graded_by_its_counts() {
        let counts = Counts {
            n_handled: 12_289,
            n_closed: 10_000,
            n_satisfied: 7_875,
            n_old: 1_000,
            n_old_satisfied: 785,
            n_low_quality: 0,
            n_not_attended: 16,
            ..Counts::default()
        };
        let grade = helpline().grade(&counts).expect("graded");
        let points: Vec<f64> = grade.parts.iter().map(|part| part.points).collect();
        // Jabalpur, December 2022: 47.25 of 60 and 15.70 of 20 in print.
        assert_eq!(points, [47.25, 15.7, 10.0, 9.99]);
        assert_eq!(
            (grade.score, grade.letter.as_str(), grade.group.as_str()),
            (82.94, "A", "1")
        );
    }

    #[test]
    fn no_old_stock_gives_full_points_and_no_closing_no_grade() {
        let counts = Counts {
            n_handled: 10,
            n_closed: 10,
            n_satisfied: 10,
            ..Counts::default()
        };
        assert_eq!(helpline().grade(&counts).expect("graded").score, 100.0);
        assert_eq!(
            helpline().grade(&Counts {
                n_handled: 10,
                ..Counts::default()
            }),
            None
        );
    }

    #[test]
    fn what_nobody_asked_about_gives_no_points_takes_none_and_leaves_no_letter() {
        let imported = Counts {
            n_handled: 100,
            n_closed: 90,
            n_unasked: 90,
            n_unlimited: 100,
            ..Counts::default()
        };
        let grade = helpline().grade(&imported).expect("graded");
        let known: Vec<bool> = grade.parts.iter().map(|part| part.is_known).collect();
        assert_eq!(known, [false, true, false, false]);
        assert_eq!(
            (grade.score, grade.of_points, grade.letter.as_str()),
            (20.0, 20.0, "")
        );
        // Some were asked: they speak for the part.
        let mixed = Counts {
            n_closed: 100,
            n_satisfied: 5,
            n_unlimited: 0,
            ..imported
        };
        let grade = helpline().grade(&mixed).expect("graded");
        assert_eq!(
            (grade.parts[0].n_all, grade.parts[0].points, grade.letter.as_str()),
            (10, 30.0, "B")
        );
    }

    #[test]
    fn units_are_ranked_only_against_units_of_their_size() {
        let unit = |name: &str, n_handled, n_satisfied| {
            let counts = Counts {
                n_handled,
                n_closed: 100,
                n_satisfied,
                ..Counts::default()
            };
            (name.to_owned(), helpline().grade(&counts).expect("graded"))
        };
        let graded = [
            unit("small-best", 200, 99),
            unit("big", 20_000, 60),
            unit("big-better", 30_000, 70),
            unit("small-too", 200, 99),
        ];
        assert_eq!(
            rank(&graded),
            [
                ("big-better", "1", 1),
                ("big", "1", 2),
                ("small-best", "2", 1),
                ("small-too", "2", 1)
            ]
        );
    }
}
