//! What is searched of a dataset.

use std::collections::{BTreeSet, HashMap};

use ::search::PLACE;
use formats::ckan::search::{Document, query::Content};

use super::facets::{FORMAT, YEAR};
use crate::{
    catalog::{
        details::{self, DatasetDetails},
        index::{Entry, SEEN_BY},
        model::Class,
        store,
    },
    platform::{app::App, problem::Result},
};

/// The longest span of years that is taken year for year.
const MOST_YEARS: u16 = 60;

/// The columns that everybody sees, in words, by their tables.
#[derive(Default)]
pub struct Columns(HashMap<String, Vec<String>>);

impl Columns {
    /// Reads those of one resource, or of all.
    pub async fn read(&mut self, app: &App, resource: Option<&str>) -> Result<()> {
        for column in store::list_columns(app.db.read(), resource).await? {
            if Class::read(&column.class) == Class::Open {
                let of_it = self.0.entry(column.resource_id).or_default();
                of_it.extend([column.name, column.title]);
            }
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
    let formats: BTreeSet<String> = package
        .resources
        .iter()
        .filter_map(|resource| resource.format.as_deref())
        .map(|format| format.trim().to_uppercase())
        .filter(|format| !format.is_empty())
        .collect();
    formats.into_iter().for_each(|format| keyword(FORMAT, format));
    let mut keywords: Vec<String> = package.tags.iter().map(|tag| tag.name.clone()).collect();
    for group in &package.groups {
        keywords.extend([group.name.clone(), group.display_name.clone()]);
    }
    keywords.extend(row.publisher.clone());
    keywords.extend(row.organisation.clone());
    keywords.push(row.slug.clone());
    let mut rest = Vec::new();
    for resource in &package.resources {
        rest.extend(resource.name.clone());
        rest.extend(resource.description.clone());
        rest.extend(columns.0.get(&resource.id).into_iter().flatten().cloned());
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
        title: row.title.clone(),
        keywords,
        description: row.description.clone(),
        rest,
        document,
    }
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
