//! Meetings of a village: from the invitation to the minutes, with who was in the room, by group.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time as Clock};
use serde::{Deserialize, Serialize};

use crate::{
    facilitators::model::group::EXPECTED,
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// Letters of a line, of the agenda and of the minutes at most.
const MOST_LINE: usize = 200;
const MOST_AGENDA: usize = 4_000;
const MOST_MINUTES: usize = 40_000;
/// More people than this are in no village's hall.
const MOST_PEOPLE: u32 = 20_000;

/// How far a meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Invited,
    Held,
    Cancelled,
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Invited => "invited",
            State::Held => "held",
            State::Cancelled => "cancelled",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<State> {
        [State::Invited, State::Held, State::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// How many came: in all, and of each group. Somebody may be of several groups, so that groups add up to nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub total: u32,
    /// By code of the group; what is missing was not counted.
    pub by_group: BTreeMap<String, u32>,
}

/// What the public reads of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "shown")]
pub enum Shown {
    Number {
        n: u32,
    },
    /// Somebody, and fewer than are told as a number.
    Few,
    /// Left out, as another count would be found by it.
    Withheld,
    NotCounted,
}

/// A meeting of a village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    pub id: String,
    pub place: String,
    pub title: String,
    pub held_on: Date,
    /// On the village's own clocks.
    pub starts_at: Clock,
    pub venue: String,
    /// One point a line.
    pub agenda: String,
    /// Codes of groups.
    pub invited: Vec<String>,
    pub state: State,
    pub attendance: Option<Attendance>,
    pub minutes: String,
    /// Why it was cancelled; empty for one that was not.
    pub why: String,
    pub revision: i64,
    pub invited_at: Time,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub title: String,
    pub held_on: Date,
    pub starts_at: Clock,
    pub venue: String,
    pub agenda: String,
    pub invited: Vec<String>,
}

/// An invitation as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvitationInput {
    pub title: String,
    pub held_on: String,
    pub starts_at: String,
    pub venue: String,
    pub agenda: String,
    pub invited: Vec<String>,
}

impl InvitationInput {
    /// Reads it.
    ///
    /// # Errors
    /// Names each field that will not do: `village-meeting-title`, `village-day-malformed`, `village-meeting-past`, `village-meeting-hour`,
    /// `village-meeting-venue`, `village-meeting-agenda`, `village-meeting-groups`, `text-long`.
    pub fn parse(&self, today: Date) -> Result<Invitation> {
        let mut wrong: Vec<(&'static str, &'static str)> = Vec::new();
        let title = line(&self.title, "title", "village-meeting-title", &mut wrong);
        let venue = line(&self.venue, "venue", "village-meeting-venue", &mut wrong);
        let held_on = self.held_on.trim().parse::<Date>();
        match held_on {
            Err(_) => wrong.push(("held_on", "village-day-malformed")),
            Ok(day) if day < today => wrong.push(("held_on", "village-meeting-past")),
            Ok(_) => {}
        }
        let starts_at = hour(&self.starts_at);
        if starts_at.is_none() {
            wrong.push(("starts_at", "village-meeting-hour"));
        }
        let agenda = plain(&self.agenda);
        match agenda.chars().count() {
            0 => wrong.push(("agenda", "village-meeting-agenda")),
            n if n > MOST_AGENDA => wrong.push(("agenda", "text-long")),
            _ => {}
        }
        let invited: Vec<String> = EXPECTED
            .into_iter()
            .filter(|code| self.invited.iter().any(|chosen| chosen == code))
            .map(str::to_owned)
            .collect();
        if invited.is_empty() {
            wrong.push(("invited", "village-meeting-groups"));
        }
        refusal(wrong)?;
        Ok(Invitation {
            title,
            venue,
            held_on: held_on.unwrap_or(today),
            starts_at: starts_at.unwrap_or_default(),
            agenda,
            invited,
        })
    }
}

