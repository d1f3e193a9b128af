//! What the catalogue knows of a dataset, in the words of DCAT.

use std::collections::BTreeMap;

use formats::dcat::{
    codes::{AccessRight, Frequency, Status, data_theme},
    model::{
        Agent, Catalogue, Column, ColumnKind, Concept, Contact, DataService, Dataset, Distribution, Licence,
        Period, Place, Series, Version,
    },
    values::{Iri, Lang, Texts, When},
};
use tables::{Format, Kind};

use super::more::{Facts, More};
use crate::{
    catalog::{
        agenda::model::Rhythm,
        details::{self, DatasetDetails, ResourceDetails},
        index::Entry,
        metadata, series,
        store::{ColumnRow, ResourceRow},
        workflow::standing,
    },
    platform::{app::App, i18n},
};

/// Keys under which other catalogues say how often a dataset is made anew, and which time it covers.
const FREQUENCY_KEYS: [&str; 3] = ["frequency", "accrualPeriodicity", "update_frequency"];
const PERIOD_KEYS: [&str; 2] = ["temporal", "temporal_coverage"];
/// What was typed of how the data came to be, in the order in which it is told.
const PROVENANCE_KEYS: [&str; 5] = ["method", "collection", "sampling", "processing", "quality"];

/// Describes datasets for one site.
#[derive(Clone)]
pub struct Describer {
    site: String,
    name: String,
    lang: i18n::Lang,
    /// The language that a dataset says it is in; none where its texts are taken for the site's.
    told_in: Option<Lang>,
}

impl Describer {
    pub fn new(app: &App) -> Describer {
        Describer {
            site: app.config.base_url.trim_end_matches('/').to_owned(),
            name: app.config.name.clone(),
            lang: app.config.language.parse().unwrap_or_default(),
            told_in: None,
        }
    }

