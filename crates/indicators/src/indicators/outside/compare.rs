//! Places beside each other by one number: only what is measured alike stands in one table.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::areas;
use crate::{
    indicators::{
        Indicator, list,
        model::{
            definition::{Definition, Scope, Unit},
            observation::Observation,
        },
        store,
        view::Named,
    },
    places,
    platform::{app::App, i18n::Lang, problem::Result},
};

/// What somebody wants to compare.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    /// A number of the framework or the code of an indicator; without it the first that others published.
    pub indicator: Option<String>,
    /// Codes of places, with commas between; without it those that have the latest numbers.
    pub places: Option<String>,
}

/// Places beside each other.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The indicator asked for, as it was asked for.
    pub asked: String,
    /// Numbers of the framework and codes that can be asked for, with what they are called.
    pub choices: Vec<(String, String)>,
    /// By what is compared; the first says how. Empty where there is nothing.
    pub by: Vec<Arc<Definition>>,
    /// What has the same number and is not comparable, and why.
    pub refused: Vec<(Arc<Definition>, Difference)>,
    /// All places that have numbers.
    pub known: Vec<Named>,
    /// Those that are shown.
    pub lines: Vec<Line>,
    /// Codes that were asked for and have no numbers.
    pub missing: Vec<String>,
}

/// The numbers of a place by one definition, the earliest first; never empty.
#[derive(Debug, Clone)]
pub struct Line {
    pub place: Named,
    pub definition: Arc<Definition>,
    pub over_time: Vec<Observation>,
}

/// Why a number cannot stand beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Difference {
    /// The values are in different units.
    Unit,
    /// They are different series of the indicator.
    Series,
    /// One of them departs from the framework's definition.
    Scope,
}

impl Difference {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Difference::Unit => "unit",
            Difference::Series => "series",
            Difference::Scope => "scope",
        }
    }
}

/// More lines than these cannot be told apart.
pub const MOST_LINES: usize = 6;

/// Says why the numbers of two definitions cannot stand beside each other; `None` where they can.
#[must_use]
pub fn difference(one: &Definition, other: &Definition) -> Option<Difference> {
    if unit(one) != unit(other) {
        return Some(Difference::Unit);
    }
    let departs = |definition: &Definition| matches!(definition.scope, Some(Scope::National | Scope::Proxy));
    if departs(one) || departs(other) {
        return Some(Difference::Scope);
    }
    let same_source = one
        .imported()
        .is_some_and(|one| other.imported().is_some_and(|other| one.source == other.source));
    let is_other_series = match (&one.series, &other.series) {
        (Some(one), Some(other)) => one != other,
        _ => same_source,
    };
    let of = |definition: &Definition| {
        definition
            .imported()
            .map(|imported| imported.of.clone())
            .unwrap_or_default()
    };
    (is_other_series || of(one) != of(other)).then_some(Difference::Series)
}

/// Whether the values of a definition are percentages.
#[must_use]
pub fn is_percent(definition: &Definition) -> bool {
    definition.unit == Unit::Percent
}

/// The unit as a word that is the same where the unit is: all that is a percentage is one.
fn unit(definition: &Definition) -> String {
    match (definition.unit, definition.imported()) {
        (Unit::Percent, _) => "PT".to_owned(),
        (Unit::Number, Some(imported)) => imported.unit.clone(),
        // Ours say in words what they count.
        (Unit::Number, None) => definition.counted.in_language("en").to_owned(),
    }
}

/// Gathers what is to be compared.
///
/// # Errors
/// When the database fails.
pub async fn compare(app: &App, lang: Lang, asked: &Asked) -> Result<Compared> {
    let all = list(app).await?;
    let wanted = match asked.indicator.as_deref().map(str::trim) {
        Some(wanted) if !wanted.is_empty() => wanted.to_owned(),
        _ => first_choice(&all),
    };
    let alike = alike(&all, &wanted);
    let codes: Vec<&str> = alike
        .iter()
        .map(|indicator| indicator.definition.code.as_str())
        .collect();
    let mut numbers: BTreeMap<String, BTreeMap<String, Vec<Observation>>> = BTreeMap::new();
    for (code, o) in store::outside::list_topmost(&app.db, &codes).await? {
        let places = numbers.entry(code).or_default();
        places.entry(o.place.clone()).or_default().push(o);
    }
    let (by, refused) = sorted(&alike, &wanted, &numbers);
    let named = names(app, lang).await?;
    let mut lines = Vec::new();
    for definition in &by {
        for (code, over_time) in numbers.remove(&definition.code).unwrap_or_default() {
            lines.push(Line {
                place: named(&code),
                definition: definition.clone(),
                over_time,
            });
        }
    }
    let mut known: Vec<Named> = Vec::new();
    for line in &lines {
        if !known.contains(&line.place) {
            known.push(line.place.clone());
        }
    }
    let (lines, missing) = chosen(lines, asked.places.as_deref().unwrap_or(""));
    Ok(Compared {
        choices: choices(&all, lang),
        asked: wanted,
        by,
        refused,
        known,
        lines,
        missing,
    })
}

