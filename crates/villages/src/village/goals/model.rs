//! The vote on goals: options, where a ballot stands on a day, and the tally with its ties. Pure.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    platform::time::Time,
    village::voice::counting::{LEAST, is_few},
};

/// Options a ballot may have.
pub const MOST_OPTIONS: usize = 40;

/// A village chooses its goals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    pub id: String,
    pub code: String,
    /// Code of the village.
    pub place: String,
    pub title: String,
    /// How many are chosen, and how many one person may mark.
    pub most: u32,
    pub opens_on: Date,
    pub closes_on: Date,
    pub published_at: Option<Time>,
    pub settled: Option<Settled>,
    pub options: Vec<Choosable>,
    /// People who voted from a telephone.
    pub n_phone: u32,
    /// People who voted at the desk with a telephone number.
    pub n_desk: u32,
    /// And without one.
    pub n_attested: u32,
    /// Numbers that voted by text messages nobody asked back; in no sum.
    pub n_unconfirmed: u32,
    pub revision: i64,
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choosable {
    /// Its number on the ballot, from 1.
    pub n: u32,
    pub what: What,
    /// Marks from telephones.
    pub n_phone: u32,
    /// Marks from the desk.
    pub n_desk: u32,
    /// Marks by text messages that nobody asked back; in no sum.
    pub n_unconfirmed: u32,
}

/// What an option stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A global goal, by its code.
    Goal(String),
    Security,
    /// The village's own words.
    Own(String),
}

/// How the meeting settled a tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub on: Date,
    pub why: String,
    /// Numbers of those that it chose among the tied.
    pub chosen: Vec<u32>,
}

/// Where a ballot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Planned,
    Open,
    /// Its last day is over, and what was counted in halls is still typed in.
    Counting,
    Published,
}

impl Standing {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Planned => "planned",
            Standing::Open => "open",
            Standing::Counting => "counting",
            Standing::Published => "published",
        }
    }
}

/// What was counted in one hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HallCount {
    pub held_on: Date,
    pub occasion: String,
    /// Ballots cast, invalid ones among them.
    pub n_ballots: u32,
    pub n_invalid: u32,
    /// Number of an option → marks.
    pub marks: BTreeMap<u32, u32>,
}

/// Why what was counted in a hall cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miscount {
    NoBallots,
    /// More invalid ballots than ballots.
    Invalid,
    /// An option has more marks than there are valid ballots.
    Option(u32),
    /// All marks together are more than the valid ballots allow.
    Sum,
}

/// How many have chosen what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// By marks, the most first; equal ones in the order of the ballot.
    pub lines: Vec<Line>,
    /// People who voted, invalid ballots among them.
    pub n_voters: u32,
    pub n_hall: u32,
    pub n_invalid: u32,
    /// Whether marks are told at all: too few voters would be told by what they chose.
    pub is_shown: bool,
    /// Whether marks are told by hall, telephone and desk.
    pub is_split: bool,
    /// Numbers of those chosen without doubt.
    pub chosen: Vec<u32>,
    /// Numbers of those that are equal where only some of them have room.
    pub tied: Vec<u32>,
    /// How many of the tied have room.
    pub n_room: u32,
}

/// One option with its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub n: u32,
    pub hall: u32,
    pub phone: u32,
    pub desk: u32,
    /// Beside the votes, never among them.
    pub unconfirmed: u32,
}

impl Line {
    #[must_use]
    pub fn all(self) -> u32 {
        self.hall + self.phone + self.desk
    }
}

impl HallCount {
    /// Checks that what was counted can be, where each ballot has at most `most` marks.
    ///
    /// # Errors
    /// Says what cannot be.
    pub fn check(&self, most: u32) -> Result<(), Miscount> {
        if self.n_ballots == 0 {
            return Err(Miscount::NoBallots);
        }
        let Some(n_valid) = self.n_ballots.checked_sub(self.n_invalid) else {
            return Err(Miscount::Invalid);
        };
        if let Some((n, _)) = self.marks.iter().find(|(_, marks)| **marks > n_valid) {
            return Err(Miscount::Option(*n));
        }
        let sum: u64 = self.marks.values().map(|marks| u64::from(*marks)).sum();
        if sum > u64::from(n_valid) * u64::from(most) {
            return Err(Miscount::Sum);
        }
        Ok(())
    }
}

