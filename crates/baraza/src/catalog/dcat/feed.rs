//! What changed, for feed readers (Atom): in the whole catalogue, in what a search of it finds, in one dataset.
//!
//! Feeds tell what everybody may read, whoever asks, in the language of the site.

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
        index::Entry,
        search::{
            facets::Facet,
            people::{self, Counting, Order, Part, Wanted},
        },
        store::portal,
        versions::{self, VersionEntry},
        view::{self, Dataset, Resource},
        workflow::standing::{self, Standing},
    },
    platform::{
        app::App,
        i18n,
        op::{Limits, Op, Who},
        problem::Result,
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
    };
    let reader = anyone(app, op);
    let results = people::find(app, &reader, wanted, Manner::Finished, Counting::Nothing).await?;
    let gone = results.index.withdrawn().filter(|entry| followed.held(entry));
    let mut entries: Vec<&Entry> = results.entries().chain(gone).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.row.changed_at));
    let describer = Describer::new(app);
    let changes = entries
        .into_iter()
        .take(MOST)
        .map(|entry| of_entry(&describer, reader.lang, entry))
        .collect();
    let title = match followed.title.as_str() {
        "" => app.config.name.clone(),
        title => format!("{}: {title}", app.config.name),
    };
    let about = (title.as_str(), followed.address.as_str(), followed.page.as_str());
    Ok(written(app, &describer, about, changes))
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
    let mut changes = Vec::new();
    let tables = dataset.resources.iter().filter(|table| table.version.is_some());
    for table in tables.take(MOST_TABLES) {
        let table = view::find_resource(app, &reader, &dataset.slug, &table.slug, None).await?;
        let known = versions::list(app, &table).await?;
        let before = known.iter().skip(1).map(Some).chain([None]);
        let told = known.iter().zip(before).take(MOST);
        changes.extend(
            told.map(|(version, before)| of_version(&describer, reader.lang, &table, version, before)),
        );
    }
    let newest = changes.iter().map(|change| change.at).max();
    if newest.is_none_or(|newest| newest < dataset.changed_at) {
        changes.push(of_words(&describer, reader.lang, &dataset));
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
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

/// A version of a table, by what differs from the one before it.
fn of_version(
    describer: &Describer,
    lang: i18n::Lang,
    table: &Resource,
    version: &VersionEntry,
    before: Option<&VersionEntry>,
) -> Change {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let changed = lang
        .text("catalog-rows-changed")
        .n("added", count(version.n_added))
        .n("removed", count(version.n_removed))
        .to_string();
    let n_rows = lang
        .text("catalog-n-rows")
        .n("n", count(version.n_rows))
        .to_string();
    let path = format!("/data/{}/{}", table.dataset.slug, table.slug);
    let is_withdrawn = |known: &VersionEntry| known.standing == "withdrawn";
    let page = match before.filter(|before| !is_withdrawn(before)) {
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
