//! Aggregate values of DHIS2 as indicators of our own places, by a file that says what is what.
//!
//! What a health office counts is not public because it is in its system: counts below `least` are withheld, and with them every number
//! of the same element that they could be had from, which are those of the places above, of the groups around and beside them and of the
//! periods that theirs is a part of.
//!
//! Deliberately absent: metadata of DHIS2, sums over organisation units, protection against what an earlier delivery said.

use std::collections::{BTreeMap, HashMap, HashSet};

use formats::dhis2::{DEFAULT_COMBO, DataValue, period};
use serde::{Deserialize, Serialize};

use super::{
    Delivery, Source,
    cited::as_line,
    indicators,
    model::{About, Names, Row, Series, Told, sort},
};
use crate::{
    indicators::model::observation::{Figures, Standing, Status},
    platform::problem::{Problem, Result},
};

/// Counts below this are withheld where nothing is said.
const LEAST: u64 = 5;

/// What the identifiers of a system stand for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Begins the codes of the indicators: `hmis`.
    pub source: String,
    /// Who publishes the numbers.
    pub name: String,
    /// Organisation unit → code of a place of ours.
    pub places: BTreeMap<String, String>,
    /// Data element → indicator.
    pub elements: BTreeMap<String, Element>,
    /// Category or attribute option combination → groups, dimension by dimension. The default one needs no entry.
    #[serde(default)]
    pub combos: BTreeMap<String, BTreeMap<String, String>>,
}

/// What a data element is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Element {
    /// Stands behind the source in the indicator's code: `anc1` of `hmis.anc1`.
    pub code: String,
    pub title: String,
    #[serde(default)]
    pub description: String,
    /// What the values are in, `PT` for percent.
    #[serde(default)]
    pub unit: String,
    /// Values below it are withheld; 0 for what counts no people.
    pub least: Option<u64>,
}

/// What became of every value of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub n_values: usize,
    /// Those that became a number of an indicator, shown or withheld.
    pub n_numbers: usize,
    /// Of these, withheld.
    pub n_withheld: usize,
    /// Reported without a value, which is not zero.
    pub n_without_value: usize,
    /// Marked as deleted in DHIS2.
    pub n_deleted: usize,
    /// A value that is no number, or a period that is no year, half-year, quarter or month: lines.
    pub unreadable: Vec<usize>,
    /// Says for the second time what an earlier line said: lines.
    pub repeated: Vec<usize>,
    /// Elements, organisation units and combinations that the file of names does not know, and in how many values they stand.
    pub unknown_elements: BTreeMap<String, usize>,
    pub unknown_places: BTreeMap<String, usize>,
    pub unknown_combos: BTreeMap<String, usize>,
}

/// Sorts values into indicators; `above` tells the places above one of ours, the nearest first.
///
/// # Errors
/// `indicators-outside-empty` when no value could be taken in.
pub fn sort_values(
    mapping: &Mapping,
    file: &str,
    values: &[DataValue],
    above: &dyn Fn(&str) -> Vec<String>,
) -> Result<(Delivery, Report)> {
    let mut report = Report {
        n_values: values.len(),
        ..Report::default()
    };
    let mut of_element: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    let mapped: HashSet<&str> = mapping.places.values().map(String::as_str).collect();
    for value in values {
        if let Some(mut row) = row(mapping, value, &mut report) {
            row.parent = above(&row.place)
                .into_iter()
                .find(|place| mapped.contains(place.as_str()));
            of_element.entry(&value.element).or_default().push(row);
        }
    }
    if of_element.is_empty() {
        return Err(Problem::invalid("indicators-outside-empty"));
    }
    let source = Source {
        code: mapping.source.clone(),
        name: mapping.name.clone(),
        licence: None,
    };
    let (mut names, mut all) = (Names::default(), Vec::new());
    for (code, rows) in of_element {
        let Some(element) = mapping.elements.get(code) else {
            continue;
        };
        let hidden = withheld(&rows, element.least.unwrap_or(LEAST), above);
        let (mut series, repeated) = sort(&rows);
        report
            .repeated
            .extend(repeated.iter().map(|repeated| repeated.line));
        for series in &mut series {
            report.n_withheld += hide(series, &hidden);
            report.n_numbers += numbers(series);
        }
        let about = About {
            number: element.code.clone(),
            title: element.title.clone(),
            description: element.description.clone(),
            unit: element.unit.clone(),
            file: Some(file.to_owned()),
            ..About::default()
        };
        all.extend(indicators(&source, &about, series, &mut names)?);
    }
    let delivery = Delivery {
        source,
        areas: Vec::new(),
        files: Vec::new(),
        indicators: all,
    };
    Ok((delivery, report))
}

