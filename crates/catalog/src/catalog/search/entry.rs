//! What is searched of a dataset.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

use ::search::PLACE;
use formats::ckan::{
    package::Translated,
    search::{Document, query::Content},
};

use super::facets::{FORMAT, MAP, TABLE, YEAR};
use crate::{
    catalog::{
        details::{self, DatasetDetails},
        explore::located::located,
        index::{Entry, SEEN_BY},
        model::{Class, THEMES},
        store::{self, search::list_placing},
    },
    places,
    platform::{app::App, i18n::Lang, problem::Result},
};

/// The longest span of years that is taken year for year.
const MOST_YEARS: u16 = 60;

/// Tables that one statement asks about.
const AT_ONCE: usize = 1_000;

/// The formats of files that can be drawn as a map.
const MAPS: [&str; 5] = ["GEOJSON", "KML", "KMZ", "GPKG", "SHP"];

/// What people call the program's own themes, in every language that has words for them.
static THEME_NAMES: LazyLock<HashMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let names = |theme: &'static str| {
        let id = format!("catalog-theme-{theme}");
        let told = Lang::ALL.into_iter().filter(|lang| lang.has_text(&id));
        let names: Vec<String> = told.map(|lang| lang.text(id.as_str()).to_string()).collect();
        (theme, names)
    };
    THEMES.into_iter().map(names).collect()
});

/// The columns that everybody sees, by their tables.
#[derive(Default)]
pub struct Columns {
    /// Their names and titles.
    words: HashMap<String, Vec<String>>,
    /// The tables that say where their rows are.
    located: HashSet<String>,
}

impl Columns {
    /// Reads those of one resource, or of all.
    pub async fn read(&mut self, app: &App, resource: Option<&str>) -> Result<()> {
        let pool = app.db.read();
        let mut tables = BTreeSet::new();
        for column in store::list_columns(pool, resource).await? {
            if Class::read(&column.class) == Class::Open {
                tables.insert(column.resource_id.clone());
                let of_it = self.words.entry(column.resource_id).or_default();
                of_it.extend([column.name, column.title]);
            }
        }
        let places = places::all(app).await?;
        let tables: Vec<String> = tables.into_iter().collect();
        for some in tables.chunks(AT_ONCE) {
            let placing = list_placing(pool, some).await?;
            self.located.extend(located(&places, placing));
        }
        Ok(())
    }
}

/// What is searched of a dataset that `labels` say who sees.
pub fn searched(number: u32, entry: &Entry, labels: Vec<String>, columns: &Columns) -> ::search::Entry {
    let (row, package) = (&entry.row, &entry.package);
    let mut document = Document::of(package);
    let mut keyword = |field: &str, text: String| document.add(field, Content::Keyword(text));
    labels.into_iter().for_each(|label| keyword(SEEN_BY, label));
    if let Some(code) = &row.place_code {
        keyword(PLACE, code.clone());
    }
    for year in years_of(entry) {
        keyword(YEAR, year.to_string());
    }
    for format in formats_of(entry, columns) {
        keyword(FORMAT, format);
    }
    let mut keywords: Vec<String> = package.tags.iter().map(|tag| tag.name.clone()).collect();
    for group in &package.groups {
        keywords.extend([group.name.clone(), group.display_name.clone()]);
        let names = THEME_NAMES.get(group.name.as_str());
        // A theme that was given another name here means something else.
        let is_own = |names: &&Vec<String>| names.contains(&group.display_name);
        keywords.extend(names.filter(is_own).into_iter().flatten().cloned());
    }
    keywords.extend(entry.series.as_ref().map(|series| series.title.clone()));
    keywords.extend(row.publisher.clone());
    keywords.extend(row.organisation.clone());
    keywords.push(row.slug.clone());
    let mut rest = Vec::new();
    for resource in &package.resources {
        rest.extend(resource.name.clone());
        rest.extend(resource.description.clone());
        rest.extend(columns.words.get(&resource.id).into_iter().flatten().cloned());
    }
    rest.extend(package.extras.iter().map(|extra| extra.value.clone()));
    rest.extend(
        [&package.author, &package.maintainer]
            .into_iter()
            .flatten()
            .cloned(),
    );
    rest.push(row.period.clone());
    rest.retain(|text| !text.is_empty());
    ::search::Entry {
        number,
        id: row.id.clone(),
        title: in_all(&row.title, &package.title_translated),
        keywords,
        description: in_all(&row.description, &package.notes_translated),
        rest,
        document,
    }
}

/// A text in every language that it is told in, each on a line of its own.
fn in_all(text: &str, told: &Translated) -> String {
    let others = told.0.values().map(String::as_str).filter(|other| *other != text);
    std::iter::once(text).chain(others).collect::<Vec<_>>().join("\n")
}

/// What a dataset can be had as: tables whatever they came in, maps, and files by their formats.
fn formats_of(entry: &Entry, columns: &Columns) -> BTreeSet<String> {
    let mut formats = BTreeSet::new();
    for resource in &entry.package.resources {
        let mut rows = entry.resources.iter();
        if rows.any(|row| row.id == resource.id && row.lake_table.is_some()) {
            formats.insert(TABLE.to_owned());
            if columns.located.contains(&resource.id) {
                formats.insert(MAP.to_owned());
            }
            continue;
        }
        let format = resource.format.as_deref().unwrap_or_default();
        let format = format.trim().to_uppercase();
        if MAPS.contains(&format.as_str()) {
            formats.insert(MAP.to_owned());
        }
        if !format.is_empty() {
            formats.insert(format);
        }
    }
    formats
}

/// The years that a dataset covers: as its period says, or else what other catalogues put under keys of their own.
fn years_of(entry: &Entry) -> BTreeSet<u16> {
    const KEYS: [&str; 8] = [
        "temporal",
        "temporal_coverage",
        "temporal_start",
        "temporal_end",
        "temporal_coverage_from",
        "temporal_coverage_to",
        "year",
        "tahun",
    ];
    let own = years(&entry.row.period);
    if !own.is_empty() {
        return own;
    }
    let more: DatasetDetails = details::read(&entry.row.details);
    let said: Vec<&str> = more
        .extras
        .iter()
        .filter(|(key, _)| KEYS.contains(&key.to_lowercase().as_str()))
        .map(|(_, value)| value.as_str())
        .collect();
    years(&said.join(" / "))
}

/// The years that a text names; two of them stand for all between.
fn years(text: &str) -> BTreeSet<u16> {
    let named: Vec<u16> = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .filter(|year| (1800..2200).contains(year))
        .collect();
    match (named.iter().min(), named.iter().max()) {
        (Some(first), Some(last)) if last - first <= MOST_YEARS => (*first..=*last).collect(),
        _ => named.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::years;

    #[test]
    fn a_period_stands_for_its_years() {
        for (text, expected) in [
            ("2024", vec![2024]),
            ("2021/2023", vec![2021, 2022, 2023]),
            ("2024-01/2024-06", vec![2024]),
            ("Triwulan III 2020", vec![2020]),
            ("1850 – 2020", vec![1850, 2020]),
            ("sejak dulu", vec![]),
        ] {
            assert_eq!(years(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
