//! All requests in memory, forty bytes each: what lists, maps and counts are made from, whatever is asked.
//!
//! Only instants are kept, no lights: a light is what the moment asked about makes of them, so nothing here grows old by itself.

use std::collections::HashMap;

use crate::requests::{
    model::{
        clock::Light,
        request::{CloseKind, Kind, State},
    },
    store::board::Facts,
};

/// Seconds since 1970 that never come.
pub const NEVER: u32 = u32::MAX;

const CONFIDENTIAL: u8 = 1;
const ASPIRATION: u8 = 2;
const LOCATED: u8 = 4;

/// What of a request is counted. Instants are whole seconds, rounded up where something comes and down where it begins, so that
/// the light of a whole second is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub opened: u32,
    /// When the present clock started; later than `opened` once reopened.
    pub from: u32,
    pub yellow: u32,
    pub red: u32,
    pub closed: u32,
    pub answered: u32,
    pub service: u32,
    pub agency: u32,
    pub place: u32,
    state: u8,
    close: u8,
    flags: u8,
}

/// A time a request was open that ended with a closing which did not last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    pub from: u32,
    pub yellow: u32,
    pub red: u32,
    pub closed: u32,
}

/// Codes by number; number 0 is the empty code, for what has none.
#[derive(Debug)]
pub struct Names {
    codes: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            codes: vec![String::new()],
            numbers: HashMap::from([(String::new(), 0)]),
        }
    }
}

impl Names {
    fn number(&mut self, code: Option<&str>) -> u32 {
        let code = code.unwrap_or_default();
        if let Some(number) = self.numbers.get(code) {
            return *number;
        }
        let number = u32::try_from(self.codes.len()).unwrap_or(0);
        self.codes.push(code.to_owned());
        self.numbers.insert(code.to_owned(), number);
        number
    }

    /// Returns a code by its number; empty where there is none.
    #[must_use]
    pub fn code(&self, number: u32) -> &str {
        self.codes.get(number as usize).map_or("", String::as_str)
    }

    /// Returns every code, in the order of numbers.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// Says of every number whether its code is wanted.
    #[must_use]
    pub fn mask(&self, wanted: impl FnMut(&str) -> bool) -> Vec<bool> {
        self.codes.iter().map(String::as_str).map(wanted).collect()
    }
}

/// All requests, oldest first.
#[derive(Default)]
pub struct Rows {
    ids: Vec<u128>,
    rows: Vec<Row>,
    /// Those of requests that were reopened, by id.
    episodes: HashMap<u128, Vec<Episode>>,
    pub services: Names,
    pub agencies: Names,
    pub places: Names,
}

/// What is wanted, in the numbers of [`Rows`]; `None` asks for any.
#[derive(Default)]
pub struct Filter {
    pub services: Option<Vec<bool>>,
    pub agencies: Option<Vec<bool>>,
    pub places: Option<Vec<bool>>,
    pub state: StateWanted,
    pub kind: Option<Kind>,
    pub opened_from: Option<u32>,
    pub opened_before: Option<u32>,
}

/// Which states are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StateWanted {
    #[default]
    Any,
    /// All but closed ones.
    Unfinished,
    /// The number of a state's code in `State::CODES`.
    One(u8),
}

/// How many requests show which light, in the order of [`Light::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lights(pub [u64; 4]);

impl Lights {
    pub fn count(&mut self, light: Light) {
        self.0[light as usize] += 1;
    }

    #[must_use]
    pub fn of(&self, light: Light) -> u64 {
        self.0[light as usize]
    }

    /// Returns how many are not finished.
    #[must_use]
    pub fn unfinished(&self) -> u64 {
        self.0[..3].iter().sum()
    }

    #[must_use]
    pub fn all(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// A page of a list with the counts above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub lights: Lights,
    /// The newest first.
    pub ids: Vec<u128>,
    /// Whether more follow.
    pub has_more: bool,
}

impl Row {
    /// Whether it may be shown, and counted by what it says, at all.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.flags & CONFIDENTIAL == 0
    }

