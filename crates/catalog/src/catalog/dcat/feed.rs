//! What changed, for feed readers (Atom): in the whole catalogue, in what a search of it finds, in one dataset.
//!
//! Feeds tell what everybody may read, whoever asks, in the language of the site.

use std::{cmp::Reverse, collections::BTreeSet};

use ::search::Manner;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use formats::{
    atom,
    dcat::values::{Iri, Lang, When},
};

use super::{describe::Describer, varying};
use crate::{
    catalog::{
        index::{Entry, Index},
        search::{
            facets::Facet,
            people::{self, Counting, Order, Part, Wanted},
        },
        series,
        store::portal,
        versions::{self, Comparable, VersionEntry},
        view::{self, Dataset, Resource},
        workflow::standing::{self, Standing},
    },
    platform::{
        app::App,
        i18n,
        op::{Limits, Op, Who},
        problem::{Problem, Result},
    },
};

/// Changes in a feed.
const MOST: usize = 50;
/// Tables of a dataset whose versions are told.
const MOST_TABLES: usize = 20;

/// A search of the catalogue that somebody follows.
pub struct Followed {
    pub q: String,
    pub chosen: Vec<(Facet, String)>,
    /// What it is about, in words; empty for the whole catalogue.
    pub title: String,
    /// Where the feed is served, and the page for people.
    pub address: String,
    pub page: String,
}

/// The feed of the whole catalogue.
pub async fn catalogue(State(app): State<App>, op: Op) -> Result<Response> {
    let all = Followed {
        q: String::new(),
        chosen: Vec::new(),
        title: String::new(),
        address: "/catalog/feed.atom".to_owned(),
        page: "/data".to_owned(),
    };
    of_search(&app, &op, all).await
}

/// The feed of what a search finds: the datasets that changed last, and those that were withdrawn.
///
/// # Errors
/// `search-too-much`; when the database fails.
pub async fn of_search(app: &App, op: &Op, followed: Followed) -> Result<Response> {
    let wanted = Wanted {
        q: followed.q.clone(),
        chosen: followed.chosen.clone(),
        order: Order::Newest,
        part: Part::First(MOST),
        ..Wanted::default()
    };
    let reader = anyone(app, op);
    let results = people::find(app, &reader, wanted, Manner::Finished, Counting::Nothing).await?;
    let gone = results.index.withdrawn().filter(|entry| followed.held(entry));
    let entries = results.entries().chain(gone).collect();
    let title = match followed.title.as_str() {
        "" => app.config.name.clone(),
        title => format!("{}: {title}", app.config.name),
    };
    let about = (title.as_str(), followed.address.as_str(), followed.page.as_str());
    Ok(of_entries(app, reader.lang, entries, about))
}

/// The feed of a series: its open datasets that changed last, and those that were withdrawn.
///
/// # Errors
/// `series-unknown`, of a series without any such dataset too; when the database fails.
pub async fn of_series(app: &App, op: &Op, slug: &str) -> Result<Response> {
    let known = series::find(app, slug).await?;
    let reader = anyone(app, op);
    let index = Index::of(app).await?;
    let is_in_it = |entry: &&Entry| entry.series.as_ref().is_some_and(|of| of.slug == known.slug);
    let mut entries = series::members(&index, &reader, slug);
    entries.extend(index.withdrawn().filter(is_in_it));
    if entries.is_empty() {
        return Err(Problem::not_found("series-unknown").with("series", slug));
    }
    let page = series::href(slug);
    let address = format!("{page}.atom");
    let about = (known.title.as_str(), address.as_str(), page.as_str());
    Ok(of_entries(app, reader.lang, entries, about))
}

/// The feed of one open dataset: the versions of its tables, and the last change of what is said of it.
///
/// # Errors
/// `dataset-unknown`, or as a dataset that was withdrawn; when the tables cannot be read.
pub async fn of_dataset(app: &App, op: &Op, slug: &str) -> Result<Response> {
    let reader = anyone(app, op);
    let dataset = match view::find_dataset(app, &reader, slug).await {
        Ok(dataset) => dataset,
        Err(problem) => {
            let now = portal::find_slug(app.db.read(), slug).await?;
            let now = now.filter(|now| now != slug).ok_or(problem)?;
            // Whoever may not read it is not told what it is called now.
            let moved = view::find_dataset(app, &reader, &now).await?;
            return Ok(Redirect::permanent(&format!("/data/{}.atom", moved.slug)).into_response());
        }
    };
    let describer = Describer::new(app);
    let mut tables = Vec::new();
    let shown = dataset.resources.iter().filter(|table| table.version.is_some());
    for table in shown.take(MOST_TABLES) {
        let table = view::find_resource(app, &reader, &dataset.slug, &table.slug, None).await?;
        let known = versions::list(app, &table).await?;
        tables.push((table, known));
    }
    let since = since(&tables);
    let mut changes = Vec::new();
    for (table, known) in &tables {
        changes.extend(of_table(app, &describer, reader.lang, (table, known), since).await?);
    }
    let newest = changes.iter().map(|change| change.at).max();
    if newest.is_none_or(|newest| newest < dataset.changed_at) {
        changes.push(of_words(&describer, reader.lang, &dataset));
    }
    changes.sort_by_key(|change| Reverse(change.at));
    changes.truncate(MOST);
    let page = format!("/data/{}", dataset.slug);
    let address = format!("{page}.atom");
    let about = (dataset.title.as_str(), address.as_str(), page.as_str());
    Ok(written(app, &describer, about, changes))
}

