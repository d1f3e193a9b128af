//! Counts over time and how long things take, made from the rows in one pass.

use super::rows::{Episode, Filter, Lights, NEVER, Row, Rows};
use crate::requests::model::request::CloseKind;

/// What the figures are about.
pub struct Question<'a> {
    pub filter: &'a Filter,
    /// The ends of the weeks, oldest first; before them the beginning of the first. At least two.
    pub ends: &'a [u32],
    pub now: u32,
    /// For every number of a place's code, which of the places told apart it lies in.
    pub place_of: &'a [Option<u16>],
    pub n_places: usize,
}

/// Everything the page of lights shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// One for every end but the first.
    pub weeks: Vec<Week>,
    pub all: Group,
    /// By number of the unit's and the service's code; by the places told apart.
    pub agencies: Vec<Group>,
    pub services: Vec<Group>,
    pub places: Vec<Group>,
}

/// A week: what came and went in it, and how things stood at its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Week {
    pub end: u32,
    pub opened: u64,
    pub closed: u64,
    /// Within their promise at the end.
    pub white: u64,
    pub yellow: u64,
    pub red: u64,
}

/// How requests of one kind stand and how long they took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    pub lights: Lights,
    pub answer: Spans,
    pub close: Spans,
}

/// How long something took; those that have not come yet are counted apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spans {
    /// In seconds, until they are summed up: a million of them are not kept beside every count.
    seconds: Vec<u32>,
    pub n: usize,
    pub n_waiting: u64,
    /// Days within which half of them lie, and nine in ten.
    pub half: Option<f64>,
    pub most: Option<f64>,
    /// How many lie between the ends of [`BARS`]; what took exactly as long as an end lies below it.
    pub bars: [u64; BARS.len() + 1],
}

/// The upper ends of the bars of a distribution, in days; the last bar has none.
pub const BARS: [u32; 6] = [1, 3, 7, 14, 30, 90];
const DAY: u32 = 86_400;

impl Spans {
    fn settle(&mut self) {
        let mut seconds = std::mem::take(&mut self.seconds);
        seconds.sort_unstable();
        // The nearest rank, so that it is one that happened.
        let within = |percent: usize| {
            let rank = (seconds.len() * percent).div_ceil(100);
            let seconds = seconds.get(rank.checked_sub(1)?)?;
            Some(f64::from(*seconds) / f64::from(DAY))
        };
        (self.n, self.half, self.most) = (seconds.len(), within(50), within(90));
        for seconds in &seconds {
            self.bars[BARS.partition_point(|days| days * DAY < *seconds)] += 1;
        }
    }

    fn add(&mut self, from: u32, to: u32, is_open: bool) {
        if to != NEVER {
            self.seconds.push(to.saturating_sub(from));
        } else if is_open {
            self.n_waiting += 1;
        }
    }
}

impl Group {
    fn add(&mut self, row: &Row, now: u32) {
        self.lights.count(row.light(now));
        self.answer.add(row.opened, row.answered, !row.is_closed());
        // What was withdrawn or joined to another was not settled.
        let is_settled = !matches!(row.close_kind(), Some(CloseKind::Withdrawn | CloseKind::Joined));
        if is_settled {
            self.close.add(row.opened, row.closed, !row.is_closed());
        }
    }

    fn settle(&mut self) {
        self.answer.settle();
        self.close.settle();
    }
}

/// Answers a question about all rows.
#[must_use]
pub fn figures(rows: &Rows, question: &Question<'_>) -> Figures {
    let n_weeks = question.ends.len().saturating_sub(1);
    let mut figures = Figures {
        weeks: Vec::new(),
        all: Group::default(),
        agencies: vec![Group::default(); rows.agencies.codes().len()],
        services: vec![Group::default(); rows.services.codes().len()],
        places: vec![Group::default(); question.n_places],
    };
    let mut weeks = Changes::new(question.ends);
    rows.each(question.filter, |id, row| {
        figures.all.add(row, question.now);
        figures.agencies[row.agency as usize].add(row, question.now);
        figures.services[row.service as usize].add(row, question.now);
        if let Some(place) = question.place_of.get(row.place as usize).copied().flatten() {
            figures.places[usize::from(place)].add(row, question.now);
        }
        weeks.opens(row.opened);
        for episode in rows.episodes_of(id) {
            let from = episode.from.max(row.opened);
            weeks.add(&Episode { from, ..*episode });
        }
        weeks.add(&row.episode());
    });
    figures.weeks = weeks.sum(n_weeks);
    let groups = figures.agencies.iter_mut().chain(&mut figures.services);
    for group in groups.chain(&mut figures.places).chain([&mut figures.all]) {
        group.settle();
    }
    figures
}

/// By how much counts change from one end of a week to the next.
struct Changes<'a> {
    ends: &'a [u32],
    opened: Vec<u64>,
    closed: Vec<u64>,
    white: Vec<i64>,
    yellow: Vec<i64>,
    red: Vec<i64>,
}

