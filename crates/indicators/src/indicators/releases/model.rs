//! What a release is, and what it says of each cell.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::{
    indicators::{
        Run,
        model::{
            definition::{Definition, Source},
            observation::{Facts, Figures, Key, Observation, Published, Status},
        },
    },
    platform::{
        problem::{Problem, Result},
        time::Time,
    },
};

/// The word in addresses for numbers that are public now, released or not; no release has it as its name.
pub const NOW: &str = "now";
/// Letters of a name at most.
const MOST_NAME: usize = 20;
/// Letters of a signature at most.
const MOST_SIGNATURE: usize = 200;
/// Letters of a note at most.
const MOST_NOTE: usize = 2000;
/// The order of adding may turn the last digits of a sum.
const ROUNDING: f64 = 1e-9;

/// The numbers of an indicator as somebody signed them.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    pub id: String,
    /// Code of the indicator.
    pub indicator: String,
    /// What addresses call it; of its indicator alone.
    pub name: String,
    /// Who stands for it, as the public reads it.
    pub signed_as: String,
    pub note: String,
    pub asked_at: Time,
    /// `None` until it is made.
    pub made: Option<Made>,
    /// Why it could not be made.
    pub trouble: Option<String>,
}

impl Release {
    /// What its numbers stand under in the lake; `None` until it is made.
    #[must_use]
    pub fn written_as(&self) -> Option<&str> {
        self.made.as_ref().map(|made| made.written_as.as_str())
    }
}

/// What a release was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub definition_version: String,
    /// Table of the lake → version read.
    pub tables: BTreeMap<String, u64>,
    pub facts: Facts,
    pub counted_at: Time,
    pub made_at: Time,
    /// What its numbers stand under in the lake: an attempt that failed may have left its own there.
    pub written_as: String,
    pub n_cells: i64,
    /// Of its file, in hexadecimal.
    pub sha256: String,
}

impl Made {
    /// The counting that it was made from, as that of live numbers is told.
    #[must_use]
    pub fn run(&self) -> Run {
        Run {
            definition_version: self.definition_version.clone(),
            tables: self.tables.clone(),
            computed_at: self.counted_at,
            facts: self.facts.clone(),
        }
    }
}

/// A release counted again from the same versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recount {
    #[serde(skip)]
    pub done_at: Time,
    /// Figures that are shown and were counted for this release; those that wait from an earlier one are not among them.
    pub n_compared: i64,
    pub n_differs: i64,
    /// Why it could not be counted.
    pub trouble: Option<String>,
}

/// A release that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelease {
    pub name: String,
    pub signed_as: String,
    pub note: String,
}

impl NewRelease {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// `indicators-releases-name` and `indicators-releases-signature` on their fields, `text-long` on any.
    pub fn parse(name: &str, signed_as: &str, note: &str) -> Result<NewRelease> {
        let (name, signed_as, note) = (name.trim(), signed_as.trim(), note.trim());
        let wrong = |field: &'static str, code: &'static str| Problem::invalid("fields").field(field, code);
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name == NOW || name.len() > MOST_NAME || !name.chars().all(is_plain) {
            return Err(wrong("name", "indicators-releases-name"));
        }
        match signed_as.chars().count() {
            0 => return Err(wrong("signed_as", "indicators-releases-signature")),
            n if n > MOST_SIGNATURE => return Err(wrong("signed_as", "text-long")),
            _ => {}
        }
        if note.chars().count() > MOST_NOTE {
            return Err(wrong("note", "text-long"));
        }
        Ok(NewRelease {
            name: name.to_owned(),
            signed_as: signed_as.to_owned(),
            note: note.to_owned(),
        })
    }
}