/// What was asked for, and what has the same number of the framework.
fn alike<'a>(all: &'a [Indicator], wanted: &str) -> Vec<&'a Indicator> {
    let asked = all.iter().find(|other| other.definition.code == wanted);
    let number = asked.map_or(wanted, |asked| asked.definition.indicator.as_str());
    all.iter()
        .filter(|indicator| indicator.definition.indicator == number)
        .collect()
}

/// A definition that is not compared, and what is different about it.
type Refused = (Arc<Definition>, Difference);

/// The definitions that are compared, the one that says how first, and those that cannot be.
fn sorted(
    alike: &[&Indicator],
    wanted: &str,
    numbers: &BTreeMap<String, BTreeMap<String, Vec<Observation>>>,
) -> (Vec<Arc<Definition>>, Vec<Refused>) {
    let n_places = |indicator: &Indicator| numbers.get(&indicator.definition.code).map_or(0, BTreeMap::len);
    let with_numbers: Vec<&Indicator> = alike
        .iter()
        .copied()
        .filter(|indicator| n_places(indicator) > 0)
        .collect();
    let asked = with_numbers
        .iter()
        .find(|indicator| indicator.definition.code == wanted);
    // Of those with as many places, the first in the list.
    let most = with_numbers
        .iter()
        .rev()
        .max_by_key(|indicator| n_places(indicator));
    let Some(first) = asked.or(most) else {
        return (Vec::new(), Vec::new());
    };
    let (mut by, mut refused) = (vec![first.definition.clone()], Vec::new());
    for indicator in &with_numbers {
        if indicator.definition.code == first.definition.code {
            continue;
        }
        match difference(&first.definition, &indicator.definition) {
            None => by.push(indicator.definition.clone()),
            Some(why) => refused.push((indicator.definition.clone(), why)),
        }
    }
    (by, refused)
}

/// The places asked for, else those with the latest numbers, and what was asked for in vain.
fn chosen(mut lines: Vec<Line>, asked: &str) -> (Vec<Line>, Vec<String>) {
    let codes: BTreeSet<&str> = asked
        .split(',')
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .collect();
    let mut missing = Vec::new();
    if codes.is_empty() {
        let last = |line: &Line| line.over_time.last().map(|o| o.period.clone());
        lines.sort_by_key(|line| std::cmp::Reverse(last(line)));
    } else {
        lines.retain(|line| codes.contains(line.place.code.as_str()));
        let has_numbers = |code: &&&str| lines.iter().any(|line| line.place.code == **code);
        missing = codes
            .iter()
            .filter(|code| !has_numbers(code))
            .map(|code| (*code).to_owned())
            .collect();
    }
    lines.truncate(MOST_LINES);
    lines.sort_by(|a, b| (&a.place.name, &a.definition.code).cmp(&(&b.place.name, &b.definition.code)));
    (lines, missing)
}

/// What can be asked for: every number of the framework that somebody else published, and each series of it.
fn choices(all: &[Indicator], lang: Lang) -> Vec<(String, String)> {
    let imported = all
        .iter()
        .filter(|indicator| indicator.definition.imported().is_some() && indicator.run.is_some());
    imported
        .map(|indicator| {
            let definition = &indicator.definition;
            let title = definition.title.in_language(lang.code());
            (definition.code.clone(), format!("{} {title}", definition.code))
        })
        .collect()
}

fn first_choice(all: &[Indicator]) -> String {
    all.iter()
        .find(|indicator| indicator.definition.imported().is_some())
        .map(|indicator| indicator.definition.indicator.clone())
        .unwrap_or_default()
}

/// Says what a place or an area is called.
async fn names(app: &App, lang: Lang) -> Result<impl Fn(&str) -> Named> {
    let (all, areas) = (places::all(app).await?, areas(app).await?);
    Ok(move |code: &str| Named {
        code: code.to_owned(),
        name: match (all.find(code), areas.find(code)) {
            (Some(place), _) => place.name_in(lang.code()).to_owned(),
            (None, Some(area)) => area.name.clone(),
            (None, None) => code.to_owned(),
        },
    })
}