impl Report {
    /// What the other readers tell of a file's lines.
    #[must_use]
    pub fn told(&self) -> Told {
        Told {
            n_numbers: self.n_numbers,
            n_without_value: self.n_without_value,
            unreadable: self.unreadable.clone(),
            ..Told::default()
        }
    }
}

/// A value as a row of ours; what cannot be one is counted in the report.
fn row(mapping: &Mapping, value: &DataValue, report: &mut Report) -> Option<Row> {
    if value.is_deleted {
        report.n_deleted += 1;
        return None;
    }
    let element = mapping.elements.get(&value.element);
    let place = mapping.places.get(&value.org_unit);
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    let mut is_known = element.is_some() && place.is_some();
    for combo in [&value.combo, &value.attribute] {
        if combo.is_empty() || combo == DEFAULT_COMBO {
            continue;
        }
        match mapping.combos.get(combo) {
            Some(known) => groups.extend(known.clone()),
            None => {
                *report.unknown_combos.entry(combo.clone()).or_default() += 1;
                is_known = false;
            }
        }
    }
    if element.is_none() {
        *report.unknown_elements.entry(value.element.clone()).or_default() += 1;
    }
    if place.is_none() {
        *report.unknown_places.entry(value.org_unit.clone()).or_default() += 1;
    }
    if !is_known {
        return None;
    }
    let number = value
        .value
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite());
    let (Some(period), true) = (period(&value.period), number.is_some() || value.value.is_empty()) else {
        report.unreadable.push(value.line);
        return None;
    };
    report.n_without_value += usize::from(number.is_none());
    Some(Row {
        line: value.line,
        period,
        place: place?.clone(),
        parent: None,
        series: String::new(),
        unit: element?.unit.clone(),
        groups: groups.into_iter().collect(),
        value: number,
        standing: Standing::Official,
        // Only codes and the value: who stored it is nobody's business here.
        text: as_line([
            value.element.as_str(),
            &value.period,
            &value.org_unit,
            &value.combo,
            &value.attribute,
            &value.value,
        ]),
    })
}

/// The lines of an element whose numbers are withheld: those that are small, and those that contain one of these.
fn withheld(rows: &[Row], least: u64, above: &dyn Fn(&str) -> Vec<String>) -> HashSet<usize> {
    let mut at: HashMap<(&str, &str), Vec<&Row>> = HashMap::new();
    for row in rows {
        at.entry((row.period.as_str(), row.place.as_str()))
            .or_default()
            .push(row);
    }
    let is_small = |row: &&Row| row.value.is_some_and(|value| value > 0.0 && value < least as f64);
    let mut hidden = HashSet::new();
    for small in rows.iter().filter(is_small) {
        hidden.insert(small.line);
        let places = std::iter::once(small.place.clone()).chain(above(&small.place));
        let periods = periods_around(&small.period);
        for place in places {
            for period in &periods {
                let around = at.get(&(period.as_str(), place.as_str()));
                let tells = |row: &&&Row| may_tell(row, small);
                hidden.extend(around.into_iter().flatten().filter(tells).map(|row| row.line));
            }
        }
    }
    hidden
}