impl Ballot {
    /// Tells where it stands on a day.
    #[must_use]
    pub fn standing(&self, today: Date) -> Standing {
        match self.published_at {
            Some(_) => Standing::Published,
            None if today < self.opens_on => Standing::Planned,
            None if today <= self.closes_on => Standing::Open,
            None => Standing::Counting,
        }
    }

    /// Under which its voters are marked.
    #[must_use]
    pub fn matter(&self) -> String {
        format!("ballot/{}", self.id)
    }

    #[must_use]
    pub fn path(&self) -> String {
        format!("/goals/{}", self.code)
    }

    /// Reads numbers of options: each once, at least one, at most as many as may be chosen; `None` for anything else.
    #[must_use]
    pub fn read_choices(&self, numbers: &[u32]) -> Option<Vec<u32>> {
        let mut chosen = numbers.to_vec();
        chosen.sort_unstable();
        chosen.dedup();
        let is_known = |n: &u32| self.options.iter().any(|option| option.n == *n);
        let fits = !chosen.is_empty() && chosen.len() <= self.most as usize;
        (fits && chosen.iter().all(is_known)).then_some(chosen)
    }

    /// Returns who is chosen in the end: without doubt, and by the meeting.
    #[must_use]
    pub fn outcome(&self, tally: &Tally) -> Vec<u32> {
        let by_meeting = self.settled.iter().flat_map(|settled| settled.chosen.iter());
        tally.chosen.iter().chain(by_meeting).copied().collect()
    }

    /// People who voted at the desk, with a telephone number and without.
    #[must_use]
    pub fn n_at_desk(&self) -> u32 {
        self.n_desk + self.n_attested
    }

    /// Whether enough voted unconfirmed that it may be told what.
    #[must_use]
    pub fn shows_unconfirmed(&self) -> bool {
        self.n_unconfirmed >= LEAST
    }

    /// Counts halls, telephones and the desk together.
    #[must_use]
    pub fn tally(&self, halls: &[HallCount]) -> Tally {
        let mut lines: Vec<Line> = self
            .options
            .iter()
            .map(|option| Line {
                n: option.n,
                hall: halls.iter().filter_map(|hall| hall.marks.get(&option.n)).sum(),
                phone: option.n_phone,
                desk: option.n_desk,
                unconfirmed: option.n_unconfirmed,
            })
            .collect();
        lines.sort_by_key(|line| (std::cmp::Reverse(line.all()), line.n));
        let n_hall: u32 = halls.iter().map(|hall| hall.n_ballots).sum();
        let n_voters = n_hall + self.n_phone + self.n_at_desk();
        let n_invalid: u32 = halls.iter().map(|hall| hall.n_invalid).sum();
        // An invalid ballot chose nothing: nobody stands behind it among those who did.
        let n_valid = n_hall.saturating_sub(n_invalid);
        let (chosen, tied, n_room) = divide(&lines, self.most);
        Tally {
            n_voters,
            n_hall,
            n_invalid,
            is_shown: n_valid + self.n_phone + self.n_at_desk() >= LEAST,
            is_split: ![n_valid, self.n_phone, self.n_at_desk()].into_iter().any(is_few),
            lines,
            chosen,
            tied,
            n_room,
        }
    }
}