impl Attendance {
    /// Reads counts as they are typed: how many came in all, and of each group; a group without a number was not counted.
    ///
    /// # Errors
    /// `village-attendance-number` for what is no number, `village-attendance-empty` on field `total` for an empty room,
    /// `village-attendance-more` for more of a group, or of women and men together, than came in all.
    pub fn parse(total: &str, groups: &[(String, String)]) -> Result<Attendance> {
        let mut wrong = Problem::invalid("fields");
        let total = match number(total) {
            Some(0) => {
                wrong = wrong.field("total", "village-attendance-empty");
                0
            }
            Some(total) => total,
            None => {
                wrong = wrong.field("total", "village-attendance-number");
                0
            }
        };
        let mut by_group = BTreeMap::new();
        for (code, typed) in groups.iter().filter(|(_, typed)| !typed.trim().is_empty()) {
            match number(typed) {
                Some(n) if n > total => {
                    wrong = wrong.field(format!("group-{code}"), "village-attendance-more");
                }
                Some(n) => {
                    by_group.insert(code.clone(), n);
                }
                None => wrong = wrong.field(format!("group-{code}"), "village-attendance-number"),
            }
        }
        let of = |code: &str| by_group.get(code).copied().unwrap_or(0);
        if wrong.fields().is_empty() && of("women") + of("men") > total {
            wrong = wrong.field("group-men", "village-attendance-more");
        }
        match wrong.fields().is_empty() {
            true => Ok(Attendance { total, by_group }),
            false => Err(wrong),
        }
    }

    /// Groups that should sit in every meeting and of which nobody came: counted as none, or not counted at all.
    #[must_use]
    pub fn absent(&self) -> Vec<&'static str> {
        EXPECTED
            .into_iter()
            .filter(|code| self.by_group.get(*code).is_none_or(|n| *n == 0))
            .collect()
    }

    /// How many came in all, as the public reads it; fewer than `minimum` are not told as a number.
    #[must_use]
    pub fn shown_total(&self, minimum: u32) -> Shown {
        shown(self.total, minimum)
    }

    /// What the public reads of each group that should sit in every meeting, in the order of the list.
    ///
    /// Where all but a few were of a group, its number, taken from all, would tell how few: it is withheld. So is that of men, where all
    /// but a few were women or men.
    #[must_use]
    pub fn shown_groups(&self, minimum: u32) -> Vec<(&'static str, Shown)> {
        let of = |code: &str| self.by_group.get(code).copied();
        let n_neither = of("women")
            .zip(of("men"))
            .map(|(women, men)| self.total.saturating_sub(women.saturating_add(men)));
        let are_few_neither = n_neither.is_some_and(|n| (1..minimum).contains(&n));
        EXPECTED
            .into_iter()
            .map(|code| {
                let Some(n) = self.by_group.get(code).copied() else {
                    return (code, Shown::NotCounted);
                };
                let is_found = (1..minimum).contains(&self.total.saturating_sub(n));
                let is_found = is_found || (code == "men" && are_few_neither);
                match shown(n, minimum) {
                    Shown::Number { .. } if is_found => (code, Shown::Withheld),
                    other => (code, other),
                }
            })
            .collect()
    }
}

impl Invitation {
    /// The points of an agenda, one a line.
    #[must_use]
    pub fn points(agenda: &str) -> Vec<String> {
        agenda
            .lines()
            .map(str::trim)
            .filter(|point| !point.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// Reads minutes as they are typed.
///
/// # Errors
/// `village-minutes-missing`, `text-long` on field `minutes`.
pub fn parse_minutes(text: &str) -> Result<String> {
    let minutes = plain(text);
    let wrong = |code: &'static str| Problem::invalid("fields").field("minutes", code);
    match minutes.chars().count() {
        0 => Err(wrong("village-minutes-missing")),
        n if n > MOST_MINUTES => Err(wrong("text-long")),
        _ => Ok(minutes),
    }
}

fn shown(n: u32, minimum: u32) -> Shown {
    match (1..minimum).contains(&n) {
        true => Shown::Few,
        false => Shown::Number { n },
    }
}

fn number(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|n| *n <= MOST_PEOPLE)
}

fn hour(text: &str) -> Option<Clock> {
    let (hour, minute) = text.trim().split_once([':', '.'])?;
    Clock::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn line(
    text: &str,
    field: &'static str,
    missing: &'static str,
    wrong: &mut Vec<(&'static str, &'static str)>,
) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        0 => wrong.push((field, missing)),
        n if n > MOST_LINE => wrong.push((field, "text-long")),
        _ => {}
    }
    text
}

fn refusal(wrong: Vec<(&'static str, &'static str)>) -> Result<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    let problem = Problem::invalid("fields");
    Err(wrong
        .into_iter()
        .fold(problem, |problem, (field, code)| problem.field(field, code)))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn counted(total: &str, groups: &[(&str, &str)]) -> Result<Attendance> {
        let groups: Vec<(String, String)> = groups
            .iter()
            .map(|(code, n)| ((*code).to_owned(), (*n).to_owned()))
            .collect();
        Attendance::parse(total, &groups)
    }

