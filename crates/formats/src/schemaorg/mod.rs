//! schema.org descriptions in JSON-LD, as dataset search engines read them from the pages of a portal.
//!
//! Standard: <https://schema.org/Dataset>, with what Google's dataset search demands
//! (<https://developers.google.com/search/docs/appearance/structured-data/dataset>): a name, a description of 50 to 5,000 characters, a licence
//! by address, downloads, and periods as ISO 8601 intervals. The text may stand in a `<script type="application/ld+json">` as it is.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use crate::dcat::{
    codes::{AccessRight, HashAlgorithm},
    model::{Agent, Catalogue, Column, Dataset, Distribution, Licence, Period, Place},
    values::{Iri, Lang, When},
};

const SHORTEST: usize = 50;
const LONGEST: usize = 5000;

/// Describes a dataset for the page at `page`, in the language of that page.
pub fn dataset(dataset: &Dataset, page: &Iri, catalogue: &Catalogue, lang: &str) -> String {
    let name = dataset.name(lang);
    let mut fields = Fields::of("Dataset");
    fields.put("@context", "https://schema.org/".into());
    fields.put("@id", dataset.iri.as_str().into());
    fields.put("url", page.as_str().into());
    fields.put("name", name.into());
    fields.put("description", description(dataset, lang).into());
    let others = dataset
        .other_identifiers
        .iter()
        .map(|identifier| &identifier.notation);
    fields.put("identifier", strings(dataset.identifiers.iter().chain(others)));
    let keywords = dataset.keywords.0.iter().map(|text| &text.text);
    fields.put("keywords", strings(keywords));
    fields.put("license", licence(dataset));
    let publisher = dataset.publisher.as_ref().unwrap_or(&catalogue.publisher);
    let creators: Vec<Value> = match dataset.creators.as_slice() {
        [] => vec![agent(publisher, lang)],
        creators => creators.iter().map(|creator| agent(creator, lang)).collect(),
    };
    fields.put("creator", creators.into());
    fields.put("publisher", agent(publisher, lang));
    fields.put(
        "includedInDataCatalog",
        json!({
            "@type": "DataCatalog",
            "name": catalogue.title.best(lang).unwrap_or_else(|| catalogue.iri.tail()),
            "url": catalogue.homepage.as_ref().unwrap_or(&catalogue.iri).as_str(),
        }),
    );
    fields.put("datePublished", dataset.issued.as_ref().map(When::as_str).into());
    fields.put("dateModified", dataset.modified.as_ref().map(When::as_str).into());
    fields.put("version", dataset.version.as_deref().into());
    let is_free = dataset.access.unwrap_or(AccessRight::Public) == AccessRight::Public;
    fields.put("isAccessibleForFree", is_free.into());
    let languages: Vec<&str> = dataset.languages.iter().map(Lang::as_str).collect();
    fields.put("inLanguage", languages.into());
    let periods: Vec<String> = dataset.periods.iter().filter_map(interval).collect();
    fields.put("temporalCoverage", periods.into());
    let places: Vec<Value> = dataset.places.iter().map(|each| place(each, lang)).collect();
    fields.put("spatialCoverage", places.into());
    fields.put("variableMeasured", variables(dataset, lang));
    fields.put("isBasedOn", addresses(&dataset.sources));
    fields.put("citation", addresses(&dataset.referenced_by));
    let downloads: Vec<Value> = dataset
        .distributions
        .iter()
        .map(|distribution| download(distribution, lang))
        .collect();
    fields.put("distribution", downloads.into());
    for_script(fields)
}

/// Describes the catalogue for the page that leads to its datasets.
pub fn catalogue(catalogue: &Catalogue, lang: &str) -> String {
    let mut fields = Fields::of("DataCatalog");
    fields.put("@context", "https://schema.org/".into());
    fields.put("@id", catalogue.iri.as_str().into());
    fields.put(
        "url",
        catalogue
            .homepage
            .as_ref()
            .unwrap_or(&catalogue.iri)
            .as_str()
            .into(),
    );
    let name = catalogue.title.best(lang).unwrap_or_else(|| catalogue.iri.tail());
    fields.put("name", name.into());
    fields.put("description", catalogue.description.best(lang).into());
    fields.put("publisher", agent(&catalogue.publisher, lang));
    fields.put("license", address(catalogue.licence.as_ref()));
    let languages: Vec<&str> = catalogue.languages.iter().map(Lang::as_str).collect();
    fields.put("inLanguage", languages.into());
    let places: Vec<Value> = catalogue.places.iter().map(|each| place(each, lang)).collect();
    fields.put("spatialCoverage", places.into());
    fields.put(
        "dateModified",
        catalogue.modified.as_ref().map(When::as_str).into(),
    );
    for_script(fields)
}

/// The members of an object; those without a value are left out, and a list of one is that one.
struct Fields(Map<String, Value>);

impl Fields {
    fn of(kind: &str) -> Fields {
        let mut fields = Map::new();
        fields.insert("@type".into(), kind.into());
        Fields(fields)
    }

    fn put(&mut self, name: &str, value: Value) {
        let value = match value {
            Value::Array(mut values) if values.len() < 2 => values.pop().unwrap_or_default(),
            value => value,
        };
        if !value.is_null() && value != "" {
            self.0.insert(name.into(), value);
        }
    }
}