    /// The language that texts of the catalogue itself are written in.
    pub fn lang(&self) -> &'static str {
        self.lang.code()
    }

    /// A whole address of this site, by its path.
    pub fn iri(&self, path: &str) -> Iri {
        let address = format!("{}{path}", self.site);
        Iri::repair(&address).expect("the site's address is one, whatever follows it")
    }

    /// A text of the site.
    fn text(&self, text: &str) -> Texts {
        in_language(self.lang(), text)
    }

    /// A text that the publisher of a dataset wrote.
    fn written(&self, text: &str) -> Texts {
        in_language(self.language_of_texts(), text)
    }

    /// A text of a dataset in every language it is told in. Where it is told in several, what is kept is in the site's.
    fn translated(&self, text: &str, others: &BTreeMap<String, String>) -> Texts {
        let own = match others.is_empty() {
            true => self.written(text),
            false => self.text(text),
        };
        let others = others.iter().filter(|(_, text)| !text.trim().is_empty());
        others.fold(own, |told, (lang, text)| told.and(lang, text.as_str()))
    }

    fn language_of_texts(&self) -> &str {
        self.told_in.as_ref().map_or(self.lang(), Lang::as_str)
    }

    pub fn catalogue(&self) -> Catalogue {
        let mut catalogue = Catalogue::new(self.iri("/catalog"));
        catalogue.title = self.text(&self.name);
        let description = self
            .lang
            .text("catalog-open-data-of")
            .arg("owner", self.name.clone());
        catalogue.description = self.text(&description.to_string());
        catalogue.publisher = self.government();
        catalogue.homepage = Some(self.iri("/"));
        catalogue.languages = Lang::parse(self.lang()).into_iter().collect();
        catalogue
    }

    /// Who answers for what no organisation does.
    fn government(&self) -> Agent {
        Agent {
            iri: Some(self.iri("/about")),
            name: self.text(&self.name),
            homepage: Some(self.iri("/")),
            ..Agent::default()
        }
    }

    /// Describes a dataset, with what was read of it beside the index. Its texts are in the language that it names, where it names one.
    pub fn dataset(&self, entry: &Entry, known: &More) -> Dataset {
        let facts = known.facts(&entry.row.id).cloned().unwrap_or_default();
        let languages = self.languages(&facts);
        let told_in = match languages.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        let describer = Describer {
            told_in,
            ..self.clone()
        };
        Dataset {
            languages,
            ..describer.describe(entry, known, &facts)
        }
    }

    fn describe(&self, entry: &Entry, known: &More, facts: &Facts) -> Dataset {
        let row = &entry.row;
        let more: DatasetDetails = details::read(&row.details);
        let extra = |keys: &[&str]| {
            let found = more.extras.iter().find(|(key, _)| keys.contains(&key.as_str()));
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let mut dataset = Dataset::new(self.iri(&format!("/dataset/{}", row.id)));
        dataset.identifiers = vec![row.id.clone()];
        dataset.title = self.translated(&row.title, &more.title_translated);
        // Mandatory; whoever has nothing to say of a dataset still has called it something.
        dataset.description = match row.description.trim() {
            "" if more.notes_translated.is_empty() => dataset.title.clone(),
            text => self.translated(text, &more.notes_translated),
        };
        for tag in &entry.package.tags {
            dataset.keywords = dataset.keywords.and(self.language_of_texts(), tag.name.clone());
        }
        for group in &entry.package.groups {
            dataset.themes.extend(data_theme(&group.name));
            dataset.themes.push(Concept {
                iri: self.iri(&format!("/themes/{}", group.name)),
                label: self.text(&group.display_name),
                list: Some(self.iri("/themes")),
            });
        }
        dataset.publisher = Some(match (&row.organisation, &row.publisher) {
            (Some(code), Some(name)) => Agent {
                iri: Some(self.iri(&format!("/organizations/{code}"))),
                name: self.text(name),
                identifier: Some(code.clone()),
                ..Agent::default()
            },
            _ => self.government(),
        });
        if let Some(author) = some(&more.author) {
            dataset.creators = vec![Agent {
                name: self.written(&author),
                email: some(&more.author_email),
                ..Agent::default()
            }];
        }
        dataset.contributors = parts(facts.typed("contributor"), &[';', '\n'])
            .map(|name| Agent {
                name: self.written(name),
                ..Agent::default()
            })
            .collect();
        dataset.contacts = self.contact(&more, facts).into_iter().collect();
        dataset.issued = Some(When::instant(row.created_at));
        dataset.modified = Some(When::instant(row.changed_at.max(facts.changed_at)));
        // What was agreed in the agenda counts before what somebody once wrote down.
        let agreed = entry
            .agenda
            .as_ref()
            .and_then(|brief| Rhythm::read(&brief.frequency, &brief.due_dates));
        dataset.frequency = match &agreed {
            Some(rhythm) => Frequency::read(rhythm.code()),
            None => Some(extra(&FREQUENCY_KEYS))
                .filter(|text| !text.is_empty())
                .and_then(Frequency::read),
        };
        let period = match row.period.as_str() {
            "" => extra(&PERIOD_KEYS),
            period => period,
        };
        dataset.periods = self::period(period).into_iter().collect();
        dataset.places = row.place_code.iter().map(|code| self.place(code)).collect();
        dataset.provenance = self.provenance(facts);
        dataset.related = parts(facts.typed("relation"), &[' ', ',', ';', '\n'])
            .filter_map(web)
            .collect();
        dataset.series = entry
            .series
            .iter()
            .map(|known| Series {
                title: self.text(&known.title),
                description: self.text(&known.description),
                issued: Some(When::instant(known.created_at)),
                modified: Some(When::instant(known.changed_at)),
                ..Series::new(self.iri(&series::href(&known.slug)))
            })
            .collect();
        dataset.access = Some(AccessRight::Public);
        if let Some(standing) = &more.standing {
            dataset.status = Some(match standing.kind {
                standing::Kind::Deprecated => Status::Deprecated,
                standing::Kind::Withdrawn => Status::Withdrawn,
            });
            dataset.version_notes = self.written(&standing.reason);
        }
        dataset.licence = self.licence(entry);
        dataset.landing_page = Some(self.iri(&format!("/data/{}", row.slug)));
        // The publisher's own number counts before that of the one table there is.
        let table = only_table(entry);
        let number = || Some(table?.version?.to_string());
        dataset.version = some(&more.version).or_else(number);
        dataset.previous_version = table.and_then(|table| {
            let mut shown = known.versions(&table.id).iter();
            let before = shown.find(|row| Some(row.version) < table.version)?;
            Some(self.version_iri(table, before.version))
        });
        dataset.versions = entry
            .resources
            .iter()
            .flat_map(|resource| self.versions(resource, known))
            .collect();
        dataset.sources = some(&more.url).and_then(|url| web(&url)).into_iter().collect();
        for (resource, shown) in entry.resources.iter().zip(&entry.package.resources) {
            let first = self.distribution(entry, resource, &shown.url, known);
            dataset.distributions.push(first);
            if resource.version.is_some() && known.is_seen(&resource.id) {
                dataset.distributions.extend(self.forms(entry, resource, known));
            }
        }
        dataset
    }

    /// Whom to ask: who is named in the catalogue, or else the unit that was typed.
    fn contact(&self, more: &DatasetDetails, facts: &Facts) -> Option<Contact> {
        let unit = Some(facts.typed("responsible-unit").to_owned()).filter(|unit| !unit.is_empty());
        let (name, email) = (some(&more.maintainer).or(unit), some(&more.maintainer_email));
        (name.is_some() || email.is_some()).then(|| Contact {
            name: self.written(&name.unwrap_or_default()),
            email,
            ..Contact::default()
        })
    }

    /// The languages that were typed, by code or by their own names; that of the site where none was.
    fn languages(&self, facts: &Facts) -> Vec<Lang> {
        let read = |word: &str| {
            let own = i18n::Lang::ALL
                .into_iter()
                .find(|lang| lang.own_name().to_lowercase() == word.to_lowercase());
            // Longer words would pass for codes that nobody has given to a language.
            let is_code = word
                .split('-')
                .next()
                .is_some_and(|code| matches!(code.len(), 2 | 3));
            Lang::parse(own.map_or(word, |lang| lang.code())).filter(|_| own.is_some() || is_code)
        };
        let mut typed: Vec<Lang> = parts(facts.typed("language"), &[',', ';', '/', '\n'])
            .filter_map(read)
            .collect();
        typed.dedup();
        if typed.is_empty() {
            typed.extend(Lang::parse(self.lang()));
        }
        typed
    }

    /// How the data came to be, as it was typed.
    fn provenance(&self, facts: &Facts) -> Texts {
        let mut complete = i18n::Lang::COMPLETE.into_iter();
        let asked_in = complete.find(|lang| lang.code() == self.language_of_texts());
        let asked_in = asked_in.unwrap_or(self.lang);
        let told: Vec<String> = PROVENANCE_KEYS
            .into_iter()
            .map(|key| (key, facts.typed(key)))
            .filter(|(_, text)| !text.is_empty())
            .map(|(key, text)| format!("{}: {text}", metadata::pages::question(asked_in, key)))
            .collect();
        self.written(&told.join("\n"))
    }

    /// The versions of a table that everybody may read, each with its permanent address.
    fn versions(&self, table: &ResourceRow, known: &More) -> Vec<Version> {
        let shown = known.versions(&table.id);
        let before = shown.iter().skip(1).map(Some).chain([None]);
        shown
            .iter()
            .zip(before)
            .map(|(row, before)| Version {
                iri: self.version_iri(table, row.version),
                version: Some(row.version.to_string()),
                title: self.written(&table.title),
                notes: self.written(&row.reason),
                issued: Some(When::instant(row.shown_at)),
                previous: before.map(|before| self.version_iri(table, before.version)),
            })
            .collect()
    }

    fn version_iri(&self, table: &ResourceRow, version: i64) -> Iri {
        self.iri(&format!("/tables/{}/{version}", table.id))
    }

    /// The other forms that a table is had in; short, since there are some of them for every table of the catalogue.
    fn forms(&self, entry: &Entry, row: &ResourceRow, known: &More) -> Vec<Distribution> {
        let page = format!("/data/{}/{}", entry.row.slug, row.slug);
        let is_had = |format: &Format| match format {
            Format::Csv => false,
            Format::GeoJson => known.is_located(&row.id),
            Format::Jsonl | Format::Json | Format::Parquet | Format::Xlsx => true,
        };
        Format::ALL
            .into_iter()
            .filter(is_had)
            .map(|format| {
                let (ending, word) = (format.ending(), format.ending().to_uppercase());
                let download = match format {
                    // The page's own JSON is cut into pages.
                    Format::Json => format!("/datastore/dump/{}?format=json", row.id),
                    _ => format!("{page}.{ending}"),
                };
                Distribution {
                    iri: Some(self.iri(&format!("/dataset/{}/resource/{}#{ending}", entry.row.id, row.id))),
                    title: self.written(&format!("{} ({word})", row.title)),
                    access_url: Some(self.iri(&page)),
                    download_url: Some(self.iri(&download)),
                    media_type: Some(format.media_type().to_owned()),
                    format: Some(word),
                    ..Distribution::default()
                }
            })
            .collect()
    }

    /// CKAN's door to the rows of every table.
    fn rows_service(&self) -> DataService {
        let title = self.lang.text("catalog-dcat-rows").to_string();
        DataService {
            iri: Some(self.iri("/api/3")),
            title: self.text(&title),
            endpoint_description: vec![self.iri("/api/3/action/help_show?name=datastore_search")],
            ..DataService::new(self.iri("/api/3/action/datastore_search"))
        }
    }

    /// A table as CSV with what is told of it, or a file or an address that is no table.
    fn distribution(&self, entry: &Entry, row: &ResourceRow, url: &str, known: &More) -> Distribution {
        let more: ResourceDetails = details::read(&row.details);
        let page = self.iri(&format!("/data/{}/{}", entry.row.slug, row.slug));
        let is_table = row.version.is_some();
        let download = match is_table {
            // Neither has a file: a table that not everybody sees a column of, and one that has no rows or whose rows were withdrawn.
            true if !known.is_seen(&row.id) => None,
            false if row.lake_table.is_some() && row.url.is_empty() => None,
            true => Some(self.iri(&format!("/data/{}/{}.csv", entry.row.slug, row.slug))),
            false => web(url),
        };
        let has_file = download.is_some();
        Distribution {
            iri: Some(self.iri(&format!("/dataset/{}/resource/{}", entry.row.id, row.id))),
            identifier: Some(row.id.clone()),
            title: self.written(&row.title),
            description: self.written(&more.description.unwrap_or_default()),
            access_url: match is_table {
                true => Some(page),
                false => download.clone().or(Some(page)),
            },
            download_url: download,
            media_type: match is_table {
                true => has_file.then(|| "text/csv".to_owned()),
                false => some(&more.mimetype),
            },
            format: match is_table {
                true => has_file.then(|| "CSV".to_owned()),
                false => some(&more.format),
            },
            byte_size: more
                .size
                .filter(|_| !is_table)
                .and_then(|size| u64::try_from(size).ok()),
            licence: self.licence(entry),
            issued: Some(When::instant(more.created.unwrap_or(row.created_at))),
            modified: Some(When::instant(row.changed_at)),
            services: match is_table {
                true => vec![self.rows_service()],
                false => Vec::new(),
            },
            columns: known.columns(&row.id).map(|column| self.column(column)).collect(),
            ..Distribution::default()
        }
    }

    fn column(&self, row: &ColumnRow) -> Column {
        Column {
            name: row.name.clone(),
            title: self.written(&row.title),
            description: Texts::default(),
            kind: match Kind::parse(&row.kind) {
                Some(Kind::Integer) => ColumnKind::Whole,
                Some(Kind::Decimal) => ColumnKind::Decimal,
                Some(Kind::Flag) => ColumnKind::Truth,
                Some(Kind::Date) => ColumnKind::Date,
                Some(Kind::Instant) => ColumnKind::DateTime,
                Some(Kind::Geometry) => ColumnKind::Json,
                Some(Kind::Text) | None => ColumnKind::Text,
            },
            is_required: false,
        }
    }

    fn licence(&self, entry: &Entry) -> Option<Licence> {
        let package = &entry.package;
        let title = package
            .license_title
            .as_deref()
            .filter(|title| !title.is_empty())?;
        Some(Licence {
            iri: package.license_url.as_deref().and_then(web),
            // The register's names are English.
            title: match package.license_url {
                Some(_) => in_language("en", title),
                None => self.text(title),
            },
            kind: None,
        })
    }

    fn place(&self, code: &str) -> Place {
        Place {
            iri: Some(self.iri(&format!("/places/{code}"))),
            code: Some(code.to_owned()),
            ..Place::default()
        }
    }
}

/// The table of a dataset that has one and no other.
fn only_table(entry: &Entry) -> Option<&ResourceRow> {
    let mut tables = entry
        .resources
        .iter()
        .filter(|resource| resource.version.is_some());
    tables.next().filter(|_| tables.next().is_none())
}

fn in_language(lang: &str, text: &str) -> Texts {
    match text.trim() {
        "" => Texts::default(),
        _ => Texts::of(lang, text),
    }
}

fn some(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.trim().is_empty())
}

/// What a text lists with any of these signs between.
fn parts<'t>(text: &'t str, signs: &'t [char]) -> impl Iterator<Item = &'t str> {
    text.split(signs).map(str::trim).filter(|part| !part.is_empty())
}

/// An address that a program may be sent to.
fn web(text: &str) -> Option<Iri> {
    Iri::repair(text.trim()).filter(Iri::is_web)
}

/// `2024`, or `2024-01/2024-06`, open at either end.
fn period(text: &str) -> Option<Period> {
    let (start, end) = text.split_once('/').unwrap_or((text, text));
    let period = Period {
        start: When::parse(start.trim()),
        end: When::parse(end.trim()),
    };
    (period.start.is_some() || period.end.is_some()).then_some(period)
}