/// Whether a number around a small one helps to have it: none of its groups is another than that of the small one. Groups of another kind,
/// as ages beside sexes, add up to the whole, and the whole without the other sex is the small one.
fn may_tell(row: &Row, small: &Row) -> bool {
    row.groups.iter().all(|(dimension, code)| {
        small
            .groups
            .iter()
            .filter(|(other, _)| other == dimension)
            .all(|(_, of_small)| of_small == code)
    })
}

/// A period and those that it is a part of: its quarter, half and year, as [`period`] writes them.
fn periods_around(period: &str) -> Vec<String> {
    let mut around = vec![period.to_owned()];
    let Some((year, part)) = period.split_once('-') else {
        return around;
    };
    let (quarter, half) = match part.split_at_checked(1) {
        Some(("Q", quarter)) => (
            None,
            quarter.parse::<u32>().ok().map(|quarter| quarter.div_ceil(2)),
        ),
        Some(("S", _)) => (None, None),
        _ => {
            let month = part.parse::<u32>().ok();
            (
                month.map(|month| month.div_ceil(3)),
                month.map(|month| month.div_ceil(6)),
            )
        }
    };
    around.extend(quarter.map(|quarter| format!("{year}-Q{quarter}")));
    around.extend(half.map(|half| format!("{year}-S{half}")));
    around.push(year.to_owned());
    around
}

/// Withholds the numbers of some lines, and what the lines said; returns how many.
fn hide(series: &mut Series, hidden: &HashSet<usize>) -> usize {
    let mut n = 0;
    for (observation, line) in series.observations.iter_mut().zip(&mut series.lines) {
        if hidden.contains(&line.line) && observation.status == Status::Normal {
            observation.status = Status::Suppressed;
            observation.figures = Figures::default();
            line.text.clear();
            n += 1;
        }
    }
    n
}

