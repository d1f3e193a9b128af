//! What is typed on a sheet, what is doubtful about it, and what it comes to.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use measures::survey::PsuSums;
use serde::Serialize;

use crate::{
    indicators::model::{
        definition::{Definition, Measure, entered::Entered},
        tally::{Group, codes_in_words},
    },
    places::model::{Place, Places},
    platform::{
        i18n::Lang,
        problem::{Problem, Result},
    },
};

/// More is no count of anything in a place.
const MOST: i64 = 1_000_000_000_000;
/// The longest note.
const LONGEST_NOTE: usize = 500;
/// A number that moves by more than so many times as much as it used to is asked about.
const USUAL_MOVES: f64 = 3.0;

/// How far the edition of a sheet that is under work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Saved, for whoever enters it to go on with.
    Draft,
    /// Waits for a signature.
    HandedIn,
    /// Sent back with what is to be changed.
    Returned,
    /// Its numbers count.
    Signed,
}

impl State {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::HandedIn => "handed-in",
            State::Returned => "returned",
            State::Signed => "signed",
        }
    }

    /// Reads the word that [`State::as_str`] writes; an unknown one is taken as a draft, which counts for nothing.
    #[must_use]
    pub fn parse(word: &str) -> State {
        match word {
            "handed-in" => State::HandedIn,
            "returned" => State::Returned,
            "signed" => State::Signed,
            _ => State::Draft,
        }
    }
}

/// What was typed for one place and group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub place: String,
    /// The group, as `sex=F;age=0-4`; empty without groups.
    pub codes: String,
    /// The numerator of a share, or the total.
    pub numerator: i64,
    /// `None` for a total.
    pub denominator: Option<i64>,
}

/// What was signed for one place and group in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedValue {
    pub period: String,
    pub value: Value,
}

/// The numbers of one group, for every place of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The group as values name it.
    pub codes: String,
    /// Dimension names and codes, as observations name them.
    by: String,
    at: String,
}

impl Column {
    /// Says the group in a language: "Female, under five"; empty without groups.
    #[must_use]
    pub fn in_words(&self, definition: &Definition, lang: Lang) -> String {
        codes_in_words(definition, &self.by, &self.at, lang.code(), &self.at).join(", ")
    }
}

/// Which of the two numbers of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Numerator,
    Denominator,
}

/// Returns the groups that numbers are typed for: every code of every dimension with every other.
#[must_use]
pub fn columns(definition: &Definition) -> Vec<Column> {
    let mut groups: Vec<Vec<&str>> = vec![Vec::new()];
    for dimension in &definition.dimensions {
        groups = groups
            .iter()
            .flat_map(|group| {
                dimension.codes.iter().map(move |code| {
                    let mut group = group.clone();
                    group.push(code.code.as_str());
                    group
                })
            })
            .collect();
    }
    let names: Vec<&str> = definition
        .dimensions
        .iter()
        .map(|dimension| dimension.name.as_str())
        .collect();
    let column = |group: Vec<&str>| Column {
        codes: names
            .iter()
            .zip(&group)
            .map(|(name, code)| format!("{name}={code}"))
            .collect::<Vec<_>>()
            .join(";"),
        by: names.join(","),
        at: group.join(","),
    };
    groups.into_iter().map(column).collect()
}

/// Returns the numbers typed for each group: two for a share, one for a total.
#[must_use]
pub fn parts(definition: &Definition) -> &'static [Part] {
    if definition.is_quotient() {
        &[Part::Numerator, Part::Denominator]
    } else {
        &[Part::Numerator]
    }
}

/// Names the field in which a number is typed.
#[must_use]
pub fn field(place: &str, column: usize, part: Part) -> String {
    let part = match part {
        Part::Numerator => "n",
        Part::Denominator => "d",
    };
    format!("{place}.{column}.{part}")
}

