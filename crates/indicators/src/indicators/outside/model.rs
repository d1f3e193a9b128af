//! Rows that somebody else published, sorted into series with their groups: types and rules.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::cited::Line;
use crate::{
    indicators::{
        model::observation::{Figures, Key, Observation, Standing, Status},
        tracker::model::framework::framework,
    },
    platform::i18n::Lang,
};

/// One published number.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// In its file, the header being the first.
    pub line: usize,
    pub period: String,
    pub place: String,
    /// The country, where the place is a part of it.
    pub parent: Option<String>,
    /// Code of the series, where there are several of one indicator.
    pub series: String,
    pub unit: String,
    /// Column and code of each group that it is of; none is everybody together.
    pub groups: Vec<(String, String)>,
    /// `None` where the source has a row and no number.
    pub value: Option<f64>,
    pub standing: Standing,
    /// How the line reads in the file.
    pub text: String,
}

/// The rows of one series in one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub series: String,
    pub unit: String,
    /// Columns with the same code in every row.
    pub of: Vec<(String, String)>,
    pub dimensions: Vec<Dimension>,
    /// Names of the dimensions of each combination that there are numbers for, but for everybody together.
    pub sets: Vec<Vec<String>>,
    pub observations: Vec<Observation>,
    /// Where each of them stood.
    pub lines: Vec<Line>,
    /// A place and dimensions with numbers, where nothing is of everybody together.
    pub opens: Option<(String, Vec<String>)>,
}

/// A column that numbers are broken down by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// As definitions name it.
    pub name: String,
    /// As the source names it.
    pub column: String,
    /// As definitions write it, and as the source does.
    pub codes: Vec<(String, String)>,
}

/// Two rows of a file for the same thing: the first counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    pub line: usize,
    pub first: usize,
    /// They say different things.
    pub differs: bool,
}

/// What became of the lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub n_numbers: usize,
    /// Rows of the source without a number.
    pub n_without_value: usize,
    pub n_blank: usize,
    /// Lines with more or fewer cells than the header.
    pub ragged: Vec<usize>,
    /// Lines without a period, or whose value is no number.
    pub unreadable: Vec<usize>,
    pub repeated: Vec<Repeated>,
}

/// Sorts rows into series, in the order in which they come, and names the rows that say something for the second time.
#[must_use]
pub fn sort(rows: &[Row]) -> (Vec<Series>, Vec<Repeated>) {
    let mut order: Vec<(&str, &str)> = Vec::new();
    let mut parts: HashMap<(&str, &str), Vec<&Row>> = HashMap::new();
    for row in rows {
        let key = (row.series.as_str(), row.unit.as_str());
        let part = parts.entry(key).or_default();
        if part.is_empty() {
            order.push(key);
        }
        part.push(row);
    }
    let mut repeated = Vec::new();
    let all = order
        .iter()
        .filter_map(|key| parts.get(key))
        .map(|part| series(part, &mut repeated))
        .collect();
    (all, repeated)
}

/// One series; `rows` is not empty.
fn series(rows: &[&Row], repeated: &mut Vec<Repeated>) -> Series {
    let (of, dimensions) = dimensions(rows);
    let mut sets: BTreeSet<Vec<usize>> = BTreeSet::new();
    let mut known: HashMap<Key, (usize, Option<f64>)> = HashMap::new();
    let (mut observations, mut lines): (Vec<Observation>, Vec<Line>) = (Vec::new(), Vec::new());
    for row in rows {
        let (set, observation) = observation(row, &dimensions);
        if let Some((first, value)) = known.get(&observation.key()) {
            repeated.push(Repeated {
                line: row.line,
                first: *first,
                differs: *value != row.value,
            });
            continue;
        }
        known.insert(observation.key(), (row.line, row.value));
        lines.push(Line {
            of: observation.key(),
            line: row.line,
            text: row.text.clone(),
        });
        if !set.is_empty() {
            sets.insert(set);
        }
        observations.push(observation);
    }
    detach(&mut observations);
    let names =
        |set: &Vec<usize>| -> Vec<String> { set.iter().map(|&at| dimensions[at].name.clone()).collect() };
    let has_total = observations
        .iter()
        .any(|o: &Observation| o.by.is_empty() && o.parent.is_none());
    let opens = match observations.first() {
        Some(first) if !has_total => {
            let by = first.by.split(',').filter(|name| !name.is_empty());
            Some((first.place.clone(), by.map(str::to_owned).collect()))
        }
        _ => None,
    };
    Series {
        series: rows.first().map(|row| row.series.clone()).unwrap_or_default(),
        unit: rows.first().map(|row| row.unit.clone()).unwrap_or_default(),
        of,
        sets: sets.iter().map(names).collect(),
        dimensions,
        observations,
        lines,
        opens,
    }
}

