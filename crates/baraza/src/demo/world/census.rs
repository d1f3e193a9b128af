//! Two rounds of the census: who asks whom on which day, and what goes wrong on the way.

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::{Span, ToSpan};

use super::people::Household;
use super::random::Random;
use super::settlement::{Regency, Size};

/// A round of the census.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    First,
    /// A year later.
    Second,
}

/// Somebody who goes from house to house in one village.
#[derive(Clone, Debug)]
pub struct Enumerator {
    /// What they write into the form: the village's code and a number.
    pub code: String,
    pub name: String,
    pub village: usize,
    pub device_id: String,
    /// Households in a day.
    pub pace: f64,
    /// Days after the others that they begin.
    pub begins_late_by: i64,
    /// How many optional answers they leave out, 1 being usual.
    pub carelessness: f64,
    /// Whether they round ages to fives.
    pub rounds_ages: bool,
    /// The part of their list after which they stop in the second round.
    pub stops_after: Option<f64>,
    /// Positions of their household groups in the regency's list.
    pub groups: std::ops::Range<usize>,
}

/// One interview, as it will be filed.
#[derive(Clone, Debug)]
pub struct Visit {
    pub round: Round,
    /// Position in [`World::households`] of that round.
    pub household: usize,
    pub enumerator: usize,
    /// Local time at which the interview begins.
    pub begins: DateTime,
    pub ends: DateTime,
    /// Local time at which the form reaches the server.
    pub arrives: DateTime,
    /// The group the enumerator writes down; another than the household's when it moved.
    pub group: usize,
    pub house_number: u32,
    pub agrees: bool,
    /// 1 when the same household is asked a second time by mistake.
    pub copy: u32,
}

/// The invented regency with everybody in it.
pub struct World {
    pub seed: u64,
    pub size: Size,
    pub regency: Regency,
    pub enumerators: Vec<Enumerator>,
    first: Vec<Household>,
    second: Vec<Household>,
    random: Random,
}

impl Round {
    pub const BOTH: [Round; 2] = [Round::First, Round::Second];

    /// The Monday on which it begins.
    pub fn begins_on(self) -> Date {
        match self {
            Round::First => date(2025, 9, 1),
            Round::Second => date(2026, 9, 7),
        }
    }
}

impl World {
    /// Makes the world of a seed with so many households.
    pub fn new(seed: u64, n_households: usize) -> World {
        let random = Random::new(seed);
        let size = Size::of(n_households);
        let regency = Regency::new(size, &random);
        let enumerators = enlist(&regency, &random);
        let first = move_in(&regency, &random);
        let second = a_year_later(&regency, &first, &random);
        World {
            seed,
            size,
            regency,
            enumerators,
            first,
            second,
            random,
        }
    }

    /// The households as they are in a round.
    pub fn households(&self, round: Round) -> &[Household] {
        match round {
            Round::First => &self.first,
            Round::Second => &self.second,
        }
    }

    /// All interviews of a round, in the order in which they arrive.
    pub fn visits(&self, round: Round) -> Vec<Visit> {
        let households = self.households(round);
        let mut of_group: Vec<Vec<usize>> = vec![Vec::new(); self.regency.groups.len()];
        for (at, household) in households.iter().enumerate() {
            of_group[household.group].push(at);
        }
        let mut visits: Vec<Visit> = (0..self.enumerators.len())
            .flat_map(|enumerator| self.walk(round, enumerator, &of_group))
            .collect();
        visits.sort_by_key(|visit| (visit.arrives, visit.household, visit.copy));
        visits
    }

    /// The stream of chance with which an interview's answers are written down.
    pub fn chance_of(&self, visit: &Visit) -> Random {
        let round = visit.round as u64;
        let number = u64::from(self.households(visit.round)[visit.household].number);
        self.random
            .stream("answers", number * 8 + round * 4 + u64::from(visit.copy))
    }

    fn walk(&self, round: Round, enumerator: usize, of_group: &[Vec<usize>]) -> Vec<Visit> {
        let who = &self.enumerators[enumerator];
        let mut random = self.random.stream("walk", enumerator as u64 * 2 + round as u64);
        let households = self.households(round);
        let list: Vec<usize> = who
            .groups
            .clone()
            .flat_map(|group| of_group[group].iter().copied())
            .collect();
        let stop = match (round, who.stops_after) {
            (Round::Second, Some(part)) => (list.len() as f64 * part) as usize,
            _ => list.len(),
        };
        let mut visits = Vec::with_capacity(stop);
        let mut day = round.begins_on() + days(who.begins_late_by);
        let mut left_today = self.houses_on(who, &mut random);
        let mut clock = morning(day, &mut random);
        for &household in &list[..stop] {
            while left_today == 0 {
                day = next_working_day(day, &mut random);
                left_today = self.houses_on(who, &mut random);
                clock = morning(day, &mut random);
            }
            left_today -= 1;
            let size = households[household].members.len() as f64;
            let ends = clock + minutes(10.0 + 4.0 * size + 8.0 * random.unit());
            let visit = Visit {
                round,
                household,
                enumerator,
                begins: clock,
                ends,
                arrives: arrival(ends, &mut random),
                group: households[household].group,
                house_number: households[household].house_number,
                agrees: !random.chance(0.012),
                copy: 0,
            };
            clock = ends + minutes(4.0 + 12.0 * random.unit());
            if random.chance(0.005) {
                // The form was not found in the list of sent ones, so the house is asked again.
                let begins = visit.begins + days(1 + random.below(3) as i64);
                let ends = begins + minutes(9.0 + 3.0 * size);
                let arrives = arrival(ends, &mut random);
                visits.push(Visit {
                    begins,
                    ends,
                    arrives,
                    copy: 1,
                    ..visit.clone()
                });
            }
            // A form stays behind on the phone and is never sent.
            if !random.chance(0.004) {
                visits.push(visit);
            }
        }
        visits
    }