/// Divides options into those that are chosen without doubt and those that tie for the places left. Nothing is chosen without a mark.
fn divide(lines: &[Line], most: u32) -> (Vec<u32>, Vec<u32>, u32) {
    let marked: Vec<&Line> = lines.iter().filter(|line| line.all() > 0).collect();
    let most = most as usize;
    if marked.len() <= most {
        return (marked.iter().map(|line| line.n).collect(), Vec::new(), 0);
    }
    let border = marked[most - 1].all();
    if marked[most].all() < border {
        return (marked[..most].iter().map(|line| line.n).collect(), Vec::new(), 0);
    }
    let above = marked.iter().filter(|line| line.all() > border);
    let chosen: Vec<u32> = above.map(|line| line.n).collect();
    let equal = marked.iter().filter(|line| line.all() == border);
    let room = u32::try_from(most - chosen.len()).unwrap_or(0);
    (chosen, equal.map(|line| line.n).collect(), room)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn ballot(phone: &[u32], most: u32, n_phone: u32) -> Ballot {
        let options = (1..).zip(phone).map(|(n, n_phone)| Choosable {
            n,
            what: What::Goal(n.to_string()),
            n_phone: *n_phone,
            n_desk: 0,
            n_unconfirmed: 0,
        });
        Ballot {
            id: "b".into(),
            code: "B".into(),
            place: "35.22".into(),
            title: "Goals".into(),
            most,
            opens_on: date(2026, 5, 1),
            closes_on: date(2026, 5, 10),
            published_at: None,
            settled: None,
            options: options.collect(),
            n_phone,
            n_desk: 0,
            n_attested: 0,
            n_unconfirmed: 0,
            revision: 1,
        }
    }

    fn hall(n_ballots: u32, n_invalid: u32, marks: &[(u32, u32)]) -> HallCount {
        HallCount {
            held_on: date(2026, 5, 3),
            occasion: "hall".into(),
            n_ballots,
            n_invalid,
            marks: marks.iter().copied().collect(),
        }
    }

    #[test]
    fn hall_and_telephone_are_added_and_the_most_are_chosen() {
        let tally = ballot(&[5, 9, 1, 0], 2, 10).tally(&[hall(80, 2, &[(1, 70), (3, 20)])]);
        assert_eq!((tally.n_voters, tally.n_invalid), (90, 2));
        assert_eq!(tally.chosen, [1, 3]);
        assert!(tally.tied.is_empty() && tally.is_shown && tally.is_split);
    }

    #[test]
    fn those_who_are_equal_where_room_ends_tie_and_nobody_is_chosen_by_order() {
        let tally = ballot(&[9, 7, 7, 7, 0], 3, 20).tally(&[]);
        assert_eq!(tally.chosen, [1]);
        assert_eq!((tally.tied, tally.n_room), (vec![2, 3, 4], 2));
        let enough = ballot(&[9, 7, 7, 0], 3, 20).tally(&[]);
        assert_eq!((enough.chosen, enough.tied), (vec![1, 2, 3], vec![]));
        assert!(ballot(&[0, 0], 1, 0).tally(&[]).chosen.is_empty());
    }

    #[test]
    fn few_voters_are_not_told_by_what_they_chose() {
        let few = ballot(&[3, 1], 1, 4).tally(&[]);
        assert!(!few.is_shown);
        let mixed = ballot(&[3, 1], 1, 4).tally(&[hall(80, 0, &[(1, 70)])]);
        assert!(mixed.is_shown && !mixed.is_split);
        let spoilt = ballot(&[0, 0], 1, 0).tally(&[hall(30, 28, &[(1, 2)])]);
        assert!(!spoilt.is_shown);
        let few_in_hall = ballot(&[30, 10], 1, 40).tally(&[hall(30, 28, &[(1, 2)])]);
        assert!(few_in_hall.is_shown && !few_in_hall.is_split);
    }

    #[test]
    fn a_hall_cannot_have_more_marks_than_its_ballots_allow() {
        assert_eq!(hall(0, 0, &[]).check(5), Err(Miscount::NoBallots));
        assert_eq!(hall(3, 4, &[]).check(5), Err(Miscount::Invalid));
        assert_eq!(hall(10, 1, &[(2, 10)]).check(5), Err(Miscount::Option(2)));
        assert_eq!(hall(10, 0, &[(1, 10), (2, 10)]).check(1), Err(Miscount::Sum));
        assert_eq!(hall(10, 1, &[(1, 9), (2, 9)]).check(2), Ok(()));
    }

    #[test]
    fn a_ballot_opens_and_closes_on_its_days() {
        let ballot = ballot(&[0], 1, 0);
        for (day, standing) in [
            (date(2026, 4, 30), Standing::Planned),
            (date(2026, 5, 1), Standing::Open),
            (date(2026, 5, 10), Standing::Open),
            (date(2026, 5, 11), Standing::Counting),
        ] {
            assert_eq!(ballot.standing(day), standing, "{day}");
        }
    }

    #[test]
    fn choices_are_options_each_once_and_not_too_many() {
        let ballot = ballot(&[0, 0, 0], 2, 0);
        assert_eq!(ballot.read_choices(&[3, 1, 3]), Some(vec![1, 3]));
        for wrong in [&[] as &[u32], &[4], &[1, 2, 3], &[0]] {
            assert_eq!(ballot.read_choices(wrong), None, "{wrong:?}");
        }
    }
}