/// Leaves a part of a country by itself where the country has no numbers of everybody together.
fn detach(observations: &mut [Observation]) {
    let whole: BTreeSet<String> = observations
        .iter()
        .filter(|o| o.parent.is_none() && o.by.is_empty())
        .map(|o| o.place.clone())
        .collect();
    for observation in observations {
        if observation
            .parent
            .as_ref()
            .is_some_and(|parent| !whole.contains(parent))
        {
            observation.parent = None;
        }
    }
}

/// What all rows have alike, and what tells them apart.
fn dimensions(rows: &[&Row]) -> (Vec<(String, String)>, Vec<Dimension>) {
    let mut columns: Vec<(&str, Vec<&str>, usize)> = Vec::new();
    for (column, code) in rows.iter().flat_map(|row| &row.groups) {
        let at = match columns.iter().position(|(known, _, _)| *known == column.as_str()) {
            Some(at) => at,
            None => {
                columns.push((column.as_str(), Vec::new(), 0));
                columns.len() - 1
            }
        };
        let (_, codes, n) = &mut columns[at];
        *n += 1;
        if !codes.contains(&code.as_str()) {
            codes.push(code.as_str());
        }
    }
    let (alike, apart): (Vec<_>, Vec<_>) = columns
        .into_iter()
        .partition(|(_, codes, n)| codes.len() == 1 && *n == rows.len());
    let of = alike
        .into_iter()
        .filter_map(|(column, codes, _)| Some((column.to_owned(), (*codes.first()?).to_owned())))
        .collect();
    let mut names = Names::default();
    let dimensions = apart
        .into_iter()
        .map(|(column, codes, _)| {
            let mut written = Names::default();
            Dimension {
                name: names.give(&column.to_lowercase()),
                column: column.to_owned(),
                codes: codes
                    .into_iter()
                    .map(|code| (written.give(code), code.to_owned()))
                    .collect(),
            }
        })
        .collect();
    (of, dimensions)
}

/// Names that can stand in definitions and addresses, each given once.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// Makes a name of a word: its letters without marks, digits, dots, hyphens and underscores, and a number where it is taken.
    pub fn give(&mut self, word: &str) -> String {
        let plain: String = word
            .chars()
            .map(|c| match c {
                c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') => c,
                '+' => 'p',
                _ => '-',
            })
            .collect();
        let plain = plain.trim_matches(['.', '-', '_']);
        let plain = if plain.is_empty() { "x" } else { plain };
        let mut name = plain.to_owned();
        let mut n = 1;
        while !self.0.insert(name.clone()) {
            n += 1;
            name = format!("{plain}-{n}");
        }
        name
    }
}

/// The observation of a row, and the dimensions that it is broken down by.
fn observation(row: &Row, dimensions: &[Dimension]) -> (Vec<usize>, Observation) {
    let (mut set, mut codes, mut names, mut position) = (Vec::new(), Vec::new(), Vec::new(), 0_i64);
    for (at, dimension) in dimensions.iter().enumerate() {
        let found = row
            .groups
            .iter()
            .find(|(column, _)| *column == dimension.column)
            .and_then(|(_, code)| dimension.codes.iter().position(|(_, known)| known == code));
        let Some(code) = found else { continue };
        set.push(at);
        names.push(dimension.name.as_str());
        codes.push(dimension.codes[code].0.as_str());
        let n_codes = i64::try_from(dimension.codes.len()).unwrap_or(i64::MAX);
        position = position
            .saturating_mul(n_codes)
            .saturating_add(i64::try_from(code).unwrap_or(i64::MAX));
    }
    let observation = Observation {
        place: row.place.clone(),
        parent: row.parent.clone(),
        period: row.period.clone(),
        by: names.join(","),
        codes: codes.join(","),
        position,
        status: if row.value.is_some() {
            Status::Normal
        } else {
            Status::Empty
        },
        standing: row.standing,
        figures: Figures {
            value: row.value,
            ..Figures::default()
        },
        as_of: None,
    };
    (set, observation)
}

/// What a source says of an indicator beside its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// `8.6.1`, or a number of the source's own, `10.5.1.1`.
    pub number: String,
    /// As the source calls it; empty where it says that elsewhere.
    pub title: String,
    pub description: String,
    /// What the values are in where the rows do not say.
    pub unit: String,
    pub custodian: Option<String>,
    pub tier: Option<u8>,
    pub file: Option<String>,
}