impl Followed {
    /// Whether a withdrawn dataset was among what is followed, as far as is known of one that is searched no more.
    fn held(&self, entry: &Entry) -> bool {
        self.q.trim().is_empty()
            && self.chosen.iter().all(|(facet, value)| match facet {
                Facet::Theme => entry.package.groups.iter().any(|group| group.name == *value),
                Facet::Publisher => entry.row.organisation.as_ref() == Some(value),
                Facet::Tag => entry.package.tags.iter().any(|tag| tag.name == *value),
                Facet::Format | Facet::Year | Facet::Place | Facet::Level | Facet::Licence => false,
            })
    }
}

/// The one whom a feed is written for: nobody in particular.
fn anyone(app: &App, op: &Op) -> Op {
    Op {
        who: Who::Anyone,
        lang: app.config.language.parse().unwrap_or_default(),
        limits: Limits::default(),
        ..op.clone()
    }
}

/// A change, as a feed tells it.
struct Change {
    /// Of the change and not of what changed: a reader shows each once.
    id: Iri,
    title: String,
    summary: String,
    /// In microseconds since 1970 UTC.
    at: i64,
    /// When what changed was first there, where that is another moment.
    first_at: Option<i64>,
    page: Iri,
    author: Option<String>,
    /// Codes, and what people call them.
    themes: Vec<(String, String)>,
}

/// Writes the feed of some datasets, those that changed last, with its title, its address and the page for people.
fn of_entries(app: &App, lang: i18n::Lang, mut entries: Vec<&Entry>, about: (&str, &str, &str)) -> Response {
    entries.sort_by_key(|entry| Reverse(entry.row.changed_at));
    let describer = Describer::new(app);
    let changes = entries
        .into_iter()
        .take(MOST)
        .map(|entry| of_entry(&describer, lang, entry))
        .collect();
    written(app, &describer, about, changes)
}

/// The last change of a dataset, with the tables that got new rows then.
fn of_entry(describer: &Describer, lang: i18n::Lang, entry: &Entry) -> Change {
    let row = &entry.row;
    let renewed = entry.resources.iter().filter_map(|table| {
        let version = table.version.filter(|_| table.changed_at == row.changed_at)?;
        let text = version_title(lang, &table.title, version);
        let n_rows = lang.text("catalog-n-rows").n("n", table.n_rows).to_string();
        Some(format!("{text} ({n_rows})"))
    });
    let (title, summary) = match standing::of(row) {
        Some(known) => (standing_title(lang, &known, &row.title), known.reason),
        None => (
            row.title.clone(),
            joined(renewed.chain([row.description.clone()])),
        ),
    };
    let groups = entry.package.groups.iter();
    Change {
        id: describer.iri(&format!("/dataset/{}#{}", row.id, row.changed_at)),
        title,
        summary,
        at: row.changed_at,
        first_at: Some(row.created_at),
        page: describer.iri(&format!("/data/{}", row.slug)),
        author: row.publisher.clone(),
        themes: groups
            .map(|group| (group.name.clone(), group.display_name.clone()))
            .collect(),
    }
}

/// When the oldest came of the newest versions of some tables that a feed has room for; microseconds since 1970 UTC.
fn since(tables: &[(Resource, Vec<VersionEntry>)]) -> i64 {
    let known = tables.iter().flat_map(|(_, known)| known);
    let mut moments: Vec<i64> = known.map(|version| version.shown_at).collect();
    moments.sort_unstable_by_key(|at| Reverse(*at));
    moments.get(MOST - 1).copied().unwrap_or(i64::MIN)
}