    fn houses_on(&self, who: &Enumerator, random: &mut Random) -> usize {
        (who.pace + random.normal() * who.pace * 0.25)
            .round()
            .clamp(0.0, 14.0) as usize
    }
}

/// Three for each village: a quick one, one who begins late, one who loses heart in the second round.
fn enlist(regency: &Regency, random: &Random) -> Vec<Enumerator> {
    let mut enumerators = Vec::with_capacity(regency.villages.len() * 3);
    for (at, village) in regency.villages.iter().enumerate() {
        let mut random = random.stream("enumerators", at as u64);
        let n = village.groups.len();
        for number in 0..3 {
            let groups = village.groups.start + n * number / 3..village.groups.start + n * (number + 1) / 3;
            let is_woman = random.chance(0.7);
            enumerators.push(Enumerator {
                code: format!("{}-{}", village.code, number + 1),
                name: super::names::person(&mut random, is_woman),
                village: at,
                device_id: format!("collect:{:016x}", random.bits()),
                pace: random.between(5.5, 9.0),
                begins_late_by: if number == 1 {
                    7 + random.below(8) as i64
                } else {
                    random.below(3) as i64
                },
                carelessness: random.between(0.5, 1.5) + if number == 2 { 0.8 } else { 0.0 },
                rounds_ages: random.chance(0.3),
                stops_after: (number == 2).then(|| random.between(0.55, 0.95)),
                groups,
            });
        }
    }
    enumerators
}

fn move_in(regency: &Regency, random: &Random) -> Vec<Household> {
    let on = Round::First.begins_on();
    let mut number = 0;
    let mut households = Vec::new();
    for (at, group) in regency.groups.iter().enumerate() {
        for (house, &plot) in group.plots.iter().enumerate() {
            number += 1;
            let village = &regency.villages[group.village];
            households.push(Household::new(
                number,
                at,
                house as u32 + 1,
                plot,
                village,
                on,
                random,
            ));
        }
    }
    households
}

/// Some leave, some move within the regency, some come; everybody grows a year older.
fn a_year_later(regency: &Regency, first: &[Household], random: &Random) -> Vec<Household> {
    let on = Round::Second.begins_on();
    let mut random_moves = random.stream("moves", 0);
    let mut houses: Vec<u32> = regency
        .groups
        .iter()
        .map(|group| group.plots.len() as u32)
        .collect();
    let mut next_number = first.len() as u32;
    let mut households = Vec::with_capacity(first.len());
    for household in first {
        if random_moves.chance(0.012) {
            continue;
        }
        let mut household = household.clone();
        if random_moves.chance(0.025) {
            household.group = random_moves.below(regency.groups.len());
            houses[household.group] += 1;
            household.house_number = houses[household.group];
            household.at = *random_moves.one_of(&regency.groups[household.group].plots);
        }
        let village = &regency.villages[regency.groups[household.group].village];
        household.live_a_year(village, on, random);
        households.push(household);
    }
    for _ in 0..first.len() / 60 {
        let group = random_moves.below(regency.groups.len());
        houses[group] += 1;
        next_number += 1;
        let plot = *random_moves.one_of(&regency.groups[group].plots);
        let village = &regency.villages[regency.groups[group].village];
        households.push(Household::new(
            next_number,
            group,
            houses[group],
            plot,
            village,
            on,
            random,
        ));
    }
    households
}

fn next_working_day(day: Date, random: &mut Random) -> Date {
    let mut next = day + days(1);
    // Nobody is asked on Friday noon, few on Sundays; now and then a day is lost to a feast or to rain.
    while next.weekday() == Weekday::Sunday && random.chance(0.85) || random.chance(0.06) {
        next += days(1);
    }
    next
}

fn morning(day: Date, random: &mut Random) -> DateTime {
    day.at(7, 30, 0, 0) + minutes(120.0 * random.unit())
}

/// When a form reaches the server: at once where there is a signal, else in the evening, or days later.
fn arrival(ends: DateTime, random: &mut Random) -> DateTime {
    match random.unit() {
        u if u < 0.45 => ends + minutes(0.5 + 2.0 * random.unit()),
        u if u < 0.93 => ends.date().at(19, 0, 0, 0).max(ends) + minutes(150.0 * random.unit()),
        u if u < 0.995 => ends + days(1 + random.below(3) as i64),
        _ => ends + days(15 + random.below(15) as i64),
    }
}

fn minutes(n: f64) -> Span {
    ((n * 60.0).round() as i64).seconds()
}

fn days(n: i64) -> Span {
    n.days()
}