    #[must_use]
    pub fn is_located(&self) -> bool {
        self.flags & LOCATED != 0
    }

    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state == CLOSED
    }

    /// Returns its light at a second.
    #[must_use]
    pub fn light(&self, now: u32) -> Light {
        if self.is_closed() {
            Light::Blue
        } else if self.red <= now {
            Light::Red
        } else if self.yellow <= now {
            Light::Yellow
        } else {
            Light::White
        }
    }

    /// Returns how it was closed, where it is.
    #[must_use]
    pub fn close_kind(&self) -> Option<CloseKind> {
        CloseKind::ALL.get(usize::from(self.close)).copied()
    }

    /// Returns the time it is or was open since its clock last started.
    #[must_use]
    pub fn episode(&self) -> Episode {
        Episode {
            from: self.from,
            yellow: self.yellow,
            red: self.red,
            closed: self.closed,
        }
    }
}

const CLOSED: u8 = 5;
const NOT_CLOSED: u8 = u8::MAX;

impl Rows {
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the bytes that its rows take.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.ids.capacity() * size_of::<u128>() + self.rows.capacity() * size_of::<Row>()
    }

    /// Puts one behind the others, in whatever order they come; [`Rows::settle`] follows.
    pub fn push(&mut self, facts: &Facts) {
        let Ok(id) = uuid::Uuid::parse_str(&facts.id) else {
            return;
        };
        let row = self.row(facts);
        self.ids.push(id.as_u128());
        self.rows.push(row);
    }

    /// Puts what was pushed in order.
    pub fn settle(&mut self) {
        if self.ids.is_sorted() {
            return;
        }
        let mut order: Vec<u32> = (0..u32::try_from(self.ids.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|at| self.ids[*at as usize]);
        self.ids = order.iter().map(|at| self.ids[*at as usize]).collect();
        self.rows = order.iter().map(|at| self.rows[*at as usize]).collect();
    }

    /// Puts changed rows in the place of those that were there, and new ones among them.
    pub fn take(&mut self, changed: &[Facts]) {
        let known = self.ids.len();
        for facts in changed {
            let Ok(id) = uuid::Uuid::parse_str(&facts.id) else {
                continue;
            };
            match self.ids[..known].binary_search(&id.as_u128()) {
                Ok(at) => self.rows[at] = self.row(facts),
                Err(_) => self.push(facts),
            }
        }
        self.settle();
    }

    /// Notes the times a request was open before.
    pub fn note_episodes(&mut self, id: &str, episodes: Vec<Episode>) {
        if let Ok(id) = uuid::Uuid::parse_str(id) {
            self.episodes.insert(id.as_u128(), episodes);
        }
    }

    /// Calls `each` with every public request that is wanted, the newest first.
    pub fn each(&self, filter: &Filter, mut each: impl FnMut(u128, &Row)) {
        for (id, row) in self.ids.iter().zip(&self.rows).rev() {
            if filter.wants(row) {
                each(*id, row);
            }
        }
    }

    /// Returns the times a request was open before its clock last started.
    #[must_use]
    pub fn episodes_of(&self, id: u128) -> &[Episode] {
        if self.episodes.is_empty() {
            return &[];
        }
        self.episodes.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Counts by light, and finds the newest of a light that were opened before `after`.
    #[must_use]
    pub fn view(
        &self,
        filter: &Filter,
        light: Option<Light>,
        now: u32,
        after: Option<u128>,
        most: usize,
    ) -> View {
        let mut view = View {
            lights: Lights::default(),
            ids: Vec::new(),
            has_more: false,
        };
        self.each(filter, |id, row| {
            let shown = row.light(now);
            view.lights.count(shown);
            if light.is_some_and(|light| light != shown) || after.is_some_and(|after| id >= after) {
                return;
            }
            if view.ids.len() < most {
                view.ids.push(id);
            } else {
                view.has_more = true;
            }
        });
        view
    }

    /// Counts by light.
    #[must_use]
    pub fn lights(&self, filter: &Filter, now: u32) -> Lights {
        let mut lights = Lights::default();
        self.each(filter, |_, row| lights.count(row.light(now)));
        lights
    }

    /// Counts confidential requests of each unit, by its code; nothing else of them is counted anywhere.
    #[must_use]
    pub fn confidential_by_agency(&self) -> HashMap<String, u64> {
        let mut counts = HashMap::new();
        for row in self.rows.iter().filter(|row| !row.is_public()) {
            *counts
                .entry(self.agencies.code(row.agency).to_owned())
                .or_default() += 1;
        }
        counts
    }

    /// Finds the public requests whose light differs between two seconds, though nobody touched them.
    #[must_use]
    pub fn turned(&self, before: u32, now: u32) -> Vec<u128> {
        let public = self.ids.iter().zip(&self.rows).filter(|(_, row)| row.is_public());
        public
            .filter(|(_, row)| row.light(before) != row.light(now))
            .map(|(id, _)| *id)
            .collect()
    }

    fn row(&mut self, facts: &Facts) -> Row {
        let stopped = facts.stopped_at.unwrap_or(i64::MAX);
        // What had not come when the clock stopped does not come while it stands still.
        let comes = |at: Option<i64>| at.filter(|at| *at <= stopped).map_or(NEVER, ceil);
        let is_closed = facts.state == "closed";
        let close = facts.close_kind.as_deref().and_then(CloseKind::parse);
        let position = |kind: CloseKind| CloseKind::ALL.iter().position(|each| *each == kind);
        let mut flags = 0;
        for (flag, holds) in [
            (CONFIDENTIAL, facts.privacy == "confidential"),
            (ASPIRATION, facts.kind == Kind::Aspiration.as_str()),
            (LOCATED, facts.is_located == 1),
        ] {
            flags |= if holds { flag } else { 0 };
        }
        Row {
            opened: floor(facts.opened_at),
            from: floor(facts.clock_from_at),
            yellow: comes(facts.yellow_at),
            red: comes(facts.red_at),
            closed: if is_closed { ceil(facts.state_at) } else { NEVER },
            answered: facts.answered_at.map_or(NEVER, ceil),
            service: self.services.number(Some(&facts.service_code)),
            agency: self.agencies.number(facts.agency_code.as_deref()),
            place: self.places.number(facts.place_code.as_deref()),
            state: state_number(&facts.state).unwrap_or(0),
            close: close
                .filter(|_| is_closed)
                .and_then(position)
                .and_then(|at| u8::try_from(at).ok())
                .unwrap_or(NOT_CLOSED),
            flags,
        }
    }
}

impl Filter {
    fn wants(&self, row: &Row) -> bool {
        let among = |mask: &Option<Vec<bool>>, number: u32| {
            mask.as_ref()
                .is_none_or(|mask| mask.get(number as usize).copied().unwrap_or(false))
        };
        row.is_public()
            && among(&self.places, row.place)
            && among(&self.services, row.service)
            && among(&self.agencies, row.agency)
            && match self.state {
                StateWanted::Any => true,
                StateWanted::Unfinished => !row.is_closed(),
                StateWanted::One(state) => row.state == state,
            }
            && self
                .kind
                .is_none_or(|kind| (kind == Kind::Aspiration) == (row.flags & ASPIRATION != 0))
            && self.opened_from.is_none_or(|from| row.opened >= from)
            && self.opened_before.is_none_or(|before| row.opened < before)
    }
}

/// Returns the number of a state's code.
#[must_use]
pub fn state_number(code: &str) -> Option<u8> {
    let at = State::CODES.iter().position(|each| *each == code)?;
    u8::try_from(at).ok()
}

/// Returns an id as it stands in the database.
#[must_use]
pub fn id_text(id: u128) -> String {
    uuid::Uuid::from_u128(id).to_string()
}

/// Returns the whole second in which a moment lies.
#[must_use]
pub fn floor(micros: i64) -> u32 {
    u32::try_from(micros.div_euclid(1_000_000).max(0)).unwrap_or(NEVER - 1)
}

fn ceil(micros: i64) -> u32 {
    floor(micros.saturating_add(999_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn facts(n: u128) -> Facts {
        Facts {
            id: id_text(n),
            service_code: "road".into(),
            agency_code: Some("pu".into()),
            place_code: Some("35.22.01".into()),
            kind: "complaint".into(),
            privacy: "open".into(),
            state: "open".into(),
            state_at: 0,
            close_kind: None,
            opened_at: 1_000 * HOUR,
            clock_from_at: 1_000 * HOUR,
            yellow_at: Some(1_010 * HOUR + 1),
            red_at: Some(1_020 * HOUR),
            stopped_at: None,
            answered_at: None,
            is_located: 0,
            n_reopened: 0,
            touched_at: 1,
        }
    }

    fn rows(all: &[Facts]) -> Rows {
        let mut rows = Rows::default();
        rows.take(all);
        rows
    }

    fn second(micros: i64) -> u32 {
        floor(micros)
    }

    #[test]
    fn forty_bytes_hold_what_is_counted_of_a_request() {
        assert_eq!(size_of::<Row>(), 40);
    }

    #[test]
    fn a_light_turns_in_the_second_after_its_instant_and_not_before() {
        let rows = rows(&[facts(1)]);
        let light = |at: i64| rows.rows[0].light(second(at));
        assert_eq!(light(1_010 * HOUR), Light::White);
        assert_eq!(light(1_010 * HOUR + 1_000_000), Light::Yellow);
        assert_eq!(light(1_020 * HOUR - 1), Light::Yellow);
        assert_eq!(light(1_020 * HOUR), Light::Red);
    }

    #[test]
    fn a_stopped_clock_turns_no_light() {
        let paused = Facts {
            stopped_at: Some(1_015 * HOUR),
            ..facts(1)
        };
        assert_eq!(rows(&[paused]).rows[0].light(second(2_000 * HOUR)), Light::Yellow);
    }

    #[test]
    fn what_comes_out_of_turn_is_put_in_order_and_what_changed_is_replaced() {
        let mut rows = rows(&[facts(5), facts(9)]);
        let closed = Facts {
            state: "closed".into(),
            state_at: 1_005 * HOUR,
            close_kind: Some("confirmed".into()),
            ..facts(9)
        };
        rows.take(&[facts(7), closed]);
        assert_eq!(rows.ids, [5, 7, 9]);
        let view = rows.view(&Filter::default(), None, second(1_001 * HOUR), None, 2);
        assert_eq!((view.lights.0, view.ids), ([2, 0, 0, 1], vec![9, 7]));
        assert!(view.has_more);
        assert_eq!(rows.rows[2].close_kind(), Some(CloseKind::Confirmed));
    }

    #[test]
    fn a_page_goes_on_after_the_last_one_and_its_counts_stay() {
        let rows = rows(&[facts(1), facts(2), facts(3)]);
        let view = rows.view(
            &Filter::default(),
            Some(Light::White),
            second(1_001 * HOUR),
            Some(2),
            2,
        );
        assert_eq!((view.lights.all(), view.ids, view.has_more), (3, vec![1], false));
    }

    #[test]
    fn confidential_requests_are_in_no_list_and_no_count_but_that_of_their_unit() {
        let confidential = Facts {
            privacy: "confidential".into(),
            ..facts(2)
        };
        let rows = rows(&[facts(1), confidential]);
        let view = rows.view(&Filter::default(), None, second(1_001 * HOUR), None, 9);
        assert_eq!((view.lights.all(), view.ids), (1, vec![1]));
        assert_eq!(rows.confidential_by_agency()["pu"], 1);
    }

    #[test]
    fn requests_are_wanted_by_place_state_kind_and_day() {
        let rows = rows(&[
            facts(1),
            Facts {
                place_code: None,
                kind: "aspiration".into(),
                state: "paused".into(),
                opened_at: 2_000 * HOUR,
                ..facts(2)
            },
        ]);
        let ids = |filter: &Filter| rows.view(filter, None, 0, None, 9).ids;
        let places = Some(rows.places.mask(|code| code.starts_with("35.22")));
        assert_eq!(
            ids(&Filter {
                places,
                ..Filter::default()
            }),
            [1]
        );
        let state = StateWanted::One(state_number("paused").expect("a state"));
        assert_eq!(
            ids(&Filter {
                state,
                ..Filter::default()
            }),
            [2]
        );
        assert_eq!(
            ids(&Filter {
                kind: Some(Kind::Complaint),
                ..Filter::default()
            }),
            [1]
        );
        assert_eq!(
            ids(&Filter {
                opened_from: Some(second(1_500 * HOUR)),
                ..Filter::default()
            }),
            [2]
        );
    }

    #[test]
    fn a_light_that_turned_is_found_between_two_moments() {
        let rows = rows(&[
            facts(1),
            Facts {
                red_at: None,
                ..facts(2)
            },
        ]);
        let at = |hour: i64| second(hour * HOUR);
        assert_eq!(rows.turned(at(1_012), at(1_021)), [1]);
        assert_eq!(rows.turned(at(1_001), at(1_012)), [1, 2]);
    }
}