/// The versions of a table that were shown since a moment, each with the one before it that its reader can compare it with.
async fn of_table(
    app: &App,
    describer: &Describer,
    lang: i18n::Lang,
    (table, known): (&Resource, &[VersionEntry]),
    since: i64,
) -> Result<Vec<Change>> {
    let told: Vec<(&VersionEntry, Option<&VersionEntry>)> = known
        .iter()
        .filter(|version| version.shown_at >= since)
        .take(MOST)
        .map(|version| {
            let mut served = known.iter().filter(|known| !is_withdrawn(known));
            (version, served.find(|known| known.version < version.version))
        })
        .collect();
    let looked_at: BTreeSet<u64> = told
        .iter()
        .filter(|(version, _)| !is_withdrawn(version))
        .flat_map(|(version, before)| {
            before
                .iter()
                .map(|before| before.version)
                .chain([version.version])
        })
        .collect();
    let comparable = Comparable::of(app, table, &Vec::from_iter(looked_at)).await?;
    let changes = told.into_iter().map(|(version, before)| {
        let before = before.filter(|before| comparable.holds(before.version, version.version));
        of_version(describer, lang, table, version, before)
    });
    Ok(changes.collect())
}

fn is_withdrawn(known: &VersionEntry) -> bool {
    known.standing == "withdrawn"
}

/// A version of a table, with what differs from one before it where that can be read.
fn of_version(
    describer: &Describer,
    lang: i18n::Lang,
    table: &Resource,
    version: &VersionEntry,
    before: Option<&VersionEntry>,
) -> Change {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let changed = match version.is_counted {
        true => lang
            .text("catalog-rows-changed")
            .n("added", count(version.n_added))
            .n("removed", count(version.n_removed))
            .to_string(),
        false => String::new(),
    };
    let n_rows = lang
        .text("catalog-n-rows")
        .n("n", count(version.n_rows))
        .to_string();
    let path = format!("/data/{}/{}", table.dataset.slug, table.slug);
    let page = match before {
        _ if is_withdrawn(version) => format!("{path}/versions"),
        Some(before) => format!("{path}/versions/{}..{}", before.version, version.version),
        None => format!("{path}?version={}", version.version),
    };
    Change {
        id: describer.iri(&format!("/tables/{}/{}", table.id, version.version)),
        title: version_title(
            lang,
            &table.title,
            i64::try_from(version.version).unwrap_or(i64::MAX),
        ),
        summary: joined([changed, n_rows, version.reason.clone()].into_iter()),
        at: version.shown_at,
        first_at: None,
        page: describer.iri(&page),
        author: table.dataset.publisher.clone(),
        themes: Vec::new(),
    }
}

/// What is said of a dataset now.
fn of_words(describer: &Describer, lang: i18n::Lang, dataset: &Dataset) -> Change {
    let (title, summary) = match &dataset.standing {
        Some(known) => (standing_title(lang, known, &dataset.title), known.reason.clone()),
        None => (dataset.title.clone(), dataset.description.clone()),
    };
    Change {
        id: describer.iri(&format!("/dataset/{}#{}", dataset.id, dataset.changed_at)),
        title,
        summary,
        at: dataset.changed_at,
        first_at: None,
        page: describer.iri(&format!("/data/{}", dataset.slug)),
        author: dataset.publisher.clone(),
        themes: Vec::new(),
    }
}

fn standing_title(lang: i18n::Lang, known: &Standing, title: &str) -> String {
    let word = format!("catalog-workflow-{}", known.kind.as_str());
    format!("{}: {title}", lang.text(word))
}

fn version_title(lang: i18n::Lang, title: &str, version: i64) -> String {
    let text = lang.text("catalog-dcat-version").arg("title", title);
    text.arg("version", version).to_string()
}

/// Texts under one another, without the empty ones.
fn joined(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

/// Writes a feed of changes, the newest first, with its title, its address and the page for people.
fn written(
    app: &App,
    describer: &Describer,
    (title, address, page): (&str, &str, &str),
    changes: Vec<Change>,
) -> Response {
    let (address, page) = (describer.iri(address), describer.iri(page));
    let updated = When::instant(changes.first().map_or(0, |change| change.at));
    let lang = Lang::parse(describer.lang());
    let feed = atom::Feed {
        id: &address,
        title,
        lang: lang.as_ref(),
        updated: &updated,
        address: &address,
        page: &page,
        next: None,
        author: &app.config.name,
    };
    let mut out = String::new();
    let mut writer = atom::Writer::begin(&feed, &mut out);
    for change in &changes {
        let categories: Vec<(&str, &str)> = change
            .themes
            .iter()
            .map(|(code, name)| (code.as_str(), name.as_str()))
            .collect();
        let published = change.first_at.map(When::instant);
        let entry = atom::Entry {
            id: &change.id,
            title: &change.title,
            updated: &When::instant(change.at),
            published: published.as_ref(),
            page: &change.page,
            summary: Some(change.summary.as_str()).filter(|text| !text.is_empty()),
            author: change.author.as_deref(),
            categories: &categories,
        };
        writer.entry(&entry, &mut out);
    }
    writer.end(&mut out);
    varying(([(header::CONTENT_TYPE, atom::Writer::CONTENT_TYPE)], out).into_response())
}