/// Decides what a release says of each cell, given what was `counted` for it with what the `earlier` release showed in mind, and
/// what stands `live`.
///
/// A release shows nothing that is not public already: two ways of hiding that are each safe may not be so together. Where the
/// counted number may not be seen, or another stands live, the earlier figure stays; where there was none, nothing is said.
#[must_use]
pub fn settle(
    counted: Vec<Observation>,
    live: &HashMap<Key, Observation>,
    earlier: &Published,
) -> Vec<Observation> {
    let decide = |now: Observation| {
        if now.as_of.is_some() || now.status == Status::Suppressed {
            return now;
        }
        let key = now.key();
        let public = live
            .get(&key)
            .filter(|live| live.as_of.is_none() && live.status == now.status)
            .filter(|live| is_near(&live.figures, &now.figures));
        if let Some(public) = public {
            return public.clone();
        }
        match earlier.observations.get(&key) {
            Some(before) if before.status != Status::Suppressed => Observation {
                status: before.status,
                figures: before.figures,
                as_of: before.as_of.or(earlier.computed_at),
                ..now
            },
            _ => Observation {
                status: Status::Suppressed,
                figures: Figures::default(),
                ..now
            },
        }
    };
    counted.into_iter().map(decide).collect()
}

/// True where a release is of the rows that a run counted, and was protected in one table with its numbers.
#[must_use]
pub fn is_of_one_counting(made: &Made, run: &Run) -> bool {
    are_of_one_counting(&made.run(), run)
}

/// True where two runs counted the same rows, and their numbers were protected in one table.
#[must_use]
pub fn are_of_one_counting(one: &Run, other: &Run) -> bool {
    let is_alike = one.facts.proofs.iter().all(|(period, proof)| {
        let mut of_period = other.facts.proofs.iter().filter(|(of, _)| of == period);
        of_period.all(|(_, other)| other == proof)
    });
    one.tables == other.tables && is_alike
}

/// Withholds figures that stand as they were in an earlier release, where that was made by another definition: they say something else.
pub fn hide_held(observations: &mut [Observation], is_by_another: impl Fn(&Key) -> bool) {
    let held = |o: &&mut Observation| o.as_of.is_some() && is_by_another(&o.key());
    for o in observations.iter_mut().filter(held) {
        (o.status, o.figures, o.as_of) = (Status::Suppressed, Figures::default(), None);
    }
}

/// Puts numbers in the one order that their file has.
pub fn put_in_order(observations: &mut [Observation]) {
    observations.sort_by(|a, b| {
        (&a.place, &a.by, &a.period, a.position, &a.codes)
            .cmp(&(&b.place, &b.by, &b.period, b.position, &b.codes))
    });
}

/// Compares what a release shows with what came out when it was counted again: how many figures there are to compare, and how many
/// differ in any digit.
#[must_use]
pub fn compare(released: &[Observation], counted: &HashMap<Key, Observation>) -> (i64, i64) {
    let (mut n_compared, mut n_differs) = (0, 0);
    let shown = |o: &&Observation| o.status == Status::Normal && o.as_of.is_none();
    for o in released.iter().filter(shown) {
        n_compared += 1;
        let is_same = counted
            .get(&o.key())
            .is_some_and(|again| again.figures == o.figures);
        n_differs += i64::from(!is_same);
    }
    (n_compared, n_differs)
}

/// What is another than in the release before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// There was none before.
    First,
    /// What is counted was written anew.
    Definition,
    /// The tables had been filled or corrected.
    Tables,
    /// Sheets were signed or corrected.
    Sheets,
    /// What a formula is made of was released anew.
    Inputs,
    /// Whoever published the numbers published others.
    Source,
    /// What is counted was written anew, and what it is counted from is another.
    Both,
    /// Neither: the same rows, counted by the same text.
    Neither,
}

impl Why {
    /// Compares what two releases of an indicator were made of.
    #[must_use]
    pub fn of(definition: &Definition, before: Option<&Made>, now: &Made) -> Why {
        let Some(before) = before else { return Why::First };
        let (is_another, why) = match definition.source {
            Source::Tables(_) => (before.tables != now.tables, Why::Tables),
            Source::Entered(_) => (before.facts.sheets != now.facts.sheets, Why::Sheets),
            Source::Formula(_) => (before.facts.releases != now.facts.releases, Why::Inputs),
            // Taking the same in again makes no run.
            Source::Imported(_) => (before.counted_at != now.counted_at, Why::Source),
        };
        match (before.definition_version != now.definition_version, is_another) {
            (true, true) => Why::Both,
            (true, false) => Why::Definition,
            (false, true) => why,
            (false, false) => Why::Neither,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Why::First => "first",
            Why::Definition => "definition",
            Why::Tables => "tables",
            Why::Sheets => "sheets",
            Why::Inputs => "inputs",
            Why::Source => "source",
            Why::Both => "both",
            Why::Neither => "neither",
        }
    }
}