/// How many numbers a series has, shown or withheld.
fn numbers(series: &Series) -> usize {
    series
        .observations
        .iter()
        .filter(|o| o.status != Status::Empty)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = r#"
source = "hmis"
name = "Health office"
places = { v1 = "A.1", v2 = "A.2", d = "A" }
combos = { female = { sex = "F" }, male = { sex = "M" }, young = { age = "Y0T4" }, old = { age = "Y5" } }

[elements.anc]
code = "anc"
title = "First visits"
"#;

    fn value(line: usize, unit: &str, combo: &str, value: &str) -> DataValue {
        DataValue {
            line,
            element: "anc".to_owned(),
            period: "202603".to_owned(),
            org_unit: unit.to_owned(),
            combo: combo.to_owned(),
            attribute: DEFAULT_COMBO.to_owned(),
            value: value.to_owned(),
            is_deleted: false,
        }
    }

    fn above(place: &str) -> Vec<String> {
        place
            .rsplit_once('.')
            .map(|(above, _)| above.to_owned())
            .into_iter()
            .collect()
    }

    /// Place, groups, value and status of a number.
    type Shown = (String, String, Option<f64>, Status);

    fn shown(values: &[DataValue]) -> (Vec<Shown>, Report) {
        let mapping: Mapping = toml::from_str(MAP).expect("a mapping");
        let (delivery, report) = sort_values(&mapping, "x.json", values, &above).expect("values");
        let mut shown: Vec<_> = delivery.indicators[0]
            .observations
            .iter()
            .map(|o| (o.place.clone(), o.codes.clone(), o.figures.value, o.status))
            .collect();
        shown.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        (shown, report)
    }

    /// Place and groups of the numbers that readers see.
    fn seen(shown: &[Shown]) -> Vec<(&str, &str)> {
        shown
            .iter()
            .filter(|(.., status)| *status == Status::Normal)
            .map(|(place, codes, ..)| (place.as_str(), codes.as_str()))
            .collect()
    }

    #[test]
    fn zero_is_a_number_and_nothing_is_none() {
        let (shown, report) = shown(&[value(1, "v1", "", "0"), value(2, "v2", "", "")]);
        assert_eq!(
            shown,
            [
                ("A.1".to_owned(), String::new(), Some(0.0), Status::Normal),
                ("A.2".to_owned(), String::new(), None, Status::Empty),
            ]
        );
        assert_eq!((report.n_numbers, report.n_without_value), (1, 1));
    }

    #[test]
    fn a_small_count_takes_along_what_it_could_be_had_from() {
        let (shown, report) = shown(&[
            value(1, "v1", "female", "3"),
            value(2, "v1", "male", "20"),
            value(3, "v1", "", "23"),
            value(4, "v2", "", "30"),
            value(5, "d", "", "53"),
            value(6, "d", "female", "33"),
            value(7, "d", "male", "20"),
        ]);
        assert_eq!(seen(&shown), [("A", "M"), ("A.1", "M"), ("A.2", "")]);
        assert_eq!((report.n_numbers, report.n_withheld), (7, 4));
    }

    #[test]
    fn a_small_month_takes_along_the_quarter_and_the_year_that_would_tell_of_it() {
        let of = |line: usize, period: &str, number: &str| {
            let mut value = value(line, "v1", "", number);
            value.period = period.to_owned();
            value
        };
        let (shown, report) = shown(&[
            of(1, "202604", "20"),
            of(2, "202605", "3"),
            of(3, "202606", "20"),
            of(4, "2026Q2", "43"),
            of(5, "2026Q3", "50"),
            of(6, "2026S1", "90"),
            of(7, "2026", "200"),
        ]);
        let mut seen: Vec<f64> = shown.iter().filter_map(|(_, _, value, _)| *value).collect();
        seen.sort_by(f64::total_cmp);
        assert_eq!(seen, [20.0, 20.0, 50.0]);
        assert_eq!((report.n_numbers, report.n_withheld), (7, 4));
        assert_eq!(
            periods_around("2026-12"),
            ["2026-12", "2026-Q4", "2026-S2", "2026"]
        );
        assert_eq!(periods_around("2026-Q3"), ["2026-Q3", "2026-S2", "2026"]);
        assert_eq!(periods_around("2026-S1"), ["2026-S1", "2026"]);
        assert_eq!(periods_around("2026"), ["2026"]);
    }

    #[test]
    fn groups_of_another_kind_do_not_sum_up_what_is_withheld() {
        let (shown, report) = shown(&[
            value(1, "v1", "female", "3"),
            value(2, "v1", "male", "20"),
            value(3, "v1", "young", "9"),
            value(4, "v1", "old", "14"),
            value(5, "v1", "", "23"),
            value(6, "v2", "young", "12"),
        ]);
        assert_eq!(seen(&shown), [("A.1", "M"), ("A.2", "Y0T4")]);
        assert_eq!(report.n_withheld, 4);
    }

    #[test]
    fn every_value_is_accounted_for() {
        let mut deleted = value(6, "v1", "", "9");
        deleted.is_deleted = true;
        let mut week = value(7, "v2", "", "9");
        week.period = "2026W5".to_owned();
        let mut other = value(8, "v2", "", "9");
        other.element = "opd".to_owned();
        let (shown, report) = shown(&[
            value(1, "v1", "", "40"),
            value(2, "v1", "", "41"),
            value(3, "elsewhere", "", "40"),
            value(4, "v1", "disabled", "40"),
            value(5, "v2", "", "many"),
            deleted,
            week,
            other,
        ]);
        assert_eq!(
            shown,
            [("A.1".to_owned(), String::new(), Some(40.0), Status::Normal)]
        );
        assert_eq!(
            report,
            Report {
                n_values: 8,
                n_numbers: 1,
                n_deleted: 1,
                unreadable: vec![5, 7],
                repeated: vec![2],
                unknown_elements: BTreeMap::from([("opd".to_owned(), 1)]),
                unknown_places: BTreeMap::from([("elsewhere".to_owned(), 1)]),
                unknown_combos: BTreeMap::from([("disabled".to_owned(), 1)]),
                ..Report::default()
            }
        );
    }
}