/// Reads what was typed for the places of a sheet; a place where nothing was typed is left out.
///
/// # Errors
/// On the field: `indicators-entry-whole` for what is no whole number, `indicators-entry-half` for a place with some of its numbers
/// only, `indicators-entry-more` for a numerator above its denominator.
pub fn read(definition: &Definition, places: &[&str], typed: &HashMap<String, String>) -> Result<Vec<Value>> {
    let (columns, parts) = (columns(definition), parts(definition));
    let mut problem = Problem::invalid("fields");
    let mut values = Vec::new();
    for place in places {
        let written = |column: usize, part: Part| {
            typed
                .get(&field(place, column, part))
                .map_or("", |text| text.trim())
        };
        let is_blank = (0..columns.len()).all(|at| parts.iter().all(|part| written(at, *part).is_empty()));
        if is_blank {
            continue;
        }
        for (at, column) in columns.iter().enumerate() {
            let mut numbers = Vec::new();
            for part in parts {
                match whole(written(at, *part)) {
                    Ok(number) => numbers.push(number),
                    Err(code) => problem = problem.field(field(place, at, *part), code),
                }
            }
            match numbers[..] {
                [numerator, denominator] if numerator > denominator => {
                    problem = problem.field(field(place, at, Part::Numerator), "indicators-entry-more");
                }
                [numerator, ref rest @ ..] if numbers.len() == parts.len() => values.push(Value {
                    place: (*place).to_owned(),
                    codes: column.codes.clone(),
                    numerator,
                    denominator: rest.first().copied(),
                }),
                _ => {}
            }
        }
    }
    if problem.fields().is_empty() {
        Ok(values)
    } else {
        Err(problem)
    }
}

/// Reads a whole number from zero up, or says what is wrong with it.
fn whole(text: &str) -> Result<i64, &'static str> {
    match text.parse::<i64>() {
        _ if text.is_empty() => Err("indicators-entry-half"),
        Ok(number) if (0..=MOST).contains(&number) && text.bytes().all(|b| b.is_ascii_digit()) => Ok(number),
        _ => Err("indicators-entry-whole"),
    }
}

/// Reads a note.
///
/// # Errors
/// `text-long` on field `note`.
pub fn read_note(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > LONGEST_NOTE {
        return Err(Problem::invalid("fields").field("note", "text-long"));
    }
    Ok(text.to_owned())
}

/// What has to be explained before a sheet is handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Codes of the places that were left blank.
    pub blank: Vec<String>,
    /// Codes of the places whose value moved far more than it used to.
    pub jumped: Vec<String>,
}

/// Finds what has to be explained. `signed` is everything of the indicator that was signed; of it what lies before `period` counts.
#[must_use]
pub fn doubts(places: &[&str], values: &[Value], signed: &[SignedValue], period: &str) -> Doubts {
    let now = values_by_place(values.iter());
    let mut before: HashMap<&str, BTreeMap<&str, Vec<&Value>>> = HashMap::new();
    for each in signed.iter().filter(|each| each.period.as_str() < period) {
        before
            .entry(&each.value.place)
            .or_default()
            .entry(&each.period)
            .or_default()
            .push(&each.value);
    }
    let has_jumped = |place: &str| {
        let history: Vec<f64> = before
            .get(place)
            .into_iter()
            .flat_map(BTreeMap::values)
            .filter_map(|values| values_by_place(values.iter().copied()).get(place).copied())
            .collect();
        now.get(place).is_some_and(|value| jumps(&history, *value))
    };
    let own = |place: &&str| (*place).to_owned();
    Doubts {
        blank: places
            .iter()
            .filter(|place| !values.iter().any(|value| value.place == **place))
            .map(own)
            .collect(),
        jumped: places.iter().filter(|place| has_jumped(place)).map(own).collect(),
    }
}

/// The value of each place, all its groups together; none where it would divide by zero.
fn values_by_place<'a>(values: impl Iterator<Item = &'a Value>) -> HashMap<&'a str, f64> {
    let mut sums: HashMap<&str, (i64, Option<i64>)> = HashMap::new();
    for value in values {
        let (numerator, denominator) = sums.entry(&value.place).or_default();
        *numerator += value.numerator;
        if let Some(more) = value.denominator {
            *denominator = Some(denominator.unwrap_or(0) + more);
        }
    }
    sums.into_iter()
        .map(|(place, (numerator, denominator))| {
            (place, numerator as f64 / denominator.map_or(1.0, |n| n as f64))
        })
        .filter(|(_, value)| value.is_finite())
        .collect()
}

/// True where a value lies further from the last than [`USUAL_MOVES`] times the median of the moves before; two of them at least are
/// needed to tell.
fn jumps(history: &[f64], now: f64) -> bool {
    let mut moves: Vec<f64> = history.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let (Some(last), true) = (history.last(), moves.len() >= 2) else {
        return false;
    };
    moves.sort_by(f64::total_cmp);
    let middle = moves.len() / 2;
    let median = if moves.len() % 2 == 1 {
        moves[middle]
    } else {
        f64::midpoint(moves[middle - 1], moves[middle])
    };
    (now - last).abs() > USUAL_MOVES * median + f64::EPSILON
}

