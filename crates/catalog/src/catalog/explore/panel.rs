//! The parts of a table's page that ask and count: the form of its filters, its facets, one column described.

use tables::{Facet, Filter, Kind, Statistics, Test, Value};

use super::{
    asked::{Asked, SIZES, WORDS, written},
    digits, typed,
    written::Writing,
};
use crate::{
    catalog::view::{ColumnView, Resource},
    platform::{
        draw::{
            About, Reading, Unit,
            bars::{self, Bar, Bars},
        },
        html::{
            Markup,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
    },
};

/// Different values beyond which the values of a column are not offered to be counted.
const MOST_COUNTED: u64 = 20_000;

/// A row of the filter form.
pub struct FilterRow {
    /// From 1.
    pub n: usize,
    pub columns: Vec<Choice>,
    pub words: Vec<Choice>,
    pub value: String,
}

/// A filter in words, with the address without it.
pub struct Chip {
    pub text: String,
    pub href: String,
}

pub struct FacetView {
    pub title: String,
    pub values: Vec<FacetValue>,
    pub rest: String,
    /// The address without it.
    pub close: String,
}

pub struct FacetValue {
    pub text: String,
    pub n: String,
    /// Adds the value to the filters; empty when it is there already.
    pub href: String,
}

/// A column described.
pub struct StatView {
    pub title: String,
    pub rows: Vec<SummaryRow>,
    /// Nothing for a column without bins.
    pub drawing: Markup,
    pub head: Vec<Cell>,
    pub bins: Vec<Vec<Cell>>,
    pub top_head: Vec<Cell>,
    pub top: Vec<Vec<Cell>>,
    pub close: String,
}

/// The filters as rows of a form, and one row more.
pub fn filter_rows(lang: Lang, resource: &Resource, asked: &Asked) -> Vec<FilterRow> {
    let mut rows: Vec<(String, &'static str, String)> = Vec::new();
    for filter in &asked.filters {
        let (word, values) = written(&filter.test);
        if values.is_empty() {
            rows.push((filter.column.clone(), word, String::new()));
        }
        rows.extend(
            values
                .into_iter()
                .map(|value| (filter.column.clone(), word, value)),
        );
    }
    rows.push((String::new(), "contains", String::new()));
    rows.into_iter()
        .enumerate()
        .map(|(at, (column, word, value))| FilterRow {
            n: at + 1,
            value: typed::retyped(lang, &resource.columns, &column, &value),
            columns: std::iter::once(Choice::new("", lang.text("catalog-explore-choose")))
                .chain(columns(resource.columns.iter()))
                .map(|choice| choice.chosen_if(&column))
                .collect(),
            words: WORDS
                .iter()
                .map(|known| {
                    Choice::new(known, lang.text(format!("catalog-explore-op-{known}"))).chosen_if(word)
                })
                .collect(),
        })
        .collect()
}

pub fn chips(writing: &Writing, resource: &Resource, asked: &Asked, path: &str) -> Vec<Chip> {
    let lang = writing.lang;
    asked
        .filters
        .iter()
        .enumerate()
        .map(|(at, filter)| {
            let (word, values) = written(&filter.test);
            let words = lang.text(format!("catalog-explore-op-{word}")).to_string();
            let or = format!(" {} ", lang.text("catalog-explore-or"));
            let column = resource
                .columns
                .iter()
                .find(|column| column.name == filter.column);
            let kind = column.map_or("", |column| column.kind.as_str());
            let values: Vec<String> = values
                .iter()
                .map(|value| writing.kept(&filter.column, kind, value))
                .collect();
            Chip {
                text: format!(
                    "{} {words} {}",
                    called(resource, &filter.column),
                    values.join(&or)
                )
                .trim()
                .to_owned(),
                href: asked.without(at).at(path),
            }
        })
        .collect()
}

pub fn sizes(lang: Lang, asked: &Asked) -> Vec<Choice> {
    let chosen = asked.n_rows();
    let mut sizes = SIZES.to_vec();
    if !sizes.contains(&chosen) {
        sizes.push(chosen);
    }
    sizes
        .into_iter()
        .map(|size| Choice::new(size, lang.number(size)).chosen_if(&chosen.to_string()))
        .collect()
}

/// The columns whose values can be counted.
pub fn facet_choices(lang: Lang, resource: &Resource, asked: &Asked) -> Vec<Choice> {
    let countable = resource.columns.iter().filter(|column| {
        let kind = Kind::parse(&column.kind).unwrap_or(Kind::Text);
        let n_distinct = column.profile.as_ref().map_or(0, |profile| profile.n_distinct);
        kind != Kind::Geometry && n_distinct <= MOST_COUNTED && !asked.facets.contains(&column.name)
    });
    std::iter::once(Choice::new("", lang.text("catalog-explore-choose")))
        .chain(columns(countable))
        .collect()
}

pub fn facet_views(
    writing: &Writing,
    resource: &Resource,
    asked: &Asked,
    facets: &[Facet],
    path: &str,
) -> Vec<FacetView> {
    let lang = writing.lang;
    facets
        .iter()
        .map(|facet| {
            let values = facet.values.iter().map(|(value, n)| {
                let test = match value {
                    Value::Null => Test::Empty,
                    value => Test::Is(vec![value.to_string()]),
                };
                let is_chosen = asked.filters.iter().any(|known| {
                    known.column == facet.column
                        && match (&known.test, &test) {
                            (Test::Is(known), Test::Is(new)) => new.iter().all(|value| known.contains(value)),
                            (known, new) => known == new,
                        }
                });
                FacetValue {
                    text: match value {
                        Value::Null => lang.text("catalog-explore-empty").to_string(),
                        value => writing.value(&facet.column, value),
                    },
                    n: lang.number(i64::try_from(*n).unwrap_or(i64::MAX)),
                    href: if is_chosen {
                        String::new()
                    } else {
                        asked.filtered(Filter::new(&facet.column, test)).at(path)
                    },
                }
            });
            let n_told = facet.values.iter().filter(|(value, _)| !value.is_null()).count() as u64;
            let n_rest = facet.n_distinct.saturating_sub(n_told);
            FacetView {
                title: called(resource, &facet.column),
                values: values.collect(),
                rest: if n_rest > 0 {
                    lang.text("catalog-explore-more-values")
                        .n("n", i64::try_from(n_rest).unwrap_or(i64::MAX))
                        .to_string()
                } else {
                    String::new()
                },
                close: Asked {
                    facets: asked
                        .facets
                        .iter()
                        .filter(|name| **name != facet.column)
                        .cloned()
                        .collect(),
                    ..asked.clone()
                }
                .at(path),
            }
        })
        .collect()
}

pub fn stat_view(
    writing: &Writing,
    resource: &Resource,
    asked: &Asked,
    found: &Statistics,
    path: &str,
) -> StatView {
    let lang = writing.lang;
    let name = called(resource, &asked.stat);
    let title = lang
        .text("catalog-explore-described")
        .arg("column", &name)
        .to_string();
    let count = |n: u64| lang.number(i64::try_from(n).unwrap_or(i64::MAX));
    let share = |n: u64| {
        if found.n == 0 {
            String::new()
        } else {
            format!(" ({})", lang.percent(n as f64 * 100.0 / found.n as f64, 1))
        }
    };
    let mut rows = Vec::new();
    let mut say = |id: &'static str, value: String| {
        if !value.is_empty() {
            rows.push(SummaryRow::new(lang.text(id), value));
        }
    };
    let ends = [&found.least, &found.most];
    let told = ends.into_iter().chain(found.quartiles.iter().flatten());
    let places = digits::of(told.filter_map(Value::as_decimal));
    let written = |value: &Value, places: usize| match value {
        Value::Decimal(x) => lang.decimal(*x, places),
        // Nobody is told which word is the first of an alphabet.
        Value::Text(_) => String::new(),
        other => writing.value(&asked.stat, other),
    };
    say("catalog-explore-n", count(found.n));
    say(
        "catalog-explore-n-empty",
        format!("{}{}", count(found.n_empty), share(found.n_empty)),
    );
    match found.n_distinct {
        Some(n) => say("catalog-column-distinct", count(n)),
        None => say(
            "catalog-column-distinct",
            lang.text("catalog-explore-too-many").to_string(),
        ),
    }
    say("catalog-column-least", written(&found.least, places));
    if let Some([low, middle, high]) = &found.quartiles {
        say("catalog-explore-quartile-low", written(low, places));
        say("catalog-explore-median", written(middle, places));
        say("catalog-explore-quartile-high", written(high, places));
    }
    say("catalog-column-most", written(&found.most, places));
    if let Some(mean) = found.mean {
        let beside = ends.into_iter().filter_map(Value::as_decimal);
        let places = digits::of(beside.chain([mean]));
        say("catalog-explore-mean", lang.decimal(mean, places));
    }
    let of_bins = found.bins.iter().flat_map(|bin| [&bin.from, &bin.to]);
    let places = digits::of(of_bins.filter_map(Value::as_decimal));
    let named: Vec<(String, u64)> = found
        .bins
        .iter()
        .map(|bin| {
            let from = written(&bin.from, places);
            let name = if bin.from == bin.to {
                from
            } else {
                format!("{from} – {}", written(&bin.to, places))
            };
            (name, bin.n)
        })
        .collect();
    let drawing = if named.is_empty() {
        Markup::default()
    } else {
        bars::lying(&Bars {
            about: About {
                id: "spread".into(),
                title: title.clone(),
                description: lang
                    .text("catalog-explore-drawn-from")
                    .n("rows", i64::try_from(found.n).unwrap_or(i64::MAX))
                    .n("groups", named.len())
                    .to_string(),
                lang,
            },
            unit: Unit::Number { places: 0 },
            bars: named
                .iter()
                .map(|(name, n)| Bar::new(name.clone(), Reading::of(*n as f64)))
                .collect(),
            target: None,
        })
    };
    let two = |id: &'static str| {
        vec![
            Cell::text(lang.text(id)),
            Cell::over_numbers(lang.text("catalog-explore-rows-counted")),
        ]
    };
    StatView {
        title,
        rows,
        drawing,
        head: two("catalog-explore-span"),
        bins: named
            .into_iter()
            .map(|(name, n)| vec![Cell::text(name), Cell::number(count(n), n as f64)])
            .collect(),
        top_head: two("catalog-explore-value"),
        top: found
            .top
            .iter()
            .map(|(value, n)| {
                vec![
                    Cell::text(writing.value(&asked.stat, value)),
                    Cell::number(format!("{}{}", count(*n), share(*n)), *n as f64),
                ]
            })
            .collect(),
        close: Asked {
            stat: String::new(),
            ..asked.clone()
        }
        .at(path),
    }
}

/// What a column is called.
pub fn called(resource: &Resource, name: &str) -> String {
    let column = resource.columns.iter().find(|column| column.name == name);
    match column {
        Some(column) if !column.title.is_empty() => column.title.clone(),
        _ => name.to_owned(),
    }
}

pub fn columns<'a>(columns: impl Iterator<Item = &'a ColumnView> + 'a) -> impl Iterator<Item = Choice> + 'a {
    columns.map(|column| {
        let title = if column.title.is_empty() {
            &column.name
        } else {
            &column.title
        };
        Choice::new(&column.name, title)
    })
}