impl<'a> Changes<'a> {
    fn new(ends: &'a [u32]) -> Changes<'a> {
        // One more, for what lies beyond the last end.
        let n = ends.len() + 1;
        Changes {
            ends,
            opened: vec![0; n],
            closed: vec![0; n],
            white: vec![0; n],
            yellow: vec![0; n],
            red: vec![0; n],
        }
    }

    /// The first end at which something that came at a second is there.
    fn week(&self, second: u32) -> usize {
        self.ends.partition_point(|end| *end < second)
    }

    fn opens(&mut self, second: u32) {
        let week = self.week(second);
        self.opened[week] += 1;
    }

    fn add(&mut self, episode: &Episode) {
        let (from, closed) = (episode.from, episode.closed);
        let red = episode.red.clamp(from, closed.max(from));
        let yellow = episode.yellow.clamp(from, red);
        let [from, yellow, red, end] = [from, yellow, red, closed].map(|second| self.week(second));
        if closed != NEVER {
            self.closed[end] += 1;
        }
        for (counts, begin, end) in [
            (&mut self.white, from, yellow),
            (&mut self.yellow, yellow, red),
            (&mut self.red, red, end),
        ] {
            counts[begin] += 1;
            counts[end] -= 1;
        }
    }

    fn sum(&self, n_weeks: usize) -> Vec<Week> {
        let mut at = [0_i64; 3];
        let mut weeks = Vec::with_capacity(n_weeks);
        for (week, end) in self.ends.iter().enumerate() {
            for (sum, counts) in at.iter_mut().zip([&self.white, &self.yellow, &self.red]) {
                *sum += counts[week];
            }
            if week > 0 {
                let [white, yellow, red] = at.map(i64::unsigned_abs);
                weeks.push(Week {
                    end: *end,
                    opened: self.opened[week],
                    closed: self.closed[week],
                    white,
                    yellow,
                    red,
                });
            }
        }
        weeks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::{board::rows::id_text, store::board::Facts};

    const SECOND: i64 = 1_000_000;

    /// A request whose instants are given in seconds.
    fn facts(n: u128, opened: i64, yellow: Option<i64>, red: Option<i64>, closed: Option<i64>) -> Facts {
        Facts {
            id: id_text(n),
            service_code: "road".into(),
            agency_code: Some("pu".into()),
            place_code: None,
            kind: "complaint".into(),
            privacy: "open".into(),
            state: if closed.is_some() { "closed" } else { "open" }.into(),
            state_at: closed.unwrap_or(0) * SECOND,
            close_kind: closed.map(|_| "confirmed".into()),
            opened_at: opened * SECOND,
            clock_from_at: opened * SECOND,
            yellow_at: yellow.map(|at| at * SECOND),
            red_at: red.map(|at| at * SECOND),
            stopped_at: closed.map(|at| at * SECOND),
            answered_at: None,
            is_located: 0,
            n_reopened: 0,
            touched_at: 1,
        }
    }

    fn weeks(rows: &Rows) -> Vec<[u64; 5]> {
        let figures = figures(
            rows,
            &Question {
                filter: &Filter::default(),
                ends: &[0, 100, 200, 300],
                now: 300,
                place_of: &[],
                n_places: 0,
            },
        );
        figures
            .weeks
            .iter()
            .map(|week| [week.opened, week.closed, week.white, week.yellow, week.red])
            .collect()
    }

    #[test]
    fn a_week_counts_what_came_and_went_and_how_things_stood_at_its_end() {
        let mut rows = Rows::default();
        rows.take(&[
            facts(1, 50, Some(150), Some(250), None),
            facts(2, 60, Some(150), Some(250), Some(180)),
            facts(3, 201, None, None, None),
        ]);
        assert_eq!(weeks(&rows), [[2, 0, 2, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1]]);
    }

    #[test]
    fn what_was_closed_and_reopened_is_open_before_and_after() {
        let mut rows = Rows::default();
        let reopened = Facts {
            clock_from_at: 220 * SECOND,
            ..facts(1, 10, Some(400), None, None)
        };
        rows.take(&[reopened]);
        let before = Episode {
            from: 10,
            yellow: 40,
            red: NEVER,
            closed: 120,
        };
        rows.note_episodes(&id_text(1), vec![before]);
        assert_eq!(weeks(&rows), [[1, 0, 0, 1, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]]);
    }

    #[test]
    fn at_the_last_end_the_counts_are_those_of_the_lights() {
        let mut rows = Rows::default();
        let all: Vec<Facts> = (0..60)
            .map(|n| {
                let opened = 5 * n;
                let closed = (n % 3 == 0).then_some(opened + 7 * (n % 11));
                facts(n as u128, opened, Some(opened + 40), Some(opened + 90), closed)
            })
            .filter(|facts| facts.state_at <= 300 * SECOND)
            .collect();
        rows.take(&all);
        let lights = rows.lights(&Filter::default(), 300);
        let last = weeks(&rows)[2];
        assert_eq!(
            [last[2], last[3], last[4]],
            [lights.0[0], lights.0[1], lights.0[2]]
        );
    }

    #[test]
    fn spans_are_ranked_and_those_still_waiting_are_counted_apart() {
        let mut spans = Spans::default();
        for days in [1, 2, 3, 4, 100] {
            spans.add(0, days * DAY, false);
        }
        spans.add(0, NEVER, true);
        spans.add(0, NEVER, false);
        spans.settle();
        assert_eq!((spans.half, spans.most), (Some(3.0), Some(100.0)));
        assert_eq!(spans.bars, [1, 2, 1, 0, 0, 0, 1]);
        assert_eq!((spans.n, spans.n_waiting), (5, 1));
        let mut none = Spans::default();
        none.settle();
        assert_eq!(none, Spans::default());
    }
}
