//! DCAT-US 1.1, also Project Open Data Metadata: the `data.json` at the root of a portal.
//!
//! Standard: <https://resources.data.gov/resources/dcat-us/>, valid against its schema for publishers outside the federal government, and so
//! without bureau and program codes. One language: the format knows no other. What it demands and a dataset lacks comes from the catalogue.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use crate::dcat::{
    codes::{AccessRight, Frequency},
    model::{Agent, Catalogue, Dataset, Distribution, Place, Standard},
    values::{Iri, Lang, Texts, When},
};

const VERSION: &str = "https://project-open-data.cio.gov/v1.1/schema";

/// Writes `data.json` piece by piece into buffers that the caller sends and empties.
#[derive(Debug)]
pub struct Writer {
    catalogue: Catalogue,
    lang: String,
    is_empty: bool,
}

impl Writer {
    /// Opens the document; `address` is where it is served, `lang` the language that texts are taken in where they have several.
    pub fn begin(address: &Iri, catalogue: &Catalogue, lang: &str, out: &mut String) -> Writer {
        let head = json!({
            "@context": format!("{VERSION}/catalog.jsonld"),
            "@id": address.as_str(),
            "@type": "dcat:Catalog",
            "conformsTo": VERSION,
            "describedBy": format!("{VERSION}/catalog.json"),
        })
        .to_string();
        out.push_str(head.trim_end_matches('}'));
        out.push_str(",\"dataset\":[");
        Writer {
            catalogue: catalogue.clone(),
            lang: lang.to_owned(),
            is_empty: true,
        }
    }

    /// Adds a dataset.
    pub fn dataset(&mut self, dataset: &Dataset, out: &mut String) {
        out.push_str(if self.is_empty { "\n" } else { ",\n" });
        self.is_empty = false;
        out.push_str(&Value::Object(self.fields(dataset)).to_string());
    }

    /// Closes the document.
    pub fn end(self, out: &mut String) {
        out.push_str("\n]}\n");
    }

    fn fields(&self, dataset: &Dataset) -> Map<String, Value> {
        let lang = self.lang.as_str();
        let title = dataset.name(lang);
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            let is_empty = match &value {
                Value::Null => true,
                Value::String(text) => text.trim().is_empty(),
                Value::Array(values) => values.is_empty(),
                _ => false,
            };
            if !is_empty {
                fields.insert(name.to_owned(), value);
            }
        };
        put("@type", "dcat:Dataset".into());
        put("title", title.into());
        put(
            "description",
            dataset.description.best(lang).unwrap_or(title).into(),
        );
        put("keyword", self.keywords(dataset, title));
        put("modified", modified(dataset).into());
        put(
            "publisher",
            publisher(
                dataset.publisher.as_ref().unwrap_or(&self.catalogue.publisher),
                lang,
            ),
        );
        put("contactPoint", self.contact(dataset));
        let identifier = dataset
            .identifiers
            .first()
            .filter(|identifier| !identifier.trim().is_empty());
        put(
            "identifier",
            identifier.map_or(dataset.iri.as_str(), String::as_str).into(),
        );
        put(
            "accessLevel",
            dataset.access.unwrap_or(AccessRight::Public).level().into(),
        );
        let licence = dataset.licence.as_ref().or_else(|| {
            dataset
                .distributions
                .iter()
                .find_map(|distribution| distribution.licence.as_ref())
        });
        put(
            "license",
            address(licence.and_then(|licence| licence.iri.as_ref())),
        );
        put("spatial", spatial(&dataset.places, lang).into());
        put("temporal", temporal(dataset).into());
        put(
            "accrualPeriodicity",
            dataset.frequency.as_ref().and_then(Frequency::interval).into(),
        );
        put("issued", dataset.issued.as_ref().map(When::as_str).into());
        put("landingPage", address(dataset.landing_page.as_ref()));
        put("references", addresses(&dataset.documentation));
        put("conformsTo", standard(&dataset.standards));
        put(
            "isPartOf",
            dataset.series.first().map(|series| series.iri.as_str()).into(),
        );
        let languages: Vec<&str> = dataset.languages.iter().map(Lang::as_str).collect();
        put("language", languages.into());
        let mut themes: Vec<&str> = dataset
            .themes
            .iter()
            .map(|theme| theme.label.best(lang).unwrap_or_else(|| theme.iri.tail()))
            .collect();
        themes.dedup();
        put("theme", themes.into());
        let distributions: Vec<Value> = dataset
            .distributions
            .iter()
            .map(|distribution| self.distribution(distribution))
            .collect();
        put("distribution", distributions.into());
        fields
    }

    /// At least one is demanded: themes stand in, then the title.
    fn keywords(&self, dataset: &Dataset, title: &str) -> Value {
        let mut keywords: Vec<&str> = in_language(&dataset.keywords, &self.lang);
        if keywords.is_empty() {
            keywords = dataset
                .themes
                .iter()
                .filter_map(|theme| theme.label.best(&self.lang))
                .collect();
        }
        if keywords.is_empty() {
            keywords.push(title);
        }
        keywords.into()
    }

    /// The name is demanded; where a dataset names nobody, its publisher answers, else that of the catalogue.
    fn contact(&self, dataset: &Dataset) -> Value {
        let own = dataset.contacts.first();
        let agents = [dataset.publisher.as_ref(), Some(&self.catalogue.publisher)];
        let name = own
            .and_then(|contact| contact.name.best(&self.lang))
            .or_else(|| {
                agents
                    .into_iter()
                    .flatten()
                    .find_map(|agent| agent.name.best(&self.lang))
            })
            .unwrap_or_else(|| self.catalogue.iri.tail());
        let mailbox = own
            .and_then(|contact| contact.email.as_deref())
            .into_iter()
            .chain(
                agents
                    .into_iter()
                    .flatten()
                    .filter_map(|agent| agent.email.as_deref()),
            )
            .find_map(mailbox);
        let mut contact = json!({"@type": "vcard:Contact", "fn": name});
        if let Some(mailbox) = mailbox {
            contact["hasEmail"] = mailbox.into();
        }
        contact
    }

    fn distribution(&self, distribution: &Distribution) -> Value {
        let lang = self.lang.as_str();
        let mut fields = Map::new();
        fields.insert("@type".into(), "dcat:Distribution".into());
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(text) = value.filter(|text| !text.trim().is_empty()) {
                fields.insert(name.into(), text.into());
            }
        };
        put("title", distribution.title.best(lang));
        put("description", distribution.description.best(lang));
        put("format", distribution.format.as_deref());
        let media = distribution
            .media_type
            .as_deref()
            .filter(|media| is_media_type(media));
        match &distribution.download_url {
            Some(download) => {
                put("downloadURL", Some(download.as_str()));
                // Demanded with every download.
                put("mediaType", media.or(Some("application/octet-stream")));
            }
            None => {
                put("accessURL", distribution.access_url.as_ref().map(Iri::as_str));
                put("mediaType", media);
            }
        }
        let standard = distribution
            .standards
            .iter()
            .find_map(|standard| standard.iri.as_ref());
        put("conformsTo", standard.map(Iri::as_str));
        fields.into()
    }
}