impl About {
    /// The number of the framework's indicator that it is or belongs to: `10.5.1` of `10.5.1.1`.
    #[must_use]
    pub fn indicator(&self) -> Option<&'static str> {
        let parts: Vec<&str> = self.number.split('.').collect();
        let number = parts.get(..3)?.join(".");
        framework().indicator(&number).map(|entry| entry.code.as_str())
    }

    /// True where the source counts it as an indicator of its own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.number.split('.').count() != 3
    }
}

/// Writes the definition of a series.
#[must_use]
pub fn definition(
    code: &str,
    source: &str,
    about: &About,
    series: &Series,
    is_one_of_several: bool,
) -> Value {
    let unit = if series.unit.is_empty() {
        &about.unit
    } else {
        &series.unit
    };
    let mut definition = json!({
        "code": code,
        "kind": "imported",
        "unit": if is_percent(unit) { "percent" } else { "number" },
        "decimals": decimals(&series.observations),
        // Nobody said what is better, and nothing is judged by it.
        "direction": "up",
    });
    let indicator = about.indicator();
    let number = indicator.unwrap_or(about.number.as_str());
    let parts: Vec<&str> = number.split('.').collect();
    if let [goal, target, _, ..] = parts[..] {
        definition["goal"] = goal.into();
        definition["target"] = format!("{goal}.{target}").into();
    }
    definition["indicator"] = number.into();
    if !series.series.is_empty() {
        definition["series"] = series.series.as_str().into();
    }
    if let Some(tier) = about.tier {
        definition["tier"] = tier.into();
    }
    let is_national = indicator.is_some() && (about.is_own() || series.series.starts_with("_L_"));
    if is_national {
        definition["scope"] = "national".into();
    }
    definition["by"] = json!(series.sets);
    definition["title"] = json!(title(about, series, is_one_of_several));
    if !about.description.is_empty() {
        definition["description"] = json!({ "en": about.description });
    }
    if is_national {
        definition["scope_reason"] = json!(numbered("indicators-outside-own", &about.number));
    }
    if let Some(custodian) = &about.custodian {
        definition["custodian"] = json!({ "en": custodian });
    }
    definition["imported"] = imported(source, about, unit, series);
    let dimensions: Vec<Value> = series.dimensions.iter().map(dimension).collect();
    if !dimensions.is_empty() {
        definition["dimension"] = dimensions.into();
    }
    definition
}

fn imported(source: &str, about: &About, unit: &str, series: &Series) -> Value {
    let mut imported = json!({ "unit": unit });
    if let Some(file) = &about.file {
        imported["file"] = file.as_str().into();
    }
    let of: Vec<String> = series
        .of
        .iter()
        .map(|(column, code)| format!("{column}: {code}"))
        .collect();
    if !of.is_empty() {
        imported["of"] = of.into();
    }
    imported["source"] = json!({ "en": source });
    if let Some((place, by)) = &series.opens {
        imported["opens"] = json!({ "place": place, "by": by });
    }
    imported
}

