//! What the catalogue knows of a dataset, in the words of DCAT.

use formats::dcat::{
    codes::{AccessRight, Frequency, Status, data_theme},
    model::{
        Agent, Catalogue, Column, ColumnKind, Concept, Contact, Dataset, Distribution, Licence, Period, Place,
    },
    values::{Iri, Lang, Texts, When},
};
use tables::Kind;

use super::super::{
    agenda::model::Rhythm,
    details::{self, DatasetDetails, ResourceDetails},
    index::Entry,
    model::Class,
    store::{ColumnRow, ResourceRow},
    workflow::standing,
};
use crate::platform::{app::App, i18n};

/// Keys under which other catalogues say how often a dataset is made anew, and which time it covers.
const FREQUENCY_KEYS: [&str; 3] = ["frequency", "accrualPeriodicity", "update_frequency"];
const PERIOD_KEYS: [&str; 2] = ["temporal", "temporal_coverage"];

/// Describes datasets for one site.
#[derive(Clone)]
pub struct Describer {
    site: String,
    name: String,
    lang: i18n::Lang,
}

impl Describer {
    pub fn new(app: &App) -> Describer {
        Describer {
            site: app.config.base_url.trim_end_matches('/').to_owned(),
            name: app.config.name.clone(),
            lang: app.config.language.parse().unwrap_or_default(),
        }
    }

    /// The language that texts of the catalogue are written in.
    pub fn lang(&self) -> &'static str {
        self.lang.code()
    }

    /// A whole address of this site, by its path.
    pub fn iri(&self, path: &str) -> Iri {
        let address = format!("{}{path}", self.site);
        Iri::repair(&address).expect("the site's address is one, whatever follows it")
    }

    fn text(&self, text: &str) -> Texts {
        if text.trim().is_empty() {
            Texts::default()
        } else {
            Texts::of(self.lang(), text)
        }
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

    /// Describes a dataset; `columns` are those of its tables, of which only open ones are told.
    pub fn dataset(&self, entry: &Entry, columns: &[ColumnRow]) -> Dataset {
        let row = &entry.row;
        let more: DatasetDetails = details::read(&row.details);
        let extra = |keys: &[&str]| {
            let found = more.extras.iter().find(|(key, _)| keys.contains(&key.as_str()));
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let some = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut dataset = Dataset::new(self.iri(&format!("/dataset/{}", row.id)));
        dataset.identifiers = vec![row.id.clone()];
        dataset.title = self.text(&row.title);
        // Mandatory; whoever has nothing to say of a dataset still has called it something.
        dataset.description = self.text(match row.description.trim() {
            "" => &row.title,
            text => text,
        });
        for tag in &entry.package.tags {
            dataset.keywords = dataset.keywords.and(self.lang(), tag.name.clone());
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
                name: self.text(&author),
                email: some(&more.author_email),
                ..Agent::default()
            }];
        }
        let (maintainer, email) = (some(&more.maintainer), some(&more.maintainer_email));
        if maintainer.is_some() || email.is_some() {
            dataset.contacts = vec![Contact {
                name: self.text(&maintainer.unwrap_or_default()),
                email,
                ..Contact::default()
            }];
        }
        dataset.issued = Some(When::instant(row.created_at));
        dataset.modified = Some(When::instant(row.changed_at));
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
        dataset.languages = Lang::parse(self.lang()).into_iter().collect();
        dataset.access = Some(AccessRight::Public);
        if let Some(standing) = &more.standing {
            dataset.status = Some(match standing.kind {
                standing::Kind::Deprecated => Status::Deprecated,
                standing::Kind::Withdrawn => Status::Withdrawn,
            });
            dataset.version_notes = self.text(&standing.reason);
        }
        dataset.licence = self.licence(entry);
        dataset.landing_page = Some(self.iri(&format!("/data/{}", row.slug)));
        dataset.version = some(&more.version);
        dataset.sources = some(&more.url).and_then(|url| web(&url)).into_iter().collect();
        dataset.distributions = entry
            .resources
            .iter()
            .zip(&entry.package.resources)
            .map(|(resource, shown)| {
                let of_it = columns.iter().filter(|column| column.resource_id == resource.id);
                self.distribution(entry, resource, &shown.url, of_it)
            })
            .collect();
        dataset
    }

    fn distribution<'c>(
        &self,
        entry: &Entry,
        row: &ResourceRow,
        url: &str,
        columns: impl Iterator<Item = &'c ColumnRow>,
    ) -> Distribution {
        let more: ResourceDetails = details::read(&row.details);
        let some = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let page = self.iri(&format!("/data/{}/{}", entry.row.slug, row.slug));
        let is_table = row.version.is_some();
        let download = match is_table {
            true => Some(self.iri(&format!("/data/{}/{}.csv", entry.row.slug, row.slug))),
            false => web(url),
        };
        Distribution {
            iri: Some(self.iri(&format!("/dataset/{}/resource/{}", entry.row.id, row.id))),
            identifier: Some(row.id.clone()),
            title: self.text(&row.title),
            description: self.text(&more.description.unwrap_or_default()),
            access_url: match is_table {
                true => Some(page),
                false => download.clone().or(Some(page)),
            },
            download_url: download,
            media_type: match is_table {
                true => Some("text/csv".to_owned()),
                false => some(&more.mimetype),
            },
            format: match is_table {
                true => Some("CSV".to_owned()),
                false => some(&more.format),
            },
            byte_size: more
                .size
                .filter(|_| !is_table)
                .and_then(|size| u64::try_from(size).ok()),
            licence: self.licence(entry),
            issued: Some(When::instant(more.created.unwrap_or(row.created_at))),
            modified: Some(When::instant(row.changed_at)),
            columns: columns
                .filter(|column| Class::read(&column.class) == Class::Open)
                .map(|column| self.column(column))
                .collect(),
            ..Distribution::default()
        }
    }

    fn column(&self, row: &ColumnRow) -> Column {
        Column {
            name: row.name.clone(),
            title: self.text(&row.title),
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
            title: self.text(title),
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