/// Within a script `<` would be the beginning of its end.
fn for_script(fields: Fields) -> String {
    Value::Object(fields.0)
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A description that is too short is lengthened by what else is known, never by invented words.
fn description(dataset: &Dataset, lang: &str) -> String {
    let mut text = dataset
        .description
        .best(lang)
        .unwrap_or_default()
        .trim()
        .to_owned();
    let publisher = dataset.publisher.as_ref().and_then(|agent| agent.name.best(lang));
    let facts = std::iter::once(dataset.name(lang))
        .chain(publisher)
        .chain(dataset.places.iter().filter_map(|place| place.name.best(lang)))
        .chain(dataset.themes.iter().filter_map(|theme| theme.label.best(lang)))
        .chain(dataset.keywords.0.iter().map(|keyword| keyword.text.as_str()))
        .chain([dataset.iri.as_str()]);
    for fact in facts {
        if text.chars().count() >= SHORTEST {
            break;
        }
        if !text.contains(fact) {
            if !text.is_empty() {
                text.push_str(" · ");
            }
            text.push_str(fact);
        }
    }
    match text.char_indices().nth(LONGEST - 1) {
        Some((at, c)) if at + c.len_utf8() < text.len() => format!("{}…", &text[..at]),
        _ => text,
    }
}

fn licence(dataset: &Dataset) -> Value {
    let own = dataset.licence.as_ref();
    let first = || {
        dataset
            .distributions
            .iter()
            .find_map(|distribution| distribution.licence.as_ref())
    };
    address(own.or_else(first))
}

fn address(licence: Option<&Licence>) -> Value {
    licence
        .and_then(|licence| licence.iri.as_ref())
        .map(Iri::as_str)
        .into()
}

fn agent(agent: &Agent, lang: &str) -> Value {
    let mut fields = Fields::of("Organization");
    fields.put("@id", agent.iri.as_ref().map(Iri::as_str).into());
    let name = agent
        .name
        .best(lang)
        .or(agent.homepage.as_ref().map(Iri::as_str))
        .or(agent.iri.as_ref().map(Iri::as_str));
    fields.put("name", name.into());
    fields.put("url", agent.homepage.as_ref().map(Iri::as_str).into());
    fields.put("email", agent.email.as_deref().into());
    fields.put("identifier", agent.identifier.as_deref().into());
    fields.0.into()
}

/// `2020-01-01/2020-12-31`; an open end is `..` (ISO 8601-2), a single date itself.
fn interval(period: &Period) -> Option<String> {
    match (&period.start, &period.end) {
        (None, None) => None,
        (Some(start), Some(end)) if start == end => Some(start.as_str().to_owned()),
        (start, end) => {
            let side = |when: &Option<When>| {
                when.as_ref()
                    .map_or("..".to_owned(), |when| when.as_str().to_owned())
            };
            Some(format!("{}/{}", side(start), side(end)))
        }
    }
}

/// A box is `south west north east` (<https://schema.org/box>).
fn place(place: &Place, lang: &str) -> Value {
    let mut fields = Fields::of("Place");
    fields.put("@id", place.iri.as_ref().map(Iri::as_str).into());
    fields.put("name", place.name.best(lang).into());
    fields.put("identifier", place.code.as_deref().into());
    if let Some(bounds) = place.bounds {
        let corners = format!(
            "{} {} {} {}",
            bounds.south, bounds.west, bounds.north, bounds.east
        );
        fields.put("geo", json!({"@type": "GeoShape", "box": corners}));
    } else if let Some((longitude, latitude)) = place.centre {
        fields.put(
            "geo",
            json!({"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}),
        );
    }
    fields.0.into()
}

/// Every column of every table, each name once.
fn variables(dataset: &Dataset, lang: &str) -> Value {
    let mut seen: Vec<&str> = Vec::new();
    let columns = dataset
        .distributions
        .iter()
        .flat_map(|distribution| &distribution.columns);
    let variables: Vec<Value> = columns
        .filter(|column| {
            let is_new = !seen.contains(&column.name.as_str());
            seen.push(&column.name);
            is_new
        })
        .map(|column: &Column| {
            let mut fields = Fields::of("PropertyValue");
            fields.put("name", column.title.best(lang).unwrap_or(&column.name).into());
            fields.put(
                "alternateName",
                column.title.best(lang).map(|_| column.name.as_str()).into(),
            );
            fields.put("description", column.description.best(lang).into());
            fields.0.into()
        })
        .collect();
    variables.into()
}

fn download(distribution: &Distribution, lang: &str) -> Value {
    let mut fields = Fields::of("DataDownload");
    fields.put("@id", distribution.iri.as_ref().map(Iri::as_str).into());
    fields.put("name", distribution.title.best(lang).into());
    fields.put("description", distribution.description.best(lang).into());
    let content = distribution
        .download_url
        .as_ref()
        .or(distribution.access_url.as_ref());
    fields.put("contentUrl", content.map(Iri::as_str).into());
    let format = distribution
        .media_type
        .as_deref()
        .or(distribution.format.as_deref());
    fields.put("encodingFormat", format.into());
    fields.put(
        "contentSize",
        distribution.byte_size.map(|bytes| format!("{bytes} B")).into(),
    );
    let hash = distribution
        .checksum
        .as_ref()
        .filter(|checksum| checksum.algorithm == HashAlgorithm::Sha256);
    fields.put("sha256", hash.map(|checksum| checksum.value()).into());
    fields.put("license", address(distribution.licence.as_ref()));
    fields.put(
        "dateModified",
        distribution.modified.as_ref().map(When::as_str).into(),
    );
    fields.0.into()
}

fn addresses(iris: &[Iri]) -> Value {
    let addresses: Vec<&str> = iris.iter().map(Iri::as_str).collect();
    addresses.into()
}

fn strings<'t>(texts: impl Iterator<Item = &'t String>) -> Value {
    let texts: Vec<&str> = texts.map(String::as_str).collect();
    texts.into()
}