    #[test]
    fn a_count_is_a_number_and_no_group_has_more_than_came() {
        type Groups<'a> = &'a [(&'a str, &'a str)];
        let cases: [(&str, Groups, &str); 6] = [
            ("", &[], "village-attendance-number"),
            ("0", &[], "village-attendance-empty"),
            ("30", &[("women", "31")], "village-attendance-more"),
            ("30", &[("women", "20"), ("men", "11")], "village-attendance-more"),
            ("30", &[("young", "many")], "village-attendance-number"),
            ("-3", &[], "village-attendance-number"),
        ];
        for (total, groups, code) in cases {
            let problem = counted(total, groups).expect_err("refused");
            assert_eq!(problem.fields()[0].code, code, "{total} {groups:?}");
        }
    }

    #[test]
    fn whoever_was_not_in_the_room_is_named_whether_counted_or_not() {
        let came = counted("52", &[("women", "12"), ("men", "40"), ("young", "0")]).expect("counts");
        assert_eq!(came.absent(), ["young", "older", "disability"]);
    }

    #[test]
    fn few_of_a_group_are_not_told_and_cannot_be_found_by_subtraction() {
        let came = counted(
            "50",
            &[("women", "47"), ("men", "3"), ("young", "48"), ("older", "0")],
        )
        .expect("counts");
        let number = |n| Shown::Number { n };
        assert_eq!(came.shown_total(5), number(50));
        assert_eq!(
            came.shown_groups(5),
            [
                ("women", Shown::Withheld),
                ("men", Shown::Few),
                ("young", Shown::Withheld),
                ("older", number(0)),
                ("disability", Shown::NotCounted),
            ]
        );
        // Two people came who are neither women nor men.
        let came = counted("50", &[("women", "24"), ("men", "24")]).expect("counts");
        assert_eq!(
            came.shown_groups(5)[..2].to_vec(),
            [("women", number(24)), ("men", Shown::Withheld)]
        );
        let came = counted("48", &[("women", "24"), ("men", "24")]).expect("counts");
        assert_eq!(came.shown_groups(5)[1], ("men", number(24)));
        let came = counted("4", &[("women", "4")]).expect("counts");
        assert_eq!(came.shown_total(5), Shown::Few);
        assert_eq!(came.shown_total(3), number(4));
    }

    #[test]
    fn an_invitation_says_what_when_where_to_whom_and_about_what() {
        let today = jiff::civil::date(2026, 11, 16);
        let input = InvitationInput {
            title: "Musyawarah desa".into(),
            held_on: "2026-11-20".into(),
            starts_at: "19.30".into(),
            venue: "Balai desa".into(),
            agenda: "RKP Desa\r\n\r\nLampu jalan".into(),
            invited: vec!["men".into(), "women".into(), "nobody".into()],
        };
        let invitation = input.parse(today).expect("an invitation");
        assert_eq!(invitation.invited, ["women", "men"]);
        assert_eq!(invitation.starts_at, jiff::civil::time(19, 30, 0, 0));
        assert_eq!(
            Invitation::points(&invitation.agenda),
            ["RKP Desa", "Lampu jalan"]
        );
        let problem = InvitationInput::default().parse(today).expect_err("refused");
        assert_eq!(problem.fields().len(), 6);
        let late = InvitationInput {
            held_on: "2026-11-15".into(),
            ..input
        };
        assert_eq!(
            late.parse(today).expect_err("refused").fields()[0].code,
            "village-meeting-past"
        );
    }
}