/// Returns the places whose offices fill a sheet each.
#[must_use]
pub fn offices<'a>(entered: &'a Entered, places: &'a Places) -> Vec<Place<'a>> {
    match (&entered.sheet, places.top()) {
        (Some(level), _) => places.at_level(level).collect(),
        (None, Some(top)) => vec![top],
        (None, None) => places.roots().collect(),
    }
}

/// Returns the places that have a row on the sheet of an office: itself, or those below it.
#[must_use]
pub fn rows<'a>(entered: &Entered, office: Place<'a>) -> Vec<Place<'a>> {
    if office.level() == entered.level {
        return vec![office];
    }
    office.descendants_at(&entered.level).collect()
}

/// Returns what was signed as groups of rows, as if each thing that was counted had been a row.
#[must_use]
pub fn groups(definition: &Definition, signed: &[SignedValue]) -> Vec<Group> {
    let mut groups = Vec::new();
    for SignedValue { period, value } in signed {
        let code = |name: &str| {
            value
                .codes
                .split(';')
                .filter_map(|pair| pair.split_once('='))
                .find(|(of, _)| *of == name)
                .map(|(_, code)| code.to_owned())
        };
        let codes: Vec<Option<String>> = definition
            .dimensions
            .iter()
            .map(|dimension| code(&dimension.name))
            .collect();
        let counted = Counted::of(definition.measure, value);
        let group = |set: usize, place: Option<&str>, dimensions: &[usize]| Group {
            set,
            place: place.map(str::to_owned),
            period: period.clone(),
            codes: dimensions.iter().map(|&d| codes[d].clone()).collect(),
            unit: None,
            n_yes: counted.n_yes,
            n_missing: 0,
            sums: counted.sums,
            ww: counted.sums.w,
            replicates: Vec::new(),
        };
        for (set, dimensions) in definition.sets.iter().enumerate() {
            groups.push(group(set, Some(&value.place), dimensions));
        }
        for (probe, (a, b)) in definition.probes().into_iter().enumerate() {
            groups.push(group(definition.sets.len() + probe, None, &[a, b]));
        }
    }
    groups
}

/// What a typed value counts.
struct Counted {
    n_yes: u64,
    sums: PsuSums,
}

impl Counted {
    fn of(measure: Measure, value: &Value) -> Counted {
        let count = |n: i64| u64::try_from(n).unwrap_or(0);
        let yes = count(value.numerator);
        let all = if measure == Measure::Share {
            count(value.denominator.unwrap_or(0))
        } else {
            yes
        };
        let (n_yes, n) = (yes as f64, all as f64);
        Counted {
            n_yes: yes,
            sums: PsuSums {
                stratum: 0,
                n: all,
                w: n,
                wy: n_yes,
                wx: n,
                wyy: n_yes,
                wxy: n_yes,
                wxx: n,
            },
        }
    }
}

/// Returns the places, by period, that wait for numbers of places in them: their own numbers are of a part only.
#[must_use]
pub fn waiting(entered: &Entered, places: &Places, signed: &[SignedValue]) -> HashSet<(String, String)> {
    let mut told: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
    for SignedValue { period, value } in signed {
        let today = places.resolve(&value.place).map(|resolved| resolved.today);
        let told = told.entry(period).or_default();
        told.extend(today.into_iter().flatten().map(Place::code));
    }
    let mut waiting = HashSet::new();
    for (period, told) in told {
        let silent = places
            .at_level(&entered.level)
            .filter(|place| !told.contains(place.code()));
        for place in silent {
            let around = place.with_ancestors();
            waiting.extend(around.map(|place| (period.to_owned(), place.code().to_owned())));
        }
    }
    waiting
}

/// How a sheet that is not signed stands against its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    White,
    Yellow,
    Red,
}

impl Light {
    /// Red past the day, yellow in the five days up to it.
    #[must_use]
    pub fn of(due_on: Date, today: Date) -> Light {
        match (due_on - today).get_days() {
            ..0 => Light::Red,
            0..=5 => Light::Yellow,
            _ => Light::White,
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Light::White => "white",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}