fn title(about: &About, series: &Series, is_one_of_several: bool) -> BTreeMap<String, String> {
    let shipped = framework().indicator(&about.number);
    let mut title = if !about.title.is_empty() {
        BTreeMap::from([("en".to_owned(), about.title.clone())])
    } else if let Some(entry) = shipped {
        ["en", "id"]
            .map(|lang| (lang.to_owned(), entry.title.in_language(lang).to_owned()))
            .into()
    } else {
        numbered("indicators-outside-number", &about.number)
    };
    if is_one_of_several {
        let mark = [series.series.as_str(), series.unit.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        for text in title.values_mut().filter(|_| !mark.is_empty()) {
            text.push_str(" – ");
            text.push_str(&mark);
        }
    }
    title
}

fn dimension(dimension: &Dimension) -> Value {
    let column = dimension.column.to_lowercase().replace('_', "-");
    let codes: Vec<Value> = dimension
        .codes
        .iter()
        .map(|(code, written)| {
            let id = format!("indicators-outside-code-{column}-{}", code.to_lowercase());
            json!({ "code": code, "title": named(&id, &years(written)) })
        })
        .collect();
    json!({
        "name": dimension.name,
        "title": named(&format!("indicators-outside-dim-{column}"), &dimension.column),
        "codes": codes,
    })
}

/// A text with a number in it, in all languages that are complete.
fn numbered(id: &'static str, number: &str) -> BTreeMap<String, String> {
    Lang::COMPLETE
        .map(|lang| {
            let text = lang.text(id).arg("number", number).to_string();
            (lang.code().to_owned(), text)
        })
        .into()
}

/// What a column or a code is called, in all languages that are complete; the source's own word where we have none.
fn named(id: &str, word: &str) -> BTreeMap<String, String> {
    if !Lang::En.has_text(id) {
        return BTreeMap::from([("en".to_owned(), word.to_owned())]);
    }
    Lang::COMPLETE
        .map(|lang| (lang.code().to_owned(), lang.text(id).to_string()))
        .into()
}

/// Writes the code of an age as people do: `Y15T24` as `15–24`.
fn years(code: &str) -> String {
    let ages = code.strip_prefix('Y').and_then(|ages| ages.split_once('T'));
    match ages {
        Some((from, to)) if from.parse::<u8>().is_ok() && to.parse::<u8>().is_ok() => format!("{from}–{to}"),
        _ => code.to_owned(),
    }
}

/// Whether a unit's code or name says that values are percentages.
#[must_use]
pub fn is_percent(unit: &str) -> bool {
    matches!(unit, "PT" | "PERCENT" | "%")
}

/// Digits after the point that tell the numbers apart.
fn decimals(observations: &[Observation]) -> usize {
    let values = observations.iter().filter_map(|o| o.figures.value);
    let is_whole = values.clone().all(|value| value.fract() == 0.0);
    let largest = values.map(f64::abs).fold(0.0, f64::max);
    match largest {
        _ if is_whole => 0,
        large if large >= 10.0 => 1,
        middle if middle >= 1.0 => 2,
        small if small >= 0.01 => 4,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: usize, period: &str, place: &str, groups: &[(&str, &str)], value: Option<f64>) -> Row {
        let parent = (place != "KAZ").then(|| "KAZ".to_owned());
        Row {
            line,
            period: period.into(),
            place: place.into(),
            parent,
            series: String::new(),
            unit: "PT".into(),
            groups: groups
                .iter()
                .map(|(column, code)| ((*column).to_owned(), (*code).to_owned()))
                .collect(),
            value,
            standing: Standing::Official,
            text: String::new(),
        }
    }

    #[test]
    fn what_all_rows_share_is_no_dimension() {
        let rows = [
            row(2, "2010", "KAZ", &[("AGE", "Y15T24")], Some(7.5)),
            row(3, "2010", "KAZ", &[("AGE", "Y15T24"), ("SEX", "F")], Some(8.0)),
            row(4, "2010", "KAZ.A", &[("AGE", "Y15T24"), ("SEX", "_M")], None),
            row(5, "2010", "KAZ", &[("AGE", "Y15T24")], Some(7.0)),
        ];
        let (all, repeated) = sort(&rows);
        let series = &all[0];
        assert_eq!(series.of, [("AGE".to_owned(), "Y15T24".to_owned())]);
        assert_eq!(series.dimensions[0].name, "sex");
        assert_eq!(series.dimensions[0].codes[1], ("M".to_owned(), "_M".to_owned()));
        assert_eq!((series.sets.len(), series.opens.clone()), (1, None));
        let told: Vec<(&str, &str, Status)> = series
            .observations
            .iter()
            .map(|o| (o.by.as_str(), o.codes.as_str(), o.status))
            .collect();
        assert_eq!(
            told,
            [
                ("", "", Status::Normal),
                ("sex", "F", Status::Normal),
                ("sex", "M", Status::Empty)
            ]
        );
        assert_eq!(
            repeated,
            [Repeated {
                line: 5,
                first: 2,
                differs: true
            }]
        );
    }

    #[test]
    fn regions_without_a_country_stand_by_themselves_and_groups_without_a_total_are_opened() {
        let (regions, _) = sort(&[row(2, "2010", "KAZ.A", &[], Some(1.0))]);
        assert_eq!(regions[0].observations[0].parent, None);
        assert_eq!(regions[0].opens, None);
        let (groups, _) = sort(&[
            row(2, "2010", "KAZ", &[("AGE", "1")], Some(1.0)),
            row(3, "2010", "KAZ", &[("AGE", "2")], Some(1.0)),
        ]);
        assert_eq!(groups[0].opens, Some(("KAZ".to_owned(), vec!["age".to_owned()])));
    }

    #[test]
    fn a_number_of_a_sources_own_belongs_to_the_frameworks() {
        let about = |number: &str| About {
            number: number.into(),
            ..About::default()
        };
        assert_eq!(about("8.6.1.2").indicator(), Some("8.6.1"));
        assert_eq!(
            (about("8.6.1").is_own(), about("8.6.1.2").is_own()),
            (false, true)
        );
        assert_eq!(about("99.1.1").indicator(), None);
        let mut names = Names::default();
        assert_eq!(
            ["_L_A", "_L_A", "Ж"].map(|word| names.give(word)),
            ["L_A", "L_A-2", "x"]
        );
    }
}