fn is_near(a: &Figures, b: &Figures) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= ROUNDING * a.abs().max(b.abs()),
        (a, b) => a.is_none() && b.is_none(),
    };
    a.n == b.n
        && a.n_missing == b.n_missing
        && near(a.value, b.value)
        && near(a.numerator, b.numerator)
        && near(a.denominator, b.denominator)
        && near(a.standard_error, b.standard_error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::model::observation::Standing;

    fn cell(place: &str, status: Status, n: i64) -> Observation {
        let shown = status == Status::Normal;
        Observation {
            place: place.to_owned(),
            parent: None,
            period: "2026".to_owned(),
            by: String::new(),
            codes: String::new(),
            position: 0,
            status,
            standing: Standing::Official,
            figures: Figures {
                value: shown.then_some(50.0),
                n: shown.then_some(n),
                ..Figures::default()
            },
            as_of: None,
        }
    }

    fn by_key(observations: &[Observation]) -> HashMap<Key, Observation> {
        observations.iter().map(|o| (o.key(), o.clone())).collect()
    }

    #[test]
    fn a_release_shows_nothing_that_is_not_live_and_keeps_what_it_showed() {
        let earlier = Published {
            observations: by_key(&[cell("A", Status::Normal, 40), cell("B", Status::Normal, 40)]),
            computed_at: Some(Time(7)),
        };
        let live = by_key(&[
            cell("A", Status::Normal, 60),
            cell("B", Status::Suppressed, 0),
            cell("C", Status::Suppressed, 0),
        ]);
        let counted = ["A", "B", "C"]
            .map(|place| cell(place, Status::Normal, 60))
            .to_vec();
        let told: Vec<(Option<i64>, Option<Time>)> = settle(counted, &live, &earlier)
            .into_iter()
            .map(|o| (o.figures.n, o.as_of))
            .collect();
        assert_eq!(told, [(Some(60), None), (Some(40), Some(Time(7))), (None, None)]);
    }

    #[test]
    fn figures_of_another_definition_are_not_repeated() {
        let mut held = [cell("A", Status::Normal, 40), cell("B", Status::Normal, 40)];
        held[1].as_of = Some(Time(7));
        hide_held(&mut held, |_| false);
        assert_eq!(held[1].as_of, Some(Time(7)));
        hide_held(&mut held, |_| true);
        assert_eq!(
            held,
            [cell("A", Status::Normal, 40), cell("B", Status::Suppressed, 0)]
        );
    }

    #[test]
    fn only_figures_of_the_release_itself_are_compared_to_the_last_digit() {
        let held = Observation {
            as_of: Some(Time(1)),
            ..cell("B", Status::Normal, 3)
        };
        let released = [
            cell("A", Status::Normal, 40),
            held,
            cell("C", Status::Suppressed, 0),
        ];
        let mut again = cell("A", Status::Normal, 40);
        assert_eq!(compare(&released, &by_key(&[again.clone()])), (1, 0));
        again.figures.value = Some(50.0 + 1e-13);
        assert_eq!(compare(&released, &by_key(&[again])), (1, 1));
    }

    #[test]
    fn a_name_can_stand_in_an_address_and_is_not_now() {
        let parse = |name: &str| NewRelease::parse(name, "Statistics office", "").is_ok();
        assert!(parse("2026-1"));
        assert!(!parse("now") && !parse("") && !parse("2026/1") && !parse("a2345678901234567890b"));
        assert!(NewRelease::parse("2026-1", " ", "").is_err());
    }
}