/// `data.json` has no second language: those in the wanted one and in none, or all when there are none.
fn in_language<'t>(texts: &'t Texts, lang: &str) -> Vec<&'t str> {
    let wanted = Lang::parse(lang);
    let primary = wanted.as_ref().map(Lang::primary);
    let all = || texts.0.iter().filter(|text| !text.text.trim().is_empty());
    let ours: Vec<&str> = all()
        .filter(|text| text.lang.is_none() || text.lang.as_ref().map(Lang::primary) == primary)
        .map(|text| text.text.as_str())
        .collect();
    if ours.is_empty() {
        all().map(|text| text.text.as_str()).collect()
    } else {
        ours
    }
}

/// The last change of the dataset or of a file of it; failing that its issue, or how often it changes.
fn modified(dataset: &Dataset) -> Option<&str> {
    let latest = dataset
        .distributions
        .iter()
        .filter_map(|distribution| distribution.modified.as_ref())
        .max_by_key(|when| when.start());
    dataset
        .modified
        .as_ref()
        .or(latest)
        .or(dataset.issued.as_ref())
        .map(When::as_str)
        .or_else(|| {
            dataset
                .frequency
                .as_ref()
                .and_then(Frequency::interval)
                .filter(|interval| interval.starts_with("R/"))
        })
}

fn publisher(agent: &Agent, lang: &str) -> Value {
    let name = agent
        .name
        .best(lang)
        .or(agent.homepage.as_ref().map(Iri::as_str))
        .or(agent.iri.as_ref().map(Iri::as_str))
        .unwrap_or("unknown");
    json!({"@type": "org:Organization", "name": name})
}

/// As the schema has it: neither quotes nor spaces, and a domain of at least two parts.
fn mailbox(address: &str) -> Option<String> {
    let (local, domain) = address.trim().split_once('@')?;
    let is_local = !local.is_empty()
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_~!$&'()*+,;=:.-".contains(c));
    let is_domain = domain.split('.').count() > 1
        && domain.split('.').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        });
    (is_local && is_domain).then(|| format!("mailto:{local}@{domain}"))
}

/// The schema's own pattern, narrower than RFC 6838.
fn is_media_type(media: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let Some((top, sub)) = media.split_once('/') else {
        return false;
    };
    let (sub, suffix) = match sub.split_once('+') {
        Some((sub, suffix)) => (sub, Some(suffix)),
        None => (sub, None),
    };
    is_word(top) && sub.split('.').all(is_word) && suffix.is_none_or(is_word)
}

/// A rectangle as `west,south,east,north` where there is one, else the names of the places.
fn spatial(places: &[Place], lang: &str) -> Option<String> {
    if let Some(bounds) = places.iter().find_map(|place| place.bounds) {
        return Some(format!(
            "{},{},{},{}",
            bounds.west, bounds.south, bounds.east, bounds.north
        ));
    }
    let names: Vec<&str> = places
        .iter()
        .filter_map(|place| place.name.best(lang).or(place.code.as_deref()))
        .collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// The first period with both ends (ISO 8601 interval).
fn temporal(dataset: &Dataset) -> Option<String> {
    dataset.periods.iter().find_map(|period| {
        let (start, end) = (period.start.as_ref()?, period.end.as_ref()?);
        Some(format!("{}/{}", start.as_str(), end.as_str()))
    })
}

fn standard(standards: &[Standard]) -> Value {
    address(standards.iter().find_map(|standard| standard.iri.as_ref()))
}

fn address(iri: Option<&Iri>) -> Value {
    iri.map(Iri::as_str).into()
}

fn addresses(iris: &[Iri]) -> Value {
    let mut addresses: Vec<&str> = Vec::new();
    for iri in iris {
        if !addresses.contains(&iri.as_str()) {
            addresses.push(iri.as_str());
        }
    }
    addresses.into()
}
